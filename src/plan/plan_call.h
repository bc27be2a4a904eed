/*
 * Functions of expressions, a table for each theme.  A row here and a builder
 * is all that plan_call needs.  Private to plan/.
 *
 * Names are as the parser gives them: upper case, a hyphen for an underscore.
 */
#ifndef DECANT_PLAN_CALL_H
#define DECANT_PLAN_CALL_H

#include "plan/plan_impl.h"

#define ARGS_MAX	1000

typedef bool call_fn(struct build *, uint32_t frame, const struct expr *,
	    struct operand *);

struct function {
	const char *name;		/* NULL: the table's end */
	uint32_t least, most;		/* arguments */
	call_fn *build;
};

extern const struct function call_texts_table[];	/* plan_call_text.c */
extern const struct function call_numbers_table[];	/* plan_call_number.c */
extern const struct function call_dates_table[];	/* plan_call_date.c */
extern const struct function call_nulls_table[];	/* plan_call_null.c */
extern const struct function call_own_table[];		/* plan_call_own.c */

extern const struct vt call_text_type, call_int_type, call_bool_type;

call_fn plan_to_char;					/* plan_to_char.c */

/* What the builders share: plan_call.c.  False after an error. */
struct operand call_result(const struct expr *, struct vt);
/* full_name, as people write it. */
const char *call_shown(struct build *, const char *name);
/* reg[i] for each argument from `from` on, in text context. */
bool	 call_texts(struct build *, uint32_t frame, const struct expr *,
	    uint32_t from, uint32_t *reg);
/* Argument i, which must be a whole number. */
bool	 call_number(struct build *, uint32_t frame, const struct expr *,
	    uint32_t i, uint32_t *reg);
/* Up to three arguments in text context, for an op with op->n and a type. */
bool	 call_one_text(struct build *, uint32_t frame, const struct expr *,
	    enum op_code, int n, struct vt, struct operand *);
/* An op over e->narg registers. */
bool	 call_any(struct build *, uint32_t frame, const struct expr *,
	    enum op_code, uint32_t *reg, struct vt, struct operand *);
/* A literal whole number, perhaps with a sign; false: it is none. */
bool	 call_constant(const struct expr *, int64_t *);

#endif
