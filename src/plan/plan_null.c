/*
 * What a column says beside its expression: null_if:, and policies of its own.
 *
 * DB2's extracts keep nulls in indicators beside the fields: -1 in a halfword,
 * X'FF' in a byte before it, ? in one behind it (Db2 for z/OS, Utility Guide,
 * "UNLOAD", and "DSNTIAUL").  Such a byte need not be a character of the code
 * page, so a field that is compared with x'…' is not decoded at all.
 */
#include "plan/plan_impl.h"

#include "base/buf.h"

bool
plan_column(struct build *bd, uint32_t frame, const struct map_column *mc,
    bool text, struct operand *out)
{
	struct op op = op_make(OP_NULL_IF, frame);
	struct operand cond;
	bool good;

	bd->policies = mc->policies != NULL ? mc->policies :
	    &bd->plan->policies;
	good = text ? plan_text(bd, frame, mc->from, out) :
	    plan_expr(bd, frame, mc->from, out);
	if (mc->null_if == NULL)
		return good;
	bd->policies = &bd->plan->policies;
	if (!plan_bool(bd, frame, mc->null_if, &cond) || !good)
		return false;
	bd->policies = mc->policies != NULL ? mc->policies :
	    &bd->plan->policies;
	op.a = out->reg;
	op.b = cond.reg;
	out->reg = plan_emit(bd, op, out->t, out->item, mc->null_if->at, "");
	return true;
}

/* A field of a record of bytes; one of delimited text has none of its own. */
static bool
side_is_field(struct build *bd, const struct expr *e)
{
	uint32_t found[2];

	return (e->kind == EX_NAME || e->kind == EX_CALL) && !bd->checking &&
	    bd->mapping->format != MAP_DELIMITED &&
	    !bd->layout->of_table && !plan_is_typed(bd, e) &&
	    layout_find(bd->layout, bd->record, e->name, e->nname, found) > 0;
}

bool
plan_side(struct build *bd, uint32_t frame, const struct expr *e,
    const struct expr *other, struct operand *out)
{
	uint32_t item, size;

	if (other->kind != EX_HEX || !side_is_field(bd, e))
		return plan_expr(bd, frame, e, out);
	if (plan_name(bd, e, &item) != NAME_FIELD)
		return false;
	size = bd->layout->item[item].size;
	if (other->text.len == size)
		return plan_field(bd, frame, e, item, AS_BYTES, out);
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P040, other->at,
	    "'%s' has %u byte%s, x'…' has %u", plan_item_name(bd, item), size,
	    size == 1 ? "" : "s", other->text.len),
	    "all bytes of a field are compared");
	return false;
}
