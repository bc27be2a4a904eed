/*
 * decant: the program.  Finds the verb, parses its options, runs it, shows
 * what it said.  Memory that runs out ends the process here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/version.h"
#include "value/codec.h"

#define OUT_MAX		(256u << 20)	/* between two flushes */

const struct command *const commands[] = {
	&cmd_sniff, &cmd_init, &cmd_layout, &cmd_check, &cmd_preview,
	&cmd_explain, &cmd_plan, &cmd_load, &cmd_stage, &cmd_retry,
	&cmd_publish, &cmd_rollback, &cmd_status, &cmd_log, &cmd_retire,
	&cmd_inventory, &cmd_purge,
	&cmd_test, &cmd_snapshot, &cmd_restore, &cmd_copy, &cmd_generate,
	&cmd_unload,
	&cmd_help, NULL
};

/* No memory: no formatting, no clean-up; sinks stage beside the target. */
static void
no_memory(size_t wanted)
{
	static const char text[] = "decant: error G002: out of memory\n"
	    "hint: the target is untouched\n";

	(void)wanted;
	_exit(write(STDERR_FILENO, text, sizeof text - 1) < 0 ?
	    STATUS_FAILED : STATUS_FAILED);
}

/*
 * Where a standard descriptor is closed, the next file or socket would get its
 * number, and our output.  One that cannot be used the right way fails as a
 * closed one does.
 */
static void
guard_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY :
		    O_RDONLY) != fd)
			_exit(STATUS_FAILED);
}

static bool
wants_color(uint32_t choice, int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (choice != COLOR_AUTO)
		return choice == COLOR_ALWAYS;
	if (no != NULL && no[0] != '\0')	/* no-color.org */
		return false;
	if (term == NULL || strcmp(term, "dumb") == 0)
		return false;
	return isatty(fd);
}

/* --help and --version; 'decant help' is a verb like others. */
static bool
global_option(struct invocation *in, const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		command_help_all(&in->out);
		return true;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		buf_printf(&in->out, "decant %s\n", DECANT_VERSION);
		return true;
	}
	return false;
}

static bool
check_operands(struct invocation *in)
{
	const struct command *c = in->command;
	struct diag *d;

	if (in->operand.n >= c->min && in->operand.n <= c->max)
		return true;
	if (in->operand.n < c->min)
		d = diag_add(&in->diags, DIAG_G001, NOWHERE, "%s is missing",
		    c->missing);
	else
		d = diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "'%s' is one argument too many", in->operand.v[c->max]);
	diag_hint(&in->diags, d, "usage: decant %s [options] %s", c->name,
	    c->operands);
	return false;
}

static enum status
run(struct invocation *in, int argc, char **argv)
{
	struct common_args *args;
	bool good;

	if (argc < 2) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a verb is missing"), "decant --help lists them");
		return STATUS_USAGE;
	}
	if (global_option(in, argv[1]))
		return STATUS_CLEAN;
	in->command = command_find(&in->diags, argv[1]);
	if (in->command == NULL)
		return STATUS_USAGE;
	in->args = args = arena_zalloc(&in->arena, in->command->args_size);
	good = opt_parse(&in->arena, &in->diags, in->command->options,
	    argc - 1, argv + 1, args, &in->operand);
	in->color_err = wants_color(args->color, STDERR_FILENO);
	in->color_out = wants_color(args->color, STDOUT_FILENO);
	if (args->help) {
		diags_init(&in->diags, &in->arena);
		command_help(&in->out, in->command);
		return STATUS_CLEAN;
	}
	if (!good || !check_operands(in))
		return STATUS_USAGE;
	return in->command->run(in);
}

int
main(int argc, char **argv)
{
	struct invocation in = { .command = NULL };
	enum status status;

	guard_descriptors();
	mem_exhausted = no_memory;
	arena_init(&in.arena);
	diags_init(&in.diags, &in.arena);
	buf_init(&in.out, OUT_MAX);
	in.color_err = wants_color(COLOR_AUTO, STDERR_FILENO);
	codec_kernels(getenv("DECANT_KERNELS"));
	status = run(&in, argc, argv);
	invocation_show_diags(&in);
	if (!invocation_flush(&in)) {
		status = in.published ? STATUS_PERSON : STATUS_FAILED;
		invocation_show_diags(&in);
	}
	buf_fini(&in.out);
	arena_fini(&in.arena);
	return status;
}
