/*
 * to_date, to_time and to_timestamp, and what date: in defaults: makes of
 * their values.
 *
 * Expected values are PostgreSQL 15's (its to_date and to_timestamp, and
 * calendar arithmetic for counts of days and seconds), GnuCOBOL's
 * FUNCTION INTEGER-OF-DATE, the examples of IBM's manuals (CEEDAYS: 16 May
 * 1988 is 148138; CEESECS: 00:00:01 on 15 October 1582 is 86401, and the last
 * second of 9999 265621679999.999), and Db2's table of the USA form.
 */
#include "plan_case.h"

#define T	"tables:\n  t:\n    columns:\n"
#define X(n)	"01 R. 05 A PIC X(" #n ").\n"

static const struct plan_case dates[] = {
	{ "words", "01 R. 05 A PIC X(11). 05 B PIC X(8). 05 C PIC X(6).\n", T
	    "      a: to_date(A, 'DD MON YYYY')\n"
	    "      b: to_date(B, 'YYYYMMDD')\n"
	    "      c: to_date(C, 'YYMMDD')\n",
	    "t: 2026-01-31|2026-01-31|2069-12-31\n"
	    "t: 2024-02-29|2024-02-29|1970-01-01\n"
	    "t: ~|~|~\nt: 1999-12-01|~|~\n"
	    "5 D010 t.a A@0+11\n5 D010 t.b B@11+8\n5 D010 t.c C@19+6\n"
	    "6 D010 t.a A@0+11\n6 D010 t.b B@11+8\n6 D010 t.c C@19+6\n"
	    "LLLLRR\n",
	    { R("31 JAN 202620260131691231"), R("29 feb 202420240229700101"),
	    R("                         "), R("01 Dec 199900000000999999"),
	    R("29 FEB 202520250229690229"), R("1 JAN 2026 2026013 69013 ") },
	    NULL, NULL },
	{ "names: Db2's forms", X(10), T "      a: to_date(A, 'ISO')\n"
	    "  u:\n    columns:\n      a: to_date(A, 'jis')\n",
	    "t: 2026-01-31\nu: 2026-01-31\nL\n", { R("2026-01-31") }, NULL,
	    NULL },
	{ "names: USA", X(10), T "      a: to_date(A, 'USA')\n",
	    "t: 2026-01-31\n2 D010 t.a A@0+10\nLR\n",
	    { R("01/31/2026"), R("31.01.2026") }, NULL, NULL },
	{ "names: EUR", X(10), T "      a: to_date(A, 'EUR')\n",
	    "t: 2026-01-31\nL\n", { R("31.01.2026") }, NULL, NULL },
	{ "days of a year, centuries",
	    "01 R. 05 A PIC 9(7). 05 B PIC 9(5). 05 C PIC 9(7). "
	    "05 D PIC 9(6).\n", T
	    "      a: to_date(A, 'YYYYDDD')\n      b: to_date(B, 'YYDDD')\n"
	    "      c: to_date(C, 'CYYMMDD')\n      d: to_date(D, 'CYYDDD')\n",
	    "t: 2024-12-31|1999-01-01|2026-01-31|2026-01-31\n"
	    "t: 2026-02-01|2000-02-29|1950-01-01|1950-12-31\n"
	    "t: ~|~|~|~\n"
	    "4 D010 t.a A@0+7\n4 D010 t.b B@7+5\n4 D010 t.c C@12+7\n"
	    "4 D010 t.d D@19+6\nLLLR\n",
	    { R("2024366990011260131126031"), R("2026032000600500101050365"),
	    R("0000000999990000000999999"), R("2025366013660261301126366") },
	    NULL, NULL },
	{ "windows", "01 R. 05 A PIC 9(6).\n", T
	    "      a: to_date(A, 'YYMMDD')\n"
	    "      b: {from: \"to_date(A, 'YYMMDD')\", date: {century: 0}}\n"
	    "      c: {from: \"to_date(A, 'YYMMDD')\", date: {century: 100}}\n"
	    "      d: {from: \"to_date(A, 'YYMMDD')\", date: {nines: reject}}\n"
	    "defaults: {date: {century: 50}}\n",
	    "t: 2049-01-01|1949-01-01|2049-01-01|2049-01-01\n"
	    "t: 1950-01-01|1950-01-01|2050-01-01|1950-01-01\n"
	    "3 D010 t.d A@0+6\nLLR\n",
	    { R("490101"), R("500101"), R("999999") }, NULL, NULL },
	{ "the time of day is left out, but must be one", X(14), T
	    "      a: to_date(A, 'YYYYMMDDHH24MISS')\n",
	    "t: 2026-01-31\n2 D010 t.a A@0+14\n3 D053 t.a A@0+14\nLRR\n",
	    { R("20260131235959"), R("20260131236000"), R("20260131240000") },
	    NULL, NULL },
	{ "counts of days",
	    "01 R. 05 A PIC S9(9) COMP. 05 B PIC 9(7). 05 C PIC X(7).\n", T
	    "      a: to_date(A, 'LILIAN')\n      b: to_date(B, 'COBOL')\n"
	    "      c: to_date(C, 'J')\n",
	    "t: 1988-05-16|2026-01-31|2026-01-31\n"
	    "t: 1582-10-15|1601-01-01|0001-01-01\n"
	    "t: 9999-12-31|9999-12-31|9999-12-31\n"
	    "t: ~|~|~\n"
	    "5 D010 t.a A@0+4\n5 D010 t.b B@4+7\n5 D010 t.c C@11+7\n"
	    "6 D010 t.a A@0+4\nLLLLRR\n",
	    { R("\x00\x02\x42\xaa""01552592461072"),
	    R("\x00\x00\x00\x01""00000011721426"),
	    R("\x00\x2e\xe9\x14""30676715373484"),
	    R("\x00\x00\x00\x00""9999999       "),
	    R("\x00\x2e\xe9\x15""30676725373485"),
	    R("\xff\xff\xff\xff""0000001       ") }, NULL, NULL },
};

static const struct plan_case times[] = {
	{ "words", "01 R. 05 A PIC X(8). 05 B PIC 9(6). 05 C PIC X(5).\n", T
	    "      a: to_time(A, 'HH24.MI.SS')\n"
	    "      b: to_time(B, 'HH24MISS')\n      c: to_time(C, 'SSSSS')\n",
	    "t: 23:59:59|01:02:03|23:59:59\nt: 00:00:00|00:00:00|00:00:00\n"
	    "t: 24:00:00|24:00:00|~\nt: ~|~|~\n"
	    "5 D051 t.a A@0+8\n5 D051 t.b B@8+6\n5 D051 t.c C@14+5\n"
	    "6 D051 t.a A@0+8\n6 D051 t.b B@8+6\nLLLLRR\n",
	    { R("23.59.5901020386399"), R("00.00.0000000000000"),
	    R("24.00.00240000     "), R("        99999999999"),
	    R("24.00.0124000186400"), R("00.60.0000600000000") }, NULL,
	    NULL },
	{ "half days", X(8), T "      a: to_time(A, 'HH12:MI PM')\n",
	    "t: 00:30:00\nt: 12:30:00\nt: 13:30:00\nt: 00:00:00\n"
	    "5 D051 t.a A@0+8\n6 D051 t.a A@0+8\n7 D051 t.a A@0+8\nLLLLRRR\n",
	    { R("12:30 AM"), R("12:30 PM"), R("01:30 pm"), R("12:00 AM"),
	    R("00:30 AM"), R("13:30 PM"), R("11:30 XM") }, NULL, NULL },
	{ "Db2's USA", X(8), T "      a: to_time(A, 'USA')\n",
	    "t: 00:01:00\nt: 12:00:00\nt: 24:00:00\nt: 00:00:00\n"
	    "5 D051 t.a A@0+8\n6 D051 t.a A@0+8\nLLLLRR\n",
	    { R("12:01 AM"), R("12:00 PM"), R("12:00 AM"), R("00:00 AM"),
	    R("00:01 AM"), R("00:00 PM") }, NULL, NULL },
	{ "names", X(8), T "      a: to_time(A, 'ISO')\n"
	    "      b: to_time(A, 'EUR')\n      c: to_time(A, 'DB2')\n",
	    "t: 13:30:05|13:30:05|13:30:05\nL\n", { R("13.30.05") }, NULL,
	    NULL },
	{ "JIS", X(8), T "      a: to_time(A, 'JIS')\n", "t: 13:30:05\nL\n",
	    { R("13:30:05") }, NULL, NULL },
};

#define FRACTION(p) "defaults: {date: {fraction: " p "}}\n"

static const struct plan_case stamps[] = {
	{ "Db2's, with 0 to 12 digits of a second", X(32), T
	    "      a: to_timestamp(A, 'DB2')\n",
	    "t: 2026-01-31 23:59:59.123456\nt: 2026-01-31 23:59:59\n"
	    "t: 2026-01-31 23:59:59.1\nt: 2026-01-31 23:59:59.123456\n"
	    "t: ~\nt: ~\n"
	    "7 D052 t.a A@0+32\n8 D053 t.a A@0+32\n9 D051 t.a A@0+32\n"
	    "10 D051 t.a A@0+32\n11 D051 t.a A@0+32\nLLLLLLRRRRR\n",
	    { R("2026-01-31-23.59.59.123456      "),
	    R("2026-01-31-23.59.59             "),
	    R("2026-01-31-23.59.59.1           "),
	    R("2026-01-31-23.59.59.123456000000"),
	    R("                                "),
	    R("0000-00-00-00.00.00.000000      "),
	    R("2026-01-31-23.59.59.123456000001"),
	    R("2026-01-31-24.00.00.000000      "),
	    R("2026-01-31-23.59.59.            "),
	    R("2026-01-31 23.59.59.123456      "),
	    R("2026-02-29-23.59.59.123456      ") }, NULL, NULL },
	{ "cut", X(32), T "      a: to_timestamp(A, 'DB2')\n"
	    FRACTION("truncate"), "t: 2026-01-31 23:59:59.999999\nL\n",
	    { R("2026-01-31-23.59.59.999999500000") }, NULL, NULL },
	{ "rounded", X(32), T "      a: to_timestamp(A, 'DB2')\n"
	    FRACTION("round"), "t: 2026-02-01 00:00:00\n"
	    "t: 2026-01-31 23:59:59.999999\nLL\n",
	    { R("2026-01-31-23.59.59.999999500000"),
	    R("2026-01-31-23.59.59.999999499999") }, NULL, NULL },
	{ "the end of the day", X(19), T "      a: to_timestamp(A, 'DB2')\n"
	    "      d: to_date(A, 'YYYY-MM-DD-HH24.MI.SS')\n"
	    "      n: to_time(A, 'YYYY-MM-DD-HH24.MI.SS')\n"
	    "defaults: {date: {hour-24: next-day}}\n",
	    "t: 2024-03-01 00:00:00|2024-03-01|24:00:00\n"
	    "2 D051 t.a A@0+19\n2 D010 t.d A@0+19\n2 D051 t.n A@0+19\nLR\n",
	    { R("2024-02-29-24.00.00"), R("2024-02-29-24.00.01") }, NULL,
	    NULL },
	{ "words and numbers", "01 R. 05 A PIC 9(14). 05 B PIC 9(17) COMP-3. "
	    "05 C PIC X(23). 05 D PIC 9(8).\n", T
	    "      a: to_timestamp(A, 'YYYYMMDDHH24MISS')\n"
	    "      b: to_timestamp(B, 'YYYYMMDDHH24MISSMS')\n"
	    "      c: to_timestamp(C, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF3')\n"
	    "      d: to_timestamp(D, 'YYYYMMDD')\n",
	    "t: 2026-01-31 23:59:59|2026-01-31 23:59:59.123|"
	    "2026-01-31 23:59:59.5|2026-01-31 00:00:00\nL\n",
	    { R("20260131235959\x20\x26\x01\x31\x23\x59\x59\x12\x3f"
	    "2026-01-31T23:59:59.50020260131") }, NULL, NULL },
	{ "other fractions", "01 R. 05 A PIC X(26). 05 B PIC X(28).\n", T
	    "      a: to_timestamp(A, 'YYYY-MM-DD HH24:MI:SS.NNNNNN')\n"
	    "      b: to_timestamp(B, 'YYYY-MM-DD HH24:MI:SS,FF8')\n",
	    "t: 2026-01-31 23:59:59.000001|2026-01-31 23:59:59.123456\n"
	    "2 D052 t.b B@26+28\nLR\n",
	    { R("2026-01-31 23:59:59.0000012026-01-31 23:59:59,12345600"),
	    R("2026-01-31 23:59:59.0000012026-01-31 23:59:59,12345601") },
	    NULL, NULL },
	{ "CICS ABSTIME", "01 R. 05 A PIC S9(15) COMP-3.\n", T
	    "      a: to_timestamp(A, 'ABSTIME')\n"
	    "      d: to_date(A, 'ABSTIME')\n      t: to_time(A, 'ABSTIME')\n",
	    "t: 1989-12-06 19:01:04.828|1989-12-06|19:01:04.828\n"
	    "t: 2026-01-31 12:15:55.123|2026-01-31|12:15:55.123\n"
	    "t: ~|~|~\nt: ~|~|~\n5 D051 t.a A@0+8\n5 D010 t.d A@0+8\n"
	    "5 D051 t.t A@0+8\nLLLLR\n",
	    { R("\x00\x28\x37\x96\x28\x64\x82\x8c"),
	    R("\x00\x39\x78\x85\x05\x55\x12\x3c"), R("\0\0\0\0\0\0\0\x0c"),
	    R("\x99\x99\x99\x99\x99\x99\x99\x9c"),
	    R("\x00\x28\x37\x96\x28\x64\x82\x8d") }, NULL, NULL },
	{ "Lilian seconds, and seconds since 1970",
	    "01 R. 05 A COMP-2. 05 B PIC 9(12)V999. 05 C PIC S9(10).\n", T
	    "      a: to_timestamp(A, 'LILIAN')\n"
	    "      b: to_timestamp(B, 'LILIAN')\n"
	    "      c: to_timestamp(C, 'UNIX')\n",
	    "t: 1582-10-15 00:00:01|9999-12-31 23:59:59.999|"
	    "2026-01-31 23:59:59\nL\n",
	    { R("\x45\x15\x18\x10\0\0\0\0""265621679999999""1769903999") },
	    NULL, NULL },
	{ "Db2's internal form", "01 R. 05 D PIC X(4). 05 T PIC X(3). "
	    "05 S PIC X(10). 05 L PIC X(7). 05 P PIC X(13).\n", T
	    "      d: to_date(D, 'PACKED')\n      t: to_time(T, 'PACKED')\n"
	    "      s: to_timestamp(S, 'PACKED')\n"
	    "      l: to_timestamp(L, 'PACKED')\n"
	    "      p: to_timestamp(P, 'PACKED')\n"
	    "      e: to_date(S, 'packed')\n",
	    "t: 2026-01-31|23:59:58|2026-01-31 12:34:56.123456|"
	    "2026-01-31 12:34:56|2026-01-31 12:34:56.123456|2026-01-31\n"
	    "t: ~|00:00:00|~|~|~|~\nt: ~|~|~|~|~|~\n"
	    "4 D010 t.d D@0+4\n4 D051 t.t T@4+3\n4 D053 t.s S@7+10\n"
	    "4 D051 t.l L@17+7\n4 D052 t.p P@24+13\n4 D053 t.e S@7+10\nLLLR\n",
	    { R("\x20\x26\x01\x31" "\x23\x59\x58"
	    "\x20\x26\x01\x31\x12\x34\x56\x12\x34\x56"
	    "\x20\x26\x01\x31\x12\x34\x56"
	    "\x20\x26\x01\x31\x12\x34\x56\x12\x34\x56\0\0\0"),
	    R("\0\0\0\0" "\0\0\0" "\0\0\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	    R("@@@@" "@@@" "@@@@@@@@@@" "@@@@@@@" "@@@@@@@@@@@@@"),
	    R("\x20\x26\x02\x29" "\x23\x60\x00"
	    "\x20\x26\x01\x31\x24\x00\x00\x00\x00\x00"
	    "\x20\x26\x0a\x31\x12\x34\x56"
	    "\x20\x26\x01\x31\x12\x34\x56\x12\x34\x56\0\0\x01") }, NULL,
	    NULL },
};

static const struct plan_case policies[] = {
	{ "the first and the last day: kept", X(10), T
	    "      a: to_date(A, 'ISO')\n",
	    "t: 9999-12-31\nt: 0001-01-01\nLL\n",
	    { R("9999-12-31"), R("0001-01-01") }, NULL, NULL },
	{ "infinity", "01 R. 05 A PIC X(10). 05 B PIC X(26).\n", T
	    "      a: to_date(A, 'ISO')\n"
	    "      b: to_timestamp(B, 'DB2')\n"
	    "      c: cast(to_date(A, 'ISO') as timestamp)\n"
	    "      d: cast(to_timestamp(B, 'DB2') as date)\n"
	    "      e: to_date(A, 'ISO') + 1\n"
	    "      f: to_date(A, 'ISO') > date '9999-12-31'\n"
	    "      g: \"to_timestamp(B, 'DB2') || ''\"\n"
	    "      h: cast(to_timestamp(B, 'DB2') as time)\n"
	    "defaults: {date: {max: infinity, min: infinity}}\n",
	    "t: infinity|infinity|infinity|infinity|infinity|true|infinity|~\n"
	    "t: -infinity|-infinity|-infinity|-infinity|-infinity|false|"
	    "-infinity|~\n"
	    "t: 9999-12-30|9999-12-30 23:59:59.999999|9999-12-30 00:00:00|"
	    "9999-12-30|9999-12-31|false|9999-12-30 23:59:59.999999|"
	    "23:59:59.999999\nLLL\n",
	    { R("9999-12-31""9999-12-31-24.00.00.000000"),
	    R("0001-01-01""0001-01-01-00.00.00.000000"),
	    R("9999-12-30""9999-12-30-23.59.59.999999") }, NULL, NULL },
	{ "days between infinities", X(10), T
	    "      a: to_date(A, 'ISO') - date '2000-01-01'\n"
	    "defaults: {date: {max: infinity}}\n",
	    "t: 1\n2 D021 t.a A@0+10\nLR\n",
	    { R("2000-01-02"), R("9999-12-31") }, NULL, NULL },
	{ "null, of a column", "01 R. 05 A PIC 9(8).\n", T
	    "      a: {from: \"to_date(A, 'YYYYMMDD')\", date: {max: 'null'}}\n"
	    "      b: {from: \"to_date(A, 'YYYYMMDD')\", date: {min: 'null'}}\n",
	    "t: ~|9999-12-31\nt: 0001-01-01|~\nLL\n",
	    { R("99991231"), R("00010101") }, NULL, NULL },
	{ "invalid: null says nothing of finer digits and hour 24", X(26), T
	    "      a: to_timestamp(A, 'DB2')\n"
	    "defaults: {date: {invalid: 'null', zeros: reject}}\n",
	    "t: ~\n2 D053 t.a A@0+26\nLR\n",
	    { R("2026-13-01-00.00.00.000000"),
	    R("2026-12-01-24.00.00.000000") }, NULL, NULL },
};

static const struct plan_case casts[] = {
	{ "literals and casts of text", X(26), T
	    "      a: cast(A as timestamp)\n"
	    "      b: cast(cast(A as timestamp) as time)\n"
	    "      c: cast(A as timestamp) < timestamp '2026-01-31 12:00'\n"
	    "      d: cast(A as timestamp) = '2026-01-31 23:59:59.5'\n"
	    "      e: cast(substr(A, 12, 8) as time) > '12:00'\n",
	    "t: 2026-01-31 23:59:59.5|23:59:59.5|false|true|true\n"
	    "t: 1969-12-31 23:59:59.5|23:59:59.5|true|false|true\n"
	    "t: 2026-02-01 00:00:00|00:00:00|false|false|true\n"
	    "4 D051 t.a A@0+26\n4 D051 t.b A@0+26\n4 D051 t.c A@0+26\n"
	    "4 D051 t.d A@0+26\n4 D051 t.e A@0+26\nLLLR\n",
	    { R("2026-01-31 23:59:59.5     "),
	    R("1969-12-31T23:59:59.500000"),
	    R("2026-01-31 24:00:00       "),
	    R("2026-01-31 24:00:01       ") }, NULL, NULL },
	{ "types of columns", X(19), T
	    "      a: {from: \"to_timestamp(A, 'ISO')\", type: timestamp}\n"
	    "      b: {from: \"to_date(A, 'YYYY-MM-DD HH24:MI:SS')\", "
	    "type: timestamp}\n"
	    "      c: {from: \"to_time(A, 'YYYY-MM-DD HH24:MI:SS')\", "
	    "type: time}\n",
	    "t: 2026-01-31 12:34:56|2026-01-31 00:00:00|12:34:56\nL\n",
	    { R("2026-01-31 12:34:56") }, NULL, NULL },
};

int
main(void)
{
	RUN(dates);
	RUN(times);
	RUN(stamps);
	RUN(policies);
	RUN(casts);
	return tap_done();
}
