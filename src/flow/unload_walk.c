/*
 * The order of an unload; see unload_walk.h.
 *
 *	level	whose dependents are written: none's (the file), then those of
 *		the record above, of its type in turn
 */
#include "flow/unload_walk.h"

#include <string.h>

#include "base/mem.h"

#define NONE	UINT32_MAX

struct level {
	uint32_t type;		/* NONE: the file */
	uint32_t child;		/* which of its types below is next */
	bool made;		/* of that one the record was made */
	bool skip;		/* it was left out */
};

struct below {			/* types that hang on one, in order */
	uint32_t *v, n;
};

struct found {
	struct path *open, *peek;
	uint64_t n, orphans, strays;
	uint32_t stray_query;
};

struct unload_walk {
	struct arena *arena;
	const struct inverse *inverse;
	struct unload_rows *rows;
	struct below *below;		/* [ntype + 1] the last: of the file */
	struct found *type;
	struct level *level;		/* [ntype + 1] */
	uint32_t depth;
	uint64_t ordinal, dependents;
	bool ended;
};

static uint32_t
role_order(enum record_role role)
{
	return role == ROLE_FIRST ? 0 : role == ROLE_BODY ? 1 : 2;
}

static void
walk_below(struct unload_walk *w, uint32_t type, struct below *b)
{
	uint32_t n = inverse_ntype(w->inverse), i, order;
	const struct inverse_type *t;

	b->v = arena_array(w->arena, n + 1, sizeof *b->v);
	for (order = 0; order < 3; order++)
		for (i = 0; i < n; i++) {
			t = inverse_type(w->inverse, i);
			if (t->written && t->parent == type &&
			    role_order(t->role) == order)
				b->v[b->n++] = i;
		}
}

struct unload_walk *
unload_walk_new(struct arena *a, const struct inverse *inv,
    struct unload_rows *rows)
{
	struct unload_walk *w = arena_zalloc(a, sizeof *w);
	uint32_t n = inverse_ntype(inv), i;

	w->arena = a;
	w->inverse = inv;
	w->rows = rows;
	w->below = arena_array(a, n + 1, sizeof *w->below);
	w->type = arena_array(a, n, sizeof *w->type);
	w->level = arena_array(a, n + 1, sizeof *w->level);
	for (i = 0; i < n; i++) {
		walk_below(w, i, &w->below[i]);
		w->type[i].open = path_new(a, inv, i);
		w->type[i].peek = path_new(a, inv, i);
	}
	walk_below(w, NONE, &w->below[n]);
	return w;
}

void
unload_walk_free(struct unload_walk *w)
{
	uint32_t i;

	for (i = 0; w != NULL && i < inverse_ntype(w->inverse); i++) {
		path_free(w->type[i].open);
		path_free(w->type[i].peek);
	}
}

bool
unload_walk_restart(struct unload_walk *w)
{
	uint32_t i;

	w->ordinal = w->dependents = 0;
	w->ended = false;
	w->depth = 1;
	w->level[0] = (struct level){ .type = NONE };
	for (i = 0; i < inverse_ntype(w->inverse); i++)
		w->type[i].n = w->type[i].orphans = w->type[i].strays = 0;
	return unload_rows_restart(w->rows);
}

static const struct below *
level_below(const struct unload_walk *w, const struct level *l)
{
	return &w->below[l->type == NONE ? inverse_ntype(w->inverse) :
	    l->type];
}

/* Rows without their record, or a record without the one that it hangs on. */
static bool
found_nothing(struct found *f, const struct unload_record *rec, bool behind)
{
	if (rec->fault == ROWS_NO_RECORD) {
		if (f->strays++ == 0)
			f->stray_query = rec->query;
		return true;
	}
	f->orphans += behind || !rec->linked;
	return behind || !rec->linked;
}

/* Rows of a type that has no turn any more: nothing was there to hang on. */
static enum grade
walk_drain(struct unload_walk *w, struct arena *a)
{
	const struct inverse_type *t;
	struct unload_record rec;
	struct arena_mark mark;
	enum grade g = END;
	uint32_t i;

	for (i = 0; i < inverse_ntype(w->inverse); i++) {
		t = inverse_type(w->inverse, i);
		if (!t->written || t->made)
			continue;
		while ((g = unload_rows_peek(w->rows, i, w->type[i].peek)) ==
		    OK) {
			mark = arena_mark(a);
			g = unload_rows_take(w->rows, i, a, &rec);
			arena_back(a, mark);
			if (g == FATAL)
				break;
			found_nothing(&w->type[i], &rec, true);
		}
		if (g == FATAL)
			return g;
	}
	w->ended = true;
	return END;
}

enum turned { TURN_RECORD, TURN_ON, TURN_FATAL };

/* The next record of the level's type, if it has its turn. */
static enum turned
level_record(struct unload_walk *w, struct level *l, uint32_t type,
    struct arena *a, struct unload_turn *turn)
{
	const struct inverse_type *t = inverse_type(w->inverse, type);
	struct found *f = &w->type[type];
	struct path *swap;
	enum grade g;
	int cmp;

	if (t->made) {
		if (l->made)
			l->child++;
		l->made = !l->made;
		turn->record = (struct unload_record){ .linked = true };
		return l->made ? TURN_RECORD : TURN_ON;
	}
	g = unload_rows_peek(w->rows, type, f->peek);
	if (g == FATAL)
		return TURN_FATAL;
	cmp = g == END || l->type == NONE ? 0 : path_cmp(f->peek,
	    w->type[l->type].open, t->nabove);
	if (g == END || cmp > 0) {
		l->child++;
		return TURN_ON;
	}
	if (unload_rows_take(w->rows, type, a, &turn->record) == FATAL)
		return TURN_FATAL;
	if (found_nothing(f, &turn->record, cmp < 0))
		return TURN_ON;
	swap = f->open;
	f->open = f->peek;
	f->peek = swap;
	return TURN_RECORD;
}

enum grade
unload_walk_next(struct unload_walk *w, struct arena *a,
    bool (*leave)(void *, const struct unload_turn *), void *arg,
    struct unload_turn *turn)
{
	struct arena_mark mark;
	struct level *l;
	enum turned what;
	uint32_t type;
	bool skip, out;

	while (w->depth > 0) {
		l = &w->level[w->depth - 1];
		if (l->child == level_below(w, l)->n) {
			w->depth--;
			continue;
		}
		type = level_below(w, l)->v[l->child];
		mark = arena_mark(a);
		what = level_record(w, l, type, a, turn);
		if (what == TURN_FATAL)
			return FATAL;
		if (what == TURN_ON) {
			arena_back(a, mark);
			continue;
		}
		turn->type = type;
		turn->ordinal = w->ordinal++;
		turn->of_type = ++w->type[type].n;
		skip = l->skip;
		out = skip || leave(arg, turn);
		w->level[w->depth++] = (struct level){ .type = type,
		    .skip = out };
		if (!out)
			return OK;
		w->dependents += skip;
		arena_back(a, mark);
	}
	return w->ended ? END : walk_drain(w, a);
}

uint64_t
unload_walk_dependents(const struct unload_walk *w)
{
	return w->dependents;
}

uint64_t
unload_walk_orphans(const struct unload_walk *w, uint32_t type)
{
	return w->type[type].orphans;
}

uint64_t
unload_walk_strays(const struct unload_walk *w, uint32_t type,
    uint32_t *query)
{
	*query = w->type[type].stray_query;
	return w->type[type].strays;
}
