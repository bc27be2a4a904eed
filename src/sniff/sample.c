/*
 * The bytes that a verdict rests on: the first megabyte of the decompressed
 * file, and of a file that can be read anywhere two places in the middle and
 * the end.
 *
 *	head | . . . middle . . . middle . . . | tail
 *
 * Nothing else of the file is read, however large it is.
 */
#include "sniff/sniff_impl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "record/infile.h"

static enum grade
sample_fill(struct infile *f, uint8_t *p, size_t n, size_t *have)
{
	enum grade g = OK;
	size_t got;

	for (*have = 0; *have < n && g == OK; *have += got)
		g = infile_read(f, p + *have, n - *have, &got);
	return g;
}

static bool
sample_place(struct arena *a, struct sample *s, struct infile *f, uint64_t at,
    size_t n)
{
	uint8_t *p = arena_zalloc(a, n + ARENA_SLACK);
	struct window *w = &s->window[s->nwindow];
	ssize_t got;
	size_t have = 0;

	while (have < n) {
		got = pread(f->fd, p + have, n - have, f->start +
		    (off_t)(at + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	*w = (struct window){ p, n, at };
	s->nwindow++;
	return true;
}

/* Of a large file: two places in the middle, and the end. */
static void
sample_rest(struct arena *a, struct sample *s, struct infile *f)
{
	uint64_t rest = f->size - HEAD_MAX, third;
	size_t tail = rest < TAIL_MAX ? (size_t)rest : TAIL_MAX;

	s->sized = true;
	s->size = f->size;
	rest -= tail;
	third = rest / 3;
	if (rest > 4 * (uint64_t)MIDDLE_MAX &&
	    (!sample_place(a, s, f, HEAD_MAX + third, MIDDLE_MAX) ||
	    !sample_place(a, s, f, HEAD_MAX + 2 * third, MIDDLE_MAX)))
		return;
	sample_place(a, s, f, f->size - tail, tail);
}

enum grade
sample_read(struct arena *a, struct diags *ds, const char *path,
    struct sample *s)
{
	const struct source_options opt = { .spool = false };
	uint8_t *p = arena_zalloc(a, HEAD_MAX + 1 + ARENA_SLACK);
	struct infile f;
	enum grade g;
	size_t n = 0;

	memset(s, 0, sizeof *s);
	infile_init(&f, ds, path, &opt);
	s->name = f.name;
	g = infile_check(&f);
	if (g == OK)
		g = infile_open(&f);
	if (g == OK)
		g = sample_fill(&f, p, HEAD_MAX + 1, &n);
	if (g == FATAL) {
		infile_fini(&f);
		return FATAL;
	}
	s->compression = inflate_name(f.compression);
	s->whole = g == END;
	if (!s->whole)
		n = HEAD_MAX;
	s->sized = s->whole;
	s->size = n;
	s->window[0] = (struct window){ p, n, 0 };
	s->nwindow = 1;
	if (!s->whole && f.regular && f.compression == COMPRESSION_NONE)
		sample_rest(a, s, &f);
	infile_fini(&f);
	sample_count(s);
	return OK;
}

void
sample_count(struct sample *s)
{
	const struct window *w;
	size_t i;

	memset(s->count, 0, sizeof s->count);
	s->n = 0;
	for (w = s->window; w < s->window + s->nwindow; w++) {
		for (i = 0; i < w->n; i++)
			s->count[w->p[i]]++;
		s->n += w->n;
	}
}

/* Files of other kinds that people take for extracts. */
const char *
sample_magic(const struct sample *s)
{
	static const struct {
		uint32_t at, len;
		const char *bytes, *what;
	} magic[] = {
		{ 2, 6, "\xe0\xc9\xd5\xd4\xd9\xf0", "a z/OS TRANSMIT (XMIT) "
		    "file: RECEIVE it there, or unpack it first" },
		{ 0, 15, "SQLite format 3", "a SQLite database" },
		{ 0, 5, "%PDF-", "a PDF document" },
		{ 0, 4, "\x7f" "ELF", "a program" },
		{ 257, 5, "ustar", "a tar archive: unpack it first" },
		{ 0, 4, "PAR1", "a Parquet file" },
		{ 0, 4, "Obj\x01", "an Avro file" },
		{ 0, 4, "\xff\xd8\xff\xe0", "a picture" },
		{ 0, 4, "\x89PNG", "a picture" },
		{ 0, 6, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it "
		    "first" },
		{ 0, 4, "VOL1", "a tape image with ASCII labels" },
		{ 0, 4, "\xe5\xd6\xd3\xf1", "a tape image with EBCDIC "
		    "labels" },
		{ 4, 4, "\xe5\xd6\xd3\xf1", "an AWS or HET tape image" },
		{ 6, 4, "\xe5\xd6\xd3\xf1", "an AWS tape image" },
	};
	const struct window *w = &s->window[0];
	size_t i;

	for (i = 0; i < sizeof magic / sizeof magic[0]; i++)
		if (w->n >= magic[i].at + magic[i].len &&
		    memcmp(w->p + magic[i].at, magic[i].bytes,
		    magic[i].len) == 0)
			return magic[i].what;
	return NULL;
}
