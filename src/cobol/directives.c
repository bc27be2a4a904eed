/*
 * Conditional compilation; see directives.h.
 *
 * A directive is one line.  It is cut into words, and conditions are read by
 * recursive descent over three values: false, true, and unknown, which a name
 * that nobody defined makes of a comparison.
 */
#include "cobol/directives.h"

#include <string.h>

#include "base/mem.h"

#define WORDS_MAX	64u
#define NESTING_MAX	16u

enum truth { NO, YES, UNKNOWN };

struct word {
	const char *text;	/* upper case unless quoted */
	bool quoted;
};

struct line {
	struct directives *d;
	struct word w[WORDS_MAX + 1];
	uint32_t n, at, nesting;
	struct place where;
};

void
directives_init(struct directives *d, struct arena *a, struct diags *ds)
{
	*d = (struct directives){ .a = a, .ds = ds };
}

static bool
is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The word at s, quoted or not; returns its bytes. */
static size_t
word_read(struct line *l, const char *s, size_t n)
{
	struct word *w = &l->w[l->n];
	size_t i = 1, k;
	char *text;

	if (s[0] == '\'' || s[0] == '"') {
		while (i < n && s[i] != s[0])
			i++;
		w->quoted = true;
		w->text = arena_strndup(l->d->a, s + 1, i - 1);
		l->n++;
		return i < n ? i + 1 : i;
	}
	while (is_word_byte(s[0]) && i < n && is_word_byte(s[i]))
		i++;
	if ((s[0] == '<' || s[0] == '>') && n > 1 &&
	    (s[1] == '=' || s[1] == '>'))
		i = 2;
	text = arena_strndup(l->d->a, s, i);
	for (k = 0; k < i; k++)
		text[k] = upper(text[k]);
	w->quoted = false;
	w->text = text;
	l->n++;
	return i;
}

static void
line_read(struct line *l, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && l->n < WORDS_MAX) {
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f)
			i++;
		else if (s[i] == '*' && i + 1 < n && s[i + 1] == '>')
			break;
		else
			i += word_read(l, s + i, n - i);
	}
	if (l->n > 0 && strcmp(l->w[l->n - 1].text, ".") == 0)
		l->n--;
	l->w[l->n].text = "";
}

static bool
line_is(const struct line *l, const char *word)
{
	return l->at < l->n && !l->w[l->at].quoted &&
	    strcmp(l->w[l->at].text, word) == 0;
}

static bool
line_take(struct line *l, const char *word)
{
	if (!line_is(l, word))
		return false;
	l->at++;
	return true;
}

static struct compile_name *
name_find(const struct directives *d, const char *name)
{
	uint32_t i;

	for (i = d->nname; i-- > 0;)
		if (strcmp(d->name[i].name, name) == 0)
			return &d->name[i];
	return NULL;
}

static bool
is_number(const char *s)
{
	size_t i = s[0] == '-' || s[0] == '+' ? 1 : 0, from = i;

	while ((s[i] >= '0' && s[i] <= '9') || s[i] == '.')
		i++;
	return i > from && s[i] == '\0';
}

/* The value of an operand, or NULL: not known. */
static const char *
operand_value(struct line *l)
{
	const struct word *w = &l->w[l->at];
	const struct compile_name *c;

	if (l->at >= l->n)
		return NULL;
	l->at++;
	if (w->quoted || is_number(w->text))
		return w->text;
	c = name_find(l->d, w->text);
	return c != NULL && c->defined ? c->value : NULL;
}

/* -1, 0, 1; numbers by value (whole ones), the rest byte by byte. */
static int
operand_compare(const char *a, const char *b)
{
	size_t la, lb;
	int r;

	if (is_number(a) && is_number(b) && a[0] != '-' && b[0] != '-') {
		while (*a == '0' || *a == '+')
			a++;
		while (*b == '0' || *b == '+')
			b++;
		la = strcspn(a, ".");
		lb = strcspn(b, ".");
		if (la != lb)
			return la < lb ? -1 : 1;
	}
	r = strcmp(a, b);
	return r < 0 ? -1 : r > 0;
}

enum relation { REL_NONE, REL_EQ, REL_NE, REL_LT, REL_LE, REL_GT, REL_GE };

static enum relation
relation_read(struct line *l)
{
	enum relation r = REL_NONE;

	if (line_take(l, "=") || line_take(l, "EQUAL") ||
	    line_take(l, "EQUALS"))
		r = REL_EQ;
	else if (line_take(l, "<>"))
		r = REL_NE;
	else if (line_take(l, "<="))
		r = REL_LE;
	else if (line_take(l, ">="))
		r = REL_GE;
	else if (line_take(l, "<") || line_take(l, "LESS"))
		r = REL_LT;
	else if (line_take(l, ">") || line_take(l, "GREATER"))
		r = REL_GT;
	line_take(l, "TO");
	line_take(l, "THAN");
	if ((r == REL_LT || r == REL_GT) && line_take(l, "OR")) {
		line_take(l, "EQUAL");
		line_take(l, "TO");
		r = r == REL_LT ? REL_LE : REL_GE;
	}
	return r;
}

static enum truth
truth_not(enum truth t)
{
	return t == UNKNOWN ? UNKNOWN : t == YES ? NO : YES;
}

static enum truth
relation_holds(enum relation r, const char *a, const char *b)
{
	int c;

	if (a == NULL || b == NULL)
		return UNKNOWN;
	c = operand_compare(a, b);
	switch (r) {
	case REL_EQ:
		return c == 0 ? YES : NO;
	case REL_NE:
		return c != 0 ? YES : NO;
	case REL_LT:
		return c < 0 ? YES : NO;
	case REL_LE:
		return c <= 0 ? YES : NO;
	case REL_GT:
		return c > 0 ? YES : NO;
	case REL_GE:
		return c >= 0 ? YES : NO;
	case REL_NONE:
		break;
	}
	return UNKNOWN;
}

static enum truth condition_read(struct line *);

/* NAME [IS] [NOT] DEFINED, or operand [IS] [NOT] relation operand. */
static enum truth
comparison_read(struct line *l)
{
	const struct compile_name *c = name_find(l->d, l->w[l->at].text);
	const char *left;
	enum truth t;
	enum relation r;
	bool negated;

	left = operand_value(l);
	line_take(l, "IS");
	negated = line_take(l, "NOT");
	if (line_take(l, "DEFINED") || line_take(l, "SET")) {
		t = c != NULL && c->defined ? YES : NO;
		return negated ? truth_not(t) : t;
	}
	r = relation_read(l);
	if (r == REL_NONE)	/* a switch by itself */
		t = left == NULL ? UNKNOWN : strcmp(left, "0") != 0 ? YES : NO;
	else
		t = relation_holds(r, left, operand_value(l));
	return negated ? truth_not(t) : t;
}

static enum truth
factor_read(struct line *l)
{
	enum truth t;

	if (line_take(l, "NOT"))
		return ++l->nesting > NESTING_MAX ? UNKNOWN :
		    truth_not(factor_read(l));
	if (!line_take(l, "("))
		return comparison_read(l);
	t = ++l->nesting > NESTING_MAX ? UNKNOWN : condition_read(l);
	line_take(l, ")");
	return t;
}

static enum truth
term_read(struct line *l)
{
	enum truth t = factor_read(l), u;

	while (line_take(l, "AND")) {
		u = factor_read(l);
		t = t == NO || u == NO ? NO :
		    t == YES && u == YES ? YES : UNKNOWN;
	}
	return t;
}

static enum truth
condition_read(struct line *l)
{
	enum truth t = term_read(l), u;

	while (line_take(l, "OR")) {
		u = term_read(l);
		t = t == YES || u == YES ? YES :
		    t == NO && u == NO ? NO : UNKNOWN;
	}
	return t;
}

static bool
decided(struct line *l, enum truth t)
{
	struct diag *d;

	if (t != UNKNOWN && l->at >= l->n)
		return t == YES;
	d = diag_add(l->d->ds, DIAG_C041, l->where, "the condition cannot be "
	    "decided; taken as false");
	diag_hint(l->d->ds, d, "the names in it are not defined; -D "
	    "NAME=VALUE defines one");
	return false;
}

bool
directives_skip(const struct directives *d)
{
	return d->depth > 0 && !d->block[d->depth - 1].active;
}

static void
block_open(struct line *l, bool evaluate)
{
	struct directives *d = l->d;
	struct compile_block *b;
	bool outer = !directives_skip(d);

	if (d->depth == DIRECTIVES_DEPTH) {
		diag_add(d->ds, DIAG_C042, l->where, "conditional compilation "
		    "nests deeper than %u", DIRECTIVES_DEPTH);
		return;
	}
	b = &d->block[d->depth++];
	*b = (struct compile_block){ .evaluate = evaluate, .outer = outer,
	    .at = l->where };
	if (evaluate)
		b->subject = line_is(l, "TRUE") ? NULL : outer ?
		    operand_value(l) : NULL;
	if (evaluate && outer && b->subject == NULL && !line_is(l, "TRUE")) {
		b->subject = "";
		decided(l, UNKNOWN);
	}
	if (!evaluate && outer)
		b->taken = b->active = decided(l, condition_read(l));
}

static struct compile_block *
block_top(struct line *l, const char *what)
{
	struct directives *d = l->d;

	if (d->depth > 0)
		return &d->block[d->depth - 1];
	diag_add(d->ds, DIAG_C042, l->where, "%s without what it belongs to",
	    what);
	return NULL;
}

static void
block_else(struct line *l, bool condition)
{
	struct compile_block *b = block_top(l, "ELSE");

	if (b == NULL)
		return;
	b->active = b->outer && !b->taken && (!condition ||
	    decided(l, condition_read(l)));
	b->taken |= b->active;
}

static void
block_when(struct line *l)
{
	struct compile_block *b = block_top(l, "WHEN");
	enum truth t;
	const char *lo, *hi;

	if (b == NULL)
		return;
	b->active = false;
	if (!b->outer || b->taken)
		return;
	if (line_take(l, "OTHER")) {
		t = YES;
	} else if (b->subject == NULL) {
		t = condition_read(l);
	} else {
		lo = hi = operand_value(l);
		t = relation_holds(REL_EQ, b->subject, lo);
		if (line_take(l, "THRU") || line_take(l, "THROUGH")) {
			hi = operand_value(l);
			t = relation_holds(REL_GE, b->subject, lo);
			if (t == YES)
				t = relation_holds(REL_LE, b->subject, hi);
		}
	}
	b->active = b->taken = decided(l, t);
}

static void
block_close(struct line *l)
{
	if (block_top(l, "END") != NULL)
		l->d->depth--;
}

static struct compile_name *
name_define(struct directives *d, const char *name)
{
	struct compile_name *c = name_find(d, name);

	if (c == NULL && d->nname < DIRECTIVES_NAMES) {
		c = ARENA_PUSH(d->a, d->name, d->nname, d->name_cap);
		c->name = name;
	}
	return c;
}

/* NAME [AS] literal | NAME AS PARAMETER | NAME [AS] OFF, maybe OVERRIDE */
static void
define_read(struct line *l)
{
	const char *name = l->w[l->at].text, *value;
	struct compile_name *c;
	bool known;

	if (l->at++ >= l->n)
		return;
	known = name_find(l->d, name) != NULL;
	line_take(l, "(");
	line_take(l, "AS");
	c = name_define(l->d, name);
	if (c == NULL || (line_is(l, "PARAMETER") && known))
		return;
	c->at = l->where;
	c->defined = !line_is(l, "OFF") && !line_is(l, "PARAMETER");
	if (!c->defined)
		return;
	c->is_number = !l->w[l->at].quoted && is_number(l->w[l->at].text);
	value = l->at < l->n ? operand_value(l) : "1";
	c->varied |= c->value != NULL && (value == NULL ||
	    strcmp(value, c->value) != 0);
	c->value = value;
}

void
directives_define(struct directives *d, const char *definition)
{
	const char *eq = strchr(definition, '=');
	size_t i, n = eq != NULL ? (size_t)(eq - definition) :
	    strlen(definition);
	char *name = arena_strndup(d->a, definition, n);
	struct compile_name *c;

	for (i = 0; i < n; i++) {
		name[i] = upper(name[i]);
		if (!is_word_byte(name[i]) || name[i] == '.')
			break;
	}
	if (i == 0 || i < n) {
		diag_add(d->ds, DIAG_C049, NOWHERE, "'%s' is no name to "
		    "define", definition);
		return;
	}
	c = name_define(d, name);
	if (c == NULL)
		return;
	c->at = NOWHERE;
	c->defined = true;
	c->value = eq != NULL ? arena_strdup(d->a, eq + 1) : "1";
	c->is_number = is_number(c->value);
}

bool
directives_line(struct directives *d, const struct srctext *src, size_t at,
    size_t end)
{
	struct line l = { .d = d, .where = srctext_place(src, at, end - at) };
	bool dollar = src->p[at] == '$';

	line_read(&l, src->p + at + (dollar ? 1 : 2),
	    end - at - (dollar ? 1 : 2));
	if (line_take(&l, "IF"))
		block_open(&l, false);
	else if (!dollar && line_take(&l, "EVALUATE"))
		block_open(&l, true);
	else if (line_take(&l, "ELIF") || line_take(&l, "ELSE-IF") ||
	    line_take(&l, "ELSEIF"))
		block_else(&l, true);
	else if (line_take(&l, "ELSE"))
		block_else(&l, line_take(&l, "IF"));
	else if (!dollar && line_take(&l, "WHEN"))
		block_when(&l);
	else if (line_is(&l, "END-IF") || line_is(&l, "END-EVALUATE") ||
	    (dollar && line_is(&l, "END")))
		block_close(&l);
	else if (directives_skip(d))
		return true;
	else if (!dollar && line_take(&l, "DEFINE"))
		define_read(&l);
	else if (dollar && line_take(&l, "SET") && line_take(&l, "CONSTANT"))
		define_read(&l);
	else
		return false;
	return true;
}

void
directives_process(struct directives *d, const char *s, size_t n)
{
	struct line l = { .d = d };

	line_read(&l, s, n);
	while (l.at < l.n) {
		if ((line_take(&l, "NSYMBOL") || line_take(&l, "NS")) &&
		    line_take(&l, "("))
			d->nsymbol_dbcs = line_is(&l, "DBCS") ||
			    line_is(&l, "D");
		else if (line_take(&l, "LP") && line_take(&l, "("))
			d->address_size = line_is(&l, "64") ? 8 : 4;
		else
			l.at++;
	}
}

void
directives_leave(struct directives *d, uint32_t depth)
{
	if (d->depth > depth)
		diag_add(d->ds, DIAG_C042, d->block[d->depth - 1].at,
		    "conditional compilation is not closed");
	if (d->depth > depth)
		d->depth = depth;
}
