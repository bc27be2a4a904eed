/*
 * Comma-separated values (RFC 4180).  The only user of libcsv.
 *
 * Written: rows end with LF; a value is quoted when it needs it, and so is an
 * empty text, for a null is written as nothing (so a row of one null is a
 * blank line).  Read: text in blocks of any
 * size; LF, CRLF and CR end rows, a byte order mark is skipped, blank lines
 * are no rows, blanks belong to the value.
 */
#ifndef DECANT_CSV_H
#define DECANT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/slice.h"

struct buf;
struct csv_reader;

#define CSV_ROW_MAX	(16u << 20)	/* bytes in a row that is read */
#define CSV_FIELDS_MAX	4096u		/* fields in it */

/* A value; p NULL is null.  No comma. */
void	 csv_put_field(struct buf *, const uint8_t *p, size_t n);
/* Values with commas between them, and the end of the row. */
void	 csv_put_row(struct buf *, const struct slice *, uint32_t n);
/* The same to a file; false: a write error, errno tells. */
bool	 csv_write_field(FILE *, const uint8_t *p, size_t n);
bool	 csv_write_row(FILE *, const struct slice *, uint32_t n);

/*
 * Called for each row: its fields (p NULL: nothing stood there) and the line
 * it starts on.  They are valid during the call.  False ends the reading.
 */
typedef bool csv_row(void *, const struct slice *, uint32_t n, uint32_t line);

struct csv_reader *csv_reader_new(csv_row *, void *);
/*
 * Reads a block; then the end.  OK; END: the callback answered false; BAD:
 * this is no CSV, see csv_reader_why.  After END and BAD nothing more is read.
 */
enum grade csv_reader_feed(struct csv_reader *, const void *, size_t n);
enum grade csv_reader_end(struct csv_reader *);
/* One sentence, and in *line where. */
const char *csv_reader_why(const struct csv_reader *, uint32_t *line);
void	 csv_reader_free(struct csv_reader *);

/*
 * Rows of other dialects, from lines that the caller finds, in any code page
 * of one byte a character: fields come out as they stood, unquoted.
 */
struct csv_dialect {
	uint8_t delimiter, quote;
	bool quote_none;		/* no quotes: every line is a row */
	bool ebcdic;			/* NEL X'15', LF X'25', CR end lines */
};
struct csv_split;

struct csv_split *csv_split_new(const struct csv_dialect *);
/* Before the first line of each row. */
void	 csv_split_begin(struct csv_split *);
/*
 * A line with its end, or the last of the file without one.  OK: the row is
 * whole (a blank line: no fields); END: a quote is open, and the next line is
 * of this row too; BAD: a quote stands where none may.
 */
enum grade csv_split_line(struct csv_split *, const uint8_t *, size_t n,
	    bool last);
/* The row's fields until the next one; *n counts them all, but only the first
 * CSV_FIELDS_MAX are there. */
const struct slice *csv_split_fields(const struct csv_split *, uint32_t *n);
void	 csv_split_free(struct csv_split *);

#endif
