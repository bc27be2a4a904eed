/*
 * More functions of text: those that count, fill and take apart.  Their
 * meaning at the edges (counts below zero, empty texts) is PostgreSQL's.
 */
#include "plan/text.h"

#include <string.h>
#include <wctype.h>

#include "base/utf8.h"

static int64_t
text_chars(struct slice s)
{
	return (int64_t)utf8_count(s.p, s.len);
}

/* A count, cut to what matters of it. */
static int64_t
cell_count(const struct column *c, uint32_t row)
{
	d128 v = column_number(c, row);

	return v > INT32_MAX ? INT32_MAX : v < -(d128)INT32_MAX ? -INT32_MAX :
	    (int64_t)v;
}

/* op->n: SIDE_LEFT or SIDE_RIGHT; below zero: all but so many. */
void
op_left(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 2);
	int64_t count, all;
	struct slice s;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		count = cell_count(y, i);
		if (op->n == SIDE_LEFT ? count < 0 : count > 0) {
			all = text_chars(s);
			count = all - (count < 0 ? -count : count);
			if (count < 0)
				count = 0;
		} else if (count < 0) {
			count = -count;
		} else if (op->n == SIDE_RIGHT) {
			count = s.len;
		}
		dst->v.text[i] = op->n == SIDE_LEFT ? text_part(s, 0, count) :
		    text_part(s, count, INT32_MAX);
	}
}

/* `count` characters of `fill`, over and over, at `to`. */
static uint8_t *
pad_fill(uint8_t *to, struct slice fill, int64_t count)
{
	uint32_t at = 0, n;

	for (; count > 0; count--, at = at + n == fill.len ? 0 : at + n) {
		n = text_step(fill.p + at, fill.len - at);
		memcpy(to, fill.p + at, n);
		to += n;
	}
	return to;
}

/* Text of `count` characters: cut at its end, or filled at a side. */
static struct slice
text_pad(struct batch *b, struct slice s, int64_t count, struct slice fill,
    enum trim_side side)
{
	int64_t lacks = count - text_chars(s);
	uint8_t *p, *to;
	size_t most;

	if (lacks <= 0 || fill.len == 0)
		return text_part(s, 0, count);
	most = s.len + (size_t)lacks * 4;
	p = to = arena_alloc(&b->arena, most);
	if (side == SIDE_LEFT)
		to = pad_fill(to, fill, lacks);
	if (s.len > 0)
		memcpy(to, s.p, s.len);
	to += s.len;
	if (side == SIDE_RIGHT)
		to = pad_fill(to, fill, lacks);
	arena_trim(&b->arena, p, most, (size_t)(to - p));
	return (struct slice){ p, (uint32_t)(to - p) };
}

/* a: text, b: characters, c: fill (NONE: blanks); op->n: the filled side. */
void
op_pad(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[3] = { op->a, op->b, op->c }, i,
	    n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, op->c == NONE ? 2 : 3);
	int64_t count;

	for (i = 0; i < n; i++) {
		count = cell_count(y, i);
		if (count > TEXT_MADE_MAX) {
			op_fault(op, b, dst, i, DIAG_D013);
			count = 0;
		}
		dst->v.text[i] = text_pad(b, x->v.text[i], count < 0 ? 0 :
		    count, op->c == NONE ? slice_str(" ") :
		    b->reg[op->c].v.text[i], (enum trim_side)op->n);
	}
}

void
op_repeat(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 2);
	int64_t count;
	struct slice s;
	uint8_t *p;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		count = cell_count(y, i);
		if (count < 0 || s.len == 0)
			count = 0;
		if (count * s.len > 4 * TEXT_MADE_MAX) {
			op_fault(op, b, dst, i, DIAG_D013);
			count = 0;
		}
		p = arena_alloc(&b->arena, (size_t)count * s.len);
		dst->v.text[i] = (struct slice){ p,
		    (uint32_t)count * s.len };
		for (; count > 0; count--, p += s.len)
			memcpy(p, s.p, s.len);
	}
}

void
op_reverse(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, at, step, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	struct slice s;
	uint8_t *p;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		p = arena_alloc(&b->arena, s.len);
		dst->v.text[i] = (struct slice){ p, s.len };
		for (at = 0; at < s.len; at += step) {
			step = text_step(s.p + at, s.len - at);
			memcpy(p + s.len - at - step, s.p + at, step);
		}
	}
}

/* The place of the character among those of `set`, from 0; or -1. */
static int64_t
text_place(struct slice set, const uint8_t *p, uint32_t len)
{
	uint32_t i, n;
	int64_t at = 0;

	for (i = 0; i < set.len; i += n, at++) {
		n = text_step(set.p + i, set.len - i);
		if (n == len && memcmp(set.p + i, p, n) == 0)
			return at;
	}
	return -1;
}

/* Each character among those of b becomes the one at its place in c, or goes
 * when c has none there. */
void
op_translate(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b],
	    *z = &b->reg[op->c];
	uint32_t reg[3] = { op->a, op->b, op->c }, i, at, step,
	    n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 3);
	struct slice s, with;
	uint8_t *p, *to;
	int64_t place;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		p = to = arena_alloc(&b->arena, (size_t)s.len * 4);
		for (at = 0; at < s.len; at += step) {
			step = text_step(s.p + at, s.len - at);
			place = text_place(y->v.text[i], s.p + at, step);
			with = place < 0 ? (struct slice){ s.p + at, step } :
			    text_part(z->v.text[i], place, place + 1);
			if (with.len > 0)
				memcpy(to, with.p, with.len);
			to += with.len;
		}
		dst->v.text[i] = (struct slice){ p, (uint32_t)(to - p) };
		arena_trim(&b->arena, p, (size_t)s.len * 4, (size_t)(to - p));
	}
}

/* Where `part` begins in s, or s.len. */
static uint32_t
text_find(struct slice s, uint32_t from, struct slice part)
{
	const uint8_t *hit = from + part.len > s.len ? NULL :
	    memmem(s.p + from, s.len - from, part.p, part.len);

	return hit == NULL ? s.len : (uint32_t)(hit - s.p);
}

/* Field `want` from 1 on, or from the end when it is below zero. */
static struct slice
text_field(struct slice s, struct slice sep, int64_t want)
{
	struct slice none = { s.p, 0 };
	uint32_t from, end;
	int64_t fields = 1;

	if (s.len == 0)
		return none;
	if (sep.len == 0)
		return want == 1 || want == -1 ? s : none;
	if (want < 0) {
		for (from = 0; (end = text_find(s, from, sep)) < s.len;
		    from = end + sep.len)
			fields++;
		want += fields + 1;
	}
	if (want < 1)
		return none;
	for (from = 0; ; from = end + sep.len) {
		end = text_find(s, from, sep);
		if (--want == 0)
			return (struct slice){ s.p + from, end - from };
		if (end == s.len)
			return none;
	}
}

void
op_split_part(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b],
	    *z = &b->reg[op->c];
	uint32_t reg[3] = { op->a, op->b, op->c }, i,
	    n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, reg, 3);
	int64_t want;

	for (i = 0; i < n; i++) {
		want = cell_count(z, i);
		if (want == 0)
			op_fault(op, b, dst, i, DIAG_D024);
		dst->v.text[i] = text_field(x->v.text[i], y->v.text[i], want);
	}
}

/* Words are runs of letters and digits: the first one upper case, the others
 * lower. */
void
op_initcap(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, at, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	locale_t locale = text_locale();
	uint8_t *p, *to;
	struct slice s;
	size_t step;
	bool inside;
	wint_t c;

	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		p = to = arena_alloc(&b->arena, (size_t)s.len * 2 + 4);
		for (at = 0, inside = false; at < s.len;
		    at += (uint32_t)step) {
			step = 1;
			c = utf8_get(s.p + at, &step);
			c = inside ? towlower_l(c, locale) :
			    towupper_l(c, locale);
			inside = iswalnum_l(c, locale) != 0;
			to += utf8_put(to, (uint32_t)c);
		}
		dst->v.text[i] = (struct slice){ p, (uint32_t)(to - p) };
	}
}

void
op_strpos(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);
	const uint8_t *hit;
	struct slice s;

	op_strict(op, b, dst, reg, 2);
	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		hit = y->v.text[i].len == 0 ? s.p : s.len == 0 ? NULL :
		    memmem(s.p, s.len, y->v.text[i].p, y->v.text[i].len);
		dst->v.i64[i] = y->v.text[i].len == 0 ? 1 : hit == NULL ? 0 :
		    (int64_t)utf8_count(s.p, (size_t)(hit - s.p)) + 1;
	}
}

void
op_starts_with(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	struct slice s, t;

	op_strict(op, b, dst, reg, 2);
	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		t = y->v.text[i];
		dst->v.flag[i] = t.len == 0 || (s.len >= t.len &&
		    memcmp(s.p, t.p, t.len) == 0);
	}
}

/* The code point of the first character; 0 of an empty text. */
void
op_ascii(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);
	size_t step;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		step = 1;
		dst->v.i64[i] = x->v.text[i].len == 0 ? 0 :
		    utf8_get(x->v.text[i].p, &step);
	}
}

void
op_chr(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	uint8_t *p;
	d128 v;

	for (i = 0; i < n; i++) {
		v = column_number(x, i);
		p = arena_alloc(&b->arena, 4);
		dst->v.text[i] = (struct slice){ p, 0 };
		if (v < 1 || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
			op_fault(op, b, dst, i, DIAG_D024);
		else
			dst->v.text[i].len = (uint32_t)utf8_put(p,
			    (uint32_t)v);
	}
}

void
op_octets(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.i64[i] = x->v.text[i].len;
}
