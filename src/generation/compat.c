/*
 * Old shapes and new ones side by side; see compat.h.
 */
#include "generation/compat_impl.h"

#include <string.h>
#include <strings.h>

/* ---- what both databases say -------------------------------------------- */

static bool
told_at(const struct compat *c, struct place at)
{
	const struct diag *d;

	for (d = c->diags->first; d != NULL; d = d->next)
		if (d->at.src == at.src && d->at.line == at.line &&
		    d->at.col == at.col && d->severity == SEV_ERROR)
			return true;
	return false;
}

void
compat_unknown(struct compat *c, const struct expr *e, const char *what,
    const char *name)
{
	if (!told_at(c, e->at))
		diag_add(c->diags, DIAG_P141, e->at,
		    "%s '%.63s' has no column '%s'", what, name, e->name[0]);
}

const struct mapping *
compat_mapping(const struct compat *c, const struct schema_table *t)
{
	uint32_t i, k;

	for (i = 0; i < c->nview; i++)
		if (t == &c->view[i].shape)
			return c->view[i].mapping;
	for (i = 0; i < c->nmapping; i++)
		for (k = 0; k < c->mapping[i]->ntable; k++)
			if (strcasecmp(c->mapping[i]->table[k].name,
			    t->name) == 0)
				return c->mapping[i];
	return NULL;
}

const struct schema_table *
compat_table(const struct compat *c, const struct map_table *t)
{
	uint32_t i;

	for (i = 0; i < c->to->ntable; i++)
		if (strcasecmp(c->to->table[i].name, t->name) == 0)
			return &c->to->table[i];
	return NULL;
}

bool
compat_stays(const struct compat *c, const struct schema_table *t)
{
	return c->stays != NULL && c->stays[t - c->to->table];
}

static struct expr_sql
saying(struct compat *c, const struct schema_table *t, const char *row)
{
	return (struct expr_sql){ .arena = c->arena, .sqlite = c->sqlite,
	    .mapping = compat_mapping(c, t), .table = t, .row = row };
}

static const char *
said(struct compat *c, const struct expr_sql *o, const char *sql)
{
	c->functions |= o->functions;
	if (sql != NULL)
		return sql;
	if (o->unknown)
		compat_unknown(c, o->refused, "table", o->table->name);
	else if (!told_at(c, o->refused->at))
		diag_add(c->diags, DIAG_P140, o->refused->at, "%s cannot "
		    "compute this as decant does: %s", c->sqlite ? "SQLite" :
		    "PostgreSQL", o->why);
	return NULL;
}

const char *
compat_shown(struct compat *c, const struct schema_table *t, const char *row,
    const struct expr *e, struct schema_column *is)
{
	struct expr_sql o = saying(c, t, row);

	return said(c, &o, expr_sql_value(&o, e, is));
}

const char *
compat_stored(struct compat *c, const struct schema_table *t,
    const char *row, const struct expr *e, const struct schema_column *to)
{
	struct expr_sql o = saying(c, t, row);

	o.writes = true;
	/* only rows of views are of no table */
	o.loose = c->sqlite && (t < c->to->table ||
	    t >= c->to->table + c->to->ntable);
	return said(c, &o, expr_sql_store(&o, e, to));
}

const char *
compat_guessed(struct compat *c, const struct schema_table *t,
    const char *row, const struct expr *e, const struct schema_column *to,
    bool *risky)
{
	struct expr_sql o = saying(c, t, row);
	const char *sql = said(c, &o, expr_sql_store(&o, e, to));

	*risky = o.risky;
	return sql;
}

const char *
compat_ident(struct compat *c, const char *name)
{
	const struct db db = { .kind = c->sqlite ? DB_SQLITE : DB_POSTGRES };
	const char *s;
	struct buf b;

	buf_init(&b, 1u << 12);
	db_ident(&db, &b, name);
	s = arena_strdup(c->arena, b.p);
	buf_fini(&b);
	return s;
}

const char *
compat_literal(struct compat *c, const char *text)
{
	const char *s;
	struct buf b;

	buf_init(&b, COMPAT_SQL_MAX);
	if (!c->sqlite && strchr(text, '\\') != NULL) {
		/* whatever standard_conforming_strings is */
		buf_puts(&b, "E'");
		for (; *text != '\0'; text++) {
			if (*text == '\\' || *text == '\'')
				buf_putc(&b, *text);
			buf_putc(&b, *text);
		}
		buf_putc(&b, '\'');
	} else {
		buf_quoted(&b, text, '\'');
	}
	s = arena_strdup(c->arena, b.p);
	buf_fini(&b);
	return s;
}

const char *
compat_names(struct compat *c, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	const char *s = "";
	uint32_t i;

	for (i = 0; i < n; i++)
		s = arena_printf(c->arena, "%s%s%s", s, i == 0 ? "" :
		    i + 1 == n ? " and " : ", ", t->column[column[i]].name);
	return s;
}

/* ---- checks ------------------------------------------------------------- */

/* What SQLite looks at before the trigger has computed it. */
static void
check_null(struct compat *c, const struct agree_group *g)
{
	const struct schema_column *k;
	const struct map_carry *given;
	uint32_t s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < g->side[s].n; i++) {
			k = &g->table->column[g->side[s].column[i]];
			given = g->given[g->side[s].column[i]];
			if (given == NULL || !k->not_null)
				continue;
			diag_hint(c->diags, diag_add(c->diags, DIAG_P147,
			    given->at, "column '%s' is not null, so SQLite "
			    "refuses rows that give the columns which it is "
			    "computed from, and not itself", k->name),
			    "without 'not null' it is computed; PostgreSQL "
			    "computes it in any case");
		}
}

/* All that would be written, for what is told of it. */
static bool
check_statements(struct compat *c)
{
	const struct view_shape *v;
	bool good = true;
	uint32_t i, k;
	int s;

	for (i = 0; i < c->nview; i++) {
		v = &c->view[i];
		for (k = 0; k < v->table->ncolumn; k++)
			if (v->write[k].e != NULL)
				good &= view_writes(c, v, k, "NEW") != NULL;
		if (good)
			compat_view_notes(c, v);
	}
	for (i = 0; i < c->ngroup; i++) {
		for (s = 0; s < 2; s++)
			good &= !c->group[i].side[s].given ||
			    agree_holds(c, &c->group[i], s) != NULL;
		if (c->sqlite)
			check_null(c, &c->group[i]);
	}
	return good;
}

static bool
compat_read(struct compat *c)
{
	bool good;

	if (c->nmapping == 0 || c->to == NULL)
		return true;
	good = compat_agreements(c);
	return compat_views(c) && good;
}

bool
compat_check(struct arena *a, struct diags *diags, enum db_kind kind,
    const struct mapping *m, const struct schema *s)
{
	struct compat c = { .arena = a, .diags = diags,
	    .sqlite = kind == DB_SQLITE, .schema = m->schema, .mapping = &m,
	    .nmapping = 1, .to = s };

	return compat_read(&c) && check_statements(&c) &&
	    (!c.sqlite || lite_compat_try(&c));
}

/* ---- statements --------------------------------------------------------- */

struct compat *
compat_new(struct arena *a, struct db *db, const char *schema,
    const struct compat_wanted *w)
{
	struct compat *c = arena_zalloc(a, sizeof *c);

	*c = (struct compat){ .arena = a, .diags = db->diags, .db = db,
	    .sqlite = db->kind == DB_SQLITE, .schema = schema,
	    .mapping = w->mapping, .nmapping = w->n, .to = w->schema,
	    .stays = w->stays };
	if (!compat_read(c))
		return NULL;
#ifdef HAVE_LIBPQ
	if (!c->sqlite)
		return pg_compat_look(c) ? c : NULL;
#endif
	return lite_compat_look(c) ? c : NULL;
}

bool
compat_clear(struct compat *c, struct buf *b)
{
	c->cleared = true;
#ifdef HAVE_LIBPQ
	if (!c->sqlite)
		return pg_compat_clear(c, b);
#endif
	return lite_compat_clear(c, b);
}

bool
compat_put(struct compat *c, struct buf *b, bool moved)
{
	if (!c->cleared && !compat_clear(c, b))
		return false;
#ifdef HAVE_LIBPQ
	if (!c->sqlite)
		return pg_compat_put(c, b, moved);
#endif
	return lite_compat_put(c, b, moved);
}
