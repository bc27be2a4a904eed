/*
 * The order of made records; see make_order.h.
 *
 *	headers | body: a walk over the tree of types | trailers
 *
 * In the body each record is one of the types whose parent is open, those
 * further down being likelier.  A type that sums up its parent (a batch's
 * trailer) comes once, when its parent is about to be closed.
 */
#include "flow/make_order.h"

#include <string.h>

#include "base/mem.h"

#define NONE	UINT32_MAX

struct make_type {
	enum record_role role;
	uint32_t parent, depth;
	uint64_t made;
	bool open;
	bool summed;		/* its closer has come */
};

struct make_order {
	const struct job *job;
	struct make_type *type;
	uint32_t n;
	uint64_t records, seed, number;
	uint32_t first, last;	/* how far those are */
	uint32_t nlast;
};

struct make_order *
make_order_new(struct arena *a, const struct job *j, uint64_t records,
    uint64_t seed)
{
	struct make_order *o = arena_zalloc(a, sizeof *o);
	uint32_t i, up;

	o->job = j;
	o->records = records;
	o->seed = seed;
	o->n = plan_ntype(j->plan);
	o->type = arena_array(a, o->n + 1, sizeof *o->type);
	for (i = 0; i < o->n; i++) {
		o->type[i].role = plan_type_role(j->plan, i);
		o->type[i].parent = plan_type_parent(j->plan, i);
		for (up = o->type[i].parent; up != NONE;
		    up = plan_type_parent(j->plan, up))
			o->type[i].depth++;
		o->nlast += o->type[i].role == ROLE_LAST;
	}
	return o;
}

void
make_order_restart(struct make_order *o)
{
	uint32_t i;

	o->number = 0;
	o->first = o->last = 0;
	for (i = 0; i <= o->n; i++) {
		o->type[i].made = 0;
		o->type[i].open = o->type[i].summed = false;
	}
}

static bool
is_below(const struct make_order *o, uint32_t type, uint32_t of)
{
	for (; type != NONE; type = o->type[type].parent)
		if (type == of)
			return true;
	return false;
}

/* A closer whose parent is open, and would not be behind `next` (NONE: the
 * trailers); the innermost. */
static uint32_t
closer(const struct make_order *o, uint32_t next)
{
	uint32_t i, best = NONE;

	for (i = 0; i < o->n; i++)
		if (o->type[i].role == ROLE_CLOSER &&
		    o->type[o->type[i].parent].open && !o->type[i].summed &&
		    (next == NONE || (!is_below(o, next, o->type[i].parent)) ||
		    next == o->type[i].parent) && (best == NONE ||
		    o->type[i].depth > o->type[best].depth))
			best = i;
	return best;
}

/* How many closers and trailers are still to come. */
static uint64_t
still_to_come(const struct make_order *o)
{
	uint64_t n = o->nlast;
	uint32_t i;

	for (i = 0; i < o->n; i++)
		n += o->type[i].role == ROLE_CLOSER &&
		    o->type[o->type[i].parent].open && !o->type[i].summed;
	return n;
}

/* splitmix64's finish */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t
weight(const struct make_order *o, uint32_t i)
{
	const struct make_type *t = &o->type[i];

	if (t->role != ROLE_BODY ||
	    (t->parent != NONE && !o->type[t->parent].open))
		return 0;
	return t->depth > 0 && !plan_type_has_children(o->job->plan, i) ? 3 :
	    plan_type_has_children(o->job->plan, i) ? 1 : 2;
}

static uint32_t
body(const struct make_order *o)
{
	uint64_t sum = 0, dice;
	uint32_t i;

	for (i = 0; i < o->n; i++)
		sum += weight(o, i);
	if (sum == 0)
		return NONE;
	dice = mix(mix(o->seed) ^ o->number) % sum;
	for (i = 0; i < o->n; i++) {
		if (dice < weight(o, i))
			break;
		dice -= weight(o, i);
	}
	return i;
}

static uint32_t
role_after(const struct make_order *o, enum record_role role, uint32_t *at)
{
	while (*at < o->n && o->type[*at].role != role)
		++*at;
	return *at < o->n ? (*at)++ : NONE;
}

/* Is there room for a record of the type, and what must follow it? */
static bool
has_room(const struct make_order *o, uint32_t t)
{
	uint64_t n = o->number + still_to_come(o) + 1;
	uint32_t i;

	for (i = 0; i < o->n; i++)
		n += o->type[i].role == ROLE_CLOSER && o->type[i].parent == t;
	return n <= o->records;
}

static uint32_t
turn_type(struct make_order *o)
{
	uint32_t t, c;

	t = role_after(o, ROLE_FIRST, &o->first);
	if (t != NONE)
		return t;
	t = body(o);
	if (t != NONE && has_room(o, t)) {
		c = closer(o, t);
		return c != NONE ? c : t;
	}
	c = closer(o, NONE);
	return c != NONE ? c : role_after(o, ROLE_LAST, &o->last);
}

enum grade
make_order_next(struct make_order *o, struct make_turn *turn)
{
	struct make_type *t = &o->type[0];
	uint32_t i;

	*turn = (struct make_turn){ .type = 0 };
	if (o->number == o->records)
		return END;
	if (o->n > 0) {
		turn->type = turn_type(o);
		if (turn->type == NONE)
			return END;
		t = &o->type[turn->type];
		for (i = 0; i < o->n; i++)	/* it closes those below */
			if (i != turn->type && is_below(o, i, turn->type))
				o->type[i].open = o->type[i].summed = false;
		for (i = 0; i < o->n; i++)
			if (o->type[i].role == ROLE_CLOSER &&
			    o->type[i].parent == turn->type)
				o->type[i].summed = false;
		t->open = true;
		t->summed = t->role == ROLE_CLOSER;
		if (t->parent != NONE)
			turn->parent = o->type[t->parent].made - 1;
	}
	turn->ordinal = t->made++;
	o->number++;
	return OK;
}
