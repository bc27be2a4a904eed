/*
 * A question asked of records, besides what the mapping makes of them: a
 * boolean expression in the mapping's language (preview --where).
 *
 * Where there are types of records, the names in it say of which they are
 * asked: all of them are names of the type or, written account.NAME, of one
 * above it.  A record that has no answer (null, bad bytes) is told apart; it
 * makes no reject.
 */
#include "plan/plan_impl.h"

#include <string.h>

struct asked {			/* the names of an expression */
	const struct expr **name;
	uint32_t n, cap;
};

static void
asked_names(struct build *bd, struct asked *a, const struct expr *e)
{
	uint32_t i;

	if (e == NULL)
		return;
	if (e->kind == EX_NAME || (e->kind == EX_CALL && e->nname > 1))
		*ARENA_PUSH(bd->arena, a->name, a->n, a->cap) = e;
	for (i = 0; i < e->narg; i++)
		asked_names(bd, a, e->arg[i]);
	asked_names(bd, a, e->case_operand);
	asked_names(bd, a, e->case_else);
}

static bool
type_is_from(const struct plan *p, uint32_t above, uint32_t type)
{
	for (; type != NONE; type = p->type[type].parent)
		if (type == above)
			return true;
	return false;
}

static bool
type_has_own(struct build *bd, uint32_t type, const struct expr *e)
{
	uint32_t item, found[2], record = bd->plan->type[type].record;

	return plan_type_has(bd, type, e, &item) || (record != ITEM_NONE &&
	    layout_find_condition(bd->layout, record, e->name, e->nname,
	    found) > 0);
}

/* Is it asked of records of the type? */
static bool
type_is_asked(struct build *bd, const struct asked *a, uint32_t type)
{
	uint32_t i, of;
	bool own = false;

	for (i = 0; i < a->n; i++) {
		of = plan_type_named(bd, a->name[i]);
		if (of != NONE && !type_is_from(bd->plan, of, type))
			return false;
		if (of == NONE && !type_has_own(bd, type, a->name[i]))
			return false;
		own = own || of == NONE || of == type;
	}
	return own || a->n == 0;
}

static void
where_add(struct build *bd, uint32_t type)
{
	struct plan *p = bd->plan;
	struct map_name of = { .name = type == NONE ? NULL :
	    p->type[type].name };
	struct map_table mt = { .of = &of, .nof = type != NONE };
	struct operand o;

	bd->policies = &p->policies;
	bd->map_table = NONE;
	if (!plan_types_table(bd, &mt, 0) ||
	    !plan_bool(bd, bd->root, bd->options->where, &o))
		return;
	*ARENA_PUSH(bd->arena, p->where, p->nwhere, p->where_cap) =
	    (struct where_plan){ bd->root, o.reg };
}

/* Of no type: the error that the likeliest one gives. */
static void
where_none(struct build *bd, const struct asked *a)
{
	uint32_t i, k, n, best = 0, most = 0;

	for (i = 0; i < bd->plan->ntype; i++) {
		for (k = n = 0; k < a->n; k++)
			n += plan_type_named(bd, a->name[k]) == i ||
			    type_has_own(bd, i, a->name[k]);
		if (n > most) {
			best = i;
			most = n;
		}
	}
	where_add(bd, best);
}

void
plan_where_build(struct build *bd)
{
	struct asked a = { NULL, 0, 0 };
	uint32_t i, n = 0;

	if (bd->plan->ntype == 0) {
		where_add(bd, NONE);
		return;
	}
	asked_names(bd, &a, bd->options->where);
	for (i = 0; i < bd->plan->ntype; i++)
		if (type_is_asked(bd, &a, i)) {
			where_add(bd, i);
			n++;
		}
	if (n == 0)
		where_none(bd, &a);
}

void
plan_where(const struct plan *p, const struct batch *b, uint8_t *answer)
{
	const struct column *col;
	const struct frame *f;
	uint32_t w, i, bad;

	memset(answer, ANSWER_NO, b->slab.nrec);
	for (w = 0; w < p->nwhere; w++) {
		f = &b->frame[p->where[w].frame];
		col = &b->reg[p->where[w].reg];
		for (i = bad = 0; i < f->n; i++) {
			if (f->rec[i] < 0 ||
			    (uint32_t)f->rec[i] >= b->slab.nrec)
				continue;
			while (bad < col->bad.n && col->bad.v[bad].row < i)
				bad++;
			answer[f->rec[i]] = column_is_null(col, i) ||
			    (bad < col->bad.n && col->bad.v[bad].row == i) ?
			    ANSWER_NONE : col->v.flag[i] ? ANSWER_YES :
			    ANSWER_NO;
		}
	}
}
