/*
 * Rules of mapping spreadsheets as expressions; see init_sheet_impl.h.
 *
 * People write the same few things in a few ways.  What none of the words
 * below begins is taken for an expression of decant's own, and whoever asked
 * finds out whether it is one.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/init_dates.h"
#include "command/init_sheet_impl.h"
#include "value/type.h"

const char *
sheet_after(const char *text, const char *words)
{
	size_t n = strlen(words);

	if (strncasecmp(text, words, n) != 0 ||
	    (text[n] != '\0' && text[n] != ' ' && text[n] != ':'))
		return NULL;
	for (text += n; *text == ' ' || *text == ':'; text++)
		continue;
	return text;
}

static bool
is_one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcasecmp(text, *list) == 0)
			return true;
	return false;
}

/* ---- types ------------------------------------------------------------- */

const char *
sheet_type(struct arena *a, const char *type)
{
	static const struct {
		const char *other, *name;
	} others[] = {
		{ "varchar2", "varchar" }, { "nvarchar2", "varchar" },
		{ "nvarchar", "varchar" }, { "nchar", "varchar" },
		{ "string", "text" }, { "clob", "text" },
		{ "number", "numeric" }, { "datetime2", "timestamp" },
		{ "datetime", "timestamp" }, { "bit", "boolean" },
		{ "tinyint", "smallint" }, { "blob", "bytea" },
		{ "double", "double precision" }, { "money", "numeric(19,4)" },
	};
	const char *tail = strchr(type, '('), *name, *why;
	size_t n = tail != NULL ? (size_t)(tail - type) : strlen(type), i;
	struct sqltype t;
	char *p;

	while (n > 0 && type[n - 1] == ' ')
		n--;
	name = arena_strndup(a, type, n);
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcasecmp(name, others[i].other) == 0)
			name = others[i].name;
	if (strcmp(name, "text") == 0 || strchr(name, '(') != NULL ||
	    strcmp(name, "timestamp") == 0 || tail == NULL)
		tail = "";
	name = p = arena_printf(a, "%s%s", name, tail);
	for (; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 0x20);
	return sqltype_parse(name, strlen(name), &t, &why) ? name : NULL;
}

/* The function that makes such a type of digits; NULL: none. */
static const char *
moment_kind(const char *type)
{
	return type == NULL ? NULL : strcasecmp(type, "date") == 0 ? "date" :
	    strncasecmp(type, "timestamp", 9) == 0 ? "timestamp" :
	    strcasecmp(type, "time") == 0 ? "time" : NULL;
}

/* ---- rules ------------------------------------------------------------- */

struct rule {			/* one that is being read */
	struct arena *arena;
	const char *type;
	const struct sheet_refs *refs;
	struct sheet_choice *choice;
	uint32_t n;
};

static void
add(struct rule *r, const char *from)
{
	if (r->n < SHEET_CHOICES)
		r->choice[r->n++] = (struct sheet_choice){ from, NULL };
}

/* f(field): of one field. */
static bool
call(struct rule *r, const char *function)
{
	if (r->refs->n == 1)
		add(r, arena_printf(r->arena, "%s(%s)", function,
		    r->refs->v[0]));
	return true;
}

/* f(field, …), with `first` before them. */
static bool
call_all(struct rule *r, const char *function, const char *first)
{
	struct buf b;
	uint32_t i;

	buf_init(&b, SHEET_LINE);
	buf_printf(&b, "%s(%s", function, first);
	for (i = 0; i < r->refs->n; i++)
		buf_printf(&b, "%s%s", i > 0 || first[0] != '\0' ? ", " : "",
		    r->refs->v[i]);
	buf_putc(&b, ')');
	if (r->refs->n > 0)
		add(r, arena_strndup(r->arena, b.p, b.len));
	buf_fini(&b);
	return true;
}

/* 'text', its quotes doubled; what is quoted, or a number, stays. */
static const char *
literal(struct arena *a, const char *text, bool numbers)
{
	size_t n = strlen(text), i;
	struct buf b;
	const char *s;

	if (numbers && n > 0 && strspn(text, "-0123456789.") == n)
		return text;
	if (n >= 2 && (text[0] == '\'' || text[0] == '"') &&
	    text[n - 1] == text[0]) {
		text++;
		n -= 2;
	}
	buf_init(&b, SHEET_LINE);
	buf_putc(&b, '\'');
	for (i = 0; i < n; i++) {
		if (text[i] == '\'')
			buf_putc(&b, '\'');
		if (text[i] == '\'' && i + 1 < n && text[i + 1] == '\'')
			i++;	/* it was doubled */
		buf_putc(&b, text[i]);
	}
	buf_putc(&b, '\'');
	s = arena_strndup(a, b.p, b.len);
	buf_fini(&b);
	return s;
}

/* date YYYYMMDD, date (CCYY-MM-DD), or date alone: as the digits have it. */
static bool
moment(struct rule *r, const char *kind, const char *format)
{
	struct init_date d;
	struct buf b;

	if (r->refs->n != 1)
		return true;
	if (format[0] == '\0') {
		if (r->refs->item[0] != NULL &&
		    init_date(r->refs->item[0], strcmp(kind, "date") == 0, &d) &&
		    d.other == NULL && strcmp(d.kind, kind) == 0)
			add(r, arena_printf(r->arena, "to_%s(%s, '%s')", kind,
			    r->refs->v[0], d.format));
		return true;
	}
	buf_init(&b, SHEET_LINE);
	for (; *format != '\0'; format++) {
		if (strncasecmp(format, "CCYY", 4) == 0) {
			buf_puts(&b, "YYYY");
			format += 3;
		} else if (strchr("'\"()", *format) == NULL) {
			buf_putc(&b, *format >= 'a' && *format <= 'z' ?
			    (char)(*format - 0x20) : *format);
		}
	}
	add(r, arena_printf(r->arena, "to_%s(%s, '%.*s')", kind,
	    r->refs->v[0], (int)b.len, b.p));
	buf_fini(&b);
	return true;
}

/* lookup FILE COLUMN */
static bool
lookup(struct rule *r, const char *rest)
{
	const char *end = strrchr(rest, ' ');
	char *file;
	size_t n;

	if (end == NULL || r->refs->n == 0)
		return true;
	n = (size_t)(end - rest);
	while (n > 0 && (rest[n - 1] == ' ' || rest[n - 1] == ','))
		n--;
	file = arena_strndup(r->arena, rest, n);
	call_all(r, "lookup", literal(r->arena, file, false));
	if (r->n > 0) {		/* the column comes last */
		const char *s = r->choice[r->n - 1].from;

		r->choice[r->n - 1].from = arena_printf(r->arena, "%.*s, %s)",
		    (int)strlen(s) - 1, s, literal(r->arena, end + 1, false));
	}
	return true;
}

/* null if blank, null if zero, null if 'X', null if CONDITION */
static bool
null_if(struct rule *r, const char *rest)
{
	static const char *const blank[] = { "blank", "blanks", "space",
	    "spaces", "empty", NULL };
	static const char *const zero[] = { "zero", "zeros", "zeroes", NULL };
	const char *value = is_one_of(rest, blank) ? "''" :
	    is_one_of(rest, zero) ? "0" : rest;

	if (r->refs->n != 1 || rest[0] == '\0')
		return true;
	if (value != rest || rest[0] == '\'' ||
	    strspn(rest, "0123456789.") == strlen(rest)) {
		add(r, arena_printf(r->arena, "nullif(%s, %s)", r->refs->v[0],
		    value));
		return true;
	}
	add(r, r->refs->v[0]);
	r->choice[0].null_if = rest;
	return true;
}

/* Moves a field as it is, into a type if there is one. */
static void
as_is(struct rule *r)
{
	const char *kind = moment_kind(r->type);

	if (r->refs->n != 1)
		return;
	if (kind != NULL)
		moment(r, kind, "");
	if (kind == NULL || r->refs->item[0] == NULL)
		add(r, r->refs->v[0]);
	if (kind == NULL && r->type != NULL)
		add(r, arena_printf(r->arena, "cast(%s as %s)", r->refs->v[0],
		    r->type));
}

/* when COND: the field where it is true, else null. */
static bool
when(struct rule *r, const char *rest)
{
	if (r->refs->n == 1 && rest[0] != '\0')
		add(r, arena_printf(r->arena, "case when %s then %s end", rest,
		    r->refs->v[0]));
	return true;
}

/* Words with something behind them. */
static bool
rule_with_rest(struct rule *r, const char *rule)
{
	const char *rest;

	if ((rest = sheet_after(rule, "date")) != NULL)
		return moment(r, "date", rest);
	if ((rest = sheet_after(rule, "timestamp")) != NULL)
		return moment(r, "timestamp", rest);
	if ((rest = sheet_after(rule, "time")) != NULL)
		return moment(r, "time", rest);
	if ((rest = sheet_after(rule, "lookup")) != NULL)
		return lookup(r, rest);
	if ((rest = sheet_after(rule, "null if")) != NULL ||
	    (rest = sheet_after(rule, "null when")) != NULL)
		return null_if(r, rest);
	if ((rest = sheet_after(rule, "when")) != NULL ||
	    (rest = sheet_after(rule, "if")) != NULL ||
	    (rest = sheet_after(rule, "only when")) != NULL ||
	    (rest = sheet_after(rule, "only if")) != NULL)
		return when(r, rest);
	if ((rest = sheet_after(rule, "constant")) != NULL ||
	    (rest = sheet_after(rule, "literal")) != NULL ||
	    (rest = sheet_after(rule, "fixed value")) != NULL) {
		if (rest[0] != '\0')
			add(r, literal(r->arena, rest, true));
		return true;
	}
	if ((rest = sheet_after(rule, "default")) != NULL) {
		if (r->refs->n == 1 && rest[0] != '\0')
			add(r, arena_printf(r->arena, "coalesce(%s, %s)",
			    r->refs->v[0], literal(r->arena, rest, true)));
		return true;
	}
	return false;
}

/* Words that say all. */
static bool
rule_alone(struct rule *r, const char *rule)
{
	static const struct {
		const char *words, *function;
		bool all;
	} calls[] = {
		{ "trim", "trim", false }, { "upper", "upper", false },
		{ "uppercase", "upper", false },
		{ "upper case", "upper", false },
		{ "lower", "lower", false }, { "lowercase", "lower", false },
		{ "lower case", "lower", false },
		{ "initcap", "initcap", false },
		{ "title case", "initcap", false },
		{ "proper case", "name_case", false },
		{ "name case", "name_case", false },
		{ "digits", "digits", false },
		{ "leading zeros", "digits", false },
		{ "keep leading zeros", "digits", false },
		{ "label", "label", false }, { "88", "label", false },
		{ "decode", "label", false }, { "redact", "redact", false },
		{ "full name", "full_name", true },
		{ "full_name", "full_name", true },
		{ "coalesce", "coalesce", true },
		{ "hash key", "hash_key", true },
		{ "surrogate key", "hash_key", true },
		{ "uuid", "uuid_key", true },
	};
	size_t i;

	for (i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (strcasecmp(rule, calls[i].words) == 0)
			return calls[i].all ?
			    call_all(r, calls[i].function, "") :
			    call(r, calls[i].function);
	if (strcasecmp(rule, "concat") == 0 ||
	    strcasecmp(rule, "concatenate") == 0 ||
	    strcasecmp(rule, "join") == 0)
		return call_all(r, "concat_ws", "' '");
	if (strcasecmp(rule, "occurrence") == 0 ||
	    strcasecmp(rule, "sequence") == 0 || strcasecmp(rule, "seq") == 0)
		add(r, "occurrence()");
	else if (strcasecmp(rule, "record number") == 0)
		add(r, "record_number()");
	return r->n > 0;
}

uint32_t
sheet_rule(struct arena *a, const char *rule, const char *type,
    const struct sheet_refs *refs, struct sheet_choice choice[SHEET_CHOICES])
{
	static const char *const nothing[] = { "", "-", "none", "n/a", "as is",
	    "move", "move as is", "move as-is", "direct", "direct move",
	    "straight move", "copy", "1:1", "1-1", "no change", NULL };
	struct rule r = { .arena = a, .type = type, .refs = refs,
	    .choice = choice };

	if (is_one_of(rule, nothing)) {
		as_is(&r);
		return r.n;
	}
	if (rule_alone(&r, rule) || rule_with_rest(&r, rule))
		return r.n;
	add(&r, rule);
	if (type != NULL)
		add(&r, arena_printf(a, "cast(%s as %s)", rule, type));
	return r.n;
}
