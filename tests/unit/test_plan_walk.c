/*
 * Tables in tables whose sizes follow from counts, what stands behind them,
 * and subscripts of all kinds.  The records were laid out by hand, as IBM's
 * Language Reference has it ("OCCURS DEPENDING ON clause": what follows a
 * table of varying length moves); tests/differential/nested.sh has GnuCOBOL
 * write some.
 */
#include "plan_case.h"

#define TABLE	"tables:\n  t:\n    columns:\n"
#define NEST	"01 R. 05 ID PIC 9. 05 C PIC 9. " \
		"05 G OCCURS 0 TO 3 DEPENDING ON C. " \
		"10 GN PIC X. 88 IS-B VALUE 'b'. 88 IS-C VALUE 'c'. " \
		"10 I PIC 9. 10 F OCCURS 0 TO 3 DEPENDING ON I. " \
		"15 FV PIC X. 88 IS-Q VALUE 'q'. 10 GZ PIC X. 05 Z PIC XX.\n"
#define NEST_R	"tables:\n  r:\n    columns:\n      id: ID\n      z: Z\n" \
		"      g1: GN(1)\n      f21: FV(2, 1)\n      gz2: G(2).GZ\n"
#define NEST_GF	"  g:\n    each: G\n    columns:\n      id: ID\n" \
		"      seq: occurrence()\n      gn: GN\n      gz: GZ\n" \
		"      i: I\n      f2: FV(2)\n      z: Z\n" \
		"  f:\n    each: F\n    columns:\n      id: ID\n" \
		"      g: occurrence(G)\n      f: occurrence()\n" \
		"      gn: GN\n      fv: FV\n      gz: GZ\n      z: Z\n"

static const struct plan_case nested[] = {
	{ "a table in a table", NEST, NEST_R NEST_GF,
	    "r: 1|ZZ|a|p|y\nr: 2|ZY|~|~|~\nr: 3|EE|c|~|~\n"
	    "g: 1|1|a|x|0|~|ZZ\ng: 1|2|b|y|2|q|ZZ\ng: 3|1|c|w|3|e|EE\n"
	    "f: 1|2|1|b|p|y|ZZ\nf: 1|2|2|b|q|y|ZZ\nf: 3|1|1|c|d|w|EE\n"
	    "f: 3|1|2|c|e|w|EE\nf: 3|1|3|c|f|w|EE\nLLL\n",
	    { R("12a0xb2pqyZZ"), R("20ZY"), R("31c3defwEE") }, NULL, NULL },
	{ "the inner table only", NEST, "tables:\n  f:\n    each: F\n"
	    "    columns:\n      fv: FV\n",
	    "f: p\nf: q\nf: d\nf: e\nf: f\nLSL\n",
	    { R("12a0xb2pqyZZ"), R("20ZY"), R("31c3defwEE") }, NULL, NULL },
	{ "what is behind only", NEST, TABLE "      z: Z\n",
	    "t: ZZ\nt: ZY\nt: ~\nLLL\n",
	    { R("12a0xb2pqyZZ"), R("20ZY"), R("31c3defw") }, NULL, NULL },
	{ "an inner count out of range, after good ones", NEST,
	    NEST_R NEST_GF,
	    "r: 2|ZY|~|~|~\n"
	    "1 D017 r.z I@6+1\n1 D017 r.g1 I@6+1\n1 D017 r.f21 I@6+1\n"
	    "1 D017 r.gz2 I@6+1\n1 D017 I@6+1\nRL\n",
	    { R("12a0xb9pqyZZ"), R("20ZY") }, NULL, NULL },
	{ "an inner count that is none, or blank", NEST, NEST_R,
	    "1 D005 r.z I@6+1\n1 D005 r.g1 I@6+1\n1 D005 r.f21 I@6+1\n"
	    "1 D005 r.gz2 I@6+1\n"
	    "2 D017 r.z I@3+1\n2 D017 r.g1 I@3+1\n2 D017 r.f21 I@3+1\n"
	    "2 D017 r.gz2 I@3+1\nRR\n",
	    { R("12a0xb?pqyZZ"), R("12a xb2pqyZZ") }, NULL, NULL },
	{ "the outer count out of range, or none", NEST, "tables:\n"
	    "  f:\n    each: F\n    columns:\n      fv: FV\n",
	    "f: p\n1 D017 C@1+1\n2 D005 C@1+1\nRRL\n",
	    { R("14a0x"), R("1?a0x"), R("11a1pxZZ") }, NULL, NULL },
	{ "the record ends in an inner table", NEST, "tables:\n"
	    "  g:\n    each: G\n    columns:\n      gn: GN\n",
	    "1 D018 I@6+1\nR\n", { R("12a0xb2p") }, NULL, NULL },
	{ "the record ends in an occurrence, or before one", NEST, "tables:\n"
	    "  g:\n    each: G\n    columns:\n      gn: GN\n",
	    "1 D018 C@1+1\n2 D018 C@1+1\n3 D018 C@1+1\nRRR\n",
	    { R("12a0xb2pq"), R("13a0x"), R("13a0xb") }, NULL, NULL },
	{ "a table of fixed size outside: the record may end",
	    "01 R. 05 G OCCURS 3. 10 I PIC 9. "
	    "10 F PIC X OCCURS 0 TO 2 DEPENDING ON I. 05 Z PIC X.\n",
	    "tables:\n  r:\n    columns:\n      z: Z\n      i2: I(2)\n"
	    "  g:\n    each: G\n    columns:\n      i: I\n      f1: F(1)\n"
	    "  f:\n    each: F\n    columns:\n      g: occurrence(G)\n"
	    "      f: F\n",
	    "r: Z|2\nr: ~|~\nr: ~|2\ng: 1|a\ng: 2|b\ng: 0|~\ng: 1|a\ng: 1|a\n"
	    "g: 2|b\nf: 1|a\nf: 2|b\nf: 2|c\nf: 1|a\nf: 1|a\nf: 2|b\nf: 2|c\n"
	    "4 D018 r.z I@2+1\n4 D018 r.i2 I@2+1\n4 D018 I@2+1\nLLLR\n",
	    { R("1a2bc0Z"), R("1a"), R("1a2bc"), R("1a2b") }, NULL, NULL },
	{ "several tables in an occurrence, counts in it and outside",
	    "01 R. 05 N PIC 9. 05 G OCCURS 2. 10 A PIC 9. "
	    "10 X PIC X OCCURS 0 TO 2 DEPENDING ON A. 10 B PIC 9. "
	    "10 Y PIC XX OCCURS 0 TO 2 DEPENDING ON B. "
	    "10 W PIC X OCCURS 0 TO 2 DEPENDING ON N. 10 E PIC X. "
	    "05 Z PIC X.\n",
	    "tables:\n  g:\n    each: G\n    columns:\n      a: A\n"
	    "      b: B\n      e: E\n      x2: X(2)\n      y1: Y(1)\n"
	    "      w1: W(1)\n      z: Z\n"
	    "  y:\n    each: Y\n    columns:\n      y: Y\n      e: E\n"
	    "  w:\n    each: W\n    columns:\n      w: W\n      z: Z\n",
	    "g: 2|1|e|y|pp|w|Z\ng: 0|0|f|~|~|v|Z\ny: pp|e\nw: w|Z\nw: v|Z\n"
	    "2 D017 N@0+1\n3 D005 A@1+1\n4 D017 B@10+1\nLRRR\n",
	    { R("12xy1ppwe00vfZ"), R("32xy1ppwe00vfZ"), R("1?xy1ppwe00vfZ"),
	    R("12xy1ppwe03vfZ") }, NULL, NULL },
	{ "qualified counts", "01 R. 05 C PIC 9. 05 G OCCURS 0 TO 2 "
	    "DEPENDING ON C OF R. 10 H. 15 C PIC 9. "
	    "10 F PIC X OCCURS 0 TO 2 DEPENDING ON C OF H OF G. 05 Z PIC X.\n",
	    "tables:\n  g:\n    each: G\n    columns:\n      c: C OF H\n"
	    "      z: Z\n  f:\n    each: F\n    columns:\n      f: F\n",
	    "g: 1|Z\ng: 2|Z\nf: a\nf: b\nf: c\nL\n", { R("21a2bcZ") }, NULL,
	    NULL },
	{ "without a limit",
	    "01 R. 05 N PIC 9. 05 G OCCURS 0 TO UNBOUNDED DEPENDING ON N. "
	    "10 M PIC 9. 10 F PIC X OCCURS 0 TO 5 DEPENDING ON M.\n",
	    "tables:\n  f:\n    each: F\n    columns:\n"
	    "      g: occurrence(G)\n      f: F\n",
	    "f: 1|a\nf: 2|b\nf: 2|c\nf: 4|d\nLS\n", { R("41a2bc01d"), R("0") },
	    NULL, NULL },
	{ "another view of the bytes",
	    "01 R. 05 N PIC 9. 05 A PIC X(6). 05 B REDEFINES A. "
	    "10 G OCCURS 0 TO 2 DEPENDING ON N. 15 M PIC 9. "
	    "15 F PIC X OCCURS 0 TO 2 DEPENDING ON M.\n",
	    "tables:\n  r:\n    columns:\n      a: A\n"
	    "  f:\n    each: F\n    columns:\n      f: F\n",
	    "r: 1a2bcd\nf: a\nf: b\nf: c\nL\n", { R("21a2bcd") }, NULL, NULL },
	{ "slack bytes",	/* before H, and at the end of each G */
	    "01 R. 05 G OCCURS 2. 10 M PIC S9(4) COMP. "
	    "10 T OCCURS 0 TO 2 DEPENDING ON M. 15 H PIC S9(9) COMP SYNC. "
	    "10 E PIC X. 05 Z PIC X.\n",
	    "tables:\n  g:\n    each: G\n    columns:\n      m: M\n"
	    "      e: E\n      h1: H(1)\n      z: Z\n"
	    "  t:\n    each: T\n    columns:\n      h: H\n",
	    "g: 1|E|7|Z\ng: 2|F|8|Z\nt: 7\nt: 8\nt: -1\nL\n",
	    { R("\0\1..\0\0\0\7E..." "\0\2..\0\0\0\10\xff\xff\xff\xff" "F..."
	    "Z") }, NULL, NULL },
};

#define DEEP	"01 R. 05 N PIC 9. 05 L1 OCCURS 0 TO 2 DEPENDING ON N. " \
		"10 M PIC 9. 10 L2 OCCURS 0 TO 2 DEPENDING ON M. " \
		"15 K PIC 9. 15 L3 OCCURS 0 TO 2 DEPENDING ON K. " \
		"20 V PIC X. 88 IS-C VALUE 'c'. 15 E2 PIC X. 10 E1 PIC X. " \
		"05 E0 PIC X.\n"

static const struct plan_case deep[] = {
	{ "three levels: the innermost", DEEP,
	    "tables:\n  t:\n    each: L3\n    columns:\n"
	    "      a: occurrence(L1)\n      b: occurrence(L2)\n"
	    "      c: occurrence(L3)\n      d: occurrence()\n      v: V\n"
	    "      e2: E2\n      e1: E1\n      e0: E0\n      n: N\n"
	    "      m: M\n      k: K\n      is: IS-C\n      l: label(V)\n",
	    "t: 1|1|1|1|a|!|#|&|2|2|1|false|~\n"
	    "t: 2|1|1|1|b|$|%|&|2|1|2|false|~\n"
	    "t: 2|1|2|2|c|$|%|&|2|1|2|true|IS-C\n2 D017 K@9+1\nLR\n",
	    { R("221a!0@#12bc$%&"), R("221a!0@#13bc$%&") }, NULL, NULL },
	{ "three levels: the middle", DEEP,
	    "tables:\n  t:\n    each: L2\n    columns:\n"
	    "      a: occurrence(L1)\n      e2: E2\n      e1: E1\n"
	    "      k: K\n      v1: V(1)\n      v2: V(2)\n      c2: IS-C(2)\n",
	    "t: 1|!|#|1|a|~|~\nt: 1|@|#|0|~|~|~\nt: 2|$|%|2|b|c|true\nL\n",
	    { R("221a!0@#12bc$%&") }, NULL, NULL },
	{ "three levels: the outermost", DEEP,
	    "tables:\n  t:\n    each: L1\n    columns:\n      e1: E1\n"
	    "      a: E2(1)\n      b: E2(2)\n      c: V(1, 2)\n",
	    "t: #|!|@|~\nt: %|$|~|c\nL\n", { R("221a!0@#12bc$%&") }, NULL,
	    NULL },
	{ "three levels: subscripts only", DEEP, TABLE
	    "      a: V(1, 1, 1)\n      b: L1(2).L2(1).L3(2).V\n"
	    "      c: V(1, 2, 2)\n      d: E2(2, 2)\n      e: E1(2)\n"
	    "      e0: E0\n      f: IS-C(2, 1, 2)\n      g: label(V(1, 1, 1))\n",
	    "t: a|c|~|~|%|&|true|~\nt: ~|~|~|~|~|&|~|~\nLL\n",
	    { R("221a!0@#12bc$%&"), R("0&") }, NULL, NULL },
	{ "three levels: when:", DEEP,
	    "tables:\n  t:\n    each: L2\n    when: K > 0\n    columns:\n"
	    "      e2: E2\n      e1: E1\n      e0: E0\n      v: V(K)\n"
	    "      c: IS-C(K)\n      first: V(1, 1, 1)\n"
	    "      twin: E2(occurrence(L1), 1)\n"
	    "      up: case when occurrence(L1) > 1 then "
	    "E1(occurrence(L1) - 1) end\n",
	    "t: !|#|&|a|false|a|!|~\nt: $|%|&|c|true|a|$|#\nL\n",
	    { R("221a!0@#12bc$%&") }, NULL, NULL },
	{ "when: of the record, and of what is behind", DEEP,
	    "tables:\n  t:\n    when: E0 = '&'\n    columns:\n      e0: E0\n"
	    "      e1: E1(2)\n      n: N\n",
	    "t: &|%|2\nt: &|~|0\nLLS\n",
	    { R("221a!0@#12bc$%&"), R("0&"), R("0x") }, NULL, NULL },
};

#define SUBS	"01 R. 05 I PIC 9. 05 T OCCURS 3. 10 X PIC X. " \
		"88 GO VALUE 'g'. 05 N PIC 9. " \
		"05 V OCCURS 0 TO 3 DEPENDING ON N. 10 Y PIC X. " \
		"88 VGO VALUE 'g'. 05 Z PIC X.\n"

static const struct plan_case subscripts[] = {
	{ "subscripts that are computed", SUBS, TABLE
	    "      x: X(I)\n      y: Y(I)\n      y2: Y(I + 1)\n"
	    "      g: GO(I)\n      l: label(X(I))\n      v: VGO(1)\n"
	    "      z: Z\n",
	    "t: g|y|~|true|GO|false|Z\nt: ~|~|~|~|~|~|Z\n"
	    "2 D032 t.y2 I@0+1\n"
	    "3 D032 t.x I@0+1\n3 D032 t.y I@0+1\n3 D032 t.g I@0+1\n"
	    "3 D032 t.l I@0+1\n5 D005 t.x I@0+1\n5 D005 t.y I@0+1\n"
	    "5 D005 t.y2 I@0+1\n5 D005 t.g I@0+1\n5 D005 t.l I@0+1\nLRRLR\n",
	    { R("1gbc1yZ"), R("3abg3pqrZ"), R("0abc0Z"), R(" abc0Z"),
	    R("?abc0Z") }, NULL, NULL },
	{ "computed by a count that is bad", SUBS, TABLE
	    "      y: Y(I)\n      x: X(I)\n",
	    "1 D017 t.y N@4+1\n2 D018 t.y N@4+1\nRR\n",
	    { R("1gbc4yZ"), R("1gbc3y") }, NULL, NULL },
	{ "a table that each: goes through", SUBS,
	    "tables:\n  t:\n    each: T\n    columns:\n"
	    "      last: case when occurrence() > 1 then "
	    "X(occurrence() - 1) end\n      x: X\n      first: T(1).X\n"
	    "      y: Y(occurrence())\n      y1: Y(1)\n      go: GO(2)\n"
	    "      v: VGO(occurrence(T))\n",
	    "t: ~|g|g|y|y|false|false\nt: g|b|g|~|y|false|~\n"
	    "t: b|c|g|~|y|false|~\nt: ~|a|a|p|p|true|false\n"
	    "t: a|g|a|g|p|true|true\nt: g|c|a|r|p|true|false\nLL\n",
	    { R("1gbc1yZ"), R("3agc3pgrZ") }, NULL, NULL },
	{ "an occurrence before the first", SUBS,
	    "tables:\n  t:\n    each: T\n    columns:\n"
	    "      last: X(occurrence() - 1)\n",
	    "1 D032 t.last #1\nR\n", { R("1gbc0Z") }, NULL, NULL },
	{ "subscripts of tables that vary", NEST, TABLE
	    "      gn: GN(ID)\n      f: FV(ID, C)\n      f1: FV(ID, 1)\n"
	    "      g: FV(1, ID)\n      b: IS-B(ID)\n      l: label(GN(ID))\n"
	    "      z: Z\n",
	    "t: a|~|~|~|false|~|ZZ\nt: b|q|p|~|true|IS-B|ZZ\n"
	    "t: ~|~|~|f|~|~|EE\nLLL\n",
	    { R("12a0xb2pqyZZ"), R("22a0xb2pqyZZ"), R("31c3defwEE") }, NULL,
	    NULL },
	{ "of another table with a count, seen from rows of one",
	    "01 R. 05 N PIC 9. 05 M PIC 9. "
	    "05 T OCCURS 0 TO 3 DEPENDING ON N. 10 X PIC X. "
	    "05 U OCCURS 0 TO 3 DEPENDING ON M. 10 Y PIC X(5). "
	    "88 YES VALUE 'yyyyy'.\n",
	    "tables:\n  t:\n    each: T\n    columns:\n      x: X\n"
	    "      y: Y(1)\n      y2: Y(2)\n      is: YES(1)\n",
	    "t: a|yyyyy|~|true\nt: b|yyyyy|~|true\nL\n", { R("21abyyyyy") },
	    NULL, NULL },
};

/* A count that is bad is the reason, whatever stands behind its table. */
static const struct plan_case behind[] = {
	{ "two tables, the first count bad",
	    "01 R. 05 N PIC 9. 05 M PIC 9. "
	    "05 X PIC X OCCURS 0 TO 3 DEPENDING ON N. "
	    "05 Y PIC X OCCURS 0 TO 2 DEPENDING ON M. 05 Z PIC 9.\n",
	    "tables:\n  z:\n    columns:\n      z: Z\n"
	    "  y:\n    each: Y\n    columns:\n      y: Y\n",
	    "z: 7\ny: b\n2 D017 z.z N@0+1\n2 D017 N@0+1\nLR\n",
	    { R("11ab7"), R("91ab7") }, NULL, NULL },
	{ "a table of fixed size behind one with a count",
	    "01 R. 05 N PIC 9. 05 X PIC X OCCURS 0 TO 3 DEPENDING ON N. "
	    "05 Y PIC X OCCURS 2.\n",
	    "tables:\n  y:\n    each: Y\n    columns:\n      y: Y\n",
	    "y: b\ny: c\n2 D017 N@0+1\nLR\n", { R("1abc"), R("9abc") }, NULL,
	    NULL },
	{ "tables behind a table that varies", NEST
	    "05 T PIC X OCCURS 2. 05 U PIC X OCCURS 0 TO 2 DEPENDING ON ID.\n",
	    "tables:\n  t:\n    each: T\n    columns:\n      t: T\n"
	    "  u:\n    each: U\n    columns:\n      u: U\n      z: Z\n"
	    "  r:\n    columns:\n      u1: U(1)\n      t2: T(2)\n",
	    "t: 8\nt: 9\nu: U|ZZ\nr: U|9\n"
	    "2 D017 r.u1 I@6+1\n2 D017 r.t2 I@6+1\n2 D017 I@6+1\nLR\n",
	    { R("12a0xb2pqyZZ89U"), R("12a0xb4pqyZZ89U") }, NULL, NULL },
};

/* Counts that are texts. */
#define FLAGS	"01 R. 05 K PIC X(2). 05 T PIC X OCCURS 0 TO 3 DEPENDING ON K. " \
		"05 U PIC X OCCURS 0 TO 3 DEPENDING ON K. 05 Z PIC X.\n"
#define FLAG_T	"tables:\n  r:\n    columns:\n      k: K\n      t1: T(1)\n" \
		"      z: Z\n  t:\n    each: T\n    columns: {t: T}\n" \
		"  u:\n    each: U\n    columns: {u: U}\n"
static const struct {
	struct plan_case k;
	const char *source;
} counts[] = {
	{ { "counts: by the item, and by a table", FLAGS, FLAG_T,
	    "r: A|t|z\nr: BB|~|z\nt: t\nt: s\nu: u\nu: u\nu: v\nu: w\nLL\n",
	    { R("A tsuz"), R("BBuvwz") }, NULL, NULL },
	    ", counts: {U: {A: 1, BB: 3}, K: {A: 2, BB: 0}}" },
	{ { "counts: the item alone, by bytes", FLAGS, FLAG_T,
	    "r: A|t|z\nt: t\nu: u\nL\n", { R("A tuz") }, NULL, NULL },
	    ", counts: {K: {\"x'4120'\": 1}}" },
	{ { "counts: a value without one, and out of range", FLAGS,
	    "tables:\n  r:\n    columns: {k: K, z: Z}\n",
	    "1 D017 r.z K@0+2\n2 D017 r.z K@0+2\n3 D001 r.k K@0+2\n"
	    "3 D001 r.z K@0+2\nRRR\n", { R("C uvwz"), R("B uvwz"), R("A") },
	    NULL, NULL }, ", counts: {K: {A: 2, B: 4}}" },
	{ { "counts: in occurrences", "01 R. 05 G OCCURS 2. 10 K PIC X. "
	    "10 A PIC X OCCURS 0 TO 3 DEPENDING ON K. "
	    "10 B PIC X OCCURS 0 TO 3 DEPENDING ON K. 05 Z PIC X.\n",
	    "tables:\n  r:\n    columns: {z: Z, b: 'B(2, 2)'}\n"
	    "  a:\n    each: A\n    columns: {k: K, a: A}\n"
	    "  b:\n    each: B\n    columns: {b: B}\n",
	    "r: z|q\na: x|1\na: y|3\na: y|4\nb: 2\nb: p\nb: q\n"
	    "2 D017 r.z K@3+1\n2 D017 r.b K@3+1\n2 D017 K@3+1\nLR\n",
	    { R("x12y34pqz"), R("x12?34pqz") }, NULL, NULL },
	    ", counts: {K: {x: 1, y: 2}}" },
	{ { "counts: of numbers, from outside", "01 R. 05 K PIC 9. 05 G OCCURS 2. "
	    "10 A PIC X OCCURS 0 TO 3 DEPENDING ON K. 10 C PIC X. 05 Z PIC X.\n",
	    "tables:\n  r:\n    columns: {k: K, z: Z}\n"
	    "  a:\n    each: A\n    columns: {a: A, c: C}\n",
	    "r: 9|z\na: a|1\na: b|2\nL\n", { R("9a1b2z") }, NULL, NULL },
	    ", counts: {K: {9: 1}}" },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		run_case_of(&counts[i].k, counts[i].source);
	RUN(nested);
	RUN(deep);
	RUN(subscripts);
	RUN(behind);
	return tap_done();
}
