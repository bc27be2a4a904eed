/*
 * decant help: what verbs there are, what one does, what a diagnostic means.
 *
 * The texts come from the command table, the option tables and the catalogue
 * of diagnostics, so that they cannot say anything else than the program.
 */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/completion.h"

struct help_args {
	struct common_args common;
	bool mdoc;
	uint32_t completion;	/* enum shell */
};

enum shell { SHELL_NONE, SHELL_BASH, SHELL_ZSH };
static const char *const shells[] = { "none", "bash", "zsh", NULL };

static const struct opt options[] = {
	{ .name = "mdoc", .kind = OPT_FLAG,
	    .at = offsetof(struct help_args, mdoc) },	/* for the Makefile */
	{ .name = "completion", .kind = OPT_CHOICE, .metavar = "SHELL",
	    .at = offsetof(struct help_args, completion), .choice = shells,
	    .help = "print a script for completion in bash or zsh" },
	OPT_COMMON,
	OPT_END
};

const struct command *
command_find(struct diags *ds, const char *name)
{
	const char *names[32], *near;
	struct diag *d;
	uint32_t n;

	for (n = 0; commands[n] != NULL && n < 32; n++) {
		if (strcmp(commands[n]->name, name) == 0)
			return commands[n];
		names[n] = commands[n]->name;
	}
	if (name[0] == '-')
		d = diag_add(ds, DIAG_G001, NOWHERE, "unknown option '%s'",
		    name);
	else
		d = diag_add(ds, DIAG_G001, NOWHERE, "unknown verb '%s'", name);
	near = diag_nearest(name, strlen(name), names, n);
	if (near != NULL)
		diag_hint(ds, d, "did you mean '%s'?", near);
	else if (name[0] == '-')
		diag_hint(ds, d, "options of a verb stand after it; "
		    "decant --help lists the verbs");
	else
		diag_hint(ds, d, "decant --help lists the verbs");
	return NULL;
}

void
command_help(struct buf *b, const struct command *c)
{
	buf_printf(b, "usage: decant %s [options]%s%s\n\n%s\noptions:\n",
	    c->name, c->operands[0] != '\0' ? " " : "", c->operands, c->about);
	opt_help(b, c->options);
}

void
command_help_all(struct buf *b)
{
	uint32_t i;

	buf_puts(b, "usage: decant VERB [options] ...\n\n"
	    "decant pours records out of a mainframe file into an open "
	    "database.\n\nverbs:\n");
	for (i = 0; commands[i] != NULL; i++)
		buf_printf(b, "  %-9s %s\n", commands[i]->name,
		    commands[i]->summary);
	buf_puts(b, "\n"
	    "decant VERB --help        what a verb does, and its options\n"
	    "decant help CODE          what a diagnostic such as C012 means\n"
	    "decant help diagnostics   all of them\n"
	    "decant --version          the version\n\n"
	    "exit status: 0 clean, 4 done with rejects within the limit, "
	    "8 a check failed,\n12 failed and the target is untouched, 16 the "
	    "state needs a person,\n64 wrong usage, 75 another run holds the "
	    "lock\n");
}

/* Breaks a text into lines of at most 76 columns, indented. */
static void
put_wrapped(struct buf *b, const char *text)
{
	size_t word, column = 0;

	while (*text != '\0') {
		word = strcspn(text, " ");
		if (column == 0 || column + 1 + word > 76) {
			buf_puts(b, column == 0 ? "    " : "\n    ");
			column = 4;
		} else {
			buf_putc(b, ' ');
			column++;
		}
		buf_put(b, text, word);
		column += word;
		text += word;
		text += strspn(text, " ");
	}
	buf_putc(b, '\n');
}

static void
put_diagnostic(struct buf *b, enum diag_code c)
{
	static const char *const word[] = { "note", "warning", "error" };

	buf_printf(b, "%s %s: %s\n", word[diag_severity(c)], diag_name(c),
	    diag_summary(c));
	put_wrapped(b, diag_explanation(c));
}

/* mdoc: a dot or quote at the start of a line is a request, "\" an escape. */
static void
put_mdoc(struct buf *b, const char *text)
{
	if (text[0] == '.' || text[0] == '\'')
		buf_puts(b, "\\&");
	for (; *text != '\0'; text++) {
		/* a sentence starts a line (mandoc -Tlint wants it so) */
		if (text[0] == '.' && text[1] == ' ') {
			buf_puts(b, ".\n");
			text++;
		} else if (*text == '\\') {
			buf_puts(b, "\\e");
		} else {
			buf_putc(b, *text);
		}
	}
	buf_putc(b, '\n');
}

static void
put_page(struct buf *b)
{
	uint32_t c;

	buf_puts(b, ".\\\" Made by 'decant help --mdoc' from the catalogue.\n"
	    ".Dd $Mdocdate$\n.Dt DECANT-DIAGNOSTICS 7\n.Os\n"
	    ".Sh NAME\n.Nm decant-diagnostics\n"
	    ".Nd what decant's messages mean\n.Sh DESCRIPTION\n"
	    "Every message of\n.Xr decant 1\nhas a code that does not change.\n"
	    "The letter tells the area: C copybooks, M mappings, P names and "
	    "types,\nF input files, D data, T targets,\nL generations, G the rest.\n"
	    ".Sh DIAGNOSTICS\n.Bl -tag -width Ds\n");
	for (c = 0; c < DIAG_COUNT; c++) {
		buf_printf(b, ".It %s\n", diag_name(c));
		buf_printf(b, "%s", diag_severity(c) == SEV_WARNING ?
		    "Warning: " : diag_severity(c) == SEV_NOTE ? "Note: " : "");
		put_mdoc(b, diag_summary(c));
		buf_puts(b, ".Pp\n");
		put_mdoc(b, diag_explanation(c));
	}
	buf_puts(b, ".El\n.Sh SEE ALSO\n.Xr decant 1 ,\n"
	    ".Xr decant-mapping 5\n");
}

/* "C012": an area's letter and three digits. */
static bool
looks_like_code(const char *s)
{
	return strlen(s) == 4 && strspn(s + 1, "0123456789") == 3;
}

static enum status
help_code(struct invocation *in, const char *name)
{
	const char *names[DIAG_COUNT], *near;
	struct diag *d;
	uint32_t c;

	for (c = 0; c < DIAG_COUNT; c++) {
		names[c] = diag_name(c);
		if (strcasecmp(names[c], name) == 0) {
			put_diagnostic(&in->out, c);
			return STATUS_CLEAN;
		}
	}
	d = diag_add(&in->diags, DIAG_G001, NOWHERE, "no diagnostic '%s'",
	    name);
	near = diag_nearest(name, strlen(name), names, DIAG_COUNT);
	if (near != NULL)
		diag_hint(&in->diags, d, "did you mean '%s'?", near);
	return STATUS_USAGE;
}

static enum status
help_run(struct invocation *in)
{
	const struct help_args *args = in->args;
	const struct command *c;
	uint32_t i;

	if (args->mdoc) {
		put_page(&in->out);
	} else if (args->completion == SHELL_BASH) {
		completion_bash(&in->out);
	} else if (args->completion == SHELL_ZSH) {
		completion_zsh(&in->out);
	} else if (in->operand.n == 0) {
		command_help_all(&in->out);
	} else if (strcmp(in->operand.v[0], "diagnostics") == 0) {
		for (i = 0; i < DIAG_COUNT; i++)
			put_diagnostic(&in->out, i);
	} else if (looks_like_code(in->operand.v[0])) {
		return help_code(in, in->operand.v[0]);
	} else {
		c = command_find(&in->diags, in->operand.v[0]);
		if (c == NULL)
			return STATUS_USAGE;
		command_help(&in->out, c);
	}
	return STATUS_CLEAN;
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[VERB | CODE | diagnostics]",
	.summary = "explain a verb or a diagnostic",
	.about =
	    "Shows what a verb does and which options it has, what the\n"
	    "diagnostic CODE means, or all diagnostics.\n",
	.missing = "",
	.options = options,
	.args_size = sizeof(struct help_args),
	.min = 0, .max = 1,
	.run = help_run,
};
