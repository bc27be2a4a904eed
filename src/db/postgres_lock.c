/*
 * The lock of a PostgreSQL run; see postgres_lock.h.
 */
#ifdef HAVE_LIBPQ

#include "db/postgres_lock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define ORPHAN_WAIT_MS	8000	/* for a server process that is ended */

/* --- whose session ------------------------------------------------------- */

/* Field 22 of /proc/PID/stat (proc(5)): when it started; 0: no such process. */
static unsigned long long
process_start(long pid)
{
	unsigned long long start = 0;
	char path[64], line[1024], *p;
	FILE *f;
	int i;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof line, f) != NULL &&
	    (p = strrchr(line, ')')) != NULL) {
		for (i = 2; i < 22 && p != NULL; i++)
			p = strchr(p + 1, ' ');
		if (p != NULL)
			start = strtoull(p + 1, NULL, 10);
	}
	fclose(f);
	return start;
}

/* The number in "pid:[4026531836]"; 0 where there is no /proc. */
static unsigned long
process_namespace(void)
{
	char text[64];
	ssize_t n = readlink("/proc/self/ns/pid", text, sizeof text - 1);
	const char *p;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	p = strchr(text, '[');
	return p == NULL ? 0 : strtoul(p + 1, NULL, 10);
}

static void
host_name(char out[32])
{
	char name[256] = "?";

	gethostname(name, sizeof name - 1);
	snprintf(out, 32, "%.*s", 24, name);
}

void
pglock_tag(char out[PGLOCK_TAG_MAX])
{
	char host[32];

	host_name(host);
	/* NAMEDATALEN - 1 is what the server keeps of it */
	snprintf(out, PGLOCK_TAG_MAX, "decant %ld.%llx.%lx@%s", (long)getpid(),
	    process_start((long)getpid()), process_namespace(), host);
}

/* Is it a tag of this machine's (and pid namespace's) processes? */
static bool
tag_is_here(const char *tag, long *pid, unsigned long long *start)
{
	unsigned long space;
	char host[32], *end;

	if (strncmp(tag, "decant ", 7) != 0)
		return false;
	*pid = strtol(tag + 7, &end, 10);
	if (*end != '.' || *pid <= 0)
		return false;
	*start = strtoull(end + 1, &end, 16);
	if (*end != '.' || *start == 0)
		return false;
	space = strtoul(end + 1, &end, 16);
	host_name(host);
	return *end == '@' && space != 0 && space == process_namespace() &&
	    strcmp(end + 1, host) == 0;
}

bool
pglock_is_dead(const char *tag)
{
	unsigned long long start;
	long pid;

	if (!tag_is_here(tag, &pid, &start))
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	return process_start(pid) != start;
}

bool
pglock_is_alive(const char *tag)
{
	unsigned long long start;
	long pid;

	return tag_is_here(tag, &pid, &start) && process_start(pid) == start;
}

/* --- the lock ------------------------------------------------------------ */

/* FNV-1a: stable over versions of decant and of PostgreSQL. */
static const char *
lock_key(struct arena *a, const char *schema)
{
	const char *s = arena_printf(a, "decant:%s", schema);
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return arena_printf(a, "%lld", (long long)h);
}

static PGresult *
lock_holder(struct pgdb *db, const char *key)
{
	return pgdb_query(db, "looking for the lock",
	    "SELECT l.pid, a.usename, coalesce(a.application_name, ''),"
	    " to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')"
	    " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
	    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
	    " AND l.database = (SELECT oid FROM pg_database"
	    "  WHERE datname = current_database())"
	    " AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint",
	    1, &key);
}

static void
tell_holder(struct pgdb *db, struct arena *a, const char *schema,
    const PGresult *res)
{
	const char *who = "";

	if (db->diags == NULL)
		return;
	if (PQntuples(res) > 0)
		who = arena_printf(a, " (server process %s of '%s' as user "
		    "'%s', since %s)", PQgetvalue(res, 0, 0),
		    PQgetvalue(res, 0, 2), PQgetvalue(res, 0, 1),
		    PQgetvalue(res, 0, 3));
	diag_hint(db->diags, diag_add(db->diags, DIAG_T001, NOWHERE,
	    "another run holds the lock on schema '%s'%s", schema, who),
	    "wait until it ends%s%s%s", *who == '\0' ? "" :
	    "; if nothing runs any more: select pg_terminate_backend(",
	    *who == '\0' ? "" : PQgetvalue(res, 0, 0),
	    *who == '\0' ? "" : ")");
}

static bool
try_lock(struct pgdb *db, const char *key)
{
	PGresult *res = pgdb_query(db, "locking the schema",
	    "SELECT pg_try_advisory_lock($1::bigint)", 1, &key);
	bool got = res != NULL && PQgetvalue(res, 0, 0)[0] == 't';

	PQclear(res);
	return got;
}

/* The server process of a killed run; false: it cannot be ended. */
static bool
end_orphan(struct pgdb *db, const char *pid, const char *tag)
{
	const char *param[2] = { pid, tag };
	PGresult *res = pgdb_query(db, "ending a killed run's session",
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE pid = $1::int AND application_name = $2", 2, param);
	bool good = res != NULL;

	PQclear(res);
	return good;
}

static void
rest(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

bool
pglock_take(struct pgdb *db, struct arena *a, const char *schema, bool tell)
{
	const char *key = lock_key(a, schema);
	PGresult *res;
	bool ended = false, dead;
	long waited;

	for (waited = 0; !try_lock(db, key); waited += 50) {
		if (PQstatus(db->conn) != CONNECTION_OK ||
		    (res = lock_holder(db, key)) == NULL)
			return false;
		dead = PQntuples(res) > 0 &&
		    pglock_is_dead(PQgetvalue(res, 0, 2));
		if (dead && !ended)
			ended = end_orphan(db, PQgetvalue(res, 0, 0),
			    PQgetvalue(res, 0, 2));
		/* it may have let go between the two queries */
		if (waited >= ORPHAN_WAIT_MS || (!dead && !ended &&
		    (PQntuples(res) > 0 || waited >= 200))) {
			if (tell)
				tell_holder(db, a, schema, res);
			PQclear(res);
			return false;
		}
		PQclear(res);
		rest(50);
	}
	return true;
}

#endif
