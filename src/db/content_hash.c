/*
 * Content hashes of tables; see content_hash.h.
 */
#include "db/content_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "value/format.h"

#define BATCH_ROWS	1024u
#define HEAD		5u	/* bytes before a text */

/* Its length is known when it stands there. */
static void
put_cell(struct buf *b, const struct column *c, uint32_t row)
{
	size_t at = b->len, len;
	uint8_t *head;

	if (column_is_null(c, row)) {
		buf_putc(b, 0);
		return;
	}
	buf_put(b, "\1\0\0\0", HEAD);
	if (c->type == V_F64 && c->v.f64[row] == 0)
		buf_putc(b, '0');	/* SQLite has no -0 */
	else
		format_cell(b, c, row);
	len = b->len - at - HEAD;
	head = (uint8_t *)b->p + at + 1;
	head[0] = (uint8_t)len;
	head[1] = (uint8_t)(len >> 8);
	head[2] = (uint8_t)(len >> 16);
	head[3] = (uint8_t)(len >> 24);
}

void
content_hash_add(struct content_hash *h, struct buf *b,
    const struct column *col, uint32_t ncolumn, uint32_t n)
{
	uint32_t row, c;

	for (row = 0; row < n; row++) {
		buf_clear(b);
		for (c = 0; c < ncolumn; c++)
			put_cell(b, &col[c], row);
		h->sum += XXH3_64bits(b->p, b->len);
	}
	h->rows += n;
}

void
content_hash_format(char out[CONTENT_HASH_TEXT], const struct content_hash *h)
{
	snprintf(out, CONTENT_HASH_TEXT, "%" PRIu64 "-%016" PRIx64, h->rows,
	    h->sum);
}

/* The first bad cell of these rows; false: there is one, and it is told. */
static bool
check(struct db *db, const char *relation, const struct reader_column *column,
    uint32_t ncolumn, const struct column *col, uint64_t before)
{
	uint32_t c, first = UINT32_MAX, row = UINT32_MAX;
	char type[48];

	for (c = 0; c < ncolumn; c++)
		if (col[c].bad.n > 0 && col[c].bad.v[0].row < row) {
			row = col[c].bad.v[0].row;
			first = c;
		}
	if (first == UINT32_MAX)
		return true;
	type[sqltype_format(type, &column[first].type)] = '\0';
	diag_hint(db->diags, diag_add(db->diags, DIAG_D056, NOWHERE,
	    "column '%s' of %s holds a value that is no %s, in row %" PRIu64
	    " as the table is read", column[first].name, relation, type,
	    before + row + 1), "a program other than decant wrote it; put it "
	    "right, then try again");
	return false;
}

bool
content_hash_table(struct db *db, const char *relation,
    const struct reader_column *column, uint32_t ncolumn,
    struct content_hash *h)
{
	struct table_reader *r;
	struct column *col;
	struct arena a;
	struct buf b;
	enum grade g;
	uint32_t n;

	*h = (struct content_hash){ 0, 0 };
	r = table_reader_new(db, relation, column, ncolumn, "");
	if (r == NULL)
		return false;
	arena_init(&a);
	buf_init(&b, SIZE_MAX / 2);
	col = mem_array(ncolumn, sizeof *col);
	while ((g = table_reader_next(r, &a, BATCH_ROWS, col, &n)) == OK) {
		if (!check(db, relation, column, ncolumn, col, h->rows)) {
			g = FATAL;
			break;
		}
		content_hash_add(h, &b, col, ncolumn, n);
		arena_reset(&a);
	}
	table_reader_free(r);
	mem_free(col);
	buf_fini(&b);
	arena_fini(&a);
	return g == END;
}
