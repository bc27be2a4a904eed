/*
 * Framings beyond fixed, v and text: blocks, segments, lengths, other
 * compilers' files, and what stands around records.
 *
 * Inputs are annotated hex: two digits a byte, 'text' as it is, all else
 * (blanks, |, words between parentheses) is for the reader of the test.  What
 * comes out stands beside them as a transcript (record_fixture.h).  Each
 * input is read with many batch sizes, cut at every byte, and written back.
 */
#include <ctype.h>

#include "record_fixture.h"

static const struct codepage latin = { .name = "iso-8859-1", .blank = ' ',
    .zero = '0', .ascii = true, .ucs = { [0x85] = 0x85 }, .none = 1,
    .one = (const uint64_t[]){ 0x85 << 16 | (0x85 ^ 0xffff) } };

static size_t
unhex(const char *s, uint8_t *out)
{
	size_t n = 0;
	char two[3] = "";

	while (*s != '\0')
		if (*s == '\'') {
			for (s++; *s != '\''; s++)
				out[n++] = (uint8_t)*s;
			s++;
		} else if (*s == '(') {
			while (*s++ != ')')
				;
		} else if (isxdigit((unsigned char)s[0])) {
			two[0] = s[0];
			two[1] = s[1];
			out[n++] = (uint8_t)strtoul(two, NULL, 16);
			s += 2;
		} else {
			s++;
		}
	return n;
}

/* The length of the record is the sum of two one-digit fields, plus 2. */
static enum grade
sum_length(const void *arg, const uint8_t *p, size_t n, size_t *len,
    char *why, size_t size)
{
	(void)arg;
	*len = 2;
	if (n < 2)
		return END;
	if (p[0] < '0' || p[1] < '0') {
		snprintf(why, size, "no counts");
		return BAD;
	}
	*len = (size_t)(p[0] - '0' + p[1] - '0') + 2;
	return OK;
}

#define VB	.framing = FRAMING_VB, .rdw_little = TRI_NO,		\
	    .rdw_inclusive = TRI_YES
#define VBG	.framing = FRAMING_VB, .rdw_little = TRI_GUESS,		\
	    .rdw_inclusive = TRI_GUESS
#define VBS	.framing = FRAMING_VBS, .bdw = TRI_GUESS,		\
	    .rdw_inclusive = TRI_YES
#define VS	.framing = FRAMING_VS, .bdw = TRI_YES, .rdw_inclusive = TRI_YES
#define U(b, n)	.framing = FRAMING_U, .bdw = (b), .record_length = (n),	\
	    .rdw_inclusive = TRI_YES
#define FIX(n)	.framing = FRAMING_FIXED, .record_length = (n)
#define V	.framing = FRAMING_V, .rdw_little = TRI_NO,		\
	    .rdw_inclusive = TRI_YES
#define TEXT(n, p, e)							\
	.framing = FRAMING_TEXT, .max_length = (n), .page = (p),	\
	    .line_end = LINEEND_##e
#define LEN(at, n, form, more)						\
	.framing = FRAMING_LENGTH, .length = { .field = { (at), (n),	\
	    NUMBER_##form, 0 }, .adjust = (more) }
#define GNU(f)	.framing = FRAMING_GNUCOBOL, .varseq = (f)
#define MF	.framing = FRAMING_MICROFOCUS

/* 128 bytes: record lengths 1 to 10; 1 to 5000 */
#define MF_HEAD								\
	"307E 0000 0000 0000 | '26112302000000' 00000000000000000000000000" \
	"00 003E 00 01 00 00 00 00 00000000 (variable) 01 0000000000"	\
	"(longest) 0000000A (shortest) 00000001 " MF_ZEROS
#define MF_LARGE							\
	"3000 007C 0000 0000 | '26112302000000' 00000000000000000000000000" \
	"00 003E 00 01 00 00 00 00 00000000 (variable) 01 0000000000"	\
	"(longest) 00001388 (shortest) 00000001 " MF_ZEROS
#define MF_ZEROS							\
	"000000000000000000000000000000000000000000000000000000000000"	\
	"000000000000000000000000000000000000000000000000000000000000"	\
	"000000000000"

static const struct length_choice choices[] = {
	{ { (const uint8_t *)"A", 1 }, 3 }, { { (const uint8_t *)"B", 1 }, 5 }
};

enum { EXACT = 1, ANY_CUT = 2 };	/* writes back byte for byte; a cut
					 * need not show */
static const struct row {
	const char *name, *in, *out;
	uint32_t flags;
	struct framing_options framing;
} row[] = {
	{ "vb, two blocks", "(BDW) 0010 0000 0007 0000 'abc' 0005 0000 'd'"
	    "(BDW) 000A 0000 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11[d]\n0:3@20[ef]\n", 0, { VB } },
	{ "vb, guessed", "0010 0000 0007 0000 'abc' 0005 0000 'd'"
	    "000A 0000 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11[d]\n0:3@20[ef]\n", 0, { VBG } },
	{ "vb, one block", "0014 0000 0007 0000 'abc' 0004 0000 0005 0000 'd'",
	    "0:1@4[abc]\n0:2@11[]\n0:3@15[d]\n", EXACT, { VB } },
	{ "vb, an extended BDW", "8000000B 0007 0000 'abc'"
	    "8000000A 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@15[ef]\n", 0, { VB } },
	{ "vb, lengths without their words, guessed",
	    "000C 0000 0003 0000 'abc' 0001 0000 'd'", "0:1@4[abc]\n0:2@11[d]\n",
	    EXACT, { VBG } },
	{ "vb, little-endian, guessed",
	    "1000 0000 0700 0000 'abc' 0500 0000 'd'", "0:1@4[abc]\n0:2@11[d]\n",
	    EXACT, { VBG } },
	{ "vb, a broken RDW costs its block only",
	    "0010 0000 0007 0000 'abc' 0000 0000 'd' 000A 0000 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11!5[\\00\\00\\00\\00d]\n0:3@20[ef]\n", 0,
	    { VB } },
	{ "vb, a record that leaves its block",
	    "0010 0000 0007 0000 'abc' 0006 0000 'd' 000A 0000 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11!5[\\00\\06\\00\\00d]\n0:3@20[ef]\n", 0,
	    { VB } },
	{ "vb, less than an RDW at a block's end",
	    "000D 0000 0007 0000 'abc' 0005 000A 0000 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11!2[\\00\\05]\n0:3@17[ef]\n", 0, { VB } },
	{ "vb, a broken BDW costs the rest",
	    "000B 0000 0007 0000 'abc' 000A 0001 0006 0000 'ef'",
	    "0:1@4[abc]\n0:2@11!10[\\00\\0a\\00\\01\\00\\06\\00\\00ef]\n", 0,
	    { VB } },
	{ "vbs, whole and spanned, over blocks",
	    "0012 0000 0007 0000 'abc' (first) 0007 0100 'def'"
	    "000C 0000 (middle) 0008 0300 'ghij'"
	    "000D 0000 (last) 0005 0200 'k' 0004 0000",
	    "0:1@4[abc]\n0:2@11[defghijk]\n0:3@39[]\n", 0, { VBS } },
	{ "vbs without BDWs, guessed", "0007 0000 'abc' 0007 0100 'def'"
	    "0008 0300 'ghij' 0005 0200 'k' 0005 0000 'l'",
	    "0:1@0[abc]\n0:2@7[defghijk]\n0:3@27[l]\n", 0, { VBS } },
	{ "vs, a block for each segment", "000B 0000 0007 0100 'def'"
	    "000C 0000 0008 0300 'ghij' 0009 0000 0005 0200 'k'"
	    "0009 0000 0005 0000 'm'",
	    "0:1@4[defghijk]\n0:2@36[m]\n", 0, { VS } },
	{ "vs, whole records", "0009 0000 0005 0000 'm' 000A 0000 0006 0000"
	    "'no'", "0:1@4[m]\n0:2@13[no]\n", EXACT, { VS } },
	{ "vbs, a record without its last segment",
	    "0017 0000 0007 0100 'abc' 0007 0300 'def' 0005 0000 'g'"
	    "0009 0000 0005 0000 'h'",
	    "0:1@4!14[\\00\\07\\01\\00abc\\00\\07\\03\\00def]\n"
	    "0:2@18[g]\n0:3@27[h]\n", 0, { VBS } },
	{ "vbs, a first segment in a next block instead of a last one",
	    "000B 0000 0007 0100 'abc' 0016 0000 0007 0100 'def' 0006 0200 'gh'"
	    "0005 0000 'i'",
	    "0:1@4!7[\\00\\07\\01\\00abc]\n0:2@15[defgh]\n0:3@28[i]\n", 0,
	    { VBS } },
	{ "vbs, segments of a record that never began",
	    "0015 0000 0006 0300 'ab' 0006 0200 'cd' 0005 0000 'e'"
	    "0009 0000 0005 0000 'h'",
	    "0:1@4!6[\\00\\06\\03\\00ab]\n0:2@10!6[\\00\\06\\02\\00cd]\n"
	    "0:3@16[e]\n0:4@25[h]\n", 0, { VBS } },
	{ "vbs, a broken word in a block",
	    "000B 0000 0007 0100 'abc' 000E 0000 0000 0000 'cd' 0004 0000"
	    "0009 0000 0005 0000 'h'",
	    "0:1@4!7[\\00\\07\\01\\00abc]\n0:2@15!10[\\00\\00\\00\\00cd"
	    "\\00\\04\\00\\00]\n0:3@29[h]\n", 0, { VBS } },
	{ "vbs, a null segment ends its block",
	    "0012 0000 0007 0100 'abc' 0000 8000 'xyz'"
	    "000A 0000 0006 0200 'de' 0009 0000 0005 0000 'h'",
	    "0:1@4[abcde]\n0:2@32[h]\n", 0, { VBS } },
	{ "u, blocks with BDWs", "0007 0000 'abc' 8000 0006 'de' 0005 0000 'f'",
	    "0:1@0[abc]\n0:2@7[de]\n0:3@13[f]\n", 0, { U(TRI_YES, 0) } },
	{ "u, blocks with BDWs, guessed", "0007 0000 'abc' 0005 0000 'f'",
	    "0:1@0[abc]\n0:2@7[f]\n", EXACT, { U(TRI_GUESS, 3) } },
	{ "u, blocks of one length", "'abcdefgh'",
	    "0:1@0[abc]\n0:2@3[def]\n0:3@6[gh]\n", EXACT | ANY_CUT,
	    { U(TRI_NO, 3) } },
	{ "u, blocks of one length, guessed", "'abcdefgh'",
	    "0:1@0[abc]\n0:2@3[def]\n0:3@6[gh]\n", EXACT | ANY_CUT,
	    { U(TRI_GUESS, 3) } },
	{ "length, binary, of all of it", "00 05 'abc' 00 03 'd' 00 02",
	    "0:1@0[\\00\\05abc]\n0:2@5[\\00\\03d]\n0:3@8[\\00\\02]\n", EXACT,
	    { LEN(0, 2, BIG, 0) } },
	{ "length, little-endian, of the rest", "'x' 03 00 'abc' 'y' 00 00",
	    "0:1@0[x\\03\\00abc]\n0:2@6[y\\00\\00]\n", EXACT,
	    { LEN(1, 2, LITTLE, 3) } },
	{ "length, packed", "00 5F 'abc' 004F 'de'",
	    "0:1@0[\\00_abc]\n0:2@5[\\00Ode]\n", EXACT,
	    { LEN(0, 2, PACKED, 0) } },
	{ "length, packed without sign", "05 'abcd' 02 'e'",
	    "0:1@0[\\05abcd]\n0:2@5[\\02e]\n", EXACT,
	    { LEN(0, 1, PACKED_UNSIGNED, 0) } },
	{ "length, zoned in EBCDIC, with signs and blanks",
	    "F0 F5 'abc' 40 C4 'de' F0 F3 'f'",
	    "0:1@0[\\f0\\f5abc]\n0:2@5[@\\c4de]\n0:3@9[\\f0\\f3f]\n", EXACT,
	    { LEN(0, 2, ZONED, 0) } },
	{ "length, zoned in ASCII", "'05abc' ' 4de' '0Cf'",
	    "0:1@0[05abc]\n0:2@5[ 4de]\n0:3@9[0Cf]\n", EXACT,
	    { LEN(0, 2, ZONED, 0) } },
	{ "length, no number", "'05abc' 'xxdef'",
	    "0:1@0[05abc]\n0:2@5!5[xxdef]\n", 0, { LEN(0, 2, ZONED, 0) } },
	{ "length, negative", "005F 'abc' 005D 'def'",
	    "0:1@0[\\00_abc]\n0:2@5!5[\\00]def]\n", 0,
	    { LEN(0, 2, PACKED, 0) } },
	{ "length, less than its field", "0005 'abc' 0001 'def'",
	    "0:1@0[\\00\\05abc]\n0:2@5!5[\\00\\01def]\n", 0,
	    { LEN(0, 2, BIG, 0) } },
	{ "length by the record's type", "'Axx' 'Byyyy' 'Azz' 'Cqq'",
	    "0:1@0[Axx]\n0:2@3[Byyyy]\n0:3@8[Azz]\n0:4@11!3[Cqq]\n", 0,
	    { .framing = FRAMING_LENGTH, .length = { .field = { .size = 1 },
	    .choice = choices, .nchoice = 2 } } },
	{ "length by a function", "'11ab' '00' '03abc' '1'",
	    "0:1@0[11ab]\n0:2@4[00]\n0:3@6[03abc]\n0:4@11!1[1]\n", 0,
	    { .framing = FRAMING_LENGTH, .length_of = sum_length } },
	{ "length by a function that does not know", "'11ab' '!!abc'",
	    "0:1@0[11ab]\n0:2@4!5[!!abc]\n", 0,
	    { .framing = FRAMING_LENGTH, .length_of = sum_length } },
	{ "gnucobol 0", "0003 0000 'abc' 0001 0000 'd'",
	    "0:1@0[abc]\n0:2@7[d]\n", EXACT | ANY_CUT,
	    { GNU(VARSEQ_GUESS) } },
	{ "gnucobol 1", "00000003 'abc' 00000001 'd'",
	    "0:1@0[abc]\n0:2@7[d]\n", EXACT, { GNU(VARSEQ_GUESS) } },
	{ "gnucobol 2", "03000000 'abc' 01000000 'd'",
	    "0:1@0[abc]\n0:2@7[d]\n", EXACT, { GNU(VARSEQ_GUESS) } },
	{ "gnucobol 3", "0003 'abc' 0001 'd'",
	    "0:1@0[abc]\n0:2@5[d]\n", EXACT, { GNU(VARSEQ_GUESS) } },
	{ "gnucobol 3, told", "0003 'abc' 0000 'd'",
	    "0:1@0[abc]\n0:2@5!3[\\00\\00d]\n", 0, { GNU(3) } },
	{ "microfocus, small", MF_HEAD "4003 'abc' 000000 (deleted) 2002 'xx'"
	    "00000000 400A 'defghijklm' (the handler's) 3002 0000 00000000"
	    "4006 'uvwxyz'",
	    "0:1@128[abc]\n0:2@144[defghijklm]\n0:3@164[uvwxyz]\n",
	    ANY_CUT, { MF } },
	{ "microfocus, written back", MF_HEAD "4003 'abc' 000000"
	    "400A 'defghijklm' 4001 'n' 0000000000",
	    "0:1@128[abc]\n0:2@136[defghijklm]\n0:3@148[n]\n",
	    EXACT | ANY_CUT, { MF } },
	{ "microfocus, large", MF_LARGE "4000 0003 'abc' 00 4000 0005 'defgh'"
	    "000000", "0:1@128[abc]\n0:2@136[defgh]\n",
	    EXACT | ANY_CUT, { MF } },
	{ "microfocus, a header that is none", MF_HEAD "4003 'abc' 000000"
	    "0000 0000 'junk'",
	    "0:1@128[abc]\n0:2@136!8[\\00\\00\\00\\00junk]\n", ANY_CUT,
	    { MF } },
	{ "text, CRLF only", "'a' 0A 'b' 0D0A 0A 'c' 0D 'd' 0D0A",
	    "0:1@0[a\\0ab  ]\n0:2@5[\\0ac\\0dd ]\n", EXACT | ANY_CUT,
	    { TEXT(5, &ascii, CRLF) } },
	{ "text, CR only", "'ab' 0D 'c' 0A 0D 'd'",
	    "0:1@0[ab]\n0:2@3[c\\0a]\n0:3@6[d ]\n", ANY_CUT,
	    { TEXT(2, &ascii, CR) } },
	{ "text, LF only", "'ab' 0D 0A 'c' 0A",
	    "0:1@0[ab\\0d]\n0:2@4[c  ]\n", EXACT | ANY_CUT,
	    { TEXT(3, &ascii, LF) } },
	{ "text, NEL of ISO 8859", "'ab' 85 'c' 0A 85",
	    "0:1@0[ab]\n0:2@3[c\\0a]\n", EXACT | ANY_CUT,
	    { TEXT(2, &latin, NEL) } },
	{ "text, EBCDIC, NEL only", "C1C2 15 C325 15",
	    "0:1@0[\\c1\\c2]\n0:2@3[\\c3%]\n", EXACT | ANY_CUT,
	    { TEXT(2, &ebcdic, NEL) } },
	{ "text, EBCDIC, LF only", "C1C2 25 C315 25",
	    "0:1@0[\\c1\\c2]\n0:2@3[\\c3\\15]\n", EXACT | ANY_CUT,
	    { TEXT(2, &ebcdic, LF) } },
	{ "text, EBCDIC, CR LF", "C1C2 0D25 C325 0D25",
	    "0:1@0[\\c1\\c2]\n0:2@4[\\c3%]\n", EXACT | ANY_CUT,
	    { TEXT(2, &ebcdic, CRLF) } },
	{ "fixed with control characters", "F1 'abc' 40 'def' F0 'ghi'",
	    "0:1@0[abc]\n0:2@4[def]\n0:3@8[ghi]\n", EXACT,
	    { FIX(4), .before = 1 } },
	{ "vb with control characters", "0016 0000 0008 0000 40 'abc'"
	    "0005 0000 F1 0005 0000 89", "0:1@4[abc]\n0:2@12[]\n0:3@17[]\n",
	    EXACT, { VB, .before = 1 } },
	{ "v, a record without its control character",
	    "0006 0000 40 'a' 0004 0000 0007 0000 F1 'cd' 0004 0000",
	    "0:1@0[a]\n0:2@6!0[]\n0:3@10[cd]\n0:4@17!0[]\n", 0,
	    { V, .before = 1 } },
	{ "v, bytes around records", "0009 0000 '<ab>>' 0007 0000 '<>>'"
	    "0006 0000 '<>' 0008 0000 '<c>>'",
	    "0:1@0[ab]\n0:2@9[]\n0:3@16!2[<>]\n0:4@22[c]\n", 0,
	    { V, .before = 1, .behind = 2 } },
	{ "text, bytes before records", "'>ab' 0A '>c' 0A",
	    "0:1@0[ab ]\n0:2@4[c  ]\n", EXACT | ANY_CUT,
	    { TEXT(3, &ascii, ANY), .before = 1 } },
	{ "fixed, bytes around the file", "'HEADER' 'abc' 'def' 1A",
	    "0:1@6[abc]\n0:2@9[def]\n", EXACT | ANY_CUT,
	    { FIX(3), .bytes_first = 6, .bytes_last = 1 } },
	{ "v, bytes around the file", "'HEADER' 0005 0000 'a' 0006 0000 'bc'"
	    "'trailing'", "0:1@6[a]\n0:2@11[bc]\n", EXACT | ANY_CUT,
	    { V, .bytes_first = 6, .bytes_last = 8 } },
	{ "fixed, header and trailer records", "'HD1' 'HD2' 'abc' 'def' 'TRL'",
	    "0:3@6[abc]\n0:4@9[def]\n", EXACT | ANY_CUT,
	    { FIX(3), .records_first = 2, .records_last = 1 } },
	{ "vb, header and trailer records", "0014 0000 0006 0000 'HD'"
	    "0005 0000 'a' 0005 0000 'b' 000E 0000 0005 0000 'c'"
	    "0005 0000 'T'", "0:2@10[a]\n0:3@15[b]\n0:4@24[c]\n", ANY_CUT,
	    { VB, .records_first = 1, .records_last = 1 } },
	{ "nothing between header and trailers", "'HD1' 'TR1' 'TR2'", "",
	    ANY_CUT, { FIX(3), .records_first = 1, .records_last = 2 } },
	{ "fewer records than headers", "'HD1'", "", ANY_CUT,
	    { FIX(3), .records_first = 2, .records_last = 2 } },
	{ "trailers before a cut tail", "'abc' 'def' 'TRL' 'xx'",
	    "0:1@0[abc]\n0:2@3[def]\n0:4@9!2[xx]\n", ANY_CUT,
	    { FIX(3), .records_last = 2 } },
	{ "text, headers, trailers and bytes", "'head' 0A '>a' 0A '>bc' 0A"
	    "'end' 0A 1A", "0:2@5[a ]\n0:3@8[bc]\n", EXACT | ANY_CUT,
	    { TEXT(2, &ascii, ANY), .before = 1, .records_first = 1,
	    .records_last = 1, .bytes_last = 1 } },
};
#define NROW	(sizeof row / sizeof *row)

/* The transcript of the file "row"; false: not until its end. */
static bool
read_row(const struct framing_options *f, uint32_t records, uint32_t bytes,
    bool twice, struct buf *b)
{
	const char *path = path_of("row");
	struct source_options o = { .framing = *f, .file = &path, .nfile = 1,
	    .tail_is_data = true, .batch_records = records,
	    .batch_bytes = bytes };
	struct source *s = source_new(&diags, &o);
	bool good;

	buf_clear(b);
	buf_puts(b, "");
	if (s == NULL)
		return false;
	good = transcript(s, b, &o) == END;
	if (good && twice) {
		good = source_rewind(s) == OK;
		buf_clear(b);
		buf_puts(b, "");
		good = good && transcript(s, b, &o) == END;
	}
	source_free(s);
	return good;
}

static const char *
text_of(const struct buf *b)
{
	return b->len > 0 ? b->p : "";
}

static void
test_rows(void)
{
	static const uint32_t records[] = { 1, 2, 7, 1000 };
	static const uint32_t bytes[] = { 1, 9, 1000, 0 };
	uint8_t in[1000];
	struct buf b;
	uint32_t k;
	size_t i, n;
	bool good;

	buf_init(&b, 1 << 20);
	for (i = 0; i < NROW; i++) {
		n = unhex(row[i].in, in);
		file_put("row", in, n);
		for (k = 0, good = true; k < 16 && good; k++)
			good = read_row(&row[i].framing, records[k / 4],
			    bytes[k % 4], true, &b) &&
			    strcmp(text_of(&b), row[i].out) == 0;
		if (!ok(good && diags.errors == 0, "%s", row[i].name))
			printf("# batches of %u and %u bytes gave\n%s# %s\n",
			    records[(k - 1) / 4], bytes[(k - 1) % 4],
			    text_of(&b), diags.first != NULL ?
			    diags.first->message : "");
		diags_clear();
	}
	buf_fini(&b);
}

/* Does the transcript end in a fragment that ends at `size`? */
static bool
ends_in_fragment(const char *t, size_t size)
{
	const char *last = t, *p;
	unsigned long long at, len;

	for (p = t; *p != '\0'; p++)
		if (*p == '\n' && p[1] != '\0')
			last = p + 1;
	return sscanf(last, "%*u:%*u@%llu!%llu[", &at, &len) == 2 &&
	    at + len == size;
}

/*
 * Is `t` how the whole transcript starts, and does its next record, with its
 * RDW or behind a BDW, start at `size`?
 */
static bool
is_clean_cut(const char *t, const char *whole, size_t size)
{
	unsigned long long at;
	size_t n = strlen(t);

	if (strncmp(whole, t, n) != 0)
		return false;
	return sscanf(whole + n, "%*u:%*u@%llu", &at) == 1 &&
	    (at == size || at == size + 4);
}

/* Cut anywhere, a file gives records and says what is missing. */
static void
test_cuts(void)
{
	uint8_t in[1000];
	struct buf b;
	size_t i, n, cut;
	bool good;

	buf_init(&b, 1 << 20);
	for (i = 0; i < NROW; i++) {
		n = unhex(row[i].in, in);
		for (cut = 1, good = true; cut < n && good; cut++) {
			file_put("row", in, cut);
			/* too little to know the form of its words */
			if (!read_row(&row[i].framing, 0, 0, false, &b)) {
				good = diags.errors == 1 &&
				    (diags.first->code == DIAG_F008 ||
				    diags.first->code == DIAG_F023 ||
				    diags.first->code == DIAG_F024);
				diags_clear();
				continue;
			}
			good = strstr(text_of(&b), "INSANE") == NULL &&
			    ((row[i].flags & ANY_CUT) != 0 ||
			    ends_in_fragment(text_of(&b), cut) ||
			    is_clean_cut(text_of(&b), row[i].out, cut));
		}
		if (!ok(good, "%s, cut at every byte", row[i].name))
			printf("# cut at %zu:\n%s# %s\n", cut - 1,
			    text_of(&b), diags.first != NULL ?
			    diags.first->message : "");
		diags_clear();
	}
	buf_fini(&b);
}

/* Only the records' bytes. */
static void
only_records(const char *t, struct buf *out)
{
	const char *p, *end;

	buf_clear(out);
	for (; *t != '\0'; t = end + 1) {
		end = strchr(t, '\n');
		p = memchr(t, '[', (size_t)(end - t));
		if (p != NULL && memchr(t, '!', (size_t)(p - t)) == NULL)
			buf_put(out, p, (size_t)(end - p));
	}
	buf_puts(out, "");
}

static void
test_written(void)
{
	const char *path, *copy = "copy";
	uint8_t in[1000], out[1000];
	struct framing_options f;
	struct source_options o = { .file = &path, .nfile = 1,
	    .tail_is_data = true };
	struct recwriter *w;
	struct source *s;
	struct slab slab;
	struct buf b, want, got;
	size_t i, n, m;
	enum grade g;
	uint32_t k;
	FILE *file;

	buf_init(&b, 1 << 20);
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	slab_init(&slab);
	for (i = 0; i < NROW; i++) {
		n = unhex(row[i].in, in);
		path = file_put("row", in, n);
		o.framing = row[i].framing;
		s = source_new(&diags, &o);
		w = recwriter_new(&diags, path_of(copy), &o.framing,
		    source_facts(s));
		while ((g = source_next(s, &slab)) == OK || g == BAD)
			for (k = 0; k < slab.nrec; k++)
				recwriter_put(w, slab.rec[k]);
		is_int(recwriter_close(w), OK, "%s, written", row[i].name);
		source_free(s);
		file = fopen(path_of(copy), "rb");
		m = fread(out, 1, sizeof out, file);
		fclose(file);
		if ((row[i].flags & EXACT) != 0 && !ok(m == n && memcmp(in,
		    out, n) == 0, "%s, byte for byte", row[i].name)) {
			buf_clear(&b);
			show_bytes(&b, out, m);
			printf("# %s\n", b.p);
		}
		file_put("row", out, m);
		only_records(row[i].out, &want);
		f = row[i].framing;
		if (m == 0)
			continue;
		read_row(&f, 0, 0, false, &b);
		only_records(text_of(&b), &got);
		is_str(text_of(&got), text_of(&want), "%s, back again",
		    row[i].name);
	}
	buf_fini(&got);
	slab_fini(&slab);
	buf_fini(&b);
	buf_fini(&want);
}

/* ---- one framing taken for another, and what else is refused ---- */

static void
test_refused(void)
{
#define VG	.framing = FRAMING_V, .rdw_little = TRI_GUESS,		\
	    .rdw_inclusive = TRI_GUESS, .bdw = TRI_GUESS
#define VB_FILE	"0010 0000 0007 0000 'abc' 0005 0000 'd'"		\
	    "000A 0000 0006 0000 'ef'"
#define V_FILE	"0007 0000 'abc' 0005 0000 'd' 0009 0000 'abcde'"
#define VBS_FILE "000B 0000 0007 0100 'abc' 000A 0000 0006 0200 'gh'"
	static const struct {
		const char *name, *in;
		enum diag_code code;
		const char *words;
		struct framing_options framing;
	} t[] = {
		{ "vb read as v", VB_FILE, DIAG_F023, "write format: vb",
		    { VG } },
		{ "vb read as v, told", VB_FILE, DIAG_F023, "blocks of them",
		    { V, .bdw = TRI_GUESS } },
		{ "vb with extended BDWs read as v", "8000000B 0007 0000 'abc'",
		    DIAG_F023, "write format: vb", { VG } },
		{ "v read as vb", V_FILE, DIAG_F023, "write format: v",
		    { VBG } },
		{ "v read as vb, told", V_FILE, DIAG_F023, "no block desc",
		    { VB } },
		{ "vbs read as v", VBS_FILE, DIAG_F023, "write format: vbs",
		    { VG } },
		{ "vbs without BDWs read as v", "0007 0000 'abc' 0007 0100"
		    "'abc' 0005 0200 'x'", DIAG_F009, "write format: vbs",
		    { VG } },
		{ "vbs read as vb", VBS_FILE, DIAG_F009, "write format: vbs",
		    { VB } },
		{ "vbs without BDWs, told to have some", "0007 0100 'abc'"
		    "0005 0200 'd'", DIAG_F023, "write bdw: false",
		    { .framing = FRAMING_VBS, .bdw = TRI_YES,
		    .rdw_inclusive = TRI_YES } },
		{ "vbs with BDWs, told to have none", "0009 0000 0005 0000 'd'"
		    "000B 0000 0007 0100 'abc' 0009 0000 0005 0200 'd'",
		    DIAG_F023, "write bdw: true", { .framing = FRAMING_VBS,
		    .bdw = TRI_NO, .rdw_inclusive = TRI_YES } },
		{ "text read as vb", "'just some text'", DIAG_F008,
		    "X'6A757374'", { VBG } },
		{ "text read as vbs", "'just some text'", DIAG_F008,
		    "X'6A757374'", { VBS } },
		{ "text read as u", "'just some text'", DIAG_F008,
		    "record_length", { U(TRI_YES, 0) } },
		{ "text read as gnucobol", "'just some text'", DIAG_F008,
		    "varseq", { GNU(VARSEQ_GUESS) } },
		{ "text read as microfocus", "'just some text'", DIAG_F008,
		    "128 bytes", { MF } },
		{ "microfocus, compressed", "307E 0000 00000000 '26112302000000'"
		    "0000000000000000000000000000 003E 00 01 00 01 00 00"
		    "00000000 01 0000000000 0000000A 00000001" MF_ZEROS,
		    DIAG_F016, "rebuild", { MF } },
		{ "u without a length", "'x'", DIAG_F007, "record_length",
		    { U(TRI_NO, 0) } },
		{ "u too long", "'x'", DIAG_F007, "block length",
		    { U(TRI_NO, RECORD_MAX + 1) } },
		{ "no length field", "'x'", DIAG_F007, "length field",
		    { .framing = FRAMING_LENGTH } },
		{ "no such COB_VARSEQ_FORMAT", "'x'", DIAG_F007, "0 to 3",
		    { GNU(4) } },
		{ "no NEL in ASCII", "'x'", DIAG_F025, "line_end: lf",
		    { TEXT(3, &ascii, NEL) } },
		{ "the end of lines is not skipped", "'x'", DIAG_F024,
		    "of a line", { TEXT(3, &ascii, LF), .behind = 1 } },
		{ "too much to skip", "'x'", DIAG_F024, "1048576",
		    { FIX(3), .bytes_last = UINT32_MAX } },
		{ "less than is to be skipped at the start", "'abc'",
		    DIAG_F024, "its first 10", { FIX(3), .bytes_first = 10 } },
		{ "a size without what is skipped", "'HDabcd'", DIAG_F006,
		    "4 bytes of records", { FIX(3), .bytes_first = 2 } },
	};
	uint8_t in[300];
	const char *path;
	struct source_options o = { .file = &path, .nfile = 1 };
	struct source *s;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		path = file_put("row", in, unhex(t[i].in, in));
		o.framing = t[i].framing;
		s = source_new(&diags, &o);
		if (!ok(s == NULL, "refused: %s", t[i].name))
			source_free(s);
		is_diag(t[i].code, t[i].words, t[i].name);
	}
}

/* ---- many records, long ones, other compressors ---- */

static uint32_t
weight(uint64_t i)
{
	return (uint32_t)(i * 2654435761u >> 7);
}

/* A record of some length, as the number says. */
static struct slice
make_record(uint8_t *p, uint64_t i, uint32_t most)
{
	uint32_t n = 1 + weight(i) % (i % 50 == 0 ? most : 200), k;

	for (k = 0; k < n; k++)
		p[k] = (uint8_t)(weight(i + k) >> 3);
	return (struct slice){ p, n };
}

/* Writes n records, and reads them again: each the same, in order. */
static void
test_many_of(const char *name, const struct framing_options *f, uint32_t most)
{
	static const uint32_t records[] = { 1, 7, 1000 };
	const char *path = path_of("many");
	struct source_options o = { .framing = *f, .file = &path, .nfile = 1 };
	uint8_t *p = mem_alloc(most);
	struct recwriter *w;
	struct source *s;
	struct slab slab;
	struct slice want;
	uint64_t i, all = 3000;
	enum grade g = OK;
	uint32_t k, b;
	bool same;

	w = recwriter_new(&diags, path, f, NULL);
	for (i = 0; i < all; i++)
		if (recwriter_put(w, make_record(p, i, most)) != OK)
			break;
	is_int(recwriter_close(w), OK, "%s: %u records written", name,
	    (unsigned)all);
	slab_init(&slab);
	for (b = 0; b < 3; b++) {
		o.batch_records = records[b];
		s = source_new(&diags, &o);
		same = s != NULL;
		for (i = 0; same && (g = source_next(s, &slab)) == OK;)
			for (k = 0; k < slab.nrec; k++, i++) {
				want = make_record(p, i, most);
				same = same && slab.rec[k].len == want.len &&
				    memcmp(slab.rec[k].p, want.p,
				    want.len) == 0;
			}
		ok(same && g == END && i == all && slab.cap < 4 * most +
		    (1 << 20), "%s: the same again, by %u", name,
		    records[b]);
		source_free(s);
	}
	if (diags.first != NULL)
		printf("# %s\n", diags.first->message);
	diags_clear();
	slab_fini(&slab);
	mem_free(p);
}

static void
test_many(void)
{
	static const struct {
		const char *name;
		uint32_t most;
		struct framing_options framing;
	} t[] = {
		{ "vb", 65531, { VBG } },
		{ "vbs", 300000, { VBS } },
		{ "vbs without BDWs", 300000, { .framing = FRAMING_VBS,
		    .bdw = TRI_NO, .rdw_inclusive = TRI_YES } },
		{ "vs", 300000, { VS } },
		{ "u", 300000, { U(TRI_YES, 0) } },
		{ "gnucobol 0", 65535, { GNU(0) } },
		{ "gnucobol 1", 300000, { GNU(1) } },
		{ "gnucobol 2", 300000, { GNU(2) } },
		{ "gnucobol 3", 65535, { GNU(3) } },
		{ "microfocus, small", 4094, { MF, .max_length = 4094 } },
		{ "microfocus, large", 300000, { MF, .max_length = 300000 } },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		test_many_of(t[i].name, &t[i].framing, t[i].most);
}

/* A spanned record that never ends is given up, in bounded memory. */
static void
test_endless(void)
{
	const char *path = path_of("endless");
	struct framing_options f = { .framing = FRAMING_VBS, .bdw = TRI_NO,
	    .rdw_inclusive = TRI_YES };
	struct source_options o = { .framing = f, .file = &path, .nfile = 1 };
	FILE *file = fopen(path, "wb");
	uint8_t *p = mem_alloc(32760);
	uint64_t lost = 0, size = 0;
	struct source *s;
	struct slab slab;
	enum grade g;
	uint32_t i;

	for (i = 0; i < 32760; i++)
		p[i] = 'x';
	for (i = 0; i < 1500; i++) {
		memcpy(p, i == 0 ? "\x7f\xf8\1\0" : "\x7f\xf8\3\0", 4);
		size += fwrite(p, 1, 32760, file);
	}
	fclose(file);
	slab_init(&slab);
	s = source_new(&diags, &o);
	while ((g = source_next(s, &slab)) == BAD)
		lost += source_fragment(s)->length;
	ok(g == END && lost == size, "an endless spanned record is lost "
	    "wholly");
	ok(slab.cap < 5 * (size_t)RECORD_MAX, "in bounded memory");
	source_free(s);
	slab_fini(&slab);
	mem_free(p);
	unlink(path);
}

static void
test_compressed(void)
{
	static const struct {
		const char *tool, *magic;
	} t[] = { { "bzip2", "bzip2" }, { "xz", "xz" } };
	const size_t n = 400000;
	uint8_t *p = mem_alloc(n);
	char plain[256], z[280], cmd[1200];
	const char *path = z;
	struct source_options o = { .framing = { FIX(1000) }, .file = &path,
	    .nfile = 1 };
	struct source *s;
	struct slab slab;
	enum grade g;
	size_t i, at;
	bool same;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(weight(i) >> (i / 1000 % 9));
	snprintf(plain, sizeof plain, "%s", file_put("plain", p, n));
	slab_init(&slab);
	for (i = 0; i < 2; i++) {
		snprintf(z, sizeof z, "%s.%s", plain, t[i].tool);
		snprintf(cmd, sizeof cmd, "(head -c 250000 %s | %s -c; "
		    "tail -c +250001 %s | %s -c; %s -c < /dev/null) >%s "
		    "2>/dev/null", plain, t[i].tool, plain, t[i].tool,
		    t[i].tool, z);
		if (system(cmd) != 0) {
			tap_skip(t[i].tool, "is not installed");
			continue;
		}
		s = source_new(&diags, &o);
		same = s != NULL;
		for (at = 0; same && (g = source_next(s, &slab)) == OK;) {
			same = memcmp(slab.bytes, p + at, slab.used) == 0;
			at += slab.used;
		}
		ok(same && at == n, "%s, three streams", t[i].tool);
		is_str(s != NULL ? source_facts(s)->compression : "",
		    t[i].magic, "%s is a fact", t[i].tool);
		source_free(s);
		diags_clear();
		snprintf(cmd, sizeof cmd, "head -c 1000 %s >%s.cut && "
		    "mv %s.cut %s", z, z, z, z);
		if (system(cmd) != 0)
			abort();
		s = source_new(&diags, &o);
		while ((g = source_next(s, &slab)) == OK)
			;
		is_int(g, FATAL, "%s, cut", t[i].tool);
		is_diag(DIAG_F012, "offset 1000", t[i].tool);
		source_free(s);
		snprintf(cmd, sizeof cmd, "(%s -c %s; echo data that are not xz) >%s",
		    t[i].tool, plain, z);
		if (system(cmd) != 0)
			abort();
		s = source_new(&diags, &o);
		while ((g = source_next(s, &slab)) == OK)
			;
		is_int(g, FATAL, "%s, garbage behind", t[i].tool);
		is_diag(DIAG_F011, t[i].tool, t[i].tool);
		source_free(s);
	}
	slab_fini(&slab);
	mem_free(p);
}

static void
test_numbers(void)
{
	static const struct {
		const char *in;
		enum number_form form;
		int8_t scale;
		bool good;
		uint64_t value;
	} t[] = {
		{ "01F4", NUMBER_BIG, 0, true, 500 },
		{ "F401", NUMBER_LITTLE, 0, true, 500 },
		{ "FFFFFFFF", NUMBER_BIG, 0, true, 4294967295 },
		{ "8000000000000000", NUMBER_BIG, 0, false, 0 },
		{ "7FFFFFFFFFFFFFFF", NUMBER_BIG, 0, true, INT64_MAX },
		{ "000000000000000001", NUMBER_BIG, 0, false, 0 },
		{ "F1F2F3", NUMBER_ZONED, 0, true, 123 },
		{ "F1F2C3", NUMBER_ZONED, 0, true, 123 },
		{ "F1F2D3", NUMBER_ZONED, 0, false, 0 },
		{ "F1C2F3", NUMBER_ZONED, 0, false, 0 },
		{ "40404E F5", NUMBER_ZONED, 0, true, 5 },
		{ "4040", NUMBER_ZONED, 0, false, 0 },
		{ "'12{'", NUMBER_ZONED, 0, true, 120 },
		{ "'12}'", NUMBER_ZONED, 0, false, 0 },
		{ "'12J'", NUMBER_ZONED, 0, false, 0 },
		{ "'+12'", NUMBER_ZONED, 0, true, 12 },
		{ "'-12'", NUMBER_ZONED, 0, false, 0 },
		{ "'99999999999999999999'", NUMBER_ZONED, 0, false, 0 },
		{ "123C", NUMBER_PACKED, 0, true, 123 },
		{ "123F", NUMBER_PACKED, 0, true, 123 },
		{ "123D", NUMBER_PACKED, 0, false, 0 },
		{ "1234", NUMBER_PACKED, 0, false, 0 },
		{ "1A3C", NUMBER_PACKED, 0, false, 0 },
		{ "1234", NUMBER_PACKED_UNSIGNED, 0, true, 1234 },
		{ "123B", NUMBER_PACKED_UNSIGNED, 0, false, 0 },
		{ "F1F0F0", NUMBER_ZONED, 2, true, 1 },
		{ "F1F0F5", NUMBER_ZONED, 2, false, 0 },
		{ "F1F2", NUMBER_ZONED, -3, true, 12000 },
	};
	struct number_field f;
	uint8_t in[32];
	uint64_t v;
	size_t i;
	bool good;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		f = (struct number_field){ .size = (uint32_t)unhex(t[i].in,
		    in), .form = t[i].form, .scale = t[i].scale };
		good = number_read(&f, in, &v);
		ok(good == t[i].good && (!good || v == t[i].value),
		    "%s as a number of form %d", t[i].in, t[i].form);
	}
}

/* Several files: what stands around is left out of each. */
static void
test_files(void)
{
	const char *file[3] = { file_put("a", "H1abcT1", 7),
	    file_put("b", "", 0), file_put("c", "H2defghiT2", 10) };
	struct source_options o = { .framing = { FIX(1), .records_first = 1,
	    .records_last = 1, .bytes_first = 1, .bytes_last = 1 },
	    .file = file, .nfile = 3, .batch_records = 2 };
	struct source *s = source_new(&diags, &o);
	struct buf b;

	buf_init(&b, 1 << 16);
	ok(s != NULL && transcript(s, &b, &o) == END, "three files");
	is_str(b.p, "0:2@2[a]\n0:3@3[b]\n0:4@4[c]\n2:7@2[d]\n2:8@3[e]\n"
	    "2:9@4[f]\n2:10@5[g]\n2:11@6[h]\n2:12@7[i]\n",
	    "each without what stands around its records");
	is_int(source_facts(s)->skipped_records, 4, "records left out");
	is_int(source_facts(s)->skipped_bytes, 4, "bytes left out");
	source_free(s);
	buf_fini(&b);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		tap_skip_all("no place in /tmp");
	arena_init(&arena);
	diags_clear();
	test_rows();
	test_cuts();
	test_written();
	test_refused();
	test_numbers();
	test_files();
	test_many();
	test_endless();
	test_compressed();
	arena_fini(&arena);
	run("rm -r %s%s", dir, "");
	return tap_done();
}
