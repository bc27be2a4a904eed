/*
 * GnuCOBOL's sequential files with records of variable length (its runtime
 * configuration, COB_VARSEQ_FORMAT); no length counts itself.
 *
 *	0	LL LL 00 00 record …	big-endian, the default
 *	1	LL LL LL LL record …	big-endian
 *	2	ll LL LL LL record …	the machine's: little-endian
 *	3	LL LL record …		big-endian
 */
#include <stdio.h>

#include "record/framing_chain.h"

#define FORMS	4u

static const uint32_t head_size[FORMS] = { 4, 4, 4, 2 };

static bool
gnucobol_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->varseq < FORMS || opt->varseq == VARSEQ_GUESS)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE,
	    "there is no COB_VARSEQ_FORMAT %u", opt->varseq), "write 0 to 3");
	return false;
}

/* The bytes of a record; 0: the header is broken. */
static inline uint32_t
gnucobol_len(uint32_t form, const uint8_t *p)
{
	uint32_t n;

	if (form == 3)
		return (uint32_t)p[0] << 8 | p[1];
	if (form == 0)
		return (p[2] | p[3]) != 0 ? 0 : (uint32_t)p[0] << 8 | p[1];
	n = form == 1 ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3] : (uint32_t)p[3] << 24 |
	    (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
	return n <= RECORD_MAX ? n : 0;
}

static struct chain
gnucobol_walk(uint32_t form, const uint8_t *p, size_t n, bool eof)
{
	struct chain c = { .end = CHAIN_GOOD };
	uint32_t head = head_size[form], len;

	while (c.at < n && c.n < LOOK_RECORDS &&
	    (c.at < LOOK_BYTES || c.n == 0)) {
		c.end = eof ? CHAIN_CUT : CHAIN_GOOD;
		if (n - c.at < head)
			break;
		len = gnucobol_len(form, p + c.at);
		if (len == 0)
			c.end = CHAIN_BROKEN;
		if (len == 0 || len + head > n - c.at)
			break;
		c.at += head + len;
		c.n++;
		c.end = CHAIN_GOOD;
	}
	return c;
}

static enum grade
gnucobol_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;
	struct chain c, best = { .end = CHAIN_BROKEN };
	uint32_t form;
	size_t n;

	if (s->rdw_known)
		return OK;
	s->varseq = s->facts.varseq = opt->varseq == VARSEQ_GUESS ? 0 :
	    opt->varseq;
	if (source_look(s, LOOK_AHEAD) != OK)
		return FATAL;
	n = s->end - s->at;
	if (n == 0)
		return OK;
	s->predicted = LOOK_BYTES;
	s->rdw_known = true;
	if (opt->varseq != VARSEQ_GUESS)
		return OK;
	for (form = 0; form < FORMS; form++) {
		c = gnucobol_walk(form, s->ahead + s->at, n, s->eof);
		if (c.n == 0 || (c.end == CHAIN_BROKEN && c.n < 2) ||
		    c.end < best.end || (c.end == best.end && c.n <= best.n))
			continue;
		best = c;
		s->varseq = form;
	}
	s->facts.varseq = s->varseq;
	s->facts.guessed = true;
	if (best.n > 0)
		return OK;
	diag_hint(s->diags, diag_add(s->diags, DIAG_F008, NOWHERE,
	    "\"%s\" has no chain of GnuCOBOL's record headers",
	    s->file[s->now].name), "it may be fixed or text (LINE SEQUENTIAL); "
	    "varseq: 0 to 3 forces a form");
	return FATAL;
}

static inline enum grade
gnucobol_unit(struct source *s, const uint8_t *p, size_t n, bool eof,
    struct unit *u)
{
	uint32_t head = head_size[s->varseq], len;

	(void)eof;
	u->total = head;
	if (n < head)
		return END;
	len = gnucobol_len(s->varseq, p);
	if (len == 0) {
		snprintf(s->why, sizeof s->why, "the record header X'%02X%02X"
		    "%02X%02X' has no possible length", p[0], p[1],
		    n > 2 ? p[2] : 0, n > 3 ? p[3] : 0);
		u->rest = true;
		return BAD;
	}
	u->total = head + len;
	u->skip = head;
	u->len = len;
	return OK;
}

static enum grade
gnucobol_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, gnucobol_unit, chain_take,
	    "a record header");
}

static enum grade
gnucobol_put(struct recwriter *w, struct slice rec)
{
	uint32_t form = w->facts != NULL ? w->facts->varseq :
	    w->opt.varseq == VARSEQ_GUESS ? 0 : w->opt.varseq, n = rec.len;
	uint8_t p[4];

	if (n == 0 || n > RECORD_MAX || (n > UINT16_MAX && form % 3 == 0))
		return recwriter_refuse(w, "a record of %u bytes does not fit "
		    "its header", n);
	if (form % 3 == 0)
		n <<= 16;
	p[form == 2 ? 3 : 0] = (uint8_t)(n >> 24);
	p[form == 2 ? 2 : 1] = (uint8_t)(n >> 16);
	p[form == 2 ? 1 : 2] = (uint8_t)(n >> 8);
	p[form == 2 ? 0 : 3] = (uint8_t)n;
	if (recwriter_write(w, p, head_size[form]) != OK)
		return FATAL;
	return recwriter_write(w, rec.p, rec.len);
}

const struct framing_ops framing_gnucobol = {
	.check = gnucobol_check, .start = gnucobol_start,
	.next = gnucobol_next, .put = gnucobol_put
};
