/*
 * Option tables: what argv becomes, and what is said about a wrong one.
 */
#include "unit/tap.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/opt.h"

struct args {
	bool json, quiet;
	const char *to;
	struct opt_list include;
	uint64_t jobs;
	uint32_t color;
};

static const char *const colors[] = { "auto", "always", "never", NULL };

static const struct opt table[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct args, to), .help = "where" },
	{ .name = "jobs", .letter = 'j', .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct args, jobs), .help = "threads",
	    .min = 1, .max = 64 },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct args, include),
	    .help = "directories" },
	{ .name = "color", .kind = OPT_CHOICE, .metavar = "WHEN",
	    .at = offsetof(struct args, color), .choice = colors,
	    .help = "when" },
	{ .name = "json", .kind = OPT_FLAG, .at = offsetof(struct args, json),
	    .help = "machines" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct args, quiet), .help = "silence" },
	{ .name = "secret", .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct args, jobs), .max = 1 },
	{ .name = NULL }
};

#define ARGS_MAX	12

struct fixture {
	struct arena arena;
	struct diags diags;
	struct args args;
	struct opt_operands rest;
	bool good;
};

/* Cuts a command line at its blanks and parses it. */
static void
parse(struct fixture *f, const char *text)
{
	char *argv[ARGS_MAX + 1], *line;
	int argc = 0;
	size_t len;

	memset(f, 0, sizeof *f);
	arena_init(&f->arena);
	diags_init(&f->diags, &f->arena);
	line = arena_strdup(&f->arena, text);
	while (*line != '\0' && argc < ARGS_MAX) {
		argv[argc++] = line;
		len = strcspn(line, " ");
		line += len;
		if (*line == ' ')
			*line++ = '\0';
	}
	argv[argc] = NULL;
	f->good = opt_parse(&f->arena, &f->diags, table, argc, argv, &f->args,
	    &f->rest);
	/* operands point into argv, which ends with this function */
	f->rest.v = arena_copy(&f->arena, f->rest.v,
	    f->rest.n * sizeof *f->rest.v);
}

static void
test_good(void)
{
	struct fixture f;

	parse(&f, "load a.yaml --to=x: -j4 -I one b.dat -Itwo --json");
	ok(f.good && f.diags.errors == 0, "a good line has no errors");
	is_str(f.args.to, "x:", "--to=x:");
	is_int(f.args.jobs, 4, "-j4");
	is_int(f.args.include.n, 2, "-I twice");
	is_str(f.args.include.v[1], "two", "the second -I");
	ok(f.args.json && !f.args.quiet, "--json, no -q");
	is_int(f.rest.n, 2, "two operands, mixed with options");
	is_str(f.rest.v[0], "a.yaml", "the first operand");
	is_str(f.rest.v[1], "b.dat", "the second operand");
	arena_fini(&f.arena);

	parse(&f, "load -q -- --json -");
	ok(f.good && f.args.quiet && !f.args.json, "-- ends the options");
	is_int(f.rest.n, 2, "operands behind --");
	arena_fini(&f.arena);

	parse(&f, "load --col never --jo 64");
	ok(f.good, "abbreviations");
	is_int(f.args.color, 2, "a choice is its index");
	is_int(f.args.jobs, 64, "the largest count");
	arena_fini(&f.arena);

	parse(&f, "load --secret 1");
	ok(f.good && f.args.jobs == 1, "hidden options work");
	arena_fini(&f.arena);
}

static const struct {
	const char *line, *message, *hint;
} bad[] = {
	{ "load --jsn", "unknown option '--jsn'", "did you mean '--json'?" },
	{ "load --xyzzy=1", "unknown option '--xyzzy'",
	    "decant load --help lists the options" },
	{ "load -z", "unknown option '-z'",
	    "decant load --help lists the options" },
	{ "load --json=yes", "option '--json' takes no argument", NULL },
	{ "load --to", "option '--to' needs TARGET", NULL },
	{ "load -j", "option '--jobs' needs N", NULL },
	{ "load -j x", "'x' is no whole number (option '--jobs')", NULL },
	{ "load -j -1", "'-1' is no whole number (option '--jobs')", NULL },
	{ "load -j 4k", "'4k' is no whole number (option '--jobs')", NULL },
	{ "load -j 0", "'0' is not between 1 and 64 (option '--jobs')", NULL },
	{ "load -j 65", "'65' is not between 1 and 64 (option '--jobs')",
	    NULL },
	{ "load -j 99999999999999999999", "'99999999999999999999' is not "
	    "between 1 and 64 (option '--jobs')", NULL },
	{ "load --color=nevr", "'nevr' is none of 'auto', 'always', 'never' "
	    "(option '--color')", "did you mean 'never'?" },
	{ "load --j", "option '--j' could be '--jobs' or '--json'", NULL },
};

static void
test_bad(void)
{
	struct fixture f;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		parse(&f, bad[i].line);
		ok(!f.good && f.diags.errors == 1 &&
		    f.diags.first->code == DIAG_G001, "G001: %s", bad[i].line);
		if (f.diags.first == NULL)
			continue;
		is_str(f.diags.first->message, bad[i].message, "its message");
		if (bad[i].hint != NULL)
			is_str(f.diags.first->hint, bad[i].hint, "its hint");
		else
			ok(f.diags.first->hint == NULL, "no hint");
		arena_fini(&f.arena);
	}
	parse(&f, "load --nope -j x --json");
	ok(!f.good && f.diags.errors == 2 && f.args.json,
	    "all mistakes are reported in one run");
	arena_fini(&f.arena);
}

static void
test_help(void)
{
	struct buf b;

	buf_init(&b, 4096);
	opt_help(&b, table);
	is_str(b.p,
	    "      --to TARGET         where\n"
	    "  -j, --jobs N            threads\n"
	    "  -I, --include DIR       directories\n"
	    "      --color WHEN        when\n"
	    "      --json              machines\n"
	    "  -q, --quiet             silence\n", "the help text");
	buf_fini(&b);
}

int
main(void)
{
	test_good();
	test_bad();
	test_help();
	return tap_done();
}
