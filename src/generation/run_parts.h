/*
 * What a run of several mappings has that one of a single mapping has not:
 * a schema of all, tables that stay, the tests of all.
 */
#ifndef DECANT_RUN_PARTS_H
#define DECANT_RUN_PARTS_H

#include "db/db.h"
#include "generation/checks.h"
#include "generation/run.h"

struct change;
struct json;

/* The tables of all parts, one after another; of one, its own schema. */
const struct schema *parts_schema(struct arena *, const struct run_set *);
/* Of the first part that is sent; the only one of a retry. */
const struct schema *parts_sent_schema(const struct run_set *);
/* Can views and agreements of what is sent be written for such a database?
 * False: told, and so is what is to be noted. */
bool	 parts_check_compat(const struct run_set *, struct arena *,
	    struct diags *, enum db_kind);
/* Which part has the schema's table, and (in *at) where. */
const struct run_part *parts_of_table(const struct run_set *, uint32_t table,
	    uint32_t *at);
/* The schema's tables as generation `number`: those of parts that are not sent
 * are live, and stay; so do what stands behind all parts' tables. */
void	 parts_generation(struct generation *, const struct run_set *,
	    const struct dataset *, const struct schema *, uint32_t number,
	    struct arena *);
/* Can those that are not sent stay?  False: told; which can: `stay`, if that is
 * not NULL, [npart]. */
bool	 parts_can_stay(const struct run_set *, const struct dataset *,
	    const struct change *, bool *stay);
/* Members "members": names and mappings; nothing for one mapping alone. */
void	 parts_json(struct json *, const struct run_set *,
	    const struct change *);
/* Tests of all mappings and of the dataset file. */
bool	 parts_check(const struct run_set *, struct dataset *,
	    const struct generation *, const char *hint,
	    struct run_result *);
/* Where rows refer to tables of other parts: now it is known where these
 * are. */
void	 parts_find_outside(const struct run_set *, const struct dataset *,
	    const struct generation *, struct arena *);

#endif
