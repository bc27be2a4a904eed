/*
 * Any bytes as records of tables in tables: the first byte chooses copybook
 * and mapping, then each record has a byte for its length.  What comes out is
 * the same whatever the size of a batch; the places of reasons lie in their
 * records; and a record that is loaded is as long as its counts say, by the
 * framing's own reading of them.
 */
#include <stdlib.h>

#include "plan/plan_length.h"
#include "unit/plan_fixture.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define COLUMNS	"    columns:\n"

static const struct {
	const char *copybook, *tables;
} kinds[] = {
	{ "01 R. 05 C PIC 9. 05 G OCCURS 0 TO 3 DEPENDING ON C. 10 A PIC X. "
	    "10 I PIC S9(3) COMP-3. 10 F OCCURS 0 TO 4 DEPENDING ON I. "
	    "15 V PIC X. 88 Q VALUE 'q'. 10 B PIC XX. 05 Z PIC X.\n",
	    "tables:\n  r:\n" COLUMNS "      z: Z\n      f: V(2, 3)\n"
	    "      b: B(C)\n      q: Q(C, 1)\n  g:\n    each: G\n" COLUMNS
	    "      i: I\n      b: B\n      v: V(I)\n      z: Z\n"
	    "  f:\n    each: F\n    when: V <> 'x'\n" COLUMNS "      v: V\n"
	    "      q: Q\n      g: occurrence(G)\n      b: B\n      c: C\n" },
	{ "01 R. 05 N PIC 9. 05 M PIC S9(4) COMP. 05 L OCCURS 2. 10 K PIC 9. "
	    "10 P OCCURS 0 TO 2 DEPENDING ON K. 15 X PIC X OCCURS 0 TO 3 "
	    "DEPENDING ON N. 15 H PIC 9. 15 Y PIC X OCCURS 0 TO 3 DEPENDING "
	    "ON H. 15 E PIC X. 10 W PIC XX OCCURS 0 TO 3 DEPENDING ON M. "
	    "10 D PIC X. 05 U PIC X OCCURS 1 TO 3 DEPENDING ON N. "
	    "05 Z PIC X.\n",
	    "tables:\n  r:\n" COLUMNS "      z: Z\n      d: D(2)\n"
	    "      y: Y(1, 2, H(1, 2))\n      u: U(N)\n"
	    "  y:\n    each: Y\n" COLUMNS "      y: Y\n      e: E\n"
	    "      x: X(occurrence())\n      w: W(occurrence(P))\n"
	    "      o: E(occurrence(L), 1)\n"
	    "  w:\n    each: W\n" COLUMNS "      w: W\n      z: Z\n"
	    "      u: U(1)\n" },
	{ "01 R. 05 N PIC S9(4) COMP. 05 G OCCURS 0 TO UNBOUNDED DEPENDING ON "
	    "N. 10 M PIC S9(4) COMP-5. 10 F OCCURS 0 TO UNBOUNDED DEPENDING "
	    "ON M. 15 V PIC X. 05 T PIC X OCCURS 2.\n",
	    "tables:\n  f:\n    each: F\n" COLUMNS "      v: V\n"
	    "      g: occurrence(G)\n  t:\n    each: T\n" COLUMNS
	    "      t: T\n      f: V(N, 1)\n" },
	{ "01 R. 05 G OCCURS 2. 10 M PIC S9(4) COMP. "
	    "10 T OCCURS 0 TO 2 DEPENDING ON M. 15 H PIC S9(9) COMP SYNC. "
	    "10 E PIC X. 05 Z PIC X.\n",
	    "tables:\n  t:\n    each: T\n" COLUMNS "      h: H\n      e: E\n"
	    "      z: Z\n      h2: H(2, 2)\n" },
};
#define NKINDS	(sizeof kinds / sizeof kinds[0])

static struct world world[NKINDS];
static struct plan_length *length[NKINDS];

static void
open_all(void)
{
	for (size_t i = 0; i < NKINDS; i++) {
		world_open(&world[i], kinds[i].copybook, kinds[i].tables, "",
		    NULL, NULL);
		if (world[i].plan == NULL)
			abort();
		length[i] = plan_length_new(&world[i].arena, &world[i].diags,
		    world[i].layout, world[i].layout->record[0], false,
		    NULL, NOWHERE);
		if (length[i] == NULL)
			abort();
	}
}

/*
 * All counts of the record are used, so a bad one is seen.  A table of fixed
 * size may end with the record.
 */
static void
check_loaded(const struct plan_length *l, struct slice rec, bool whole)
{
	size_t len;
	char why[200];
	enum grade g = plan_length_of(l, rec.p, rec.len, &len, why,
	    sizeof why);

	if (g == BAD || (whole && g == END))
		abort();
}

static void
check_one(size_t kind, struct slice rec)
{
	struct batch *b = batch_new(world[kind].plan);
	const struct reject *r;

	world_fill(&b->slab, &rec, 1, 1);
	plan_run(world[kind].plan, b, NULL);
	for (uint32_t i = 0; i < b->nreject; i++) {
		r = &b->reject[i];
		/* a count that is null or cut may stand at the end */
		if (r->size > 0 && r->code != DIAG_D017 &&
		    r->code != DIAG_D001 &&
		    (uint64_t)r->offset + r->size > rec.len)
			abort();
	}
	if (b->verdict[0] == LOADED)
		check_loaded(length[kind], rec, kind == 0);
	batch_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct slice rec[RECORDS_MAX];
	struct buf one, all;
	size_t kind, at = 1, n = 0;

	if (world[0].plan == NULL)
		open_all();
	if (len == 0)
		return 0;
	kind = p[0] % NKINDS;
	while (at < len && n < RECORDS_MAX) {
		size_t size = p[at++];

		size = size < len - at ? size : len - at;
		rec[n++] = (struct slice){ p + at, (uint32_t)size };
		at += size;
	}
	for (size_t i = 0; i < n; i++)
		check_one(kind, rec[i]);
	buf_init(&one, 1u << 24);
	buf_init(&all, 1u << 24);
	world_run(&world[kind], rec, (uint32_t)n, 1, NULL, &one);
	world_run(&world[kind], rec, (uint32_t)n, 1000, NULL, &all);
	if (one.len != all.len || memcmp(one.p, all.p, one.len) != 0)
		abort();
	buf_fini(&one);
	buf_fini(&all);
	return 0;
}
