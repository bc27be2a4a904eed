/*
 * What the files of a publication in SQLite share.
 *
 *	publication_sqlite.c		the order of things
 *	publication_sqlite_move.c	the rows of sqlite_master that change
 *	publication_sqlite_text.c	the texts in them
 *	publication_sqlite_index.c	users' indexes, on the new tables
 *	publication_sqlite_hand.c	what was changed by hand
 *	publication_sqlite_probe.c	views and triggers, before and after
 *	publication_sqlite_keys.c	foreign keys that have to do with them
 *	publication_sqlite_refer.c	whether their rows refer to something
 */
#ifndef DECANT_PUBLICATION_SQLITE_IMPL_H
#define DECANT_PUBLICATION_SQLITE_IMPL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "db/sqlite_turn.h"
#include "generation/publication.h"

struct sqlite_db;

/* A row of sqlite_master that a table of the publication has to do with. */
struct lite_object {
	int64_t row, page;		/* its rowid; root page; -1: a dry run
					 * has not made it */
	const char *type, *name, *table;
	const char *sql;		/* NULL: an index of a constraint */
	const struct pub_table *of;
	bool live;			/* of the live table, which goes; else
					 * of the one that comes */
	bool own;			/* an index that decant made */
	const char *to_name, *to_table, *to_sql;	/* NULL: stays */
	bool blind;			/* a trigger that watches a column
					 * which the live table has not */
};

/* A row of sqlite_master, and the object that it is to be of. */
struct lite_change {
	int64_t row;			/* 0: a new one */
	const struct lite_object *object;	/* NULL: the row goes */
};

/* A foreign key, and whether it fitted before. */
struct lite_fit {
	const char *child, *parent;
	bool good;
};

struct lite_probe;
struct litepub {
	struct publication *p;
	struct sqlite_db *db;
	struct sqlite_turn turn;
	struct arena arena;		/* of this attempt */
	struct lite_object *object;
	uint32_t nobject, object_cap;
	struct lite_change *change;
	uint32_t nchange, change_cap;
	struct lite_probe *probe;
	uint32_t nprobe, probe_cap;
	struct lite_fit *fit;
	uint32_t nfit, fit_cap;
};

const char *litepub_away(struct litepub *, const struct pub_table *);
const char *litepub_then(struct litepub *, const struct pub_table *);
/* Text of a column of the statement's row in the arena; NULL is NULL. */
const char *litepub_text(struct litepub *, sqlite3_stmt *, int column);
/* A statement with its text parameters; NULL: told. */
sqlite3_stmt *litepub_ask(struct litepub *, const char *sql, const char *one,
	    const char *two);
/* Ends its loop; false: told. */
bool	 litepub_end(struct litepub *, sqlite3_stmt *, int rc);
/* A statement without results; false: told. */
bool	 litepub_do(struct litepub *, const char *sql, const char *one,
	    const char *two);
/* One integer of a query, 0 when it has no row; false: told. */
bool	 litepub_count(struct litepub *, const char *sql, const char *one,
	    const char *two, int64_t *);
/* T015: the thing does not fit the table (NULL: the tables). */
void	 litepub_misfit(struct litepub *, const char *what, const char *name,
	    const char *table, const char *why);

/* --- publication_sqlite_move.c --- */

/* Reads the objects of all tables. */
bool	 litepub_read(struct litepub *);
const struct lite_object *litepub_find(const struct litepub *,
	    const struct pub_table *, const char *type, const char *name,
	    bool live);
/* The table itself; NULL: it is not there. */
const struct lite_object *litepub_table(const struct litepub *,
	    const struct pub_table *, bool live);
/* What is to become of each; names that would clash are told (T014), and
 * triggers that would stand on nothing (T034). */
bool	 litepub_plan(struct litepub *);
/* Does it, in the transaction that is open. */
bool	 litepub_move(struct litepub *);
/* The same as statements. */
void	 litepub_put_move(struct litepub *, struct buf *);

/* --- publication_sqlite_index.c --- */

/* Are all users' indexes of the live tables on those that come?  Then nothing
 * is left to do. */
bool	 litepub_is_indexed(struct litepub *);
/* Adds those that a dry run would have made. */
void	 litepub_index_dry(struct litepub *);
/* Makes those that are missing, drops those that users have dropped. */
bool	 litepub_index(struct litepub *);

/* --- publication_sqlite_hand.c --- */

/* T032: what the live tables have and the new ones would not. */
bool	 litepub_check_hand(struct litepub *);

/* --- publication_sqlite_probe.c --- */

bool	 litepub_probe_before(struct litepub *);
bool	 litepub_probe_after(struct litepub *);

/* --- publication_sqlite_keys.c --- */

/* Before the transaction: what takes long. */
bool	 litepub_keys_prepare(struct litepub *);
/* In the transaction, before and after the tables move. */
bool	 litepub_keys_before(struct litepub *);
bool	 litepub_keys_after(struct litepub *);

#endif
