/*
 * Staging beside live tables; see sqlite_live.h.  The swap is in
 * sqlite_swap.c.
 */
#include "sink/sqlite_live.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "db/sqlite_file.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_table.h"

#define NAMES_MAX	(1u << 20)	/* bytes of all staged names */

/*
 * One text of the database's schema, in the arena, or NULL: what `what`
 * ("type", "sql") says of the table, view or index of that name.  Sets
 * `failed`, once, when the schema cannot be read.
 */
static const char *
master_text(struct sqlite_live *l, const char *what, const char *name)
{
	const char *text = NULL;
	sqlite3_stmt *st;
	struct buf sql;
	int rc;

	if (l->failed)
		return NULL;
	buf_init(&sql, NAMES_MAX);
	buf_printf(&sql, "SELECT %s FROM main.sqlite_master WHERE type <> "
	    "'trigger' AND name = ?1 COLLATE NOCASE", what);
	st = sqlite_db_prepare(l->db, sql.p);
	buf_fini(&sql);
	l->failed = st == NULL;
	if (st == NULL)
		return NULL;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && sqlite3_column_text(st, 0) != NULL)
		text = arena_strdup(l->arena,
		    (const char *)sqlite3_column_text(st, 0));
	l->failed = rc != SQLITE_ROW && rc != SQLITE_DONE;
	if (l->failed)
		sqlite_db_error(l->db, rc);
	sqlite3_finalize(st);
	return text;
}

static bool
drop_table(struct sqlite_live *l, const char *name)
{
	struct buf sql;
	bool good;

	buf_init(&sql, NAMES_MAX);
	buf_puts(&sql, "DROP TABLE IF EXISTS main.");
	sqlite_db_ident(&sql, name);
	good = sqlite_db_exec(l->db, sql.p);
	buf_fini(&sql);
	return good;
}

/* A live name must be free, or an ordinary table's. */
static bool
check_name(struct sqlite_live *l, const char *name)
{
	const char *type = master_text(l, "type", name), *sql;
	struct diag *d;

	if (type == NULL)
		return !l->failed;
	sql = master_text(l, "sql", name);
	if (strcmp(type, "table") == 0 && sql != NULL &&
	    strncmp(sql, "CREATE VIRTUAL", 14) != 0)
		return true;
	d = diag_add(l->db->diags, DIAG_T014, NOWHERE,
	    "\"%s\" is %s %s in \"%s\"", name,
	    strcmp(type, "index") == 0 ? "an" : "a",
	    strcmp(type, "table") == 0 ? "virtual table" : type,
	    l->db->shown);
	diag_hint(l->db->diags, d, "drop it, or give the mapping's table "
	    "another name");
	return false;
}

/* NAME__gN, which is all that this file ever drops. */
static bool
is_staged_name(const char *name)
{
	const char *p = NULL, *q;

	for (q = name; (q = strstr(q, "__g")) != NULL; q += 3)
		p = q + 3;
	return p != NULL && *p != '\0' && strspn(p, "0123456789") == strlen(p);
}

/* The lock file is ours now, and lists what its last holder staged. */
static bool
drop_listed(struct sqlite_live *l)
{
	struct buf names;
	char *p, *end;
	const char *type;
	bool good = true;

	buf_init(&names, NAMES_MAX);
	sqlite_file_read_staged(l->file, &names);
	for (p = names.p; good && p != NULL; p = end) {
		end = strchr(p, '\n');
		if (end == NULL)
			break;
		*end++ = '\0';
		type = is_staged_name(p) ? master_text(l, "type", p) : NULL;
		if (type != NULL && strcmp(type, "table") == 0)
			good = drop_table(l, p);
	}
	buf_fini(&names);
	return good && !l->failed;
}

/*
 * Is the name free, or that of a table like the one we would make?  Then it
 * was a killed run's whose lock file is lost, and goes.
 */
static bool
claim_name(struct sqlite_live *l, const struct schema_table *t,
    const char *name, bool *free)
{
	const char *sql = master_text(l, "sql", name);
	struct buf ours;
	bool same;

	*free = master_text(l, "type", name) == NULL;
	if (*free || sql == NULL)
		return !l->failed;
	buf_init(&ours, NAMES_MAX);
	sqlite_table_create(&ours, l->schema, t, name);
	same = !ours.full && strcmp(ours.p, sql) == 0;
	buf_fini(&ours);
	if (!same)
		return true;
	*free = true;
	return drop_table(l, name);
}

/* Are the names of the constraints' indexes free in this generation? */
static bool
indexes_are_free(struct sqlite_live *l)
{
	const struct schema *s = l->schema;
	uint32_t i;

	for (i = 0; i < s->nconstraint; i++)
		if (sqlite_constraint_is_index(&s->constraint[i]) &&
		    master_text(l, "type", sqlite_constraint_index(l->arena,
		    &s->constraint[i], l->generation)) != NULL)
			return false;
	return true;
}

static bool
choose_names(struct sqlite_live *l)
{
	const struct schema *s = l->schema;
	bool free = false;
	uint32_t i;

	l->staged = arena_array(l->arena, s->ntable, sizeof *l->staged);
	l->key = arena_array(l->arena, s->ntable, sizeof *l->key);
	for (l->generation = 1; !free; l->generation++) {
		free = true;
		for (i = 0; i < s->ntable && free; i++) {
			l->staged[i] = arena_printf(l->arena, "%s__g%u",
			    s->table[i].name, l->generation);
			if (!claim_name(l, &s->table[i], l->staged[i], &free))
				return false;
			l->key[i] = sqlite_table_key_name(l->arena, s,
			    &s->table[i], l->generation);
			if (master_text(l, "type", l->key[i]) != NULL)
				free = false;
			if (l->failed)
				return false;
		}
		free = free && indexes_are_free(l);
		if (l->failed)
			return false;
	}
	l->generation--;
	return true;
}

static bool
write_names(struct sqlite_live *l)
{
	struct buf names;
	uint32_t i;
	bool good;

	buf_init(&names, NAMES_MAX);
	for (i = 0; i < l->schema->ntable; i++)
		buf_printf(&names, "%s\n", l->staged[i]);
	good = sqlite_file_write_staged(l->file, &names);
	buf_fini(&names);
	return good;
}

static bool
make_tables(struct sqlite_live *l)
{
	struct buf sql;
	uint32_t i;
	bool good;

	buf_init(&sql, 16u << 20);
	buf_puts(&sql, "BEGIN IMMEDIATE;\n");
	for (i = 0; i < l->schema->ntable; i++) {
		sqlite_table_create(&sql, l->schema, &l->schema->table[i],
		    l->staged[i]);
		buf_puts(&sql, ";\n");
	}
	buf_puts(&sql, "COMMIT;\n");
	good = sqlite_db_exec(l->db, sql.p);
	if (!good)
		sqlite_db_try(l->db, "ROLLBACK");
	buf_fini(&sql);
	return good;
}

bool
sqlite_live_stage(struct sqlite_live *l)
{
	uint32_t i;

	for (i = 0; i < l->schema->ntable; i++)
		if (!check_name(l, l->schema->table[i].name))
			return false;
	return drop_listed(l) && choose_names(l) && write_names(l) &&
	    make_tables(l);
}

bool
sqlite_live_drop(struct sqlite_live *l)
{
	struct buf sql;
	uint32_t i;
	int rc;

	buf_init(&sql, 16u << 20);
	buf_puts(&sql, "BEGIN IMMEDIATE;\n");
	for (i = 0; i < l->schema->ntable; i++) {
		buf_puts(&sql, "DROP TABLE IF EXISTS main.");
		sqlite_db_ident(&sql, l->staged[i]);
		buf_puts(&sql, ";\n");
	}
	buf_puts(&sql, "COMMIT;\n");
	sqlite_db_try(l->db, "ROLLBACK");	/* if something is open */
	rc = sqlite_db_try(l->db, sql.p);
	if (rc != SQLITE_OK) {
		diag_add(l->db->diags, DIAG_T019, NOWHERE,
		    "staged tables of \"%s\" were left behind: %s",
		    l->db->shown, sqlite3_errmsg(l->db->handle));
		sqlite_db_try(l->db, "ROLLBACK");
	}
	buf_fini(&sql);
	return rc == SQLITE_OK;
}
