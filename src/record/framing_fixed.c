/*
 * Records of one length, with nothing between them (RECFM=F, FB).
 *
 * A slab is filled with exactly as many bytes as its records have, so nothing
 * is ever moved.  What is too short at the end of the file is a fragment; a
 * regular file tells so by its size, before any record is read.
 */
#include <stdio.h>

#include "base/buf.h"
#include "record/framing.h"

static bool
fixed_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->record_length > 0 && opt->record_length <= RECORD_MAX)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE,
	    "a record length of %u bytes is out of range", opt->record_length),
	    "records have from 1 to %u bytes", RECORD_MAX);
	return false;
}

/* The nearest lengths on both sides that divide the size; 0: none. */
static void
fixed_divisors(uint64_t size, uint32_t length, uint32_t *below,
    uint32_t *above)
{
	uint32_t to = length > RECORD_MAX / 2 ? RECORD_MAX : length * 2 + 1024;

	for (*below = length - 1; *below > 1; --*below)
		if (size % *below == 0)
			break;
	if (*below < 2)
		*below = 0;
	for (*above = length + 1; *above <= to; ++*above)
		if (size % *above == 0)
			return;
	*above = 0;
}

/* Bytes of records, without what stands around them. */
static uint64_t
fixed_size(const struct source *s, const struct infile *f)
{
	uint64_t around = (uint64_t)s->opt.framing.bytes_first +
	    s->opt.framing.bytes_last;

	return f->size > around ? f->size - around : 0;
}

static enum grade
fixed_refuse(struct source *s, const struct infile *f, uint32_t length)
{
	uint64_t size = fixed_size(s, f);
	uint32_t below, above;
	struct diag *d;
	struct buf b;

	d = diag_add(s->diags, DIAG_F006, NOWHERE,
	    "\"%s\" has %llu bytes%s, which is no multiple of the record "
	    "length %u (%llu are left over)", f->name,
	    (unsigned long long)size, size < f->size ? " of records" : "",
	    length, (unsigned long long)(size % length));
	fixed_divisors(size, length, &below, &above);
	buf_init(&b, 1024);
	if (below != 0 && above != 0)
		buf_printf(&b, "the nearest record lengths that divide it are "
		    "%u and %u", below, above);
	else if (below != 0 || above != 0)
		buf_printf(&b, "the nearest record length that divides it is "
		    "%u", below + above);
	else
		buf_puts(&b, "no record length near it divides it");
	diag_hint(s->diags, d, "%s; the copybook may not be the one of this "
	    "file, the records may have RDWs or line ends (format v or text), "
	    "or the file was cut", b.p);
	buf_fini(&b);
	return FATAL;
}

/* At the first file all are checked, then nothing is left to check. */
static enum grade
fixed_start(struct source *s)
{
	uint32_t i, length = s->opt.framing.record_length;
	enum grade g = OK;

	if (s->now > 0 || s->opt.tail_is_data)
		return OK;
	for (i = 0; i < s->nfile; i++)
		if (s->file[i].regular &&
		    s->file[i].compression == COMPRESSION_NONE &&
		    fixed_size(s, &s->file[i]) % length != 0)
			g = fixed_refuse(s, &s->file[i], length);
	return g;
}

static enum grade
fixed_next(struct source *s, struct slab *slab)
{
	uint32_t i, n, length = s->opt.framing.record_length;
	struct slice *rec;
	uint32_t *off;
	uint8_t *p;
	size_t got, rest;

	n = s->opt.batch_bytes / length;
	if (n == 0)
		n = 1;
	if (n > s->opt.batch_records)
		n = s->opt.batch_records;
	slab_reserve(slab, (size_t)n * length);
	slab_reserve_records(slab, n);
	if (source_fill(s, slab->bytes, (size_t)n * length, &got) != OK)
		return FATAL;
	n = (uint32_t)(got / length);
	rest = got % length;
	p = slab->bytes;
	if (n == 0 && rest > 0) {
		snprintf(s->why, sizeof s->why, "the file ends inside the "
		    "record: %zu of its %u bytes are there", rest, length);
		return source_cut(s, p, rest, false);
	}
	source_unread(s, p + got - rest, rest);
	rec = slab->rec;
	off = slab->raw_off;
	for (i = 0; i < n; i++) {
		rec[i].p = p + (size_t)i * length;
		rec[i].len = length;
		off[i] = i * length;
	}
	slab->nrec = n;
	slab->used = (size_t)n * length;
	slab->shortest = slab->longest = length;
	return n > 0 ? OK : END;
}

static enum grade
fixed_put(struct recwriter *w, struct slice rec)
{
	if (rec.len != w->opt.record_length)
		return recwriter_refuse(w, "a record of %u bytes is no fixed "
		    "record of %u", rec.len, w->opt.record_length);
	return recwriter_write(w, rec.p, rec.len);
}

const struct framing_ops framing_fixed = {
	.check = fixed_check, .start = fixed_start, .next = fixed_next,
	.put = fixed_put
};
