/*
 * Packed rows and the virtual table that presents them; see sqlite_rows.h.
 *
 * A worker computes whatever costs time (doubles, dates, decimals as text);
 * the writer's cursor hands out what it finds.  "The Virtual Table Mechanism
 * Of SQLite", sqlite.org/vtab.html, is the contract of the x-functions.
 */
#include "sink/sqlite_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "plan/batch.h"
#include "value/decimal.h"
#include "value/format.h"

enum { TAG_NULL, TAG_INTEGER, TAG_REAL, TAG_TEXT, TAG_BLOB };
#define TAG_BITS	3
#define ROW_HEAD	12u		/* bytes before the first cell */
#define CELL_HEAD	4u
#define EXACT		(INT64_C(1) << 53)	/* doubles hold such integers */

/* --- packing, on any thread ---------------------------------------------- */

void
sqlite_packer_init(struct sqlite_packer *k, const struct schema_column *c)
{
	int i;

	k->cell = sqlite_column_cell(c);
	k->scale = c->type.kind == SQL_NUMERIC ? c->scale : 0;
	k->divisor = 1;
	for (i = 0; i < k->scale; i++)
		k->divisor *= 10;	/* exact up to 10^22 */
}

static uint8_t *
put_word(uint8_t *p, uint32_t tag, const void *v)
{
	memcpy(p, &tag, CELL_HEAD);
	memcpy(p + CELL_HEAD, v, 8);
	return p + CELL_HEAD + 8;
}

static uint8_t *
put_bytes(uint8_t *p, uint32_t tag, const void *v, uint32_t len)
{
	uint32_t head = len << TAG_BITS | tag;

	memcpy(p, &head, CELL_HEAD);
	if (len > 0)
		memcpy(p + CELL_HEAD, v, len);
	return p + CELL_HEAD + len;
}

/*
 * The double nearest to the decimal: an exact integer divided by an exact
 * power of ten is rounded once.
 */
static double
real_of(const struct sqlite_packer *k, const struct column *c, uint32_t row)
{
	d128 v;

	if (c->type == V_F64)
		return c->v.f64[row];
	v = c->type == V_D128 ? c->v.d128[row] : c->v.i64[row];
	if (v > -EXACT && v < EXACT && k->scale <= 22)
		return (double)(int64_t)v / k->divisor;
	return decimal_to_f64(v, k->scale);
}

static int64_t
integer_of(const struct column *c, uint32_t row)
{
	switch (c->type) {
	case V_BOOL:
		return c->v.flag[row] != 0;
	case V_D128:
		return (int64_t)c->v.d128[row];
	default:
		return c->v.i64[row];
	}
}

static uint8_t *
put_formatted(uint8_t *p, const struct sqlite_packer *k,
    const struct column *c, uint32_t row)
{
	char *out = (char *)p + CELL_HEAD;
	uint32_t head;
	size_t n;

	if (k->cell == CELL_DATE)
		n = format_date(out, c->v.i64[row]);
	else if (k->cell == CELL_TIME)
		n = format_time(out, c->v.i64[row]);
	else if (k->cell == CELL_TIMESTAMP)
		n = format_tstamp(out, c->v.i64[row]);
	else if (c->type == V_D128)
		n = format_d128(out, c->v.d128[row], k->scale);
	else
		n = format_i64(out, c->v.i64[row], k->scale);
	head = (uint32_t)n << TAG_BITS | TAG_TEXT;
	memcpy(p, &head, CELL_HEAD);
	return p + CELL_HEAD + n;
}

static uint8_t *
put_cell(uint8_t *p, const struct sqlite_packer *k, const struct column *c,
    uint32_t row)
{
	int64_t i;
	double d;

	if (column_is_null(c, row))
		return put_bytes(p, TAG_NULL, NULL, 0);
	switch (k->cell) {
	case CELL_INTEGER:
		i = integer_of(c, row);
		return put_word(p, TAG_INTEGER, &i);
	case CELL_REAL:
		d = real_of(k, c, row);
		return put_word(p, TAG_REAL, &d);
	case CELL_TEXT:
		return put_bytes(p, TAG_TEXT, c->v.text[row].p,
		    c->v.text[row].len);
	case CELL_BLOB:
		return put_bytes(p, TAG_BLOB, c->v.text[row].p,
		    c->v.text[row].len);
	default:
		return put_formatted(p, k, c, row);
	}
}

/* Bytes that the rows may need, at most. */
static size_t
rows_bound(const struct schema_table *t, const struct sqlite_packer *k,
    const struct rowset *r)
{
	size_t size, row = ROW_HEAD, texts = 0;
	uint32_t c, i;

	for (c = 0; c < t->ncolumn; c++) {
		size = 8;
		if (k[c].cell == CELL_TEXT || k[c].cell == CELL_BLOB) {
			size = 0;
			for (i = 0; i < r->n; i++)
				texts += r->col[c]->v.text[r->row[i]].len;
		} else if (k[c].cell >= CELL_DECIMAL)
			size = FORMAT_MAX;
		row += CELL_HEAD + size;
	}
	return row * r->n + texts;
}

void
sqlite_rows_pack(struct buf *b, const struct schema_table *t,
    const struct sqlite_packer *k, const struct rowset *r)
{
	int rowid = sqlite_table_rowid(t);
	uint8_t *p, *start;
	uint32_t c, i, row, size;
	int64_t key;

	if (r->n == 0 || !buf_reserve(b, rows_bound(t, k, r)))
		return;
	p = (uint8_t *)b->p + b->len;
	for (i = 0; i < r->n; i++) {
		row = r->row[i];
		start = p;
		key = rowid < 0 ? 0 : integer_of(r->col[rowid], row);
		p += ROW_HEAD;
		for (c = 0; c < t->ncolumn; c++)
			p = put_cell(p, &k[c], r->col[c], row);
		size = (uint32_t)(p - start);
		memcpy(start, &size, 4);
		memcpy(start + 4, &key, 8);
	}
	b->len = (size_t)(p - (uint8_t *)b->p);
	b->p[b->len] = '\0';
}

static uint32_t
row_size(const uint8_t *row)
{
	uint32_t size;

	memcpy(&size, row, 4);
	return size;
}

void
sqlite_rows_skip(struct sqlite_rows *rows, uint32_t n)
{
	rows->n -= n;
	for (; n > 0; n--)
		rows->p += row_size(rows->p);
}

static int64_t
row_key(const uint8_t *row)
{
	int64_t key;

	memcpy(&key, row + 4, 8);
	return key;
}

static const uint8_t *
cell_end(const uint8_t *cell)
{
	uint32_t head, tag;

	memcpy(&head, cell, CELL_HEAD);
	tag = head & ((1u << TAG_BITS) - 1);
	return cell + CELL_HEAD + (tag == TAG_INTEGER || tag == TAG_REAL ? 8 :
	    head >> TAG_BITS);
}

/* --- repeated rowids ----------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Keeps one of each. */
static void
repeats_compact(struct sqlite_repeats *r)
{
	uint32_t i, n = 0;

	qsort(r->v, r->n, sizeof *r->v, by_value);
	for (i = 0; i < r->n; i++)
		if (n == 0 || r->v[n - 1] != r->v[i])
			r->v[n++] = r->v[i];
	r->n = n;
}

static void
repeats_add(struct sqlite_repeats *r, int64_t rowid)
{
	if (r->n == SQLITE_REPEATS_MAX && !r->full) {
		repeats_compact(r);
		r->full = r->n > SQLITE_REPEATS_MAX / 2;
	}
	if (r->full)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 64 : r->cap * 2;
		r->v = mem_resize(r->v, r->cap, sizeof *r->v);
	}
	r->v[r->n++] = rowid;
}

/* --- the virtual table --------------------------------------------------- */

struct rows_table {
	sqlite3_vtab base;		/* first: SQLite's part */
	struct sqlite_inserter *from;
};

struct rows_cursor {
	sqlite3_vtab_cursor base;	/* first: SQLite's part */
	struct sqlite_inserter *from;
	const uint8_t *row, *cell;
	int column;			/* which one `cell` is */
	uint32_t left;			/* rows, this one included */
	bool any;			/* a row of this statement got in */
	bool repeated;			/* this row cannot */
};

static int
rows_connect(sqlite3 *db, void *from, int argc, const char *const *argv,
    sqlite3_vtab **table, char **error)
{
	const struct sqlite_inserter *in = from;
	struct rows_table *t;
	struct buf sql;
	uint32_t i;
	int rc;

	(void)argc, (void)argv, (void)error;
	buf_init(&sql, 1u << 20);
	buf_puts(&sql, "CREATE TABLE x(");
	for (i = 0; i < in->ncolumn; i++)
		buf_printf(&sql, "%sc%u", i == 0 ? "" : ",", i);
	buf_putc(&sql, ')');
	rc = sqlite3_declare_vtab(db, sql.p);
	buf_fini(&sql);
	if (rc != SQLITE_OK)
		return rc;
	t = mem_zalloc(sizeof *t);
	t->from = from;
	*table = &t->base;
	return SQLITE_OK;
}

static int
rows_disconnect(sqlite3_vtab *t)
{
	mem_free(t);
	return SQLITE_OK;
}

static int
rows_best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
	(void)t;
	info->estimatedCost = 1;
	return SQLITE_OK;
}

static int
rows_open(sqlite3_vtab *t, sqlite3_vtab_cursor **cursor)
{
	struct rows_cursor *c = mem_zalloc(sizeof *c);

	c->from = ((struct rows_table *)t)->from;
	*cursor = &c->base;
	return SQLITE_OK;
}

static int
rows_close(sqlite3_vtab_cursor *c)
{
	mem_free(c);
	return SQLITE_OK;
}

/*
 * A row whose rowid is taken is ignored by INSERT OR IGNORE, and only the
 * last insert rowid tells: it stays what it was.  Before each row it must
 * therefore differ from the row's own.  Where it does not because a row of
 * this statement has that rowid, this one is a repetition anyway.
 */
static void
rows_begin(struct rows_cursor *c)
{
	sqlite3 *db = c->from->db->handle;
	int64_t key = row_key(c->row);

	c->cell = c->row + ROW_HEAD;
	c->column = 0;
	c->repeated = false;
	if (c->from->rowid < 0 || sqlite3_last_insert_rowid(db) != key)
		return;
	if (c->any)
		c->repeated = true;
	else
		sqlite3_set_last_insert_rowid(db,
		    (int64_t)((uint64_t)key + 1));
}

/* Did the row that was just read get into the table? */
static void
rows_settle(struct rows_cursor *c)
{
	int64_t key = row_key(c->row);

	if (c->from->rowid < 0)
		return;
	if (!c->repeated &&
	    sqlite3_last_insert_rowid(c->from->db->handle) == key) {
		c->any = true;
		return;
	}
	c->from->ignored++;
	repeats_add(&c->from->repeats, key);
}

static int
rows_filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
    int argc, sqlite3_value **argv)
{
	struct rows_cursor *c = (struct rows_cursor *)cursor;

	(void)number, (void)text, (void)argc, (void)argv;
	c->row = c->from->rows.p;
	c->left = c->from->rows.n;
	c->any = false;
	if (c->left > 0)
		rows_begin(c);
	return SQLITE_OK;
}

static int
rows_next(sqlite3_vtab_cursor *cursor)
{
	struct rows_cursor *c = (struct rows_cursor *)cursor;

	rows_settle(c);
	c->row += row_size(c->row);
	if (--c->left > 0)
		rows_begin(c);
	return SQLITE_OK;
}

static int
rows_eof(sqlite3_vtab_cursor *cursor)
{
	return ((struct rows_cursor *)cursor)->left == 0;
}

/* SQLite asks for the columns one after another; any order would do. */
static int
rows_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
	struct rows_cursor *c = (struct rows_cursor *)cursor;
	const char *p;
	uint32_t head;
	int64_t i;
	double d;

	if (column < c->column) {
		c->cell = c->row + ROW_HEAD;
		c->column = 0;
	}
	for (; c->column < column; c->column++)
		c->cell = cell_end(c->cell);
	memcpy(&head, c->cell, CELL_HEAD);
	p = (const char *)c->cell + CELL_HEAD;
	c->column++;
	switch (head & ((1u << TAG_BITS) - 1)) {
	case TAG_INTEGER:
		memcpy(&i, p, 8);
		sqlite3_result_int64(out, i);
		c->cell += CELL_HEAD + 8;
		break;
	case TAG_REAL:
		memcpy(&d, p, 8);
		sqlite3_result_double(out, d);
		c->cell += CELL_HEAD + 8;
		break;
	case TAG_TEXT:
		sqlite3_result_text(out, p, (int)(head >> TAG_BITS),
		    SQLITE_STATIC);
		c->cell += CELL_HEAD + (head >> TAG_BITS);
		break;
	case TAG_BLOB:
		sqlite3_result_blob(out, p, (int)(head >> TAG_BITS),
		    SQLITE_STATIC);
		c->cell += CELL_HEAD + (head >> TAG_BITS);
		break;
	default:	/* without a result the value is NULL */
		c->cell += CELL_HEAD;
		break;
	}
	return SQLITE_OK;
}

static int
rows_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
	*rowid = row_key(((struct rows_cursor *)cursor)->row);
	return SQLITE_OK;
}

static const sqlite3_module rows_module = {
	.xCreate = rows_connect,
	.xConnect = rows_connect,
	.xBestIndex = rows_best_index,
	.xDisconnect = rows_disconnect,
	.xDestroy = rows_disconnect,
	.xOpen = rows_open,
	.xClose = rows_close,
	.xFilter = rows_filter,
	.xNext = rows_next,
	.xEof = rows_eof,
	.xColumn = rows_column,
	.xRowid = rows_rowid,
};

/* --- inserting ----------------------------------------------------------- */

bool
sqlite_inserter_init(struct sqlite_inserter *in, struct sqlite_db *db,
    const struct schema_table *t, const char *name, uint32_t n)
{
	const char *rows = in->rows_table;
	struct buf sql;
	int rc;

	*in = (struct sqlite_inserter){ .db = db, .ncolumn = t->ncolumn,
	    .rowid = sqlite_table_rowid(t) };
	snprintf(in->rows_table, sizeof in->rows_table, "decant_rows_%u", n);
	rc = sqlite3_create_module(db->handle, rows, &rows_module, in);
	if (rc != SQLITE_OK) {
		sqlite_db_error(db, rc);
		return false;
	}
	/* In temp, where no name of the file's can come between. */
	if (!sqlite_db_execf(db, "CREATE VIRTUAL TABLE temp.%s USING %s",
	    rows, rows))
		return false;
	buf_init(&sql, 1u << 20);
	/* Without a rowid of its own nothing is to be ignored. */
	buf_puts(&sql, in->rowid < 0 ? "INSERT INTO main." :
	    "INSERT OR IGNORE INTO main.");
	sqlite_db_ident(&sql, name);
	buf_printf(&sql, " SELECT * FROM temp.%s", rows);
	in->insert = sqlite_db_prepare(db, sql.p);
	buf_fini(&sql);
	return in->insert != NULL;
}

void
sqlite_inserter_fini(struct sqlite_inserter *in)
{
	char sql[64];

	sqlite3_finalize(in->insert);
	mem_free(in->repeats.v);
	if (in->db != NULL) {
		snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS temp.%s",
		    in->rows_table);
		sqlite_db_try(in->db, sql);
		sqlite3_create_module(in->db->handle, in->rows_table, NULL,
		    NULL);
	}
	*in = (struct sqlite_inserter){ .rowid = -1 };
}

int
sqlite_inserter_run(struct sqlite_inserter *in, struct sqlite_rows *rows,
    uint32_t most)
{
	uint32_t n = rows->n < most ? rows->n : most;
	int rc;

	if (n == 0)
		return SQLITE_OK;
	in->rows = (struct sqlite_rows){ rows->p, n };
	in->ignored = 0;
	rc = sqlite3_step(in->insert);
	if (rc == SQLITE_DONE && (uint64_t)sqlite3_changes64(in->db->handle) +
	    in->ignored != n)
		rc = SQLITE_CONSTRAINT;	/* rows were lost; cannot be */
	sqlite3_reset(in->insert);
	if (rc != SQLITE_DONE)
		return rc;
	in->ignored_all += in->ignored;
	sqlite_rows_skip(rows, n);
	return SQLITE_OK;
}
