/*
 * counts: of the mapping to bytes; see plan_counts.h.
 *
 * A name is that of a table, or of the item that tables depend on and then
 * holds for all of them that are not named themselves.  A text is padded as
 * COBOL's MOVE pads it; a number's digits must be all there.
 */
#include "plan/plan_counts.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"

struct plan_counts {
	const struct codec_keys **of;	/* by item */
};

struct counter {
	struct arena *arena;
	struct diags *ds;
	const struct layout *l;
	const struct codepage *page;
	struct plan_counts *counts;
};

static bool
counts_refuse(struct counter *c, const struct map_code *code,
    const struct item *it, const char *why)
{
	diag_hint(c->ds, diag_add(c->ds, DIAG_P101, code->at, "the value "
	    "is none that '%s' %s", it->name != NULL ? it->name : "FILLER",
	    why), "the item has %u byte%s; x'C1' gives bytes", it->size,
	    it->size == 1 ? "" : "s");
	return false;
}

/* A value as the item holds it. */
static bool
counts_value(struct counter *c, const struct map_code *code,
    const struct item *it, uint8_t *to)
{
	const uint8_t *p = code->text.p, *end = p + code->text.len;
	uint32_t n = 0;
	size_t k;
	int byte;

	if (code->hex) {
		if (code->text.len != it->size)
			return counts_refuse(c, code, it, "holds: it is of "
			    "another length");
		memcpy(to, p, it->size);
		return true;
	}
	if (it->usage != USAGE_DISPLAY)
		return counts_refuse(c, code, it, "holds as text");
	for (; p < end && n < it->size; p += k) {
		k = utf8_valid(p, (size_t)(end - p));
		byte = k == 0 ? -1 : charset_encode(c->page, utf8_get(p, &k));
		if (byte < 0)
			return counts_refuse(c, code, it, "can hold in its "
			    "code page");
		to[n++] = (uint8_t)byte;
	}
	if (p < end || (n < it->size && it->category == CAT_NUMERIC))
		return counts_refuse(c, code, it, "holds: it is of another "
		    "length");
	memset(to + n, c->page->blank, it->size - n);
	if (it->justified && n < it->size) {
		memmove(to + it->size - n, to, n);
		memset(to, c->page->blank, it->size - n);
	}
	return true;
}

static const struct codec_keys *
counts_keys(struct counter *c, const struct map_count *m, uint32_t item)
{
	const struct item *it = &c->l->item[item];
	struct codec_keys *k = arena_zalloc(c->arena, sizeof *k);
	uint8_t *value = arena_alloc(c->arena, (size_t)it->size * m->ncode +
	    1);
	uint32_t *number = arena_array(c->arena, m->ncode + 1,
	    sizeof *number), i;
	bool good = true;

	*k = (struct codec_keys){ it->size, m->ncode, value, number };
	for (i = 0; i < m->ncode; i++) {
		number[i] = m->code[i].number;
		good &= counts_value(c, &m->code[i], it,
		    value + (size_t)i * it->size);
	}
	return good ? k : NULL;
}

/* A table, or a count, of all tables that have none of their own yet. */
static bool
counts_item(struct counter *c, const struct map_count *m, uint32_t item)
{
	const struct layout *l = c->l;
	uint32_t count = l->item[item].depending, i;
	const struct codec_keys *k = NULL;
	bool table = count != ITEM_NONE;

	if (!table)
		count = item;
	for (i = table ? item : item + 1; i < l->nitem; i++) {
		if (table ? i != item : l->item[i].depending != item)
			continue;
		if (k == NULL && (k = counts_keys(c, m, count)) == NULL)
			return false;
		if (table || c->counts->of[i] == NULL)
			c->counts->of[i] = k;
	}
	if (k != NULL)
		return true;
	diag_hint(c->ds, diag_add(c->ds, DIAG_P100, m->item->at,
	    "no table depends on '%s'", m->item->name[0]), "counts: takes "
	    "tables with DEPENDING ON, or the items that they depend on");
	return false;
}

/* The name in all records, where it is one. */
static bool
counts_name(struct counter *c, const struct map_count *m)
{
	const struct layout *l = c->l;
	uint32_t found[2], i, n, seen = 0;

	for (i = 0; i < l->nrecord; i++) {
		n = layout_find(l, l->record[i], m->item->name,
		    m->item->nname, found);
		seen += n > 0;
		if (n > 1) {
			diag_add(c->ds, DIAG_P002, m->item->at,
			    "'%s' is the name of more than one item",
			    m->item->name[0]);
			return false;
		}
		if (n == 1 && !counts_item(c, m, found[0]))
			return false;
	}
	if (seen > 0)
		return true;
	diag_hint(c->ds, diag_add(c->ds, DIAG_P001, m->item->at,
	    "the record has no item '%s'", m->item->name[0]),
	    "decant layout %s shows the names", l->name);
	return false;
}

bool
plan_counts_new(struct arena *a, struct diags *ds, const struct layout *l,
    const struct codepage *page, const struct mapping *m,
    const struct plan_counts **out)
{
	struct counter c = { .arena = a, .ds = ds, .l = l, .page = page };
	bool good = true;
	uint32_t i;

	*out = NULL;
	if (m == NULL || m->ncount == 0 || m->format == MAP_DELIMITED)
		return true;
	*out = c.counts = arena_zalloc(a, sizeof *c.counts);
	c.counts->of = arena_zalloc(a, l->nitem * sizeof *c.counts->of);
	for (i = 0; i < m->ncount; i++)
		good &= counts_name(&c, &m->count[i]);
	return good;
}

const struct codec_keys *
plan_counts_of(const struct plan_counts *c, uint32_t table)
{
	return c == NULL ? NULL : c->of[table];
}
