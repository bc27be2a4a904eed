/*
 * The kinds of sinks, and which one a target means.
 *
 * A target that nobody knows is never repeated in full: it may be a mistyped
 * connection string with a password in it.
 */
#include "sink/sink.h"

#include <string.h>

#include "base/buf.h"
#include "sink/sink_impl.h"

static const struct sink_kind *const kinds[] = {
	&sink_sqlite, &sink_csv, &sink_jsonl, &sink_null,
#ifdef HAVE_LIBPQ
	&sink_postgres,		/* last: it takes any key=value */
#endif
};
#define NKINDS	(sizeof kinds / sizeof kinds[0])

static const char *const schemes[] = {
	"sqlite", "postgresql", "postgres", "csv", "jsonl", "null"
};

#ifndef HAVE_LIBPQ
static bool
is_postgres(const char *target)
{
	return strncmp(target, "postgresql:", 11) == 0 ||
	    strncmp(target, "postgres:", 9) == 0 ||
	    strchr(target, '=') != NULL;
}
#endif

static void
unknown(struct diags *diags, const char *target)
{
	size_t n = strcspn(target, ":/@= ");
	const char *near = diag_nearest(target, n, schemes,
	    sizeof schemes / sizeof schemes[0]);
	struct diag *d;

	d = diag_add(diags, DIAG_T002, NOWHERE, "unknown kind of target "
	    "\"%.*s%s\"", (int)n, target, target[n] == '\0' ? "" : target[n] ==
	    ':' ? ":" : "…");
	if (near != NULL)
		diag_hint(diags, d, "did you mean \"%s:\"?", near);
	else
		diag_hint(diags, d, "write sqlite:PATH, postgresql://…, "
		    "csv:DIR, jsonl:DIR or null:");
}

static const struct sink_kind *
kind_of(struct diags *diags, const char *target)
{
	struct diag *d;
	size_t i;

	for (i = 0; i < NKINDS; i++)
		if (kinds[i]->match(target))
			return kinds[i];
	if (diags == NULL)
		return NULL;
#ifndef HAVE_LIBPQ
	if (is_postgres(target)) {
		d = diag_add(diags, DIAG_T004, NOWHERE,
		    "this decant was built without PostgreSQL");
		diag_hint(diags, d, "install one that was built with libpq");
		return NULL;
	}
#else
	(void)d;
#endif
	unknown(diags, target);
	return NULL;
}

bool
sink_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	const struct sink_kind *kind = kind_of(diags, target);

	*sink = (struct sink){ NULL, NULL };
	return kind != NULL && kind->new(sink, a, diags, target, options);
}

const struct limits *
sink_limits(struct diags *diags, const char *target)
{
	const struct sink_kind *kind = kind_of(diags, target);

	return kind == NULL ? NULL : kind->limits;
}

void
sink_ddl(struct buf *b, const char *target, const struct schema *schema,
    const struct sink_options *options)
{
	const struct sink_kind *kind = kind_of(NULL, target);

	if (kind != NULL && kind->ddl != NULL)
		kind->ddl(b, schema, target, options);
}

bool
sink_holds(const char *target, const struct schema *s,
    const struct schema_constraint *k)
{
	const struct sink_kind *kind = target == NULL ? NULL :
	    kind_of(NULL, target);

	return kind != NULL && kind->holds != NULL && kind->holds(s, k);
}

void
sink_type(struct buf *b, const char *target, const struct schema_column *c)
{
	const struct sink_kind *kind = kind_of(NULL, target);

	if (kind != NULL)
		kind->type(b, c);
}
