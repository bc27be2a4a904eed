/*
 * Text.  Results are slices of the batch's arena, or of an argument where it
 * can stay as it is.  Characters are code points; case is that of C.UTF-8, as
 * PostgreSQL has it there.
 */
#include "plan/plan_impl.h"

#include <locale.h>
#include <string.h>
#include <wctype.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "plan/left_out.h"
#include "plan/text.h"

/* A null or bad cell's text has length 0 by contract, so sums are harmless. */

struct column *
text_begin(const struct op *op, struct batch *b, const uint32_t *reg,
    uint32_t n)
{
	struct column *dst = op_column(op, b, V_TEXT, 0);

	op_strict(op, b, dst, reg, n);
	return dst;
}

void
op_concat(const struct op *op, struct batch *b)
{
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, op->arg, op->narg);
	struct slice s;
	uint8_t *p;
	size_t len;

	for (i = 0; i < n; i++) {
		for (j = 0, len = 0; j < op->narg; j++)
			len += b->reg[op->arg[j]].v.text[i].len;
		p = arena_alloc(&b->arena, len);
		dst->v.text[i] = (struct slice){ p, (uint32_t)len };
		for (j = 0; j < op->narg; j++) {
			s = b->reg[op->arg[j]].v.text[i];
			if (s.len > 0)
				memcpy(p, s.p, s.len);
			p += s.len;
		}
	}
}

/* arg[0] separates; null arguments are left out. */
void
op_concat_ws(const struct op *op, struct batch *b)
{
	const struct column *sep = &b->reg[op->arg[0]], *c;
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, op->arg, 1);
	const uint64_t *valid = dst->valid;
	struct slice s;
	uint8_t *p, *from;
	bool first;
	size_t len;

	for (j = 1; j < op->narg; j++)
		op_strict(op, b, dst, &op->arg[j], 1);
	dst->valid = valid == NULL ? NULL :
	    arena_copy(&b->arena, sep->valid, (n + 63) / 64 * 8);
	for (i = 0; i < n; i++) {
		for (j = 1, len = 0; j < op->narg; j++)
			len += b->reg[op->arg[j]].v.text[i].len +
			    sep->v.text[i].len;
		from = p = arena_alloc(&b->arena, len);
		for (j = 1, first = true; j < op->narg; j++) {
			c = &b->reg[op->arg[j]];
			if (column_is_null(c, i))
				continue;
			s = sep->v.text[i];
			if (!first && s.len > 0) {
				memcpy(p, s.p, s.len);
				p += s.len;
			}
			s = c->v.text[i];
			if (s.len > 0)
				memcpy(p, s.p, s.len);
			p += s.len;
			first = false;
		}
		dst->v.text[i] = (struct slice){ from, (uint32_t)(p - from) };
	}
}

/* Whether the character at p, of len bytes, is among those of `set`. */
static bool
text_among(const uint8_t *p, size_t len, struct slice set)
{
	size_t i, n;

	for (i = 0; i < set.len; i += n) {
		n = utf8_valid(set.p + i, set.len - i);
		if (n == 0)
			n = 1;
		if (n == len && memcmp(set.p + i, p, n) == 0)
			return true;
	}
	return false;
}

static struct slice
text_trim(struct slice s, struct slice set, enum trim_side side)
{
	size_t n;

	while (side != SIDE_RIGHT && s.len > 0) {
		n = utf8_valid(s.p, s.len);
		if (!text_among(s.p, n, set))
			break;
		s.p += n;
		s.len -= (uint32_t)n;
	}
	while (side != SIDE_LEFT && s.len > 0) {
		for (n = 1; n < s.len && (s.p[s.len - n] & 0xc0) == 0x80; n++)
			;
		if (!text_among(s.p + s.len - n, n, set))
			break;
		s.len -= (uint32_t)n;
	}
	return s;
}

/* a: text, b: characters (NONE: blanks); op->n: enum trim_side. */
void
op_trim(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, op->b == NONE ? 1 : 2);

	for (i = 0; i < n; i++)
		dst->v.text[i] = text_trim(x->v.text[i], op->b == NONE ?
		    slice_str(" ") : b->reg[op->b].v.text[i],
		    (enum trim_side)op->n);
}

locale_t
text_locale(void)
{
	static locale_t c_utf8;

	if (c_utf8 == (locale_t)0)
		c_utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return c_utf8;
}

/* Called by plan_build, on one thread, so that kernels only read it. */
bool
op_text_init(void)
{
	return text_locale() != (locale_t)0;
}

static struct slice
text_case(struct batch *b, struct slice s, bool upper)
{
	uint8_t *p = arena_alloc(&b->arena, (size_t)s.len * 2 + 4), *to = p;
	uint32_t i, cp;
	size_t n;

	for (i = 0; i < s.len; i += (uint32_t)n) {
		n = 1;
		if (s.p[i] < 0x80) {
			cp = s.p[i];
			if (upper && cp >= 'a' && cp <= 'z')
				cp -= 0x20;
			else if (!upper && cp >= 'A' && cp <= 'Z')
				cp += 0x20;
			*to++ = (uint8_t)cp;
			continue;
		}
		cp = utf8_get(s.p + i, &n);
		cp = upper ? (uint32_t)towupper_l((wint_t)cp, text_locale()) :
		    (uint32_t)towlower_l((wint_t)cp, text_locale());
		to += utf8_put(to, cp);
	}
	return (struct slice){ p, (uint32_t)(to - p) };
}

static void
op_case_change(const struct op *op, struct batch *b, bool upper)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);

	for (i = 0; i < n; i++)
		dst->v.text[i] = text_case(b, x->v.text[i], upper);
}

void
op_upper(const struct op *op, struct batch *b)
{
	op_case_change(op, b, true);
}

void
op_lower(const struct op *op, struct batch *b)
{
	op_case_change(op, b, false);
}

/* Characters from..to-1 of s, counted from 0. */
struct slice
text_part(struct slice s, int64_t from, int64_t to)
{
	int64_t at = 0;
	uint32_t i = 0, start;

	while (i < s.len && at < from)
		if (++i == s.len || (s.p[i] & 0xc0) != 0x80)
			at++;
	for (start = i; i < s.len && at < to; )
		if (++i == s.len || (s.p[i] & 0xc0) != 0x80)
			at++;
	return (struct slice){ s.p + start, i - start };
}

/* substr(text, from [, count]), PostgreSQL's: from may be before 1. */
void
op_substr(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b],
	    *z = op->c == NONE ? NULL : &b->reg[op->c];
	uint32_t reg[3] = { op->a, op->b, op->c }, i,
	    n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, z == NULL ? 2 : 3);
	d128 from, to;

	for (i = 0; i < n; i++) {
		from = column_number(y, i) - 1;
		to = INT32_MAX;
		if (z != NULL) {
			if (column_number(z, i) < 0)
				op_fault(op, b, dst, i, DIAG_D024);
			to = from + column_number(z, i);
		}
		if (from < 0)
			from = 0;
		if (from > INT32_MAX)
			from = INT32_MAX;
		if (to > INT32_MAX)
			to = INT32_MAX;
		dst->v.text[i] = text_part(x->v.text[i], (int64_t)from,
		    to < from ? (int64_t)from : (int64_t)to);
	}
}

static struct slice
text_replace(struct batch *b, struct slice s, struct slice old,
    struct slice new)
{
	const uint8_t *p = s.p, *end = s.p + s.len, *hit;
	uint8_t *out, *to;
	size_t count = 0;

	if (old.len == 0 || s.len < old.len)
		return s;
	for (; (hit = memmem(p, (size_t)(end - p), old.p, old.len)) != NULL;
	    p = hit + old.len)
		count++;
	if (count == 0)
		return s;
	out = to = arena_alloc(&b->arena, s.len + count * new.len);
	for (p = s.p; (hit = memmem(p, (size_t)(end - p), old.p,
	    old.len)) != NULL; p = hit + old.len) {
		memcpy(to, p, (size_t)(hit - p));
		to += hit - p;
		if (new.len > 0)
			memcpy(to, new.p, new.len);
		to += new.len;
	}
	memcpy(to, p, (size_t)(end - p));
	to += end - p;
	return (struct slice){ out, (uint32_t)(to - out) };
}

void
op_replace(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b],
	    *z = &b->reg[op->c];
	uint32_t reg[3] = { op->a, op->b, op->c }, i,
	    n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 3);

	for (i = 0; i < n; i++)
		dst->v.text[i] = text_replace(b, x->v.text[i], y->v.text[i],
		    z->v.text[i]);
}

void
op_length(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.i64[i] = (int64_t)utf8_count(x->v.text[i].p,
		    x->v.text[i].len);
}

/* A middle name that says that there is none: one of a list, in any case, of
 * which it returns the number; or NONE. */
static uint32_t
name_absent(const struct k_names *k, struct slice s)
{
	uint32_t i, j;

	while (s.len > 0 && s.p[0] == ' ') {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	for (i = 0; i < k->n; i++) {
		if (k->none[i].len != s.len)
			continue;
		for (j = 0; j < s.len; j++) {
			uint8_t c = s.p[j];

			if (c >= 'a' && c <= 'z')
				c -= 0x20;
			if (c != k->none[i].p[j])
				break;
		}
		if (j == s.len && s.len > 0)
			return i;
	}
	return NONE;
}

static void
name_left_out(const struct op *op, struct batch *b, uint32_t row,
    uint32_t word)
{
	*ARENA_PUSH(&b->arena, b->left_out, b->nleft_out, b->left_out_cap) =
	    (struct left_out){ op->dst,
	    (uint32_t)b->frame[op->frame].rec[row], word };
}

#if defined(__SSE2__)
/* Copies in steps of 16 (both sides have the room); true: two blanks met. */
static inline bool
name_copy(uint8_t *to, const uint8_t *from, uint32_t n)
{
	const __m128i blanks = _mm_set1_epi8(' ');
	uint32_t i, mask, last = 0, twice = 0;
	__m128i v;

	for (i = 0; i < n; i += 16) {
		v = _mm_loadu_si128((const __m128i *)(from + i));
		_mm_storeu_si128((__m128i *)(to + i), v);
		mask = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, blanks));
		if (n - i < 16)
			mask &= (1u << (n - i)) - 1;
		twice |= mask & (mask << 1 | last);
		last = mask >> 15;
	}
	return twice != 0;
}
#else
static inline bool
name_copy(uint8_t *to, const uint8_t *from, uint32_t n)
{
	uint32_t i;
	bool twice = false;

	for (i = 0; i < n; i++) {
		to[i] = from[i];
		twice |= i > 0 && from[i] == ' ' && from[i - 1] == ' ';
	}
	return twice;
}
#endif

static inline uint8_t *
name_part(uint8_t *to, const uint8_t *from, struct slice s)
{
	uint32_t i;

	while (s.len > 0 && s.p[0] == ' ') {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	if (s.len == 0)
		return to;
	if (to > from)
		*to++ = ' ';
	if (!name_copy(to, s.p, s.len))
		return to + s.len;
	for (i = 0; i < s.len; i++)
		if (s.p[i] != ' ' || s.p[i - 1] != ' ')
			*to++ = s.p[i];
	return to;
}

/*
 * Parts trimmed, runs of blanks collapsed, empty and null ones skipped, joined
 * by one blank.  With three parts or more the second is the middle name.
 * Nothing left: null.
 */
void
op_full_name(const struct op *op, struct batch *b)
{
	uint32_t i, j, word, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	const struct column *x;
	uint8_t *p, *from, *start;
	size_t most = 0;

	for (j = 0; j < op->narg; j++)
		op_strict(op, b, dst, &op->arg[j], 1);
	dst->valid = NULL;
	for (j = 0; j < op->narg; j++)
		for (i = 0; i < n; i++)
			most += b->reg[op->arg[j]].v.text[i].len + 1;
	most += 16;		/* the last step of a copy */
	start = p = arena_alloc(&b->arena, most);
	for (i = 0; i < n; i++) {
		from = p;
		for (j = 0; j < op->narg; j++) {
			x = &b->reg[op->arg[j]];
			if (column_is_null(x, i))
				continue;
			word = j != 1 || op->narg < 3 ? NONE :
			    name_absent(op->k, x->v.text[i]);
			if (word == NONE)
				p = name_part(p, from, x->v.text[i]);
			else
				name_left_out(op, b, i, word);
		}
		dst->v.text[i] = (struct slice){ from, (uint32_t)(p - from) };
		if (p == from)
			column_set_null(dst, &b->arena, n, i);
	}
	arena_trim(&b->arena, start, most, (size_t)(p - start) + 16);
}

/* A whole number with at least op->n digits, leading zeros included. */
void
op_digits(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	uint8_t digits[40], *p;
	uint32_t len;
	d128 v;

	for (i = 0; i < n; i++) {
		v = column_number(x, i);
		for (len = 0; v > 0 || len < (uint32_t)op->n; v /= 10)
			digits[sizeof digits - ++len] =
			    (uint8_t)('0' + (int)(v % 10));
		p = arena_copy(&b->arena, digits + sizeof digits - len, len);
		dst->v.text[i] = (struct slice){ p, len };
	}
}
