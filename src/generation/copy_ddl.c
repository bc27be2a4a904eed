/*
 * The statements that make a copy's tables; see copy_plan.h.
 *
 * A key is what decant makes of one in each kind of database: in SQLite the
 * rowid where it is one whole number, else a unique index.
 */
#include "generation/copy_plan.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/publication_sqlite_text.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_table.h"

#define SQL_MAX		(16u << 20)
#define MADE		"made by decant from the mapping"

static void
put_columns(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const uint32_t *column, uint32_t n)
{
	uint32_t i;

	buf_putc(b, '(');
	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		db_ident(p->to, b, t->column[column[i]].name);
	}
	buf_putc(b, ')');
}

static void
put_name(struct buf *b, const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation)
{
	if (p->to->kind == DB_SQLITE)
		sqlite_table_put(b, t->name, generation);
	else
		db_put_table(p->to, b, p->dataset, t->name, generation);
}

/* What the live table has, the publication carries over to the new one. */
static bool
is_carried(const struct copy_plan *p, const struct copy_table *t)
{
	return p->to->kind == DB_POSTGRES && t->replaces;
}

static void
put_number(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const struct copy_column *c)
{
	if (is_carried(p, t) || c->number == AUTO_NONE ||
	    c->number == AUTO_SERIAL)
		return;
	buf_printf(b, " GENERATED %s AS IDENTITY", c->number == AUTO_ALWAYS ?
	    "ALWAYS" : "BY DEFAULT");
	if (*c->sequence.options != '\0')
		buf_printf(b, " (%s)", c->sequence.options);
}

/* --- CREATE TABLE -------------------------------------------------------- */

static void
put_value(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const struct copy_column *c)
{
	if (c->value == NULL)
		return;
	if (!c->written)
		buf_printf(b, " GENERATED ALWAYS AS (%s) STORED", c->value);
	else if (!is_carried(p, t))
		buf_printf(b, p->to->kind == DB_SQLITE ? " DEFAULT (%s)" :
		    " DEFAULT %s", c->value);
}

static void
put_comment(struct buf *b, const char *lead, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(b, "%s-- ", lead);
	for (; *text != '\0'; text++)
		buf_putc(b, (unsigned char)*text < 0x20 ? ' ' : *text);
}

static void
put_foreign(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const struct copy_rule *k,
    uint32_t generation)
{
	uint32_t i;

	buf_puts(b, "FOREIGN KEY ");
	put_columns(b, p, t, k->column, k->ncolumn);
	buf_puts(b, " REFERENCES ");
	put_name(b, p, &p->table[k->to_table], generation);
	buf_puts(b, " (");
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		db_ident(p->to, b, k->to[i]);
	}
	buf_printf(b, ")%s", k->tail);
}

static void
put_constraints(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, uint32_t generation)
{
	bool lite = p->to->kind == DB_SQLITE;
	const struct copy_rule *k;
	uint32_t i;

	for (i = 0; i < t->nrule; i++) {
		k = &t->rule[i];
		if (k->absent || (k->kind != CONSTRAINT_CHECK && (!lite ||
		    k->kind != CONSTRAINT_FOREIGN)))
			continue;
		buf_puts(b, ",\n    CONSTRAINT ");
		db_ident(p->to, b, k->name);
		buf_putc(b, ' ');
		if (k->kind == CONSTRAINT_CHECK)
			buf_printf(b, "CHECK (%s)", k->text);
		else
			put_foreign(b, p, t, k, generation);
	}
}

static void
put_sqlite_column(struct buf *b, const struct copy_table *t, uint32_t i,
    int rowid)
{
	const struct copy_column *c = &t->column[i];

	if (rowid >= 0 && t->key[0] == i) {
		buf_puts(b, " INTEGER PRIMARY KEY");
		if (c->number != AUTO_NONE && c->number != AUTO_ROWID)
			buf_puts(b, " AUTOINCREMENT");
		return;
	}
	if (*c->type != '\0')
		buf_printf(b, " %s", c->type);
	if (c->not_null)
		buf_puts(b, " NOT NULL");
}

void
copy_put_table(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, uint32_t generation)
{
	bool lite = p->to->kind == DB_SQLITE;
	int rowid = lite ? sqlite_table_rowid(&t->written) : -1;
	const struct copy_column *c;
	uint32_t i;

	buf_puts(b, "CREATE TABLE ");
	put_name(b, p, t, generation);
	buf_puts(b, " (");
	if (lite)
		put_comment(b, " ", t->comment);
	for (i = 0; i < t->ncolumn; i++) {
		c = &t->column[i];
		buf_puts(b, i > 0 ? "," : "");
		if (lite)
			put_comment(b, "\n    ", c->comment);
		buf_puts(b, "\n    ");
		db_ident(p->to, b, c->name);
		if (lite)
			put_sqlite_column(b, t, i, rowid);
		else
			buf_printf(b, " %s%s%s%s", c->type, c->collation !=
			    NULL ? " COLLATE " : "", c->collation != NULL ?
			    c->collation : "", c->not_null ? " NOT NULL" : "");
		put_value(b, p, t, c);
		if (!lite)
			put_number(b, p, t, c);
	}
	put_constraints(b, p, t, generation);
	buf_puts(b, "\n)");
}

/* --- when the rows are in ------------------------------------------------ */

static void
step(const struct copy_plan *p, struct copy_steps *s, const char *doing,
    struct buf *sql)
{
	struct copy_step *to = ARENA_PUSH(p->arena, s->v, s->n, s->cap);

	to->doing = doing;
	to->sql = arena_strdup(p->arena, sql->p);
	buf_clear(sql);
}

/* Does the next publication need to know that it is not the users' own? */
static bool
is_marked(const struct copy_plan *p, const struct copy_rule *k)
{
	return k->marked || p->replaces;
}

static void
sqlite_index(const struct copy_plan *p, const struct copy_table *t,
    const struct copy_rule *k, const char *table, uint32_t generation,
    struct buf *b)
{
	const char *name = db_generation_table(p->arena, k->name, generation);
	const char *on;
	struct buf was;

	if (k->text == NULL) {
		buf_printf(b, "CREATE %sINDEX ", k->unique ? "UNIQUE " : "");
		db_ident(p->to, b, name);
		buf_printf(b, "%s ON ", is_marked(p, k) ?
		    " " SQLITE_INDEX_MARK : "");
		db_ident(p->to, b, table);
		buf_putc(b, ' ');
		put_columns(b, p, t, k->column, k->ncolumn);
		return;
	}
	buf_init(&was, SQL_MAX);
	litetext_index(&was, k->text, name, table);
	on = strcasestr(was.p, " ON ");
	if (!is_marked(p, k) || on == NULL ||
	    strstr(was.p, SQLITE_INDEX_MARK) != NULL)
		buf_puts(b, was.p);
	else
		buf_printf(b, "%.*s " SQLITE_INDEX_MARK "%s", (int)(on -
		    was.p), was.p, on);
	buf_fini(&was);
}

static void
sqlite_steps(const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation, struct copy_steps *s, struct buf *b)
{
	const char *table = db_generation_table(p->arena, t->name, generation);
	uint32_t i;

	if (t->nkey > 0 && sqlite_table_rowid(&t->written) < 0) {
		sqlite_table_create_key(b, &t->written, sqlite_table_key_name(
		    p->arena, &p->schema, &t->written, generation), table);
		step(p, s, "", b);
	}
	for (i = 0; i < t->nrule; i++) {
		if (t->rule[i].kind != CONSTRAINT_UNIQUE &&
		    t->rule[i].kind != CONSTRAINT_INDEX)
			continue;
		sqlite_index(p, t, &t->rule[i], table, generation, b);
		step(p, s, "", b);
	}
}

static const char *
doing(const struct copy_plan *p, const char *what, const char *name)
{
	return arena_printf(p->arena, "making %s '%s'", what, name);
}

static void
put_alter(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, uint32_t generation, const char *name)
{
	buf_puts(b, "ALTER TABLE ");
	put_name(b, p, t, generation);
	buf_puts(b, " ADD ");
	if (name == NULL)
		return;
	buf_puts(b, "CONSTRAINT ");
	db_ident(p->to, b, name);
	buf_putc(b, ' ');
}

static void
postgres_index(const struct copy_plan *p, const struct copy_table *t,
    const struct copy_rule *k, uint32_t generation, struct buf *b)
{
	if (k->text != NULL && strncmp(k->text, " ADD CONSTRAINT ", 16) == 0) {
		buf_puts(b, "ALTER TABLE ");
		put_name(b, p, t, generation);
		buf_puts(b, k->text);
		return;
	}
	buf_printf(b, "CREATE %sINDEX ", k->unique ? "UNIQUE " : "");
	db_ident(p->to, b, k->name);
	buf_puts(b, " ON ");
	put_name(b, p, t, generation);
	buf_putc(b, ' ');
	if (k->text != NULL)
		buf_puts(b, k->text);
	else
		put_columns(b, p, t, k->column, k->ncolumn);
}

static void
put_comment_on(struct buf *b, const struct copy_plan *p, const char *text)
{
	buf_puts(b, " IS ");
	db_literal(p->to, b, text);
	buf_puts(b, ";\n");
}

static void
rule_comment(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const struct copy_rule *k,
    uint32_t generation)
{
	const char *text = is_marked(p, k) ? MADE : k->comment;
	bool index = k->kind == CONSTRAINT_INDEX && (k->text == NULL ||
	    strncmp(k->text, " ADD CONSTRAINT ", 16) != 0);

	if (text == NULL)
		return;
	buf_printf(b, "COMMENT ON %s ", index ? "INDEX" : "CONSTRAINT");
	if (index) {
		db_put_table(p->to, b, p->dataset, k->name, generation);
	} else {
		db_ident(p->to, b, k->name);
		buf_puts(b, " ON ");
		put_name(b, p, t, generation);
	}
	put_comment_on(b, p, text);
}

/* Everything that is a comment, but of foreign keys. */
static void
postgres_comments(const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation, struct buf *b)
{
	uint32_t i;

	if (t->comment != NULL && !p->marks) {
		buf_puts(b, "COMMENT ON TABLE ");
		put_name(b, p, t, generation);
		put_comment_on(b, p, t->comment);
	}
	for (i = 0; i < t->ncolumn; i++) {
		if (t->column[i].comment == NULL)
			continue;
		buf_puts(b, "COMMENT ON COLUMN ");
		put_name(b, p, t, generation);
		buf_putc(b, '.');
		db_ident(p->to, b, t->column[i].name);
		put_comment_on(b, p, t->column[i].comment);
	}
	for (i = 0; i < t->nrule; i++)
		if (t->rule[i].kind != CONSTRAINT_FOREIGN &&
		    !t->rule[i].absent)
			rule_comment(b, p, t, &t->rule[i], generation);
}

static const char *
key_name(const struct copy_plan *p, const struct copy_table *t)
{
	return t->key_name != NULL ? t->key_name : arena_printf(p->arena,
	    "%.58s_pkey", t->name);
}

static void
put_key(struct buf *b, const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation)
{
	put_alter(b, p, t, generation, key_name(p, t));
	buf_puts(b, "PRIMARY KEY ");
	put_columns(b, p, t, t->key, t->nkey);
	buf_puts(b, "; COMMENT ON CONSTRAINT ");
	db_ident(p->to, b, key_name(p, t));
	buf_puts(b, " ON ");
	put_name(b, p, t, generation);
	put_comment_on(b, p, p->replaces || t->known != NULL ||
	    t->key_comment == NULL ? MADE : t->key_comment);
}

/* A sequence of a column's own, and where the numbers go on. */
static void
put_sequence(struct buf *b, const struct copy_plan *p,
    const struct copy_table *t, const struct copy_column *c,
    uint32_t generation)
{
	struct buf name;

	buf_init(&name, SQL_MAX);
	if (c->number == AUTO_SERIAL) {
		db_put_table(p->to, &name, p->dataset, c->sequence.name,
		    generation);
		buf_printf(b, "CREATE SEQUENCE %s %s OWNED BY ", name.p,
		    c->sequence.options);
		put_name(b, p, t, generation);
		buf_putc(b, '.');
		db_ident(p->to, b, c->name);
		buf_puts(b, "; ALTER TABLE ");
		put_name(b, p, t, generation);
		buf_puts(b, " ALTER COLUMN ");
		db_ident(p->to, b, c->name);
		buf_puts(b, " SET DEFAULT nextval(");
		db_literal(p->to, b, name.p);
		buf_puts(b, "::regclass); ");
	}
	if (c->sequence.called || c->sequence.last > 1) {
		buf_puts(b, "SELECT setval(pg_get_serial_sequence(");
		buf_clear(&name);
		put_name(&name, p, t, generation);
		db_literal(p->to, b, name.p);
		buf_puts(b, ", ");
		db_literal(p->to, b, c->name);
		buf_printf(b, "), %" PRId64 ", %s)", c->sequence.last < 1 &&
		    p->from->kind == DB_SQLITE ? 1 : c->sequence.last,
		    c->sequence.called && c->sequence.last >= 1 ? "true" :
		    "false");
	}
	buf_fini(&name);
}

static void
postgres_steps(const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation, struct copy_steps *s, struct buf *b)
{
	const struct copy_rule *k;
	uint32_t i;

	if (t->nkey > 0) {
		put_key(b, p, t, generation);
		step(p, s, doing(p, "the key of table", t->name), b);
	}
	for (i = 0; i < t->nrule; i++) {
		k = &t->rule[i];
		if (k->kind == CONSTRAINT_UNIQUE) {
			put_alter(b, p, t, generation, k->name);
			if (k->text != NULL)
				buf_puts(b, k->text);
			else {
				buf_puts(b, "UNIQUE ");
				put_columns(b, p, t, k->column, k->ncolumn);
			}
			step(p, s, doing(p, "constraint", k->name), b);
		} else if (k->kind == CONSTRAINT_INDEX) {
			postgres_index(p, t, k, generation, b);
			step(p, s, doing(p, "index", k->name), b);
		}
	}
	for (i = 0; i < t->ncolumn; i++) {
		if (t->column[i].number == AUTO_NONE || is_carried(p, t))
			continue;
		put_sequence(b, p, t, &t->column[i], generation);
		if (b->len > 0)
			step(p, s, doing(p, "the sequence of column",
			    t->column[i].name), b);
	}
	postgres_comments(p, t, generation, b);
	if (b->len > 0)
		step(p, s, doing(p, "comments of table", t->name), b);
}

void
copy_steps(const struct copy_plan *p, const struct copy_table *t,
    uint32_t generation, struct copy_steps *s)
{
	struct buf b;

	buf_init(&b, SQL_MAX);
	if (p->to->kind == DB_SQLITE)
		sqlite_steps(p, t, generation, s, &b);
	else
		postgres_steps(p, t, generation, s, &b);
	buf_fini(&b);
}

void
copy_foreign_steps(const struct copy_plan *p, uint32_t generation,
    struct copy_steps *s)
{
	const struct copy_table *t;
	const struct copy_rule *k;
	struct buf b;
	uint32_t i, n;

	buf_init(&b, SQL_MAX);
	for (i = 0; i < p->ntable && p->to->kind == DB_POSTGRES; i++) {
		t = &p->table[i];
		for (n = 0; n < t->nrule; n++) {
			k = &t->rule[n];
			if (k->kind != CONSTRAINT_FOREIGN)
				continue;
			put_alter(&b, p, t, generation, k->name);
			put_foreign(&b, p, t, k, generation);
			buf_puts(&b, ";\n");
			rule_comment(&b, p, t, k, generation);
			step(p, s, doing(p, "foreign key", k->name), &b);
		}
	}
	buf_fini(&b);
}
