/*
 * What the operating system says about a target's files, as diagnostics that
 * all kinds of target share.
 */
#ifndef DECANT_TARGET_ERRNO_H
#define DECANT_TARGET_ERRNO_H

#include <stdbool.h>

struct diags;

/* No room left: the disk, the quota, or the limit of file sizes. */
bool	 target_errno_is_full(int err);
/* The path must not be written to. */
bool	 target_errno_is_readonly(int err);
/* Adds "cannot DOING \"PATH\": …" with code and hint by errno's value. */
void	 target_errno_add(struct diags *, int err, const char *doing,
	    const char *path);

#endif
