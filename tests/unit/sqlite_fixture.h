/*
 * Tables, files and queries for tests of the SQLite sink.
 */
#ifndef DECANT_SQLITE_FIXTURE_H
#define DECANT_SQLITE_FIXTURE_H

#include <sqlite3.h>

#include "generation/publication_impl.h"
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
	/* No test pulls the plug. */
	sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
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
	    SQLITE_OK || sqlite3_busy_timeout(db, 5000) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) !=
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

/* The names of all objects but decant's own. */
static inline const char *
names(struct fixture *f, const char *path)
{
	return ask(f, path, "SELECT name FROM sqlite_master WHERE name NOT "
	    "LIKE 'decant!_%' ESCAPE '!' ORDER BY 1");
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

/* The run is over: what is not sealed goes, and so does the lock. */
static inline void
give_up(struct fixture *f)
{
	if (f->sink.ops != NULL)
		f->sink.ops->free(f->sink.state);
	f->sink.ops = NULL;
	if (f->db != NULL)
		db_close(f->db);
	f->db = NULL;
}

/* The database as a run has it: open, locked, and made if it is not there. */
static inline bool
db_at(struct fixture *f, const char *path)
{
	give_up(f);
	f->db = arena_zalloc(&f->arena, sizeof *f->db);
	return db_open(f->db, &f->arena, &f->diags,
	    arena_printf(&f->arena, "sqlite:%s", path), NULL) &&
	    db_lock(f->db, "test") && db_create(f->db);
}

/* Stages generation 1, unless the test has set another one. */
static inline enum grade
open_at(struct fixture *f, const char *path)
{
	if (!db_at(f, path))
		return FATAL;
	f->stage.db = f->db;
	f->stage.schema = "test";
	if (f->stage.generation == 0)
		f->stage.generation = 1;
	f->options.stage = &f->stage;
	return fix_open(f, f->db->target);
}

/*
 * The tables of the schema: `then` is to be live, what is live is of `now`.
 * The publication lives in the arena.
 */
static inline struct publication *
publication_of(struct fixture *f, uint32_t now, uint32_t then)
{
	struct publication *p = arena_zalloc(&f->arena, sizeof *p);
	struct pub_table *t = arena_array(&f->arena, f->schema.ntable,
	    sizeof *t);
	const struct schema_table *s;
	const char **key;
	uint32_t i, k;

	for (i = 0; i < f->schema.ntable; i++) {
		s = &f->schema.table[i];
		key = arena_array(&f->arena, s->nkey, sizeof *key);
		for (k = 0; k < s->nkey; k++)
			key[k] = s->column[s->key[k]].name;
		t[i] = (struct pub_table){ .name = s->name, .now = now,
		    .then = then, .key = key, .nkey = s->nkey };
	}
	p->db = f->db;
	p->arena = &f->arena;
	p->schema = "test";
	p->table = t;
	p->ntable = f->schema.ntable;
	return p;
}

static inline enum grade
publication_go(struct publication *p)
{
	return litepub_check(p) && litepub_prepare(p) &&
	    litepub_run(p) == OK ? OK : FATAL;
}

#define OLD_GENERATION	900	/* what is put away as, and then dropped */

/* Seals what was staged, makes it live, and drops what was. */
static inline enum grade
publish(struct fixture *f)
{
	struct publication *p;

	if (f->sink.ops->seal(f->sink.state) != OK)
		return FATAL;
	p = publication_of(f, f->db->fresh ? 0 : OLD_GENERATION,
	    f->stage.generation);
	if (publication_go(p) != OK)
		return FATAL;
	p = publication_of(f, 0, OLD_GENERATION);
	if (!litepub_drop(p) || !db_land(f->db))
		return FATAL;
	give_up(f);
	return OK;
}

/* Loads rows from..from+n-1 into person and publishes, or gives up. */
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
		g = publish(f);
	if (g != OK)
		give_up(f);
	return g;
}

#endif
