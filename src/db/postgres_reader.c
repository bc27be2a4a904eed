/*
 * The rows of a PostgreSQL table as columns; see table_reader.h.
 *
 * The binary form of COPY (PostgreSQL manual, COPY, "Binary Format"); all
 * integers are big-endian:
 *
 *	header	 PGCOPY\n\377\r\n\0 | int32 flags | int32 n, n bytes more
 *	tuple	 int16 number of columns, then for each column
 *		 int32 length of the value, -1: null | the value
 *	trailer	 int16 -1
 *
 * A message of the server's holds whole tuples ("Message Formats", CopyData:
 * "messages sent from the backend will always correspond to single data
 * rows"); the header comes with the first.
 *
 * Nothing blocks for long: a signal that says so is seen while the server is
 * waited for.
 */
#ifdef HAVE_LIBPQ

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/postgres_value.h"
#include "db/table_reader_impl.h"

#define SQL_MAX		(1u << 20)
#define WAIT_MS		200
#define HEAD_BYTES	19u		/* of the header, without its n bytes */
#define SAVEPOINT	"decant_reader"

struct postgres_reader {
	struct db *db;
	PGconn *conn;
	struct arena arena;
	const char *doing;		/* "reading table \"a\"" */
	const struct reader_column *column;
	uint32_t ncolumn;
	enum pgvalue *value;
	const uint8_t **at;		/* [ncolumn] values of a tuple */
	int32_t *len;
	bool savepoint;			/* we are inside a transaction */
	bool headed, trailed, ended;	/* of the stream */
	char *message;			/* libpq's */
	const uint8_t *p, *end;		/* what is left of it */
};

/* --- tuples -------------------------------------------------------------- */

/* What r->p begins with: a tuple, nothing more, or what it should not. */
enum piece { PIECE_TUPLE, PIECE_NONE, PIECE_WRONG };

/* Finds the values of the tuple, and passes over it. */
static enum piece
take_tuple(struct postgres_reader *r)
{
	const uint8_t *p = r->p + 2;
	uint32_t c;

	for (c = 0; c < r->ncolumn; c++) {
		if (r->end - p < 4)
			return PIECE_WRONG;
		r->len[c] = (int32_t)pgvalue_32(p);
		p += 4;
		r->at[c] = p;
		if (r->len[c] < 0)
			continue;
		if (r->end - p < r->len[c])
			return PIECE_WRONG;
		p += r->len[c];
	}
	r->p = p;
	return PIECE_TUPLE;
}

static bool
take_header(struct postgres_reader *r)
{
	static const char signature[11] = "PGCOPY\n\377\r\n";
	uint32_t more;

	if (r->end - r->p < HEAD_BYTES ||
	    memcmp(r->p, signature, sizeof signature) != 0)
		return false;
	more = pgvalue_32(r->p + HEAD_BYTES - 4);
	if ((size_t)(r->end - r->p) - HEAD_BYTES < more)
		return false;
	r->p += HEAD_BYTES + more;
	r->headed = true;
	return true;
}

static enum piece
take_piece(struct postgres_reader *r)
{
	uint16_t n;

	if (r->p == r->end)
		return PIECE_NONE;
	if (!r->headed && !take_header(r))
		return PIECE_WRONG;
	if (r->p == r->end)
		return PIECE_NONE;
	if (r->trailed || r->end - r->p < 2)
		return PIECE_WRONG;
	n = pgvalue_16(r->p);
	if (n == r->ncolumn)
		return take_tuple(r);
	r->p += 2;
	r->trailed = n == UINT16_MAX;
	return r->trailed && r->p == r->end ? PIECE_NONE : PIECE_WRONG;
}

/* --- the connection ------------------------------------------------------ */

static enum grade
fail(struct postgres_reader *r, const PGresult *res)
{
	if (!db_is_interrupted(r->db))
		pgdb_error(&r->db->pg, r->doing, res);
	return FATAL;
}

/* What cannot be, from a server: the stream is not what was asked for. */
static enum grade
fail_stream(struct postgres_reader *r)
{
	diag_add(r->db->diags, DIAG_T057, NOWHERE,
	    "%s: the server sends what is no COPY in binary", r->doing);
	return FATAL;
}

/* Waits for the server, and takes in what it sends. */
static enum grade
wait_input(struct postgres_reader *r)
{
	struct pollfd fd = { PQsocket(r->conn), POLLIN, 0 };
	int n;

	do {
		if (db_is_interrupted(r->db))
			return FATAL;
		n = poll(&fd, 1, WAIT_MS);
	} while (n == 0 || (n < 0 && errno == EINTR));
	return PQconsumeInput(r->conn) ? OK : fail(r, NULL);
}

/* The next result; *res NULL: there is none. */
static enum grade
take_result(struct postgres_reader *r, PGresult **res)
{
	*res = NULL;
	while (PQisBusy(r->conn))
		if (wait_input(r) != OK)
			return FATAL;
	*res = PQgetResult(r->conn);
	return OK;
}

/* The only result of what was sent, which must be of that status. */
static PGresult *
take_only_result(struct postgres_reader *r, ExecStatusType want)
{
	PGresult *res, *next;

	if (take_result(r, &res) != OK)
		return NULL;
	if (res == NULL || PQresultStatus(res) != want) {
		fail(r, res);
		PQclear(res);
		return NULL;
	}
	if (want == PGRES_COPY_OUT)
		return res;
	while (take_result(r, &next) == OK && next != NULL)
		PQclear(next);
	return res;
}

static bool
exec(struct postgres_reader *r, const char *sql, ExecStatusType want)
{
	PGresult *res;

	if (!PQsendQuery(r->conn, sql)) {
		fail(r, NULL);
		return false;
	}
	res = take_only_result(r, want);
	PQclear(res);
	return res != NULL;
}

/* Stops whatever runs, and takes what still comes. */
static void
settle(struct postgres_reader *r)
{
	char why[256], *message;
	PGresult *res;
	PGcancel *c;

	if (PQtransactionStatus(r->conn) == PQTRANS_ACTIVE &&
	    (c = PQgetCancel(r->conn)) != NULL) {
		PQcancel(c, why, sizeof why);
		PQfreeCancel(c);
	}
	while ((res = PQgetResult(r->conn)) != NULL) {
		if (PQresultStatus(res) == PGRES_COPY_OUT)
			while (PQgetCopyData(r->conn, &message, 0) > 0)
				PQfreemem(message);
		PQclear(res);
		if (PQstatus(r->conn) != CONNECTION_OK)
			return;
	}
	if (r->savepoint)
		PQclear(PQexec(r->conn, "ROLLBACK TO " SAVEPOINT
		    "; RELEASE " SAVEPOINT));
}

/* --- statements ---------------------------------------------------------- */

/* `types` NULL: as they are; else what is wanted as text is cast to it. */
static void
put_select(const struct postgres_reader *r, struct buf *b,
    const PGresult *types, const char *relation, const char *tail)
{
	const struct reader_column *c = r->column;
	uint32_t i;

	buf_puts(b, "SELECT ");
	for (i = 0; i < r->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		pgdb_ident(b, c[i].name);
		if (types != NULL && c[i].type.kind == SQL_TEXT &&
		    !pgvalue_fits(PQftype(types, (int)i), SQL_TEXT))
			buf_puts(b, "::text");
	}
	buf_printf(b, " FROM %s %s", relation, tail);
}

static void
tell_type(struct postgres_reader *r, const char *relation, uint32_t column,
    const char *type)
{
	const struct reader_column *c = &r->column[column];
	char want[48];

	want[sqltype_format(want, &c->type)] = '\0';
	diag_hint(r->db->diags, diag_add(r->db->diags, DIAG_T023, NOWHERE,
	    "column '%s' of %s is %s, not %s", c->name, relation, type, want),
	    "the table was changed since decant made it, or is not decant's");
}

/* The name of a type, for a message. */
static const char *
type_name(struct postgres_reader *r, const PGresult *types, uint32_t column)
{
	const char *oid = arena_printf(&r->arena, "%u",
	    PQftype(types, (int)column));
	const char *modifier = arena_printf(&r->arena, "%d",
	    PQfmod(types, (int)column));
	const char *param[] = { oid, modifier };
	struct db_result *res = db_query(r->db, &r->arena, r->doing,
	    "SELECT format_type($1::oid, $2::int)", 2, param);

	return res == NULL ? "of another type" : db_cell(res, 0, 0);
}

/* What columns the statement has, without running it; NULL: told. */
static PGresult *
describe(struct postgres_reader *r, const char *select)
{
	PGresult *res;

	if (!PQsendPrepare(r->conn, "", select, 0, NULL)) {
		fail(r, NULL);
		return NULL;
	}
	res = take_only_result(r, PGRES_COMMAND_OK);
	if (res == NULL)
		return NULL;
	PQclear(res);
	if (!PQsendDescribePrepared(r->conn, "")) {
		fail(r, NULL);
		return NULL;
	}
	return take_only_result(r, PGRES_COMMAND_OK);
}

/* "COPY (SELECT …) TO STDOUT …", with the casts that it needs. */
static bool
put_copy(struct postgres_reader *r, struct buf *sql, const char *relation,
    const char *tail)
{
	PGresult *types;
	bool good = true;
	uint32_t i;

	put_select(r, sql, NULL, relation, tail);
	types = describe(r, sql->p);
	if (types == NULL)
		return false;
	for (i = 0; i < r->ncolumn; i++)
		if (r->column[i].type.kind != SQL_TEXT && !pgvalue_fits(
		    PQftype(types, (int)i), r->column[i].type.kind)) {
			tell_type(r, relation, i, type_name(r, types, i));
			good = false;
		}
	buf_clear(sql);
	buf_puts(sql, "COPY (");
	put_select(r, sql, types, relation, tail);
	buf_puts(sql, ") TO STDOUT (FORMAT binary)");
	PQclear(types);
	return good;
}

static bool
start(struct postgres_reader *r, const char *relation, const char *tail)
{
	struct buf sql;
	bool good;

	if (PQtransactionStatus(r->conn) == PQTRANS_INTRANS) {
		if (!exec(r, "SAVEPOINT " SAVEPOINT, PGRES_COMMAND_OK))
			return false;
		r->savepoint = true;
	}
	buf_init(&sql, SQL_MAX);
	good = put_copy(r, &sql, relation, tail) &&
	    exec(r, sql.p, PGRES_COPY_OUT);
	buf_fini(&sql);
	return good;
}

struct postgres_reader *
postgres_reader_new(struct db *db, const char *relation,
    const struct reader_column *column, uint32_t n, const char *tail)
{
	struct postgres_reader *r = mem_zalloc(sizeof *r);
	uint32_t i;

	r->db = db;
	r->conn = db->pg.conn;
	arena_init(&r->arena);
	r->doing = arena_printf(&r->arena, "reading table %s", relation);
	r->column = column;
	r->ncolumn = n;
	r->value = arena_array(&r->arena, n, sizeof *r->value);
	r->at = arena_array(&r->arena, n, sizeof *r->at);
	r->len = arena_array(&r->arena, n, sizeof *r->len);
	for (i = 0; i < n; i++)
		r->value[i] = pgvalue_of(&column[i].type);
	if (start(r, relation, tail))
		return r;
	postgres_reader_free(r);
	return NULL;
}

/* The stream is over: how did it end? */
static enum grade
end_copy(struct postgres_reader *r)
{
	PGresult *res = take_only_result(r, PGRES_COMMAND_OK);

	if (res == NULL)
		return FATAL;
	PQclear(res);
	r->ended = true;
	return r->trailed ? OK : fail_stream(r);
}

/* More of the stream, or its end. */
static enum grade
next_message(struct postgres_reader *r)
{
	char *message;
	int n;

	while ((n = PQgetCopyData(r->conn, &message, 1)) == 0)
		if (wait_input(r) != OK)
			return FATAL;
	if (n == -1)
		return end_copy(r);
	if (n < 0)
		return fail(r, NULL);
	PQfreemem(r->message);
	r->message = message;
	r->p = (const uint8_t *)message;
	r->end = r->p + n;
	return OK;
}

static void
put_row(const struct postgres_reader *r, struct reader_rows *rows,
    uint32_t row)
{
	uint32_t c;

	for (c = 0; c < r->ncolumn; c++)
		if (r->len[c] < 0)
			reader_set_null(rows, c, row);
		else
			pgvalue_get(rows, r->value[c], c, row, r->at[c],
			    r->len[c]);
}

enum grade
postgres_reader_next(struct postgres_reader *r, struct reader_rows *rows,
    uint32_t *n)
{
	uint32_t row = 0;

	while (row < rows->most && rows->texts < READER_TEXT_MOST && !r->ended)
		switch (take_piece(r)) {
		case PIECE_TUPLE:
			put_row(r, rows, row++);
			break;
		case PIECE_NONE:
			if (next_message(r) != OK)
				return FATAL;
			break;
		case PIECE_WRONG:
			return fail_stream(r);
		}
	*n = row;
	return OK;
}

void
postgres_reader_free(struct postgres_reader *r)
{
	if (!r->ended)
		settle(r);
	else if (r->savepoint)
		PQclear(PQexec(r->conn, "RELEASE " SAVEPOINT));
	PQfreemem(r->message);
	arena_fini(&r->arena);
	mem_free(r);
}

#endif
