/*
 * What stands in the text of a CREATE TABLE of SQLite's and in none of its
 * pragmas: checks, names of constraints, expressions of generated columns,
 * comments.
 *
 *	CREATE TABLE t ( -- of the table
 *	    -- of column a
 *	    a INTEGER CONSTRAINT positive CHECK (a > 0),
 *	    b TEXT,	-- of column b
 *	    FOREIGN KEY (b) REFERENCES p (id)
 *	)
 */
#ifndef DECANT_SQLITE_DDL_H
#define DECANT_SQLITE_DDL_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct ddl_column {
	const char *name;
	const char *comment;	/* NULL: none */
	const char *generated;	/* the expression; NULL: it is not */
};

struct ddl_check {
	const char *name;	/* NULL: none */
	const char *expr;	/* without its parentheses */
};

struct ddl_foreign {
	const char *name;	/* NULL: none */
	bool deferrable, deferred;
};

struct sqlite_ddl {
	const char *comment;	/* NULL: none */
	bool without_rowid;
	struct ddl_column *column;
	struct ddl_check *check;
	struct ddl_foreign *foreign;	/* in the order of the text */
	uint32_t ncolumn, ncheck, nforeign;
};

/*
 * Reads a statement that SQLite has accepted, as sqlite_master has it; all is
 * the arena's.
 */
void	 sqlite_ddl_read(struct sqlite_ddl *, struct arena *,
	    const char *sql);

#endif
