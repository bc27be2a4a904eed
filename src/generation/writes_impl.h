/*
 * The inside of writes.h, shared by its files:
 *
 *	writes.c		what is to be carried, rounds, statements
 *	writes_rows.c	rows through expressions, and to a file
 */
#ifndef DECANT_WRITES_IMPL_H
#define DECANT_WRITES_IMPL_H

#include "base/buf.h"
#include "db/table_reader.h"
#include "flow/carry_job.h"
#include "generation/writes.h"
#include "generation/texts.h"

struct writes_table {
	const char *name;
	uint32_t from, to;		/* homes; to 0: it is no more */
	const struct gen_table *old, *new;	/* new NULL: it is no more */
	bool logged;			/* the live table has a log */
	bool plain;			/* the same columns: no expressions */
	struct carry_job job;		/* else, where nothing is missing */
	bool copied;			/* it begins with the rows that are
					 * live: what was written before is in
					 * them (writes_mark) */
	const char *missing;		/* why it cannot be carried; or NULL */
	uint64_t bad;			/* of the rows in hand: without values
					 * there, and to be exported */
	const char *live, *target;	/* relations, as statements have them */
	const char *log, *log_to;
	const char *keys, *log_keys;	/* "a, b"; "k1, k2" */
};

struct writes {
	struct dataset *d;
	const struct generation *to;
	bool back;
	struct writes_table *table;
	uint32_t ntable;
	struct mapping **mapping;	/* [nmapping] that are read */
	uint32_t nmapping;
	struct scratch_texts texts;	/* of the mapping with up: and down: */
	const char *export_to;
	bool locked;			/* this is the end of it */
	bool stuck;			/* some rows have to wait for that */
	struct buf aside;		/* lines of rows that have no values */
	uint64_t naside;
	uint64_t carried, exported;
	uint64_t in_rounds;		/* of carried: before the locks */
	bool begun;			/* the temporary tables are there */
};

/* The rows of the log that are in hand: "(a, b) IN (SELECT …)". */
void	 writes_put_keys(struct buf *, const struct writes *,
	    const struct writes_table *);
/* Writes the live rows in hand to the target, through the expressions. */
bool	 writes_map_rows(struct writes *, struct writes_table *);
/* Takes entries of table i in hand, up to some thousands; *n: how many. */
bool	 writes_take(struct writes *, uint32_t i, uint64_t *n);
/* Those in hand are done. */
bool	 writes_done(struct writes *, uint32_t i);
/* Rows in hand that the target does not have now, for they have no values
 * there: they are going to be exported, and what they were there (in the table
 * decant_old) stays. */
bool	 writes_set_aside(struct writes *, const struct writes_table *);
/* Writes what applications wrote to tables that cannot be carried to the file,
 * which is made anew. */
bool	 writes_export(struct writes *);

#endif
