/*
 * What a load would do, for decant plan and for --dry-run.
 */
#ifndef DECANT_PLAN_VERB_H
#define DECANT_PLAN_VERB_H

#include "command/command.h"

struct retry;
struct run_set;

struct plan_asked {
	const char *to;			/* instead of the mapping's target */
	const struct opt_list *include;
	bool sql, json;
};

/* Of the mapping and files that are the verb's words. */
enum status plan_verb(struct invocation *, const struct plan_asked *);
/* Of what is ready to run; a retry, or NULL. */
enum status plan_set(struct invocation *, const struct plan_asked *,
	    struct run_set *, const struct retry *);

#endif
