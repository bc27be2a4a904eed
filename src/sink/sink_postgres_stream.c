/*
 * The streams of the PostgreSQL sink: connections that take rows by COPY and
 * run the statements after the load, side by side; see sink_postgres_impl.h.
 *
 * Nothing blocks on one connection while another could go on: bytes that a
 * socket does not take wait in their table's queue, and poll() is called for
 * all streams at once, only when some queue is over its limit.  libpq is fed
 * so little at a time that its own buffer, which it shifts on every partial
 * write, stays small.
 *
 * While rows are sent, a server has no reason to send anything but an error,
 * so a readable socket is looked at before the next rows are.  That finds most
 * errors at once, not all: libpq reads while it writes, and does not say that
 * it holds an error.  So no COPY goes on for more than COPY_MOST; its end
 * shows what was missed, and the next one begins in the same transaction.
 */
#ifdef HAVE_LIBPQ

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sink_postgres_impl.h"

#define CHUNK		(64u << 10)	/* bytes given to libpq at a time */
#define QUEUE_MOST	(1u << 20)	/* of a table with its own stream */
#define TURN_MOST	(4u << 20)
#define COPY_MOST	(64u << 20)
#define QUEUES_MOST	(64u << 20)	/* of all tables that share streams */
#define DOING_MAX	(PG_NAME_MAX + 64)
#define WAIT_MS		200	/* a signal may come just before poll() */

static const char *
stream_doing(const struct pgsink *s, const char *verb, uint32_t table,
    char out[DOING_MAX])
{
	snprintf(out, DOING_MAX, "%s table '%s'", verb,
	    s->schema->table[table].name);
	return out;
}

static enum grade
stream_fail(struct pgsink *s, struct pgdb *db, const char *doing,
    const PGresult *res)
{
	if (!s->failed)
		pgdb_error(db, doing, res);
	s->failed = true;
	return FATAL;
}

/*
 * Takes the error that waits on a connection in the middle of something: the
 * server's own words, where it had time for any.
 */
static enum grade
stream_fail_now(struct pgsink *s, struct pgstream *st)
{
	char doing[DOING_MAX];
	PGresult *res, *next;

	if (s->failed)
		return FATAL;
	if (st->state == STREAM_COPYING)
		PQputCopyEnd(st->db.conn, "decant met an error");
	PQsetnonblocking(st->db.conn, 0);
	res = PQgetResult(st->db.conn);
	while (res != NULL && PQresultStatus(res) != PGRES_FATAL_ERROR) {
		next = PQgetResult(st->db.conn);
		PQclear(res);
		res = next;
	}
	stream_fail(s, &st->db, st->busy ? st->step[st->at].doing :
	    stream_doing(s, "loading", st->table, doing), res);
	PQclear(res);
	return FATAL;
}

static enum grade
stream_flush(struct pgsink *s, struct pgstream *st)
{
	int left = PQflush(st->db.conn);

	if (left < 0)
		return stream_fail_now(s, st);
	st->blocked = left > 0;
	return OK;
}

/* Writes until the socket is full; *done says how far that was. */
static enum grade
stream_write(struct pgsink *s, struct pgstream *st, const char *p, size_t n,
    size_t *done)
{
	size_t k;

	for (*done = 0; *done < n && !st->blocked; *done += k) {
		k = n - *done < CHUNK ? n - *done : CHUNK;
		if (PQputCopyData(st->db.conn, p + *done, (int)k) != 1 ||
		    stream_flush(s, st) != OK)
			return stream_fail_now(s, st);
	}
	st->turn += *done;
	s->table[st->table].out += *done;
	return OK;
}

static size_t
table_pending(const struct pgtable *t)
{
	return t->queue.len - t->at;
}

static void
table_queue(struct pgtable *t, const char *p, size_t n)
{
	if (t->at > 0 && t->queue.cap - t->queue.len <= n) {
		memmove(t->queue.p, t->queue.p + t->at, table_pending(t));
		t->queue.len -= t->at;
		t->at = 0;
	}
	buf_put(&t->queue, p, n);
}

static void
table_sent(struct pgtable *t, size_t n)
{
	t->at += n;
	if (t->at < t->queue.len)
		return;
	t->at = 0;
	if (t->stream->shared)
		buf_fini(&t->queue);
	else
		buf_clear(&t->queue);
}

/* The table with most rows waiting for this stream, besides the one in turn;
 * ntable: none has enough. */
static uint32_t
stream_next_table(const struct pgsink *s, const struct pgstream *st)
{
	size_t most = st->shared && !s->draining ? s->turn_most : 1;
	uint32_t t, best = s->schema->ntable;

	for (t = 0; t < s->schema->ntable; t++) {
		if (s->table[t].stream != st ||
		    table_pending(&s->table[t]) < most ||
		    (st->state == STREAM_COPYING && t == st->table))
			continue;
		best = t;
		most = table_pending(&s->table[t]);
	}
	return best;
}

static enum grade
stream_start_copy(struct pgsink *s, struct pgstream *st, uint32_t table)
{
	struct buf sql;
	int sent;

	st->table = table;
	st->turn = 0;
	st->stop = 0;
	buf_init(&sql, 4096);
	buf_puts(&sql, "COPY ");
	pgdb_name(&sql, s->staging, s->schema->table[table].name);
	buf_puts(&sql, s->table[table].freeze ?
	    " FROM STDIN (FORMAT binary, FREEZE)" :
	    " FROM STDIN (FORMAT binary)");
	s->table[table].vacuum |= !s->table[table].freeze;
	sent = PQsendQuery(st->db.conn, sql.p);
	buf_fini(&sql);
	st->state = STREAM_STARTING;
	if (!sent)
		return stream_fail_now(s, st);
	return stream_flush(s, st);
}

/* The server has answered to COPY: rows may go. */
static enum grade
stream_copy_started(struct pgsink *s, struct pgstream *st)
{
	PGresult *res = PQgetResult(st->db.conn);
	char doing[DOING_MAX];
	bool good = PQresultStatus(res) == PGRES_COPY_IN;

	if (!good)
		stream_fail(s, &st->db,
		    stream_doing(s, "loading", st->table, doing), res);
	PQclear(res);
	if (!good)
		return FATAL;
	st->state = STREAM_COPYING;
	if (PQputCopyData(st->db.conn, PGCOPY_HEADER,
	    PGCOPY_HEADER_BYTES) != 1)
		return stream_fail_now(s, st);
	return OK;
}

static enum grade
stream_end_copy(struct pgsink *s, struct pgstream *st)
{
	if (PQputCopyData(st->db.conn, PGCOPY_TRAILER,
	    PGCOPY_TRAILER_BYTES) != 1 ||
	    PQputCopyEnd(st->db.conn, NULL) != 1)
		return stream_fail_now(s, st);
	st->state = STREAM_ENDING;
	return stream_flush(s, st);
}

/* A COPY, or a commit.  false: not yet, or (with `failed`) an error. */
static bool
stream_ended(struct pgsink *s, struct pgstream *st)
{
	char doing[DOING_MAX];
	PGresult *res;

	while (!PQisBusy(st->db.conn)) {
		res = PQgetResult(st->db.conn);
		if (res == NULL) {
			st->state = STREAM_IDLE;
			return true;
		}
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			stream_fail(s, &st->db,
			    stream_doing(s, "loading", st->table, doing), res);
		PQclear(res);
		if (s->failed)
			return false;
	}
	return false;
}

/* What was loaded so far is safe; the tables are not of this transaction any
 * more, so that nothing that follows can be frozen. */
static enum grade
stream_commit(struct pgsink *s, struct pgstream *st)
{
	uint32_t t;

	st->commit = false;
	for (t = 0; t < s->schema->ntable; t++)
		if (s->table[t].stream == st)
			s->table[t].freeze = false;
	st->state = STREAM_COMMITTING;
	if (!PQsendQuery(st->db.conn, "COMMIT; BEGIN"))
		return stream_fail_now(s, st);
	return stream_flush(s, st);
}

static bool
stream_turn_is_over(const struct pgsink *s, const struct pgstream *st)
{
	size_t pending = table_pending(&s->table[st->table]);

	if (st->commit)
		return true;
	if (s->draining)
		return pending == 0;
	if (st->turn >= COPY_MOST)
		return true;
	return st->shared && (pending == 0 || st->turn >= s->turn_most) &&
	    stream_next_table(s, st) < s->schema->ntable;
}

/* Sends what waits for the table in turn; ends the turn when it is over. */
static enum grade
stream_copy(struct pgsink *s, struct pgstream *st)
{
	struct pgtable *t = &s->table[st->table];
	size_t n = table_pending(t), done;

	/* What is queued now ends with a row, so the COPY can end there, also
	 * where the socket is full all the time. */
	if (st->stop == 0 && st->turn >= COPY_MOST)
		st->stop = t->out + n;
	if (s->draining)
		st->stop = 0;
	if (st->stop > 0)
		n = (size_t)(st->stop - t->out);
	if (t->mark > 0 && n > t->mark - t->out)
		n = (size_t)(t->mark - t->out);
	if (stream_write(s, st, t->queue.p + t->at, n, &done) != OK)
		return FATAL;
	table_sent(t, done);
	if (st->blocked)
		return OK;
	if (t->mark > 0 && t->out == t->mark) {
		t->mark = 0;
		st->commit = true;
	}
	return stream_turn_is_over(s, st) ? stream_end_copy(s, st) : OK;
}

/* Goes as far as it can without waiting. */
static enum grade
stream_pump(struct pgsink *s, struct pgstream *st)
{
	enum stream_state before;
	uint32_t t;

	do {
		before = st->state;
		if (st->blocked)
			break;
		switch (st->state) {
		case STREAM_IDLE:
			if (st->commit) {
				stream_commit(s, st);
				break;
			}
			t = stream_next_table(s, st);
			if (t < s->schema->ntable)
				stream_start_copy(s, st, t);
			break;
		case STREAM_STARTING:
			if (!PQisBusy(st->db.conn))
				stream_copy_started(s, st);
			break;
		case STREAM_COPYING:
			stream_copy(s, st);
			break;
		case STREAM_ENDING:
		case STREAM_COMMITTING:
			stream_ended(s, st);
			break;
		}
	} while (!s->failed && st->state != before);
	return s->failed ? FATAL : OK;
}

/*
 * Something came in.  In a COPY that is an error, except that under TLS it
 * may be a record of TLS's own.
 */
static enum grade
stream_read(struct pgsink *s, struct pgstream *st)
{
	bool alive = PQconsumeInput(st->db.conn) != 0;
	bool plain = !PQsslInUse(st->db.conn) && !PQgssEncInUse(st->db.conn);

	if (!alive || (st->state == STREAM_COPYING && plain))
		return stream_fail_now(s, st);
	return OK;
}

/* An idle control connection is readable when the server ends it. */
static enum grade
stream_check_control(struct pgsink *s)
{
	PGresult *res = PQexec(s->control.conn, "SELECT 1");
	enum grade g = OK;

	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		g = stream_fail(s, &s->control, "waiting for the server", res);
	PQclear(res);
	return g;
}

/*
 * One poll() over all streams and the control connection, then as much work
 * as their answers allow; `timeout` as poll has it.
 */
static enum grade
stream_wait(struct pgsink *s, int timeout,
    enum grade (*work)(struct pgsink *, struct pgstream *))
{
	struct pollfd fd[STREAMS_MAX + 1];
	struct pgstream *st;
	uint32_t i;

	if (timeout != 0 && pgsink_is_interrupted(s))
		return FATAL;
	if (timeout < 0 && s->interrupted != NULL)
		timeout = WAIT_MS;
	for (i = 0; i < s->nstream; i++)
		fd[i] = (struct pollfd){ PQsocket(s->stream[i].db.conn),
		    (short)(POLLIN | (s->stream[i].blocked ? POLLOUT : 0)),
		    0 };
	fd[i] = (struct pollfd){ PQsocket(s->control.conn), POLLIN, 0 };
	if (poll(fd, s->nstream + 1, timeout) < 0)
		return errno == EINTR ? OK : stream_fail(s, &s->control,
		    "waiting for the server", NULL);
	for (i = 0; i < s->nstream; i++) {
		st = &s->stream[i];
		if (fd[i].revents & ~POLLOUT && stream_read(s, st) != OK)
			return FATAL;
		if (fd[i].revents & POLLOUT && stream_flush(s, st) != OK)
			return FATAL;
		if (work(s, st) != OK)
			return FATAL;
	}
	return fd[i].revents != 0 ? stream_check_control(s) : OK;
}

enum grade
pgstream_wait_control(struct pgsink *s)
{
	struct pollfd fd = { PQsocket(s->control.conn), POLLIN, 0 };

	while (PQisBusy(s->control.conn)) {
		if (pgsink_is_interrupted(s))
			return FATAL;
		if (poll(&fd, 1, s->interrupted == NULL ? -1 : WAIT_MS) > 0 &&
		    !PQconsumeInput(s->control.conn))
			break;		/* PQgetResult tells why */
	}
	return OK;
}

enum grade
pgstream_control(struct pgsink *s, const char *doing, const char *sql,
    const char *state)
{
	enum grade g = OK;
	PGresult *res;

	if (s->failed)
		return FATAL;
	if (!PQsendQuery(s->control.conn, sql))
		return stream_fail(s, &s->control, doing, NULL);
	while (pgstream_wait_control(s) == OK &&
	    (res = PQgetResult(s->control.conn)) != NULL) {
		if (state != NULL && pgdb_is_state(res, state))
			g = BAD;
		else if (PQresultStatus(res) != PGRES_COMMAND_OK)
			stream_fail(s, &s->control, doing, res);
		PQclear(res);
	}
	return s->failed ? FATAL : g;
}

static bool
stream_is_over(const struct pgsink *s)
{
	uint32_t t;

	for (t = 0; t < s->schema->ntable; t++)
		if (table_pending(&s->table[t]) >
		    (s->table[t].stream->shared ? 2 * s->turn_most :
		    QUEUE_MOST))
			return true;
	return false;
}

/* Rows came: a checkpoint is where a batch of them ends. */
static void
table_came(const struct pgsink *s, struct pgtable *t, size_t bytes,
    uint64_t rows)
{
	t->in += bytes;
	t->rows += rows;
	if (s->stage->checkpoint > 0 && t->mark == 0 &&
	    t->rows >= s->stage->checkpoint) {
		t->mark = t->in;
		t->rows = 0;
	}
}

static enum grade
stream_put_table(struct pgsink *s, uint32_t table, struct buf *rows,
    uint64_t n)
{
	struct pgtable *t = &s->table[table];
	struct pgstream *st = t->stream;
	size_t done = 0;

	if (t->skip > 0)
		pgresume_skip(t, rows, &n);
	if (rows->len == 0)
		return OK;
	if (st->state == STREAM_COPYING && st->table == table &&
	    t->mark == 0 && st->stop == 0 && table_pending(t) == 0 &&
	    stream_write(s, st, rows->p, rows->len, &done) != OK)
		return FATAL;
	table_queue(t, rows->p + done, rows->len - done);
	table_came(s, t, rows->len, n);
	buf_clear(rows);
	return stream_pump(s, st);
}

enum grade
pgstream_put(struct pgsink *s, struct batch *b)
{
	uint32_t i;

	if (s->failed || stream_wait(s, 0, stream_pump) != OK)
		return FATAL;
	for (i = 0; i < s->schema->ntable; i++)
		if (b->out[i].len > 0 && stream_put_table(s, i, &b->out[i],
		    b->rows[i].n) != OK)
			return FATAL;
	while (stream_is_over(s))
		if (stream_wait(s, -1, stream_pump) != OK)
			return FATAL;
	return OK;
}

enum grade
pgstream_drain(struct pgsink *s)
{
	uint32_t i;
	bool more = true;

	if (s->failed)
		return FATAL;
	s->draining = true;
	for (i = 0; i < s->nstream; i++)
		if (stream_pump(s, &s->stream[i]) != OK)
			return FATAL;
	for (;;) {
		more = false;
		for (i = 0; i < s->nstream; i++)
			more |= s->stream[i].state != STREAM_IDLE ||
			    s->stream[i].commit;
		if (!more)
			return OK;
		if (stream_wait(s, -1, stream_pump) != OK)
			return FATAL;
	}
}

void
pgstream_add_step(struct pgsink *s, uint32_t table, const char *doing,
    const char *sql, uint32_t set)
{
	struct pgstream *st = s->table[table].stream;
	struct pgstep *step = ARENA_PUSH(s->arena, st->step, st->nstep,
	    st->step_cap);

	*step = (struct pgstep){ arena_strdup(s->arena, doing),
	    arena_strdup(s->arena, sql), table, set };
}

/* Sends the next step, if there is one. */
static enum grade
stream_send_step(struct pgsink *s, struct pgstream *st)
{
	if (st->at == st->nstep)
		return OK;
	if (!PQsendQuery(st->db.conn, st->step[st->at].sql))
		return stream_fail(s, &st->db, st->step[st->at].doing, NULL);
	st->busy = true;
	return stream_flush(s, st);
}

/* Takes answers to the step in hand and goes on to the next. */
static enum grade
stream_work_step(struct pgsink *s, struct pgstream *st)
{
	const struct pgstep *step;
	PGresult *res;

	while (st->busy && !PQisBusy(st->db.conn)) {
		step = &st->step[st->at];
		res = PQgetResult(st->db.conn);
		if (res == NULL) {
			st->busy = false;
			st->at++;
			if (stream_send_step(s, st) != OK)
				return FATAL;
			continue;
		}
		if (step->set != NO_SET && pgdb_is_state(res, "23505"))
			s->repeats[step->set] = true;
		else if (PQresultStatus(res) != PGRES_COMMAND_OK)
			stream_fail(s, &st->db, step->doing, res);
		PQclear(res);
		if (s->failed)
			return FATAL;
	}
	return OK;
}

enum grade
pgstream_run_steps(struct pgsink *s)
{
	bool more = true;
	uint32_t i;

	for (i = 0; i < s->nstream; i++)
		if (stream_send_step(s, &s->stream[i]) != OK)
			return FATAL;
	for (;;) {
		more = false;
		for (i = 0; i < s->nstream; i++)
			more |= s->stream[i].busy;
		if (!more)
			break;
		if (stream_wait(s, -1, stream_work_step) != OK)
			return FATAL;
	}
	for (i = 0; i < s->nstream; i++)
		s->stream[i].nstep = s->stream[i].at = 0;
	return OK;
}

/*
 * A server short of connections gives some of them: one is enough.  So only
 * the first stream's error is told.
 */
bool
pgstream_open(struct pgsink *s)
{
	uint32_t n = s->schema->ntable, i;
	struct pgstream *st;

	if (n > STREAMS_MAX)
		n = STREAMS_MAX;
	for (s->nstream = 0; s->nstream < n; s->nstream++) {
		st = &s->stream[s->nstream];
		*st = (struct pgstream){ .state = STREAM_IDLE };
		if (!pgdb_connect(&st->db, s->nstream == 0 ? s->diags : NULL,
		    s->target, &s->control))
			break;
		st->db.diags = s->diags;
	}
	if (n > 0 && s->nstream == 0)
		return false;
	s->turn_most = TURN_MOST;
	if (s->schema->ntable > QUEUES_MOST / 2 / TURN_MOST)
		s->turn_most = QUEUES_MOST / 2 / s->schema->ntable;
	s->table = arena_array(s->arena, s->schema->ntable + 1,
	    sizeof *s->table);
	s->repeats = arena_array(s->arena, schema_nset(s->schema) + 1,
	    sizeof *s->repeats);
	for (i = 0; i < s->schema->ntable; i++) {
		st = &s->stream[i % s->nstream];
		s->table[i].stream = st;
		st->shared = i >= s->nstream || i + s->nstream <
		    s->schema->ntable;
		buf_init(&s->table[i].queue, SIZE_MAX / 2);
	}
	s->draining = false;
	return true;
}

static void
stream_cancel(PGconn *conn)
{
	char why[256];
	PGcancel *c;

	if (PQtransactionStatus(conn) != PQTRANS_ACTIVE)
		return;
	c = PQgetCancel(conn);
	if (c == NULL)
		return;
	PQcancel(c, why, sizeof why);
	PQfreeCancel(c);
}

void
pgstream_close(struct pgsink *s, bool cancel)
{
	uint32_t i;

	if (cancel)
		stream_cancel(s->control.conn);
	for (i = 0; i < s->nstream; i++) {
		if (cancel)
			stream_cancel(s->stream[i].db.conn);
		pgdb_close(&s->stream[i].db);
	}
	for (i = 0; i < s->schema->ntable && s->table != NULL; i++)
		buf_fini(&s->table[i].queue);
	s->table = NULL;
	s->nstream = 0;
}

#endif
