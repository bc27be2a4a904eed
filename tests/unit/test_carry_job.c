/*
 * Rows from version to version: up: and down: of a mapping as a job whose
 * source is a table, run over rows of SQLite that a WHERE picks out.
 *
 * What must come out was written by hand; the codes of what is refused are
 * those of decant-diagnostics(7).
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "flow/carry_job.h"
#include "flow/job.h"
#include "flow/table_source.h"
#include "plan/batch.h"
#include "value/format.h"
#include "tap.h"

#define COLUMNS_MAX	12

struct fact {			/* "name:type", "name:type!": not null */
	const char *column[COLUMNS_MAX];
	uint32_t nkey;		/* the first ones */
};

struct test_case {
	const char *name;
	const char *tables;	/* of the mapping, from tables: on */
	struct fact from, to;
	const char *sql;	/* makes the table `p` and its rows */
	const char *tail;
	const char *want;	/* rows, "table|cell|…", then rejects "row CODE
				 * column"; or "missing: …"; or diagnostics */
	enum carry_way way;
};

static struct arena arena;
static char path[] = "/tmp/decant-carry.XXXXXX";

static void
table_of(struct schema_table *t, const struct fact *f, const char *name)
{
	const char *why, *colon, *text;
	struct schema_column *c;
	size_t n;

	*t = (struct schema_table){ .name = name, .nkey = f->nkey };
	t->column = arena_array(&arena, COLUMNS_MAX, sizeof *t->column);
	t->key = arena_array(&arena, COLUMNS_MAX, sizeof *t->key);
	while (t->ncolumn < COLUMNS_MAX && f->column[t->ncolumn] != NULL) {
		text = f->column[t->ncolumn];
		c = &t->column[t->ncolumn];
		colon = strchr(text, ':');
		c->name = arena_strndup(&arena, text, (size_t)(colon - text));
		n = strlen(++colon);
		c->not_null = colon[n - 1] == '!';
		if (!sqltype_parse(colon, n - c->not_null, &c->type, &why)) {
			printf("Bail out! %s: %s\n", text, why);
			exit(1);
		}
		c->scale = c->type.scale;
		t->key[t->ncolumn] = t->ncolumn;
		t->ncolumn++;
	}
}

static void
show_batch(struct buf *out, const struct plan *p, const struct batch *b)
{
	const struct schema_table *t = &plan_schema(p)->table[0];
	const struct rowset *r = &b->rows[0];
	const struct reject *x;
	uint32_t i, c;

	for (i = 0; i < r->n; i++) {
		buf_puts(out, t->name);
		for (c = 0; c < t->ncolumn; c++) {
			buf_putc(out, '|');
			if (column_is_null(r->col[c], r->row[i]))
				buf_putc(out, '~');
			else
				format_cell(out, r->col[c], r->row[i]);
		}
		buf_putc(out, '\n');
	}
	for (i = 0; i < b->nreject; i++) {
		x = &b->reject[i];
		buf_printf(out, "%llu %s %s\n", (unsigned long long)
		    batch_record_number(b, x->rec),
		    diag_name((enum diag_code)x->code),
		    x->column == UINT16_MAX ? "-" :
		    (x->column & REJECT_CONSTRAINT) != 0 ? "(check)" :
		    t->column[x->column].name);
	}
}

/* Reads it twice: a second pass is the first again. */
static void
run_job(struct buf *out, struct diags *ds, const struct job *j,
    const char *tail, bool twice)
{
	struct batch *b = batch_new(j->plan);
	struct source *s;
	enum grade g = FATAL;
	struct db db;

	if (db_open(&db, &arena, ds, arena_printf(&arena, "sqlite:%s", path),
	    NULL)) {
		s = table_source_new(ds, j, &db, "main.p", tail);
		while (s != NULL && (g = source_next(s, &b->slab)) == OK) {
			if (twice) {
				twice = false;
				g = source_rewind(s);
				continue;
			}
			plan_run(j->plan, b, NULL);
			show_batch(out, j->plan, b);
		}
		source_free(s);
		db_close(&db);
	}
	if (g != END)
		buf_puts(out, "not read\n");
	batch_free(b);
}

static void
show_diags(struct buf *out, const struct diags *ds)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		buf_printf(out, "%u:%u %s %s (%s)\n", d->at.line, d->at.col,
		    diag_name(d->code), d->message,
		    d->hint == NULL ? "" : d->hint);
}

static struct mapping *
mapping_of(struct diags *ds, const char *tables)
{
	const char *yaml = arena_printf(&arena, "name: t\n"
	    "source: {table: p}\n%s", tables);

	return mapping_parse(&arena, ds, srctext_new(&arena, "m.yaml", yaml,
	    strlen(yaml)));
}

static void
fill(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	sqlite3_open(path, &db);
	if (sqlite3_exec(db, arena_printf(&arena, "DROP TABLE IF EXISTS p; %s",
	    sql), NULL, NULL, &why) != SQLITE_OK)
		printf("# %s\n", why);
	sqlite3_free(why);
	sqlite3_close(db);
}

static void
run_case(const struct test_case *t, bool twice)
{
	struct schema_table from, to;
	struct carry_job carry = { .job = NULL };
	struct mapping *m;
	struct diags ds;
	struct buf out;
	bool good;
	uint32_t i;

	diags_init(&ds, &arena);
	buf_init(&out, 1u << 20);
	buf_puts(&out, "");
	table_of(&from, &t->from, "p");
	table_of(&to, &t->to, "p");
	m = mapping_of(&ds, t->tables);
	good = ds.errors == 0 && carry_job_new(&arena, &ds, m, 0, t->way,
	    &from, &to, "postgresql://", &carry);
	for (i = 0; good && i < carry.nmissing; i++)
		buf_printf(&out, "missing: %s\n", carry.missing[i]);
	if (good && carry.job != NULL) {
		fill(t->sql);
		run_job(&out, &ds, carry.job, t->tail, twice);
	}
	ok(good == (ds.errors == 0), "%s: true or told", t->name);
	show_diags(&out, &ds);
	is_str(out.p, t->want, "%s", t->name);
	buf_fini(&out);
}

#define NAMES	"create table p (id integer primary key, first_name text, " \
	"middle_name text, last_name text, born text);"

static const struct test_case cases[] = {
	{ .name = "three names up to one", .way = CARRY_UP,
	  .tables = "tables:\n  p:\n    key: id\n    columns: {id: id, "
	    "full_name: a, born: born}\n    up:\n      full_name: "
	    "full_name(first_name, middle_name, last_name)\n",
	  .from = { { "id:bigint!", "first_name:text!", "middle_name:text",
	    "last_name:text!", "born:date" }, 1 },
	  .to = { { "id:bigint!", "full_name:text", "born:date" }, 1 },
	  .sql = NAMES "insert into p values (1, 'Simon', null, '', null), "
	    "(2, 'Darth', '', 'Vader', '1977-05-25'), "
	    "(3, 'Gordon', 'Matthew Thomas', 'Sumner', '1951-10-02'), "
	    "(4, 'Left', 'out', 'Here', null)",
	  .tail = "WHERE id <> 4 ORDER BY id",
	  .want = "p|1|Simon|~\np|2|Darth Vader|1977-05-25\n"
	    "p|3|Gordon Matthew Thomas Sumner|1951-10-02\n" },
	{ .name = "one name down to three", .way = CARRY_DOWN,
	  .tables = "tables:\n  p:\n    key: id\n    columns: {id: id, "
	    "full_name: a}\n    down:\n"
	    "      first_name: split_name(full_name, 'first')\n"
	    "      middle_name: split_name(full_name, 'middle')\n"
	    "      last_name: split_name(full_name, 'last')\n",
	  .from = { { "id:bigint!", "full_name:text" }, 1 },
	  .to = { { "id:bigint!", "first_name:text!", "middle_name:text",
	    "last_name:varchar(6)!" }, 1 },
	  .sql = "create table p (id integer primary key, full_name text);"
	    "insert into p values (3, 'Gordon Matthew Thomas Sumner'), "
	    "(5, 'Simon'), (7, null), (9, 'Anna Lovelace')",
	  .tail = "WHERE id IN (3, 5, 7, 9) ORDER BY id DESC",
	  .want = "p|3|Gordon|Matthew Thomas|Sumner\n"
	    "1 D013 last_name\n2 D015 first_name\n2 D015 last_name\n"
	    "3 D070 first_name\n3 D070 middle_name\n3 D070 last_name\n" },
	{ .name = "columns of the same name", .way = CARRY_UP,
	  .tables = "tables: {p: {key: a, columns: {a: a}}}\n",
	  .from = { { "a:integer!", "n:numeric(9,2)", "w:numeric(30,3)",
	    "d:date", "t:text", "b:boolean", "y:bytea", "f:real",
	    "s:timestamp", "i:bigint", "Mixed:text" }, 1 },
	  .to = { { "a:bigint!", "n:numeric(11,2)", "w:numeric(20,2)",
	    "d:timestamp", "t:varchar(3)", "b:boolean", "y:bytea",
	    "f:double precision", "s:timestamp", "i:smallint", "Mixed:text" },
	    1 },
	  .sql = "create table p (a integer primary key, n real, w text, "
	    "d text, t text, b integer, y blob, f real, s text, i integer, "
	    "\"Mixed\" text); insert into p values "
	    "(1, 1234567.89, '123456789012345678.900', '2026-01-31', 'abc', 1, "
	    "x'00ff', 0.5, '2026-01-31 12:00:00.5', -32768, ''), "
	    "(2, null, null, null, null, null, null, null, null, null, null), "
	    "(3, 1, '1.005', null, 'abcd', 0, x'', null, null, 32768, 'x'), "
	    "(4, 'many', '1', 'never', null, 2, 'text', null, null, null, 7)",
	  .tail = "ORDER BY a",
	  .want = "p|1|1234567.89|123456789012345678.90|2026-01-31 00:00:00|"
	    "abc|true|\\x00ff|0.5|2026-01-31 12:00:00.5|-32768|\n"
	    "p|2|~|~|~|~|~|~|~|~|~|~\n"
	    "3 D014 w\n3 D013 t\n3 D011 i\n"
	    "4 D056 n\n4 D056 d\n4 D056 b\n4 D056 y\n" },
	{ .name = "a missing column, and more", .way = CARRY_UP,
	  .tables = "tables: {p: {key: a, columns: {a: a}}}\n",
	  .from = { { "a:integer!", "b:text" }, 1 },
	  .to = { { "a:integer!", "c:text", "b:text", "d:text!" }, 1 },
	  .want = "missing: c\nmissing: d\n" },
	{ .name = "other types", .way = CARRY_UP,
	  .tables = "tables:\n  p:\n    key: a\n    columns:\n      a: a\n"
	    "      born: b\n      n: n\n    up: {n: cast(n as integer)}\n",
	  .from = { { "a:integer!", "born:text", "n:text" }, 1 },
	  .to = { { "a:integer!", "born:date", "n:integer" }, 1 },
	  .want = "8:7 P122 column 'born' of table 'p' is text in one version "
	    "and date in the other, and 'up' has no expression for it "
	    "(up: {born: cast(born as date)})\n" },
	{ .name = "an expression of the wrong type", .way = CARRY_UP,
	  .tables = "tables:\n  p:\n    columns: {a: a, d: d}\n"
	    "    up: {d: a || 'x'}\n",
	  .from = { { "a:text" }, 0 }, .to = { { "a:text", "d:date" }, 0 },
	  .want = "6:15 P012 column 'd' is date, but this is text "
	    "(write cast(… as date), or to_date(…, 'YYYYMMDD'))\n" },
	{ .name = "a name that the other version has not", .way = CARRY_UP,
	  .tables = "tables:\n  p:\n    columns: {a: a}\n"
	    "    up: {a: upper(frist)}\n",
	  .from = { { "first:text" }, 0 }, .to = { { "a:text" }, 0 },
	  .want = "6:19 P121 the table 'p' has no column 'frist' "
	    "(did you mean first?)\n" },
	{ .name = "checks of this version, NUL, quoted names", .way = CARRY_UP,
	  .tables = "tables:\n  p:\n    columns:\n      a: {from: a, check: "
	    "a > 0}\n      b: b\n      c: c\n    up: {b: '\"B x\"'}\n",
	  .from = { { "a:integer", "B x:text", "c:text" }, 0 },
	  .to = { { "a:integer", "b:text", "c:text" }, 0 },
	  .sql = "create table p (a integer, \"B x\" text, c text);"
	    "insert into p values (1, 'b1', 'c1'), (0, 'b2', 'c2'), "
	    "(2, 'a' || char(0), 'c3')",
	  .tail = "",
	  .want = "p|1|b1|c1\n2 D074 (check)\n3 D008 b\n" },
	{ .name = "files are forgotten", .way = CARRY_DOWN,
	  .tables = "tables:\n  p:\n    columns: {a: a}\n"
	    "    down: {b: btrim(a)}\n",
	  .from = { { "a:text" }, 0 }, .to = { { "b:text" }, 0 },
	  .sql = "create table p (a text); insert into p values ('  x '), "
	    "('   '), ('')",
	  .tail = "ORDER BY rowid",
	  .want = "p|x\np|\np|\n" },
};

/* down: and compat: over this version's columns, without the other one. */
static void
test_check(void)
{
	static const struct {
		const char *tables, *want;
	} t[] = {
		{ "tables:\n  p:\n    columns: {id: id, n: n}\n"
		    "    down: {x: upper(n), y: id + 1}\ncompat:\n"
		    "  old: {table: p, columns: {id: ID, m: '\"n\" || n'}}\n",
		    "" },
		{ "tables:\n  p:\n    columns: {id: id, n: n}\n"
		    "    down: {x: upper(nn), y: n + 1}\ncompat:\n"
		    "  old: {table: p, columns: {id: i, m: n and n}}\n",
		    "6:21 P121 the table 'p' has no column 'nn' (did you mean "
		    "n?)\n6:31 P005 + does not take text and integer (cast the "
		    "text: cast(… as numeric))\n"
		    "8:33 P121 the table 'p' has no column 'i' (did you mean "
		    "id?)\n8:39 P011 a condition is needed here, and this is "
		    "text ()\n" },
	};
	static const struct fact columns = { { "id:bigint!", "n:text" }, 1 };
	struct schema_table of;
	struct schema schema = { .table = &of, .ntable = 1 };
	struct mapping *m;
	struct diags ds;
	struct buf out;
	uint32_t i;

	table_of(&of, &columns, "p");
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		diags_init(&ds, &arena);
		buf_init(&out, 1u << 20);
		buf_puts(&out, "");
		m = mapping_of(&ds, t[i].tables);
		ok(carry_check(&arena, &ds, m, &schema) ==
		    (t[i].want[0] == '\0'), "check %u", i);
		show_diags(&out, &ds);
		is_str(out.p, t[i].want, "check %u: what it says", i);
		buf_fini(&out);
	}
}

int
main(void)
{
	uint32_t i;
	int fd = mkstemp(path);

	if (fd < 0)
		tap_skip_all("no place for a database");
	close(fd);
	arena_init(&arena);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		run_case(&cases[i], false);
		if (cases[i].sql != NULL)
			run_case(&cases[i], true);
	}
	test_check();
	unlink(path);
	arena_fini(&arena);
	return tap_done();
}
