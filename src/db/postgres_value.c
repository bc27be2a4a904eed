/*
 * Values in PostgreSQL's binary form; see postgres_value.h.
 */
#include "db/postgres_value.h"

#include <string.h>

#include "base/checked.h"
#include "db/table_reader_impl.h"
#include "value/decimal.h"

#define EPOCH_DAYS	10957		/* 1970-01-01 to 2000-01-01 */
#define EPOCH_US	(EPOCH_DAYS * INT64_C(86400000000))

struct numeric {
	const uint8_t *digit;	/* [n] */
	int n;
	int exponent;		/* of the first digit, in units of the column's
				 * scale */
	bool negative;
};

/* Decimal digits of a base-10000 digit. */
static inline int
digits_of(uint16_t d)
{
	return d >= 1000 ? 4 : d >= 100 ? 3 : d >= 10 ? 2 : d > 0;
}

/*
 * Zeros before the first digit are passed over.  False: it is no number, or
 * has more digits than the column takes.
 */
static inline bool
numeric_head(const struct reader_cell *k, const uint8_t *p, int32_t len,
    struct numeric *x)
{
	uint16_t sign;

	if (len < 8)
		return false;
	x->n = pgvalue_16(p);
	sign = pgvalue_16(p + 4);
	if ((sign & ~0x4000) != 0 || len != 8 + 2 * x->n)
		return false;
	x->negative = sign != 0;
	x->exponent = 4 * (int16_t)pgvalue_16(p + 2) + k->scale;
	for (x->digit = p + 8; x->n > 0 && pgvalue_16(x->digit) == 0; x->n--) {
		x->digit += 2;
		x->exponent -= 4;
	}
	return x->n == 0 ||
	    x->exponent + digits_of(pgvalue_16(x->digit)) <= k->digits;
}

/*
 * The magnitude.  The last digit within the scale may be so in part, and the
 * digits may end before the scale does.  False: there are decimals beyond it.
 */
static inline bool
numeric_value(const struct numeric *x, u128 *v)
{
	static const uint16_t power[] = { 1, 10, 100, 1000, 10000 };
	uint16_t d, unit;
	int i, e = x->exponent;
	uint64_t low = 0;	/* of up to 16 digits */

	*v = 0;
	for (i = 0; i < x->n && e >= 0; i++, e -= 4) {
		d = pgvalue_16(x->digit + 2 * i);
		if (i < 4)
			low = low * 10000 + d;
		else
			*v = (i == 4 ? low : *v) * 10000 + d;
	}
	if (i <= 4)
		*v = low;
	for (; i < x->n; i++, e -= 4) {
		d = pgvalue_16(x->digit + 2 * i);
		unit = e > -4 ? power[-e] : 10000;
		if (d % unit != 0)
			return false;
		if (e > -4)
			*v = *v * power[4 + e] + d / unit;
	}
	if (x->n > 0 && e + 4 > 0)
		*v *= (u128)d128_pow10[e + 4];
	return true;
}

static void
get_numeric(struct reader_rows *r, uint32_t c, uint32_t row, const uint8_t *p,
    int32_t len)
{
	struct numeric x;
	u128 v;

	if (numeric_head(&r->cell[c], p, len, &x) && numeric_value(&x, &v))
		reader_set_number(r, c, row, x.negative ? -(d128)v : (d128)v);
	else
		reader_set_bad(r, c, row);
}

static bool
integer_of(const uint8_t *p, int32_t len, int64_t *v)
{
	switch (len) {
	case 2:
		*v = (int16_t)pgvalue_16(p);
		return true;
	case 4:
		*v = (int32_t)pgvalue_32(p);
		return true;
	case 8:
		*v = (int64_t)pgvalue_64(p);
		return true;
	default:
		return false;
	}
}

static void
get_float(struct reader_rows *r, uint32_t c, uint32_t row, const uint8_t *p,
    int32_t len)
{
	uint64_t bits;
	uint32_t bits32;
	float f32;

	if (len == 4) {
		bits32 = pgvalue_32(p);
		memcpy(&f32, &bits32, 4);
		r->col[c].v.f64[row] = f32;
	} else if (len == 8) {
		bits = pgvalue_64(p);
		memcpy(&r->col[c].v.f64[row], &bits, 8);
	} else
		reader_set_bad(r, c, row);
}

/* PostgreSQL's infinities: the largest and the least of the type (date.h,
 * DATEVAL_NOEND; timestamp.h, DT_NOEND). */
static int64_t
date_of(int64_t days)
{
	return days == INT32_MAX ? MOMENT_INFINITY : days == INT32_MIN ?
	    -MOMENT_INFINITY : days + EPOCH_DAYS;
}

/* False: past the year 294246, where decant's microseconds end. */
static bool
tstamp_of(int64_t us, int64_t *v)
{
	if (us == INT64_MAX || us == INT64_MIN) {
		*v = us > 0 ? MOMENT_INFINITY : -MOMENT_INFINITY;
		return true;
	}
	return !ckd_add(v, us, EPOCH_US) && *v != MOMENT_INFINITY;
}

static void
get_moment(struct reader_rows *r, uint32_t c, uint32_t row, enum pgvalue kind,
    const uint8_t *p, int32_t len)
{
	int64_t v = 0;
	bool good = len == (kind == PGVALUE_DATE ? 4 : 8) &&
	    integer_of(p, len, &v);

	if (kind == PGVALUE_DATE)
		v = date_of(v);
	else if (kind == PGVALUE_TSTAMP)
		good = good && tstamp_of(v, &v);
	if (good)
		r->col[c].v.i64[row] = v;
	else
		reader_set_bad(r, c, row);
}

void
pgvalue_get(struct reader_rows *r, enum pgvalue kind, uint32_t c, uint32_t row,
    const uint8_t *p, int32_t len)
{
	int64_t v;

	switch (kind) {
	case PGVALUE_INTEGER:
		if (integer_of(p, len, &v))
			reader_set_integer(r, c, row, v);
		else
			reader_set_bad(r, c, row);
		break;
	case PGVALUE_NUMERIC:
		get_numeric(r, c, row, p, len);
		break;
	case PGVALUE_FLOAT:
		get_float(r, c, row, p, len);
		break;
	case PGVALUE_BOOL:
		if (len == 1)
			r->col[c].v.flag[row] = *p != 0;
		else
			reader_set_bad(r, c, row);
		break;
	case PGVALUE_DATE:
	case PGVALUE_TIME:
	case PGVALUE_TSTAMP:
		get_moment(r, c, row, kind, p, len);
		break;
	case PGVALUE_TEXT:
		if (!reader_text_fits(&r->cell[c], (size_t)len, p)) {
			reader_set_bad(r, c, row);
			break;
		}
		/* FALLTHROUGH */
	case PGVALUE_BYTES:
		reader_set_bytes(r, c, row, p, (size_t)len);
		break;
	}
}

/* Object ids of pg_type.dat, which never change. */
enum {
	OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21,
	OID_INT4 = 23, OID_TEXT = 25, OID_FLOAT4 = 700, OID_FLOAT8 = 701,
	OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_DATE = 1082,
	OID_TIME = 1083, OID_TIMESTAMP = 1114, OID_NUMERIC = 1700
};

enum pgvalue
pgvalue_of(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		return PGVALUE_INTEGER;
	case SQL_NUMERIC:
		return PGVALUE_NUMERIC;
	case SQL_REAL:
	case SQL_DOUBLE:
		return PGVALUE_FLOAT;
	case SQL_BOOLEAN:
		return PGVALUE_BOOL;
	case SQL_DATE:
		return PGVALUE_DATE;
	case SQL_TIME:
		return PGVALUE_TIME;
	case SQL_TIMESTAMP:
		return PGVALUE_TSTAMP;
	case SQL_BYTEA:
		return PGVALUE_BYTES;
	case SQL_TEXT:
		break;
	}
	return PGVALUE_TEXT;
}

bool
pgvalue_fits(uint32_t oid, enum sqlkind kind)
{
	switch (kind) {
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		return oid == OID_INT2 || oid == OID_INT4 || oid == OID_INT8;
	case SQL_NUMERIC:
		return oid == OID_NUMERIC;
	case SQL_REAL:
		return oid == OID_FLOAT4;
	case SQL_DOUBLE:
		return oid == OID_FLOAT4 || oid == OID_FLOAT8;
	case SQL_BOOLEAN:
		return oid == OID_BOOL;
	case SQL_DATE:
		return oid == OID_DATE;
	case SQL_TIME:
		return oid == OID_TIME;
	case SQL_TIMESTAMP:
		return oid == OID_TIMESTAMP;
	case SQL_BYTEA:
		return oid == OID_BYTEA;
	case SQL_TEXT:
		return oid == OID_TEXT || oid == OID_VARCHAR ||
		    oid == OID_BPCHAR;
	}
	return false;
}
