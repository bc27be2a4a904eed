/*
 * Copybook text -> tree; see copybook.h and tree.h.
 *
 * The parser reads entry by entry: level number, name, clauses, period.  An
 * entry in which something is wrong keeps its name and is marked bad, so that
 * others may refer to it without further errors; reading goes on at the next
 * period or level number.  Of a whole program it takes the records of the
 * DATA DIVISION.  All memory is the arena's.
 */
#include "cobol/copybook_parse.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "cobol/comment_lines.h"
#include "cobol/copy_expand.h"
#include "cobol/dialect.h"
#include "cobol/sql_type.h"

#define NAME_MAX_BYTES	63
#define CONSTANTS_MAX	512u

const struct token *
copybook_peek(const struct parser *p, uint32_t ahead)
{
	uint32_t i = p->at;

	while (ahead-- > 0 && p->tok[i].kind != TOK_END)
		i++;
	return &p->tok[i];
}

bool
copybook_is(const struct parser *p, const char *word)
{
	return token_is(copybook_peek(p, 0), word);
}

bool
copybook_take(struct parser *p, const char *word)
{
	if (!copybook_is(p, word))
		return false;
	p->at++;
	return true;
}

/* What a message calls the token. */
static const char *
token_show(struct arena *a, const struct token *t)
{
	switch (t->kind) {
	case TOK_END:
		return "end of the copybook";
	case TOK_PERIOD:
		return "period";
	case TOK_LITERAL:
		return "literal";
	case TOK_PSEUDO:
		return "pseudo-text";
	default:
		return arena_printf(a, "'%s'", t->text);
	}
}

struct diag *
copybook_unexpected(struct parser *p, const char *what)
{
	const struct token *t = copybook_peek(p, 0);

	if (t->kind == TOK_LITERAL && t->fault == FAULT_OPEN)
		return diag_add(p->ds, DIAG_C006, token_place(t),
		    "literal is not closed");
	return diag_add(p->ds, DIAG_C010, token_place(t),
	    "unexpected %s, expected %s", token_show(p->a, t), what);
}

bool
copybook_expected(struct parser *p, const char *what)
{
	copybook_unexpected(p, what);
	return false;
}

bool
copybook_unsupported(struct parser *p, const struct token *t, const char *what)
{
	if (t->kind == TOK_OTHER)
		diag_add(p->ds, DIAG_C031, token_place(t),
		    "%s ('%s') is not supported yet", what, t->text);
	else
		diag_add(p->ds, DIAG_C031, token_place(t),
		    "%s is not supported yet", what);
	return false;
}

/* The level that the token is, or 0. */
static uint32_t
token_level(const struct token *t)
{
	uint32_t n = 0, i;

	if (t->kind != TOK_NUMBER || t->len > 2)
		return 0;
	for (i = 0; i < t->len; i++) {
		if (t->text[i] < '0' || t->text[i] > '9')
			return 0;
		n = n * 10 + (uint32_t)(t->text[i] - '0');
	}
	return n <= 49 || n == LEVEL_RENAMES || n == LEVEL_SINGLE ||
	    n == LEVEL_CONSTANT || n == LEVEL_CONDITION ? n : 0;
}

bool
copybook_at_entry(const struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	const struct token *next = copybook_peek(p, 1);

	return t->first && token_level(t) > 0 && (next->kind == TOK_OTHER ||
	    next->kind == TOK_PSEUDO || (next->kind == TOK_WORD &&
	    !token_is(next, "THRU") && !token_is(next, "THROUGH") &&
	    !token_is(next, "TIMES") && !token_is(next, "TO")));
}

const struct constant *
copybook_constant(const struct parser *p, const struct token *t)
{
	uint32_t i;

	if (t->kind == TOK_WORD)
		for (i = p->nconstant; i-- > 0;)
			if (strcmp(p->constant[i].name, t->text) == 0)
				return &p->constant[i];
	return NULL;
}

/* To after the next period, or to the next entry that starts a line. */
static void
copybook_resync(struct parser *p)
{
	const struct token *t;

	for (;;) {
		t = copybook_peek(p, 0);
		if (t->kind == TOK_END || copybook_at_entry(p))
			return;
		p->at++;
		if (t->kind == TOK_PERIOD)
			return;
	}
}

/* After an entry's clauses. */
static void
copybook_period(struct parser *p)
{
	if (copybook_peek(p, 0)->kind == TOK_PERIOD) {
		p->at++;
		return;
	}
	diag_add(p->ds, DIAG_C011, token_place(&p->tok[p->at - 1]),
	    "missing period after %s", token_show(p->a, &p->tok[p->at - 1]));
}

/* The name after a level number; NULL: FILLER, or none.  False: an error. */
static bool
parse_name(struct parser *p, const char **name, struct place *at)
{
	const struct token *t = copybook_peek(p, 0);

	*name = NULL;
	if (t->kind == TOK_PERIOD || t->kind == TOK_END ||
	    t->kind == TOK_HOLE || copybook_at_entry(p))
		return true;
	if (!clauses_at_name(p))
		return copybook_expected(p, "a name");
	if (clauses_at(p))
		return true;
	*at = token_place(t);
	p->at++;
	if (strcmp(t->text, "FILLER") == 0)
		return true;
	if (t->len > NAME_MAX_BYTES) {
		diag_add(p->ds, DIAG_C037, *at, "name is longer than %d "
		    "characters", NAME_MAX_BYTES);
		return false;
	}
	*name = t->text;
	return true;
}

static struct node *
copybook_add(struct parser *p, uint8_t level, const char *name, struct place at)
{
	struct node *n = ARENA_PUSH(p->a, p->book->node, p->book->n,
	    p->book->cap);

	n->level = level;
	n->name = name;
	n->at = at;
	n->parent = n->next = ITEM_NONE;
	n->file = p->file;
	n->section = p->section;
	return n;
}

/* The record of an item that has none: the whole copybook is its 01. */
static uint32_t
copybook_implicit_root(struct parser *p, struct place at)
{
	copybook_add(p, 1, NULL, at)->implicit = true;
	return p->book->n - 1;
}

/*
 * The group that an item of the level belongs to: the nearest one before it
 * with a lower level.  IBM lets siblings have unequal levels (Language
 * Reference, "Level-numbers").
 */
static uint32_t
copybook_parent(struct parser *p, uint8_t level, struct place at)
{
	const struct node *node = p->book->node;
	uint32_t i = p->last;

	if (level == 1 || level == LEVEL_SINGLE)
		return ITEM_NONE;
	if (i != ITEM_NONE && node[i].level > 49) {
		diag_add(p->ds, DIAG_C009, at, "level %02u cannot follow "
		    "level %u", level, node[i].level);
		while (node[i].parent != ITEM_NONE)
			i = node[i].parent;
		return node[i].level == 1 ? i : copybook_implicit_root(p, at);
	}
	while (i != ITEM_NONE && node[i].level >= level)
		i = node[i].parent;
	return i != ITEM_NONE ? i : copybook_implicit_root(p, at);
}

/* A record that is a table becomes the only item of one without a name. */
static void
wrap_table(struct parser *p)
{
	uint32_t i = p->last;
	struct node n = p->book->node[i];

	if (n.parent != ITEM_NONE || !n.has_occurs)
		return;
	diag_add(p->ds, DIAG_C026, n.occurs_at, "OCCURS at level %02u",
	    n.level);
	copybook_add(p, n.level, n.name, n.at);
	p->book->node[i] = (struct node){ .level = n.level, .at = n.at,
	    .implicit = true, .parent = ITEM_NONE, .next = ITEM_NONE,
	    .file = n.file, .section = n.section };
	n.parent = i;
	p->book->node[i + 1] = n;
	p->last = i + 1;
}

static void
parse_item(struct parser *p, uint8_t level, struct place at)
{
	struct node *n;
	const char *name;
	uint32_t parent;
	bool good;

	good = parse_name(p, &name, &at);
	if (good && name != NULL && copybook_is(p, "CONSTANT")) {
		if (constant_parse(p, name))
			copybook_period(p);
		else
			copybook_resync(p);
		return;
	}
	parent = copybook_parent(p, level, at);
	n = copybook_add(p, level, name, at);
	n->parent = parent;
	p->last = p->book->n - 1;
	if (!good || !clauses_parse(p, n)) {
		n->bad = true;
		copybook_resync(p);
	} else {
		copybook_period(p);
		n->comment = comments_of(p->a, p->comments,
		    &p->tok[p->entry], &p->tok[p->at - 1]);
		wrap_table(p);
		type_apply(p, p->last);
		sql_type_apply(p, p->last);
	}
}

/* 66 name RENAMES first [THRU last] */
static void
parse_renames(struct parser *p, struct place at)
{
	struct node *n;
	uint32_t root = p->last;
	const char *name;
	bool good;

	if (root == ITEM_NONE) {
		diag_add(p->ds, DIAG_C029, at, "RENAMES without a record");
		copybook_resync(p);
		return;
	}
	while (p->book->node[root].parent != ITEM_NONE)
		root = p->book->node[root].parent;
	good = parse_name(p, &name, &at);
	n = copybook_add(p, LEVEL_RENAMES, name, at);
	n->parent = root;
	p->last = p->book->n - 1;
	good = good && (copybook_take(p, "RENAMES") ||
	    copybook_expected(p, "RENAMES")) &&
	    clauses_name_ref(p, &n->rename_from);
	if (good && (copybook_take(p, "THRU") || copybook_take(p, "THROUGH")))
		good = clauses_name_ref(p, &n->rename_to);
	if (good && copybook_peek(p, 0)->kind != TOK_PERIOD &&
	    copybook_peek(p, 0)->kind != TOK_END && !copybook_at_entry(p))
		good = copybook_expected(p, "THRU or a period");
	if (good) {
		copybook_period(p);
	} else {
		n->bad = true;
		copybook_resync(p);
	}
}

/* 78 name VALUE value */
static void
parse_constant(struct parser *p, struct place at)
{
	struct literal l;
	const char *name;

	if (!parse_name(p, &name, &at))
		goto bad;
	if (!copybook_take(p, "VALUE")) {
		copybook_expected(p, "VALUE");
		goto bad;
	}
	copybook_take(p, "IS");
	if (!constant_value(p, &l))
		goto bad;
	constant_add(p, name != NULL ? name : "", &l);
	copybook_period(p);
	return;
bad:
	copybook_resync(p);
}

/* The literals of a level 88, one or a range at a time. */
static bool
parse_condition_values(struct parser *p, struct condition *c)
{
	uint32_t cap = 0;
	struct literal l;

	do {
		if (!clauses_literal(p, &l))
			return false;
		arena_grow(p->a, (void **)&c->value, c->nvalue, &cap,
		    sizeof *c->value);
		c->value[c->nvalue].lo = c->value[c->nvalue].hi = l;
		c->value[c->nvalue].thru = false;
		c->nvalue++;
		if (copybook_take(p, "THRU") || copybook_take(p, "THROUGH")) {
			if (!clauses_literal(p, &l))
				return false;
			c->value[c->nvalue - 1].hi = l;
			c->value[c->nvalue - 1].thru = true;
		}
	} while (clauses_at_literal(p) && !copybook_at_entry(p));
	if (copybook_take(p, "WHEN")) {	/* WHEN SET TO FALSE IS literal */
		copybook_take(p, "SET");
		copybook_take(p, "TO");
	}
	if (copybook_take(p, "FALSE")) {
		copybook_take(p, "IS");
		return clauses_literal(p, &l);
	}
	return true;
}

static bool
parse_condition_clauses(struct parser *p, struct condition *c)
{
	if (!copybook_take(p, "VALUE") && !copybook_take(p, "VALUES"))
		return copybook_expected(p, "VALUE");
	if (!copybook_take(p, "IS"))
		copybook_take(p, "ARE");
	if (!parse_condition_values(p, c))
		return false;
	if (copybook_peek(p, 0)->kind == TOK_PERIOD ||
	    copybook_peek(p, 0)->kind == TOK_END || copybook_at_entry(p))
		return true;
	return copybook_expected(p, "a literal, THRU or a period");
}

/* 88 name VALUE literal [THRU literal] ... */
static void
parse_condition(struct parser *p, struct place at)
{
	struct condition c = { .at = at, .item = p->last };

	if (p->last == ITEM_NONE) {
		diag_add(p->ds, DIAG_C030, at, "condition without an item");
		copybook_resync(p);
		return;
	}
	if (!parse_name(p, &c.name, &c.at) || !parse_condition_clauses(p, &c)) {
		copybook_resync(p);
		return;
	}
	copybook_period(p);
	if (c.name == NULL) {
		diag_add(p->ds, DIAG_C030, at, "condition without a name");
		return;
	}
	*ARENA_PUSH(p->a, p->book->condition, p->book->ncondition,
	    p->book->condition_cap) = c;
}

static void
parse_entry(struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	uint32_t level = token_level(t);
	struct place at = token_place(t);

	p->entry = p->at++;
	switch (level) {
	case 0:
		diag_add(p->ds, DIAG_C009, at, "'%s' is no level number",
		    t->text);
		copybook_resync(p);
		break;
	case LEVEL_RENAMES:
		parse_renames(p, at);
		break;
	case LEVEL_CONSTANT:
		parse_constant(p, at);
		break;
	case LEVEL_CONDITION:
		parse_condition(p, at);
		break;
	default:
		parse_item(p, (uint8_t)level, at);
		break;
	}
}

/* What is no entry and no heading: one error, up to the next entry. */
static void
parse_rubbish(struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	struct diag *d;

	d = diag_add(p->ds, DIAG_C008, token_place(t), "unexpected %s, "
	    "expected a level number", token_show(p->a, t));
	diag_hint(p->ds, d, "a data description entry starts with a level "
	    "number, 01 to 49, 66, 77, 78 or 88");
	do {
		p->at++;
	} while (copybook_peek(p, 0)->kind != TOK_END &&
	    !copybook_at_entry(p) &&
	    !token_is(copybook_peek(p, 1), "DIVISION"));
}

static bool
copybook_is_full(struct parser *p)
{
	struct place at = token_place(copybook_peek(p, 0));

	if (p->book->n >= ITEMS_MAX - 1 || p->book->ncondition >= ITEMS_MAX)
		diag_add(p->ds, DIAG_C005, at, "copybook has more than %u "
		    "items", ITEMS_MAX);
	else if (p->nconstant >= CONSTANTS_MAX)
		diag_add(p->ds, DIAG_C005, at, "copybook has more than %u "
		    "constants", CONSTANTS_MAX);
	else
		return false;
	return true;
}

static void
copybook_run(struct parser *p)
{
	const struct token *t;

	while ((t = copybook_peek(p, 0))->kind != TOK_END) {
		if (copybook_is_full(p))
			return;
		if (t->kind == TOK_PERIOD) {
			p->at++;
		} else if (t->kind == TOK_HOLE) {
			if (p->last != ITEM_NONE)
				p->book->node[p->last].bad = true;
			p->at++;
		} else if (t->kind == TOK_NUMBER) {
			parse_entry(p);
		} else if (!program_heading(p)) {
			parse_rubbish(p);
		}
	}
}

/* The name that a record without one gets: the file's, if no item has it. */
static const char *
root_name(struct arena *a, const struct copybook *b)
{
	const char *from = strrchr(b->name, '/'), *p;
	char *name, *q;
	uint32_t i;

	from = from != NULL ? from + 1 : b->name;
	name = arena_strdup(a, from);
	for (p = from, q = name; *p != '\0' && *p != '.'; p++, q++) {
		*q = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		if (!((*q >= 'A' && *q <= 'Z') || (*q >= '0' && *q <= '9') ||
		    *q == '-' || *q == '_'))
			return NULL;
	}
	*q = '\0';
	if (q == name)
		return NULL;
	for (i = 0; i < b->n; i++)
		if (b->node[i].name != NULL &&
		    strcmp(b->node[i].name, name) == 0)
			return NULL;
	return name;
}

static void
copybook_finish(struct arena *a, struct copybook *b)
{
	struct node *n = b->node;
	uint32_t i;

	for (i = 0; i < b->n; i++)
		n[i].next = i + 1;
	for (i = b->n; i-- > 0;) {
		if (n[i].parent != ITEM_NONE &&
		    n[n[i].parent].next < n[i].next)
			n[n[i].parent].next = n[i].next;
		if (n[i].implicit)
			n[i].name = root_name(a, b);
	}
}

void
copybook_snapshot(struct copybook *to, struct arena *a,
    const struct copybook *from)
{
	*to = *from;
	to->node = arena_array(a, from->n + 1, sizeof *to->node);
	if (from->n > 0)
		memcpy(to->node, from->node, from->n * sizeof *to->node);
	to->errors = 0;
	copybook_finish(a, to);
}

/* A name that >>DEFINE gave one value is a constant too. */
static void
copybook_defines(struct parser *p)
{
	const struct compile_name *c;
	struct literal l;
	uint32_t i;

	for (i = 0; i < p->conditional.nname; i++) {
		c = &p->conditional.name[i];
		if (c->varied || c->value == NULL)
			continue;
		l = (struct literal){ c->is_number ? LIT_NUMBER : LIT_TEXT,
		    slice_str(c->value), c->at };
		constant_add(p, c->name, &l);
	}
}

static struct copybook *
copybook_read(struct arena *a, struct diags *ds, const struct srctext *src,
    const struct copybook_options *options, bool is_file)
{
	struct copybook *b = arena_zalloc(a, sizeof *b);
	struct parser p = { .a = a, .ds = ds, .book = b, .last = ITEM_NONE,
	    .file = ITEM_NONE };
	struct token_list list;
	uint32_t before = ds->errors;

	b->name = src->name;
	copy_expand(&list, a, ds, src, options, is_file, &p.conditional);
	p.tok = list.tok;
	p.comments = list.comments;
	if (options != NULL) {
		b->dialect = options->dialect;
		b->counts_told = options->counts_told;
		b->tables_full = options->tables_full;
		p.address_size = b->address_size = options->address_size;
	}
	b->nsymbol_dbcs = p.conditional.nsymbol_dbcs;
	if (b->address_size == 0)
		p.address_size = b->address_size = p.conditional.address_size;
	p.rules.digits_max = dialect_rules(b->dialect)->digits;
	copybook_defines(&p);
	copybook_run(&p);
	b->comma = p.rules.comma;
	copybook_finish(a, b);
	if (b->n == 0 && ds->errors == before)
		diag_add(ds, DIAG_C033, srctext_place(src, 0, 1),
		    "'%s' has no data description entry", src->name);
	b->errors = ds->errors - before;
	return b;
}

struct copybook *
copybook_parse_text(struct arena *a, struct diags *ds,
    const struct srctext *src, const struct copybook_options *options)
{
	return copybook_read(a, ds, src, options, false);
}

struct copybook *
copybook_parse(struct arena *a, struct diags *ds, const char *path,
    const struct copybook_options *options)
{
	const struct srctext *src = srctext_read(a, path);

	if (src == NULL) {
		diag_add(ds, DIAG_C001, NOWHERE, "cannot read copybook '%s': "
		    "%s", path, strerror(errno));
		return NULL;
	}
	return copybook_read(a, ds, src, options, true);
}
