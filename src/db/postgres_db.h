/*
 * PostgreSQL: connections, quoting, statements, errors.
 *
 * Built only with HAVE_LIBPQ.  The sink and the generations borrow these
 * connections; nothing here knows of tables.  Passwords are never part of a
 * message or of a description.
 */
#ifndef DECANT_POSTGRES_DB_H
#define DECANT_POSTGRES_DB_H
#ifdef HAVE_LIBPQ

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct buf;

/*
 * A connection and where its errors go; diags NULL: nowhere.  The session
 * finds names in pg_catalog only, so every other name has its schema before
 * it.
 */
struct pgdb {
	PGconn *conn;
	struct diags *diags;
};

/* postgresql:…, postgres:…, or a connection string with key=value. */
bool	 pgdb_is_target(const char *target);
/*
 * Connects and prepares the session.  `like` (NULL: nobody) is a connection
 * of the same target whose very server is meant.  false: an error is in diags
 * (NULL: it is not told), and nothing is left to close.
 */
bool	 pgdb_connect(struct pgdb *, struct diags *, const char *target,
	    const struct pgdb *like);
void	 pgdb_close(struct pgdb *);
/* "postgresql://user@host:5432/db", without password and options. */
const char *pgdb_describe(struct arena *, const struct pgdb *);

/* An identifier, in double quotes where PostgreSQL's quote_ident has them. */
void	 pgdb_ident(struct buf *, const char *name);
/* schema.name */
void	 pgdb_name(struct buf *, const char *schema, const char *name);
/* A string literal; standard_conforming_strings is on in our sessions. */
void	 pgdb_literal(struct buf *, const char *text);

/*
 * Runs statements without results; `doing` ("creating table \"a\"") begins
 * the message.  false: the error is in diags.
 */
bool	 pgdb_exec(struct pgdb *, const char *doing, const char *sql);
/* One query with text parameters; NULL: the error is in diags. */
PGresult *pgdb_query(struct pgdb *, const char *doing, const char *sql,
	    int nparam, const char *const *param);
/*
 * Tells the error of a result (NULL: of the connection): "DOING: MESSAGE
 * (DETAIL; CONTEXT; SQLSTATE 42501)", the server's hint as the hint.  The
 * code is T058 when the connection is gone, else T057.
 */
void	 pgdb_error(struct pgdb *, const char *doing, const PGresult *);
/* The same with a code and a hint of the caller's, unless the session is over.
 * hint NULL: the server's. */
void	 pgdb_error_as(struct pgdb *, enum diag_code, const char *doing,
	    const PGresult *, const char *hint);
/* Is the result's SQLSTATE this one? */
bool	 pgdb_is_state(const PGresult *, const char *state);
/* "key='value' " for all that the connection was made with, without the keys
 * in `but` (ended by NULL); the password among them, if it is not there. */
void	 pgdb_put_conninfo(struct buf *, PGconn *, const char *const *but);

#endif
#endif
