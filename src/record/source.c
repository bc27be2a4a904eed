/*
 * The common part of all framings: the list of files, reading ahead, slabs,
 * fragments, second passes.  See record.h and framing.h.
 */
#include <string.h>

#include "base/mem.h"
#include "record/framing.h"

#define BATCH_RECORDS		1024u
#define BATCH_RECORDS_MAX	(1u << 20)
#define BATCH_BYTES		(256u << 10)
#define BATCH_BYTES_MAX		(1u << 30)	/* raw_off has 32 bits */

void
slab_init(struct slab *s)
{
	*s = (struct slab){ .bytes = NULL };
}

void
slab_fini(struct slab *s)
{
	mem_free(s->bytes);
	mem_free(s->rec);
	mem_free(s->raw_off);
	slab_init(s);
}

void
slab_reserve(struct slab *s, size_t n)
{
	if (s->cap >= n + SLAB_MARGIN)
		return;
	s->cap = n + SLAB_MARGIN;
	s->bytes = mem_resize(s->bytes, s->cap, 1);
}

void
slab_reserve_records(struct slab *s, uint32_t n)
{
	if (s->rec_cap >= n)
		return;
	s->rec_cap = n;
	s->rec = mem_resize(s->rec, n, sizeof *s->rec);
	s->raw_off = mem_resize(s->raw_off, n, sizeof *s->raw_off);
}

const struct framing_ops *const framing_table[] = {
	[FRAMING_FIXED] = &framing_fixed,
	[FRAMING_V] = &framing_v,
	[FRAMING_TEXT] = &framing_text,
	[FRAMING_VB] = &framing_vb,
	[FRAMING_VBS] = &framing_vbs,
	[FRAMING_VS] = &framing_vbs,
	[FRAMING_U] = &framing_u,
	[FRAMING_LENGTH] = &framing_length,
	[FRAMING_GNUCOBOL] = &framing_gnucobol,
	[FRAMING_MICROFOCUS] = &framing_microfocus,
	[FRAMING_DELIMITED] = &framing_delimited,
	[FRAMING_ROWS] = &framing_rows,
};

/* Looks at every file, so that what is wrong is said before hours of work. */
static bool
source_check_files(struct source *s)
{
	uint32_t i, nstdin = 0;
	bool good = true, sized = true;

	if (s->nfile == 0) {
		diag_hint(s->diags, diag_add(s->diags, DIAG_F001, NOWHERE,
		    "no input file"), "name one, or - for standard input");
		return false;
	}
	for (i = 0; i < s->nfile; i++) {
		if (strcmp(s->opt.file[i], "-") == 0 && ++nstdin == 2) {
			diag_hint(s->diags, diag_add(s->diags, DIAG_F020,
			    NOWHERE, "standard input is named twice"),
			    "it can be read once only: leave one - out");
			return false;
		}
		if (infile_check(&s->file[i]) != OK)
			good = false;
		sized = sized && s->file[i].regular;
		s->facts.size += s->file[i].size;
	}
	if (!sized)
		s->facts.size = 0;
	return good;
}

static enum grade
source_open(struct source *s)
{
	struct infile *f = &s->file[s->now];

	s->at = s->end = 0;
	s->offset = 0;
	s->eof = false;
	if (infile_open(f) != OK)
		return FATAL;
	s->open = true;
	if (s->facts.compression == NULL)
		s->facts.compression = inflate_name(f->compression);
	if (around_open(s) != OK)
		return FATAL;
	return s->ops->start(s);
}

static bool
source_begin(struct source *s)
{
	if (!s->ops->check(s->diags, &s->opt.framing) ||
	    !around_check(s->diags, &s->opt.framing))
		return false;
	around_init(s);
	return source_check_files(s) && source_open(s) == OK;
}

struct source *
source_new(struct diags *ds, const struct source_options *opt)
{
	struct source *s = mem_zalloc(sizeof *s);
	uint32_t i;

	s->diags = ds;
	s->opt = *opt;
	if (s->opt.batch_records == 0)
		s->opt.batch_records = BATCH_RECORDS;
	if (s->opt.batch_records > BATCH_RECORDS_MAX)
		s->opt.batch_records = BATCH_RECORDS_MAX;
	if (s->opt.batch_bytes == 0)
		s->opt.batch_bytes = BATCH_BYTES;
	if (s->opt.batch_bytes > BATCH_BYTES_MAX)
		s->opt.batch_bytes = BATCH_BYTES_MAX;
	s->ops = framing_table[opt->framing.framing];
	s->facts.framing = opt->framing.framing;
	s->record = 1;
	s->fresh = true;
	if (opt->origin != NULL) {
		s->state = opt->origin->open(opt->origin_arg, ds, &s->opt);
		if (s->state != NULL)
			return s;
		source_free(s);
		return NULL;
	}
	s->nfile = opt->nfile;
	s->file = mem_array(s->nfile, sizeof *s->file);
	for (i = 0; i < s->nfile; i++)
		infile_init(&s->file[i], ds, opt->file[i], opt);
	if (!source_begin(s)) {
		source_free(s);
		return NULL;
	}
	return s;
}

void
source_free(struct source *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	if (s->state != NULL)
		s->opt.origin->free(s->state);
	for (i = 0; i < s->nfile; i++)
		infile_fini(&s->file[i]);
	mem_free(s->file);
	mem_free(s->ahead);
	mem_free(s->fragment_bytes);
	around_fini(s);
	delimited_fini(s);
	mem_free(s);
}

/* Room for n bytes behind `ahead`; moves what is there to the front. */
static void
source_reserve(struct source *s, size_t n)
{
	size_t have = s->end - s->at;

	if (s->cap - s->end >= n)
		return;
	if (s->at > 0) {
		memmove(s->ahead, s->ahead + s->at, have);
		s->at = 0;
		s->end = have;
	}
	if (s->cap - s->end >= n)
		return;
	if (s->cap < CHUNK)
		s->cap = CHUNK;
	while (s->cap - s->end < n)
		s->cap *= 2;
	s->ahead = mem_resize(s->ahead, s->cap, 1);
}

static inline enum grade
source_read(struct source *s, uint8_t *p, size_t n, size_t *got)
{
	return s->hold != NULL ? around_read(s, p, n, got) :
	    infile_read(&s->file[s->now], p, n, got);
}

enum grade
source_more(struct source *s)
{
	enum grade g;
	size_t got;

	if (s->eof)
		return OK;
	source_reserve(s, CHUNK / 2);
	g = source_read(s, s->ahead + s->end, s->cap - s->end, &got);
	s->end += got;
	s->eof = g == END;
	return g == FATAL ? FATAL : OK;
}

enum grade
source_fill(struct source *s, uint8_t *p, size_t n, size_t *got)
{
	enum grade g;
	size_t k;

	for (*got = 0; *got < n; *got += k) {
		k = s->end - s->at;
		if (k > n - *got)
			k = n - *got;
		if (k > 0) {
			memcpy(p + *got, s->ahead + s->at, k);
			s->at += k;
		} else if (s->eof) {
			break;
		} else if (n - *got < CHUNK / 8) {
			if (source_more(s) != OK)
				return FATAL;
		} else {
			g = source_read(s, p + *got, n - *got, &k);
			if (g == FATAL)
				return FATAL;
			s->eof = g == END;
		}
		s->offset += k;
	}
	return OK;
}

void
source_unread(struct source *s, const uint8_t *p, size_t n)
{
	size_t have = s->end - s->at;

	s->offset -= n;
	if (s->at < n) {
		source_reserve(s, n);
		memmove(s->ahead + s->at + n, s->ahead + s->at, have);
		s->end += n;
		s->at += n;
	}
	s->at -= n;
	if (n > 0)
		memcpy(s->ahead + s->at, p, n);
}

enum grade
source_look(struct source *s, size_t n)
{
	while (!s->eof && s->end - s->at < n)
		if (source_more(s) != OK)
			return FATAL;
	return OK;
}

static void
fragment_begin(struct source *s, uint64_t offset)
{
	if (s->fragment_bytes == NULL)
		s->fragment_bytes = mem_alloc(FRAGMENT_MAX);
	s->fragment = (struct fragment){ .bytes.p = s->fragment_bytes,
	    .record = s->record++, .offset = offset, .file = s->now,
	    .why = s->why };
}

/* Only the first bytes are kept; all are counted. */
static void
fragment_add(struct source *s, const uint8_t *p, size_t n)
{
	struct slice *kept = &s->fragment.bytes;
	size_t more = FRAGMENT_MAX - kept->len < n ? FRAGMENT_MAX - kept->len :
	    n;

	memcpy(s->fragment_bytes + kept->len, p, more);
	kept->len += (uint32_t)more;
	s->fragment.length += n;
}

/* The next n bytes of the file, or all of them, go to the fragment. */
static enum grade
fragment_take(struct source *s, size_t n, bool rest)
{
	size_t k;

	while (rest || n > 0) {
		if (s->at == s->end && source_more(s) != OK)
			return FATAL;
		k = s->end - s->at;
		if (k == 0 && s->eof)
			break;
		if (!rest && k > n)
			k = n;
		fragment_add(s, s->ahead + s->at, k);
		s->offset += k;
		s->at += k;
		if (!rest)
			n -= k;
	}
	return BAD;
}

enum grade
source_cut(struct source *s, const uint8_t *p, size_t n, bool rest)
{
	fragment_begin(s, s->offset - n);
	fragment_add(s, p, n);
	return fragment_take(s, 0, rest);
}

enum grade
source_drop(struct source *s, size_t n, bool rest)
{
	fragment_begin(s, s->offset);
	return fragment_take(s, n, rest);
}

static void
slab_clear(struct slab *slab)
{
	slab->used = 0;
	slab->nrec = 0;
	slab->shortest = slab->longest = 0;
}

enum grade
source_frame(struct source *s, struct slab *slab)
{
	enum grade g;

	slab->file = s->now;
	slab->offset = s->offset;
	slab->first_record = s->record;
	g = s->ops->next(s, slab);
	if (g != OK)
		return g;
	s->record += slab->nrec;
	memset(slab->bytes + slab->used, 0, SLAB_MARGIN);
	return OK;
}

static enum grade
source_of_origin(struct source *s, struct slab *slab)
{
	enum grade g;

	slab->file = 0;
	slab->offset = 0;
	slab->first_record = s->record;
	g = s->opt.origin->next(s->state, slab, s->opt.batch_records,
	    s->opt.batch_bytes);
	if (g != OK) {
		slab_clear(slab);
		s->dead = g == FATAL;
		return g;
	}
	s->record += slab->nrec;
	s->handed += slab->used;
	memset(slab->bytes + slab->used, 0, SLAB_MARGIN);
	return OK;
}

enum grade
source_next(struct source *s, struct slab *slab)
{
	bool around = around_is_used(&s->opt.framing);
	enum grade g;

	slab_clear(slab);
	s->fresh = false;
	if (s->dead)
		return FATAL;
	if (s->state != NULL)
		return source_of_origin(s, slab);
	for (;;) {
		if (s->now == s->nfile)
			return END;
		g = s->open ? OK : source_open(s);
		if (g == OK)
			g = around ? around_next(s, slab) :
			    source_frame(s, slab);
		if (g != END)
			break;
		infile_close(&s->file[s->now++]);
		s->open = false;
	}
	if (g != OK)
		slab_clear(slab);
	s->dead = g == FATAL;
	return g;
}

/* Fragments have numbers too. */
static uint64_t
source_records(const struct infile *f, uint32_t length)
{
	return f->size / length + (f->size % length > 0);
}

bool
source_seek(struct source *s, uint64_t record)
{
	uint32_t i, length = s->opt.framing.record_length;
	uint64_t first = 1;

	if (!s->fresh || s->opt.framing.framing != FRAMING_FIXED ||
	    around_is_used(&s->opt.framing))
		return false;
	for (i = 0; i < s->nfile; i++)
		if (!s->file[i].regular ||
		    s->file[i].compression != COMPRESSION_NONE)
			return false;
	for (i = 0; i + 1 < s->nfile && record >= first +
	    source_records(&s->file[i], length); i++)
		first += source_records(&s->file[i], length);
	if (record - first > s->file[i].size / length)
		record = first + s->file[i].size / length;
	if (i != s->now) {
		infile_close(&s->file[s->now]);
		s->now = i;
		if (source_open(s) != OK) {
			s->dead = true;
			return true;
		}
	}
	if (!infile_skip(&s->file[i], (record - first) * length)) {
		s->dead = true;
		return true;
	}
	s->offset = (record - first) * length;
	s->record = record;
	return true;
}

const struct fragment *
source_fragment(const struct source *s)
{
	return &s->fragment;
}

const char *
source_sha256(const struct source *s, uint32_t file)
{
	if (s->file == NULL || s->file[file].sha256[0] == '\0')
		return NULL;
	return s->file[file].sha256;
}

const struct source_facts *
source_facts(const struct source *s)
{
	return &s->facts;
}

void
source_progress(const struct source *s, uint64_t *done, uint64_t *all)
{
	uint32_t i;

	*done = s->handed;
	for (i = 0; i < s->nfile; i++)
		*done += s->file[i].done;
	*all = s->facts.size;
}

void
source_release(struct source *s)
{
	if (s->state != NULL)
		s->opt.origin->release(s->state);
}

enum grade
source_rewind(struct source *s)
{
	enum grade g = OK;
	uint32_t i;

	if (s->dead)
		return FATAL;
	if (s->fresh)
		return OK;
	s->record = 1;
	if (s->state != NULL) {
		s->handed = 0;
		g = s->opt.origin->rewind(s->state);
		s->dead = g == FATAL;
		return g;
	}
	around_rewind(s);
	for (i = 0; i < s->nfile; i++)
		if (infile_rewind(&s->file[i]) != OK)
			g = FATAL;
	s->now = 0;
	s->open = false;
	s->dead = g == FATAL;
	return g;
}
