/*
 * Controls: what the legacy side says it sent, against what was read.
 *
 * A control is a comparison over counts, sums and the fields of one type of
 * record.  That type cuts the input into spans: each of its records ends one
 * (a trailer), or begins one (a header, a parent); without such fields a span
 * is a file.  A batch tells, for each control, what its records add to the
 * spans that they touch; merging these in input order is the caller's.
 */
#ifndef DECANT_CONTROL_H
#define DECANT_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "value/value.h"

struct batch;
struct buf;
struct plan;

enum span { SPAN_FILE, SPAN_CLOSED, SPAN_OPENED };

struct control_value {
	d128 v;
	int16_t scale;
	bool bad;		/* null, no number, or too large */
};

/* What one batch adds to one span of a control, and what then cuts it. */
struct control_part {
	struct control_value *total;	/* [ntotal] */
	struct control_value *field;	/* [nfield] of the record that cuts;
					 * NULL: the batch ends */
	uint32_t rec;			/* that cuts */
};

struct control_parts {			/* [plan's controls] of a batch */
	struct control_part *part;
	uint32_t n;
};

uint32_t plan_ncontrol(const struct plan *);
/* As the mapping has it, and how it is cut. */
const char *plan_control_text(const struct plan *, uint32_t control);
enum span plan_control_span(const struct plan *, uint32_t control);
uint32_t plan_control_type(const struct plan *, uint32_t control);
uint32_t plan_control_totals(const struct plan *, uint32_t control);
uint32_t plan_control_fields(const struct plan *, uint32_t control);
/* Of all totals, for nothing: zero at its scale. */
struct control_value plan_control_zero(const struct plan *, uint32_t control,
	    uint32_t total);
/* a becomes a + b; too large: bad. */
void	 control_add(struct control_value *a, const struct control_value *b);

/*
 * Does the control hold?  left and right get its sides; field may be NULL
 * where the control has none.
 */
bool	 plan_control_holds(const struct plan *, uint32_t control,
	    const struct control_value *total,
	    const struct control_value *field, struct control_value *left,
	    struct control_value *right);

#endif
