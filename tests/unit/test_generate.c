/*
 * Made records, and what they are made with: dates by their formats (expected
 * values from PostgreSQL's to_char), whole numbers in records (by hand), and
 * that a record follows from its number alone.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "cobol/copybook.h"
#include "plan/date.h"
#include "plan/generate.h"
#include "plan/plan.h"
#include "record/record.h"
#include "tap.h"

static void
test_dates(void)
{
	static const struct {
		enum vtype to;
		const char *format, *text;
		int64_t v;
		uint32_t width;
	} t[] = {
		/* 2026-01-31 is day 20484; 44642.123456 s is 12:24:02.123456 */
		{ V_DATE, "YYYYMMDD", "20260131", 20484, 0 },
		{ V_DATE, "YYYYDDD", "2026031", 20484, 0 },
		{ V_DATE, "YYMMDD", "260131", 20484, 0 },
		{ V_DATE, "CYYMMDD", "1260131", 20484, 0 },
		{ V_DATE, "MM/DD/YYYY", "01/31/2026", 20484, 10 },
		{ V_DATE, "DDMONYYYY", "31JAN2026", 20484, 0 },
		{ V_DATE, "LILIAN", "161912", 20484, 0 },
		{ V_DATE, "UNIX", "1769817600", 20484, 0 },
		{ V_DATE, "YYMMDD", "", -40000, 0 },	/* 1860-06-25 */
		{ V_DATE, "YYYYMMDD", "", 3000000, 0 },	/* year 10183 */
		{ V_TIME, "HH24.MI.SS", "12.24.02", 44642000000, 8 },
		{ V_TIME, "HH12:MI AM", "12:24 PM", 44642000000, 8 },
		{ V_TIME, "USA", "00:00 AM", 0, 8 },
		{ V_TIME, "SSSSS", "44642", 44642000000, 0 },
		{ V_TSTAMP, "DB2", "2026-01-31-12.24.02.123456",
		    1769862242123456, 26 },
		{ V_TSTAMP, "DB2", "2026-01-31-12.24.02", 1769862242000000,
		    19 },
		{ V_TSTAMP, "DB2", "", 1769862242123456, 19 },
		{ V_TSTAMP, "PACKED", "\x20\x26\x01\x31\x12\x24\x02\x12\x34"
		    "\x56", 1769862242123456, 10 },
		{ V_DATE, "YYYYMMDD", "", MOMENT_INFINITY, 0 },
	};
	struct k_date k;
	char out[DATE_WRITE_MAX];
	uint32_t i, n;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(&k, 0, sizeof k);
		k.to = t[i].to;
		k.policies = &policies_default;
		ok(date_form_read(&k, slice_str(t[i].format)), "%s",
		    t[i].format);
		n = date_write(&k, t[i].v, t[i].width, out);
		ok(n == strlen(t[i].text) && memcmp(out, t[i].text, n) == 0,
		    "%s of %lld is %s (got %.*s)", t[i].format,
		    (long long)t[i].v, t[i].text, (int)n, out);
	}
}

static void
test_numbers(void)
{
	static const struct {
		struct number_field f;
		uint64_t v;
		const char *bytes;	/* NULL: it does not fit */
	} t[] = {
		{ { 0, 2, NUMBER_BIG, 0 }, 300, "\x01\x2c" },
		{ { 0, 2, NUMBER_LITTLE, 0 }, 300, "\x2c\x01" },
		{ { 0, 1, NUMBER_BIG, 0 }, 300, NULL },
		{ { 0, 4, NUMBER_ZONED, 0 }, 120, "\xf0\xf1\xf2\xf0" },
		{ { 0, 3, NUMBER_ZONED, 0 }, 1200, NULL },
		{ { 0, 2, NUMBER_PACKED, 0 }, 120, "\x12\x0c" },
		{ { 0, 2, NUMBER_PACKED, 0 }, 1200, NULL },
		{ { 0, 2, NUMBER_PACKED_UNSIGNED, 0 }, 1200, "\x12\x00" },
		{ { 0, 3, NUMBER_PACKED, 1 }, 120, "\x01\x20\x0c" },
		{ { 0, 2, NUMBER_PACKED, -1 }, 1200, "\x12\x0c" },
		{ { 0, 2, NUMBER_PACKED, -1 }, 1201, NULL },
	};
	uint8_t p[16];
	uint64_t back;
	uint32_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(p, 0xee, sizeof p);
		if (t[i].bytes == NULL) {
			ok(!number_write(&t[i].f, p, t[i].v, 0xf0),
			    "%llu does not fit", (unsigned long long)t[i].v);
			continue;
		}
		ok(number_write(&t[i].f, p, t[i].v, 0xf0) &&
		    memcmp(p, t[i].bytes, t[i].f.size) == 0 &&
		    p[t[i].f.size] == 0xee, "%llu, form %d",
		    (unsigned long long)t[i].v, (int)t[i].f.form);
		ok(number_read(&t[i].f, p, &back) && back == t[i].v,
		    "%llu is read back", (unsigned long long)t[i].v);
	}
}

#define RECORDS	64u
#define SIZE	512u

static const char book[] = "01 R. 05 ID PIC 9(6). 05 C PIC X. 88 A VALUE 'A'. "
    "88 B VALUE 'B'. 05 N PIC 9. 05 AMT PIC S9(5)V99 COMP-3. "
    "05 T OCCURS 0 TO 3 DEPENDING ON N. 10 X PIC X(7). 10 F COMP-2. "
    "05 B-PART PIC X(4). 05 A-PART REDEFINES B-PART PIC 9(4). "
    "05 U PIC U(3). 05 W PIC N(3). 05 E PIC -(4)9.9.";

/* Records 0 to n - 1, each with `extra` in front of it in its run. */
static void
make(const struct generator *g, uint8_t out[RECORDS][SIZE],
    uint32_t len[RECORDS], uint32_t step)
{
	struct to_generate of[RECORDS];
	uint8_t *rec[RECORDS];
	struct arena a;
	uint32_t i, k;

	memset(out, 0, RECORDS * SIZE);
	for (i = 0; i < RECORDS; i += step) {
		arena_init(&a);
		for (k = 0; k < step; k++) {
			of[k] = (struct to_generate){ i + k, i + k, 0, 0 };
			rec[k] = out[i + k];
		}
		generator_run(g, of, rec, len + i, step, &a);
		arena_fini(&a);
	}
}

static void
test_generator(void)
{
	static const char map[] = "source: {copybook: c, encoding: cp037}\n"
	    "tables: {t: {key: i, columns: {i: ID}}}\n";
	static uint8_t one[RECORDS][SIZE], all[RECORDS][SIZE];
	struct copybook_options co = { .format = SOURCE_FREE };
	struct plan_options po = { 0 };
	struct generate_options o = { 7, 2000, NULL, NULL, NULL };
	uint32_t len1[RECORDS], len[RECORDS], i, same = 0, sorted = 0;
	struct layout *l;
	struct generator *g;
	struct diags ds;
	struct arena a;

	arena_init(&a);
	diags_init(&ds, &a);
	l = layout_build(&a, &ds, copybook_parse_text(&a, &ds, srctext_new(&a,
	    "c", book, strlen(book)), &co));
	o.mapping = mapping_parse(&a, &ds, srctext_new(&a, "m", map,
	    strlen(map)));
	o.page = po.page = charset_find("cp037", NULL);
	o.plan = plan_build(&a, &ds, l, 0, o.mapping, &po);
	if (!ok(o.plan != NULL, "a plan"))
		exit(1);
	g = generator_new(&a, &ds, l, 0, 0, &o);
	is_int(generator_keys(g), 1000000, "keys of six digits");
	make(g, one, len1, 1);
	make(g, all, len, RECORDS);
	ok(memcmp(one, all, sizeof all) == 0 && memcmp(len, len1,
	    sizeof len) == 0, "alone and together they are the same");
	for (i = 1; i < RECORDS; i++) {
		sorted += memcmp(all[i - 1], all[i], 6) < 0;
		same += memcmp(all[i - 1] + 6, all[i] + 6, 6) == 0;
	}
	is_int(sorted, RECORDS - 1, "keys ascend");
	ok(same < 4, "the rest differs");
	for (i = 0; i < RECORDS; i++)
		if ((all[i][6] != 0xc1 && all[i][6] != 0xc2) ||
		    len[i] != 41 + 15u * (all[i][7] & 15))
			break;
	is_int(i, RECORDS, "codes of 88-levels, lengths by the count");
	arena_fini(&a);
}

int
main(void)
{
	test_dates();
	test_numbers();
	test_generator();
	return tap_done();
}
