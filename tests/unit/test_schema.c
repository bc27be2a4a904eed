/*
 * mappings/decant-mapping.schema.json, and decant-dataset.schema.json, against
 * the reader: both know the same keys in the same places, and the same words;
 * the sample mappings are valid; what the reader refuses for an unknown key,
 * the schema refuses too.
 *
 * The reader's tables are read from src/mapping/: "struct map_key keys[]", and
 * behind it the call of mapread_keys that says of what they are the keys.  The
 * schema's title of an object is the same text.  The walker below knows the
 * part of JSON Schema (draft-07) that the schema uses, and no other.
 */
#include <dirent.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mapping/dataset_file.h"
#include "mapping/mapping.h"
#include "mapping/yaml_tree.h"
#include "tap.h"

static struct arena arena;
static const char *srcdir;
static struct ynode *schema;
static bool of_dataset;		/* that of dataset files */

/* ---- trees ------------------------------------------------------------- */

static struct ynode *
read_tree(const struct srctext *text)
{
	struct diags ds;
	struct ynode *y;

	diags_init(&ds, &arena);
	y = text == NULL ? NULL : yaml_tree_read(&arena, &ds, text, text);
	return ds.errors == 0 ? y : NULL;
}

static struct ynode *
member(const struct ynode *map, const char *key)
{
	uint32_t i;

	for (i = 0; map != NULL && map->kind == YNODE_MAP && i < map->n; i += 2)
		if (strcmp(map->item[i]->p, key) == 0)
			return map->item[i + 1];
	return NULL;
}

static bool
is(const struct ynode *y, const char *text)
{
	return y != NULL && y->kind == YNODE_SCALAR &&
	    strcmp(y->p, text) == 0;
}

/* The type that JSON would give a scalar of YAML's core schema. */
static const char *
type_of(const struct ynode *y)
{
	size_t n;

	if (y->kind != YNODE_SCALAR)
		return y->kind == YNODE_MAP ? "object" : "array";
	if (y->style != YSTYLE_PLAIN)
		return "string";
	if (y->len == 0 || is(y, "null") || is(y, "~"))
		return "null";
	if (is(y, "true") || is(y, "false"))
		return "boolean";
	n = y->p[0] == '-' || y->p[0] == '+';
	n += strspn(y->p + n, "0123456789");
	if (n == y->len && n > 0 && y->p[n - 1] >= '0')
		return "integer";
	if (n > 0 && y->p[n] == '.' && strspn(y->p + n + 1, "0123456789") ==
	    y->len - n - 1)
		return "number";
	return "string";
}

static struct ynode *
resolve(struct ynode *s)
{
	static const char at[] = "#/definitions/";
	struct ynode *ref = member(s, "$ref");

	if (ref == NULL)
		return s;
	if (strncmp(ref->p, at, sizeof at - 1) != 0)
		return NULL;
	return member(member(schema, "definitions"), ref->p + sizeof at - 1);
}

/* ---- valid? ------------------------------------------------------------ */

static bool valid(struct ynode *s, const struct ynode *y);

static bool
has_type(const struct ynode *type, const struct ynode *y)
{
	const char *t = type_of(y);
	uint32_t i;

	if (type->kind == YNODE_LIST) {
		for (i = 0; i < type->n; i++)
			if (has_type(type->item[i], y))
				return true;
		return false;
	}
	return is(type, t) || (is(type, "number") && strcmp(t, "integer") == 0);
}

/* In the schema, words are quoted; null, true and numbers are plain. */
static bool
is_one_of(const struct ynode *values, const struct ynode *y)
{
	uint32_t i;

	for (i = 0; i < values->n; i++)
		if (y->kind == YNODE_SCALAR && is(y, values->item[i]->p) &&
		    strcmp(type_of(y), type_of(values->item[i])) == 0)
			return true;
	return false;
}

static bool
has_members(struct ynode *s, const struct ynode *y)
{
	struct ynode *props = member(s, "properties"), *p, *more;
	uint32_t i;

	more = member(s, "additionalProperties");
	for (i = 0; i < y->n; i += 2) {
		p = member(props, y->item[i]->p);
		if (p == NULL && is(more, "false"))
			return false;
		if (p == NULL)
			p = more;
		if (p != NULL && !valid(p, y->item[i + 1]))
			return false;
	}
	props = member(s, "required");
	for (i = 0; props != NULL && i < props->n; i++)
		if (member(y, props->item[i]->p) == NULL)
			return false;
	return true;
}

static bool
keyword(struct ynode *s, const char *key, struct ynode *v,
    const struct ynode *y)
{
	bool any = false, all = true;
	uint32_t i, n = 0;

	if (strcmp(key, "type") == 0)
		return has_type(v, y);
	if (strcmp(key, "enum") == 0)
		return is_one_of(v, y);
	if (strcmp(key, "anyOf") == 0 || strcmp(key, "allOf") == 0) {
		for (i = 0; i < v->n; i++) {
			any = valid(v->item[i], y) || any;
			all = valid(v->item[i], y) && all;
		}
		return strcmp(key, "anyOf") == 0 ? any : all;
	}
	if (strcmp(key, "oneOf") == 0) {
		for (i = 0; i < v->n; i++)
			n += valid(v->item[i], y);
		return n == 1;
	}
	if (strcmp(key, "required") == 0) {
		for (i = 0; y->kind == YNODE_MAP && i < v->n; i++)
			all = all && member(y, v->item[i]->p) != NULL;
		return all;
	}
	if (strcmp(key, "properties") == 0)
		return y->kind != YNODE_MAP || has_members(s, y);
	if (strcmp(key, "additionalProperties") == 0)
		return y->kind != YNODE_MAP || has_members(s, y);
	if (strcmp(key, "items") == 0) {
		for (i = 0; y->kind == YNODE_LIST && i < y->n; i++)
			all = valid(v, y->item[i]) && all;
		return all;
	}
	if (strcmp(key, "minItems") == 0)
		return y->kind != YNODE_LIST || y->n >= strtoul(v->p, NULL, 10);
	if (strcmp(key, "minProperties") == 0)
		return y->kind != YNODE_MAP ||
		    y->n / 2 >= strtoul(v->p, NULL, 10);
	if (strcmp(key, "minimum") == 0)
		return y->kind != YNODE_SCALAR ||
		    strtoll(y->p, NULL, 10) >= strtoll(v->p, NULL, 10);
	if (strcmp(key, "maximum") == 0)
		return y->kind != YNODE_SCALAR ||
		    strtoll(y->p, NULL, 10) <= strtoll(v->p, NULL, 10);
	if (strcmp(key, "title") != 0 && strcmp(key, "description") != 0 &&
	    strcmp(key, "$schema") != 0 &&
	    strcmp(key, "definitions") != 0)
		ok(false, "the walker knows the keyword %s", key);
	return true;
}

static bool
valid(struct ynode *s, const struct ynode *y)
{
	uint32_t i;

	s = resolve(s);
	if (s == NULL) {
		ok(false, "a reference leads somewhere");
		return false;
	}
	for (i = 0; i < s->n; i += 2)
		if (!keyword(s, s->item[i]->p, s->item[i + 1], y))
			return false;
	return true;
}

/* ---- the reader's tables ----------------------------------------------- */

/* "{ "word", something }" from *p on; *name is its text.  False: no more. */
static bool
next_entry(const char **p, const char *end, char name[64], bool *reads)
{
	const char *q = *p, *close;
	size_t n;

	while (q < end && !(q[0] == '{' && strncmp(q, "{ \"", 3) == 0))
		q++;
	if (q >= end)
		return false;
	q += 3;
	close = strchr(q, '"');
	n = (size_t)(close - q);
	memcpy(name, q, n < 63 ? n : 63);
	name[n < 63 ? n : 63] = '\0';
	for (q = close + 1; *q == ',' || *q == ' ' || *q == '\n' || *q == '\t';)
		q++;
	*reads = strncmp(q, "NULL", 4) != 0 && *q != '-';
	*p = q;
	return true;
}

/* The object of the schema that has the title; itself or a definition. */
static struct ynode *
titled(const char *title)
{
	struct ynode *defs = member(schema, "definitions"), *found = NULL;
	uint32_t i;

	if (is(member(schema, "title"), title))
		return schema;
	for (i = 0; i < defs->n; i += 2)
		if (is(member(defs->item[i + 1], "title"), title))
			found = defs->item[i + 1];
	return found;
}

static void
compare_keys(const char *from, const char *end, const char *what)
{
	struct ynode *s = titled(what), *props;
	char name[64];
	uint32_t n = 0;
	bool reads;

	if (!ok(s != NULL, "the schema has an object with the title \"%s\"",
	    what))
		return;
	props = member(s, "properties");
	ok(is(member(s, "additionalProperties"), "false"),
	    "%s: no other keys", what);
	while (next_entry(&from, end, name, &reads)) {
		n += reads;
		if (reads != (member(props, name) != NULL))
			ok(false, "%s: the schema has '%s', which the reader "
			    "%s", what, name, reads ? "takes" : "refuses");
	}
	is_int(props->n / 2, n, "%s: as many keys as the reader takes", what);
}

/* Is the word in an enum of the schema? */
static bool
in_enum(const struct ynode *s, const char *word)
{
	const struct ynode *e = member(s, "enum");
	uint32_t i;

	for (i = 0; e != NULL && i < e->n; i++)
		if (e->item[i]->style != YSTYLE_PLAIN && is(e->item[i], word))
			return true;
	for (i = 0; s->kind != YNODE_SCALAR && i < s->n; i++)
		if (in_enum(s->item[i], word))
			return true;
	return false;
}

static struct buf words;	/* of the reader, each between LFs */

static void
compare_words(const char *from, const char *end, const char *file)
{
	char name[64];
	bool reads;

	while (next_entry(&from, end, name, &reads)) {
		if (!reads)
			continue;
		buf_printf(&words, "%s\n", name);
		if (!in_enum(schema, name))
			ok(false, "%s: the schema has the word '%s'", file,
			    name);
	}
}

static void
known_words(const struct ynode *s)
{
	const struct ynode *e = member(s, "enum");
	char line[80];
	uint32_t i;

	for (i = 0; e != NULL && i < e->n; i++) {
		snprintf(line, sizeof line, "\n%s\n", e->item[i]->p);
		if (e->item[i]->style != YSTYLE_PLAIN &&
		    strstr(words.p, line) == NULL)
			ok(false, "the reader has the word '%s'",
			    e->item[i]->p);
	}
	for (i = 0; s->kind != YNODE_SCALAR && i < s->n; i++)
		known_words(s->item[i]);
}

static uint32_t
compare_file(const char *path)
{
	const struct srctext *text = srctext_read(&arena, path);
	const char *p, *end, *call, *open, *close;
	uint32_t n = 0;

	if (text == NULL)
		return 0;
	for (p = text->p; (p = strstr(p, "struct map_key keys[] = {")) != NULL;
	    p = end) {
		end = strstr(p, "};");
		call = strstr(end, "mapread_keys(");
		open = call == NULL ? NULL : strchr(call, '"');
		close = open == NULL ? NULL : strchr(open + 1, '"');
		if (!ok(close != NULL, "%s: what the keys are of", path))
			return n;
		compare_keys(p, end, arena_strndup(&arena, open + 1,
		    (size_t)(close - open - 1)));
		n++;
	}
	for (p = text->p; (p = strstr(p, "struct map_choice ")) != NULL; p = end) {
		end = p + strcspn(p, ";");
		if (p + strcspn(p, "={") < end)
			compare_words(p, strstr(p, "};"), path);
	}
	return n;
}

static void
test_tables(void)
{
	const char *dir = arena_printf(&arena, "%s/src/mapping", srcdir);
	DIR *d = opendir(dir);
	struct ynode *defs = member(schema, "definitions");
	uint32_t tables = 0, objects = 1, i;
	struct dirent *e;

	buf_init(&words, 1u << 20);
	buf_puts(&words, "\n");
	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, "mapping_", 8) == 0 &&
		    strstr(e->d_name, ".c") != NULL)
			tables += compare_file(arena_printf(&arena, "%s/%s",
			    dir, e->d_name));
	if (d != NULL)
		closedir(d);
	for (i = 0; i < defs->n; i += 2)
		objects += member(defs->item[i + 1], "title") != NULL;
	is_int(objects, tables, "as many objects as the reader has tables");
	known_words(schema);
	ok(true, "the words of choices");
	buf_fini(&words);
}

/* ---- mappings ---------------------------------------------------------- */

/* What the reader says: M013 is an unknown key. */
static bool
reader_says(const struct srctext *text, bool *unknown_key)
{
	const struct diag *d;
	struct diags ds;

	diags_init(&ds, &arena);
	if (of_dataset)
		dataset_file_parse(&arena, &ds, text);
	else
		mapping_parse(&arena, &ds, text);
	*unknown_key = false;
	for (d = ds.first; d != NULL; d = d->next)
		*unknown_key = *unknown_key || d->code == DIAG_M013;
	return ds.errors == 0;
}

/* The text with one more key before the node's first. */
static struct srctext *
with_key(const struct srctext *text, const struct ynode *map)
{
	uint32_t at = map->item[0]->from, line = at;
	struct srctext *out;
	struct buf b;

	while (line > 0 && text->p[line - 1] != '\n')
		line--;
	buf_init(&b, 1u << 20);
	buf_put(&b, text->p, at);
	buf_puts(&b, "noonsense: x");
	if (map->style == YSTYLE_FLOW)
		buf_puts(&b, ", ");
	else
		buf_printf(&b, "\n%*s", (int)(at - line), "");
	buf_put(&b, text->p + at, text->len - at);
	out = srctext_new(&arena, text->name, b.p, b.len);
	buf_fini(&b);
	return out;
}

/* An unknown key anywhere: both refuse it, or it is a name. */
static void
spoil(const struct srctext *text, const struct ynode *y, uint32_t *n)
{
	struct srctext *spoilt;
	struct ynode *tree;
	bool unknown;
	uint32_t i;

	if (y->kind == YNODE_MAP && y->n > 0) {
		spoilt = with_key(text, y);
		reader_says(spoilt, &unknown);
		tree = read_tree(spoilt);
		if (unknown && tree != NULL && valid(schema, tree))
			ok(false, "the schema takes the key at %u of %s",
			    y->item[0]->from, text->name);
		*n += unknown;
	}
	for (i = 0; y->kind != YNODE_SCALAR && i < y->n; i++)
		spoil(text, y->item[i], n);
}

static void
test_samples(void)
{
	const char *dir = arena_printf(&arena, "%s/mappings", srcdir), *path;
	DIR *d = opendir(dir);
	struct srctext *text;
	struct ynode *tree;
	struct dirent *e;
	bool unknown, good;
	uint32_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strstr(e->d_name, ".yaml") == NULL)
			continue;
		path = arena_printf(&arena, "%s/%s", dir, e->d_name);
		text = srctext_read(&arena, path);
		if (text != NULL && (dataset_text_find(text->p) != NULL) !=
		    of_dataset)
			continue;
		tree = read_tree(text);
		good = text != NULL && reader_says(text, &unknown);
		if (ok(good && tree != NULL && valid(schema, tree),
		    "%s is valid", e->d_name))
			spoil(text, tree, &n);
		ok(text != NULL && strncmp(text->p, of_dataset ?
		    "# yaml-language-server: $schema=decant-dataset.schema."
		    "json\n" : "# yaml-language-server: $schema=decant-mapping"
		    ".schema.json\n", 59) == 0, "%s names the schema",
		    e->d_name);
	}
	if (d != NULL)
		closedir(d);
	ok(n > (of_dataset ? 4 : 20), "%u keys that are none, refused", n);
}

#define T	"tables: {t: {columns: {a: A}}}\n"

static void
test_cases(void)
{
	static const struct {
		const char *yaml;
		bool good;
	} t[] = {
		{ "source: {copybook: c}\n" T, true },
		{ "source: {copybook: [c, d], format: vb, rdw: {endian: big, "
		    "inclusive: true}, bdw: guess}\nversion: 3\n" T, true },
		{ "source: {copybook: c, format: gnucobol, varseq: 2}\n" T,
		    true },
		{ "source: {format: delimited, header: true, delimiter: ';', "
		    "decimal: ','}\n" T, true },
		{ "source: {copybook: c, format: length, length: {offset: 0, "
		    "size: 2, type: packed, counts: rest, adjust: -4}}\n" T,
		    true },
		{ "source: {copybook: c, format: length, length: LEN, skip: "
		    "{bytes_first: 0}}\n" T, true },
		{ "source: {copybook: c}\ndefaults: {number: {spaces: null, "
		    "low-values: 'null'}, date: {century: 0}}\n" T, true },
		{ "source: {copybook: c}\ntables: {t: {key: a, each: O, "
		    "columns: {a: {from: 1, 'not null': true, type: text, "
		    "text: {empty: null}}}}}\n", true },
		{ "source: {copybook: c}\nrecords: {a: {when: A = 1}, b: {}}\n"
		    "controls: [A = count(a)]\ntables: {t: {of: [a, b], "
		    "columns: {x: {from: {a: A, b: B}}}}}\n", true },
		{ "source: {copybook: c}\ntarget: {database: 'sqlite:a', "
		    "schema: s}\n" T, true },
		{ "source: {table: person, database: 'sqlite:a', schema: s}\n" T,
		    true },
		{ "source: {copybook: c}\ntables: {t: {columns: {a: A}, up: "
		    "{a: B}, down: {b: \"split_name(a, 'first')\"}}}\ntests: "
		    "[{name: n, query: select, proves: new}, {name: m, query: "
		    "select, holds: always}]\ncompat: {v: {table: t, columns: "
		    "{b: a}}}\n", true },
		/* keys that are none, as in test_mapping */
		{ "source: {tabel: person}\n" T, false },
		{ "source: {copybook: c}\ntests: [{name: n, qurey: q, proves: "
		    "new}]\n" T, false },
		{ "source: {copybook: c}\ncompat: {v: {table: t, colums: {a: "
		    "a}}}\n" T, false },
		{ "versoin: 1\nsource: {copybook: c}\n" T, false },
		{ "Source: {copybook: c}\nsource: {copybook: c}\n" T, false },
		{ "source: {copybook: c, recrod: R}\n" T, false },
		{ "source: {copybook: c, rdw: {x: y}}\n" T, false },
		{ "source: {copybook: c, skip: {record_first: 1}}\n" T, false },
		{ "source: {copybook: c, length: {offset: 1, size: 2, typ: "
		    "zoned}}\n" T, false },
		{ "source: {copybook: c}\ntarget: {database: 'sqlite:a', "
		    "scheme: s}\n" T, false },
		{ "source: {copybook: c}\ndefaults: {text: {trimm: none}}\n" T,
		    false },
		{ "source: {copybook: c}\nrecords: {a: {wehn: B}}\n"
		    "tables: {t: {of: a, columns: {a: A}}}\n", false },
		{ "source: {copybook: c}\ntables: {t: {kye: a, columns: {a: "
		    "A}}}\n", false },
		{ "source: {copybook: c}\ntables: {t: {columns: {a: {from: A, "
		    "tpye: text}}}}\n", false },
		{ "source: {copybook: c}\ncrosswalks: {x: {file: f, keys: k}}\n"
		    T, false },
		/* other mistakes */
		{ "source: {copybook: c}\n", false },
		{ "source: {copybook: c, format: fixde}\n" T, false },
		{ "source: {copybook: {c: d}}\n" T, false },
		{ "source: {copybook: c, record_length: many}\n" T, false },
		{ "version: 0\nsource: {copybook: c}\n" T, false },
		{ "source: {copybook: c}\ntests: [{name: n, query: q}]\n" T,
		    false },
		{ "source: {copybook: c}\ntests: [{name: n, query: q, proves: "
		    "new, holds: always}]\n" T, false },
		{ "source: {copybook: c}\ntests: [{name: n, query: q, proves: "
		    "old}]\n" T, false },
		{ "source: {copybook: c}\ncompat: {v: {table: t}}\n" T,
		    false },
		{ "source: {copybook: c}\ntables: [t]\n", false },
		{ "source: {copybook: c}\ntables: {t: {}}\n", false },
		{ "source: {copybook: c}\ntables: {t: {columns: {a: {type: "
		    "text}}}}\n", false },
	};
	struct srctext *text;
	struct ynode *tree;
	bool unknown;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		text = srctext_new(&arena, "m.yaml", t[i].yaml,
		    strlen(t[i].yaml));
		tree = read_tree(text);
		ok(reader_says(text, &unknown) == t[i].good,
		    "case %zu: the reader %s it", i, t[i].good ? "takes" :
		    "refuses");
		ok(tree != NULL && valid(schema, tree) == t[i].good,
		    "case %zu: so does the schema", i);
	}
}

#define M	"decant: dataset 1\nname: d\n"

/* The second schema, that of dataset files. */
static void
test_dataset(void)
{
	static const struct {
		const char *yaml;
		bool good;
	} t[] = {
		{ M "members: [{mapping: a.yaml}]\n", true },
		{ M "members: [{mapping: a, source: f}, {mapping: b, source: "
		    "[f, g]}]\nversion: 2\ntarget: {database: 'sqlite:x', "
		    "schema: s}\n", true },
		{ M "members: [{mapping: a}]\nforeign keys: [{table: t, "
		    "columns: [a, b], references: u, to: c}]\ncontrols: "
		    "[{name: n, left: q, right: r}]\ntests: [{name: n, "
		    "query: q, holds: always}]\n", true },
		{ M, false },
		{ "decant: dataset 2\nname: d\nmembers: [{mapping: a}]\n",
		    false },
		{ "decant: dataset 1\nmembers: [{mapping: a}]\n", false },
		{ M "members: []\n", false },
		{ M "members: [{source: a}]\n", false },
		{ M "members: [{mapping: a, file: b}]\n", false },
		{ M "members: [{mapping: a}]\ntables: {}\n", false },
		{ M "members: [{mapping: a}]\nforeign keys: [{table: t, "
		    "references: u}]\n", false },
		{ M "members: [{mapping: a}]\nforeign keys: [{table: t, "
		    "column: c, references: u}]\n", false },
		{ M "members: [{mapping: a}]\ncontrols: [A = B]\n", false },
	};
	struct srctext *text;
	struct ynode *tree;
	bool unknown;
	size_t i;

	of_dataset = true;
	schema = read_tree(srctext_read(&arena, arena_printf(&arena,
	    "%s/mappings/decant-dataset.schema.json", srcdir)));
	if (!ok(schema != NULL, "the schema of dataset files is read"))
		return;
	is_int(compare_file(arena_printf(&arena,
	    "%s/src/mapping/dataset_file.c", srcdir)), 4, "its tables");
	test_samples();
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		text = srctext_new(&arena, "d.yaml", t[i].yaml,
		    strlen(t[i].yaml));
		tree = read_tree(text);
		ok(reader_says(text, &unknown) == t[i].good,
		    "dataset %zu: the reader %s it", i, t[i].good ? "takes" :
		    "refuses");
		ok(tree != NULL && valid(schema, tree) == t[i].good,
		    "dataset %zu: so does the schema", i);
	}
}

int
main(void)
{
	srcdir = getenv("SRCDIR");
	if (srcdir == NULL)
		tap_skip_all("SRCDIR is not set");
	arena_init(&arena);
	schema = read_tree(srctext_read(&arena, arena_printf(&arena,
	    "%s/mappings/decant-mapping.schema.json", srcdir)));
	if (!ok(schema != NULL, "the schema is read"))
		return tap_done();
	test_tables();
	test_samples();
	test_cases();
	test_dataset();
	arena_fini(&arena);
	return tap_done();
}
