/*
 * preview --watch: a preview that runs again whenever a text that it hangs on
 * changes: the mapping, its copybooks with what they COPY, its crosswalks.
 */
#ifndef DECANT_PREVIEW_WATCH_H
#define DECANT_PREVIEW_WATCH_H

#include "command/preview_shot.h"

/* Until a key or a signal ends it. */
enum status preview_watch(struct invocation *, const struct preview_ask *);

#endif
