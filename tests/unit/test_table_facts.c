/*
 * What is known of tables in SQLite, and what their CREATE TABLE says.
 */
#include "db/sqlite_ddl.h"
#include "facts_fixture.h"
#include "reader_fixture.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_table.h"
#include "sqlite_fixture.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

/* Of a table that these statements make. */
static const char *
facts_after(struct reading *r, const char *sql, const char *name,
    uint32_t generation)
{
	const char *text;

	if (!db_exec(&r->db, "", arena_printf(&r->arena,
	    "PRAGMA foreign_keys = OFF; BEGIN; %s", sql)))
		printf("# %s\n", reading_error(r));
	text = facts_of(&r->db, &r->arena, NULL, name, generation);
	db_roll_back(&r->db);
	return text;
}

/* --- columns ------------------------------------------------------------- */

static void
test_types(struct reading *r)
{
	static const struct {
		const char *declared, *want;
	} types[] = {
		{ "INTEGER", "bigint" }, { "INT", "bigint" },
		{ "REAL", "double precision" },
		{ "Double", "double precision" },
		{ "DOUBLE PRECISION", "double precision" },
		{ "FLOAT", "double precision" }, { "TEXT", "text" },
		{ "BLOB", "bytea" }, { "", "unknown" },
		{ "BIGINT", "bigint" }, { "SMALLINT", "smallint" },
		{ "VARCHAR(20)", "varchar(20)" }, { "NUMERIC", "numeric" },
		{ "DECIMAL(9,2)", "numeric(9,2)" },
		{ "NUMERIC(40,2)", "unknown" }, { "BOOLEAN", "boolean" },
		{ "DATE", "date" }, { "TIME", "time" },
		{ "TIMESTAMP", "timestamp" }, { "BYTEA", "bytea" },
		{ "DATETIME", "unknown" }, { "CHAR(5)", "unknown" },
		{ "JSON", "unknown" }, { "UNSIGNED BIG INT", "unknown" },
	};
	const char *want;
	size_t i;

	for (i = 0; i < COUNT(types); i++) {
		want = arena_printf(&r->arena, "table t\na <%s> %s\n",
		    types[i].declared, types[i].want);
		is_str(facts_after(r, arena_printf(&r->arena,
		    "CREATE TABLE t (a %s)", types[i].declared), "t", 0),
		    want, "a column of '%s'", types[i].declared);
	}
}

static void
test_columns(struct reading *r)
{
	is_str(facts_after(r, "CREATE TABLE \"Odd \"\"Name\" ("
	    "\"sele ct\" TEXT NOT NULL DEFAULT 'it''s', [b c] INTEGER DEFAULT"
	    " (1 + 2), `d``e` REAL DEFAULT NULL, e BLOB DEFAULT x'00',"
	    " f TEXT DEFAULT CURRENT_DATE, g INT GENERATED ALWAYS AS"
	    " ([b c] * (2)) STORED, h INT AS (g) NOT NULL)",
	    "odd \"NAME", 0), "table Odd \"Name\n"
	    "sele ct <TEXT> text not null expr<'it''s'>\n"
	    "b c <INTEGER> bigint expr<1 + 2>\n"
	    "d`e <REAL> double precision expr<NULL>\n"
	    "e <BLOB> bytea expr<x'00'>\n"
	    "f <TEXT> text expr<CURRENT_DATE>\n"
	    "g <INT> bigint generated expr<[b c] * (2)>\n"
	    "h <INT> bigint not null generated expr<g>\n",
	    "names, defaults, generated columns");
	is_str(facts_after(r, "CREATE TABLE t (a); ALTER TABLE t ADD b TEXT"
	    " DEFAULT 'x'; ALTER TABLE t RENAME a TO \"A b\"; ALTER TABLE t"
	    " RENAME TO u; ALTER TABLE u DROP b; ALTER TABLE u ADD c INT"
	    " CHECK (c > 0)", "u", 0), "table u\nA b <> unknown\n"
	    "c <INT> bigint\ncheck expr<c > 0>\n", "a table that was altered");
	is_str(facts_after(r, "CREATE TABLE t (a TEXT, b INT); CREATE VIEW v"
	    " AS SELECT b, a FROM t", "v", 0),
	    "view v\nb <INT> bigint\na <TEXT> text\n", "a view");
	is_str(facts_after(r, "CREATE VIRTUAL TABLE f USING fts5(a, b)", "f",
	    0), "virtual table f\na <> unknown\nb <> unknown\n",
	    "a virtual table");
	is_str(facts_after(r, "CREATE TABLE t (a)", "u", 0), "none",
	    "no table");
	is_str(facts_after(r, "CREATE TABLE t (a); CREATE INDEX u ON t (a)",
	    "u", 0), "none", "an index is no table");
}

static void
test_comments(struct reading *r)
{
	is_str(facts_after(r, "CREATE TABLE t ( -- who is insured\n"
	    "    -- number of the person\n"
	    "    id INTEGER PRIMARY KEY,\n"
	    "    -- full name;\n"
	    "    --  it's in one column, (as printed\n"
	    "    name TEXT,\n"
	    "    born TEXT, -- a date\n"
	    "    city TEXT /* -- not one */,\n"
	    "    note TEXT CHECK (note <> '--' -- nor this )\n"
	    "    ) -- anything\n"
	    "    -- nor this\n"
	    ")", "t", 0), "table t comment<who is insured>\n"
	    "id <INTEGER> bigint not null rowid comment<number of the"
	    " person>\n"
	    "name <TEXT> text comment<full name; it's in one column, (as"
	    " printed>\n"
	    "born <TEXT> text comment<a date>\n"
	    "city <TEXT> text\n"
	    "note <TEXT> text comment<anything>\n"
	    "key (id)\n"
	    "check expr<note <> '--' -- nor this )\n    >\n",
	    "comments of the table and of columns");
}

/* --- keys ---------------------------------------------------------------- */

static void
test_keys(struct reading *r)
{
	static const struct {
		const char *sql, *want;
	} cases[] = {
		{ "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b)",
		    "a <INTEGER> bigint not null rowid\nb <> unknown\n"
		    "key (a)\n" },
		{ "CREATE TABLE t (a INT PRIMARY KEY)",
		    "a <INT> bigint\nkey (a)\n" },
		{ "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)",
		    "a <INTEGER> bigint\nkey (a)\n" },
		{ "CREATE TABLE t (a INTEGER, PRIMARY KEY (a DESC))",
		    "a <INTEGER> bigint not null rowid\nkey (a)\n" },
		{ "CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID",
		    "a <INTEGER> bigint not null\nkey (a)\n" },
		{ "CREATE TABLE t (a TEXT, b INT NOT NULL, PRIMARY KEY (b, a))",
		    "a <TEXT> text\nb <INT> bigint not null\nkey (b,a)\n" },
		{ "CREATE TABLE t (a TEXT UNIQUE, b INT, c INT, CONSTRAINT x"
		    " UNIQUE (c, b), UNIQUE (b))",
		    "a <TEXT> text\nb <INT> bigint\nc <INT> bigint\n"
		    "unique (a)\nunique (c,b)\nunique (b)\n" },
		/* decant's own key, and what is none */
		{ "CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL);"
		    "CREATE UNIQUE INDEX t_key ON t (b, a)",
		    "a <TEXT> text not null\nb <INT> bigint not null\n"
		    "key name<t_key> (b,a)\n" },
		{ "CREATE TABLE t (a TEXT NOT NULL);"
		    "CREATE UNIQUE INDEX t_key_g12__ ON t (a)",
		    "a <TEXT> text not null\nkey name<t_key_g12__> (a)\n" },
		{ "CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX t_key ON t"
		    " (a)", "a <TEXT> text\nunique index t_key (a) sql<CREATE"
		    " UNIQUE INDEX t_key ON t (a)>\n" },
		{ "CREATE TABLE t (a TEXT NOT NULL); CREATE INDEX t_key ON t"
		    " (a)", "a <TEXT> text not null\nindex t_key (a) sql<CREATE"
		    " INDEX t_key ON t (a)>\n" },
		{ "CREATE TABLE t (a TEXT NOT NULL); CREATE UNIQUE INDEX t_key"
		    " ON t (a) WHERE a > ''", "a <TEXT> text not null\n"
		    "unique index t_key not plain () sql<CREATE UNIQUE INDEX"
		    " t_key ON t (a) WHERE a > ''>\n" },
		{ "CREATE TABLE t (a TEXT NOT NULL); CREATE UNIQUE INDEX"
		    " t_keys ON t (a)", "a <TEXT> text not null\n"
		    "unique index t_keys (a) sql<CREATE UNIQUE INDEX t_keys ON"
		    " t (a)>\n" },
		{ "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY); CREATE UNIQUE"
		    " INDEX t_key ON t (a)", "a <TEXT> text not null\nkey (a)\n"
		    "unique index t_key (a) sql<CREATE UNIQUE INDEX t_key ON t"
		    " (a)>\n" },
		/* indexes */
		{ "CREATE TABLE t (a TEXT, b INT); CREATE INDEX z ON t (b DESC,"
		    " a COLLATE NOCASE); CREATE INDEX y ON t (lower(a), b);"
		    " CREATE UNIQUE INDEX x /* decant */ ON t (a)",
		    "a <TEXT> text\nb <INT> bigint\n"
		    "unique index x (a) sql<CREATE UNIQUE INDEX x /* decant */"
		    " ON t (a)>\n"
		    "index y not plain () sql<CREATE INDEX y ON t (lower(a),"
		    " b)>\n"
		    "index z (b,a) sql<CREATE INDEX z ON t (b DESC, a COLLATE"
		    " NOCASE)>\n" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		is_str(facts_after(r, cases[i].sql, "t", 0),
		    arena_printf(&r->arena, "table t\n%s", cases[i].want),
		    "%s", cases[i].sql);
}

static void
test_constraints(struct reading *r)
{
	is_str(facts_after(r, "CREATE TABLE p (x INT, y INT, PRIMARY KEY (y,"
	    " x)); CREATE TABLE t (a INT CONSTRAINT positive CHECK (a > 0)"
	    " REFERENCES q(a) ON DELETE CASCADE,"
	    " b INT CONSTRAINT one REFERENCES p (x) NOT DEFERRABLE DEFAULT 5,"
	    " c TEXT CHECK (c IN ('(', ')', '''') /* ) */ AND length(c) < 9),"
	    " CONSTRAINT \"two two\" FOREIGN KEY (a, b) REFERENCES p"
	    "  ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,"
	    " FOREIGN KEY (c) REFERENCES \"no such\" ON UPDATE RESTRICT"
	    "  ON DELETE SET NULL DEFERRABLE,"
	    " CONSTRAINT k CHECK (a <> b), CHECK (b))", "t", 0),
	    "table t\n"
	    "a <INT> bigint\nb <INT> bigint expr<5>\nc <TEXT> text\n"
	    "foreign (a) to q(a) update NO ACTION delete CASCADE\n"
	    "foreign name<one> (b) to p(x) update NO ACTION delete NO ACTION\n"
	    "foreign name<two two> (a,b) to p(y,x) update SET DEFAULT delete"
	    " NO ACTION deferrable deferred\n"
	    "foreign (c) to no such(?) update RESTRICT delete SET NULL"
	    " deferrable\n"
	    "check name<positive> expr<a > 0>\n"
	    "check expr<c IN ('(', ')', '''') /* ) */ AND length(c) < 9>\n"
	    "check name<k> expr<a <> b>\n"
	    "check expr<b>\n", "checks and foreign keys");
}

/* --- what decant makes --------------------------------------------------- */

static void
test_own(struct reading *r)
{
	static struct schema_column column[] = {
		{ "id", { SQL_BIGINT, 0, 0, 0 }, 0, true, 0, "who" },
		{ "order", { SQL_TEXT, 10, 0, 0 }, 0, false, 0, NULL },
		{ "paid", { SQL_NUMERIC, 0, 9, 2 }, 2, false, 0, "in $" },
	};
	static uint32_t key[] = { 1, 0 }, one[] = { 2 };
	static struct schema_table t = { .name = "person", .column = column,
	    .ncolumn = 3, .key = key, .nkey = 2, .comment = "people" };
	static struct schema_constraint rule[] = {
		{ .kind = CONSTRAINT_UNIQUE, .name = "person_paid", .column =
		    one, .ncolumn = 1 },
		{ .kind = CONSTRAINT_FOREIGN, .name = "person_fk", .column =
		    key, .ncolumn = 2, .to = key },
	};
	static const struct schema s = { .name = "test", .table = &t,
	    .ntable = 1, .constraint = rule, .nconstraint = 2 };
	static const char want[] =
	    "id <INTEGER> bigint not null comment<who>\n"
	    "order <TEXT> text not null\n"
	    "paid <REAL> double precision comment<in $>\n"
	    "key name<%s> (order,id)\n"
	    "foreign name<person_fk> (order,id) to %s(order,id) update NO"
	    " ACTION delete NO ACTION\n"
	    "unique index %s (paid) sql<CREATE UNIQUE INDEX %s /* decant */"
	    " ON %s (paid)>\n";
	struct buf b;
	uint32_t g;
	const char *name, *index, *unique;

	for (g = 0; g < 13; g += 12) {
		name = g == 0 ? "person" : "person__g12";
		index = sqlite_table_key_name(&r->arena, &s, &t, g);
		unique = sqlite_constraint_index(&r->arena, &rule[0], g);
		buf_init(&b, 1 << 20);
		sqlite_table_create(&b, &s, &t, g);
		buf_puts(&b, "; ");
		sqlite_table_create_key(&b, &t, index, name);
		buf_puts(&b, "; ");
		sqlite_constraint_create_index(&b, &s, &rule[0], unique, name);
		is_str(facts_after(r, b.p, "person", g), arena_printf(
		    &r->arena, "table %s comment<people>\n%s", name,
		    arena_printf(&r->arena, want, index, name, unique,
		    unique, name)), "what decant makes: %s", name);
		if (g > 0)
			is_str(facts_after(r, b.p, name, 0), arena_printf(
			    &r->arena, "table %s comment<people>\n%s", name,
			    arena_printf(&r->arena, want, index, name, unique,
			    unique, name)), "by its full name");
		buf_fini(&b);
	}
}

/* --- lists and sizes ----------------------------------------------------- */

static void
test_list(struct reading *r)
{
	is_str(facts_list(&r->db, &r->arena, NULL), "", "no tables");
	db_exec(&r->db, "", "BEGIN; CREATE TABLE b (a INTEGER PRIMARY KEY"
	    " AUTOINCREMENT); CREATE TABLE \"A b\" (a); CREATE TABLE decant_x"
	    " (a); CREATE TABLE decantx (a); CREATE VIEW v AS SELECT 1;"
	    " CREATE VIRTUAL TABLE f USING fts5(a);"
	    " CREATE TABLE b__g3 (a); CREATE TABLE c__g1__g20 (a);"
	    " CREATE TABLE d__g (a); CREATE TABLE e__g0 (a);"
	    " CREATE TABLE g__g1x (a); CREATE TABLE __g1 (a);"
	    " CREATE TABLE h__g01 (a); CREATE TABLE i__g1234567890 (a)");
	is_str(facts_list(&r->db, &r->arena, NULL), "A b __g1 b b__g3=b@3"
	    " c__g1__g20=c__g1@20 d__g decantx e__g0 g__g1x h__g01"
	    " i__g1234567890", "ordinary tables, by name");
	db_roll_back(&r->db);
}

static void
test_size(struct reading *r)
{
	struct table_size s;
	bool dbstat = db_try(&r->db, "SELECT 1 FROM dbstat LIMIT 0");
	int64_t pages;

	db_exec(&r->db, "", "BEGIN; CREATE TABLE t (a TEXT); CREATE INDEX i ON"
	    " t (a); WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1"
	    " FROM s WHERE i < 1000) INSERT INTO t SELECT printf('%0500d', i)"
	    " FROM s");
	ok(table_facts_size(&r->db, &r->arena, NULL, "t", 0, &s), "a size");
	is_int(s.rows, 1000, "rows");
	pages = facts_list(&r->db, &r->arena, NULL) == NULL ? 0 :
	    strtoll(db_cell(db_query(&r->db, &r->arena, "",
	    "SELECT (page_count - 1) * page_size FROM pragma_page_count,"
	    " pragma_page_size", 0, NULL), 0, 0), NULL, 10);
	if (dbstat)
		is_int(s.bytes, pages, "all pages but the first");
	else
		is_int(s.bytes, -1, "bytes are not known");
	ok(table_facts_size(&r->db, &r->arena, NULL, "none", 0, &s) &&
	    s.rows == -1 && s.bytes == -1, "of no table");
	db_roll_back(&r->db);
}

static void
test_column(void)
{
	static struct fact_column column[] = { { .name = "a" },
	    { .name = "B c" } };
	struct table_facts t = { .column = column, .ncolumn = 2 };

	is_int(table_facts_column(&t, "b C"), 1, "a name in SQLite");
	t.schema = "s";
	ok(table_facts_column(&t, "b C") == UINT32_MAX &&
	    table_facts_column(&t, "B c") == 1, "a name in PostgreSQL");
}

/* Whatever the text is, reading ends, and within it. */
static void
test_broken(void)
{
	static const char sql[] = "CREATE TABLE t ( -- c\n a TEXT CONSTRAINT x"
	    " CHECK (a <> 'y''(' /* ) */), \"b\"\"b\" INT AS (a) REFERENCES"
	    " [p] (`q`) DEFERRABLE, CONSTRAINT z CHECK (1) -- e\n)"
	    " WITHOUT ROWID";
	struct sqlite_ddl ddl;
	struct arena a;
	size_t n;
	char *text;

	arena_init(&a);
	for (n = 0; n <= sizeof sql - 1; n++) {
		text = mem_alloc(n + 1);
		memcpy(text, sql, n);
		text[n] = '\0';
		sqlite_ddl_read(&ddl, &a, text);
		mem_free(text);
	}
	ok(ddl.ncolumn == 2 && strcmp(ddl.column[1].name, "b\"b") == 0 &&
	    ddl.ncheck == 2 && ddl.nforeign == 1 && ddl.without_rowid,
	    "a statement cut at every byte");
	arena_fini(&a);
}

int
main(void)
{
	struct reading r;
	char path[300];

	fix_dir_begin();
	snprintf(path, sizeof path, "sqlite:%s/facts.db", fix_dir);
	run(path + 7, "PRAGMA user_version = 1");
	ok(reading_begin(&r, path), "a database is open");
	test_types(&r);
	test_columns(&r);
	test_comments(&r);
	test_keys(&r);
	test_constraints(&r);
	test_own(&r);
	test_list(&r);
	test_size(&r);
	test_column();
	test_broken();
	is_str(reading_error(&r), "", "without a word");
	reading_end(&r);
	return tap_done();
}
