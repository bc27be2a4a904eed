/*
 * A sink for people to look at; see sink_preview.h.
 */
#include "sink/sink_preview.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "plan/plan.h"
#include "value/format.h"

#define TEXT_MAX	(RECORD_MAX * 4)	/* a cell as UTF-8 */
#define HEX_MAX		16u			/* bytes shown of a reject */

static enum grade
preview_open(void *state, const struct schema *schema)
{
	struct preview *p = state;
	uint32_t i;

	*p = (struct preview){ .arena = p->arena, .plan = p->plan,
	    .schema = schema };
	p->table = arena_array(p->arena, schema->ntable, sizeof *p->table);
	for (i = 0; i < schema->ntable; i++)
		p->table[i].table = &schema->table[i];
	return OK;
}

static void
preview_row(struct preview *p, struct preview_table *t,
    const struct rowset *rows, uint32_t row, uint64_t record, struct buf *text)
{
	const struct column *col;
	struct preview_cell *cell;
	uint32_t i;

	*ARENA_PUSH(p->arena, t->record, t->nrow, t->record_cap) = record;
	for (i = 0; i < t->table->ncolumn; i++) {
		cell = ARENA_PUSH(p->arena, t->cell, t->ncell, t->cell_cap);
		col = rows->col[i];
		if (column_is_null(col, row))
			continue;
		buf_clear(text);
		format_cell(text, col, row);
		cell->p = arena_strndup(p->arena, text->p != NULL ? text->p :
		    "", text->len);
		cell->len = (uint32_t)text->len;
		p->bytes += text->len;
	}
	p->bytes += t->table->ncolumn * sizeof *cell;
}

static const char *
preview_hex(struct preview *p, const struct slice *record,
    const struct reject *r)
{
	static const char digit[] = "0123456789ABCDEF";
	uint32_t i, n = r->size < HEX_MAX ? r->size : HEX_MAX;
	char *hex, *out;

	if (r->offset >= record->len || n == 0)
		return NULL;
	if (n > record->len - r->offset)
		n = record->len - r->offset;
	hex = out = arena_alloc(p->arena, 2 * n + 1);
	for (i = 0; i < n; i++) {
		*out++ = digit[record->p[r->offset + i] >> 4];
		*out++ = digit[record->p[r->offset + i] & 15];
	}
	*out = '\0';
	return hex;
}

static const char *
preview_value(struct preview *p, struct slice record, const struct reject *r,
    struct buf *text)
{
	buf_clear(text);
	if (!plan_reject_value(text, p->plan, record, r))
		return NULL;
	return arena_strndup(p->arena, text->len > 0 ? text->p : "",
	    text->len);
}

static void
preview_reject(struct preview *p, const struct batch *b,
    const struct reject *r, struct buf *text)
{
	struct preview_reject *x;

	if (p->bytes > PREVIEW_BYTES_MAX) {
		p->rejects_left_out++;
		return;
	}
	buf_clear(text);
	plan_reject_text(text, p->plan, r);
	x = ARENA_PUSH(p->arena, p->reject, p->nreject, p->reject_cap);
	x->reject = *r;
	x->record = b->slab.first_record + r->rec;
	x->text = arena_strndup(p->arena, text->p != NULL ? text->p : "",
	    text->len);
	x->hex = plan_of_table(p->plan) ? preview_value(p,
	    b->slab.rec[r->rec], r, text) : preview_hex(p,
	    &b->slab.rec[r->rec], r);
	p->bytes += text->len + sizeof *x;
}

static enum grade
preview_put(void *state, struct batch *b)
{
	struct preview *p = state;
	const struct rowset *rows;
	struct buf text;
	uint32_t t, i;

	buf_init(&text, TEXT_MAX);
	for (t = 0; t < p->schema->ntable; t++) {
		rows = &b->rows[t];
		for (i = 0; i < rows->n; i++) {
			if (p->bytes > PREVIEW_BYTES_MAX) {
				p->table[t].left_out += rows->n - i;
				break;
			}
			preview_row(p, &p->table[t], rows, rows->row[i],
			    b->slab.first_record +
			    (uint32_t)rows->rec[rows->row[i]], &text);
		}
	}
	for (i = 0; i < b->nreject; i++)
		preview_reject(p, b, &b->reject[i], &text);
	buf_fini(&text);
	return OK;
}

static enum grade
preview_finish(void *state, struct conflicts *conflicts)
{
	(void)state;
	(void)conflicts;
	return OK;
}

static enum grade
preview_publish(void *state)
{
	(void)state;
	return OK;
}

/* What was seen before an error is worth showing: open starts afresh. */
static void
preview_abort(void *state)
{
	(void)state;
}

static void
preview_free(void *state)
{
	(void)state;		/* the caller's */
}

static const char *
preview_describe(const void *state)
{
	(void)state;
	return "preview";
}

static const struct sink_ops preview_ops = {
	.name = "preview",
	.open = preview_open,
	.put = preview_put,
	.finish = preview_finish,
	.seal = preview_publish,
	.abort = preview_abort,
	.free = preview_free,
	.describe = preview_describe,
};

void
sink_preview_init(struct sink *s, struct preview *p, struct arena *a,
    const struct plan *plan)
{
	*p = (struct preview){ .arena = a, .plan = plan };
	s->ops = &preview_ops;
	s->state = p;
}
