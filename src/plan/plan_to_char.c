/*
 * to_char: formats of dates, timestamps and numbers.
 *
 * The patterns are PostgreSQL's ("Data Type Formatting Functions"), those that
 * do not hang on a locale or time zone.  It copies what it does not know to
 * the output, so that mistakes go unseen; here a letter that is no pattern
 * stands between double quotes.
 */
#include "plan/plan_call.h"

#include <string.h>

#include "plan/to_char.h"

/* ---- dates ------------------------------------------------------------- */

static const struct {
	const char *text;
	uint8_t part, width;
} numbers[] = {
	{ "Y,YYY", SHOWN_YEAR_COMMA, 0 },	/* longer ones first */
	{ "YYYY", SHOWN_YEAR, 4 }, { "YYY", SHOWN_YEAR, 3 },
	{ "YY", SHOWN_YEAR, 2 }, { "Y", SHOWN_YEAR, 1 },
	{ "IYYY", SHOWN_ISO_YEAR, 4 }, { "IYY", SHOWN_ISO_YEAR, 3 },
	{ "IY", SHOWN_ISO_YEAR, 2 }, { "IDDD", SHOWN_ISO_DOY, 3 },
	{ "ID", SHOWN_ISO_DOW, 1 }, { "IW", SHOWN_ISO_WEEK, 2 },
	{ "I", SHOWN_ISO_YEAR, 1 },
	{ "CC", SHOWN_CENTURY, 2 }, { "Q", SHOWN_QUARTER, 1 },
	{ "MM", SHOWN_MONTH, 2 }, { "MI", SHOWN_MINUTE, 2 },
	{ "MS", SHOWN_FRACTION, 3 }, { "US", SHOWN_FRACTION, 6 },
	{ "FF1", SHOWN_FRACTION, 1 }, { "FF2", SHOWN_FRACTION, 2 },
	{ "FF3", SHOWN_FRACTION, 3 }, { "FF4", SHOWN_FRACTION, 4 },
	{ "FF5", SHOWN_FRACTION, 5 }, { "FF6", SHOWN_FRACTION, 6 },
	{ "DDD", SHOWN_DOY, 3 }, { "DD", SHOWN_DAY, 2 },
	{ "D", SHOWN_DOW, 1 }, { "WW", SHOWN_WEEK, 2 },
	{ "W", SHOWN_MONTH_WEEK, 1 }, { "J", SHOWN_JULIAN, 1 },
	{ "HH24", SHOWN_HOUR24, 2 }, { "HH12", SHOWN_HOUR12, 2 },
	{ "HH", SHOWN_HOUR12, 2 },
	{ "SSSSS", SHOWN_DAY_SECOND, 1 }, { "SSSS", SHOWN_DAY_SECOND, 1 },
	{ "SS", SHOWN_SECOND, 2 },
};

/* The case of a word's letters is that of the pattern's. */
static const struct {
	const char *text;
	uint8_t part;
} words[] = {
	{ "MONTH", SHOWN_MONTH_NAME }, { "MON", SHOWN_MONTH_SHORT },
	{ "DAY", SHOWN_DAY_NAME }, { "DY", SHOWN_DAY_SHORT },
	{ "RM", SHOWN_ROMAN }, { "A.M.", SHOWN_NOON_POINTS },
	{ "P.M.", SHOWN_NOON_POINTS }, { "AM", SHOWN_NOON },
	{ "PM", SHOWN_NOON }, { "A.D.", SHOWN_ERA_POINTS },
	{ "B.C.", SHOWN_ERA_POINTS }, { "AD", SHOWN_ERA },
	{ "BC", SHOWN_ERA },
};

/* Whether the pattern stands at p, all in one case; or its first letter upper
 * and the others lower, where that counts. */
static bool
pattern_is(const uint8_t *p, uint32_t n, const char *pattern, bool word,
    enum shown_case *letters)
{
	bool upper = true, lower = true, first = true;
	uint32_t i;

	for (i = 0; pattern[i] != '\0'; i++) {
		if (i >= n)
			return false;
		if (pattern[i] < 'A' || pattern[i] > 'Z') {
			if (p[i] != (uint8_t)pattern[i])
				return false;
			continue;
		}
		if ((p[i] & 0xdf) != (uint8_t)pattern[i])
			return false;
		upper &= (p[i] & 0x20) == 0;
		lower &= (p[i] & 0x20) != 0;
		first &= (i == 0) == ((p[i] & 0x20) == 0);
	}
	*letters = upper ? CASE_UPPER : lower ? CASE_LOWER : CASE_FIRST;
	return upper || lower || (word && first);
}

static bool
is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The part at *at; false: none begins there. */
static bool
moment_part(struct k_moment_text *k, struct slice s, uint32_t *at)
{
	const uint8_t *p = s.p + *at;
	uint32_t n = s.len - *at, i, len = 0;
	enum shown_case letters = CASE_UPPER;
	uint8_t part = SHOWN_LITERAL, width = 0;

	for (i = 0; i < sizeof words / sizeof words[0] && len == 0; i++)
		if (pattern_is(p, n, words[i].text, i < 4, &letters)) {
			part = words[i].part;
			len = (uint32_t)strlen(words[i].text);
		}
	for (i = 0; i < sizeof numbers / sizeof numbers[0] && len == 0; i++)
		if (pattern_is(p, n, numbers[i].text, false, &letters)) {
			part = numbers[i].part;
			width = numbers[i].width;
			len = (uint32_t)strlen(numbers[i].text);
		}
	if (len == 0)
		return false;
	k->part[k->n].part = part;
	k->part[k->n].width = width;
	k->part[k->n].letters = (uint8_t)letters;
	if (part <= SHOWN_NUMBERS && pattern_is(p + len, n - len, "TH", false,
	    &letters)) {
		k->part[k->n].ordinal = true;
		k->part[k->n].letters = (uint8_t)letters;
		len += 2;
	}
	k->n++;
	*at += len;
	return true;
}

static bool
moment_literal(struct k_moment_text *k, char c)
{
	if (k->n == SHOWN_MAX)
		return false;
	k->part[k->n].part = SHOWN_LITERAL;
	k->part[k->n++].c = c;
	return true;
}

/* Where it goes wrong, or s.len. */
static uint32_t
moment_format(struct k_moment_text *k, struct slice s)
{
	enum shown_case letters;
	uint32_t at = 0, from;

	while (at < s.len) {
		from = at;
		if (k->n == SHOWN_MAX || s.p[at] == '\\')
			return from;
		if (s.p[at] == '"') {
			for (at++; at < s.len && s.p[at] != '"'; at++)
				if (s.p[at] == '\\' ||
				    !moment_literal(k, (char)s.p[at]))
					return from;
			if (at++ == s.len)
				return from;
			continue;
		}
		if (pattern_is(s.p + at, s.len - at, "FM", false, &letters)) {
			k->part[k->n].bare = true;
			at += 2;
		}
		if (at < s.len && moment_part(k, s, &at))
			continue;
		if (at != from || is_letter(s.p[at]) ||
		    !moment_literal(k, (char)s.p[at++]))
			return from;
	}
	return s.len;
}

/* ---- numbers ----------------------------------------------------------- */

/* A pattern of letters that says something of the whole number. */
static bool
number_word(struct k_number_text *k, struct slice s, uint32_t *at, bool point)
{
	const uint8_t *p = s.p + *at;
	uint32_t n = s.len - *at;
	bool started = k->pre + k->post > 0 || point;
	enum shown_case letters;

	if (pattern_is(p, n, "FM", false, &letters)) {
		k->bare = true;
		*at += 2;
		return true;
	}
	if (k->sign != SIGN_PLAIN)
		return false;
	if (pattern_is(p, n, "MI", false, &letters)) {
		k->sign = SIGN_MINUS;
		k->part[k->n++] = 'M';
		*at += 2;
	} else if (pattern_is(p, n, "PR", false, &letters) && started) {
		k->sign = SIGN_BRACKET;
		*at += 2;
	} else if (pattern_is(p, n, "S", false, &letters)) {
		k->sign = started ? SIGN_BACK : SIGN_FRONT;
		*at += 1;
	} else {
		return false;
	}
	return true;
}

static void
number_digit(struct k_number_text *k, char c, bool point)
{
	if (point) {
		k->post++;
		if (c == '0')
			k->zeros_end = k->post;
	} else {
		if (c == '0' && !k->any_zero)
			k->zero = k->pre;
		k->pre++;
	}
	k->any_zero |= c == '0' && !point;
}

static uint32_t
number_format(struct k_number_text *k, struct slice s)
{
	bool point = false, closed = false;
	uint32_t at = 0, from;
	enum shown_case letters;

	k->zero = UINT32_MAX;
	while (at < s.len) {
		uint8_t c = s.p[at];

		from = at;
		if (k->n == SHOWN_MAX || c == '\\' || c >= 0x80)
			return from;
		if (pattern_is(s.p + at, 1, "D", false, &letters))
			c = '.';
		else if (pattern_is(s.p + at, 1, "G", false, &letters))
			c = ',';
		if (c == '9' || c == '0' || c == '.' || c == ',') {
			/* a digit behind what closes the number */
			if (closed || (c == '.' && point))
				return from;
			if (c == '9' || c == '0')
				number_digit(k, (char)c, point);
			point |= c == '.';
			k->last = k->n;
			k->part[k->n++] = (char)c;
			at++;
		} else if (is_letter(c)) {
			if (!number_word(k, s, &at, point))
				return from;
			closed |= k->sign == SIGN_BACK ||
			    k->sign == SIGN_BRACKET || (k->sign ==
			    SIGN_MINUS && k->n > 0 && k->part[k->n - 1] ==
			    'M' && k->pre + k->post > 0);
		} else if (c == '"') {
			for (at++; at < s.len && s.p[at] != '"'; at++) {
				if (k->n == SHOWN_MAX || s.p[at] == '\\')
					return from;
				k->literal[k->n] = true;
				k->part[k->n++] = (char)s.p[at];
			}
			if (at++ == s.len)
				return from;
		} else {
			k->literal[k->n] = true;
			k->part[k->n++] = (char)c;
			at++;
		}
	}
	if (k->zero == UINT32_MAX)
		k->zero = k->pre;
	/* PostgreSQL shows ### for .9, and no point for 9. */
	return k->pre == 0 || (point && k->post == 0) ? 0 : s.len;
}

/* ---- the function ------------------------------------------------------ */

static bool
format_refused(struct build *bd, const struct expr *e, uint32_t at,
    bool number)
{
	struct slice s = e->kind == EX_TEXT ? e->text : (struct slice){ 0 };
	struct diag *d;

	if (at < s.len && is_letter(s.p[at]))
		d = diag_add(bd->diags, DIAG_P013, e->at, "to_char knows no "
		    "pattern that starts at '%.*s'", (int)(s.len - at > 12 ?
		    12 : s.len - at), (const char *)s.p + at);
	else
		d = diag_add(bd->diags, DIAG_P013, e->at,
		    "this is no format for to_char");
	diag_hint(bd->diags, d, "%s; other text stands between double quotes",
	    number ? "'999G990D00', 'FM9999', '000', with S, MI or PR for "
	    "the sign" : "'YYYY-MM-DD', 'DD Mon YYYY', 'HH24:MI:SS', 'IYYY-IW'"
	    ", …");
	return false;
}

bool
plan_to_char(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct expr *f = e->arg[1];
	struct op op = op_make(OP_MOMENT_TEXT, frame);
	struct k_moment_text moment;
	struct k_number_text number;
	struct operand o;
	uint32_t at;
	bool counts;

	if (!plan_expr(bd, frame, e->arg[0], &o))
		return false;
	counts = o.t.type == V_I64 || o.t.type == V_D128;
	if (!counts && o.t.type != V_DATE && o.t.type != V_TSTAMP) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007,
		    e->arg[0]->at, "to_char takes dates, timestamps, whole "
		    "numbers and decimals, not %s", vt_name(&o.t)),
		    "cast it: cast(… as %s)", o.t.type == V_F64 ?
		    "numeric(p, s)" : "date");
		return false;
	}
	memset(&moment, 0, sizeof moment);
	memset(&number, 0, sizeof number);
	at = f->kind != EX_TEXT || f->text.len == 0 ? 0 : counts ?
	    number_format(&number, f->text) :
	    moment_format(&moment, f->text);
	if (f->kind != EX_TEXT || f->text.len == 0 || at < f->text.len)
		return format_refused(bd, f, at, counts);
	number.scale = o.t.scale;
	if (counts)
		op.code = OP_NUMBER_TEXT;
	op.a = o.reg;
	op.k = counts ? (const void *)&number : (const void *)&moment;
	op.ksize = counts ? sizeof number : sizeof moment;
	*out = call_result(e, call_text_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    arena_printf(bd->arena, "%.*s", (int)f->text.len,
	    (const char *)f->text.p));
	return true;
}
