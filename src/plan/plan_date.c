/*
 * to_date, to_time and to_timestamp: what their formats mean.
 *
 * A format is made of PostgreSQL's words ("Data Type Formatting Functions"),
 * or it is one of the names below, which stand for Db2's string and internal
 * forms and for the counts of days and seconds that mainframe programs keep:
 *
 *	ISO USA EUR JIS	Db2 for z/OS SQL Reference, "String representations of
 *			datetime values"
 *	DB2		its timestamps: 2026-01-31-23.59.59.123456
 *	PACKED		its internal form, two digits a byte: date 4 bytes,
 *			time 3, timestamp 7 to 13 (SQL Reference, "Datetime
 *			values")
 *	LILIAN		days from 1582-10-15, which is 1; seconds from the day
 *			before (z/OS Language Environment Programming
 *			Reference, CEEDAYS and CEESECS)
 *	COBOL		days from 1601-01-01, which is 1 (Enterprise COBOL
 *			Language Reference, INTEGER-OF-DATE)
 *	ABSTIME		milliseconds from 1900-01-01 00:00 (CICS Application
 *			Programming Reference, ASKTIME)
 *	J		Julian days, as PostgreSQL counts them
 *	UNIX		seconds from 1970-01-01 00:00
 */
#include "plan/plan_impl.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "plan/date.h"

/* ---- words ------------------------------------------------------------- */

static const struct {
	const char *text;
	uint8_t part, width;
} words[] = {
	{ "YYYY", PART_YYYY, 4 },	/* longer ones first */
	{ "YY", PART_YY, 2 },
	{ "MON", PART_MON, 3 },
	{ "MM", PART_MM, 2 },
	{ "MI", PART_MI, 2 },
	{ "MS", PART_FRACTION, 3 },
	{ "DDD", PART_DDD, 3 },
	{ "DD", PART_DD, 2 },
	{ "HH24", PART_HH24, 2 },
	{ "HH12", PART_HH12, 2 },
	{ "SSSSS", PART_SSSSS, 5 },
	{ "SS", PART_SS, 2 },
	{ "US", PART_FRACTION, 6 },
	{ "NNNNNN", PART_FRACTION, 6 },
	{ "AM", PART_AM, 2 },
	{ "PM", PART_AM, 2 },
	{ "C", PART_C, 1 },
};
#define NWORDS	(sizeof words / sizeof words[0])

static bool
word_starts(struct slice s, uint32_t at, const char *word)
{
	uint32_t i;

	for (i = 0; word[i] != '\0'; i++)
		if (at + i >= s.len || (word[i] >= 'A' ? s.p[at + i] & 0xdf :
		    s.p[at + i]) != word[i])
			return false;
	return true;
}

static bool
part_add(struct k_date *k, enum date_part part, uint32_t width, char c)
{
	if (k->nparts == PARTS_MAX || k->open_fraction)
		return false;
	k->part[k->nparts].part = (uint8_t)part;
	k->part[k->nparts].width = (uint8_t)width;
	k->part[k->nparts++].c = c;
	k->width += width;
	if (part != PART_LITERAL)
		k->digits += width;
	if (part == PART_LITERAL || part == PART_MON || part == PART_AM)
		k->all_digits = false;
	return true;
}

/* FF, FF1 to FF12: digits of a second; just FF has any number of them, and
 * the point before it is there only when they are. */
static bool
part_fraction(struct k_date *k, struct slice s, uint32_t *at)
{
	uint32_t n = 0;

	for (*at += 2; *at < s.len && s.p[*at] >= '0' && s.p[*at] <= '9' &&
	    n < 100; ++*at)
		n = n * 10 + (s.p[*at] - '0');
	if (n > 0)
		return n <= 12 && part_add(k, PART_FRACTION, n, 0);
	if (k->nparts == 0 || s.p[*at - 1] == '0')
		return false;
	if (k->part[k->nparts - 1].part == PART_LITERAL &&
	    k->part[k->nparts - 1].c == '.') {
		k->fraction_point = true;
		k->nparts--;
		k->width--;
	}
	k->open_fraction = true;
	k->all_digits = false;
	return true;
}

/* "T": characters as they are. */
static bool
part_quoted(struct k_date *k, struct slice s, uint32_t *at)
{
	for (++*at; *at < s.len && s.p[*at] != '"'; ++*at)
		if (!part_add(k, PART_LITERAL, 1, (char)s.p[*at]))
			return false;
	return (*at)++ < s.len;
}

static bool
format_words(struct k_date *k, struct slice s)
{
	uint32_t at = 0, i;
	bool good;

	k->all_digits = true;
	while (at < s.len) {
		for (i = 0; i < NWORDS; i++)
			if (word_starts(s, at, words[i].text))
				break;
		if (i < NWORDS) {
			good = part_add(k, words[i].part, words[i].width, 0);
			at += (uint32_t)strlen(words[i].text);
		} else if (word_starts(s, at, "FF")) {
			good = part_fraction(k, s, &at);
		} else if (s.p[at] == '"') {
			good = part_quoted(k, s, &at);
		} else {
			good = s.p[at] != 0 &&
			    strchr("-/.:, ", s.p[at]) != NULL &&
			    part_add(k, PART_LITERAL, 1, (char)s.p[at]);
			at++;
		}
		if (!good)
			return false;
	}
	k->plain = s.len == 8 && k->nparts == 3 &&
	    k->part[0].part == PART_YYYY && k->part[1].part == PART_MM &&
	    k->part[2].part == PART_DD;
	return true;
}

/* Each part once, and those that belong together. */
static bool
format_is_whole(struct k_date *k)
{
	bool has[PART_COUNT] = { false }, month;
	uint32_t i;

	for (i = 0; i < k->nparts; i++) {
		if (has[k->part[i].part] && k->part[i].part != PART_LITERAL)
			return false;
		has[k->part[i].part] = true;
	}
	has[PART_FRACTION] |= k->open_fraction;
	month = has[PART_MM] || has[PART_MON];
	k->has_date = has[PART_YYYY] || has[PART_YY] || has[PART_C] ||
	    month || has[PART_DD] || has[PART_DDD];
	k->has_time = has[PART_HH24] || has[PART_HH12] || has[PART_AM] ||
	    has[PART_MI] || has[PART_SS] || has[PART_SSSSS] ||
	    has[PART_FRACTION];
	if (k->has_date && (has[PART_YYYY] == has[PART_YY] ||
	    (has[PART_C] && !has[PART_YY]) ||
	    (has[PART_DDD] ? month || has[PART_DD] :
	    has[PART_MM] == has[PART_MON] || !has[PART_DD])))
		return false;
	if (has[PART_SSSSS])
		return !has[PART_HH24] && !has[PART_HH12] && !has[PART_AM] &&
		    !has[PART_MI] && !has[PART_SS];
	return !k->has_time || (has[PART_HH24] != has[PART_HH12] &&
	    has[PART_HH12] == has[PART_AM] &&
	    (has[PART_MI] || !has[PART_SS]) &&
	    (has[PART_SS] || !has[PART_FRACTION]));
}

/* ---- names ------------------------------------------------------------- */

#define SECOND_US	INT64_C(1000000)

/* Counts; 0 for a unit that the function cannot be made of. */
static const struct {
	const char *name;
	int64_t epoch;			/* of 0, in days since 1970-01-01 */
	int64_t day_unit;		/* for to_date */
	int64_t time_unit;		/* for to_timestamp and to_time */
} counts[] = {
	{ "LILIAN", -141428, DAY_US, SECOND_US },	/* 1582-10-14 */
	{ "COBOL", -134775, DAY_US, 0 },		/* 1600-12-31 */
	{ "J", -2440588, DAY_US, 0 },
	{ "ABSTIME", -25567, 1000, 1000 },		/* 1900-01-01 */
	{ "UNIX", 0, SECOND_US, SECOND_US },
};

static const struct {
	const char *name;
	const char *date, *time, *timestamp;
} strings[] = {
	{ "ISO", "YYYY-MM-DD", "HH24.MI.SS", "YYYY-MM-DD HH24:MI:SS.FF" },
	{ "USA", "MM/DD/YYYY", "HH12:MI AM", NULL },
	{ "EUR", "DD.MM.YYYY", "HH24.MI.SS", NULL },
	{ "JIS", "YYYY-MM-DD", "HH24:MI:SS", NULL },
	{ "DB2", "YYYY-MM-DD", "HH24.MI.SS", "YYYY-MM-DD-HH24.MI.SS.FF" },
};

static bool
is_name(struct slice s, const char *name)
{
	return strlen(name) == s.len &&
	    strncasecmp((const char *)s.p, name, s.len) == 0;
}

/* Whether it is a name; *good: and one for this function. */
static bool
format_name(struct k_date *k, struct slice s, bool *good)
{
	const char *text;
	size_t i;

	k->shape = SHAPE_COUNT;
	for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		if (!is_name(s, counts[i].name))
			continue;
		k->epoch = counts[i].epoch;
		k->unit = k->to == V_DATE ? counts[i].day_unit :
		    counts[i].time_unit;
		*good = k->unit > 0;
		return true;
	}
	k->shape = SHAPE_PACKED;
	*good = true;
	if (is_name(s, "PACKED"))
		return true;
	k->shape = SHAPE_PARTS;
	for (i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		if (!is_name(s, strings[i].name))
			continue;
		text = k->to == V_DATE ? strings[i].date : k->to == V_TIME ?
		    strings[i].time : strings[i].timestamp;
		*good = text != NULL && format_words(k, slice_str(text)) &&
		    format_is_whole(k);
		k->usa = i == 1;
		return true;
	}
	return false;
}

bool
date_form_read(struct k_date *k, struct slice s)
{
	bool good;

	if (format_name(k, s, &good))
		return good;
	return format_words(k, s) && format_is_whole(k) &&
	    (k->to == V_TIME ? k->has_time : k->has_date);
}

/* ---- functions --------------------------------------------------------- */

static bool
format_refused(struct build *bd, const struct k_date *k, struct place at)
{
	struct diag *d = diag_add(bd->diags, DIAG_P013, at, "this is no %s "
	    "format that decant reads", k->to == V_DATE ? "date" :
	    k->to == V_TIME ? "time" : "timestamp");

	diag_hint(bd->diags, d, "%s", k->to == V_DATE ? "'YYYYMMDD', "
	    "'YYMMDD', 'CYYMMDD', 'YYYYDDD', 'YYDDD', 'MM/DD/YYYY', …" :
	    k->to == V_TIME ? "'HH24MISS', 'HH24.MI.SS', 'HH12:MI AM', …; "
	    "minutes are MI" : "'DB2', 'YYYYMMDDHH24MISS', "
	    "'YYYY-MM-DD HH24:MI:SS.FF', …; minutes are MI");
	return false;
}

/* Whether a value of the operand's type can be read by the format. */
static bool
format_takes(const struct k_date *k, const struct vt *t)
{
	if (t->type == V_TEXT)
		return true;
	if (!vt_is_number(t))
		return false;
	if (k->shape == SHAPE_COUNT)
		return k->unit == SECOND_US || (t->type != V_F64 &&
		    t->scale == 0);
	return t->type != V_F64 && t->scale == 0 && k->all_digits;
}

static bool
argument_value(struct build *bd, uint32_t frame, const struct expr *e,
    const struct k_date *k, const char *name, struct operand *o)
{
	if (!plan_expr(bd, frame, e->arg[0], o))
		return false;
	if (format_takes(k, &o->t))
		return true;
	diag_add(bd->diags, DIAG_P007, e->arg[0]->at,
	    k->shape == SHAPE_COUNT || k->all_digits ?
	    "%s takes text or a whole number, not %s" :
	    "%s with separators takes text, not %s", name, vt_name(&o->t));
	return false;
}

/* Db2's internal form: the bytes of an item of just that size. */
static bool
argument_packed(struct build *bd, uint32_t frame, const struct expr *e,
    const struct k_date *k, const char *name, struct operand *o)
{
	enum name_kind what = NAME_CONDITION;
	uint32_t item = ITEM_NONE, size;

	if (!bd->checking && (e->arg[0]->kind == EX_NAME ||
	    e->arg[0]->kind == EX_CALL))
		what = plan_name(bd, e->arg[0], &item);
	if (what == NAME_UNKNOWN && e->arg[0]->kind == EX_NAME)
		plan_name_unknown(bd, e->arg[0]);
	else if (what != NAME_FIELD && what != NAME_WRONG)
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at,
		    "%s(…, 'PACKED') takes an item of the copybook", name);
	if (what == NAME_FIELD && plan_of_files(bd, e->arg[0], "'PACKED'",
	    "a column of type date or timestamp is one already"))
		return false;
	if (what == NAME_FIELD && bd->mapping->format == MAP_DELIMITED)
		diag_add(bd->diags, DIAG_P007, e->arg[0]->at, "%s(…, "
		    "'PACKED') takes bytes, not a field of text", name);
	if (what != NAME_FIELD || bd->mapping->format == MAP_DELIMITED)
		return false;
	size = bd->layout->item[item].size;
	if (!(k->to != V_TIME && size >= 7 && size <= 13) &&
	    !(k->to == V_DATE && size == 4) &&
	    !(k->to == V_TIME && size == 3)) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007,
		    e->arg[0]->at, "'%s' has %u bytes, which is no such value "
		    "of Db2's", plan_item_name(bd, item), size), "a date has "
		    "4, a time 3, a timestamp 7 to 13, mostly 10");
		return false;
	}
	return plan_field(bd, frame, e->arg[0], item, AS_BYTES, o);
}

bool
plan_to_moment(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const char *name = e->name[0][3] == 'D' ? "to_date" :
	    strcmp(e->name[0], "TO-TIME") == 0 ? "to_time" : "to_timestamp";
	struct op op = op_make(OP_TO_DATE, frame);
	struct k_date k;
	struct operand o;

	memset(&k, 0, sizeof k);
	k.to = name[3] == 'd' ? V_DATE : name[7] == '\0' ? V_TIME : V_TSTAMP;
	k.policies = bd->policies;
	if (e->arg[1]->kind != EX_TEXT || !date_form_read(&k, e->arg[1]->text)) {
		plan_expr(bd, frame, e->arg[0], &o);	/* its mistakes too */
		return format_refused(bd, &k, e->arg[1]->at);
	}
	if (k.shape == SHAPE_PACKED ?
	    !argument_packed(bd, frame, e, &k, name, &o) :
	    !argument_value(bd, frame, e, &k, name, &o))
		return false;
	op.a = o.reg;
	op.k = &k;
	op.ksize = sizeof k;
	*out = (struct operand){ .e = e, .item = ITEM_NONE,
	    .t = { .type = k.to } };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, arena_printf(
	    bd->arena, "%s%.*s", k.to == V_DATE ? "" : k.to == V_TIME ?
	    "time " : "timestamp ", (int)e->arg[1]->text.len,
	    (const char *)e->arg[1]->text.p));
	return true;
}
