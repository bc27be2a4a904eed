/*
 * The bytes of records beside what they mean: item by item the path, offset,
 * length, bytes, the characters of the code page, and the value.
 */
#ifndef DECANT_PREVIEW_RAW_H
#define DECANT_PREVIEW_RAW_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct batch;
struct buf;
struct job;
struct json;
struct raw;

/* All lives in the arena, with the job. */
struct raw *raw_new(struct arena *, const struct job *);
/* Keeps the listing of a record of a batch that was run. */
void	 raw_add(struct raw *, const struct batch *, uint32_t rec);
/* Lines of at most `columns`; 0: as long as they are. */
void	 raw_text(struct buf *, const struct raw *, uint32_t columns,
	    bool colour);
/* The members of an array: one object a record. */
void	 raw_json(struct json *, const struct raw *);

#endif
