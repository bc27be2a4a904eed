/*
 * Tells when one of some files changes.  inotify says so at once, also where
 * an editor writes a new file and gives it the name; where there is no inotify
 * or it stays silent (a network's file system), looking at times and sizes
 * does, every half second.
 */
#ifndef DECANT_FILE_WATCH_H
#define DECANT_FILE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct file_watch;

/* inotify: use it if there is one. */
struct file_watch *file_watch_new(bool inotify);
void	 file_watch_free(struct file_watch *);
/*
 * Exchanges the files that are watched; names are copied.  `around`: a file
 * that comes into one of their directories counts, for one is missing.
 */
void	 file_watch_set(struct file_watch *, const char *const *path,
	    uint32_t n, bool around);
/* Readable when something may have happened; -1: there is none. */
int	 file_watch_fd(const struct file_watch *);
/* How long to wait at most, in milliseconds, before asking again. */
int	 file_watch_patience(const struct file_watch *);
/* Has anything changed since the last file_watch_set or the last yes? */
bool	 file_watch_changed(struct file_watch *);

#endif
