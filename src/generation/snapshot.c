/*
 * Snapshots of what is live; see snapshot.h.
 *
 * File and hashes must be of the same moment.  PostgreSQL: an exported
 * snapshot.  SQLite: the copy is hashed, and so is the live database; where
 * they differ because somebody wrote meanwhile, it is tried again, the last
 * time while nobody can write.
 */
#include "generation/snapshot.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/pg_tool.h"
#include "db/scratch_db.h"
#include "generation/schema_json.h"

#define MANIFEST_MAX	(64u << 20)
#define ATTEMPTS	3

/* --- the manifest -------------------------------------------------------- */

static bool
fail_file(struct diags *ds, const char *path, const char *doing)
{
	diag_add(ds, DIAG_L100, NOWHERE, "cannot %s \"%s\": %s", doing, path,
	    strerror(errno));
	return false;
}

/* What the tables are: those of the generation that are known. */
static void
put_schema(struct json *j, const struct generation *g)
{
	struct schema s = { .name = "", .ntable = 0 };
	struct schema_table table[1];
	uint32_t i;

	json_open(j, "schema", '[');
	for (i = 0; i < g->ntable; i++) {
		if (g->table[i].columns == NULL)
			continue;
		table[0] = *g->table[i].columns;
		s.table = table;
		s.ntable = 1;
		schema_json_put(j, NULL, &s);
	}
	json_close(j, ']');
}

static bool
write_manifest(struct dataset *d, const struct snapshot *s)
{
	const struct generation *g = dataset_live(d);
	struct buf b;
	struct json j = { .b = &b };
	FILE *f;
	bool good;

	buf_init(&b, MANIFEST_MAX);
	json_open(&j, NULL, '{');
	json_text(&j, "decant", "snapshot 1");
	json_text(&j, "dataset", d->name);
	json_text(&j, "kind", d->db->kind == DB_SQLITE ? "sqlite" :
	    "postgresql");
	json_uint(&j, "generation", g->number);
	json_text(&j, "sha256", s->sha256);
	json_uint(&j, "bytes", s->bytes);
	hashes_json(&j, "hashes", &s->hashes);
	put_schema(&j, g);
	json_close(&j, '}');
	buf_putc(&b, '\n');
	f = fopen(s->manifest, "wx");
	good = f != NULL && fchmod(fileno(f), 0600) == 0 &&
	    fwrite(b.p, 1, b.len, f) == b.len && fflush(f) == 0 &&
	    fsync(fileno(f)) == 0;
	good = f != NULL && fclose(f) == 0 && good;
	buf_fini(&b);
	return good || fail_file(d->db->diags, s->manifest, "write");
}

/* --- making -------------------------------------------------------------- */

static const char *
file_name(struct dataset *d, const char *directory)
{
	const char *end = d->db->kind == DB_SQLITE ? "db" : "dump", *file;
	char at[32], more[16] = "";
	time_t now = time(NULL);
	struct stat st;
	struct tm tm;
	unsigned i;

	gmtime_r(&now, &tm);
	strftime(at, sizeof at, "%Y%m%dT%H%M%SZ", &tm);
	for (i = 2;; i++) {
		file = arena_printf(d->arena, "%s/%s-g%u-%s%s.%s", directory,
		    d->name, d->live, at, more, end);
		if (lstat(file, &st) != 0)
			return file;
		snprintf(more, sizeof more, "-%u", i);
	}
}

/* The tables of the live generation in another database of its kind. */
static bool
hash_copy(struct dataset *d, const char *target, struct hashes *h)
{
	struct dataset there = *d;
	struct db db;
	bool good;

	if (!db_open(&db, d->arena, d->db->diags, target,
	    d->db->interrupted))
		return false;
	there.db = &db;
	good = !db.fresh && hashes_of(&db, &there, dataset_live(d), h);
	db_close(&db);
	return good;
}

static bool
differs(struct dataset *d, const char *file, const char *table)
{
	diag_hint(d->db->diags, diag_add(d->db->diags, DIAG_L102, NOWHERE,
	    "table '%s' in snapshot \"%s\" is not what the live one is",
	    table, file), "the snapshot is of no use; is the disk sound?");
	return false;
}

/* What is read from here on is of one moment. */
static bool
hold_still(struct dataset *d)
{
	return db_exec(d->db, "reading", "BEGIN; SELECT count(*) FROM "
	    "sqlite_master");
}

/*
 * The copy and the hashes of what was copied.  In WAL mode a reader holds
 * nobody up; else others write meanwhile, the two differ, and in the end
 * writers have to wait.
 */
static bool
make_sqlite(struct dataset *d, struct snapshot *s)
{
	const struct db_result *mode = db_query(d->db, d->arena, "reading",
	    "PRAGMA main.journal_mode", 0, NULL);
	const char *differ = NULL;
	struct hashes copy;
	bool good = false, still;
	int i;

	if (mode == NULL)
		return false;
	for (i = 1; i <= ATTEMPTS && !good; i++) {
		still = i == ATTEMPTS || strcmp(db_cell(mode, 0, 0), "wal") ==
		    0;
		unlink(s->file);
		if (still && !hold_still(d))
			return false;
		good = scratch_copy_sqlite(d->db, s->file) &&
		    hashes_of(d->db, d, dataset_live(d), &s->hashes);
		if (still)
			db_roll_back(d->db);
		if (!good || !hash_copy(d, arena_printf(d->arena,
		    "sqlite:%s", s->file), &copy))
			return false;
		differ = hashes_differ(&s->hashes, &copy);
		good = differ == NULL;
	}
	return good || differs(d, s->file, differ);
}

#ifdef HAVE_LIBPQ
/* The dump in a database of its own. */
static bool
prove_dump(struct dataset *d, struct snapshot *s)
{
	const char *arg[] = { "--exit-on-error", "--no-owner",
	    "--no-privileges", s->file, NULL };
	struct scratch_db scratch;
	const char *differ;
	struct hashes copy;
	struct db db;
	bool good;

	if (!scratch_db_make(&scratch, d->arena, d->db, false))
		return false;
	good = db_open(&db, d->arena, d->db->diags, scratch.target,
	    d->db->interrupted);
	if (good) {
		good = pg_tool_run(&db, "pg_restore", arg);
		db_close(&db);
	}
	good = good && hash_copy(d, scratch.target, &copy);
	scratch_db_drop(&scratch);
	if (!good)
		return false;
	differ = hashes_differ(&s->hashes, &copy);
	return differ == NULL || differs(d, s->file, differ);
}

static bool
make_postgres(struct dataset *d, struct snapshot *s)
{
	const char *arg[12] = { "-Fc", "-f", s->file, "--no-sync" };
	const struct db_result *r = NULL;
	struct buf live;
	struct db db;
	int n = 4;
	bool good;

	if (!db_open_again(&db, d->db))
		return false;
	buf_init(&live, 4096);
	buf_quoted(&live, d->name, '"');
	good = db_exec(&db, "making a snapshot",
	    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY") &&
	    (r = db_query(&db, d->arena, "making a snapshot",
	    "SELECT pg_export_snapshot()", 0, NULL)) != NULL;
	if (good) {
		arg[n++] = "--snapshot";
		arg[n++] = db_cell(r, 0, 0);
		arg[n++] = "-n";
		arg[n++] = live.p;
		arg[n++] = "-n";
		arg[n++] = "decant";
		arg[n] = NULL;
		good = pg_tool_run(&db, "pg_dump", arg) && hashes_of(&db, d,
		    dataset_live(d), &s->hashes);
	}
	db_roll_back(&db);
	db_close(&db);
	buf_fini(&live);
	return good && prove_dump(d, s);
}
#endif

static bool
make_directory(struct dataset *d, const char *directory)
{
	if (mkdir(directory, 0700) == 0 || errno == EEXIST)
		return true;
	return fail_file(d->db->diags, directory, "make");
}

static bool
seal_file(struct dataset *d, struct snapshot *s)
{
	struct stat st;

	if (chmod(s->file, 0600) != 0 || stat(s->file, &st) != 0 ||
	    !sha256_file(s->file, s->sha256, d->db->interrupted))
		return fail_file(d->db->diags, s->file, "read");
	s->bytes = (uint64_t)st.st_size;
	return write_manifest(d, s);
}

void
snapshot_name(struct dataset *d, const char *directory, struct snapshot *s)
{
	*s = (struct snapshot){ .file = file_name(d, directory) };
	s->manifest = arena_printf(d->arena, "%s.json", s->file);
}

bool
snapshot_make(struct dataset *d, const char *directory, struct snapshot *s)
{
	bool good = false;

	*s = (struct snapshot){ .bytes = 0 };
	if (!make_directory(d, directory))
		return false;
	snapshot_name(d, directory, s);
	if (d->db->kind == DB_SQLITE)
		good = make_sqlite(d, s);
#ifdef HAVE_LIBPQ
	else
		good = make_postgres(d, s);
#endif
	good = good && seal_file(d, s);
	if (!good)
		unlink(s->file);
	return good;
}

const char *
snapshot_data(struct arena *a, const struct snapshot *s, const char *who)
{
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, MANIFEST_MAX);
	json_open(&j, NULL, '{');
	json_text(&j, "file", s->file);
	json_text(&j, "sha256", s->sha256);
	json_uint(&j, "bytes", s->bytes);
	hashes_json(&j, "hashes", &s->hashes);
	if (who != NULL)
		buf_printf(&b, ",%s", who);
	json_close(&j, '}');
	text = arena_strdup(a, b.p);
	buf_fini(&b);
	return text;
}

/* --- restoring ----------------------------------------------------------- */

struct restore {
	struct arena *arena;
	struct diags *diags;
	struct snapshot *s;
	const char *kind;
	struct dataset d;		/* as the manifest has it */
	struct generation gen;
	const char **want;		/* [gen's tables] hash as text */
	bool dry;
	const volatile int *interrupted;
};

static bool
bad_manifest(struct restore *r)
{
	diag_add(r->diags, DIAG_L100, NOWHERE, "\"%s\" is no manifest of a "
	    "snapshot", r->s->manifest);
	return false;
}

static bool
read_table(struct restore *r, const json_t *o, const json_t *schemas)
{
	const char *name = json_string_value(json_object_get(o, "table"));
	const char *hash = json_string_value(json_object_get(o, "hash"));
	struct gen_table *t = &r->gen.table[r->gen.ntable];
	struct schema *schema;
	char *text;
	size_t i, n;

	if (name == NULL || hash == NULL)
		return false;
	*t = (struct gen_table){ .name = arena_strdup(r->arena, name),
	    .home = r->gen.number };
	r->want[r->gen.ntable++] = arena_strdup(r->arena, hash);
	for (i = 0; i < json_array_size(schemas); i++) {
		n = json_dumpb(json_array_get(schemas, i), NULL, 0, 0);
		text = arena_zalloc(r->arena, n + 1);
		json_dumpb(json_array_get(schemas, i), text, n, 0);
		schema = schema_json_get(r->arena, "", text);
		if (schema != NULL && schema_find(schema, name) != NULL)
			t->columns = schema_find(schema, name);
	}
	return true;
}

static bool
read_manifest(struct restore *r)
{
	json_t *root = json_load_file(r->s->manifest, 0, NULL);
	const json_t *list = json_object_get(root, "hashes");
	const char *kind = json_string_value(json_object_get(root, "kind"));
	const char *name = json_string_value(json_object_get(root,
	    "dataset"));
	const char *sha = json_string_value(json_object_get(root, "sha256"));
	size_t i, n = json_array_size(list);
	bool good = kind != NULL && name != NULL && sha != NULL &&
	    strlen(sha) == SHA256_HEX;

	if (good) {
		memcpy(r->s->sha256, sha, SHA256_HEX + 1);
		r->kind = arena_strdup(r->arena, kind);
		r->d.name = arena_strdup(r->arena, name);
		r->gen.number = (uint32_t)json_integer_value(
		    json_object_get(root, "generation"));
		r->gen.state = GEN_LIVE;
		r->gen.table = arena_array(r->arena, n + 1,
		    sizeof *r->gen.table);
		r->want = arena_array(r->arena, n + 1, sizeof *r->want);
		for (i = 0; i < n && good; i++)
			good = read_table(r, json_array_get(list, i),
			    json_object_get(root, "schema"));
		r->d.arena = r->arena;
		r->d.gen = &r->gen;
		r->d.ngen = 1;
		r->d.live = r->gen.number;
	}
	json_decref(root);
	return good || bad_manifest(r);
}

static bool
check_file(struct restore *r)
{
	char hex[SHA256_HEX + 1];

	if (!sha256_file(r->s->file, hex, r->interrupted))
		return fail_file(r->diags, r->s->file, "read");
	if (strcmp(hex, r->s->sha256) == 0)
		return true;
	diag_hint(r->diags, diag_add(r->diags, DIAG_L101, NOWHERE,
	    "\"%s\" is not the file that was made: its sha256 is another",
	    r->s->file), "take another copy of it, or an older snapshot; "
	    "nothing was restored");
	return false;
}

/* What was restored, against the manifest. */
static bool
check_content(struct restore *r, struct db *db)
{
	char text[CONTENT_HASH_TEXT];
	struct hashes *h = &r->s->hashes;
	uint32_t i;

	r->d.db = db;
	if (!hashes_of(db, &r->d, &r->gen, h))
		return false;
	for (i = 0; i < h->n; i++) {
		content_hash_format(text, &h->v[i].hash);
		if (strcmp(text, r->want[i]) == 0)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L102, NOWHERE,
		    "table '%s' does not hold what the snapshot's manifest "
		    "says", h->v[i].table), "what was restored is dropped "
		    "again; take an older snapshot");
		return false;
	}
	return true;
}

static bool
restore_sqlite(struct restore *r, struct db *db)
{
	struct arena *a = r->arena;
	struct db from, there;
	const char *made;
	bool good;

	if (!db->fresh) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_L103, NOWHERE,
		    "%s exists already", db->description),
		    "name a file that does not exist; then move it into "
		    "place");
		return false;
	}
	if (r->dry)
		return true;
	if (!db_lock(db, r->d.name) || !db_open(&from, a, r->diags,
	    arena_printf(a, "sqlite:%s", r->s->file), r->interrupted))
		return false;
	made = db->file.temp;
	good = scratch_copy_sqlite(&from, made);
	db_close(&from);
	if (good && db_open(&there, a, r->diags, arena_printf(a, "sqlite:%s",
	    made), r->interrupted)) {
		good = check_content(r, &there);
		db_close(&there);
	}
	good = good && sqlite_file_publish_temp(&db->file);
	if (!good)
		unlink(made);
	return good;
}

#ifdef HAVE_LIBPQ
static bool
restore_postgres(struct restore *r, struct db *db)
{
	const char *arg[] = { "--exit-on-error", "--single-transaction",
	    r->s->file, NULL };
	const struct db_result *found;
	struct buf sql;
	bool good;

	if (!r->dry && !db_lock(db, r->d.name))
		return false;
	found = db_query(db, r->arena, "looking at the target", "SELECT "
	    "nspname FROM pg_namespace WHERE nspname IN ($1, 'decant')", 1,
	    &r->d.name);
	if (found == NULL)
		return false;
	if (found->n > 0) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_L103, NOWHERE,
		    "the database has a schema '%s' already",
		    db_cell(found, 0, 0)), "restore into a new database");
		return false;
	}
	if (r->dry)
		return true;
	if (!pg_tool_run(db, "pg_restore", arg))
		return false;
	good = check_content(r, db);
	if (!good) {
		buf_init(&sql, 1u << 16);
		buf_puts(&sql, "DROP SCHEMA IF EXISTS decant CASCADE; DROP "
		    "SCHEMA IF EXISTS ");
		db_ident(db, &sql, r->d.name);
		buf_puts(&sql, " CASCADE");
		db_try(db, sql.p);
		buf_fini(&sql);
	}
	return good;
}
#endif

/* A dry run's: tables without hashes. */
static void
name_tables(struct restore *r)
{
	struct hashes *h = &r->s->hashes;
	uint32_t i;

	h->n = r->gen.ntable;
	h->v = arena_zalloc(r->arena, (h->n + 1) * sizeof *h->v);
	for (i = 0; i < h->n; i++)
		h->v[i].table = r->gen.table[i].name;
}

bool
snapshot_restore(struct arena *a, struct diags *ds, const char *file,
    const char *target, bool dry, const volatile int *interrupted,
    struct snapshot *s)
{
	struct restore r = { .arena = a, .diags = ds, .s = s, .dry = dry,
	    .interrupted = interrupted };
	struct db db;
	bool good = false, fits;

	*s = (struct snapshot){ .file = file,
	    .manifest = arena_printf(a, "%s.json", file) };
	if (!read_manifest(&r) || !check_file(&r) ||
	    !db_open(&db, a, ds, target, interrupted))
		return false;
	fits = strcmp(r.kind, db.kind == DB_SQLITE ? "sqlite" :
	    "postgresql") == 0;
	if (!fits)
		diag_hint(ds, diag_add(ds, DIAG_L103, NOWHERE, "the snapshot "
		    "is of a %s database", r.kind), "decant copy goes from "
		    "one kind to the other");
	else if (db.kind == DB_SQLITE)
		good = restore_sqlite(&r, &db);
#ifdef HAVE_LIBPQ
	else
		good = restore_postgres(&r, &db);
#endif
	db_close(&db);
	if (dry)
		name_tables(&r);
	return good;
}
