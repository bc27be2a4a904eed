/*
 * Decimals of up to 76 digits: what PostgreSQL makes of random operands.
 */
#include "value/wide.h"

#include "tap.h"
#include "value/decimal.h"
#include "value/format.h"
#include "wide_cases.h"

static void
read_wide(struct wide *w, const char *s)
{
	int16_t scale = 0;
	d128 v = 0;

	parse_decimal((const uint8_t *)s, strlen(s), &v, &scale);
	wide_set(w, v, scale);
}

/* Sign, digits, point, decimals; "" when it was too large. */
static const char *
show(const struct wide *w, bool good)
{
	static char out[512];
	char digits[WIDE_LIMBS * 9 + 1];
	int n = 0, i, k, at = 0;
	uint32_t v;

	if (!good)
		return "";
	for (i = 0; i < w->n; i++)
		for (k = 0, v = w->limb[i]; k < 9; k++, v /= 10)
			digits[n++] = (char)('0' + v % 10);
	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (w->negative)
		out[at++] = '-';
	for (i = n > w->scale ? n : w->scale + 1; i > 0; i--) {
		if (i == w->scale)
			out[at++] = '.';
		out[at++] = i > n ? '0' : digits[i - 1];
	}
	out[at] = '\0';
	return out;
}

static void
test_operators(void)
{
	struct wide a, b, c, product, r;
	bool good, fits;
	size_t i;

	for (i = 0; i < sizeof wide_cases / sizeof wide_cases[0]; i++) {
		read_wide(&a, wide_cases[i].a);
		read_wide(&b, wide_cases[i].b);
		read_wide(&c, wide_cases[i].c);
		good = wide_add(&a, &b, &r);
		is_str(show(&r, good), wide_cases[i].sum, "%s + %s",
		    wide_cases[i].a, wide_cases[i].b);
		fits = wide_mul(&a, &b, &product);
		is_str(show(&product, fits), wide_cases[i].product,
		    "%s * %s", wide_cases[i].a, wide_cases[i].b);
		if (!fits)
			continue;
		good = wide_add(&product, &c, &r);
		is_str(show(&r, good), wide_cases[i].both, "… + %s",
		    wide_cases[i].c);
		good = wide_div(&product, &c, &r);
		is_str(show(&r, good), wide_cases[i].quotient, "… / %s",
		    wide_cases[i].c);
		good = wide_whole(&product, &c, &r);
		is_str(show(&r, good), wide_cases[i].whole, "div(…, %s)",
		    wide_cases[i].c);
	}
}

/* Back to 38 digits. */
static void
test_get(void)
{
	static const struct {
		const char *v;
		int scale;
		const char *want;	/* "" when it has more digits */
		bool exact;
	} t[] = {
		{ "1.2345", 2, "1.23", false },
		{ "1.235", 2, "1.24", false },
		{ "-1.235", 2, "-1.24", false },
		{ "0.5", 0, "1", false },
		{ "0.49", 0, "0", false },
		{ "0.00004", 3, "0.000", false },
		{ "1.5", 4, "1.5000", true },
		{ "0", 38, "0.00000000000000000000000000000000000000",
		    true },
		{ "99999999999999999999999999999999999999", 0,
		    "99999999999999999999999999999999999999", true },
		{ "99999999999999999999999999999999999999", 1, "", true },
		{ "9999999999999999999999999999999999999.9", 0,
		    "10000000000000000000000000000000000000", false },
	};
	char out[FORMAT_MAX + 1];
	struct wide w;
	bool exact;
	size_t i, n;
	d128 v;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		read_wide(&w, t[i].v);
		n = wide_get(&w, t[i].scale, &v, &exact) ? format_d128(out,
		    v, (int16_t)t[i].scale) : 0;
		out[n] = '\0';
		is_str(out, t[i].want, "%s at %d decimals", t[i].v,
		    t[i].scale);
		if (n > 0)
			is_int(exact, t[i].exact, "exact");
	}
}

int
main(void)
{
	test_operators();
	test_get();
	return tap_done();
}
