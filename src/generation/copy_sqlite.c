/*
 * A copy's table into SQLite; see copy_impl.h.
 *
 * Rows go in by turns, so that others who use the file wait for one of them at
 * most; indexes are made when all are in.  decant_made then says that the table
 * is complete.
 */
#include "generation/copy_impl.h"

#include <inttypes.h>
#include <string.h>

#include "base/diag.h"
#include "db/sqlite_made.h"
#include "db/table_facts.h"

#define SQL_MAX		(16u << 20)
#define CHUNK_ROWS	10000u
#define CHUNK_BYTES	(8u << 20)
#define CHUNK_CACHE	(12 << 20)	/* of pages: random keys touch many */
#define ALONE		8u		/* times as much, where nobody else
					 * uses the file */
#define STEP_ROWS	1024u		/* between looks at the cache */

static int
make_table(void *arg)
{
	struct copy_writer *w = arg;
	struct buf sql;
	int rc = sqlite_made_init(&w->db->lite);

	buf_init(&sql, SQL_MAX);
	copy_put_table(&sql, &w->run->plan, w->t, w->run->gen.number);
	if (rc == SQLITE_OK)
		rc = sqlite_db_try(&w->db->lite, sql.p);
	if (rc == SQLITE_OK)
		rc = sqlite_made_add(&w->db->lite, w->name, false);
	buf_fini(&sql);
	return rc;
}

bool
copy_sqlite_begin(struct copy_writer *w)
{
	const struct schema_table *t = &w->t->written;
	uint32_t i;

	w->inserter.rowid = -1;
	w->turn = (struct sqlite_turn){ .db = &w->db->lite };
	w->name = db_generation_table(w->db->arena, w->t->name,
	    w->run->gen.number);
	w->packer = arena_array(w->db->arena, t->ncolumn + 1,
	    sizeof *w->packer);
	for (i = 0; i < t->ncolumn; i++)
		sqlite_packer_init(&w->packer[i], &t->column[i]);
	return sqlite_db_exec(&w->db->lite, "PRAGMA foreign_keys = OFF; "
	    "PRAGMA secure_delete = FAST; PRAGMA cache_spill = OFF") &&
	    sqlite_turn(&w->turn, make_table, w) &&
	    sqlite_inserter_init(&w->inserter, &w->db->lite, t, w->name, 0);
}

struct chunk {
	struct copy_writer *w;
	const struct sqlite_rows *rows;	/* that wait */
	struct sqlite_rows left;	/* what this turn leaves */
};

static int
chunk_insert(void *arg)
{
	struct chunk *c = arg;
	struct copy_writer *w = c->w;
	uint32_t quota = CHUNK_ROWS * (w->run->landed ? ALONE : 1), n;
	int rc = SQLITE_OK, cache = 0, peak;
	int most = CHUNK_CACHE * (w->run->landed ? (int)ALONE : 1);

	c->left = *c->rows;
	while (c->left.n > 0 && quota > 0 && cache < most) {
		n = quota < STEP_ROWS ? quota : STEP_ROWS;
		n = n < c->left.n ? n : c->left.n;
		rc = sqlite_inserter_run(&w->inserter, &c->left, n);
		if (rc != SQLITE_OK)
			return rc;
		quota -= n;
		sqlite3_db_status(w->db->lite.handle,
		    SQLITE_DBSTATUS_CACHE_USED, &cache, &peak, 0);
	}
	return SQLITE_OK;
}

static bool
flush(struct copy_writer *w)
{
	struct sqlite_rows rows = { (const uint8_t *)w->out.p, w->nout };
	struct chunk c = { .w = w, .rows = &rows };
	bool good = true;

	while (rows.n > 0 && good) {
		good = sqlite_turn(&w->turn, chunk_insert, &c);
		if (good)
			rows = c.left;
	}
	buf_clear(&w->out);
	w->nout = 0;
	return good;
}

bool
copy_sqlite_put(struct copy_writer *w, const struct rowset *rows)
{
	uint32_t times = w->run->landed ? ALONE : 1;

	sqlite_rows_pack(&w->out, &w->t->written, w->packer, rows);
	w->nout += rows->n;
	if (w->nout < CHUNK_ROWS * times &&
	    w->out.len < (size_t)CHUNK_BYTES * times)
		return true;
	return flush(w);
}

/* OR IGNORE has left some out: they would be refused. */
static bool
check_ignored(struct copy_writer *w)
{
	if (w->inserter.ignored_all == 0)
		return true;
	diag_hint(w->db->diags, diag_add(w->db->diags, DIAG_L142, NOWHERE,
	    "%" PRIu64 " rows of table '%s' are refused by its key, or by what "
	    "its columns are held to", w->inserter.ignored_all, w->t->name),
	    "the source itself holds its rows to less: put them right there");
	return false;
}

static bool
set_sequence(struct copy_writer *w)
{
	const struct copy_column *c;
	struct buf sql;
	bool good = true;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < w->t->ncolumn && good; i++) {
		c = &w->t->column[i];
		if (c->number == AUTO_NONE || c->number == AUTO_ROWID ||
		    !c->sequence.called)
			continue;
		buf_clear(&sql);
		buf_puts(&sql, "DELETE FROM main.sqlite_sequence WHERE "
		    "name = ");
		sqlite_db_literal(&sql, w->name);
		buf_puts(&sql, "; INSERT INTO main.sqlite_sequence (name, "
		    "seq) VALUES (");
		sqlite_db_literal(&sql, w->name);
		buf_printf(&sql, ", %" PRId64 ")", c->sequence.last);
		good = sqlite_turn_exec(&w->turn, sql.p);
	}
	buf_fini(&sql);
	return good;
}

static int
mark_complete(void *arg)
{
	struct copy_writer *w = arg;

	return sqlite_made_based(&w->db->lite, w->name, 0);
}

bool
copy_sqlite_end(struct copy_writer *w)
{
	struct copy_steps steps = { NULL, 0, 0 };
	bool good = flush(w) && check_ignored(w) && set_sequence(w);
	uint32_t i;

	copy_show(w->run, "indexing");
	sqlite_inserter_fini(&w->inserter);
	copy_steps(&w->run->plan, w->t, w->run->gen.number, &steps);
	good = good && sqlite_db_exec(&w->db->lite,
	    "PRAGMA cache_spill = ON");
	for (i = 0; i < steps.n && good; i++)
		good = sqlite_turn_exec(&w->turn, steps.v[i].sql);
	return good && sqlite_turn(&w->turn, mark_complete, w);
}

void
copy_sqlite_abort(struct copy_writer *w)
{
	if (w->inserter.db != NULL)
		sqlite_inserter_fini(&w->inserter);
	db_roll_back(w->db);
	sqlite_db_try(&w->db->lite, "PRAGMA cache_spill = ON");
}

/* --- of both kinds ------------------------------------------------------- */

bool
copy_is_complete(struct copy_run *r, struct db *db,
    const struct copy_table *t, bool *complete)
{
	struct table_facts f;
	struct sqlite_made m;

	if (db->kind == DB_SQLITE) {
		if (!sqlite_made_look(&db->lite, db->arena,
		    db_generation_table(db->arena, t->name, r->gen.number),
		    &m))
			return false;
		*complete = sqlite_made_is_ours(&m) && m.based && !m.spoilt;
		return true;
	}
	if (!table_facts_read(db, db->arena, r->plan.dataset, t->name,
	    r->gen.number, &f))
		return false;
	*complete = f.what != NULL;
	return true;
}

bool
copy_drop_table(struct copy_run *r, struct db *db, const struct copy_table *t)
{
	struct sqlite_turn turn = { .db = &db->lite };
	const char *name = db_generation_table(db->arena, t->name,
	    r->gen.number);

	if (db->kind == DB_SQLITE)
		return sqlite_made_drop(&turn, &name, 1);
	return db_exec(db, "dropping a table that is to be copied again",
	    arena_printf(db->arena, "DROP TABLE IF EXISTS %s CASCADE",
	    copy_relation(r, db->arena, t)));
}
