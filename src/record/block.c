/*
 * Blocks behind block descriptor words (z/OS DFSMS Using Data Sets, "Block
 * Descriptor Word (BDW)", "Segment Descriptor Word"), for vb, vbs, vs and u.
 *
 *	 0  1  2  3
 *	LL LL 00 00	bit 0 is 0: bits 1-15 are the length, BDW included
 *	8L LL LL LL	bit 0 is 1: bits 1-31 are (tapes, large blocks)
 *	LL LL 0c 00	a segment: c 0 whole, 1 first, 2 last, 3 middle
 *
 * Also what tells the framings with descriptor words from each other, for a
 * file of one often reads as another: each block of VB is a good RDW, and a
 * transfer may have kept or dropped either.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "record/framing.h"

#define BLOCK_LIMIT	(2 * RECORD_MAX)

static uint32_t
word_load(const uint8_t *p, bool little)
{
	return little ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 24 |
	    (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint32_t
bdw_total(const struct rdw *r, const uint8_t *p)
{
	uint32_t n = word_load(p, r->little);

	if (n >> 31)
		n &= INT32_MAX;
	else if (r->little ? n > UINT16_MAX : (n & UINT16_MAX) != 0)
		return 0;
	else if (!r->little)
		n >>= 16;
	if (n == 0 || n > BLOCK_LIMIT)
		return 0;
	if (!r->inclusive)
		n += RDW_SIZE;
	return n > RDW_SIZE ? n : 0;
}

void
bdw_explain(const uint8_t *p, char *why, size_t size)
{
	snprintf(why, size, "the block descriptor word X'%02X%02X%02X%02X' "
	    "has no possible length", p[0], p[1], p[2], p[3]);
}

uint32_t
segment_total(const struct rdw *r, const uint8_t *p, uint8_t *code)
{
	uint8_t word[RDW_SIZE] = { p[0], p[1], p[2], p[3] };

	*code = 0;
	if (!r->little && p[2] <= 3) {
		*code = p[2];
		word[2] = 0;
	}
	return rdw_total(r, word);
}

struct chain
block_walk(const struct rdw *r, bool bdw, const uint8_t *p, size_t n,
    bool eof)
{
	struct chain c = { .end = CHAIN_GOOD };
	uint32_t left = 0, total;
	uint8_t code = 0;

	while (c.at < n && c.n < LOOK_RECORDS &&
	    (c.at < LOOK_BYTES || c.n == 0)) {
		if (n - c.at < RDW_SIZE)
			break;
		if (bdw && left == 0) {
			if ((left = bdw_total(r, p + c.at)) == 0) {
				c.end = CHAIN_BROKEN;
				return c;
			}
			left -= RDW_SIZE;
			c.at += RDW_SIZE;
			continue;
		}
		total = segment_total(r, p + c.at, &code);
		if (total == 0 || (bdw && total > left)) {
			c.end = CHAIN_BROKEN;
			return c;
		}
		if (total > n - c.at)
			break;
		left -= bdw ? total : 0;
		c.at += total;
		c.n++;
		c.nsegment += code != 0;
	}
	if (eof && (c.at == n ? left > 0 : c.n < LOOK_RECORDS &&
	    c.at < LOOK_BYTES))
		c.end = CHAIN_CUT;
	return c;
}

bool
chain_convinces(const struct chain *c)
{
	return c->n > 0 && c->end != CHAIN_BROKEN;
}

bool
block_guess(struct rdw *best, const struct framing_options *opt, bool bdw,
    const uint8_t *p, size_t n, bool eof, struct chain *chain)
{
	struct rdw r = *best;
	struct chain c;
	uint32_t form;

	*chain = (struct chain){ .end = CHAIN_BROKEN };
	r.last = false;
	for (form = 0; form < 4; form++) {
		r.little = form & 2;
		r.inclusive = !(form & 1);
		if ((opt->rdw_little != TRI_GUESS &&
		    r.little != (opt->rdw_little == TRI_YES)) ||
		    (opt->rdw_inclusive != TRI_GUESS &&
		    r.inclusive != (opt->rdw_inclusive == TRI_YES)))
			continue;
		c = block_walk(&r, bdw, p, n, eof);
		if (c.n > chain->n || (c.n == chain->n && c.n > 0 &&
		    c.end > chain->end)) {
			*chain = c;
			*best = r;
		}
	}
	return chain_convinces(chain);
}

bool
block_is_other(struct source *s, const uint8_t *p, size_t n)
{
	enum framing want = s->opt.framing.framing;
	bool has = want != FRAMING_V && s->facts.bdw;
	const char *name = s->file[s->now].name, *write;
	struct framing_options any = s->opt.framing;
	struct chain c;
	struct rdw r = s->rdw;

	any.rdw_little = any.rdw_inclusive = TRI_GUESS;
	if (want == FRAMING_VB && block_guess(&r, &any, true, p, n, s->eof,
	    &c) && c.nsegment > 0) {
		diag_hint(s->diags, diag_add(s->diags, DIAG_F009, NOWHERE,
		    "\"%s\" has spanned records", name),
		    "write format: vbs");
		return true;
	}
	if (!block_guess(&r, &any, !has, p, n, s->eof, &c))
		return false;
	if (want == FRAMING_VBS || want == FRAMING_VS)
		write = has ? "bdw: false" : "bdw: true";
	else
		write = c.nsegment > 0 ? "format: vbs" : has ? "format: v" :
		    "format: vb";
	diag_hint(s->diags, diag_add(s->diags, DIAG_F023, NOWHERE, has ?
	    "\"%s\" has no block descriptor words: its records follow each "
	    "other" : "\"%s\" has block descriptor words: what looks like its "
	    "records are blocks of them", name), "write %s", write);
	return true;
}

/* ---- writing ---- */

enum grade
block_flush(struct recwriter *w)
{
	uint32_t n = w->nblock;

	if (n <= RDW_SIZE)
		return OK;
	w->nblock = RDW_SIZE;
	if (!rdw_store(&w->rdw, w->block, n - RDW_SIZE))
		return recwriter_refuse(w, "a block of %u bytes has no BDW",
		    n);
	return recwriter_write(w, w->block, n);
}

uint32_t
block_room(const struct recwriter *w)
{
	return BLOCK_MAX - (w->nblock < RDW_SIZE ? RDW_SIZE : w->nblock);
}

void
block_put(struct recwriter *w, const void *p, uint32_t n)
{
	if (w->block == NULL)
		w->block = mem_alloc(BLOCK_MAX);
	if (w->nblock < RDW_SIZE)
		w->nblock = RDW_SIZE;
	if (n > 0)
		memcpy(w->block + w->nblock, p, n);
	w->nblock += n;
}

enum grade
block_alone(struct recwriter *w, const void *p, uint32_t n, const void *q,
    uint32_t m)
{
	uint8_t word[RDW_SIZE];
	uint32_t i, size = n + m + (w->rdw.inclusive ? RDW_SIZE : 0);

	if (block_flush(w) != OK)
		return FATAL;
	if (n + m + RDW_SIZE <= BLOCK_MAX) {
		if (!rdw_store(&w->rdw, word, n + m))
			return recwriter_refuse(w, "a block of %u bytes has "
			    "no BDW", n + m);
	} else {
		size |= UINT32_C(1) << 31;
		for (i = 0; i < RDW_SIZE; i++)
			word[w->rdw.little ? i : RDW_SIZE - 1 - i] =
			    (uint8_t)(size >> 8 * i);
	}
	if (recwriter_write(w, word, sizeof word) != OK ||
	    recwriter_write(w, p, n) != OK)
		return FATAL;
	return recwriter_write(w, q, m);
}
