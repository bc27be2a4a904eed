/*
 * Two layouts compared; see layout_diff.h.
 *
 * Offsets are compared as they are with every table that varies left out,
 * since a longer OCCURS DEPENDING ON moves nothing in the data: how many
 * occurrences there are, each record says itself.  Where such tables are
 * nested the offsets in the longest record are compared.  What breaks is
 * decided for each difference alone; when none does, the old data read.
 */
#include "command/layout_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/describe.h"

/* A record's items, by path; FILLERs are left out. */
struct side {
	const struct layout *l;
	uint32_t record;
	struct named {
		const char *path, *name;
		const struct item *it;
		uint32_t item, mate;
	} *v;
	uint32_t n;
};

struct pairing {
	struct layout_diff *d;
	const char *record;
	struct side before, after;
};

static void
diff_add(struct pairing *p, const char *item, const char *change,
    const char *before, const char *after, bool breaks)
{
	struct layout_diff *d = p->d;
	struct difference *v = ARENA_PUSH(d->arena, d->v, d->n, d->cap);

	*v = (struct difference){ .record = p->record, .item = item,
	    .change = change, .before = before, .after = after,
	    .breaks = breaks };
	d->breaks += breaks;
}

/* The difference just added is none for values up to that only. */
static void
diff_top(struct pairing *p, uint64_t top)
{
	p->d->v[p->d->n - 1].top = top;
	p->d->tops++;
}

static const char *
number(struct pairing *p, int64_t n)
{
	return arena_printf(p->d->arena, "%lld", (long long)n);
}

/* --- which is which ------------------------------------------------------- */

static void
side_init(struct side *s, struct arena *a, const struct layout *l,
    uint32_t record)
{
	uint32_t end = l->item[record].next, i, k;
	const char **path = arena_array(a, end - record, sizeof *path);
	const struct item *it;

	s->l = l;
	s->record = record;
	s->v = arena_array(a, end - record, sizeof *s->v);
	path[0] = "";
	for (i = record + 1; i < end; i++) {
		it = &l->item[i];
		k = i - record;
		path[k] = it->parent != ITEM_NONE ?
		    path[it->parent - record] : "";
		if (it->name == NULL || it->level == 66)
			continue;
		path[k] = path[k][0] == '\0' ? it->name :
		    arena_printf(a, "%s.%s", path[k], it->name);
		s->v[s->n++] = (struct named){ .path = path[k],
		    .name = it->name, .it = it, .item = i,
		    .mate = ITEM_NONE };
	}
}

static int
by_path(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a,
	    *y = *(const struct named *const *)b;
	int order = strcmp(x->path, y->path);

	return order != 0 ? order : (x->item > y->item) - (x->item < y->item);
}

static int
by_name(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a,
	    *y = *(const struct named *const *)b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->item > y->item) - (x->item < y->item);
}

static int
compare_place(const struct named *x, const struct named *y)
{
	const struct item *a = x->it, *b = y->it;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return (a->category > b->category) - (a->category < b->category);
}

static int
by_place(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a,
	    *y = *(const struct named *const *)b;
	int order = compare_place(x, y);

	return order != 0 ? order : (x->item > y->item) - (x->item < y->item);
}

/* Those without a mate, sorted. */
static struct named **
unmatched(struct side *s, struct arena *a, uint32_t *n,
    int (*order)(const void *, const void *))
{
	struct named **v = arena_array(a, s->n + 1, sizeof(struct named *));
	uint32_t i;

	*n = 0;
	for (i = 0; i < s->n; i++)
		if (s->v[i].mate == ITEM_NONE)
			v[(*n)++] = &s->v[i];
	qsort(v, *n, sizeof *v, order);
	return v;
}

static void
pair(struct pairing *p, struct named *x, struct named *y)
{
	x->mate = (uint32_t)(y - p->after.v);
	y->mate = (uint32_t)(x - p->before.v);
}

static void
pair_by_path(struct pairing *p)
{
	uint32_t n, m, i = 0, k = 0;
	struct named **x = unmatched(&p->before, p->d->arena, &n, by_path),
	    **y = unmatched(&p->after, p->d->arena, &m, by_path);
	int order;

	while (i < n && k < m) {
		order = strcmp(x[i]->path, y[k]->path);
		if (order == 0)
			pair(p, x[i], y[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

static uint32_t
run_of(struct named *const *v, uint32_t n, uint32_t at)
{
	uint32_t k = at + 1;

	while (k < n && strcmp(v[k]->name, v[at]->name) == 0)
		k++;
	return k - at;
}

/* Items that went into or out of a group. */
static void
pair_by_name(struct pairing *p)
{
	uint32_t n, m, i = 0, k = 0, ni, nk;
	struct named **x = unmatched(&p->before, p->d->arena, &n, by_name),
	    **y = unmatched(&p->after, p->d->arena, &m, by_name);
	int order;

	while (i < n && k < m) {
		order = strcmp(x[i]->name, y[k]->name);
		ni = run_of(x, n, i);
		nk = run_of(y, m, k);
		if (order == 0 && ni == 1 && nk == 1)
			pair(p, x[i], y[k]);
		i += order <= 0 ? ni : 0;
		k += order >= 0 ? nk : 0;
	}
}

static bool
same_kind(const struct item *a, const struct item *b)
{
	return a->usage == b->usage && a->is_signed == b->is_signed &&
	    a->sign == b->sign && a->digits == b->digits &&
	    a->scale == b->scale && a->occurs_max == b->occurs_max;
}

/* Renamed: another name, the rest as it was. */
static void
pair_by_place(struct pairing *p)
{
	uint32_t n, m, i = 0, k = 0;
	struct named **x = unmatched(&p->before, p->d->arena, &n, by_place),
	    **y = unmatched(&p->after, p->d->arena, &m, by_place);
	int order;

	while (i < n && k < m) {
		order = compare_place(x[i], y[k]);
		if (order == 0 && same_kind(x[i]->it, y[k]->it))
			pair(p, x[i], y[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

/* --- how they differ ------------------------------------------------------ */

static bool
text(const struct item *it)
{
	return it->usage == USAGE_DISPLAY && (it->category ==
	    CAT_ALPHANUMERIC || it->category == CAT_ALPHABETIC);
}

static bool
varies(const struct item *it)
{
	return it->depending != ITEM_NONE || it->outside != ITEM_NONE ||
	    (it->occurs_max > 0 && it->occurs_min != it->occurs_max);
}

/* Tables that vary, none within another or redefining. */
static bool
side_is_plain(const struct side *s)
{
	uint32_t i, end = s->l->item[s->record].next;
	const struct item *it;

	for (i = s->record; i < end; i++) {
		it = &s->l->item[i];
		if (it->varies && it->occurs_max > 0)
			return false;
		if (varies(it) && (it->varies || it->parent == ITEM_NONE ||
		    s->l->item[it->parent].table != ITEM_NONE))
			return false;
	}
	return true;
}

/* Offset without the tables that vary before it. */
static int64_t
place_of(const struct side *s, uint32_t i, bool plain)
{
	const struct item *it = &s->l->item[i], *t;
	int64_t at = it->offset;
	uint32_t k;

	for (k = it->shifter; plain && k != ITEM_NONE; k = t->shifter) {
		t = &s->l->item[k];
		at -= (int64_t)t->occurs_max * t->size;
	}
	return at;
}

static const char *
occurs_of(struct pairing *p, const struct item *it)
{
	if (it->occurs_max == 0)
		return "once";
	if (varies(it))
		return arena_printf(p->d->arena, "%u to %u", it->occurs_min,
		    it->occurs_max);
	return number(p, it->occurs_max);
}

static const char *
kind_of(const struct item *it)
{
	static const char *const word[] = {
		[CAT_GROUP] = "group", [CAT_ALPHANUMERIC] = "alphanumeric",
		[CAT_ALPHABETIC] = "alphabetic", [CAT_NUMERIC] = "numeric",
		[CAT_OPAQUE] = "opaque", [CAT_EDITED] = "edited",
		[CAT_NATIONAL] = "national",
		[CAT_NATIONAL_EDITED] = "national edited",
		[CAT_DBCS] = "DBCS", [CAT_UTF8] = "UTF-8",
	};

	return word[it->category];
}

static const char *
sign_of(const struct item *it)
{
	const char *where = describe_sign(it);

	if (!it->is_signed)
		return "unsigned";
	return where[0] == '\0' ? "signed" : where;
}

static void
diff_occurs(struct pairing *p, const char *path, const struct item *a,
    const struct item *b)
{
	const char *x = "none", *y = "none";
	bool breaks = varies(a) != varies(b);

	/* Of a fixed table the occurrences that remain stand where they
	 * stood; of one that varies, the data may have as many as before. */
	if (varies(a) && varies(b))
		breaks = b->occurs_min > a->occurs_min ||
		    b->occurs_max < a->occurs_max;
	if (a->occurs_max != b->occurs_max || a->occurs_min != b->occurs_min)
		diff_add(p, path, "occurs", occurs_of(p, a), occurs_of(p, b),
		    breaks);
	if (a->depending != ITEM_NONE)
		x = p->before.l->item[a->depending].name;
	if (b->depending != ITEM_NONE)
		y = p->after.l->item[b->depending].name;
	if (a->depending != ITEM_NONE && b->depending != ITEM_NONE &&
	    x != NULL && y != NULL && strcmp(x, y) != 0) {
		uint32_t i;

		for (i = 0; i < p->before.n; i++)	/* only renamed? */
			if (p->before.v[i].item == a->depending)
				break;
		breaks = i == p->before.n || p->before.v[i].mate == ITEM_NONE ||
		    p->after.v[p->before.v[i].mate].item != b->depending;
		diff_add(p, path, "depending on", x, y, breaks);
	}
}

static void
diff_number(struct pairing *p, const char *path, const struct item *a,
    const struct item *b)
{
	bool floats = a->digits == 0 && b->digits == 0, breaks;

	if (a->digits != b->digits && !floats)
		diff_add(p, path, "digits", number(p, a->digits),
		    number(p, b->digits), b->digits < a->digits);
	if (a->scale != b->scale)
		diff_add(p, path, "scale", number(p, a->scale),
		    number(p, b->scale), true);
	if (a->is_signed == b->is_signed && (a->sign == b->sign ||
	    a->usage != USAGE_DISPLAY || b->usage != USAGE_DISPLAY))
		return;
	/* What was unsigned reads as positive where the sign is a nibble or
	 * a zone; a binary in the machine's range may become negative. */
	breaks = a->is_signed || (a->usage != USAGE_PACKED &&
	    a->usage != USAGE_BINARY && (a->usage != USAGE_DISPLAY ||
	    b->sign != SIGN_TRAILING));
	diff_add(p, path, "sign", sign_of(a), sign_of(b), breaks);
	/* TRUNC(BIN): all bits count, so the first of them was a digit's */
	if (!breaks && a->usage == USAGE_BINARY && a->size <= 8)
		diff_top(p, (UINT64_C(1) << (8 * a->size - 1)) - 1);
}

static void
diff_items(struct pairing *p, const struct named *x, const struct named *y,
    bool plain)
{
	const struct item *a = &p->before.l->item[x->item],
	    *b = &p->after.l->item[y->item];
	int64_t from = place_of(&p->before, x->item, plain),
	    to = place_of(&p->after, y->item, plain);
	bool group = a->category == CAT_GROUP || b->category == CAT_GROUP;

	if (strcmp(a->name, b->name) != 0)
		diff_add(p, x->path, "renamed", x->path, y->path, false);
	if (from != to || a->offset != b->offset)
		diff_add(p, x->path, "moved", number(p, a->offset),
		    number(p, b->offset), from != to);
	/* What is in a group tells whether it reads. */
	if (a->size != b->size)
		diff_add(p, x->path, b->size > a->size ? "grew" : "shrank",
		    number(p, a->size), number(p, b->size), !group);
	diff_occurs(p, x->path, a, b);
	if (a->category != b->category)
		diff_add(p, x->path, "type", kind_of(a), kind_of(b),
		    !(text(a) && text(b)) && !(group && (text(a) || text(b))));
	if (group)
		return;
	if (a->usage != b->usage)
		diff_add(p, x->path, "usage", describe_usage(a),
		    describe_usage(b), true);
	if (a->category == CAT_NUMERIC && b->category == CAT_NUMERIC)
		diff_number(p, x->path, a, b);
	else if (a->category == CAT_EDITED && b->category == CAT_EDITED &&
	    strcmp(a->picture, b->picture) != 0)
		diff_add(p, x->path, "picture", a->picture, b->picture, true);
}

static const char *
outline(struct pairing *p, const struct item *it)
{
	const char *usage = describe_usage(it);

	return arena_printf(p->d->arena, "%s%s%s%s%u byte%s at %u",
	    it->picture != NULL ? it->picture : "",
	    it->picture != NULL ? " " : "", usage,
	    usage[0] != '\0' ? ", " : "", it->size, it->size == 1 ? "" : "s",
	    it->offset);
}

static bool
overlap(const struct item *a, const struct item *b)
{
	return a->offset < b->offset + b->size &&
	    b->offset < a->offset + a->size;
}

/* A new item over bytes that meant something else, and were not text. */
static bool
added_breaks(const struct pairing *p, const struct item *b)
{
	const struct item *a;
	uint32_t i;

	if (b->category == CAT_GROUP || b->redefines != ITEM_NONE)
		return false;
	for (i = 0; i < p->before.n; i++) {
		a = &p->before.l->item[p->before.v[i].item];
		if (p->before.v[i].mate == ITEM_NONE &&
		    a->category != CAT_GROUP && overlap(a, b) &&
		    !(text(a) && text(b)))
			return true;
	}
	return false;
}

static void
diff_record(struct pairing *p)
{
	const struct layout *o = p->before.l, *n = p->after.l;
	uint32_t i, was = layout_max_size(o, p->before.record),
	    is = layout_max_size(n, p->after.record);
	int64_t x = was, y = is;
	bool plain = side_is_plain(&p->before) && side_is_plain(&p->after);

	/* The length without what varies. */
	for (i = p->before.record; plain && i < o->item[p->before.record].next;
	    i++)
		if (varies(&o->item[i]))
			x -= (int64_t)o->item[i].occurs_max * o->item[i].size;
	for (i = p->after.record; plain && i < n->item[p->after.record].next;
	    i++)
		if (varies(&n->item[i]))
			y -= (int64_t)n->item[i].occurs_max * n->item[i].size;
	if (was != is || x != y)
		diff_add(p, NULL, "record length", number(p, was),
		    number(p, is), x != y);
	for (i = 0; i < p->before.n; i++) {
		const struct named *v = &p->before.v[i];

		if (v->mate != ITEM_NONE)
			diff_items(p, v, &p->after.v[v->mate], plain);
		else
			diff_add(p, v->path, "removed",
			    outline(p, &o->item[v->item]), NULL, false);
	}
	for (i = 0; i < p->after.n; i++) {
		const struct named *v = &p->after.v[i];

		if (v->mate == ITEM_NONE)
			diff_add(p, v->path, "added", NULL,
			    outline(p, &n->item[v->item]),
			    added_breaks(p, &n->item[v->item]));
	}
}

static const char *
record_name(const struct layout *l, uint32_t record)
{
	const char *name = l->item[record].name;

	return name != NULL ? name : "FILLER";
}

static void
diff_pair(struct layout_diff *d, const struct layout *o, uint32_t before,
    const struct layout *n, uint32_t after)
{
	struct pairing p = { .d = d, .record = record_name(o, before) };

	side_init(&p.before, d->arena, o, before);
	side_init(&p.after, d->arena, n, after);
	pair_by_path(&p);
	pair_by_name(&p);
	pair_by_place(&p);
	if (strcmp(p.record, record_name(n, after)) != 0)
		diff_add(&p, NULL, "renamed", p.record, record_name(n, after),
		    false);
	/* An 01 without items below it is compared by itself. */
	if (o->item[before].category != CAT_GROUP ||
	    n->item[after].category != CAT_GROUP) {
		struct named x = { .item = before }, y = { .item = after };

		if (o->item[before].name != NULL && n->item[after].name !=
		    NULL && strcmp(o->item[before].name,
		    n->item[after].name) == 0)
			diff_items(&p, &x, &y, false);
	}
	diff_record(&p);
}

static uint32_t
record_named(const struct layout *l, const char *name)
{
	uint32_t i;

	for (i = 0; i < l->nrecord; i++)
		if (strcmp(record_name(l, l->record[i]), name) == 0)
			return l->record[i];
	return ITEM_NONE;
}

void
layout_diff(struct layout_diff *d, struct arena *a, const struct layout *o,
    uint32_t before, const struct layout *n, uint32_t after)
{
	struct pairing p = { .d = d };
	uint32_t i, mate;

	*d = (struct layout_diff){ .arena = a };
	if (o->nrecord == 1 && n->nrecord == 1) {
		before = o->record[0];
		after = n->record[0];
	}
	if (before != ITEM_NONE && after != ITEM_NONE) {
		diff_pair(d, o, before, n, after);
		return;
	}
	for (i = 0; i < o->nrecord; i++) {
		p.record = record_name(o, o->record[i]);
		mate = record_named(n, p.record);
		if (mate != ITEM_NONE)
			diff_pair(d, o, o->record[i], n, mate);
		else
			diff_add(&p, NULL, "removed", number(&p,
			    layout_max_size(o, o->record[i])), NULL, true);
	}
	for (i = 0; i < n->nrecord; i++) {
		p.record = record_name(n, n->record[i]);
		if (record_named(o, p.record) == ITEM_NONE)
			diff_add(&p, NULL, "added", NULL, number(&p,
			    layout_max_size(n, n->record[i])), false);
	}
}
