/*
 * The ledger: what was done to the datasets of a database, in the database.
 *
 *	decant.event	dataset, number, at, kind, generation, data, previous,
 *			hash: events that are only ever added
 *	decant.text	sha256, content: mappings, copybooks and crosswalks
 *
 * (SQLite: decant_event, decant_text.)  Each event's hash is the SHA-256 of
 *
 *	PREVIOUS LF DATASET LF NUMBER LF AT LF KIND LF GENERATION LF DATA
 *
 * where PREVIOUS is the hash of the dataset's event before, or "" for the
 * first, so that none can be changed, taken out or put in unseen.  `data` is
 * a JSON object.  Kinds:
 *
 *	started		a run that stages a generation
 *	staged		all its tables are complete
 *	failed		the run ended, and its tables are gone
 *	abandoned	a staged generation was dropped, by a later run
 *	adopted		tables that were there before decant are generation N
 *	published	generation N is live
 *	rolled-back	generation N is live again
 *	retired		the tables of generation N are gone
 *	purged		so are they, by age; without N: files are (`removed`)
 *	snapshot	of the live generation N
 *	exported	writes of applications went to a file instead
 *	tested		a migration was proved
 *	copied		a staged generation is equal to another database's
 *
 * One run at a time writes to a dataset: the one that holds its lock.
 */
#ifndef DECANT_LEDGER_H
#define DECANT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"

struct arena;
struct db;

struct ledger_event {
	uint64_t number;		/* 1, 2, … in its dataset */
	const char *at;			/* 2026-01-31T23:59:59.123Z */
	const char *kind;
	uint32_t generation;		/* 0: none */
	const char *data;
	const char *previous, *hash;
};

struct ledger {
	struct db *db;
	struct arena *arena;
	const char *dataset;
	struct ledger_event *event;	/* [n] in order */
	uint32_t n, cap;
	bool exists;			/* its tables do */
};

/*
 * Reads a dataset's events.  No tables, or a database that does not exist yet:
 * no events.  False: told.
 */
bool	 ledger_read(struct ledger *, struct db *, struct arena *,
	    const char *dataset);
/* Makes the tables where they are missing; in a transaction or without. */
bool	 ledger_create(struct ledger *);
/*
 * Adds an event, in the transaction that is open; `data` is a JSON object.
 * What is in memory is right only once that is committed: after a roll back
 * ledger_forget takes events behind the n-th out again.
 */
bool	 ledger_add(struct ledger *, const char *kind, uint32_t generation,
	    const char *data);
void	 ledger_forget(struct ledger *, uint32_t n);
/* Keeps a text, once, and gives its SHA-256. */
bool	 ledger_keep_text(struct ledger *, const char *p, size_t len,
	    char sha256[SHA256_HEX + 1]);
/* A text that was kept, and is what its hash says; NULL: told. */
const char *ledger_text(struct ledger *, struct arena *, const char *sha256,
	    size_t *len);
/* Names of the datasets in the database; false: told. */
bool	 ledger_datasets(struct db *, struct arena *, const char ***name,
	    uint32_t *n);
/*
 * Is the chain whole?  OK, or the number of the first event that is not what
 * it was, and a sentence.
 */
bool	 ledger_verify(const struct ledger *, uint64_t *number,
	    const char **why);

#endif
