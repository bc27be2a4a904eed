/*
 * JSON into a buffer: objects and arrays with their commas.  Keys are the
 * program's own words (NULL inside an array); texts are escaped.
 */
#ifndef DECANT_JSON_H
#define DECANT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct json {
	struct buf *b;
	bool comma;		/* something stands before, in this object */
};

void	 json_open(struct json *, const char *key, char bracket);
void	 json_close(struct json *, char bracket);
void	 json_text(struct json *, const char *key, const char *); /* or null */
void	 json_bytes(struct json *, const char *key, const void *, size_t);
void	 json_uint(struct json *, const char *key, uint64_t);
void	 json_int(struct json *, const char *key, int64_t);
void	 json_fixed(struct json *, const char *key, double, int decimals);
void	 json_bool(struct json *, const char *key, bool);
/* Ready-made JSON: a number, null, an object. */
void	 json_raw(struct json *, const char *key, const char *);

#endif
