/*
 * Functions of decant's own: of the record, its file, and names of persons.
 */
#include "plan/plan_call.h"

#include <string.h>

/* The column being compiled has what this register leaves out. */
static void
name_site_add(struct build *bd, uint32_t reg)
{
	struct plan *p = bd->plan;
	struct name_site s = { bd->map_table, bd->map_column, reg };
	uint32_t i;

	if (s.table == NONE || s.column == NONE)
		return;
	for (i = 0; i < p->nname_site; i++)
		if (memcmp(&p->name_site[i], &s, sizeof s) == 0)
			return;
	*ARENA_PUSH(bd->arena, p->name_site, p->nname_site,
	    p->name_site_cap) = s;
}

static bool
call_full_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg);
	struct op op = op_make(OP_FULL_NAME, frame);
	struct k_names k;

	if (!call_texts(bd, frame, e, 0, reg))
		return false;
	memset(&k, 0, sizeof k);
	k.none = bd->mapping->no_middle;
	k.n = bd->mapping->nno_middle;
	op.arg = reg;
	op.narg = e->narg;
	op.k = &k;
	op.ksize = sizeof k;
	*out = call_result(e, call_text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	if (e->narg > 2)
		name_site_add(bd, out->reg);
	return true;
}

static bool
call_name_case(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_NAME_CASE, 0, call_text_type,
	    out);
}

static bool
call_split_doubtful(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_one_text(bd, frame, e, OP_SPLIT_DOUBTFUL, 0,
	    call_bool_type, out);
}

static bool
call_split_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	static const char *const parts[] = { "first", "middle", "last" };
	struct op op = op_make(OP_SPLIT_NAME, frame);
	struct operand text;
	int32_t i;

	for (i = 0; i < 3; i++)
		if (e->arg[1]->kind == EX_TEXT && slice_eq(e->arg[1]->text,
		    slice_str(parts[i])))
			break;
	if (i == 3) {
		diag_add(bd->diags, DIAG_P007, e->arg[1]->at,
		    "the part of a name is 'first', 'middle' or 'last'");
		return false;
	}
	if (!plan_text(bd, frame, e->arg[0], &text))
		return false;
	op.a = text.reg;
	op.n = i;
	*out = call_result(e, call_text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, parts[i]);
	return true;
}

/* untrimmed(F): the field with the blanks that the policies would cut. */
static bool
call_untrimmed(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct policies *saved = bd->policies;
	uint32_t i;
	bool good;

	if (e->arg[0]->kind != EX_NAME && e->arg[0]->kind != EX_CALL) {
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at,
		    "untrimmed() takes an item of the copybook");
		return false;
	}
	/* one copy for each set of policies, so that equal cells are shared */
	for (i = 0; i < bd->nuntrimmed; i++)
		if (bd->untrimmed[i].of == saved)
			break;
	if (i == bd->nuntrimmed) {
		struct policies *p = arena_copy(bd->arena, saved, sizeof *p);

		p->text_trim = TRIM_NONE;
		ARENA_PUSH(bd->arena, bd->untrimmed, bd->nuntrimmed,
		    bd->untrimmed_cap)->of = saved;
		bd->untrimmed[i].policies = p;
	}
	bd->policies = bd->untrimmed[i].policies;
	good = plan_expr(bd, frame, e->arg[0], out);
	bd->policies = saved;
	if (!good)
		return false;
	if (out->t.type != V_TEXT) {
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at,
		    "untrimmed() takes text, not %s", vt_name(&out->t));
		return false;
	}
	out->e = e;
	return true;
}

/* The name of the record's file, without directories; null for a stream. */
static bool
call_file_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	if (plan_of_files(bd, e, "file_name()", "a literal can say where the "
	    "rows come from"))
		return false;
	*out = call_result(e, call_text_type);
	out->reg = plan_emit(bd, op_make(OP_FILE_NAME, frame), out->t,
	    ITEM_NONE, e->at, "");
	return true;
}

/* The bytes of the record, as they stand in the file without framing. */
static bool
call_record_bytes(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_RECORD_BYTES, frame);

	if (plan_of_files(bd, e, "record_bytes()", "rejected rows are kept as "
	    "they are, in any case"))
		return false;
	op.n = bd->mapping->format == MAP_DELIMITED;
	*out = call_result(e, (struct vt){ .type = V_BYTES });
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_label(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	if (plan_of_files(bd, e, "label()", "lookup() and case say what codes "
	    "mean"))
		return false;
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

	if (plan_of_files(bd, e, "digits()", "lpad(x, 5, '0') gives a number "
	    "leading zeros") || !plan_expr(bd, frame, e->arg[0], &o))
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
	if (plan_of_files(bd, e, "occurrence()", "record_number() counts its "
	    "rows"))
		return false;
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

	*out = call_result(e, call_int_type);
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
	out->reg = plan_emit(bd, op_make(OP_OCCURRENCE, own), call_int_type,
	    ITEM_NONE, e->at, "");
	plan_bring(bd, frame, own, ITEM_NONE, e->at, out);
	return true;
}

const struct function call_own_table[] = {
	{ "AS-OF", 0, 0, plan_as_of },
	{ "DIGITS", 1, 1, call_digits },
	{ "FILE-NAME", 0, 0, call_file_name },
	{ "FPE", 1, 1, plan_token },
	{ "FULL-NAME", 1, ARGS_MAX, call_full_name },
	{ "HASH-KEY", 1, ARGS_MAX, plan_hash },
	{ "KEEP-LAST", 2, 2, plan_keep_last },
	{ "LABEL", 1, 1, call_label },
	{ "LOOKUP", 3, 18, plan_lookup },
	{ "OCCURRENCE", 0, 1, call_occurrence },
	{ "NAME-CASE", 1, 1, call_name_case },
	{ "RECORD-BYTES", 0, 0, call_record_bytes },
	{ "RECORD-NUMBER", 0, 0, call_record_number },
	{ "RECORD-TYPE", 0, 0, plan_record_type },
	{ "REDACT", 1, 1, plan_redact },
	{ "SPLIT-NAME", 2, 2, call_split_name },
	{ "SPLIT-NAME-DOUBTFUL", 1, 1, call_split_doubtful },
	{ "TOKEN", 1, 1, plan_token },
	{ "UNPIVOT-NAME", 0, 0, plan_unpivot_name },
	{ "UNPIVOT-NUMBER", 0, 0, plan_unpivot_number },
	{ "UNPIVOT-VALUE", 0, 0, plan_unpivot_value },
	{ "UNTRIMMED", 1, 1, call_untrimmed },
	{ "UUID-KEY", 1, ARGS_MAX, plan_hash },
	{ NULL, 0, 0, NULL },
};
