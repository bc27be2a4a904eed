/*
 * Keys, constraints and indexes of a copy; see copy_plan.h.
 *
 * Within one kind of database they are taken over as they are.  From one kind
 * to the other go those that are told by their columns; and a check that
 * decant can say in the target's words exactly, which it tells from the
 * mapping's text, or else from the source's.
 */
#include "generation/copy_plan.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/srctext.h"
#include "db/db.h"
#include "generation/publication_sqlite_text.h"
#include "sink/sqlite_constraint.h"
#ifdef HAVE_LIBPQ
#include "sink/sink_postgres_impl.h"
#endif

#define SQL_MAX		(1u << 20)
#define NAME_MAX_BYTES	63u
#define MADE		"made by decant from the mapping"

struct rules {
	struct copy_plan *p;
	struct copy_table *t;
	const struct table_facts *f;
	bool same;			/* both are of one kind */
};

static bool
is_postgres(const struct db *db)
{
	return db->kind == DB_POSTGRES;
}

static bool
name_is_taken(const struct copy_plan *p, const char *name)
{
	uint32_t i, k;

	for (i = 0; i < p->ntable; i++) {
		if (strcasecmp(p->table[i].name, name) == 0)
			return true;
		for (k = 0; k < p->table[i].nrule; k++)
			if (strcasecmp(p->table[i].rule[k].name, name) == 0)
				return true;
	}
	return false;
}

/* TABLE_COLUMN_END, for what has no name. */
static const char *
make_name(const struct rules *r, const uint32_t *column, uint32_t n,
    const char *end)
{
	struct arena *a = r->p->arena;
	const char *base = r->t->name, *name;
	uint32_t i;

	for (i = 0; i < n; i++)
		base = arena_printf(a, "%s_%s", base,
		    r->f->column[column[i]].name);
	name = arena_printf(a, "%.*s_%s", (int)(NAME_MAX_BYTES -
	    strlen(end) - 5), base, end);
	for (i = 2; name_is_taken(r->p, name); i++)
		name = arena_printf(a, "%.*s_%s%u", (int)(NAME_MAX_BYTES -
		    strlen(end) - 5), base, end, i);
	return name;
}

static struct copy_rule *
add(const struct rules *r, enum constraint_kind kind, const char *name,
    const uint32_t *column, uint32_t n, const char *comment)
{
	struct copy_rule *k = ARENA_PUSH(r->p->arena, r->t->rule,
	    r->t->nrule, r->t->rule_cap);

	*k = (struct copy_rule){ .kind = kind, .name = name,
	    .column = column, .ncolumn = n, .tail = "", .comment = comment };
	k->marked = comment != NULL && strcmp(comment, MADE) == 0;
	if (k->marked)
		k->comment = NULL;
	return k;
}

/* What the mapping says of a constraint; NULL: nothing. */
static const struct schema_constraint *
known(const struct rules *r, const char *name)
{
	const struct schema *s = r->p->gen == NULL ? NULL : r->p->gen->schema;
	uint32_t i;

	for (i = 0; s != NULL && name != NULL && i < s->nconstraint; i++)
		if (strcmp(s->constraint[i].name, name) == 0 && strcasecmp(
		    s->table[s->constraint[i].table].name, r->t->name) == 0)
			return &s->constraint[i];
	return NULL;
}

/* --- unique constraints and indexes -------------------------------------- */

static void
add_uniques(const struct rules *r)
{
	const struct fact_unique *u;
	struct copy_rule *k;
	uint32_t i;

	for (i = 0; i < r->f->nunique; i++) {
		u = &r->f->unique[i];
		k = add(r, CONSTRAINT_UNIQUE, u->name != NULL ? u->name :
		    make_name(r, u->column, u->ncolumn, "key"), u->column,
		    u->ncolumn, u->comment);
		k->unique = true;
		if (r->same && is_postgres(r->p->to))
			k->text = u->sql;
		else if (u->sql != NULL && (strstr(u->sql, "DEFERRABLE") !=
		    NULL || strstr(u->sql, "NULLS NOT DISTINCT") != NULL))
			copy_left(r->p, "what SQLite does not have of unique "
			    "constraint '%s' of table '%s': %s", k->name,
			    r->t->name, u->sql);
	}
}

/*
 * "CREATE INDEX name ON schema.table USING …": what stands behind the table,
 * and for an exclusion constraint "ALTER TABLE schema.table ADD …" the same.
 */
static const char *
behind_table(const struct rules *r, const char *sql)
{
	struct buf b;
	const char *p;

	buf_init(&b, SQL_MAX);
	buf_printf(&b, " %s ", r->t->relation);
	p = strstr(sql, b.p);
	if (p != NULL)
		p += b.len - 1;
	buf_fini(&b);
	return p;
}

static void
add_indexes(const struct rules *r)
{
	const struct schema_constraint *c;
	const struct fact_index *x;
	struct copy_rule *k;
	uint32_t i;
	bool own;

	for (i = 0; i < r->f->nindex; i++) {
		x = &r->f->index[i];
		if (!r->same && !x->plain) {
			copy_left(r->p, "index '%s' of table '%s', which is "
			    "not of columns alone: %s", x->name, r->t->name,
			    x->sql);
			continue;
		}
		c = known(r, x->name);
		own = is_postgres(r->p->to) && x->unique && x->plain &&
		    c != NULL && c->kind == CONSTRAINT_UNIQUE;
		k = add(r, own ? CONSTRAINT_UNIQUE : CONSTRAINT_INDEX, x->name,
		    x->column, x->ncolumn, x->comment);
		k->unique = x->unique;
		k->marked |= !is_postgres(r->p->from) &&
		    strstr(x->sql, SQLITE_INDEX_MARK) != NULL;
		if (!r->same || (x->plain && !is_postgres(r->p->to)))
			continue;
		k->text = is_postgres(r->p->to) ? behind_table(r, x->sql) :
		    x->sql;
		if (k->text == NULL)
			copy_left(r->p, "index '%s' of table '%s': %s",
			    x->name, r->t->name, x->sql);
		if (k->text == NULL)
			r->t->nrule--;
	}
}

/* --- foreign keys -------------------------------------------------------- */

static const char *
foreign_tail(const struct rules *r, const struct fact_foreign *f)
{
	bool full = f->sql != NULL && strstr(f->sql, " MATCH FULL") != NULL;
	const char *s;
	struct buf b;

	buf_init(&b, SQL_MAX);
	if (full && is_postgres(r->p->to))
		buf_puts(&b, " MATCH FULL");
	else if (full)
		copy_left(r->p, "MATCH FULL of foreign key '%s' of table "
		    "'%s'", f->name, r->t->name);
	if (strcmp(f->on_update, "NO ACTION") != 0)
		buf_printf(&b, " ON UPDATE %s", f->on_update);
	if (strcmp(f->on_delete, "NO ACTION") != 0)
		buf_printf(&b, " ON DELETE %s", f->on_delete);
	if (f->deferrable)
		buf_printf(&b, " DEFERRABLE%s", f->deferred ?
		    " INITIALLY DEFERRED" : "");
	if (is_postgres(r->p->to) && f->sql != NULL &&
	    strstr(f->sql, " NOT VALID") != NULL)
		buf_puts(&b, " NOT VALID");
	s = arena_strdup(r->p->arena, b.p == NULL ? "" : b.p);
	buf_fini(&b);
	return s;
}

static uint32_t
find_table(const struct copy_plan *p, const struct fact_foreign *f)
{
	uint32_t i;

	if (f->to_schema != NULL && strcmp(f->to_schema, p->dataset) != 0)
		return UINT32_MAX;
	for (i = 0; i < p->ntable; i++)
		if (strcasecmp(p->table[i].name, f->to_table) == 0)
			return i;
	return UINT32_MAX;
}

/* Is what the ledger knows what a mapping says?  Of tables that decant did not
 * make, copies know it from catalogs. */
static bool
has_mapping(const struct copy_plan *p)
{
	return p->gen != NULL && p->gen->ntext > 0;
}

static void
add_foreign(const struct rules *r)
{
	const struct fact_foreign *f;
	struct copy_rule *k;
	uint32_t i, to;

	for (i = 0; i < r->f->nforeign; i++) {
		f = &r->f->foreign[i];
		to = find_table(r->p, f);
		if (to == UINT32_MAX || f->to == NULL) {
			copy_left(r->p, "foreign key '%s' of table '%s' to "
			    "'%s', which is not of the dataset", f->name ==
			    NULL ? "" : f->name, r->t->name, f->to_table);
			continue;
		}
		k = add(r, CONSTRAINT_FOREIGN, f->name != NULL ? f->name :
		    make_name(r, f->column, f->ncolumn, "fkey"), f->column,
		    f->ncolumn, f->comment);
		k->to_table = to;
		k->to = f->to;
		k->marked |= !is_postgres(r->p->from) &&
		    known(r, f->name) != NULL;
		/* as decant's own are in either kind of database */
		k->tail = r->same || !k->marked || !has_mapping(r->p) ?
		    foreign_tail(r, f) :
		    is_postgres(r->p->to) ? " DEFERRABLE" : "";
	}
}

/* --- checks -------------------------------------------------------------- */

static bool
starts(const char *p, const char *with)
{
	return strncmp(p, with, strlen(with)) == 0;
}

/* Behind "::", the name of a type. */
static const char *
skip_type(const char *p)
{
	static const char *const more[] = { " varying", " precision",
	    " without time zone", " with time zone" };
	size_t i;

	p += strspn(p, "abcdefghijklmnopqrstuvwxyz_0123456789.\"");
	for (i = 0; i < sizeof more / sizeof more[0]; i++)
		if (starts(p, more[i]))
			p += strlen(more[i]);
	if (*p == '(' && p[1 + strspn(p + 1, "0123456789,")] == ')')
		p += 2 + strspn(p + 1, "0123456789,");
	while (starts(p, "[]"))
		p += 2;
	return p;
}

/* "'-12.5'::numeric": a number, of which it is the length; else 0. */
static size_t
quoted_number(const char *p)
{
	static const char *const type[] = { "'::integer", "'::bigint",
	    "'::smallint", "'::numeric", "'::double precision", "'::real" };
	size_t n = 1 + strspn(p + 1, "-0123456789."), i;

	for (i = 0; n > 1 && i < sizeof type / sizeof type[0]; i++)
		if (starts(p + n, type[i]))
			return n - 1;
	return 0;
}

/* "'a''b'": all of it goes over. */
static const char *
put_string(struct buf *b, const char *p)
{
	size_t n = quoted_number(p);

	if (n > 0) {
		buf_put(b, p + 1, n);
		return p + n + 2;
	}
	for (n = 1; p[n] != '\0' && p[n] != '\''; n++)
		continue;
	n += p[n] == '\'';
	buf_put(b, p, n);
	return p + n;
}

/*
 * An expression as PostgreSQL prints it, in words that decant knows too: no
 * casts; IN instead of = ANY (ARRAY[…]).
 */
static const char *
plain_words(struct arena *a, const char *sql)
{
	static const char one[] = " = ANY (ARRAY[", two[] =
	    " = ANY ((ARRAY[";
	bool more = false;		/* a second parenthesis to be closed */
	struct buf b;
	const char *p, *s;

	buf_init(&b, SQL_MAX);
	for (p = sql; *p != '\0';) {
		if (*p == '\'') {
			p = put_string(&b, p);
		} else if (starts(p, "::")) {
			p = skip_type(p + 2);
		} else if (starts(p, one) || starts(p, two)) {
			buf_puts(&b, " IN (");
			more = starts(p, two);
			p += more ? strlen(two) : strlen(one);
		} else if (*p == ']') {
			p += more && p[1] == ')' ? 2 : 1;
			more = false;
		} else {
			buf_putc(&b, *p++);
		}
	}
	s = arena_strdup(a, b.p == NULL ? "" : b.p);
	buf_fini(&b);
	return s;
}

/* The check in the target's words; NULL: it cannot be said exactly. */
static const char *
translate(const struct rules *r, const char *name, const char *text)
{
	struct srctext *src = srctext_new(r->p->arena, "check", text,
	    strlen(text));
	struct schema s = { .table = &r->t->written, .ntable = 1 };
	struct schema_constraint k = { .kind = CONSTRAINT_CHECK,
	    .name = name };
	const char *from, *out = NULL;
	struct diags quiet;
	struct buf b;

	diags_init(&quiet, r->p->arena);
	k.check = expr_parse(r->p->arena, &quiet, src, 0, src->len);
	if (k.check == NULL || quiet.errors > 0)
		return NULL;
	s.constraint = &k;
	s.nconstraint = 1;
	buf_init(&b, SQL_MAX);
	if (!is_postgres(r->p->to))
		sqlite_constraints_create(&b, &s, &r->t->written, 0);
#ifdef HAVE_LIBPQ
	else
		pgrules_put_checks(&b, &s, &r->t->written);
#endif
	from = b.p == NULL ? NULL : strstr(b.p, " CHECK (");
	if (from != NULL) {
		from += strlen(" CHECK (");
		out = arena_strndup(r->p->arena, from, strlen(from) - 1);
	}
	buf_fini(&b);
	return out;
}

/* What the mapping says, in the target's words where they can say it. */
static void
add_known(const struct rules *r, const struct schema_constraint *c)
{
	const char *text = translate(r, c->name, c->text);
	struct copy_rule *k = add(r, CONSTRAINT_CHECK, c->name, NULL, 0, NULL);

	k->text = text != NULL ? text : c->text;
	k->absent = text == NULL;
	k->marked = true;
}

static bool
has_check(const struct table_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->ncheck; i++)
		if (f->check[i].name != NULL &&
		    strcmp(f->check[i].name, name) == 0)
			return true;
	return false;
}

/* Checks of the mapping that the source cannot hold its rows to. */
static void
add_absent(const struct rules *r)
{
	const struct schema *s = r->p->gen == NULL ? NULL : r->p->gen->schema;
	uint32_t i;

	for (i = 0; s != NULL && i < s->nconstraint; i++)
		if (s->constraint[i].kind == CONSTRAINT_CHECK &&
		    s->constraint[i].text != NULL &&
		    known(r, s->constraint[i].name) == &s->constraint[i] &&
		    !has_check(r->f, s->constraint[i].name))
			add_known(r, &s->constraint[i]);
}

static void
add_check(const struct rules *r, const struct fact_check *f)
{
	const struct schema_constraint *c = known(r, f->name);
	const char *name = f->name != NULL ? f->name : make_name(r, NULL, 0,
	    "check");
	const char *text = f->expr;
	struct copy_rule *k;

	if (!r->same && c != NULL && c->text != NULL) {
		add_known(r, c);
		k = &r->t->rule[r->t->nrule - 1];
		if (!k->absent)
			return;
	} else {
		if (!r->same)
			text = translate(r, name, is_postgres(r->p->from) ?
			    plain_words(r->p->arena, f->expr) : f->expr);
		if (text != NULL) {
			k = add(r, CONSTRAINT_CHECK, name, NULL, 0,
			    f->comment);
			k->text = text;
			k->marked |= !is_postgres(r->p->from) && c != NULL;
			return;
		}
	}
	copy_left(r->p, "check '%s' of table '%s', which cannot be said "
	    "exactly there: %s", name, r->t->name, f->expr);
}

static void
add_checks(const struct rules *r)
{
	uint32_t i;

	for (i = 0; i < r->f->ncheck; i++)
		add_check(r, &r->f->check[i]);
	add_absent(r);
}

/* Beside a generation that is live the comment says that decant made it. */
static void
leave_comments(const struct rules *r)
{
	const struct copy_rule *k;
	uint32_t i;

	for (i = 0; i < r->t->nrule; i++) {
		k = &r->t->rule[i];
		if (k->comment != NULL && (r->p->replaces ||
		    !is_postgres(r->p->to)))
			copy_left(r->p, "the comment of '%s' of table '%s': "
			    "%s", k->name, r->t->name, k->comment);
	}
}

bool
copy_rules(struct copy_plan *p)
{
	struct rules r = { .p = p, .same = p->from->kind == p->to->kind };
	uint32_t i;

	for (i = 0; i < p->ntable; i++) {
		r.t = &p->table[i];
		r.f = r.t->facts;
		r.t->key = r.f->key.column;
		r.t->nkey = r.f->key.ncolumn;
		if (is_postgres(p->from))
			r.t->key_name = r.f->key.name;
		r.t->key_comment = r.f->key.comment;
		add_uniques(&r);
		add_indexes(&r);
		add_foreign(&r);
		add_checks(&r);
		leave_comments(&r);
	}
	return true;
}

/* --- for the ledger ------------------------------------------------------ */

/* A column's number among those that are written; UINT32_MAX: it is not. */
static uint32_t
written_as(const struct copy_table *t, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < t->written.ncolumn; i++)
		if (t->index[i] == column)
			return i;
	return UINT32_MAX;
}

static uint32_t *
columns_written(const struct copy_plan *p, const struct copy_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t *v = arena_array(p->arena, n + 1, sizeof *v), i;

	for (i = 0; i < n; i++)
		if ((v[i] = written_as(t, column[i])) == UINT32_MAX)
			return NULL;
	return v;
}

static uint32_t *
columns_named(const struct copy_plan *p, const struct copy_table *t,
    const char *const *name, uint32_t n)
{
	uint32_t *v = arena_array(p->arena, n + 1, sizeof *v), i, c;

	for (i = 0; i < n; i++) {
		for (c = 0; c < t->written.ncolumn; c++)
			if (strcasecmp(t->written.column[c].name,
			    name[i]) == 0)
				break;
		if (c == t->written.ncolumn)
			return NULL;
		v[i] = c;
	}
	return v;
}

/* What is told by columns; of what is not, the catalogs alone know. */
static void
schema_rule(struct copy_plan *p, uint32_t table, const struct copy_rule *k)
{
	struct schema_constraint *c =
	    &p->schema.constraint[p->schema.nconstraint];
	struct copy_table *t = &p->table[table];
	const struct rules r = { .p = p, .t = t };
	const struct schema_constraint *was = known(&r, k->name);

	*c = (struct schema_constraint){ .kind = k->kind, .name = k->name,
	    .table = table, .ncolumn = k->ncolumn, .to_table = k->to_table,
	    .text = was != NULL && was->text != NULL ? was->text : k->text };
	if (k->kind == CONSTRAINT_INDEX && k->unique)
		c->kind = CONSTRAINT_UNIQUE;
	if (k->kind != CONSTRAINT_CHECK && (k->ncolumn == 0 ||
	    (c->column = columns_written(p, t, k->column, k->ncolumn)) ==
	    NULL))
		return;
	if (k->kind == CONSTRAINT_FOREIGN && (c->to = columns_named(p,
	    &p->table[k->to_table], k->to, k->ncolumn)) == NULL)
		return;
	p->schema.nconstraint++;
}

/* As the mapping has it, where the copy reads the column as text. */
static void
schema_column(const struct copy_table *t, uint32_t i,
    struct schema_column *to)
{
	const struct schema_table *was = t->known == NULL ? NULL :
	    t->known->columns;
	uint32_t c;

	*to = t->written.column[i];
	for (c = 0; was != NULL && c < was->ncolumn &&
	    t->column[t->index[i]].as_text; c++)
		if (strcmp(was->column[c].name, to->name) == 0)
			*to = was->column[c];
}

void
copy_schema(struct copy_plan *p)
{
	struct schema *s = &p->schema;
	const struct copy_table *t;
	struct schema_table *to;
	uint32_t i, c, n = 0;

	*s = (struct schema){ .name = p->dataset, .ntable = p->ntable };
	s->table = arena_array(p->arena, p->ntable + 1, sizeof *s->table);
	for (i = 0; i < p->ntable; i++) {
		t = &p->table[i];
		n += t->nrule;
		to = &s->table[i];
		*to = t->written;
		to->column = arena_array(p->arena, to->ncolumn + 1,
		    sizeof *to->column);
		for (c = 0; c < to->ncolumn; c++)
			schema_column(t, c, &to->column[c]);
	}
	s->constraint = arena_array(p->arena, n + 1, sizeof *s->constraint);
	for (i = 0; i < p->ntable; i++)
		for (c = 0; c < p->table[i].nrule; c++)
			schema_rule(p, i, &p->table[i].rule[c]);
}
