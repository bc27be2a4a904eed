/*
 * Rows as JSON objects, one a line: DIR/TABLE.jsonl.
 *
 * Numbers are JSON numbers with all their decimals, so that a reader that
 * keeps them loses nothing; bytes are \x and hex, dates ISO 8601 strings.
 */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "sink/filesink.h"
#include "value/format.h"

/* Has the text nothing that JSON escapes?  It is valid UTF-8 as it is. */
static bool
is_plain(const uint8_t *p, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] == '"' || p[i] == '\\' ||
		    p[i] == 0x7f)
			return false;
	return true;
}

static void
put_text(struct buf *b, struct slice s)
{
	if (!is_plain(s.p, s.len)) {
		buf_json(b, (const char *)s.p, s.len);
		return;
	}
	buf_putc(b, '"');
	buf_put(b, s.p, s.len);
	buf_putc(b, '"');
}

/* "\\x0041": the one escape that hex can need. */
static void
put_bytes(struct buf *b, const struct column *c, uint32_t row)
{
	buf_puts(b, "\"\\");
	format_cell(b, c, row);
	buf_putc(b, '"');
}

static void
put_cell(struct buf *b, const struct column *c, uint32_t row)
{
	if (column_is_null(c, row)) {
		buf_puts(b, "null");
		return;
	}
	switch (c->type) {
	case V_TEXT:
		put_text(b, c->v.text[row]);
		break;
	case V_BYTES:
		put_bytes(b, c, row);
		break;
	case V_F64:
		/* JSON has no NaN and no infinity. */
		if (!isfinite(c->v.f64[row])) {
			buf_puts(b, "null");
			break;
		}
		format_cell(b, c, row);
		break;
	case V_I64:
	case V_D128:
	case V_BOOL:
		format_cell(b, c, row);
		break;
	default:
		buf_putc(b, '"');
		format_cell(b, c, row);
		buf_putc(b, '"');
		break;
	}
}

static void
jsonl_rows(struct buf *b, const struct schema_table *t,
    const struct rowset *r)
{
	const char *name;
	uint32_t i, k;

	for (i = 0; i < r->n; i++) {
		buf_putc(b, '{');
		for (k = 0; k < t->ncolumn; k++) {
			if (k > 0)
				buf_putc(b, ',');
			name = t->column[k].name;
			put_text(b, slice_str(name));
			buf_putc(b, ':');
			put_cell(b, r->col[k], r->row[i]);
		}
		buf_puts(b, "}\n");
	}
}

static const struct sink_ops jsonl_ops = FILESINK_OPS("jsonl");
static const struct filesink_format jsonl_format = {
	"jsonl", &jsonl_ops, NULL, jsonl_rows
};
static const struct limits jsonl_limits = {
	.target = "JSON lines", .nul_in_text = true
};

static bool
jsonl_match(const char *target)
{
	return strncmp(target, "jsonl:", 6) == 0;
}

static bool
jsonl_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	(void)options;
	return filesink_new(&jsonl_format, sink, a, diags, target);
}

const struct sink_kind sink_jsonl = {
	.scheme = "jsonl",
	.match = jsonl_match,
	.new = jsonl_new,
	.limits = &jsonl_limits,
	.type = filesink_type,
};
