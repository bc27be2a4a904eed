/*
 * Functions of dates and timestamps.
 */
#include "plan/plan_call.h"

const struct function call_dates_table[] = {
	{ "TO-DATE", 2, 2, plan_to_moment },
	{ "TO-TIME", 2, 2, plan_to_moment },
	{ "TO-TIMESTAMP", 2, 2, plan_to_moment },
	{ NULL, 0, 0, NULL },
};
