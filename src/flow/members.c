/*
 * The jobs of a dataset's members; see members.h.
 */
#include "flow/members.h"

#include <string.h>

#include "base/mem.h"

struct member *
members_find(struct members *s, const char *name, size_t len)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (strlen(s->v[i].name) == len &&
		    memcmp(s->v[i].name, name, len) == 0)
			return &s->v[i];
	return NULL;
}

/* "customer=FILE" */
static bool
take_word(struct members *s, struct arena *a, struct diags *ds,
    const char *word)
{
	const char *sign = strchr(word, '='), *name;
	struct member *m;
	const char **file;

	m = sign == NULL ? NULL : members_find(s, word,
	    (size_t)(sign - word));
	if (m == NULL) {
		name = s->n > 0 ? s->v[0].name : "customer";
		diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, sign == NULL ?
		    "'%s' does not say which member it is for" :
		    "'%s' is for no member of the dataset", word),
		    "write %s=FILE", name);
		return false;
	}
	file = arena_array(a, m->nfile + 1, sizeof *file);
	if (m->nfile > 0)
		memcpy(file, m->file, m->nfile * sizeof *file);
	file[m->nfile++] = sign + 1;
	m->file = file;
	m->sent = true;
	return true;
}

/* Rows of a member refer to a table of one before it. */
static bool
add_reference(struct members *s, struct arena *a, struct diags *ds,
    const struct map_reference *k)
{
	const struct schema *to = plan_schema(s->v[k->to_member].job->plan);
	struct plan *plan = s->v[k->member].job->plan;
	const struct schema_table *t = &plan_schema(plan)->table[k->in_table];
	struct schema_constraint c = { .kind = CONSTRAINT_OUTSIDE,
	    .table = k->in_table, .column = k->index,
	    .ncolumn = k->ncolumn, .to = k->to_index,
	    .outside = &to->table[k->to_table] };

	c.name = arena_printf(a, "%s_%s_outside", t->name,
	    c.outside->name);
	return plan_add_outside(a, ds, plan, &c, k->column);
}

const char *const *
member_files(const struct member *m, uint32_t *n)
{
	if (m->nfile > 0) {
		*n = m->nfile;
		return m->file;
	}
	*n = m->from->nfile > 0 ? m->from->nfile : m->from->m->nfile;
	return m->from->nfile > 0 ? m->from->file : m->from->m->file;
}

bool
members_make(struct members *s, struct arena *a, struct diags *ds,
    const struct job_options *o)
{
	struct job_options jo = *o;
	struct member *m;
	bool good = true;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		m = &s->v[i];
		jo.target = s->target;
		jo.file = m->nfile > 0 ? m->file : m->from->file;
		jo.nfile = m->nfile > 0 ? m->nfile : m->from->nfile;
		jo.texts = &m->texts;
		m->job = job_of_mapping(a, ds, m->from->m, &jo);
		good = good && m->job != NULL;
	}
	for (i = 0; i < s->file->nreference && good; i++)
		good = add_reference(s, a, ds, &s->file->reference[i]);
	return good;
}

struct members *
members_read(struct arena *a, struct diags *ds, const char *path,
    const char *target, const char *const *word, uint32_t n, bool *usage)
{
	struct members *s = arena_zalloc(a, sizeof *s);
	struct map_dataset *d = dataset_file_read(a, ds, path);
	uint32_t i;

	*usage = false;
	if (d == NULL || !dataset_file_members(a, ds, d))
		return NULL;
	s->file = d;
	s->target = target != NULL ? target : d->own->target;
	s->n = d->nmember;
	s->v = arena_array(a, s->n, sizeof *s->v);
	for (i = 0; i < s->n; i++)
		s->v[i] = (struct member){ .name = d->member[i].name,
		    .from = &d->member[i], .sent = n == 0 };
	for (i = 0; i < n; i++)
		if (!take_word(s, a, ds, word[i])) {
			*usage = true;
			return NULL;
		}
	return s;
}

struct members *
members_new(struct arena *a, struct diags *ds, const char *path,
    const struct job_options *o, const char *const *word, uint32_t n,
    bool *usage)
{
	struct members *s = members_read(a, ds, path, o->target, word, n,
	    usage);

	return s != NULL && members_make(s, a, ds, o) ? s : NULL;
}
