/*
 * The command line: a verb is one file (cmd_VERB.c), one const struct and one
 * row of the table in main.c.
 *
 * main parses the verb's options, checks how many operands there are, runs it
 * with an invocation, and at the end prints diagnostics and what the verb has
 * written to `out`.  Verbs return an exit status and free nothing: all lives
 * in the invocation's arena.  Only this folder prints.
 */
#ifndef DECANT_COMMAND_H
#define DECANT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/opt.h"

struct json;
struct job_options;

/* As batch jobs read them. */
enum status {
	STATUS_CLEAN = 0,
	STATUS_REJECTS = 4,	/* done, with rejects within the limit */
	STATUS_CHECK = 8,	/* differences found, or a check failed */
	STATUS_FAILED = 12,	/* failed; the target is untouched */
	STATUS_PERSON = 16,	/* the state needs a person */
	STATUS_USAGE = 64,
	STATUS_LOCKED = 75	/* another run holds the lock */
};

/* Every verb's struct of options starts with this one. */
struct common_args {
	bool help;
	uint32_t color;		/* enum color_choice */
};
enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
extern const char *const color_choices[];

#define OPT_COMMON							\
	{ .name = "color", .kind = OPT_CHOICE, .metavar = "WHEN",	\
	    .at = offsetof(struct common_args, color),			\
	    .choice = color_choices,					\
	    .help = "auto, always or never" },				\
	{ .name = "help", .letter = 'h', .kind = OPT_FLAG,		\
	    .at = offsetof(struct common_args, help),			\
	    .help = "show this text" }
#define OPT_END		{ .name = NULL }

struct invocation {
	struct arena arena;
	struct diags diags;
	const struct command *command;
	const void *args;	/* the verb's struct */
	struct opt_operands operand;
	struct buf out;		/* goes to standard output at the end */
	bool color_out, color_err;
	const struct diag *shown;	/* the last that was shown; NULL: none */
	bool diags_elsewhere;	/* in the JSON: not on standard error */
	bool write_failed;	/* standard output took no more: G003 */
	bool published;		/* the target has changed */
};

struct command {
	const char *name;
	const char *operands;	/* "MAPPING [FILE]..." */
	const char *summary;	/* one line */
	const char *about;	/* paragraphs of the help text */
	const char *missing;	/* what is missing without operands */
	const struct opt *options;
	size_t args_size;
	uint32_t min, max;	/* operands */
	enum status (*run)(struct invocation *);
};

extern const struct command *const commands[];	/* ended by NULL */
extern const struct command cmd_layout, cmd_init, cmd_check, cmd_preview,
    cmd_explain, cmd_load, cmd_sniff, cmd_help, cmd_generate,
    cmd_unload, cmd_stage, cmd_publish, cmd_rollback, cmd_retire,
    cmd_status, cmd_log, cmd_test, cmd_snapshot, cmd_restore, cmd_retry,
    cmd_plan, cmd_copy, cmd_inventory, cmd_purge;

/* NULL with an error in diags, did-you-mean included. */
const struct command *command_find(struct diags *, const char *name);
/* The text of --help. */
void	 command_help(struct buf *, const struct command *);
/* The list of verbs. */
void	 command_help_all(struct buf *);

/* Prints `out` to standard output now; false: it takes no more. */
bool	 invocation_flush(struct invocation *);
/* Prints the diagnostics to standard error, sorted by place. */
void	 invocation_show_diags(struct invocation *);
/* The same into a buffer. */
void	 invocation_text_diags(struct invocation *, struct buf *, bool colour);
/* The same as members of a JSON array. */
void	 invocation_json_diags(struct invocation *, struct json *,
	    const char *key);
/* 75 where another run holds the target's lock, else `otherwise`. */
enum status invocation_status(const struct invocation *,
	    enum status otherwise);
/* Columns of the terminal that standard output is; 0: it is none. */
uint32_t terminal_columns(void);

#endif
