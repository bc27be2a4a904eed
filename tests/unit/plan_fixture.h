/*
 * A plan from a copybook and a mapping in memory, run over records in memory;
 * what came out, as lines of text for tests to compare:
 *
 *	table: cell|cell		a row; ~ is null
 *	5 D011 table.column #2 ITEM@3+2	a reason: record, code, where
 *	LRS				verdict of each record
 *
 * A reason that ends in ^ is of a record above.  Records are of ISO 8859-1, so
 * that they can be read in the test.
 */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include <inttypes.h>

#include "base/buf.h"
#include "charset/charset.h"
#include "plan/carry.h"
#include "plan/key.h"
#include "plan/plan.h"
#include "value/format.h"

#define RECORDS_MAX	24
/* A record; its length is that of the literal. */
#define R(s)	{ (const uint8_t *)(s), sizeof (s) - 1 }

static const struct limits pg_limits = {
	.target = "PostgreSQL", .columns = 1600, .name_bytes = 63,
	.key_bytes = 2704, .nul_in_text = false,
};

struct world {
	struct arena arena;
	struct diags diags;
	struct layout *layout;
	struct mapping *mapping;
	struct plan *plan;
	/*
	 * Of each record: F when another file begins with it, G when bytes
	 * were lost before it; NULL: one file without gaps.
	 */
	const char *cut;
};

/*
 * `tables` is the mapping from its fourth line on, `source` what its third
 * line has behind "copybook: c.cpy".  The plan is NULL, and w->diags says why,
 * when there are errors.
 */
static inline void
world_open(struct world *w, const char *copybook, const char *tables,
    const char *source, const char *encoding, const struct limits *limits)
{
	struct plan_options o = { .limits = limits };
	struct copybook_options co = { .format = SOURCE_FREE };
	struct copybook *cb;
	const char *yaml;

	memset(w, 0, sizeof *w);
	arena_init(&w->arena);
	diags_init(&w->diags, &w->arena);
	yaml = arena_printf(&w->arena, "version: 1\nname: t\n"
	    "source: {copybook: c.cpy%s}\n%s", source, tables);
	cb = copybook_parse_text(&w->arena, &w->diags, srctext_new(&w->arena,
	    "c.cpy", copybook, strlen(copybook)), &co);
	w->layout = cb == NULL ? NULL : layout_build(&w->arena, &w->diags, cb);
	w->mapping = mapping_parse(&w->arena, &w->diags, srctext_new(&w->arena,
	    "m.yaml", yaml, strlen(yaml)));
	o.page = charset_find(encoding != NULL ? encoding : "latin1", NULL);
	if (w->layout != NULL && w->mapping != NULL && o.page != NULL &&
	    w->diags.errors == 0)
		w->plan = plan_build(&w->arena, &w->diags, w->layout,
		    w->layout->record[0], w->mapping, &o);
}

static inline void
world_close(struct world *w)
{
	arena_fini(&w->arena);
}

/* The batch's slab, as a source would have filled it. */
static inline void
world_fill(struct slab *s, const struct slice *rec, uint32_t n,
    uint64_t first)
{
	size_t at = 0;
	uint32_t i;

	slab_fini(s);
	for (i = 0; i < n; i++)
		s->used += rec[i].len;
	s->cap = s->used + 64;
	s->bytes = mem_zalloc(s->cap);
	s->rec = mem_array(n, sizeof *s->rec);
	s->raw_off = mem_array(n, sizeof *s->raw_off);
	s->nrec = s->rec_cap = n;
	s->first_record = first;
	s->shortest = UINT32_MAX;
	for (i = 0; i < n; at += rec[i++].len) {
		if (rec[i].len > 0)
			memcpy(s->bytes + at, rec[i].p, rec[i].len);
		s->rec[i] = (struct slice){ s->bytes + at, rec[i].len };
		s->raw_off[i] = (uint32_t)at;
		if (rec[i].len > s->longest)
			s->longest = rec[i].len;
		if (rec[i].len < s->shortest)
			s->shortest = rec[i].len;
	}
}

static inline void
show_rows(struct buf *out, const struct schema_table *t,
    const struct rowset *rows)
{
	uint32_t i, c, row;

	for (i = 0; i < rows->n; i++) {
		row = rows->row[i];
		buf_printf(out, "%s: ", t->name);
		for (c = 0; c < t->ncolumn; c++) {
			if (c > 0)
				buf_putc(out, '|');
			if (column_is_null(rows->col[c], row))
				buf_putc(out, '~');
			else
				format_cell(out, rows->col[c], row);
		}
		buf_putc(out, '\n');
	}
}

static inline void
show_rejects(struct buf *out, const struct plan *p, const struct batch *b)
{
	const struct schema *s = plan_schema(p);
	const struct reject *r;
	uint32_t i;

	for (i = 0; i < b->nreject; i++) {
		r = &b->reject[i];
		buf_printf(out, "%" PRIu64 " %s", b->slab.first_record + r->rec,
		    diag_name((enum diag_code)r->code));
		if (r->table != UINT16_MAX)
			buf_printf(out, " %s.%s", s->table[r->table].name,
			    r->column == UINT16_MAX ? "" :
			    (r->column & REJECT_CONSTRAINT) != 0 ?
			    s->constraint[r->column & 0x7fff].name :
			    s->table[r->table].column[r->column].name);
		if (r->occ > 0)
			buf_printf(out, " #%u", r->occ);
		if (r->item != ITEM_NONE)
			buf_printf(out, " %s",
			    plan_layout(p)->item[r->item].name);
		if (r->size > 0)
			buf_printf(out, "@%u+%u", r->offset, r->size);
		buf_puts(out, r->inherited ? " ^\n" : "\n");
	}
}

static inline bool
world_cut(const struct world *w, uint32_t rec, char how)
{
	return w->cut != NULL && w->cut[rec] == how;
}

/* Records from i on that a source would put into a batch. */
static inline uint32_t
world_batch(const struct world *w, uint32_t i, uint32_t nrec, uint32_t size)
{
	uint32_t n = 1;

	while (n < size && i + n < nrec && !world_cut(w, i + n, 'F') &&
	    !world_cut(w, i + n, 'G'))
		n++;
	return n;
}

/* What feed_submit does. */
static inline void
world_classify(const struct world *w, struct batch *b, struct carry *carry,
    uint32_t i, uint32_t nrec)
{
	uint32_t end = i + b->slab.nrec, k;

	for (k = 0; k <= i; k++)
		b->slab.file += world_cut(w, k, 'F');
	if (world_cut(w, i, 'G') && carry != NULL)
		carry_close(carry);
	b->first_of_file = i == 0 || world_cut(w, i, 'F');
	b->last_of_file = end == nrec || world_cut(w, end, 'F');
	if (carry != NULL)
		plan_classify(w->plan, b, carry);
}

/* Runs the records in batches of so many, and appends what came out. */
static inline void
world_run(const struct world *w, const struct slice *rec, uint32_t nrec,
    uint32_t size, const struct conflicts *conflicts, struct buf *out)
{
	const struct schema *s = plan_schema(w->plan);
	struct buf *rows = mem_array(s->ntable, sizeof *rows), rejects, verdict;
	struct batch *b = batch_new(w->plan);
	struct carry *carry = plan_has_parents(w->plan) ?
	    carry_new(w->plan) : NULL;
	uint32_t i, t, n;

	buf_init(&rejects, 1u << 20);
	buf_init(&verdict, 1u << 20);
	for (t = 0; t < s->ntable; t++)
		buf_init(&rows[t], 1u << 20);
	for (i = 0; i < nrec; i += n) {
		uint32_t k;

		n = world_batch(w, i, nrec, size);
		world_fill(&b->slab, rec + i, n, i + 1);
		world_classify(w, b, carry, i, nrec);
		plan_run(w->plan, b, conflicts);
		for (t = 0; t < s->ntable; t++)
			show_rows(&rows[t], &s->table[t], &b->rows[t]);
		show_rejects(&rejects, w->plan, b);
		for (k = 0; k < n; k++)
			buf_putc(&verdict, "SLR"[b->verdict[k]]);
	}
	for (t = 0; t < s->ntable; t++) {
		buf_put(out, rows[t].p, rows[t].len);
		buf_fini(&rows[t]);
	}
	buf_put(out, rejects.p, rejects.len);
	buf_put(out, verdict.p, verdict.len);
	buf_putc(out, '\n');
	buf_fini(&rejects);
	buf_fini(&verdict);
	mem_free(rows);
	carry_free(carry);
	batch_free(b);
}

#endif
