/*
 * The clauses of a data description entry; see copybook_parse.h.
 *
 * A clause is a row of a table and a function that reads what follows its
 * word, in any order.  Nothing is a keyword outside the place where it is
 * expected.  Functions return false after they have reported an error; the
 * entry's parser then skips to the next entry.
 */
#include "cobol/copybook_parse.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define OCCURS_MAX	RECORD_MAX

typedef bool clause_fn(struct parser *, struct node *);

static bool clause_word(const struct token *);

static bool
take_either(struct parser *p, const char *one, const char *other)
{
	return copybook_take(p, one) || copybook_take(p, other);
}

/*
 * Usages.  size: of an item that has no picture; 0: it needs one.  The sizes
 * of addresses are those of 31-bit z/OS (Programming Guide, "LP(32)").
 */
static const struct usage_word {
	const char *word;
	enum usage usage;
	uint32_t size;
	bool supported;
} usages[] = {
	{ "DISPLAY", USAGE_DISPLAY, 0, true },
	{ "COMP", USAGE_BINARY, 0, true },
	{ "COMPUTATIONAL", USAGE_BINARY, 0, true },
	{ "COMP-4", USAGE_BINARY, 0, true },
	{ "COMPUTATIONAL-4", USAGE_BINARY, 0, true },
	{ "BINARY", USAGE_BINARY, 0, true },
	{ "COMP-5", USAGE_COMP5, 0, true },
	{ "COMPUTATIONAL-5", USAGE_COMP5, 0, true },
	{ "COMP-3", USAGE_PACKED, 0, true },
	{ "COMPUTATIONAL-3", USAGE_PACKED, 0, true },
	{ "PACKED-DECIMAL", USAGE_PACKED, 0, true },
	{ "COMP-1", USAGE_FLOAT, 4, true },
	{ "COMPUTATIONAL-1", USAGE_FLOAT, 4, true },
	{ "COMP-2", USAGE_DOUBLE, 8, true },
	{ "COMPUTATIONAL-2", USAGE_DOUBLE, 8, true },
	{ "INDEX", USAGE_INDEX, 4, true },
	{ "POINTER", USAGE_POINTER, 4, true },
	{ "POINTER-32", USAGE_POINTER, 4, true },
	{ "FUNCTION-POINTER", USAGE_POINTER, 4, true },
	{ "PROCEDURE-POINTER", USAGE_POINTER, 8, true },
	{ "OBJECT", USAGE_POINTER, 4, true },
	{ "DISPLAY-1", USAGE_DISPLAY, 0, false },
	{ "NATIONAL", USAGE_DISPLAY, 0, false },
	{ "UTF-8", USAGE_DISPLAY, 0, false },
	{ "COMP-6", USAGE_PACKED, 0, false },
	{ "COMPUTATIONAL-6", USAGE_PACKED, 0, false },
	{ "COMP-X", USAGE_BINARY, 0, false },
	{ "COMPUTATIONAL-X", USAGE_BINARY, 0, false },
	{ "COMP-N", USAGE_BINARY, 0, false },
	{ "COMPUTATIONAL-N", USAGE_BINARY, 0, false },
	{ "BINARY-CHAR", USAGE_BINARY, 1, false },
	{ "BINARY-SHORT", USAGE_BINARY, 2, false },
	{ "BINARY-LONG", USAGE_BINARY, 4, false },
	{ "BINARY-DOUBLE", USAGE_BINARY, 8, false },
	{ "FLOAT-SHORT", USAGE_FLOAT, 4, false },
	{ "FLOAT-LONG", USAGE_DOUBLE, 8, false },
};

static const struct usage_word *
usage_find(const struct token *t)
{
	uint32_t i;

	for (i = 0; i < sizeof usages / sizeof usages[0]; i++)
		if (token_is(t, usages[i].word))
			return &usages[i];
	return NULL;
}

static bool
usage_parse_word(struct parser *p, struct node *n)
{
	const struct token *t = copybook_peek(p, 0);
	const struct usage_word *u = usage_find(t);

	if (u == NULL)
		return copybook_expected(p, "a usage");
	if (!u->supported)
		return copybook_unsupported(p, t, u->word);
	if (n->has_usage) {
		diag_add(p->ds, DIAG_C018, token_place(t),
		    "a second USAGE clause");
		return false;
	}
	p->at++;
	n->has_usage = true;
	n->usage = u->usage;
	n->usage_size = u->size;
	n->usage_at = token_place(t);
	if (token_is(t, "OBJECT")) {
		if (!copybook_take(p, "REFERENCE"))
			return copybook_expected(p, "REFERENCE");
		if (copybook_peek(p, 0)->kind == TOK_WORD &&
		    !clause_word(copybook_peek(p, 0)))
			p->at++;	/* the class */
	}
	return true;
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
	if (!picture_parse(&n->pic, t->text, n->picture_at, p->ds))
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
clauses_name_ref(struct parser *p, struct name_ref *r)
{
	const struct token *t = copybook_peek(p, 0);
	const char **names = NULL;
	uint32_t n = 0, cap = 0;

	if (t->kind != TOK_WORD)
		return copybook_expected(p, "the name of an item");
	r->at = token_place(t);
	do {
		t = copybook_peek(p, 0);
		if (t->kind != TOK_WORD)
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

	while (copybook_peek(p, 0)->kind == TOK_WORD && (n == 0 ||
	    !(clause_word(copybook_peek(p, 0)) || copybook_is(p, "INDEXED") ||
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
	if (copybook_is(p, "UNBOUNDED") || copybook_is(p, "DYNAMIC") ||
	    copybook_is(p, "ANY"))
		return copybook_unsupported(p, copybook_peek(p, 0),
		    "a table without a maximum");
	if (!integer_parse(p, &first, "a number of occurrences"))
		return false;
	n->occurs_max = first;
	range = copybook_take(p, "TO");
	if (range) {
		if (copybook_is(p, "UNBOUNDED"))
			return copybook_unsupported(p, copybook_peek(p, 0),
			    "OCCURS UNBOUNDED");
		if (!integer_parse(p, &n->occurs_max,
		    "the greatest number of occurrences"))
			return false;
	}
	take_either(p, "TIMES", "TIME");
	if (!occurs_parse_options(p, n))
		return false;
	if (n->occurs_max == 0 || (range && n->occurs_max < first)) {
		diag_add(p->ds, DIAG_C025, n->occurs_at, n->occurs_max == 0 ?
		    "OCCURS 0" : "OCCURS %u TO %u", first, n->occurs_max);
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
	if (t->prefix != 0 && t->prefix != 'X' && t->prefix != 'Z') {
		diag_add(p->ds, DIAG_C031, token_place(t),
		    "literals %c'...' are not supported yet", t->prefix);
		return false;
	}
	l->kind = t->prefix == 'X' ? LIT_HEX : LIT_TEXT;
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
	}
	if (all && (l->kind == LIT_TEXT || l->kind == LIT_HEX))
		l->kind = LIT_ALL;
	p->at++;
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
	(void)n;
	copybook_take(p, "RIGHT");
	return true;
}

static bool
blank_parse(struct parser *p, struct node *n)
{
	(void)n;
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
	p->at++;
	return true;
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
	{ "GROUP-USAGE", unsupported_parse, NULL },
	{ "TYPE", unsupported_parse, NULL },
	{ "TYPEDEF", unsupported_parse, NULL },
	{ "SAME", unsupported_parse, NULL },
	{ "LIKE", unsupported_parse, NULL },
	{ "CONSTANT", unsupported_parse, NULL },
	{ "DYNAMIC", unsupported_parse, NULL },
	{ "ANY", unsupported_parse, NULL },
	{ "BYTE-LENGTH", unsupported_parse, NULL },
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
static bool
clause_word(const struct token *t)
{
	return clause_find(t) != NULL || usage_find(t) != NULL;
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
		return usage_find(t) != NULL;
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
		return usage_find(t) != NULL && (t->text[0] == 'B' ||
		    strncmp(t->text, "COMP", 4) == 0 ||
		    strncmp(t->text, "PACKED", 6) == 0);
	for (next = c->next; next != NULL && *next != '\0'; next++)
		if (next_is(p, *next))
			return true;
	return false;
}

static bool
clause_unexpected(struct parser *p, const struct token *t)
{
	const char *words[sizeof clauses / sizeof clauses[0] +
	    sizeof usages / sizeof usages[0]];
	uint32_t i, n = 0;
	const char *near;
	struct diag *d;

	if (t->kind == TOK_PSEUDO || (t->kind == TOK_OTHER &&
	    strchr(t->text, ':') != NULL))
		return copybook_unsupported(p, t, "a place-holder");
	for (i = 0; i < sizeof clauses / sizeof clauses[0]; i++)
		if (clauses[i].parse != unsupported_parse)
			words[n++] = clauses[i].word;
	for (i = 0; i < sizeof usages / sizeof usages[0]; i++)
		if (usages[i].supported)
			words[n++] = usages[i].word;
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
		if (c == NULL && usage_find(t) == NULL)
			return clause_unexpected(p, t);
		p->at++;
		good = c != NULL ? c->parse(p, n) : usage_parse_bare(p, n);
		if (!good)
			return false;
	}
}
