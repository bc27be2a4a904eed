/*
 * What the ledger is told of a run; see run_impl.h.
 */
#include "generation/run_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "generation/run_parts.h"
#include "generation/schema_json.h"
#include "generation/who.h"
#include "generation/writes.h"
#include "plan/left_out.h"

#define DATA_MAX	(64u << 20)

/* --- what is told of a run ----------------------------------------------- */

static void
put_tables(struct json *j, const struct run *r)
{
	const struct generation *g = &r->plan;
	uint32_t i, k;

	json_open(j, "tables", '[');
	for (i = 0; i < g->ntable; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", g->table[i].name);
		json_uint(j, "home", g->table[i].home);
		if (g->table[i].base != 0)
			json_uint(j, "base", g->table[i].base);
		if (g->table[i].logged != 0)
			json_uint(j, "logged", g->table[i].logged);
		json_uint(j, "rows", g->table[i].rows);
		json_open(j, "key", '[');
		for (k = 0; k < g->table[i].nkey; k++)
			json_text(j, NULL, g->table[i].key[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	schema_json_put(j, "schema", r->schema);
}

const char *
run_started_data(struct run *r)
{
	const char *work = change_work(&r->change, r->arena,
	    r->o->checkpoint > 0);
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_uint(&j, "version", r->set->version);
	parts_json(&j, r->set, &r->change);
	json_text(&j, "work", work);
	json_text(&j, "change", change_id(r->arena,
	    dataset_live(&r->dataset), work));
	json_uint(&j, "checkpoint", r->o->checkpoint);
	if (r->o->retry != NULL)
		retry_json(&j, r->o->retry);
	change_json(&j, &r->change);
	put_tables(&j, r);
	buf_printf(&b, ",%s", r->who);
	json_close(&j, '}');
	text = arena_strdup(r->arena, b.p);
	buf_fini(&b);
	return text;
}

static void
put_controls(struct json *j, const struct load_result *l)
{
	uint32_t i;

	for (i = 0; i < l->ncontrol; i++) {
		json_open(j, NULL, '{');
		json_text(j, "control", l->control[i].text);
		json_uint(j, "spans", l->control[i].spans);
		json_text(j, "left", l->control[i].left);
		json_text(j, "right", l->control[i].right);
		json_close(j, '}');
	}
}

/* Middle names that were left out of columns, if some were. */
static void
put_names(struct json *j, const struct run *r)
{
	uint32_t i, n, any = 0;

	for (i = 0; i < r->set->npart; i++)
		if (r->set->part[i].load != NULL) {
			omissions_of(r->set->part[i].load->omissions, &n);
			any += n;
		}
	if (any == 0)
		return;
	json_open(j, "names", '[');
	for (i = 0; i < r->set->npart; i++)
		if (r->set->part[i].load != NULL)
			omissions_json(r->set->part[i].load->omissions, j);
	json_close(j, ']');
}

/* What all parts come to. */
static void
put_counts(struct json *j, const struct run *r)
{
	struct load_result all = { .read = 0 };
	const struct load_result *l;
	uint32_t i;

	for (i = 0; i < r->set->npart; i++) {
		l = r->set->part[i].load;
		if (l == NULL)
			continue;
		all.read += l->read;
		all.loaded += l->loaded;
		all.rejected += l->rejected;
		all.skipped += l->skipped;
		all.fragments += l->fragments;
		all.bytes += l->bytes;
		all.seconds += l->seconds;
		all.as_of = all.as_of == NULL ? l->as_of : all.as_of;
		all.rejects = all.rejects == NULL ? l->rejects : all.rejects;
	}
	json_uint(j, "read", all.read);
	json_uint(j, "loaded", all.loaded);
	json_uint(j, "rejected", all.rejected);
	json_uint(j, "skipped", all.skipped);
	json_uint(j, "fragments", all.fragments);
	json_uint(j, "bytes", all.bytes);
	json_fixed(j, "seconds", all.seconds, 3);
	json_text(j, "as_of", all.as_of);
	json_text(j, "rejects", all.rejects);
}

const char *
run_staged_data(struct run *r)
{
	const char *work = change_work(&r->change, r->arena, true);
	const char *text;
	struct buf b;
	struct json j = { .b = &b };
	uint32_t i;

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_text(&j, "work", work);
	json_text(&j, "change", change_id(r->arena,
	    dataset_live(&r->dataset), work));
	put_counts(&j, r);
	json_text(&j, "directory", who_directory(r->arena));
	parts_json(&j, r->set, &r->change);
	if (r->o->retry != NULL)
		retry_json(&j, r->o->retry);
	json_open(&j, "controls", '[');
	for (i = 0; i < r->set->npart; i++)
		if (r->set->part[i].load != NULL)
			put_controls(&j, r->set->part[i].load);
	json_close(&j, ']');
	put_names(&j, r);
	change_json(&j, &r->change);
	put_tables(&j, r);
	json_close(&j, '}');
	text = arena_strdup(r->arena, b.p);
	buf_fini(&b);
	return text;
}

const char *
run_failed_data(struct run *r)
{
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	put_counts(&j, r);
	json_text(&j, "directory", who_directory(r->arena));
	parts_json(&j, r->set, &r->change);
	json_close(&j, '}');
	text = arena_strdup(r->arena, b.p);
	buf_fini(&b);
	return text;
}

bool
run_event(struct run *r, const char *kind, const char *data)
{
	struct ledger *l = &r->dataset.ledger;
	uint32_t n = l->n;

	if (db_begin(&r->db) && ledger_add(l, kind, r->plan.number, data) &&
	    db_commit(&r->db))
		return dataset_fold(&r->dataset);
	db_roll_back(&r->db);
	ledger_forget(l, n);
	return false;
}

/* --- rows that were copied ------------------------------------------------ */

bool
run_mark_writes(struct run *r)
{
	const struct generation *live = dataset_live(&r->dataset);
	const struct generation *resumed = dataset_find(&r->dataset,
	    r->resumed);
	struct gen_table *t;
	uint32_t i;

	for (i = 0; i < r->plan.ntable; i++) {
		t = &r->plan.table[i];
		if (t->base == 0)
			continue;
		if (resumed != NULL && i < resumed->ntable)
			t->logged = resumed->table[i].logged;
		else if (!writes_mark(&r->dataset, generation_find_table(live,
		    t->name), t->home, &t->logged))
			return false;
	}
	return true;
}

bool
run_count_rows(struct run *r)
{
	struct gen_table *t;
	const struct db_result *res;
	struct buf sql;
	uint32_t i;
	bool good = true;

	buf_init(&sql, 4096);
	for (i = 0; i < r->plan.ntable && good; i++) {
		t = &r->plan.table[i];
		if (t->base == 0)
			continue;
		buf_clear(&sql);
		buf_puts(&sql, "SELECT count(*) FROM ");
		db_put_table(&r->db, &sql, r->dataset.name, t->name, t->home);
		res = db_query(&r->db, r->arena, "counting rows", sql.p, 0,
		    NULL);
		good = res != NULL;
		if (good)
			t->rows = strtoull(db_cell(res, 0, 0), NULL, 10);
	}
	buf_fini(&sql);
	return good;
}
