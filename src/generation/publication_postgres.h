/*
 * The inside of publications in PostgreSQL, shared by its files:
 *
 *	publication_postgres.c		life: prepare, the transaction, drop
 *	publication_postgres_ask.c	queries and statements
 *	publication_postgres_check.c	what forbids it
 *	publication_postgres_build.c	what takes long, beforehand
 *	publication_postgres_carry.c	what stands on live tables
 *	publication_postgres_depend.c	what depends on them
 *	publication_postgres_log.c	their change logs
 *	publication_postgres_same.c	has any of it changed meanwhile?
 *	publication_postgres_view.c	materialized views, which take long
 *	publication_postgres_wait.c	locks, old snapshots, who is in the way
 *
 * What is to be done is found by queries of the catalogue that return
 * statements.  They all begin with the publication's tables, as `t`:
 *
 *	name			of the table
 *	old, live		its oid now, its qualified name (always)
 *	put			where the old one is put away
 *	new, staged		the one that is to be live, and its name now
 *
 * old and new are null where there is none.  Definitions are asked for as long
 * as the old table is the live one: then they name the live tables, and mean
 * the new ones as soon as these have moved.
 */
#ifndef DECANT_PUBLICATION_POSTGRES_H
#define DECANT_PUBLICATION_POSTGRES_H
#ifdef HAVE_LIBPQ

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"
#include "generation/publication.h"

#define PGPUB_TABLES							\
	"WITH RECURSIVE t AS MATERIALIZED (SELECT v.name, v.away, v.home,"	\
	"  o.oid AS old,"						\
	"  n.oid AS new, format('%I.%I', $1::text, v.name) AS live,"	\
	"  quote_ident(v.home) || '.' || quote_ident(v.name) AS staged,"	\
	"  quote_ident(v.away) || '.' || quote_ident(v.name) AS put"	\
	"  FROM unnest($2::text[], $3::text[], $4::text[])"		\
	"   AS v(name, away, home)"					\
	"  LEFT JOIN pg_namespace l ON l.nspname = $1::text"		\
	"  LEFT JOIN pg_class o ON o.relname = v.name AND"		\
	"   o.relnamespace = l.oid"					\
	"  LEFT JOIN pg_namespace h ON h.nspname = v.home"		\
	"  LEFT JOIN pg_class n ON n.relname = v.name AND"		\
	"   n.relnamespace = h.oid) "
#define PGPUB_PARAMS	4

/* The comment of what decant made from a mapping, which is the generation's
 * own; all else is the users', and carried. */
#define PGPUB_MADE	"made by decant from the mapping"
/* How a staged materialized view's name begins; its live one's oid follows. */
#define PGPUB_VIEW	"decant_view_"
#define PGPUB_SQL_MAX	(64u << 20)

struct pgpub_step {
	const char *doing, *sql;
};

/* A query that the server has planned. */
struct pgpub_planned {
	const char *sql, *name;
};

/* Statements, in order. */
struct pgpub_script {
	struct pgpub_step *step;
	uint32_t n, cap;
};

struct pgpub {
	struct publication *p;
	struct arena *a;
	struct pgdb db;			/* the control connection */
	struct pub_table *table;	/* [p->ntable] by name */
	const char *param[PGPUB_PARAMS + 1];	/* and one of the query's own */
	struct pgpub_planned *planned;
	uint32_t nplanned, planned_cap;
	const char **built;		/* what prepare made: definitions */
	uint32_t nbuilt, built_cap;
	bool analyze;			/* what was made wants statistics */
	struct pgpub_script schemas;	/* that are to be made */
	struct pgpub_script before;	/* the old table is live */
	struct pgpub_script carry;	/* the new one is */
	struct pgpub_script after;	/* committed: takes long */
	struct pgpub_script notes;	/* messages and hints, for then */
	bool busy;			/* a lock was not to be had */
	bool stale;			/* something is to be prepared again */
	bool changed;			/* since the statements were found */
	uint32_t odd;			/* errors that look like a change */
	const char *objects, *print;	/* publication_postgres_same.c */
	bool live;			/* some of the tables are */
	bool depended;			/* something depends on a live one */
	bool views;			/* some are materialized */
	const char *xid;		/* of the transaction, once it has one */
};

/* publication_postgres_ask.c */
/* An element of an array literal; NULL is null. */
void	 pgpub_put_element(struct buf *, const char *text);
/* What the publication's own pointer holds, up to date. */
struct pgpub *pgpub_of(struct publication *);
/* Around all that follows: how the session plans queries. */
bool	 pgpub_begin(struct pgpub *);
void	 pgpub_end(struct pgpub *);
void	 pgpub_add(struct pgpub *, struct pgpub_script *, const char *doing,
	    const char *sql);
/*
 * Appends the statements that a query returns as (order, doing, sql); the
 * second, of live tables only: none where there are none.
 */
bool	 pgpub_ask(struct pgpub *, struct pgpub_script *, const char *sql);
bool	 pgpub_ask_live(struct pgpub *, struct pgpub_script *,
	    const char *sql);
/* A query (a constant) of the publication's tables, with a fifth parameter or
 * NULL; NULL: told. */
PGresult *pgpub_query(struct pgpub *, const char *sql, const char *own);
/* One statement; what fails is told with this code.  Locks that are not to be
 * had set `busy` instead.  In a dry run it is only written down. */
bool	 pgpub_exec(struct pgpub *, enum diag_code, const char *doing,
	    const char *sql);
bool	 pgpub_run_script(struct pgpub *, enum diag_code,
	    const struct pgpub_script *);
/* Appends a comment to a dry run's statements. */
void	 pgpub_note(struct pgpub *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* publication_postgres_check.c; staged: the new tables must be there; warn:
 * what is no error is told too.  Sets `live`. */
bool	 pgcheck_all(struct pgpub *, bool staged, bool warn);

/* publication_postgres_build.c */
/* What is to be made on the new tables beforehand. */
bool	 pgbuild_ask(struct pgpub *, struct pgpub_script *);
bool	 pgbuild_run(struct pgpub *);
/* Rows of new tables that would refer to none. */
bool	 pgbuild_check_keys(struct pgpub *);

/* publication_postgres_carry.c: before, carry, and after. */
bool	 pgcarry_ask(struct pgpub *);
/* Takes what has moved to the new tables from the old ones. */
bool	 pgcarry_strip(struct pgpub *, struct pgpub_script *);

/* publication_postgres_depend.c */
/* What cannot be rebuilt, or only when told to; sets `depended`. */
bool	 pgdepend_check(struct pgpub *);
/* Statements that take the locks on what is rebuilt. */
bool	 pgdepend_locks(struct pgpub *, struct pgpub_script *);
bool	 pgdepend_ask(struct pgpub *, struct pgpub_script *before,
	    struct pgpub_script *rebuild);

/* publication_postgres_view.c */
bool	 pgview_build(struct pgpub *);
bool	 pgview_ask(struct pgpub *, struct pgpub_script *swap,
	    struct pgpub_script *drop);

/* publication_postgres_log.c */
bool	 pgpublog_create(struct pgpub *);
/* Appends triggers of what is live then; `stale` where a log is missing. */
bool	 pgpublog_ask(struct pgpub *, struct pgpub_script *);
bool	 pgpublog_drop(struct pgpub *);
/* An array of the logs' names. */
const char *pgpublog_names(struct pgpub *);

/* publication_postgres_same.c */
bool	 pgsame_note(struct pgpub *);
/* false: `changed`, or an error is told. */
bool	 pgsame_check(struct pgpub *);

/* publication_postgres_wait.c */
double	 pgwait_now(void);		/* ms */
void	 pgwait_sleep(long ms);
void	 pgwait_rest(uint32_t attempt);
double	 pgwait_patience(const struct pgpub *);
/* Until every row of the new tables is visible to everybody. */
bool	 pgwait_snapshots(struct pgpub *);
/* Ends an autovacuum that is in the way of the lock. */
void	 pgwait_evict(struct pgpub *);
void	 pgwait_tell_busy(struct pgpub *);

#endif
#endif
