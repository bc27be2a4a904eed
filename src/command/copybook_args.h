/*
 * The options that say how a copybook is read, for all verbs that read one
 * without a mapping.
 */
#ifndef DECANT_COPYBOOK_ARGS_H
#define DECANT_COPYBOOK_ARGS_H

#include "base/opt.h"
#include "cobol/copybook.h"
#include "command/describe.h"

struct copybook_args {
	struct opt_list include, define, replace;
	uint32_t format, dialect, address;
};

extern const char *const address_sizes[];	/* "auto", "4", "8" */

/* Rows of a table of options, for the copybook_args in a verb's struct. */
#define OPT_COPYBOOK(type, args)					\
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,		\
	    .metavar = "DIR", .at = offsetof(type, args.include),	\
	    .help = "look for copybooks that COPY names in DIR too" },	\
	{ .name = "source-format", .kind = OPT_CHOICE,			\
	    .metavar = "FORMAT", .at = offsetof(type, args.format),	\
	    .choice = source_formats,					\
	    .help = "of the copybook: auto, fixed or free" },		\
	{ .name = "dialect", .kind = OPT_CHOICE, .metavar = "DIALECT",	\
	    .at = offsetof(type, args.dialect), .choice = dialects,	\
	    .help = "of the copybook: ibm, microfocus, gnucobol, fujitsu" }, \
	{ .name = "define", .letter = 'D', .kind = OPT_LIST,		\
	    .metavar = "NAME[=VALUE]",					\
	    .at = offsetof(type, args.define),				\
	    .help = "define NAME for >>IF and as a constant" },		\
	{ .name = "replace", .letter = 'R', .kind = OPT_LIST,		\
	    .metavar = "FROM=TO", .at = offsetof(type, args.replace),	\
	    .help = "as REPLACE ==FROM== BY ==TO== in the copybook" }, \
	{ .name = "address-size", .kind = OPT_CHOICE,			\
	    .metavar = "BYTES", .at = offsetof(type, args.address),	\
	    .choice = address_sizes,					\
	    .help = "of POINTER: 4, or 8 for LP(64)" }

void	 copybook_args_options(struct copybook_options *,
	    const struct copybook_args *);

#endif
