/*
 * Lengths that lead from record to record: RDWs and BDWs in all their forms,
 * segments of spanned records, GnuCOBOL's and Micro Focus' headers.  The
 * forms themselves are described in record/framing_*.c, which read them.
 *
 * A chain is worth, for each step, the bits that a place of the file would
 * have to be lucky by to look like a header too; that is counted in the file
 * itself.  A chain that ends exactly where the file does is worth as much
 * again as one step, and one that breaks costs.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define WORD		4u
#define PLACES_MAX	(256u << 10)	/* looked at to weigh a step */
#define SKIP_MAX	4096u		/* bytes before the first record */
#define BROKEN_COST	30.0
#define STEP_LEAST	3.0
#define LONGEST		(64u << 10)

struct form {
	enum guess_format format;
	uint32_t head;		/* bytes of the header */
	bool little, inclusive, last, bdw;
};

static uint32_t
load(const uint8_t *p, bool little)
{
	return little ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 24 |
	    (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bytes of the record with its header; 0: this is none. */
static uint32_t
head_total(const struct form *f, const uint8_t *p)
{
	uint32_t n;

	if (f->head == 2) {
		n = (uint32_t)p[0] << 8 | p[1];
		return n == 0 ? 0 : n + 2;
	}
	n = load(p, f->little);
	if (f->little == f->last) {
		if ((n & 0xffff) != 0)
			return 0;
		n >>= 16;
	}
	if (n == 0 || n > LONGEST)
		return 0;
	if (!f->inclusive)
		n += WORD;
	return n < WORD ? 0 : n;
}

static void
meet(struct sniff *sn, struct guess *g, const uint8_t *p, uint32_t n)
{
	if (g->total == 0 || n < g->shortest)
		g->shortest = n;
	if (n > g->longest)
		g->longest = n;
	g->total++;
	guess_add(sn, g, p, n);
}

/* Ends a walk: nothing or not enough is left at `at`. */
static void
walk_end(struct guess *g, const struct window *w, bool eof, size_t at,
    size_t need)
{
	g->walked = at;
	if (at == w->n) {
		g->end = eof ? GUESS_EXACT : GUESS_GOOD;
		return;
	}
	g->end = eof ? GUESS_CUT : GUESS_GOOD;
	g->end_at = w->at + at;
	g->have = w->n - at;
	g->missing = need > g->have ? need - g->have : 0;
}

static void
walk_broken(struct guess *g, const struct window *w, size_t at)
{
	g->end = GUESS_BROKEN;
	g->walked = at;
	g->end_at = w->at + at;
}

static void
walk_plain(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof)
{
	uint32_t total;

	for (;;) {
		if (w->n - at < f->head) {
			walk_end(g, w, eof, at, f->head);
			return;
		}
		sn->work++;
		total = head_total(f, w->p + at);
		if (total == 0) {
			walk_broken(g, w, at);
			return;
		}
		if (total > w->n - at) {
			walk_end(g, w, eof, at, total);
			return;
		}
		meet(sn, g, w->p + at + f->head, total - f->head);
		at += total;
	}
}

/* A block's bytes with its word; 0: this is none.  See record/block.c. */
static uint32_t
block_bytes(const struct form *f, const uint8_t *p)
{
	uint32_t n = load(p, f->little);

	if (n >> 31)
		n &= INT32_MAX;
	else if (f->little ? n > UINT16_MAX : (n & UINT16_MAX) != 0)
		return 0;
	else if (!f->little)
		n >>= 16;
	if (n == 0 || n > HEAD_MAX)
		return 0;
	if (!f->inclusive)
		n += WORD;
	return n > WORD ? n : 0;
}

static void
walk_blocks(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof)
{
	uint32_t total, block;
	size_t left;

	while (w->n - at >= WORD) {
		sn->work++;
		block = block_bytes(f, w->p + at);
		left = block;
		if (block == 0) {
			walk_broken(g, w, at);
			return;
		}
		for (at += WORD, left -= WORD; left > 0; left -= total) {
			if (w->n - at < WORD) {
				walk_end(g, w, eof, at, left);
				return;
			}
			total = left < WORD ? 0 : head_total(f, w->p + at);
			if (total == 0 || total > left) {
				walk_broken(g, w, at);
				return;
			}
			if (total > w->n - at) {
				walk_end(g, w, eof, at, left);
				return;
			}
			meet(sn, g, w->p + at + WORD, total - WORD);
			at += total;
		}
	}
	walk_end(g, w, eof, at, WORD);
}

/* Segments: 0 whole, 1 first, 2 last, 3 middle; see framing_vbs.c. */
struct spanned {
	struct sniff *sn;
	struct guess *g;
	uint8_t *part;
	uint32_t n;
	bool open;		/* a record has begun */
	uint32_t segments;	/* that are no whole records */
};

static bool
segment(struct spanned *s, const uint8_t *p, uint32_t total)
{
	uint8_t code = p[2];
	uint32_t n = total - WORD;

	if ((code == 0 || code == 1) == s->open)
		return false;
	s->segments += code != 0;
	if (code == 0) {
		meet(s->sn, s->g, p + WORD, n);
		return true;
	}
	if (n > HEAD_MAX - s->n)
		return false;
	memcpy(s->part + s->n, p + WORD, n);
	s->n += n;
	s->open = code != 2;
	if (!s->open) {
		meet(s->sn, s->g, arena_copy(s->sn->arena, s->part, s->n),
		    s->n);
		s->n = 0;
	}
	return true;
}

static uint32_t
segment_bytes(const uint8_t *p)
{
	uint32_t n = (uint32_t)p[0] << 8 | p[1];

	return p[2] > 3 || p[3] != 0 || n < WORD ? 0 : n;
}

static uint32_t
walk_segments(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, bool eof)
{
	struct spanned s = { .sn = sn, .g = g,
	    .part = mem_alloc(HEAD_MAX + ARENA_SLACK) };
	size_t at = 0, left = 0;
	uint32_t total = 0;

	for (;;) {
		if (w->n - at < WORD) {
			walk_end(g, w, eof, at, WORD);
			break;
		}
		if (f->bdw && left == 0) {
			left = block_bytes(f, w->p + at);
			if (left == 0) {
				walk_broken(g, w, at);
				break;
			}
			at += WORD;
			left -= WORD;
			continue;
		}
		total = segment_bytes(w->p + at);
		if (total == 0 || (f->bdw && total > left)) {
			walk_broken(g, w, at);
			break;
		}
		if (total > w->n - at) {
			walk_end(g, w, eof, at, total);
			break;
		}
		if (!segment(&s, w->p + at, total)) {
			walk_broken(g, w, at);
			break;
		}
		at += total;
		left -= f->bdw ? total : 0;
	}
	if (g->end == GUESS_EXACT && s.open)
		g->end = GUESS_CUT;
	mem_free(s.part);
	return s.segments;
}

/* ---- weight ------------------------------------------------------------- */

/* Bits of a step: how few places look like a header of such a record. */
static double
step_bits(const struct sample *s, const struct form *f, uint32_t longest)
{
	const struct window *w = &s->window[0];
	size_t n = w->n < PLACES_MAX ? w->n : PLACES_MAX, i;
	uint32_t hits = 0, total;

	for (i = 0; i + f->head <= n; i++) {
		total = head_total(f, w->p + i);
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
	g->bits = step * g->total;
	if (g->end == GUESS_EXACT)
		g->bits += step;
	if (g->end == GUESS_BROKEN)
		g->bits -= BROKEN_COST;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
}

/* A chain somewhere near the start of a window that holds to its end. */
static bool
find_chain(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, bool eof, struct guess *out)
{
	size_t most = f->format == GUESS_VB ? LONGEST :
	    4 * (size_t)g->longest + SKIP_MAX, off;

	for (off = 0; off < most && off < w->n && sn->work < WORK_MAX;
	    off++) {
		/* full: its records are counted only */
		*out = (struct guess){ .format = g->format,
		    .nrec = GUESS_RECORDS };
		if (f->format == GUESS_VB)
			walk_blocks(sn, out, f, w, off, eof);
		else
			walk_plain(sn, out, f, w, off, eof);
		if (out->total >= 3 && out->end != GUESS_BROKEN &&
		    out->end != GUESS_CUT)
			return true;
		if (out->total >= 8 && out->end == GUESS_CUT)
			return true;
	}
	return false;
}

/* The middle and the end of a large file must agree. */
static void
check_windows(struct sniff *sn, struct guess *g, const struct form *f)
{
	const struct sample *s = &sn->sample;
	struct guess got;
	uint32_t i;
	bool eof;

	if (g->end != GUESS_GOOD || s->whole)
		return;
	for (i = 1; i < s->nwindow; i++) {
		eof = i + 1 == s->nwindow;
		if (!find_chain(sn, g, f, &s->window[i], eof, &got)) {
			g->bits -= BROKEN_COST;
			sniff_say(sn, &g->why, "at offset %llu no such chain "
			    "was found", (unsigned long long)s->window[i].at);
			continue;
		}
		g->tail_good = eof && got.end == GUESS_EXACT;
		if (eof && got.end == GUESS_CUT) {
			g->end = GUESS_CUT;
			g->end_at = got.end_at;
			g->have = got.have;
			g->missing = got.missing;
		}
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
	return g->format == GUESS_VB ? "block and record descriptor words" :
	    g->format == GUESS_VBS ? "segment descriptor words" :
	    g->format == GUESS_GNUCOBOL || g->format == GUESS_MICROFOCUS ?
	    "record headers" : "record descriptor words";
}

static void
explain(struct sniff *sn, struct guess *g)
{
	const char *words = word_name(g);

	switch (g->end) {
	case GUESS_EXACT:
		sniff_say(sn, &g->why, "%s of %u record%s lead from byte %u "
		    "exactly to the end of the file", words, g->total,
		    g->total == 1 ? "" : "s", g->bytes_first);
		break;
	case GUESS_GOOD:
		sniff_say(sn, &g->why, "%s of %u records lead from byte %u "
		    "through all of the first %zu bytes%s", words, g->total,
		    g->bytes_first, sn->sample.window[0].n, g->tail_good ?
		    ", and others exactly to the end of the file" : "");
		break;
	case GUESS_CUT:
		sniff_say(sn, &g->why, "%s of %u records lead up to the last "
		    "record, of which the file has %llu bytes", words,
		    g->total, (unsigned long long)g->have);
		break;
	case GUESS_BROKEN:
		sniff_say(sn, &g->why, "%s of %u records lead to offset %llu, "
		    "where there is none", words, g->total,
		    (unsigned long long)g->end_at);
	}
}

/* ---- the forms ---------------------------------------------------------- */

static struct guess *
new_chain(struct sniff *sn, const struct form *f)
{
	struct guess *g = sniff_guess(sn, f->format);

	g->little = f->little;
	g->inclusive = f->inclusive;
	g->last = f->last;
	g->bdw = f->bdw;
	return g;
}

/* A guess that says nothing is dropped again. */
static void
keep(struct sniff *sn, struct guess *g, const struct form *f)
{
	if (g->total > 0)
		weigh(sn, g, f);
	if (g->total == 0 || g->bits <= 0) {
		sn->nguess--;
		return;
	}
	if (f->format != GUESS_VBS)
		check_windows(sn, g, f);
	explain(sn, g);
}

static void
try_plain(struct sniff *sn, const struct form *f)
{
	struct guess *g = new_chain(sn, f);

	walk_plain(sn, g, f, &sn->sample.window[0], 0, sn->sample.whole);
	g->varseq = 3;
	keep(sn, g, f);
}

static void
try_blocks(struct sniff *sn, const struct form *f)
{
	struct guess *g = new_chain(sn, f);

	walk_blocks(sn, g, f, &sn->sample.window[0], 0, sn->sample.whole);
	keep(sn, g, f);
}

static void
try_segments(struct sniff *sn, const struct form *f)
{
	struct guess *g = new_chain(sn, f);
	uint32_t segments;

	segments = walk_segments(sn, g, f, &sn->sample.window[0],
	    sn->sample.whole);
	if (segments == 0)
		g->total = 0;	/* V or VB then */
	keep(sn, g, f);
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

/* Something stands before the first record. */
static void
try_behind(struct sniff *sn, const struct form *f)
{
	const struct window *w = &sn->sample.window[0];
	size_t most = w->n / 2 < SKIP_MAX ? w->n / 2 : SKIP_MAX, off;
	struct guess *g, trial;

	for (off = 1; off < most && sn->work < WORK_MAX; off++) {
		if (head_total(f, w->p + off) == 0)
			continue;
		trial = (struct guess){ .nrec = GUESS_RECORDS };
		walk_plain(sn, &trial, f, w, off, sn->sample.whole);
		if (trial.total < 6 || trial.end == GUESS_BROKEN ||
		    trial.end == GUESS_CUT)
			continue;
		g = new_chain(sn, f);
		walk_plain(sn, g, f, w, off, sn->sample.whole);
		g->bytes_first = (uint32_t)off;
		keep(sn, g, f);
		if (sn->nguess > 0 && sn->guess[sn->nguess - 1] == g) {
			g->bits -= 2 * BROKEN_COST / 3;
			return;
		}
	}
}

static void
try_microfocus(struct sniff *sn)
{
	const struct window *w = &sn->sample.window[0];
	const uint8_t *p = w->p;
	size_t at = 128, n;
	struct guess *g;
	bool large;
	uint32_t len;

	if (w->n < 128 || (memcmp(p, "\x30\x7e", 2) != 0 &&
	    memcmp(p, "\x30\0\0\x7c", 4) != 0))
		return;
	large = p[1] == 0;
	g = sniff_guess(sn, GUESS_MICROFOCUS);
	while (at + WORD <= w->n) {
		len = large ? load(p + at, false) & 0xfffffff :
		    (uint32_t)(p[at] & 15) << 8 | p[at + 1];
		if (p[at] >> 4 == 0 || p[at] >> 4 > 7 || p[at] >> 4 == 5) {
			walk_broken(g, w, at);
			break;
		}
		n = len + (large ? 4 : 2);
		if (n > w->n - at)
			break;
		if (p[at] >> 4 == 4 || p[at] >> 4 == 7)
			meet(sn, g, p + at + (large ? 4 : 2), len);
		n = (n + 3) & ~(size_t)3;
		n = n < 8 ? 8 : n;
		at += n < w->n - at ? n : w->n - at;
	}
	if (g->end != GUESS_BROKEN)
		walk_end(g, w, sn->sample.whole, at, WORD);
	g->bits = 40 + 6.0 * g->total;
	if (g->end == GUESS_BROKEN)
		g->bits -= BROKEN_COST;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	sniff_say(sn, &g->why, "it starts with a Micro Focus file header");
	explain(sn, g);
}

void
guess_chains(struct sniff *sn)
{
	static const struct form two = { GUESS_GNUCOBOL, 2, false, false,
	    false, false };
	struct form f = { .format = GUESS_V, .head = WORD };
	uint32_t i;

	sn->work = 0;
	try_microfocus(sn);
	for (i = 0; i < 8; i++) {
		f.inclusive = (i & 1) == 0;
		f.little = i & 2;
		f.last = i & 4;
		try_plain(sn, &f);
	}
	try_plain(sn, &two);
	f.last = false;
	f.format = GUESS_VB;
	f.bdw = true;
	for (i = 0; i < 4; i++) {
		f.inclusive = (i & 1) == 0;
		f.little = i & 2;
		try_blocks(sn, &f);
	}
	f = (struct form){ .format = GUESS_VBS, .head = WORD,
	    .inclusive = true };
	for (i = 0; i < 2; i++) {
		f.bdw = i == 1;
		try_segments(sn, &f);
	}
	if (have_chain(sn))
		return;
	f = (struct form){ .format = GUESS_V, .head = WORD };
	for (i = 0; i < 8; i++) {
		f.inclusive = (i & 1) == 0;
		f.little = i & 2;
		f.last = i & 4;
		sn->work = 0;
		try_behind(sn, &f);
	}
}
