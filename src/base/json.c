/*
 * JSON into a buffer; see json.h.
 */
#include "base/json.h"

#include <string.h>

#include "base/buf.h"

/* The comma and the key before a value. */
static void
json_lead(struct json *j, const char *key)
{
	if (j->comma)
		buf_putc(j->b, ',');
	j->comma = true;
	if (key != NULL)
		buf_printf(j->b, "\"%s\":", key);
}

void
json_open(struct json *j, const char *key, char bracket)
{
	json_lead(j, key);
	buf_putc(j->b, bracket);
	j->comma = false;
}

void
json_close(struct json *j, char bracket)
{
	buf_putc(j->b, bracket);
	j->comma = true;
}

void
json_bytes(struct json *j, const char *key, const void *p, size_t len)
{
	json_lead(j, key);
	buf_json(j->b, p, len);
}

void
json_text(struct json *j, const char *key, const char *s)
{
	if (s == NULL)
		json_raw(j, key, "null");
	else
		json_bytes(j, key, s, strlen(s));
}

void
json_uint(struct json *j, const char *key, uint64_t v)
{
	json_lead(j, key);
	buf_printf(j->b, "%llu", (unsigned long long)v);
}

void
json_int(struct json *j, const char *key, int64_t v)
{
	json_lead(j, key);
	buf_printf(j->b, "%lld", (long long)v);
}

void
json_fixed(struct json *j, const char *key, double v, int decimals)
{
	json_lead(j, key);
	if (v - v == 0)		/* JSON has no infinities and no NaN */
		buf_printf(j->b, "%.*f", decimals, v);
	else
		buf_puts(j->b, "null");
}

void
json_bool(struct json *j, const char *key, bool v)
{
	json_raw(j, key, v ? "true" : "false");
}

void
json_raw(struct json *j, const char *key, const char *s)
{
	json_lead(j, key);
	buf_puts(j->b, s);
}
