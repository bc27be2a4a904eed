/*
 * Functions that hide what a value was: redact, keep_last, token, fpe.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/utf8.h"
#include "value/mask.h"

static struct column *
hide_begin(const struct op *op, struct batch *b)
{
	struct column *dst = op_column(op, b, V_TEXT, 0);

	op_strict(op, b, dst, &op->a, 1);
	return dst;
}

/* Five stars, however long it was; nothing stays nothing. */
void
op_redact(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = hide_begin(op, b);

	for (i = 0; i < n; i++)
		dst->v.text[i] = x->v.text[i].len == 0 ? x->v.text[i] :
		    slice_str("*****");
}

/* A star for each character but the last op->n; all, where there are no more. */
void
op_keep_last(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, k, n = b->frame[op->frame].n, chars, keep;
	struct column *dst = hide_begin(op, b);
	struct slice s;
	uint8_t *p;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		for (k = chars = 0; k < s.len; k++)
			chars += (s.p[k] & 0xc0) != 0x80;
		keep = chars > (uint32_t)op->n ? (uint32_t)op->n : 0;
		p = arena_alloc(&b->arena, s.len);
		/* bytes of the characters that stay */
		for (k = s.len; keep > 0; keep--)
			while (k > 0 && (s.p[--k] & 0xc0) == 0x80)
				;
		keep = s.len - k;
		for (k = chars = 0; k < s.len - keep; k++)
			if ((s.p[k] & 0xc0) != 0x80)
				p[chars++] = '*';
		if (keep > 0)
			memcpy(p + chars, s.p + s.len - keep, keep);
		dst->v.text[i] = (struct slice){ p, chars + keep };
	}
}

void
op_token(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = hide_begin(op, b);
	struct mask *m = mask_new(op->k);
	char *p;

	for (i = 0; i < n; i++) {
		dst->v.text[i] = (struct slice){ NULL, 0 };
		if (column_is_null(dst, i) || x->v.text[i].len == 0)
			continue;
		p = arena_alloc(&b->arena, MASK_TOKEN);
		mask_token(m, x->v.text[i], p);
		dst->v.text[i] = (struct slice){ (uint8_t *)p, MASK_TOKEN };
	}
	mask_free(m);
}

void
op_fpe(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = hide_begin(op, b);
	struct mask *m = mask_new(op->k);
	struct slice s;
	uint8_t *p;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		dst->v.text[i] = (struct slice){ NULL, 0 };
		if (column_is_null(dst, i) ||
		    (dst->bad.n > 0 && column_fault(dst, i) != NULL))
			continue;
		p = arena_copy(&b->arena, s.p, s.len);
		dst->v.text[i] = (struct slice){ p, s.len };
		if (!mask_fpe(m, p, s.len)) {
			dst->v.text[i] = (struct slice){ NULL, 0 };
			op_fault(op, b, dst, i, DIAG_D063);
		}
	}
	mask_free(m);
}
