/*
 * Publications in PostgreSQL that are refused, by name, and change nothing:
 * what cannot be carried, what does not fit the new table; and what appears
 * after everything was prepared.
 */
#include "database/pub_fixture.h"

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };

/* --- what forbids it -------------------------------------------------------- */

/* Made and unmade; refused before the load, with nothing changed. */
static const struct {
	const char *make, *unmake, *code, *words;
} forbidden[] = {
	{ "CREATE VIEW decant_t_w.v AS SELECT * FROM decant_t_f.person",
	    "DROP VIEW decant_t_w.v", "T059",
	    "view decant_t_w.v depends on live table 'decant_t_f.person'" },
	{ "CREATE MATERIALIZED VIEW decant_t_w.m AS SELECT id FROM"
	    " decant_t_f.person", "DROP MATERIALIZED VIEW decant_t_w.m",
	    "T059", "materialized view decant_t_w.m depends" },
	{ "CREATE TABLE decant_t_w.c (p integer REFERENCES decant_t_f.person)",
	    "DROP TABLE decant_t_w.c", "T059", "constraint c_p_fkey" },
	{ "CREATE FUNCTION decant_t_w.f(decant_t_f.person) RETURNS int"
	    " LANGUAGE sql AS 'SELECT 1'",
	    "DROP FUNCTION decant_t_w.f(decant_t_f.person)", "T059",
	    "function decant_t_w.f(decant_t_f.person) depends" },
	{ "CREATE FUNCTION decant_t_w.g(decant_t_f.person[]) RETURNS int"
	    " LANGUAGE sql AS 'SELECT 1'",
	    "DROP FUNCTION decant_t_w.g(decant_t_f.person[])", "T059",
	    "function decant_t_w.g(decant_t_f.person[]) depends" },
	{ "CREATE TABLE decant_t_f.typed (p decant_t_f.person)",
	    "DROP TABLE decant_t_f.typed", "T059",
	    "column p of table decant_t_f.typed depends" },
	{ "CREATE MATERIALIZED VIEW decant_t_f.m1 AS SELECT id FROM"
	    " decant_t_f.person; CREATE MATERIALIZED VIEW decant_t_f.m2 AS"
	    " SELECT * FROM decant_t_f.m1",
	    "DROP MATERIALIZED VIEW decant_t_f.m1 CASCADE", "T059",
	    "rule _RETURN on materialized view decant_t_f.m2 depends" },
	{ "CREATE TABLE decant_t_f.kid () INHERITS (decant_t_f.person)",
	    "DROP TABLE decant_t_f.kid", "T060", "child table decant_t_f.kid" },
	{ "CREATE TABLE decant_t_f.mum (id integer); ALTER TABLE"
	    " decant_t_f.person INHERIT decant_t_f.mum", "ALTER TABLE"
	    " decant_t_f.person NO INHERIT decant_t_f.mum; DROP TABLE"
	    " decant_t_f.mum", "T060", "parent table decant_t_f.mum" },
	{ "INSERT INTO pg_seclabel VALUES ('decant_t_f.person'::regclass,"
	    " 'pg_class'::regclass, 0, 'dummy', 'secret')",
	    "DELETE FROM pg_seclabel", "T060", "security label" },
	{ "ALTER EXTENSION plpgsql ADD TABLE decant_t_f.person",
	    "ALTER EXTENSION plpgsql DROP TABLE decant_t_f.person", "T060",
	    "place in extension plpgsql" },
	{ "CREATE TABLE decant_t_w.c (p integer); CREATE FUNCTION"
	    " decant_t_w.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN"
	    " NULL; END'; CREATE CONSTRAINT TRIGGER far AFTER INSERT ON"
	    " decant_t_w.c FROM decant_t_f.person FOR EACH ROW EXECUTE"
	    " FUNCTION decant_t_w.t()", "DROP TABLE decant_t_w.c; DROP FUNCTION"
	    " decant_t_w.t", "T060", "constraint trigger far on decant_t_w.c" },
	{ "CREATE PUBLICATION decant_t_pub FOR TABLE decant_t_f.person",
	    "DROP PUBLICATION decant_t_pub", "T076",
	    "is replicated by publication 'decant_t_pub'" },
	{ "CREATE PUBLICATION decant_t_pub FOR ALL TABLES",
	    "DROP PUBLICATION decant_t_pub", "T076",
	    "is replicated by publication 'decant_t_pub'" },
	{ "ALTER TABLE decant_t_f.person RENAME TO p2; CREATE VIEW"
	    " decant_t_f.person AS SELECT * FROM decant_t_f.p2",
	    "DROP VIEW decant_t_f.person; ALTER TABLE decant_t_f.p2 RENAME TO"
	    " person", "T061", "'decant_t_f.person' is a view" },
	{ "ALTER TABLE decant_t_f.person RENAME TO p2; CREATE TABLE"
	    " decant_t_f.person (id int, name text) PARTITION BY LIST (id)",
	    "DROP TABLE decant_t_f.person; ALTER TABLE decant_t_f.p2 RENAME TO"
	    " person", "T061", "is a partitioned table" },
	{ "CREATE SCHEMA decant_t_f_g1; CREATE TABLE decant_t_f_g1.mine (a"
	    " int)", "DROP SCHEMA decant_t_f_g1 CASCADE", "T055",
	    "schema 'decant_t_f_g1'" },
	{ "CREATE SCHEMA decant_t_f_g1; COMMENT ON SCHEMA decant_t_f_g1 IS"
	    " 'decant generation 1'; CREATE TABLE decant_t_f_g1.person (a"
	    " int)", "DROP SCHEMA decant_t_f_g1 CASCADE", "T061",
	    "'decant_t_f_g1.person' is there already" },
};

static bool
untouched(const char *schema)
{
	return strcmp(sql(arena_printf(&arena, "SELECT string_agg(name, ','"
	    " ORDER BY id) FROM %s.person", schema)), "Ann,Bob,Cy") == 0 &&
	    strcmp(sql(arena_printf(&arena, "SELECT nspname FROM pg_namespace"
	    " WHERE nspname LIKE '%s\\_g%%'", schema)), "") == 0;
}

static const char *late_sql;

static void
make_late(struct pub *b)
{
	(void)b;
	sql(late_sql);
}

static void
test_forbidden(void)
{
	struct load l;
	struct pub b;
	size_t i;
	bool good;

	loads(load_live(&l, "decant_t_f", &person3, 1), &l, "a table");
	sql("CREATE SCHEMA decant_t_w");
	for (i = 0; i < COUNT(forbidden); i++) {
		is_str(sql(forbidden[i].make), "", "%s", forbidden[i].words);
		good = load_live(&l, "decant_t_f", &person2, 1);
		ok(!good && strcmp(l.where, "check") == 0 && load_failed(&l,
		    forbidden[i].code, forbidden[i].words),
		    "is refused before the load");
		is_str(sql(forbidden[i].unmake), "", "and undone");
	}
	/* the same, made while the load runs */
	for (i = 0; i < 14; i += 3) {
		late_sql = forbidden[i].make;
		good = load_live_with(&l, &b, target, "decant_t_f", &person2, 1,
		    NULL, make_late);
		ok(!good && load_failed(&l, forbidden[i].code,
		    forbidden[i].words), "%s, at the last moment",
		    forbidden[i].words);
		sql(forbidden[i].unmake);
	}
	ok(untouched("decant_t_f"), "the table was never touched");
	dataset_of("decant_t_f")->live = 0;
	good = load_live(&l, "decant_t_f", &person2, 1);
	ok(!good && load_failed(&l, "T061", "is there, and is of no"
	    " generation"), "a table that the ledger does not know");
	dataset_of("decant_t_f")->live = 1;
	loads(load_live(&l, "decant_t_f", &person2, 1), &l,
	    "and now can be replaced");
}

/* What users add while a generation is staged is made on it, too. */
static void
test_late(void)
{
	static const char *const late[] = {
		"CREATE INDEX late ON decant_t_l.person (name)",
		"ALTER TABLE decant_t_l.person ADD CONSTRAINT later CHECK (id"
		    " > 0)",
		"CREATE MATERIALIZED VIEW decant_t_l.m AS SELECT count(*) FROM"
		    " decant_t_l.person",
		"CREATE VIEW decant_t_l.v AS SELECT * FROM decant_t_l.person;"
		    " GRANT SELECT ON decant_t_l.person TO PUBLIC",
	};
	const char *dump;
	struct load l;
	struct pub b;
	size_t i;
	bool good;

	loads(load_live(&l, "decant_t_l", &person3, 1), &l, "a table");
	for (i = 0; i < COUNT(late); i++) {
		late_sql = late[i];
		good = load_live_with(&l, &b, target, "decant_t_l", &person2, 1,
		    NULL, make_late);
		loads(good, &l, "%.45s… appears after it is prepared", late[i]);
	}
	dump = dump_of("-n decant_t_l");
	ok(strstr(dump, "INDEX late") != NULL && strstr(dump, "CONSTRAINT"
	    " later CHECK") != NULL && strstr(dump, "VIEW decant_t_l.m") != NULL
	    && strstr(dump, "VIEW decant_t_l.v") != NULL && strstr(dump,
	    "TO PUBLIC") != NULL, "all of it is there");
	is_str(sql("SELECT * FROM decant_t_l.m, decant_t_l.v WHERE id = 7"),
	    "2|7|Gus", "and shows what is live");
}

/* --- a new shape ------------------------------------------------------------ */

static const char *const shaped[] = { "1", "Ann Bell", "5", "Eve Fox" };
static const struct sample reshaped = { "person", { "id bigint key",
    "full_name text" }, shaped, 2 };

/* What users made uses a column that the new table does not have. */
static const struct {
	const char *make, *unmake, *code, *words;
} misfits[] = {
	{ "CREATE INDEX by_name ON decant_t_s.person (name)",
	    "DROP INDEX decant_t_s.by_name", "T068", "making index 'by_name' of"
	    " the live table 'person': column \"name\" does not exist" },
	{ "ALTER TABLE decant_t_s.person ADD CONSTRAINT named CHECK (name <>"
	    " '')", "ALTER TABLE decant_t_s.person DROP CONSTRAINT named",
	    "T068", "making constraint 'named'" },
	{ "CREATE STATISTICS decant_t_s.st ON id, name FROM decant_t_s.person",
	    "DROP STATISTICS decant_t_s.st", "T068", "making statistics 'st'" },
	{ "CREATE POLICY pol ON decant_t_s.person USING (name = current_user)",
	    "DROP POLICY pol ON decant_t_s.person", "T068",
	    "carrying policy 'pol': column \"name\" does not exist" },
	{ "CREATE FUNCTION decant_t_s.t() RETURNS trigger LANGUAGE plpgsql AS"
	    " 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE UPDATE OF name"
	    " ON decant_t_s.person EXECUTE FUNCTION decant_t_s.t()",
	    "DROP FUNCTION decant_t_s.t CASCADE", "T068",
	    "carrying trigger 'g': column \"name\"" },
	{ "CREATE VIEW decant_t_s.v AS SELECT id, name FROM decant_t_s.person",
	    "DROP VIEW decant_t_s.v", "T069", "rebuilding view 'decant_t_s.v':"
	    " column person.name does not exist" },
	{ "CREATE VIEW decant_t_s.v AS SELECT id FROM decant_t_s.person",
	    "DROP VIEW decant_t_s.v", "T069", "cannot change data type of view"
	    " column \"id\" from integer to bigint" },
	{ "CREATE MATERIALIZED VIEW decant_t_s.m AS SELECT name FROM"
	    " decant_t_s.person", "DROP MATERIALIZED VIEW decant_t_s.m", "T069",
	    "making materialized view 'decant_t_s.m': column person.name" },
	{ "CREATE FUNCTION decant_t_s.f() RETURNS text LANGUAGE sql BEGIN"
	    " ATOMIC SELECT max(name) FROM decant_t_s.person; END",
	    "DROP FUNCTION decant_t_s.f", "T069", "rebuilding function"
	    " 'decant_t_s.f()': column person.name" },
	{ "CREATE FUNCTION decant_t_s.f(decant_t_s.person) RETURNS text"
	    " LANGUAGE sql AS 'SELECT 1'; CREATE VIEW decant_t_s.v AS SELECT"
	    " decant_t_s.f(NULL::decant_t_s.person)",
	    "DROP VIEW decant_t_s.v; DROP FUNCTION decant_t_s.f", "T069",
	    "dropping function 'decant_t_s.f(decant_t_s.person)': cannot drop" },
	{ "ALTER TABLE decant_t_s.person ALTER name SET DEFAULT 'x'",
	    "ALTER TABLE decant_t_s.person ALTER name DROP DEFAULT", "T060",
	    "default of column name, which the new table does not have" },
	{ "ALTER TABLE decant_t_s.person ADD twice integer GENERATED ALWAYS AS"
	    " (id * 2) STORED", "ALTER TABLE decant_t_s.person DROP twice",
	    "T060", "expression of column twice, which" },
	{ "ALTER TABLE decant_t_s.person ADD CONSTRAINT big CHECK (id > 1)"
	    " NOT VALID", "ALTER TABLE decant_t_s.person DROP CONSTRAINT big",
	    NULL, NULL },
	{ "UPDATE decant_t_s.person SET id = 9 WHERE id = 1; ALTER TABLE"
	    " decant_t_s.person ADD CONSTRAINT big CHECK (id > 1)", "ALTER"
	    " TABLE decant_t_s.person DROP CONSTRAINT big; UPDATE"
	    " decant_t_s.person SET id = 1 WHERE id = 9", "T067",
	    "making constraint 'big' of the live table 'person': check"
	    " constraint \"big\" of relation \"person\" is violated" },
	{ "CREATE UNIQUE INDEX fives ON decant_t_s.person ((id > 0)) WHERE"
	    " id = 1", "DROP INDEX decant_t_s.fives", NULL, NULL },
	{ "CREATE TABLE decant_t_s.far (id integer PRIMARY KEY); INSERT INTO"
	    " decant_t_s.far VALUES (1), (2), (3); ALTER TABLE"
	    " decant_t_s.person ADD CONSTRAINT leads FOREIGN KEY (id) REFERENCES"
	    " decant_t_s.far", "DROP TABLE decant_t_s.far CASCADE", "T067",
	    "rows of 'decant_t_s_g" },
	{ "CREATE TABLE decant_t_s.desk (id integer CONSTRAINT sits REFERENCES"
	    " decant_t_s.person); INSERT INTO decant_t_s.desk VALUES (2)",
	    "DROP TABLE decant_t_s.desk", "T067", "rows of 'decant_t_s.desk'"
	    " would refer to none (foreign key 'sits')" },
	{ "ALTER TABLE decant_t_s.person CLUSTER ON person_pkey", "ALTER TABLE"
	    " decant_t_s.person SET WITHOUT CLUSTER", NULL, NULL },
};

static void
test_shape(void)
{
	struct load l, l1;
	struct pub b;
	const char *dump;
	size_t i;
	bool good;

	loads(load_live(&l1, "decant_t_s", &person3, 1), &l1, "a table");
	for (i = 0; i < COUNT(misfits); i++) {
		is_str(sql(misfits[i].make), "", "%.60s…", misfits[i].make);
		dump = dump_of("-n decant_t_s");
		good = load_live(&l, "decant_t_s", &reshaped, 1);
		if (misfits[i].code == NULL) {
			loads(good, &l, "fits");
			goes(go_to(&l1, &b, 1, NULL), &b, "and back");
		} else {
			ok(!good && diags_have(&l.diags, misfits[i].code,
			    misfits[i].words), "is refused as %s",
			    misfits[i].code);
		}
		ok(same_text(dump_of("-n decant_t_s"), dump),
		    "nothing has changed");
		is_str(sql(misfits[i].unmake), "", "unmade");
	}
	loads(load_live(&l, "decant_t_s", &reshaped, 1), &l, "another shape");
	ok(diags_have(&l.diags, "T075", "column name of live table"
	    " 'decant_t_s.person' is not in the new one"),
	    "the column that goes is told");
	goes(go_to(&l, &b, 1, NULL), &b, "and back");
	ok(diags_have(&b.diags, "T075", "column full_name of live table"),
	    "the other way too");
	is_str(sql("SELECT string_agg(name, ',' ORDER BY id) FROM"
	    " decant_t_s.person"), "Ann,Bob,Cy", "the rows are back");
	ok(go_to(&l, &b, 9, NULL) == false && diags_have(&b.diags, "T073",
	    "table 'decant_t_s_g9.person' is not there"),
	    "a generation that is not there");
}

int
main(void)
{
	pg_begin();
	test_forbidden();
	test_late();
	test_shape();
	return pg_end();
}
