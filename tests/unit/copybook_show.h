/*
 * Layouts and diagnostics as lines of text, for tests to compare.
 */
#ifndef COPYBOOK_SHOW_H
#define COPYBOOK_SHOW_H

#include "base/buf.h"
#include "base/mem.h"
#include "cobol/copybook.h"

/* "05 NAME offset size" an item, then OCCURS min-max and what it hangs on. */
static inline void
show_layout(struct buf *b, const struct layout *l)
{
	const struct item *it;
	uint32_t i;

	for (i = 0; i < l->nitem; i++) {
		it = &l->item[i];
		buf_printf(b, "%02u %s %u %u", it->level,
		    it->name != NULL ? it->name : "-", it->offset, it->size);
		if (it->occurs_max > 0)
			buf_printf(b, " x%u", it->occurs_max);
		if (it->depending != ITEM_NONE)
			buf_printf(b, " from %u by %s", it->occurs_min,
			    l->item[it->depending].name);
		if (it->redefines != ITEM_NONE)
			buf_printf(b, " = %s", l->item[it->redefines].name);
		if (it->shifter != ITEM_NONE)
			buf_printf(b, " after %s", l->item[it->shifter].name);
		if (it->varies)
			buf_puts(b, " varies");
		buf_putc(b, '\n');
	}
}

/* "line:column code" a diagnostic. */
static inline void
show_diags(struct buf *b, const struct diags *ds)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		buf_printf(b, "%u:%u %s\n", d->at.line, d->at.col,
		    diag_name(d->code));
}

#endif
