/*
 * Crosswalks: CSV files that say what a code means, for lookup(); and codes
 * that were looked up and are not there.
 */
#ifndef DECANT_CROSSWALK_H
#define DECANT_CROSSWALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

#define CROSSWALK_MAX	(256u << 20)	/* bytes of a file */
#define MISSES_KEPT	10000u		/* codes of a crosswalk */

struct arena;
struct batch;
struct crosswalk;
struct misses;

/*
 * Reads a file (a header, then rows, all UTF-8; it lives in the arena) with
 * nkey key columns, by name or (key NULL) the first ones.  NULL with an error
 * at `at` when it cannot be read, or a key stands in it twice.
 */
struct crosswalk *crosswalk_read(struct arena *, struct diags *,
	    const char *path, const char *const *key, uint32_t nkey,
	    struct place at);
/* A column by its header; UINT32_MAX: there is none. */
uint32_t crosswalk_column(const struct crosswalk *, const char *name);
/* For messages: "code, name, region". */
const char *crosswalk_columns(struct arena *, const struct crosswalk *);
/*
 * The row of a key (its texts, as many as the key has columns), and in it a
 * column's text; p NULL: nothing stands there.  UINT32_MAX: no such row.
 */
uint32_t crosswalk_find(const struct crosswalk *, const struct slice *key);
struct slice crosswalk_cell(const struct crosswalk *, uint32_t row,
	    uint32_t column);

/*
 * The way back, from a column's text to the row; NULL where one stands in two
 * rows.  UINT32_MAX: no row has the text.
 */
struct crosswalk_back;
struct crosswalk_back *crosswalk_back_new(struct arena *,
	    const struct crosswalk *, uint32_t column);
uint32_t crosswalk_back_find(const struct crosswalk_back *, struct slice);
/* One of the row's keys. */
struct slice crosswalk_back_key(const struct crosswalk_back *, uint32_t row,
	    uint32_t key);

/* A key that is not there, as its lookup met it in a row. */
struct miss {
	uint32_t lookup;		/* of the plan */
	struct slice key;		/* several: with " / " between them */
};

struct missed {
	struct slice key;
	uint64_t count;
};

/* Over a load: one thread, memory of the arena. */
struct misses *misses_new(struct arena *, uint32_t nlookup);
void	 misses_restart(struct misses *);
void	 misses_put(struct misses *, const struct batch *);
/* The codes of a lookup, most frequent first; *all counts those left out too. */
const struct missed *misses_of(struct misses *, uint32_t lookup, uint32_t *n,
	    uint64_t *all);

#endif
