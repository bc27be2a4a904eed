/*
 * Rows of a PostgreSQL table as a source: one snapshot for all passes, in one
 * order, with a key and without; views; what publication would wait for.
 */
#include "database/pg_fixture.h"

#include "flow/job.h"
#include "flow/table_source.h"

#define SCHEMA	"decant_t_source"

static struct job *
job_over(struct diags *ds, const char *table, const char *columns,
    uint32_t batch)
{
	const char *yaml = arena_printf(&arena, "name: t\nsource: {table: %s, "
	    "schema: " SCHEMA "}\ntables:\n  t:\n    columns: %s\n", table,
	    columns);
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

/* The first column of all rows (an integer), as the source hands them out. */
static const char *
pass(struct source *s)
{
	struct slab slab;
	struct buf all;
	const char *text;
	int64_t id;
	uint32_t i;

	buf_init(&all, 1u << 24);
	buf_puts(&all, "");
	slab_init(&slab);
	while (source_next(s, &slab) == OK)
		for (i = 0; i < slab.nrec; i++) {
			memcpy(&id, slab.rec[i].p + 8, sizeof id);
			buf_printf(&all, "%lld ", (long long)id);
		}
	slab_fini(&slab);
	text = arena_strdup(&arena, all.p);
	buf_fini(&all);
	return text;
}

/*
 * `table` holds rows whose first column is id; after a first look others change
 * nearly all of them, and vacuum the table.
 */
static void
test_passes(const char *what, const char *table, uint32_t batch,
    const char *order)
{
	const char *first, *want = sql(arena_printf(&arena, "SELECT "
	    "string_agg(id || ' ', '' ORDER BY %s) FROM %s.%s", order, SCHEMA,
	    table));
	struct slab slab;
	struct diags ds;
	struct source *s;
	struct job *j;

	want = arena_strdup(&arena, want);
	j = job_over(&ds, table, "{id: id, t: t}", batch);
	s = j == NULL ? NULL : source_new(&ds, &j->source);
	if (!ok(s != NULL, "%s: a source", what)) {
		show_diags(&ds);
		return;
	}
	slab_init(&slab);
	ok(source_next(s, &slab) == OK, "%s: the first rows", what);
	slab_fini(&slab);
	is_str(sql("DELETE FROM " SCHEMA ".rows WHERE id % 3 = 0;"
	    "UPDATE " SCHEMA ".rows SET id = id + 100000 WHERE id % 3 = 1;"
	    "INSERT INTO " SCHEMA ".rows SELECT i, 'new' FROM"
	    " generate_series(200000, 200100) i"), "", "%s: others write",
	    what);
	sql("VACUUM " SCHEMA ".rows");
	ok(source_rewind(s) == OK, "%s: again", what);
	first = pass(s);
	ok(strcmp(first, want) == 0, "%s: the rows as they were, in order",
	    what);
	ok(source_rewind(s) == OK && strcmp(pass(s), first) == 0,
	    "%s: and again", what);
	if (strcmp(table, "kept") != 0)
		is_str(sql("BEGIN; LOCK TABLE " SCHEMA ".rows"),
		    "ERROR 55P03", "%s: the table is in use", what);
	sql("ROLLBACK");
	source_release(s);
	is_str(sql("BEGIN; LOCK TABLE " SCHEMA ".rows; ROLLBACK"), "",
	    "%s: let go, it can be locked", what);
	source_free(s);
}

static void
fill(const char *key)
{
	sql("DROP SCHEMA IF EXISTS " SCHEMA " CASCADE; CREATE SCHEMA " SCHEMA);
	sql("CREATE TABLE " SCHEMA ".rows (id int NOT NULL, t text)");
	sql("INSERT INTO " SCHEMA ".rows SELECT (i * 7919) % 5003, 'row ' || i"
	    " FROM generate_series(1, 5000) i");
	sql("CREATE VIEW " SCHEMA ".seen AS SELECT id, t FROM " SCHEMA
	    ".rows WHERE id > 10");
	sql("CREATE MATERIALIZED VIEW " SCHEMA ".kept AS SELECT * FROM " SCHEMA
	    ".rows");
	sql("CREATE INDEX ON " SCHEMA ".rows (t, id)");
	sql(key);
	sql("ANALYZE " SCHEMA ".rows");
}

static void
test_orders(void)
{
	static const char pk[] = "ALTER TABLE " SCHEMA ".rows ADD PRIMARY KEY"
	    " (id)", unique[] = "CREATE UNIQUE INDEX ON " SCHEMA ".rows (id)";

	fill(pk);
	test_passes("a primary key", "rows", 0, "id");
	fill(pk);
	test_passes("a primary key, row by row", "rows", 1, "id");
	fill(unique);
	test_passes("a unique index", "rows", 1000, "id");
	fill("");
	test_passes("no key", "rows", 7, "ctid");
	fill("");
	test_passes("a view", "seen", 0, "id, t");
	fill("");
	test_passes("a materialized view", "kept", 0, "ctid");
}

/* ---- what is refused, what is known ------------------------------------- */

static const char *
types_of(const char *table, const char *columns)
{
	const struct schema_table *t;
	const char *all = "";
	struct diags ds;
	struct job *j = job_over(&ds, table, columns, 0);
	char type[64];
	uint32_t i;

	if (j == NULL)
		return ds.first == NULL ? "not told" :
		    diag_name(ds.first->code);
	t = &plan_schema(j->plan)->table[0];
	for (i = 0; i < t->ncolumn; i++) {
		sqltype_format(type, &t->column[i].type);
		all = arena_printf(&arena, "%s%s%s%s", all, i > 0 ? ", " : "",
		    type, t->column[i].not_null ? "!" : "");
	}
	return all;
}

static void
test_types(void)
{
	fill("");
	sql("CREATE TABLE " SCHEMA ".none ()");
	is_str(types_of("none", "{a: a}"), "F068", "a table without columns");
	is_str(types_of("nowhere", "{a: a}"), "F063", "no table");
	sql("CREATE DOMAIN " SCHEMA ".money AS numeric(11,2) NOT NULL;"
	    "CREATE DOMAIN " SCHEMA ".more AS " SCHEMA ".money;"
	    "CREATE DOMAIN " SCHEMA ".code AS varchar(3);"
	    "CREATE TYPE " SCHEMA ".mood AS ENUM ('sad');"
	    "CREATE TABLE " SCHEMA ".types (a " SCHEMA ".more, b " SCHEMA
	    ".code, c " SCHEMA ".mood, d char(4) NOT NULL, e numeric(50,10),"
	    " f numeric(3,-2), g timestamp(3), h time(0) NOT NULL, i uuid,"
	    " j timestamptz, k int[], l interval, m numeric, n float(10))");
	sql("INSERT INTO " SCHEMA ".types (a, d, e, f, h, m) VALUES (1, 'x',"
	    " 1.2345678901, 1250, '1:00', 12345.678)");
	is_str(types_of("types", "{a: a, b: b, c: c, d: d, e: e, f: f, g: g, "
	    "h: h, i: i, j: j, k: k, l: l, m: m, n: n}"),
	    "numeric(11,2)!, varchar(3), text, varchar(4)!, numeric, numeric, "
	    "timestamp, time!, text, text, text, text, numeric, real",
	    "domains, modifiers, and types that decant has not");
	sql("ALTER TABLE " SCHEMA ".types ENABLE ROW LEVEL SECURITY;"
	    "ALTER TABLE " SCHEMA ".types FORCE ROW LEVEL SECURITY");
}

/* Rows that a policy would hide are not left out in silence. */
static void
test_policy(void)
{
	struct diags ds;
	struct source *s;
	struct slab slab;
	struct job *j;

	fill("");
	sql("DROP ROLE IF EXISTS decant_t_reader");
	sql("CREATE ROLE decant_t_reader LOGIN; GRANT USAGE ON SCHEMA " SCHEMA
	    " TO decant_t_reader; GRANT SELECT ON " SCHEMA ".rows TO"
	    " decant_t_reader; ALTER TABLE " SCHEMA ".rows ENABLE ROW LEVEL"
	    " SECURITY; CREATE POLICY p ON " SCHEMA ".rows USING (id < 100)");
	setenv("PGUSER", "decant_t_reader", 1);
	j = job_over(&ds, "rows", "{id: id}", 0);
	s = j == NULL ? NULL : source_new(&ds, &j->source);
	slab_init(&slab);
	ok(s != NULL && source_next(s, &slab) == FATAL && ds.errors == 1 &&
	    strstr(ds.first->message, "row-level security") != NULL,
	    "a policy that hides rows is an error");
	show_diags(&ds);
	slab_fini(&slab);
	if (s != NULL)
		source_free(s);
}

int
main(void)
{
	pg_begin();
	pg_clean();
	sql("SET lock_timeout = 200");
	test_orders();
	test_types();
	test_policy();
	pg_clean();
	sql("DROP ROLE IF EXISTS decant_t_reader");
	PQfinish(session);
	arena_fini(&arena);
	return tap_done();
}
