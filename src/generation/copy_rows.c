/*
 * Rows from one side to the other, in lanes; see copy_impl.h.
 */
#include "generation/copy_impl.h"

#include <string.h>

#include "base/diag.h"

struct lane {
	struct copy_run *run;
	struct arena arena, from_arena;
	struct diags diags, from_diags;
	struct db own_from, own_to;
	struct db *from, *to;		/* own, or the run's */
	bool verify;
	pthread_t thread;
};

void
copy_move_diags(struct diags *to, const struct diags *from)
{
	const struct diag *d;
	struct diag *new;

	for (d = from->first; d != NULL; d = d->next) {
		new = diag_add(to, d->code, NOWHERE, "%s", d->message);
		if (d->hint != NULL)
			diag_hint(to, new, "%s", d->hint);
	}
}

const char *
copy_relation(struct copy_run *r, struct arena *a, const struct copy_table *t)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	db_put_table(&r->to, &b, r->plan.dataset, t->name, r->gen.number);
	s = arena_strdup(a, b.p);
	buf_fini(&b);
	return s;
}

/* By whichever lane nobody else is at it. */
void
copy_show(struct copy_run *r, const char *phase)
{
	struct load_progress p = { .records = r->rows, .phase = phase };

	if (r->o->progress == NULL || atomic_exchange(&r->showing, true))
		return;
	r->o->progress(r->o->progress_arg, &p);
	r->showing = false;
}

/* --- a table ------------------------------------------------------------- */

static bool
hash_side(struct lane *l, struct db *db, const char *relation,
    const struct copy_table *t, bool from, struct content_hash *h)
{
	struct reader_column *column = mem_array(t->ncolumn, sizeof *column);
	uint32_t i;
	bool good;

	for (i = 0; i < t->ncolumn; i++)
		column[i] = from ? t->column[i].from : t->column[i].to;
	good = content_hash_table(db, relation, column, t->ncolumn, h);
	mem_free(column);
	(void)l;
	return good;
}

/* The same, where a value that has no hash is no error: the table is not equal
 * then.  (Of such a column text is hashed, once the rows are read.) */
static bool
hash_if_can(struct lane *l, struct db *db, const char *relation,
    const struct copy_table *t, bool from, struct content_hash *h, bool *can)
{
	struct diags quiet, *told = db->diags;

	diags_init(&quiet, db->arena);
	db->diags = &quiet;
	*can = hash_side(l, db, relation, t, from, h);
	db->diags = told;
	if (*can || (quiet.first != NULL && quiet.first->code == DIAG_D056))
		return true;
	copy_move_diags(told, &quiet);
	return false;
}

/* A resumed run's: complete, and what the source holds? */
static bool
is_kept(struct lane *l, uint32_t i, bool *kept)
{
	struct copy_run *r = l->run;
	const struct copy_table *t = &r->plan.table[i];
	struct copy_done *d = &r->result->table[i];
	bool complete, can;

	*kept = false;
	if (!r->resumed)
		return true;
	if (!copy_is_complete(r, l->to, t, &complete))
		return false;
	if (complete) {
		if (!hash_if_can(l, l->from, t->relation, t, true, &d->from,
		    &can) || (can && !hash_if_can(l, l->to, copy_relation(r,
		    &l->arena, t), t, false, &d->to, &can)))
			return false;
		*kept = d->kept = can &&
		    content_hash_is_same(&d->from, &d->to);
	}
	return *kept || copy_drop_table(r, l->to, t);
}

static bool
put_batch(struct copy_writer *w, struct pipe_batch *b)
{
	struct rowset rows = { .n = b->n, .row = w->row, .col = w->col };
	uint32_t i;

	for (i = 0; i < w->t->written.ncolumn; i++)
		w->col[i] = &b->col[w->t->index[i]];
	return w->db->kind == DB_SQLITE ? copy_sqlite_put(w, &rows) :
	    copy_postgres_put(w, &rows, &b->arena);
}

static bool
pour(struct lane *l, struct copy_writer *w, struct content_hash *h,
    uint32_t *as_text)
{
	struct copy_run *r = l->run;
	struct pipe_batch *b;
	struct copy_pipe p;
	struct buf scratch;
	bool good = true;

	if (!copy_pipe_open(&p, r, l->from, w->t))
		return false;
	buf_init(&scratch, SIZE_MAX / 2);
	while (good && (b = copy_pipe_next(&p)) != NULL) {
		content_hash_add(h, &scratch, b->col, w->t->ncolumn, b->n);
		good = !r->failed && !db_is_interrupted(w->db) &&
		    put_batch(w, b);
		r->rows += b->n;
		copy_pipe_done(&p);
		copy_show(r, "copying");
	}
	buf_fini(&scratch);
	good = copy_pipe_close(&p) && good;
	*as_text = p.as_text;
	return good;
}

static bool
pour_table(struct lane *l, uint32_t i, const uint32_t *row, uint32_t *as_text)
{
	const struct copy_table *t = &l->run->plan.table[i];
	struct copy_done *d = &l->run->result->table[i];
	bool lite = l->to->kind == DB_SQLITE, good;
	struct copy_writer w = { .run = l->run, .db = l->to, .t = t,
	    .row = row };

	d->from = d->to = (struct content_hash){ 0, 0 };
	w.col = mem_array(t->written.ncolumn, sizeof *w.col);
	buf_init(&w.out, SIZE_MAX / 2);
	good = (lite ? copy_sqlite_begin(&w) : copy_postgres_begin(&w)) &&
	    pour(l, &w, &d->from, as_text) &&
	    (lite ? copy_sqlite_end(&w) : copy_postgres_end(&w));
	if (!good)
		lite ? copy_sqlite_abort(&w) : copy_postgres_abort(&w);
	buf_fini(&w.out);
	mem_free(w.col);
	return good;
}

/* The table is this lane's alone; its form in the target stays. */
static void
read_as_text(struct copy_table *t, uint32_t column)
{
	const struct sqltype text = { .kind = SQL_TEXT };
	struct copy_column *c = &t->column[column];
	uint32_t i;

	c->from.type = c->to.type = text;
	c->from.scale = c->to.scale = 0;
	c->as_text = t->as_text = true;
	for (i = 0; i < t->written.ncolumn; i++)
		if (t->index[i] == column) {
			t->written.column[i].type = text;
			t->written.column[i].scale = 0;
		}
}

static bool
copy_table_rows(struct lane *l, uint32_t i)
{
	struct copy_run *r = l->run;
	uint32_t row[COPY_BATCH], k, as_text = COPY_NO_COLUMN;
	bool kept, good;

	if (!is_kept(l, i, &kept) || kept)
		return kept;
	for (k = 0; k < COPY_BATCH; k++)
		row[k] = k;
	while (!(good = pour_table(l, i, row, &as_text)) &&
	    as_text != COPY_NO_COLUMN && !r->failed) {
		read_as_text(&r->plan.table[i], as_text);
		as_text = COPY_NO_COLUMN;
	}
	return good;
}

static bool
verify_table(struct lane *l, uint32_t i)
{
	struct copy_run *r = l->run;
	const struct copy_table *t = &r->plan.table[i];
	struct copy_done *d = &r->result->table[i];

	copy_show(r, "verifying");
	if (d->kept)
		return true;
	return hash_side(l, l->to, copy_relation(r, &l->arena, t), t, false,
	    &d->to);
}

/* --- lanes --------------------------------------------------------------- */

static void *
lane_run(void *arg)
{
	struct lane *l = arg;
	struct copy_run *r = l->run;
	uint32_t i;

	while (!r->failed && (i = r->next++) < r->plan.ntable)
		if (!(l->verify ? verify_table(l, i) : copy_table_rows(l, i)))
			r->failed = true;
	return NULL;
}

static void
use_diags(struct db *db, struct arena *a, struct diags *ds)
{
	diags_init(ds, a);
	db->diags = ds;
	db->arena = a;
#ifdef HAVE_LIBPQ
	db->pg.diags = ds;
#endif
	db->lite.diags = ds;
}

static bool
lane_open(struct lane *l)
{
	struct copy_run *r = l->run;

	if (!l->verify && !copy_source_again(r, &l->own_from))
		return false;
	if (!db_open_again(&l->own_to, &r->to) || (l->verify &&
	    !copy_enter_snapshot(&l->own_to, r->arena, r->to_snapshot)))
		return false;
	l->from = &l->own_from;
	l->to = &l->own_to;
	if (!l->verify)
		use_diags(l->from, &l->from_arena, &l->from_diags);
	use_diags(l->to, &l->arena, &l->diags);
	return true;
}

static void
lane_init(struct lane *l, struct copy_run *r, bool verify)
{
	*l = (struct lane){ .run = r, .verify = verify };
	arena_init(&l->arena);
	arena_init(&l->from_arena);
	diags_init(&l->diags, &l->arena);
	diags_init(&l->from_diags, &l->from_arena);
	l->own_from.kind = l->own_to.kind = DB_POSTGRES;
}

static void
lane_fini(struct lane *l)
{
	copy_move_diags(l->run->diags, &l->diags);
	copy_move_diags(l->run->diags, &l->from_diags);
	if (l->own_from.open) {
		db_roll_back(&l->own_from);
		db_close(&l->own_from);
	}
	if (l->own_to.open) {
		db_roll_back(&l->own_to);
		db_close(&l->own_to);
	}
	arena_fini(&l->arena);
	arena_fini(&l->from_arena);
}

static bool
run_lanes(struct copy_run *r, bool verify)
{
	uint32_t n = r->nlane < r->plan.ntable ? r->nlane : r->plan.ntable;
	struct lane *lane = mem_array(n, sizeof *lane);
	uint32_t i, started = 1;

	r->next = 0;
	r->failed = false;
	for (i = 0; i < n; i++)
		lane_init(&lane[i], r, verify);
	lane[0].from = &r->from;
	lane[0].to = &r->to;
	for (i = 1; i < n && !r->failed; i++) {
		if (!lane_open(&lane[i]))
			r->failed = true;
		else if (pthread_create(&lane[i].thread, NULL, lane_run,
		    &lane[i]) != 0)
			break;
		else
			started++;
	}
	lane_run(&lane[0]);
	for (i = 1; i < started; i++)
		pthread_join(lane[i].thread, NULL);
	for (i = 0; i < n; i++)
		lane_fini(&lane[i]);
	mem_free(lane);
	return !r->failed;
}

bool
copy_rows(struct copy_run *r)
{
	return run_lanes(r, false);
}

bool
copy_verify(struct copy_run *r)
{
	bool good = copy_target_snapshot(r, &r->to) && run_lanes(r, true);

	db_roll_back(&r->to);
	return good;
}
