/*
 * Several mappings in one run; see run_parts.h.
 */
#include "generation/run_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/change.h"
#include "generation/compat.h"
#include "generation/schema_json.h"
#include "generation/shape.h"
#include "mapping/mapping.h"

/* --- one schema ---------------------------------------------------------- */

static void
add_schema(struct schema *to, const struct schema *from)
{
	const struct schema_constraint *k;
	uint32_t first = to->ntable, i;

	for (i = 0; i < from->ntable; i++)
		to->table[to->ntable++] = from->table[i];
	for (i = 0; i < from->nconstraint; i++) {
		k = &from->constraint[i];
		if (k->kind == CONSTRAINT_OUTSIDE)
			continue;
		to->constraint[to->nconstraint] = *k;
		to->constraint[to->nconstraint].table += first;
		to->constraint[to->nconstraint++].to_table += first;
	}
}

const struct schema *
parts_schema(struct arena *a, const struct run_set *s)
{
	struct schema *all = arena_zalloc(a, sizeof *all);
	uint32_t tables = 0, constraints = 0, i;

	if (s->file == NULL)
		return plan_schema(s->part[0].job->plan);
	for (i = 0; i < s->npart; i++) {
		tables += plan_schema(s->part[i].job->plan)->ntable;
		constraints += plan_schema(s->part[i].job->plan)->nconstraint;
	}
	all->name = s->dataset;
	all->table = arena_array(a, tables + 1, sizeof *all->table);
	all->constraint = arena_array(a, constraints + 1,
	    sizeof *all->constraint);
	for (i = 0; i < s->npart; i++)
		add_schema(all, plan_schema(s->part[i].job->plan));
	return all;
}

const struct run_part *
parts_of_table(const struct run_set *s, uint32_t table, uint32_t *at)
{
	uint32_t i, n;

	for (i = 0; i < s->npart; i++) {
		n = plan_schema(s->part[i].job->plan)->ntable;
		if (table < n) {
			*at = table;
			return &s->part[i];
		}
		table -= n;
	}
	return NULL;
}

const struct schema *
parts_sent_schema(const struct run_set *s)
{
	uint32_t i;

	for (i = 0; i + 1 < s->npart && !s->part[i].sent; i++)
		;
	return plan_schema(s->part[i].job->plan);
}

bool
parts_check_compat(const struct run_set *s, struct arena *a,
    struct diags *ds, enum db_kind kind)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < s->npart; i++)
		good &= !s->part[i].sent || compat_check(a, ds, kind,
		    s->part[i].job->mapping,
		    plan_schema(s->part[i].job->plan));
	return good;
}

void
parts_generation(struct generation *g, const struct run_set *set,
    const struct dataset *d, const struct schema *s, uint32_t number,
    struct arena *a)
{
	const struct generation *live = dataset_live(d);
	const struct gen_table *stays;
	const struct schema_table *t;
	const struct run_part *part;
	const char **key;
	uint32_t i, k;

	*g = (struct generation){ .number = number, .state = GEN_STARTED,
	    .version = set->version, .schema = s };
	g->table = arena_array(a, s->ntable + 1, sizeof *g->table);
	for (i = 0; i < s->ntable; i++) {
		t = &s->table[i];
		part = parts_of_table(set, i, &k);
		stays = part != NULL && part->sent ? NULL :
		    generation_find_table(live, t->name);
		if (stays != NULL) {
			g->table[g->ntable] = *stays;
			g->table[g->ntable].base = 0;
			g->table[g->ntable++].logged = 0;
			continue;
		}
		key = arena_array(a, t->nkey + 1, sizeof *key);
		for (k = 0; k < t->nkey; k++)
			key[k] = t->column[t->key[k]].name;
		g->table[g->ntable++] = (struct gen_table){ .name = t->name,
		    .home = number, .key = key, .nkey = t->nkey,
		    .columns = t };
	}
}

/* --- those that stay ----------------------------------------------------- */

static bool
refuse(const struct dataset *d, const struct run_part *p, const char *why)
{
	diag_hint(d->db->diags, diag_add(d->db->diags, DIAG_L136, NOWHERE,
	    "member '%s' cannot stay as it is: %s", p->name, why),
	    "send it, too: %s=FILE", p->name);
	return false;
}

static bool
has_text(const struct generation *g, const char *sha256)
{
	uint32_t i;

	for (i = 0; i < g->ntext; i++)
		if (strcmp(g->text[i].sha256, sha256) == 0)
			return true;
	return false;
}

static bool
part_can_stay(const struct dataset *d, const struct run_part *p,
    const struct change *c)
{
	const struct generation *live = dataset_live(d);
	const struct schema *schema = plan_schema(p->job->plan);
	struct shape shape;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		if (generation_find_table(live, schema->table[i].name) ==
		    NULL)
			return refuse(d, p, "it has never been loaded");
	shape_compare(&shape, d->arena, live, schema);
	for (i = 0; i < shape.n; i++)
		if (schema_find(schema, shape.v[i].table) != NULL)
			return refuse(d, p, "its tables have changed");
	/* the mapping itself: by its text */
	for (i = 0; i < c->ntext; i++)
		if (c->content[i]->len == p->job->mapping->text->len &&
		    memcmp(c->content[i]->p, p->job->mapping->text->p,
		    c->content[i]->len) == 0 &&
		    !has_text(live, c->text[i].sha256))
			return refuse(d, p, "its mapping has changed since "
			    "it was loaded");
	return true;
}

bool
parts_can_stay(const struct run_set *s, const struct dataset *d,
    const struct change *c, bool *stay)
{
	bool good = true, can;
	uint32_t i;

	for (i = 0; i < s->npart; i++) {
		can = s->part[i].sent || part_can_stay(d, &s->part[i], c);
		if (stay != NULL)
			stay[i] = can && !s->part[i].sent;
		good = good && can;
	}
	return good;
}

/* --- what is told of them ------------------------------------------------ */

void
parts_json(struct json *j, const struct run_set *s, const struct change *c)
{
	const struct load_result *l;
	const struct srctext *text;
	uint32_t i, k;

	if (s->file == NULL)
		return;
	json_open(j, "members", '[');
	for (i = 0; i < s->npart; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", s->part[i].name);
		text = s->part[i].job->mapping->text;
		for (k = 0; k < c->ntext; k++)
			if (c->content[k]->len == text->len &&
			    memcmp(c->content[k]->p, text->p, text->len) == 0)
				break;
		if (k < c->ntext)
			json_text(j, "mapping", c->text[k].path);
		json_bool(j, "sent", s->part[i].sent);
		l = s->part[i].load;
		if (l != NULL) {
			json_uint(j, "read", l->read);
			json_uint(j, "loaded", l->loaded);
			json_uint(j, "rejected", l->rejected);
			json_uint(j, "skipped", l->skipped);
			json_text(j, "rejects", l->rejects);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* --- tests --------------------------------------------------------------- */

static bool
check_mapping(struct dataset *d, const struct generation *g,
    const struct mapping *m, const char *hint, struct run_result *to)
{
	struct check_result *all, *r;
	uint32_t n;

	r = check_all(d, g, m, &n);
	all = arena_array(d->arena, to->ncheck + n + 1, sizeof *all);
	if (to->ncheck > 0)
		memcpy(all, to->check, to->ncheck * sizeof *all);
	if (n > 0)
		memcpy(all + to->ncheck, r, n * sizeof *all);
	to->check = all;
	to->ncheck += n;
	return check_tell(d, m, r, n, hint);
}

bool
parts_check(const struct run_set *s, struct dataset *d,
    const struct generation *g, const char *hint, struct run_result *to)
{
	bool good = true;
	uint32_t i;

	to->ncheck = 0;
	for (i = 0; i < s->npart; i++)
		good = check_mapping(d, g, s->part[i].job->mapping, hint,
		    to) && good;
	if (s->rules != NULL)
		good = check_mapping(d, g, s->rules, hint, to) && good;
	return good;
}

void
parts_find_outside(const struct run_set *s, const struct dataset *d,
    const struct generation *g, struct arena *a)
{
	const struct generation *live = dataset_live(d);
	const struct gen_table *t, *now;
	const struct schema *schema;
	struct buf b;
	uint32_t i, k;

	buf_init(&b, 4096);
	for (i = 0; i < s->npart; i++) {
		schema = plan_schema(s->part[i].job->plan);
		for (k = 0; k < schema->nconstraint; k++) {
			if (schema->constraint[k].kind != CONSTRAINT_OUTSIDE)
				continue;
			t = generation_find_table(g,
			    schema->constraint[k].outside->name);
			now = generation_find_table(live, t->name);
			buf_clear(&b);
			db_put_table(d->db, &b, d->name, t->name,
			    now != NULL && now->home == t->home ? 0 :
			    t->home);
			schema->constraint[k].relation = arena_strdup(a, b.p);
		}
	}
	buf_fini(&b);
}
