/*
 * to_char; see to_char.h.  Names are English, as in PostgreSQL's C locale.
 */
#include "plan/text.h"

#include <stdio.h>

#include "plan/moment.h"
#include "plan/to_char.h"
#include "value/decimal.h"
#include "value/format.h"

/* ---- dates ------------------------------------------------------------- */

#define PART_ROOM	24	/* bytes that a part may take */

static const char *const months[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };
static const char *const weekdays[] = { "Sunday", "Monday", "Tuesday",
	"Wednesday", "Thursday", "Friday", "Saturday" };
static const char *const romans[] = { "I", "II", "III", "IV", "V", "VI", "VII",
	"VIII", "IX", "X", "XI", "XII" };

/* `width`: blanks behind it. */
static char *
put_word(char *o, const char *word, uint32_t most, uint32_t width,
    uint8_t letters)
{
	uint32_t i;
	char c;

	for (i = 0; i < most && word[i] != '\0'; i++) {
		c = word[i];
		if (letters == CASE_UPPER && c >= 'a' && c <= 'z')
			c = (char)(c - 0x20);
		else if (letters == CASE_LOWER && c >= 'A' && c <= 'Z')
			c = (char)(c + 0x20);
		*o++ = c;
	}
	for (; i < width; i++)
		*o++ = ' ';
	return o;
}

static const char *
moment_word(const struct moment_parts *m, uint8_t part, uint32_t *width)
{
	*width = 0;
	switch (part) {
	case SHOWN_MONTH_NAME:
		*width = 9;
		return months[m->month - 1];
	case SHOWN_MONTH_SHORT:
		return months[m->month - 1];
	case SHOWN_DAY_NAME:
		*width = 9;
		return weekdays[m->dow];
	case SHOWN_DAY_SHORT:
		return weekdays[m->dow];
	case SHOWN_ROMAN:
		*width = 4;
		return romans[m->month - 1];
	case SHOWN_NOON:
		return m->hour < 12 ? "AM" : "PM";
	case SHOWN_NOON_POINTS:
		return m->hour < 12 ? "A.M." : "P.M.";
	case SHOWN_ERA:
		return m->year > 0 ? "AD" : "BC";
	default:
		return m->year > 0 ? "A.D." : "B.C.";
	}
}

/* Years are counted without sign; see BC. */
static int64_t
era_year(int64_t year)
{
	return year > 0 ? year : 1 - year;
}

static int64_t
last_digits(int64_t v, uint8_t width)
{
	static const int64_t power[] = { 1, 10, 100, 1000 };

	return width < 4 ? v % power[width] : v;
}

static int64_t
moment_number(const struct moment_parts *m, uint8_t part, uint8_t width)
{
	static const uint32_t unit[] = { 1000000, 100000, 10000, 1000, 100,
	    10, 1 };

	switch (part) {
	case SHOWN_YEAR:
		return last_digits(era_year(m->year), width);
	case SHOWN_ISO_YEAR:
		return last_digits(era_year(m->iso_year), width);
	case SHOWN_CENTURY:
		return m->year > 0 ? (m->year - 1) / 100 + 1 :
		    m->year / 100 - 1;
	case SHOWN_QUARTER:
		return (m->month - 1) / 3 + 1;
	case SHOWN_MONTH:
		return m->month;
	case SHOWN_DAY:
		return m->day;
	case SHOWN_DOY:
		return m->doy;
	case SHOWN_ISO_DOY:
		return (m->iso_week - 1) * 7 + (m->dow == 0 ? 7 : m->dow);
	case SHOWN_DOW:
		return m->dow + 1;
	case SHOWN_ISO_DOW:
		return m->dow == 0 ? 7 : m->dow;
	case SHOWN_WEEK:
		return (m->doy - 1) / 7 + 1;
	case SHOWN_ISO_WEEK:
		return m->iso_week;
	case SHOWN_MONTH_WEEK:
		return (m->day - 1) / 7 + 1;
	case SHOWN_JULIAN:
		return m->days - DATE_FIRST;
	case SHOWN_HOUR24:
		return m->hour;
	case SHOWN_HOUR12:
		return m->hour % 12 == 0 ? 12 : m->hour % 12;
	case SHOWN_MINUTE:
		return m->minute;
	case SHOWN_SECOND:
		return m->second;
	case SHOWN_DAY_SECOND:
		return (m->hour * 60 + m->minute) * 60 + m->second;
	default:
		return m->fraction / unit[width];
	}
}

/* 1st, 2nd, 3rd, 4th; 11th to 19th. */
static char *
put_ordinal(char *o, const char *digits, uint8_t letters)
{
	static const char *const suffix[] = { "TH", "ST", "ND", "RD" };
	int last = o[-1] - '0';

	if (last > 3 || (o - digits > 1 && o[-2] == '1'))
		last = 0;
	return put_word(o, suffix[last], 2, 0, letters);
}

static char *
put_moment_part(char *o, const struct k_moment_text *k, uint32_t i,
    const struct moment_parts *m)
{
	uint8_t part = k->part[i].part, width = k->part[i].width;
	char *digits = o;
	uint32_t pad;
	int64_t v;

	if (part == SHOWN_LITERAL) {
		*o++ = k->part[i].c;
		return o;
	}
	if (part > SHOWN_NUMBERS) {
		const char *word = moment_word(m, part, &pad);

		return put_word(o, word, part == SHOWN_MONTH_SHORT ||
		    part == SHOWN_DAY_SHORT ? 3 : 10,
		    k->part[i].bare ? 0 : pad, k->part[i].letters);
	}
	if (part == SHOWN_YEAR_COMMA) {
		v = era_year(m->year);
		o += snprintf(o, PART_ROOM, "%lld,%03lld",
		    (long long)(v / 1000), (long long)(v % 1000));
	} else {
		v = moment_number(m, part, width);
		if (k->part[i].bare && part != SHOWN_FRACTION)
			width = 1;
		o += snprintf(o, PART_ROOM, "%0*lld", width + (v < 0),
		    (long long)v);
	}
	return k->part[i].ordinal ? put_ordinal(o, digits,
	    k->part[i].letters) : o;
}

/* Infinity has no text here; it is null, as in PostgreSQL. */
void
op_moment_text(const struct op *op, struct batch *b)
{
	const struct k_moment_text *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	char out[SHOWN_MAX * PART_ROOM], *o;
	struct moment_parts m;

	for (i = 0; i < n; i++) {
		o = out;
		if (!moment_split(x->type, x->v.i64[i], &m))
			column_set_null(dst, &b->arena, n, i);
		else
			for (j = 0; j < k->n; j++)
				o = put_moment_part(o, k, j, &m);
		dst->v.text[i] = (struct slice){ arena_copy(&b->arena, out,
		    (size_t)(o - out)), (uint32_t)(o - out) };
	}
}

/* ---- numbers ----------------------------------------------------------- */

struct digits {
	char text[FORMAT_MAX + SHOWN_MAX];	/* without sign and point */
	uint32_t pre, post;	/* digits before the point, and behind */
	uint32_t keep;		/* decimals that are shown */
	bool negative;
};

/* The value at the format's decimals; ### where it has too many digits. */
static bool
digits_of(struct digits *d, const struct k_number_text *k, d128 v)
{
	char text[FORMAT_MAX];
	size_t n, at = 0;

	if (!decimal_rescale(v, k->scale, (int)k->post, &v, NULL))
		return false;
	d->negative = v < 0;
	n = format_d128(text, v < 0 ? -v : v, 0);
	while (n + at <= k->post)
		d->text[at++] = '0';
	memcpy(d->text + at, text, n);
	d->pre = (uint32_t)(n + at) - k->post;
	d->post = k->post;
	if (d->pre > k->pre) {
		d->pre = k->pre;
		memset(d->text, '#', d->pre + d->post);
	}
	d->keep = d->post;
	if (k->bare)
		while (d->keep > k->zeros_end &&
		    d->text[d->pre + d->keep - 1] == '0')
			d->keep--;
	return true;
}

struct shown {
	const struct k_number_text *k;
	const struct digits *d;
	char *o;
	bool signed_yet;
	bool started;		/* a digit stands there */
	uint32_t pre, post;	/* digit positions so far */
};

/* The sign that stands before the first digit. */
static void
show_sign(struct shown *s)
{
	const struct k_number_text *k = s->k;
	bool negative = s->d->negative;

	if (s->signed_yet)
		return;
	s->signed_yet = true;
	if (k->sign == SIGN_FRONT)
		*s->o++ = negative ? '-' : '+';
	else if (k->sign == SIGN_BRACKET && negative)
		*s->o++ = '<';
	else if (k->sign == SIGN_PLAIN && negative)
		*s->o++ = '-';
	else if ((k->sign == SIGN_PLAIN || k->sign == SIGN_BRACKET) &&
	    !k->bare)
		*s->o++ = ' ';
}

static void
show_whole(struct shown *s)
{
	const struct k_number_text *k = s->k;
	uint32_t i = s->pre++, blank = k->pre - s->d->pre;

	if (i < blank && i < k->zero) {
		if (!k->bare)
			*s->o++ = ' ';
		return;
	}
	/* the 0 of 0.5 is left out */
	if (i >= blank && s->d->pre == 1 && s->d->text[0] == '0' &&
	    !k->any_zero && k->post > 0) {
		if (!k->bare)
			*s->o++ = ' ';
		else if (s->d->keep == 0) {
			show_sign(s);
			*s->o++ = '0';
		}
		return;
	}
	show_sign(s);
	*s->o++ = i < blank ? '0' : s->d->text[i - blank];
	s->started = true;
}

static void
show_part(struct shown *s, uint32_t i)
{
	const struct k_number_text *k = s->k;
	char c = k->part[i];

	if (k->literal[i]) {
		*s->o++ = c;
	} else if (c == 'M') {
		if (s->d->negative)
			*s->o++ = '-';
		else if (!k->bare)
			*s->o++ = ' ';
	} else if (c == ',') {
		if (s->started)
			*s->o++ = ',';
		else if (!k->bare)
			*s->o++ = ' ';
	} else if (c == '.') {
		show_sign(s);
		*s->o++ = '.';
	} else if (s->pre < k->pre) {
		show_whole(s);
	} else {
		show_sign(s);
		if (s->post < s->d->keep)
			*s->o++ = s->d->text[s->d->pre + s->post];
		s->post++;
	}
	if (i != k->last)
		return;
	if (k->sign == SIGN_BACK)
		*s->o++ = s->d->negative ? '-' : '+';
	else if (k->sign == SIGN_BRACKET && s->d->negative)
		*s->o++ = '>';
	else if (k->sign == SIGN_BRACKET && !k->bare)
		*s->o++ = ' ';
}

void
op_number_text(const struct op *op, struct batch *b)
{
	const struct k_number_text *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	char out[SHOWN_MAX + 8];
	struct digits d;
	struct shown s;

	for (i = 0; i < n; i++) {
		s = (struct shown){ .k = k, .d = &d, .o = out };
		if (!digits_of(&d, k, column_number(x, i)))
			op_fault(op, b, dst, i, DIAG_D011);
		else
			for (j = 0; j < k->n; j++)
				show_part(&s, j);
		dst->v.text[i] = (struct slice){ arena_copy(&b->arena, out,
		    (size_t)(s.o - out)), (uint32_t)(s.o - out) };
	}
}
