/*
 * Input files; see infile.h.
 *
 * From the disk upwards: infile_pull reads the descriptor, infile_stream puts
 * the spool in front of it (what was read before comes from the copy, the
 * rest is copied as it comes), infile_raw gives the first bytes again that
 * were read to know the compression, infile_read decompresses.
 */
#include "record/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/record.h"

#define WAIT_MS	200	/* between looks at what a signal has set */

void
infile_init(struct infile *f, struct diags *ds, const char *path,
    const struct source_options *opt)
{
	*f = (struct infile){ .diags = ds, .path = path, .name = path,
	    .fd = -1, .spool = opt->spool, .spool_fd = -1,
	    .interrupted = opt->interrupted };
	if (strcmp(path, "-") == 0)
		f->name = "(standard input)";
	if (opt->hash)
		f->hashing = sha256_new();
}

static bool
infile_is_stdin(const struct infile *f)
{
	return f->name != f->path;
}

static void
infile_release(struct infile *f)
{
	if (f->fd >= 0 && !infile_is_stdin(f))
		close(f->fd);
	f->fd = -1;
}

void
infile_fini(struct infile *f)
{
	inflate_free(f->inflate);
	f->inflate = NULL;
	sha256_free(f->hashing);
	f->hashing = NULL;
	infile_release(f);
	if (f->spool_fd >= 0)
		close(f->spool_fd);
	f->spool_fd = -1;
}

static enum grade
infile_fail_open(struct infile *f, int error)
{
	struct diags *ds = f->diags;

	if (error == ENOENT || error == ENOTDIR)
		diag_hint(ds, diag_add(ds, DIAG_F002, NOWHERE,
		    "no file \"%s\"", f->name),
		    "is the path right, and has the transfer run?");
	else if (error == EACCES || error == EPERM)
		diag_hint(ds, diag_add(ds, DIAG_F003, NOWHERE,
		    "no permission to read \"%s\"", f->name),
		    "ls -l shows who may, for each directory on the way too");
	else if (error == EISDIR)
		diag_hint(ds, diag_add(ds, DIAG_F004, NOWHERE,
		    "\"%s\" is a directory", f->name),
		    "name the files in it, such as %s/*", f->path);
	else
		diag_add(ds, DIAG_F005, NOWHERE, "cannot open \"%s\": %s",
		    f->name, strerror(error));
	return FATAL;
}

static enum grade
infile_fail_read(struct infile *f, int error)
{
	struct diag *d = diag_add(f->diags, DIAG_F010, NOWHERE,
	    "cannot read \"%s\" at offset %llu: %s", f->name,
	    (unsigned long long)f->done, strerror(error));

	if (error == EIO)
		diag_hint(f->diags, d, "the disk or the connection to it "
		    "fails; the system's log may tell more");
	return FATAL;
}

static enum grade
infile_fail_change(struct infile *f, const char *what)
{
	diag_hint(f->diags, diag_add(f->diags, DIAG_F013, NOWHERE,
	    "\"%s\" changed while it was read: %s", f->name, what),
	    "wait until the transfer of the file has ended, then run again");
	return FATAL;
}

static enum grade
infile_same(struct infile *f, const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_dev != f->dev ||
	    st->st_ino != f->ino)
		return infile_fail_change(f, "another file has its name");
	if ((uint64_t)(st->st_size - f->start) != f->size)
		return infile_fail_change(f, "its size is another");
	if (st->st_mtim.tv_sec != f->mtime.tv_sec ||
	    st->st_mtim.tv_nsec != f->mtime.tv_nsec)
		return infile_fail_change(f, "it was written to");
	return OK;
}

static bool
infile_is_interrupted(const struct infile *f)
{
	return f->interrupted != NULL && *f->interrupted != 0;
}

/* Opens the descriptor; a directory opens too, and is refused here. */
static enum grade
infile_descriptor(struct infile *f, struct stat *st)
{
	/* A FIFO without a writer is waited for. */
	do
		f->fd = infile_is_stdin(f) ? STDIN_FILENO :
		    open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (f->fd < 0 && errno == EINTR && !infile_is_interrupted(f));
	if (f->fd < 0 && errno == EINTR)
		return FATAL;
	if (f->fd < 0)
		return infile_fail_open(f, errno);
	if (fstat(f->fd, st) != 0)
		return infile_fail_open(f, errno);
	if (S_ISDIR(st->st_mode))
		return infile_fail_open(f, EISDIR);
	return OK;
}

static enum grade
infile_know(struct infile *f, const uint8_t *head, size_t n)
{
	f->compression = inflate_detect(head, n);
	f->looked = true;
	if (f->compression <= COMPRESSION_XZ)
		return OK;
	diag_hint(f->diags, diag_add(f->diags, DIAG_F016, NOWHERE,
	    "\"%s\" is compressed with %s, which is not read directly",
	    f->name, inflate_name(f->compression)),
	    "decompress it into a pipe, and name - as the input");
	return FATAL;
}

static enum grade
infile_look(struct infile *f, const struct stat *st)
{
	uint8_t head[INFLATE_HEAD];
	off_t at = infile_is_stdin(f) ? lseek(f->fd, 0, SEEK_CUR) : 0;
	ssize_t n;

	f->regular = true;
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	f->mtime = st->st_mtim;
	f->start = at > 0 && at <= st->st_size ? at : 0;
	f->size = (uint64_t)(st->st_size - f->start);
	n = pread(f->fd, head, sizeof head, f->start);
	if (n < 0)
		return infile_fail_read(f, errno);
	return infile_know(f, head, (size_t)n);
}

enum grade
infile_check(struct infile *f)
{
	struct stat st;
	enum grade g;

	/* Opening a FIFO waits for its writer: not before its turn. */
	if (!infile_is_stdin(f)) {
		if (stat(f->path, &st) != 0)
			return infile_fail_open(f, errno);
		if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
			return OK;
	}
	g = infile_descriptor(f, &st);
	if (g == OK && S_ISREG(st.st_mode))
		g = infile_look(f, &st);
	infile_release(f);
	return g;
}

/*
 * Waits until a pipe has something.  A signal can come just before poll(),
 * which would not see it, so none of its waits is long.
 */
static enum grade
infile_wait(const struct infile *f)
{
	struct pollfd wait = { .fd = f->fd, .events = POLLIN };
	int limit = f->interrupted == NULL ? -1 : WAIT_MS;

	while (!infile_is_interrupted(f))
		if (poll(&wait, 1, limit) > 0)
			return OK;
	return FATAL;
}

static void
infile_hash(struct infile *f, const uint8_t *p, size_t n)
{
	if (f->hashing == NULL)
		return;
	if (n > 0) {
		sha256_add(f->hashing, p, n);
		return;
	}
	sha256_end(f->hashing, f->sha256);
	sha256_free(f->hashing);
	f->hashing = NULL;
}

static enum grade
infile_pull(struct infile *f, uint8_t *p, size_t n, size_t *got)
{
	struct stat st;
	ssize_t r;

	for (;;) {
		if (!f->regular && infile_wait(f) != OK)
			return FATAL;
		r = read(f->fd, p, n);
		if (r >= 0)
			break;
		if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
			return infile_fail_read(f, errno);
	}
	*got = (size_t)r;
	f->done += *got;
	if (!f->regular) {
		f->ended = r == 0;
	} else if (r == 0) {
		if (fstat(f->fd, &st) != 0)
			return infile_fail_read(f, errno);
		if (infile_same(f, &st) != OK)
			return FATAL;
		if (f->done != f->size)
			return infile_fail_change(f, "its size is another");
	} else if (f->done > f->size) {
		return infile_fail_change(f, "it grows");
	}
	infile_hash(f, p, *got);
	return r == 0 ? END : OK;
}

static enum grade
infile_fail_spool(struct infile *f, const char *verb, const char *dir)
{
	diag_hint(f->diags, diag_add(f->diags, DIAG_F015, NOWHERE,
	    "cannot %s the copy of \"%s\" in %s: %s", verb, f->name, dir,
	    strerror(errno)),
	    "set TMPDIR to a directory with room for the whole input, or name "
	    "a file instead of a pipe");
	return FATAL;
}

static const char *
infile_spool_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && *dir != '\0' ? dir : "/tmp";
}

static enum grade
infile_spool_open(struct infile *f)
{
	const char *dir = infile_spool_dir();
	char *path = arena_printf(f->diags->arena, "%s/decant.XXXXXX", dir);

	f->spool_fd = mkostemp(path, O_CLOEXEC);
	if (f->spool_fd < 0)
		return infile_fail_spool(f, "make", dir);
	unlink(path);
	return OK;
}

static enum grade
infile_spool_put(struct infile *f, const uint8_t *p, size_t n)
{
	ssize_t r;

	while (n > 0) {
		r = pwrite(f->spool_fd, p, n, (off_t)f->spooled);
		if (r < 0 && errno == EINTR)
			continue;
		if (r == 0)
			errno = ENOSPC;
		if (r <= 0)
			return infile_fail_spool(f, "write",
			    infile_spool_dir());
		p += r;
		n -= (size_t)r;
		f->spooled += (uint64_t)r;
	}
	f->spool_at = f->spooled;
	return OK;
}

static enum grade
infile_stream(struct infile *f, uint8_t *p, size_t n, size_t *got)
{
	enum grade g;
	ssize_t r;

	if (f->spool_at < f->spooled) {
		do
			r = pread(f->spool_fd, p, n, (off_t)f->spool_at);
		while (r < 0 && errno == EINTR);
		if (r == 0)
			errno = EIO;	/* nobody else has its name */
		if (r <= 0)
			return infile_fail_spool(f, "read",
			    infile_spool_dir());
		*got = (size_t)r;
		f->spool_at += *got;
		f->done += *got;
		return OK;
	}
	if (f->ended)
		return END;
	g = infile_pull(f, p, n, got);
	if (g != OK || !f->spool)
		return g;
	if (f->spool_fd < 0 && infile_spool_open(f) != OK)
		return FATAL;
	return infile_spool_put(f, p, *got);
}

static enum grade
infile_raw(void *arg, uint8_t *p, size_t n, size_t *got)
{
	struct infile *f = arg;

	if (f->regular)
		return infile_pull(f, p, n, got);
	if (f->head_at == f->head_len)
		return infile_stream(f, p, n, got);
	*got = f->head_len - f->head_at;
	if (*got > n)
		*got = n;
	memcpy(p, f->head + f->head_at, *got);
	f->head_at += (uint32_t)*got;
	return OK;
}

/* The first bytes of what cannot be looked at otherwise. */
static enum grade
infile_look_ahead(struct infile *f)
{
	enum grade g = OK;
	size_t got;

	f->head_at = f->head_len = 0;
	while (f->head_len < sizeof f->head) {
		g = infile_stream(f, f->head + f->head_len,
		    sizeof f->head - f->head_len, &got);
		if (g != OK)
			break;
		f->head_len += (uint32_t)got;
	}
	return g == FATAL ? FATAL : infile_know(f, f->head, f->head_len);
}

enum grade
infile_open(struct infile *f)
{
	struct stat st;

	f->done = 0;
	if (f->regular) {
		if (infile_descriptor(f, &st) != OK ||
		    infile_same(f, &st) != OK)
			return FATAL;
		if (infile_is_stdin(f) &&
		    lseek(f->fd, f->start, SEEK_SET) < 0)
			return infile_fail_read(f, errno);
		posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	} else {
		if (f->fd < 0 && !f->ended && infile_descriptor(f, &st) != OK)
			return FATAL;
		if (!f->looked && infile_look_ahead(f) != OK)
			return FATAL;
	}
	if (f->compression != COMPRESSION_NONE)
		f->inflate = inflate_new(f->compression, infile_raw, f);
	return OK;
}

static enum grade
infile_fail_inflate(struct infile *f)
{
	const struct inflate_error *e = inflate_error(f->inflate);
	const char *kind = inflate_name(f->compression);
	unsigned long long at = e->offset;

	if (e->why == NULL)
		return FATAL;
	if (e->truncated)
		diag_hint(f->diags, diag_add(f->diags, DIAG_F012, NOWHERE,
		    "\"%s\" is cut short: its %s data end too early, at "
		    "offset %llu", f->name, kind, at),
		    "compare its size with that at the sender's");
	else
		diag_hint(f->diags, diag_add(f->diags, DIAG_F011, NOWHERE,
		    "\"%s\" is damaged: bad %s data at about offset %llu: %s",
		    f->name, kind, at, e->why),
		    "%s -t tests it; a transfer in text mode does this, copy "
		    "the file again in binary mode", kind);
	return FATAL;
}

enum grade
infile_read(struct infile *f, uint8_t *p, size_t n, size_t *got)
{
	enum grade g;

	*got = 0;
	if (f->inflate == NULL)
		return infile_raw(f, p, n, got);
	g = inflate_read(f->inflate, p, n, got);
	return g == FATAL ? infile_fail_inflate(f) : g;
}

bool
infile_skip(struct infile *f, uint64_t n)
{
	if (!f->regular || f->inflate != NULL || n > f->size ||
	    lseek(f->fd, (off_t)n, SEEK_CUR) < 0)
		return false;
	sha256_free(f->hashing);
	f->hashing = NULL;
	f->done += n;
	return true;
}

void
infile_close(struct infile *f)
{
	inflate_free(f->inflate);
	f->inflate = NULL;
	if (f->regular || f->ended)
		infile_release(f);
}

enum grade
infile_rewind(struct infile *f)
{
	struct stat st;

	infile_close(f);
	f->done = 0;
	if (f->regular) {
		if (infile_is_stdin(f) ? fstat(STDIN_FILENO, &st) != 0 :
		    stat(f->path, &st) != 0)
			return infile_fail_open(f, errno);
		if (f->hashing != NULL)
			sha256_reset(f->hashing);
		return infile_same(f, &st);
	}
	if (f->spool) {
		f->head_at = f->head_len = 0;
		f->spool_at = 0;
		return OK;
	}
	if (f->fd < 0 && !f->ended)
		return OK;		/* nothing was read of it yet */
	diag_hint(f->diags, diag_add(f->diags, DIAG_F014, NOWHERE,
	    "\"%s\" cannot be read twice", f->name),
	    "name a file instead of a pipe");
	return FATAL;
}
