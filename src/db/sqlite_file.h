/*
 * The file of a SQLite target: its real path, the lock of a run, and the
 * temporary file in which a new database is built.
 *
 *	PATH			the database
 *	PATH.decant-lock	exists while a run holds it (flock)
 *	PATH.decant-PID		the new database, until it is linked into place
 *
 * The lock is on a file of its own: closing any descriptor of a database
 * would drop the POSIX locks that SQLite holds on it ("How To Corrupt An
 * SQLite Database File", 2.2).  The lock file's line tells who holds it.
 */
#ifndef DECANT_SQLITE_FILE_H
#define DECANT_SQLITE_FILE_H

#include <stdbool.h>

struct arena;
struct diags;

struct sqlite_file {
	const char *shown;	/* as the user wrote it */
	const char *path;	/* absolute, symbolic links resolved */
	const char *directory, *base;
	const char *lock, *temp;
	int lock_fd;		/* -1: not held */
	struct diags *diags;
};

/*
 * Resolves the path and looks at what is there; nothing is made.  false with
 * an error: its directory is missing, it is no regular file, …
 */
bool	 sqlite_file_init(struct sqlite_file *, struct arena *, struct diags *,
	    const char *path);
bool	 sqlite_file_exists(const struct sqlite_file *);
/* T001, which names the holder, when another run holds it. */
bool	 sqlite_file_lock(struct sqlite_file *);
void	 sqlite_file_unlock(struct sqlite_file *);
/* With the lock held: removes what killed runs left, makes the new one. */
bool	 sqlite_file_make_temp(struct sqlite_file *);
void	 sqlite_file_drop_temp(struct sqlite_file *);
/* Writes it through and gives it its name, unless the name is taken. */
bool	 sqlite_file_publish_temp(struct sqlite_file *);

#endif
