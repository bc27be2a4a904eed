/*
 * Names of persons: their case, and their parts.
 *
 * Neither can be known for sure.  name_case follows what owners of such names
 * mostly write, and leaves alone what has both cases already.  split_name
 * takes the first word, what is between, and the last one with the particles
 * before it and suffixes behind; where that is a mere guess the cell is bad
 * (D070), and split_name_doubtful tells these and the other doubts.
 */
#include "plan/text.h"

#include <string.h>
#include <wctype.h>

#include "base/utf8.h"
#include "plan/person_words.h"

#define WORDS_MAX	PERSON_WORDS_MAX

struct word {
	struct slice s;		/* without a comma behind it */
	bool comma;
};

/* A word among some, ASCII letters in any case, points left out. */
static bool
word_among(struct slice s, const char *const *list)
{
	char text[16];
	uint32_t i, n = 0;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '.')
			continue;
		if (n == sizeof text - 1)
			return false;
		text[n++] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    s.p[i] + 0x20 : s.p[i]);
	}
	text[n] = '\0';
	for (; *list != NULL; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

/* Lower case wherever a word follows; those only inside a name; those only
 * behind one of the first. */
static const char *const particles[] = PERSON_C(PERSON_PARTICLES);
static const char *const inner[] = PERSON_C(PERSON_INNER);
static const char *const articles[] = PERSON_C(PERSON_ARTICLES);
static const char *const numerals[] = { "ii", "iii", "iv", "vii", "viii",
	"ix", NULL };
static const char *const suffixes[] = PERSON_C(PERSON_SUFFIXES);
static const char *const degrees[] = { "md", "dds", NULL };
/* Mac begins many names that have no other capital. */
static const char *const macs[] = { "macarthur", "macdonald", "macdougall",
	"macfarlane", "macgregor", "macintyre", "mackenzie", "macleod",
	"macmillan", "macneil", "macnamara", "macpherson", NULL };

/* The words, or -1 when there are too many. */
static int
words_of(struct slice s, struct word w[WORDS_MAX])
{
	uint32_t i = 0, from;
	int n = 0;

	for (;;) {
		while (i < s.len && (s.p[i] == ' ' || s.p[i] == ','))
			if (s.p[i++] == ',' && n > 0)
				w[n - 1].comma = true;
		if (i == s.len)
			return n;
		if (n == WORDS_MAX)
			return -1;
		for (from = i; i < s.len && s.p[i] != ' ' && s.p[i] != ',';
		    i++)
			continue;
		w[n++] = (struct word){ { s.p + from, i - from }, false };
	}
}

/* ---- case -------------------------------------------------------------- */

static bool
has_both_cases(struct slice s)
{
	locale_t locale = text_locale();
	bool upper = false, lower = false;
	uint32_t i;
	size_t step;
	wint_t c;

	for (i = 0; i < s.len; i += (uint32_t)step) {
		step = 1;
		c = utf8_get(s.p + i, &step);
		upper |= iswupper_l(c, locale) != 0;
		lower |= iswlower_l(c, locale) != 0;
	}
	return upper && lower;
}

static bool
is_apostrophe(wint_t c)
{
	return c == '\'' || c == 0x2019;
}

/* Letters behind position i of a word, up to one that is none. */
static uint32_t
letters_from(struct slice s, uint32_t i)
{
	uint32_t n = 0;
	size_t step;

	for (; i < s.len; i += (uint32_t)step, n++) {
		step = 1;
		if (!iswalpha_l(utf8_get(s.p + i, &step), text_locale()))
			break;
	}
	return n;
}

static bool
starts_mc(struct slice s, uint32_t at)
{
	return s.len - at > 3 && (s.p[at] | 0x20) == 'm' &&
	    (s.p[at + 1] | 0x20) == 'c' && letters_from(s, at) > 3;
}

/* First letters upper case, others lower: of the word, behind a hyphen, a
 * point or an apostrophe that a name goes on behind, and behind Mc. */
static uint8_t *
put_cased(uint8_t *to, struct slice s, bool mac)
{
	locale_t locale = text_locale();
	bool first = true, any = false;
	uint32_t i, mc = UINT32_MAX;
	size_t step;
	wint_t c;

	for (i = 0; i < s.len; i += (uint32_t)step) {
		step = 1;
		c = utf8_get(s.p + i, &step);
		if (first && starts_mc(s, i))
			mc = i + 2;
		if (mac && !any && first)
			mc = i + 3;
		c = first || i == mc ? towupper_l(c, locale) :
		    towlower_l(c, locale);
		to += utf8_put(to, (uint32_t)c);
		if (iswalnum_l(c, locale)) {
			first = false;
			any = true;
		} else {
			/* 's and 't stay small */
			first = !is_apostrophe(c) || !any ||
			    letters_from(s, i + (uint32_t)step) > 1;
		}
	}
	return to;
}

static uint8_t *
put_upper(uint8_t *to, struct slice s)
{
	uint32_t i;

	for (i = 0; i < s.len; i++)
		*to++ = (uint8_t)(s.p[i] >= 'a' && s.p[i] <= 'z' ?
		    s.p[i] - 0x20 : s.p[i]);
	return to;
}

static uint8_t *
put_lower(uint8_t *to, struct slice s)
{
	uint32_t i;

	for (i = 0; i < s.len; i++)
		*to++ = (uint8_t)(s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    s.p[i] + 0x20 : s.p[i]);
	return to;
}

static uint8_t *
put_name_word(uint8_t *to, const struct word *w, int i, int n)
{
	struct slice s = w[i].s;
	bool last = i + 1 == n || w[i].comma;

	if (has_both_cases(s)) {
		memcpy(to, s.p, s.len);
		return to + s.len;
	}
	if (!last && (word_among(s, particles) || (i > 0 &&
	    (word_among(s, inner) || (word_among(s, articles) &&
	    word_among(w[i - 1].s, particles))))))
		return put_lower(to, s);
	if (i > 0 && (word_among(s, numerals) ||
	    (i + 1 == n && word_among(s, degrees))))
		return put_upper(to, s);
	if (i > 0 && i + 1 == n &&
	    word_among(s, (const char *const[]){ "phd", NULL }) &&
	    s.len == 3) {
		memcpy(to, "PhD", 3);
		return to + 3;
	}
	return put_cased(to, s, word_among(s, macs));
}

/* What is between the words stays as it is. */
static struct slice
name_case(struct batch *b, struct slice s)
{
	struct word w[WORDS_MAX];
	uint8_t *p, *to;
	const uint8_t *at = s.p;
	int i, n = words_of(s, w);

	if (n <= 0)
		return s;
	p = to = arena_alloc(&b->arena, (size_t)s.len * 2 + 4);
	for (i = 0; i < n; i++) {
		memcpy(to, at, (size_t)(w[i].s.p - at));
		to += w[i].s.p - at;
		to = put_name_word(to, w, i, n);
		at = w[i].s.p + w[i].s.len;
	}
	memcpy(to, at, (size_t)(s.p + s.len - at));
	to += s.p + s.len - at;
	arena_trim(&b->arena, p, (size_t)s.len * 2 + 4, (size_t)(to - p));
	return (struct slice){ p, (uint32_t)(to - p) };
}

void
op_name_case(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);

	for (i = 0; i < n; i++)
		dst->v.text[i] = name_case(b, x->v.text[i]);
}

/* ---- parts ------------------------------------------------------------- */

enum part { PART_FIRST, PART_MIDDLE, PART_LAST, PARTS };

struct split {
	struct word w[WORDS_MAX];
	int from[PARTS], to[PARTS];	/* words of each part */
	int suffix, nsuffix;		/* go with the last name */
	bool doubtful, guess;
};

static const char *const titles[] = PERSON_C(PERSON_TITLES);
static const char *const pairs[] = PERSON_C(PERSON_PAIRS);

static bool
is_initial(struct slice s)
{
	size_t step = 1;

	if (s.len > 0)
		utf8_get(s.p, &step);
	return s.len == step || (s.len == step + 1 && s.p[step] == '.');
}

static bool
has_digit(struct slice s)
{
	uint32_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/* first middle… particle… last, in words from..to-1. */
static void
split_plain(struct split *x, int from, int to)
{
	int last = to - 1;

	while (last > from && (word_among(x->w[last - 1].s, particles) ||
	    (last - 1 > from && (word_among(x->w[last - 1].s, inner) ||
	    word_among(x->w[last - 1].s, articles)))))
		last--;
	x->guess |= last == from;	/* no first name, or no other */
	x->from[PART_FIRST] = from;
	x->to[PART_FIRST] = last > from ? from + 1 : from;
	x->from[PART_MIDDLE] = x->to[PART_FIRST];
	x->to[PART_MIDDLE] = x->from[PART_LAST] = last;
	x->to[PART_LAST] = to;
}

/* last, first middle… */
static void
split_comma(struct split *x, int comma, int n)
{
	x->from[PART_LAST] = 0;
	x->to[PART_LAST] = comma;
	x->from[PART_FIRST] = comma;
	x->to[PART_FIRST] = x->from[PART_MIDDLE] = comma + 1;
	x->to[PART_MIDDLE] = n;
}

/* False: there are no words. */
static bool
split_words(struct split *x, struct slice s)
{
	int n, all, i, commas = 0, comma = 0;

	memset(x, 0, sizeof *x);
	n = all = words_of(s, x->w);
	if (n == 0)
		return false;
	if (n < 0) {
		x->guess = x->doubtful = true;
		return true;
	}
	while (n > 1 && word_among(x->w[n - 1].s, suffixes))
		n--;
	x->suffix = n;
	x->nsuffix = all - n;
	for (i = 0; i < n; i++) {
		if (x->w[i].comma && i + 1 < n) {
			commas++;
			comma = i + 1;
		}
		x->guess |= word_among(x->w[i].s, pairs) ||
		    has_digit(x->w[i].s);
	}
	x->guess |= commas > 1;
	if (commas == 1)
		split_comma(x, comma, n);
	else
		split_plain(x, 0, n);
	x->doubtful = x->guess || word_among(x->w[x->from[PART_FIRST]].s,
	    titles);
	for (i = x->from[PART_MIDDLE]; i < x->to[PART_MIDDLE]; i++)
		x->doubtful |= !is_initial(x->w[i].s);
	return true;
}

static uint8_t *
put_words(uint8_t *to, const uint8_t *start, const struct word *w, int from,
    int end)
{
	for (; from < end; from++) {
		if (to > start)
			*to++ = ' ';
		memcpy(to, w[from].s.p, w[from].s.len);
		to += w[from].s.len;
	}
	return to;
}

/* op->n: 0 first, 1 middle, 2 last. */
void
op_split_name(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = text_begin(op, b, &op->a, 1);
	uint8_t *p, *to;
	struct split w;

	for (i = 0; i < n; i++) {
		p = to = arena_alloc(&b->arena, (size_t)x->v.text[i].len + 1);
		dst->v.text[i] = (struct slice){ p, 0 };
		if (!split_words(&w, x->v.text[i])) {
			column_set_null(dst, &b->arena, n, i);
			continue;
		}
		if (w.guess) {
			op_fault(op, b, dst, i, DIAG_D070);
			continue;
		}
		to = put_words(to, p, w.w, w.from[op->n], w.to[op->n]);
		if (op->n == PART_LAST)
			to = put_words(to, p, w.w, w.suffix,
			    w.suffix + w.nsuffix);
		dst->v.text[i].len = (uint32_t)(to - p);
		if (to == p)
			column_set_null(dst, &b->arena, n, i);
	}
}

void
op_split_doubtful(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	struct split w;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.flag[i] = split_words(&w, x->v.text[i]) && w.doubtful;
}
