/*
 * A case of a plan: a copybook, tables, records, and what comes out.  Each
 * runs in batches of 1, 7 and 1,000 records, with the same outcome.
 */
#ifndef PLAN_CASE_H
#define PLAN_CASE_H

#include "plan_fixture.h"
#include "tap.h"

struct plan_case {
	const char *what, *copybook, *tables;
	const char *want;
	struct slice rec[RECORDS_MAX];
	const struct limits *limits;
	const char *encoding;
};

static inline void
run_case_of(const struct plan_case *k, const char *source)
{
	static const uint32_t sizes[] = { 1, 7, 1000 };
	struct world w;
	struct buf out;
	const struct diag *d;
	uint32_t n, i;

	for (n = RECORDS_MAX; n > 0 && k->rec[n - 1].p == NULL; n--)
		;
	world_open(&w, k->copybook, k->tables, source, k->encoding,
	    k->limits);
	if (w.plan == NULL) {
		ok(false, "%s", k->what);
		for (d = w.diags.first; d != NULL; d = d->next)
			printf("#   %u:%u %s\n", d->at.line, d->at.col,
			    d->message);
		world_close(&w);
		return;
	}
	buf_init(&out, 1u << 20);
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		buf_clear(&out);
		world_run(&w, k->rec, n, sizes[i], NULL, &out);
		if (!ok(strcmp(out.p, k->want) == 0, "%s, in batches of %u",
		    k->what, sizes[i]))
			printf("# got:\n%s# want:\n%s", out.p, k->want);
	}
	buf_fini(&out);
	world_close(&w);
}

static inline void
run_case(const struct plan_case *k)
{
	run_case_of(k, "");
}

#define RUN(cases)							\
	do {								\
		for (size_t i = 0; i < sizeof (cases) / sizeof (cases)[0]; i++) \
			run_case(&(cases)[i]);				\
	} while (0)

#endif
