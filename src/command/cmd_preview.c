/*
 * decant preview: the first records as rows, the way they would be loaded,
 * and the rejects among them with their reasons.  Touches no target.
 */
#include <stdint.h>

#include "command/command.h"
#include "flow/load.h"
#include "report/json.h"
#include "report/summary.h"
#include "report/table.h"
#include "sink/sink_preview.h"

#define RECORDS_DEFAULT	10u
#define RECORDS_MAX	1000000u
#define CELL_WIDTH	200u	/* of a cell; --json has it whole */

struct preview_args {
	struct common_args common;
	const char *to;
	uint64_t records;
	struct opt_list include;
	bool json, expanded;
};

static const struct opt options[] = {
	{ .name = "records", .letter = 'n', .kind = OPT_COUNT,
	    .metavar = "N", .at = offsetof(struct preview_args, records),
	    .help = "read N records (10)", .min = 1, .max = RECORDS_MAX },
	{ .name = "expanded", .letter = 'x', .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, expanded),
	    .help = "a line for each column, as on narrow terminals" },
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct preview_args, to),
	    .help = "as this target would take it, not the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct preview_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

static bool
is_number(const struct schema_column *c)
{
	switch (sqltype_vtype(&c->type)) {
	case V_I64:
	case V_D128:
	case V_F64:
		return true;
	default:
		return false;
	}
}

/* A title that the mapping's author chose, fit for a terminal. */
static const char *
shown(struct arena *a, const char *name)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	table_show(&b, name, strlen(name), 0);
	s = arena_strndup(a, b.p != NULL ? b.p : "", b.len);
	buf_fini(&b);
	return s;
}

static void
put_rows(struct invocation *in, const struct preview_table *pt)
{
	const struct preview_args *args = in->args;
	uint32_t i, n = pt->table->ncolumn, columns = terminal_columns();
	struct table_column *column;
	const char *name = shown(&in->arena, pt->table->name);
	struct table t;

	column = arena_array(&in->arena, n, sizeof *column);
	for (i = 0; i < n; i++)
		column[i] = (struct table_column){
		    shown(&in->arena, pt->table->column[i].name),
		    is_number(&pt->table->column[i]) };
	table_init(&t, &in->arena, column, n);
	t.width_max = CELL_WIDTH;
	for (i = 0; i < pt->ncell; i++) {
		if (pt->cell[i].p == NULL)
			table_null(&t);
		else
			table_cell(&t, pt->cell[i].p, pt->cell[i].len);
	}
	buf_printf(&in->out, "%s: %u row%s\n\n", name, pt->nrow,
	    pt->nrow == 1 ? "" : "s");
	if (pt->nrow == 0)
		return;
	if (args->expanded || (columns > 0 && table_width(&t) > columns))
		table_render_long(&t, &in->out, name, in->color_out);
	else
		table_render(&t, &in->out, in->color_out);
	if (pt->left_out > 0)
		buf_printf(&in->out, "and %llu rows more\n",
		    (unsigned long long)pt->left_out);
	buf_putc(&in->out, '\n');
}

static void
put_rejects(struct invocation *in, const struct preview *p,
    const struct load_result *r)
{
	static const struct table_column column[] = { { "record", true },
	    { "code", false }, { "bytes", false }, { "reason", false } };
	const struct preview_reject *x;
	struct table t;
	uint32_t i;

	if (p->nreject == 0)
		return;
	buf_printf(&in->out, "rejected: %llu of %llu record%s\n\n",
	    (unsigned long long)r->rejected, (unsigned long long)r->read,
	    r->read == 1 ? "" : "s");
	table_init(&t, &in->arena, column, 4);
	for (i = 0; i < p->nreject; i++) {
		x = &p->reject[i];
		table_printf(&t, "%llu", (unsigned long long)x->record);
		table_text(&t, diag_name(x->reject.code));
		table_text(&t, x->hex);
		table_text(&t, x->text);
	}
	table_render(&t, &in->out, in->color_out);
	if (p->rejects_left_out > 0)
		buf_printf(&in->out, "and %llu more reason%s\n",
		    (unsigned long long)p->rejects_left_out,
		    p->rejects_left_out == 1 ? "" : "s");
}

static void
json_row(struct json *j, const struct preview_table *pt, uint32_t row)
{
	const struct schema_table *st = pt->table;
	const struct preview_cell *cell = pt->cell + (size_t)row * st->ncolumn;
	uint32_t i;

	json_open(j, NULL, '[');
	for (i = 0; i < st->ncolumn; i++) {
		if (cell[i].p == NULL)
			json_raw(j, NULL, "null");
		else if (is_number(&st->column[i]) ||
		    st->column[i].type.kind == SQL_BOOLEAN)
			json_raw(j, NULL, cell[i].p);
		else
			json_bytes(j, NULL, cell[i].p, cell[i].len);
	}
	json_close(j, ']');
}

static void
json_table(struct invocation *in, struct json *j,
    const struct preview_table *pt)
{
	const struct schema_column *c;
	char type[64];
	uint32_t i;

	json_open(j, NULL, '{');
	json_text(j, "name", pt->table->name);
	json_open(j, "columns", '[');
	for (i = 0; i < pt->table->ncolumn; i++) {
		c = &pt->table->column[i];
		json_open(j, NULL, '{');
		json_text(j, "name", c->name);
		json_bytes(j, "type", type, sqltype_format(type, &c->type));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "records", '[');
	for (i = 0; i < pt->nrow; i++)
		json_uint(j, NULL, pt->record[i]);
	json_close(j, ']');
	json_open(j, "rows", '[');
	for (i = 0; i < pt->nrow; i++) {
		json_row(j, pt, i);
		if (in->out.len > (1u << 20))
			invocation_flush(in);
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void
json_reject(struct json *j, const struct preview *p,
    const struct preview_reject *x)
{
	const struct schema_table *t = NULL;

	if (x->reject.table < p->schema->ntable)
		t = &p->schema->table[x->reject.table];
	json_open(j, NULL, '{');
	json_uint(j, "record", x->record);
	json_text(j, "code", diag_name(x->reject.code));
	if (t != NULL)
		json_text(j, "table", t->name);
	if (t != NULL && x->reject.column < t->ncolumn)
		json_text(j, "column", t->column[x->reject.column].name);
	json_uint(j, "offset", x->reject.offset);
	json_uint(j, "size", x->reject.size);
	json_text(j, "hex", x->hex);
	json_text(j, "text", x->text);
	json_close(j, '}');
}

static void
put_json(struct invocation *in, const struct preview *p,
    const struct load_result *r)
{
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_uint(&j, "read", r->read);
	json_uint(&j, "rejected", r->rejected);
	json_uint(&j, "skipped", r->skipped);
	json_open(&j, "tables", '[');
	for (i = 0; p->table != NULL && i < p->schema->ntable; i++)
		json_table(in, &j, &p->table[i]);
	json_close(&j, ']');
	json_open(&j, "rejects", '[');
	for (i = 0; i < p->nreject; i++)
		json_reject(&j, p, &p->reject[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
preview_run(struct invocation *in)
{
	const struct preview_args *args = in->args;
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n };
	struct load_options lo = { .jobs = 1, .max_rejects = UINT64_MAX,
	    .max_reject_percent = -1, .keep_rejects_only = true,
	    .allow_empty = true };
	struct load_result *r;
	struct preview p;
	struct sink sink;
	struct job *job;
	uint32_t i;

	lo.stop_after = args->records > 0 ? args->records : RECORDS_DEFAULT;
	if (lo.stop_after < 1024)
		jo.batch_records = (uint32_t)lo.stop_after;
	if (in->operand.n > 1) {
		jo.file = in->operand.v + 1;
		jo.nfile = in->operand.n - 1;
	}
	job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (job == NULL)
		return STATUS_FAILED;
	sink_preview_init(&sink, &p, &in->arena, job->plan);
	r = load_run(&in->arena, &in->diags, job, &sink, &lo);
	if (args->json) {
		put_json(in, &p, r);
	} else {
		for (i = 0; p.table != NULL && i < p.schema->ntable; i++)
			put_rows(in, &p.table[i]);
		put_rejects(in, &p, r);
	}
	return r->state == LOAD_FAILED ? STATUS_FAILED : STATUS_CLEAN;
}

const struct command cmd_preview = {
	.name = "preview",
	.operands = "MAPPING [FILE]...",
	.summary = "show the first rows as they would be loaded",
	.about =
	    "Reads the first records of the mapping's files, or of FILE (- is\n"
	    "standard input), and shows the rows they become, table by table,\n"
	    "then the rejects with their reasons. Touches no target.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct preview_args),
	.min = 1, .max = UINT32_MAX,
	.run = preview_run,
};
