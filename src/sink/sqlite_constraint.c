/*
 * Constraints in SQLite; see sqlite_constraint.h.
 *
 * Checks and foreign keys are part of CREATE TABLE, and foreign keys are off
 * while decant works; unique constraints are indexes, made when all rows are
 * in.  What they refuse is found by queries over the staged tables.  A refused
 * row goes, and then those that refer to it are found in the same way, round
 * after round: they would be refused by the next load, too.
 */
#include "sink/sqlite_constraint.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "plan/key.h"
#include "sink/check_sql.h"
#include "sink/sqlite_table.h"

#define SQL_MAX		(1u << 20)
#define ROUNDS_MAX	100u	/* more are the next load's */

/* ---- statements -------------------------------------------------------- */

/*
 * Dates are texts here, in whose order the years 999 and 10000 are wrong;
 * decimals that are texts have no order at all.
 */
static enum check_class
check_class(const struct schema_column *c)
{
	switch (sqlite_column_cell(c)) {
	case CELL_INTEGER:
		if (c->type.kind == SQL_BOOLEAN)
			return CHECK_BOOLEAN;
		return c->type.kind == SQL_NUMERIC && c->scale != 0 ?
		    CHECK_NONE : CHECK_NUMBER;
	case CELL_REAL:
		return c->type.kind == SQL_NUMERIC && c->type.precision > 0 &&
		    c->type.precision <= 15 ? CHECK_NUMBER : CHECK_NONE;
	case CELL_TEXT:
		return CHECK_TEXT;
	default:
		return CHECK_NONE;
	}
}

static const struct check_dialect dialect = {
	.class = check_class, .ident = sqlite_db_ident,
	.literal = sqlite_db_literal, .order = "", .digits = 15,
};

static void
put_columns(struct buf *b, const char *prefix, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		buf_puts(b, prefix);
		sqlite_db_ident(b, t->column[column[i]].name);
	}
}

static void
put_name(struct buf *b, const struct schema_constraint *k)
{
	buf_puts(b, ",\n    CONSTRAINT ");
	sqlite_db_ident(b, k->name);
}

bool
sqlite_constraint_holds(const struct schema *s,
    const struct schema_constraint *k)
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

static void
create_one(struct buf *b, const struct schema *s,
    const struct schema_constraint *k, uint32_t generation)
{
	const struct schema_table *t = &s->table[k->table];

	if (k->kind == CONSTRAINT_CHECK && sqlite_constraint_holds(s, k)) {
		put_name(b, k);
		buf_puts(b, " CHECK (");
		check_sql(b, &dialect, t, k->check);
		buf_putc(b, ')');
	} else if (k->kind == CONSTRAINT_FOREIGN) {
		put_name(b, k);
		buf_puts(b, " FOREIGN KEY (");
		put_columns(b, "", t, k->column, k->ncolumn);
		buf_puts(b, ") REFERENCES ");
		sqlite_table_put(b, s->table[k->to_table].name, generation);
		buf_puts(b, " (");
		put_columns(b, "", &s->table[k->to_table], k->to, k->ncolumn);
		buf_putc(b, ')');
	}
}

void
sqlite_constraints_create(struct buf *b, const struct schema *s,
    const struct schema_table *t, uint32_t generation)
{
	uint32_t i;

	for (i = 0; i < s->nconstraint; i++)
		if (&s->table[s->constraint[i].table] == t)
			create_one(b, s, &s->constraint[i], generation);
}

bool
sqlite_constraint_is_index(const struct schema_constraint *k)
{
	return k->kind == CONSTRAINT_UNIQUE || k->kind == CONSTRAINT_INDEX;
}

const char *
sqlite_constraint_index(struct arena *a, const struct schema_constraint *k,
    uint32_t generation)
{
	return db_generation_table(a, k->name, generation);
}

void
sqlite_constraint_create_index(struct buf *b, const struct schema *s,
    const struct schema_constraint *k, const char *index, const char *table)
{
	buf_puts(b, k->kind == CONSTRAINT_UNIQUE ? "CREATE UNIQUE INDEX " :
	    "CREATE INDEX ");
	sqlite_db_ident(b, index);
	buf_puts(b, " " SQLITE_INDEX_MARK " ON ");
	sqlite_db_ident(b, table);
	buf_puts(b, " (");
	put_columns(b, "", &s->table[k->table], k->column, k->ncolumn);
	buf_putc(b, ')');
}

/* ---- what is refused --------------------------------------------------- */

/* "FROM main.TABLE AS c WHERE c.a IS NOT NULL …" */
static void
put_from(struct buf *b, const struct sqlite_rules *r,
    const struct schema_constraint *k)
{
	const struct schema_table *t = &r->schema->table[k->table];
	uint32_t i;

	buf_puts(b, " FROM main.");
	sqlite_db_ident(b, r->table[k->table]);
	buf_puts(b, " AS c WHERE ");
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND c." : "c.");
		sqlite_db_ident(b, t->column[k->column[i]].name);
		buf_puts(b, " IS NOT NULL");
	}
}

/*
 * The rows whose values repeat: "FROM … AS d WHERE (d.a) IN (… HAVING count(*)
 * > 1)".  All of them are asked for, as 0.0 and -0.0 are equal and read
 * differently.
 */
static void
put_repeats(struct buf *b, const struct sqlite_rules *r,
    const struct schema_constraint *k)
{
	const struct schema_table *t = &r->schema->table[k->table];

	buf_puts(b, " FROM main.");
	sqlite_db_ident(b, r->table[k->table]);
	buf_puts(b, " AS d WHERE (");
	put_columns(b, "d.", t, k->column, k->ncolumn);
	buf_puts(b, ") IN (SELECT ");
	put_columns(b, "c.", t, k->column, k->ncolumn);
	put_from(b, r, k);
	buf_puts(b, " GROUP BY ");
	put_columns(b, "c.", t, k->column, k->ncolumn);
	buf_puts(b, " HAVING count(*) > 1)");
}

/* The row that a child of these names refers to is not there. */
static void
put_orphan(struct buf *b, const struct sqlite_rules *r,
    const struct schema_constraint *k, const char *child)
{
	const struct schema_table *t = &r->schema->table[k->table];
	bool outside = k->kind == CONSTRAINT_OUTSIDE;
	const struct schema_table *to = outside ? k->outside :
	    &r->schema->table[k->to_table];
	uint32_t i;

	buf_puts(b, " AND NOT EXISTS (SELECT 1 FROM ");
	buf_puts(b, outside ? k->relation : "main.");
	if (!outside)
		sqlite_db_ident(b, r->table[k->to_table]);
	buf_puts(b, " AS p WHERE ");
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND p." : "p.");
		sqlite_db_ident(b, to->column[k->to[i]].name);
		buf_printf(b, " = %s.", child);
		sqlite_db_ident(b, t->column[k->column[i]].name);
	}
	buf_putc(b, ')');
}

/*
 * The rows that refer to none: "FROM … AND NOT EXISTS (…)".  What an
 * application, which need not look at foreign keys, has left in the base is
 * no fault of the input's.
 */
static void
put_dangling(struct buf *b, const struct sqlite_rules *r,
    const struct schema_constraint *k)
{
	const struct schema_table *t = &r->schema->table[k->table];
	uint32_t i;

	put_from(b, r, k);
	put_orphan(b, r, k, "c");
	if (r->base == NULL || r->base[k->table] == NULL)
		return;
	buf_puts(b, " AND (");
	put_columns(b, "c.", t, k->column, k->ncolumn);
	buf_puts(b, ") NOT IN (SELECT ");
	put_columns(b, "o.", t, k->column, k->ncolumn);
	buf_printf(b, " FROM %s AS o WHERE ", r->base[k->table]);
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND o." : "o.");
		sqlite_db_ident(b, t->column[k->column[i]].name);
		buf_puts(b, " IS NOT NULL");
	}
	put_orphan(b, r, k, "o");
	buf_putc(b, ')');
}

/* Adds all rows of the query to the constraint's set; *some: there are any. */
static bool
report(struct sqlite_rules *r, uint32_t n, const char *sql, bool *some)
{
	const struct schema_constraint *k = &r->schema->constraint[n];
	sqlite3_stmt *st = sqlite_db_prepare(r->db, sql);
	int rc = SQLITE_DONE;
	struct buf key;

	*some = false;
	if (st == NULL)
		return false;
	buf_init(&key, 1u << 30);
	while (!r->conflicts->full && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		buf_clear(&key);
		sqlite_table_key_text(&key, &r->schema->table[k->table],
		    k->column, k->ncolumn, st);
		conflicts_add(r->conflicts, r->schema->ntable + n, key.p,
		    key.len);
		*some = true;
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		sqlite_db_error(r->db, rc);
	sqlite3_finalize(st);
	buf_fini(&key);
	r->any |= *some;
	return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

/* Deletes rows of a constraint's table. */
static bool
refuse(struct sqlite_rules *r, uint32_t n, const char *sql)
{
	int rc = SQLITE_OK;

	if (r->spoil != NULL)
		rc = r->spoil(r->arg, r->schema->constraint[n].table);
	if (rc == SQLITE_OK)
		rc = sqlite_db_try(r->db, sql);
	if (rc != SQLITE_OK)
		sqlite_db_error(r->db, rc);
	return rc == SQLITE_OK;
}

/* Values that repeat; their rows go, so that the index can be made. */
static bool
refuse_repeats(struct sqlite_rules *r, uint32_t n)
{
	const struct schema_constraint *k = &r->schema->constraint[n];
	struct buf sql;
	bool good, some;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT ");
	put_columns(&sql, "d.", &r->schema->table[k->table], k->column,
	    k->ncolumn);
	put_repeats(&sql, r, k);
	good = report(r, n, sql.p, &some);
	if (good && some && !r->conflicts->full) {
		buf_clear(&sql);
		buf_puts(&sql, "DELETE");
		put_repeats(&sql, r, k);
		good = refuse(r, n, sql.p);
	}
	buf_fini(&sql);
	return good;
}

static bool
make_index(struct sqlite_rules *r, uint32_t n)
{
	const struct schema_constraint *k = &r->schema->constraint[n];
	struct buf sql;
	bool good = true;
	int rc;

	buf_init(&sql, SQL_MAX);
	sqlite_constraint_create_index(&sql, r->schema, k, r->index[n],
	    r->table[k->table]);
	rc = sqlite_db_try(r->db, sql.p);
	if ((rc & 0xff) == SQLITE_CONSTRAINT) {
		good = refuse_repeats(r, n);
		if (good && !r->conflicts->full)
			good = sqlite_db_exec(r->db, sql.p);
	} else if (rc != SQLITE_OK) {
		sqlite_db_error(r->db, rc);
		good = false;
	}
	buf_fini(&sql);
	return good;
}

/* Rows that refer to none, and in *again whether there were any. */
static bool
refuse_dangling(struct sqlite_rules *r, uint32_t n, bool *again)
{
	const struct schema_constraint *k = &r->schema->constraint[n];
	struct buf sql;
	bool good, some;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT ");
	put_columns(&sql, "c.", &r->schema->table[k->table], k->column,
	    k->ncolumn);
	put_dangling(&sql, r, k);
	good = report(r, n, sql.p, &some);
	if (good && some && !r->conflicts->full) {
		buf_clear(&sql);
		buf_puts(&sql, "DELETE FROM main.");
		sqlite_db_ident(&sql, r->table[k->table]);
		buf_puts(&sql, " WHERE _rowid_ IN (SELECT c._rowid_");
		put_dangling(&sql, r, k);
		buf_putc(&sql, ')');
		good = refuse(r, n, sql.p);
		*again = true;
	}
	buf_fini(&sql);
	return good;
}

static bool
run_foreign_keys(struct sqlite_rules *r)
{
	const struct schema *s = r->schema;
	bool again = true;
	uint32_t n, round;

	for (round = 0; again && round < ROUNDS_MAX; round++) {
		again = false;
		for (n = 0; n < s->nconstraint; n++)
			if ((s->constraint[n].kind == CONSTRAINT_FOREIGN ||
			    s->constraint[n].kind == CONSTRAINT_OUTSIDE) &&
			    !r->conflicts->full &&
			    !refuse_dangling(r, n, &again))
				return false;
	}
	return true;
}

bool
sqlite_rules_run(struct sqlite_rules *r)
{
	const struct schema *s = r->schema;
	uint32_t n;

	for (n = 0; n < s->nconstraint; n++)
		if (s->constraint[n].kind == CONSTRAINT_UNIQUE &&
		    !r->conflicts->full && !make_index(r, n))
			return false;
	if (!run_foreign_keys(r))
		return false;
	for (n = 0; n < s->nconstraint && !r->any; n++)
		if (s->constraint[n].kind == CONSTRAINT_INDEX &&
		    !make_index(r, n))
			return false;
	return true;
}
