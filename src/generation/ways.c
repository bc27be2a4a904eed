/*
 * The ways between two versions; see ways.h.
 */
#include "generation/ways.h"

#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/json.h"
#include "base/mem.h"
#include "flow/carry_job.h"
#include "generation/in_place.h"
#include "generation/run.h"
#include "mapping/mapping.h"

struct pair {
	struct arena *arena;
	const struct mapping *mapping;
	const char *target;
	uint32_t number;		/* of the table in the mapping */
	const struct gen_table *old;
	const struct schema_table *new;
};

/* Why rows cannot be carried that way; NULL: they can. */
static const char *
look_one(const struct pair *p, enum carry_way way)
{
	const struct schema_table *from = p->old->columns, *to = p->new;
	const char *list = "";
	struct carry_job job;
	struct diags why;
	uint32_t i;

	if (from == NULL)
		return "what its columns were is not known";
	if (p->old->nkey == 0 || p->new->nkey == 0)
		return "it has no key";
	if (way == CARRY_DOWN) {
		from = p->new;
		to = p->old->columns;
	}
	diags_init(&why, p->arena);
	if (!carry_job_new(p->arena, &why, p->mapping, p->number, way, from,
	    to, p->target, &job))
		return why.first == NULL ? "its expressions cannot be used" :
		    why.first->message;
	if (job.nmissing == 0)
		return NULL;
	for (i = 0; i < job.nmissing; i++)
		list = arena_printf(p->arena, "%s%s'%s'", list, i > 0 ? ", " :
		    "", job.missing[i]);
	return arena_printf(p->arena, "%s: says nothing of %s",
	    way == CARRY_UP ? "up" : "down", list);
}

/* The mapping's table that the schema's is, by its number. */
static struct map_table *
find_table(const struct mapping *m, const char *name, uint32_t *number)
{
	for (*number = 0; *number < m->ntable; (*number)++)
		if (strcasecmp(m->table[*number].name, name) == 0)
			return &m->table[*number];
	return NULL;
}

static void
look_part(struct ways *w, struct arena *a, const struct job *job,
    const struct generation *live, const char *target)
{
	const struct mapping *m = job->mapping;
	const struct schema *s = plan_schema(job->plan);
	struct pair p = { .arena = a, .mapping = m, .target = target };
	struct map_table *t;
	struct way *way;
	uint32_t i;

	for (i = 0; i < s->ntable; i++) {
		p.new = &s->table[i];
		p.old = generation_find_table(live, p.new->name);
		t = find_table(m, p.new->name, &p.number);
		if (p.old == NULL || t == NULL)
			continue;
		in_place_lead_up(a, m, t);
		way = &w->v[w->n++];
		way->table = p.new->name;
		way->up = look_one(&p, CARRY_UP);
		way->down = look_one(&p, CARRY_DOWN);
		w->lossless = w->lossless && way->down == NULL;
	}
}

void
ways_look(struct ways *w, struct arena *a, const struct run_set *set,
    const struct generation *live)
{
	uint32_t i, n = 0;

	*w = (struct ways){ .back = live != NULL, .lossless = live != NULL };
	for (i = 0; i < set->npart; i++)
		n += plan_schema(set->part[i].job->plan)->ntable;
	w->v = arena_array(a, n + 1, sizeof *w->v);
	for (i = 0; live != NULL && i < set->npart; i++)
		if (set->part[i].sent)
			look_part(w, a, set->part[i].job, live, set->target);
}

void
ways_json(struct json *j, const struct ways *w)
{
	uint32_t i;

	json_text(j, "rollback", !w->back ? "none" : w->lossless ?
	    "lossless" : "lossy");
	json_open(j, "ways", '[');
	for (i = 0; i < w->n; i++) {
		json_open(j, NULL, '{');
		json_text(j, "table", w->v[i].table);
		json_text(j, "up", w->v[i].up);
		json_text(j, "down", w->v[i].down);
		json_close(j, '}');
	}
	json_close(j, ']');
}
