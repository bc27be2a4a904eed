/*
 * The least that putting rows into SQLite can cost: a bare loop of prepared
 * inserts of rows that lie ready in memory.
 *
 *	bare_sqlite dump FROM.db DUMP	rows of FROM.db, as they are bound
 *	bare_sqlite load DUMP TO.db	inserts them; prints the seconds
 *
 * A dump is a row of sections, one for each table, each of them: the CREATE
 * TABLE and the INSERT statement, the statements that make its indexes, the
 * number of columns and of rows, then the cells.  Texts are a 4-byte length
 * and the bytes.  A cell is a byte that tells its kind (sqlite3_column_type)
 * and 8 bytes, or a text, or nothing for null.
 *
 * The dump is in memory before the clock starts; the clock stops after the
 * commit, with SQLite's default settings (journal and fsync), and the close.
 * Memory is not given back: the process ends.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INDEXES_MAX	16

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bare_sqlite: %s: %s\n", what, why);
	exit(12);
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(db));
	return stmt;
}

static sqlite3 *
open_db(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(path, sqlite3_errmsg(db));
	return db;
}

/* --- dump ---------------------------------------------------------------- */

static void
put_u64(FILE *f, uint64_t value)
{
	fwrite(&value, 8, 1, f);
}

static void
put_text(FILE *f, const void *p, uint32_t len)
{
	fwrite(&len, 4, 1, f);
	fwrite(p, 1, len, f);
}

static void
put_string(FILE *f, const char *s)
{
	put_text(f, s, (uint32_t)strlen(s) + 1);	/* with its NUL */
}

static void
put_cell(FILE *f, sqlite3_stmt *row, int i)
{
	int kind = sqlite3_column_type(row, i);
	uint64_t bits;
	double real;

	putc(kind, f);
	switch (kind) {
	case SQLITE_INTEGER:
		put_u64(f, (uint64_t)sqlite3_column_int64(row, i));
		break;
	case SQLITE_FLOAT:
		real = sqlite3_column_double(row, i);
		memcpy(&bits, &real, 8);
		put_u64(f, bits);
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		put_text(f, sqlite3_column_blob(row, i),
		    (uint32_t)sqlite3_column_bytes(row, i));
		break;
	default:
		break;
	}
}

static int64_t
number_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = prepare(db, sql);
	int64_t n = sqlite3_step(stmt) == SQLITE_ROW ?
	    sqlite3_column_int64(stmt, 0) : -1;

	sqlite3_finalize(stmt);
	return n;
}

static void
dump_table(sqlite3 *db, FILE *f, const char *name, const char *create)
{
	char *select = sqlite3_mprintf("select * from \"%w\"", name);
	char *count = sqlite3_mprintf("select count(*) from \"%w\"", name);
	char *indexes = sqlite3_mprintf("select sql from sqlite_master where "
	    "type = 'index' and tbl_name = %Q and sql is not null", name);
	sqlite3_str *insert = sqlite3_str_new(db);
	sqlite3_stmt *row = prepare(db, select), *index = prepare(db, indexes);
	int n = sqlite3_column_count(row);

	sqlite3_str_appendf(insert, "insert into \"%w\" values (?", name);
	for (int i = 1; i < n; i++)
		sqlite3_str_appendall(insert, ", ?");
	sqlite3_str_appendall(insert, ")");
	put_string(f, create);
	put_string(f, sqlite3_str_value(insert));
	while (sqlite3_step(index) == SQLITE_ROW)
		put_string(f, (const char *)sqlite3_column_text(index, 0));
	put_string(f, "");
	put_u64(f, (uint64_t)n);
	put_u64(f, (uint64_t)number_of(db, count));
	while (sqlite3_step(row) == SQLITE_ROW)
		for (int i = 0; i < n; i++)
			put_cell(f, row, i);
	sqlite3_finalize(row);
	sqlite3_finalize(index);
}

static int
dump(const char *from, const char *to)
{
	sqlite3 *db = open_db(from);
	FILE *f = fopen(to, "wb");
	sqlite3_stmt *table;

	if (f == NULL)
		die(to, "cannot be written");
	table = prepare(db, "select name, sql from sqlite_master where "
	    "type = 'table' and name not like 'sqlite\\_%' escape '\\' "
	    "and name not like '%decant%' order by rowid");
	while (sqlite3_step(table) == SQLITE_ROW)
		dump_table(db, f, (const char *)sqlite3_column_text(table, 0),
		    (const char *)sqlite3_column_text(table, 1));
	sqlite3_finalize(table);
	sqlite3_close(db);
	if (fclose(f) != 0)
		die(to, "disk full?");
	return 0;
}

/* --- load ---------------------------------------------------------------- */

static const uint8_t *
read_all(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0)
		die(path, "cannot be read");
	*size = (size_t)ftell(f);
	rewind(f);
	p = malloc(*size + 1);
	if (p == NULL || fread(p, 1, *size, f) != *size)
		die(path, "cannot be read");
	fclose(f);
	return p;
}

static uint64_t
get_u64(const uint8_t **p)
{
	uint64_t value;

	memcpy(&value, *p, 8);
	*p += 8;
	return value;
}

static const void *
get_text(const uint8_t **p, uint32_t *len)
{
	const void *text = *p + 4;

	memcpy(len, *p, 4);
	*p += 4 + *len;
	return text;
}

static void
bind_cell(sqlite3_stmt *stmt, int i, const uint8_t **p)
{
	uint64_t bits;
	uint32_t len;
	const void *text;
	double real;

	switch (*(*p)++) {
	case SQLITE_INTEGER:
		sqlite3_bind_int64(stmt, i, (int64_t)get_u64(p));
		break;
	case SQLITE_FLOAT:
		bits = get_u64(p);
		memcpy(&real, &bits, 8);
		sqlite3_bind_double(stmt, i, real);
		break;
	case SQLITE_TEXT:
		text = get_text(p, &len);
		sqlite3_bind_text(stmt, i, text, (int)len, SQLITE_STATIC);
		break;
	case SQLITE_BLOB:
		text = get_text(p, &len);
		sqlite3_bind_blob(stmt, i, text, (int)len, SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(stmt, i);
		break;
	}
}

static const uint8_t *
load_table(sqlite3 *db, const uint8_t *p)
{
	const char *create, *insert, *index[INDEXES_MAX];
	uint64_t columns, rows;
	uint32_t len;
	sqlite3_stmt *stmt;
	int n = 0;

	create = get_text(&p, &len);
	insert = get_text(&p, &len);
	while (index[n] = get_text(&p, &len), len > 1)
		if (++n == INDEXES_MAX)
			die(create, "too many indexes");
	columns = get_u64(&p);
	rows = get_u64(&p);
	run(db, create);
	stmt = prepare(db, insert);
	while (rows-- > 0) {
		for (uint64_t i = 1; i <= columns; i++)
			bind_cell(stmt, (int)i, &p);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			die(insert, sqlite3_errmsg(db));
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	for (int i = 0; i < n; i++)
		run(db, index[i]);
	return p;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int
load(const char *from, const char *to)
{
	size_t size;
	const uint8_t *p = read_all(from, &size), *end = p + size;
	double started = now();
	sqlite3 *db = open_db(to);

	run(db, "begin");
	while (p < end)
		p = load_table(db, p);
	run(db, "commit");
	if (sqlite3_close(db) != SQLITE_OK)
		die(to, "cannot be closed");
	printf("%.6f\n", now() - started);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "dump") == 0)
		return dump(argv[2], argv[3]);
	if (argc == 4 && strcmp(argv[1], "load") == 0)
		return load(argv[2], argv[3]);
	fputs("usage: bare_sqlite dump FROM.db DUMP\n"
	    "       bare_sqlite load DUMP TO.db\n", stderr);
	return 64;
}
