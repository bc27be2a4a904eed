/*
 * A mapping file as a struct mapping; see mapping.h.
 *
 * yaml_tree.c makes a tree of the file; each part of the mapping is read from
 * it by a table of keys.  After an error reading goes on with the next key,
 * so that one run shows them all; what could not be read has its default.
 */
#include "mapping/mapping.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/dataset_file.h"
#include "mapping/mapping_keys.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

static void
read_version(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	/* PostgreSQL's integer holds it */
	mapread_number(r, key, value, 2147483647, &m->version);
}

static void
read_name(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value) && mapread_name(r, value))
		m->name = value->p;
}

static void
read_comments(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice from[] = {
		{ "mapping", 0 }, { "copybook", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, from, COUNT(from), &v))
		m->copybook_comments = v;
	if (m->copybook_comments)
		mapread_of_files(r, key);
}

static void
read_root(struct mapread *r, const struct ynode *root)
{
	static const struct map_key keys[] = {
		{ "source", mapread_source },
		{ "tables", mapread_tables },
		{ "version", read_version },
		{ "name", read_name },
		{ "target", mapread_target },
		{ "defaults", mapread_defaults },
		{ "records", mapread_records },
		{ "controls", mapread_controls },
		{ "crosswalks", mapread_crosswalks },
		{ "comments", read_comments },
		{ "tests", mapread_tests },
		{ "compat", mapread_compat },
		{ "duplicates", NULL },
		{ "history", NULL }, { "as_of", mapread_as_of },
		{ "complete_when", mapread_complete }, { "ignore", NULL },
		{ "cutover", NULL }, { "distinct", NULL }, { "up", NULL },
		{ "down", NULL }, { "parent", NULL }, { "members", NULL },
		{ "mappings", NULL }, { "null_if", NULL }, { "comment", NULL },
		{ "max-rejects", NULL }, { "max-shrink", NULL },
		{ "mask", mapread_mask },
		{ "names", mapread_names },
	};
	uint64_t seen;

	seen = mapread_keys(r, root, keys, COUNT(keys), r->m, "the mapping");
	mapread_required(r, root, seen, keys, 0, "the mapping");
	mapread_required(r, root, seen, keys, 1, "the mapping");
}

/* The directory of the mapping with its slash, "" for the working one. */
static const char *
mapping_directory(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? "" :
	    arena_strndup(a, path, (size_t)(slash + 1 - path));
}

/* customer for mappings/customer.yaml */
static const char *
mapping_base_name(struct arena *a, const char *path)
{
	static const char *const endings[] = { ".yaml", ".yml" };
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	size_t n = strlen(base), i, k;

	for (i = 0; i < COUNT(endings); i++) {
		k = strlen(endings[i]);
		if (n > k && strcmp(base + n - k, endings[i]) == 0)
			return arena_strndup(a, base, n - k);
	}
	return arena_strdup(a, base);
}

static void
check_base_name(struct mapread *r)
{
	struct mapping *m = r->m;

	if (m->name != NULL)
		return;
	m->name = mapping_base_name(r->arena, r->text->name);
	if (strlen(m->name) > NAME_MAX_BYTES)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M020,
		    srctext_place(r->shown, 0, 1), "the file's name is too "
		    "long to name a dataset: at most %u bytes",
		    NAME_MAX_BYTES), "name it with 'name:'");
}

const char *
mapping_path(struct arena *a, const struct mapping *m, const char *path)
{
	const char *dir = mapping_directory(a, m->text->name);

	if (path[0] == '/' || dir[0] == '\0')
		return arena_strdup(a, path);
	return arena_printf(a, "%s%s", dir, path);
}

struct mapping *
mapping_parse(struct arena *a, struct diags *ds, const struct srctext *text)
{
	struct mapread r = { .arena = a, .diags = ds, .text = text };
	struct mapping *m;
	struct ynode *root;
	const char *at;

	at = dataset_text_find(text->p);
	if (at != NULL) {
		diag_hint(ds, diag_add(ds, DIAG_M081, srctext_place(text,
		    (uint32_t)(at - text->p), 6), "this is a dataset of "
		    "several mappings"), "decant generate and unload, and "
		    "members of a dataset, are about one: name it");
		return NULL;
	}
	r.shown = secret_mask(a, text);
	root = yaml_tree_read(a, ds, text, r.shown);
	if (root == NULL)
		return NULL;
	if (root->kind != YNODE_MAP) {
		diag_hint(ds, diag_add(ds, DIAG_M017,
		    mapread_place(&r, root), "a mapping is a set of keys, "
		    "this is a %s", root->kind == YNODE_LIST ? "list" :
		    "text"), "it starts with 'version: 1', 'source:' and "
		    "'tables:'");
		return NULL;
	}
	m = arena_zalloc(a, sizeof *m);
	m->text = text;
	m->version = 1;
	m->format = MAP_FIXED;
	m->rdw_little = m->rdw_inclusive = m->bdw = MAP_GUESS;
	m->varseq = MAP_VARSEQ_GUESS;
	m->encoding = "cp037";
	m->policies = policies_default;
	mapping_names_default(m);
	r.m = m;
	r.dir = mapping_directory(a, text->name);
	read_root(&r, root);
	mapread_check_live(&r);
	mapread_check_records(&r);
	mapread_check_constraints(&r);
	mapread_check_versions(&r);
	mapread_later(&r);
	check_base_name(&r);
	if (m->schema == NULL)
		m->schema = m->name;
	mem_free(r.map);
	return m;
}

struct mapping *
mapping_read(struct arena *a, struct diags *ds, const char *path)
{
	struct srctext *text = srctext_read(a, path);
	struct srctext *name;

	if (text != NULL)
		return mapping_parse(a, ds, text);
	/* A place without a line: only the file's name is shown. */
	name = arena_zalloc(a, sizeof *name);
	name->name = arena_strdup(a, path);
	diag_hint(ds, diag_add(ds, DIAG_M001, (struct place){ name, 0, 0, 0 },
	    "the mapping cannot be read: %s", strerror(errno)),
	    "the mapping comes first, then the data files; decant init writes "
	    "one for a copybook");
	return NULL;
}
