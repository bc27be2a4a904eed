/*
 * Tables of the PostgreSQL sink that do not begin empty: those of a run that
 * did not end, and those that begin with the rows of another generation.
 *
 * A table always gets the same rows in the same order.  So the rows that were
 * committed are the first ones, and their number says all: as many are left
 * out.  What the run had made for the end (keys, constraints, indexes) goes
 * first, for it would be in the way of the rows and be made twice.
 *
 * A base is copied and committed together with a comment that tells how many
 * rows it had, for these are not of the input.  All tables are copied from one
 * snapshot.
 */
#ifdef HAVE_LIBPQ

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sink_postgres_impl.h"

#define SQL_MAX		(16u << 20)
#define BASE_MARK	PGSCHEMA_STAGING ", base "

void
pgresume_put_mark(struct pgsink *s, struct buf *sql, uint32_t table)
{
	buf_puts(sql, "; COMMENT ON TABLE ");
	pgdb_name(sql, s->staging, s->schema->table[table].name);
	buf_puts(sql, " IS '" PGSCHEMA_STAGING "'");
	s->table[table].marked = true;
}

/* --- a run that did not end ----------------------------------------------- */

static bool
resume_fail(struct pgsink *s)
{
	s->failed = true;
	return false;
}

/* The columns must be the schema's; the first row that is not tells which. */
static bool
resume_columns(struct pgsink *s, const struct schema_table *t,
    const char *columns)
{
	const char *name = columns;
	uint32_t i;
	size_t n;

	for (i = 0; i < t->ncolumn; i++) {
		n = strcspn(name, "\n");
		if (strlen(t->column[i].name) != n ||
		    memcmp(t->column[i].name, name, n) != 0)
			break;
		name += n + (name[n] == '\n');
	}
	if (i == t->ncolumn && *name == '\0')
		return true;
	diag_hint(s->diags, diag_add(s->diags, DIAG_T071, NOWHERE,
	    "staged table '%s.%s' has other columns than the mapping asks for",
	    s->staging, t->name), "the mapping has changed since: stage from "
	    "the beginning");
	return resume_fail(s);
}

/* Rows of a table, in *n. */
static bool
resume_count(struct pgsink *s, uint32_t table, uint64_t *n)
{
	PGconn *conn = s->control.conn;
	struct buf sql;
	PGresult *res;
	bool good = false;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT count(*) FROM ");
	pgdb_name(&sql, s->staging, s->schema->table[table].name);
	if (!PQsendQuery(conn, sql.p)) {
		pgdb_error(&s->control, "counting staged rows", NULL);
		buf_fini(&sql);
		return resume_fail(s);
	}
	buf_fini(&sql);
	while (pgstream_wait_control(s) == OK &&
	    (res = PQgetResult(conn)) != NULL) {
		if (PQresultStatus(res) == PGRES_TUPLES_OK) {
			*n = strtoull(PQgetvalue(res, 0, 0), NULL, 10);
			good = true;
		} else {
			pgdb_error(&s->control, "counting staged rows", res);
		}
		PQclear(res);
	}
	return good || resume_fail(s);
}

/* Of the schema's tables, those that are there. */
static bool
resume_find(struct pgsink *s)
{
	PGresult *res = pgdb_query(&s->control, "looking at staged tables",
	    "SELECT c.relname, (SELECT string_agg(attname, E'\n' ORDER BY"
	    "  attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0"
	    "  AND NOT attisdropped), obj_description(c.oid, 'pg_class')"
	    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = $1 AND c.relkind = 'r'", 1, &s->staging);
	const char *mark;
	struct pgtable *t;
	uint64_t base, n;
	uint32_t k;
	int i;

	for (i = 0; res != NULL && !s->failed && i < PQntuples(res); i++) {
		for (k = 0; k < s->schema->ntable; k++)
			if (strcmp(s->schema->table[k].name,
			    PQgetvalue(res, i, 0)) == 0)
				break;
		if (k == s->schema->ntable ||
		    !resume_columns(s, &s->schema->table[k],
		    PQgetvalue(res, i, 1)) || !resume_count(s, k, &n))
			continue;
		t = &s->table[k];
		mark = PQgetvalue(res, i, 2);
		base = strncmp(mark, BASE_MARK, strlen(BASE_MARK)) == 0 ?
		    strtoull(mark + strlen(BASE_MARK), NULL, 10) : 0;
		t->there = true;
		t->marked = strncmp(mark, PGSCHEMA_STAGING,
		    strlen(PGSCHEMA_STAGING)) == 0;
		t->skip = n > base ? n - base : 0;
	}
	PQclear(res);
	return res != NULL && !s->failed;
}

/* Foreign keys first, then other keys, then indexes. */
static bool
resume_strip(struct pgsink *s)
{
	PGresult *res = pgdb_query(&s->control, "looking at staged tables",
	    "SELECT CASE contype WHEN 'f' THEN 1 ELSE 2 END, format("
	    "  'ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass,"
	    "  conname) FROM pg_constraint k JOIN pg_namespace n ON"
	    "  n.oid = k.connamespace WHERE nspname = $1 AND contype IN"
	    "  ('p', 'u', 'f')"
	    " UNION ALL SELECT 3, format('DROP INDEX %s',"
	    "  x.indexrelid::regclass) FROM pg_index x JOIN pg_class c ON"
	    "  c.oid = x.indexrelid JOIN pg_namespace n ON n.oid ="
	    "  c.relnamespace WHERE nspname = $1 AND NOT EXISTS (SELECT FROM"
	    "  pg_constraint k WHERE k.conindid = x.indexrelid)"
	    " ORDER BY 1, 2", 1, &s->staging);
	bool good = res != NULL;
	int i;

	for (i = 0; good && i < PQntuples(res); i++)
		good = pgdb_exec(&s->control, "going on with staged tables",
		    PQgetvalue(res, i, 1));
	PQclear(res);
	return good;
}

bool
pgresume_look(struct pgsink *s)
{
	return resume_strip(s) && resume_find(s);
}

/* "int16 columns | int32 length, value | …" */
static size_t
tuple_bytes(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	size_t at = 2;
	uint32_t n, len;

	for (n = (uint32_t)b[0] << 8 | b[1]; n > 0; n--) {
		len = (uint32_t)b[at] << 24 | (uint32_t)b[at + 1] << 16 |
		    (uint32_t)b[at + 2] << 8 | b[at + 3];
		at += 4 + (len == UINT32_MAX ? 0 : len);
	}
	return at;
}

void
pgresume_skip(struct pgtable *t, struct buf *out, uint64_t *rows)
{
	uint64_t n = t->skip < *rows ? t->skip : *rows, i;
	size_t at = 0;

	for (i = 0; i < n; i++)
		at += tuple_bytes(out->p + at);
	memmove(out->p, out->p + at, out->len - at);
	out->len -= at;
	t->skip -= n;
	*rows -= n;
}

bool
pgresume_is_over(struct pgsink *s)
{
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++) {
		if (s->table[i].skip == 0)
			continue;
		diag_hint(s->diags, diag_add(s->diags, DIAG_T072, NOWHERE,
		    "staged table '%s.%s' has %llu rows more than the input "
		    "gives", s->staging, s->schema->table[i].name,
		    (unsigned long long)s->table[i].skip), "the input or the "
		    "options have changed since: stage from the beginning");
		s->failed = true;
	}
	return !s->failed;
}

/* --- rows of another generation ------------------------------------------- */

static void
put_columns(struct buf *sql, const struct schema_table *t)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++) {
		buf_puts(sql, i > 0 ? ", " : "");
		pgdb_ident(sql, t->column[i].name);
	}
}

/* A block that copies the rows and comments on the table. */
static void
add_base(struct pgsink *s, uint32_t table, uint32_t generation)
{
	const struct schema_table *t = &s->schema->table[table];
	struct buf sql, copy, block;

	buf_init(&copy, SQL_MAX);
	buf_init(&block, SQL_MAX);
	buf_init(&sql, SQL_MAX);
	buf_puts(&copy, "INSERT INTO ");
	pgdb_name(&copy, s->staging, t->name);
	buf_puts(&copy, " (");
	put_columns(&copy, t);
	buf_puts(&copy, ") SELECT ");
	put_columns(&copy, t);
	buf_puts(&copy, " FROM ");
	pgdb_name(&copy, db_generation_schema(s->arena, s->live, generation),
	    t->name);
	buf_puts(&block, "DECLARE n bigint; BEGIN EXECUTE ");
	pgdb_literal(&block, copy.p);
	buf_puts(&block, "; GET DIAGNOSTICS n = ROW_COUNT; EXECUTE "
	    "format('COMMENT ON TABLE %I.%I IS %L', ");
	pgdb_literal(&block, s->staging);
	buf_puts(&block, ", ");
	pgdb_literal(&block, t->name);
	buf_puts(&block, ", '" BASE_MARK "' || n); END");
	buf_puts(&sql, "DO ");
	pgdb_literal(&sql, block.p);
	pgstream_add_step(s, table, arena_printf(s->arena,
	    "copying the rows of table '%s'", t->name), sql.p, NO_SET);
	s->table[table].marked = true;
	buf_fini(&sql);
	buf_fini(&block);
	buf_fini(&copy);
}

const char *
pgresume_begin(struct pgsink *s)
{
	PGresult *res;
	const char *sql;

	if (s->stage->base == NULL)
		return "BEGIN";
	if (!pgdb_exec(&s->control, "beginning a transaction",
	    "BEGIN ISOLATION LEVEL REPEATABLE READ"))
		return NULL;
	res = pgdb_query(&s->control, "taking a snapshot",
	    "SELECT quote_literal(pg_export_snapshot())", 0, NULL);
	if (res == NULL)
		return NULL;
	sql = arena_printf(s->arena, "BEGIN ISOLATION LEVEL REPEATABLE READ; "
	    "SET TRANSACTION SNAPSHOT %s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return sql;
}

/*
 * A table is made and gets its base in one transaction, so that one that is
 * there has it.
 */
enum grade
pgresume_copy_base(struct pgsink *s)
{
	uint32_t i;

	if (s->stage->base == NULL)
		return OK;
	for (i = 0; i < s->schema->ntable; i++) {
		s->table[i].freeze = false;
		if (!s->table[i].there && s->stage->base[i] != SINK_NO_BASE) {
			s->table[i].vacuum = true;
			add_base(s, i, s->stage->base[i]);
		}
	}
	for (i = 0; i < s->nstream; i++)
		pgstream_add_step(s, i, "committing staged tables",
		    "COMMIT; BEGIN", NO_SET);
	if (pgstream_run_steps(s) != OK)
		return FATAL;
	return pgstream_control(s, "ending a transaction", "COMMIT", NULL);
}

#endif
