/*
 * decant check: every mistake of a mapping and its copybook, with its place.
 * Reads no data and touches no target.
 */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/constraints.h"
#include "flow/job.h"
#include "flow/members.h"
#include "generation/compat.h"
#include "base/json.h"
#include "report/table.h"

struct check_args {
	struct common_args common;
	const char *to;
	struct opt_list include;
	bool json, quiet, strict, unused;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct check_args, to),
	    .help = "check against this target instead of the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct check_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "unused", .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, unused),
	    .help = "list the items that no column uses, too" },
	{ .name = "strict", .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, strict),
	    .help = "warnings fail: exit status 8" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, json),
	    .help = "print the diagnostics as a JSON array" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, quiet),
	    .help = "say nothing when all is fine" },
	OPT_COMMON,
	OPT_END
};

static void
say_fine(const char *name, const struct job *job, bool warnings)
{
	const struct schema *s = plan_schema(job->plan);
	uint32_t i, columns = 0, rules = constraints_count(s, ALL_TABLES);

	for (i = 0; i < s->ntable; i++)
		columns += s->table[i].ncolumn;
	fprintf(stderr, "%s %s: %u table%s, %u column%s", name,
	    warnings ? "can be loaded" : "is fine", s->ntable,
	    s->ntable == 1 ? "" : "s", columns, columns == 1 ? "" : "s");
	if (rules > 0)
		fprintf(stderr, ", %u constraint%s or index%s", rules,
		    rules == 1 ? "" : "s", rules == 1 ? "" : "es");
	fputc('\n', stderr);
}

static void
say_constraints(struct invocation *in, const struct job *job)
{
	struct buf b;

	buf_init(&b, 1u << 24);
	constraints_show(&b, &in->arena, job, ALL_TABLES, false);
	if (b.len > 0)
		fwrite(b.p, 1, b.len, stderr);
	buf_fini(&b);
}

/* Which records a type takes: its condition, its place. */
static void
put_condition(struct table *t, const struct map_record *r)
{
	struct buf b;
	size_t at;

	buf_init(&b, 1u << 20);
	if (r->position != MAP_ANYWHERE)
		buf_printf(&b, "the %s of a file%s", r->position == MAP_FIRST ?
		    "first" : "last", r->when != NULL ? ", " : "");
	at = b.len;
	if (r->when != NULL)
		expr_format(&b, r->when);
	if (b.len == 0)
		buf_puts(&b, "all others");
	/* operators come with parentheses around them */
	if (r->when != NULL && b.p[at] == '(') {
		memmove(b.p + at, b.p + at + 1, b.len - at - 1);
		b.len -= 2;
	}
	table_cell(t, b.p, b.len);
	buf_fini(&b);
}

static void
put_tables_of(struct table *t, const struct mapping *m, uint32_t type)
{
	const char *name = m->record_type[type].name;
	const struct map_table *mt;
	struct buf b;
	uint32_t i, k;

	buf_init(&b, 1u << 20);
	for (i = 0; i < m->ntable; i++) {
		mt = &m->table[i];
		for (k = 0; k < mt->nof; k++)
			if (strcmp(mt->of[k].name, name) == 0)
				break;
		if (k < mt->nof || (mt->nof == 0 && type == 0))
			buf_printf(&b, "%s%s", b.len > 0 ? ", " : "",
			    m->table[i].name);
	}
	if (b.len == 0)
		buf_puts(&b, "(skipped)");
	table_cell(t, b.p, b.len);
	buf_fini(&b);
}

/* The types of records, in the order in which they are tried. */
static void
say_types(struct invocation *in, const struct job *job)
{
	static const struct table_column column[] = { { "records", false },
	    { "layout", false }, { "when", false }, { "parent", false },
	    { "tables", false } };
	const struct mapping *m = job->mapping;
	const struct map_record *r;
	const char *record = job->layout->item[job->record].name;
	struct table t;
	struct buf b;
	uint32_t i;

	if (m->nrecord_type == 0)
		return;
	table_init(&t, &in->arena, column, 5);
	t.width_max = 60;
	for (i = 0; i < m->nrecord_type; i++) {
		r = &m->record_type[i];
		table_text(&t, r->name);
		table_text(&t, r->layout != NULL ? r->layout :
		    r->copybook != NULL ? r->copybook : record);
		put_condition(&t, r);
		table_text(&t, r->parent);
		put_tables_of(&t, m, i);
	}
	buf_init(&b, 1u << 24);
	table_render(&t, &b, false);
	fwrite(b.p, 1, b.len, stderr);
	buf_fini(&b);
}

/* Notes tell nothing that is not fine. */
static void
drop_notes(struct diags *ds)
{
	struct diag **d = &ds->first;

	while (*d != NULL)
		if ((*d)->severity == SEV_NOTE)
			*d = (*d)->next;
		else
			d = &(*d)->next;
	ds->last = d;
}

static void
say_job(struct invocation *in, const char *name, const struct job *job)
{
	say_fine(name, job, in->diags.warnings > 0);
	say_types(in, job);
	say_constraints(in, job);
}

/* Views and agreements must be written for the target's kind of database. */
static bool
check_views(struct invocation *in, const struct job *job, const char *target)
{
	enum db_kind kind;

	return target == NULL || !db_is_target(target, &kind) ||
	    compat_check(&in->arena, &in->diags, kind, job->mapping,
	    plan_schema(job->plan));
}

static enum status
check_run(struct invocation *in)
{
	const struct check_args *args = in->args;
	struct job_options o = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .advise = true, .unused = args->unused };
	const char *path = in->operand.v[0];
	struct members *members = NULL;
	struct job *job = NULL;
	struct json j = { .b = &in->out };
	bool good, usage;
	uint32_t i;

	if (dataset_file_is(path))
		members = members_new(&in->arena, &in->diags, path, &o, NULL,
		    0, &usage);
	else
		job = job_new(&in->arena, &in->diags, path, &o);
	good = (job != NULL || members != NULL) && in->diags.errors == 0;
	if (good && job != NULL)
		good = check_views(in, job, job->target);
	for (i = 0; good && members != NULL && i < members->n; i++)
		good = check_views(in, members->v[i].job, members->target);

	if (args->quiet)
		drop_notes(&in->diags);
	if (args->json) {
		invocation_json_diags(in, &j, NULL);
		buf_putc(&in->out, '\n');
		in->diags_elsewhere = true;
	}
	invocation_show_diags(in);
	good = good && (!args->strict || in->diags.warnings == 0);
	if (good && !args->quiet && !args->json && job != NULL)
		say_job(in, path, job);
	for (i = 0; good && !args->quiet && !args->json &&
	    members != NULL && i < members->n; i++)
		say_job(in, members->v[i].from->mapping.name,
		    members->v[i].job);
	return good ? STATUS_CLEAN : STATUS_CHECK;
}

const struct command cmd_check = {
	.name = "check",
	.operands = "MAPPING",
	.summary = "find the mistakes in a mapping",
	.about =
	    "Reads MAPPING and its copybooks, and reports every mistake with\n"
	    "file, line, column and a hint. Reads no data, touches no target.\n"
	    "What may be one, such as a column that is smaller than its field,\n"
	    "is a warning. Exit status 8 when there are mistakes. Without any,\n"
	    "it lists the types of records, if the mapping has several, and\n"
	    "their tables.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct check_args),
	.min = 1, .max = 1,
	.run = check_run,
};
