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
struct cell_type;		/* value/codec.h */
struct copybook;		/* the tree; cobol/tree.h knows it */

#define ITEM_NONE	UINT32_MAX
#define RECORD_MAX	(16u << 20)	/* bytes in a record */
#define ITEMS_MAX	65536u		/* items in a copybook */

enum source_format { SOURCE_AUTO, SOURCE_FIXED, SOURCE_FREE };

/* Whose sizes, byte order and signs: decant-copybook(5), "Dialects". */
enum dialect { DIALECT_IBM, DIALECT_MICROFOCUS, DIALECT_GNUCOBOL,
    DIALECT_FUJITSU };

struct copybook_options {
	enum source_format format;
	const char *const *include;	/* -I, after the copybook's own */
	uint32_t ninclude;
	enum dialect dialect;
	uint8_t address_size;		/* of POINTER: 4, 8 (LP(64)); 0: the
					 * dialect's */
	bool counts_told;		/* those that are texts are known */
	bool tables_full;		/* DEPENDING ON moves nothing: tables
					 * are stored at their maximum */
	const char *const *define;	/* NAME or NAME=VALUE, for >>IF */
	uint32_t ndefine;
	const char *const *replace;	/* "==:TAG:== BY ==CUST==" */
	uint32_t nreplace;
	bool comments;			/* items get theirs */
	struct srctext_names *texts;	/* gets the names of the files that
					 * COPY brings in; or NULL */
};

enum category {
	CAT_GROUP,
	CAT_ALPHANUMERIC,	/* X, or a mixture with A and 9 */
	CAT_ALPHABETIC,		/* A */
	CAT_NUMERIC,
	CAT_OPAQUE,		/* INDEX, POINTER and kin: bytes, not decoded */
	CAT_EDITED,		/* Z * + - , . CR DB $ B 0 / E: as text;
				 * `edited` says what it shows */
	CAT_NATIONAL,		/* N: UTF-16, 2 bytes a character */
	CAT_NATIONAL_EDITED,	/* N with B 0 /, or a numeric edited picture
				 * with USAGE NATIONAL */
	CAT_DBCS,		/* G, or N with DISPLAY-1: 2 bytes each */
	CAT_UTF8,		/* U */
	CAT_CELL		/* of no copybook: a column of a table, `cell` */
};

enum usage {
	USAGE_DISPLAY,
	USAGE_BINARY,		/* COMP, COMP-4, BINARY: big-endian */
	USAGE_COMP5,		/* the machine's byte order */
	USAGE_PACKED,		/* COMP-3, PACKED-DECIMAL */
	USAGE_FLOAT,		/* COMP-1, 4 bytes */
	USAGE_DOUBLE,		/* COMP-2, 8 bytes */
	USAGE_INDEX,
	USAGE_POINTER,
	USAGE_NATIONAL,		/* UTF-16BE; digits too */
	USAGE_DBCS,		/* DISPLAY-1 */
	USAGE_UTF8,
	USAGE_COMP6,		/* packed without a sign nibble */
	USAGE_COMPX,		/* COMP-X; binary, big-endian, 1 to 16 bytes */
	USAGE_COMPN,		/* COMP-N; the same in the machine's order */
	USAGE_FLOAT_BINARY,	/* IEEE 754 whatever the dialect */
	USAGE_FLOAT_DECIMAL	/* IEEE 754 decimal */
};

enum sign {			/* where the sign of a DISPLAY number is */
	SIGN_NONE,		/* no S in the picture */
	SIGN_TRAILING,		/* overpunched; the default with S */
	SIGN_LEADING,
	SIGN_TRAILING_SEPARATE,	/* a byte of its own, counted in the size */
	SIGN_LEADING_SEPARATE
};

/*
 * An edited picture's positions from left to right, as runs of one symbol.
 * Symbols are those of the default: `.` is where the decimal point stands,
 * `,` the other one, `$` the currency, whatever SPECIAL-NAMES makes of them.
 * V and P take no byte; 'C' and 'D' are CR and DB, two bytes each.
 */
struct edit_run {
	char symbol;		/* 9 X A N Z * + - $ . , B 0 / V P E C D */
	uint32_t count;
};

struct edited {
	const struct edit_run *run;
	uint32_t nrun;
	uint32_t characters;	/* the item's size in characters */
	bool numeric;		/* shows a number: digits, scale, is_signed */
	bool comma;		/* DECIMAL-POINT IS COMMA: `.` shows as a comma
				 * and `,` as a period */
	bool is_float;		/* external floating point, +9.9(3)E+99 */
	char floating;		/* + - $ that floats; 0: none */
	const char *currency;	/* what $ shows; "$" unless CURRENCY SIGN says
				 * else.  The first $ is all of it wide. */
};

enum literal_kind {
	LIT_TEXT,		/* text: its characters, as in the copybook */
	LIT_NUMBER,		/* text: sign, digits, point as written */
	LIT_HEX,		/* text: the bytes */
	LIT_SPACES, LIT_ZEROS, LIT_LOW_VALUES, LIT_HIGH_VALUES, LIT_QUOTES,
	LIT_ALL,		/* ALL 'text' */
	LIT_NULLS,
	LIT_NATIONAL,		/* N'..', U'..': text in UTF-8 */
	LIT_DBCS		/* G'..', N'..' without NATIONAL */
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
	uint16_t digits;	/* of a number: 9s in the picture (no P); also
				 * of an edited one, its Z * and floating too */
	int16_t scale;		/* decimals: 9V99 2, VPP9 3, 9PPP -3 */
	const struct edited *edited;	/* edited items; NULL: not one */
	bool blank_zero;	/* BLANK WHEN ZERO: blanks are 0 */
	bool justified;		/* JUSTIFIED RIGHT: text is padded left */

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
	bool unbounded;		/* OCCURS ... UNBOUNDED: occurs_max is what
				 * fits in a megabyte */
	uint32_t outside;	/* the count, where it is an item of another
				 * record: depending is ITEM_NONE, and the
				 * table varies; else ITEM_NONE */
	const struct literal *value;	/* VALUE clause; NULL: none */
	bool varchar;		/* group of just a length and a text at level
				 * 49: Db2's way to have a varchar */
	uint32_t width;		/* layout_delimited: its size in a record of
				 * bytes; 0: not known */
	const struct cell_type *cell;	/* CAT_CELL */
	const char *comment;	/* what comment lines of the copybook say of
				 * it, if they are wanted; or NULL */
};

/* What FD, SD and SELECT say of a file: how its records are framed. */
enum recording { RECORDING_NONE, RECORDING_F, RECORDING_V, RECORDING_U,
    RECORDING_S };
enum organization { ORGANIZATION_NONE, ORGANIZATION_SEQUENTIAL,
    ORGANIZATION_LINE, ORGANIZATION_RELATIVE, ORGANIZATION_INDEXED };

struct file_description {
	const char *name;
	struct place at;
	bool sort;			/* SD */
	enum recording recording;	/* RECORDING MODE */
	enum organization organization;
	const char *assign;		/* SELECT ... ASSIGN TO; or NULL */
	bool varying;			/* RECORD VARYING, or CONTAINS n TO m */
	uint32_t record_min, record_max;	/* 0: not said */
	const char *record_depending;	/* name of the item, or NULL */
	uint32_t block_min, block_max;	/* 0: not said */
	bool block_records;		/* in records, not in bytes */
};

/* Where a record of a whole program stands. */
enum section { SECTION_NONE, SECTION_FILE, SECTION_WORKING_STORAGE,
    SECTION_LOCAL_STORAGE, SECTION_LINKAGE };

struct record_origin {
	uint32_t file;		/* index into layout's, or ITEM_NONE */
	enum section section;
	uint32_t copybook;	/* of those merged; else 0 */
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
	struct record_origin *origin;	/* of each in record[] */
	const struct file_description *file;
	uint32_t nfile;
	enum dialect dialect;
	bool comma;		/* DECIMAL-POINT IS COMMA */
	bool tables_full;	/* as in the options */
	bool of_table;		/* its one record is a row of a table */
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

/*
 * The records of n copybooks, one after the other, as those of one; its name
 * is that of the first.
 */
struct layout *layout_merge(struct arena *, struct layout *const *, uint32_t n);

/*
 * The same items as fields of delimited text: a record is `head` bytes, then
 * `entry` bytes for each named elementary item that has a value and redefines
 * nothing, and for each of its occurrences.  What depends on a count has no
 * meaning there.
 */
struct layout *layout_delimited(struct arena *, const struct layout *,
	    uint32_t head, uint32_t entry);
/* One record of n texts of any length, by their names. */
struct layout *layout_of_names(struct arena *, const char *name,
	    const char *const *, uint32_t n, uint32_t head, uint32_t entry);

/* One record that is a row of a table: its columns by their names, one cell
 * after the other.  Types and names must outlive it. */
struct layout *layout_of_table(struct arena *, const char *name,
	    const char *const *column, const struct cell_type *, uint32_t n);

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
/* The item of that name, letter for letter; ITEM_NONE. */
uint32_t layout_find_exact(const struct layout *, uint32_t record,
	    const char *name);
/* As layout_find, for condition names (88); found[] are indices of conditions. */
uint32_t layout_find_condition(const struct layout *, uint32_t record,
	    const char *const *names, uint32_t n, uint32_t found[2]);
/* "CUSTOMER.NAME.FIRST": the path of an item, FILLERs left out; in arena. */
const char *layout_path(struct arena *, const struct layout *, uint32_t item);

#endif
