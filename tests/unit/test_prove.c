/*
 * Layouts over records: where every item stands (by hand, from the record's
 * bytes), and which of them do not come back from decoding and encoding.
 */
#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "cobol/copybook.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"
#include "plan/prove.h"
#include "tap.h"

#define R(s)	{ (const uint8_t *)(s), sizeof (s) - 1 }
#define RECORDS	4
#define BYTES	400

static struct arena arena;
static struct layout *layout;
static uint8_t record[RECORDS][BYTES + 64];
static struct slice rec[RECORDS];
static uint32_t nrec;
static bool tables_full;

/* A copybook of lines from column 8 on. */
static void
read_layout(const char *text)
{
	struct copybook_options o = { .format = SOURCE_FREE,
	    .counts_told = true, .tables_full = tables_full };
	struct srctext *src;
	struct diags ds;
	struct copybook *cb;

	arena_fini(&arena);
	arena_init(&arena);
	diags_init(&ds, &arena);
	src = srctext_new(&arena, "test", text, strlen(text));
	cb = copybook_parse_text(&arena, &ds, src, &o);
	layout = cb == NULL ? NULL : layout_build(&arena, &ds, cb);
	if (!ok(layout != NULL, "layout"))
		exit(1);
	nrec = 0;
}

/* A record: characters in quotes are EBCDIC's, others hex. */
static void
add_record(const char *s)
{
	const struct codepage *page = charset_find("cp037", NULL);
	uint8_t *p = record[nrec];
	uint32_t n = 0;
	unsigned byte;

	memset(p, 0xee, sizeof record[0]);	/* beyond the end, anything */
	while (*s != '\0' && n < BYTES) {
		if (*s == ' ') {
			s++;
		} else if (*s == '\'') {
			for (s++; *s != '\0' && *s != '\''; s++)
				p[n++] = (uint8_t)charset_encode(page,
				    (uint8_t)*s);
			s += *s == '\'';
		} else if (sscanf(s, "%2x", &byte) == 1) {
			p[n++] = (uint8_t)byte;
			s += 2;
		} else {
			break;
		}
	}
	rec[nrec++] = (struct slice){ p, n };
}

/* ---- walks -------------------------------------------------------------- */

struct seen {
	char text[4000];
	uint32_t of;		/* record */
};

static void __attribute__((format(printf, 2, 3)))
note(struct seen *s, const char *fmt, ...)
{
	size_t n = strlen(s->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->text + n, sizeof s->text - n, fmt, ap);
	va_end(ap);
}

static void
note_name(struct seen *s, uint32_t item)
{
	note(s, "%s", item == ITEM_NONE ? "slack" :
	    layout->item[item].name == NULL ? "filler" :
	    layout->item[item].name);
}

static void
note_cells(void *arg, const struct record_cells *c)
{
	struct seen *s = arg;
	const struct record_space *x;
	uint32_t i, k;

	for (i = 0; i < c->rows.n; i++) {
		if (c->space->rec[i] != s->of || !record_has(c, i))
			continue;
		note_name(s, c->item);
		for (x = c->space, k = i; x->above != NULL;
		    k = x->up[k], x = x->above)
			note(s, "(%u)", x->occ[k]);
		note(s, " %u+%u\n", (uint32_t)(record_bytes(c, i) -
		    rec[s->of].p), c->codec->size);
	}
}

static void
note_alternative(void *arg, uint32_t item)
{
	note(arg, "or ");
	note_name(arg, item);
	note(arg, ":\n");
}

static void
note_end(void *arg)
{
	note(arg, "end\n");
}

static void
note_lost(void *arg, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code, const uint8_t *at)
{
	struct seen *seen = arg;

	if (s->rec[row] != seen->of)
		return;
	note(arg, "lost: ");
	note_name(arg, item);
	note(arg, " %s", diag_name((enum diag_code)code));
	if (at != NULL)
		note(arg, " at %u", (uint32_t)(at - rec[seen->of].p));
	note(arg, "\n");
}

static void
walk(uint32_t of, const char *only, uint32_t covered, const char *want,
    const char *name)
{
	struct seen seen = { .of = of };
	const struct record_visitor v = { .arg = &seen, .cells = note_cells,
	    .alternative = note_alternative, .end = note_end,
	    .lost = note_lost };
	uint32_t cover[RECORDS], item[2] = { ITEM_NONE, ITEM_NONE };
	struct record_plan *p;
	struct arena scratch;

	arena_init(&scratch);
	if (only != NULL)
		layout_find(layout, layout->record[0], &only, 1, item);
	p = record_plan_new(&arena, layout, layout->record[0], item[0],
	    charset_find("cp037", NULL), NULL);
	record_walk(p, &v, rec, NULL, nrec, cover, &scratch);
	is_str(seen.text, want, "%s", name);
	is_int(cover[of], covered, "%s: bytes covered", name);
	arena_fini(&scratch);
}

static void
test_walk(void)
{
	/* SYNC: IBM, Language Reference, "Slack bytes within records" */
	read_layout("01 R.\n 05 A PIC X.\n 05 B PIC 9(4) COMP SYNC.\n"
	    " 05 FILLER PIC X(2).\n 05 T OCCURS 2.\n  10 C PIC 9 COMP-3.\n"
	    "  10 D PIC S9(9) COMP SYNC.\n");
	add_record("'A' 00 0001 '  ' 1C 00 00000001 0000 2C 00 00000002 0000");
	add_record("'A' 00 0001 '  '");
	walk(0, NULL, 22, "A 0+1\nslack 1+1\nB 2+2\nfiller 4+2\nC(1) 6+1\n"
	    "C(2) 14+1\nslack(1) 7+1\nslack(2) 15+1\nD(1) 8+4\nD(2) 16+4\n"
	    "slack(1) 12+2\nslack(2) 20+2\n", "slack bytes");
	walk(1, NULL, 6, "A 0+1\nslack 1+1\nB 2+2\nfiller 4+2\n",
	    "a short record");

	read_layout("01 R.\n 05 N PIC 9.\n 05 T OCCURS 0 TO 3 DEPENDING ON N.\n"
	    "  10 A PIC X(2).\n  10 B PIC X.\n 05 Z PIC X(2).\n");
	add_record("'2aabccdzz'");
	add_record("'0zz'");
	add_record("'9aab'");
	add_record("'3aabccdeefzz!!!'");
	walk(0, NULL, 9, "N 0+1\nA(1) 1+2\nA(2) 4+2\nB(1) 3+1\nB(2) 6+1\n"
	    "Z 7+2\n", "a table of two");
	walk(1, NULL, 3, "N 0+1\nZ 1+2\n", "a table of none");
	walk(2, NULL, 4, "N 0+1\nlost: N D017 at 0\n", "a count out of range");
	walk(3, NULL, 12, "N 0+1\nA(1) 1+2\nA(2) 4+2\nA(3) 7+2\nB(1) 3+1\n"
	    "B(2) 6+1\nB(3) 9+1\nZ 10+2\n", "bytes behind the layout");

	/* counts inside the occurrences */
	read_layout("01 R.\n 05 N PIC 9.\n 05 T OCCURS 1 TO 3 DEPENDING ON N.\n"
	    "  10 M PIC 9.\n  10 U PIC X OCCURS 0 TO 4 DEPENDING ON M.\n"
	    "  10 V PIC X.\n 05 Z PIC X(2).\n");
	add_record("'23abcv0wzz'");
	add_record("'11axzz'");
	add_record("'25abcv0wzz'");
	walk(0, NULL, 10, "N 0+1\nM(1) 1+1\nU(1)(1) 2+1\nU(2)(1) 3+1\n"
	    "U(3)(1) 4+1\nV(1) 5+1\nM(2) 6+1\nV(2) 7+1\nZ 8+2\n",
	    "nested counts");
	walk(1, NULL, 6, "N 0+1\nM(1) 1+1\nU(1)(1) 2+1\nV(1) 3+1\nZ 4+2\n",
	    "another record");
	walk(2, NULL, 10, "N 0+1\nM(1) 1+1\nlost: M D017 at 1\n",
	    "an inner count out of range");
}

static void
test_walk_areas(void)
{
	read_layout("01 R.\n 05 A PIC X(4).\n 05 B REDEFINES A.\n"
	    "  10 C PIC 9(3) COMP-3.\n  10 D PIC X.\n"
	    " 05 E REDEFINES A PIC X(6).\n 66 F RENAMES A.\n");
	add_record("'abcdef'");
	walk(0, NULL, 6, "or A:\nA 0+4\nslack 4+2\nor B:\nC 0+2\nD 2+1\n"
	    "slack 3+3\nor E:\nE 0+6\nend\n", "alternatives");
	walk(0, "B", 6, "or B:\nC 0+2\nD 2+1\nslack 3+3\nend\n", "only one");

	/* a count that is none in one alternative, and is in another */
	read_layout("01 R.\n 05 K PIC X.\n 05 P.\n  10 N PIC 9.\n"
	    "  10 T PIC X OCCURS 1 TO 3 DEPENDING ON N.\n"
	    " 05 Q REDEFINES P PIC X(4).\n");
	add_record("'k#yzw'");
	add_record("'k2ab!'");
	walk(0, NULL, 5, "K 0+1\nor P:\nN 1+1\nlost: N D005 at 1\nor Q:\nQ 1+4\n"
	    "end\n", "lost in one alternative");
	walk(1, NULL, 5, "K 0+1\nor P:\nN 1+1\nT(1) 2+1\nT(2) 3+1\nor Q:\n"
	    "Q 1+4\nend\n", "found in both");
}

/* ---- proofs ------------------------------------------------------------- */

static struct mapping no_counts;

static void
prove_with(struct mapping *m, uint32_t proved, const char *want,
    const char *name)
{
	struct plan plan = { .layout = layout, .record = layout->record[0] };
	struct prover *p = prover_new(&arena, &plan, layout, plan.record,
	    charset_find("cp037", NULL), m, NULL);
	struct seen got = { .of = 0 };
	struct batch b = { 0 };
	struct proof proof;
	uint32_t i, k;

	arena_init(&b.arena);
	b.slab.rec = rec;
	b.slab.nrec = nrec;
	prove_batch(p, &b, &proof);
	for (i = 0; i < proof.n; i++) {
		const struct difference *d = &proof.v[i];

		note(&got, "%u ", d->rec);
		note_name(&got, d->item);
		for (k = 0; k < d->nocc; k++)
			note(&got, "(%u)", d->occ[k]);
		note(&got, " %u+%u %s", d->offset, d->size,
		    diag_name((enum diag_code)d->code));
		for (k = 0; k < d->nafter; k++)
			note(&got, "%s%02X", k == 0 ? " " : "", d->after[k]);
		note(&got, "\n");
	}
	is_str(got.text, want, "%s", name);
	is_int(proof.checked, nrec, "%s: all are checked", name);
	is_int(proof.proved, proved, "%s: so many are proved", name);
	arena_fini(&b.arena);
}

static void
prove(uint32_t proved, const char *want, const char *name)
{
	prove_with(&no_counts, proved, want, name);
}

static void
test_prove(void)
{
	read_layout("01 R.\n 05 A PIC X(3).\n 05 B PIC S9(3) COMP-3.\n"
	    " 05 C PIC S9(3).\n 05 D COMP-2.\n 05 FILLER PIC S9(3) COMP-3.\n"
	    " 05 E PIC ZZ9.99.\n");
	/* lawful: NUL in text, signs, a minus zero, no number in FILLER */
	add_record("'A' 0040 000B F1F1A2 4110000000000000 FFFF '  1.00'");
	add_record("'   ' 123E 4040C1 4040404040404040 0000 ' 01.00'");
	/* not: no packed number; 56 bits; digits in an edited place */
	add_record("'ABC' 12AC F1F1C1 40F9999999999998 0000 '  1.0A'");
	add_record("'ABC' 123C F1F1C1 40F999999999999F 0000 '******'");
	prove(2, "2 B 3+2 D002\n2 E 18+6 D027\n"
	    "3 D 8+8 D031 40F99999999999A0\n"
	    "3 E 18+6 D027\n", "items that do and do not come back");
}

/* One alternative is enough, in each occurrence another one. */
static void
test_prove_areas(void)
{
	read_layout("01 R.\n 05 M PIC 9.\n 05 S PIC X OCCURS 0 TO 3 DEPENDING ON "
	    "M.\n 05 T OCCURS 2.\n  10 N PIC 9.\n  10 U PIC X OCCURS 1 TO 2 "
	    "DEPENDING ON N.\n 05 Z PIC 9.\n");
	add_record("'1s1u2uu9'");
	add_record("'1s1u3uu9'");
	add_record("'2ss0u1u9'");
	add_record("'1s1u#uu9'");
	prove(1, "1 N(2) 4+1 D017\n2 N(1) 3+1 D017\n3 N(2) 4+1 D005\n",
	    "counts");
	read_layout("01 R.\n 05 T OCCURS 2.\n  10 A PIC S9(3) COMP-3.\n"
	    "  10 B REDEFINES A PIC S9(2).\n  10 FILLER REDEFINES A PIC X(2).\n"
	    " 05 Z PIC 9.\n");
	add_record("123C F1C1 F1");
	add_record("F1C1 123C F1");
	add_record("40C1 123C F1");
	add_record("123C 1ABC 40");
	prove(3, "3 A(2) 2+2 D002\n", "alternatives");
}

static void
test_prove_counts(void)
{
	static const char *const names[] = { "K" };
	struct expr e = { .kind = EX_NAME, .name = names, .nname = 1 };
	struct map_code code[] = { { .text = R("Y"), .number = 2 },
	    { .text = R("N"), .number = 0 } };
	struct map_count count = { &e, code, 2 };
	struct mapping m = { .count = &count, .ncount = 1 };

	read_layout("01 R.\n 05 T OCCURS 2.\n  10 K PIC X.\n  10 U PIC 9 "
	    "OCCURS 0 TO 2 DEPENDING ON K.\n 05 Z PIC 9.\n");
	add_record("'Y12N3'");
	add_record("'NY123'");
	add_record("'NX123'");
	add_record("'Y1#Y123'");
	prove_with(&m, 2, "2 K(2) 1+1 D017\n3 U(1)(2) 2+1 D005\n",
	    "counts that are texts");
}

/* Tables at their maximum: what is behind the count may be anything. */
static void
test_full(void)
{
	tables_full = true;
	read_layout("01 R.\n 05 N PIC 9.\n 05 T OCCURS 0 TO 3 DEPENDING ON N.\n"
	    "  10 A PIC 9.\n  10 B PIC X.\n 05 Z PIC X(2).\n");
	add_record("'21a2b' FFEE 'zz'");
	add_record("'0......zz'");
	add_record("'4......zz'");
	add_record("'11a'");
	walk(0, NULL, 9, "N 0+1\nA(1) 1+1\nA(2) 3+1\nB(1) 2+1\nB(2) 4+1\n"
	    "slack(3) 5+2\nZ 7+2\n", "unused occurrences");
	walk(1, NULL, 9, "N 0+1\nslack(1) 1+2\nslack(2) 3+2\nslack(3) 5+2\n"
	    "Z 7+2\n", "all unused");
	walk(2, NULL, 9, "N 0+1\nlost: N D017 at 0\n", "a count too large");
	walk(3, NULL, 3, "N 0+1\nA(1) 1+1\nB(1) 2+1\n", "a record cut");
	prove(3, "2 N 0+1 D017\n", "tables at their maximum");
	tables_full = false;
}

int
main(void)
{
	arena_init(&arena);
	test_walk();
	test_walk_areas();
	test_prove();
	test_prove_areas();
	test_prove_counts();
	test_full();
	arena_fini(&arena);
	return tap_done();
}
