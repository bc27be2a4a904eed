/*
 * Keys as text, and sets of keys that several records share.
 */
#include "plan/key.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/batch.h"
#include "plan/schema.h"
#include "tap.h"

static void
test_add(void)
{
	struct buf b;

	buf_init(&b, 1000);
	key_add(&b, "abc", 3);
	key_add(&b, "17", 2);
	is_str(b.p, "3:abc2:17", "the example of the header");
	buf_clear(&b);
	key_add(&b, "", 0);
	is_str(b.p, "0:", "an empty text");
	buf_fini(&b);
}

static void
test_text(void)
{
	static const struct slice names[] = {
		{ (const uint8_t *)"ann", 3 }, { NULL, 0 },
		{ (const uint8_t *)"b\303\266", 3 } };
	int64_t cents[] = { 1250, -5, 100000 }, days[] = { 0, 11016, -1 };
	uint8_t flags[] = { 1, 0, 1 };
	struct column name = { .type = V_TEXT }, money = { .type = V_I64,
	    .scale = 2 }, day = { .type = V_DATE }, flag = { .type = V_BOOL };
	const struct column *cols[] = { &name, &money, &day, &flag };
	uint32_t keys[] = { 1, 0, 2, 3 };
	struct schema_table t = { .name = "t", .ncolumn = 4, .key = keys,
	    .nkey = 4 };
	struct rowset r = { .n = 3, .col = cols };
	static const char *const want[] = {
		"5:12.503:ann10:1970-01-014:true",
		"5:-0.050:10:2000-02-295:false",
		"7:1000.003:b\303\26610:1969-12-314:true" };
	struct buf b;
	uint32_t i;

	name.v.text = (struct slice *)names;
	money.v.i64 = cents;
	day.v.i64 = days;
	flag.v.flag = flags;
	buf_init(&b, 1000);
	for (i = 0; i < 3; i++) {
		buf_clear(&b);
		key_text(&b, &t, &r, i);
		is_str(b.p, want[i], "key of row %u", i);
	}
	buf_fini(&b);
}

static void
test_conflicts(void)
{
	struct arena a;
	struct conflicts c;
	char key[32];
	uint32_t i, found = 0;

	arena_init(&a);
	conflicts_init(&c, &a, 2);
	ok(!conflicts_has(&c, 0, "1:a", 3), "nothing is in an empty set");
	conflicts_add(&c, 0, "1:a", 3);
	conflicts_add(&c, 0, "1:a", 3);
	is_int(c.n, 1, "a key counts once");
	ok(conflicts_has(&c, 0, "1:a", 3), "it is found");
	ok(!conflicts_has(&c, 1, "1:a", 3), "but not in another table");
	is_int(c.lost, 0, "nobody was to keep it");
	conflicts_find(&c, 0, "1:a", 3)->keep = 7;
	conflicts_add(&c, 0, "1:a", 3);
	is_int(c.n + c.lost, 2, "refused though a record was to keep it");
	is_int(conflicts_find(&c, 0, "1:a", 3)->keep, 0, "none keeps it");
	conflicts_add(&c, 0, "1:a", 3);
	is_int(c.lost, 1, "which is told once");
	ok(!conflicts_has(&c, 0, "1:ab", 4), "nor is a longer one");
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof key, "5:%05u", i);
		conflicts_add(&c, 1, key, 7);
	}
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof key, "5:%05u", i);
		found += conflicts_has(&c, 1, key, 7);
	}
	is_int(found, 10000, "ten thousand keys are found again");
	is_int(c.n, 10001, "and counted");
	ok(!c.full, "there is room for more");
	arena_fini(&a);
}

static void
test_full(void)
{
	struct arena a;
	struct conflicts c;
	char *key;
	uint32_t i, size = 1u << 20;

	arena_init(&a);
	conflicts_init(&c, &a, 1);
	key = arena_alloc(&a, size);
	memset(key, 'x', size);
	for (i = 0; i < 20; i++) {
		memcpy(key, &i, sizeof i);
		conflicts_add(&c, 0, key, size);
	}
	ok(c.full, "the set says that keys were left out");
	is_int(c.n, CONFLICTS_MAX / size, "it keeps what it promises");
	ok(conflicts_has(&c, 0, (memset(key, 0, 4), key), size),
	    "the first one among them");
	arena_fini(&a);
}

int
main(void)
{
	test_add();
	test_text();
	test_conflicts();
	test_full();
	return tap_done();
}
