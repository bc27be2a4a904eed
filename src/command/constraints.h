/*
 * Constraints, indexes and comments of a schema, as explain and check show
 * them.
 */
#ifndef DECANT_CONSTRAINTS_H
#define DECANT_CONSTRAINTS_H

#include <stdint.h>

struct arena;
struct buf;
struct job;
struct json;
struct schema;

#define ALL_TABLES	UINT32_MAX

/* How many a table has. */
uint32_t constraints_count(const struct schema *, uint32_t table);
/* A table of them: what, of which columns, its name, and who holds rows to it;
 * nothing where there are none. */
void	 constraints_show(struct buf *, struct arena *, const struct job *,
	    uint32_t table, bool color);
/* An array of objects under "constraints". */
void	 constraints_json(struct json *, const struct job *, uint32_t table);

#endif
