/*
 * The rows that staged tables begin with: those of another generation.
 *
 * Rows of the live tables are those of one moment, in all tables.  In WAL mode
 * a second connection keeps that moment while the rows go over in turns.  With
 * a rollback journal nobody can read while somebody else commits, so all is
 * one transaction, for which writers wait; INSERT INTO … SELECT * copies some
 * 1,600,000 rows a second.  Nobody writes to other generations.
 */
#include "sink/sqlite_stage.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"

#define SQL_MAX		(1u << 20)
#define CHUNK_ROWS	10000

struct base {
	struct sqlite_stage *stage;
	uint32_t table;
	sqlite3_stmt *from, *to;	/* a chunk; a row */
	int64_t next, reached;	/* rowids: to begin with; the last one */
	uint32_t rows;		/* of this turn */
};

static void
put_columns(struct buf *b, const struct schema_table *t)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		sqlite_db_ident(b, t->column[i].name);
	}
}

/* --- at once ------------------------------------------------------------- */

/* Has the base the same columns?  Then SELECT * copies whole records. */
static bool
has_same_columns(struct sqlite_stage *s, uint32_t table)
{
	const struct schema_table *t = &s->schema->table[table];
	sqlite3_stmt *st = NULL;
	struct buf sql;
	uint32_t i;
	bool same;

	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "SELECT * FROM %s", s->base[table]);
	same = sqlite3_prepare_v2(s->db->handle, sql.p, -1, &st, NULL) ==
	    SQLITE_OK && (uint32_t)sqlite3_column_count(st) == t->ncolumn;
	for (i = 0; same && i < t->ncolumn; i++)
		same = strcmp(sqlite3_column_name(st, (int)i),
		    t->column[i].name) == 0;
	sqlite3_finalize(st);
	buf_fini(&sql);
	return same;
}

static int
copy_table(struct sqlite_stage *s, uint32_t table)
{
	struct buf sql;
	int rc;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "INSERT INTO main.");
	sqlite_db_ident(&sql, s->name[table]);
	if (has_same_columns(s, table)) {
		buf_puts(&sql, " SELECT *");
	} else {
		buf_puts(&sql, " (");
		put_columns(&sql, &s->schema->table[table]);
		buf_puts(&sql, ") SELECT ");
		put_columns(&sql, &s->schema->table[table]);
	}
	buf_printf(&sql, " FROM %s", s->base[table]);
	rc = sqlite_db_try(s->db, sql.p);
	buf_fini(&sql);
	return rc;
}

static int
copy_at_once(void *arg)
{
	struct sqlite_stage *s = arg;
	uint32_t i;
	int rc = SQLITE_OK;

	for (i = 0; i < s->schema->ntable && rc == SQLITE_OK; i++)
		if (s->base[i] != NULL)
			rc = copy_table(s, i);
	return rc;
}

static bool
copy_alone(struct sqlite_stage *s)
{
	int rc = copy_at_once(s);

	if (rc != SQLITE_OK)
		sqlite_db_error(s->db, rc);
	return rc == SQLITE_OK;
}

/* --- in turns ------------------------------------------------------------ */

static int
copy_row(struct base *b)
{
	int i, n = sqlite3_column_count(b->from);

	for (i = 1; i < n; i++)
		sqlite3_bind_value(b->to, i, sqlite3_column_value(b->from,
		    i));
	sqlite3_step(b->to);
	return sqlite3_reset(b->to);
}

static int
copy_chunk(void *arg)
{
	struct base *b = arg;
	int rc, last;

	b->rows = 0;
	sqlite3_bind_int64(b->from, 1, b->next);
	for (;;) {
		rc = sqlite3_step(b->from);
		if (rc != SQLITE_ROW)
			break;
		b->reached = sqlite3_column_int64(b->from, 0);
		rc = copy_row(b);
		if (rc != SQLITE_OK)
			break;
		b->rows++;
	}
	last = sqlite3_reset(b->from);
	return rc == SQLITE_DONE ? last : rc;
}

/* "SELECT _rowid_, a, b FROM … " the next rows, and "INSERT INTO …". */
static bool
prepare(struct base *b, struct sqlite_db *reader)
{
	struct sqlite_stage *s = b->stage;
	const struct schema_table *t = &s->schema->table[b->table];
	struct buf sql;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT _rowid_, ");
	put_columns(&sql, t);
	buf_printf(&sql, " FROM %s WHERE _rowid_ >= ?1 ORDER BY _rowid_ "
	    "LIMIT %d", s->base[b->table], CHUNK_ROWS);
	b->from = sqlite_db_prepare(reader, sql.p);
	buf_clear(&sql);
	buf_puts(&sql, "INSERT INTO main.");
	sqlite_db_ident(&sql, s->name[b->table]);
	buf_puts(&sql, " (");
	put_columns(&sql, t);
	buf_puts(&sql, ") VALUES (");
	for (i = 0; i < t->ncolumn; i++)
		buf_puts(&sql, i > 0 ? ", ?" : "?");
	buf_putc(&sql, ')');
	b->to = b->from == NULL ? NULL : sqlite_db_prepare(s->db, sql.p);
	buf_fini(&sql);
	return b->to != NULL;
}

static bool
copy_in_turns(struct sqlite_stage *s, uint32_t table,
    struct sqlite_db *reader)
{
	struct base b = { .stage = s, .table = table, .next = INT64_MIN };
	bool good = prepare(&b, reader);

	while (good) {
		good = sqlite_turn(&s->turn, copy_chunk, &b);
		if (b.rows == 0 || b.reached == INT64_MAX)
			break;
		b.next = b.reached + 1;
	}
	sqlite3_finalize(b.from);
	sqlite3_finalize(b.to);
	return good;
}

/* One moment of all tables, which the reader's transaction keeps. */
static bool
copy_shared(struct sqlite_stage *s, bool wal)
{
	struct db again = { .open = false };
	uint32_t i;
	bool good;

	good = db_open_again(&again, s->in.db) && (!wal ||
	    sqlite_db_exec(&again.lite, "BEGIN; SELECT 1 FROM sqlite_master"));
	for (i = 0; i < s->schema->ntable && good; i++)
		if (s->base[i] != NULL)
			good = copy_in_turns(s, i, &again.lite);
	db_close(&again);
	return good;
}

/* --- which way ----------------------------------------------------------- */

static bool
is_wal(struct sqlite_db *db)
{
	sqlite3_stmt *st = sqlite_db_prepare(db, "PRAGMA main.journal_mode");
	bool wal = st != NULL && sqlite3_step(st) == SQLITE_ROW &&
	    sqlite3_stricmp((const char *)sqlite3_column_text(st, 0),
	    "wal") == 0;

	sqlite3_finalize(st);
	return wal;
}

/* Have all bases rowids, to go on behind the last one? */
static bool
have_rowids(struct sqlite_stage *s)
{
	sqlite3_stmt *st;
	struct buf sql;
	bool all = true;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable && all; i++) {
		if (s->base[i] == NULL)
			continue;
		buf_clear(&sql);
		buf_printf(&sql, "SELECT _rowid_ FROM %s", s->base[i]);
		all = sqlite3_prepare_v2(s->db->handle, sql.p, -1, &st,
		    NULL) == SQLITE_OK;
		sqlite3_finalize(st);
	}
	buf_fini(&sql);
	return all;
}

static bool
from_live(const struct sqlite_stage *s)
{
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		if (s->base[i] != NULL && s->in.base[i] == 0)
			return true;
	return false;
}

struct counts {
	struct sqlite_stage *stage;
	int64_t *n;		/* [tables] */
};

static int
write_counts(void *arg)
{
	const struct counts *c = arg;
	uint32_t i;
	int rc = SQLITE_OK;

	for (i = 0; i < c->stage->schema->ntable && rc == SQLITE_OK; i++)
		rc = sqlite_made_based(c->stage->db, c->stage->name[i],
		    c->n[i]);
	return rc;
}

/* So many rows are not of the input, a run that resumes this one must know. */
static bool
note_bases(struct sqlite_stage *s)
{
	struct counts c = { s, arena_array(s->arena, s->schema->ntable,
	    sizeof *c.n) };
	struct buf sql;
	uint32_t i;
	bool good = true;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable && good; i++) {
		buf_clear(&sql);
		buf_puts(&sql, "SELECT count(*) FROM main.");
		sqlite_db_ident(&sql, s->name[i]);
		good = sqlite_db_get_int64(s->db, sql.p, &c.n[i]);
	}
	buf_fini(&sql);
	return good && sqlite_turn(&s->turn, write_counts, &c);
}

bool
sqlite_base_copy(struct sqlite_stage *s)
{
	bool wal = is_wal(s->db), some = false;
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		some |= s->base[i] != NULL;
	if (!some)
		return true;
	if (!s->shared)
		return copy_alone(s);
	if (have_rowids(s) && (wal || !from_live(s)))
		return copy_shared(s, wal) && note_bases(s);
	return sqlite_turn(&s->turn, copy_at_once, s) && note_bases(s);
}
