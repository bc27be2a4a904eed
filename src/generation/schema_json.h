/*
 * A schema as JSON, in the ledger, and back: what the tables of a generation
 * are, though its mapping is not at hand.
 *
 *	[{"table": "person", "key": ["person_id"], "comment": …,
 *	  "columns": [{"name": "balance", "type": "numeric(11,2)",
 *	    "not_null": true, "sqlite": "minor", "comment": …}],
 *	  "constraints": [{"kind": "foreign", "name": …, "columns": […],
 *	    "to": "household", "to_columns": […]}, {"kind": "check",
 *	    "name": …, "text": …}]}]
 */
#ifndef DECANT_SCHEMA_JSON_H
#define DECANT_SCHEMA_JSON_H

#include "plan/schema.h"

struct arena;
struct json;

/* As a member of the object or array that is open. */
void	 schema_json_put(struct json *, const char *key,
	    const struct schema *);
/*
 * From such a member: the text of the array.  Checks have their text, and no
 * expression.  NULL: it is none.
 */
struct schema *schema_json_get(struct arena *, const char *name,
	    const char *text);
/* One table of it: as array of one. */
const struct schema_table *schema_find(const struct schema *,
	    const char *table);

#endif
