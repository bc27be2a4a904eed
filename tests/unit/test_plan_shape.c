/*
 * Rows of another shape than the record's: unpivot:, distinct:, and keys made
 * by hashing.  Hashes are those that xxhsum, the program of xxHash's makers,
 * prints (printf '2:aa1:X' | xxhsum -H2).
 */
#include "plan_fixture.h"
#include "tap.h"

static const struct {
	const char *what, *copybook, *tables, *want;
	struct slice rec[4];
} cases[] = {
	{ "a row of each expression", "01 R. 05 ID PIC 9. 05 JAN PIC 99. "
	    "05 FEB PIC 9V9. 05 MAR PIC 99.\n",
	    "tables:\n  t:\n    unpivot: [JAN, FEB, MAR]\n"
	    "    columns: {i: ID, n: unpivot_number(), m: unpivot_name(),\n"
	    "      v: unpivot_value()}\n",
	    "t: 1|1|JAN|2.0\nt: 1|2|FEB|0.3\nt: 1|3|MAR|4.0\n"
	    "t: 2|1|JAN|5.0\nt: 2|2|FEB|0.6\nt: 2|3|MAR|7.0\nLL\n",
	    { R("1020304"), R("2050607") } },
	{ "some of them", "01 R. 05 ID PIC 9. 05 A PIC 9. 05 B PIC 9.\n",
	    "tables:\n  t:\n    unpivot: [A, B, A + B]\n"
	    "    when: unpivot_value() > 2 and ID > 0\n"
	    "    columns: {i: ID, m: unpivot_name(), v: unpivot_value() * 2}\n",
	    "t: 2|3|6\nt: 1|B|6\nt: 1|3|10\nLL\n", { R("212"), R("123") } },
	{ "each occurrence, several times", "01 R. 05 T OCCURS 2. "
	    "10 A PIC 9. 88 ONE VALUE 1. 10 B PIC 9.\n",
	    "tables:\n  t:\n    each: T\n    unpivot: [A, B]\n"
	    "    columns: {o: occurrence(), n: unpivot_number(), a: A,\n"
	    "      v: unpivot_value(), one: ONE, l: label(A), w: T(2).A}\n",
	    "t: 1|1|1|1|true|ONE|3\nt: 1|2|1|2|true|ONE|3\n"
	    "t: 2|1|3|3|false|~|3\nt: 2|2|3|4|false|~|3\nL\n",
	    { R("1234") } },
	{ "a bad one rejects the record", "01 R. 05 A PIC 9. 05 B PIC 9.\n",
	    "tables:\n  t:\n    unpivot: [A, B]\n"
	    "    columns: {v: unpivot_value()}\n",
	    "t: 1\nt: 2\n2 D005 t.v #2 B@1+1\nLR\n", { R("12"), R("3?") } },
	{ "texts and numbers do not go together",
	    "01 R. 05 A PIC 9. 05 B PIC X.\n",
	    "tables:\n  t:\n    unpivot: [A, B]\n"
	    "    columns: {v: unpivot_value()}\n", "P005", { R("12") } },
	{ "the functions are for such tables", "01 R. 05 A PIC 9.\n",
	    "tables:\n  t:\n    columns: {v: unpivot_value()}\n", "P007",
	    { R("1") } },
	{ "several types of records", "01 A. 05 T PIC X. 05 N PIC 9(3).\n"
	    "01 B. 05 T PIC X. 05 M PIC 9V9. 05 X PIC X.\n",
	    "records:\n  a: {layout: A, when: T = 'A'}\n"
	    "  b: {layout: B, when: T = 'B'}\n  c: {when: true}\n"
	    "tables:\n  t:\n    of: [b, a]\n    when: T <> 'x'\n    columns:\n"
	    "      n: record_number()\n      r: record_type()\n      t: T\n"
	    "      v: {from: {a: N, b: M + 1}}\n      x: {from: {b: X}}\n",
	    "t: 1|b|B|2.2|q\nt: 2|a|A|5.0|~\nt: 4|b|B|3.0|r\nLLSL\n",
	    { R("B12q"), R("A005"), R("C123"), R("B20r") } },
	{ "keys by hash", "01 R. 05 ID PIC X(2). 05 C PIC X.\n",
	    "tables:\n  t:\n    columns: {k: 'hash_key(ID, C)',\n"
	    "      u: 'uuid_key(ID, C)', l: 'hash_key(nullif(C, ''X''), ID)'}\n",
	    /* 2:aa1:X and ~2:aa; 1:a1:Y, blanks trimmed, and 1:Y1:a */
	    "@", { R("aaX"), R("a Y") } },
};

/* What xxhsum -H2 says of the text, as the functions show it. */
static void
expected_keys(struct buf *b)
{
	static const struct {
		uint64_t hi, lo, lo_null;
	} hash[] = {
		{ 0xbe3814a1d7b0a4f9, 0x80a92de36939374d, 0xcdce5a0dfa8f7e0b },
		{ 0xd82d41b3c6f3a5cc, 0xce59cabf136e0b12, 0xbd4b00aa45c0cb73 },
	};
	size_t i;

	for (i = 0; i < 2; i++)
		buf_printf(b, "t: %" PRIu64 "|%08" PRIx64 "-%04" PRIx64 "-8%03"
		    PRIx64 "-%04" PRIx64 "-%012" PRIx64 "|%" PRIu64 "\n",
		    hash[i].lo & INT64_MAX, hash[i].hi >> 32,
		    hash[i].hi >> 16 & 0xffff, hash[i].hi & 0xfff,
		    (hash[i].lo >> 48 & 0x3fff) | 0x8000,
		    hash[i].lo & 0xffffffffffff, hash[i].lo_null & INT64_MAX);
	buf_puts(b, "LL\n");
}

int
main(void)
{
	struct world w;
	struct buf out, want;
	uint32_t size, n;
	size_t i;

	buf_init(&out, 1u << 20);
	buf_init(&want, 1u << 16);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_open(&w, cases[i].copybook, cases[i].tables, "", NULL,
		    NULL);
		if (w.plan == NULL) {
			is_str(diag_name(w.diags.first->code), cases[i].want,
			    "%s", cases[i].what);
			world_close(&w);
			continue;
		}
		buf_clear(&want);
		if (cases[i].want[0] == '@')
			expected_keys(&want);
		else
			buf_puts(&want, cases[i].want);
		for (n = 0; n < 4 && cases[i].rec[n].p != NULL; n++)
			;
		for (size = 1; size <= 1000; size += 999) {
			buf_clear(&out);
			world_run(&w, cases[i].rec, n, size, NULL, &out);
			is_str(out.p, want.p, "%s, batches of %u",
			    cases[i].what, size);
		}
		world_close(&w);
	}
	buf_fini(&out);
	buf_fini(&want);
	return tap_done();
}
