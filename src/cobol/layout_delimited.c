/*
 * Layouts of records that are rows.  Of delimited text: each elementary item is
 * an entry of constant size that leads to its field.
 *
 *	fields	named elementary items in their order, each occurrence of a
 *		table a field of its own; a varchar's length and text are one
 *	none	FILLER, INDEX and POINTER items, and what redefines others:
 *		those have no value, a redefinition not even by its name
 *
 * Of a table: each column is a cell.
 */
#include <string.h>

#include "base/mem.h"
#include "cobol/layout.h"
#include "value/codec.h"

#define SIZE_MAX_ROW	(1u << 30)

/* A redefinition and all in it: no bytes, no values. */
static void
row_leave_out(struct layout *l, uint32_t root, uint32_t at)
{
	struct item *it;

	for (it = &l->item[root]; it < &l->item[l->item[root].next]; it++) {
		it->offset = at;
		it->size = 0;
		it->category = CAT_OPAQUE;
	}
}

/* A length and a text become the text, by the group's name. */
static void
row_varchar(struct layout *l, uint32_t i, uint32_t at)
{
	struct item *it = &l->item[i];

	it->category = l->item[i + 2].category;
	it->width = l->item[i + 2].size;
	it->usage = USAGE_DISPLAY;
	it->varchar = false;
	row_leave_out(l, i + 1, at);
	row_leave_out(l, i + 2, at);
}

/* Gives item i and all in it their places; the depth is that of levels. */
static void
row_place(struct layout *l, uint32_t i, uint32_t at, uint32_t entry)
{
	struct item *it = &l->item[i], *c;
	uint64_t end = at;
	uint32_t j;

	it->offset = at;
	it->width = it->size;
	it->shifter = ITEM_NONE;
	it->varies = false;
	if (it->varchar)
		row_varchar(l, i, at);
	if (it->category != CAT_GROUP) {
		if (it->name == NULL)
			it->category = CAT_OPAQUE;
		it->size = it->category == CAT_OPAQUE ? 0 : entry;
		return;
	}
	for (j = i + 1; j < it->next; j = c->next) {
		c = &l->item[j];
		if (c->level == 66 || c->redefines != ITEM_NONE) {
			row_leave_out(l, j, (uint32_t)end);
			continue;
		}
		row_place(l, j, (uint32_t)end, entry);
		end += (uint64_t)c->size * (c->occurs_max > 0 ? c->occurs_max :
		    1);
		if (end > SIZE_MAX_ROW)
			end = SIZE_MAX_ROW;
	}
	it->size = (uint32_t)(end - at);
}

struct layout *
layout_delimited(struct arena *a, const struct layout *from, uint32_t head,
    uint32_t entry)
{
	struct layout *l = arena_copy(a, from, sizeof *from);
	uint32_t i;

	l->item = arena_array(a, from->nitem + 1, sizeof *l->item);
	memcpy(l->item, from->item, from->nitem * sizeof *l->item);
	for (i = 0; i < l->nrecord + l->n77; i++) {
		row_place(l, l->record[i], head, entry);
		if (l->item[l->record[i]].category != CAT_GROUP)
			continue;
		/* the head is of the record */
		l->item[l->record[i]].offset = 0;
		l->item[l->record[i]].size += head;
	}
	return l;
}

/* A record of n items; sizes and offsets are the caller's. */
static struct layout *
row_layout(struct arena *a, const char *name, const char *const *column,
    uint32_t n, enum category category)
{
	struct layout *l = arena_zalloc(a, sizeof *l);
	uint32_t i;

	l->name = name;
	l->item = arena_array(a, n + 1, sizeof *l->item);
	l->nitem = n + 1;
	l->record = arena_zalloc(a, sizeof *l->record);
	l->origin = arena_zalloc(a, sizeof *l->origin);
	l->nrecord = 1;
	for (i = 0; i <= n; i++)
		l->item[i] = (struct item){ .level = i == 0 ? 1 : 5,
		    .category = i == 0 ? CAT_GROUP : category,
		    .parent = i == 0 ? ITEM_NONE : 0, .next = i + 1,
		    .name = i == 0 ? NULL : column[i - 1],
		    .redefines = ITEM_NONE, .shifter = ITEM_NONE,
		    .depending = ITEM_NONE, .table = ITEM_NONE,
		    .outside = ITEM_NONE };
	l->item[0].next = n + 1;
	return l;
}

struct layout *
layout_of_names(struct arena *a, const char *name, const char *const *column,
    uint32_t n, uint32_t head, uint32_t entry)
{
	struct layout *l = row_layout(a, name, column, n, CAT_ALPHANUMERIC);
	uint32_t i;

	l->item[0].size = head + n * entry;
	for (i = 1; i <= n; i++) {
		l->item[i].size = entry;
		l->item[i].offset = head + (i - 1) * entry;
	}
	return l;
}

struct layout *
layout_of_table(struct arena *a, const char *name, const char *const *column,
    const struct cell_type *type, uint32_t n)
{
	struct layout *l = row_layout(a, name, column, n, CAT_CELL);
	struct item *it;
	uint32_t i;

	l->of_table = true;
	for (i = 1; i <= n; i++) {
		it = &l->item[i];
		it->cell = &type[i - 1];
		it->offset = l->item[0].size;
		it->size = rowcell_size(it->cell);
		l->item[0].size += it->size;
	}
	return l;
}
