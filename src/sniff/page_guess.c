/*
 * Which code page?  Within a family, letters without accents, digits and most
 * punctuation stand at the same places in all pages, so most files do not
 * tell, and that is what is said.  The bytes that differ are weighed by what
 * stands around them: between two letters a letter is likely, and a bracket
 * is not.  Only pages of the Latin alphabet are compared.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define TIE		3.0	/* points that decide nothing */
#define DEFAULT_TIE	8.0	/* the same against a family's first page */
#define NOISE		0.15	/* of the bytes: from fields that are no text */

struct context {		/* of a byte, in texts */
	uint64_t lower[256];	/* between two small letters */
	uint64_t upper[256];	/* between two capital ones */
	uint64_t other[256];
	uint64_t shifts, bad_shifts;	/* SO … SI */
};

static bool
is_letter(enum family f, uint8_t b)
{
	return byte_is_word(f, b) && (f == FAMILY_EBCDIC ? b > 0x40 &&
	    b < 0xf0 : b > '9');
}

/* SO, an even number of bytes, SI: its length; 0: something else. */
static size_t
shifted(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 1; i < n && i < 400 && p[i] != CODEPAGE_SI; i++)
		if (p[i] < 0x40 || p[i] == 0xff)
			return 0;
	return i < n && i < 400 && i > 1 && i % 2 == 1 ? i + 1 : 0;
}

static void
look_around(const struct sample *s, struct context *c)
{
	const struct window *w;
	const uint8_t *p;
	size_t i, n;
	uint8_t blank = s->family == FAMILY_EBCDIC ? 0x40 : 0x20;
	bool l, r;

	memset(c, 0, sizeof *c);
	for (w = s->window; w < s->window + s->nwindow; w++)
		for (p = w->p, i = 1; i + 1 < w->n; i++) {
			if (s->family == FAMILY_EBCDIC &&
			    p[i] == CODEPAGE_SO) {
				n = shifted(p + i, w->n - i);
				c->shifts += n > 0;
				c->bad_shifts += n == 0;
				i += n > 0 ? n - 1 : 0;
				continue;
			}
			if (byte_is_word(s->family, p[i]))
				continue;
			l = is_letter(s->family, p[i - 1]);
			r = is_letter(s->family, p[i + 1]);
			if (l && r && s->class[p[i - 1]] !=
			    s->class[p[i + 1]])
				continue;
			if (l && r && s->class[p[i - 1]] == CLASS_LOWER)
				c->lower[p[i]]++;
			else if (l && r)
				c->upper[p[i]]++;
			else if ((l || p[i - 1] == blank) && (r ||
			    p[i + 1] == blank) && (l || r))
				c->other[p[i]]++;
		}
}

static uint64_t
texts(const struct context *c, uint32_t b)
{
	return c->lower[b] + c->upper[b] + c->other[b];
}

/* A letter that words may have beside A to Z: 0 none, 1 small, 2 capital. */
static int
letter_of(uint32_t cp)
{
	if (cp == 0xd7 || cp == 0xf7 || cp < 0xc0 || cp > 0x24f)
		return (cp >= 'a' && cp <= 'z') || cp == 0xaa || cp == 0xba ?
		    1 : cp >= 'A' && cp <= 'Z' ? 2 : 0;
	return cp < 0xdf || (cp >= 0x100 && cp % 2 == 0) ? 2 : 1;
}

/* Brackets come in pairs. */
static double
bracket_points(const struct codepage *p, const struct context *c, char left,
    char right)
{
	int a = charset_encode(p, (uint8_t)left);
	int b = charset_encode(p, (uint8_t)right);
	uint64_t n, m;

	if (a < 0 || b < 0)
		return 0;
	n = texts(c, (uint32_t)a);
	m = texts(c, (uint32_t)b);
	return n == 0 || m == 0 || n * 4 < m * 3 || m * 4 < n * 3 ? 0 :
	    1.5 * (double)(n + m);
}

/* Points of a page for the bytes that the pages do not agree on. */
static double
page_points(const struct codepage *p, const struct context *c,
    const bool differs[256])
{
	double points = bracket_points(p, c, '[', ']') +
	    bracket_points(p, c, '{', '}');
	uint32_t b, cp;
	int letter;

	for (b = 0; b < 256; b++) {
		if (!differs[b])
			continue;
		cp = p->ucs[b];
		if (cp == CODEPAGE_NONE || cp < 0x20 || (cp >= 0x7f &&
		    cp < 0xa0)) {
			points -= 4 * (double)texts(c, b);
			continue;
		}
		letter = letter_of(cp);
		points += (double)c->lower[b] * (letter == 1 ? 2 : -1);
		points += (double)c->upper[b] * (letter == 2 ? 2 : -1);
		points += (double)c->other[b] * (letter != 0 ? -0.25 :
		    cp < 0x80 ? 0.5 : 0);
	}
	return points;
}

struct contest {
	const char *name;
	const struct codepage *page;
	double points;
};

static const char *const ebcdic_pages[] = {
	"cp037", "cp500", "cp1047", "cp273", "cp277", "cp278", "cp280",
	"cp284", "cp285", "cp297", "cp871", "cp870", "cp1026", NULL
};
static const char *const ascii_pages[] = {
	"iso-8859-1", "windows-1252", "cp850", "cp437", "iso-8859-2",
	"windows-1250", NULL
};
static const char *const mixed_pages[] = {
	"cp930", "cp939", "cp933", "cp935", "cp937", "cp1364", "cp1371",
	"cp1388", "cp1390", "cp1399", NULL
};
#define PAGES_MAX	20u

static uint32_t
contest_start(struct contest *t, const char *const *names)
{
	uint32_t n = 0;

	for (; *names != NULL; names++) {
		t[n].page = charset_find(*names, NULL);
		t[n].name = *names;
		t[n].points = 0;
		n += t[n].page != NULL;
	}
	return n;
}

/* Bytes that occur in texts and are not the same in all pages. */
static uint64_t
differing(const struct contest *t, uint32_t n, const struct context *c,
    bool out[256])
{
	uint64_t sum = 0;
	uint32_t b, i;

	for (b = 0; b < 256; b++) {
		out[b] = false;
		if (texts(c, b) == 0)
			continue;
		for (i = 1; i < n && !out[b]; i++)
			out[b] = t[i].page->ucs[b] != t[0].page->ucs[b];
		sum += out[b] ? texts(c, b) : 0;
	}
	return sum;
}

/* "X'C0' (3 times), X'6A'": the most frequent first ones. */
static void
list_bytes(struct buf *b, const struct context *c, const bool *which)
{
	uint32_t i, n = 0;

	for (i = 0; i < 256; i++) {
		if (!which[i])
			continue;
		if (n++ == 6) {
			buf_puts(b, " …");
			return;
		}
		buf_printf(b, "%sX'%02X' (%llu)", n > 1 ? ", " : "", i,
		    (unsigned long long)texts(c, i));
	}
}

static void
tell(struct sniff *sn, const char *page, enum sniff_sure sure,
    const char *fmt, const char *text)
{
	sn->report->encoding = page;
	sn->report->encoding_sure = sure;
	sn->report->encoding_text = arena_printf(sn->arena, "%s%s", fmt,
	    text);
}

static void
decide(struct sniff *sn, struct contest *t, uint32_t n,
    const struct context *c, const char *family)
{
	bool which[256];
	uint64_t all = differing(t, n, c, which);
	double noise = NOISE * (double)all;
	uint32_t i, best = 0, ties = 0;
	struct buf b;

	if (all == 0) {
		tell(sn, t[0].name, SNIFF_PROBABLE, family, ": the texts "
		    "have no byte in which its pages differ");
		return;
	}
	for (i = 0; i < n; i++) {
		t[i].points = page_points(t[i].page, c, which);
		if (t[i].points > t[best].points)
			best = i;
	}
	if (t[0].points + DEFAULT_TIE + noise >= t[best].points)
		best = 0;
	buf_init(&b, 4096);
	buf_puts(&b, ": the bytes in which its pages differ are ");
	list_bytes(&b, c, which);
	for (i = 0; i < n; i++)
		if (i != best && t[i].points + TIE + noise >= t[best].points)
			buf_printf(&b, "%s%s", ties++ == 0 ? "; they fit as "
			    "well in " : ", ", t[i].name);
	if (ties == 0)
		buf_printf(&b, "; they fit best in %s", t[best].name);
	tell(sn, t[best].name, ties == 0 && t[best].points > 0 ?
	    SNIFF_PROBABLE : SNIFF_UNKNOWN, family, b.p);
	buf_fini(&b);
}

/* ---- mixed pages -------------------------------------------------------- */

static double
wide_share(const struct sample *s, const struct codepage *page)
{
	const struct window *w;
	uint64_t good = 0, all = 0;
	size_t i, k, n;
	uint32_t two;

	for (w = s->window; w < s->window + s->nwindow; w++)
		for (i = 0; i < w->n; i++) {
			n = w->p[i] == CODEPAGE_SO ? shifted(w->p + i,
			    w->n - i) : 0;
			for (k = 1; k + 2 < n; k += 2) {
				two = (uint32_t)w->p[i + k] << 8 |
				    w->p[i + k + 1];
				good += page->wide != NULL &&
				    page->wide[two] != 0;
				all++;
			}
			i += n > 0 ? n - 1 : 0;
		}
	return all == 0 ? 0 : (double)good / (double)all;
}

static void
decide_mixed(struct sniff *sn, const struct context *c)
{
	struct contest t[PAGES_MAX];
	uint32_t n = contest_start(t, mixed_pages), i, best = 0, ties = 0;
	struct buf b;

	for (i = 0; i < n; i++) {
		t[i].points = wide_share(&sn->sample, t[i].page);
		if (t[i].points > t[best].points)
			best = i;
	}
	if (n == 0)
		return;
	buf_init(&b, 4096);
	buf_printf(&b, ": %llu times SO … SI with double bytes between; ",
	    (unsigned long long)c->shifts);
	buf_printf(&b, "%.0f %% of them are characters of %s",
	    100 * t[best].points, t[best].name);
	for (i = 0; i < n; i++)
		if (i != best && t[i].points + 0.005 >= t[best].points)
			buf_printf(&b, "%s%s", ties++ == 0 ? ", and of " :
			    ", ", t[i].name);
	tell(sn, t[best].name, ties == 0 && t[best].points > 0.98 ?
	    SNIFF_PROBABLE : SNIFF_UNKNOWN, "EBCDIC, a mixed page", b.p);
	buf_fini(&b);
}

/* ---- ASCII and its kin -------------------------------------------------- */

static bool
is_utf8(const struct sample *s, uint64_t *wide)
{
	const struct window *w = &s->window[0];
	size_t i, k;

	*wide = 0;
	for (i = 0; i < w->n; i += k) {
		k = utf8_valid(w->p + i, w->n - i);
		if (k == 0)
			return w->n - i < 4 && !s->whole;
		*wide += k > 1;
	}
	return true;
}

static void
ascii_page(struct sniff *sn)
{
	struct sample *s = &sn->sample;
	struct contest t[PAGES_MAX];
	uint64_t high = 0, letters = 0, wide;
	struct context c;
	uint32_t b;

	for (b = 0x80; b < 256; b++)
		high += s->count[b];
	if (high == 0) {
		tell(sn, "ascii", SNIFF_SURE, "ASCII", ": no byte is over "
		    "X'7F', so all its relatives would do");
		return;
	}
	if (is_utf8(s, &wide) && wide > 0) {
		tell(sn, "utf-8", SNIFF_SURE, "UTF-8", ": all bytes over "
		    "X'7F' make its characters");
		sniff_say(sn, &sn->report->notes, "decant reads text of one "
		    "byte a character: iconv -f utf-8 -t iso-8859-1//TRANSLIT "
		    "makes such a file, if its records are lines");
		return;
	}
	look_around(s, &c);
	for (b = 0x80; b < 256; b++)
		letters += c.lower[b] + c.upper[b];
	if (letters * 2 < high || letters == 0) {
		tell(sn, "ascii", SNIFF_PROBABLE, "ASCII", arena_printf(
		    sn->arena, ": %llu byte%s over X'7F' %s no letters of "
		    "words", (unsigned long long)high, high == 1 ? "" : "s",
		    high == 1 ? "is" : "are"));
		return;
	}
	decide(sn, t, contest_start(t, ascii_pages), &c,
	    "of the ASCII family");
}

void
guess_page(struct sniff *sn)
{
	struct contest t[PAGES_MAX];
	struct context c;

	if (sn->sample.family == FAMILY_ASCII) {
		ascii_page(sn);
		return;
	}
	if (sn->sample.family == FAMILY_UNKNOWN) {
		tell(sn, NULL, SNIFF_UNKNOWN, "neither EBCDIC nor ASCII",
		    ": letters, digits and blanks do not tell");
		return;
	}
	look_around(&sn->sample, &c);
	if (c.shifts >= 3 && c.bad_shifts * 10 <= c.shifts)
		decide_mixed(sn, &c);
	else
		decide(sn, t, contest_start(t, ebcdic_pages), &c, "EBCDIC");
}
