/*
 * The clauses of a data description entry; see copybook_parse.h.
 *
 * A clause is a row of a table and a function that reads what follows its
 * word, in any order.  Nothing is a keyword outside the place where it is
 * expected.  Functions return false after they have reported an error; the
 * entry's parser then skips to the next entry.
 */
#include "cobol/copybook_parse.h"
#include "cobol/dialect.h"
#include "cobol/usage_clause.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define OCCURS_MAX	RECORD_MAX
#define LITERAL_JOINED_MAX	(64u << 10)

typedef bool clause_fn(struct parser *, struct node *);

static bool
take_either(struct parser *p, const char *one, const char *other)
{
	return copybook_take(p, one) || copybook_take(p, other);
}

static bool
usage_parse(struct parser *p, struct node *n)
{
	copybook_take(p, "IS");
	return usage_parse_word(p, n);
}

static bool
usage_parse_bare(struct parser *p, struct node *n)
{
	p->at--;		/* the word is the usage */
	return usage_parse_word(p, n);
}

static bool
picture_clause_parse(struct parser *p, struct node *n)
{
	const struct token *t;

	copybook_take(p, "IS");
	t = copybook_peek(p, 0);
	if (t->kind != TOK_PICTURE)
		return copybook_expected(p, "a picture");
	if (n->picture != NULL) {
		diag_add(p->ds, DIAG_C018, token_place(t),
		    "a second PICTURE clause");
		return false;
	}
	p->at++;
	n->picture = t->text;
	n->picture_at = token_place(t);
	if (!picture_parse(&n->pic, t->text, n->picture_at, &p->rules, p->ds))
		n->bad = true;	/* the clauses after it are still good */
	return true;
}

static bool
sign_parse_rest(struct parser *p, struct node *n)
{
	n->sign_at = token_place(copybook_peek(p, 0));
	if (copybook_take(p, "LEADING"))
		n->sign_leading = true;
	else if (!copybook_take(p, "TRAILING"))
		return copybook_expected(p, "LEADING or TRAILING");
	if (copybook_take(p, "SEPARATE")) {
		n->sign_separate = true;
		copybook_take(p, "CHARACTER");
	}
	n->has_sign = true;
	return true;
}

static bool
sign_parse(struct parser *p, struct node *n)
{
	copybook_take(p, "IS");
	return sign_parse_rest(p, n);
}

static bool
sign_parse_bare(struct parser *p, struct node *n)
{
	p->at--;
	return sign_parse_rest(p, n);
}

bool
clauses_at_name(struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	struct diag *d;

	if (t->kind == TOK_WORD)
		return true;
	if (t->kind != TOK_OTHER || (strchr(t->text, ':') == NULL &&
	    strstr(t->text, "==") == NULL && t->text[0] != '('))
		return false;
	if (!p->held) {
		d = diag_add(p->ds, DIAG_C045, token_place(t),
		    "place-holder in '%s' is not replaced", t->text);
		diag_hint(p->ds, d, "COPY ... REPLACING replaces it, and so "
		    "does --replace :TAG:=NAME");
	}
	p->held = true;
	return true;
}

bool
clauses_name_ref(struct parser *p, struct name_ref *r)
{
	const struct token *t = copybook_peek(p, 0);
	const char **names = NULL;
	uint32_t n = 0, cap = 0;

	if (!clauses_at_name(p))
		return copybook_expected(p, "the name of an item");
	r->at = token_place(t);
	do {
		t = copybook_peek(p, 0);
		if (!clauses_at_name(p))
			return copybook_expected(p, "the name of a group");
		*ARENA_PUSH(p->a, names, n, cap) = t->text;
		p->at++;
	} while (take_either(p, "OF", "IN"));
	r->name = names;
	r->n = n;
	return true;
}

static bool
redefines_parse(struct parser *p, struct node *n)
{
	if (n->redefines.n > 0) {
		diag_add(p->ds, DIAG_C018, token_place(copybook_peek(p, 0)),
		    "a second REDEFINES clause");
		return false;
	}
	return clauses_name_ref(p, &n->redefines);
}

/* A whole number, or the constant (level 78) that stands for one. */
static bool
integer_parse(struct parser *p, uint32_t *value, const char *what)
{
	const struct token *t = copybook_peek(p, 0);
	const struct constant *c = copybook_constant(p, t);
	const char *s = t->text;
	uint64_t n = 0;

	if (c != NULL && c->value.kind == LIT_NUMBER)
		s = (const char *)c->value.text.p;
	else if (t->kind != TOK_NUMBER)
		return copybook_expected(p, what);
	for (; *s >= '0' && *s <= '9' && n <= OCCURS_MAX; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	if (*s != '\0' || n > OCCURS_MAX) {
		diag_add(p->ds, DIAG_C025, token_place(t),
		    "'%s' is no whole number up to %u", t->text, OCCURS_MAX);
		return false;
	}
	p->at++;
	*value = (uint32_t)n;
	return true;
}

/* ASCENDING KEY IS a b ... and INDEXED BY a b ...: names, to no effect. */
static bool
names_skip(struct parser *p)
{
	struct name_ref r;
	uint32_t n = 0;

	while (clauses_at_name(p) && (n == 0 ||
	    !(clauses_word(copybook_peek(p, 0)) || copybook_is(p, "INDEXED") ||
	    copybook_is(p, "ASCENDING") || copybook_is(p, "DESCENDING") ||
	    copybook_is(p, "DEPENDING")))) {
		if (!clauses_name_ref(p, &r))
			return false;
		n++;
	}
	return n > 0 || copybook_expected(p, "a name");
}

static bool
occurs_parse_options(struct parser *p, struct node *n)
{
	for (;;) {
		if (copybook_take(p, "DEPENDING")) {
			copybook_take(p, "ON");
			if (!clauses_name_ref(p, &n->depending))
				return false;
			n->has_depending = true;
		} else if (take_either(p, "ASCENDING", "DESCENDING")) {
			copybook_take(p, "KEY");
			copybook_take(p, "IS");
			if (!names_skip(p))
				return false;
		} else if (copybook_take(p, "INDEXED")) {
			copybook_take(p, "BY");
			if (!names_skip(p))
				return false;
		} else {
			return true;
		}
	}
}

static bool
occurs_parse(struct parser *p, struct node *n)
{
	uint32_t first;
	bool range;

	if (n->has_occurs) {
		diag_add(p->ds, DIAG_C018, token_place(copybook_peek(p, 0)),
		    "a second OCCURS clause");
		return false;
	}
	n->has_occurs = true;
	n->occurs_at = token_place(copybook_peek(p, 0));
	if (copybook_is(p, "DYNAMIC") || copybook_is(p, "ANY"))
		return copybook_unsupported(p, copybook_peek(p, 0),
		    "a table whose occurrences are not in the record");
	n->unbounded = copybook_take(p, "UNBOUNDED");
	range = n->unbounded;
	first = 0;
	if (!range) {
		if (!integer_parse(p, &first, "a number of occurrences"))
			return false;
		range = copybook_take(p, "TO");
		n->unbounded = range && copybook_take(p, "UNBOUNDED");
	}
	n->occurs_max = first;
	if (n->unbounded)
		n->occurs_max = OCCURS_MAX;
	else if (range && !integer_parse(p, &n->occurs_max,
	    "the greatest number of occurrences"))
		return false;
	take_either(p, "TIMES", "TIME");
	if (!occurs_parse_options(p, n))
		return false;
	if (n->occurs_max == 0 || (range && n->occurs_max < first)) {
		diag_add(p->ds, DIAG_C025, n->occurs_at, n->occurs_max == 0 ?
		    "OCCURS 0: a table has at least one occurrence" :
		    "OCCURS %u TO %u: the most is less than the least", first,
		    n->occurs_max);
		return false;
	}
	if (range && !n->has_depending)
		return copybook_expected(p, "DEPENDING ON after OCCURS ... TO");
	/* Without TO the least count isn't known: none is refused. */
	n->occurs_min = range ? first : n->has_depending ? 0 : first;
	return true;
}

static const struct {
	const char *word;
	enum literal_kind kind;
} figuratives[] = {
	{ "SPACE", LIT_SPACES }, { "SPACES", LIT_SPACES },
	{ "ZERO", LIT_ZEROS }, { "ZEROS", LIT_ZEROS }, { "ZEROES", LIT_ZEROS },
	{ "LOW-VALUE", LIT_LOW_VALUES }, { "LOW-VALUES", LIT_LOW_VALUES },
	{ "HIGH-VALUE", LIT_HIGH_VALUES }, { "HIGH-VALUES", LIT_HIGH_VALUES },
	{ "QUOTE", LIT_QUOTES }, { "QUOTES", LIT_QUOTES },
	{ "NULL", LIT_NULLS }, { "NULLS", LIT_NULLS },
};

static bool
figurative_find(const struct token *t, enum literal_kind *kind)
{
	uint32_t i;

	for (i = 0; i < sizeof figuratives / sizeof figuratives[0]; i++)
		if (token_is(t, figuratives[i].word)) {
			*kind = figuratives[i].kind;
			return true;
		}
	return false;
}

bool
clauses_at_literal(const struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	enum literal_kind kind;

	return t->kind == TOK_LITERAL || t->kind == TOK_NUMBER ||
	    figurative_find(t, &kind) || token_is(t, "ALL") ||
	    copybook_constant(p, t) != NULL;
}

/* H'1F' and B'101' of Micro Focus are numbers. */
static bool
literal_number(struct parser *p, const struct token *t, struct literal *l)
{
	static const char hex[] = "0123456789ABCDEF";
	uint32_t base = t->prefix == 'H' ? 16 : 2, i;
	uint64_t v = 0;
	const char *at, *s;

	for (i = 0; i < t->len; i++) {
		at = memchr(hex, t->text[i] >= 'a' && t->text[i] <= 'f' ?
		    t->text[i] - 'a' + 'A' : t->text[i], base);
		if (at == NULL || v > UINT64_MAX / 32)
			break;
		v = v * base + (uint64_t)(at - hex);
	}
	if (i < t->len || t->len == 0) {
		diag_add(p->ds, DIAG_C007, token_place(t), "%c'...' is no "
		    "number", t->prefix);
		return false;
	}
	s = arena_printf(p->a, "%llu", (unsigned long long)v);
	l->kind = LIT_NUMBER;
	l->text = (struct slice){ (const uint8_t *)s, strlen(s) };
	return true;
}

static bool
literal_quoted(struct parser *p, const struct token *t, struct literal *l)
{
	if (t->fault == FAULT_OPEN) {
		diag_add(p->ds, DIAG_C006, token_place(t),
		    "literal is not closed");
		return false;
	}
	if (t->fault == FAULT_HEX) {
		diag_add(p->ds, DIAG_C007, token_place(t),
		    "hexadecimal literal needs pairs of digits 0-9 and A-F");
		return false;
	}
	switch (t->prefix) {
	case 'N': case 'U':
		l->kind = t->prefix == 'N' && p->book->nsymbol_dbcs ?
		    LIT_DBCS : LIT_NATIONAL;
		return true;
	case 'G':
		l->kind = LIT_DBCS;
		return true;
	case 'X':
		l->kind = LIT_HEX;
		return true;
	case 'H': case 'B':
		return literal_number(p, t, l);
	default:
		l->kind = LIT_TEXT;
		return true;
	}
}

/* With DECIMAL-POINT IS COMMA, 1,5 comes as two numbers that touch. */
static void
literal_comma(struct parser *p, const struct token *t, struct literal *l)
{
	const struct token *next = copybook_peek(p, 1);
	uint32_t end = t->at + t->mark;
	const char *s;

	if (!p->rules.comma || next->kind != TOK_NUMBER || next->first ||
	    next->src != t->src || next->at != end + 1 ||
	    t->src->p[end] != ',')
		return;
	s = arena_printf(p->a, "%s.%s", t->text, next->text);
	l->text = (struct slice){ (const uint8_t *)s, strlen(s) };
	p->at++;
}

/* 'a' & 'b': one literal (Micro Focus, GnuCOBOL). */
static bool
literal_join(struct parser *p, struct literal *l)
{
	const struct token *t = copybook_peek(p, 1);
	struct literal more = { .at = token_place(t),
	    .text = { (const uint8_t *)t->text, t->len } };
	uint8_t *text;

	p->at++;
	if (t->kind != TOK_LITERAL)
		return copybook_expected(p, "a literal");
	if (!literal_quoted(p, t, &more))
		return false;
	if (more.kind != l->kind)
		return copybook_expected(p, "a literal of the same kind");
	if (l->text.len + more.text.len > LITERAL_JOINED_MAX)
		return copybook_expected(p, "no more of this literal");
	text = arena_alloc(p->a, l->text.len + more.text.len + 1);
	memcpy(text, l->text.p, l->text.len);
	memcpy(text + l->text.len, more.text.p, more.text.len);
	l->text.p = text;
	l->text.len += more.text.len;
	p->at++;
	return true;
}

bool
clauses_literal(struct parser *p, struct literal *l)
{
	bool all = copybook_take(p, "ALL");
	const struct token *t = copybook_peek(p, 0);
	const struct constant *c = copybook_constant(p, t);

	*l = (struct literal){ .kind = LIT_NUMBER, .at = token_place(t),
	    .text = { (const uint8_t *)t->text, t->len } };
	if (c != NULL) {
		*l = c->value;
		l->at = token_place(t);
	} else if (t->kind == TOK_LITERAL) {
		if (!literal_quoted(p, t, l))
			return false;
	} else if (figurative_find(t, &l->kind)) {
		l->text.len = 0;
	} else if (t->kind != TOK_NUMBER) {
		return copybook_expected(p, "a literal");
	} else {
		literal_comma(p, t, l);
	}
	if (all && (l->kind == LIT_TEXT || l->kind == LIT_HEX))
		l->kind = LIT_ALL;
	p->at++;
	while (t->kind == TOK_LITERAL && copybook_peek(p, 0)->kind ==
	    TOK_OTHER && strcmp(copybook_peek(p, 0)->text, "&") == 0)
		if (!literal_join(p, l))
			return false;
	return true;
}

static bool
value_parse(struct parser *p, struct node *n)
{
	struct literal l;

	take_either(p, "IS", "ARE");
	if (!clauses_literal(p, &l))
		return false;
	if (n->value == NULL)
		n->value = arena_copy(p->a, &l, sizeof l);
	/* A table may have a list of values; the first is kept. */
	while (n->has_occurs && clauses_at_literal(p) && !copybook_at_entry(p))
		if (!clauses_literal(p, &l))
			return false;
	return true;
}

static bool
sync_parse(struct parser *p, struct node *n)
{
	n->synchronized = true;
	take_either(p, "LEFT", "RIGHT");
	return true;
}

static bool
justified_parse(struct parser *p, struct node *n)
{
	n->justified = true;
	copybook_take(p, "RIGHT");
	return true;
}

static bool
blank_parse(struct parser *p, struct node *n)
{
	n->blank_zero = true;
	copybook_take(p, "WHEN");
	if (copybook_take(p, "ZERO") || take_either(p, "ZEROS", "ZEROES"))
		return true;
	return copybook_expected(p, "ZERO");
}

static bool
external_parse(struct parser *p, struct node *n)
{
	(void)n;
	if (copybook_take(p, "AS") || copybook_peek(p, 0)->kind == TOK_LITERAL)
		p->at += copybook_peek(p, 0)->kind == TOK_LITERAL;
	return true;
}

static bool
ignored_parse(struct parser *p, struct node *n)
{
	(void)p;
	(void)n;
	return true;
}

/* DATE FORMAT IS pattern: the millennium language extensions. */
static bool
date_parse(struct parser *p, struct node *n)
{
	(void)n;
	copybook_take(p, "FORMAT");
	copybook_take(p, "IS");
	if (copybook_peek(p, 0)->kind != TOK_WORD &&
	    copybook_peek(p, 0)->kind != TOK_NUMBER)
		return copybook_expected(p, "a date pattern");
	do {			/* YYYY, or Y(4)X(4) */
		p->at++;
	} while ((copybook_peek(p, 0)->kind == TOK_PUNCT ||
	    (copybook_peek(p, 0)->glued &&
	    (copybook_peek(p, 0)->kind == TOK_WORD ||
	    copybook_peek(p, 0)->kind == TOK_NUMBER))));
	return true;
}

/* TYPEDEF [STRONG] */
static bool
typedef_parse(struct parser *p, struct node *n)
{
	n->is_typedef = true;
	copybook_take(p, "STRONG");
	return true;
}

/* TYPE [TO] name; SAME [AS] name */
static bool
type_parse(struct parser *p, struct node *n)
{
	if (!copybook_take(p, "TO"))
		copybook_take(p, "AS");
	return clauses_name_ref(p, &n->type);
}

static bool
byte_length_parse(struct parser *p, struct node *n)
{
	copybook_take(p, "IS");
	return integer_parse(p, &n->byte_length, "a number of bytes");
}

static bool
unsupported_parse(struct parser *p, struct node *n)
{
	const struct token *t = copybook_peek(p, 0) - 1;

	(void)n;
	return copybook_unsupported(p, t, t->text);
}

/*
 * The words that start a clause, and what must come next for the word to be
 * one where an item's name may stand: `05 VALUE PIC X` is an item VALUE,
 * `05 VALUE 'A' PIC X` one without a name.  NULL: it is a name there.
 */
static const struct clause {
	const char *word;
	clause_fn *parse;
	const char *next;
} clauses[] = {
	{ "PIC", picture_clause_parse, "p" },
	{ "PICTURE", picture_clause_parse, "p" },
	{ "USAGE", usage_parse, "iu" },
	{ "REDEFINES", redefines_parse, "w" },
	{ "OCCURS", occurs_parse, "n" },
	{ "VALUE", value_parse, "il" },
	{ "VALUES", value_parse, "il" },
	{ "SIGN", sign_parse, "is" },
	{ "LEADING", sign_parse_bare, NULL },
	{ "TRAILING", sign_parse_bare, NULL },
	{ "SYNC", sync_parse, NULL },
	{ "SYNCHRONIZED", sync_parse, NULL },
	{ "SYNCHRONISED", sync_parse, NULL },
	{ "JUST", justified_parse, NULL },
	{ "JUSTIFIED", justified_parse, NULL },
	{ "BLANK", blank_parse, NULL },
	{ "EXTERNAL", external_parse, NULL },
	{ "GLOBAL", ignored_parse, NULL },
	{ "VOLATILE", ignored_parse, NULL },
	{ "BASED", ignored_parse, NULL },
	{ "IS", ignored_parse, NULL },
	{ "DATE", date_parse, NULL },
	{ "GROUP-USAGE", usage_parse_group, NULL },
	{ "TYPE", type_parse, NULL },
	{ "TYPEDEF", typedef_parse, NULL },
	{ "SAME", type_parse, NULL },
	{ "LIKE", unsupported_parse, NULL },
	{ "DYNAMIC", unsupported_parse, NULL },
	{ "ANY", unsupported_parse, NULL },
	{ "BYTE-LENGTH", byte_length_parse, NULL },
};

static const struct clause *
clause_find(const struct token *t)
{
	uint32_t i;

	for (i = 0; i < sizeof clauses / sizeof clauses[0]; i++)
		if (token_is(t, clauses[i].word))
			return &clauses[i];
	return NULL;
}

/* Where no item's name can stand, the word is a clause's. */
bool
clauses_word(const struct token *t)
{
	return clause_find(t) != NULL || usage_is_word(t);
}

static bool
next_is(const struct parser *p, char what)
{
	const struct token *t = copybook_peek(p, 1);
	struct parser q = *p;

	switch (what) {
	case 'p':
		if (token_is(t, "IS"))
			t = copybook_peek(p, 2);
		return t->kind == TOK_PICTURE;
	case 'i':
		return token_is(t, "IS") || token_is(t, "ARE");
	case 'u':
		return usage_is_word(t);
	case 'w':
		return t->kind == TOK_WORD && clause_find(t) == NULL;
	case 'n':
		return t->kind == TOK_NUMBER || copybook_constant(p, t) != NULL;
	case 'l':
		q.at++;
		return clauses_at_literal(&q);
	default:
		return token_is(t, "LEADING") || token_is(t, "TRAILING");
	}
}

bool
clauses_at(const struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	const struct clause *c = clause_find(t);
	const char *next;

	if (c == NULL)
		return usage_is_plain(t);
	for (next = c->next; next != NULL && *next != '\0'; next++)
		if (next_is(p, *next))
			return true;
	return false;
}

static bool
clause_unexpected(struct parser *p, const struct token *t)
{
	const char *words[sizeof clauses / sizeof clauses[0] + 64];
	uint32_t i, n = 0;
	const char *near;
	struct diag *d;

	for (i = 0; i < sizeof clauses / sizeof clauses[0]; i++)
		if (clauses[i].parse != unsupported_parse)
			words[n++] = clauses[i].word;
	n += usage_words(words + n, 64);
	d = copybook_unexpected(p, "a clause or a period");
	near = t->kind == TOK_WORD ? diag_nearest(t->text, t->len, words, n) :
	    NULL;
	if (near != NULL)
		diag_hint(p->ds, d, "did you mean %s?", near);
	return false;
}

bool
clauses_parse(struct parser *p, struct node *n)
{
	const struct clause *c;
	const struct token *t;
	bool good;

	for (;;) {
		t = copybook_peek(p, 0);
		if (t->kind == TOK_PERIOD || t->kind == TOK_END ||
		    copybook_at_entry(p))
			return true;
		if (t->kind == TOK_HOLE) {
			n->bad = true;
			p->at++;
			continue;
		}
		c = clause_find(t);
		if (c == NULL && !usage_is_word(t))
			return clause_unexpected(p, t);
		p->at++;
		good = c != NULL ? c->parse(p, n) : usage_parse_bare(p, n);
		if (!good)
			return false;
	}
}
