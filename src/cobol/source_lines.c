/*
 * Lines of code out of a source text; see source_lines.h.
 *
 * The format is found by looking at all lines when nobody says: numbers or
 * tags in columns 1 to 6 with an indicator after them speak for fixed format,
 * level numbers there for free format.  What real files do to the rules is
 * taken where it cannot be misread: code shifted into column 7, comments that
 * start with * in any column, a byte order mark, control-Z at the end.
 */
#include "cobol/source_lines.h"

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cobol/comment_lines.h"

#define COL_INDICATOR	7
#define COL_LAST	72
#define COL_CARD	80	/* the identification area ends */
#define TAB_STOP	8

/* A line as its columns show it. */
struct columns {
	size_t from, to;	/* bytes, without the line's end */
	size_t code;		/* of column 8, or what a tab reaches past 7 */
	size_t indicator_at;
	size_t past;		/* of column 73, or `to` */
	size_t first;		/* of the first byte that is not blank */
	uint32_t width;		/* columns of the line, at most 72 */
	uint32_t first_col;	/* its column; 0: the line is blank */
	uint32_t last_col;	/* of the last byte that is not blank */
	size_t last;
	char indicator;		/* column 7 */
	bool sequence;		/* columns 1 to 6 are not all blank */
	bool numbered;		/* columns 1 to 6 are digits */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of the blank at p: space, tab, control, NBSP in Latin-1 or UTF-8. */
static size_t
blank_at(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0];

	if (c <= ' ' || c == 0xa0)
		return 1;
	if (c == 0xc2 && n > 1 && (unsigned char)p[1] == 0xa0)
		return 2;
	return 0;
}

static size_t
char_at(const char *p, size_t n)
{
	size_t len = utf8_valid((const uint8_t *)p, n);

	return len > 0 ? len : 1;
}

static void
columns_read(struct columns *c, const char *p, size_t from, size_t to)
{
	size_t at, len;
	uint32_t col = 1, digits = 0;
	bool blank;

	*c = (struct columns){ .from = from, .to = to, .code = to, .past = to,
	    .first = to, .indicator_at = to, .indicator = ' ' };
	for (at = from; at < to; at += len) {
		blank = blank_at(p + at, to - at) > 0;
		len = char_at(p + at, to - at);
		if (!blank && c->first_col == 0) {
			c->first_col = col;
			c->first = at;
		}
		if (!blank) {
			c->last_col = col;
			c->last = at;
		}
		if (col < COL_INDICATOR && !blank)
			c->sequence = true;
		if (col < COL_INDICATOR && is_digit(p[at]))
			digits++;
		if (col == COL_INDICATOR) {
			c->indicator_at = at;
			if (!blank)
				c->indicator = p[at];
		}
		if (col > COL_INDICATOR && c->code == to)
			c->code = at;
		if (col > COL_LAST && c->past == to)
			c->past = at;
		col = p[at] == '\t' ?
		    (col - 1) / TAB_STOP * TAB_STOP + TAB_STOP + 1 : col + 1;
	}
	c->numbered = digits == COL_INDICATOR - 1;
	c->width = col - 1 < COL_LAST ? col - 1 : COL_LAST;
}

/*
 * A level number, blanks and a name stand at p.  Two numbers are none: the
 * first is a sequence number without its zeros.
 */
static bool
level_at(const char *p, size_t n)
{
	size_t i = 0, j;

	while (i < n && is_digit(p[i]))
		i++;
	if (i == 0 || i > 2)
		return false;
	for (j = i; j < n && blank_at(p + j, n - j) > 0;)
		j += blank_at(p + j, n - j);
	if (j == i || j == n)
		return false;
	for (i = j; i < n && is_digit(p[i]);)
		i++;
	return i < n && (is_letter(p[i]) || p[i] == '-' || p[i] == ':');
}

/* A comment: * or / in column 7, or somebody's * before it. */
static bool
is_comment(const struct columns *c, const char *p)
{
	size_t at = c->first;

	if (c->indicator == '*' || c->indicator == '/')
		return true;
	while (at < c->indicator_at && is_digit(p[at]))
		at++;
	return at < c->indicator_at && p[at] == '*';
}

static bool
is_indicator(char c)
{
	return c == ' ' || c == '*' || c == '/' || c == '-' || c == 'D' ||
	    c == 'd' || c == '$';
}

/* The word at p, of n bytes at most, is `word` (upper case). */
static bool
word_is(const char *p, size_t n, const char *word)
{
	size_t i;
	char c;

	for (i = 0; word[i] != '\0'; i++) {
		c = i < n ? p[i] : '\0';
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != word[i])
			return false;
	}
	return i == n || !(is_letter(p[i]) || is_digit(p[i]) || p[i] == '-');
}

/* The code starts before column 8, and there is no way to read it else. */
static bool
starts_early(const struct columns *c, const char *p)
{
	if (!c->sequence || c->numbered || p[c->first] == '*')
		return false;
	if (level_at(p + c->first, c->to - c->first))
		return true;
	return !is_indicator(c->indicator);
}

/*
 * What stands after column 72 is code rather than identification: it starts
 * before, ends after column 80, or ends with a period.
 */
static bool
runs_past(const struct columns *c, const char *p)
{
	if (c->past >= c->to || c->past == c->from || c->last_col <= COL_LAST)
		return false;
	if (c->last_col > COL_CARD || p[c->last] == '.')
		return true;
	return p[c->past - 1] != '.' && blank_at(p + c->past - 1, 1) == 0 &&
	    blank_at(p + c->past, c->to - c->past) == 0;
}

struct votes {
	uint32_t fixed, free;
	uint32_t tagged;	/* lines with something before the code */
	uint32_t crossing;	/* with code where fixed format has none */
	uint32_t identified;	/* with something in columns 73 to 80 */
};

/*
 * Panvalet's ++INCLUDE and Librarian's -INC; the latter begins in column 1,
 * where no COBOL stands.
 */
static bool
is_include(const char *p, size_t n)
{
	return (n > 5 && p[0] == '-' && word_is(p + 1, n - 1, "INC")) ||
	    (n > 10 && p[0] == '+' && p[1] == '+' &&
	    word_is(p + 2, n - 2, "INCLUDE"));
}

static void
votes_add(struct votes *v, const struct columns *c, const char *p)
{
	if (c->first_col == 0 || p[c->first] == '>' || p[c->first] == '$' ||
	    is_include(p + c->first, c->to - c->first))
		return;
	if (is_comment(c, p)) {
		v->fixed += c->first_col >= COL_INDICATOR || c->numbered;
		return;
	}
	if (starts_early(c, p)) {
		v->free++;
		return;
	}
	if (c->sequence) {
		v->tagged++;
		v->fixed += c->numbered ? 2 :
		    level_at(p + c->code, c->to - c->code);
		return;
	}
	if (c->indicator == '-')
		v->tagged++;
	if (p[c->first] == '*')
		return;
	if (runs_past(c, p))
		v->crossing++;
	else if (c->last_col > COL_LAST)
		v->identified++;
}

/*
 * Text that runs over column 72 in a file that has neither numbers nor
 * continuation lines, nor often something in columns 73 to 80, is free format
 * that happens to be indented.
 */
static enum source_format
source_lines_detect(const struct srctext *src, size_t skip, size_t len)
{
	struct votes v = { 0, 0, 0, 0, 0 };
	struct columns c;
	const char *line;
	uint32_t i;
	size_t n, from;

	for (i = 1; i <= src->nlines; i++) {
		line = srctext_line(src, i, &n);
		from = (size_t)(line - src->p) + (i == 1 ? skip : 0);
		if (from >= len)
			break;
		n = (size_t)(line - src->p) + n;
		columns_read(&c, src->p, from, n < len ? n : len);
		votes_add(&v, &c, src->p);
	}
	if (v.free > v.fixed ||
	    (v.crossing > v.identified && v.tagged == 0))
		return SOURCE_FREE;
	return SOURCE_FIXED;
}

/* >>SOURCE FORMAT IS FREE, $SET SOURCEFORMAT"FREE"; true: a directive. */
static bool
directive_read(const char *p, size_t n, enum source_format *format)
{
	size_t i;

	if (!(n > 2 && p[0] == '>' && p[1] == '>') && !(n > 1 && p[0] == '$'))
		return false;
	for (i = 1; i < n; i++) {
		if (is_letter(p[i - 1]))
			continue;
		if (word_is(p + i, n - i, "FREE"))
			*format = SOURCE_FREE;
		else if (word_is(p + i, n - i, "FIXED"))
			*format = SOURCE_FIXED;
	}
	return true;
}

/* Listing statements, alone on their line, mean nothing to the data. */
static bool
is_listing(const char *p, size_t n)
{
	static const char *const words[] = { "EJECT", "SKIP1", "SKIP2",
	    "SKIP3" };
	uint32_t i;
	size_t len;

	if (word_is(p, n, "TITLE"))
		return n > 6 && (p[6] == '\'' || p[6] == '"');
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (word_is(p, n, words[i])) {
			for (len = 5; len < n && (p[len] == '.' ||
			    blank_at(p + len, n - len) > 0);)
				len++;
			return len == n;
		}
	return false;
}

struct reader {
	struct source_lines *out;
	struct arena *a;
	struct diags *ds;
	enum source_format format;
	struct directives *conditional;
	bool guessed, past_told;
	uint32_t number;	/* of the line */
	uint32_t cap;
};

static void
reader_add(struct reader *r, size_t at, size_t end, uint32_t pad,
    bool continues)
{
	struct source_lines *o = r->out;
	struct code_line *l = ARENA_PUSH(r->a, o->line, o->n, r->cap);

	*l = (struct code_line){ (uint32_t)at, (uint32_t)end, pad, continues,
	    r->number };
}

/* Text that runs past column 80 was never cut at 72. */
static void
reader_comment(struct reader *r, const struct columns *c)
{
	const char *p = r->out->src->p;
	size_t at = c->indicator_at;

	if (c->indicator != '*' && c->indicator != '/')
		for (at = c->first; p[at] != '*'; at++)
			continue;
	comments_add(r->out->comments, r->number, at + 1,
	    c->last_col > COL_CARD ? c->to : c->past, false);
}

static void
reader_fixed(struct reader *r, const struct columns *c)
{
	const struct srctext *src = r->out->src;
	const char *p = src->p;
	struct diag *d;
	size_t at = c->code;
	char next = at < c->past ? p[at] : ' ';

	if (is_comment(c, p)) {
		reader_comment(r, c);
		return;
	}
	if ((c->indicator == 'D' || c->indicator == 'd') &&
	    (blank_at(&next, 1) > 0 || is_digit(next)))
		return;		/* compiled WITH DEBUGGING MODE only */
	if (r->guessed && starts_early(c, p)) {
		diag_add(r->ds, DIAG_C034, srctext_place(src, c->first, 1),
		    "code before column 8 in a fixed format copybook");
		return;
	}
	if (!is_indicator(c->indicator) || c->indicator == 'D' ||
	    c->indicator == 'd')
		at = c->indicator_at;	/* shifted by an editor */
	if (r->guessed && !r->past_told && !c->sequence &&
	    p[c->first] != '*' && runs_past(c, p)) {
		d = diag_add(r->ds, DIAG_C035, srctext_place(src, c->past,
		    c->to - c->past), "text runs past column 72");
		diag_hint(r->ds, d, "say whether the source format is fixed or "
		    "free");
		r->past_told = true;
	}
	reader_add(r, at, c->past, COL_LAST - c->width, c->indicator == '-');
}

static void
reader_line(struct reader *r, size_t from, size_t to)
{
	const char *p = r->out->src->p;
	struct columns c;
	size_t at;

	columns_read(&c, p, from, to);
	if (c.first_col == 0)
		return;
	at = r->format == SOURCE_FIXED && c.sequence && !starts_early(&c, p) ?
	    c.code : c.first;
	while (at < to && blank_at(p + at, to - at) > 0)
		at += blank_at(p + at, to - at);
	if (at == to && c.indicator == ' ')
		return;
	if (at < to && (p[at] == '$' || (p[at] == '>' && to - at > 2 &&
	    p[at + 1] == '>')) &&
	    directives_line(r->conditional, r->out->src, at, to))
		return;
	if (directives_skip(r->conditional) ||
	    directive_read(p + at, to - at, &r->format) ||
	    is_listing(p + at, to - at))
		return;
	if (is_include(p + c.first, to - c.first)) {
		reader_add(r, c.first, to, 0, false);
		return;
	}
	if (r->out->n == 0 && (word_is(p + at, to - at, "CBL") ||
	    word_is(p + at, to - at, "PROCESS"))) {
		directives_process(r->conditional, p + at, to - at);
		return;
	}
	if (r->format == SOURCE_FIXED)
		reader_fixed(r, &c);
	else if (p[c.first] != '/')
		reader_add(r, c.first, to, 0, false);
	else
		comments_add(r->out->comments, r->number, c.first + 1, to,
		    false);
}

/* UTF-16 and EBCDIC would only give noise further on. */
static bool
is_text(const struct srctext *src)
{
	size_t i, blanks = 0, n = src->len < 4096 ? src->len : 4096;

	for (i = 0; i < n; i++) {
		if (src->p[i] == '\0')
			return false;
		blanks += (unsigned char)src->p[i] == 0x40;
	}
	return blanks * 4 <= n || n < 16;	/* 0x40: EBCDIC's space */
}

void
source_lines_read(struct source_lines *o, struct arena *a, struct diags *ds,
    const struct srctext *src, enum source_format format,
    struct directives *conditional)
{
	struct reader r = { .out = o, .a = a, .ds = ds, .format = format,
	    .conditional = conditional };
	uint32_t depth = conditional->depth;
	size_t skip = 0, n, from, len = src->len;
	const char *line;
	struct diag *d;
	uint32_t i;

	*o = (struct source_lines){ .src = src, .comments = o->comments };
	if (!is_text(src)) {
		d = diag_add(ds, DIAG_C003, srctext_place(src, 0, 1),
		    "'%s' is not a text file", src->name);
		diag_hint(ds, d, "copybooks are ASCII, UTF-8 or Latin-1; "
		    "convert UTF-16 and EBCDIC first");
		return;
	}
	if (len >= 3 && memcmp(src->p, "\xef\xbb\xbf", 3) == 0)
		skip = 3;
	while (len > skip && (unsigned char)src->p[len - 1] <= ' ')
		len--;		/* control-Z ended files under CP/M and DOS */
	if (format == SOURCE_AUTO) {
		r.format = source_lines_detect(src, skip, len);
		r.guessed = true;
	}
	for (i = 1; i <= src->nlines; i++) {
		line = srctext_line(src, i, &n);
		from = (size_t)(line - src->p);
		n += from;
		if (from >= len)
			break;
		r.number = i;
		reader_line(&r, from + (i == 1 ? skip : 0), n < len ? n : len);
	}
	directives_leave(conditional, depth);
}
