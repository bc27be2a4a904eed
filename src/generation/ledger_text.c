/*
 * An event of the ledger as a line for people; see ledger_text.h.
 */
#include "generation/ledger_text.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"

static void
put_number(struct buf *b, const json_t *o, const char *key, const char *text)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v) && json_integer_value(v) > 0)
		buf_printf(b, text, (long long)json_integer_value(v));
}

static void
put_word(struct buf *b, const json_t *o, const char *key, const char *text)
{
	const char *v = json_string_value(json_object_get(o, key));

	if (v != NULL)
		buf_printf(b, text, v);
}

static void
put_inputs(struct buf *b, const json_t *o)
{
	const json_t *list = json_object_get(o, "inputs"), *in;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		in = json_array_get(list, i);
		put_word(b, in, "name", i == 0 ? " from %s" : ", %s");
	}
}

/* Of a copy: where it is from. */
static void
put_origin(struct buf *b, const json_t *o)
{
	const json_t *origin = json_object_get(o, "origin");

	put_number(b, origin, "generation", ", generation %lld");
	put_word(b, origin, "dataset", " of '%s'");
	put_word(b, origin, "database", " in %s");
}

static void
put_tables(struct buf *b, const json_t *o)
{
	const json_t *list = json_object_get(o, "tables"), *t;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		t = json_array_get(list, i);
		put_word(b, t, "name", i == 0 ? ": %s" : ", %s");
		put_number(b, t, "rows", " %lld");
	}
}

/* Of a purge: what went. */
static void
put_removed(struct buf *b, const json_t *o, bool tables)
{
	const json_t *list = json_object_get(o, "removed"), *one;
	const char *from = json_string_value(json_object_get(o, "directory"));
	size_t i, n = from == NULL ? 0 : strlen(from);
	const char *name;

	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		put_word(b, one, "kind", i > 0 ? ", %s" : tables ? ": %s" :
		    " %s");
		name = json_string_value(json_object_get(one, "name"));
		if (name != NULL)	/* of a file: from where it was done */
			buf_printf(b, " %s", n > 1 && strncmp(name, from, n)
			    == 0 && name[n] == '/' ? name + n + 1 : name);
		if (json_is_true(json_object_get(one, "missing")))
			buf_puts(b, " (gone already)");
	}
}

void
ledger_event_text(struct buf *b, const struct ledger_event *e)
{
	json_t *o = json_loads(e->data, 0, NULL);
	const json_t *by = json_object_get(o, "by");

	buf_printf(b, "%4llu  %.19sZ  %-11s", (unsigned long long)e->number,
	    e->at, e->kind);
	if (e->generation > 0)
		buf_printf(b, " %u", e->generation);
	if (strcmp(e->kind, "started") == 0) {
		put_number(b, o, "version", " version %lld");
		put_inputs(b, o);
		put_origin(b, o);
		put_number(b, json_object_get(o, "retry"), "generation",
		    ", rejects of %lld");
	} else if (strcmp(e->kind, "staged") == 0 ||
	    strcmp(e->kind, "adopted") == 0) {
		put_tables(b, o);
		put_number(b, o, "rejected", "; %lld records rejected");
	} else if (strcmp(e->kind, "purged") == 0) {
		put_removed(b, o, e->generation > 0);
	} else if (strcmp(e->kind, "copied") == 0) {
		put_origin(b, o);
		put_number(b, json_object_get(o, "origin"), "events",
		    ", with its %lld events");
	} else {
		put_number(b, o, "from", " instead of %lld");
		put_number(b, o, "carried", ", %lld rows carried");
		put_number(b, o, "exported", ", %lld rows exported");
		put_word(b, o, "why", " (%s)");
	}
	put_word(b, by, "user", ", by %s");
	put_word(b, by, "host", " on %s");
	buf_putc(b, '\n');
	json_decref(o);
}
