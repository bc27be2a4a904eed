/*
 * The text of a CREATE TABLE; see sqlite_ddl.h.
 *
 * The grammar is SQLite's ("CREATE TABLE", sqlite.org/lang_createtable.html);
 * as the statement is known to be good, only what is looked for is told apart.
 */
#include "db/sqlite_ddl.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum token_kind {
	TOKEN_END, TOKEN_WORD, TOKEN_NAME, TOKEN_COMMENT, TOKEN_MARK
};

/* A word without quotes; a name or string in some; "-- …"; a character. */
struct token {
	enum token_kind kind;
	const char *p;
	size_t n;
	bool own_line;		/* nothing but blanks before it */
};

struct reader {
	struct sqlite_ddl *ddl;
	struct arena *arena;
	const char *at;		/* behind the token */
	struct token t;
	const char *name;	/* of CONSTRAINT, not used yet */
	const char *waiting;	/* comment for the next column */
	bool in_column;		/* else in a constraint of the table */
	struct token before;	/* the word before */
	struct ddl_foreign *key;	/* whose clauses come */
	uint32_t column_cap, check_cap, foreign_cap;
};

/* --- tokens -------------------------------------------------------------- */

static bool
is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80;
}

/* Behind a text in quotes, in which they are doubled. */
static const char *
skip_quoted(const char *p, char end)
{
	for (p++; *p != '\0'; p++)
		if (*p == end && (end == ']' || *++p != end))
			return end == ']' ? p + 1 : p;
	return p;
}

/* Behind blanks and comments of C's kind. */
static const char *
skip_blanks(const char *p, bool *own_line)
{
	const char *end;

	for (;;) {
		if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f') {
			p++;
		} else if (*p == '\n') {
			*own_line = true;
			p++;
		} else if (p[0] == '/' && p[1] == '*') {
			end = strstr(p + 2, "*/");
			p = end == NULL ? p + strlen(p) : end + 2;
		} else
			return p;
	}
}

static void
next_token(struct reader *r)
{
	struct token *t = &r->t;
	const char *p;

	t->own_line = false;
	t->p = p = skip_blanks(r->at, &t->own_line);
	if (*p == '\0') {
		t->kind = TOKEN_END;
	} else if (p[0] == '-' && p[1] == '-') {
		t->kind = TOKEN_COMMENT;
		p += strcspn(p, "\n");
	} else if (*p == '\'' || *p == '"' || *p == '`' || *p == '[') {
		t->kind = TOKEN_NAME;
		p = skip_quoted(p, *p == '[' ? ']' : *p);
	} else if (is_word((unsigned char)*p)) {
		t->kind = TOKEN_WORD;
		while (is_word((unsigned char)*p))
			p++;
	} else {
		t->kind = TOKEN_MARK;
		p++;
	}
	t->n = (size_t)(p - t->p);
	r->at = p;
}

static bool
is_keyword(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && t->n == strlen(word) &&
	    strncasecmp(t->p, word, t->n) == 0;
}

static bool
is_mark(const struct token *t, char c)
{
	return t->kind == TOKEN_MARK && *t->p == c;
}

/* The name without its quotes. */
static const char *
name_of(struct reader *r)
{
	char *name = arena_strndup(r->arena, r->t.p, r->t.n), quote, *out;
	const char *p, *end;

	if (r->t.kind != TOKEN_NAME || r->t.n < 2)
		return name;
	quote = r->t.p[r->t.n - 1];
	end = r->t.p + r->t.n - 1;
	for (out = name, p = r->t.p + 1; p < end; p++) {
		*out++ = *p;
		if (*p == quote && quote != ']')
			p++;
	}
	*out = '\0';
	return name;
}

/* At an opening parenthesis: goes behind the closing one, and returns what
 * stands between. */
static const char *
take_parentheses(struct reader *r)
{
	const char *from = r->at, *end = from;
	int depth = 1;

	while (depth > 0) {
		next_token(r);
		if (r->t.kind == TOKEN_END)
			break;
		if (is_mark(&r->t, '('))
			depth++;
		else if (is_mark(&r->t, ')'))
			depth--;
		end = r->t.p;
	}
	return arena_strndup(r->arena, from, (size_t)(end - from));
}

/* --- comments ------------------------------------------------------------ */

/* The text of a comment, behind what is there already. */
static const char *
add_comment(struct reader *r, const char *before)
{
	const char *p = r->t.p + 2, *end = r->t.p + r->t.n;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' ||
	    end[-1] == '\r'))
		end--;
	if (before == NULL)
		return arena_strndup(r->arena, p, (size_t)(end - p));
	return arena_printf(r->arena, "%s %.*s", before, (int)(end - p), p);
}

/* One behind something is of the column that is on its line. */
static void
take_comment(struct reader *r, bool in_item)
{
	struct ddl_column *c;

	if (r->t.own_line) {
		if (!in_item)
			r->waiting = add_comment(r, r->waiting);
	} else if (r->in_column) {
		c = &r->ddl->column[r->ddl->ncolumn - 1];
		c->comment = add_comment(r, c->comment);
	}
}

/* --- items --------------------------------------------------------------- */

static void
begin_item(struct reader *r)
{
	static const char *const of_table[] = { "CONSTRAINT", "PRIMARY",
		"UNIQUE", "CHECK", "FOREIGN" };
	struct ddl_column *c;
	size_t i;

	r->in_column = true;
	for (i = 0; i < sizeof of_table / sizeof of_table[0]; i++)
		if (is_keyword(&r->t, of_table[i]))
			r->in_column = false;
	r->name = NULL;
	r->key = NULL;
	if (r->in_column) {
		c = ARENA_PUSH(r->arena, r->ddl->column, r->ddl->ncolumn,
		    r->column_cap);
		c->name = name_of(r);
		c->comment = r->waiting;
	}
	r->waiting = NULL;
}

static void
take_check(struct reader *r)
{
	struct ddl_check *c = ARENA_PUSH(r->arena, r->ddl->check,
	    r->ddl->ncheck, r->check_cap);

	c->name = r->name;
	do
		next_token(r);
	while (r->t.kind == TOKEN_COMMENT);
	c->expr = is_mark(&r->t, '(') ? take_parentheses(r) : "";
}

/* A word that begins a clause ends what the one before said. */
static void
take_word(struct reader *r)
{
	static const char *const clause[] = { "PRIMARY", "UNIQUE", "DEFAULT",
		"COLLATE", "GENERATED" };
	struct token *t = &r->t;
	size_t i;

	if (is_keyword(t, "CONSTRAINT")) {
		next_token(r);
		r->name = name_of(r);
		r->key = NULL;
	} else if (is_keyword(t, "CHECK")) {
		take_check(r);
		r->name = NULL;
		r->key = NULL;
	} else if (is_keyword(t, "REFERENCES")) {
		r->key = ARENA_PUSH(r->arena, r->ddl->foreign,
		    r->ddl->nforeign, r->foreign_cap);
		r->key->name = r->name;
		r->name = NULL;
	} else if (is_keyword(t, "DEFERRABLE") && r->key != NULL) {
		r->key->deferrable = !is_keyword(&r->before, "NOT");
	} else if (is_keyword(t, "DEFERRED") && r->key != NULL) {
		r->key->deferred = r->key->deferrable;
	} else if (is_keyword(t, "AS") && r->in_column) {
		next_token(r);
		if (is_mark(t, '('))
			r->ddl->column[r->ddl->ncolumn - 1].generated =
			    take_parentheses(r);
	}
	for (i = 0; i < sizeof clause / sizeof clause[0]; i++)
		if (is_keyword(t, clause[i]) &&
		    !is_keyword(&r->before, "SET")) {
			r->name = NULL;
			r->key = NULL;
		}
	r->before = *t;
}

/* Behind the opening parenthesis; reads as far as the closing one. */
static void
read_items(struct reader *r)
{
	bool in_item = false;

	for (;;) {
		next_token(r);
		if (r->t.kind == TOKEN_END || is_mark(&r->t, ')'))
			return;
		if (r->t.kind == TOKEN_COMMENT) {
			if (r->ddl->ncolumn == 0 && !r->t.own_line)
				r->ddl->comment = add_comment(r,
				    r->ddl->comment);
			else
				take_comment(r, in_item);
		} else if (is_mark(&r->t, ',')) {
			in_item = false;
		} else if (!in_item) {
			in_item = true;
			begin_item(r);
			if (!r->in_column)
				take_word(r);
		} else if (is_mark(&r->t, '(')) {
			take_parentheses(r);
		} else
			take_word(r);
	}
}

void
sqlite_ddl_read(struct sqlite_ddl *ddl, struct arena *a, const char *sql)
{
	struct reader r = { .ddl = ddl, .arena = a, .at = sql };

	*ddl = (struct sqlite_ddl){ NULL };
	do
		next_token(&r);
	while (r.t.kind != TOKEN_END && !is_mark(&r.t, '('));
	read_items(&r);
	while (r.t.kind != TOKEN_END) {
		next_token(&r);
		ddl->without_rowid |= is_keyword(&r.t, "WITHOUT");
	}
}
