/*
 * What the readers of both databases share: the columns that are being filled,
 * and what a cell must be to fit its column.
 */
#ifndef DECANT_TABLE_READER_IMPL_H
#define DECANT_TABLE_READER_IMPL_H

#include <stdbool.h>

#include "db/table_reader.h"

#define READER_TEXT_MOST	(4u << 20)	/* of one call, then it ends */

/* A column, prepared. */
struct reader_cell {
	enum sqlkind kind;
	enum vtype type;	/* of its cells */
	int16_t scale;
	int digits;		/* numeric: at most so many */
	d128 most;		/* numeric: the largest magnitude */
	int64_t lo, hi;		/* whole numbers */
	uint32_t length;	/* text: characters; 0: any */
};

/* The rows of one call. */
struct reader_rows {
	struct arena *arena;
	const struct reader_cell *cell;
	struct column *col;
	uint32_t ncolumn, most;
	uint8_t *text, *end;	/* room for texts, in the arena */
	size_t chunk;		/* how much of it was taken last */
	size_t texts;		/* bytes of them */
	struct bad_text *bad;
	uint32_t nbad, bad_cap;
};

void	 reader_cell_init(struct reader_cell *, const struct reader_column *);
/* Makes the columns, all of whose cells must then be set. */
void	 reader_rows_begin(struct reader_rows *, struct arena *,
	    const struct reader_cell *, uint32_t ncolumn, uint32_t most,
	    struct column *);
void	 reader_set_null(struct reader_rows *, uint32_t column, uint32_t row);
void	 reader_set_bad(struct reader_rows *, uint32_t column, uint32_t row);
/* Texts and bytes, which are copied; a text must be UTF-8. */
void	 reader_set_bytes(struct reader_rows *, uint32_t column, uint32_t row,
	    const void *, size_t len);
/* The cell that was just set is bad: what it held. */
void	 reader_note_bad(struct reader_rows *, uint32_t column, uint32_t row,
	    const void *, size_t len);
bool	 reader_text_fits(const struct reader_cell *, size_t len,
	    const uint8_t *);

/* A whole number or a decimal whose magnitude is not over cell.most. */
static inline void
reader_set_number(struct reader_rows *r, uint32_t column, uint32_t row, d128 v)
{
	struct column *c = &r->col[column];

	if (c->type == V_D128)
		c->v.d128[row] = v;
	else
		c->v.i64[row] = (int64_t)v;
}

/* A whole number of a type like integer. */
static inline void
reader_set_integer(struct reader_rows *r, uint32_t column, uint32_t row,
    int64_t v)
{
	if (v < r->cell[column].lo || v > r->cell[column].hi)
		reader_set_bad(r, column, row);
	else
		r->col[column].v.i64[row] = v;
}

/*
 * The database's own part.  next: fills rows[0 … *n), *n <= most; OK with
 * *n == 0: there are no more.
 */
struct sqlite_reader;
struct sqlite_reader *sqlite_reader_new(struct db *, const char *relation,
	    const struct reader_column *, uint32_t ncolumn, const char *tail);
enum grade sqlite_reader_next(struct sqlite_reader *, struct reader_rows *,
	    uint32_t *n);
void	 sqlite_reader_free(struct sqlite_reader *);

#ifdef HAVE_LIBPQ
struct postgres_reader;
struct postgres_reader *postgres_reader_new(struct db *, const char *relation,
	    const struct reader_column *, uint32_t ncolumn, const char *tail);
enum grade postgres_reader_next(struct postgres_reader *,
	    struct reader_rows *, uint32_t *n);
void	 postgres_reader_free(struct postgres_reader *);
#endif

#endif
