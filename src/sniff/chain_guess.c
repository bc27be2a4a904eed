/*
 * Guesses by lengths that lead from record to record; chain_walk.c follows
 * them.
 *
 * A chain is worth, for each step, the bits that a place of the file would
 * have to be lucky by to look like a header too; that is counted in the file
 * itself.  A chain that ends exactly where the file does is worth as much
 * again as one step, and one that breaks costs.  What may stand around a
 * chain is looked for only where there is none that holds without.
 */
#include "sniff/chain_walk.h"

#include <string.h>

#define PLACES_MAX	(256u << 10)	/* looked at to weigh a step */
#define SKIP_MAX	4096u		/* bytes before the first record */
#define BROKEN_COST	30.0
#define BEHIND_COST	20.0		/* one of many places to start */
#define STEP_LEAST	3.0
#define CHAIN_LEAST	6u		/* records behind other bytes */

/* Bits of a step: how few places look like a header of such a record. */
static double
step_bits(const struct sample *s, const struct form *f, uint32_t longest)
{
	const struct window *w = &s->window[0];
	size_t n = w->n < PLACES_MAX ? w->n : PLACES_MAX, i;
	uint32_t hits = 0, total;

	for (i = 0; i + f->head <= n; i++) {
		total = form_total(f, w->p + i);
		hits += total != 0 && total - f->head <= longest;
	}
	return bits_of_share(hits, (double)n);
}

static void
weigh(struct sniff *sn, struct guess *g, const struct form *f)
{
	double step = step_bits(&sn->sample, f, g->longest);

	/* nearly any bytes would do */
	if (step < STEP_LEAST)
		step = 0;
	g->bits = step * (f->format == GUESS_VBS ? g->segments : g->total);
	if (g->end == GUESS_EXACT)
		g->bits += step;
	if (g->end == GUESS_BROKEN)
		g->bits -= BROKEN_COST * (g->breaks > 0 ? g->breaks : 1);
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
}

/* A chain somewhere near the start of a window that holds to its end. */
static bool
find_chain(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, bool eof, struct guess *out)
{
	size_t most = f->bdw ? CHAIN_LONGEST : 4 * (size_t)g->longest +
	    SKIP_MAX, off;

	for (off = 0; off < most && off < w->n && sn->work < WORK_MAX;
	    off++) {
		sn->work++;
		/* full: its records are counted only */
		*out = (struct guess){ .format = g->format,
		    .nrec = GUESS_RECORDS };
		chain_walk(sn, out, f, w, off, eof, true);
		if (eof && out->total >= 3)
			edge_behind(sn, out, w);
		/* a few long steps may lead anywhere */
		if (out->longest > 4 * (uint64_t)g->longest + CHAIN_WORD * 16)
			continue;
		if (out->total >= 3 && out->end != GUESS_BROKEN &&
		    out->end != GUESS_CUT)
			return true;
		if (out->total >= 8 && out->end == GUESS_CUT)
			return true;
	}
	return false;
}

/* The end of the file is what its last window shows. */
static void
take_end(struct guess *g, const struct guess *got)
{
	g->tail_good = got->end == GUESS_EXACT;
	g->bytes_last = got->bytes_last;
	g->edges = g->edges || got->edges;
	g->why = got->why.n > 0 ? got->why : g->why;
	if (got->end != GUESS_CUT)
		return;
	g->end = GUESS_CUT;
	g->end_at = got->end_at;
	g->have = got->have;
	g->missing = got->missing;
}

/* The middle and the end of a large file must agree. */
static void
check_windows(struct sniff *sn, struct guess *g, const struct form *f)
{
	const struct sample *s = &sn->sample;
	struct guess got;
	uint32_t i;

	if (g->end != GUESS_GOOD || s->whole)
		return;
	for (i = 1; i < s->nwindow; i++) {
		if (!find_chain(sn, g, f, &s->window[i], i + 1 == s->nwindow,
		    &got)) {
			g->bits -= BROKEN_COST;
			sniff_say(sn, &g->why, "at offset %llu no such chain "
			    "was found", (unsigned long long)s->window[i].at);
			continue;
		}
		if (i + 1 == s->nwindow)
			take_end(g, &got);
		if (got.longest > g->longest)
			g->longest = got.longest;
	}
	if (s->nwindow > 1 && g->bits > 0)
		sniff_say(sn, &g->why, "the places in the middle and at the "
		    "end that were looked at have such a chain too");
}

static const char *
word_name(const struct guess *g)
{
	switch (g->format) {
	case GUESS_VB:
		return "block and record descriptor words";
	case GUESS_VBS:
		return "segment descriptor words";
	case GUESS_U:
		return "extended block descriptor words";
	case GUESS_GNUCOBOL: case GUESS_MICROFOCUS:
		return "record headers";
	default:
		return "record descriptor words";
	}
}

static void
explain(struct sniff *sn, struct guess *g)
{
	const char *words = word_name(g);

	switch (g->end) {
	case GUESS_EXACT:
		sniff_say(sn, &g->why, "%s of %u record%s lead from byte %u "
		    "exactly to %s", words, g->total, g->total == 1 ? "" :
		    "s", g->bytes_first, g->bytes_last > 0 ?
		    "what stands behind the last record" :
		    "the end of the file");
		break;
	case GUESS_GOOD:
		sniff_say(sn, &g->why, "%s of %u records lead from byte %u "
		    "through all of the first %zu bytes%s", words, g->total,
		    g->bytes_first, sn->sample.window[0].n, !g->tail_good ?
		    "" : g->bytes_last > 0 ? ", and others exactly to what "
		    "stands behind the last record" :
		    ", and others exactly to the end of the file");
		break;
	case GUESS_CUT:
		sniff_say(sn, &g->why, "%s of %u records lead up to the last "
		    "record, of which the file has %llu bytes", words,
		    g->total, (unsigned long long)g->have);
		break;
	case GUESS_BROKEN:
		if (g->breaks > 0) {
			sniff_say(sn, &g->why, "%s of %u records lead "
			    "through blocks, of which %u break", words,
			    g->total, g->breaks);
			break;
		}
		sniff_say(sn, &g->why, "%s of %u records lead to offset %llu, "
		    "where there is none", words, g->total,
		    (unsigned long long)g->end_at);
	}
	if (g->format == GUESS_VBS)
		sniff_say(sn, &g->why, "%u of %u segments are no whole "
		    "records", g->spanned, g->segments);
}

/* ---- the forms ---------------------------------------------------------- */

/* Segments that span nothing are records of V or VB. */
static bool
says_nothing(const struct guess *g)
{
	return g->total == 0 || (g->format == GUESS_VBS && g->spanned == 0);
}

/* A chain from a place of the head, if there is one that says something. */
static struct guess *
try_at(struct sniff *sn, const struct form *f, uint32_t at)
{
	const struct sample *s = &sn->sample;
	struct guess *g = sniff_guess(sn, f->format);

	g->little = f->little;
	g->inclusive = f->inclusive;
	g->last = f->last;
	g->bdw = f->bdw;
	g->varseq = 3;
	g->bytes_first = at;
	chain_walk(sn, g, f, &s->window[0], at, s->whole, at > 0 && f->bdw);
	if (s->whole && g->total >= CHAIN_LEAST)
		edge_behind(sn, g, &s->window[0]);
	if (!says_nothing(g))
		weigh(sn, g, f);
	if (says_nothing(g) || g->bits <= 0) {
		sn->nguess--;
		return NULL;
	}
	check_windows(sn, g, f);
	explain(sn, g);
	return g;
}

/* Is there a chain, perhaps one that breaks after many records? */
static bool
have_chain(const struct sniff *sn)
{
	const struct guess *g;
	uint32_t i;

	for (i = 0; i < sn->nguess; i++) {
		g = sn->guess[i];
		if (g->bits >= (g->end == GUESS_BROKEN ? 100 : 40))
			return true;
	}
	return false;
}

/*
 * Does a chain from this place hold?  A length that the records behind it do
 * not have may be of other bytes, which lead to a record by chance.
 */
static bool
holds_from(struct sniff *sn, const struct form *f, size_t at)
{
	const struct window *w = &sn->sample.window[0];
	struct guess all = { .format = f->format, .nrec = GUESS_RECORDS };
	struct guess rest = all;
	uint32_t first = form_total(f, w->p + at);

	chain_walk(sn, &all, f, w, at, sn->sample.whole, f->bdw);
	if (all.total < CHAIN_LEAST || says_nothing(&all))
		return false;
	edge_behind(sn, &all, w);
	if (all.end == GUESS_BROKEN || all.end == GUESS_CUT)
		return false;
	if (f->bdw || f->format == GUESS_VBS)
		return true;
	chain_walk(sn, &rest, f, w, at + first, sn->sample.whole, false);
	first -= f->head;
	return rest.total < CHAIN_LEAST || (first >= rest.shortest / 2 &&
	    first <= 2 * (uint64_t)rest.longest);
}

/* Records lead up to a break before this chain: that is no header. */
static bool
starts_at_once(struct sniff *sn, struct guess *g, const struct form *f)
{
	const struct sample *s = &sn->sample;
	struct guess from = { .format = f->format, .nrec = GUESS_RECORDS };

	chain_walk(sn, &from, f, &s->window[0], 0, s->whole, false);
	if (from.total == 0 || from.end_at >= g->bytes_first + (uint64_t)
	    g->longest + f->head || from.longest > 2 * (uint64_t)g->longest)
		return false;
	g->end = GUESS_BROKEN;
	g->end_at = from.end_at;
	g->bytes_first = 0;
	sniff_say(sn, &g->why, "%s of %u records lead from the start of the "
	    "file to offset %llu", word_name(g), from.total,
	    (unsigned long long)from.end_at);
	return true;
}

/* Something stands before the first record. */
static void
try_behind(struct sniff *sn, const struct form *f)
{
	const struct window *w = &sn->sample.window[0];
	size_t most = w->n / 2 < SKIP_MAX ? w->n / 2 : SKIP_MAX, off;
	struct guess *g;

	sn->work = 0;
	for (off = 1; off < most && sn->work < WORK_MAX; off++) {
		if (!f->bdw && form_total(f, w->p + off) == 0)
			continue;
		if (!holds_from(sn, f, off))
			continue;
		g = try_at(sn, f, (uint32_t)off);
		if (g == NULL)
			continue;
		g->bits -= BEHIND_COST;
		if (!starts_at_once(sn, g, f))
			edge_before(sn, g);
		return;
	}
}

static void
try_microfocus(struct sniff *sn)
{
	struct guess *g = sniff_guess(sn, GUESS_MICROFOCUS);

	if (!chain_walk_microfocus(sn, g)) {
		sn->nguess--;
		return;
	}
	g->bits = 40 + 6.0 * g->total;
	if (g->end == GUESS_BROKEN)
		g->bits -= BROKEN_COST;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	sniff_say(sn, &g->why, "it starts with a Micro Focus file header");
	explain(sn, g);
}

#define FORMS	16u

/* All of them: eight of RDWs, GnuCOBOL's, four of blocks, segments without
 * and with blocks, and blocks that are records. */
static struct form
form_of(uint32_t i)
{
	struct form f = { .format = GUESS_V, .head = CHAIN_WORD,
	    .inclusive = (i & 1) == 0, .little = i & 2, .last = i & 4 };

	if (i < 8)
		return f;
	f.last = false;
	switch (i) {
	case 8:
		return (struct form){ .format = GUESS_GNUCOBOL, .head = 2 };
	case 9: case 10: case 11: case 12:
		f.format = GUESS_VB;
		f.bdw = true;
		f.inclusive = i & 1;
		f.little = i > 10;
		return f;
	default:
		return (struct form){ .format = i == 15 ? GUESS_U : GUESS_VBS,
		    .head = CHAIN_WORD, .inclusive = true, .bdw = i == 14 };
	}
}

void
guess_chains(struct sniff *sn)
{
	struct form f;
	uint32_t i;

	sn->work = 0;
	try_microfocus(sn);
	for (i = 0; i < FORMS; i++) {
		f = form_of(i);
		try_at(sn, &f, 0);
	}
	if (have_chain(sn))
		return;
	for (i = 0; i < FORMS; i++) {
		f = form_of(i);
		if (f.head == CHAIN_WORD)
			try_behind(sn, &f);
	}
}
