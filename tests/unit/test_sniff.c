/*
 * What file is this?  Files are built here, each framing in each byte order
 * and code page, whole and damaged in known ways, and the guess is compared
 * with what was built.  With the copybook it must be known; without it a
 * guess may be "unknown", but never another one.
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "cobol/copybook.h"
#include "sniff/sniff.h"
#include "unit/tap.h"

static struct arena arena;
static char path[] = "/tmp/test_sniff.XXXXXX";
static uint32_t seed;

static uint32_t
chance(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

/* ---- records ------------------------------------------------------------ */

static const char fixed_book[] =
    "       01  CUSTOMER.\n"
    "           05  CUST-ID         PIC 9(6).\n"
    "           05  CUST-NAME       PIC X(20).\n"
    "           05  CUST-BALANCE    PIC S9(7)V99 COMP-3.\n"
    "           05  CUST-VISITS     PIC S9(4) COMP.\n"
    "           05  CUST-RATE       PIC S9(3)V99.\n"
    "           05  CUST-CITY       PIC X(12).\n";

static const char odo_book[] =
    "       01  INVOICE.\n"
    "           05  INV-NO          PIC 9(6).\n"
    "           05  INV-NAME        PIC X(20).\n"
    "           05  INV-LINES       PIC S9(3) COMP-3.\n"
    "           05  INV-LINE        OCCURS 0 TO 9 DEPENDING ON INV-LINES.\n"
    "               10  LINE-TEXT   PIC X(11).\n"
    "               10  LINE-PRICE  PIC S9(5)V99 COMP-3.\n";

static const char types_book[] =
    "       01  ENTRY-REC.\n"
    "           05  ENTRY-TYPE      PIC X.\n"
    "           05  ENTRY-NO        PIC 9(7).\n"
    "           05  ENTRY-HEAD.\n"
    "               10  HEAD-NAME   PIC X(22).\n"
    "               10  HEAD-CODE   PIC X(5).\n"
    "           05  ENTRY-LINE REDEFINES ENTRY-HEAD.\n"
    "               10  LINE-VALUE  PIC S9(9)V99 COMP-3.\n"
    "               10  LINE-DATE   PIC 9(8).\n";

enum book { BOOK_FIXED, BOOK_ODO, BOOK_TYPES };
static const char *const books[] = { fixed_book, odo_book, types_book };

struct file {
	struct buf b;
	const struct codepage *page;
};

static void
put_text(struct file *f, const char *s, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		buf_putc(&f->b, (char)(*s == '\0' ? f->page->blank :
		    charset_encode(f->page, (uint8_t)*s++)));
}

static void
put_zoned(struct file *f, uint32_t v, uint32_t digits, bool is_signed)
{
	char s[12];

	snprintf(s, sizeof s, "%0*u", (int)digits, v % 100000000);
	put_text(f, s, digits - is_signed);
	if (is_signed)
		put_text(f, &"{ABCDEFGHI"[v % 10], 1);
}

static void
put_packed(struct file *f, uint32_t v, uint32_t digits)
{
	uint8_t b[8] = { 0 };
	uint32_t size = digits / 2 + 1, i;

	b[size - 1] = (uint8_t)(v % 10 << 4 | (v % 7 == 0 ? 0xd : 0xc));
	v /= 10;
	for (i = size - 1; i-- > 0; v /= 100)
		b[i] = (uint8_t)(v % 10 | v / 10 % 10 << 4);
	buf_put(&f->b, b, size);
}

static const char *const names[] = { "Miller", "Abernathy", "Jones",
    "de la Cruz", "Wu", "Schneider", "O Brien", "Papadopoulos" };
static const char *const cities[] = { "Boston", "New York", "Rome", "Oslo",
    "San Diego", "Lyon" };

static void
put_record(struct file *f, enum book book, uint32_t i)
{
	uint32_t n, k;

	switch (book) {
	case BOOK_FIXED:
		put_zoned(f, i * 7 + 1000, 6, false);
		put_text(f, names[chance(8)], 20);
		put_packed(f, chance(900000), 9);
		buf_putc(&f->b, (char)chance(3));
		buf_putc(&f->b, (char)chance(256));
		put_zoned(f, chance(90000), 5, true);
		put_text(f, cities[chance(6)], 12);
		break;
	case BOOK_ODO:
		n = chance(10);
		put_zoned(f, i + 1, 6, false);
		put_text(f, names[chance(8)], 20);
		put_packed(f, n * 10 / 10, 3);
		f->b.p[f->b.len - 1] |= 0xc;
		f->b.p[f->b.len - 1] &= (char)0xfc;
		for (k = 0; k < n; k++) {
			put_text(f, cities[chance(6)], 11);
			put_packed(f, chance(900000), 7);
		}
		break;
	case BOOK_TYPES:
		n = i > 0 && chance(5) != 0;
		put_text(f, n ? "L" : "H", 1);
		put_zoned(f, i + 100, 7, false);
		if (n) {
			put_packed(f, chance(9000000), 11);
			put_zoned(f, 20200101 + chance(28), 8, false);
		} else {
			put_text(f, names[chance(8)], 22);
			put_text(f, "HX1", 5);
		}
	}
}

/* ---- framings ----------------------------------------------------------- */

enum frame { F_FIXED, F_V, F_V_EXCLUSIVE, F_V_LITTLE, F_V_LITTLE_EXCLUSIVE,
    F_V_LAST_LITTLE, F_VB, F_VBS, F_VARSEQ_1, F_VARSEQ_3, F_MICROFOCUS, F_BARE,
    F_LF, F_CRLF, F_NEL };

static void
put_word(struct file *f, enum frame frame, uint32_t n)
{
	uint8_t w[4] = { 0 };
	bool little = frame == F_V_LITTLE || frame == F_V_LITTLE_EXCLUSIVE ||
	    frame == F_V_LAST_LITTLE;
	uint32_t at = frame == F_V_LAST_LITTLE || frame == F_VARSEQ_1 ? 2 : 0;

	if (frame == F_V || frame == F_V_LITTLE || frame == F_VB)
		n += 4;
	w[at] = (uint8_t)(little ? n : n >> 8);
	w[at + 1] = (uint8_t)(little ? n >> 8 : n);
	buf_put(&f->b, w, frame == F_VARSEQ_3 ? 2 : 4);
}

static void
put_spanned(struct file *f, const char *p, uint32_t n)
{
	uint32_t k = n / 3;
	const uint8_t first[] = { 0, (uint8_t)(k + 4), 1, 0 };
	const uint8_t last[] = { 0, (uint8_t)(n - k + 4), 2, 0 };

	buf_put(&f->b, first, 4);
	buf_put(&f->b, p, k);
	buf_put(&f->b, last, 4);
	buf_put(&f->b, p + k, n - k);
}

static void
put_framed(struct file *f, enum frame frame, const char *p, uint32_t n)
{
	static const uint8_t zeros[4];

	switch (frame) {
	case F_FIXED: case F_BARE:
		buf_put(&f->b, p, n);
		break;
	case F_VBS:
		put_spanned(f, p, n);
		break;
	case F_MICROFOCUS:
		buf_putc(&f->b, (char)(0x40 | n >> 8));
		buf_putc(&f->b, (char)n);
		buf_put(&f->b, p, n);
		buf_put(&f->b, zeros, (4 - (n + 2) % 4) % 4);
		break;
	case F_LF: case F_CRLF: case F_NEL:
		buf_put(&f->b, p, n);
		if (frame == F_CRLF)
			buf_putc(&f->b, '\r');
		buf_putc(&f->b, frame == F_NEL ? 0x15 : '\n');
		break;
	default:
		put_word(f, frame, n);
		buf_put(&f->b, p, n);
	}
}

static void
build(struct file *f, enum frame frame, enum book book, const char *page,
    uint32_t records)
{
	struct file one, block;
	uint32_t i;

	seed = 12345;
	buf_init(&f->b, 16u << 20);
	f->page = charset_find(page, NULL);
	one.page = block.page = f->page;
	buf_init(&one.b, 65536);
	buf_init(&block.b, 65536);
	if (frame == F_MICROFOCUS) {
		buf_put(&f->b, "\x30\x7e", 2);
		for (i = 2; i < 128; i++)
			buf_putc(&f->b, i == 48);
	}
	for (i = 0; i < records; i++) {
		buf_clear(&one.b);
		put_record(&one, book, i);
		put_framed(frame == F_VB ? &block : f, frame, one.b.p,
		    (uint32_t)one.b.len);
		if (frame == F_VB && (i % 9 == 8 || i + 1 == records)) {
			put_word(f, F_VB, (uint32_t)block.b.len);
			buf_put(&f->b, block.b.p, block.b.len);
			buf_clear(&block.b);
		}
	}
	buf_fini(&one.b);
	buf_fini(&block.b);
}

/* ---- the guess ---------------------------------------------------------- */

static const struct layout *
layout_of(enum book book)
{
	static const struct layout *known[3];
	struct diags ds;

	if (known[book] != NULL)
		return known[book];
	diags_init(&ds, &arena);
	known[book] = layout_build(&arena, &ds, copybook_parse_text(&arena,
	    &ds, srctext_new(&arena, "test.cpy", books[book],
	    strlen(books[book])), &(struct copybook_options){ .nreplace = 0 }));
	return known[book];
}

static struct sniff_report *
guess(const void *p, size_t n, const struct layout *l)
{
	struct sniff_options o = { .layout = l, .record = ITEM_NONE,
	    .copybook = l != NULL ? "test.cpy" : NULL };
	FILE *out = fopen(path, "wb");
	struct sniff_report *r;
	struct diags ds;

	if (out == NULL || fwrite(p, 1, n, out) != n || fclose(out) != 0)
		exit(99);
	diags_init(&ds, &arena);
	r = sniff_file(&arena, &ds, path, &o);
	if (r == NULL)
		exit(99);
	return r;
}

static bool
has(const struct sniff_report *r, const char *kind)
{
	uint32_t i;

	for (i = 0; i < r->ndamage; i++)
		if (strcmp(r->damage[i].kind, kind) == 0)
			return true;
	return false;
}

/* The guess is the format with these lines, or nothing where it may be. */
static void
expect(const char *what, const struct sniff_report *r, const char *format,
    const char *lines, bool must)
{
	bool good = r->sure == SNIFF_UNKNOWN ? !must :
	    strcmp(r->format, format) == 0 && strstr(r->source, lines) != NULL;

	if (!ok(good, "%s", what))
		printf("#   guess %s (%d) of %s\n%s\n", r->format == NULL ?
		    "none" : r->format, r->sure, format, r->source == NULL ?
		    "" : r->source);
}

static void
test_framings(void)
{
	static const struct {
		enum frame frame;
		enum book book;
		const char *page, *format, *lines;
		bool alone;		/* known without the copybook */
	} t[] = {
		{ F_FIXED, BOOK_FIXED, "cp037", "fixed", "format: fixed",
		    true },
		{ F_FIXED, BOOK_FIXED, "ascii", "fixed", "encoding: ascii",
		    false },
		{ F_V, BOOK_ODO, "cp037", "v",
		    "rdw: {endian: big, inclusive: true}", true },
		{ F_V, BOOK_TYPES, "cp500", "v",
		    "rdw: {endian: big, inclusive: true}", true },
		{ F_V, BOOK_FIXED, "ascii", "v",
		    "rdw: {endian: big, inclusive: true}", true },
		{ F_V_EXCLUSIVE, BOOK_ODO, "cp037", "v",
		    "rdw: {endian: big, inclusive: false}", true },
		{ F_V_LITTLE, BOOK_ODO, "cp037", "v",
		    "rdw: {endian: little, inclusive: true}", true },
		{ F_V_LITTLE_EXCLUSIVE, BOOK_ODO, "cp037", "v",
		    "rdw: {endian: little, inclusive: false}", true },
		{ F_V_LAST_LITTLE, BOOK_ODO, "cp037", "v",
		    "rdw: {endian: little, inclusive: false}", true },
		{ F_VB, BOOK_ODO, "cp037", "vb",
		    "rdw: {endian: big, inclusive: true}", true },
		{ F_VBS, BOOK_ODO, "cp037", "vbs", "bdw: false", true },
		{ F_VARSEQ_1, BOOK_ODO, "ascii", "v",
		    "rdw: {endian: big, inclusive: false}", true },
		{ F_VARSEQ_3, BOOK_ODO, "ascii", "gnucobol", "varseq: 3",
		    true },
		{ F_MICROFOCUS, BOOK_ODO, "ascii", "microfocus",
		    "format: microfocus", true },
		{ F_BARE, BOOK_ODO, "cp037", "odo", "format: odo", false },
		{ F_BARE, BOOK_ODO, "ascii", "odo", "format: odo", false },
		{ F_BARE, BOOK_TYPES, "cp037", "length",
		    "map: {\"x'C8'\": 35, \"x'D3'\": 22}", false },
	};
	struct sniff_report *r;
	struct file f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		build(&f, t[i].frame, t[i].book, t[i].page, 300);
		r = guess(f.b.p, f.b.len, layout_of(t[i].book));
		expect(arena_printf(&arena, "%s, %s, %s", t[i].format,
		    t[i].lines, t[i].page), r, t[i].format, t[i].lines, true);
		ok(r->ndamage == 0, "no damage");
		if (r->encoding != NULL)
			is_str(r->encoding, strcmp(t[i].page, "cp500") == 0 ?
			    "cp037" : t[i].page, "encoding");
		r = guess(f.b.p, f.b.len, NULL);
		expect("the same without the copybook", r, t[i].format,
		    t[i].lines, t[i].alone);
		buf_fini(&f.b);
	}
}

static void
test_types(void)
{
	struct sniff_report *r;
	struct file f;
	int k;

	build(&f, F_V, BOOK_TYPES, "cp037", 300);
	for (k = 0; k < 2; k++) {
		r = guess(f.b.p, f.b.len, k == 0 ? layout_of(BOOK_TYPES) :
		    NULL);
		is_int(r->types.n, 2, "two types of records");
		is_int(r->types.offset, 0, "their place");
		is_str(r->types.n > 0 ? r->types.type[0].value : NULL,
		    "'H'", "first value");
		is_int(r->types.n > 1 ? r->types.type[1].longest : 0, 22,
		    "length of the second");
	}
	buf_fini(&f.b);
	build(&f, F_V, BOOK_TYPES, "cp037", 300);
	r = guess(f.b.p, f.b.len, layout_of(BOOK_TYPES));
	is_str(r->types.proposal, "records:\n"
	    "  entry_head: {layout: ENTRY-HEAD, when: \"ENTRY-TYPE = 'H'\"}\n"
	    "  entry_line: {layout: ENTRY-LINE, when: \"ENTRY-TYPE = 'L'\"}\n",
	    "proposal");
	buf_fini(&f.b);
}

/* Lines of text in each code of line ends. */
static void
test_lines(void)
{
	static const struct {
		const char *page;
		const char *end;
		const char *lines;
	} t[] = {
		{ "ascii", "\n", "format: text\n  encoding: ascii" },
		{ "ascii", "\r\n", "format: text\n  encoding: ascii" },
		{ "ascii", "\r", "line_end: cr" },
		{ "cp037", "\x15", "line_end: nel" },
		{ "cp037", "\x25", "line_end: lf" },
		{ "cp037", "\x0d\x25", "line_end: crlf" },
	};
	struct sniff_report *r;
	struct file f;
	uint32_t k;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_init(&f.b, 1u << 20);
		f.page = charset_find(t[i].page, NULL);
		for (k = 0; k < 60; k++) {
			put_zoned(&f, k, 5, false);
			put_text(&f, names[k % 8], 8 + k % 9);
			buf_put(&f.b, t[i].end, strlen(t[i].end));
		}
		r = guess(f.b.p, f.b.len, NULL);
		expect(arena_printf(&arena, "text, %s", t[i].lines), r,
		    "text", t[i].lines, true);
		is_int(r->sure, SNIFF_SURE, "it is sure");
		buf_fini(&f.b);
	}
}

/* ---- damage ------------------------------------------------------------- */

static void
translate(const struct file *f, struct buf *out, bool utf8)
{
	uint32_t cp;
	size_t i;

	buf_init(out, 32u << 20);
	for (i = 0; i < f->b.len; i++) {
		cp = f->page->ucs[(uint8_t)f->b.p[i]];
		if (utf8 && cp >= 0x80)
			buf_putc(out, (char)(0xc0 | cp >> 6));
		buf_putc(out, (char)(utf8 && cp >= 0x80 ? 0x80 | (cp & 0x3f) :
		    cp));
	}
}

static void
test_translated(void)
{
	static const struct {
		enum frame frame;
		enum book book;
	} t[] = { { F_FIXED, BOOK_FIXED }, { F_V, BOOK_ODO },
	    { F_V, BOOK_TYPES } };
	struct sniff_report *r;
	struct file f;
	struct buf b;
	size_t i;
	int utf8;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		for (utf8 = 0; utf8 < 2; utf8++) {
			build(&f, t[i].frame, t[i].book, "cp037", 300);
			translate(&f, &b, utf8);
			r = guess(b.p, b.len, layout_of(t[i].book));
			ok(has(r, "translated"), "translated to %s is seen",
			    utf8 ? "UTF-8" : "ISO 8859-1");
			r = guess(b.p, b.len, NULL);
			ok(r->sure == SNIFF_UNKNOWN || (t[i].frame == F_FIXED
			    && strcmp(r->format, "fixed") == 0),
			    "without the copybook no wrong guess");
			buf_fini(&b);
			buf_fini(&f.b);
		}
}

static void
test_damage(void)
{
	static const enum frame frames[] = { F_FIXED, F_V, F_VB, F_VBS };
	static const char *const formats[] = { "fixed", "v", "vb", "vbs" };
	static const enum frame ends[] = { F_LF, F_CRLF, F_NEL };
	struct sniff_report *r;
	struct file f;
	size_t i;

	for (i = 0; i < 4; i++) {
		build(&f, frames[i], i == 0 ? BOOK_FIXED : BOOK_ODO, "cp037",
		    300);
		r = guess(f.b.p, f.b.len - 13, layout_of(i == 0 ? BOOK_FIXED :
		    BOOK_ODO));
		expect("cut short", r, formats[i], "format: ", true);
		ok(has(r, "cut-short"), "cut-short is seen in %s",
		    formats[i]);
		buf_putc(&f.b, 0x1a);
		r = guess(f.b.p, f.b.len, layout_of(i == 0 ? BOOK_FIXED :
		    BOOK_ODO));
		expect("Ctrl-Z at the end", r, formats[i], "bytes_last: 1",
		    i < 2);
		buf_fini(&f.b);
	}
	for (i = 0; i < 3; i++) {
		build(&f, ends[i], BOOK_FIXED, "cp037", 300);
		r = guess(f.b.p, f.b.len, layout_of(BOOK_FIXED));
		expect("line ends behind binary records", r, "fixed",
		    ends[i] == F_CRLF ? "record_bytes_last: 2" :
		    "record_bytes_last: 1", true);
		ok(has(r, "line-ends"), "line-ends is seen");
		buf_fini(&f.b);
	}
	build(&f, F_CRLF, BOOK_ODO, "cp037", 300);
	r = guess(f.b.p, f.b.len, layout_of(BOOK_ODO));
	ok(has(r, "line-ends"), "line ends behind variable records are seen");
	buf_fini(&f.b);
	build(&f, F_V, BOOK_ODO, "cp037", 300);
	memmove(f.b.p + 5000, f.b.p + 5007, f.b.len - 5007);
	r = guess(f.b.p, f.b.len - 7, layout_of(BOOK_ODO));
	ok(r->sure == SNIFF_UNKNOWN || has(r, "broken"),
	    "lost bytes in the middle are seen");
	buf_fini(&f.b);
}

/* Something before the first record. */
static void
test_before(void)
{
	static const enum frame frames[] = { F_FIXED, F_V };
	struct sniff_report *r;
	struct file f;
	struct buf b;
	size_t i;

	for (i = 0; i < 2; i++) {
		build(&f, frames[i], i == 0 ? BOOK_FIXED : BOOK_ODO, "cp037",
		    300);
		buf_init(&b, 1u << 20);
		buf_puts(&b, "HEADER 2026");
		buf_put(&b, f.b.p, f.b.len);
		r = guess(b.p, b.len, layout_of(i == 0 ? BOOK_FIXED :
		    BOOK_ODO));
		expect("bytes before the first record", r, i == 0 ? "fixed" :
		    "v", "bytes_first: 11", true);
		buf_fini(&b);
		buf_fini(&f.b);
	}
}

/* A header of other bytes, a footer of text, and padding. */
static void
test_around(void)
{
	static const struct {
		enum frame frame;
		enum book book;
		const char *format;
	} t[] = {
		{ F_FIXED, BOOK_FIXED, "fixed" }, { F_V, BOOK_ODO, "v" },
		{ F_VB, BOOK_ODO, "vb" }, { F_VBS, BOOK_ODO, "vbs" },
	};
	struct sniff_report *r;
	struct file f, g;
	size_t i;
	int k;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		build(&f, t[i].frame, t[i].book, "cp037", 300);
		for (k = 0; k < 2; k++) {
			g.page = f.page;
			buf_init(&g.b, 1u << 20);
			buf_put(&g.b, f.b.p, f.b.len);
			if (k == 0)
				put_text(&g, "TRAILER 000300 RECORDS", 27);
			else
				buf_put(&g.b, (char[27]){ 0 }, 27);
			r = guess(g.b.p, g.b.len, layout_of(t[i].book));
			expect(k == 0 ? "a footer of text" : "padding", r,
			    t[i].format, "bytes_last: 27", true);
			ok(r->ndamage == 0, "it is no damage");
			buf_fini(&g.b);
		}
		g.page = f.page;
		buf_init(&g.b, 1u << 20);
		buf_put(&g.b, "\x01\x02\x03\x80\x81 HDR", 9);
		buf_put(&g.b, f.b.p, f.b.len);
		r = guess(g.b.p, g.b.len, layout_of(t[i].book));
		expect("a header", r, t[i].format, "bytes_first: 9", true);
		buf_fini(&g.b);
		buf_fini(&f.b);
	}
}

/* What is no file of records must not be taken for one. */
static void
test_nothing(void)
{
	static uint8_t b[40000];
	struct sniff_report *r;
	struct arena_mark mark;
	struct file f;
	size_t i, n, size;
	int k;

	for (k = 0; k < 2; k++) {
		const struct layout *l = k == 0 ? NULL :
		    layout_of(BOOK_FIXED);

		for (n = 0; n < sizeof b; n = n * 5 + 1) {
			for (i = 0; i < n; i++)
				b[i] = (uint8_t)chance(256);
			r = guess(b, n, l);
			is_int(r->sure, SNIFF_UNKNOWN, "%zu random bytes", n);
		}
		for (i = 0; i < 3; i++) {
			memset(b, i == 0 ? 0 : i == 1 ? 0x40 : 0xff,
			    sizeof b);
			r = guess(b, sizeof b, l);
			is_int(r->sure, SNIFF_UNKNOWN, "one byte repeated");
		}
		for (i = 0; i < sizeof b; i++)
			b[i] = (uint8_t)(0xf0 + chance(10));
		r = guess(b, sizeof b, l);
		is_int(r->sure, SNIFF_UNKNOWN, "nothing but digits");
	}
	/* each beginning of a file, to see that none is read beyond */
	build(&f, F_VB, BOOK_ODO, "cp037", 6);
	size = f.b.len;
	mark = arena_mark(&arena);
	for (n = 0; n < size; n += 11) {
		guess(f.b.p, n, n % 2 ? NULL : layout_of(BOOK_ODO));
		arena_back(&arena, mark);
	}
	ok(true, "beginnings of a file");
	buf_fini(&f.b);
}

/* A file larger than the sample: its middle and end count too. */
static void
test_large(void)
{
	struct sniff_report *r;
	struct file f;

	build(&f, F_V, BOOK_ODO, "cp037", 30000);
	r = guess(f.b.p, f.b.len, NULL);
	expect("a large file", r, "v", "inclusive: true", true);
	ok(r->sampled, "of which a sample was looked at");
	is_int(r->sure, SNIFF_SURE, "sure");
	r = guess(f.b.p, f.b.len - 30, NULL);
	ok(has(r, "cut-short"), "cut-short is seen at its end");
	buf_fini(&f.b);
	build(&f, F_FIXED, BOOK_FIXED, "cp037", 60000);
	r = guess(f.b.p, f.b.len, NULL);
	expect("a large fixed file", r, "fixed", "record_length: 50", true);
	buf_fini(&f.b);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 99;
	close(fd);
	arena_init(&arena);
	test_framings();
	test_types();
	test_lines();
	test_translated();
	test_damage();
	test_before();
	test_around();
	test_nothing();
	test_large();
	arena_fini(&arena);
	unlink(path);
	return tap_done();
}
