/*
 * What a cell can say of its record beside the items in it.
 */
#include "plan/plan_impl.h"

#include <string.h>

void
op_file_name(const struct op *op, struct batch *b)
{
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	const char *name = b->file_name, *slash;

	if (name == NULL || strcmp(name, "-") == 0) {
		name = "";
		dst->valid = arena_array(&b->arena, (n + 63) / 64,
		    sizeof *dst->valid);
	}
	slash = strrchr(name, '/');
	if (slash != NULL)
		name = slash + 1;
	for (i = 0; i < n; i++)
		dst->v.text[i] = slice_str(name);
}

/* op->n 1: delimited text, whose records hold the row as it stood. */
void
op_record_bytes(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	struct column *dst = op_column(op, b, V_BYTES, 0);
	struct delimited_row row;
	uint32_t i;

	for (i = 0; i < f->n; i++) {
		dst->v.text[i] = b->slab.rec[f->rec[i]];
		if (op->n != 1)
			continue;
		delimited_row(dst->v.text[i], &row);
		dst->v.text[i] = row.raw;
	}
}
