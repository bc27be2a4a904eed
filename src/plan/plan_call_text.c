/*
 * Functions of text, under PostgreSQL's names ("String Functions and
 * Operators").
 */
#include "plan/plan_call.h"

static bool
call_trim(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_TRIM, e->name[0][0] == 'L' ?
	    SIDE_LEFT : e->name[0][0] == 'R' ? SIDE_RIGHT : SIDE_BOTH,
	    call_text_type, out);
}

static bool
call_upper(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_UPPER, 0, call_text_type, out);
}

static bool
call_lower(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_LOWER, 0, call_text_type, out);
}

static bool
call_replace(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_REPLACE, 0, call_text_type, out);
}

static bool
call_length(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_LENGTH, 0, call_int_type, out);
}

/*
 * Arguments as `kinds` says: t in text context, n a whole number.  Those that
 * may be left out are NONE for the op.
 */
static bool
call_mixed(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, int n, const char *kinds, struct vt t,
    struct operand *out)
{
	struct op op = op_make(code, frame);
	uint32_t reg[3] = { NONE, NONE, NONE }, i;
	struct operand o;

	for (i = 0; i < e->narg; i++) {
		if (kinds[i] == 'n') {
			if (!call_number(bd, frame, e, i, &reg[i]))
				return false;
			continue;
		}
		if (!plan_text(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
	}
	op.a = reg[0];
	op.b = reg[1];
	op.c = reg[2];
	op.n = n;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, "");
	return true;
}

/* Functions that are an op and the kinds of its arguments. */
#define CALL_MIXED(name, code, n, kinds, type)				\
static bool								\
call_##name(struct build *bd, uint32_t frame, const struct expr *e,	\
    struct operand *out)						\
{									\
	return call_mixed(bd, frame, e, OP_##code, n, kinds, type, out);	\
}
CALL_MIXED(substr, SUBSTR, 0, "tnn", call_text_type)
CALL_MIXED(left, LEFT, SIDE_LEFT, "tn", call_text_type)
CALL_MIXED(right, LEFT, SIDE_RIGHT, "tn", call_text_type)
CALL_MIXED(lpad, PAD, SIDE_LEFT, "tnt", call_text_type)
CALL_MIXED(rpad, PAD, SIDE_RIGHT, "tnt", call_text_type)
CALL_MIXED(repeat, REPEAT, 0, "tn", call_text_type)
CALL_MIXED(reverse, REVERSE, 0, "t", call_text_type)
CALL_MIXED(translate, TRANSLATE, 0, "ttt", call_text_type)
CALL_MIXED(split_part, SPLIT_PART, 0, "ttn", call_text_type)
CALL_MIXED(initcap, INITCAP, 0, "t", call_text_type)
CALL_MIXED(strpos, STRPOS, 0, "tt", call_int_type)
CALL_MIXED(starts_with, STARTS_WITH, 0, "tt", call_bool_type)
CALL_MIXED(ascii, ASCII, 0, "t", call_int_type)
CALL_MIXED(chr, CHR, 0, "n", call_text_type)
CALL_MIXED(octet_length, OCTETS, 0, "t", call_int_type)

/* Texts of any types; booleans are t and f here, unlike in ||. */
static bool
call_shown_texts(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t *reg)
{
	struct operand o;
	struct op op;
	uint32_t i;

	for (i = 0; i < e->narg; i++) {
		if (!plan_text(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
		op = bd->plan->op[bd->plan->reg[o.reg].op];
		if (e->arg[i]->kind == EX_CAST || op.code != OP_TO_TEXT ||
		    bd->plan->reg[op.a].t.type != V_BOOL)
			continue;
		op.n = 1;
		reg[i] = plan_emit(bd, op, o.t, ITEM_NONE, e->arg[i]->at,
		    "t or f");
	}
	return true;
}

static bool
call_concat_ws(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg);

	return call_shown_texts(bd, frame, e, reg) &&
	    call_any(bd, frame, e, OP_CONCAT_WS, reg, call_text_type, out);
}

/* concat(…): nulls count as nothing. */
static bool
call_concat(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg + 1, sizeof *reg);
	struct expr *nothing = arena_zalloc(bd->arena, sizeof *nothing);
	struct operand none;
	struct op op = op_make(OP_CONCAT_WS, frame);

	nothing->kind = EX_TEXT;
	nothing->at = e->at;
	nothing->text = (struct slice){ (const uint8_t *)"", 0 };
	if (!plan_literal(bd, frame, nothing, &none) ||
	    !call_shown_texts(bd, frame, e, reg + 1))
		return false;
	reg[0] = none.reg;
	op.arg = reg;
	op.narg = e->narg + 1;
	*out = call_result(e, call_text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

const struct function call_texts_table[] = {
	{ "ASCII", 1, 1, call_ascii },
	{ "BTRIM", 1, 2, call_trim },
	{ "CHARACTER-LENGTH", 1, 1, call_length },
	{ "CHAR-LENGTH", 1, 1, call_length },
	{ "CHR", 1, 1, call_chr },
	{ "CONCAT", 1, ARGS_MAX, call_concat },
	{ "CONCAT-WS", 2, ARGS_MAX, call_concat_ws },
	{ "INITCAP", 1, 1, call_initcap },
	{ "LEFT", 2, 2, call_left },
	{ "LENGTH", 1, 1, call_length },
	{ "LOWER", 1, 1, call_lower },
	{ "LPAD", 2, 3, call_lpad },
	{ "LTRIM", 1, 2, call_trim },
	{ "OCTET-LENGTH", 1, 1, call_octet_length },
	{ "REPEAT", 2, 2, call_repeat },
	{ "REPLACE", 3, 3, call_replace },
	{ "REVERSE", 1, 1, call_reverse },
	{ "RIGHT", 2, 2, call_right },
	{ "RPAD", 2, 3, call_rpad },
	{ "RTRIM", 1, 2, call_trim },
	{ "SPLIT-PART", 3, 3, call_split_part },
	{ "STARTS-WITH", 2, 2, call_starts_with },
	{ "STRPOS", 2, 2, call_strpos },
	{ "SUBSTR", 2, 3, call_substr },
	{ "SUBSTRING", 2, 3, call_substr },
	{ "TRANSLATE", 3, 3, call_translate },
	{ "TRIM", 1, 2, call_trim },
	{ "UPPER", 1, 1, call_upper },
	{ NULL, 0, 0, NULL },
};
