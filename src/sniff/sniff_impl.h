/*
 * What the files of sniff/ share.  A sample of the file is made once; each
 * framing that could be makes a guess with its evidence; the layout, if there
 * is one, is tried on the records of each guess; the best one is judged.
 */
#ifndef DECANT_SNIFF_IMPL_H
#define DECANT_SNIFF_IMPL_H

#include "base/mem.h"
#include "base/slice.h"
#include "charset/charset.h"
#include "record/record.h"
#include "sniff/sniff.h"

#define HEAD_MAX	(1u << 20)	/* bytes of the sample: first ones */
#define MIDDLE_MAX	(128u << 10)	/* twice somewhere between */
#define TAIL_MAX	(256u << 10)	/* last ones */
#define WINDOWS_MAX	4u
#define GUESS_RECORDS	8192u		/* records kept of a guess */
#define WORK_MAX	(8u << 20)	/* steps: then searching ends */
#define BITS_MAX	400.0		/* more would convince nobody more */

struct window {
	const uint8_t *p;	/* 64 more bytes are readable */
	size_t n;
	uint64_t at;		/* in the file */
};

enum family { FAMILY_UNKNOWN, FAMILY_EBCDIC, FAMILY_ASCII };

/* Classes of bytes: what a column of a file is made of. */
enum byte_class {
	CLASS_NUL, CLASS_BLANK, CLASS_ZERO, CLASS_DIGIT, CLASS_UPPER,
	CLASS_LOWER, CLASS_PUNCT, CLASS_HIGH, CLASS_SIGN, CLASS_CONTROL,
	CLASS_FF, CLASS_COUNT
};

struct sample {
	const char *name;
	const char *compression;
	uint64_t size;		/* if sized */
	bool sized;
	bool whole;		/* window[0] is all of it */
	struct window window[WINDOWS_MAX];
	uint32_t nwindow;
	uint64_t n;		/* bytes in the windows */
	uint64_t count[256];	/* of each byte */
	enum family family;
	double family_share;	/* of its letters, digits and blanks */
	uint8_t class[256];	/* by the family */
};

enum guess_format { GUESS_FIXED, GUESS_V, GUESS_VB, GUESS_VBS, GUESS_GNUCOBOL,
    GUESS_MICROFOCUS, GUESS_TEXT, GUESS_ODO, GUESS_LENGTH, GUESS_DELIMITED,
    GUESS_U };

/* A printer's character before each record. */
enum guess_control { CONTROL_NONE, CONTROL_ASA, CONTROL_MACHINE };

enum guess_end { GUESS_EXACT,	/* the last record ends where the file does */
    GUESS_GOOD,			/* good as far as the sample goes */
    GUESS_CUT, GUESS_BROKEN };

/* Of the items of a layout, over some records. */
struct fit {
	bool done;
	uint32_t records;	/* that were looked at */
	uint64_t good, bad;	/* numbers */
	uint64_t packed_good, packed_bad;
	uint64_t text_good, text_bad;
	uint64_t shorter, longer;	/* records, than the layout's */
	double bits;
	uint64_t comp5_big, comp5_little;	/* which order looks right */
	uint64_t float_ibm, float_ieee, float_little, float_ieee_little;
};

struct guess {
	enum guess_format format;
	bool little, inclusive, last;	/* v, vb, vbs */
	bool bdw;
	uint32_t varseq;
	uint32_t length;		/* fixed: with what stands behind */
	enum line_end line_end;		/* text */
	uint32_t behind;		/* bytes of a line end behind records */
	uint32_t before;		/* 1: a byte before records */
	enum guess_control control;	/* which that byte is */
	uint32_t bytes_first, bytes_last;
	bool edges;			/* what they are is not proven */
	bool searched;			/* fixed: one of many beginnings */
	bool adrift;			/* fixed: where they begin is not known */
	struct number_field field;	/* length */
	int64_t adjust;
	bool rest;
	struct length_choice *choice;	/* length: by type */
	uint32_t nchoice;
	const char *field_name;
	enum guess_end end;
	uint64_t end_at;		/* CUT, BROKEN: where */
	struct guess *shifted_from;	/* the same without that byte */
	uint32_t breaks;		/* vb, vbs: blocks that break */
	uint64_t break_at;		/* the first of them */
	uint64_t missing;		/* CUT: bytes of the last record */
	uint64_t have;			/* CUT, BROKEN: bytes that are left */
	struct slice *rec;
	uint32_t nrec, cap;
	uint64_t walked;		/* bytes of the head */
	uint32_t segments, spanned, blocks;	/* vbs: all; that are no whole
					 * records; with BDWs */
	uint32_t total;			/* records met in the head */
	uint32_t shortest, longest;
	bool tail_good;			/* the tail agrees */
	char delimiter;			/* delimited: in ASCII */
	bool header;
	uint64_t nonprint;		/* text: bytes that are no text */
	double bits;			/* of the framing alone */
	double score;			/* with the fit */
	bool drifts;			/* fixed: columns change */
	bool loose, mixed;		/* fixed: rows are not alike */
	bool beaten;			/* another explains it */
	struct sniff_lines why;
	struct fit fit;
};

struct sniff {
	struct arena *arena;
	const struct sniff_options *opt;
	struct sniff_report *report;
	struct sample sample;
	const struct codepage *page;	/* for layouts; of the family */
	struct guess **guess;
	uint32_t nguess, guess_cap;
	const struct guess *best;
	bool quick;		/* no lengths but the layout's */
	uint64_t work;		/* steps of walks, so far */
};

void	 sniff_say(struct sniff *, struct sniff_lines *, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
void	 sniff_damage(struct sniff *, const char *kind, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* Makes all guesses, and orders them, the best first. */
void	 sniff_rank(struct sniff *);
struct guess *sniff_guess(struct sniff *, enum guess_format);
void	 guess_add(struct sniff *, struct guess *, const uint8_t *, uint32_t);
/* The same, and counts it. */
void	 guess_meet(struct sniff *, struct guess *, const uint8_t *, uint32_t);

/* sample.c */
enum grade sample_read(struct arena *, struct diags *, const char *path,
	    struct sample *);
void	 sample_count(struct sample *);
/* What the first bytes say the file is, if it holds no records; or NULL. */
const char *sample_magic(const struct sample *);
/* byte_class.c */
void	 sample_family(struct sample *, enum family);
enum family family_of(const uint64_t count[256], double *share);
void	 classes_of(enum family, uint8_t class[256]);
/* Letter, digit or blank of the family? */
bool	 byte_is_word(enum family, uint8_t);
/* Bits of evidence that one of so many bytes gives. */
double	 bits_of_share(double hits, double all);

/* edge_guess.c: what stands around records.  behind: a chain that breaks there
 * or is cut may end where something else begins; before: says what it is. */
void	 edge_behind(struct sniff *, struct guess *, const struct window *);
void	 edge_before(struct sniff *, struct guess *);
void	 edge_forgive(struct sniff *, struct guess *);
void	 edge_fixed(struct sniff *, struct guess *);
void	 edge_refit(struct sniff *, struct guess *);
/* control_guess.c: a printer's character before each record */
void	 guess_control_fixed(struct sniff *, struct guess *);
/* true: the last guess is the same with one, to be compared with this one. */
bool	 guess_control(struct sniff *, struct guess *);
/* chain_guess.c, length_guess.c: lengths that lead from record to record */
void	 guess_chains(struct sniff *);
void	 guess_lengths(struct sniff *);
/* line_guess.c */
void	 guess_lines(struct sniff *);
/* delimited_guess.c: lines of text that are rows of fields */
void	 guess_delimited(struct sniff *);
/* fixed_guess.c */
void	 guess_fixed(struct sniff *);

/* layout_fit.c: the layout on the records of a guess */
void	 guess_fit(struct sniff *, struct guess *, const struct codepage *);
void	 guess_odo(struct sniff *);
/* typed_guess.c: a record type tells the length */
void	 guess_typed(struct sniff *);
/* Which alternative fits each of n records best; see there. */
struct variant {
	uint32_t record;	/* level 01 */
	uint32_t item;		/* what redefines, or is redefined; or NONE */
	uint32_t length;	/* of a record of it */
};
uint32_t layout_variants(struct sniff *, struct variant **);
void	 variant_fit(struct sniff *, const struct variant *,
	    const struct slice *, uint32_t n, float *bits);

/* rank.c: valid numbers of all; -1: too few to tell */
double	 fit_share(const struct fit *);
/* page_guess.c, type_guess.c, damage_guess.c, source_block.c */
void	 guess_page(struct sniff *);
void	 guess_types(struct sniff *);
void	 guess_damage(struct sniff *);
/* Undoes what a translation did; true: what is there now makes sense. */
bool	 guess_translated(struct sniff *);
const char *guess_words(struct arena *, const struct guess *);
const char *guess_source(struct sniff *, const struct guess *);
const char *guess_format_name(const struct guess *);

#endif
