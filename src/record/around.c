/*
 * What stands around the records: bytes at the start and the end of each file
 * and of each record, and first and last records of each file that are none
 * of the data.
 *
 *	bytes_first | header records | records … | trailer records | bytes_last
 *	record:  before | what is handed out | behind
 *
 * That a record is among the last ones is known when the file has ended, so
 * as many records as may be the last wait in a queue of slabs.  A fragment
 * waits in its place, counts as a record there, and is never dropped.  What
 * was left out of the first file is kept for the writer of rejects, whose
 * file is read with the same options.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "record/framing.h"

struct queued {			/* a slab, or a fragment */
	struct queued *next;
	struct slab slab;
	bool is_fragment;
	struct fragment fragment;
	uint8_t *bytes;
	char why[sizeof ((struct source *)0)->why];
};

bool
around_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->framing == FRAMING_TEXT && opt->behind > 0) {
		diag_hint(ds, diag_add(ds, DIAG_F024, NOWHERE, "the last bytes "
		    "of a line cannot be skipped"), "the layout may end "
		    "before them");
		return false;
	}
	if (opt->before <= AROUND_MAX && opt->behind <= AROUND_MAX &&
	    opt->bytes_first <= AROUND_MAX && opt->bytes_last <= AROUND_MAX &&
	    opt->records_first <= AROUND_RECORDS &&
	    opt->records_last <= AROUND_RECORDS)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F024, NOWHERE, "too much is to be "
	    "skipped"), "up to %u bytes and %u records can be", AROUND_MAX,
	    AROUND_RECORDS);
	return false;
}

bool
around_is_used(const struct framing_options *opt)
{
	return (opt->before | opt->behind | opt->records_first |
	    opt->records_last) != 0;
}

/* ---- what is kept for the writer ---- */

static void
kept_clear(struct kept *k)
{
	mem_free(k->p);
	*k = (struct kept){ .p = NULL };
}

static void
kept_set(struct kept *k, const uint8_t *p, size_t n)
{
	kept_clear(k);
	k->p = mem_alloc(n + 1);
	if (n > 0)
		memcpy(k->p, p, n);
	k->len = (uint32_t)n;
}

static void
records_clear(struct kept **v, uint32_t *n)
{
	while (*n > 0)
		kept_clear(&(*v)[--*n]);
	mem_free(*v);
	*v = NULL;
}

static void
records_add(struct kept **v, uint32_t *n, struct slice rec)
{
	*v = mem_resize(*v, *n + 1, sizeof **v);
	(*v)[*n] = (struct kept){ .p = NULL };
	kept_set(&(*v)[(*n)++], rec.p, rec.len);
}

static void
around_clear(struct around *a)
{
	kept_clear(&a->bytes_first);
	kept_clear(&a->bytes_last);
	records_clear(&a->first, &a->nfirst);
	records_clear(&a->last, &a->nlast);
}

/* ---- the queue ---- */

static void
queued_free(struct queued *q)
{
	slab_fini(&q->slab);
	mem_free(q->bytes);
	mem_free(q);
}

static void
queue_clear(struct source *s)
{
	struct queued *q;

	while ((q = s->queue) != NULL) {
		s->queue = q->next;
		queued_free(q);
	}
	s->queue_end = &s->queue;
	s->nqueued = 0;
}

static uint32_t
queued_count(const struct queued *q)
{
	return q->is_fragment ? 1 : q->slab.nrec;
}

static void
queue_add(struct source *s, struct queued *q)
{
	q->next = NULL;
	*s->queue_end = q;
	s->queue_end = &q->next;
	s->nqueued += queued_count(q);
}

static void
queue_shift(struct source *s)
{
	struct queued *q = s->queue;

	s->queue = q->next;
	if (s->queue == NULL)
		s->queue_end = &s->queue;
	queued_free(q);
}

/* ---- the life of a source ---- */

void
around_init(struct source *s)
{
	s->queue_end = &s->queue;
	s->around = mem_zalloc(sizeof *s->around);
	s->facts.around = s->around;
	if (s->opt.framing.bytes_last > 0) {
		s->hold = mem_alloc(s->opt.framing.bytes_last);
		s->hold_spare = mem_alloc(s->opt.framing.bytes_last);
	}
}

void
around_fini(struct source *s)
{
	queue_clear(s);
	if (s->around != NULL)
		around_clear(s->around);
	mem_free(s->around);
	mem_free(s->hold);
	mem_free(s->hold_spare);
}

void
around_rewind(struct source *s)
{
	queue_clear(s);
	around_clear(s->around);
	s->facts.skipped_bytes = s->facts.skipped_records = 0;
}

static enum grade
around_short(struct source *s, uint64_t has, uint32_t want, const char *which)
{
	diag_hint(s->diags, diag_add(s->diags, DIAG_F024, NOWHERE,
	    "\"%s\" has %llu bytes, but its %s %u are to be skipped",
	    s->file[s->now].name, (unsigned long long)has, which, want),
	    "is it cut, or a file of another kind?");
	return FATAL;
}

/* A file was opened. */
enum grade
around_open(struct source *s)
{
	uint32_t n = s->opt.framing.bytes_first;
	uint8_t *p;
	size_t got;

	s->nhold = 0;
	s->nheaders = 0;
	s->ended = false;
	if (n == 0)
		return OK;
	p = mem_alloc(n);
	if (source_fill(s, p, n, &got) != OK) {
		mem_free(p);
		return FATAL;
	}
	s->facts.skipped_bytes += got;
	if (s->now == 0)
		kept_set(&s->around->bytes_first, p, got);
	mem_free(p);
	if (got > 0 && got < n)
		return around_short(s, got, n, "first");
	return OK;
}

/* ---- bytes at the end of a file ---- */

static enum grade
around_close(struct source *s)
{
	uint32_t n = s->opt.framing.bytes_last;

	s->facts.skipped_bytes += s->nhold;
	if (s->now == 0)
		kept_set(&s->around->bytes_last, s->hold, s->nhold);
	if (s->nhold < n && (s->nhold > 0 || s->offset > 0))
		return around_short(s, s->offset + s->nhold, n, "last");
	s->nhold = 0;
	return END;
}

enum grade
around_read(struct source *s, uint8_t *p, size_t n, size_t *got)
{
	size_t last = s->opt.framing.bytes_last, k, m;
	uint8_t *t;
	enum grade g;

	do {
		g = infile_read(&s->file[s->now], p, n, &k);
		*got = 0;
		if (g != OK)
			return g == END ? around_close(s) : g;
		m = last - s->nhold < k ? last - s->nhold : k;
		memcpy(s->hold + s->nhold, p, m);
		memmove(p, p + m, k - m);
		s->nhold += m;
		k -= m;
	} while (k == 0);
	if (k >= last) {
		memcpy(s->hold_spare, p + k - last, last);
		memmove(p + last, p, k - last);
		memcpy(p, s->hold, last);
		t = s->hold;
		s->hold = s->hold_spare;
		s->hold_spare = t;
	} else {
		memcpy(s->hold_spare, p, k);
		memcpy(p, s->hold, k);
		memmove(s->hold, s->hold + k, last - k);
		memcpy(s->hold + last - k, s->hold_spare, k);
	}
	*got = k;
	return OK;
}

/* ---- records ---- */

/* Takes the slab's first n records away. */
static void
slab_shift(struct slab *slab, uint32_t n)
{
	slab->nrec -= n;
	memmove(slab->rec, slab->rec + n, slab->nrec * sizeof *slab->rec);
	memmove(slab->raw_off, slab->raw_off + n,
	    slab->nrec * sizeof *slab->raw_off);
	slab->first_record += n;
}

static void
around_headers(struct source *s, struct slab *slab)
{
	uint32_t n = s->opt.framing.records_first - s->nheaders, i;

	if (n > slab->nrec)
		n = slab->nrec;
	if (n == 0)
		return;
	for (i = 0; i < n && s->now == 0; i++)
		records_add(&s->around->first, &s->around->nfirst,
		    slab->rec[i]);
	slab_shift(slab, n);
	s->nheaders += n;
	s->facts.skipped_records += n;
}

/* The file has ended: the last records of the queue are the last ones. */
static void
around_trailers(struct source *s)
{
	uint32_t n = s->opt.framing.records_last, keep, count, i;
	struct queued *q;

	keep = s->nqueued > n ? s->nqueued - n : 0;
	for (q = s->queue; q != NULL; q = q->next) {
		count = queued_count(q);
		if (count <= keep) {
			keep -= count;
			continue;
		}
		for (i = keep; i < count && !q->is_fragment; i++)
			if (s->now == 0)
				records_add(&s->around->last,
				    &s->around->nlast, q->slab.rec[i]);
		if (!q->is_fragment) {
			s->facts.skipped_records += count - keep;
			s->nqueued -= count - keep;
			q->slab.nrec = keep;
		}
		keep = 0;
	}
	s->ended = true;
}

/* Puts the next slab or fragment of the file at the end of the queue. */
static enum grade
around_pull(struct source *s)
{
	struct queued *q = mem_zalloc(sizeof *q);
	enum grade g = source_frame(s, &q->slab);

	if (g == OK)
		around_headers(s, &q->slab);
	if (g == BAD) {
		q->is_fragment = true;
		q->fragment = s->fragment;
		q->bytes = mem_alloc(s->fragment.bytes.len + 1);
		memcpy(q->bytes, s->fragment.bytes.p, s->fragment.bytes.len);
		memcpy(q->why, s->why, sizeof q->why);
	}
	if (g == END)
		around_trailers(s);
	if (g == BAD || (g == OK && q->slab.nrec > 0))
		queue_add(s, q);
	else
		queued_free(q);
	return g == FATAL ? FATAL : OK;
}

static enum grade
around_give_fragment(struct source *s, const struct queued *q)
{
	memcpy(s->why, q->why, sizeof s->why);
	s->fragment = q->fragment;
	memcpy(s->fragment_bytes, q->bytes, q->fragment.bytes.len);
	return BAD;
}

/* A record with less than what should stand around it. */
static enum grade
around_short_record(struct source *s, struct slab *slab)
{
	struct slice rec = slab->rec[0];
	const struct framing_options *opt = &s->opt.framing;

	if (s->fragment_bytes == NULL)
		s->fragment_bytes = mem_alloc(FRAGMENT_MAX);
	snprintf(s->why, sizeof s->why, "the record has %u bytes, less than "
	    "the %u that stand around each", rec.len,
	    opt->before + opt->behind);
	s->fragment = (struct fragment){ .bytes.p = s->fragment_bytes,
	    .bytes.len = rec.len < FRAGMENT_MAX ? rec.len : FRAGMENT_MAX,
	    .length = rec.len, .record = slab->first_record,
	    .offset = slab->offset + slab->raw_off[0], .file = slab->file,
	    .why = s->why };
	memcpy(s->fragment_bytes, rec.p, s->fragment.bytes.len);
	slab_shift(slab, 1);
	return BAD;
}

/* Moves the first n of from's records to another slab. */
static void
slab_split(struct slab *from, uint32_t n, struct slab *to)
{
	size_t end = (size_t)(from->rec[n - 1].p + from->rec[n - 1].len -
	    from->bytes);
	uint32_t i;

	to->file = from->file;
	to->offset = from->offset;
	to->first_record = from->first_record;
	slab_reserve_records(to, n);
	slab_reserve(to, end);
	memcpy(to->bytes, from->bytes, end);
	memset(to->bytes + end, 0, SLAB_MARGIN);
	to->used = end;
	to->nrec = n;
	for (i = 0; i < n; i++) {
		to->rec[i] = from->rec[i];
		to->rec[i].p = to->bytes + (from->rec[i].p - from->bytes);
		to->raw_off[i] = from->raw_off[i];
	}
	slab_shift(from, n);
}

static void
around_trim(const struct framing_options *opt, struct slab *slab)
{
	struct slice *rec = slab->rec;
	uint32_t i;

	slab->shortest = UINT32_MAX;
	slab->longest = 0;
	for (i = 0; i < slab->nrec; i++) {
		rec[i].p += opt->before;
		rec[i].len -= opt->before + opt->behind;
		if (rec[i].len < slab->shortest)
			slab->shortest = rec[i].len;
		if (rec[i].len > slab->longest)
			slab->longest = rec[i].len;
	}
}

/* The queue's first slab or fragment, or what of it can be told at once. */
static enum grade
around_give(struct source *s, struct slab *slab)
{
	uint32_t least = s->opt.framing.before + s->opt.framing.behind, n;
	struct queued *q = s->queue;
	struct slab spare;
	enum grade g = OK;

	if (q->is_fragment) {
		g = around_give_fragment(s, q);
		s->nqueued--;
		queue_shift(s);
		return g;
	}
	for (n = 0; n < q->slab.nrec && q->slab.rec[n].len >= least; n++)
		;
	if (n == 0) {
		g = around_short_record(s, &q->slab);
		s->nqueued--;
	} else if (n < q->slab.nrec) {
		slab_split(&q->slab, n, slab);
		s->nqueued -= n;
	} else {
		spare = *slab;
		*slab = q->slab;
		q->slab = spare;
		q->slab.nrec = 0;
		s->nqueued -= n;
	}
	if (g == OK)
		around_trim(&s->opt.framing, slab);
	if (q->slab.nrec == 0)
		queue_shift(s);
	return g;
}

enum grade
around_next(struct source *s, struct slab *slab)
{
	uint32_t last = s->opt.framing.records_last;

	for (;;) {
		while (s->queue != NULL && queued_count(s->queue) == 0)
			queue_shift(s);
		if (s->queue != NULL && (s->ended || s->nqueued -
		    queued_count(s->queue) >= last))
			return around_give(s, slab);
		if (s->ended)
			return END;
		if (around_pull(s) != OK)
			return FATAL;
	}
}

/* ---- writing ---- */

enum grade
around_write_first(struct recwriter *w, const struct framing_ops *ops)
{
	const struct around *a = w->facts != NULL ? w->facts->around : NULL;
	uint32_t i;

	if (a != NULL && recwriter_write(w, a->bytes_first.p,
	    a->bytes_first.len) != OK)
		return FATAL;
	if (ops->begin != NULL && ops->begin(w) != OK)
		return FATAL;
	for (i = 0; a != NULL && i < a->nfirst; i++)
		if (ops->put(w, (struct slice){ a->first[i].p,
		    a->first[i].len }) != OK)
			return FATAL;
	return OK;
}

/* Kept for a file whose last records are not known: it must have some. */
void
around_written(struct recwriter *w, struct slice rec)
{
	if (w->opt.records_last > 0)
		kept_set(&w->last, rec.p, rec.len);
}

void
around_write_fini(struct recwriter *w)
{
	kept_clear(&w->last);
}

enum grade
around_write_last(struct recwriter *w, const struct framing_ops *ops)
{
	const struct around *a = w->facts != NULL ? w->facts->around : NULL;
	const struct kept *k;
	uint32_t i, n = a != NULL ? a->nlast : 0;

	for (i = 0; i < w->opt.records_last; i++) {
		k = i < n ? &a->last[i] : &w->last;
		if (ops->put(w, (struct slice){ k->p, k->len }) != OK)
			return FATAL;
	}
	if (ops->finish != NULL && ops->finish(w) != OK)
		return FATAL;
	return a == NULL ? OK : recwriter_write(w, a->bytes_last.p,
	    a->bytes_last.len);
}
