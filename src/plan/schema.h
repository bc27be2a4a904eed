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
};

struct schema_table {
	const char *name;
	struct schema_column *column;
	uint32_t ncolumn;
	uint32_t *key;		/* indices of columns; they are not null */
	uint32_t nkey;		/* 0: no key */
	bool distinct;		/* equal rows are one */
	enum duplicates duplicates;	/* of its key */
};

struct schema {
	const char *name;	/* of the dataset; PostgreSQL's schema */
	struct schema_table *table;
	uint32_t ntable;
};

/* What a target refuses; the plan's FIT refuses it first. */
struct limits {
	const char *target;	/* "SQLite", "PostgreSQL", … for messages */
	uint32_t columns;	/* of a table; 0: any */
	uint32_t name_bytes;	/* of table and column names; 0: any */
	uint32_t key_bytes;	/* of an index row; 0: any */
	bool nul_in_text;	/* X'00' in text can be stored */
};

#endif
