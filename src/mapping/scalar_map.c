/*
 * The way back from a YAML scalar's text to the bytes of the file.
 *
 * libyaml hands over text with quotes, escapes, line folds and indentation
 * undone (YAML 1.1, chapter 9) and only tells where it starts.  The scalar is
 * read here once more, byte by byte; what comes out must be the same text,
 * otherwise the map is not trusted.
 */
#include "mapping/yaml_tree.h"

#include <string.h>

#include "base/utf8.h"

struct walk {
	const char *s;		/* the file */
	uint32_t at, end;	/* of the scalar in it */
	const char *p;		/* the text that must come out */
	uint32_t n, len;	/* n bytes of it are mapped */
	uint32_t *map;
	bool good;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes of the line break at `at`, or 0.  NEL is one; LS and PS are left
 * alone, for they do not fold. */
static uint32_t
line_break(const struct walk *w, uint32_t at)
{
	if (at >= w->end)
		return 0;
	if (w->s[at] == '\r')
		return at + 1 < w->end && w->s[at + 1] == '\n' ? 2 : 1;
	if (w->s[at] == '\n')
		return 1;
	return at + 1 < w->end && memcmp(w->s + at, "\xc2\x85", 2) == 0 ? 2 : 0;
}

static void
walk_put(struct walk *w, char c, uint32_t from)
{
	if (w->n >= w->len || w->p[w->n] != c) {
		w->good = false;
		return;
	}
	w->map[w->n++] = from;
}

/*
 * Blanks and line breaks inside a plain or quoted scalar: without a break they
 * stand for themselves; one break is a blank, more are one break less.
 */
static void
walk_space(struct walk *w)
{
	uint32_t from = w->at, breaks = 0, n, i;

	while (w->at < w->end) {
		if ((n = line_break(w, w->at)) > 0)
			breaks++;
		else if (is_blank(w->s[w->at]))
			n = 1;
		else
			break;
		w->at += n;
	}
	if (breaks == 0)
		for (i = from; i < w->at; i++)
			walk_put(w, w->s[i], i);
	else if (breaks == 1)
		walk_put(w, ' ', from);
	for (i = 1; i < breaks; i++)
		walk_put(w, '\n', from);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A backslash and what follows, in a double-quoted scalar. */
static void
walk_escape(struct walk *w)
{
	static const char name[] = "0abt\tnvfre \"/\\N_LP'";
	static const uint16_t is[] = { 0, 7, 8, 9, 9, 10, 11, 12, 13, 27, 32,
	    '"', '/', '\\', 0x85, 0xa0, 0x2028, 0x2029, '\'' };
	uint32_t from = w->at++, cp = 0, digits, n, i;
	const char *found;
	uint8_t utf8[4];
	char c = w->at < w->end ? w->s[w->at] : '\0';

	if ((n = line_break(w, w->at)) > 0) {
		/* the break vanishes with the indentation behind it */
		for (w->at += n; w->at < w->end; w->at += n) {
			if ((n = line_break(w, w->at)) > 0)
				walk_put(w, '\n', w->at);
			else if (is_blank(w->s[w->at]))
				n = 1;
			else
				break;
		}
		return;
	}
	w->at++;
	digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	if (digits == 0) {
		found = c != '\0' ? strchr(name, c) : NULL;
		if (found == NULL) {
			w->good = false;
			return;
		}
		cp = is[found - name];
	}
	for (; digits > 0 && w->at < w->end; digits--, w->at++)
		cp = cp << 4 | (uint32_t)(hex_digit(w->s[w->at]) & 15);
	if (cp > 0x10ffff) {
		w->good = false;
		return;
	}
	n = (uint32_t)utf8_put(utf8, cp);
	for (i = 0; i < n; i++)
		walk_put(w, (char)utf8[i], from);
}

static void
walk_flow(struct walk *w, char quote)
{
	if (quote != '\0') {
		w->at++;
		w->end--;	/* the closing quote */
	}
	while (w->good && w->at < w->end) {
		if (is_blank(w->s[w->at]) || line_break(w, w->at) > 0) {
			walk_space(w);
		} else if (quote == '"' && w->s[w->at] == '\\') {
			walk_escape(w);
		} else {
			walk_put(w, w->s[w->at], w->at);
			w->at += quote == '\'' && w->s[w->at] == '\'' ? 2 : 1;
		}
	}
}

/* Leading blanks of the line at `at`. */
static uint32_t
line_indent(const struct walk *w, uint32_t at)
{
	uint32_t n = 0;

	while (at + n < w->end && w->s[at + n] == ' ')
		n++;
	return n;
}

/* The indentation of a block scalar's text: what the first line that has text
 * lost of its blanks. */
static uint32_t
block_indent(const struct walk *w)
{
	uint32_t at = w->at, have, kept = 0, i = 0, n;

	for (;;) {
		have = line_indent(w, at);
		if ((n = line_break(w, at + have)) == 0)
			break;
		at += have + n;
	}
	while (i < w->len && w->p[i] == '\n')
		i++;
	while (i + kept < w->len && w->p[i + kept] == ' ')
		kept++;
	return have > kept ? have - kept : 0;
}

/* | and >: lines, each after its indentation. */
static void
walk_block(struct walk *w, bool folded)
{
	uint32_t indent, n, breaks = 0, last = 0, i;
	bool was_blank = false, blank, first = true;

	while (w->at < w->end && line_break(w, w->at) == 0)
		w->at++;			/* the header's line */
	w->at += line_break(w, w->at);
	indent = block_indent(w);
	while (w->good && w->n < w->len && w->at < w->end) {
		n = line_indent(w, w->at);
		w->at += n < indent ? n : indent;
		if ((n = line_break(w, w->at)) > 0) {
			last = breaks++ == 0 ? w->at : last;
			w->at += n;
			continue;
		}
		blank = w->at < w->end && is_blank(w->s[w->at]);
		if (folded && !first && !was_blank && !blank && breaks == 1)
			walk_put(w, ' ', last);
		else
			for (i = folded && !first && !was_blank && !blank; i <
			    breaks; i++)
				walk_put(w, '\n', last);
		first = false;
		was_blank = blank;
		while (w->at < w->end && line_break(w, w->at) == 0) {
			walk_put(w, w->s[w->at], w->at);
			w->at++;
		}
		breaks = 0;
	}
	while (w->good && w->n < w->len)
		walk_put(w, '\n', last);	/* |+ and | keep breaks */
}

bool
scalar_map(const struct srctext *text, const struct ynode *y, uint32_t *map,
    bool *same)
{
	struct walk w = { .s = text->p, .at = y->from, .end = y->to,
	    .p = y->p, .len = y->len, .map = map, .good = true };
	uint32_t i;

	*same = y->style == YSTYLE_PLAIN && y->to - y->from == y->len &&
	    memcmp(text->p + y->from, y->p, y->len) == 0;
	if (*same)
		return true;
	if (y->style == YSTYLE_LITERAL || y->style == YSTYLE_FOLDED)
		walk_block(&w, y->style == YSTYLE_FOLDED);
	else
		walk_flow(&w, y->style == YSTYLE_SINGLE ? '\'' :
		    y->style == YSTYLE_DOUBLE ? '"' : '\0');
	if (!w.good || w.n != w.len) {
		for (i = 0; i <= w.len; i++)
			map[i] = y->from;
		return false;
	}
	/* Where something is missing at the end: behind the last byte that
	 * is no line break. */
	for (i = w.len; i > 0 && y->p[i - 1] == '\n'; i--)
		continue;
	map[w.len] = i > 0 ? map[i - 1] + 1 : y->from;
	for (; i < w.len; i++)
		map[i] = map[w.len];
	return true;
}
