/*
 * Rows of a SQLite table as a source: the types of columns as SQLite declares
 * them, one snapshot for all passes, writers that need not wait, and a table
 * that is another than it was.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "flow/job.h"
#include "flow/table_source.h"
#include "tap.h"

static struct arena arena;
static char directory[] = "/tmp/decant-source.XXXXXX";

static const char *
path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", directory, name);
}

/* As another program would; 0, or SQLite's code. */
static int
run(const char *name, const char *sql)
{
	sqlite3 *db;
	int rc;

	sqlite3_open(path_of(name), &db);
	sqlite3_busy_timeout(db, 0);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		printf("# %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc;
}

static struct job *
job_over(struct diags *ds, const char *name, const char *columns,
    const char *target, uint32_t batch)
{
	const char *yaml = arena_printf(&arena, "name: t\nsource: {table: p, "
	    "database: 'sqlite:%s'}\ntables:\n  t:\n    columns: %s\n",
	    path_of(name), columns);
	const struct job_options o = { .target = target,
	    .batch_records = batch };

	diags_init(ds, &arena);
	return job_of_mapping(&arena, ds, mapping_parse(&arena, ds,
	    srctext_new(&arena, "m.yaml", yaml, strlen(yaml))), &o);
}

static void
show_diags(const struct diags *ds)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		printf("# %s %s\n", diag_name(d->code), d->message);
}

/* ---- types -------------------------------------------------------------- */

/* "Datatypes In SQLite", 3.1.1, and PostgreSQL's names among them. */
static const struct {
	const char *declared, *type;
} types[] = {
	{ "INTEGER", "bigint" }, { "INT", "bigint" }, { "TINYINT", "bigint" },
	{ "UNSIGNED BIG INT", "bigint" }, { "INT8", "bigint" },
	{ "SMALLINT", "bigint" }, { "BIGINT", "bigint" },
	{ "CHARACTER(20)", "text" }, { "VARCHAR(255)", "varchar(255)" },
	{ "NATIVE CHARACTER(70)", "text" }, { "CLOB", "text" },
	{ "TEXT", "text" }, { "BLOB", "bytea" }, { "", "text" },
	{ "REAL", "double precision" }, { "DOUBLE", "double precision" },
	{ "DOUBLE PRECISION", "double precision" },
	{ "FLOAT", "double precision" }, { "NUMERIC", "double precision" },
	{ "DECIMAL(10,5)", "numeric(10,5)" }, { "numeric(9)", "numeric(9,0)" },
	{ "BOOLEAN", "boolean" }, { "DATE", "date" },
	{ "DATETIME", "timestamp" }, { "timestamp", "timestamp" },
	{ "time", "time" }, { "bytea", "bytea" }, { "UUID", "text" },
	{ "STRING", "text" }, { "JSON", "text" },
};

static void
test_types(void)
{
	uint32_t n = sizeof types / sizeof types[0], i;
	const struct schema_table *t;
	struct buf sql, columns;
	struct job *j;
	struct diags ds;
	char type[64];

	buf_init(&sql, 1u << 16);
	buf_init(&columns, 1u << 16);
	buf_puts(&sql, "create table p (");
	for (i = 0; i < n; i++) {
		buf_printf(&sql, "%sc%u %s", i > 0 ? ", " : "", i,
		    types[i].declared);
		buf_printf(&columns, "%sc%u: c%u", i > 0 ? ", " : "{", i, i);
	}
	buf_puts(&sql, ")");
	buf_puts(&columns, "}");
	run("types.db", sql.p);
	j = job_over(&ds, "types.db", columns.p, NULL, 0);
	show_diags(&ds);
	if (!ok(j != NULL, "a table of all types"))
		return;
	t = &plan_schema(j->plan)->table[0];
	for (i = 0; i < n; i++) {
		sqltype_format(type, &t->column[i].type);
		is_str(type, types[i].type, "declared '%s'",
		    types[i].declared);
	}
	buf_fini(&sql);
	buf_fini(&columns);
}

static void
test_nulls(void)
{
	static const struct {
		const char *sql;
		bool not_null[3];
	} t[] = {
		{ "create table p (a integer primary key, b text not null, c)",
		    { true, true, false } },
		{ "create table p (a text primary key, b text, c text)",
		    { false, false, false } },
		{ "create table p (a text primary key, b text, c text not "
		    "null) without rowid", { true, false, true } },
		{ "create view p as select 1 as a, 2 as b, 3 as c",
		    { false, false, false } },
	};
	struct diags ds;
	struct job *j;
	uint32_t i, k;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		unlink(path_of("nulls.db"));
		run("nulls.db", t[i].sql);
		j = job_over(&ds, "nulls.db", "{a: a, b: b, c: c}", NULL, 0);
		show_diags(&ds);
		for (k = 0; j != NULL && k < 3; k++)
			is_int(plan_schema(j->plan)->table[0].column[k].
			    not_null, t[i].not_null[k], "%s: column %u",
			    t[i].sql, k);
		ok(j != NULL, "%s", t[i].sql);
	}
}

/* ---- passes ------------------------------------------------------------- */

/* Numbers of the rows, from the job's own source. */
static uint64_t
pass(struct source *s, uint64_t *first, uint64_t *last)
{
	struct slab slab;
	uint64_t n = 0, sum = 0;
	int64_t id;
	uint32_t i;

	slab_init(&slab);
	*first = *last = 0;
	while (source_next(s, &slab) == OK)
		for (i = 0; i < slab.nrec; i++, n++) {
			memcpy(&id, slab.rec[i].p + 8, sizeof id);
			if (n == 0)
				*first = (uint64_t)id;
			*last = (uint64_t)id;
			sum += (uint64_t)id;
		}
	slab_fini(&slab);
	return sum;
}

#define MANY	"create table p (id integer primary key, t text); "	\
	"with recursive c(i) as (select 1 union all select i + 1 from c where" \
	" i < 10000) insert into p select i, 'row ' || i from c"
#define SUM	50005000u	/* 1 + 2 + … + 10000 */

static void
test_snapshot(void)
{
	static const uint32_t batch[] = { 1, 7, 1000, 0 };
	struct slab slab;
	struct diags ds;
	struct source *s;
	struct job *j;
	uint64_t first, last;
	uint32_t i;

	for (i = 0; i < 4; i++) {
		unlink(path_of("wal.db"));
		run("wal.db", "pragma journal_mode = wal; " MANY);
		j = job_over(&ds, "wal.db", "{id: id}", "null:", batch[i]);
		s = j == NULL ? NULL : source_new(&ds, &j->source);
		if (!ok(s != NULL, "a source, %u rows a batch", batch[i])) {
			show_diags(&ds);
			continue;
		}
		slab_init(&slab);
		ok(source_next(s, &slab) == OK && slab.first_record == 1,
		    "the first rows");
		ok(batch[i] == 0 || slab.nrec == batch[i], "so many");
		is_int(run("wal.db", "delete from p where id % 2 = 0; "
		    "update p set id = id + 20000 where id > 5000"), SQLITE_OK,
		    "others write in the meantime");
		slab_fini(&slab);
		ok(source_rewind(s) == OK, "again");
		is_int(pass(s, &first, &last), SUM, "all rows as they were");
		is_int(first, 1, "in their order");
		is_int(last, 10000, "to the last");
		ok(source_rewind(s) == OK, "and again");
		is_int(pass(s, &first, &last), SUM, "the same rows");
		source_free(s);
	}
}

/* Without WAL: the file that is written is not held. */
static void
test_copy(void)
{
	const char *own = arena_printf(&arena, "sqlite:%s",
	    path_of("copy.db"));
	struct diags ds;
	struct source *s;
	struct job *j;
	uint64_t first, last;

	run("copy.db", MANY);
	j = job_over(&ds, "copy.db", "{id: id}", "null:", 0);
	s = j == NULL ? NULL : source_new(&ds, &j->source);
	ok(s != NULL && run("copy.db", "delete from p where id = 1") != 0,
	    "a snapshot lets nobody commit");
	is_int(pass(s, &first, &last), SUM, "it is read");
	source_release(s);
	is_int(run("copy.db", "delete from p where id = 0"), SQLITE_OK,
	    "once it is let go, others do");
	ok(source_rewind(s) == FATAL, "and there is no other pass");
	source_free(s);
	j = job_over(&ds, "copy.db", "{id: id}", own, 7);
	s = j == NULL ? NULL : source_new(&ds, &j->source);
	if (!ok(s != NULL, "a source that is the target"))
		return;
	is_int(run("copy.db", "delete from p"), SQLITE_OK,
	    "can be written at once");
	is_int(pass(s, &first, &last), SUM, "and is read as it was");
	ok(source_rewind(s) == OK, "twice");
	is_int(pass(s, &first, &last), SUM, "the same");
	is_int(last, 10000, "in order");
	source_free(s);
}

static void
test_changed(void)
{
	static const char *const change[] = {
		"alter table p add column u text",
		"drop table p",
		"drop table p; create table p (id text primary key, t text)",
	};
	struct diags ds;
	struct job *j;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		unlink(path_of("changed.db"));
		run("changed.db", MANY);
		j = job_over(&ds, "changed.db", "{id: id}", NULL, 0);
		run("changed.db", change[i]);
		ok(j != NULL && source_new(&ds, &j->source) == NULL,
		    "%s: refused", change[i]);
		ok(ds.first != NULL && ds.first->code == DIAG_F064,
		    "%s: told", change[i]);
	}
}

int
main(void)
{
	if (mkdtemp(directory) == NULL)
		tap_skip_all("no place for databases");
	arena_init(&arena);
	test_types();
	test_nulls();
	test_snapshot();
	test_copy();
	test_changed();
	if (system(arena_printf(&arena, "rm -rf '%s'", directory)) != 0)
		printf("# %s stays\n", directory);
	arena_fini(&arena);
	return tap_done();
}
