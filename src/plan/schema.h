/*
 * What a target is to hold: tables, columns, types, keys.  Made by the plan,
 * read by sinks.
 */
#ifndef DECANT_SCHEMA_H
#define DECANT_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "mapping/mapping.h"
#include "value/type.h"

struct schema_column {
	const char *name;
	struct sqltype type;	/* its cells are held as sqltype_vtype says */
	int16_t scale;		/* decimals of the cells (numeric without a
				 * precision has them too) */
	bool not_null;
	enum sqlite_form sqlite;
	const char *comment;	/* NULL: none */
};

struct schema_table {
	const char *name;
	struct schema_column *column;
	uint32_t ncolumn;
	uint32_t *key;		/* indices of columns; they are not null */
	uint32_t nkey;		/* 0: no key */
	bool distinct;		/* equal rows are one */
	enum duplicates duplicates;	/* of its key */
	const char *comment;	/* NULL: none */
};

/*
 * What the rows of a table are held to besides its key.  Nulls: a unique
 * constraint takes any number of rows with one in its columns, a foreign key
 * with one in them refers to nothing and need not (SQL's MATCH SIMPLE), a
 * check that is null holds.
 */
struct schema_constraint {
	enum constraint_kind kind;
	const char *name;	/* at most 63 bytes; no other constraint, and
				 * no table, has it */
	uint32_t table;
	const uint32_t *column;	/* [ncolumn] of the table; none of a CHECK */
	uint32_t ncolumn;
	uint32_t to_table;	/* FOREIGN */
	const uint32_t *to;	/* [ncolumn] its key, or unique */
	const struct schema_table *outside;	/* OUTSIDE: that table, */
	const char *relation;	/* and as statements name it */
	const struct expr *check;	/* CHECK: over columns of the table */
	const char *text;	/* of it, as the mapping has it */
};

struct schema {
	const char *name;	/* of the dataset; PostgreSQL's schema */
	struct schema_table *table;
	uint32_t ntable;
	struct schema_constraint *constraint;
	uint32_t nconstraint;
};

/*
 * Sets of keys (key.h): that of each table's key, then that of each
 * constraint.
 */
static inline uint32_t
schema_nset(const struct schema *s)
{
	return s->ntable + s->nconstraint;
}

/* The column that a name in a check means; UINT32_MAX: none. */
uint32_t schema_named_column(const struct schema_table *, const struct expr *);

/* What a target refuses; the plan's FIT refuses it first. */
struct limits {
	const char *target;	/* "SQLite", "PostgreSQL", … for messages */
	uint32_t columns;	/* of a table; 0: any */
	uint32_t name_bytes;	/* of table and column names; 0: any */
	uint32_t key_bytes;	/* of an index row; 0: any */
	bool nul_in_text;	/* X'00' in text can be stored */
};

#endif
