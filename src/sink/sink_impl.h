/*
 * What a sink shows to the registry in sink.c: one const struct each, in its
 * own file.  Adding a sink is that file, a line here, a row in sink.c.
 *
 * Built without libpq there is no sink_postgres; the registry then says so.
 */
#ifndef DECANT_SINK_IMPL_H
#define DECANT_SINK_IMPL_H

#include <stdbool.h>

#include "sink/sink.h"

struct sink_kind {
	const char *scheme;	/* "sqlite": what did-you-mean offers */
	/* Is the target (as the user wrote it) this sink's? */
	bool (*match)(const char *target);
	/* Fills ops and state; false with a diagnostic. */
	bool (*new)(struct sink *, struct arena *, struct diags *,
	    const char *target, const struct sink_options *);
	const struct limits *limits;
	/* May be NULL (files): nothing is appended. */
	void (*ddl)(struct buf *, const struct schema *, const char *target,
	    const struct sink_options *);
	void (*type)(struct buf *, const struct schema_column *);
	/* Does the target hold rows to it?  NULL: to nothing. */
	bool (*holds)(const struct schema *,
	    const struct schema_constraint *);
};

extern const struct sink_kind sink_sqlite, sink_csv, sink_jsonl, sink_null;
#ifdef HAVE_LIBPQ
extern const struct sink_kind sink_postgres;
#endif

#endif
