/*
 * 88-levels: conditions and labels of items.  Values are compared in the
 * frame that holds the item, where its bytes are; the answers are gathered.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "charset/charset.h"
#include "value/format.h"

/* The bytes of a literal in an item of `size` bytes, blanks behind. */
static bool
label_bytes(struct build *bd, const struct literal *lit, uint32_t size,
    const uint8_t **out)
{
	const struct codepage *page = bd->plan->page;
	uint8_t *p = arena_alloc(bd->arena, size);
	uint32_t i, j;
	int fill = page->blank, c;

	*out = p;
	switch (lit->kind) {
	case LIT_LOW_VALUES:
	case LIT_NULLS:
		fill = 0;
		break;
	case LIT_HIGH_VALUES:
		fill = 0xff;
		break;
	case LIT_ZEROS:
		fill = page->zero;
		break;
	case LIT_QUOTES:
		fill = charset_encode(page, '"');
		break;
	default:
		break;
	}
	memset(p, fill, size);
	if (lit->kind == LIT_HEX) {
		memcpy(p, lit->text.p, lit->text.len < size ? lit->text.len :
		    size);
		return lit->text.len <= size;
	}
	if (lit->kind != LIT_TEXT && lit->kind != LIT_ALL &&
	    lit->kind != LIT_NUMBER)
		return true;
	for (i = j = 0; i < size && (lit->text.len > 0); i++, j++) {
		if (j == lit->text.len) {
			if (lit->kind != LIT_ALL)
				break;
			j = 0;
		}
		c = charset_encode(page, lit->text.p[j]);
		if (c < 0)
			return false;
		p[i] = (uint8_t)c;
	}
	return lit->kind == LIT_ALL || lit->text.len <= size;
}

bool
plan_literal_number(const struct literal *lit, int16_t scale, d128 *v)
{
	int16_t from;
	bool exact;

	if (lit->kind == LIT_ZEROS) {
		*v = 0;
		return true;
	}
	return lit->kind == LIT_NUMBER &&
	    parse_decimal(lit->text.p, lit->text.len, v, &from) &&
	    decimal_rescale(*v, from, scale, v, &exact) && exact;
}

bool
plan_literal_bytes(struct build *bd, const struct literal *lit,
    const struct item *it, const uint8_t **out)
{
	return plan_is_wide(it) ? plan_wide_bytes(bd, it, lit, out) :
	    label_bytes(bd, lit, it->size, out);
}

static bool
label_make(struct build *bd, const struct condition *cond,
    const struct operand *number, struct k_label *l, struct place at)
{
	const struct item *it = &bd->layout->item[cond->item];
	const struct literal *lo, *hi;
	struct k_range *r;
	bool good;
	uint32_t i;

	l->name = cond->name;
	l->text = slice_str(cond->name);
	l->nrange = cond->nvalue;
	l->range = arena_array(bd->arena, cond->nvalue, sizeof *l->range);
	for (i = 0; i < cond->nvalue; i++) {
		r = &l->range[i];
		lo = &cond->value[i].lo;
		hi = cond->value[i].thru ? &cond->value[i].hi : lo;
		r->thru = cond->value[i].thru;
		r->raw = number == NULL ||
		    !plan_literal_number(lo, number->t.scale, &r->nlo) ||
		    !plan_literal_number(hi, number->t.scale, &r->nhi);
		if (!r->raw)
			continue;
		good = (plan_is_wide(it) || number == NULL ||
		    lo->kind != LIT_NUMBER) &&
		    plan_literal_bytes(bd, lo, it, &r->lo) &&
		    plan_literal_bytes(bd, hi, it, &r->hi);
		if (!good) {
			diag_add(bd->diags, DIAG_P026, at, "a value of the "
			    "88-level '%s' does not fit its item '%s'",
			    cond->name, plan_item_name(bd, cond->item));
			return false;
		}
	}
	return true;
}

/* An item of one byte: the first label of each value, or -1. */
static const int16_t *
label_table(struct build *bd, const struct k_match *k)
{
	int16_t *byte = arena_array(bd->arena, 256, sizeof *byte);
	const struct k_range *r;
	uint32_t i, j;
	int v;

	for (v = 0; v < 256; v++)
		byte[v] = -1;
	for (i = k->nlabel; i > 0; i--)
		for (j = 0; j < k->label[i - 1].nrange; j++) {
			r = &k->label[i - 1].range[j];
			for (v = r->lo[0]; v <= (r->thru ? r->hi[0] :
			    r->lo[0]); v++)
				byte[v] = (int16_t)(i - 1);
		}
	return byte;
}

static bool
label_emit(struct build *bd, const struct spot *s, const struct expr *e,
    enum op_code code, struct k_match *k, const struct operand *number,
    struct operand *out)
{
	struct operand raw;
	struct op op;

	/* the raw bytes stand where a text of the item would be decoded */
	if (number == NULL && !plan_spot_cells(bd, s, AS_VALUE, e->at, &raw))
		return false;
	k->offset = s->offset;
	k->size = bd->layout->item[s->item].size;
	op = op_make(code, s->where);
	op.a = number == NULL ? NONE : number->reg;
	op.b = s->hangs;
	op.k = k;
	out->reg = plan_emit(bd, op, out->t, s->item, e->at, arena_printf(
	    bd->arena, "%s of %s", code == OP_LABEL ? "88-level" :
	    k->label[0].name, plan_item_name(bd, s->item)));
	out->item = ITEM_NONE;
	out->e = e;
	return true;
}

/* Values are compared in the frame that holds the item, then gathered. */
static bool
label_cells(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, uint32_t item, uint32_t only, struct operand *out)
{
	const struct layout *l = bd->layout;
	const struct item *it = &l->item[item];
	struct operand number, *num = NULL;
	struct k_match *k = arena_zalloc(bd->arena, sizeof *k);
	struct spot s;
	uint32_t i;

	if (!plan_spot(bd, frame, e, item, true, &s))
		return false;
	if (it->category == CAT_NUMERIC) {
		if (!plan_spot_cells(bd, &s, AS_VALUE, e->at, &number))
			return false;
		num = &number;
		if (number.t.type == V_TEXT) {
			diag_add(bd->diags, DIAG_P026, e->at, "the 88-levels "
			    "of '%s' are of decimal floating point: compare "
			    "a cast of it instead", plan_item_name(bd, item));
			return false;
		}
	}
	k->label = arena_array(bd->arena, l->ncondition, sizeof *k->label);
	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != item || (only != NONE && only != i))
			continue;
		if (!label_make(bd, &l->condition[i], num,
		    &k->label[k->nlabel], e->at))
			return false;
		k->nlabel++;
	}
	if (num == NULL && it->size == 1)
		k->byte = label_table(bd, k);
	return label_emit(bd, &s, e, code, k, num, out) &&
	    plan_spot_bring(bd, frame, &s, ITEM_NONE, e->at, out);
}

bool
plan_condition(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t condition, struct operand *out)
{
	*out = (struct operand){ .t = { .type = V_BOOL } };
	if (bd->mapping->format == MAP_DELIMITED)
		return plan_field_condition(bd, frame, e, condition, out);
	return label_cells(bd, frame, e, OP_MATCH,
	    bd->layout->condition[condition].item, condition, out);
}

bool
plan_label(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t item, i;
	enum name_kind what = plan_name(bd, e, &item);

	*out = (struct operand){ .t = { .type = V_TEXT } };
	if (what == NAME_UNKNOWN)
		plan_name_unknown(bd, e);
	if (what == NAME_UNKNOWN || what == NAME_WRONG)
		return false;
	for (i = 0; what == NAME_FIELD && i < bd->layout->ncondition; i++)
		if (bd->layout->condition[i].item == item)
			return bd->mapping->format == MAP_DELIMITED ?
			    plan_field_label(bd, frame, e, item, out) :
			    label_cells(bd, frame, e, OP_LABEL, item, NONE,
			    out);
	diag_add(bd->diags, DIAG_P017, e->at, "'%s' has no 88-levels",
	    e->name[0]);
	return false;
}
