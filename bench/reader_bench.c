/*
 * What it costs to read a table, and to hash its contents:
 *
 *	reader_bench TARGET [ROWS [SCHEMA]]
 *
 * makes decant_bench in the target's SCHEMA (public) unless it is there, of
 * ROWS (1,000,000) rows and ten columns, and reads it: three whole numbers of
 * it, all columns, all columns with the hash.  The best of three passes each,
 * by the clock and in processor time of this process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/content_hash.h"
#include "db/db.h"
#include "db/table_reader.h"

#define BATCH	1024u

static const struct reader_column column[] = {
	{ "id", { SQL_BIGINT, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "n", { SQL_INTEGER, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "m", { SQL_SMALLINT, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "amount", { SQL_NUMERIC, 0, 11, 2 }, 2, SQLITE_FORM_AUTO },
	{ "rate", { SQL_NUMERIC, 0, 18, 4 }, 4, SQLITE_FORM_AUTO },
	{ "name", { SQL_TEXT, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "city", { SQL_TEXT, 20, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "born", { SQL_DATE, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "seen", { SQL_TIMESTAMP, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
	{ "active", { SQL_BOOLEAN, 0, 0, 0 }, 0, SQLITE_FORM_AUTO },
};
#define NCOLUMN	(sizeof column / sizeof column[0])

static const char make_postgres[] =
    "CREATE TABLE %s AS SELECT i::bigint AS id, (i * 7919 %% 1000003)::int"
    " AS n, (i %% 30000)::smallint AS m, ((i * 104729 %% 100000000) / 100.0)"
    "::numeric(11,2) AS amount, (i * 1299709.0001)::numeric(18,4) AS rate,"
    " 'customer number ' || i AS name, ('city ' || i %% 977)::varchar(20) AS"
    " city, '1930-01-01'::date + (i %% 30000)::int AS born,"
    " '2020-01-01'::timestamp + i * interval '61 s' + (i %% 900 + 100) *"
    " interval '1 ms' AS seen,"
    " i %% 3 = 0 AS active FROM generate_series(1::bigint, %lu) i";
static const char make_sqlite[] =
    "CREATE TABLE %s (id INTEGER PRIMARY KEY, n INTEGER, m INTEGER, amount"
    " REAL, rate TEXT, name TEXT, city TEXT, born TEXT, seen TEXT, active"
    " INTEGER);"
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i <"
    " %lu) INSERT INTO decant_bench SELECT i, i * 7919 %% 1000003, i %% 30000,"
    " (i * 104729 %% 100000000) / 100.0, format('%%d.%%04d', (i * 12997090001)"
    " / 10000, (i * 12997090001) %% 10000), 'customer number ' || i,"
    " 'city ' || (i %% 977), date('1930-01-01', (i %% 30000) || ' days'),"
    " strftime('%%Y-%%m-%%d %%H:%%M:%%S', '2020-01-01', (i * 61) ||"
    " ' seconds') || format('.%%03d', i %% 900 + 100), i %% 3 = 0 FROM s";

static double
seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
make(struct db *db, const char *relation, unsigned long rows)
{
	char probe[300];
	struct buf sql;

	snprintf(probe, sizeof probe, "SELECT 1 FROM %s LIMIT 1", relation);
	if (db_try(db, probe))
		return;
	buf_init(&sql, 1 << 20);
	buf_printf(&sql, db->kind == DB_SQLITE ? make_sqlite : make_postgres,
	    relation, rows);
	db_exec(db, "making the table", sql.p);
	buf_fini(&sql);
}

static uint64_t
read_all(struct db *db, const char *relation, uint32_t ncolumn)
{
	struct table_reader *r = table_reader_new(db, relation, column,
	    ncolumn, "");
	struct column col[NCOLUMN];
	struct arena a;
	uint64_t rows = 0;
	uint32_t n;

	arena_init(&a);
	while (r != NULL && table_reader_next(r, &a, BATCH, col, &n) == OK) {
		rows += n;
		arena_reset(&a);
	}
	table_reader_free(r);
	arena_fini(&a);
	return rows;
}

static uint64_t
hash_all(struct db *db, const char *relation, uint32_t ncolumn)
{
	char text[CONTENT_HASH_TEXT];
	struct content_hash h;

	if (!content_hash_table(db, relation, column, ncolumn, &h))
		return 0;
	content_hash_format(text, &h);
	printf("%s\n", text);
	return h.rows;
}

static void
measure(struct db *db, const char *what, const char *relation,
    uint32_t ncolumn,
    uint64_t (*run)(struct db *, const char *, uint32_t))
{
	double wall = 1e9, cpu = 1e9, w, c;
	uint64_t rows = 0;
	int i;

	for (i = 0; i < 3; i++) {
		w = seconds(CLOCK_MONOTONIC);
		c = seconds(CLOCK_PROCESS_CPUTIME_ID);
		rows = run(db, relation, ncolumn);
		w = seconds(CLOCK_MONOTONIC) - w;
		c = seconds(CLOCK_PROCESS_CPUTIME_ID) - c;
		wall = w < wall ? w : wall;
		cpu = c < cpu ? c : cpu;
	}
	printf("%-24s %9lu rows  %6.3f s  %10.0f rows/s  %6.3f s of cpu\n",
	    what, (unsigned long)rows, wall, (double)rows / wall, cpu);
}

int
main(int argc, char *argv[])
{
	const char *schema = argc > 3 ? argv[3] : "public";
	unsigned long rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
	const struct diag *d;
	struct diags diags;
	struct buf relation;
	struct arena a;
	struct db db;

	arena_init(&a);
	diags_init(&diags, &a);
	buf_init(&relation, 1000);
	if (argc < 2)
		return 64;
	if (db_open(&db, &a, &diags, argv[1], NULL) && (!db.fresh ||
	    (db_lock(&db, schema) && db_create(&db) && db_land(&db)))) {
		db_put_table(&db, &relation, schema, "decant_bench", 0);
		make(&db, relation.p, rows);
		measure(&db, "three whole numbers", relation.p, 3, read_all);
		measure(&db, "ten columns", relation.p, NCOLUMN, read_all);
		measure(&db, "ten columns, hashed", relation.p, NCOLUMN,
		    hash_all);
		db_close(&db);
	}
	for (d = diags.first; d != NULL; d = d->next)
		printf("%s: %s\n", diag_name(d->code), d->message);
	buf_fini(&relation);
	arena_fini(&a);
	return diags.errors > 0;
}
