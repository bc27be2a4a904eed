/*
 * Any bytes as a file to be recognised: the first one chooses a copybook, or
 * none, the rest is the file, compressed or not.  A guess that is known has a
 * source; one that is not has none.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "sniff/sniff.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const books[] = {
	"       01  R.\n"
	"           05  A   PIC 9(4).\n"
	"           05  B   PIC S9(5) COMP-3.\n"
	"           05  C   PIC X(5).\n"
	"           05  D   REDEFINES C PIC S9(4)V9 COMP-5.\n"
	"           05  E   COMP-2.\n",
	"       01  R.\n"
	"           05  N   PIC 9.\n"
	"           05  T   OCCURS 0 TO 5 DEPENDING ON N.\n"
	"               10  M   PIC 99 COMP-3.\n"
	"               10  U   PIC X(3) OCCURS 0 TO 4 DEPENDING ON M.\n"
	"           05  Z   PIC ZZ9.9.\n",
	"       01  H.\n"
	"           05  K   PIC X.\n"
	"           05  L   PIC X(9).\n"
	"       01  D.\n"
	"           05  K   PIC X.\n"
	"           05  V   PIC 9(5) COMP-3 OCCURS 7.\n",
	"       01  S.\n"
	"           05  K   PIC XX.\n"
	"           05  G   PIC X(8).\n"
	"           05  P.\n"
	"               10  X1  PIC 9(6).\n"
	"               10  X2  PIC S9(7) COMP-3.\n"
	"           05  Q REDEFINES P.\n"
	"               10  Y1  PIC X(3).\n"
};
#define BOOKS	(sizeof books / sizeof books[0])

static const struct layout *
layout_of(size_t i)
{
	static struct arena arena;
	static const struct layout *known[BOOKS];
	struct diags ds;

	if (arena.head == NULL)
		arena_init(&arena);
	if (known[i] != NULL)
		return known[i];
	diags_init(&ds, &arena);
	known[i] = layout_build(&arena, &ds, copybook_parse_text(&arena, &ds,
	    srctext_new(&arena, "fuzz.cpy", books[i], strlen(books[i])),
	    &(struct copybook_options){ .nreplace = 0 }));
	if (known[i] == NULL)
		abort();
	return known[i];
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct sniff_options options = { .record = ITEM_NONE };
	struct sniff_report *r;
	struct arena arena;
	struct diags diags;
	char path[64];
	int fd;

	if (len < 1 || (fd = memfd_create("fuzz", 0)) < 0)
		return 0;
	if (write(fd, p + 1, len - 1) != (ssize_t)(len - 1))
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (p[0] % (BOOKS + 1) > 0)
		options.layout = layout_of(p[0] % (BOOKS + 1) - 1);
	arena_init(&arena);
	diags_init(&diags, &arena);
	r = sniff_file(&arena, &diags, path, &options);
	if (r == NULL ? diags.errors == 0 : (r->sure != SNIFF_UNKNOWN) !=
	    (r->source != NULL))
		abort();
	close(fd);
	arena_fini(&arena);
	return 0;
}
