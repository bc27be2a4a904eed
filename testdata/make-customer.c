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

#define PROGRAM		"make-customer"
#include "extract.h"

#define LENGTH		300	/* of a record */
#define PHONES_AT	249	/* where its telephones begin */
#define PHONE_LENGTH	17

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

/* One draw a statement: C leaves the order within one to the compiler. */
static unsigned
random_date(unsigned from_year, unsigned years)
{
	unsigned year = from_year + random_below(years);
	unsigned month = 1 + random_below(12);

	return year * 10000 + month * 100 + 1 + random_below(28);
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
		unsigned number, area;
		char text[32];

		snprintf(text, sizeof(text), "%c", kinds[random_below(3)]);
		put_text(phone, 1, text);
		number = random_below(10000);
		area = 201 + random_below(700);
		snprintf(text, sizeof(text), "+1-%03u-555-%04u", area, number);
		put_text(phone + 1, 16, text);
	}
	return n;
}

static void
put_address(uint8_t *field, bool unknown)
{
	unsigned town = random_below(NELEM(towns));
	const char *name;
	char street[64];

	if (unknown) {
		put_text(field, 52, "");
		put_digits(field + 52, 5, 0);
		return;
	}
	name = streets[random_below(NELEM(streets))];
	snprintf(street, sizeof(street), "%u %s", 1 + random_below(9999),
	    name);
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
