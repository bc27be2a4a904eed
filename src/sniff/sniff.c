/*
 * The verdict; see sniff.h.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define SURE_BITS	50.0
#define SURE_AHEAD	20.0	/* of the next guess */
#define PROBABLE_BITS	15.0
#define PROBABLE_AHEAD	8.0
#define ENTRY_MAX	40u	/* bytes of a table's entry, perhaps */
#define OTHERS_MAX	4u
#define RANDOM_BITS	7.9	/* of entropy in a byte */

void
sniff_say(struct sniff *sn, struct sniff_lines *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*ARENA_PUSH(sn->arena, l->v, l->n, l->cap) = arena_vprintf(sn->arena,
	    fmt, ap);
	va_end(ap);
}

void
sniff_damage(struct sniff *sn, const char *kind, const char *fmt, ...)
{
	struct sniff_report *r = sn->report;
	struct sniff_damage *d = ARENA_PUSH(sn->arena, r->damage, r->ndamage,
	    r->damage_cap);
	va_list ap;

	va_start(ap, fmt);
	d->kind = kind;
	d->text = arena_vprintf(sn->arena, fmt, ap);
	va_end(ap);
}

struct guess *
sniff_guess(struct sniff *sn, enum guess_format format)
{
	struct guess *g = arena_zalloc(sn->arena, sizeof *g);

	g->format = format;
	*ARENA_PUSH(sn->arena, sn->guess, sn->nguess, sn->guess_cap) = g;
	return g;
}

void
guess_add(struct sniff *sn, struct guess *g, const uint8_t *p, uint32_t n)
{
	if (g->nrec < GUESS_RECORDS)
		*ARENA_PUSH(sn->arena, g->rec, g->nrec, g->cap) =
		    (struct slice){ p, n };
}

void
guess_meet(struct sniff *sn, struct guess *g, const uint8_t *p, uint32_t n)
{
	if (g->total == 0 || n < g->shortest)
		g->shortest = n;
	if (n > g->longest)
		g->longest = n;
	g->total++;
	guess_add(sn, g, p, n);
}

/* ---- how sure ----------------------------------------------------------- */

static enum sniff_sure
at_most(enum sniff_sure a, enum sniff_sure b)
{
	return a < b ? a : b;
}

/* Is it the length that a copybook says? */
static bool
is_layouts(const struct sniff *sn, const struct guess *g)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i;

	for (i = 0; l != NULL && i < l->nrecord; i++)
		if (layout_max_size(l, l->record[i]) == g->length -
		    g->behind - g->before)
			return true;
	return false;
}

/* Records of one length need more than columns. */
static enum sniff_sure
judge_fixed(const struct sniff *sn, const struct guess *g)
{
	double share = fit_share(&g->fit);
	bool fits = share >= 0.9, cut = g->end == GUESS_CUT;

	if (g->adrift)
		return SNIFF_UNKNOWN;
	if (share >= 0 && share < 0.6)
		return SNIFF_UNKNOWN;
	if (is_layouts(sn, g))
		return g->total > 1 && !cut && (fits || (g->total >= 5 &&
		    !g->drifts)) ? SNIFF_SURE : SNIFF_PROBABLE;
	if (g->loose || (g->mixed && g->length < ENTRY_MAX))
		return SNIFF_UNKNOWN;
	if (g->total < 5 || (g->drifts && (cut || g->bits < SURE_BITS)))
		return SNIFF_UNKNOWN;
	if (cut)
		return g->total >= 20 && g->bits >= 2 * SURE_BITS ?
		    SNIFF_PROBABLE : SNIFF_UNKNOWN;
	return g->drifts || g->mixed || !sn->sample.sized || g->fit.done ?
	    SNIFF_PROBABLE : SNIFF_SURE;
}

static enum sniff_sure
judge(const struct sniff *sn)
{
	const struct guess *g = sn->best, *next = NULL;
	enum sniff_sure sure = SNIFF_SURE;
	double share, ahead;

	if (g == NULL)
		return SNIFF_UNKNOWN;
	if (sn->nguess > 1 && !sn->guess[1]->beaten)
		next = sn->guess[1];
	ahead = g->score - (next != NULL && next->score > 0 ? next->score :
	    0);
	if (g->score < SURE_BITS || ahead < SURE_AHEAD)
		sure = SNIFF_PROBABLE;
	if (g->score < PROBABLE_BITS || ahead < PROBABLE_AHEAD)
		return SNIFF_UNKNOWN;
	share = fit_share(&g->fit);
	if (g->format == GUESS_FIXED)
		sure = at_most(sure, judge_fixed(sn, g));
	if (g->format == GUESS_ODO && share >= 0 && share < 0.6)
		return SNIFF_UNKNOWN;
	if (g->format == GUESS_LENGTH && g->nchoice == 0 && g->fit.done &&
	    share < 0.9)
		return SNIFF_UNKNOWN;
	if (g->format == GUESS_LENGTH || g->format == GUESS_ODO)
		sure = at_most(sure, share >= 0.9 && g->nchoice == 0 ?
		    SNIFF_SURE : SNIFF_PROBABLE);
	if (g->end == GUESS_BROKEN)
		sure = at_most(sure, g->total >= 20 ? SNIFF_PROBABLE :
		    SNIFF_UNKNOWN);
	if (g->edges)
		sure = at_most(sure, SNIFF_PROBABLE);
	if (sn->sample.family == FAMILY_UNKNOWN && (g->format == GUESS_FIXED
	    || g->format == GUESS_TEXT))
		return SNIFF_UNKNOWN;
	return sure;
}

/* ---- in words ----------------------------------------------------------- */

static const char *
count_records(struct sniff *sn)
{
	const struct guess *g = sn->best;
	const struct sample *s = &sn->sample;
	uint64_t n = g->total;
	bool all = s->whole;

	if (g->format == GUESS_FIXED && s->sized) {
		n = (s->size - g->bytes_first - g->bytes_last) / g->length;
		all = true;
	}
	if (g->shortest == g->longest)
		return arena_printf(sn->arena, "%llu record%s of %u bytes%s",
		    (unsigned long long)n, n == 1 ? "" : "s", g->longest,
		    all ? "" : " in the first megabyte");
	return arena_printf(sn->arena, "%llu records of %u to %u bytes%s",
	    (unsigned long long)n, g->shortest, g->longest, all ? "" :
	    " in the first megabyte");
}

static void
tell_others(struct sniff *sn, bool all)
{
	struct sniff_report *r = sn->report;
	struct sniff_candidate *c;
	const struct guess *g;
	uint32_t i;

	for (i = 0; i < sn->nguess && r->nother < OTHERS_MAX; i++) {
		g = sn->guess[i];
		if ((g == sn->best && !all) || g->beaten ||
		    g->score <= (all ? 0 : PROBABLE_BITS))
			continue;
		c = ARENA_PUSH(sn->arena, r->other, r->nother, r->other_cap);
		c->what = guess_words(sn->arena, g);
		c->bits = g->score;
		c->why = g->why;
		c->source = guess_source(sn, g);
	}
}

static double
entropy(const struct sample *s)
{
	double bits = 0, p;
	uint32_t b;

	for (b = 0; b < 256; b++) {
		p = (double)s->count[b] / (double)s->n;
		bits -= s->count[b] > 0 ? p * log2(p) : 0;
	}
	return bits;
}

static void
note_rest(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	struct sniff_report *r = sn->report;
	const struct guess *g = sn->best;
	double share;

	if (r->sure == SNIFF_UNKNOWN && s->n >= 4096 &&
	    entropy(s) > RANDOM_BITS)
		sniff_say(sn, &r->notes, "the bytes are as good as random: "
		    "encrypted, or compressed in a way that is not known");
	if (s->window[0].n > 2 && s->count[0] * 5 > s->n * 2 &&
	    (memcmp(s->window[0].p, "\xff\xfe", 2) == 0 ||
	    memcmp(s->window[0].p, "\xfe\xff", 2) == 0))
		sniff_say(sn, &r->notes, "it starts with the byte order mark "
		    "of UTF-16: iconv -f utf-16 makes text of one byte");
	if (g == NULL || r->sure == SNIFF_UNKNOWN)
		return;
	share = fit_share(&g->fit);
	if (share >= 0 && share < 0.6)
		sniff_say(sn, &r->notes, "the copybook does not fit: %llu of "
		    "%llu numbers are not valid where it has them",
		    (unsigned long long)g->fit.bad,
		    (unsigned long long)(g->fit.good + g->fit.bad));
	if (g->format == GUESS_V && !g->inclusive && g->little != g->last)
		sniff_say(sn, &r->notes, "GnuCOBOL writes the same with "
		    "COB_VARSEQ_FORMAT %u: format: gnucobol reads it too",
		    g->little ? 2u : 1u);
	if (g->format == GUESS_V && !g->inclusive && !g->little && !g->last)
		sniff_say(sn, &r->notes, "GnuCOBOL writes the same by "
		    "default: format: gnucobol reads it too");
	if (g->format == GUESS_FIXED && g->end == GUESS_CUT && !g->fit.done)
		sniff_say(sn, &r->notes, "RECFM=U blocks of one length, of "
		    "which the last is shorter, look the same: format: u with "
		    "bdw: false reads those");
	if (g->format == GUESS_ODO || g->nchoice > 0)
		sniff_say(sn, &r->notes, "records of different lengths have "
		    "no length words: a transfer dropped them, unless the "
		    "file was written so");
}

/* The family that fits the layout better decides, if letters do not tell. */
static void
rank(struct sniff *sn)
{
	struct sample *s = &sn->sample;
	enum family family = family_of(s->count, &s->family_share);
	double bits[2];
	uint32_t i;

	if (family != FAMILY_UNKNOWN || sn->opt->layout == NULL) {
		sample_family(s, family);
		sn->page = charset_find(family == FAMILY_ASCII ?
		    "iso-8859-1" : "cp037", NULL);
		sniff_rank(sn);
		return;
	}
	for (i = 0; i < 3; i++) {
		family = (i == 2 ? bits[0] > bits[1] : i == 0) ?
		    FAMILY_EBCDIC : FAMILY_ASCII;
		sample_family(s, family);
		sn->page = charset_find(family == FAMILY_ASCII ?
		    "iso-8859-1" : "cp037", NULL);
		sniff_rank(sn);
		if (i < 2)
			bits[i] = sn->best == NULL ? 0 : sn->best->fit.bits;
	}
	if (sn->best == NULL || fit_share(&sn->best->fit) < 0.9)
		s->family = FAMILY_UNKNOWN;
}

/* Is undoing a translation worth trying? */
static bool
may_be_translated(const struct sniff *sn)
{
	const struct fit *f = sn->best == NULL ? NULL : &sn->best->fit;

	if (sn->sample.family == FAMILY_EBCDIC)
		return false;
	return sn->report->sure != SNIFF_SURE || f->packed_bad > 0;
}

static void
conclude(struct sniff *sn)
{
	struct sniff_report *r = sn->report;
	const struct guess *g;

	r->sure = judge(sn);
	if (may_be_translated(sn) && guess_translated(sn))
		r->sure = SNIFF_UNKNOWN;
	if (r->sure != SNIFF_UNKNOWN && sn->best->format == GUESS_TEXT)
		guess_delimited(sn);
	g = sn->best;
	guess_page(sn);
	guess_damage(sn);
	if (r->sure != SNIFF_UNKNOWN) {
		r->what = guess_words(sn->arena, g);
		r->format = guess_format_name(g);
		r->why = g->why;
		r->records = count_records(sn);
		r->source = guess_source(sn, g);
		guess_types(sn);
	}
	tell_others(sn, r->sure == SNIFF_UNKNOWN);
	note_rest(sn);
}

struct sniff_report *
sniff_file(struct arena *a, struct diags *ds, const char *path,
    const struct sniff_options *opt)
{
	struct sniff *sn = arena_zalloc(a, sizeof *sn);
	struct sniff_report *r = arena_zalloc(a, sizeof *r);
	struct sample *s = &sn->sample;
	const char *magic;

	sn->arena = a;
	sn->opt = opt;
	sn->report = r;
	r->what = "";
	if (sample_read(a, ds, path, s) != OK)
		return NULL;
	r->file = s->name;
	r->compression = s->compression;
	r->size = s->size;
	r->sized = s->sized;
	r->sampled = !s->whole;
	r->looked = s->n;
	magic = sample_magic(s);
	if (s->n == 0 || magic != NULL) {
		sniff_say(sn, &r->notes, s->n == 0 ? "the file is empty%s" :
		    "this is %s", magic != NULL ? magic : "");
		return r;
	}
	rank(sn);
	conclude(sn);
	return r;
}
