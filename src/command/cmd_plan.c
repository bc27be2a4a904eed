/*
 * decant plan: what a run would do, and what it would take.
 */
#include <string.h>

#include "base/json.h"
#include "command/plan_verb.h"
#include "command/signals.h"
#include "command/version.h"
#include "db/db.h"
#include "generation/change.h"
#include "generation/in_place.h"
#include "generation/run_parts.h"
#include "generation/run_set.h"
#include "generation/retry.h"
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

struct expected {			/* of a part's input, about; 0: not
					 * known */
	uint64_t records, bytes;
};

struct planned {
	const struct plan_asked *asked;
	struct run_set *set;
	const struct retry *retry;	/* or NULL */
	struct db db;
	struct dataset dataset;
	struct change change;
	const struct schema *schema;	/* of what is going to be live */
	struct generation next;		/* which that is */
	struct shape shape;
	struct ways ways;
	bool same;			/* nothing to do */
	struct expected *part, all;	/* [set->npart] */
	bool *stay;			/* [set->npart] not sent, and it can */
	struct buf sql;
};

/* Records of one length are counted without reading them. */
static struct expected
expect(const struct planned *p, const struct run_part *part,
    const struct gen_input *input)
{
	const struct framing_options *f = &part->job->source.framing;
	uint32_t length = f->record_length != 0 ? f->record_length :
	    f->max_length, i;
	bool known = f->framing == FRAMING_FIXED ||
	    f->framing == FRAMING_TEXT;
	struct expected e = { 0, 0 };

	for (i = 0; i < part->job->source.nfile; i++) {
		e.bytes += input[i].bytes;
		known = known && (input[i].bytes > 0 || p->change.regular);
	}
	if (length > 0 && known)
		e.records = e.bytes / length;
	return e;
}

static void
expect_all(struct invocation *in, struct planned *p)
{
	const struct gen_input *input = p->change.input;
	const struct run_part *part;
	uint32_t i;

	p->part = arena_array(&in->arena, p->set->npart, sizeof *p->part);
	for (i = 0; i < p->set->npart; i++) {
		part = &p->set->part[i];
		if (!part->sent)
			continue;
		p->part[i] = expect(p, part, input);
		p->all.records += p->part[i].records;
		p->all.bytes += p->part[i].bytes;
		input += part->job->source.nfile;
	}
}

/* The statements of what is made: tables that stay are there. */
static void
put_ddl(struct invocation *in, struct planned *p)
{
	struct sink_options so = { .schema = p->set->dataset };
	struct run_set sent = *p->set;
	uint32_t i;

	sent.npart = 0;
	sent.part = arena_array(&in->arena, p->set->npart, sizeof *sent.part);
	for (i = 0; i < p->set->npart; i++)
		if (p->set->part[i].sent)
			sent.part[sent.npart++] = p->set->part[i];
	if (sent.npart > 0)
		sink_ddl(&p->sql, p->set->target, parts_schema(&in->arena,
		    &sent), &so);
}

/* Has it been done already?  False: told. */
static bool
look_whether_same(struct invocation *in, struct planned *p)
{
	const struct generation *live = dataset_live(&p->dataset);
	uint32_t done;

	if (p->retry != NULL) {
		p->change.retry = p->retry->generation;
		done = retry_done(p->retry, &p->dataset,
		    parts_sent_schema(p->set), &p->change, &signal_caught);
		p->same = done != 0;
		return done != UINT32_MAX;
	}
	if (!change_resembles(&p->change, live))
		return true;
	if (!change_hash_inputs(&p->change, &in->arena, &in->diags,
	    &signal_caught))
		return false;
	p->same = strcmp(change_work(&p->change, &in->arena, true),
	    live->work) == 0;
	return true;
}

static bool
look(struct invocation *in, struct planned *p)
{
	struct change_part *part = arena_array(&in->arena, p->set->npart,
	    sizeof *part);
	const struct run_part *from = p->set->part;
	const struct generation *live;
	uint32_t i;

	for (i = 0; i < p->set->npart; i++)
		part[i] = (struct change_part){ from[i].job, from[i].texts,
		    from[i].sent };
	if (!dataset_read(&p->dataset, &p->db, &in->arena, p->set->dataset) ||
	    !change_init(&p->change, &in->arena, &in->diags, p->set->file,
	    part, p->set->npart, DECANT_VERSION))
		return false;
	live = dataset_live(&p->dataset);
	expect_all(in, p);
	p->schema = parts_schema(&in->arena, p->set);
	if (p->set->file == NULL)
		p->schema = in_place_schema(&in->arena, from->job->mapping,
		    p->schema, live);
	parts_generation(&p->next, p->set, &p->dataset, p->schema,
	    dataset_new_number(&p->dataset), &in->arena);
	shape_compare(&p->shape, &in->arena, live, p->schema);
	ways_look(&p->ways, &in->arena, p->set, live);
	put_ddl(in, p);
	return look_whether_same(in, p);
}

/* What publication would have to wait for, or would be refused for. */
static bool
check(struct invocation *in, struct planned *p)
{
	struct swap_options o = { .back = false };
	bool good = parts_check_compat(p->set, &in->arena, &in->diags,
	    p->db.kind);

	p->stay = arena_array(&in->arena, p->set->npart, sizeof *p->stay);
	if (!parts_can_stay(p->set, &p->dataset, &p->change, p->stay) ||
	    (p->retry != NULL && !p->same && !retry_check(p->retry,
	    &p->dataset, parts_sent_schema(p->set), p->schema)))
		return false;
	return good && (p->db.fresh || swap_check(&p->dataset, &p->next,
	    &o));
}

/* Is the live table in the next generation as it is? */
static bool
stays(const struct planned *p, const struct gen_table *t)
{
	const struct gen_table *next = generation_find_table(&p->next,
	    t->name);

	return next != NULL && next->home == t->home;
}

/* What is live now; what comes is known when it has been read. */
static void
put_rows(struct buf *b, const struct planned *p)
{
	const struct generation *live = dataset_live(&p->dataset);
	char n[32];
	uint32_t i;

	for (i = 0; live != NULL && i < live->ntable; i++)
		buf_printf(b, "%-10s %s: %s now%s\n", i == 0 ? "rows" : "",
		    live->table[i].name, summary_count(n,
		    live->table[i].rows), stays(p, &live->table[i]) ?
		    ", which stay" : "");
}

/* Of members, which are read; of a mapping alone, how much. */
static void
put_input(struct buf *b, const struct planned *p)
{
	const struct run_part *part;
	const struct expected *e;
	char n[2][32];
	uint32_t i;

	for (i = 0; i < p->set->npart; i++) {
		part = &p->set->part[i];
		e = &p->part[i];
		if (p->set->file == NULL && e->bytes == 0)
			continue;
		if (p->set->file == NULL)
			buf_printf(b, "%-10s ", "input");
		else
			buf_printf(b, "%-10s %s: ", i == 0 ? "members" : "",
			    part->name);
		if (!part->sent)
			buf_printf(b, "not sent%s\n", p->stay[i] ?
			    ", carried over as it is" : "");
		else if (e->records > 0)
			buf_printf(b, "about %s records in %s bytes\n",
			    summary_count(n[0], e->records),
			    summary_count(n[1], e->bytes));
		else if (e->bytes > 0)
			buf_printf(b, "%s bytes\n", summary_count(n[1],
			    e->bytes));
		else
			buf_puts(b, "sent\n");
	}
}

static void
put_locks(struct buf *b, const struct planned *p)
{
	const struct generation *live = dataset_live(&p->dataset);
	const char *label = "locks";
	uint32_t i;

	if (live == NULL)
		buf_printf(b, "%-10s none: nobody reads these tables yet\n",
		    label);
	else if (p->db.kind == DB_SQLITE)
		buf_printf(b, "%-10s the database's write lock on %s, while "
		    "tables change places\n", label, p->db.file.shown);
	else
		for (i = 0; i < live->ntable; i++) {
			if (stays(p, &live->table[i]))
				continue;
			buf_printf(b, "%-10s ACCESS EXCLUSIVE on %s, while "
			    "tables change places\n", label,
			    live->table[i].name);
			label = "";
		}
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
	uint32_t i;

	buf_printf(b, "%-10s %s\n", "target", p->db.description);
	if (live == NULL)
		buf_printf(b, "%-10s nothing: this is the first generation\n",
		    "live");
	else
		buf_printf(b, "%-10s generation %u, version %u\n", "live",
		    live->number, live->version);
	buf_printf(b, "%-10s generation %u, version %u\n", "new",
	    p->next.number, p->set->version);
	if (p->retry != NULL)
		buf_printf(b, "%-10s records of %s, which generation %u left "
		    "out, beside the rows that are live\n", "retry",
		    p->retry->dir, p->retry->generation);
	put_input(b, p);
	if (p->same && p->retry != NULL)
		buf_printf(b, "%-10s nothing: these records are in what is "
		    "live\n", "to do");
	else if (p->same)
		buf_printf(b, "%-10s nothing: the same input was loaded by "
		    "the same mapping%s\n", "to do", p->set->file != NULL ?
		    "s" : "");
	if (p->shape.unknown)
		buf_printf(b, "%-10s tables that were there before decant "
		    "are replaced\n", "shape");
	for (i = 0; i < p->shape.n; i++) {
		buf_printf(b, "%-10s ", i == 0 ? "shape" : "");
		shape_text(b, &p->shape.v[i]);
	}
	if (live != NULL && p->shape.n == 0 && !p->shape.unknown)
		buf_printf(b, "%-10s the same\n", "shape");
	put_locks(b, p);
	put_rows(b, p);
	put_ways(b, p);
	if (p->asked->sql)
		buf_printf(b, "\n%s", p->sql.p == NULL ? "" : p->sql.p);
}

static void
put_members(struct json *j, const struct planned *p)
{
	uint32_t i;

	if (p->set->file == NULL)
		return;
	json_open(j, "members", '[');
	for (i = 0; i < p->set->npart; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", p->set->part[i].name);
		json_bool(j, "sent", p->set->part[i].sent);
		json_uint(j, "records", p->part[i].records);
		json_uint(j, "bytes", p->part[i].bytes);
		json_close(j, '}');
	}
	json_close(j, ']');
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
	json_uint(&j, "generation", p->next.number);
	json_uint(&j, "version", p->set->version);
	json_bool(&j, "same", p->same);
	if (p->retry != NULL)
		json_uint(&j, "retry", p->retry->generation);
	json_uint(&j, "records", p->all.records);
	json_uint(&j, "bytes", p->all.bytes);
	put_members(&j, p);
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
plan_it(struct invocation *in, struct planned *p)
{
	bool free_way;

	if (!look(in, p))
		return invocation_status(in, STATUS_FAILED);
	free_way = check(in, p);
	if (p->asked->json)
		put_json(in, p);
	else
		put_text(in, p);
	return free_way ? STATUS_CLEAN : STATUS_CHECK;
}

static bool
has_database(struct invocation *in, const struct run_set *set)
{
	enum db_kind kind;

	if (set->target == NULL)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a target is missing"), set->file != NULL ? "write "
		    "target: in the dataset file, or say --to "
		    "sqlite:FILE.db" : "write target: in the mapping, or "
		    "say --to sqlite:FILE.db");
	else if (!db_is_target(set->target, &kind))
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "the target is no database"), "files are written anew, "
		    "and decant check looks at the mapping");
	else
		return true;
	return false;
}

enum status
plan_verb(struct invocation *in, const struct plan_asked *asked)
{
	struct job_options jo = { .target = asked->to,
	    .include = asked->include->v, .ninclude = asked->include->n };
	struct run_set *set;
	bool usage;

	set = run_set_new(&in->arena, &in->diags, in->operand.v[0], &jo,
	    in->operand.v + 1, in->operand.n - 1, &usage);
	if (set == NULL)
		return usage ? STATUS_USAGE : STATUS_FAILED;
	return plan_set(in, asked, set, NULL);
}

enum status
plan_set(struct invocation *in, const struct plan_asked *asked,
    struct run_set *set, const struct retry *retry)
{
	struct planned p = { .asked = asked, .set = set, .retry = retry };
	enum status s;

	signals_catch();
	if (!has_database(in, p.set))
		return STATUS_USAGE;
	if (!db_open(&p.db, &in->arena, &in->diags, p.set->target,
	    &signal_caught))
		return invocation_status(in, STATUS_FAILED);
	buf_init(&p.sql, 64u << 20);
	s = plan_it(in, &p);
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
	    "takes, and what would forbid it. Nothing is changed.\n"
	    "A dataset file takes words MEMBER=FILE, as load does.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct plan_args),
	.min = 1, .max = UINT32_MAX,
	.run = plan_command,
};
