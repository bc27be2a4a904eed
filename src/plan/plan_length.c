/*
 * The length of a record from its counts; see plan_length.h.
 *
 * The layout is walked over the record's bytes: items whose size is known are
 * stepped over, a count is noted where it stands, a table that depends on it
 * has as many occurrences as it says, each of which is walked if it varies
 * itself.  Alternatives (REDEFINES) start at one place; the longest counts.
 * The walk stops where the bytes do, and says how many it wants.
 */
#include "plan/plan_length.h"

#include <stdio.h>

#include "base/mem.h"

struct count {			/* an item that some table depends on */
	struct number_field field;
	bool used;
};

struct plan_length {
	const struct layout *layout;
	const struct plan_counts *counts;
	uint32_t record;
	struct count *count;	/* by item, from the record's on */
	uint32_t *used;		/* the counts among them */
	uint32_t nused;
	bool *walked;		/* by item: it is a count, or one or a table of
				 * varying length stands inside */
};

struct walk {
	const struct plan_length *l;
	const uint8_t *p;
	size_t n, want;
	const uint8_t **at;	/* where each count was last; by item */
	char *why;
	size_t whysize;
};

bool
plan_number_field(const struct layout *l, uint32_t item, bool little,
    struct number_field *f)
{
	const struct item *it = &l->item[item];

	if (it->category != CAT_NUMERIC || it->size == 0 ||
	    it->size > NUMBER_SIZE_MAX || it->scale > 38 || it->scale < -38)
		return false;
	*f = (struct number_field){ .offset = it->offset, .size = it->size,
	    .scale = (int8_t)it->scale };
	switch (it->usage) {
	case USAGE_DISPLAY:
		f->form = NUMBER_ZONED;
		return !it->is_signed || it->sign == SIGN_TRAILING ||
		    it->sign == SIGN_NONE ||
		    it->sign == SIGN_LEADING_SEPARATE;
	case USAGE_BINARY:
	case USAGE_COMPX:
		f->form = NUMBER_BIG;
		return it->size <= 8;
	case USAGE_COMP5:
	case USAGE_COMPN:
		f->form = little ? NUMBER_LITTLE : NUMBER_BIG;
		return it->size <= 8;
	case USAGE_PACKED:
		f->form = NUMBER_PACKED;
		return true;
	case USAGE_COMP6:
		f->form = NUMBER_PACKED_UNSIGNED;
		return true;
	default:
		return false;
	}
}

/* ---- what has to be looked at ------------------------------------------ */

/* The item and all groups around it must be walked. */
static void
length_mark(struct plan_length *l, uint32_t item)
{
	while (item != ITEM_NONE && !l->walked[item - l->record]) {
		l->walked[item - l->record] = true;
		item = item == l->record ? ITEM_NONE :
		    l->layout->item[item].parent;
	}
}

static bool
length_refuse(struct diags *ds, struct place at, const char *what,
    const char *name)
{
	diag_hint(ds, diag_add(ds, DIAG_F026, at, "%s%s%s%s", what,
	    name != NULL ? " '" : "", name != NULL ? name : "",
	    name != NULL ? "'" : ""), "format: odo is for records whose length "
	    "follows from the counts of OCCURS DEPENDING ON alone");
	return false;
}

static bool
length_table(struct plan_length *l, struct diags *ds, uint32_t table,
    bool little, struct place at)
{
	const struct item *it = &l->layout->item[table];
	uint32_t count = it->depending;
	struct count *c;

	if (count == ITEM_NONE)
		return it->occurs_min == it->occurs_max || length_refuse(ds,
		    at, "there is no count in the record for", it->name);
	if (count < l->record || count >= table)
		return length_refuse(ds, at, "the count does not stand before "
		    "its table", it->name);
	c = &l->count[count - l->record];
	if (plan_counts_of(l->counts, table) == NULL &&
	    !plan_number_field(l->layout, count, little, &c->field))
		return length_refuse(ds, at, "no number of occurrences can be "
		    "read from", l->layout->item[count].name);
	if (!c->used)
		l->used[l->nused++] = count - l->record;
	c->used = true;
	length_mark(l, count);
	length_mark(l, it->parent);
	return true;
}

struct plan_length *
plan_length_new(struct arena *a, struct diags *ds, const struct layout *lo,
    uint32_t record, bool little, const struct plan_counts *counts,
    struct place at)
{
	struct plan_length *l = arena_zalloc(a, sizeof *l);
	uint32_t end = lo->item[record].next, n = end - record, i;

	l->layout = lo;
	l->counts = counts;
	l->record = record;
	l->count = arena_zalloc(a, n * sizeof *l->count);
	l->used = arena_array(a, n, sizeof *l->used);
	l->walked = arena_zalloc(a, n * sizeof *l->walked);
	for (i = record; i < end && !lo->tables_full; i++)
		if (lo->item[i].occurs_max > 0 &&
		    !length_table(l, ds, i, little, at))
			return NULL;
	if (l->walked[0])
		return l;
	length_refuse(ds, at, "no table of the record depends on a count",
	    NULL);
	return NULL;
}

/* ---- walking a record -------------------------------------------------- */

static enum grade walk_item(struct walk *, uint32_t item, size_t *pos);

static bool
count_read(const struct plan_length *l, uint32_t table, const uint8_t *p,
    uint64_t *n)
{
	const struct codec_keys *keys = plan_counts_of(l->counts, table);
	uint32_t i = l->layout->item[table].depending - l->record, number;

	if (keys == NULL)
		return number_read(&l->count[i].field, p, n);
	if (!codec_keys_find(keys, p, &number))
		return false;
	*n = number;
	return true;
}

/* How often a table occurs here. */
static enum grade
walk_count(struct walk *w, uint32_t table, uint64_t *n)
{
	const struct item *it = &w->l->layout->item[table];
	uint32_t i = it->depending - w->l->record;
	const char *name = w->l->layout->item[it->depending].name;

	if (w->at[i] == NULL || !count_read(w->l, table, w->at[i], n)) {
		snprintf(w->why, w->whysize, "the count %.60s is no number",
		    name != NULL ? name : "of a table");
		return BAD;
	}
	if (*n >= it->occurs_min && *n <= it->occurs_max)
		return OK;
	snprintf(w->why, w->whysize, "the count %.60s is %llu, not from %u to "
	    "%u", name != NULL ? name : "of a table", (unsigned long long)*n,
	    it->occurs_min, it->occurs_max);
	return BAD;
}

/*
 * The children of a group, one after another.  `end` is where the layout has
 * come to, with all tables at their maximum: what lies between it and the
 * next item is slack (SYNCHRONIZED).
 */
static enum grade
walk_group(struct walk *w, uint32_t item, size_t *pos)
{
	const struct layout *lo = w->l->layout;
	const struct item *it = &lo->item[item], *c;
	size_t start = *pos, longest = *pos, at;
	uint64_t end = it->offset, top;
	enum grade g;
	uint32_t i;

	for (i = item + 1; i < it->next; i = c->next) {
		c = &lo->item[i];
		if (c->level == 66)
			continue;
		if (c->redefines == ITEM_NONE) {
			start = longest + (size_t)(c->offset - end);
			end = c->offset;
		}
		at = start;
		if ((g = walk_item(w, i, &at)) != OK)
			return g;
		if (at > longest)
			longest = at;
		top = c->offset + (uint64_t)c->size *
		    (c->occurs_max > 0 ? c->occurs_max : 1);
		if (top > end)
			end = top;
	}
	*pos = longest + (size_t)(it->offset + (uint64_t)it->size - end);
	return OK;
}

/* One occurrence of what cannot just be stepped over. */
static enum grade
walk_once(struct walk *w, uint32_t item, size_t *pos)
{
	const struct item *it = &w->l->layout->item[item];
	uint32_t i = item - w->l->record;

	if (w->l->count[i].used) {
		if (*pos + it->size > w->n) {
			w->want = *pos + it->size;
			return END;
		}
		w->at[i] = w->p + *pos;
	}
	if (it->next > item + 1)
		return walk_group(w, item, pos);
	*pos += it->size;
	return OK;
}

static enum grade
walk_item(struct walk *w, uint32_t item, size_t *pos)
{
	const struct item *it = &w->l->layout->item[item];
	uint64_t n = it->occurs_max > 0 ? it->occurs_max : 1, i;
	enum grade g;

	if (it->depending != ITEM_NONE &&
	    (g = walk_count(w, item, &n)) != OK)
		return g;
	if (!w->l->walked[item - w->l->record]) {
		*pos += n * it->size;
		return OK;
	}
	for (i = 0; i < n; i++)
		if ((g = walk_once(w, item, pos)) != OK)
			return g;
	return OK;
}

#define ITEMS_SMALL	256u

enum grade
plan_length_of(const void *arg, const uint8_t *p, size_t n, size_t *len,
    char *why, size_t whysize)
{
	const struct plan_length *l = arg;
	const uint8_t *small[ITEMS_SMALL], **at = small;
	uint32_t items = l->layout->item[l->record].next - l->record, i;
	struct walk w = { .l = l, .p = p, .n = n, .why = why,
	    .whysize = whysize };
	enum grade g;

	if (items > ITEMS_SMALL)
		at = mem_array(items, sizeof *at);
	for (i = 0; i < l->nused; i++)
		at[l->used[i]] = NULL;
	w.at = at;
	*len = 0;
	g = walk_item(&w, l->record, len);
	if (g == END)
		*len = w.want;
	if (at != small)
		mem_free(at);
	return g;
}
