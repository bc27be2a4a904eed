/*
 * How SQLite holds decant's types: what a column's cells become, and the names
 * of what decant makes there.  Writers and readers share it.
 */
#ifndef DECANT_SQLITE_FORM_H
#define DECANT_SQLITE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "value/type.h"

#define FORM_REAL_DIGITS	15	/* that a REAL holds exactly */
#define FORM_INTEGER_DIGITS	18	/* of decimals that are INTEGER */

/* What a cell becomes; the declared types are INTEGER, REAL, TEXT, BLOB. */
enum sqlite_cell {
	CELL_INTEGER,	/* whole numbers; minor units; booleans as 0 and 1 */
	CELL_REAL,	/* floats, and decimals that print back exactly */
	CELL_DECIMAL,	/* a decimal as its canonical text */
	CELL_TEXT, CELL_BLOB, CELL_DATE, CELL_TIME, CELL_TIMESTAMP
};

/* `scale` is that of the cells (a numeric without a precision has one). */
enum sqlite_cell sqlite_form_cell(const struct sqltype *, int16_t scale,
	    enum sqlite_form);
/*
 * Is it the name of the index that is a table's key?  TABLE_key, with _gN
 * behind it for a generation N, and with more _ where a table has that name.
 */
bool	 sqlite_form_is_key(const char *table, const char *index);

#endif
