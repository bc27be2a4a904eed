/*
 * What has been changed by hand on live tables, and would not be on the new
 * ones.
 *
 * decant knows what it made (decant_made): what a live table has beyond that
 * was added by hand, a column, a DEFAULT, a CHECK.  Of a live table that
 * decant did not make, or an older one made, nothing is known: columns and
 * their types are the mapping's business, so only clauses that decant never
 * writes are looked at, on columns that stay.  What the new table has too is
 * fine.  AUTOINCREMENT is carried (publication_sqlite_move.c).
 */
#include "generation/publication_sqlite_impl.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "generation/publication_sqlite_text.h"

struct hand {
	struct litepub *s;
	const struct pub_table *table;
	struct lite_items live, then;
	bool good;
};

static void
refuse(struct hand *h, const char *what)
{
	struct diag *d;

	d = diag_add(h->s->db->diags, DIAG_T032, NOWHERE, "live table \"%s\" "
	    "has what the new one would not have: %s", h->table->name, what);
	diag_hint(h->s->db->diags, d, "it was added by hand, and decant cannot "
	    "carry it: take it away, or load into a table of another name");
	h->good = false;
}

static bool
has_item(const struct lite_items *items, const char *text)
{
	uint32_t i;

	for (i = 0; i < items->n; i++)
		if (strcasecmp(items->v[i].text, text) == 0)
			return true;
	return false;
}

static const struct lite_item *
find_column(const struct lite_items *items, const char *column)
{
	uint32_t i;

	for (i = 0; i < items->n; i++)
		if (items->v[i].column != NULL &&
		    sqlite3_stricmp(items->v[i].column, column) == 0)
			return &items->v[i];
	return NULL;
}

/* --- a table that decant made -------------------------------------------- */

static void
check_made(struct hand *h, const char *made)
{
	struct lite_items before;
	uint32_t i;

	litetext_items(&h->s->arena, made, 0, &before);
	for (i = 0; i < h->live.n; i++)
		if (!has_item(&before, h->live.v[i].text) &&
		    !has_item(&h->then, h->live.v[i].text))
			refuse(h, h->live.v[i].text);
}

/* --- any other ----------------------------------------------------------- */

/* "name TYPE", and no more than decant writes behind it. */
static bool
is_plain_column(const struct lite_item *item)
{
	static const char *const tail[] = { "INTEGER", "REAL", "TEXT", "BLOB",
	    "INTEGER PRIMARY KEY", "INTEGER NOT NULL", "REAL NOT NULL",
	    "TEXT NOT NULL", "BLOB NOT NULL" };
	const char *p = item->text + strlen(item->column);
	size_t i;

	for (i = 0; i < sizeof tail / sizeof tail[0]; i++)
		if (*p == ' ' && strcmp(p + 1, tail[i]) == 0)
			return true;
	return false;
}

/* Does it look like a table that an older decant made? */
static bool
looks_made(const struct lite_items *items)
{
	uint32_t i;

	for (i = 0; i < items->n; i++)
		if (items->v[i].column != NULL ?
		    !is_plain_column(&items->v[i]) :
		    strncmp(items->v[i].text, "CONSTRAINT ", 11) != 0)
			return false;
	return true;
}

static void
check_column(struct hand *h, const struct lite_item *live,
    const struct lite_item *then)
{
	const char *at = live->text, *clause, *other, *same;

	while ((clause = litetext_clause(&h->s->arena, &at)) != NULL) {
		other = then->text;
		do
			same = litetext_clause(&h->s->arena, &other);
		while (same != NULL && strcmp(same, clause) != 0);
		if (same == NULL)
			refuse(h, arena_printf(&h->s->arena, "%s %s",
			    live->column, clause));
	}
}

/* Values that may not repeat, by a clause of the table. */
static bool
check_unique(struct hand *h)
{
	static const char sql[] =
	    "SELECT group_concat(c, ', ') FROM (SELECT l.name AS i, "
	    "x.name AS c FROM pragma_index_list(?1) AS l, "
	    "pragma_index_info(l.name) AS x WHERE l.origin = 'u' "
	    "ORDER BY l.name, x.name) GROUP BY i HAVING count(*) = "
	    "sum(c IN (SELECT name FROM pragma_table_info(?2))) "
	    "EXCEPT SELECT group_concat(c, ', ') FROM (SELECT l.name AS i, "
	    "x.name AS c FROM pragma_index_list(?2) AS l, "
	    "pragma_index_info(l.name) AS x WHERE l.\"unique\" "
	    "AND NOT l.partial ORDER BY l.name, x.name) GROUP BY i "
	    "EXCEPT SELECT name FROM pragma_table_info(?2) WHERE pk = 1";
	sqlite3_stmt *st = litepub_ask(h->s, sql, h->table->name,
	    litepub_then(h->s, h->table));
	int rc;

	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		refuse(h, arena_printf(&h->s->arena, "UNIQUE (%s)",
		    (const char *)sqlite3_column_text(st, 0)));
	return litepub_end(h->s, st, rc);
}

static bool
check_unknown(struct hand *h)
{
	const struct lite_item *item, *then;
	uint32_t i;

	if (looks_made(&h->live))
		return true;
	for (i = 0; i < h->live.n; i++) {
		item = &h->live.v[i];
		if (item->column != NULL) {
			then = find_column(&h->then, item->column);
			if (then != NULL)
				check_column(h, item, then);
		} else if (strstr(item->text, "CHECK (") != NULL &&
		    !has_item(&h->then, item->text)) {
			refuse(h, item->text);
		}
	}
	return check_unique(h);
}

/* --- both ---------------------------------------------------------------- */

static bool
check_table(struct litepub *s, const struct pub_table *t)
{
	const struct lite_object *live = litepub_table(s, t, true);
	const struct lite_object *then = litepub_table(s, t, false);
	struct hand h = { .s = s, .table = t, .good = true };
	struct sqlite_made m;

	if (live == NULL || then == NULL)
		return true;
	if (!sqlite_made_look(s->db, &s->arena, t->name, &m))
		return false;
	if (sqlite_made_is_ours(&m))
		return true;
	litetext_items(&s->arena, live->sql, 0, &h.live);
	litetext_items(&s->arena, then->sql, t->then, &h.then);
	if (m.made != NULL)
		check_made(&h, m.made);
	else if (!check_unknown(&h))
		return false;
	return h.good;
}

bool
litepub_check_hand(struct litepub *s)
{
	uint32_t i;
	bool good = true;

	for (i = 0; i < s->p->ntable; i++)
		good &= check_table(s, &s->p->table[i]);
	return good;
}
