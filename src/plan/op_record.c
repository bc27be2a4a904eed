/*
 * What a cell can say of its record beside the items in it.
 */
#include "plan/plan_impl.h"

#include <string.h>

static const char *
last_part(const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Mended rejects: of the file that they were in first. */
static void
put_origins(const struct frame *f, struct batch *b, struct column *dst)
{
	const struct reject_origin *o;
	uint32_t i;

	for (i = 0; i < f->n; i++) {
		o = batch_origin(b, (uint32_t)f->rec[i]);
		if (o != NULL && strcmp(o->file, "-") == 0)
			column_set_null(dst, &b->arena, f->n, i);
		else if (o != NULL)
			dst->v.text[i] = slice_str(last_part(o->file));
	}
}

void
op_file_name(const struct op *op, struct batch *b)
{
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	const char *name = b->file_name;

	if (name == NULL || strcmp(name, "-") == 0) {
		name = "";
		dst->valid = arena_array(&b->arena, (n + 63) / 64,
		    sizeof *dst->valid);
	}
	for (i = 0; i < n; i++)
		dst->v.text[i] = slice_str(last_part(name));
	if (b->origin != NULL)
		put_origins(&b->frame[op->frame], b, dst);
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
