/*
 * Completion; see completion.h.
 *
 * What an option's argument is, its metavar tells: DIR and FILE are names of
 * files, a TARGET begins with one of a few words, a choice has its words; other
 * arguments are left to their author.  Operands are told in the same way.
 */
#include "command/completion.h"

#include <string.h>

#include "command/command.h"

#define TARGETS	"sqlite: postgresql:// csv: jsonl: null:"

enum argument { ARG_NONE, ARG_WORDS, ARG_FILE, ARG_DIR, ARG_TARGET, ARG_OWN };

static enum argument
option_argument(const struct opt *o)
{
	if (o->kind == OPT_FLAG)
		return ARG_NONE;
	if (o->kind == OPT_CHOICE)
		return ARG_WORDS;
	if (strcmp(o->metavar, "DIR") == 0)
		return ARG_DIR;
	if (strcmp(o->metavar, "FILE") == 0)
		return ARG_FILE;
	return strcmp(o->metavar, "TARGET") == 0 ? ARG_TARGET : ARG_OWN;
}

static void
put_words(struct buf *b, const char *const *word)
{
	uint32_t i;

	for (i = 0; word[i] != NULL; i++)
		buf_printf(b, "%s%s", i > 0 ? " " : "", word[i]);
}

/* ---- bash -------------------------------------------------------------- */

/* "load --to" and "load -t", as patterns of a case. */
static void
bash_pattern(struct buf *b, const struct command *c, const struct opt *o)
{
	buf_printf(b, "\t'%s --%s'", c->name, o->name);
	if (o->letter != 0)
		buf_printf(b, " | '%s -%c'", c->name, o->letter);
	buf_puts(b, ")\n\t\t");
}

static void
bash_argument(struct buf *b, const struct command *c, const struct opt *o)
{
	enum argument a = option_argument(o);

	if (a == ARG_NONE || o->help == NULL)
		return;
	bash_pattern(b, c, o);
	switch (a) {
	case ARG_WORDS:
		buf_puts(b, "_decant_reply -W '");
		put_words(b, o->choice);
		buf_puts(b, "'\n\t\t");
		break;
	case ARG_DIR:
		buf_puts(b, "_decant_files -d\n\t\t");
		break;
	case ARG_FILE:
		buf_puts(b, "_decant_files -f\n\t\t");
		break;
	case ARG_TARGET:
		buf_puts(b, "_decant_target\n\t\t");
		break;
	default:
		break;
	}
	buf_puts(b, "return ;;\n");
}

static void
bash_options(struct buf *b, const struct command *c)
{
	const struct opt *o;

	buf_printf(b, "\t%s)\n\t\toptions='", c->name);
	for (o = c->options; o->name != NULL; o++)
		if (o->help != NULL)
			buf_printf(b, "%s--%s", o == c->options ? "" : " ",
			    o->name);
	buf_puts(b, "'\n\t\toperands=");
	buf_puts(b, strncmp(c->operands, "MAPPING", 7) == 0 ? "mapping" :
	    strncmp(c->operands, "[VERB", 5) == 0 ? "verb" : "file");
	buf_puts(b, " ;;\n");
}

static void
bash_verbs(struct buf *b)
{
	uint32_t i;

	for (i = 0; commands[i] != NULL; i++)
		buf_printf(b, "%s%s", i > 0 ? " " : "", commands[i]->name);
}

void
completion_bash(struct buf *b)
{
	const struct opt *o;
	uint32_t i;

	buf_puts(b, "# Completion of decant for bash; made by "
	    "'decant help --completion bash'.\n\n"
	    "_decant_reply()\n{\n"
	    "\tmapfile -t COMPREPLY < <(compgen \"$@\" -- \"$cur\")\n}\n\n"
	    "_decant_files()\n{\n"
	    "\tcompopt -o filenames 2> /dev/null\n"
	    "\t_decant_reply \"$@\"\n}\n\n"
	    "_decant_target()\n{\n"
	    "\tcompopt -o nospace 2> /dev/null\n"
	    "\t_decant_reply -W '" TARGETS "'\n}\n\n"
	    "_decant()\n{\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} options= operands=\n"
	    "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}\n"
	    "\tCOMPREPLY=()\n"
	    "\tif ((COMP_CWORD == 1)); then\n"
	    "\t\t_decant_reply -W '");
	bash_verbs(b);
	buf_puts(b, " --help --version'\n\t\treturn\n\tfi\n"
	    "\t# bash cuts words at = and :\n"
	    "\tif [[ $cur == [=:] ]]; then\n"
	    "\t\tprev=$cur cur=\n"
	    "\t\t((COMP_CWORD > 2)) && [[ $prev == = ]] &&\n"
	    "\t\t\tprev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	    "\telif [[ $prev == = ]]; then\n"
	    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	    "\tfi\n"
	    "\tif [[ $prev == : ]]; then\n"
	    "\t\t_decant_files -f\n\t\treturn\n\tfi\n"
	    "\tcase \"$verb $prev\" in\n");
	for (i = 0; commands[i] != NULL; i++)
		for (o = commands[i]->options; o->name != NULL; o++)
			bash_argument(b, commands[i], o);
	buf_puts(b, "\tesac\n\tcase $verb in\n");
	for (i = 0; commands[i] != NULL; i++)
		bash_options(b, commands[i]);
	buf_puts(b, "\tesac\n"
	    "\tif [[ $cur == -* ]]; then\n"
	    "\t\t_decant_reply -W \"$options\"\n\t\treturn\n\tfi\n"
	    "\tcase $operands in\n"
	    "\tverb)\n\t\t_decant_reply -W 'diagnostics ");
	bash_verbs(b);
	buf_puts(b, "' ;;\n"
	    "\tmapping)\n"
	    "\t\tif ((COMP_CWORD == 2)); then\n"
	    "\t\t\t_decant_files -f -X '!*.y*ml'\n"
	    "\t\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(\n"
	    "\t\t\t    compgen -d -- \"$cur\")\n"
	    "\t\tfi\n"
	    "\t\t((${#COMPREPLY[@]})) || _decant_files -f ;;\n"
	    "\tfile)\n\t\t_decant_files -f ;;\n"
	    "\tesac\n}\n\n"
	    "complete -F _decant decant\n");
}

/* ---- zsh --------------------------------------------------------------- */

/* Inside '…', where [ ] and : mean something to _arguments. */
static void
zsh_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_puts(b, "'\\''");
		else if (*s == '[' || *s == ']' || *s == ':' || *s == '\\')
			buf_printf(b, "\\%c", *s);
		else
			buf_putc(b, *s);
	}
}

static void
zsh_action(struct buf *b, const struct opt *o)
{
	switch (option_argument(o)) {
	case ARG_WORDS:
		buf_puts(b, "(");
		put_words(b, o->choice);
		buf_puts(b, ")");
		break;
	case ARG_DIR:
		buf_puts(b, "_files -/");
		break;
	case ARG_FILE:
		buf_puts(b, "_files");
		break;
	case ARG_TARGET:
		buf_puts(b, "_decant_target");
		break;
	default:
		buf_putc(b, ' ');
		break;
	}
}

static void
zsh_option(struct buf *b, const struct opt *o)
{
	const char *equals = o->kind == OPT_FLAG ? "" : "=";

	if (o->help == NULL)
		return;
	buf_puts(b, " \\\n\t\t\t");
	/* may be repeated, or excludes its other name */
	if (o->kind == OPT_LIST && o->letter != 0)
		buf_printf(b, "'*'{-%c+,--%s%s}'[", o->letter, o->name, equals);
	else if (o->kind == OPT_LIST)
		buf_printf(b, "'*--%s%s[", o->name, equals);
	else if (o->letter != 0)
		buf_printf(b, "'(-%c --%s)'{-%c%s,--%s%s}'[", o->letter,
		    o->name, o->letter, o->kind == OPT_FLAG ? "" : "+",
		    o->name, equals);
	else
		buf_printf(b, "'--%s%s[", o->name, equals);
	zsh_text(b, o->help);
	buf_puts(b, "]");
	if (o->kind != OPT_FLAG) {
		buf_puts(b, ":");
		zsh_text(b, o->metavar);
		buf_puts(b, ":");
		zsh_action(b, o);
	}
	buf_puts(b, "'");
}

static void
zsh_verb(struct buf *b, const struct command *c)
{
	const struct opt *o;

	buf_printf(b, "\t\t%s)\n\t\t\t_arguments -s", c->name);
	for (o = c->options; o->name != NULL; o++)
		zsh_option(b, o);
	if (strncmp(c->operands, "MAPPING", 7) == 0)
		buf_puts(b, " \\\n\t\t\t'1:mapping:_files -g \"*.(yaml|yml)"
		    "\"'");
	buf_puts(b, " \\\n\t\t\t'*:");
	if (strncmp(c->operands, "[VERB", 5) == 0)
		buf_puts(b, "verb:_decant_verbs' ;;\n");
	else
		buf_puts(b, "file:_files' ;;\n");
}

void
completion_zsh(struct buf *b)
{
	uint32_t i;

	buf_puts(b, "#compdef decant\n"
	    "# Completion of decant for zsh; made by "
	    "'decant help --completion zsh'.\n\n"
	    "_decant_target() {\n"
	    "\tcompset -P '*:' && { _files; return }\n"
	    "\tcompadd -S '' -- " TARGETS "\n}\n\n"
	    "_decant_verbs() {\n\tlocal -a verbs\n\tverbs=(");
	for (i = 0; commands[i] != NULL; i++) {
		buf_printf(b, "\n\t\t'%s:", commands[i]->name);
		zsh_text(b, commands[i]->summary);
		buf_puts(b, "'");
	}
	buf_puts(b, ")\n\t_describe verb verbs\n}\n\n"
	    "_decant() {\n"
	    "\tlocal curcontext=$curcontext state line\n"
	    "\ttypeset -A opt_args\n"
	    "\t_arguments -C '1:verb:_decant_verbs' '*::argument:->rest'\n"
	    "\t[[ $state == rest ]] || return\n"
	    "\tcase $line[1] in\n");
	for (i = 0; commands[i] != NULL; i++)
		zsh_verb(b, commands[i]);
	buf_puts(b, "\tesac\n}\n\n"
	    "_decant \"$@\"\n");
}
