/*
 * The content of a generation; see hashes.h.
 */
#include "generation/hashes.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts.h"

static struct reader_column *
columns_known(struct arena *a, const struct schema_table *t, uint32_t *n)
{
	struct reader_column *c = arena_array(a, t->ncolumn + 1, sizeof *c);
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		c[i] = (struct reader_column){ t->column[i].name,
		    t->column[i].type, t->column[i].scale,
		    t->column[i].sqlite };
	*n = t->ncolumn;
	return c;
}

/* Tables that were there before decant: as the catalogs have them. */
static struct reader_column *
columns_found(struct arena *a, const struct table_facts *facts, uint32_t *n)
{
	const struct table_facts f = *facts;
	struct reader_column *c = arena_array(a, f.ncolumn + 1, sizeof *c);
	uint32_t i;

	for (i = 0; i < f.ncolumn; i++) {
		c[i] = (struct reader_column){ .name = f.column[i].name,
		    .type = f.column[i].type,
		    .scale = f.column[i].type.scale };
		/* of a type that decant does not know: what it prints as */
		if (!f.column[i].known)
			c[i].type = (struct sqltype){ .kind = SQL_TEXT };
	}
	*n = f.ncolumn;
	return c;
}

struct reader_column *
hashes_columns(struct db *db, struct arena *a, const char *schema,
    const struct gen_table *t, uint32_t home, uint32_t *n)
{
	struct table_facts f;

	if (!table_facts_read(db, a, schema, t->name, home, &f))
		return NULL;
	if (f.what == NULL) {
		diag_hint(db->diags, diag_add(db->diags, DIAG_L014, NOWHERE,
		    "table '%s' is not there any more", t->name),
		    "somebody has dropped it; load it again");
		return NULL;
	}
	return t->columns != NULL ? columns_known(a, t->columns, n) :
	    columns_found(a, &f, n);
}

bool
hashes_of(struct db *db, const struct dataset *d, const struct generation *g,
    struct hashes *h)
{
	const struct generation *live = dataset_live(d);
	const struct gen_table *now;
	struct reader_column *column;
	uint32_t i, n, home;
	struct buf relation;
	bool good = true;

	*h = (struct hashes){ .v = arena_array(d->arena, g->ntable + 1,
	    sizeof *h->v) };
	buf_init(&relation, 4096);
	for (i = 0; i < g->ntable && good; i++) {
		now = generation_find_table(live, g->table[i].name);
		home = now != NULL && now->home == g->table[i].home ? 0 :
		    g->table[i].home;
		column = hashes_columns(db, d->arena, d->name, &g->table[i],
		    home, &n);
		buf_clear(&relation);
		db_put_table(db, &relation, d->name, g->table[i].name, home);
		h->v[i].table = g->table[i].name;
		good = column != NULL && content_hash_table(db, relation.p,
		    column, n, &h->v[i].hash);
		h->n++;
	}
	buf_fini(&relation);
	return good;
}

const char *
hashes_differ(const struct hashes *x, const struct hashes *y)
{
	uint32_t i, k;

	for (i = 0; i < x->n; i++) {
		for (k = 0; k < y->n; k++)
			if (strcmp(x->v[i].table, y->v[k].table) == 0)
				break;
		if (k == y->n || !content_hash_is_same(&x->v[i].hash,
		    &y->v[k].hash))
			return x->v[i].table;
	}
	return x->n == y->n ? NULL : y->v[0].table;
}

void
hashes_json(struct json *j, const char *key, const struct hashes *h)
{
	char text[CONTENT_HASH_TEXT];
	uint32_t i;

	json_open(j, key, '[');
	for (i = 0; i < h->n; i++) {
		content_hash_format(text, &h->v[i].hash);
		json_open(j, NULL, '{');
		json_text(j, "table", h->v[i].table);
		json_text(j, "hash", text);
		json_close(j, '}');
	}
	json_close(j, ']');
}
