/*
 * Rows of delimited text, split a second time and written again; see
 * prove_rows.h.  This is on purpose not the reader's way through a row: it
 * knows where a field starts and ends, and whether it is quoted, and no more.
 */
#include "plan/prove_rows.h"

#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "record/record.h"
#include "value/codec.h"

struct cut {			/* a field of a row */
	struct slice raw;	/* with its quotes */
	bool quoted;
};

static bool
ends_row(const struct csv_dialect *d, uint8_t b)
{
	return b == 0x0d || (d->ebcdic ? b == 0x15 || b == 0x25 : b == '\n');
}

/* The field at *at, which is moved behind it; false: the row has ended. */
static bool
cut_next(const struct csv_dialect *d, struct slice row, uint32_t *at,
    bool first, struct cut *c)
{
	uint32_t i = *at, from;

	if (!first) {
		if (i == row.len || row.p[i] != d->delimiter)
			return false;
		i++;
	}
	from = i;
	c->quoted = !d->quote_none && i < row.len && row.p[i] == d->quote;
	if (c->quoted) {
		for (i++; i < row.len; i++) {
			if (row.p[i] != d->quote)
				continue;
			if (i + 1 == row.len || row.p[i + 1] != d->quote)
				break;
			i++;
		}
		i += i < row.len;
	} else {
		while (i < row.len && row.p[i] != d->delimiter &&
		    !ends_row(d, row.p[i]))
			i++;
	}
	c->raw = (struct slice){ row.p + from, i - from };
	*at = i;
	return true;
}

bool
row_column_place(const struct csv_dialect *d, struct slice raw,
    uint32_t column, struct row_place *place)
{
	uint32_t at = 0, i;
	struct cut c;

	for (i = 0; cut_next(d, raw, &at, i == 0, &c); i++)
		if (i == column) {
			*place = (struct row_place){ (uint32_t)(c.raw.p -
			    raw.p), c.raw.len };
			return true;
		}
	return false;
}

/* The field's bytes between quotes, each quote in them twice. */
static uint32_t
write_field(const struct csv_dialect *d, struct slice field, bool quoted,
    uint8_t *to)
{
	uint8_t *p = to;
	uint32_t i;

	if (quoted)
		*p++ = d->quote;
	for (i = 0; i < field.len; i++) {
		if (quoted && field.p[i] == d->quote)
			*p++ = d->quote;
		*p++ = field.p[i];
	}
	if (quoted)
		*p++ = d->quote;
	return (uint32_t)(p - to);
}

/* The layout's field that is in the column, or UINT32_MAX. */
static uint32_t
field_of(struct slice record, uint32_t column)
{
	uint32_t nfield = delimited_nfield(record), k;

	for (k = 0; k < nfield; k++)
		if (delimited_column(record, k) == column)
			return k;
	return UINT32_MAX;
}

static bool
same(struct slice raw, const uint8_t *p, uint32_t n)
{
	return raw.len == n && memcmp(raw.p, p, n) == 0;
}

bool
row_comes_back(const struct csv_dialect *d, struct slice record,
    struct arena *scratch, uint32_t *field)
{
	struct delimited_row row;
	uint32_t at = 0, i, n;
	struct slice value;
	struct cut c;
	uint8_t *out;

	delimited_row(record, &row);
	out = arena_alloc(scratch, 2 * (size_t)row.raw.len + 2);
	for (i = 0; cut_next(d, row.raw, &at, i == 0, &c); i++) {
		*field = field_of(record, i);
		if (*field == UINT32_MAX)
			continue;
		value = codec_field_bytes(record.p + DELIMITED_HEAD +
		    CODEC_FIELD_SIZE * *field);
		n = write_field(d, value, c.quoted, out);
		if (!same(c.raw, out, n))
			return false;
	}
	/* all of the row is fields, delimiters and its end */
	*field = UINT32_MAX;
	for (n = at; n < row.raw.len && ends_row(d, row.raw.p[n]); n++)
		;
	return i == row.n && n == row.raw.len;
}
