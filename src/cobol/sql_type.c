/*
 * USAGE SQL TYPE IS: what DB2's precompiler makes of it, laid out.
 *
 * Where the structures come from: Db2 documentation, "Host variables in
 * COBOL" (z/OS) and "Declaration of large object type host variables in COBOL
 * embedded SQL applications": a LOB is a length of 4 bytes and its bytes, each
 * a level 49 below the item; a VARBINARY or ROWID has 2 bytes of length; a
 * locator is a number of 4 bytes, a file reference three of them and a name.
 */
#include "cobol/sql_type.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define LEVEL_PART	49
#define ROWID_BYTES	40u
#define FILE_NAME_BYTES	255u

enum sql_kind { SQL_LOB, SQL_LOB_GRAPHIC, SQL_VARBINARY, SQL_BINARY,
    SQL_ROWID, SQL_LOCATOR, SQL_FILE };

static const struct sql_type {
	const char *word;
	enum sql_kind kind;
	bool has_length;
} types[] = {
	{ "BLOB", SQL_LOB, true }, { "CLOB", SQL_LOB, true },
	{ "DBCLOB", SQL_LOB_GRAPHIC, true },
	{ "BINARY", SQL_BINARY, true }, { "VARBINARY", SQL_VARBINARY, true },
	{ "ROWID", SQL_ROWID, false },
	{ "BLOB-LOCATOR", SQL_LOCATOR, false },
	{ "CLOB-LOCATOR", SQL_LOCATOR, false },
	{ "DBCLOB-LOCATOR", SQL_LOCATOR, false },
	{ "RESULT-SET-LOCATOR", SQL_LOCATOR, false },
	{ "BLOB-FILE", SQL_FILE, false }, { "CLOB-FILE", SQL_FILE, false },
	{ "DBCLOB-FILE", SQL_FILE, false },
};

static const struct sql_type *
type_find(const struct token *t)
{
	char name[24];
	uint32_t i, k;

	if (t->kind != TOK_WORD || t->len >= sizeof name)
		return NULL;
	for (k = 0; k <= t->len; k++)
		name[k] = t->text[k] == '_' ? '-' : t->text[k];
	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].word, name) == 0)
			return &types[i];
	return NULL;
}

/* "64", "64K", "2M" in parentheses, the letter maybe by itself. */
static bool
length_parse(struct parser *p, uint32_t *length)
{
	const struct token *t = copybook_peek(p, 1);
	const char *s = t->text;
	uint64_t n = 0;

	if (copybook_peek(p, 0)->kind != TOK_PUNCT ||
	    copybook_peek(p, 0)->text[0] != '(')
		return copybook_expected(p, "a length in parentheses");
	p->at++;
	for (; *s >= '0' && *s <= '9' && n <= UINT32_MAX; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	if (s == t->text || n == 0)
		return copybook_expected(p, "a length");
	p->at++;
	if (*s == '\0' && copybook_peek(p, 0)->kind == TOK_WORD) {
		s = copybook_peek(p, 0)->text;
		p->at++;
	}
	if (n <= RECORD_MAX)
		n <<= *s == 'K' ? 10 : *s == 'M' ? 20 : *s == 'G' ? 30 :
		    0;
	if (*s != '\0' && (strchr("KMG", *s) == NULL || s[1] != '\0'))
		return copybook_expected(p, "K, M, G or ')'");
	if (copybook_peek(p, 0)->kind != TOK_PUNCT ||
	    copybook_peek(p, 0)->text[0] != ')')
		return copybook_expected(p, "')'");
	if (n > RECORD_MAX) {
		diag_add(p->ds, DIAG_C032, token_place(t), "'%s' is longer "
		    "than %u bytes", t->text, RECORD_MAX);
		return false;
	}
	p->at++;
	*length = (uint32_t)n;
	return true;
}

/* A number of so many bytes. */
static void
make_number(struct node *n, uint32_t bytes, struct place at)
{
	n->has_usage = n->usage_number = true;
	n->usage = USAGE_COMP5;
	n->usage_size = bytes;
	n->usage_at = at;
}

static bool
make_text(struct parser *p, struct node *n, const char *symbol,
    uint32_t length, struct place at)
{
	n->picture = arena_printf(p->a, "%s(%u)", symbol, length);
	n->picture_at = at;
	return picture_parse(&n->pic, n->picture, at, &p->rules, p->ds);
}

bool
sql_type_parse(struct parser *p, struct node *n)
{
	const struct token *t;
	const struct sql_type *type;
	struct place at = token_place(copybook_peek(p, 0));

	p->at++;			/* SQL */
	if (!copybook_take(p, "TYPE"))
		return copybook_expected(p, "TYPE");
	copybook_take(p, "IS");
	if (copybook_take(p, "XML"))
		copybook_take(p, "AS");
	t = copybook_peek(p, 0);
	type = type_find(t);
	if (type == NULL)
		return copybook_unsupported(p, t, "this SQL type");
	p->at++;
	n->sql_length = 0;
	copybook_take(p, "VARYING");	/* of a result set locator */
	if (type->has_length && !length_parse(p, &n->sql_length))
		return false;
	if (type->kind == SQL_LOCATOR)
		make_number(n, 4, at);
	else if (type->kind == SQL_BINARY)
		return make_text(p, n, "X", n->sql_length, at);
	else
		n->sql_type = type;
	return true;
}

/* The part's name: the item's and a suffix. */
static struct node *
part_add(struct parser *p, uint32_t item, const char *suffix)
{
	struct copybook *b = p->book;
	struct node *n = ARENA_PUSH(p->a, b->node, b->n, b->cap);
	const struct node *of = &b->node[item];

	n->level = LEVEL_PART;
	n->at = of->at;
	n->name = of->name == NULL ? NULL : arena_printf(p->a, "%s-%s",
	    of->name, suffix);
	n->parent = item;
	n->next = ITEM_NONE;
	n->file = of->file;
	n->section = of->section;
	return n;
}

void
sql_type_apply(struct parser *p, uint32_t item)
{
	static const char *const numbers[] = { "NAME-LENGTH", "DATA-LENGTH",
		"FILE-OPTION" };
	const struct sql_type *type = p->book->node[item].sql_type;
	uint32_t length = p->book->node[item].sql_length, i;
	struct place at = p->book->node[item].at;

	if (type == NULL || p->book->n + 4 >= ITEMS_MAX)
		return;
	switch (type->kind) {
	case SQL_LOB:
	case SQL_LOB_GRAPHIC:
		make_number(part_add(p, item, "LENGTH"), 4, at);
		make_text(p, part_add(p, item, "DATA"), type->kind == SQL_LOB ?
		    "X" : "G", length, at);
		return;
	case SQL_VARBINARY:
	case SQL_ROWID:
		make_number(part_add(p, item, "LEN"), 2, at);
		make_text(p, part_add(p, item, "TEXT"), "X", type->kind ==
		    SQL_ROWID ? ROWID_BYTES : length, at);
		return;
	default:
		for (i = 0; i < 3; i++)
			make_number(part_add(p, item, numbers[i]), 4, at);
		make_text(p, part_add(p, item, "NAME"), "X", FILE_NAME_BYTES,
		    at);
		return;
	}
}
