/*
 * Tree -> layout: a pure function; see copybook.h.
 *
 * Passes over the items, which stand in the order of the copybook:
 *
 *     inherit   usage, sign and SYNCHRONIZED from the groups; pictures against
 *               usages; size of each elementary item
 *     resolve   names in REDEFINES, DEPENDING ON and RENAMES -> items
 *     place     offsets and sizes of groups, record by record, recursing along
 *               the levels (at most 49 deep)
 *     check     what needs the offsets: counts before tables, level 66
 *
 * A row space is what one set of addresses reaches: a record, or one
 * occurrence of a table.  Placing walks it with a cursor: the next free byte,
 * and the last table before it whose length the data decide.
 */
#include "cobol/layout_impl.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define UNBOUNDED_BYTES	(1u << 20)	/* taken for OCCURS UNBOUNDED */

struct cursor {
	uint64_t at;
	uint32_t shifter;
};

static bool
is_table(const struct item *it)
{
	return it->occurs_max > 0;
}

/* Bytes of all occurrences, at the maximum. */
static uint64_t
whole_size(const struct item *it)
{
	return (uint64_t)it->size * (is_table(it) ? it->occurs_max : 1);
}

/* The item that a REDEFINES names, the nearest before it in the same group. */
static void
resolve_redefines(struct builder *b, uint32_t i)
{
	const struct name_ref *r = &b->node[i].redefines;
	uint32_t first = b->node[i].parent == ITEM_NONE ? 0 :
	    b->node[i].parent + 1, j;

	for (j = name_index_last(&b->names, r->name[0]);
	    j != ITEM_NONE && j >= first; j = b->names.older[j])
		if (b->node[j].parent == b->node[i].parent &&
		    b->node[j].level != LEVEL_RENAMES &&
		    layout_names_fit(b->item, j, r->name, 1)) {
			b->item[i].redefines = j;
			return;
		}
	builder_error(b, DIAG_C022, r->at, "REDEFINES names '%s', which does "
	    "not stand before it in the same group", r->name[0]);
}

/* The one item before it in the record that the names mean, or none. */
static uint32_t
resolve_names(struct builder *b, uint32_t record, const struct name_ref *r,
    enum diag_code code, const char *clause)
{
	uint32_t j, found = ITEM_NONE;

	for (j = name_index_last(&b->names, r->name[0]);
	    j != ITEM_NONE && j >= record; j = b->names.older[j]) {
		if (!layout_names_fit(b->item, j, r->name, r->n))
			continue;
		if (found != ITEM_NONE) {
			builder_error(b, code, r->at, "%s names '%s', which is "
			    "not unique", clause, r->name[0]);
			return ITEM_NONE;
		}
		found = j;
	}
	if (found == ITEM_NONE)
		builder_error(b, code, r->at, "%s names '%s', which does not "
		    "stand before it in the record", clause, r->name[0]);
	return found;
}

/* The one item of the records before that the names mean, if none here fits. */
static uint32_t
resolve_outside(const struct builder *b, uint32_t record,
    const struct name_ref *r)
{
	uint32_t j, found = ITEM_NONE;

	for (j = name_index_last(&b->names, r->name[0]); j != ITEM_NONE;
	    j = b->names.older[j]) {
		if (!layout_names_fit(b->item, j, r->name, r->n))
			continue;
		if (j >= record || found != ITEM_NONE)
			return ITEM_NONE;
		found = j;
	}
	return found;
}

/*
 * The count of a table.  The language lets it stand in another record
 * ("OCCURS DEPENDING ON clause"), where no file has it: the table is then
 * marked as one whose size nobody knows.
 */
static void
resolve_depending(struct builder *b, uint32_t i)
{
	const struct name_ref *r = &b->node[i].depending;
	struct item *it = &b->item[i];

	it->outside = resolve_outside(b, it->record, r);
	if (it->outside == ITEM_NONE) {
		it->depending = resolve_names(b, it->record, r, DIAG_C027,
		    "DEPENDING ON");
		return;
	}
	diag_add(b->ds, DIAG_C038, r->at, "'%s' stands in another record: "
	    "the file does not say how long the table is", r->name[0]);
	it->varies = true;
}

/* The names in item i, among the items before it. */
static void
resolve_item(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (n->redefines.n > 0)
		resolve_redefines(b, i);
	if (n->has_depending && !n->bad)
		resolve_depending(b, i);
	if (n->level == LEVEL_RENAMES && !n->bad) {
		b->rename_from[i] = b->rename_to[i] = resolve_names(b,
		    it->record, &n->rename_from, DIAG_C029, "RENAMES");
		if (n->rename_to.n > 0)
			b->rename_to[i] = resolve_names(b, it->record,
			    &n->rename_to, DIAG_C029, "THRU");
	}
	name_index_add(&b->names, b->item, i);
}

/* Slack bytes before a SYNCHRONIZED item, or a group that starts with one. */
static uint32_t
leading_slack(const struct builder *b, uint32_t i, uint64_t at)
{
	while (builder_is_group(b, i))
		i++;
	return (uint32_t)(-at & (uint64_t)(b->align[i] - 1));
}

static uint32_t
widest_alignment(const struct builder *b, uint32_t i)
{
	uint32_t j, widest = 1;

	for (j = i; j < b->node[i].next; j++)
		if (b->align[j] > widest)
			widest = b->align[j];
	return widest;
}

/*
 * Slack bytes count as if they had the level of the elementary item before
 * them, so the groups that end with it grow (Language Reference, "Slack bytes
 * within records").  A table cannot grow that way.
 */
static void
give_slack(struct builder *b, uint32_t before, uint32_t slack)
{
	uint32_t i = before, j, last;

	while (i != ITEM_NONE && builder_is_group(b, i) &&
	    !is_table(&b->item[i]) && b->node[i].redefines.n == 0) {
		b->item[i].size += slack;
		last = ITEM_NONE;
		for (j = i + 1; j < b->node[i].next; j = b->node[j].next)
			last = j;
		i = last;
	}
}

static bool place_item(struct builder *, uint32_t, struct cursor *);

/* What placing the items of a group remembers from one to the next. */
struct siblings {
	uint32_t storage;	/* placed last, redefinitions not counted */
	struct cursor place;	/* where it starts */
	bool redefined;		/* it is */
	bool open;		/* it or a redefinition of it varies in length,
				 * and nothing says what follows it where */
};

static bool
place_redefinition(struct builder *b, uint32_t i, struct siblings *s,
    struct cursor *c)
{
	struct item *it = &b->item[i];
	uint32_t target = it->redefines;
	struct cursor alt = s->place;

	if (target == ITEM_NONE)
		return false;
	if (s->storage != ITEM_NONE && target < s->storage) {
		builder_error(b, DIAG_C023, b->node[i].redefines.at,
		    "REDEFINES of '%s' does not follow it directly: '%s' "
		    "stands between", builder_shown(&b->item[target]),
		    builder_shown(&b->item[s->storage]));
		return false;
	}
	s->redefined = true;
	if (leading_slack(b, i, alt.at) > 0) {
		builder_error(b, DIAG_C043, it->at, "'%s' is SYNCHRONIZED, "
		    "but what it redefines is not aligned",
		    builder_shown(it));
		return false;
	}
	if (!place_item(b, i, &alt))
		return false;
	s->open |= alt.shifter != s->place.shifter ||
	    c->shifter != s->place.shifter || b->open[i];
	if (alt.at <= c->at)
		return true;
	if (b->errors + b->book->errors == 0)
		diag_add(b->ds, DIAG_C024, it->at, "'%s' is longer than '%s', "
		    "which it redefines", builder_shown(it),
		    builder_shown(&b->item[target]));
	c->at = alt.at;
	return true;
}

/* Bytes by which the tables before move what follows, all a multiple of n. */
static bool
shifts_by(const struct builder *b, uint32_t shifter, uint32_t n)
{
	uint32_t i;
	const struct item *it;

	for (; shifter != ITEM_NONE; shifter = b->item[shifter].shifter)
		for (i = shifter; i < b->node[shifter].next; i++) {
			it = &b->item[i];
			if ((it->depending != ITEM_NONE ||
			    it->outside != ITEM_NONE) && it->size % n != 0)
				return false;
		}
	return true;
}

/*
 * Slack bytes before item i, where tables of varying length stand before it:
 * they are the same in every record when the tables grow by whole multiples
 * of the boundary.  Else IBM's manuals give no rule; GnuCOBOL and Micro Focus
 * take those of the longest record.
 */
static bool
slack_is_known(struct builder *b, uint32_t i, uint32_t shifter)
{
	uint32_t first = i;

	while (builder_is_group(b, first))
		first++;
	if (shifter == ITEM_NONE || b->align[first] == 1 ||
	    b->rules->slack_at_most || shifts_by(b, shifter, b->align[first]))
		return true;
	builder_error(b, DIAG_C044, b->item[i].at, "slack bytes before '%s' "
	    "hang on the count of '%s'", builder_shown(&b->item[i]),
	    builder_shown(&b->item[shifter]));
	return false;
}

static bool
place_storage(struct builder *b, uint32_t i, struct siblings *s,
    struct cursor *c)
{
	uint32_t slack = leading_slack(b, i, c->at);

	if (s->open) {
		builder_error(b, DIAG_C036, b->item[i].at, "'%s' follows a "
		    "redefinition of varying length",
		    builder_shown(&b->item[i]));
		return false;
	}
	if (!slack_is_known(b, i, c->shifter))
		return false;
	if (slack > 0 && !s->redefined)
		give_slack(b, s->storage, slack);
	c->at += slack;
	s->place = *c;
	s->storage = i;
	s->redefined = false;
	if (!place_item(b, i, c))
		return false;
	s->open = b->open[i];
	return true;
}

/* The items of group i; false: stop, what follows would stand wrong. */
static bool
place_children(struct builder *b, uint32_t i, struct cursor *c)
{
	struct siblings s = { .storage = ITEM_NONE, .place = *c };
	uint32_t j;

	for (j = i + 1; j < b->node[i].next; j = b->node[j].next) {
		if (b->node[j].level == LEVEL_RENAMES)
			continue;
		if (!(b->node[j].redefines.n > 0 ?
		    place_redefinition(b, j, &s, c) :
		    place_storage(b, j, &s, c)))
			return false;
	}
	b->open[i] = s.open;
	return true;
}

/* The last table of varying length in group i. */
static uint32_t
last_shifter(const struct builder *b, uint32_t i)
{
	uint32_t j, last = ITEM_NONE;

	for (j = i + 1; j < b->node[i].next; j++)
		if (b->item[j].depending != ITEM_NONE)
			last = j;
	return last;
}

static bool
place_group(struct builder *b, uint32_t i, struct cursor *c)
{
	struct item *it = &b->item[i];
	struct cursor in = { c->at, is_table(it) ? ITEM_NONE : c->shifter };
	uint32_t widest;

	if (!place_children(b, i, &in))
		return false;
	if (!is_table(it)) {
		c->shifter = in.shifter;
		it->size = (uint32_t)(in.at - c->at);
		return true;
	}
	widest = widest_alignment(b, i);
	if (widest > 1 && it->varies && !b->rules->slack_at_most &&
	    !shifts_by(b, last_shifter(b, i), widest)) {
		builder_error(b, DIAG_C044, it->at, "slack bytes in '%s' hang "
		    "on the count of a table in it", builder_shown(it));
		return false;
	}
	if (b->open[i]) {
		builder_error(b, DIAG_C036, it->at, "occurrences of '%s' end "
		    "with a redefinition of varying length", builder_shown(it));
		return false;
	}
	in.at += -(in.at - c->at) & (uint64_t)(widest - 1);
	it->size = (uint32_t)(in.at - c->at);
	return true;
}

/* Places all occurrences of an item at the cursor, which moves behind. */
static bool
place_item(struct builder *b, uint32_t i, struct cursor *c)
{
	struct item *it = &b->item[i];

	it->offset = (uint32_t)c->at;
	it->shifter = c->shifter;
	if (builder_is_group(b, i) && !place_group(b, i, c))
		return false;
	if (it->unbounded && it->size > 0) {
		it->occurs_max = UNBOUNDED_BYTES / it->size;
		if (it->occurs_max < it->occurs_min || it->occurs_max == 0)
			it->occurs_max = it->occurs_min + 1;
	}
	c->at = it->offset + whole_size(it);
	if (c->at > RECORD_MAX) {
		builder_error(b, DIAG_C032, it->at, "record is longer than %u "
		    "bytes", RECORD_MAX);
		return false;
	}
	if (is_table(it) && ((b->node[i].has_depending &&
	    !b->book->tables_full) || it->varies))
		c->shifter = i;
	return true;
}

static void
place_record(struct builder *b, uint32_t i)
{
	struct cursor c = { 0, ITEM_NONE };

	place_item(b, i, &c);
}

/* True when `table` is `inner`'s table or one around that. */
static bool
is_around(const struct builder *b, uint32_t table, uint32_t inner)
{
	for (; inner != ITEM_NONE; inner = b->item[inner].parent)
		if (inner == table)
			return true;
	return table == ITEM_NONE;
}

static void
check_depending(struct builder *b, uint32_t i)
{
	const struct name_ref *r = &b->node[i].depending;
	struct item *it = &b->item[i], *count;
	const char *why = NULL;
	bool text = false;

	if (it->depending == ITEM_NONE || b->node[it->depending].bad)
		return;
	count = &b->item[it->depending];
	if (count->category == CAT_ALPHANUMERIC ||
	    count->category == CAT_ALPHABETIC)
		text = true;	/* checked for its place like the others */
	else if (count->category != CAT_NUMERIC || count->scale > 0 ||
	    count->usage == USAGE_FLOAT || count->usage == USAGE_DOUBLE)
		why = "is no integer";
	if (why != NULL)
		;
	else if (!is_around(b, count->table, it->parent))
		why = "stands in another table";
	else if (b->errors + b->book->errors == 0 &&
	    (uint64_t)count->offset + count->size > it->offset)
		why = "does not stand before the table";
	if (why != NULL)
		builder_error(b, DIAG_C028, r->at, "'%s' cannot be a count: it "
		    "%s", r->name[0], why);
	else if (text && !b->book->counts_told)
		diag_hint(b->ds, diag_add(b->ds, DIAG_C038, r->at, "'%s' is no "
		    "number: what counts it stands for has to be told",
		    r->name[0]), "counts: in a mapping's source tells it");
}

/* Why the items of a RENAMES cannot be renamed, or NULL. */
static const char *
renames_fault(const struct builder *b, uint32_t from, uint32_t to)
{
	const struct item *f = &b->item[from], *t = &b->item[to];
	uint32_t i;

	if (f->table != ITEM_NONE || t->table != ITEM_NONE)
		return "a table cannot be renamed";
	if (f->parent == ITEM_NONE || t->parent == ITEM_NONE)
		return "a record cannot be renamed";
	for (i = from; i < t->next; i++)
		if (b->node[i].has_depending)
			return "a table of varying length cannot be renamed";
	if (to < from || t->offset < f->offset ||
	    t->offset + t->size < f->offset + f->size)
		return "the last item does not follow the first";
	return NULL;
}

static void
check_renames(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i], *first, *last;
	uint32_t from = b->rename_from[i], to = b->rename_to[i];
	const char *why;

	if (n->bad || b->errors + b->book->errors > 0)
		return;
	why = renames_fault(b, from, to);
	if (why != NULL) {
		builder_error(b, DIAG_C029, n->rename_from.at,
		    "invalid RENAMES: %s", why);
		return;
	}
	first = &b->item[from];
	last = &b->item[to];
	if (n->rename_to.n == 0) {
		it->category = first->category;
		it->usage = first->usage;
		it->sign = first->sign;
		it->is_signed = first->is_signed;
		it->picture = first->picture;
		it->digits = first->digits;
		it->scale = first->scale;
	}
	it->offset = first->offset;
	it->size = last->offset + last->size - first->offset;
	it->shifter = first->shifter;
}

static void
layout_index(struct builder *b)
{
	struct layout *l = b->l;
	uint32_t i, pass;

	l->record = arena_array(b->a, l->nitem + 1, sizeof *l->record);
	l->origin = arena_array(b->a, l->nitem + 1, sizeof *l->origin);
	l->file = b->book->file;
	l->nfile = b->book->nfile;
	l->dialect = b->book->dialect;
	l->comma = b->book->comma;
	l->tables_full = b->book->tables_full;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < l->nitem; i = b->node[i].next) {
			if ((b->node[i].level == LEVEL_SINGLE) != (pass == 1) ||
			    b->node[i].is_typedef)
				continue;
			l->origin[l->nrecord + l->n77] = (struct record_origin){
			    b->node[i].file, b->node[i].section, 0 };
			l->record[l->nrecord + l->n77] = i;
			*(pass == 1 ? &l->n77 : &l->nrecord) += 1;
		}
	l->condition = b->book->condition;
	l->ncondition = b->book->ncondition;
}

static void
mark_varying(struct builder *b, uint32_t i)
{
	for (i = b->node[i].parent; i != ITEM_NONE && !b->item[i].varies;
	    i = b->node[i].parent)
		b->item[i].varies = true;
}

/* 49 LEN PIC S9(4) COMP. 49 TEXT PIC X(n). */
static void
mark_varchar(struct builder *b, uint32_t group)
{
	struct item *it = &b->item[group], *len = it + 1, *text = it + 2;

	if (it->category != CAT_GROUP || it->next != group + 3)
		return;
	it->varchar = len->level == 49 && text->level == 49 &&
	    len->category == CAT_NUMERIC && len->is_signed &&
	    len->scale == 0 && (len->usage == USAGE_BINARY ||
	    len->usage == USAGE_COMP5) &&
	    (len->digits == 4 ? len->size == 2 : len->digits == 9 &&
	    len->size == 4) && len->offset == it->offset &&
	    (text->category == CAT_ALPHANUMERIC ||
	    text->category == CAT_NATIONAL || text->category == CAT_DBCS) &&
	    len->occurs_max == 0 && text->occurs_max == 0 &&
	    text->redefines == ITEM_NONE;
}

struct layout *
layout_build(struct arena *a, struct diags *ds, const struct copybook *book)
{
	struct builder b = { .a = a, .ds = ds, .book = book,
	    .node = book->node,
	    .rules = dialect_rules(book->dialect),
	    .l = arena_zalloc(a, sizeof *b.l) };
	uint32_t i, n = book->n;

	b.item = arena_array(a, n + 1, sizeof *b.item);
	b.align = arena_array(a, n + 1, sizeof *b.align);
	b.open = arena_array(a, n + 1, sizeof *b.open);
	*b.l = (struct layout){ .name = book->name, .item = b.item,
	    .nitem = n };
	b.rename_from = arena_array(a, n + 1, sizeof *b.rename_from);
	b.rename_to = arena_array(a, n + 1, sizeof *b.rename_to);
	name_index_init(&b.names, a, n);
	for (i = 0; i < n; i++)
		builder_inherit(&b, i);
	for (i = 0; i < n; i++)
		resolve_item(&b, i);
	for (i = 0; i < n; i++)
		if (b.node[i].has_depending && !b.node[i].bad &&
		    !book->tables_full)
			mark_varying(&b, i);
	for (i = 0; i < n; i = b.node[i].next)
		place_record(&b, i);
	for (i = 0; i < n; i++)
		check_depending(&b, i);
	for (i = 0; i < n; i++)
		if (b.node[i].level == LEVEL_RENAMES)
			check_renames(&b, i);
	if (b.errors + book->errors > 0)
		return NULL;
	for (i = 0; i < n; i++)
		mark_varchar(&b, i);
	layout_index(&b);
	return b.l;
}
