/*
 * Records of several types and lengths without anything between them, as a
 * transfer leaves them that drops record descriptor words.
 *
 * A field of the copybook tells the type, each type has the length of one of
 * the copybook's alternatives, and all of that is right if it leads through
 * the whole file.  Which value has which length is found by trying: a value
 * that is met first gets one length after the other until the walk goes on.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define VALUES_MAX	12u
#define LENGTHS_MAX	12u
#define STEPS_LEAST	10u
#define FIELD_MAX	8u

struct typed {
	struct sniff *sn;
	const struct window *w;
	uint32_t offset, size;
	bool digits;			/* the field is a number */
	uint32_t length[LENGTHS_MAX], nlength;
	struct length_choice value[VALUES_MAX];
	uint32_t nvalue, steps;
};

static bool
is_value(const struct typed *t, const uint8_t *p)
{
	uint32_t n = t->size, i;
	enum byte_class c;

	while (n > 1 && p[n - 1] == 0x00)
		n--;
	for (i = 0; i < n; i++) {
		c = (enum byte_class)t->sn->sample.class[p[i]];
		if (c < CLASS_BLANK || c > CLASS_LOWER ||
		    (t->digits && c != CLASS_ZERO && c != CLASS_DIGIT))
			return false;
	}
	return t->sn->sample.class[p[0]] != CLASS_BLANK;
}

/* The walk from `at` on; false: it leads nowhere with the values so far. */
static bool
walk(struct typed *t, size_t at, uint32_t steps)
{
	const uint8_t *p = NULL;
	uint32_t i, k, n = t->nvalue;

	for (; t->w->n - at >= t->offset + t->size; steps++) {
		if (++t->sn->work > WORK_MAX)
			return false;
		p = t->w->p + at + t->offset;
		for (k = 0; k < t->nvalue; k++)
			if (memcmp(t->value[k].value.p, p, t->size) == 0)
				break;
		if (k == t->nvalue)
			break;
		if (t->value[k].length > t->w->n - at)
			return !t->sn->sample.whole;
		at += t->value[k].length;
	}
	t->steps = steps;
	if (t->w->n - at < t->offset + t->size)
		return at == t->w->n || !t->sn->sample.whole;
	if (t->nvalue == VALUES_MAX || !is_value(t, p))
		return false;
	for (i = 0; i < t->nlength; i++) {
		t->value[n] = (struct length_choice){ { p, t->size },
		    t->length[i] };
		t->nvalue = n + 1;
		if (t->length[i] <= t->w->n - at &&
		    walk(t, at + t->length[i], steps + 1))
			return true;
	}
	t->nvalue = n;
	return false;
}

/* How often a place has one of the values. */
static double
step_bits(const struct typed *t)
{
	uint32_t hits = 0, k;
	size_t i;

	for (i = 0; i + t->size <= t->w->n; i++)
		for (k = 0; k < t->nvalue; k++)
			hits += memcmp(t->value[k].value.p, t->w->p + i,
			    t->size) == 0;
	return bits_of_share(hits, (double)t->w->n);
}

static void
take(struct typed *t, const struct item *it)
{
	struct sniff *sn = t->sn;
	struct guess *g = sniff_guess(sn, GUESS_LENGTH);
	size_t at = 0;
	uint32_t k, len;

	while (t->w->n - at >= t->offset + t->size) {
		for (k = 0; k < t->nvalue; k++)
			if (memcmp(t->value[k].value.p, t->w->p + at +
			    t->offset, t->size) == 0)
				break;
		len = k < t->nvalue ? t->value[k].length : UINT32_MAX;
		if (len > t->w->n - at)
			break;
		if (g->total == 0 || len < g->shortest)
			g->shortest = len;
		if (len > g->longest)
			g->longest = len;
		g->total++;
		guess_add(sn, g, t->w->p + at, len);
		at += len;
	}
	g->choice = arena_copy(sn->arena, t->value, t->nvalue *
	    sizeof *t->value);
	g->nchoice = t->nvalue;
	g->field_name = it->name;
	g->end = sn->sample.whole ? GUESS_EXACT : GUESS_GOOD;
	g->bits = step_bits(t) * g->total;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	sniff_say(sn, &g->why, "%s, with a length for each of its %u values, "
	    "leads through %u records to the end of the %s", it->name,
	    t->nvalue, g->total, sn->sample.whole ? "file" : "sample");
}

static bool
try_item(struct typed *t, const struct item *it)
{
	uint32_t k;
	bool differ = false;

	if (it->name == NULL || it->table != ITEM_NONE || it->size == 0 ||
	    it->size > FIELD_MAX || it->shifter != ITEM_NONE ||
	    it->level > 49 || (it->category != CAT_ALPHANUMERIC &&
	    it->category != CAT_NUMERIC) || it->usage != USAGE_DISPLAY)
		return false;
	t->offset = it->offset;
	t->size = it->size;
	t->digits = it->category == CAT_NUMERIC && !it->is_signed;
	t->nvalue = t->steps = 0;
	if (!walk(t, 0, 0))
		return false;
	for (k = 1; k < t->nvalue; k++)
		differ = differ || t->value[k].length != t->value[0].length;
	if (!differ || t->steps < STEPS_LEAST)
		return false;
	take(t, it);
	return true;
}

void
guess_typed(struct sniff *sn)
{
	struct typed t = { .sn = sn, .w = &sn->sample.window[0] };
	const struct layout *l = sn->opt->layout;
	struct variant *v;
	uint32_t n = layout_variants(sn, &v), i, k, end;

	for (i = 0; i < sn->nguess; i++)
		if (sn->guess[i]->bits >= 40 && sn->guess[i]->total >= 10)
			return;
	for (i = 0; i < n && t.nlength < LENGTHS_MAX; i++) {
		for (k = 0; k < t.nlength; k++)
			if (t.length[k] == v[i].length)
				break;
		if (k == t.nlength && v[i].length > 0)
			t.length[t.nlength++] = v[i].length;
	}
	if (t.nlength < 2)
		return;
	sn->work = 0;
	end = v[0].item == ITEM_NONE ? l->item[v[0].record].next : v[0].item;
	for (i = v[0].record + 1; i < end; i++)
		if (l->item[i].next == i + 1 && try_item(&t, &l->item[i]))
			return;
}
