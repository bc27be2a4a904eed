/*
 * A dataset's state: its generations, as its ledger tells them.
 *
 * A generation is a number and a set of tables.  Each of its tables has a home,
 * the number of the generation that it was staged with: tables that a run did
 * not send again belong to several generations, and have the number of the
 * first.  What is live stands under the tables' own names, all else under
 * those of its home (db_put_table).
 */
#ifndef DECANT_DATASET_H
#define DECANT_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/ledger.h"
#include "plan/schema.h"

struct arena;
struct db;

enum gen_state {
	GEN_STARTED,		/* its run goes on, or has died */
	GEN_STAGED,		/* complete, and was never live */
	GEN_LIVE,
	GEN_KEPT,		/* was live before the one that is */
	GEN_UNDONE,		/* was live, and was rolled back from */
	GEN_GONE		/* failed, abandoned, retired */
};

struct gen_table {
	const char *name;
	uint32_t home;
	uint32_t base;			/* home of the rows that it began with;
					 * 0: none */
	uint64_t logged;		/* of its base: see writes_mark */
	const char *const *key;		/* [nkey] */
	uint32_t nkey;
	uint64_t rows;			/* as staged */
	const struct schema_table *columns;	/* NULL: not known (adopted) */
};

struct gen_input {			/* an input file */
	const char *name, *sha256;	/* sha256 "": not known */
	const char *sample;		/* input_hash.h; "": none */
	uint64_t bytes;
};

struct gen_text {			/* that it was made with */
	const char *path, *sha256;	/* path: from the texts' common
					 * directory; the first is the mapping */
};

struct generation {
	uint32_t number;
	enum gen_state state;
	bool adopted;
	uint32_t version;		/* of the mapping */
	uint32_t before;		/* what was live when it was published
				 * last; 0: nothing */
	const char *change;		/* id, of this and all before it */
	const char *work;		/* id of what was done, without those */
	const char *started, *staged, *published;	/* times; or NULL */
	const char *data;		/* of "staged": JSON */
	const struct schema *schema;	/* of its tables; or NULL */
	struct gen_table *table;
	uint32_t ntable;
	struct gen_input *input;
	uint32_t ninput;
	struct gen_text *text;
	uint32_t ntext;
	const char *as_of;		/* or NULL */
	bool resumable;			/* started with checkpoints */
	uint64_t rows, rejected;
};

struct dataset {
	struct db *db;
	struct arena *arena;
	const char *name;		/* also of the live tables' schema */
	struct ledger ledger;
	struct generation *gen;		/* [ngen] by number */
	uint32_t ngen, cap;
	uint32_t live;			/* number; 0: none */
};

/* Reads the ledger and folds it.  False: told (L003: damaged). */
bool	 dataset_read(struct dataset *, struct db *, struct arena *,
	    const char *name);
/* The same from the events in memory, after some were added. */
bool	 dataset_fold(struct dataset *);
/* By number; NULL: there is none. */
struct generation *dataset_find(const struct dataset *, uint32_t number);
struct generation *dataset_live(const struct dataset *);
/* The one that is staged, else the one that was rolled back from last; NULL:
 * there is none to publish. */
struct generation *dataset_next(const struct dataset *);
/* What a rollback goes to; NULL: nothing, or it is retired. */
struct generation *dataset_back(const struct dataset *);
uint32_t dataset_new_number(const struct dataset *);
const struct gen_table *generation_find_table(const struct generation *,
	    const char *name);
/* Is a table of that name and home in a generation that is not gone, besides
 * `except` (0: none)? */
bool	 dataset_uses(const struct dataset *, const char *table,
	    uint32_t home, uint32_t except);
const char *gen_state_name(enum gen_state);

#endif
