/*
 * Streams of rows, merged; see unload_rows.h.
 *
 * A stream reads chunks of rows.  Those that records of the batch stand in are
 * kept until the batch is written.
 */
#include "flow/unload_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_reader.h"
#include "flow/unload_query.h"
#include "value/decimal.h"

#define NONE		UINT32_MAX
#define CHUNK_ROWS	512u

struct chunk {
	struct arena arena;
	struct column *col;
	uint32_t n;
	struct chunk *next;
};

struct stream {
	struct unload_rows *all;
	const struct inverse_query *query;
	const struct unload_query *sql;
	struct db own, *db;
	bool opened;
	struct table_reader *reader;
	struct chunk *first, *now;	/* now: the last; NULL */
	struct chunk *keep;		/* and what comes behind; NULL: all */
	uint32_t row;			/* the next one, in now */
	bool ended;
};

struct unload_rows {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct inverse *inverse;
	struct unload_query *sql;
	struct db db;
	bool begun;
	struct stream *stream;
	uint32_t n;
};

/* ---- chunks ------------------------------------------------------------- */

static void
chunk_free(struct chunk *c)
{
	arena_fini(&c->arena);
	mem_free(c);
}

static void
stream_close(struct stream *s)
{
	struct chunk *c, *next;

	table_reader_free(s->reader);
	s->reader = NULL;
	for (c = s->first; c != NULL; c = next) {
		next = c->next;
		chunk_free(c);
	}
	s->first = s->now = s->keep = NULL;
	s->row = 0;
	s->ended = false;
}

static bool
stream_open(struct stream *s)
{
	stream_close(s);
	s->reader = table_reader_new(s->db, s->sql->relation, s->sql->column,
	    s->sql->ncolumn, s->sql->tail);
	return s->reader != NULL;
}

/* Makes a next row be there.  OK, END, FATAL. */
static enum grade
stream_fill(struct stream *s)
{
	struct chunk *c;
	enum grade g;

	if (s->now != NULL && s->row < s->now->n)
		return OK;
	if (s->ended)
		return END;
	c = mem_zalloc(sizeof *c);
	arena_init(&c->arena);
	c->col = arena_array(&c->arena, s->sql->ncolumn, sizeof *c->col);
	g = table_reader_next(s->reader, &c->arena, CHUNK_ROWS, c->col, &c->n);
	if (g != OK) {
		chunk_free(c);
		s->ended = g == END;
		return g;
	}
	if (s->now != NULL)
		s->now->next = c;
	else
		s->first = c;
	s->now = c;
	s->row = 0;
	return OK;
}

void
unload_rows_mark(struct unload_rows *r)
{
	uint32_t i;

	for (i = 0; i < r->n; i++)
		r->stream[i].keep = r->stream[i].now;
}

void
unload_rows_forget(struct unload_rows *r)
{
	struct stream *s;
	struct chunk *c;
	uint32_t i;

	for (i = 0; i < r->n; i++) {
		s = &r->stream[i];
		while (s->keep != NULL && s->first != s->keep) {
			c = s->first;
			s->first = c->next;
			chunk_free(c);
		}
	}
}

/* ---- paths -------------------------------------------------------------- */

struct part {
	bool null;
	enum vtype type;
	int16_t scale;
	d128 number;
	double real;
	uint8_t *text;
	uint32_t len, cap;
};

struct path {
	uint32_t n;
	struct part *part;
};

struct path *
path_new(struct arena *a, const struct inverse *inv, uint32_t type)
{
	struct path *p = arena_zalloc(a, sizeof *p);

	p->n = inverse_type(inv, type)->npath;
	p->part = arena_array(a, p->n + 1, sizeof *p->part);
	return p;
}

void
path_free(struct path *p)
{
	uint32_t i;

	for (i = 0; p != NULL && i < p->n; i++)
		mem_free(p->part[i].text);
}

static d128
cell_number(const struct column *c, uint32_t row)
{
	switch (c->type) {
	case V_D128:
		return c->v.d128[row];
	case V_BOOL:
		return c->v.flag[row];
	default:
		return c->v.i64[row];
	}
}

static void
part_set(struct part *p, const struct column *c, uint32_t row)
{
	p->null = column_is_null(c, row);
	p->type = c->type;
	p->scale = c->scale;
	if (p->null)
		return;
	if (c->type == V_F64) {
		p->real = c->v.f64[row];
	} else if (c->type == V_TEXT || c->type == V_BYTES) {
		p->len = c->v.text[row].len;
		if (p->len > p->cap || p->text == NULL) {
			p->cap = 2 * p->len + 16;
			p->text = mem_resize(p->text, p->cap, 1);
		}
		if (p->len > 0)
			memcpy(p->text, c->v.text[row].p, p->len);
	} else {
		p->number = cell_number(c, row);
	}
}

static int
bytes_cmp(const uint8_t *a, uint32_t na, const uint8_t *b, uint32_t nb)
{
	uint32_t n = na < nb ? na : nb;
	int cmp = n > 0 ? memcmp(a, b, n) : 0;

	return cmp != 0 ? (cmp > 0) - (cmp < 0) : (na > nb) - (na < nb);
}

static int
part_cmp(const struct part *a, const struct part *b)
{
	if (a->null || b->null)
		return (int)b->null - (int)a->null;
	switch (a->type) {
	case V_F64:
		return (a->real > b->real) - (a->real < b->real);
	case V_TEXT:
	case V_BYTES:
		return bytes_cmp(a->text, a->len, b->text, b->len);
	default:
		return decimal_cmp(a->number, a->scale, b->number, b->scale);
	}
}

int
path_cmp(const struct path *a, const struct path *b, uint32_t n)
{
	uint32_t i;
	int cmp = 0;

	for (i = 0; i < n && cmp == 0; i++)
		cmp = part_cmp(&a->part[i], &b->part[i]);
	return cmp;
}

/* The cell against the part. */
static int
cell_cmp(const struct column *c, uint32_t row, const struct part *p)
{
	struct part x = { .null = column_is_null(c, row), .type = c->type,
	    .scale = c->scale };

	if (!x.null && c->type == V_F64)
		x.real = c->v.f64[row];
	else if (!x.null && (c->type == V_TEXT || c->type == V_BYTES)) {
		x.text = (uint8_t *)(uintptr_t)c->v.text[row].p;
		x.len = c->v.text[row].len;
	} else if (!x.null) {
		x.number = cell_number(c, row);
	}
	return part_cmp(&x, p);
}

/* How the stream's next row compares with a path. */
static int
stream_cmp(const struct stream *s, const struct path *p)
{
	uint32_t i;
	int cmp = 0;

	for (i = 0; i < p->n && cmp == 0; i++)
		cmp = cell_cmp(&s->now->col[s->sql->path[i]], s->row,
		    &p->part[i]);
	return cmp;
}

static void
stream_path(const struct stream *s, struct path *p)
{
	uint32_t i;

	for (i = 0; i < p->n; i++)
		part_set(&p->part[i], &s->now->col[s->sql->path[i]], s->row);
}

/* ---- records ------------------------------------------------------------ */

enum grade
unload_rows_peek(struct unload_rows *r, uint32_t type, struct path *p)
{
	const struct inverse_type *t = inverse_type(r->inverse, type);
	struct stream *s;
	bool any = false;
	enum grade g;
	uint32_t i;

	for (i = 0; i < t->nquery; i++) {
		s = &r->stream[t->query[i]];
		g = stream_fill(s);
		if (g == FATAL)
			return g;
		if (g == END || (any && stream_cmp(s, p) >= 0))
			continue;
		stream_path(s, p);
		any = true;
	}
	return any ? OK : END;
}

struct taken {			/* rows of a query */
	struct inverse_row *v;
	uint32_t n, cap;
};

/* A number of an occurrence; 0: none that a table has. */
static uint32_t
cell_occ(const struct column *c, uint32_t row)
{
	d128 v;

	if (column_is_null(c, row) || (c->type != V_I64 && c->type != V_D128))
		return 0;
	v = cell_number(c, row);
	return c->scale != 0 || v < 1 || v >= UINT32_MAX ? 0 : (uint32_t)v;
}

/* Where the unpivoted item's name, or its number, is in the list. */
static uint32_t
cell_unpivoted(const struct inverse_query *q, const struct column *col,
    uint32_t row)
{
	uint32_t i, n;

	if (q->number != NONE) {
		n = cell_occ(&col[q->number], row);
		return n > q->nnames ? 0 : n;
	}
	if (column_is_null(&col[q->name], row) ||
	    col[q->name].type != V_TEXT)
		return 0;
	for (i = 0; i < q->nnames; i++)
		if (slice_eq(q->names[i], col[q->name].v.text[row]))
			return i + 1;
	return 0;
}

/* The row's occurrences; false: its record has no room for it. */
static bool
row_occ(const struct stream *s, struct arena *a, const uint32_t **out)
{
	const struct inverse_query *q = s->query;
	uint32_t *occ = arena_array(a, q->depth + 1, sizeof *occ), k;
	bool good = true;

	for (k = 0; k < q->depth; k++) {
		occ[k] = cell_occ(&s->now->col[q->occ[k]], s->row);
		good = good && occ[k] > 0 && occ[k] <= q->most[k];
	}
	if (q->nnames > 0) {
		occ[k] = cell_unpivoted(q, s->now->col, s->row);
		good = good && occ[k] > 0;
	}
	*out = occ;
	return good;
}

static int
row_cmp(const struct inverse_row *a, const struct inverse_row *b, uint32_t n)
{
	uint32_t k;

	for (k = 0; k < n; k++)
		if (a->occ[k] != b->occ[k])
			return a->occ[k] < b->occ[k] ? -1 : 1;
	return 0;
}

/* By unpivot_name() the database has no order of ours: a few rows. */
static void
rows_sort(struct taken *t, uint32_t n)
{
	struct inverse_row x;
	uint32_t i, k;

	for (i = 1; i < t->n; i++) {
		x = t->v[i];
		for (k = i; k > 0 && row_cmp(&t->v[k - 1], &x, n) > 0; k--)
			t->v[k] = t->v[k - 1];
		t->v[k] = x;
	}
}

/* Is the stream's next row, found there, one of the record? */
static bool
row_is_next(const struct inverse_type *t, const struct stream *s,
    const struct path *p, uint32_t have)
{
	return stream_cmp(s, p) == 0 && !(t->as_it_stands && have > 0);
}

static enum grade
take_stream(struct stream *s, const struct inverse_type *t,
    const struct path *p, struct arena *a, struct taken *out,
    struct unload_record *rec)
{
	const struct inverse_query *q = s->query;
	uint32_t keys = q->depth + (q->nnames > 0), i;
	struct inverse_row row;
	enum grade g;

	while ((g = stream_fill(s)) == OK && row_is_next(t, s, p, out->n)) {
		row = (struct inverse_row){ s->now->col, s->row, NULL };
		if (!row_occ(s, a, &row.occ))
			rec->fault = ROWS_NO_ROOM;
		if (s->sql->found != NONE && column_is_null(&s->now->col[
		    s->sql->found], s->row))
			rec->linked = false;
		/* where there should be one, two say that there are more */
		if (keys > 0 || out->n < 2)
			*ARENA_PUSH(a, out->v, out->n, out->cap) = row;
		s->row++;
	}
	if (q->name != NONE)
		rows_sort(out, keys);
	if (keys == 0 && out->n > 1 && (!q->facts || t->one))
		rec->fault = ROWS_SEVERAL;
	for (i = 1; i < out->n && keys > 0; i++)
		if (row_cmp(&out->v[i - 1], &out->v[i], keys) == 0)
			rec->fault = ROWS_NO_ROOM;
	return g == FATAL ? FATAL : OK;
}

/* Has the record a row that is the record, if all records have one? */
static bool
has_record(const struct unload_rows *r, const struct inverse_type *t,
    const struct taken *taken, uint32_t *query)
{
	const struct inverse_query *q;
	bool all = false;
	uint32_t i;

	for (i = 0; i < t->nquery; i++) {
		q = inverse_query(r->inverse, t->query[i]);
		if (q->facts || q->depth > 0 || q->nnames > 0) {
			*query = taken[i].n > 0 ? i : *query;
			continue;
		}
		if (taken[i].n > 0)
			return true;
		all |= r->job->mapping->table[q->table].when == NULL;
	}
	return !all;
}

enum grade
unload_rows_take(struct unload_rows *r, uint32_t type, struct arena *a,
    struct unload_record *rec)
{
	const struct inverse_type *t = inverse_type(r->inverse, type);
	struct inverse_rows *rows = arena_array(a, t->nquery + 1,
	    sizeof *rows);
	struct taken *taken = arena_array(a, t->nquery + 1, sizeof *taken);
	struct path *p = path_new(a, r->inverse, type);
	enum grade g = unload_rows_peek(r, type, p);
	uint32_t i;

	*rec = (struct unload_record){ .rows = rows, .linked = true };
	for (i = 0; i < t->nquery && g == OK; i++) {
		g = take_stream(&r->stream[t->query[i]], t, p, a, &taken[i],
		    rec);
		if (rec->fault != ROWS_GOOD && rec->query == 0)
			rec->query = i;
		rows[i] = (struct inverse_rows){ taken[i].v, taken[i].n };
	}
	path_free(p);
	if (!has_record(r, t, taken, &rec->query))
		rec->fault = ROWS_NO_RECORD;
	return g;
}

/* ---- the database ------------------------------------------------------- */

static void
put_lock(const struct unload_rows *r, struct buf *b, bool first,
    uint32_t table)
{
	const struct schema *schema = plan_schema(r->job->plan);

	buf_puts(b, first ? "LOCK TABLE " : ", ");
	db_put_table(&r->db, b, schema->name, schema->table[table].name, 0);
}

/*
 * One snapshot for all.  The tables are locked before it is taken: a table
 * that a publication puts in their place meanwhile would look empty.
 */
static bool
rows_begin_postgres(struct unload_rows *r)
{
	struct buf b;
	uint32_t i, k;
	bool good;

	buf_init(&b, 1u << 20);
	for (i = 0; i < r->n; i++) {
		put_lock(r, &b, i == 0, r->stream[i].query->table);
		for (k = 0; k < r->stream[i].query->nside; k++)
			put_lock(r, &b, false,
			    r->stream[i].query->side[k].table);
	}
	buf_puts(&b, " IN ACCESS SHARE MODE");
	good = db_exec(&r->db, "reading", "BEGIN ISOLATION LEVEL REPEATABLE "
	    "READ READ ONLY") && (r->n == 0 ||
	    db_exec(&r->db, "reading", b.p));
	buf_fini(&b);
	return good;
}

static bool
streams_connect(struct unload_rows *r)
{
	struct db_result *id;
	struct stream *s;
	struct buf b;
	uint32_t i;
	bool good = true;

	id = db_query(&r->db, r->arena, "reading",
	    "SELECT pg_export_snapshot()", 0, NULL);
	if (id == NULL)
		return false;
	for (i = 0; i < r->n && good; i++) {
		s = &r->stream[i];
		s->db = &s->own;
		s->opened = good = db_open_again(&s->own, &r->db);
		if (!good)
			break;
		buf_init(&b, 1024);
		buf_puts(&b, "BEGIN ISOLATION LEVEL REPEATABLE READ READ "
		    "ONLY; SET TRANSACTION SNAPSHOT ");
		db_literal(&s->own, &b, db_cell(id, 0, 0));
		good = db_exec(&s->own, "reading", b.p);
		buf_fini(&b);
	}
	return good;
}

static bool
rows_connect(struct unload_rows *r, const char *target,
    const volatile int *interrupted)
{
	uint32_t i;

	r->begun = db_open(&r->db, r->arena, r->diags, target, interrupted);
	if (!r->begun)
		return false;
	if (!r->db.open) {
		diag_add(r->diags, DIAG_F045, NOWHERE, "there is no %s",
		    r->db.description);
		return false;
	}
	if (r->db.kind == DB_SQLITE && !db_exec(&r->db, "reading", "BEGIN"))
		return false;
	r->sql = unload_queries(r->arena, r->diags, &r->db, r->job,
	    r->inverse);
	if (r->sql == NULL)
		return false;
	for (i = 0; i < r->n; i++) {
		r->stream[i].sql = &r->sql[i];
		r->stream[i].db = &r->db;
	}
	return r->db.kind == DB_SQLITE || (rows_begin_postgres(r) &&
	    streams_connect(r));
}

struct unload_rows *
unload_rows_new(struct arena *a, struct diags *ds, const struct job *j,
    const struct inverse *inv, const char *target,
    const volatile int *interrupted)
{
	struct unload_rows *r = arena_zalloc(a, sizeof *r);
	uint32_t i;

	r->arena = a;
	r->diags = ds;
	r->job = j;
	r->inverse = inv;
	r->n = inverse_nquery(inv);
	r->stream = arena_array(a, r->n + 1, sizeof *r->stream);
	for (i = 0; i < r->n; i++) {
		r->stream[i].all = r;
		r->stream[i].query = inverse_query(inv, i);
	}
	if (rows_connect(r, target, interrupted))
		return r;
	unload_rows_free(r);
	return NULL;
}

void
unload_rows_free(struct unload_rows *r)
{
	uint32_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++) {
		stream_close(&r->stream[i]);
		if (r->stream[i].opened)
			db_close(&r->stream[i].own);
	}
	if (r->begun)
		db_close(&r->db);
}

const char *
unload_rows_description(const struct unload_rows *r)
{
	return r->db.description;
}

bool
unload_rows_restart(struct unload_rows *r)
{
	uint32_t i;

	for (i = 0; i < r->n; i++)
		if (!stream_open(&r->stream[i]))
			return false;
	return true;
}
