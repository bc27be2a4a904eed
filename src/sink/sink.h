/*
 * Sinks: where rows go.  One file each, and a row of the table in sink.c.
 *
 * The order of calls: new (the target is only looked at), open (staging), then
 * encode on any thread and put in input order on one, then finish (all rows
 * are in: keys, indexes), then seal or abort.  Files that are sealed get their
 * names.  A database's tables are those of a generation, which nobody sees:
 * sealed, they are complete and stay; what makes them live is not a sink's
 * business (generation/publication.h).  After abort the target is as it was
 * before open, and open may be called again.  Errors are in the diags that
 * new was given; every function but encode is called by one thread.
 */
#ifndef DECANT_SINK_H
#define DECANT_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "plan/batch.h"
#include "plan/key.h"
#include "plan/schema.h"

struct arena;
struct buf;
struct db;

/* Where a database's tables are staged: NAME_gN.TABLE or TABLE__gN (db.h). */
struct sink_stage {
	struct db *db;		/* open (a fresh SQLite file: made), its lock
				 * held; the sink uses it until it is sealed or
				 * aborted, and never closes it */
	const char *schema;	/* PostgreSQL: of the live tables */
	uint32_t generation;	/* not 0 */
	uint64_t checkpoint;	/* rows of a table after which what is there
				 * is committed; 0: all at the end */
	bool resume;		/* the tables are there, from a run that did
				 * not end: as many rows of each as it holds
				 * are left out, for they are the same */
	bool more;		/* other sinks have made tables of this
				 * generation: those are left alone */
	const uint32_t *base;	/* [schema's tables] or NULL: the generation
				 * whose rows a table begins with (0: live);
				 * SINK_NO_BASE: none */
};
#define SINK_NO_BASE	UINT32_MAX

struct sink_options {
	const char *schema;	/* PostgreSQL: schema of the tables */
	const struct sink_stage *stage;	/* of databases */
	bool dry_run;
	const volatile int *interrupted;	/* set by a signal: what takes
				 * long ends soon, FATAL without an error in
				 * diags; or NULL.  Abort goes on. */
};

struct sink_ops {
	const char *name;	/* "sqlite", … */
	bool holds_keys;	/* finish looks at keys and constraints */
	/* Stages all tables of the schema, which outlives the sink. */
	enum grade (*open)(void *, const struct schema *);
	/* Makes batch->out[t] from batch->rows[t]; reads the sink, writes the
	 * batch; cannot fail.  NULL: put reads the rows themselves. */
	void (*encode)(const void *, struct batch *);
	enum grade (*put)(void *, struct batch *);
	/* OK; BAD: keys repeat, or constraints refuse some, see conflicts;
	 * FATAL. */
	enum grade (*finish)(void *, struct conflicts *);
	enum grade (*seal)(void *);
	void (*abort)(void *);
	void (*free)(void *);
	/* What it is, without a password: "sqlite:customer.db". */
	const char *(*describe)(const void *);
};

struct sink {
	const struct sink_ops *ops;
	void *state;
};

/*
 * Opens the sink that a target names: sqlite:PATH, postgresql://… (or
 * postgres://, or a libpq connection string with key=value), csv:DIR,
 * jsonl:DIR, null:.  false with an error (T0nn) in diags.
 */
bool	 sink_new(struct sink *, struct arena *, struct diags *,
	    const char *target, const struct sink_options *);
/* The limits of a target, without connecting; NULL with an error in diags. */
const struct limits *sink_limits(struct diags *, const char *target);
/* The statements that would make the tables, for explain; nothing for files. */
void	 sink_ddl(struct buf *, const char *target, const struct schema *,
	    const struct sink_options *);
/* Does the target itself hold its rows to a constraint?  (NULL: no target) */
bool	 sink_holds(const char *target, const struct schema *,
	    const struct schema_constraint *);
/* The target's name for a column's type ("INTEGER", "numeric(11,2)"). */
void	 sink_type(struct buf *, const char *target,
	    const struct schema_column *);

#endif
