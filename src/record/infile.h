/*
 * One input file as a stream of (decompressed) bytes.
 *
 * A regular file is looked at once by infile_check and opened again for each
 * pass; whether it is still the same file is checked at both ends of a pass.
 * What isn't regular is opened once, and read again from a copy (the spool)
 * if one was asked for.  Errors go to the diagnostics; FATAL means there is
 * one, or that a signal ended the wait for a pipe.
 */
#ifndef DECANT_INFILE_H
#define DECANT_INFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/diag.h"
#include "base/sha256.h"
#include "record/inflate.h"

struct source_options;

struct infile {
	struct diags *diags;
	const char *path;	/* the caller's; "-": standard input */
	const char *name;	/* for messages */
	int fd;			/* -1: not open */
	bool regular;
	dev_t dev;		/* of a regular file: what it was at first */
	ino_t ino;
	uint64_t size;		/* from where reading starts */
	off_t start;		/* not 0: stdin that others have read from */
	struct timespec mtime;
	enum compression compression;
	struct inflate *inflate;
	uint64_t done;		/* bytes read from disk in this pass */
	/* Not regular: */
	bool looked;		/* compression is known */
	bool ended;
	uint8_t head[INFLATE_HEAD];
	uint32_t head_at, head_len;
	bool spool;
	int spool_fd;
	uint64_t spooled, spool_at;
	const volatile int *interrupted;	/* see record.h */
	/* Of the bytes as they are on the disk, once a pass has seen all: */
	struct sha256 *hashing;	/* NULL: not asked for, or known */
	char sha256[SHA256_HEX + 1];	/* "": not known */
};

void	 infile_init(struct infile *, struct diags *, const char *path,
	    const struct source_options *);
void	 infile_fini(struct infile *);
/* Is it there, and what is it?  Leaves it closed. */
enum grade infile_check(struct infile *);
enum grade infile_open(struct infile *);
/* OK: at least one byte; END; FATAL. */
enum grade infile_read(struct infile *, uint8_t *, size_t n, size_t *got);
/* Passes over n bytes of a plain file that was just opened; false: it is
 * none, or has not so many. */
bool	 infile_skip(struct infile *, uint64_t n);
void	 infile_close(struct infile *);		/* at the end of a pass */
enum grade infile_rewind(struct infile *);	/* before the next pass */

#endif
