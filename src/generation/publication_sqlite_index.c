/*
 * Users' indexes of live tables, on the tables that are to be live.
 *
 * They are made before the transaction, as NAME__gN beside the live NAME, and
 * get their names with the tables.  What is put away keeps its own as NAME__gM,
 * so that a rollback finds them made; those that users have dropped since, or
 * made otherwise, are dropped or made again.
 */
#include "generation/publication_sqlite_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "generation/publication_sqlite_text.h"

#define SQL_MAX	(16u << 20)

static bool
is_users(const struct lite_object *o)
{
	return strcmp(o->type, "index") == 0 && o->sql != NULL && !o->own;
}

/* The same index on the table that comes: its name, its text. */
static const char *
counterpart(struct litepub *s, const struct lite_object *o, const char **name)
{
	const char *text;
	struct buf b;

	*name = db_generation_table(&s->arena, o->name, o->of->then);
	buf_init(&b, SQL_MAX);
	litetext_index(&b, o->sql, *name, litepub_then(s, o->of));
	text = arena_strdup(&s->arena, b.p);
	buf_fini(&b);
	return text;
}

enum fate { THERE, MISSING, OTHER };

static enum fate
fate_of(struct litepub *s, const struct lite_object *o, const char **name,
    const char **text)
{
	const struct lite_object *there;

	*text = counterpart(s, o, name);
	there = litepub_find(s, o->of, "index", *name, false);
	return there == NULL ? MISSING : strcmp(there->sql, *text) == 0 ?
	    THERE : OTHER;
}

static bool
needs_one(const struct lite_object *o)
{
	return o->live && o->of->then != 0 && is_users(o);
}

bool
litepub_is_indexed(struct litepub *s)
{
	const char *name, *text;
	uint32_t i;

	for (i = 0; i < s->nobject; i++)
		if (needs_one(&s->object[i]) &&
		    fate_of(s, &s->object[i], &name, &text) != THERE)
			return false;
	return true;
}

static bool
drop(struct litepub *s, const char *name)
{
	struct buf sql;
	bool good = true;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "DROP INDEX main.");
	sqlite_db_ident(&sql, name);
	if (s->p->dry != NULL)
		buf_printf(s->p->dry, "%s;\n", sql.p);
	else
		good = sqlite_turn_exec(&s->turn, sql.p);
	buf_fini(&sql);
	return good;
}

static bool
create(struct litepub *s, const struct lite_object *o, const char *sql)
{
	int rc;

	if (s->p->dry != NULL) {
		buf_printf(s->p->dry, "%s;\n", sql);
		return true;
	}
	rc = sqlite_db_try(s->db, sql);
	if (rc == SQLITE_OK)
		return true;
	if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_CONSTRAINT)
		litepub_misfit(s, "index", o->name, o->table,
		    sqlite3_errmsg(s->db->handle));
	else
		sqlite_db_error(s->db, rc);
	return false;
}

static bool
make(struct litepub *s, const struct lite_object *o)
{
	const char *name, *text;

	switch (fate_of(s, o, &name, &text)) {
	case THERE:
		return true;
	case OTHER:
		return drop(s, name) && create(s, o, text);
	case MISSING:
		break;
	}
	return create(s, o, text);
}

/* Of a table that has been live: users have dropped it since. */
static bool
is_dropped(struct litepub *s, const struct lite_object *o)
{
	const char *name;

	if (o->live || !is_users(o) || o->of->now == 0 ||
	    litepub_table(s, o->of, true) == NULL)
		return false;
	name = litetext_strip(&s->arena, o->name, o->of->then);
	return name != NULL &&
	    litepub_find(s, o->of, "index", name, true) == NULL;
}

bool
litepub_index(struct litepub *s)
{
	uint32_t i;

	for (i = 0; i < s->nobject; i++)
		if ((needs_one(&s->object[i]) && !make(s, &s->object[i])) ||
		    (is_dropped(s, &s->object[i]) &&
		    !drop(s, s->object[i].name)))
			return false;
	return true;
}

void
litepub_index_dry(struct litepub *s)
{
	uint32_t i, n = s->nobject;
	struct lite_object *made;
	const char *name, *text;

	for (i = 0; i < n; i++) {
		if (!needs_one(&s->object[i]) || fate_of(s, &s->object[i],
		    &name, &text) == THERE)
			continue;
		made = (struct lite_object *)litepub_find(s, s->object[i].of,
		    "index", name, false);
		if (made == NULL)
			made = ARENA_PUSH(&s->arena, s->object, s->nobject,
			    s->object_cap);
		*made = s->object[i];
		made->live = false;
		made->name = name;
		made->table = litepub_then(s, made->of);
		made->sql = text;
		made->row = made->page = -1;
	}
}
