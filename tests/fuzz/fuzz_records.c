/*
 * Any bytes as an input file: the first ones choose the framing and its
 * options, the rest is the file, compressed or not.  Records must lie inside
 * their slab, and what is read must not be more than the file.  A writer
 * takes what was read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "record/record.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_slab(const struct slab *slab)
{
	for (uint32_t i = 0; i < slab->nrec; i++)
		if (slab->rec[i].p < slab->bytes || slab->rec[i].p +
		    slab->rec[i].len > slab->bytes + slab->used)
			abort();
}

/* The fields and the row of each record lie inside it. */
static void
check_rows(const struct slab *slab, uint32_t nfield)
{
	const uint8_t *entry, *end;
	struct delimited_row row;
	uint32_t i, k, v[2];

	for (i = 0; i < slab->nrec; i++) {
		end = slab->rec[i].p + slab->rec[i].len;
		delimited_row(slab->rec[i], &row);
		if (row.raw.p < slab->rec[i].p || row.raw.p + row.raw.len !=
		    end || row.raw.len == 0)
			abort();
		entry = slab->rec[i].p + DELIMITED_HEAD;
		for (k = 0; k < nfield; k++, entry += 8) {
			memcpy(v, entry, sizeof v);
			if (entry + v[0] + v[1] > row.raw.p)
				abort();
		}
	}
}

/* Bytes of the records and fragments. */
static uint64_t
read_all(const struct framing_options *f, struct source *source,
    struct recwriter *writer)
{
	struct slab slab;
	enum grade grade;
	uint64_t sum = 0;
	uint32_t i;

	slab_init(&slab);
	while ((grade = source_next(source, &slab)) == OK || grade == BAD) {
		if (grade == BAD) {
			sum += source_fragment(source)->length;
			continue;
		}
		check_slab(&slab);
		if (f->framing == FRAMING_DELIMITED)
			check_rows(&slab, f->delimited->nfield);
		for (i = 0; i < slab.nrec; i++) {
			sum += record_raw(f->framing, slab.rec[i]).len;
			if (writer != NULL)
				recwriter_put(writer, slab.rec[i]);
		}
	}
	slab_fini(&slab);
	return sum;
}

/* The larger of two bytes makes the length of a record. */
static enum grade
length_of(const void *arg, const uint8_t *p, size_t n, size_t *len, char *why,
    size_t size)
{
	(void)arg;
	*len = 3;
	if (n < 3)
		return END;
	*len = p[0] > p[1] ? p[0] : p[1];
	if (p[2] > *len)
		snprintf(why, size, "too much");
	return p[2] > *len ? BAD : OK;
}

/* Fields by place or by name, in some dialect. */
static const struct delimited *
choose_delimited(const uint8_t *p, bool ebcdic)
{
	static struct delimited_field field[3] = {
		{ .name = "A", .column = 1 },
		{ .name = "B", .full = "G-B", .shared = true, .column = 0 },
		{ .name = "C", .column = DELIMITED_NONE },
	};
	static struct delimited d;

	field[0].wanted = p[1] % 2;
	d = (struct delimited){ .header = p[1] / 2 % 2, .utf8 = p[1] / 4 % 2,
	    .ncolumn = p[1] / 8 % 4, .field = field, .nfield = p[1] / 32 % 4,
	    .dialect = { .delimiter = ebcdic ? 0x6b : ',', .quote = ebcdic ?
	    0x7f : '"', .quote_none = p[2] % 2, .ebcdic = ebcdic } };
	return &d;
}

#define OPTIONS	8u	/* bytes of them */

static void
choose(struct framing_options *f, const uint8_t *p)
{
	static const struct length_choice choice[] = {
		{ { (const uint8_t *)"A", 1 }, 9 },
		{ { (const uint8_t *)"B", 1 }, 1 },
	};

	f->framing = p[0] % (FRAMING_DELIMITED + 1);
	f->record_length = p[1] % 40;
	f->max_length = p[2];
	f->rdw_little = p[3] % 3;
	f->rdw_inclusive = p[3] / 3 % 3;
	f->bdw = p[3] / 9 % 3;
	f->line_end = p[3] % 5;
	f->varseq = p[3] % 5 == 4 ? VARSEQ_GUESS : p[3] % 5;
	f->length.field = (struct number_field){ p[4] % 8, p[4] / 8 % 12,
	    p[4] % 5, (int8_t)(p[5] % 3) };
	f->length.adjust = (int8_t)p[5];
	if (p[5] % 4 == 0) {
		f->length.field.size = 1;
		f->length.choice = choice;
		f->length.nchoice = 2;
	}
	if (p[5] % 4 == 1)
		f->length_of = length_of;
	f->before = p[6] % 3;
	f->behind = p[6] / 3 % 3;
	f->bytes_first = p[6] / 9 % 3;
	f->bytes_last = p[6] / 27 % 6;
	f->records_first = p[7] % 3;
	f->records_last = p[7] / 3 % 4;
	f->page = charset_find(p[7] > 127 ? "cp037" : "latin1", NULL);
	f->delimited = choose_delimited(p, f->page->ebcdic);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct source_options options = { .nfile = 1, .batch_records = 7,
	    .batch_bytes = 4096, .tail_is_data = true };
	struct source *source;
	struct recwriter *writer;
	struct arena arena;
	struct diags diags;
	const char *file;
	char path[64];
	uint64_t sum;
	int fd;

	if (len < OPTIONS || (fd = memfd_create("fuzz", 0)) < 0)
		return 0;
	if (write(fd, p + OPTIONS, len - OPTIONS) != (ssize_t)(len - OPTIONS))
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	file = path;
	options.file = &file;
	choose(&options.framing, p);
	arena_init(&arena);
	diags_init(&diags, &arena);
	source = source_new(&diags, &options);
	if (source != NULL) {
		writer = recwriter_new(&diags, "/dev/null", &options.framing,
		    source_facts(source));
		sum = read_all(&options.framing, source, writer);
		/* padded lines are longer, and so are decompressed files */
		if (options.framing.framing != FRAMING_TEXT &&
		    source_facts(source)->compression == NULL &&
		    sum > len - OPTIONS)
			abort();
		recwriter_close(writer);
		if (source_rewind(source) == OK &&
		    read_all(&options.framing, source, NULL) != sum)
			abort();
		source_free(source);
	}
	close(fd);
	arena_fini(&arena);
	return 0;
}
