/*
 * A table as the source: its columns are the names of expressions, and their
 * types and nulls are the database's.
 *
 * A name without quotes ignores case, and _ is -, as for COBOL's names; one in
 * quotes is first looked for letter by letter.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"
#include "plan/plan_call.h"
#include "record/record.h"

#define SHOWN_MAX	8u	/* columns in a hint */

bool
plan_codec_cell(const struct item *it, enum read_as as, struct codec *c)
{
	c->kind = CODEC_CELL;
	c->cell = it->cell;
	return as != AS_BYTES || it->cell->type.kind == SQL_BYTEA;
}

struct vt
plan_cell_type(const struct cell_type *c)
{
	struct vt t = vt_of(&c->type);

	t.is_field = true;
	if (c->type.kind == SQL_BIGINT)
		t.precision = 19;	/* more than its literals have */
	if (c->type.kind == SQL_NUMERIC) {
		t.scale = c->scale;
		if (t.precision == 0)
			t.precision = 38;
	}
	if (!c->held)
		t.length = 0;
	return t;
}

const struct cell_type *
plan_bare_cell(const struct build *bd, const struct operand *o)
{
	return o->e != NULL && o->e->kind == EX_NAME && o->t.is_field &&
	    o->item != ITEM_NONE ? bd->layout->item[o->item].cell : NULL;
}

static const char *
name_shown(struct build *bd, const struct expr *e)
{
	return e->quoted ? e->name[0] : call_shown(bd, e->name[0]);
}

bool
plan_column_ambiguous(struct build *bd, const struct expr *e,
    const uint32_t found[2])
{
	const struct item *item = bd->layout->item;

	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P002, e->at,
	    "'%s' is the name of more than one column", name_shown(bd, e)),
	    "quoted it is one of them: \"%s\" or \"%s\"",
	    item[found[0]].name, item[found[1]].name);
	return false;
}

void
plan_column_unknown(struct build *bd, const struct expr *e)
{
	const struct layout *l = bd->layout;
	const char **names = arena_array(bd->arena, l->nitem, sizeof *names);
	const char *near;
	struct diag *d;
	struct buf list;
	uint32_t i;

	d = diag_add(bd->diags, DIAG_P121, e->at,
	    "the table '%s' has no column '%s'", l->name, name_shown(bd, e));
	for (i = 1; i < l->nitem; i++)
		names[i - 1] = l->item[i].name;
	near = diag_nearest(e->name[0], strlen(e->name[0]), names,
	    l->nitem - 1);
	if (near != NULL) {
		diag_hint(bd->diags, d, "did you mean %s?", near);
		return;
	}
	buf_init(&list, 1u << 16);
	for (i = 1; i < l->nitem && i <= SHOWN_MAX; i++)
		buf_printf(&list, "%s%s", i > 1 ? ", " : "", l->item[i].name);
	diag_hint(bd->diags, d, "it has %s%s", l->nitem > 1 ? list.p : "none",
	    l->nitem - 1 > SHOWN_MAX ? ", …" : "");
	buf_fini(&list);
}

bool
plan_of_files(struct build *bd, const struct expr *e, const char *what,
    const char *hint)
{
	if (!bd->layout->of_table)
		return false;
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P120, e->at,
	    "%s is about records of files, and the source is a table", what),
	    "%s", hint);
	return true;
}

bool
plan_of_table(const struct plan *p)
{
	return p->layout->of_table;
}

bool
plan_reject_value(struct buf *out, const struct plan *p, struct slice record,
    const struct reject *r)
{
	const struct item *it = r->item == ITEM_NONE ? NULL :
	    &p->layout->item[r->item];
	const struct table_rows t = { .ncolumn = 1,
	    .type = it == NULL ? NULL : it->cell,
	    .offset = it == NULL ? NULL : &it->offset };

	return t.type != NULL && table_rows_cell(&t, record, 0, out);
}
