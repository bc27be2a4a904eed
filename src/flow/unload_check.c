/*
 * Rows beside what a load would make of their records; see unload_check.h.
 */
#include "flow/unload_check.h"

#include <string.h>

#include "base/mem.h"
#include "flow/settle.h"
#include "plan/batch.h"
#include "plan/control.h"
#include "value/decimal.h"

#define NONE	UINT32_MAX

struct checked {			/* a table */
	enum inverse_column rows, *column;
	uint64_t *lost;			/* [columns + 1] */
	bool skip;			/* distinct: its rows are no records' */
};

struct unload_check {
	const struct job *job;
	const struct inverse *inverse;
	const struct schema *schema;
	struct checked *table;
};

/* Is the column made of a field that controls have written anew? */
static bool
column_is_settled(struct arena *a, const struct job *j,
    const struct inverse *inv, uint32_t table, uint32_t column)
{
	const struct layout *l = j->layout;
	uint32_t t, i;

	if (plan_ncontrol(j->plan) == 0)
		return false;
	for (t = 0; t < inverse_ntype(inv); t++)
		for (i = 0; i < l->nitem; i++)
			if (inverse_column_has(inv, table, column, t, i) &&
			    settle_is_field(a, j, t, i))
				return true;
	return false;
}

struct unload_check *
unload_check_new(struct arena *a, const struct job *j,
    const struct inverse *inv)
{
	struct unload_check *c = arena_zalloc(a, sizeof *c);
	struct checked *k;
	uint32_t t, i, n;

	c->job = j;
	c->inverse = inv;
	c->schema = plan_schema(j->plan);
	c->table = arena_array(a, c->schema->ntable + 1, sizeof *c->table);
	for (t = 0; t < c->schema->ntable; t++) {
		k = &c->table[t];
		n = c->schema->table[t].ncolumn;
		k->skip = c->schema->table[t].distinct;
		k->rows = inverse_rows_of(inv, t);
		k->column = arena_array(a, n + 1, sizeof *k->column);
		k->lost = arena_array(a, n + 1, sizeof *k->lost);
		for (i = 0; i < n; i++)
			k->column[i] = column_is_settled(a, j, inv, t, i) ?
			    INVERSE_OTHER : inverse_column(inv, t, i);
	}
	return c;
}

void
unload_check_restart(struct unload_check *c)
{
	uint32_t t;

	for (t = 0; t < c->schema->ntable; t++)
		memset(c->table[t].lost, 0, (c->schema->table[t].ncolumn +
		    1) * sizeof *c->table[t].lost);
}

uint64_t
unload_check_lost(const struct unload_check *c, uint32_t table,
    uint32_t column)
{
	return c->table[table].lost[column == NONE ?
	    c->schema->table[table].ncolumn : column];
}

/* ---- cells -------------------------------------------------------------- */

static d128
cell_number(const struct column *c, uint32_t row)
{
	return c->type == V_D128 ? c->v.d128[row] : c->type == V_BOOL ?
	    c->v.flag[row] : c->v.i64[row];
}

static bool
cells_equal(const struct sqltype *t, const struct column *a, uint32_t i,
    const struct column *b, uint32_t k)
{
	if (column_is_null(a, i) || column_is_null(b, k))
		return column_is_null(a, i) && column_is_null(b, k);
	switch (a->type) {
	case V_F64:
		return b->type == V_F64 && (t->kind == SQL_REAL ?
		    (float)a->v.f64[i] == (float)b->v.f64[k] :
		    a->v.f64[i] == b->v.f64[k]);
	case V_TEXT:
	case V_BYTES:
		return b->type == a->type && slice_eq(a->v.text[i],
		    b->v.text[k]);
	case V_I64:
	case V_D128:
		return (b->type == V_I64 || b->type == V_D128) &&
		    decimal_cmp(cell_number(a, i), a->scale,
		    cell_number(b, k), b->scale) == 0;
	default:
		return b->type == a->type &&
		    cell_number(a, i) == cell_number(b, k);
	}
}

/* ---- rows --------------------------------------------------------------- */

/* The type's query whose rows are the table's, or NULL. */
static const struct inverse_query *
query_of(const struct unload_check *c, uint32_t type, uint32_t table,
    uint32_t *nth)
{
	const struct inverse_type *t = inverse_type(c->inverse, type);
	const struct inverse_query *q;

	for (*nth = 0; *nth < t->nquery; ++*nth) {
		q = inverse_query(c->inverse, t->query[*nth]);
		if (!q->facts && q->table == table)
			return q;
	}
	return NULL;
}

static void
check_row(struct unload_check *c, uint32_t table,
    const struct inverse_query *q, const struct rowset *rs, uint32_t row,
    const struct inverse_row *from, struct contradiction *out)
{
	const struct schema_table *t = &c->schema->table[table];
	struct checked *k = &c->table[table];
	uint32_t i;

	for (i = 0; i < q->ncolumn && q->column[i] < t->ncolumn; i++) {
		uint32_t col = q->column[i];

		if (k->column[col] == INVERSE_OTHER || cells_equal(
		    &t->column[col].type, rs->col[col], row, &from->col[i],
		    from->row))
			continue;
		if (k->column[col] == INVERSE_LOST)
			k->lost[col]++;
		else if (out->table == NONE)
			*out = (struct contradiction){ table, col };
	}
}

/* Rows from..to of the set are those of the record. */
static void
check_record(struct unload_check *c, uint32_t table, uint32_t type,
    const struct rowset *rs, uint32_t from, uint32_t to,
    const struct inverse_rows *rows, struct contradiction *out)
{
	uint32_t nth, i;
	const struct inverse_query *q = query_of(c, type, table, &nth);
	struct checked *k = &c->table[table];

	if (q == NULL)
		return;
	if (to - from != rows[nth].n) {
		if (k->rows == INVERSE_LOST)
			k->lost[c->schema->table[table].ncolumn]++;
		else if (out->table == NONE)
			*out = (struct contradiction){ table, NONE };
		return;
	}
	for (i = from; i < to; i++)
		check_row(c, table, q, rs, rs->row[i], &rows[nth].v[i - from],
		    out);
}

void
unload_check_batch(struct unload_check *c, const struct batch *b,
    const uint32_t *type, const struct inverse_rows *const *rows,
    struct contradiction *out)
{
	const struct rowset *rs;
	uint32_t t, i, k, from;

	for (i = 0; i < b->slab.nrec; i++)
		out[i] = (struct contradiction){ NONE, NONE };
	for (t = 0; t < c->schema->ntable; t++) {
		if (c->table[t].skip)
			continue;
		rs = &b->rows[t];
		for (i = k = 0; i < b->slab.nrec; i++) {
			while (k < rs->n && rs->rec[rs->row[k]] < (int32_t)i)
				k++;
			from = k;
			while (k < rs->n && rs->rec[rs->row[k]] == (int32_t)i)
				k++;
			if (b->verdict[i] != REJECTED)
				check_record(c, t, type[i], rs, from, k,
				    rows[i], &out[i]);
		}
	}
}
