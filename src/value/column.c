/*
 * Columns; see value.h.
 */
#include "value/value.h"

#include "base/mem.h"

void
column_init(struct column *c, struct arena *a, enum vtype type, int16_t scale,
    uint32_t n)
{
	memset(c, 0, sizeof *c);
	c->type = type;
	c->scale = scale;
	c->v.any = arena_alloc(a, (size_t)n * vtype_size(type));
}

void
column_set_null(struct column *c, struct arena *a, uint32_t n, uint32_t row)
{
	size_t size = ((size_t)n + 63) / 64 * sizeof *c->valid;

	if (c->valid == NULL) {
		c->valid = arena_alloc(a, size);
		memset(c->valid, 0xff, size);
	}
	c->valid[row / 64] &= ~((uint64_t)1 << row % 64);
}

void
column_set_bad(struct column *c, struct arena *a, uint32_t row, uint32_t op,
    uint16_t code)
{
	struct fault *f;

	if (c->bad.n > 0 && c->bad.v[c->bad.n - 1].row >= row)
		return;
	f = ARENA_PUSH(a, c->bad.v, c->bad.n, c->bad.cap);
	f->row = row;
	f->op = op;
	f->code = code;
}
