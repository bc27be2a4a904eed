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

#endif
