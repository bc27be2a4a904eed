/*
 * The way back: records of the rows that a mapping made of them.
 *
 * A mapping is no function that could simply be undone.  For each type of
 * record the inverse knows which queries tell of its records (the tables that
 * are of it, and those below that have fields of it), what tells one record
 * from another in them (its path: the keys of the records above it, then its
 * own), and which column gives which item back.  What no column gives is
 * written by a rule: the value that the type's when: asks for, or a VALUE
 * clause's, or else blanks for text and zeros for numbers.
 *
 *	inverse_new		once
 *	inverse_query		what to ask for, in the order of the path
 *	inverse_records		the rows of some records become their bytes
 */
#ifndef DECANT_INVERSE_PLAN_H
#define DECANT_INVERSE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "plan/plan.h"
#include "value/value.h"

struct arena;
struct inverse;

/*
 * A table with distinct: true, whose key the rows have: what it says of it is
 * joined to them.
 */
struct inverse_side {
	uint32_t table;
	const uint32_t *key, *on;	/* [nkey] its column; of the rows, the
					 * number in column[] that is equal */
	uint32_t nkey;
	const uint32_t *column;		/* [ncolumn] its columns */
	uint32_t ncolumn;
};

/*
 * A query of a table.  Its rows are records, occurrences of one, or unpivoted
 * items; or, `facts`, they only tell something of records that stand above
 * those whose rows they are, each of which they name once or more.
 */
struct inverse_query {
	uint32_t type;
	uint32_t table;			/* of the schema */
	bool facts;
	const uint32_t *column;		/* [ncolumn] of the table; behind them
					 * come those of the sides */
	uint32_t ncolumn;
	const struct inverse_side *side;	/* [nside] */
	uint32_t nside;
	uint32_t only;			/* of the table: rows whose `only` is */
	struct slice only_text;		/* this; NONE: all */
	/* Of what follows, numbers in column[]: */
	const uint32_t *path;		/* [type's npath]; UINT32_MAX: told by
					 * a link (see below) */
	const uint32_t *occ;		/* [depth] occurrence of each table
					 * around, outermost first */
	const uint32_t *most;		/* [depth] of such a table */
	uint32_t depth;
	uint32_t number, name;		/* unpivot_number(), unpivot_name(), one
					 * of them; or UINT32_MAX */
	const struct slice *names;	/* [nnames] that unpivot_name() has */
	uint32_t nnames;		/* rows of a record are unpivoted; 0 */
};

struct inverse_key {			/* a part of a path, */
	uint32_t type;			/* of records of this type, */
	uint32_t table, column;		/* and a column that has it */
};

struct inverse_type {
	const char *name;		/* of the type; or of the record */
	uint32_t parent;		/* UINT32_MAX: none */
	enum record_role role;
	bool written;			/* there are records */
	bool made;			/* of no rows: one for each that it
					 * hangs on, or one */
	bool one;			/* there is one at most, for each that
					 * it hangs on, though there are rows */
	bool as_it_stands;		/* rows are records, in the order in
					 * which the table has them */
	const struct inverse_key *path;	/* [npath] the first nabove are that of
					 * the type above, those from `own` its
					 * own */
	uint32_t npath, nabove;
	const bool *own;		/* [npath] what tells records of the
					 * type apart, wherever they hang */
	const uint32_t *query;		/* [nquery] numbers of queries */
	uint32_t nquery;
	/*
	 * Where a query's rows do not tell all of the path: the queries whose
	 * rows tell the type's own part of it and, of the type above, that
	 * one's own part.
	 */
	const uint32_t *link;
	uint32_t nlink;
};

/* Lives in the arena, with the plan and what that was made of.  NULL: errors
 * P110 to P113; P114 in any case. */
struct inverse *inverse_new(struct arena *, struct diags *,
	    const struct plan *);
/* Types of records; one where the mapping tells none apart. */
uint32_t inverse_ntype(const struct inverse *);
const struct inverse_type *inverse_type(const struct inverse *, uint32_t type);
uint32_t inverse_nquery(const struct inverse *);
const struct inverse_query *inverse_query(const struct inverse *,
	    uint32_t query);

/* Items of the type that no column gives and no condition tells, in the order
 * of the record; FILLER is not among them. */
struct inverse_left {
	uint32_t item;
	const char *rule;		/* "blanks", "zeros", "VALUE" */
};
const struct inverse_left *inverse_left(const struct inverse *, uint32_t type,
	    uint32_t *n);
/* Is there FILLER among what the rule writes? */
bool	 inverse_has_filler(const struct inverse *, uint32_t type);

/*
 * Would a load of the records give the column's value again?  It should, where
 * all that it is made of comes back.
 */
enum inverse_column {
	INVERSE_BACK,
	INVERSE_LOST,			/* some of it is written by the rule */
	INVERSE_OTHER			/* it is of the file: record_number(),
					 * file_name() */
};
enum inverse_column inverse_column(const struct inverse *, uint32_t table,
	    uint32_t column);
/* The same of which records and occurrences have a row in the table. */
enum inverse_column inverse_rows_of(const struct inverse *, uint32_t table);
/* Is the column made of the type's item? */
bool	 inverse_column_has(const struct inverse *, uint32_t table,
	    uint32_t column, uint32_t type, uint32_t item);

/* ---- making ------------------------------------------------------------- */

struct inverse_row {
	const struct column *col;	/* [query's ncolumn] */
	uint32_t row;
	/* [depth] occurrences, and behind them the unpivoted item's number,
	 * from 1 */
	const uint32_t *occ;
};
struct inverse_rows {			/* of a query, ascending by occ */
	const struct inverse_row *v;
	uint32_t n;
};

struct inverse_fault {			/* a value that its item cannot have */
	uint32_t rec;			/* among those being made */
	uint32_t item;
	uint16_t code;			/* enum diag_code */
	uint32_t query, column;		/* of the query's; query UINT32_MAX:
					 * a count of rows */
};
struct inverse_faults {			/* by record */
	struct inverse_fault *v;
	uint32_t n, cap;
	/* [queries][their columns] codes that are null, so that nobody knows
	 * the items that they were looked up by; NULL: not asked */
	uint64_t *const *null_codes;
};

/* Bytes of the longest record of the type. */
uint32_t inverse_size(const struct inverse *, uint32_t type);
/*
 * Makes n records of the type: of[i] has the rows of its queries, in their
 * order, and becomes to[i], inverse_size zeroed bytes and 64 more, of which
 * len[i] are the record: without what stands behind the alternative that it
 * ends with, if another is longer; there it has blanks.
 */
void	 inverse_records(const struct inverse *, uint32_t type,
	    const struct inverse_rows *const *of, uint8_t *const *to,
	    uint32_t *len, uint32_t n, struct inverse_faults *,
	    struct arena *);

#endif
