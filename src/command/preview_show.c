/*
 * A preview as text and as JSON; see preview_show.h.
 */
#include "command/preview_show.h"

#include <string.h>

#include "base/buf.h"
#include "command/preview_diff.h"
#include "command/preview_raw.h"
#include "base/json.h"
#include "report/summary.h"
#include "report/table.h"

#define CELL_WIDTH	200u	/* of a cell; --json has it whole */
#define JSON_MUCH	(1u << 20)

static bool
is_number(const struct schema_column *c)
{
	switch (sqltype_vtype(&c->type)) {
	case V_I64:
	case V_D128:
	case V_F64:
		return true;
	default:
		return false;
	}
}

/* A title that the mapping's author chose, fit for a terminal. */
static const char *
shown(struct arena *a, const char *name, enum change mark)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	table_show(&b, name, strlen(name), 0);
	if (mark != CHANGE_NONE)
		buf_puts(&b, mark == CHANGE_NEW ? " +" : " *");
	s = arena_strndup(a, b.p != NULL ? b.p : "", b.len);
	buf_fini(&b);
	return s;
}

/* In colour all that is new; else changed cells, and the first of new rows. */
static void
mark_cell(struct table *t, uint32_t table, uint32_t cell, uint32_t ncolumn,
    const struct preview_view *v)
{
	enum change c = changes_cell(v->changes, table, cell);
	bool row = changes_column(v->changes, table, cell % ncolumn) !=
	    CHANGE_NEW && cell % ncolumn == 0;

	if (c == CHANGE_OTHER)
		table_mark(t, v->colour, "*");
	else if (c == CHANGE_NEW && (v->colour || row))
		table_mark(t, v->colour, "+");
}

/* ---- rows -------------------------------------------------------------- */

static void
put_table(struct buf *b, const struct shot *s, uint32_t i,
    const struct preview_view *v)
{
	const struct preview_table *pt = &s->preview.table[i];
	uint32_t n = pt->table->ncolumn, k;
	const char *name = shown(s->arena, pt->table->name,
	    changes_table(v->changes, i));
	struct table_column *column;
	struct table t;

	column = arena_array(s->arena, n, sizeof *column);
	for (k = 0; k < n; k++)
		column[k] = (struct table_column){
		    shown(s->arena, pt->table->column[k].name,
		    changes_column(v->changes, i, k)),
		    is_number(&pt->table->column[k]) };
	table_init(&t, s->arena, column, n);
	t.width_max = CELL_WIDTH;
	for (k = 0; k < pt->ncell; k++) {
		if (pt->cell[k].p == NULL)
			table_null(&t);
		else
			table_cell(&t, pt->cell[k].p, pt->cell[k].len);
		mark_cell(&t, i, k, n, v);
	}
	buf_printf(b, "%s: %u row%s\n\n", name, pt->nrow,
	    pt->nrow == 1 ? "" : "s");
	if (pt->nrow == 0)
		return;
	if (v->expanded || (v->columns > 0 && table_width(&t) > v->columns))
		table_render_long(&t, b, name, v->colour);
	else
		table_render(&t, b, v->colour);
	if (pt->left_out > 0)
		buf_printf(b, "and %llu rows more\n",
		    (unsigned long long)pt->left_out);
	buf_putc(b, '\n');
}

static void
put_fragments(struct table *t, const struct look_result *r)
{
	const struct look_fragment *f;
	uint32_t i;

	for (i = 0; i < r->nfragment; i++) {
		f = &r->fragment[i];
		table_printf(t, "%llu", (unsigned long long)f->record);
		table_text(t, diag_name(DIAG_D022));
		table_text(t, f->hex);
		table_text(t, f->why);
	}
}

static void
put_rejects(struct buf *b, const struct shot *s, const struct preview_view *v)
{
	struct table_column column[] = { { "record", true },
	    { "code", false }, { "bytes", false }, { "reason", false } };
	const struct preview *p = &s->preview;
	const struct look_result *r = &s->look;
	const struct preview_reject *x;
	struct table t;
	uint32_t i;

	if (p->nreject == 0 && r->nfragment == 0)
		return;
	if (p->nreject > 0)
		buf_printf(b, "rejected: %llu of %llu record%s\n\n",
		    (unsigned long long)r->rejected,
		    (unsigned long long)r->chosen, r->chosen == 1 ? "" : "s");
	else
		buf_puts(b, "bytes that are no record:\n\n");
	if (plan_of_table(p->plan)) {
		column[0].title = "row";
		column[2].title = "value";
	}
	table_init(&t, s->arena, column, 4);
	for (i = 0; i < p->nreject; i++) {
		x = &p->reject[i];
		table_printf(&t, "%llu", (unsigned long long)x->record);
		table_text(&t, diag_name(x->reject.code));
		table_text(&t, x->hex);
		table_text(&t, x->text);
	}
	put_fragments(&t, r);
	table_render(&t, b, v->colour);
	if (p->rejects_left_out > 0)
		buf_printf(b, "and %llu more reason%s\n",
		    (unsigned long long)p->rejects_left_out,
		    p->rejects_left_out == 1 ? "" : "s");
}

/* How many records were asked, and how many are what was asked for. */
static void
put_found(struct buf *b, const struct shot *s, const struct preview_args *args)
{
	const struct look_result *r = &s->look;
	char found[32], looked[32], none[32];

	if (args->record > 0 || (args->where == NULL && !args->rejects))
		return;
	buf_printf(b, "%s of %s record%s looked at %s", r->chosen == 0 ?
	    "none" : summary_count(found, r->chosen),
	    summary_count(looked, r->looked), r->looked == 1 ? "" : "s",
	    args->where == NULL ? r->chosen == 1 ? "is a reject" :
	    "are rejects" : args->rejects ? "are rejects and match" :
	    r->chosen == 1 ? "matches" : "match");
	if (r->unanswered > 0)
		buf_printf(b, "; for %s there is no answer",
		    summary_count(none, r->unanswered));
	buf_puts(b, r->ended ? "\n\n" : "; there may be more\n\n");
}

static void
put_shot(struct buf *b, const struct shot *s, const struct preview_view *v)
{
	uint32_t i;

	put_found(b, s, s->args);
	if (s->raw != NULL)
		raw_text(b, s->raw, v->columns, v->colour);
	for (i = 0; s->raw == NULL && !s->args->rejects &&
	    i < s->preview.schema->ntable; i++)
		put_table(b, s, i, v);
	put_rejects(b, s, v);
}

/* Each member under a line with its name. */
void
preview_text(struct buf *b, const struct shot *s, const struct preview_view *v)
{
	struct preview_view one = *v;
	size_t at;

	for (; s != NULL; s = s->next) {
		if (!shot_is_good(s))
			continue;	/* told */
		if (s->member != NULL)
			buf_printf(b, "member %s\n\n", shown(s->arena,
			    s->member, CHANGE_NONE));
		at = b->len;
		put_shot(b, s, &one);
		one.changes = changes_next(one.changes);
		if (s->next != NULL && b->len > at && b->len > 1 &&
		    b->p[b->len - 2] != '\n')
			buf_putc(b, '\n');
	}
}

/* ---- JSON -------------------------------------------------------------- */

static void
json_row(struct json *j, const struct preview_table *pt, uint32_t row)
{
	const struct schema_table *st = pt->table;
	const struct preview_cell *cell = pt->cell + (size_t)row * st->ncolumn;
	uint32_t i;

	json_open(j, NULL, '[');
	for (i = 0; i < st->ncolumn; i++) {
		if (cell[i].p == NULL)
			json_raw(j, NULL, "null");
		else if (is_number(&st->column[i]) ||
		    st->column[i].type.kind == SQL_BOOLEAN)
			json_raw(j, NULL, cell[i].p);
		else
			json_bytes(j, NULL, cell[i].p, cell[i].len);
	}
	json_close(j, ']');
}

static void
json_table(struct json *j, const struct preview_table *pt,
    void (*flush)(void *), void *arg)
{
	const struct schema_column *c;
	char type[64];
	uint32_t i;

	json_open(j, NULL, '{');
	json_text(j, "name", pt->table->name);
	json_open(j, "columns", '[');
	for (i = 0; i < pt->table->ncolumn; i++) {
		c = &pt->table->column[i];
		json_open(j, NULL, '{');
		json_text(j, "name", c->name);
		json_bytes(j, "type", type, sqltype_format(type, &c->type));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "records", '[');
	for (i = 0; i < pt->nrow; i++)
		json_uint(j, NULL, pt->record[i]);
	json_close(j, ']');
	json_open(j, "rows", '[');
	for (i = 0; i < pt->nrow; i++) {
		json_row(j, pt, i);
		if (flush != NULL && j->b->len > JSON_MUCH)
			flush(arg);
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void
json_reject(struct json *j, const struct preview *p,
    const struct preview_reject *x)
{
	const struct schema_table *t = NULL;

	if (x->reject.table < p->schema->ntable)
		t = &p->schema->table[x->reject.table];
	json_open(j, NULL, '{');
	json_uint(j, "record", x->record);
	json_text(j, "code", diag_name(x->reject.code));
	if (t != NULL)
		json_text(j, "table", t->name);
	if (t != NULL && x->reject.column < t->ncolumn)
		json_text(j, "column", t->column[x->reject.column].name);
	if (plan_of_table(p->plan)) {
		json_text(j, "value", x->hex);
	} else {
		json_uint(j, "offset", x->reject.offset);
		json_uint(j, "size", x->reject.size);
		json_text(j, "hex", x->hex);
	}
	json_text(j, "text", x->text);
	json_close(j, '}');
}

static void
json_fragment(struct json *j, const struct look_fragment *f)
{
	json_open(j, NULL, '{');
	json_uint(j, "record", f->record);
	json_text(j, "code", diag_name(DIAG_D022));
	json_uint(j, "offset", f->offset);
	json_text(j, "hex", f->hex);
	json_text(j, "text", f->why);
	json_close(j, '}');
}

static void
json_shot(struct json *j, const struct shot *s, void (*flush)(void *),
    void *arg)
{
	const struct preview *p = &s->preview;
	const struct look_result *r = &s->look;
	bool good = shot_is_good(s);
	uint32_t i;

	json_uint(j, "read", r->looked);
	if (s->args->where != NULL || s->args->rejects) {
		json_uint(j, "found", r->chosen);
		json_uint(j, "unanswered", r->unanswered);
		json_bool(j, "all", r->ended);
	}
	json_uint(j, "rejected", r->rejected);
	json_uint(j, "skipped", r->skipped);
	json_open(j, "tables", '[');
	for (i = 0; good && !s->args->rejects && i < p->schema->ntable; i++)
		json_table(j, &p->table[i], flush, arg);
	json_close(j, ']');
	json_open(j, "rejects", '[');
	for (i = 0; i < p->nreject; i++)
		json_reject(j, p, &p->reject[i]);
	for (i = 0; i < r->nfragment; i++)
		json_fragment(j, &r->fragment[i]);
	json_close(j, ']');
	if (s->raw != NULL) {
		json_open(j, "raw", '[');
		raw_json(j, s->raw);
		json_close(j, ']');
	}
}

void
preview_json(struct json *j, const struct shot *s, void (*flush)(void *),
    void *arg)
{
	if (s->member == NULL) {
		json_shot(j, s, flush, arg);
		return;
	}
	json_open(j, "members", '[');
	for (; s != NULL; s = s->next) {
		json_open(j, NULL, '{');
		json_text(j, "name", s->member);
		json_shot(j, s, flush, arg);
		json_close(j, '}');
	}
	json_close(j, ']');
}
