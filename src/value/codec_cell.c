/*
 * Cells of rows of a table; codec.h has their form.
 *
 * They are written where the rows are read, by one thread, and decoded by
 * workers; so both are plain loops.
 */
#include <string.h>

#include "base/mem.h"
#include "value/kernel.h"

#define VALUE_AT	8u	/* in the cell */

uint32_t
rowcell_size(const struct cell_type *t)
{
	return VALUE_AT + (sqltype_vtype(&t->type) == V_D128 ? 16 : 8);
}

static inline struct slice
cell_text(const uint8_t *cell)
{
	uint32_t v[2];

	memcpy(v, cell + VALUE_AT, sizeof v);
	return (struct slice){ cell + v[0], v[1] };
}

struct slice
rowcell_bad_text(const uint8_t *cell)
{
	uint32_t v[2];

	memcpy(v, cell, sizeof v);
	return v[1] == 1 ? cell_text(cell) : (struct slice){ NULL, 0 };
}

/* ---- writing ----------------------------------------------------------- */

static void
put_state(uint8_t *cell, uint32_t state)
{
	const uint32_t v[2] = { state, 0 };

	memcpy(cell, v, sizeof v);
}

static void
put_text(uint8_t *cell, struct slice s, uint8_t **end)
{
	const uint32_t v[2] = { (uint32_t)(*end - cell), s.len };

	memcpy(cell + VALUE_AT, v, sizeof v);
	if (s.len > 0)
		memcpy(*end, s.p, s.len);
	*end += s.len;
}

static void
put_value(uint8_t *cell, const struct column *c, uint32_t row)
{
	switch (c->type) {
	case V_D128:
		memcpy(cell + VALUE_AT, &c->v.d128[row], 16);
		break;
	case V_BOOL:
		memset(cell + VALUE_AT, c->v.flag[row], 8);
		break;
	default:
		memcpy(cell + VALUE_AT, &c->v.i64[row], 8);
		break;
	}
}

void
rowcell_put(const struct column *c, uint32_t from, uint32_t n,
    uint8_t *const *base, uint32_t offset, uint8_t **end)
{
	bool text = c->type == V_TEXT || c->type == V_BYTES;
	uint32_t i, bad = 0;
	uint8_t *cell;

	while (bad < c->bad.n && c->bad.v[bad].row < from)
		bad++;
	for (i = 0; i < n; i++) {
		cell = base[i] + offset;
		put_state(cell, column_is_null(c, from + i) ? ROWCELL_NULL :
		    ROWCELL_VALUE);
		if (bad < c->bad.n && c->bad.v[bad].row == from + i) {
			put_state(cell, c->bad.v[bad++].code);
		} else if (text) {
			put_text(cell, c->v.text[from + i], &end[i]);
		} else {
			put_value(cell, c, from + i);
		}
	}
}

void
rowcell_put_bad(uint8_t *cell, struct slice s, uint8_t **end)
{
	const uint32_t known = 1;

	memcpy(cell + 4, &known, sizeof known);
	put_text(cell, s, end);
}

/* ---- reading ----------------------------------------------------------- */

/* Is it a value?  Else the cell is settled. */
static inline bool
is_value(struct decode *d, uint32_t row, const uint8_t *cell)
{
	uint32_t state;

	memcpy(&state, cell, sizeof state);
	if (likely(state == ROWCELL_VALUE))
		return true;
	if (state == ROWCELL_NULL)
		cell_null(d, row);
	else
		cell_bad(d, row, (uint16_t)state);
	return false;
}

#define CELLS(name, statement)						\
	static void							\
	name(struct decode *d)						\
	{								\
		const uint8_t *cell;					\
		uint32_t i;						\
									\
		for (i = 0; i < d->rows->n; i++) {			\
			cell = item_at(d, i, d->checked);		\
			if (cell != NULL && is_value(d, i, cell))	\
				statement;				\
		}							\
	}

CELLS(decode_word, memcpy(&d->out->v.i64[i], cell + VALUE_AT, 8))
CELLS(decode_wide_cell, memcpy(&d->out->v.d128[i], cell + VALUE_AT, 16))
CELLS(decode_flag, d->out->v.flag[i] = cell[VALUE_AT])
CELLS(decode_slice, d->out->v.text[i] = cell_text(cell))

void
decode_cell(struct decode *d)
{
	switch (d->out->type) {
	case V_TEXT:
	case V_BYTES:
		decode_slice(d);
		break;
	case V_D128:
		decode_wide_cell(d);
		break;
	case V_BOOL:
		decode_flag(d);
		break;
	default:
		decode_word(d);
		break;
	}
}
