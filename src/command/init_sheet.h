/*
 * A mapping from a spreadsheet of fields, tables, columns, types and rules, as
 * people write it before there is a program, saved as CSV.
 */
#ifndef DECANT_INIT_SHEET_H
#define DECANT_INIT_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "command/init_mapping.h"

struct arena;
struct buf;
struct codepage;

enum sheet_cell { SHEET_FIELD, SHEET_TABLE, SHEET_COLUMN, SHEET_TYPE,
    SHEET_RULE, SHEET_COMMENT, SHEET_KEY, SHEET_REQUIRED, SHEET_CELLS };

struct sheet_row {
	uint32_t line;			/* in the CSV file, from 1 */
	const char *cell[SHEET_CELLS];	/* trimmed, UTF-8; "": nothing */
};

struct sheet {
	const struct srctext *text;
	struct sheet_row *row;
	uint32_t nrow, cap;
};

/* False after an error: it cannot be read, or has no header that says which
 * columns hold fields and columns. */
bool	 sheet_read(struct arena *, struct diags *, const char *path,
	    struct sheet *);
/* Where the text of a cell stands. */
struct place sheet_place(const struct sheet *, const struct sheet_row *,
	    const char *text);

/*
 * The mapping that the sheet says, with everything in it that decant
 * understands; the rest are comments (TODO) and warnings with their lines.
 */
void	 init_sheet(struct arena *, struct diags *, struct buf *,
	    const struct layout *, uint32_t record, const struct sheet *,
	    const struct init_options *, const struct codepage *);

#endif
