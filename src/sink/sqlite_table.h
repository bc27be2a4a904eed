/*
 * How SQLite holds a table: the form of each column, the statements that make
 * it, and keys read back as text.
 */
#ifndef DECANT_SQLITE_TABLE_H
#define DECANT_SQLITE_TABLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/sqlite_form.h"
#include "plan/schema.h"

struct arena;
struct buf;
struct diags;

enum sqlite_cell sqlite_column_cell(const struct schema_column *);
/* "INTEGER", … */
const char *sqlite_column_type(const struct schema_column *);
/* The column that is the rowid (INTEGER PRIMARY KEY), or -1. */
int	 sqlite_table_rowid(const struct schema_table *);
/* Can its columns be held as the mapping says? (T017) */
bool	 sqlite_table_check(struct diags *, const struct schema *,
	    const struct schema_table *);

/* A name of a generation's (NAME__gN; 0: NAME), quoted where it must be. */
void	 sqlite_table_put(struct buf *, const char *name,
	    uint32_t generation);
/*
 * "CREATE TABLE …" and "CREATE UNIQUE INDEX …", without the semicolon.  Foreign
 * keys refer to tables of the same generation.
 */
void	 sqlite_table_create(struct buf *, const struct schema *,
	    const struct schema_table *, uint32_t generation);
void	 sqlite_table_create_key(struct buf *, const struct schema_table *,
	    const char *index, const char *name);
/* "a, b, c": the columns of the key. */
void	 sqlite_table_key_columns(struct buf *, const struct schema_table *);
/*
 * The name of the key's index: NAME_key, with more where a table has that
 * name, and the generation (0: none).
 */
const char *sqlite_table_key_name(struct arena *, const struct schema *,
	    const struct schema_table *, uint32_t generation);
/* The key (key.h) in the first n columns of a statement's row, which are these
 * of the table. */
void	 sqlite_table_key_text(struct buf *, const struct schema_table *,
	    const uint32_t *column, uint32_t n, sqlite3_stmt *);

#endif
