/*
 * PostgreSQL's type names; see type.h.
 */
#include "value/type.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum sqlkind kind;
	int args;		/* how many numbers may follow */
} names[] = {
	/* longer names first: the first match wins */
	{ "character varying", SQL_TEXT, 1 },
	{ "varchar", SQL_TEXT, 1 },
	{ "text", SQL_TEXT, 0 },
	{ "smallint", SQL_SMALLINT, 0 },
	{ "int2", SQL_SMALLINT, 0 },
	{ "integer", SQL_INTEGER, 0 },
	{ "int4", SQL_INTEGER, 0 },
	{ "int8", SQL_BIGINT, 0 },
	{ "int", SQL_INTEGER, 0 },
	{ "bigint", SQL_BIGINT, 0 },
	{ "numeric", SQL_NUMERIC, 2 },
	{ "decimal", SQL_NUMERIC, 2 },
	{ "real", SQL_REAL, 0 },
	{ "float4", SQL_REAL, 0 },
	{ "double precision", SQL_DOUBLE, 0 },
	{ "float8", SQL_DOUBLE, 0 },
	{ "boolean", SQL_BOOLEAN, 0 },
	{ "bool", SQL_BOOLEAN, 0 },
	{ "date", SQL_DATE, 0 },
	{ "timestamp without time zone", SQL_TIMESTAMP, 0 },
	{ "timestamp", SQL_TIMESTAMP, 0 },
	{ "time without time zone", SQL_TIME, 0 },
	{ "time", SQL_TIME, 0 },
	{ "bytea", SQL_BYTEA, 0 },
};

struct scan {
	const char *p, *end;
};

static void
scan_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
	    *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool
scan_word(struct scan *s, const char *word)
{
	const char *p = s->p;

	for (; *word != '\0'; word++) {
		if (*word == ' ') {
			if (p == s->end || (*p != ' ' && *p != '\t'))
				return false;
			while (p < s->end && (*p == ' ' || *p == '\t'))
				p++;
			continue;
		}
		if (p == s->end || (*p | 0x20) != (*word | 0x20))
			return false;
		p++;
	}
	if (p < s->end && ((*p >= '0' && *p <= '9') || *p == '_' ||
	    ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z')))
		return false;
	s->p = p;
	return true;
}

static bool
scan_number(struct scan *s, uint32_t *v)
{
	const char *from;

	scan_blanks(s);
	from = s->p;
	for (*v = 0; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++)
		if (*v < 100000000)
			*v = *v * 10 + (uint32_t)(*s->p - '0');
	scan_blanks(s);
	return s->p > from;
}

static bool
type_arguments(struct scan *s, struct sqltype *t, int most, const char **why)
{
	uint32_t a[2] = { 0, 0 };
	int n = 0;

	s->p++;			/* the parenthesis */
	do {
		if (n == most) {
			*why = most == 0 ? "this type takes no length" :
			    "too many numbers in the parentheses";
			return false;
		}
		if (!scan_number(s, &a[n++])) {
			*why = "a number is expected in the parentheses";
			return false;
		}
	} while (s->p < s->end && *s->p == ',' && s->p++);
	if (s->p == s->end || *s->p++ != ')') {
		*why = "the parenthesis is not closed";
		return false;
	}
	if (t->kind == SQL_TEXT) {
		if (a[0] < 1 || a[0] > 10485760) {
			*why = "the length must be from 1 to 10485760";
			return false;
		}
		t->length = a[0];
		return true;
	}
	if (a[0] < 1 || a[0] > 38) {
		*why = "the precision must be from 1 to 38";
		return false;
	}
	if (a[1] > a[0]) {
		*why = "the scale must be from 0 to the precision";
		return false;
	}
	t->precision = (int16_t)a[0];
	t->scale = (int16_t)a[1];
	return true;
}

bool
sqltype_parse(const char *p, size_t n, struct sqltype *t, const char **why)
{
	struct scan s = { p, p + n };
	size_t i;

	*t = (struct sqltype){ .kind = SQL_TEXT };
	scan_blanks(&s);
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (scan_word(&s, names[i].name))
			break;
	if (i == sizeof names / sizeof names[0]) {
		*why = "this is no type that decant knows";
		return false;
	}
	t->kind = names[i].kind;
	scan_blanks(&s);
	if (s.p < s.end && *s.p == '(' &&
	    !type_arguments(&s, t, names[i].args, why))
		return false;
	scan_blanks(&s);
	if (s.p < s.end) {
		*why = "something follows the type";
		return false;
	}
	return true;
}

size_t
sqltype_format(char *out, const struct sqltype *t)
{
	static const char *const plain[] = {
		[SQL_TEXT] = "text", [SQL_SMALLINT] = "smallint",
		[SQL_INTEGER] = "integer", [SQL_BIGINT] = "bigint",
		[SQL_NUMERIC] = "numeric", [SQL_REAL] = "real",
		[SQL_DOUBLE] = "double precision", [SQL_BOOLEAN] = "boolean",
		[SQL_DATE] = "date", [SQL_TIME] = "time",
		[SQL_TIMESTAMP] = "timestamp", [SQL_BYTEA] = "bytea",
	};
	int n;

	if (t->kind == SQL_TEXT && t->length > 0)
		n = snprintf(out, 48, "varchar(%u)", t->length);
	else if (t->kind == SQL_NUMERIC && t->precision > 0)
		n = snprintf(out, 48, "numeric(%d,%d)", t->precision, t->scale);
	else
		n = snprintf(out, 48, "%s", plain[t->kind]);
	return (size_t)n;
}

enum vtype
sqltype_vtype(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_TEXT:
		return V_TEXT;
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		return V_I64;
	case SQL_NUMERIC:
		return t->precision > 0 && t->precision <= 18 ? V_I64 : V_D128;
	case SQL_REAL:
	case SQL_DOUBLE:
		return V_F64;
	case SQL_BOOLEAN:
		return V_BOOL;
	case SQL_DATE:
		return V_DATE;
	case SQL_TIME:
		return V_TIME;
	case SQL_TIMESTAMP:
		return V_TSTAMP;
	case SQL_BYTEA:
		return V_BYTES;
	}
	return V_TEXT;
}
