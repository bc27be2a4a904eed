/*
 * The mapping file: YAML -> a mapping with untyped expressions that know
 * their places.  The only user of libyaml.
 *
 * Everything lives in the caller's arena.  Names are not resolved here: that
 * is the plan's work.  Unknown keys, wrong shapes and syntax errors of
 * expressions go to the diagnostics (M0nn), all of them in one run.
 */
#ifndef DECANT_MAPPING_H
#define DECANT_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "base/srctext.h"
#include "value/codec.h"
#include "value/type.h"

struct arena;

enum expr_kind {
	EX_NUMBER,	/* text: digits and point as written, no sign */
	EX_TEXT,	/* text: the characters, '' undone */
	EX_DATE,	/* date '2026-01-31': text is what is quoted */
	EX_TIMESTAMP,
	EX_HEX,		/* x'C1C2': text is the bytes */
	EX_TRUE, EX_FALSE, EX_NULL,
	EX_NAME,	/* a field or condition: name, subscripts in arg[] */
	EX_CALL,	/* f(arg, …), or a subscripted field of that name:
			 * name[0] is the name; the plan decides */
	EX_NOT, EX_NEGATE,		/* arg[0] */
	EX_AND, EX_OR,			/* arg[0], arg[1] */
	EX_CONCAT, EX_ADD, EX_SUB, EX_MUL, EX_DIV, EX_MOD,
	EX_EQ, EX_NE, EX_LT, EX_LE, EX_GT, EX_GE,
	EX_IS_NULL, EX_IS_NOT_NULL,	/* arg[0] */
	EX_IN, EX_NOT_IN,		/* arg[0] in (arg[1], …) */
	EX_BETWEEN, EX_NOT_BETWEEN,	/* arg[0] between arg[1] and arg[2] */
	EX_LIKE, EX_NOT_LIKE,		/* arg[0] like arg[1] [escape arg[2]] */
	EX_ILIKE, EX_NOT_ILIKE,
	EX_DISTINCT, EX_NOT_DISTINCT,	/* arg[0] is distinct from arg[1] */
	EX_CASE,	/* see below */
	EX_CAST		/* cast(arg[0] as type), arg[0]::type */
};

/*
 * EX_CASE: `case_operand` (case x when …) or NULL (case when …); arg[] holds
 * when, then, when, then, …; `case_else` or NULL.
 */
struct expr {
	enum expr_kind kind;
	struct place at;		/* of all of it, or its operator */
	struct slice text;
	const char *const *name;	/* innermost first; upper case, _ is -
					 * unless it was quoted "…" */
	uint32_t nname;
	bool quoted;			/* EX_NAME: name[0] was */
	const uint32_t *nsub;		/* EX_NAME: subscripts behind each name;
					 * NULL: all behind name[0] */
	struct expr **arg;		/* EX_NAME: subscripts, outermost first */
	uint32_t narg;
	struct expr *case_operand, *case_else;
	struct sqltype type;		/* EX_CAST */
};

struct map_name {
	const char *name;
	struct place at;
};

/*
 * What the rows of a table are held to, besides the key; and indexes, which
 * hold them to nothing.
 */
enum constraint_kind { CONSTRAINT_UNIQUE, CONSTRAINT_FOREIGN,
    CONSTRAINT_CHECK, CONSTRAINT_INDEX,
    CONSTRAINT_OUTSIDE };		/* a foreign key to a table of another
					 * mapping: looked at, and not made */
#define CONSTRAINT_NONE	UINT32_MAX

struct map_constraint {
	enum constraint_kind kind;
	struct place at;
	struct map_name *column;	/* none of a CHECK */
	uint32_t *index;		/* [ncolumn] in the table's columns;
					 * NULL after an error */
	uint32_t ncolumn;
	struct map_name to;		/* FOREIGN: a table, or table.column */
	struct map_name *to_column;	/* [nto]; none: its key */
	uint32_t nto;
	uint32_t to_table, *to_index;	/* [ncolumn] once it is found */
	struct expr *check;		/* NULL after a syntax error */
	const char *text;		/* of the check, as it was written */
};

struct map_by_type {		/* from: of a table of several record types */
	const char *type;
	struct place at;
	struct expr *from;
};

struct map_column {
	const char *name;		/* as the target has it */
	struct place at;
	const char *comment;		/* NULL: none */
	struct expr *from;		/* NULL after a syntax error; the first
					 * of by_type */
	struct map_by_type *by_type;	/* where it differs by type */
	uint32_t nby_type;
	bool has_type;
	struct sqltype type;
	struct place type_at;
	bool has_not_null, not_null;	/* said; what */
	enum sqlite_form sqlite;	/* how SQLite holds a decimal */
	struct expr *null_if;		/* true: null, whatever `from` is */
	const struct policies *policies;	/* its own; NULL: defaults: */
};

/* A type of record, of records: */
enum map_position { MAP_ANYWHERE, MAP_FIRST, MAP_LAST };	/* of a file */
struct map_record {
	const char *name;
	struct place at;
	const char *layout;		/* an 01, or a group in one; NULL: the
					 * source's record */
	struct place layout_at;
	const char *copybook;		/* resolved, that the layout is of; NULL:
					 * any of the source's */
	struct place copybook_at;
	uint32_t copybook_index;	/* in copybooks; UINT32_MAX: any */
	struct expr *when;		/* NULL: every record that comes to it */
	enum map_position position;
	const char *parent;		/* NULL: none */
	struct place parent_at;
};

/* A code that a crosswalk does not have. */
enum missing { MISSING_REJECT, MISSING_NULL, MISSING_KEEP };

struct map_crosswalk {			/* of crosswalks: */
	const char *name;
	struct place at;
	const char *file;		/* resolved */
	struct place file_at;
	const char *const *key;		/* columns; none: the first ones */
	uint32_t nkey;
	enum missing missing;
};

/* A comparison of what the legacy side says with what was read. */
struct map_control {
	struct expr *e;			/* NULL after a syntax error */
	struct place at;
	const char *text;		/* as it was written */
};

/* Which of the records with one key is loaded. */
enum duplicates { DUPLICATES_REJECT, DUPLICATES_FIRST, DUPLICATES_LAST,
    DUPLICATES_FAIL };

/* up: and down: of a table: a column, from a row of another version. */
struct map_carry {
	const char *name;
	struct place at;
	struct expr *e;			/* NULL after a syntax error */
};

struct map_table {
	const char *name;
	struct place at;
	struct map_name *of;		/* types of record */
	uint32_t nof;			/* 0: not said */
	struct expr *each;		/* EX_NAME, or NULL */
	struct expr *when;		/* or NULL */
	struct expr **unpivot;		/* a row for each of these */
	uint32_t nunpivot;
	bool distinct;			/* equal rows are one */
	enum duplicates duplicates;
	struct map_name *key;
	uint32_t nkey;
	struct map_column *column;
	uint32_t ncolumn;
	struct map_constraint *constraint;
	uint32_t nconstraint, constraint_cap;
	const char *comment;		/* NULL: none */
	struct map_carry *up;		/* columns of this version, from a row
					 * of the one before */
	struct map_carry *down;		/* the other way */
	struct map_carry *agree;	/* from other columns of the same row */
	uint32_t nup, ndown, nagree;
};

/* A query of tests:, whose rows are failures. */
struct map_test {
	const char *name;
	struct place at;
	const char *query;
	struct place query_at;
	bool proves;			/* it fails before this version; else it
					 * holds always */
	bool rule;			/* a foreign key or control of a dataset
					 * file, which is asked as a test */
};

/* A view of compat:, which has the shape of an older version. */
struct map_view {
	const char *name;
	struct place at;
	struct map_name table;
	uint32_t table_index;		/* UINT32_MAX after an error */
	struct map_carry *column;	/* over columns of the table */
	struct map_carry *up;		/* columns of the table, from a row of
					 * the view; before the table's own */
	uint32_t ncolumn, nup;
};

enum map_format {
	MAP_FIXED, MAP_V, MAP_TEXT, MAP_VB, MAP_VBS, MAP_VS, MAP_U,
	MAP_LENGTH, MAP_ODO, MAP_GNUCOBOL, MAP_MICROFOCUS, MAP_DELIMITED,
	MAP_TABLE			/* rows of a table: there are no files */
};
enum map_tri { MAP_NO, MAP_YES, MAP_GUESS };
enum map_line_end {
	MAP_LINE_ANY, MAP_LINE_LF, MAP_LINE_CRLF, MAP_LINE_CR, MAP_LINE_NEL
};
#define MAP_VARSEQ_GUESS UINT32_MAX

/* A value of a field, and the number that it stands for. */
struct map_code {
	struct slice text;		/* characters, or bytes if hex */
	bool hex;
	uint32_t number;
	struct place at;
};

/* A table, or an item that tables depend on, and what it says of how often
 * they occur. */
struct map_count {
	struct expr *item;		/* EX_NAME */
	struct map_code *code;
	uint32_t ncode;
};

enum map_number {
	MAP_BINARY, MAP_BINARY_LITTLE, MAP_ZONED, MAP_PACKED,
	MAP_PACKED_UNSIGNED
};

struct map_length {			/* length: */
	struct place at;		/* src NULL: not given */
	struct expr *field;		/* EX_NAME; NULL: by offset and size */
	uint32_t offset, size;
	enum map_number type;
	bool rest;			/* it counts what follows it */
	int64_t adjust;
	struct map_code *choice;	/* record lengths */
	uint32_t nchoice;
};

struct map_mark {			/* a character of the file */
	uint32_t c;			/* 0: by default */
	bool byte;			/* a byte, in whatever code page */
	struct place at;
};

struct map_delimited {			/* format: delimited */
	struct map_mark delimiter, quote;	/* , and " */
	bool quote_none;
	bool header;
	struct place header_at;
	struct map_name *column;	/* by position */
	uint32_t ncolumn;
	struct place columns_at;
	char decimal;			/* the point: . or ,; 0: by default */
	bool utf8;			/* the encoding is */
};

struct map_skip {			/* skip: */
	uint32_t bytes_first, bytes_last;
	uint32_t records_first, records_last;
	uint32_t record_bytes_first, record_bytes_last;
	struct place at;
};

enum map_dialect { MAP_DIALECT_IBM, MAP_DIALECT_MICROFOCUS,
    MAP_DIALECT_GNUCOBOL, MAP_DIALECT_FUJITSU };

struct mapping {
	const struct srctext *text;
	const char *name;		/* of the dataset: the file's base name
					 * without .yaml, or `name:` */
	uint32_t version;
	/* source */
	const char *copybook;		/* relative paths are from the mapping's
					 * directory; here they are resolved */
	struct place copybook_at;
	const struct map_name *copybooks;	/* that one, and those beside it
					 * and of record types, each once */
	uint32_t ncopybook;
	const char *record;		/* which 01, or NULL */
	struct place record_at;
	const char *const *include;	/* -I of its own */
	uint32_t ninclude;
	const char *const *file;	/* resolved; "-" stays */
	uint32_t nfile;
	struct place file_at;
	enum map_format format;
	struct place format_at;
	uint32_t record_length;		/* 0: the layout's */
	struct place record_length_at;
	enum map_tri rdw_little, rdw_inclusive;	/* rdw: {endian:, inclusive:} */
	enum map_tri bdw;
	bool control;			/* a control character starts records */
	enum map_line_end line_end;
	uint32_t varseq;		/* 0 to 3, or MAP_VARSEQ_GUESS */
	struct map_length length;
	struct map_delimited delimited;
	bool tables_full;		/* odo: full */
	struct map_count *count;	/* counts: */
	uint32_t ncount;
	struct map_skip skip;
	const char *encoding;		/* default cp037 */
	struct place encoding_at;	/* src NULL: by default */
	const char *dbcs_encoding;	/* of double-byte items, or NULL */
	struct place dbcs_encoding_at;
	bool swap_newlines;		/* X'15' is LF, X'25' NEL */
	struct place swap_newlines_at;
	bool ieee_floats;		/* floats: ibm (default) or ieee */
	bool little_floats;		/* floats: ibm-little, ieee-little */
	enum map_dialect dialect;	/* of the copybook and its data */
	bool little_comp5;		/* comp-5: big or little, else big for
					 * ibm and little for the others */
	bool copybook_free, copybook_fixed;	/* copybook format, if said */
	const char *const *define;	/* as the options -D and -R */
	const char *const *replace;
	uint32_t ndefine, nreplace;
	uint32_t address_size;		/* 4 or 8; 0: the dialect's */
	/* source, where it is a table (MAP_TABLE) */
	struct map_name table_name;
	struct map_name table_schema;	/* PostgreSQL; name NULL: `schema` */
	struct map_name table_database;	/* as target; name NULL: the target */
	/* target */
	const char *target;		/* URL, or NULL; sqlite paths resolved */
	struct place target_at;
	const char *schema;		/* PostgreSQL; default: name */

	struct policies policies;	/* defaults: */
	bool copybook_comments;		/* columns have 88-levels as theirs */
	struct map_record *record_type;	/* records:, in their order */
	uint32_t nrecord_type;		/* 0: one type, the source's record */
	struct expr *as_of;		/* or NULL */
	const char *as_of_pattern;	/* of the files' names; or NULL */
	struct place as_of_at;
	const char *complete_file;	/* complete_when: resolved; or NULL */
	const char *manifest;
	struct place complete_at;
	const struct slice *no_middle;	/* names: what says that there is no
					 * middle name, in upper case */
	uint32_t nno_middle;
	const char *mask_key_file;	/* mask: resolved; or NULL */
	struct place mask_key_at;
	struct map_crosswalk *crosswalk;	/* crosswalks: */
	uint32_t ncrosswalk;
	struct map_control *controls;	/* controls: */
	uint32_t ncontrol;
	struct map_table *table;
	uint32_t ntable;
	struct map_test *test;		/* tests: */
	uint32_t ntest;
	struct map_view *view;		/* compat: */
	uint32_t nview;
};

/* NULL only when the file cannot be read or is no YAML at all. */
struct mapping *mapping_read(struct arena *, struct diags *, const char *path);
struct mapping *mapping_parse(struct arena *, struct diags *,
	    const struct srctext *);
/* A path as the mapping names it, from the mapping's directory. */
const char *mapping_path(struct arena *, const struct mapping *,
	    const char *path);
/* Parses one expression; `offset` is where it starts in the text, for places
 * (used for a mapping's plain scalars and by tests).  NULL on error. */
struct expr *expr_parse(struct arena *, struct diags *, const struct srctext *,
	    size_t offset, size_t len);
/* Has the language a word of that name, which is a field or a record type only
 * in double quotes? */
bool	 expr_is_word(const char *name);
/* The expression as SQL-like text, fully parenthesised: for explain, tests. */
struct buf;
void	 expr_format(struct buf *, const struct expr *);
/* The column of that name, as it stands. */
struct expr *expr_of_column(struct arena *, const char *name, struct place);

#endif
