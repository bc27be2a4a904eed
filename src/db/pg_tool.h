/*
 * PostgreSQL's own programs, pg_dump and pg_restore, run on a connection's
 * database.
 */
#ifndef DECANT_PG_TOOL_H
#define DECANT_PG_TOOL_H
#ifdef HAVE_LIBPQ

#include <stdbool.h>

struct db;

/*
 * Runs `tool` with the arguments (ended by NULL), to which the connection is
 * added: its password goes through the environment.  False: told (T090), with
 * the last line that the tool said.
 */
bool	 pg_tool_run(struct db *, const char *tool, const char *const *arg);

#endif
#endif
