/*
 * Functions of decant's own: of the record, its file, and names of persons.
 */
#include "plan/plan_call.h"

#include <string.h>

static bool
call_full_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg);

	return call_texts(bd, frame, e, 0, reg) &&
	    call_any(bd, frame, e, OP_FULL_NAME, reg, call_text_type, out);
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
	{ "FPE", 1, 1, plan_token },
	{ "FULL-NAME", 1, ARGS_MAX, call_full_name },
	{ "HASH-KEY", 1, ARGS_MAX, plan_hash },
	{ "KEEP-LAST", 2, 2, plan_keep_last },
	{ "LABEL", 1, 1, call_label },
	{ "LOOKUP", 3, 18, plan_lookup },
	{ "OCCURRENCE", 0, 1, call_occurrence },
	{ "RECORD-NUMBER", 0, 0, call_record_number },
	{ "RECORD-TYPE", 0, 0, plan_record_type },
	{ "REDACT", 1, 1, plan_redact },
	{ "TOKEN", 1, 1, plan_token },
	{ "UNPIVOT-NAME", 0, 0, plan_unpivot_name },
	{ "UNPIVOT-NUMBER", 0, 0, plan_unpivot_number },
	{ "UNPIVOT-VALUE", 0, 0, plan_unpivot_value },
	{ "UUID-KEY", 1, ARGS_MAX, plan_hash },
	{ NULL, 0, 0, NULL },
};
