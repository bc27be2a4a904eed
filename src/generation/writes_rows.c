/*
 * Rows of applications through the expressions of up: or down:, into the
 * target's table.
 *
 * The rows in hand are at most some thousands, so they wait in memory until
 * all are read: PostgreSQL's connection can then take them.
 */
#include "generation/writes_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "flow/feed.h"
#include "flow/job.h"
#include "flow/table_source.h"
#include "flow/workers.h"
#include "plan/batch.h"
#include "plan/plan.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sqlite_rows.h"

#define ROWS_MAX	(1u << 30)	/* bytes of rows in hand */

struct mapped {
	struct writes *w;
	struct writes_table *t;
	const struct schema_table *table;	/* of the plan */
	struct sqlite_packer *packer;
	struct buf out;
	uint32_t n;
	uint64_t bad;
};

/* The first reason; nothing is written then. */
static bool
refuse(struct mapped *m, const struct batch *b)
{
	const struct plan *p = m->t->job.job->plan;
	struct db *db = m->w->d->db;
	struct buf text;

	buf_init(&text, 65536);
	plan_reject_text(&text, p, &b->reject[0]);
	diag_hint(db->diags, diag_add(db->diags, DIAG_L082, NOWHERE,
	    "a row that an application wrote to table '%s' cannot be carried "
	    "%s: %s", m->t->name, m->w->back ? "back" : "along", text.p),
	    "change the row, or %s: in the mapping and load that; "
	    "--export-writes FILE writes such rows to a file and goes on",
	    m->w->back ? "down" : "up");
	buf_fini(&text);
	return false;
}

static bool
take_batch(struct mapped *m, struct batch *b)
{
	if (b->nreject > 0 && m->w->export_to == NULL)
		return refuse(m, b);
	m->bad += b->nreject;
	m->n += b->rows[0].n;
	if (m->w->d->db->kind == DB_SQLITE)
		sqlite_rows_pack(&m->out, m->table, m->packer, &b->rows[0]);
#ifdef HAVE_LIBPQ
	else
		pgcopy_encode(&m->out, &b->arena, m->table, &b->rows[0]);
#endif
	return !m->out.full;
}

static bool
read_rows(struct mapped *m, struct source *source)
{
	const struct plan *p = m->t->job.job->plan;
	const char *const name[] = { m->t->name };
	const struct work work = { p, NULL, NULL, NULL };
	struct workers *w = workers_new(&work, 1);
	struct feed *feed = feed_new(p, source, w, name, 0);
	struct batch *b;
	enum grade in = OK;
	bool good = true;

	while (good) {
		if (in == OK)
			in = feed_fill(feed);
		if (in == FATAL || in == BAD)
			good = false;
		else if ((b = workers_next(w)) == NULL)
			break;
		else {
			good = take_batch(m, b);
			workers_release(w, b);
		}
	}
	feed_free(feed);
	workers_free(w);
	return good;
}

static bool
write_sqlite(struct mapped *m)
{
	struct db *db = m->w->d->db;
	const char *name = db_generation_table(db->arena, m->t->name,
	    m->t->to);
	struct sqlite_inserter in;
	struct sqlite_rows rows = { (const uint8_t *)m->out.p, m->n };
	int rc;
	bool good;

	good = sqlite_inserter_init(&in, &db->lite, m->table, name, 0);
	if (good) {
		rc = sqlite_inserter_run(&in, &rows, UINT32_MAX);
		good = rc == SQLITE_OK;
		if (!good)
			sqlite_db_error(&db->lite, rc);
	}
	sqlite_inserter_fini(&in);
	return good;
}

#ifdef HAVE_LIBPQ
static bool
write_postgres(struct mapped *m)
{
	struct db *db = m->w->d->db;
	PGconn *conn = db->pg.conn;
	PGresult *res;
	struct buf sql;
	bool good;

	buf_init(&sql, 65536);
	buf_printf(&sql, "COPY %s FROM STDIN (FORMAT binary)", m->t->target);
	res = PQexec(conn, sql.p);
	buf_fini(&sql);
	good = PQresultStatus(res) == PGRES_COPY_IN;
	if (good) {
		PQclear(res);
		good = PQputCopyData(conn, PGCOPY_HEADER,
		    PGCOPY_HEADER_BYTES) == 1 && (m->out.len == 0 ||
		    PQputCopyData(conn, m->out.p, (int)m->out.len) == 1) &&
		    PQputCopyData(conn, PGCOPY_TRAILER,
		    PGCOPY_TRAILER_BYTES) == 1 &&
		    PQputCopyEnd(conn, NULL) == 1;
		res = PQgetResult(conn);
		good = good && PQresultStatus(res) == PGRES_COMMAND_OK;
	}
	if (!good)
		pgdb_error(&db->pg, "carrying rows", res);
	PQclear(res);
	while ((res = PQgetResult(conn)) != NULL)
		PQclear(res);
	return good;
}
#endif

static void
make_packers(struct mapped *m)
{
	uint32_t i;

	m->packer = arena_array(m->w->d->arena, m->table->ncolumn + 1,
	    sizeof *m->packer);
	for (i = 0; i < m->table->ncolumn; i++)
		sqlite_packer_init(&m->packer[i], &m->table->column[i]);
}

bool
writes_map_rows(struct writes *w, struct writes_table *t)
{
	struct mapped m = { .w = w, .t = t,
	    .table = &plan_schema(t->job.job->plan)->table[0] };
	struct source *source;
	struct buf tail;
	bool good = false;

	buf_init(&tail, 16u << 20);
	buf_init(&m.out, ROWS_MAX);
	buf_puts(&tail, "WHERE ");
	writes_put_keys(&tail, w, t);
	make_packers(&m);
	source = table_source_new(w->d->db->diags, t->job.job, w->d->db,
	    t->live, tail.p);
	if (source != NULL) {
		good = read_rows(&m, source);
		source_free(source);
	}
	t->bad = m.bad;
	if (good && m.bad > 0 && !w->locked) {
		w->stuck = true;
		good = false;
	}
	if (good && m.n > 0) {
		if (w->d->db->kind == DB_SQLITE)
			good = write_sqlite(&m);
#ifdef HAVE_LIBPQ
		else
			good = write_postgres(&m);
#endif
	}
	buf_fini(&m.out);
	buf_fini(&tail);
	return good;
}
