/*
 * The COBOL program of diff_random_layouts.c: it gives every item of every
 * layout a value, writes the records to records.bin, and displays
 *
 *     V item i1 i2 i3 value	what an occurrence holds, read back
 *     A item offset length	where items stand in the longest record
 *     R length			of the record, behind its values
 *
 * Numbers are read back through a signed item of 38 digits with as many
 * decimals as the item has, so that nothing is cut or edited.
 */
#ifndef DECANT_LAYOUT_PROGRAM_H
#define DECANT_LAYOUT_PROGRAM_H

#include "differential/layout_generator.h"

#define RECORDS		3	/* of each layout */
#define RECORD_MOST	30000
#define POOL		16	/* values to choose from */

/* Tables around item i, itself included, outermost first. */
static int
tables_of(const struct gen *g, int i, int chain[3])
{
	int n = 0, k, j;

	for (k = i; k >= 0; k = g->item[k].parent)
		n += g->item[k].occurs > 0;
	for (k = i, j = n; k >= 0; k = g->item[k].parent)
		if (g->item[k].occurs > 0 && --j < 3)
			chain[j] = k;
	return n;
}

/* Holds a value that is set and shown. */
static bool
is_shown(const struct gen *g, int i)
{
	const struct gen_item *it = &g->item[i];
	int chain[3];

	return it->live && !it->filler && it->kind != GEN_GROUP &&
	    it->kind != GEN_OPAQUE && tables_of(g, i, chain) <= 3;
}

static void
put_subscripts(FILE *f, int n, const char *const *by)
{
	int i;

	for (i = 0; i < n; i++)
		fprintf(f, "%s%s", i == 0 ? " (" : " ", by[i]);
	if (n > 0)
		fprintf(f, ")");
}

/* Every occurrence of item i: loops over the tables around it. */
static void
open_loops(FILE *f, const struct gen *g, const int *chain, int n)
{
	static const char *const index[] = { "I1", "I2", "I3" };
	const struct gen_item *t;
	char name[24];
	int k, around[3], m;

	for (k = 0; k < n; k++) {
		t = &g->item[chain[k]];
		fprintf(f, "           PERFORM VARYING I%d FROM 1 BY 1\n"
		    "             UNTIL I%d > ", k + 1, k + 1);
		if (t->depending == GEN_NONE) {
			fprintf(f, "%d\n", t->occurs);
			continue;
		}
		m = tables_of(g, t->depending, around);
		fprintf(f, "%s", gen_name(g, t->depending, name));
		put_subscripts(f, m, index);
		fprintf(f, "\n");
	}
}

static void
close_loops(FILE *f, int n)
{
	while (n-- > 0)
		fprintf(f, "           END-PERFORM\n");
	fprintf(f, "           .\n");
}

/* The receiving item that keeps all digits of a number. */
static void
receiver(const struct gen_item *it, char *out, size_t size)
{
	if (it->kind == GEN_COUNT)
		snprintf(out, size, "N-0");
	else if (it->scale < 0)
		snprintf(out, size, "N-0");
	else
		snprintf(out, size, "N-%d", it->scale);
}

/* Gives the item a value and shows what it then holds. */
static void
put_value(FILE *f, const struct gen *g, int i, const char *const *by, int n)
{
	const struct gen_item *it = &g->item[i];
	bool number = it->kind == GEN_NUMBER || it->kind == GEN_COUNT;
	char to[16], name[24];

	receiver(it, to, sizeof to);
	gen_name(g, i, name);
	fprintf(f, "             PERFORM NEXT-VALUE\n");
	if (it->kind != GEN_COUNT) {
		fprintf(f, "             MOVE ");
		if (it->kind == GEN_NUMBER)
			fprintf(f, "%s", to);
		else if (it->kind == GEN_NATIONAL)
			fprintf(f, "POOL-W (K) (1:%d)", 2 * it->size);
		else
			fprintf(f, "%s", it->kind == GEN_FLOAT ? "POOL-F (K)" :
			    it->kind == GEN_EDITED &&
			    strpbrk(it->clause[0] + 4, "AX") == NULL ? "N-2" :
			    "POOL-X (K)");
		fprintf(f, " TO\n               %s", name);
		put_subscripts(f, n, by);
		fprintf(f, "\n");
	}
	fprintf(f, "             MOVE %d TO ITEM-NO\n"
	    "             PERFORM SHOW-PLACE\n", i);
	if (it->kind == GEN_NATIONAL) {
		fprintf(f, "             DISPLAY POOL-X (K) (1:%d)\n", it->size);
		return;
	}
	fprintf(f, "             %s %s", number ? "MOVE" : "DISPLAY", name);
	put_subscripts(f, n, by);
	if (number)
		fprintf(f, "\n               TO %s\n             DISPLAY N-ALL",
		    to);
	fprintf(f, "\n");
}

/* The number of occurrences: all, as few as may be, in between. */
static void
put_count(FILE *f, const struct gen *g, int i, const char *const *by, int n)
{
	char name[24];
	int t = 0;

	while (g->item[t].depending != i)
		t++;
	gen_name(g, i, name);
	fprintf(f, "           COMPUTE N = %d + FUNCTION MOD (I1 * 3 + %d, "
	    "%d)\n           IF R = 1 MOVE %d TO N END-IF\n"
	    "           IF R = 2 MOVE %d TO N END-IF\n"
	    "           MOVE N TO %s", g->item[t].least, i,
	    g->item[t].occurs - g->item[t].least + 1, g->item[t].occurs,
	    g->item[t].least, name);
	put_subscripts(f, n, by);
	fprintf(f, "\n");
}

/* Where items stand in the longest record, and their length. */
static void
put_places(FILE *f, const struct gen *g)
{
	static const char *const ones[] = { "1", "1", "1" };
	int i, n, chain[3];
	char name[24];

	fprintf(f, "       PLACES-%u.\n           SET P TO ADDRESS OF "
	    "L%u-X0\n           MOVE PN TO P0\n", g->number, g->number);
	for (i = 1; i < g->n; i++) {
		n = tables_of(g, i, chain);
		if (g->item[i].kind == GEN_GROUP || g->item[i].filler || n > 3)
			continue;
		gen_name(g, i, name);
		fprintf(f, "           SET P TO ADDRESS OF %s", name);
		put_subscripts(f, n, ones);
		fprintf(f, "\n           SUBTRACT P0 FROM PN\n"
		    "           DISPLAY \"A %d \" PN \" \" LENGTH OF %s\n", i,
		    name);
	}
	fprintf(f, "           .\n");
}

static void
put_procedure(FILE *f, const struct gen *g)
{
	static const char *const index[] = { "I1", "I2", "I3" };
	int i, n, chain[3], pass;

	fprintf(f, "       RUN-%u.\n", g->number);
	for (pass = 0; pass < 2; pass++)
		for (i = 1; i < g->n; i++) {
			if (pass == 0 ? g->item[i].kind != GEN_COUNT :
			    !is_shown(g, i))
				continue;
			n = tables_of(g, i, chain);
			fprintf(f, "           MOVE 0 TO I1 I2 I3\n");
			open_loops(f, g, chain, n);
			if (pass == 0)
				put_count(f, g, i, index, n);
			else
				put_value(f, g, i, index, n);
			close_loops(f, n);
		}
	fprintf(f, "           IF R = 1 PERFORM PLACES-%u END-IF\n"
	    "           MOVE FUNCTION LENGTH (L%u-X0) TO RL\n"
	    "           DISPLAY \"R \" RL\n           MOVE L%u-X0 TO FR\n"
	    "           WRITE FR\n           .\n", g->number, g->number,
	    g->number);
	put_places(f, g);
}

static void
put_pools(FILE *f, struct gen *g)
{
	static const int edges[] = { 0, 1, -1, 9, -9, 5, -10 };
	static const char *const texts[] = { "A", "ABCDEFGHIJKLMNOPQRSTUVWXY",
		" ", "  LEADING", "lower case", "Z Z Z Z Z Z Z", "TRAILING   ",
		"HELLO WORLD" };
	const char *s;
	int i, k;

	fprintf(f, "       01  POOLS.\n");
	for (i = 0; i < POOL; i++) {
		fprintf(f, "           05  FILLER PIC X(39) VALUE\n"
		    "             \"");
		if (i < 7)
			fprintf(f, "%+039d", edges[i]);
		else
			fprintf(f, "%c", "+-"[i & 1]);
		for (k = 0; k < 38 && i >= 7; k++)
			fprintf(f, "%u", i < 9 ? 9 : gen_below(g, 10));
		fprintf(f, "\".\n");
	}
	for (i = 0; i < POOL; i++)
		fprintf(f, "           05  FILLER PIC X(30) VALUE \"%s\".\n",
		    texts[i % 8]);
	for (i = 0; i < POOL; i++) {
		fprintf(f, "           05  FILLER PIC X(60) VALUE\n"
		    "             X\"");
		s = texts[i % 8];
		for (k = 0; k < 6; k++) {
			fprintf(f, "00%02X", *s != '\0' ? (unsigned)*s : 0x20);
			s += *s != '\0';
		}
		fprintf(f, "\".\n");
	}
	for (i = 0; i < POOL; i++)
		fprintf(f, "           05  FILLER PIC S9(6)V9(4) VALUE "
		    "%s%u.%04u.\n", i % 2 == 1 ? "-" : "", i == 0 ? 0 :
		    gen_below(g, 4000), i == 0 ? 0 : 625 * gen_below(g, 16));
	fprintf(f, "       01  FILLER REDEFINES POOLS.\n"
	    "           05  POOL-N PIC X(39) OCCURS %d.\n"
	    "           05  POOL-X PIC X(30) OCCURS %d.\n"
	    "           05  POOL-W PIC X(60) OCCURS %d.\n"
	    "           05  POOL-F PIC S9(6)V9(4) OCCURS %d.\n"
	    "       01  N-BUFFER.\n           05  N-ALL PIC X(39).\n", POOL,
	    POOL, POOL, POOL);
	for (i = 0; i <= 38; i++) {
		fprintf(f, "           05  N-%d REDEFINES N-ALL PIC S", i);
		if (i < 38)
			fprintf(f, "9(%d)", 38 - i);
		if (i > 0)
			fprintf(f, "V9(%d)", i);
		fprintf(f, "\n               SIGN LEADING SEPARATE.\n");
	}
}

static void
write_program(FILE *f, struct gen *g, unsigned n)
{
	unsigned i;

	fprintf(f, "       IDENTIFICATION DIVISION.\n"
	    "       PROGRAM-ID. LAYOUTS.\n       ENVIRONMENT DIVISION.\n"
	    "       INPUT-OUTPUT SECTION.\n       FILE-CONTROL.\n"
	    "           SELECT F ASSIGN TO \"records.bin\"\n"
	    "               ORGANIZATION IS SEQUENTIAL.\n"
	    "       DATA DIVISION.\n       FILE SECTION.\n"
	    "       FD  F RECORD IS VARYING FROM 1 TO %d CHARACTERS\n"
	    "           DEPENDING ON RL.\n       01  FR PIC X(%d).\n"
	    "       WORKING-STORAGE SECTION.\n"
	    "       01  RL PIC 9(5).\n       01  P POINTER.\n"
	    "       01  PN REDEFINES P PIC S9(18) COMP-5.\n"
	    "       01  P0 PIC S9(18) COMP-5.\n"
	    "       01  I1 PIC 9(2).\n       01  I2 PIC 9(2).\n"
	    "       01  I3 PIC 9(2).\n       01  R PIC 9.\n"
	    "       01  N PIC 9(4).\n       01  K PIC 9(4).\n"
	    "       01  ITEM-NO PIC 9(4).\n"
	    "       01  S PIC S9(18) COMP-5 VALUE %u.\n", RECORD_MOST,
	    RECORD_MOST, 1 + gen_below(g, 2000000));
	put_pools(f, g);
	for (i = 0; i < n; i++)
		gen_write(&g[i], f, true);
	fprintf(f, "       PROCEDURE DIVISION.\n       MAIN.\n"
	    "           OPEN OUTPUT F\n");
	for (i = 0; i < n; i++)
		fprintf(f, "           PERFORM RUN-%u VARYING R FROM 1 BY 1\n"
		    "             UNTIL R > %d\n", i, RECORDS);
	fprintf(f, "           CLOSE F\n           STOP RUN.\n"
	    "       NEXT-VALUE.\n"
	    "           COMPUTE S = FUNCTION MOD (S * 48271, 2147483647)\n"
	    "           COMPUTE K = FUNCTION MOD (S, 7919)\n"
	    "           COMPUTE K = FUNCTION MOD (K, %d) + 1\n"
	    "           MOVE POOL-N (K) TO N-ALL.\n       SHOW-PLACE.\n"
	    "           DISPLAY \"V \" ITEM-NO \" \" I1 \" \" I2 \" \" I3\n"
	    "             \" \" NO ADVANCING.\n", POOL);
	for (i = 0; i < n; i++)
		put_procedure(f, &g[i]);
}

#endif
