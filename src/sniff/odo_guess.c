/*
 * What only a layout can tell: records that are as long as their counts say,
 * and the kinds of records that a layout's level 01s and redefinitions make.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#include "plan/plan_length.h"

#define PLACES		2000u	/* where a count is tried, to weigh a step */

static double
step_bits(const struct plan_length *pl, const struct window *w,
    uint32_t longest)
{
	size_t by = w->n / PLACES + 1, at, len;
	uint32_t hits = 0, n = 0;
	char why[200];

	for (at = 0; at < w->n; at += by, n++)
		hits += plan_length_of(pl, w->p + at, w->n - at, &len, why,
		    sizeof why) == OK && len <= longest && len <= w->n - at;
	return bits_of_share(hits, n);
}

static void
odo_walk(struct sniff *sn, struct guess *g, const struct plan_length *pl)
{
	const struct window *w = &sn->sample.window[0];
	bool eof = sn->sample.whole;
	enum grade grade = OK;
	size_t at = 0, len;
	char why[200];

	while (at < w->n) {
		grade = plan_length_of(pl, w->p + at, w->n - at, &len, why,
		    sizeof why);
		if (grade == BAD || len == 0 || len > w->n - at)
			break;
		if (g->total == 0 || len < g->shortest)
			g->shortest = (uint32_t)len;
		if (len > g->longest)
			g->longest = (uint32_t)len;
		g->total++;
		guess_add(sn, g, w->p + at, (uint32_t)len);
		at += len;
	}
	g->walked = at;
	g->end_at = at;
	g->end = at == w->n ? eof ? GUESS_EXACT : GUESS_GOOD :
	    grade == BAD ? GUESS_BROKEN : eof ? GUESS_CUT : GUESS_GOOD;
	if (g->end == GUESS_CUT) {
		g->have = w->n - at;
		g->missing = len - g->have;
	}
}

static void
try_odo(struct sniff *sn, uint32_t record)
{
	const struct layout *l = sn->opt->layout;
	struct plan_length *pl;
	struct diags quiet;
	struct guess *g;
	double step;

	diags_init(&quiet, sn->arena);
	pl = plan_length_new(sn->arena, &quiet, l, record, false, NULL,
	    NOWHERE);
	if (pl == NULL)
		return;
	g = sniff_guess(sn, GUESS_ODO);
	odo_walk(sn, g, pl);
	if (g->total == 0) {
		sn->nguess--;
		return;
	}
	step = step_bits(pl, &sn->sample.window[0], g->longest);
	g->bits = step * g->total;
	if (g->end == GUESS_EXACT)
		g->bits += step;
	if (g->end == GUESS_BROKEN)
		g->bits -= 30;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	sniff_say(sn, &g->why, "the counts of the copybook's tables lead "
	    "through %u records of %u to %u bytes %s", g->total, g->shortest,
	    g->longest, g->end == GUESS_EXACT ? "exactly to the end of the "
	    "file" : g->end == GUESS_GOOD ? "to the end of the sample" :
	    g->end == GUESS_CUT ? "to a last one that is cut short" :
	    "to one that has none");
}

void
guess_odo(struct sniff *sn)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i, r;

	for (i = 0; l != NULL && i < l->nrecord; i++) {
		r = l->record[i];
		if ((sn->opt->record == ITEM_NONE || sn->opt->record == r) &&
		    layout_min_size(l, r) != layout_max_size(l, r))
			try_odo(sn, r);
	}
}

/* ---- variants ----------------------------------------------------------- */

/* The bytes of a set of alternatives at an item, if one is a group outside
 * of tables; how many there are in *n. */
static uint32_t
alternatives(const struct layout *l, uint32_t item, uint32_t *n)
{
	const struct item *it = &l->item[item];
	uint32_t end = l->item[it->parent].next, i, size = it->size;
	bool group = it->category == CAT_GROUP;

	*n = 1;
	if (it->table != ITEM_NONE || it->occurs_max > 0)
		return 0;
	for (i = it->next; i < end && l->item[i].redefines != ITEM_NONE;
	    i = l->item[i].next) {
		++*n;
		group = group && l->item[i].category == CAT_GROUP;
		size = l->item[i].size > size ? l->item[i].size : size;
	}
	return *n > 1 && group ? size : 0;
}

static uint32_t
largest_set(const struct layout *l, uint32_t record)
{
	uint32_t best = ITEM_NONE, most = 3, i, n, size;

	for (i = record + 1; i < l->item[record].next; i++) {
		if (l->item[i].redefines != ITEM_NONE ||
		    l->item[i].level == 66)
			continue;
		size = alternatives(l, i, &n);
		if (size > most) {
			most = size;
			best = i;
		}
	}
	return best;
}

uint32_t
layout_variants(struct sniff *sn, struct variant **out)
{
	const struct layout *l = sn->opt->layout;
	uint32_t n = 0, cap = 0, i, set, end, top, record;
	struct variant *v = NULL, *x;

	*out = NULL;
	if (l == NULL || l->nrecord == 0)
		return 0;
	if (l->nrecord > 1 && sn->opt->record == ITEM_NONE) {
		for (i = 0; i < l->nrecord; i++)
			*ARENA_PUSH(sn->arena, v, n, cap) = (struct variant){
			    l->record[i], ITEM_NONE,
			    layout_max_size(l, l->record[i]) };
		*out = v;
		return n;
	}
	record = sn->opt->record == ITEM_NONE ? l->record[0] :
	    sn->opt->record;
	set = largest_set(l, record);
	if (set == ITEM_NONE)
		return 0;
	end = l->item[l->item[set].parent].next;
	for (i = set; i < end && (i == set || l->item[i].redefines !=
	    ITEM_NONE); i = l->item[i].next) {
		x = ARENA_PUSH(sn->arena, v, n, cap);
		x->record = record;
		x->item = i;
		top = l->item[i].offset + l->item[i].size;
		x->length = top;
	}
	/* nothing may follow them */
	top = 0;
	for (i = 0; i < n; i++)
		top = v[i].length > top ? v[i].length : top;
	if (top != layout_max_size(l, record))
		for (i = 0; i < n; i++)
			v[i].length = layout_max_size(l, record);
	*out = v;
	return n;
}
