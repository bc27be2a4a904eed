/*
 * decant plan: what a run would do, and what it would take.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "command/plan_verb.h"
#include "command/signals.h"
#include "command/version.h"
#include "db/db.h"
#include "flow/job.h"
#include "generation/change.h"
#include "generation/in_place.h"
#include "generation/shape.h"
#include "generation/swap.h"
#include "generation/ways.h"
#include "report/summary.h"
#include "sink/sink.h"

struct plan_args {
	struct common_args common;
	const char *to;
	struct opt_list include;
	bool sql, json;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct plan_args, to),
	    .help = "the target, instead of the mapping's" },
	{ .name = "sql", .kind = OPT_FLAG,
	    .at = offsetof(struct plan_args, sql),
	    .help = "the statements that make the tables, too" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct plan_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct plan_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

struct planned {
	const struct plan_asked *asked;
	const struct job *job;
	struct db db;
	struct dataset dataset;
	struct change change;
	const struct schema *schema;	/* of what is going to be live */
	struct shape shape;
	struct ways ways;
	bool same;			/* nothing to do */
	uint64_t records, bytes;	/* of the input, about; 0: not known */
	struct buf sql;
};

/* Records of fixed length are counted without reading them. */
static void
estimate(struct planned *p)
{
	const struct framing_options *f = &p->job->source.framing;
	uint32_t length = f->record_length != 0 ? f->record_length :
	    f->max_length, i;

	for (i = 0; i < p->change.ninput; i++)
		p->bytes += p->change.input[i].bytes;
	if (length > 0 && p->change.regular)
		p->records = p->bytes / length;
}

static bool
look(struct invocation *in, struct planned *p,
    const struct srctext_names *texts)
{
	const struct generation *live;
	struct sink_options so = { .schema = p->job->mapping->schema };
	const struct schema *schema = plan_schema(p->job->plan);
	struct change_part *part = arena_zalloc(&in->arena, sizeof *part);

	*part = (struct change_part){ p->job, texts, true };
	if (!dataset_read(&p->dataset, &p->db, &in->arena,
	    p->job->mapping->schema) || !change_init(&p->change, &in->arena,
	    &in->diags, NULL, part, 1, DECANT_VERSION))
		return false;
	live = dataset_live(&p->dataset);
	estimate(p);
	p->schema = in_place_schema(&in->arena, p->job->mapping, schema, live);
	shape_compare(&p->shape, &in->arena, live, p->schema);
	ways_look(&p->ways, &in->arena, p->job->mapping, schema, live,
	    p->job->target);
	if (change_resembles(&p->change, live)) {
		if (!change_hash_inputs(&p->change, &in->arena, &in->diags,
		    &signal_caught))
			return false;
		p->same = strcmp(change_work(&p->change, &in->arena, true),
		    live->work) == 0;
	}
	sink_ddl(&p->sql, p->job->target, schema, &so);
	return true;
}

/* What publication would have to wait for, or would be refused for. */
static bool
check(struct invocation *in, struct planned *p)
{
	const struct schema *s = p->schema;
	const struct gen_table *stays;
	struct generation g = { .number = dataset_new_number(&p->dataset),
	    .schema = s, .version = p->job->mapping->version };
	struct swap_options o = { .mapping = p->job->mapping };
	const char **key;
	uint32_t i, k;

	if (p->db.fresh)
		return true;
	g.table = arena_array(&in->arena, s->ntable + 1, sizeof *g.table);
	for (i = 0; i < s->ntable; i++) {
		stays = i < plan_schema(p->job->plan)->ntable ? NULL :
		    generation_find_table(dataset_live(&p->dataset),
		    s->table[i].name);
		if (stays != NULL) {
			g.table[g.ntable++] = *stays;
			continue;
		}
		key = arena_array(&in->arena, s->table[i].nkey + 1,
		    sizeof *key);
		for (k = 0; k < s->table[i].nkey; k++)
			key[k] = s->table[i].column[s->table[i].key[k]].name;
		g.table[g.ntable++] = (struct gen_table){
		    .name = s->table[i].name, .home = g.number, .key = key,
		    .nkey = s->table[i].nkey, .columns = &s->table[i] };
	}
	return swap_check(&p->dataset, &g, &o);
}

/* What is live now; what comes is known when it has been read. */
static void
put_rows(struct buf *b, const struct generation *live)
{
	char n[32];
	uint32_t i;

	for (i = 0; live != NULL && i < live->ntable; i++)
		buf_printf(b, "%-10s %s: %s now\n", i == 0 ? "rows" : "",
		    live->table[i].name, summary_count(n,
		    live->table[i].rows));
}

static void
put_ways(struct buf *b, const struct planned *p)
{
	const struct ways *w = &p->ways;
	const char *label = "writes";
	uint32_t i;

	if (!w->back)
		return;
	for (i = 0; i < w->n; i++) {
		if (w->v[i].up == NULL)
			continue;
		buf_printf(b, "%-10s to %s cannot be carried along: %s\n",
		    label, w->v[i].table, w->v[i].up);
		label = "";
	}
	if (*label != '\0')
		buf_printf(b, "%-10s of applications are carried along\n",
		    label);
	buf_printf(b, "%-10s %s\n", "rollback", w->lossless ? "lossless: what "
	    "applications write afterwards is carried back" : "would lose "
	    "what applications write afterwards:");
	for (i = 0; i < w->n; i++)
		if (w->v[i].down != NULL)
			buf_printf(b, "%-10s %s: %s\n", "", w->v[i].table,
			    w->v[i].down);
}

static void
put_text(struct invocation *in, const struct planned *p)
{
	const struct generation *live = dataset_live(&p->dataset);
	struct buf *b = &in->out;
	char n[2][32];
	uint32_t i;

	buf_printf(b, "%-10s %s\n", "target", p->db.description);
	if (live == NULL)
		buf_printf(b, "%-10s nothing: this is the first generation\n",
		    "live");
	else
		buf_printf(b, "%-10s generation %u, version %u\n", "live",
		    live->number, live->version);
	buf_printf(b, "%-10s generation %u, version %u\n", "new",
	    dataset_new_number(&p->dataset), p->job->mapping->version);
	if (p->records > 0)
		buf_printf(b, "%-10s about %s records in %s bytes\n", "input",
		    summary_count(n[0], p->records),
		    summary_count(n[1], p->bytes));
	if (p->same)
		buf_printf(b, "%-10s nothing: the same input was loaded by "
		    "the same mapping\n", "to do");
	if (p->shape.unknown)
		buf_printf(b, "%-10s tables that were there before decant "
		    "are replaced\n", "shape");
	for (i = 0; i < p->shape.n; i++) {
		buf_printf(b, "%-10s ", i == 0 ? "shape" : "");
		shape_text(b, &p->shape.v[i]);
	}
	if (live != NULL && p->shape.n == 0 && !p->shape.unknown)
		buf_printf(b, "%-10s the same\n", "shape");
	for (i = 0; live != NULL && i < live->ntable; i++)
		buf_printf(b, "%-10s %s on %s, while tables change places\n",
		    i == 0 ? "locks" : "", p->db.kind == DB_SQLITE ?
		    "the database's write lock" : "ACCESS EXCLUSIVE",
		    p->db.kind == DB_SQLITE ? p->db.file.shown :
		    live->table[i].name), i = p->db.kind == DB_SQLITE ?
		    live->ntable : i;
	if (live == NULL)
		buf_printf(b, "%-10s none: nobody reads these tables yet\n",
		    "locks");
	put_rows(b, live);
	put_ways(b, p);
	if (p->asked->sql)
		buf_printf(b, "\n%s", p->sql.p == NULL ? "" : p->sql.p);
}

static void
put_json(struct invocation *in, const struct planned *p)
{
	const struct shape_change *c;
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_text(&j, "target", p->db.description);
	json_text(&j, "dataset", p->dataset.name);
	json_uint(&j, "live", p->dataset.live);
	json_uint(&j, "generation", dataset_new_number(&p->dataset));
	json_uint(&j, "version", p->job->mapping->version);
	json_bool(&j, "same", p->same);
	json_uint(&j, "records", p->records);
	json_uint(&j, "bytes", p->bytes);
	json_open(&j, "shape", '[');
	for (i = 0; i < p->shape.n; i++) {
		c = &p->shape.v[i];
		json_open(&j, NULL, '{');
		json_text(&j, "change", shape_word(c->kind));
		json_text(&j, "table", c->table);
		json_text(&j, "column", c->column);
		json_text(&j, "from", c->from);
		json_text(&j, "to", c->to);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	ways_json(&j, &p->ways);
	json_text(&j, "sql", p->sql.p == NULL ? "" : p->sql.p);
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
plan_it(struct invocation *in, struct planned *p,
    const struct srctext_names *texts)
{
	bool free_way;

	if (!look(in, p, texts))
		return invocation_status(in, STATUS_FAILED);
	free_way = check(in, p);
	if (p->asked->json)
		put_json(in, p);
	else
		put_text(in, p);
	return free_way ? STATUS_CLEAN : STATUS_CHECK;
}

enum status
plan_verb(struct invocation *in, const struct plan_asked *asked)
{
	struct srctext_names texts = { NULL, 0, 0 };
	struct job_options jo = { .target = asked->to,
	    .include = asked->include->v, .ninclude = asked->include->n,
	    .texts = &texts };
	struct planned p = { .asked = asked };
	enum db_kind kind;
	enum status s;

	if (in->operand.n > 1) {
		jo.file = in->operand.v + 1;
		jo.nfile = in->operand.n - 1;
	}
	signals_catch();
	p.job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (p.job == NULL)
		return STATUS_FAILED;
	if (p.job->target == NULL) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a target is missing"), "write target: in the mapping, or "
		    "say --to sqlite:FILE.db");
		return STATUS_USAGE;
	}
	if (!db_is_target(p.job->target, &kind)) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "the target is no database"), "files are written anew, "
		    "and decant check looks at the mapping");
		return STATUS_USAGE;
	}
	if (!db_open(&p.db, &in->arena, &in->diags, p.job->target,
	    &signal_caught))
		return invocation_status(in, STATUS_FAILED);
	buf_init(&p.sql, 64u << 20);
	s = plan_it(in, &p, &texts);
	buf_fini(&p.sql);
	db_close(&p.db);
	return s;
}

static enum status
plan_command(struct invocation *in)
{
	const struct plan_args *args = in->args;
	struct plan_asked asked = { args->to, &args->include, args->sql,
	    args->json };

	return plan_verb(in, &asked);
}

const struct command cmd_plan = {
	.name = "plan",
	.operands = "MAPPING [FILE]...",
	.summary = "show what a run would do",
	.about =
	    "Shows what decant load would do: how the tables' shape changes\n"
	    "from what is live, how many records there are, which locks it\n"
	    "takes, and what would forbid it. Nothing is changed.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct plan_args),
	.min = 1, .max = UINT32_MAX,
	.run = plan_command,
};
