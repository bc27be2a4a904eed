/*
 * Watching files; see file_watch.h.
 *
 * It is the directories that inotify watches: an editor that writes beside the
 * file and renames would leave a watch of the file on what is no longer there.
 * Events only wake; whether a file has changed, a look at it tells, so that an
 * editor's several steps are one change once they are done.
 */
#include "base/file_watch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define PATIENCE_MS	500
#define EVENTS		(IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | \
			    IN_DELETE | IN_MOVED_FROM)

struct seen {			/* what a file was at the last look */
	bool there;
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
};

struct watched {
	char *path;
	int wd;			/* of the directory; -1: not watched */
	struct seen seen;
};

struct file_watch {
	int fd;
	struct watched *file;
	uint32_t n;
	bool around;
	bool told;		/* by an event alone */
};

struct file_watch *
file_watch_new(bool inotify)
{
	struct file_watch *w = mem_zalloc(sizeof *w);

	w->fd = inotify ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
	return w;
}

static void
watch_clear(struct file_watch *w)
{
	uint32_t i;

	for (i = 0; i < w->n; i++)
		mem_free(w->file[i].path);
	mem_free(w->file);
	w->file = NULL;
	w->n = 0;
}

void
file_watch_free(struct file_watch *w)
{
	if (w == NULL)
		return;
	watch_clear(w);
	if (w->fd >= 0)
		close(w->fd);
	mem_free(w);
}

static struct seen
watch_look(const char *path)
{
	struct seen s;
	struct stat st;

	memset(&s, 0, sizeof s);
	if (stat(path, &st) != 0)
		return s;
	s.there = true;
	s.dev = st.st_dev;
	s.ino = st.st_ino;
	s.size = st.st_size;
	s.mtime = st.st_mtim;
	return s;
}

/* inotify_add_watch gives one number for each directory, however often. */
static void
watch_directory(struct file_watch *w, struct watched *f)
{
	char *slash = strrchr(f->path, '/'), *dir;

	f->wd = -1;
	if (w->fd < 0)
		return;
	dir = mem_strdup(slash == NULL ? "." : f->path);
	if (slash != NULL)
		dir[slash - f->path + (slash == f->path)] = '\0';
	f->wd = inotify_add_watch(w->fd, dir, EVENTS);
	mem_free(dir);
}

void
file_watch_set(struct file_watch *w, const char *const *path, uint32_t n,
    bool around)
{
	struct watched *file = mem_array(n, sizeof *file);
	uint32_t i, k;

	for (i = 0; i < n; i++) {
		file[i].path = mem_strdup(path[i]);
		watch_directory(w, &file[i]);
		/* what changed while it was read has changed */
		for (k = 0; k < w->n; k++)
			if (strcmp(w->file[k].path, path[i]) == 0)
				break;
		file[i].seen = k < w->n ? w->file[k].seen :
		    watch_look(path[i]);
	}
	watch_clear(w);
	w->file = file;
	w->n = n;
	w->around = around;
}

int
file_watch_fd(const struct file_watch *w)
{
	return w->fd;
}

int
file_watch_patience(const struct file_watch *w)
{
	(void)w;
	return PATIENCE_MS;
}

static void
watch_event(struct file_watch *w, const struct inotify_event *e)
{
	uint32_t i;

	if (e->mask & IN_Q_OVERFLOW)
		w->told = true;
	for (i = 0; i < w->n; i++)
		if (w->around && w->file[i].wd == e->wd &&
		    (e->mask & (IN_CREATE | IN_MOVED_TO)) != 0)
			w->told = true;
}

static void
watch_events(struct file_watch *w)
{
	char buf[4096]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *e;
	ssize_t n, at;

	while (w->fd >= 0 && ((n = read(w->fd, buf, sizeof buf)) > 0 ||
	    (n < 0 && errno == EINTR)))
		for (at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
			e = (const struct inotify_event *)(buf + at);
			watch_event(w, e);
		}
}

bool
file_watch_changed(struct file_watch *w)
{
	struct seen now;
	bool changed;
	uint32_t i;

	watch_events(w);
	changed = w->told;
	w->told = false;
	for (i = 0; i < w->n; i++) {
		now = watch_look(w->file[i].path);
		if (now.there != w->file[i].seen.there ||
		    now.dev != w->file[i].seen.dev ||
		    now.ino != w->file[i].seen.ino ||
		    now.size != w->file[i].seen.size ||
		    now.mtime.tv_sec != w->file[i].seen.mtime.tv_sec ||
		    now.mtime.tv_nsec != w->file[i].seen.mtime.tv_nsec)
			changed = true;
		w->file[i].seen = now;
	}
	return changed;
}
