/*
 * Rows into nothing: everything but the writing happens, for checks, counts
 * and measurements.  Keys are not checked.
 */
#include <string.h>

#include "base/buf.h"
#include "sink/sink_impl.h"

static enum grade
null_open(void *state, const struct schema *schema)
{
	(void)state, (void)schema;
	return OK;
}

static enum grade
null_put(void *state, struct batch *b)
{
	(void)state, (void)b;
	return OK;
}

static enum grade
null_finish(void *state, struct conflicts *out)
{
	(void)state, (void)out;
	return OK;
}

static enum grade
null_publish(void *state)
{
	(void)state;
	return OK;
}

static void
null_end(void *state)
{
	(void)state;
}

static const char *
null_describe(const void *state)
{
	(void)state;
	return "null:";
}

static const struct sink_ops null_ops = {
	.name = "null",
	.open = null_open,
	.put = null_put,
	.finish = null_finish,
	.seal = null_publish,
	.abort = null_end,
	.free = null_end,
	.describe = null_describe,
};
static const struct limits null_limits = {
	.target = "nothing", .nul_in_text = true
};

static bool
null_match(const char *target)
{
	return strncmp(target, "null:", 5) == 0;
}

static bool
null_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	(void)a, (void)diags, (void)target, (void)options;
	*sink = (struct sink){ &null_ops, NULL };
	return true;
}

static void
null_type(struct buf *b, const struct schema_column *c)
{
	char text[48];

	buf_put(b, text, sqltype_format(text, &c->type));
}

const struct sink_kind sink_null = {
	.scheme = "null",
	.match = null_match,
	.new = null_new,
	.limits = &null_limits,
	.type = null_type,
};
