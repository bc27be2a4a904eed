/*
 * The rows of a SQLite table as columns; see table_reader.h.
 *
 * What decant writes has the form of sqlite_form.h.  Applications write what
 * they like: SQLite makes of it what the column's affinity says, and keeps
 * the rest as it is.  So the type of every value is looked at, and a number
 * counts when it is exactly one of the column's type.
 */
#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/checked.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/sqlite_form.h"
#include "db/table_reader_impl.h"
#include "value/decimal.h"
#include "value/format.h"

#define SQL_MAX		(1u << 20)
#define EXACT		(INT64_C(1) << 53)	/* doubles hold such integers */
#define EXACT_POWER	22			/* so are powers of ten */
#define WIDE_MOST	1e38
#define WIDE_TEXT	(40 + 1 + 40)		/* digits of such a number */
#define FLOAT_MOST	3.4028234663852886e38

/* How the cells of a column are read. */
enum get {
	GET_INTEGER, GET_NUMERIC, GET_MINOR, GET_REAL, GET_DOUBLE, GET_BOOLEAN,
	GET_TEXT, GET_BLOB, GET_DATE, GET_TIME, GET_TIMESTAMP
};

struct sqlite_reader {
	struct sqlite_db *db;
	sqlite3_stmt *st;
	enum get *get;
	bool done;
};

static enum get
get_of(const struct reader_column *c)
{
	switch (sqlite_form_cell(&c->type, c->scale, c->sqlite)) {
	case CELL_INTEGER:
		if (c->type.kind == SQL_BOOLEAN)
			return GET_BOOLEAN;
		if (c->type.kind == SQL_NUMERIC)
			return c->sqlite == SQLITE_FORM_MINOR ? GET_MINOR :
			    GET_NUMERIC;
		return GET_INTEGER;
	case CELL_REAL:
		return c->type.kind == SQL_NUMERIC ? GET_NUMERIC :
		    c->type.kind == SQL_REAL ? GET_REAL : GET_DOUBLE;
	case CELL_DECIMAL:
		return GET_NUMERIC;
	case CELL_BLOB:
		return GET_BLOB;
	case CELL_DATE:
		return GET_DATE;
	case CELL_TIME:
		return GET_TIME;
	case CELL_TIMESTAMP:
		return GET_TIMESTAMP;
	case CELL_TEXT:
		break;
	}
	return GET_TEXT;
}

/*
 * Does SQLite show a double as the decimal v?  Sums that programs make are off
 * in the last bits (0.1 + 0.2), and 15 digits are what it shows of them
 * ("Floating Point Numbers", 1.1).
 */
static bool
is_shown_as(double d, d128 v, int scale)
{
	double of = decimal_to_f64(v, (int16_t)scale);
	char a[32], b[32];

	if (d == of)
		return true;
	if (v >= d128_pow10[15] || v <= -d128_pow10[15])
		return false;
	snprintf(a, sizeof a, "%.15g", d);
	snprintf(b, sizeof b, "%.15g", of);
	return strcmp(a, b) == 0;
}

/*
 * The decimal of the column's scale that a double stands for.  False: there is
 * none.  (Beyond 15 digits there may be several; then it is the one nearest to
 * the double, which is what SQLite prints.)
 */
static bool
decimal_of_double(const struct reader_cell *k, double d, d128 *v)
{
	char text[WIDE_TEXT + 1];
	int16_t scale;
	double x;
	int64_t i;
	int n;

	if (k->scale <= EXACT_POWER) {
		x = d * (double)d128_pow10[k->scale];
		if (x > (double)(-EXACT / 2) && x < (double)(EXACT / 2)) {
			i = (int64_t)(x < 0 ? x - 0.5 : x + 0.5);
			*v = i;
			if (is_shown_as(d, i, k->scale))
				return true;
		}
	}
	if (!(d > -WIDE_MOST && d < WIDE_MOST))
		return false;
	n = snprintf(text, sizeof text, "%.*f", k->scale, d);
	return n > 0 && n < (int)sizeof text &&
	    parse_decimal((const uint8_t *)text, (size_t)n, v, &scale) &&
	    scale == k->scale && is_shown_as(d, *v, k->scale);
}

static bool
decimal_of_text(const struct reader_cell *k, sqlite3_stmt *st, int i, d128 *v)
{
	const unsigned char *p = sqlite3_column_text(st, i);
	size_t n = (size_t)sqlite3_column_bytes(st, i);
	bool exact = true;
	int16_t scale;

	if (p == NULL || !parse_decimal(p, n, v, &scale))
		return false;
	return scale == k->scale ||
	    (decimal_rescale(*v, scale, k->scale, v, &exact) && exact);
}

/* A value of a row, on its way into a column. */
struct value {
	struct reader_rows *r;
	sqlite3_stmt *st;
	uint32_t c, row;
	int type;		/* SQLITE_INTEGER, … */
};

static void
get_numeric(const struct value *x)
{
	const struct reader_cell *k = &x->r->cell[x->c];
	int i = (int)x->c;
	bool good = false;
	d128 v = 0;

	if (x->type == SQLITE_INTEGER)
		good = !ckd_mul(&v, (d128)sqlite3_column_int64(x->st, i),
		    d128_pow10[k->scale]);
	else if (x->type == SQLITE_FLOAT)
		good = decimal_of_double(k, sqlite3_column_double(x->st, i),
		    &v);
	else if (x->type == SQLITE_TEXT)
		good = decimal_of_text(k, x->st, i, &v);
	if (good && v >= -k->most && v <= k->most)
		reader_set_number(x->r, x->c, x->row, v);
	else
		reader_set_bad(x->r, x->c, x->row);
}

static void
get_minor(const struct value *x)
{
	const struct reader_cell *k = &x->r->cell[x->c];
	int64_t v = sqlite3_column_int64(x->st, (int)x->c);

	if (x->type == SQLITE_INTEGER && v >= -k->most && v <= k->most)
		reader_set_number(x->r, x->c, x->row, v);
	else
		reader_set_bad(x->r, x->c, x->row);
}

static void
get_integer(const struct value *x)
{
	if (x->type == SQLITE_INTEGER)
		reader_set_integer(x->r, x->c, x->row,
		    sqlite3_column_int64(x->st, (int)x->c));
	else
		reader_set_bad(x->r, x->c, x->row);
}

/*
 * A real is the float nearest to what SQLite holds, as it would be in a column
 * of PostgreSQL's; a whole number must be one that a double can be.
 */
static void
get_double(const struct value *x, bool single)
{
	double d = sqlite3_column_double(x->st, (int)x->c);
	int64_t i = sqlite3_column_int64(x->st, (int)x->c);
	bool good = x->type == SQLITE_FLOAT || (x->type == SQLITE_INTEGER &&
	    i >= -EXACT && i <= EXACT);

	if (!good || (single && isfinite(d) && fabs(d) > FLOAT_MOST))
		reader_set_bad(x->r, x->c, x->row);
	else
		x->r->col[x->c].v.f64[x->row] = single ? (double)(float)d : d;
}

static void
get_boolean(const struct value *x)
{
	int64_t v = sqlite3_column_int64(x->st, (int)x->c);

	if (x->type == SQLITE_INTEGER && (v == 0 || v == 1))
		x->r->col[x->c].v.flag[x->row] = (uint8_t)v;
	else
		reader_set_bad(x->r, x->c, x->row);
}

static bool
is_utf8(const uint8_t *p, size_t n)
{
	size_t i = 0, len;
	uint64_t eight;

	while (i < n) {
		if (n - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += 8;
				continue;
			}
		}
		len = utf8_valid(p + i, n - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

static void
get_text(const struct value *x)
{
	const uint8_t *p = NULL;
	size_t n = 0;

	if (x->type == SQLITE_TEXT) {
		p = sqlite3_column_text(x->st, (int)x->c);
		n = (size_t)sqlite3_column_bytes(x->st, (int)x->c);
	}
	if (p != NULL && is_utf8(p, n) &&
	    reader_text_fits(&x->r->cell[x->c], n, p))
		reader_set_bytes(x->r, x->c, x->row, p, n);
	else
		reader_set_bad(x->r, x->c, x->row);
}

static void
get_blob(const struct value *x)
{
	const void *p;

	if (x->type != SQLITE_BLOB) {
		reader_set_bad(x->r, x->c, x->row);
		return;
	}
	p = sqlite3_column_blob(x->st, (int)x->c);	/* NULL: no bytes */
	reader_set_bytes(x->r, x->c, x->row, p,
	    (size_t)sqlite3_column_bytes(x->st, (int)x->c));
}

static void
get_moment(const struct value *x,
    bool (*parse)(const uint8_t *, size_t, int64_t *))
{
	const uint8_t *p;
	int64_t v;

	if (x->type == SQLITE_TEXT &&
	    (p = sqlite3_column_text(x->st, (int)x->c)) != NULL &&
	    parse(p, (size_t)sqlite3_column_bytes(x->st, (int)x->c), &v))
		x->r->col[x->c].v.i64[x->row] = v;
	else
		reader_set_bad(x->r, x->c, x->row);
}

static void
get_value(const struct value *x, enum get get)
{
	switch (get) {
	case GET_INTEGER:
		get_integer(x);
		break;
	case GET_NUMERIC:
		get_numeric(x);
		break;
	case GET_MINOR:
		get_minor(x);
		break;
	case GET_REAL:
	case GET_DOUBLE:
		get_double(x, get == GET_REAL);
		break;
	case GET_BOOLEAN:
		get_boolean(x);
		break;
	case GET_TEXT:
		get_text(x);
		break;
	case GET_BLOB:
		get_blob(x);
		break;
	case GET_DATE:
		get_moment(x, parse_date);
		break;
	case GET_TIME:
		get_moment(x, parse_time_iso);
		break;
	case GET_TIMESTAMP:
		get_moment(x, parse_tstamp);
		break;
	}
}

static inline bool
is_bad(const struct column *c, uint32_t row)
{
	return c->bad.n > 0 && c->bad.v[c->bad.n - 1].row == row;
}

static void
note_bad(const struct value *x)
{
	const void *p = x->type == SQLITE_BLOB ?
	    sqlite3_column_blob(x->st, (int)x->c) :
	    sqlite3_column_text(x->st, (int)x->c);

	reader_note_bad(x->r, x->c, x->row, p,
	    (size_t)sqlite3_column_bytes(x->st, (int)x->c));
}

/* --- the statement ------------------------------------------------------- */

/*
 * Columns are named with their table, for SQLite takes "name" alone for a
 * string where no column has that name ("Double-quoted String Literals Are
 * Accepted", sqlite.org/quirks.html).
 */
static void
put_select(struct buf *b, const char *relation,
    const struct reader_column *column, uint32_t n, const char *tail)
{
	const char *of = relation[0] == '(' ? "t" : relation;
	uint32_t i;

	buf_puts(b, "SELECT ");
	for (i = 0; i < n; i++) {
		buf_printf(b, "%s%s.", i > 0 ? ", " : "", of);
		sqlite_db_ident(b, column[i].name);
	}
	buf_printf(b, " FROM %s %s", relation, tail);
}

struct sqlite_reader *
sqlite_reader_new(struct db *db, const char *relation,
    const struct reader_column *column, uint32_t n, const char *tail)
{
	struct sqlite_reader *r = mem_zalloc(sizeof *r);
	struct buf sql;
	uint32_t i;

	r->db = &db->lite;
	r->get = mem_array(n, sizeof *r->get);
	for (i = 0; i < n; i++)
		r->get[i] = get_of(&column[i]);
	buf_init(&sql, SQL_MAX);
	put_select(&sql, relation, column, n, tail);
	r->st = sqlite_db_prepare(r->db, sql.p);
	buf_fini(&sql);
	if (r->st != NULL)
		return r;
	sqlite_reader_free(r);
	return NULL;
}

enum grade
sqlite_reader_next(struct sqlite_reader *r, struct reader_rows *rows,
    uint32_t *n)
{
	struct value x = { .r = rows, .st = r->st };
	int rc = SQLITE_ROW;

	while (!r->done && x.row < rows->most &&
	    rows->texts < READER_TEXT_MOST &&
	    (rc = sqlite3_step(r->st)) == SQLITE_ROW) {
		for (x.c = 0; x.c < rows->ncolumn; x.c++) {
			x.type = sqlite3_column_type(r->st, (int)x.c);
			if (x.type == SQLITE_NULL)
				reader_set_null(rows, x.c, x.row);
			else
				get_value(&x, r->get[x.c]);
			if (is_bad(&rows->col[x.c], x.row))
				note_bad(&x);
		}
		x.row++;
	}
	*n = x.row;
	if (rc == SQLITE_ROW)
		return OK;
	r->done = true;
	if (rc == SQLITE_DONE)
		return OK;
	sqlite_db_error(r->db, rc);
	return FATAL;
}

void
sqlite_reader_free(struct sqlite_reader *r)
{
	sqlite3_finalize(r->st);
	mem_free(r->get);
	mem_free(r);
}
