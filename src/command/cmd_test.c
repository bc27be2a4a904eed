/*
 * decant test: a migration is tried in a scratch database, there and back,
 * and its tests are run on both versions.  TAP on standard output.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/sha256.h"
#include "command/command.h"
#include "command/junit.h"
#include "command/signals.h"
#include "command/version.h"
#include "db/scratch_db.h"
#include "generation/migration_test.h"
#include "generation/texts.h"

struct test_args {
	struct common_args common;
	const char *to, *previous, *scratch, *junit;
	struct opt_list include, extract;
	bool live_copy, dry_run, json, quiet;
};

static const struct opt options[] = {
	{ .name = "previous", .letter = 'p', .kind = OPT_TEXT,
	    .metavar = "MAPPING", .at = offsetof(struct test_args, previous),
	    .help = "the version before (that of the target's ledger)" },
	{ .name = "extract", .letter = 'e', .kind = OPT_LIST,
	    .metavar = "FILE", .at = offsetof(struct test_args, extract),
	    .help = "the previous version reads FILE (the same as the new)" },
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct test_args, to),
	    .help = "the target, instead of the mapping's; it is only read" },
	{ .name = "scratch", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct test_args, scratch),
	    .help = "try it in this empty database (one made for it)" },
	{ .name = "live-copy", .kind = OPT_FLAG,
	    .at = offsetof(struct test_args, live_copy),
	    .help = "start from a copy of the live database" },
	{ .name = "junit", .kind = OPT_TEXT, .metavar = "FILE",
	    .at = offsetof(struct test_args, junit),
	    .help = "write the results to FILE as JUnit XML, too" },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct test_args, dry_run),
	    .help = "say what would be tried, and where; do nothing" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct test_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct test_args, json),
	    .help = "print one JSON object instead" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct test_args, quiet),
	    .help = "print only what failed" },
	OPT_COMMON,
	OPT_END
};

/* --- results ------------------------------------------------------------- */

static void
put_tap(struct invocation *in, const struct migration_result *r)
{
	const struct test_args *args = in->args;
	const struct proof_step *s;
	uint32_t i;

	for (i = 0; i < r->nstep; i++) {
		s = &r->step[i];
		if (args->quiet && s->passed)
			continue;
		buf_printf(&in->out, "%sok %u - %s\n", s->passed ? "" :
		    "not ", i + 1, s->name);
		if (s->detail != NULL)
			buf_printf(&in->out, "#   %s\n", s->detail);
	}
	if (!args->quiet)
		buf_printf(&in->out, "1..%u\n", r->nstep);
}

static void
put_json(struct invocation *in, const struct migration_result *r,
    enum status status)
{
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_uint(&j, "exit", status);
	json_text(&j, "previous", r->previous_name);
	json_text(&j, "new", r->name);
	json_uint(&j, "failed", r->failed);
	json_open(&j, "steps", '[');
	for (i = 0; i < r->nstep; i++) {
		json_open(&j, NULL, '{');
		json_text(&j, "name", r->step[i].name);
		json_bool(&j, "passed", r->step[i].passed);
		json_text(&j, "detail", r->step[i].detail);
		json_fixed(&j, "seconds", r->step[i].seconds, 3);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
show(struct invocation *in, const struct migration_result *r)
{
	const struct test_args *args = in->args;
	enum status s = r->nstep == 0 ? invocation_status(in, STATUS_FAILED) :
	    r->failed > 0 ? STATUS_CHECK : STATUS_CLEAN;

	if (args->junit != NULL && !junit_write(in, args->junit, r))
		s = STATUS_FAILED;
	if (args->json)
		put_json(in, r, s);
	else
		put_tap(in, r);
	return s;
}

/* --- what is tried, and where -------------------------------------------- */

struct bench {			/* the place where it is tried */
	struct db live;			/* the target; it is only read */
	struct dataset dataset;
	struct scratch_db scratch;
	struct scratch_texts texts;	/* of the version before */
	struct migration_side new, previous;
	uint32_t before;		/* generation; 0: of no ledger */
	bool opened, made, usage;
};

/* What is live, or what was before it, but not what is tried; NULL: there is
 * no such, or it is retired. */
static const struct generation *
find_generation(const struct bench *b)
{
	const struct generation *g = dataset_live(&b->dataset);
	uint32_t i;

	for (i = 0; g != NULL && migration_side_is(&b->new, g); i++) {
		g = i == b->dataset.ngen ? NULL : dataset_find(&b->dataset,
		    g->before);
		if (g != NULL && g->state == GEN_GONE)
			g = NULL;
	}
	return g == NULL || g->ntext == 0 ? NULL : g;
}

/* The version before, unless --previous or a copy of what is live is it. */
static bool
find_previous(struct invocation *in, struct bench *b,
    struct migration_options *o)
{
	const struct generation *g;

	if (b->previous.path == NULL && !b->live.fresh && !o->has_live) {
		if (!dataset_read(&b->dataset, &b->live, &in->arena,
		    b->new.schema))
			return false;
		g = find_generation(b);
		if (g != NULL && !texts_write(&b->dataset, g, &b->texts))
			return false;
		b->previous.path = g == NULL ? NULL : b->texts.mapping;
		b->before = g == NULL ? 0 : g->number;
		b->previous.apart = true;
	}
	if (b->previous.path == NULL)
		return true;		/* the first version */
	if (!migration_side_read(&b->previous, &in->arena, &in->diags,
	    &b->usage))
		return false;
	migration_side_follow(&b->previous, &in->arena, &b->new);
	o->previous = &b->previous;
	return true;
}

static bool
open_bench(struct invocation *in, struct bench *b,
    struct migration_options *o)
{
	const struct test_args *args = in->args;
	const char *target = args->to != NULL ? args->to : b->new.target;

	if (target == NULL)
		target = args->scratch;
	b->usage = target == NULL;
	if (target == NULL) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a target is missing"), b->new.members != NULL ?
		    "write target: in the dataset file, or say --to "
		    "sqlite:FILE.db" : "write target: in the mapping, or say "
		    "--to sqlite:FILE.db");
		return false;
	}
	if (!db_open(&b->live, &in->arena, &in->diags, target,
	    &signal_caught))
		return false;
	b->opened = true;
	o->has_live = args->live_copy && !b->live.fresh;
	if (!find_previous(in, b, o))
		return false;
	o->target = args->scratch;
	if (args->scratch != NULL || args->dry_run)
		return true;
	b->made = scratch_db_make(&b->scratch, &in->arena, &b->live,
	    o->has_live);
	o->target = b->scratch.target;
	return b->made;
}

static void
close_bench(struct bench *b)
{
	texts_remove(&b->texts);
	if (b->made)
		scratch_db_drop(&b->scratch);
	if (b->opened)
		db_close(&b->live);
}

/* Which bytes it was tried with. */
static void
name_extracts(struct invocation *in, const struct migration_side *new)
{
	const struct test_args *args = in->args;
	const char *const *file;
	char hex[SHA256_HEX + 1];
	uint32_t i, k, n;

	if (args->json || args->quiet)
		return;
	for (i = 0; i < migration_side_parts(new); i++) {
		file = migration_side_files(new, i, &n);
		for (k = 0; k < n; k++)
			if (sha256_file(file[k], hex, &signal_caught))
				buf_printf(&in->out, "# extract %s\n"
				    "#   sha256 %s\n", file[k], hex);
	}
}

/* --- what would be tried ------------------------------------------------- */

static const char *
before_words(struct invocation *in, const struct bench *b,
    const struct migration_options *o)
{
	if (o->has_live)
		return "a copy of what is live";
	if (o->previous == NULL)
		return "nothing: this is the first version";
	if (b->before == 0)
		return arena_printf(&in->arena, "version %u, %s",
		    b->previous.version, b->previous.path);
	return arena_printf(&in->arena, "version %u, generation %u of the "
	    "ledger of %s", b->previous.version, b->before,
	    b->live.description);
}

static const char *
scratch_words(const struct bench *b, const struct migration_options *o)
{
	return o->target != NULL ? o->target : b->live.kind == DB_SQLITE ?
	    "a SQLite file, removed again" : o->has_live ?
	    "a database of its own on the server, with a copy of this one, "
	    "dropped again" : "a database of its own on the server, dropped "
	    "again";
}

static void
put_tests(struct invocation *in, const struct migration_side *new)
{
	const struct mapping *m;
	const char *label = "tests";
	uint32_t i, k;

	for (i = 0; i < new->nmapping; i++) {
		m = new->mapping[i];
		for (k = 0; k < m->ntest; k++) {
			buf_printf(&in->out, "%-10s %-6s  %s\n", label,
			    m->test[k].proves ? "new" : "always",
			    m->test[k].name);
			label = "";
		}
	}
	if (*label != '\0')
		buf_printf(&in->out, "%-10s none\n", label);
}

static void
put_dry_json(struct invocation *in, const struct bench *b,
    const struct migration_options *o)
{
	struct json j = { .b = &in->out };
	const struct mapping *m;
	uint32_t i, k;

	json_open(&j, NULL, '{');
	json_text(&j, "state", "dry run");
	json_uint(&j, "version", b->new.version);
	json_text(&j, "before", before_words(in, b, o));
	json_text(&j, "scratch", scratch_words(b, o));
	json_open(&j, "tests", '[');
	for (i = 0; i < b->new.nmapping; i++) {
		m = b->new.mapping[i];
		for (k = 0; k < m->ntest; k++) {
			json_open(&j, NULL, '{');
			json_text(&j, "name", m->test[k].name);
			json_text(&j, m->test[k].proves ? "proves" : "holds",
			    m->test[k].proves ? "new" : "always");
			json_close(&j, '}');
		}
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
show_dry(struct invocation *in, const struct bench *b,
    const struct migration_options *o)
{
	const struct test_args *args = in->args;

	if (args->json) {
		put_dry_json(in, b, o);
		return STATUS_CLEAN;
	}
	name_extracts(in, &b->new);
	buf_printf(&in->out, "%-10s version %u, %s\n%-10s %s\n%-10s %s\n",
	    "new", b->new.version, b->new.path, "before",
	    before_words(in, b, o), "scratch", scratch_words(b, o));
	put_tests(in, &b->new);
	return STATUS_CLEAN;
}

static enum status
test_run(struct invocation *in)
{
	const struct test_args *args = in->args;
	struct bench b = { .new = { .path = in->operand.v[0],
	    .word = in->operand.v + 1, .nword = in->operand.n - 1 },
	    .previous = { .path = args->previous, .word = args->extract.v,
	    .nword = args->extract.n } };
	struct migration_options o = { .new = &b.new,
	    .include = args->include.v, .ninclude = args->include.n,
	    .tool = DECANT_VERSION, .interrupted = &signal_caught };
	struct migration_result r = { .step = NULL };
	enum status s;

	signals_catch();
	if (!migration_side_read(&b.new, &in->arena, &in->diags, &b.usage))
		return b.usage ? STATUS_USAGE : STATUS_FAILED;
	if (!open_bench(in, &b, &o)) {
		s = b.usage || (in->diags.first != NULL &&
		    in->diags.first->code == DIAG_G001) ? STATUS_USAGE :
		    invocation_status(in, STATUS_FAILED);
	} else if (args->dry_run) {
		s = show_dry(in, &b, &o);
	} else {
		name_extracts(in, &b.new);
		migration_test(&in->arena, &in->diags, &o, &r);
		s = show(in, &r);
	}
	close_bench(&b);
	return s;
}

const struct command cmd_test = {
	.name = "test",
	.operands = "MAPPING [FILE]...",
	.summary = "prove a migration in a scratch database",
	.about =
	    "Builds the version before in a scratch database, then the new\n"
	    "one, and runs the mapping's tests on both: what proves: new must\n"
	    "fail before and pass after. It publishes, rolls back, publishes\n"
	    "again, compares the content each time, and finds a repeat to do\n"
	    "nothing. The target itself is only read. A dataset file takes\n"
	    "words MEMBER=FILE, as load does, and so does its --extract.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct test_args),
	.min = 1, .max = UINT32_MAX,
	.run = test_run,
};
