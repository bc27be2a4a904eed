/*
 * Values that need more than an item: null indicators, fields compared as
 * bytes, policies of a column, varchars of a length and a text, and line ends
 * that an extract swapped.
 *
 * Expected values were worked out by hand from the mapping manual and, for
 * Db2's indicators and varchars, from Db2 for z/OS: "Indicator variables,
 * arrays, and structures" and "Host-variable data types" (Application
 * Programming and SQL Guide).  Each case runs in batches of 1, 7 and 1,000
 * records, with the same outcome.
 */
#include "plan_case.h"

#define T	"tables:\n  t:\n    columns:\n"

/* N: zoned, with a halfword that is negative where it is null */
#define HALF	"01 R. 05 N PIC 9(3). 05 N-IND PIC S9(4) COMP.\n"
/* the same with a byte before, or behind */
#define BYTE	"01 R. 05 N-NULL PIC X. 05 N PIC 9(3). 05 N-IND PIC X.\n"

static const struct plan_case nulls[] = {
	{ "a halfword: minus one is null, whatever the bytes are", HALF, T
	    "      n: {from: N, null_if: N-IND = -1}\n"
	    "      m: {from: N + 1, null_if: N-IND < 0, type: smallint}\n",
	    "t: 123|124\nt: ~|~\nt: ~|~\n4 D005 t.n N@0+3\n"
	    "4 D005 t.m N@0+3\nLLLR\n",
	    { R("123\0\0"), R("123\xff\xff"), R("x?\0\xff\xff"),
	    R("x23\0\0") }, NULL, NULL },
	{ "true is null; false and null are not", BYTE, T
	    "      n:\n        from: N\n"
	    "        null_if: >-\n          N-IND = '?'\n",
	    "t: 1\nt: ~\nt: 3\nt: 4\nLLLL\n",
	    { R("\0""001 "), R("\0""002?"), R("\0""003\0"), R("\0""004") },
	    NULL, NULL },
	{ "a condition that cannot be told makes the cell bad",
	    "01 R. 05 N PIC 9. 05 I PIC 9.\n", T
	    "      n: {from: N, null_if: I = 1}\n",
	    "t: ~\n2 D005 t.n I@1+1\nLR\n", { R("21"), R("2?") }, NULL, NULL },
	{ "not null holds", HALF, T
	    "      n: {from: N, null_if: N-IND = -1, not null: true}\n",
	    "t: 1\n2 D015 t.n N@0+3\nLR\n",
	    { R("001\0\0"), R("001\xff\xff") }, NULL, NULL },
	{ "each occurrence has its own",
	    "01 R. 05 ID PIC 9. 05 T OCCURS 2. 10 X PIC X. 10 I PIC X.\n",
	    "tables:\n  t:\n    each: T\n    columns:\n"
	    "      x:\n        from: X\n        null_if: I = '?'\n"
	    "      id:\n        from: ID\n        null_if: I = '?'\n"
	    "      y: X\n",
	    "t: a|1|a\nt: ~|~|b\nL\n", { R("1a b?") }, NULL, NULL },
	{ "types of every width",
	    "01 R. 05 A PIC 9(30). 05 B COMP-1. 05 I PIC X.\n", T
	    "      a:\n        from: A\n        null_if: I = '?'\n"
	    "      b:\n        from: B\n        null_if: I = '?'\n"
	    "      c:\n        from: A > 5\n        null_if: I = '?'\n",
	    "t: 7|1|true\nt: ~|~|~\nLL\n",
	    { R("000000000000000000000000000007\x41\x10\0\0 "),
	    R("000000000000000000000000000007\x41\x10\0\0?") }, NULL, NULL },
};

/* X'FF' is no character of these pages. */
static const struct plan_case bytes[] = {
	{ "a byte that the page has not", BYTE, T
	    "      n: {from: N, null_if: \"N-NULL = x'FF'\"}\n"
	    "      e: N-NULL = x'00'\n      f: x'00' <> N-NULL\n"
	    "      g: N-NULL in (x'00', x'01')\n"
	    "      h: N-NULL not in (x'00', x'01')\n"
	    "      i: N-NULL between x'01' and x'FE'\n      j: N-NULL > x'01'\n",
	    "t: 1|true|false|true|false|false|false\n"
	    "t: ~|false|true|false|true|false|true\n"
	    "t: 3|false|true|true|false|true|false\nLLL\n",
	    { R("\0""001 "), R("\xff""002 "), R("\x01""003 ") }, NULL, "ascii" },
	{ "and in EBCDIC",
	    "01 R. 05 I PIC X. 05 N PIC 9.\n", T
	    "      n: {from: N, null_if: \"I = x'FF' or I = '?'\"}\n",
	    "t: 1\nt: ~\nt: ~\nt: 4\nLLLL\n",
	    { R("\x00\xf1"), R("\xff\xf2"), R("\x6f\xf3"), R("\x40\xf4") },
	    NULL, "cp037" },
	{ "numbers and groups too, and nothing is decoded",
	    "01 R. 05 G. 10 A PIC S9(3) COMP-3. 10 B PIC 99.\n", T
	    "      a: {from: A, null_if: \"A = x'FFFF'\"}\n"
	    "      g: G = x'FFFF4040'\n",
	    "t: 1|false\nt: ~|true\nLL\n",
	    { R("\x00\x1c""01"), R("\xff\xff\x40\x40") }, NULL, NULL },
	{ "in the rows of a table, and of one behind a count",
	    "01 R. 05 C PIC 9. 05 T OCCURS 0 TO 3 DEPENDING ON C. "
	    "10 X PIC X. 05 Z PIC X.\n", T "      a: X(2) = x'FF'\n"
	    "      z: Z = x'FE'\n"
	    "  u:\n    each: T\n    when: X <> x'FF'\n    columns:\n"
	    "      x: X = x'01'\n      z: Z = x'FE'\n",
	    "t: ~|true\nt: true|true\nu: true|true\nLL\n",
	    { R("1\x01\xfe"), R("2\xff\xff\xfe") }, NULL, "ascii" },
	{ "a field past the record's end", "01 R. 05 N PIC 9. 05 I PIC X.\n",
	    T "      n: {from: N, null_if: \"I = x'FF'\"}\n"
	    "      i: I = x'FF'\n",
	    "t: 1|~\nL\n", { R("1") }, NULL, NULL },
};

static const struct plan_case policies[] = {
	{ "a column has its own, defaults: may stand behind",
	    "01 R. 05 N PIC 9(3). 05 X PIC X(3).\n", T
	    "      a: N\n      b: {from: N, number: {spaces: zero}}\n"
	    "      c: {from: N, number: {invalid: 'null'}}\n"
	    "      d: X\n      e: {from: X, text: {trim: none}}\n"
	    "      f: {from: X || '.', text: {trim: none, empty: 'null'}}\n"
	    "defaults: {number: {spaces: 'null', low-values: zero}}\n",
	    "t: 12|12|12|a|a  |a  .\nt: ~|0|~||   |   .\nt: 0|0|0|x|x  |x  .\n"
	    "4 D005 t.a N@0+3\n4 D005 t.b N@0+3\nLLLR\n",
	    { R("012a  "), R("      "), R("\0\0\0x  "), R("1x2a  ") }, NULL, NULL },
};

#define PAIR	"01 R. 05 ID PIC 9. 05 NAME. 49 NAME-LEN PIC S9(4) COMP. " \
		"49 NAME-TEXT PIC X(5).\n"

static const struct plan_case varchars[] = {
	{ "the first bytes count, blanks among them, and no others", PAIR, T
	    "      id: ID\n      n: NAME\n      l: length(NAME)\n"
	    "      len: NAME-LEN\n      t: NAME-TEXT\n",
	    "t: 1|abcde|5|5|abcde\nt: 2|ab|2|2|ab\nt: 3|ab  |4|4|ab\n"
	    "t: 4||0|0|~\n5 D001 t.t NAME-TEXT@3+5\nLLLLR\n",
	    { R("1\0\5""abcde"), R("2\0\2""ab   "), R("3\0\4""ab   "),
	    R("4\0\0\0\0\0\0\0"), R("5\0\1""a") }, NULL, NULL },
	{ "what does not count is not looked at", PAIR, T
	    "      n: NAME || '.'\n",
	    "t: ab.\nt: .\nLL\n",
	    { R("2\0\2""ab\xff\x80\0"), R("3\0\0\xff\xff\xff\xff\xff") },
	    NULL, "ascii" },
	{ "a length that cannot be", PAIR, T "      n: NAME\n",
	    "1 D054 t.n NAME@1+7\n2 D054 t.n NAME@1+7\n"
	    "3 D054 t.n NAME@1+7\n4 D054 t.n NAME@1+7\nRRRR\n",
	    { R("1\0\6""abcde"), R("2\xff\xff""abcde"),
	    R("3\x80\0""abcde"), R("4       ") }, NULL, NULL },
	{ "records that end early", PAIR, T "      n: NAME\n",
	    "t: abc\nt: ~\n3 D001 t.n NAME@1+7\n4 D001 t.n NAME@1+7\n"
	    "5 D001 t.n NAME@1+7\nLLRRR\n",
	    { R("1\0\3""abc"), R("2"), R("3\0\3""ab"), R("4\0\3"), R("5\0") },
	    NULL, NULL },
	{ "NULs and bytes that are no characters", PAIR, T "      n: NAME\n"
	    "      k: {from: \"NAME || ''\", text: {nul: 'null', unmappable: keep}}\n",
	    "1 D008 t.n NAME@1+7\n2 D007 t.n NAME@1+7\nRR\n",
	    { R("1\0\5""ab\0de"), R("2\0\5""ab\x80""de") }, NULL, "ascii" },
	{ "by policy", PAIR, T
	    "      n: {from: NAME, text: {nul: 'null', unmappable: keep}}\n"
	    "      e: {from: NAME, text: {nul: keep, unmappable: 'null', "
	    "empty: 'null'}}\n"
	    "      l: {from: length(NAME), text: {nul: keep, "
	    "unmappable: keep}}\n",
	    "t: ab\xef\xbf\xbd""de|~|5\nt: |~|0\nt: a |a |2\nLLL\n",
	    { R("2\0\5""ab\x80""de"), R("3\0\0     "), R("4\0\2""a    ") },
	    NULL, "ascii" },
	{ "EBCDIC, a fullword, COMP-5 as on the mainframe",
	    "01 R. 05 A. 49 AL PIC S9(9) COMP. 49 AT PIC X(4). "
	    "05 B. 49 BL PIC S9(4) COMP-5. 49 BT PIC X(4).\n", T
	    "      a: A\n      b: B\n",
	    "t: \xc3\x84""bc |A\nL\n",
	    { R("\0\0\0\4\x4a\x82\x83\x40\0\1\xc1\xff\xff\xff") }, NULL,
	    "cp273" },
	{ "national, double-byte and mixed texts",
	    "01 R. 05 N. 49 NL PIC S9(4) COMP. 49 NT PIC N(2) NATIONAL. "
	    "05 G. 49 GL PIC S9(4) COMP. 49 GT PIC G(2) DISPLAY-1. "
	    "05 X. 49 XL PIC S9(4) COMP. 49 XT PIC X(6).\n", T
	    "      n: N\n      g: G\n      x: X\n",
	    "t: \xe6\x97\xa5|\xe6\x97\xa5|A\xe6\x97\xa5 \n"
	    "2 D054 t.n N@0+6\n2 D026 t.x X@12+8\nLR\n",
	    { R("\0\1\x65\xe5\xff\xff\0\1\x45\x62\xff\xff"
	    "\0\6\xc1\x0e\x45\x62\x0f\x40"),
	    R("\0\3\x65\xe5\xff\xff\0\1\x45\x62\xff\xff"
	    "\0\3\xc1\x0e\x45\x62\x0f\x40") }, NULL, "cp930" },
	{ "in tables, with indicators, as keys",
	    "01 R. 05 T OCCURS 2. 10 V. 49 VL PIC S9(4) COMP. "
	    "49 VT PIC X(2). 10 I PIC S9(4) COMP.\n",
	    "tables:\n  t:\n    each: T\n    key: v\n    columns:\n"
	    "      v: V\n      w: {from: V, null_if: I = -1}\n"
	    "  u:\n    columns:\n      v: V(2)\n      b: V OF T(1) = x'0002C1C2'\n",
	    "t: \xc3\x81\xc3\x82|\xc3\x81\xc3\x82\nt: d|~\nu: d|true\nL\n",
	    { R("\0\2\xc1\xc2\0\0\0\1""d \xff\xff") }, NULL, NULL },
	{ "groups that only look like it",
	    "01 R. 05 A. 49 AL PIC S9(4) COMP. 49 AT PIC X(2). 49 AX PIC X. "
	    "05 B. 10 BL PIC S9(4) COMP. 10 BT PIC X(2). "
	    "05 C. 49 CL PIC X(2). 49 CT PIC X(2).\n", T
	    "      a: A\n      b: B\n      c: C\n",
	    "t:   abc|  ab|  ab\nL\n", { R("  abc  ab  ab") }, NULL, NULL },
};

/* The page with LF and NEL swapped, both ways. */
static void
test_newlines(void)
{
	const struct codepage *pg = charset_find("cp037", NULL), *swapped;
	struct arena a;
	uint32_t i, n = 0;

	arena_init(&a);
	swapped = charset_swap_newlines(&a, pg);
	ok(swapped->ucs[0x15] == 0x0a && swapped->ucs[0x25] == 0x85,
	    "X'15' is LF and X'25' NEL");
	ok(swapped->utf8_len[0x15] == 1 && swapped->utf8[0x15][0] == 0x0a &&
	    swapped->utf8_len[0x25] == 2 && swapped->utf8[0x25][1] == 0x85 &&
	    swapped->to_ascii[0x15] == 0x0a && swapped->to_ascii[0x25] >= 0x80,
	    "in UTF-8 too");
	for (i = 0; i < 256; i++)
		n += swapped->ucs[i] == pg->ucs[i];
	is_int(n, 254, "the other characters stay");
	for (i = n = 0; i < 256; i++)
		n += charset_encode(swapped, swapped->ucs[i]) == (int)i;
	is_int(n, 256, "and the way back");
	ok(pg->ucs[0x15] == 0x85 && charset_encode(pg, 0x85) == 0x15,
	    "the page itself is as it was");
	ok(charset_swap_newlines(&a, charset_find("latin1", NULL)) == NULL,
	    "ISO 8859-1 has nothing to swap");
	arena_fini(&a);
}

/* comp-5: little is the length's order too; that of COMP stays. */
static void
test_little(void)
{
	static const struct slice rec = R("\2\0""abc\0\2""abc");
	struct world w;
	struct buf out;

	buf_init(&out, 4096);
	world_open(&w, "01 R. 05 A. 49 AL PIC S9(4) COMP-5. 49 AT PIC X(3). "
	    "05 B. 49 BL PIC S9(4) COMP. 49 BT PIC X(3).\n", T
	    "      a: A\n      b: B\n", ", comp-5: little", NULL, NULL);
	world_run(&w, &rec, 1, 1, NULL, &out);
	is_str(out.p, "t: ab|ab\nL\n", "a length of the machine's order");
	is_int(plan_schema(w.plan)->table[0].column[0].type.length, 3,
	    "varchar(3)");
	world_close(&w);
	buf_fini(&out);
}

/* X'4481' is a hiragana A, X'4562' a sun, in 300; the text is cp037's. */
static const struct plan_case wide = {
	"double-byte items by dbcs_encoding",
	"01 R. 05 A PIC X. 05 G PIC G(2) DISPLAY-1. 88 SUN VALUE G'\xe6\x97\xa5'. "
	    "05 V. 49 GL PIC S9(4) COMP. 49 GT PIC G(2) DISPLAY-1.\n",
	"tables:\n  t:\n    columns:\n      a: A\n      g: G\n      s: SUN\n"
	    "      v: V\n",
	"t: A|\xe6\x97\xa5|true|\xe3\x81\x82\nt: B|\xe3\x81\x82|false|\n"
	    "3 D007 t.g G@1+4\nLLR\n",
	{ R("\xc1\x45\x62\x40\x40\0\1\x44\x81\xff\xff"),
	    R("\xc2\x44\x81\x40\x40\0\0\xff\xff\xff\xff"),
	    R("\xc2\x01\x02\x40\x40\0\0\xff\xff\xff\xff") },
	NULL, "cp037"
};

int
main(void)
{
	run_case_of(&wide, ", dbcs_encoding: cp300");
	RUN(nulls);
	RUN(bytes);
	RUN(policies);
	RUN(varchars);
	test_newlines();
	test_little();
	return tap_done();
}
