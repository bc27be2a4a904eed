/*
 * Expressions over the columns of a table, as SQL of SQLite or PostgreSQL that
 * gives what decant itself gives: the order of C.UTF-8, exact decimals, names
 * of persons.  What cannot be said exactly there is refused, with its place.
 *
 * Cells are taken to hold values of their columns' types, texts no NUL.  What
 * decant would reject (a text that is no number, a name whose parts can only
 * be guessed at) is null where rows are read, and an error where they are
 * written.
 *
 *	expr_sql.c		names, literals, what is stored in columns
 *	expr_sql_part.c		operators, case
 *	expr_sql_number.c	numbers: scales, arithmetic, casts
 *	expr_sql_call.c		functions
 *	expr_sql_name.c		names of persons in SQLite, which has no
 *				functions of ours
 *	expr_sql_postgres.c	functions that PostgreSQL is given
 *
 * PostgreSQL calls functions of the schema `decant`, which look at nothing but
 * their arguments.  SQLite's own functions are those of 3.34.
 */
#ifndef DECANT_EXPR_SQL_H
#define DECANT_EXPR_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/schema.h"

struct arena;

/* Functions of the schema decant, and its collation, by their bits. */
enum sql_function {
	SQLFN_COLLATION, SQLFN_FULL_NAME, SQLFN_SPLIT_NAME, SQLFN_NUMBER,
	SQLFN_HELD_NUMBER, SQLFN_HELD_TEXT, SQLFN_REFUSE, SQLFN_COUNT
};

struct expr_sql {
	/* given: */
	struct arena *arena;
	bool sqlite;			/* or PostgreSQL */
	bool writes;			/* in a trigger: errors are told */
	const struct mapping *mapping;	/* its names: */
	const struct schema_table *table;	/* whose columns names mean */
	const char *row;		/* "t", "NEW": before each column */
	bool loose;			/* SQLite: of a view, so that values are
					 * of any type */
	/* what came of it: */
	const struct expr *refused;	/* the part that cannot be said, */
	const char *why;		/* "… ", a phrase of this file's or
					 * the arena's */
	bool unknown;			/* it is a name that is no column */
	bool risky;			/* decant may reject the value */
	uint32_t functions;		/* that the SQL calls, of PostgreSQL */
};

/*
 * All of them: NULL, and `refused` says why.
 *
 * A value as it is shown; *is is the type that it has, as that of a column
 * without name.
 */
const char *expr_sql_value(struct expr_sql *, const struct expr *,
	    struct schema_column *is);
/* A value as the column holds it; what it cannot hold is an error. */
const char *expr_sql_store(struct expr_sql *, const struct expr *,
	    const struct schema_column *);
/* A condition: true, false or null. */
const char *expr_sql_condition(struct expr_sql *, const struct expr *);

/* read[c] becomes true for the columns that the expression names; false when
 * some name is no column: *unknown. */
bool	 expr_sql_reads(const struct schema_table *, const struct expr *,
	    bool *read, const struct expr **unknown);

/* The statements that make a function: PostgreSQL finds it by `find`, a
 * regprocedure (NULL: a collation), and it is the same if prosrc is `body`. */
struct sql_function_text {
	const char *name;		/* "decant.full_name" */
	const char *find, *create, *body;
};
const struct sql_function_text *expr_sql_function(enum sql_function);

#endif
