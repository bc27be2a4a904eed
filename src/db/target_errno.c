/*
 * errno as diagnostics of targets; see target_errno.h.
 */
#include "db/target_errno.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

bool
target_errno_is_full(int err)
{
	return err == ENOSPC || err == EDQUOT || err == EFBIG;
}

bool
target_errno_is_readonly(int err)
{
	return err == EACCES || err == EPERM || err == EROFS;
}

void
target_errno_add(struct diags *diags, int err, const char *doing,
    const char *path)
{
	enum diag_code code = DIAG_T009;
	const char *hint = NULL;
	struct diag *d;

	if (target_errno_is_full(err)) {
		code = DIAG_T008;
		hint = "make room, or raise the quota or ulimit -f; the "
		    "target is as it was";
	} else if (target_errno_is_readonly(err)) {
		code = DIAG_T007;
		hint = "decant writes to the target's directory too; check "
		    "its permissions";
	} else if (err == ENOENT || err == ENOTDIR || err == EISDIR ||
	    err == ELOOP || err == ENAMETOOLONG || err == ENXIO) {
		code = DIAG_T005;
		hint = err == ENOENT ? "make the directory first" : NULL;
	}
	d = diag_add(diags, code, NOWHERE, "cannot %s \"%s\": %s", doing,
	    path, strerror(err));
	if (hint != NULL)
		diag_hint(diags, d, "%s", hint);
}
