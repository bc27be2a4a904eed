/*
 * Dates by name and picture; see init_dates.h.
 *
 * Some names say the order of the digits (START-YYDDD, HIRED-MDY, JULIAN-DT).
 * Otherwise eight digits are YYYYMMDD, six are YYMMDD and five YYDDD; seven
 * are CYYMMDD or YYYYDDD, and nobody can tell which.  Db2's dates are ten
 * characters (SQL Reference, "Datetime values").
 */
#include "command/init_dates.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/init_names.h"

static const struct {
	const char *word, *format;
} name_formats[] = {
	{ "YYYYMMDD", "YYYYMMDD" }, { "CCYYMMDD", "YYYYMMDD" },
	{ "YYMMDD", "YYMMDD" }, { "CYYMMDD", "CYYMMDD" },
	{ "MMDDYYYY", "MMDDYYYY" }, { "MMDDCCYY", "MMDDYYYY" },
	{ "MMDDYY", "MMDDYY" }, { "DDMMYYYY", "DDMMYYYY" },
	{ "DDMMCCYY", "DDMMYYYY" }, { "DDMMYY", "DDMMYY" },
	{ "YYYYDDD", "YYYYDDD" }, { "CCYYDDD", "YYYYDDD" },
	{ "YYDDD", "YYDDD" }, { "MDY", "MMDDYYYY" }, { "MDY", "MMDDYY" },
	{ "DMY", "DDMMYYYY" }, { "DMY", "DDMMYY" }, { "YMD", "YYYYMMDD" },
	{ "YMD", "YYMMDD" }, { "JULIAN", "YYYYDDD" }, { "JULIAN", "YYDDD" },
	{ "JUL", "YYYYDDD" }, { "JUL", "YYDDD" }, { "JULDATE", "YYYYDDD" },
	{ "JULDATE", "YYDDD" }, { "JULDT", "YYYYDDD" }, { "JULDT", "YYDDD" },
	{ "ORDINAL", "YYYYDDD" }, { "ORDINAL", "YYDDD" },
};

/* The format that the name says, where it has so many digits. */
static const char *
named_format(const char *name, uint32_t digits)
{
	size_t i;

	for (i = 0; i < sizeof name_formats / sizeof name_formats[0]; i++)
		if (strlen(name_formats[i].format) == digits &&
		    name_has_word(name, name_formats[i].word))
			return name_formats[i].format;
	return NULL;
}

static bool
digits_format(uint32_t digits, struct init_date *d)
{
	d->format = digits == 8 ? "YYYYMMDD" : digits == 7 ? "YYYYDDD" :
	    digits == 6 ? "YYMMDD" : digits == 5 ? "YYDDD" : NULL;
	d->other = digits == 7 ? "CYYMMDD" : NULL;
	return d->format != NULL;
}

/* Text of Db2's timestamps and times. */
static bool
moment(const struct item *it, struct init_date *d)
{
	if (name_is_timestamp(it->name) && (it->size == 19 ||
	    (it->size > 20 && it->size <= 32)))
		*d = (struct init_date){ "timestamp", "DB2", NULL };
	else if (name_is_time(it->name) && it->size == 8)
		*d = (struct init_date){ "time", "HH24.MI.SS", NULL };
	else
		return false;
	return true;
}

bool
init_date(const struct item *it, bool anyway, struct init_date *d)
{
	uint32_t digits = it->digits;

	*d = (struct init_date){ .kind = "date" };
	if (it->name == NULL)
		return false;
	if (it->category == CAT_ALPHANUMERIC) {
		if (!anyway && moment(it, d))
			return true;
		digits = it->size;
	} else if (it->category != CAT_NUMERIC || it->scale != 0 ||
	    it->usage == USAGE_FLOAT || it->usage == USAGE_DOUBLE) {
		return false;
	} else if (digits == 9 && it->usage != USAGE_DISPLAY) {
		digits = 8;	/* what has room for eight, holds nine */
	}
	d->format = named_format(it->name, digits);
	if (d->format != NULL)
		return true;
	if (!anyway && !name_is_date(it->name))
		return false;
	if (it->category == CAT_ALPHANUMERIC && digits == 10) {
		d->format = "YYYY-MM-DD";
		return true;
	}
	/* short texts of such names are as often words */
	if (it->category == CAT_ALPHANUMERIC && digits != 8 && !anyway)
		return false;
	/* five digits may be a number of days as well */
	if (digits == 5 && !anyway)
		return false;
	return digits_format(digits, d);
}

/* ---- groups ------------------------------------------------------------ */

/* What a part is, as a word of formats; NULL: none. */
static const char *
part_format(const struct item *it)
{
	static const struct {
		const char *word;
		uint32_t size;
		const char *format;
	} parts[] = {
		{ "YEAR", 4, "YYYY" }, { "YYYY", 4, "YYYY" },
		{ "CCYY", 4, "YYYY" }, { "YR", 4, "YYYY" },
		{ "YY", 4, "YYYY" },
		{ "CENTURY", 2, "" }, { "CENT", 2, "" }, { "CC", 2, "" },
		{ "YEAR", 2, "YY" }, { "YR", 2, "YY" }, { "YY", 2, "YY" },
		{ "MONTH", 2, "MM" }, { "MON", 2, "MM" }, { "MO", 2, "MM" },
		{ "MM", 2, "MM" }, { "MTH", 2, "MM" },
		{ "DAY", 2, "DD" }, { "DD", 2, "DD" }, { "DA", 2, "DD" },
		{ "DAY", 3, "DDD" }, { "DDD", 3, "DDD" },
	};
	size_t i;

	if (it->usage != USAGE_DISPLAY || it->is_signed || it->scale != 0 ||
	    (it->category != CAT_NUMERIC && it->category != CAT_ALPHANUMERIC))
		return NULL;
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (it->size == parts[i].size &&
		    name_last_word(it->name, parts[i].word))
			return parts[i].format;
	return NULL;
}

/* A byte between parts: its VALUE, or a hyphen as is usual. */
static char
part_between(const struct item *it)
{
	const char *usual = "-/.:";
	char c = it->value != NULL && it->value->kind == LIT_TEXT &&
	    it->value->text.len == 1 ? (char)it->value->text.p[0] : '-';

	return strchr(usual, c) != NULL ? c : '\0';
}

/* Is each of the three there once? */
static bool
is_whole(const char *f)
{
	const char *y = strstr(f, "YY"), *d = strstr(f, "DD");

	return y != NULL && d != NULL && (strstr(f, "MM") != NULL) !=
	    (strstr(f, "DDD") != NULL);
}

const char *
init_date_group(struct arena *a, const struct layout *l, uint32_t group,
    bool *sure)
{
	const struct item *it;
	const char *part;
	bool century = false;
	char format[32], c;
	size_t n = 0;
	uint32_t i;

	*sure = true;
	for (i = group + 1; i < l->item[group].next; i++) {
		it = &l->item[i];
		if (it->level == 66)
			continue;
		if (it->category == CAT_GROUP || it->occurs_max > 0 ||
		    it->redefines != ITEM_NONE || n > 20)
			return NULL;
		if (it->name == NULL) {
			c = it->size == 1 ? part_between(it) : '\0';
			if (c == '\0' || n == 0)
				return NULL;
			format[n++] = c;
			*sure = *sure && it->value != NULL;
			continue;
		}
		part = part_format(it);
		if (part == NULL)
			return NULL;
		if (century) {	/* CC and YY are one year */
			if (strcmp(part, "YY") != 0)
				return NULL;
			part = "YYYY";
		}
		century = part[0] == '\0';
		memcpy(format + n, part, strlen(part));
		n += strlen(part);
	}
	format[n] = '\0';
	return !century && is_whole(format) ? arena_strndup(a, format, n) :
	    NULL;
}
