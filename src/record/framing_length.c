/*
 * Records without delimiters, whose own bytes tell how long they are: by a
 * field that holds the length, by a field whose value stands for one (a
 * record type), or by what a caller's function makes of them (the counts of
 * OCCURS DEPENDING ON).
 *
 * Where a record does not tell, there is no way to find the next one: the
 * rest of the file is one fragment.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "charset/charset.h"
#include "record/framing_chain.h"

static bool
length_check(struct diags *ds, const struct framing_options *opt)
{
	const struct number_field *f = &opt->length.field;

	if (opt->length_of != NULL || (f->size > 0 &&
	    f->size <= NUMBER_SIZE_MAX && f->offset < RECORD_MAX))
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE, "a length field of %u "
	    "bytes at offset %u is out of range", f->size, f->offset),
	    "it has from 1 to %u bytes", NUMBER_SIZE_MAX);
	return false;
}

static enum grade
length_start(struct source *s)
{
	s->predicted = LOOK_BYTES;
	return OK;
}

static void
length_hex(const uint8_t *p, uint32_t n, char *out)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02X", p[i]);
}

static enum grade
length_chosen(const struct length_rule *r, const uint8_t *p, size_t *len,
    char *why, size_t size)
{
	char hex[2 * NUMBER_SIZE_MAX + 1];
	uint32_t i;

	for (i = 0; i < r->nchoice; i++)
		if (memcmp(r->choice[i].value.p, p, r->field.size) == 0) {
			*len = r->choice[i].length;
			return OK;
		}
	length_hex(p, r->field.size, hex);
	snprintf(why, size, "the field at offset %u is X'%s', for which there "
	    "is no length", r->field.offset, hex);
	return BAD;
}

static enum grade
length_rule(const struct length_rule *r, const uint8_t *p, size_t n,
    size_t *len, char *why, size_t size)
{
	uint32_t end = r->field.offset + r->field.size;
	char hex[2 * NUMBER_SIZE_MAX + 1];
	int64_t sum;
	uint64_t v;

	*len = end;
	if (n < end)
		return END;
	p += r->field.offset;
	if (r->nchoice > 0)
		return length_chosen(r, p, len, why, size);
	length_hex(p, r->field.size, hex);
	if (!number_read(&r->field, p, &v)) {
		snprintf(why, size, "the length at offset %u is X'%s', which "
		    "is no number of bytes", r->field.offset, hex);
		return BAD;
	}
	if (__builtin_add_overflow((int64_t)v, r->adjust, &sum) ||
	    sum < end || sum > RECORD_MAX) {
		snprintf(why, size, "the length at offset %u is %" PRIu64
		    " (X'%s'), which is %s", r->field.offset, v, hex,
		    sum < end ? "less than the bytes up to it" : "too large");
		return BAD;
	}
	*len = (size_t)sum;
	return OK;
}

static inline enum grade
length_unit(struct source *s, const uint8_t *p, size_t n, bool eof,
    struct unit *u)
{
	const struct framing_options *opt = &s->opt.framing;
	size_t len = 0;
	enum grade g;

	g = opt->length_of == NULL ? length_rule(&opt->length, p, n, &len,
	    s->why, sizeof s->why) : opt->length_of(opt->length_arg, p, n,
	    &len, s->why, sizeof s->why);
	if (g == END && len <= n)
		len = n + 1;
	/* Twice as much each time, for counting starts anew. */
	if (g == END && !eof && len < 2 * n && n < RECORD_MAX / 2)
		len = 2 * n;
	if (g != BAD && (len == 0 || len > RECORD_MAX)) {
		snprintf(s->why, sizeof s->why, "a record of %zu bytes is %s",
		    len, len == 0 ? "none" : "too long");
		g = BAD;
	}
	u->rest = g == BAD;
	u->total = len;
	u->len = (uint32_t)len;
	return g;
}

static enum grade
length_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, length_unit, chain_take,
	    "what tells the record's length");
}

/* Only what reads back as it is. */
bool
record_tell_length(const struct framing_options *opt, uint8_t *rec,
    uint32_t room, uint32_t *len)
{
	const struct length_rule *r = &opt->length;
	char why[200];
	int64_t v;
	size_t n;

	if (opt->framing != FRAMING_LENGTH || opt->length_of != NULL)
		return true;
	if (*len < r->field.offset + r->field.size)
		return false;
	if (r->nchoice > 0) {
		if (length_rule(r, rec, *len, &n, why, sizeof why) != OK ||
		    n > room)
			return false;
		*len = (uint32_t)n;
		return true;
	}
	return !__builtin_sub_overflow((int64_t)*len, r->adjust, &v) &&
	    v >= 0 && number_write(&r->field, rec + r->field.offset,
	    (uint64_t)v, opt->page->zero);
}

static enum grade
length_put(struct recwriter *w, struct slice rec)
{
	const struct framing_options *opt = &w->opt;
	size_t len = 0;
	char why[200] = "";
	enum grade g;

	g = opt->length_of == NULL ? length_rule(&opt->length, rec.p, rec.len,
	    &len, why, sizeof why) : opt->length_of(opt->length_arg, rec.p,
	    rec.len, &len, why, sizeof why);
	if (g != OK || len != rec.len)
		return recwriter_refuse(w, "a record of %u bytes says that it "
		    "has another length", rec.len);
	return recwriter_write(w, rec.p, rec.len);
}

const struct framing_ops framing_length = {
	.check = length_check, .start = length_start, .next = length_next,
	.put = length_put
};
