/*
 * Lengths that lead from record to record: RDWs and BDWs in all their forms,
 * segments of spanned records, blocks that are records, GnuCOBOL's headers.
 * The forms themselves are described in record/framing_*.c, which read them.
 *
 *	RDW record RDW record …			V; two bytes: GnuCOBOL's 3
 *	BDW RDW record RDW record … BDW …	VB
 *	[BDW] SDW segment [BDW] SDW segment …	VBS, VS
 *	BDW bytes BDW bytes …			U, with extended BDWs only:
 *						others cannot be told from V
 *
 * No length is trusted: what leads outside of the window ends the walk.
 */
#include "sniff/chain_walk.h"

#include <string.h>

#include "record/framing.h"

/* A block's bytes with its word; 0: this is none. */
static uint32_t
block_bytes(const struct form *f, const uint8_t *p)
{
	const struct rdw word = { .little = f->little,
	    .inclusive = f->inclusive };
	uint32_t n = bdw_total(&word, p);

	return n > HEAD_MAX ? 0 : n;
}

static uint32_t
segment_bytes(const uint8_t *p)
{
	uint32_t n = (uint32_t)p[0] << 8 | p[1];

	return p[2] > 3 || p[3] != 0 || n < CHAIN_WORD ? 0 : n;
}

/* A record descriptor word in one of its eight forms, or two bytes. */
static uint32_t
record_bytes(const struct form *f, const uint8_t *p)
{
	const struct rdw word = { f->little, f->inclusive, f->last,
	    CHAIN_LONGEST };
	uint32_t n;

	if (f->head != 2)
		return rdw_total(&word, p);
	n = (uint32_t)p[0] << 8 | p[1];
	return n == 0 ? 0 : n + 2;
}

uint32_t
form_total(const struct form *f, const uint8_t *p)
{
	switch (f->format) {
	case GUESS_VBS:
		return segment_bytes(p);
	case GUESS_U:
		return p[0] & 0x80 ? block_bytes(f, p) : 0;
	default:
		return record_bytes(f, p);
	}
}

/* Ends a walk: nothing, or less than the `need` bytes, is left at `at`. */
static void
walk_end(struct guess *g, const struct window *w, bool eof, size_t at,
    size_t need)
{
	g->walked = at;
	if (at == w->n && need == 0) {
		g->end = eof ? GUESS_EXACT : GUESS_GOOD;
		return;
	}
	g->end = eof ? GUESS_CUT : GUESS_GOOD;
	g->end_at = w->at + at;
	g->have = w->n - at;
	g->missing = need > g->have ? need - g->have : 0;
}

/* A place where it breaks, and goes on behind it. */
static void
walk_break(struct guess *g, const struct window *w, size_t at)
{
	if (g->breaks++ == 0)
		g->break_at = w->at + at;
}

static void
walk_broken(struct guess *g, const struct window *w, size_t at)
{
	g->end = GUESS_BROKEN;
	g->walked = at;
	g->end_at = w->at + at;
	g->have = w->n - at;
}

static void
walk_plain(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof)
{
	uint32_t total;

	while (w->n - at >= f->head) {
		sn->work++;
		total = form_total(f, w->p + at);
		if (total == 0) {
			walk_broken(g, w, at);
			return;
		}
		if (total > w->n - at) {
			walk_end(g, w, eof, at, total);
			return;
		}
		guess_meet(sn, g, w->p + at + f->head, total - f->head);
		at += total;
	}
	walk_end(g, w, eof, at, at == w->n ? 0 : f->head);
}

enum block_end { BLOCK_WHOLE, BLOCK_BROKEN, BLOCK_CUT };

/* The records of a block of which `left` bytes are to come. */
static enum block_end
walk_block(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, size_t left, bool eof)
{
	uint32_t total;

	for (; left > 0; left -= total, at += total) {
		total = left < CHAIN_WORD || w->n - at < CHAIN_WORD ? 0 :
		    record_bytes(f, w->p + at);
		if (w->n - at < CHAIN_WORD || (total <= left && total >
		    w->n - at)) {
			walk_end(g, w, eof, at, left);
			return BLOCK_CUT;
		}
		if (total == 0 || total > left) {
			walk_break(g, w, at);
			return BLOCK_BROKEN;
		}
		guess_meet(sn, g, w->p + at + CHAIN_WORD, total - CHAIN_WORD);
	}
	return BLOCK_WHOLE;
}

/* What breaks in a block costs the rest of it only. */
static void
walk_blocks(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof)
{
	uint32_t block;

	while (w->n - at >= CHAIN_WORD) {
		sn->work++;
		block = block_bytes(f, w->p + at);
		if (block == 0) {
			walk_broken(g, w, at);
			return;
		}
		if (walk_block(sn, g, f, w, at + CHAIN_WORD, block -
		    CHAIN_WORD, eof) == BLOCK_CUT)
			return;
		if (block > w->n - at || g->breaks > g->total + 2) {
			walk_broken(g, w, at);
			return;
		}
		at += block;
	}
	walk_end(g, w, eof, at, at == w->n ? 0 : CHAIN_WORD);
}

/* ---- segments ----------------------------------------------------------- */

/* Segments: 0 whole, 1 first, 2 last, 3 middle; see framing_vbs.c. */
struct spanned {
	struct sniff *sn;
	struct guess *g;
	uint8_t *part;
	uint32_t n;
	bool open;		/* a record has begun */
	bool headless;		/* its start is not known */
	bool lost;		/* one may have begun before */
};

static bool
segment(struct spanned *s, const uint8_t *p, uint32_t total)
{
	uint8_t code = p[2];
	uint32_t n = total - CHAIN_WORD;

	if (s->lost && code >= 2 && !s->open)
		s->open = s->headless = true;
	s->lost = false;
	if ((code == 0 || code == 1) == s->open)
		return false;
	s->g->segments++;
	s->g->spanned += code != 0;
	if (code == 0) {
		guess_meet(s->sn, s->g, p + CHAIN_WORD, n);
		return true;
	}
	if (n > HEAD_MAX - s->n)
		return false;
	memcpy(s->part + s->n, p + CHAIN_WORD, n);
	s->n += n;
	s->open = code != 2;
	if (s->open)
		return true;
	if (!s->headless)
		guess_meet(s->sn, s->g, s->g->nrec < GUESS_RECORDS ?
		    arena_copy(s->sn->arena, s->part, s->n) : s->part, s->n);
	s->headless = false;
	s->n = 0;
	return true;
}

/* The segments of a block, or all without blocks. */
static enum block_end
walk_segments(struct spanned *s, const struct form *f,
    const struct window *w, size_t *at, size_t end, bool eof)
{
	struct guess *g = s->g;
	uint32_t total;

	for (; *at < end && w->n - *at >= CHAIN_WORD; *at += total) {
		s->sn->work++;
		total = segment_bytes(w->p + *at);
		if (total > w->n - *at && (!f->bdw || total <= end - *at)) {
			walk_end(g, w, eof, *at, total);
			return BLOCK_CUT;
		}
		if (total == 0 || total > end - *at || !segment(s, w->p + *at,
		    total))
			return BLOCK_BROKEN;
	}
	if (*at == end && end <= w->n)
		return BLOCK_WHOLE;
	walk_end(g, w, eof, *at, end > w->n ? end - *at : CHAIN_WORD);
	return BLOCK_CUT;
}

static void
walk_span_blocks(struct spanned *s, const struct form *f,
    const struct window *w, size_t at, bool eof)
{
	struct guess *g = s->g;
	enum block_end end;
	uint32_t block;
	size_t in;

	while (w->n - at >= CHAIN_WORD) {
		block = block_bytes(f, w->p + at);
		if (block == 0) {
			walk_broken(g, w, at);
			return;
		}
		g->blocks++;
		in = at + CHAIN_WORD;
		end = walk_segments(s, f, w, &in, at + block, eof);
		if (end == BLOCK_CUT)
			return;
		if (end == BLOCK_BROKEN) {
			walk_break(g, w, in);
			/* what follows may be in the midst of a record */
			s->lost = true;
			s->open = false;
			s->n = 0;
		}
		if (block > w->n - at || g->breaks > g->total + 2) {
			walk_broken(g, w, in);
			return;
		}
		at += block;
	}
	walk_end(g, w, eof, at, at == w->n && !s->open ? 0 : CHAIN_WORD);
}

static void
walk_spanned(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof, bool middle)
{
	struct spanned s = { .sn = sn, .g = g };
	size_t first = at + (f->bdw ? CHAIN_WORD : 0);
	enum block_end end;

	/* most places are none: room is made for the others */
	if (w->n - at < 2 * CHAIN_WORD || (f->bdw && block_bytes(f, w->p +
	    at) == 0) || (at > 0 && segment_bytes(w->p +
	    first) == 0)) {
		walk_broken(g, w, at);
		return;
	}
	s.part = mem_alloc(HEAD_MAX + ARENA_SLACK);
	s.lost = middle;
	if (f->bdw) {
		walk_span_blocks(&s, f, w, at, eof);
	} else {
		end = walk_segments(&s, f, w, &at, w->n, eof);
		if (end == BLOCK_BROKEN)
			walk_broken(g, w, at);
		else if (end == BLOCK_WHOLE)
			walk_end(g, w, eof, at, s.open ? CHAIN_WORD : 0);
	}
	mem_free(s.part);
}

void
chain_walk(struct sniff *sn, struct guess *g, const struct form *f,
    const struct window *w, size_t at, bool eof, bool middle)
{
	if (f->format == GUESS_VBS)
		walk_spanned(sn, g, f, w, at, eof, middle);
	else if (f->format == GUESS_VB)
		walk_blocks(sn, g, f, w, at, eof);
	else
		walk_plain(sn, g, f, w, at, eof);
	if (g->breaks > 0) {
		g->end = GUESS_BROKEN;
		g->end_at = g->break_at;
		g->have = g->missing = 0;
	}
}

/* ---- Micro Focus -------------------------------------------------------- */

bool
chain_walk_microfocus(struct sniff *sn, struct guess *g)
{
	const struct window *w = &sn->sample.window[0];
	const uint8_t *p = w->p;
	size_t at = 128, n;
	bool large;
	uint32_t len;

	if (w->n < 128 || (memcmp(p, "\x30\x7e", 2) != 0 &&
	    memcmp(p, "\x30\0\0\x7c", 4) != 0))
		return false;
	large = p[1] == 0;
	while (at + CHAIN_WORD <= w->n) {
		len = (uint32_t)(p[at] & 15) << 8 | p[at + 1];
		if (large)
			len = len << 16 | (uint32_t)p[at + 2] << 8 | p[at + 3];
		if (p[at] >> 4 == 0 || p[at] >> 4 > 7 || p[at] >> 4 == 5) {
			walk_broken(g, w, at);
			return true;
		}
		n = len + (large ? 4 : 2);
		if (n > w->n - at)
			break;
		if (p[at] >> 4 == 4 || p[at] >> 4 == 7)
			guess_meet(sn, g, p + at + (large ? 4 : 2), len);
		n = (n + 3) & ~(size_t)3;
		n = n < 8 ? 8 : n;
		at += n < w->n - at ? n : w->n - at;
	}
	walk_end(g, w, sn->sample.whole, at, at == w->n ? 0 : CHAIN_WORD);
	return true;
}
