/*
 * Staged tables; see sqlite_stage.h.
 */
#include "sink/sqlite_stage.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_table.h"

#define SQL_MAX	(16u << 20)

/* --- names --------------------------------------------------------------- */

void
sqlite_stage_init(struct sqlite_stage *s)
{
	const struct schema *schema = s->schema;
	uint32_t n = schema->ntable, g = s->in.generation, i;
	struct buf b;

	s->db = &s->in.db->lite;
	s->shared = !s->in.db->fresh;
	s->turn = (struct sqlite_turn){ .db = s->db };
	s->made = false;
	s->name = arena_array(s->arena, n, sizeof *s->name);
	s->key = arena_array(s->arena, n, sizeof *s->key);
	s->base = arena_array(s->arena, n, sizeof *s->base);
	s->skip = arena_array(s->arena, n, sizeof *s->skip);
	s->index = arena_array(s->arena, schema->nconstraint,
	    sizeof *s->index);
	buf_init(&b, SQL_MAX);
	for (i = 0; i < n; i++) {
		s->name[i] = db_generation_table(s->arena,
		    schema->table[i].name, g);
		s->key[i] = sqlite_table_key_name(s->arena, schema,
		    &schema->table[i], g);
		if (s->in.base == NULL || s->in.base[i] == SINK_NO_BASE)
			continue;
		buf_clear(&b);
		db_put_table(s->in.db, &b, s->in.schema,
		    schema->table[i].name, s->in.base[i]);
		s->base[i] = arena_strdup(s->arena, b.p);
	}
	for (i = 0; i < schema->nconstraint; i++)
		if (sqlite_constraint_is_index(&schema->constraint[i]))
			s->index[i] = sqlite_constraint_index(s->arena,
			    &schema->constraint[i], g);
	buf_fini(&b);
}

static bool
any_base(const struct sqlite_stage *s)
{
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		if (s->base[i] != NULL)
			return true;
	return false;
}

static bool
taken(struct sqlite_stage *s, const char *name, const char *type)
{
	struct diag *d;

	d = diag_add(s->db->diags, DIAG_T014, NOWHERE,
	    "\"%s\", in \"%s\", is %s %s that decant did not make", name,
	    s->db->shown, strcmp(type, "index") == 0 ? "an" : "a", type);
	diag_hint(s->db->diags, d, "tables that are staged need the name: "
	    "rename it, or drop it");
	return false;
}

/*
 * Is the name free?  It may be that of a table of ours, or, of an index, that
 * of one which goes with it.
 */
static bool
look(struct sqlite_stage *s, const char *name, const char *table,
    struct sqlite_made *m)
{
	if (!sqlite_made_look(s->db, s->arena, name, m))
		return false;
	if (m->type == NULL || (table == NULL ? sqlite_made_is_ours(m) :
	    strcmp(m->type, "index") == 0 &&
	    sqlite3_stricmp(m->table, table) == 0))
		return true;
	return taken(s, name, m->type);
}

static bool
look_at_indexes(struct sqlite_stage *s)
{
	const struct schema *schema = s->schema;
	struct sqlite_made m;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		if (!look(s, s->key[i], s->name[i], &m))
			return false;
	for (i = 0; i < schema->nconstraint; i++)
		if (s->index[i] != NULL && !look(s, s->index[i],
		    s->name[schema->constraint[i].table], &m))
			return false;
	return true;
}

/* --- a run that is resumed ----------------------------------------------- */

static bool
unlike(struct sqlite_stage *s, const char *name)
{
	struct diag *d;

	d = diag_add(s->db->diags, DIAG_T031, NOWHERE,
	    "staged table \"%s\" is not the one that this mapping makes",
	    name);
	diag_hint(s->db->diags, d, "begin anew, without --resume");
	return false;
}

/* Is it the table that would be made now? */
static bool
is_alike(struct sqlite_stage *s, uint32_t i, const struct sqlite_made *m)
{
	struct buf sql;
	bool same;

	buf_init(&sql, SQL_MAX);
	sqlite_table_create(&sql, s->schema, &s->schema->table[i],
	    s->in.generation);
	same = !sql.full && strcmp(sql.p, m->sql) == 0;
	buf_fini(&sql);
	return same;
}

static bool
count_rows(struct sqlite_stage *s, uint32_t i, int64_t base)
{
	struct buf sql;
	int64_t n = 0;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT count(*) FROM main.");
	sqlite_db_ident(&sql, s->name[i]);
	good = sqlite_db_get_int64(s->db, sql.p, &n);
	buf_fini(&sql);
	s->skip[i] = n > base ? (uint64_t)(n - base) : 0;
	return good;
}

/*
 * *whole: all tables are there, with rows that are as they were put.  A table
 * that has lost some (rows that repeat a key, or were refused) must be begun
 * again, and so must all, for the snapshot of a base is one.
 */
static bool
find_tables(struct sqlite_stage *s, bool *whole)
{
	struct sqlite_made m;
	uint32_t i;

	*whole = true;
	for (i = 0; i < s->schema->ntable; i++) {
		if (!look(s, s->name[i], NULL, &m))
			return false;
		if (m.type == NULL || !m.based || m.spoilt) {
			*whole = false;
			continue;
		}
		if (!is_alike(s, i, &m))
			return unlike(s, s->name[i]);
		if (!count_rows(s, i, m.base))
			return false;
	}
	return true;
}

/* Indexes are made when all rows are in. */
static bool
drop_index(struct sqlite_stage *s, const char *index)
{
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "DROP INDEX IF EXISTS main.");
	sqlite_db_ident(&sql, index);
	good = sqlite_turn_exec(&s->turn, sql.p);
	buf_fini(&sql);
	return good;
}

static bool
drop_indexes(struct sqlite_stage *s)
{
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		if (!drop_index(s, s->key[i]))
			return false;
	for (i = 0; i < s->schema->nconstraint; i++)
		if (s->index[i] != NULL && !drop_index(s, s->index[i]))
			return false;
	return true;
}

/* --- making -------------------------------------------------------------- */

static bool
drop_leftovers(struct sqlite_stage *s)
{
	struct sqlite_made m;
	bool any = false;
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++) {
		s->skip[i] = 0;
		if (!look(s, s->name[i], NULL, &m))
			return false;
		any |= m.type != NULL;
	}
	return !any || sqlite_made_drop(&s->turn, s->name,
	    s->schema->ntable);
}

static int
make_tables(void *arg)
{
	struct sqlite_stage *s = arg;
	bool based = !any_base(s);
	struct buf sql;
	uint32_t i;
	int rc = sqlite_made_init(s->db);

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable && rc == SQLITE_OK; i++) {
		buf_clear(&sql);
		sqlite_table_create(&sql, s->schema, &s->schema->table[i],
		    s->in.generation);
		rc = sqlite_db_try(s->db, sql.p);
		if (rc == SQLITE_OK)
			rc = sqlite_made_add(s->db, s->name[i], based);
	}
	buf_fini(&sql);
	return rc;
}

/* All in one transaction, which stays open until the last row is in. */
static bool
make_alone(struct sqlite_stage *s)
{
	int rc = sqlite_db_try(s->db, "BEGIN IMMEDIATE");

	if (rc == SQLITE_OK)
		rc = make_tables(s);
	if (rc != SQLITE_OK)
		sqlite_db_error(s->db, rc);
	return rc == SQLITE_OK;
}

bool
sqlite_stage_make(struct sqlite_stage *s)
{
	bool whole = false;

	if (!look_at_indexes(s))
		return false;
	if (s->in.resume && !find_tables(s, &whole))
		return false;
	s->made = whole;
	if (whole)
		return drop_indexes(s);
	if (!drop_leftovers(s))
		return false;
	s->made = true;
	return (s->shared ? sqlite_turn(&s->turn, make_tables, s) :
	    make_alone(s)) && sqlite_base_copy(s);
}

int
sqlite_stage_spoil(struct sqlite_stage *s, uint32_t table)
{
	return s->shared ? sqlite_made_spoil(s->db, s->name[table]) :
	    SQLITE_OK;
}

bool
sqlite_stage_drop(struct sqlite_stage *s, bool hurry)
{
	const char *why = "it would take long";
	struct diags quiet;
	struct diags *told = s->db->diags;
	bool good;

	if (!sqlite3_get_autocommit(s->db->handle))
		sqlite_db_try(s->db, "ROLLBACK");
	diags_init(&quiet, s->arena);
	s->db->diags = &quiet;
	good = (!hurry || sqlite_made_drops_fast(s->db, s->name,
	    s->schema->ntable)) && sqlite_made_drop(&s->turn, s->name,
	    s->schema->ntable) && sqlite_made_fini(&s->turn);
	s->db->diags = told;
	if (quiet.first != NULL)
		why = quiet.first->message;
	if (!good)
		diag_add(told, DIAG_T019, NOWHERE, "staged tables of \"%s\" "
		    "were left behind: %s", s->db->shown, why);
	s->made = !good;
	return good;
}
