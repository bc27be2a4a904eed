/*
 * The rows of a table as columns: what both databases share; see
 * table_reader.h.
 */
#include "db/table_reader.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/table_reader_impl.h"
#include "value/decimal.h"

#define TEXT_CHUNK_MIN	(1u << 10)	/* room for texts taken at a time */
#define TEXT_CHUNK_MAX	(64u << 10)
#define DIGITS_MAX	38

struct table_reader {
	struct db *db;
	struct reader_cell *cell;
	uint32_t ncolumn;
	bool ended, failed;
	const struct bad_text *bad;	/* of the last rows */
	uint32_t nbad;
	struct sqlite_reader *lite;
#ifdef HAVE_LIBPQ
	struct postgres_reader *pg;
#endif
};

/* --- cells --------------------------------------------------------------- */

void
reader_cell_init(struct reader_cell *k, const struct reader_column *c)
{
	*k = (struct reader_cell){ .kind = c->type.kind,
	    .type = sqltype_vtype(&c->type), .length = c->type.length };
	switch (c->type.kind) {
	case SQL_SMALLINT:
		k->lo = INT16_MIN, k->hi = INT16_MAX;
		break;
	case SQL_INTEGER:
		k->lo = INT32_MIN, k->hi = INT32_MAX;
		break;
	case SQL_BIGINT:
		k->lo = INT64_MIN, k->hi = INT64_MAX;
		break;
	case SQL_NUMERIC:
		k->scale = c->scale;
		k->digits = c->type.precision > 0 ? c->type.precision :
		    DIGITS_MAX;
		k->most = d128_pow10[k->digits] - 1;
		break;
	default:
		break;
	}
}

void
reader_rows_begin(struct reader_rows *r, struct arena *a,
    const struct reader_cell *cell, uint32_t ncolumn, uint32_t most,
    struct column *col)
{
	uint32_t i;

	*r = (struct reader_rows){ .arena = a, .cell = cell, .col = col,
	    .ncolumn = ncolumn, .most = most };
	for (i = 0; i < ncolumn; i++)
		column_init(&col[i], a, cell[i].type, cell[i].scale, most);
}

/* What cells that are null or bad hold. */
static void
clear_cell(struct column *c, uint32_t row)
{
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		c->v.text[row] = (struct slice){ (const uint8_t *)"", 0 };
		break;
	case V_D128:
		c->v.d128[row] = 0;
		break;
	case V_F64:
		c->v.f64[row] = 0;
		break;
	case V_BOOL:
		c->v.flag[row] = 0;
		break;
	default:
		c->v.i64[row] = 0;
	}
}

void
reader_set_null(struct reader_rows *r, uint32_t column, uint32_t row)
{
	struct column *c = &r->col[column];

	clear_cell(c, row);
	column_set_null(c, r->arena, r->most, row);
}

void
reader_set_bad(struct reader_rows *r, uint32_t column, uint32_t row)
{
	struct column *c = &r->col[column];

	clear_cell(c, row);
	column_set_bad(c, r->arena, row, column, DIAG_D056);
}

/* Where `len` bytes fit. */
static uint8_t *
text_room(struct reader_rows *r, size_t len)
{
	size_t size;
	uint8_t *p;

	if (r->text == NULL || (size_t)(r->end - r->text) < len) {
		if (r->chunk < TEXT_CHUNK_MAX)
			r->chunk = r->chunk == 0 ? TEXT_CHUNK_MIN :
			    r->chunk * 2;
		size = len > r->chunk ? len : r->chunk;
		r->text = arena_alloc(r->arena, size);
		r->end = r->text + size;
	}
	p = r->text;
	r->text += len;
	r->texts += len;
	return p;
}

void
reader_set_bytes(struct reader_rows *r, uint32_t column, uint32_t row,
    const void *from, size_t len)
{
	uint8_t *p = text_room(r, len);

	if (len > 0)
		memcpy(p, from, len);
	r->col[column].v.text[row] = (struct slice){ p, (uint32_t)len };
}

void
reader_note_bad(struct reader_rows *r, uint32_t column, uint32_t row,
    const void *from, size_t len)
{
	struct bad_text *b = ARENA_PUSH(r->arena, r->bad, r->nbad, r->bad_cap);
	const uint8_t *p = from;
	size_t at = 0, n, i;
	char *hex;

	for (; at < len && (n = utf8_valid(p + at, len - at)) > 0; at += n)
		continue;
	*b = (struct bad_text){ row, column, { NULL, 0 } };
	if (at == len) {
		b->text = (struct slice){ arena_copy(r->arena,
		    len > 0 ? from : "", len), (uint32_t)len };
		return;
	}
	hex = arena_alloc(r->arena, 2 * len + 3);
	memcpy(hex, "\\x", 2);
	for (i = 0; i < len; i++) {
		hex[2 * i + 2] = "0123456789abcdef"[p[i] >> 4];
		hex[2 * i + 3] = "0123456789abcdef"[p[i] & 15];
	}
	b->text = (struct slice){ (uint8_t *)hex, (uint32_t)(2 * len + 2) };
}

bool
reader_text_fits(const struct reader_cell *k, size_t len, const uint8_t *p)
{
	return k->length == 0 || len <= k->length ||
	    utf8_count(p, len) <= k->length;
}

/* --- readers ------------------------------------------------------------- */

struct table_reader *
table_reader_new(struct db *db, const char *relation,
    const struct reader_column *column, uint32_t ncolumn, const char *tail)
{
	struct table_reader *r = mem_zalloc(sizeof *r);
	bool good;
	uint32_t i;

	r->db = db;
	r->ncolumn = ncolumn;
	r->cell = mem_array(ncolumn, sizeof *r->cell);
	for (i = 0; i < ncolumn; i++)
		reader_cell_init(&r->cell[i], &column[i]);
	if (db->kind == DB_SQLITE) {
		r->lite = sqlite_reader_new(db, relation, column, ncolumn,
		    tail);
		good = r->lite != NULL;
	} else {
#ifdef HAVE_LIBPQ
		r->pg = postgres_reader_new(db, relation, column, ncolumn,
		    tail);
		good = r->pg != NULL;
#else
		good = false;
#endif
	}
	if (good)
		return r;
	table_reader_free(r);
	return NULL;
}

static enum grade
fill(struct table_reader *r, struct reader_rows *rows, uint32_t *n)
{
#ifdef HAVE_LIBPQ
	if (r->pg != NULL)
		return postgres_reader_next(r->pg, rows, n);
#endif
	return sqlite_reader_next(r->lite, rows, n);
}

enum grade
table_reader_next(struct table_reader *r, struct arena *a, uint32_t most,
    struct column *col, uint32_t *n)
{
	struct reader_rows rows;

	*n = 0;
	r->nbad = 0;
	if (r->failed)
		return FATAL;
	if (r->ended)
		return END;
	reader_rows_begin(&rows, a, r->cell, r->ncolumn, most, col);
	if (db_is_interrupted(r->db) || fill(r, &rows, n) != OK) {
		*n = 0;
		r->failed = true;
		return FATAL;
	}
	r->ended = *n == 0;
	r->bad = rows.bad;
	r->nbad = rows.nbad;
	return r->ended ? END : OK;
}

const struct bad_text *
table_reader_bad(const struct table_reader *r, uint32_t *n)
{
	*n = r->nbad;
	return r->bad;
}

void
table_reader_free(struct table_reader *r)
{
	if (r == NULL)
		return;
	if (r->lite != NULL)
		sqlite_reader_free(r->lite);
#ifdef HAVE_LIBPQ
	if (r->pg != NULL)
		postgres_reader_free(r->pg);
#endif
	mem_free(r->cell);
	mem_free(r);
}
