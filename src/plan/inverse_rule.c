/*
 * The bytes of items that nothing gives: what the type's condition asks for,
 * a VALUE clause's value, or blanks and zeros; and those of indicators.
 */
#include <string.h>

#include "charset/charset.h"
#include "plan/inverse_impl.h"
#include "value/format.h"

/* ---- bytes of a value --------------------------------------------------- */

static bool
is_number(const struct codec *c, int16_t *scale)
{
	uint16_t precision;
	enum vtype t = codec_type(c, scale, &precision);

	return t == V_I64 || t == V_D128;
}

/* One cell as the item's bytes; NULL: it cannot be. */
static const uint8_t *
bytes_of(struct arena *a, const struct codec *c, struct column *col)
{
	uint8_t *p = arena_zalloc(a, c->size + 1);
	struct cell_faults faults = { 0 };

	codec_encode(c, col, NULL, &p, 1, &faults, a);
	return faults.n > 0 ? NULL : p;
}

static const uint8_t *
bytes_number(struct arena *a, const struct codec *c, d128 v)
{
	struct column col;
	int16_t scale;

	is_number(c, &scale);
	column_init(&col, a, V_D128, scale, 1);
	col.v.d128[0] = v;
	return bytes_of(a, c, &col);
}

static const uint8_t *
bytes_text(struct arena *a, const struct codec *c, struct slice text)
{
	struct column col;

	column_init(&col, a, V_TEXT, 0, 1);
	col.v.text[0] = text;
	return bytes_of(a, c, &col);
}

/* Blanks, or the number zero, or X'00'. */
static const uint8_t *
bytes_plain(struct inverse *inv, const struct codec *c, const struct item *it,
    bool decoded, const char **rule)
{
	const uint8_t *p = NULL;
	struct column col;
	uint8_t *fill;
	int16_t scale;
	uint16_t precision;
	enum vtype t = decoded ? codec_type(c, &scale, &precision) : V_BYTES;

	*rule = "zeros";
	if (t == V_I64 || t == V_D128) {
		p = bytes_number(inv->arena, c, 0);
	} else if (t == V_F64) {
		column_init(&col, inv->arena, t, 0, 1);
		col.v.f64[0] = 0;
		p = bytes_of(inv->arena, c, &col);
	} else if (t == V_TEXT && c->kind != CODEC_DECFLOAT) {
		*rule = "blanks";
		p = bytes_text(inv->arena, c, slice_str(""));
	}
	if (p != NULL)
		return p;
	fill = arena_zalloc(inv->arena, it->size + 1);
	if (it->usage == USAGE_DISPLAY && it->category != CAT_OPAQUE) {
		*rule = "blanks";
		memset(fill, inv->plan->page->blank, it->size);
	}
	return fill;
}

/* A literal of the copybook. */
static const uint8_t *
bytes_literal(struct build *bd, const struct literal *lit,
    const struct item *it, const struct codec *c, bool decoded)
{
	const uint8_t *p;
	int16_t scale;
	d128 v;

	if (decoded && it->category == CAT_NUMERIC && is_number(c, &scale) &&
	    plan_literal_number(lit, scale, &v)) {
		p = bytes_number(bd->arena, c, v);
		if (p != NULL)
			return p;
	}
	return plan_literal_bytes(bd, lit, it, &p) ? p : NULL;
}

/* A literal of an expression. */
static const uint8_t *
bytes_expr(struct arena *a, const struct expr *e, const struct codec *c)
{
	int16_t scale, from;
	uint8_t *p;
	bool exact;
	d128 v;

	if (e->kind == EX_HEX) {
		if (e->text.len != c->size)
			return NULL;
		p = arena_zalloc(a, c->size + 1);
		memcpy(p, e->text.p, c->size);
		return p;
	}
	if (e->kind == EX_NEGATE && e->arg[0]->kind == EX_NUMBER &&
	    is_number(c, &scale))
		return parse_decimal(e->arg[0]->text.p, e->arg[0]->text.len,
		    &v, &from) && decimal_rescale(-v, from, scale, &v,
		    &exact) && exact ? bytes_number(a, c, v) : NULL;
	if (e->kind != EX_TEXT && e->kind != EX_NUMBER)
		return NULL;
	if (!is_number(c, &scale))
		return bytes_text(a, c, e->text);
	return parse_decimal(e->text.p, e->text.len, &v, &from) &&
	    decimal_rescale(v, from, scale, &v, &exact) && exact ?
	    bytes_number(a, c, v) : NULL;
}

/* ---- conditions --------------------------------------------------------- */

struct scope {
	struct inverse *inv;
	uint32_t type;		/* whose names count */
	struct type_back *back;	/* whose items are asked for */
	struct build bd;
	struct diags scratch;
};

static void
scope_init(struct scope *s, struct inverse *inv, uint32_t type,
    uint32_t from)
{
	s->inv = inv;
	s->type = type;
	s->back = &inv->type[from];
	inverse_scope(inv, from, &s->bd, &s->scratch);
}

/* An elementary item of the scope's, without subscripts, that has a value. */
static bool
scope_item(const struct scope *s, const struct expr *e, uint32_t *item,
    bool *condition)
{
	uint32_t of, at;

	if (!inverse_name(s->inv, s->type, e, &of, item, condition) ||
	    of != (uint32_t)(s->back - s->inv->type) || e->narg > 0)
		return false;
	at = *condition ? s->inv->layout->condition[*item].item : *item;
	return s->inv->layout->item[at].next == at + 1 &&
	    s->inv->layout->item[at].level != 66 &&
	    s->back->decoded[inverse_nth(s->back, at)];
}

static const struct codec *
scope_codec(const struct scope *s, uint32_t item)
{
	return &s->back->codec[inverse_nth(s->back, item)];
}

static const uint8_t *
condition_bytes(struct scope *s, uint32_t condition, uint32_t *item)
{
	const struct condition *c = &s->inv->layout->condition[condition];

	*item = c->item;
	return c->nvalue == 0 ? NULL : bytes_literal(&s->bd,
	    &c->value[0].lo, &s->inv->layout->item[*item],
	    scope_codec(s, *item), true);
}

static void
condition_walk(struct scope *s, const struct expr *e, rule_fn *fn, void *arg)
{
	const struct expr *name, *lit;
	const uint8_t *p = NULL;
	uint32_t item;
	bool condition;

	switch (e->kind) {
	case EX_AND:
		condition_walk(s, e->arg[0], fn, arg);
		condition_walk(s, e->arg[1], fn, arg);
		return;
	case EX_OR:
		condition_walk(s, e->arg[0], fn, arg);
		return;
	case EX_NAME:
		if (scope_item(s, e, &item, &condition) && condition)
			p = condition_bytes(s, item, &item);
		break;
	case EX_EQ:
	case EX_IN:
	case EX_BETWEEN:
		name = e->arg[0];
		lit = e->arg[1];
		if (e->kind == EX_EQ && lit->kind == EX_NAME) {
			name = lit;
			lit = e->arg[0];
		}
		if (scope_item(s, name, &item, &condition) && !condition)
			p = bytes_expr(s->inv->arena, lit,
			    scope_codec(s, item));
		break;
	default:
		return;
	}
	if (p != NULL)
		fn(arg, item, p);
}

void
inverse_condition(struct inverse *inv, uint32_t type, uint32_t from,
    const struct expr *e, rule_fn *fn, void *arg)
{
	struct scope s;

	scope_init(&s, inv, type, from);
	condition_walk(&s, e, fn, arg);
}

/* ---- indicators --------------------------------------------------------- */

/* Is the comparison true of v? */
static bool
holds(enum expr_kind kind, int cmp)
{
	switch (kind) {
	case EX_EQ:
	case EX_IN:
		return cmp == 0;
	case EX_NE:
	case EX_NOT_IN:
		return cmp != 0;
	case EX_LT:
		return cmp < 0;
	case EX_LE:
		return cmp <= 0;
	case EX_GT:
		return cmp > 0;
	case EX_GE:
		return cmp >= 0;
	default:
		return false;
	}
}

/* Null is -1 and else it is 0, as Db2 has it, if the condition takes these. */
static bool
indicator_number(struct scope *s, const struct expr *e, uint32_t item,
    const uint8_t *bytes[2])
{
	const struct codec *c = scope_codec(s, item);
	const struct expr *lit = e->arg[1];
	d128 n, try[2][5], v;
	int16_t scale, from;
	bool minus = lit->kind == EX_NEGATE, exact;
	uint32_t i, k;

	lit = minus ? lit->arg[0] : lit;
	if (!is_number(c, &scale) || lit->kind != EX_NUMBER || e->narg != 2 ||
	    !parse_decimal(lit->text.p, lit->text.len, &n, &from) ||
	    !decimal_rescale(minus ? -n : n, from, scale, &n, &exact) ||
	    !exact)
		return false;
	memcpy(try[0], (d128[5]){ -1, 1, n, n - 1, n + 1 }, sizeof try[0]);
	memcpy(try[1], (d128[5]){ 0, 1, n, n + 1, n - 1 }, sizeof try[1]);
	bytes[0] = bytes[1] = NULL;
	for (k = 0; k < 2; k++)
		for (i = 0; i < 5 && bytes[k] == NULL; i++) {
			v = try[k][i];
			if (holds(e->kind, v < n ? -1 : v > n) == (k == 0))
				bytes[k] = bytes_number(s->inv->arena, c, v);
		}
	return bytes[0] != NULL && bytes[1] != NULL;
}

/* A byte or a character: the literal, and blanks or X'00'. */
static bool
indicator_bytes(struct scope *s, const struct expr *e, uint32_t item,
    const uint8_t *bytes[2])
{
	const struct codec *c = scope_codec(s, item);
	const uint8_t *lit, *other;
	uint8_t *fill = arena_zalloc(s->inv->arena, c->size + 1);
	const struct expr blank = { .kind = EX_TEXT };
	bool is = e->kind == EX_EQ || e->kind == EX_IN;

	if (!is && e->kind != EX_NE)
		return false;
	lit = bytes_expr(s->inv->arena, e->arg[1], c);
	other = e->arg[1]->kind == EX_HEX ? fill :
	    bytes_expr(s->inv->arena, &blank, c);
	if (lit != NULL && other != NULL && memcmp(lit, other, c->size) == 0) {
		memset(fill, e->arg[1]->kind == EX_HEX ? 0xff :
		    s->inv->plan->page->zero, c->size);
		other = fill;
	}
	bytes[!is] = lit;
	bytes[is] = other;
	return lit != NULL && other != NULL;
}

/* An 88-level: its value, and zero or blanks if that is none of its. */
static bool
indicator_level(struct scope *s, uint32_t condition, uint32_t *item,
    const uint8_t *bytes[2])
{
	const struct condition *c = &s->inv->layout->condition[condition];
	const struct item *it = &s->inv->layout->item[c->item];
	const uint8_t *p;
	const char *rule;
	uint32_t i;

	bytes[0] = condition_bytes(s, condition, item);
	bytes[1] = bytes_plain(s->inv, scope_codec(s, *item), it, true,
	    &rule);
	for (i = 0; bytes[0] != NULL && i < c->nvalue; i++) {
		p = bytes_literal(&s->bd, &c->value[i].lo, it,
		    scope_codec(s, *item), true);
		if (c->value[i].thru || p == NULL ||
		    memcmp(p, bytes[1], it->size) == 0)
			return false;
	}
	return bytes[0] != NULL;
}

bool
inverse_indicator(struct inverse *inv, uint32_t type, const struct expr *e,
    uint32_t *of, uint32_t *item, const uint8_t *bytes[2])
{
	const struct expr *name = e->kind == EX_NAME ? e : e->narg == 2 ?
	    e->arg[0] : NULL;
	struct scope s;
	bool condition;

	if (name == NULL || !inverse_name(inv, type, name, of, item,
	    &condition))
		return false;
	scope_init(&s, inv, type, *of);
	if (!scope_item(&s, name, item, &condition))
		return false;
	if (condition)
		return name == e && indicator_level(&s, *item, item, bytes);
	return name != e && (indicator_number(&s, e, *item, bytes) ||
	    indicator_bytes(&s, e, *item, bytes));
}

/* ---- the rule ----------------------------------------------------------- */

/* The VALUE of a group around the item, as it falls on the item. */
static const uint8_t *
group_value(struct build *bd, uint32_t item)
{
	const struct layout *l = bd->layout;
	const struct item *it = &l->item[item];
	struct item all = { .category = CAT_ALPHANUMERIC };
	const uint8_t *p;
	uint32_t g = it->parent;

	while (g != ITEM_NONE && l->item[g].value == NULL)
		g = l->item[g].parent;
	if (g == ITEM_NONE)
		return NULL;
	all.size = l->item[g].value->kind == LIT_TEXT ||
	    l->item[g].value->kind == LIT_HEX ? l->item[g].size : it->size;
	if (!plan_literal_bytes(bd, l->item[g].value, &all, &p))
		return NULL;
	if (all.size == it->size)
		return p;
	return it->table != l->item[g].table || it->offset + it->size >
	    l->item[g].offset + l->item[g].size ? NULL :
	    p + (it->offset - l->item[g].offset);
}

struct forcing {
	struct type_back *t;
};

static void
rule_force(void *arg, uint32_t item, const uint8_t *bytes)
{
	struct type_back *t = ((struct forcing *)arg)->t;
	uint32_t i = inverse_nth(t, item);

	if (t->forced[i])
		return;
	t->forced[i] = true;
	t->rule[i] = bytes;
}

static const char *
rule_item(struct inverse *inv, struct type_back *t, struct build *bd,
    uint32_t item)
{
	const struct item *it = &inv->layout->item[item];
	uint32_t i = inverse_nth(t, item);
	const uint8_t *p = NULL;
	const char *rule = "VALUE";

	if (it->value != NULL)
		p = bytes_literal(bd, it->value, it, &t->codec[i],
		    t->decoded[i]);
	if (p == NULL)
		p = group_value(bd, item);
	if (p == NULL)
		p = bytes_plain(inv, &t->codec[i], it, t->decoded[i], &rule);
	t->rule[i] = p;
	return rule;
}

void
inverse_rules(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	const struct layout *l = inv->layout;
	struct forcing forcing = { t };
	struct diags scratch;
	struct build bd;
	const char *rule;
	uint32_t i;

	inverse_scope(inv, type, &bd, &scratch);
	for (i = t->record; i < l->item[t->record].next; i++) {
		if (l->item[i].next > i + 1 || l->item[i].level == 66)
			continue;
		rule = rule_item(inv, t, &bd, i);
		*ARENA_PUSH(inv->arena, t->left, t->nleft, t->left_cap) =
		    (struct inverse_left){ i, rule };
	}
	if (inv->plan->ntype > 0 &&
	    inv->mapping->record_type[type].when != NULL)
		inverse_condition(inv, type, type,
		    inv->mapping->record_type[type].when, rule_force,
		    &forcing);
}
