/*
 * What each kind of database has of change_log.h; change_log.c asks the kind.
 * SQLite's functions are in change_log_sqlite.c, PostgreSQL's in
 * change_log_postgres.c, which is built with libpq only.
 */
#ifndef DECANT_CHANGE_LOG_IMPL_H
#define DECANT_CHANGE_LOG_IMPL_H

#include "generation/change_log.h"

const char *litelog_name(struct arena *, const struct db *,
	    const char *schema, const struct log_table *);
bool	 litelog_create(struct db *, const char *schema,
	    const struct log_table *);
bool	 litelog_attach(struct db *, const char *schema,
	    const struct log_table *);
bool	 litelog_detach(struct db *, const char *schema, const char *table);
bool	 litelog_drop(struct db *, const char *schema,
	    const struct log_table *);

#ifdef HAVE_LIBPQ
const char *pglog_name(struct arena *, const struct db *, const char *schema,
	    const struct log_table *);
bool	 pglog_create(struct db *, const char *schema,
	    const struct log_table *);
bool	 pglog_attach(struct db *, const char *schema,
	    const struct log_table *);
bool	 pglog_detach(struct db *, const char *schema, const char *table);
bool	 pglog_drop(struct db *, const char *schema,
	    const struct log_table *);
#endif

#endif
