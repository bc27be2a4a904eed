/*
 * source: and target: of a mapping.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

/* Readers that have nothing to do with `subject` take the mapping. */
#define READER(name)							\
	static void							\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

READER(read_copybook)
{
	struct mapping *m = subject;
	const struct ynode *const *item;
	struct map_name *book;
	uint32_t i, n;

	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	book = arena_array(r->arena, n, sizeof *book);
	for (i = 0; i < n; i++)
		book[i] = (struct map_name){ mapread_path(r, item[i]->p),
		    mapread_place(r, item[i]) };
	m->copybooks = book;
	m->ncopybook = n;
	m->copybook = book[0].name;
	m->copybook_at = book[0].at;
}

READER(read_record)
{
	struct mapping *m = subject;

	if (!mapread_is_text(r, key, value))
		return;
	m->record = value->p;
	m->record_at = mapread_place(r, value);
}

static const char **
read_list(struct mapread *r, const struct ynode *key,
    const struct ynode *value, uint32_t *n)
{
	const struct ynode *const *item;
	const char **text;
	uint32_t i;

	if (!mapread_is_texts(r, key, value, &item, n)) {
		*n = 0;
		return NULL;
	}
	text = arena_array(r->arena, *n, sizeof *text);
	for (i = 0; i < *n; i++)
		text[i] = item[i]->p;
	return text;
}

/* A list of paths; "-" is standard input where `dash` says so. */
static const char *const *
read_paths(struct mapread *r, const struct ynode *key,
    const struct ynode *value, bool dash, uint32_t *n)
{
	const char **path = read_list(r, key, value, n);
	uint32_t i;

	for (i = 0; i < *n; i++)
		if (!dash || strcmp(path[i], "-") != 0)
			path[i] = mapread_path(r, path[i]);
	return path;
}

READER(read_file)
{
	struct mapping *m = subject;

	m->file = read_paths(r, key, value, true, &m->nfile);
	m->file_at = mapread_place(r, value);
}

READER(read_include)
{
	struct mapping *m = subject;

	m->include = read_paths(r, key, value, false, &m->ninclude);
}

READER(read_encoding)
{
	struct mapping *m = subject;

	if (!mapread_is_text(r, key, value))
		return;
	m->encoding = value->p;
	m->encoding_at = mapread_place(r, value);
}

READER(read_dbcs_encoding)
{
	struct mapping *m = subject;

	if (!mapread_is_text(r, key, value))
		return;
	m->dbcs_encoding = value->p;
	m->dbcs_encoding_at = mapread_place(r, value);
}

READER(read_swap_newlines)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};
	struct mapping *m = subject;
	int v;

	m->swap_newlines_at = mapread_place(r, key);
	if (mapread_choice(r, key, value, answers, COUNT(answers), &v))
		m->swap_newlines = v;
}

READER(read_floats)
{
	enum { IEEE = 1, LITTLE = 2 };
	static const struct map_choice floats[] = {
		{ "ibm", 0 }, { "ieee", IEEE }, { "ibm-little", LITTLE },
		{ "ieee-little", IEEE | LITTLE },
	};
	struct mapping *m = subject;
	int v;

	if (!mapread_choice(r, key, value, floats, COUNT(floats), &v))
		return;
	m->ieee_floats = (v & IEEE) != 0;
	m->little_floats = (v & LITTLE) != 0;
}

READER(read_comp5)
{
	static const struct map_choice orders[] = {
		{ "big", 0 }, { "little", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, orders, COUNT(orders), &v))
		m->little_comp5 = v;
}

READER(read_odo)
{
	static const struct map_choice ways[] = {
		{ "moves", 0 }, { "full", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, ways, COUNT(ways), &v))
		m->tables_full = v;
}

READER(read_dialect)
{
	static const struct map_choice dialects[] = {
		{ "ibm", MAP_DIALECT_IBM },
		{ "microfocus", MAP_DIALECT_MICROFOCUS },
		{ "gnucobol", MAP_DIALECT_GNUCOBOL },
		{ "fujitsu", MAP_DIALECT_FUJITSU },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, dialects, COUNT(dialects), &v))
		m->dialect = (enum map_dialect)v;
}

READER(read_copybook_format)
{
	static const struct map_choice formats[] = {
		{ "fixed", 0 }, { "free", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (!mapread_choice(r, key, value, formats, COUNT(formats), &v))
		return;
	m->copybook_free = v;
	m->copybook_fixed = !v;
}

READER(read_define)
{
	struct mapping *m = subject;

	m->define = read_list(r, key, value, &m->ndefine);
}

READER(read_replace)
{
	struct mapping *m = subject;

	m->replace = read_list(r, key, value, &m->nreplace);
}

READER(read_address_size)
{
	static const struct map_choice sizes[] = { { "4", 4 }, { "8", 8 } };
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, sizes, COUNT(sizes), &v))
		m->address_size = (uint32_t)v;
}

void
mapread_source(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	enum { COMP5_KEY = 1 };
	static const struct map_key keys[] = {
		{ "copybook", read_copybook },
		{ "comp-5", read_comp5 },
		{ "record", read_record },
		{ "file", read_file },
		{ "format", mapread_format },
		{ "encoding", read_encoding },
		{ "dbcs_encoding", read_dbcs_encoding },
		{ "record_length", mapread_record_length },
		{ "rdw", mapread_rdw },
		{ "bdw", mapread_bdw },
		{ "asa", mapread_asa },
		{ "control", mapread_control },
		{ "line_end", mapread_line_end },
		{ "varseq", mapread_varseq },
		{ "length", mapread_length },
		{ "skip", mapread_skip },
		{ "counts", mapread_counts },
		{ "odo", read_odo },
		{ "delimiter", mapread_delimiter },
		{ "quote", mapread_quote },
		{ "header", mapread_header },
		{ "columns", mapread_columns },
		{ "decimal", mapread_decimal },
		{ "swap_newlines", read_swap_newlines },
		{ "floats", read_floats },
		{ "dialect", read_dialect },
		{ "include", read_include },
		{ "define", read_define },
		{ "replace", read_replace },
		{ "address_size", read_address_size },
		{ "copybook_format", read_copybook_format },
		{ "as_of", NULL }, { "complete_when", NULL },
		{ "sign", NULL }, { "pad", NULL },
		{ "table", mapread_table_name },
		{ "database", mapread_table_database },
		{ "schema", mapread_table_schema },
		{ "century", NULL },
	};
	struct mapping *m = subject;
	uint64_t seen;

	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), subject, "'source'");
	/* Compilers other than IBM's write COMP-5 in an x86's order. */
	if ((seen & (uint64_t)1 << COMP5_KEY) == 0)
		m->little_comp5 = m->dialect != MAP_DIALECT_IBM;
	mapread_check_table_keys(r, value);
	if (m->format == MAP_TABLE)
		return;
	if (m->format != MAP_DELIMITED && (seen & 1) == 0)
		r->needs_copybook = key;
	mapread_check_format(r, value);
}

/* Targets that are files of ours: their paths start at the mapping. */
static const char *
resolve_target(struct mapread *r, const char *url)
{
	static const char *const schemes[] = { "sqlite:", "csv:", "jsonl:" };
	size_t i, n;

	for (i = 0; i < COUNT(schemes); i++) {
		n = strlen(schemes[i]);
		if (strncmp(url, schemes[i], n) != 0)
			continue;
		if (url[n] == '\0' || url[n] == ':' ||
		    strcmp(url + n, "-") == 0)
			break;		/* :memory:, standard output */
		return arena_printf(r->arena, "%s%s", schemes[i],
		    mapread_path(r, url + n));
	}
	return url;
}

const char *
mapread_database(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	struct diag *d;

	if (!mapread_is_text(r, key, value))
		return NULL;
	if (secret_in_target(value->p)) {
		/* Escapes can hide a password from secret_mask. */
		if (r->shown == r->text)
			r->shown = secret_blot(r->arena, r->text, value->from,
			    value->to);
		d = diag_add(r->diags, DIAG_M023, mapread_place(r, value),
		    "a password in the target");
		diag_hint(r->diags, d, "leave it out, and use a password file "
		    "(~/.pgpass), a service or PGPASSWORD");
		return NULL;
	}
	return resolve_target(r, value->p);
}

READER(read_database)
{
	struct mapping *m = subject;

	m->target = mapread_database(r, key, value);
	m->target_at = mapread_place(r, value);
}

READER(read_schema)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value) && mapread_name(r, value))
		m->schema = value->p;
}

void
mapread_target(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "database", read_database },
		{ "schema", read_schema },
	};
	uint64_t seen;

	if (value->kind != YNODE_MAP) {
		read_database(r, subject, key, value);
		return;
	}
	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), subject, "'target'");
	(void)seen;		/* without a database, --to says it */
}
