/*
 * What the framings share: the state of a source and of a writer.  Private
 * to record/.
 *
 *	disk -> infile -> ahead[at..end) -> slab
 *	              \_______________________/^
 *
 * Bytes go from the file straight into the slab where a framing knows how
 * many it wants and they are many (source_fill); `ahead` holds what was read
 * and not handed out: first bytes that were looked at, the cut record at the
 * end of a slab, and all text, which is copied line by line.
 */
#ifndef DECANT_FRAMING_H
#define DECANT_FRAMING_H

#include <stdint.h>

#include "record/infile.h"
#include "record/record.h"

#define SLAB_MARGIN	64u		/* readable after the last record */
#define FRAGMENT_MAX	(64u << 10)	/* bytes kept of a fragment */
#define CHUNK		(256u << 10)	/* bytes to ask the system for */
#define RDW_SIZE	4u

struct rdw {			/* how to read a record descriptor word */
	bool little, inclusive, last;
	uint32_t max;		/* bytes of a record, without the RDW */
};

struct lineend {		/* one of the bytes that end a line */
	uint8_t byte;
	bool found;
	uint64_t at;		/* found: there; else: not before */
};

struct source {
	struct diags *diags;
	struct source_options opt;
	const struct framing_ops *ops;
	struct infile *file;
	uint32_t nfile, now;	/* the file being read */
	bool open, dead;	/* dead: FATAL was said */
	uint8_t *ahead;
	size_t at, end, cap;
	bool eof;		/* nothing of the file comes after `ahead` */
	uint64_t offset;	/* in the file, of ahead[at] */
	uint64_t record;	/* number of the next one */
	struct source_facts facts;
	struct fragment fragment;
	uint8_t *fragment_bytes;
	char why[160];
	struct rdw rdw;
	bool rdw_known;
	size_t predicted;	/* v: bytes the next slab will need */
	struct lineend lineend[2];
	uint32_t nlineend;
};

struct recwriter {
	struct diags *diags;
	char *path;
	int fd;
	uint8_t *bytes;
	size_t len;
	struct framing_options opt;
	struct rdw rdw;
	bool failed;
};

struct framing_ops {
	/* Checks the options; false with an error. */
	bool (*check)(struct diags *, const struct framing_options *);
	/* A file was opened; `ahead` is empty. */
	enum grade (*start)(struct source *);
	/* As source_next, but END is the end of the file.  nrec is 0. */
	enum grade (*next)(struct source *, struct slab *);
	enum grade (*put)(struct recwriter *, struct slice);
};
extern const struct framing_ops framing_fixed, framing_v, framing_text;
extern const struct framing_ops *const framing_table[];	/* by enum framing */

/*
 * Up to n bytes to p; fewer only at the end of the file.  OK or FATAL.
 */
enum grade source_fill(struct source *, uint8_t *p, size_t n, size_t *got);
/* Puts bytes back that source_fill gave last. */
void	 source_unread(struct source *, const uint8_t *, size_t n);
/* Reads some more behind `ahead`, or sets eof. */
enum grade source_more(struct source *);
/*
 * Makes the fragment of n bytes just taken from the file and, if `rest`, of
 * all that follows in it.  Answers BAD, or FATAL.
 */
enum grade source_cut(struct source *, const uint8_t *, size_t n, bool rest);

/* Room for n bytes and the margin; may move the bytes. */
void	 slab_reserve(struct slab *, size_t n);
void	 slab_reserve_records(struct slab *, uint32_t n);

void	 rdw_choose(struct rdw *, const struct framing_options *);
enum grade recwriter_write(struct recwriter *, const void *, size_t);
enum grade recwriter_refuse(struct recwriter *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
