/*
 * One side of a migration that is tried; see migration_side.h.
 */
#include "generation/migration_side.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "generation/run_set.h"

#define NONE	UINT32_MAX

static bool
read_members(struct migration_side *s, struct arena *a, struct diags *ds,
    bool *usage)
{
	const struct map_dataset *file;
	uint32_t i;

	s->members = members_read(a, ds, s->path, NULL, s->word, s->nword,
	    usage);
	if (s->members == NULL)
		return false;
	file = s->members->file;
	s->mapping = arena_array(a, file->nmember + 1, sizeof *s->mapping);
	for (i = 0; i < file->nmember; i++)
		s->mapping[s->nmapping++] = file->member[i].m;
	s->mapping[s->nmapping++] = file->own;
	return true;
}

bool
migration_side_read(struct migration_side *s, struct arena *a,
    struct diags *ds, bool *usage)
{
	const struct mapping *m;

	*usage = false;
	if (dataset_file_is(s->path)) {
		if (!read_members(s, a, ds, usage))
			return false;
	} else {
		s->mapping = arena_array(a, 1, sizeof *s->mapping);
		s->mapping[0] = mapping_read(a, ds, s->path);
		s->nmapping = 1;
	}
	m = s->mapping[s->nmapping - 1];
	if (m == NULL || ds->errors > 0)
		return false;
	s->schema = m->schema;
	s->target = m->target;
	s->version = m->version;
	return true;
}

static bool
shares_table(const struct mapping *x, const struct mapping *y)
{
	uint32_t i, k;

	for (i = 0; i < x->ntable; i++)
		for (k = 0; k < y->ntable; k++)
			if (strcasecmp(x->table[i].name, y->table[k].name) ==
			    0)
				return true;
	return false;
}

/* The part of the new one that took a mapping's place: that of its name, else
 * one that makes one of its tables; NONE: it is no more. */
static uint32_t
part_for(const struct migration_side *new, const struct mapping *old)
{
	uint32_t n = migration_side_parts(new), i;

	for (i = 0; i < n; i++)
		if (strcmp(new->mapping[i]->name, old->name) == 0)
			return i;
	for (i = 0; i < n; i++)
		if (shares_table(new->mapping[i], old))
			return i;
	return NONE;
}

/* What that part reads; NULL: nothing, or only what its texts say, which is not
 * asked. */
static const char *const *
files_for(const struct migration_side *new, const struct mapping *old,
    bool apart, uint32_t *n)
{
	uint32_t part = part_for(new, old);

	*n = 0;
	if (part == NONE)
		return NULL;
	if (new->members != NULL) {
		if (new->members->v[part].nfile == 0 && !apart)
			return NULL;
		return member_files(&new->members->v[part], n);
	}
	if (new->nword == 0 && !apart)
		return NULL;
	return migration_side_files(new, 0, n);
}

void
migration_side_follow(struct migration_side *s, struct arena *a,
    const struct migration_side *new)
{
	const char *const *file;
	struct member *m;
	uint32_t i, n;

	if (s->members == NULL) {
		if (s->nword == 0 && new->members == NULL &&
		    (new->nword > 0 || s->apart))
			s->word = migration_side_files(new, 0, &s->nword);
		else if (s->nword == 0)
			s->word = files_for(new, s->mapping[0], s->apart,
			    &s->nword);
		return;
	}
	for (i = 0; i < s->members->n; i++) {
		m = &s->members->v[i];
		m->sent = true;
		if (m->nfile > 0)
			continue;
		file = files_for(new, s->mapping[i], s->apart, &n);
		if (n == 0)
			continue;
		m->file = arena_copy(a, file, n * sizeof *file);
		m->nfile = n;
	}
}

uint32_t
migration_side_parts(const struct migration_side *s)
{
	return s->members == NULL ? 1 : s->members->n;
}

const char *const *
migration_side_files(const struct migration_side *s, uint32_t part,
    uint32_t *n)
{
	const struct member *m;

	if (s->members != NULL) {
		m = &s->members->v[part];
		*n = 0;
		return m->sent ? member_files(m, n) : NULL;
	}
	*n = s->nword > 0 ? s->nword : s->mapping[0]->nfile;
	return s->nword > 0 ? s->word : s->mapping[0]->file;
}

bool
migration_side_reads_table(const struct migration_side *s)
{
	uint32_t i;

	for (i = 0; i < migration_side_parts(s); i++)
		if ((s->members == NULL || s->members->v[i].sent) &&
		    s->mapping[i]->table_name.name != NULL)
			return true;
	return false;
}

static bool
has_text(const struct generation *g, const struct srctext *text)
{
	char hex[SHA256_HEX + 1];
	uint32_t i;

	sha256_text(text->p, text->len, hex);
	for (i = 0; i < g->ntext; i++)
		if (strcmp(g->text[i].sha256, hex) == 0)
			return true;
	return false;
}

bool
migration_side_is(const struct migration_side *s, const struct generation *g)
{
	char hex[SHA256_HEX + 1];
	const struct srctext *first = s->mapping[s->nmapping - 1]->text;
	uint32_t i;

	sha256_text(first->p, first->len, hex);
	if (g->ntext == 0 || strcmp(g->text[0].sha256, hex) != 0)
		return false;
	for (i = 0; i + 1 < s->nmapping; i++)
		if (!has_text(g, s->mapping[i]->text))
			return false;
	return true;
}

struct run_set *
migration_side_set(struct migration_side *s, struct arena *a,
    struct diags *ds, const struct job_options *o)
{
	bool usage;

	if (s->members == NULL)
		return run_set_new(a, ds, s->path, o, s->word, s->nword,
		    &usage);
	s->members->target = o->target;
	return members_make(s->members, a, ds, o) ?
	    run_set_of_members(a, s->members) : NULL;
}
