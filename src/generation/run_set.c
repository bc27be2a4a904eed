/*
 * What a run loads; see run_set.h.
 */
#include "generation/run_set.h"

#include "base/mem.h"

struct run_set *
run_set_of_job(struct arena *a, const struct job *job,
    const struct srctext_names *texts)
{
	struct run_set *set = arena_zalloc(a, sizeof *set);
	struct run_part *p = arena_zalloc(a, sizeof *p);
	const struct mapping *m = job->mapping;

	*p = (struct run_part){ m->name, job, texts, true, NULL };
	*set = (struct run_set){ .dataset = m->schema, .target = job->target,
	    .version = m->version, .part = p, .npart = 1 };
	return set;
}

struct run_set *
run_set_of_members(struct arena *a, const struct members *m)
{
	struct run_set *set = arena_zalloc(a, sizeof *set);
	const struct mapping *own = m->file->own;
	uint32_t i;

	*set = (struct run_set){ .dataset = own->schema, .target = m->target,
	    .version = own->version, .file = own->text->name, .rules = own,
	    .npart = m->n };
	set->part = arena_array(a, m->n, sizeof *set->part);
	for (i = 0; i < m->n; i++)
		set->part[i] = (struct run_part){ m->v[i].name, m->v[i].job,
		    &m->v[i].texts, m->v[i].sent, NULL };
	return set;
}

struct run_set *
run_set_new(struct arena *a, struct diags *ds, const char *path,
    const struct job_options *o, const char *const *word, uint32_t n,
    bool *usage)
{
	struct job_options jo = *o;
	const struct members *m;
	const struct job *job;

	*usage = false;
	if (dataset_file_is(path)) {
		m = members_new(a, ds, path, o, word, n, usage);
		return m == NULL ? NULL : run_set_of_members(a, m);
	}
	jo.texts = arena_zalloc(a, sizeof *jo.texts);
	jo.file = n > 0 ? word : NULL;
	jo.nfile = n;
	job = job_new(a, ds, path, &jo);
	return job == NULL ? NULL : run_set_of_job(a, job, jo.texts);
}
