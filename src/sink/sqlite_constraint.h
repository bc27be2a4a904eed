/*
 * Unique constraints, foreign keys, checks and indexes of tables in SQLite.
 */
#ifndef DECANT_SQLITE_CONSTRAINT_H
#define DECANT_SQLITE_CONSTRAINT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct conflicts;
struct schema;
struct schema_constraint;
struct schema_table;
struct sqlite_db;

/* In every index that decant makes, so that a publication knows it. */
#define SQLITE_INDEX_MARK	"/* decant */"

/* Inside CREATE TABLE: ",\n    CONSTRAINT …" of each check and foreign key;
 * those refer to tables of the generation. */
void	 sqlite_constraints_create(struct buf *, const struct schema *,
	    const struct schema_table *, uint32_t generation);
/* Whether it is an index: UNIQUE and INDEX are. */
bool	 sqlite_constraint_is_index(const struct schema_constraint *);
/* The index's name in a generation; 0: its own. */
const char *sqlite_constraint_index(struct arena *,
	    const struct schema_constraint *, uint32_t generation);
/* "CREATE INDEX index ON table (…)", without the semicolon. */
void	 sqlite_constraint_create_index(struct buf *, const struct schema *,
	    const struct schema_constraint *, const char *index,
	    const char *table);
/* Does the target see to it itself?  Not to every check. */
bool	 sqlite_constraint_holds(const struct schema *,
	    const struct schema_constraint *);

/* Staged tables, all filled and with their keys. */
struct sqlite_rules {
	struct sqlite_db *db;
	const struct schema *schema;
	const char **table;		/* [tables] names of the staged ones */
	const char **index;		/* [constraints] */
	const char **base;		/* [tables] a table, as statements
					 * name it, whose rows it began with:
					 * what leads nowhere there may lead
					 * nowhere here; NULL: none */
	struct conflicts *conflicts;
	/* Before the first row goes from a table: SQLite's result code. */
	int (*spoil)(void *, uint32_t table);
	void *arg;
	bool any;			/* something is refused */
};

/*
 * Makes the indexes, and looks for values that repeat and for foreign keys
 * that lead nowhere; then rows go from the tables, which are of no use any
 * more.  false: an error is in diags.
 */
bool	 sqlite_rules_run(struct sqlite_rules *);

#endif
