/*
 * Writes that cannot be carried, to a file: a JSON object a line.
 *
 *	{"table":"person","op":"write","row":{…}}	a row as it is now
 *	{"table":"person","op":"delete","key":[…]}	it is no more
 *	{"table":"note","op":"I","row":{…}}		of a table without a
 *							key: as it was written
 */
#include "generation/writes_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"

#define SQL_MAX		(16u << 20)
#define LINES_MAX	(1u << 30)

/* An expression that makes JSON of a row of "l". */
static void
put_row(struct buf *b, const struct writes *c, const struct writes_table *t)
{
	const struct schema_table *s = t->old->columns;
	uint32_t i;

	if (c->d->db->kind == DB_POSTGRES) {
		buf_puts(b, "to_jsonb(l)::text");
		return;
	}
	buf_puts(b, "json_object(");
	for (i = 0; s != NULL && i < s->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		db_literal(c->d->db, b, s->column[i].name);
		buf_puts(b, s->column[i].type.kind == SQL_BYTEA ?
		    ", hex(l." : ", l.");
		db_ident(c->d->db, b, s->column[i].name);
		if (s->column[i].type.kind == SQL_BYTEA)
			buf_putc(b, ')');
	}
	buf_putc(b, ')');
}

static bool
write_rows(struct writes *c, const struct writes_table *t,
    struct buf *out, const char *sql, const char *op, const char *what)
{
	const struct db_result *r = db_query(c->d->db, c->d->arena,
	    "exporting rows", sql, 0, NULL);
	struct buf name;
	uint32_t i;
	bool good = r != NULL;

	buf_init(&name, 65536);
	buf_json(&name, t->name, strlen(t->name));
	for (i = 0; good && i < r->n; i++) {
		buf_printf(out, "{\"table\":%s,\"op\":\"%s\",\"%s\":%s}\n",
		    name.p, op != NULL ? op : db_cell(r, i, 1), what,
		    db_cell(r, i, 0));
		c->exported++;
	}
	buf_fini(&name);
	return good && !out->full;
}

/* SELECT of the rows in hand, as JSON. */
static void
put_rows_in_hand(struct buf *sql, const struct writes *c,
    const struct writes_table *t)
{
	buf_puts(sql, "SELECT ");
	put_row(sql, c, t);
	buf_printf(sql, " FROM %s AS l WHERE ", t->live);
	writes_put_keys(sql, c, t);
}

static bool
export_keyed(struct writes *c, const struct writes_table *t, struct buf *out)
{
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	put_rows_in_hand(&sql, c, t);
	good = write_rows(c, t, out, sql.p, "write", "row");
	buf_clear(&sql);
	buf_printf(&sql, "SELECT DISTINCT %s(%s) FROM %s WHERE seq IN (SELECT "
	    "seq FROM decant_now) AND (%s) NOT IN (SELECT %s FROM %s)",
	    c->d->db->kind == DB_SQLITE ? "json_array" :
	    "jsonb_build_array", t->log_keys, t->log, t->log_keys, t->keys,
	    t->live);
	good = good && write_rows(c, t, out, sql.p, "delete", "key");
	buf_fini(&sql);
	return good;
}

static bool
export_keyless(struct writes *c, const struct writes_table *t,
    struct buf *out)
{
	return write_rows(c, t, out, arena_printf(c->d->arena, "SELECT "
	    "coalesce(%s, 'null'), op FROM %s WHERE seq IN (SELECT seq FROM "
	    "decant_now) ORDER BY seq", c->d->db->kind == DB_SQLITE ? "row" :
	    "\"row\"::text", t->log), NULL, "row");
}

static bool
export_table(struct writes *c, uint32_t i, FILE *f)
{
	const struct writes_table *t = &c->table[i];
	struct buf out;
	uint64_t n = 1;
	bool good = true;

	buf_init(&out, LINES_MAX);
	while (good && n > 0) {
		good = writes_take(c, i, &n);
		if (!good || n == 0)
			break;
		buf_clear(&out);
		good = (t->old->nkey == 0 ? export_keyless(c, t, &out) :
		    export_keyed(c, t, &out)) && writes_done(c, i) &&
		    fwrite(out.p, 1, out.len, f) == out.len;
	}
	buf_fini(&out);
	return good;
}

bool
writes_set_aside(struct writes *c, const struct writes_table *t)
{
	uint64_t before = c->exported, n;
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	put_rows_in_hand(&sql, c, t);
	buf_printf(&sql, " AND (%s) NOT IN (SELECT %s FROM %s)", t->keys,
	    t->keys, t->target);
	good = write_rows(c, t, &c->aside, sql.p, "write", "row");
	n = c->exported - before;
	c->exported = before;
	c->naside += n;
	c->carried -= n;
	buf_clear(&sql);
	buf_printf(&sql, "INSERT INTO %s SELECT * FROM decant_old WHERE (%s) "
	    "IN (SELECT %s FROM %s) AND (%s) NOT IN (SELECT %s FROM %s)",
	    t->target, t->keys, t->keys, t->live, t->keys, t->keys,
	    t->target);
	good = good && db_exec(c->d->db, "carrying rows", sql.p);
	buf_fini(&sql);
	return good;
}

bool
writes_export(struct writes *c)
{
	int fd = open(c->export_to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	uint32_t i;
	uint32_t errors = c->d->db->diags->errors;
	bool good = f != NULL;

	c->exported = c->naside;
	good = good && (c->aside.len == 0 ||
	    fwrite(c->aside.p, 1, c->aside.len, f) == c->aside.len);
	for (i = 0; i < c->ntable && good; i++)
		if (c->table[i].missing != NULL)
			good = export_table(c, i, f);
	if (f != NULL && (fflush(f) != 0 || fsync(fd) != 0))
		good = false;
	if (f != NULL && fclose(f) != 0)
		good = false;
	if (!good && c->d->db->diags->errors == errors)
		diag_add(c->d->db->diags, DIAG_L081, NOWHERE, "cannot write "
		    "\"%s\": %s", c->export_to, strerror(errno));
	return good;
}
