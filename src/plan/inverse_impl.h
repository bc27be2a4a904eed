/*
 * Inside the inverse: what a column is made of, and how it gives an item back.
 * Only files inverse*.c include this.
 */
#ifndef DECANT_INVERSE_IMPL_H
#define DECANT_INVERSE_IMPL_H

#include "plan/date.h"
#include "plan/inverse_plan.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"

struct crosswalk_back;

/* A step from the column's value to the item's. */
enum step_kind {
	STEP_NULL_IS,		/* nullif: null is the literal */
	STEP_MOMENT,		/* to_date …: the characters of the format */
	STEP_LABEL,		/* the first value of the 88-level's name */
	STEP_LOOKUP		/* the key of a crosswalk's row */
};

struct step_label {
	struct slice name;
	const uint8_t *bytes;	/* of the item, */
	d128 number;		/* or, NULL, its number */
};

struct step {
	enum step_kind kind;
	enum vtype type;	/* NULL_IS */
	int16_t scale;
	d128 number;
	struct slice text;
	const struct k_date *moment;
	const struct step_label *label;
	uint32_t nlabel;
	const struct crosswalk_back *crosswalk;
	uint32_t key;		/* which of its key columns */
	bool keeps;		/* what is not there is the key itself */
};

enum give_kind {
	GIVE_VALUE,
	GIVE_LENGTH,		/* of the text in the column: of a varchar */
	GIVE_PART,		/* its part of a group's text */
	GIVE_INDICATOR,		/* null_if: is the column null? */
	GIVE_COUNT,		/* of the rows */
	GIVE_CONSTANT		/* bytes: the row is there */
};

/* What tells an item's value: a column, or rows. */
struct give {
	uint32_t type, item;
	uint32_t query;		/* in the type's queries */
	uint32_t column;	/* of the table; then of the query */
	enum give_kind kind;
	const struct step *step;	/* outermost first */
	uint32_t nstep;
	uint32_t own;		/* tables around the item in which it is the
				 * row's own occurrence; behind them */
	uint32_t fixed[NEST_MAX], nfixed;	/* these */
	uint32_t number;	/* of the unpivoted row; 0: all */
	uint32_t group;		/* PART */
	bool utf16;		/* LENGTH: of such characters */
	const struct codec_keys *keys;	/* COUNT: what stands for it; NULL */
	const struct policies *policies;
	bool null_tells_nothing;	/* null_if: says when it is */
	bool absent_is_null;	/* no row: unpivot: left a null out */
	uint32_t present;	/* of the query: null where there is no row in
				 * the side table; NONE */
	const uint8_t *bytes[2];	/* CONSTANT; INDICATOR: is null, not */
	uint32_t rank;		/* the smallest that is there counts */
};

/* A column of a table, for one type of record that the table is of. */
enum special { SPECIAL_NONE, SPECIAL_OCCURRENCE, SPECIAL_NUMBER, SPECIAL_NAME,
    SPECIAL_VALUE, SPECIAL_TYPE };

struct bound_item {
	uint32_t type, item;
};

struct bound {
	enum special special;
	uint32_t table;		/* OCCURRENCE: of the item */
	const char *attr;	/* equal ones have equal values; NULL: of
				 * nothing */
	uint32_t attr_type;	/* the lowest type whose items it has */
	bool in_row;		/* rows of one record differ in it */
	bool of_file;		/* record_number() and the like */
	struct bound_item *item;	/* what it is made of */
	uint32_t nitem, item_cap;
	struct give *give;
	uint32_t ngive, give_cap;
	struct slice literal;	/* by type, a constant; p NULL */
};

/* A table, for one of the types that it is of. */
struct candidate {
	uint32_t table, type;
	bool usable, side;
	const char *why_not;
	struct bound *column;	/* [table's] */
	uint32_t chain[NEST_MAX], depth;	/* tables of each: */
	uint32_t occ[NEST_MAX];	/* columns */
	uint32_t number, name;	/* columns, or NONE */
	const struct slice *names;
	uint32_t nnames;
	uint32_t only;		/* column, or NONE */
	struct slice only_text;
	struct bound when;	/* its condition's items and constants */
};

struct key_part {		/* of a path */
	uint32_t type;
	const char *attr;
	uint32_t table, column;
};

/* What is told of a record. */
struct view {
	bool *given;		/* [items] */
	bool *covered;		/* [bytes of the longest record] */
};

struct type_back {
	struct inverse_type shown;
	uint32_t record, group;
	struct key_part *key, *path;
	uint32_t nkey, npath;
	uint32_t *query;
	uint32_t nquery, query_cap;
	struct give *give;	/* by item, then rank */
	uint32_t ngive, give_cap;
	uint32_t *first;	/* [items of the record + 1] in give */
	struct record_plan *records;
	struct codec *codec;	/* [items] at offset 0 */
	bool *decoded;		/* [items] it has a value */
	const uint8_t **rule;	/* [items] elementary: bytes */
	bool *forced;		/* [items] the rule is the type's condition */
	struct view *view;	/* [nquery] of records that have a row in the
				 * query; and of all; */
	struct view *loose;	/* the same, and what rows of occurrences tell
				 * if there are any */
	struct inverse_left *left;
	uint32_t nleft, left_cap;
	bool filler;
};

struct inverse {
	struct arena *arena;
	struct diags *diags;
	const struct plan *plan;
	const struct mapping *mapping;
	const struct layout *layout;
	struct type_back *type;
	uint32_t ntype;
	struct candidate *candidate;
	uint32_t ncandidate, candidate_cap;
	struct inverse_query *query;
	uint32_t nquery, query_cap;
};

/* A build in which names can be looked up, of a type; nothing is told. */
void	 inverse_scope(const struct inverse *, uint32_t type, struct build *,
	    struct diags *scratch);
uint32_t inverse_nth(const struct type_back *, uint32_t item);

/* inverse_plan.c: for the others */
const struct map_table *inverse_table(const struct inverse *,
	    const struct candidate *);
uint32_t inverse_parent(const struct inverse *, uint32_t type);
bool	 inverse_above(const struct inverse *, uint32_t type, uint32_t below);
bool	 inverse_usable(const struct inverse *, uint32_t type);
/* Are cells of the two columns (table, column) of one type? */
bool	 inverse_alike(const struct inverse *, uint32_t t1, uint32_t c1,
	    uint32_t t2, uint32_t c2);
/* The candidate's column that has a part of a key, or NONE; all of n parts. */
uint32_t inverse_part(const struct inverse *, const struct candidate *,
	    const struct key_part *);
bool	 inverse_has(const struct inverse *, const struct candidate *,
	    const struct key_part *, uint32_t n);

/* inverse_query.c */
void	 inverse_queries(struct inverse *, uint32_t type);
void	 inverse_links(struct inverse *, uint32_t type);

/* inverse_cover.c */
void	 inverse_views(struct inverse *, uint32_t type);
/* Is all of the item told there? */
bool	 inverse_covers(const struct inverse *, const struct view *,
	    uint32_t item);

/* inverse_bind.c */
void	 inverse_bind(struct inverse *, struct candidate *);
/* Does the expression name the type's items, and nothing else? */
bool	 inverse_name(const struct inverse *, uint32_t type,
	    const struct expr *, uint32_t *of, uint32_t *item,
	    bool *condition);

/* inverse_rule.c */
void	 inverse_rules(struct inverse *, uint32_t type);
/* The literals that a condition asks for: give() gets each item and bytes. */
typedef void rule_fn(void *, uint32_t item, const uint8_t *bytes);
void	 inverse_condition(struct inverse *, uint32_t type, uint32_t from,
	    const struct expr *, rule_fn *, void *arg);
/* A condition true, and false: bytes of the one item that it is about. */
bool	 inverse_indicator(struct inverse *, uint32_t type,
	    const struct expr *, uint32_t *of, uint32_t *item,
	    const uint8_t *bytes[2]);

/* inverse_value.c */
struct back {			/* a value on its way */
	bool null;
	bool was_null;		/* the cell is null */
	bool unknown, null_if;	/* it does not tell; because null_if: says so */
	bool raw;		/* text: the item's bytes */
	bool shown;		/* text: what an edited picture shows */
	uint16_t code;		/* what is wrong; 0: nothing */
	enum vtype type;	/* TEXT, D128, F64, DATE, TIME, TSTAMP … */
	int16_t scale;
	d128 number;
	double real;
	struct slice text;
};
/* A cell of the column through the steps, to a value of the codec's type. */
void	 inverse_value(const struct give *, const struct codec *,
	    const struct column *, uint32_t row, struct back *,
	    struct arena *);
/* The nth way in which a null of the column can stand in the item, the
 * canonical one first; v->null: as its policies have it.  False: there are
 * fewer, or it was no null. */
bool	 inverse_null(const struct give *, const struct codec *, uint32_t n,
	    struct back *, struct arena *);

#endif
