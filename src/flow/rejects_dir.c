/*
 * The directory of reject files; see rejects_dir.h.
 *
 * The lock is one of flock(2) on the directory itself: it goes with the
 * process, and holds between containers that share a file system but no
 * process numbers.  Where directories cannot be locked (NFS), nothing is
 * taken for abandoned.
 */
#include "flow/rejects_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "record/record.h"

#define NAMES_MOST	1000u	/* tries to find a free one */

static const char *const file_names[] = { "records.dat", "records.csv",
	"orphans.dat", "fragments.dat", "reasons.csv", "origins.csv",
	"run.json" };
#define NFILE	(sizeof file_names / sizeof file_names[0])

void
rejects_dir_fail(struct rejects_dir *d, const char *name)
{
	diag_hint(d->diags, diag_add(d->diags, DIAG_F018, NOWHERE,
	    "cannot write '%s%s%s': %s", d->path, *name == '\0' ? "" : "/",
	    name, strerror(errno)),
	    "--rejects DIR puts the rejected records elsewhere");
}

static bool
rejects_dir_refuse(struct rejects_dir *d, const char *why)
{
	diag_hint(d->diags, diag_add(d->diags, DIAG_F022, NOWHERE,
	    "'%s' cannot be the directory for rejects: %s", d->path, why),
	    "--rejects DIR names one for them alone, which decant makes");
	return false;
}

static const char *
rejects_dir_parent(const struct rejects_dir *d)
{
	const char *slash = strrchr(d->path, '/');

	return slash == NULL ? "." : slash == d->path ? "/" :
	    arena_strndup(d->arena, d->path, (size_t)(slash - d->path));
}

static const char *
rejects_dir_base(const struct rejects_dir *d)
{
	const char *slash = strrchr(d->path, '/');

	return slash == NULL ? d->path : slash + 1;
}

static bool
is_reject_file(const char *name)
{
	size_t i;

	for (i = 0; i < NFILE; i++)
		if (strcmp(name, file_names[i]) == 0)
			return true;
	return false;
}

bool
rejects_dir_look(struct arena *a, const char *path, unsigned *ours,
    uint64_t *bytes, const char **other)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	struct stat st;

	*ours = 0;
	*bytes = 0;
	*other = NULL;
	if (dir == NULL)
		return false;
	while ((e = readdir(dir)) != NULL)
		if (is_reject_file(e->d_name)) {
			++*ours;
			if (fstatat(dirfd(dir), e->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) == 0)
				*bytes += (uint64_t)st.st_size;
		} else if (*other == NULL && strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0)
			*other = arena_strdup(a, e->d_name);
	closedir(dir);
	return true;
}

/* An input file that lies in the directory, or NULL. */
static const char *
dir_input(struct arena *a, const struct source_options *source,
    const char *dir)
{
	struct stat here, there;
	const char *file, *slash;
	uint32_t i;

	if (stat(dir, &here) != 0)
		return NULL;
	for (i = 0; i < source->nfile; i++) {
		file = source->file[i];
		slash = strrchr(file, '/');
		if (stat(slash == NULL ? "." : arena_strndup(a, file,
		    (size_t)(slash - file) + 1), &there) == 0 &&
		    here.st_dev == there.st_dev && here.st_ino == there.st_ino)
			return file;
	}
	return NULL;
}

/* A directory of that name, below the one of `at`, with its reject files. */
static bool
remove_files(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC), failed = 0;
	size_t i;

	if (fd < 0)
		return false;
	for (i = 0; i < NFILE; i++)
		if ((failed == 0 || i + 1 < NFILE) &&
		    unlinkat(fd, file_names[i], 0) != 0 && errno != ENOENT)
			failed = errno;
	close(fd);
	if (failed == 0)
		return unlinkat(at, name, AT_REMOVEDIR) == 0;
	errno = failed;
	return false;
}

bool
rejects_dir_erase(const char *path)
{
	return remove_files(AT_FDCWD, path);
}

static bool
rejects_dir_check(struct rejects_dir *d, const struct source_options *source)
{
	const char *base = rejects_dir_base(d), *other, *input;
	unsigned ours;
	uint64_t bytes;
	struct stat st;

	if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0)
		return rejects_dir_refuse(d, "it is in use");
	if (stat(rejects_dir_parent(d), &st) != 0) {
		rejects_dir_fail(d, "");
		return false;
	}
	if (lstat(d->path, &st) != 0)
		return true;
	input = dir_input(d->arena, source, d->path);
	if (input != NULL)
		return rejects_dir_refuse(d, arena_printf(d->arena,
		    "the input '%s' lies in it", input));
	if (!rejects_dir_look(d->arena, d->path, &ours, &bytes,
	    &other))
		return rejects_dir_refuse(d, errno == ENOTDIR ?
		    "it is a file" : strerror(errno));
	if (ours == 0 && other != NULL)
		return rejects_dir_refuse(d, arena_printf(d->arena,
		    "it holds '%s', which decant did not make", other));
	return true;
}

/* DIR.decant-PID of runs that are no more. */
static void
rejects_dir_sweep(struct rejects_dir *d)
{
	const char *mine = arena_printf(d->arena, "%s.decant-",
	    rejects_dir_base(d));
	DIR *dir = opendir(rejects_dir_parent(d));
	struct dirent *e;
	int fd;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, mine, strlen(mine)) != 0)
			continue;
		fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			remove_files(dirfd(dir), e->d_name);
		close(fd);
	}
	closedir(dir);
}

bool
rejects_dir_init(struct rejects_dir *d, struct arena *a, struct diags *ds,
    const struct source_options *source, const char *name, const char *asked)
{
	const char *path = asked;
	size_t n;

	if (path == NULL)
		path = arena_printf(a, "%s.rejects", name);
	if (asked == NULL && dir_input(a, source, path) != NULL)
		path = arena_printf(a, "%s-again.rejects", name);
	n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	*d = (struct rejects_dir){ .arena = a, .diags = ds, .lock = -1,
	    .path = arena_strndup(a, path, n) };
	if (!rejects_dir_check(d, source))
		return false;
	rejects_dir_sweep(d);
	return true;
}

/* Locks the directory just made; false: another run took it for abandoned. */
static bool
rejects_dir_lock(struct rejects_dir *d)
{
	struct stat held, named;

	d->lock = open(d->tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->lock < 0)
		return false;
	if ((flock(d->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
	    fstat(d->lock, &held) == 0 && stat(d->tmp, &named) == 0 &&
	    held.st_ino == named.st_ino && held.st_dev == named.st_dev)
		return true;
	close(d->lock);
	d->lock = -1;
	return false;
}

bool
rejects_dir_make(struct rejects_dir *d)
{
	unsigned i;

	if (d->tmp != NULL)
		return true;
	for (i = 0; i < NAMES_MOST; i++) {
		d->tmp = arena_printf(d->arena, "%s.decant-%ld.%u", d->path,
		    (long)getpid(), i);
		if (mkdir(d->tmp, 0700) == 0) {
			if (rejects_dir_lock(d))
				return true;
		} else if (errno != EEXIST) {
			break;
		}
	}
	d->tmp = NULL;
	rejects_dir_fail(d, "");
	return false;
}

const char *
rejects_dir_file(const struct rejects_dir *d, const char *name)
{
	return arena_printf(d->arena, "%s/%s", d->tmp, name);
}

static void
rejects_dir_unlock(struct rejects_dir *d)
{
	if (d->lock >= 0)
		close(d->lock);
	d->lock = -1;
	d->tmp = NULL;
}

void
rejects_dir_remove(struct rejects_dir *d)
{
	if (d->tmp == NULL)
		return;
	remove_files(AT_FDCWD, d->tmp);
	rejects_dir_unlock(d);
}

/* DIR~; DIR~2 and so on where people keep files of their own in it. */
static bool
rejects_dir_keep_old(struct rejects_dir *d)
{
	const char *old, *other;
	unsigned ours, i;
	uint64_t bytes;
	struct stat st;

	if (lstat(d->path, &st) != 0)
		return errno == ENOENT;
	for (i = 1; i < NAMES_MOST; i++) {
		old = i == 1 ? arena_printf(d->arena, "%s~", d->path) :
		    arena_printf(d->arena, "%s~%u", d->path, i);
		if (lstat(old, &st) == 0) {
			if (!rejects_dir_look(d->arena, old, &ours, &bytes,
			    &other) || other != NULL)
				continue;
			remove_files(AT_FDCWD, old);
		}
		return rename(d->path, old) == 0;
	}
	errno = EEXIST;
	return false;
}

bool
rejects_dir_place(struct rejects_dir *d)
{
	if (!rejects_dir_keep_old(d) ||
	    (d->tmp != NULL && rename(d->tmp, d->path) != 0)) {
		rejects_dir_fail(d, "");
		return false;
	}
	rejects_dir_unlock(d);
	return true;
}
