/*
 * Keys made of others: hashes of texts that are the same in every run and on
 * every machine (XXH3, whose values are fixed by its specification).
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"
#include "plan/key.h"

#define TEXT_MAX	(64u << 20)

/* Version 8 of RFC 9562: bits of one's own. */
static struct slice
hash_uuid(struct batch *b, struct key_hash h)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t byte[16], *p = arena_alloc(&b->arena, 36), *to = p;
	uint32_t i;

	for (i = 0; i < 8; i++) {
		byte[i] = (uint8_t)(h.hi >> (56 - 8 * i));
		byte[8 + i] = (uint8_t)(h.lo >> (56 - 8 * i));
	}
	byte[6] = (uint8_t)((byte[6] & 0x0f) | 0x80);
	byte[8] = (uint8_t)((byte[8] & 0x3f) | 0x80);
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = (uint8_t)hex[byte[i] >> 4];
		*to++ = (uint8_t)hex[byte[i] & 15];
	}
	return (struct slice){ p, 36 };
}

/* op->n: 0 hash_key, a positive bigint; 1 uuid_key, text.  Nulls count. */
void
op_hash(const struct op *op, struct batch *b)
{
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, op->n == 0 ? V_I64 : V_TEXT, 0);
	const struct column *c;
	struct key_hash h;
	struct buf text;

	op_strict(op, b, dst, op->arg, op->narg);
	dst->valid = NULL;
	buf_init(&text, TEXT_MAX);
	for (i = 0; i < n; i++) {
		buf_clear(&text);
		for (j = 0; j < op->narg; j++) {
			c = &b->reg[op->arg[j]];
			if (column_is_null(c, i))
				buf_putc(&text, '~');
			else
				key_add(&text, (const char *)c->v.text[i].p,
				    c->v.text[i].len);
		}
		h = key_hash(text.p, text.len);
		if (op->n == 0)
			dst->v.i64[i] = (int64_t)(h.lo & INT64_MAX);
		else
			dst->v.text[i] = hash_uuid(b, h);
	}
	buf_fini(&text);
}
