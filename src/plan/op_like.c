/*
 * LIKE.  The pattern's escape character is a backslash here; LIKE_ESCAPE makes
 * such patterns of others, as PostgreSQL's like_escape does.
 */
#include "plan/like.h"
#include "plan/text.h"

/*
 * % is tried with the shortest text first; when what follows fails, only the
 * latest % takes one more character, for an earlier one could not do better.
 * *broken: the pattern ends with the escape character, which is an error only
 * where a text gets that far.
 */
bool
like_matches(struct slice t, struct slice p, bool *broken)
{
	uint32_t i = 0, j = 0, again = UINT32_MAX, from = 0;
	bool same;

	for (;;) {
		if (j < p.len && p.p[j] == '%') {
			again = ++j;
			from = i;
			if (j == p.len)
				return true;
			if (p.p[j] == '\\' && j + 1 == p.len && i < t.len)
				return *broken = true, false;
			continue;
		}
		if (i == t.len)
			return j == p.len;
		if (j < p.len && p.p[j] == '_') {
			i += text_step(t.p + i, t.len - i);
			j++;
			continue;
		}
		if (j < p.len && p.p[j] == '\\') {
			if (j + 1 == p.len)
				return *broken = true, false;
			same = p.p[j + 1] == t.p[i];
			j += same;
		} else {
			same = j < p.len && p.p[j] == t.p[i];
		}
		if (same) {
			i++;
			j++;
			continue;
		}
		if (again == UINT32_MAX)
			return false;
		/* the next place where the pattern's character stands */
		from += text_step(t.p + from, t.len - from);
		i = from;
		j = again;
		if (p.p[j] != '%' && p.p[j] != '_' && p.p[j] != '\\') {
			const uint8_t *hit = memchr(t.p + i, p.p[j],
			    t.len - i);

			if (hit == NULL)
				return false;
			from = i = (uint32_t)(hit - t.p);
		}
	}
}

/* op->n: 1 is like, 0 is not like. */
void
op_like(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	bool broken = false;

	op_strict(op, b, dst, reg, 2);
	for (i = 0; i < n; i++) {
		dst->v.flag[i] = like_matches(x->v.text[i], y->v.text[i],
		    &broken) == (op->n == 1);
		if (broken) {
			dst->v.flag[i] = 0;
			op_fault(op, b, dst, i, DIAG_D024);
			broken = false;
		}
	}
}

bool
like_escape(struct arena *a, struct slice p, struct slice escape,
    struct slice *out)
{
	uint8_t *to, *start;
	bool escaped = false;
	uint32_t i, n;

	if (escape.len > 0 && text_step(escape.p, escape.len) != escape.len)
		return false;
	start = to = arena_alloc(a, (size_t)p.len * 2);
	for (i = 0; i < p.len; i += n) {
		n = text_step(p.p + i, p.len - i);
		if (!escaped && escape.len == n &&
		    memcmp(p.p + i, escape.p, n) == 0) {
			*to++ = '\\';
			escaped = true;
			continue;
		}
		if (p.p[i] == '\\' && !escaped)
			*to++ = '\\';
		memcpy(to, p.p + i, n);
		to += n;
		escaped = false;
	}
	*out = (struct slice){ start, (uint32_t)(to - start) };
	return true;
}

void
op_like_escape(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 2);

	for (i = 0; i < n; i++) {
		dst->v.text[i] = (struct slice){ x->v.text[i].p, 0 };
		if (!like_escape(&b->arena, x->v.text[i], y->v.text[i],
		    &dst->v.text[i]))
			op_fault(op, b, dst, i, DIAG_D024);
	}
}
