/*
 * Reject files; see rejects.h.
 */
#include "flow/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "flow/job.h"
#include "flow/origins.h"
#include "flow/rejects_dir.h"

#define HEX_MAX		256	/* bytes of an item shown in reasons.csv */
#define VALUE_MAX	4096	/* of a column of a table */

/* The first or last record of a file, where a type is known by that. */
struct edge {
	struct buf bytes;
	uint64_t record;		/* its number; 0: there is none */
	uint64_t offset;
	uint32_t file;
	uint16_t type;
	const struct reject_origin *origin;
};

struct rejects {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	uint32_t generation;
	const struct plan *plan;
	const struct source_options *source;
	struct rejects_dir dir;
	bool made;		/* dir's tmp exists, and the list of reasons */
	FILE *reasons, *fragments, *origins;
	struct recwriter *records, *orphans;
	uint64_t *written;	/* [types] number of the record that is open in
				 * records.dat; 0: none */
	uint64_t last_written;	/* in records.dat */
	struct edge first, last;
	struct buf row, text, hex;
};

struct rejects *
rejects_new(struct arena *a, struct diags *ds, const struct job *job,
    const struct source_options *source, const char *asked,
    uint32_t generation)
{
	struct rejects *r = arena_zalloc(a, sizeof *r);
	const struct plan *p = job->plan;

	r->arena = a;
	r->diags = ds;
	r->job = job;
	r->generation = generation;
	r->plan = p;
	r->source = source;
	if (!rejects_dir_init(&r->dir, a, ds, source, job->mapping->name,
	    asked))
		return NULL;
	r->written = arena_array(a, plan_ntype(p) + 1, sizeof *r->written);
	buf_init(&r->row, 1u << 20);
	buf_init(&r->text, 1u << 16);
	buf_init(&r->hex, source->framing.framing == FRAMING_ROWS ?
	    VALUE_MAX : 4 * HEX_MAX);
	buf_init(&r->first.bytes, UINT32_MAX);
	buf_init(&r->last.bytes, UINT32_MAX);
	return r;
}

static enum grade
rejects_failed(struct rejects *r, const char *name)
{
	rejects_dir_fail(&r->dir, name);
	return FATAL;
}

static bool
rejects_of_table(const struct rejects *r)
{
	return r->source->framing.framing == FRAMING_ROWS;
}

static FILE *
rejects_file(struct rejects *r, const char *name)
{
	int fd = open(rejects_dir_file(&r->dir, name),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "wb");
}

/* Makes the directory and the list of reasons, at the first reject. */
static enum grade
rejects_begin(struct rejects *r)
{
	static const char head[] = "record,file,offset,length,code,table,"
	    "column,occurrence,field,hex,reason\n";
	static const char head_rows[] = "record,source,key,code,table,column,"
	    "field,value,reason\n";

	if (r->made)
		return OK;
	if (!rejects_dir_make(&r->dir))
		return FATAL;
	r->made = true;
	r->reasons = rejects_file(r, "reasons.csv");
	if (r->reasons == NULL || fputs(rejects_of_table(r) ? head_rows : head,
	    r->reasons) == EOF)
		return rejects_failed(r, "reasons.csv");
	return OK;
}

static void
rejects_close(struct rejects *r)
{
	if (r->reasons != NULL)
		fclose(r->reasons);
	if (r->fragments != NULL)
		fclose(r->fragments);
	if (r->origins != NULL)
		fclose(r->origins);
	if (r->records != NULL)
		recwriter_abandon(r->records);
	if (r->orphans != NULL)
		recwriter_abandon(r->orphans);
	r->reasons = r->fragments = r->origins = NULL;
	r->records = r->orphans = NULL;
	memset(r->written, 0, plan_ntype(r->plan) * sizeof *r->written);
	r->first.record = r->last.record = r->last_written = 0;
}

void
rejects_restart(struct rejects *r)
{
	rejects_close(r);
	rejects_dir_remove(&r->dir);
	r->made = false;
}

void
rejects_hex(struct buf *out, struct slice record, uint32_t offset,
    uint32_t size, uint32_t most)
{
	uint32_t i, end = offset + size;

	if (end > record.len)
		end = record.len;
	for (i = offset; i < end; i++) {
		if (i == offset + most) {
			buf_puts(out, "…");
			break;
		}
		buf_printf(out, "%02X", record.p[i]);
	}
}

static void
put_text(struct rejects *r, const char *s)
{
	if (r->row.len > 0)
		buf_putc(&r->row, ',');
	csv_put_field(&r->row, (const uint8_t *)s,
	    s == NULL ? 0 : strlen(s));
}

static void
put_number(struct rejects *r, uint64_t v)
{
	char s[24];

	snprintf(s, sizeof s, "%" PRIu64, v);
	put_text(r, s);
}

static enum grade
put_row(struct rejects *r)
{
	buf_putc(&r->row, '\n');
	if (fwrite(r->row.p, 1, r->row.len, r->reasons) != r->row.len)
		return rejects_failed(r, "reasons.csv");
	return OK;
}

/* The reason against a row of a table: its key and value are texts. */
static enum grade
put_row_reason(struct rejects *r, const struct batch *b,
    const struct reject *j)
{
	const struct slab *s = &b->slab;
	const struct schema *schema = plan_schema(r->plan);
	const struct schema_table *t = j->table == UINT16_MAX ? NULL :
	    &schema->table[j->table];
	bool value;

	buf_clear(&r->row);
	buf_clear(&r->text);
	buf_clear(&r->hex);
	table_rows_key(r->source->framing.rows, s->rec[j->rec], &r->text);
	put_number(r, s->first_record + j->rec);
	put_text(r, r->source->file[s->file]);
	put_text(r, r->text.len > 0 ? r->text.p : NULL);
	put_text(r, diag_name((enum diag_code)j->code));
	put_text(r, t == NULL ? NULL : t->name);
	put_text(r, t == NULL || j->column >= t->ncolumn ? NULL :
	    t->column[j->column].name);
	put_text(r, plan_item_path(r->plan, j->item));
	value = plan_reject_value(&r->hex, r->plan, s->rec[j->rec], j);
	put_text(r, !value ? NULL : r->hex.len > 0 ? r->hex.p : "");
	buf_clear(&r->text);
	plan_reject_text(&r->text, r->plan, j);
	put_text(r, r->text.p);
	return put_row(r);
}

static enum grade
put_reason(struct rejects *r, const struct batch *b, const struct reject *j)
{
	const struct slab *s = &b->slab;
	const struct schema *schema = plan_schema(r->plan);
	const struct schema_table *t = j->table == UINT16_MAX ? NULL :
	    &schema->table[j->table];

	buf_clear(&r->row);
	buf_clear(&r->text);
	buf_clear(&r->hex);
	rejects_hex(&r->hex, s->rec[j->rec], j->offset, j->size, HEX_MAX);
	plan_reject_text(&r->text, r->plan, j);
	put_number(r, s->first_record + j->rec);
	put_text(r, r->source->file[s->file]);
	put_number(r, s->offset + s->raw_off[j->rec]);
	put_number(r, record_raw(r->source->framing.framing,
	    s->rec[j->rec]).len);
	put_text(r, diag_name((enum diag_code)j->code));
	put_text(r, t == NULL ? NULL : t->name);
	put_text(r, t == NULL || j->column >= t->ncolumn ? NULL :
	    t->column[j->column].name);
	if (j->occ > 0)
		put_number(r, j->occ);
	else
		put_text(r, NULL);
	put_text(r, plan_item_path(r->plan, j->item));
	put_text(r, r->hex.len > 0 ? r->hex.p : NULL);
	put_text(r, r->text.p);
	return put_row(r);
}

static struct recwriter *
rejects_writer(struct rejects *r, struct recwriter **w, const char *name,
    const struct source_facts *facts)
{
	if (*w == NULL)
		*w = recwriter_new(r->diags, rejects_dir_file(&r->dir, name),
		    &r->source->framing, facts);
	return *w;
}

/* ---- for decant retry ---------------------------------------------------- */

/* Of a record that records.dat gets now. */
static enum grade
put_origin(struct rejects *r, const struct carried *at, bool context,
    struct slice record)
{
	const struct reject_origin *o = at->origin;

	if (rejects_of_table(r))
		return OK;
	if (r->origins == NULL && ((r->origins = rejects_file(r,
	    "origins.csv")) == NULL || fputs("record,file,context\n",
	    r->origins) == EOF))
		return rejects_failed(r, "origins.csv");
	if (origins_write(r->origins, &r->row, o != NULL ? o->number :
	    at->record, o != NULL ? o->file : r->source->file[at->file],
	    context || (o != NULL && o->context), record))
		return OK;
	return rejects_failed(r, "origins.csv");
}

/* Of which load they are. */
static enum grade
put_run(struct rejects *r, bool loaded)
{
	const struct mapping *m = r->job->mapping;
	char hex[SHA256_HEX + 1];
	struct json j = { .b = &r->row };
	FILE *f = rejects_file(r, "run.json");
	bool good;

	if (f == NULL)
		return rejects_failed(r, "run.json");
	sha256_text(m->text->p, m->text->len, hex);
	buf_clear(&r->row);
	json_open(&j, NULL, '{');
	json_text(&j, "dataset", m->schema);
	json_text(&j, "mapping", m->name);
	json_text(&j, "sha256", hex);
	json_uint(&j, "generation", r->generation);
	json_bool(&j, "loaded", loaded);
	json_text(&j, "as_of", r->job->as_of);
	json_close(&j, '}');
	buf_putc(&r->row, '\n');
	good = fwrite(r->row.p, 1, r->row.len, f) == r->row.len;
	return fclose(f) == 0 && good ? OK : rejects_failed(r, "run.json");
}

/* ---- records that hang on others --------------------------------------- */

/* A row of reasons.csv for a record that is there for others. */
static enum grade
put_context(struct rejects *r, const struct carried *c, struct slice record,
    const char *why)
{
	buf_clear(&r->row);
	put_number(r, c->record);
	put_text(r, r->source->file[c->file]);
	put_number(r, c->offset);
	put_number(r, record_raw(r->source->framing.framing, record).len);
	buf_puts(&r->row, ",,,,,,,");
	put_text(r, why);
	return put_row(r);
}

/* Where a record stands, which may be a carried one. */
static struct carried
rejects_place(const struct batch *b, uint32_t rec)
{
	const struct slab *s = &b->slab;

	if (rec >= s->nrec)
		return b->carried[rec - s->nrec];
	return (struct carried){ .record = s->first_record + rec,
	    .offset = s->offset + s->raw_off[rec], .file = s->file,
	    .type = b->type == NULL ? TYPE_NONE : b->type[rec],
	    .origin = batch_origin(b, rec) };
}

/* In records.dat, the record of its type that is open is now this one. */
static void
rejects_note(struct rejects *r, uint32_t type, uint64_t record)
{
	uint32_t t, up;

	r->last_written = record;
	for (t = 0; t < plan_ntype(r->plan); t++) {
		if (type >= TYPE_BAD) {
			r->written[t] = 0;
			continue;
		}
		for (up = plan_type_parent(r->plan, t); up != UINT32_MAX;
		    up = plan_type_parent(r->plan, up))
			if (up == type)
				r->written[t] = 0;
	}
	if (type < TYPE_BAD)
		r->written[type] = record;
}

/* Copies of those that the record hangs on, unless they are open there. */
static enum grade
rejects_parents(struct rejects *r, const struct batch *b, uint32_t rec)
{
	uint32_t up = b->parent[rec];
	struct carried at;

	if (up == UINT32_MAX ||
	    r->written[b->type[up]] == batch_record_number(b, up))
		return OK;
	if (rejects_parents(r, b, up) != OK ||
	    recwriter_put(r->records, b->slab.rec[up]) != OK)
		return FATAL;
	at = rejects_place(b, up);
	rejects_note(r, at.type, at.record);
	if (put_origin(r, &at, true, b->slab.rec[up]) != OK)
		return FATAL;
	return put_context(r, &at, b->slab.rec[up],
	    "context: not rejected; records that follow hang on it");
}

/*
 * One without its parent, and what hangs on such a one, must not come to hang
 * on another's in records.dat.
 */
static bool
rejects_is_orphan(const struct rejects *r, const struct batch *b, uint32_t rec)
{
	uint32_t up;

	if (b->type[rec] >= TYPE_BAD)
		return false;
	while (b->parent[rec] != UINT32_MAX)
		rec = b->parent[rec];
	up = plan_type_parent(r->plan, b->type[rec]);
	return up != UINT32_MAX && r->written[up] != 0;
}

/* ---- records that are known by their place ------------------------------ */

static void
edge_keep(struct edge *e, const struct batch *b, uint32_t rec)
{
	const struct carried at = rejects_place(b, rec);
	const struct slice *s = &b->slab.rec[rec];

	e->record = at.record;
	e->offset = at.offset;
	e->file = at.file;
	e->type = at.type;
	e->origin = at.origin;
	buf_clear(&e->bytes);
	buf_put(&e->bytes, s->p, s->len);
}

/* Keeps the batch's records that are of their type by their place. */
static void
rejects_edges(struct rejects *r, const struct batch *b)
{
	uint32_t n = b->slab.nrec;

	if (n == 0 || b->type == NULL)
		return;
	if (b->first_of_file && b->type[0] < TYPE_BAD && r->records == NULL &&
	    plan_type_position(r->plan, b->type[0]) == MAP_FIRST)
		edge_keep(&r->first, b, 0);
	if (b->last_of_file && b->type[n - 1] < TYPE_BAD &&
	    plan_type_position(r->plan, b->type[n - 1]) == MAP_LAST)
		edge_keep(&r->last, b, n - 1);
}

/* A copy of it to where records.dat is now: its start or its end. */
static enum grade
edge_put(struct rejects *r, const struct edge *e)
{
	const struct carried at = { .record = e->record, .offset = e->offset,
	    .file = e->file, .type = e->type, .origin = e->origin };
	const struct slice s = { (const uint8_t *)e->bytes.p,
	    (uint32_t)e->bytes.len };

	if (recwriter_put(r->records, s) != OK)
		return FATAL;
	rejects_note(r, e->type, e->record);
	if (put_origin(r, &at, true, s) != OK)
		return FATAL;
	return put_context(r, &at, s, "context: not rejected; it is known "
	    "by its place in the file");
}

/* ---- all of them --------------------------------------------------------- */

static struct recwriter *
rejects_records(struct rejects *r, uint64_t record,
    const struct source_facts *facts)
{
	bool first = r->records == NULL;

	if (rejects_writer(r, &r->records, rejects_of_table(r) ?
	    "records.csv" : "records.dat", facts) == NULL)
		return NULL;
	if (first && r->first.record != 0 && r->first.record != record &&
	    edge_put(r, &r->first) != OK)
		return NULL;
	return r->records;
}

static enum grade
put_record(struct rejects *r, const struct batch *b, uint32_t rec,
    const struct source_facts *facts)
{
	uint64_t number = batch_record_number(b, rec);
	const struct carried at = rejects_place(b, rec);
	struct recwriter *w;

	if (b->type != NULL && rejects_is_orphan(r, b, rec)) {
		w = rejects_writer(r, &r->orphans, "orphans.dat", facts);
		return w == NULL ? FATAL : recwriter_put(w, b->slab.rec[rec]);
	}
	w = rejects_records(r, number, facts);
	if (w == NULL)
		return FATAL;
	if (b->type != NULL) {
		if (rejects_parents(r, b, rec) != OK)
			return FATAL;
		rejects_note(r, b->type[rec], number);
	}
	if (put_origin(r, &at, false, b->slab.rec[rec]) != OK)
		return FATAL;
	return recwriter_put(w, b->slab.rec[rec]);
}

enum grade
rejects_put(struct rejects *r, const struct batch *b,
    const struct source_facts *facts)
{
	uint32_t i;

	rejects_edges(r, b);
	if (b->nreject == 0)
		return OK;
	if (rejects_begin(r) != OK)
		return FATAL;
	for (i = 0; i < b->nreject; i++) {
		if ((i == 0 || b->reject[i].rec != b->reject[i - 1].rec) &&
		    put_record(r, b, b->reject[i].rec, facts) != OK)
			return FATAL;
		if ((rejects_of_table(r) ? put_row_reason : put_reason)(r, b,
		    &b->reject[i]) != OK)
			return FATAL;
	}
	return OK;
}

enum grade
rejects_fragment(struct rejects *r, const struct fragment *f)
{
	if (rejects_begin(r) != OK)
		return FATAL;
	if (r->fragments == NULL)
		r->fragments = rejects_file(r, "fragments.dat");
	if (r->fragments == NULL || (f->bytes.len > 0 &&
	    fwrite(f->bytes.p, 1, f->bytes.len, r->fragments) != f->bytes.len))
		return rejects_failed(r, "fragments.dat");
	buf_clear(&r->row);
	buf_clear(&r->hex);
	rejects_hex(&r->hex, f->bytes, 0, f->bytes.len, 32);
	put_number(r, f->record);
	put_text(r, r->source->file[f->file]);
	put_number(r, f->offset);
	put_number(r, f->length);
	put_text(r, diag_name(DIAG_D022));
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, r->hex.len > 0 ? r->hex.p : NULL);
	put_text(r, f->why);
	return put_row(r);
}

static enum grade
rejects_finish(struct recwriter **w)
{
	enum grade g = *w == NULL ? OK : recwriter_close(*w);

	*w = NULL;
	return g;
}

enum grade
rejects_commit(struct rejects *r, bool loaded, const char **dir)
{
	FILE *f;

	*dir = NULL;
	if (r->records != NULL && r->last.record != 0 &&
	    r->last.record != r->last_written && edge_put(r, &r->last) != OK)
		return FATAL;
	if (rejects_finish(&r->records) != OK ||
	    rejects_finish(&r->orphans) != OK)
		return FATAL;
	f = r->reasons;
	r->reasons = NULL;
	if (f != NULL && fclose(f) != 0)
		return rejects_failed(r, "reasons.csv");
	f = r->fragments;
	r->fragments = NULL;
	if (f != NULL && fclose(f) != 0)
		return rejects_failed(r, "fragments.dat");
	f = r->origins;
	r->origins = NULL;
	if (f != NULL && fclose(f) != 0)
		return rejects_failed(r, "origins.csv");
	if (r->made && put_run(r, loaded) != OK)
		return FATAL;
	if (!rejects_dir_place(&r->dir))
		return FATAL;
	if (r->made)
		*dir = r->dir.path;
	r->made = false;
	return OK;
}

void
rejects_free(struct rejects *r)
{
	if (r == NULL)
		return;
	rejects_restart(r);
	buf_fini(&r->row);
	buf_fini(&r->text);
	buf_fini(&r->hex);
	buf_fini(&r->first.bytes);
	buf_fini(&r->last.bytes);
}
