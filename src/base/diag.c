/*
 * Diagnostics; see diag.h.
 */
#include "base/diag.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

static const struct {
	const char *name, *summary, *explanation;
	enum severity severity;
} catalogue[] = {
#define DIAG(code, severity, summary, explanation)			\
	{ #code, summary, explanation, SEV_##severity },
#include "base/diag.def"
#undef DIAG
};

const char *
diag_name(enum diag_code c)
{
	return catalogue[c].name;
}

const char *
diag_summary(enum diag_code c)
{
	return catalogue[c].summary;
}

const char *
diag_explanation(enum diag_code c)
{
	return catalogue[c].explanation;
}

enum severity
diag_severity(enum diag_code c)
{
	return catalogue[c].severity;
}

void
diags_init(struct diags *ds, struct arena *a)
{
	*ds = (struct diags){ .arena = a, .last = &ds->first };
}

struct diag *
diag_add(struct diags *ds, enum diag_code code, struct place at,
    const char *fmt, ...)
{
	struct diag *d = arena_zalloc(ds->arena, sizeof *d);
	va_list ap;

	d->code = code;
	d->severity = catalogue[code].severity;
	d->at = at;
	va_start(ap, fmt);
	d->message = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
	if (d->severity == SEV_ERROR)
		ds->errors++;
	else if (d->severity == SEV_WARNING)
		ds->warnings++;
	if (ds->errors + ds->warnings > DIAG_MAX) {
		ds->dropped++;
		return d;
	}
	*ds->last = d;
	ds->last = &d->next;
	return d;
}

void
diag_hint(struct diags *ds, struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	d->hint = arena_vprintf(ds->arena, fmt, ap);
	va_end(ap);
}

#define LINE_SHOWN	200u	/* bytes of a line; of longer ones a part */
#define LINE_BEFORE	80u	/* of it before the mark */

static bool
is_tail(const char *line, size_t i)
{
	return ((unsigned char)line[i] & 0xc0) == 0x80;
}

/* The part of a long line that is shown: whole characters around the mark. */
static void
diag_window(const char *line, size_t len, size_t col, size_t *from, size_t *to)
{
	*from = 0;
	*to = len;
	if (len <= LINE_SHOWN)
		return;
	if (col > LINE_BEFORE)
		*from = (col < len ? col : len) - LINE_BEFORE;
	if (len - *from > LINE_SHOWN)
		*to = *from + LINE_SHOWN;
	while (*from > 0 && is_tail(line, *from))
		--*from;
	while (*to < len && is_tail(line, *to))
		++*to;
}

static void
diag_render_line(struct buf *b, const struct place *at, bool colour)
{
	size_t len, i, from, to, col = at->col - 1, mark = at->len;
	const char *line = srctext_line(at->src, at->line, &len);

	diag_window(line, len, col, &from, &to);
	buf_puts(b, from > 0 ? "    …" : "    ");
	for (i = from; i < to; i++)
		buf_putc(b, line[i] == '\t' || (unsigned char)line[i] >= 0x20 ?
		    line[i] : ' ');
	buf_puts(b, to < len ? "…\n    " : "\n    ");
	if (from > 0)
		buf_putc(b, ' ');
	for (i = from; i < col; i++) {
		if (i < len && is_tail(line, i))
			continue;	/* inside a UTF-8 character */
		buf_putc(b, i < len && line[i] == '\t' ? '\t' : ' ');
	}
	if (colour)
		buf_puts(b, "\033[1;32m");
	buf_putc(b, '^');
	for (i = col + 1; i < col + mark && i < to; i++)
		if (!is_tail(line, i))
			buf_putc(b, '~');
	if (colour)
		buf_puts(b, "\033[0m");
	buf_putc(b, '\n');
}

void
diag_render(struct buf *b, const struct diag *d, bool colour)
{
	static const char *const word[] = { "note", "warning", "error" };
	static const char *const tint[] = { "36", "35", "31" };

	if (d->at.src != NULL) {
		buf_puts(b, d->at.src->name);
		if (d->at.line > 0)
			buf_printf(b, ":%u:%u", d->at.line, d->at.col);
		buf_puts(b, ": ");
	} else {
		buf_puts(b, "decant: ");
	}
	if (colour)
		buf_printf(b, "\033[1;%sm", tint[d->severity]);
	buf_printf(b, "%s %s:", word[d->severity], diag_name(d->code));
	if (colour)
		buf_puts(b, "\033[0m");
	buf_printf(b, " %s\n", d->message);
	if (d->at.src != NULL && d->at.line > 0)
		diag_render_line(b, &d->at, colour);
	if (d->hint != NULL)
		buf_printf(b, "hint: %s\n", d->hint);
}

void
diag_json(struct buf *b, const struct diag *d)
{
	static const char *const word[] = { "note", "warning", "error" };

	buf_printf(b, "{\"code\":\"%s\",\"severity\":\"%s\"",
	    diag_name(d->code), word[d->severity]);
	if (d->at.src != NULL) {
		buf_puts(b, ",\"file\":");
		buf_json(b, d->at.src->name, strlen(d->at.src->name));
		if (d->at.line > 0)
			buf_printf(b, ",\"line\":%u,\"column\":%u,\"length\":%u",
			    d->at.line, d->at.col, d->at.len);
	}
	buf_puts(b, ",\"message\":");
	buf_json(b, d->message, strlen(d->message));
	if (d->hint != NULL) {
		buf_puts(b, ",\"hint\":");
		buf_json(b, d->hint, strlen(d->hint));
	}
	buf_putc(b, '}');
}

static char
fold(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '_' ? '-' : c;
}

#define WORD_MAX	63

/* Edits between two words (Damerau-Levenshtein, adjacent swaps only). */
static uint32_t
diag_distance(const char *a, size_t na, const char *b, size_t nb)
{
	uint32_t row[3][WORD_MAX + 1], best;
	size_t i, j;

	for (j = 0; j <= nb; j++)
		row[0][j] = (uint32_t)j;
	for (i = 1; i <= na; i++) {
		uint32_t *now = row[i % 3], *last = row[(i + 2) % 3],
		    *older = row[(i + 1) % 3];

		now[0] = (uint32_t)i;
		for (j = 1; j <= nb; j++) {
			best = last[j - 1] + (fold(a[i - 1]) != fold(b[j - 1]));
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 &&
			    fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) &&
			    older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[na % 3][nb];
}

const char *
diag_nearest(const char *word, size_t len, const char *const *candidates,
    uint32_t n)
{
	const char *nearest = NULL;
	uint32_t i, d, best = (uint32_t)len / 3 + 1;
	size_t other;

	if (len > WORD_MAX)
		return NULL;
	for (i = 0; i < n; i++) {
		other = strlen(candidates[i]);
		if (other > WORD_MAX)
			continue;
		d = diag_distance(word, len, candidates[i], other);
		if (d < best || (d == best && nearest == NULL)) {
			best = d;
			nearest = candidates[i];
		}
	}
	return nearest;
}
