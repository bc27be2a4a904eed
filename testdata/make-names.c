/*
 * Makes the sample extract of names: records of copybooks/names.cpy, in cp037.
 *
 *	make-names > file
 *	make-names -e TABLE -v VERSION
 *
 * Always the same persons, each of whom breaks some rule that programmers have
 * about names.  Every record is valid.
 *
 * -e prints the rows that the mapping of a version, mappings/names-vN.yaml,
 * must make of them: person or person_search, in the form of PostgreSQL's COPY
 * (tabs between the columns, \N for null).  Full names are spelt out below, not
 * put together.
 */
#include <getopt.h>
#include <stdbool.h>

#define PROGRAM		"make-names"
#include "extract.h"

#define LENGTH		200

struct person {
	const char *first, *middle, *last, *full;
	unsigned born;		/* 0: unknown */
	bool no_middle;		/* what stands in the middle is no name */
};

static const struct person persons[] = {
	{ "Simon", "", "", "Simon", 19900314, false },
	{ "Darth", "", "Vader", "Darth Vader", 0, false },
	{ "Gordon", "Matthew Thomas", "Sumner",
	    "Gordon Matthew Thomas Sumner", 19511002, false },
	{ "Pablo", "Diego José Francisco de Paula Juan Nepomuceno María de los "
	    "Remedios Cipriano de la Santísima Trinidad", "Ruiz y Picasso",
	    "Pablo Diego José Francisco de Paula Juan Nepomuceno María de los "
	    "Remedios Cipriano de la Santísima Trinidad Ruiz y Picasso",
	    18811025, false },
	{ "Mary", "NMN", "Jones", "Mary Jones", 19450508, true },
	{ "Robert", "N/A", "Smith", "Robert Smith", 19620228, true },
	{ "Jane", "NMI", "Doe", "Jane Doe", 20000229, true },
	{ "Jennifer", "", "Null", "Jennifer Null", 19800101, false },
	{ "Miles", "", "O'Neil", "Miles O'Neil", 19700717, false },
	{ "Vincent", "", "van der Berg", "Vincent van der Berg", 19530330,
	    false },
	{ "Björk", "", "Guðmundsdóttir", "Björk Guðmundsdóttir", 19651121,
	    false },
	{ "", "", "Teller", "Teller", 19480214, false },
	{ "Na", "", "None", "Na None", 19991231, false },
	{ "Martin", "Luther", "King, Jr.", "Martin Luther King, Jr.", 19290115,
	    false },
	{ "Ludwig", "van", "Beethoven", "Ludwig van Beethoven", 17701217,
	    false },
	{ "Rosa", "María", "", "Rosa María", 19331105, false },
};

static void
write_person(unsigned number, const struct person *p)
{
	uint8_t r[LENGTH];

	put_digits(r, 6, number);
	put_text(r + 6, 24, p->first);
	put_text(r + 30, 130, p->middle);
	put_text(r + 160, 32, p->last);
	put_digits(r + 192, 8, p->born);
	fwrite(r, 1, sizeof r, stdout);
}

/* A column behind a tab; NULL, or an empty one of those that are null so. */
static void
show(const char *text, bool empty_is_null)
{
	bool null = text == NULL || (empty_is_null && text[0] == '\0');

	printf("\t%s", null ? "\\N" : text);
}

static void
show_person(unsigned number, const struct person *p, unsigned version)
{
	printf("%u", number);
	if (version >= 2)
		show(p->full, false);
	if (version == 3)
		show("t", false);
	show(p->first, version == 4);
	show(version == 4 && p->no_middle ? NULL : p->middle, true);
	show(p->last, version == 4);
	if (p->born == 0)
		puts("\t\\N");
	else
		printf("\t%04u-%02u-%02u\n", p->born / 10000,
		    p->born / 100 % 100, p->born % 100);
}

/* In lower case: the few letters beyond ASCII are lower case but for none. */
static void
show_search(unsigned number, const char *kind, const char *name)
{
	if (name[0] == '\0')
		return;
	printf("%u\t%s\t", number, kind);
	for (; *name != '\0'; name++)
		putchar(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
	putchar('\n');
}

static void
show_rows(const char *table, unsigned version)
{
	const struct person *p;
	unsigned i;

	for (i = 0; i < NELEM(persons); i++) {
		p = &persons[i];
		if (strcmp(table, "person") == 0) {
			show_person(i + 1, p, version);
		} else {
			show_search(i + 1, "first", p->first);
			show_search(i + 1, "last", p->last);
			show_search(i + 1, "full", p->full);
		}
	}
}

int
main(int argc, char **argv)
{
	unsigned long version = 4;
	const char *table = NULL;
	unsigned i;
	int opt;

	while ((opt = getopt(argc, argv, "e:v:")) != -1) {
		switch (opt) {
		case 'e':
			table = optarg;
			if (strcmp(table, "person") != 0 &&
			    strcmp(table, "person_search") != 0)
				die("unknown table", table);
			break;
		case 'v':
			version = number_of(optarg, 4);
			break;
		default:
			fputs("usage: make-names [-e table [-v version]] "
			    "> file\n", stderr);
			return 64;
		}
	}
	if (optind < argc)
		die("unexpected argument", argv[optind]);
	if (table != NULL)
		show_rows(table, (unsigned)version);
	for (i = 0; table == NULL && i < NELEM(persons); i++)
		write_person(i + 1, &persons[i]);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("make-names: standard output");
		return 12;
	}
	return 0;
}
