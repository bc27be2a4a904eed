/*
 * Layouts: sizes, offsets and what varies; finding things in them.
 *
 * Offsets and sizes are those that GnuCOBOL 3.1 (cobc -std=ibm -C, and its
 * symbol listing) gives the same records, with every table at its maximum.
 * SYNCHRONIZED follows the worked examples of the IBM Enterprise COBOL
 * Language Reference, "Slack bytes within records": the group before takes the
 * slack bytes, where GnuCOBOL gives them to the group that follows.
 */
#include "copybook_show.h"
#include "tap.h"

static const struct {
	const char *what, *text, *layout;
	uint32_t min, max;	/* bytes of the first record */
} layouts[] = {
	{ "usages", "01 R.\n05 B1 PIC S9(4) COMP.\n05 B2 PIC 9(5) BINARY.\n"
	    "05 B3 PIC 9(9) COMP-4.\n05 B4 PIC S9(10) COMP.\n"
	    "05 B5 PIC 9(18) COMP-5.\n05 B6 PIC 9 COMPUTATIONAL.\n"
	    "05 B7 PIC S9(3)PPP COMP.\n05 P1 PIC 9 COMP-3.\n"
	    "05 P2 PIC S99 PACKED-DECIMAL.\n05 P3 PIC 9(7) COMP-3.\n"
	    "05 P4 PIC 9(8) COMPUTATIONAL-3.\n05 P5 PIC SPP9(4) COMP-3.\n"
	    "05 F1 COMP-1.\n05 F2 COMPUTATIONAL-2.\n05 I INDEX.\n",
	    "01 R 0 61\n05 B1 0 2\n05 B2 2 4\n05 B3 6 4\n05 B4 10 8\n"
	    "05 B5 18 8\n05 B6 26 2\n05 B7 28 2\n05 P1 30 1\n05 P2 31 2\n"
	    "05 P3 33 4\n05 P4 37 5\n05 P5 42 3\n05 F1 45 4\n05 F2 49 8\n"
	    "05 I 57 4\n", 61, 61 },
	{ "addresses of 31 bits", "01 R.\n05 A POINTER.\n"
	    "05 B USAGE IS PROCEDURE-POINTER.\n05 C FUNCTION-POINTER.\n"
	    "05 D OBJECT REFERENCE.\n05 E OBJECT REFERENCE CLS.\n",
	    "01 R 0 24\n05 A 0 4\n05 B 4 8\n05 C 12 4\n05 D 16 4\n"
	    "05 E 20 4\n", 24, 24 },
	{ "usage and sign of the group", "01 R.\n05 G1 SIGN IS LEADING "
	    "SEPARATE.\n10 S1 PIC S9(4).\n10 S2 PIC S9(4) SIGN TRAILING.\n"
	    "10 S3 PIC 9(4).\n10 S4 PIC S9(4) COMP-3.\n"
	    "05 G2 COMP-3.\n10 P1 PIC 9(3).\n10 G3.\n15 P2 PIC S9(3) COMP-3.\n",
	    "01 R 0 20\n05 G1 0 16\n10 S1 0 5\n10 S2 5 4\n10 S3 9 4\n"
	    "10 S4 13 3\n05 G2 16 4\n10 P1 16 2\n10 G3 18 2\n15 P2 18 2\n",
	    20, 20 },
	{ "redefinitions", "01 R.\n05 A PIC X(5).\n05 B REDEFINES A.\n"
	    "10 B1 PIC S9(4) COMP.\n10 B2 PIC X(3).\n"
	    "05 C REDEFINES B PIC X(4).\n05 D REDEFINES A.\n10 D1 PIC X(2) "
	    "OCCURS 2.\n05 E PIC X.\n01 S REDEFINES R.\n05 F PIC X(9).\n",
	    "01 R 0 6\n05 A 0 5\n05 B 0 5 = A\n10 B1 0 2\n10 B2 2 3\n"
	    "05 C 0 4 = B\n05 D 0 4 = A\n10 D1 0 2 x2\n05 E 5 1\n"
	    "01 S 0 9 = R\n05 F 0 9\n", 6, 6 },
	{ "redefinition of a table", "01 R.\n05 A PIC X(3) OCCURS 4.\n"
	    "05 B REDEFINES A PIC X(12).\n05 C PIC X.\n",
	    "01 R 0 13\n05 A 0 3 x4\n05 B 0 12 = A\n05 C 12 1\n", 13, 13 },
	{ "the longest alternative counts", "01 R.\n05 A PIC X(3).\n"
	    "05 B REDEFINES A PIC X(7).\n05 C REDEFINES A PIC X(5).\n"
	    "05 D PIC X.\n", "01 R 0 8\n05 A 0 3\n05 B 0 7 = A\n"
	    "05 C 0 5 = A\n05 D 7 1\n", 8, 8 },
	{ "tables in tables", "01 R.\n05 T OCCURS 3.\n10 A PIC X.\n"
	    "10 U OCCURS 2.\n15 B PIC XX.\n10 C PIC X OCCURS 4.\n05 D PIC X.\n",
	    "01 R 0 28\n05 T 0 9 x3\n10 A 0 1\n10 U 1 2 x2\n15 B 1 2\n"
	    "10 C 5 1 x4\n05 D 27 1\n", 28, 28 },
	{ "DEPENDING ON", "01 R.\n05 N1 PIC 9.\n05 N2 PIC 99 COMP.\n"
	    "05 T1 OCCURS 0 TO 5 TIMES DEPENDING ON N1.\n10 A PIC X(3).\n"
	    "10 B PIC 9(3) COMP-3 OCCURS 2.\n05 M PIC X(4).\n05 G.\n"
	    "10 T2 PIC X(2) OCCURS 1 TO 9 DEPENDING N2 OF R.\n10 E PIC X.\n"
	    "05 Z PIC 9(3).\n",
	    "01 R 0 64 varies\n05 N1 0 1\n05 N2 1 2\n"
	    "05 T1 3 7 x5 from 0 by N1\n10 A 3 3\n10 B 6 2 x2\n"
	    "05 M 38 4 after T1\n05 G 42 19 after T1 varies\n"
	    "10 T2 42 2 x9 from 1 by N2 after T1\n10 E 60 1 after T2\n"
	    "05 Z 61 3 after T2\n", 13, 64 },
	{ "DEPENDING ON without a minimum", "01 R.\n05 N PIC 9.\n"
	    "05 T PIC X OCCURS 8 DEPENDING ON N.\n",
	    "01 R 0 9 varies\n05 N 0 1\n05 T 1 1 x8 from 0 by N\n", 1, 9 },
	{ "DEPENDING ON in DEPENDING ON", "01 R.\n05 N PIC 9.\n"
	    "05 T OCCURS 0 TO 2 DEPENDING ON N.\n10 M PIC 9.\n"
	    "10 U OCCURS 0 TO 3 DEPENDING ON M.\n15 F PIC X.\n10 V PIC X.\n"
	    "05 Z PIC X.\n",
	    "01 R 0 12 varies\n05 N 0 1\n05 T 1 5 x2 from 0 by N varies\n"
	    "10 M 1 1\n10 U 2 1 x3 from 0 by M\n15 F 2 1\n10 V 5 1 after U\n"
	    "05 Z 11 1 after T\n", 2, 12 },
	{ "DEPENDING ON in a fixed table", "01 R.\n05 T OCCURS 2.\n10 M PIC 9."
	    "\n10 U PIC X OCCURS 1 TO 3 DEPENDING ON M.\n05 Z PIC X.\n",
	    "01 R 0 9 varies\n05 T 0 4 x2 varies\n10 M 0 1\n"
	    "10 U 1 1 x3 from 1 by M\n05 Z 8 1 after T\n", 5, 9 },
	{ "DEPENDING ON in the last alternatives", "01 R.\n05 N PIC 9.\n05 G.\n"
	    "10 A PIC X(9).\n10 B REDEFINES A.\n15 X PIC X.\n"
	    "15 T PIC X OCCURS 1 TO 5 DEPENDING ON N.\n"
	    "10 C REDEFINES A.\n15 U PIC XX OCCURS 0 TO 4 DEPENDING ON N.\n",
	    "01 R 0 10 varies\n05 N 0 1\n05 G 1 9 varies\n10 A 1 9\n"
	    "10 B 1 6 = A varies\n15 X 1 1\n15 T 2 1 x5 from 1 by N\n"
	    "10 C 1 8 = A varies\n15 U 1 2 x4 from 0 by N\n", 10, 10 },
	{ "DEPENDING ON a redefined place", "01 R.\n05 N PIC 9.\n05 A.\n"
	    "10 T PIC X OCCURS 1 TO 9 DEPENDING ON N.\n05 B REDEFINES A "
	    "PIC X(4).\n", "01 R 0 10 varies\n05 N 0 1\n05 A 1 9 varies\n"
	    "10 T 1 1 x9 from 1 by N\n05 B 1 4 = A\n", 5, 10 },
	{ "SYNCHRONIZED: within the group", "01 FIELD-A.\n05 FIELD-B PIC X(5)."
	    "\n05 FIELD-C.\n10 FIELD-D PIC XX.\n10 FIELD-E PIC S9(6) COMP "
	    "SYNC.\n", "01 FIELD-A 0 12\n05 FIELD-B 0 5\n05 FIELD-C 5 7\n"
	    "10 FIELD-D 5 2\n10 FIELD-E 8 4\n", 12, 12 },
	{ "SYNCHRONIZED: before the group", "01 FIELD-L.\n05 FIELD-M PIC X(5)."
	    "\n05 FIELD-N PIC XX.\n05 FIELD-O.\n10 FIELD-P PIC S9(6) COMP "
	    "SYNC.\n", "01 FIELD-L 0 12\n05 FIELD-M 0 5\n05 FIELD-N 5 2\n"
	    "05 FIELD-O 8 4\n10 FIELD-P 8 4\n", 12, 12 },
	{ "SYNCHRONIZED: after a group", "01 R.\n05 G.\n10 H.\n15 A PIC X.\n"
	    "05 B PIC S9(4) COMP SYNC.\n", "01 R 0 4\n05 G 0 2\n10 H 0 2\n"
	    "15 A 0 1\n05 B 2 2\n", 4, 4 },
	{ "SYNCHRONIZED: in a table", "01 WORK-RECORD.\n05 WORK-CODE PIC X.\n"
	    "05 COMP-TABLE OCCURS 10 TIMES.\n10 COMP-TYPE PIC X.\n"
	    "10 COMP-PAY PIC S9(4)V99 COMP SYNC.\n"
	    "10 COMP-HOURS PIC S9(3) COMP SYNC.\n10 COMP-NAME PIC X(5).\n",
	    "01 WORK-RECORD 0 161\n05 WORK-CODE 0 1\n"
	    "05 COMP-TABLE 1 16 x10\n10 COMP-TYPE 1 1\n10 COMP-PAY 4 4\n"
	    "10 COMP-HOURS 8 2\n10 COMP-NAME 10 5\n", 161, 161 },
	{ "SYNCHRONIZED: of each size", "01 R SYNC.\n05 A PIC X.\n"
	    "05 B PIC 9(18) COMP.\n05 C PIC X.\n05 D COMP-2.\n05 E PIC X.\n"
	    "05 F COMP-1.\n05 G PIC X.\n05 H POINTER.\n05 I PIC X.\n"
	    "05 J PIC 9(4) BINARY.\n05 K PIC 9(3) COMP-3.\n05 L PIC 9(3).\n",
	    "01 R 0 49\n05 A 0 1\n05 B 4 8\n05 C 12 1\n05 D 16 8\n"
	    "05 E 24 1\n05 F 28 4\n05 G 32 1\n05 H 36 4\n05 I 40 1\n"
	    "05 J 42 2\n05 K 44 2\n05 L 46 3\n", 49, 49 },
	{ "SYNCHRONIZED: behind a table that grows by whole words",
	    "01 R.\n05 N PIC 9.\n05 M PIC X(4) OCCURS 1 TO 3 DEPENDING ON N.\n"
	    "05 A PIC S9(9) COMP SYNC.\n05 B PIC X.\n05 C COMP-1 SYNC.\n",
	    "01 R 0 28 varies\n05 N 0 1\n05 M 1 4 x3 from 1 by N\n"
	    "05 A 16 4 after M\n05 B 20 1 after M\n05 C 24 4 after M\n", 20,
	    28 },
	{ "SYNCHRONIZED: around such a table", "01 R.\n05 T OCCURS 2.\n"
	    "10 C COMP-1 SYNC.\n10 N PIC 9(4).\n10 D PIC X.\n"
	    "10 U PIC X(4) OCCURS 0 TO 2 DEPENDING ON N.\n",
	    "01 R 0 40 varies\n05 T 0 20 x2 varies\n10 C 0 4\n10 N 4 4\n"
	    "10 D 8 1\n10 U 9 4 x2 from 0 by N\n", 24, 40 },
	{ "UNBOUNDED", "01 R.\n05 N PIC 9(4).\n"
	    "05 T OCCURS 1 TO UNBOUNDED DEPENDING ON N.\n10 A PIC X(16).\n"
	    "05 Z PIC X.\n", "01 R 0 1048581 varies\n05 N 0 4\n"
	    "05 T 4 16 x65536 from 1 by N\n10 A 4 16\n"
	    "05 Z 1048580 1 after T\n", 21, 1048581 },
	{ "complex DEPENDING ON: qualified, several, items between and behind",
	    "01 R.\n05 G.\n10 N PIC 9.\n05 H.\n10 N PIC 9.\n"
	    "05 A PIC X OCCURS 1 TO 2 DEPENDING ON N OF G.\n05 B PIC X(3).\n"
	    "05 T OCCURS 0 TO 2 DEPENDING ON N IN H OF R.\n10 M PIC 9.\n"
	    "10 U PIC XX OCCURS 1 TO 3 DEPENDING ON M.\n10 V PIC X.\n"
	    "10 W PIC X OCCURS 0 TO 4 DEPENDING ON N OF G.\n05 Z PIC X.\n",
	    "01 R 0 32 varies\n05 G 0 1\n10 N 0 1\n05 H 1 1\n10 N 1 1\n"
	    "05 A 2 1 x2 from 1 by N\n05 B 4 3 after A\n"
	    "05 T 7 12 x2 from 0 by N after A varies\n10 M 7 1\n"
	    "10 U 8 2 x3 from 1 by M\n10 V 14 1 after U\n"
	    "10 W 15 1 x4 from 0 by N after U\n05 Z 31 1 after T\n", 7, 32 },
	{ "national, DBCS, UTF-8", "01 R.\n05 A PIC N(4).\n"
	    "05 B PIC N(4) DISPLAY-1.\n05 C PIC G(3).\n05 D PIC U(5).\n"
	    "05 E PIC U(5) BYTE-LENGTH 7.\n05 F PIC 9(4) NATIONAL.\n"
	    "05 G PIC S9(4) NATIONAL SIGN LEADING SEPARATE.\n"
	    "05 H PIC NBN0N.\n05 I PIC ZZ9.9 NATIONAL.\n"
	    "05 J GROUP-USAGE NATIONAL.\n10 K PIC 9(3).\n10 L PIC N.\n"
	    "05 M DISPLAY.\n10 O PIC N.\n",
	    "01 R 0 97\n05 A 0 8\n05 B 8 8\n05 C 16 6\n05 D 22 20\n"
	    "05 E 42 7\n05 F 49 8\n05 G 57 10\n05 H 67 10\n05 I 77 10\n"
	    "05 J 87 8\n10 K 87 6\n10 L 93 2\n05 M 95 2\n10 O 95 2\n", 97,
	    97 },
	{ "RENAMES", "01 R.\n05 A PIC X(2).\n05 G.\n10 B PIC 9(3)V9.\n"
	    "10 C PIC X.\n05 D PIC X.\n66 E RENAMES B OF G.\n"
	    "66 F RENAMES B THROUGH D.\n66 H RENAMES G.\n01 S PIC X.\n",
	    "01 R 0 8\n05 A 0 2\n05 G 2 5\n10 B 2 4\n10 C 6 1\n05 D 7 1\n"
	    "66 E 2 4\n66 F 2 6\n66 H 2 5\n01 S 0 1\n", 8, 8 },
};

static struct layout *
layout_of(struct arena *a, const char *text)
{
	struct diags ds;
	struct layout *l;

	diags_init(&ds, a);
	l = layout_build(a, &ds, copybook_parse_text(a, &ds,
	    srctext_new(a, "test.cpy", text, strlen(text)), NULL));
	if (ds.errors > 0)
		printf("# %u:%u %s\n", ds.first->at.line, ds.first->at.col,
		    ds.first->message);
	return l;
}

static void
test_layouts(void)
{
	struct layout *l;
	struct arena a;
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		arena_init(&a);
		buf_init(&b, 1 << 16);
		l = layout_of(&a, layouts[i].text);
		if (l != NULL)
			show_layout(&b, l);
		is_str(b.p, layouts[i].layout, "%s", layouts[i].what);
		if (l != NULL)
			ok(layout_min_size(l, 0) == layouts[i].min &&
			    layout_max_size(l, 0) == layouts[i].max,
			    "%s: shortest and longest", layouts[i].what);
		buf_fini(&b);
		arena_fini(&a);
	}
}

/* What a decoder needs to know of a number. */
static const struct {
	const char *clauses;
	enum usage usage;
	enum sign sign;
	bool is_signed;
	uint16_t digits;
	int16_t scale;
	uint32_t size;
} numbers[] = {
	{ "PIC 9(5)", USAGE_DISPLAY, SIGN_NONE, false, 5, 0, 5 },
	{ "PIC S9(5)V99", USAGE_DISPLAY, SIGN_TRAILING, true, 7, 2, 7 },
	{ "PIC S9 SIGN LEADING", USAGE_DISPLAY, SIGN_LEADING, true, 1, 0, 1 },
	{ "PIC S9 SIGN IS TRAILING", USAGE_DISPLAY, SIGN_TRAILING, true, 1, 0,
	    1 },
	{ "PIC S9 LEADING SEPARATE CHARACTER", USAGE_DISPLAY,
	    SIGN_LEADING_SEPARATE, true, 1, 0, 2 },
	{ "SIGN TRAILING SEPARATE PIC S9V9", USAGE_DISPLAY,
	    SIGN_TRAILING_SEPARATE, true, 2, 1, 3 },
	{ "PIC S9(4)PP COMP", USAGE_BINARY, SIGN_NONE, true, 4, -2, 2 },
	{ "PIC VPP9(3) COMP-5", USAGE_COMP5, SIGN_NONE, false, 3, 5, 2 },
	{ "PIC PPP9(3) COMP-3", USAGE_PACKED, SIGN_NONE, false, 3, 6, 2 },
	{ "PIC $$,$$9.99CR", USAGE_DISPLAY, SIGN_NONE, true, 6, 2, 11 },
	{ "PIC S9(4) NATIONAL SIGN TRAILING SEPARATE", USAGE_NATIONAL,
	    SIGN_TRAILING_SEPARATE, true, 4, 0, 10 },
	{ "PIC 9(5)V99 COMP-6", USAGE_COMP6, SIGN_NONE, false, 7, 2, 4 },
	{ "PIC PPP9(3) COMP-6", USAGE_COMP6, SIGN_NONE, false, 3, 6, 2 },
	{ "PIC 9(3)PP COMP-X", USAGE_COMPX, SIGN_NONE, false, 3, -2, 2 },
	{ "PIC PP9(3)", USAGE_DISPLAY, SIGN_NONE, false, 3, 5, 3 },
	{ "BINARY-CHAR UNSIGNED", USAGE_COMP5, SIGN_NONE, false, 3, 0, 1 },
	{ "BINARY-DOUBLE", USAGE_COMP5, SIGN_NONE, true, 19, 0, 8 },
	{ "FLOAT-BINARY-64", USAGE_FLOAT_BINARY, SIGN_NONE, true, 0, 0, 8 },
	{ "FLOAT-DECIMAL-34", USAGE_FLOAT_DECIMAL, SIGN_NONE, true, 0, 0, 16 },
	{ "COMP-1", USAGE_FLOAT, SIGN_NONE, true, 0, 0, 4 },
	{ "USAGE COMP-2", USAGE_DOUBLE, SIGN_NONE, true, 0, 0, 8 },
};

static void
test_numbers(void)
{
	const struct item *it;
	struct layout *l;
	struct arena a;
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		arena_init(&a);
		l = layout_of(&a, arena_printf(&a, "01 R.\n05 A %s.\n",
		    numbers[i].clauses));
		it = l != NULL ? &l->item[1] : NULL;
		ok(it != NULL && it->category == (it->edited != NULL ?
		    CAT_EDITED : CAT_NUMERIC) &&
		    it->usage == numbers[i].usage &&
		    it->sign == numbers[i].sign &&
		    it->is_signed == numbers[i].is_signed &&
		    it->digits == numbers[i].digits &&
		    it->scale == numbers[i].scale &&
		    it->size == numbers[i].size, "%s", numbers[i].clauses);
		arena_fini(&a);
	}
}

/* The same clauses in each dialect: bytes; 0: refused. */
static const struct {
	const char *clauses;
	uint32_t ibm, microfocus, gnucobol, fujitsu, wide;	/* wide: LP(64) */
} sizes[] = {
	{ "PIC S9(2) COMP", 2, 1, 1, 2, 2 },
	{ "PIC 9(7) COMP", 4, 3, 4, 4, 4 },
	{ "PIC S9(7) COMP-5", 4, 4, 4, 4, 4 },
	{ "PIC 9(19) COMP", 0, 8, 0, 0, 0 },
	{ "PIC 9(24) COMP-5", 0, 10, 0, 0, 0 },
	{ "PIC 9(38)", 0, 38, 38, 0, 0 },
	{ "PIC X(3) COMP-5", 0, 3, 4, 0, 0 },
	{ "PIC X(9) COMP-X", 0, 0, 0, 0, 0 },
	{ "POINTER", 4, 4, 8, 4, 8 },
	{ "POINTER-32", 4, 4, 4, 4, 4 },
	{ "INDEX", 4, 4, 4, 4, 8 },
	{ "PROCEDURE-POINTER", 8, 4, 8, 4, 8 },
	{ "OBJECT REFERENCE", 4, 4, 8, 4, 8 },
	{ ".\n10 X PIC X.\n10 Y PIC S9(18) COMP SYNC", 12, 9, 16, 12, 12 },
	{ ".\n10 X PIC X.\n10 Y POINTER SYNC", 8, 5, 16, 8, 16 },
};

static uint32_t
size_in(const char *clauses, enum dialect dialect, uint8_t address)
{
	struct copybook_options options = { .dialect = dialect,
	    .address_size = address };
	struct layout *l;
	struct diags ds;
	struct arena a;
	const char *text;
	uint32_t size;

	arena_init(&a);
	diags_init(&ds, &a);
	text = arena_printf(&a, "01 R.\n05 A%s%s.\n", clauses[0] == '.' ? "" :
	    " ", clauses);
	l = layout_build(&a, &ds, copybook_parse_text(&a, &ds,
	    srctext_new(&a, "test.cpy", text, strlen(text)), &options));
	size = l != NULL ? l->item[1].size : 0;
	arena_fini(&a);
	return size;
}

static void
test_dialects(void)
{
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		is_int(size_in(sizes[i].clauses, DIALECT_IBM, 0), sizes[i].ibm,
		    "ibm: %s", sizes[i].clauses);
		is_int(size_in(sizes[i].clauses, DIALECT_MICROFOCUS, 0),
		    sizes[i].microfocus, "microfocus: %s", sizes[i].clauses);
		is_int(size_in(sizes[i].clauses, DIALECT_GNUCOBOL, 0),
		    sizes[i].gnucobol, "gnucobol: %s", sizes[i].clauses);
		is_int(size_in(sizes[i].clauses, DIALECT_FUJITSU, 0),
		    sizes[i].fujitsu, "fujitsu: %s", sizes[i].clauses);
		is_int(size_in(sizes[i].clauses, DIALECT_IBM, 8),
		    sizes[i].wide, "LP(64): %s", sizes[i].clauses);
	}
}

/* What a decoder of edited pictures sees. */
static const struct {
	const char *names, *picture, *show;
} positions[] = {
	{ "", "$$,$$9.99CR", "$2 ,1 $2 91 .1 92 C1 / $ floats $" },
	{ "", "-ZZ9V99BB", "-1 Z2 91 V1 92 B2 / " },
	{ "DECIMAL-POINT IS COMMA.", "++.+++,++", "+2 ,1 +3 .1 +2 / "
	    " floats + comma" },
	{ "CURRENCY SIGN IS 'EUR ' WITH PICTURE SYMBOL '!'.", "!ZZ9",
	    "$1 Z2 91 / EUR  wide 7" },
	{ "CURRENCY '\xc2\xa3'.", "\xc2\xa3\xc2\xa3""9", "$2 91 / \xc2\xa3"
	    " floats $" },
	{ "", "XXB99/0", "X2 B1 92 /1 01 / text" },
	{ "", "+9.9(3)E-99", "+1 91 .1 93 E1 -1 92 /  float" },
};

static void
test_positions(void)
{
	const struct edited *e;
	struct layout *l;
	struct arena a;
	struct buf b;
	size_t i;
	uint32_t k;

	for (i = 0; i < sizeof positions / sizeof positions[0]; i++) {
		arena_init(&a);
		buf_init(&b, 4096);
		l = layout_of(&a, arena_printf(&a, "ENVIRONMENT DIVISION.\n"
		    "SPECIAL-NAMES.\n%s\nDATA DIVISION.\n01 R PIC %s.\n",
		    positions[i].names, positions[i].picture));
		e = l != NULL ? l->item[0].edited : NULL;
		for (k = 0; e != NULL && k < e->nrun; k++)
			buf_printf(&b, "%c%u ", e->run[k].symbol,
			    e->run[k].count);
		if (e != NULL)
			buf_printf(&b, "/ %s%s", e->numeric ? e->currency : "",
			    e->numeric ? "" : "text");
		if (e != NULL && e->floating != 0)
			buf_printf(&b, " floats %c", e->floating);
		if (e != NULL && strlen(e->currency) > 2)
			buf_printf(&b, " wide %u", l->item[0].size);
		buf_puts(&b, e != NULL && e->comma ? " comma" : "");
		buf_puts(&b, e != NULL && e->is_float ? " float" : "");
		is_str(b.p, positions[i].show, "positions of %s",
		    positions[i].picture);
		buf_fini(&b);
		arena_fini(&a);
	}
}

static const char found_text[] =
    "01 CUSTOMER.\n05 CUST-ID PIC 9.\n88 IS-ODD VALUES 1 3 THRU 5, 7 9.\n"
    "05 HOME.\n10 CITY PIC X.\n88 KNOWN VALUE 'A' 'B'.\n"
    "05 WORK.\n10 FILLER.\n15 CITY PIC X.\n88 KNOWN VALUE SPACE.\n"
    "05 LAST_NAME PIC X.\n66 BOTH RENAMES HOME THRU WORK.\n"
    "01 OTHER.\n05 CITY PIC X.\n77 CITY PIC X.\n";

static const struct {
	const char *names[3];
	uint32_t n, count, first;
} lookups[] = {
	{ { "CUST-ID" }, 1, 1, 1 },
	{ { "cust_id" }, 1, 1, 1 },
	{ { "CITY" }, 1, 2, 3 },
	{ { "CITY", "WORK" }, 2, 1, 6 },
	{ { "city", "work", "customer" }, 3, 1, 6 },
	{ { "CITY", "CUSTOMER", "WORK" }, 3, 0, 0 },
	{ { "CITY", "CUSTOMER" }, 2, 2, 3 },
	{ { "LAST-NAME" }, 1, 1, 7 },
	{ { "BOTH" }, 1, 1, 8 },
	{ { "BOTH", "CUSTOMER" }, 2, 1, 8 },
	{ { "CUSTOMER" }, 1, 1, 0 },
	{ { "CUST" }, 1, 0, 0 },
	{ { "CUST-IDS" }, 1, 0, 0 },
	{ { "FILLER" }, 1, 0, 0 },
	{ { "" }, 1, 0, 0 },
};

static void
test_find(void)
{
	const char *known[] = { "KNOWN", "WORK" }, *city = "CITY";
	uint32_t found[2], i, n;
	struct layout *l;
	struct arena a;

	arena_init(&a);
	l = layout_of(&a, found_text);
	for (i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
		n = layout_find(l, 0, lookups[i].names, lookups[i].n, found);
		ok(n == lookups[i].count &&
		    (n == 0 || found[0] == lookups[i].first), "find %s",
		    lookups[i].names[0]);
	}
	ok(layout_find(l, l->record[1], &city, 1, found) == 1 &&
	    found[0] == 10, "in another record");
	is_int(layout_find_condition(l, 0, known, 1, found), 2,
	    "a condition twice");
	ok(layout_find_condition(l, 0, known, 2, found) == 1 &&
	    l->condition[found[0]].item == 6, "a condition of a group");
	is_int(layout_find_condition(l, 9, known, 1, found), 0,
	    "a condition of another record");
	ok(l->nrecord == 2 && l->n77 == 1 && l->record[0] == 0 &&
	    l->record[1] == 9 && l->record[2] == 11, "records, then 77s");
	is_str(layout_path(&a, l, 6), "CUSTOMER.WORK.CITY", "a path");
	is_str(layout_path(&a, l, 0), "CUSTOMER", "a record's path");
	arena_fini(&a);
}

/* "kind text" of a literal. */
static const char *
show_literal(struct arena *a, const struct literal *l)
{
	static const char *const kind[] = { "text", "number", "hex", "spaces",
	    "zeros", "low-values", "high-values", "quotes", "all", "nulls",
	    "national", "dbcs" };

	return arena_printf(a, "%s %.*s", kind[l->kind], (int)l->text.len,
	    (const char *)l->text.p);
}

static const struct {
	const char *clause, *literal;
} values[] = {
	{ "VALUE 'abc'", "text abc" },
	{ "VALUE IS \"it's\"", "text it's" },
	{ "VALUE 'it''s'", "text it's" },
	{ "VALUE 'Z\xfcrich'", "text Z\xc3\xbcrich" },
	{ "VALUE 'Z\xc3\xbcrich'", "text Z\xc3\xbcrich" },
	{ "VALUE ''", "text " },
	{ "VALUE 'ab' & 'CD' & 'e'", "text abCDe" },
	{ "VALUE H'1F'", "number 31" },
	{ "VALUE B'101'", "number 5" },
	{ "VALUE N'abc'", "national abc" },
	{ "VALUE G'abc'", "dbcs abc" },
	{ "VALUE -12.50", "number -12.50" },
	{ "VALUE .5", "number .5" },
	{ "VALUE +7", "number +7" },
	{ "VALUE X'4142'", "hex AB" },
	{ "VALUE x\"6a\"", "hex j" },
	{ "VALUE SPACE", "spaces " },
	{ "VALUE ZEROES", "zeros " },
	{ "VALUE IS LOW-VALUES", "low-values " },
	{ "VALUE HIGH-VALUE", "high-values " },
	{ "VALUE QUOTE", "quotes " },
	{ "VALUE NULL", "nulls " },
	{ "VALUE ALL '*-'", "all *-" },
	{ "VALUE ALL SPACES", "spaces " },
};

static void
test_values(void)
{
	const struct condition *c;
	struct layout *l;
	struct arena a;
	size_t i;

	arena_init(&a);
	for (i = 0; i < sizeof values / sizeof values[0]; i++) {
		l = layout_of(&a, arena_printf(&a, "01 R PIC X(9) %s.\n",
		    values[i].clause));
		is_str(l != NULL ? show_literal(&a, l->item[0].value) : NULL,
		    values[i].literal, "%s", values[i].clause);
	}
	l = layout_of(&a, found_text);
	c = &l->condition[0];
	ok(c->nvalue == 4 && !c->value[0].thru && c->value[1].thru &&
	    strcmp(show_literal(&a, &c->value[1].lo), "number 3") == 0 &&
	    strcmp(show_literal(&a, &c->value[1].hi), "number 5") == 0 &&
	    strcmp(show_literal(&a, &c->value[3].hi), "number 9") == 0,
	    "values of a condition");
	arena_fini(&a);
}

/* Literals over several lines: the columns up to 72 belong to them. */
static void
test_continued(void)
{
	struct layout *l;
	struct arena a;

	arena_init(&a);
	l = layout_of(&a, "       01  R PIC X(90) VALUE 'one\n"
	    "      -    'two'.\n");
	ok(l != NULL && l->item[0].value->text.len == 45 &&
	    memcmp(l->item[0].value->text.p, "one   ", 6) == 0 &&
	    memcmp(l->item[0].value->text.p + 42, "two", 3) == 0,
	    "a literal continued is padded to column 72");
	l = layout_of(&a, "       01  S PIC X(90) VALUE                     "
	    "                   'it'\n"
	    "      -    ''s'.\n");
	is_str(l != NULL ? show_literal(&a, l->item[0].value) : NULL,
	    "text it's", "a quotation mark in column 72");
	arena_fini(&a);
}

int
main(void)
{
	test_layouts();
	test_numbers();
	test_dialects();
	test_positions();
	test_find();
	test_values();
	test_continued();
	return tap_done();
}
