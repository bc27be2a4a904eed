/*
 * The tests of a mapping; see checks.h.
 */
#include "generation/checks.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "mapping/mapping.h"

#define SQL_MAX	(16u << 20)

/* The tables of a generation that is not live, under their own names. */
static void
put_views(struct buf *b, const struct dataset *d, const struct generation *g,
    bool make)
{
	const struct generation *live = dataset_live(d);
	const struct gen_table *now;
	uint32_t i;

	for (i = 0; i < g->ntable; i++) {
		now = generation_find_table(live, g->table[i].name);
		if (now != NULL && now->home == g->table[i].home)
			continue;
		buf_puts(b, make ? "CREATE TEMP VIEW " :
		    "DROP VIEW IF EXISTS temp.");
		db_ident(d->db, b, g->table[i].name);
		if (make) {
			buf_puts(b, " AS SELECT * FROM ");
			db_put_table(d->db, b, d->name, g->table[i].name,
			    g->table[i].home);
		}
		buf_puts(b, ";\n");
	}
}

/* Schemas of its tables: its own homes, then the live one. */
static void
put_path(struct buf *b, const struct dataset *d, const struct generation *g)
{
	const struct generation *live = dataset_live(d);
	const struct gen_table *now;
	uint32_t i, k;
	bool seen;

	buf_puts(b, "SET LOCAL search_path = ");
	for (i = 0; i < g->ntable; i++) {
		now = generation_find_table(live, g->table[i].name);
		seen = now != NULL && now->home == g->table[i].home;
		for (k = 0; k < i; k++)
			seen = seen || g->table[k].home == g->table[i].home;
		if (seen)
			continue;
		db_ident(d->db, b, db_generation_schema(d->arena, d->name,
		    g->table[i].home));
		buf_puts(b, ", ");
	}
	db_ident(d->db, b, d->name);
	buf_puts(b, ", public");
}

/* A query may end in a semicolon, and in a comment. */
static const char *
bare_query(struct arena *a, const char *query)
{
	size_t n = strlen(query);

	while (n > 0 && strchr("; \t\r\n", query[n - 1]) != NULL)
		n--;
	return arena_strndup(a, query, n);
}

static void
ask(struct dataset *d, const char *query, struct check_result *r)
{
	const struct db_result *rows;

	rows = db_query(d->db, d->arena, "running a test",
	    arena_printf(d->arena, "SELECT count(*) FROM (\n%s\n) AS "
	    "decant_rows", query), 0, NULL);
	if (rows == NULL) {
		r->state = CHECK_ERROR;
		return;
	}
	r->failures = strtoull(db_cell(rows, 0, 0), NULL, 10);
	r->state = r->failures == 0 ? CHECK_PASSED : CHECK_FAILED;
}

/* What db_query told becomes the result's text. */
static void
check_inside(struct dataset *d, const struct generation *g,
    const char *query, struct check_result *r)
{
	struct db *db = d->db;
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	if (db->kind == DB_SQLITE) {
		put_views(&sql, d, g, false);
		put_views(&sql, d, g, true);
		good = db_exec(db, "", sql.p == NULL ? "" : sql.p) &&
		    db_exec(db, "", "PRAGMA query_only = ON");
		if (good)
			ask(d, query, r);
		db_try(db, "PRAGMA query_only = OFF");
		buf_clear(&sql);
		put_views(&sql, d, g, false);
		db_try(db, sql.p == NULL ? "" : sql.p);
	} else {
		buf_puts(&sql, "BEGIN ISOLATION LEVEL REPEATABLE READ, "
		    "READ ONLY; ");
		put_path(&sql, d, g);
		good = db_exec(db, "running a test", sql.p);
		if (good)
			ask(d, query, r);
		db_roll_back(db);
	}
	buf_fini(&sql);
}

/* Without what was being done, and where: a test's name says that. */
static const char *
error_text(const char *message)
{
	const char *p = strstr(message, "\": ");

	if (strncmp(message, "SQLite, on \"", 12) == 0 && p != NULL)
		return p + 3;
	if (strncmp(message, "running a test: ", 16) == 0)
		return message + 16;
	return message;
}

void
check_run(struct dataset *d, const struct generation *g, const char *name,
    const char *query, bool always, struct check_result *r)
{
	struct diags mine, *diags = d->db->diags;

	*r = (struct check_result){ .name = name, .always = always,
	    .state = CHECK_ERROR, .text = "" };
	diags_init(&mine, d->arena);
	d->db->diags = &mine;
	d->db->lite.diags = &mine;
#ifdef HAVE_LIBPQ
	d->db->pg.diags = &mine;
#endif
	check_inside(d, g, bare_query(d->arena, query), r);
	d->db->diags = diags;
	d->db->lite.diags = diags;
#ifdef HAVE_LIBPQ
	d->db->pg.diags = diags;
#endif
	if (r->state == CHECK_ERROR)
		r->text = mine.first != NULL ? error_text(mine.first->message) :
		    "it could not be run";
}

struct check_result *
check_all(struct dataset *d, const struct generation *g,
    const struct mapping *m, uint32_t *n)
{
	struct check_result *r = arena_array(d->arena, m->ntest + 1,
	    sizeof *r);
	uint32_t i;

	for (i = 0; i < m->ntest; i++)
		check_run(d, g, m->test[i].name, m->test[i].query,
		    !m->test[i].proves, &r[i]);
	*n = m->ntest;
	return r;
}

bool
check_tell(struct dataset *d, const struct mapping *m,
    const struct check_result *r, uint32_t n, const char *hint)
{
	struct diag *di;
	bool good = true;
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (r[i].state == CHECK_PASSED)
			continue;
		good = false;
		if (r[i].state == CHECK_ERROR)
			di = diag_add(d->db->diags, DIAG_L009,
			    m->test[i].at, "test '%s' cannot be run: %s",
			    r[i].name, r[i].text);
		else
			di = diag_add(d->db->diags, DIAG_L009,
			    m->test[i].at, "test '%s' fails: %llu row%s",
			    r[i].name, (unsigned long long)r[i].failures,
			    r[i].failures == 1 ? "" : "s");
		diag_hint(d->db->diags, di, "%s", hint);
	}
	return good;
}
