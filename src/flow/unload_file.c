/*
 * decant unload of a file; see unload_file.h.
 *
 * Where the page stays, records are copied as they are: then encoding what
 * was decoded could only lose something (load --prove tells whether it does).
 */
#include "flow/unload_file.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "flow/out_file.h"
#include "plan/batch.h"
#include "plan/carry.h"
#include "plan/convert.h"
#include "plan/plan.h"
#include "plan/plan_record.h"

struct unload {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct unload_options *options;
	struct framing_options framing;
	struct source *source;
	struct recwriter *writer;
	struct converter *converter;	/* NULL: the page stays */
	struct record_plan **of;	/* by type: to cut what is padded */
	struct carry *carry;
	struct batch *batch;
	uint8_t *bytes;			/* of a converted batch */
	uint8_t **out;			/* [records] */
	size_t cap;
	uint32_t nout;
	uint64_t end;			/* of the last record, in its file */
	struct unload_result *result;
};

#define RDW_BYTES	4u

/* ---- what is written ---------------------------------------------------- */

static bool
refuse(struct diags *ds, const char *what, const char *hint)
{
	diag_hint(ds, diag_add(ds, DIAG_F040, NOWHERE, "%s", what), "%s",
	    hint);
	return false;
}

static bool
has_around(const struct framing_options *f)
{
	return (f->before | f->behind | f->bytes_first | f->bytes_last |
	    f->records_first | f->records_last) != 0;
}

bool
unload_framing(struct diags *ds, const struct job *j,
    const struct unload_options *o, struct framing_options *f)
{
	const struct framing_options *in = &j->source.framing;
	uint32_t around = in->before + in->behind;

	*f = *in;
	if (in->framing == FRAMING_ROWS)
		return refuse(ds, "the source is a table, and its rows are no "
		    "records of a file", "decant load --to csv:DIR writes "
		    "rows to files");
	if (o->page != NULL)
		f->page = o->page;
	if (f->page != in->page && has_around(in))
		return refuse(ds, "what stands around the records cannot be "
		    "converted", "leave --encoding out");
	if (!o->reframe)
		return f->page == in->page || in->framing !=
		    FRAMING_DELIMITED || refuse(ds, "delimited text cannot be "
		    "converted", "iconv does");
	if (in->framing == FRAMING_DELIMITED)
		return refuse(ds, "fields of delimited text have no places in "
		    "a record", "load them, and unload the tables");
	*f = (struct framing_options){ .framing = o->framing,
	    .page = f->page, .rdw_little = TRI_NO, .rdw_inclusive = TRI_YES,
	    .bdw = o->framing != FRAMING_V && o->framing != FRAMING_GNUCOBOL ?
	    TRI_YES : TRI_NO, .varseq = o->varseq,
	    .record_length = in->max_length, .max_length = in->max_length };
	if (in->record_length > around &&
	    in->record_length - around > f->record_length)
		f->record_length = in->record_length - around;
	return true;
}

/* ---- records ------------------------------------------------------------ */

static void
tell(struct unload *u, enum diag_code code, const char *why, uint64_t record,
    uint32_t file, uint64_t at)
{
	struct unload_result *r = u->result;

	if (r->left_out + r->fragments > UNLOAD_TOLD)
		return;
	diag_add(u->diags, code, NOWHERE, "record %llu (%s, offset %llu): %s",
	    (unsigned long long)record, u->job->source.file[file],
	    (unsigned long long)at, why);
}

static void
tell_misfit(struct unload *u, const struct misfit *m)
{
	const struct slab *s = &u->batch->slab;
	const char *path = plan_item_path(u->job->plan, m->item);

	u->result->left_out++;
	tell(u, DIAG_F043, path == NULL ? diag_summary((enum diag_code)m->code)
	    : arena_printf(u->arena, "%s: %s", path, diag_summary(
	    (enum diag_code)m->code)), s->first_record + m->rec, s->file,
	    s->offset + s->raw_off[m->rec]);
}

/* Room for the converted records of the batch. */
static void
unload_room(struct unload *u)
{
	const struct slab *s = &u->batch->slab;
	size_t need = 0, at = 0;
	uint32_t i;

	for (i = 0; i < s->nrec; i++)
		need += s->rec[i].len;
	if (need > u->cap) {
		mem_free(u->bytes);
		u->bytes = mem_alloc(need);
		u->cap = need;
	}
	if (s->nrec > u->nout) {
		u->nout = s->nrec;
		u->out = mem_resize(u->out, u->nout, sizeof *u->out);
	}
	for (i = 0; i < s->nrec; at += s->rec[i++].len)
		u->out[i] = u->bytes + at;
}

/*
 * How much of each record is more than the padding of a file whose records
 * are all as long as the longest.
 */
static void
unload_cut(struct unload *u, uint32_t *len, struct arena *a)
{
	const struct batch *b = u->batch;
	const struct record_visitor none = { .arg = NULL };
	uint32_t n = b->slab.nrec, i, t, k, ntype = plan_ntype(u->job->plan);
	uint32_t *index = arena_array(a, n, sizeof *index);
	uint32_t *covered = arena_array(a, n, sizeof *covered);
	uint8_t blank = u->job->page->blank;
	const uint8_t *p;

	for (t = 0; t < (ntype == 0 ? 1 : ntype); t++) {
		for (i = k = 0; i < n; i++)
			if (b->type == NULL || b->type[i] == t)
				index[k++] = i;
		record_walk(u->of[t], &none, b->slab.rec, index, k, covered,
		    a);
		for (i = 0; i < k; i++) {
			p = b->slab.rec[index[i]].p;
			while (len[index[i]] > covered[i] &&
			    (p[len[index[i]] - 1] == blank ||
			    p[len[index[i]] - 1] == 0))
				len[index[i]]--;
		}
	}
}

static bool
unload_one(struct unload *u, const uint8_t *p, uint32_t len)
{
	uint8_t *padded;
	uint32_t want = u->framing.record_length;
	enum grade g;

	if (u->options->reframe && u->framing.framing == FRAMING_FIXED &&
	    len < want) {
		padded = mem_alloc(want);
		memcpy(padded, p, len);
		memset(padded + len, u->framing.page->blank, want - len);
		g = recwriter_put(u->writer, (struct slice){ padded, want });
		mem_free(padded);
		len = want;
	} else {
		g = recwriter_put(u->writer, (struct slice){ p, len });
	}
	u->result->written++;
	u->result->bytes += len;
	return g == OK;
}

/* A gap between two records of a block format is a block's word. */
static bool
unload_break(struct unload *u, uint32_t i)
{
	const struct slab *s = &u->batch->slab;
	uint64_t at = s->offset + s->raw_off[i];
	bool gap = at != u->end;

	u->end = at + RDW_BYTES + s->rec[i].len + u->framing.before +
	    u->framing.behind;
	return u->options->reframe || !gap ||
	    recwriter_break(u->writer) == OK;
}

static bool
unload_batch(struct unload *u)
{
	struct batch *b = u->batch;
	struct misfits misfits = { 0 };
	uint32_t i, k = 0, *len;
	bool left;

	plan_classify(u->job->plan, b, u->carry);
	len = arena_array(&b->arena, b->slab.nrec, sizeof *len);
	for (i = 0; i < b->slab.nrec; i++)
		len[i] = b->slab.rec[i].len;
	if (u->of != NULL)
		unload_cut(u, len, &b->arena);
	if (u->converter != NULL) {
		unload_room(u);
		converter_run(u->converter, b, u->out, &misfits, &b->arena);
	}
	u->result->read += b->slab.nrec;
	for (i = 0; i < b->slab.nrec; i++) {
		left = k < misfits.n && misfits.v[k].rec == i;
		if (left)
			tell_misfit(u, &misfits.v[k]);
		while (k < misfits.n && misfits.v[k].rec == i)
			k++;
		if (!unload_break(u, i))
			return false;
		if (!left && !unload_one(u, u->converter != NULL ? u->out[i] :
		    b->slab.rec[i].p, len[i]))
			return false;
	}
	return true;
}

/* ---- the file ----------------------------------------------------------- */

static bool
unload_read(struct unload *u)
{
	const struct fragment *f;
	enum grade g;

	while ((g = source_next(u->source, &u->batch->slab)) != END) {
		if (g == FATAL)
			return false;
		if (g == OK && !unload_batch(u))
			return false;
		if (g != BAD)
			continue;
		if (u->carry != NULL)
			carry_close(u->carry);
		f = source_fragment(u->source);
		u->result->fragments++;
		tell(u, DIAG_F044, f->why, f->record, f->file, f->offset);
	}
	return true;
}

static void
unload_plans(struct unload *u)
{
	const struct job *j = u->job;
	uint32_t n = plan_ntype(j->plan) > 0 ? plan_ntype(j->plan) : 1, t;
	enum framing in = j->source.framing.framing;
	uint32_t group, of;

	if (u->options->page != NULL && u->options->page != j->page)
		u->converter = converter_new(u->arena, j->plan, j->mapping,
		    j->page, u->options->page);
	if (!u->options->reframe || u->options->framing == in ||
	    u->options->framing == FRAMING_FIXED ||
	    (in != FRAMING_FIXED && in != FRAMING_TEXT))
		return;
	u->of = arena_array(u->arena, n, sizeof *u->of);
	for (t = 0; t < n; t++) {
		group = ITEM_NONE;
		of = plan_ntype(j->plan) == 0 ? j->record : plan_find_layout(
		    j->layout, j->record, &j->mapping->record_type[t],
		    &group);
		u->of[t] = record_plan_new(u->arena, j->layout, of, group,
		    j->page, j->mapping);
	}
}

/* Closes what was written; is there to be a file? */
static bool
unload_end(struct unload *u, const struct out_file *f, bool good)
{
	struct unload_result *r = u->result;

	if (good)
		r->refused = !u->options->partial &&
		    r->left_out + r->fragments > 0;
	if (!good || r->refused)
		recwriter_abandon(u->writer);
	else if (recwriter_close(u->writer) != OK)
		good = false;
	if (good && !r->refused)
		return out_file_keep(f, u->diags);
	out_file_drop(f);
	return good;
}

struct unload_result *
unload_file(struct arena *a, struct diags *ds, const struct job *j,
    const struct unload_options *o)
{
	struct unload_result *r = arena_zalloc(a, sizeof *r);
	struct unload u = { .arena = a, .diags = ds, .job = j, .options = o,
	    .result = r };
	struct out_file f;

	r->failed = true;
	if (!unload_framing(ds, j, o, &u.framing))
		return r;
	unload_plans(&u);
	u.source = source_new(ds, &j->source);
	if (u.source == NULL)
		return r;
	out_file_init(&f, a, o->path);
	u.writer = recwriter_new_named(ds, f.writing, o->path, &u.framing,
	    o->reframe ? NULL : source_facts(u.source));
	if (u.writer != NULL) {
		u.batch = batch_new(j->plan);
		u.carry = plan_has_parents(j->plan) ? carry_new(j->plan) :
		    NULL;
		r->failed = !unload_end(&u, &f, unload_read(&u));
		carry_free(u.carry);
		batch_free(u.batch);
	}
	mem_free(u.bytes);
	mem_free(u.out);
	source_free(u.source);
	return r;
}
