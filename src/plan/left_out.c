/*
 * Middle names that are left out; see left_out.h.
 *
 * Ops are shared by columns that say the same, and a column of several types
 * of records has an op for each: a name_site of the plan says which register
 * is of which column.  Counts are by register, until somebody asks.
 */
#include "plan/left_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "plan/plan_impl.h"

struct omissions {
	struct arena *arena;
	const struct plan *plan;
	uint32_t nword;
	uint64_t *count;		/* [registers][nword]; NULL: no call */
};

struct omissions *
omissions_new(struct arena *a, const struct plan *p)
{
	struct omissions *o = arena_zalloc(a, sizeof *o);

	o->arena = a;
	o->plan = p;
	o->nword = p->mapping->nno_middle;
	if (p->nname_site > 0 && o->nword > 0)
		o->count = arena_array(a, (size_t)p->nreg * o->nword,
		    sizeof *o->count);
	omissions_restart(o);
	return o;
}

void
omissions_restart(struct omissions *o)
{
	if (o->count != NULL)
		memset(o->count, 0, (size_t)o->plan->nreg * o->nword *
		    sizeof *o->count);
}

/* Records of earlier batches, on which some of this one hang, were counted. */
void
omissions_put(struct omissions *o, const struct batch *b)
{
	const struct left_out *l;
	uint32_t i;

	for (i = 0; o->count != NULL && i < b->nleft_out; i++) {
		l = &b->left_out[i];
		if (l->rec < b->slab.nrec && b->verdict[l->rec] == LOADED)
			o->count[(size_t)l->reg * o->nword + l->word]++;
	}
}

static int
word_cmp(const void *x, const void *y)
{
	const struct left_out_word *a = x, *b = y;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp((const char *)a->text.p, (const char *)b->text.p);
}

/* All registers of a column; false: nothing was left out. */
static bool
column_count(struct omissions *o, struct left_out_column *c)
{
	const struct plan *p = o->plan;
	struct left_out_word *w = arena_array(o->arena, o->nword, sizeof *w);
	const struct name_site *s;
	uint32_t i, k;

	for (k = 0; k < o->nword; k++)
		w[k].text = p->mapping->no_middle[k];
	for (s = p->name_site; s < p->name_site + p->nname_site; s++)
		for (k = 0; s->table == c->table && s->column == c->column &&
		    k < o->nword; k++)
			w[k].count += o->count[(size_t)s->reg * o->nword + k];
	qsort(w, o->nword, sizeof *w, word_cmp);
	for (i = 0; i < o->nword && w[i].count > 0; i++)
		c->count += w[i].count;
	c->word = w;
	c->nword = i;
	return i > 0;
}

const struct left_out_column *
omissions_of(struct omissions *o, uint32_t *n)
{
	const struct plan *p = o->plan;
	struct left_out_column *v, *c;
	uint32_t i;

	*n = 0;
	if (o == NULL || o->count == NULL)
		return NULL;
	v = arena_array(o->arena, p->nname_site, sizeof *v);
	for (i = 0; i < p->nname_site; i++) {
		if (i > 0 && p->name_site[i].table ==
		    p->name_site[i - 1].table && p->name_site[i].column ==
		    p->name_site[i - 1].column)
			continue;
		c = &v[*n];
		*c = (struct left_out_column){ .table = p->name_site[i].table,
		    .column = p->name_site[i].column };
		if (column_count(o, c))
			++*n;
	}
	return v;
}

void
omissions_json(struct omissions *o, struct json *j)
{
	const struct schema *s = &o->plan->schema;
	const struct left_out_column *c;
	uint32_t n, i, k;

	c = omissions_of(o, &n);
	for (i = 0; i < n; i++, c++) {
		json_open(j, NULL, '{');
		json_text(j, "table", s->table[c->table].name);
		json_text(j, "column",
		    s->table[c->table].column[c->column].name);
		json_uint(j, "left_out", c->count);
		json_open(j, "words", '[');
		for (k = 0; k < c->nword; k++) {
			json_open(j, NULL, '{');
			json_bytes(j, "word", (const char *)c->word[k].text.p,
			    c->word[k].text.len);
			json_uint(j, "count", c->word[k].count);
			json_close(j, '}');
		}
		json_close(j, ']');
		json_close(j, '}');
	}
}
