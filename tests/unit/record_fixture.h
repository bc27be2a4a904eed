/*
 * For tests of files as records: files in a directory of the test's own, and
 * what a source gives as a transcript, one line for each record:
 * file:number@offset[bytes], or with ! and the length for a fragment.
 */
#ifndef DECANT_RECORD_FIXTURE_H
#define DECANT_RECORD_FIXTURE_H

#include <stdint.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "record/record.h"
#include "tap.h"

#define MARGIN	64

static const struct codepage ascii = { .name = "ascii", .blank = ' ',
    .zero = '0', .ascii = true };
static const struct codepage ebcdic = { .name = "cp037", .blank = 0x40,
    .zero = 0xf0, .ebcdic = true };

static char dir[] = "/tmp/test_record.XXXXXX";
static struct arena arena;
static struct diags diags;

/* A path in the test's directory; a few of them live at a time. */
static const char *
path_of(const char *name)
{
	static char path[8][256];
	static int turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
	return path[turn];
}

static const char *
file_put(const char *name, const void *p, size_t n)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0)
		abort();
	return path;
}

static bool
run(const char *fmt, const char *a, const char *b)
{
	char line[700];

	snprintf(line, sizeof line, fmt, a, b);
	return system(line) == 0;
}

static void
diags_clear(void)
{
	diags_init(&diags, &arena);
}

/* Was exactly this raised, with these words in the message or hint? */
static void
is_diag(enum diag_code code, const char *words, const char *what)
{
	const struct diag *d = diags.first;
	bool same = d != NULL && d->code == code && (words == NULL ||
	    strstr(d->message, words) != NULL ||
	    (d->hint != NULL && strstr(d->hint, words) != NULL));

	if (!ok(same, "%s: %s", diag_name(code), what) && d != NULL)
		printf("#   got %s %s\n#   hint %s\n", diag_name(d->code),
		    d->message, d->hint != NULL ? d->hint : "(none)");
	diags_clear();
}

static void
show_bytes(struct buf *b, const uint8_t *p, size_t n)
{
	size_t i;

	buf_putc(b, '[');
	for (i = 0; i < n; i++)
		if (p[i] >= 0x20 && p[i] < 0x7f)
			buf_putc(b, (char)p[i]);
		else
			buf_printf(b, "\\%02x", p[i]);
	buf_putc(b, ']');
}

/* Everything that the source gives until END or FATAL. */
static __attribute__((unused)) enum grade
transcript(struct source *s, struct buf *b, const struct source_options *o)
{
	struct slab slab;
	const struct fragment *f;
	uint32_t i, shortest, longest, sum = 0;
	uint64_t next = 1;
	enum grade g;
	bool sane = true, gaps = (o->framing.records_first |
	    o->framing.records_last) != 0;	/* in the numbers */

	slab_init(&slab);
	while ((g = source_next(s, &slab)) == OK || g == BAD) {
		if (g == BAD) {
			f = source_fragment(s);
			buf_printf(b, "%u:%llu@%llu!%llu", f->file,
			    (unsigned long long)f->record,
			    (unsigned long long)f->offset,
			    (unsigned long long)f->length);
			show_bytes(b, f->bytes.p, f->bytes.len);
			buf_putc(b, '\n');
			sane = sane && f->why[0] != 0 && (f->record == next ||
			    (gaps && f->record > next));
			next = f->record + 1;
			continue;
		}
		shortest = UINT32_MAX;
		longest = 0;
		for (i = 0; i < slab.nrec; i++) {
			buf_printf(b, "%u:%llu@%llu", slab.file,
			    (unsigned long long)(slab.first_record + i),
			    (unsigned long long)(slab.offset +
			    slab.raw_off[i]));
			show_bytes(b, slab.rec[i].p, slab.rec[i].len);
			buf_putc(b, '\n');
			if (slab.rec[i].len < shortest)
				shortest = slab.rec[i].len;
			if (slab.rec[i].len > longest)
				longest = slab.rec[i].len;
		}
		sane = sane && slab.nrec > 0 && (slab.first_record == next ||
		    (gaps && slab.first_record > next)) &&
		    slab.shortest == shortest && slab.longest == longest &&
		    (o->batch_records == 0 || slab.nrec <= o->batch_records) &&
		    (o->batch_bytes == 0 || slab.nrec == 1 ||
		    slab.used <= o->batch_bytes) &&
		    slab.used + MARGIN <= slab.cap;
		next = slab.first_record + slab.nrec;
		for (i = 0; i < MARGIN; i++)
			sum += slab.bytes[slab.used + i];
	}
	slab_fini(&slab);
	if (!sane || sum != 0)
		buf_puts(b, "INSANE\n");
	return g;
}

#endif
