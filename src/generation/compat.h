/*
 * Old shapes and new ones side by side, while applications change over: views
 * of compat:, through which old readers and writers have the columns that they
 * know, and columns that agree: in one table, whichever of them are written.
 *
 * A view writes to the live table.  A column of the table is what up: says of
 * it over the view's row, else the column of the view that shows it as it is,
 * else the one of the same name; others keep their values.  An update computes
 * what is computed from columns that it changes, and nothing else.
 *
 * Columns that agree are kept so by triggers of the table: what one side says
 * is computed from the other, if that alone is written; where both are and do
 * not agree, the statement is refused.
 *
 * What decant has made here is known by itself and made anew:
 *
 *	PostgreSQL	views with the trigger decant_compat and tables with
 *			the trigger decant_agree, whose functions are in the
 *			schema decant (COMPAT_PG_OWN)
 *	SQLite		views and triggers whose SQL has a mark
 *			(COMPAT_SQLITE_MARK)
 *
 * Nothing else is dropped: a name that something else has is an error.  What
 * is over a table that stays is left alone in PostgreSQL, where others hold
 * locks on it.
 *
 * What stands on a view stays, where its columns do: rights, comments, what
 * depends on it.  A new one has the rights of the table that had its name, or
 * of the one that it is over.
 */
#ifndef DECANT_COMPAT_H
#define DECANT_COMPAT_H

#include <stdbool.h>

#include "db/db.h"
#include "plan/schema.h"

struct compat;

/* Is the relation, a pg_class.oid, a view of decant's? */
#define COMPAT_PG_OWN(oid)						\
	"EXISTS (SELECT FROM pg_catalog.pg_trigger compat_t "		\
	"JOIN pg_catalog.pg_proc compat_p ON compat_p.oid = "		\
	"compat_t.tgfoid JOIN pg_catalog.pg_namespace compat_n ON "	\
	"compat_n.oid = compat_p.pronamespace WHERE "			\
	"compat_t.tgrelid = " oid " AND NOT compat_t.tgisinternal AND "	\
	"compat_n.nspname = 'decant' AND "				\
	"compat_t.tgname = 'decant_compat')"
/* Behind the name of a view or trigger, in its SQL; before the dataset's. */
#define COMPAT_SQLITE_MARK	"/* decant: compat of "

/*
 * Can it be written for such a database?  What cannot is told at its place in
 * the mapping (P14n); so is what a view cannot do.
 */
bool	 compat_check(struct arena *, struct diags *, enum db_kind,
	    const struct mapping *, const struct schema *);

/* What is to be live. */
struct compat_wanted {
	const struct mapping *const *mapping;	/* [n] of a dataset; 0: none */
	uint32_t n;
	const struct schema *schema;	/* of all their tables */
	const bool *stays;		/* [its tables] it is live already, and
					 * has what was made; NULL: none is */
};

/*
 * What there is, before tables move.  `schema` is PostgreSQL's, or the
 * dataset's name.  All must outlive it.  NULL: told.
 */
struct compat *compat_new(struct arena *, struct db *, const char *schema,
	    const struct compat_wanted *);
/*
 * The statements, appended, for db_exec in one transaction: before tables move,
 * what decant has made that is in their way, or is not wanted any more; and
 * when they have `moved` (in a dry run they never do), all that is wanted.
 * False: told, and the buffer is of no use.
 */
bool	 compat_clear(struct compat *, struct buf *);
bool	 compat_put(struct compat *, struct buf *, bool moved);

#endif
