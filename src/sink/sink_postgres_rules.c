/*
 * Keys, constraints, indexes and comments of the PostgreSQL sink: how they
 * are written, and which rows they refuse.
 *
 * A constraint is simply made; only when the server refuses it is it asked
 * for the rows.  They go from the staged tables, in a transaction that is
 * given up in the end, and then those that refer to them are found in the same
 * way, round after round: they would be refused by the next load, too.
 *
 * What decant makes carries a comment, so that the next load knows it from
 * what somebody else made on the live tables.
 */
#ifdef HAVE_LIBPQ

#include <string.h>

#include "base/mem.h"
#include "sink/check_sql.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sink_postgres_impl.h"

#define SQL_MAX		(1u << 20)
#define ROUNDS_MAX	100u	/* more are the next load's */

/* ---- statements -------------------------------------------------------- */

/* "c.a, c.b" */
static void
put_columns(struct buf *b, const char *prefix, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		buf_puts(b, prefix);
		pgdb_ident(b, t->column[column[i]].name);
	}
}

void
pgrules_put_columns(struct buf *b, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	buf_putc(b, '(');
	put_columns(b, "", t, column, n);
	buf_putc(b, ')');
}

/* Floats are compared with what they print as, so not exactly. */
static enum check_class
check_class(const struct schema_column *c)
{
	switch (c->type.kind) {
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_NUMERIC:
		return CHECK_NUMBER;
	case SQL_TEXT:
		return CHECK_TEXT;
	case SQL_DATE:
		return CHECK_DATE;
	case SQL_BOOLEAN:
		return CHECK_BOOLEAN;
	default:
		return CHECK_NONE;
	}
}

static const struct check_dialect dialect = {
	.class = check_class, .ident = pgdb_ident, .literal = pgdb_literal,
	.order = " COLLATE \"C\"", .digits = 38,
};

bool
pgrules_holds(const struct schema *s, const struct schema_constraint *k)
{
	struct buf b;
	bool good;

	if (k->kind != CONSTRAINT_CHECK)
		return k->kind != CONSTRAINT_OUTSIDE;
	buf_init(&b, SQL_MAX);
	good = check_sql(&b, &dialect, &s->table[k->table], k->check);
	buf_fini(&b);
	return good;
}

void
pgrules_put_checks(struct buf *b, const struct schema *s,
    const struct schema_table *t)
{
	const struct schema_constraint *k;
	uint32_t i;

	for (i = 0; i < s->nconstraint; i++) {
		k = &s->constraint[i];
		if (&s->table[k->table] != t || k->kind != CONSTRAINT_CHECK ||
		    !pgrules_holds(s, k))
			continue;
		buf_puts(b, ",\n\tCONSTRAINT ");
		pgdb_ident(b, k->name);
		buf_puts(b, " CHECK (");
		check_sql(b, &dialect, t, k->check);
		buf_putc(b, ')');
	}
}

/* What makes a constraint or an index; nothing for a check. */
static void
put_rule(struct buf *b, const struct schema *s, const char *name,
    const struct schema_constraint *k)
{
	const struct schema_table *t = &s->table[k->table];

	if (k->kind == CONSTRAINT_CHECK || k->kind == CONSTRAINT_OUTSIDE)
		return;
	if (k->kind == CONSTRAINT_INDEX) {
		buf_puts(b, "CREATE INDEX ");
		pgdb_ident(b, k->name);
		buf_puts(b, " ON ");
		pgdb_name(b, name, t->name);
		buf_putc(b, ' ');
		pgrules_put_columns(b, t, k->column, k->ncolumn);
		return;
	}
	buf_puts(b, "ALTER TABLE ");
	pgdb_name(b, name, t->name);
	buf_puts(b, " ADD CONSTRAINT ");
	pgdb_ident(b, k->name);
	buf_puts(b, k->kind == CONSTRAINT_UNIQUE ? " UNIQUE " :
	    " FOREIGN KEY ");
	pgrules_put_columns(b, t, k->column, k->ncolumn);
	if (k->kind == CONSTRAINT_UNIQUE)
		return;
	buf_puts(b, " REFERENCES ");
	pgdb_name(b, name, s->table[k->to_table].name);
	buf_putc(b, ' ');
	pgrules_put_columns(b, &s->table[k->to_table], k->to, k->ncolumn);
	/* rows that a publication carries come table by table */
	buf_puts(b, " DEFERRABLE INITIALLY IMMEDIATE");
}

static void
put_mark(struct buf *b, const struct schema *s, const char *name,
    const struct schema_constraint *k)
{
	if (k->kind == CONSTRAINT_INDEX) {
		buf_puts(b, "COMMENT ON INDEX ");
		pgdb_name(b, name, k->name);
	} else {
		buf_puts(b, "COMMENT ON CONSTRAINT ");
		pgdb_ident(b, k->name);
		buf_puts(b, " ON ");
		pgdb_name(b, name, s->table[k->table].name);
	}
	buf_puts(b, " IS '" MADE_BY_DECANT "';\n");
}

static void
put_table_comment(struct buf *b, const char *name, const char *table,
    const char *text)
{
	buf_puts(b, "COMMENT ON TABLE ");
	pgdb_name(b, name, table);
	buf_puts(b, " IS ");
	if (text == NULL)
		buf_puts(b, "NULL");
	else
		pgdb_literal(b, text);
	buf_puts(b, ";\n");
}

/*
 * Comments of the mapping, and the marks of what decant makes; no comments on
 * tables that are `marked` as long as they are staged (NULL: none is).
 */
static void
put_comments(struct buf *b, const struct schema *s, const char *name,
    const struct pgtable *marked)
{
	const struct schema_table *t;
	uint32_t i, c;

	for (i = 0; i < s->ntable; i++) {
		t = &s->table[i];
		if (t->comment != NULL && (marked == NULL ||
		    !marked[i].marked))
			put_table_comment(b, name, t->name, t->comment);
		for (c = 0; c < t->ncolumn; c++) {
			if (t->column[c].comment == NULL)
				continue;
			buf_puts(b, "COMMENT ON COLUMN ");
			pgdb_name(b, name, t->name);
			buf_putc(b, '.');
			pgdb_ident(b, t->column[c].name);
			buf_puts(b, " IS ");
			pgdb_literal(b, t->column[c].comment);
			buf_puts(b, ";\n");
		}
	}
	for (i = 0; i < s->nconstraint; i++)
		if (pgrules_holds(s, &s->constraint[i]))
			put_mark(b, s, name, &s->constraint[i]);
}

void
pgrules_ddl(struct buf *b, const struct schema *s, const char *name)
{
	static const enum constraint_kind order[] = { CONSTRAINT_UNIQUE,
	    CONSTRAINT_FOREIGN, CONSTRAINT_INDEX };
	struct buf comments;
	uint32_t k, i;

	for (k = 0; k < sizeof order / sizeof order[0]; k++)
		for (i = 0; i < s->nconstraint; i++) {
			if (s->constraint[i].kind != order[k])
				continue;
			buf_putc(b, '\n');
			put_rule(b, s, name, &s->constraint[i]);
			buf_puts(b, ";\n");
		}
	buf_init(&comments, 64u << 20);
	put_comments(&comments, s, name, NULL);
	if (comments.len > 0)
		buf_printf(b, "\n%s", comments.p);
	buf_fini(&comments);
}

/* ---- what is refused --------------------------------------------------- */

/* A set of keys: of a table's own, or of a constraint. */
struct set {
	uint32_t n, table, ncolumn;
	const uint32_t *column;
	const struct schema_constraint *k;	/* NULL: the table's key */
};

static struct set
set_of_key(const struct schema *s, uint32_t table)
{
	const struct schema_table *t = &s->table[table];

	return (struct set){ table, table, t->nkey, t->key, NULL };
}

static struct set
set_of_constraint(const struct schema *s, uint32_t n)
{
	const struct schema_constraint *k = &s->constraint[n];

	return (struct set){ s->ntable + n, k->table, k->ncolumn, k->column,
	    k };
}

static enum grade
rules_fail(struct pgsink *s, const PGresult *res)
{
	if (!s->failed)
		pgdb_error(&s->control, "looking for what is refused", res);
	s->failed = true;
	return FATAL;
}

static void
add_conflict(struct pgsink *s, const struct set *set, struct conflicts *c,
    const PGresult *res, struct buf *value, struct buf *key)
{
	const struct schema_table *t = &s->schema->table[set->table];
	uint32_t i;

	buf_clear(key);
	for (i = 0; i < set->ncolumn; i++) {
		buf_clear(value);
		pgcopy_value_text(value, &t->column[set->column[i]].type,
		    PQgetvalue(res, 0, (int)i),
		    (size_t)PQgetlength(res, 0, (int)i));
		key_add(key, value->p == NULL ? "" : value->p, value->len);
	}
	conflicts_add(c, set->n, key->p, key->len);
}

/* Row by row, for they may be many; *some: there are any. */
static enum grade
take_conflicts(struct pgsink *s, const struct set *set, struct conflicts *c,
    bool *some)
{
	PGconn *conn = s->control.conn;
	struct buf value, key;
	PGresult *res;

	buf_init(&value, CONFLICTS_MAX);
	buf_init(&key, CONFLICTS_MAX);
	while (pgstream_wait_control(s) == OK &&
	    (res = PQgetResult(conn)) != NULL) {
		if (PQresultStatus(res) == PGRES_SINGLE_TUPLE) {
			*some = true;
			if (!c->full)
				add_conflict(s, set, c, res, &value, &key);
		} else if (PQresultStatus(res) != PGRES_TUPLES_OK) {
			rules_fail(s, res);
		}
		PQclear(res);
	}
	buf_fini(&value);
	buf_fini(&key);
	return s->failed ? FATAL : OK;
}

static enum grade
report(struct pgsink *s, const struct set *set, const char *sql,
    struct conflicts *c, bool *some)
{
	*some = false;
	if (!PQsendQueryParams(s->control.conn, sql, 0, NULL, NULL, NULL,
	    NULL, 1) || !PQsetSingleRowMode(s->control.conn))
		return rules_fail(s, NULL);
	return take_conflicts(s, set, c, some);
}

/* "a, n::text": numeric's binary form is its own. */
static void
put_values(struct buf *b, const char *prefix, const struct schema_table *t,
    const struct set *set)
{
	uint32_t i;

	for (i = 0; i < set->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		put_columns(b, prefix, t, set->column + i, 1);
		if (t->column[set->column[i]].type.kind == SQL_NUMERIC)
			buf_puts(b, "::text");
	}
}

static void
put_not_null(struct buf *b, const struct schema_table *t,
    const struct set *set)
{
	uint32_t i;

	for (i = 0; i < set->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND " : " WHERE ");
		put_columns(b, "c.", t, set->column + i, 1);
		buf_puts(b, " IS NOT NULL");
	}
}

static bool
has_float(const struct schema_table *t, const struct set *set)
{
	enum sqlkind kind;
	uint32_t i;

	for (i = 0; i < set->ncolumn; i++) {
		kind = t->column[set->column[i]].type.kind;
		if (kind == SQL_REAL || kind == SQL_DOUBLE)
			return true;
	}
	return false;
}

/*
 * "FROM t AS c WHERE c.a IS NOT NULL GROUP BY c.a HAVING count(*) > 1", or
 * with `rows` all rows that have one of those.
 */
static void
put_repeats(struct buf *b, const struct pgsink *s, const struct set *set,
    bool rows)
{
	const struct schema_table *t = &s->schema->table[set->table];

	if (rows) {
		buf_puts(b, " FROM ");
		pgdb_name(b, s->staging, t->name);
		buf_puts(b, " AS d WHERE (");
		put_columns(b, "d.", t, set->column, set->ncolumn);
		buf_puts(b, ") IN (SELECT ");
		put_columns(b, "c.", t, set->column, set->ncolumn);
	}
	buf_puts(b, " FROM ");
	pgdb_name(b, s->staging, t->name);
	buf_puts(b, " AS c");
	put_not_null(b, t, set);
	buf_puts(b, " GROUP BY ");
	put_columns(b, "c.", t, set->column, set->ncolumn);
	buf_puts(b, " HAVING count(*) > 1");
	if (rows)
		buf_putc(b, ')');
}

/* A float has two zeros that are equal and read differently: then all rows
 * that repeat are wanted, one by one. */
static enum grade
find_repeats(struct pgsink *s, const struct set *set, struct conflicts *c)
{
	const struct schema_table *t = &s->schema->table[set->table];
	bool rows = has_float(t, set), some;
	struct buf sql;
	enum grade g;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT ");
	put_values(&sql, rows ? "d." : "c.", t, set);
	put_repeats(&sql, s, set, rows);
	g = report(s, set, sql.p, c, &some);
	buf_fini(&sql);
	return g;
}

enum grade
pgrules_find_keys(struct pgsink *s, uint32_t table, struct conflicts *c)
{
	const struct set set = set_of_key(s->schema, table);

	return find_repeats(s, &set, c);
}

/* Their rows go, so that those that refer to them are found, too. */
static enum grade
refuse_repeats(struct pgsink *s, uint32_t n, struct conflicts *c)
{
	const struct set set = set_of_constraint(s->schema, n);
	struct buf sql;
	enum grade g;

	if (find_repeats(s, &set, c) != OK)
		return FATAL;
	if (c->full)
		return OK;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "DELETE");
	put_repeats(&sql, s, &set, true);
	g = pgstream_control(s, "dropping rows that repeat", sql.p, NULL);
	buf_fini(&sql);
	return g;
}

/* "FROM child AS c WHERE … AND NOT EXISTS (SELECT FROM parent AS p …)" */
static void
put_dangling(struct buf *b, const struct pgsink *s, const struct set *set)
{
	const struct schema_table *t = &s->schema->table[set->table];
	bool outside = set->k->kind == CONSTRAINT_OUTSIDE;
	const struct schema_table *to = outside ? set->k->outside :
	    &s->schema->table[set->k->to_table];
	uint32_t i;

	buf_puts(b, " FROM ");
	pgdb_name(b, s->staging, t->name);
	buf_puts(b, " AS c");
	put_not_null(b, t, set);
	buf_puts(b, " AND NOT EXISTS (SELECT FROM ");
	if (outside)
		buf_puts(b, set->k->relation);
	else
		pgdb_name(b, s->staging, to->name);
	buf_puts(b, " AS p");
	for (i = 0; i < set->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND " : " WHERE ");
		put_columns(b, "p.", to, set->k->to + i, 1);
		buf_puts(b, " = ");
		put_columns(b, "c.", t, set->column + i, 1);
	}
	buf_putc(b, ')');
}

/* Rows that refer to none, and in *again whether there were any. */
static enum grade
refuse_dangling(struct pgsink *s, uint32_t n, struct conflicts *c,
    bool *again)
{
	const struct set set = set_of_constraint(s->schema, n);
	struct buf sql;
	enum grade g;
	bool some;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT ");
	put_values(&sql, "c.", &s->schema->table[set.table], &set);
	put_dangling(&sql, s, &set);
	g = report(s, &set, sql.p, c, &some);
	if (g == OK && some && !c->full) {
		*again = true;
		buf_clear(&sql);
		buf_puts(&sql, "DELETE FROM ");
		pgdb_name(&sql, s->staging, s->schema->table[set.table].name);
		buf_puts(&sql, " WHERE ctid IN (SELECT c.ctid");
		put_dangling(&sql, s, &set);
		buf_putc(&sql, ')');
		g = pgstream_control(s, "dropping rows that refer to none", sql.p,
		    NULL);
	}
	buf_fini(&sql);
	return g;
}

/* Rows go only for as long as more of them are looked for: who goes on with
 * the tables counts them. */
static enum grade
begin_refusing(struct pgsink *s)
{
	if (PQtransactionStatus(s->control.conn) == PQTRANS_INTRANS)
		return OK;
	return pgstream_control(s, "looking for what is refused", "BEGIN",
	    NULL);
}

static enum grade
end_refusing(struct pgsink *s)
{
	if (PQtransactionStatus(s->control.conn) == PQTRANS_IDLE)
		return OK;
	return pgstream_control(s, "looking for what is refused", "ROLLBACK",
	    NULL);
}

/* ---- after the load ---------------------------------------------------- */

/* Unique constraints, side by side; *any: values repeat. */
static enum grade
make_uniques(struct pgsink *s, struct conflicts *c, bool *any)
{
	const struct schema *schema = s->schema;
	struct buf sql;
	uint32_t n;

	buf_init(&sql, SQL_MAX);
	for (n = 0; n < schema->nconstraint; n++) {
		if (schema->constraint[n].kind != CONSTRAINT_UNIQUE)
			continue;
		buf_clear(&sql);
		put_rule(&sql, schema, s->staging, &schema->constraint[n]);
		pgstream_add_step(s, schema->constraint[n].table,
		    arena_printf(s->arena, "making constraint '%s'",
		    schema->constraint[n].name), sql.p, schema->ntable + n);
	}
	buf_fini(&sql);
	if (pgstream_run_steps(s) != OK)
		return FATAL;
	for (n = 0; n < schema->nconstraint; n++) {
		if (!s->repeats[schema->ntable + n])
			continue;
		*any = true;
		if (!c->full && (begin_refusing(s) != OK ||
		    refuse_repeats(s, n, c) != OK))
			return FATAL;
	}
	return OK;
}

/* One after another, as each locks two tables. */
static enum grade
make_foreign_keys(struct pgsink *s, bool *any)
{
	const struct schema *schema = s->schema;
	enum grade g = OK;
	struct buf sql;
	uint32_t n;

	buf_init(&sql, SQL_MAX);
	for (n = 0; n < schema->nconstraint && g != FATAL; n++) {
		if (schema->constraint[n].kind != CONSTRAINT_FOREIGN)
			continue;
		buf_clear(&sql);
		put_rule(&sql, schema, s->staging, &schema->constraint[n]);
		g = pgstream_control(s, arena_printf(s->arena,
		    "making constraint '%s'", schema->constraint[n].name),
		    sql.p, "23503");
		if (g == BAD) {
			*any = true;
			break;
		}
	}
	buf_fini(&sql);
	return g == FATAL ? FATAL : OK;
}

/* A foreign key that was made would hinder what follows. */
static enum grade
drop_foreign_keys(struct pgsink *s)
{
	const struct schema *schema = s->schema;
	enum grade g = OK;
	struct buf sql;
	uint32_t n;

	buf_init(&sql, 64u << 20);
	for (n = 0; n < schema->nconstraint; n++) {
		if (schema->constraint[n].kind != CONSTRAINT_FOREIGN)
			continue;
		buf_puts(&sql, "ALTER TABLE ");
		pgdb_name(&sql, s->staging,
		    schema->table[schema->constraint[n].table].name);
		buf_puts(&sql, " DROP CONSTRAINT IF EXISTS ");
		pgdb_ident(&sql, schema->constraint[n].name);
		buf_puts(&sql, ";\n");
	}
	if (sql.len > 0)
		g = pgstream_control(s, "dropping foreign keys", sql.p, NULL);
	buf_fini(&sql);
	return g;
}

static bool
refers(const struct schema_constraint *k)
{
	return k->kind == CONSTRAINT_FOREIGN || k->kind == CONSTRAINT_OUTSIDE;
}

/* Do rows refer to none in tables of other mappings? */
static enum grade
look_outside(struct pgsink *s, struct conflicts *c, bool *any)
{
	const struct schema *schema = s->schema;
	struct set set;
	enum grade g = OK;
	struct buf sql;
	uint32_t n;
	bool some;

	buf_init(&sql, SQL_MAX);
	for (n = 0; n < schema->nconstraint && g == OK; n++) {
		if (schema->constraint[n].kind != CONSTRAINT_OUTSIDE)
			continue;
		set = set_of_constraint(schema, n);
		buf_clear(&sql);
		buf_puts(&sql, "SELECT ");
		put_values(&sql, "c.", &schema->table[set.table], &set);
		put_dangling(&sql, s, &set);
		g = report(s, &set, sql.p, c, &some);
		*any = *any || some;
	}
	buf_fini(&sql);
	return g;
}

static enum grade
find_dangling(struct pgsink *s, struct conflicts *c)
{
	const struct schema *schema = s->schema;
	bool again = true;
	uint32_t n, round;

	if (begin_refusing(s) != OK || drop_foreign_keys(s) != OK)
		return FATAL;
	for (round = 0; again && round < ROUNDS_MAX; round++) {
		again = false;
		for (n = 0; n < schema->nconstraint; n++)
			if (refers(&schema->constraint[n]) && !c->full &&
			    refuse_dangling(s, n, c, &again) != OK)
				return FATAL;
	}
	return OK;
}

static enum grade
make_indexes(struct pgsink *s)
{
	const struct schema *schema = s->schema;
	struct buf sql;
	uint32_t n;

	buf_init(&sql, SQL_MAX);
	for (n = 0; n < schema->nconstraint; n++) {
		if (schema->constraint[n].kind != CONSTRAINT_INDEX)
			continue;
		buf_clear(&sql);
		put_rule(&sql, schema, s->staging, &schema->constraint[n]);
		pgstream_add_step(s, schema->constraint[n].table,
		    arena_printf(s->arena, "making index '%s'",
		    schema->constraint[n].name), sql.p, NO_SET);
	}
	buf_fini(&sql);
	return pgstream_run_steps(s);
}

/* Keys get their names from the server. */
static bool
put_key_marks(struct buf *b, struct pgsink *s)
{
	PGresult *res = pgdb_query(&s->control, "looking for keys",
	    "SELECT format('COMMENT ON CONSTRAINT %I ON %s IS %L;', k.conname,"
	    " k.conrelid::regclass, '" MADE_BY_DECANT "') FROM pg_constraint k"
	    " JOIN pg_namespace n ON n.oid = k.connamespace"
	    " WHERE n.nspname = $1 AND k.contype = 'p'", 1, &s->staging);
	int i;

	for (i = 0; res != NULL && i < PQntuples(res); i++)
		buf_puts(b, PQgetvalue(res, i, 0));
	PQclear(res);
	return res != NULL;
}

static enum grade
make_comments(struct pgsink *s)
{
	enum grade g = OK;
	struct buf sql;

	buf_init(&sql, 64u << 20);
	put_comments(&sql, s->schema, s->staging, s->table);
	if (!put_key_marks(&sql, s)) {
		s->failed = true;
		g = FATAL;
	} else if (sql.len > 0) {
		g = pgstream_control(s, "commenting on tables", sql.p, NULL);
	}
	buf_fini(&sql);
	return g;
}

enum grade
pgrules_unmark(struct pgsink *s)
{
	enum grade g = OK;
	struct buf sql;
	uint32_t i;

	buf_init(&sql, 64u << 20);
	for (i = 0; i < s->schema->ntable; i++)
		if (s->table[i].marked)
			put_table_comment(&sql, s->staging,
			    s->schema->table[i].name,
			    s->schema->table[i].comment);
	if (sql.len > 0)
		g = pgstream_control(s, "commenting on tables", sql.p, NULL);
	buf_fini(&sql);
	return g;
}

enum grade
pgrules_finish(struct pgsink *s, struct conflicts *c)
{
	bool any = false, dangling = false;

	if (s->schema->nconstraint > 0) {
		if (make_uniques(s, c, &any) != OK)
			return FATAL;
		if (!any && make_foreign_keys(s, &dangling) != OK)
			return FATAL;
		if (!any && !dangling && look_outside(s, c, &dangling) != OK)
			return FATAL;
		if ((any || dangling) && !c->full &&
		    find_dangling(s, c) != OK)
			return FATAL;
		if (any || dangling)
			return end_refusing(s) == OK ? BAD : FATAL;
		if (make_indexes(s) != OK)
			return FATAL;
	}
	return make_comments(s);
}

#endif
