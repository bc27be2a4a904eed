/*
 * lookup('file.csv', KEY, …, 'column'): binds the call to a crosswalk, which
 * is read once however often it is looked up.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/crosswalk.h"

/* Crosswalks that are read; by name, as the mapping's calls have it. */
struct plan_crosswalk {
	const char *name;
	uint32_t nkey;
	struct crosswalk *data;
	enum missing missing;
};

static bool
lookup_refuse(struct build *bd, struct place at, const char *what)
{
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007, at, "%s", what),
	    "write lookup('states.csv', STATE-CODE, 'name')");
	return false;
}

static const struct map_crosswalk *
lookup_entry(const struct mapping *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->ncrosswalk; i++)
		if (strcmp(m->crosswalk[i].name, name) == 0)
			return &m->crosswalk[i];
	return NULL;
}

static struct plan_crosswalk *
lookup_crosswalk(struct build *bd, const struct expr *e, uint32_t nkey)
{
	const char *name = arena_strndup(bd->arena,
	    (const char *)e->arg[0]->text.p, e->arg[0]->text.len);
	const struct map_crosswalk *m = lookup_entry(bd->mapping, name);
	struct plan *p = bd->plan;
	struct plan_crosswalk *c;
	uint32_t i;

	for (i = 0; i < p->ncrosswalk; i++)
		if (strcmp(p->crosswalk[i].name, name) == 0 &&
		    p->crosswalk[i].nkey == nkey)
			return &p->crosswalk[i];
	if (m != NULL && m->nkey > 0 && m->nkey != nkey) {
		lookup_refuse(bd, e->at, arena_printf(bd->arena, "the "
		    "crosswalk '%s' has %u key column%s, not %u", name,
		    m->nkey, m->nkey == 1 ? "" : "s", nkey));
		return NULL;
	}
	c = ARENA_PUSH(bd->arena, p->crosswalk, p->ncrosswalk,
	    p->crosswalk_cap);
	c->name = name;
	c->nkey = nkey;
	c->missing = m == NULL ? MISSING_REJECT : m->missing;
	c->data = crosswalk_read(bd->arena, bd->diags, m != NULL ? m->file :
	    mapping_path(bd->arena, bd->mapping, name), m != NULL &&
	    m->nkey > 0 ? m->key : NULL, nkey, m != NULL ? m->file_at :
	    e->arg[0]->at);
	return c;
}

bool
plan_lookup(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct expr *last = e->arg[e->narg - 1];
	uint32_t nkey = e->narg - 2, i, *reg;
	struct op op = op_make(OP_LOOKUP, frame);
	struct plan_crosswalk *c;
	struct k_lookup k;
	struct operand o;
	const char *column;

	if (e->arg[0]->kind != EX_TEXT || last->kind != EX_TEXT)
		return lookup_refuse(bd, e->at, "lookup takes a crosswalk, "
		    "keys, and the name of a column, the first and the last "
		    "quoted");
	c = lookup_crosswalk(bd, e, nkey);
	if (c == NULL || c->data == NULL)
		return false;
	if (c->missing == MISSING_KEEP && nkey > 1)
		return lookup_refuse(bd, e->at, "'missing: keep' keeps a key, "
		    "and this one has several parts");
	column = arena_strndup(bd->arena, (const char *)last->text.p,
	    last->text.len);
	memset(&k, 0, sizeof k);
	k.crosswalk = c->data;
	k.lookup = (uint32_t)(c - bd->plan->crosswalk);
	k.missing = c->missing;
	k.column = crosswalk_column(c->data, column);
	if (k.column == UINT32_MAX) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P035, last->at,
		    "the crosswalk '%s' has no column '%s'", c->name, column),
		    "it has %s", crosswalk_columns(bd->arena, c->data));
		return false;
	}
	reg = arena_array(bd->arena, nkey, sizeof *reg);
	for (i = 0; i < nkey; i++) {
		if (!plan_text(bd, frame, e->arg[i + 1], &o))
			return false;
		reg[i] = o.reg;
	}
	op.arg = reg;
	op.narg = nkey;
	op.k = &k;
	op.ksize = sizeof k;
	*out = (struct operand){ .t = { .type = V_TEXT }, .e = e,
	    .item = ITEM_NONE };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    arena_printf(bd->arena, "in %s, %s", c->name, column));
	return true;
}

uint32_t
plan_nlookup(const struct plan *p)
{
	return p->ncrosswalk;
}

const struct crosswalk *
plan_lookup_data(const struct plan *p, const struct expr *e,
    enum missing *missing)
{
	const struct plan_crosswalk *c;
	uint32_t i;

	for (i = 0; i < p->ncrosswalk && e->arg[0]->kind == EX_TEXT; i++) {
		c = &p->crosswalk[i];
		if (c->nkey != e->narg - 2 ||
		    !slice_eq(slice_str(c->name), e->arg[0]->text))
			continue;
		*missing = c->missing;
		return c->data;
	}
	return NULL;
}

const char *
plan_lookup_name(const struct plan *p, uint32_t lookup)
{
	return p->crosswalk[lookup].name;
}
