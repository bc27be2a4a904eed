/*
 * The sinks that write files, the one that writes nothing, and which sink a
 * target means.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sink_fixture.h"

#define COLUMNS(c)	(c), sizeof (c) / sizeof (c)[0]

static const struct fix_column every[] = {
	{ "id", "integer", 1, true, 0 }, { "money", "numeric(11,2)", 0, false,
	    0 }, { "huge", "numeric(38,10)", 0, false, 0 },
	{ "ratio", "double precision", 0, false, 0 },
	{ "yes", "boolean", 0, false, 0 }, { "born", "date", 0, false, 0 },
	{ "raw", "bytea", 0, false, 0 }, { "a \"name\", so", "text", 0, false,
	    0 }, { "x", "text", 0, false, 0 },
};

static const char *const rows[][9] = {
	{ "7", "12.5", "-1234567890123456789012345678.0123456789", "0.1", "t",
	    "1999-12-31", "\001\377", "O'Neil, \303\251", "" },
	{ "-8", "-0.05", "1", "-2e300", "f", "0001-01-01", "", "say \"hi\"",
	    "two\nlines" },
	{ "9", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL },
	{ "10", "0", "0", "0", "t", "2000-02-29", "\\", "back\\slash\t\001",
	    " blank " },
};

static enum grade
load(struct fixture *f, const char *target)
{
	enum grade g = fix_open(f, target);
	uint32_t i;

	for (i = 0; i < 4 && g == OK; i++) {
		fix_rows(f, 0, 1);
		fix_row(f, 0, 0, rows[i]);
		fix_rows(f, 1, i % 2);
		if (i % 2 == 1)
			fix_row(f, 1, 0, rows[i]);
		g = fix_put(f);
	}
	if (g == OK)
		g = fix_finish(f);
	return g;
}

static void
begin(struct fixture *f)
{
	fix_begin(f, 2);
	fix_table(f, 0, "all", COLUMNS(every));
	fix_table(f, 1, "some", every, 1);
}

static const char *
target_of(struct fixture *f, const char *scheme)
{
	return arena_printf(&f->arena, "%s:%s", scheme, fix_path(f, "out"));
}

static void
test_csv(void)
{
	static const char want[] =
	    "id,money,huge,ratio,yes,born,raw,\"a \"\"name\"\", so\",x\n"
	    "7,12.50,-1234567890123456789012345678.0123456789,0.1,true,"
	    "1999-12-31,\\x01ff,\"O'Neil, \303\251\",\"\"\n"
	    "-8,-0.05,1.0000000000,-2e+300,false,0001-01-01,\\x,"
	    "\"say \"\"hi\"\"\",\"two\nlines\"\n"
	    "9,,,,,,,,\n"
	    "10,0.00,0.0000000000,0,true,2000-02-29,\\x5c,"
	    "back\\slash\t\001,\" blank \"\n";
	struct fixture f;

	begin(&f);
	is_int(load(&f, target_of(&f, "csv")), OK, "four rows are staged");
	ok(fix_read(&f, fix_path(&f, "out/all.csv")) == NULL,
	    "and not to be seen");
	is_int(fix_publish(&f), OK, "they are published");
	is_str(fix_list(&f, fix_path(&f, "out")), "all.csv some.csv",
	    "a file for each table");
	is_str(fix_read(&f, fix_path(&f, "out/all.csv")), want,
	    "the rows of one");
	is_str(fix_read(&f, fix_path(&f, "out/some.csv")), "id\n-8\n10\n",
	    "and of the other");
	is_str(f.sink.ops->describe(f.sink.state), target_of(&f, "csv"),
	    "its name");
	fix_end(&f);
}

static void
test_jsonl(void)
{
	static const char want[] =
	    "{\"id\":7,\"money\":12.50,\"huge\":"
	    "-1234567890123456789012345678.0123456789,\"ratio\":0.1,\"yes\":"
	    "true,\"born\":\"1999-12-31\",\"raw\":\"\\\\x01ff\","
	    "\"a \\\"name\\\", so\":\"O'Neil, \303\251\",\"x\":\"\"}\n"
	    "{\"id\":-8,\"money\":-0.05,\"huge\":1.0000000000,\"ratio\":"
	    "-2e+300,\"yes\":false,\"born\":\"0001-01-01\",\"raw\":\"\\\\x\","
	    "\"a \\\"name\\\", so\":\"say \\\"hi\\\"\",\"x\":"
	    "\"two\\nlines\"}\n"
	    "{\"id\":9,\"money\":null,\"huge\":null,\"ratio\":null,\"yes\":"
	    "null,\"born\":null,\"raw\":null,\"a \\\"name\\\", so\":null,"
	    "\"x\":null}\n"
	    "{\"id\":10,\"money\":0.00,\"huge\":0.0000000000,\"ratio\":0,"
	    "\"yes\":true,\"born\":\"2000-02-29\",\"raw\":\"\\\\x5c\","
	    "\"a \\\"name\\\", so\":\"back\\\\slash\\t\\u0001\",\"x\":"
	    "\" blank \"}\n";
	struct fixture f;

	begin(&f);
	is_int(load(&f, target_of(&f, "jsonl")), OK, "four rows are staged");
	is_int(fix_publish(&f), OK, "they are published");
	is_str(fix_read(&f, fix_path(&f, "out/all.jsonl")), want,
	    "an object a line");
	is_str(fix_read(&f, fix_path(&f, "out/some.jsonl")),
	    "{\"id\":-8}\n{\"id\":10}\n", "the other table");
	fix_end(&f);
}

/* Old files are replaced, or stay as they are. */
static void
test_replace(void)
{
	struct fixture f;
	const char *csv;

	begin(&f);
	csv = fix_path(&f, "out/all.csv");
	fix_write(csv, "old\n");
	is_int(load(&f, target_of(&f, "csv")), OK, "a load");
	is_str(fix_read(&f, csv), "old\n", "shows the old file");
	f.sink.ops->abort(f.sink.state);
	is_str(fix_read(&f, csv), "old\n", "and leaves it when it is given up");
	is_str(fix_list(&f, fix_path(&f, "out")),
	    "all.csv all.jsonl some.csv some.jsonl", "nothing is left");
	is_int(load(&f, target_of(&f, "csv")), OK, "another");
	is_int(fix_publish(&f), OK, "is published");
	ok(strncmp(fix_read(&f, csv), "id,", 3) == 0, "and replaces it");
	fix_end(&f);
	begin(&f);
	is_int(load(&f, target_of(&f, "csv")), OK, "a load");
	fix_remove(csv);
	mkdir(csv, 0777);
	is_int(fix_publish(&f), FATAL, "a directory has the name");
	is_str(fix_code(&f), "T005", "its code");
	fix_end(&f);
	fix_remove(fix_path(&f, "out"));
}

static void
test_new_directory(void)
{
	struct fixture f;

	begin(&f);
	is_int(load(&f, target_of(&f, "csv")), OK, "a new directory");
	f.sink.ops->abort(f.sink.state);
	ok(access(fix_path(&f, "out"), F_OK) != 0, "goes with the load");
	fix_end(&f);
}

static void
test_killed(void)
{
	struct fixture f;
	pid_t child = fork();
	int status;

	if (child == 0) {
		begin(&f);
		load(&f, target_of(&f, "csv"));
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	begin(&f);
	ok(strstr(fix_list(&f, fix_path(&f, "out")), ".all.csv.") != NULL,
	    "a killed run left a file");
	fix_write(fix_path(&f, "out/.other.csv.1"), "not ours");
	is_int(load(&f, target_of(&f, "csv")), OK, "the next run");
	is_int(fix_publish(&f), OK, "is published");
	is_str(fix_list(&f, fix_path(&f, "out")),
	    ".other.csv.1 all.csv some.csv", "and removes it");
	fix_end(&f);
	fix_remove(fix_path(&f, "out"));
}

static void
test_targets(void)
{
	static const struct {
		const char *target, *code;
	} cases[] = {
		{ "csv:", "T003" }, { "jsonl:", "T003" },
		{ "csv:/dev/null", "T005" }, { "jsonll:out", "T002" },
		{ "null", "T002" }, { "csv", "T002" },
	};
	struct fixture f;
	uint32_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&f);
		ok(!fix_new(&f, cases[i].target), "target \"%s\"",
		    cases[i].target);
		is_str(fix_code(&f), cases[i].code, "its code");
		fix_end(&f);
	}
	begin(&f);
	is_int(fix_open(&f, "csv:/no/such/dir"), FATAL, "no such directory");
	is_str(fix_code(&f), "T005", "its code");
	fix_end(&f);
}

static void
test_names(void)
{
	static const char *const bad[] = { "a/b", ".hidden", "..", "" };
	struct fixture f;
	uint32_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		fix_begin(&f, 1);
		fix_table(&f, 0, bad[i], every, 1);
		is_int(fix_open(&f, target_of(&f, "csv")), FATAL,
		    "a table called \"%s\"", bad[i]);
		is_str(fix_code(&f), "T018", "its code");
		fix_end(&f);
	}
}

static void
test_full(void)
{
	struct rlimit old, small;
	struct fixture f;
	enum grade g = OK;
	uint32_t i;

	begin(&f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 65536;
	fix_open(&f, target_of(&f, "jsonl"));
	fix_rows(&f, 0, 1);
	fix_row(&f, 0, 0, rows[0]);
	fix_rows(&f, 1, 0);
	setrlimit(RLIMIT_FSIZE, &small);
	for (i = 0; i < 1000 && g == OK; i++)
		g = fix_put(&f);
	setrlimit(RLIMIT_FSIZE, &old);
	is_int(g, FATAL, "no room");
	is_str(fix_code(&f), "T008", "its code");
	fix_end(&f);
	ok(access(fix_path(&f, "out"), F_OK) != 0, "nothing is left");
}

/* The descriptor of the staged file is closed behind the sink's back. */
static void
test_io_error(void)
{
	struct fixture f;
	char link[64], path[400];
	ssize_t n;
	int fd;

	begin(&f);
	fix_open(&f, target_of(&f, "csv"));
	for (fd = 3; fd < 100; fd++) {
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		n = readlink(link, path, sizeof path - 1);
		path[n < 0 ? 0 : n] = '\0';
		if (strstr(path, ".all.csv") != NULL)
			break;
	}
	if (fd == 100) {
		tap_skip("T009", "no /proc");
	} else {
		close(fd);
		fix_rows(&f, 0, 1);
		fix_row(&f, 0, 0, rows[0]);
		fix_rows(&f, 1, 0);
		is_int(fix_put(&f), FATAL, "a write fails");
		is_str(fix_code(&f), "T009", "its code");
	}
	fix_end(&f);
}

static void
test_too_large(void)
{
	struct fixture f;

	begin(&f);
	fix_open(&f, target_of(&f, "csv"));
	fix_rows(&f, 0, 1);
	fix_row(&f, 0, 0, rows[0]);
	fix_rows(&f, 1, 0);
	buf_init(&f.batch.out[0], 20);
	is_int(fix_put(&f), FATAL, "rows beyond the buffer's limit");
	is_str(fix_code(&f), "T020", "its code");
	fix_end(&f);
}

static void
test_null(void)
{
	struct fixture f;
	struct buf b;

	begin(&f);
	is_int(load(&f, "null:"), OK, "null: takes everything");
	ok(f.sink.ops->encode == NULL, "and encodes nothing");
	is_int(fix_publish(&f), OK, "it is published");
	is_str(f.sink.ops->describe(f.sink.state), "null:", "its name");
	buf_init(&b, 1000);
	sink_type(&b, "null:", &f.schema.table[0].column[1]);
	is_str(b.p, "numeric(11,2)", "types have PostgreSQL's names");
	buf_clear(&b);
	sink_ddl(&b, "csv:x", &f.schema, NULL);
	is_int(b.len, 0, "files have no statements");
	buf_fini(&b);
	ok(sink_limits(&f.diags, "csv:x") != NULL &&
	    sink_limits(&f.diags, "jsonl:x") != NULL &&
	    sink_limits(&f.diags, "null:") != NULL, "all have limits");
	fix_end(&f);
}

int
main(void)
{
	fix_dir_begin();
	test_csv();
	test_jsonl();
	test_replace();
	test_new_directory();
	test_killed();
	test_targets();
	test_names();
	test_full();
	test_io_error();
	test_too_large();
	test_null();
	return tap_done();
}
