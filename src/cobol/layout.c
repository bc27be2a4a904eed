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
#include "cobol/layout.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define BINARY_DIGITS_MAX	18

struct cursor {
	uint64_t at;
	uint32_t shifter;
};

struct builder {
	struct arena *a;
	struct diags *ds;
	const struct copybook *book;
	const struct node *node;
	struct item *item;
	struct layout *l;
	uint8_t *align;		/* of a SYNCHRONIZED item; 1: none */
	bool *open;		/* ends with a redefinition that varies */
	struct name_index names;
	uint32_t *rename_from, *rename_to;
	uint32_t errors;
};

static void __attribute__((format(printf, 4, 5)))
builder_error(struct builder *b, enum diag_code code, struct place at,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(b->ds, code, at, "%s", arena_vprintf(b->a, fmt, ap));
	va_end(ap);
	b->errors++;
}

static const char *
shown(const struct item *it)
{
	return it->name != NULL ? it->name : "FILLER";
}

static bool
is_group(const struct builder *b, uint32_t i)
{
	return b->node[i].next > i + 1 && b->node[i + 1].level != LEVEL_RENAMES;
}

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

/* The nearest node, itself included, that has the clause. */
static const struct node *
nearest_usage(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].has_usage)
			return &b->node[i];
	return NULL;
}

static const struct node *
nearest_sign(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].has_sign)
			return &b->node[i];
	return NULL;
}

static bool
is_synchronized(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].synchronized)
			return true;
	return false;
}

/*
 * Language Reference, "SYNCHRONIZED clause": halfword for 2 bytes, fullword
 * for 4 and 8 byte binary, COMP-1, INDEX and POINTER, doubleword for COMP-2.
 */
static uint8_t
alignment(const struct item *it)
{
	switch (it->usage) {
	case USAGE_BINARY:
	case USAGE_COMP5:
		return it->size == 2 ? 2 : 4;
	case USAGE_FLOAT:
	case USAGE_INDEX:
	case USAGE_POINTER:
		return 4;
	case USAGE_DOUBLE:
		return 8;
	default:
		return 1;
	}
}

static bool
check_usage(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *above;

	if (!n->has_usage || n->parent == ITEM_NONE)
		return true;
	above = nearest_usage(b, n->parent);
	if (above == NULL || above->usage == n->usage)
		return true;
	builder_error(b, DIAG_C020, n->usage_at, "USAGE differs from that of "
	    "group '%s'", above->name != NULL ? above->name : "FILLER");
	return false;
}

/* Bytes of a number with so many digits. */
static bool
size_number(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	switch (it->usage) {
	case USAGE_BINARY:
	case USAGE_COMP5:
		if (it->digits > BINARY_DIGITS_MAX) {
			builder_error(b, DIAG_C015, n->picture_at, "binary "
			    "item has %u digits; %d are the most", it->digits,
			    BINARY_DIGITS_MAX);
			return false;
		}
		it->size = it->digits <= 4 ? 2 : it->digits <= 9 ? 4 : 8;
		return true;
	case USAGE_PACKED:
		it->size = it->digits / 2 + 1;
		return true;
	default:
		it->size = it->digits + (it->sign == SIGN_LEADING_SEPARATE ||
		    it->sign == SIGN_TRAILING_SEPARATE);
		return true;
	}
}

static bool
inherit_sign(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *from = nearest_sign(b, i);
	struct item *it = &b->item[i];
	bool takes = it->category == CAT_NUMERIC && it->is_signed &&
	    it->usage == USAGE_DISPLAY;

	if (n->has_sign && !takes) {
		builder_error(b, DIAG_C021, n->sign_at, "SIGN on '%s', which "
		    "is no signed DISPLAY number", shown(it));
		return false;
	}
	if (!takes)
		return true;
	it->sign = SIGN_TRAILING;
	if (from != NULL && from->sign_leading)
		it->sign = from->sign_separate ? SIGN_LEADING_SEPARATE :
		    SIGN_LEADING;
	else if (from != NULL && from->sign_separate)
		it->sign = SIGN_TRAILING_SEPARATE;
	return true;
}

/* Category, usage, sign and size of an elementary item; false: an error. */
static bool
inherit_elementary(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *from = nearest_usage(b, i);
	struct item *it = &b->item[i];
	uint32_t fixed = from != NULL ? from->usage_size : 0;

	it->usage = from != NULL ? from->usage : USAGE_DISPLAY;
	if (fixed > 0 && n->picture != NULL) {
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE on '%s', "
		    "whose USAGE has none", shown(it));
		return false;
	}
	if (fixed > 0) {
		it->category = it->usage == USAGE_FLOAT ||
		    it->usage == USAGE_DOUBLE ? CAT_NUMERIC : CAT_OPAQUE;
		it->is_signed = it->category == CAT_NUMERIC;
		it->size = fixed;
		return true;
	}
	if (n->picture == NULL) {
		builder_error(b, DIAG_C016, n->at, "'%s' has neither a PICTURE "
		    "nor items below it", shown(it));
		return false;
	}
	it->category = n->pic.category;
	it->digits = n->pic.digits;
	it->scale = n->pic.scale;
	it->is_signed = n->pic.is_signed;
	it->size = n->pic.size;
	if (it->usage != USAGE_DISPLAY && it->category != CAT_NUMERIC) {
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE '%s' is "
		    "not numeric, as its USAGE needs", n->picture);
		return false;
	}
	return inherit_sign(b, i) &&
	    (it->category != CAT_NUMERIC || size_number(b, i));
}

static bool
inherit_occurs(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (!n->has_occurs)
		return true;
	if (n->parent == ITEM_NONE) {
		builder_error(b, DIAG_C026, n->occurs_at, "OCCURS at level "
		    "%02u", n->level);
		return false;
	}
	it->occurs_min = n->occurs_min;
	it->occurs_max = n->occurs_max;
	it->table = i;
	return true;
}

static void
inherit_group(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *below = &b->node[i + 1];

	b->item[i].category = CAT_GROUP;
	if (n->picture != NULL && !n->bad)
		builder_error(b, DIAG_C017, below->at, "'%s' stands below "
		    "'%s', which has a PICTURE", below->name != NULL ?
		    below->name : "FILLER", shown(&b->item[i]));
}

static void
inherit_item(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];
	bool good = !n->bad;

	*it = (struct item){ .name = n->name, .at = n->at, .level = n->level,
	    .picture = n->picture, .parent = n->parent, .next = n->next,
	    .redefines = ITEM_NONE, .shifter = ITEM_NONE,
	    .depending = ITEM_NONE, .value = n->value,
	    .record = n->parent == ITEM_NONE ? i : b->item[n->parent].record,
	    .table = n->parent == ITEM_NONE ? ITEM_NONE :
	    b->item[n->parent].table };
	b->align[i] = 1;
	if (n->level == LEVEL_RENAMES)
		return;
	good = inherit_occurs(b, i) && check_usage(b, i) && good;
	if (is_group(b, i)) {
		inherit_group(b, i);
	} else if (good && inherit_elementary(b, i) && is_synchronized(b, i)) {
		b->align[i] = alignment(it);
	}
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

/* The names in item i, among the items before it. */
static void
resolve_item(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (n->redefines.n > 0)
		resolve_redefines(b, i);
	if (n->has_depending && !n->bad)
		it->depending = resolve_names(b, it->record, &n->depending,
		    DIAG_C027, "DEPENDING ON");
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
	while (is_group(b, i))
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

	while (i != ITEM_NONE && is_group(b, i) && !is_table(&b->item[i]) &&
	    b->node[i].redefines.n == 0) {
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
		    "REDEFINES of '%s' does not follow it directly",
		    shown(&b->item[target]));
		return false;
	}
	s->redefined = true;
	if (leading_slack(b, i, alt.at) > 0) {
		builder_error(b, DIAG_C031, it->at, "a SYNCHRONIZED "
		    "redefinition of an item that is not aligned is not "
		    "supported yet");
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
		    "which it redefines", shown(it), shown(&b->item[target]));
	c->at = alt.at;
	return true;
}

static bool
place_storage(struct builder *b, uint32_t i, struct siblings *s,
    struct cursor *c)
{
	uint32_t slack = leading_slack(b, i, c->at);

	if (s->open) {
		builder_error(b, DIAG_C036, b->item[i].at, "'%s' follows a "
		    "redefinition of varying length", shown(&b->item[i]));
		return false;
	}
	if (slack > 0 && c->shifter != ITEM_NONE) {
		builder_error(b, DIAG_C031, b->item[i].at, "slack bytes after "
		    "a table of varying length are not supported yet");
		return false;
	}
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
	if (widest > 1 && it->varies) {
		builder_error(b, DIAG_C031, it->at, "SYNCHRONIZED in "
		    "occurrences of varying length is not supported yet");
		return false;
	}
	if (b->open[i]) {
		builder_error(b, DIAG_C036, it->at, "occurrences of '%s' end "
		    "with a redefinition of varying length", shown(it));
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
	if (is_group(b, i) && !place_group(b, i, c))
		return false;
	c->at = it->offset + whole_size(it);
	if (c->at > RECORD_MAX) {
		builder_error(b, DIAG_C032, it->at, "record is longer than %u "
		    "bytes", RECORD_MAX);
		return false;
	}
	if (is_table(it) && (b->node[i].has_depending || it->varies))
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

	if (it->depending == ITEM_NONE || b->node[it->depending].bad)
		return;
	count = &b->item[it->depending];
	if (count->category != CAT_NUMERIC || count->scale > 0 ||
	    count->usage == USAGE_FLOAT || count->usage == USAGE_DOUBLE)
		why = "is no integer";
	else if (!is_around(b, count->table, it->parent))
		why = "stands in another table";
	else if (b->errors + b->book->errors == 0 &&
	    (uint64_t)count->offset + count->size > it->offset)
		why = "does not stand before the table";
	if (why != NULL)
		builder_error(b, DIAG_C028, r->at, "'%s' cannot be a count: it "
		    "%s", r->name[0], why);
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
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < l->nitem; i = b->node[i].next) {
			if ((b->node[i].level == LEVEL_SINGLE) != (pass == 1))
				continue;
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

struct layout *
layout_build(struct arena *a, struct diags *ds, const struct copybook *book)
{
	struct builder b = { .a = a, .ds = ds, .book = book,
	    .node = book->node, .l = arena_zalloc(a, sizeof *b.l) };
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
		inherit_item(&b, i);
	for (i = 0; i < n; i++)
		resolve_item(&b, i);
	for (i = 0; i < n; i++)
		if (b.node[i].has_depending)
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
	layout_index(&b);
	return b.l;
}
