/*
 * Files as records: framings, decompression, several files as one input; and
 * rows of a table as records, where somebody else reads them.
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

#include "base/csv.h"
#include "base/diag.h"
#include "base/limits.h"
#include "base/slice.h"

struct arena;
struct bad_text;
struct buf;
struct cell_type;
struct codepage;
struct column;
struct slab;
struct source;
struct source_options;
struct recwriter;

enum framing {
	FRAMING_FIXED, FRAMING_V, FRAMING_TEXT,
	FRAMING_VB,		/* RDWs in blocks */
	FRAMING_VBS, FRAMING_VS,	/* segments; VS: a block for each */
	FRAMING_U,		/* a block is a record */
	FRAMING_LENGTH,		/* the record's own bytes tell its length */
	FRAMING_GNUCOBOL,	/* COB_VARSEQ_FORMAT 0 to 3 */
	FRAMING_MICROFOCUS,	/* variable, behind a file header */
	FRAMING_DELIMITED,	/* rows of delimited text */
	FRAMING_ROWS		/* rows of a table: they come from an origin,
				 * and are written as CSV */
};
enum tristate { TRI_NO, TRI_YES, TRI_GUESS };
enum line_end {
	LINEEND_ANY,		/* LF or CR LF; EBCDIC: NEL or LF */
	LINEEND_LF, LINEEND_CRLF, LINEEND_CR, LINEEND_NEL
};

/* A whole number in a record, such as its length or the count of a table. */
enum number_form {
	NUMBER_BIG, NUMBER_LITTLE,	/* binary, up to 8 bytes */
	NUMBER_ZONED,			/* digits in any code page; blanks and
					 * + before them, an overpunch behind */
	NUMBER_PACKED,
	NUMBER_PACKED_UNSIGNED		/* COMP-6: no sign nibble */
};
struct number_field {
	uint32_t offset, size;
	enum number_form form;
	int8_t scale;		/* decimals, which must be zeros; below 0:
				 * zeros that are not written */
};
#define NUMBER_SIZE_MAX	32u
/* False: the bytes are no number, or it is negative or beyond 63 bits. */
bool	 number_read(const struct number_field *, const uint8_t *field,
	    uint64_t *);
/* The other way; `zero` is the digit's byte.  False: it does not fit. */
bool	 number_write(const struct number_field *, uint8_t *field, uint64_t,
	    uint8_t zero);

/*
 * How long is the record that starts at p, of which n bytes are there?  OK:
 * *len bytes, at least 1, perhaps more than n.  END: n bytes do not tell, at
 * least *len would.  BAD: they are no record; `why` is a sentence.
 */
typedef enum grade length_of_fn(const void *, const uint8_t *p, size_t n,
	    size_t *len, char *why, size_t whysize);

struct length_choice {		/* the value of a field, and a length */
	struct slice value;	/* as many bytes as the field */
	uint32_t length;
};
struct length_rule {
	struct number_field field;
	int64_t adjust;		/* plus this makes it the whole record's */
	const struct length_choice *choice;	/* instead of a number */
	uint32_t nchoice;
};

/*
 * Delimited text.  Its records are not the bytes of the file: a head, an entry
 * of eight bytes for each field that is asked for (value/codec.h has its
 * form), the fields' bytes without quotes, and the row as it stood.  All of it
 * is relative, so a record may be copied.
 */
struct delimited_field {
	const char *name;	/* in the header: case does not matter, and
				 * blanks, _ . ( ) and , are - */
	const char *full;	/* the same with its group's; or NULL */
	bool shared;		/* others have the name: `full` alone counts */
	bool wanted;		/* it must be there */
	uint32_t column;	/* without a header: from 0, or DELIMITED_NONE */
	struct place at;	/* where it is asked for */
};
struct delimited {
	struct csv_dialect dialect;
	bool header;		/* names stand in the first row of each file */
	bool utf8;		/* not in the page's characters */
	uint32_t ncolumn;	/* without a header: fields of a row; 0: any */
	struct delimited_field *field;
	uint32_t nfield;
};
#define DELIMITED_NONE	UINT32_MAX
#define DELIMITED_HEAD	16u		/* bytes before the entries */

/* 0: none; 1: the column may be the field's; 2: it is, though others share
 * the field's short name. */
int	 delimited_match(const struct delimited_field *, const char *column);

enum row_fault { ROW_FINE, ROW_SHORT, ROW_LONG, ROW_QUOTE };
struct delimited_row {
	enum row_fault fault;
	uint32_t n;		/* fields of the row */
	uint32_t from;		/* where in the record its bytes are */
	struct slice raw;
};
void	 delimited_row(struct slice record, struct delimited_row *);
/* Fields that the record has entries of; the column of its file that one came
 * from, or DELIMITED_NONE. */
uint32_t delimited_nfield(struct slice record);
uint32_t delimited_column(struct slice record, uint32_t field);

/*
 * Rows of a table.  A record is a cell of each column (value/codec.h has their
 * form) and behind them their texts; it may be copied.  Written, rows are CSV
 * behind a header: null is nothing, an empty text "".
 */
struct table_rows {
	const char *const *name;	/* [ncolumn] */
	const struct cell_type *type;
	const uint32_t *offset;		/* of each cell in a record */
	uint32_t ncolumn;
	uint32_t size;			/* of all cells */
	const uint32_t *key;		/* columns that tell rows apart; none */
	uint32_t nkey;
};
struct rows_read {
	const struct column *col;	/* [ncolumn] */
	uint32_t n;
	const struct bad_text *bad;	/* [nbad], by row */
	uint32_t nbad;
};
/* The bytes that each of the rows takes as a record. */
void	 table_rows_sizes(const struct table_rows *, const struct rows_read *,
	    uint32_t *size);
/* n of the rows, from `from` on, as records; rec[i].p is where the bytes of
 * each go, rec[i].len its size. */
void	 table_rows_put(const struct table_rows *, const struct rows_read *,
	    uint32_t from, uint32_t n, const struct slice *rec);
/* A slab of n records of those sizes, whose bytes are still to come. */
void	 slab_lay_out(struct slab *, const uint32_t *size, uint32_t n);
/* For people: a cell as text (null: nothing is added, and false; one whose
 * text is not known: "(unreadable)"), and "person_id 12, seq 3"; nothing
 * without a key. */
bool	 table_rows_cell(const struct table_rows *, struct slice record,
	    uint32_t column, struct buf *);
void	 table_rows_key(const struct table_rows *, struct slice record,
	    struct buf *);

struct framing_options {
	enum framing framing;
	uint32_t record_length;		/* fixed: of every record; u: of every
					 * block, where there are no BDWs */
	uint32_t max_length;		/* longest record of the layout: text
					 * lines are padded to it; RECORD_MAX
					 * bounds everything */
	enum tristate rdw_little;	/* v, vb: little-endian lengths */
	enum tristate rdw_inclusive;	/* v, vb: they count their word */
	enum tristate bdw;		/* vbs, vs, u: blocks have their words;
					 * v: GUESS refuses a file with BDWs */
	const struct codepage *page;	/* text: blank and line ends */
	enum line_end line_end;		/* text */
	uint32_t varseq;		/* gnucobol: 0 to 3, or VARSEQ_GUESS */
	struct length_rule length;	/* length */
	length_of_fn *length_of;	/* length: instead of the rule */
	const void *length_arg;
	const struct delimited *delimited;
	const struct table_rows *rows;

	/* What stands around the records; a writer puts it back. */
	uint32_t before, behind;	/* bytes of each that are not its own,
					 * such as a printer's control
					 * character; they stay readable */
	uint32_t bytes_first, bytes_last;	/* of each file */
	uint32_t records_first, records_last;	/* of each file */
};
#define VARSEQ_GUESS	UINT32_MAX
#define AROUND_MAX	(1u << 20)	/* before, behind, bytes_ */
#define AROUND_RECORDS	1000u		/* records_first, records_last */

/*
 * Who makes records that are in no file.  open: NULL, with an error in diags,
 * or the state of the others, which are as source_next (at most so many
 * records, and bytes if they are more than one), source_rewind and
 * source_release.
 */
struct origin {
	void *(*open)(const void *arg, struct diags *,
	    const struct source_options *);
	enum grade (*next)(void *, struct slab *, uint32_t records,
	    size_t bytes);
	enum grade (*rewind)(void *);
	void (*release)(void *);
	void (*free)(void *);
};

struct source_options {
	struct framing_options framing;
	const struct origin *origin;	/* NULL: files */
	const void *origin_arg;
	const char *const *file;	/* paths; "-" is stdin; one name of
					 * what an origin reads */
	uint32_t nfile;
	uint32_t batch_records;		/* at most; default 1024 */
	uint32_t batch_bytes;		/* at most; default 256 KB; one record
					 * if longer */
	bool tail_is_data;		/* a cut tail of a fixed file becomes a
					 * fragment instead of an early error */
	bool hash;			/* source_sha256 is wanted */
	bool spool;			/* keep a copy of what cannot be read
					 * twice (stdin, pipes) in $TMPDIR */
	uint64_t most;			/* records that are wanted; 0: all; and */
	bool soon;			/* the first ones are, rather than all
					 * in the least time; both only help */
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
void	 slab_reserve_records(struct slab *, uint32_t n);
/* Room for n bytes and the margin; may move the bytes. */
void	 slab_reserve(struct slab *, size_t n);

/* What a file turned out to be, for the summary and for explain. */
struct source_facts {
	enum framing framing;
	bool rdw_little, rdw_inclusive, guessed;
	bool rdw_last;		/* v: the length ends the RDW: X'0000LLLL' */
	bool bdw;			/* vbs, vs, u: there are BDWs */
	uint32_t varseq;		/* gnucobol */
	uint8_t header[128];		/* microfocus: the file's */
	const char *compression;	/* NULL, "gzip", "zstd" … */
	uint64_t size;			/* bytes on disk; 0: unknown */
	uint64_t skipped_records;	/* records_first and records_last */
	uint64_t skipped_bytes;		/* bytes_first and bytes_last */
	const struct around *around;	/* what was skipped of the first file,
					 * for the writer; or NULL */
	struct slice header_row;	/* delimited: of the first file */
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
/* Of a file as it is on the disk, once all of it was read; else NULL. */
const char *source_sha256(const struct source *, uint32_t file);
/*
 * Before the first source_next: the record of that number comes next, and what
 * stands before it is not read.  Only where the form of the files allows it
 * (fixed records in plain files); false: nothing has happened.
 */
bool	 source_seek(struct source *, uint64_t record);
/* Bytes read so far from disk and their total (0: unknown), over all files:
 * for progress. */
void	 source_progress(const struct source *, uint64_t *done, uint64_t *all);
/* Nothing more is read: what an origin holds on to (a snapshot) is let go. */
void	 source_release(struct source *);
/* Starts again from the first record (files reopened, or the spool);
 * FATAL with an error when the input has changed or cannot be read twice. */
enum grade source_rewind(struct source *);
void	 source_free(struct source *);

/* The bytes of a record as they stand in the file, without framing. */
struct slice record_raw(enum framing, struct slice record);

/*
 * For those who make records.  Would it, as a line of text, read as two?
 */
bool	 record_is_split(const struct framing_options *, struct slice);
/*
 * Makes a record say its length, where the framing is by a field: the number,
 * or as many bytes as its type has (*len, of `room` at most).  False: it
 * cannot.
 */
bool	 record_tell_length(const struct framing_options *, uint8_t *record,
	    uint32_t room, uint32_t *len);

/*
 * Writes records back in the framing that a source found them in, so that a
 * source with the same options reads them again.  Files are made 0600; the
 * path - is standard output.
 * With `before` or `behind`, the bytes around the record are written too, and
 * must be there.  The facts, which may be NULL, must outlive the writer.
 */
struct recwriter *recwriter_new(struct diags *, const char *path,
	    const struct framing_options *, const struct source_facts *);
/* The same; messages have another name of the file. */
struct recwriter *recwriter_new_named(struct diags *, const char *path,
	    const char *name, const struct framing_options *,
	    const struct source_facts *);
enum grade recwriter_put(struct recwriter *, struct slice record);
/* What follows is in a block of its own, where records are in blocks (vb). */
enum grade recwriter_break(struct recwriter *);
/* Flushes, closes and frees; FATAL with an error (disk full …). */
enum grade recwriter_close(struct recwriter *);
/* The same for a file that nobody wants any more: never an error. */
void	 recwriter_abandon(struct recwriter *);

#endif
