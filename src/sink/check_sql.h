/*
 * Checks of the mapping as SQL's, where the target's meaning is decant's own;
 * decant evaluates them all itself, before a row is sent.
 */
#ifndef DECANT_CHECK_SQL_H
#define DECANT_CHECK_SQL_H

#include <stdbool.h>

struct buf;
struct expr;
struct schema_column;
struct schema_table;

enum check_class {
	CHECK_NONE,		/* cannot be compared exactly there */
	CHECK_TEXT, CHECK_NUMBER, CHECK_DATE, CHECK_BOOLEAN
};

struct check_dialect {
	/* What a column of the target can be compared with. */
	enum check_class (*class)(const struct schema_column *);
	void (*ident)(struct buf *, const char *);
	void (*literal)(struct buf *, const char *);
	const char *order;	/* behind a text that is ordered: a collation */
	unsigned digits;	/* of a number, at most */
};

/* Appends the condition; false: it is not exactly one there, and what stands
 * in the buffer is of no use. */
bool	 check_sql(struct buf *, const struct check_dialect *,
	    const struct schema_table *, const struct expr *);

#endif
