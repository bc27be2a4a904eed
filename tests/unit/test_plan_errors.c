/*
 * Mistakes that the plan finds, with their places, and the reason of each bad
 * cell: every code Pnnn and Dnnn must have been raised by some row, but for
 * those that cannot be raised here.
 *
 * Places were counted by hand: the columns of table t start in line 7.
 */
#include <unistd.h>

#include "flow/job.h"
#include "plan_fixture.h"
#include "tap.h"

static bool raised[DIAG_COUNT];

static void
raise_all(const struct diags *ds)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		raised[d->code] = true;
}

/* "line:col CODE" of each, by blanks. */
static void
show_errors(struct buf *b, const struct diags *ds)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		buf_printf(b, "%s%u:%u %s", b->len > 0 ? " " : "", d->at.line,
		    d->at.col, diag_name(d->code));
}

#define T	"tables:\n  t:\n    columns:\n"

/* A record with one of everything. */
static const char items[] =
    "01 R.\n"
    "05 N PIC 9(5). 05 S PIC S9(4) COMP. 05 M PIC S9(5)V99 COMP-3.\n"
    "05 T PIC X(4). 88 YES-T VALUE 'Y'. 88 LONG-T VALUE 'abcde'.\n"
    "05 D PIC 9(8).\n"
    "05 F PIC 9. 88 TEXT-F VALUE 'x'. 88 WORD-F VALUE 'yes'.\n"
    "05 A. 10 X PIC X. 10 Z PIC X.  05 B. 10 X PIC X.\n"
    "05 I USAGE INDEX. 05 P POINTER.\n"
    "05 O OCCURS 3. 10 O1 PIC X. 10 O2 PIC 9 OCCURS 2. "
    "10 O3 PIC X. 88 GO VALUE 'G'.\n"
    "05 C PIC 9. 05 V OCCURS 1 TO 4 DEPENDING ON C. 10 V1 PIC X. "
    "88 VGO VALUE 'G'.\n";

static const struct {
	const char *tables, *errors;
} plans[] = {
	{ T "      a: N\n      b: YES-T\n", "" },
	/* names */
	{ T "      a: NOPE\n", "7:10 P001" },
	{ T "      a: N + NOPE * NIX\n", "7:14 P001" },
	{ T "      a: N OF A\n      b: YES-T OF A\n", "7:10 P001 8:10 P001" },
	{ T "      a: X\n      b: X OF R\n      c: X OF A\n",
	    "7:10 P002 8:10 P002" },
	/* subscripts */
	{ T "      a: O1\n      b: V1 || 'x'\n      c: O2(1)\n",
	    "7:10 P003 8:10 P003 9:10 P004" },
	{ T "      a: O1(4)\n      b: O1(0)\n      c: O2(1, 3)\n"
	    "      d: V1(5)\n      e: O2(3, 2)\n",
	    "7:13 P004 8:13 P004 9:16 P004 10:13 P004" },
	{ T "      a: O1(1, 2)\n      b: N(1)\n", "7:10 P004 8:10 P004" },
	{ "tables:\n  t:\n    each: O\n    columns:\n      a: O1\n"
	    "      b: O1(2)\n      c: O2\n      d: O2(2)\n      e: V1(1)\n",
	    "10:10 P003" },
	/* O(1) is not the O2 of this row's O */
	{ "tables:\n  t:\n    each: O2\n    columns:\n      a: O(1).O2\n"
	    "      b: O2 OF O(1)\n      c: O2(1) OF O\n      d: O.O2(1)\n"
	    "      e: O(1).O2(2)\n      f: O1 OF O(1)\n",
	    "8:10 P004 9:10 P004" },
	{ T "      a: O1(N)\n      b: O1(1 + 1)\n      c: O1(T)\n"
	    "      d: O1(M)\n      e: O1(NOPE)\n      f: O1(N, N)\n",
	    "9:13 P004 10:13 P004 11:13 P001 12:10 P004" },
	/* types */
	{ T "      a: N + T\n      b: T * 2\n      c: N = T\n"
	    "      d: N || x'C1'\n      e: (- T)\n      f: YES-T + 1\n",
	    "7:12 P005 8:12 P005 9:12 P005 10:15 P005 11:11 P005 "
	    "12:16 P005" },
	{ T "      a: case when YES-T then N else T end\n"
	    "      b: coalesce(N, T)\n      c: nullif(N, T)\n"
	    "      d: N in (1, T)\n      e: N between 1 and T\n"
	    "      f: case N when T then 1 end\n",
	    "7:10 P005 8:10 P005 9:10 P005 10:12 P005 11:12 P005 "
	    "12:22 P005" },
	{ T "      a: cast(YES-T as date)\n      b: cast(N as date)\n"
	    "      c: cast(to_date(D, 'YYYYMMDD') as integer)\n"
	    "      d: cast(N as boolean)\n      e: cast(T as bytea)\n",
	    "7:10 P005 8:10 P005 9:10 P005 10:10 P005 11:10 P005" },
	{ T "      a: to_date(D, 'YYYYMMDD') * 2\n"
	    "      b: to_date(D, 'YYYYMMDD') + 1.5\n"
	    "      c: to_date(D, 'YYYYMMDD') + to_date(D, 'YYYYMMDD')\n",
	    "7:33 P005 8:33 P005 9:33 P005" },
	/* functions */
	{ T "      a: uper(T)\n      b: O9(1)\n", "7:10 P006 8:10 P006" },
	{ T "      a: upper()\n      b: upper(T, T)\n      c: substr(T)\n"
	    "      d: replace(T, T)\n      e: concat_ws('x')\n"
	    "      f: record_number(1)\n",
	    "7:10 P007 8:10 P007 9:10 P007 10:10 P007 11:10 P007 "
	    "12:10 P007" },
	{ T "      a: substr(T, T)\n      b: substr(T, 1, M)\n"
	    "      c: digits(T)\n      d: digits(S)\n      e: digits(N + 1)\n"
	    "      f: label(1)\n      g: occurrence()\n"
	    "      h: to_date(M, 'YYYYMMDD')\n"
	    "      i: to_date(D, 'YYYY-MM-DD')\n",
	    "7:20 P007 8:23 P007 9:17 P007 10:17 P007 11:19 P007 "
	    "12:16 P007 13:10 P007 14:18 P007 15:18 P007" },
	{ T "      a: T like 'x' escape 'ab'\n      b: T ilike 'x\\'\n"
	    "      c: T not like 'xe' escape 'e'\n"
	    "      d: T like T escape M\n      e: NOPE like 'x\\'\n",
	    "7:28 P061 8:18 P061 9:21 P061 11:10 P001" },
	{ T "      a: now()\n      b: CURRENT_DATE\n      c: random() * 2\n",
	    "7:10 P060 8:10 P060 9:10 P060" },
	{ T "      a: round(M, N)\n      b: mod(T, 2)\n"
	    "      c: round(cast(M as float8), 2)\n      d: abs(YES-T)\n"
	    "      e: left(T, M)\n      f: left(T)\n      g: chr(T)\n",
	    "7:19 P007 8:14 P007 9:16 P007 10:14 P007 11:18 P007 12:10 P007 "
	    "13:14 P007" },
	{ T "      a: split_name(T, 'suffix')\n      b: untrimmed(N)\n"
	    "      c: untrimmed(T || 'x')\n      d: untrimmed(NOPE)\n"
	    "      e: file_name(1)\n      f: split_name(T)\n",
	    "7:24 P007 8:20 P007 9:22 P007 10:20 P001 11:10 P007 12:10 P007" },
	{ T "      a: to_char(D, '999')\n      b: to_char(D, '.9')\n"
	    "      c: to_char(D, '9.')\n      d: to_char(D, 'YYYY')\n"
	    "      e: to_char(D, T)\n      f: to_char(T, '999')\n"
	    "      g: to_char(D, '9S9')\n      h: to_char(D, 'S999MI')\n"
	    "      i: to_char(D, '9.9.9')\n      j: to_char(D, '9\"9')\n"
	    "      k: to_char(D, '')\n",
	    "8:21 P013 9:21 P013 10:21 P013 11:21 P013 12:18 P007 13:21 P013 "
	    "14:21 P013 15:21 P013 16:21 P013 17:21 P013" },
	{ T "      a: to_char(to_date(D, 'J'), 'YYYYTMM')\n"
	    "      b: to_char(to_date(D, 'J'), 'FM-MM')\n"
	    "      c: to_char(to_date(D, 'J'), 'TZ')\n"
	    "      d: to_char(to_date(D, 'J'), 'mOnth')\n"
	    "      e: to_char(to_date(D, 'J'), 'FMMonth DD \"T\"')\n"
	    "      f: to_char(to_date(D, 'J'), '\"T')\n",
	    "7:35 P013 8:35 P013 9:35 P013 10:35 P013 12:35 P013" },
	{ T "      a: extract(hour from to_date(D, 'J'))\n"
	    "      b: date_part('yaer', to_date(D, 'J'))\n"
	    "      c: date_trunc('dow', to_date(D, 'J'))\n"
	    "      d: date_trunc('month', D)\n      e: extract(day from T)\n"
	    "      f: extract(day from cast(T as time))\n"
	    "      g: make_date(D, M, 1)\n      h: date_part(T, T)\n",
	    "7:18 P062 8:20 P062 9:21 P062 10:30 P007 11:27 P007 12:18 P062 "
	    "13:23 P007 14:20 P062" },
	{ T "      a: N % T\n      b: cast(M as float8) % 2\n"
	    "      c: N is distinct from T\n      d: greatest(N, T)\n",
	    "7:12 P005 8:28 P005 9:12 P005 10:10 P005" },
	{ T "      a: VGO(2)\n      b: VGO(N)\n      c: GO(1)\n", "" },
	{ "tables:\n  t:\n    each: O2\n    columns:\n"
	    "      a: occurrence(O)\n      b: occurrence(V)\n"
	    "      c: occurrence(O2)\n      d: occurrence(1)\n"
	    "      e: occurrence(NOPE)\n      f: occurrence(GO)\n"
	    "      g: occurrence(O(1))\n",
	    "9:21 P007 11:21 P007 12:21 P001 13:21 P007 14:21 P007" },
	{ "tables:\n  t:\n    each: N\n    columns:\n      a: N\n"
	    "  u:\n    each: A\n    columns:\n      a: N\n",
	    "6:11 P010 10:11 P010" },
	{ "tables:\n  t:\n    each: NOPE\n    columns:\n      a: N\n",
	    "6:11 P001" },
	{ "tables:\n  t:\n    each: YES-T\n    columns:\n      a: N\n",
	    "6:11 P010" },
	/* conditions */
	{ "tables:\n  t:\n    when: N\n    columns:\n      a: N\n",
	    "6:11 P011" },
	{ "tables:\n  t:\n    when: T || 'x'\n    columns:\n      a: NOPE\n",
	    "6:13 P011" },
	{ T "      a: N and YES-T\n      b: not T\n"
	    "      c: case when N then 1 end\n",
	    "7:10 P011 8:14 P011 9:20 P011" },
	/* types of columns */
	{ T "      a: {from: T, type: integer}\n"
	    "      b: {from: N, type: date}\n"
	    "      c: {from: N, type: boolean}\n"
	    "      d: {from: YES-T, type: integer}\n"
	    "      e: {from: cast(N as float8), type: integer}\n",
	    "7:17 P012 8:17 P012 9:17 P012 10:17 P012 11:17 P012" },
	{ T "      a: {from: N, type: text}\n      b: {from: N, type: real}\n"
	    "      c: {from: YES-T, type: text}\n", "" },
	{ T "      a: to_date(D, 'YYYYMM')\n      b: to_date(D, 'DDMMM')\n"
	    "      c: to_date(D, T)\n      d: to_date(D, '')\n"
	    "      e: to_date(D, 'YYYYMMDDDD')\n",
	    "7:21 P013 8:21 P013 9:21 P013 10:21 P013 11:21 P013" },
	{ T "      a: to_time(D, 'HHMISS')\n      b: to_time(D, 'YYYYMMDD')\n"
	    "      c: to_timestamp(D, 'HH24MI')\n      d: to_date(D, 'MISS')\n"
	    "      e: to_time(D, 'COBOL')\n      f: to_timestamp(D, 'EUR')\n"
	    "      g: to_time(D, 'HH24SS')\n      h: to_time(D, 'HH12MI')\n"
	    "      i: to_time(D, 'HH24MISSFF13')\n"
	    "      j: to_time(D, 'HH24MISSFFSS')\n"
	    "      k: to_date(NOPE, 'XXXX')\n",
	    "7:21 P013 8:21 P013 9:26 P013 10:21 P013 11:21 P013 12:26 P013 "
	    "13:21 P013 14:21 P013 15:21 P013 16:21 P013 17:18 P001 "
	    "17:24 P013" },
	{ T "      a: to_date(T || 'x', 'PACKED')\n"
	    "      b: to_date(N, 'PACKED')\n      c: to_time(T, 'PACKED')\n"
	    "      d: to_date(NOPE, 'PACKED')\n      e: to_date(M, 'J')\n"
	    "      f: to_time(YES-T, 'HH24MI')\n"
	    "      g: to_timestamp(N, 'HH24:MI YYYY-MM-DD')\n"
	    "      h: to_date(x'C1', 'J')\n      i: cast(N as time)\n"
	    "      j: cast(to_date(D, 'YYYYMMDD') as time)\n",
	    "7:20 P007 8:18 P007 9:18 P007 10:18 P001 11:18 P007 12:18 P007 "
	    "13:23 P007 14:18 P007 15:10 P005 16:10 P005" },
	{ T "      a: cast(T as time) = '25:00'\n"
	    "      b: cast(T as timestamp) = '2026-02-29 00:00'\n",
	    "7:28 P018 8:33 P018" },
	{ T "      a: I\n      b: P\n", "7:10 P016 8:10 P016" },
	{ T "      a: label(N)\n      b: label(A)\n      c: label(NOPE)\n",
	    "7:16 P017 8:16 P017 9:16 P001" },
	{ T "      a: N = 'x'\n      b: N + '1e5'\n"
	    "      c: to_date(D, 'YYYYMMDD') > '2026-02-30'\n"
	    "      d: coalesce(N, '')\n"
	    "      e: 123456789012345678901234567890123456789\n",
	    "7:14 P018 8:14 P018 9:35 P018 10:22 P018 11:10 P018" },
	{ T "      a: T = x'C1'\n      b: x'' <> N\n      c: N in (x'00')\n"
	    "      d: {from: N, null_if: \"T = x'C1C2'\"}\n"
	    "      e: {from: N, null_if: T}\n",
	    "7:14 P040 8:10 P040 9:16 P040 10:34 P040 11:29 P011" },
	{ T "      a: N\ncontrols: [T = count(*), sum(T) = 1, 1 = 1]\n",
	    "8:12 P033 8:30 P033 8:40 P033" },
	{ T "      a: as_of()\nas_of: N + 1\n", "7:10 P037 8:10 P012" },
	{ T "      a: token(T)\n      b: keep_last(T, N)\n"
	    "      c: {from: fpe(T), type: text}\n", "7:10 P036 8:23 P007" },
	{ T "      a: lookup('nowhere.csv', T, 'x')\n      b: lookup(T, 1, 2)\n",
	    "7:17 P035 8:10 P007" },
	{ T "      a: LONG-T\n      b: label(T)\n", "7:10 P026 8:16 P026" },
	{ T "      a: TEXT-F\n      b: WORD-F\n", "8:10 P026" },
};

/* Tables of varying size, and tables in such tables. */
static const struct {
	const char *copybook, *tables, *errors;
} nested[] = {
	{ "01 R. 05 A PIC X. 05 G OCCURS 2. 10 C PIC 9. "
	    "10 V PIC X OCCURS 1 TO 3 DEPENDING ON C. 05 Z PIC X.\n",
	    T "      a: A\n      z: Z\n      v: V(1, 1)\n      w: V(1, 4)\n"
	    "      x: V(3, 1)\n      y: V(1)\n"
	    "  g:\n    each: G\n    columns:\n      a: A\n      v: V(2)\n",
	    "10:15 P004 11:12 P004 12:10 P004" },
	/* counts that are no whole numbers */
	{ "01 R. 05 C PIC X. 05 V PIC X OCCURS 1 TO 3 DEPENDING ON C. "
	    "05 Z PIC X.\n",
	    T "      z: Z\n      v: V(2)\n  v:\n    each: V\n    columns:\n"
	    "      v: V\n", "1:57 C038 10:11 P009 7:10 P009 8:10 P009" },
	{ "01 R. 05 D PIC X. 05 G OCCURS 2. 10 C PIC X. "
	    "10 V PIC X OCCURS 1 TO 3 DEPENDING ON C. 05 Z PIC X.\n",
	    T "      z: Z\n", "1:84 C038 7:10 P009" },
	{ "01 R. 05 D PIC X. 05 G OCCURS 2. "
	    "10 V PIC X OCCURS 1 TO 3 DEPENDING ON D. 05 Z PIC X.\n",
	    T "      z: Z\n", "1:72 C038 7:10 P009" },
};

/* What values of a count stand for. */
#define COUNTED	"01 R. 05 A PIC X. 05 C PIC XX. 05 N PIC 99. 05 P PIC 9 COMP. " \
		"05 V PIC X OCCURS 1 TO 3 DEPENDING ON C. " \
		"05 W PIC X OCCURS 1 TO 3 DEPENDING ON N. " \
		"05 X PIC X OCCURS 1 TO 3 DEPENDING ON P. 05 Z PIC X.\n"
static const struct {
	const char *counts, *errors;
} counted[] = {
	{ "{C: {a: 1}, N: {'12': 2}, X: {\"x'0001'\": 3}}", "" },
	{ "{V: {a: 1}, A: {a: 1}, NOPE: {a: 1}}", "3:47 P100 3:58 P001" },
	{ "{V: {abc: 1}, N: {1: 1}}", "3:40 P101 3:53 P101" },
	{ "{V: {\"x'C1'\": 1}, P: {1: 1}, C: {\"\\u4e00\": 1}}",
	    "3:40 P101 3:57 P101 3:68 P101" },
};

/* Types of records; line 5 is that of the first. */
static const char alternatives[] =
    "01 H. 05 HT PIC X. 05 HN PIC X(4).\n"
    "01 R. 05 RT PIC X. 88 IS-B VALUE 'B'.\n"
    "05 A. 10 X PIC X. 10 Y PIC 9. 88 Y-ONE VALUE 1.\n"
    "05 B REDEFINES A. 10 Z PIC X. 10 X PIC 9. 05 W PIC X.\n";

#define H	"  h: {layout: H, when: HT = 'H'}\n"
static const struct {
	const char *rest, *errors;
} typed[] = {
	{ H "  a: {layout: A, when: RT = 'A', parent: h}\n"
	    "  b: {layout: B, parent: a}\n"
	    "tables: {b: {of: b, columns: {a: h.HN, b: X, c: a.X, d: a.Y-ONE,\n"
	    "  e: W, f: label(a.Y), g: digits(a.Y), i: b.Z, j: IS-B}}}\n", "" },
	/* layouts */
	{ "  a: {layout: AA, when: RT = 'A'}\n  b: {layout: X}\n"
	    "tables: {a: {of: a, columns: {a: W}}, b: {of: b, columns: {a: W}}}\n",
	    "5:15 P030 6:15 P030" },
	/* conditions */
	{ H "  a: {layout: A, when: h.HT = 'H', parent: h}\n"
	    "  b: {layout: B, when: RT}\n  c: {layout: B, when: HT = 'x'}\n"
	    "tables: {t: {of: b, columns: {a: W}}}\n",
	    "6:24 P031 7:24 P011 8:24 P001" },
	/* those above, and no others */
	{ H "  a: {layout: A, when: RT = 'A', parent: h}\n"
	    "  b: {layout: B, parent: h}\n"
	    "tables:\n  b: {of: b, columns: {a: a.Y}}\n"
	    "  h: {of: h, columns: {a: a.Y, b: b.Z, c: h.HN}}\n",
	    "9:27 P031 10:27 P031 10:35 P031" },
	/* what is another's */
	{ H "  a: {layout: A, when: RT = 'A', parent: h}\n"
	    "  b: {layout: B, parent: a}\n"
	    "tables:\n  a: {of: a, columns: {a: Z, b: B.X, c: X}}\n"
	    "  b: {of: b, columns: {a: Y-ONE, b: a.Z, c: a.A.X}}\n"
	    "  h: {of: h, columns: {a: X, b: h.RT, c: a.HN}}\n",
	    "9:27 P032 9:33 P031 10:27 P032 10:37 P032 11:27 P001 "
	    "11:33 P001 11:42 P031" },
};
#undef H

static void
test_counted(void)
{
	char source[200];
	struct world w;
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < sizeof counted / sizeof counted[0]; i++) {
		buf_clear(&b);
		snprintf(source, sizeof source, ", counts: %s",
		    counted[i].counts);
		world_open(&w, COUNTED, "tables: {t: {columns: {z: A}}}\n",
		    source, NULL, &pg_limits);
		while (w.diags.first != NULL &&
		    w.diags.first->code == DIAG_C038)
			w.diags.first = w.diags.first->next;
		raise_all(&w.diags);
		show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", counted[i].errors, "counts: %s",
		    counted[i].counts);
		world_close(&w);
	}
	buf_fini(&b);
}

static void
test_typed(void)
{
	struct world w;
	struct buf b, yaml;
	size_t i;

	buf_init(&b, 1u << 16);
	buf_init(&yaml, 1u << 16);
	for (i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		buf_clear(&b);
		buf_clear(&yaml);
		buf_printf(&yaml, "records:\n%s", typed[i].rest);
		world_open(&w, alternatives, yaml.p, "", NULL, NULL);
		show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", typed[i].errors, "types: %s",
		    typed[i].errors[0] != '\0' ? typed[i].errors :
		    "no mistakes");
		raise_all(&w.diags);
		world_close(&w);
	}
	buf_fini(&yaml);
	buf_fini(&b);
}

/* Records of no type, without a parent, under a rejected one. */
static void
test_records(void)
{
	static const struct slice rec[] = {
		R("B1"), R("A?"), R("B2"), R("x1")
	};
	struct world w;
	struct buf b;

	buf_init(&b, 4096);
	world_open(&w, "01 R. 05 T PIC X. 05 N PIC 9.\n",
	    "records:\n  a: {when: T = 'A'}\n  b: {when: T = 'B', parent: a}\n"
	    "tables: {a: {of: a, columns: {n: N}}}\n", "", NULL, NULL);
	world_run(&w, rec, 4, 4, NULL, &b);
	is_str(b.p, "1 D041\n2 D005 a.n N@1+1\n3 D042\n4 D040\nRRRR\n",
	    "records that do not hang together");
	raised[DIAG_D040] = raised[DIAG_D041] = raised[DIAG_D042] = true;
	world_close(&w);
	buf_fini(&b);
}

static void
test_plans(void)
{
	struct world w;
	struct buf b;
	size_t i;

	buf_init(&b, 1u << 16);
	for (i = 0; i < sizeof plans / sizeof plans[0]; i++) {
		buf_clear(&b);
		world_open(&w, items, plans[i].tables, "", NULL, NULL);
		show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", plans[i].errors, "%s",
		    plans[i].errors[0] != '\0' ? plans[i].errors :
		    "no mistakes");
		raise_all(&w.diags);
		world_close(&w);
	}
	for (i = 0; i < sizeof nested / sizeof nested[0]; i++) {
		buf_clear(&b);
		world_open(&w, nested[i].copybook, nested[i].tables, "", NULL,
		    NULL);
		show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", nested[i].errors, "%s",
		    nested[i].errors);
		raise_all(&w.diags);
		world_close(&w);
	}
	buf_fini(&b);
}

/* More branches than a case may have. */
static void
test_branches(void)
{
	struct world w;
	struct buf b, yaml;
	int i;

	buf_init(&b, 4096);
	buf_init(&yaml, 1u << 20);
	buf_puts(&yaml, T "      a: case N");
	for (i = 0; i < 1001; i++)
		buf_printf(&yaml, " when %d then 1", i);
	buf_puts(&yaml, " end\n");
	world_open(&w, items, yaml.p, "", NULL, NULL);
	show_errors(&b, &w.diags);
	is_str(b.p, "7:10 P008", "1,001 branches");
	raise_all(&w.diags);
	world_close(&w);
	buf_fini(&yaml);
	buf_fini(&b);
}

/* What a target limits. */
static void
test_limits(void)
{
	static const struct limits small = { .target = "Tiny", .columns = 1,
		.name_bytes = 3, .nul_in_text = true };
	struct world w;
	struct buf b;

	buf_init(&b, 4096);
	world_open(&w, items, "tables:\n  t:\n    columns:\n      a: N\n"
	    "      long: N\n  long:\n    columns:\n      a: N\n", "", NULL,
	    &small);
	show_errors(&b, &w.diags);
	is_str(b.p, "5:3 P014 8:7 P015 9:3 P015", "limits of a target");
	raise_all(&w.diags);
	world_close(&w);
	buf_fini(&b);
}

/* ---- a mapping and its copybook as files -------------------------------- */

static const struct {
	const char *copybook, *mapping, *errors;
} jobs[] = {
	{ "01 R. 05 A PIC X(3).\n",
	    "source: {copybook: c.cpy, file: f}\n"
	    "tables: {t: {columns: {a: A}}}\n", "" },
	{ "01 R. 05 A PIC X.\n01 S. 05 B PIC X.\n",
	    "source:\n  copybook: c.cpy\n  file: f\n  record: Q\n"
	    "tables: {t: {columns: {a: A}}}\n", "4:11 P019" },
	{ "01 R. 05 A PIC X.\n01 S. 05 B PIC X.\n",
	    "source:\n  copybook: c.cpy\n  file: f\n  record: s\n"
	    "tables: {t: {columns: {a: B}}}\n", "" },
	{ "01 R. 05 A PIC X.\n01 S. 05 B PIC X.\n",
	    "source:\n  copybook: c.cpy\n  file: f\n"
	    "tables: {t: {columns: {a: A}}}\n", "2:13 P024" },
	{ "01 R. 05 A PIC X.\n",
	    "source:\n  copybook: c.cpy\n  encoding: cp0370\n"
	    "tables: {t: {columns: {a: A}}}\n", "3:13 P020" },
	{ "01 R. 05 A PIC X.\n",
	    "source:\n  copybook: c.cpy\n  encoding: shift_jis\n"
	    "tables: {t: {columns: {a: A}}}\n", "3:13 P021" },
	{ "01 R. 05 A PIC X.\n",
	    "source:\n  copybook: c.cpy\n  dbcs_encoding: 932\n"
	    "tables: {t: {columns: {a: A}}}\n", "3:18 P102" },
	{ "01 R. 05 A PIC X.\n",
	    "source:\n  copybook: c.cpy\n  encoding: latin1\n"
	    "  swap_newlines: true\n"
	    "tables: {t: {columns: {a: A}}}\n", "4:3 P041" },
	{ "01 R. 05 A PIC X(3).\n",
	    "source:\n  copybook: c.cpy\n  record_length: 2\n"
	    "tables: {t: {columns: {a: A}}}\n", "3:18 P022" },
	{ "01 T TYPEDEF.\n  05 A PIC X(3).\n",
	    "source:\n  copybook: c.cpy\n"
	    "tables: {t: {columns: {a: A}}}\n", "2:13 P023" },
};

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "wb");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0) {
		perror(name);
		exit(99);
	}
}

static void
test_jobs(void)
{
	static const struct job_options options;
	char dir[] = "/tmp/decant-plan.XXXXXX";
	struct arena a;
	struct diags ds;
	struct buf b;
	size_t i;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0) {
		perror(dir);
		exit(99);
	}
	buf_init(&b, 4096);
	for (i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
		arena_init(&a);
		diags_init(&ds, &a);
		buf_clear(&b);
		write_file("c.cpy", jobs[i].copybook);
		write_file("m.yaml", jobs[i].mapping);
		job_new(&a, &ds, "m.yaml", &options);
		show_errors(&b, &ds);
		is_str(b.len > 0 ? b.p : "", jobs[i].errors, "job: %s",
		    jobs[i].errors[0] != '\0' ? jobs[i].errors :
		    "no mistakes");
		raise_all(&ds);
		arena_fini(&a);
	}
	buf_fini(&b);
	unlink("c.cpy");
	unlink("m.yaml");
	if (chdir("/") == 0)
		rmdir(dir);
}

/* ---- data --------------------------------------------------------------- */

static const struct {
	const char *copybook, *expr, *type;
	struct slice rec;
	const char *codes;
	const char *source, *defaults, *encoding;
} cells[] = {
	{ "01 R. 05 A PIC X(3).\n", "A", NULL, R("ab"), "D001", "", "", NULL },
	{ "01 R. 05 A PIC S9(3) COMP-3.\n", "A", NULL, R("\x1a\x3c"), "D002",
	    "", "", NULL },
	{ "01 R. 05 A PIC S9(3) COMP-3.\n", "A", NULL, R("\x12\x39"), "D002",
	    "", "", NULL },
	{ "01 R. 05 A PIC 9(2) COMP-3.\n", "A", NULL, R("\x12\x3f"), "D003",
	    "", "", NULL },
	{ "01 R. 05 A PIC 9(3) COMP-3.\n", "A", NULL, R("\x12\x3d"), "D004",
	    "", "", NULL },
	{ "01 R. 05 A PIC 9(3).\n", "A", NULL, R("12J"), "D004", "", "",
	    NULL },
	{ "01 R. 05 A PIC 9(3).\n", "A", NULL, R("1?3"), "D005", "", "",
	    NULL },
	{ "01 R. 05 A PIC 9(3).\n", "A || ''", NULL, R("1?3"), "D005", "", "",
	    NULL },
	{ "01 R. 05 A PIC 9(3).\n", "A", NULL, R(" 23"), "D006", "", "",
	    NULL },
	{ "01 R. 05 A PIC X(3).\n", "A", NULL, R("a\x80z"), "D007", "", "",
	    "ascii" },
	{ "01 R. 05 A PIC X(3).\n", "A", NULL, R("a\0z"), "D008", "", "",
	    NULL },
	{ "01 R. 05 A PIC X(3).\n", "A || 'x'", NULL, R("a\0z"), "D008", "",
	    "defaults: {text: {nul: keep}}\n", NULL },
	{ "01 R. 05 A COMP-1.\n", "A", NULL, R("\x7f\x80\x00\x00"), "D009",
	    ", floats: ieee", "", NULL },
	{ "01 R. 05 A PIC X(4).\n", "A", NULL, R("\xc1\x0e\x45\x62"),
	    "D026", "", "", "cp930" },
	{ "01 R. 05 A PIC N(2) USAGE NATIONAL.\n", "A", NULL,
	    R("\xd8\x40\x00\x41"), "D026", "", "", NULL },
	{ "01 R. 05 A PIC S9(3).\n", "A", NULL, R("12\xd3"), "D055", "", "",
	    NULL },
	{ "01 R. 05 A PIC ZZ9.99.\n", "A", NULL, R(" 1 .00"), "D027", "", "",
	    NULL },
	{ "01 R. 05 A PIC X(10).\n", "cast(A as date)", NULL,
	    R("2026-02-29"), "D010", "", "", NULL },
	{ "01 R. 05 A PIC X(10).\n", "to_date(A, 'YYYY-MM-DD')", NULL,
	    R("2026-02-29"), "D010", "", "", NULL },
	{ "01 R. 05 A. 49 L PIC S9(4) COMP. 49 T PIC X(3).\n", "A", NULL,
	    R("\0\4""abc"), "D054", "", "", NULL },
	{ "01 R. 05 A PIC 9(6).\n", "to_time(A, 'HH24MISS')", NULL,
	    R("236000"), "D051", "", "", NULL },
	{ "01 R. 05 A PIC X(27).\n", "to_timestamp(A, 'DB2')", NULL,
	    R("2026-01-31-23.59.59.1234567"), "D052", "", "", NULL },
	{ "01 R. 05 A PIC X(19).\n", "to_timestamp(A, 'DB2')", NULL,
	    R("2026-01-31-24.00.00"), "D053", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "cast(A as smallint)", NULL, R("32768"),
	    "D011", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "A", "numeric(4,0)", R("10000"), "D011",
	    "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "cast(A as numeric(4, 0))", NULL,
	    R("10000"), "D011", "", "", NULL },
	{ "01 R. 05 A PIC 9(18).\n", "A * A * A", NULL,
	    R("999999999999999999"), "D011", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "cast('1e308' as float8) * A", NULL,
	    R("00001"), "", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "cast('1e308' as float8) * A", NULL,
	    R("00002"), "D011", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "1 / A", NULL, R("00000"), "D012", "", "",
	    NULL },
	{ "01 R. 05 A PIC 9(5).\n", "1.0 / A", NULL, R("00000"), "D012", "",
	    "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "cast(1 as float8) / A", NULL, R("00000"),
	    "D012", "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "A", "varchar(3)", R("abcd "), "D013", "",
	    "", NULL },
	{ "01 R. 05 A PIC 9V999.\n", "A", "numeric(3,2)", R("1239"), "D014",
	    "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "cast(A || '12345678901234567890' as "
	    "numeric)", NULL, R("0.123"), "D014", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "cast(A as text)", "text, not null: true",
	    R("     "), "D015", "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "split_name(A, 'first')", NULL,
	    R("Simon"), "D070", "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "cast(A as integer)", NULL, R("12.0 "),
	    "D016", "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "cast(A as float8)", NULL, R("x    "),
	    "D016", "", "", NULL },
	{ "01 R. 05 A PIC X(5).\n", "cast(A as boolean)", NULL, R("ja   "),
	    "D016", "", "", NULL },
	{ "01 R. 05 C PIC 9. 05 A PIC X OCCURS 0 TO 3 DEPENDING ON C.\n",
	    "A(1)", NULL, R("4abcd"), "D017 D019", "", "", NULL },
	{ "01 R. 05 C PIC 9. 05 A PIC X OCCURS 0 TO 3 DEPENDING ON C.\n",
	    "A(1)", NULL, R("3ab"), "D018", "", "", NULL },
	{ "01 R. 05 A PIC X(3).\n", "A", NULL, R("abcd"), "D019", "", "",
	    NULL },
	{ "01 R. 05 A PIC 9(8).\n", "date '9999-12-31' + A", NULL,
	    R("00000031"), "", "", "", NULL },
	{ "01 R. 05 A PIC 9(8).\n", "date '9999-12-31' + A * 100", NULL,
	    R("99999999"), "D021", "", "", NULL },
	{ "01 R. 05 A PIC 9(8).\n", "cast(date '9999-12-31' + A * 10 as "
	    "timestamp)", NULL, R("99999999"), "D021", "", "", NULL },
	{ "01 R. 05 A PIC 9(5).\n", "substr('abc', 1, A - 1)", NULL,
	    R("00000"), "D024", "", "", NULL },
	{ "01 R. 05 A PIC 9. 05 T PIC X OCCURS 3.\n", "T(A)", NULL,
	    R("4abc"), "D032", "", "", NULL },
};

/* Codes of the reasons, by blanks. */
static void
show_codes(struct buf *b, const struct world *w, struct slice rec,
    const struct conflicts *conflicts)
{
	struct batch *batch = batch_new(w->plan);
	uint32_t i;

	world_fill(&batch->slab, &rec, 1, 1);
	plan_run(w->plan, batch, conflicts);
	for (i = 0; i < batch->nreject; i++) {
		raised[batch->reject[i].code] = true;
		buf_printf(b, "%s%s", b->len > 0 ? " " : "",
		    diag_name((enum diag_code)batch->reject[i].code));
	}
	batch_free(batch);
}

static void
test_cells(void)
{
	struct world w;
	struct buf b, yaml;
	size_t i;

	buf_init(&b, 4096);
	buf_init(&yaml, 4096);
	for (i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		buf_clear(&b);
		buf_clear(&yaml);
		buf_printf(&yaml, "%stables:\n  t:\n    columns:\n"
		    "      a:\n        from: >-\n          %s\n",
		    cells[i].defaults, cells[i].expr);
		if (cells[i].type != NULL)
			buf_printf(&yaml, "        type: %s\n",
			    strstr(cells[i].type, "not null") != NULL ?
			    "text\n        not null: true" : cells[i].type);
		world_open(&w, cells[i].copybook, yaml.p, cells[i].source,
		    cells[i].encoding, &pg_limits);
		if (w.plan != NULL)
			show_codes(&b, &w, cells[i].rec, NULL);
		else
			show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", cells[i].codes, "%s: %s",
		    cells[i].codes[0] != '\0' ? cells[i].codes : "good",
		    cells[i].expr);
		world_close(&w);
	}
	buf_fini(&yaml);
	buf_fini(&b);
}

/* Keys: too long for an index of PostgreSQL's, and given twice. */
static void
test_keys(void)
{
	static const char tables[] = "tables:\n  t:\n    key: a\n"
	    "    columns:\n      a: A\n";
	uint8_t text[3000];
	struct world w;
	struct conflicts twice;
	struct buf b;

	memset(text, 'x', sizeof text);
	buf_init(&b, 4096);
	world_open(&w, "01 R. 05 A PIC X(3000).\n", tables, "", NULL,
	    &pg_limits);
	show_codes(&b, &w, (struct slice){ text, sizeof text }, NULL);
	is_str(b.p, "D023", "D023: a key of 3,000 bytes");
	world_close(&w);
	buf_clear(&b);
	world_open(&w, "01 R. 05 A PIC X(3).\n", tables, "", NULL, NULL);
	conflicts_init(&twice, &w.arena, 1);
	conflicts_add(&twice, 0, "3:abc", 5);
	show_codes(&b, &w, (struct slice)R("abc"), &twice);
	show_codes(&b, &w, (struct slice)R("abd"), &twice);
	is_str(b.p, "D020", "D020: a key that others have too");
	world_close(&w);
	buf_fini(&b);
}

/* What the types of constraints' columns, and names in checks, allow. */
static void
test_constraint_errors(void)
{
	static const struct {
		const char *tables, *errors;
	} t[] = {
		{ "tables:\n  t:\n    check:\n      - A = 'x'\n"
		    "      - length(a_b) > 1 and b is null\n"
		    "      - date '2020-01-01' < d\n"
		    "      - coalesce(B, 1) in (1, 2)\n    columns: {a: X, a_b: X, b: N, d: \"cast(null as "
		    "date)\"}\n", "" },
		{ "tables:\n  t:\n    check:\n      - X = 'x'\n"
		    "      - b = 'x'\n      - b\n      - label(a) = 'x'\n"
		    "      - IS-A\n      - b + 1\n"
		    "      - lookup('x', a, 'y') = a\n"
		    "      - T(1) = a\n      - a = x'C1'\n    columns: {a: X, b: N, c: X}\n",
		    "7:9 P071 8:13 P018 9:9 P011 10:9 P072 11:9 P071 12:11 P011 "
		    "13:9 P072 14:9 P072 15:11 P005" },
		{ "tables:\n  t:\n    key: a\n    unique: [[b], [c], [d]]\n"
		    "    columns:\n      a: {from: N, type: bigint}\n"
		    "      b: {from: X, type: varchar(9)}\n"
		    "      c: {from: N, type: \"numeric(9,2)\"}\n"
		    "      d: {from: N, type: \"numeric(9,2)\", sqlite: text}\n"
		    "  u:\n    columns:\n"
		    "      a: {from: N, references: t}\n"
		    "      b: {from: X, references: t.b}\n"
		    "      c: {from: N, references: t.b}\n"
		    "      d: {from: N, type: \"numeric(8,2)\", references: t.c}\n"
		    "      e: {from: N, type: \"numeric(9,2)\", references: t.d}\n",
		    "17:32 P070 18:54 P070 19:54 P070" },
	};
	struct world w;
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_clear(&b);
		world_open(&w, "01 R. 05 X PIC X. 88 IS-A VALUE 'A'. 05 N PIC "
		    "9(3). 05 T PIC X OCCURS 2.\n", t[i].tables, "", NULL,
		    NULL);
		show_errors(&b, &w.diags);
		is_str(b.len > 0 ? b.p : "", t[i].errors, "constraints: %s",
		    t[i].errors);
		raise_all(&w.diags);
		world_close(&w);
	}
	buf_fini(&b);
}

/* What checks, unique constraints and foreign keys refuse. */
static void
test_constraints(void)
{
	static const char tables[] = "tables:\n  t:\n    columns:\n"
	    "      a: {from: A, check: a < 'd', unique: true}\n"
	    "  u:\n    columns:\n"
	    "      b: {from: A, references: t.a}\n";
	struct conflicts refused;
	struct world w;
	struct buf b;

	buf_init(&b, 4096);
	world_open(&w, "01 R. 05 A PIC X.\n", tables, "", NULL, NULL);
	show_codes(&b, &w, (struct slice)R("a"), NULL);
	show_codes(&b, &w, (struct slice)R("e"), NULL);
	is_str(b.p, "D074", "D074: a check does not hold");
	conflicts_init(&refused, &w.arena, schema_nset(plan_schema(w.plan)));
	is_int(refused.nset, 5, "two keys and three constraints");
	/* checks of a column stand in its order of keys: check, unique */
	conflicts_add(&refused, 3, "1:b", 3);
	conflicts_add(&refused, 4, "1:c", 3);
	buf_clear(&b);
	show_codes(&b, &w, (struct slice)R("a"), &refused);
	show_codes(&b, &w, (struct slice)R("b"), &refused);
	show_codes(&b, &w, (struct slice)R("c"), &refused);
	is_str(b.p, "D071 D072", "D071: a value that others have too, D072: a "
	    "foreign key that leads nowhere");
	world_close(&w);
	buf_fini(&b);
}

/*
 * Rows of delimited text that are none: the framing says so in a record's
 * head (fault, fields, place and length of the raw row), or the plan counts.
 */
static void
test_delimited(void)
{
	static const char tables[] = "tables:\n  t:\n    columns:\n"
	    "      a: A\n      b: B\n";
	static const struct {
		uint32_t fault, n;
		const char *codes, *what;
	} t[] = {
		{ ROW_FINE, 2, "", "a row" },
		{ ROW_FINE, 1, "D034", "a field less than the copybook" },
		{ ROW_FINE, 3, "D035", "a field more" },
		{ ROW_SHORT, 2, "D034", "a field less than the header" },
		{ ROW_LONG, 2, "D035", "a field more than the header" },
		{ ROW_QUOTE, 0, "D036", "a quote inside a field" },
	};
	struct plan_options o = { .record_length = UINT32_MAX };
	uint8_t rec[DELIMITED_HEAD + 2 * CODEC_FIELD_SIZE + 64];
	uint32_t v[8], i;
	struct world w;
	struct buf b;

	buf_init(&b, 4096);
	world_open(&w, "01 R. 05 A PIC X. 05 B PIC 9.\n", tables,
	    ", format: delimited", NULL, NULL);
	o.page = charset_find("ascii", NULL);
	w.layout = layout_delimited(&w.arena, w.layout, DELIMITED_HEAD,
	    CODEC_FIELD_SIZE);
	w.plan = plan_build(&w.arena, &w.diags, w.layout, 0, w.mapping, &o);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(rec, 0, sizeof rec);
		memcpy(v, (uint32_t[]){ t[i].fault, t[i].n, 32, 0, 0, 0, 0,
		    0 }, sizeof v);
		memcpy(rec, v, sizeof v);
		buf_clear(&b);
		buf_puts(&b, "");
		show_codes(&b, &w, (struct slice){ rec, DELIMITED_HEAD +
		    2 * CODEC_FIELD_SIZE }, NULL);
		is_str(b.p, t[i].codes, "%s", t[i].what);
	}
	world_close(&w);
	buf_fini(&b);
}

/* ---- the whole catalogue ------------------------------------------------ */

static void
test_catalogue(void)
{
	static const struct {
		enum diag_code code;
		const char *why;
	} elsewhere[] = {
		{ DIAG_D022, "of the source: test_record" },
		{ DIAG_D025, "of the flow: fault/keys" },
		{ DIAG_D028, "of encoders: test_codec_encode" },
		{ DIAG_D029, "of encoders: test_codec_encode" },
		{ DIAG_D030, "of encoders: test_codec_encode" },
		{ DIAG_D031, "of encoders: test_codec_encode" },
		{ DIAG_D063, "golden/masks" },
		{ DIAG_D050, "golden/controls" },
		{ DIAG_D060, "of the flow: golden/controls" },
		{ DIAG_D061, "of the flow: golden/duplicates" },
		{ DIAG_D062, "of the flow: golden/duplicates" },
		{ DIAG_P080, "advice: test_plan_advice" },
		{ DIAG_P081, "advice: test_plan_advice" },
		{ DIAG_P082, "advice: test_plan_advice" },
		{ DIAG_P083, "advice: test_plan_advice" },
		{ DIAG_P084, "advice: test_plan_advice" },
		{ DIAG_P085, "advice: test_plan_advice" },
		{ DIAG_P086, "advice: test_plan_advice" },
		{ DIAG_P087, "advice: test_plan_advice" },
		{ DIAG_P088, "advice: test_plan_advice" },
		{ DIAG_D073, "of the flow: fault/constraints" },
		{ DIAG_P110, "of the inverse: golden/unload-tables" },
		{ DIAG_P111, "of the inverse: golden/unload-tables-errors" },
		{ DIAG_P112, "of the inverse: golden/unload-tables-errors" },
		{ DIAG_P113, "of the inverse: golden/unload-tables-errors" },
		{ DIAG_P114, "of the inverse: golden/unload-tables-errors" },
		{ DIAG_P115, "of the inverse: golden/unload-tables-shapes" },
		{ DIAG_P116, "advice: golden/record-words" },
		{ DIAG_D056, "of tables: test_table_reader" },
		{ DIAG_P120, "of tables: test_carry_job" },
		{ DIAG_P121, "of tables: test_carry_job" },
		{ DIAG_P122, "of tables: test_carry_job" },
		{ DIAG_P140, "of views: test_compat" },
		{ DIAG_P141, "of views: test_compat" },
		{ DIAG_P142, "of views: test_compat" },
		{ DIAG_P143, "of views: test_compat" },
		{ DIAG_P144, "of views: test_compat" },
		{ DIAG_P145, "of views: test_compat" },
		{ DIAG_P146, "of views: test_compat" },
		{ DIAG_P147, "of views: test_compat" },
		{ DIAG_P027, "glibc has C.UTF-8 built in since 2.35" },
	};
	const char *name;
	size_t i;
	int code;

	for (i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		raised[elsewhere[i].code] = true;
	for (code = 0; code < DIAG_COUNT; code++) {
		name = diag_name((enum diag_code)code);
		if (name[0] == 'P' || name[0] == 'D')
			ok(raised[code], "%s was raised", name);
	}
}

int
main(void)
{
	test_plans();
	test_counted();
	test_typed();
	test_records();
	test_branches();
	test_limits();
	test_jobs();
	test_cells();
	test_keys();
	test_constraint_errors();
	test_constraints();
	test_delimited();
	test_catalogue();
	return tap_done();
}
