/*
 * Option tables.  A verb has one const table of options; it makes the parsing
 * (over getopt_long), the help text, the manual's check and completions.
 *
 * Values go into the verb's own struct, whose zero bytes mean "not given";
 * texts point into argv, lists live in the arena.  Nothing here prints: what
 * is wrong goes to the diagnostics as G001.
 */
#ifndef DECANT_OPT_H
#define DECANT_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct buf;

enum opt_kind {
	OPT_FLAG,		/* bool */
	OPT_TEXT,		/* const char * */
	OPT_LIST,		/* struct opt_list: may be repeated */
	OPT_COUNT,		/* uint64_t from min to max */
	OPT_CHOICE		/* uint32_t: index into choice[] */
};

struct opt_list {
	const char **v;
	uint32_t n, cap;
};

struct opt {
	const char *name;	/* without its dashes; NULL ends a table */
	char letter;		/* 0: none */
	enum opt_kind kind;
	size_t at;		/* offset of its value in the struct */
	const char *metavar;	/* of the argument */
	const char *help;	/* NULL: hidden */
	const char *const *choice;	/* ended by NULL; [0] is the default */
	uint64_t min, max;
};

/* What is left when the options are gone. */
struct opt_operands {
	const char *const *v;
	uint32_t n;
};

#define OPT_TABLE_MAX	32u	/* rows of a table */

/*
 * argv[0] is the verb, for messages.  Options and operands may be mixed; "--"
 * ends the options.  false: what is wrong is in the diagnostics.
 */
bool	 opt_parse(struct arena *, struct diags *, const struct opt *, int argc,
	    char **argv, void *values, struct opt_operands *);
/* A line or more for each option that is not hidden. */
void	 opt_help(struct buf *, const struct opt *);

#endif
