/*
 * Any bytes as records of several types that hang on each other: whatever the
 * size of the batches, rows, reasons and verdicts must be the same.
 *
 *	1 byte		size of the batches, less one
 *	per record	1 byte: its length in the low five bits; another file
 *			(0x40) or a gap (0x20) before it
 *			its bytes
 */
#include <stdlib.h>
#include <string.h>

#include "unit/plan_fixture.h"

#define MOST	200u

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char copybook[] =
    "01 H. 05 HT PIC X. 05 HN PIC X(3).\n"
    "01 A. 05 AT PIC X. 05 AN PIC 99. 05 AS PIC X. 88 OPEN VALUE 'O'.\n"
    "05 AC PIC 9. 05 AV PIC S9(3) COMP-3 OCCURS 0 TO 3 DEPENDING ON AC.\n"
    "01 E. 05 ET PIC X. 05 EN PIC S9(3) COMP-3. 05 EG.\n"
    "10 EX PIC X(4). 05 EH REDEFINES EG. 10 EB PIC S9(4) COMP.\n"
    "10 EY PIC 99.\n";

static const char mapping[] =
    "records:\n"
    "  first: {layout: H, at: first, when: HT = 'F'}\n"
    "  h: {layout: H, when: HT = 'H'}\n"
    "  a: {layout: A, when: AT = 'A' and AN > 0, parent: h}\n"
    "  b: {layout: EH, when: ET = 'B', parent: a}\n"
    "  last: {layout: H, at: last, parent: h}\n"
    "  e: {layout: EG, when: ET = 'E' or EN = 5, parent: a}\n"
    "tables:\n"
    "  a: {of: a, key: n, columns: {n: AN, h: h.HN, s: label(AS)}}\n"
    "  v: {of: a, each: AV, when: AV <> 1, columns: {n: AN, v: AV,\n"
    "    i: occurrence()}}\n"
    "  b: {of: b, columns: {n: a.AN, h: h.HN, b: EB, y: EY, o: a.OPEN}}\n"
    "  e: {of: e, when: a.AN < 50, columns: {n: 'a.AV(2)', e: EN, x: EX,\n"
    "    r: record_number()}}\n"
    "  m: {of: [a, e], key: n, columns: {n: record_number(),\n"
    "    v: {from: {a: AN, e: EN}}, t: record_type()}}\n"
    "  last: {of: last, columns: {h: h.HN, n: HN}}\n";

static struct world world;
static struct conflicts conflicts;

static void
begin(void)
{
	world_open(&world, copybook, mapping, "", NULL, &pg_limits);
	if (world.plan == NULL)
		abort();
	conflicts_init(&conflicts, &world.arena, 6);
	conflicts_add(&conflicts, 0, "1:7", 3);
	conflicts_add(&conflicts, 4, "1:5", 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct slice rec[MOST];
	char cut[MOST];
	struct buf one, many;
	uint32_t n = 0, size, i;
	size_t at = 1;

	if (world.plan == NULL)
		begin();
	if (len < 2)
		return 0;
	size = p[0] % MOST + 1;
	for (; n < MOST && at < len; n++) {
		cut[n] = (p[at] & 0x40) != 0 ? 'F' : (p[at] & 0x20) != 0 ?
		    'G' : '.';
		rec[n].len = p[at++] & 31;
		if (rec[n].len > len - at)
			rec[n].len = (uint32_t)(len - at);
		rec[n].p = p + at;
		at += rec[n].len;
	}
	world.cut = cut;
	for (i = 0; i < 2; i++) {
		buf_init(&one, 1u << 24);
		buf_init(&many, 1u << 24);
		world_run(&world, rec, n, 1, i == 0 ? NULL : &conflicts, &one);
		world_run(&world, rec, n, size, i == 0 ? NULL : &conflicts,
		    &many);
		if (one.len != many.len || memcmp(one.p, many.p, one.len) != 0)
			abort();
		buf_fini(&one);
		buf_fini(&many);
	}
	return 0;
}
