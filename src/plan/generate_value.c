/*
 * Values of made records: one cell from its own random numbers.
 *
 * An edge case is zero, one, all nines, the same below zero, or a filler that
 * is null; of text, nothing at all, one character, as many as there is room
 * for, or quotes and delimiters; of dates zeros, nines, and the first and
 * last days that calendars have.
 */
#include <string.h>

#include "base/mem.h"
#include "plan/generate_impl.h"
#include "value/format.h"

#define DAY_SECONDS	86400

/* ---- numbers ------------------------------------------------------------ */

static d128
below(uint64_t *h, d128 n)
{
	u128 r;

	if (n <= INT64_MAX)
		return (d128)random_below(h, (uint64_t)n);
	r = (u128)random_next(h) << 64;
	r |= random_next(h);
	return (d128)(r % (u128)n);
}

static void
edge_number(const struct making *m, const struct codec *c, uint64_t *h,
    struct made *out)
{
	d128 nines = d128_pow10[m->digits] - 1;

	switch (random_below(h, 6)) {
	case 0:
		out->number = 0;
		break;
	case 1:
		out->number = nines;
		break;
	case 2:
		out->number = 1;
		break;
	case 3:
		out->number = m->is_signed ? -nines : nines;
		break;
	case 4:
		out->number = m->is_signed ? -1 : 0;
		break;
	default:
		/* binary items and floats have no filler */
		out->null = m->nullable && (c->kind == CODEC_ZONED ||
		    (c->kind == CODEC_PACKED && !c->no_sign));
		out->form = c->kind == CODEC_ZONED ? FORM_BLANKS : FORM_LOW;
		if (!out->null)
			out->form = 0;
		break;
	}
	out->number *= m->zeros;
}

/* As many digits as one likes, at most all of them: amounts are small. */
static void
plain_number(const struct making *m, uint64_t *h, struct made *out)
{
	uint32_t digits;

	if (m->hi > 0) {
		out->number = m->lo + (d128)random_below(h,
		    (uint64_t)(m->hi - m->lo) + 1);
		return;
	}
	digits = m->even ? m->digits : 1 + (uint32_t)random_below(h,
	    m->digits);
	if (!m->even && digits > 7 && random_below(h, 4) != 0)
		digits = 7;
	out->number = below(h, d128_pow10[digits]);
	if (m->is_signed && !m->even && random_below(h, 8) == 0)
		out->number = -out->number;
	out->number *= m->zeros;
}

/* Ends of the range come often. */
static void
count_number(const struct making *m, uint64_t *h, struct made *out)
{
	uint64_t range = (uint64_t)(m->hi - m->lo), dice;

	dice = random_below(h, 16);
	if (dice == 0)
		out->number = m->lo;
	else if (dice == 1)
		out->number = m->hi;
	else if (range > 8 && dice < 12)	/* most lists are short */
		out->number = m->lo + (d128)random_below(h, 8);
	else
		out->number = m->lo + (d128)random_below(h, range + 1);
}

/* ---- keys --------------------------------------------------------------- */

/* Numbers of all digits, in order, the small ones at the end. */
static d128
key_number(const struct making *m, uint64_t ordinal)
{
	uint32_t n = m->width > 0 ? m->width : m->digits;
	uint64_t all, first;

	n = n > 10 ? 10 : n == 0 ? 1 : n;
	all = (uint64_t)d128_pow10[n];
	first = all / 10 == 0 ? 1 : all / 10;
	return (d128)((first + ordinal % all) % all);
}

static void
digits_text(const struct making *m, d128 v, struct made *out,
    struct arena *a)
{
	uint32_t n = m->width > 10 ? 10 : m->width, i;
	uint8_t *p = arena_alloc(a, n);

	for (i = n; i > 0; i--, v /= 10)
		p[i - 1] = (uint8_t)('0' + (int)(v % 10));
	out->text = (struct slice){ p, n };
}

static void
key_cell(const struct making *m, uint64_t ordinal, struct made *out,
    struct arena *a)
{
	d128 v = key_number(m, ordinal);

	if (m->width > 0)
		digits_text(m, v, out, a);
	else
		out->number = v * m->zeros;
}

/* ---- dates -------------------------------------------------------------- */

/* The same digit at each place: what stands for no date. */
static bool
moment_filler(const struct making *m, char digit, struct made *out,
    struct arena *a)
{
	uint32_t n = m->moment->width, i;
	uint8_t *p;

	if (m->moment->shape != SHAPE_PARTS || !m->moment->all_digits ||
	    m->moment->open_fraction)
		return false;
	if (m->width == 0) {
		out->number = digit == '0' ? 0 : d128_pow10[n] - 1;
		return n <= m->digits;
	}
	p = arena_alloc(a, n);
	for (i = 0; i < n; i++)
		p[i] = (uint8_t)digit;
	out->text = (struct slice){ p, n };
	return true;
}

static bool
moment_write(const struct making *m, int64_t days, int64_t us,
    struct made *out, struct arena *a)
{
	const struct k_date *k = m->moment;
	char s[DATE_WRITE_MAX];
	int64_t v = k->to == V_DATE ? days : k->to == V_TIME ? us :
	    days * DAY_US + us;
	uint32_t n = date_write(k, v, m->width, s);
	int16_t scale;

	if (n == 0)
		return false;
	if (m->width == 0)
		return parse_decimal((const uint8_t *)s, n, &out->number,
		    &scale) && out->number < d128_pow10[m->digits];
	out->text = (struct slice){ arena_copy(a, s, n), n };
	return n <= m->width;
}

static bool
edge_moment(const struct making *m, uint64_t *h, struct made *out,
    struct arena *a)
{
	const struct policies *p = m->moment->policies;

	switch (random_below(h, 6)) {
	case 0:
		return m->nullable && p->date_zeros == POLICY_NULL &&
		    moment_filler(m, '0', out, a);
	case 1:
		return m->nullable && p->date_nines == POLICY_NULL &&
		    moment_filler(m, '9', out, a);
	case 2:
		return moment_write(m, date_from_civil(1900, 1, 1), 0, out, a);
	case 3:
		return (m->nullable || p->date_max != POLICY_NULL) &&
		    moment_write(m, date_from_civil(9999, 12, 31), 0, out, a);
	case 4:
		return moment_write(m, date_from_civil(2000, 2, 29),
		    DAY_US - 1000000, out, a);
	default:
		out->text = (struct slice){ NULL, 0 };	/* blank */
		out->null = m->width == 0;
		out->form = FORM_BLANKS;
		return m->nullable && m->width > 0;
	}
}

static void
moment_cell(const struct making *m, const struct to_generate *of, bool key,
    bool edge, uint64_t *h, struct made *out, struct arena *a)
{
	int64_t from = date_from_civil(m->from, 1, 1);
	int64_t to = date_from_civil(m->to + 1, 1, 1), days, us;

	if (key) {
		days = date_from_civil(1950, 1, 1) + (int64_t)(of->ordinal %
		    29000);
		us = 0;
	} else if (edge && edge_moment(m, h, out, a)) {
		return;
	} else {
		*out = (struct made){ .number = 0 };
		days = from + (int64_t)random_below(h, (uint64_t)(to - from));
		us = (int64_t)random_below(h, DAY_SECONDS) * 1000000;
	}
	if (!moment_write(m, days, us, out, a) &&
	    !moment_write(m, date_from_civil(2000, 2, 29), 0, out, a))
		moment_filler(m, '0', out, a);
}

/* ---- a cell ------------------------------------------------------------- */

uint32_t
generate_pick(const struct making *m, uint64_t h)
{
	return (uint32_t)random_below(&h, m->nchoice);
}

static void
choice_cell(const struct making *m, uint64_t h, struct made *out)
{
	const struct choice *c = &m->choice[generate_pick(m, h)];

	h = random_mix(h);
	out->raw = c->raw;
	out->text = c->text;
	out->number = c->lo;
	if (c->thru)
		out->number += below(&h, (c->hi - c->lo) / m->zeros + 1) *
		    m->zeros;
}

/* The text that the item behind the length will have. */
static void
length_cell(const struct generator *g, uint32_t item,
    const struct to_generate *of, uint64_t h, struct made *out,
    struct arena *a)
{
	const struct making *m = &g->making[item + 1 - g->record];
	struct made text = { .number = 0 };
	uint32_t i;

	generate_cell(g, item + 1, of, h, &text, a);
	if (m->kind == MAKING_ZERO || m->width == 0)
		return;
	for (i = 0; i < text.text.len; i++)
		out->number += (text.text.p[i] & 0xc0) != 0x80;
}

static bool
is_edge(const struct generator *g, uint64_t *h)
{
	return random_below(h, EDGE_WHOLE) < g->edge;
}

void
generate_cell(const struct generator *g, uint32_t item,
    const struct to_generate *of, uint64_t h, struct made *out,
    struct arena *a)
{
	const struct making *m = &g->making[item - g->record];
	const struct codec *c = &g->codec[item - g->record];
	bool edge;

	switch (m->kind) {
	case MAKING_CHOICE:
		choice_cell(m, h, out);
		return;
	case MAKING_COUNT:
		count_number(m, &h, out);
		return;
	case MAKING_KEY:
		key_cell(m, of->ordinal, out, a);
		return;
	case MAKING_PARENT:
		key_cell(m, of->parent, out, a);
		return;
	case MAKING_INDICATOR:
		out->number = random_below(&h, 5) == 0 ? -1 : 0;
		return;
	case MAKING_LENGTH:
		length_cell(g, item, of, h, out, a);
		return;
	default:
		break;
	}
	/* tries that fail may fail for their edge cases */
	edge = is_edge(g, &h) && of->attempt < 3;
	if (m->kind == MAKING_MOMENT)
		moment_cell(m, of, item == g->key, edge, &h, out, a);
	else if (m->kind == MAKING_TEXT)
		out->text = generate_text(g, m, &h, edge, a);
	else if (edge)
		edge_number(m, c, &h, out);
	else
		plain_number(m, &h, out);
}
