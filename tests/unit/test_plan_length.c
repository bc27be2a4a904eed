/*
 * Lengths of records by their counts.  The lengths are counted by hand; each
 * record is also given byte by byte, and must never be told too long or too
 * short.
 */
#include "base/mem.h"
#include "charset/charset.h"
#include "mapping/mapping.h"
#include "plan/plan_length.h"
#include "tap.h"

static const struct {
	const char *name, *copybook, *record;
	size_t len;		/* 0: the record is none */
	size_t need;		/* bytes that tell it */
} t[] = {
	{ "one table", "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 5 DEPENDING ON N "
	    "PIC X(3).", "2abcdef", 7, 1 },
	{ "no occurrences", "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 5 DEPENDING "
	    "ON N PIC X(3).", "0", 1, 1 },
	{ "items behind it", "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 5 DEPENDING "
	    "ON N PIC X(3). 05 Z PIC X(4).", "1abcZZZZ", 8, 1 },
	{ "nested tables", "01 R. 05 C PIC 9. 05 G OCCURS 0 TO 2 DEPENDING ON "
	    "C. 10 I PIC 9. 10 F OCCURS 0 TO 3 DEPENDING ON I PIC X.",
	    "21A2BC", 6, 4 },
	{ "nested tables, empty", "01 R. 05 C PIC 9. 05 G OCCURS 0 TO 2 "
	    "DEPENDING ON C. 10 I PIC 9. 10 F OCCURS 0 TO 3 DEPENDING ON I "
	    "PIC X.", "200", 3, 3 },
	{ "a count behind a table", "01 R. 05 A PIC 9. 05 T OCCURS 0 TO 3 "
	    "DEPENDING ON A PIC XX. 05 B PIC 9. 05 U OCCURS 0 TO 3 DEPENDING "
	    "ON B PIC X.", "2aabb3uuu", 9, 6 },
	{ "two tables by one count", "01 R. 05 A PIC 9. 05 T OCCURS 0 TO 3 "
	    "DEPENDING ON A PIC XX. 05 U OCCURS 0 TO 3 DEPENDING ON A PIC X.",
	    "3aabbccuuu", 10, 1 },
	{ "a table of fixed size with counts inside", "01 R. 05 G OCCURS 2. "
	    "10 N PIC 9. 10 T OCCURS 0 TO 4 DEPENDING ON N PIC X. 05 Z PIC X.",
	    "1a2bbZ", 6, 3 },
	{ "a longer alternative", "01 R. 05 N PIC 9. 05 A. 10 T OCCURS 0 TO 4 "
	    "DEPENDING ON N PIC X. 05 B REDEFINES A PIC XX.",
	    "1a.", 3, 1 },
	{ "a shorter alternative", "01 R. 05 A. 10 N PIC 9. 10 M PIC 9. 05 B "
	    "REDEFINES A PIC X. 05 T OCCURS 1 TO 4 DEPENDING ON M PIC XX.",
	    "93aabbcc", 8, 2 },
	{ "a count inside an alternative", "01 R. 05 A PIC XX. 05 B REDEFINES "
	    "A. 10 FILLER PIC X. 10 N PIC 9. 05 T OCCURS 0 TO 4 DEPENDING ON "
	    "N PIC X.", "x2ab", 4, 2 },
	{ "a fixed table before", "01 R. 05 F PIC XX OCCURS 3. 05 N PIC 9. "
	    "05 T OCCURS 0 TO 4 DEPENDING ON N PIC X.", "aabbcc1t", 8, 7 },
	{ "a group above that ends with it", "01 R. 05 G. 10 N PIC 9. 10 H. "
	    "15 T OCCURS 0 TO 4 DEPENDING ON N PIC X. 05 Z PIC X.",
	    "2ttZ", 4, 1 },
	{ "a count that is none", "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 5 "
	    "DEPENDING ON N PIC X.", "xab", 0, 1 },
	{ "a count out of range", "01 R. 05 N PIC 9. 05 T OCCURS 1 TO 5 "
	    "DEPENDING ON N PIC X.", "0ab", 0, 1 },
	{ "a packed count", "01 R. 05 N PIC S9(3) COMP-3. 05 T OCCURS 0 TO 50 "
	    "DEPENDING ON N PIC X.", "\x01\x2c" "123456789012", 14, 2 },
	{ "a binary count", "01 R. 05 N PIC S9(4) COMP. 05 T OCCURS 0 TO 50 "
	    "DEPENDING ON N PIC X(2).", "\x01\x01", 0, 2 },
};

/* What the values of a count stand for; latin1. */
#define FLAG	"01 R. 05 K PIC X(2). 05 T OCCURS 0 TO 5 DEPENDING ON K PIC X. " \
		"05 U OCCURS 0 TO 5 DEPENDING ON K PIC XX."
static const struct {
	const char *name, *counts, *record;
	size_t len, need;
} flags[] = {
	{ "counts: a flag", "K: {A: 2, B: 0}", "A ttuuuu", 8, 2 },
	{ "counts: each table its own", "T: {A: 1}, U: {A: 0}", "A t", 3, 2 },
	{ "counts: another value", "K: {A: 2, B: 0}", "a ttuuuu", 0, 2 },
	{ "counts: out of range", "K: {A: 6}", "A ttuuuu", 0, 2 },
};

static struct plan_length *
length_of_copybook(struct arena *a, struct diags *ds, const char *text,
    const char *told)
{
	struct copybook_options o = { .format = SOURCE_FREE,
	    .counts_told = told != NULL };
	const struct plan_counts *counts = NULL;
	const char *yaml;
	struct copybook *c = copybook_parse_text(a, ds, srctext_new(a, "c.cpy",
	    text, strlen(text)), &o);
	struct layout *l = layout_build(a, ds, c);

	if (l == NULL)
		return NULL;
	yaml = told == NULL ? NULL : arena_printf(a, "source: {copybook: c, "
	    "counts: {%s}}\ntables: {t: {columns: {a: A}}}\n", told);
	if (yaml != NULL && !plan_counts_new(a, ds, l, charset_find("latin1",
	    NULL), mapping_parse(a, ds, srctext_new(a, "m.yaml", yaml,
	    strlen(yaml))), &counts))
		return NULL;
	return plan_length_new(a, ds, l, l->record[0], false, counts, NOWHERE);
}

static void
check_length(const char *name, const char *copybook, const char *told,
    const char *record, size_t want, size_t need)
{
	size_t n, len, size = want > 0 ? want : need;
	struct plan_length *p;
	struct arena a;
	struct diags ds;
	char why[200];
	enum grade g = END;
	bool good;

	arena_init(&a);
	diags_init(&ds, &a);
	p = length_of_copybook(&a, &ds, copybook, told);
	good = p != NULL;
	for (n = 0; good && n <= size; n++) {
		why[0] = '\0';
		g = plan_length_of(p, (const uint8_t *)record, n, &len, why,
		    sizeof why);
		if (n < need)
			good = g == END && len > n && len <= size;
		else if (want == 0)
			good = g == BAD && why[0] != '\0';
		else
			good = g == OK && len == want;
	}
	if (!ok(good, "%s", name))
		printf("# %zu bytes: grade %d, length %zu %s%s\n", n - 1, g,
		    len, why, ds.first != NULL ? ds.first->message : "");
	arena_fini(&a);
}

static void
test_lengths(void)
{
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		check_length(t[i].name, t[i].copybook, NULL, t[i].record,
		    t[i].len, t[i].need);
	for (i = 0; i < sizeof flags / sizeof *flags; i++)
		check_length(flags[i].name, FLAG, flags[i].counts,
		    flags[i].record, flags[i].len, flags[i].need);
}

static void
test_refused(void)
{
	static const struct {
		const char *copybook, *words;
	} r[] = {
		{ "01 R. 05 A PIC X. 05 B PIC X OCCURS 3.", "no table" },
		{ "01 R. 05 N PIC S9 SIGN LEADING. 05 T OCCURS 0 TO 5 "
		    "DEPENDING ON N PIC X.", "from 'N'" },
	};
	struct arena a;
	struct diags ds;
	size_t i;

	for (i = 0; i < sizeof r / sizeof *r; i++) {
		arena_init(&a);
		diags_init(&ds, &a);
		ok(length_of_copybook(&a, &ds, r[i].copybook, NULL) == NULL &&
		    ds.first != NULL && ds.first->code == DIAG_F026 &&
		    strstr(ds.first->message, r[i].words) != NULL,
		    "F026: %s", r[i].words);
		arena_fini(&a);
	}
}

int
main(void)
{
	test_lengths();
	test_refused();
	return tap_done();
}
