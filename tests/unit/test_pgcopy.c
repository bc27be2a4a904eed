/*
 * The encoder of binary COPY, against what a server wrote (pgcopy_cases.h).
 */
#include "sink/sink_postgres_copy.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"
#include "value/format.h"

#include "pgcopy_cases.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static struct arena arena;

static d128
read_whole(const char *s)
{
	bool minus = *s == '-';
	d128 v = 0;

	for (s += minus; *s != '\0'; s++)
		v = v * 10 + (*s - '0');
	return minus ? -v : v;
}

static struct slice
read_hex(const char *s)
{
	uint32_t n = (uint32_t)strlen(s) / 2, i;
	uint8_t *p = arena_alloc(&arena, n + 1);
	char byte[3] = "";

	for (i = 0; i < n; i++) {
		memcpy(byte, s + 2 * i, 2);
		p[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return (struct slice){ p, n };
}

static void
set_cell(struct column *c, uint32_t row, const char *held)
{
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		c->v.text[row] = read_hex(held);
		break;
	case V_D128:
		c->v.d128[row] = read_whole(held);
		break;
	case V_F64:
		c->v.f64[row] = strtod(held, NULL);
		break;
	case V_BOOL:
		c->v.flag[row] = *held == '1';
		break;
	default:
		c->v.i64[row] = (int64_t)read_whole(held);
	}
}

static void
hex_of(struct buf *out, const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		buf_printf(out, "%02x", (unsigned char)b->p[i]);
}

static void
check_case(size_t i, bool wide)
{
	struct schema_column sc = { .name = "c" };
	struct schema_table t = { .name = "t", .column = &sc, .ncolumn = 1 };
	struct column c;
	const struct column *cols[] = { &c };
	uint32_t row = 0;
	struct rowset rows = { .n = 1, .row = &row, .col = cols };
	struct buf out, hex, text, held;
	const char *why;

	sqltype_parse(pgcopy_cases[i].type, strlen(pgcopy_cases[i].type),
	    &sc.type, &why);
	column_init(&c, &arena, wide ? V_D128 : sqltype_vtype(&sc.type),
	    sc.type.scale, 1);
	set_cell(&c, 0, pgcopy_cases[i].held);
	buf_init(&out, 1 << 20);
	buf_init(&hex, 1 << 20);
	pgcopy_encode(&out, &arena, &t, &rows);
	hex_of(&hex, &out);
	is_str(hex.p, pgcopy_cases[i].hex, "%s %s%s", pgcopy_cases[i].type,
	    pgcopy_cases[i].text, wide ? ", held wide" : "");
	if (sc.type.kind != SQL_NUMERIC) {
		buf_init(&text, 1000);
		buf_init(&held, 1000);
		pgcopy_value_text(&text, &sc.type, out.p + 6, out.len - 6);
		if (sc.type.kind == SQL_REAL)
			c.v.f64[0] = (float)c.v.f64[0];
		format_cell(&held, &c, 0);
		is_str(text.len ? text.p : "", held.len ? held.p : "",
		    "%s %s read back", pgcopy_cases[i].type,
		    pgcopy_cases[i].text);
		buf_fini(&text);
		buf_fini(&held);
	}
	buf_fini(&out);
	buf_fini(&hex);
}

/*
 * COPY (VALUES (1::integer, 'ab'::text, null::date, 12.34::numeric(11,2)),
 * (2, null, '2024-02-29', null), (null, '', '2000-01-01', -1.00))
 * TO STDOUT (FORMAT binary), with header and trailer.
 */
static const char table_hex[] =
    "5047434f50590aff0d0a0000000000000000000004000000040000000100"
    "0000026162ffffffff0000000c0002000000000002000c0d480004000000"
    "0400000002ffffffff0000000400002279ffffffff0004ffffffff000000"
    "0000000004000000000000000a00010000400000020001ffff";

static void
check_table(void)
{
	struct schema_column sc[] = {
		{ .name = "a", .type = { .kind = SQL_INTEGER } },
		{ .name = "b", .type = { .kind = SQL_TEXT } },
		{ .name = "c", .type = { .kind = SQL_DATE } },
		{ .name = "d", .type = { .kind = SQL_NUMERIC, .precision = 11,
		    .scale = 2 } } };
	struct schema_table t = { .name = "t", .column = sc, .ncolumn = 4 };
	struct column c[4];
	const struct column *cols[] = { &c[0], &c[1], &c[2], &c[3] };
	static const char *const cell[4][4] = {
		{ "1", "6162", NULL, "1234" }, { "7", "78", "0", "0" },
		{ "2", NULL, "19782", NULL }, { NULL, "", "10957", "-100" } };
	const uint32_t row[] = { 0, 2, 3 };	/* row 1 is a reject's */
	struct rowset rows = { .n = 3, .row = row, .col = cols };
	struct buf out, hex;
	uint32_t i, k;

	for (k = 0; k < 4; k++) {
		column_init(&c[k], &arena, sqltype_vtype(&sc[k].type),
		    sc[k].type.scale, 4);
		memset(c[k].v.any, 0, 4 * vtype_size(c[k].type));
		for (i = 0; i < 4; i++)
			if (cell[i][k] == NULL)
				column_set_null(&c[k], &arena, 4, i);
			else
				set_cell(&c[k], i, cell[i][k]);
	}
	buf_init(&out, 1 << 20);
	buf_init(&hex, 1 << 20);
	buf_put(&out, PGCOPY_HEADER, PGCOPY_HEADER_BYTES);
	pgcopy_encode(&out, &arena, &t, &rows);
	buf_put(&out, PGCOPY_TRAILER, PGCOPY_TRAILER_BYTES);
	hex_of(&hex, &out);
	is_str(hex.p, table_hex, "a table with nulls, as COPY writes it");
	rows.n = 0;
	buf_clear(&out);
	pgcopy_encode(&out, &arena, &t, &rows);
	is_int(out.len, 0, "no rows, no bytes");
	buf_fini(&out);
	buf_fini(&hex);
}

/* More rows than are reserved at a time, with long texts. */
static void
check_blocks(void)
{
	enum { N = 1000 };
	struct schema_column sc[] = {
		{ .name = "a", .type = { .kind = SQL_TEXT } },
		{ .name = "b", .type = { .kind = SQL_BIGINT } } };
	struct schema_table t = { .name = "t", .column = sc, .ncolumn = 2 };
	static uint8_t bytes[5000];
	static uint32_t row[N];
	struct column c[2];
	const struct column *cols[] = { &c[0], &c[1] };
	struct rowset rows = { .n = N, .row = row, .col = cols };
	size_t want = 0;
	struct buf out;
	uint32_t i;

	column_init(&c[0], &arena, V_TEXT, 0, N);
	column_init(&c[1], &arena, V_I64, 0, N);
	for (i = 0; i < N; i++) {
		row[i] = i;
		c[0].v.text[i] = (struct slice){ bytes, i * 5 };
		c[1].v.i64[i] = i;
		want += 2 + 4 + i * 5 + 4 + 8;
	}
	buf_init(&out, SIZE_MAX / 2);
	pgcopy_encode(&out, &arena, &t, &rows);
	is_int(out.len, want, "1000 rows have the bytes they should");
	ok((uint8_t)out.p[out.len - 1] == (N - 1) % 256 &&
	    (uint8_t)out.p[out.len - 2] == (N - 1) / 256,
	    "and end in the last number");
	buf_fini(&out);
}

int
main(void)
{
	struct sqltype t;
	const char *why;
	size_t i;

	arena_init(&arena);
	for (i = 0; i < COUNT(pgcopy_cases); i++) {
		check_case(i, false);
		sqltype_parse(pgcopy_cases[i].type,
		    strlen(pgcopy_cases[i].type), &t, &why);
		if (t.kind == SQL_NUMERIC && sqltype_vtype(&t) == V_I64)
			check_case(i, true);
	}
	check_table();
	check_blocks();
	arena_fini(&arena);
	return tap_done();
}
