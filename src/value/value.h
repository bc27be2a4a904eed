/*
 * Typed values in columns.  A cell is a value, null, or bad.
 *
 * Columns belong to a batch: their arrays and texts live in its arena and
 * never move before the batch is reset.
 */
#ifndef DECANT_VALUE_H
#define DECANT_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;

typedef __int128 d128;
typedef unsigned __int128 u128;

enum vtype {
	V_TEXT,		/* slices of UTF-8 */
	V_I64,		/* whole number or decimal with a fixed scale, 18 digits */
	V_D128,		/* the same with up to 38 digits */
	V_F64,		/* double */
	V_DATE,		/* i64: days since 1970-01-01, proleptic Gregorian */
	V_TIME,		/* i64: microseconds since midnight */
	V_TSTAMP,	/* i64: microseconds since 1970-01-01 00:00 */
	V_BOOL,		/* flag: 0 or 1 */
	V_BYTES		/* slices of bytes */
};

/* Of V_DATE and V_TSTAMP; -MOMENT_INFINITY is before all others.  PostgreSQL
 * has both; elsewhere they are the texts infinity and -infinity. */
#define MOMENT_INFINITY	INT64_MAX

struct fault {
	uint32_t row;
	uint32_t op;	/* the op that first failed, hence field and place */
	uint16_t code;	/* enum diag_code, DIAG_Dnnn */
};

struct column {
	enum vtype type;
	int16_t scale;			/* V_I64, V_D128: decimals, 0 or more */
	union {
		int64_t *i64;		/* V_I64, V_DATE, V_TIME, V_TSTAMP */
		d128 *d128;
		double *f64;
		struct slice *text;	/* V_TEXT, V_BYTES */
		uint8_t *flag;		/* V_BOOL */
		void *any;
	} v;
	uint64_t *valid;		/* a bit a row; NULL: nothing is null */
	struct {
		struct fault *v;	/* ascending by row, one a row */
		uint32_t n, cap;
	} bad;
};

/* What a bad cell held that comes from a database, as text. */
struct bad_text {
	uint32_t row, column;
	struct slice text;
};

/*
 * The value of a null or bad cell is unspecified but harmless to read: zero,
 * or a slice of length 0.
 */
static inline bool
column_is_null(const struct column *c, uint32_t row)
{
	return c->valid != NULL && !(c->valid[row / 64] >> row % 64 & 1);
}

/* Bytes of one value in v. */
static inline uint32_t
vtype_size(enum vtype t)
{
	switch (t) {
	case V_TEXT:
	case V_BYTES:
		return sizeof(struct slice);
	case V_D128:
		return sizeof(d128);
	case V_BOOL:
		return 1;
	default:
		return 8;
	}
}

/* Makes an empty column of n rows (values undefined) in the arena. */
void	 column_init(struct column *, struct arena *, enum vtype, int16_t scale,
	    uint32_t n);
/* Marks a row null; makes the bitmap (n rows, all valid) when there is none. */
void	 column_set_null(struct column *, struct arena *, uint32_t n,
	    uint32_t row);
/* Adds a fault; rows must come in ascending order; a second one is dropped. */
void	 column_set_bad(struct column *, struct arena *, uint32_t row,
	    uint32_t op, uint16_t code);

#endif
