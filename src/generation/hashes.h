/*
 * The content of a generation in a few bytes: the hash of each of its tables
 * (content_hash.h).
 */
#ifndef DECANT_HASHES_H
#define DECANT_HASHES_H

#include <stdbool.h>
#include <stdint.h>

#include "db/content_hash.h"
#include "db/table_reader.h"
#include "generation/dataset.h"

struct json;

struct table_hash {
	const char *table;
	struct content_hash hash;
};
struct hashes {
	struct table_hash *v;		/* [n], as the generation has them */
	uint32_t n;
};

/*
 * The columns of a table, for its reader: as the ledger has them, else as the
 * catalogs do (`home` 0: of the live table), and then those of a type that
 * decant does not know as text.  NULL: told; L014 when it is not there.
 */
struct reader_column *hashes_columns(struct db *, struct arena *,
	    const char *schema, const struct gen_table *, uint32_t home,
	    uint32_t *n);
/*
 * Of all tables of a generation, through a connection of the database or of a
 * copy of it.  Where they are follows from what is live.
 */
bool	 hashes_of(struct db *, const struct dataset *,
	    const struct generation *, struct hashes *);
/* The first table whose hashes differ; NULL: none. */
const char *hashes_differ(const struct hashes *, const struct hashes *);
/* A member: [{"table": "person", "hash": "1000-0123456789abcdef"}] */
void	 hashes_json(struct json *, const char *key, const struct hashes *);

#endif
