/*
 * The source of a copy, in one snapshot; see copy_impl.h.
 *
 * PostgreSQL: the tables are locked (ACCESS SHARE) before the snapshot is
 * taken, so that what it sees and what is live cannot part; the snapshot is
 * exported, and the other connections import it.  SQLite: a read transaction,
 * while which nobody can write to the file unless it is in WAL mode.
 */
#include "generation/copy_impl.h"

#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "db/table_facts.h"
#include "flow/table_source.h"

#define SQL_MAX		(1u << 20)

/* --- which dataset ------------------------------------------------------- */

/* "old" of "sqlite:/data/old.db". */
static const char *
name_of_file(struct copy_run *r)
{
	const char *p = r->from.file.base;
	size_t n = strcspn(p, ".");

	return n == 0 ? p : arena_strndup(r->arena, p, n);
}

static const char *
find_dataset(struct copy_run *r)
{
	const char **name;
	struct diag *d;
	uint32_t n;

	if (r->o->dataset != NULL)
		return r->o->dataset;
	if (!ledger_datasets(&r->from, &r->from_arena, &name, &n))
		return NULL;
	if (n == 1)
		return name[0];
	if (n == 0 && r->from.kind == DB_SQLITE)
		return name_of_file(r);
	d = diag_add(r->diags, DIAG_L141, NOWHERE, n == 0 ? "%s has no ledger "
	    "of decant: which schema is to be copied?" : "%s has more than "
	    "one dataset", r->from.description);
	diag_hint(r->diags, d, n == 0 ? "--dataset SCHEMA names one" :
	    "--dataset names one, such as %s", n == 0 ? "" : name[0]);
	return NULL;
}

/* --- one database twice -------------------------------------------------- */

static bool
is_same_file(const struct copy_run *r)
{
	struct stat x, y;

	return stat(r->from.file.path, &x) == 0 &&
	    stat(r->to.file.path, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

static bool
check_apart(struct copy_run *r)
{
	static const char sql[] = "SELECT concat_ws(' ', current_database(), "
	    "pg_postmaster_start_time(), (SELECT oid FROM pg_database WHERE "
	    "datname = current_database()), current_setting('port'))";
	const struct db_result *x, *y;
	bool same;

	if (r->from.kind != r->to.kind)
		return true;
	if (r->from.kind == DB_SQLITE) {
		same = is_same_file(r);
	} else {
		x = db_query(&r->from, &r->from_arena, "looking at the "
		    "source", sql, 0, NULL);
		y = db_query(&r->to, r->arena, "looking at the target", sql,
		    0, NULL);
		if (x == NULL || y == NULL)
			return false;
		same = strcmp(db_cell(x, 0, 0), db_cell(y, 0, 0)) == 0;
	}
	if (!same)
		return true;
	diag_hint(r->diags, diag_add(r->diags, DIAG_L144, NOWHERE,
	    "%s is source and target at once", r->to.description),
	    "a copy goes to another database");
	return false;
}

/* --- the snapshot -------------------------------------------------------- */

bool
copy_export_snapshot(struct db *db, struct arena *a, const char **id)
{
	const struct db_result *r;

	if (db->kind == DB_SQLITE)
		return true;
	r = db_query(db, a, "taking a snapshot", "SELECT pg_export_snapshot()",
	    0, NULL);
	if (r == NULL)
		return false;
	*id = db_cell(r, 0, 0);
	return true;
}

bool
copy_enter_snapshot(struct db *db, struct arena *a, const char *id)
{
	return table_snapshot_begin(db, a) && (id == NULL ||
	    db_exec(db, "entering a snapshot", arena_printf(a,
	    "SET TRANSACTION SNAPSHOT '%s'", id)));
}

bool
copy_source_again(struct copy_run *r, struct db *db)
{
	return db_open_again(db, &r->from) &&
	    copy_enter_snapshot(db, &r->from_arena, r->from_snapshot);
}

bool
copy_target_snapshot(struct copy_run *r, struct db *db)
{
	return table_snapshot_begin(db, r->arena) &&
	    copy_export_snapshot(db, r->arena, &r->to_snapshot);
}

/* LOCK TABLE takes no snapshot. */
static bool
lock_tables(struct copy_run *r, const char *dataset)
{
	struct dataset *d = &r->source;
	const struct generation *live;
	struct fact_name *name;
	uint32_t n = 0, i;
	struct buf sql;
	bool good = true;

	if (r->from.kind == DB_SQLITE)
		return true;
	if (!dataset_read(d, &r->from, &r->from_arena, dataset) ||
	    !table_facts_list(&r->from, &r->from_arena, dataset, &name, &n))
		return false;
	live = dataset_live(d);
	db_roll_back(&r->from);
	if (!table_snapshot_begin(&r->from, &r->from_arena))
		return false;
	buf_init(&sql, SQL_MAX);
	for (i = 0; i < n && good; i++) {
		if (live != NULL && generation_find_table(live,
		    name[i].name) == NULL)
			continue;
		buf_puts(&sql, sql.len == 0 ? "LOCK TABLE " : ", ");
		db_put_table(&r->from, &sql, dataset, name[i].name, 0);
	}
	buf_puts(&sql, " IN ACCESS SHARE MODE");
	if (sql.p[0] == 'L')
		good = db_exec(&r->from, "locking the tables of the source",
		    sql.p);
	buf_fini(&sql);
	return good;
}

/* A publication may come before the locks: then what is live is looked for
 * again. */
static bool
begin_postgres(struct copy_run *r, const char *dataset)
{
	uint32_t live;

	do {
		if (db_is_interrupted(&r->from) || !lock_tables(r, dataset))
			return false;
		live = r->source.live;
		if (!copy_export_snapshot(&r->from, &r->from_arena,
		    &r->from_snapshot) || !dataset_read(&r->source, &r->from,
		    &r->from_arena, dataset))
			return false;
	} while (r->source.live != live);
	return true;
}

static bool
begin(struct copy_run *r, const char *dataset)
{
	if (r->from.kind == DB_POSTGRES)
		return begin_postgres(r, dataset);
	return table_snapshot_begin(&r->from, &r->from_arena) &&
	    dataset_read(&r->source, &r->from, &r->from_arena, dataset);
}

bool
copy_source_open(struct copy_run *r)
{
	const char *dataset;

	if (!db_open(&r->from, &r->from_arena, &r->from_diags, r->o->from,
	    r->o->interrupted))
		return false;
	if (r->from.fresh) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_L140, NOWHERE,
		    "%s does not exist", r->from.description),
		    "FROM is the database that is copied, TO the one that it "
		    "is copied to");
		return false;
	}
	if (!check_apart(r) || (dataset = find_dataset(r)) == NULL ||
	    !begin(r, dataset))
		return false;
	r->plan.dataset = arena_strdup(r->arena, dataset);
	r->plan.gen = dataset_live(&r->source);
	if (r->plan.gen != NULL || r->source.ledger.n == 0)
		return true;
	diag_hint(r->diags, diag_add(r->diags, DIAG_L011, NOWHERE,
	    "dataset '%s' of %s has nothing live", dataset,
	    r->from.description), "decant publish makes a staged generation "
	    "live");
	return false;
}

void
copy_source_close(struct copy_run *r)
{
	if (!r->from.open)
		return;
	db_roll_back(&r->from);
	db_close(&r->from);
}
