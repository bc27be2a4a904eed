/*
 * Types of records: which type a record is of, on which record it hangs, what
 * its tables may say of records above, and what becomes of it when those are
 * rejected or missing.  Each file is read in batches of 1, 7 and 1,000
 * records, and must come out the same.
 *
 * The expected rows were written by hand from the records beside them.
 */
#include "plan_fixture.h"
#include "tap.h"

/* A file of records of text, with a stroke behind each but the last. */
static uint32_t
split_records(const char *text, struct slice rec[RECORDS_MAX])
{
	uint32_t n = 0;
	size_t len;

	for (;;) {
		len = strcspn(text, "/");
		rec[n++] = (struct slice){ (const uint8_t *)text,
		    (uint32_t)len };
		if (text[len] == '\0')
			return n;
		text += len + 1;
	}
}

/* Four records of their own, as in a whole program's FILE SECTION. */
static const char ledger[] =
    "01 HEADER-REC. 05 H-TYPE PIC X. 05 H-NAME PIC X(4).\n"
    "01 ACCOUNT-REC. 05 A-TYPE PIC X. 05 A-ID PIC 9(3).\n"
    "05 A-STATUS PIC X. 88 IS-OPEN VALUE 'O'. 88 IS-CLOSED VALUE 'C'.\n"
    "05 A-TAB PIC 9 OCCURS 2.\n"
    "01 ENTRY-REC. 05 E-TYPE PIC X. 05 E-N PIC 99. 05 E-AMOUNT PIC S9(3).\n"
    "05 E-C PIC 9. 05 E-V PIC X OCCURS 0 TO 3 DEPENDING ON E-C.\n"
    "01 TRAILER-REC. 05 T-TYPE PIC X. 05 T-COUNT PIC 9(3).\n";

/* The same in one record, whose groups redefine each other. */
static const char united[] =
    "01 REC. 05 REC-TYPE PIC X. 88 IS-ENTRY VALUE 'E'.\n"
    "05 ACCOUNT. 10 ID PIC 9(3). 10 NAME PIC X(5).\n"
    "05 ENTRY-LINE REDEFINES ACCOUNT. 10 N PIC 99. 10 NAME PIC X(3).\n"
    "10 AMOUNT PIC S9(3).\n"
    "05 TAIL PIC X.\n";

/* A parent with tables of varying size inside tables, and an item behind. */
static const char nested[] =
    "01 A. 05 A-T PIC X. 05 A-N PIC 9. 05 A-G OCCURS 0 TO 3 DEPENDING ON A-N.\n"
    "10 G-N PIC 9. 10 G-X PIC X OCCURS 0 TO 3 DEPENDING ON G-N.\n"
    "05 A-TAIL PIC X(3).\n"
    "01 E. 05 E-T PIC X. 05 E-N PIC 9. 05 E-X PIC X OCCURS 0 TO 2\n"
    "DEPENDING ON E-N. 05 E-TAIL PIC X.\n";

#define RECORDS								\
	"records:\n"							\
	"  header: {layout: HEADER-REC, when: H-TYPE = 'H'}\n"		\
	"  account: {layout: ACCOUNT-REC, when: A-TYPE = 'A',\n"	\
	"    parent: header}\n"						\
	"  entry: {layout: entry_rec, when: E-TYPE = 'E',\n"		\
	"    parent: account}\n"					\
	"  trailer: {layout: TRAILER-REC, when: T-TYPE = 'T'}\n"
#define ACCOUNT_TABLE							\
	"  account:\n    of: account\n    columns:\n"			\
	"      id: A-ID\n      file: header.H-NAME\n"
#define ENTRY_TABLE							\
	"  entry:\n    of: entry\n    columns:\n"			\
	"      n: E-N\n      account: account.A-ID\n"
#define ENTRIES		RECORDS "tables:\n" ENTRY_TABLE
#define BOTH		RECORDS "tables:\n" ACCOUNT_TABLE ENTRY_TABLE

static const struct {
	const char *name, *copybook, *mapping, *records, *cut, *want;
} cases[] = {
	{ "a table of the records of one type, others are skipped", ledger,
	    ENTRIES, "HMAIN/A001O12/E010010/E02010}0/A002C34/E030300/T003",
	    NULL,
	    "entry: 1|1\nentry: 2|1\nentry: 3|2\n"
	    "SSLLSLS\n" },
	{ "what tables can say of records above", ledger,
	    RECORDS "tables:\n  entry:\n    of: entry\n    columns:\n"
	    "      file: header.H-NAME\n      open: account.IS-OPEN\n"
	    "      status: label(account.A-STATUS)\n"
	    "      tab: account.A-TAB(2)\n      sum: account.A-ID + E-N\n"
	    "      digits: digits(account.A-ID) || header.H-NAME\n"
	    "      group: account.account_rec.A-ID\n"
	    "      own: entry.E-N\n      amount: E-AMOUNT\n",
	    "HMAIN/A001O12/E010010/A002C34/E0200J0/T003", NULL,
	    "entry: MAIN|true|IS-OPEN|2|2|001MAIN|1|1|1\n"
	    "entry: MAIN|false|IS-CLOSED|4|4|002MAIN|2|2|-1\n"
	    "SSLSLS\n" },
	{ "each: and when: of typed tables", ledger,
	    RECORDS "tables:\n  letter:\n    of: entry\n    each: E-V\n"
	    "    when: account.IS-OPEN and E-V <> 'x'\n    columns:\n"
	    "      account: account.A-ID\n      tab: account.A-TAB(1)\n"
	    "      n: E-N\n      seq: occurrence()\n      v: E-V\n"
	    "  total:\n    of: entry\n    when: account.IS-CLOSED\n"
	    "    columns:\n      account: account.A-ID\n      n: E-N\n"
	    "  tab:\n    of: account\n    each: A-TAB\n    columns:\n"
	    "      file: header.H-NAME\n      seq: occurrence()\n"
	    "      tab: A-TAB\n      number: record_number()\n",
	    "HMAIN/A001O12/E010013axb/E020010/A002C34/E030302ab", NULL,
	    "letter: 1|1|1|1|a\nletter: 1|1|1|3|b\n"
	    "total: 2|3\n"
	    "tab: MAIN|1|1|2\ntab: MAIN|2|2|2\n"
	    "tab: MAIN|1|3|5\ntab: MAIN|2|4|5\n"
	    "SLLSLL\n" },
	{ "a parent many batches ago", ledger, ENTRIES,
	    "HMAIN/A001O12/E010010/E020010/E030010/E040010/E050010/E060010/"
	    "E070010/E080010/E090010/E100010/E110010/E120010/E130010/E140010",
	    NULL,
	    "entry: 1|1\nentry: 2|1\nentry: 3|1\nentry: 4|1\nentry: 5|1\n"
	    "entry: 6|1\nentry: 7|1\nentry: 8|1\nentry: 9|1\nentry: 10|1\n"
	    "entry: 11|1\nentry: 12|1\nentry: 13|1\nentry: 14|1\n"
	    "SSLLLLLLLLLLLLLL\n" },

	/* which type */
	{ "the first type that matches", ledger,
	    "records:\n  low: {layout: ENTRY-REC, when: E-N < 10}\n"
	    "  entry: {layout: ENTRY-REC, when: E-N < 20}\n"
	    "  rest: {layout: ENTRY-REC}\n"
	    "tables:\n  low:\n    of: low\n    columns:\n      n: E-N\n"
	    "  entry:\n    of: entry\n    columns:\n      n: E-N\n"
	    "  rest:\n    of: rest\n    columns:\n      n: E-N\n",
	    "E090010/E190010/E200010/E100010", NULL,
	    "low: 9\nentry: 19\nentry: 10\nrest: 20\nLLLL\n" },
	{ "the first and the last of each file", ledger,
	    "records:\n  header: {layout: HEADER-REC, at: first}\n"
	    "  trailer: {layout: TRAILER-REC, at: last}\n"
	    "  entry: {layout: ENTRY-REC, parent: header}\n"
	    "tables:\n  entry:\n    of: entry\n    columns:\n      n: E-N\n"
	    "      file: header.H-NAME\n"
	    "  trailer:\n    of: trailer\n    columns:\n"
	    "      count: T-COUNT\n",
	    "HMAIN/E010010/E020010/T002/HNEXT/T000/HLAST/E030010/T001",
	    "....F.F..",
	    "entry: 1|MAIN\nentry: 2|MAIN\nentry: 3|LAST\n"
	    "trailer: 2\ntrailer: 0\ntrailer: 1\nSLLLSLSLL\n" },
	{ "position and condition together", ledger,
	    "records:\n  header: {layout: HEADER-REC, at: first,\n"
	    "    when: H-TYPE = 'H'}\n"
	    "  trailer: {layout: TRAILER-REC, at: last, when: T-TYPE = 'T'}\n"
	    "  entry: {layout: ENTRY-REC}\n"
	    "tables:\n  entry:\n    of: entry\n    columns:\n      n: E-N\n",
	    "E010010/E020010/E030010/HMAIN/E050010/T002", "...F..",
	    "entry: 1\nentry: 2\nentry: 3\nentry: 5\nLLLSLS\n" },
	{ "a record alone in its file is its first and its last", ledger,
	    "records:\n  trailer: {layout: TRAILER-REC, at: last}\n"
	    "  header: {layout: HEADER-REC, at: first}\n"
	    "  entry: {layout: ENTRY-REC}\n"
	    "tables:\n  header:\n    of: header\n    columns:\n"
	    "      name: H-NAME\n"
	    "  trailer:\n    of: trailer\n    columns:\n"
	    "      count: T-COUNT\n",
	    "T002/HNEXT/T003", ".F.",
	    "header: NEXT\ntrailer: 2\ntrailer: 3\nLLL\n" },
	{ "lost bytes: what is before them is not the last record", ledger,
	    "records:\n  trailer: {layout: TRAILER-REC, at: last}\n"
	    "  entry: {layout: ENTRY-REC}\n"
	    "tables:\n  entry:\n    of: entry\n    columns:\n      n: E-N\n",
	    "E010010/E020010/T002", "..G", "entry: 1\nentry: 2\nLLS\n" },
	{ "no type matches, with no bytes at all", ledger, ENTRIES,
	    "HMAIN/A001O12/?/E010010//E020010/A002C34/E030010", NULL,
	    "3 D040\n4 D041\n5 D040\n6 D041\n7 D041\n8 D042\nSSRRRRRR\n" },
	{ "a condition that cannot be told", ledger,
	    "records:\n  low: {layout: ENTRY-REC, when: E-N < 10}\n"
	    "  entry: {layout: ENTRY-REC, when: E-TYPE = 'E', parent: low}\n"
	    "tables:\n  entry:\n    of: entry\n    columns:\n      n: E-N\n",
	    "E010010/E100010/E?10010/E200010", NULL,
	    "entry: 10\n3 D005 E-N@1+2\n4 D041\nSLRR\n" },
	{ "a later condition need not be told", ledger,
	    "records:\n  header: {layout: HEADER-REC, when: H-TYPE = 'H'}\n"
	    "  low: {layout: ENTRY-REC, when: E-N < 10}\n"
	    "tables:\n  low:\n    of: low\n    columns:\n      n: E-N\n",
	    "H\?\?\?\?/E010010/E", NULL, "low: 1\n3 D040\nSLR\n" },

	/* what closes */
	{ "a parent closes what is below the one before", ledger,
	    "records:\n"
	    "  header: {layout: HEADER-REC, when: H-TYPE = 'H'}\n"
	    "  account: {layout: ACCOUNT-REC, when: A-TYPE = 'A',\n"
	    "    parent: header}\n"
	    "  entry: {layout: ENTRY-REC, when: E-TYPE = 'E',\n"
	    "    parent: account}\n"
	    "tables:\n" ENTRY_TABLE,
	    "HMAIN/A001O12/E010010/HNEXT/E020010/A002C34/E030010", NULL,
	    "entry: 1|1\nentry: 3|2\n5 D041\nSSLSRSL\n" },
	{ "a type beside closes nothing", ledger, ENTRIES,
	    "HMAIN/A001O12/E010010/T001/E020010", NULL,
	    "entry: 1|1\nentry: 2|1\nSSLSL\n" },
	{ "another file closes all", ledger, BOTH,
	    "HMAIN/A001O12/E010010/E020010/HNEXT/A003O12/A004O12/E030010",
	    "...F....",
	    "account: 1|MAIN\naccount: 3|NEXT\naccount: 4|NEXT\n"
	    "entry: 1|1\nentry: 3|4\n4 D041\nSLLRSLLL\n" },
	{ "a gap closes all", ledger, BOTH,
	    "HMAIN/A001O12/E010010/E020010/A003O12/E030010/HNEXT/A004O12",
	    "...G....",
	    "account: 1|MAIN\naccount: 4|NEXT\n"
	    "entry: 1|1\n4 D041\n5 D041\n6 D042\nSLLRRRSL\n" },
	{ "those that hang on one without a parent, batches later", ledger,
	    BOTH, "A001O12/E010010/E020010/E030010/E040010/E050010/E060010/"
	    "E070010/E080010/HMAIN/A002O12/E090010", NULL,
	    "account: 2|MAIN\nentry: 9|2\n"
	    "1 D041\n2 D042\n3 D042\n4 D042\n5 D042\n6 D042\n7 D042\n8 D042\n"
	    "9 D042\nRRRRRRRRRSLL\n" },

	/* rejected parents */
	{ "a rejected parent rejects what hangs on it", ledger, BOTH,
	    "HMAIN/A0?1O12/E010010/E020010/A002O12/E030010", NULL,
	    "account: 2|MAIN\nentry: 3|2\n"
	    "2 D005 account.id A-ID@1+3\n3 D042\n4 D042\nSRRRLL\n" },
	{ "and its own reasons stay", ledger, BOTH,
	    "HMAIN/A0?1O12/E?10010/E020010", NULL,
	    "2 D005 account.id A-ID@1+3\n3 D005 entry.n E-N@1+2\n3 D042\n"
	    "4 D042\nSRRR\n" },
	{ "down to the grandchildren", ledger,
	    RECORDS "tables:\n"
	    "  header:\n    of: header\n    columns:\n"
	    "      name: {from: cast(H-NAME as integer), type: integer}\n"
	    ENTRY_TABLE,
	    "H0012/A001O12/E010010/HMAIN/A002O12/E020010/E030010/H0013/"
	    "A003O12/E040010", NULL,
	    "header: 12\nheader: 13\nentry: 1|1\nentry: 4|3\n"
	    "4 D016 header.name H-NAME@1+4\n5 D042\n6 D042\n7 D042\n"
	    "LSLRRRRLSL\n" },
	{ "a cell of a parent that only its dependents need", ledger,
	    ENTRIES, "HMAIN/A0?1O12/E010010/E020010/A002C34/E030010", NULL,
	    "entry: 3|2\n3 D005 entry.account A-ID ^\n"
	    "4 D005 entry.account A-ID ^\nSSRRSL\n" },
	{ "a cell of a parent that is not used", ledger,
	    RECORDS "tables:\n  entry:\n    of: entry\n    columns:\n"
	    "      id: case when E-N = 1 then account.A-ID end\n",
	    "HMAIN/A0?1O12/E020010/E010010", NULL,
	    "entry: ~\n4 D005 entry.id A-ID ^\nSSLR\n" },
	{ "a parent's when: that cannot be told", ledger,
	    RECORDS "tables:\n  account:\n    of: account\n"
	    "    when: A-ID > 0\n    columns:\n      id: A-ID\n" ENTRY_TABLE,
	    "HMAIN/A0?1O12/E010010/E020010/A002C34/E030010", NULL,
	    "account: 2\nentry: 3|2\n2 D005 account. A-ID@1+3\n3 D042\n"
	    "4 D042\nSRRRLL\n" },
	{ "a record longer than its type, batches before", ledger, BOTH,
	    "HMAIN/A001O12-----/E010010/E020010/E030010/E040010/E050010/"
	    "E060010/E070010/E080010/A002O12/E090013abcd", NULL,
	    "account: 2|MAIN\n2 D019@7+5\n3 D042\n4 D042\n5 D042\n6 D042\n"
	    "7 D042\n8 D042\n9 D042\n10 D042\n12 D019@10+1\n"
	    "SRRRRRRRRRLR\n" },
	{ "a parent that is shorter than its layout", ledger,
	    RECORDS "tables:\n  entry:\n    of: entry\n    columns:\n"
	    "      n: E-N\n      tab: account.A-TAB(2)\n",
	    "HMAIN/A001O1/E010010", NULL, "entry: 1|~\nSSL\n" },

	{ "tables of varying size inside tables", nested,
	    "records:\n  a: {layout: A, when: A-T = 'A'}\n"
	    "  e: {layout: E, parent: a}\n"
	    "tables:\n  x:\n    of: a\n    each: G-X\n    columns:\n"
	    "      tail: A-TAIL\n      x: G-X\n"
	    "  e:\n    of: e\n    columns:\n      tail: a.A-TAIL\n"
	    "      own: E-TAIL\n      n: a.A-N\n",
	    "A22ab1cend/E0x/E2yyz/A0nil/E1ab/A3?/E0x/A13abcfin/E0w", NULL,
	    "x: end|a\nx: end|b\nx: end|c\nx: fin|a\nx: fin|b\nx: fin|c\n"
	    "e: end|x|2\ne: end|z|2\ne: nil|b|0\ne: fin|w|1\n"
	    "6 D005 G-N@2+1\n7 D042\nLLLSLRRLL\n" },

	{ "a table of several types", ledger,
	    RECORDS "tables:\n  t:\n    of: [account, entry]\n"
	    "    when: header.H-NAME <> 'x'\n    columns:\n"
	    "      id: {from: {account: A-ID, entry: account.A-ID}}\n"
	    "      n: {from: {entry: E-N}}\n      type: record_type()\n",
	    "HMAIN/A001O12/E010010/E0?0010/A0?2O12/E020010/A003O12/E030010/"
	    "Hx   /A004O12/E010010", NULL,
	    "t: 1|~|account\nt: 1|1|entry\nt: 3|~|account\nt: 3|3|entry\n"
	    "4 D005 t.n E-N@1+2\n5 D005 t.id A-ID@1+3\n6 D042\n"
	    "SLLRRRLLSSS\n" },

	/* the groups of one record */
	{ "types are groups that redefine each other", united,
	    "records:\n  account: {layout: ACCOUNT, when: REC-TYPE = 'A'}\n"
	    "  entry: {layout: ENTRY-LINE, when: IS-ENTRY, parent: account}\n"
	    "tables:\n  account:\n    of: account\n    columns:\n"
	    "      id: ID\n      name: NAME\n      tail: TAIL\n"
	    "  entry:\n    of: entry\n    columns:\n      id: account.ID\n"
	    "      account: account.NAME\n      name: NAME\n      n: N\n"
	    "      amount: AMOUNT\n      tail: account.TAIL\n"
	    "      type: account.REC-TYPE || REC-TYPE\n",
	    "A001SmithX/E01abc001Y/E02cde00J/A002JonesZ/E03fgh003Y", NULL,
	    "account: 1|Smith|X\naccount: 2|Jones|Z\n"
	    "entry: 1|Smith|abc|1|1|X|AE\n"
	    "entry: 1|Smith|cde|2|-1|X|AE\n"
	    "entry: 2|Jones|fgh|3|3|Z|AE\n"
	    "LLLLL\n" },
};

static void
test_cases(void)
{
	static const uint32_t sizes[] = { 1, 7, 1000 };
	struct slice rec[RECORDS_MAX];
	struct world w;
	struct buf b;
	uint32_t n, k;
	size_t i;

	buf_init(&b, 1u << 20);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_open(&w, cases[i].copybook, cases[i].mapping, "", NULL,
		    &pg_limits);
		if (w.plan == NULL) {
			ok(false, "%s: line %u: %s", cases[i].name,
			    w.diags.first->at.line, w.diags.first->message);
			world_close(&w);
			continue;
		}
		w.cut = cases[i].cut;
		n = split_records(cases[i].records, rec);
		for (k = 0; k < 3; k++) {
			buf_clear(&b);
			world_run(&w, rec, n, sizes[k], NULL, &b);
			is_str(b.p, cases[i].want, "%s, batches of %u",
			    cases[i].name, sizes[k]);
		}
		world_close(&w);
	}
	buf_fini(&b);
}

/* Keys that repeat: their records, and what hangs on them. */
static void
test_conflicts(void)
{
	static const uint32_t sizes[] = { 1, 7, 1000 };
	static const char file[] = "HMAIN/A001O12/E010010/E020010/E030010/"
	    "E040010/E050010/E060010/E070010/E080010/A002O12/E010010/A001C12/"
	    "E030010/A003O12/E090010";
	struct slice rec[RECORDS_MAX];
	struct conflicts conflicts;
	struct world w;
	struct buf b;
	uint32_t n = split_records(file, rec), k;

	buf_init(&b, 1u << 20);
	world_open(&w, ledger, RECORDS "tables:\n"
	    "  account:\n    of: account\n    key: id\n    columns:\n"
	    "      id: A-ID\n"
	    "  entry:\n    of: entry\n    key: n\n    columns:\n"
	    "      n: E-N\n      account: account.A-ID\n", "", NULL,
	    &pg_limits);
	conflicts_init(&conflicts, &w.arena, 2);
	conflicts_add(&conflicts, 0, "1:1", 3);
	conflicts_add(&conflicts, 1, "1:1", 3);
	conflicts_add(&conflicts, 1, "1:3", 3);
	for (k = 0; k < 3; k++) {
		buf_clear(&b);
		world_run(&w, rec, n, sizes[k], &conflicts, &b);
		is_str(b.p, "account: 2\naccount: 3\nentry: 9|3\n"
		    "2 D020 account.\n3 D020 entry.\n3 D042\n4 D042\n"
		    "5 D020 entry.\n5 D042\n6 D042\n7 D042\n8 D042\n"
		    "9 D042\n10 D042\n12 D020 entry.\n13 D020 account.\n"
		    "14 D020 entry.\n14 D042\nSRRRRRRRRRLRRRLL\n",
		    "keys that repeat, batches of %u", sizes[k]);
	}
	world_close(&w);
	buf_fini(&b);
}

/*
 * The bytes of a parent are read from a copy, whose last item may be one that
 * is decoded by whole words: packed and binary items at its end.
 */
static void
test_margin(void)
{
	static const struct slice rec[] = {
		R("A\x12\x34\x5c\x00\x05"), R("E1"), R("E2"), R("E3"),
		R("A\x12\x34\x5d\xff\xff"), R("E4"), R("A\x12"), R("E5"),
	};
	struct world w;
	struct buf b;
	uint32_t size;

	buf_init(&b, 1u << 20);
	world_open(&w,
	    "01 A. 05 A-TYPE PIC X. 05 A-P PIC S9(5) COMP-3.\n"
	    "05 A-B PIC S9(4) COMP.\n"
	    "01 E. 05 E-TYPE PIC X. 05 E-N PIC 9.\n",
	    "records:\n  a: {layout: A, when: A-TYPE = 'A'}\n"
	    "  e: {layout: E, parent: a}\n"
	    "tables:\n  e:\n    of: e\n    columns:\n      n: E-N\n"
	    "      p: a.A-P\n      b: a.A-B\n", "", NULL, &pg_limits);
	for (size = 1; size <= 8; size++) {
		buf_clear(&b);
		world_run(&w, rec, 8, size, NULL, &b);
		is_str(b.p, "e: 1|12345|5\ne: 2|12345|5\ne: 3|12345|5\n"
		    "e: 4|-12345|-1\n8 D001 e.p A-P ^\nSLLLSLSR\n",
		    "items at the end of a parent, batches of %u", size);
	}
	world_close(&w);
	buf_fini(&b);
}

int
main(void)
{
	test_cases();
	test_conflicts();
	test_margin();
	return tap_done();
}
