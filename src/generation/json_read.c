/*
 * Members of JSON objects; see json_read.h.
 */
#include "generation/json_read.h"

#include "base/mem.h"

const char *
json_read_text(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? NULL : arena_strdup(a, s);
}

uint64_t
json_read_number(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n < 0 ? 0 : (uint64_t)n;
}
