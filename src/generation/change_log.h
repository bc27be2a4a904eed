/*
 * The change log: which rows of the live tables applications have written.
 *
 * Each live table that decant has published has a log of its own, decant.
 * "SCHEMA_gN.TABLE" or decant_log__TABLE__gN, N being the generation that the
 * table is of.  Triggers on the live table write to it in the application's
 * own transaction:
 *
 *	seq	number, ascending as they are written, not as they commit
 *	at	when
 *	origin	NULL: an application wrote it here; else the generation from
 *		which a publication or a rollback carried the row to this one
 *	k1 ...	the key, in the types of its columns: of the row before and of
 *		the row after, where they differ
 *
 * What a row is, is read from the table itself: a key that is not there any
 * more was deleted.  So the log grows by keys, and one that is carried over
 * need not be complete.  A table without a key has instead of k1 …
 *
 *	op	I, U, D or T (truncated)
 *	row	the row as JSON (after an insert or update, before a delete)
 *
 * which can be exported, but not carried.  decant's own writes are not logged:
 * PostgreSQL's triggers pass over a transaction in which decant.own is 'on';
 * in SQLite decant takes the triggers away in the transaction that writes.
 *
 * Privileges: applications need none on decant's schema.
 */
#ifndef DECANT_CHANGE_LOG_H
#define DECANT_CHANGE_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;

struct log_table {
	const char *name;		/* of the live table */
	uint32_t generation;		/* that it is of, once it is live */
	const char *const *key;		/* [nkey] columns; none: no key */
	uint32_t nkey;
};

/* The log's name, for db_put_own; PostgreSQL: at most 63 bytes. */
const char *change_log_name(struct arena *, const struct db *,
	    const char *schema, const struct log_table *);
/* Is it there?  False: told. */
bool	 change_log_exists(struct db *, struct arena *, const char *schema,
	    const struct log_table *, bool *exists);
/*
 * All of these run statements in the transaction that is open, if one is; what
 * fails is told.
 *
 * create: the log, empty, unless it is there, for a table that may not be live
 * yet: its columns are read from SCHEMA_gN.NAME or NAME__gN, or from the live
 * one if there is none.
 */
bool	 change_log_create(struct db *, const char *schema,
	    const struct log_table *);
/* Triggers on the table that is live now, which write to the log of
 * `generation`. */
bool	 change_log_attach(struct db *, const char *schema,
	    const struct log_table *);
/* Takes decant's log triggers from the table that is live now. */
bool	 change_log_detach(struct db *, const char *schema,
	    const char *table);
/* Drops the log of a generation that is retired. */
bool	 change_log_drop(struct db *, const char *schema,
	    const struct log_table *);

#endif
