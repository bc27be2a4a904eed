/*
 * The change logs of tables that become live in PostgreSQL: made beforehand,
 * for the applications' statements would fail without them; then their
 * triggers.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include "base/buf.h"
#include "base/mem.h"
#include "generation/change_log_impl.h"
#include "generation/change_log_postgres.h"

static struct log_table
log_of(const struct pub_table *t)
{
	return (struct log_table){ t->name, t->then, t->key, t->nkey };
}

bool
pgpublog_create(struct pgpub *g)
{
	struct log_table t;
	struct buf b;
	uint32_t i;
	bool good;

	buf_init(&b, PGPUB_SQL_MAX);
	good = pglog_put_guard(&b, g->p->db) && (b.len == 0 ||
	    pgpub_exec(g, DIAG_L040, "creating the change log's functions",
	    b.p));
	for (i = 0; i < g->p->ntable && good; i++) {
		if (g->table[i].then == 0)
			continue;
		t = log_of(&g->table[i]);
		buf_clear(&b);
		good = pglog_put_create(&b, g->p->db, g->p->schema, &t) &&
		    pgpub_exec(g, DIAG_L040, arena_printf(g->a,
		    "creating the change log of table '%s'", t.name), b.p);
	}
	buf_fini(&b);
	return good;
}

const char *
pgpublog_names(struct pgpub *g)
{
	struct log_table t;
	struct buf b, name;
	const char *names;
	uint32_t i;

	buf_init(&b, PGPUB_SQL_MAX);
	buf_init(&name, PGPUB_SQL_MAX);
	buf_putc(&b, '{');
	for (i = 0; i < g->p->ntable; i++) {
		if (g->table[i].then == 0)
			continue;
		t = log_of(&g->table[i]);
		buf_clear(&name);
		pgdb_name(&name, "decant", pglog_name(g->a, g->p->db,
		    g->p->schema, &t));
		pgpub_put_element(&b, name.p);
	}
	buf_putc(&b, '}');
	names = arena_strdup(g->a, b.p);
	buf_fini(&name);
	buf_fini(&b);
	return names;
}

static const char sql_missing[] = PGPUB_TABLES
    "SELECT to_regproc('decant." PGLOG_GUARD "') IS NULL OR EXISTS (SELECT"
    "  FROM unnest($5::text[]) l WHERE to_regclass(l) IS NULL) FROM (SELECT)"
    "  x";

static bool
look(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_missing, pgpublog_names(g));

	if (res != NULL)
		g->stale |= PQgetvalue(res, 0, 0)[0] == 't';
	PQclear(res);
	return res != NULL;
}

bool
pgpublog_ask(struct pgpub *g, struct pgpub_script *out)
{
	struct log_table t;
	struct buf b;
	uint32_t i;

	if (g->p->dry == NULL && !look(g))
		return false;
	buf_init(&b, PGPUB_SQL_MAX);
	for (i = 0; i < g->p->ntable; i++) {
		if (g->table[i].then == 0)
			continue;
		t = log_of(&g->table[i]);
		buf_clear(&b);
		pglog_put_attach(&b, g->p->db, g->p->schema, &t);
		pgpub_add(g, out, arena_printf(g->a,
		    "logging changes of table '%s'", t.name), b.p);
	}
	buf_fini(&b);
	return true;
}

bool
pgpublog_drop(struct pgpub *g)
{
	struct pgpub_script drop = { .n = 0 };
	struct log_table t;
	struct buf b;
	uint32_t i;

	buf_init(&b, PGPUB_SQL_MAX);
	for (i = 0; i < g->p->ntable; i++) {
		if (g->table[i].then == 0)
			continue;
		t = log_of(&g->table[i]);
		buf_clear(&b);
		pglog_put_drop(&b, g->p->db, g->p->schema, &t);
		pgpub_add(g, &drop, arena_printf(g->a,
		    "dropping the change log of table '%s'", t.name), b.p);
	}
	buf_fini(&b);
	return pgpub_run_script(g, DIAG_T057, &drop);
}

#endif
