/*
 * Values in PostgreSQL's binary form, that of the types' send functions, on
 * their way into columns.  All integers are big-endian.
 *
 *	numeric	 int16 ndigits | int16 weight | int16 sign | int16 dscale |
 *		 ndigits * int16 base-10000 digits; the first counts
 *		 10000^weight; sign 0x4000: minus, 0xC000, 0xD000, 0xF000: NaN
 *		 and the infinities
 *	date	 int32 days since 2000-01-01
 *	time, timestamp  int64 microseconds since midnight, 2000-01-01
 */
#ifndef DECANT_POSTGRES_VALUE_H
#define DECANT_POSTGRES_VALUE_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "value/type.h"

struct reader_rows;

/* How the values of a column are read. */
enum pgvalue {
	PGVALUE_INTEGER, PGVALUE_NUMERIC, PGVALUE_FLOAT, PGVALUE_BOOL,
	PGVALUE_DATE, PGVALUE_TIME, PGVALUE_TSTAMP, PGVALUE_TEXT,
	PGVALUE_BYTES
};

enum pgvalue pgvalue_of(const struct sqltype *);
/* Are values of the type with this object id read as that? */
bool	 pgvalue_fits(uint32_t oid, enum sqlkind);
/* Sets a cell that is not null. */
void	 pgvalue_get(struct reader_rows *, enum pgvalue, uint32_t column,
	    uint32_t row, const uint8_t *, int32_t len);

static inline uint16_t
pgvalue_16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, 2);
	return be16toh(v);
}

static inline uint32_t
pgvalue_32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return be32toh(v);
}

static inline uint64_t
pgvalue_64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return be64toh(v);
}

#endif
