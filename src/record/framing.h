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

struct kept {
	uint8_t *p;
	uint32_t len;
};
struct around {			/* left out of the first file */
	struct kept bytes_first, bytes_last;
	struct kept *first, *last;	/* records, whole */
	uint32_t nfirst, nlast;
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
	char why[200];
	struct rdw rdw;
	bool rdw_known;
	size_t predicted;	/* v: bytes the next slab will need */
	size_t left;		/* vb, vbs: bytes left in the block */
	uint32_t varseq;	/* gnucobol: which form */
	bool large;		/* microfocus: record headers of 4 bytes */
	struct csv_rows *rows;	/* delimited */
	void *state;		/* of an origin; NULL: files are read */
	uint64_t handed;	/* bytes that it made */
	struct lineend lineend[2];
	uint32_t nlineend;
	bool fresh;		/* nothing was handed out yet */
	/* around.c: */
	struct around *around;
	uint8_t *hold, *hold_spare;	/* the last bytes that were read */
	size_t nhold;
	uint32_t nheaders;	/* first records met in this file */
	struct queued *queue, **queue_end;
	uint32_t nqueued;	/* records and fragments in it */
	bool ended;		/* the file has, and the queue is sifted */
};

struct recwriter {
	struct diags *diags;
	char *path;
	int fd;
	uint8_t *bytes;
	size_t len;
	struct framing_options opt;
	struct rdw rdw;
	const struct source_facts *facts;	/* or NULL */
	bool begun, failed;
	bool bdw;		/* vb, vbs, vs, u: blocks have their words */
	uint8_t *block;		/* vb, vbs: what of a block is there */
	uint32_t nblock;
	bool shorter;		/* u: the last block was */
	bool large;		/* microfocus: record headers of 4 bytes */
	uint32_t nput;		/* delimited: rows written */
	struct kept last;	/* the last record, with records_last */
};

struct framing_ops {
	/* Checks the options; false with an error. */
	bool (*check)(struct diags *, const struct framing_options *);
	/* A file was opened; `ahead` is empty. */
	enum grade (*start)(struct source *);
	/* As source_next, but END is the end of the file.  nrec is 0. */
	enum grade (*next)(struct source *, struct slab *);
	enum grade (*put)(struct recwriter *, struct slice);
	/* Before the first record and after the last; or NULL. */
	enum grade (*begin)(struct recwriter *);
	enum grade (*finish)(struct recwriter *);
};
extern const struct framing_ops framing_fixed, framing_v, framing_text,
    framing_vb, framing_vbs, framing_u, framing_length, framing_gnucobol,
    framing_microfocus, framing_delimited, framing_rows;
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

/*
 * The same of what stands next in the file: n bytes, fewer at its end, or all
 * that follows.
 */
enum grade source_drop(struct source *, size_t n, bool rest);
/* Reads until `ahead` has n bytes, or the file no more. */
enum grade source_look(struct source *, size_t n);

/* The framing's next slab of this file; END: it has no more. */
enum grade source_frame(struct source *, struct slab *);

/* around.c: what stands around the records */
bool	 around_check(struct diags *, const struct framing_options *);
bool	 around_is_used(const struct framing_options *);
void	 around_init(struct source *);
void	 around_fini(struct source *);
void	 around_rewind(struct source *);
enum grade around_open(struct source *);
/* infile_read without the bytes at the end of the file. */
enum grade around_read(struct source *, uint8_t *, size_t n, size_t *got);
enum grade around_next(struct source *, struct slab *);
enum grade around_write_first(struct recwriter *, const struct framing_ops *);
void	 around_written(struct recwriter *, struct slice);
void	 around_write_fini(struct recwriter *);
enum grade around_write_last(struct recwriter *, const struct framing_ops *);

void	 delimited_fini(struct source *);

/* A slab's next record, whose framing starts at `at` of the slab's bytes. */
static inline void
slab_add(struct slab *slab, size_t at, const uint8_t *p, uint32_t len)
{
	slab->rec[slab->nrec] = (struct slice){ p, len };
	slab->raw_off[slab->nrec] = (uint32_t)at;
	if (slab->nrec == 0 || len < slab->shortest)
		slab->shortest = len;
	if (len > slab->longest)
		slab->longest = len;
	slab->nrec++;
}

/* framing_v.c: record descriptor words */
struct chain {
	enum { CHAIN_BROKEN, CHAIN_CUT, CHAIN_GOOD } end;
	uint32_t n;		/* whole records or segments */
	uint32_t nsegment;	/* of n: parts of a record */
	size_t at;		/* where it ended */
};
#define LOOK_RECORDS	100u
#define LOOK_BYTES	(64u << 10)
#define LOOK_AHEAD	(128u << 10)	/* a 16-bit record still fits */
void	 rdw_choose(struct rdw *, const struct framing_options *);
/* The bytes of a record with its RDW; 0: the word is broken. */
uint32_t rdw_total(const struct rdw *, const uint8_t *p);
/* Why it is. */
void	 rdw_explain(const struct rdw *, const uint8_t *p, char *why, size_t);
bool	 rdw_is_spanned(const uint8_t *p);
/* False: the length does not fit the word. */
bool	 rdw_store(const struct rdw *, uint8_t *p, uint32_t len);
/* Tries the forms that the options allow, the likelier ones first. */
bool	 rdw_guess(struct rdw *best, const struct framing_options *,
	    const uint8_t *p, size_t n, bool eof);

void	 rdw_tell(struct source *, bool guessed);

/* block.c: blocks and their descriptor words */
#define BLOCK_MAX	32760u		/* z/OS: of a block with its BDW */
/* The bytes of a block with its BDW; 0: the word is broken. */
uint32_t bdw_total(const struct rdw *, const uint8_t *p);
void	 bdw_explain(const uint8_t *p, char *why, size_t);
/* The bytes of a segment with its RDW, and what it is; 0: broken. */
uint32_t segment_total(const struct rdw *, const uint8_t *p, uint8_t *code);
/* How far blocks of records or segments go; without `bdw`, segments alone. */
struct chain block_walk(const struct rdw *, bool bdw, const uint8_t *p,
	    size_t n, bool eof);
bool	 chain_convinces(const struct chain *);
/* Tries the forms that the options allow; false: none convinces. */
bool	 block_guess(struct rdw *best, const struct framing_options *, bool bdw,
	    const uint8_t *p, size_t n, bool eof, struct chain *);
/* Is it another of the framings with descriptor words?  Then an error. */
bool	 block_is_other(struct source *, const uint8_t *p, size_t n);

enum grade block_flush(struct recwriter *);
/* Bytes that still go into the block. */
uint32_t block_room(const struct recwriter *);
void	 block_put(struct recwriter *, const void *, uint32_t n);
/* A block of its own, however long, of n and m bytes. */
enum grade block_alone(struct recwriter *, const void *, uint32_t n,
	    const void *, uint32_t m);

enum grade recwriter_write(struct recwriter *, const void *, size_t);
enum grade recwriter_refuse(struct recwriter *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
