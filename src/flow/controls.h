/*
 * Controls over the whole input: the batches' parts are put together, span by
 * span, and each span's comparison is made.
 */
#ifndef DECANT_CONTROLS_H
#define DECANT_CONTROLS_H

#include <stdint.h>

#define BREAKS_KEPT	10u	/* of a control */

struct arena;
struct batch;
struct controls;
struct plan;

struct control_break {
	const char *left, *right;	/* as text; NULL: no value */
	const char *why;		/* besides, or NULL */
	uint32_t file;			/* of the source */
	uint64_t record;		/* that cut the span; 0: the file's end */
};

struct control_result {
	const char *text;		/* of the mapping */
	uint64_t spans, broken;
	struct control_break *first;	/* [nfirst], in order */
	uint32_t nfirst, cap;
	const char *left, *right;	/* of the last span */
};

struct controls *controls_new(struct arena *, const struct plan *);
/* Forgets all: the input is read once more. */
void	 controls_restart(struct controls *);
/* A batch that was run; in input order. */
void	 controls_put(struct controls *, const struct batch *);
/* After the last batch. */
void	 controls_end(struct controls *);
/* [plan's controls]; *broken: spans in all. */
const struct control_result *controls_results(const struct controls *,
	    uint64_t *broken);

#endif
