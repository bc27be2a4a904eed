/*
 * The change log by the kind of database; see change_log.h.
 */
#include "generation/change_log.h"

#include "base/mem.h"
#include "db/db.h"
#include "generation/change_log_impl.h"

const char *
change_log_name(struct arena *a, const struct db *db, const char *schema,
    const struct log_table *t)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pglog_name(a, db, schema, t);
#endif
	return litelog_name(a, db, schema, t);
}

bool
change_log_exists(struct db *db, struct arena *a, const char *schema,
    const struct log_table *t, bool *exists)
{
	const char *name = change_log_name(a, db, schema, t);
	const struct db_result *r;

	if (db->kind == DB_SQLITE)
		name = arena_printf(a, "decant_%s", name);
	r = db_query(db, a, "looking for the change log",
	    db->kind == DB_SQLITE ? "SELECT 1 FROM main.sqlite_master "
	    "WHERE type = 'table' AND name = ?1" : "SELECT 1 FROM pg_class c "
	    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
	    "'decant' AND c.relname = $1", 1, &name);
	*exists = r != NULL && r->n > 0;
	return r != NULL;
}

bool
change_log_create(struct db *db, const char *schema,
    const struct log_table *t)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pglog_create(db, schema, t);
#endif
	return litelog_create(db, schema, t);
}

bool
change_log_attach(struct db *db, const char *schema,
    const struct log_table *t)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pglog_attach(db, schema, t);
#endif
	return litelog_attach(db, schema, t);
}

bool
change_log_detach(struct db *db, const char *schema, const char *table)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pglog_detach(db, schema, table);
#endif
	return litelog_detach(db, schema, table);
}

bool
change_log_drop(struct db *db, const char *schema, const struct log_table *t)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pglog_drop(db, schema, t);
#endif
	return litelog_drop(db, schema, t);
}
