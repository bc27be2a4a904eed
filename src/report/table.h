/*
 * Tables on a terminal: columns padded by what characters take there, numbers
 * to the right, nothing after the last column.  Cells are shown, never sent:
 * control characters, which text from an EBCDIC file may hold, come out as
 * \n or \x1b, bytes that are no UTF-8 as U+FFFD.
 *
 * Cells live in the caller's arena.
 */
#ifndef DECANT_TABLE_H
#define DECANT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

struct table_column {
	const char *title;
	bool right;		/* numbers */
};

struct table_cell {
	const char *p;		/* fit to be shown */
	uint32_t len, width;
	bool faint;		/* null */
	bool marked;
};

struct table {
	struct arena *arena;
	const struct table_column *column;
	uint32_t ncolumn;
	struct table_cell *cell;
	uint32_t ncell, cap;
	uint32_t width_max;	/* of a cell; longer ones end in "…" */
};

/* The columns must outlive the table. */
void	 table_init(struct table *, struct arena *, const struct table_column *,
	    uint32_t n);
/* The next cell, row after row. */
void	 table_cell(struct table *, const void *, size_t);
void	 table_text(struct table *, const char *);	/* NULL: empty */
void	 table_printf(struct table *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	 table_null(struct table *);
/* The last cell stands out: by its colour, or without by this behind it. */
void	 table_mark(struct table *, bool colour, const char *behind);
/* Columns that the widest row takes. */
uint32_t table_width(const struct table *);
void	 table_render(const struct table *, struct buf *, bool colour);
/* Each row as lines of "title  value", for tables wider than the terminal;
 * `what` names a row: "person 3". */
void	 table_render_long(const struct table *, struct buf *,
	    const char *what, bool colour);
/* Appends text so that a terminal can show it; returns its width. */
uint32_t table_show(struct buf *, const void *, size_t, uint32_t width_max);

#endif
