/*
 * Layouts of several copybooks as one: items keep their order, and every index
 * to an item moves by what stands before its copybook.  Texts, pictures and
 * literals stay those of the parts, which must outlive the whole.
 */
#include "cobol/copybook.h"

#include <string.h>

#include "base/mem.h"

static void
move(uint32_t *index, uint32_t by)
{
	if (*index != ITEM_NONE)
		*index += by;
}

static void
merge_items(struct layout *l, const struct layout *part)
{
	uint32_t i, by = l->nitem;
	struct item *it;

	for (i = 0; i < part->nitem; i++) {
		it = &l->item[l->nitem++];
		*it = part->item[i];
		it->next += by;
		it->record += by;
		move(&it->parent, by);
		move(&it->redefines, by);
		move(&it->shifter, by);
		move(&it->depending, by);
		move(&it->table, by);
		move(&it->outside, by);
	}
	for (i = 0; i < part->ncondition; i++) {
		l->condition[l->ncondition] = part->condition[i];
		l->condition[l->ncondition++].item += by;
	}
}

/* The 01s (pass 0) or the 77s (pass 1) of a part. */
static void
merge_records(struct layout *l, const struct layout *part, uint32_t copybook,
    uint32_t by, uint32_t files, int pass)
{
	uint32_t i = pass == 0 ? 0 : part->nrecord;
	uint32_t end = part->nrecord + (pass == 0 ? 0 : part->n77), to;

	for (; i < end; i++) {
		to = l->nrecord + l->n77;
		l->record[to] = part->record[i] + by;
		l->origin[to] = part->origin[i];
		l->origin[to].copybook = copybook;
		move(&l->origin[to].file, files);
		*(pass == 0 ? &l->nrecord : &l->n77) += 1;
	}
}

struct layout *
layout_merge(struct arena *a, struct layout *const *part, uint32_t n)
{
	struct layout *l = arena_zalloc(a, sizeof *l);
	struct file_description *file;
	uint32_t items = 0, conditions = 0, files = 0, records = 0, i, by;
	int pass;

	for (i = 0; i < n; i++) {
		items += part[i]->nitem;
		conditions += part[i]->ncondition;
		files += part[i]->nfile;
		records += part[i]->nrecord + part[i]->n77;
	}
	l->name = part[0]->name;
	l->dialect = part[0]->dialect;
	l->tables_full = part[0]->tables_full;
	l->comma = part[0]->comma;
	l->item = arena_array(a, items + 1, sizeof *l->item);
	l->condition = arena_array(a, conditions + 1, sizeof *l->condition);
	l->record = arena_array(a, records + 1, sizeof *l->record);
	l->origin = arena_array(a, records + 1, sizeof *l->origin);
	file = arena_array(a, files + 1, sizeof *file);
	for (i = 0; i < n; i++)
		merge_items(l, part[i]);
	for (pass = 0; pass < 2; pass++) {
		for (i = by = files = 0; i < n; i++) {
			merge_records(l, part[i], i, by, files, pass);
			by += part[i]->nitem;
			files += part[i]->nfile;
		}
	}
	for (i = 0; i < n; i++) {
		if (part[i]->nfile > 0)
			memcpy(file + l->nfile, part[i]->file,
			    part[i]->nfile * sizeof *file);
		l->nfile += part[i]->nfile;
	}
	l->file = file;
	return l;
}
