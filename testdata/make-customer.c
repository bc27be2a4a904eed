/*
 * Makes the sample extract: records of copybooks/customer.cpy, in cp037.
 *
 *	make-customer [-n records] [-s seed] [-f fixed|v] > file
 *
 * The same options give the same bytes.  First come persons whose names are
 * known for making trouble, then as many plausible ones as were asked for.
 * Every record is valid: the whole file loads without rejects.
 *
 * This program shares no code with decant, so that the two prove each other.
 * -f fixed writes all 300 bytes of each record; -f v ends a record after its
 * last telephone and puts an RDW before it (2 bytes of length, which count the
 * RDW itself, big-endian; 2 bytes of zeros).
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH		300	/* of a record */
#define PHONES_AT	249	/* where its telephones begin */
#define PHONE_LENGTH	17
#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * Unicode U+0020-U+007E and U+00A0-U+00FF in cp037 (IBM's Character Data
 * Representation Architecture, CCSID 37).
 */
static const uint8_t ascii_cp037[95] = {
	0x40, 0x5A, 0x7F, 0x7B, 0x5B, 0x6C, 0x50, 0x7D,		/* ' ' */
	0x4D, 0x5D, 0x5C, 0x4E, 0x6B, 0x60, 0x4B, 0x61,
	0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7,		/* 0 */
	0xF8, 0xF9, 0x7A, 0x5E, 0x4C, 0x7E, 0x6E, 0x6F,
	0x7C, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7,		/* @ A */
	0xC8, 0xC9, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6,
	0xD7, 0xD8, 0xD9, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6,
	0xE7, 0xE8, 0xE9, 0xBA, 0xE0, 0xBB, 0xB0, 0x6D,
	0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,		/* ` a */
	0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
	0x97, 0x98, 0x99, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6,
	0xA7, 0xA8, 0xA9, 0xC0, 0x4F, 0xD0, 0xA1
};
static const uint8_t latin1_cp037[96] = {
	0x41, 0xAA, 0x4A, 0xB1, 0x9F, 0xB2, 0x6A, 0xB5,		/* U+00A0 */
	0xBD, 0xB4, 0x9A, 0x8A, 0x5F, 0xCA, 0xAF, 0xBC,
	0x90, 0x8F, 0xEA, 0xFA, 0xBE, 0xA0, 0xB6, 0xB3,
	0x9D, 0xDA, 0x9B, 0x8B, 0xB7, 0xB8, 0xB9, 0xAB,
	0x64, 0x65, 0x62, 0x66, 0x63, 0x67, 0x9E, 0x68,		/* U+00C0 */
	0x74, 0x71, 0x72, 0x73, 0x78, 0x75, 0x76, 0x77,
	0xAC, 0x69, 0xED, 0xEE, 0xEB, 0xEF, 0xEC, 0xBF,
	0x80, 0xFD, 0xFE, 0xFB, 0xFC, 0xAD, 0xAE, 0x59,
	0x44, 0x45, 0x42, 0x46, 0x43, 0x47, 0x9C, 0x48,		/* U+00E0 */
	0x54, 0x51, 0x52, 0x53, 0x58, 0x55, 0x56, 0x57,
	0x8C, 0x49, 0xCD, 0xCE, 0xCB, 0xCF, 0xCC, 0xE1,
	0x70, 0xDD, 0xDE, 0xDB, 0xDC, 0x8D, 0x8E, 0xDF
};

/* What is wrong with a person, for a reader of the file. */
enum quirk {
	NONE = 0,
	DEBT = 1,		/* a negative balance */
	NO_RATING = 2,		/* spaces in a zoned number */
	NO_LIMIT = 4,		/* low-values in a packed number */
	NO_ADDRESS = 8
};

struct person {
	const char *first, *middle, *last, *rest;
	unsigned born;		/* 0 and 99999999: unknown */
	unsigned quirks;
};

static const struct person known[] = {
	{ "Simon", "", "", "", 19790214, NONE },
	{ "Darth", "", "Vader", "", 0, DEBT | NO_ADDRESS },
	{ "Gordon", "Matthew Thomas", "Sumner", "", 19511002, NONE },
	{ "Pablo Diego", "José Francisco", "de Paula Juan",
	    "Nepomuceno María de los Remedios Cipriano de la Santísima "
	    "Trinidad Ruiz y Picasso", 18811025, NONE },
	{ "O", "", "Sensei", "", 18831214, NO_RATING },
	{ "J", "R", "R", "Tolkien", 18920103, NONE },
	{ "E", "", "", "", 99999999, DEBT },
	{ "Scarlett", "", "O'Hara", "", 18450401, DEBT },
	{ "Jeanne", "", "d'Arc", "", 14120106, NO_ADDRESS },
	{ "Ada", "N/A", "Lovelace", "", 18151210, NONE },
	{ "John", "NMN", "Rambo", "", 19470706, NO_LIMIT },
	{ "Mary", "NMI", "Poppins", "", 0, NO_RATING },
	{ "Jennifer", "", "Null", "", 19840229, NONE },
	{ "None", "", "Niemand", "", 20000229, NONE },
	{ "Vincent", "Willem", "van Gogh", "", 18530330, DEBT },
	{ "Jean-Luc", "", "Picard", "", 23050713, NONE },
	{ "Søren", "Aabye", "Kierkegaard", "", 18130505, NONE },
	{ "Björk", "", "Guðmundsdóttir", "", 19651121, NONE },
	{ "Þorsteinn", "", "Ægisson", "", 19500101, NO_LIMIT },
	{ "Käthe", "", "Weiß", "", 19051231, NONE },
	{ "François", "Noël", "Lefèbvre", "", 19391005, NONE },
	{ "Íñigo", "", "Núñez", "", 19870831, DEBT },
	{ "Martin", "Luther", "King, Jr.", "", 19290115, NONE },
	{ "Johann Gambol-", "", "", "putty de von Ausfern", 19721003, NONE },
	{ "Charles Philip", "Arthur George", "Mountbatten-Windsor", "",
	    19481114, NO_RATING | NO_LIMIT }
};

static const char *const first_names[] = {
	"Ana", "Andrés", "Anne-Marie", "Benjamin", "Bo", "Carla", "Catherine",
	"Daniel", "David", "Deborah", "Elizabeth", "Émile", "Fatima", "George",
	"Grace", "Hannah", "Heinrich", "Ines", "Jack", "James", "Jesús", "Joy",
	"Karen", "Keith", "Laura", "Liam", "Margaret", "Maximilian", "Mia",
	"Nancy", "Noah", "Olga", "Patricia", "Quentin", "René", "Rosa", "Ruth",
	"Samuel", "Stéphanie", "Theodore", "Uwe", "Victoria", "William",
	"Xavier", "Yves", "Zoë"
};
static const char *const last_names[] = {
	"Adams", "Almeida", "Anderson", "Bianchi", "Brown", "Castañeda",
	"Chen", "Clark", "Dubois", "Edwards", "Fernández", "Fitzgerald",
	"Garcia", "González", "Hall", "Hernández", "Iversen", "Jackson",
	"Johnson", "Jones", "Kowalski", "Lee", "López", "MacDonald", "Martin",
	"McCarthy", "Meier", "Müller", "Nguyen", "O'Brien", "O'Neil", "Olsen",
	"Papadopoulos", "Patel", "Peters", "Quinn", "Ramírez", "Robinson",
	"Rossi", "Sánchez", "Schmidt", "Silva", "Smith", "Svensson", "Taylor",
	"Thompson", "Underwood", "van der Berg", "Vogel", "Wagner", "Walker",
	"Williams", "Wright", "Yamamoto", "Young", "Zimmermann"
};
/* For those whose names run into the overflow field. */
static const char *const long_tails[] = {
	"de la Cruz y Mendoza", "von und zu Hohenstein-Waldburg",
	"Bernardo de Quirós y Álvarez de las Asturias",
	"of the House of the Rising Sun", "Ortega y Gasset",
	"Wolfeschlegelsteinhausenbergerdorff the Elder"
};
static const char *const streets[] = {
	"Main Street", "Oak Avenue", "Maple Drive", "Second Street",
	"Washington Boulevard", "Church Lane", "Park Road", "River Road",
	"Calle de la Luna", "Elm Street", "Hill Court", "Station Road"
};
static const struct {
	const char *city, *state;
	unsigned zip;
} towns[] = {
	{ "Boston", "MA", 2101 }, { "Cañon City", "CO", 81212 },
	{ "Chicago", "IL", 60601 }, { "Dallas", "TX", 75201 },
	{ "Holtsville", "NY", 501 }, { "Houston", "TX", 77001 },
	{ "Los Angeles", "CA", 90001 }, { "Newark", "NJ", 7101 },
	{ "New York", "NY", 10001 }, { "Peñasco", "NM", 87553 },
	{ "Phoenix", "AZ", 85001 }, { "San Francisco", "CA", 94102 },
	{ "San Juan", "PR", 901 }, { "Seattle", "WA", 98101 }
};

static uint64_t state;

/* splitmix64 (S. Vigna, public domain): small, and the same everywhere. */
static uint64_t
random_next(void)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* A number below n. */
static unsigned
random_below(unsigned n)
{
	return (unsigned)((random_next() >> 32) * n >> 32);
}

static void
die(const char *problem, const char *subject)
{
	fprintf(stderr, "make-customer: %s '%s'\n", problem, subject);
	exit(64);
}

/* UTF-8 text into a field of `width` bytes, blanks behind it. */
static void
put_text(uint8_t *field, size_t width, const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = 0;

	memset(field, 0x40, width);
	for (; *p != '\0'; p++) {
		unsigned c = *p;

		/* U+00A0-U+00FF: 110000ab 10cdefgh */
		if ((c & 0xFC) == 0xC0 && (p[1] & 0xC0) == 0x80)
			c = (c & 3) << 6 | (*++p & 0x3F);
		if (n == width)
			die("too long for its field:", text);
		if (c >= 0x20 && c < 0x7F)
			field[n++] = ascii_cp037[c - 0x20];
		else if (c >= 0xA0 && c < 0x100)
			field[n++] = latin1_cp037[c - 0xA0];
		else
			die("not in cp037:", text);
	}
}

/* PIC 9(width), unsigned. */
static void
put_digits(uint8_t *field, size_t width, unsigned value)
{
	while (width-- > 0) {
		field[width] = 0xF0 | value % 10;
		value /= 10;
	}
}

/* PIC S9(width): the sign is the zone of the last digit. */
static void
put_zoned(uint8_t *field, size_t width, int value)
{
	put_digits(field, width, value < 0 ? -value : value);
	field[width - 1] = (value < 0 ? 0xD0 : 0xC0) | (field[width - 1] & 15);
}

/* COMP-3, signed: two digits a byte, the sign in the last half. */
static void
put_packed(uint8_t *field, size_t width, int64_t value)
{
	uint64_t rest = value < 0 ? -value : value;

	field[--width] = rest % 10 << 4 | (value < 0 ? 0xD : 0xC);
	rest /= 10;
	while (width-- > 0) {
		field[width] = rest / 10 % 10 << 4 | rest % 10;
		rest /= 100;
	}
}

/* COMP: big-endian. */
static void
put_binary(uint8_t *field, size_t width, unsigned value)
{
	while (width-- > 0) {
		field[width] = value & 0xFF;
		value >>= 8;
	}
}

static unsigned
random_date(unsigned from_year, unsigned years)
{
	return (from_year + random_below(years)) * 10000 +
	    (1 + random_below(12)) * 100 + 1 + random_below(28);
}

static void
random_person(struct person *p)
{
	unsigned dice = random_below(1000);

	p->first = first_names[random_below(NELEM(first_names))];
	p->middle = p->rest = "";
	p->last = last_names[random_below(NELEM(last_names))];
	if (dice < 600)
		p->middle = first_names[random_below(NELEM(first_names))];
	else if (dice < 620)
		p->middle = "NMN";
	else if (dice < 630)
		p->middle = "N/A";
	if (dice % 50 == 0)
		p->rest = long_tails[random_below(NELEM(long_tails))];
	p->born = dice == 999 ? 0 : random_date(1930, 75);
	p->quirks = dice % 10 == 7 ? DEBT : NONE;
	if (dice % 100 == 42)
		p->quirks |= NO_RATING;
}

static unsigned
put_phones(uint8_t *record)
{
	static const char kinds[] = "HMW";
	unsigned n = random_below(4);

	put_digits(record + PHONES_AT - 1, 1, n);
	memset(record + PHONES_AT, 0x40, LENGTH - PHONES_AT);
	for (unsigned i = 0; i < n; i++) {
		uint8_t *phone = record + PHONES_AT + i * PHONE_LENGTH;
		char text[32];

		snprintf(text, sizeof(text), "%c", kinds[random_below(3)]);
		put_text(phone, 1, text);
		snprintf(text, sizeof(text), "+1-%03u-555-%04u",
		    201 + random_below(700), random_below(10000));
		put_text(phone + 1, 16, text);
	}
	return n;
}

static void
put_address(uint8_t *field, bool unknown)
{
	unsigned town = random_below(NELEM(towns));
	char street[64];

	if (unknown) {
		put_text(field, 52, "");
		put_digits(field + 52, 5, 0);
		return;
	}
	snprintf(street, sizeof(street), "%u %s", 1 + random_below(9999),
	    streets[random_below(NELEM(streets))]);
	put_text(field, 30, street);
	put_text(field + 30, 20, towns[town].city);
	put_text(field + 50, 2, towns[town].state);
	put_digits(field + 52, 5, towns[town].zip + random_below(40));
}

/* The record's bytes, as copybooks/customer.cpy lays them out; its length. */
static unsigned
make_record(uint8_t *record, unsigned number, const struct person *p)
{
	/* Most customers are active. */
	static const char *const statuses[] = { "A", "A", "A", "S", "C" };
	int64_t cents = random_next() % 100000000;
	char branch[8];

	put_binary(record, 4, 100000 + number);
	put_text(record + 4, 15, p->first);
	put_text(record + 19, 15, p->middle);
	put_text(record + 34, 20, p->last);
	put_text(record + 54, 100, p->rest);
	put_digits(record + 154, 8, p->born);
	put_text(record + 162, 1, statuses[random_below(NELEM(statuses))]);
	put_packed(record + 163, 6, p->quirks & DEBT ? -cents : cents);
	if (p->quirks & NO_LIMIT)
		memset(record + 169, 0, 4);
	else
		put_packed(record + 169, 4, random_below(100) * 500);
	put_digits(record + 173, 8, random_date(1985, 40));
	snprintf(branch, sizeof(branch), "B%03u", random_below(200));
	put_text(record + 181, 4, branch);
	put_binary(record + 185, 2, random_below(10000));
	if (p->quirks & NO_RATING)
		put_text(record + 187, 4, "");
	else
		put_zoned(record + 187, 4, (int)random_below(2001) - 1000);
	put_address(record + 191, p->quirks & NO_ADDRESS);
	return PHONES_AT + put_phones(record) * PHONE_LENGTH;
}

static bool
write_file(unsigned long n, bool variable)
{
	uint8_t out[4 + LENGTH];

	for (unsigned long i = 0; i < n; i++) {
		struct person other;
		const struct person *p = &other;
		unsigned length;

		if (i < NELEM(known))
			p = &known[i];
		else
			random_person(&other);
		length = make_record(out + 4, (unsigned)i + 1, p);
		put_binary(out, 2, length + 4);
		put_binary(out + 2, 2, 0);
		if (variable)
			fwrite(out, 1, 4 + length, stdout);
		else
			fwrite(out + 4, 1, LENGTH, stdout);
		if (ferror(stdout))
			return false;
	}
	return fflush(stdout) == 0;
}

static unsigned long
number_of(const char *text, unsigned long most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n > most)
		die("not a number in range:", text);
	return n;
}

int
main(int argc, char **argv)
{
	unsigned long n = 1000;
	bool variable = false;
	int opt;

	state = 1;
	while ((opt = getopt(argc, argv, "n:s:f:")) != -1) {
		switch (opt) {
		case 'n':
			n = number_of(optarg, 899999999);
			break;
		case 's':
			state = number_of(optarg, UINT32_MAX);
			break;
		case 'f':
			variable = strcmp(optarg, "v") == 0;
			if (!variable && strcmp(optarg, "fixed") != 0)
				die("unknown format", optarg);
			break;
		default:
			fputs("usage: make-customer [-n records] [-s seed] "
			    "[-f fixed|v] > file\n", stderr);
			return 64;
		}
	}
	if (optind < argc)
		die("unexpected argument", argv[optind]);
	if (!write_file(n, variable)) {
		perror("make-customer: standard output");
		return 12;
	}
	return 0;
}
