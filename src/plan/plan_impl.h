/*
 * Inside the plan: ops, frames, registers, and what the compiler keeps.
 * Only files of plan/ include this.
 */
#ifndef DECANT_PLAN_IMPL_H
#define DECANT_PLAN_IMPL_H

#include "plan/plan.h"
#include "value/decimal.h"

#define NONE	UINT32_MAX
#define TYPE_ALL	0x10000	/* OP_TYPE: those without a parent too, but none
				 * that is carried */

enum op_code {
#define OP(code, fn, name) OP_##code,
#include "plan/ops.def"
#undef OP
	OP_COUNT_
};

/*
 * One op: a dense loop over the rows of `frame`.  Registers are numbered over
 * the whole plan; each belongs to one row space.
 */
struct op {
	uint16_t code;
	uint16_t frame;		/* whose rows it runs over (and addresses) */
	uint32_t id;		/* its place in the program; goes into faults */
	uint32_t dst;		/* register it fills, or the frame it makes */
	uint32_t a, b, c;	/* registers, or NONE */
	const uint32_t *arg;	/* [narg] registers, for ops of any arity */
	uint32_t narg;
	int32_t n;		/* a small number that the op knows */
	const void *k;		/* constants of the op */
	size_t ksize;		/* for finding equal ops; 0: never equal */
};

typedef void op_fn(const struct op *, struct batch *);
#define OP(code, fn, name) op_fn fn;
#include "plan/ops.def"
#undef OP

/* What an op computes, for types, for explain and for rejects. */
struct vt {
	enum vtype type;
	bool unknown;		/* null, or a quoted literal: takes any type */
	bool integral;		/* of PostgreSQL's integer types */
	bool inexact;		/* holds a quotient: a column's type may round */
	bool is_field;		/* a field as it is */
	bool single;		/* V_F64: of PostgreSQL's real */
	int16_t scale;
	uint16_t precision;	/* digits, decimals included */
	uint32_t length;	/* text: at most so many characters; 0: any */
};

/*
 * TYPE: the records of one type.  LINK: the rows of its parent, each leading
 * (`up`) to a row of an ancestor type's frame.  WALK is an EXPAND that no
 * each: has asked for.  MERGE: the rows of several frames, `parent` the first.  UNPIVOT: each row of the frame above several times.
 */
enum frame_kind { FRAME_ROOT, FRAME_EXPAND, FRAME_FILTER, FRAME_SHIFT,
    FRAME_TYPE, FRAME_LINK, FRAME_WALK, FRAME_PICK, FRAME_REACH,
    FRAME_UNPIVOT, FRAME_MERGE };

struct unpivot {		/* what a row of several is made of */
	const uint32_t *reg;	/* [n] in the frame above, of one type */
	const struct slice *name;
	uint32_t n;
	struct vt t;
};

struct frame_def {
	enum frame_kind kind;
	uint32_t parent;	/* the frame above; SHIFT, LINK, PICK, REACH:
				 * whose rows it has */
	uint32_t table;		/* innermost OCCURS item; ITEM_NONE */
	uint32_t reg;		/* FILTER: condition; EXPAND, SHIFT: count;
				 * LINK: type; PICK: what its rows hang on */
	uint32_t map_table;	/* mapping table that it was made for, or NONE */
	uint32_t above;		/* REACH: the frame above its bytes */
	const struct unpivot *unpivot;	/* UNPIVOT */
	const uint32_t *merged;	/* MERGE: frames; `reg` is how many */
};

struct reg_def {
	struct vt t;
	uint32_t frame;		/* row space */
	uint32_t op;		/* that fills it */
};

struct op_note {		/* beside each op */
	uint32_t item;		/* of the layout, or ITEM_NONE */
	uint32_t decode;	/* the op that decodes the item, or NONE: of an
				 * op over others, that of its first argument
				 * that has one */
	struct place at;	/* in the mapping */
	const char *text;	/* what explain says after the name */
};

struct table_plan {
	uint32_t frame;
	uint32_t *reg;		/* [ncolumn] after FIT */
};

struct type_plan {		/* a type of record */
	const char *name;
	enum map_position position;
	uint32_t record;	/* the 01 that it is laid out as; ITEM_NONE
				 * after an error */
	uint32_t group;		/* in it, that layout: names; or ITEM_NONE */
	uint32_t parent;	/* type, or NONE */
	bool is_parent;		/* of some type */
	uint32_t frame;		/* its records; NONE: nobody asked */
	uint32_t max_size;	/* of its records */
};

struct where_plan {		/* of options' where: */
	uint32_t frame, reg;	/* records of a type, and the answers */
};

struct control;
struct crosswalk;
struct delimited_row;
struct mask_key;
struct plan_crosswalk;
struct plan_counts;

struct plan {
	struct arena *arena;
	const struct layout *layout;
	const struct mapping *mapping;
	uint32_t record;
	const struct codepage *page;
	uint32_t max_size;	/* of a record */
	struct schema schema;
	struct table_plan *table;
	struct op *op;
	struct op_note *note;
	uint32_t nop, op_cap, note_cap;
	struct frame_def *frame;
	uint32_t nframe, frame_cap;
	struct reg_def *reg;
	uint32_t nreg, reg_cap;
	uint32_t batch_records;
	struct policies policies;
	const struct plan_counts *counts;	/* counts:, or NULL */
	struct type_plan *type;	/* of records:; none: all are alike */
	uint32_t ntype;
	bool parents;		/* some type has one */
	bool wants_last;	/* some type is the last of a file */
	const struct mask_key *mask_key;	/* of token() and fpe() */
	bool mask_refused;
	struct plan_crosswalk *crosswalk;	/* that lookup() names */
	uint32_t ncrosswalk, crosswalk_cap;
	struct name_site *name_site;	/* by table and column */
	uint32_t nname_site, name_site_cap;
	uint32_t as_of_reg, as_of_frame;	/* NONE: not by a field */
	struct control *control;	/* [ncontrol] */
	uint32_t ncontrol;
	struct where_plan *where;	/* [nwhere] */
	uint32_t nwhere, where_cap;
	uint32_t *check;	/* [schema's constraints] the register of a
				 * CHECK; NONE */
	uint32_t nclassify;	/* the ops that tell types come first */
	const char **path;	/* [layout's items], made when first asked for */
};

/* A column in which full_name() counts what it leaves out. */
struct name_site {
	uint32_t table, column, reg;
};

/* A compiled expression. */
struct operand {
	uint32_t reg;
	struct vt t;
	const struct expr *e;
	uint32_t item;		/* when it is a field as it is; ITEM_NONE */
};

struct build {
	struct plan *plan;
	struct arena *arena;
	struct diags *diags;
	const struct layout *layout;
	const struct mapping *mapping;
	const struct plan_options *options;
	uint32_t record;
	uint32_t map_table;	/* being compiled */
	uint32_t map_column;	/* of it; NONE: something else of it */
	uint32_t type;		/* whose names count; NONE: no types */
	uint32_t root;		/* frame of whole records of that type */
	bool checking;		/* a check: names are columns of map_table */
	bool refused_variable;	/* said once per build */
	const struct policies *policies;	/* of the cells being decoded */
	struct walked *walked;	/* see plan_walk.c */
	struct { const struct policies *of, *policies; } *untrimmed;
	uint32_t nuntrimmed, untrimmed_cap;	/* see untrimmed() */
	struct shifted *shifted;
	uint32_t nshifted, shifted_cap;
};

/* plan_emit.c: frames, registers, ops; equal ops are shared */
uint32_t plan_frame(struct build *, enum frame_kind, uint32_t parent,
	    uint32_t table, uint32_t reg);
struct op op_make(enum op_code, uint32_t frame);
/* Adds the op (or finds its equal) and returns its register. */
uint32_t plan_emit(struct build *, struct op, struct vt, uint32_t item,
	    struct place, const char *text);
/* The same for an op that makes frame `op.dst`. */
void	 plan_emit_frame(struct build *, struct op, uint32_t item,
	    struct place, const char *text);
/* The frame whose rows a frame has: SHIFT's, PICK's, REACH's parent. */
uint32_t plan_space(const struct plan *, uint32_t frame);
/* A frame with the rows of `parent`; the op (or its equal) makes it. */
uint32_t plan_emit_view(struct build *, struct op, enum frame_kind,
	    uint32_t parent, uint32_t table, uint32_t reg, uint32_t item,
	    struct place, const char *text);

/* How the bytes of an item are read: as its value, as text where text is
 * wanted, or not at all. */
enum read_as { AS_VALUE, AS_TEXT, AS_BYTES };

/* plan_codec.c: items to codecs; false: the item has no value here */
bool	 plan_codec(struct arena *, const struct item *, enum read_as,
	    const struct codepage *, const struct mapping *, struct codec *);
/* The page of double-byte items. */
const struct codepage *plan_dbcs_page(const struct codepage *,
	    const struct mapping *);
struct vt plan_codec_type(const struct codec *);
bool	 plan_codec_equal(const struct codec *, const struct codec *);
const char *plan_codec_name(const struct codec *);
/* National, UTF-8 or double-byte text; a literal's bytes in such an item,
 * blanks behind; false: it does not fit. */
bool	 plan_is_wide(const struct item *);
bool	 plan_wide_bytes(struct build *, const struct item *,
	    const struct literal *, const uint8_t **out);
/* The type of an item's cells; false: it has no value that can be decoded. */
bool	 plan_item_value(const struct layout *, uint32_t item, struct vt *);

#define NEST_MAX	32	/* OCCURS inside OCCURS */

/* plan_field.c: names of the copybook to cells */
enum name_kind { NAME_UNKNOWN, NAME_FIELD, NAME_CONDITION, NAME_WRONG };
/* Looks a name up; NAME_WRONG: an error was given (ambiguous). */
enum name_kind plan_name(struct build *, const struct expr *, uint32_t *index);
void	 plan_name_unknown(struct build *, const struct expr *);
/* The frame of the occurrences of a table; NONE after an error. */
uint32_t plan_each(struct build *, const struct expr *);
const char *plan_item_name(const struct build *, uint32_t item);
/* The OCCURS items around `item` (itself included), outermost first. */
uint32_t plan_tables(const struct layout *, uint32_t item,
	    uint32_t chain[NEST_MAX]);
/* The table that a frame's rows are occurrences of, or ITEM_NONE. */
uint32_t plan_frame_table(const struct build *, uint32_t frame);
/* The frame of the rows that `frame` is a selection of, or NONE. */
uint32_t plan_frame_above(const struct build *, uint32_t frame);
/* A register of the frame above, in the rows of `frame`. */
uint32_t plan_gather(struct build *, uint32_t frame, uint32_t reg, struct vt,
	    uint32_t item, struct place);

/* plan_delimited.c: an item as a field of delimited text; false: it has no
 * value.  88-levels of such; a reason's place from the bytes to the field;
 * reasons against rows that are none. */
bool	 plan_codec_field(const struct item *, enum read_as,
	    const struct mapping *, struct codec *);
bool	 plan_field_condition(struct build *, uint32_t frame,
	    const struct expr *, uint32_t condition, struct operand *);
bool	 plan_field_label(struct build *, uint32_t frame, const struct expr *,
	    uint32_t item, struct operand *);
void	 plan_field_place(const uint8_t *entry, struct reject *);
void	 plan_rows_reasons(const struct plan *, struct batch *);
/* What is wrong with a row as such; or 0. */
uint16_t plan_row_code(const struct plan *, const struct batch *, uint32_t rec,
	    const struct delimited_row *);

/* plan_table.c: columns of a table that is the source.  A name of one that is
 * another's, but for case, _ and -; names that there are not; what only files
 * have: told. */
bool	 plan_codec_cell(const struct item *, enum read_as, struct codec *);
struct vt plan_cell_type(const struct cell_type *);
/* The type of a column that is just this one of the table's; NULL: it isn't. */
const struct cell_type *plan_bare_cell(const struct build *,
	    const struct operand *);
bool	 plan_column_ambiguous(struct build *, const struct expr *,
	    const uint32_t found[2]);
void	 plan_column_unknown(struct build *, const struct expr *);
bool	 plan_of_files(struct build *, const struct expr *, const char *what,
	    const char *hint);

/* Where cells of an item are. */
struct spot {
	uint32_t item;
	uint32_t frame;		/* whose rows they are in */
	uint32_t where;		/* the frame with the same rows, and the bytes */
	uint32_t hangs;		/* register that the bytes hang on, or NONE */
	uint32_t offset;
	uint32_t count, reach;	/* cells are null where the count is less; NONE */
	const struct codec_keys *keys;	/* cells are what it stands for */
};
/* The cells, in the rows of the spot's frame. */
bool	 plan_spot_cells(struct build *, const struct spot *, enum read_as,
	    struct place, struct operand *);

/* plan_spot.c: subscripts */
/*
 * Where an expression's item is, as seen from the rows of `frame`; with
 * `unfiltered` in the rows that a when: selects from.
 */
bool	 plan_spot(struct build *, uint32_t frame, const struct expr *,
	    uint32_t item, bool unfiltered, struct spot *);
/* out->reg, a register in the rows of the spot, becomes one of `frame`. */
bool	 plan_spot_bring(struct build *, uint32_t frame, const struct spot *,
	    uint32_t item, struct place, struct operand *out);
/* The same for a register in the rows of another frame, which is above. */
void	 plan_bring(struct build *, uint32_t frame, uint32_t from,
	    uint32_t item, struct place, struct operand *out);
bool	 plan_field(struct build *, uint32_t frame, const struct expr *,
	    uint32_t item, enum read_as, struct operand *);
/* Cells of the count of a table, whose tables the frames all stand for. */
bool	 plan_count_cells(struct build *, uint32_t frame, uint32_t table,
	    struct place, struct operand *);

/* plan_walk.c: what tables that depend on a count do to addresses */
/*
 * A frame with the rows of `frame` in which what is behind `shifter` has its
 * fixed offset; *hangs is the register that this hangs on, or NONE.
 */
uint32_t plan_shifted(struct build *, uint32_t frame, uint32_t shifter,
	    struct place, uint32_t *hangs);
/*
 * The checked count of a table in `frame`, whose table is the one around it;
 * NONE after an error.
 */
uint32_t plan_count(struct build *, uint32_t frame, uint32_t table,
	    struct place);
/* Rows of a table that varies, for each: or a subscript; *hangs as above. */
uint32_t plan_walk_rows(struct build *, uint32_t frame, uint32_t table,
	    bool each, struct place, uint32_t *hangs);

/* plan_label.c: 88-levels */
bool	 plan_condition(struct build *, uint32_t frame, const struct expr *,
	    uint32_t condition, struct operand *);
bool	 plan_label(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* A literal of an 88-level or a VALUE as the bytes of its item; numeric items
 * have it as a number of their scale, or false: as bytes. */
bool	 plan_literal_bytes(struct build *, const struct literal *,
	    const struct item *, const uint8_t **out);
bool	 plan_literal_number(const struct literal *, int16_t scale, d128 *);

/* plan_expr.c: expressions to registers; false after an error */
bool	 plan_expr(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* In text context: numbers become text (unsigned integers: all digits). */
bool	 plan_text(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
bool	 plan_bool(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* plan_null.c: a column's expression, with its policies and null_if: */
bool	 plan_column(struct build *, uint32_t frame, const struct map_column *,
	    bool text, struct operand *);
/* A side of a comparison: a field's bytes when `other` is x'…'. */
bool	 plan_side(struct build *, uint32_t frame, const struct expr *,
	    const struct expr *other, struct operand *);

/* plan_cast.c: literals, casts, and literals that take the other side's type */
bool	 plan_literal(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
bool	 plan_cast(struct build *, uint32_t frame, const struct operand *from,
	    const struct sqltype *, struct place, struct operand *);
bool	 plan_to_text(struct build *, uint32_t frame, struct operand *);
/* Brings a literal or null to the type of `like`; false: it cannot be. */
bool	 plan_adapt(struct build *, uint32_t frame, struct operand *,
	    const struct vt *like);
/* Brings operands to one type (numbers to one scale, double …). */
bool	 plan_unify(struct build *, uint32_t frame, struct operand *, uint32_t n,
	    struct place, const char *what);
/* Brings two operands so far that they can be compared. */
bool	 plan_comparable(struct build *, uint32_t frame, struct operand o[2],
	    struct place, const char *what);
/* The scale for n numbers of so many digits before and behind the point. */
int	 plan_common_scale(const struct operand *, uint32_t n, int whole,
	    int scale);
uint32_t plan_to_double(struct build *, uint32_t frame,
	    const struct operand *);
uint32_t plan_to_number(struct build *, uint32_t frame, uint32_t reg,
	    const struct vt *from, int16_t scale, uint16_t precision);
const char *vt_name(const struct vt *);
bool	 vt_is_number(const struct vt *);
struct vt vt_of(const struct sqltype *);

/* plan_call.c: functions; plan_call_*.c, plan_like.c: operators that are much
 * like them */
bool	 plan_call(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
bool	 plan_remainder(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
bool	 plan_distinct(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
bool	 plan_like(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* Whether the name is now(), current_date or the like, which is an error. */
bool	 plan_changes(struct build *, const struct expr *);

/* plan_build.c: the type of a column that has none given */
struct sqltype plan_infer(const struct build *, const struct operand *);
/* plan_types.c: types of records */
void	 plan_types_build(struct build *);	/* CLASSIFY */
/* Names, root and record of the type that a table is of; false: its layout
 * is missing. */
bool	 plan_types_table(struct build *, const struct map_table *,
	    uint32_t which);
/* account.ACCT-ID, label(account.STATUS): cells of an ancestor's records. */
bool	 plan_is_typed(const struct build *, const struct expr *);
bool	 plan_typed(struct build *, uint32_t frame, const struct expr *,
	    bool as_text, struct operand *);
/* A hint for a name that an ancestor has; or NULL. */
const char *plan_typed_hint(const struct build *, const struct expr *);
bool	 plan_type_is(const struct plan *, uint32_t type, const char *name);
/* Does the item redefine what the type's layout: names, or stand in such? */
bool	 plan_item_foreign(const struct layout *, uint32_t item,
	    uint32_t group);
/* The type that the outermost of several names is; NONE. */
uint32_t plan_type_named(const struct build *, const struct expr *);
/* The same where a record above, or its own type, is meant, not a group. */
uint32_t plan_type_of_name(const struct build *, const struct expr *);
/* Whether records of the type (NONE: the plan's) have the item. */
bool	 plan_type_has(const struct build *, uint32_t type,
	    const struct expr *, uint32_t *item);
/* False, with an error: the item is of another type. */
bool	 plan_type_allows(struct build *, const struct expr *, uint32_t item);
/* layout_find, once more, in the group of the type. */
uint32_t plan_type_find(const struct build *, const struct expr *,
	    bool condition, uint32_t found[2]);
/* plan_unpivot.c: unpivot:, its functions; hash_key(), uuid_key() */
uint32_t plan_unpivot(struct build *, uint32_t above,
	    const struct map_table *);
bool	 plan_unpivot_value(struct build *, uint32_t, const struct expr *,
	    struct operand *);
bool	 plan_unpivot_name(struct build *, uint32_t, const struct expr *,
	    struct operand *);
bool	 plan_unpivot_number(struct build *, uint32_t, const struct expr *,
	    struct operand *);
/* The frame whose rows are unpivoted for `frame`; NONE: there is none. */
uint32_t plan_above_unpivot(const struct build *, uint32_t frame);
bool	 plan_hash(struct build *, uint32_t, const struct expr *,
	    struct operand *);
/* plan_mask.c */
bool	 plan_redact(struct build *, uint32_t, const struct expr *,
	    struct operand *);
bool	 plan_keep_last(struct build *, uint32_t, const struct expr *,
	    struct operand *);
bool	 plan_token(struct build *, uint32_t, const struct expr *,
	    struct operand *);	/* fpe, too */
/* plan_merge.c: tables of several types of records */
uint32_t plan_merge(struct build *, const struct map_table *,
	    const uint32_t *frame, uint32_t n);
bool	 plan_merged(struct build *, uint32_t frame, struct operand *,
	    uint32_t n, struct place, struct operand *out);
bool	 plan_record_type(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* plan_where.c */
void	 plan_where_build(struct build *);
/* plan_advice.c, plan_overlap.c: what may be a mistake; only where the options
 * ask.  `is`: the type that the value would have by itself. */
void	 plan_advise_column(struct build *, const struct map_column *,
	    const struct operand *, const struct sqltype *is);
void	 plan_advise_cast(struct build *, const struct expr *,
	    const struct operand *, const struct sqltype *is);
void	 plan_advise_null(struct build *, uint32_t table);
void	 plan_advise_unused(struct build *);
void	 plan_advise_overlaps(struct build *);
/* plan_lookup.c: lookup() */
bool	 plan_lookup(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);
/* The crosswalk that the call looks up, when all is built; or NULL. */
const struct crosswalk *plan_lookup_data(const struct plan *,
	    const struct expr *call, enum missing *);
/* plan_comment.c: what the copybook says of a column's field; or NULL */
const char *plan_comment(struct build *, const struct operand *);
const char *plan_table_comment(const struct build *, const struct map_table *);
/* plan_constraint.c: constraints of the schema, without the checks' cells,
 * and those; what checks refuse; what a reject says of a constraint. */
void	 plan_constraints_schema(struct build *);
bool	 plan_column_is_indexed(const struct map_table *, uint32_t column);
void	 plan_constraints_types(struct build *);
bool	 plan_check_name(struct build *, const struct expr *,
	    struct operand *);
void	 plan_constraint_text(struct buf *, const struct schema *, uint32_t);
/* plan_control.c: controls: */
void	 plan_controls_build(struct build *);
/* Makes the names of the expression's record type count; NONE: no types. */
bool	 plan_enter_type(struct build *, const struct expr *, uint32_t *type);
/* plan_as_of.c */
void	 plan_as_of_build(struct build *);
void	 plan_run_as_of(const struct plan *, struct batch *);
bool	 plan_as_of(struct build *, uint32_t, const struct expr *,
	    struct operand *);
void	 plan_run_controls(const struct plan *, struct batch *);
/* op_types.c: what records without type or parent are rejected for; those that
 * hang on rejected ones, in `verdict` too: were there any? */
void	 plan_type_reasons(const struct plan *, struct batch *);
bool	 plan_type_dependents(struct batch *);
/* plan_run.c */
void	 plan_begin(const struct plan *, struct batch *);
void	 plan_run_ops(const struct plan *, struct batch *, uint32_t from,
	    uint32_t to);
/* plan_date.c: to_date, to_time, to_timestamp */
bool	 plan_to_moment(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);

/* constants of ops */
struct k_const {
	struct column *column;	/* one row */
	bool null;
};
struct k_expand {
	uint32_t offset, stride, max;
};
struct k_count {
	int64_t min, max;
	uint32_t offset, stride;	/* of the table: does the record hold it? */
	uint32_t where;			/* frame that the offset counts in */
	uint32_t picked;		/* frame whose rows without bytes have no
					 * occurrences; NONE: there are none */
};
/*
 * What a walk does: a count is read into its slot; a table is gone through,
 * with the steps up to `end` for each occurrence, or stepped over.
 */
struct walk_step {
	const struct codec *count;	/* NULL: a table */
	uint32_t item;			/* count or table */
	uint32_t slot;			/* of the count; NONE: as many as max */
	uint32_t offset, size;		/* table: in the occurrence around it */
	uint32_t min, max;
	uint32_t end;			/* the step after those inside */
};
struct k_walk {
	const struct walk_step *step;	/* the first is the table itself */
	uint32_t nslot;			/* the first are the op's arguments */
	uint32_t reg;			/* bytes that the table takes */
	bool rows, each;		/* wanted; for each: */
};
struct k_pick {
	uint32_t rows;			/* WALK's frame, or NONE: */
	uint32_t stride;
};
struct k_reach {
	uint32_t from;			/* the frame whose bytes these are */
	uint32_t path[NEST_MAX + 2], npath;	/* of the frames below it */
};
struct k_numbers {
	int16_t sa, sb, to;
	uint16_t precision;	/* 0: as many as fit */
	bool integral;		/* quotient truncates */
	bool exact;		/* decimals that do not fit are a fault */
	int64_t hi;		/* of an integer type, -hi - 1 to hi; 0: as the
				 * precision says */
};
#define NUMBERS_INNER	INT16_MIN	/* k_numbers.sb: rescaled for an
					 * operator, not by a cast */
struct k_fit {
	struct sqltype type;
	int16_t from_scale, to_scale;
	bool not_null, round, nul_in_text, check_length, check_number;
	uint32_t key_bytes;
};
enum cmp_how { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };
struct k_names {		/* full_name: what is no middle name */
	const struct slice *none;
	uint32_t n;
};
enum trim_side { SIDE_BOTH, SIDE_LEFT, SIDE_RIGHT };
enum rounding { ROUND_HALF, ROUND_DOWN, ROUND_UP, ROUND_FLOOR };
struct k_range {		/* 88: a value or lo thru hi */
	bool raw, thru;
	const uint8_t *lo, *hi;	/* raw: bytes of the item's size */
	d128 nlo, nhi;		/* at the item's scale */
};
struct k_label {
	const char *name;
	struct slice text;	/* the same */
	struct k_range *range;
	uint32_t nrange;
};
struct k_match {
	uint32_t offset, size;
	struct k_label *label;
	uint32_t nlabel;
	const int16_t *byte;	/* items of one byte: the label of each */
};
struct k_lookup {
	const struct crosswalk *crosswalk;
	uint32_t column;
	uint32_t lookup;		/* for the list of missing codes */
	enum missing missing;
};

/* op_common.c: cells */
struct column *op_column(const struct op *, struct batch *, enum vtype,
	    int16_t scale);
/* dst takes nulls and faults of the n registers: strict operators. */
void	 op_strict(const struct op *, struct batch *, struct column *dst,
	    const uint32_t *reg, uint32_t n);
/* op_frame.c: room for n rows */
void	 op_frame_alloc(struct frame *, struct batch *, uint32_t n, bool occ);
/* op_frame.c: a cell that decides about rows is a reason against the record */
void	 op_frame_faults(struct batch *, const struct column *, uint32_t frame,
	    uint16_t table);
/* op_walk.c: what stopped a walk in a row: the item and its bytes, or the
 * register that it came from. */
struct walk_stop {
	uint32_t reg;			/* or NONE: */
	uint32_t item, size;
	const uint8_t *at;
};
struct walk_stop op_walk_stop(const struct op *, const struct batch *,
	    uint32_t row);
/* op_text.c: false when the system has no C.UTF-8 locale */
bool	 op_text_init(void);
const struct fault *column_fault(const struct column *, uint32_t row);
/* op_logic.c: -1, 0 or 1; both of one type, numbers of any scales */
int	 column_cmp(const struct column *, const struct column *,
	    uint32_t row);
/* Makes a cell that is neither null nor bad yet bad. */
void	 op_fault(const struct op *, struct batch *, struct column *,
	    uint32_t row, uint16_t code);
/* dst[row] becomes src[from]: value, null or bad. */
void	 op_copy_cell(struct batch *, struct column *dst, uint32_t n,
	    uint32_t row, const struct column *src, uint32_t from);
static inline d128
column_number(const struct column *c, uint32_t row)
{
	return c->type == V_D128 ? c->v.d128[row] : c->v.i64[row];
}

/* Whether a result is held in 128 bits, and whether v is one. */
static inline bool
number_is_wide(const struct k_numbers *k)
{
	return k->hi == 0 && (k->precision == 0 || k->precision > 18);
}

static inline bool
number_fits(const struct k_numbers *k, d128 v)
{
	d128 top = d128_pow10[k->precision == 0 || k->precision > 38 ? 38 :
	    k->precision];

	return k->hi != 0 ? v <= k->hi && v >= -(d128)k->hi - 1 :
	    v < top && v > -top;
}

/* PostgreSQL's dates: 4714-11-24 BC, the Julian day 0, to 5874897-12-31. */
#define DATE_FIRST	INT64_C(-2440588)
#define DATE_LAST	INT64_C(2145042905)

#endif
