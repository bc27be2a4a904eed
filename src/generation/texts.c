/*
 * The texts of a generation in a scratch directory; see texts.h.
 */
#include "generation/texts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/scratch_db.h"
#include "mapping/dataset_file.h"

static bool
fail(struct dataset *d, const char *path)
{
	diag_hint(d->db->diags, diag_add(d->db->diags, DIAG_L013, NOWHERE,
	    "cannot write \"%s\": %s", path, strerror(errno)),
	    "TMPDIR names the directory for scratch files");
	return false;
}

/* The directories above a file, below the scratch directory. */
static bool
make_directories(struct dataset *d, const char *top, const char *path)
{
	const char *p, *dir;

	for (p = strchr(path, '/'); p != NULL; p = strchr(p + 1, '/')) {
		dir = arena_printf(d->arena, "%s/%.*s", top,
		    (int)(p - path), path);
		if (mkdir(dir, 0700) != 0 && errno != EEXIST)
			return fail(d, dir);
	}
	return true;
}

static bool
write_text(struct dataset *d, const char *top, const struct gen_text *t)
{
	const char *file = arena_printf(d->arena, "%s/%s", top, t->path);
	size_t len, at = 0;
	const char *text = ledger_text(&d->ledger, d->arena, t->sha256, &len);
	ssize_t n = 0;
	int fd;

	if (text == NULL || !make_directories(d, top, t->path))
		return false;
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(d, file);
	while (at < len && (n = write(fd, text + at, len - at)) > 0)
		at += (size_t)n;
	close(fd);
	return at == len || fail(d, file);
}

/* Paths are decant's own; one that leads out of the directory is not. */
static bool
is_inside(const char *path)
{
	return path[0] != '/' && strncmp(path, "../", 3) != 0 &&
	    strstr(path, "/../") == NULL && path[0] != '\0';
}

bool
texts_write(struct dataset *d, const struct generation *g,
    struct scratch_texts *s)
{
	const char *top;
	uint32_t i;

	*s = (struct scratch_texts){ NULL, NULL };
	if (g->ntext == 0) {
		diag_add(d->db->diags, DIAG_L002, NOWHERE, "the ledger has no "
		    "mapping of generation %u", g->number);
		return false;
	}
	top = scratch_directory_make(d->arena, d->db);
	if (top == NULL)
		return false;
	s->directory = top;
	s->mapping = arena_printf(d->arena, "%s/%s", top, g->text[0].path);
	for (i = 0; i < g->ntext; i++)
		if (!is_inside(g->text[i].path) ||
		    !write_text(d, top, &g->text[i])) {
			texts_remove(s);
			return false;
		}
	return true;
}

/* Messages name it as the user does, and not its place here. */
static void
name_text(struct srctext *text)
{
	const char *slash = text == NULL ? NULL : strrchr(text->name, '/');

	if (slash != NULL)
		text->name = slash + 1;
}

static struct mapping *
read_mapping(struct dataset *d, const struct scratch_texts *s)
{
	struct srctext *text = srctext_read(d->arena, s->mapping);
	struct mapping *m = text == NULL ? mapping_read(d->arena,
	    d->db->diags, s->mapping) : mapping_parse(d->arena,
	    d->db->diags, text);

	name_text(text);
	return m;
}

static struct map_dataset *
read_dataset(struct dataset *d, const struct scratch_texts *s)
{
	struct srctext *text = srctext_read(d->arena, s->mapping);
	struct diags *ds = d->db->diags;
	struct map_dataset *file = text == NULL ? dataset_file_read(d->arena,
	    ds, s->mapping) : dataset_file_parse(d->arena, ds, text);
	bool good = file != NULL && dataset_file_members(d->arena, ds, file);
	uint32_t i;

	name_text(text);
	for (i = 0; file != NULL && i < file->nmember; i++)
		name_text(file->member[i].text);
	return good ? file : NULL;
}

bool
texts_mappings(struct dataset *d, const struct scratch_texts *s,
    struct mapping ***v, uint32_t *n)
{
	struct map_dataset *file;
	uint32_t i;

	*n = 0;
	if (!dataset_file_is(s->mapping)) {
		*v = arena_array(d->arena, 1, sizeof **v);
		(*v)[0] = read_mapping(d, s);
		*n = (*v)[0] != NULL;
		return *n > 0;
	}
	file = read_dataset(d, s);
	if (file == NULL)
		return false;
	*v = arena_array(d->arena, file->nmember + 1, sizeof **v);
	for (i = 0; i < file->nmember; i++)
		(*v)[(*n)++] = file->member[i].m;
	(*v)[(*n)++] = file->own;
	return true;
}

void
texts_remove(struct scratch_texts *s)
{
	if (s->directory != NULL)
		scratch_directory_remove(s->directory);
	s->directory = NULL;
}
