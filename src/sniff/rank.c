/*
 * Guesses against each other.
 *
 * The score of a guess is its evidence in bits and that of the layout on its
 * records.  One that explains what another only describes beats it: words
 * that lead from record to record make columns too, if records are of one
 * length, and so do lines.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define STRONG		40.0
#define BROKEN_LONG	50u	/* records of a chain that breaks then */
#define BROKEN_STRONG	150.0
#define FIT_MOST	250.0
#define FIT_LEAST	(-150.0)
#define CELLS_LEAST	10u	/* numbers that are worth judging */
#define TOO_SHORT	(-1000.0)
#define CONTROL_BETTER	20.0	/* behind a control character */
#define ADRIFT_COST	60.0
#define LAYOUT_PRIOR	6.0	/* for the length that a copybook has */

/* Valid numbers; -1: there are too few to tell. */
double
fit_share(const struct fit *f)
{
	if (!f->done || f->good + f->bad < CELLS_LEAST)
		return -1;
	return (double)f->good / (double)(f->good + f->bad);
}

static bool
is_chain(const struct guess *g)
{
	return g->format == GUESS_V || g->format == GUESS_VB ||
	    g->format == GUESS_VBS || g->format == GUESS_U ||
	    g->format == GUESS_GNUCOBOL ||
	    g->format == GUESS_MICROFOCUS;
}

static bool
is_strong(const struct guess *g)
{
	return g->bits >= STRONG && g->end != GUESS_BROKEN;
}

/* Blocks with damaged records in some: their own words look like records. */
static bool
blocks_explain(const struct guess *a, const struct guess *b)
{
	uint32_t good = a->format == GUESS_VBS ? a->segments : a->total;

	return (a->format == GUESS_VB || (a->format == GUESS_VBS && a->bdw &&
	    a->spanned > 0)) && a->breaks > 0 && a->bits >= STRONG &&
	    good / 4 >= a->breaks && (b->format == GUESS_V || b->format ==
	    GUESS_U) && a->little == b->little && !b->last;
}

/* Does a explain what b describes? */
static bool
explains(const struct guess *a, const struct guess *b)
{
	double fa = fit_share(&a->fit), fb = fit_share(&b->fit);

	if (blocks_explain(b, a))
		return false;
	if (blocks_explain(a, b))
		return true;
	if (is_chain(a) && !is_chain(b) && a->end == GUESS_BROKEN &&
	    a->total >= BROKEN_LONG && a->bits >= BROKEN_STRONG)
		return true;
	if (!is_strong(a))
		return false;
	if (b->end == GUESS_BROKEN && a->end != GUESS_BROKEN)
		return true;
	if (a->format == GUESS_VB && b->format == GUESS_V)
		return a->total >= 2 && a->little == b->little && !b->last;
	if (a->format == GUESS_VB && b->format == GUESS_U)
		return a->total >= 2;
	if (a->format == GUESS_VBS)
		return (b->format == GUESS_VBS && a->bdw && !b->bdw) ||
		    b->format == GUESS_V || b->format == GUESS_VB ||
		    b->format == GUESS_U || !is_chain(b);
	if (is_chain(a) && !is_chain(b))
		return !(fb >= 0.9 && fa >= 0 && fa < 0.6);
	if (a->format == GUESS_TEXT && b->format == GUESS_FIXED)
		return a->nonprint == 0;
	if (a->format == GUESS_FIXED && b->format == GUESS_TEXT)
		return a->behind > 0 && b->nonprint > 0;
	if (a->format == GUESS_ODO && b->format == GUESS_FIXED)
		return a->end == GUESS_EXACT && fb < fa;
	return false;
}

static void
say_fit(struct sniff *sn, struct guess *g)
{
	const struct fit *f = &g->fit;
	uint64_t n = f->good + f->bad, texts = f->text_good + f->text_bad;

	if (n > 0)
		sniff_say(sn, &g->why, "with the copybook %llu of %llu "
		    "numbers in %u record%s are valid",
		    (unsigned long long)f->good, (unsigned long long)n,
		    f->records, f->records == 1 ? "" : "s");
	if (texts > 0)
		sniff_say(sn, &g->why, "with the copybook %llu of %llu texts "
		    "in %u record%s are text",
		    (unsigned long long)f->text_good,
		    (unsigned long long)texts, f->records,
		    f->records == 1 ? "" : "s");
	if (f->longer > 0)
		sniff_say(sn, &g->why, "%llu of %u records are longer than "
		    "the copybook's", (unsigned long long)f->longer, g->nrec);
}

static void
score(struct sniff *sn, struct guess *g)
{
	const struct layout *l = sn->opt->layout;
	double bits, prior = 0;
	uint32_t i, size, most = 0;

	g->score = g->bits;
	if (l == NULL || g->bits < FIT_LEAST / 2)
		return;
	guess_fit(sn, g, sn->page);
	say_fit(sn, g);
	bits = g->fit.bits;
	g->score += bits > FIT_MOST ? FIT_MOST : bits < FIT_LEAST ?
	    FIT_LEAST : bits;
	if (g->fit.longer * 10 > g->nrec && g->format != GUESS_FIXED)
		g->score -= STRONG;
	for (i = 0; i < l->nrecord && g->format == GUESS_FIXED; i++) {
		size = layout_max_size(l, l->record[i]);
		if (sn->opt->record == ITEM_NONE || sn->opt->record ==
		    l->record[i])
			most = size > most ? size : most;
		if (size == g->length - g->behind - g->before)
			prior = LAYOUT_PRIOR;
	}
	/* a layout cannot be longer than the records */
	g->score += g->format == GUESS_FIXED && most > g->length -
	    g->behind - g->before ? TOO_SHORT : prior;
}

static void
sort(struct sniff *sn)
{
	struct guess *g;
	uint32_t i, k;

	for (i = 1; i < sn->nguess; i++) {
		g = sn->guess[i];
		for (k = i; k > 0 && (g->beaten < sn->guess[k - 1]->beaten ||
		    (g->beaten == sn->guess[k - 1]->beaten &&
		    g->score > sn->guess[k - 1]->score)); k--)
			sn->guess[k] = sn->guess[k - 1];
		sn->guess[k] = g;
	}
}

static void
compare(struct sniff *sn)
{
	uint32_t i, k;

	for (i = 0; i < sn->nguess; i++)
		for (k = 0; k < sn->nguess; k++)
			if (i != k && explains(sn->guess[i], sn->guess[k]))
				sn->guess[k]->beaten = true;
	sort(sn);
	sn->best = NULL;
	if (sn->nguess > 0 && !sn->guess[0]->beaten &&
	    sn->guess[0]->score > 0)
		sn->best = sn->guess[0];
}

/* The same records behind a control character: a layout decides. */
static void
settle_control(struct sniff *sn, struct guess *was)
{
	struct guess *g = sn->guess[sn->nguess - 1];

	g->fit.done = false;
	score(sn, g);
	if (g->total >= 5 && fit_share(&g->fit) >= 0.9 && g->fit.longer *
	    10 <= g->nrec && g->score > was->score + CONTROL_BETTER)
		was->beaten = true;
	else
		sn->nguess--;
}

/* One byte more than the copybook has, and it is a control character. */
static void
settle_fixed(struct guess *g)
{
	struct guess *was = g->shifted_from;

	if (was != NULL && g->control != CONTROL_NONE && g->fit.bits + 1 >=
	    was->fit.bits && g->fit.bits > 0)
		was->beaten = true;
}

/* Of many places that were tried only those count that a layout fits. */
static void
drop_searched(struct sniff *sn)
{
	uint32_t i, n = 0;

	for (i = 0; i < sn->nguess; i++)
		if (!sn->guess[i]->searched ||
		    fit_share(&sn->guess[i]->fit) >= 0.9)
			sn->guess[n++] = sn->guess[i];
	sn->nguess = n;
}

void
sniff_rank(struct sniff *sn)
{
	uint32_t i, n;

	sn->nguess = 0;
	guess_chains(sn);
	guess_lines(sn);
	guess_odo(sn);
	guess_lengths(sn);
	guess_typed(sn);
	guess_fixed(sn);
	n = sn->nguess;
	for (i = 0; i < n; i++) {
		edge_forgive(sn, sn->guess[i]);
		edge_fixed(sn, sn->guess[i]);
		guess_control_fixed(sn, sn->guess[i]);
	}
	n = sn->nguess;
	for (i = 0; i < n; i++) {
		score(sn, sn->guess[i]);
		if (guess_control(sn, sn->guess[i]))
			settle_control(sn, sn->guess[i]);
	}
	for (i = 0; i < n; i++)
		if (!sn->quick && (sn->guess[i]->adrift ||
		    (fit_share(&sn->guess[i]->fit) >= 0 &&
		    fit_share(&sn->guess[i]->fit) < 0.6)))
			edge_refit(sn, sn->guess[i]);
	for (i = n; i < sn->nguess; i++)
		if (!sn->guess[i]->fit.done)
			score(sn, sn->guess[i]);
	for (i = 0; i < sn->nguess; i++)
		settle_fixed(sn->guess[i]);
	drop_searched(sn);
	for (i = 0; i < sn->nguess; i++)
		sn->guess[i]->score -= sn->guess[i]->adrift ? ADRIFT_COST : 0;
	compare(sn);
}
