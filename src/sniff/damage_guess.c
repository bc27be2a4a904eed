/*
 * What a transfer did to a file.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#include "base/utf8.h"

#define PACKED_LEAST	5u	/* packed numbers that are worth judging */
#define CR_LEAST	8u

static double
share(uint64_t good, uint64_t bad)
{
	return good + bad == 0 ? 0 : (double)good / (double)(good + bad);
}

static void
find_cut(struct sniff *sn)
{
	const struct guess *g = sn->best;

	if (g->end == GUESS_BROKEN && g->breaks > 0) {
		sniff_damage(sn, "broken", "in %u block%s, the first time at "
		    "offset %llu, the records lead astray: bytes were lost, "
		    "added or changed there", g->breaks, g->breaks == 1 ? "" :
		    "s", (unsigned long long)g->end_at);
		return;
	}
	if (g->end == GUESS_BROKEN) {
		sniff_damage(sn, "broken", "at offset %llu, behind record "
		    "%u, what should follow is not there: bytes were lost, "
		    "added or changed before it",
		    (unsigned long long)g->end_at, g->total);
		return;
	}
	if (g->end != GUESS_CUT)
		return;
	if (g->format == GUESS_FIXED)
		sniff_damage(sn, "cut-short", "%llu bytes are behind the last "
		    "whole record, %llu too few for another: the file was cut "
		    "short, or something else stands before or behind the "
		    "records", (unsigned long long)g->have,
		    (unsigned long long)g->missing);
	else
		sniff_damage(sn, "cut-short", "the file ends inside a record "
		    "or block that starts at offset %llu: %llu bytes or more "
		    "are missing", (unsigned long long)g->end_at,
		    (unsigned long long)g->missing);
}

static void
find_line_ends(struct sniff *sn)
{
	const struct guess *g = sn->best;

	if (g->format != GUESS_FIXED || g->behind == 0)
		return;
	sniff_damage(sn, "line-ends", "%s of line end behind each record of "
	    "%u bytes, which are no text: a transfer put them there; skip: "
	    "leaves them out", g->behind == 1 ? "a byte" : "two bytes",
	    g->length - g->behind);
}

/* Gaps between CR LF in the head: how many there are, and whether they are
 * all one. */
static uint64_t
count_pairs(const struct window *w, uint64_t *gap, bool *even)
{
	size_t i, last = 0;
	uint64_t n = 0;

	*gap = 0;
	*even = true;
	for (i = 1; i < w->n; i++) {
		if (w->p[i] != '\n' || w->p[i - 1] != '\r')
			continue;
		if (n == 0)
			*gap = i + 1;
		*even = *even && i + 1 - last == *gap;
		last = i + 1;
		n++;
	}
	return n;
}

/*
 * CR LF much more often than chance has it, in bytes that are no text of
 * ASCII: a transfer took them for lines.
 */
static void
find_inserted(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	uint64_t pairs, gap;
	double n = (double)s->n, expected;
	bool even, known = sn->report->sure != SNIFF_UNKNOWN;

	pairs = count_pairs(&s->window[0], &gap, &even);
	expected = (double)s->count['\n'] * (double)s->count['\r'] / n;
	if (pairs < CR_LEAST || (double)pairs < 4 * expected + 4 ||
	    (known && (sn->best->format == GUESS_TEXT ||
	    sn->best->behind > 0)) || (sn->best != NULL && !known &&
	    sn->best->format == GUESS_TEXT && sn->best->nonprint == 0))
		return;
	/* what stands between is no whole record */
	if (known && (sn->best->format == GUESS_FIXED ||
	    sn->best->format == GUESS_LENGTH))
		sn->report->sure = SNIFF_UNKNOWN;
	if (even)
		sniff_damage(sn, "line-ends", "CR LF stands behind every %llu "
		    "bytes, wherever records end: a transfer in text mode put "
		    "it there; copy the file again in binary mode",
		    (unsigned long long)(gap - 2));
	else
		sniff_damage(sn, "line-ends", "CR LF stands %llu times in "
		    "data that is no text: a transfer in text mode put it "
		    "behind records, or CR before each X'0A'; copy the file "
		    "again in binary mode", (unsigned long long)pairs);
}

static void
find_substitutes(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	const struct window *w;
	uint64_t n = 0;
	size_t i;

	for (w = s->window; w < s->window + s->nwindow; w++)
		for (i = 2; i < w->n; i++)
			n += w->p[i] == 0xbd && w->p[i - 1] == 0xbf &&
			    w->p[i - 2] == 0xef;
	if (n > 0)
		sniff_damage(sn, "substituted", "X'EFBFBD', which a program "
		    "writes for bytes that it cannot translate, stands %llu "
		    "times in the sample: what was there is lost",
		    (unsigned long long)n);
}

/* Packed numbers that are none, among texts that are ASCII. */
static void
find_packed(struct sniff *sn)
{
	const struct guess *g = sn->best;
	const struct fit *f = &g->fit;

	if (sn->sample.family != FAMILY_ASCII || !f->done ||
	    f->packed_good + f->packed_bad < PACKED_LEAST ||
	    share(f->packed_good, f->packed_bad) >= 0.6)
		return;
	sniff_damage(sn, "translated", "%llu of %llu packed numbers are not "
	    "valid, and the texts are ASCII: a transfer in text mode "
	    "translated the file from EBCDIC, packed and binary fields with "
	    "it; copy it again in binary mode",
	    (unsigned long long)f->packed_bad,
	    (unsigned long long)(f->packed_good + f->packed_bad));
}

static bool
is_digit(uint8_t b)
{
	return b >= '0' && b <= '9';
}

/* EBCDIC signs that a translation left alone: D0 to D9 among digits. */
static void
find_leftovers(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	const struct window *w;
	uint64_t n = 0, all = 0;
	size_t i;

	if (s->family != FAMILY_ASCII)
		return;
	for (w = s->window; w < s->window + s->nwindow; w++)
		for (i = 1; i + 1 < w->n; i++) {
			all += w->p[i] >= 0x80;
			n += ((w->p[i] >= 0xc0 && w->p[i] <= 0xc9) ||
			    (w->p[i] >= 0xd0 && w->p[i] <= 0xd9)) &&
			    (is_digit(w->p[i - 1]) || is_digit(w->p[i + 1]));
		}
	if (n > 0 && n * 10 >= all * 9)
		sniff_damage(sn, "signs-left", "%llu bytes like X'D5' stand "
		    "among digits: signed EBCDIC digits that a translation "
		    "to ASCII left alone; such numbers are not valid",
		    (unsigned long long)n);
}

/* UTF-8 with control characters that no text has, U+0080 to U+009F: packed
 * and binary bytes, translated. */
static void
find_controls(struct sniff *sn)
{
	const struct window *w = &sn->sample.window[0];
	uint64_t n = 0;
	size_t i;

	if (sn->report->encoding == NULL ||
	    strcmp(sn->report->encoding, "utf-8") != 0)
		return;
	if (sn->report->sure != SNIFF_UNKNOWN && sn->best->format ==
	    GUESS_FIXED)
		sn->report->sure = SNIFF_UNKNOWN;
	for (i = 1; i < w->n; i++)
		n += w->p[i - 1] == 0xc2 && w->p[i] >= 0x80 &&
		    w->p[i] <= 0x9f && w->p[i] != 0x85;
	if (n > 0)
		sniff_damage(sn, "translated", "%llu control characters from "
		    "U+0080 to U+009F, which no text has: a transfer "
		    "translated packed and binary bytes to UTF-8; copy the "
		    "file again in binary mode", (unsigned long long)n);
}

static bool
has_damage(const struct sniff *sn, const char *kind)
{
	uint32_t i;

	for (i = 0; i < sn->report->ndamage; i++)
		if (strcmp(sn->report->damage[i].kind, kind) == 0)
			return true;
	return false;
}

void
guess_damage(struct sniff *sn)
{
	find_inserted(sn);
	if (!has_damage(sn, "translated"))
		find_controls(sn);
	if (sn->report->sure != SNIFF_UNKNOWN) {
		find_cut(sn);
		find_line_ends(sn);
		if (!has_damage(sn, "translated"))
			find_packed(sn);
		find_leftovers(sn);
	}
	find_substitutes(sn);
}

/* ---- translations undone ------------------------------------------------ */

/* The bytes that a page's characters came from. */
static void
undo_table(const struct codepage *page, uint8_t from[256])
{
	uint32_t b;

	memset(from, 0x3f, 256);	/* SUB */
	for (b = 0; b < 256; b++)
		if (page->ucs[b] < 256)
			from[page->ucs[b]] = (uint8_t)b;
}

/* UTF-8 or Latin-1 back to the page; 0: it is not valid UTF-8. */
static size_t
undo_window(const struct window *w, const uint8_t from[256], bool utf8,
    uint8_t *out)
{
	size_t i, k = 1, n = 0;
	uint32_t cp;

	for (i = 0; i < w->n; i += k) {
		cp = w->p[i];
		if (utf8) {
			k = utf8_valid(w->p + i, w->n - i);
			if (k == 0)
				return w->n - i < 4 ? n : 0;
			cp = utf8_get(w->p + i, &k);
		}
		out[n++] = cp < 256 ? from[cp] : 0x3f;
	}
	return n;
}

static bool
undo_sample(struct sniff *sn, struct sample *to, const struct codepage *page,
    bool utf8)
{
	const struct sample *s = &sn->sample;
	uint8_t from[256], *p;
	uint32_t i;

	undo_table(page, from);
	*to = *s;
	if (utf8 && s->nwindow > 1)
		to->nwindow = 1;	/* places elsewhere are not known */
	for (i = 0; i < to->nwindow; i++) {
		p = arena_zalloc(sn->arena, s->window[i].n + ARENA_SLACK);
		to->window[i].p = p;
		to->window[i].n = undo_window(&s->window[i], from, utf8, p);
		if (to->window[i].n == 0)
			return false;
	}
	if (utf8) {
		to->sized = to->whole;
		to->size = to->window[0].n;
	}
	sample_count(to);
	return true;
}


static bool
makes_sense(const struct sniff *was, const struct sniff *is)
{
	const struct guess *g = is->best, *old = was->best;

	if (g == NULL || g->end == GUESS_BROKEN)
		return false;
	if (g->fit.done && g->fit.packed_good + g->fit.packed_bad >=
	    PACKED_LEAST)
		return share(g->fit.packed_good, g->fit.packed_bad) >= 0.9 &&
		    (old == NULL || !old->fit.done ||
		    share(old->fit.packed_good, old->fit.packed_bad) < 0.6);
	return g->format != GUESS_FIXED && g->format != GUESS_TEXT &&
	    g->format != GUESS_LENGTH && g->bits >= 60 && g->total >= 5;
}

bool
guess_translated(struct sniff *sn)
{
	static const char *const pages[] = { "cp037", "cp1047", "cp500" };
	const struct codepage *page;
	struct sniff_report quiet;
	struct sniff t;
	uint32_t i;
	bool utf8;

	for (i = 0; i < 6; i++) {
		utf8 = i % 2 == 1;
		page = charset_find(pages[i / 2], NULL);
		t = (struct sniff){ .arena = sn->arena, .opt = sn->opt,
		    .report = &quiet, .quick = true };
		memset(&quiet, 0, sizeof quiet);
		quiet.file = sn->report->file;
		if (page == NULL || !undo_sample(sn, &t.sample, page, utf8))
			continue;
		sample_family(&t.sample, FAMILY_EBCDIC);
		t.page = page;
		sniff_rank(&t);
		if (!makes_sense(sn, &t))
			continue;
		sniff_damage(sn, "translated", "translated back from %s to "
		    "%s, the file is %s%s: a transfer in text mode translated "
		    "it, lengths, packed and binary fields with it; copy it "
		    "again in binary mode", utf8 ? "UTF-8" : "ISO 8859-1",
		    page->name, guess_words(sn->arena, t.best),
		    t.best->fit.packed_good >= PACKED_LEAST ?
		    ", and its packed numbers are valid" : "");
		return true;
	}
	return false;
}
