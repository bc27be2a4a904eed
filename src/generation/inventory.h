/*
 * What holds rows or records of a dataset, as far as its ledger knows: tables
 * of its generations, logs of what applications wrote, snapshots, rejects,
 * exported writes, the extracts that were read, the database that a copy is
 * of.
 *
 *	inventory.c		the list, from the ledger and the database
 *	inventory_file.c	what is in a file's place now, and its removal
 *	purge.c			what is too old, out of the way
 *
 * Names of files are absolute where the ledger knows the directory that they
 * are from (events of old versions do not: then it is the current one).
 * Everything lives in the dataset's arena.
 */
#ifndef DECANT_INVENTORY_H
#define DECANT_INVENTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/dataset.h"

struct json;

enum holding_kind {
	HOLD_LIVE, HOLD_KEPT, HOLD_STAGED, HOLD_LEFT,	/* tables */
	HOLD_LOG,
	HOLD_SNAPSHOT, HOLD_REJECTS, HOLD_EXPORT, HOLD_INPUT,	/* files */
	HOLD_SOURCE			/* a database */
};

enum holding_state {
	HOLD_THERE,
	HOLD_GONE,
	HOLD_OTHER,			/* something else has its name: why */
	HOLD_ELSEWHERE			/* of another host, of a directory that
					 * is not known, or not looked at */
};

struct holding {
	enum holding_kind kind;
	const char *name;		/* a table's, a file's, a database's */
	const char *path;		/* a file's place; rejects may be there
					 * with ~ behind it (name) */
	const char *said;		/* its name, if it is elsewhere */
	uint32_t generation;
	const char *at;			/* when it was made; or NULL */
	enum holding_state state;
	const char *why;		/* of HOLD_OTHER */
	bool counted, sized;
	uint64_t rows, bytes;		/* now */
	const char *sha256;		/* as the ledger has it; or NULL */
	uint64_t size;			/* the same; exported: its rows */
	bool placed;			/* the directory is known, and it is of
					 * this host */
	bool purged;			/* the ledger says so */
	const struct gen_table *table;	/* of tables and logs */
};

struct inventory {
	struct dataset *d;
	struct holding *v;
	uint32_t n, cap;
};

/* False: told. */
bool	 inventory_read(struct inventory *, struct dataset *);
const char *holding_kind_name(enum holding_kind);
const char *holding_state_name(enum holding_state);
bool	 holding_is_file(const struct holding *);
/* An object of it. */
void	 holding_json(struct json *, const struct holding *);

/*
 * Looks at a file's place: state, bytes.  `thorough`: its content is compared
 * with what the ledger knows of it, which reads it.
 */
void	 holding_look(const struct dataset *, struct holding *,
	    bool thorough);
/* Removes what has just been looked at, and is there.  False: told (L161). */
bool	 holding_remove(const struct dataset *, struct holding *);

struct purge_options {
	const char *before;		/* age.h */
	bool all;			/* also what a rollback goes to */
	bool inputs;			/* also the extracts */
	bool dry_run;
	const char *who;
};

struct purge_item {
	const struct holding *what;
	const char *stays;		/* why; NULL: it is gone (or would be) */
	bool missing;			/* it was gone already */
	bool failed;			/* told: it could not be removed */
};

struct purge {
	struct purge_item *v;
	uint32_t n, cap;
};

/*
 * Removes what was made before a moment and is not needed.  What cannot be
 * removed is told, and the rest goes on.  False: something was told.
 */
bool	 purge_run(struct inventory *, const struct purge_options *,
	    struct purge *);

#endif
