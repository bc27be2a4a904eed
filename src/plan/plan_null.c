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

/* The item that a name or a call with its subscripts means, or ITEM_NONE. */
static uint32_t
side_item(struct build *bd, const struct expr *e)
{
	uint32_t found[2];

	return (e->kind == EX_NAME || e->kind == EX_CALL) && layout_find(
	    bd->layout, bd->record, e->name, e->nname, found) == 1 ?
	    found[0] : ITEM_NONE;
}

bool
plan_side(struct build *bd, uint32_t frame, const struct expr *e,
    const struct expr *other, struct operand *out)
{
	uint32_t item = other->kind == EX_HEX && bd->mapping->format !=
	    MAP_DELIMITED ? side_item(bd, e) : ITEM_NONE;
	uint32_t size;

	if (item == ITEM_NONE)
		return plan_expr(bd, frame, e, out);
	size = bd->layout->item[item].size;
	if (other->text.len != size) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P040, other->at,
		    "'%s' has %u byte%s, x'…' has %u",
		    plan_item_name(bd, item), size, size == 1 ? "" : "s",
		    other->text.len), "all bytes of a field are compared");
		return false;
	}
	return plan_field(bd, frame, e, item, AS_BYTES, out);
}
