/*
 * Files that hold records: what is in their place, and their removal; see
 * inventory.h.
 *
 * Only what the ledger tells of is removed: a snapshot or an extract by its
 * SHA-256, rejects by the generation in their run.json, exported writes by
 * what stands in each line and by their number.
 */
#include "generation/inventory.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "flow/rejects_dir.h"

#define OLD_MAX		9u		/* DIR~, DIR~2 … */

static void
is_other(struct holding *h, const char *why)
{
	h->state = HOLD_OTHER;
	h->why = why;
}

/* --- rejects ------------------------------------------------------------- */

/* Are the rejects in a directory those of the holding? */
static bool
is_run(const struct dataset *d, const struct holding *h, const char *dir)
{
	json_t *o = json_load_file(arena_printf(d->arena, "%s/run.json", dir),
	    0, NULL);
	const char *name = json_string_value(json_object_get(o, "dataset"));
	bool is = name != NULL && strcmp(name, d->name) == 0 &&
	    json_integer_value(json_object_get(o, "generation")) ==
	    (json_int_t)h->generation;

	json_decref(o);
	return is;
}

/* Where they are by now: a later run moves them to DIR~. */
static bool
find_rejects(const struct dataset *d, struct holding *h)
{
	const char *dir = h->path;
	uint32_t i;

	for (i = 0; i <= OLD_MAX; i++) {
		if (i > 0)
			dir = arena_printf(d->arena, i == 1 ? "%s~" : "%s~%u",
			    h->path, i);
		if (is_run(d, h, dir)) {
			h->name = dir;
			return true;
		}
	}
	return false;
}

static void
look_rejects(const struct dataset *d, struct holding *h)
{
	const char *other;
	unsigned ours;
	struct stat st;
	bool found = find_rejects(d, h);

	if (!rejects_dir_look(d->arena, h->name, &ours, &h->bytes, &other))
		return;
	if (!found) {
		/* another run's, or what a killed purge left */
		if (ours == 0 && other == NULL && h->placed)
			h->state = HOLD_THERE;
		else if (ours > 0 && lstat(arena_printf(d->arena,
		    "%s/run.json", h->name), &st) != 0)
			is_other(h, "it has no run.json that says of which "
			    "load its rejects are");
		h->sized = h->state == HOLD_THERE;
		return;
	}
	h->sized = true;
	h->state = HOLD_THERE;
	if (lstat(h->name, &st) != 0 || !S_ISDIR(st.st_mode))
		is_other(h, "it is a symbolic link");
	else if (other != NULL)
		is_other(h, arena_printf(d->arena, "it holds '%s', which "
		    "decant did not make", other));
}

/* --- others -------------------------------------------------------------- */

static const char *
manifest_of(const struct dataset *d, const struct holding *h)
{
	return arena_printf(d->arena, "%s.json", h->name);
}

/* Is the manifest there, and of this snapshot? */
static bool
has_manifest(const struct dataset *d, const struct holding *h)
{
	json_t *o = json_load_file(manifest_of(d, h), 0, NULL);
	const char *sha = json_string_value(json_object_get(o, "sha256"));
	bool has = sha != NULL && h->sha256 != NULL &&
	    strcmp(sha, h->sha256) == 0;

	json_decref(o);
	return has;
}

/* Exported writes: so many lines, all of one form. */
static bool
is_export(const struct holding *h)
{
	static const char head[] = "{\"table\":";
	FILE *f = fopen(h->name, "r");
	size_t at = 0;			/* characters of head that were seen */
	uint64_t n = 0;
	bool is = f != NULL;
	int c;

	while (is && (c = getc(f)) != EOF) {
		if (at < sizeof head - 1)
			is = c == head[at++];
		else if (c == '\n') {
			n++;
			at = 0;
		}
	}
	is = is && !ferror(f) && at == 0 && n == h->size;
	if (f != NULL)
		fclose(f);
	return is;
}

static void
compare(const struct dataset *d, struct holding *h)
{
	char hex[SHA256_HEX + 1];

	if (h->kind == HOLD_EXPORT) {
		if (!is_export(h))
			is_other(h, "it is not what was exported");
	} else if (h->sha256 == NULL) {
		is_other(h, "the ledger has no sha256 of it");
	} else if (!sha256_file(h->name, hex, d->db->interrupted)) {
		is_other(h, arena_printf(d->arena, "it cannot be read: %s",
		    strerror(errno)));
	} else if (strcmp(hex, h->sha256) != 0) {
		is_other(h, "its sha256 is another");
	}
}

static void
look_file(const struct dataset *d, struct holding *h, bool thorough)
{
	struct stat st;

	if (lstat(h->name, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			is_other(h, arena_printf(d->arena, "it cannot be "
			    "seen: %s", strerror(errno)));
		else if (h->kind == HOLD_SNAPSHOT && has_manifest(d, h))
			h->state = HOLD_THERE;	/* of it, that is left */
		return;
	}
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode) ||
	    S_ISSOCK(st.st_mode))
		return;			/* it holds nothing */
	h->sized = S_ISREG(st.st_mode);
	h->bytes = (uint64_t)st.st_size;
	h->state = HOLD_THERE;
	if (S_ISLNK(st.st_mode))
		is_other(h, "it is a symbolic link");
	else if (!S_ISREG(st.st_mode))
		is_other(h, "it is no file");
	else if (h->kind != HOLD_EXPORT && h->size != h->bytes)
		is_other(h, "its size is another");
	else if (thorough)
		compare(d, h);
}

void
holding_look(const struct dataset *d, struct holding *h, bool thorough)
{
	h->why = NULL;
	h->sized = false;
	h->bytes = 0;
	h->name = h->path;
	h->state = h->placed ? HOLD_GONE : HOLD_ELSEWHERE;
	if (h->kind == HOLD_REJECTS)
		look_rejects(d, h);
	else
		look_file(d, h, thorough);
	if (h->state == HOLD_ELSEWHERE)
		h->name = h->said;
}

static bool
fail(const struct dataset *d, const char *name)
{
	diag_hint(d->db->diags, diag_add(d->db->diags, DIAG_L161, NOWHERE,
	    "cannot remove \"%s\": %s", name, strerror(errno)),
	    "remove it, or let decant, and purge again");
	return false;
}

bool
holding_remove(const struct dataset *d, struct holding *h)
{
	if (h->kind == HOLD_REJECTS)
		return rejects_dir_erase(h->name) || fail(d, h->name);
	/* Should it die between the two, the manifest tells of the rest. */
	if (unlink(h->name) != 0 && errno != ENOENT)
		return fail(d, h->name);
	return h->kind != HOLD_SNAPSHOT || !has_manifest(d, h) ||
	    unlink(manifest_of(d, h)) == 0 || fail(d, manifest_of(d, h));
}
