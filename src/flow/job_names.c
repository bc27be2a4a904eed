/*
 * The names that a mapping's expressions use; see job_names.h.
 */
#include "flow/job_names.h"

#include "base/mem.h"
#include "mapping/mapping.h"

static char
fold(char c)
{
	return c == '_' ? '-' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') :
	    c;
}

bool
job_names_same(const char *a, const char *b)
{
	for (; *a != '\0' && fold(*a) == fold(*b); a++)
		b++;
	return fold(*a) == fold(*b);
}

bool
job_names_has(const struct job_names *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (job_names_same(s->v[i], name))
			return true;
	return false;
}

void
job_names_add(struct job_names *s, const char *name)
{
	if (!job_names_has(s, name))
		*ARENA_PUSH(s->arena, s->v, s->n, s->cap) = name;
}

/* The mapping's reader bounds the depth of expressions. */
void
job_names_of_expr(struct job_names *s, const struct expr *e)
{
	uint32_t i;

	if (e == NULL)
		return;
	if (e->kind == EX_NAME && e->nname > 0)
		job_names_add(s, e->name[0]);
	for (i = 0; i < e->narg; i++)
		job_names_of_expr(s, e->arg[i]);
	job_names_of_expr(s, e->case_operand);
	job_names_of_expr(s, e->case_else);
}

static void
names_of_column(struct job_names *s, const struct map_column *c)
{
	uint32_t i;

	job_names_of_expr(s, c->from);
	job_names_of_expr(s, c->null_if);
	for (i = 0; i < c->nby_type; i++)
		job_names_of_expr(s, c->by_type[i].from);
}

void
job_names_of_mapping(struct job_names *s, const struct mapping *m)
{
	const struct map_table *t;
	uint32_t i, k;

	for (i = 0; i < m->nrecord_type; i++)
		job_names_of_expr(s, m->record_type[i].when);
	for (i = 0; i < m->ncontrol; i++)
		job_names_of_expr(s, m->controls[i].e);
	for (i = 0; i < m->ntable; i++) {
		t = &m->table[i];
		job_names_of_expr(s, t->each);
		job_names_of_expr(s, t->when);
		for (k = 0; k < t->nunpivot; k++)
			job_names_of_expr(s, t->unpivot[k]);
		for (k = 0; k < t->ncolumn; k++)
			names_of_column(s, &t->column[k]);
	}
}
