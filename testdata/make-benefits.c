/*
 * Makes the sample extract of benefits: records of copybooks/benefits.cpy, in
 * cp037.
 *
 *	make-benefits [-n cases] [-s seed] [-f vb|v] [-d] [-t] [-x] > file
 *	make-benefits [-n cases] [-s seed] [-d] [-x] -e TABLE
 *
 * The same options give the same bytes.  Every record is valid, unless
 *
 *	-d	sends case 1 again, corrected, at the end of the file
 *	-t	lets the trailer say a cent too much
 *	-x	adds four records that cannot be loaded: a member born on day 366
 *		of 2023, the segment that hangs on that case, a month 13, and a
 *		record of no type
 *
 * -e prints the rows that mappings/benefits.yaml must make of the same file,
 * from what the records are made of, in the form of PostgreSQL's COPY (tabs
 * between the columns, \N for null), in the order of the file.  The table
 * household is member and person together, without the key between them.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM		"make-benefits"
#include "blocks.h"
#include "extract.h"

#define MEMBERS		6
#define SEGMENTS	4
#define GRANTS		2

struct day {			/* year 0: unknown */
	unsigned year, month, day;
};

struct person {
	unsigned ssn;
	const char *first, *middle, *last;
	unsigned year, yday;	/* born */
};

struct code {
	unsigned number;	/* of counties */
	const char *code, *name;
};

struct segment {
	unsigned number;
	struct day since;
	bool income;
	const struct code *what;	/* a source, or a sort of expenses */
	const char *who;		/* employer or payee */
	int cents, hours;	/* tenths of an hour; -1: nobody counts them */
};

struct grant {
	unsigned year;
	int cents[12];
};

struct unit {			/* a case */
	unsigned number;
	const struct code *county, *program, *status;
	unsigned worker;	/* 0: none */
	struct day opened, closed;
	unsigned review;	/* YYDDD; 0: none */
	int shelter;		/* cents; -1: null */
	unsigned nmember, nsegment, ngrant;
	unsigned member[MEMBERS];	/* numbers of persons */
	struct segment segment[SEGMENTS];
	struct grant grant[GRANTS];
};

struct out {			/* where cases go */
	const char *table;	/* its rows; NULL: records */
	struct block block;
	unsigned cases, segments, grants;
	int64_t income, granted;	/* in cents */
	bool county[100];	/* those in use */
};

/* As mappings/benefits-*.csv have them; NULL: not there. */
static const struct code counties[] = {
	{ 1, "01", "Adams" }, { 2, "02", "Beaver Creek" },
	{ 3, "03", "Clark, North" }, { 4, "04", "Clark, South" },
	{ 5, "05", "Doña Ana" }, { 6, "06", "Elk" }, { 7, "07", "Franklin" },
	{ 8, "08", "Saint Mary's" }, { 99, "99", "99" }
};
static const struct code programs[] = {
	{ 0, "FS", "Food assistance" }, { 0, "MA", "Medical assistance" },
	{ 0, "TA", "Temporary assistance" }, { 0, "GR", NULL }
};
static const struct code sources[] = {
	{ 0, "CS", "Child support" }, { 0, "PN", "Pension" },
	{ 0, "SE", "Self-employment" }, { 0, "UI", "Unemployment insurance" },
	{ 0, "WG", "Wages" }
};
/* As the 88-levels of the copybook have them. */
static const struct code statuses[] = {
	{ 0, "O", "CASE-OPEN" }, { 0, "P", "CASE-PENDING" },
	{ 0, "C", "CASE-CLOSED" }
};
static const struct code sorts[] = {
	{ 0, "R", "EXP-RENT" }, { 0, "H", "EXP-HEATING" },
	{ 0, "C", "EXP-CHILD-CARE" }, { 0, "M", "EXP-MEDICAL" }
};
static const struct code relations[] = {
	{ 0, "H", "REL-HEAD" }, { 0, "S", "REL-SPOUSE" },
	{ 0, "C", "REL-CHILD" }, { 0, "A", "REL-CHILD" },
	{ 0, "F", "REL-CHILD" }, { 0, "O", "REL-OTHER" }
};
static const char *const firsts[] = { "Ada", "Björk", "Carlos", "Dorothy",
	"Esteban", "Fatima", "Grace", "Hiroshi", "Ivy", "José", "Zoë" };
static const char *const middles[] = { "", "", "", "Ann", "NMN", "J.",
	"María Luz" };
static const char *const lasts[] = { "Nguyen", "O'Neil", "van der Berg",
	"Null", "García Márquez", "", "McDonald", "Smith-Jones", "Baker" };
static const char *const employers[] = { "", "Corner Bakery",
	"County Hospital", "Peña & Sons Roofing", "Stop-N-Go #12" };
static const char *const payees[] = { "", "A. Landlord", "City Gas & Power",
	"Little Stars Day Care" };

/* ---- what the cases are ------------------------------------------------ */

/* A person of a number, always the same one.  No SSN begins with 000. */
static struct person
person_of(unsigned number)
{
	return (struct person){ .ssn = 1000 + number * 37,
	    .first = firsts[number * 7 % NELEM(firsts)],
	    .middle = middles[number * 3 % NELEM(middles)],
	    .last = lasts[number / 3 % NELEM(lasts)],
	    .year = 1931 + number * 13 % 90, .yday = 1 + number * 29 % 365 };
}

static struct day
random_day(unsigned from_year, unsigned years)
{
	struct day d = { .year = from_year + random_below(years) };

	d.month = 1 + random_below(12);
	d.day = 1 + random_below(28);
	return d;
}

static void
random_segment(struct segment *s, unsigned number)
{
	s->number = number;
	s->since = random_day(1998, 28);
	s->income = random_below(2) == 0;
	s->cents = (int)random_below(400000);
	s->hours = -1;
	if (s->income) {
		s->what = &sources[random_below(NELEM(sources))];
		s->who = employers[random_below(NELEM(employers))];
		if (strcmp(s->what->code, "WG") == 0)
			s->hours = (int)random_below(600);
	} else {
		s->what = &sorts[random_below(NELEM(sorts))];
		s->who = payees[random_below(NELEM(payees))];
		if (random_below(10) == 0)
			s->cents = -s->cents;	/* paid back */
	}
}

static void
random_grant(struct grant *g, unsigned year)
{
	unsigned month, from = random_below(12);
	int cents = 5000 + (int)random_below(90000);

	g->year = year;
	for (month = 0; month < 12; month++)
		g->cents[month] = month < from ? 0 : cents;
}

static void
random_unit(struct unit *u, unsigned number)
{
	unsigned i, persons = number % 1000000 * 4;

	memset(u, 0, sizeof *u);
	u->number = number;
	u->county = &counties[random_below(NELEM(counties))];
	u->program = &programs[random_below(NELEM(programs))];
	u->status = &statuses[random_below(NELEM(statuses))];
	u->worker = random_below(12);
	u->opened = random_day(1985, 40);
	if (strcmp(u->status->code, "C") == 0)
		u->closed = random_day(2000, 26);
	else if (random_below(3) > 0)
		u->review = random_below(2) == 0 ? 26001 + random_below(365) :
		    99001 + random_below(365);
	u->shelter = random_below(3) == 0 ? -1 : (int)random_below(200000);
	u->nmember = 1 + random_below(MEMBERS);
	/* some live in two households: that of the case before is theirs too */
	for (i = 0; i < u->nmember; i++)
		u->member[i] = i < 4 ? persons + i : persons + 3 - i;
	u->nsegment = random_below(SEGMENTS + 1);
	for (i = 0; i < u->nsegment; i++)
		random_segment(&u->segment[i], i + 1);
	u->ngrant = random_below(GRANTS + 1);
	for (i = 0; i < u->ngrant; i++)
		random_grant(&u->grant[i], 2024 + i);
}

/* ---- as records -------------------------------------------------------- */

/* PIC 9(7), CYYMMDD. */
static void
put_day(uint8_t *field, const struct day *d)
{
	put_digits(field, 7, d->year == 0 ? 0 : (d->year - 1900) * 10000 +
	    d->month * 100 + d->day);
}

static void
put_unit(struct out *o, const struct unit *u, bool bad)
{
	uint8_t r[43 + 64 * MEMBERS], *m = r + 43;
	char worker[16] = "";
	unsigned i;

	put_text(r, 1, "C");
	put_digits(r + 1, 8, u->number);
	put_digits(r + 9, 2, u->county->number);
	put_text(r + 11, 2, u->program->code);
	put_text(r + 13, 1, u->status->code);
	if (u->worker > 0)
		snprintf(worker, sizeof worker, "W%03u", u->worker);
	put_text(r + 14, 4, worker);
	put_day(r + 18, &u->opened);
	put_day(r + 25, &u->closed);
	put_packed(r + 32, 3, u->review);
	r[34] |= 0xF;		/* unsigned */
	if (u->shelter < 0)
		memset(r + 35, 0, 4);	/* no number: the indicator says null */
	else
		put_packed(r + 35, 4, u->shelter);
	put_binary(r + 39, 2, u->shelter < 0 ? 0xFFFF : 0);
	put_digits(r + 41, 2, u->nmember);
	for (i = 0; i < u->nmember; i++, m += 64) {
		struct person p = person_of(u->member[i]);

		put_digits(m, 9, p.ssn);
		put_text(m + 9, 15, p.first);
		put_text(m + 24, 15, p.middle);
		put_text(m + 39, 20, p.last);
		put_packed(m + 59, 4, bad ? 2023366 : p.year * 1000 + p.yday);
		m[62] |= 0xF;
		put_text(m + 63, 1, relations[i == 0 ? 0 : 1 + u->member[i] %
		    (NELEM(relations) - 1)].code);
	}
	o->cases++;
	put_record(&o->block, r, (unsigned)(m - r));
}

static void
put_segment(struct out *o, const struct segment *s)
{
	uint8_t r[43];

	put_text(r, 1, "S");
	put_binary(r + 1, 2, s->number);
	put_text(r + 3, 1, s->income ? "I" : "E");
	put_day(r + 4, &s->since);
	if (s->income) {
		o->income += s->cents;
		put_text(r + 11, 2, s->what->code);
		put_text(r + 13, 24, s->who);
		put_packed(r + 37, 4, s->cents);
		put_text(r + 41, 2, "");
		if (s->hours >= 0)
			put_packed(r + 41, 2, s->hours);
	} else {
		put_text(r + 11, 1, s->what->code);
		put_zoned(r + 12, 7, s->cents);
		put_text(r + 19, 24, s->who);
	}
	o->segments++;
	put_record(&o->block, r, sizeof r);
}

static void
put_grant(struct out *o, const struct grant *g)
{
	uint8_t r[53];
	unsigned i;

	put_text(r, 1, "G");
	put_digits(r + 1, 4, g->year);
	for (i = 0; i < 12; i++) {
		put_packed(r + 5 + 4 * i, 4, g->cents[i]);
		o->granted += g->cents[i];
	}
	o->grants++;
	put_record(&o->block, r, sizeof r);
}

static void
put_header(struct out *o)
{
	struct day created = { 2026, 1, 31 };
	uint8_t r[15];

	put_text(r, 1, "H");
	put_text(r + 1, 2, "NM");
	put_day(r + 3, &created);
	put_digits(r + 10, 5, 204);
	put_record(&o->block, r, sizeof r);
}

static void
put_trailer(struct out *o, bool wrong)
{
	uint8_t r[36];

	put_text(r, 1, "T");
	put_digits(r + 1, 7, o->cases);
	put_digits(r + 8, 7, o->segments);
	put_digits(r + 15, 7, o->grants);
	put_packed(r + 22, 7, o->income);
	put_packed(r + 29, 7, o->granted + wrong);
	put_record(&o->block, r, sizeof r);
}

/* The case, and what hangs on it. */
static void
put_records(struct out *o, const struct unit *u)
{
	unsigned i;

	put_unit(o, u, false);
	for (i = 0; i < u->nsegment; i++)
		put_segment(o, &u->segment[i]);
	for (i = 0; i < u->ngrant; i++)
		put_grant(o, &u->grant[i]);
}

/* ---- as rows ----------------------------------------------------------- */

static void
show(const char *text)
{
	printf("\t%s", text == NULL || text[0] == '\0' ? "\\N" : text);
}

static void
show_day(const struct day *d)
{
	if (d->year == 0)
		show(NULL);
	else
		printf("\t%04u-%02u-%02u", d->year, d->month, d->day);
}

static void
show_cents(int cents)
{
	int n = cents < 0 ? -cents : cents;

	printf("\t%s%d.%02d", cents < 0 ? "-" : "", n / 100, n % 100);
}

/* A day of the year; as PostgreSQL and SQLite print a date. */
static void
show_yday(unsigned year, unsigned yday)
{
	static const unsigned lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31,
	    30, 31, 30, 31 };
	struct day d = { .year = year };
	unsigned length;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	for (d.month = 1; d.month < 12; d.month++) {
		length = lengths[d.month - 1] + (d.month == 2 && leap);
		if (yday <= length)
			break;
		yday -= length;
	}
	d.day = yday;
	show_day(&d);
}

static void
show_unit(const struct unit *u)
{
	char worker[16] = "";

	printf("%08u\tNM", u->number);
	show(u->county->name);
	show(u->program->code);
	show(u->program->name);
	show(u->status->name);
	if (u->worker > 0)
		snprintf(worker, sizeof worker, "W%03u", u->worker);
	show(worker);
	show_day(&u->opened);
	show_day(&u->closed);
	if (u->review == 0)
		show(NULL);
	else		/* the window: below 50 it is 20YY */
		show_yday(u->review / 1000 + (u->review < 50000 ? 2000 : 1900),
		    u->review % 1000);
	if (u->shelter < 0)
		show(NULL);
	else
		show_cents(u->shelter);
	putchar('\n');
}

static void
show_members(const struct unit *u)
{
	struct person p;
	unsigned i;

	for (i = 0; i < u->nmember; i++) {
		p = person_of(u->member[i]);
		printf("%08u\t%u\t%09u\t%s", u->number, i + 1, p.ssn, p.first);
		/* no last name, but a middle one that is none */
		if (p.middle[0] != '\0' && (strcmp(p.middle, "NMN") != 0))
			printf(" %s", p.middle);
		if (p.last[0] != '\0')
			printf(" %s", p.last);
		show_yday(p.year, p.yday);
		show(relations[i == 0 ? 0 : 1 + u->member[i] %
		    (NELEM(relations) - 1)].name);
		putchar('\n');
	}
}

static void
show_segments(const struct unit *u, bool income)
{
	const struct segment *s;
	unsigned i;

	for (i = 0; i < u->nsegment; i++) {
		s = &u->segment[i];
		if (s->income != income)
			continue;
		printf("%08u\t%u", u->number, s->number);
		show_day(&s->since);
		show(s->what->name);
		if (!income)
			show_cents(s->cents);
		show(s->who);
		if (income)
			show_cents(s->cents);
		if (income && s->hours < 0)
			show(NULL);
		else if (income)
			printf("\t%d.%d", s->hours / 10, s->hours % 10);
		putchar('\n');
	}
}

static void
show_grants(const struct unit *u)
{
	unsigned i, month;

	for (i = 0; i < u->ngrant; i++)
		for (month = 0; month < 12; month++) {
			if (u->grant[i].cents[month] == 0)
				continue;
			printf("%08u\t%u\t%u", u->number, u->grant[i].year,
			    month + 1);
			show_cents(u->grant[i].cents[month]);
			putchar('\n');
		}
}

static void
show_rows(struct out *o, const struct unit *u)
{
	o->county[u->county->number] = true;
	if (strcmp(o->table, "case_file") == 0)
		show_unit(u);
	else if (strcmp(o->table, "household") == 0)
		show_members(u);
	else if (strcmp(o->table, "payment") == 0)
		show_grants(u);
	else if (strcmp(o->table, "county") != 0)
		show_segments(u, strcmp(o->table, "income") == 0);
}

static void
show_counties(const struct out *o)
{
	unsigned i;

	for (i = 0; i < NELEM(counties); i++)
		if (o->county[counties[i].number])
			printf("%s\t%s\n", counties[i].code, counties[i].name);
}

/* ---- the whole --------------------------------------------------------- */

/* Records that no table takes, and a case that stays behind. */
static void
put_bad(struct out *o)
{
	static const uint8_t none[5] = { 0xE9, 0xF1, 0xF2, 0xF3, 0xF4 };
	struct segment s;
	struct unit u;

	random_unit(&u, 99999901);
	u.nmember = 1;
	u.member[0] = 1;
	u.nsegment = u.ngrant = 0;
	random_segment(&s, 1);
	if (o->table == NULL) {
		put_unit(o, &u, true);
		put_segment(o, &s);
	}
	u.number++;
	if (o->table != NULL) {
		show_rows(o, &u);
	} else {
		put_records(o, &u);
		s.since.month = 13;
		put_segment(o, &s);
		put_record(&o->block, none, sizeof none);
	}
}

struct options {
	unsigned long cases;
	bool again, wrong, bad;
};

static void
write_all(struct out *o, const struct options *opt)
{
	struct unit u, again = { 0 };
	unsigned long i;

	if (o->table == NULL)
		put_header(o);
	for (i = 1; i <= opt->cases && !ferror(stdout); i++) {
		random_unit(&u, (unsigned)i);
		if (i == 1 && opt->again)
			again = u;
		if (o->table == NULL)
			put_records(o, &u);
		else if (again.number != i)
			show_rows(o, &u);
	}
	if (again.number > 0) {
		again.worker = 77;
		again.nsegment = again.ngrant = 0;
		if (o->table == NULL)
			put_records(o, &again);
		else
			show_rows(o, &again);
	}
	if (opt->bad)
		put_bad(o);
	if (o->table == NULL)
		put_trailer(o, opt->wrong);
	else if (strcmp(o->table, "county") == 0)
		show_counties(o);
	block_flush(&o->block);
}

static const char *
table_of(const char *name)
{
	static const char *const tables[] = { "case_file", "household",
	    "income", "expense", "payment", "county" };
	size_t i;

	for (i = 0; i < NELEM(tables); i++)
		if (strcmp(tables[i], name) == 0)
			return name;
	die("unknown table", name);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct options o = { .cases = 100 };
	struct out out = { .block = { .used = 4, .blocked = true } };
	int opt;

	state = 1;
	while ((opt = getopt(argc, argv, "n:s:f:e:dtx")) != -1) {
		if (opt == 'n') {
			o.cases = number_of(optarg, 1000000);
		} else if (opt == 's') {
			state = number_of(optarg, UINT32_MAX);
		} else if (opt == 'f') {
			out.block.blocked = strcmp(optarg, "vb") == 0;
			if (!out.block.blocked && strcmp(optarg, "v") != 0)
				die("unknown format", optarg);
		} else if (opt == 'e') {
			out.table = table_of(optarg);
		} else if (opt == 'd') {
			o.again = true;
		} else if (opt == 't') {
			o.wrong = true;
		} else if (opt == 'x') {
			o.bad = true;
		} else {
			fputs("usage: make-benefits [-n cases] [-s seed] "
			    "[-f vb|v] [-d] [-t] [-x] [-e table] > file\n",
			    stderr);
			return 64;
		}
	}
	if (optind < argc)
		die("unexpected argument", argv[optind]);
	write_all(&out, &o);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("make-benefits: standard output");
		return 12;
	}
	return 0;
}
