/*
 * What decant itself makes of expressions over the rows of a table: a plan over
 * that table, run over cells that are given as text.
 */
#ifndef OWN_FIXTURE_H
#define OWN_FIXTURE_H

#include <stdlib.h>

#include "plan_fixture.h"
#include "record/record.h"
#include "value/decimal.h"

struct own_rows {		/* of a table */
	const struct schema_table *table;
	const char **cell;	/* [n * ncolumn]; NULL: null */
	uint32_t n;
};

struct own {			/* what came out */
	char *verdict;		/* [n] L, R */
	const char **value;	/* [n * ncolumn]; NULL: null, or rejected */
	uint32_t ncolumn;
	struct schema_column *column;
	const char *errors;	/* of the plan; NULL: none */
};

static inline void
own_cell(struct column *c, struct arena *a, uint32_t n, uint32_t row,
    const struct schema_column *is, const char *text)
{
	int16_t scale;
	d128 v = 0;
	size_t len = text == NULL ? 0 : strlen(text);
	const uint8_t *p = (const uint8_t *)text;

	memset((char *)c->v.any + (size_t)row * vtype_size(c->type), 0,
	    vtype_size(c->type));
	if (text == NULL) {
		column_set_null(c, a, n, row);
		return;
	}
	switch (c->type) {
	case V_I64:
	case V_D128:
		if (!parse_decimal(p, len, &v, &scale) ||
		    !decimal_rescale(v, scale, is->scale, &v, NULL))
			printf("# no number: %s\n", text);
		if (c->type == V_D128)
			c->v.d128[row] = v;
		else
			c->v.i64[row] = (int64_t)v;
		break;
	case V_F64:
		c->v.f64[row] = strtod(text, NULL);
		break;
	case V_BOOL:
		c->v.flag[row] = *text == 't' || *text == '1';
		break;
	case V_DATE:
		parse_date_iso(p, len, &c->v.i64[row]);
		break;
	case V_TIME:
		parse_time_iso(p, len, &c->v.i64[row]);
		break;
	case V_TSTAMP:
		parse_tstamp_iso(p, len, &c->v.i64[row]);
		break;
	default:
		c->v.text[row] = (struct slice){ p, (uint32_t)len };
		break;
	}
}

/* The records, as a source would make them of the rows. */
static inline struct slice *
own_records(struct arena *a, const struct own_rows *in,
    const struct layout *l)
{
	const struct schema_table *t = in->table;
	struct column *col = arena_array(a, t->ncolumn, sizeof *col);
	uint32_t *offset = arena_array(a, t->ncolumn, sizeof *offset);
	uint32_t *size = arena_array(a, in->n + 1, sizeof *size), i, k;
	struct cell_type *type = arena_array(a, t->ncolumn, sizeof *type);
	struct slice *rec = arena_array(a, in->n + 1, sizeof *rec);
	struct table_rows rows = { .type = type, .offset = offset,
	    .ncolumn = t->ncolumn, .size = l->item[0].size };
	const struct rows_read read = { .col = col, .n = in->n };

	for (k = 0; k < t->ncolumn; k++) {
		type[k] = *l->item[k + 1].cell;
		offset[k] = l->item[k + 1].offset;
		column_init(&col[k], a, sqltype_vtype(&t->column[k].type),
		    t->column[k].scale, in->n);
		for (i = 0; i < in->n; i++)
			own_cell(&col[k], a, in->n, i, &t->column[k],
			    in->cell[i * t->ncolumn + k]);
	}
	table_rows_sizes(&rows, &read, size);
	for (i = 0; i < in->n; i++)
		rec[i] = (struct slice){ arena_alloc(a, size[i]), size[i] };
	table_rows_put(&rows, &read, 0, in->n, rec);
	return rec;
}

static inline struct layout *
own_layout(struct arena *a, const struct schema_table *t)
{
	const char **name = arena_array(a, t->ncolumn, sizeof *name);
	struct cell_type *type = arena_array(a, t->ncolumn, sizeof *type);
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++) {
		name[i] = t->column[i].name;
		type[i] = (struct cell_type){ t->column[i].type,
		    t->column[i].scale, false, false };
	}
	return layout_of_table(a, t->name, name, type, t->ncolumn);
}

static inline void
own_run(struct arena *a, struct own *own, const struct plan *p,
    const struct slice *rec, uint32_t n)
{
	struct batch *b = batch_new(p);
	const struct rowset *rows;
	uint32_t i, k, at, r;
	struct buf text;

	buf_init(&text, 1u << 20);
	for (at = 0; at < n; at += 100) {
		uint32_t some = n - at < 100 ? n - at : 100;

		world_fill(&b->slab, rec + at, some, at + 1);
		plan_run(p, b, NULL);
		rows = &b->rows[0];
		for (i = 0, r = 0; i < some; i++) {
			own->verdict[at + i] = "SLR"[b->verdict[i]];
			if (own->verdict[at + i] != 'L')
				continue;
			for (k = 0; k < own->ncolumn; k++) {
				buf_clear(&text);
				buf_puts(&text, "");
				if (column_is_null(rows->col[k],
				    rows->row[r]))
					continue;
				format_cell(&text, rows->col[k], rows->row[r]);
				own->value[(at + i) * own->ncolumn + k] =
				    arena_strdup(a, text.p);
			}
			r++;
		}
	}
	buf_fini(&text);
	batch_free(b);
}

/*
 * `columns` is YAML, six blanks before each name; what came of each row, and
 * of those that decant rejects.
 */
static inline struct own *
own_eval(struct arena *a, const struct own_rows *in, const char *columns)
{
	struct own *own = arena_zalloc(a, sizeof *own);
	struct plan_options o = { .page = charset_find("ascii", NULL),
	    .record_length = 1u << 24 };
	struct layout *l = own_layout(a, in->table);
	const struct schema_table *t;
	struct mapping *m;
	struct diags diags;
	const struct diag *d;
	struct plan *p = NULL;
	const char *yaml = arena_printf(a, "version: 1\nname: t\nsource:\n"
	    "  table: %s\ntables:\n  r:\n    columns:\n%s", in->table->name,
	    columns);

	diags_init(&diags, a);
	m = mapping_parse(a, &diags, srctext_new(a, "m.yaml", yaml,
	    strlen(yaml)));
	if (m != NULL && diags.errors == 0)
		p = plan_build(a, &diags, l, l->record[0], m, &o);
	if (p == NULL) {
		own->errors = "";
		for (d = diags.first; d != NULL; d = d->next)
			own->errors = arena_printf(a, "%s%s %s; ",
			    own->errors, diag_name(d->code), d->message);
		return own;
	}
	t = &plan_schema(p)->table[0];
	own->ncolumn = t->ncolumn;
	own->column = t->column;
	own->verdict = arena_zalloc(a, in->n + 1);
	own->value = arena_array(a, (size_t)in->n * own->ncolumn + 1,
	    sizeof *own->value);
	own_run(a, own, p, own_records(a, in, l), in->n);
	return own;
}

/* One expression; `type` NULL: its own. */
static inline struct own *
own_value(struct arena *a, const struct own_rows *in, const char *e,
    const char *type)
{
	return own_eval(a, in, arena_printf(a, "      v:\n        from: >-\n"
	    "          %s\n%s%s%s", e, type != NULL ? "        type: " : "",
	    type != NULL ? type : "", type != NULL ? "\n" : ""));
}

#endif
