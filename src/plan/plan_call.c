/*
 * Functions: a row of the table below each.  Names are as the parser gives
 * them: upper case, a hyphen for an underscore.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"

#define ARGS_MAX	1000

static struct operand
call_result(const struct expr *e, struct vt t)
{
	return (struct operand){ .t = t, .e = e, .item = ITEM_NONE };
}

static bool
call_texts(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t from, uint32_t *reg)
{
	struct operand o;
	uint32_t i;

	for (i = from; i < e->narg; i++) {
		if (!plan_text(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
	}
	return true;
}

static bool
call_number(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t i, uint32_t *reg)
{
	struct vt number = { .type = V_I64, .integral = true, .precision = 9 };
	struct operand o;

	if (!plan_expr(bd, frame, e->arg[i], &o) ||
	    !plan_adapt(bd, frame, &o, &number))
		return false;
	if (!vt_is_number(&o.t) || o.t.type == V_F64 || o.t.scale != 0) {
		diag_add(bd->diags, DIAG_P007, e->arg[i]->at,
		    "a whole number is needed here, and this is %s",
		    vt_name(&o.t));
		return false;
	}
	*reg = o.reg;
	return true;
}

static bool
call_one_text(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, int n, struct vt t, struct operand *out)
{
	struct op op = op_make(code, frame);
	uint32_t reg[3] = { NONE, NONE, NONE };

	if (!call_texts(bd, frame, e, 0, reg))
		return false;
	op.a = reg[0];
	op.b = reg[1];
	op.c = reg[2];
	op.n = n;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, "");
	return true;
}

static const struct vt text_type = { .type = V_TEXT };
static const struct vt int_type = { .type = V_I64, .precision = 9,
	.integral = true };

static bool
call_trim(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_TRIM, e->name[0][0] == 'L' ?
	    SIDE_LEFT : e->name[0][0] == 'R' ? SIDE_RIGHT : SIDE_BOTH,
	    text_type, out);
}

static bool
call_upper(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_UPPER, 0, text_type, out);
}

static bool
call_lower(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_LOWER, 0, text_type, out);
}

static bool
call_replace(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_REPLACE, 0, text_type, out);
}

static bool
call_length(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_LENGTH, 0, int_type, out);
}

static bool
call_substr(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_SUBSTR, frame);
	struct operand text;

	if (!plan_text(bd, frame, e->arg[0], &text) ||
	    !call_number(bd, frame, e, 1, &op.b) ||
	    (e->narg > 2 && !call_number(bd, frame, e, 2, &op.c)))
		return false;
	op.a = text.reg;
	*out = call_result(e, text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_any(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, uint32_t *reg, struct operand *out)
{
	struct op op = op_make(code, frame);

	op.arg = reg;
	op.narg = e->narg;
	*out = call_result(e, text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

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
	    call_any(bd, frame, e, OP_CONCAT_WS, reg, out);
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
	*out = call_result(e, text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_full_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg);

	return call_texts(bd, frame, e, 0, reg) &&
	    call_any(bd, frame, e, OP_FULL_NAME, reg, out);
}

static bool
call_coalesce(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand *v = arena_array(bd->arena, e->narg, sizeof *v);
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg), i;
	struct op op = op_make(OP_COALESCE, frame);

	for (i = 0; i < e->narg; i++)
		if (!plan_expr(bd, frame, e->arg[i], &v[i]))
			return false;
	if (!plan_unify(bd, frame, v, e->narg, e->at, "coalesce"))
		return false;
	*out = call_result(e, v[0].t);
	out->t.is_field = out->t.unknown = false;
	for (i = 0; i < e->narg; i++) {
		reg[i] = v[i].reg;
		if (v[i].t.length == 0 && v[i].t.type == V_TEXT)
			out->t.length = 0;
		else if (out->t.length > 0 && v[i].t.length > out->t.length)
			out->t.length = v[i].t.length;
	}
	op.arg = reg;
	op.narg = e->narg;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_nullif(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand o[2], value;
	struct op op = op_make(OP_NULLIF, frame);

	if (!plan_expr(bd, frame, e->arg[0], &o[0]) ||
	    !plan_expr(bd, frame, e->arg[1], &o[1]))
		return false;
	value = o[0];
	if (!plan_comparable(bd, frame, o, e->at, "nullif"))
		return false;
	/* the first value, of the type that the comparison gave it */
	value.t.integral &= o[1].t.integral;
	if (o[0].t.type == V_F64 || value.t.unknown)
		value = o[0];
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.c = value.reg;
	*out = call_result(e, value.t);
	out->t.unknown = false;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_label(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	if (e->arg[0]->kind != EX_NAME && e->arg[0]->kind != EX_CALL) {
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at,
		    "label() takes an item of the copybook");
		return false;
	}
	if (!plan_label(bd, frame, e->arg[0], out))
		return false;
	out->e = e;
	return true;
}

static bool
call_digits(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand o;

	if (!plan_expr(bd, frame, e->arg[0], &o))
		return false;
	if (o.item == ITEM_NONE ||
	    bd->layout->item[o.item].category != CAT_NUMERIC ||
	    bd->layout->item[o.item].is_signed ||
	    bd->layout->item[o.item].scale != 0 || o.t.type == V_F64) {
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at, "digits() takes "
		    "an item that is an unsigned whole number");
		return false;
	}
	if (!plan_text(bd, frame, e->arg[0], out))
		return false;
	out->e = e;
	return true;
}

static bool
call_record_number(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct vt t = { .type = V_I64, .precision = 18, .integral = true };

	*out = call_result(e, t);
	out->reg = plan_emit(bd, op_make(OP_RECORD_NUMBER, frame), t,
	    ITEM_NONE, e->at, "");
	return true;
}

static bool
occurrence_refused(struct build *bd, const struct expr *e)
{
	if (e->narg == 0)
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007, e->at,
		    "occurrence() needs a table with each:"),
		    "each: NAME makes a row of each occurrence of NAME");
	else
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007,
		    e->arg[0]->at, "occurrence() takes a table that each: "
		    "goes through"), "that is the one that each: names, or "
		    "one around it");
	return false;
}

/* The number of the innermost occurrence, or of one around it by name. */
static bool
call_occurrence(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t table = plan_frame_table(bd, frame), own = frame;
	enum name_kind what;

	*out = call_result(e, int_type);
	if (e->narg > 0) {
		if (e->arg[0]->kind != EX_NAME || e->arg[0]->narg > 0)
			return occurrence_refused(bd, e);
		what = plan_name(bd, e->arg[0], &table);
		if (what == NAME_UNKNOWN)
			plan_name_unknown(bd, e->arg[0]);
		if (what == NAME_UNKNOWN || what == NAME_WRONG)
			return false;
		if (what == NAME_CONDITION)
			return occurrence_refused(bd, e);
	}
	while (table != ITEM_NONE && own != NONE &&
	    plan_frame_table(bd, own) != table)
		own = plan_frame_above(bd, own);
	if (table == ITEM_NONE || own == NONE)
		return occurrence_refused(bd, e);
	if (plan_above_unpivot(bd, own) != NONE)
		own = plan_above_unpivot(bd, own);
	out->reg = plan_emit(bd, op_make(OP_OCCURRENCE, own), int_type,
	    ITEM_NONE, e->at, "");
	plan_bring(bd, frame, own, ITEM_NONE, e->at, out);
	return true;
}

/* ---- the table --------------------------------------------------------- */

static const struct function {
	const char *name;
	uint32_t least, most;
	bool (*build)(struct build *, uint32_t, const struct expr *,
	    struct operand *);
} functions[] = {
	{ "BTRIM", 1, 2, call_trim },
	{ "CHAR-LENGTH", 1, 1, call_length },
	{ "COALESCE", 1, ARGS_MAX, call_coalesce },
	{ "CONCAT", 1, ARGS_MAX, call_concat },
	{ "CONCAT-WS", 2, ARGS_MAX, call_concat_ws },
	{ "DIGITS", 1, 1, call_digits },
	{ "FPE", 1, 1, plan_token },
	{ "FULL-NAME", 1, ARGS_MAX, call_full_name },
	{ "HASH-KEY", 1, ARGS_MAX, plan_hash },
	{ "KEEP-LAST", 2, 2, plan_keep_last },
	{ "LABEL", 1, 1, call_label },
	{ "LENGTH", 1, 1, call_length },
	{ "LOOKUP", 3, 18, plan_lookup },
	{ "LOWER", 1, 1, call_lower },
	{ "LTRIM", 1, 2, call_trim },
	{ "NULLIF", 2, 2, call_nullif },
	{ "OCCURRENCE", 0, 1, call_occurrence },
	{ "RECORD-NUMBER", 0, 0, call_record_number },
	{ "RECORD-TYPE", 0, 0, plan_record_type },
	{ "REDACT", 1, 1, plan_redact },
	{ "REPLACE", 3, 3, call_replace },
	{ "RTRIM", 1, 2, call_trim },
	{ "SUBSTR", 2, 3, call_substr },
	{ "SUBSTRING", 2, 3, call_substr },
	{ "TO-DATE", 2, 2, plan_to_moment },
	{ "TO-TIME", 2, 2, plan_to_moment },
	{ "TO-TIMESTAMP", 2, 2, plan_to_moment },
	{ "TOKEN", 1, 1, plan_token },
	{ "TRIM", 1, 2, call_trim },
	{ "UNPIVOT-NAME", 0, 0, plan_unpivot_name },
	{ "UNPIVOT-NUMBER", 0, 0, plan_unpivot_number },
	{ "UNPIVOT-VALUE", 0, 0, plan_unpivot_value },
	{ "UPPER", 1, 1, call_upper },
	{ "UUID-KEY", 1, ARGS_MAX, plan_hash },
};
#define NFUNCTIONS	(sizeof functions / sizeof functions[0])

/* full_name, as people write it. */
static const char *
call_shown(struct build *bd, const char *name)
{
	char *s = arena_strdup(bd->arena, name), *p;

	for (p = s; *p != '\0'; p++)
		*p = *p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ?
		    (char)(*p + 0x20) : *p;
	return s;
}

static bool
call_unknown(struct build *bd, const struct expr *e)
{
	const char *names[NFUNCTIONS], *near;
	struct diag *d = diag_add(bd->diags, DIAG_P006, e->at,
	    "there is no function '%s'", call_shown(bd, e->name[0]));
	uint32_t i;

	for (i = 0; i < NFUNCTIONS; i++)
		names[i] = functions[i].name;
	near = diag_nearest(e->name[0], strlen(e->name[0]), names, NFUNCTIONS);
	if (near != NULL)
		diag_hint(bd->diags, d, "did you mean %s?",
		    call_shown(bd, near));
	else
		diag_hint(bd->diags, d,
		    "decant-mapping(5) lists the functions");
	return false;
}

bool
plan_call(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct function *f = NULL;
	uint32_t i;

	for (i = 0; i < NFUNCTIONS && f == NULL; i++)
		if (e->nname == 1 && strcmp(functions[i].name, e->name[0]) == 0)
			f = &functions[i];
	if (f == NULL)
		return call_unknown(bd, e);
	if (e->narg >= f->least && e->narg <= f->most)
		return f->build(bd, frame, e, out);
	if (f->least == f->most)
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes %u argument%s, not %u",
		    call_shown(bd, e->name[0]), f->least,
		    f->least == 1 ? "" : "s", e->narg);
	else if (f->most == ARGS_MAX)
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes at least %u arguments, not %u",
		    call_shown(bd, e->name[0]), f->least, e->narg);
	else
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes %u to %u arguments, not %u",
		    call_shown(bd, e->name[0]), f->least, f->most, e->narg);
	return false;
}
