/*
 * The inside of a copy, shared by its files:
 *
 *	copy.c			the run: snapshot, ledger, publication
 *	copy_source.c		the source, in one snapshot
 *	copy_event.c		what the ledger is told of it
 *	copy_ledger.c		the source's ledger, on its way along
 *	copy_plan.c, _type, _usertype, _rule, _left, _grants, _ddl
 *				what is going to be made
 *	copy_rows.c		rows from one side to the other, in lanes
 *	copy_pipe.c		the reading half of a lane
 *	copy_postgres.c, copy_sqlite.c
 *				the writing half
 *
 * A lane moves one table at a time: a thread of its own reads, the lane's
 * thread hashes and writes.  Between two PostgreSQL servers there are several,
 * each with connections in the snapshots that they share; a SQLite file has
 * one reader, and one writer.
 */
#ifndef DECANT_COPY_IMPL_H
#define DECANT_COPY_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_turn.h"
#include "generation/copy.h"
#include "generation/copy_plan.h"
#include "plan/batch.h"
#include "sink/sqlite_rows.h"

#define COPY_LANES_MAX	8u
#define COPY_BATCH	2048u	/* rows of a batch, at most */
#define PIPE_BATCHES	4u

struct copy_run {
	struct arena *arena;
	struct diags *diags;
	const struct copy_options *o;
	struct copy_result *result;
	struct arena from_arena;	/* all of the source is here, as its */
	struct diags from_diags;	/* readers work beside the writers */
	struct db from, to;
	struct dataset source, target;
	struct copy_plan plan;
	struct generation gen;		/* what it is going to be */
	const char *who, *shape;	/* JSON members; hash of the plan */
	const char *from_snapshot, *to_snapshot;	/* PostgreSQL's */
	bool landed;			/* the file is new, and this run's */
	bool resumed, begun;
	uint32_t nlane;
	atomic_uint next;		/* table for the next lane */
	atomic_bool failed;
	atomic_uint_least64_t rows;	/* that were read, for progress */
	uint64_t expected;
	atomic_bool showing;
};

/* --- the reading half ---------------------------------------------------- */

struct pipe_batch {
	struct arena arena;
	struct column *col;		/* [table's columns] */
	uint32_t n;
};

struct copy_pipe {
	struct db *db;
	const struct copy_run *run;
	const struct copy_table *t;
	struct reader_column *column;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct pipe_batch batch[PIPE_BATCHES];
	uint32_t head, n;		/* batches that wait */
	bool ended, failed, stop;
	uint32_t as_text;		/* a column, one of whose values only
					 * PostgreSQL has: it is to be read as
					 * text; COPY_NO_COLUMN: none */
};
#define COPY_NO_COLUMN	UINT32_MAX

/* Begins to read a table; false: told. */
bool	 copy_pipe_open(struct copy_pipe *, const struct copy_run *,
	    struct db *, const struct copy_table *);
/* The next rows, which are there until _done; NULL: no more, or (failed) an
 * error, in the diags of the source's connection. */
struct pipe_batch *copy_pipe_next(struct copy_pipe *);
void	 copy_pipe_done(struct copy_pipe *);
/* false: it has failed; told, unless a column is to be read as text. */
bool	 copy_pipe_close(struct copy_pipe *);

/* --- the writing half ---------------------------------------------------- */

struct copy_writer {
	struct copy_run *run;
	struct db *db;
	const struct copy_table *t;
	struct buf out;			/* rows that wait */
	uint32_t nout;
	const uint32_t *row;		/* 0, 1, 2, … */
	const struct column **col;	/* of a batch, those that are written */
	bool copying;			/* PostgreSQL: in COPY */
	struct sqlite_packer *packer;
	struct sqlite_inserter inserter;
	struct sqlite_turn turn;
	const char *name;		/* SQLite: of the staged table */
};

/* All: false: told. */
bool	 copy_postgres_begin(struct copy_writer *);
bool	 copy_postgres_put(struct copy_writer *, const struct rowset *,
	    struct arena *);
bool	 copy_postgres_end(struct copy_writer *);
void	 copy_postgres_abort(struct copy_writer *);
bool	 copy_sqlite_begin(struct copy_writer *);
bool	 copy_sqlite_put(struct copy_writer *, const struct rowset *);
bool	 copy_sqlite_end(struct copy_writer *);
void	 copy_sqlite_abort(struct copy_writer *);
/* Is the staged table there, complete?  And away with one. */
bool	 copy_is_complete(struct copy_run *, struct db *,
	    const struct copy_table *, bool *complete);
bool	 copy_drop_table(struct copy_run *, struct db *,
	    const struct copy_table *);

/* --- the rest ------------------------------------------------------------ */

/* copy_source.c */
bool	 copy_source_open(struct copy_run *);
/* Another connection in the same snapshot. */
bool	 copy_source_again(struct copy_run *, struct db *);
void	 copy_source_close(struct copy_run *);
/* A snapshot of the target for all lanes, and its end. */
bool	 copy_target_snapshot(struct copy_run *, struct db *);
bool	 copy_enter_snapshot(struct db *, struct arena *, const char *id);
bool	 copy_export_snapshot(struct db *, struct arena *, const char **id);

/* copy_event.c: JSON of the events "started", "staged" and "copied". */
const char *copy_started_data(struct copy_run *);
const char *copy_staged_data(struct copy_run *);
const char *copy_copied_data(struct copy_run *, const char *sha256);

/* copy_ledger.c: the source's events as a text of the target's ledger, and all
 * texts that they name; *sha256 "" where the source has none. */
bool	 copy_ledger_bring(struct copy_run *, char sha256[SHA256_HEX + 1]);

/* copy_rows.c: both use all lanes. */
bool	 copy_rows(struct copy_run *);
bool	 copy_verify(struct copy_run *);
void	 copy_show(struct copy_run *, const char *phase);
const char *copy_relation(struct copy_run *, struct arena *,
	    const struct copy_table *);
void	 copy_move_diags(struct diags *to, const struct diags *from);

#endif
