/*
 * Records of variable length, each behind a record descriptor word (RECFM=V,
 * VB without its block descriptors; z/OS DFSMS Using Data Sets, "Variable-
 * Length Record Formats").
 *
 *	 0  1  2  3			order	where	who
 *	LL LL 00 00  record …		big	first	z/OS; GnuCOBOL (0)
 *	ll LL 00 00  record …		little	first	GnuCOBOL (2) on a PC
 *	00 00 LL LL  record …		big	last	GnuCOBOL (1)
 *	00 00 ll LL  record …		little	last	a swapped z/OS word
 *
 * On z/OS the length counts the RDW itself; transfer programs and GnuCOBOL
 * count the record alone.  Little/first and big/last are 4-byte numbers, and
 * are taken as such (up to RECORD_MAX) where the layout has records of more
 * than 65,535 bytes; else more than two bytes of length is a broken word.
 * On z/OS the third byte tells the segments of a spanned record: 1 first,
 * 2 last, 3 middle.
 *
 * What the options leave open is found by walking the chain that the first
 * records make.  Where a chain breaks there is no way to find it again, so
 * the rest of the file is one fragment.
 */
#include <stdio.h>

#include "record/framing.h"

#define BROKEN_ENOUGH	2u	/* records before a break that convince */

static bool
v_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->max_length <= RECORD_MAX)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE,
	    "a record length of %u bytes is out of range", opt->max_length),
	    "records have up to %u bytes", RECORD_MAX);
	return false;
}

static uint32_t
rdw_load(const uint8_t *p, bool little)
{
	if (little)
		return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
		    (uint32_t)p[1] << 8 | p[0];
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Is the length half of the word, and the other half zero? */
static bool
rdw_is_half(const struct rdw *r)
{
	return r->little == r->last;
}

uint32_t
rdw_total(const struct rdw *r, const uint8_t *p)
{
	uint32_t n = rdw_load(p, r->little);

	if (rdw_is_half(r)) {
		if ((n & 0xffff) != 0)
			return 0;
		n >>= 16;
	}
	if (n == 0 || n > RECORD_MAX + RDW_SIZE)
		return 0;
	if (!r->inclusive)
		n += RDW_SIZE;
	return n < RDW_SIZE || n - RDW_SIZE > r->max ? 0 : n;
}

bool
rdw_is_spanned(const uint8_t *p)
{
	return (p[0] != 0 || p[1] > RDW_SIZE) && p[2] >= 1 && p[2] <= 3 &&
	    p[3] == 0;
}

void
rdw_explain(const struct rdw *r, const uint8_t *p, char *why, size_t size)
{
	uint32_t n = rdw_load(p, r->little);
	const char *what;

	if (rdw_is_half(r) && !r->last && rdw_is_spanned(p))
		what = "is of a segment of a spanned record, which the format "
		    "vbs reads";
	else if (n == 0)
		what = "has the length 0";
	else if (rdw_is_half(r) && (n & 0xffff) != 0)
		what = r->last ? "does not start with two zero bytes" :
		    "does not end with two zero bytes";
	else if (r->inclusive && (rdw_is_half(r) ? n >> 16 : n) < RDW_SIZE)
		what = "has a length that is less than its own 4 bytes";
	else
		what = "has a length that is too large";
	snprintf(why, size, "the record descriptor word X'%02X%02X%02X%02X' "
	    "%s", p[0], p[1], p[2], p[3], what);
}

void
rdw_choose(struct rdw *r, const struct framing_options *opt)
{
	*r = (struct rdw){ .little = opt->rdw_little == TRI_YES,
	    .inclusive = opt->rdw_inclusive != TRI_NO,
	    .max = opt->max_length > UINT16_MAX ? RECORD_MAX : UINT16_MAX };
}

static struct chain
rdw_walk(const struct rdw *r, const uint8_t *p, size_t n, bool eof)
{
	struct chain c = { .end = CHAIN_GOOD };
	uint32_t total;

	while (c.at < n && c.n < LOOK_RECORDS &&
	    (c.at < LOOK_BYTES || c.n == 0)) {
		if (n - c.at < RDW_SIZE) {
			c.end = eof ? CHAIN_CUT : CHAIN_GOOD;
			break;
		}
		total = rdw_total(r, p + c.at);
		if (total == 0) {
			c.end = CHAIN_BROKEN;
			break;
		}
		if (total > n - c.at) {
			c.end = eof ? CHAIN_CUT : CHAIN_GOOD;
			break;
		}
		c.at += total;
		c.n++;
	}
	return c;
}

/* How well a chain speaks for its form; 0: not at all. */
static uint32_t
rdw_weigh(const struct rdw *r, struct chain c)
{
	if (c.end == CHAIN_GOOD && c.n > 0)
		return 400;
	if (c.end == CHAIN_CUT && c.n > 0)
		return 200 + c.n;
	if (c.end == CHAIN_BROKEN && c.n >= BROKEN_ENOUGH)
		return c.n;
	return c.end == CHAIN_GOOD && r->max > UINT16_MAX ? 1 : 0;
}

bool
rdw_guess(struct rdw *best, const struct framing_options *opt,
    const uint8_t *p, size_t n, bool eof)
{
	struct rdw r = *best;
	uint32_t form, weight, most = 0;

	for (form = 0; form < 8; form++) {
		r.last = form & 4;
		r.little = form & 2;
		r.inclusive = !(form & 1);
		if ((opt->rdw_little != TRI_GUESS &&
		    r.little != (opt->rdw_little == TRI_YES)) ||
		    (opt->rdw_inclusive != TRI_GUESS &&
		    r.inclusive != (opt->rdw_inclusive == TRI_YES)))
			continue;
		weight = rdw_weigh(&r, rdw_walk(&r, p, n, eof));
		if (weight > most) {
			most = weight;
			*best = r;
		}
	}
	return most > 0;
}

/* Does the chain lead to the word of a segment? */
static bool
v_is_spanned(struct source *s, const uint8_t *p, size_t n)
{
	struct chain c = rdw_walk(&s->rdw, p, n, s->eof);

	if (s->rdw.little || s->rdw.last || c.end != CHAIN_BROKEN ||
	    !rdw_is_spanned(p + c.at))
		return false;
	diag_hint(s->diags, diag_add(s->diags, DIAG_F009, NOWHERE,
	    "\"%s\" has spanned records (record %u is a segment)",
	    s->file[s->now].name, c.n + 1), "write format: vbs");
	return true;
}

static enum grade
v_refuse(struct source *s, const uint8_t *p, size_t n)
{
	struct diag *d;

	d = diag_add(s->diags, DIAG_F008, NOWHERE, "\"%s\" has no chain of "
	    "record descriptor words: it starts with X'%02X%02X%02X%02X'",
	    s->file[s->now].name, p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0,
	    n > 3 ? p[3] : 0);
	diag_hint(s->diags, d, "the transfer may have dropped the RDWs (it "
	    "needs an option to keep them), or the framing is fixed or text");
	return FATAL;
}

void
rdw_tell(struct source *s, bool guessed)
{
	s->facts.rdw_little = s->rdw.little;
	s->facts.rdw_inclusive = s->rdw.inclusive;
	s->facts.rdw_last = s->rdw.last;
	s->facts.guessed = guessed;
}

static enum grade
v_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;
	const uint8_t *p;
	bool good, open;
	size_t n;

	if (s->rdw_known)
		return OK;
	rdw_choose(&s->rdw, opt);
	rdw_tell(s, false);
	if (source_look(s, LOOK_AHEAD) != OK)
		return FATAL;
	p = s->ahead + s->at;
	n = s->end - s->at;
	if (n == 0)
		return OK;	/* the next file may have records */
	open = opt->rdw_little == TRI_GUESS || opt->rdw_inclusive == TRI_GUESS;
	good = rdw_guess(&s->rdw, opt, p, n, s->eof);
	if ((opt->bdw == TRI_GUESS && block_is_other(s, p, n)) ||
	    v_is_spanned(s, p, n))
		return FATAL;
	if (!good && open)
		return v_refuse(s, p, n);
	rdw_tell(s, open);
	s->rdw_known = true;
	s->predicted = LOOK_BYTES;
	return OK;
}

/*
 * Frames what stands in bytes[*at..have), adding to the slab.  False: the
 * slab is full, or the chain broken.  True: *need bytes from *at on would
 * make one more record, or tell its length.
 */
static bool
v_frame(struct source *s, struct slab *slab, size_t *at, size_t have,
    size_t *need)
{
	const struct rdw r = s->rdw;
	size_t limit = s->opt.batch_bytes;
	uint32_t total, len;

	*need = RDW_SIZE;
	while (slab->nrec < s->opt.batch_records) {
		*need = RDW_SIZE;
		if (have - *at < RDW_SIZE)
			return true;
		total = rdw_total(&r, slab->bytes + *at);
		if (total == 0 || (slab->nrec > 0 && *at + total > limit))
			return false;
		*need = total;
		if (have - *at < total)
			return true;
		len = total - RDW_SIZE;
		slab->rec[slab->nrec].p = slab->bytes + *at + RDW_SIZE;
		slab->rec[slab->nrec].len = len;
		slab->raw_off[slab->nrec] = (uint32_t)*at;
		if (slab->nrec == 0 || len < slab->shortest)
			slab->shortest = len;
		if (len > slab->longest)
			slab->longest = len;
		slab->nrec++;
		*at += total;
	}
	return false;
}

/* The slab has no record but `have` bytes: a cut one or a broken RDW. */
static enum grade
v_cut(struct source *s, struct slab *slab, size_t have, size_t need)
{
	bool broken = have >= RDW_SIZE && rdw_total(&s->rdw, slab->bytes) == 0;

	if (broken)
		rdw_explain(&s->rdw, slab->bytes, s->why, sizeof s->why);
	else if (have < RDW_SIZE)
		snprintf(s->why, sizeof s->why, "the file ends inside a "
		    "record descriptor word: %zu of its 4 bytes are there",
		    have);
	else
		snprintf(s->why, sizeof s->why, "the file ends inside the "
		    "record: %zu of its %zu bytes (with the RDW) are there",
		    have, need);
	return source_cut(s, slab->bytes, have, broken);
}

/*
 * Reads as much as the last slab used and a little more, so that little of a
 * record that does not fit is moved to the next slab.
 */
static enum grade
v_next(struct source *s, struct slab *slab)
{
	size_t at = 0, have = 0, need, ask, got, limit = s->opt.batch_bytes;

	slab_reserve(slab, limit);
	slab_reserve_records(slab, s->opt.batch_records);
	while (v_frame(s, slab, &at, have, &need)) {
		if (slab->nrec > 0 && at + need > limit)
			break;
		ask = at + need > s->predicted ? at + need : s->predicted;
		if (slab->nrec == 0)
			slab_reserve(slab, ask);	/* no slices yet */
		else if (ask > limit)
			ask = limit;
		ask -= have;
		if (source_fill(s, slab->bytes + have, ask, &got) != OK)
			return FATAL;
		have += got;
		if (got < ask) {	/* the end of the file */
			v_frame(s, slab, &at, have, &need);
			break;
		}
	}
	if (slab->nrec == 0)
		return have == 0 ? END : v_cut(s, slab, have, need);
	source_unread(s, slab->bytes + at, have - at);
	slab->used = at;
	s->predicted = at + at / 16;
	if (s->predicted > limit)
		s->predicted = limit;
	return OK;
}

bool
rdw_store(const struct rdw *r, uint8_t *p, uint32_t len)
{
	uint32_t n = len + (r->inclusive ? RDW_SIZE : 0), i;

	if (len > RECORD_MAX || n == 0 || (rdw_is_half(r) && n > UINT16_MAX))
		return false;
	if (rdw_is_half(r))
		n <<= 16;
	for (i = 0; i < RDW_SIZE; i++)
		p[r->little ? i : RDW_SIZE - 1 - i] = (uint8_t)(n >> 8 * i);
	return rdw_total(r, p) != 0;
}

static enum grade
v_put(struct recwriter *w, struct slice rec)
{
	uint8_t p[RDW_SIZE];

	if (!rdw_store(&w->rdw, p, rec.len))
		return recwriter_refuse(w, rec.len == 0 ? "a record of %u "
		    "bytes has no RDW" : "a record of %u bytes is too long "
		    "for its RDW", rec.len);
	if (recwriter_write(w, p, sizeof p) != OK)
		return FATAL;
	return recwriter_write(w, rec.p, rec.len);
}

const struct framing_ops framing_v = {
	.check = v_check, .start = v_start, .next = v_next, .put = v_put
};
