/*
 * Spanned records (RECFM=VBS and VS; z/OS DFSMS Using Data Sets, "Spanned
 * Variable-Length Records"): segments that are put together again.
 *
 *	BDW  SDW 1 first …  |  BDW  SDW 3 middle …  |  BDW  SDW 2 last …
 *
 * The words between the segments are taken out in the slab itself, so a
 * record is one piece there.  BDWs may be missing, as many transfers drop
 * them.  A record that another one interrupts, and a segment whose record
 * has not begun, are fragments, and reading goes on behind them; so it does
 * at the next block where a segment's word is broken.  A null segment (bit 0
 * of the third byte) ends its block.
 */
#include <stdio.h>
#include <string.h>

#include "record/framing_chain.h"

enum { SEGMENT_WHOLE, SEGMENT_FIRST, SEGMENT_LAST, SEGMENT_MIDDLE };

static bool
vbs_check(struct diags *ds, const struct framing_options *opt)
{
	return framing_v.check(ds, opt);
}

static enum grade
vbs_refuse(struct source *s, const uint8_t *p, size_t n)
{
	struct diag *d;

	d = diag_add(s->diags, DIAG_F008, NOWHERE, "\"%s\" has no chain of "
	    "segments, with or without block descriptor words: it starts with "
	    "X'%02X%02X%02X%02X'", s->file[s->now].name, p[0],
	    n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, n > 3 ? p[3] : 0);
	diag_hint(s->diags, d, "the transfer may have dropped the descriptor "
	    "words (it needs an option to keep them)");
	return FATAL;
}

static enum grade
vbs_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;
	const uint8_t *p;
	struct chain c;
	bool bdw = opt->bdw != TRI_NO, good;
	size_t n;

	s->left = 0;
	if (s->rdw_known)
		return OK;
	rdw_choose(&s->rdw, opt);
	s->rdw.little = s->rdw.last = false;
	rdw_tell(s, false);
	s->facts.bdw = bdw;
	if (source_look(s, LOOK_AHEAD) != OK)
		return FATAL;
	p = s->ahead + s->at;
	n = s->end - s->at;
	if (n == 0)
		return OK;
	/* A whole segment in a block convinces, for a chain without blocks
	 * would have to start with one inside another. */
	good = block_guess(&s->rdw, opt, bdw, p, n, s->eof, &c) ||
	    (bdw ? c.n > 0 : c.n > 1);
	if (!good && opt->bdw == TRI_GUESS) {
		bdw = s->facts.bdw = false;
		good = block_guess(&s->rdw, opt, bdw, p, n, s->eof, &c) ||
		    c.n > 1;
	}
	if ((opt->bdw == TRI_NO || (!good && opt->bdw == TRI_YES)) &&
	    block_is_other(s, p, n))
		return FATAL;
	if (!good && c.n == 0 && n >= 3 * RDW_SIZE)
		return vbs_refuse(s, p, n);
	rdw_tell(s, opt->bdw == TRI_GUESS);
	s->rdw_known = true;
	s->predicted = LOOK_BYTES;
	return OK;
}

/* Segments of a record, as far as they were walked. */
struct span {
	size_t at, left;	/* the walk's place; bytes left in its block */
	size_t end, end_left;	/* the same, behind the last whole segment */
	size_t sum;		/* bytes of the record */
	uint32_t parts;
};

/* A chain of segments that comes to nothing is one fragment. */
static enum grade
vbs_broken(struct source *s, const struct span *sp, struct unit *u,
    const char *why)
{
	snprintf(s->why, sizeof s->why, "%s (%u segments, %zu bytes)", why,
	    sp->parts, sp->sum);
	u->total = sp->end;
	u->left = sp->end_left;
	return BAD;
}

/* The block ends inside a word. */
static enum grade
vbs_remnant(struct source *s, const struct span *sp, struct unit *u)
{
	if (sp->parts > 0)
		return vbs_broken(s, sp, u, "the spanned record is cut: its "
		    "block ends");
	u->total = sp->left;
	snprintf(s->why, sizeof s->why, "the block ends inside a segment "
	    "descriptor word");
	return BAD;
}

/* A word that is none where a segment should start. */
static enum grade
vbs_lost(struct source *s, const struct span *sp, const uint8_t *p,
    uint32_t total, struct unit *u)
{
	if (sp->parts > 0)
		return vbs_broken(s, sp, u, "the spanned record is cut: a "
		    "broken descriptor word follows");
	if (total > 0)
		snprintf(s->why, sizeof s->why, "the segment has %u bytes "
		    "(with its descriptor word), but its block only %zu more",
		    total, s->left);
	else
		snprintf(s->why, sizeof s->why, "the segment descriptor word "
		    "X'%02X%02X%02X%02X' has no possible length or type",
		    p[0], p[1], p[2], p[3]);
	u->rest = !s->facts.bdw;
	u->total = s->left;
	return BAD;
}

/* A block starts: a unit of its own, unless a record goes on in it (END). */
static enum grade
vbs_block(struct source *s, const uint8_t *p, struct span *sp, struct unit *u)
{
	uint32_t total = bdw_total(&s->rdw, p);

	if (total == 0 && sp->parts > 0)
		return vbs_broken(s, sp, u, "the spanned record is cut: a "
		    "broken block follows");
	if (total == 0) {
		bdw_explain(p, s->why, sizeof s->why);
		u->rest = true;
		return BAD;
	}
	sp->left = total - RDW_SIZE;
	sp->at += RDW_SIZE;
	if (sp->parts > 0)
		return sp->at <= 2 * (size_t)RECORD_MAX ? END : vbs_broken(s,
		    sp, u, "the spanned record is too long");
	u->none = true;
	u->total = RDW_SIZE;
	u->left = sp->left;
	return OK;
}

/* A null segment: the rest of the block is passed over. */
static enum grade
vbs_null(struct span *sp, size_t n, struct unit *u)
{
	if (sp->parts == 0) {
		u->none = true;
		u->total = sp->left;
		return OK;
	}
	sp->at += sp->left;
	sp->left = 0;
	if (sp->at > n)
		u->total = sp->at;
	return END;
}

/* A segment joins the record; OK: it was the last. */
static enum grade
vbs_join(struct source *s, struct span *sp, uint32_t total, uint8_t code,
    struct unit *u)
{
	bool begins = code == SEGMENT_WHOLE || code == SEGMENT_FIRST;

	if (begins && sp->parts > 0)
		return vbs_broken(s, sp, u, "the spanned record has no last "
		    "segment: another record follows");
	sp->at += total;
	sp->left -= s->facts.bdw ? total : 0;
	if (!begins && sp->parts == 0) {
		snprintf(s->why, sizeof s->why, "a %s segment whose record "
		    "has no first one", code == SEGMENT_LAST ? "last" :
		    "middle");
		u->total = total;
		u->left = sp->left;
		return BAD;
	}
	sp->end = sp->at;
	sp->end_left = sp->left;
	sp->parts++;
	sp->sum += total - RDW_SIZE;
	if (sp->sum > RECORD_MAX || sp->at > 2 * (size_t)RECORD_MAX)
		return vbs_broken(s, sp, u, "the spanned record is too long");
	if (code != SEGMENT_WHOLE && code != SEGMENT_LAST)
		return END;
	u->total = sp->at;
	u->skip = RDW_SIZE;
	u->len = (uint32_t)sp->sum;
	u->left = sp->left;
	return OK;
}

static inline enum grade
vbs_segment_at(struct source *s, const uint8_t *p, size_t n, struct span *sp,
    struct unit *u)
{
	uint8_t code;
	uint32_t total = segment_total(&s->rdw, p, &code);

	if (total == 0 || (s->facts.bdw && total > sp->left))
		return vbs_lost(s, sp, p, total, u);
	if (total > n - sp->at) {
		u->total = sp->at + total;
		return END;
	}
	return vbs_join(s, sp, total, code, u);
}

static inline enum grade
vbs_unit(struct source *s, const uint8_t *p, size_t n, bool eof,
    struct unit *u)
{
	struct span sp = { .left = s->left };
	bool bdw = s->facts.bdw;
	enum grade g;

	do {
		if (bdw && sp.left > 0 && sp.left < RDW_SIZE) {
			g = vbs_remnant(s, &sp, u);
		} else if (n - sp.at < RDW_SIZE) {
			u->total = sp.at + RDW_SIZE;
			g = END;
		} else if (bdw && sp.left == 0) {
			g = vbs_block(s, p + sp.at, &sp, u);
		} else if (bdw && (p[sp.at + 2] & 0x80) != 0) {
			g = vbs_null(&sp, n, u);
		} else {
			g = vbs_segment_at(s, p + sp.at, n, &sp, u);
		}
	} while (g == END && u->total <= n);
	/* Twice as much each time, for the walk starts anew. */
	if (g == END && !eof && sp.parts > 0 && u->total < 2 * n)
		u->total = 2 * n;
	return g;
}

/* Takes out the words between the segments of a record that is all there. */
static inline void
vbs_take(struct source *s, uint8_t *p, struct unit *u)
{
	size_t at = 0, left = s->left, to = RDW_SIZE;
	uint32_t total;
	uint8_t code;

	if (u->none || u->total == u->len + RDW_SIZE)
		return;
	while (at < u->total) {
		if (s->facts.bdw && left == 0) {
			left = bdw_total(&s->rdw, p + at) - RDW_SIZE;
			at += RDW_SIZE;
			continue;
		}
		if (s->facts.bdw && (p[at + 2] & 0x80) != 0) {
			at += left;
			left = 0;
			continue;
		}
		total = segment_total(&s->rdw, p + at, &code);
		memmove(p + to, p + at + RDW_SIZE, total - RDW_SIZE);
		to += total - RDW_SIZE;
		at += total;
		left -= s->facts.bdw ? total : 0;
	}
}

static enum grade
vbs_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, vbs_unit, vbs_take,
	    "a descriptor word or a spanned record");
}

/* One segment into the block, or without blocks into the file. */
static enum grade
vbs_segment(struct recwriter *w, uint8_t code, const uint8_t *p, uint32_t n)
{
	uint8_t word[RDW_SIZE];

	if (!rdw_store(&w->rdw, word, n))
		return recwriter_refuse(w, "a segment of %u bytes does not fit "
		    "its descriptor word", n);
	word[2] = code;
	if (w->bdw) {
		block_put(w, word, sizeof word);
		block_put(w, p, n);
		return w->opt.framing == FRAMING_VS ? block_flush(w) : OK;
	}
	if (recwriter_write(w, word, sizeof word) != OK)
		return FATAL;
	return recwriter_write(w, p, n);
}

static enum grade
vbs_put(struct recwriter *w, struct slice rec)
{
	uint32_t at = 0, n, room;
	uint8_t code;

	do {
		room = w->bdw ? block_room(w) : BLOCK_MAX - RDW_SIZE;
		if (room <= RDW_SIZE && rec.len + RDW_SIZE > room) {
			if (block_flush(w) != OK)
				return FATAL;
			room = block_room(w);
		}
		n = rec.len - at;
		if (n > room - RDW_SIZE)
			n = room - RDW_SIZE;
		code = at + n == rec.len ? at == 0 ? SEGMENT_WHOLE :
		    SEGMENT_LAST : at == 0 ? SEGMENT_FIRST : SEGMENT_MIDDLE;
		if (vbs_segment(w, code, rec.p + at, n) != OK)
			return FATAL;
		at += n;
	} while (at < rec.len);
	return OK;
}

const struct framing_ops framing_vbs = {
	.check = vbs_check, .start = vbs_start, .next = vbs_next,
	.put = vbs_put, .finish = block_flush
};
