/*
 * How SQLite holds a table: the form of each column, the statements that make
 * it, and keys read back as text.
 */
#ifndef DECANT_SQLITE_TABLE_H
#define DECANT_SQLITE_TABLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "plan/schema.h"

struct arena;
struct buf;
struct diags;

/* What a cell becomes; the declared types are INTEGER, REAL, TEXT, BLOB. */
enum sqlite_cell {
	CELL_INTEGER,	/* whole numbers; minor units; booleans as 0 and 1 */
	CELL_REAL,	/* floats, and decimals that print back exactly */
	CELL_DECIMAL,	/* a decimal as its canonical text */
	CELL_TEXT, CELL_BLOB, CELL_DATE, CELL_TIME, CELL_TIMESTAMP
};

enum sqlite_cell sqlite_column_cell(const struct schema_column *);
/* "INTEGER", … */
const char *sqlite_column_type(const struct schema_column *);
/* The column that is the rowid (INTEGER PRIMARY KEY), or -1. */
int	 sqlite_table_rowid(const struct schema_table *);
/* Can its columns be held as the mapping says? (T017) */
bool	 sqlite_table_check(struct diags *, const struct schema *,
	    const struct schema_table *);

/*
 * "CREATE TABLE …" and "CREATE UNIQUE INDEX …", without the semicolon.  Foreign
 * keys refer to the tables' final names.
 */
void	 sqlite_table_create(struct buf *, const struct schema *,
	    const struct schema_table *, const char *name);
void	 sqlite_table_create_key(struct buf *, const struct schema_table *,
	    const char *index, const char *name);
/* "a, b, c": the columns of the key. */
void	 sqlite_table_key_columns(struct buf *, const struct schema_table *);
/*
 * The name of the key's index: NAME_key, with _gN behind it for a generation
 * N > 0, and with more where a table has that name.
 */
const char *sqlite_table_key_name(struct arena *, const struct schema *,
	    const struct schema_table *, uint32_t generation);
/* Is this a name that the function above gives? */
bool	 sqlite_table_is_key_name(const struct schema_table *,
	    const char *index);
/* The key (key.h) in the first n columns of a statement's row, which are these
 * of the table. */
void	 sqlite_table_key_text(struct buf *, const struct schema_table *,
	    const uint32_t *column, uint32_t n, sqlite3_stmt *);

#endif
