/*
 * Keys as text, and sets of keys that several records share.
 *
 * The text of a key is that of its columns (format_cell: the canonical form),
 * each with its length before it: "3:abc2:17".  Sinks build the same from
 * what the database holds.
 *
 * Keys that are refused stand in sets, one for each table's key and one for
 * each constraint (schema_nset): keys and unique values that repeat, foreign
 * keys that lead nowhere.
 */
#ifndef DECANT_KEY_H
#define DECANT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct rowset;
struct schema_constraint;
struct schema_table;

#define CONFLICTS_MAX	(16u << 20)	/* bytes of keys that are kept */

struct conflict {
	const char *key;	/* NUL-terminated, as key_text makes it */
	uint32_t len;
	uint64_t hash;
	uint64_t keep;		/* number of the record that has it after all;
				 * 0: none has */
};

/* The refused keys of one table's key, or of one constraint. */
struct keyset {
	struct conflict *slot;
	uint32_t nslot, n;
};

struct conflicts {
	struct arena *arena;
	struct keyset *set;
	uint32_t nset, n;	/* n: keys in all */
	size_t bytes;
	uint32_t lost;		/* keys that were kept, and refused again */
	bool full;		/* more than CONFLICTS_MAX: some are left out */
};

struct key_hash {
	uint64_t lo, hi;
};

/* XXH3, 128 bits; never 0 in both. */
struct key_hash key_hash(const void *, size_t len);
/* Of all cells of a row, nulls too; the buffer is scratch. */
struct key_hash key_hash_row(struct buf *, const struct schema_table *,
	    const struct rowset *, uint32_t row);
void	 key_add(struct buf *, const char *text, size_t len);
/* The key of a row: an index into the columns, as rowset.row has them. */
void	 key_text(struct buf *, const struct schema_table *,
	    const struct rowset *, uint32_t row);
/* The same for a constraint's columns; false: one of them is null. */
bool	 key_text_constraint(struct buf *, const struct schema_constraint *,
	    const struct rowset *, uint32_t row);
void	 conflicts_init(struct conflicts *, struct arena *, uint32_t nset);
/* A key that one of the records was to keep: now none does. */
void	 conflicts_add(struct conflicts *, uint32_t set, const char *key,
	    size_t len);
/* The key, or NULL. */
struct conflict *conflicts_find(const struct conflicts *, uint32_t set,
	    const char *key, size_t len);
bool	 conflicts_has(const struct conflicts *, uint32_t set,
	    const char *key, size_t len);

#endif
