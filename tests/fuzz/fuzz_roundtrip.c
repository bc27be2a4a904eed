/*
 * Any bytes as items, and as records.  The first bytes choose a codec: what it
 * decodes must come back, or the cell is bad, or it is of a kind that may
 * differ for a reason (D030, D031).  Or they choose a layout, of tables in
 * tables and redefinitions: the rest are records, over which it is walked and
 * proved; every item must lie inside its record.
 */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"
#include "plan/prove.h"

#define OPTIONS	8u
#define ROWS	16u
#define RECORDS	8u

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const pages[] = { "cp037", "ascii", "cp939", "cp424",
	"cp1399", "cp937", "latin1" };

static const char *const edited[] = { "ZZ9.99-", "**,***.**", "$$,$$9.99C",
	"+++9", "Z/ZZ0Z", "+9.99E+99", "99B99", "ZZZ" };

static bool
choose(const uint8_t *p, struct codec *c, struct codec_edit *e)
{
	memset(c, 0, sizeof *c);
	c->kind = p[0] % (CODEC_DBCS + 1);
	c->digits = (uint16_t)(p[1] % 39);
	c->scale = (int16_t)(p[2] % 21 - 10);
	c->sign = p[3] % 5;
	c->is_signed = c->sign != CODEC_UNSIGNED;
	c->little_endian = p[4] & 1;
	c->ieee = p[4] & 2;
	c->no_sign = p[4] & 4;
	c->ascii_sign = p[4] & 8;
	c->justified = p[4] & 16;
	c->page = charset_find(pages[p[5] % 7], NULL);
	c->policies = &policies_exact;
	c->size = 1u + p[6] % 40;
	if (c->page == NULL)
		return false;
	switch (c->kind) {
	case CODEC_ZONED:
		c->size = c->digits + (c->sign > CODEC_SIGN_LEADING);
		break;
	case CODEC_DIGITS:
		c->size = c->digits;
		c->sign = CODEC_UNSIGNED;
		c->is_signed = false;
		break;
	case CODEC_PACKED:
		c->size = c->no_sign ? (c->digits + 1u) / 2 :
		    c->digits / 2u + 1;
		break;
	case CODEC_FLOAT:
		c->size = c->size % 2 == 0 ? 4 : 8;
		break;
	case CODEC_EDITED:
		memset(e, 0, sizeof *e);
		e->symbol = edited[p[6] % 8];
		e->nsymbol = (uint32_t)strlen(e->symbol);
		e->floating = e->symbol[0] == '$' || e->symbol[1] == '+' ?
		    e->symbol[0] : 0;
		e->blank_zero = p[4] & 32;
		e->comma = p[4] & 64;
		c->edit = e;
		c->digits = 6;
		c->size = e->nsymbol + (strchr(e->symbol, 'C') != NULL);
		break;
	default:
		break;
	}
	return c->size > 0;
}

/* Some bytes may be read well and are not the ones that are written. */
static bool
may_differ(const struct codec *c)
{
	return c->kind == CODEC_EDITED || (c->kind == CODEC_FLOAT &&
	    !c->ieee && c->size == 8) || (c->kind == CODEC_TEXT &&
	    c->page->wide != NULL) || c->kind == CODEC_DBCS;
}

static void
check_items(const struct codec *c, const uint8_t *p, size_t len)
{
	static uint8_t item[ROWS][128], out[ROWS][128];
	const uint8_t *base[ROWS];
	uint8_t *to[ROWS];
	uint32_t lens[ROWS], n = 0, i;
	uint64_t form[ROWS];
	struct rows rows = { 0, base, lens, c->size };
	struct cell_faults faults = { 0 };
	struct column col;
	struct arena a;

	for (; n < ROWS && len >= c->size; p += c->size, len -= c->size, n++) {
		memcpy(item[n], p, c->size);
		base[n] = item[n];
		to[n] = out[n];
		lens[n] = c->size;
	}
	rows.n = n;
	arena_init(&a);
	codec_decode(c, &rows, &col, &a);
	for (i = 0; i < n; i++)
		form[i] = codec_form(c, &col, i, item[i]);
	codec_encode(c, &col, form, to, n, &faults, &a);
	if (faults.n < col.bad.n || (faults.n > col.bad.n && !may_differ(c)))
		abort();
	for (i = 0; i < faults.n; i++)
		to[faults.v[i].row] = NULL;
	for (i = 0; i < n; i++)
		if (to[i] != NULL && !may_differ(c) &&
		    memcmp(item[i], out[i], c->size) != 0)
			abort();
	arena_fini(&a);
}

/* ---- layouts ------------------------------------------------------------ */

static const char *const copybook[] = {
	"01 R.\n 05 N PIC 9.\n 05 T OCCURS 1 TO 3 DEPENDING ON N.\n"
	"  10 M PIC 9.\n  10 U PIC X(2) OCCURS 0 TO 4 DEPENDING ON M.\n"
	"  10 V PIC S9(3) COMP-3.\n 05 Z PIC X(2).\n",
	"01 R.\n 05 A PIC X(4).\n 05 B REDEFINES A.\n  10 C PIC 9(3) COMP-3.\n"
	"  10 D OCCURS 2.\n   15 E PIC X.\n   15 F REDEFINES E PIC 9.\n"
	" 05 G REDEFINES A PIC X(6).\n 05 FILLER PIC S9(4) COMP.\n",
	"01 R.\n 05 A PIC X.\n 05 B PIC S9(9) COMP SYNC.\n 05 T OCCURS 3.\n"
	"  10 C PIC S9(5)V99 COMP-3.\n  10 D PIC S9(4) COMP SYNC.\n"
	"  10 E COMP-1.\n  10 F PIC ZZ9.99-.\n 05 G PIC N(2) NATIONAL.\n",
	"01 R.\n 05 K PIC X.\n 05 P.\n  10 N PIC 9.\n"
	"  10 T PIC S9(3) OCCURS 1 TO 3 DEPENDING ON N.\n"
	" 05 Q REDEFINES P.\n  10 H PIC S9(3) COMP-3.\n  10 FILLER PIC X.\n",
};

static struct arena kept;		/* layouts: for the program's time */
static struct layout *layouts[4];

static struct layout *
find_layout(uint32_t i)
{
	struct copybook_options o = { .format = SOURCE_FREE };
	struct diags ds;
	struct copybook *cb;

	if (layouts[i] != NULL)
		return layouts[i];
	if (kept.head == NULL)
		arena_init(&kept);
	diags_init(&ds, &kept);
	cb = copybook_parse_text(&kept, &ds, srctext_new(&kept, "fuzz",
	    copybook[i], strlen(copybook[i])), &o);
	layouts[i] = cb == NULL ? NULL : layout_build(&kept, &ds, cb);
	if (layouts[i] == NULL)
		abort();
	return layouts[i];
}

static void
check_cells(void *arg, const struct record_cells *c)
{
	const struct slice *rec = arg;
	uint32_t i, r;

	for (i = 0; i < c->rows.n; i++) {
		r = c->space->rec[i];
		if (record_has(c, i) && (record_bytes(c, i) < rec[r].p ||
		    record_bytes(c, i) + c->codec->size >
		    rec[r].p + rec[r].len))
			abort();
	}
}

static void
check_records(const uint8_t *option, const uint8_t *p, size_t len)
{
	struct layout *l = find_layout(option[1] % 4);
	struct plan plan = { .layout = l, .record = l->record[0] };
	const struct codepage *page = charset_find("cp037", NULL);
	struct slice rec[RECORDS];
	struct record_visitor v = { .arg = rec, .cells = check_cells };
	uint32_t cover[RECORDS], n = 0, size = 1u + option[2] % 40, i;
	static const struct mapping m;
	struct batch b;
	struct proof proof;
	struct arena a;

	memset(&b, 0, sizeof b);
	arena_init(&b.arena);
	arena_init(&a);
	for (; n < RECORDS && len >= size; p += size, len -= size, n++) {
		uint8_t *copy = arena_zalloc(&a, size + 64);

		memcpy(copy, p, size);
		rec[n] = (struct slice){ copy, size };
	}
	record_walk(record_plan_new(&a, l, plan.record, ITEM_NONE, page, NULL),
	    &v, rec, NULL, n, cover, &a);
	for (i = 0; i < n; i++)
		if (cover[i] > rec[i].len)
			abort();
	b.slab.rec = rec;
	b.slab.nrec = n;
	prove_batch(prover_new(&a, &plan, l, plan.record, page, &m,
	    NULL), &b,
	    &proof);
	if (proof.checked != n || proof.proved > n)
		abort();
	for (i = 0; i < proof.n; i++)
		if (proof.v[i].offset + proof.v[i].size > size)
			abort();
	arena_fini(&a);
	arena_fini(&b.arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct codec_edit edit;
	struct codec c;

	if (len < OPTIONS)
		return 0;
	if (p[7] % 2 == 1)
		check_records(p, p + OPTIONS, len - OPTIONS);
	else if (choose(p, &c, &edit))
		check_items(&c, p + OPTIONS, len - OPTIONS);
	return 0;
}
