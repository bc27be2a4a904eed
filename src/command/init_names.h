/*
 * Names for decant init: how an expression refers to an item, what a column
 * or table is called, and what a name tells about its values.
 */
#ifndef DECANT_INIT_NAMES_H
#define DECANT_INIT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cobol/copybook.h"
#include "cobol/item_words.h"

struct arena;
struct buf;

#define NAME_BYTES	63	/* of PostgreSQL's names (NAMEDATALEN - 1) */

struct nameset {		/* names of one table, or of the tables */
	const char **v;
	uint32_t n, cap;
};

/*
 * Appends CITY OF HOME-ADDRESS, with as few groups as make it unique; chain[]
 * gets the items named, innermost first, *n of them.  false: nothing does.
 */
bool	 init_reference(struct buf *, const struct layout *, uint32_t record,
	    uint32_t item, uint32_t chain[2], uint32_t *n);
/* "home_address_city" for such a chain; in the arena. */
const char *init_snake(struct arena *, const struct layout *,
	    const uint32_t *chain, uint32_t n);
/* The name, or name_2, name_3 … where the set has it already; adds it. */
const char *init_unique(struct arena *, struct nameset *, const char *name);
/* "Order Type" makes order_type. */
const char *init_column_name(struct arena *, const char *header);
/* CUSTOMER-RECORD makes a table customer. */
const char *init_table_name(struct arena *, const char *record);

/* A value in YAML's block style: plain where it is safe, else quoted. */
void	 yaml_value(struct buf *, const char *, size_t);

#endif
