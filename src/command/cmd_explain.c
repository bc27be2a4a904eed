/*
 * decant explain: what a load would run and make.  The tables with their
 * types, the column program, and the target's statements.
 */
#include <string.h>

#include "command/command.h"
#include "command/constraints.h"
#include "flow/members.h"
#include "base/json.h"
#include "report/table.h"
#include "sink/sink.h"

struct explain_args {
	struct common_args common;
	const char *to;
	struct opt_list include;
	bool json;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct explain_args, to),
	    .help = "explain for this target instead of the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct explain_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct explain_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

/* The place of a column in the key, from 1; 0: it is not in it. */
static uint32_t
key_place(const struct schema_table *t, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++)
		if (t->key[i] == column)
			return i + 1;
	return 0;
}

static void
put_table(struct invocation *in, const struct job *job,
    const struct schema_table *st)
{
	static const struct table_column column[] = { { "column", false },
	    { "type", false }, { "in the target", false }, { "null", false },
	    { "key", true } };
	const struct schema_column *c;
	struct table t;
	struct buf type;
	char name[64];
	uint32_t i, key, table;

	table_init(&t, &in->arena, column, 5);
	buf_init(&type, 1024);
	for (i = 0; i < st->ncolumn; i++) {
		c = &st->column[i];
		key = key_place(st, i);
		table_text(&t, c->name);
		table_cell(&t, name, sqltype_format(name, &c->type));
		buf_clear(&type);
		if (job->target != NULL)
			sink_type(&type, job->target, c);
		table_cell(&t, type.p, type.len);
		table_text(&t, c->not_null || key > 0 ? "not null" : "");
		if (key > 0)
			table_printf(&t, "%u", key);
		else
			table_text(&t, "");
	}
	buf_fini(&type);
	buf_printf(&in->out, "table %s\n\n", st->name);
	table_render(&t, &in->out, in->color_out);
	buf_putc(&in->out, '\n');
	table = (uint32_t)(st - plan_schema(job->plan)->table);
	constraints_show(&in->out, &in->arena, job, table, in->color_out);
	if (constraints_count(plan_schema(job->plan), table) > 0)
		buf_putc(&in->out, '\n');
}

static void
json_column(struct json *j, const struct job *job,
    const struct schema_table *st, uint32_t i)
{
	const struct schema_column *c = &st->column[i];
	struct buf type;
	char name[64];

	json_open(j, NULL, '{');
	json_text(j, "name", c->name);
	json_bytes(j, "type", name, sqltype_format(name, &c->type));
	if (job->target != NULL) {
		buf_init(&type, 1024);
		sink_type(&type, job->target, c);
		json_bytes(j, "in_target", type.p, type.len);
		buf_fini(&type);
	}
	json_bool(j, "not_null", c->not_null || key_place(st, i) > 0);
	json_uint(j, "key", key_place(st, i));
	if (c->comment != NULL)
		json_text(j, "comment", c->comment);
	json_close(j, '}');
}

static struct sink_options
named_as(const struct job *job)
{
	return (struct sink_options){ .schema = job->mapping->schema != NULL ?
	    job->mapping->schema : plan_schema(job->plan)->name };
}

/* What the text has, as members of an object. */
static void
explain_json(struct json *j, const struct job *job)
{
	const struct schema *s = plan_schema(job->plan);
	struct sink_options so = named_as(job);
	struct buf text;
	uint32_t t, i;

	buf_init(&text, 1u << 30);
	json_open(j, "tables", '[');
	for (t = 0; t < s->ntable; t++) {
		json_open(j, NULL, '{');
		json_text(j, "name", s->table[t].name);
		if (s->table[t].comment != NULL)
			json_text(j, "comment", s->table[t].comment);
		json_open(j, "columns", '[');
		for (i = 0; i < s->table[t].ncolumn; i++)
			json_column(j, job, &s->table[t], i);
		json_close(j, ']');
		constraints_json(j, job, t);
		json_close(j, '}');
	}
	json_close(j, ']');
	plan_explain(&text, job->plan);
	json_bytes(j, "program", text.p, text.len);
	buf_clear(&text);
	if (job->target != NULL)
		sink_ddl(&text, job->target, s, &so);
	if (text.len > 0)
		json_bytes(j, "statements", text.p, text.len);
	buf_fini(&text);
}

static void
explain_text(struct invocation *in, const struct job *job)
{
	const struct schema *schema = plan_schema(job->plan);
	struct sink_options so = named_as(job);
	size_t before;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		put_table(in, job, &schema->table[i]);
	buf_puts(&in->out, "program\n\n");
	plan_explain(&in->out, job->plan);
	if (job->target == NULL)
		return;
	buf_puts(&in->out, "\nstatements\n\n");
	before = in->out.len;
	sink_ddl(&in->out, job->target, schema, &so);
	if (in->out.len == before)
		buf_puts(&in->out, "none: the target is no database\n");
}

static void
explain_members(struct invocation *in, struct json *j,
    const struct members *m)
{
	uint32_t i;

	if (j != NULL)
		json_open(j, "members", '[');
	for (i = 0; i < m->n; i++) {
		if (j == NULL) {
			buf_printf(&in->out, "%smember %s\n\n", i > 0 ?
			    "\n" : "", m->v[i].name);
			explain_text(in, m->v[i].job);
			continue;
		}
		json_open(j, NULL, '{');
		json_text(j, "name", m->v[i].name);
		explain_json(j, m->v[i].job);
		json_close(j, '}');
	}
	if (j != NULL)
		json_close(j, ']');
}

static enum status
explain_run(struct invocation *in)
{
	const struct explain_args *args = in->args;
	struct job_options o = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n };
	const char *path = in->operand.v[0];
	struct members *members = NULL;
	struct json j = { .b = &in->out };
	struct job *job = NULL;
	bool usage;

	if (dataset_file_is(path))
		members = members_new(&in->arena, &in->diags, path, &o, NULL,
		    0, &usage);
	else
		job = job_new(&in->arena, &in->diags, path, &o);
	if (job == NULL && members == NULL)
		return STATUS_FAILED;
	if (args->json)
		json_open(&j, NULL, '{');
	if (members != NULL)
		explain_members(in, args->json ? &j : NULL, members);
	else if (args->json)
		explain_json(&j, job);
	else
		explain_text(in, job);
	if (args->json) {
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	}
	return STATUS_CLEAN;
}

const struct command cmd_explain = {
	.name = "explain",
	.operands = "MAPPING",
	.summary = "show the tables, the program and the statements",
	.about =
	    "Shows what a load of MAPPING would do: its tables with their\n"
	    "types and constraints, the column program that makes their rows,\n"
	    "and the statements that make the tables in the target. Reads no\n"
	    "data. Of a dataset file, each member is shown.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct explain_args),
	.min = 1, .max = 1,
	.run = explain_run,
};
