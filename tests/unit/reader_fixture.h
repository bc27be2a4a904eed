/*
 * Tables read by a table reader and shown as text, for tests of either
 * database.
 */
#ifndef DECANT_READER_FIXTURE_H
#define DECANT_READER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_reader.h"
#include "value/format.h"

#define READ_COLUMNS	40

/* A database that is open, and what it says. */
struct reading {
	struct arena arena;
	struct diags diags;
	struct db db;
	volatile int interrupted;
	struct reader_column column[READ_COLUMNS];
	uint32_t ncolumn;
	uint32_t most;		/* rows of a call */
	enum grade grade;	/* of the last one */
	uint32_t calls;
};

static inline bool
reading_begin(struct reading *r, const char *to)
{
	const struct diag *d;
	bool good;

	memset(r, 0, sizeof *r);
	arena_init(&r->arena);
	diags_init(&r->diags, &r->arena);
	r->most = 100;
	good = db_open(&r->db, &r->arena, &r->diags, to, &r->interrupted);
	for (d = r->diags.first; d != NULL; d = d->next)
		printf("# %s: %s\n", diag_name(d->code), d->message);
	return good;
}

static inline void
reading_end(struct reading *r)
{
	db_close(&r->db);
	arena_fini(&r->arena);
}

/* Column 0 again. */
static inline void
reading_clear(struct reading *r)
{
	r->ncolumn = 0;
}

/* One more column; scale -1: its type's. */
static inline void
reading_column(struct reading *r, const char *name, const char *type,
    int scale, enum sqlite_form form)
{
	struct reader_column *c = &r->column[r->ncolumn++];
	const char *why;

	c->name = name;
	if (!sqltype_parse(type, strlen(type), &c->type, &why)) {
		printf("Bail out! %s: %s\n", type, why);
		exit(1);
	}
	c->scale = (int16_t)(scale < 0 ? c->type.scale : scale);
	c->sqlite = form;
}

/* "CODE: message" of the first error since the last time; "" for none. */
static inline const char *
reading_error(struct reading *r)
{
	const struct diag *d = r->diags.first;
	const char *text = d == NULL ? "" : arena_printf(&r->arena, "%s: %s",
	    diag_name(d->code), d->message);

	diags_init(&r->diags, &r->arena);
	return text;
}

static inline bool
cell_is_bad(const struct column *c, uint32_t row, uint16_t *code)
{
	uint32_t i;

	for (i = 0; i < c->bad.n; i++)
		if (c->bad.v[i].row == row) {
			*code = c->bad.v[i].code;
			return true;
		}
	return false;
}

/* Null or bad cells are harmless to read. */
static inline bool
cell_is_harmless(const struct column *c, uint32_t row)
{
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		return c->v.text[row].len == 0;
	case V_D128:
		return c->v.d128[row] == 0;
	case V_F64:
		return c->v.f64[row] == 0;
	case V_BOOL:
		return c->v.flag[row] == 0;
	default:
		return c->v.i64[row] == 0;
	}
}

static inline void
put_read_cell(struct buf *b, const struct column *c, uint32_t row)
{
	uint16_t code;

	if (cell_is_bad(c, row, &code))
		buf_printf(b, "bad %s%s", diag_name(code),
		    cell_is_harmless(c, row) ? "" : ", harmful");
	else if (column_is_null(c, row))
		buf_puts(b, cell_is_harmless(c, row) ? "(null)" :
		    "(null, harmful)");
	else
		format_cell(b, c, row);
}

/*
 * All rows as they come, "a|b" each with a newline between; "FATAL" behind
 * what was read when it ends so.
 */
static inline const char *
reading_rows(struct reading *r, const char *relation, const char *tail)
{
	struct table_reader *t = table_reader_new(&r->db, relation, r->column,
	    r->ncolumn, tail);
	struct column col[READ_COLUMNS];
	const char *text;
	struct arena a;
	struct buf b;
	uint32_t n, row, c;

	r->calls = 0;
	if (t == NULL)
		return "NULL";
	arena_init(&a);
	buf_init(&b, 1u << 30);
	buf_puts(&b, "");
	while ((r->grade = table_reader_next(t, &a, r->most, col, &n)) == OK) {
		r->calls++;
		if (n == 0 || n > r->most)
			buf_printf(&b, "%u ROWS", n);
		for (row = 0; row < n; row++) {
			if (r->calls > 1 || row > 0)
				buf_putc(&b, '\n');
			for (c = 0; c < r->ncolumn; c++) {
				if (c > 0)
					buf_putc(&b, '|');
				put_read_cell(&b, &col[c], row);
			}
		}
		arena_reset(&a);
	}
	if (r->grade == FATAL)
		buf_puts(&b, "FATAL");
	else if (table_reader_next(t, &a, r->most, col, &n) != END || n != 0)
		buf_puts(&b, "NO END");
	table_reader_free(t);
	text = arena_strdup(&r->arena, b.p == NULL ? "" : b.p);
	buf_fini(&b);
	arena_fini(&a);
	return text;
}

#endif
