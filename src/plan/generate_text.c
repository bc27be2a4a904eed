/*
 * Texts of made records: words of each kind, from lists that are short, so
 * that names come twice as they do in life; see generate.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "plan/generate_impl.h"

#define NELEM(a)	(sizeof (a) / sizeof (a)[0])

static const char *const firsts[] = { "Ana", "Anne-Marie", "Benjamin", "Bo",
    "Carla", "Daniel", "David", "Elizabeth", "Émile", "Fatima", "George",
    "Grace", "Hannah", "Heinrich", "Ines", "James", "Jesús", "Joy", "Karen",
    "Laura", "Liam", "Margaret", "Maximilian", "Mia", "Noah", "Olga",
    "Patricia", "René", "Rosa", "Ruth", "Samuel", "Theodore", "Uwe",
    "Victoria", "William", "Xavier", "Yves", "Zoë" };
static const char *const lasts[] = { "Adams", "Almeida", "Anderson", "Brown",
    "Castañeda", "Chen", "Clark", "Dubois", "Edwards", "Fernández",
    "Garcia", "Hall", "Iversen", "Johnson", "Jones", "Kowalski", "Lee",
    "López", "MacDonald", "Martin", "McCarthy", "Meier", "Müller", "Nguyen",
    "O'Brien", "Olsen", "Patel", "Quinn", "Robinson", "Rossi", "Schmidt",
    "Smith", "Taylor", "Underwood", "van der Berg", "Vogel", "Wagner",
    "Williams", "Wright", "Yamamoto", "Young", "Zimmermann" };
static const char *const companies[] = { "Acme", "Bluewater", "Cedar",
    "Delta", "Evergreen", "First National", "Granite", "Harbor",
    "Ironbridge", "Lakeside", "Northern", "Orchard", "Pioneer", "Union" };
static const char *const trades[] = { "Bank", "Supply", "Foods", "Freight",
    "Insurance", "Mills", "Motors", "Paper", "Steel", "Textiles" };
static const char *const streets[] = { "Main Street", "Oak Avenue",
    "Maple Drive", "Second Street", "Church Lane", "Park Road", "River Road",
    "Elm Street", "Hill Court", "Station Road" };
static const char *const cities[] = { "Boston", "Chicago", "Dallas", "Houston",
    "Newark", "New York", "Phoenix", "San Juan", "Seattle", "Denver" };
static const char *const states[] = { "MA", "IL", "TX", "NJ", "NY", "AZ", "PR",
    "WA", "CO", "CA" };
static const char *const countries[] = { "United States", "Canada", "Mexico",
    "Germany", "France", "Spain", "Japan", "Brazil" };
static const char *const country_codes[] = { "US", "CA", "MX", "DE", "FR",
    "ES", "JP", "BR" };
static const char *const country_codes3[] = { "USA", "CAN", "MEX", "DEU",
    "FRA", "ESP", "JPN", "BRA" };
static const char *const currencies[] = { "USD", "CAD", "EUR", "JPY", "GBP",
    "MXN" };
static const char *const words[] = { "account", "balance", "branch", "charge",
    "check", "credit", "delivery", "deposit", "fee", "final", "interest",
    "invoice", "item", "monthly", "notice", "order", "paid", "part",
    "payment", "policy", "premium", "purchase", "rate", "refund", "renewal",
    "sale", "service", "standard", "stock", "transfer" };

static const char *
one_of(const char *const *list, size_t n, uint64_t *h)
{
	return list[random_below(h, n)];
}
#define ONE_OF(list, h)	one_of((list), NELEM(list), (h))

struct out {			/* characters, at most `width` */
	uint8_t *p;
	uint32_t len, n, width;
};

/* The character, or what the page has instead. */
static void
put_char(const struct generator *g, const struct making *m, struct out *o,
    uint32_t cp, bool wide)
{
	uint8_t utf8[4];
	size_t k;

	if (o->n == o->width)
		return;
	if (m->letters && !(cp >= 'A' && cp <= 'Z') &&
	    !(cp >= 'a' && cp <= 'z'))
		cp = ' ';
	if (wide) {			/* full width forms */
		cp = cp == ' ' ? 0x3000 : cp + 0xfee0;
		if (g->page == NULL || charset_encode_wide(g->page, cp) < 0)
			cp = 0x3000;
	} else if (charset_encode(g->page, cp) < 0) {
		if (cp >= 'a' && cp <= 'z')
			cp -= 0x20;
		else
			cp = cp >= 0x80 ? 'E' : ' ';
	}
	k = utf8_put(utf8, cp);
	memcpy(o->p + o->len, utf8, k);
	o->len += (uint32_t)k;
	o->n++;
}

static void
put_text(const struct generator *g, const struct making *m, struct out *o,
    const char *s, bool wide)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t k;

	while (*p != 0) {
		put_char(g, m, o, utf8_get(p, &k), wide);
		p += k;
	}
}

/* ---- kinds -------------------------------------------------------------- */

static void
make_code(const struct making *m, uint64_t *h, char *s)
{
	uint32_t i, n = m->width < 4 ? m->width : 4;

	s[0] = (char)('A' + random_below(h, 9));
	for (i = 1; i < n; i++)
		s[i] = (char)(m->letters ? 'A' + random_below(h, 9) :
		    '0' + random_below(h, 10));
	s[n] = '\0';
}

static void
make_digits(const struct making *m, uint64_t *h, char *s)
{
	uint32_t i, n = m->width < 10 ? m->width : 10;

	for (i = 0; i < n; i++)
		s[i] = (char)('0' + random_below(h, 10));
	s[n] = '\0';
}

static void
make_words(uint64_t *h, char *s, size_t size)
{
	uint64_t n = 1 + random_below(h, 4);
	size_t at = 0;

	while (n-- > 0 && at + 20 < size)
		at += (size_t)snprintf(s + at, size - at, "%s%s",
		    at > 0 ? " " : "", ONE_OF(words, h));
	if (at > 0)
		s[0] = (char)(s[0] - 0x20);
}

/* Positions of B 0 and / hold those. */
static void
make_pattern(const struct making *m, uint64_t *h, char *s, size_t size)
{
	uint32_t i, k;
	size_t n = 0;
	char c;

	for (i = 0; i < m->pattern->nrun; i++)
		for (k = 0; k < m->pattern->run[i].count && n + 1 < size;
		    k++) {
			c = m->pattern->run[i].symbol;
			s[n++] = c == 'B' ? ' ' : c == '0' || c == '/' ? c :
			    c == '9' ? (char)('0' + random_below(h, 10)) :
			    (char)('A' + random_below(h, 26));
		}
	s[n] = '\0';
}

static void
make_country(const struct making *m, uint64_t *h, char *s, size_t size)
{
	snprintf(s, size, "%s", m->width == 2 ? ONE_OF(country_codes, h) :
	    m->width == 3 ? ONE_OF(country_codes3, h) : ONE_OF(countries, h));
}

static void
make_person(const struct making *m, uint64_t *h, char *s, size_t size)
{
	const char *first = ONE_OF(firsts, h), *last = ONE_OF(lasts, h);

	switch (m->pool) {
	case TEXT_FIRST:
		snprintf(s, size, "%s", first);
		break;
	case TEXT_MIDDLE:
		snprintf(s, size, "%s", random_below(h, 10) < 4 ? "" :
		    m->width < 4 ? "J" : first);
		break;
	case TEXT_LAST:
		snprintf(s, size, "%s", last);
		break;
	default:
		snprintf(s, size, "%s %s", first, last);
		break;
	}
}

static void
make_contact(const struct making *m, uint64_t *h, char *s, size_t size)
{
	unsigned n = (unsigned)random_below(h, 1000000);

	if (m->pool == TEXT_EMAIL)
		snprintf(s, size, "user%u@example.%s", n, n % 2 ? "com" :
		    "org");
	else if (m->pool == TEXT_PHONE)
		snprintf(s, size, m->width < 12 ? "%03u555%04u" :
		    m->width < 15 ? "%03u-555-%04u" : "+1-%03u-555-%04u",
		    201 + n % 700, n % 10000);
	else
		snprintf(s, size, "%05u", 501 + n % 99400);
}

static void
make_plain(const struct making *m, uint64_t *h, char *s, size_t size)
{
	switch (m->pool) {
	case TEXT_COMPANY:
		snprintf(s, size, "%s %s", ONE_OF(companies, h),
		    ONE_OF(trades, h));
		break;
	case TEXT_STREET:
		snprintf(s, size, "%u %s", 1 + (unsigned)random_below(h, 9999),
		    ONE_OF(streets, h));
		break;
	case TEXT_CITY:
		snprintf(s, size, "%s", ONE_OF(cities, h));
		break;
	case TEXT_STATE:
		snprintf(s, size, "%s", ONE_OF(states, h));
		break;
	case TEXT_COUNTRY:
		make_country(m, h, s, size);
		break;
	case TEXT_CURRENCY:
		snprintf(s, size, "%s", ONE_OF(currencies, h));
		break;
	case TEXT_SEX:
		snprintf(s, size, "%c", random_below(h, 2) ? 'F' : 'M');
		break;
	case TEXT_FLAG:
		snprintf(s, size, "%c", random_below(h, 4) ? 'Y' : 'N');
		break;
	case TEXT_CODE:
		make_code(m, h, s);
		break;
	case TEXT_DIGITS:
		make_digits(m, h, s);
		break;
	case TEXT_PATTERN:
		make_pattern(m, h, s, size);
		break;
	default:
		make_words(h, s, size);
		break;
	}
}

/* ---- edge cases --------------------------------------------------------- */

/* Nothing, one character, all that the item holds, a quote, a delimiter. */
static void
make_edge(const struct generator *g, const struct making *m, uint64_t *h,
    struct out *o, bool wide)
{
	static const char *const odd[] = { "O'Hara", "a,b;\"c\"", "x" };
	uint32_t what = (uint32_t)random_below(h, 6);

	if (what == 0 && m->nullable)
		return;
	if (what > 3) {
		put_text(g, m, o, odd[random_below(h, NELEM(odd))], wide);
		return;
	}
	if (what == 3) {
		put_text(g, m, o, "Z", wide);
		return;
	}
	while (o->n < o->width) {
		put_text(g, m, o, ONE_OF(words, h), wide);
		if (o->n + 1 < o->width)
			put_text(g, m, o, " ", wide);
	}
}

struct slice
generate_text(const struct generator *g, const struct making *m, uint64_t *h,
    bool edge, struct arena *a)
{
	size_t size = 4 * (size_t)m->width + 1;
	struct out o = { arena_alloc(a, size), 0, 0, m->width };
	char s[256];
	bool wide = m->wide;

	if (edge && m->pool != TEXT_PATTERN) {
		make_edge(g, m, h, &o, wide);
	} else {
		if (m->pool <= TEXT_NAME)
			make_person(m, h, s, sizeof s);
		else if (m->pool >= TEXT_ZIP && m->pool <= TEXT_EMAIL)
			make_contact(m, h, s, sizeof s);
		else
			make_plain(m, h, s, sizeof s);
		put_text(g, m, &o, s, wide);
	}
	if (o.n == 0 && !m->nullable)
		put_text(g, m, &o, m->letters ? "Z" : "0", wide);
	arena_trim(a, o.p, size, o.len);
	return (struct slice){ o.p, o.len };
}
