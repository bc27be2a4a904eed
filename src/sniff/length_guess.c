/*
 * Records that hold their own length, in a field near their start: binary in
 * either order, or digits.  No bytes of the field are known, so a step is
 * worth little, and only a long chain with an end that fits convinces.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define OFFSET_MAX	16u
#define STEPS_LEAST	10u
#define BITS_LEAST	60.0
#define PLACES_MAX	(64u << 10)
#define LONGEST		(64u << 10)

struct length_form {
	struct number_field field;
	uint32_t add;		/* rest: the bytes up to its end */
};

static uint32_t
total_at(const struct length_form *f, const uint8_t *p, size_t n)
{
	uint32_t least = f->field.offset + f->field.size;
	uint64_t v;

	if (n < least || !number_read(&f->field, p + f->field.offset, &v) ||
	    v > LONGEST)
		return 0;
	v += f->add;
	return v < least || v > LONGEST ? 0 : (uint32_t)v;
}

/* How far the lengths lead, and the length that stands there. */
static size_t
walk(struct sniff *sn, const struct length_form *f, struct guess *g,
    uint32_t *steps, uint32_t *shortest, uint32_t *longest, uint32_t *next)
{
	const struct window *w = &sn->sample.window[0];
	uint32_t total;
	size_t at;

	*steps = *longest = *next = 0;
	*shortest = UINT32_MAX;
	for (at = 0; at < w->n && sn->work < WORK_MAX; at += total,
	    ++*steps) {
		sn->work++;
		*next = total = total_at(f, w->p + at, w->n - at);
		if (total == 0 || total > w->n - at)
			break;
		if (g != NULL)
			guess_add(sn, g, w->p + at, total);
		*longest = total > *longest ? total : *longest;
		*shortest = total < *shortest ? total : *shortest;
	}
	return at;
}

static double
step_bits(const struct window *w, const struct length_form *f,
    uint32_t longest)
{
	size_t n = w->n < PLACES_MAX ? w->n : PLACES_MAX, i;
	uint32_t hits = 0, total;

	for (i = 0; i < n; i++) {
		total = total_at(f, w->p + i, w->n - i);
		hits += total != 0 && total <= longest;
	}
	return bits_of_share(hits, (double)n);
}

static void
try_form(struct sniff *sn, const struct length_form *f)
{
	const struct sample *s = &sn->sample;
	const struct window *w = &s->window[0];
	uint32_t steps, longest, shortest, next;
	struct guess *g;
	bool done;
	size_t at;
	double step;

	at = walk(sn, f, NULL, &steps, &shortest, &longest, &next);
	/* a record that the sample does not hold whole, or no room for its
	 * length */
	done = at == w->n || (!s->whole && (next > w->n - at ||
	    w->n - at < f->field.offset + f->field.size));
	if (!done || steps < STEPS_LEAST || shortest == longest)
		return;
	step = step_bits(w, f, longest);
	if (step * steps < BITS_LEAST)
		return;
	g = sniff_guess(sn, GUESS_LENGTH);
	walk(sn, f, g, &g->total, &g->shortest, &g->longest, &next);
	g->field = f->field;
	g->rest = f->add > 0;
	g->walked = at;
	g->end = at == w->n && s->whole ? GUESS_EXACT : GUESS_GOOD;
	g->bits = step * steps * 0.75;	/* one of many places to try */
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	sniff_say(sn, &g->why, "%u bytes at offset %u of each record, as a "
	    "length, lead through %u records%s", f->field.size,
	    f->field.offset, steps, g->end == GUESS_EXACT ?
	    " exactly to the end of the file" : "");
}

void
guess_lengths(struct sniff *sn)
{
	static const struct {
		enum number_form form;
		uint8_t size;
	} forms[] = {
		{ NUMBER_BIG, 2 }, { NUMBER_LITTLE, 2 }, { NUMBER_BIG, 4 },
		{ NUMBER_LITTLE, 4 }, { NUMBER_ZONED, 3 },
		{ NUMBER_ZONED, 4 }, { NUMBER_ZONED, 5 },
		{ NUMBER_ZONED, 6 }, { NUMBER_PACKED, 3 },
	};
	struct length_form f;
	uint32_t i, offset;

	for (i = 0; i < sn->nguess; i++)
		if (sn->guess[i]->bits >= 40 && sn->guess[i]->total >= 10)
			return;
	sn->work = 0;
	for (offset = 0; offset <= OFFSET_MAX; offset++)
		for (i = 0; i < 2 * sizeof forms / sizeof forms[0]; i++) {
			f.field = (struct number_field){ offset,
			    forms[i / 2].size, forms[i / 2].form, 0 };
			f.add = i % 2 ? offset + f.field.size : 0;
			try_form(sn, &f);
		}
}
