/*
 * Decompression of gzip, zstd, bzip2 and xz streams, recognized by their first
 * bytes.
 */
#ifndef DECANT_INFLATE_H
#define DECANT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum compression {
	COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD,
	COMPRESSION_BZIP2, COMPRESSION_XZ,
	COMPRESSION_ZIP			/* known only */
};
#define INFLATE_HEAD	10u	/* first bytes that tell */

struct inflate;
/* Gives up to n bytes of compressed data: OK, END, or FATAL. */
typedef enum grade inflate_input(void *, uint8_t *, size_t n, size_t *got);

struct inflate_error {
	const char *why;	/* NULL: the input failed, and has said so */
	uint64_t offset;	/* in the compressed data */
	bool truncated;
};

enum compression inflate_detect(const uint8_t *, size_t n);
const char *inflate_name(enum compression);	/* NULL: none */
struct inflate *inflate_new(enum compression, inflate_input *, void *);
/* At least one byte of data: OK; END; or FATAL, see inflate_error. */
enum grade inflate_read(struct inflate *, uint8_t *, size_t n, size_t *got);
const struct inflate_error *inflate_error(const struct inflate *);
void	 inflate_free(struct inflate *);	/* NULL is fine */

#endif
