/*
 * The change log's statements in PostgreSQL, for publications, which run them
 * among others, or only show them.
 */
#ifndef DECANT_CHANGE_LOG_POSTGRES_H
#define DECANT_CHANGE_LOG_POSTGRES_H
#ifdef HAVE_LIBPQ

#include <stdbool.h>

#include "generation/change_log.h"

struct buf;

/* May the role make logs?  L040: no. */
bool	 pglog_check(struct db *);
/* The statements that make it, its schema included; false: told. */
bool	 pglog_put_create(struct buf *, struct db *, const char *schema,
	    const struct log_table *);
void	 pglog_put_drop(struct buf *, const struct db *, const char *schema,
	    const struct log_table *);
/* Function and triggers of a log that is there. */
void	 pglog_put_attach(struct buf *, const struct db *, const char *schema,
	    const struct log_table *);
/*
 * The trigger of tables that are put away, which refuses writes that are not
 * decant's own: who still comes to a table through its oid gets an error, for
 * what he writes would be lost.
 */
#define PGLOG_GUARD	"decant_put_away"
/* Its function, decant.decant_put_away(), and the schema. */
bool	 pglog_put_guard(struct buf *, struct db *);

#endif
#endif
