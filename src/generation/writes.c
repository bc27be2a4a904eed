/*
 * Writes of applications are carried along; see writes.h.
 *
 * A round: the log's entries that are not done yet are in hand (decant_now);
 * their keys are deleted from the target, and the live rows that have them are
 * written there.  In PostgreSQL a round is one REPEATABLE READ transaction, so
 * that it takes all of a transaction of an application or nothing, and foreign
 * keys hold at its end; in SQLite it is a few thousand entries, so that nobody
 * waits long.
 */
#include "generation/writes_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/change_log.h"
#include "generation/in_place.h"
#include "mapping/mapping.h"

#define SQL_MAX		(16u << 20)
#define IN_HAND		4000u	/* entries at a time */
#define ROUNDS_MAX	50u
#define FEW		200u	/* that may be left for under the locks */

/* --- what there is to carry ---------------------------------------------- */

static const char *
relation(const struct writes *c, const char *name, uint32_t home)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	db_put_table(c->d->db, &b, c->d->name, name, home);
	s = arena_strdup(c->d->arena, b.p);
	buf_fini(&b);
	return s;
}

static const char *
log_relation(const struct writes *c, const struct gen_table *t)
{
	const struct log_table l = { t->name, t->home, t->key, t->nkey };
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	db_put_own(c->d->db, &b, change_log_name(c->d->arena, c->d->db,
	    c->d->name, &l));
	s = arena_strdup(c->d->arena, b.p);
	buf_fini(&b);
	return s;
}

static bool
same_columns(const struct schema_table *x, const struct schema_table *y)
{
	char xt[48], yt[48];
	uint32_t i;
	size_t n;

	if (x == NULL || y == NULL || x->ncolumn != y->ncolumn)
		return false;
	for (i = 0; i < x->ncolumn; i++) {
		n = sqltype_format(xt, &x->column[i].type);
		if (strcmp(x->column[i].name, y->column[i].name) != 0 ||
		    n != sqltype_format(yt, &y->column[i].type) ||
		    memcmp(xt, yt, n) != 0 ||
		    x->column[i].sqlite != y->column[i].sqlite)
			return false;
	}
	return true;
}

static bool
same_key(const struct gen_table *x, const struct gen_table *y)
{
	uint32_t i;

	if (x->nkey != y->nkey)
		return false;
	for (i = 0; i < x->nkey; i++)
		if (strcasecmp(x->key[i], y->key[i]) != 0)
			return false;
	return true;
}

static void
put_names(struct writes *c, struct writes_table *t)
{
	struct buf keys, log;
	uint32_t i;

	buf_init(&keys, 65536);
	buf_init(&log, 65536);
	for (i = 0; i < t->old->nkey; i++) {
		buf_puts(&keys, i > 0 ? ", " : "");
		db_ident(c->d->db, &keys, t->old->key[i]);
		buf_printf(&log, "%sk%u", i > 0 ? ", " : "", i + 1);
	}
	t->keys = arena_strdup(c->d->arena, keys.p == NULL ? "" : keys.p);
	t->log_keys = arena_strdup(c->d->arena, log.p == NULL ? "" : log.p);
	buf_fini(&keys);
	buf_fini(&log);
}

static bool
log_exists(struct writes *c, const struct gen_table *t, bool *exists)
{
	const struct log_table l = { t->name, t->home, t->key, t->nkey };

	return change_log_exists(c->d->db, c->d->arena, c->d->name, &l,
	    exists);
}

static bool
add_table(struct writes *c, const struct gen_table *old)
{
	const struct gen_table *new = generation_find_table(c->to, old->name);
	struct writes_table *t;

	if (new != NULL && new->home == old->home)
		return true;		/* the same table: it stays */
	t = &c->table[c->ntable];
	*t = (struct writes_table){ .name = old->name, .from = old->home,
	    .to = new == NULL ? 0 : new->home, .old = old, .new = new };
	if (!log_exists(c, old, &t->logged))
		return false;
	if (!t->logged)
		return true;
	c->ntable++;
	t->live = relation(c, old->name, 0);
	t->log = log_relation(c, old);
	t->log_to = new == NULL ? NULL : log_relation(c, new);
	t->copied = new != NULL && new->base == old->home &&
	    (new->nkey == 0) == (old->nkey == 0);
	put_names(c, t);
	if (new == NULL) {
		t->missing = "the new version has no such table";
	} else if (old->nkey == 0) {
		t->missing = t->copied ? "it has no key, and it was written "
		    "to since its rows were copied" : "it has no key";
	} else if (!same_key(old, new)) {
		t->missing = "its key is another";
	} else {
		t->target = relation(c, new->name, new->home);
		t->plain = same_columns(old->columns, new->columns);
	}
	return true;
}

/* --- through which expressions ------------------------------------------- */

/* Of one of the mappings, which is then *m. */
static struct map_table *
find_map_table(const struct writes *c, const char *name, struct mapping **m)
{
	uint32_t i, k;

	for (k = 0; k < c->nmapping; k++) {
		*m = c->mapping[k];
		for (i = 0; i < (*m)->ntable; i++)
			if (strcasecmp((*m)->table[i].name, name) == 0)
				return &(*m)->table[i];
	}
	return NULL;
}

static void
plan_table(struct writes *c, struct writes_table *t)
{
	struct arena *a = c->d->arena;
	struct mapping *m = NULL;
	struct map_table *mt = find_map_table(c, t->name, &m);
	const char *list = "";
	struct diags why;
	uint32_t i;

	if (t->missing != NULL || t->plain)
		return;
	if (t->old->columns == NULL || t->new->columns == NULL) {
		t->missing = "what its columns were is not known";
		return;
	}
	if (mt != NULL && !c->back)
		in_place_lead_up(a, m, mt);
	if (mt == NULL) {
		t->missing = "the mapping that says how is not known";
		return;
	}
	/* That it cannot be done matters once there is something to carry. */
	diags_init(&why, a);
	if (!carry_job_new(a, &why, m, (uint32_t)(mt - m->table),
	    c->back ? CARRY_DOWN : CARRY_UP, t->old->columns,
	    t->new->columns, c->d->db->target, &t->job)) {
		t->missing = why.first == NULL ? "its expressions cannot be "
		    "used" : arena_printf(a, "%s", why.first->message);
		return;
	}
	for (i = 0; i < t->job.nmissing; i++)
		list = arena_printf(a, "%s%s'%s'", list, i > 0 ? ", " : "",
		    t->job.missing[i]);
	if (t->job.nmissing > 0)
		t->missing = arena_printf(a, "%s: says nothing of %s", c->back ?
		    "down" : "up", list);
}

/* The mapping that has the expressions is the newer version's. */
static bool
read_mapping(struct writes *c)
{
	struct dataset *d = c->d;
	const struct generation *g = c->back ? dataset_live(d) : c->to;
	uint32_t i;
	bool wanted = false;

	for (i = 0; i < c->ntable; i++)
		wanted = wanted || (c->table[i].missing == NULL &&
		    !c->table[i].plain);
	if (!wanted || g->ntext == 0)
		return true;
	if (!texts_write(d, g, &c->texts))
		return false;
	return texts_mappings(d, &c->texts, &c->mapping, &c->nmapping);
}

struct writes *
writes_new(struct dataset *d, const struct generation *to, bool back,
    const char *export_to)
{
	struct writes *c = arena_zalloc(d->arena, sizeof *c);
	const struct generation *live = dataset_live(d);
	uint32_t i, n = live == NULL ? 0 : live->ntable;
	bool good = true;

	*c = (struct writes){ .d = d, .to = to, .back = back,
	    .export_to = export_to };
	buf_init(&c->aside, 1u << 30);
	c->table = arena_array(d->arena, n + 1, sizeof *c->table);
	for (i = 0; i < n && good; i++)
		good = add_table(c, &live->table[i]);
	good = good && read_mapping(c);
	for (i = 0; i < c->ntable && good; i++)
		plan_table(c, &c->table[i]);
	if (good)
		return c;
	writes_free(c);
	return NULL;
}

void
writes_free(struct writes *c)
{
	if (c == NULL)
		return;
	buf_fini(&c->aside);
	texts_remove(&c->texts);
	if (c->begun)
		db_try(c->d->db, "DROP TABLE IF EXISTS decant_now; "
		    "DROP TABLE IF EXISTS decant_done");
}

/* --- what cannot be ------------------------------------------------------ */

static bool
run(struct writes *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Which entries of its log are still to be carried. */
static const char *
pending(const struct writes *c, const struct writes_table *t)
{
	return arena_printf(c->d->arena, "(origin IS NULL OR (origin <> %u "
	    "AND seq > %llu))", t->to, t->copied ?
	    (unsigned long long)t->new->logged : 0);
}

static bool
count_writes(struct writes *c, const struct writes_table *t, uint64_t *n)
{
	const struct db_result *r;

	r = db_query(c->d->db, c->d->arena, "reading the change log",
	    arena_printf(c->d->arena, "SELECT count(*) FROM %s WHERE %s",
	    t->log, pending(c, t)), 0, NULL);
	*n = r == NULL ? 0 : strtoull(db_cell(r, 0, 0), NULL, 10);
	return r != NULL;
}

/* What decant itself has noted was noted by runs that are over. */
static bool
last_noted(struct writes *c, const struct writes_table *t, uint64_t *seq)
{
	const struct db_result *r;

	r = db_query(c->d->db, c->d->arena, "reading the change log",
	    arena_printf(c->d->arena, "SELECT coalesce(max(seq), 0) FROM %s "
	    "WHERE origin IS NOT NULL", t->log), 0, NULL);
	*seq = r == NULL ? 0 : strtoull(db_cell(r, 0, 0), NULL, 10);
	return r != NULL;
}

bool
writes_mark(struct dataset *d, const struct gen_table *old, uint32_t to,
    uint64_t *seq)
{
	struct writes c = { .d = d };
	struct writes_table t = { .to = to };
	bool exists;

	*seq = 0;
	if (!log_exists(&c, old, &exists))
		return false;
	t.log = log_relation(&c, old);
	if (!exists)
		return true;
	if (!last_noted(&c, &t, seq) || !db_begin(d->db))
		return false;
	if (run(&c, "UPDATE %s SET origin = %u WHERE origin IS NULL", t.log,
	    to) && db_commit(d->db))
		return true;
	db_roll_back(d->db);
	return false;
}

/* What a copy has from the start must be carried to the generation after it,
 * too. */
static bool
keep_log(struct writes *c, const struct writes_table *t)
{
	const struct log_table l = { t->new->name, t->new->home, t->new->key,
	    t->new->nkey };
	const char *columns = t->new->nkey == 0 ? "op, \"row\"" :
	    t->log_keys;

	return change_log_create(c->d->db, c->d->name, &l) &&
	    (t->new->nkey > 0 || run(c, "DELETE FROM %s WHERE origin = %u",
	    t->log_to, t->from)) &&
	    run(c, "INSERT INTO %s (origin, %s) SELECT %u, %s FROM %s WHERE "
	    "NOT %s ORDER BY seq", t->log_to, columns, t->from, columns,
	    t->log, pending(c, t));
}

static bool
keep_logs(struct writes *c)
{
	uint32_t i;

	for (i = 0; i < c->ntable; i++)
		if (c->table[i].copied && !keep_log(c, &c->table[i]))
			return false;
	return true;
}

bool
writes_check(struct writes *c)
{
	struct writes_table *t;
	uint64_t n;
	uint32_t i;
	bool good = true;

	for (i = 0; i < c->ntable; i++) {
		t = &c->table[i];
		if (t->missing == NULL || c->export_to != NULL)
			continue;
		if (!count_writes(c, t, &n))
			return false;
		if (n == 0)
			continue;
		good = false;
		diag_hint(c->d->db->diags, diag_add(c->d->db->diags,
		    DIAG_L080, NOWHERE, "applications have written to table "
		    "'%s' (%llu entries in its log), and that cannot be "
		    "carried %s: %s", t->name, (unsigned long long)n,
		    c->back ? "back" : "along", t->missing),
		    "--export-writes FILE writes these rows to a file and "
		    "goes on");
	}
	return good;
}

/* --- rounds -------------------------------------------------------------- */

void
writes_put_keys(struct buf *b, const struct writes *c,
    const struct writes_table *t)
{
	(void)c;
	buf_printf(b, "(%s) IN (SELECT %s FROM %s WHERE seq IN (SELECT seq "
	    "FROM decant_now))", t->keys, t->log_keys, t->log);
}

static bool
begin_tables(struct writes *c)
{
	if (c->begun)
		return true;
	c->begun = db_exec(c->d->db, "carrying rows",
	    "CREATE TEMP TABLE decant_now (seq bigint PRIMARY KEY);"
	    "CREATE TEMP TABLE decant_done (tbl integer, seq bigint, "
	    "PRIMARY KEY (tbl, seq))");
	return c->begun;
}

static bool
run(struct writes *c, const char *fmt, ...)
{
	struct buf sql;
	va_list ap;
	bool good;

	buf_init(&sql, SQL_MAX);
	va_start(ap, fmt);
	buf_vprintf(&sql, fmt, ap);
	va_end(ap);
	good = db_exec(c->d->db, "carrying rows", sql.p);
	buf_fini(&sql);
	return good;
}

bool
writes_take(struct writes *c, uint32_t i, uint64_t *n)
{
	const struct writes_table *t = &c->table[i];
	const struct db_result *r;

	if (!run(c, "DELETE FROM decant_now") ||
	    !run(c, "INSERT INTO decant_now SELECT seq FROM %s WHERE "
	    "%s AND seq NOT IN (SELECT seq FROM decant_done WHERE tbl = %u) "
	    "ORDER BY seq LIMIT %u", t->log, pending(c, t), i, IN_HAND))
		return false;
	r = db_query(c->d->db, c->d->arena, "carrying rows",
	    "SELECT count(*) FROM decant_now", 0, NULL);
	if (r == NULL)
		return false;
	*n = strtoull(db_cell(r, 0, 0), NULL, 10);
	return true;
}

bool
writes_done(struct writes *c, uint32_t i)
{
	return run(c, "INSERT INTO decant_done SELECT %u, seq FROM "
	    "decant_now", i);
}

/* Rows that the entries in hand are of. */
static bool
count_rows(struct writes *c, const struct writes_table *t)
{
	const struct db_result *r;

	r = db_query(c->d->db, c->d->arena, "carrying rows",
	    arena_printf(c->d->arena, "SELECT count(*) FROM (SELECT DISTINCT "
	    "%s FROM %s WHERE seq IN (SELECT seq FROM decant_now)) AS x",
	    t->log_keys, t->log), 0, NULL);
	if (r != NULL)
		c->carried += strtoull(db_cell(r, 0, 0), NULL, 10);
	return r != NULL;
}

static const char *
column_list(const struct writes *c, const struct schema_table *t)
{
	const char *s;
	struct buf b;
	uint32_t i;

	buf_init(&b, SQL_MAX);
	for (i = 0; i < t->ncolumn; i++) {
		buf_puts(&b, i > 0 ? ", " : "");
		db_ident(c->d->db, &b, t->column[i].name);
	}
	s = arena_strdup(c->d->arena, b.p);
	buf_fini(&b);
	return s;
}

/* The rows of the entries in hand. */
static bool
write_rows(struct writes *c, struct writes_table *t)
{
	bool keep = c->locked && c->export_to != NULL && !t->plain, good;
	const char *columns;
	struct buf keys;

	buf_init(&keys, SQL_MAX);
	writes_put_keys(&keys, c, t);
	good = (!keep || run(c, "CREATE TEMP TABLE decant_old AS SELECT * "
	    "FROM %s WHERE %s", t->target, keys.p)) &&
	    run(c, "DELETE FROM %s WHERE %s", t->target, keys.p);
	if (good && t->plain) {
		columns = column_list(c, t->new->columns);
		good = run(c, "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s",
		    t->target, columns, columns, t->live, keys.p);
	} else if (good) {
		good = writes_map_rows(c, t);
	}
	if (good && keep)
		good = (t->bad == 0 || writes_set_aside(c, t)) &&
		    run(c, "DROP TABLE %s.decant_old",
		    c->d->db->kind == DB_SQLITE ? "temp" : "pg_temp");
	buf_fini(&keys);
	return good;
}

/* The target's log says where they came from. */
static bool
write_log(struct writes *c, uint32_t i)
{
	const struct writes_table *t = &c->table[i];
	const char *in = arena_printf(c->d->arena, "SELECT DISTINCT %s FROM "
	    "%s WHERE seq IN (SELECT seq FROM decant_now)", t->log_keys,
	    t->log);

	return run(c, "DELETE FROM %s WHERE (%s) IN (%s)", t->log_to,
	    t->log_keys, in) &&
	    run(c, "INSERT INTO %s (origin, %s) SELECT %u, x.* FROM (%s) AS "
	    "x", t->log_to, t->log_keys, t->from, in) && writes_done(c, i);
}

/* Entries of one table; *n: how many there were, of `most` at most. */
static bool
writes_some(struct writes *c, uint32_t i, bool all, uint64_t *n)
{
	uint64_t some;

	*n = 0;
	do {
		if (!writes_take(c, i, &some))
			return false;
		*n += some;
		if (some > 0 && (!count_rows(c, &c->table[i]) ||
		    !write_rows(c, &c->table[i]) || !write_log(c, i)))
			return false;
	} while (all && some == IN_HAND);
	return true;
}

static bool
carries(const struct writes *c)
{
	uint32_t i;

	for (i = 0; i < c->ntable; i++)
		if (c->table[i].missing == NULL)
			return true;
	return false;
}

static bool
make_logs(struct writes *c)
{
	struct log_table l;
	uint32_t i;

	for (i = 0; i < c->ntable; i++) {
		if (c->table[i].missing != NULL)
			continue;
		l = (struct log_table){ c->table[i].new->name,
		    c->table[i].new->home, c->table[i].new->key,
		    c->table[i].new->nkey };
		if (!change_log_create(c->d->db, c->d->name, &l))
			return false;
	}
	return true;
}

static bool
all_tables(struct writes *c, bool all, uint64_t *n)
{
	uint64_t some;
	uint32_t i;

	*n = 0;
	for (i = 0; i < c->ntable; i++) {
		if (c->table[i].missing != NULL)
			continue;
		if (!writes_some(c, i, all, &some))
			return false;
		*n += some;
	}
	return true;
}

/* In a transaction of its own. */
static bool
one_round(struct writes *c, uint64_t *n)
{
	struct db *db = c->d->db;
	bool lite = db->kind == DB_SQLITE, good;
	uint64_t was = c->carried;

	good = db_exec(db, "carrying rows", lite ? "BEGIN IMMEDIATE" :
	    "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL decant.own = "
	    "'on'; SET CONSTRAINTS ALL DEFERRED") && all_tables(c, !lite, n) &&
	    db_commit(db);
	if (!good) {
		db_roll_back(db);
		c->carried = was;
	}
	return good;
}

/* Others poll for the lock of a SQLite database: they get a gap. */
static void
leave_a_gap(const struct writes *c)
{
	struct timespec t = { 0, 20000000 };

	if (c->d->db->kind == DB_SQLITE && !c->d->db->fresh)
		nanosleep(&t, NULL);
}

bool
writes_rounds(struct writes *c)
{
	uint64_t n = FEW + 1;
	uint32_t i;

	if (!carries(c))
		return true;
	if (!make_logs(c) || !begin_tables(c))
		return false;
	for (i = 0; i < ROUNDS_MAX * (c->d->db->kind == DB_SQLITE ? 1000 : 1)
	    && n > FEW; i++) {
		if (db_is_interrupted(c->d->db))
			return false;
		if (!one_round(c, &n)) {
			if (!c->stuck)
				return false;
			break;		/* the locks come first */
		}
		if (n > FEW)
			leave_a_gap(c);
	}
	c->in_rounds = c->carried;
	return true;
}

bool
writes_rest(struct writes *c)
{
	uint64_t n;

	c->carried = c->in_rounds;
	c->locked = true;
	c->naside = 0;
	buf_clear(&c->aside);
	if (carries(c)) {
		if (!begin_tables(c) || (c->d->db->kind == DB_POSTGRES &&
		    !run(c, "SET LOCAL decant.own = 'on'; SET CONSTRAINTS "
		    "ALL DEFERRED")) || !all_tables(c, true, &n))
			return false;
	}
	if (!keep_logs(c))
		return false;
	if (c->export_to != NULL)
		return begin_tables(c) && writes_export(c);
	return writes_check(c);		/* what was written meanwhile */
}

uint64_t
writes_carried(const struct writes *c)
{
	return c->carried;
}

uint64_t
writes_exported(const struct writes *c)
{
	return c->exported;
}
