/*
 * Queries and statements of publications in PostgreSQL.
 *
 * Planning one of the queries takes longer than running it, and the way to the
 * server and back longer than most statements.  So queries are planned once,
 * and the statements of a script are sent together.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define ODD_MOST	5u

/* --- the publication's tables ---------------------------------------------- */

void
pgpub_put_element(struct buf *b, const char *text)
{
	if (b->len > 1)
		buf_putc(b, ',');
	if (text == NULL) {
		buf_puts(b, "NULL");
		return;
	}
	buf_putc(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
	buf_putc(b, '"');
}

/* An array literal: names, or schemas where the tables are put or stand. */
static const char *
array_of(struct pgpub *g, int what)
{
	const struct pub_table *t;
	const char *text;
	uint32_t i, n;
	struct buf b;

	buf_init(&b, PGPUB_SQL_MAX);
	buf_putc(&b, '{');
	for (i = 0; i < g->p->ntable; i++) {
		t = &g->table[i];
		n = what == 1 ? t->now : t->then;
		pgpub_put_element(&b, what == 0 ? t->name : n == 0 ? NULL :
		    db_generation_schema(g->a, g->p->schema, n));
	}
	buf_putc(&b, '}');
	text = arena_strdup(g->a, b.p);
	buf_fini(&b);
	return text;
}

static int
by_name(const void *x, const void *y)
{
	const struct pub_table *a = x, *b = y;

	return strcmp(a->name, b->name);
}

struct pgpub *
pgpub_of(struct publication *p)
{
	struct pgpub *g = p->own;

	if (g == NULL) {
		g = p->own = arena_zalloc(p->arena, sizeof *g);
		g->a = p->arena;
	}
	g->p = p;
	g->db = p->db->pg;
	g->db.diags = p->db->diags;
	g->table = arena_array(g->a, p->ntable + 1, sizeof *g->table);
	if (p->ntable > 0)
		memcpy(g->table, p->table, p->ntable * sizeof *g->table);
	qsort(g->table, p->ntable, sizeof *g->table, by_name);
	g->param[0] = p->schema;
	g->param[1] = array_of(g, 0);
	g->param[2] = array_of(g, 1);
	g->param[3] = array_of(g, 2);
	return g;
}

/* --- queries --------------------------------------------------------------- */

/*
 * The catalogue may be large, and what is asked is of few tables, which the
 * queries' text begins with: they are to be joined as they are written, and
 * found by indexes.
 */
static const char set_planner[] = "SET enable_seqscan = off;"
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;"
    "SET join_collapse_limit = 1; SET from_collapse_limit = 1";
static const char reset_planner[] = "RESET enable_seqscan;"
    "RESET enable_hashjoin; RESET enable_mergejoin; RESET jit;"
    "RESET join_collapse_limit; RESET from_collapse_limit";

static bool
set(struct pgpub *g, const char *sql)
{
	return pgdb_exec(&g->db, "preparing the session", sql);
}

bool
pgpub_begin(struct pgpub *g)
{
	return set(g, "SET plan_cache_mode = force_generic_plan");
}

void
pgpub_end(struct pgpub *g)
{
	if (PQstatus(g->db.conn) == CONNECTION_OK)
		PQclear(PQexec(g->db.conn, "RESET plan_cache_mode"));
}

static struct pgpub_planned *
find_planned(struct pgpub *g, const char *sql)
{
	uint32_t i;

	for (i = 0; i < g->nplanned; i++)
		if (g->planned[i].sql == sql)
			return &g->planned[i];
	return NULL;
}

/* NULL: told. */
static struct pgpub_planned *
plan_query(struct pgpub *g, const char *sql)
{
	static atomic_uint last;	/* names are unique in a session */
	struct pgpub_planned *q = find_planned(g, sql);
	const char *name;
	PGresult *res;
	bool good;

	if (q != NULL)
		return q;
	name = arena_printf(g->a, "decant_publication_%u",
	    atomic_fetch_add(&last, 1));
	res = PQprepare(g->db.conn, name, sql, 0, NULL);
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!good)
		pgdb_error(&g->db, "looking at the live tables", res);
	PQclear(res);
	if (!good)
		return NULL;
	q = ARENA_PUSH(g->a, g->planned, g->nplanned, g->planned_cap);
	*q = (struct pgpub_planned){ .sql = sql, .name = name };
	return q;
}

PGresult *
pgpub_query(struct pgpub *g, const char *sql, const char *own)
{
	bool first = find_planned(g, sql) == NULL;
	struct pgpub_planned *q;
	PGresult *res;

	if ((first && !set(g, set_planner)) ||
	    (q = plan_query(g, sql)) == NULL)
		return NULL;
	g->param[PGPUB_PARAMS] = own;
	res = PQexecPrepared(g->db.conn, q->name, PGPUB_PARAMS + (own != NULL),
	    g->param, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && (!first ||
	    set(g, reset_planner)))
		return res;
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		pgdb_error(&g->db, "looking at the live tables", res);
	PQclear(res);
	return NULL;
}

/* --- statements ------------------------------------------------------------ */

void
pgpub_add(struct pgpub *g, struct pgpub_script *s, const char *doing,
    const char *sql)
{
	*ARENA_PUSH(g->a, s->step, s->n, s->cap) = (struct pgpub_step){
	    arena_strdup(g->a, doing), arena_strdup(g->a, sql) };
}

bool
pgpub_ask(struct pgpub *g, struct pgpub_script *s, const char *sql)
{
	PGresult *res = pgpub_query(g, sql, NULL);
	int i;

	for (i = 0; res != NULL && i < PQntuples(res); i++)
		pgpub_add(g, s, PQgetvalue(res, i, 1), PQgetvalue(res, i, 2));
	PQclear(res);
	return res != NULL;
}

bool
pgpub_ask_live(struct pgpub *g, struct pgpub_script *s, const char *sql)
{
	return !g->live || pgpub_ask(g, s, sql);
}

void
pgpub_note(struct pgpub *g, const char *fmt, ...)
{
	va_list ap;

	if (g->p->dry == NULL)
		return;
	va_start(ap, fmt);
	buf_vprintf(g->p->dry, fmt, ap);
	va_end(ap);
	buf_puts(g->p->dry, ";\n");
}

/* What is not there, or does not fit, or is depended on: what `code` is for. */
static bool
is_misfit(const char *state)
{
	return state != NULL && strcmp(state, "42501") != 0 &&
	    (strncmp(state, "42", 2) == 0 || strcmp(state, "2BP01") == 0 ||
	    strcmp(state, "0A000") == 0);
}

static void
tell_failed(struct pgpub *g, enum diag_code code, const char *doing,
    const PGresult *res)
{
	const char *hint = NULL;

	if (!is_misfit(PQresultErrorField(res, PG_DIAG_SQLSTATE)))
		code = DIAG_T057;
	if (code == DIAG_T068)
		hint = "what somebody added to the live table does not fit the "
		    "new one; drop it there";
	else if (code == DIAG_T069)
		hint = "it uses what the new table does not have; drop it "
		    "before the publication and make it again after";
	pgdb_error_as(&g->db, code, doing, res, hint);
}

/*
 * false: told, or `busy`, or `changed`.  GRANT and COMMENT take no lock on a
 * table, so that a statement of ours may meet one; the server has no code of
 * its own for that.
 */
static bool
took_effect(struct pgpub *g, enum diag_code code, const char *doing,
    const PGresult *res)
{
	bool good = PQresultStatus(res) == PGRES_COMMAND_OK ||
	    PQresultStatus(res) == PGRES_TUPLES_OK;

	if (pgdb_is_state(res, "55P03") || pgdb_is_state(res, "40P01"))
		g->busy = true;
	else if (pgdb_is_state(res, "XX000") && g->odd++ < ODD_MOST)
		g->changed = true;	/* "tuple concurrently updated" */
	else if (!good)
		tell_failed(g, code, doing, res);
	return good;
}

bool
pgpub_exec(struct pgpub *g, enum diag_code code, const char *doing,
    const char *sql)
{
	PGresult *res;
	bool good;

	if (g->p->dry != NULL) {
		buf_puts(g->p->dry, sql);
		buf_puts(g->p->dry, ";\n");
		return true;
	}
	res = PQexec(g->db.conn, sql);
	good = took_effect(g, code, doing, res);
	PQclear(res);
	return good;
}

/* The statements of a script all at once: it is the way to the server and back
 * that takes time. */
static bool
send_script(struct pgpub *g, const struct pgpub_script *s)
{
	struct buf b;
	uint32_t i;
	bool good;

	buf_init(&b, PGPUB_SQL_MAX);
	for (i = 0; i < s->n; i++) {
		buf_puts(&b, s->step[i].sql);
		buf_puts(&b, ";\n");
	}
	good = PQsendQuery(g->db.conn, b.p) != 0;
	buf_fini(&b);
	if (!good)
		pgdb_error(&g->db, s->step[0].doing, NULL);
	return good;
}

bool
pgpub_run_script(struct pgpub *g, enum diag_code code,
    const struct pgpub_script *s)
{
	PGresult *res;
	uint32_t i, at;
	bool good = true;

	if (s->n == 0)
		return true;
	if (g->p->dry != NULL) {
		for (i = 0; i < s->n; i++)
			pgpub_exec(g, code, s->step[i].doing, s->step[i].sql);
		return true;
	}
	if (!send_script(g, s))
		return false;
	for (i = 0; (res = PQgetResult(g->db.conn)) != NULL; i++) {
		at = i < s->n ? i : s->n - 1;
		if (good)
			good = took_effect(g, code, s->step[at].doing, res);
		PQclear(res);
	}
	return good;
}

#endif
