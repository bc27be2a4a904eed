/*
 * The directory of reject files.  They are made in DIR.decant-PID, which the
 * run locks as long as it lives, and take DIR's place when they are complete;
 * what was there before is kept as DIR~.
 *
 * What killed runs left is removed by the next one: a directory of such a
 * name whose lock is free.  Only reject files are ever removed, and a
 * directory that holds none is never moved.  Strings live in the arena.
 */
#ifndef DECANT_REJECTS_DIR_H
#define DECANT_REJECTS_DIR_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diags;
struct source_options;

struct rejects_dir {
	struct arena *arena;
	struct diags *diags;
	const char *path;	/* DIR */
	const char *tmp;	/* NULL: not made */
	int lock;		/* descriptor of tmp */
};

/*
 * `asked` is the directory that the user named, or NULL: then it is
 * NAME.rejects here, or NAME-again.rejects when the input lies in that one.
 * false with an error when it is a directory of other things than rejects, or
 * holds the input.
 */
bool	 rejects_dir_init(struct rejects_dir *, struct arena *,
	    struct diags *, const struct source_options *, const char *name,
	    const char *asked);
/* Makes tmp, mode 0700. */
bool	 rejects_dir_make(struct rejects_dir *);
/*
 * Of a directory, by its path: reject files that are in it, their bytes, and
 * one of its other files, in the arena, or NULL.  False: it is none; errno.
 */
bool	 rejects_dir_look(struct arena *, const char *path, unsigned *ours,
	    uint64_t *bytes, const char **other);
/* Removes its reject files, run.json last, and the directory.  False: errno;
 * what could not be removed is there. */
bool	 rejects_dir_erase(const char *path);
/* A file in tmp, by its name; in the arena. */
const char *rejects_dir_file(const struct rejects_dir *, const char *name);
/* Removes tmp with its files, if it was made. */
void	 rejects_dir_remove(struct rejects_dir *);
/* DIR becomes DIR~, and tmp, if it was made, DIR. */
bool	 rejects_dir_place(struct rejects_dir *);
/* Tells that a file of DIR, or with "" itself, cannot be written; by errno. */
void	 rejects_dir_fail(struct rejects_dir *, const char *name);

#endif
