/*
 * What a preview has seen, as text and as JSON.
 */
#ifndef DECANT_PREVIEW_SHOW_H
#define DECANT_PREVIEW_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "command/preview_shot.h"

struct buf;
struct changes;
struct json;

struct preview_view {
	uint32_t columns;	/* of the terminal; 0: none */
	bool colour, expanded;
	const struct changes *changes;	/* to be marked; or NULL */
};

void	 preview_text(struct buf *, const struct shot *,
	    const struct preview_view *);
/* The members of an object, whose brackets the caller writes; `flush` (or
 * NULL) is called when there is much in the buffer. */
void	 preview_json(struct json *, const struct shot *,
	    void (*flush)(void *), void *arg);

#endif
