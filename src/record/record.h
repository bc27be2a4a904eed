/*
 * Files as records: framings, decompression, several files as one input.
 *
 * A source fills slabs with whole records, in input order.  A slab belongs to
 * its batch; it holds the raw bytes as they stand in the (decompressed) input,
 * except that the text framing pads short lines.  64 readable bytes follow
 * the last record.  A slab never holds records of two files.
 */
#ifndef DECANT_RECORD_H
#define DECANT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/limits.h"
#include "base/slice.h"

struct arena;
struct codepage;
struct source;
struct recwriter;

enum framing { FRAMING_FIXED, FRAMING_V, FRAMING_TEXT };
enum tristate { TRI_NO, TRI_YES, TRI_GUESS };

struct framing_options {
	enum framing framing;
	uint32_t record_length;		/* fixed: of every record */
	uint32_t max_length;		/* longest record of the layout: text
					 * lines are padded to it; RECORD_MAX
					 * bounds everything */
	enum tristate rdw_little;	/* v: little-endian lengths */
	enum tristate rdw_inclusive;	/* v: the length counts the RDW */
	const struct codepage *page;	/* text: blank and line ends */
};

struct source_options {
	struct framing_options framing;
	const char *const *file;	/* paths; "-" is stdin */
	uint32_t nfile;
	uint32_t batch_records;		/* at most; default 1024 */
	uint32_t batch_bytes;		/* at most; default 256 KB; one record
					 * if longer */
	bool tail_is_data;		/* a cut tail of a fixed file becomes a
					 * fragment instead of an early error */
	bool spool;			/* keep a copy of what cannot be read
					 * twice (stdin, pipes) in $TMPDIR */
	const volatile int *interrupted;	/* set by a signal: waiting for
					 * a pipe ends, FATAL without an error
					 * in diags; or NULL */
};

struct slab {
	uint64_t first_record;	/* number of rec[0], from 1, over all files */
	uint64_t offset;	/* of bytes[0] in its (decompressed) file */
	uint32_t file;		/* index into source_options.file */
	uint8_t *bytes;
	size_t used, cap;
	struct slice *rec;	/* bytes of the records, without framing */
	uint32_t *raw_off;	/* where each record's framing starts in its
				 * file, from `offset` */
	uint32_t nrec, rec_cap;
	uint32_t shortest, longest;
};

void	 slab_init(struct slab *);
void	 slab_fini(struct slab *);

/* What a file turned out to be, for the summary and for explain. */
struct source_facts {
	enum framing framing;
	bool rdw_little, rdw_inclusive, guessed;
	bool rdw_last;		/* v: the length ends the RDW: X'0000LLLL' */
	const char *compression;	/* NULL, "gzip", "zstd" */
	uint64_t size;			/* bytes on disk; 0: unknown */
};

/*
 * Opens the first file and looks at it (magic, size, first RDWs).  NULL with
 * an error in diags (F0nn): missing file, a directory, an empty list, a fixed
 * file whose size is no multiple of the length (naming the nearest lengths
 * that divide it), …  An empty file is no error: it has no records.
 */
struct source *source_new(struct diags *, const struct source_options *);
/*
 * Fills the slab, which must be empty or eaten.  OK: at least one record.
 * END: no more.  BAD: a fragment was met (see source_fragment); the caller
 * counts it and calls again.  FATAL: an error is in diags (read error, bad
 * compressed data, file changed while it was read).
 */
enum grade source_next(struct source *, struct slab *);
/* The fragment that BAD spoke of; valid until the next call. */
struct fragment {
	struct slice bytes;		/* at most the first 64 KB */
	uint64_t length;		/* of all of it */
	uint64_t record;		/* number it would have had; the next
					 * record has the next number */
	uint64_t offset;
	uint32_t file;
	const char *why;		/* one sentence */
};
const struct fragment *source_fragment(const struct source *);
const struct source_facts *source_facts(const struct source *);
/* Bytes read so far from disk and their total (0: unknown), over all files:
 * for progress. */
void	 source_progress(const struct source *, uint64_t *done, uint64_t *all);
/* Starts again from the first record (files reopened, or the spool);
 * FATAL with an error when the input has changed or cannot be read twice. */
enum grade source_rewind(struct source *);
void	 source_free(struct source *);

/*
 * Writes records back in the framing that a source found them in, so that a
 * source with the same options reads them again.  Files are made 0600.
 */
struct recwriter *recwriter_new(struct diags *, const char *path,
	    const struct framing_options *, const struct source_facts *);
enum grade recwriter_put(struct recwriter *, struct slice record);
/* Flushes, closes and frees; FATAL with an error (disk full …). */
enum grade recwriter_close(struct recwriter *);
/* The same for a file that nobody wants any more: never an error. */
void	 recwriter_abandon(struct recwriter *);

#endif
