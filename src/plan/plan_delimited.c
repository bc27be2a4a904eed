/*
 * Delimited text: items are fields, 88-levels compare their values and not
 * their bytes, and rows whose fields are not those expected are rejects.
 *
 * An 88-level becomes the expression that says the same, since a field's bytes
 * have no constant place.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "record/record.h"
#include "value/format.h"

static bool
item_is_float(const struct item *it)
{
	return it->usage == USAGE_FLOAT || it->usage == USAGE_DOUBLE ||
	    it->usage == USAGE_FLOAT_BINARY ||
	    (it->edited != NULL && it->edited->is_float);
}

static bool
item_is_binary(const struct item *it)
{
	return it->usage == USAGE_BINARY || it->usage == USAGE_COMP5 ||
	    it->usage == USAGE_COMPX || it->usage == USAGE_COMPN;
}

bool
plan_codec_field(const struct item *it, enum read_as as,
    const struct mapping *m, struct codec *c)
{
	bool numeric = it->category == CAT_NUMERIC || (as != AS_TEXT &&
	    it->edited != NULL && it->edited->numeric);

	c->kind = CODEC_FIELD;
	c->size = CODEC_FIELD_SIZE;
	c->utf8 = m->delimited.utf8;
	c->comma = m->delimited.decimal == ',';
	if (it->category == CAT_GROUP || it->category == CAT_OPAQUE ||
	    it->usage == USAGE_FLOAT_DECIMAL || as == AS_BYTES)
		return false;
	if (!numeric) {
		c->field = FIELD_TEXT;
		c->width = it->category == CAT_NATIONAL ||
		    it->category == CAT_NATIONAL_EDITED ||
		    it->category == CAT_DBCS ? it->width / 2 : it->width;
		return true;
	}
	c->field = item_is_float(it) ? FIELD_FLOAT : as == AS_TEXT &&
	    it->usage == USAGE_DISPLAY && !it->is_signed && it->scale == 0 ?
	    FIELD_DIGITS : FIELD_NUMBER;
	if ((c->field == FIELD_NUMBER && item_is_binary(it)) ||
	    c->field == FIELD_FLOAT)
		c->binary = it->width <= 16 ? (uint8_t)it->width : 0;
	return true;
}

/* ---- 88-levels --------------------------------------------------------- */

struct condition_maker {
	struct build *bd;
	const struct expr *asked;	/* where, and with which subscripts */
	const struct item *item;
	struct expr *name;
	bool numeric;
};

static struct expr *
make(const struct condition_maker *m, enum expr_kind kind, struct expr *a,
    struct expr *b, struct expr *c)
{
	struct arena *arena = m->bd->arena;
	struct expr *e = arena_zalloc(arena, sizeof *e), *arg[] = { a, b, c };

	e->kind = kind;
	e->at = m->asked->at;
	e->narg = a == NULL ? 0 : b == NULL ? 1 : c == NULL ? 2 : 3;
	e->arg = arena_array(arena, 3, sizeof *e->arg);
	memcpy(e->arg, arg, sizeof arg);
	return e;
}

/* The item by its whole path: a short name may be another's. */
static struct expr *
make_name(const struct condition_maker *m, uint32_t item)
{
	const struct layout *l = m->bd->layout;
	struct expr *e = make(m, EX_NAME, NULL, NULL, NULL), *call;
	const char **name = arena_array(m->bd->arena, 64, sizeof *name);
	static const char *const rtrim[] = { "RTRIM" };

	for (; item != ITEM_NONE && e->nname < 64; item = l->item[item].parent)
		if (l->item[item].name != NULL)
			name[e->nname++] = l->item[item].name;
	e->name = name;
	e->arg = m->asked->arg;
	e->narg = m->asked->narg;
	if (m->numeric || m->bd->policies->text_trim != TRIM_NONE)
		return e;
	call = make(m, EX_CALL, e, NULL, NULL);
	call->name = rtrim;
	call->nname = 1;
	return call;
}

static struct expr *
make_text(const struct condition_maker *m, const uint8_t *p, uint32_t n)
{
	struct expr *e = make(m, EX_TEXT, NULL, NULL, NULL);

	while (n > 0 && p[n - 1] == ' ')
		n--;
	e->text = (struct slice){ p, n };
	return e;
}

/* A text over and over, as long as the item. */
static struct expr *
make_repeated(const struct condition_maker *m, struct slice s)
{
	uint32_t n = m->item->width, i;
	uint8_t *p = arena_alloc(m->bd->arena, n + 1);

	if (s.len == 0)
		return NULL;
	for (i = 0; i < n; i++)
		p[i] = s.p[i % s.len];
	return make_text(m, p, n);
}

static struct expr *
make_number(const struct condition_maker *m, struct slice s)
{
	struct expr *e = make(m, EX_NUMBER, NULL, NULL, NULL);
	bool minus = s.len > 0 && s.p[0] == '-';
	int16_t scale;
	d128 v;

	if (!parse_decimal(s.p, s.len, &v, &scale))
		return NULL;
	if (minus || s.p[0] == '+') {
		s.p++;
		s.len--;
	}
	e->text = s;
	return minus ? make(m, EX_NEGATE, e, NULL, NULL) : e;
}

/* The value as a literal; NULL: it is none that the field could hold. */
static struct expr *
make_literal(const struct condition_maker *m, const struct literal *lit)
{
	switch (lit->kind) {
	case LIT_TEXT:
	case LIT_NUMBER:
	case LIT_NATIONAL:
	case LIT_DBCS:
		return m->numeric ? make_number(m, lit->text) :
		    make_text(m, lit->text.p, lit->text.len);
	case LIT_ZEROS:
		return m->numeric ? make_number(m, slice_str("0")) :
		    make_repeated(m, slice_str("0"));
	case LIT_ALL:
		return m->numeric ? NULL : make_repeated(m, lit->text);
	case LIT_QUOTES:
		return m->numeric ? NULL : make_repeated(m, slice_str("\""));
	default:
		return NULL;
	}
}

/* What a field is where the bytes would be X'00', X'FF' or blanks. */
static struct expr *
make_blank(const struct condition_maker *m, const struct literal *lit)
{
	struct expr *none = make(m, EX_IS_NULL, m->name, NULL, NULL);

	if (m->numeric || lit->kind != LIT_SPACES)
		return none;
	return make(m, EX_OR, none, make(m, EX_EQ, m->name,
	    make_text(m, NULL, 0), NULL), NULL);
}

/* name = 'A' or name between 'C' and 'F' or …; NULL after an error. */
static struct expr *
make_condition(const struct condition_maker *m, const struct condition *cond)
{
	struct expr *all = NULL, *one, *lo, *hi;
	const struct literal *lit;
	uint32_t i;

	for (i = 0; i < cond->nvalue; i++) {
		lit = &cond->value[i].lo;
		if (!cond->value[i].thru && (lit->kind == LIT_SPACES ||
		    lit->kind == LIT_LOW_VALUES || lit->kind == LIT_NULLS ||
		    lit->kind == LIT_HIGH_VALUES)) {
			one = make_blank(m, lit);
		} else {
			lo = make_literal(m, lit);
			hi = cond->value[i].thru ? make_literal(m,
			    &cond->value[i].hi) : lo;
			if (lo == NULL || hi == NULL) {
				diag_add(m->bd->diags, DIAG_P026, m->asked->at,
				    "a value of the 88-level '%s' is none that "
				    "a field of delimited text can have",
				    cond->name);
				return NULL;
			}
			one = cond->value[i].thru ? make(m, EX_BETWEEN,
			    m->name, lo, hi) : make(m, EX_EQ, m->name, lo,
			    NULL);
		}
		all = all == NULL ? one : make(m, EX_OR, all, one, NULL);
	}
	return all;
}

static struct condition_maker
condition_maker(struct build *bd, const struct expr *e, uint32_t item)
{
	struct condition_maker m = { .bd = bd, .asked = e,
	    .item = &bd->layout->item[item] };

	m.numeric = m.item->category == CAT_NUMERIC || (m.item->edited !=
	    NULL && m.item->edited->numeric);
	m.name = make_name(&m, item);
	return m;
}

static bool
condition_plan(struct build *bd, uint32_t frame, const struct expr *asked,
    const struct expr *made, struct operand *out)
{
	if (made == NULL || !plan_expr(bd, frame, made, out))
		return false;
	out->e = asked;
	out->item = ITEM_NONE;
	return true;
}

bool
plan_field_condition(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t condition, struct operand *out)
{
	const struct condition *c = &bd->layout->condition[condition];
	struct condition_maker m = condition_maker(bd, e, c->item);

	return condition_plan(bd, frame, e, make_condition(&m, c), out);
}

bool
plan_field_label(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t item, struct operand *out)
{
	const struct layout *l = bd->layout;
	struct condition_maker m = condition_maker(bd, e, item);
	struct expr *pick = make(&m, EX_CASE, NULL, NULL, NULL), *when;
	uint32_t i;

	pick->arg = arena_array(bd->arena, 2 * (l->ncondition + 1),
	    sizeof *pick->arg);
	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != item)
			continue;
		when = make_condition(&m, &l->condition[i]);
		if (when == NULL)
			return false;
		pick->arg[pick->narg++] = when;
		when = make(&m, EX_TEXT, NULL, NULL, NULL);
		when->text = slice_str(l->condition[i].name);
		pick->arg[pick->narg++] = when;
	}
	return condition_plan(bd, frame, e, pick, out);
}

/* ---- for the file: which fields are read ------------------------------- */

const struct place *
plan_decodes(const struct plan *p, uint32_t item, uint32_t offset)
{
	const struct codec *c;
	uint32_t i;

	for (i = 0; i < p->nop; i++) {
		if (p->op[i].code != OP_DECODE || p->note[i].item != item)
			continue;
		c = p->op[i].k;
		if (p->frame[p->op[i].frame].table != ITEM_NONE ||
		    c->offset == offset)
			return &p->note[i].at;
	}
	return NULL;
}

/* ---- rows -------------------------------------------------------------- */

void
plan_field_place(const uint8_t *entry, struct reject *r)
{
	uint32_t v[2];

	memcpy(v, entry, sizeof v);
	r->offset += v[0];
	r->size = v[1];
}

/* Fields that the layout's record has; UINT32_MAX: any number will do. */
static uint32_t
fields_expected(const struct plan *p, const struct batch *b, uint32_t rec)
{
	uint32_t record = p->record;

	if (p->mapping->delimited.header || p->mapping->delimited.ncolumn > 0)
		return UINT32_MAX;	/* the framing has looked */
	if (p->ntype > 0 && b->type[rec] >= TYPE_BAD)
		return UINT32_MAX;
	if (p->ntype > 0)
		record = p->type[b->type[rec]].record;
	return (p->layout->item[record].size - DELIMITED_HEAD) /
	    CODEC_FIELD_SIZE;
}

uint16_t
plan_row_code(const struct plan *p, const struct batch *b, uint32_t rec,
    const struct delimited_row *row)
{
	uint32_t want = fields_expected(p, b, rec);

	switch (row->fault) {
	case ROW_SHORT:
		return DIAG_D034;
	case ROW_LONG:
		return DIAG_D035;
	case ROW_QUOTE:
		return DIAG_D036;
	case ROW_FINE:
		break;
	}
	return want == UINT32_MAX || want == row->n ? 0 : row->n < want ?
	    DIAG_D034 : DIAG_D035;
}

/* The first field that the row lacks, if the layout has it there. */
static uint32_t
row_lacks(const struct plan *p, const struct batch *b, uint32_t rec,
    uint32_t n)
{
	uint32_t record = p->record, i;
	const struct layout *l = p->layout;

	if (fields_expected(p, b, rec) == UINT32_MAX)
		return ITEM_NONE;
	if (p->ntype > 0)
		record = p->type[b->type[rec]].record;
	for (i = record; i < l->item[record].next; i++)
		if (l->item[i].category != CAT_GROUP && l->item[i].size > 0 &&
		    l->item[i].offset == DELIMITED_HEAD + CODEC_FIELD_SIZE * n)
			return i;
	return ITEM_NONE;
}

static void
row_reject(const struct plan *p, struct batch *b, uint32_t rec, uint16_t code,
    const struct delimited_row *row)
{
	struct reject *r = ARENA_PUSH(&b->arena, b->reject, b->nreject,
	    b->reject_cap);

	*r = (struct reject){ .rec = rec, .code = code, .table = UINT16_MAX,
	    .column = UINT16_MAX, .item = code == DIAG_D034 ?
	    row_lacks(p, b, rec, row->n) : ITEM_NONE, .offset = row->from,
	    .size = row->raw.len };
}

/* One reason is enough for a row that is no row. */
void
plan_rows_reasons(const struct plan *p, struct batch *b)
{
	uint32_t all = b->slab.nrec + b->ncarried, i, n;
	uint16_t *code = arena_array(&b->arena, all + 1, sizeof *code);
	struct delimited_row row;

	for (i = 0; i < all; i++) {
		delimited_row(b->slab.rec[i], &row);
		code[i] = plan_row_code(p, b, i, &row);
	}
	for (i = n = 0; i < b->nreject; i++)
		if (code[b->reject[i].rec] == 0)
			b->reject[n++] = b->reject[i];
	b->nreject = n;
	for (i = 0; i < all; i++) {
		if (code[i] == 0)
			continue;
		delimited_row(b->slab.rec[i], &row);
		row_reject(p, b, i, code[i], &row);
	}
}
