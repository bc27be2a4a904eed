/*
 * Makes the second sample extract: records of copybooks/ledger.cpy, in cp037.
 *
 *	make-ledger [-n accounts] [-s seed] [-f vb|v] > file
 *
 * The same options give the same bytes.  A header, accounts with up to five
 * entries each, and a trailer with their count and the sum of the amounts.
 * Every record is valid: the whole file loads without rejects.
 *
 * -f vb puts the records into blocks, -f v does not; blocks.h has their form.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM		"make-ledger"
#include "blocks.h"
#include "extract.h"

struct totals {
	unsigned count, entries;
	int64_t amount;		/* in cents */
};

static const char *const owners[] = {
	"Ada Lovelace", "Simon", "Darth Vader", "José Núñez", "Zoë Müller",
	"Scarlett O'Hara", "Björk Guðmundsdóttir", "Gordon Sumner",
	"Jean-Luc Picard", "Søren Kierkegaard", "Grace Hopper", "Jennifer Null"
};
static const char *const texts[] = {
	"Salary", "Rent", "Groceries", "Café Ørsted", "Standing order 0042",
	"Interest", "Insurance, 2nd half-year", "Refund"
};

static void
put_header(struct block *b)
{
	uint8_t r[34];

	put_text(r, 1, "H");
	put_text(r + 1, 20, "Bank of the Sea");
	put_digits(r + 21, 8, 20260131);
	put_digits(r + 29, 5, 17);
	put_record(b, r, sizeof r);
}

static void
put_account(struct block *b, unsigned number)
{
	unsigned holders = random_below(3), i;
	uint8_t r[55 + 40];

	put_text(r, 1, "A");
	put_digits(r + 1, 8, 100000 + number);
	put_text(r + 9, 30, owners[number % NELEM(owners)]);
	put_text(r + 39, 1, random_below(5) == 0 ? "C" : "O");
	put_digits(r + 40, 8, (1990 + random_below(36)) * 10000 +
	    (1 + random_below(12)) * 100 + 1 + random_below(28));
	put_packed(r + 48, 6, (int64_t)random_below(2000000) - 500000);
	put_digits(r + 54, 1, holders);
	for (i = 0; i < holders; i++)
		put_text(r + 55 + 20 * i, 20,
		    owners[(number + i + 1) % NELEM(owners)]);
	put_record(b, r, 55 + 20 * holders);
}

static void
put_entry(struct block *b, struct totals *t)
{
	int64_t amount = (int64_t)random_below(400000) - 200000;
	uint8_t r[46];

	t->entries++;
	t->amount += amount;
	put_text(r, 1, "E");
	put_digits(r + 1, 7, t->entries);
	put_digits(r + 8, 8, 20260101 + random_below(31));
	put_packed(r + 16, 5, amount);
	put_text(r + 21, 25, texts[random_below(NELEM(texts))]);
	put_record(b, r, sizeof r);
}

static void
put_trailer(struct block *b, const struct totals *t)
{
	uint8_t r[15];

	put_text(r, 1, "T");
	put_digits(r + 1, 7, t->count);
	put_packed(r + 8, 7, t->amount);
	put_record(b, r, sizeof r);
}

static bool
write_file(unsigned long n, bool blocked)
{
	struct block b = { .used = 4, .blocked = blocked };
	struct totals t = { 0 };
	unsigned entries;

	put_header(&b);
	for (unsigned long i = 1; i <= n && !ferror(stdout); i++) {
		put_account(&b, (unsigned)i);
		entries = random_below(6);
		t.count += 1 + entries;
		while (entries-- > 0)
			put_entry(&b, &t);
	}
	put_trailer(&b, &t);
	block_flush(&b);
	return fflush(stdout) == 0 && !ferror(stdout);
}

int
main(int argc, char **argv)
{
	unsigned long n = 100;
	bool blocked = true;
	int opt;

	state = 1;
	while ((opt = getopt(argc, argv, "n:s:f:")) != -1) {
		switch (opt) {
		case 'n':
			n = number_of(optarg, 1000000);
			break;
		case 's':
			state = number_of(optarg, UINT32_MAX);
			break;
		case 'f':
			blocked = strcmp(optarg, "vb") == 0;
			if (!blocked && strcmp(optarg, "v") != 0)
				die("unknown format", optarg);
			break;
		default:
			fputs("usage: make-ledger [-n accounts] [-s seed] "
			    "[-f vb|v] > file\n", stderr);
			return 64;
		}
	}
	if (optind < argc)
		die("unexpected argument", argv[optind]);
	if (!write_file(n, blocked)) {
		perror("make-ledger: standard output");
		return 12;
	}
	return 0;
}
