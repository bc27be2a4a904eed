/*
 * SHA-256 of input files beside a load, which waits for the database for much
 * of its time: one thread reads them once more, in order.
 *
 * And their samples: SHA-256 over 64 blocks of 4 KB, spread evenly, by which
 * files of one size are mostly told apart without reading them.
 */
#ifndef DECANT_INPUT_HASH_H
#define DECANT_INPUT_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"

struct input_hash;

/* Begins; NULL: there are no files, or no thread is to be had.  The names must
 * stay until the end. */
struct input_hash *input_hash_begin(const char *const *file, uint32_t n);
/*
 * Waits for all of them; false: *interrupted was set.  hex[i] is "" where a
 * file cannot be read.
 */
bool	 input_hash_wait(struct input_hash *, char (*hex)[SHA256_HEX + 1],
	    const volatile int *interrupted);
/* Stops what goes on, and frees; NULL is fine. */
void	 input_hash_end(struct input_hash *);

/* Of a file of that many bytes; false: it cannot be read. */
bool	 input_hash_sample(const char *file, uint64_t bytes,
	    char hex[SHA256_HEX + 1]);

#endif
