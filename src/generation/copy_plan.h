/*
 * What a copy is going to make: the tables of the source as the target will
 * have them, and a list of what it will not have.
 *
 * Tables that decant made are known from the ledger, others from the catalogs.
 * Nothing is dropped in silence: what a target cannot have is in `left`, with
 * the reason; a column whose values have no type is an error.
 */
#ifndef DECANT_COPY_PLAN_H
#define DECANT_COPY_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "db/table_facts.h"
#include "db/table_reader.h"
#include "generation/dataset.h"
#include "plan/schema.h"

struct arena;
struct buf;
struct copy_role;
struct db;
struct db_result;

/* Where the numbers of a column come from when an INSERT has none. */
enum copy_auto { AUTO_NONE, AUTO_IDENTITY, AUTO_ALWAYS, AUTO_SERIAL,
	    AUTO_ROWID };

struct copy_sequence {
	const char *name;		/* without its schema */
	const char *options;		/* of CREATE SEQUENCE; "" */
	int64_t last;
	bool called;			/* `last` was given out */
};

struct copy_column {
	const char *name;
	struct reader_column from, to;	/* the same cells, on both sides */
	const char *type;		/* as the target declares it */
	const char *collation;		/* NULL: that of its type */
	bool not_null;
	bool written;			/* else the target computes it */
	bool as_text;			/* PostgreSQL reads it from text */
	const char *value;		/* default, or what it is computed of */
	enum copy_auto number;
	struct copy_sequence sequence;
	const char *comment;
};

/* Besides the key.  A foreign key's table is one of the copy's. */
struct copy_rule {
	enum constraint_kind kind;
	const char *name;
	const uint32_t *column;
	uint32_t ncolumn;
	bool unique;			/* of an index */
	const char *text;		/* of a check; of what cannot be told
					 * by its columns: the target's own */
	uint32_t to_table;
	const char *const *to;
	const char *tail;		/* " ON DELETE CASCADE"; or "" */
	const char *comment;
	bool marked;			/* decant made it */
	bool absent;			/* a check that the target cannot have:
					 * the ledger knows of it */
};

struct copy_table {
	const char *name;
	const struct table_facts *facts;
	const struct gen_table *known;	/* NULL: decant did not make it */
	const char *relation;		/* in the source, for statements */
	const char *tail;		/* for the reader */
	struct copy_column *column;
	uint32_t ncolumn;
	const uint32_t *key;
	uint32_t nkey;
	const char *key_name;		/* NULL: as the target calls it */
	const char *key_comment;
	const char *comment;
	struct copy_rule *rule;
	uint32_t nrule, rule_cap;
	struct schema_table written;	/* the columns that are written */
	uint32_t *index;		/* of those, in `column` */
	bool as_text;			/* some of its columns are */
	bool replaces;			/* a live table of the target */
	int64_t size;			/* bytes, about; -1: not known */
};

/* A type of the source's own, PostgreSQL to PostgreSQL. */
struct copy_usertype {
	const char *name;		/* "shop.mood", as statements have it */
	const char *schema, *base;	/* the two halves */
	const char *kind;		/* "TYPE", "DOMAIN" */
	const char *as;			/* what stands behind AS */
	const char *comment;
	const char *why;		/* it is not carried; NULL: it is */
	uint32_t on;			/* the type that it rests on, from 1 */
	bool used, there;		/* by a column; in the target */
};
struct copy_rest {			/* a column rests on a type */
	const char *table, *column;
	uint32_t type;
};
struct copy_collation {
	const char *table, *column, *name;
};

struct copy_plan {
	struct arena *arena;
	struct db *from, *to;
	const char *dataset;
	const struct dataset *source;
	const struct generation *gen;	/* of the source; NULL: plain tables */
	struct copy_table *table;
	uint32_t ntable, table_cap;
	struct copy_usertype *type;	/* those that others rest on first */
	uint32_t ntype, type_cap;
	struct copy_rest *rest;
	uint32_t nrest, rest_cap;
	struct copy_collation *collation;
	uint32_t ncollation, collation_cap;
	bool made_types, made_schema;	/* by this run */
	bool no_owner, no_privileges;	/* as the user says */
	const struct db_result *grant;	/* owners and privileges; or NULL */
	struct copy_role *role;
	uint32_t nrole, role_cap;
	bool live_there;		/* the target has the live schema */
	struct schema schema;		/* for the ledger */
	const char **left;		/* what is not carried, a line each */
	uint32_t nleft, left_cap;
	bool replaces;			/* the target has a live generation */
	bool marks;			/* PostgreSQL: the staging schema is an
					 * administrator's, so that comments of
					 * staged tables tell whose they are */
};

/*
 * Reads the catalogs, in the source's snapshot.  `target` is the dataset as the
 * target has it.  False: told.
 */
bool	 copy_plan_make(struct copy_plan *, const struct dataset *target);
/* Adds a line to what is not carried. */
void	 copy_left(struct copy_plan *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* The names of the tables, and of the dataset's own types that are carried or
 * (only) made, as PostgreSQL writes an array: {"a","b"}. */
const char *copy_table_array(const struct copy_plan *);
const char *copy_type_array(const struct copy_plan *, bool made);

/*
 * copy_usertype.c: enums, domains and collations, looked for on both sides; made
 * in the target, and dropped again.  false: told.
 */
bool	 copy_usertypes(struct copy_plan *);
/* The first type that a column rests on and that is not carried; or NULL. */
const struct copy_usertype *copy_usertype_lacking(const struct copy_plan *,
	    const char *table, const char *column);
/* Of a column, where the target has it; or NULL. */
const char *copy_collation(const struct copy_plan *, const char *table,
	    const char *column);
/* With the live schema, and what roles have of both. */
void	 copy_put_usertypes(struct buf *, const struct copy_plan *);
bool	 copy_make_usertypes(struct copy_plan *);
void	 copy_drop_usertypes(struct copy_plan *);

/*
 * copy_grants.c: what roles have of what is copied.  false: told.
 */
bool	 copy_grants(struct copy_plan *);
/* Is there anything that the live schema must be there for? */
bool	 copy_grants_need_live(const struct copy_plan *);
/* Statements for types and the schema, or for the tables of a generation. */
void	 copy_put_grants(struct buf *, const struct copy_plan *, bool live,
	    uint32_t generation);

/* copy_type.c: how a column is read on both sides; false: told. */
bool	 copy_type(struct copy_plan *, struct copy_table *, uint32_t column);
/* copy_rule.c: keys and constraints, and the schema for the ledger. */
bool	 copy_rules(struct copy_plan *);
void	 copy_schema(struct copy_plan *);
/* copy_left.c: what stands beside the tables; false: told. */
bool	 copy_look_beside(struct copy_plan *);

/*
 * copy_ddl.c: what makes a table of generation N in the target (0: under its
 * own name, to be shown): its definition, then, when its rows are in, one
 * statement at a time.
 */
void	 copy_put_table(struct buf *, const struct copy_plan *,
	    const struct copy_table *, uint32_t generation);
struct copy_step {
	const char *doing, *sql;
};
struct copy_steps {
	struct copy_step *v;
	uint32_t n, cap;
};
void	 copy_steps(const struct copy_plan *, const struct copy_table *,
	    uint32_t generation, struct copy_steps *);
/* PostgreSQL: foreign keys, when all tables are there. */
void	 copy_foreign_steps(const struct copy_plan *, uint32_t generation,
	    struct copy_steps *);

#endif
