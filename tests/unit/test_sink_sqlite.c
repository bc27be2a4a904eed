/*
 * The SQLite sink: what is stored, and what happens when things go wrong.
 * Read back with SQLite's own functions.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "sink/sink_impl.h"
#include "sqlite_fixture.h"

/* --- what is stored ------------------------------------------------------ */

static const struct fix_column every[] = {
	{ "id", "integer", 1, true, 0 }, { "small", "smallint", 0, false, 0 },
	{ "whole", "numeric(18,0)", 0, false, 0 },
	{ "money", "numeric(11,2)", 0, true, 0 },
	{ "big", "numeric(16,2)", 0, false, 0 },
	{ "huge", "numeric(38,10)", 0, false, 0 },
	{ "asText", "numeric(5,2)", 0, false, SQLITE_FORM_TEXT },
	{ "cents", "numeric(9,2)", 0, false, SQLITE_FORM_MINOR },
	{ "order", "numeric(4,0)", 0, false, SQLITE_FORM_REAL },
	{ "ratio", "double precision", 0, false, 0 },
	{ "yes", "boolean", 0, false, 0 }, { "born", "date", 0, false, 0 },
	{ "at", "time", 0, false, 0 }, { "seen", "timestamp", 0, false, 0 },
	{ "raw", "bytea", 0, false, 0 }, { "name", "text", 0, false, 0 },
	{ "code", "varchar(3)", 0, false, 0 },
};

static const char *const every_row[] = {
	"7", "-3", "999999999999999999", "12.50", "99999999999999.99",
	"-1234567890123456789012345678.0123456789", "1.20", "-0.05", "12",
	"0.1", "t", "1999-12-31", "3600000000", "86400000000", "\001\377",
	"O'Neil \303\251", "",
};

static void
test_types(void)
{
	struct fixture f;
	const char *path;
	struct stat st;

	fix_begin(&f, 1);
	fix_table(&f, 0, "all types", COLUMNS(every));
	path = fix_path(&f, "types.db");
	is_int(open_at(&f, path), OK, "a new database is staged");
	ok(stat(path, &st) != 0, "and not to be seen");
	fix_rows(&f, 0, 2);
	fix_row(&f, 0, 0, every_row);
	fix_set(&f, 0, 1, 0, "8");
	fix_set(&f, 0, 1, 3, "0");
	is_int(fix_put(&f), OK, "rows go in");
	is_int(fix_finish(&f), OK, "keys are fine");
	is_int(publish(&f), OK, "it is published");
	is_str(fix_list(&f, fix_dir), "types.db", "nothing else is there");
	is_str(ask(&f, path, "SELECT id, small, whole, quote(money), "
	    "quote(big), quote(huge), quote(asText), quote(cents), "
	    "quote(\"order\"), quote(ratio), quote(yes), quote(born), "
	    "quote(at), quote(seen), quote(raw), quote(name), quote(code) "
	    "FROM \"all types\" WHERE id = 7"),
	    "7|-3|999999999999999999|12.5|'99999999999999.99'|"
	    "'-1234567890123456789012345678.0123456789'|'1.20'|-5|12.0|0.1|1|"
	    "'1999-12-31'|'01:00:00'|'1970-01-02 00:00:00'|X'01FF'|"
	    "'O''Neil \303\251'|''", "every type is stored as it should");
	is_str(ask(&f, path, "SELECT * FROM \"all types\" WHERE id = 8"),
	    "8|NULL|NULL|0.0|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|"
	    "NULL|NULL|NULL|NULL", "nulls are null");
	is_str(ask(&f, path, "SELECT group_concat(type) FROM "
	    "pragma_table_info('all types')"), "INTEGER,INTEGER,INTEGER,REAL,"
	    "TEXT,TEXT,TEXT,INTEGER,REAL,REAL,INTEGER,TEXT,TEXT,TEXT,BLOB,"
	    "TEXT,TEXT", "declared types");
	is_str(ask(&f, path, "SELECT name FROM pragma_table_info('all types')"
	    " WHERE \"notnull\""), "money", "not null as the schema says");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

static void
test_ddl(void)
{
	static const char want[] =
	    "CREATE TABLE person (\n    id INTEGER PRIMARY KEY,\n"
	    "    name TEXT\n);\n"
	    "CREATE TABLE \"Order\" (\n    a TEXT NOT NULL,\n"
	    "    n INTEGER NOT NULL\n);\n"
	    "CREATE UNIQUE INDEX \"Order_key_\" /* decant */ ON \"Order\" "
	    "(a, n);\n"
	    "CREATE TABLE \"order_KEY\" (\n    id INTEGER PRIMARY KEY,\n"
	    "    name TEXT\n);\n";
	const struct sink_options options = { 0 };
	struct fixture f;
	const char *path;
	struct buf b;

	fix_begin(&f, 3);
	fix_table(&f, 0, "person", COLUMNS(two));
	fix_table(&f, 1, "Order", COLUMNS(pair));
	fix_table(&f, 2, "order_KEY", COLUMNS(two));
	buf_init(&b, 10000);
	sink_ddl(&b, "customer.db", &f.schema, &options);
	is_str(b.p, want, "the statements, as explain shows them");
	path = fix_path(&f, "ddl.db");
	run(path, b.p);
	is_str(ask(&f, path, "SELECT count(*) FROM sqlite_master"), "4",
	    "SQLite takes them");
	buf_clear(&b);
	sink_type(&b, "sqlite:x", &f.schema.table[1].column[1]);
	is_str(b.p, "INTEGER", "a type's name");
	is_str(sink_limits(&f.diags, "sqlite:x")->target, "SQLite",
	    "limits without a connection");
	buf_fini(&b);
	fix_end(&f);
	fix_remove(path);
}

static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

/* Decimals of 15 digits at every scale print back as they were. */
static void
test_real_exact(void)
{
	struct fixture f;
	struct fix_column c[17];
	char types[17][24], names[17][8], text[40], shown[40];
	const char *path;
	uint64_t seed = 12345, v;
	sqlite3_stmt *st;
	sqlite3 *db;
	uint32_t i, k, wrong = 0;

	fix_begin(&f, 1);
	c[0] = (struct fix_column){ "id", "integer", 1, true, 0 };
	for (k = 1; k < 16; k++) {
		snprintf(types[k], sizeof types[k], "numeric(15,%u)", k);
		snprintf(names[k], sizeof names[k], "s%u", k);
		c[k] = (struct fix_column){ names[k], types[k], 0, true, 0 };
	}
	fix_table(&f, 0, "t", c, 16);
	path = fix_path(&f, "real.db");
	open_at(&f, path);
	fix_rows(&f, 0, 1000);
	for (i = 0; i < 1000; i++) {
		((struct column *)f.batch.rows[0].col[0])->v.i64[i] = i;
		((struct column *)f.batch.rows[0].col[0])->valid = NULL;
		for (k = 1; k < 16; k++) {
			v = random_next(&seed) % UINT64_C(1000000000000000);
			((struct column *)f.batch.rows[0].col[k])->valid =
			    NULL;
			((struct column *)f.batch.rows[0].col[k])->v.i64[i] =
			    i == 0 ? 999999999999999 : i % 2 ? (int64_t)v :
			    -(int64_t)v;
		}
	}
	fix_put(&f);
	fix_finish(&f);
	publish(&f);
	sqlite3_open(path, &db);
	sqlite3_prepare_v2(db, "SELECT * FROM t ORDER BY id", -1, &st, NULL);
	for (i = 0; sqlite3_step(st) == SQLITE_ROW; i++)
		for (k = 1; k < 16; k++) {
			text[format_i64(text, f.batch.rows[0].col[k]->v.i64[i],
			    (int16_t)k)] = '\0';
			snprintf(shown, sizeof shown, "%.*f", (int)k,
			    sqlite3_column_double(st, (int)k));
			wrong += strcmp(text, shown) != 0;
		}
	sqlite3_finalize(st);
	sqlite3_close(db);
	is_int(i, 1000, "a thousand rows are read back");
	is_int(wrong, 0, "their 15,000 decimals print as they were");
	fix_end(&f);
	fix_remove(path);
}

/* --- duplicate keys ------------------------------------------------------ */

/* Random keys in batches; those that occur twice are counted beforehand. */
static uint32_t
rowid_round(uint64_t *seed, const char *path, uint32_t range)
{
	uint32_t count[400] = { 0 }, i, k, at = 0, wrong = 0, want = 0, n;
	struct fixture f;
	char key[24], id[16];
	int64_t v;

	begin_two(&f, "x");
	if (open_at(&f, path) != OK)
		return 1000;
	while (at < 300) {
		n = (uint32_t)(random_next(seed) % 9);
		fix_rows(&f, 0, n);
		for (i = 0; i < n; i++, at++) {
			v = (int64_t)(random_next(seed) % range);
			if (at % 3 == 0)
				v = at % range;
			count[v]++;
			snprintf(id, sizeof id, "%d", (int)v - 20);
			fix_set(&f, 0, i, 0, id);
		}
		wrong += fix_put(&f) != OK;
	}
	for (i = 0; i < range; i++)
		want += count[i] > 1;
	wrong += fix_finish(&f) != (want > 0 ? BAD : OK);
	wrong += f.conflicts.n != want;
	for (i = 0; i < range; i++) {
		n = (uint32_t)snprintf(id, sizeof id, "%d", (int)i - 20);
		k = (uint32_t)snprintf(key, sizeof key, "%u:%s", n, id);
		wrong += conflicts_has(&f.conflicts, 0, key, k) !=
		    (count[i] > 1);
	}
	f.sink.ops->abort(f.sink.state);
	fix_end(&f);
	return wrong;
}

static void
test_rowid_repeats(void)
{
	struct fixture f;
	const char *path;
	uint64_t seed = 99;
	uint32_t i, wrong = 0;

	fix_begin(&f, 1);
	path = fix_path(&f, "rowid.db");
	for (i = 0; i < 60; i++)
		wrong += rowid_round(&seed, path, 20 + i * 6);
	is_int(wrong, 0, "repeated rowids are all found, and no others (new)");
	run(path, "CREATE TABLE other(x)");
	for (i = 0; i < 10; i++)
		wrong += rowid_round(&seed, path, 20 + i * 36);
	is_int(wrong, 0, "repeated rowids are all found, and no others (live)");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master"), "other",
	    "and the file is as it was");
	fix_end(&f);
	fix_remove(path);
}

static void
test_key_repeats(bool live)
{
	static const struct fix_column c[] = {
		{ "txt", "text", 2, true, 0 },
		{ "money", "numeric(11,2)", 1, true, 0 },
		{ "cents", "numeric(9,2)", 3, true, SQLITE_FORM_MINOR },
		{ "day", "date", 4, true, 0 }, { "yes", "boolean", 5, true, 0 },
		{ "dec", "numeric(20,3)", 6, true, 0 },
		{ "raw", "bytea", 7, true, 0 }, { "f", "real", 8, true, 0 },
		{ "note", "text", 0, false, 0 },
	};
	static const char *const rows[][9] = {
		{ "ab", "12.5", "-0.5", "2024-02-29", "t", "7", "\x01\xab",
		    "0.1", "one" },
		{ "ab", "12.5", "-0.5", "2024-02-29", "f", "7", "\x01\xab",
		    "0.1", "two" },
		{ "ab", "12.5", "-0.5", "2024-02-29", "t", "7", "\x01\xab",
		    "0.1", "three" },
	};
	static const char want[] = "5:12.502:ab5:-0.5010:2024-02-294:true"
	    "5:7.0006:\\x01ab3:0.1";
	struct fixture f;
	struct buf key;
	const char *path;
	uint32_t i;

	fix_begin(&f, 1);
	fix_table(&f, 0, "t", COLUMNS(c));
	path = fix_path(&f, "key.db");
	if (live)
		run(path, "CREATE TABLE t(x)");
	open_at(&f, path);
	for (i = 0; i < 3; i++) {
		fix_rows(&f, 0, 1);
		fix_row(&f, 0, 0, rows[i]);
		fix_put(&f);
	}
	is_int(fix_finish(&f), BAD, "a repeated key of eight columns is BAD");
	is_int(f.conflicts.n, 1, "it is one key");
	ok(conflicts_has(&f.conflicts, 0, want, sizeof want - 1),
	    "in its canonical text");
	buf_init(&key, 1000);
	key_text(&key, &f.schema.table[0], &f.batch.rows[0], 0);
	is_str(key.p, want, "as the plan would write it");
	buf_fini(&key);
	f.sink.ops->abort(f.sink.state);
	is_int(f.sink.ops->open(f.sink.state, &f.schema), OK,
	    "after abort it opens again");
	for (i = 1; i < 3; i++) {
		fix_rows(&f, 0, 1);
		fix_row(&f, 0, 0, rows[i]);
		fix_put(&f);
	}
	is_int(fix_finish(&f), OK, "without the record all is well");
	is_int(publish(&f), OK, "and it is published");
	is_str(ask(&f, path, "SELECT note FROM t"), "two three",
	    "with the rows of the second time");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

/* --- errors -------------------------------------------------------------- */

static void
test_targets(void)
{
	static const struct {
		const char *target, *code;
	} cases[] = {
		{ "sqlite:", "T003" }, { "sqlite::memory:", "T003" },
		{ "sqlite://x.db", "T003" }, { "sqlite:/no/such/dir/x.db",
		    "T005" }, { "sqlite:/", "T005" }, { "sqlite:/tmp", "T005" },
		{ "sqlite:/dev/null", "T005" },
		{ "sqllite:x.db", "T022" }, { "customer", "T022" },
		{ "", "T022" }, { "mysql://me:secret@host/db", "T022" },
	}, sinks[] = {
		{ "sqlite:", "T003" }, { "sqlite::memory:", "T003" },
		{ "sqlite://x.db", "T003" },
		{ "sqllite:x.db", "T002" }, { "customer", "T002" },
		{ "", "T002" }, { "mysql://me:secret@host/db", "T002" },
	};
	struct fixture f;
	struct db db;
	const struct diag *d;
	uint32_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fix_begin(&f, 1);
		ok(!db_open(&db, &f.arena, &f.diags, cases[i].target, NULL),
		    "database \"%s\"", cases[i].target);
		is_str(fix_code(&f), cases[i].code, "its code");
		ok(strstr(f.diags.first->message, "secret") == NULL,
		    "no password in it");
		fix_end(&f);
	}
	for (i = 0; i < sizeof sinks / sizeof sinks[0]; i++) {
		fix_begin(&f, 1);
		ok(!fix_new(&f, sinks[i].target), "target \"%s\"",
		    sinks[i].target);
		is_str(fix_code(&f), sinks[i].code, "its code");
		d = f.diags.first;
		ok(strstr(d->message, "secret") == NULL, "no password in it");
		if (strcmp(sinks[i].target, "sqllite:x.db") == 0)
			is_str(d->hint, "did you mean \"sqlite:\"?", "hint");
		fix_end(&f);
	}
	fix_begin(&f, 1);
	fix_table(&f, 0, "person", COLUMNS(two));
	ok(fix_new(&f, "sqlite:nowhere.db"), "no stage");
	is_int(f.sink.ops->open(f.sink.state, &f.schema), FATAL,
	    "without one it does not open");
	is_str(fix_code(&f), "T011", "its code");
	fix_end(&f);
#ifdef HAVE_LIBPQ
	tap_skip("T004", "built with PostgreSQL");
#else
	fix_begin(&f, 1);
	ok(!fix_new(&f, "postgresql://me:secret@host/db"), "no PostgreSQL");
	is_str(fix_code(&f), "T004", "its code");
	ok(sink_limits(&f.diags, "host=x dbname=y") == NULL, "nor limits");
	is_str(fix_code(&f), "T004", "its code");
	fix_end(&f);
#endif
}

static void
test_bare_paths(void)
{
	static const struct {
		const char *target;
		bool ours;
	} cases[] = {
		{ "customer.db", true }, { "a/b.sqlite", true },
		{ "a.SQLITE3", true }, { ".db", false }, { "a.csv", false },
		{ "postgresql://h/x.db", false }, { "dbname=x.db", false },
	};
	uint32_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is_int(sink_sqlite.match(cases[i].target), cases[i].ours,
		    "is \"%s\" a database's path", cases[i].target);
}

static void
test_lock(void)
{
	struct fixture f, g;
	const char *path = begin_two(&f, "lock.db");

	is_int(open_at(&f, path), OK, "one run stages");
	begin_two(&g, "lock.db");
	is_int(open_at(&g, path), FATAL, "a second one is refused");
	is_str(fix_code(&g), "T001", "its code");
	fix_end(&g);
	number_rows(&f, 1, 3);
	is_int(fix_put(&f), OK, "the first goes on");
	fix_finish(&f);
	is_int(publish(&f), OK, "and publishes");
	begin_two(&g, "lock.db");
	is_int(load_two(&g, path, 1, 4), OK, "then the second may");
	fix_end(&g);
	fix_end(&f);
	fix_remove(path);
}

static void
test_not_a_database(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "notes.db");

	fix_write(path, "these are my notes, and nobody may overwrite them, "
	    "whoever comes and whatever the name may look like\n");
	is_int(load_two(&f, path, 1, 5), FATAL, "a text is no database");
	is_str(fix_code(&f), "T006", "its code");
	is_str(fix_list(&f, fix_dir), "notes.db", "nothing is left");
	ok(strncmp(fix_read(&f, path), "these are", 9) == 0, "it is whole");
	fix_end(&f);
	fix_remove(path);
}

static void
test_damaged(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "damaged.db");
	char junk[4096 - 100];
	FILE *file;

	load_two(&f, path, 1, 5);
	fix_end(&f);
	memset(junk, 0x5a, sizeof junk);
	file = fopen(path, "r+");
	fseek(file, 100, SEEK_SET);
	fwrite(junk, 1, sizeof junk, file);
	fclose(file);
	begin_two(&f, "damaged.db");
	is_int(load_two(&f, path, 1, 5), FATAL, "a damaged page 1");
	is_str(fix_code(&f), "T021", "its code");
	fix_end(&f);
	fix_remove(path);
}

/* Runs as another user, for root may write anywhere. */
static void
test_readonly(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "readonly.db");
	uid_t me = geteuid();

	load_two(&f, path, 1, 5);
	fix_end(&f);
	chmod(fix_dir, 0555);
	if (me == 0 && seteuid(65534) != 0) {
		chmod(fix_dir, 0700);
		tap_skip("read-only directory", "cannot change the user");
		return;
	}
	begin_two(&f, "readonly.db");
	is_int(load_two(&f, path, 1, 5), FATAL, "a read-only directory");
	is_str(fix_code(&f), "T007", "its code");
	fix_end(&f);
	begin_two(&f, "other.db");
	is_int(load_two(&f, fix_path(&f, "other.db"), 1, 5), FATAL,
	    "a new file in it");
	is_str(fix_code(&f), "T007", "its code");
	fix_end(&f);
	if (me == 0 && seteuid(me) != 0)
		abort();
	chmod(fix_dir, 0777);
	chmod(path, 0444);
	if (me == 0 && seteuid(65534) != 0)
		abort();
	begin_two(&f, "readonly.db");
	is_int(load_two(&f, path, 1, 5), FATAL, "a read-only file");
	is_str(fix_code(&f), "T007", "its code");
	if (me == 0 && seteuid(me) != 0)
		abort();
	is_str(fix_list(&f, fix_dir), "readonly.db", "nothing is left");
	fix_end(&f);
	chmod(fix_dir, 0700);
	fix_remove(path);
}

static void
test_full(bool live)
{
	struct rlimit old, small;
	struct fixture f;
	const char *path = begin_two(&f, "full.db");
	enum grade g;
	uint32_t i;

	if (live)
		load_two(&f, path, 1, 5);
	fix_end(&f);
	begin_two(&f, "full.db");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 2 << 20;
	setrlimit(RLIMIT_FSIZE, &small);
	g = open_at(&f, path);
	for (i = 0; i < 1000 && g == OK; i++) {
		number_rows(&f, i * 1000, 1000);
		g = fix_put(&f);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	is_int(g, FATAL, "no room, %s", live ? "live" : "new");
	is_str(fix_code(&f), "T008", "its code");
	give_up(&f);
	is_str(fix_list(&f, fix_dir), live ? "full.db" : "",
	    "nothing is left");
	if (live) {
		is_str(names(&f, path), "person", "not even a staged table");
		is_sound(&f, path);
	}
	fix_end(&f);
	fix_remove(path);
}

static void
test_names(void)
{
	struct fixture f;
	const char *path = fix_path((fix_begin(&f, 1), &f), "names.db");

	fix_table(&f, 0, "sqlite_x", COLUMNS(two));
	is_int(open_at(&f, path), FATAL, "a name that SQLite keeps");
	is_str(fix_code(&f), "T011", "its code");
	fix_end(&f);
	run(path, "CREATE TABLE t(x); CREATE VIEW person__g1 AS SELECT x "
	    "FROM t");
	begin_two(&f, "names.db");
	is_int(open_at(&f, path), FATAL, "a view has the name");
	is_str(fix_code(&f), "T014", "its code");
	fix_end(&f);
	fix_begin(&f, 1);
	fix_table(&f, 0, "t", (const struct fix_column[]){ { "a",
	    "numeric(20,2)", 0, false, SQLITE_FORM_MINOR } }, 1);
	is_int(open_at(&f, path), FATAL, "twenty digits of cents");
	is_str(fix_code(&f), "T017", "its code");
	fix_end(&f);
	fix_begin(&f, 1);
	fix_table(&f, 0, "t", (const struct fix_column[]){ { "a",
	    "numeric(16,2)", 1, true, SQLITE_FORM_REAL } }, 1);
	is_int(open_at(&f, path), FATAL, "a real key of sixteen digits");
	is_str(fix_code(&f), "T017", "its code");
	fix_end(&f);
	fix_remove(path);
}

static void
test_meanwhile(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "meanwhile.db"), *wal;

	open_at(&f, path);
	number_rows(&f, 1, 5);
	fix_put(&f);
	fix_finish(&f);
	fix_write(path, "mine");
	is_int(publish(&f), FATAL, "the file appeared meanwhile");
	is_str(fix_code(&f), "T012", "its code");
	give_up(&f);
	is_str(fix_read(&f, path), "mine", "it was left alone");
	is_str(fix_list(&f, fix_dir), "meanwhile.db", "nothing is left");
	fix_end(&f);
	fix_remove(path);
	wal = fix_path(&f, "meanwhile.db-wal");
	fix_write(wal, "an old one");
	begin_two(&f, "meanwhile.db");
	is_int(load_two(&f, path, 1, 5), FATAL, "an old database's WAL");
	is_str(fix_code(&f), "T013", "its code");
	fix_end(&f);
	fix_remove(wal);
}

static void
test_too_large(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "large.db");

	open_at(&f, path);
	buf_init(&f.batch.out[0], 100);
	number_rows(&f, 1, 50);
	is_int(fix_put(&f), FATAL, "rows beyond the buffer's limit");
	is_str(fix_code(&f), "T020", "its code");
	fix_end(&f);
}

int
main(void)
{
	fix_dir_begin();
	test_types();
	test_ddl();
	test_real_exact();
	test_rowid_repeats();
	test_key_repeats(false);
	test_key_repeats(true);
	test_targets();
	test_bare_paths();
	test_lock();
	test_not_a_database();
	test_damaged();
	test_readonly();
	test_full(false);
	test_full(true);
	test_names();
	test_meanwhile();
	test_too_large();
	return tap_done();
}
