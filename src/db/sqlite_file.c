/*
 * Path, lock and temporary file of a SQLite target; see sqlite_file.h.
 */
#include "db/sqlite_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "db/target_errno.h"

#define HOLDER_SIZE	96u	/* of the lock file's line */

/* The absolute path of what may not exist yet; errno on NULL. */
static const char *
path_resolve(struct arena *a, const char *path)
{
	char real[PATH_MAX];
	const char *slash, *base, *directory;
	struct stat st;

	if (realpath(path, real) != NULL)
		return arena_strdup(a, real);
	/* A symbolic link that leads nowhere stays an error. */
	if (errno != ENOENT || lstat(path, &st) == 0)
		return NULL;
	slash = strrchr(path, '/');
	base = slash == NULL ? path : slash + 1;
	directory = slash == NULL ? "." : slash == path ? "/" :
	    arena_strndup(a, path, (size_t)(slash - path));
	if (realpath(directory, real) == NULL)
		return NULL;
	if (*base == '\0' || strcmp(base, ".") == 0) {
		errno = EISDIR;
		return NULL;
	}
	return arena_printf(a, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
	    base);
}

bool
sqlite_file_init(struct sqlite_file *f, struct arena *a, struct diags *diags,
    const char *path)
{
	struct stat st;
	const char *slash;
	struct diag *d;

	*f = (struct sqlite_file){ .shown = path, .lock_fd = -1,
	    .diags = diags };
	f->path = path_resolve(a, path);
	if (f->path == NULL) {
		target_errno_add(diags, errno, "open", path);
		return false;
	}
	if (stat(f->path, &st) == 0 && !S_ISREG(st.st_mode)) {
		d = diag_add(diags, DIAG_T005, NOWHERE,
		    "cannot open \"%s\": it is %s", path,
		    S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
		diag_hint(diags, d, "give the path of a file, as in "
		    "sqlite:customer.db");
		return false;
	}
	slash = strrchr(f->path, '/');
	f->base = slash + 1;
	f->directory = slash == f->path ? "/" :
	    arena_strndup(a, f->path, (size_t)(slash - f->path));
	f->lock = arena_printf(a, "%s.decant-lock", f->path);
	f->temp = arena_printf(a, "%s.decant-%ld", f->path, (long)getpid());
	return true;
}

bool
sqlite_file_exists(const struct sqlite_file *f)
{
	struct stat st;

	return lstat(f->path, &st) == 0;
}

/* "process 123 on host", blanks, LF.  Nothing depends on it but a message. */
static void
lock_sign(int fd)
{
	char line[HOLDER_SIZE + 1], host[64] = "?";

	gethostname(host, sizeof host);
	host[sizeof host - 1] = '\0';
	snprintf(line, sizeof line, "process %ld on %s", (long)getpid(), host);
	memset(line + strlen(line), ' ', HOLDER_SIZE - strlen(line));
	line[HOLDER_SIZE - 1] = '\n';
	if (pwrite(fd, line, HOLDER_SIZE, 0) != HOLDER_SIZE)
		return;		/* a full disk will be told later */
}

static void
lock_tell_holder(struct sqlite_file *f, int fd)
{
	char line[HOLDER_SIZE + 1];
	ssize_t n = pread(fd, line, HOLDER_SIZE, 0);
	struct diag *d;

	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\n'))
		n--;
	line[n > 0 ? n : 0] = '\0';
	d = diag_add(f->diags, DIAG_T001, NOWHERE,
	    "another run holds the lock of \"%s\"%s%s%s", f->shown,
	    n > 0 ? " (" : "", line, n > 0 ? ")" : "");
	diag_hint(f->diags, d, "wait for it to end; its lock is on \"%s\"",
	    f->lock);
}

/*
 * The holder unlinks the file before it lets go, so a descriptor may be of a
 * file that has lost its name: then the lock means nothing, try again.
 */
bool
sqlite_file_lock(struct sqlite_file *f)
{
	struct stat held, named;
	int fd, err;

	for (;;) {
		fd = open(f->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0666);
		if (fd < 0) {
			target_errno_add(f->diags, errno, "make the lock file",
			    f->lock);
			return false;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) != 0)
			break;
		if (fstat(fd, &held) == 0 && stat(f->lock, &named) == 0 &&
		    held.st_ino == named.st_ino &&
		    held.st_dev == named.st_dev) {
			f->lock_fd = fd;
			lock_sign(fd);
			return true;
		}
		close(fd);
	}
	err = errno;
	if (err == EWOULDBLOCK)
		lock_tell_holder(f, fd);
	else
		target_errno_add(f->diags, err, "lock", f->lock);
	close(fd);
	return false;
}

void
sqlite_file_unlock(struct sqlite_file *f)
{
	if (f->lock_fd < 0)
		return;
	unlink(f->lock);
	close(f->lock_fd);
	f->lock_fd = -1;
}

/* BASE.decant-PID or its journal, of a process that is no more. */
static bool
is_stale(const struct sqlite_file *f, const char *name)
{
	size_t n = strlen(f->base);
	char *end;
	long pid;

	if (strncmp(name, f->base, n) != 0 ||
	    strncmp(name + n, ".decant-", 8) != 0)
		return false;
	name += n + 8;
	if (*name < '1' || *name > '9')
		return false;
	errno = 0;
	pid = strtol(name, &end, 10);
	if (errno != 0 || pid > INT_MAX ||
	    (*end != '\0' && strcmp(end, "-journal") != 0))
		return false;
	/* We hold the lock, so one of our own number is an older process's:
	 * in a container, every run may be process 1. */
	return pid == (long)getpid() ||
	    (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static void
remove_stale(const struct sqlite_file *f)
{
	DIR *dir = opendir(f->directory);
	struct dirent *e;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL)
		if (is_stale(f, e->d_name))
			unlinkat(dirfd(dir), e->d_name, 0);
	closedir(dir);
}

/*
 * A hot journal is rolled back into whatever has the database's name, and a
 * WAL replayed, so a new file must not meet an old one's.
 */
static bool
no_leftover(struct sqlite_file *f)
{
	static const char *const suffix[] = { "-journal", "-wal" };
	char path[PATH_MAX + 16];
	struct stat st;
	struct diag *d;
	size_t i;

	for (i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(path, sizeof path, "%s%s", f->path, suffix[i]);
		if (lstat(path, &st) != 0)
			continue;
		d = diag_add(f->diags, DIAG_T013, NOWHERE,
		    "\"%s\" does not exist, but \"%s%s\" does", f->shown,
		    f->shown, suffix[i]);
		diag_hint(f->diags, d, "restore the database that it belongs "
		    "to, or remove it");
		return false;
	}
	return true;
}

bool
sqlite_file_make_temp(struct sqlite_file *f)
{
	int fd;

	remove_stale(f);
	if (!no_leftover(f))
		return false;
	fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		target_errno_add(f->diags, errno, "make", f->temp);
		return false;
	}
	close(fd);
	return true;
}

void
sqlite_file_drop_temp(struct sqlite_file *f)
{
	unlink(f->temp);
}

static int
sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC), err = 0;

	if (fd < 0)
		return errno;
	/* Some file systems cannot sync a directory, and need not. */
	if (fsync(fd) != 0 && errno != EINVAL)
		err = errno;
	close(fd);
	return err;
}

/* A rename that replaces nothing, by what the file system knows. */
static int
rename_new(const char *from, const char *to)
{
	struct stat st;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
		return errno;
	if (link(from, to) == 0) {
		unlink(from);
		return 0;
	}
	if (errno != EPERM && errno != ENOTSUP && errno != EMLINK)
		return errno;
	if (lstat(to, &st) == 0)
		return EEXIST;
	return rename(from, to) == 0 ? 0 : errno;
}

bool
sqlite_file_publish_temp(struct sqlite_file *f)
{
	struct diag *d;
	int err;

	err = sync_path(f->temp, O_RDWR);
	if (err != 0) {
		target_errno_add(f->diags, err, "write", f->temp);
		return false;
	}
	if (!no_leftover(f))
		return false;
	err = rename_new(f->temp, f->path);
	if (err == EEXIST) {
		d = diag_add(f->diags, DIAG_T012, NOWHERE,
		    "\"%s\" did not exist when this run began, and does now",
		    f->shown);
		diag_hint(f->diags, d, "it was left alone; run again to load "
		    "beside what it holds");
		return false;
	}
	if (err != 0) {
		target_errno_add(f->diags, err, "name", f->path);
		return false;
	}
	/* It is live; a directory that cannot be synced changes nothing. */
	sync_path(f->directory, O_RDONLY | O_DIRECTORY);
	return true;
}
