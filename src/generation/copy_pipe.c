/*
 * The reading half of a lane; see copy_impl.h.
 *
 * What the target cannot hold is found here, where the row can still be
 * named.
 */
#include "generation/copy_impl.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/diag.h"

#define SQL_MAX		(1u << 20)

/* A value that does not fit. */
struct misfit {
	uint32_t row, column;
	const char *why;
};

/* --- what is refused ----------------------------------------------------- */

static const char *
type_text(struct arena *a, const struct sqltype *type)
{
	char text[48];

	text[sqltype_format(text, type)] = '\0';
	return arena_strdup(a, text);
}

/* Where the n-th row is, and what it holds, as text: in the order in which it
 * was read. */
static const struct db_result *
find_row(struct copy_pipe *p, uint64_t number, uint32_t column)
{
	bool lite = p->db->kind == DB_SQLITE;
	const struct db_result *r = NULL;
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "SELECT %s, substr(CAST(", lite ? "rowid" :
	    "ctid::text");
	db_ident(p->db, &sql, p->t->column[column].name);
	buf_printf(&sql, " AS text), 1, 80) FROM %s %s LIMIT 1 OFFSET %" PRIu64,
	    p->t->relation, p->t->tail, number);
	if (lite ? db_try(p->db, sql.p) : true)
		r = db_query(p->db, p->db->arena, "looking for a row", sql.p,
		    0, NULL);
	buf_fini(&sql);
	return r != NULL && r->n > 0 ? r : NULL;
}

static void
tell_misfit(struct copy_pipe *p, uint64_t before, const struct misfit *m)
{
	const struct copy_column *c = &p->t->column[m->column];
	const struct db_result *r = find_row(p, before + m->row, m->column);
	struct arena *a = p->db->arena;
	const char *where = r == NULL ? arena_printf(a, "row %" PRIu64
	    " as the table is read", before + m->row + 1) :
	    arena_printf(a, "the row with %s %s", p->db->kind == DB_SQLITE ?
	    "rowid" : "ctid", db_cell(r, 0, 0));
	const char *value = r == NULL ? NULL : db_cell(r, 0, 1);

	diag_hint(p->db->diags, diag_add(p->db->diags, DIAG_L142, NOWHERE,
	    "column '%s' of table '%s' holds %s%s%s in %s, which %s%s",
	    c->name, p->t->name, value == NULL ? "a value" : "'",
	    value == NULL ? "" : value, value == NULL ? "" : "'", where,
	    m->why != NULL ? m->why : "is no ", m->why != NULL ? "" :
	    type_text(a, &c->from.type)), "nothing was changed; put the value "
	    "right in the source, or give its column a type that it fits");
}

static void
look(struct misfit *m, uint32_t row, uint32_t column, const char *why)
{
	if (row < m->row)
		*m = (struct misfit){ row, column, why };
}

/* Texts with X'00', which PostgreSQL does not have. */
static void
look_for_nul(const struct column *c, uint32_t column, uint32_t n,
    struct misfit *m)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (c->v.text[i].len > 0 && memchr(c->v.text[i].p, 0,
		    c->v.text[i].len) != NULL) {
			look(m, i, column, "has X'00' in it, and no text of "
			    "PostgreSQL's can");
			return;
		}
}

static void
look_for_nan(const struct column *c, uint32_t column, uint32_t n,
    struct misfit *m)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (isnan(c->v.f64[i])) {
			look(m, i, column, "SQLite would make null of");
			return;
		}
}

/* The first value of a batch that does not fit; false: all do. */
static bool
find_misfit(const struct copy_pipe *p, const struct pipe_batch *b,
    struct misfit *m)
{
	bool lite = p->run->to.kind == DB_SQLITE;
	uint32_t i;

	*m = (struct misfit){ .row = UINT32_MAX };
	for (i = 0; i < p->t->ncolumn; i++) {
		if (b->col[i].bad.n > 0)
			look(m, b->col[i].bad.v[0].row, i, NULL);
		if (!lite && b->col[i].type == V_TEXT)
			look_for_nul(&b->col[i], i, b->n, m);
		if (lite && b->col[i].type == V_F64)
			look_for_nan(&b->col[i], i, b->n, m);
	}
	return m->row != UINT32_MAX;
}

/* A numeric that is NaN, a time after the year 294246: values that decant does
 * not have, and both servers do. */
static bool
is_server_own(const struct copy_pipe *p, const struct misfit *m)
{
	return m->why == NULL && p->run->from.kind == DB_POSTGRES &&
	    p->run->to.kind == DB_POSTGRES &&
	    p->t->column[m->column].from.type.kind != SQL_TEXT;
}

/* --- the thread ---------------------------------------------------------- */

/* Waits for room; false: nobody wants more. */
static struct pipe_batch *
take_room(struct copy_pipe *p)
{
	struct pipe_batch *b = NULL;

	pthread_mutex_lock(&p->lock);
	while (p->n == PIPE_BATCHES && !p->stop)
		pthread_cond_wait(&p->changed, &p->lock);
	if (!p->stop)
		b = &p->batch[(p->head + p->n) % PIPE_BATCHES];
	pthread_mutex_unlock(&p->lock);
	return b;
}

static void
hand_over(struct copy_pipe *p, bool batch, bool ended, bool failed)
{
	pthread_mutex_lock(&p->lock);
	p->n += batch;
	p->ended |= ended;
	p->failed |= failed;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static void *
pipe_run(void *arg)
{
	struct copy_pipe *p = arg;
	struct table_reader *r;
	struct pipe_batch *b;
	struct misfit m;
	uint64_t rows = 0;
	enum grade g = FATAL;
	bool misfit = false;

	r = table_reader_new(p->db, p->t->relation, p->column, p->t->ncolumn,
	    p->t->tail);
	while (r != NULL && (b = take_room(p)) != NULL) {
		arena_reset(&b->arena);
		g = table_reader_next(r, &b->arena, COPY_BATCH, b->col, &b->n);
		if (g != OK)
			break;
		misfit = find_misfit(p, b, &m);
		if (misfit)
			break;
		rows += b->n;
		hand_over(p, true, false, false);
	}
	table_reader_free(r);
	if (misfit && is_server_own(p, &m))
		p->as_text = m.column;
	else if (misfit)
		tell_misfit(p, rows, &m);
	hand_over(p, false, true, misfit || g == FATAL);
	return NULL;
}

bool
copy_pipe_open(struct copy_pipe *p, const struct copy_run *run, struct db *db,
    const struct copy_table *t)
{
	uint32_t i;
	int rc;

	*p = (struct copy_pipe){ .db = db, .run = run, .t = t,
	    .as_text = COPY_NO_COLUMN };
	p->column = mem_array(t->ncolumn, sizeof *p->column);
	for (i = 0; i < t->ncolumn; i++)
		p->column[i] = t->column[i].from;
	for (i = 0; i < PIPE_BATCHES; i++) {
		arena_init(&p->batch[i].arena);
		p->batch[i].col = mem_array(t->ncolumn,
		    sizeof *p->batch[i].col);
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	rc = pthread_create(&p->thread, NULL, pipe_run, p);
	if (rc == 0)
		return true;
	diag_add(db->diags, DIAG_L140, NOWHERE, "no thread can be started "
	    "to read with: %s", strerror(rc));
	p->thread = pthread_self();
	p->failed = p->ended = true;
	copy_pipe_close(p);
	return false;
}

struct pipe_batch *
copy_pipe_next(struct copy_pipe *p)
{
	struct pipe_batch *b = NULL;

	pthread_mutex_lock(&p->lock);
	while (p->n == 0 && !p->ended)
		pthread_cond_wait(&p->changed, &p->lock);
	if (p->n > 0)
		b = &p->batch[p->head];
	pthread_mutex_unlock(&p->lock);
	return b;
}

void
copy_pipe_done(struct copy_pipe *p)
{
	pthread_mutex_lock(&p->lock);
	p->head = (p->head + 1) % PIPE_BATCHES;
	p->n--;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

bool
copy_pipe_close(struct copy_pipe *p)
{
	uint32_t i;

	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	if (!pthread_equal(p->thread, pthread_self()))
		pthread_join(p->thread, NULL);
	for (i = 0; i < PIPE_BATCHES; i++) {
		arena_fini(&p->batch[i].arena);
		mem_free(p->batch[i].col);
	}
	mem_free(p->column);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	return !p->failed;
}
