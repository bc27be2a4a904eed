/*
 * Tokens of expressions: SQL's, over COBOL names.
 *
 * What differs from SQL: a hyphen between letters or digits belongs to the
 * name, a name may start with a digit (1ST-NAME), and names may have any
 * letter of Unicode and # $ @, as the copybooks of other compilers do.
 * Nothing here knows where a word is a keyword: a name says which word it
 * could be, and the parser decides.
 */
#include "mapping/expr_lexer.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "mapping/mapping.h"

#define TOKENS_MAX	50000u		/* in one expression */

struct lexer {
	struct arena *arena;
	struct diags *diags;
	const struct expr_source *src;
	uint32_t at;
	struct token *token;
	uint32_t n, cap;
};

static const struct {
	const char *name;
	enum word word;
} words[] = {
	{ "CASE", WORD_CASE }, { "WHEN", WORD_WHEN }, { "THEN", WORD_THEN },
	{ "ELSE", WORD_ELSE }, { "END", WORD_END }, { "AND", WORD_AND },
	{ "OR", WORD_OR }, { "NOT", WORD_NOT }, { "IS", WORD_IS },
	{ "IN", WORD_IN }, { "OF", WORD_OF }, { "BETWEEN", WORD_BETWEEN },
	{ "LIKE", WORD_LIKE }, { "TRUE", WORD_TRUE }, { "FALSE", WORD_FALSE },
	{ "NULL", WORD_NULL }, { "AS", WORD_AS }, { "CAST", WORD_CAST },
	{ "DATE", WORD_DATE }, { "TIMESTAMP", WORD_TIMESTAMP },
	{ "FROM", WORD_FROM }, { "FOR", WORD_FOR }, { "BOTH", WORD_BOTH },
	{ "LEADING", WORD_LEADING }, { "TRAILING", WORD_TRAILING },
	{ "ILIKE", WORD_ILIKE }, { "ESCAPE", WORD_ESCAPE },
	{ "DISTINCT", WORD_DISTINCT },
};

enum word
expr_word(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].word;
	return WORD_NONE;
}

bool
expr_is_word(const char *name)
{
	char upper[16];
	size_t i;

	for (i = 0; name[i] != '\0' && i + 1 < sizeof upper; i++)
		upper[i] = name[i] == '_' ? '-' : name[i] >= 'a' &&
		    name[i] <= 'z' ? (char)(name[i] - 0x20) : name[i];
	upper[i] = '\0';
	return name[i] == '\0' && WORD_RESERVED(expr_word(upper));
}

struct place
expr_source_place(const struct expr_source *s, uint32_t from, uint32_t to)
{
	uint32_t a = s->base + from, b = s->base + to;
	struct place at;
	size_t rest;

	if (s->map != NULL) {
		a = s->map[from];
		b = to > from ? s->map[to - 1] + 1 : a + 1;
	}
	at = srctext_place(s->src, a, b > a ? b - a : 1);
	srctext_line(s->src, at.line, &rest);
	rest = rest >= at.col ? rest - at.col + 1 : 1;
	if (at.len > rest)
		at.len = (uint32_t)rest;
	return at;
}

/* 'text' as a YAML single-quoted scalar, or NULL where it would be long. */
static const char *
quoted_whole(struct diags *ds, const struct expr_source *s)
{
	const char *p = s->src->p;
	uint32_t from = s->map != NULL ? s->map[0] : s->base;
	uint32_t to = s->comment_end, i, n = 0;
	char out[160];

	while (to > from && (p[to - 1] == ' ' || p[to - 1] == '\t'))
		to--;
	for (i = from; i < to && n < sizeof out - 2; i++) {
		if (p[i] == '\n')
			return NULL;
		if (p[i] == '\'')
			out[n++] = '\'';
		out[n++] = p[i];
	}
	return i < to ? NULL :
	    arena_printf(ds->arena, "'%.*s'", (int)n, out);
}

void
expr_error(struct diags *ds, const struct expr_source *s, enum diag_code code,
    uint32_t from, uint32_t to, bool early, const char *hint, const char *fmt,
    ...)
{
	struct diag *d;
	const char *message, *whole;
	va_list ap;

	if (early && s->comment_end > 0) {
		whole = quoted_whole(ds, s);
		d = diag_add(ds, DIAG_M009,
		    srctext_place(s->src, s->comment, 1),
		    "the expression is cut here: a blank and # begin a "
		    "comment in YAML");
		diag_hint(ds, d, "quote the whole expression%s%s",
		    whole != NULL ? ": " : "", whole != NULL ? whole : "");
		return;
	}
	va_start(ap, fmt);
	message = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
	d = diag_add(ds, code, expr_source_place(s, from, to), "%s", message);
	if (hint != NULL)
		diag_hint(ds, d, "%s", hint);
}

static int
peek(const struct lexer *l, uint32_t ahead)
{
	uint32_t at = l->at + ahead;

	return at < l->src->len ? (unsigned char)l->src->p[at] : -1;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Blanks, punctuation and symbols of Unicode that editors put where ASCII was
 * meant, and which no compiler takes in a name: Latin-1's upper controls and
 * signs, General Punctuation, arrows to symbols, CJK punctuation, BOM.
 */
static bool
is_sign(uint32_t cp)
{
	if (cp < 0xc0)
		return cp >= 0x80 && cp != 0xaa && cp != 0xb5 && cp != 0xba;
	return cp == 0xd7 || cp == 0xf7 || (cp >= 0x2000 && cp <= 0x206f) ||
	    (cp >= 0x2190 && cp <= 0x2bff) || (cp >= 0x3000 && cp <= 0x3003) ||
	    cp == 0xfeff || (cp >= 0xff01 && cp <= 0xff0f);
}

/* Bytes of the name character at l->at + ahead; hyphens are the caller's. */
static uint32_t
name_char(const struct lexer *l, uint32_t ahead)
{
	const uint8_t *p = (const uint8_t *)l->src->p + l->at + ahead;
	int c = peek(l, ahead);
	size_t n;

	if (c < 0)
		return 0;
	if (c < 0x80)
		return is_digit(c) || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || c == '_' || c == '#' ||
		    c == '$' || c == '@';
	n = utf8_valid(p, l->src->len - l->at - ahead);
	if (n == 0 || is_sign(utf8_get(p, &n)))
		return 0;
	return (uint32_t)n;
}

static bool
lex_fail(struct lexer *l, enum diag_code code, uint32_t len, const char *hint,
    const char *message)
{
	expr_error(l->diags, l->src, code, l->at, l->at + len, false, hint,
	    "%s", message);
	return false;
}

static struct token *
lex_push(struct lexer *l, enum token_kind kind, uint32_t len)
{
	struct token *t;

	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 32 : l->cap * 2;
		l->token = mem_resize(l->token, l->cap, sizeof *l->token);
	}
	t = &l->token[l->n++];
	*t = (struct token){ .kind = kind, .from = l->at, .to = l->at + len };
	t->text.p = (const uint8_t *)l->src->p + l->at;
	t->text.len = len;
	l->at += len;
	return t;
}

/* The bytes between quotes, with doubled ones undone; false: not closed. */
static bool
lex_between_quotes(struct lexer *l, uint32_t from, int quote,
    struct slice *text, uint32_t *to)
{
	const char *p = l->src->p;
	uint32_t i, n = 0, doubled = 0;
	char *copy;

	for (i = from; i < l->src->len; i++) {
		if (p[i] != quote)
			continue;
		if (i + 1 == l->src->len || p[i + 1] != quote)
			break;
		doubled++;
		i++;
	}
	if (i >= l->src->len)
		return false;
	*to = i + 1;
	text->p = (const uint8_t *)p + from;
	text->len = i - from;
	if (doubled == 0)
		return true;
	copy = arena_alloc(l->arena, text->len - doubled);
	for (i = from; i < *to - 1; i++) {
		copy[n++] = p[i];
		i += p[i] == quote;
	}
	*text = (struct slice){ (const uint8_t *)copy, n };
	return true;
}

static bool
lex_text(struct lexer *l)
{
	struct slice text;
	uint32_t to;

	if (!lex_between_quotes(l, l->at + 1, '\'', &text, &to)) {
		expr_error(l->diags, l->src, DIAG_M042, l->at, l->at + 1, true,
		    "a quote inside a text is written twice: 'it''s'",
		    "the text is not closed");
		return false;
	}
	lex_push(l, TOKEN_TEXT, to - l->at)->text = text;
	return true;
}

static bool
lex_quoted(struct lexer *l)
{
	struct slice text;
	uint32_t to;

	if (!lex_between_quotes(l, l->at + 1, '"', &text, &to)) {
		expr_error(l->diags, l->src, DIAG_M042, l->at, l->at + 1, true,
		    "\"...\" is a field's name; texts are in '...'",
		    "the quoted name is not closed");
		return false;
	}
	if (text.len == 0)
		return lex_fail(l, DIAG_M040, 2, "an empty text is ''",
		    "a quoted name must not be empty");
	lex_push(l, TOKEN_QUOTED, to - l->at)->name =
	    arena_strndup(l->arena, (const char *)text.p, text.len);
	return true;
}

static int
hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* x'C1C2' */
static bool
lex_hex(struct lexer *l)
{
	struct slice text;
	uint8_t *bytes;
	uint32_t i, to;
	int high, low;

	if (!lex_between_quotes(l, l->at + 2, '\'', &text, &to)) {
		expr_error(l->diags, l->src, DIAG_M042, l->at, l->at + 2, true,
		    NULL, "the hexadecimal literal is not closed");
		return false;
	}
	if (text.len % 2 != 0)
		return lex_fail(l, DIAG_M046, to - l->at, NULL,
		    "the hexadecimal literal has an odd number of digits");
	bytes = arena_alloc(l->arena, text.len / 2);
	for (i = 0; i < text.len; i += 2) {
		high = hex_value(text.p[i]);
		low = hex_value(text.p[i + 1]);
		if (high < 0 || low < 0)
			return lex_fail(l, DIAG_M046, to - l->at, NULL,
			    "the hexadecimal literal has a character that is "
			    "no digit");
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	lex_push(l, TOKEN_HEX, to - l->at)->text =
	    (struct slice){ bytes, text.len / 2 };
	return true;
}

/* Upper case, _ is -: as COBOL compares words. */
static char *
name_fold(struct arena *a, const char *p, uint32_t n)
{
	char *s = arena_strndup(a, p, n);
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (s[i] >= 'a' && s[i] <= 'z')
			s[i] = (char)(s[i] - 'a' + 'A');
		else if (s[i] == '_')
			s[i] = '-';
	}
	return s;
}

/* A number without its sign; `n` digits are at l->at. */
static bool
lex_number(struct lexer *l, uint32_t n)
{
	if (peek(l, n) == '.' && is_digit(peek(l, n + 1))) {
		for (n++; is_digit(peek(l, n)); n++)
			continue;
	} else if (peek(l, n) == '.') {
		return lex_fail(l, DIAG_M043, n + 1,
		    "write 5 or 5.0", "a number ends with its point");
	}
	if (peek(l, n) == '.')
		return lex_fail(l, DIAG_M043, n + 1, NULL,
		    "a number has two points");
	if (name_char(l, n) > 0)
		return lex_fail(l, DIAG_M043, n + 1,
		    "write the number without an exponent",
		    "a letter follows a number");
	lex_push(l, TOKEN_NUMBER, n);
	return true;
}

/* A name, a number, or what starts like one. */
static bool
lex_word(struct lexer *l)
{
	const char *p = l->src->p + l->at;
	uint32_t n = 0, digits = 0, hyphens = 0, step;
	struct token *t;

	while ((step = name_char(l, n)) > 0 || peek(l, n) == '-') {
		if (step == 0 && peek(l, n + 1) == '>')
			break;		/* C's or JSON's arrow */
		hyphens += step == 0;
		digits += is_digit(peek(l, n));
		n += step > 0 ? step : 1;
	}
	if (digits == n)
		return lex_number(l, n);
	if (p[n - 1] == '-') {
		expr_error(l->diags, l->src, DIAG_M044, l->at, l->at + n,
		    false, "a minus has a blank on both sides: A - B",
		    "'%.*s' ends with a hyphen", (int)n, p);
		return false;
	}
	if (digits + hyphens == n) {
		expr_error(l->diags, l->src, DIAG_M043, l->at, l->at + n,
		    false, "a minus has a blank on both sides: 5 - 3; a "
		    "field without a letter is written in double quotes",
		    "'%.*s' is no number and no name", (int)n, p);
		return false;
	}
	if (peek(l, n) == '\'') {
		if (n == 1 && (p[0] | 0x20) == 'x')
			return lex_hex(l);
		if (n == 1 && strchr("eEnNbB", p[0]) != NULL)
			return lex_fail(l, DIAG_M047, n + 1,
			    "texts are written 'it''s', bytes x'C1C2'",
			    "no such kind of literal");
	}
	t = lex_push(l, TOKEN_NAME, n);
	t->name = name_fold(l->arena, p, n);
	t->word = expr_word(t->name);
	return true;
}

/* What people write for operators that SQL or decant has otherwise. */
static const struct {
	const char *is, *hint;
} strange[] = {
	{ "==", "equality is written =" },
	{ "=>", "greater or equal is written >=" },
	{ "=<", "less or equal is written <=" },
	{ "=~", "use like" },
	{ "><", "not equal is written <>" },
	{ "<<", NULL }, { ">>", NULL },
	{ "<=>", "use is null, or coalesce" },
	{ "&&", "conjunction is written and" },
	{ "&", "texts are joined by ||, conditions by and" },
	{ "|", "texts are joined by ||, conditions by or" },
	{ "!", "negation is written not, not equal <>" },
	{ "**", "there is no operator for powers" },
	{ "^", "there is no operator for powers" },
	{ "~", "use like" },
	{ "->", NULL },
	{ "--", "a comment stands after # in the mapping; a minus has a blank "
	    "on both sides" },
	{ "/*", "a comment stands after # in the mapping" },
	{ ":=", NULL },
	{ ":", "a cast is written ::type or cast(... as type)" },
	{ ";", "an expression ends without a semicolon" },
	{ "[", "a subscript is written in parentheses: PHONE(2)" },
	{ "]", NULL }, { "{", NULL }, { "}", NULL },
	{ "`", "a name is quoted with \"...\"" },
	{ "\\", NULL }, { "?", NULL },
};

static const struct {
	const char *is;
	enum token_kind kind;
} operators[] = {
	/* longer ones first */
	{ "<>", TOKEN_NE }, { "!=", TOKEN_NE }, { "<=", TOKEN_LE },
	{ ">=", TOKEN_GE }, { "||", TOKEN_CONCAT }, { "::", TOKEN_TYPECAST },
	{ "(", TOKEN_LEFT }, { ")", TOKEN_RIGHT }, { ",", TOKEN_COMMA },
	{ ".", TOKEN_DOT }, { "+", TOKEN_PLUS }, { "-", TOKEN_MINUS },
	{ "*", TOKEN_STAR }, { "/", TOKEN_SLASH }, { "=", TOKEN_EQ },
	{ "<", TOKEN_LT }, { ">", TOKEN_GT }, { "%", TOKEN_PERCENT },
};

static bool
lex_is(const struct lexer *l, const char *s)
{
	size_t n = strlen(s);

	return l->src->len - l->at >= n &&
	    memcmp(l->src->p + l->at, s, n) == 0;
}

static bool
lex_strange(struct lexer *l)
{
	const uint8_t *p = (const uint8_t *)l->src->p + l->at;
	const char *hint = NULL;
	size_t n = utf8_valid(p, l->src->len - l->at);
	uint32_t cp;

	if (n == 0)
		return lex_fail(l, DIAG_M003, 1, "save the file as UTF-8",
		    "a byte that is not UTF-8");
	cp = utf8_get(p, &n);
	if (cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200b) ||
	    cp == 0x202f)
		hint = "it looks like a blank; write a blank";
	else if (cp >= 0x2010 && cp <= 0x2015)
		hint = "it looks like a hyphen; write -";
	else if (cp >= 0x2018 && cp <= 0x201f)
		hint = "texts are in straight quotes: '...'";
	if (cp < 0x20 || cp == 0x7f)
		expr_error(l->diags, l->src, DIAG_M047, l->at, l->at + 1,
		    false, hint, "control character X'%02X' in an expression",
		    (unsigned)cp);
	else
		expr_error(l->diags, l->src, DIAG_M047, l->at,
		    l->at + (uint32_t)n, false, hint,
		    "'%.*s' means nothing in an expression", (int)n,
		    (const char *)p);
	return false;
}

static bool
lex_operator(struct lexer *l)
{
	size_t i, n = 0;
	uint32_t k;

	for (i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		n = strlen(strange[i].is);
		if (!lex_is(l, strange[i].is) || lex_is(l, "!=") ||
		    lex_is(l, "||") || lex_is(l, "::"))
			continue;
		expr_error(l->diags, l->src, DIAG_M047, l->at,
		    l->at + (uint32_t)n, false, strange[i].hint,
		    "'%s' is no operator here", strange[i].is);
		return false;
	}
	for (i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		n = strlen(operators[i].is);
		if (lex_is(l, operators[i].is))
			break;
	}
	if (i == sizeof operators / sizeof operators[0])
		return lex_strange(l);
	if (operators[i].kind == TOKEN_DOT && is_digit(peek(l, 1)) &&
	    !(l->n > 0 && l->token[l->n - 1].to == l->at &&
	    (l->token[l->n - 1].kind == TOKEN_NAME ||
	    l->token[l->n - 1].kind == TOKEN_QUOTED ||
	    l->token[l->n - 1].kind == TOKEN_RIGHT))) {
		for (k = 1; is_digit(peek(l, k)); k++)
			continue;
		if (peek(l, k) == '.' || name_char(l, k) > 0)
			return lex_fail(l, DIAG_M043, k + 1, NULL,
			    "a number is followed by a point or letter");
		lex_push(l, TOKEN_NUMBER, k);
		return true;
	}
	lex_push(l, operators[i].kind, (uint32_t)n);
	return true;
}

bool
expr_lex(struct arena *a, struct diags *ds, const struct expr_source *src,
    struct token **out, uint32_t *n)
{
	struct lexer l = { .arena = a, .diags = ds, .src = src };
	bool good = true;
	int c;

	while (good && l.at < src->len) {
		c = peek(&l, 0);
		if (is_blank(c))
			l.at++;
		else if (l.n >= TOKENS_MAX)
			good = lex_fail(&l, DIAG_M048, 1,
			    "a crosswalk file with lookup() is better for "
			    "long lists", "the expression has too many parts");
		else if (c == '\'')
			good = lex_text(&l);
		else if (c == '"')
			good = lex_quoted(&l);
		else if (name_char(&l, 0) > 0)
			good = lex_word(&l);
		else
			good = lex_operator(&l);
	}
	if (good)
		lex_push(&l, TOKEN_END, 0);
	*out = l.token;
	*n = l.n;
	return good;
}
