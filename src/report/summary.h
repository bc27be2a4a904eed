/*
 * What a load did, for people and for machines.
 *
 * read = loaded + rejected + skipped, always.  Values of the data are not
 * shown: a reason has its code, its place and its sentence; the bytes are in
 * the rejects directory, which only its owner reads.
 */
#ifndef DECANT_SUMMARY_H
#define DECANT_SUMMARY_H

#include <stdbool.h>

#include "flow/load.h"

struct arena;
struct buf;
struct json;

void	 summary_text(struct arena *, struct buf *, const struct job *,
	    const struct load_result *, bool colour);
/* The members of one object, whose brackets the caller writes. */
void	 summary_json(struct json *, const struct job *,
	    const struct load_result *);
/* "12,345": a count with its thousands apart; out holds 32 bytes. */
const char *summary_count(char *out, uint64_t);

#endif
