/*
 * Publication: the tables of one generation become live, those that were are
 * put away under the number of their own generation, in one transaction.  A
 * rollback is the same, the other way.
 *
 * Applications know the tables by name.  None of their statements fails,
 * reads an empty table or two generations, or writes to one that has been put
 * away; they wait for the transaction a moment.  What stands on the live
 * tables (owner, grants, policies, comments, users' triggers and indexes, …)
 * stands on the new ones afterwards.  Nothing is lost in silence: what decant
 * cannot carry is named and nothing is done.
 *
 *	publication_postgres*.c	ALTER TABLE … SET SCHEMA under ACCESS
 *				EXCLUSIVE locks that are given up and taken
 *				again rather than waited for
 *	publication_sqlite*.c	renamed in one BEGIN IMMEDIATE
 */
#ifndef DECANT_PUBLICATION_H
#define DECANT_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;
struct buf;
struct db;

/* A table that changes.  Tables that stay as they are, are not in the list. */
struct pub_table {
	const char *name;
	uint32_t now;		/* generation of what is live under the name,
				 * which it is put away as; 0: nothing is */
	uint32_t then;		/* generation of what is to be live (in
				 * SCHEMA_gN.NAME or NAME__gN); 0: nothing */
	const char *const *key;	/* [nkey] of `then`, for its change log */
	uint32_t nkey;
};

struct publication {
	struct db *db;			/* its lock is held */
	struct arena *arena;
	const char *schema;		/* PostgreSQL's, of the live tables */
	const struct pub_table *table;
	uint32_t ntable;
	bool rebuild_dependents;	/* views and the like elsewhere that are
					 * bound to live tables: made again */
	bool resync;			/* replicated tables: go on, and say
					 * what has to be done */
	bool erase;			/* what is dropped is overwritten, where
					 * its bytes would stay in the file */
	struct buf *dry;		/* not NULL: nothing is done, the
					 * statements are appended here */
	double patience_ms;		/* for locks, and for old snapshots;
					 * 0: 30 s */
	/*
	 * Called when the locks are held and nothing has moved yet, within the
	 * transaction: carries rows, writes the ledger.  It may be called
	 * again when the transaction had to be given up.  OK, or FATAL: told.
	 */
	enum grade (*locked)(void *);
	/* Called just before that, and in a rehearsal that is taken back: what
	 * would be in the way of the tables goes. */
	enum grade (*clear)(void *);
	/* Called when all has moved, just before the end of the transaction:
	 * views that the mapping asks for. */
	enum grade (*moved)(void *);
	void *arg;
	/* What came of it. */
	double waited_ms, held_ms;	/* for locks; with them */
	uint32_t attempts;
	void *own;			/* what the kind of database keeps from
					 * prepare to run; NULL at first */
};

/*
 * Looks for what forbids it, and tells all of it: objects that depend on live
 * tables, what would be lost, rights that are missing, names that are taken.
 * Cheap: made before anything is staged, and again by publication_run.
 */
bool	 publication_check(struct publication *);
/*
 * What takes long, before the transaction: indexes of the live tables, and
 * whatever else costs time with the number of rows, on the tables that are to
 * be live.  (PostgreSQL: it also waits until no snapshot is left that is older
 * than rows which are not frozen.)
 */
bool	 publication_prepare(struct publication *);
/* The transaction.  FATAL: the database is as it was (T065: in doubt). */
enum grade publication_run(struct publication *);
/* Drops the tables of a generation that is not live, with their logs; only
 * those in the list (`then` is their generation); `locked` is called in the
 * transaction in which they go. */
bool	 publication_drop(struct publication *);

#endif
