/*
 * Inputs that can be read once only (standard input, FIFOs), for previews that
 * run many times: what has come so far stands in a file in memory, and each
 * run reads that, without ever waiting.
 */
#ifndef DECANT_PREVIEW_INPUT_H
#define DECANT_PREVIEW_INPUT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct inputs;

#define INPUTS_MAX	16u		/* of them */
#define INPUT_BYTES_MAX	(256u << 20)	/* kept of each */

struct inputs *inputs_new(void);
void	 inputs_free(struct inputs *);
/* The file to read in the place of this one; NULL: itself. */
const char *inputs_replace(void *inputs, const char *file);
/* Is there more to come? */
bool	 inputs_wait(const struct inputs *);
/* What to poll for more; at most INPUTS_MAX. */
uint32_t inputs_poll(const struct inputs *, struct pollfd *);
/* Takes what has come; was it anything, or an end? */
bool	 inputs_read(struct inputs *, const struct pollfd *, uint32_t n);

#endif
