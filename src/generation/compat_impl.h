/*
 * What the files of compat.h share:
 *
 *	compat.c		what there is to write; what both databases say
 *	compat_view.c		what views show, and what is written through them
 *	compat_agree.c		the sides that agree
 *	compat_sqlite.c		SQLite's statements
 *	compat_postgres.c	PostgreSQL's
 *	compat_postgres_view.c	… of a view
 */
#ifndef DECANT_COMPAT_IMPL_H
#define DECANT_COMPAT_IMPL_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "generation/compat.h"
#include "plan/expr_sql.h"

#define NONE		UINT32_MAX
#define COMPAT_SQL_MAX	(64u << 20)

/* How a column of the table is written. */
struct view_write {
	const struct expr *e;		/* over the view's columns; NULL: it
					 * keeps its value */
	struct place at;
	bool *reads;			/* [columns of the view] */
};

struct view_shape {
	const struct mapping *mapping;	/* whose view it is */
	const struct map_view *map;
	const struct schema_table *table;
	struct schema_table shape;	/* the view's columns */
	struct view_write *write;	/* [table->ncolumn] */
	bool *written;			/* [shape.ncolumn] some write reads it */
	bool keyed;			/* a row of the view tells that of the
					 * table */
	bool there;			/* decant made it before, and it stays */
};

struct agree_side {
	uint32_t *column, n;
	bool given;			/* one of them has an expression */
};

struct agree_group {
	const struct schema_table *table;
	const struct map_carry **given;	/* [table->ncolumn], NULL: none */
	struct agree_side side[2];
};

struct compat {
	struct arena *arena;
	struct diags *diags;
	struct db *db;			/* NULL: only checks */
	bool sqlite;
	const char *schema;
	const struct mapping *const *mapping;	/* [nmapping] */
	uint32_t nmapping;
	const struct schema *to;
	const bool *stays;		/* [to->ntable], or NULL: none does */
	struct view_shape *view;
	uint32_t nview;
	struct agree_group *group;
	uint32_t ngroup;
	bool cleared;
	uint32_t functions;		/* of PostgreSQL that are called */
	/* what decant has made before: names of views, and tables with
	 * triggers */
	struct db_result *views, *tables;
	struct db_result **grants;	/* [nview] (who, what) */
};

/*
 * SQL over the columns of a table; NULL: told.  `row` stands before them.
 * compat_stored: as the column holds it, and what it cannot hold is an error.
 * compat_guessed: the same, but that is null; *risky: it may be.
 */
const char *compat_shown(struct compat *, const struct schema_table *,
	    const char *row, const struct expr *, struct schema_column *is);
const char *compat_stored(struct compat *, const struct schema_table *,
	    const char *row, const struct expr *,
	    const struct schema_column *);
const char *compat_guessed(struct compat *, const struct schema_table *,
	    const char *row, const struct expr *, const struct schema_column *,
	    bool *risky);
/* "a, b and c": columns, for messages. */
const char *compat_names(struct compat *, const struct schema_table *,
	    const uint32_t *column, uint32_t n);
const char *compat_ident(struct compat *, const char *);
const char *compat_literal(struct compat *, const char *);
/* The mapping that a table of the schema is of, or a view's shape. */
const struct mapping *compat_mapping(const struct compat *,
	    const struct schema_table *);
/* The schema's table that a mapping's is. */
const struct schema_table *compat_table(const struct compat *,
	    const struct map_table *);
/* Does the table stay where it is, with all that stands on it? */
bool	 compat_stays(const struct compat *, const struct schema_table *);
void	 compat_unknown(struct compat *, const struct expr *,
	    const char *what, const char *name);

/* compat_view.c, compat_agree.c: fill view and group; false: told. */
bool	 compat_views(struct compat *);
bool	 compat_agreements(struct compat *);
/* Notes on what a view cannot do. */
void	 compat_view_notes(struct compat *, const struct view_shape *);
/* The view's column, in the row, as SQL; what the table's column becomes. */
const char *view_shows(struct compat *, const struct view_shape *,
	    uint32_t column, const char *row);
const char *view_writes(struct compat *, const struct view_shape *,
	    uint32_t column, const char *row);
/* Columns of the view that change what the column becomes, as "(NEW.a IS NOT
 * OLD.a OR …)"; "" if it is not computed from any. */
const char *view_changes(struct compat *, const struct view_shape *,
	    uint32_t column, const char *now, const char *then);

/* A side has a value; a side differs from the row before; a side is what its
 * expressions say (NULL: it has none), which must be something where that may
 * be null for being rejected. */
const char *agree_has(struct compat *, const struct agree_group *, int side);
const char *agree_changes(struct compat *, const struct agree_group *,
	    int side);
const char *agree_holds(struct compat *, const struct agree_group *, int side);
/* Why a statement is refused. */
const char *agree_refusal(struct compat *, const struct agree_group *);

/* Does a database in memory take all that would be written? */
bool	 lite_compat_try(struct compat *);
bool	 lite_compat_look(struct compat *);
bool	 lite_compat_clear(struct compat *, struct buf *);
bool	 lite_compat_put(struct compat *, struct buf *, bool moved);
#ifdef HAVE_LIBPQ
bool	 pg_compat_look(struct compat *);
bool	 pg_compat_clear(struct compat *, struct buf *);
bool	 pg_compat_put(struct compat *, struct buf *, bool moved);
/* A name of at most 63 bytes in the schema decant. */
const char *pg_compat_name(struct compat *, const char *what,
	    const char *name);
/* A body between dollars. */
void	 pg_compat_body(struct buf *, const char *);
bool	 pg_compat_view(struct compat *, const struct view_shape *,
	    struct buf *);
#endif

#endif
