/*
 * Members of JSON objects, as events of the ledger and files beside rejects
 * have them.
 */
#ifndef DECANT_JSON_READ_H
#define DECANT_JSON_READ_H

#include <jansson.h>
#include <stdint.h>

struct arena;

/* A copy in the arena; NULL: there is none, or it is no text. */
const char *json_read_text(struct arena *, const json_t *, const char *key);
/* 0: there is none, it is no whole number, or negative. */
uint64_t json_read_number(const json_t *, const char *key);

#endif
