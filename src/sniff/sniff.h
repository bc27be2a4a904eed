/*
 * What file is this?  Guesses, from a sample of a file's bytes and perhaps a
 * copybook, how its records are framed, which code page its texts are in,
 * which types of records it holds, and what a transfer did to it; says how
 * sure that is, and why.
 *
 * A guess rests on evidence that is weighed in bits: how much less likely the
 * bytes would be if the guess were wrong.  What is not clearly ahead of its
 * rivals is "unknown", with the candidates.  Everything lives in the caller's
 * arena; nothing is printed here.
 */
#ifndef DECANT_SNIFF_H
#define DECANT_SNIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "cobol/copybook.h"

struct arena;

enum sniff_sure { SNIFF_UNKNOWN, SNIFF_PROBABLE, SNIFF_SURE };

struct sniff_lines {		/* sentences: lower case, no full stop */
	const char **v;
	uint32_t n, cap;
};

struct sniff_candidate {
	const char *what;	/* "records of 80 bytes" */
	double bits;		/* of evidence */
	struct sniff_lines why;
	const char *source;	/* the lines below source:, indented by 2 */
};

struct sniff_damage {
	const char *kind;	/* "cut-short", "translated", … */
	const char *text;
};

struct sniff_type {		/* a type of records */
	const char *value;	/* of the field, as a literal: 'H' or x'..' */
	const char *layout;	/* name of the level 01; NULL: no copybook */
	const char *part;	/* the redefinition that fits it; or NULL */
	const char *alike;	/* another that fits as well; or NULL */
	uint32_t records, shortest, longest;
};

struct sniff_types {		/* n 0: one type, as far as can be seen */
	const char *field;	/* name of the item; NULL: only a place */
	uint32_t offset, size;
	struct sniff_type *type;
	uint32_t n;
	const char *proposal;	/* a records: section; NULL: no copybook */
};

struct sniff_report {
	const char *file;
	const char *compression;	/* NULL: none */
	uint64_t size;			/* decompressed; sized: it is known */
	bool sized;
	bool sampled;			/* only `looked` bytes were looked at */
	uint64_t looked;
	enum sniff_sure sure;		/* of the format */
	const char *what;		/* the guess in words; "" if unknown */
	const char *format;		/* as in source:; NULL: unknown */
	struct sniff_lines why;
	const char *records;		/* "50 records of 300 bytes"; or NULL */
	const char *encoding;		/* NULL: unknown */
	enum sniff_sure encoding_sure;
	const char *encoding_text;
	const char *source;		/* source:, ready to paste; or NULL */
	struct sniff_types types;
	struct sniff_damage *damage;
	uint32_t ndamage, damage_cap;
	struct sniff_lines notes;
	struct sniff_candidate *other;
	uint32_t nother, other_cap;
};

struct sniff_options {
	const struct layout *layout;	/* or NULL */
	uint32_t record;		/* an 01 of it; ITEM_NONE: any */
	const char *copybook;		/* its name, for source: */
	const struct copybook_options *read;	/* how it was read, for
						 * source:; or NULL */
};

/* NULL with an error in diags: the file cannot be read. */
struct sniff_report *sniff_file(struct arena *, struct diags *,
	    const char *path, const struct sniff_options *);

#endif
