/*
 * Records of variable length in blocks (RECFM=VB, as a transfer with block
 * descriptor words kept them).
 *
 *	BDW  RDW record  RDW record …  BDW  RDW record …
 *
 * See block.c and framing_v.c for the words.  The BDW says where the next
 * block starts: where an RDW is broken, the rest of its block is a fragment,
 * and reading goes on behind.  Where a BDW is broken, the rest of the file is.
 */
#include <stdio.h>

#include "record/framing_chain.h"

static bool
vb_check(struct diags *ds, const struct framing_options *opt)
{
	return framing_v.check(ds, opt);
}

static enum grade
vb_refuse(struct source *s, const uint8_t *p, size_t n)
{
	struct diag *d;

	if (block_is_other(s, p, n))
		return FATAL;
	d = diag_add(s->diags, DIAG_F008, NOWHERE, "\"%s\" has no block "
	    "descriptor words with records behind them: it starts with "
	    "X'%02X%02X%02X%02X'", s->file[s->now].name, p[0],
	    n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, n > 3 ? p[3] : 0);
	diag_hint(s->diags, d, "the transfer may have dropped them (it needs "
	    "an option to keep them), or the format is fixed or text");
	return FATAL;
}

static enum grade
vb_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;
	const uint8_t *p;
	struct chain c;
	bool open;
	size_t n;

	s->left = 0;
	s->facts.bdw = true;
	if (s->rdw_known)
		return OK;
	rdw_choose(&s->rdw, opt);
	rdw_tell(s, false);
	if (source_look(s, LOOK_AHEAD) != OK)
		return FATAL;
	p = s->ahead + s->at;
	n = s->end - s->at;
	if (n == 0)
		return OK;
	open = opt->rdw_little == TRI_GUESS || opt->rdw_inclusive == TRI_GUESS;
	if ((!block_guess(&s->rdw, opt, true, p, n, s->eof, &c) &&
	    c.n == 0 && n >= 3 * RDW_SIZE) || c.nsegment > 0)
		return vb_refuse(s, p, n);
	rdw_tell(s, open);
	s->rdw_known = true;
	s->predicted = LOOK_BYTES;
	return OK;
}

static inline enum grade
vb_unit(struct source *s, const uint8_t *p, size_t n, bool eof,
    struct unit *u)
{
	uint32_t total;

	(void)eof;
	if (n < RDW_SIZE && (s->left == 0 || s->left >= RDW_SIZE)) {
		u->total = RDW_SIZE;
		return END;
	}
	if (s->left == 0) {
		total = bdw_total(&s->rdw, p);
		if (total == 0) {
			bdw_explain(p, s->why, sizeof s->why);
			u->rest = true;
			return BAD;
		}
		u->none = true;
		u->total = RDW_SIZE;
		u->left = total - RDW_SIZE;
		return OK;
	}
	total = s->left < RDW_SIZE ? 0 : rdw_total(&s->rdw, p);
	if (total == 0 || total > s->left) {
		u->total = s->left;
		if (s->left < RDW_SIZE)
			snprintf(s->why, sizeof s->why, "the block ends "
			    "inside a record descriptor word: %zu of its 4 "
			    "bytes are there", s->left);
		else if (total == 0)
			rdw_explain(&s->rdw, p, s->why, sizeof s->why);
		else
			snprintf(s->why, sizeof s->why, "the record has %u "
			    "bytes (with its RDW), but its block only %zu "
			    "more", total, s->left);
		return BAD;
	}
	u->total = total;
	u->skip = RDW_SIZE;
	u->len = total - RDW_SIZE;
	u->left = s->left - total;
	return OK;
}

static enum grade
vb_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, vb_unit, chain_take,
	    "a descriptor word");
}

static enum grade
vb_put(struct recwriter *w, struct slice rec)
{
	uint8_t word[RDW_SIZE];

	if (!rdw_store(&w->rdw, word, rec.len))
		return recwriter_refuse(w, "a record of %u bytes does not fit "
		    "a record descriptor word", rec.len);
	if (rec.len > BLOCK_MAX - 2 * RDW_SIZE)
		return block_alone(w, word, sizeof word, rec.p, rec.len);
	if (rec.len + RDW_SIZE > block_room(w) && block_flush(w) != OK)
		return FATAL;
	block_put(w, word, sizeof word);
	block_put(w, rec.p, rec.len);
	return OK;
}

const struct framing_ops framing_vb = {
	.check = vb_check, .start = vb_start, .next = vb_next, .put = vb_put,
	.finish = block_flush
};
