/*
 * Files that are there whole or not at all; see out_file.h.
 */
#include "flow/out_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

void
out_file_init(struct out_file *f, struct arena *a, const char *path)
{
	struct stat st;

	*f = (struct out_file){ .path = path, .writing = path };
	if (strcmp(path, "-") == 0 || (stat(path, &st) == 0 &&
	    !S_ISREG(st.st_mode)))
		return;
	f->renamed = true;
	f->writing = arena_printf(a, "%s.decant-%ld", path, (long)getpid());
}

bool
out_file_keep(const struct out_file *f, struct diags *ds)
{
	if (!f->renamed || rename(f->writing, f->path) == 0)
		return true;
	diag_add(ds, DIAG_F018, NOWHERE, "cannot give \"%s\" its name: %s",
	    f->path, strerror(errno));
	unlink(f->writing);
	return false;
}

void
out_file_drop(const struct out_file *f)
{
	if (f->renamed)
		unlink(f->writing);
}
