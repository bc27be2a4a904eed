/*
 * Foreign keys that tables have to do with which change places.
 *
 * SQLite looks at them only when rows change, and only if it is told to.
 * publication_sqlite_refer.c looks at the rows; here is which foreign keys
 * there are, and whether they fit at all.
 */
#include "generation/publication_sqlite_keys.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "generation/publication_sqlite_text.h"

#define SQL_MAX		(1u << 20)

/* --- which foreign keys there are ---------------------------------------- */

static const struct pub_table *
moving(const struct litepub *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->p->ntable; i++)
		if (sqlite3_stricmp(s->p->table[i].name, name) == 0)
			return &s->p->table[i];
	return NULL;
}

typedef bool look(struct lite_fkey *);
static look note_fit;

/* Without names they refer to the parent's PRIMARY KEY. */
static bool
fill_to(struct lite_fkey *f)
{
	sqlite3_stmt *st;
	uint32_t n = 0;
	int rc;

	if (f->n > 0 && f->to[0] != NULL)
		return true;
	st = litepub_ask(f->s, "SELECT name FROM pragma_table_info(?1) "
	    "WHERE pk > 0 ORDER BY pk", f->parent_then, NULL);
	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (n < f->n)
			f->to[n++] = litepub_text(f->s, st, 0);
	if (n < f->n)
		f->n = 0;	/* fits nothing; see litepub_keys_after */
	return litepub_end(f->s, st, rc);
}

/* Where the rows are now, and where they will be. */
static bool
look_at(struct lite_fkey *f, const char *child, look *fn)
{
	struct litepub *s = f->s;
	const char *bare;

	f->c = moving(s, child);
	f->child = child;
	f->child_now = f->c == NULL ? child : litepub_then(s, f->c);
	if (f->c != NULL) {
		bare = litetext_strip(&s->arena, f->parent, f->c->then);
		f->parent = bare == NULL ? f->parent : bare;
	}
	f->p = moving(s, f->parent);
	if (f->c == NULL && f->p == NULL)
		return true;
	if (f->p != NULL && f->p->then == 0)
		return f->p->now == 0 || litepub_tell_fkey(f,
		    "the new generation does not have it");
	f->parent_then = f->p == NULL ? f->parent : litepub_then(s, f->p);
	return fill_to(f) && (f->n == 0 && fn != note_fit ? true : fn(f));
}

/* The foreign keys of one table, whose definition is `table`'s. */
static bool
each_of(struct litepub *s, const char *table, const char *child, look *fn)
{
	struct lite_fkey *f = NULL, **all = NULL;
	uint32_t n = 0, cap = 0, i;
	sqlite3_stmt *st;
	int rc;

	st = litepub_ask(s, "SELECT id, \"table\", \"from\", \"to\" FROM "
	    "pragma_foreign_key_list(?1) ORDER BY id, seq", table, NULL);
	if (st == NULL)
		return false;
	for (i = 0; (rc = sqlite3_step(st)) == SQLITE_ROW;) {
		if (f == NULL || sqlite3_column_int(st, 0) != (int)i) {
			f = arena_zalloc(&s->arena, sizeof *f);
			f->s = s;
			f->parent = litepub_text(s, st, 1);
			*ARENA_PUSH(&s->arena, all, n, cap) = f;
		}
		i = (uint32_t)sqlite3_column_int(st, 0);
		*ARENA_PUSH(&s->arena, f->from, f->n, f->cap) =
		    litepub_text(s, st, 2);
		f->n--;
		*ARENA_PUSH(&s->arena, f->to, f->n, f->to_cap) =
		    litepub_text(s, st, 3);
	}
	if (!litepub_end(s, st, rc))
		return false;
	for (i = 0; i < n; i++)
		if (!look_at(all[i], child, fn))
			return false;
	return true;
}

/*
 * The definition that the table will have, as a table in temp: some of its
 * foreign keys are comments now.
 */
static bool
make_model(struct litepub *s, const struct lite_object *o, const char **model)
{
	struct lite_rename r = { .from = o->name, .to = "decant_model" };
	struct buf b, text;
	bool good;

	*model = o->name;
	if (!litetext_is_mute(o->sql))
		return true;
	*model = r.to;
	buf_init(&b, SQL_MAX);
	buf_init(&text, SQL_MAX);
	litetext_unmute(&text, o->sql);
	buf_puts(&b, "DROP TABLE IF EXISTS temp.decant_model; CREATE TEMP");
	litetext_table(&b, text.p + strlen("CREATE"), &r);
	good = sqlite_db_exec(s->db, b.p);
	buf_fini(&text);
	buf_fini(&b);
	return good;
}

static bool
each_of_then(struct litepub *s, const struct pub_table *t, look *fn)
{
	const struct lite_object *o = litepub_table(s, t, false);
	const char *model;

	return o == NULL || (make_model(s, o, &model) &&
	    each_of(s, model, t->name, fn));
}

/* Is it one that stays, and no generation's that is not live? */
static bool
is_other(struct litepub *s, const char *name, bool *other)
{
	struct sqlite_made m;
	const char *p = strstr(name, "__g");

	*other = moving(s, name) == NULL && strncmp(name, "sqlite_", 7) != 0;
	if (!*other || p == NULL)
		return true;
	if (!sqlite_made_look(s->db, &s->arena, name, &m))
		return false;
	*other = m.made == NULL;
	return true;
}

/* All foreign keys that a moving table has to do with. */
static bool
each_key(struct litepub *s, look *fn)
{
	const char **name = NULL;
	uint32_t n = 0, cap = 0, i;
	sqlite3_stmt *st;
	bool other;
	int rc;

	st = sqlite_db_prepare(s->db, "SELECT name FROM main.sqlite_master "
	    "WHERE type = 'table' AND rootpage > 0");
	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(&s->arena, name, n, cap) = litepub_text(s, st, 0);
	if (!litepub_end(s, st, rc))
		return false;
	for (i = 0; i < n; i++)
		if (!is_other(s, name[i], &other) ||
		    (other && !each_of(s, name[i], name[i], fn)))
			return false;
	for (i = 0; i < s->p->ntable; i++)
		if (s->p->table[i].then != 0 &&
		    !each_of_then(s, &s->p->table[i], fn))
			return false;
	return true;
}

/* --- the order of things -------------------------------------------------- */

bool
litepub_keys_prepare(struct litepub *s)
{
	return litepub_look_init(s) && each_key(s, litepub_look_before);
}

/* SQLite compares foreign keys with what they refer to as it compiles this. */
static bool
fits(struct litepub *s, const char *table)
{
	sqlite3_stmt *st;
	struct buf b;
	int rc;

	buf_init(&b, SQL_MAX);
	buf_puts(&b, "PRAGMA main.foreign_key_check(");
	sqlite_db_ident(&b, table);
	buf_putc(&b, ')');
	rc = sqlite3_prepare_v2(s->db->handle, b.p, -1, &st, NULL);
	sqlite3_finalize(st);
	buf_fini(&b);
	return rc == SQLITE_OK;
}

static bool
note_fit(struct lite_fkey *f)
{
	struct litepub *s = f->s;
	struct lite_fit *fit = ARENA_PUSH(&s->arena, s->fit, s->nfit,
	    s->fit_cap);

	fit->child = f->child;
	fit->parent = f->parent;
	fit->good = fits(s, f->child_now);
	return true;
}

bool
litepub_keys_before(struct litepub *s)
{
	s->fit = NULL;
	s->nfit = s->fit_cap = 0;
	return litepub_look_init(s) && each_key(s, litepub_look_inside) &&
	    each_key(s, note_fit);
}

bool
litepub_keys_after(struct litepub *s)
{
	struct lite_fkey f = { .s = s };
	uint32_t i;

	for (i = 0; i < s->nfit; i++) {
		f.child = s->fit[i].child;
		f.parent = s->fit[i].parent;
		if (s->fit[i].good && !fits(s, f.child))
			return litepub_tell_fkey(&f,
			    sqlite3_errmsg(s->db->handle));
	}
	return true;
}
