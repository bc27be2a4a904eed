/*
 * The plan: binds a mapping's names to a layout, types its expressions, and
 * compiles them to ops over frames of bounded batches.
 */
#ifndef DECANT_PLAN_H
#define DECANT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "cobol/copybook.h"
#include "mapping/mapping.h"
#include "plan/batch.h"
#include "plan/schema.h"

struct arena;
struct buf;
struct codepage;
struct conflicts;

struct plan;

struct plan_options {
	const struct codepage *page;
	const struct limits *limits;	/* NULL: none */
	uint32_t record_length;		/* a record may be that long, though the
					 * layout describes less of it; or 0 */
	bool advise;			/* tell what may be a mistake (P08n) */
	const struct expr *where;	/* asked of records; or NULL */
	bool unused;			/* and the items that nothing reads */
	const char *as_of;	/* the extract's day, where it is known
				 * before reading; or NULL */
};

/*
 * NULL when there are errors (P0nn, with the mapping's places).  The layout,
 * the mapping and the page must outlive the plan, which lives in the arena.
 */
struct plan *plan_build(struct arena *, struct diags *, const struct layout *,
	    uint32_t record, const struct mapping *,
	    const struct plan_options *);
const struct schema *plan_schema(const struct plan *);
const struct layout *plan_layout(const struct plan *);
uint32_t plan_record(const struct plan *);
/* The column type of an item as it is; false: it has no value. */
bool	 plan_item_type(const struct layout *, uint32_t item, struct sqltype *);
/* Has it a value whatever its bytes are, where records have all of them? */
bool	 plan_item_never_null(const struct item *, const struct policies *);
/* Types of records, in the mapping's order; none: all are alike. */
uint32_t plan_ntype(const struct plan *);
const char *plan_type_name(const struct plan *, uint32_t type);
uint32_t plan_type_parent(const struct plan *, uint32_t type);
					/* UINT32_MAX: none */
enum map_position plan_type_position(const struct plan *, uint32_t type);
bool	 plan_type_has_children(const struct plan *, uint32_t type);
/* What its records are in a file that has them in their order; a closer sums
 * up the record that it hangs on, and comes once, behind all others there. */
enum record_role { ROLE_BODY, ROLE_FIRST, ROLE_LAST, ROLE_CLOSER };
enum record_role plan_type_role(const struct plan *, uint32_t type);
/*
 * The 01 of a type (`record` when the type says nothing of it), and the group
 * in it, if its layout: names one, else ITEM_NONE; returns ITEM_NONE when there
 * is none, or there are several.
 */
uint32_t plan_find_layout(const struct layout *, uint32_t record,
	    const struct map_record *, uint32_t *group);
/* Crosswalks that are looked up, for the list of what they lack. */
uint32_t plan_nlookup(const struct plan *);
const char *plan_lookup_name(const struct plan *, uint32_t lookup);
/* Whether a field says what day the extract is of. */
bool	 plan_has_as_of(const struct plan *);
/* Whether records hang on others: see carry.h. */
bool	 plan_has_parents(const struct plan *);
/* Whether batches must say which record is the last of its file. */
bool	 plan_wants_last(const struct plan *);
/* Rows are held to one constraint more, an OUTSIDE one; `at`: its columns, for
 * places.  False: their types do not agree. */
bool	 plan_add_outside(struct arena *, struct diags *, struct plan *,
	    const struct schema_constraint *, const struct map_name *at);
/* Whether rows hold the number of their record, or the name of its file. */
bool	 plan_wants_origin(const struct plan *);
/* How its bytes are read, at offset 0; false: it has no value.  What the
 * codec needs lives in the arena. */
bool	 plan_item_codec(struct arena *, const struct layout *, uint32_t item,
	    const struct codepage *, struct codec *);
/* The same for a plan's own records, rows of delimited text among them. */
bool	 plan_cell_codec(const struct plan *, uint32_t item, struct codec *);
/* Where the mapping asks for the item at that offset of the record, in a table
 * at any; NULL: nowhere. */
const struct place *plan_decodes(const struct plan *, uint32_t item,
	    uint32_t offset);
/* Most records that a batch of this plan should have. */
uint32_t plan_batch_records(const struct plan *);
/* The column program as text, one op a line. */
void	 plan_explain(struct buf *, const struct plan *);

/*
 * Decodes and maps the batch's slab: fills rows, verdict and reject.  Rows
 * whose key is among the conflicts (NULL: none) are rejected.  Any thread, a
 * batch each.
 */
void	 plan_run(const struct plan *, struct batch *,
	    const struct conflicts *);
/*
 * After a run without conflicts, batches in input order, one thread: which
 * record keeps a key that others have too, in tables that keep the first or
 * the last one.
 */
void	 plan_choose(const struct plan *, const struct batch *,
	    struct conflicts *);
/* By record of a batch that was run, whether the options' `where` holds. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NONE };	/* null, bad bytes */
void	 plan_where(const struct plan *, const struct batch *,
	    uint8_t *answer);
/* "CUSTOMER.NAME.FIRST", or NULL for ITEM_NONE; one thread. */
const char *plan_item_path(const struct plan *, uint32_t item);
/*
 * Of a row of a table: the value of the reject's column as text (false: it is
 * null, or the reject is of no column).
 */
bool	 plan_of_table(const struct plan *);
bool	 plan_reject_value(struct buf *, const struct plan *,
	    struct slice record, const struct reject *);
/* The sentence of a reject: "CUST-BALANCE (person.balance): …". */
void	 plan_reject_text(struct buf *, const struct plan *,
	    const struct reject *);

#endif
