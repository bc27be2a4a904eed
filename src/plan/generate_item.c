/*
 * What the items of a record are made like: by their pictures, 88-levels,
 * VALUEs and the words of their names; see generate.h.
 */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "cobol/item_words.h"
#include "plan/generate_impl.h"
#include "plan/plan_counts.h"
#include "value/format.h"

#define WORDS(...)	((const char *const[]){ __VA_ARGS__, NULL })

/* ---- values of 88-levels ------------------------------------------------ */

/* Most of the digits, at the codec's scale. */
static d128
most(const struct making *m)
{
	return (d128_pow10[m->digits > 38 ? 38 : m->digits] - 1) * m->zeros;
}

bool
generate_choice_number(struct choice *c, const struct making *m,
    struct slice text)
{
	int16_t scale;
	bool exact;
	d128 v;

	if (!parse_decimal(text.p, text.len, &v, &scale) ||
	    !decimal_rescale(v, scale, m->scale, &v, &exact) || !exact ||
	    v > most(m) || v < (m->is_signed ? -most(m) : 0) ||
	    v % m->zeros != 0)
		return false;
	c->number = true;
	c->lo = c->hi = v;
	return true;
}

bool
generate_choice_text(struct choice *c, const struct making *m,
    struct slice text)
{
	uint32_t i, n = 0;
	size_t k;

	for (i = 0; i < text.len; i += (uint32_t)k, n++)
		if ((k = utf8_valid(text.p + i, text.len - i)) == 0)
			return false;
	c->number = false;
	c->text = text;
	return n <= m->width;
}

/* The literal as a value of the item; what stands for no value is none. */
static bool
literal_choice(struct arena *a, struct choice *c, const struct making *m,
    const struct literal *lit)
{
	uint32_t width = m->width, i;
	uint8_t *p;

	if (lit->kind == LIT_ZEROS && width == 0)
		return generate_choice_number(c, m, slice_str("0"));
	if (width == 0)
		return (lit->kind == LIT_NUMBER || lit->kind == LIT_TEXT) &&
		    generate_choice_number(c, m, lit->text);
	if (lit->kind == LIT_TEXT || lit->kind == LIT_NUMBER ||
	    lit->kind == LIT_NATIONAL)
		return generate_choice_text(c, m, lit->text);
	if (lit->kind == LIT_SPACES && m->nullable)
		return generate_choice_text(c, m, slice_str(""));
	if (lit->kind != LIT_ZEROS && (lit->kind != LIT_ALL ||
	    lit->text.len == 0))
		return false;
	p = arena_alloc(a, width);
	for (i = 0; i < width; i++)
		p[i] = lit->kind == LIT_ZEROS ? '0' :
		    lit->text.p[i % lit->text.len];
	return generate_choice_text(c, m, (struct slice){ p, width });
}

static void
add_choice(struct arena *a, struct making *m, const struct literal *lo,
    const struct literal *hi, uint32_t condition)
{
	struct choice c = { .condition = condition }, top = { 0 };

	if (!literal_choice(a, &c, m, lo))
		return;
	if (hi != NULL && literal_choice(a, &top, m, hi)) {
		c.thru = c.number && top.number && c.lo <= top.lo;
		c.hi = c.thru ? top.lo : c.lo;
	}
	*ARENA_PUSH(a, m->choice, m->nchoice, m->choice_cap) = c;
}

/* 88-levels, or a VALUE that says something. */
static void
find_choices(struct generator *g, struct arena *a, uint32_t item,
    struct making *m)
{
	const struct layout *l = g->layout;
	const struct literal *v = l->item[item].value;
	const struct condition *c;
	uint32_t i, k;

	for (i = 0; i < l->ncondition; i++) {
		c = &l->condition[i];
		for (k = 0; c->item == item && k < c->nvalue; k++)
			add_choice(a, m, &c->value[k].lo, c->value[k].thru ?
			    &c->value[k].hi : NULL, i);
	}
	if (m->nchoice == 0 && v != NULL && (v->kind == LIT_TEXT ||
	    v->kind == LIT_NUMBER)) {
		add_choice(a, m, v, NULL, ITEM_NONE);
		if (m->nchoice > 0 && m->choice[0].number &&
		    m->choice[0].lo == 0)
			m->nchoice = 0;
	}
	if (m->nchoice > 0)
		m->kind = MAKING_CHOICE;
}

/* ---- what a name tells -------------------------------------------------- */

static const struct {
	const char *word[8];
	enum text_pool pool;
} pools[] = {
	{ { "FIRST", "GIVEN", "FNAME", "FORENAME" }, TEXT_FIRST },
	{ { "MIDDLE", "MID", "MI", "MNAME" }, TEXT_MIDDLE },
	{ { "LAST", "SURNAME", "LNAME", "FAMILY" }, TEXT_LAST },
	{ { "EMAIL", "MAIL" }, TEXT_EMAIL },
	{ { "COMPANY", "BANK", "FIRM", "VENDOR", "SUPPLIER", "EMPLOYER" },
	    TEXT_COMPANY },
	{ { "STREET", "ADDR", "ADDRESS", "ADDR1", "ADR", "LINE1" },
	    TEXT_STREET },
	{ { "CITY", "TOWN" }, TEXT_CITY },
	{ { "STATE", "PROVINCE", "ST" }, TEXT_STATE },
	{ { "COUNTRY", "CTRY", "NATION" }, TEXT_COUNTRY },
	{ { "ZIP", "POSTAL", "POSTCODE", "ZIPCODE" }, TEXT_ZIP },
	{ { "PHONE", "TEL", "FAX", "MOBILE", "TELEPHONE" }, TEXT_PHONE },
	{ { "CURRENCY", "CCY", "CURR", "CUR" }, TEXT_CURRENCY },
	{ { "SEX", "GENDER" }, TEXT_SEX },
	{ { "FLAG", "SW", "SWITCH", "IND", "YN", "FLG" }, TEXT_FLAG },
	{ { "CODE", "CD", "TYPE", "STATUS", "CLASS", "KIND", "CAT" },
	    TEXT_CODE },
	{ { "ID", "NO", "NUM", "NBR", "NUMBER", "KEY", "SSN" }, TEXT_DIGITS },
	{ { "NAME", "OWNER", "HOLDER", "NM", "CONTACT", "PERSON" },
	    TEXT_NAME },
};

static enum text_pool
text_pool(const char *name, uint32_t width)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof pools / sizeof pools[0]; i++)
		if (name_has_any(name, pools[i].word) &&
		    (width > 3 || pools[i].pool >= TEXT_STATE))
			return pools[i].pool;
	return width <= 4 ? TEXT_CODE : TEXT_WORDS;
}

static const struct {
	const char *word[6];
	uint16_t digits;	/* at most */
	int64_t lo, hi;
} ranges[] = {
	{ { "YEAR", "YYYY", "YR", "CCYY" }, 4, 1950, 2030 },
	{ { "MONTH", "MM", "MON", "MTH" }, 2, 1, 12 },
	{ { "DAY", "DD", "DY" }, 2, 1, 28 },
	{ { "HOUR", "HH", "HR" }, 2, 0, 23 },
	{ { "MINUTE", "MIN", "MI", "SECOND", "SS" }, 2, 0, 59 },
	{ { "AGE" }, 3, 0, 99 },
	{ { "PCT", "PERCENT", "PERC" }, 3, 0, 100 },
	{ { "QTY", "COUNT", "CNT", "QUANTITY" }, 18, 1, 200 },
};

static void
number_range(struct making *m, const struct item *it)
{
	size_t i;

	m->even = it->name != NULL && name_is_identifier(it->name);
	for (i = 0; it->name != NULL && it->scale == 0 &&
	    i < sizeof ranges / sizeof ranges[0]; i++)
		if (it->digits <= ranges[i].digits &&
		    name_ends_in_any(it->name, ranges[i].word)) {
			m->lo = ranges[i].lo;
			m->hi = ranges[i].hi;
			if (m->hi > 1900 && it->digits < 4) {
				m->lo = 0;
				m->hi = 99;
			}
			if (m->hi > most(m))
				m->hi = (int64_t)most(m);
			return;
		}
}

/* The format that the name and the picture make likely, or NULL. */
static const char *
moment_format(const struct item *it, const struct making *m, enum vtype *to)
{
	bool whole = m->width == 0 && it->scale == 0;
	uint32_t n = m->width > 0 ? m->width : it->digits;

	*to = V_TSTAMP;
	if (it->name == NULL)
		return NULL;
	if (m->width > 0 && name_is_timestamp(it->name) && (n == 19 ||
	    (n > 20 && n <= 32)))
		return "DB2";
	if (name_is_timestamp(it->name) && n == 14 && (whole || m->width > 0))
		return "YYYYMMDDHH24MISS";
	*to = V_TIME;
	if (name_is_time(it->name) && (whole || m->width > 0))
		return n == 8 && m->width > 0 ? "HH24.MI.SS" : n == 6 ?
		    "HH24MISS" : n == 4 ? "HH24MI" : NULL;
	*to = V_DATE;
	if (!name_is_date(it->name))
		return NULL;
	if (m->width > 0)
		return n == 10 ? "YYYY-MM-DD" : n == 8 ? "YYYYMMDD" :
		    n == 6 ? "YYMMDD" : NULL;
	return !whole ? NULL : n == 8 ? "YYYYMMDD" : n == 7 ? "YYYYDDD" :
	    n == 6 ? "YYMMDD" : NULL;
}

static void
set_years(struct making *m, const char *name)
{
	m->from = 1990;
	m->to = 2025;
	if (name == NULL)
		return;
	if (name_has_any(name, WORDS("BORN", "BIRTH", "DOB", "BIRTHDATE",
	    "BIRTHDAY"))) {
		m->from = 1931;
		m->to = 2008;
	} else if (name_has_any(name, WORDS("EXPIRY", "EXP", "EXPIRES",
	    "EXPIRATION", "DUE", "END", "UNTIL"))) {
		m->from = 2024;
		m->to = 2034;
	}
}

static bool
set_moment(struct generator *g, struct arena *a, struct making *m,
    const struct item *it, struct slice format, enum vtype to)
{
	struct k_date *k = arena_zalloc(a, sizeof *k);

	k->to = to;
	k->policies = &g->mapping->policies;
	if (!date_form_read(k, format))
		return false;
	m->moment = k;
	m->kind = MAKING_MOMENT;
	set_years(m, it->name);
	return true;
}

/* ---- counts and lengths ------------------------------------------------- */

/* What all tables that hang on the item allow. */
static bool
count_range(const struct generator *g, uint32_t item, struct making *m)
{
	const struct layout *l = g->layout;
	uint32_t i;

	m->lo = 0;
	m->hi = -1;
	for (i = g->record; i < l->item[g->record].next; i++) {
		if (l->item[i].depending != item)
			continue;
		if (m->hi < 0 || m->hi > l->item[i].occurs_max)
			m->hi = l->item[i].occurs_max;
		if (l->item[i].unbounded && m->hi > 20)
			m->hi = 20;
		if (m->lo < l->item[i].occurs_min)
			m->lo = l->item[i].occurs_min;
	}
	if (m->hi < m->lo)
		return false;
	if (m->width == 0 && m->hi > most(m))
		m->hi = (int64_t)most(m);
	return true;
}

static bool
is_indicator(const struct generator *g, uint32_t item)
{
	const struct item *it = &g->layout->item[item];

	return it->category == CAT_NUMERIC && it->is_signed &&
	    it->scale == 0 && it->digits == 4 && (it->usage == USAGE_BINARY ||
	    it->usage == USAGE_COMP5) && it->name != NULL &&
	    name_ends_in_any(it->name, WORDS("IND", "INDICATOR", "NULL", "NI",
	    "N", "NULLIND"));
}

/* ---- an item ------------------------------------------------------------ */

static uint32_t
text_width(const struct codec *c)
{
	switch (c->kind) {
	case CODEC_NATIONAL:
	case CODEC_DBCS:
		return c->size / 2;
	case CODEC_UTF8:
		return c->size < 4 ? 1 : c->size / 4;
	default:
		return c->size;
	}
}

static bool
number_shape(struct making *m, const struct item *it, const struct codec *c)
{
	uint16_t precision;

	switch (codec_type(c, &m->scale, &precision)) {
	case V_F64:
		m->digits = 6;
		m->scale = 2;
		m->is_signed = c->kind != CODEC_EDITED || it->is_signed;
		m->zeros = 1;
		return true;
	case V_I64:
	case V_D128:
		break;
	default:
		return false;
	}
	m->digits = it->digits;
	if (m->digits == 0)
		m->digits = (uint16_t)(2 * it->size < 18 ? 2 * it->size : 18);
	m->is_signed = it->is_signed;
	m->zeros = d128_pow10[it->scale < 0 ? -it->scale : 0];
	return m->digits + (it->scale < 0 ? -it->scale : 0) <= 38;
}

static void
make_item(struct generator *g, struct arena *a, uint32_t item)
{
	const struct item *it = &g->layout->item[item];
	const struct codec *c = &g->codec[item - g->record];
	struct making *m = &g->making[item - g->record];
	const char *format;
	enum vtype to;

	m->kind = it->name == NULL && it->category != CAT_OPAQUE ?
	    MAKING_BLANK : MAKING_ZERO;
	if (!g->decoded[item - g->record])
		return;
	m->nullable = true;
	m->kind = MAKING_NUMBER;
	if (!number_shape(m, it, c)) {
		m->kind = MAKING_TEXT;
		m->width = text_width(c);
		m->letters = it->category == CAT_ALPHABETIC;
		m->wide = c->kind == CODEC_DBCS;
		m->pool = text_pool(it->name, m->width);
		if (it->edited != NULL && !it->edited->numeric) {
			m->pool = TEXT_PATTERN;
			m->pattern = it->edited;
		}
	} else {
		number_range(m, it);
	}
	format = moment_format(it, m, &to);
	if (format != NULL)
		set_moment(g, a, m, it, slice_str(format), to);
	if (is_indicator(g, item))
		m->kind = MAKING_INDICATOR;
	find_choices(g, a, item, m);
	if (it->parent != ITEM_NONE && g->layout->item[it->parent].varchar)
		m->kind = item == it->parent + 1 ? MAKING_LENGTH : MAKING_TEXT;
	if (count_range(g, item, m)) {
		m->kind = MAKING_COUNT;
		m->nullable = false;
	}
}

/* FILLER with a VALUE has it; other FILLER is blank. */
static void
make_filler(struct generator *g, struct arena *a, uint32_t item)
{
	const struct item *it = &g->layout->item[item];
	struct making *m = &g->making[item - g->record];

	if (it->name != NULL || it->value == NULL ||
	    (it->category != CAT_ALPHANUMERIC &&
	    it->category != CAT_ALPHABETIC) || it->value->kind != LIT_TEXT)
		return;
	m->width = it->size;
	add_choice(a, m, it->value, NULL, ITEM_NONE);
	if (m->nchoice > 0)
		m->kind = MAKING_CHOICE;
}

void
generate_items(struct generator *g, struct arena *a)
{
	const struct layout *l = g->layout;
	uint32_t i;

	for (i = g->record; i < l->item[g->record].next; i++)
		if (l->item[i].next == i + 1) {
			make_item(g, a, i);
			make_filler(g, a, i);
		}
}
