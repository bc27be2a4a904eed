/*
 * decant unload of tables; see unload_table.h.
 *
 * Records are made on trial first, run through the mapping's plan, and what a
 * load would make of them is compared with the rows that they were made of.
 * Those that would be rejected, or would load with other values than the
 * tables have, are left out of the next trial, with all that hang on them; if
 * that is allowed, for else there is no next one.
 */
#include "flow/unload_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "flow/settle.h"
#include "flow/unload_check.h"
#include "flow/unload_rows.h"
#include "flow/unload_walk.h"
#include "plan/batch.h"
#include "plan/inverse_plan.h"

#define NONE		UINT32_MAX
#define SLAB_BYTES	(1u << 20)	/* of a batch's records, about */
#define BATCH_MAX	1024u
#define LEFT_MAX	(1u << 24)	/* records that are left out */
#define NAMES_TOLD	40u

struct left {			/* records by their numbers */
	uint64_t *v;
	size_t n, cap;
};

struct unload {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct unload_options *options;
	const struct inverse *inverse;
	struct unload_rows *rows;
	struct unload_walk *walk;
	struct unload_check *check;
	struct framing_options framing;
	uint32_t size, batch;
	struct left before, now;	/* left out; in this trial too */
	size_t at;			/* in before */
	struct arena turns[2];		/* rows of the batch, of the next one */
	uint32_t current;
	struct unload_turn next;	/* the first of the next batch */
	bool more;
	struct unload_turn *turn;	/* [batch] */
	uint32_t *type;
	const struct inverse_rows **of;
	struct inverse_faults faults;	/* of the batch */
	uint64_t **null_codes;		/* [queries][columns] */
	uint32_t trials;
	bool judged;			/* in this trial */
	bool *wrong;			/* [types] the last record is */
	uint64_t told;
	struct unload_tables_result *result;
};

/* ---- messages ----------------------------------------------------------- */

static const char *
type_name(const struct unload *u, uint32_t type)
{
	return inverse_type(u->inverse, type)->name;
}

static const struct schema_table *
table_of(const struct unload *u, uint32_t table)
{
	return &plan_schema(u->job->plan)->table[table];
}

/* "account_id, seq": what the records are in the order of. */
static const char *
path_names(struct unload *u, uint32_t type)
{
	const struct inverse_type *t = inverse_type(u->inverse, type);
	const char *s = "";
	uint32_t i;

	for (i = 0; i < t->npath; i++)
		s = arena_printf(u->arena, "%s%s%s", s, i > 0 ? ", " : "",
		    table_of(u, t->path[i].table)->column[
		    t->path[i].column].name);
	return s;
}

/* A record, found again by its place in the order of its type. */
static void
tell(struct unload *u, enum diag_code code, const struct unload_turn *t,
    const char *why)
{
	const char *order = path_names(u, t->type);

	if (++u->told > UNLOAD_TOLD)
		return;
	diag_add(u->diags, code, NOWHERE, "record %llu of '%s'%s%s: %s",
	    (unsigned long long)t->of_type, type_name(u, t->type),
	    *order == '\0' ? "" : " in the order of ", order, why);
}

static const char *
item_name(const struct unload *u, uint32_t item)
{
	const char *s = plan_item_path(u->job->plan, item);

	return s == NULL ? "the record" : s;
}

/* The columns of a query, those of its sides too. */
static uint32_t
query_columns(const struct unload *u, uint32_t query)
{
	const struct inverse_query *q = inverse_query(u->inverse, query);
	uint32_t n = q->ncolumn, i;

	for (i = 0; i < q->nside; i++)
		n += q->side[i].ncolumn;
	return n;
}

/* "person.name" */
static const char *
column_name(struct unload *u, uint32_t query, uint32_t column)
{
	const struct inverse_query *q = inverse_query(u->inverse, query);
	const struct schema_table *t = table_of(u, q->table);
	const uint32_t *names = q->column;
	uint32_t n = q->ncolumn, i;

	for (i = 0; column >= n && i < q->nside; i++) {
		column -= n;
		t = table_of(u, q->side[i].table);
		names = q->side[i].column;
		n = q->side[i].ncolumn;
	}
	return column >= n ? t->name : arena_printf(u->arena, "%s.%s",
	    t->name, t->column[names[column]].name);
}

static const char *
fault_text(struct unload *u, const struct inverse_fault *f)
{
	const char *why = diag_summary((enum diag_code)f->code);

	if (f->query == NONE)
		return arena_printf(u->arena, "%s: %s", item_name(u, f->item),
		    why);
	return arena_printf(u->arena, "%s (%s): %s", item_name(u, f->item),
	    column_name(u, f->query, f->column), why);
}

/* ---- what is left out --------------------------------------------------- */

static void
left_add(struct unload *u, uint64_t ordinal)
{
	struct left *l = &u->now;

	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		l->v = mem_resize(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = ordinal;
}

static int
ordinal_cmp(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Rows that cannot even be told apart are a fault before any bytes are. */
static bool
leave(void *arg, const struct unload_turn *t)
{
	struct unload *u = arg;
	const struct inverse_type *type = inverse_type(u->inverse, t->type);
	const struct unload_record *r = &t->record;
	const char *table;

	while (u->at < u->before.n && u->before.v[u->at] < t->ordinal)
		u->at++;
	if (u->at < u->before.n && u->before.v[u->at] == t->ordinal) {
		left_add(u, t->ordinal);
		return true;
	}
	if (type->made || r->fault == ROWS_GOOD)
		return false;
	table = table_of(u, inverse_query(u->inverse, type->query[
	    r->query])->table)->name;
	tell(u, r->fault == ROWS_SEVERAL ? DIAG_F048 : DIAG_F054, t,
	    arena_printf(u->arena, r->fault == ROWS_SEVERAL ?
	    "it has more than one row in '%s'" :
	    "it has no room for a row of '%s'", table));
	left_add(u, t->ordinal);
	return true;
}

/* ---- making ------------------------------------------------------------- */

static uint64_t
strays(const struct unload *u)
{
	uint64_t n = 0;
	uint32_t i, query;

	for (i = 0; i < inverse_ntype(u->inverse); i++)
		n += unload_walk_orphans(u->walk, i) +
		    unload_walk_strays(u->walk, i, &query);
	return n;
}

static bool
prefetch(struct unload *u)
{
	enum grade g;

	unload_rows_mark(u->rows);
	arena_reset(&u->turns[!u->current]);
	g = unload_walk_next(u->walk, &u->turns[!u->current], leave, u,
	    &u->next);
	u->more = g == OK;
	return g != FATAL;
}

static bool
tables_restart(void *arg)
{
	struct unload *u = arg;
	uint32_t i;

	if (u->trials > 0 && !u->options->partial &&
	    (u->now.n > 0 || u->result->strays > 0)) {
		u->result->refused = true;
		return false;
	}
	if (u->now.n > LEFT_MAX) {
		diag_add(u->diags, DIAG_F049, NOWHERE, "more than %u records "
		    "cannot be written", LEFT_MAX);
		return false;
	}
	mem_free(u->before.v);
	u->before = u->now;
	u->now = (struct left){ NULL, 0, 0 };
	if (u->before.n > 1)
		qsort(u->before.v, u->before.n, sizeof *u->before.v,
		    ordinal_cmp);
	u->at = 0;
	u->judged = false;
	for (i = 0; i < inverse_nquery(u->inverse); i++)
		memset(u->null_codes[i], 0, query_columns(u, i) *
		    sizeof **u->null_codes);
	return unload_walk_restart(u->walk) && prefetch(u);
}

/* The batch's turns; false: told. */
static bool
tables_turns(struct unload *u, uint32_t *n)
{
	enum grade g = OK;

	*n = 0;
	u->current = !u->current;
	unload_rows_forget(u->rows);
	if (u->more)
		u->turn[(*n)++] = u->next;
	while (*n > 0 && *n < u->batch && g == OK) {
		g = unload_walk_next(u->walk, &u->turns[u->current], leave, u,
		    &u->turn[*n]);
		*n += g == OK;
	}
	if (g == FATAL)
		return false;
	if (g == END || *n == 0) {
		u->more = false;
		return true;
	}
	return prefetch(u);
}

/* Those of one type, together. */
static void
tables_type(struct unload *u, struct batch *b, uint32_t type, uint32_t n)
{
	struct arena *a = &b->arena;
	const struct inverse_rows **of = arena_array(a, n, sizeof *of);
	uint8_t **rec = arena_array(a, n, sizeof *rec);
	uint32_t *len = arena_array(a, n, sizeof *len), i, k = 0, f;
	uint32_t *at = arena_array(a, n, sizeof *at);
	struct inverse_faults faults = { .null_codes = u->null_codes };
	struct arena *keep = &u->turns[u->current];

	for (i = 0; i < n; i++)
		if (u->type[i] == type) {
			at[k] = i;
			of[k] = u->of[i];
			rec[k++] = (uint8_t *)(uintptr_t)b->slab.rec[i].p;
		}
	if (k == 0)
		return;
	inverse_records(u->inverse, type, of, rec, len, k, &faults, a);
	for (i = 0; i < k; i++)
		b->slab.rec[at[i]].len = len[i];
	for (f = 0; f < faults.n; f++) {
		faults.v[f].rec = at[faults.v[f].rec];
		*ARENA_PUSH(keep, u->faults.v, u->faults.n, u->faults.cap) =
		    faults.v[f];
	}
}

static enum grade
tables_next(void *arg, struct batch *b)
{
	struct unload *u = arg;
	uint32_t n, i, t;

	arena_reset(&b->arena);
	u->faults = (struct inverse_faults){ NULL, 0, 0, NULL };
	if (!tables_turns(u, &n))
		return FATAL;
	if (n == 0)
		return END;
	b->last_of_file = !u->more;
	for (i = 0; i < n; i++) {
		u->type[i] = u->turn[i].type;
		u->of[i] = u->turn[i].record.rows;
	}
	made_slab(b, &u->framing, n, u->size);
	for (t = 0; t < inverse_ntype(u->inverse); t++)
		tables_type(u, b, t, n);
	return OK;
}

/* ---- judging ------------------------------------------------------------ */

static const char *
reject_text(struct unload *u, const struct reject *r)
{
	struct buf text;
	const char *s;

	buf_init(&text, 4096);
	plan_reject_text(&text, u->job->plan, r);
	s = arena_printf(u->arena, "a load would reject it: %.*s",
	    (int)text.len, text.p);
	buf_fini(&text);
	return s;
}

static void
tell_contradiction(struct unload *u, const struct unload_turn *t,
    const struct contradiction *c)
{
	const struct schema_table *st = table_of(u, c->table);

	if (c->column == NONE)
		tell(u, DIAG_F052, t, arena_printf(u->arena, "a load would "
		    "make other rows of it in '%s'", st->name));
	else
		tell(u, DIAG_F052, t, arena_printf(u->arena, "a load would "
		    "give '%s.%s' another value", st->name,
		    st->column[c->column].name));
}

/* The first fault of a record, in the order in which items stand. */
static const struct inverse_fault *
first_fault(const struct unload *u, uint32_t rec)
{
	const struct inverse_fault *found = NULL, *f;
	uint32_t i;

	for (i = 0; i < u->faults.n; i++) {
		f = &u->faults.v[i];
		if (f->rec == rec && (found == NULL || f->item < found->item))
			found = f;
	}
	return found;
}

/* Is a record that it hangs on wrong, and it to be left out with that? */
static bool
hangs_on_wrong(const struct unload *u, const struct unload_turn *t)
{
	uint32_t up = inverse_type(u->inverse, t->type)->parent;

	return up != NONE && u->wrong[up];
}

static bool
is_wrong(struct unload *u, const struct batch *b, uint32_t i, uint32_t *at,
    const struct contradiction *c)
{
	const struct unload_turn *t = &u->turn[i];
	const struct inverse_fault *f = first_fault(u, i);
	const struct reject *r = made_reason(b, at, i);

	if (f != NULL)
		tell(u, f->code == DIAG_F051 ? DIAG_F051 : DIAG_F049, t,
		    fault_text(u, f));
	else if (b->type != NULL && b->type[i] != t->type)
		tell(u, DIAG_F049, t, arena_printf(u->arena, "its bytes are "
		    "%s%s by the when: of the types", b->type[i] >=
		    plan_ntype(u->job->plan) ? "of no type" : "those of ",
		    b->type[i] >= plan_ntype(u->job->plan) ? "" :
		    plan_type_name(u->job->plan, b->type[i])));
	else if (r != NULL)
		tell(u, DIAG_F049, t, reject_text(u, r));
	else if (record_is_split(&u->framing, b->slab.rec[i]))
		tell(u, DIAG_F049, t, "a line end inside");
	else if (c->table != NONE)
		tell_contradiction(u, t, c);
	else
		return false;
	return true;
}

static void
tables_judge(void *arg, const struct batch *b)
{
	struct unload *u = arg;
	struct arena a;
	struct contradiction *c;
	uint32_t i, at = 0;
	bool *wrong;

	if (!u->judged)
		unload_check_restart(u->check);
	u->judged = true;
	arena_init(&a);
	c = arena_array(&a, b->slab.nrec, sizeof *c);
	unload_check_batch(u->check, b, u->type, u->of, c);
	for (i = 0; i < b->slab.nrec; i++) {
		wrong = &u->wrong[u->turn[i].type];
		*wrong = hangs_on_wrong(u, &u->turn[i]);
		if (*wrong)
			continue;
		*wrong = is_wrong(u, b, i, &at, &c[i]);
		if (*wrong)
			left_add(u, u->turn[i].ordinal);
	}
	arena_fini(&a);
}

static void
tell_strays(struct unload *u)
{
	const struct inverse_type *t;
	uint32_t i, query;
	uint64_t n;

	for (i = 0; i < inverse_ntype(u->inverse); i++) {
		t = inverse_type(u->inverse, i);
		n = unload_walk_orphans(u->walk, i);
		if (n > 0)
			diag_hint(u->diags, diag_add(u->diags, DIAG_F047,
			    NOWHERE, "%llu record%s of '%s' belong%s to none "
			    "of '%s'", (unsigned long long)n, n == 1 ? "" :
			    "s", t->name, n == 1 ? "s" : "", t->parent ==
			    NONE ? "the file" : type_name(u, t->parent)),
			    "insert what they belong to, or leave them out "
			    "with --partial");
		n = unload_walk_strays(u->walk, i, &query);
		if (n > 0)
			diag_hint(u->diags, diag_add(u->diags, DIAG_F047,
			    NOWHERE, "'%s' has rows of %llu record%s of '%s' "
			    "that %s not there", table_of(u, inverse_query(
			    u->inverse, t->query[query])->table)->name,
			    (unsigned long long)n, n == 1 ? "" : "s", t->name,
			    n == 1 ? "is" : "are"), "insert the row of the "
			    "record, or leave them out with --partial");
	}
}

static bool
tables_again(void *arg)
{
	struct unload *u = arg;

	u->result->strays = strays(u);
	if (u->trials++ == 0)
		tell_strays(u);
	return u->options->partial && u->now.n > u->before.n;
}

/* ---- what the tables do not have ---------------------------------------- */

static void
tell_left(struct unload *u, uint32_t type)
{
	const struct inverse_left *l;
	const struct layout *layout = u->job->layout;
	const char *names = "", *rule = "";
	uint32_t n, i, told = 0;

	l = inverse_left(u->inverse, type, &n);
	for (i = 0; i < n; i++) {
		if (settle_is_field(u->arena, u->job, type, l[i].item))
			continue;
		if (++told > NAMES_TOLD)
			continue;
		names = arena_printf(u->arena, "%s%s%s%s%s", names,
		    strcmp(rule, l[i].rule) == 0 || told == 1 ? "" :
		    arena_printf(u->arena, " (%s)", rule),
		    told == 1 ? "" : ", ", layout->item[l[i].item].name,
		    "");
		rule = l[i].rule;
	}
	if (told > 0)
		names = arena_printf(u->arena, "%s (%s)", names, rule);
	if (told > NAMES_TOLD)
		names = arena_printf(u->arena, "%s, and %u more", names,
		    told - NAMES_TOLD);
	if (inverse_has_filler(u->inverse, type))
		names = arena_printf(u->arena, "%s%sFILLER", names, told > 0 ?
		    ", " : "");
	if (*names != '\0')
		diag_add(u->diags, DIAG_P110, NOWHERE, "not in the tables, "
		    "so written by rule, in '%s': %s", type_name(u, type),
		    names);
}

static void
tell_null_codes(struct unload *u)
{
	uint32_t i, k;

	for (i = 0; i < inverse_nquery(u->inverse); i++)
		for (k = 0; k < query_columns(u, i); k++)
			if (u->null_codes[i][k] > 0)
				diag_add(u->diags, DIAG_P115, NOWHERE, "null "
				    "in '%s' is a code that the tables do not "
				    "have, so written by rule: %llu times",
				    column_name(u, i, k), (unsigned long long)
				    u->null_codes[i][k]);
}

static void
tell_lost(struct unload *u)
{
	const struct schema *s = plan_schema(u->job->plan);
	const char *names = "";
	uint32_t t, i;
	uint64_t n;

	for (t = 0; t < s->ntable; t++) {
		n = unload_check_lost(u->check, t, NONE);
		if (n > 0)
			names = arena_printf(u->arena, "%s%srows of %s "
			    "(%llu records)", names, *names == '\0' ? "" :
			    ", ", s->table[t].name, (unsigned long long)n);
		for (i = 0; i < s->table[t].ncolumn; i++) {
			n = unload_check_lost(u->check, t, i);
			if (n > 0)
				names = arena_printf(u->arena,
				    "%s%s%s.%s (%llu)", names, *names ==
				    '\0' ? "" : ", ", s->table[t].name,
				    s->table[t].column[i].name,
				    (unsigned long long)n);
		}
	}
	if (*names != '\0')
		diag_add(u->diags, DIAG_F053, NOWHERE, "a load of the file "
		    "would give other values, for they are made of what is "
		    "not in the tables: %s", names);
}

/* ---- all of it ---------------------------------------------------------- */

/* What a writer cannot put back. */
static bool
tables_fit(struct unload *u)
{
	const struct framing_options *f = &u->framing;

	if (f->framing == FRAMING_DELIMITED) {
		diag_hint(u->diags, diag_add(u->diags, DIAG_F040, NOWHERE,
		    "delimited text cannot be made"), "a mapping of the same "
		    "tables with another format can");
		return false;
	}
	if (f->bytes_first + f->bytes_last + f->records_first +
	    f->records_last == 0)
		return true;
	diag_hint(u->diags, diag_add(u->diags, DIAG_F040,
	    u->job->mapping->skip.at, "what the mapping skips at the start "
	    "and the end of a file cannot be made"), "leave skip: out");
	return false;
}

static void
tables_sizes(struct unload *u)
{
	const struct framing_options *f = &u->job->source.framing;
	uint32_t t;

	for (t = 0; t < inverse_ntype(u->inverse); t++)
		if (inverse_size(u->inverse, t) > u->size)
			u->size = inverse_size(u->inverse, t);
	if (u->size < f->record_length)
		u->size = f->record_length;
	if (u->size < f->max_length)
		u->size = f->max_length;
	if (u->size < u->framing.record_length)
		u->size = u->framing.record_length;
	u->batch = plan_batch_records(u->job->plan);
	if (u->batch > BATCH_MAX)
		u->batch = BATCH_MAX;
	if ((uint64_t)u->batch * u->size > SLAB_BYTES)
		u->batch = SLAB_BYTES / u->size;
	if (u->batch == 0)
		u->batch = 1;
	u->null_codes = arena_array(u->arena, inverse_nquery(u->inverse) + 1,
	    sizeof *u->null_codes);
	for (t = 0; t < inverse_nquery(u->inverse); t++)
		u->null_codes[t] = arena_array(u->arena, query_columns(u, t) +
		    1, sizeof **u->null_codes);
	u->wrong = arena_array(u->arena, inverse_ntype(u->inverse),
	    sizeof *u->wrong);
	u->turn = arena_array(u->arena, u->batch, sizeof *u->turn);
	u->type = arena_array(u->arena, u->batch, sizeof *u->type);
	u->of = arena_array(u->arena, u->batch, sizeof *u->of);
}

static void
tables_write(struct unload *u)
{
	const struct made_source s = { u, tables_restart, tables_next,
	    tables_judge, tables_again };
	struct unload_tables_result *r = u->result;
	uint32_t t;

	u->walk = unload_walk_new(u->arena, u->inverse, u->rows);
	u->check = unload_check_new(u->arena, u->job, u->inverse);
	tables_sizes(u);
	r->failed = !made_write(u->arena, u->diags, u->job, &u->framing, &s,
	    u->options->path, &r->made) && !r->refused;
	r->left_out = u->now.n;
	r->dependents = unload_walk_dependents(u->walk);
	if (u->told > UNLOAD_TOLD)
		diag_add(u->diags, DIAG_F049, NOWHERE, "%llu more",
		    (unsigned long long)(u->told - UNLOAD_TOLD));
	if (r->failed || r->refused)
		return;
	for (t = 0; t < inverse_ntype(u->inverse); t++)
		if (inverse_type(u->inverse, t)->written)
			tell_left(u, t);
	tell_null_codes(u);
	tell_lost(u);
}

struct unload_tables_result *
unload_tables(struct arena *a, struct diags *ds, const struct job *j,
    const struct unload_options *o, const char *target,
    const volatile int *interrupted)
{
	struct unload_tables_result *r = arena_zalloc(a, sizeof *r);
	struct unload u = { .arena = a, .diags = ds, .job = j, .options = o,
	    .result = r };

	r->failed = true;
	if (!unload_framing(ds, j, o, &u.framing) || !tables_fit(&u))
		return r;
	u.inverse = inverse_new(a, ds, j->plan);
	if (u.inverse == NULL)
		return r;
	u.rows = unload_rows_new(a, ds, j, u.inverse, target, interrupted);
	if (u.rows == NULL)
		return r;
	arena_init(&u.turns[0]);
	arena_init(&u.turns[1]);
	tables_write(&u);
	arena_fini(&u.turns[0]);
	arena_fini(&u.turns[1]);
	mem_free(u.before.v);
	mem_free(u.now.v);
	unload_walk_free(u.walk);
	unload_rows_free(u.rows);
	return r;
}
