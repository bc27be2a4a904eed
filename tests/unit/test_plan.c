/*
 * Plans: which cells are null or bad, which rows and records are loaded, and
 * what the reasons say.  Expected values were worked out by hand from the
 * mapping manual, IBM's Language Reference (OCCURS, condition names) and, for
 * expressions, PostgreSQL; tests/database/expressions.sh has many more.
 *
 * Each case runs in batches of 1, 7 and 1,000 records, with the same outcome.
 */
#include "plan_case.h"

/* A: packed at 1, B: zoned at 3 */
#define AB	"01 R. 05 ID PIC 9. 05 A PIC 9(3) COMP-3. 05 B PIC 99.\n"
#define TABLE	"tables:\n  t:\n    columns:\n"

static const struct plan_case faults[] = {
	{ "a fault that is not used is dropped", AB, TABLE
	    "      id: ID\n"
	    "      c: case when A > 100 then 0 else B end\n"
	    "      d: A > 100 or B = 1\n"
	    "      e: A < 100 and B = 1\n"
	    "      f: coalesce(A, B)\n"
	    "      g: case A when 123 then 1 when B then 2 end\n"
	    "      h: A in (123, B)\n",
	    "t: 1|0|true|false|123|1|true\n"
	    "t: 2|0|true|false|123|1|true\n"
	    "3 D005 t.c B@3+2\n3 D005 t.d B@3+2\n3 D005 t.e B@3+2\n"
	    "3 D005 t.g B@3+2\n3 D005 t.h B@3+2\nLLR\n",
	    { R("1\x12\x3f""07"), R("2\x12\x3f""x7"), R("3\x00\x1f""x7") },
	    NULL, NULL },
	{ "what stands to the left is used", AB, TABLE
	    "      c: case when B > 100 then 0 else A end\n"
	    "      d: B = 1 or A > 100\n"
	    "      e: B = 1 and A < 100\n"
	    "      f: coalesce(B, A)\n"
	    "      g: case B when 123 then 1 when A then 2 end\n"
	    "      h: A in (B, 123)\n",
	    "t: 123|true|false|7|~|true\n"
	    "2 D005 t.c B@3+2\n2 D005 t.d B@3+2\n2 D005 t.e B@3+2\n"
	    "2 D005 t.f B@3+2\n2 D005 t.g B@3+2\n2 D005 t.h B@3+2\nLR\n",
	    { R("1\x12\x3f""07"), R("2\x12\x3f""x7") }, NULL, NULL },
	{ "the other operators pass a fault on", AB, TABLE
	    "      a: B\n      b: B + 1\n      c: A * B\n      d: (- B)\n"
	    "      e: B || ''\n      f: upper(B)\n      g: length(B)\n"
	    "      h: substr('abc', B)\n      i: B is null\n      j: A = B\n"
	    "      k: B between 1 and 2\n      l: nullif(B, 1)\n"
	    "      m: nullif(A, B)\n      n: concat_ws(',', A, B)\n"
	    "      o: concat(A, B)\n      p: full_name('a', B)\n"
	    "      q: cast(B as text)\n      r: cast(B as numeric(5, 2))\n"
	    "      s: case when B = 1 then 1 end\n      t: not B = 1\n"
	    "      u: replace('a', 'b', B)\n      v: cast(B as float8)\n"
	    "      w: trim('a', B)\n      x: case when true then B end\n"
	    "      y: date '2000-01-01' + B\n      z: A / B\n",
	    "1 D005 t.a B@3+2\n1 D005 t.b B@3+2\n1 D005 t.c B@3+2\n"
	    "1 D005 t.d B@3+2\n1 D005 t.e B@3+2\n1 D005 t.f B@3+2\n"
	    "1 D005 t.g B@3+2\n1 D005 t.h B@3+2\n1 D005 t.i B@3+2\n"
	    "1 D005 t.j B@3+2\n1 D005 t.k B@3+2\n1 D005 t.l B@3+2\n"
	    "1 D005 t.m B@3+2\n1 D005 t.n B@3+2\n1 D005 t.o B@3+2\n"
	    "1 D005 t.p B@3+2\n1 D005 t.q B@3+2\n1 D005 t.r B@3+2\n"
	    "1 D005 t.s B@3+2\n1 D005 t.t B@3+2\n1 D005 t.u B@3+2\n"
	    "1 D005 t.v B@3+2\n1 D005 t.w B@3+2\n1 D005 t.x B@3+2\n"
	    "1 D005 t.y B@3+2\n1 D005 t.z B@3+2\nR\n",
	    { R("2\x12\x3f""x7") }, NULL, NULL },
	{ "a null does not hide a fault", AB, TABLE
	    "      a: A + B\n      b: A || B\n      c: B = A\n"
	    "      d: concat_ws(null, B)\n      e: A between 1 and B\n",
	    "1 D005 t.a B@3+2\n1 D005 t.b B@3+2\n1 D005 t.c B@3+2\n"
	    "1 D005 t.d B@3+2\n1 D005 t.e B@3+2\nR\n",
	    { R("1  x7") }, NULL, NULL },
	{ "null", AB, TABLE
	    "      a: A + 1\n      b: A || 'x'\n      c: coalesce(A, 0)\n"
	    "      d: A is null\n      e: A = A\n      f: A = 1 or B = 5\n"
	    "      g: A = 1 and B = 5\n      h: A = 1 and B = 6\n"
	    "      i: not A = 1\n      j: nullif(B, A)\n"
	    "      k: case when A = 1 then 1 else 2 end\n"
	    "      l: case A when null then 1 else 2 end\n"
	    "      m: concat_ws('-', A, B)\n      n: A in (1, 2)\n"
	    "      o: B in (5, A)\n      p: B in (6, A)\n"
	    "      q: B not in (6, A)\n      r: A || B is not null\n"
	    "      s: null\n      t: A is not null\n      u: nullif(A, B)\n",
	    "t: ~|~|0|true|~|true|~|false|~|5|2|2|05|~|true|~|~|false|~|false|"
	    "~\nL\n", { R("1  05") }, NULL, NULL },
	{ "faults of values", AB, TABLE
	    "      id: ID\n      a: 100 / B\n      b: 1.5 / B\n"
	    "      c: cast(A as smallint) * 1\n"
	    "      d: substr('abc', 1, B - 1)\n"
	    "      e: cast(B * 400 as smallint)\n"
	    "      f: cast('x' || B as integer)\n",
	    "1 D016 t.f B@3+2\n"
	    "2 D012 t.a B@3+2\n2 D012 t.b B@3+2\n2 D024 t.d B@3+2\n"
	    "2 D016 t.f B@3+2\n3 D011 t.e B@3+2\n3 D016 t.f B@3+2\nRRR\n",
	    { R("1\x12\x3f""07"), R("2\x12\x3f""00"), R("3\x12\x3f""99") },
	    NULL, NULL },
	{ "a fault of a constant is one of each record", AB, TABLE
	    "      a: 1 / 0\n      b: case when A = 1 then 1 / 0 else 2 end\n",
	    "1 D012 t.a\n1 D012 t.b\n2 D012 t.a\nRR\n",
	    { R("1\x00\x1f""07"), R("2\x12\x3f""00") }, NULL, NULL },
};

#define TWICE	"01 R. 05 ID PIC 9. 05 T OCCURS 2. 10 X PIC 99.\n"

static const struct plan_case units[] = {
	{ "a bad cell of a child keeps all rows of its record out", TWICE,
	    "tables:\n  p:\n    columns:\n      id: ID\n"
	    "  k:\n    each: T\n    columns:\n      id: ID\n"
	    "      seq: occurrence()\n      x: X\n",
	    "p: 1\np: 3\nk: 1|1|1\nk: 1|2|2\nk: 3|1|5\nk: 3|2|6\n"
	    "2 D005 k.x #2 X@3+2\nLRL\n",
	    { R("10102"), R("203z4"), R("30506") }, NULL, NULL },
	{ "so does one of the parent, which its children have too", TWICE,
	    "tables:\n  p:\n    columns:\n      id: ID\n"
	    "  k:\n    each: T\n    columns:\n      id: ID\n      x: X\n",
	    "p: 2\nk: 2|3\nk: 2|4\n1 D005 p.id ID@0+1\n1 D005 k.id #1 ID@0+1\n"
	    "1 D005 k.id #2 ID@0+1\nRL\n",
	    { R("?0102"), R("20304") }, NULL, NULL },
	{ "when:", "01 R. 05 ID PIC 9. 05 K PIC X. 05 N PIC 99.\n",
	    "tables:\n  t:\n    when: N > 10\n    columns:\n      id: ID\n"
	    "      k: K\n  u:\n    when: K = 'B'\n    columns:\n      id: ID\n",
	    "t: 1|A\nt: 6|B\nu: 5\nu: 6\n4 D005 t. N@2+2\nLSSRLL\n",
	    { R("1A11"), R("2A05"), R("3A  "), R("4Axx"), R("5B01"),
	    R("6B99") }, NULL, NULL },
	{ "a bad cell of a row left out by when: is none",
	    "01 R. 05 ID PIC 9. 05 K PIC X. 05 N PIC 99.\n",
	    "tables:\n  t:\n    when: K = 'A'\n    columns:\n      id: ID\n"
	    "      n: N\n",
	    "t: 1|11\n3 D005 t.n N@2+2\nLSR\n",
	    { R("1A11"), R("2Bxx"), R("3Axx") }, NULL, NULL },
	{ "when: on occurrences", TWICE,
	    "tables:\n  k:\n    each: T\n    when: X > 2 and ID <> 3\n"
	    "    columns:\n      id: ID\n      seq: occurrence()\n      x: X\n",
	    "k: 1|2|3\nk: 2|1|4\nk: 2|2|5\nLLS\n",
	    { R("10203"), R("20405"), R("30607") }, NULL, NULL },
	{ "two tables over the same occurrences", TWICE,
	    "tables:\n  a:\n    each: T\n    when: X = 2\n    columns:\n"
	    "      x: X\n  b:\n    each: T\n    when: X <> 2\n    columns:\n"
	    "      x: X + 1\n      seq: occurrence()\n",
	    "a: 2\nb: 4|2\nL\n", { R("10203") }, NULL, NULL },
	{ "tables inside tables",
	    "01 R. 05 ID PIC 9. 05 O OCCURS 2. 10 OV PIC 9. "
	    "10 I OCCURS 2. 15 IV PIC 9.\n",
	    "tables:\n  o:\n    each: O\n    columns:\n      ov: OV\n"
	    "      first: IV(1)\n      other: IV(2)\n"
	    "  i:\n    each: I\n    columns:\n      id: ID\n      ov: OV\n"
	    "      iv: IV\n      seq: occurrence()\n"
	    "  r:\n    columns:\n      a: IV(2, 1)\n      b: O(2).I(2).IV\n",
	    "o: 5|1|2\no: 6|3|4\n"
	    "i: 1|5|1|1\ni: 1|5|2|2\ni: 1|6|3|1\ni: 1|6|4|2\nr: 3|4\n"
	    "2 D005 o.first #2 IV@5+1\n2 D005 i.iv #1 IV@5+1\n"
	    "2 D005 r.a IV@5+1\nLR\n",
	    { R("1512634"), R("15126?4") }, NULL, NULL },
	{ "record_number", "01 R PIC X.\n", TABLE
	    "      n: record_number()\n      x: R\n",
	    "t: 1|a\nt: 2|b\nt: 3|c\nt: 4|d\nt: 5|e\nt: 6|f\nt: 7|g\nt: 8|h\n"
	    "t: 9|i\nLLLLLLLLL\n",
	    { R("a"), R("b"), R("c"), R("d"), R("e"), R("f"), R("g"), R("h"),
	    R("i") }, NULL, NULL },
};

#define ODO	"01 R. 05 N PIC 9. 05 T OCCURS 0 TO 3 DEPENDING ON N. " \
		"10 X PIC XX. 05 Z PIC X(3).\n"
#define ODO_TABLES "tables:\n  r:\n    columns:\n      n: N\n      x1: X(1)\n" \
		"      x3: X(3)\n      z: Z\n  k:\n    each: T\n    columns:\n" \
		"      x: X\n      z: Z\n"

static const struct plan_case lengths[] = {
	{ "DEPENDING ON: what follows moves, what the count leaves out is null",
	    ODO, ODO_TABLES,
	    "r: 0|~|~|abc\nr: 2|aa|~|xyz\nr: 3|aa|cc|q\n"
	    "k: aa|xyz\nk: bb|xyz\nk: aa|q\nk: bb|q\nk: cc|q\nLLL\n",
	    { R("0abc"), R("2aabbxyz"), R("3aabbccq  ") }, NULL, NULL },
	{ "DEPENDING ON: count over the maximum", ODO, ODO_TABLES,
	    "1 D017 r.x1 N@0+1\n1 D017 r.x3 N@0+1\n1 D017 r.z N@0+1\n"
	    "1 D017 N@0+1\nR\n", { R("4aabbccdd") }, NULL, NULL },
	{ "DEPENDING ON: count that is null", ODO, ODO_TABLES,
	    "1 D017 r.x1 N@0+1\n1 D017 r.x3 N@0+1\n1 D017 r.z N@0+1\n"
	    "1 D017 N@0+1\nR\n", { R(" aabbccz") }, NULL, NULL },
	{ "DEPENDING ON: count that is bad", ODO, ODO_TABLES,
	    "1 D005 r.n N@0+1\n1 D005 r.x1 N@0+1\n1 D005 r.x3 N@0+1\n"
	    "1 D005 r.z N@0+1\n1 D005 N@0+1\nR\n", { R("?aabbccz") }, NULL,
	    NULL },
	{ "DEPENDING ON: count below the minimum",
	    "01 R. 05 N PIC 9. 05 X PIC X OCCURS 2 TO 3 DEPENDING ON N.\n",
	    "tables:\n  k:\n    each: X\n    columns:\n      x: X\n",
	    "k: a\nk: b\n1 D017 N@0+1\nRL\n", { R("1a"), R("2ab") }, NULL,
	    NULL },
	{ "DEPENDING ON: record shorter than the count says", ODO, ODO_TABLES,
	    "1 D018 r.x1 N@0+1\n1 D018 r.x3 N@0+1\n1 D018 r.z N@0+1\n"
	    "1 D018 N@0+1\nR\n", { R("3aabb") }, NULL, NULL },
	{ "DEPENDING ON: the item behind it is cut, or not there", ODO,
	    ODO_TABLES,
	    "r: 2|aa|~|~\nk: aa|~\nk: bb|~\n1 D001 r.z Z@5+3\n"
	    "1 D001 k.z #1 Z@5+3\n1 D001 k.z #2 Z@5+3\nRL\n",
	    { R("2aabbx"), R("2aabb") }, NULL, NULL },
	{ "DEPENDING ON twice",
	    "01 R. 05 N PIC 9. 05 M PIC 9. "
	    "05 X PIC X OCCURS 0 TO 3 DEPENDING ON N. "
	    "05 Y PIC XX OCCURS 0 TO 2 DEPENDING ON M. 05 Z PIC 9.\n",
	    "tables:\n  r:\n    columns:\n      x2: X(2)\n      y1: Y(1)\n"
	    "      y2: Y(2)\n      z: Z\n  y:\n    each: Y\n    columns:\n"
	    "      y: Y\n      z: Z\n",
	    "r: ~|~|~|7\nr: ~|yy|~|7\nr: b|yy|zz|7\n"
	    "y: yy|7\ny: yy|7\ny: zz|7\n4 D005 r.z Z@4+1\n"
	    "4 D005 y.z #1 Z@4+1\nLLLR\n",
	    { R("007"), R("01yy7"), R("32abcyyzz7"), R("01yy?") }, NULL,
	    NULL },
	{ "an item past the end is null, one cut there is bad",
	    "01 R. 05 A PIC XX. 05 B PIC 99. 05 C PIC XX. "
	    "05 D PIC S9(3) COMP-3.\n",
	    TABLE "      a: A\n      b: B\n      c: C\n      d: D\n",
	    "t: aa|12|cc|123\nt: aa|12|cc|~\nt: aa|12|~|~\nt: aa|12|~|~\n"
	    "t: aa|~|~|~\n"
	    "3 D001 t.d D@6+2\n5 D001 t.c C@4+2\n7 D001 t.b B@2+2\n"
	    "9 D001 t.a A@0+2\nLLRLRLRLR\n",
	    { R("aa12cc\x12\x3c"), R("aa12cc"), R("aa12cc\x12"), R("aa12"),
	    R("aa12c"), R("aa12") , R("aa1"), R("aa"), R("a") }, NULL, NULL },
	{ "a text that the end cuts, kept: what is there",
	    "01 R. 05 A PIC XX. 05 B PIC X(4). 05 C PIC X(3).\n",
	    "defaults: {text: {cut: keep}}\n" TABLE
	    "      a: A\n      b: B\n      u: untrimmed(B)\n"
	    "      c: {from: C, text: {cut: reject}}\n",
	    "t: aa|bbbb|bbbb|ccc\nt: aa|b c|b c|~\nt: aa|b|b |~\nt: aa|~|~|~\n"
	    "t: a|~|~|~\nt: aa|~|~|~\n3 D001 t.c C@6+3\nLLRLLLL\n",
	    { R("aabbbbccc"), R("aab c"), R("aabbbbcc"), R("aab "), R("aa"),
	    R("a"), R("aa\0\0") }, NULL, NULL },
	{ "cut in the middle of a character, kept: the whole ones",
	    "01 R. 05 A PIC X. 05 N PIC N(3) USAGE NATIONAL.\n",
	    "defaults: {text: {cut: keep}}\n" TABLE
	    "      n: N\n      u: untrimmed(N)\n",
	    "t: xyz|xyz\nt: xy|xy\nt: x|x \nt: ~|~\nt: ~|~\nLLLLL\n",
	    { R("a\0x\0y\0z"), R("a\0x\0y\0"), R("a\0x\0 "), R("a\0"), R("a\x30") },
	    NULL, NULL },
	{ "cut in UTF-8, kept: the whole characters",
	    "01 R. 05 A PIC X. 05 U PIC U(3).\n",
	    "defaults: {text: {cut: keep}}\n" TABLE
	    "      u: U\n      v: untrimmed(U)\n",
	    "t: x\xc3\xa4|x\xc3\xa4\nt: x|x\nt: x|x \n4 D026 t.u U@1+12\n"
	    "4 D026 t.v U@1+12\nLLLR\n",
	    { R("ax\xc3\xa4"), R("ax\xe6\x97"), R("ax "), R("ax\x97x") }, NULL,
	    NULL },
	{ "cut between shift codes, kept: they are closed",
	    "01 R. 05 A PIC X. 05 M PIC X(9).\n",
	    "defaults: {text: {cut: keep}}\n" TABLE
	    "      m: M\n      u: untrimmed(M)\n",
	    "t: A\xe6\x97\xa5|A\xe6\x97\xa5\nt: A\xe6\x97\xa5|A\xe6\x97\xa5\n"
	    "t: A|A\nLLL\n",
	    { R("\xf1\xc1\x0e\x45\x62"), R("\xf1\xc1\x0e\x45\x62\x45"),
	    R("\xf1\xc1\x0e") }, NULL, "cp939" },
	{ "a varchar that the end cuts, kept",
	    "01 R. 05 A PIC X. 05 V. 49 L PIC S9(4) COMP. 49 T PIC X(5).\n",
	    "defaults: {text: {cut: keep}}\n" TABLE "      v: V\n",
	    "t: abc\nt: ab\nt: \n4 D001 t.v V@1+7\nLLLR\n",
	    { R("x\0\3abcz"), R("x\0\3ab"), R("x\0\3"), R("x\0") }, NULL,
	    NULL },
	{ "occurrences past the end are none", TWICE,
	    "tables:\n  k:\n    each: T\n    columns:\n      id: ID\n"
	    "      x: X\n",
	    "k: 1|11\nk: 1|12\nk: 2|21\n3 D001 k.x #2 X@3+2\nLLRS\n",
	    { R("11112"), R("221"), R("3111"), R("4") }, NULL, NULL },
	{ "a record longer than the layout", "01 R. 05 A PIC X(3).\n",
	    TABLE "      a: A\n", "t: abc\n2 D019@3+2\nLR\n",
	    { R("abc"), R("abcde") }, NULL, NULL },
};

#define FIT	"01 R. 05 N PIC S9(5)V9(3) SIGN TRAILING SEPARATE. " \
		"05 T PIC X(6).\n"

static const struct plan_case fits[] = {
	{ "a value is not rounded in silence", FIT, TABLE
	    "      n: {from: N, type: 'numeric(5,2)'}\n",
	    "t: 1.23\nt: -999.99\n3 D014 t.n N@0+9\n4 D011 t.n N@0+9\n"
	    "5 D011 t.n N@0+9\nLLRRR\n",
	    { R("00001230+      "), R("00999990-      "), R("00001239+      "),
	    R("01000000+      "), R("00999995+      ") }, NULL, NULL },
	{ "a cast rounds half away from zero", FIT, TABLE
	    "      n: {from: 'cast(N as numeric(5,2))', type: 'numeric(5,2)'}\n"
	    "      m: cast(N as numeric(5, 1))\n"
	    "      i: cast(N as integer)\n",
	    "t: 1.24|1.2|1\nt: -1.24|-1.2|-1\nt: 0.01|0.0|0\nt: 2.50|2.5|3\n"
	    "t: -2.50|-2.5|-3\n6 D011 t.n N@0+9\nLLLLLR\n",
	    { R("00001239+      "), R("00001235-      "), R("00000005+      "),
	    R("00002500+      "), R("00002500-      "), R("01000000+      ") },
	    NULL, NULL },
	{ "integer types", FIT, TABLE
	    "      s: {from: N, type: smallint}\n"
	    "      b: {from: N, type: bigint}\n",
	    "t: 32767|32767\nt: -32768|-32768\n3 D011 t.s N@0+9\n"
	    "4 D011 t.s N@0+9\n5 D014 t.s N@0+9\n5 D014 t.b N@0+9\nLLRRR\n",
	    { R("32767000+      "), R("32768000-      "), R("32768000+      "),
	    R("32769000-      "), R("00000500+      ") }, NULL, NULL },
	{ "integer and bigint",
	    "01 R. 05 W PIC S9(9) COMP. 05 D PIC S9(18) COMP-3. "
	    "05 Q PIC 9(18) COMP.\n", TABLE
	    "      w: {from: W * 2, type: integer}\n"
	    "      d: {from: D * 10, type: bigint}\n      q: Q\n",
	    "t: 2147483646|9223372036854775800|18446744073709551615\n"
	    "2 D011 t.w W@0+4\n2 D011 t.d D@4+10\nLR\n",
	    { R("\x3f\xff\xff\xff\x09\x22\x33\x72\x03\x68\x54\x77\x58\x0c"
	    "\xff\xff\xff\xff\xff\xff\xff\xff"),
	    R("\x40\x00\x00\x00\x09\x22\x33\x72\x03\x68\x54\x77\x58\x1c"
	    "\0\0\0\0\0\0\0\0") }, NULL, NULL },
	{ "text too long, in characters", FIT, TABLE
	    "      v: {from: T, type: varchar(3)}\n"
	    "      c: cast(T as varchar(3))\n",
	    "t: abc|abc\nt: \xc3\xa9t\xc3\xa9|\xc3\xa9t\xc3\xa9\n"
	    "t: |\n3 D013 t.v T@9+6\nLLRL\n",
	    { R("00000000+abc   "), R("00000000+\xe9t\xe9   "),
	    R("00000000+abcd  "), R("00000000+      ") }, NULL, NULL },
	{ "not null", FIT,
	    "tables:\n  t:\n    key: k\n    columns:\n      k: nullif(T, '')\n"
	    "      n: {from: N, not null: true}\n",
	    "t: a|1.000\n2 D015 t.n N@0+9\n3 D015 t.k T@9+6\n"
	    "4 D015 t.k T@9+6\n4 D015 t.n N@0+9\nLRRR\n",
	    { R("00001000+a     "), R("         b     "), R("00001000+      "),
	    R("               ") }, NULL, NULL },
	{ "NUL in text: refused by default", FIT, TABLE "      v: T\n",
	    "t: ab\nt: ~\n3 D008 t.v T@9+6\nLLR\n",
	    { R("00000000+ab\0\0\0\0"), R("00000000+\0\0\0\0\0\0"),
	    R("00000000+a\0b   ") }, NULL, NULL },
	{ "NUL in text: kept where the target can",
	    FIT, "defaults: {text: {nul: keep}}\n" TABLE
	    "      v: length(T)\n      w: T\n", "t: 3|a\0b\nL\n",
	    { R("00000000+a\0b   ") }, NULL, NULL },
	{ "NUL in text: PostgreSQL cannot",
	    FIT, "defaults: {text: {nul: keep}}\n" TABLE
	    "      v: T || 'x'\n      w: T\n      n: length(T)\n",
	    "1 D008 t.v T@9+6\n1 D008 t.w T@9+6\nR\n",
	    { R("00000000+a\0b   ") }, &pg_limits, NULL },
	{ "a quotient is rounded to its column's type", FIT, TABLE
	    "      n: {from: N / 3, type: 'numeric(7,2)'}\n"
	    "      f: {from: N, type: double precision}\n",
	    "t: 0.33|1\nt: -0.67|-2\nt: 33333.33|99999.999\nLLL\n",
	    { R("00001000+      "), R("00002000-      "),
	    R("99999999+      ") }, NULL, NULL },
	{ "dates end where PostgreSQL's do", FIT, TABLE
	    "      d: date '9999-12-31' + cast(N * 100000 as integer)\n",
	    "t: 9999-12-31\n2 D021 t.d N@0+9\n3 D021 t.d N@0+9\nLRR\n",
	    { R("00000000+      "), R("21470000+      "),
	    R("21470000-      ") }, NULL, NULL },
};

#define LABELS	"01 R. 05 F PIC X. 88 ON-F VALUE 'Y'. 88 OFF-F VALUE 'N' ' '. " \
		"88 MID-F VALUE 'a' THRU 'f' 'x'. 88 LOW-F VALUE LOW-VALUES. " \
		"05 N PIC 99. 88 NONE-N VALUE ZERO. 88 FEW-N VALUE 1 THRU 9. " \
		"88 MANY-N VALUE 10 THRU 97, 99. 88 BLANK-N VALUE SPACES. " \
		"05 S PIC S9V9 COMP-3. 88 HALF-S VALUE 0.5 -0.5. " \
		"88 MINUS-S VALUE -9.9 THRU -0.1. " \
		"05 W PIC X(4). 88 LONG-W VALUE 'ab'. 88 ALL-W VALUE ALL '*'. " \
		"88 TOP-W VALUE HIGH-VALUES. 88 RANGE-W VALUE 'ba' THRU 'bz'.\n"

static const struct plan_case labels[] = {
	{ "label(): values, ranges, figurative constants", LABELS, TABLE
	    "      f: label(F)\n      n: label(N)\n      s: label(S)\n"
	    "      w: label(W)\n",
	    "t: ON-F|NONE-N|HALF-S|LONG-W\n"
	    "t: OFF-F|FEW-N|HALF-S|ALL-W\n"
	    "t: OFF-F|MANY-N|MINUS-S|TOP-W\n"
	    "t: MID-F|~|~|RANGE-W\n"
	    "t: MID-F|MANY-N|MINUS-S|RANGE-W\n"
	    "t: LOW-F|BLANK-N|~|~\n"
	    "t: ~|FEW-N|~|~\n"
	    "8 D005 t.n N@1+2\n8 D002 t.s S@3+2\nLLLLLLLR\n",
	    { R("Y00\x00\x5c""ab  "), R("N01\x00\x5d""****"),
	    R(" 10\x00\x6d""\xff\xff\xff\xff"), R("a98\x01\x0c""ba  "),
	    R("x99\x09\x9d""bz  "), R("\0  \x00\x0c""abc "),
	    R("z05  bz!!"), R("Y0z\xff\x5c""ab  ") }, NULL, NULL },
	{ "condition names", LABELS, TABLE
	    "      a: ON-F\n      b: MID-F or LOW-F\n      c: FEW-N\n"
	    "      d: not MANY-N\n      e: MINUS-S\n      f: BLANK-N\n"
	    "      g: TOP-W\n",
	    "t: true|false|false|true|true|false|true\n"
	    "t: false|true|~|~|~|true|false\n"
	    "t: false|true|false|false|false|false|false\nLLL\n",
	    { R("Y00\x00\x5d""\xff\xff\xff\xff"), R("\0    ****"),
	    R("f10\x00\x5c""abcd") }, NULL, NULL },
	{ "conditions of occurrences, and of what stands outside them",
	    "01 R. 05 K PIC X. 88 GOOD VALUE 'G'. 05 T OCCURS 2. "
	    "10 F PIC X. 88 YES VALUE 'Y'.\n",
	    "tables:\n  k:\n    each: T\n    when: YES\n    columns:\n"
	    "      n: occurrence()\n      f: label(F)\n      g: GOOD\n"
	    "      l: label(K)\n  r:\n    columns:\n      a: YES(1)\n"
	    "      b: YES(2)\n      c: label(F(2))\n",
	    "k: 2|YES|true|GOOD\nk: 1|YES|false|~\nr: false|true|YES\n"
	    "r: true|false|~\nLL\n", { R("GNY"), R("XYN") }, NULL, NULL },
	{ "EBCDIC: ranges are of its bytes",
	    "01 R. 05 F PIC X. 88 AZ VALUE 'A' THRU 'Z'. "
	    "88 DIGIT VALUE '0' THRU '9'. 88 BLANK VALUE SPACE.\n", TABLE
	    "      f: F\n      l: label(F)\n",
	    "t: A|AZ\nt: S|AZ\nt: 0|DIGIT\nt: |BLANK\nt: a|~\nLLLLL\n",
	    { R("\xc1"), R("\xe2"), R("\xf0"), R("\x40"), R("\x81") }, NULL,
	    "cp037" },
};

#define NAMES	"01 R. 05 F PIC X(10). 05 M PIC X(16). 05 L PIC X(12). " \
		"05 O PIC X(20).\n"
#define NAME_TABLE TABLE "      n: full_name(F, M, L, O)\n"

static const struct plan_case names[] = {
	{ "full_name", NAMES, NAME_TABLE,
	    "t: Simon\nt: Darth Vader\nt: Gordon Matthew Thomas Sumner\n"
	    "t: Pablo Diego Jos\xc3\xa9 de la Sant\xc3\xadsima Trinidad\n"
	    "t: None Null\nt: NMN N/A\nt: ~\nt: ~\nt: n/a x NMI Nmn\n"
	    "t: N/A B\nt: J NMNX D\nt: \xc3\x89 \xc3\xa9\nLLLLLLLLLLLL\n", {
	    R("Simon                                                     "),
	    R("Darth                     Vader                           "),
	    R("Gordon    Matthew Thomas  Sumner                          "),
	    R("Pablo     Diego Jos\xe9      de la       Sant\xedsima  Trinidad "),
	    R("None      NMN             Null                            "),
	    R("NMN       N/A             N/A                             "),
	    R("                                                          "),
	    R("          nmi                                             "),
	    R("n/a       x               NMI         Nmn                 "),
	    R("  N/A       NMN             B                             "),
	    R("J         NMNX            D                               "),
	    R("\xc9\0\0\0\0\0\0\0\0\0                 \xe9                "
	    "              ") }, NULL, NULL },
	{ "full_name: two parts have no middle name, one neither", NAMES, TABLE
	    "      a: full_name(F, M)\n      b: full_name(M)\n"
	    "      c: full_name(F, null, M)\n      d: full_name(F, 'NMN', L)\n"
	    "      e: full_name(upper(F), M || L)\n",
	    "t: A NMN|NMN|A NMN|A B|A NMNB\nL\n", {
	    R("A         NMN             B                               ") },
	    NULL, NULL },
};

#define DATES	"01 R. 05 T PIC X(8). 05 N PIC 9(8). 05 S PIC X(10).\n"

static const struct plan_case dates[] = {
	{ "to_date: YYYYMMDD", DATES, TABLE
	    "      t: to_date(T, 'YYYYMMDD')\n"
	    "      n: to_date(N, 'YYYYMMDD')\n",
	    "t: 2026-01-31|2026-01-31\nt: 2000-02-29|2000-02-29\n"
	    "t: ~|~\nt: ~|~\nt: ~|~\nt: 0001-01-01|9999-12-31\n"
	    "7 D010 t.t T@0+8\n7 D010 t.n N@8+8\n"
	    "8 D010 t.t T@0+8\n8 D010 t.n N@8+8\n"
	    "9 D010 t.t T@0+8\n9 D010 t.n N@8+8\n"
	    "10 D010 t.t T@0+8\n10 D010 t.n N@8+8\n"
	    "11 D010 t.t T@0+8\nLLLLLLRRRRR\n",
	    { R("2026013120260131          "),
	    R("2000022920000229          "),
	    R("0000000000000000          "),
	    R("9999999999999999          "),
	    R("                          "),
	    R("0001010199991231          "),
	    R("1900022919000229          "),
	    R("2026130120261301          "),
	    R("2026013220260132          "),
	    R("0000010100000101          "),
	    R("2026013 20260131          ") }, NULL, NULL },
	{ "to_date: policies", DATES,
	    "defaults: {date: {zeros: reject, nines: reject, invalid: null}}\n"
	    TABLE "      t: to_date(T, 'YYYYMMDD')\n",
	    "t: ~\nt: ~\nt: ~\nLLL\n",
	    { R("00000000                  "), R("99999999                  "),
	    R("x                         ") }, NULL, NULL },
	{ "to_date: zeros and nines refused", DATES,
	    "defaults: {date: {zeros: reject, nines: reject}}\n"
	    TABLE "      t: to_date(T, 'YYYYMMDD')\n",
	    "t: ~\n1 D010 t.t T@0+8\n2 D010 t.t T@0+8\nRRL\n",
	    { R("00000000                  "), R("99999999                  "),
	    R("                          ") }, NULL, NULL },
	{ "to_date: short years, centuries, days of the year", DATES, TABLE
	    "      a: to_date(substr(T, 3), 'YYMMDD')\n"
	    "      b: to_date(substr(S, 1, 7), 'CYYMMDD')\n"
	    "      c: to_date(substr(S, 8) || substr(T, 1, 2), 'YYDDD')\n"
	    "      d: to_date(cast(substr(digits(N), 2) as integer), "
	    "'YYYYDDD')\n",
	    "t: 1970-01-01|1999-12-31|~|2024-12-31\n"
	    "t: 2069-12-31|2026-01-31|2001-04-09|1900-01-01\n"
	    "3 D010 t.a T@0+8\n3 D010 t.b S@16+10\n3 D010 t.c S@16+10\n"
	    "3 D010 t.d N@8+8\nLLR\n",
	    { R("00700101020243660991231000"),
	    R("99691231019000011260131010"),
	    R("66691301020233661260229993") }, NULL, NULL },
	{ "to_date: separators, and zeros and nines in their place", DATES,
	    TABLE "      a: to_date(S, 'YYYY-MM-DD')\n",
	    "t: 2026-01-31\nt: ~\nt: ~\nt: ~\nt: ~\n6 D010 t.a S@16+10\n"
	    "7 D010 t.a S@16+10\n8 D010 t.a S@16+10\n9 D010 t.a S@16+10\n"
	    "LLLLLRRRR\n",
	    { R("xxxxxxxx000000012026-01-31"), R("xxxxxxxx000000010000000000"),
	    R("xxxxxxxx000000019999999999"), R("xxxxxxxx000000010000-00-00"),
	    R("xxxxxxxx000000019999-99-99"), R("xxxxxxxx000000012026/01/31"),
	    R("xxxxxxxx000000012026-1-31 "), R("xxxxxxxx0000000120260131  "),
	    R("xxxxxxxx000000012026001031") }, NULL, NULL },
	{ "digits(), and unsigned numbers in text",
	    "01 R. 05 Z PIC 9(5). 05 P PIC 9(4) COMP-3. 05 H PIC 9(4) COMP. "
	    "05 S PIC S9(3) SIGN LEADING SEPARATE.\n", TABLE
	    "      a: digits(Z)\n      b: digits(P)\n      c: digits(H)\n"
	    "      d: Z || P || H || S\n      e: {from: Z, type: text}\n"
	    "      f: Z + 0 || ''\n      g: coalesce(Z, 1) || ''\n",
	    "t: 00012|0007|0000|0001200070000-5|00012|12|12\n"
	    "t: 00000|9999|65535|00000999965535999|00000|0|0\n"
	    "t: ~|~|0001|~|~|~|1\nLLL\n",
	    { R("00012\x00\x00\x7f\x00\x00-005"),
	    R("00000\x09\x99\x9f\xff\xff+999"),
	    R("     \xff\xff\xff\x00\x01+000") }, NULL, NULL },
};

int
main(void)
{
	RUN(faults);
	RUN(units);
	RUN(lengths);
	RUN(fits);
	RUN(labels);
	RUN(names);
	RUN(dates);
	return tap_done();
}
