/*
 * Random record layouts, for diff_random_layouts.c: a tree of items with all
 * clauses that GnuCOBOL lays out as decant's dialect of the same name does.
 *
 * What is left out, because GnuCOBOL 3.1 is no oracle there:
 *
 *   - P in packed items and in COMP-5: its MOVE is wrong
 *   - COMP-5 of one or two digits under -std=ibm: one byte there, two on z/OS;
 *     SYNCHRONIZED on 8 bytes under -std=ibm: IBM's boundary is a fullword
 *   - SYNCHRONIZED inside groups: slack bytes go to other groups
 *   - edited pictures in a group with SIGN: they get a byte for the sign
 *   - PIC A, and POINTER in tables: cobc stops
 *   - with -fodoslide, which is IBM's way: REDEFINES or SYNCHRONIZED in the
 *     same record, tables of varying length inside groups or tables, more than
 *     two of them, OCCURS 0 TO 1: wrong addresses behind the table
 *
 * Items of a REDEFINES alternative hold values in one alternative of each
 * place, the live one; the others are there for their sizes.
 */
#ifndef DECANT_LAYOUT_GENERATOR_H
#define DECANT_LAYOUT_GENERATOR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define GEN_ITEMS	120
#define GEN_CLAUSES	8
#define GEN_NONE	(-1)
#define GEN_CELLS	18	/* occurrences of one item, all tables */

enum gen_std { STD_IBM, STD_MF, STD_DEFAULT };

enum gen_kind {
	GEN_GROUP, GEN_NUMBER, GEN_TEXT, GEN_EDITED, GEN_FLOAT, GEN_NATIONAL,
	GEN_OPAQUE,		/* laid out, no value */
	GEN_COUNT
};

struct gen_item {
	int level, parent;
	enum gen_kind kind;
	char clause[GEN_CLAUSES][48];
	int nclause;
	int scale, size;	/* decimals; characters of a text */
	int occurs, depending;	/* most occurrences, 0: no table */
	int least;
	int redefines;
	bool live, filler;
};

struct gen {
	enum gen_std std;
	uint64_t seed;
	unsigned number;	/* of the layout: in its names */
	struct gen_item item[GEN_ITEMS];
	int n;
	bool alternatives;	/* REDEFINES, and no table that varies */
	int varying;		/* tables */
	bool varies;		/* an OCCURS DEPENDING ON */
};

static uint32_t
gen_below(struct gen *g, uint32_t n)
{
	g->seed ^= g->seed << 13;
	g->seed ^= g->seed >> 7;
	g->seed ^= g->seed << 17;
	return (uint32_t)(g->seed >> 20) % n;
}

static bool
gen_percent(struct gen *g, uint32_t n)
{
	return gen_below(g, 100) < n;
}

static void __attribute__((format(printf, 2, 3)))
gen_clause(struct gen_item *it, const char *fmt, ...)
{
	va_list ap;

	if (it->nclause == GEN_CLAUSES)
		return;
	va_start(ap, fmt);
	vsnprintf(it->clause[it->nclause++], sizeof it->clause[0], fmt, ap);
	va_end(ap);
}

/* What the groups around an item say of it. */
struct gen_within {
	int cells;		/* occurrences of the tables around */
	bool in_table;
	bool redefined;		/* inside an alternative */
	bool live;
	int depth;
	const char *usage;	/* of a group: numbers of this usage only */
	bool sign;		/* a group has the SIGN clause */
};

static int
gen_add(struct gen *g, int parent, const struct gen_within *w)
{
	struct gen_item *it = &g->item[g->n];

	memset(it, 0, sizeof *it);
	it->parent = parent;
	it->redefines = it->depending = GEN_NONE;
	it->live = w->live;
	return g->n++;
}

/* "9(5)V99" */
static void
gen_digits(char *out, size_t size, int digits, int scale)
{
	int whole = digits - scale;

	if (scale == 0)
		snprintf(out, size, "9(%d)", digits);
	else if (whole == 0)
		snprintf(out, size, "V9(%d)", scale);
	else if (whole <= 3)
		snprintf(out, size, "%.*sV9(%d)", whole, "999", scale);
	else
		snprintf(out, size, "9(%d)V9(%d)", whole, scale);
}

/* Usage, sign and SYNCHRONIZED of a number that is no plain DISPLAY. */
static void
gen_number(struct gen *g, struct gen_item *it, const struct gen_within *w)
{
	static const char *const display[] = { "DISPLAY", "USAGE IS DISPLAY" };
	static const char *const binary[] = { "COMP", "BINARY", "COMP-4",
		"USAGE COMP", "COMPUTATIONAL" };
	static const char *const packed[] = { "COMP-3", "PACKED-DECIMAL",
		"USAGE IS COMP-3" };
	static const char *const signs[] = { "SIGN LEADING", "SIGN TRAILING",
		"SIGN IS LEADING SEPARATE", "SIGN TRAILING SEPARATE CHARACTER",
		"LEADING SEPARATE" };
	int most = g->std == STD_IBM ? 31 : 38, kind, digits, p = 0;
	bool sign = gen_percent(g, 60), sync = false;
	const char *usage = w->usage;
	char pic[40];

	kind = (int)gen_below(g, 12);
	if (usage != NULL)
		kind = strcmp(usage, "COMP-3") == 0 ? 3 :
		    strcmp(usage, "COMP-5") == 0 ? 7 : 5;
	else if (kind < 3)
		usage = gen_percent(g, 50) ? NULL : display[gen_below(g, 2)];
	else if (kind < 5)
		usage = packed[gen_below(g, 3)];
	else if (kind < 7)
		usage = binary[gen_below(g, 5)];
	else if (kind < 9)
		usage = "COMP-5";
	else if (kind == 9)
		usage = "COMP-X";
	else if (kind == 10)
		usage = "COMP-6";
	else
		usage = NULL;
	if (kind >= 5 && kind <= 9) {
		most = 18;
		sync = kind <= 8 && g->std != STD_MF && w->depth == 0 &&
		    !w->redefined && g->alternatives && gen_percent(g, 50);
	}
	if (kind == 10 || kind == 9)
		sign = false;
	digits = gen_percent(g, 20) ? most : 1 + (int)gen_below(g,
	    gen_percent(g, 50) ? 9 : (uint32_t)most);
	if (g->std == STD_IBM && (kind == 7 || kind == 8) && digits <= 2)
		digits = 3;
	if (g->std == STD_IBM && sync && digits > 9)
		sync = false;
	it->scale = gen_percent(g, 40) ? (int)gen_below(g, (uint32_t)digits +
	    1) : 0;
	gen_digits(pic, sizeof pic, digits, it->scale);
	if ((kind < 3 || kind == 5 || kind == 6) && it->scale == 0 &&
	    digits < 16 && gen_percent(g, 15)) {
		p = 1 + (int)gen_below(g, 3);
		it->scale = gen_percent(g, 50) ? -p : digits + p;
		snprintf(pic, sizeof pic, it->scale < 0 ? "9(%d)%.*s" :
		    "%3$.*2$s9(%1$d)", digits, p, "PPP");
	}
	gen_clause(it, "%s %s%s", gen_percent(g, 30) ? "PICTURE IS" : "PIC",
	    sign ? "S" : "", pic);
	if (usage != NULL && (w->usage == NULL || gen_percent(g, 30)))
		gen_clause(it, "%s", usage);
	if (sign && !w->sign && (kind < 3 || kind == 11) && w->usage == NULL &&
	    gen_percent(g, 50))
		gen_clause(it, "%s", signs[gen_below(g, 5)]);
	if (!sign && (kind < 3 || kind == 11) && w->usage == NULL &&
	    it->scale == 0 && p == 0 && digits <= 18 && gen_percent(g, 10))
		gen_clause(it, "BLANK WHEN ZERO");
	if (sync)
		gen_clause(it, "SYNC");
	it->kind = GEN_NUMBER;
}

static void
gen_text(struct gen *g, struct gen_item *it)
{
	uint32_t n = 1 + gen_below(g, 20);

	it->kind = GEN_TEXT;
	it->size = (int)n;
	if (n <= 3 && gen_percent(g, 50))
		gen_clause(it, "PIC %.*s", (int)n, "XXX");
	else
		gen_clause(it, "PIC X(%u)", n);
	if (gen_percent(g, 15))
		gen_clause(it, gen_percent(g, 50) ? "JUST" :
		    "JUSTIFIED RIGHT");
}

static void
gen_edited(struct gen *g, struct gen_item *it)
{
	static const char *const pictures[] = { "ZZ9.99-", "$$,$$9.99CR",
		"--,--9.99", "+(5)9", "*(6)9.99DB", "99/99/9999", "XXBXX/X0",
		"Z(4)", "ZZZ,ZZ9", "9(3)B9(3)", "$ZZ9.9", "++,+++.++",
		"A(3)BA(3)", "09.9", "-9(4)", "9(4)-", "ZZBZZ9", "$(7)9V99" };

	it->kind = GEN_EDITED;
	gen_clause(it, "PIC %s", pictures[gen_below(g, sizeof pictures /
	    sizeof pictures[0])]);
}

/* An item whose usage says all. */
static void
gen_plain(struct gen *g, struct gen_item *it, const struct gen_within *w)
{
	static const char *const floats[] = { "COMP-1", "COMP-2", "FLOAT-SHORT",
		"FLOAT-LONG", "USAGE COMP-2" };
	static const char *const whole[] = { "BINARY-CHAR", "BINARY-SHORT",
		"BINARY-LONG", "BINARY-DOUBLE", "BINARY-CHAR UNSIGNED",
		"BINARY-SHORT UNSIGNED", "BINARY-LONG UNSIGNED",
		"BINARY-DOUBLE UNSIGNED", "SIGNED-INT", "UNSIGNED-SHORT" };
	uint32_t n = gen_below(g, 10);

	if (n < 4) {
		it->kind = GEN_FLOAT;
		gen_clause(it, "%s", floats[gen_below(g, 5)]);
		if (g->std != STD_MF && w->depth == 0 && !w->redefined &&
		    g->alternatives && gen_percent(g, 40))
			gen_clause(it, "SYNC");
	} else if (n < 8) {
		it->kind = GEN_NUMBER;
		gen_clause(it, "%s", whole[gen_below(g, 10)]);
	} else if (g->std == STD_DEFAULT) {
		it->kind = GEN_OPAQUE;
		gen_clause(it, "INDEX");
	} else {
		it->kind = GEN_NATIONAL;
		it->size = 1 + (int)gen_below(g, 6);
		gen_clause(it, "PIC N(%d)", it->size);
	}
}

static void
gen_elementary(struct gen *g, int i, const struct gen_within *w)
{
	struct gen_item *it = &g->item[i];
	uint32_t n = gen_below(g, 100);

	if (w->usage != NULL || n < 55)
		gen_number(g, it, w);
	else if (n < 75)
		gen_text(g, it);
	else if (n < 87 && !w->sign)
		gen_edited(g, it);
	else
		gen_plain(g, it, w);
}

/* The count of a table, an item of its own before it. */
static int
gen_count(struct gen *g, int parent, const struct gen_within *w)
{
	static const char *const clauses[] = { "PIC 9", "PIC 99", "PIC S9(4)",
		"PIC S9(3) COMP-3", "PIC 9(4) COMP", "PIC S9(4) COMP-5",
		"PIC 9(9) BINARY", "PIC 9(2) PACKED-DECIMAL" };
	int i = gen_add(g, parent, w);

	g->item[i].kind = GEN_COUNT;
	gen_clause(&g->item[i], "%s", clauses[gen_below(g, 8)]);
	return i;
}

static void gen_children(struct gen *, int, const struct gen_within *);

/* The items of a group, and what it says of them. */
static void
gen_group(struct gen *g, int i, const struct gen_within *w)
{
	static const char *const usages[] = { "COMP-3", "COMP-5", "BINARY" };
	struct gen_within in = *w;

	in.depth++;
	if (w->usage == NULL && !w->sign && gen_percent(g, 12) &&
	    !(g->std == STD_IBM)) {
		in.usage = usages[gen_below(g, 3)];
		gen_clause(&g->item[i], "USAGE %s", in.usage);
	} else if (w->usage == NULL && !w->sign && gen_percent(g, 15)) {
		in.sign = true;
		gen_clause(&g->item[i], gen_percent(g, 50) ?
		    "SIGN IS LEADING SEPARATE" : "SIGN TRAILING SEPARATE");
	}
	gen_children(g, i, &in);
}

/* OCCURS on item i, or nothing. */
static void
gen_occurs(struct gen *g, int i, struct gen_within *w, int count)
{
	struct gen_item *it = &g->item[i];
	int most = GEN_CELLS / w->cells;

	if (most > 6)
		most = 6;
	if (most < 2)
		return;
	w->in_table = true;
	it->occurs = 1 + (int)gen_below(g, (uint32_t)most);
	it->least = it->occurs;
	if (count != GEN_NONE) {
		it->occurs += it->occurs == 1;
		it->depending = count;
		it->least = (int)gen_below(g, (uint32_t)it->occurs);
	}
	w->cells *= it->occurs;
}

/*
 * One child: elementary or a group, a table or not; then perhaps redefinitions
 * of it.  Tables that vary stand in no alternative.
 */
static void
gen_child(struct gen *g, int parent, const struct gen_within *w)
{
	struct gen_within in = *w;
	bool group = w->depth < 4 && gen_percent(g, 25);
	bool table = gen_percent(g, 22);
	bool varying = (table || (w->depth == 0 && gen_percent(g, 15))) &&
	    !g->alternatives && g->varying < 2 && w->depth == 0 &&
	    !w->in_table && gen_percent(g, 45);
	int count = GEN_NONE, i, n, live, k, other;

	if (varying)
		count = gen_count(g, parent, w);
	if (varying && gen_percent(g, 30))
		gen_elementary(g, gen_add(g, parent, w), w);
	i = gen_add(g, parent, w);
	if (table || varying)
		gen_occurs(g, i, &in, count);
	g->varying += g->item[i].depending != GEN_NONE;
	g->varies = g->varying > 0;
	n = !table && g->alternatives && gen_percent(g, 22) ?
	    1 + (int)gen_below(g, 2) : 0;
	in.redefined |= n > 0;
	live = (int)gen_below(g, (uint32_t)n + 1);
	in.live = w->live && live == 0;
	g->item[i].live = in.live;
	if (group)
		gen_group(g, i, &in);
	else
		gen_elementary(g, i, &in);
	for (k = 1; k <= n && g->n < GEN_ITEMS - 40; k++) {
		in.live = w->live && live == k;
		other = gen_add(g, parent, &in);
		g->item[other].redefines = i;
		if (w->depth < 4 && gen_percent(g, 50))
			gen_group(g, other, &in);
		else
			gen_elementary(g, other, &in);
	}
	if (g->item[i].kind == GEN_TEXT && n == 0 && gen_percent(g, 15))
		g->item[i].filler = true;
}

static void
gen_children(struct gen *g, int parent, const struct gen_within *w)
{
	int n = 1 + (int)gen_below(g, 5), k, first = g->n;

	for (k = 0; k < n && g->n < GEN_ITEMS - 40; k++)
		gen_child(g, parent, w);
	if (g->n == first)
		gen_elementary(g, gen_add(g, parent, w), w);
}

static void
gen_levels(struct gen *g)
{
	int below[GEN_ITEMS] = { 0 }, i, parent;

	g->item[0].level = 1;
	for (i = 1; i < g->n; i++) {
		parent = g->item[i].parent;
		if (below[parent] == 0)
			below[parent] = g->item[parent].level + 1 +
			    (int)gen_below(g, 5);
		g->item[i].level = below[parent];
	}
}

static void
gen_layout(struct gen *g, uint64_t seed, unsigned number, enum gen_std std)
{
	struct gen_within w = { .cells = 1, .live = true };
	int i;

	memset(g, 0, sizeof *g);
	g->seed = seed * 0x9e3779b97f4a7c15u | 1;
	for (i = 0; i < 8; i++)
		gen_below(g, 2);
	g->number = number;
	g->std = std;
	g->alternatives = gen_percent(g, 50);
	gen_add(g, GEN_NONE, &w);
	for (i = 0; i < 3; i++)
		gen_children(g, 0, &w);
	gen_levels(g);
}

static const char *
gen_name(const struct gen *g, int i, char out[24])
{
	snprintf(out, 24, "L%u-X%d", g->number, i);
	return out;
}

/*
 * The copybook, in fixed format; clauses in any order.  For GnuCOBOL 3.1, whose
 * MOVE does not know national items, these are alphanumeric ones of their size.
 */
static void
gen_write(struct gen *g, FILE *f, bool for_cobc)
{
	struct gen_item *it;
	char name[24], other[24];
	int i, k, order[GEN_CLAUSES + 1], n, swap, at;
	uint64_t seed = g->seed;

	for (i = 0; i < g->n; i++) {
		it = &g->item[i];
		fprintf(f, "       %s%02d  %s", i == 0 ? "" : "    ",
		    it->level, it->filler ? "FILLER" : gen_name(g, i, name));
		if (it->redefines != GEN_NONE)
			fprintf(f, "\n               REDEFINES %s",
			    gen_name(g, it->redefines, other));
		n = it->nclause + (it->occurs > 0);
		for (k = 0; k < n; k++)
			order[k] = k;
		for (k = n - 1; k > 0; k--) {
			at = (int)gen_below(g, (uint32_t)k + 1);
			swap = order[k];
			order[k] = order[at];
			order[at] = swap;
		}
		for (k = 0; k < n; k++) {
			if (it->kind == GEN_NATIONAL && for_cobc &&
			    order[k] == 0)
				fprintf(f, "\n               PIC X(%d)",
				    2 * it->size);
			else if (order[k] < it->nclause)
				fprintf(f, "\n               %s",
				    it->clause[order[k]]);
			else if (it->depending != GEN_NONE)
				fprintf(f, "\n               OCCURS %d TO %d "
				    "TIMES\n               DEPENDING ON %s",
				    it->least, it->occurs, gen_name(g,
				    it->depending, other));
			else
				fprintf(f, "\n               OCCURS %d",
				    it->occurs);
		}
		fprintf(f, ".\n");
	}
	g->seed = seed;		/* the same again for the next */
}

#endif
