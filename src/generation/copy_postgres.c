/*
 * A copy's table into PostgreSQL; see copy_impl.h.
 *
 * One transaction makes the table, fills it by COPY with FREEZE, and makes its
 * key and indexes: it is there, complete, or not at all.  Where the server is
 * to read values that decant has no type for, COPY is in text.
 */
#include "generation/copy_impl.h"

#include "base/diag.h"
#include "db/db.h"
#include "db/table_facts.h"
#include "generation/publication.h"
#include "value/format.h"
#ifdef HAVE_LIBPQ
#include "db/postgres_schema.h"
#include "sink/sink_postgres_copy.h"
#endif

#define SQL_MAX		(16u << 20)
#define PIECE		(256u << 10)	/* bytes given to libpq at a time */

#ifdef HAVE_LIBPQ

static const char *
doing(const struct copy_writer *w, const char *verb)
{
	return arena_printf(w->db->arena, "%s table '%s'", verb, w->t->name);
}

static bool
start_copy(struct copy_writer *w)
{
	const struct schema_table *t = &w->t->written;
	struct buf sql;
	PGresult *res;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "COPY %s (", copy_relation(w->run, w->db->arena,
	    w->t));
	for (i = 0; i < t->ncolumn; i++) {
		buf_puts(&sql, i > 0 ? ", " : "");
		db_ident(w->db, &sql, t->column[i].name);
	}
	buf_printf(&sql, ") FROM STDIN (FORMAT %s, FREEZE)", w->t->as_text ?
	    "text" : "binary");
	res = PQexec(w->db->pg.conn, sql.p);
	buf_fini(&sql);
	w->copying = PQresultStatus(res) == PGRES_COPY_IN;
	if (!w->copying)
		pgdb_error(&w->db->pg, doing(w, "filling"), res);
	PQclear(res);
	if (w->copying && !w->t->as_text)
		buf_put(&w->out, PGCOPY_HEADER, PGCOPY_HEADER_BYTES);
	return w->copying;
}

bool
copy_postgres_begin(struct copy_writer *w)
{
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	copy_put_table(&sql, &w->run->plan, w->t, w->run->gen.number);
	if (w->run->plan.marks)
		buf_printf(&sql, "; COMMENT ON TABLE %s IS '" PGSCHEMA_STAGING
		    "'", copy_relation(w->run, w->db->arena, w->t));
	good = db_begin(w->db) && db_exec(w->db, doing(w, "creating"), sql.p);
	buf_fini(&sql);
	return good && start_copy(w);
}

/* COPY's text: "File Formats, Text Format" in the manual. */
static void
put_escaped(struct buf *out, const struct slice *text)
{
	const char *p = (const char *)text->p, *end = p + text->len;
	char *to;

	if (!buf_reserve(out, 2 * (size_t)text->len))
		return;
	for (to = out->p + out->len; p < end; p++)
		switch (*p) {
		case '\\':
			*to++ = '\\';
			*to++ = '\\';
			break;
		case '\n':
			*to++ = '\\';
			*to++ = 'n';
			break;
		case '\r':
			*to++ = '\\';
			*to++ = 'r';
			break;
		case '\t':
			*to++ = '\\';
			*to++ = 't';
			break;
		default:
			*to++ = *p;
		}
	out->len = (size_t)(to - out->p);
	*to = '\0';
}

static void
put_text_cell(struct buf *out, const struct column *c, uint32_t row)
{
	if (column_is_null(c, row)) {
		buf_put(out, "\\N", 2);
	} else if (c->type == V_TEXT) {
		put_escaped(out, &c->v.text[row]);
	} else {
		if (c->type == V_BYTES)	/* \x0102 */
			buf_putc(out, '\\');
		format_cell(out, c, row);
	}
}

static void
encode_text(struct buf *out, const struct rowset *rows, uint32_t ncolumn)
{
	uint32_t i, c;

	for (i = 0; i < rows->n; i++)
		for (c = 0; c < ncolumn; c++) {
			put_text_cell(out, rows->col[c], rows->row[i]);
			buf_putc(out, c + 1 < ncolumn ? '\t' : '\n');
		}
}

/* The server's own words, which it says when the COPY is over. */
static bool
fail_copy(struct copy_writer *w, const char *why)
{
	PGconn *conn = w->db->pg.conn;
	PGresult *res;
	bool told = why != NULL;

	PQputCopyEnd(conn, "decant met an error");
	while ((res = PQgetResult(conn)) != NULL) {
		if (!told && PQresultStatus(res) == PGRES_FATAL_ERROR)
			pgdb_error(&w->db->pg, doing(w, "filling"), res);
		told |= PQresultStatus(res) == PGRES_FATAL_ERROR;
		PQclear(res);
		if (PQstatus(conn) != CONNECTION_OK)
			break;
	}
	if (!told)
		pgdb_error(&w->db->pg, doing(w, "filling"), NULL);
	w->copying = false;
	return false;
}

static bool
send_out(struct copy_writer *w)
{
	size_t at, n;

	for (at = 0; at < w->out.len; at += n) {
		n = w->out.len - at < PIECE ? w->out.len - at : PIECE;
		if (PQputCopyData(w->db->pg.conn, w->out.p + at, (int)n) != 1)
			return fail_copy(w, NULL);
	}
	buf_clear(&w->out);
	return true;
}

bool
copy_postgres_put(struct copy_writer *w, const struct rowset *rows,
    struct arena *a)
{
	if (w->t->as_text)
		encode_text(&w->out, rows, w->t->written.ncolumn);
	else
		pgcopy_encode(&w->out, a, &w->t->written, rows);
	return w->out.len < PIECE || send_out(w);
}

static bool
end_copy(struct copy_writer *w)
{
	PGconn *conn = w->db->pg.conn;
	PGresult *res;
	bool good;

	if (!w->t->as_text)
		buf_put(&w->out, PGCOPY_TRAILER, PGCOPY_TRAILER_BYTES);
	if (!send_out(w))
		return false;
	if (PQputCopyEnd(conn, NULL) != 1)
		return fail_copy(w, NULL);
	w->copying = false;
	res = PQgetResult(conn);
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!good)
		pgdb_error(&w->db->pg, doing(w, "filling"), res);
	PQclear(res);
	while ((res = PQgetResult(conn)) != NULL)
		PQclear(res);
	return good;
}

bool
copy_postgres_end(struct copy_writer *w)
{
	struct copy_steps steps = { NULL, 0, 0 };
	const char *name = copy_relation(w->run, w->db->arena, w->t);
	struct copy_plan plan = w->run->plan;
	bool good = end_copy(w);
	uint32_t i;

	copy_show(w->run, "indexing");
	plan.arena = w->db->arena;	/* this lane's */
	copy_steps(&plan, w->t, w->run->gen.number, &steps);
	for (i = 0; i < steps.n && good; i++)
		good = !db_is_interrupted(w->db) && db_exec(w->db,
		    steps.v[i].doing, steps.v[i].sql);
	return good && db_exec(w->db, doing(w, "analyzing"),
	    arena_printf(w->db->arena, "SET LOCAL default_statistics_target = "
	    "20; ANALYZE %s", name)) && db_commit(w->db);
}

void
copy_postgres_abort(struct copy_writer *w)
{
	if (w->copying)
		fail_copy(w, "");
	db_roll_back(w->db);
}

#else

bool
copy_postgres_begin(struct copy_writer *w)
{
	(void)w;
	return false;
}

bool
copy_postgres_put(struct copy_writer *w, const struct rowset *rows,
    struct arena *a)
{
	(void)w, (void)rows, (void)a;
	return false;
}

bool
copy_postgres_end(struct copy_writer *w)
{
	(void)w;
	return false;
}

void
copy_postgres_abort(struct copy_writer *w)
{
	(void)w;
}

#endif
