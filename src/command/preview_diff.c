/*
 * Differences of two previews; see preview_diff.h.
 */
#include "command/preview_diff.h"

#include <string.h>

#include "base/buf.h"
#include "command/preview_shot.h"
#include "base/json.h"

enum count {
	TABLES_ADDED, TABLES_REMOVED, COLUMNS_ADDED, COLUMNS_REMOVED, TYPES,
	ROWS_ADDED, ROWS_REMOVED, CELLS, REJECTS_MORE, REJECTS_FEWER, NCOUNTS
};

static const struct {
	const char *one, *many, *what, *key;
} words[NCOUNTS] = {
	[TABLES_ADDED] = { "table", "tables", "added", "tables_added" },
	[TABLES_REMOVED] = { "table", "tables", "removed", "tables_removed" },
	[COLUMNS_ADDED] = { "column", "columns", "added", "columns_added" },
	[COLUMNS_REMOVED] = { "column", "columns", "removed",
	    "columns_removed" },
	[TYPES] = { "type", "types", "changed", "types_changed" },
	[ROWS_ADDED] = { "row", "rows", "added", "rows_added" },
	[ROWS_REMOVED] = { "row", "rows", "removed", "rows_removed" },
	[CELLS] = { "cell", "cells", "changed", "cells_changed" },
	[REJECTS_MORE] = { "reject", "rejects", "more", "rejects_more" },
	[REJECTS_FEWER] = { "reject", "rejects", "fewer", "rejects_fewer" },
};

struct table_changes {
	enum change change;
	uint8_t *column;	/* [its columns] enum change */
	uint8_t *cell;		/* [its cells] */
};

struct changes {
	struct table_changes *table;
	uint64_t n[NCOUNTS];
	struct changes *next;		/* of the next member */
};

static const struct preview_table *
table_named(const struct preview *p, const char *name)
{
	uint32_t i;

	for (i = 0; i < p->schema->ntable; i++)
		if (strcmp(p->table[i].table->name, name) == 0)
			return &p->table[i];
	return NULL;
}

static uint32_t
column_named(const struct schema_table *t, const char *name)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (strcmp(t->column[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static bool
same_cell(const struct preview_cell *a, const struct preview_cell *b)
{
	if (a->p == NULL || b->p == NULL)
		return a->p == b->p;
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static bool
same_type(const struct schema_column *a, const struct schema_column *b)
{
	char x[64], y[64];
	size_t n = sqltype_format(x, &a->type);

	return n == sqltype_format(y, &b->type) && memcmp(x, y, n) == 0 &&
	    a->not_null == b->not_null;
}

/* Columns of the new table in the old one, and what is new with them. */
static uint32_t *
compare_columns(struct changes *c, struct table_changes *tc, struct arena *a,
    const struct schema_table *from, const struct schema_table *to)
{
	uint32_t *old = arena_array(a, to->ncolumn + 1, sizeof *old), i;

	for (i = 0; i < to->ncolumn; i++) {
		old[i] = column_named(from, to->column[i].name);
		if (old[i] == UINT32_MAX) {
			tc->column[i] = CHANGE_NEW;
			c->n[COLUMNS_ADDED]++;
		} else if (!same_type(&from->column[old[i]],
		    &to->column[i])) {
			tc->column[i] = CHANGE_OTHER;
			c->n[TYPES]++;
		}
	}
	for (i = 0; i < from->ncolumn; i++)
		c->n[COLUMNS_REMOVED] += column_named(to,
		    from->column[i].name) == UINT32_MAX;
	return old;
}

static void
compare_cells(struct changes *c, struct table_changes *tc,
    const uint32_t *old, const struct preview_table *from, uint32_t i,
    const struct preview_table *to, uint32_t k)
{
	uint32_t n = to->table->ncolumn, col;

	for (col = 0; col < n; col++) {
		if (old[col] == UINT32_MAX) {
			tc->cell[k * n + col] = CHANGE_NEW;
		} else if (!same_cell(&from->cell[i * from->table->ncolumn +
		    old[col]], &to->cell[k * n + col])) {
			tc->cell[k * n + col] = CHANGE_OTHER;
			c->n[CELLS]++;
		}
	}
}

/* Both in the order of records. */
static void
compare_rows(struct changes *c, struct table_changes *tc, const uint32_t *old,
    const struct preview_table *from, const struct preview_table *to)
{
	uint32_t i = 0, k = 0;

	while (i < from->nrow || k < to->nrow) {
		if (k == to->nrow || (i < from->nrow &&
		    from->record[i] < to->record[k])) {
			c->n[ROWS_REMOVED]++;
			i++;
		} else if (i == from->nrow || to->record[k] <
		    from->record[i]) {
			c->n[ROWS_ADDED]++;
			memset(tc->cell + k * to->table->ncolumn, CHANGE_NEW,
			    to->table->ncolumn);
			k++;
		} else {
			compare_cells(c, tc, old, from, i++, to, k++);
		}
	}
}

static void
compare_table(struct changes *c, struct table_changes *tc, struct arena *a,
    const struct preview *from, const struct preview_table *to)
{
	const struct preview_table *old = from == NULL ? NULL :
	    table_named(from, to->table->name);

	tc->column = arena_array(a, to->table->ncolumn + 1, 1);
	tc->cell = arena_array(a, to->ncell + 1, 1);
	if (old == NULL) {
		tc->change = CHANGE_NEW;
		c->n[TABLES_ADDED]++;
		return;
	}
	compare_rows(c, tc, compare_columns(c, tc, a, old->table, to->table),
	    old, to);
}

/* The shot of the same member; NULL: it was not there. */
static const struct shot *
shot_of(const struct shot *s, const char *member)
{
	for (; s != NULL; s = s->next)
		if (member == NULL || s->member == NULL ? member == s->member :
		    strcmp(member, s->member) == 0)
			return s;
	return NULL;
}

static struct changes *
find_one(const struct shot *from, const struct shot *to)
{
	struct changes *c = arena_zalloc(to->arena, sizeof *c);
	const struct preview *p = &to->preview, *q = from == NULL ? NULL :
	    &from->preview;
	uint64_t was = from == NULL ? 0 : from->look.rejected,
	    is = to->look.rejected;
	uint32_t i;

	c->table = arena_array(to->arena, p->schema->ntable + 1,
	    sizeof *c->table);
	for (i = 0; i < p->schema->ntable; i++)
		compare_table(c, &c->table[i], to->arena, q, &p->table[i]);
	for (i = 0; q != NULL && i < q->schema->ntable; i++)
		c->n[TABLES_REMOVED] += table_named(p,
		    q->table[i].table->name) == NULL;
	c->n[REJECTS_MORE] = is > was ? is - was : 0;
	c->n[REJECTS_FEWER] = was > is ? was - is : 0;
	return c;
}

struct changes *
changes_find(const struct shot *from, const struct shot *to)
{
	struct changes *first = NULL, **at = &first;
	const struct shot *s;

	for (s = to; s != NULL; s = s->next) {
		*at = find_one(shot_of(from, s->member), s);
		at = &(*at)->next;
	}
	for (s = from; s != NULL; s = s->next)
		if (shot_of(to, s->member) == NULL)
			first->n[TABLES_REMOVED] += s->preview.schema->ntable;
	return first;
}

const struct changes *
changes_next(const struct changes *c)
{
	return c == NULL ? NULL : c->next;
}

/* Of all members. */
static void
sum(const struct changes *c, uint64_t *n)
{
	uint32_t i;

	memset(n, 0, NCOUNTS * sizeof *n);
	for (; c != NULL; c = c->next)
		for (i = 0; i < NCOUNTS; i++)
			n[i] += c->n[i];
}

enum change
changes_table(const struct changes *c, uint32_t table)
{
	return c == NULL ? CHANGE_NONE : c->table[table].change;
}

enum change
changes_column(const struct changes *c, uint32_t table, uint32_t column)
{
	return c == NULL ? CHANGE_NONE :
	    (enum change)c->table[table].column[column];
}

enum change
changes_cell(const struct changes *c, uint32_t table, uint32_t cell)
{
	return c == NULL ? CHANGE_NONE :
	    (enum change)c->table[table].cell[cell];
}

void
changes_text(struct buf *b, const struct changes *c)
{
	uint64_t all[NCOUNTS];
	uint32_t i, n = 0;

	sum(c, all);
	for (i = 0; i < NCOUNTS; i++)
		if (all[i] > 0)
			buf_printf(b, "%s%llu %s %s", n++ > 0 ? ", " : "",
			    (unsigned long long)all[i], all[i] == 1 ?
			    words[i].one : words[i].many, words[i].what);
	if (n == 0)
		buf_puts(b, "nothing changed");
}

void
changes_json(struct json *j, const struct changes *c)
{
	uint64_t all[NCOUNTS];
	uint32_t i;

	sum(c, all);
	for (i = 0; i < NCOUNTS; i++)
		json_uint(j, words[i].key, all[i]);
}
