/*
 * From one type to another.
 */
#include "plan/plan_impl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "plan/date.h"
#include "value/decimal.h"
#include "value/format.h"

static size_t
cast_format(char *out, const struct column *x, uint32_t i, int how)
{
	bool letter = how == 1;

	switch (x->type) {
	case V_I64:
		return format_i64(out, x->v.i64[i], x->scale);
	case V_D128:
		return format_d128(out, x->v.d128[i], x->scale);
	case V_F64:
		return how == 2 ? format_f32(out, x->v.f64[i]) :
		    format_f64(out, x->v.f64[i]);
	case V_DATE:
		return format_date(out, x->v.i64[i]);
	case V_TIME:
		return format_time(out, x->v.i64[i]);
	case V_TSTAMP:
		return format_tstamp(out, x->v.i64[i]);
	case V_BOOL:
		memcpy(out, x->v.flag[i] ? "true" : "false", 5);
		return letter ? 1 : x->v.flag[i] ? 4 : 5;
	default:
		return 0;
	}
}

/* op->n 1: booleans are t and f, as concat has them; 2: floats are of real. */
void
op_to_text(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	char out[FORMAT_MAX];
	size_t len;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		len = cast_format(out, x, i, op->n);
		dst->v.text[i] = (struct slice){
		    arena_copy(&b->arena, out, len), (uint32_t)len };
	}
}

static bool
cell_skips(const struct column *c, uint32_t row)
{
	return column_is_null(c, row) ||
	    (c->bad.n > 0 && column_fault(c, row) != NULL);
}

void
op_text_num(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	bool wide = number_is_wide(k), exact;
	struct column *dst = op_column(op, b, wide ? V_D128 : V_I64, k->to);
	int16_t scale;
	d128 v;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		v = 0;
		if (cell_skips(dst, i))
			;
		else if (!parse_decimal(x->v.text[i].p, x->v.text[i].len, &v,
		    &scale) || (k->integral && memchr(x->v.text[i].p, '.',
		    x->v.text[i].len) != NULL))
			op_fault(op, b, dst, i, DIAG_D016), v = 0;
		else if (!decimal_rescale(v, scale, k->to, &v, &exact) ||
		    !number_fits(k, v))
			op_fault(op, b, dst, i, DIAG_D011), v = 0;
		else if (k->exact && !exact)
			op_fault(op, b, dst, i, DIAG_D014), v = 0;
		if (wide)
			dst->v.d128[i] = v;
		else
			dst->v.i64[i] = (int64_t)v;
	}
}

void
op_text_f64(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_F64, 0);
	char s[128], *end;
	struct slice t;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.f64[i] = 0;
		t = x->v.text[i];
		if (cell_skips(dst, i))
			continue;
		while (t.len > 0 && t.p[t.len - 1] == ' ')
			t.len--;
		if (t.len == 0 || t.len >= sizeof s) {
			op_fault(op, b, dst, i, DIAG_D016);
			continue;
		}
		memcpy(s, t.p, t.len);
		s[t.len] = '\0';
		dst->v.f64[i] = strtod(s, &end);
		if (end != s + t.len || strpbrk(s, "xXpPnN") != NULL ||
		    !isfinite(dst->v.f64[i])) {
			dst->v.f64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D016);
		}
	}
}

/* Without the blanks around it. */
static struct slice
text_inside(struct slice s)
{
	while (s.len > 0 && s.p[0] == ' ') {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

void
op_text_date(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_DATE, 0);
	struct slice s;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		s = text_inside(x->v.text[i]);
		if (!cell_skips(dst, i) &&
		    !parse_date_iso(s.p, s.len, &dst->v.i64[i])) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D010);
		}
	}
}

/* op->n: V_TIME or V_TSTAMP. */
void
op_text_moment(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, (enum vtype)op->n, 0);
	struct slice s;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		s = text_inside(x->v.text[i]);
		if (!cell_skips(dst, i) && !(op->n == V_TIME ?
		    parse_time_iso(s.p, s.len, &dst->v.i64[i]) :
		    parse_tstamp_iso(s.p, s.len, &dst->v.i64[i]))) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D051);
		}
	}
}

/* op->n: V_DATE or V_TIME of a timestamp; infinity has no time of day. */
void
op_tstamp_part(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, (enum vtype)op->n, 0);
	int64_t days, rest;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		days = x->v.i64[i] / DAY_US;
		rest = x->v.i64[i] % DAY_US;
		if (rest < 0) {
			rest += DAY_US;
			days--;
		}
		dst->v.i64[i] = op->n == V_DATE ? days : rest;
		if (x->v.i64[i] != MOMENT_INFINITY &&
		    x->v.i64[i] != -MOMENT_INFINITY)
			continue;
		dst->v.i64[i] = op->n == V_DATE ? x->v.i64[i] : 0;
		if (op->n == V_TIME)
			column_set_null(dst, &b->arena, n, i);
	}
}

/* PostgreSQL's words, and their beginnings, in any case. */
static int
text_is_bool(struct slice s)
{
	static const struct { const char *word; uint32_t least; int v; } w[] = {
		{ "true", 1, 1 }, { "false", 1, 0 }, { "yes", 1, 1 },
		{ "no", 1, 0 }, { "on", 2, 1 }, { "off", 2, 0 },
		{ "1", 1, 1 }, { "0", 1, 0 },
	};
	size_t i;
	uint32_t j;

	s = text_inside(s);
	for (i = 0; i < sizeof w / sizeof w[0]; i++) {
		if (s.len < w[i].least || s.len > strlen(w[i].word))
			continue;
		for (j = 0; j < s.len; j++)
			if ((s.p[j] | (s.p[j] >= 'A' && s.p[j] <= 'Z' ?
			    0x20 : 0)) != w[i].word[j])
				break;
		if (j == s.len)
			return w[i].v;
	}
	return -1;
}

void
op_text_bool(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	int v;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		v = cell_skips(dst, i) ? 0 : text_is_bool(x->v.text[i]);
		if (v < 0)
			op_fault(op, b, dst, i, DIAG_D016);
		dst->v.flag[i] = v > 0;
	}
}

/* cast(x as varchar(n)) cuts, as in PostgreSQL. */
void
op_cut(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, j, n = b->frame[op->frame].n, chars;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	struct slice s;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		if (s.len > (uint32_t)op->n) {
			for (j = 0, chars = 0; j < s.len; j++) {
				chars += (s.p[j] & 0xc0) != 0x80;
				if (chars > (uint32_t)op->n)
					break;
			}
			s.len = j;
		}
		dst->v.text[i] = s;
	}
}

void
op_bool_num(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.i64[i] = x->v.flag[i];
}

void
op_date_tstamp(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TSTAMP, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		if (x->v.i64[i] == MOMENT_INFINITY ||
		    x->v.i64[i] == -MOMENT_INFINITY) {
			dst->v.i64[i] = x->v.i64[i];
		} else if (ckd_mul(&dst->v.i64[i], x->v.i64[i], DAY_US)) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D021);
		}
}
