/*
 * The binary form of PostgreSQL's COPY (PostgreSQL manual, COPY, "Binary
 * Format"; the values are those of the types' send functions):
 *
 *	tuple	 int16 number of columns, then for each column
 *		 int32 length of the value, -1: null | the value
 *	numeric	 int16 ndigits | int16 weight | int16 sign | int16 dscale |
 *		 ndigits * int16 base-10000 digits, no zeros at either end;
 *		 the first digit counts 10000^weight; sign 0x4000: minus
 *	date	 int32 days since 2000-01-01
 *	time, timestamp  int64 microseconds since midnight, 2000-01-01
 *
 * All integers are big-endian.  A numeric zero has ndigits and weight 0.
 *
 * Room is reserved for a block of rows at a time, so that the loop over the
 * cells only stores.
 */
#include "sink/sink_postgres_copy.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "value/format.h"

#define BLOCK_ROWS	64
#define EPOCH_DAYS	10957		/* 1970-01-01 to 2000-01-01 */
#define EPOCH_US	(EPOCH_DAYS * INT64_C(86400000000))
#define LIMB		UINT64_C(10000000000000000)	/* 4 digits of 10000 */

enum cell {
	CELL_I16, CELL_I32, CELL_I64, CELL_NUM64, CELL_NUM128, CELL_F32,
	CELL_F64, CELL_BOOL, CELL_DATE, CELL_TSTAMP, CELL_BYTES
};

/* Most bytes that a cell takes, its length included; of CELL_BYTES, besides
 * the bytes themselves. */
static const uint8_t cell_most[] = {
	[CELL_I16] = 6, [CELL_I32] = 8, [CELL_I64] = 12, [CELL_NUM64] = 36,
	[CELL_NUM128] = 36, [CELL_F32] = 8, [CELL_F64] = 12, [CELL_BOOL] = 5,
	[CELL_DATE] = 8, [CELL_TSTAMP] = 12, [CELL_BYTES] = 4,
};

struct field {
	enum cell cell;
	int16_t scale;
	int16_t after;		/* base-10000 digits after the point */
	uint16_t pad;		/* 10^(4 * after - scale) */
	uint64_t most;		/* what may be multiplied by pad in 64 bits */
	const struct column *c;
};

static const uint16_t pow10_small[] = { 1, 10, 100, 1000 };

static inline uint8_t *
put16(uint8_t *p, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(p, &v, 2);
	return p + 2;
}

static inline uint8_t *
put32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
	return p + 4;
}

static inline uint8_t *
put64(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, 8);
	return p + 8;
}

/* Length and the four numbers before the digits, of which there are n. */
static inline uint8_t *
put_numeric_head(uint8_t *p, int n, int weight, bool negative, int16_t scale)
{
	if (n == 0) {
		weight = 0;
		negative = false;
	}
	p = put32(p, (uint32_t)(8 + 2 * n));
	return put64(p, (uint64_t)n << 48 |
	    (uint64_t)(uint16_t)weight << 32 |
	    (uint64_t)(negative ? 0x4000 : 0) << 16 | (uint16_t)scale);
}

/*
 * The digits are found from the last to the first; a decimal whose scale is
 * no multiple of 4 has a last digit of fewer than 4 decimals.
 */
static uint8_t *
put_num128(uint8_t *p, d128 v, const struct field *f)
{
	u128 u = v < 0 ? -(u128)v : (u128)v, q;
	uint16_t digit[12];
	int at = 12, end = 12, i;
	uint64_t low;

	if (f->pad > 1) {
		q = u / (10000 / f->pad);
		low = (uint64_t)(u - q * (10000 / f->pad));
		digit[--at] = (uint16_t)(low * f->pad);
		u = q;
	}
	while (u >> 64 != 0) {
		q = u / LIMB;
		low = (uint64_t)(u - q * LIMB);
		for (i = 0; i < 4; i++, low /= 10000)
			digit[--at] = (uint16_t)(low % 10000);
		u = q;
	}
	for (low = (uint64_t)u; low > 0; low /= 10000)
		digit[--at] = (uint16_t)(low % 10000);
	while (at < end && digit[at] == 0)
		at++;
	while (end > at && digit[end - 1] == 0)
		end--;
	p = put_numeric_head(p, end - at, 12 - at - f->after - 1, v < 0,
	    f->scale);
	for (; at < end; at++)
		p = put16(p, digit[at]);
	return p;
}

static inline uint8_t *
put_num64(uint8_t *p, int64_t v, const struct field *f)
{
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v, q;
	int n, all, i;

	if (__builtin_expect(u > f->most, 0))
		return put_num128(p, v, f);
	u *= f->pad;
	all = (u > 0) + (u >= 10000) + (u >= 100000000) +
	    (u >= UINT64_C(1000000000000)) + (u >= LIMB);
	for (i = all; i-- > 0; u = q) {
		q = u / 10000;
		put16(p + 12 + 2 * i, (uint16_t)(u - q * 10000));
	}
	for (n = all; n > 0 && p[10 + 2 * n] == 0 && p[11 + 2 * n] == 0;)
		n--;
	return put_numeric_head(p, n, all - f->after - 1, v < 0, f->scale) +
	    2 * n;
}

static inline uint8_t *
put_bytes(uint8_t *p, const struct slice *s)
{
	p = put32(p, s->len);
	if (s->len > 0)
		memcpy(p, s->p, s->len);
	return p + s->len;
}

/* PostgreSQL's infinities: the largest and the least of the type (date.h,
 * DATEVAL_NOEND; timestamp.h, DT_NOEND). */
static inline uint32_t
pg_date(int64_t days)
{
	if (days == MOMENT_INFINITY)
		return INT32_MAX;
	if (days == -MOMENT_INFINITY)
		return (uint32_t)INT32_MIN;
	return (uint32_t)(days - EPOCH_DAYS);
}

static inline uint64_t
pg_tstamp(int64_t us)
{
	if (us == MOMENT_INFINITY)
		return INT64_MAX;
	if (us == -MOMENT_INFINITY)
		return (uint64_t)INT64_MIN;
	return (uint64_t)us - EPOCH_US;
}

static inline uint8_t *
put_cell(uint8_t *p, const struct field *f, uint32_t row)
{
	const struct column *c = f->c;
	uint64_t bits;
	uint32_t bits32;
	float f32;

	switch (f->cell) {
	case CELL_I16:
		return put16(put32(p, 2), (uint16_t)c->v.i64[row]);
	case CELL_I32:
		return put32(put32(p, 4), (uint32_t)c->v.i64[row]);
	case CELL_I64:
		return put64(put32(p, 8), (uint64_t)c->v.i64[row]);
	case CELL_NUM64:
		return put_num64(p, c->v.i64[row], f);
	case CELL_NUM128:
		return put_num128(p, c->v.d128[row], f);
	case CELL_F32:
		f32 = (float)c->v.f64[row];
		memcpy(&bits32, &f32, 4);
		return put32(put32(p, 4), bits32);
	case CELL_F64:
		memcpy(&bits, &c->v.f64[row], 8);
		return put64(put32(p, 8), bits);
	case CELL_BOOL:
		p = put32(p, 1);
		*p = c->v.flag[row] != 0;
		return p + 1;
	case CELL_DATE:
		return put32(put32(p, 4), pg_date(c->v.i64[row]));
	case CELL_TSTAMP:
		return put64(put32(p, 8), pg_tstamp(c->v.i64[row]));
	case CELL_BYTES:
		return put_bytes(p, &c->v.text[row]);
	}
	return p;
}

static enum cell
cell_of(const struct sqltype *t, const struct column *c)
{
	switch (t->kind) {
	case SQL_TEXT:
	case SQL_BYTEA:
		return CELL_BYTES;
	case SQL_SMALLINT:
		return CELL_I16;
	case SQL_INTEGER:
		return CELL_I32;
	case SQL_BIGINT:
	case SQL_TIME:
		return CELL_I64;
	case SQL_NUMERIC:
		return c->type == V_D128 ? CELL_NUM128 : CELL_NUM64;
	case SQL_REAL:
		return CELL_F32;
	case SQL_DOUBLE:
		return CELL_F64;
	case SQL_BOOLEAN:
		return CELL_BOOL;
	case SQL_DATE:
		return CELL_DATE;
	case SQL_TIMESTAMP:
		return CELL_TSTAMP;
	}
	return CELL_BYTES;
}

static void
field_init(struct field *f, const struct schema_column *s,
    const struct column *c)
{
	f->c = c;
	f->cell = cell_of(&s->type, c);
	f->scale = c->scale;
	f->after = (int16_t)((c->scale + 3) / 4);
	f->pad = pow10_small[(4 * f->after - c->scale) & 3];
	f->most = UINT64_MAX / f->pad;
}

/* Bytes of the texts in a block of rows; nulls count too, harmlessly. */
static size_t
block_texts(const struct field *f, uint32_t nfield, const uint32_t *row,
    uint32_t n)
{
	size_t all = 0;
	uint32_t i, k;

	for (k = 0; k < nfield; k++)
		if (f[k].cell == CELL_BYTES)
			for (i = 0; i < n; i++)
				all += f[k].c->v.text[row[i]].len;
	return all;
}

static uint8_t *
put_row(uint8_t *p, const struct field *f, uint32_t nfield, uint32_t row)
{
	uint32_t k;

	p = put16(p, (uint16_t)nfield);
	for (k = 0; k < nfield; k++)
		p = column_is_null(f[k].c, row) ? put32(p, UINT32_MAX) :
		    put_cell(p, &f[k], row);
	return p;
}

void
pgcopy_encode(struct buf *out, struct arena *a, const struct schema_table *t,
    const struct rowset *rows)
{
	struct field *f = arena_array(a, t->ncolumn + 1, sizeof *f);
	uint32_t i, k, n;
	size_t fixed = 2;
	uint8_t *p;

	for (k = 0; k < t->ncolumn; k++) {
		field_init(&f[k], &t->column[k], rows->col[k]);
		fixed += cell_most[f[k].cell];
	}
	for (i = 0; i < rows->n; i += n) {
		n = rows->n - i < BLOCK_ROWS ? rows->n - i : BLOCK_ROWS;
		if (!buf_reserve(out, n * fixed + block_texts(f, t->ncolumn,
		    rows->row + i, n)))
			return;
		p = (uint8_t *)out->p + out->len;
		for (k = 0; k < n; k++)
			p = put_row(p, f, t->ncolumn, rows->row[i + k]);
		out->len = (size_t)(p - (uint8_t *)out->p);
		out->p[out->len] = '\0';
	}
}

/* A big-endian signed integer of 2, 4 or 8 bytes. */
static int64_t
get_int(const uint8_t *p, size_t len)
{
	uint64_t v = len > 0 && p[0] & 0x80 ? UINT64_MAX : 0;

	while (len-- > 0)
		v = v << 8 | *p++;
	return (int64_t)v;
}

static double
get_float(const uint8_t *p, size_t len)
{
	int64_t bits = get_int(p, len);
	uint32_t bits32 = (uint32_t)bits;
	double f64;
	float f32;

	if (len == 4) {
		memcpy(&f32, &bits32, 4);
		return f32;
	}
	memcpy(&f64, &bits, 8);
	return f64;
}

void
pgcopy_value_text(struct buf *out, const struct sqltype *t, const void *value,
    size_t len)
{
	const uint8_t *p = value;
	char text[FORMAT_MAX];
	int64_t i64;
	size_t i;

	switch (t->kind) {
	case SQL_TEXT:
	case SQL_NUMERIC:
		buf_put(out, value, len);
		return;
	case SQL_BYTEA:
		buf_puts(out, "\\x");
		for (i = 0; i < len; i++)
			buf_printf(out, "%02x", p[i]);
		return;
	case SQL_BOOLEAN:
		buf_puts(out, len > 0 && p[0] ? "true" : "false");
		return;
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		buf_put(out, text, format_i64(text, get_int(p, len), 0));
		return;
	case SQL_REAL:
	case SQL_DOUBLE:
		buf_put(out, text, format_f64(text, get_float(p, len)));
		return;
	case SQL_DATE:
		i64 = get_int(p, len);
		i64 = i64 == INT32_MAX ? MOMENT_INFINITY :
		    i64 == INT32_MIN ? -MOMENT_INFINITY : i64 + EPOCH_DAYS;
		buf_put(out, text, format_date(text, i64));
		return;
	case SQL_TIME:
		buf_put(out, text, format_time(text, get_int(p, len)));
		return;
	case SQL_TIMESTAMP:
		i64 = get_int(p, len);
		i64 = i64 == INT64_MAX ? MOMENT_INFINITY :
		    i64 == INT64_MIN ? -MOMENT_INFINITY : i64 + EPOCH_US;
		buf_put(out, text, format_tstamp(text, i64));
		return;
	}
}
