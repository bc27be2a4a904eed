/*
 * The PostgreSQL sink against a server: rows come back as they were, keys,
 * publication and what it carries over.  Faults are in the other file.
 */
#include "database/pg_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

/* Cells of dates and times are held as days and microseconds since 1970. */
static void
test_types(void)
{
	static const char *const cell[] = {
		"1", "32767", "-2147483648", "9223372036854775807", "10.00",
		"-0.01", "99999999999999999999999999999999999999", "1.5",
		"-0.25", "1", "0", "0", "0", "text", "short", "\\x",
		"0.0001", "99990000",
		"2", "-32768", "2147483647", "-9223372036854775808", "0.00",
		"9999999999.99", "-10000", "1e300", "0.5", "0", "-719162",
		"86399999999", "-1", "", "", "", "0.0000", "10000",
		"3", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	};
	static const struct sample s = { "every_type", { "id integer key",
	    "i2 smallint", "i4 integer", "i8 bigint", "n4 numeric(4,2)",
	    "n12 numeric(12,2)", "n38 numeric(38,0)",
	    "f8 double precision", "f4 real", "b boolean", "d date",
	    "t time", "ts timestamp", "s text", "v varchar(5)", "y bytea",
	    "n54 numeric(5,4)", "n8 numeric(8,0)" }, cell, 3 };
	struct load l;

	ok(load_run(&l, "decant_t_types", &s, 1), "every type is loaded");
	is_str(load_error(&l), "", "without a word");
	is_str(sql("SELECT * FROM decant_t_types.every_type ORDER BY id"),
	    "1|32767|-2147483648|9223372036854775807|10.00|-0.01|"
	    "99999999999999999999999999999999999999|1.5|-0.25|t|1970-01-01|"
	    "00:00:00|1970-01-01 00:00:00|text|short|\\x5c78|0.0001|99990000\n"
	    "2|-32768|2147483647|-9223372036854775808|0.00|9999999999.99|"
	    "-10000|1e+300|0.5|f|0001-01-01|23:59:59.999999|"
	    "1969-12-31 23:59:59.999999|||\\x|0.0000|10000\n"
	    "3|(null)|(null)|(null)|(null)|(null)|(null)|(null)|(null)|"
	    "(null)|(null)|(null)|(null)|(null)|(null)|(null)|(null)|(null)",
	    "and reads back");
	is_str(sql("SELECT string_agg(format_type(atttypid, atttypmod), ','"
	    " ORDER BY attnum) FROM pg_attribute WHERE attrelid ="
	    " 'decant_t_types.every_type'::regclass AND attnum > 0"),
	    "integer,smallint,integer,bigint,numeric(4,2),numeric(12,2),"
	    "numeric(38,0),double precision,real,boolean,date,"
	    "time without time zone,timestamp without time zone,text,"
	    "character varying(5),bytea,numeric(5,4),numeric(8,0)",
	    "the columns have the types");
	/* numeric_send shows how a number is stored, not only how it reads */
	is_str(sql("SELECT bool_and(numeric_send(n4) = numeric_send("
	    "n4::text::numeric(4,2)) AND numeric_send(n38) = numeric_send("
	    "n38::text::numeric) AND numeric_send(n8) = numeric_send("
	    "n8::text::numeric) AND numeric_send(n54) = numeric_send("
	    "n54::text::numeric)) FROM decant_t_types.every_type"), "t",
	    "numbers are stored as PostgreSQL stores them");
	is_str(sql("SELECT conname, pg_get_constraintdef(oid) FROM"
	    " pg_constraint WHERE contype = 'p' AND conrelid ="
	    " 'decant_t_types.every_type'::regclass"),
	    "every_type_pkey|PRIMARY KEY (id)", "the key has its usual name");
	is_str(sql("SELECT attnotnull FROM pg_attribute WHERE attrelid ="
	    " 'decant_t_types.every_type'::regclass AND attname IN"
	    " ('id', 'i2') ORDER BY attnum"), "t\nf", "only it is not null");
	is_str(sql("SELECT count(*) > 0 FROM pg_stats WHERE schemaname ="
	    " 'decant_t_types'"), "t", "the table is analyzed");
	ok(nothing_staged(), "nothing stays staged");
}

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };
static const struct sample person0 = { PERSON, people, 0 };

static void
test_replace(void)
{
	struct load l;

	ok(load_run(&l, "decant_t_re", &person3, 1), "a first load");
	ok(load_run(&l, "decant_t_re", &person2, 1), "a second one");
	is_str(sql("SELECT * FROM decant_t_re.person ORDER BY 1"),
	    "7|Gus\n8|Hal", "replaces it");
	ok(load_run(&l, "decant_t_re", &person0, 1) && strcmp(
	    sql("SELECT count(*) FROM decant_t_re.person"), "0") == 0,
	    "no rows make an empty table");
	sql("CREATE TABLE decant_t_re.other AS SELECT 1 AS a");
	ok(load_run(&l, "decant_t_re", &person3, 1), "a third");
	is_str(sql("SELECT a FROM decant_t_re.other"), "1",
	    "leaves other tables of the schema");
	ok(load_run(&l, NULL, &person3, 1), "without a schema's name");
	is_str(sql("SELECT count(*) FROM decant_t_named.person"), "3",
	    "the dataset's is taken");
	ok(load_new(&l, "decant_t_re", &person2, 1) && load_open(&l),
	    "a load begins");
	l.sink.ops->abort(l.sink.state);
	ok(nothing_staged(), "and is given up");
	ok(load_open(&l) && load_put(&l) && load_finish(&l) &&
	    load_publish(&l), "and begun again with the same sink");
	load_end(&l);
	is_str(sql("SELECT count(*) FROM decant_t_re.person"), "2",
	    "and published");
}

static void
test_dry_run(void)
{
	struct load l;

	dry_run = true;
	ok(load_run(&l, "decant_t_dry", &person3, 1), "a dry run");
	dry_run = false;
	is_str(sql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE"
	    " 'decant\\_t\\_dry%'"), "0", "makes nothing");
}

static void
test_public(void)
{
	static const struct sample s = { "decant_t_person", { "id integer key",
	    "name text" }, people, 3 };
	struct load l;

	ok(load_run(&l, "public", &s, 1) && load_run(&l, "public", &s, 1),
	    "public is a schema like others");
	is_str(sql("SELECT count(*) FROM public.decant_t_person"), "3",
	    "and has the table");
	sql("DROP TABLE public.decant_t_person");
}

static void
test_names(void)
{
	static const char *const cell[] = { "1", "2" };
	static const struct sample s = { "Order \"A\"", { "select integer key",
	    "Straße bigint" }, cell, 1 };
	struct load l;
	struct buf b;

	ok(load_run(&l, "decant_t_Käse \\ '", &s, 1), "odd names");
	is_str(sql("SELECT \"select\", \"Straße\" FROM"
	    " \"decant_t_Käse \\ '\".\"Order \"\"A\"\"\""), "1|2",
	    "are quoted");
	ok(load_run(&l, "decant_t_Käse \\ '", &s, 1), "also when replaced");
	ok(load_run(&l, "decant_t_long_ääääääääääääääääääääääää",
	    &person3, 1), "a schema name as long as can be%s",
	    load_error(&l));
	ok(nothing_staged(), "nothing stays staged");
	buf_init(&b, 10000);
	sink_postgres.ddl(&b, &l.schema, target,
	    &(struct sink_options){ .schema = "Benefits" });
	is_str(b.p, "CREATE SCHEMA IF NOT EXISTS \"Benefits\";\n\n"
	    "CREATE TABLE \"Benefits\".person (\n\tid integer NOT NULL,\n"
	    "\tname text,\n\tPRIMARY KEY (id)\n);\n", "the DDL for explain");
	buf_clear(&b);
	sink_postgres.type(&b, &(struct schema_column){ .type = { SQL_NUMERIC,
	    0, 11, 2 } });
	is_str(b.p, "numeric(11,2)", "a type for explain");
	buf_fini(&b);
}

static void
test_quoting(void)
{
	PGresult *res = PQexec(session, "SELECT word, quote_ident(word) FROM"
	    " (SELECT word FROM pg_get_keywords() UNION VALUES ('a'), ('A'),"
	    " ('1a'), ('a1_'), ('a$'), ('a b'), ('ä'), ('x\"y'), ('_'))"
	    " q(word)");
	int i, bad = 0;
	struct buf b;

	buf_init(&b, 1000);
	for (i = 0; i < PQntuples(res); i++) {
		struct schema none = { .name = PQgetvalue(res, i, 0) };
		const char *want = PQgetvalue(res, i, 1), *got;

		buf_clear(&b);
		sink_postgres.ddl(&b, &none, target, NULL);
		got = strstr(b.p, "EXISTS ") + 7;
		b.p[b.len - 2] = '\0';
		/* words that a newer PostgreSQL reserves are quoted too */
		if (strcmp(got, want) != 0 && (got[0] != '"' ||
		    strncmp(got + 1, want, strlen(want)) != 0)) {
			printf("# got %s, want %s\n", got, want);
			bad++;
		}
	}
	ok(i > 400 && bad == 0, "%d names are quoted as quote_ident does", i);
	PQclear(res);
	buf_fini(&b);
}

struct want_key {
	const char *part[3];	/* as format_cell writes them */
};

static bool
has_key(const struct load *l, uint32_t table, const struct want_key *w)
{
	struct buf key;
	bool has;
	int i;

	buf_init(&key, 1000);
	for (i = 0; i < 3 && w->part[i] != NULL; i++)
		key_add(&key, w->part[i], strlen(w->part[i]));
	has = conflicts_has(&l->conflicts, table, key.p, key.len);
	buf_fini(&key);
	return has;
}

static void
test_duplicates(void)
{
	static const char *const cell1[] = { "1", "a", "2", "b", "1", "c",
	    "3", "d", "3", "e", "3", "f" };
	static const char *const cell2[] = { "-1.50", "0", "1", "-1.50", "0",
	    "1", "1.50", "0", "1", "0.00", "11016", "0", "0.00", "11016", "0" };
	static const char *const cell3[] = { "0", "x", "-0", "x", "1.5", "",
	    "1.5", "", "2", "z" };
	static const char *const cell4[] = { "1", "1000000", "1", "1000000" };
	static const struct sample s[] = {
		{ "one", { "id integer key", "t text" }, cell1, 6 },
		{ "two", { "n numeric(5,2) key", "d date key",
		    "b boolean key" }, cell2, 5 },
		{ "three", { "f double precision key", "t text key" }, cell3,
		    5 },
		{ "four", { "y bytea key", "ts timestamp key" }, cell4, 2 },
		{ "fine", { "id integer key", "t text" }, cell1, 2 },
	};
	static const struct { uint32_t table; struct want_key key; } want[] = {
		{ 0, { { "1" } } }, { 0, { { "3" } } },
		{ 1, { { "-1.50", "1970-01-01", "true" } } },
		{ 1, { { "0.00", "2000-02-29", "false" } } },
		{ 2, { { "0", "x" } } }, { 2, { { "-0", "x" } } },
		{ 2, { { "1.5", "" } } },
		{ 3, { { "\\x31", "1970-01-01 00:00:01" } } },
	};
	struct load l;
	uint32_t i;

	ok(load_new(&l, "decant_t_dup", s, 5) && load_open(&l) &&
	    load_put(&l), "rows with repeated keys go in");
	ok(!load_finish(&l) && l.grade == BAD, "finish finds them");
	is_int(l.conflicts.n, COUNT(want), "all of them, and no other");
	for (i = 0; i < COUNT(want); i++)
		ok(has_key(&l, want[i].table, &want[i].key),
		    "key %s of table %u", want[i].key.part[0], want[i].table);
	is_str(load_error(&l), "", "that is no error yet");
	l.sink.ops->abort(l.sink.state);
	for (i = 0; i < 5; i++)
		l.batch.rows[i].n = 1;
	ok(load_open(&l) && load_put(&l) && load_finish(&l) &&
	    load_publish(&l), "without them it is loaded");
	load_end(&l);
	is_str(sql("SELECT count(*) FROM decant_t_dup.two"), "1",
	    "and published");
}

/* 12 tables on 8 streams, each with more than a turn. */
static void
test_many_tables(void)
{
	enum { TABLES = 12, TIMES = 600 };
	static char text[8000], name[TABLES][12];
	static const char *cell[] = { "1", text };
	struct sample s[TABLES];
	struct load l;
	bool good;
	int i;

	memset(text, 'x', sizeof text - 1);
	for (i = 0; i < TABLES; i++) {
		snprintf(name[i], sizeof name[i], "t%02d", i);
		s[i] = (struct sample){ name[i], { "id integer", "t text" },
		    cell, 1 };
	}
	good = load_new(&l, "decant_t_many", s, TABLES) && load_open(&l);
	for (i = 0; i < TIMES && good; i++) {
		l.batch.rows[3].n = i % 2;	/* not all get the same */
		good = load_put(&l);
	}
	ok(good && load_finish(&l) && load_publish(&l),
	    "%d tables take turns%s", TABLES, load_error(&l));
	load_end(&l);
	is_str(sql("SELECT count(*), min(length(t)) FROM decant_t_many.t00"
	    " UNION ALL SELECT count(*), min(length(t)) FROM decant_t_many.t03"
	    " UNION ALL SELECT count(*), min(length(t)) FROM"
	    " decant_t_many.t11"), "600|7999\n300|7999\n600|7999",
	    "and have all their rows");
	is_str(sql("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON"
	    " n.oid = relnamespace WHERE nspname = 'decant_t_many' AND"
	    " relkind = 'r'"), "12", "all are published");
}

static atomic_int reading;

struct reader {
	long reads, odd;
};

/* Counts what is neither the old nor the new table. */
static void *
read_all_the_time(void *arg)
{
	struct reader *r = arg;
	PGconn *conn = pg_open();
	PGresult *res;
	const char *v;

	while (atomic_load(&reading)) {
		res = PQexec(conn, "SELECT count(*) FROM decant_t_read.person");
		v = PQntuples(res) == 1 ? PQgetvalue(res, 0, 0) : "error";
		if (strcmp(v, "3") != 0 && strcmp(v, "2") != 0)
			r->odd++;
		r->reads++;
		PQclear(res);
	}
	PQfinish(conn);
	return NULL;
}

static void
test_readers(void)
{
	struct reader r = { 0, 0 };
	pthread_t thread;
	struct load l;
	bool good;
	int i;

	good = load_run(&l, "decant_t_read", &person3, 1);
	atomic_store(&reading, 1);
	pthread_create(&thread, NULL, read_all_the_time, &r);
	for (i = 0; i < 10 && good; i++)
		good = load_run(&l, "decant_t_read", i % 2 ? &person3 :
		    &person2, 1);
	atomic_store(&reading, 0);
	pthread_join(thread, NULL);
	ok(good, "ten publications beside a reader%s", load_error(&l));
	ok(r.reads > 20 && r.odd == 0,
	    "%ld reads saw the old rows or the new", r.reads);
}

/* A snapshot from before the load finds the new rows: they are frozen. */
static void
test_old_snapshot(void)
{
	PGconn *old = pg_open();
	struct load l;

	load_run(&l, "decant_t_snap", &person3, 1);
	sql_on(old, "BEGIN ISOLATION LEVEL REPEATABLE READ");
	sql_on(old, "SELECT 1");
	ok(load_run(&l, "decant_t_snap", &person2, 1),
	    "a publication beside an old snapshot");
	is_str(sql_on(old, "SELECT count(*) FROM decant_t_snap.person"), "2",
	    "which does not see an empty table");
	PQfinish(old);
}

static void
test_carried(void)
{
	struct load l;

	load_run(&l, "decant_t_carry", &person3, 1);
	sql("DROP ROLE IF EXISTS decant_t_reader");
	sql("DROP ROLE IF EXISTS decant_t_owner");
	if (strcmp(sql("CREATE ROLE decant_t_reader; CREATE ROLE"
	    " decant_t_owner; GRANT decant_t_owner TO CURRENT_USER"), "") != 0) {
		tap_skip("grants are carried", "no right to make roles");
		return;
	}
	sql("GRANT USAGE, CREATE ON SCHEMA decant_t_carry TO decant_t_owner;"
	    "GRANT SELECT, INSERT ON decant_t_carry.person TO"
	    " decant_t_reader WITH GRANT OPTION;"
	    "GRANT SELECT ON decant_t_carry.person TO PUBLIC;"
	    "GRANT UPDATE (name) ON decant_t_carry.person TO decant_t_reader;"
	    "REVOKE DELETE ON decant_t_carry.person FROM CURRENT_USER;"
	    "ALTER TABLE decant_t_carry.person OWNER TO decant_t_owner;"
	    "ALTER TABLE decant_t_carry.person SET (fillfactor = 70),"
	    " ALTER name SET STATISTICS 500;"
	    "COMMENT ON TABLE decant_t_carry.person IS 'it''s people';"
	    "COMMENT ON COLUMN decant_t_carry.person.name IS 'as \\ said';"
	    "CREATE INDEX person_name ON decant_t_carry.person"
	    " (lower(name) DESC) WHERE id > 1;"
	    "CREATE UNIQUE INDEX \"Odd\" ON decant_t_carry.person (name);"
	    "CREATE TABLE decant_t_carry.before AS SELECT relacl, relowner,"
	    " reloptions, oid FROM pg_class WHERE oid ="
	    " 'decant_t_carry.person'::regclass");
	ok(load_run(&l, "decant_t_carry", &person2, 1),
	    "a table with a history is replaced%s", load_error(&l));
	is_str(sql("SELECT (SELECT array_agg(x::text ORDER BY x::text) FROM"
	    " unnest(c.relacl) x) = (SELECT array_agg(x::text ORDER BY"
	    " x::text) FROM unnest(b.relacl) x), c.relowner = b.relowner,"
	    " c.reloptions = b.reloptions, c.oid = b.oid FROM pg_class c,"
	    " decant_t_carry.before b WHERE c.oid ="
	    " 'decant_t_carry.person'::regclass"), "t|t|t|f",
	    "grants, owner and options are carried");
	is_str(sql("SELECT attacl, attstattarget FROM pg_attribute WHERE"
	    " attrelid = 'decant_t_carry.person'::regclass AND"
	    " attname = 'name'"), "{decant_t_reader=w/decant_t_owner}|500",
	    "so are those of a column");
	is_str(sql("SELECT obj_description('decant_t_carry.person'::regclass,"
	    " 'pg_class'), col_description('decant_t_carry.person'::regclass,"
	    " 2)"), "it's people|as \\ said", "and comments");
	is_str(sql("SELECT indexdef FROM pg_indexes WHERE schemaname ="
	    " 'decant_t_carry' ORDER BY indexname COLLATE \"C\""),
	    "CREATE UNIQUE INDEX \"Odd\" ON decant_t_carry.person USING btree"
	    " (name)\nCREATE INDEX person_name ON decant_t_carry.person USING"
	    " btree (lower(name) DESC) WHERE (id > 1)\nCREATE UNIQUE INDEX"
	    " person_pkey ON decant_t_carry.person USING btree (id)",
	    "and plain indexes");
	sql("DROP SCHEMA decant_t_carry CASCADE; CREATE SCHEMA decant_t_carry;"
	    "ALTER DEFAULT PRIVILEGES IN SCHEMA decant_t_carry GRANT SELECT ON"
	    " TABLES TO decant_t_reader");
	load_run(&l, "decant_t_carry", &person3, 1);
	is_str(sql("SELECT has_table_privilege('decant_t_reader',"
	    " 'decant_t_carry.person', 'SELECT'),"
	    " has_table_privilege('decant_t_reader',"
	    " 'decant_t_carry.person', 'INSERT')"), "t|f",
	    "a new table gets the schema's default privileges");
	sql("DROP SCHEMA decant_t_carry CASCADE; DROP ROLE decant_t_reader;"
	    "DROP ROLE decant_t_owner");
}

int
main(void)
{
	pg_begin();
	test_types();
	test_replace();
	test_dry_run();
	test_public();
	test_names();
	test_quoting();
	test_duplicates();
	test_many_tables();
	test_readers();
	test_old_snapshot();
	test_carried();
	return pg_end();
}
