/*
 * Texts that become copybooks: REPLACING and REPLACE, what includes them,
 * conditional compilation, constants and types, whole programs.
 *
 * The replacement rules and their examples are those of the IBM Enterprise
 * COBOL Language Reference, "COPY statement" (the PAYLIB examples) and
 * "REPLACE statement"; cobc -std=ibm (GnuCOBOL 3.1) gives the same layouts
 * where it takes the text.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copybook_show.h"
#include "tap.h"

static const struct {
	const char *name, *text;
} files[] = {
	{ "PAYLIB", "02 A.\n03 B PIC S99.\n03 C PIC S9(5)V99.\n"
	    "03 D PIC S9999 OCCURS 1 TO 52 TIMES\nDEPENDING ON B OF A.\n" },
	{ "TAGGED", "       01  :TAG:-REC.\n"
	    "           05  :TAG:-ID      PIC X(:LEN:).\n"
	    "           05  A-:TAG:       PIC 9(4).\n"
	    "           05  A-:TAG:-B     PIC X VALUE ':TAG:'.\n" },
	{ "OUTER", "       COPY INNER REPLACING ==:T:== BY ==:TAG:==.\n"
	    "           05  L-:TAG: PIC X.\n" },
	{ "INNER", "           05  :T:-IN PIC S9(3) COMP-3.\n" },
	{ "PREFIX", "05 OO-A PIC X.\n05 B-YY PIC XX.\n05 OO-YY PIC X(3).\n"
	    "05 XOO PIC 9.\n05 YYY PIC 9.\n" },
	{ "RECORD-Y", "01 Y.\n05 A PIC X(3).\n05 B PIC 9.\n" },
	{ "SUB/INNER", "05 SUB-IN PIC X(9).\n" },
};

static const struct {
	const char *what, *text, *layout;
} samples[] = {
	{ "PAYLIB as it is", "01 R.\nCOPY PAYLIB.\n",
	    "01 R 0 217 varies\n02 A 0 217 varies\n03 B 0 2\n03 C 2 7\n"
	    "03 D 9 4 x52 from 1 by B\n" },
	{ "PAYLIB: names", "01 R.\nCOPY PAYLIB REPLACING A BY PAYROLL\n"
	    "B BY PAY-CODE\nC BY GROSS-PAY\nD BY HOURS.\n",
	    "01 R 0 217 varies\n02 PAYROLL 0 217 varies\n03 PAY-CODE 0 2\n"
	    "03 GROSS-PAY 2 7\n03 HOURS 9 4 x52 from 1 by PAY-CODE\n" },
	{ "an identifier, and a literal", "01 R.\nCOPY PAYLIB REPLACING\n"
	    "B OF A BY B OF A OF R 52 BY 10 S9999 BY ==X==.\n",
	    "01 R 0 19 varies\n02 A 0 19 varies\n03 B 0 2\n03 C 2 7\n"
	    "03 D 9 1 x10 from 1 by B\n" },
	{ "place-holders in words and pictures",
	    "COPY TAGGED REPLACING ==:TAG:== BY ==CUST==\n"
	    "==:LEN:== BY ==12==.\n",
	    "01 CUST-REC 0 17\n05 CUST-ID 0 12\n05 A-CUST 12 4\n"
	    "05 A-CUST-B 16 1\n" },
	{ "over several words", "COPY TAGGED REPLACING ==:TAG:== BY ==C==\n"
	    "==PIC X(:LEN:)== BY\n==COMP-1==\n"
	    "==PIC   9(4).== BY ==PIC 9(4) COMP-3. 05 NEW PIC XX.==.\n",
	    "01 C-REC 0 10\n05 C-ID 0 4\n05 A-C 4 3\n05 NEW 7 2\n"
	    "05 A-C-B 9 1\n" },
	{ "by nothing", "COPY TAGGED REPLACING ==:TAG:== BY ==C==\n"
	    "==PIC X(:LEN:).== BY ==.==\n==A-:TAG: PIC 9(4)== BY ==PIC 9==\n"
	    "==05 :TAG:-ID== BY ====\n==VALUE ':TAG:'== BY ====.\n",
	    "01 C-REC 0 2\n05 - 0 1\n05 A-C-B 1 1\n" },
	{ "nested", "01 R.\nCOPY OUTER REPLACING ==:TAG:== BY ==MY==.\n",
	    "01 R 0 3\n05 MY-IN 0 2\n05 L-MY 2 1\n" },
	{ "LEADING and TRAILING", "01 R.\nCOPY PREFIX REPLACING\n"
	    "LEADING ==OO== BY ==PP== TRAILING ==-YY== BY ====\n"
	    "LEADING ==YY== BY ==Z-==.\n",
	    "01 R 0 8\n05 PP-A 0 1\n05 B 1 2\n05 PP-YY 3 3\n05 XOO 6 1\n"
	    "05 Z-Y 7 1\n" },
	{ "OF a library, SUPPRESS", "01 R.\nCOPY INNER OF SUB SUPPRESS\n"
	    "REPLACING SUB-IN BY X.\n", "01 R 0 9\n05 X 0 9\n" },
	{ "in an entry: the record's name, or its items",
	    "01 R COPY RECORD-Y.\n01 S COPY INNER REPLACING ==:T:== BY "
	    "==S==.\n01 T. COPY INNER.\n05 Z PIC X.\n",
	    "01 R 0 4\n05 A 0 3\n05 B 3 1\n01 S 0 2\n05 S-IN 0 2\n"
	    "01 T 0 3\n05 :T:-IN 0 2\n05 Z 2 1\n" },
	{ "REPLACE", "REPLACE ==:P:== BY ==PIC X(3)== ==N== BY ==NEW==.\n"
	    "01 R.\n05 N :P:.\nREPLACE OFF.\n05 N PIC X.\n",
	    "01 R 0 4\n05 NEW 0 3\n05 N 3 1\n" },
	{ "REPLACE comes after COPY", "REPLACE ==:T:-IN== BY ==LAST==.\n"
	    "01 R.\nCOPY INNER.\nREPLACE LEADING ==A== BY ==B==.\n"
	    "05 A-A PIC X.\n", "01 R 0 3\n05 LAST 0 2\n05 B-A 2 1\n" },
	{ "INCLUDE of each kind", "       01  R.\n"
	    "           EXEC SQL INCLUDE INNER END-EXEC.\n"
	    "       ++INCLUDE INNER\n-INC INNER\n"
	    "           05  Z PIC X.\n",
	    "01 R 0 7\n05 :T:-IN 0 2\n05 :T:-IN 2 2\n05 :T:-IN 4 2\n"
	    "05 Z 6 1\n" },
	{ ">>IF", "01 R.\n>>DEFINE N AS 5\n>>IF N > 3 AND NOT X IS DEFINED\n"
	    "05 A OCCURS N PIC X.\n>>IF N = 4\n05 B PIC X.\n>>ELSE\n"
	    "05 C PIC X.\n>>END-IF\n>>ELSE\n05 D PIC X.\n>>END-IF\n"
	    ">>DEFINE N OFF\n>>IF N DEFINED\n05 E PIC X.\n>>END-IF\n",
	    "01 R 0 6\n05 A 0 1 x5\n05 C 5 1\n" },
	{ ">>EVALUATE", "01 R.\n>>DEFINE V 'b'\n>>EVALUATE V\n>>WHEN 'a'\n"
	    "05 A PIC X.\n>>WHEN 'b'\n05 B PIC X.\n>>WHEN OTHER\n"
	    "05 C PIC X.\n>>END-EVALUATE\n>>EVALUATE TRUE\n"
	    ">>WHEN V IS EQUAL TO 'c' OR (V = 'd')\n05 D PIC X.\n"
	    ">>WHEN OTHER\n05 E PIC X.\n>>END-EVALUATE\n"
	    ">>DEFINE K AS 7\n>>EVALUATE K\n>>WHEN 1 THRU 5\n05 F PIC X.\n"
	    ">>WHEN 6 THRU 10\n05 G PIC X.\n>>END-EVALUATE\n",
	    "01 R 0 3\n05 B 0 1\n05 E 1 1\n05 G 2 1\n" },
	{ "$IF", "       01  R.\n      $SET CONSTANT SIZE 3\n"
	    "      $IF SIZE = 3\n           05  A PIC X OCCURS SIZE.\n"
	    "      $ELSE\n           05  B PIC X.\n      $END\n"
	    "      $IF NOTHING DEFINED\n           05  C PIC X.\n"
	    "      $END\n", "01 R 0 3\n05 A 0 1 x3\n" },
	{ "constants", "78 A VALUE 2 * 3 + 1.\n01 B CONSTANT AS A - 2.\n"
	    "01 C CONSTANT IS GLOBAL AS (A + B) / 4.\n>>DEFINE D AS 2\n"
	    "01 E CONSTANT FROM D.\n01 R.\n05 X PIC X OCCURS A.\n"
	    "05 Y PIC X OCCURS B.\n05 Z PIC X OCCURS C.\n"
	    "05 W PIC X OCCURS E.\n",
	    "01 R 0 17\n05 X 0 1 x7\n05 Y 7 1 x5\n05 Z 12 1 x3\n"
	    "05 W 15 1 x2\n" },
	{ "constants of items", "01 R.\n05 A PIC X(3).\n05 T OCCURS 2.\n"
	    "10 U PIC S9(4) COMP.\n10 V PIC X(5).\n"
	    "78 K VALUE LENGTH OF T * 2 + 1.\n78 L VALUE START OF V OF T.\n"
	    "01 M CONSTANT AS BYTE-LENGTH OF R.\n01 S.\n"
	    "05 X OCCURS K PIC X.\n05 Y OCCURS L PIC X.\n"
	    "05 Z OCCURS M PIC X.\n",
	    "01 R 0 17\n05 A 0 3\n05 T 3 7 x2\n10 U 3 2\n10 V 5 5\n"
	    "01 S 0 37\n05 X 0 1 x15\n05 Y 15 1 x5\n05 Z 20 1 x17\n" },
	{ "SQL types: Db2's structures", "01 R.\n05 A SQL TYPE IS CLOB(2K).\n"
	    "05 B USAGE IS SQL TYPE IS DBCLOB(30).\n"
	    "05 C USAGE SQL TYPE IS BLOB_LOCATOR.\n05 D SQL TYPE IS ROWID.\n"
	    "05 E OCCURS 2 SQL TYPE IS VARBINARY(10).\n"
	    "05 F SQL TYPE IS BINARY(8).\n05 G SQL TYPE IS CLOB-FILE.\n"
	    "05 H SQL TYPE IS XML AS CLOB(1 K).\n",
	    "01 R 0 3489\n05 A 0 2052\n49 A-LENGTH 0 4\n49 A-DATA 4 2048\n"
	    "05 B 2052 64\n49 B-LENGTH 2052 4\n49 B-DATA 2056 60\n"
	    "05 C 2116 4\n05 D 2120 42\n49 D-LEN 2120 2\n49 D-TEXT 2122 40\n"
	    "05 E 2162 12 x2\n49 E-LEN 2162 2\n49 E-TEXT 2164 10\n"
	    "05 F 2186 8\n05 G 2194 267\n49 G-NAME-LENGTH 2194 4\n"
	    "49 G-DATA-LENGTH 2198 4\n49 G-FILE-OPTION 2202 4\n"
	    "49 G-NAME 2206 255\n05 H 2461 1028\n49 H-LENGTH 2461 4\n"
	    "49 H-DATA 2465 1024\n" },
	{ "CBL: NSYMBOL and LP", "       CBL NSYMBOL(DBCS),LP(64)\n"
	    "       01  R.\n           05  A PIC N(3).\n"
	    "           05  P POINTER.\n", "01 R 0 14\n05 A 0 6\n05 P 6 8\n" },
	{ "TYPEDEF, SAME AS", "01 T TYPEDEF.\n05 N PIC 9.\n88 ODD VALUE 1.\n"
	    "05 L PIC X OCCURS 1 TO 3 DEPENDING ON N.\n"
	    "01 M IS TYPEDEF PIC S9(7)V99 COMP-3.\n01 R.\n05 A TYPE T.\n"
	    "05 B TYPE TO M VALUE 1.\n05 C SAME AS A.\n05 D PIC X.\n",
	    "01 T 0 4 varies\n05 N 0 1\n05 L 1 1 x3 from 1 by N\n01 M 0 5\n"
	    "01 R 0 14 varies\n05 A 0 4 varies\n09 N 0 1\n"
	    "09 L 1 1 x3 from 1 by N\n05 B 4 5 after L\n"
	    "05 C 9 4 after L varies\n09 N 9 1 after L\n"
	    "09 L 10 1 x3 from 1 by N after L\n05 D 13 1 after L\n" },
	{ "DATE FORMAT, place-holders", "01 R.\n"
	    "05 A PIC 9(6) DATE FORMAT YYXXXX.\n"
	    "05 B PIC X(8) DATE FORMAT IS Y(4)X(4) VALUE 'A'.\n",
	    "01 R 0 14\n05 A 0 6\n05 B 6 8\n" },
	{ "DECIMAL-POINT IS COMMA", "ENVIRONMENT DIVISION.\nSPECIAL-NAMES.\n"
	    "DECIMAL-POINT IS COMMA.\nDATA DIVISION.\n01 R.\n"
	    "05 A PIC ZZ.ZZ9,99 VALUE 1,5.\n05 B PIC 9,9.\n",
	    "01 R 0 12\n05 A 0 9\n05 B 9 3\n" },
	{ "a program with all its parts",
	    "IDENTIFICATION DIVISION.\nPROGRAM-ID. P.\n"
	    "ENVIRONMENT DIVISION.\nINPUT-OUTPUT SECTION.\nFILE-CONTROL.\n"
	    "SELECT F ASSIGN TO UT-S-F.\nDATA DIVISION.\nFILE SECTION.\n"
	    "FD F RECORDING MODE IS V.\n01 A PIC X.\n01 B PIC XX.\n"
	    "REPORT SECTION.\nRD X.\n01 TYPE DETAIL.\n02 LINE 1.\n"
	    "03 COLUMN 1 PIC X SOURCE Y.\nLINKAGE SECTION.\n01 L PIC X(3).\n"
	    "PROCEDURE DIVISION.\nCOPY NOWHERE.\nDISPLAY 'x'.\n"
	    "IDENTIFICATION DIVISION.\nPROGRAM-ID. Q.\nDATA DIVISION.\n"
	    "WORKING-STORAGE SECTION.\n01 W PIC X(4).\n",
	    "01 A 0 1\n01 B 0 2\n01 L 0 3\n01 W 0 4\n" },
};

static void
files_write(const char *dir, bool make)
{
	char path[600];
	size_t i;
	FILE *f;

	snprintf(path, sizeof path, "%s/SUB", dir);
	if (make)
		mkdir(path, 0777);
	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
		if (!make) {
			unlink(path);
			continue;
		}
		f = fopen(path, "w");
		fputs(files[i].text, f);
		fclose(f);
	}
	snprintf(path, sizeof path, "%s/SUB", dir);
	if (!make) {
		rmdir(path);
		rmdir(dir);
	}
}

static struct layout *
read_text(struct arena *a, struct diags *ds, const char *text,
    const struct copybook_options *options)
{
	diags_init(ds, a);
	return layout_build(a, ds, copybook_parse_text(a, ds,
	    srctext_new(a, "test.cpy", text, strlen(text)), options));
}

static void
test_samples(const char *dir)
{
	struct copybook_options options = { .include = &dir, .ninclude = 1 };
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		arena_init(&a);
		buf_init(&b, 1 << 16);
		l = read_text(&a, &ds, samples[i].text, &options);
		if (l != NULL)
			show_layout(&b, l);
		else
			show_diags(&b, &ds);
		is_str(b.p, samples[i].layout, "%s", samples[i].what);
		buf_fini(&b);
		arena_fini(&a);
	}
}

/* What the command line says beforehand. */
static void
test_options(const char *dir)
{
	const char *define[] = { "N=4", "SWITCH" };
	const char *replace[] = { "==:TAG:== BY ==CUST==",
	    "==:LEN:== BY ==7== LEADING ==Z-== BY ==Y-==" };
	struct copybook_options options = { .include = &dir, .ninclude = 1,
	    .define = define, .ndefine = 2, .replace = replace,
	    .nreplace = 2 };
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, 1 << 16);
	l = read_text(&a, &ds, "COPY TAGGED.\n>>IF SWITCH DEFINED AND N = 4\n"
	    "05 Z-:TAG: PIC X OCCURS N.\n>>END-IF\n", &options);
	if (l != NULL)
		show_layout(&b, l);
	show_diags(&b, &ds);
	is_str(b.p, "01 CUST-REC 0 16\n05 CUST-ID 0 7\n05 A-CUST 7 4\n"
	    "05 A-CUST-B 11 1\n05 Y-CUST 12 1 x4\n", "options");
	buf_fini(&b);
	arena_fini(&a);
}

/* The short form of a replacement, and what is none. */
static void
test_wrong_options(void)
{
	static const struct {
		const char *define, *replace, *want;
	} cases[] = {
		{ "N", ":T:=A", "01 A 0 1\n" },
		{ "=1", ":T:=A", "0:0 C049\n" },
		{ "A B=1", ":T:=A", "0:0 C049\n" },
		{ "N", ":T:", "1:3 C010\n1:4 C045\n" },
		{ "N", "==:T:== BY ==A== B", "1:18 C010\n1:4 C045\n" },
		{ "N", "==:T:== BY ==A== .", "1:18 C039\n1:4 C045\n" },
		{ "N", "==== BY ==A==", "1:1 C039\n1:4 C045\n" },
	};
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct copybook_options options = {
		    .define = &cases[i].define, .ndefine = 1,
		    .replace = &cases[i].replace, .nreplace = 1 };

		arena_init(&a);
		buf_init(&b, 1 << 16);
		l = read_text(&a, &ds, "01 :T: PIC X.\n", &options);
		if (l != NULL)
			show_layout(&b, l);
		show_diags(&b, &ds);
		is_str(b.p, cases[i].want, "-D '%s' -R '%s'", cases[i].define,
		    cases[i].replace);
		buf_fini(&b);
		arena_fini(&a);
	}
}

/* Replaced text cannot grow without an end, nor can types. */
static void
test_bombs(void)
{
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;
	int i, k;

	arena_init(&a);
	buf_init(&b, 64u << 20);
	buf_puts(&b, "REPLACE ==A== BY ==");
	for (i = 0; i < 20000; i++)
		buf_puts(&b, "B ");
	buf_puts(&b, "==.\n01 R.\n");
	for (i = 0; i < 20000; i++)
		buf_puts(&b, "A ");
	l = read_text(&a, &ds, b.p, NULL);
	ok(l == NULL && ds.errors > 0 && ds.first->code == DIAG_C005,
	    "a text that replaces itself many times over");
	arena_fini(&a);
	arena_init(&a);
	buf_clear(&b);
	buf_puts(&b, "01 T0 TYPEDEF.\n05 A PIC X.\n");
	for (i = 1; i < 40; i++) {
		buf_printf(&b, "01 T%d TYPEDEF.\n", i);
		for (k = 0; k < 4; k++)
			buf_printf(&b, "05 A%d TYPE T%d.\n", k, i - 1);
	}
	l = read_text(&a, &ds, b.p, NULL);
	ok(l == NULL && ds.errors > 0, "types of types of types");
	buf_fini(&b);
	arena_fini(&a);
}

/* FD, SELECT: facts for framing, and where each record stands. */
static void
test_files(void)
{
	const struct file_description *f;
	struct layout *l;
	struct diags ds;
	struct arena a;

	arena_init(&a);
	l = read_text(&a, &ds, "IDENTIFICATION DIVISION.\n"
	    "ENVIRONMENT DIVISION.\nINPUT-OUTPUT SECTION.\nFILE-CONTROL.\n"
	    "SELECT IN-F ASSIGN TO 'in.dat' ORGANIZATION IS LINE SEQUENTIAL.\n"
	    "SELECT OPTIONAL KS ASSIGN KSDS ORGANIZATION INDEXED ACCESS MODE "
	    "IS SEQUENTIAL RECORD KEY IS K.\n"
	    "DATA DIVISION.\nFILE SECTION.\n"
	    "FD IN-F LABEL RECORDS ARE STANDARD BLOCK CONTAINS 0 RECORDS "
	    "RECORD IS VARYING IN SIZE FROM 5 TO 80 CHARACTERS DEPENDING ON "
	    "LEN DATA RECORD IS A.\n01 A PIC X(80).\n01 B PIC X(5).\n"
	    "FD KS RECORD CONTAINS 100 CHARACTERS RECORDING MODE F.\n"
	    "01 K PIC X(100).\nSD SRT RECORD CONTAINS 4 TO 9.\n"
	    "01 S PIC X(9).\nWORKING-STORAGE SECTION.\n77 LEN PIC 99.\n"
	    "01 W PIC X.\n", NULL);
	ok(l != NULL && l->nfile == 3 && l->nrecord == 5 && l->n77 == 1,
	    "files and records");
	if (l == NULL)
		return;
	f = &l->file[0];
	ok(strcmp(f->name, "IN-F") == 0 && f->varying && f->record_min == 5 &&
	    f->record_max == 80 && strcmp(f->record_depending, "LEN") == 0 &&
	    f->organization == ORGANIZATION_LINE && f->block_records &&
	    strcmp(f->assign, "in.dat") == 0 &&
	    f->recording == RECORDING_NONE, "RECORD VARYING, LINE SEQUENTIAL");
	f = &l->file[1];
	ok(!f->varying && f->record_min == 100 && f->record_max == 100 &&
	    f->recording == RECORDING_F &&
	    f->organization == ORGANIZATION_INDEXED, "RECORDING MODE, INDEXED");
	f = &l->file[2];
	ok(f->sort && f->varying && f->record_min == 4 && f->record_max == 9,
	    "SD, CONTAINS TO");
	ok(l->origin[0].file == 0 && l->origin[1].file == 0 &&
	    l->origin[2].file == 1 && l->origin[3].file == 2 &&
	    l->origin[0].section == SECTION_FILE &&
	    l->origin[4].file == ITEM_NONE &&
	    l->origin[4].section == SECTION_WORKING_STORAGE &&
	    l->origin[5].section == SECTION_WORKING_STORAGE,
	    "where the records stand");
	arena_fini(&a);
}

int
main(void)
{
	char dir[] = "/tmp/test_copy.XXXXXX";

	if (mkdtemp(dir) == NULL) {
		ok(false, "mkdtemp: %s", strerror(errno));
		return tap_done();
	}
	files_write(dir, true);
	test_samples(dir);
	test_options(dir);
	test_wrong_options();
	files_write(dir, false);
	test_bombs();
	test_files();
	return tap_done();
}
