/*
 * Views of compat: and columns that agree, in SQLite: what is written through
 * either shape is what decant's own evaluation gives, and both shapes agree.
 */
#include <errno.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat_fixture.h"

static char dir[] = "/tmp/decant-compat.XXXXXX";
static struct arena arena;
static struct db db;

/* ---- a client ----------------------------------------------------------- */

static const char *
lite_exec(struct client *c, const char *sql)
{
	char *told = NULL;
	const char *why = NULL;

	if (sqlite3_exec(c->handle, sql, NULL, NULL, &told) != SQLITE_OK)
		why = arena_strdup(c->arena, told);
	sqlite3_free(told);
	return why;
}

static const char **
lite_ask(struct client *c, const char *sql, uint32_t *n)
{
	const char **cell = arena_array(c->arena, 1, sizeof *cell);
	uint32_t cap = 0;
	sqlite3_stmt *st;
	const char *text;
	int i, rc;

	*n = 0;
	if (sqlite3_prepare_v2(c->handle, sql, -1, &st, NULL) != SQLITE_OK) {
		printf("# %s: %s\n", sql, sqlite3_errmsg(c->handle));
		return NULL;
	}
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		for (i = 0; i < sqlite3_column_count(st); i++) {
			text = (const char *)sqlite3_column_text(st, i);
			*ARENA_PUSH(c->arena, cell, *n, cap) = text == NULL ?
			    NULL : arena_strdup(c->arena, text);
		}
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE) {
		printf("# %s: %s\n", sql, sqlite3_errmsg(c->handle));
		return NULL;
	}
	return cell;
}

static struct client
client_open(const char *path)
{
	struct client c = { .exec = lite_exec, .ask = lite_ask,
	    .arena = &arena };
	sqlite3 *handle;

	sqlite3_open(path, &handle);
	sqlite3_busy_timeout(handle, 20000);
	sqlite3_exec(handle, "PRAGMA synchronous = off", NULL, NULL, NULL);
	c.handle = handle;
	return c;
}

static void
client_close(struct client *c)
{
	sqlite3_close(c->handle);
}

/* A database with these tables, and a handle of decant's. */
static struct client
begin(const char *name, const char *sql)
{
	const char *path = arena_printf(&arena, "%s/%s.db", dir, name);
	static struct diags diags;
	struct client c = client_open(path);

	works(&c, sql);
	diags_init(&diags, &arena);
	ok(db_open(&db, &arena, &diags, arena_printf(&arena, "sqlite:%s",
	    path), NULL), "%s", name);
	return c;
}

static void
end(struct client *c, struct world *w)
{
	client_close(c);
	db_close(&db);
	if (w != NULL)
		world_close(w);
}

/* ---- names -------------------------------------------------------------- */

static const char person[] = "CREATE TABLE person (person_id INTEGER PRIMARY "
    "KEY, full_name TEXT, first_name TEXT, middle_name TEXT, "
    "last_name TEXT, born_on TEXT);"
    "CREATE TABLE log (k); CREATE TRIGGER log_i AFTER INSERT ON person BEGIN "
    "INSERT INTO log VALUES (NEW.person_id); END; CREATE TRIGGER log_u AFTER "
    "UPDATE ON person BEGIN INSERT INTO log VALUES (NEW.person_id); END;";

static bool
make(struct world *w, const char *tables)
{
	const char *told = "no schema";
	struct buf sql;

	buf_init(&sql, 1u << 24);
	if (schema_of(w, tables) != NULL)
		told = compat_make(&db, "names", w, &sql);
	if (!ok(told == NULL, "views and triggers are made"))
		printf("# %s\n", told);
	buf_fini(&sql);
	return told == NULL;
}

static void
names_by_chance(bool recursive)
{
	struct client c = begin(recursive ? "names-r" : "names", person);
	struct model m = { .arena = &arena, .recursive = recursive };
	uint32_t n = getenv("DECANT_FULL") != NULL ? 4000 : 500;
	struct world w;

	if (make(&w, NAMES("false"))) {
		works(&c, recursive ? "PRAGMA recursive_triggers = on" : "");
		works(&c, "PRAGMA journal_mode = memory");
		m.map = &w.mapping->table[0];
		m.table = &plan_schema(w.plan)->table[0];
		ok(model_run(&c, &m, n), "%u writes to both shapes%s", n,
		    recursive ? ", with recursive triggers" : "");
		printf("# %u done, %u refused\n", m.done, m.refused);
		ok(m.done > n / 2 && m.refused > n / 20, "some are refused");
		is_str(one(&c, "SELECT count(*) FROM person WHERE person_id "
		    "NOT IN (SELECT k FROM log)"), "0",
		    "the log has the keys of all rows");
	}
	end(&c, &w);
}

static void
names_by_hand(void)
{
	struct client c = begin("hand", person);
	struct world w;

	if (!make(&w, NAMES("false")))
		return;
	works(&c, "INSERT INTO person_v1 VALUES (1, 'Robert', 'N/A', 'Smith', "
	    "'1962-02-28'), (2, 'Simon', NULL, '', NULL), (3, 'Gordon', "
	    "'Matthew Thomas', 'Sumner', NULL)");
	is_str(all(&c, "SELECT * FROM person ORDER BY 1", 6),
	    "1|Robert Smith|Robert|~|Smith|1962-02-28\n"
	    "2|Simon|Simon|~|~|~\n"
	    "3|Gordon Matthew Thomas Sumner|Gordon|Matthew Thomas|Sumner|~",
	    "old writers' rows have full names");
	works(&c, "UPDATE person SET full_name = 'Sting' WHERE person_id = 3");
	works(&c, "INSERT INTO person (person_id, full_name) VALUES "
	    "(4, 'Vincent van der Berg')");
	is_str(all(&c, "SELECT * FROM person_v1 ORDER BY 1", 5),
	    "1|Robert|~|Smith|1962-02-28\n2|Simon|~||~\n3|Sting|~||~\n"
	    "4|Vincent|~|van der Berg|~", "new writers' rows have the parts");
	works(&c, "UPDATE person_v1 SET person_id = person_id + 10 WHERE "
	    "last_name = ''");
	is_str(all(&c, "SELECT person_id FROM person ORDER BY 1", 4),
	    "1|4|12|13", "keys change through the view");
	is_str(c.exec(&c, "UPDATE person SET full_name = 'Bob Smith', "
	    "first_name = 'Rob' WHERE person_id = 1"), "decant: full_name of "
	    "table person would not agree with first_name, middle_name and "
	    "last_name", "both sides, which do not agree");
	is_str(c.exec(&c, "UPDATE person SET full_name = 'Bob & Ann Smith' "
	    "WHERE person_id = 1"), "decant: the parts of a name can only be "
	    "guessed at", "a name that nobody can split");
	ok(c.exec(&c, "UPDATE person SET full_name = 'Bob Smith', first_name "
	    "= 'Bob' WHERE person_id = 1") == NULL, "both sides, which agree");
	is_str(all(&c, "INSERT INTO person_v1 (person_id, first_name) VALUES "
	    "(20, 'Prince') RETURNING person_id, first_name", 2), "20|Prince",
	    "RETURNING through the view");
	/* a name like 'Lewis, Carl' agrees as its parts say, whole */
	works(&c, "INSERT INTO person (person_id, full_name) VALUES "
	    "(30, 'Lewis, Carl')");
	works(&c, "UPDATE person_v1 SET born_on = '1961-07-01' WHERE "
	    "person_id = 30");
	is_str(all(&c, "SELECT full_name, first_name, last_name FROM person "
	    "WHERE person_id = 30", 3), "Lewis, Carl|Carl|Lewis",
	    "an update of something else computes nothing");
	works(&c, "UPDATE person_v1 SET last_name = last_name, first_name = "
	    "first_name");
	is_str(one(&c, "SELECT full_name FROM person WHERE person_id = 30"),
	    "Lewis, Carl", "nor one that changes nothing");
	works(&c, "UPDATE person_v1 SET first_name = 'Carla' WHERE "
	    "person_id = 30");
	is_str(one(&c, "SELECT full_name FROM person WHERE person_id = 30"),
	    "Carla Lewis", "one that does computes it from the whole row");
	works(&c, "INSERT OR REPLACE INTO person_v1 VALUES (30, 'C', NULL, "
	    "'L', NULL)");
	is_str(one(&c, "SELECT full_name FROM person WHERE person_id = 30"),
	    "C L", "INSERT OR REPLACE through the view");
	works(&c, "DELETE FROM person_v1");
	is_str(one(&c, "SELECT count(*) FROM person"), "0", "all deleted");
	end(&c, &w);
}

/* Two clients at once: one of the old shape, one of the new one.  What they
 * write is not known beforehand; that all rows agree in the end is. */
static void
client_write(const char *path, uint64_t seed, bool old)
{
	struct client c = client_open(path);
	const char *sql;
	uint32_t i, p;

	sql_state = seed;
	for (i = 0; i < 1000; i++) {
		p = 1 + draw(PERSONS);
		if (draw(5) == 0)
			sql = arena_printf(&arena, "DELETE FROM %s WHERE "
			    "person_id = %u", old ? "person_v1" : "person", p);
		else if (old && draw(2))
			sql = arena_printf(&arena, "INSERT OR IGNORE INTO "
			    "person_v1 VALUES (%u, %s, %s, %s, NULL)", p,
			    quoted(&arena, draw_name(&arena, 2)),
			    quoted(&arena, draw_name(&arena, 2)),
			    quoted(&arena, draw_name(&arena, 2)));
		else if (old)
			sql = arena_printf(&arena, "UPDATE person_v1 SET "
			    "%s = %s WHERE person_id BETWEEN %u AND %u",
			    draw(2) ? "first_name" : "last_name",
			    quoted(&arena, draw_name(&arena, 2)), p, p + 3);
		else if (draw(2))
			sql = arena_printf(&arena, "INSERT INTO person "
			    "(person_id, full_name) VALUES (%u, %s) ON "
			    "CONFLICT DO UPDATE SET full_name = "
			    "excluded.full_name", p, quoted(&arena,
			    draw_name(&arena, 4)));
		else
			sql = arena_printf(&arena, "UPDATE person SET "
			    "full_name = %s WHERE person_id BETWEEN %u AND "
			    "%u", quoted(&arena, draw_name(&arena, 4)), p,
			    p + 3);
		sqlite3_exec(c.handle, sql, NULL, NULL, NULL);
	}
	client_close(&c);
}

static bool
rows_agree(struct client *c, struct world *w, uint32_t *rows)
{
	struct model m = { .arena = &arena, .map = &w->mapping->table[0],
	    .table = &plan_schema(w->plan)->table[0] };
	uint32_t n, i;
	const char **cell = c->ask(c, "SELECT p.*, v.first_name FROM person p "
	    "JOIN person_v1 v USING (person_id)", &n);

	*rows = n / 7;
	for (i = 0; i < n; i += 7)
		if ((!model_full(&m, cell + i) && !model_parts(&m, cell +
		    i)) || !equal(cell[i + FIRST] == NULL ? "" :
		    cell[i + FIRST], cell[i + 6])) {
			printf("# %s|%s|%s|%s\n", cell[i + 1], cell[i + 2],
			    cell[i + 3], cell[i + 4]);
			return false;
		}
	return true;
}

static void
names_at_once(void)
{
	struct client c = begin("once", person);
	const char *path = arena_printf(&arena, "%s/once.db", dir);
	struct world w;
	uint32_t rows;
	pid_t pid[2];
	int i, status;

	if (!make(&w, NAMES("false")))
		return;
	works(&c, "PRAGMA journal_mode = wal");
	for (i = 0; i < 2; i++) {
		fflush(stdout);
		pid[i] = fork();
		if (pid[i] == 0) {
			client_write(path, 100 + (uint64_t)i, i == 0);
			_exit(0);
		}
	}
	for (i = 0; i < 2; i++)
		waitpid(pid[i], &status, 0);
	ok(rows_agree(&c, &w, &rows), "all rows agree after 2,000 writes of "
	    "two clients");
	ok(rows > 30, "%u of them", rows);
	/* by another way than full_name() goes */
	is_str(one(&c, "SELECT count(*) FROM person WHERE full_name NOT LIKE "
	    "'%,%' AND full_name NOT LIKE '%  %' AND full_name NOT LIKE ' %' "
	    "AND full_name NOT LIKE '% ' AND full_name <> ltrim(coalesce("
	    "first_name, '') || coalesce(' ' || middle_name, '') || "
	    "coalesce(' ' || last_name, '')) AND coalesce(upper(middle_name), "
	    "'') NOT IN ('N/A', 'NMN', 'NMI') AND first_name || "
	    "coalesce(middle_name, '') || coalesce(last_name, '') NOT LIKE "
	    "'%  %'"), "0", "and by a query of their own");
	end(&c, &w);
}

/* ---- other shapes ------------------------------------------------------- */

static void
odd(void)
{
	struct client c = begin("odd", "CREATE TABLE \"New People\" (ssn "
	    "INTEGER NOT NULL, \"Nr\" INTEGER NOT NULL, \"Full \"\"Name\"\"\" "
	    "TEXT, balance REAL, active INTEGER NOT NULL, note TEXT, "
	    "\"order\" TEXT, UNIQUE (ssn, \"Nr\"))");
	struct world w;

	if (!make(&w, ODD))
		return;
	works(&c, "INSERT INTO people (ssn, nr, name, status, cents, \"order\")"
	    " VALUES ('000012345', 1, 'O''Neil', 'A', 1999, 'x'), "
	    "('7', '2', NULL, 'C', '-5', NULL)");
	is_str(all(&c, "SELECT * FROM \"New People\"", 7),
	    "12345|1|O'Neil|19.99|1|~|x\n7|2|~|-0.05|0|~|~",
	    "types and names of the old shape become those of the new");
	works(&c, "UPDATE \"New People\" SET note = 'kept', \"Full "
	    "\"\"Name\"\"\" = 'Ann \"A\" O''Neil' WHERE ssn = 12345");
	works(&c, "UPDATE people SET cents = cents + 1, nr = 5 WHERE ssn = "
	    "'000012345'");
	is_str(all(&c, "SELECT * FROM \"New People\" WHERE ssn = 12345", 7),
	    "12345|5|Ann \"A\" O'Neil|20.0|1|kept|x",
	    "what the old shape does not know is kept");
	is_str(all(&c, "SELECT * FROM people ORDER BY 1", 7),
	    "000000007|2|~|C|-5|~|~\n"
	    "000012345|5|Ann \"A\" O'Neil|A|2000|14|x", "and the old shape");
	is_str(c.exec(&c, "UPDATE people SET size = 1 WHERE nr = 5"),
	    "decant: column size of view people cannot be written",
	    "a computed column");
	is_str(c.exec(&c, "INSERT INTO people (ssn, nr, status, size) VALUES "
	    "('1', 1, 'A', 3)"),
	    "decant: column size of view people cannot be written",
	    "also when rows are inserted");
	is_str(c.exec(&c, "UPDATE people SET ssn = 'none' WHERE nr = 5"),
	    "decant: a text is no number", "a text that is no number");
	is_str(c.exec(&c, "UPDATE people SET cents = 'many' WHERE nr = 5"),
	    "decant: a number is needed here", "nor this one");
	is_str(c.exec(&c, "UPDATE people SET \"order\" = 'much too long' "
	    "WHERE nr = 5"), "decant: a text is longer than column order "
	    "takes", "a text that is too long");
	works(&c, "DELETE FROM people WHERE status = 'C'");
	is_str(one(&c, "SELECT count(*) FROM people"), "1", "one is deleted");
	end(&c, &w);
}

static void
found_again(void)
{
	struct client c = begin("again", person);
	struct world w;
	struct buf sql;

	if (!make(&w, NAMES("false")))
		return;
	buf_init(&sql, 1u << 24);
	ok(compat_make(&db, "names", &w, &sql) == NULL,
	    "made once more, over what was made");
	is_str(one(&c, "SELECT count(*) FROM sqlite_master WHERE sql LIKE "
	    "'%decant: compat of names%'"), "6", "a view and its triggers");
	buf_clear(&sql);
	ok(compat_make(&db, "other", NULL, &sql) == NULL,
	    "another dataset has none");
	is_str(one(&c, "SELECT count(*) FROM sqlite_master WHERE type = "
	    "'view'"), "1", "so this one's stay");
	buf_clear(&sql);
	ok(compat_make(&db, "names", NULL, &sql) == NULL, "dropped");
	is_str(all(&c, "SELECT name FROM sqlite_master ORDER BY 1", 1),
	    "log\nlog_i\nlog_u\nperson", "nothing of others goes");
	works(&c, "CREATE VIEW Person_V1 AS SELECT 1");
	buf_clear(&sql);
	is_str(compat_make(&db, "names", &w, &sql), "L120 the view "
	    "'person_v1' cannot be made: there is a view of that name, which "
	    "decant has not made", "a user's view is not dropped");
	works(&c, "DROP VIEW person_v1; CREATE INDEX person_v1 ON log (k)");
	buf_clear(&sql);
	is_str(compat_make(&db, "names", &w, &sql), "L120 the view "
	    "'person_v1' cannot be made: there is a index of that name, which "
	    "decant has not made", "nor an index");
	buf_fini(&sql);
	end(&c, &w);
}

/* ---- what is told of a mapping ------------------------------------------ */

#define T(columns)	"tables:\n  t:\n    key: a\n    columns:\n"	\
    "      a: ID\n      b: A\n      c: L\n      n: {from: ID, not null: "	\
    "true}\n" columns

#define DEEP	"case when a > 0 then case when a > 1 then coalesce(substr("
#define PEED	", 2), '') end end"

static const struct {
	const char *tables, *sqlite, *postgres;
} told[] = {
	{ NAMES("false"), "", "" },
	{ NAMES("true"), "P147", "" },
	{ ODD, "P145", "P145" },
	/* agree */
	{ T("    agree: {b: c}\n"), "", "" },
	{ T("    agree: {b: c, c: b}\n"), "", "" },
	{ T("    agree: {b: c, c: n, n: b}\n"), "P142", "P142" },
	{ T("    agree: {b: b || c}\n"), "P142", "P142" },
	{ T("    agree: {b: \"'x'\"}\n"), "P142", "P142" },
	{ T("    agree: {b: x}\n"), "P141", "P141" },
	{ T("    agree: {b: upper(c)}\n"), "P140", "" },
	{ T("    agree: {n: 'length(c)'}\n"), "P147", "" },
	{ T("    agree: {n: c}\n"), "P140 P147", "P140" },
	/* views */
	{ T("compat:\n  v: {table: t, columns: {a: a, n: n}}\n"), "", "" },
	{ T("compat:\n  v: {table: t, columns: {a: a}}\n"), "P144", "P144" },
	{ T("compat:\n  v: {table: t, columns: {b: b, n: n}}\n"),
	    "P144 P146", "P144 P146" },
	{ T("compat:\n  v: {table: t, columns: {a: a, n: n, x: lower(b)}}\n"),
	    "P140", "P145" },
	{ T("compat:\n  v: {table: t, columns: {a: a, n: n, x: zz}}\n"),
	    "P141", "P141" },
	{ T("    up: {b: c || d}\ncompat:\n"
	    "  v: {table: t, columns: {a: a, n: n, c: c}}\n"), "P143", "P143" },
	{ T("    up: {b: d}\ncompat:\n"
	    "  v: {table: t, columns: {a: a, n: n, c: c}}\n"), "", "" },
	{ T("    up: {b: c || d}\ncompat:\n"
	    "  v: {table: t, columns: {a: a, n: n, c: c, b: b}}\n"), "", "" },
	{ T("    up: {b: c || d}\ncompat:\n  v: {table: t, columns: {a: a, "
	    "n: n, c: c}, up: {b: c}}\n"), "", "" },
	{ T("compat:\n  v: {table: t, columns: {a: a, n: n}, up: {b: d}}\n"),
	    "P141", "P141" },
	{ T("compat:\n  v: {table: t, columns: {a: a, n: n, b: b}, "
	    "up: {b: name_case(b)}}\n"), "P140", "P140" },
	/* more than SQLite's parser takes, in a trigger or at all */
	{ T("    agree:\n      b: " DEEP "split_name(c, 'first')" PEED "\n"),
	    "P140", "" },
	{ T("    agree:\n      b: " DEEP DEEP DEEP DEEP DEEP DEEP "c"
	    PEED PEED PEED PEED PEED PEED "\n"),
	    "P140", "" },
};

static const char *
codes(enum db_kind kind, const char *tables)
{
	const char *s = "";
	const struct diag *d;
	struct world w;

	if (schema_of(&w, tables) == NULL)
		return "no schema";
	compat_check(&w.arena, &w.diags, kind, w.mapping,
	    plan_schema(w.plan));
	for (d = w.diags.first; d != NULL; d = d->next)
		s = arena_printf(&arena, "%s%s%s", s, *s != '\0' ? " " : "",
		    diag_name(d->code));
	world_close(&w);
	return s;
}

static void
check(void)
{
	size_t i;

	for (i = 0; i < COUNT(told); i++) {
		is_str(codes(DB_SQLITE, told[i].tables), told[i].sqlite,
		    "case %zu in SQLite", i);
		is_str(codes(DB_POSTGRES, told[i].tables), told[i].postgres,
		    "case %zu in PostgreSQL", i);
	}
}

int
main(void)
{
	arena_init(&arena);
	if (mkdtemp(dir) == NULL) {
		ok(false, "mkdtemp: %s", strerror(errno));
		return tap_done();
	}
	sql_state = getenv("DECANT_SEED") != NULL ? strtoull(getenv(
	    "DECANT_SEED"), NULL, 10) : 9;
	check();
	names_by_hand();
	names_by_chance(false);
	names_by_chance(true);
	names_at_once();
	odd();
	found_again();
	(void)!system(arena_printf(&arena, "rm -rf %s", dir));
	arena_fini(&arena);
	return tap_done();
}
