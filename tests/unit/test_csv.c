/*
 * CSV: what is written, as PostgreSQL's COPY … CSV and Python's csv module
 * write and read it; what is read, with the lines that rows start on.
 */
#include <stdint.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/mem.h"
#include "tap.h"

#define S(s)	{ (const uint8_t *)(s), sizeof (s) - 1 }
#define NIL	{ NULL, 0 }

static const struct {
	struct slice field[4];
	uint32_t n;
	const char *out;
} written[] = {
	{ { S("a"), S("b c"), S("1.50") }, 3, "a,b c,1.50\n" },
	{ { S(""), NIL, S("x") }, 3, "\"\",,x\n" },
	{ { S("say \"hi\""), S("a,b") }, 2, "\"say \"\"hi\"\"\",\"a,b\"\n" },
	{ { S("two\nlines"), S("a\rb") }, 2, "\"two\nlines\",\"a\rb\"\n" },
	{ { S(" a"), S("a "), S("\ta"), S("a\t") }, 4,
	    "\" a\",\"a \",\"\ta\",\"a\t\"\n" },
	{ { S("\"") }, 1, "\"\"\"\"\n" },
	{ { S("Z\xc3\xbcrich") }, 1, "Z\xc3\xbcrich\n" },
	{ { NIL }, 1, "\n" },
	{ { NIL }, 0, "\n" },
};

static void
test_write(void)
{
	char file[200];
	struct buf b;
	FILE *f;
	size_t i, n;
	bool good;

	buf_init(&b, 1000);
	for (i = 0; i < sizeof written / sizeof *written; i++) {
		buf_clear(&b);
		csv_put_row(&b, written[i].field, written[i].n);
		is_str(b.p, written[i].out, "row %zu to a buffer", i);
		f = tmpfile();
		good = csv_write_row(f, written[i].field, written[i].n);
		rewind(f);
		n = fread(file, 1, sizeof file - 1, f);
		file[n] = '\0';
		fclose(f);
		ok(good, "row %zu is written", i);
		is_str(file, written[i].out, "row %zu to a file", i);
	}
	buf_fini(&b);
	buf_init(&b, 8);
	csv_put_field(&b, (const uint8_t *)"a,\"c\",", 6);
	ok(b.full, "a buffer's limit holds");
	buf_clear(&b);
	csv_put_field(&b, (const uint8_t *)"a,b\"\"", 3);
	ok(!b.full && b.len == 5, "what fits is not refused");
	buf_fini(&b);
	f = fopen("/dev/full", "w");
	if (f == NULL) {
		tap_skip("a full disk", "no /dev/full");
		return;
	}
	for (good = true, i = 0; i < 100000 && good; i++)
		good = csv_write_row(f, written[0].field, 3);
	ok(!good, "a full disk is told");
	fclose(f);
}

/* Rows as line:[field][field] with - for nothing. */
static bool
show_row(void *arg, const struct slice *v, uint32_t n, uint32_t line)
{
	struct buf *b = arg;
	uint32_t i;

	buf_printf(b, "%u:", line);
	for (i = 0; i < n; i++) {
		if (v[i].p == NULL) {
			buf_putc(b, '-');
			continue;
		}
		buf_putc(b, '[');
		buf_put(b, v[i].p, v[i].len);
		buf_putc(b, ']');
	}
	buf_putc(b, ' ');
	return n == 0 || v[0].len != 4 || memcmp(v[0].p, "stop", 4) != 0;
}

static const struct {
	const char *in, *out, *why;
	enum grade grade;
	uint32_t line;
} read_[] = {
	{ "", "", NULL, OK, 0 },
	{ "a,b\nc,d\n", "1:[a][b] 2:[c][d] ", NULL, OK, 0 },
	{ "a,b\r\nc,d", "1:[a][b] 2:[c][d] ", NULL, OK, 0 },
	{ "a,b\rc,d\r", "1:[a][b] 2:[c][d] ", NULL, OK, 0 },
	{ "a,\n,\"\"\n", "1:[a]- 2:-[] ", NULL, OK, 0 },
	{ " a , \"b\"\n", "", "quote", BAD, 1 },
	{ " a , b \n", "1:[ a ][ b ] ", NULL, OK, 0 },
	{ "\"a\"\"b\",\"c,d\"\n", "1:[a\"b][c,d] ", NULL, OK, 0 },
	{ "\"x\ny\r\nz\",1\n\"\nq\"\nr\n", "1:[x\ny\r\nz][1] 4:[\nq] 6:[r] ",
	    NULL, OK, 0 },
	{ "\n\r\n\ra\n\n\nb\n", "4:[a] 7:[b] ", NULL, OK, 0 },
	{ "\xef\xbb\xbf" "a\nb\n", "1:[a] 2:[b] ", NULL, OK, 0 },
	{ "\xef\xbb" "a\nb\n", "1:[\xef\xbb" "a] 2:[b] ", NULL, OK, 0 },
	{ "\xef\xbb", "1:[\xef\xbb] ", NULL, OK, 0 },
	{ "a\n\"b\nc\n", "1:[a] ", "closing quote", BAD, 2 },
	{ "a\nb\"c\nd\n", "1:[a] ", "quote", BAD, 2 },
	{ "a\n\"b\"c\nd\n", "1:[a] ", "quote", BAD, 2 },
	{ "a\nstop,1\nb\n", "1:[a] 2:[stop][1] ", NULL, END, 0 },
};

static void
test_read(void)
{
	struct csv_reader *r;
	uint32_t line;
	struct buf b;
	size_t i, at, n, k, piece;
	enum grade g;
	bool good;

	buf_init(&b, 10000);
	for (i = 0; i < sizeof read_ / sizeof *read_; i++)
		for (piece = 1; piece < 50; piece += piece < 4 ? 1 : 44) {
			buf_clear(&b);
			r = csv_reader_new(show_row, &b);
			n = strlen(read_[i].in);
			for (at = 0, g = OK; at < n && g == OK; at += k) {
				k = n - at < piece ? n - at : piece;
				g = csv_reader_feed(r, read_[i].in + at, k);
			}
			g = csv_reader_end(r);
			good = g == read_[i].grade;
			if (g == BAD)
				good = good && strstr(csv_reader_why(r, &line),
				    read_[i].why) && line == read_[i].line;
			ok(good, "text %zu in pieces of %zu: the end", i,
			    piece);
			is_str(b.p != NULL ? b.p : "", read_[i].out,
			    "text %zu in pieces of %zu", i, piece);
			csv_reader_free(r);
		}
	buf_fini(&b);
}

static void
test_limits(void)
{
	struct csv_reader *r;
	struct buf b;
	char block[65536];
	uint32_t line, i;
	enum grade g = OK;

	buf_init(&b, 1000);
	memset(block, ',', sizeof block);
	r = csv_reader_new(show_row, &b);
	csv_reader_feed(r, "a\n", 2);
	csv_reader_feed(r, block, 5000);
	is_int(csv_reader_end(r), BAD, "too many fields");
	is_str(csv_reader_why(r, &line), "a row has more than 4096 fields",
	    "too many fields");
	is_int(line, 2, "in line 2");
	csv_reader_free(r);
	memset(block, 'x', sizeof block);
	r = csv_reader_new(show_row, &b);
	csv_reader_feed(r, "\"", 1);
	for (i = 0; i < 400 && g == OK; i++)
		g = csv_reader_feed(r, block, sizeof block);
	is_int(g, BAD, "a row without end");
	is_int(i, 256, "is given up after 16 MB");
	csv_reader_free(r);
	buf_fini(&b);
}

int
main(void)
{
	test_write();
	test_read();
	test_limits();
	return tap_done();
}
