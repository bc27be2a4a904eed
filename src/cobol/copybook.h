/*
 * Copybooks: text -> tree -> layout.
 *
 * copybook_parse reads a copybook (and what it COPYs) into a tree that is
 * never changed afterwards; layout_build is a pure function of the tree and
 * yields a flat array of items in the order of the copybook, a subtree being
 * contiguous.  All lives in the caller's arena.  Mistakes go to the
 * diagnostics; the parser recovers and goes on.  What isn't supported is an
 * error with its place, never a wrong offset.
 */
#ifndef DECANT_COPYBOOK_H
#define DECANT_COPYBOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "base/srctext.h"

struct arena;
struct copybook;		/* the tree; cobol/tree.h knows it */

#define ITEM_NONE	UINT32_MAX
#define RECORD_MAX	(16u << 20)	/* bytes in a record */
#define ITEMS_MAX	65536u		/* items in a copybook */

enum source_format { SOURCE_AUTO, SOURCE_FIXED, SOURCE_FREE };

struct copybook_options {
	enum source_format format;
	const char *const *include;	/* -I, after the copybook's own */
	uint32_t ninclude;
};

enum category {
	CAT_GROUP,
	CAT_ALPHANUMERIC,	/* X, or a mixture with A and 9 */
	CAT_ALPHABETIC,		/* A */
	CAT_NUMERIC,
	CAT_OPAQUE,		/* INDEX, POINTER and kin: bytes, not decoded */
	CAT_EDITED		/* Z * + - , . CR DB $ B 0 /: as text */
};

enum usage {
	USAGE_DISPLAY,
	USAGE_BINARY,		/* COMP, COMP-4, BINARY: big-endian */
	USAGE_COMP5,		/* the machine's byte order */
	USAGE_PACKED,		/* COMP-3, PACKED-DECIMAL */
	USAGE_FLOAT,		/* COMP-1, 4 bytes */
	USAGE_DOUBLE,		/* COMP-2, 8 bytes */
	USAGE_INDEX,
	USAGE_POINTER
};

enum sign {			/* where the sign of a DISPLAY number is */
	SIGN_NONE,		/* no S in the picture */
	SIGN_TRAILING,		/* overpunched; the default with S */
	SIGN_LEADING,
	SIGN_TRAILING_SEPARATE,	/* a byte of its own, counted in the size */
	SIGN_LEADING_SEPARATE
};

enum literal_kind {
	LIT_TEXT,		/* text: its characters, as in the copybook */
	LIT_NUMBER,		/* text: sign, digits, point as written */
	LIT_HEX,		/* text: the bytes */
	LIT_SPACES, LIT_ZEROS, LIT_LOW_VALUES, LIT_HIGH_VALUES, LIT_QUOTES,
	LIT_ALL,		/* ALL 'text' */
	LIT_NULLS
};

struct literal {
	enum literal_kind kind;
	struct slice text;
	struct place at;
};

struct condition {		/* level 88 */
	const char *name;	/* upper case */
	struct place at;
	uint32_t item;		/* the conditional variable */
	struct { struct literal lo, hi; bool thru; } *value;
	uint32_t nvalue;
};

struct item {
	const char *name;	/* upper case; NULL: FILLER or unnamed */
	struct place at;	/* of the name, else of the level number */
	uint8_t level;		/* 1-49, 66, 77 */
	enum category category;
	enum usage usage;	/* after inheritance from groups */
	enum sign sign;		/* after inheritance from groups */
	bool is_signed;		/* S in the picture */
	const char *picture;	/* as written, upper case; NULL: none */
	uint16_t digits;	/* of a number: 9s in the picture (no P) */
	int16_t scale;		/* decimals: 9V99 2, VPP9 3, 9PPP -3 */

	uint32_t parent;	/* index; ITEM_NONE at a record */
	uint32_t next;		/* index after the last item of this subtree */
	uint32_t redefines;	/* index of the item redefined, or ITEM_NONE */
	uint32_t record;	/* index of the 01 (or 77) that holds it */

	/* Addresses count from 0 at the start of the record, with every
	 * OCCURS DEPENDING ON at its maximum, in the first occurrence of each
	 * table around.  Where the tables are shorter in the data, the item
	 * stands (max - count) * size(table) bytes earlier for `shifter` and
	 * for each item in shifter's own chain of shifters. */
	uint32_t offset;
	uint32_t size;		/* bytes of one occurrence, at the maximum */
	uint32_t shifter;	/* last DEPENDING ON table that ends before it
				 * in the same row space, or ITEM_NONE; also a
				 * table that varies, whose occurrences differ
				 * in length: walk it */
	uint32_t occurs_min;	/* 0 and 0: not a table */
	uint32_t occurs_max;
	uint32_t depending;	/* item that holds the count, or ITEM_NONE */
	uint32_t table;		/* innermost item with OCCURS around it, itself
				 * included; ITEM_NONE */
	bool varies;		/* a DEPENDING ON table stands inside (not
				 * itself): size is the maximum */
	const struct literal *value;	/* VALUE clause; NULL: none */
};

struct layout {
	const char *name;	/* of the copybook, as the user named it */
	struct item *item;
	uint32_t nitem;
	struct condition *condition;
	uint32_t ncondition;
	uint32_t *record;	/* indices of the 01s, then those of the 77s */
	uint32_t nrecord;	/* 01s; n77 more follow in record[] */
	uint32_t n77;
};

/* NULL only when the file cannot be read; errors are in diags. */
struct copybook *copybook_parse(struct arena *, struct diags *,
	    const char *path, const struct copybook_options *);
/* The same from a text in memory (COPY looks in the options' directories). */
struct copybook *copybook_parse_text(struct arena *, struct diags *,
	    const struct srctext *, const struct copybook_options *);
/* NULL when there are errors. */
struct layout *layout_build(struct arena *, struct diags *,
	    const struct copybook *);

/* Shortest and longest record of a root, in bytes. */
uint32_t layout_min_size(const struct layout *, uint32_t record);
uint32_t layout_max_size(const struct layout *, uint32_t record);

/*
 * Finds an item of `record` by name: names[0] is the item's, names[1..n-1]
 * are groups around it, innermost first (not every group must be named).
 * Case is ignored and _ equals -.  Returns how many match (0, 1 or 2 for
 * more) and the first two in found[].  An item of the name of a 66 counts.
 */
uint32_t layout_find(const struct layout *, uint32_t record,
	    const char *const *names, uint32_t n, uint32_t found[2]);
/* The same for condition names (88); found[] are indices of conditions. */
uint32_t layout_find_condition(const struct layout *, uint32_t record,
	    const char *const *names, uint32_t n, uint32_t found[2]);
/* "CUSTOMER.NAME.FIRST": the path of an item, FILLERs left out; in arena. */
const char *layout_path(struct arena *, const struct layout *, uint32_t item);

#endif
