/*
 * Words of a copybook; see cobol_lexer.h.
 *
 * A cursor walks the bytes of the lines of code.  The end of a line is a
 * blank, unless the next line continues it: then a word goes on with that
 * line's first character, and a literal with the one after its quotation mark
 * (IBM Enterprise COBOL Language Reference, "Continuation lines").
 */
#include "cobol/cobol_lexer.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cobol/comment_lines.h"

#define LITERAL_MAX	(64u << 10)

struct lexer {
	struct token_list *out;
	struct arena *a;
	const struct source_lines *in;
	uint32_t line;
	size_t at;		/* in the text; the line's end: at its end */
	struct buf text;
	bool first;
	const struct token *from;	/* whose place tokens get, or NULL */
	uint32_t line_before;		/* where the last token ended */
	size_t end_before;
};

static const struct code_line *
lexer_line(const struct lexer *x)
{
	return &x->in->line[x->line];
}

static bool
lexer_done(const struct lexer *x)
{
	return x->line >= x->in->n;
}

/* The byte `ahead` of the cursor on this line; the end of the line is LF. */
static char
lexer_peek(const struct lexer *x, uint32_t ahead)
{
	if (lexer_done(x) || x->at + ahead >= lexer_line(x)->end)
		return '\n';
	return x->in->src->p[x->at + ahead];
}

static size_t
lexer_blank(const struct lexer *x)
{
	unsigned char c = (unsigned char)lexer_peek(x, 0);

	if (c == '\n')
		return 0;
	if (c <= ' ' || c == 0xa0)
		return 1;
	return c == 0xc2 && (unsigned char)lexer_peek(x, 1) == 0xa0 ? 2 : 0;
}

static void
lexer_next_line(struct lexer *x)
{
	x->line++;
	if (!lexer_done(x))
		x->at = lexer_line(x)->at;
	x->first = true;
}

static void
lexer_skip_blanks(struct lexer *x)
{
	while (lexer_blank(x) > 0)
		x->at += lexer_blank(x);
}

static bool
lexer_next_continues(const struct lexer *x)
{
	return x->line + 1 < x->in->n && x->in->line[x->line + 1].continues;
}

/*
 * At the end of a line inside a word: true when the word goes on in the next
 * one, with the cursor there.  A quotation mark there belongs to a literal.
 */
static bool
lexer_word_continues(struct lexer *x)
{
	struct lexer y = *x;
	char c;

	if (lexer_peek(x, 0) != '\n' || !lexer_next_continues(x))
		return false;
	lexer_next_line(&y);
	lexer_skip_blanks(&y);
	c = lexer_peek(&y, 0);
	if (c == '\'' || c == '"' || c == '\n')
		return false;
	x->line = y.line;
	x->at = y.at;
	return true;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A character of a name.  @ # $ are in names of PL/I and HLASM descent. */
static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '@' ||
	    c == '#' || c == '$';
}

/* , ; and . are separators when a blank or the line's end follows. */
static bool
lexer_ends_after(const struct lexer *x, uint32_t ahead)
{
	struct lexer y = *x;

	y.at += ahead;
	return lexer_peek(&y, 0) == '\n' || lexer_blank(&y) > 0;
}

static struct token *
lexer_open(struct lexer *x, enum token_kind kind)
{
	struct token *t;

	if (x->out->n >= TOKENS_MAX) {
		x->out->full = true;
		x->out->n--;	/* keep room; the rest is not read anyway */
	}
	t = ARENA_PUSH(x->a, x->out->tok, x->out->n, x->out->cap);
	*t = (struct token){ .kind = kind, .first = x->first,
	    .src = x->in->src, .at = (uint32_t)x->at, .text = "" };
	t->glued = x->line == x->line_before && x->at == x->end_before;
	x->first = false;
	buf_clear(&x->text);
	return t;
}

static void
lexer_close(struct lexer *x, struct token *t, uint32_t line)
{
	size_t end = line == x->line ? x->at : x->in->line[line].end;

	t->mark = end > t->at ? (uint32_t)(end - t->at) : 1;
	t->text = arena_strndup(x->a, x->text.p, x->text.len);
	t->len = (uint32_t)x->text.len;
	x->line_before = x->line;
	x->end_before = x->at;
	if (x->from != NULL) {
		t->src = x->from->src;
		t->at = x->from->at;
		t->mark = x->from->mark;
	}
}

static bool
is_number(const char *s, size_t n)
{
	size_t i = n > 0 && (s[0] == '+' || s[0] == '-') ? 1 : 0, digits = 0;
	uint32_t points = 0;

	for (; i < n; i++) {
		if (is_digit(s[i]))
			digits++;
		else if (s[i] == '.')
			points++;
		else
			return false;
	}
	return digits > 0 && points <= 1;
}

/* Up to the next blank, less the separator at its end. */
static void
lexer_other(struct lexer *x, struct token *t)
{
	t->kind = TOK_OTHER;
	while (lexer_peek(x, 0) != '\n' && lexer_blank(x) == 0) {
		char c = lexer_peek(x, 0);

		if ((c == '.' || c == ',' || c == ';') && x->text.len > 0 &&
		    lexer_ends_after(x, 1))
			break;
		buf_putc(&x->text, upper(c));
		x->at++;
	}
}

/* ==TAG==NAME: somebody's place-holder, not the operand of a REPLACING. */
static bool
lexer_at_holder(const struct lexer *x)
{
	static const char *const before[] = { "REPLACING", "REPLACE", "BY",
	    "ALSO", "LEADING", "TRAILING" };
	const struct token_list *l = x->out;
	const struct token *last = l->n > 1 ? &l->tok[l->n - 2] : NULL;
	uint32_t n = 2, i;

	if (last != NULL && last->kind == TOK_PSEUDO)
		return false;
	if (l->n > 2 && token_is(last, "BY") && token_is(last - 1, "INDEXED"))
		last = NULL;
	for (i = 0; last != NULL && i < sizeof before / sizeof before[0]; i++)
		if (token_is(last, before[i]))
			return false;
	while (is_word(lexer_peek(x, n)))
		n++;
	return n > 2 && lexer_peek(x, n) == '=' &&
	    lexer_peek(x, n + 1) == '=' && is_word(lexer_peek(x, n + 2));
}

static void
lexer_word(struct lexer *x, struct token *t)
{
	char c;

	for (;;) {
		c = lexer_peek(x, 0);
		if (c == '.' && is_digit(lexer_peek(x, 1)) &&
		    (x->text.len == 0 || is_number(x->text.p, x->text.len))) {
			buf_putc(&x->text, c);
		} else if (is_word(c) || (c == '+' && x->text.len == 0)) {
			buf_putc(&x->text, upper(c));
		} else if (c == '\n' && lexer_word_continues(x)) {
			continue;
		} else {
			break;
		}
		x->at++;
	}
	t->kind = is_number(x->text.p, x->text.len) ? TOK_NUMBER : TOK_WORD;
	if (c == ':')		/* NAME-:TAG: */
		lexer_other(x, t);
}

/* The character string after PICTURE. */
static void
lexer_picture(struct lexer *x, struct token *t)
{
	char last;

	for (;;) {
		while (lexer_peek(x, 0) != '\n' && lexer_blank(x) == 0) {
			buf_putc(&x->text, upper(lexer_peek(x, 0)));
			x->at++;
		}
		last = x->text.len > 0 ? x->text.p[x->text.len - 1] : '\0';
		if (last == '.' || !lexer_word_continues(x))
			break;
	}
	t->kind = TOK_PICTURE;
	if (last == '.' || last == ',' || last == ';') {
		x->text.p[--x->text.len] = '\0';
		x->at--;	/* the separator is a token of its own */
	}
}

/* Takes one character of a literal; Latin-1 becomes UTF-8. */
static void
lexer_literal_char(struct lexer *x)
{
	const char *p = x->in->src->p + x->at;
	size_t left = lexer_line(x)->end - x->at;
	size_t len = utf8_valid((const uint8_t *)p, left);
	uint8_t out[4];

	if (len > 0) {
		buf_put(&x->text, p, len);
		x->at += len;
	} else {
		buf_put(&x->text, out, utf8_put(out, (uint8_t)*p));
		x->at++;
	}
}

/*
 * At the end of a line inside a literal: the columns up to 72 belong to it.
 * True when the next line goes on with it.
 */
static bool
lexer_literal_continues(struct lexer *x, char quote)
{
	struct lexer y = *x;
	uint32_t i;

	if (!lexer_next_continues(x))
		return false;
	for (i = 0; i < lexer_line(x)->pad; i++)
		buf_putc(&x->text, ' ');
	lexer_next_line(&y);
	lexer_skip_blanks(&y);
	if (lexer_peek(&y, 0) != quote)
		return false;
	x->line = y.line;
	x->at = y.at + 1;
	return true;
}

/* A quotation mark in column 72, and two in the next line: one of its own. */
static bool
lexer_split_quote(struct lexer *x, char quote)
{
	struct lexer y = *x;

	if (lexer_peek(x, 1) != '\n' || lexer_line(x)->pad > 0 ||
	    !lexer_next_continues(x))
		return false;
	lexer_next_line(&y);
	lexer_skip_blanks(&y);
	if (lexer_peek(&y, 0) != quote || lexer_peek(&y, 1) != quote)
		return false;
	x->line = y.line;
	x->at = y.at + 1;
	return true;
}

static int
hex_digit(char c)
{
	c = upper(c);
	return is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
lexer_hex(struct lexer *x, struct token *t)
{
	size_t i;
	int hi, lo;

	for (i = 0; i + 1 < x->text.len; i += 2) {
		hi = hex_digit(x->text.p[i]);
		lo = hex_digit(x->text.p[i + 1]);
		if (hi < 0 || lo < 0)
			break;
		x->text.p[i / 2] = (char)(hi << 4 | lo);
	}
	if (i != x->text.len || i == 0)
		t->fault = FAULT_HEX;
	else
		x->text.len = i / 2;
}

static void
lexer_literal(struct lexer *x, struct token *t)
{
	char quote = lexer_peek(x, 0);

	t->kind = TOK_LITERAL;
	x->at++;
	for (;;) {
		if (lexer_peek(x, 0) == '\n') {
			if (lexer_literal_continues(x, quote))
				continue;
			t->fault = FAULT_OPEN;
			break;
		}
		if (lexer_peek(x, 0) == quote) {
			if (lexer_peek(x, 1) == quote)
				x->at++;
			else if (!lexer_split_quote(x, quote))
				break;
		}
		lexer_literal_char(x);
	}
	if (t->fault == FAULT_NONE)
		x->at++;
	if (t->prefix == 'X' && t->fault == FAULT_NONE)
		lexer_hex(x, t);
	else if (t->prefix == 'Z')
		buf_putc(&x->text, '\0');	/* null-terminated literal */
}

/* Pseudo-text runs over lines, whose ends are blanks. */
static void
lexer_pseudo(struct lexer *x, struct token *t)
{
	t->kind = TOK_PSEUDO;
	x->at += 2;
	while (!lexer_done(x)) {
		if (lexer_peek(x, 0) == '=' && lexer_peek(x, 1) == '=') {
			x->at += 2;
			return;
		}
		if (lexer_peek(x, 0) == '\n') {
			buf_putc(&x->text, ' ');
			lexer_next_line(x);
		} else {
			buf_putc(&x->text, lexer_peek(x, 0));
			x->at++;
		}
	}
	t->fault = FAULT_OPEN;
}

/* Whether the last tokens are PICTURE [IS], so that a picture comes next. */
bool
lexer_wants_picture(const struct token_list *l)
{
	const struct token *t = l->tok;
	uint32_t n = l->n;

	if (n > 1 && token_is(&t[n - 1], "IS"))
		n--;
	return n > 0 && (token_is(&t[n - 1], "PIC") ||
	    token_is(&t[n - 1], "PICTURE"));
}

/* `05 PIC PIC X`: the first one was the item's name. */
static bool
lexer_name_is_pic(const struct lexer *x)
{
	struct lexer y = *x;
	uint32_t n = x->out->n, len = 0;

	if (n < 2 || x->out->tok[n - 2].kind != TOK_NUMBER)
		return false;
	while (is_word(lexer_peek(&y, len)))
		len++;
	return (len == 3 || len == 7) && upper(lexer_peek(x, 0)) == 'P' &&
	    upper(lexer_peek(x, 1)) == 'I' && upper(lexer_peek(x, 2)) == 'C';
}

static bool
lexer_at_is(const struct lexer *x)
{
	return upper(lexer_peek(x, 0)) == 'I' &&
	    upper(lexer_peek(x, 1)) == 'S' && lexer_ends_after(x, 2) &&
	    !token_is(&x->out->tok[x->out->n - 1], "IS");
}

/* `05 (TAG)-NAME`: a place-holder in the place of a name. */
static bool
lexer_at_paren_holder(const struct lexer *x)
{
	const struct token_list *l = x->out;
	uint32_t n = 1;

	if (l->n < 2 || l->tok[l->n - 2].kind != TOK_NUMBER ||
	    !l->tok[l->n - 2].first || lexer_peek(x, 0) != '(')
		return false;
	while (is_word(lexer_peek(x, n)))
		n++;
	return n > 1 && lexer_peek(x, n) == ')' &&
	    is_word(lexer_peek(x, n + 1));
}

static void
lexer_token(struct lexer *x)
{
	char c = lexer_peek(x, 0), next = lexer_peek(x, 1);
	bool picture = lexer_wants_picture(x->out) && !lexer_at_is(x) &&
	    !lexer_name_is_pic(x) && !(c == '.' && lexer_ends_after(x, 1));
	struct token *t = lexer_open(x, TOK_OTHER);
	uint32_t line = x->line;

	if (picture) {
		lexer_picture(x, t);
	} else if (c == '\'' || c == '"') {
		lexer_literal(x, t);
	} else if ((next == '\'' || next == '"') &&
	    strchr("XZNGBUHxzngbuh", c) != NULL) {
		t->prefix = upper(c);
		x->at++;
		lexer_literal(x, t);
	} else if (c == '.' && !is_digit(next)) {
		t->kind = TOK_PERIOD;
		x->at++;
	} else if (lexer_at_paren_holder(x)) {
		lexer_other(x, t);
	} else if (c == '(' || c == ')') {
		t->kind = TOK_PUNCT;
		buf_putc(&x->text, c);
		x->at++;
	} else if (c == '=' && next == '=' && lexer_at_holder(x)) {
		lexer_other(x, t);
	} else if (c == '=' && next == '=') {
		lexer_pseudo(x, t);
	} else if (is_word(c) || c == '.' || (c == '+' && is_digit(next))) {
		lexer_word(x, t);
	} else {
		lexer_other(x, t);
	}
	lexer_close(x, t, line);
}

static void
lexer_run(struct lexer *x)
{
	char c;

	buf_init(&x->text, LITERAL_MAX);
	if (x->in->n > 0)
		x->at = x->in->line[0].at;
	while (!lexer_done(x) && !x->out->full) {
		lexer_skip_blanks(x);
		c = lexer_peek(x, 0);
		/* * first in a line: a comment somebody shifted.  No entry
		 * has it there, but a picture on a line of its own may. */
		if (c == '*' && (lexer_peek(x, 1) == '>' ||
		    (x->first && !lexer_wants_picture(x->out)))) {
			comments_add(x->in->comments, lexer_line(x)->number,
			    x->at + 1, lexer_line(x)->end, !x->first);
			c = '\n';
		}
		if (c == '\n')
			lexer_next_line(x);
		else if ((c == ',' || c == ';') && !lexer_wants_picture(x->out))
			x->at++;	/* a separator, blank after it or not */
		else
			lexer_token(x);
	}
	buf_fini(&x->text);
}

void
lexer_read(struct token_list *out, struct arena *a,
    const struct source_lines *in)
{
	struct lexer x = { .out = out, .a = a, .in = in, .first = true,
	    .line_before = UINT32_MAX };

	lexer_run(&x);
}

void
lexer_read_replaced(struct token_list *out, struct arena *a, const char *text,
    size_t len, const struct token *from)
{
	struct srctext src = { .name = from->src->name, .p = text,
	    .len = len };
	struct code_line line = { 0, (uint32_t)len, 0, false, 0 };
	struct source_lines lines = { &src, &line, 1, NULL };
	struct lexer x = { .out = out, .a = a, .in = &lines,
	    .first = from->first, .from = from, .line_before = UINT32_MAX };

	lexer_run(&x);
}

struct place
token_place(const struct token *t)
{
	return srctext_place(t->src, t->at, t->mark);
}

bool
token_is(const struct token *t, const char *word)
{
	return t->kind == TOK_WORD && strcmp(t->text, word) == 0;
}
