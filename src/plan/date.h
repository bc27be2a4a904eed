/*
 * Formats of dates, times and timestamps, between plan_date.c, which reads
 * them, and op_date.c, which reads values by them.  Private to plan/.
 */
#ifndef DECANT_DATE_H
#define DECANT_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "value/codec.h"

enum date_part {
	PART_YYYY, PART_YY, PART_C,
	PART_MM, PART_MON,		/* 01, JAN */
	PART_DD, PART_DDD,
	PART_HH24, PART_HH12, PART_AM,	/* AM or PM */
	PART_MI, PART_SS, PART_SSSSS,	/* the last since midnight */
	PART_FRACTION,			/* of a second, so many digits */
	PART_LITERAL,
	PART_COUNT
};
#define PARTS_MAX	24

enum date_shape {
	SHAPE_PARTS,
	SHAPE_PACKED,	/* Db2's internal form: 20 26 01 31 23 59 59 … */
	SHAPE_COUNT	/* so many units since a day */
};

struct k_date {
	enum vtype to;		/* V_DATE, V_TIME, V_TSTAMP */
	enum date_shape shape;
	/* SHAPE_PARTS */
	struct { uint8_t part, width; char c; } part[PARTS_MAX];
	uint32_t nparts;
	uint32_t width, digits;	/* without the open fraction */
	bool open_fraction;	/* 0 to 12 digits at the end */
	bool fraction_point;	/* and a point before them, if there are any */
	bool has_date, has_time;
	bool usa;		/* 12:00 AM is 24.00.00, 00:00 AM 00.00.00 */
	bool plain;		/* YYYYMMDD */
	bool all_digits;	/* nothing else: numbers may be read */
	/* SHAPE_COUNT */
	int64_t epoch;		/* days since 1970-01-01 of 0 */
	int64_t unit;		/* microseconds */
	const struct policies *policies;
};

/* plan_date.c: a format, or the name of one; `to` is set. */
bool	 date_form_read(struct k_date *, struct slice);

/*
 * date_write.c: the value as the format has it, in an item of `width`
 * characters (0: of any; DIGITS of a number; bytes of a packed one).  Returns
 * how many characters; 0: no text of this format means the value.
 */
#define DATE_WRITE_MAX	64u
uint32_t date_write(const struct k_date *, int64_t v, uint32_t width,
	    char out[DATE_WRITE_MAX]);

#define DAY_US	INT64_C(86400000000)

#endif
