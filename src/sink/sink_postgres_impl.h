/*
 * The inside of the PostgreSQL sink, shared by its files:
 *
 *	sink_postgres.c		life of a run: staging, keys, abort
 *	sink_postgres_rules.c	constraints, indexes, comments
 *	sink_postgres_copy.c	rows as COPY's bytes
 *	sink_postgres_stream.c	the connections that take them
 *	sink_postgres_resume.c	tables that are there already, or begin with
 *				rows of another generation
 *
 * A run has a control connection, which is its caller's and holds the lock,
 * and up to STREAMS_MAX streams, each with a transaction that makes and fills
 * its tables.  With more tables than streams a stream takes several in turns:
 * a COPY is ended and the next begun, in the same transaction, so that FREEZE
 * holds for all of them.  With checkpoints a stream commits now and then;
 * what comes after is not frozen, and such a table is vacuumed in the end.
 */
#ifndef DECANT_SINK_POSTGRES_IMPL_H
#define DECANT_SINK_POSTGRES_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "db/postgres_db.h"
#include "db/postgres_schema.h"
#include "sink/sink.h"

#define STREAMS_MAX	8
#define PG_NAME_MAX	63
/* The comment of constraints and indexes that the next load may replace. */
#define MADE_BY_DECANT	"made by decant from the mapping"
#define NO_SET		UINT32_MAX

enum stream_state {
	STREAM_IDLE,		/* in its transaction, no COPY */
	STREAM_STARTING,	/* COPY was sent */
	STREAM_COPYING,
	STREAM_ENDING,		/* the end of the COPY was sent */
	STREAM_COMMITTING
};

/* A statement after the load; steps of one stream run one after another. */
struct pgstep {
	const char *doing, *sql;
	uint32_t table;
	uint32_t set;		/* of keys, of which repeated ones are an
				 * answer, no error; NO_SET */
};

struct pgstream {
	struct pgdb db;
	enum stream_state state;
	bool blocked;		/* libpq has bytes that the socket refused */
	bool shared;		/* by several tables */
	bool commit;		/* a table is at a checkpoint */
	uint32_t table;		/* whose COPY it is */
	size_t turn;		/* bytes of this turn */
	uint64_t stop;		/* of the table's bytes, where it ends; 0:
				 * that is not known yet */
	struct pgstep *step;
	uint32_t nstep, step_cap, at;
	bool busy;		/* with step[at] */
};

struct pgtable {
	struct pgstream *stream;
	struct buf queue;	/* rows that wait; those before `at` are gone */
	size_t at;
	bool there;		/* before this run: it is gone on with */
	bool freeze;		/* made in the transaction that is open */
	bool vacuum;		/* some of its rows are not frozen */
	bool marked;		/* its comment is the stage's */
	uint64_t skip;		/* rows to be left out */
	uint64_t rows;		/* since the last checkpoint */
	uint64_t in, out;	/* bytes that came, and that were sent */
	uint64_t mark;		/* of those, at the next checkpoint; or 0 */
};

struct pgsink {
	struct arena *arena;
	struct diags *diags;
	const char *target, *description;
	const struct sink_stage *stage;	/* NULL: a dry run without one */
	bool dry_run;
	const volatile int *interrupted;	/* by a signal; or NULL */
	struct pgdb control;		/* the stage's */
	const struct schema *schema;
	const char *live, *staging;	/* names of schemas */
	bool staged, failed, sealed, draining;
	bool marks;			/* the schema has no comment of ours:
					 * its tables have */
	struct pgstream stream[STREAMS_MAX];
	uint32_t nstream;
	struct pgtable *table;		/* [schema's tables] */
	bool *repeats;			/* [schema_nset] keys of that set do */
	size_t turn_most;		/* bytes of one turn of a shared stream */
};

/* A signal was caught: sets `failed`, and nothing is told. */
bool	 pgsink_is_interrupted(struct pgsink *);

/* sink_postgres_stream.c: what fails sets `failed` and is told once. */
bool	 pgstream_open(struct pgsink *);	/* connects them, in arena order */
enum grade pgstream_put(struct pgsink *, struct batch *);
enum grade pgstream_drain(struct pgsink *);	/* all rows are in */
void	 pgstream_add_step(struct pgsink *, uint32_t table, const char *doing,
	    const char *sql, uint32_t set);
enum grade pgstream_run_steps(struct pgsink *);
/* Waits until the control connection has an answer. */
enum grade pgstream_wait_control(struct pgsink *);
/* A statement on the control connection; OK, BAD: it ends with that SQLSTATE
 * (or NULL), or FATAL. */
enum grade pgstream_control(struct pgsink *, const char *doing,
	    const char *sql, const char *state);
void	 pgstream_close(struct pgsink *, bool cancel);

/* sink_postgres_rules.c */
/* "(a, b)" */
void	 pgrules_put_columns(struct buf *, const struct schema_table *,
	    const uint32_t *column, uint32_t n);
/* Inside CREATE TABLE: checks. */
void	 pgrules_put_checks(struct buf *, const struct schema *,
	    const struct schema_table *);
/* What else makes a schema's constraints, indexes and comments, for explain. */
void	 pgrules_ddl(struct buf *, const struct schema *, const char *name);
/* Does the server see to it itself?  Not to every check. */
bool	 pgrules_holds(const struct schema *, const struct schema_constraint *);
/* Keys that repeat. */
enum grade pgrules_find_keys(struct pgsink *, uint32_t table,
	    struct conflicts *);
/* Once keys are made: the rest.  BAD: something is refused. */
enum grade pgrules_finish(struct pgsink *, struct conflicts *);
/* The comments of tables that told until now that they are staged. */
enum grade pgrules_unmark(struct pgsink *);

/* sink_postgres_resume.c */
/* "TABLE" of the staging schema is commented as one that is being filled. */
void	 pgresume_put_mark(struct pgsink *, struct buf *, uint32_t table);
/* Looks which tables are there, makes them ready to take more, and counts
 * the rows that are to be left out. */
bool	 pgresume_look(struct pgsink *);
/* How the streams' transactions begin, so that all bases are of one snapshot;
 * NULL: an error is told. */
const char *pgresume_begin(struct pgsink *);
/* Tables that begin with rows of another generation get them, and are
 * committed; those that were there have them. */
enum grade pgresume_copy_base(struct pgsink *);
/* Takes rows that are there from the beginning of COPY's bytes. */
void	 pgresume_skip(struct pgtable *, struct buf *out, uint64_t *rows);
/* Did the input have all of those rows? */
bool	 pgresume_is_over(struct pgsink *);

#endif
