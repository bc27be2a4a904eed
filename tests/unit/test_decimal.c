/*
 * Decimal arithmetic: against PostgreSQL, and at its limits.
 */
#include <math.h>

#include "decimal_cases.h"
#include "tap.h"
#include "value/decimal.h"
#include "value/format.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static d128
read_decimal(const char *s, int16_t *scale)
{
	d128 v = 0;

	if (!parse_decimal((const uint8_t *)s, strlen(s), &v, scale))
		ok(false, "%s can be read", s);
	return v;
}

/* "" for a result that isn't there. */
static const char *
show(bool there, d128 v, int scale)
{
	static char text[FORMAT_MAX + 1];

	text[there ? format_d128(text, v, (int16_t)scale) : 0] = '\0';
	return text;
}

static void
test_pairs(void)
{
	int16_t sa, sb;
	d128 a, b, r;
	uint32_t i;
	bool there;

	for (i = 0; i < COUNT(pairs); i++) {
		const char *x = pairs[i].a, *y = pairs[i].b;
		int to = pairs[i].to, scale = pairs[i].scale;

		a = read_decimal(x, &sa);
		b = read_decimal(y, &sb);
		r = 0;
		there = decimal_mul(a, b, sa + sb, to, &r);
		is_str(show(there, r, to), pairs[i].product,
		    "%s * %s at scale %d", x, y, to);
		is_int(decimal_cmp(a, sa, b, sb), pairs[i].cmp,
		    "%s compared with %s", x, y);
		there = decimal_rescale(a, sa, to, &r, NULL);
		is_str(show(there, r, to), pairs[i].rounded,
		    "%s at scale %d", x, to);
		if (scale < 0) {
			ok(!decimal_div(a, sa, b, sb, 2, &r),
			    "%s / %s: no", x, y);
			continue;
		}
		is_int(decimal_div_scale(a, sa, b, sb), scale,
		    "scale of %s / %s", x, y);
		there = decimal_div(a, sa, b, sb, scale, &r);
		is_str(show(there, r, scale), pairs[i].quotient, "%s / %s",
		    x, y);
	}
}

static void
test_doubles(void)
{
	double f, want;
	int16_t scale;
	uint32_t i;
	bool there;
	d128 v;

	for (i = 0; i < COUNT(doubles); i++) {
		f = strtod(doubles[i].f, NULL);
		v = 0;
		there = decimal_from_f64(f, doubles[i].to, &v);
		is_str(show(there, v, doubles[i].to), doubles[i].numeric,
		    "double %s at scale %d", doubles[i].f, doubles[i].to);
	}
	for (i = 0; i < COUNT(numerics); i++) {
		v = read_decimal(numerics[i].n, &scale);
		f = decimal_to_f64(v, scale);
		want = strtod(numerics[i].f, NULL);
		ok(f == want, "%s as double is %.17g, should be %s",
		    numerics[i].n, f, numerics[i].f);
	}
	ok(!decimal_from_f64(NAN, 2, &v), "NaN is no decimal");
	ok(!decimal_from_f64(INFINITY, 2, &v), "infinity is no decimal");
	ok(!decimal_from_f64(-1e39, 0, &v), "-1e39 is too large");
}

static void
test_limits(void)
{
	const d128 max = d128_pow10[38] - 1;
	bool exact;
	d128 v;

	ok(decimal_rescale(max, 0, 0, &v, &exact) && v == max && exact,
	    "38 nines stay");
	ok(!decimal_rescale(max, 0, 1, &v, NULL), "but not at scale 1");
	ok(decimal_rescale(-max, 38, 0, &v, &exact) && v == -1 && !exact,
	    "-0.99… rounds to -1");
	ok(!decimal_rescale(max, 1, 0, &v, NULL) || v == d128_pow10[37],
	    "37 nines and .9 round up");
	ok(decimal_rescale(max, 100, 0, &v, &exact) && v == 0 && !exact,
	    "a hundred decimals cut to none");
	ok(decimal_rescale(0, 0, 300, &v, &exact) && v == 0 && exact,
	    "zero at any scale");
	ok(!decimal_rescale(1, 0, 39, &v, NULL), "1 at scale 39: no");
	ok(decimal_rescale(150, 2, 1, &v, &exact) && v == 15 && exact,
	    "1.50 is 1.5");
	ok(!decimal_mul(max, max, 0, 0, &v), "76 digits: no");
	ok(decimal_mul(max, max, 76, 0, &v) && v == 1,
	    "but 0.99… squared is 1");
	ok(decimal_mul(max, -max, 76, 38, &v) && v == -(max - 1),
	    "and at scale 38 is 0.99…98");
	ok(decimal_mul(max, max, 77, 0, &v) && v == 0, "a tenth of it is 0");
	ok(decimal_mul(max, max, 200, 0, &v) && v == 0,
	    "and far less is 0, too");
	ok(decimal_mul(5, d128_pow10[37], 38, 0, &v) && v == 1,
	    "a half rounds away from zero");
	ok(decimal_mul(-5, d128_pow10[37], 38, 0, &v) && v == -1,
	    "minus a half as well");
	ok(decimal_div(max, 0, max, 0, 37, &v) && v == d128_pow10[37],
	    "x / x at scale 37");
	ok(!decimal_div(max, 0, max, 0, 38, &v), "at scale 38: 39 digits");
	ok(decimal_div(1, 38, max, 0, 38, &v) && v == 0, "tiny / huge");
	ok(!decimal_div(max, 0, 1, 38, 0, &v), "huge / tiny");
	ok(decimal_div(1, 0, 3, 0, 38, &v) &&
	    v == (d128_pow10[38] - 1) / 3, "1 / 3 at scale 38");
	ok(decimal_div(2, 0, 3, 0, 0, &v) && v == 1, "2 / 3 at scale 0");
	ok(decimal_div(d128_pow10[37], 0, 3, 38, 0, &v) == false,
	    "10^37 / 3e-38: no");
	is_int(decimal_digits(0), 1, "0 has a digit");
	is_int(decimal_digits(-99999), 5, "-99999 has 5");
	is_int(decimal_digits(100000), 6, "100000 has 6");
	is_int(decimal_digits(d128_pow10[19]), 20, "10^19 has 20");
	is_int(decimal_digits(max), 38, "38 nines");
	is_int(decimal_cmp(1, 0, max, 38), 1, "1 > 0.99…");
	is_int(decimal_cmp(-1, 0, -max, 38), -1, "-1 < -0.99…");
	is_int(decimal_cmp(max, 0, max, 38), 1, "38 digits before and after");
	is_int(decimal_cmp(10, 1, 1, 0), 0, "1.0 = 1");
	is_int(decimal_cmp(0, 5, 0, 0), 0, "0.00000 = 0");
}

int
main(void)
{
	test_pairs();
	test_doubles();
	test_limits();
	return tap_done();
}
