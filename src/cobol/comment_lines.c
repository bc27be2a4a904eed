/*
 * Comments in a copybook; see comment_lines.h.
 *
 * Copybooks draw boxes and rulers around what they say, and keep entries that
 * are no longer wanted as comments.  The former is trimmed; the latter is
 * known by its level number and a clause or a period, and goes on to the next
 * period as long as lines begin with a clause.
 */
#include "cobol/comment_lines.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define COMMENT_MAX	1000u	/* bytes; the rest is left out */
#define LINE_MAX_BYTES	4096u	/* the same of a line, */
#define TEXT_MAX	(64u << 10)	/* and of all lines */

struct source_comments *
comments_new(struct arena *a, const struct srctext *src)
{
	struct source_comments *c = arena_zalloc(a, sizeof *c);

	c->src = src;
	c->line = arena_zalloc(a, (src->nlines + 2) * sizeof *c->line);
	return c;
}

void
comments_add(struct source_comments *c, uint32_t number, size_t at, size_t end,
    bool beside)
{
	if (c == NULL || number == 0 || number > c->src->nlines)
		return;
	c->line[number] = (struct comment_line){ (uint32_t)at, (uint32_t)end,
	    (uint32_t)at - c->src->line[number - 1], beside };
}

/* ---- the text of a line ------------------------------------------------ */

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
	    (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

/* U+2500 to U+259F: lines and blocks. */
static bool
is_box(const char *p, size_t n)
{
	return n > 2 && (unsigned char)p[0] == 0xe2 &&
	    (unsigned char)p[1] >= 0x94 && (unsigned char)p[1] <= 0x96 &&
	    ((unsigned char)p[1] < 0x96 || (unsigned char)p[2] <= 0x9f);
}

/* In UTF-8, each run of blanks and controls one blank. */
static void
text_clean(struct buf *b, const char *p, size_t n)
{
	uint8_t out[4];
	size_t at, len;

	buf_clear(b);
	for (at = 0; at < n; at += len) {
		unsigned char c = (unsigned char)p[at];

		len = utf8_valid((const uint8_t *)p + at, n - at);
		if (c <= ' ' || c == 0x7f || (len == 0 && c == 0xa0) ||
		    (len == 2 && c == 0xc2 &&
		    (unsigned char)p[at + 1] <= 0xa0)) {
			if (b->len > 0 && b->p[b->len - 1] != ' ')
				buf_putc(b, ' ');
		} else if (len > 0) {
			buf_put(b, p + at, len);
		} else if (c > 0xa0) {
			buf_put(b, out, utf8_put(out, c));	/* Latin-1 */
		}
		len += len == 0;
	}
}

/*
 * Bytes of decoration that s begins with.  A single sign before a word is part
 * of it (-1, #2); those of boxes are none.
 */
static size_t
lead_of(const char *s, size_t n)
{
	size_t i = 0;

	if (n == 0)
		return 0;
	if (is_box(s, n))
		return 3;
	if (s[0] == ' ' || s[0] == '*' || s[0] == '|' || s[0] == '>')
		return 1;
	if (strchr("-=+_#~/:.<!", s[0]) == NULL)
		return 0;
	while (i < n && s[i] == s[0])
		i++;
	return i > 1 || i == n || s[i] == ' ' || s[i] == '*' ? i : 0;
}

/* The same of its end; dots and the like end sentences there. */
static size_t
trail_of(const char *s, size_t n)
{
	size_t i = 0;
	char c;

	if (n == 0)
		return 0;
	if (n > 2 && is_box(s + n - 3, 3))
		return 3;
	c = s[n - 1];
	if (c == ' ' || c == '*' || c == '|')
		return 1;
	if (strchr("-=+_#~/<", c) == NULL)
		return 0;
	while (i < n && s[n - 1 - i] == c)
		i++;
	return i > 2 || i == n || s[n - 1 - i] == ' ' ? i : 0;
}

/* What the line says; empty: it is a ruler. */
static struct slice
text_trim(const struct buf *b)
{
	static const char scale[] = "....+....";
	const char *p = b->p;
	size_t n = b->len, k, i;
	bool any = false;

	if (n == 0 || strstr(p, scale) != NULL)
		return (struct slice){ (const uint8_t *)"", 0 };
	while ((k = lead_of(p, n)) > 0) {
		p += k;
		n -= k;
	}
	while ((k = trail_of(p, n)) > 0)
		n -= k;
	for (i = 0; i < n && !any; i++)
		any = is_alnum(p[i]);
	return (struct slice){ (const uint8_t *)p, any ? (uint32_t)n : 0 };
}

/* ---- code that is disabled --------------------------------------------- */

/* The next word, up to a blank or the last period; moves behind it. */
static struct slice
word_next(struct slice *s)
{
	struct slice w;
	uint32_t n = 0;

	while (s->len > 0 && s->p[0] == ' ') {
		s->p++;
		s->len--;
	}
	while (n < s->len && s->p[n] != ' ' &&
	    !(s->p[n] == '.' && n + 1 == s->len))
		n++;
	w = (struct slice){ s->p, n };
	s->p += n;
	s->len -= n;
	return w;
}

static bool
word_among(struct slice w, const char *const *list)
{
	uint32_t i;

	for (; *list != NULL; list++) {
		if (strlen(*list) != w.len)
			continue;
		for (i = 0; i < w.len; i++)
			if ((w.p[i] >= 'a' && w.p[i] <= 'z' ? w.p[i] - 0x20 :
			    w.p[i]) != (uint8_t)(*list)[i])
				break;
		if (i == w.len)
			return true;
	}
	return false;
}

static bool
starts_clause(struct slice s)
{
	static const char *const clauses[] = { "PIC", "PICTURE", "REDEFINES",
	    "OCCURS", "USAGE", "COMP", "COMP-1", "COMP-2", "COMP-3", "COMP-4",
	    "COMP-5", "COMPUTATIONAL", "COMPUTATIONAL-3", "BINARY",
	    "PACKED-DECIMAL", "VALUE", "VALUES", "DEPENDING", "INDEXED",
	    "SYNC", "JUST", "JUSTIFIED", "RENAMES", "COPY", NULL };

	return word_among(word_next(&s), clauses);
}

static bool
is_level(struct slice w)
{
	uint32_t n = 0, i;

	for (i = 0; i < w.len; i++) {
		if (w.p[i] < '0' || w.p[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(w.p[i] - '0');
	}
	return (w.len == 1 || w.len == 2) && n > 0 && (n <= 49 || n == 66 ||
	    n == 77 || n == 78 || n == 88);
}

static bool
is_name(struct slice w)
{
	uint32_t i, letters = 0;

	for (i = 0; i < w.len; i++) {
		if (w.p[i] >= 0x80 || !(is_alnum((char)w.p[i]) ||
		    strchr("-_:()@#$", w.p[i]) != NULL))
			return false;
		letters += w.p[i] > '9' && is_alnum((char)w.p[i]);
	}
	return letters > 0;
}

static bool
ends_entry(struct slice s)
{
	return s.len > 0 && s.p[s.len - 1] == '.';
}

/*
 * An entry, or COPY NAME.  One that goes on in the next line need not have
 * more than a level and a name in this one.
 */
static bool
is_entry(struct slice s, struct slice next)
{
	static const char *const copy[] = { "COPY", NULL };
	static const char *const strong[] = { "PIC", "PICTURE", "REDEFINES",
	    "OCCURS", "VALUE", "VALUES", NULL };
	struct slice rest = s, w = word_next(&rest), name;

	if (word_among(w, copy))
		return is_name(word_next(&rest)) && rest.len == 1 &&
		    ends_entry(s);
	if (!is_level(w))
		return false;
	if (starts_clause(rest))	/* no name */
		return true;
	name = word_next(&rest);
	if (!is_name(name))
		return false;
	if (rest.len == 0)
		return starts_clause(next);
	if (rest.len == 1 && ends_entry(s))
		return true;		/* a group */
	return word_among(word_next(&rest), strong) || (ends_entry(s) &&
	    starts_clause((struct slice){ name.p + name.len,
	    (uint32_t)(s.p + s.len - name.p - name.len) }));
}

/* ---- the comment of an entry ------------------------------------------- */

struct teller {
	struct arena *a;
	struct buf out;
	struct slice waiting;	/* a line that was not judged yet */
	size_t paragraph;	/* where the last one starts in `out` */
	bool in_entry;		/* of disabled code */
};

static bool
says(const char *text, const char *words)
{
	size_t i;

	for (; *text != '\0'; text++) {
		for (i = 0; words[i] != '\0'; i++)
			if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] +
			    0x20 : text[i]) != words[i])
				break;
		if (words[i] == '\0')
			return true;
	}
	return false;
}

/* A paragraph is done; one of lawyers describes nothing. */
static void
teller_break(struct teller *t)
{
	static const char *const legal[] = { "copyright", "licensed under",
	    "licensed materials", "the license", "/licenses/",
	    "public license", "spdx-license" };
	struct buf *b = &t->out;
	uint32_t i;

	for (i = 0; b->len > t->paragraph && i < sizeof legal /
	    sizeof legal[0]; i++)
		if (says(b->p + t->paragraph, legal[i])) {
			b->len = t->paragraph;
			b->p[b->len] = '\0';
		}
	t->paragraph = b->len;
}

static void
teller_put(struct teller *t, struct slice s)
{
	if (s.len == 0 || t->out.len > TEXT_MAX - LINE_MAX_BYTES * 2)
		return;
	if (t->out.len > 0)
		buf_putc(&t->out, ' ');
	buf_put(&t->out, s.p, s.len);
}

/* The whole, or as much of it as a comment may have: up to a blank, or else
 * whole characters. */
static const char *
teller_text(struct teller *t)
{
	const char *p = t->out.p;
	size_t n = COMMENT_MAX, i;

	if (t->out.len <= COMMENT_MAX)
		return arena_strdup(t->a, p);
	for (i = n; i > 0 && p[i] != ' ';)
		i--;
	while (n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(t->a, "%.*s ...", (int)(i > 0 ? i : n), p);
}

/* The line that waits, now that the next one is known. */
static void
teller_judge(struct teller *t, struct slice next)
{
	struct slice s = t->waiting;

	t->waiting = next;
	if (s.len == 0)
		return;
	if (is_entry(s, next) || (t->in_entry && starts_clause(s))) {
		t->in_entry = !ends_entry(s);
		return;
	}
	t->in_entry = false;
	teller_put(t, s);
}

static void
teller_end(struct teller *t)
{
	teller_judge(t, (struct slice){ (const uint8_t *)"", 0 });
	teller_break(t);
}

static void
teller_line(struct teller *t, const struct source_comments *c, uint32_t k)
{
	const struct comment_line *l = &c->line[k];
	uint32_t n = l->end > l->at ? l->end - l->at : 0;
	struct slice s;
	struct buf b;

	buf_init(&b, 2 * LINE_MAX_BYTES);
	text_clean(&b, c->src->p + l->at, n < LINE_MAX_BYTES ? n :
	    LINE_MAX_BYTES);
	s = text_trim(&b);
	if (s.len > 0) {
		s.p = (const uint8_t *)arena_strndup(t->a, (const char *)s.p,
		    s.len);
		teller_judge(t, s);
	} else {
		teller_end(t);
	}
	buf_fini(&b);
}

static bool
is_own(const struct comment_line *l)
{
	return l->at > 0 && !l->beside;
}

/* Goes on with the one beside the line before: it stands below that. */
static bool
goes_on(const struct comment_line *l)
{
	return is_own(l) && l->col == l[-1].col && l[-1].at > 0 &&
	    l[-1].beside;
}

/* The first of the comment lines directly above line n; n: there is none. */
static uint32_t
first_above(const struct source_comments *c, uint32_t n)
{
	uint32_t from = n, col;

	while (from > 1 && is_own(&c->line[from - 1]))
		from--;
	if (from == n || !goes_on(&c->line[from]))
		return from;
	for (col = c->line[from].col; from < n && c->line[from].col == col;)
		from++;
	return from;
}

const char *
comments_of(struct arena *a, const struct source_comments *c,
    const struct token *first, const struct token *last)
{
	struct teller t = { .a = a };
	uint32_t from, to, k, col;
	const char *text = NULL;

	while (c != NULL && c->src != first->src)
		c = c->next;
	if (c == NULL)
		return NULL;
	from = to = token_place(first).line;
	if (last->src == first->src && last->at > first->at)
		to = token_place(last).line;
	buf_init(&t.out, TEXT_MAX);
	for (k = first->first ? first_above(c, from) : from; k <= to; k++) {
		if (k == from)
			teller_end(&t);
		if (k < to || last[1].first)
			teller_line(&t, c, k);
	}
	for (col = c->line[to].col; c->line[to].beside && last[1].first &&
	    k <= c->src->nlines && is_own(&c->line[k]) &&
	    c->line[k].col == col; k++)
		teller_line(&t, c, k);
	teller_end(&t);
	if (t.out.len > 0)
		text = teller_text(&t);
	buf_fini(&t.out);
	return text;
}
