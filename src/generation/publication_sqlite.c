/*
 * Publication in SQLite: one BEGIN IMMEDIATE transaction, whose time does not
 * depend on how many rows the tables have.
 *
 *	before	users' indexes on the new tables, empty change logs, what the
 *		foreign keys of others refer to; then all of it on trial
 *	inside	rows that applications have written are carried (the caller's
 *		business); the change logs' triggers are taken away; the tables
 *		change places; the triggers are put on again; views, triggers
 *		and foreign keys are looked at
 *
 * In WAL mode a commit waits for nobody.  With a rollback journal it waits
 * for readers, and holds up new ones meanwhile: after a quarter of a second
 * the transaction is given up, and tried again.
 */
#include "generation/publication_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "generation/change_log_impl.h"
#include "generation/publication_sqlite_impl.h"

#define SQL_MAX		(16u << 20)
#define RETRY_PAUSE	20000000	/* ns */

/* --- shared -------------------------------------------------------------- */

const char *
litepub_away(struct litepub *s, const struct pub_table *t)
{
	return db_generation_table(&s->arena, t->name, t->now);
}

const char *
litepub_then(struct litepub *s, const struct pub_table *t)
{
	return db_generation_table(&s->arena, t->name, t->then);
}

const char *
litepub_text(struct litepub *s, sqlite3_stmt *st, int i)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	return text == NULL ? NULL : arena_strdup(&s->arena, text);
}

sqlite3_stmt *
litepub_ask(struct litepub *s, const char *sql, const char *one,
    const char *two)
{
	sqlite3_stmt *st = sqlite_db_prepare(s->db, sql);

	if (st != NULL && one != NULL)
		sqlite3_bind_text(st, 1, one, -1, SQLITE_TRANSIENT);
	if (st != NULL && two != NULL)
		sqlite3_bind_text(st, 2, two, -1, SQLITE_TRANSIENT);
	return st;
}

bool
litepub_end(struct litepub *s, sqlite3_stmt *st, int rc)
{
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		sqlite_db_error(s->db, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

bool
litepub_do(struct litepub *s, const char *sql, const char *one,
    const char *two)
{
	sqlite3_stmt *st = litepub_ask(s, sql, one, two);

	return st != NULL && litepub_end(s, st, sqlite3_step(st));
}

bool
litepub_count(struct litepub *s, const char *sql, const char *one,
    const char *two, int64_t *n)
{
	sqlite3_stmt *st = litepub_ask(s, sql, one, two);
	int rc;

	*n = 0;
	if (st == NULL)
		return false;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*n = sqlite3_column_int64(st, 0);
	return litepub_end(s, st, rc);
}

void
litepub_misfit(struct litepub *s, const char *what, const char *name,
    const char *table, const char *why)
{
	struct diag *d;

	d = diag_add(s->db->diags, DIAG_T015, NOWHERE,
	    "%s \"%s\" %s%s%s: %s", what, name,
	    table == NULL ? "does not fit the new tables" :
	    "does not fit the new table \"", table == NULL ? "" : table,
	    table == NULL ? "" : "\"", why);
	diag_hint(s->db->diags, d, "change or drop it, or keep in the mapping "
	    "what it needs; the target is as it was");
}

static void
begin(struct litepub *s, struct publication *p)
{
	*s = (struct litepub){ .p = p, .db = &p->db->lite };
	s->turn.db = s->db;
	arena_init(&s->arena);
}

static bool
end(struct litepub *s, bool good)
{
	arena_fini(&s->arena);
	return good;
}

static struct log_table
log_of(const struct pub_table *t)
{
	return (struct log_table){ .name = t->name, .generation = t->then,
	    .key = t->key, .nkey = t->nkey };
}

/* --- what forbids it ----------------------------------------------------- */

static bool
taken(struct litepub *s, const char *name, const struct sqlite_made *m,
    const char *why)
{
	bool virtual = strncmp(m->sql, "CREATE VIRTUAL", 14) == 0;
	struct diag *d;

	d = diag_add(s->db->diags, DIAG_T014, NOWHERE,
	    "\"%s\" is %s %s in \"%s\"%s", name,
	    strcmp(m->type, "index") == 0 ? "an" : "a",
	    virtual ? "virtual table" : m->type, s->db->shown, why);
	diag_hint(s->db->diags, d, "rename it, drop it, or give the mapping's "
	    "table another name");
	return false;
}

/* A live name must be free, or an ordinary table's that decant knows of. */
static bool
check_table(struct litepub *s, const struct pub_table *t)
{
	struct sqlite_made m;

	if (!sqlite_made_look(s->db, &s->arena, t->name, &m))
		return false;
	if (m.type == NULL)
		return true;
	if (strcmp(m.type, "table") != 0 || strncmp(m.sql, "CREATE VIRTUAL",
	    14) == 0)
		return taken(s, t->name, &m, "");
	if (t->now == 0)
		return taken(s, t->name, &m, ", and no generation's");
	if (!sqlite_made_look(s->db, &s->arena, litepub_away(s, t), &m))
		return false;
	return m.type == NULL || t->now == t->then ||
	    taken(s, litepub_away(s, t), &m, ", and the live table would "
	    "have that name");
}

static bool
check(struct litepub *s)
{
	uint32_t i;
	bool good = true;

	for (i = 0; i < s->p->ntable; i++)
		good &= check_table(s, &s->p->table[i]);
	return good && litepub_read(s) && litepub_plan(s) &&
	    litepub_check_hand(s);
}

bool
litepub_check(struct publication *p)
{
	struct litepub s;

	if (!p->db->open)
		return true;	/* no file yet */
	begin(&s, p);
	return end(&s, check(&s));
}

static bool
check_staged(struct litepub *s)
{
	const struct pub_table *t;
	struct diag *d;
	uint32_t i;
	bool good = true;

	for (i = 0; i < s->p->ntable; i++) {
		t = &s->p->table[i];
		if (t->then == 0 || litepub_table(s, t, false) != NULL)
			continue;
		d = diag_add(s->db->diags, DIAG_T033, NOWHERE, "table \"%s\" "
		    "of generation %u is not in \"%s\"", t->name, t->then,
		    s->db->shown);
		diag_hint(s->db->diags, d, "its name was \"%s\"; somebody "
		    "must have dropped it", litepub_then(s, t));
		good = false;
	}
	return good;
}

/* --- inside -------------------------------------------------------------- */

static bool
detach_logs(struct litepub *s)
{
	const struct pub_table *t;
	uint32_t i;

	for (i = 0; i < s->p->ntable; i++) {
		t = &s->p->table[i];
		if (t->now != 0 && !litelog_detach(s->p->db, s->p->schema,
		    t->name))
			return false;
	}
	return true;
}

static bool
make_logs(struct litepub *s)
{
	struct log_table log;
	uint32_t i;

	for (i = 0; i < s->p->ntable; i++) {
		log = log_of(&s->p->table[i]);
		if (log.generation != 0 && !litelog_create(s->p->db,
		    s->p->schema, &log))
			return false;
	}
	return true;
}

static bool
attach_logs(struct litepub *s)
{
	struct log_table log;
	uint32_t i;

	for (i = 0; i < s->p->ntable; i++) {
		log = log_of(&s->p->table[i]);
		if (log.generation != 0 && !litelog_attach(s->p->db,
		    s->p->schema, &log))
			return false;
	}
	return true;
}

/*
 * All that is done while nobody else may write.  *again: users have made an
 * index since it was prepared.
 */
static bool
inside(struct litepub *s, bool rehearsal, bool *again)
{
	const struct publication *p = s->p;

	if (p->clear != NULL && p->clear(p->arg) != OK)
		return false;
	if (!rehearsal && p->locked != NULL && p->locked(p->arg) != OK)
		return false;
	if (!check(s) || !check_staged(s))
		return false;
	if (!litepub_is_indexed(s)) {
		*again = true;
		return false;
	}
	return litepub_keys_before(s) && detach_logs(s) &&
	    litepub_probe_before(s) && litepub_move(s) &&
	    litepub_keys_after(s) && make_logs(s) && attach_logs(s) &&
	    litepub_probe_after(s) && (rehearsal || p->moved == NULL ||
	    p->moved(p->arg) == OK);
}

/* --- before -------------------------------------------------------------- */

static bool
rehearse(struct litepub *s)
{
	bool again = false, good;

	if (!sqlite_db_exec(s->db, "BEGIN IMMEDIATE"))
		return false;
	good = inside(s, true, &again);
	sqlite_db_try(s->db, "ROLLBACK");
	return good || again;
}

static bool
set_pragmas(struct litepub *s)
{
	return sqlite_db_exec(s->db, "PRAGMA foreign_keys = OFF;"
	    "PRAGMA cache_spill = ON");
}

bool
litepub_prepare(struct publication *p)
{
	struct litepub s;
	bool good;

	begin(&s, p);
	good = set_pragmas(&s) && check(&s) && (p->dry != NULL ||
	    check_staged(&s)) && litepub_index(&s);
	if (good && p->dry == NULL)
		good = make_logs(&s) && litepub_keys_prepare(&s) &&
		    rehearse(&s);
	return end(&s, good);
}

/* --- the transaction ----------------------------------------------------- */

static double
ms_since(int64_t ns)
{
	return (double)(sqlite_turn_now() - ns) / 1e6;
}

static bool
dry_run(struct litepub *s)
{
	struct buf *b = s->p->dry;
	const struct pub_table *t;
	uint32_t i;

	if (!check(s))
		return false;
	buf_puts(b, "BEGIN IMMEDIATE;\n");
	for (i = 0; i < s->p->ntable; i++) {
		t = &s->p->table[i];
		if (t->then == 0 || litepub_table(s, t, false) != NULL)
			continue;
		buf_printf(b, "-- and, when it is staged, \"%s\" becomes "
		    "\"%s\" in the same way\n", litepub_then(s, t),
		    t->name);
	}
	litepub_index_dry(s);
	if (!litepub_plan(s))
		return false;
	litepub_put_move(s, b);
	buf_puts(b, "-- the triggers of the change log\nCOMMIT;\n");
	return true;
}

enum outcome { DONE, AGAIN, FAILED };

/* One attempt; `last` tells what is busy. */
static enum outcome
attempt(struct litepub *s, bool last)
{
	struct publication *p = s->p;
	bool again = false;
	int64_t at;
	int rc;

	p->attempts++;
	arena_reset(&s->arena);
	rc = sqlite_db_try(s->db, "BEGIN IMMEDIATE");
	if (rc != SQLITE_OK) {
		sqlite_db_error(s->db, rc);
		return FAILED;
	}
	at = sqlite_turn_now();
	if (!inside(s, false, &again)) {
		sqlite_db_try(s->db, "ROLLBACK");
		return again && litepub_index(s) ? AGAIN : FAILED;
	}
	rc = sqlite_turn_commit(s->db);
	p->held_ms = ms_since(at);
	if (rc == SQLITE_OK)
		return DONE;
	if (last || !sqlite_db_is_busy(rc))
		sqlite_db_error(s->db, rc);
	if (!sqlite3_get_autocommit(s->db->handle))
		sqlite_db_try(s->db, "ROLLBACK");
	return last || !sqlite_db_is_busy(rc) ? FAILED : AGAIN;
}

static bool
run(struct litepub *s)
{
	int64_t start = sqlite_turn_now();
	double patience = s->db->wait_ms;
	enum outcome o;

	for (;;) {
		o = attempt(s, ms_since(start) > patience ||
		    sqlite_db_is_interrupted(s->db));
		if (o != AGAIN)
			break;
		sqlite_turn_pause(RETRY_PAUSE);
	}
	s->p->waited_ms = ms_since(start) - s->p->held_ms;
	return o == DONE;
}

enum grade
litepub_run(struct publication *p)
{
	struct litepub s;
	int wait = p->db->lite.wait_ms;
	bool good;

	begin(&s, p);
	p->waited_ms = p->held_ms = 0;
	p->attempts = 0;
	if (p->dry != NULL)
		return end(&s, dry_run(&s)) ? OK : FATAL;
	if (p->patience_ms > 0)
		s.db->wait_ms = (int)p->patience_ms;
	/* Pages in memory need no lock but the one that is held. */
	good = set_pragmas(&s) && sqlite_db_exec(s.db,
	    "PRAGMA cache_spill = OFF") && run(&s);
	sqlite_db_try(s.db, "PRAGMA cache_spill = ON");
	s.db->wait_ms = wait;
	return end(&s, good) ? OK : FATAL;
}

/* --- dropping ------------------------------------------------------------ */

/* Decant's own tables of the list, and their logs. */
static bool
names_to_drop(struct litepub *s, const char ***name, uint32_t *n)
{
	const struct publication *p = s->p;
	const struct pub_table *t;
	struct log_table log;
	struct sqlite_made m;
	const char *table;
	uint32_t i, cap = 0;

	*name = NULL;
	*n = 0;
	for (i = 0; i < p->ntable; i++) {
		t = &p->table[i];
		if (t->then == 0)
			continue;
		table = litepub_then(s, t);
		if (!sqlite_made_look(s->db, &s->arena, table, &m))
			return false;
		if (m.type != NULL && m.made == NULL)
			return taken(s, table, &m, ", and decant did not make "
			    "it");
		if (m.type != NULL)
			*ARENA_PUSH(&s->arena, *name, *n, cap) = table;
		log = log_of(t);
		table = arena_printf(&s->arena, "decant_%s", litelog_name(
		    &s->arena, p->db, p->schema, &log));
		if (!sqlite_made_look(s->db, &s->arena, table, &m))
			return false;
		if (m.type != NULL)
			*ARENA_PUSH(&s->arena, *name, *n, cap) = table;
		table = arena_printf(&s->arena, "%s__d", table);
		if (!sqlite_made_look(s->db, &s->arena, table, &m))
			return false;
		if (m.type != NULL)
			*ARENA_PUSH(&s->arena, *name, *n, cap) = table;
	}
	return true;
}

static void
put_drops(struct buf *b, const char *const *name, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		buf_puts(b, "DROP TABLE main.");
		sqlite_db_ident(b, name[i]);
		buf_puts(b, ";\n");
	}
}

/* What belongs to it in the ledger. */
static int
dropped(void *arg)
{
	struct publication *p = arg;

	return p->locked == NULL || p->locked(p->arg) == OK ? SQLITE_OK :
	    SQLITE_ABORT;
}

bool
litepub_drop(struct publication *p)
{
	struct litepub s;
	const char **name;
	uint32_t n;
	bool good;

	begin(&s, p);
	good = names_to_drop(&s, &name, &n);
	if (good && p->dry != NULL)
		put_drops(p->dry, name, n);
	else if (good)
		good = sqlite_db_exec(s.db, p->erase ?
		    "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON" :
		    "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = FAST")
		    &&
		    sqlite_made_drop_with(&s.turn, name, n, dropped, p);
	return end(&s, good);
}
