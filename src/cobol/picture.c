/*
 * Pictures; see picture.h.  The rules are those of the IBM Enterprise COBOL
 * Language Reference, "PICTURE clause": symbols, their order, and the
 * categories of data that they make.
 *
 * A picture is read symbol by symbol into runs (a symbol and how often it
 * stands there), which are counted; the category follows from which symbols
 * occur.  Only numbers, edited or not, have an order to check.
 */
#include "cobol/picture.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"

#define RUNS_MAX	256

struct run {
	char symbol;		/* as in struct edit_run */
	uint32_t count, at;	/* at: in the text */
};

struct parser {
	const char *text;
	struct place at;
	struct diags *ds;
	const struct picture_rules *rules;
	struct run run[RUNS_MAX];
	uint32_t n;
	uint64_t size;
	const char *currency;	/* that $ shows; NULL: no $ yet */
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

	if (c > ' ' && c < 0x7f)
		d = diag_add(p->ds, DIAG_C012, place_in(p, i, 1),
		    "unknown character '%c' in PICTURE", c);
	else
		d = diag_add(p->ds, DIAG_C012, place_in(p, i, 1),
		    "unknown character X'%02X' in PICTURE", c);
	if (c == ':' || c == '=')
		diag_hint(p->ds, d, "COPY REPLACING puts a text in the place "
		    "of a place-holder");
	else
		diag_hint(p->ds, d, i > 0 && (p->text[i - 1] == '9' ||
		    p->text[i - 1] == ')') ?
		    "an implied decimal point is written V" :
		    "symbols are 9 S V P X A N G U, and Z * + - , . $ B 0 / CR "
		    "DB E in edited pictures");
	return false;
}

/* Bytes of the currency symbol at s, or 0; also when it is Latin-1 there. */
static uint32_t
currency_at(struct parser *p, const char *s)
{
	const struct picture_rules *r = p->rules;
	const unsigned char *y;
	uint32_t i;
	size_t n;

	for (i = 0; r != NULL && i < r->ncurrency; i++) {
		y = (const unsigned char *)r->currency[i].symbol;
		n = strlen(r->currency[i].symbol);
		if (n == 2 && (y[0] == 0xc2 || y[0] == 0xc3) &&
		    (unsigned char)s[0] == (y[1] | (y[0] & 1) << 6))
			n = 1;
		else if (strncmp(s, r->currency[i].symbol, n) != 0)
			continue;
		p->currency = r->currency[i].sign;
		return (uint32_t)n;
	}
	if (s[0] != '$')
		return 0;
	p->currency = "$";
	return 1;
}

/* The symbol at text[*i], or 0. */
static char
read_symbol(struct parser *p, uint32_t *i)
{
	const char *s = p->text + *i;
	uint32_t n = currency_at(p, s);
	bool comma = p->rules != NULL && p->rules->comma;

	if (n > 0) {
		*i += n;
		return '$';
	}
	if ((s[0] == 'C' && s[1] == 'R') || (s[0] == 'D' && s[1] == 'B')) {
		*i += 2;
		return s[0];
	}
	if (strchr("9XASVPZ*+-,.B0/ENGU", s[0]) == NULL)
		return 0;
	++*i;
	if (comma && (s[0] == ',' || s[0] == '.'))
		return s[0] == ',' ? '.' : ',';
	return s[0];
}

static bool
add_run(struct parser *p, char c, uint32_t count, uint32_t at)
{
	struct run *last = p->n > 0 ? &p->run[p->n - 1] : NULL;

	if (last != NULL && last->symbol == c) {
		last->count += count;
		if (last->count > RECORD_MAX)
			last->count = RECORD_MAX;
	} else if (p->n == RUNS_MAX) {
		diag_add(p->ds, DIAG_C013, place_in(p, at, 1),
		    "PICTURE has too many symbols");
		return false;
	} else {
		p->run[p->n++] = (struct run){ c, count, at };
	}
	if (c != 'S' && c != 'V' && c != 'P')
		p->size += (uint64_t)count * (c == 'C' || c == 'D' ? 2 : 1);
	return true;
}

static bool
read_runs(struct parser *p)
{
	uint32_t i = 0, start, count;
	char c;

	while (p->text[i] != '\0') {
		start = i;
		c = read_symbol(p, &i);
		if (c == 0)
			return unknown_symbol(p, start);
		if (!read_count(p, &i, &count) ||
		    !add_run(p, c, count, start))
			return false;
	}
	if (p->currency != NULL)
		p->size += strlen(p->currency) - 1;
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

static bool
check_digits(struct parser *p, uint64_t digits)
{
	uint16_t most = p->rules != NULL && p->rules->digits_max > 0 ?
	    p->rules->digits_max : PICTURE_DIGITS_MAX;

	if (digits <= most)
		return true;
	diag_add(p->ds, DIAG_C015, p->at, "PICTURE '%s' has more than %u "
	    "digits", p->text, most);
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
	if (!check_digits(p, before + after + scaled_left + scaled_right))
		return false;
	pic->category = CAT_NUMERIC;
	pic->digits = (uint16_t)(before + after);
	pic->scale = scaled_left > 0 ?
	    (int16_t)(scaled_left + before + after) : scaled_right > 0 ?
	    (int16_t)-(int64_t)scaled_right : (int16_t)after;
	return true;
}

/* What an edited picture shows, symbol by symbol. */
struct editing {
	uint64_t left, right;		/* digits beside the decimal point */
	uint64_t scaled_left, scaled_right;
	char floating;			/* + - or $, or 0 */
	char suppressed;		/* Z or *, or 0 */
	char sign;			/* + - C D, or 0 */
	bool point, nines, currency, floated;
};

static bool
is_insertion(char c)
{
	return c == 'B' || c == '0' || c == '/' || c == ',';
}

static void
add_digits(struct editing *e, uint64_t n)
{
	*(e->point ? &e->right : &e->left) += n;
}

/* The symbol of + - $ that stands there more than once in one string. */
static char
find_floating(const struct parser *p)
{
	uint32_t i, j, count;
	char c;

	for (i = 0; i < p->n; i++) {
		c = p->run[i].symbol;
		if (strchr("+-$", c) == NULL)
			continue;
		count = p->run[i].count;
		for (j = i + 1; j < p->n && (p->run[j].symbol == c ||
		    is_insertion(p->run[j].symbol) ||
		    strchr(".V", p->run[j].symbol) != NULL); j++)
			if (p->run[j].symbol == c)
				count += p->run[j].count;
		if (count > 1)
			return c;
	}
	return 0;
}

static bool
edit_scaling(struct parser *p, struct editing *e, uint32_t i)
{
	bool digits = e->left + e->right > 0;

	if (!digits && e->scaled_left == 0 && !e->floated)
		e->scaled_left = p->run[i].count;
	else if (digits && e->scaled_left == 0 && e->scaled_right == 0 &&
	    !e->point)
		e->scaled_right = p->run[i].count;
	else
		return invalid(p, i, "P stands at one end");
	return true;
}

/* Z, * and what floats: before the 9s, of one kind. */
static bool
edit_leading(struct parser *p, struct editing *e, uint32_t i)
{
	char c = p->run[i].symbol;
	bool floats = c == e->floating;

	if (e->nines || e->scaled_right > 0 || e->scaled_left > 0)
		return invalid(p, i, "9 or P stands before it");
	if (floats && c != '$' && !e->floated && e->sign != 0)
		return invalid(p, i, "a second sign");
	if (floats ? e->suppressed != 0 : e->floating != 0 && e->floated)
		return invalid(p, i, "two ways to suppress zeros");
	if (!floats && e->suppressed != 0 && e->suppressed != c)
		return invalid(p, i, "Z and * do not go together");
	if (!floats) {
		e->suppressed = c;
		add_digits(e, p->run[i].count);
		return true;
	}
	/* The first of them is where the sign stands at the least. */
	add_digits(e, p->run[i].count - !e->floated);
	e->floated = true;
	if (c != '$')
		e->sign = c;
	return true;
}

static bool
edit_sign(struct parser *p, struct editing *e, uint32_t i)
{
	bool digits = e->left + e->right > 0 || e->floated;

	if (e->sign != 0)
		return invalid(p, i, "a second sign");
	if (p->run[i].count > 1 || (digits ? i + 1 < p->n : i > 0))
		return invalid(p, i, "a sign stands first or last");
	e->sign = p->run[i].symbol;
	return true;
}

static bool
edit_currency(struct parser *p, struct editing *e, uint32_t i)
{
	if (p->run[i].count > 1 || e->floated || (i > 0 && (i > 1 ||
	    strchr("+-", p->run[0].symbol) == NULL)))
		return invalid(p, i, "the currency sign stands before the "
		    "digits");
	e->currency = true;
	return true;
}

static bool
edit_symbol(struct parser *p, struct editing *e, uint32_t i)
{
	char c = p->run[i].symbol;

	switch (c) {
	case ',':
		if (i > 0 && p->run[i - 1].symbol == 'P')
			return invalid(p, i, "P stands before it");
		return true;
	case 'B': case '0': case '/':
		return true;
	case '.': case 'V':
		if (e->floated && e->left == 0)
			return invalid(p, i, "what floats stands there twice");
		if (e->scaled_left > 0 && c == '.')
			return invalid(p, i, "P stands before it");
		if (e->point || p->run[i].count > 1)
			return invalid(p, i, "a second decimal point");
		if (e->scaled_right > 0 && c == '.')
			return invalid(p, i, "a decimal point after P");
		e->point = true;
		return true;
	case 'P':
		return edit_scaling(p, e, i);
	case '9':
		if (e->scaled_right > 0 || (e->point && e->right > 0 &&
		    !e->nines))
			return invalid(p, i, "9 follows P, Z or *");
		e->nines = true;
		add_digits(e, p->run[i].count);
		return true;
	case 'Z': case '*':
		return edit_leading(p, e, i);
	case '+': case '-':
		return c == e->floating && (!e->floated || !e->nines) ?
		    edit_leading(p, e, i) : edit_sign(p, e, i);
	case '$':
		return c == e->floating ? edit_leading(p, e, i) :
		    edit_currency(p, e, i);
	case 'C': case 'D':
		if (e->sign != 0)
			return invalid(p, i, "a second sign");
		if (i + 1 < p->n || p->run[i].count > 1)
			return invalid(p, i, "CR and DB stand last");
		e->sign = c;
		return true;
	case 'S':
		return invalid(p, i, "S does not go with editing symbols");
	default:
		return invalid(p, i, "the symbol does not go with the ones "
		    "before");
	}
}

/* The positions, for those who decode them. */
static struct edited *
edited_new(struct parser *p)
{
	struct edited *e = arena_zalloc(p->ds->arena, sizeof *e);
	struct edit_run *run = arena_array(p->ds->arena, p->n, sizeof *run);
	uint32_t i;

	for (i = 0; i < p->n; i++)
		run[i] = (struct edit_run){ p->run[i].symbol,
		    p->run[i].count };
	e->run = run;
	e->nrun = p->n;
	e->characters = (uint32_t)p->size;
	e->comma = p->rules != NULL && p->rules->comma;
	e->currency = p->currency != NULL ? p->currency : "";
	return e;
}

static bool
parse_edited_number(struct parser *p, struct picture *pic)
{
	struct editing e = { .floating = find_floating(p) };
	struct edited *made;
	uint64_t digits;
	uint32_t i;

	for (i = 0; i < p->n; i++)
		if (!edit_symbol(p, &e, i))
			return false;
	digits = e.left + e.right;
	if (digits == 0)
		return invalid(p, 0, "it has no character position");
	if (e.suppressed != 0 && e.nines == false && e.right > 0 &&
	    e.left == 0 && e.scaled_left > 0)
		return invalid(p, 0, "P does not go with Z");
	if (!check_digits(p, digits + e.scaled_left + e.scaled_right))
		return false;
	made = edited_new(p);
	made->numeric = true;
	made->floating = e.floated ? e.floating : 0;
	pic->edited = made;
	pic->category = CAT_EDITED;
	pic->digits = (uint16_t)digits;
	pic->is_signed = e.sign != 0;
	pic->scale = e.scaled_left > 0 ? (int16_t)(e.scaled_left + digits) :
	    e.scaled_right > 0 ? (int16_t)-(int64_t)e.scaled_right :
	    (int16_t)e.right;
	return true;
}

/*
 * External floating point: {+|-} mantissa E {+|-} 99 (Language Reference,
 * "External floating-point items").
 */
static bool
parse_float(struct parser *p, struct picture *pic)
{
	uint64_t left = 0, right = 0;
	bool point = false;
	struct edited *made;
	uint32_t i;

	if (strchr("+-", p->run[0].symbol) == NULL)
		return invalid(p, 0, "a sign stands first");
	for (i = 0; i < p->n && p->run[i].symbol != 'E'; i++) {
		switch (p->run[i].symbol) {
		case '+': case '-':
			if (i > 0 || p->run[i].count > 1)
				return invalid(p, i, "a sign stands first");
			break;
		case '9':
			*(point ? &right : &left) += p->run[i].count;
			break;
		case '.': case 'V':
			if (point || p->run[i].count > 1)
				return invalid(p, i, "a second decimal point");
			point = true;
			break;
		default:
			return invalid(p, i, "the symbol does not go with E");
		}
	}
	if (left + right == 0 || i + 3 != p->n || p->run[i].count > 1 ||
	    strchr("+-", p->run[i + 1].symbol) == NULL ||
	    p->run[i + 1].count > 1 || p->run[i + 2].symbol != '9' ||
	    p->run[i + 2].count != 2)
		return invalid(p, i < p->n ? i : 0, "an exponent is E+99 or "
		    "E-99");
	if (!check_digits(p, left + right))
		return false;
	made = edited_new(p);
	made->numeric = made->is_float = true;
	pic->edited = made;
	pic->category = CAT_EDITED;
	pic->digits = (uint16_t)(left + right);
	pic->scale = (int16_t)right;
	pic->is_signed = true;
	return true;
}

/* Symbols of one category of text, with B 0 / when it may be edited. */
static bool
parse_text(struct parser *p, struct picture *pic, const char *symbols,
    enum category plain, enum category edited)
{
	bool edits = false;
	uint32_t i;

	for (i = 0; i < p->n; i++) {
		if (strchr(symbols, p->run[i].symbol) != NULL)
			continue;
		if (edited == plain || strchr("B0/", p->run[i].symbol) == NULL)
			return invalid(p, i, strcmp(symbols, "XA9") == 0 ?
			    "the symbol does not go with X and A" :
			    "the symbol does not go with N, G and U");
		edits = true;
	}
	pic->category = edits ? edited : plain;
	if (edits)
		pic->edited = edited_new(p);
	return true;
}

static bool
has(const struct parser *p, const char *symbols)
{
	uint32_t i;

	for (i = 0; i < p->n; i++)
		if (strchr(symbols, p->run[i].symbol) != NULL)
			return true;
	return false;
}

bool
picture_parse(struct picture *pic, const char *text, struct place at,
    const struct picture_rules *rules, struct diags *ds)
{
	struct parser p = { .text = text, .at = at, .ds = ds, .rules = rules };

	*pic = (struct picture){ .category = CAT_ALPHANUMERIC };
	if (!read_runs(&p))
		return false;
	if (p.n == 0) {
		diag_add(ds, DIAG_C013, at, "PICTURE is empty");
		return false;
	}
	pic->size = (uint32_t)p.size;
	if (has(&p, "U"))
		return parse_text(&p, pic, "U", CAT_UTF8, CAT_UTF8);
	if (has(&p, "G"))
		return parse_text(&p, pic, "GB", CAT_DBCS, CAT_DBCS);
	if (has(&p, "N"))
		return parse_text(&p, pic, "N", CAT_NATIONAL,
		    CAT_NATIONAL_EDITED);
	if (has(&p, "XA"))
		return parse_text(&p, pic, "XA9", has(&p, "X9") ?
		    CAT_ALPHANUMERIC : CAT_ALPHABETIC, CAT_EDITED);
	if (has(&p, "E"))
		return parse_float(&p, pic);
	return has(&p, "Z*+-$.,B0/CD") ? parse_edited_number(&p, pic) :
	    parse_number(&p, pic);
}
