/*
 * Reading copybooks: source formats, words, clauses, COPY, and each
 * diagnostic at its place.
 *
 * What a text means is taken from the IBM Enterprise COBOL Language Reference
 * ("Reference format", "Data division") and agrees with what GnuCOBOL 3.1
 * (cobc -std=ibm) lists, where it takes the text.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copybook_show.h"
#include "tap.h"

#define COL8	"       "	/* columns 1 to 7 */

struct sample {
	const char *what, *text;
	const char *layout;	/* NULL: none, because of errors */
	const char *diags;
};

static const struct sample formats[] = {
	{ "fixed", COL8 "01  R.\n" COL8 "    05  A  PIC X(4).\n",
	    "01 R 0 4\n05 A 0 4\n", "" },
	{ "no newline at the end", COL8 "01  R PIC X.", "01 R 0 1\n", "" },
	{ "CR LF", COL8 "01 R.\r\n" COL8 "05 A PIC X.\r\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "control-Z", COL8 "01 R PIC X.\r\n\x1a", "01 R 0 1\n", "" },
	{ "byte order mark", "\xef\xbb\xbf" COL8 "01 R PIC X.\n",
	    "01 R 0 1\n", "" },
	{ "tabs", "\t01\tR.\n\t\t05\tA\tPIC\tX.\n", "01 R 0 1\n05 A 0 1\n",
	    "" },
	{ "no-break spaces", COL8 "01\xc2\xa0R.\n" COL8 "05\xa0""A PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "lower case", COL8 "01 r.\n" COL8 "05 a-b pic x(2).\n",
	    "01 R 0 2\n05 A-B 0 2\n", "" },
	{ "numbered, with identification",
	    "000100 01  R.                                                "
	    "           IDENT001\n"
	    "000200     05  A  PIC X.                                     "
	    "           IDENT001\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "numbers without zeros",
	    "     1 01  R.\n     2     05  A  PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "change tags", "CR1234 01  R.\nCR1234     05  A  PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "numbers a column short", "00100*\n00200* TEXT\n"
	    "00300  01  R.\n00400      05  A  PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "comments",
	    "      * 05 X PIC X.\n      / 05 X PIC X.\n* 05 X PIC X.\n"
	    COL8 "01 R.  *> 05 X\n\n" COL8 "   * 05 X PIC X.\n"
	    "      *Caf\xe9\n" COL8 "05 A PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "debugging lines", COL8 "01 R.\n      D    05 X PIC X.\n"
	    "      d05 Y PIC X.\n" COL8 "05 A PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "listing statements", COL8 "01 R.\n" COL8 "    EJECT\n"
	    COL8 "    SKIP2.\n" COL8 "    TITLE 'x'.\n" COL8 "05 A PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "code in column 7", "      01 R.\n          05 A PIC X.\n",
	    "01 R 0 1\n05 A 0 1\n", "" },
	{ "free", "01 R.\n  05 A PIC X.\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "free, with a comment", "* text\n01 R.\n   * text\n   05 A PIC X."
	    "  *> text\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "free by its long lines",
	    COL8 "01 R.\n" COL8 "05 A                                        "
	    "                PIC X(5).\n", "01 R 0 5\n05 A 0 5\n", "" },
	{ "identification without numbers",
	    COL8 "01 R.                                                   "
	    "         CR123456\n"
	    COL8 "05 A PIC X.                                             "
	    "         CR123456\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "free by a clause after column 72",
	    COL8 "01 R.\n" COL8 "05 A  PIC 9(5)                          "
	    "                           COMP-3.\n", "01 R 0 3\n05 A 0 3\n",
	    "" },
	{ "SOURCE FORMAT FREE", COL8 ">>SOURCE FORMAT IS FREE\n01 R.\n"
	    "05 A PIC X.\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "SOURCE FORMAT FIXED", ">>source fixed\n000100 01 R.\n"
	    "000200*05 X\n000300 05 A PIC X.\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "$SET SOURCEFORMAT", "      $SET SOURCEFORMAT\"FREE\"\n01 R.\n"
	    "05 A PIC X.\n", "01 R 0 1\n05 A 0 1\n", "" },
	{ "compiler options", COL8 "CBL NOSEQ\n" COL8 "01 R PIC X.\n",
	    "01 R 0 1\n", "" },
	{ "a word continued", COL8 "01 LONG-NA\n      -    ME.\n"
	    COL8 "05 A PIC X(1\n      *\n      -    2).\n",
	    "01 LONG-NAME 0 12\n05 A 0 12\n", "" },
};

static const struct sample entries[] = {
	{ "several records", "01 A PIC X.\n01 B PIC XX.\n77 C PIC X(3).\n",
	    "01 A 0 1\n01 B 0 2\n77 C 0 3\n", "" },
	{ "no 01", "05 A PIC X.\n05 B.\n10 C PIC X.\n",
	    "01 TEST 0 2\n05 A 0 1\n05 B 1 1\n10 C 1 1\n", "" },
	{ "no 01, and an item with the file's name",
	    "05 TEST PIC X.\n05 B PIC X.\n",
	    "01 - 0 2\n05 TEST 0 1\n05 B 1 1\n", "" },
	{ "FILLER and no name", "01 R.\n05 FILLER PIC X.\n05 PIC X.\n"
	    "05 REDEFINES A PIC X.\n", NULL, "4:14 C022\n" },
	{ "items without a name", "01.\n05 PIC X.\n05 OCCURS 2 PIC X.\n"
	    "05 COMP PIC 9.\n05 VALUE 'A' PIC X.\n05 USAGE COMP-1.\n"
	    "05 SIGN LEADING PIC S9.\n05.\n10 PIC X.\n",
	    "01 - 0 12\n05 - 0 1\n05 - 1 1 x2\n05 - 3 2\n05 - 5 1\n"
	    "05 - 6 4\n05 - 10 1\n05 - 11 1\n10 - 11 1\n", "" },
	{ "names that are words of the language", "01 RECORD.\n"
	    "05 DATE PIC X.\n05 COUNT PIC 9.\n05 VALUE PIC X.\n"
	    "05 PIC PIC X.\n05 INDEX PIC X.\n05 SIGN PIC X.\n"
	    "05 STATUS PIC X.\n05 ADDRESS PIC X.\n05 OCCURS PIC X.\n"
	    "05 TYPE PIC X.\n05 USAGE PIC X.\n05 BLANK PIC X.\n"
	    "05 COPY PIC X.\n05 DATA.\n06 TITLE PIC X.\n05 IS PIC X.\n"
	    "05 EXTERNAL PIC X.\n05 SECTION PIC X.\n",
	    "01 RECORD 0 17\n05 DATE 0 1\n05 COUNT 1 1\n05 VALUE 2 1\n"
	    "05 PIC 3 1\n05 INDEX 4 1\n05 SIGN 5 1\n05 STATUS 6 1\n"
	    "05 ADDRESS 7 1\n05 OCCURS 8 1\n05 TYPE 9 1\n05 USAGE 10 1\n"
	    "05 BLANK 11 1\n05 COPY 12 1\n05 DATA 13 1\n06 TITLE 13 1\n"
	    "05 IS 14 1\n05 EXTERNAL 15 1\n05 SECTION 16 1\n", NULL },
	{ "names that start with digits", "01 1R.\n05 2-A PIC X.\n"
	    "05 3_B PIC X.\n", "01 1R 0 2\n05 2-A 0 1\n05 3_B 1 1\n", "" },
	{ "clauses in any order, and separators", "01 R.\n"
	    "05 A COMP-3, PICTURE IS S9(3); VALUE IS +5.\n"
	    "05 B OCCURS 2 TIMES USAGE IS DISPLAY VALUE 'x' PIC X.\n"
	    "05 C VALUE SPACES JUST RIGHT PIC X(3).\n"
	    "05 D BLANK WHEN ZEROES PIC 9 DISPLAY.\n",
	    "01 R 0 8\n05 A 0 2\n05 B 2 1 x2\n05 C 4 3\n05 D 7 1\n", "" },
	{ "clauses without effect", "01 R IS EXTERNAL.\n"
	    "05 A PIC X GLOBAL VOLATILE.\n"
	    "05 B PIC 9(6) DATE FORMAT IS YYXXXX.\n"
	    "01 S EXTERNAL AS 'r' PIC X.\n",
	    "01 R 0 7\n05 A 0 1\n05 B 1 6\n01 S 0 1\n", "" },
	{ "keys and indexes", "01 R.\n05 T OCCURS 3 TIMES\n"
	    "ASCENDING KEY IS A B DESCENDING C INDEXED BY I1, I2.\n"
	    "10 A PIC X.\n10 B PIC X.\n10 C PIC X.\n"
	    "05 U OCCURS 2 INDEXED BY J PIC X.\n",
	    "01 R 0 11\n05 T 0 3 x3\n10 A 0 1\n10 B 1 1\n10 C 2 1\n"
	    "05 U 9 1 x2\n", "" },
	{ "unequal levels", "01 R.\n05 A.\n10 B PIC X.\n08 C PIC X.\n"
	    "03 D PIC X.\n", "01 R 0 3\n05 A 0 2\n10 B 0 1\n08 C 1 1\n"
	    "03 D 2 1\n", "" },
	{ "constants", "78 N VALUE 3.\n78 T VALUE 'abc'.\n01 R.\n"
	    "05 A OCCURS N TIMES PIC X VALUE T.\n",
	    "01 R 0 3\n05 A 0 1 x3\n", "" },
	{ "missing periods", "01 R\n05 A PIC X\n05 B PIC X.\n05 C PIC X",
	    "01 R 0 3\n05 A 0 1\n05 B 1 1\n05 C 2 1\n",
	    "1:4 C011\n2:10 C011\n4:10 C011\n" },
	{ "period missing after values", "01 R.\n05 A PIC 9.\n"
	    "88 C VALUES 1 2\n3 THRU 4\n05 B PIC X.\n",
	    "01 R 0 2\n05 A 0 1\n05 B 1 1\n", "4:8 C011\n" },
	{ "a whole program", "IDENTIFICATION DIVISION.\nPROGRAM-ID. P.\n"
	    "AUTHOR. SOMEONE'S.\nENVIRONMENT DIVISION.\nDATA DIVISION.\n"
	    "FILE SECTION.\nFD F RECORDING MODE F\nRECORD 80.\n01 R PIC X.\n"
	    "WORKING-STORAGE SECTION.\n01 W PIC XX.\nLINKAGE SECTION.\n"
	    "01 L PIC X(3).\nPROCEDURE DIVISION USING L.\nMOVE 1 TO X.\n"
	    "01 NOT-DATA.\n", "01 R 0 1\n01 W 0 2\n01 L 0 3\n", "" },
	{ "DCLGEN", "EXEC SQL DECLARE A.B TABLE\n( C CHAR(3) NOT NULL,\n"
	    "D INTEGER ) END-EXEC.\n01 R PIC X.\n", "01 R 0 1\n", "" },
};

/* Each code of the catalogue, at its place. */
static const struct sample mistakes[] = {
	{ "C003: UTF-16", "\xff\xfe" "0\0001\0", NULL, "1:1 C003\n" },
	{ "C003: EBCDIC", "\x40\x40\x40\x40\x40\x40\x40\xf0\xf1\x40\xd9\x4b"
	    "\x40\x40\x40\x40", NULL, "1:1 C003\n" },
	{ "C006", "01 R.\n05 A PIC X VALUE 'abc.\n05 B PIC X.\n", NULL,
	    "2:18 C006\n" },
	{ "C007", "01 R PIC X VALUE X'4'.\n01 S PIC X VALUE X'G1'.\n"
	    "01 T PIC X VALUE X''.\n", NULL,
	    "1:18 C007\n2:18 C007\n3:18 C007\n" },
	{ "C008", "01 R PIC X.\nMOVE A TO B. ADD 1 TO C.\n01 S PIC X.\n", NULL,
	    "2:1 C008\n" },
	{ "C009", "01 R.\n50 A PIC X.\n00 B PIC X.\n123 C PIC X.\n"
	    "05 D PIC X.\n", NULL, "2:1 C009\n3:1 C009\n4:1 C009\n" },
	{ "C009: 05 after 77", "77 R PIC X.\n05 A PIC X.\n", NULL,
	    "2:4 C009\n" },
	{ "C010", "01 R.\n05 A PIC X OOPS.\n05 B PIC.\n05 C USAGE FOO.\n"
	    "05 D SIGN IS MAYBE.\n05 E PIC X VALUE.\n05 F BLANK WHEN X.\n"
	    "05 G REDEFINES 5.\n05 H OCCURS X.\n05 I OCCURS 1 TO 5 PIC X.\n"
	    "05 'J'.\n88 K 5.\n05 L PIC X.\n", NULL,
	    "2:12 C010\n3:9 C010\n4:12 C010\n5:14 C010\n6:17 C010\n"
	    "7:17 C010\n8:16 C010\n9:13 C010\n10:20 C010\n11:4 C010\n"
	    "12:6 C010\n" },
	{ "C011", "01 R PIC X", "01 R 0 1\n", "1:10 C011\n" },
	{ "C012", "01 R PIC S9(5)Q99 COMP-3.\n", NULL, "1:15 C012\n" },
	{ "C013", "01 R PIC 9V9V9.\n01 S PIC S.\n", NULL,
	    "1:13 C013\n2:10 C013\n" },
	{ "C014", "01 R PIC X(0).\n01 S PIC X(2.\n", NULL,
	    "1:11 C014\n2:11 C014\n" },
	{ "C015", "01 R PIC 9(32).\n01 S PIC 9(19) COMP.\n", NULL,
	    "1:10 C015\n2:10 C015\n" },
	{ "C016", "01 R.\n05 A.\n05 B PIC X.\n05 C COMP-3.\n", NULL,
	    "2:4 C016\n4:4 C016\n" },
	{ "C017", "01 R.\n05 A PIC X.\n10 B PIC X.\n10 C PIC X.\n", NULL,
	    "3:4 C017\n" },
	{ "C017", "01 R.\n05 A PIC 9(4) COMP.\n10 B PIC X.\n", NULL,
	    "3:4 C017\n" },
	{ "C018", "01 R.\n05 A PIC X PIC X.\n05 B COMP COMP PIC 9.\n"
	    "05 C OCCURS 2 OCCURS 3 PIC X.\n"
	    "05 D REDEFINES C REDEFINES C PIC X.\n", NULL,
	    "2:16 C018\n3:11 C018\n4:22 C018\n5:28 C018\n" },
	{ "C019", "01 R.\n05 A PIC X COMP.\n05 B PIC A COMP-3.\n"
	    "05 C COMP-1 PIC 9.\n05 D POINTER PIC X(4).\n", NULL,
	    "2:10 C019\n3:10 C019\n4:17 C019\n5:18 C019\n" },
	{ "C020", "01 R COMP-3.\n05 A PIC 9 COMP.\n05 B PIC 9.\n", NULL,
	    "2:12 C020\n" },
	{ "C021", "01 R.\n05 A PIC 9 SIGN LEADING.\n"
	    "05 B PIC S9 COMP-3 SIGN TRAILING SEPARATE.\n", NULL,
	    "2:17 C021\n3:25 C021\n" },
	{ "C022", "01 R.\n05 A PIC X.\n05 B REDEFINES Z PIC X.\n", NULL,
	    "3:16 C022\n" },
	{ "C023", "01 R.\n05 A PIC X.\n05 B PIC X.\n05 C REDEFINES A PIC X.\n",
	    NULL, "4:16 C023\n" },
	{ "C024", "01 R.\n05 A PIC X.\n05 B REDEFINES A PIC XX.\n"
	    "05 C PIC X.\n",
	    "01 R 0 3\n05 A 0 1\n05 B 0 2 = A\n05 C 2 1\n", "3:4 C024\n" },
	{ "C025", "01 R.\n05 A OCCURS 0 PIC X.\n"
	    "05 B OCCURS 5 TO 2 DEPENDING ON X PIC X.\n"
	    "05 C OCCURS 99999999999 PIC X.\n", NULL,
	    "2:13 C025\n3:13 C025\n4:13 C025\n" },
	{ "C026", "01 R OCCURS 2 PIC X.\n88 C VALUE 'A'.\n"
	    "77 S OCCURS 3 PIC X.\n", "01 - 0 2\n01 R 0 1 x2\n"
	    "77 TEST 0 3\n77 S 0 1 x3\n",
	    "1:13 C026\n3:13 C026\n" },
	{ "C027", "01 Q.\n05 M PIC 9.\n01 R.\n"
	    "05 T OCCURS 1 TO 3 DEPENDING ON N PIC X.\n", NULL,
	    "4:33 C027\n" },
	{ "C027: not unique", "01 R.\n05 G.\n10 N PIC 9.\n05 H.\n10 N PIC 9.\n"
	    "05 T OCCURS 1 TO 3 DEPENDING ON N PIC X.\n", NULL,
	    "6:33 C027\n" },
	{ "C028", "01 R.\n05 A PIC $9.\n05 B PIC 9V9.\n05 C COMP-1.\n"
	    "05 D OCCURS 2.\n10 E PIC 9.\n"
	    "05 F PIC X OCCURS 1 TO 2 DEPENDING ON A.\n"
	    "05 G PIC X OCCURS 1 TO 2 DEPENDING ON B.\n"
	    "05 H PIC X OCCURS 1 TO 2 DEPENDING ON C.\n"
	    "05 I PIC X OCCURS 1 TO 2 DEPENDING ON E.\n", NULL,
	    "7:39 C028\n8:39 C028\n9:39 C028\n10:39 C028\n" },
	{ "C028: beside the table", "01 R.\n05 A PIC X(4).\n"
	    "05 B REDEFINES A.\n10 X PIC X.\n10 N PIC 9.\n"
	    "05 C REDEFINES A.\n10 T PIC X OCCURS 1 TO 2 DEPENDING ON N.\n",
	    NULL, "7:39 C028\n" },
	{ "C029", "01 R.\n05 A PIC X.\n05 B PIC X OCCURS 2.\n05 C PIC X.\n"
	    "66 D RENAMES Z.\n66 E RENAMES C THRU A.\n66 F RENAMES B.\n"
	    "66 G RENAMES.\n", NULL, "8:13 C010\n5:14 C029\n" },
	{ "C029: order", "01 R.\n05 A PIC X.\n05 B PIC X OCCURS 2.\n"
	    "05 C PIC X.\n66 E RENAMES C THRU A.\n66 F RENAMES B.\n", NULL,
	    "5:14 C029\n" },
	{ "C029: no record", "66 A RENAMES B.\n01 R PIC X.\n", NULL,
	    "1:1 C029\n" },
	{ "C030", "88 C VALUE 1.\n01 R PIC X.\n88 VALUE 2.\n", NULL,
	    "1:1 C030\n3:1 C030\n" },
	{ "C031", "01 R.\n05 A OCCURS DYNAMIC PIC X.\n05 B LIKE A.\n"
	    "05 C USAGE BIT PIC 9.\n05 D PIC X ANY LENGTH.\n"
	    "78 E VALUE NEXT.\n05 F SQL TYPE IS TABLE LIKE T AS LOCATOR.\n",
	    NULL, "2:13 C031\n3:6 C031\n4:12 C031\n5:12 C031\n6:12 C031\n"
	    "7:18 C031\n" },
	{ "SQL types that are none", "01 R.\n05 A SQL TYPE IS CLOB(2G).\n"
	    "05 B SQL TYPE IS DBCLOB 30.\n05 C SQL TYPE IS BLOB(1 Q).\n"
	    "05 D SQL PIC X.\n05 E SQL TYPE IS BLOB(K).\n", NULL,
	    "2:23 C032\n3:25 C010\n4:26 C010\n5:10 C010\n6:23 C010\n" },
	{ "clauses and usages that clash", "01 R.\n05 A PIC N(3) COMP.\n"
	    "05 B PIC X NATIONAL.\n05 C PIC S9 COMP-6.\n"
	    "05 D PIC G NATIONAL.\n05 E PIC S9 NATIONAL.\n"
	    "05 F PIC 9 UTF-8.\n05 G PIC X COMP-X.\n"
	    "05 H PIC XB9 NATIONAL.\n", NULL,
	    "2:10 C019\n3:10 C019\n4:10 C019\n5:10 C019\n6:10 C021\n"
	    "7:10 C019\n8:10 C019\n9:10 C019\n" },
	{ "C032", "01 R.\n05 A OCCURS 5000.\n10 B PIC X(5000).\n"
	    "01 S PIC X(20000000).\n", NULL, "4:11 C032\n2:4 C032\n" },
	{ "C033", "\n", NULL, "1:1 C033\n" },
	{ "C034", "000100 01  R.\n000200     05  A PIC X.\n05 B PIC X.\n"
	    "000300     05  C PIC X.\n", NULL, "3:1 C034\n" },
	{ "C035", "000100 01 R.\n"
	    COL8 "    05 A                                                "
	    "    PIC X(40).\n",
	    NULL, "2:73 C035\n2:72 C011\n" },
	{ "C035: a last clause", "000100 01 R.\n"
	    COL8 "    05 A PIC 9(5)                                       "
	    "          COMP-3.\n" COL8 "    05 B PIC X.\n",
	    NULL, "2:73 C035\n2:21 C011\n" },
	{ "C036", "01 R.\n05 N PIC 9.\n05 A PIC X(9).\n05 B REDEFINES A.\n"
	    "10 T PIC X OCCURS 1 TO 9 DEPENDING ON N.\n05 C PIC X.\n", NULL,
	    "6:4 C036\n" },
	{ "C037", "01 R.\n05 A1234567890123456789012345678901234567890123456"
	    "789012345678901234 PIC X.\n", NULL, "2:4 C037\n" },
	{ "C038: elsewhere", "01 Q.\n05 N PIC 9.\n01 R.\n05 A PIC X.\n"
	    "05 T OCCURS 1 TO 3 DEPENDING ON N PIC X.\n05 Z PIC X.\n",
	    "01 Q 0 1\n05 N 0 1\n01 R 0 5 varies\n05 A 0 1\n"
	    "05 T 1 1 x3 varies\n05 Z 4 1 after T\n", "5:33 C038\n" },
	{ "C038: a text", "01 R.\n05 N PIC X.\n"
	    "05 T OCCURS 1 TO 3 DEPENDING ON N PIC X.\n",
	    "01 R 0 4 varies\n05 N 0 1\n05 T 1 1 x3 from 1 by N\n",
	    "3:33 C038\n" },
	{ "C039", "REPLACE ==== BY ==A==.\n01 R PIC X.\n"
	    "REPLACE LEADING ==A B== BY ==C==.\n01 S PIC X.\n"
	    "REPLACE TRAILING ==A== BY ==B C==.\n", NULL,
	    "1:9 C039\n3:17 C039\n5:18 C039\n" },
	{ "C010: REPLACE", "REPLACE ==A== ==B==.\n01 R PIC X.\n"
	    "REPLACE ==A== BY.\n01 S PIC X.\n", NULL,
	    "1:15 C010\n3:17 C010\n" },
	{ "C040", "01 R PIC X.\nEXEC SQL INCLUDE SQLCA END-EXEC.\n"
	    "COPY DFHAID.\n", "01 R 0 1\n", "2:18 C040\n3:6 C040\n" },
	{ "C041", "01 R.\n>>IF X > 3\n05 A PIC X.\n>>ELSE\n05 B PIC XX.\n"
	    ">>END-IF\n", "01 R 0 2\n05 B 0 2\n", "2:1 C041\n" },
	{ "C042", "01 R PIC X.\n>>END-IF\n>>ELSE\n>>IF A DEFINED\n", NULL,
	    "2:1 C042\n3:1 C042\n4:1 C042\n" },
	{ "C043", "01 R.\n05 A PIC X.\n05 B PIC X(4).\n"
	    "05 C REDEFINES B COMP-1 SYNC.\n", NULL, "4:4 C043\n" },
	{ "C044", "01 R.\n05 N PIC 9.\n"
	    "05 T OCCURS 1 TO 3 DEPENDING ON N PIC X.\n"
	    "05 C COMP-1 SYNC.\n", NULL, "4:4 C044\n" },
	{ "C044: in a table", "01 R.\n05 T OCCURS 3.\n10 C COMP-1 SYNC.\n"
	    "10 N PIC 9.\n10 U OCCURS 1 TO 3 DEPENDING ON N PIC X.\n", NULL,
	    "2:4 C044\n" },
	{ "C045", "01 :TAG:-R.\n05 :TAG:-N PIC 9.\n05 ==T==-B REDEFINES "
	    ":TAG:-N PIC X.\n05 (T)-T OCCURS 1 TO 3 DEPENDING ON :TAG:-N "
	    "PIC X.\n88 :TAG:-C VALUE 'A'.\n",
	    "01 :TAG:-R 0 4 varies\n05 :TAG:-N 0 1\n"
	    "05 ==T==-B 0 1 = :TAG:-N\n05 (T)-T 1 1 x3 from 1 by :TAG:-N\n",
	    "1:4 C045\n" },
	{ "C046", "01 T TYPEDEF.\n05 A PIC X.\n01 R.\n05 X TYPE U.\n"
	    "05 Y SAME AS R.\n", NULL, "4:11 C046\n5:14 C046\n" },
	{ "C047", "78 A VALUE 1 + 2 * 3.\n78 B VALUE 5 / 2.\n"
	    "78 C VALUE 9 / 0.\n78 D VALUE 999999999999999999 * 99.\n"
	    "01 R PIC X.\n", NULL,
	    "1:12 C047\n2:12 C047\n3:12 C047\n4:12 C047\n" },
	{ "C047: before any item", "78 B VALUE LENGTH OF Z.\n01 R PIC X.\n",
	    NULL, "1:22 C047\n" },
	{ "C047: items", "01 R.\n05 A PIC X.\n05 N PIC 9.\n"
	    "05 T PIC X OCCURS 1 TO 3 DEPENDING ON N.\n"
	    "78 B VALUE LENGTH OF Z.\n78 C VALUE LENGTH OF R.\n", NULL,
	    "5:22 C047\n6:22 C047\n" },
	{ "C048", "ENVIRONMENT DIVISION.\nSPECIAL-NAMES.\n"
	    "CURRENCY SIGN IS 'Z'.\nDATA DIVISION.\n01 R PIC X.\n", NULL,
	    "3:18 C048\n" },
};

static void
sample_run(const struct sample *s)
{
	struct buf layout, diags;
	struct srctext *src;
	struct layout *l;
	struct diags ds;
	struct arena a;
	size_t len = strlen(s->text);

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&layout, 1 << 16);
	buf_init(&diags, 1 << 16);
	if (strncmp(s->text, "\xff\xfe", 2) == 0)
		len = 6;	/* has NULs */
	src = srctext_new(&a, "dir/test.cpy", s->text, len);
	l = layout_build(&a, &ds, copybook_parse_text(&a, &ds, src, NULL));
	if (l != NULL)
		show_layout(&layout, l);
	show_diags(&diags, &ds);
	if (s->layout != NULL)
		is_str(layout.p != NULL ? layout.p : "", s->layout, "%s",
		    s->what);
	else
		ok(l == NULL, "%s: refused", s->what);
	if (s->diags != NULL)
		is_str(diags.p != NULL ? diags.p : "", s->diags,
		    "%s: diagnostics", s->what);
	buf_fini(&layout);
	buf_fini(&diags);
	arena_fini(&a);
}

/* --- COPY ----------------------------------------------------------------- */

static const struct {
	const char *name, *text;
} copied[] = {
	{ "main.cpy", COL8 "01  R.\n" COL8 "    COPY ONE.\n"
	    COL8 "    COPY 'two.inc'.\n" COL8 "    COPY THREE OF LIB.\n"
	    COL8 "    COPY FOUR SUPPRESS.\n" COL8 "    05 Z PIC X.\n" },
	{ "ONE.CPY", "05 A PIC X.\ncopy five.\n" },
	{ "two.inc", COL8 "05 B PIC X(2).\n" },
	{ "more/LIB/three.cob", "000100 05 C PIC X(3).\n" },
	{ "more/FOUR", COL8 "05 D PIC X(4)." },
	{ "five.copy", "05 E PIC X(5).\n" },
	{ "loop.cpy", "01 R.\nCOPY LOOP2.\n01 S PIC X.\n" },
	{ "loop2.cpy", "05 A PIC X.\nCOPY LOOP.\n" },
	{ "missing.cpy", "01 R.\nCOPY NOWHERE.\n01 S.\n"
	    "COPY ONE\n" },
	{ "deep", "COPY ONE.\nCOPY DEEP0.\n" },
};

static void
copied_write(const char *dir)
{
	char path[600];
	FILE *f;
	size_t i;
	int n;

	snprintf(path, sizeof path, "%s/more", dir);
	mkdir(path, 0777);
	snprintf(path, sizeof path, "%s/more/LIB", dir);
	mkdir(path, 0777);
	for (i = 0; i < sizeof copied / sizeof copied[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, copied[i].name);
		f = fopen(path, "w");
		fputs(copied[i].text, f);
		fclose(f);
	}
	for (n = 0; n < 40; n++) {
		snprintf(path, sizeof path, "%s/deep%d", dir, n);
		f = fopen(path, "w");
		fprintf(f, "COPY DEEP%d.\n", n + 1);
		fclose(f);
	}
}

static void
copied_remove(const char *dir)
{
	static const char *const folders[] = { "more/LIB", "more", "." };
	char path[600];
	size_t i;
	int n;

	for (i = 0; i < sizeof copied / sizeof copied[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, copied[i].name);
		unlink(path);
	}
	for (n = 0; n < 40; n++) {
		snprintf(path, sizeof path, "%s/deep%d", dir, n);
		unlink(path);
	}
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		rmdir(path);
	}
	rmdir(dir);
}

static void
copied_parse(const char *dir, const char *file, const char *layout,
    const char *diags)
{
	char path[600], more[600];
	const char *include[] = { "/nonexistent", more };
	struct copybook_options options = { .include = include,
	    .ninclude = 2 };
	struct copybook *book;
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;

	snprintf(path, sizeof path, "%s/%s", dir, file);
	snprintf(more, sizeof more, "%s/more", dir);
	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, 1 << 16);
	book = copybook_parse(&a, &ds, path, &options);
	l = book != NULL ? layout_build(&a, &ds, book) : NULL;
	if (l != NULL)
		show_layout(&b, l);
	show_diags(&b, &ds);
	is_str(b.p != NULL ? b.p : "", layout != NULL ? layout : diags,
	    "COPY: %s", file);
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_copy(void)
{
	char dir[] = "/tmp/test_copybook.XXXXXX";

	if (mkdtemp(dir) == NULL) {
		ok(false, "mkdtemp: %s", strerror(errno));
		return;
	}
	copied_write(dir);
	copied_parse(dir, "main.cpy", "01 R 0 16\n05 A 0 1\n05 E 1 5\n"
	    "05 B 6 2\n05 C 8 3\n05 D 11 4\n05 Z 15 1\n", NULL);
	copied_parse(dir, "loop.cpy", NULL, "2:6 C004\n");
	copied_parse(dir, "missing.cpy", NULL, "2:6 C002\n4:6 C011\n");
	copied_parse(dir, "deep", NULL, "1:6 C004\n");
	copied_parse(dir, "none.cpy", NULL, "0:0 C001\n");
	copied_parse(dir, "more", NULL, "0:0 C001\n");
	copied_remove(dir);
}

/* --- limits --------------------------------------------------------------- */

static void
limit_run(const char *what, const char *head, const char *line,
    uint32_t times, const char *diags)
{
	struct sample s = { what, NULL, NULL, diags };
	struct buf b;

	buf_init(&b, 64u << 20);
	buf_puts(&b, head);
	while (times-- > 0)
		buf_puts(&b, line);
	s.text = b.p;
	sample_run(&s);
	buf_fini(&b);
}

static void
test_limits(void)
{
	limit_run("C005: items", "01 R.\n", "05 PIC X.\n", 70000,
	    "65536:1 C005\n");
	limit_run("C005: words", "01 R PIC 9.\n88 A VALUE 1\n", "1 2 3 4 "
	    "5 6 7 8 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8\n",
	    70000, "1:1 C005\n");
	limit_run("tables in tables", "01 R.\n02 A OCCURS 99.\n03 B OCCURS "
	    "9999.\n04 C OCCURS 99999.\n05 D OCCURS 999999 PIC X(999).\n", "",
	    0, "5:4 C032\n");
}

#define RUN(table) do {							\
	size_t i_;							\
	for (i_ = 0; i_ < sizeof (table) / sizeof (table)[0]; i_++)	\
		sample_run(&(table)[i_]);				\
} while (0)

int
main(void)
{
	RUN(formats);
	RUN(entries);
	RUN(mistakes);
	test_copy();
	test_limits();
	return tap_done();
}
