/*
 * Which dataset a verb is about: that of a mapping, or one in a database.
 *
 *	decant status mappings/customer.yaml
 *	decant status --to sqlite:customer.db [--dataset customer]
 */
#ifndef DECANT_DATASET_ARGS_H
#define DECANT_DATASET_ARGS_H

#include <stdbool.h>

#include "command/command.h"
#include "db/db.h"
#include "generation/dataset.h"
#include "generation/swap.h"

struct mapping;

struct dataset_args {
	const char *to, *dataset;
};

#define OPT_DATASET(type, member)					\
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",		\
	    .at = offsetof(type, member.to),				\
	    .help = "the database, instead of the mapping's target" },	\
	{ .name = "dataset", .kind = OPT_TEXT, .metavar = "NAME",	\
	    .at = offsetof(type, member.dataset),			\
	    .help = "the dataset, when there is no mapping" }

struct open_dataset {
	struct db db;
	struct dataset dataset;
	const struct mapping *mapping;	/* NULL: none was named */
};

enum dataset_need {
	NEED_NOTHING,		/* it may not exist yet */
	NEED_LEDGER,		/* it must */
	NEED_LOCK		/* and nobody else may write to it */
};

/*
 * Opens what the first operand (if there is one) and the options name; false:
 * told, and closed.  With NULL for `d` only the database is opened, and the
 * dataset's name is in `dataset.name`, NULL where nothing names one.
 */
bool	 dataset_args_open(struct invocation *, const struct dataset_args *,
	    enum dataset_need, struct open_dataset *);
void	 dataset_args_close(struct open_dataset *);
/* The exit status when it cannot be opened. */
enum status dataset_args_status(const struct invocation *);

#endif
