/*
 * Rows as comma-separated values: DIR/TABLE.csv with a line of names.
 *
 * RFC 4180, but lines end with LF; null is nothing, an empty text is "".
 */
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "sink/filesink.h"
#include "value/format.h"

static void
csv_head(struct buf *b, const struct schema_table *t)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++) {
		if (i > 0)
			buf_putc(b, ',');
		csv_put_field(b, (const uint8_t *)t->column[i].name,
		    strlen(t->column[i].name));
	}
	buf_putc(b, '\n');
}

static void
csv_rows(struct buf *b, const struct schema_table *t, const struct rowset *r)
{
	const struct column *c;
	uint32_t i, k, row;

	for (i = 0; i < r->n; i++) {
		row = r->row[i];
		for (k = 0; k < t->ncolumn; k++) {
			c = r->col[k];
			if (k > 0)
				buf_putc(b, ',');
			if (column_is_null(c, row))
				continue;
			/* Only texts can have what needs quotes; one that is
			 * empty may have no address, which would be null. */
			if (c->type == V_TEXT)
				csv_put_field(b, c->v.text[row].len > 0 ?
				    c->v.text[row].p : (const uint8_t *)"",
				    c->v.text[row].len);
			else
				format_cell(b, c, row);
		}
		buf_putc(b, '\n');
	}
}

static const struct sink_ops csv_ops = FILESINK_OPS("csv");
static const struct filesink_format csv_format = {
	"csv", &csv_ops, csv_head, csv_rows
};
static const struct limits csv_limits = {
	.target = "CSV", .nul_in_text = true
};

static bool
csv_match(const char *target)
{
	return strncmp(target, "csv:", 4) == 0;
}

static bool
csv_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	(void)options;
	return filesink_new(&csv_format, sink, a, diags, target);
}

const struct sink_kind sink_csv = {
	.scheme = "csv",
	.match = csv_match,
	.new = csv_new,
	.limits = &csv_limits,
	.type = filesink_type,
};
