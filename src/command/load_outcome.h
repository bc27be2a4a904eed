/*
 * What came of a load, for people, for machines, and as an exit status.
 */
#ifndef DECANT_LOAD_OUTCOME_H
#define DECANT_LOAD_OUTCOME_H

#include "command/command.h"
#include "generation/run.h"

struct outcome {
	struct run_set *set;		/* NULL: it could not be made */
	struct run_result *run;		/* NULL: files, or nothing happened */
	struct retry *retry;		/* NULL: it is none */
};

/* Why a load was refused or broken: with -q too, as a batch job's log must
 * say it. */
void	 outcome_tell(struct invocation *, const struct outcome *);
/* Were the records loaded? */
bool	 outcome_is_done(const struct outcome *);
enum status outcome_status(struct invocation *, const struct outcome *);
void	 outcome_json(struct invocation *, const struct outcome *,
	    enum status);
void	 outcome_text(struct invocation *, const struct outcome *);

#endif
