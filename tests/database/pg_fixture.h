/*
 * What the tests of the PostgreSQL sink share: a server from the environment
 * (DECANT_TEST_PG, a connection string; or PGHOST and its like), a session of
 * the test's own, and loads made by hand.
 *
 * Everything is made in schemas named decant_t_…, which are dropped before
 * and after.
 */
#ifndef DECANT_TEST_PG_FIXTURE_H
#define DECANT_TEST_PG_FIXTURE_H

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "sink/sink_impl.h"
#include "unit/tap.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static struct arena arena;
static const char *target;
static PGconn *session;
static bool dry_run;		/* of the sinks made next */
static struct schema_constraint *constraint;	/* of the schemas made next */
static uint32_t nconstraint;

/* Answers of the test's own session; the last one is kept until the next. */
static const char *
sql_on(PGconn *conn, const char *sql)
{
	static struct buf answer;
	PGresult *res = PQexec(conn, sql);
	int i, k;

	if (answer.max == 0)
		buf_init(&answer, 1 << 24);
	buf_clear(&answer);
	buf_puts(&answer, "");
	if (PQresultStatus(res) == PGRES_FATAL_ERROR)
		buf_printf(&answer, "ERROR %s",
		    PQresultErrorField(res, PG_DIAG_SQLSTATE));
	for (i = 0; i < PQntuples(res); i++) {
		for (k = 0; k < PQnfields(res); k++) {
			buf_puts(&answer, k > 0 ? "|" : "");
			buf_puts(&answer, PQgetisnull(res, i, k) ? "(null)" :
			    PQgetvalue(res, i, k));
		}
		buf_puts(&answer, i + 1 < PQntuples(res) ? "\n" : "");
	}
	PQclear(res);
	return answer.p == NULL ? "" : answer.p;
}

static inline const char *
sql(const char *text)
{
	return sql_on(session, text);
}

static inline PGconn *
pg_open(void)
{
	const char *key[] = { "dbname", "options", NULL };
	const char *val[] = { target, "-c client_min_messages=error", NULL };
	PGconn *conn = PQconnectdbParams(key, val, 1);

	if (PQstatus(conn) != CONNECTION_OK) {
		printf("Bail out! %s", PQerrorMessage(conn));
		exit(1);
	}
	return conn;
}

static inline void
pg_clean(void)
{
	sql("DO $$ DECLARE n name; BEGIN FOR n IN SELECT nspname FROM"
	    " pg_namespace WHERE nspname LIKE 'decant\\_t\\_%' LOOP"
	    " EXECUTE format('DROP SCHEMA %I CASCADE', n);"
	    " END LOOP; END $$");
}

static inline void
pg_begin(void)
{
	target = getenv("DECANT_TEST_PG");
	if (target == NULL && getenv("PGHOST") != NULL)
		target = "postgresql://";
	if (target == NULL)
		tap_skip_all("no server: neither DECANT_TEST_PG nor PGHOST");
	arena_init(&arena);
	session = pg_open();
	pg_clean();
}

static inline int
pg_end(void)
{
	pg_clean();
	PQfinish(session);
	arena_fini(&arena);
	return tap_done();
}

/* A table as a test writes it: "name type [key] [not null]", … and cells. */
struct sample {
	const char *name;
	const char *column[20];		/* NULL after the last */
	const char *const *cell;	/* row after row; NULL: null */
	uint32_t nrow;
};

struct load {
	struct diags diags;
	struct db db;
	struct sink_stage stage;
	struct sink sink;
	struct schema schema;
	struct batch batch;
	struct conflicts conflicts;
	enum grade grade;		/* of the last call */
	const char *where;		/* the call that failed */
};

static inline void
sample_column(struct schema_table *t, uint32_t k, const char *text)
{
	struct schema_column *c = &t->column[k];
	const char *space = strchr(text, ' '), *key, *end, *why;

	c->name = arena_strndup(&arena, text, (size_t)(space - text));
	c->not_null = strstr(text, " not null") != NULL;
	key = strstr(text, " key");
	end = key != NULL ? key : c->not_null ? strstr(text, " not null") :
	    text + strlen(text);
	if (!sqltype_parse(space + 1, (size_t)(end - space - 1), &c->type,
	    &why))
		printf("# %s: %s\n", text, why);
	c->scale = c->type.scale;
	if (key != NULL)
		t->key[t->nkey++] = k;
}

static inline void
sample_cell(struct column *c, uint32_t row, const char *s)
{
	bool minus = *s == '-';
	d128 v = 0;

	if (c->type == V_TEXT || c->type == V_BYTES) {
		c->v.text[row] = slice_str(s);
		return;
	} else if (c->type == V_F64) {
		c->v.f64[row] = strtod(s, NULL);
		return;
	}
	for (s += minus; *s != '\0'; s++)
		if (*s != '.')
			v = v * 10 + (*s - '0');
	v = minus ? -v : v;
	if (c->type == V_D128)
		c->v.d128[row] = v;
	else if (c->type == V_BOOL)
		c->v.flag[row] = v != 0;
	else
		c->v.i64[row] = (int64_t)v;
}

static inline void
sample_rows(struct load *l, uint32_t t, const struct sample *s)
{
	const struct schema_table *st = &l->schema.table[t];
	struct rowset *rows = &l->batch.rows[t];
	const struct column **cols;
	struct column *c;
	uint32_t *row, i, k;

	cols = arena_array(&arena, st->ncolumn, sizeof *cols);
	row = arena_array(&arena, s->nrow + 1, sizeof *row);
	for (i = 0; i < s->nrow; i++)
		row[i] = i;
	for (k = 0; k < st->ncolumn; k++) {
		cols[k] = c = arena_zalloc(&arena, sizeof *c);
		c->type = sqltype_vtype(&st->column[k].type);
		c->scale = st->column[k].scale;
		c->v.any = arena_array(&arena, s->nrow + 1,
		    vtype_size(c->type));
		c->valid = arena_array(&arena, s->nrow / 64 + 1,
		    sizeof *c->valid);
		for (i = 0; i < s->nrow; i++) {
			if (s->cell[i * st->ncolumn + k] == NULL)
				continue;
			c->valid[i / 64] |= UINT64_C(1) << i % 64;
			sample_cell(c, i, s->cell[i * st->ncolumn + k]);
		}
	}
	*rows = (struct rowset){ .n = s->nrow, .row = row, .col = cols };
}

static inline bool
load_step(struct load *l, const char *where, enum grade grade)
{
	l->grade = grade;
	if (grade == OK)
		return true;
	l->where = where;
	return false;
}

static uint32_t generation = 1;	/* of what is staged next */

/* Makes schema and batch, and connects. */
static inline bool
load_new_to(struct load *l, const char *to, const char *schema,
    const struct sample *s, uint32_t n)
{
	struct sink_options options = { .schema = schema,
	    .stage = &l->stage, .dry_run = dry_run };
	struct schema_table *t;
	uint32_t i, k;

	memset(l, 0, sizeof *l);
	diags_init(&l->diags, &arena);
	l->schema = (struct schema){ .name = "decant_t_named", .table =
	    arena_array(&arena, n, sizeof *t), .ntable = n,
	    .constraint = constraint, .nconstraint = nconstraint };
	l->batch.rows = arena_array(&arena, n, sizeof *l->batch.rows);
	l->batch.out = arena_array(&arena, n, sizeof *l->batch.out);
	l->batch.ntable = n;
	conflicts_init(&l->conflicts, &arena, n + nconstraint);
	for (i = 0; i < n; i++) {
		t = &l->schema.table[i];
		t->name = s[i].name;
		while (s[i].column[t->ncolumn] != NULL)
			t->ncolumn++;
		t->column = arena_array(&arena, t->ncolumn, sizeof *t->column);
		t->key = arena_array(&arena, t->ncolumn, sizeof *t->key);
		for (k = 0; k < t->ncolumn; k++)
			sample_column(t, k, s[i].column[k]);
		sample_rows(l, i, &s[i]);
	}
	l->stage = (struct sink_stage){ .db = &l->db,
	    .schema = schema != NULL ? schema : l->schema.name,
	    .generation = generation };
	return load_step(l, "new", db_open(&l->db, &arena, &l->diags, to,
	    NULL) && sink_postgres.new(&l->sink, &arena, &l->diags, to,
	    &options) ? OK : FATAL);
}

static inline bool
load_new(struct load *l, const char *schema, const struct sample *s,
    uint32_t n)
{
	return load_new_to(l, target, schema, s, n);
}

static inline bool
load_open(struct load *l)
{
	return load_step(l, "lock", db_lock(&l->db, l->stage.schema) ?
	    OK : FATAL) && load_step(l, "open",
	    l->sink.ops->open(l->sink.state, &l->schema));
}

static inline bool
load_put(struct load *l)
{
	bool good;

	arena_init(&l->batch.arena);
	l->sink.ops->encode(l->sink.state, &l->batch);
	good = load_step(l, "put", l->sink.ops->put(l->sink.state,
	    &l->batch));
	arena_fini(&l->batch.arena);
	return good;
}

static inline bool
load_finish(struct load *l)
{
	return load_step(l, "finish", l->sink.ops->finish(l->sink.state,
	    &l->conflicts));
}

static inline bool
load_seal(struct load *l)
{
	return load_step(l, "seal", l->sink.ops->seal(l->sink.state));
}

/* Aborts where something failed, and frees. */
static inline void
load_end(struct load *l)
{
	uint32_t i;

	if (l->sink.ops != NULL) {
		if (l->grade != OK)
			l->sink.ops->abort(l->sink.state);
		l->sink.ops->free(l->sink.state);
	}
	l->sink.ops = NULL;
	db_close(&l->db);
	for (i = 0; i < l->schema.ntable; i++)
		buf_fini(&l->batch.out[i]);
}

/* All of it; the diagnostics stay readable. */
static inline bool
load_run(struct load *l, const char *schema, const struct sample *s,
    uint32_t n)
{
	if (load_new(l, schema, s, n) && load_open(l) && load_put(l) &&
	    load_finish(l))
		load_seal(l);
	load_end(l);
	return l->grade == OK;
}

/* "T057: message | hint" of the first error; "" where there is none. */
static inline const char *
load_error(const struct load *l)
{
	const struct diag *d = l->diags.first;

	return d == NULL ? "" : arena_printf(&arena, "%s: %s | %s",
	    diag_name(d->code), d->message, d->hint ? d->hint : "");
}

/* One error, of this code, with these words in it. */
static inline bool
load_failed(const struct load *l, const char *code, const char *words)
{
	const char *e = load_error(l);
	bool good = l->diags.errors == 1 && strncmp(e, code, 4) == 0 &&
	    strstr(e, words) != NULL;

	if (!good)
		printf("# %u errors; %s\n", l->diags.errors, e);
	return good;
}

/* No staged schema is left. */
static inline bool
nothing_staged(void)
{
	return strcmp(sql("SELECT nspname FROM pg_namespace WHERE nspname ~"
	    " '^decant_t_.*_g[0-9]+$'"), "") == 0;
}

#endif
