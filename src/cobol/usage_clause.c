/*
 * The USAGE clause; see usage_clause.h.
 */
#include "cobol/usage_clause.h"

#include "base/diag.h"
#include "cobol/dialect.h"
#include "cobol/sql_type.h"

/* Sizes of items without a picture that are no plain numbers of bytes. */
#define SIZE_ADDRESS	250
#define SIZE_INDEX	251
#define SIZE_PROCEDURE	252

enum usage_class {
	WITH_PICTURE, NUMBER, UNSIGNED_NUMBER, BYTES, REFUSED
};

static const struct usage_word {
	const char *word;
	enum usage usage;
	uint8_t size;		/* of an item that has no picture */
	enum usage_class class;
} usages[] = {
	{ "DISPLAY", USAGE_DISPLAY, 0, WITH_PICTURE },
	{ "COMP", USAGE_BINARY, 0, WITH_PICTURE },
	{ "COMPUTATIONAL", USAGE_BINARY, 0, WITH_PICTURE },
	{ "COMP-4", USAGE_BINARY, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-4", USAGE_BINARY, 0, WITH_PICTURE },
	{ "BINARY", USAGE_BINARY, 0, WITH_PICTURE },
	{ "COMP-5", USAGE_COMP5, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-5", USAGE_COMP5, 0, WITH_PICTURE },
	{ "COMP-3", USAGE_PACKED, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-3", USAGE_PACKED, 0, WITH_PICTURE },
	{ "PACKED-DECIMAL", USAGE_PACKED, 0, WITH_PICTURE },
	{ "COMP-6", USAGE_COMP6, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-6", USAGE_COMP6, 0, WITH_PICTURE },
	{ "COMP-X", USAGE_COMPX, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-X", USAGE_COMPX, 0, WITH_PICTURE },
	{ "COMP-N", USAGE_COMPN, 0, WITH_PICTURE },
	{ "COMPUTATIONAL-N", USAGE_COMPN, 0, WITH_PICTURE },
	{ "DISPLAY-1", USAGE_DBCS, 0, WITH_PICTURE },
	{ "NATIONAL", USAGE_NATIONAL, 0, WITH_PICTURE },
	{ "UTF-8", USAGE_UTF8, 0, WITH_PICTURE },
	{ "COMP-1", USAGE_FLOAT, 4, NUMBER },
	{ "COMPUTATIONAL-1", USAGE_FLOAT, 4, NUMBER },
	{ "COMP-2", USAGE_DOUBLE, 8, NUMBER },
	{ "COMPUTATIONAL-2", USAGE_DOUBLE, 8, NUMBER },
	{ "FLOAT-SHORT", USAGE_FLOAT, 4, NUMBER },
	{ "FLOAT-LONG", USAGE_DOUBLE, 8, NUMBER },
	{ "FLOAT-EXTENDED", USAGE_FLOAT_BINARY, 16, NUMBER },
	{ "FLOAT-BINARY-32", USAGE_FLOAT_BINARY, 4, NUMBER },
	{ "FLOAT-BINARY-64", USAGE_FLOAT_BINARY, 8, NUMBER },
	{ "FLOAT-BINARY-128", USAGE_FLOAT_BINARY, 16, NUMBER },
	{ "FLOAT-DECIMAL-16", USAGE_FLOAT_DECIMAL, 8, NUMBER },
	{ "FLOAT-DECIMAL-34", USAGE_FLOAT_DECIMAL, 16, NUMBER },
	{ "BINARY-CHAR", USAGE_COMP5, 1, NUMBER },
	{ "BINARY-SHORT", USAGE_COMP5, 2, NUMBER },
	{ "BINARY-LONG", USAGE_COMP5, 4, NUMBER },
	{ "BINARY-INT", USAGE_COMP5, 4, NUMBER },
	{ "BINARY-DOUBLE", USAGE_COMP5, 8, NUMBER },
	{ "BINARY-LONG-LONG", USAGE_COMP5, 8, NUMBER },
	{ "SIGNED-SHORT", USAGE_COMP5, 2, NUMBER },
	{ "SIGNED-INT", USAGE_COMP5, 4, NUMBER },
	{ "SIGNED-LONG", USAGE_COMP5, 8, NUMBER },
	{ "UNSIGNED-SHORT", USAGE_COMP5, 2, UNSIGNED_NUMBER },
	{ "UNSIGNED-INT", USAGE_COMP5, 4, UNSIGNED_NUMBER },
	{ "UNSIGNED-LONG", USAGE_COMP5, 8, UNSIGNED_NUMBER },
	{ "INDEX", USAGE_INDEX, SIZE_INDEX, BYTES },
	{ "POINTER", USAGE_POINTER, SIZE_ADDRESS, BYTES },
	{ "POINTER-32", USAGE_POINTER, 4, BYTES },
	{ "FUNCTION-POINTER", USAGE_POINTER, SIZE_ADDRESS, BYTES },
	{ "PROCEDURE-POINTER", USAGE_POINTER, SIZE_PROCEDURE, BYTES },
	{ "PROGRAM-POINTER", USAGE_POINTER, SIZE_ADDRESS, BYTES },
	{ "OBJECT", USAGE_POINTER, SIZE_ADDRESS, BYTES },
	{ "BIT", USAGE_DISPLAY, 0, REFUSED },
	{ "SQL", USAGE_DISPLAY, 0, REFUSED },
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

bool
usage_is_word(const struct token *t)
{
	return usage_find(t) != NULL;
}

bool
usage_is_plain(const struct token *t)
{
	const struct usage_word *u = usage_find(t);

	return u != NULL && u->class != REFUSED && (t->text[0] == 'B' ||
	    strncmp(t->text, "COMP", 4) == 0 ||
	    strncmp(t->text, "PACKED", 6) == 0 ||
	    strncmp(t->text, "FLOAT-", 6) == 0);
}

uint32_t
usage_words(const char **words, uint32_t max)
{
	uint32_t i, n = 0;

	for (i = 0; i < sizeof usages / sizeof usages[0] && n < max; i++)
		if (usages[i].class != REFUSED)
			words[n++] = usages[i].word;
	return n;
}

static uint32_t
usage_size(const struct parser *p, const struct usage_word *u)
{
	const struct dialect_rules *r = dialect_rules(p->book->dialect);
	uint32_t address = p->address_size > 0 ? p->address_size : r->address;

	switch (u->size) {
	case SIZE_ADDRESS:
		return address;
	case SIZE_INDEX:
		return r->index > 0 ? r->index : address;
	case SIZE_PROCEDURE:
		return r->procedure > 0 ? r->procedure : address;
	default:
		return u->size;
	}
}

/* [SIGNED | UNSIGNED], with or without WITH SIGN around. */
static void
usage_parse_signed(struct parser *p, struct node *n,
    const struct usage_word *u)
{
	n->usage_number = u->class == NUMBER || u->class == UNSIGNED_NUMBER;
	n->usage_unsigned = u->class == UNSIGNED_NUMBER;
	if (u->usage != USAGE_COMP5 || u->size == 0)
		return;
	if (copybook_take(p, "UNSIGNED"))
		n->usage_unsigned = true;
	else
		copybook_take(p, "SIGNED");
}

/* What may follow POINTER and OBJECT: the type that is pointed to. */
static bool
usage_parse_rest(struct parser *p, const struct token *t)
{
	if (token_is(t, "OBJECT")) {
		if (!copybook_take(p, "REFERENCE"))
			return copybook_expected(p, "REFERENCE");
		if (copybook_take(p, "FACTORY"))
			copybook_take(p, "OF");
		if (copybook_peek(p, 0)->kind == TOK_WORD &&
		    !clauses_word(copybook_peek(p, 0)))
			p->at++;	/* the class */
	} else if (usage_find(t)->usage == USAGE_POINTER &&
	    copybook_take(p, "TO")) {
		if (copybook_peek(p, 0)->kind != TOK_WORD)
			return copybook_expected(p, "a type");
		p->at++;
	}
	return true;
}

bool
usage_parse_word(struct parser *p, struct node *n)
{
	const struct token *t = copybook_peek(p, 0);
	const struct usage_word *u = usage_find(t);

	if (u == NULL)
		return copybook_expected(p, "a usage");
	if (token_is(t, "SQL"))
		return sql_type_parse(p, n);
	if (u->class == REFUSED)
		return copybook_unsupported(p, t, u->word);
	if (n->has_usage) {
		diag_add(p->ds, DIAG_C018, token_place(t),
		    "a second USAGE clause");
		return false;
	}
	p->at++;
	n->has_usage = true;
	n->usage = u->usage;
	n->usage_size = usage_size(p, u);
	n->usage_at = token_place(t);
	if (n->usage == USAGE_DISPLAY && copybook_is(p, "NATIVE"))
		p->at++;
	usage_parse_signed(p, n, u);
	return usage_parse_rest(p, t);
}

bool
usage_parse_group(struct parser *p, struct node *n)
{
	copybook_take(p, "IS");
	if (!copybook_is(p, "NATIONAL") && !copybook_is(p, "UTF-8"))
		return copybook_expected(p, "NATIONAL or UTF-8");
	n->group_usage = true;
	return usage_parse_word(p, n);
}
