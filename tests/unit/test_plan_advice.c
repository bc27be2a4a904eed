/*
 * What decant check warns of: each code P08n with its place, and what must not
 * be warned of.  Places were counted by hand: the columns of table t start in
 * line 7.
 */
#include "plan_fixture.h"
#include "tap.h"

#define T	"tables:\n  t:\n    columns:\n"

static const char items[] =
    "01 R.\n"
    "05 N5 PIC 9(5). 05 S4 PIC S9(4) COMP. 05 M PIC S9(5)V99 COMP-3.\n"
    "05 T4 PIC X(4). 05 U PIC X. 88 U-YES VALUE 'Y'. 88 U-AB VALUE 'A' 'B'.\n"
    "05 F1 COMP-1. 05 F2 COMP-2. 05 W PIC 9(17).\n"
    "05 O OCCURS 3. 10 OB PIC 9(4) COMP. 10 OT PIC X.\n";

static const struct {
	const char *tables, *advice;
} advice[] = {
	/* digits before the point, and behind it */
	{ T "      a: {from: M, type: 'numeric(7,2)', not null: true}\n", "" },
	{ T "      a: {from: M, type: 'numeric(6,2)'}\n", "7:26 P080" },
	{ T "      a: {from: M, type: 'numeric(7,1)'}\n      b: {from: M, "
	    "type: 'numeric(6,1)'}\n", "7:26 P081 8:26 P081" },
	{ T "      a: {from: M, type: 'numeric(5,1)'}\n",
	    "7:26 P080 7:26 P081" },
	{ T "      a: {from: N5, type: integer}\n"
	    "      b: {from: N5, type: smallint}\n", "8:27 P080" },
	/* as wide as its bytes */
	{ T "      a: {from: S4, type: smallint, not null: true}\n"
	    "      b: {from: S4, type: 'numeric(4,0)', not null: true}\n",
	    "8:27 P080" },
	{ T "      a: cast(M as numeric(5,2))\n"
	    "      b: cast(M as numeric(7,0))\n      c: cast(M as integer)\n",
	    "7:10 P080 8:10 P081 9:10 P081" },
	{ T "      a: cast(M as numeric)\n      b: {from: M / 3, "
	    "type: 'numeric(7,2)'}\n      c: cast(T4 as numeric(2,0))\n", "" },
	/* floats */
	{ T "      a: cast(W as double precision)\n"
	    "      b: {from: N5, type: real}\n"
	    "      c: {from: M, type: real}\n"
	    "      d: {from: F1, type: real, not null: true}\n"
	    "      e: {from: F2, type: real, not null: true}\n",
	    "7:10 P082 9:26 P082 11:27 P082" },
	/* text */
	{ T "      a: {from: T4, type: varchar(4)}\n"
	    "      b: {from: T4, type: varchar(3)}\n"
	    "      c: cast(T4 as varchar(3))\n"
	    "      d: {from: T4 || U, type: varchar(2)}\n",
	    "8:27 P083 9:10 P083" },
	/* never null: one for a table, at its first */
	{ T "      a: S4\n      b: N5\n      c: record_number()\n", "7:7 P084" },
	{ T "      a: N5\n      b: T4\n      c: label(U)\n      d: F1 + M\n"
	    "      e: nullif(S4, 0)\n", "" },
	{ T "      a: U-YES\n", "7:7 P084" },
	{ T "      a: {from: S4, null_if: U = 'N'}\n", "" },
	{ T "      a: {from: S4, not null: true}\n", "" },
	{ "tables:\n  t:\n    key: a\n    columns: {a: S4}\n", "" },
	{ T "      a: case when U = 'A' then 1 when U = 'B' then 2 end\n"
	    "      b: case when U = 'A' then 1 else null end\n", "" },
	{ T "      a: case when U = 'A' then 1 else 2 end\n", "7:7 P084" },
	{ T "      a: coalesce(T4, 'none')\n      b: upper(T4)\n", "7:7 P084" },
	{ "defaults: {number: {spaces: zero, low-values: zero, high-values: "
	    "reject}}\n" T "      a: N5\n", "8:7 P084" },
	{ "tables:\n  t:\n    each: O\n    columns: {a: OB}\n", "7:15 P084" },
	{ T "      a: OB(2)\n", "" },
	/* the same literal twice */
	{ "tables:\n  t:\n    when: U = 'A' or U = 'B' or U = 'A'\n"
	    "    columns: {a: N5}\n", "6:37 P087" },
	{ "tables:\n  t:\n    when: U in ('A', 'B', 'A')\n"
	    "    columns: {a: N5}\n", "6:27 P087" },
	{ "tables:\n  t:\n    when: U = 'A' or T4 = 'A' or 'B' = U\n"
	    "    columns: {a: N5}\n", "" },
	/* tables that take the same */
	{ "tables:\n  t: {when: U = 'A', columns: {a: N5}}\n"
	    "  u: {when: \"U in ('B', 'A')\", columns: {a: N5}}\n",
	    "6:25 P088" },
	{ "tables:\n  t: {when: U-AB, columns: {a: N5}}\n"
	    "  u: {when: U = 'B', columns: {a: N5}}\n", "6:17 P088" },
	{ "tables:\n  t: {when: U = 'A' and N5 > 1, columns: {a: N5}}\n"
	    "  u: {when: U = 'A', columns: {a: N5}}\n", "" },
	{ "tables:\n  t: {when: U = 'A', columns: {a: N5}}\n"
	    "  u: {when: U = 'A', each: O, columns: {a: OT}}\n", "" },
	/* types that take the same */
	{ "records:\n  a: {when: U = 'A'}\n  b: {when: U-AB}\n  c: {when: "
	    "T4 = 'A'}\n  d: {when: U = 'A' and N5 = 1}\n  e: {when: "
	    "T4 = 'A'}\ntables: {t: {of: a, columns: {x: N5}}}\n",
	    "6:13 P086 8:17 P086 8:17 P086 9:16 P086" },
	{ "records:\n  a: {when: U = 'A' and N5 = 1}\n  b: {when: U = 'A'}\n"
	    "  c: {at: last, when: T4 = 'A'}\n  d: {when: T4 = 'A'}\n"
	    "tables: {t: {of: a, columns: {x: N5}}}\n", "" },
};

/* "line:col CODE" of each, by blanks. */
static void
show_advice(struct buf *b, const struct diags *ds)
{
	const struct diag *d;

	buf_puts(b, "");
	for (d = ds->first; d != NULL; d = d->next)
		buf_printf(b, "%s%u:%u %s", b->len > 0 ? " " : "", d->at.line,
		    d->at.col, diag_name(d->code));
}

static void
build(struct world *w, const char *copybook, const char *tables, bool unused)
{
	struct plan_options o = { .advise = true, .unused = unused,
	    .page = charset_find("latin1", NULL) };

	world_open(w, copybook, tables, "", NULL, NULL);
	if (w->plan != NULL && w->diags.first != NULL)
		ok(false, "advice that nobody asked for: %s", tables);
	if (w->plan != NULL)
		w->plan = plan_build(&w->arena, &w->diags, w->layout,
		    w->layout->record[0], w->mapping, &o);
}

static void
test_unused(void)
{
	static const struct {
		const char *copybook, *tables, *advice;
	} c[] = {
		{ items, T "      a: N5\n      b: OT(2)\n",
		    "2:20 P085 2:42 P085 3:4 P085 3:20 P085 4:4 P085 4:18 P085 "
		    "4:32 P085 5:19 P085" },
		/* groups as text, conditions, alternatives, FILLER */
		{ "01 R. 05 G. 10 A PIC X. 10 B PIC X.\n05 D PIC X(2). "
		    "88 D-OK VALUE 'OK'.\n05 E REDEFINES D PIC X(2). "
		    "05 FILLER PIC X.\n05 X PIC X. 05 Y REDEFINES X PIC 9.\n",
		    T "      a: G\n      b: D-OK\n", "8:7 P084 4:4 P085 4:16 P085" },
		/* of the types that have tables */
		{ "01 R1. 05 T PIC X. 05 A PIC X. 01 R2. 05 T PIC X.\n"
		    "05 B PIC X. 01 R3. 05 C PIC X.\n",
		    "records: {a: {layout: R1, when: T = '1'}, b: {layout: R2, "
		    "when: T = '2'}, c: {layout: R3}}\n"
		    "tables: {t: {of: b, columns: {x: record_number()}}}\n",
		    "5:31 P084 2:4 P085" },
	};
	struct world w;
	struct buf b;
	size_t i;

	buf_init(&b, 1u << 16);
	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		buf_clear(&b);
		build(&w, c[i].copybook, c[i].tables, true);
		show_advice(&b, &w.diags);
		is_str(b.p, c[i].advice, "unused: %s", c[i].advice);
		world_close(&w);
	}
	buf_fini(&b);
}

int
main(void)
{
	struct world w;
	struct buf b;
	size_t i;

	buf_init(&b, 1u << 16);
	for (i = 0; i < sizeof advice / sizeof advice[0]; i++) {
		buf_clear(&b);
		build(&w, items, advice[i].tables, false);
		show_advice(&b, &w.diags);
		if (!ok(strcmp(b.p != NULL ? b.p : "", advice[i].advice) == 0,
		    "%s", advice[i].advice))
			printf("# got  %s\n# want %s\n# %s", b.p,
			    advice[i].advice, advice[i].tables);
		world_close(&w);
	}
	buf_fini(&b);
	test_unused();
	return tap_done();
}
