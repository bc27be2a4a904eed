/*
 * PostgreSQL's own programs; see pg_tool.h.
 */
#ifdef HAVE_LIBPQ

#include "db/pg_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"

#define SAID_MAX	(1u << 16)

extern char **environ;

/* key='value' …, all but the password. */
static const char *
connection(struct db *db)
{
	static const char *const but[] = { "password", "application_name",
	    NULL };
	const char *text;
	struct buf b;

	buf_init(&b, 1u << 16);
	pgdb_put_conninfo(&b, db->pg.conn, but);
	text = arena_strdup(db->arena, b.p == NULL ? "" : b.p);
	buf_fini(&b);
	return text;
}

/* The environment with the password in it. */
static char **
environment(struct db *db)
{
	const char *password = PQpass(db->pg.conn);
	size_t n = 0, i, k = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = arena_array(db->arena, n + 2, sizeof *env);
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], "PGPASSWORD=", 11) != 0 ||
		    password == NULL || *password == '\0')
			env[k++] = environ[i];
	if (password != NULL && *password != '\0')
		env[k++] = arena_printf(db->arena, "PGPASSWORD=%s", password);
	return env;
}

/* Reads what it says; the last line that is not empty is kept. */
static const char *
read_all(struct db *db, int fd)
{
	struct buf b;
	char block[4096];
	const char *line, *last = "", *end;
	ssize_t n;

	buf_init(&b, SAID_MAX);
	while ((n = read(fd, block, sizeof block)) > 0 ||
	    (n < 0 && errno == EINTR))
		if (n > 0)
			buf_put(&b, block, (size_t)n);
	for (line = b.p; line != NULL && *line != '\0';
	    line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		if (end > line)
			last = arena_strndup(db->arena, line,
			    (size_t)(end - line));
	}
	buf_fini(&b);
	return last;
}

static bool
fail(struct db *db, const char *tool, const char *why)
{
	diag_hint(db->diags, diag_add(db->diags, DIAG_T090, NOWHERE,
	    "%s failed: %s", tool, why), "the package postgresql-client has "
	    "it; it must not be older than the server");
	return false;
}

bool
pg_tool_run(struct db *db, const char *tool, const char *const *arg)
{
	posix_spawn_file_actions_t act;
	const char *argv[32], *said;
	int pipe_fd[2], n = 0, rc, status = -1;
	pid_t pid;

	argv[n++] = tool;
	while (*arg != NULL && n < 29)
		argv[n++] = *arg++;
	argv[n++] = "-d";
	argv[n++] = connection(db);
	argv[n] = NULL;
	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return fail(db, tool, strerror(errno));
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_adddup2(&act, pipe_fd[1], STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&act, pipe_fd[1], STDOUT_FILENO);
	rc = posix_spawnp(&pid, tool, &act, NULL, (char *const *)argv,
	    environment(db));
	posix_spawn_file_actions_destroy(&act);
	close(pipe_fd[1]);
	said = rc == 0 ? read_all(db, pipe_fd[0]) : strerror(rc);
	close(pipe_fd[0]);
	if (rc == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (rc == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return fail(db, tool, *said == '\0' ? "it said nothing" : said);
}

#endif
