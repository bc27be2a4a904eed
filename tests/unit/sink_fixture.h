/*
 * Schemas, batches and temporary directories made by hand, for tests of
 * sinks.  Cells are given as text and read by their column's type.
 */
#ifndef DECANT_SINK_FIXTURE_H
#define DECANT_SINK_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "plan/batch.h"
#include "plan/schema.h"
#include "sink/sink.h"
#include "tap.h"
#include "value/decimal.h"
#include "value/format.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	struct schema schema;
	struct batch batch;
	struct sink sink;
	struct sink_options options;
	struct conflicts conflicts;
	struct db *db;		/* sqlite_fixture.h's */
	struct sink_stage stage;
};

struct fix_column {
	const char *name, *type;
	int key;		/* 1, 2, …: its place in the key */
	bool not_null;
	enum sqlite_form sqlite;
};

static char fix_dir[200];

static inline void
fix_begin(struct fixture *f, uint32_t ntable)
{
	uint32_t i;

	memset(f, 0, sizeof *f);
	arena_init(&f->arena);
	diags_init(&f->diags, &f->arena);
	f->schema.name = "test";
	f->schema.ntable = ntable;
	f->schema.table = arena_array(&f->arena, ntable,
	    sizeof *f->schema.table);
	f->batch.ntable = ntable;
	f->batch.rows = arena_array(&f->arena, ntable,
	    sizeof *f->batch.rows);
	f->batch.out = arena_array(&f->arena, ntable, sizeof *f->batch.out);
	for (i = 0; i < ntable; i++)
		buf_init(&f->batch.out[i], 256u << 20);
	conflicts_init(&f->conflicts, &f->arena, ntable);
}

static inline void
fix_end(struct fixture *f)
{
	uint32_t i;

	if (f->sink.ops != NULL)
		f->sink.ops->free(f->sink.state);
	if (f->db != NULL)
		db_close(f->db);
	for (i = 0; i < f->schema.ntable; i++)
		buf_fini(&f->batch.out[i]);
	arena_fini(&f->arena);
}

static inline void
fix_table(struct fixture *f, uint32_t n, const char *name,
    const struct fix_column *c, uint32_t ncolumn)
{
	struct schema_table *t = &f->schema.table[n];
	struct schema_column *s;
	const char *why;
	uint32_t i;

	*t = (struct schema_table){ .name = name, .ncolumn = ncolumn };
	t->column = arena_array(&f->arena, ncolumn, sizeof *t->column);
	t->key = arena_array(&f->arena, ncolumn, sizeof *t->key);
	for (i = 0; i < ncolumn; i++) {
		s = &t->column[i];
		s->name = c[i].name;
		if (!sqltype_parse(c[i].type, strlen(c[i].type), &s->type,
		    &why))
			abort();
		s->scale = s->type.scale;
		s->not_null = c[i].not_null;
		s->sqlite = c[i].sqlite;
		if (c[i].key > 0) {
			t->key[c[i].key - 1] = i;
			t->nkey++;
		}
	}
}

/* n rows, whose cells are null until they are set. */
static inline void
fix_rows(struct fixture *f, uint32_t table, uint32_t n)
{
	const struct schema_table *t = &f->schema.table[table];
	struct rowset *r = &f->batch.rows[table];
	struct column *c = arena_array(&f->arena, t->ncolumn, sizeof *c);
	const struct column **col = arena_array(&f->arena, t->ncolumn,
	    sizeof *col);
	uint32_t *row = arena_array(&f->arena, n + 1, sizeof *row), i, k;

	for (k = 0; k < t->ncolumn; k++) {
		column_init(&c[k], &f->arena,
		    sqltype_vtype(&t->column[k].type), t->column[k].scale,
		    n + 1);
		memset(c[k].v.any, 0, (n + 1) * vtype_size(c[k].type));
		for (i = 0; i < n; i++)
			column_set_null(&c[k], &f->arena, n, i);
		col[k] = &c[k];
	}
	for (i = 0; i < n; i++)
		row[i] = i;
	*r = (struct rowset){ .n = n, .row = row, .col = col };
}

static inline void
fix_set(struct fixture *f, uint32_t table, uint32_t row, uint32_t column,
    const char *text)
{
	struct column *c = (struct column *)
	    f->batch.rows[table].col[column];
	size_t n = text == NULL ? 0 : strlen(text);
	const uint8_t *p = (const uint8_t *)text;
	int16_t scale;
	d128 v = 0;

	if (text == NULL)
		return;
	c->valid[row / 64] |= (uint64_t)1 << row % 64;
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		c->v.text[row] = (struct slice){
		    arena_copy(&f->arena, text, n), (uint32_t)n };
		break;
	case V_F64:
		c->v.f64[row] = strtod(text, NULL);
		break;
	case V_BOOL:
		c->v.flag[row] = *text == 't';
		break;
	case V_DATE:
		if (!parse_date_iso(p, n, &c->v.i64[row]))
			abort();
		break;
	case V_TIME:
	case V_TSTAMP:
		c->v.i64[row] = strtoll(text, NULL, 10);
		break;
	default:
		if (!parse_decimal(p, n, &v, &scale) ||
		    !decimal_rescale(v, scale, c->scale, &v, NULL))
			abort();
		if (c->type == V_D128)
			c->v.d128[row] = v;
		else
			c->v.i64[row] = (int64_t)v;
	}
}

/* Sets a row from a list of texts that NULL does not end: all columns. */
static inline void
fix_row(struct fixture *f, uint32_t table, uint32_t row,
    const char *const *cell)
{
	uint32_t i;

	for (i = 0; i < f->schema.table[table].ncolumn; i++)
		fix_set(f, table, row, i, cell[i]);
}

static inline enum grade
fix_put(struct fixture *f)
{
	if (f->sink.ops->encode != NULL)
		f->sink.ops->encode(f->sink.state, &f->batch);
	return f->sink.ops->put(f->sink.state, &f->batch);
}

static inline bool
fix_new(struct fixture *f, const char *target)
{
	return sink_new(&f->sink, &f->arena, &f->diags,
	    arena_strdup(&f->arena, target), &f->options);
}

/* new and open */
static inline enum grade
fix_open(struct fixture *f, const char *target)
{
	if (!fix_new(f, target))
		return FATAL;
	return f->sink.ops->open(f->sink.state, &f->schema);
}

static inline enum grade
fix_finish(struct fixture *f)
{
	return f->sink.ops->finish(f->sink.state, &f->conflicts);
}

static inline enum grade
fix_publish(struct fixture *f)
{
	return f->sink.ops->seal(f->sink.state);
}

/* The code of the last diagnostic, which is shown. */
static inline const char *
fix_code(const struct fixture *f)
{
	const struct diag *d = f->diags.first;

	while (d != NULL && d->next != NULL)
		d = d->next;
	if (d != NULL)
		printf("# %s: %s\n#   hint: %s\n", diag_name(d->code),
		    d->message, d->hint ? d->hint : "");
	return d == NULL ? "none" : diag_name(d->code);
}

/* A path in the directory; the last 32 of them are valid. */
static inline const char *
fix_path(struct fixture *f, const char *name)
{
	static char ring[32][300];
	static uint32_t at;
	char *path = ring[at++ % 32];

	(void)f;
	snprintf(path, sizeof ring[0], "%s/%s", fix_dir, name);
	return path;
}

static inline void
fix_remove(const char *path)
{
	char name[4096];
	struct dirent *e;
	DIR *d = opendir(path);

	if (d == NULL) {
		unlink(path);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0) {
			if (snprintf(name, sizeof name, "%s/%s", path,
			    e->d_name) < (int)sizeof name)
				fix_remove(name);
		}
	closedir(d);
	rmdir(path);
}

static inline void
fix_dir_end(void)
{
	fix_remove(fix_dir);
}

static inline void
fix_dir_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(fix_dir, sizeof fix_dir, "%s/decant-sink-XXXXXX",
	    tmp == NULL || strlen(tmp) > 150 ? "/tmp" : tmp);
	if (mkdtemp(fix_dir) == NULL)
		abort();
	atexit(fix_dir_end);
}

/* The names in the directory, sorted, as "a b c". */
static inline const char *
fix_list(struct fixture *f, const char *path)
{
	struct dirent **e;
	const char *all = "";
	int n = scandir(path, &e, NULL, alphasort), i;

	for (i = 0; i < n; i++) {
		if (strcmp(e[i]->d_name, ".") != 0 &&
		    strcmp(e[i]->d_name, "..") != 0)
			all = arena_printf(&f->arena, "%s%s%s", all,
			    *all ? " " : "", e[i]->d_name);
		free(e[i]);
	}
	if (n >= 0)
		free(e);
	return all;
}

static inline void
fix_write(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		abort();
	fputs(text, out);
	fclose(out);
}

/* All of a small file, or NULL. */
static inline const char *
fix_read(struct fixture *f, const char *path)
{
	char *text = arena_zalloc(&f->arena, 65536);
	FILE *in = fopen(path, "r");
	size_t n;

	if (in == NULL)
		return NULL;
	n = fread(text, 1, 65535, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

#endif
