/*
 * A first mapping from delimited text alone; see init_delimited.h.
 *
 * The first rows tell the delimiter, the names and the types.  A type is only
 * proposed where every value looked at is written as that type would print
 * it: a leading zero, a plus sign or a blank make a text, for such digits are
 * codes as a rule.  Names that a header has twice, or that no expression can
 * name, are written as columns:, and the header is passed over.
 */
#include "command/init_delimited.h"

#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "command/describe.h"
#include "command/init_names.h"
#include "mapping/mapping.h"
#include "record/infile.h"
#include "record/record.h"

#define SAMPLE_MAX	(1u << 20)
#define ROWS_MAX	1000u	/* that are looked at */
#define TEXT_MAX	(64u << 10)

struct field {			/* of the file */
	const char *header;	/* UTF-8, as it stands */
	const char *name;	/* as expressions write it */
	uint32_t values;	/* that are not empty */
	bool whole, decimal, date;	/* all of them are */
	uint32_t digits, places;	/* at most, around the point */
};

struct sample {
	struct arena *arena;
	const struct codepage *page;	/* NULL: UTF-8 */
	struct csv_dialect dialect;
	const uint8_t *p;
	size_t n;
	bool whole;		/* the sample is all of the file */
	struct field *field;
	uint32_t nfield;
	uint32_t nrow;		/* that were looked at, without the header */
	bool header;
};

/* ---- the sample --------------------------------------------------------- */

static bool
rows_read(struct diags *ds, struct arena *a, const char *path,
    struct sample *rows)
{
	const struct source_options none = { .nfile = 0 };
	uint8_t *p = arena_alloc(a, SAMPLE_MAX);
	enum grade g = OK;
	struct infile f;
	size_t got;

	*rows = (struct sample){ .arena = a, .p = p,
	    .dialect = { .delimiter = ',', .quote = '"' } };
	infile_init(&f, ds, path, &none);
	if (infile_check(&f) != OK || infile_open(&f) != OK) {
		infile_fini(&f);
		return false;
	}
	for (; rows->n < SAMPLE_MAX && g == OK; rows->n += got)
		g = infile_read(&f, p + rows->n, SAMPLE_MAX - rows->n, &got);
	rows->whole = g == END;
	infile_fini(&f);
	return g == OK || g == END;
}

/* A word of the language of copybooks that no data should have. */
static bool
has_word(const uint8_t *p, size_t n, const char *word)
{
	size_t len = strlen(word), i;

	for (i = 1; i + len < n; i++)
		if (p[i - 1] == ' ' && (p[i + len] == ' ' ||
		    p[i + len] == '.' || p[i + len] == '\n' ||
		    p[i + len] == '\r') &&
		    strncasecmp((const char *)p + i, word, len) == 0)
			return true;
	return false;
}

bool
init_is_delimited(const char *path)
{
	static const char *const words[] = { "PIC", "PICTURE", "COPY",
	    "COMP-1", "COMP-2", "OCCURS", "REDEFINES" };
	const char *dot = strrchr(path, '.');
	struct arena a;
	struct diags ds;
	struct sample rows;
	size_t i;
	bool is;

	arena_init(&a);
	diags_init(&ds, &a);
	is = rows_read(&ds, &a, path, &rows);
	if (is && (dot == NULL || (strcasecmp(dot, ".csv") != 0 &&
	    strcasecmp(dot, ".tsv") != 0)))
		for (i = 0; i < sizeof words / sizeof words[0]; i++)
			is = is && !has_word(rows.p, rows.n, words[i]);
	arena_fini(&a);
	return is;
}

/* ---- rows --------------------------------------------------------------- */

typedef bool row_fn(struct sample *, const struct slice *, uint32_t n,
    void *arg);

static bool
is_line_end(const struct sample *r, uint8_t c)
{
	return r->dialect.ebcdic ? c == 0x15 || c == 0x25 || c == 0x0d :
	    c == '\n' || c == '\r';
}

/* Calls fn for up to `most` rows that are no blank lines, until it is false;
 * false: a row is none. */
static bool
rows_each(struct sample *r, uint32_t most, row_fn *fn, void *arg)
{
	struct csv_split *s = csv_split_new(&r->dialect);
	const struct slice *field;
	enum grade g = OK;
	size_t at = 0, end;
	uint32_t n, seen = 0;
	bool go = true;

	if (!r->dialect.ebcdic && r->n >= 3 &&
	    memcmp(r->p, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	for (; at < r->n && go && seen < most; at = end) {
		for (end = at; end < r->n && !is_line_end(r, r->p[end]); end++)
			;
		if (end == r->n && !r->whole)
			break;
		end += end < r->n;
		if (end < r->n && r->p[end - 1] == '\r' &&
		    r->p[end] == '\n')
			end++;
		if (g == OK)
			csv_split_begin(s);
		g = csv_split_line(s, r->p + at, end - at, end == r->n);
		if (g == BAD)
			break;
		if (g == END)
			continue;
		field = csv_split_fields(s, &n);
		if (n == 0 || n > CSV_FIELDS_MAX)
			continue;
		seen++;
		go = fn(r, field, n, arg);
	}
	csv_split_free(s);
	return g != BAD;
}

struct shape {			/* of rows by some delimiter */
	uint32_t n, rows, same;
};

static bool
row_shape(struct sample *r, const struct slice *field, uint32_t n, void *arg)
{
	struct shape *s = arg;

	(void)r;
	(void)field;
	if (s->rows++ == 0)
		s->n = n;
	s->same += n == s->n;
	return true;
}

/* The character by which most rows have the fields of the first. */
static char
rows_delimiter(struct sample *r)
{
	static const char tries[] = ",;\t|";
	uint64_t best = 0, score;
	char found = ',';
	const char *t;
	int byte;

	for (t = tries; *t != '\0'; t++) {
		struct shape s = { 0 };

		byte = r->page == NULL ? *t : charset_encode(r->page,
		    (uint32_t)*t);
		if (byte < 0)
			continue;
		r->dialect.delimiter = (uint8_t)byte;
		if (!rows_each(r, 50, row_shape, &s) || s.n < 2)
			continue;
		score = (uint64_t)s.same * 10000 / s.rows * 10000 + s.n;
		if (score > best) {
			best = score;
			found = *t;
		}
	}
	byte = r->page == NULL ? found : charset_encode(r->page,
	    (uint32_t)found);
	r->dialect.delimiter = (uint8_t)byte;
	return found;
}

/* ---- values ------------------------------------------------------------- */

/* In UTF-8, without the blanks at the end; in the arena. */
static const char *
value_text(struct sample *r, struct slice s)
{
	const struct codepage *page = r->page;
	struct buf b;
	char *text;
	uint32_t i;

	buf_init(&b, TEXT_MAX);
	for (i = 0; i < s.len && b.len < TEXT_MAX - 8; i++)
		if (page == NULL)
			buf_putc(&b, (char)s.p[i]);
		else
			buf_put(&b, page->utf8[s.p[i]],
			    page->utf8_len[s.p[i]]);
	while (b.len > 0 && b.p[b.len - 1] == ' ')
		b.len--;
	text = arena_strndup(r->arena, b.len > 0 ? b.p : "", b.len);
	buf_fini(&b);
	return text;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as PostgreSQL prints it; the digits before and behind the point. */
static bool
is_number(const char *s, uint32_t *digits, uint32_t *places)
{
	uint32_t n = 0, k = 0;

	s += *s == '-';
	while (is_digit(s[n]))
		n++;
	if (n == 0 || (s[0] == '0' && n > 1))
		return false;
	if (s[n] == '.')
		for (k = 1; is_digit(s[n + k]); k++)
			;
	*digits = n;
	*places = k > 0 ? k - 1 : 0;
	return k != 1 && s[n + k] == '\0';
}

/* YYYY-MM-DD, a day that there was. */
static bool
is_date(const char *s)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	uint32_t i, year, month, day;

	if (strlen(s) != 10)
		return false;
	for (i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? s[i] != '-' : !is_digit(s[i]))
			return false;
#define TWO(i)	((uint32_t)(s[i] - '0') * 10 + (uint32_t)(s[(i) + 1] - '0'))
	year = TWO(0) * 100 + TWO(2);
	month = TWO(5);
	day = TWO(8);
#undef TWO
	return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] && (month != 2 || day < 29 ||
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)));
}

static void
field_see(struct field *f, const char *value)
{
	uint32_t digits = 0, places = 0;
	bool number = is_number(value, &digits, &places);

	if (value[0] == '\0')
		return;
	f->values++;
	f->date = f->date && is_date(value);
	f->decimal = f->decimal && number && digits <= 18 && places <= 18;
	f->whole = f->whole && f->decimal && places == 0;
	f->digits = digits > f->digits ? digits : f->digits;
	f->places = places > f->places ? places : f->places;
}

static bool
row_values(struct sample *r, const struct slice *field, uint32_t n, void *arg)
{
	bool *first = arg;
	uint32_t i;

	if (*first && r->header) {
		*first = false;
		return true;
	}
	*first = false;
	r->nrow++;
	for (i = 0; i < n && i < r->nfield; i++)
		field_see(&r->field[i], value_text(r, field[i]));
	return true;
}

/* ---- names -------------------------------------------------------------- */

/* The first row: fields, and whether it can be a header: no value of it is
 * empty, a number or a date. */
static bool
row_first(struct sample *r, const struct slice *field, uint32_t n, void *arg)
{
	uint32_t i, digits, places;
	const char *s;

	(void)arg;
	r->field = arena_zalloc(r->arena, n * sizeof *r->field);
	r->nfield = n;
	r->header = true;
	for (i = 0; i < n; i++) {
		s = value_text(r, field[i]);
		r->field[i] = (struct field){ .header = s, .whole = true,
		    .decimal = true, .date = true };
		if (s[0] == '\0' || is_number(s, &digits, &places) ||
		    is_date(s))
			r->header = false;
	}
	return false;
}

/* As the framing compares names: see delimited_match. */
static bool
is_between(char c)
{
	return c == ' ' || c == '_' || c == '.' || c == '(' || c == ')' ||
	    c == ',';
}

/* A word of the language as a name has to be quoted. */
static bool
is_plain_name(struct arena *a, const char *name)
{
	struct diags quiet;
	struct expr *e;

	diags_init(&quiet, a);
	e = expr_parse(a, &quiet, srctext_new(a, "name", name, strlen(name)),
	    0, strlen(name));
	return e != NULL && e->kind == EX_NAME && e->nname == 1 &&
	    e->narg == 0;
}

/* A header's field in an expression; NULL: it cannot be named. */
static const char *
name_of(struct arena *a, const char *header)
{
	char *name = arena_strdup(a, header), *p;
	size_t len = strlen(header);

	if (len > NAME_BYTES || strcasecmp(header, "FILLER") == 0 ||
	    utf8_count((const uint8_t *)header, len) == 0)
		return NULL;
	for (p = name; *p != '\0'; p++) {
		if ((uint8_t)*p < ' ' || *p == '"' || *p == '\x7f')
			return NULL;
		if (*p != '_' && is_between(*p))
			*p = '-';
	}
	return is_plain_name(a, name) ? name :
	    arena_printf(a, "\"%s\"", header);
}

static bool
names_equal(const char *a, const char *b)
{
	char x, y;

	do {
		x = is_between(*a) ? '-' : *a >= 'a' && *a <= 'z' ?
		    (char)(*a - 0x20) : *a;
		y = is_between(*b) ? '-' : *b >= 'a' && *b <= 'z' ?
		    (char)(*b - 0x20) : *b;
		a++;
		b++;
	} while (x == y && x != '\0');
	return x == y;
}

static bool
name_is_taken(const struct sample *r, uint32_t i)
{
	uint32_t k;

	for (k = 0; k < r->nfield; k++)
		if (k != i && r->field[k].name != NULL &&
		    names_equal(r->field[k].header, r->field[i].header))
			return true;
	return false;
}

/* COLUMN-3, unless another has that name. */
static const char *
name_by_number(const struct sample *r, uint32_t i)
{
	char *name = arena_printf(r->arena, "COLUMN-%u", i + 1);
	uint32_t k;

	for (k = 0; k < r->nfield; k++)
		if (r->field[k].name != NULL && names_equal(name,
		    r->field[k].name)) {
			name = arena_printf(r->arena, "%s-X", name);
			k = 0;
		}
	return name;
}

/* False: the header cannot say which field is which. */
static bool
rows_name(struct sample *r)
{
	bool good = r->header;
	uint32_t i;

	for (i = 0; i < r->nfield && r->header; i++) {
		r->field[i].name = name_of(r->arena, r->field[i].header);
		if (r->field[i].name != NULL && name_is_taken(r, i))
			r->field[i].name = NULL;
		good = good && r->field[i].name != NULL;
	}
	for (i = 0; i < r->nfield; i++)
		if (r->field[i].name == NULL)
			r->field[i].name = name_by_number(r, i);
	return good;
}

/* ---- the mapping -------------------------------------------------------- */

static void
put_type(struct buf *b, const struct field *f)
{
	bool digits = name_is_identifier(f->name);

	if (f->values == 0 || (!f->date && !f->decimal) || digits)
		buf_puts(b, f->name);
	else if (f->date)
		buf_printf(b, "to_date(nullif(%s, ''), 'YYYY-MM-DD')", f->name);
	else if (f->whole)
		buf_printf(b, "cast(nullif(%s, '') as bigint)", f->name);
	else
		buf_printf(b, "cast(nullif(%s, '') as numeric(%u,%u))",
		    f->name, f->digits + f->places <= 15 ? 18 : 38,
		    f->places);
}

static void
put_columns(struct sample *r, struct buf *b)
{
	struct nameset names = { 0 };
	const struct field *f;
	const char *name;
	struct buf e;
	uint32_t i;

	for (i = 0; i < r->nfield; i++) {
		f = &r->field[i];
		name = init_unique(r->arena, &names, init_column_name(r->arena,
		    r->header && f->header[0] != '\0' ? f->header : f->name));
		buf_init(&e, TEXT_MAX);
		put_type(&e, f);
		buf_puts(b, "      ");
		yaml_value(b, name, strlen(name));
		buf_puts(b, ": ");
		yaml_value(b, e.p, e.len);
		if (f->values == 0)
			buf_puts(b, "  # no values yet");
		else if (name_is_identifier(f->name) && f->whole)
			buf_printf(b, "  # as a number: cast(nullif(%s, '') "
			    "as bigint)", f->name);
		buf_putc(b, '\n');
		buf_fini(&e);
	}
}

static void
put_source(struct sample *r, struct buf *b, const struct delimited_options *o,
    bool named, char delimiter, bool guessed)
{
	uint32_t i;

	buf_puts(b, "source:\n  file: ");
	yaml_value(b, o->file, strlen(o->file));
	buf_puts(b, "\n  format: delimited\n");
	if (named) {
		buf_puts(b, "  header: true\n");
	} else {
		buf_puts(b, "  columns:\n");
		for (i = 0; i < r->nfield; i++) {
			const char *name = r->field[i].name;
			size_t len = strlen(name);

			buf_puts(b, "    - ");
			if (name[0] == '"')
				yaml_value(b, name + 1, len - 2);
			else
				yaml_value(b, name, len);
			buf_putc(b, '\n');
		}
		if (r->header)
			buf_puts(b, "  skip:\n    records_first: 1  # the "
			    "header, which does not tell its columns apart\n");
	}
	if (delimiter == '\t')
		buf_puts(b, "  delimiter: tab\n");
	else
		buf_printf(b, "  delimiter: '%c'\n", delimiter);
	buf_puts(b, "  encoding: ");
	yaml_value(b, o->encoding, strlen(o->encoding));
	buf_puts(b, guessed ? "  # a guess: it is not UTF-8\n" : "\n");
}

static void
put_mapping(struct sample *r, struct buf *b, const struct delimited_options *o,
    bool named, char delimiter, bool guessed)
{
	const char *table = init_column_name(r->arena, o->name);

	buf_puts(b, "# Made by decant init from ");
	describe_text(b, slice_str(o->path));
	buf_printf(b, ": %s%u row%s of it.\n# Types are those of all values "
	    "in these; a row that does not fit them is a reject.\n"
	    "# decant-mapping(5) explains it.\nversion: 1\nname: ",
	    r->header ? "its header, and " : "", r->nrow,
	    r->nrow == 1 ? "" : "s");
	yaml_value(b, o->name, strlen(o->name));
	buf_putc(b, '\n');
	put_source(r, b, o, named, delimiter, guessed);
	buf_puts(b, "target: ");
	yaml_value(b, arena_printf(r->arena, "sqlite:%s.db", o->name),
	    strlen(o->name) + 10);
	buf_puts(b, "  # or postgresql://HOST/DATABASE, csv:DIR, jsonl:DIR\n\n"
	    "tables:\n  ");
	yaml_value(b, table, strlen(table));
	buf_puts(b, ":\n");
	if (name_is_key(r->field[0].name))
		buf_printf(b, "    # key: %s  # unique and never empty?\n",
		    init_column_name(r->arena, r->header ?
		    r->field[0].header : r->field[0].name));
	buf_puts(b, "    columns:\n");
	put_columns(r, b);
}

static bool
is_utf8(const uint8_t *p, size_t n, bool whole)
{
	size_t k;

	for (; n > 0; p += k, n -= k)
		if ((k = utf8_valid(p, n)) == 0)
			return !whole && n < 4;
	return true;
}

bool
init_delimited(struct arena *a, struct diags *ds, struct buf *b,
    const struct delimited_options *given)
{
	struct delimited_options o = *given;
	bool first = true, guessed = false, good, named;
	struct sample r;
	char delimiter;

	if (!rows_read(ds, a, o.path, &r))
		return false;
	if (o.encoding == NULL) {
		guessed = !is_utf8(r.p, r.n, r.whole);
		o.encoding = guessed ? "cp1252" : "utf-8";
	}
	if (strcasecmp(o.encoding, "utf-8") != 0)
		r.page = charset_find(o.encoding, NULL);
	if (r.page != NULL) {
		r.dialect.ebcdic = r.page->ebcdic;
		r.dialect.quote = (uint8_t)charset_encode(r.page, '"');
	}
	delimiter = rows_delimiter(&r);
	good = rows_each(&r, 1, row_first, NULL);
	if (r.nfield == 0) {
		diag_hint(ds, diag_add(ds, DIAG_F050, NOWHERE, good ?
		    "'%s' has no row to make a mapping from" :
		    "the first row of '%s' is none: a quote stands where none "
		    "may", o.path), "decant sniff tells what a file is");
		return false;
	}
	rows_each(&r, ROWS_MAX, row_values, &first);
	named = rows_name(&r);
	put_mapping(&r, b, &o, named, delimiter, guessed);
	return true;
}
