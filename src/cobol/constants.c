/*
 * Constants (level 78, CONSTANT) and types (TYPEDEF, TYPE, SAME AS); see
 * copybook_parse.h.
 */
#include "cobol/copybook_parse.h"

#include <string.h>

#include "base/checked.h"
#include "base/diag.h"
#include "base/mem.h"
#include "cobol/layout.h"

#define TERMS_MAX	64u
#define NESTING_MAX	8u
#define CONSTANTS_MAX	4096u
#define ITEM_FACTS_MAX	64u	/* each makes a layout */

void
constant_add(struct parser *p, const char *name, const struct literal *l)
{
	struct constant *c;

	if (p->nconstant >= CONSTANTS_MAX)
		return;		/* reported by the parser */
	c = ARENA_PUSH(p->a, p->constant, p->nconstant, p->constant_cap);
	c->name = name;
	c->value = *l;
}

static bool
constant_invalid(struct parser *p, struct place at, const char *why)
{
	diag_add(p->ds, DIAG_C047, at, "invalid constant: %s", why);
	return false;
}

/* The operator at the token, or 0; a number with a sign brings its own. */
static char
operator_at(const struct token *t)
{
	if ((t->kind == TOK_OTHER || t->kind == TOK_WORD) && t->len == 1 &&
	    strchr("+-*/", t->text[0]) != NULL)
		return t->text[0];
	return t->kind == TOK_NUMBER && (t->text[0] == '+' ||
	    t->text[0] == '-') ? '+' : 0;
}

static bool
whole_number(const char *s, size_t len, int64_t *v)
{
	size_t i = len > 0 && (s[0] == '+' || s[0] == '-') ? 1 : 0;

	if (i == len || len > 19)
		return false;
	for (*v = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*v = *v * 10 + (s[i] - '0');
	}
	if (s[0] == '-')
		*v = -*v;
	return true;
}

static bool
apply(char op, int64_t *a, int64_t b)
{
	switch (op) {
	case '+':
		return !__builtin_add_overflow(*a, b, a);
	case '-':
		return !__builtin_sub_overflow(*a, b, a);
	case '*':
		return !__builtin_mul_overflow(*a, b, a);
	default:
		if (b == 0 || b == -1 || *a % b != 0)
			return false;
		*a /= b;
		return true;
	}
}

/* LENGTH, BYTE-LENGTH or START, as a value: of an item, maybe with OF. */
static bool
at_item_fact(const struct parser *p)
{
	const struct token *t = copybook_peek(p, 0), *next = t + 1;

	if (!token_is(t, "LENGTH") && !token_is(t, "BYTE-LENGTH") &&
	    !token_is(t, "START"))
		return false;
	return copybook_constant(p, t) == NULL && next->kind == TOK_WORD &&
	    !next->first;
}

/* The one item of the layout that the names mean, or ITEM_NONE. */
static uint32_t
item_find(const struct layout *l, const struct name_ref *r)
{
	uint32_t i, found = ITEM_NONE;

	for (i = 0; i < l->nitem; i++)
		if (layout_names_fit(l->item, i, r->name, r->n)) {
			if (found != ITEM_NONE)
				return ITEM_NONE;
			found = i;
		}
	return found;
}

/*
 * LENGTH OF item: bytes of one occurrence of an item that stands before, as
 * it is laid out so far.  START OF item: its offset in the record (Micro Focus
 * Language Reference, "Constant names").
 */
static bool
item_fact(struct parser *p, int64_t *v)
{
	struct place at = token_place(copybook_peek(p, 0));
	bool start = copybook_is(p, "START");
	const struct layout *l;
	struct copybook book;
	const struct item *it;
	struct name_ref r;
	struct diags quiet;
	struct arena a;
	uint32_t i;

	p->at++;
	copybook_take(p, "OF");
	if (!clauses_name_ref(p, &r))
		return false;
	if (p->nitem_facts++ == ITEM_FACTS_MAX)
		return constant_invalid(p, at, "too many of items");
	arena_init(&a);
	diags_init(&quiet, &a);
	copybook_snapshot(&book, &a, p->book);
	l = layout_build(&a, &quiet, &book);
	i = l == NULL ? ITEM_NONE : item_find(l, &r);
	it = i == ITEM_NONE ? NULL : &l->item[i];
	if (l == NULL && p->ds->errors > 0) {	/* told already */
		*v = 1;
		arena_fini(&a);
		return true;
	}
	if (it != NULL)
		*v = start ? it->offset : it->size;
	if (it != NULL && (start ? it->shifter != ITEM_NONE : it->varies))
		it = NULL;
	arena_fini(&a);
	return it != NULL || constant_invalid(p, r.at, "the item does not "
	    "stand before, is not unique, or its length varies");
}

static bool expression(struct parser *, int64_t *, uint32_t);

static bool
term(struct parser *p, int64_t *v, uint32_t nesting)
{
	const struct token *t = copybook_peek(p, 0);
	const struct constant *c = copybook_constant(p, t);

	if (at_item_fact(p))
		return item_fact(p, v);
	if (t->kind == TOK_PUNCT && t->text[0] == '(') {
		p->at++;
		if (nesting == NESTING_MAX)
			return constant_invalid(p, token_place(t),
			    "too many parentheses");
		if (!expression(p, v, nesting + 1))
			return false;
		t = copybook_peek(p, 0);
		if (t->kind != TOK_PUNCT || t->text[0] != ')')
			return copybook_expected(p, "')'");
		p->at++;
		return true;
	}
	if (t->kind == TOK_NUMBER ? !whole_number(t->text, t->len, v) :
	    c == NULL || c->value.kind != LIT_NUMBER ||
	    !whole_number((const char *)c->value.text.p, c->value.text.len, v))
		return copybook_expected(p, "a whole number");
	p->at++;
	return true;
}

/*
 * Micro Focus reckons from left to right, others by precedence: where that
 * makes a difference, neither is taken.
 */
static bool
expression(struct parser *p, int64_t *v, uint32_t nesting)
{
	struct place at = token_place(copybook_peek(p, 0));
	int64_t sum, product, next, straight;
	char op, pending = '+';
	uint32_t n = 1;
	bool good;

	if (!term(p, &product, nesting))
		return false;
	straight = product;
	sum = 0;
	while ((op = operator_at(copybook_peek(p, 0))) != 0) {
		if (n++ == TERMS_MAX)
			return constant_invalid(p, at, "too long");
		if (copybook_peek(p, 0)->kind != TOK_NUMBER)
			p->at++;
		if (!term(p, &next, nesting))
			return false;
		good = apply(op, &straight, next);
		if (op == '*' || op == '/') {
			good = good && apply(op, &product, next);
		} else {
			good = good && apply(pending, &sum, product);
			product = next;
			pending = op;
		}
		if (!good)
			return constant_invalid(p, at, "it is no whole "
			    "number of 18 digits");
	}
	if (!apply(pending, &sum, product))
		return constant_invalid(p, at, "it is too large");
	if (sum != straight)
		return constant_invalid(p, at, "put parentheses around what "
		    "is to be reckoned first");
	*v = sum;
	return true;
}

bool
constant_value(struct parser *p, struct literal *l)
{
	const struct token *t = copybook_peek(p, 0), *next = t + 1;
	const char *s;
	int64_t v;

	if (t->kind == TOK_END)
		return copybook_expected(p, "a literal");
	if (token_is(t, "NEXT"))
		return copybook_unsupported(p, t, "the constant NEXT");
	if (!at_item_fact(p) && !(t->kind == TOK_PUNCT && t->text[0] == '(') &&
	    operator_at(next) == 0)
		return clauses_literal(p, l);
	*l = (struct literal){ .kind = LIT_NUMBER, .at = token_place(t) };
	if (!expression(p, &v, 0))
		return false;
	s = arena_printf(p->a, "%lld", (long long)v);
	l->text = slice_str(s);
	return true;
}

bool
constant_parse(struct parser *p, const char *name)
{
	const struct constant *c;
	struct literal l;

	copybook_take(p, "CONSTANT");
	if (copybook_take(p, "IS"))
		copybook_take(p, "GLOBAL");
	else
		copybook_take(p, "GLOBAL");
	if (copybook_take(p, "FROM")) {
		c = copybook_constant(p, copybook_peek(p, 0));
		if (c == NULL)
			return copybook_expected(p, "a name that >>DEFINE "
			    "defined");
		l = c->value;
		p->at++;
	} else {
		copybook_take(p, "AS");
		if (!constant_value(p, &l))
			return false;
	}
	constant_add(p, name, &l);
	return true;
}

/* The node that TYPE or SAME AS names, or ITEM_NONE. */
static uint32_t
type_find(struct parser *p, uint32_t into)
{
	const struct copybook *b = p->book;
	const struct name_ref *r = &b->node[into].type;
	uint32_t i, j, k;

	for (i = into; i-- > 0;) {
		if (b->node[i].name == NULL ||
		    strcmp(b->node[i].name, r->name[0]) != 0)
			continue;
		for (j = b->node[i].parent, k = 1; j != ITEM_NONE && k < r->n;
		    j = b->node[j].parent)
			if (b->node[j].name != NULL &&
			    strcmp(b->node[j].name, r->name[k]) == 0)
				k++;
		if (k == r->n)
			return i;
	}
	return ITEM_NONE;
}

static bool
is_within(const struct copybook *b, uint32_t i, uint32_t group)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (i == group)
			return true;
	return false;
}

/* The facts of the type's own entry that the item does not give itself. */
static void
type_entry(struct node *n, const struct node *type)
{
	if (n->picture == NULL) {
		n->picture = type->picture;
		n->pic = type->pic;
		n->picture_at = type->picture_at;
	}
	if (!n->has_usage) {
		n->has_usage = type->has_usage;
		n->group_usage = type->group_usage;
		n->usage = type->usage;
		n->usage_size = type->usage_size;
		n->usage_number = type->usage_number;
		n->usage_unsigned = type->usage_unsigned;
		n->usage_at = type->usage_at;
	}
	if (!n->has_sign) {
		n->has_sign = type->has_sign;
		n->sign_leading = type->sign_leading;
		n->sign_separate = type->sign_separate;
		n->sign_at = type->sign_at;
	}
	n->byte_length = type->byte_length;
	n->synchronized |= type->synchronized;
	n->blank_zero |= type->blank_zero;
	n->justified |= type->justified;
	n->bad |= type->bad;
	if (n->value == NULL)
		n->value = type->value;
}

/* Names in a copy mean the items of the copy, not of the type `from`. */
static void
type_qualify(struct parser *p, struct name_ref *r, const char *from,
    const char *name)
{
	const char **names;
	uint32_t i;

	if (r->n == 0 || name == NULL)
		return;
	names = arena_array(p->a, r->n + 1, sizeof *names);
	for (i = 0; i < r->n; i++)
		names[i] = r->name[i];
	if (r->n > 1 && from != NULL && strcmp(names[r->n - 1], from) == 0)
		r->n--;
	names[r->n++] = name;
	r->name = names;
}

static void
type_conditions(struct parser *p, uint32_t from, uint32_t to)
{
	struct copybook *b = p->book;
	uint32_t i, n = b->ncondition;

	for (i = 0; i < n && b->ncondition < ITEMS_MAX; i++)
		if (b->condition[i].item == from) {
			struct condition c = b->condition[i];

			c.item = to;
			*ARENA_PUSH(p->a, b->condition, b->ncondition,
			    b->condition_cap) = c;
		}
}

void
type_apply(struct parser *p, uint32_t into)
{
	struct copybook *b = p->book;
	uint32_t type, end, i, level, n = b->n;
	struct node *copy;

	if (b->node[into].type.n == 0)
		return;
	type = type_find(p, into);
	if (type == ITEM_NONE || is_within(b, into, type)) {
		diag_add(p->ds, DIAG_C046, b->node[into].type.at, "TYPE names "
		    "'%s', which does not stand before",
		    b->node[into].type.name[0]);
		b->node[into].bad = true;
		return;
	}
	type_entry(&b->node[into], &b->node[type]);
	type_conditions(p, type, into);
	for (end = type + 1; end < n && is_within(b, end, type);)
		end++;
	for (i = type + 1; i < end && b->n < ITEMS_MAX - 1; i++) {
		if (b->node[i].level == LEVEL_RENAMES)
			continue;
		copy = ARENA_PUSH(p->a, b->node, b->n, b->cap);
		*copy = b->node[i];
		copy->parent += n - type - 1;
		if (b->node[i].parent == type)
			copy->parent = into;
		level = b->node[into].level + b->node[i].level -
		    b->node[type].level;
		copy->level = (uint8_t)(level > 49 ? 49 : level);
		copy->file = b->node[into].file;
		copy->section = b->node[into].section;
		type_qualify(p, &copy->depending, b->node[type].name,
		    b->node[into].name);
		type_conditions(p, i, b->n - 1);
	}
	if (i < end) {
		diag_add(p->ds, DIAG_C005, b->node[into].type.at, "copybook "
		    "has more than %u items", ITEMS_MAX);
		b->node[into].bad = true;
	}
}
