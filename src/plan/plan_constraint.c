/*
 * Constraints of the schema: their names, whether the types of foreign keys
 * agree, and checks, which are expressions over the columns of a row as they
 * are stored.  Unique constraints and foreign keys are the target's to see.
 */
#include "plan/plan_impl.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

#define NAME_BYTES	63u	/* PostgreSQL's NAMEDATALEN less one */
#define TEXT_SHOWN	200u	/* bytes of a check in a reject */

/* ---- names ------------------------------------------------------------- */

static const char *
name_ending(enum constraint_kind kind)
{
	switch (kind) {
	case CONSTRAINT_UNIQUE:
		return "key";
	case CONSTRAINT_FOREIGN:
	case CONSTRAINT_OUTSIDE:
		return "fkey";
	case CONSTRAINT_CHECK:
		return "check";
	case CONSTRAINT_INDEX:
		break;
	}
	return "idx";
}

static uint32_t
name_hash(const char *s)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

/* person_email_key, as PostgreSQL would call it; n tells equal ones apart. */
static const char *
name_make(struct build *bd, const struct schema_constraint *k, uint32_t n)
{
	const struct schema_table *t = &bd->plan->schema.table[k->table];
	const char *name, *ending = name_ending(k->kind);
	struct buf b;
	size_t cut;
	uint32_t i;

	buf_init(&b, 1u << 16);
	buf_puts(&b, t->name);
	for (i = 0; i < k->ncolumn; i++)
		buf_printf(&b, "_%s", t->column[k->column[i]].name);
	if (n > 0)
		ending = arena_printf(bd->arena, "%s%u", ending, n);
	if (b.len + 1 + strlen(ending) > NAME_BYTES) {
		ending = arena_printf(bd->arena, "%08x_%s", name_hash(b.p),
		    ending);
		cut = NAME_BYTES - 1 - strlen(ending);
		while (cut > 0 && ((unsigned char)b.p[cut] & 0xc0) == 0x80)
			cut--;
		b.len = cut;
		b.p[cut] = '\0';
	}
	name = arena_printf(bd->arena, "%s_%s", b.p, ending);
	buf_fini(&b);
	return name;
}

/*
 * Tables, their keys' indexes (NAME_pkey in PostgreSQL, NAME_key in SQLite),
 * and constraints share one space of names; SQLite ignores case.
 */
static bool
name_is_taken(const struct schema *s, const char *name, uint32_t before)
{
	size_t len = strlen(name), n;
	const char *table;
	uint32_t i;

	for (i = 0; i < s->ntable; i++) {
		table = s->table[i].name;
		n = strlen(table);
		if (n > len || strncasecmp(name, table, n) != 0)
			continue;
		if (name[n] == '\0' || strcasecmp(name + n, "_key") == 0 ||
		    strcasecmp(name + n, "_pkey") == 0)
			return true;
	}
	for (i = 0; i < before; i++)
		if (strcasecmp(s->constraint[i].name, name) == 0)
			return true;
	return false;
}

bool
plan_column_is_indexed(const struct map_table *mt, uint32_t column)
{
	const struct map_constraint *k;
	uint32_t i, c;

	for (i = 0; i < mt->nconstraint; i++) {
		k = &mt->constraint[i];
		if ((k->kind != CONSTRAINT_UNIQUE &&
		    k->kind != CONSTRAINT_INDEX) || k->index == NULL)
			continue;
		for (c = 0; c < k->ncolumn; c++)
			if (k->index[c] == column)
				return true;
	}
	return false;
}

void
plan_constraints_schema(struct build *bd)
{
	const struct mapping *m = bd->mapping;
	struct schema *s = &bd->plan->schema;
	const struct map_constraint *mk;
	struct schema_constraint *k;
	uint32_t t, i, n, all = 0;

	for (t = 0; t < m->ntable; t++)
		all += m->table[t].nconstraint;
	s->constraint = arena_array(bd->arena, all, sizeof *s->constraint);
	bd->plan->check = arena_array(bd->arena, all,
	    sizeof *bd->plan->check);
	for (t = 0; t < m->ntable; t++)
		for (i = 0; i < m->table[t].nconstraint; i++) {
			mk = &m->table[t].constraint[i];
			bd->plan->check[s->nconstraint] = NONE;
			k = &s->constraint[s->nconstraint++];
			*k = (struct schema_constraint){ .kind = mk->kind,
			    .table = t, .column = mk->index,
			    .ncolumn = mk->index == NULL ? 0 : mk->ncolumn,
			    .to_table = mk->to_table, .to = mk->to_index,
			    .check = mk->check, .text = mk->text };
			for (n = 0; n == 0 || name_is_taken(s, k->name,
			    s->nconstraint - 1); n++)
				k->name = name_make(bd, k, n);
		}
}

/* ---- foreign keys ------------------------------------------------------ */

static bool
is_integer(const struct schema_column *c)
{
	return c->type.kind == SQL_SMALLINT || c->type.kind == SQL_INTEGER ||
	    c->type.kind == SQL_BIGINT;
}

/* Are equal values held as equal ones, in every target? */
static bool
columns_agree(const struct schema_column *a, const struct schema_column *b)
{
	if (is_integer(a) && is_integer(b))
		return true;
	if (a->type.kind != b->type.kind)
		return false;
	return a->type.kind != SQL_NUMERIC ||
	    (a->type.precision == b->type.precision && a->scale == b->scale &&
	    a->sqlite == b->sqlite);
}

/* `at`: places of the columns. */
static bool
foreign_types(struct diags *ds, const struct schema_table *from,
    const struct schema_table *to, const struct schema_constraint *k,
    const struct map_name *at)
{
	const struct schema_column *a, *b;
	char one[48], other[48];
	bool agree = true;
	uint32_t i;

	for (i = 0; i < k->ncolumn; i++) {
		a = &from->column[k->column[i]];
		b = &to->column[k->to[i]];
		if (columns_agree(a, b))
			continue;
		sqltype_format(one, &a->type);
		sqltype_format(other, &b->type);
		agree = false;
		diag_hint(ds, diag_add(ds, DIAG_P070, at[i].at,
		    "column '%s.%s' is %s, but '%s.%s', "
		    "which it refers to, is %s", from->name, a->name, one,
		    to->name, b->name, other),
		    "give one of them the other's 'type:'%s", a->type.kind ==
		    SQL_NUMERIC && b->type.kind == SQL_NUMERIC ?
		    " and 'sqlite:'" : "");
	}
	return agree;
}

bool
plan_add_outside(struct arena *a, struct diags *ds, struct plan *p,
    const struct schema_constraint *k, const struct map_name *at)
{
	struct schema *s = &p->schema;
	struct schema_constraint *v = arena_array(a, s->nconstraint + 1,
	    sizeof *v);
	uint32_t *check = arena_array(a, s->nconstraint + 1, sizeof *check);

	if (s->nconstraint > 0) {
		memcpy(v, s->constraint, s->nconstraint * sizeof *v);
		memcpy(check, p->check, s->nconstraint * sizeof *check);
	}
	v[s->nconstraint] = *k;
	check[s->nconstraint++] = NONE;
	s->constraint = v;
	p->check = check;
	return foreign_types(ds, &s->table[k->table], k->outside, k, at);
}

/* ---- checks ------------------------------------------------------------ */

/* COBOL's names ignore case, and _ is -; one that was quoted does not. */
static bool
name_means(const char *column, const char *name)
{
	char c;

	for (; *column != '\0' && *name != '\0'; column++, name++) {
		c = *column == '_' ? '-' : *column >= 'a' && *column <= 'z' ?
		    (char)(*column - 'a' + 'A') : *column;
		if (c != *name)
			return false;
	}
	return *column == *name;
}

uint32_t
schema_named_column(const struct schema_table *t, const struct expr *e)
{
	uint32_t i, found = NONE;

	if (e->nname != 1 || e->narg > 0)
		return NONE;
	for (i = 0; i < t->ncolumn; i++)
		if (strcmp(t->column[i].name, e->name[0]) == 0)
			return i;
	for (i = 0; i < t->ncolumn; i++) {
		if (!name_means(t->column[i].name, e->name[0]))
			continue;
		if (found != NONE)
			return NONE;
		found = i;
	}
	return found;
}

bool
plan_check_name(struct build *bd, const struct expr *e, struct operand *out)
{
	const struct schema_table *t =
	    &bd->plan->schema.table[bd->map_table];
	uint32_t c = schema_named_column(t, e);

	out->reg = bd->plan->table[bd->map_table].reg[c];
	out->t = vt_of(&t->column[c].type);
	out->t.scale = t->column[c].scale;
	return true;
}

static bool
check_name_unknown(struct build *bd, const struct expr *e)
{
	const struct schema_table *t =
	    &bd->plan->schema.table[bd->map_table];
	const char **names = arena_array(bd->arena, t->ncolumn + 1,
	    sizeof *names), *near;
	struct diag *d;
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		names[i] = t->column[i].name;
	d = diag_add(bd->diags, DIAG_P071, e->at,
	    "a check is over columns, and table '%s' has none of this name",
	    t->name);
	near = diag_nearest(e->name[0], strlen(e->name[0]), names,
	    t->ncolumn);
	if (near != NULL)
		diag_hint(bd->diags, d, "did you mean '%s'?", near);
	else
		diag_hint(bd->diags, d, "fields of the copybook can be told "
		    "in 'when:' and in a column's expression");
	return false;
}

/* Those that look at nothing but their arguments' values. */
static bool
check_may_call(const struct expr *e)
{
	static const char *const functions[] = {
	    "ABS", "ASCII", "BTRIM", "CEIL", "CEILING", "CHARACTER-LENGTH",
	    "CHAR-LENGTH", "COALESCE", "CONCAT", "CONCAT-WS", "DATE-PART",
	    "DATE-TRUNC", "DIV", "EXTRACT", "FLOOR", "GREATEST", "INITCAP",
	    "LEAST", "LEFT", "LENGTH", "LOWER", "LPAD", "LTRIM", "MAKE-DATE",
	    "MOD", "NULLIF", "NUM-NONNULLS", "NUM-NULLS", "OCTET-LENGTH",
	    "REPEAT", "REPLACE", "REVERSE", "RIGHT", "ROUND", "RPAD", "RTRIM",
	    "SIGN", "SPLIT-PART", "STARTS-WITH", "STRPOS", "SUBSTR", "SUBSTRING",
	    "TO-CHAR", "TO-DATE", "TO-TIME", "TO-TIMESTAMP", "TRANSLATE", "TRIM",
	    "TRUNC", "UPPER"
	};
	size_t i;

	for (i = 0; i < sizeof functions / sizeof functions[0]; i++)
		if (e->nname == 1 && strcmp(functions[i], e->name[0]) == 0)
			return true;
	return false;
}

static bool
check_names(struct build *bd, const struct expr *e)
{
	bool good = true;
	uint32_t i;

	if (e == NULL)
		return true;
	if (e->kind == EX_NAME)
		return schema_named_column(&bd->plan->schema.table[
		    bd->map_table], e) != NONE || check_name_unknown(bd, e);
	if (e->kind == EX_CALL && !check_may_call(e)) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P072, e->at,
		    "a check cannot use this function"), "give the table a "
		    "column with its value, and check that");
		return false;
	}
	for (i = 0; i < e->narg; i++)
		good &= check_names(bd, e->arg[i]);
	good &= check_names(bd, e->case_operand);
	return check_names(bd, e->case_else) && good;
}

static void
check_build(struct build *bd, uint32_t n)
{
	const struct schema_constraint *k = &bd->plan->schema.constraint[n];
	struct operand cond;

	bd->map_table = k->table;
	if (!check_names(bd, k->check))
		return;
	bd->checking = true;
	if (plan_bool(bd, bd->plan->table[k->table].frame, k->check, &cond))
		bd->plan->check[n] = cond.reg;
	bd->checking = false;
}

void
plan_constraints_types(struct build *bd)
{
	const struct mapping *m = bd->mapping;
	const struct schema *s = &bd->plan->schema;
	uint32_t t, i, n = 0;

	for (t = 0; t < m->ntable; t++)
		for (i = 0; i < m->table[t].nconstraint; i++, n++)
			if (s->constraint[n].kind == CONSTRAINT_CHECK)
				check_build(bd, n);
			else if (s->constraint[n].kind == CONSTRAINT_FOREIGN)
				foreign_types(bd->diags, &s->table[t],
				    &s->table[s->constraint[n].to_table],
				    &s->constraint[n],
				    m->table[t].constraint[i].column);
}

/* ---- what is told of them ---------------------------------------------- */

void
plan_constraint_text(struct buf *out, const struct schema *s, uint32_t which)
{
	const struct schema_constraint *k = &s->constraint[which];
	const struct schema_table *t = &s->table[k->table];
	size_t n = 0;
	uint32_t i;

	if (k->kind == CONSTRAINT_CHECK) {
		n = strlen(k->text);
		if (n > TEXT_SHOWN)
			for (n = TEXT_SHOWN; ((unsigned char)k->text[n] &
			    0xc0) == 0x80; n--)
				;
		buf_printf(out, ", check %.*s%s", (int)n, k->text,
		    k->text[n] != '\0' ? "..." : "");
		return;
	}
	buf_puts(out, k->kind == CONSTRAINT_UNIQUE ? ", unique" : ",");
	for (i = 0; i < k->ncolumn; i++)
		buf_printf(out, "%s %s", i > 0 ? "," : "",
		    t->column[k->column[i]].name);
	if (k->kind == CONSTRAINT_FOREIGN)
		buf_printf(out, " references %s", s->table[k->to_table].name);
	if (k->kind == CONSTRAINT_OUTSIDE)
		buf_printf(out, " references %s", k->outside->name);
}
