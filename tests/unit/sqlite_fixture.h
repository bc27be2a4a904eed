/*
 * Tables, files and queries for tests of the SQLite sink.
 */
#ifndef DECANT_SQLITE_FIXTURE_H
#define DECANT_SQLITE_FIXTURE_H

#include <sqlite3.h>

#include "sink_fixture.h"

#define COLUMNS(c)	(c), sizeof (c) / sizeof (c)[0]

static const struct fix_column two[] = {
	{ "id", "bigint", 1, true, 0 }, { "name", "text", 0, false, 0 },
};
static const struct fix_column pair[] = {
	{ "a", "text", 1, true, 0 }, { "n", "integer", 2, true, 0 },
};

/* Runs statements on a file, as any other program would. */
static inline bool
run(const char *path, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	int rc;

	sqlite3_open(path, &db);
	sqlite3_busy_timeout(db, 5000);
	rc = sqlite3_exec(db, sql, NULL, NULL, &why);
	if (rc != SQLITE_OK)
		printf("# %s: %s\n", sql, why);
	sqlite3_free(why);
	sqlite3_close(db);
	return rc == SQLITE_OK;
}

/* All values of a query: "a|b" rows with spaces between. */
static inline const char *
ask(struct fixture *f, const char *path, const char *sql)
{
	sqlite3_stmt *st = NULL;
	const char *all = "", *text;
	sqlite3 *db;
	int i, rows = 0;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK || sqlite3_prepare_v2(db, sql, -1, &st, NULL) !=
	    SQLITE_OK)
		all = arena_strdup(&f->arena, sqlite3_errmsg(db));
	while (st != NULL && sqlite3_step(st) == SQLITE_ROW) {
		for (i = 0; i < sqlite3_column_count(st); i++) {
			text = (const char *)sqlite3_column_text(st, i);
			all = arena_printf(&f->arena, "%s%s%s", all,
			    i > 0 ? "|" : rows > 0 ? " " : "",
			    text == NULL ? "NULL" : text);
		}
		rows++;
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return all;
}

static inline void
is_sound(struct fixture *f, const char *path)
{
	is_str(ask(f, path, "PRAGMA integrity_check"), "ok",
	    "the database is sound");
}

/* n rows of table 0 made like `two`, numbered from `from`. */
static inline void
number_rows(struct fixture *f, uint32_t from, uint32_t n)
{
	char id[16];
	uint32_t i;

	fix_rows(f, 0, n);
	for (i = 0; i < n; i++) {
		snprintf(id, sizeof id, "%u", from + i);
		fix_set(f, 0, i, 0, id);
		fix_set(f, 0, i, 1, "a name of some length");
	}
}

/* A fixture with one table `person` made like `two`. */
static inline const char *
begin_two(struct fixture *f, const char *file)
{
	fix_begin(f, 1);
	fix_table(f, 0, "person", COLUMNS(two));
	return fix_path(f, file);
}

static inline enum grade
open_at(struct fixture *f, const char *path)
{
	return fix_open(f, arena_printf(&f->arena, "sqlite:%s", path));
}

/* Loads rows from..from+n-1 into person and publishes. */
static inline enum grade
load_two(struct fixture *f, const char *path, uint32_t from, uint32_t n)
{
	enum grade g = open_at(f, path);

	number_rows(f, from, n);
	if (g == OK)
		g = fix_put(f);
	if (g == OK)
		g = fix_finish(f);
	if (g == OK)
		g = fix_publish(f);
	if (g != OK)
		f->sink.ops->abort(f->sink.state);
	return g;
}

#endif
