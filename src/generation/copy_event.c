/*
 * What the ledger is told of a copy; see copy_impl.h.
 *
 * "started" and "staged" have what those of a load have, of the source's
 * generation; `origin` says where it is from.
 */
#include "generation/copy_impl.h"

#include <string.h>

#include "base/json.h"
#include "generation/change.h"
#include "generation/hashes.h"
#include "generation/schema_json.h"

#define DATA_MAX	(64u << 20)

static void
put_tables(struct json *j, const struct copy_run *r, bool rows)
{
	const struct generation *g = &r->gen;
	uint32_t i, k;

	json_open(j, "tables", '[');
	for (i = 0; i < g->ntable; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", g->table[i].name);
		json_uint(j, "home", g->table[i].home);
		json_uint(j, "rows", rows ? r->result->table[i].to.rows : 0);
		json_open(j, "key", '[');
		for (k = 0; k < g->table[i].nkey; k++)
			json_text(j, NULL, g->table[i].key[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	schema_json_put(j, "schema", &r->plan.schema);
}

/* The source's texts and inputs: the target's generation was made of them. */
static void
put_made_of(struct json *j, const struct generation *g)
{
	uint32_t i;

	json_open(j, "texts", '[');
	for (i = 0; g != NULL && i < g->ntext; i++) {
		json_open(j, NULL, '{');
		json_text(j, "path", g->text[i].path);
		json_text(j, "sha256", g->text[i].sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "inputs", '[');
	for (i = 0; g != NULL && i < g->ninput; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", g->input[i].name);
		json_text(j, "sha256", g->input[i].sha256);
		json_uint(j, "bytes", g->input[i].bytes);
		if (g->input[i].sample[0] != '\0')
			json_text(j, "sample", g->input[i].sample);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Where it comes from. */
static void
put_origin(struct json *j, const struct copy_run *r)
{
	const struct ledger *l = &r->source.ledger;

	json_open(j, "origin", '{');
	json_text(j, "database", r->from.description);
	json_text(j, "kind", r->from.kind == DB_SQLITE ? "sqlite" :
	    "postgresql");
	json_text(j, "dataset", r->plan.dataset);
	if (r->plan.gen != NULL)
		json_uint(j, "generation", r->plan.gen->number);
	if (l->n > 0) {
		json_uint(j, "events", l->n);
		json_text(j, "hash", l->event[l->n - 1].hash);
	}
	json_text(j, "shape", r->shape);
	json_close(j, '}');
}

static const char *
finish(struct copy_run *r, struct json *j)
{
	const char *text;

	buf_printf(j->b, ",%s", r->who);
	json_close(j, '}');
	text = arena_strdup(r->arena, j->b->p);
	buf_fini(j->b);
	return text;
}

static void
put_change(struct json *j, struct copy_run *r)
{
	const char *work = r->plan.gen != NULL && r->plan.gen->work != NULL &&
	    *r->plan.gen->work != '\0' ? r->plan.gen->work : r->shape;

	json_text(j, "work", work);
	json_text(j, "change", change_id(r->arena, dataset_live(&r->target),
	    work));
}

const char *
copy_started_data(struct copy_run *r)
{
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_uint(&j, "version", r->plan.gen == NULL ? 0 :
	    r->plan.gen->version);
	put_change(&j, r);
	json_uint(&j, "checkpoint", 0);
	put_made_of(&j, r->plan.gen);
	put_tables(&j, r, false);
	put_origin(&j, r);
	return finish(r, &j);
}

const char *
copy_staged_data(struct copy_run *r)
{
	const struct generation *g = r->plan.gen;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	put_change(&j, r);
	json_uint(&j, "rejected", g == NULL ? 0 : g->rejected);
	json_fixed(&j, "seconds", r->result->read_seconds, 3);
	if (g != NULL && g->as_of != NULL)
		json_text(&j, "as_of", g->as_of);
	put_made_of(&j, g);
	put_tables(&j, r, true);
	return finish(r, &j);
}

const char *
copy_copied_data(struct copy_run *r, const char *sha256)
{
	struct hashes h = { .n = r->plan.ntable };
	struct buf b;
	struct json j = { .b = &b };
	uint32_t i;

	h.v = arena_array(r->arena, h.n + 1, sizeof *h.v);
	for (i = 0; i < h.n; i++)
		h.v[i] = (struct table_hash){ r->result->table[i].name,
		    r->result->table[i].to };
	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	put_origin(&j, r);
	if (*sha256 != '\0')
		json_text(&j, "ledger", sha256);
	hashes_json(&j, "hashes", &h);
	json_open(&j, "not_carried", '[');
	for (i = 0; i < r->plan.nleft; i++)
		json_text(&j, NULL, r->plan.left[i]);
	json_close(&j, ']');
	return finish(r, &j);
}
