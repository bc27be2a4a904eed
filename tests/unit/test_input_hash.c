/*
 * Hashes of input files beside a load.  Expected values: sha256sum's, and for
 * samples sha256sum's of the blocks that dd cuts out of the file.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "generation/input_hash.h"
#include "tap.h"

#define LARGE	3000017L	/* bytes, no multiple of anything */

static const char *const file[] = { "empty", "small", "none", "large" };

static void
make(const char *name, long n)
{
	FILE *f = fopen(name, "w");
	uint32_t x = 1;

	for (; n > 0; n--) {
		x = x * 1664525u + 1013904223u;
		putc((int)(x >> 24), f);
	}
	fclose(f);
}

/* The first word that a command prints. */
static const char *
said(const char *command)
{
	static char word[128];
	FILE *f = popen(command, "r");

	if (f == NULL || fscanf(f, "%127s", word) != 1)
		word[0] = '\0';
	if (f != NULL)
		pclose(f);
	return word;
}

static void
change(long at)
{
	FILE *f = fopen("large", "r+");
	int c;

	fseek(f, at, SEEK_SET);
	c = getc(f);
	fseek(f, at, SEEK_SET);
	putc(c ^ 1, f);
	fclose(f);
}

static void
test_hashes(void)
{
	struct input_hash *h = input_hash_begin(file, 4);
	char hex[4][SHA256_HEX + 1];

	ok(h != NULL, "it begins");
	ok(h != NULL && input_hash_wait(h, hex, NULL), "it ends");
	is_str(hex[0], said("sha256sum empty"), "an empty file");
	is_str(hex[1], said("sha256sum small"), "a small file");
	is_str(hex[2], "", "a file that is not there");
	is_str(hex[3], said("sha256sum large"), "a large file");
	input_hash_end(h);
	input_hash_end(NULL);
	ok(input_hash_begin(file, 0) == NULL, "no files, no thread");
}

/* A file without an end is not waited for. */
static void
test_stops(void)
{
	static const char *const endless[] = { "/dev/zero" };
	struct input_hash *h = input_hash_begin(endless, 1);
	char hex[1][SHA256_HEX + 1];
	volatile int interrupted = 1;
	time_t start = time(NULL);

	ok(h != NULL && !input_hash_wait(h, hex, &interrupted),
	    "an interrupt ends it");
	input_hash_end(h);
	h = input_hash_begin(endless, 1);
	input_hash_end(h);
	ok(time(NULL) - start < 20, "and so does the end");
}

static void
test_samples(void)
{
	char hex[SHA256_HEX + 1], other[SHA256_HEX + 1];
	/* the offsets are (bytes - 4096) / 63 * i, by hand: 47554 * i */
	const char *blocks = said("for i in $(seq 0 63); do tail -c +$((47554 "
	    "* i + 1)) large | head -c 4096; done | sha256sum");

	ok(input_hash_sample("large", LARGE, hex), "a sample is taken");
	is_str(hex, blocks, "of 64 blocks of 4 KB, from end to end");
	change(4096);
	ok(input_hash_sample("large", LARGE, other) &&
	    strcmp(hex, other) == 0, "a byte after the first is not in it");
	change(47554L * 63 + 4095);
	ok(input_hash_sample("large", LARGE, other) &&
	    strcmp(hex, other) != 0, "the last byte of the last is");
	ok(input_hash_sample("small", 100, hex), "a small file has one");
	ok(!input_hash_sample("none", 100, hex), "no file has none");
}

int
main(void)
{
	make("empty", 0);
	make("small", 100);
	make("large", LARGE);
	test_hashes();
	test_stops();
	test_samples();
	remove("empty");
	remove("small");
	remove("large");
	return tap_done();
}
