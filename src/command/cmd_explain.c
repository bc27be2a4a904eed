/*
 * decant explain: what a load would run and make.  The tables with their
 * types, the column program, and the target's statements.
 */
#include <string.h>

#include "command/command.h"
#include "flow/job.h"
#include "report/table.h"
#include "sink/sink.h"

struct explain_args {
	struct common_args common;
	const char *to;
	struct opt_list include;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct explain_args, to),
	    .help = "explain for this target instead of the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct explain_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
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
	uint32_t i, key;

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
}

static enum status
explain_run(struct invocation *in)
{
	const struct explain_args *args = in->args;
	struct job_options o = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n };
	struct job *job = job_new(&in->arena, &in->diags, in->operand.v[0], &o);
	struct sink_options so = { 0 };
	const struct schema *schema;
	size_t before;
	uint32_t i;

	if (job == NULL)
		return STATUS_FAILED;
	schema = plan_schema(job->plan);
	so.schema = job->mapping->schema != NULL ? job->mapping->schema :
	    schema->name;
	for (i = 0; i < schema->ntable; i++)
		put_table(in, job, &schema->table[i]);
	buf_puts(&in->out, "program\n\n");
	plan_explain(&in->out, job->plan);
	if (job->target == NULL)
		return STATUS_CLEAN;
	buf_puts(&in->out, "\nstatements\n\n");
	before = in->out.len;
	sink_ddl(&in->out, job->target, schema, &so);
	if (in->out.len == before)
		buf_puts(&in->out, "none: the target is no database\n");
	return STATUS_CLEAN;
}

const struct command cmd_explain = {
	.name = "explain",
	.operands = "MAPPING",
	.summary = "show the tables, the program and the statements",
	.about =
	    "Shows what a load of MAPPING would do: its tables with their\n"
	    "types, the column program that makes their rows, and the\n"
	    "statements that make the tables in the target. Reads no data.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct explain_args),
	.min = 1, .max = 1,
	.run = explain_run,
};
