/*
 * SQLite's texts of tables and indexes; see publication_sqlite_text.h.
 */
#include "generation/publication_sqlite_text.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"

#define SQL_MAX	(16u << 20)

/* --- tokens -------------------------------------------------------------- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind blanks and comments. */
static const char *
skip_blanks(const char *p)
{
	const char *end;

	for (;;) {
		if (strncmp(p, "--", 2) == 0)
			p += strcspn(p, "\n");
		else if (strncmp(p, "/*", 2) == 0) {
			end = strstr(p + 2, "*/");
			p = end == NULL ? p + strlen(p) : end + 2;
		} else if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
			p++;
		else
			return p;
	}
}

/* Behind the quote that closes this one; two of them stand for one. */
static const char *
skip_quoted(const char *p)
{
	char close = *p == '[' ? ']' : *p;

	for (p++; *p != '\0'; p++)
		if (*p == close) {
			if (close == ']' || p[1] != close)
				return p + 1;
			p++;
		}
	return p;
}

static const char *
skip_number(const char *p)
{
	while (is_digit(*p) || is_letter(*p) || *p == '.' ||
	    ((*p == '+' || *p == '-') && (p[-1] == 'e' || p[-1] == 'E')))
		p++;
	return p;
}

const char *
litetext_next(const char *at, struct lite_token *t)
{
	const char *p = skip_blanks(at);

	t->p = p;
	if (*p == '\0') {
		t->kind = LITE_END;
	} else if (*p == '\'' || ((*p == 'x' || *p == 'X') && p[1] == '\'')) {
		t->kind = LITE_STRING;
		p = skip_quoted(*p == '\'' ? p : p + 1);
	} else if (is_letter(*p)) {
		t->kind = LITE_WORD;
		while (is_letter(*p) || is_digit(*p) || *p == '$')
			p++;
	} else if (*p == '"' || *p == '`' || *p == '[') {
		t->kind = LITE_QUOTED;
		p = skip_quoted(p);
	} else if (is_digit(*p) || (*p == '.' && is_digit(p[1]))) {
		t->kind = LITE_NUMBER;
		p = skip_number(p + 1);
	} else {
		t->kind = LITE_OTHER;
		p++;
	}
	t->n = (size_t)(p - t->p);
	return p;
}

bool
litetext_is(const struct lite_token *t, const char *word)
{
	return (t->kind == LITE_WORD || t->kind == LITE_OTHER) &&
	    strlen(word) == t->n && strncasecmp(t->p, word, t->n) == 0;
}

bool
litetext_has(const char *sql, const char *word)
{
	struct lite_token t;

	do {
		sql = litetext_next(sql, &t);
		if (litetext_is(&t, word))
			return true;
	} while (t.kind != LITE_END);
	return false;
}

static bool
is_name(const struct lite_token *t)
{
	return t->kind == LITE_WORD || t->kind == LITE_QUOTED ||
	    t->kind == LITE_STRING;
}

const char *
litetext_name(struct arena *a, const struct lite_token *t)
{
	char *out = arena_alloc(a, t->n + 1), close;
	size_t i, n = 0;

	if (t->kind == LITE_WORD)
		return arena_strndup(a, t->p, t->n);
	close = *t->p == '[' ? ']' : *t->p;
	for (i = 1; i + 1 < t->n; i++) {
		if (t->p[i] == close && close != ']')
			i++;
		out[n++] = t->p[i];
	}
	out[n] = '\0';
	return out;
}

/* --- other names --------------------------------------------------------- */

const char *
litetext_strip(struct arena *a, const char *name, uint32_t generation)
{
	const char *suffix = arena_printf(a, "__g%u", generation);
	size_t n = strlen(name), m = strlen(suffix);

	if (generation == 0 || n <= m || strcasecmp(name + n - m, suffix) != 0)
		return NULL;
	return arena_strndup(a, name, n - m);
}

/* A text that is copied, with some of its tokens replaced. */
struct copy {
	struct buf *out;
	const char *done;	/* copied up to here */
};

static void
replace(struct copy *c, const struct lite_token *t, const char *name)
{
	buf_put(c->out, c->done, (size_t)(t->p - c->done));
	sqlite_db_ident(c->out, name);
	c->done = t->p + t->n;
}

static const char *
other_generation(struct arena *a, const struct lite_rename *r,
    const char *name)
{
	const char *bare = litetext_strip(a, name, r->strip);

	if (r->strip != 0 && bare == NULL)
		return name;	/* refers to what is no generation's */
	return db_generation_table(a, bare == NULL ? name : bare, r->add);
}

/* Behind PRIMARY KEY [ASC | DESC]. */
static void
add_autoincrement(struct copy *c, const char *at)
{
	struct lite_token t;
	const char *next = litetext_next(at, &t);

	if (litetext_is(&t, "ASC") || litetext_is(&t, "DESC"))
		at = next;
	buf_put(c->out, c->done, (size_t)(at - c->done));
	buf_puts(c->out, " AUTOINCREMENT");
	c->done = at;
}

void
litetext_table(struct buf *out, const char *sql, const struct lite_rename *r)
{
	struct copy c = { out, sql };
	struct lite_token t, before = { .kind = LITE_END }, next;
	bool named = false, refers = false, wants = r->autoincrement;
	const char *at = sql;
	struct arena a;

	arena_init(&a);
	for (;; before = t) {
		at = litetext_next(at, &t);
		if (t.kind == LITE_END)
			break;
		if (!named && litetext_is(&before, "TABLE")) {
			replace(&c, &t, r->to);
			named = true;
		} else if (refers) {
			replace(&c, &t, other_generation(&a, r,
			    litetext_name(&a, &t)));
		} else if (wants && litetext_is(&t, "KEY") &&
		    litetext_is(&before, "PRIMARY")) {
			add_autoincrement(&c, at);
			wants = false;
		} else if (is_name(&t) && t.kind != LITE_STRING) {
			/* the table's own name before a column */
			litetext_next(at, &next);
			if (litetext_is(&next, ".") &&
			    strcasecmp(litetext_name(&a, &t), r->from) == 0)
				replace(&c, &t, r->to);
		}
		refers = litetext_is(&t, "REFERENCES");
	}
	buf_puts(out, c.done);
	arena_fini(&a);
}

void
litetext_index(struct buf *out, const char *sql, const char *index,
    const char *table)
{
	struct copy c = { out, sql };
	struct lite_token t, before = { .kind = LITE_END };
	const char *at = sql;
	bool named = false;

	for (;; before = t) {
		at = litetext_next(at, &t);
		if (t.kind == LITE_END)
			break;
		if (!named && litetext_is(&before, "INDEX")) {
			replace(&c, &t, index);
			named = true;
		} else if (named && litetext_is(&before, "ON")) {
			replace(&c, &t, table);
			break;
		}
	}
	buf_puts(out, c.done);
}

/* Is it the first word of a table's constraint? */
static bool
begins_constraint(const struct lite_token *t)
{
	static const char *const word[] = { "CONSTRAINT", "PRIMARY", "UNIQUE",
	    "CHECK", "FOREIGN" };
	size_t i;

	for (i = 0; i < sizeof word / sizeof word[0]; i++)
		if (litetext_is(t, word[i]))
			return true;
	return false;
}

/* --- foreign keys as comments -------------------------------------------- */

#define MUTE	" /* decant keeps: "
#define UNMUTE	" */"

static bool
is_among(const char *name, const char *const *list, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (strcasecmp(list[i], name) == 0)
			return true;
	return false;
}

/*
 * An item of the definition that begins with a comma; its end (the next comma
 * or what closes the list), and the table that it refers to as a whole.
 */
static const char *
scan_item(struct arena *a, const char *at, const char **parent)
{
	struct lite_token t;
	bool constraint = false, foreign = false;
	const char *next, *end = at;
	uint32_t depth = 0, n = 0;

	*parent = NULL;
	for (; ; at = next, n++) {
		next = litetext_next(at, &t);
		if (t.kind == LITE_END || (depth == 0 && n > 0 &&
		    (litetext_is(&t, ",") || litetext_is(&t, ")"))))
			return end;
		end = next;
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") ? 1 : 0;
		if (n == 1)
			constraint = begins_constraint(&t);
		foreign |= constraint && depth == 0 &&
		    litetext_is(&t, "FOREIGN");
		if (foreign && litetext_is(&t, "REFERENCES")) {
			litetext_next(next, &t);
			*parent = litetext_name(a, &t);
		}
	}
}

/* Behind a column's REFERENCES t (c) ON … MATCH … DEFERRABLE …. */
static const char *
scan_references(struct arena *a, const char *at, const char **parent)
{
	static const char *const one[] = { "DEFERRABLE", "CASCADE",
	    "RESTRICT", "DELETE", "UPDATE", "ACTION" };
	static const char *const with_next[] = { "ON", "SET", "NO", "MATCH",
	    "INITIALLY" };
	struct lite_token t, after;
	const char *end, *next;
	uint32_t depth = 0;
	size_t i;
	bool goes_on;

	end = litetext_next(at, &t);
	*parent = litetext_name(a, &t);
	next = litetext_next(end, &t);
	if (litetext_is(&t, "(")) {
		for (depth = 1; depth > 0 && t.kind != LITE_END;) {
			end = next;
			next = litetext_next(next, &t);
			depth -= litetext_is(&t, ")") ? 1 : 0;
		}
		end = next;
		next = litetext_next(end, &t);
	}
	for (;; next = litetext_next(end, &t)) {
		litetext_next(next, &after);
		goes_on = litetext_is(&t, "NOT") &&
		    litetext_is(&after, "DEFERRABLE");
		for (i = 0; i < sizeof one / sizeof one[0]; i++)
			goes_on |= litetext_is(&t, one[i]);
		if (goes_on) {
			end = next;
			continue;
		}
		for (i = 0; i < sizeof with_next / sizeof with_next[0]; i++)
			goes_on |= litetext_is(&t, with_next[i]);
		if (!goes_on)
			return end;
		end = litetext_next(next, &t);
	}
}

void
litetext_mute(struct buf *out, const char *sql, const char *const *list,
    uint32_t n)
{
	const char *at = sql, *done = sql, *next, *end, *parent;
	struct lite_token t;
	struct arena a;
	uint32_t depth = 0;
	bool foreign = false;

	arena_init(&a);
	for (;; at = next) {
		next = litetext_next(at, &t);
		if (t.kind == LITE_END)
			break;
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") && depth > 0 ? 1 : 0;
		if (depth != 1)
			continue;
		if (litetext_is(&t, ",")) {
			end = scan_item(&a, t.p, &parent);
			foreign = parent != NULL;
		} else if (!foreign && litetext_is(&t, "REFERENCES")) {
			end = scan_references(&a, next, &parent);
		} else {
			continue;
		}
		if (parent == NULL || !is_among(parent, list, n) ||
		    memmem(t.p, (size_t)(end - t.p), "*/", 2) != NULL)
			continue;
		buf_put(out, done, (size_t)(t.p - done));
		buf_puts(out, MUTE);
		buf_put(out, t.p, (size_t)(end - t.p));
		buf_puts(out, UNMUTE);
		done = next = end;
	}
	buf_puts(out, done);
	arena_fini(&a);
}

void
litetext_unmute(struct buf *out, const char *sql)
{
	const char *p, *end;

	while ((p = strstr(sql, MUTE)) != NULL) {
		end = strstr(p + strlen(MUTE), UNMUTE);
		if (end == NULL)
			break;
		buf_put(out, sql, (size_t)(p - sql));
		p += strlen(MUTE);
		buf_put(out, p, (size_t)(end - p));
		sql = end + strlen(UNMUTE);
	}
	buf_puts(out, sql);
}

bool
litetext_is_mute(const char *sql)
{
	return strstr(sql, MUTE) != NULL;
}

/* --- definitions --------------------------------------------------------- */

/*
 * A token in its normal form, with a blank before it: words in capitals, names
 * that are quoted as they are, for a word may be a keyword.
 */
static void
put_normal(struct buf *b, struct arena *a, const struct lite_token *t,
    const char *name)
{
	size_t i;

	if (b->len > 0)
		buf_putc(b, ' ');
	if (name != NULL) {
		buf_puts(b, name);
	} else if (t->kind == LITE_QUOTED) {
		buf_puts(b, litetext_name(a, t));
	} else if (t->kind == LITE_WORD) {
		for (i = 0; i < t->n; i++)
			buf_putc(b, t->p[i] >= 'a' && t->p[i] <= 'z' ?
			    (char)(t->p[i] - 'a' + 'A') : t->p[i]);
	} else {
		buf_put(b, t->p, t->n);
	}
}

/* From behind a comma of the list to the next one, or to what closes it. */
static const char *
read_item(struct arena *a, const char *at, uint32_t generation,
    struct lite_item *item, bool *last)
{
	struct lite_token t, dot;
	const char *next, *name;
	bool first = true, refers = false;
	uint32_t depth = 0;
	struct buf b;

	buf_init(&b, SQL_MAX);
	for (;; at = next) {
		next = litetext_next(at, &t);
		*last = t.kind == LITE_END ||
		    (depth == 0 && litetext_is(&t, ")"));
		if (*last || (depth == 0 && litetext_is(&t, ",")))
			break;
		if (litetext_is(&t, "("))
			depth++;
		else if (litetext_is(&t, ")"))
			depth--;
		if (first && !begins_constraint(&t))
			item->column = litetext_name(a, &t);
		name = first && item->column != NULL ? item->column : NULL;
		litetext_next(next, &dot);
		if (refers || (is_name(&t) && litetext_is(&dot, "."))) {
			name = litetext_strip(a, litetext_name(a, &t),
			    generation);
			if (name == NULL)
				name = litetext_name(a, &t);
		}
		if (!litetext_is(&t, "AUTOINCREMENT"))
			put_normal(&b, a, &t, name);
		refers = litetext_is(&t, "REFERENCES");
		first = false;
	}
	item->text = arena_strdup(a, b.len > 0 ? b.p : "");
	buf_fini(&b);
	return next;
}

void
litetext_items(struct arena *a, const char *sql, uint32_t generation,
    struct lite_items *items)
{
	struct lite_item item;
	struct lite_token t;
	bool last = false;

	*items = (struct lite_items){ .n = 0 };
	do
		sql = litetext_next(sql, &t);
	while (t.kind != LITE_END && !litetext_is(&t, "("));
	while (!last && t.kind != LITE_END) {
		item = (struct lite_item){ NULL, NULL };
		sql = read_item(a, sql, generation, &item, &last);
		*ARENA_PUSH(a, items->v, items->n, items->cap) = item;
	}
}

static bool
begins_clause(const struct lite_token *t, bool ours)
{
	static const char *const word[] = { "DEFAULT", "COLLATE", "CHECK",
	    "GENERATED", "AS", "PRIMARY", "NOT", "NULL", "UNIQUE",
	    "REFERENCES", "CONSTRAINT" };
	size_t i, n = ours ? sizeof word / sizeof word[0] : 5;

	for (i = 0; i < n; i++)
		if (litetext_is(t, word[i]))
			return true;
	return false;
}

const char *
litetext_clause(struct arena *a, const char **at)
{
	struct lite_token t;
	const char *p = *at, *begin, *next;
	uint32_t depth = 0, n = 0;
	bool generated;

	for (;; p = next) {
		next = litetext_next(p, &t);
		if (t.kind == LITE_END)
			return NULL;
		/* the column's own name comes first, and may be any word */
		if (p != *at && depth == 0 && begins_clause(&t, false))
			break;
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") && depth > 0 ? 1 : 0;
	}
	begin = t.p;
	generated = litetext_is(&t, "GENERATED");
	for (p = next; ; p = next, n++) {
		next = litetext_next(p, &t);
		if (t.kind == LITE_END)
			break;
		if (depth == 0 && n > 0 && begins_clause(&t, true) &&
		    !(generated && litetext_is(&t, "AS")))
			break;
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") && depth > 0 ? 1 : 0;
	}
	*at = arena_printf(a, "x %s", t.p);
	while (p > begin && p[-1] == ' ')
		p--;
	return arena_strndup(a, begin, (size_t)(p - begin));
}
