/*
 * Terminal tables, the progress line, JSON.
 */
#include "unit/tap.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/json.h"
#include "report/progress.h"
#include "report/summary.h"
#include "report/table.h"

static const struct {
	const char *in;
	size_t len;
	uint32_t max;
	const char *out;
	uint32_t width;
} shown[] = {
	{ "Simon", 5, 0, "Simon", 5 },
	{ "José", 5, 0, "José", 4 },
	{ "日本", 6, 0, "日本", 4 },
	{ "a\nb\tc\r", 6, 0, "a\\nb\\tc\\r", 9 },
	{ "\033[2J", 4, 0, "\\x1b[2J", 7 },	/* ESC: would clear the screen */
	{ "\x7f", 1, 0, "\\x7f", 4 },
	{ "\xc2\x85", 2, 0, "\\u0085", 6 },	/* NEL: EBCDIC 0x15 */
	{ "\xc2\x9b", 2, 0, "\\u009b", 6 },	/* CSI of one byte */
	{ "\xe2\x80\xae", 3, 0, "\\u202e", 6 },	/* right-to-left override */
	{ "a\0b", 3, 0, "a\\x00b", 6 },
	{ "a\xff\xfe", 3, 0, "a\xef\xbf\xbd\xef\xbf\xbd", 3 },
	{ "abcdef", 6, 4, "abc…", 4 },
	{ "abcd", 4, 4, "abcd", 4 },
	{ "", 0, 4, "", 0 },
};

static void
test_show(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		uint32_t width;

		buf_clear(&b);
		width = table_show(&b, shown[i].in, shown[i].len,
		    shown[i].max);
		is_str(b.p != NULL ? b.p : "", shown[i].out, "shown %zu", i);
		is_int(width, shown[i].width, "its width");
	}
	buf_fini(&b);
}

static void
test_table(void)
{
	static const struct table_column column[] = { { "id", true },
	    { "name", false }, { "note", false } };
	struct arena a;
	struct table t;
	struct buf b;

	arena_init(&a);
	buf_init(&b, 4096);
	table_init(&t, &a, column, 3);
	table_printf(&t, "%d", 1);
	table_text(&t, "José");
	table_text(&t, "");
	table_printf(&t, "%d", 1234);
	table_null(&t);
	table_text(&t, "x");
	table_render(&t, &b, false);
	is_str(b.p,
	    "  id  name  note\n"
	    "----  ----  ----\n"
	    "   1  José\n"
	    "1234  null  x\n", "a table");
	is_int(table_width(&t), 16, "its width");
	buf_clear(&b);
	table_render_long(&t, &b, "row", false);
	is_str(b.p,
	    "row 1\n"
	    "  id    1\n"
	    "  name  José\n"
	    "  note\n"
	    "\n"
	    "row 2\n"
	    "  id    1234\n"
	    "  name  null\n"
	    "  note  x\n", "the same, expanded");
	buf_clear(&b);
	table_render(&t, &b, true);
	ok(strstr(b.p, "\033[2mnull\033[0m  x\n") != NULL,
	    "null is faint, and padded outside of its colour");
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_progress(void)
{
	static const struct {
		struct load_progress p;
		double seconds;
		uint32_t width;
		const char *line;
	} v[] = {
		{ { 1000, 300000, 1200000, "loading" }, 2, 80, "loading "
		    "▕██████▊                    ▏  25 %  "
		    "1.00 k records  150 kB/s  0:06 left" },
		{ { 1000, 300000, 1200000, "loading" }, 2, 50, "loading  25 %  "
		    "1.00 k records  150 kB/s  0:06 left" },
		{ { 1000, 300000, 1200000, "loading" }, 2, 20,
		    "loading  25 %" },
		{ { 5, 300, 0, NULL }, 3725, 80,
		    "loading  5 records  0 B/s  1:02:05" },
		{ { 999499, 9, 9, "indexing" }, 10, 40, "indexing 100 %" },
		{ { 12345678, 2000000000, 4000000000, "loading" }, 8, 60,
		    "loading  50 %  12.3 M records  250 MB/s  0:08 left" },
	};
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		buf_clear(&b);
		progress_format(&b, &v[i].p, v[i].seconds, v[i].width);
		is_str(b.p, v[i].line, "progress %zu", i);
	}
	buf_fini(&b);
}

static void
test_json(void)
{
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, 4096);
	json_open(&j, NULL, '{');
	json_text(&j, "a", "x\"y\n");
	json_text(&j, "b", NULL);
	json_open(&j, "c", '[');
	json_uint(&j, NULL, UINT64_MAX);
	json_int(&j, NULL, -1);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_close(&j, ']');
	json_fixed(&j, "d", 1.0 / 3, 3);
	json_fixed(&j, "e", 1e308 * 10, 3);
	json_bool(&j, "f", true);
	json_close(&j, '}');
	is_str(b.p, "{\"a\":\"x\\\"y\\n\",\"b\":null,\"c\":["
	    "18446744073709551615,-1,{}],\"d\":0.333,\"e\":null,\"f\":true}",
	    "JSON");
	buf_fini(&b);
}

static void
test_count(void)
{
	char out[32];

	is_str(summary_count(out, 0), "0", "0");
	is_str(summary_count(out, 999), "999", "999");
	is_str(summary_count(out, 1000), "1,000", "1,000");
	is_str(summary_count(out, 1234567), "1,234,567", "1,234,567");
	is_str(summary_count(out, UINT64_MAX), "18,446,744,073,709,551,615",
	    "2^64 - 1");
}

int
main(void)
{
	test_show();
	test_table();
	test_progress();
	test_json();
	test_count();
	return tap_done();
}
