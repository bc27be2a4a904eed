/*
 * Constraints in words; see constraints.h.
 */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/constraints.h"
#include "flow/job.h"
#include "base/json.h"
#include "report/table.h"
#include "sink/sink.h"

#define TEXT_MAX	(1u << 20)

static const char *const kinds[] = {
	[CONSTRAINT_UNIQUE] = "unique", [CONSTRAINT_FOREIGN] = "foreign key",
	[CONSTRAINT_CHECK] = "check", [CONSTRAINT_INDEX] = "index",
	[CONSTRAINT_OUTSIDE] = "foreign key",
};

static bool
is_of(const struct schema *s, uint32_t n, uint32_t table)
{
	return table == ALL_TABLES || s->constraint[n].table == table;
}

uint32_t
constraints_count(const struct schema *s, uint32_t table)
{
	uint32_t i, n = 0;

	for (i = 0; i < s->nconstraint; i++)
		n += is_of(s, i, table);
	return n;
}

/* decant evaluates checks itself, whatever the target does. */
static const char *
holder(const struct job *job, const struct schema_constraint *k)
{
	bool target = sink_holds(job->target, plan_schema(job->plan), k);

	if (k->kind == CONSTRAINT_INDEX)
		return target ? "target" : "";
	if (k->kind == CONSTRAINT_CHECK)
		return target ? "decant, target" : "decant";
	if (k->kind == CONSTRAINT_OUTSIDE)
		return "decant";
	return target ? "target" : job->target == NULL ? "" : "nobody";
}

static void
put_columns(struct buf *b, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		buf_printf(b, "%s%s", i > 0 ? ", " : "",
		    t->column[column[i]].name);
}

static void
put_what(struct buf *b, const struct schema *s,
    const struct schema_constraint *k)
{
	if (k->kind == CONSTRAINT_CHECK) {
		buf_puts(b, k->text);
		return;
	}
	put_columns(b, &s->table[k->table], k->column, k->ncolumn);
	if (k->kind == CONSTRAINT_OUTSIDE)
		buf_printf(b, " references %s", k->outside->name);
	if (k->kind != CONSTRAINT_FOREIGN)
		return;
	buf_printf(b, " references %s (", s->table[k->to_table].name);
	put_columns(b, &s->table[k->to_table], k->to, k->ncolumn);
	buf_putc(b, ')');
}

void
constraints_show(struct buf *out, struct arena *a, const struct job *job,
    uint32_t table, bool color)
{
	static const struct table_column column[] = { { "constraint", false },
	    { "of", false }, { "name", false }, { "held by", false } };
	const struct schema *s = plan_schema(job->plan);
	const struct schema_constraint *k;
	struct table t;
	struct buf b;
	uint32_t i;

	if (constraints_count(s, table) == 0)
		return;
	table_init(&t, a, column, 4);
	t.width_max = 70;
	buf_init(&b, TEXT_MAX);
	for (i = 0; i < s->nconstraint; i++) {
		k = &s->constraint[i];
		if (!is_of(s, i, table))
			continue;
		buf_clear(&b);
		if (table == ALL_TABLES)
			buf_printf(&b, "%s: ", s->table[k->table].name);
		put_what(&b, s, k);
		table_text(&t, kinds[k->kind]);
		table_cell(&t, b.p, b.len);
		table_text(&t, k->name);
		table_text(&t, holder(job, k));
	}
	buf_fini(&b);
	table_render(&t, out, color);
}

static void
json_columns(struct json *j, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	json_open(j, "columns", '[');
	for (i = 0; i < n; i++)
		json_text(j, NULL, t->column[column[i]].name);
	json_close(j, ']');
}

static void
json_one(struct json *j, const struct job *job,
    const struct schema_constraint *k)
{
	const struct schema *s = plan_schema(job->plan);

	json_open(j, NULL, '{');
	json_text(j, "kind", kinds[k->kind]);
	json_text(j, "name", k->name);
	if (k->kind == CONSTRAINT_CHECK)
		json_text(j, "check", k->text);
	else
		json_columns(j, &s->table[k->table], k->column, k->ncolumn);
	if (k->kind == CONSTRAINT_FOREIGN) {
		json_open(j, "references", '{');
		json_text(j, "table", s->table[k->to_table].name);
		json_columns(j, &s->table[k->to_table], k->to, k->ncolumn);
		json_close(j, '}');
	}
	json_bool(j, "in_target", sink_holds(job->target, s, k));
	json_close(j, '}');
}

void
constraints_json(struct json *j, const struct job *job, uint32_t table)
{
	const struct schema *s = plan_schema(job->plan);
	uint32_t i;

	json_open(j, "constraints", '[');
	for (i = 0; i < s->nconstraint; i++)
		if (is_of(s, i, table))
			json_one(j, job, &s->constraint[i]);
	json_close(j, ']');
}
