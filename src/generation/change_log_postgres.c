/*
 * The change log in PostgreSQL; see change_log.h.
 *
 * Three triggers a table, one for each kind of statement, get the rows that it
 * inserted, changed or deleted as transition tables, and write their keys by
 * one INSERT; MERGE, ON CONFLICT and COPY fire them, and so do foreign keys'
 * actions.  TRUNCATE has no such tables: a fourth one reads all keys before it.
 * They fire whatever session_replication_role says.
 *
 * The function runs as decant's role, so that nobody needs a right on the log,
 * and finds names in pg_catalog only.  row_security is off in it: where a
 * policy would hide rows from a TRUNCATE's log, that is an error, for they
 * would be lost.
 */
#ifdef HAVE_LIBPQ

#include "generation/change_log_postgres.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/change_log_impl.h"

#define SQL_MAX		(4u << 20)
#define NAME_MOST	63u
#define OWN_SCHEMA	"decant"
#define TRIGGER		"decant_log_"

/* --- names ---------------------------------------------------------------- */

/* FNV-1a: stable over versions of decant and of PostgreSQL. */
static uint32_t
hash_of(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (uint32_t)h;
}

/* SCHEMA_gN.TABLE; a long one is cut between characters and told by its hash. */
const char *
pglog_name(struct arena *a, const struct db *db, const char *schema,
    const struct log_table *t)
{
	const char *name = arena_printf(a, "%s.%s", db_generation_schema(a,
	    schema, t->generation), t->name);
	size_t n = strlen(name);

	(void)db;
	if (n <= NAME_MOST)
		return name;
	for (n = NAME_MOST - 9; n > 0 && ((unsigned char)name[n] & 0xc0) ==
	    0x80;)
		n--;
	return arena_printf(a, "%.*s_%08x", (int)n, name,
	    (unsigned)hash_of(name));
}

static void
put_log(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t)
{
	struct arena a;

	arena_init(&a);
	pgdb_name(b, OWN_SCHEMA, pglog_name(&a, db, schema, t));
	arena_fini(&a);
}

/* --- the schema ----------------------------------------------------------- */

bool
pglog_check(struct db *db)
{
	PGresult *res = pgdb_query(&db->pg, "looking for the change log",
	    "SELECT CASE WHEN n.oid IS NULL THEN has_database_privilege("
	    "current_database(), 'CREATE') ELSE has_schema_privilege(n.oid,"
	    " 'CREATE') END, n.oid IS NULL FROM (VALUES (1)) v LEFT JOIN"
	    " pg_namespace n ON n.nspname = '" OWN_SCHEMA "'", 0, NULL);
	bool may, missing;

	if (res == NULL)
		return false;
	may = PQgetvalue(res, 0, 0)[0] == 't';
	missing = PQgetvalue(res, 0, 1)[0] == 't';
	PQclear(res);
	if (!may)
		diag_hint(db->diags, diag_add(db->diags, DIAG_L040, NOWHERE,
		    "no right to make %s schema '" OWN_SCHEMA "'", missing ?
		    "the change log's" : "change logs in"), missing ?
		    "an administrator makes it: CREATE SCHEMA " OWN_SCHEMA
		    " AUTHORIZATION %s" : "GRANT USAGE, CREATE ON SCHEMA "
		    OWN_SCHEMA " TO %s", PQuser(db->pg.conn));
	return may;
}

static bool
put_schema(struct buf *b, struct db *db)
{
	PGresult *res = pgdb_query(&db->pg, "looking for the change log",
	    "SELECT FROM pg_namespace WHERE nspname = '" OWN_SCHEMA "'", 0,
	    NULL);
	bool good = res != NULL && pglog_check(db);

	if (good && PQntuples(res) == 0)
		buf_puts(b, "CREATE SCHEMA IF NOT EXISTS " OWN_SCHEMA ";\n"
		    "COMMENT ON SCHEMA " OWN_SCHEMA " IS 'decant: ledger and "
		    "change logs';\n");
	PQclear(res);
	return good;
}

/* --- the log -------------------------------------------------------------- */

/* ", k1 integer NOT NULL, k2 text": in the types of the table's columns. */
static bool
put_key_columns(struct db *db, struct buf *b, const char *schema,
    const struct log_table *t)
{
	static const char sql[] = "SELECT format_type(a.atttypid, a.atttypmod),"
	    " CASE WHEN a.attcollation <> y.typcollation THEN (SELECT"
	    " format(' COLLATE %I.%I', n.nspname, k.collname) FROM"
	    " pg_collation k JOIN pg_namespace n ON n.oid = k.collnamespace"
	    " WHERE k.oid = a.attcollation) END"
	    " FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid JOIN"
	    " pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON"
	    " n.oid = c.relnamespace WHERE n.nspname IN ($1, $2) AND"
	    " c.relname = $3 AND a.attname = $4 AND a.attnum > 0"
	    " ORDER BY n.nspname = $1 DESC LIMIT 1";
	const char *param[4] = { db_generation_schema(db->arena, schema,
	    t->generation), schema, t->name, NULL };
	PGresult *res;
	bool good = true;
	uint32_t i;

	for (i = 0; i < t->nkey && good; i++) {
		param[3] = t->key[i];
		res = pgdb_query(&db->pg, "looking at a table's key", sql, 4,
		    param);
		good = res != NULL && PQntuples(res) > 0;
		if (good)
			buf_printf(b, ", k%u %s%s", (unsigned)i + 1,
			    PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1));
		else if (res != NULL)
			diag_hint(db->diags, diag_add(db->diags, DIAG_L041,
			    NOWHERE, "table '%s' of generation %u has no "
			    "column '%s' of its key", t->name,
			    (unsigned)t->generation, t->key[i]),
			    "stage the generation again");
		PQclear(res);
	}
	return good;
}

bool
pglog_put_create(struct buf *b, struct db *db, const char *schema,
    const struct log_table *t)
{
	if (!put_schema(b, db))
		return false;
	buf_puts(b, "CREATE TABLE IF NOT EXISTS ");
	put_log(b, db, schema, t);
	buf_puts(b, " (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
	    "at timestamp with time zone NOT NULL DEFAULT clock_timestamp(), "
	    "origin integer");
	if (t->nkey == 0)
		buf_puts(b, ", op text NOT NULL, \"row\" jsonb");
	if (!put_key_columns(db, b, schema, t))
		return false;
	buf_putc(b, ')');
	return true;
}

bool
pglog_create(struct db *db, const char *schema, const struct log_table *t)
{
	struct buf b;
	bool good;

	buf_init(&b, SQL_MAX);
	good = pglog_put_create(&b, db, schema, t) && db_exec(db,
	    arena_printf(db->arena, "creating the change log of table '%s'",
	    t->name), b.p);
	buf_fini(&b);
	return good;
}

void
pglog_put_drop(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t)
{
	buf_puts(b, "DROP TABLE IF EXISTS ");
	put_log(b, db, schema, t);
	buf_puts(b, "; DROP FUNCTION IF EXISTS ");
	put_log(b, db, schema, t);
	buf_puts(b, "()");
}

bool
pglog_drop(struct db *db, const char *schema, const struct log_table *t)
{
	struct buf b;
	bool good;

	buf_init(&b, SQL_MAX);
	pglog_put_drop(&b, db, schema, t);
	good = db_exec(db, arena_printf(db->arena,
	    "dropping the change log of table '%s'", t->name), b.p);
	buf_fini(&b);
	return good;
}

/* --- triggers ------------------------------------------------------------- */

static const struct {
	const char *name, *when, *tables;
} triggers[] = {
	{ TRIGGER "insert", "AFTER INSERT", " REFERENCING NEW TABLE AS new_rows" },
	{ TRIGGER "update", "AFTER UPDATE", " REFERENCING OLD TABLE AS old_rows"
	    " NEW TABLE AS new_rows" },
	{ TRIGGER "delete", "AFTER DELETE", " REFERENCING OLD TABLE AS old_rows" },
	{ TRIGGER "truncate", "BEFORE TRUNCATE", "" },
};
#define NTRIGGERS	(sizeof triggers / sizeof triggers[0])

/* "SELECT id, name FROM " */
static void
put_keys(struct buf *b, const struct log_table *t)
{
	uint32_t i;

	buf_puts(b, "SELECT ");
	for (i = 0; i < t->nkey; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		pgdb_ident(b, t->key[i]);
	}
	buf_puts(b, " FROM ");
}

/* "INSERT INTO log (k1, k2) " */
static void
put_insert(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t)
{
	uint32_t i;

	buf_puts(b, "\t\tINSERT INTO ");
	put_log(b, db, schema, t);
	buf_puts(b, t->nkey == 0 ? " (op, \"row\"" : " (");
	for (i = 0; i < t->nkey; i++)
		buf_printf(b, "%sk%u", i > 0 ? ", " : "", (unsigned)i + 1);
	buf_puts(b, ")\n\t\t    ");
}

/* What of the rows goes into the log, by kind of statement. */
static void
put_case(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t, const char *op, const char *rows)
{
	buf_printf(b, "\tIF TG_OP = '%s' THEN\n", op);
	put_insert(b, db, schema, t);
	if (t->nkey == 0) {
		buf_printf(b, "SELECT '%c', to_jsonb(r) FROM %s r", *op, rows);
	} else {
		put_keys(b, t);
		buf_puts(b, rows);
	}
	/* a key that changed, and what it was */
	if (t->nkey > 0 && *op == 'U') {
		buf_puts(b, " UNION ");
		put_keys(b, t);
		buf_puts(b, "old_rows");
	}
	buf_puts(b, ";\n\tEND IF;\n");
}

static void
put_function(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t)
{
	buf_puts(b, "\nBEGIN\n\tIF current_setting('decant.own', true) = 'on' "
	    "THEN\n\t\tRETURN NULL;\n\tEND IF;\n");
	put_case(b, db, schema, t, "INSERT", "new_rows");
	put_case(b, db, schema, t, "UPDATE", "new_rows");
	put_case(b, db, schema, t, "DELETE", "old_rows");
	buf_puts(b, "\tIF TG_OP = 'TRUNCATE' THEN\n");
	put_insert(b, db, schema, t);
	if (t->nkey == 0) {
		buf_puts(b, "VALUES ('T', NULL)");
	} else {
		put_keys(b, t);
		pgdb_name(b, schema, t->name);
	}
	buf_puts(b, ";\n\tEND IF;\n\tRETURN NULL;\nEND\n");
}

void
pglog_put_attach(struct buf *b, const struct db *db, const char *schema,
    const struct log_table *t)
{
	struct buf body;
	size_t i;

	buf_init(&body, SQL_MAX);
	put_function(&body, db, schema, t);
	buf_puts(b, "CREATE OR REPLACE FUNCTION ");
	put_log(b, db, schema, t);
	buf_puts(b, "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
	    "SET search_path = pg_catalog, pg_temp SET row_security = off AS ");
	pgdb_literal(b, body.p);
	buf_puts(b, ";\nREVOKE ALL ON FUNCTION ");
	put_log(b, db, schema, t);
	buf_puts(b, "() FROM PUBLIC;\n");
	buf_fini(&body);
	for (i = 0; i < NTRIGGERS; i++) {
		buf_printf(b, "CREATE TRIGGER %s %s ON ", triggers[i].name,
		    triggers[i].when);
		pgdb_name(b, schema, t->name);
		buf_printf(b, "%s FOR EACH STATEMENT EXECUTE FUNCTION ",
		    triggers[i].tables);
		put_log(b, db, schema, t);
		buf_puts(b, "();\n");
	}
	buf_puts(b, "ALTER TABLE ");
	pgdb_name(b, schema, t->name);
	for (i = 0; i < NTRIGGERS; i++)
		buf_printf(b, "%s ENABLE ALWAYS TRIGGER %s", i > 0 ? "," : "",
		    triggers[i].name);
}

static void
put_detach(struct buf *b, const char *schema, const char *table)
{
	size_t i;

	for (i = 0; i < NTRIGGERS; i++) {
		buf_printf(b, "%sDROP TRIGGER IF EXISTS %s ON ",
		    i > 0 ? ";\n" : "", triggers[i].name);
		pgdb_name(b, schema, table);
	}
}

bool
pglog_attach(struct db *db, const char *schema, const struct log_table *t)
{
	struct buf b;
	bool good;

	buf_init(&b, SQL_MAX);
	put_detach(&b, schema, t->name);
	buf_puts(&b, ";\n");
	pglog_put_attach(&b, db, schema, t);
	good = db_exec(db, arena_printf(db->arena,
	    "logging changes of table '%s'", t->name), b.p);
	buf_fini(&b);
	return good;
}

bool
pglog_detach(struct db *db, const char *schema, const char *table)
{
	struct buf b;
	bool good;

	buf_init(&b, SQL_MAX);
	put_detach(&b, schema, table);
	good = db_exec(db, arena_printf(db->arena,
	    "ending the change log of table '%s'", table), b.p);
	buf_fini(&b);
	return good;
}

/* --- what is put away ------------------------------------------------------ */

/* Whoever made it first owns it. */
bool
pglog_put_guard(struct buf *b, struct db *db)
{
	PGresult *res;
	bool there;

	if (!put_schema(b, db))
		return false;
	res = pgdb_query(&db->pg, "looking for the change log",
	    "SELECT to_regproc('" OWN_SCHEMA "." PGLOG_GUARD "') IS NOT NULL",
	    0, NULL);
	if (res == NULL)
		return false;
	there = PQgetvalue(res, 0, 0)[0] == 't';
	PQclear(res);
	if (!there)
		buf_puts(b, "CREATE FUNCTION " OWN_SCHEMA "." PGLOG_GUARD "() "
		    "RETURNS trigger LANGUAGE plpgsql SET search_path = "
		    "pg_catalog, pg_temp AS 'BEGIN IF current_setting("
		    "''decant.own'', true) = ''on'' THEN RETURN NULL; END IF; "
		    "RAISE EXCEPTION USING ERRCODE = ''55000'', MESSAGE = "
		    "format(''table %I.%I was put away and is not live'', "
		    "TG_TABLE_SCHEMA, TG_TABLE_NAME), HINT = ''Run the "
		    "statement again.''; END'");
	return true;
}

#endif
