/*
 * PostgreSQL connections; see postgres_db.h.
 *
 * Sessions are made alike whatever the server's configuration and the role's
 * settings say: search_path, formats and timeouts are pinned.  A connection
 * is opened by the asynchronous calls of libpq, because only those let the
 * verbosity be set before the server answers, and only a verbose message has
 * the SQLSTATE of a refusal (the rest of it is in the server's language).
 */
#ifdef HAVE_LIBPQ

#include "db/postgres_db.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/postgres_lock.h"

#define CONNECT_SECONDS	15	/* for each host, unless the user says */
#define MESSAGE_MAX	(64u << 10)

static const char session[] =
    "SET search_path = pg_catalog, pg_temp;"
    "SET DateStyle = 'ISO, YMD';"
    "SET IntervalStyle = 'postgres';"
    "SET standard_conforming_strings = on;"
    "SET extra_float_digits = 1;"
    "SET statement_timeout = 0;"
    "SET lock_timeout = 0;"
    "SET idle_in_transaction_session_timeout = 0;"
    "SET default_transaction_isolation = 'read committed';"
    "SET default_transaction_deferrable = off;"
    "SET client_min_messages = error;"
    "SET row_security = on;";

/* Settings that only some servers have. */
static const char session_newer[] =
    "SELECT set_config(name, case name"
    "  when 'client_connection_check_interval' then '2s' else '0' end, false)"
    " FROM pg_catalog.pg_settings WHERE name IN ("
    "'client_connection_check_interval', 'idle_session_timeout',"
    " 'transaction_timeout')";

bool
pgdb_is_target(const char *target)
{
	const char *p = target;

	if (strncmp(p, "postgresql:", 11) == 0 ||
	    strncmp(p, "postgres:", 9) == 0)
		return true;
	while ((*p >= 'a' && *p <= 'z') || *p == '_')
		p++;
	if (p == target)
		return false;
	while (*p == ' ')
		p++;
	return *p == '=';
}

/* "postgresql:" alone means libpq's environment. */
static const char *
pgdb_conninfo(const char *target)
{
	if (strcmp(target, "postgresql:") == 0 ||
	    strcmp(target, "postgres:") == 0)
		return "postgresql://";
	return target;
}

/*
 * In a URL the characters : / ? @ of a password must be written %XX.  Where
 * they are not, libpq takes pieces of the password for host, port or
 * database, and these stand in messages.
 */
static bool
pgdb_url_is_clear(const char *url, const PQconninfoOption *o)
{
	const char *p = strstr(url, "://") + 3;
	const char *end = p + strcspn(p, "?"), *slash, *at;

	slash = memchr(p, '/', (size_t)(end - p));
	at = memchr(p, '@', (size_t)(end - p));
	if (at != NULL && ((slash != NULL && slash < at) ||
	    memchr(at + 1, '@', (size_t)(end - at - 1)) != NULL))
		return false;
	for (; o->keyword != NULL; o++) {
		if (o->val == NULL || o->val[0] == '\0')
			continue;
		if (strcmp(o->keyword, "port") == 0 &&
		    o->val[strspn(o->val, "0123456789,")] != '\0')
			return false;
		/* one at the beginning is an abstract Unix socket */
		if (strcmp(o->keyword, "host") == 0 &&
		    strchr(o->val + 1, '@') != NULL)
			return false;
	}
	return true;
}

/* libpq's own words on a malformed string quote it: they are not repeated. */
static bool
pgdb_check_target(struct diags *diags, const char *target)
{
	const char *conninfo = pgdb_conninfo(target);
	bool url = strncmp(conninfo, "postgresql://", 13) == 0 ||
	    strncmp(conninfo, "postgres://", 11) == 0;
	PQconninfoOption *opts = PQconninfoParse(conninfo, NULL);
	bool good = opts != NULL && (!url || pgdb_url_is_clear(conninfo, opts));

	PQconninfoFree(opts);
	if (!good && diags != NULL)
		diag_hint(diags, diag_add(diags, DIAG_T050, NOWHERE,
		    "target is not a PostgreSQL connection string"),
		    "write postgresql://USER@HOST:PORT/DATABASE or "
		    "\"host=… dbname=…\"; in a URL, the characters : / ? @ %% "
		    "of a name or password are written %%3A %%2F %%3F %%40 "
		    "%%25");
	return good;
}

/* Ours come before the target where the user may differ, else after it. */
static PGconn *
pgdb_start(const char *target, const struct pgdb *like)
{
	const char *key[16], *val[16];
	char tag[PGLOCK_TAG_MAX];
	int n = 0;

	pglock_tag(tag);

#define PARAM(k, v)	(key[n] = (k), val[n++] = (v))
	PARAM("keepalives", "1");
	PARAM("keepalives_idle", "30");
	PARAM("keepalives_interval", "10");
	PARAM("keepalives_count", "3");
	PARAM("tcp_user_timeout", "60000");
	PARAM("dbname", pgdb_conninfo(target));
	if (like != NULL) {
		PARAM("host", PQhost(like->conn));
		PARAM("hostaddr", PQhostaddr(like->conn));
		PARAM("port", PQport(like->conn));
	}
	PARAM("application_name", tag);
	PARAM("client_encoding", "UTF8");
	PARAM(NULL, NULL);
#undef PARAM
	return PQconnectStartParams(key, val, 1);
}

static double
pgdb_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that all hosts together may take; 0: for ever. */
static double
pgdb_patience(PGconn *conn)
{
	PQconninfoOption *opts = PQconninfo(conn), *o;
	double each = CONNECT_SECONDS, hosts = 1;
	const char *p;

	for (o = opts; o != NULL && o->keyword != NULL; o++) {
		if (o->val == NULL)
			continue;
		if (strcmp(o->keyword, "connect_timeout") == 0)
			each = strtod(o->val, NULL);
		if (strcmp(o->keyword, "host") == 0)
			for (p = o->val; *p != '\0'; p++)
				hosts += *p == ',';
	}
	PQconninfoFree(opts);
	return each > 0 ? each * hosts : 0;
}

static void
pgdb_ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* false: timed out; whether it connected is what PQstatus says. */
static bool
pgdb_finish_connecting(PGconn *conn)
{
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;
	double limit, left = -1;
	struct pollfd fd;
	int n;

	limit = pgdb_patience(conn);
	if (limit > 0)
		limit += pgdb_now();
	while (want != PGRES_POLLING_OK && want != PGRES_POLLING_FAILED) {
		fd = (struct pollfd){ PQsocket(conn),
		    want == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0 };
		if (limit > 0 && (left = limit - pgdb_now()) <= 0)
			return false;
		n = poll(&fd, 1, limit > 0 ? (int)(left * 1000) + 1 : -1);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			want = PQconnectPoll(conn);
	}
	return true;
}

/* The five characters of "FATAL:  28P01: …" in a verbose message, or "". */
static void
pgdb_state_of_text(const char *s, char state[6])
{
	int i;

	state[0] = '\0';
	for (s = strstr(s, ":  "); s != NULL; s = strstr(s + 1, ":  ")) {
		for (i = 0; i < 5; i++)
			if (!((s[3 + i] >= '0' && s[3 + i] <= '9') ||
			    (s[3 + i] >= 'A' && s[3 + i] <= 'Z')))
				break;
		if (i < 5 || s[8] != ':')
			continue;
		memcpy(state, s + 3, 5);
		state[5] = '\0';
	}
}

/*
 * The message on one line, without the state, "LOCATION: …", and libpq's
 * guesses, which are indented by a tab.
 */
static void
pgdb_flatten(struct buf *b, const char *s)
{
	const char *line = s, *end;
	char state[6];

	for (; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		if (line == end || *line == '\t' ||
		    strncmp(line, "LOCATION:", 9) == 0)
			continue;
		if (b->len > 0)
			buf_puts(b, "; ");
		buf_put(b, line, (size_t)(end - line));
	}
	pgdb_state_of_text(b->p == NULL ? "" : b->p, state);
	if (state[0] != '\0' && (s = strstr(b->p, state)) != NULL) {
		char *at = b->p + (s - b->p) - 1;

		memmove(at, at + 7, strlen(at + 7) + 1);
		b->len -= 7;
	}
}

static void
pgdb_connect_error(struct diags *diags, PGconn *conn, bool timed_out)
{
	const char *text = timed_out ? "the server does not answer" :
	    PQerrorMessage(conn), *db = PQdb(conn), *user = PQuser(conn);
	struct buf b;
	char state[6];

	buf_init(&b, MESSAGE_MAX);
	pgdb_flatten(&b, text);
	pgdb_state_of_text(text, state);
	text = b.len == 0 ? "unknown error" : b.p;
	if (db == NULL)
		db = "";
	if (user == NULL)
		user = "";
	if (strcmp(state, "3D000") == 0)
		diag_hint(diags, diag_add(diags, DIAG_T053, NOWHERE,
		    "no database '%s' on the server: %s", db, text),
		    "create it with createdb, or name another one in the "
		    "target");
	else if (strncmp(state, "28", 2) == 0 ||
	    PQconnectionNeedsPassword(conn))
		diag_hint(diags, diag_add(diags, DIAG_T052, NOWHERE,
		    "PostgreSQL refuses user '%s': %s", user, text),
		    "%s", PQconnectionNeedsPassword(conn) ?
		    "put the password into PGPASSWORD or ~/.pgpass" :
		    "check the user, the password (PGPASSWORD, ~/.pgpass) and "
		    "the server's pg_hba.conf");
	else
		diag_hint(diags, diag_add(diags, DIAG_T051, NOWHERE,
		    "cannot connect to PostgreSQL: %s", text),
		    "check host, port and database of the target, and that "
		    "the server runs");
	buf_fini(&b);
}

static bool
pgdb_prepare_session(struct pgdb *db)
{
	const char *enc = PQparameterStatus(db->conn, "server_encoding");

	if (enc == NULL || strcmp(enc, "UTF8") != 0) {
		if (db->diags != NULL)
			diag_hint(db->diags, diag_add(db->diags, DIAG_T054,
			    NOWHERE, "database '%s' has the encoding %s, not "
			    "UTF8", PQdb(db->conn), enc ? enc : "unknown"),
			    "create one with createdb --encoding=UTF8 "
			    "--template=template0");
		return false;
	}
	if (!pgdb_exec(db, "preparing the session", session))
		return false;
	/* Some platforms know the check interval and refuse to set it. */
	PQclear(PQexec(db->conn, session_newer));
	return true;
}

bool
pgdb_connect(struct pgdb *db, struct diags *diags, const char *target,
    const struct pgdb *like)
{
	bool answered = true;

	*db = (struct pgdb){ NULL, diags };
	if (!pgdb_check_target(diags, target))
		return false;
	db->conn = pgdb_start(target, like);
	if (db->conn == NULL)
		mem_exhausted(0);
	PQsetNoticeReceiver(db->conn, pgdb_ignore_notice, NULL);
	PQsetErrorVerbosity(db->conn, PQERRORS_VERBOSE);
	if (PQstatus(db->conn) != CONNECTION_BAD)
		answered = pgdb_finish_connecting(db->conn);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		if (diags != NULL)
			pgdb_connect_error(diags, db->conn, !answered);
		pgdb_close(db);
		return false;
	}
	PQsetErrorVerbosity(db->conn, PQERRORS_DEFAULT);
	if (!pgdb_prepare_session(db)) {
		pgdb_close(db);
		return false;
	}
	return true;
}

void
pgdb_close(struct pgdb *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
}

const char *
pgdb_describe(struct arena *a, const struct pgdb *db)
{
	const char *host = PQhost(db->conn), *port = PQport(db->conn);
	const char *user = PQuser(db->conn), *name = PQdb(db->conn);

	if (host != NULL && host[0] == '/')
		return arena_printf(a, "postgresql://%s@/%s?host=%s&port=%s",
		    user, name, host, port);
	return arena_printf(a, "postgresql://%s@%s:%s/%s", user,
	    host == NULL ? "" : host, port, name);
}

/*
 * The keywords that quote_ident quotes: all but the unreserved ones
 * (PostgreSQL 16, appendix C; pg_get_keywords()).
 */
static const char *const keywords[] = {
	"all", "analyse", "analyze", "and", "any", "array", "as", "asc",
	"asymmetric", "authorization", "between", "bigint", "binary", "bit",
	"boolean", "both", "case", "cast", "char", "character", "check",
	"coalesce", "collate", "collation", "column", "concurrently",
	"constraint", "create", "cross", "current_catalog", "current_date",
	"current_role", "current_schema", "current_time",
	"current_timestamp", "current_user", "dec", "decimal", "default",
	"deferrable", "desc", "distinct", "do", "else", "end", "except",
	"exists", "extract", "false", "fetch", "float", "for", "foreign",
	"freeze", "from", "full", "grant", "greatest", "group", "grouping",
	"having", "ilike", "in", "initially", "inner", "inout", "int",
	"integer", "intersect", "interval", "into", "is", "isnull", "join",
	"json_array", "json_arrayagg", "json_exists", "json_object",
	"json_objectagg", "json_query", "json_scalar", "json_serialize",
	"json_table", "json_value", "lateral", "leading", "least", "left",
	"like", "limit", "localtime", "localtimestamp", "merge_action",
	"national", "natural", "nchar", "none", "normalize", "not",
	"notnull", "null", "nullif", "numeric", "offset", "on", "only", "or",
	"order", "out", "outer", "overlaps", "overlay", "placing",
	"position", "precision", "primary", "real", "references",
	"returning", "right", "row", "select", "session_user", "setof",
	"similar", "smallint", "some", "substring", "symmetric",
	"system_user", "table", "tablesample", "then", "time", "timestamp",
	"to", "trailing", "treat", "trim", "true", "union", "unique", "user",
	"using", "values", "varchar", "variadic", "verbose", "when", "where",
	"window", "with", "xmlattributes", "xmlconcat", "xmlelement",
	"xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi",
	"xmlroot", "xmlserialize", "xmltable",
};

static int
pgdb_keyword_cmp(const void *name, const void *word)
{
	return strcmp(name, *(const char *const *)word);
}

static bool
pgdb_is_plain(const char *s)
{
	const char *p;

	if (!((*s >= 'a' && *s <= 'z') || *s == '_'))
		return false;
	for (p = s; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || *p == '_' ||
		    (*p >= '0' && *p <= '9')))
			return false;
	return bsearch(s, keywords, sizeof keywords / sizeof keywords[0],
	    sizeof keywords[0], pgdb_keyword_cmp) == NULL;
}

void
pgdb_ident(struct buf *b, const char *name)
{
	if (pgdb_is_plain(name))
		buf_puts(b, name);
	else
		buf_quoted(b, name, '"');
}

void
pgdb_name(struct buf *b, const char *schema, const char *name)
{
	pgdb_ident(b, schema);
	buf_putc(b, '.');
	pgdb_ident(b, name);
}

void
pgdb_literal(struct buf *b, const char *text)
{
	buf_quoted(b, text, '\'');
}

bool
pgdb_is_state(const PGresult *res, const char *state)
{
	const char *s = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return s != NULL && strcmp(s, state) == 0;
}

static void
pgdb_put_part(struct buf *b, const char *open, const char *text)
{
	if (text == NULL)
		return;
	buf_puts(b, open);
	for (; *text != '\0'; text++)
		buf_putc(b, *text == '\n' ? ' ' : *text);
}

/*
 * Class 22 (data) and 23 (constraint) details hold the row's values, which
 * messages must not show.
 */
static void
pgdb_format_error(struct buf *b, const PGresult *res, const char *state)
{
	const char *open = " (";

	pgdb_put_part(b, "", PQresultErrorField(res,
	    PG_DIAG_MESSAGE_PRIMARY));
	if (strncmp(state, "22", 2) != 0 && strncmp(state, "23", 2) != 0 &&
	    PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL) != NULL) {
		pgdb_put_part(b, open, PQresultErrorField(res,
		    PG_DIAG_MESSAGE_DETAIL));
		open = "; ";
	}
	if (PQresultErrorField(res, PG_DIAG_CONTEXT) != NULL) {
		pgdb_put_part(b, open, PQresultErrorField(res,
		    PG_DIAG_CONTEXT));
		open = "; ";
	}
	pgdb_put_part(b, open, "SQLSTATE ");
	pgdb_put_part(b, "", state);
	buf_putc(b, ')');
}

/* Class 08 and 57P0x, or no answer at all: the session is over. */
static bool
pgdb_is_lost(const struct pgdb *db, const char *state)
{
	return PQstatus(db->conn) == CONNECTION_BAD ||
	    (state != NULL && (strncmp(state, "57P0", 4) == 0 ||
	    strncmp(state, "08", 2) == 0));
}

static const char *
pgdb_usual_hint(const char *state, const PGresult *res)
{
	const char *hint = NULL;

	if (state == NULL)
		return NULL;
	if (strcmp(state, "25006") == 0)
		return "the server is a standby, or read-only; name the "
		    "primary server in the target";
	hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	if (strcmp(state, "42501") == 0 && hint == NULL)
		return "to read, the role needs USAGE on the schema and SELECT "
		    "on its tables; to load, CREATE on the database and on the "
		    "schema, and to own the tables that it replaces";
	return hint;
}

void
pgdb_error_as(struct pgdb *db, enum diag_code code, const char *doing,
    const PGresult *res, const char *hint)
{
	const char *state = NULL;
	struct diag *d;
	struct buf b;

	if (db->diags == NULL)
		return;
	buf_init(&b, MESSAGE_MAX);
	if (res != NULL)
		state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (state != NULL)
		pgdb_format_error(&b, res, state);
	else
		pgdb_flatten(&b, PQerrorMessage(db->conn));
	if (pgdb_is_lost(db, state)) {
		code = DIAG_T058;
		hint = "the live tables are as they were; run it again when "
		    "the server is back";
	} else if (hint == NULL) {
		hint = pgdb_usual_hint(state, res);
	}
	d = diag_add(db->diags, code, NOWHERE, "%s: %s", doing,
	    b.len == 0 ? "no answer from the server" : b.p);
	if (hint != NULL)
		diag_hint(db->diags, d, "%s", hint);
	buf_fini(&b);
}

void
pgdb_error(struct pgdb *db, const char *doing, const PGresult *res)
{
	pgdb_error_as(db, DIAG_T057, doing, res, NULL);
}

PGresult *
pgdb_query(struct pgdb *db, const char *doing, const char *sql, int nparam,
    const char *const *param)
{
	PGresult *res;

	res = PQexecParams(db->conn, sql, nparam, NULL, param, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK ||
	    PQresultStatus(res) == PGRES_COMMAND_OK)
		return res;
	pgdb_error(db, doing, res);
	PQclear(res);
	return NULL;
}

bool
pgdb_exec(struct pgdb *db, const char *doing, const char *sql)
{
	PGresult *res = PQexec(db->conn, sql);
	bool good = PQresultStatus(res) == PGRES_COMMAND_OK ||
	    PQresultStatus(res) == PGRES_TUPLES_OK;

	if (!good)
		pgdb_error(db, doing, res);
	PQclear(res);
	return good;
}

void
pgdb_put_conninfo(struct buf *b, PGconn *conn, const char *const *but)
{
	PQconninfoOption *all = PQconninfo(conn), *o;
	const char *const *k;
	const char *p;

	for (o = all; o != NULL && o->keyword != NULL; o++) {
		for (k = but; *k != NULL && strcmp(*k, o->keyword) != 0; k++)
			;
		if (*k != NULL || o->val == NULL || o->val[0] == '\0')
			continue;
		buf_printf(b, "%s='", o->keyword);
		for (p = o->val; *p != '\0'; p++) {
			if (*p == '\'' || *p == '\\')
				buf_putc(b, '\\');
			buf_putc(b, *p);
		}
		buf_puts(b, "' ");
	}
	PQconninfoFree(all);
}

#endif
