/*
 * REPLACING and REPLACE; see text_replace.h.
 *
 * What a replacement changed is put together again, from blank to blank, and
 * read by the lexer as if it had stood there; what none touched keeps its
 * tokens, and so its places.
 */
#include "cobol/text_replace.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define RUN_BYTES_MAX	(64u << 10)

static bool
is_single(char c)
{
	return c == '(' || c == ')' || c == ':';
}

/* Whether the token has characters that could be replaced one by one. */
static bool
is_whole(const struct token *t)
{
	return t->kind == TOK_LITERAL || t->kind == TOK_PSEUDO ||
	    t->kind == TOK_HOLE;
}

static struct text_word *
words_add(struct text_words *l, struct arena *a, const struct token *t,
    const char *text, uint32_t len)
{
	struct text_word *w = ARENA_PUSH(a, l->w, l->n, l->cap);

	w->token = t;
	w->text = text;
	w->len = len;
	return w;
}

/* The text words of one token. */
static void
words_of_token(struct text_words *l, struct arena *a, const struct token *t)
{
	const char *text = t->kind == TOK_PERIOD ? "." : t->text;
	uint32_t len = t->kind == TOK_PERIOD ? 1 : t->len, from = 0, to;
	uint32_t first = l->n;

	if (is_whole(t) || len == 0) {
		words_add(l, a, t, text, len)->whole = true;
	} else {
		for (; from < len; from = to) {
			for (to = from + 1; to < len &&
			    !is_single(text[from]) && !is_single(text[to]);)
				to++;
			words_add(l, a, t, text + from, to - from)->glued =
			    from > 0;
		}
	}
	l->w[first].glued = t->glued;
	l->w[first].opens = true;
	l->w[l->n - 1].closes = true;
}

static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ' || (unsigned char)c == 0xa0;
}

/* End of the literal at s[from]; a doubled quotation mark is one of its own. */
static uint32_t
literal_end(const char *s, uint32_t len, uint32_t from)
{
	char quote = s[from++];

	for (; from < len; from++)
		if (s[from] == quote) {
			if (from + 1 < len && s[from + 1] == quote)
				from++;
			else
				return from + 1;
		}
	return len;
}

/* A literal within pseudo-text, as a token of its own. */
static void
words_of_literal(struct text_words *l, struct arena *a, const struct token *t,
    const char *s, uint32_t len)
{
	struct token_list one = { NULL, 0, 0, false, NULL };

	lexer_read_replaced(&one, a, s, len, t);
	if (one.n > 0)
		words_add(l, a, &one.tok[0], one.tok[0].text,
		    one.tok[0].len)->whole = true;
}

static bool
ends_word(const char *s, uint32_t len, uint32_t i)
{
	if (is_blank(s[i]) || is_single(s[i]))
		return true;
	return (s[i] == '.' || s[i] == ',' || s[i] == ';') &&
	    (i + 1 == len || is_blank(s[i + 1]));
}

/* The text words of pseudo-text; separators , and ; are none. */
static void
words_of_pseudo(struct text_words *l, struct arena *a, const struct token *t)
{
	const char *s = t->text;
	char *upper = arena_strndup(a, s, t->len);
	uint32_t i, from, len = t->len;
	bool glued = false;

	for (i = 0; i < len; i++)
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (char)(upper[i] - 'a' + 'A');
	for (i = 0; i < len; glued = true) {
		from = i;
		if (is_blank(s[i]) || ((s[i] == ',' || s[i] == ';') &&
		    ends_word(s, len, i))) {
			while (i < len && (is_blank(s[i]) || i == from))
				i++;
			glued = false;
			if (i == len)
				break;
			from = i;
		}
		if (s[i] == '\'' || s[i] == '"' || (i + 1 < len &&
		    (s[i + 1] == '\'' || s[i + 1] == '"'))) {
			i = literal_end(s, len, s[i] == '\'' || s[i] == '"' ?
			    i : i + 1);
			words_of_literal(l, a, t, s + from, i - from);
		} else {
			i++;
			while (i < len && !is_single(s[from]) &&
			    !ends_word(s, len, i) && s[i] != '\'' &&
			    s[i] != '"')
				i++;
			words_add(l, a, t, upper + from, i - from);
		}
		if (l->n > 0)
			l->w[l->n - 1].glued = glued;
	}
}

static bool
is_operand(const struct token *t)
{
	return t->kind == TOK_PSEUDO || t->kind == TOK_WORD ||
	    t->kind == TOK_LITERAL || t->kind == TOK_NUMBER ||
	    t->kind == TOK_OTHER || t->kind == TOK_PICTURE;
}

/*
 * One operand: pseudo-text, a literal, a word, or an identifier with its
 * qualifiers and subscripts.
 */
static const struct token *
operand_read(struct text_words *l, struct arena *a, const struct token *t)
{
	if (t->kind == TOK_PSEUDO) {
		words_of_pseudo(l, a, t);
		return t + 1;
	}
	words_of_token(l, a, t);
	if (t->kind != TOK_WORD)
		return t + 1;
	for (t++;;) {
		if ((token_is(t, "OF") || token_is(t, "IN")) &&
		    t[1].kind == TOK_WORD) {
			words_of_token(l, a, t++);
			words_of_token(l, a, t++);
		} else if (t->kind == TOK_PUNCT && t->text[0] == '(') {
			while (t->kind != TOK_END && t->kind != TOK_PERIOD &&
			    !(t->kind == TOK_PUNCT && t->text[0] == ')'))
				words_of_token(l, a, t++);
			if (t->kind == TOK_PUNCT)
				words_of_token(l, a, t++);
		} else {
			return t;
		}
	}
}

static bool
operand_expected(struct diags *ds, const struct token *t, const char *what)
{
	diag_add(ds, DIAG_C010, token_place(t), "unexpected %s%s%s, expected "
	    "%s", t->kind == TOK_END ? "end" : t->kind == TOK_PERIOD ?
	    "period" : "'", t->kind == TOK_END || t->kind == TOK_PERIOD ? "" :
	    t->text, t->kind == TOK_END || t->kind == TOK_PERIOD ? "" : "'",
	    what);
	return false;
}

static bool
replacement_read(struct replacement *r, struct arena *a, struct diags *ds,
    const struct token **t)
{
	struct place at;

	if (token_is(*t, "LEADING") && (*t)[1].kind == TOK_PSEUDO)
		r->kind = REPLACE_LEADING;
	else if (token_is(*t, "TRAILING") && (*t)[1].kind == TOK_PSEUDO)
		r->kind = REPLACE_TRAILING;
	*t += r->kind != REPLACE_WHOLE;
	if (!is_operand(*t))
		return operand_expected(ds, *t, "what is to be replaced");
	at = token_place(*t);
	*t = operand_read(&r->from, a, *t);
	if (!token_is(*t, "BY"))
		return operand_expected(ds, *t, "BY");
	++*t;
	if (!is_operand(*t))
		return operand_expected(ds, *t, "what replaces it");
	*t = operand_read(&r->to, a, *t);
	if (r->from.n == 0 || (r->kind != REPLACE_WHOLE && (r->from.n != 1 ||
	    r->to.n > 1 || r->from.w[0].whole))) {
		diag_add(ds, DIAG_C039, at, r->kind == REPLACE_WHOLE ?
		    "the text to be replaced is empty" :
		    "LEADING and TRAILING replace part of one word");
		return false;
	}
	return true;
}

bool
replacements_read(struct replacements *l, struct arena *a, struct diags *ds,
    const struct token **t)
{
	struct replacement *r;

	do {
		if (l->n >= REPLACEMENTS_MAX) {
			diag_add(ds, DIAG_C005, token_place(*t),
			    "more than %u replacements", REPLACEMENTS_MAX);
			return false;
		}
		r = ARENA_PUSH(a, l->r, l->n, l->cap);
		if (!replacement_read(r, a, ds, t)) {
			l->n--;
			return false;
		}
	} while (is_operand(*t) && (!(*t)->first || (*t)->kind == TOK_PSEUDO ||
	    token_is(*t + 1, "BY") || token_is(*t, "LEADING") ||
	    token_is(*t, "TRAILING")));
	return true;
}

static bool
word_equal(const struct text_word *a, const struct text_word *b)
{
	return a->whole == b->whole && a->len == b->len &&
	    memcmp(a->text, b->text, a->len) == 0 && (!a->whole ||
	    (a->token->kind == b->token->kind &&
	    a->token->prefix == b->token->prefix));
}

/* How many words at w match, 0 for none. */
static uint32_t
replacement_match(const struct replacement *r, const struct text_word *w,
    uint32_t n)
{
	const struct text_word *from = r->from.w;
	uint32_t i;

	if (r->kind != REPLACE_WHOLE) {
		if (w->whole || w->len < from->len)
			return 0;
		return memcmp(r->kind == REPLACE_LEADING ? w->text :
		    w->text + w->len - from->len, from->text, from->len) == 0;
	}
	for (i = 0; i < r->from.n; i++)
		if (i == n || !word_equal(&w[i], &from[i]))
			return 0;
	return r->from.n;
}

/* A word of which one end is replaced; it may vanish. */
static void
put_partial(struct text_words *out, struct arena *a,
    const struct replacement *r, const struct text_word *w)
{
	uint32_t cut = r->from.w[0].len, tolen = r->to.n > 0 ?
	    r->to.w[0].len : 0;
	const char *to = tolen > 0 ? r->to.w[0].text : "";
	uint32_t rest = w->len - cut;
	struct text_word *new;
	char *text;

	if (rest + tolen == 0)
		return;
	text = r->kind == REPLACE_LEADING ?
	    arena_printf(a, "%.*s%.*s", (int)tolen, to, (int)rest,
	    w->text + cut) :
	    arena_printf(a, "%.*s%.*s", (int)rest, w->text, (int)tolen, to);
	new = words_add(out, a, w->token, text, rest + tolen);
	new->glued = w->glued;
	new->fresh = true;
}

static void
put_replaced(struct text_words *out, struct arena *a,
    const struct replacement *r, const struct text_word *w)
{
	struct text_word *new;
	uint32_t i;

	if (r->kind != REPLACE_WHOLE) {
		put_partial(out, a, r, w);
		return;
	}
	for (i = 0; i < r->to.n; i++) {
		new = ARENA_PUSH(a, out->w, out->n, out->cap);
		*new = r->to.w[i];
		new->fresh = true;
		if (!new->whole)
			new->token = w->token;
		if (i == 0)
			new->glued = w->glued;
	}
}

/* A literal that replaces something stands where that stood. */
static void
put_whole(struct token_list *out, struct arena *a, const struct text_word *w,
    const struct token *where)
{
	struct token *t = ARENA_PUSH(a, out->tok, out->n, out->cap);

	*t = *w->token;
	if (w->fresh) {
		t->src = where->src;
		t->at = where->at;
		t->mark = where->mark;
		t->first = false;
	}
	t->glued = w->glued;
}

/* Words of a run, i.e. up to the next blank or literal. */
static uint32_t
run_length(const struct text_word *w, uint32_t n)
{
	uint32_t i = 1;

	while (!w[0].whole && i < n && w[i].glued && !w[i].whole)
		i++;
	return i;
}

static bool
run_is_clean(const struct token_list *out, const struct text_word *w,
    uint32_t n)
{
	uint32_t i;

	if (!w[0].opens || !w[n - 1].closes || lexer_wants_picture(out) !=
	    (w[0].token->kind == TOK_PICTURE))
		return false;
	for (i = 0; i < n; i++)
		if (w[i].fresh)
			return false;
	return true;
}

static void
put_run(struct token_list *out, struct arena *a, const struct text_word *w,
    uint32_t n)
{
	struct buf text;
	uint32_t i;

	if (run_is_clean(out, w, n)) {
		for (i = 0; i < n; i++)
			if (w[i].opens)
				*ARENA_PUSH(a, out->tok, out->n, out->cap) =
				    *w[i].token;
		return;
	}
	buf_init(&text, RUN_BYTES_MAX);
	for (i = 0; i < n; i++)
		buf_put(&text, w[i].text, w[i].len);
	lexer_read_replaced(out, a, text.p, text.len, w[0].token);
	buf_fini(&text);
}

static void
put_words(struct token_list *out, struct arena *a, const struct text_words *l)
{
	const struct token *where = NULL;
	uint32_t i, n;

	for (i = 0; i < l->n && !out->full; i += n) {
		n = run_length(&l->w[i], l->n - i);
		if (!l->w[i].whole || !l->w[i].fresh)
			where = l->w[i].token;
		if (out->n + n >= TOKENS_MAX)
			out->full = true;
		else if (l->w[i].whole)
			put_whole(out, a, &l->w[i], where != NULL ? where :
			    l->w[i].token);
		else
			put_run(out, a, &l->w[i], n);
	}
}

bool
replacements_apply(const struct replacements *l, struct token_list *out,
    struct arena *a, const struct token *t, uint32_t n, size_t *budget)
{
	struct text_words in = { NULL, 0, 0 }, made = { NULL, 0, 0 };
	uint32_t i, k, matched;
	size_t bytes;

	for (i = 0; i < n; i++)
		words_of_token(&in, a, &t[i]);
	for (i = 0; i < in.n; i += matched) {
		for (k = 0, matched = 0; k < l->n && matched == 0; k++)
			matched = replacement_match(&l->r[k], &in.w[i],
			    in.n - i);
		if (matched == 0) {
			*ARENA_PUSH(a, made.w, made.n, made.cap) = in.w[i];
			matched = 1;
			continue;
		}
		k--;		/* the one that matched */
		bytes = 64 + l->r[k].to.n * sizeof(struct text_word) +
		    in.w[i].len;
		if (bytes > *budget)
			return false;
		*budget -= bytes;
		put_replaced(&made, a, &l->r[k], &in.w[i]);
	}
	put_words(out, a, &made);
	return true;
}
