/*
 * The PostgreSQL sink against a server: rows come back as they were, keys,
 * tables that are gone on with.  Faults are in the other file, publication has
 * its own.
 */
#include "database/pg_fixture.h"

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
	is_str(sql("SELECT * FROM decant_t_types_g1.every_type ORDER BY id"),
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
	    " 'decant_t_types_g1.every_type'::regclass AND attnum > 0"),
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
	    "n54::text::numeric)) FROM decant_t_types_g1.every_type"), "t",
	    "numbers are stored as PostgreSQL stores them");
	is_str(sql("SELECT conname, pg_get_constraintdef(oid) FROM"
	    " pg_constraint WHERE contype = 'p' AND conrelid ="
	    " 'decant_t_types_g1.every_type'::regclass"),
	    "every_type_pkey|PRIMARY KEY (id)", "the key has its usual name");
	is_str(sql("SELECT attnotnull FROM pg_attribute WHERE attrelid ="
	    " 'decant_t_types_g1.every_type'::regclass AND attname IN"
	    " ('id', 'i2') ORDER BY attnum"), "t\nf", "only it is not null");
	is_str(sql("SELECT count(*) > 0 FROM pg_stats WHERE schemaname ="
	    " 'decant_t_types_g1'"), "t", "the table is analyzed");
	is_str(sql("SELECT obj_description(oid) FROM pg_constraint WHERE"
	    " conname = 'every_type_pkey'"), "made by decant from the mapping",
	    "and the key tells who made it");
	is_str(sql("SELECT obj_description(oid) FROM pg_namespace WHERE nspname"
	    " = 'decant_t_types_g1'"), "decant generation 1 of schema"
	    " decant_t_types", "the schema too");
}

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };
static const struct sample person0 = { PERSON, people, 0 };

static void
test_again(void)
{
	struct load l;

	ok(load_run(&l, "decant_t_re", &person3, 1), "a generation");
	ok(load_run(&l, "decant_t_re", &person2, 1), "staged again");
	is_str(sql("SELECT * FROM decant_t_re_g1.person ORDER BY 1"),
	    "7|Gus\n8|Hal", "is replaced");
	generation = 2;
	ok(load_run(&l, "decant_t_re", &person0, 1) && strcmp(
	    sql("SELECT count(*) FROM decant_t_re_g2.person"), "0") == 0,
	    "no rows make an empty table");
	is_str(sql("SELECT count(*) FROM decant_t_re_g1.person"), "2",
	    "another generation stays");
	generation = 1;
	ok(load_run(&l, NULL, &person3, 1), "without a schema's name");
	is_str(sql("SELECT count(*) FROM decant_t_named_g1.person"), "3",
	    "the dataset's is taken");
	ok(load_new(&l, "decant_t_gone", &person2, 1) && load_open(&l),
	    "a load begins");
	l.sink.ops->abort(l.sink.state);
	is_str(sql("SELECT to_regnamespace('decant_t_gone_g1')"), "(null)",
	    "and is given up");
	ok(load_open(&l) && load_put(&l) && load_finish(&l) &&
	    load_seal(&l), "and begun again with the same sink");
	l.sink.ops->abort(l.sink.state);
	is_str(sql("SELECT count(*) FROM decant_t_gone_g1.person"), "2",
	    "what is sealed stays");
	ok(PQstatus(l.db.pg.conn) == CONNECTION_OK &&
	    PQtransactionStatus(l.db.pg.conn) == PQTRANS_IDLE,
	    "the caller's connection is as it was");
	load_end(&l);
}

static void
test_dry_run(void)
{
	struct load l;

	dry_run = true;
	ok(load_run(&l, "decant_t_dry", &person3, 1), "a dry run");
	dry_run = false;
	ok(!sink_postgres.new(&l.sink, &arena, &l.diags, target,
	    &(struct sink_options){ .schema = "decant_t_dry" }) &&
	    load_failed(&l, "T070", "needs a generation"),
	    "without a generation nothing is loaded");
	ok(sink_postgres.new(&l.sink, &arena, &l.diags, target,
	    &(struct sink_options){ .dry_run = true }) &&
	    l.sink.ops->open(l.sink.state, &l.schema) == OK,
	    "but a dry run may be");
	l.sink.ops->free(l.sink.state);
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
	is_str(sql("SELECT count(*) FROM public_g1.decant_t_person"), "3",
	    "and has a generation");
	sql("DROP SCHEMA public_g1 CASCADE");
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
	    " \"decant_t_Käse \\ '_g1\".\"Order \"\"A\"\"\""), "1|2",
	    "are quoted");
	ok(load_run(&l, "decant_t_Käse \\ '", &s, 1), "also when replaced");
	ok(load_run(&l, "decant_t_long_ääääääääääääääääääääääää",
	    &person3, 1), "a schema name as long as can be%s",
	    load_error(&l));
	is_str(sql("SELECT count(*), max(octet_length(nspname)) < 64 FROM"
	    " pg_namespace WHERE nspname LIKE 'decant\\_t\\_long%'"), "1|t",
	    "is cut");
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
	    load_seal(&l), "without them it is loaded");
	load_end(&l);
	is_str(sql("SELECT count(*) FROM decant_t_dup_g1.two"), "1",
	    "and sealed");
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
	ok(good && load_finish(&l) && load_seal(&l),
	    "%d tables take turns%s", TABLES, load_error(&l));
	load_end(&l);
	is_str(sql("SELECT count(*), min(length(t)) FROM decant_t_many_g1.t00"
	    " UNION ALL SELECT count(*), min(length(t)) FROM decant_t_many_g1.t03"
	    " UNION ALL SELECT count(*), min(length(t)) FROM"
	    " decant_t_many_g1.t11"), "600|7999\n300|7999\n600|7999",
	    "and have all their rows");
	is_str(sql("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON"
	    " n.oid = relnamespace WHERE nspname = 'decant_t_many_g1' AND"
	    " relkind = 'r'"), "12", "all are there");
}

/* --- checkpoints, resuming, bases ------------------------------------------ */

enum { NUMBERS = 1000 };
static char number_text[NUMBERS][8];
static const char *number_cell[2 * NUMBERS];
static const struct sample numbers[] = {
	{ "number", { "n integer key", "t text" }, number_cell, NUMBERS },
	{ "other", { "n integer", "t text" }, number_cell, NUMBERS },
};

static void
make_numbers(void)
{
	int i;

	for (i = 0; i < NUMBERS; i++) {
		snprintf(number_text[i], sizeof number_text[i], "%d", i);
		number_cell[2 * i] = number_text[i];
		number_cell[2 * i + 1] = i % 3 == 0 ? NULL : number_text[i];
	}
}

/* The rows from..to-1 of all tables. */
static bool
put_numbers(struct load *l, uint32_t from, uint32_t to, uint32_t batch)
{
	uint32_t *row = arena_array(&arena, NUMBERS, sizeof *row), i, t, n;

	for (i = 0; i < NUMBERS; i++)
		row[i] = i;
	for (i = from; i < to; i += n) {
		n = to - i < batch ? to - i : batch;
		for (t = 0; t < l->schema.ntable; t++) {
			l->batch.rows[t].row = row + i;
			l->batch.rows[t].n = n;
		}
		if (!load_put(l))
			return false;
	}
	return true;
}

static const char *
count_of(const char *table)
{
	return sql(arena_printf(&arena, "SELECT count(*), count(DISTINCT n),"
	    " min(n), max(n), count(*) FILTER (WHERE t = n::text OR"
	    " (t IS NULL AND n %% 3 = 0)) FROM %s", table));
}

/* Goes on putting nothing until it is true. */
static bool
committed(struct load *l, const char *what)
{
	int i;

	for (i = 0; i < 100; i++) {
		if (strcmp(sql(what), "t") == 0)
			return true;
		load_put(l);
		sql("SELECT pg_sleep(0.02)");
	}
	return false;
}

/* Of the table's pages, those that are not all frozen. */
static const char *
unfrozen(const char *table)
{
	return sql(arena_printf(&arena, "SELECT count(*) FROM"
	    " decant_t_tools.pg_visibility_map('%s') WHERE NOT all_frozen",
	    table));
}

static void
test_checkpoint(void)
{
	bool tools = strcmp(sql("CREATE SCHEMA decant_t_tools; CREATE EXTENSION"
	    " pg_visibility SCHEMA decant_t_tools"), "") == 0;
	struct load l;

	make_numbers();
	ok(load_new(&l, "decant_t_check", numbers, 2), "a load");
	l.stage.checkpoint = 100;
	ok(load_open(&l) && put_numbers(&l, 0, 450, 30), "with checkpoints");
	l.batch.rows[0].n = l.batch.rows[1].n = 0;
	ok(committed(&l, "SELECT count(*) >= 100 FROM"
	    " decant_t_check_g1.number") && committed(&l, "SELECT count(*)"
	    " >= 100 FROM decant_t_check_g1.other"), "commits");
	is_str(sql("SELECT (SELECT count(*) FROM decant_t_check_g1.number) % 30,"
	    " (SELECT count(*) FROM decant_t_check_g1.other) % 30"), "0|0",
	    "whole batches");
	l.sink.ops->free(l.sink.state);		/* as if killed */
	l.sink.ops = NULL;
	load_end(&l);
	ok(load_new(&l, "decant_t_check", numbers, 2), "another run");
	l.stage.resume = true;
	ok(load_open(&l) && put_numbers(&l, 0, NUMBERS, 77) &&
	    load_finish(&l), "goes on, in other batches%s", load_error(&l));
	l.sink.ops->free(l.sink.state);		/* once more */
	l.sink.ops = NULL;
	load_end(&l);
	is_str(sql("SELECT count(*) FROM pg_constraint WHERE conrelid ="
	    " 'decant_t_check_g1.number'::regclass"), "1",
	    "it is killed when the key is made");
	ok(load_new(&l, "decant_t_check", numbers, 2), "a third one");
	l.stage.resume = true;
	l.stage.checkpoint = 64;
	ok(load_open(&l) && put_numbers(&l, 0, NUMBERS, 1) &&
	    load_finish(&l) && load_seal(&l), "ends it%s", load_error(&l));
	load_end(&l);
	is_str(count_of("decant_t_check_g1.number"), "1000|1000|0|999|1000",
	    "every row is there once");
	is_str(count_of("decant_t_check_g1.other"), "1000|1000|0|999|1000",
	    "in all tables");
	is_str(sql("SELECT relallvisible = relpages, relpages > 0, reltuples,"
	    " obj_description(oid) FROM pg_class WHERE oid ="
	    " 'decant_t_check_g1.number'::regclass"), "t|t|1000|(null)",
	    "the table is vacuumed");
	if (!tools) {
		tap_skip("rows are frozen", "no pg_visibility");
		return;
	}
	is_str(unfrozen("decant_t_check_g1.number"), "0", "and frozen");
	load_new(&l, "decant_t_check", numbers, 1);
	l.stage.checkpoint = 90;
	ok(load_open(&l) && put_numbers(&l, 0, NUMBERS, 30) &&
	    load_finish(&l), "checkpoints");
	ok(strcmp(unfrozen("decant_t_check_g1.number"), "0") != 0,
	    "leave rows that are not frozen");
	ok(load_seal(&l), "until it is sealed");
	is_str(unfrozen("decant_t_check_g1.number"), "0", "they are then");
	load_end(&l);
}

static void
test_resume_wrong(void)
{
	static const struct sample wider[] = { { "number", { "n integer key",
	    "u text" }, number_cell, NUMBERS } };
	struct load l;

	load_run(&l, "decant_t_wrong", numbers, 1);
	load_new(&l, "decant_t_wrong", numbers, 1);
	l.stage.resume = true;
	ok(load_open(&l) && put_numbers(&l, 0, 900, 300) &&
	    !load_finish(&l) && load_failed(&l, "T072",
	    "'decant_t_wrong_g1.number' has 100 rows more"),
	    "a shorter input is found");
	load_end(&l);
	load_run(&l, "decant_t_wrong", numbers, 1);
	load_new(&l, "decant_t_wrong", wider, 1);
	l.stage.resume = true;
	ok(!load_open(&l) && load_failed(&l, "T071",
	    "'decant_t_wrong_g1.number' has other columns"),
	    "another mapping too");
	load_end(&l);
	ok(load_new(&l, "decant_t_none", numbers, 1), "nothing to go on with");
	l.stage.resume = true;
	ok(load_open(&l) && put_numbers(&l, 0, NUMBERS, 500) &&
	    load_finish(&l) && load_seal(&l), "is a beginning");
	load_end(&l);
	is_str(count_of("decant_t_none_g1.number"), "1000|1000|0|999|1000",
	    "with all rows");
}

static void
test_base(void)
{
	static const uint32_t live[] = { 0, SINK_NO_BASE };
	static const uint32_t first[] = { 1, 1 };
	struct load l;

	sql("CREATE SCHEMA decant_t_base; CREATE TABLE decant_t_base.number AS"
	    " SELECT n, CASE WHEN n % 3 <> 0 THEN n::text END AS t FROM"
	    " generate_series(-500, -1) n");
	load_new(&l, "decant_t_base", numbers, 2);
	l.stage.base = live;
	ok(load_open(&l) && put_numbers(&l, 0, 400, 100) && load_finish(&l) &&
	    load_seal(&l), "a table begins with the live rows%s",
	    load_error(&l));
	load_end(&l);
	is_str(count_of("decant_t_base_g1.number"), "900|900|-500|399|900",
	    "and has the new ones too");
	is_str(count_of("decant_t_base_g1.other"), "400|400|0|399|400",
	    "another does not");
	generation = 2;
	load_new(&l, "decant_t_base", numbers, 2);
	l.stage.base = first;
	l.stage.checkpoint = 100;
	ok(load_open(&l) && put_numbers(&l, 400, 700, 50),
	    "another generation's, with checkpoints");
	l.batch.rows[0].n = l.batch.rows[1].n = 0;
	ok(committed(&l, "SELECT count(*) >= 1000 FROM decant_t_base_g2.number"),
	    "that are reached");
	l.sink.ops->free(l.sink.state);		/* as if killed */
	l.sink.ops = NULL;
	load_end(&l);
	sql("DROP TABLE decant_t_base_g2.other");
	sql("DELETE FROM decant_t_base_g1.number WHERE n = 0");
	load_new(&l, "decant_t_base", numbers, 2);
	l.stage.base = first;
	l.stage.resume = true;
	ok(load_open(&l) && put_numbers(&l, 400, NUMBERS, 60) &&
	    load_finish(&l) && load_seal(&l), "it is gone on with");
	load_end(&l);
	is_str(count_of("decant_t_base_g2.number"), "1500|1500|-500|999|1500",
	    "and has the base once");
	is_str(count_of("decant_t_base_g2.other"), "1000|1000|0|999|1000",
	    "so has a table that was not there");
	is_str(sql("SELECT count(*) FROM pg_class WHERE obj_description(oid,"
	    " 'pg_class') LIKE 'decant staging%'"), "0",
	    "no comment is left");
	generation = 1;
}

/* The bases of two tables are of one moment. */
static void
test_base_snapshot(void)
{
	static const uint32_t base[] = { 0, 0 };
	PGconn *other = pg_open();
	struct load l;
	bool good;
	int i, odd = 0;

	sql("CREATE SCHEMA decant_t_moment; CREATE TABLE decant_t_moment.number"
	    " AS SELECT n, n::text AS t FROM generate_series(-5000, -1) n;"
	    "CREATE TABLE decant_t_moment.other AS TABLE"
	    " decant_t_moment.number");
	for (i = 0, good = true; i < 5 && good; i++) {
		PQsendQuery(other, "DO $$ BEGIN FOR i IN 1..300 LOOP"
		    " INSERT INTO decant_t_moment.number VALUES (-9, 'x');"
		    " INSERT INTO decant_t_moment.other VALUES (-9, 'x');"
		    " COMMIT; END LOOP; END $$");
		load_new(&l, "decant_t_moment", numbers, 2);
		l.stage.base = base;
		l.schema.table[0].nkey = 0;
		good = load_open(&l) && put_numbers(&l, 0, 1, 1) &&
		    load_finish(&l) && load_seal(&l);
		load_end(&l);
		while (PQgetResult(other) != NULL)
			;
		if (strcmp(sql("SELECT (SELECT count(*) FROM"
		    " decant_t_moment_g1.number) = (SELECT count(*) FROM"
		    " decant_t_moment_g1.other)"), "t") != 0)
			odd++;
	}
	ok(good && odd == 0, "bases are of one snapshot (%d are not)", odd);
	PQfinish(other);
}

/* --- constraints ------------------------------------------------------------ */

static void
test_foreign_key(void)
{
	static const char *const phone_cell[] = { "1", "1", "1", "2", "9", "1" };
	static const struct sample s[] = { person3, { "phone",
	    { "id integer key", "seq integer key" }, phone_cell, 2 } };
	static const uint32_t column[] = { 0 };
	static struct schema_constraint k[] = { { .kind = CONSTRAINT_FOREIGN,
	    .name = "phone_of", .table = 1, .column = column, .ncolumn = 1,
	    .to_table = 0, .to = column } };
	struct load l;
	int i;

	constraint = k;
	nconstraint = 1;
	for (i = 0; i < 2; i++) {
		load_new(&l, "decant_t_fk", s, 2);
		l.batch.rows[1].n = 2 + (uint32_t)i;
		load_open(&l);
		load_put(&l);
		load_finish(&l);
		if (i == 0) {
			ok(load_seal(&l), "a foreign key is made");
			is_str(sql("SELECT pg_get_constraintdef(oid),"
			    " obj_description(oid) FROM pg_constraint WHERE"
			    " conname = 'phone_of'"), "FOREIGN KEY (id)"
			    " REFERENCES decant_t_fk_g1.person(id) DEFERRABLE|"
			    "made by decant from the mapping",
			    "it can be deferred");
		} else {
			ok(l.grade == BAD && l.conflicts.n == 1,
			    "a row that refers to none is found");
			is_str(sql("SELECT count(*) FROM decant_t_fk_g1.phone"),
			    "3", "and stays, for who goes on counts rows");
		}
		load_end(&l);
	}
	nconstraint = 0;
}

int
main(void)
{
	pg_begin();
	test_types();
	test_again();
	test_dry_run();
	test_public();
	test_names();
	test_quoting();
	test_duplicates();
	test_many_tables();
	test_checkpoint();
	test_resume_wrong();
	test_base();
	test_base_snapshot();
	test_foreign_key();
	return pg_end();
}
