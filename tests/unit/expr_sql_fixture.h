/*
 * Expressions as SQL: the table that they are over, its rows, and expressions,
 * written by hand and by chance.  Names and texts have accents, blanks, quotes
 * and many words, or none.
 */
#ifndef EXPR_SQL_FIXTURE_H
#define EXPR_SQL_FIXTURE_H

#include "own_fixture.h"
#include "plan/expr_sql.h"
#include "tap.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])
#define C(n, t, s)	{ .name = (n), .type = t, .scale = (s) }
#define NUMERIC(p, s)	{ .kind = SQL_NUMERIC, .precision = (p), .scale = (s) }

static struct schema_column sql_columns[] = {
	C("id", { .kind = SQL_INTEGER }, 0),
	C("first", { .kind = SQL_TEXT }, 0),
	C("middle", { .kind = SQL_TEXT }, 0),
	C("last", { .kind = SQL_TEXT }, 0),
	C("name", { .kind = SQL_TEXT }, 0),
	C("Odd \"Name\"", { .kind = SQL_TEXT }, 0),
	C("digits", { .kind = SQL_TEXT }, 0),
	C("small", { .kind = SQL_SMALLINT }, 0),
	C("whole", { .kind = SQL_INTEGER }, 0),
	C("large", { .kind = SQL_BIGINT }, 0),
	C("amount", NUMERIC(11, 2), 2),
	C("rate", NUMERIC(5, 4), 4),
	C("wide", NUMERIC(24, 3), 3),
	{ .name = "minor", .type = NUMERIC(9, 2), .scale = 2,
	    .sqlite = SQLITE_FORM_MINOR },
	C("flag", { .kind = SQL_BOOLEAN }, 0),
	C("born", { .kind = SQL_DATE }, 0),
	C("seen", { .kind = SQL_TIMESTAMP }, 0),
	C("at", { .kind = SQL_TIME }, 0),
	C("order", { .kind = SQL_TEXT }, 0),
};
static const struct schema_table sql_table = {
	.name = "src", .column = sql_columns, .ncolumn = COUNT(sql_columns),
};
#define SQL_COLUMNS	((uint32_t)COUNT(sql_columns))

static uint64_t sql_state;

static inline uint32_t
draw(uint32_t n)
{
	sql_state = sql_state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((sql_state >> 33) % n);
}

static const char *const sql_words[] = { "Simon", "Darth", "Vader", "Gordon",
	"Matthew", "Thomas", "Sumner", "Pablo", "Diego", "José", "Francisco",
	"de", "Paula", "Juan", "María", "los", "Remedios", "Picasso", "van",
	"der", "Berg", "von", "la", "Cruz", "O'Neil", "D'Arcy", "Jr.", "Sr",
	"III", "MD", "PhD.", "Esq", "Jr,", "and", "&", "or", "Dr.", "Mrs",
	"A.", "B", "É.", "ß", "Øl", "Çelik", "Łukasz", "日本", "x2", "7",
	"N/A", "nmn", "NMI", "Null", "none", "\"q\"", "''", "\\", "%", "_",
	"[a]", "*", "Ѐ", "ﬁ", "İz", "ǅ", "bin", "al", "Da", "Ter", "VAN",
	"De", ",", "a,b", "-", "ZU", "+", "d.e", ".", "del", "Van.", "å" };

static inline const char *
draw_text(struct arena *a)
{
	static const char *const gaps[] = { " ", " ", " ", " ", "  ", "    ",
	    ", ", "", ",", "\t" };
	uint32_t n = draw(8) == 0 ? draw(40) : draw(4), i;
	const char *s = draw(10) == 0 ? " " : "";

	if (draw(12) == 0)
		return NULL;
	for (i = 0; i < n; i++)
		s = arena_printf(a, "%s%s%s", s, i > 0 ? gaps[draw(
		    COUNT(gaps))] : "", sql_words[draw(COUNT(sql_words))]);
	return draw(10) == 0 ? arena_printf(a, "%s  ", s) : s;
}

static inline const char *
draw_digits(struct arena *a)
{
	static const char *const odd[] = { "", " ", "-", "+", "1.5", ".5",
	    "5.", "1e3", "0x1", "- 1", "99999999999999999999", "1,5", "12a",
	    "9223372036854775807", "9223372036854775808",
	    "-9223372036854775808", "-9223372036854775809", "٣", "\t12\n",
	    "2147483648", "-2147483648", "32767", "32768", "1.", "0.005",
	    "-0.005", "12345678901234567890.5", "+.5", "1.2.3", "000" };

	if (draw(10) == 0)
		return NULL;
	if (draw(3) == 0)
		return odd[draw(COUNT(odd))];
	return arena_printf(a, "%s%s%0*u%s", draw(5) == 0 ? " " : "",
	    draw(4) == 0 ? "-" : draw(6) == 0 ? "+" : "",
	    (int)draw(9) + 1, draw(draw(2) ? 1000 : 100000000),
	    draw(6) == 0 ? " " : "");
}

/* A decimal of so many digits and decimals, any of them. */
static inline const char *
draw_number(struct arena *a, uint32_t digits, uint32_t scale)
{
	char text[48];
	uint32_t n = 1 + draw(digits), i, k = 0;

	if (draw(10) == 0)
		return NULL;
	if (n <= scale)
		n = scale + 1 > digits ? digits : scale + 1;
	if (draw(3) == 0)
		text[k++] = '-';
	if (n == scale)
		text[k++] = '0';
	for (i = 0; i < n; i++) {
		if (i == n - scale && scale > 0)
			text[k++] = '.';
		text[k++] = (char)('0' + (i == 0 && n > scale + 1 ?
		    1 + draw(9) : i + 1 == n ? 5 : draw(6) == 0 ? 0 :
		    draw(7) == 0 ? 9 : draw(10)));
	}
	text[k] = '\0';
	return arena_strdup(a, text);
}

static inline const char *
draw_cell(struct arena *a, uint32_t row, uint32_t c)
{
	const struct schema_column *is = &sql_columns[c];

	switch (is->type.kind) {
	case SQL_TEXT:
		return c == 6 ? draw_digits(a) : draw_text(a);
	case SQL_SMALLINT:
		return draw(10) == 0 ? NULL : arena_printf(a, "%d",
		    (int)draw(65536) - 32768);
	case SQL_INTEGER:
		return c == 0 ? arena_printf(a, "%u", row + 1) :
		    draw(10) == 0 ? NULL : arena_printf(a, "%lld", draw(4) ?
		    (long long)draw(2000) - 1000 :
		    (long long)draw(2147483647) - 1073741824);
	case SQL_BIGINT:
		return draw_number(a, 18, 0);
	case SQL_NUMERIC:
		return draw_number(a, (uint32_t)is->type.precision,
		    (uint32_t)is->scale);
	case SQL_BOOLEAN:
		return draw(6) == 0 ? NULL : draw(2) ? "true" : "false";
	case SQL_DATE:
		return draw(10) == 0 ? NULL : arena_printf(a,
		    "%04u-%02u-%02u", draw(3) ? 1900 + draw(150) : 1 +
		    draw(9999), 1 + draw(12), 1 + draw(28));
	case SQL_TIME:
		return draw(10) == 0 ? NULL : arena_printf(a,
		    "%02u:%02u:%02u%s", draw(24), draw(60), draw(60),
		    draw(2) ? ".5" : "");
	default:
		return draw(10) == 0 ? NULL : arena_printf(a,
		    "%04u-%02u-%02u %02u:%02u:%02u", 1900 + draw(150),
		    1 + draw(12), 1 + draw(28), draw(24), draw(60), draw(60));
	}
}

static inline void
sql_rows(struct arena *a, struct own_rows *rows, uint32_t n)
{
	uint32_t i, k;

	*rows = (struct own_rows){ &sql_table, arena_array(a,
	    n * SQL_COLUMNS, sizeof *rows->cell), n };
	for (i = 0; i < n; i++)
		for (k = 0; k < SQL_COLUMNS; k++)
			rows->cell[i * SQL_COLUMNS + k] = draw_cell(a, i, k);
}

/* By hand: those that are names, and each thing once. */
static const char *const sql_expressions[] = {
	"full_name(first, middle, last)", "full_name(first, last)",
	"full_name(first)", "full_name(name, middle, last, first, digits)",
	"full_name('  a  b ', middle, 'c')", "full_name(first, null, last)",
	"full_name(first, 'N/A', last)", "full_name(whole, middle, amount)",
	"split_name(name, 'first')", "split_name(name, 'middle')",
	"split_name(name, 'last')", "split_name_doubtful(name)",
	"split_name(full_name(first, middle, last), 'first')",
	"split_name(full_name(first, middle, last), 'middle')",
	"split_name(full_name(first, middle, last), 'last')",
	"case when split_name_doubtful(name) then name else "
	    "split_name(name, 'last') end",
	"case when name not like '% %' then name else "
	    "split_name(name, 'first') end",
	"first", "\"Odd \"\"Name\"\"\"", "\"order\"", "small", "whole",
	"large", "amount", "rate", "wide", "minor", "flag", "born", "seen",
	"at",
	"'it''s'", "'a\\b'", "12", "1.50", "-3.2", "true", "false", "null",
	"date '2026-01-31'", "timestamp '2026-01-31 23:59:59'",
	"first || last", "first || ' ' || coalesce(middle, '')",
	"first || whole", "first || amount", "amount || ''", "rate || 'x'",
	"minor || ''", "whole || '/' || small || '/' || large",
	"'a' || 'b'", "first || null",
	"first = last", "first <> last", "first < last", "first <= last",
	"first > 'M'", "first >= 'É'", "'B' < first", "name = ''",
	"whole = 5", "whole < small", "amount > 100", "amount = minor",
	"amount < 0.5", "rate >= amount", "large > whole", "amount <> 1.005",
	"large = 9.5", "flag", "not flag", "flag = true", "born = seen::date",
	"born = date '2000-01-01'", "born is null", "born is not null",
	"at < '12:00'", "at = '13:30:05'", "at >= at",
	"flag and whole > 0", "flag or whole > 0", "not (flag or first = 'a')",
	"flag is distinct from true", "first is distinct from last",
	"first is not distinct from middle", "amount is distinct from minor",
	"first in ('Simon', 'Darth', last)", "first not in ('Simon', middle)",
	"whole in (1, 2.0, small)", "amount between 0 and 100",
	"amount not between -1 and minor", "first between 'A' and 'N'",
	"first is null", "middle is not null",
	"first like 'S%'", "first like '%o_'", "name not like '% %'",
	"name like '%!%%' escape '!'", "name like '%\\_%'", "name like '%[a]%'",
	"name like '%*%'", "name like '_'", "name like ''", "name like '%é%'",
	"name like '%日_'", "name like '%?%'",
	"case when first = 'Simon' then 1 when flag then 2 end",
	"case when flag then first else last end",
	"case whole when 5 then 'five' when 6.0 then 'six' else 'many' end",
	"case first when 'Simon' then 'S' when middle then 'M' end",
	"case when flag then amount else whole end",
	"case when flag then 1.5 else small end || ''",
	"case when flag then born end",
	"coalesce(first, middle, '')", "coalesce(amount, 0)",
	"coalesce(amount, 0) || ''", "coalesce(whole, small)",
	"coalesce(born, date '2000-01-01')", "coalesce(null, first)",
	"coalesce(flag, false)", "coalesce(minor, amount)",
	"coalesce(large, whole)",
	"nullif(first, '')", "nullif(first, last)", "nullif(whole, 5)",
	"nullif(amount, 0)", "nullif(amount, minor)", "nullif(whole, 1.5)",
	"nullif(middle, 'N/A')", "nullif('', first)",
	"cast(whole as text)", "cast(amount as text)", "cast(flag as text)",
	"cast(first as varchar(3))", "first::varchar(5)",
	"cast(amount as integer)", "cast(amount as numeric(12,1))",
	"cast(amount as numeric(12,0))", "cast(rate as numeric(4,2))",
	"cast(whole as numeric(12,2))", "cast(minor as numeric(9,1))",
	"cast(whole as smallint)", "cast(large as integer)",
	"cast(flag as integer)", "cast(digits as integer)",
	"cast(digits as bigint)", "cast(digits as smallint)",
	"cast(digits as numeric(10,2))", "cast(digits as numeric(20,0))",
	"cast(amount as numeric(5,2))", "cast('12' as integer)",
	"cast(null as integer)", "cast(amount as numeric)",
	"cast(large as bigint)", "cast(small as integer)",
	"lpad(cast(whole as text), 9, '0')", "cast(born as text)",
	"whole + 1", "whole - small", "whole * small", "amount + 1",
	"amount + minor", "amount - rate", "amount * 2", "minor * minor",
	"minor * 1.5", "rate * small", "-amount", "-whole", "whole + 0.5",
	"(whole + 1) || ''", "(minor + 1.5) || ''", "large + 1",
	"wide + 1", "wide || ''", "amount * rate", "-large", "minor - 0.001",
	"abs(whole)", "abs(amount)", "round(amount, 1)", "round(amount)",
	"trunc(rate, 2)", "ceil(amount)", "floor(amount)", "round(whole)",
	"btrim(name)", "trim(name)", "ltrim(name)", "rtrim(name)",
	"btrim(name, 'SDé ')", "ltrim(name, ' S')", "rtrim(name, 'né.')",
	"trim(leading '0' from digits)", "btrim(name, '')",
	"upper(name)", "lower(name)", "initcap(name)", "upper(first) || last",
	"lower(first) < last", "coalesce(upper(first), last) = middle",
	"upper(first) = upper(last)", "first ilike '%S%'",
	"name ilike '%É%'",
	"length(name)", "char_length(name)", "octet_length(name)",
	"left(name, 3)", "left(name, -2)", "left(name, 0)",
	"right(name, 3)", "right(name, -2)", "right(name, 0)",
	"substr(name, 3)", "substr(name, 3, 2)", "substr(name, -1, 4)",
	"substr(name, 0)", "substring(name from 2 for 3)",
	"substr(name, 2, 0)", "substr(name, -5, 3)",
	"lpad(name, 8)", "lpad(name, 8, 'é*')", "rpad(name, 8, 'ab')",
	"rpad(first, 3)", "lpad(first, 0)", "lpad(digits, 5, '')",
	"replace(name, ' ', '_')", "replace(name, 'é', '')",
	"replace(name, '', 'x')", "replace(name, first, last)",
	"reverse(name)", "translate(name, 'aé', 'x')",
	"strpos(name, 'a')", "strpos(name, '')", "strpos(name, first)",
	"starts_with(name, 'Da')", "starts_with(name, first)",
	"split_part(name, ' ', 1)", "split_part(name, ' ', 2)",
	"split_part(name, ', ', 2)", "split_part(name, '', 1)",
	"split_part(name, '', 2)", "split_part(name, first, 1)",
	"split_part(name, 'xx', 3)",
	"concat(first, middle, last)", "concat(first, whole)",
	"concat_ws(' ', first, middle, last)", "concat_ws(first, 'a', 'b')",
	"concat_ws(', ', last, nullif(first, ''))", "concat_ws(null, first)",
	"ascii(name)", "num_nulls(first, whole, born)",
	"num_nonnulls(first, middle)",
	"greatest(first, last)", "least(first, last, 'M')",
	"greatest(whole, amount)", "least(born, date '2000-01-01')",
	"to_char(born, 'YYYYMMDD')", "to_char(seen, 'DD Mon YYYY HH24:MI')",
	"full_name(first, middle, last) = concat_ws(' ', nullif(first, ''), "
	    "case when middle not in ('', 'NMN', 'NMI', 'N/A') then middle "
	    "end, nullif(last, ''))",
	"born < date '2000-01-01'", "seen > timestamp '2000-01-01 00:00:00'", "born between date "
	    "'1950-01-01' and date '2000-01-01'", "whole / 2", "whole % 3",
	"name_case(name)", "hash_key(name)", "repeat(first, 2)",
	"flag and split_name(name, 'first') = 'Darth'",
	"split_name(name, 'first') = 'Darth' or flag",
};

/* What is stored in columns of these types. */
static const struct {
	const char *e, *type;
	enum sqlite_form form;
} stored[] = {
	{ "full_name(first, middle, last)", "varchar(20)", 0 },
	{ "name", "varchar(7)", 0 }, { "split_name(name, 'last')", "text", 0 },
	{ "split_name(name, 'middle')", "varchar(5)", 0 },
	{ "case when flag then split_name(name, 'first') else '' end", "text",
	    0 },
	{ "whole", "smallint", 0 }, { "amount", "numeric(6,2)", 0 },
	{ "amount", "integer", 0 }, { "amount", "numeric(12,1)", 0 },
	{ "whole", "numeric(8,3)", 0 }, { "minor", "numeric(9,2)", 0 },
	{ "amount", "numeric(9,2)", SQLITE_FORM_MINOR },
	{ "minor", "numeric(17,3)", 0 }, { "cast(digits as integer)",
	    "integer", 0 }, { "cast(digits as bigint)", "bigint", 0 },
	{ "cast(digits as smallint)", "smallint", 0 },
	{ "flag", "boolean", 0 }, { "born", "date", 0 },
	{ "whole > 3", "boolean", 0 }, { "whole", "text", 0 },
	{ "amount", "text", 0 }, { "null", "integer", 0 }, { "'5'",
	    "integer", 0 }, { "large", "integer", 0 },
	{ "coalesce(amount, 0) + 1", "numeric(7,2)", 0 },
	{ "flag and split_name(name, 'first') = 'Darth'", "boolean", 0 },
	{ "split_name(name, 'first') = 'Darth' or flag", "boolean", 0 },
};

/* ---- by chance ---------------------------------------------------------- */

enum gen_type { GEN_TEXT, GEN_WHOLE, GEN_DECIMAL, GEN_BOOL };

static const char *gen(struct arena *, enum gen_type, int depth);

static inline const char *
gen_text(struct arena *a, int depth)
{
	static const char *const leaf[] = { "first", "middle", "last", "name",
	    "\"order\"", "'x'", "''", "' é '", "digits" };
	const char *x;

	if (depth == 0)
		return leaf[draw(COUNT(leaf))];
	x = gen(a, GEN_TEXT, depth - 1);
	switch (draw(15)) {
	case 0:
		return arena_printf(a, "(%s || %s)", x, gen(a, GEN_TEXT,
		    depth - 1));
	case 1:
		return arena_printf(a, "coalesce(%s, %s)", x, gen(a, GEN_TEXT,
		    depth - 1));
	case 2:
		return arena_printf(a, "nullif(%s, %s)", x, gen(a, GEN_TEXT,
		    depth - 1));
	case 3:
		return arena_printf(a, "case when %s then %s else %s end",
		    gen(a, GEN_BOOL, depth - 1), x, gen(a, GEN_TEXT,
		    depth - 1));
	case 4:
		return arena_printf(a, "full_name(%s, %s, %s)", x,
		    gen(a, GEN_TEXT, depth - 1), gen(a, GEN_TEXT, 0));
	case 5:
		return arena_printf(a, "substr(%s, %d, %u)", x,
		    (int)draw(6) - 1, draw(5));
	case 6:
		return arena_printf(a, "trim(%s)", x);
	case 7:
		return arena_printf(a, "left(%s, %d)", x, (int)draw(9) - 4);
	case 8:
		return arena_printf(a, "replace(%s, %s, %s)", x,
		    gen(a, GEN_TEXT, 0), gen(a, GEN_TEXT, 0));
	case 9:
		return arena_printf(a, "lpad(%s, %u, '*é')", x, draw(12));
	case 10:
		return arena_printf(a, "concat_ws(%s, %s, %s)", gen(a,
		    GEN_TEXT, 0), x, gen(a, GEN_TEXT, depth - 1));
	case 11:
		return arena_printf(a, "split_part(%s, %s, %u)", x, gen(a,
		    GEN_TEXT, 0), 1 + draw(3));
	case 12:
		return arena_printf(a, "cast(%s as text)", gen(a, draw(2) ?
		    GEN_WHOLE : GEN_DECIMAL, depth - 1));
	case 13:
		return arena_printf(a, "cast(%s as varchar(%u))", x, 1 +
		    draw(9));
	default:
		return arena_printf(a, "split_name(%s, '%s')", x, draw(2) ?
		    "first" : draw(2) ? "middle" : "last");
	}
}

static inline const char *
gen_whole(struct arena *a, int depth)
{
	static const char *const leaf[] = { "small", "whole", "7", "0", "-3" };

	if (depth == 0)
		return leaf[draw(COUNT(leaf))];
	switch (draw(6)) {
	case 0:
		return arena_printf(a, "(%s + %s)", gen(a, GEN_WHOLE,
		    depth - 1), gen(a, GEN_WHOLE, 0));
	case 1:
		return arena_printf(a, "(%s - %s)", gen(a, GEN_WHOLE,
		    depth - 1), gen(a, GEN_WHOLE, 0));
	case 2:
		return arena_printf(a, "length(%s)", gen(a, GEN_TEXT,
		    depth - 1));
	case 3:
		return arena_printf(a, "coalesce(%s, %s)", gen(a, GEN_WHOLE,
		    depth - 1), gen(a, GEN_WHOLE, 0));
	case 4:
		return arena_printf(a, "strpos(%s, %s)", gen(a, GEN_TEXT,
		    depth - 1), gen(a, GEN_TEXT, 0));
	default:
		return arena_printf(a, "case when %s then %s end", gen(a,
		    GEN_BOOL, depth - 1), gen(a, GEN_WHOLE, depth - 1));
	}
}

static inline const char *
gen_decimal(struct arena *a, int depth)
{
	static const char *const leaf[] = { "amount", "rate", "minor", "1.5",
	    "-0.25" };

	if (depth == 0)
		return leaf[draw(COUNT(leaf))];
	switch (draw(5)) {
	case 0:
		return arena_printf(a, "(%s + %s)", gen(a, GEN_DECIMAL,
		    depth - 1), gen(a, GEN_WHOLE, 0));
	case 1:
		return arena_printf(a, "(%s * %u.%u)", gen(a, GEN_DECIMAL, 0),
		    draw(9), draw(10));
	case 2:
		return arena_printf(a, "coalesce(%s, %s)", gen(a, GEN_DECIMAL,
		    depth - 1), gen(a, GEN_WHOLE, 0));
	case 3:
		return arena_printf(a, "cast(%s as numeric(14,%u))", gen(a,
		    GEN_DECIMAL, depth - 1), draw(5));
	default:
		return arena_printf(a, "nullif(%s, %s)", gen(a, GEN_DECIMAL,
		    depth - 1), gen(a, GEN_DECIMAL, 0));
	}
}

static inline const char *
gen_bool(struct arena *a, int depth)
{
	static const char *const sign[] = { "=", "<>", "<", "<=", ">", ">=" };
	enum gen_type t;

	if (depth == 0)
		return draw(2) ? "flag" : "whole > 0";
	switch (draw(5)) {
	case 0:
		return arena_printf(a, "(%s %s %s)", gen(a, GEN_BOOL,
		    depth - 1), draw(2) ? "and" : "or", gen(a, GEN_BOOL,
		    depth - 1));
	case 1:
		return arena_printf(a, "not %s", gen(a, GEN_BOOL, 0));
	case 2:
		return arena_printf(a, "(%s is %snull)", gen(a, GEN_TEXT,
		    depth - 1), draw(2) ? "" : "not ");
	case 3:
		return arena_printf(a, "(%s in (%s, 'a', %s))", gen(a,
		    GEN_TEXT, depth - 1), gen(a, GEN_TEXT, 0), gen(a,
		    GEN_TEXT, 0));
	default:
		t = (enum gen_type)draw(3);
		return arena_printf(a, "(%s %s %s)", gen(a, t, depth - 1),
		    sign[draw(6)], gen(a, t, depth - 1));
	}
}

static inline const char *
gen(struct arena *a, enum gen_type t, int depth)
{
	return t == GEN_TEXT ? gen_text(a, depth) : t == GEN_WHOLE ?
	    gen_whole(a, depth) : t == GEN_DECIMAL ? gen_decimal(a, depth) :
	    gen_bool(a, depth);
}

static inline struct expr *
sql_parse(struct arena *a, const char *e)
{
	struct diags diags;

	diags_init(&diags, a);
	return expr_parse(a, &diags, srctext_new(a, "e", e, strlen(e)), 0,
	    strlen(e));
}

#endif
