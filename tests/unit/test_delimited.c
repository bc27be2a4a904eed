/*
 * Delimited text as records: quotes, line ends, headers, ragged rows, and what
 * is written back.  Expected rows are written by hand, after RFC 4180; the
 * files are read in batches of many sizes, and cut at every byte.
 *
 * A transcript has a line for each record, number@offset[raw] and the fields
 * between bars, - where a row has fewer; for each fragment number@offset! and
 * its bytes.
 */
#include "record_fixture.h"
#include "value/codec.h"

#define COMMA	{ .delimiter = ',', .quote = '"' }
#define EBCDIC	{ .delimiter = 0x6b, .quote = 0x7f, .ebcdic = true }
#define S(s)	s, sizeof (s) - 1

#define NFIELD	3u
static struct delimited_field abc[NFIELD] = {
	{ .name = "A", .column = 0, .wanted = true },
	{ .name = "B-1", .column = 1, .wanted = true },
	{ .name = "C", .full = "G-C", .column = 2, .wanted = true },
};
static struct delimited_field swapped[NFIELD] = {
	{ .name = "A", .column = 2, .wanted = true },
	{ .name = "B-1", .column = DELIMITED_NONE },
	{ .name = "C", .column = 0, .wanted = true },
};

static const struct delimited
    by_place = { .dialect = COMMA, .ncolumn = 3, .field = abc, .nfield = 3 },
    by_name = { .dialect = COMMA, .header = true, .field = abc, .nfield = 3 },
    by_swap = { .dialect = COMMA, .ncolumn = 3, .field = swapped,
	.nfield = 3 },
    one = { .dialect = COMMA, .ncolumn = 1, .field = abc, .nfield = 1 },
    plain = { .dialect = { .delimiter = '|', .quote_none = true },
	.ncolumn = 3, .field = abc, .nfield = 3 },
    tabs = { .dialect = { .delimiter = '\t', .quote = '\'' }, .ncolumn = 3,
	.field = abc, .nfield = 3 },
    zos = { .dialect = EBCDIC, .ncolumn = 3, .field = abc, .nfield = 3 };

static const struct {
	const char *name;
	const struct delimited *d;
	const char *in;
	size_t n;
	const char *out;
	struct framing_options around;
} row[] = {
	{ "plain rows", &by_place, S("1,2,3\n4,,6\n"),
	    "1@0[1,2,3\\0a]1|2|3\n2@6[4,,6\\0a]4||6\n", { 0 } },
	{ "CR LF, CR, and a last line without an end", &by_place,
	    S("1,2,3\r\n4,5,6\r7,8,9"), "1@0[1,2,3\\0d\\0a]1|2|3\n"
	    "2@7[4,5,6\\0d]4|5|6\n3@13[7,8,9]7|8|9\n", { 0 } },
	{ "quotes", &by_place, S("\"a,b\",\"say \"\"hi\"\"\",\"\"\n"),
	    "1@0[\"a,b\",\"say \"\"hi\"\"\",\"\"\\0a]a,b|say \"hi\"|\n",
	    { 0 } },
	{ "a value of two lines", &by_place,
	    S("1,\"two\r\nlines\n\",3\n4,5,6\n"),
	    "1@0[1,\"two\\0d\\0alines\\0a\",3\\0a]1|two\\0d\\0alines\\0a|3\n"
	    "2@18[4,5,6\\0a]4|5|6\n", { 0 } },
	{ "blank lines are no rows", &by_place, S("\n\r\n1,2,3\n\n\n4,5,6\n\n"),
	    "1@3[1,2,3\\0a]1|2|3\n2@11[4,5,6\\0a]4|5|6\n", { 0 } },
	{ "a row of blanks is one", &one, S(" \nx\n"),
	    "1@0[ \\0a] \n2@2[x\\0a]x\n", { 0 } },
	{ "byte order mark", &by_place, S("\xef\xbb\xbf" "1,2,3\n"),
	    "1@3[1,2,3\\0a]1|2|3\n", { 0 } },
	{ "half of a byte order mark", &by_place, S("\xef\xbb" "1,2,3\n"),
	    "1@0[\\ef\\bb1,2,3\\0a]\\ef\\bb1|2|3\n", { 0 } },
	{ "blanks belong to values", &by_place, S(" 1 , 2,3 \n"),
	    "1@0[ 1 , 2,3 \\0a] 1 | 2|3 \n", { 0 } },
	{ "NUL and other bytes", &by_place, S("\0,\x1a\xff,\x80\n"),
	    "1@0[\\00,\\1a\\ff,\\80\\0a]\\00|\\1a\\ff|\\80\n", { 0 } },
	{ "Ctrl-Z at the end", &by_place, S("1,2,3\n\x1a\x1a"),
	    "1@0[1,2,3\\0a]1|2|3\n", { 0 } },
	{ "Ctrl-Z behind a line without an end", &by_place, S("1,2,3\x1a"),
	    "1@0[1,2,3]1|2|3\n", { 0 } },
	{ "too few fields", &by_place, S("1,2\n1\n1,2,3\n"),
	    "1@0[1,2\\0a]short 2:1|2|-\n2@4[1\\0a]short 1:1|-|-\n"
	    "3@6[1,2,3\\0a]1|2|3\n", { 0 } },
	{ "too many fields", &by_place, S("1,2,3,\n1,2,3,4,5\n"),
	    "1@0[1,2,3,\\0a]long 4:1|2|3\n2@7[1,2,3,4,5\\0a]long 5:1|2|3\n",
	    { 0 } },
	{ "text behind a quote", &by_place, S("1,\"2\"x,3\n4,5,6\n"),
	    "1@0[1,\"2\"x,3\\0a]quote:-|-|-\n2@9[4,5,6\\0a]4|5|6\n", { 0 } },
	{ "a quote inside a value", &by_place, S("1,5\" x,3\n4,5,6\n"),
	    "1@0[1,5\" x,3\\0a]quote:-|-|-\n2@9[4,5,6\\0a]4|5|6\n", { 0 } },
	{ "a quote that the next line closes", &by_place,
	    S("1,\"2,3\n4,\"5\",6\n7,8,9\n"),
	    "1@0[1,\"2,3\\0a4,\"5\",6\\0a]quote:-|-|-\n"
	    "2@15[7,8,9\\0a]7|8|9\n", { 0 } },
	{ "a quote that nothing closes", &by_place,
	    S("1,2,3\n4,\"5,6\n7,8,9\n"),
	    "1@0[1,2,3\\0a]1|2|3\n2@6![4,\"5,6]\n3@13[7,8,9\\0a]7|8|9\n",
	    { 0 } },
	{ "a quote that nothing closes, in the last line", &by_place,
	    S("1,2,3\n4,5,\""), "1@0[1,2,3\\0a]1|2|3\n2@6![4,5,\"]\n",
	    { 0 } },
	{ "without quotes", &plain, S("\"a|5\"|\"\"\n\n|\"\n||"),
	    "1@0[\"a|5\"|\"\"\\0a]\"a|5\"|\"\"\n2@10[|\"\\0a]short 2:|\"|-\n"
	    "3@13[||]||\n", { 0 } },
	{ "tabs and apostrophes", &tabs, S("1\t'a\tb'\t'it''s'\n"),
	    "1@0[1\\09'a\\09b'\\09'it''s'\\0a]1|a\\09b|it's\n", { 0 } },
	{ "EBCDIC: NEL, LF, CR NEL", &zos,
	    S("\xc1\x6b\xc2\x6b\xc3\x15\xc1\x6b\x7f\x6b\x7f\x7f\x0a\x7f\x6b"
	    "\xf1\x25\x15\xc4\x6b\x6b\x0d\x15"),
	    "1@0[\\c1k\\c2k\\c3\\15]\\c1|\\c2|\\c3\n"
	    "2@6[\\c1k\\7fk\\7f\\7f\\0a\\7fk\\f1%]\\c1|k\\7f\\0a|\\f1\n"
	    "3@18[\\c4kk\\0d\\15]\\c4||\n", { 0 } },
	{ "other columns, not all", &by_swap, S("1,2,3\n"),
	    "1@0[1,2,3\\0a]3|-|1\n", { 0 } },
	{ "a header", &by_name, S("g_c,Other,b 1,\"a\"\n1,2,3,4\n5,6,7\n"),
	    "1@18[1,2,3,4\\0a]4|3|1\n2@26[5,6,7\\0a]short 3:-|7|5\n", { 0 } },
	{ "a header alone", &by_name, S("a,b.1,c\r\n"), "", { 0 } },
	{ "an empty file", &by_name, S(""), "", { 0 } },
	{ "title, header, trailer", &by_name,
	    S("Our customers\n\na,B(1),c\n1,2,3\n4,5,6\nend,2\n"),
	    "2@24[1,2,3\\0a]1|2|3\n3@30[4,5,6\\0a]4|5|6\n",
	    { .records_first = 1, .records_last = 1 } },
	{ "bytes around", &by_place, S("##1,2,3\n4,5,6\n$$"),
	    "1@2[1,2,3\\0a]1|2|3\n2@8[4,5,6\\0a]4|5|6\n",
	    { .bytes_first = 2, .bytes_last = 2 } },
};
#define NROW	(sizeof row / sizeof *row)

static void
show(struct buf *b, const uint8_t *p, size_t n)
{
	for (; n > 0; p++, n--)
		if (*p >= 0x20 && *p < 0x7f)
			buf_putc(b, (char)*p);
		else
			buf_printf(b, "\\%02x", *p);
}

static void
show_record(struct buf *b, uint64_t number, uint64_t offset, struct slice rec,
    uint32_t nfield)
{
	static const char *const faults[] = { "", "short", "long", "quote" };
	const uint8_t *entry = rec.p + DELIMITED_HEAD;
	struct delimited_row r;
	uint32_t k, v[2];

	delimited_row(rec, &r);
	buf_printf(b, "%llu@%llu[", (unsigned long long)number,
	    (unsigned long long)offset);
	show(b, r.raw.p, r.raw.len);
	buf_puts(b, "]");
	if (r.raw.p + r.raw.len != rec.p + rec.len)
		buf_puts(b, "INSANE");
	buf_puts(b, faults[r.fault]);
	if (r.fault == ROW_SHORT || r.fault == ROW_LONG)
		buf_printf(b, " %u", r.n);
	buf_puts(b, r.fault == ROW_FINE ? "" : ":");
	for (k = 0; k < nfield; k++, entry += CODEC_FIELD_SIZE) {
		buf_puts(b, k > 0 ? "|" : "");
		memcpy(v, entry, sizeof v);
		if (v[0] == 0)
			buf_putc(b, '-');
		else
			show(b, entry + v[0], v[1]);
	}
	buf_putc(b, '\n');
}

static bool
read_all(const struct framing_options *f, const char *path, uint32_t records,
    uint32_t bytes, struct buf *b)
{
	struct source_options o = { .framing = *f, .file = &path, .nfile = 1,
	    .batch_records = records, .batch_bytes = bytes };
	struct source *s = source_new(&diags, &o);
	const struct fragment *fr;
	struct slab slab;
	enum grade g;
	uint32_t i;

	buf_clear(b);
	buf_puts(b, "");
	if (s == NULL)
		return false;
	slab_init(&slab);
	while ((g = source_next(s, &slab)) == OK || g == BAD) {
		if (g == BAD) {
			fr = source_fragment(s);
			buf_printf(b, "%llu@%llu![",
			    (unsigned long long)fr->record,
			    (unsigned long long)fr->offset);
			show(b, fr->bytes.p, fr->bytes.len);
			buf_puts(b, "]\n");
			continue;
		}
		for (i = 0; i < slab.nrec; i++)
			show_record(b, slab.first_record + i, slab.offset +
			    slab.raw_off[i], slab.rec[i],
			    f->delimited->nfield);
	}
	slab_fini(&slab);
	source_free(s);
	return g == END;
}

static struct framing_options
framing_of(size_t i)
{
	struct framing_options f = row[i].around;

	f.framing = FRAMING_DELIMITED;
	f.delimited = row[i].d;
	f.page = row[i].d->dialect.ebcdic ? charset_find("cp037", NULL) :
	    charset_find("ascii", NULL);
	return f;
}

static void
test_rows(void)
{
	static const uint32_t sizes[][2] = { { 0, 0 }, { 1, 0 }, { 2, 0 },
	    { 0, 1 }, { 0, 90 }, { 3, 150 } };
	struct framing_options f;
	const char *path;
	struct buf b;
	size_t i, k;

	buf_init(&b, 1 << 20);
	for (i = 0; i < NROW; i++) {
		f = framing_of(i);
		path = file_put("row", row[i].in, row[i].n);
		for (k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			ok(read_all(&f, path, sizes[k][0], sizes[k][1], &b),
			    "%s: read", row[i].name);
			is_str(b.p, row[i].out, "%s, batches of %u and %u",
			    row[i].name, sizes[k][0], sizes[k][1]);
		}
	}
	buf_fini(&b);
	is_int(diags.errors, 0, "no errors");
}

/* Of a cut file the rows before the cut are the same; nothing crashes. */
static void
test_cuts(void)
{
	struct framing_options f;
	struct buf b;
	size_t i, n;
	bool good;

	buf_init(&b, 1 << 20);
	for (i = 0; i < NROW; i++) {
		f = framing_of(i);
		f.records_last = 0;
		for (n = 0, good = true; n < row[i].n && good; n++) {
			read_all(&f, file_put("row", row[i].in, n), 0, 0, &b);
			good = strstr(b.p, "INSANE") == NULL;
			diags_clear();
		}
		ok(good, "%s, cut at every byte", row[i].name);
	}
	buf_fini(&b);
}

/* Records, header and what stands around, written and read again. */
static void
test_written(void)
{
	struct source_options o = { .nfile = 1 };
	const char *path, *copy;
	struct recwriter *w;
	struct source *s;
	struct slab slab;
	struct buf b, want;
	enum grade g;
	char *at, *end;
	size_t i;
	uint32_t k;

	buf_init(&b, 1 << 20);
	buf_init(&want, 1 << 20);
	slab_init(&slab);
	for (i = 0; i < NROW; i++) {
		path = file_put("row", row[i].in, row[i].n);
		copy = path_of("copy");
		o.file = &path;
		o.framing = framing_of(i);
		s = source_new(&diags, &o);
		w = recwriter_new(&diags, copy, &o.framing, source_facts(s));
		while ((g = source_next(s, &slab)) == OK || g == BAD)
			for (k = 0; k < slab.nrec && g == OK; k++)
				recwriter_put(w, slab.rec[k]);
		is_int(recwriter_close(w), OK, "%s: written", row[i].name);
		source_free(s);
		/* only what the rows are: bytes and fields */
		buf_clear(&want);
		buf_puts(&want, "");
		for (at = (char *)row[i].out; *at != '\0'; at = end + 1) {
			end = strchr(at, '\n');
			if (memchr(at, '!', (size_t)(end - at)) == NULL)
				buf_put(&want, memchr(at, '@', (size_t)(end -
				    at)), 1);
		}
		k = (uint32_t)want.len;
		if (k == 0)
			continue;
		read_all(&o.framing, copy, 0, 0, &b);
		buf_clear(&want);
		for (at = b.p; *at != '\0'; at = strchr(at, '\n') + 1)
			buf_putc(&want, '@');
		is_int((int)want.len, (int)k, "%s: as many rows again",
		    row[i].name);
	}
	slab_fini(&slab);
	buf_fini(&b);
	buf_fini(&want);
}

/* What the writer makes of it, byte for byte. */
static void
test_bytes(void)
{
	static const char in[] = "\xef\xbb\xbftitle\n\n\"A\",b_1,C\r\n"
	    "1,\"x\ny\",3\r\n4,5\n6,7,8\nend", out[] = "title\n\"A\",b_1,C\r\n"
	    "1,\"x\ny\",3\r\n4,5\n6,7,8\nend\n";
	struct framing_options f = { .framing = FRAMING_DELIMITED,
	    .delimited = &by_name, .records_first = 1, .records_last = 1 };
	const char *path = file_put("in", S(in)), *copy = path_of("copy");
	struct source_options o = { .file = &path, .nfile = 1 };
	char got[200];
	struct recwriter *w;
	struct source *s;
	struct slab slab;
	size_t n;
	uint32_t k;
	FILE *file;

	f.page = charset_find("latin1", NULL);
	o.framing = f;
	s = source_new(&diags, &o);
	slab_init(&slab);
	w = recwriter_new(&diags, copy, &f, source_facts(s));
	while (source_next(s, &slab) == OK)
		for (k = 0; k < slab.nrec; k++)
			recwriter_put(w, slab.rec[k]);
	recwriter_close(w);
	slab_fini(&slab);
	source_free(s);
	file = fopen(copy, "rb");
	n = fread(got, 1, sizeof got - 1, file);
	got[n] = '\0';
	fclose(file);
	is_str(got, out, "rows are written as they stood");
}

/* Headers that do not name the fields. */
static void
test_headers(void)
{
	static const struct {
		const char *in, *words;
	} t[] = {
		{ "a,b1,c\n1,2,3\n", "did you mean 'b1'" },
		{ "other,more\n1,2,3\n", "it has other, more" },
		{ "a,b-1,g-c,G.C\n", "names 'C' twice" },
		{ "a,\"b\"1,c\n", "a quote stands where none may" },
	};
	struct framing_options f = { .framing = FRAMING_DELIMITED,
	    .delimited = &by_name };
	struct buf b;
	size_t i;

	f.page = charset_find("latin1", NULL);
	buf_init(&b, 1 << 20);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ok(!read_all(&f, file_put("row", t[i].in, strlen(t[i].in)), 0,
		    0, &b), "not read: header %zu", i);
		is_diag(DIAG_F028, t[i].words, t[i].words);
	}
	f.before = 1;
	ok(!read_all(&f, path_of("row"), 0, 0, &b), "bytes before each row");
	is_diag(DIAG_F024, "cannot be skipped", "bytes before each row");
	buf_fini(&b);
}

static void
test_names(void)
{
	static const struct delimited_field f = { .name = "PHONE-NUMBER-2",
	    .full = "HOME-PHONE-NUMBER-2", .shared = true };
	static const struct { const char *name; int match; } t[] = {
		{ "phone_number_2", 1 }, { "Phone Number (2)", 1 },
		{ " PHONE  NUMBER(2) ", 1 }, { "home.phone-number(2)", 2 },
		{ "phone_number", 0 }, { "phone_number_22", 0 }, { "", 0 },
		{ "phonenumber2", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_int(delimited_match(&f, t[i].name), t[i].match, "'%s'",
		    t[i].name);
}

/* A field of 1 MB, a line too long, a row of many lines too long. */
static void
test_long(void)
{
	struct framing_options f = { .framing = FRAMING_DELIMITED,
	    .delimited = &one };
	size_t most = RECORD_MAX + 10, i;
	char *p = mem_alloc(2 * most);
	struct buf b;

	f.page = charset_find("latin1", NULL);
	buf_init(&b, 4 * most);
	memset(p, 'x', 2 * most);
	p[1 << 20] = '\n';
	p[(1 << 20) + 3] = '\n';
	ok(read_all(&f, file_put("row", p, (1 << 20) + 4), 0, 0, &b),
	    "a field of a megabyte");
	is_int((int)b.len, 2 * (1 << 20) + 28, "with its row");
	p[1 << 20] = 'x';
	p[(1 << 20) + 3] = 'x';
	p[most + 5] = '\n';
	memcpy(p + most + 6, "y\n", 2);
	ok(read_all(&f, file_put("row", p, most + 8), 0, 0, &b),
	    "a line of over 16 MB");
	ok(strncmp(b.p, "1@0![xxx", 8) == 0, "is a fragment");
	is_str(strchr(b.p, '\n') + 1, "2@16777232[y\\0a]y\n",
	    "and the next is read");
	p[0] = '"';
	for (i = 9; i < most; i += 10)
		p[i] = '\n';
	p[most + 5] = '\n';
	ok(read_all(&f, file_put("row", p, most + 8), 1000, 0, &b),
	    "a row of over 16 MB");
	ok(strncmp(b.p, "1@0![\"xxxxxxxx]\n2@10[xxxxxxxxx\\0a]xxxxxxxxx\n", 40)
	    == 0, "costs its first line");
	mem_free(p);
	buf_fini(&b);
}

int
main(void)
{
	arena_init(&arena);
	diags_clear();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_rows();
	test_cuts();
	test_written();
	test_bytes();
	test_headers();
	test_names();
	test_long();
	run("rm -rf %s%s", dir, "");
	arena_fini(&arena);
	return tap_done();
}
