/*
 * Pictures; see picture.h.  The rules are those of the IBM Enterprise COBOL
 * Language Reference, "PICTURE clause": symbols, their order, and the
 * categories of data that they make.
 *
 * A picture is read symbol by symbol into runs (a symbol and how often it
 * stands there), which are counted; the category follows from which symbols
 * occur, and only numbers have an order to check.  Edited pictures are
 * checked for their symbols, not for every rule of their order.
 */
#include "cobol/picture.h"

#include <string.h>

#include "base/diag.h"

#define RUNS_MAX	256

struct run {
	char symbol;		/* c: CR or DB */
	uint32_t count, at;	/* at: in the text */
};

struct parser {
	const char *text;
	struct place at;
	struct diags *ds;
	struct run run[RUNS_MAX];
	uint32_t n;
	uint64_t size;
};

static struct place
place_in(const struct parser *p, uint32_t at, uint32_t len)
{
	struct place where = p->at;

	where.col += at;
	where.len = len > 0 ? len : 1;
	return where;
}

/* The (n) at text[*i], if there is one; false: an error. */
static bool
read_count(struct parser *p, uint32_t *i, uint32_t *count)
{
	uint32_t j = *i + 1;
	uint64_t n = 0;

	*count = 1;
	if (p->text[*i] != '(')
		return true;
	while (p->text[j] >= '0' && p->text[j] <= '9' && n <= RECORD_MAX)
		n = n * 10 + (uint64_t)(p->text[j++] - '0');
	if (n > RECORD_MAX) {
		diag_add(p->ds, DIAG_C032, place_in(p, *i, 1),
		    "PICTURE is longer than %u bytes", RECORD_MAX);
		return false;
	}
	if (p->text[j] != ')' || n == 0) {
		diag_add(p->ds, DIAG_C014, place_in(p, *i, j - *i + 1),
		    "expected a whole number over 0 and ')' after '('");
		return false;
	}
	*i = j + 1;
	*count = (uint32_t)n;
	return true;
}

static bool
unknown_symbol(struct parser *p, uint32_t i)
{
	unsigned char c = (unsigned char)p->text[i];
	struct diag *d;

	if (c == 'N' || c == 'G' || c == 'U') {
		diag_add(p->ds, DIAG_C031, place_in(p, i, 1), "%s items "
		    "(PICTURE %c) are not supported yet", c == 'N' ?
		    "national" : c == 'G' ? "DBCS" : "UTF-8", c);
		return false;
	}
	if (c == ':') {
		diag_add(p->ds, DIAG_C031, place_in(p, i, 1),
		    "a place-holder in PICTURE is not supported yet");
		return false;
	}
	if (c > ' ' && c < 0x7f)
		d = diag_add(p->ds, DIAG_C012, place_in(p, i, 1),
		    "unknown character '%c' in PICTURE", c);
	else
		d = diag_add(p->ds, DIAG_C012, place_in(p, i, 1),
		    "unknown character X'%02X' in PICTURE", c);
	diag_hint(p->ds, d, i > 0 && (p->text[i - 1] == '9' ||
	    p->text[i - 1] == ')') ?
	    "an implied decimal point is written V" :
	    "symbols are 9 S V P X A, and Z * + - , . $ B 0 / CR DB E in "
	    "edited pictures");
	return false;
}

static bool
read_runs(struct parser *p)
{
	uint32_t i = 0, start, count;
	char c;

	while ((c = p->text[i]) != '\0') {
		start = i++;
		if ((c == 'C' && p->text[i] == 'R') ||
		    (c == 'D' && p->text[i] == 'B')) {
			i++;
			c = 'c';
		} else if (strchr("9XASVPZ*+-,.$B0/E", c) == NULL) {
			return unknown_symbol(p, start);
		}
		if (!read_count(p, &i, &count))
			return false;
		if (p->n > 0 && p->run[p->n - 1].symbol == c) {
			p->run[p->n - 1].count += count;
			if (p->run[p->n - 1].count > RECORD_MAX)
				p->run[p->n - 1].count = RECORD_MAX;
		} else if (p->n == RUNS_MAX) {
			diag_add(p->ds, DIAG_C013, place_in(p, start, 1),
			    "PICTURE has too many symbols");
			return false;
		} else {
			p->run[p->n++] = (struct run){ c, count, start };
		}
		if (c != 'S' && c != 'V' && c != 'P')
			p->size += (uint64_t)count * (c == 'c' ? 2 : 1);
	}
	if (p->size > RECORD_MAX) {
		diag_add(p->ds, DIAG_C032, p->at,
		    "PICTURE is longer than %u bytes", RECORD_MAX);
		return false;
	}
	return true;
}

static bool
invalid(struct parser *p, uint32_t run, const char *why)
{
	diag_add(p->ds, DIAG_C013, place_in(p, p->run[run].at, 1),
	    "invalid PICTURE '%s': %s", p->text, why);
	return false;
}

/*
 * S? then 9, V and P: one V, P only before the first or after the last 9, and
 * a V that a P implies (VPP9, 9PPV) only on its outer side.
 */
static bool
parse_number(struct parser *p, struct picture *pic)
{
	uint64_t before = 0, after = 0, scaled_left = 0, scaled_right = 0;
	bool point = false;
	uint32_t i, n, nines = 0;

	for (i = 0; i < p->n; i++) {
		n = p->run[i].count;
		switch (p->run[i].symbol) {
		case 'S':
			if (i > 0 || n > 1)
				return invalid(p, i, "S stands once, first");
			pic->is_signed = true;
			break;
		case 'V':
			if (point || n > 1)
				return invalid(p, i, "V stands once");
			if (scaled_left > 0 && nines == 0)
				return invalid(p, i, "V follows P");
			point = true;
			break;
		case 'P':
			if (nines == 0 && scaled_left == 0)
				scaled_left = n;
			else if (nines > 0 && scaled_left == 0 &&
			    scaled_right == 0 && !point)
				scaled_right = n;
			else
				return invalid(p, i, "P stands at one end");
			break;
		default:
			if (scaled_right > 0 || (point && scaled_left > 0 &&
			    nines > 0))
				return invalid(p, i, "9 follows P or V");
			nines++;
			*(point ? &after : &before) += n;
			break;
		}
	}
	if (nines == 0)
		return invalid(p, 0, "it has no digit");
	if (point && scaled_left > 0 && p->run[p->n - 1].symbol == 'V')
		return invalid(p, p->n - 1, "V follows P");
	if (before + after + scaled_left + scaled_right > PICTURE_DIGITS_MAX) {
		diag_add(p->ds, DIAG_C015, p->at,
		    "PICTURE '%s' has more than %d digits", p->text,
		    PICTURE_DIGITS_MAX);
		return false;
	}
	pic->category = CAT_NUMERIC;
	pic->digits = (uint16_t)(before + after);
	pic->scale = scaled_left > 0 ?
	    (int16_t)(scaled_left + before + after) : scaled_right > 0 ?
	    (int16_t)-(int64_t)scaled_right : (int16_t)after;
	return true;
}

static bool
parse_edited(struct parser *p, struct picture *pic, bool text)
{
	uint32_t i, points = 0, characters = 0;

	for (i = 0; i < p->n; i++) {
		char c = p->run[i].symbol;

		if (c == 'S')
			return invalid(p, i, "S does not go with editing "
			    "symbols");
		if (text && strchr("9XAB0/", c) == NULL)
			return invalid(p, i, "the symbol does not go with X "
			    "and A");
		if (c == '.' || c == 'V')
			points += p->run[i].count;
		if (points > 1)
			return invalid(p, i, "a second decimal point");
		if (strchr("9XAZ*+-$", c) != NULL)
			characters++;
		if (c == 'c' && (i + 1 < p->n || p->run[i].count > 1))
			return invalid(p, i, "CR and DB stand last");
	}
	if (characters == 0)
		return invalid(p, 0, "it has no character position");
	pic->category = CAT_EDITED;
	return true;
}

bool
picture_parse(struct picture *pic, const char *text, struct place at,
    struct diags *ds)
{
	struct parser p = { .text = text, .at = at, .ds = ds };
	bool x = false, a = false, nine = false, edits = false;
	uint32_t i;

	*pic = (struct picture){ .category = CAT_ALPHANUMERIC };
	if (!read_runs(&p))
		return false;
	if (p.n == 0) {
		diag_add(ds, DIAG_C013, at, "PICTURE is empty");
		return false;
	}
	pic->size = (uint32_t)p.size;
	for (i = 0; i < p.n; i++) {
		x |= p.run[i].symbol == 'X';
		a |= p.run[i].symbol == 'A';
		nine |= p.run[i].symbol == '9';
		edits |= strchr("9XASVP", p.run[i].symbol) == NULL;
	}
	if (edits || ((x || a) && strchr("XA9", p.run[0].symbol) == NULL))
		return parse_edited(&p, pic, x || a);
	if (!x && !a)
		return parse_number(&p, pic);
	for (i = 0; i < p.n; i++)
		if (strchr("XA9", p.run[i].symbol) == NULL)
			return invalid(&p, i, "the symbol does not go with X "
			    "and A");
	if (a && !x && !nine)
		pic->category = CAT_ALPHABETIC;
	return true;
}
