/*
 * Values as text and back; the calendar.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "format_cases.h"
#include "tap.h"
#include "value/decimal.h"
#include "value/format.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static char text[FORMAT_MAX + 1];

static const struct {
	int64_t v;
	int16_t scale;
	const char *text;
} integers[] = {
	{ 0, 0, "0" }, { 0, 2, "0.00" }, { 7, 0, "7" }, { -7, 0, "-7" },
	{ 10, 0, "10" }, { 99, 0, "99" }, { 100, 0, "100" },
	{ 5, 2, "0.05" }, { -5, 2, "-0.05" }, { 100, 2, "1.00" },
	{ -12345, 2, "-123.45" }, { 12345, 5, "0.12345" },
	{ 12345, 8, "0.00012345" },
	{ INT64_MAX, 0, "9223372036854775807" },
	{ INT64_MIN, 0, "-9223372036854775808" },
	{ INT64_MIN, 18, "-9.223372036854775808" },
};

static const struct {
	const char *in;
	bool good;
	const char *out;	/* printed again */
} decimals[] = {
	{ "0", true, "0" }, { "+12", true, "12" }, { "-0.50", true, "-0.50" },
	{ " 1.5 ", true, "1.5" }, { ".5", true, "0.5" }, { "5.", true, "5" },
	{ "000123", true, "123" }, { "-0", true, "0" },
	{ "99999999999999999999999999999999999999", true,
	    "99999999999999999999999999999999999999" },
	{ "-9999999999999999999.9999999999999999999", true,
	    "-9999999999999999999.9999999999999999999" },
	{ "00099999999999999999999999999999999999999", true,
	    "99999999999999999999999999999999999999" },
	{ "0.00000000000000000000000000000000000001", true,
	    "0.00000000000000000000000000000000000001" },
	{ "10000000000000000000", true, "10000000000000000000" },
	{ "18446744073709551616", true, "18446744073709551616" },
	{ "100000000000000000000000000000000000001", false, "" },
	{ "0.000000000000000000000000000000000000001", false, "" },
	{ "", false, "" }, { " ", false, "" }, { ".", false, "" },
	{ "+", false, "" }, { "1e5", false, "" }, { "1,5", false, "" },
	{ "1 2", false, "" }, { "- 1", false, "" }, { "1.2.3", false, "" },
	{ "--1", false, "" }, { "1-", false, "" }, { "NaN", false, "" },
};

static const struct {
	const char *in;
	bool good;
} iso[] = {
	{ "2024-02-29", true }, { "0001-01-01", true }, { "9999-12-31", true },
	{ "2023-02-29", false }, { "1900-02-29", false },
	{ "2024-13-01", false }, { "2024-00-01", false },
	{ "2024-04-31", false }, { "2024-01-00", false },
	{ "0000-01-01", false }, { "2024-1-01", false },
	{ "2024/01/01", false }, { "20240101", false },
	{ "2024-01-011", false }, { " 2024-01-01", false }, { "", false },
	{ "2024-01-0x", false },
};

static void
test_numbers(void)
{
	int16_t scale;
	uint32_t i;
	d128 v;

	for (i = 0; i < COUNT(integers); i++) {
		text[format_i64(text, integers[i].v, integers[i].scale)] = 0;
		is_str(text, integers[i].text, "i64, row %u", i);
		text[format_d128(text, integers[i].v, integers[i].scale)] = 0;
		is_str(text, integers[i].text, "d128, row %u", i);
	}
	for (i = 0; i < COUNT(decimals); i++) {
		const char *s = decimals[i].in;

		if (!ok(parse_decimal((const uint8_t *)s, strlen(s), &v,
		    &scale) == decimals[i].good, "'%s' is %sa decimal", s,
		    decimals[i].good ? "" : "not ") || !decimals[i].good)
			continue;
		text[format_d128(text, v, scale)] = '\0';
		is_str(text, decimals[i].out, "'%s' printed", s);
	}
	text[format_d128(text, -(d128_pow10[38] - 1), 60)] = '\0';
	is_int(strlen(text), 63, "38 digits at scale 60 fit FORMAT_MAX");
}

static void
test_floats(void)
{
	uint32_t i;

	for (i = 0; i < COUNT(floats); i++) {
		text[format_f64(text, strtod(floats[i].in, NULL))] = '\0';
		is_str(text, floats[i].out, "double %s", floats[i].in);
	}
	text[format_f64(text, 1e23)] = '\0';
	is_str(text, "1e+23", "the fewest digits that read back as 1e23");
}

/* As PostgreSQL reads them, but for forms that only it has. */
static const struct {
	const char *in, *out;
} moments[] = {
	{ "2026-01-31 23:59:59.123456", "2026-01-31 23:59:59.123456" },
	{ "2026-01-31T23:59:59.1", "2026-01-31 23:59:59.1" },
	{ "2026-01-31 23:59", "2026-01-31 23:59:00" },
	{ "2026-01-31", "2026-01-31 00:00:00" },
	{ "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999" },
	{ "2024-02-28 24:00:00", "2024-02-29 00:00:00" },
	{ "2026-01-31 24:00:01", NULL }, { "2026-01-31 23:60:00", NULL },
	{ "2026-01-31 23:59:60", NULL }, { "2026-01-31 23:59:59.", NULL },
	{ "2026-01-31 23:59:59.1234567", NULL }, { "2026-01-31 ", NULL },
	{ "2026-01-31 2:59:59", NULL }, { "2026-01-31x23:59:59", NULL },
	{ "2026-02-29 23:59:59", NULL }, { "2026-01-31 23:59:5", NULL },
	{ "2026-01-31 23:59:59.12x", NULL }, { "", NULL },
};

/* PostgreSQL 15: 'TEXT'::date - '1970-01-01'::date, and a timestamp's epoch in
 * microseconds. */
static const struct {
	const char *text;
	bool good;
	int64_t v;
} written_dates[] = {
	{ "0044-03-15 BC", true, -735160 }, { "0001-12-31 BC", true, -719163 },
	{ "0005-02-29 BC", true, -720930 }, { "10000-01-01", true, 2932897 },
	{ "5874897-12-31", true, 2145042905 },
	{ "4713-01-01 BC", true, -2440550 }, { "2024-02-29", true, 19782 },
	{ "infinity", true, MOMENT_INFINITY },
	{ "-infinity", true, -MOMENT_INFINITY },
	{ "0004-02-29 BC", false, 0 }, { "0000-01-01", false, 0 },
	{ "0000-01-01 BC", false, 0 }, { "02024-02-29", false, 0 },
	{ "123-01-01", false, 0 }, { "12345678-01-01", false, 0 },
	{ "10000-13-01", false, 0 }, { "10000-1-01", false, 0 },
	{ "10000-01-01 ", false, 0 }, { "10000-01-01 AD", false, 0 },
	{ "10000/01/01", false, 0 }, { "10000-01/01", false, 0 },
	{ "10000-01-1x", false, 0 }, { " BC", false, 0 }, { "", false, 0 },
	{ "-", false, 0 }, { "infinit", false, 0 }, { "infinity BC", false, 0 },
	{ "Infinity", false, 0 }, { "--infinity", false, 0 },
}, written_stamps[] = {
	{ "0044-03-15 12:00:00.5 BC", true, -63517780799500000 },
	{ "0001-12-31 23:59:59.999999 BC", true, -62135596800000001 },
	{ "10000-01-01 00:00:00", true, 253402300800000000 },
	{ "294246-12-31 00:00:00", true, 9223371158400000000 },
	{ "4713-01-01 00:00:00 BC", true, -210863520000000000 },
	{ "1969-12-31 23:59:59.999999", true, -1 },
	{ "infinity", true, MOMENT_INFINITY },
	{ "-infinity", true, -MOMENT_INFINITY },
	/* past what microseconds in 64 bits can say, and what means infinity */
	{ "294247-01-10 04:00:54.775807", false, 0 },
	{ "294247-01-10 04:00:54.775808", false, 0 },
	{ "294276-12-31 23:59:59", false, 0 },
	{ "5874897-12-31 00:00:00", false, 0 },
	{ "290309-01-01 00:00:00 BC", false, 0 },
	{ "10000-01-01", false, 0 }, { "10000-01-01 ", false, 0 },
	{ "10000-01-01T00:00:00", false, 0 },
	{ "10000-01-01 25:00:00", false, 0 },
	{ "0044-03-15 12:00:00.5", true, -60772247999500000 },
	{ "0044-03-15 BC 12:00:00", false, 0 }, { "", false, 0 },
};

static void
test_written(void)
{
	const char *s;
	int64_t v;
	uint32_t i;

	for (i = 0; i < COUNT(written_dates); i++) {
		s = written_dates[i].text;
		v = 0;
		ok(parse_date((const uint8_t *)s, strlen(s), &v) ==
		    written_dates[i].good, "'%s' is %sa date", s,
		    written_dates[i].good ? "" : "not ");
		if (written_dates[i].good)
			is_int(v, written_dates[i].v, "the right one");
	}
	for (i = 0; i < COUNT(written_stamps); i++) {
		s = written_stamps[i].text;
		v = 0;
		ok(parse_tstamp((const uint8_t *)s, strlen(s), &v) ==
		    written_stamps[i].good, "'%s' is %sa timestamp", s,
		    written_stamps[i].good ? "" : "not ");
		if (written_stamps[i].good)
			is_int(v, written_stamps[i].v, "the right one");
	}
}

static void
test_dates(void)
{
	unsigned month, day;
	int64_t days, year;
	uint32_t i;

	for (i = 0; i < COUNT(dates); i++) {
		text[format_date(text, dates[i].days)] = '\0';
		is_str(text, dates[i].text, "day %d", dates[i].days);
		date_to_civil(dates[i].days, &year, &month, &day);
		ok(date_is_real(year, month, day) &&
		    date_from_civil(year, month, day) == dates[i].days,
		    "%s there and back", dates[i].text);
	}
	for (i = 0; i < COUNT(iso); i++) {
		const char *s = iso[i].in;

		ok(parse_date_iso((const uint8_t *)s, strlen(s), &days) ==
		    iso[i].good, "'%s' is %sa date", s,
		    iso[i].good ? "" : "not ");
	}
	text[format_date(text, MOMENT_INFINITY)] = '\0';
	is_str(text, "infinity", "a date of infinity");
	text[format_tstamp(text, -MOMENT_INFINITY)] = '\0';
	is_str(text, "-infinity", "a timestamp of minus infinity");
	parse_date_iso((const uint8_t *)"2024-02-29", 10, &days);
	is_int(days, 19782, "the day of 2024-02-29");
	for (i = 0; i < COUNT(moments); i++) {
		const char *s = moments[i].in;

		ok(parse_tstamp_iso((const uint8_t *)s, strlen(s), &days) ==
		    (moments[i].out != NULL), "'%s' is %sa timestamp", s,
		    moments[i].out != NULL ? "" : "not ");
		if (moments[i].out == NULL)
			continue;
		text[format_tstamp(text, days)] = '\0';
		is_str(text, moments[i].out, "'%s' as decant has it", s);
	}
	for (i = 0; i < COUNT(stamps); i++) {
		text[format_tstamp(text, stamps[i].us)] = '\0';
		is_str(text, stamps[i].text, "timestamp %lld",
		    stamps[i].us);
	}
	for (i = 0; i < COUNT(times); i++) {
		text[format_time(text, times[i].us)] = '\0';
		is_str(text, times[i].text, "time %lld", times[i].us);
	}
}

static void
test_cells(void)
{
	static const uint8_t raw[] = { 0x00, 0xc1, 0xff };
	struct arena arena;
	struct column c;
	struct buf b;

	arena_init(&arena);
	buf_init(&b, 1000);
	column_init(&c, &arena, V_TEXT, 0, 1);
	c.v.text[0] = slice_str("text");
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_BYTES, 0, 1);
	c.v.text[0] = (struct slice){ raw, 3 };
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_BOOL, 0, 1);
	c.v.flag[0] = 1;
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_I64, 2, 1);
	c.v.i64[0] = -5;
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_D128, 1, 1);
	c.v.d128[0] = d128_pow10[20];
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_F64, 0, 1);
	c.v.f64[0] = 0.5;
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	column_init(&c, &arena, V_DATE, 0, 1);
	c.v.i64[0] = 0;
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	c.type = V_TIME;
	format_cell(&b, &c, 0);
	buf_putc(&b, ',');
	c.type = V_TSTAMP;
	format_cell(&b, &c, 0);
	is_str(b.p, "text,\\x00c1ff,true,-0.05,10000000000000000000.0,0.5,"
	    "1970-01-01,00:00:00,1970-01-01 00:00:00", "a cell of each type");
	buf_fini(&b);
	arena_fini(&arena);
}

static void
test_columns(void)
{
	struct arena arena;
	struct column c;
	uint32_t i, wrong = 0;

	arena_init(&arena);
	column_init(&c, &arena, V_I64, 0, 130);
	ok(!column_is_null(&c, 129), "nothing is null at first");
	for (i = 0; i < 130; i += 3)
		column_set_null(&c, &arena, 130, i);
	for (i = 0; i < 130; i++)
		wrong += column_is_null(&c, i) != (i % 3 == 0);
	is_int(wrong, 0, "every third row is null");
	for (i = 0; i < 100; i++)
		column_set_bad(&c, &arena, i / 2 * 2, 7, 1);
	is_int(c.bad.n, 50, "one fault a row");
	ok(c.bad.v[49].row == 98 && c.bad.v[49].op == 7, "the last one");
	arena_fini(&arena);
}

int
main(void)
{
	test_numbers();
	test_floats();
	test_dates();
	test_written();
	test_cells();
	test_columns();
	return tap_done();
}
