/*
 * What columns are made of, and which items they give back.
 *
 * Names are looked up as the plan does, but nothing is compiled and nothing is
 * told: the mapping is sound.
 */
#include <string.h>

#include "base/buf.h"
#include "charset/charset.h"
#include "plan/crosswalk.h"
#include "plan/inverse_impl.h"
#include "value/format.h"

#define ATTR_MAX	(1u << 20)
#define STEPS_MAX	16u

struct bind {
	struct inverse *inv;
	struct candidate *c;
	struct bound *b;
	const struct map_column *mc;	/* NULL: a condition */
	uint32_t column;
	uint32_t number;		/* of the unpivoted row, or 0 */
	struct step step[STEPS_MAX];
	uint32_t nstep;
};

void
inverse_scope(const struct inverse *inv, uint32_t type, struct build *bd,
    struct diags *scratch)
{
	const struct plan *p = inv->plan;

	diags_init(scratch, inv->arena);
	*bd = (struct build){ .plan = (struct plan *)(uintptr_t)p,
	    .arena = inv->arena, .diags = scratch, .layout = inv->layout,
	    .mapping = inv->mapping, .record = inv->type[type].record,
	    .type = p->ntype == 0 ? NONE : type, .policies = &p->policies,
	    .map_table = NONE, .map_column = NONE };
}

bool
inverse_name(const struct inverse *inv, uint32_t type, const struct expr *e,
    uint32_t *of, uint32_t *item, bool *condition)
{
	struct expr plain = *e;
	struct diags scratch;
	struct build bd;
	uint32_t found[2], above;
	enum name_kind what;

	if (e->kind != EX_NAME && e->kind != EX_CALL)
		return false;
	inverse_scope(inv, type, &bd, &scratch);
	above = bd.type == NONE ? NONE : plan_type_of_name(&bd, e);
	*of = type;
	if (above != NONE) {
		*of = above;
		bd.type = above;
		bd.record = inv->type[above].record;
		/* company.ADDRESS may be a group's */
		if (above == type || layout_find(inv->layout, bd.record,
		    e->name, e->nname, found) != 1)
			plain.nname--;
	}
	if (e->kind == EX_CALL && layout_find(inv->layout, bd.record,
	    plain.name, plain.nname, found) == 0)
		return false;		/* a function */
	what = plan_name(&bd, &plain, item);
	*condition = what == NAME_CONDITION;
	return what == NAME_FIELD || what == NAME_CONDITION;
}

static bool
is_call(const struct expr *e, const char *name, uint32_t least, uint32_t most)
{
	return e->kind == EX_CALL && e->nname == 1 && e->narg >= least &&
	    e->narg <= most && strcmp(e->name[0], name) == 0;
}

/* ---- attributes --------------------------------------------------------- */

static bool
is_below(const struct inverse *inv, uint32_t type, uint32_t of)
{
	for (; type != NONE && type != of; type = inv->plan->ntype == 0 ?
	    NONE : inv->plan->type[type].parent)
		;
	return type == of;
}

static void
bound_item(struct bind *k, uint32_t type, uint32_t item)
{
	struct bound *b = k->b;

	*ARENA_PUSH(k->inv->arena, b->item, b->nitem, b->item_cap) =
	    (struct bound_item){ type, item };
	if (b->attr_type == NONE || is_below(k->inv, type, b->attr_type))
		b->attr_type = type;
}

static void attr_put(struct bind *, struct buf *, const struct expr *);

static void
attr_name(struct bind *k, struct buf *out, const struct expr *e, uint32_t of,
    uint32_t item, bool condition)
{
	const struct layout *l = k->inv->layout;
	uint32_t chain[NEST_MAX], i;

	buf_printf(out, "%c%u/%u", condition ? 'c' : 'i', of, item);
	item = condition ? l->condition[item].item : item;
	bound_item(k, of, item);
	if (e->narg < plan_tables(l, item, chain))
		k->b->in_row = true;
	for (i = 0; i < e->narg; i++)
		attr_put(k, out, e->arg[i]);
}

static void
attr_put(struct bind *k, struct buf *out, const struct expr *e)
{
	static const char *const of_row[] = { "OCCURRENCE", "UNPIVOT-NUMBER",
	    "UNPIVOT-NAME", "UNPIVOT-VALUE", NULL };
	const struct map_table *t = &k->inv->mapping->table[k->c->table];
	static const char *const of_file[] = { "RECORD-NUMBER", "FILE-NAME",
	    "RECORD-BYTES", "AS-OF", NULL };
	uint32_t i, of, item;
	bool condition;
	char type[48];

	if (e == NULL) {
		buf_putc(out, '~');
		return;
	}
	if (inverse_name(k->inv, k->c->type, e, &of, &item, &condition)) {
		attr_name(k, out, e, of, item, condition);
		return;
	}
	buf_printf(out, "(%d", (int)e->kind);
	for (i = 0; i < e->nname; i++)
		buf_printf(out, ".%s", e->name[i]);
	if (e->kind == EX_CALL && e->nname == 1) {
		for (i = 0; of_row[i] != NULL; i++)
			k->b->in_row |= strcmp(e->name[0], of_row[i]) == 0;
		for (i = 0; of_file[i] != NULL; i++)
			k->b->of_file |= strcmp(e->name[0], of_file[i]) == 0;
	}
	buf_printf(out, "%u:", e->text.len);
	buf_put(out, e->text.p, e->text.len);
	if (e->kind == EX_CAST) {
		sqltype_format(type, &e->type);
		buf_puts(out, type);
	}
	for (i = 0; i < e->narg; i++)
		attr_put(k, out, e->arg[i]);
	for (i = 0; is_call(e, "UNPIVOT-VALUE", 0, 0) && i < t->nunpivot; i++)
		attr_put(k, out, t->unpivot[i]);
	if (e->kind == EX_CASE) {
		attr_put(k, out, e->case_operand);
		attr_put(k, out, e->case_else);
	}
	buf_putc(out, ')');
}

/* Everything that the expression is made of; its attribute's text. */
static const char *
attr_of(struct bind *k, const struct expr *e)
{
	struct buf out;
	const char *s;

	buf_init(&out, ATTR_MAX);
	attr_put(k, &out, e);
	s = arena_strndup(k->inv->arena, out.p, out.len);
	buf_fini(&out);
	return s;
}

/* ---- what gives items back ---------------------------------------------- */

static uint32_t
step_rank(enum step_kind kind)
{
	return kind == STEP_NULL_IS ? 1 : kind == STEP_MOMENT ? 3 : 20;
}

/* Which occurrences of the item: those of the row, then subscripts. */
static bool
give_place(const struct bind *k, const struct expr *e, struct give *g)
{
	const struct candidate *c = k->c;
	uint32_t chain[NEST_MAX], n, i;
	int16_t scale;
	d128 v;

	n = plan_tables(k->inv->layout, g->item, chain);
	if (g->type != c->type && n > e->narg)
		return false;
	if (e->narg > n)
		return false;
	g->own = n - e->narg;
	if (g->own > c->depth)
		return false;
	for (i = 0; i < g->own; i++)
		if (chain[i] != c->chain[i])
			return false;
	for (i = 0; i < e->narg; i++) {
		if (e->arg[i]->kind != EX_NUMBER ||
		    !parse_decimal(e->arg[i]->text.p, e->arg[i]->text.len, &v,
		    &scale) || scale != 0 || v < 1 || v > UINT32_MAX)
			return false;
		g->fixed[g->nfixed++] = (uint32_t)v;
	}
	return true;
}

static void
give_add(struct bind *k, struct give g)
{
	uint32_t i;

	g.column = k->column;
	g.present = NONE;
	g.number = k->number;
	g.policies = k->mc != NULL && k->mc->policies != NULL ?
	    k->mc->policies : &k->inv->plan->policies;
	g.null_tells_nothing = k->mc != NULL && k->mc->null_if != NULL;
	g.step = arena_copy(k->inv->arena, k->step, k->nstep *
	    sizeof *k->step);
	g.nstep = k->nstep;
	for (i = 0; i < k->nstep; i++)
		g.rank += step_rank(k->step[i].kind);
	*ARENA_PUSH(k->inv->arena, k->b->give, k->b->ngive,
	    k->b->give_cap) = g;
}

/* A varchar: its length, in characters, and its text. */
static void
give_varchar(struct bind *k, struct give g)
{
	const struct item *text = &k->inv->layout->item[g.item + 2];

	if (k->inv->plan->page->wide != NULL &&
	    text->category == CAT_ALPHANUMERIC)
		return;		/* shift codes count too */
	g.utf16 = text->category == CAT_NATIONAL;
	g.item++;
	g.kind = GIVE_LENGTH;
	give_add(k, g);
	g.item++;
	g.kind = GIVE_VALUE;
	give_add(k, g);
}

/* The group's text has no table inside, and its items are characters. */
static bool
group_is_text(const struct layout *l, uint32_t group)
{
	const struct item *it;
	uint32_t i;

	if (l->item[group].category != CAT_GROUP ||
	    l->item[group].usage != USAGE_DISPLAY)
		return false;
	for (i = group + 1; i < l->item[group].next; i++) {
		it = &l->item[i];
		if (it->occurs_max > 0 || it->level == 66 ||
		    (it->next == i + 1 && it->usage != USAGE_DISPLAY))
			return false;
	}
	return true;
}

static void
give_group(struct bind *k, struct give g)
{
	const struct layout *l = k->inv->layout;
	uint32_t i;

	if (!group_is_text(l, g.item))
		return;
	g.group = g.item;
	g.kind = GIVE_PART;
	g.rank += 30;
	for (i = g.group + 1; i < l->item[g.group].next; i++)
		if (l->item[i].next == i + 1) {
			g.item = i;
			give_add(k, g);
		}
}

/* The one elementary item that a level 66 is another name of, or NONE. */
static uint32_t
renamed_item(const struct layout *l, uint32_t item)
{
	uint32_t i;

	for (i = l->item[item].record; i < l->item[l->item[item].record].next;
	    i++)
		if (l->item[i].level != 66 && l->item[i].next == i + 1 &&
		    l->item[i].offset == l->item[item].offset &&
		    l->item[i].size == l->item[item].size &&
		    l->item[i].category == l->item[item].category)
			return i;
	return NONE;
}

static void
give_name(struct bind *k, const struct expr *e)
{
	const struct layout *l = k->inv->layout;
	struct give g = { .kind = GIVE_VALUE };
	bool condition;

	if (!inverse_name(k->inv, k->c->type, e, &g.type, &g.item,
	    &condition) || condition)
		return;
	if (l->item[g.item].level == 66 &&
	    (g.item = renamed_item(l, g.item)) == NONE)
		return;
	if (!give_place(k, e, &g))
		return;
	if (l->item[g.item].varchar)
		give_varchar(k, g);
	else if (l->item[g.item].next > g.item + 1)
		give_group(k, g);
	else
		give_add(k, g);
}

/* ---- steps -------------------------------------------------------------- */

static void give_back(struct bind *, const struct expr *);

static void
through(struct bind *k, const struct step *s, const struct expr *e)
{
	if (k->nstep == STEPS_MAX)
		return;
	k->step[k->nstep++] = *s;
	give_back(k, e);
	k->nstep--;
}

static void
back_nullif(struct bind *k, const struct expr *e)
{
	struct step s = { .kind = STEP_NULL_IS, .type = V_TEXT };
	const struct expr *lit = e->arg[1];
	int64_t days;

	s.text = lit->text;
	if (lit->kind == EX_NUMBER) {
		s.type = V_D128;
		if (!parse_decimal(lit->text.p, lit->text.len, &s.number,
		    &s.scale))
			return;
	} else if (lit->kind == EX_DATE) {
		s.type = V_DATE;
		if (!parse_date_iso(lit->text.p, lit->text.len, &days))
			return;
		s.number = days;
	} else if (lit->kind != EX_TEXT) {
		return;
	}
	through(k, &s, e->arg[0]);
}

static void
back_moment(struct bind *k, const struct expr *e)
{
	struct k_date *m = arena_zalloc(k->inv->arena, sizeof *m);
	struct step s = { .kind = STEP_MOMENT, .moment = m };

	m->to = is_call(e, "TO-DATE", 2, 2) ? V_DATE :
	    is_call(e, "TO-TIME", 2, 2) ? V_TIME : V_TSTAMP;
	m->policies = k->mc != NULL && k->mc->policies != NULL ?
	    k->mc->policies : &k->inv->plan->policies;
	if (e->arg[1]->kind != EX_TEXT || !date_form_read(m, e->arg[1]->text))
		return;
	/* a date of a moment with a time of day in it has lost that */
	if (m->shape == SHAPE_PARTS && ((m->to == V_DATE && m->has_time) ||
	    (m->to == V_TIME && m->has_date)))
		return;
	through(k, &s, e->arg[0]);
}

/* The first value of each of the item's 88-levels; a range has none. */
static void
back_label(struct bind *k, const struct expr *e)
{
	const struct layout *l = k->inv->layout;
	struct step s = { .kind = STEP_LABEL };
	struct step_label *label;
	const struct condition *c;
	struct diags scratch;
	struct build bd;
	struct codec codec;
	uint32_t of, item, i;
	bool condition;

	if (!inverse_name(k->inv, k->c->type, e->arg[0], &of, &item,
	    &condition) || condition)
		return;
	inverse_scope(k->inv, of, &bd, &scratch);
	label = arena_array(k->inv->arena, l->ncondition, sizeof *label);
	s.label = label;
	if (!plan_codec(k->inv->arena, &l->item[item], AS_VALUE,
	    k->inv->plan->page, k->inv->mapping, &codec))
		return;
	for (i = 0; i < l->ncondition; i++) {
		c = &l->condition[i];
		if (c->item != item)
			continue;
		if (c->nvalue == 0 || c->value[0].thru)
			return;
		label[s.nlabel].name = slice_str(c->name);
		if (l->item[item].category != CAT_NUMERIC ||
		    !plan_literal_number(&c->value[0].lo,
		    codec.scale < 0 ? 0 : codec.scale,
		    &label[s.nlabel].number)) {
			if (!plan_literal_bytes(&bd, &c->value[0].lo,
			    &l->item[item], &label[s.nlabel].bytes))
				return;
		}
		s.nlabel++;
	}
	s.scale = codec.scale < 0 ? 0 : codec.scale;
	if (s.nlabel > 0)
		through(k, &s, e->arg[0]);
}

static void
back_lookup(struct bind *k, const struct expr *e)
{
	struct step s = { .kind = STEP_LOOKUP };
	const struct crosswalk *c;
	enum missing missing;
	uint32_t i, column;

	c = plan_lookup_data(k->inv->plan, e, &missing);
	if (c == NULL)
		return;
	column = crosswalk_column(c, arena_strndup(k->inv->arena,
	    (const char *)e->arg[e->narg - 1]->text.p,
	    e->arg[e->narg - 1]->text.len));
	s.crosswalk = crosswalk_back_new(k->inv->arena, c, column);
	s.keeps = missing == MISSING_KEEP;
	for (i = 1; s.crosswalk != NULL && i + 1 < e->narg; i++) {
		s.key = i - 1;
		through(k, &s, e->arg[i]);
	}
}

/* May the value be had back from what the cast made of it? */
static bool
cast_is_lossless(const struct inverse *inv, uint32_t type,
    const struct expr *e)
{
	const struct sqltype *to = &e->type;
	struct sqltype from;
	uint32_t of, item;
	bool condition;

	if (!inverse_name(inv, type, e->arg[0], &of, &item, &condition) ||
	    condition || !plan_item_type(inv->layout, item, &from))
		return to->kind == SQL_TEXT && to->length == 0 &&
		    (is_call(e->arg[0], "DIGITS", 1, 1) ||
		    is_call(e->arg[0], "LABEL", 1, 1));
	switch (to->kind) {
	case SQL_TEXT:
		return from.kind != SQL_REAL && from.kind != SQL_DOUBLE &&
		    (to->length == 0 || (from.kind == SQL_TEXT &&
		    from.length > 0 && from.length <= to->length));
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		return from.kind == SQL_SMALLINT ||
		    from.kind == SQL_INTEGER || from.kind == SQL_BIGINT ||
		    (from.kind == SQL_NUMERIC && from.scale == 0);
	case SQL_NUMERIC:
		return from.kind == SQL_SMALLINT ||
		    from.kind == SQL_INTEGER || from.kind == SQL_BIGINT ||
		    (from.kind == SQL_NUMERIC && (to->precision == 0 ||
		    to->scale >= from.scale));
	case SQL_DOUBLE:
		return from.kind == SQL_DOUBLE;
	case SQL_REAL:
		return from.kind == SQL_DOUBLE &&
		    inv->layout->item[item].size == 4;
	default:
		return from.kind == to->kind;
	}
}

static void
back_unpivot(struct bind *k)
{
	const struct map_table *t = &k->inv->mapping->table[k->c->table];
	uint32_t i;

	for (i = 0; i < t->nunpivot; i++) {
		k->number = i + 1;
		if (t->unpivot[i] != NULL)
			give_back(k, t->unpivot[i]);
	}
	k->number = 0;
}

static void
give_back(struct bind *k, const struct expr *e)
{
	uint32_t of, item;
	bool condition;

	if (inverse_name(k->inv, k->c->type, e, &of, &item, &condition))
		give_name(k, e);
	else if (is_call(e, "DIGITS", 1, 1) ||
	    is_call(e, "UNTRIMMED", 1, 1) || is_call(e, "RTRIM", 1, 1) ||
	    is_call(e, "TRIM", 1, 1) || is_call(e, "BTRIM", 1, 1))
		give_back(k, e->arg[0]);
	else if (is_call(e, "NULLIF", 2, 2))
		back_nullif(k, e);
	else if (is_call(e, "TO-DATE", 2, 2) || is_call(e, "TO-TIME", 2, 2) ||
	    is_call(e, "TO-TIMESTAMP", 2, 2))
		back_moment(k, e);
	else if (is_call(e, "LABEL", 1, 1))
		back_label(k, e);
	else if (is_call(e, "LOOKUP", 3, UINT32_MAX))
		back_lookup(k, e);
	else if (is_call(e, "UNPIVOT-VALUE", 0, 0) && k->number == 0)
		back_unpivot(k);
	else if (e->kind == EX_CAST && cast_is_lossless(k->inv, k->c->type, e))
		give_back(k, e->arg[0]);
}

/* ---- columns ------------------------------------------------------------ */

static const struct expr *
column_from(const struct candidate *c, const struct inverse *inv,
    const struct map_column *mc)
{
	uint32_t i;

	for (i = 0; i < mc->nby_type; i++)
		if (strcmp(mc->by_type[i].type, inv->plan->type[
		    c->type].name) == 0)
			return mc->by_type[i].from;
	return mc->nby_type > 0 ? NULL : mc->from;
}

static void
bind_special(struct bind *k, const struct expr *e)
{
	struct bound *b = k->b;
	const struct candidate *c = k->c;
	uint32_t of, item;
	bool condition;

	if (is_call(e, "UNPIVOT-NUMBER", 0, 0))
		b->special = SPECIAL_NUMBER;
	else if (is_call(e, "UNPIVOT-NAME", 0, 0))
		b->special = SPECIAL_NAME;
	else if (is_call(e, "RECORD-TYPE", 0, 0))
		b->special = SPECIAL_TYPE;
	else if (is_call(e, "OCCURRENCE", 0, 0) && c->depth > 0)
		b->table = c->chain[c->depth - 1];
	else if (!is_call(e, "OCCURRENCE", 1, 1) ||
	    !inverse_name(k->inv, c->type, e->arg[0], &of, &item,
	    &condition) || condition || of != c->type)
		return;
	else
		b->table = item;
	if (b->special == SPECIAL_NONE)
		b->special = SPECIAL_OCCURRENCE;
}

/* null_if: the indicator, if the condition is about one item. */
static void
bind_indicator(struct bind *k)
{
	struct give g = { .kind = GIVE_INDICATOR, .rank = 40 };
	const uint8_t *bytes[2];
	uint32_t chain[NEST_MAX];

	attr_of(k, k->mc->null_if);
	if (!inverse_indicator(k->inv, k->c->type, k->mc->null_if, &g.type,
	    &g.item, bytes))
		return;
	g.own = plan_tables(k->inv->layout, g.item, chain);
	if (g.own > k->c->depth || (g.own > 0 && (g.type != k->c->type ||
	    memcmp(chain, k->c->chain, g.own * sizeof *chain) != 0)))
		return;
	memcpy(g.bytes, bytes, sizeof bytes);
	give_add(k, g);
	k->b->give[k->b->ngive - 1].null_tells_nothing = false;
}

static void
bind_column(struct inverse *inv, struct candidate *c, uint32_t i)
{
	const struct map_column *mc =
	    &inv->mapping->table[c->table].column[i];
	const struct expr *e = column_from(c, inv, mc);
	struct bind k = { .inv = inv, .c = c, .b = &c->column[i], .mc = mc,
	    .column = i };

	k.b->attr_type = NONE;
	if (e == NULL)
		return;
	k.b->attr = attr_of(&k, e);
	if (k.b->attr_type == NONE)
		k.b->attr_type = c->type;
	if (e->kind == EX_TEXT)
		k.b->literal = e->text.len > 0 ? e->text : slice_str("");
	bind_special(&k, e);
	if (k.b->special == SPECIAL_NONE)
		give_back(&k, e);
	if (mc->null_if != NULL)
		bind_indicator(&k);
}

/* What the row's being there says of items. */
struct constants {
	struct inverse *inv;
	struct candidate *c;
};

static void
bind_constant(void *arg, uint32_t item, const uint8_t *bytes)
{
	struct constants *k = arg;
	struct give g = { .type = k->c->type, .item = item,
	    .kind = GIVE_CONSTANT, .rank = 60, .column = NONE, .present = NONE,
	    .bytes = { bytes, bytes } };
	uint32_t chain[NEST_MAX];

	g.own = plan_tables(k->inv->layout, item, chain);
	if (g.own <= k->c->depth && memcmp(chain, k->c->chain, g.own *
	    sizeof *chain) == 0)
		*ARENA_PUSH(k->inv->arena, k->c->when.give,
		    k->c->when.ngive, k->c->when.give_cap) = g;
}

/* when: of an unpivoted table that leaves nothing but nulls out. */
static bool
leaves_nulls_out(const struct map_table *t)
{
	return t->nunpivot > 0 && t->when != NULL &&
	    t->when->kind == EX_IS_NOT_NULL &&
	    is_call(t->when->arg[0], "UNPIVOT-VALUE", 0, 0);
}

void
inverse_bind(struct inverse *inv, struct candidate *c)
{
	const struct map_table *t = &inv->mapping->table[c->table];
	struct constants constants = { inv, c };
	struct bind k = { .inv = inv, .c = c, .b = &c->when };
	uint32_t i, g;

	c->column = arena_array(inv->arena, t->ncolumn, sizeof *c->column);
	for (i = 0; i < t->ncolumn; i++) {
		bind_column(inv, c, i);
		for (g = 0; g < c->column[i].ngive; g++)
			c->column[i].give[g].absent_is_null =
			    leaves_nulls_out(t);
	}
	c->when.attr_type = NONE;
	if (t->when == NULL)
		return;
	attr_of(&k, t->when);
	inverse_condition(inv, c->type, c->type, t->when, bind_constant,
	    &constants);
}
