/*
 * The inside of the PostgreSQL sink, shared by its files:
 *
 *	sink_postgres.c		life of a run: staging, keys, abort
 *	sink_postgres_rules.c	constraints, indexes, comments
 *	sink_postgres_copy.c	rows as COPY's bytes
 *	sink_postgres_stream.c	the connections that take them
 *	sink_postgres_publish.c	staged tables become live
 *
 * A run has a control connection, which holds the lock and publishes, and up
 * to STREAMS_MAX streams, each with a transaction that makes and fills its
 * tables.  With more tables than streams a stream takes several in turns: a
 * COPY is ended and the next begun, in the same transaction, so that FREEZE
 * holds for all of them.
 */
#ifndef DECANT_SINK_POSTGRES_IMPL_H
#define DECANT_SINK_POSTGRES_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "db/postgres_db.h"
#include "sink/sink.h"

#define STREAMS_MAX	8
#define STAGING_COMMENT	"decant staging"	/* how its comment begins */
#define PG_NAME_MAX	63
/* The comment of constraints and indexes that the next load may replace. */
#define MADE_BY_DECANT	"made by decant from the mapping"
#define NO_SET		UINT32_MAX

enum stream_state {
	STREAM_IDLE,		/* in its transaction, no COPY */
	STREAM_STARTING,	/* COPY was sent */
	STREAM_COPYING,
	STREAM_ENDING		/* the end of the COPY was sent */
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
	uint32_t table;		/* whose COPY it is */
	size_t turn;		/* bytes of this turn */
	struct pgstep *step;
	uint32_t nstep, step_cap, at;
	bool busy;		/* with step[at] */
};

struct pgtable {
	struct pgstream *stream;
	struct buf queue;	/* rows that wait; those before `at` are gone */
	size_t at;
};

struct pgsink {
	struct arena *arena;
	struct diags *diags;
	const char *target, *description;
	const char *want_schema;	/* of the options; NULL: the dataset's */
	bool dry_run;
	const volatile int *interrupted;	/* by a signal; or NULL */
	struct pgdb control;
	const struct schema *schema;
	const char *live, *staging;	/* names of schemas */
	bool locked, staged, failed, published, draining;
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

/* sink_postgres_publish.c */
/* Is there anything in the live tables that forbids to replace them? */
bool	 pgpublish_inspect(struct pgsink *);
/* Adds steps that make the live tables' plain indexes on the staged ones. */
bool	 pgpublish_add_indexes(struct pgsink *);
enum grade pgpublish_run(struct pgsink *);

#endif
