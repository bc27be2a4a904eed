/*
 * One text file a table; see filesink.h.
 *
 * Workers write the text of a batch's rows into its buffers, put writes those
 * out.  The state lives in the caller's arena; it holds only descriptors.
 */
#include "sink/filesink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/target_errno.h"

struct staged {			/* a table's file */
	const char *temp, *path;
	int fd;			/* -1: not open */
	bool exists;		/* temp is there */
};

struct filesink {
	const struct filesink_format *format;
	struct arena *arena;
	struct diags *diags;
	const char *directory, *describe;
	const struct schema *schema;
	struct staged *table;	/* [ntable] */
	uint32_t ntable;	/* 0: not open */
	bool made_directory;
};

bool
filesink_new(const struct filesink_format *format, struct sink *sink,
    struct arena *a, struct diags *diags, const char *target)
{
	const char *directory = target + strlen(format->scheme) + 1;
	struct filesink *f;
	struct stat st;
	struct diag *d;

	if (*directory == '\0') {
		d = diag_add(diags, DIAG_T003, NOWHERE,
		    "target \"%s\" names no directory", target);
		diag_hint(diags, d, "write %s:DIR; a file for each table is "
		    "made in it", format->scheme);
		return false;
	}
	if (stat(directory, &st) == 0 && !S_ISDIR(st.st_mode)) {
		d = diag_add(diags, DIAG_T005, NOWHERE,
		    "\"%s\" is a file, not a directory", directory);
		diag_hint(diags, d, "a file for each table is made in the "
		    "directory that %s: names", format->scheme);
		return false;
	}
	f = arena_zalloc(a, sizeof *f);
	f->format = format;
	f->arena = a;
	f->diags = diags;
	f->directory = arena_strdup(a, directory);
	f->describe = arena_strdup(a, target);
	*sink = (struct sink){ format->ops, f };
	return true;
}

void
filesink_type(struct buf *b, const struct schema_column *c)
{
	char text[48];

	buf_put(b, text, sqltype_format(text, &c->type));
}

static enum grade
fail(struct filesink *f, const char *doing, const char *path)
{
	target_errno_add(f->diags, errno, doing, path);
	return FATAL;
}

static bool
check_name(struct filesink *f, const char *name)
{
	struct diag *d;

	if (*name != '\0' && *name != '.' && strchr(name, '/') == NULL)
		return true;
	d = diag_add(f->diags, DIAG_T018, NOWHERE,
	    "table \"%s\" cannot be a file of that name", name);
	diag_hint(f->diags, d, "give it a name without / that does not begin "
	    "with a point");
	return false;
}

/* .TABLE.csv.PID of a process that is no more, for one of our tables. */
static bool
is_stale(const struct filesink *f, const char *name)
{
	const char *dot = strrchr(name, '.'), *base;
	char *end;
	size_t n;
	uint32_t i;
	long pid;

	if (*name != '.' || dot == name || dot[1] < '1' || dot[1] > '9')
		return false;
	errno = 0;
	pid = strtol(dot + 1, &end, 10);
	if (*end != '\0' || errno != 0 || pid > INT_MAX ||
	    kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return false;
	n = (size_t)(dot - name - 1);
	for (i = 0; i < f->ntable; i++) {
		base = strrchr(f->table[i].path, '/') + 1;
		if (strlen(base) == n && memcmp(base, name + 1, n) == 0)
			return true;
	}
	return false;
}

static void
remove_stale(const struct filesink *f)
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

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static enum grade
open_table(struct filesink *f, struct staged *t,
    const struct schema_table *table)
{
	struct buf head;
	bool good = true;

	/* A file of our own number is an older process's. */
	unlink(t->temp);
	t->fd = open(t->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (t->fd < 0)
		return fail(f, "make", t->temp);
	t->exists = true;
	if (f->format->head == NULL)
		return OK;
	buf_init(&head, 64u << 20);
	f->format->head(&head, table);
	good = write_all(t->fd, head.p, head.len);
	buf_fini(&head);
	return good ? OK : fail(f, "write", t->temp);
}

enum grade
filesink_open(void *state, const struct schema *schema)
{
	struct filesink *f = state;
	const char *name;
	uint32_t i;

	f->schema = schema;
	for (i = 0; i < schema->ntable; i++)
		if (!check_name(f, schema->table[i].name))
			return FATAL;
	if (mkdir(f->directory, 0777) == 0)
		f->made_directory = true;
	else if (errno != EEXIST)
		return fail(f, "make the directory", f->directory);
	f->table = arena_array(f->arena, schema->ntable, sizeof *f->table);
	f->ntable = schema->ntable;
	for (i = 0; i < schema->ntable; i++) {
		name = schema->table[i].name;
		f->table[i].fd = -1;
		f->table[i].path = arena_printf(f->arena, "%s/%s.%s",
		    f->directory, name, f->format->scheme);
		f->table[i].temp = arena_printf(f->arena, "%s/.%s.%s.%ld",
		    f->directory, name, f->format->scheme, (long)getpid());
	}
	remove_stale(f);
	for (i = 0; i < schema->ntable; i++)
		if (open_table(f, &f->table[i], &schema->table[i]) != OK)
			return FATAL;
	return OK;
}

void
filesink_encode(const void *state, struct batch *b)
{
	const struct filesink *f = state;
	uint32_t i;

	for (i = 0; i < f->schema->ntable; i++) {
		buf_clear(&b->out[i]);
		f->format->rows(&b->out[i], &f->schema->table[i],
		    &b->rows[i]);
	}
}

enum grade
filesink_put(void *state, struct batch *b)
{
	struct filesink *f = state;
	struct diag *d;
	uint32_t i;

	for (i = 0; i < f->ntable; i++) {
		if (b->out[i].full) {
			d = diag_add(f->diags, DIAG_T020, NOWHERE,
			    "the rows of table \"%s\" that one batch gives "
			    "are too large", f->schema->table[i].name);
			diag_hint(f->diags, d, "run with a smaller "
			    "--batch-records");
			return FATAL;
		}
		if (!write_all(f->table[i].fd, b->out[i].p, b->out[i].len))
			return fail(f, "write", f->table[i].temp);
	}
	return OK;
}

enum grade
filesink_finish(void *state, struct conflicts *out)
{
	struct filesink *f = state;
	struct staged *t;
	uint32_t i;
	int fd;

	(void)out;
	for (i = 0; i < f->ntable; i++) {
		t = &f->table[i];
		if (fsync(t->fd) != 0 && errno != EINVAL)
			return fail(f, "write", t->temp);
		fd = t->fd;
		t->fd = -1;
		if (close(fd) != 0)
			return fail(f, "write", t->temp);
	}
	return OK;
}

/* What can be known to fail is looked at before the first rename. */
enum grade
filesink_publish(void *state)
{
	struct filesink *f = state;
	struct stat st;
	uint32_t i;
	int fd;

	for (i = 0; i < f->ntable; i++)
		if (lstat(f->table[i].path, &st) == 0 &&
		    S_ISDIR(st.st_mode)) {
			errno = EISDIR;
			return fail(f, "replace", f->table[i].path);
		}
	for (i = 0; i < f->ntable; i++) {
		if (rename(f->table[i].temp, f->table[i].path) != 0)
			return fail(f, "replace", f->table[i].path);
		f->table[i].exists = false;
	}
	/* They are live; a directory that cannot be synced changes nothing. */
	fd = open(f->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	f->made_directory = false;
	f->ntable = 0;
	return OK;
}

void
filesink_abort(void *state)
{
	struct filesink *f = state;
	uint32_t i;

	for (i = 0; i < f->ntable; i++) {
		if (f->table[i].fd >= 0)
			close(f->table[i].fd);
		if (f->table[i].exists)
			unlink(f->table[i].temp);
	}
	f->ntable = 0;
	/* Only when it is empty, which rmdir sees to. */
	if (f->made_directory)
		rmdir(f->directory);
	f->made_directory = false;
}

const char *
filesink_describe(const void *state)
{
	return ((const struct filesink *)state)->describe;
}
