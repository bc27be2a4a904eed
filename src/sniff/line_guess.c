/*
 * Lines of text.  All that stands between line ends must be text: a packed or
 * binary field would have bytes that no text has, and sooner or later one
 * that looks like a line end.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define LINE_MEAN_MAX	8192u	/* longer lines are no lines */
#define TEXT_BITS	0.45	/* of a byte that is text: 187 of 256 are */
#define NONTEXT_COST	6.0
#define NONTEXT_SHARE	0.005	/* more of them, and it is no text */

struct ends {
	uint64_t lf, crlf, cr;		/* LF alone, CR LF, CR alone */
	uint64_t other;			/* bytes that no text has */
};

/* X'0C' and X'0F' end packed numbers; SO and SI come in pairs. */
static bool
is_text(const struct sample *s, uint8_t b)
{
	if (s->family == FAMILY_EBCDIC)
		return (b >= 0x40 && b != 0xff) || b == 0x05 ||
		    ((b == CODEPAGE_SO || b == CODEPAGE_SI) &&
		    s->count[CODEPAGE_SO] == s->count[CODEPAGE_SI]);
	return (b >= 0x20 && b != 0x7f) || b == '\t' || b == '\f';
}

static void
count_ends(const struct sample *s, uint8_t lf, struct ends *e)
{
	const struct window *w;
	size_t i;
	uint8_t b;

	*e = (struct ends){ 0, 0, 0, 0 };
	for (w = s->window; w < s->window + s->nwindow; w++)
		for (i = 0; i < w->n; i++) {
			b = w->p[i];
			if (b == lf && i > 0 && w->p[i - 1] == 0x0d) {
				e->crlf++;
				e->cr--;
			} else if (b == lf) {
				e->lf++;
			} else if (b == 0x0d) {
				e->cr++;
			} else if (!is_text(s, b) && !(b == 0x1a &&
			    w->at + i + 1 == s->size)) {
				e->other++;
			}
		}
}

static void
add_lines(struct sniff *sn, struct guess *g, uint8_t end)
{
	const struct window *w = &sn->sample.window[0];
	const uint8_t *p = w->p, *stop = p + w->n, *q;
	uint32_t n;

	if (sn->sample.whole && stop > p && stop[-1] == 0x1a)
		stop--;
	for (; p < stop; p = q + 1) {
		q = memchr(p, end, (size_t)(stop - p));
		if (q == NULL && !sn->sample.whole)
			break;
		if (q == NULL)
			q = stop;
		n = (uint32_t)(q - p);
		if (n > 0 && q < stop && q[-1] == 0x0d)
			n--;
		guess_meet(sn, g, p, n);
	}
	g->walked = (uint64_t)(p < stop ? p - w->p : stop - w->p);
	g->end = sn->sample.whole ? GUESS_EXACT : GUESS_GOOD;
}

static void
try_lines(struct sniff *sn, enum line_end end, uint8_t byte, uint64_t count,
    const struct ends *e, const char *name)
{
	const struct sample *s = &sn->sample;
	struct guess *g;
	double n = (double)s->n;

	if (count == 0 || s->n / count > LINE_MEAN_MAX)
		return;
	g = sniff_guess(sn, GUESS_TEXT);
	g->line_end = end;
	g->nonprint = e->other;
	add_lines(sn, g, byte);
	g->bits = TEXT_BITS * (n - (double)e->other) - NONTEXT_COST *
	    (double)e->other;
	if (g->bits > BITS_MAX)
		g->bits = BITS_MAX;
	/* where other such bytes are as frequent, ends are no ends either */
	if ((double)e->other > NONTEXT_SHARE * n || e->other * 4 > count)
		g->bits = 0;
	if (g->bits <= 0) {
		sn->nguess--;
		return;
	}
	if (e->other == 0)
		sniff_say(sn, &g->why, "all bytes are text, and %s ends the "
		    "lines", name);
	else
		sniff_say(sn, &g->why, "%llu of %llu bytes are no text, and "
		    "%s ends the lines", (unsigned long long)e->other,
		    (unsigned long long)s->n, name);
	if (g->total > 1 && g->shortest == g->longest)
		sniff_say(sn, &g->why, "all %u lines have %u characters",
		    g->total, g->longest);
	else
		sniff_say(sn, &g->why, "%u line%s of %u to %u bytes",
		    g->total, g->total == 1 ? "" : "s", g->shortest,
		    g->longest);
}

void
guess_lines(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	struct ends e;

	if (s->family != FAMILY_EBCDIC) {
		count_ends(s, '\n', &e);
		if (e.crlf > 0 && e.crlf >= e.lf)
			try_lines(sn, LINEEND_CRLF, '\n', e.lf + e.crlf, &e,
			    e.lf == 0 ? "CR LF" : "CR LF (or LF alone)");
		else if (e.lf > 0)
			try_lines(sn, LINEEND_LF, '\n', e.lf + e.crlf, &e,
			    e.crlf == 0 ? "LF" : "LF (or CR LF)");
		else
			try_lines(sn, LINEEND_CR, '\r', e.cr, &e, "CR");
		return;
	}
	count_ends(s, 0x15, &e);
	if (e.lf + e.crlf > 0)
		try_lines(sn, LINEEND_NEL, 0x15, e.lf + e.crlf, &e,
		    "X'15' (NEL)");
	count_ends(s, 0x25, &e);
	if (e.crlf > e.lf)
		try_lines(sn, LINEEND_CRLF, 0x25, e.lf + e.crlf, &e,
		    "X'0D25' (CR LF)");
	else if (e.lf > 0)
		try_lines(sn, LINEEND_LF, 0x25, e.lf, &e, "X'25' (LF)");
}
