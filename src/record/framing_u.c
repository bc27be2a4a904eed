/*
 * Blocks that are records (RECFM=U): behind a block descriptor word, or
 * without any, then all of one length but the last, which may be shorter.
 *
 *	BDW bytes …  BDW bytes …	or	bytes | bytes | byt
 */
#include <stdio.h>

#include "record/framing_chain.h"

static bool
u_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->record_length > RECORD_MAX) {
		diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE, "a block length "
		    "of %u bytes is out of range", opt->record_length),
		    "blocks have from 1 to %u bytes", RECORD_MAX);
		return false;
	}
	if (opt->bdw != TRI_NO || opt->record_length > 0)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE, "the blocks have no "
	    "length"), "write record_length: N, the length of all blocks, or "
	    "bdw: true");
	return false;
}

/* How many blocks follow each other, the last perhaps cut. */
static uint32_t
u_walk(const struct rdw *r, const uint8_t *p, size_t n, bool *broken)
{
	uint32_t total, count = 0;
	size_t at = 0;

	*broken = false;
	while (n - at >= RDW_SIZE && count < LOOK_RECORDS) {
		total = bdw_total(r, p + at);
		*broken = total == 0;
		if (total == 0 || total > n - at)
			break;
		at += total;
		count++;
	}
	return count;
}

static enum grade
u_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;
	bool broken;
	uint32_t count;

	if (s->rdw_known)
		return OK;
	s->facts.bdw = opt->bdw != TRI_NO;
	rdw_choose(&s->rdw, opt);
	s->rdw.max = RECORD_MAX;
	if (source_look(s, LOOK_AHEAD) != OK)
		return FATAL;
	if (s->end == s->at)
		return OK;
	s->predicted = LOOK_BYTES;
	s->rdw_known = true;
	if (opt->bdw == TRI_NO)
		return OK;
	count = u_walk(&s->rdw, s->ahead + s->at, s->end - s->at, &broken);
	if (!broken || (count > 1 && opt->bdw == TRI_YES))
		return OK;
	if (opt->bdw == TRI_GUESS && opt->record_length > 0) {
		s->facts.bdw = false;
		return OK;
	}
	diag_hint(s->diags, diag_add(s->diags, DIAG_F008, NOWHERE,
	    "\"%s\" has no chain of block descriptor words",
	    s->file[s->now].name), "write bdw: false and record_length: N, "
	    "if all blocks have one length");
	return FATAL;
}

static inline enum grade
u_unit(struct source *s, const uint8_t *p, size_t n, bool eof, struct unit *u)
{
	uint32_t length = s->opt.framing.record_length, total;

	if (!s->facts.bdw) {
		u->len = eof && n < length ? (uint32_t)n : length;
		u->total = u->len;
		return OK;
	}
	u->total = RDW_SIZE;
	if (n < RDW_SIZE)
		return END;
	total = bdw_total(&s->rdw, p);
	if (total == 0 || total - RDW_SIZE > RECORD_MAX) {
		bdw_explain(p, s->why, sizeof s->why);
		u->rest = true;
		return BAD;
	}
	u->total = total;
	u->skip = RDW_SIZE;
	u->len = total - RDW_SIZE;
	return OK;
}

static enum grade
u_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, u_unit, chain_take,
	    "a block descriptor word");
}

static enum grade
u_put(struct recwriter *w, struct slice rec)
{
	if (w->bdw && rec.len > 0)
		return block_alone(w, rec.p, rec.len, NULL, 0);
	if (rec.len == 0 || rec.len > w->opt.record_length || w->shorter)
		return recwriter_refuse(w, w->shorter ? "a block of %u bytes "
		    "after one that is shorter than record_length" :
		    "a block of %u bytes does not fit record_length", rec.len);
	w->shorter = rec.len < w->opt.record_length;
	return recwriter_write(w, rec.p, rec.len);
}

const struct framing_ops framing_u = {
	.check = u_check, .start = u_start, .next = u_next, .put = u_put
};
