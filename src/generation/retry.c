/*
 * A retry; see retry.h.
 */
#include "generation/retry.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "db/db.h"
#include "generation/hashes.h"
#include "generation/json_read.h"
#include "generation/shape.h"

#define BATCH_ROWS	1024
#define TEXT_MAX	(64u << 20)

/* --- what stands beside the records -------------------------------------- */

static bool
refuse(struct diags *ds, const struct retry *t, const char *why,
    const char *hint)
{
	diag_hint(ds, diag_add(ds, DIAG_L132, NOWHERE, "\"%s\" cannot be "
	    "loaded: %s", t->dir, why), "%s", hint);
	return false;
}

static bool
read_run(struct arena *a, struct diags *ds, struct retry *t, bool *loaded)
{
	const char *path = arena_printf(a, "%s/run.json", t->dir);
	json_t *o = json_load_file(path, 0, NULL);
	json_int_t generation;

	if (o == NULL) {
		diag_hint(ds, diag_add(ds, DIAG_L130, NOWHERE, "\"%s\" cannot "
		    "be read", path), "a directory of rejects is wanted, such "
		    "as customer.rejects, and run.json is not to be mended");
		return false;
	}
	t->dataset = json_read_text(a, o, "dataset");
	t->mapping = json_read_text(a, o, "mapping");
	t->sha256 = json_read_text(a, o, "sha256");
	t->as_of = json_read_text(a, o, "as_of");
	generation = json_integer_value(json_object_get(o, "generation"));
	t->generation = generation > 0 && generation < UINT32_MAX ?
	    (uint32_t)generation : 0;
	*loaded = json_is_true(json_object_get(o, "loaded"));
	json_decref(o);
	if (t->dataset != NULL && t->mapping != NULL && t->sha256 != NULL)
		return true;
	diag_add(ds, DIAG_L130, NOWHERE, "\"%s\" is not what decant writes",
	    path);
	return false;
}

/* "customer.rejects" to "customer-retry-1.rejects", and that to -2. */
static const char *
next_directory(struct arena *a, const char *dir)
{
	static const char end[] = ".rejects", mark[] = "-retry-";
	size_t n = strlen(dir), m = sizeof end - 1, i;
	unsigned number = 0;

	if (n > m && strcmp(dir + n - m, end) == 0)
		n -= m;
	for (i = n; i > 0 && dir[i - 1] >= '0' && dir[i - 1] <= '9'; i--)
		;
	m = sizeof mark - 1;
	if (i < n && n - i < 9 && i > m && memcmp(dir + i - m, mark, m) == 0 &&
	    sscanf(dir + i, "%u", &number) == 1)
		n = i - m;
	return arena_printf(a, "%.*s%s%u%s", (int)n, dir, mark, number + 1,
	    end);
}

static void
tell_left(struct diags *ds, const struct retry *t, const char *name,
    const char *hint)
{
	char path[4096];

	if (snprintf(path, sizeof path, "%s/%s", t->dir, name) <
	    (int)sizeof path && access(path, F_OK) == 0)
		diag_hint(ds, diag_add(ds, DIAG_L133, NOWHERE, "\"%s\" is not "
		    "loaded", path), "%s", hint);
}

bool
retry_read(struct arena *a, struct diags *ds, const char *dir,
    struct retry *t)
{
	size_t n = strlen(dir);
	bool loaded;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	*t = (struct retry){ .dir = arena_strndup(a, dir, n) };
	if (!read_run(a, ds, t, &loaded))
		return false;
	if (!loaded)
		return refuse(ds, t, "nothing else of its input was loaded",
		    "load the input when it is mended, or with --max-rejects; "
		    "then its rejects can be loaded");
	if (t->generation == 0)
		return refuse(ds, t, "its load went into files", "only a "
		    "database's tables get more rows");
	t->file = arena_printf(a, "%s/records.dat", t->dir);
	t->rejects = next_directory(a, t->dir);
	if (access(arena_printf(a, "%s/records.csv", t->dir), F_OK) == 0)
		return refuse(ds, t, "it holds rows of a table", "mend them "
		    "where they are, and load again");
	if (access(t->file, F_OK) != 0)
		return refuse(ds, t, "it holds no records", "what is no whole "
		    "record can only be mended in the input");
	tell_left(ds, t, "orphans.dat", "put its records into records.dat, "
	    "behind those that they hang on");
	tell_left(ds, t, "fragments.dat", "bytes that are no whole record can "
	    "only be mended in the input");
	t->origins = origins_read(a, ds, t->dir);
	return t->origins != NULL;
}

bool
retry_fits(struct diags *ds, const struct retry *t, const struct job *job)
{
	const struct mapping *m = job->mapping;
	char hex[SHA256_HEX + 1];

	if (strcmp(t->dataset, m->schema) != 0 ||
	    strcmp(t->mapping, m->name) != 0) {
		diag_hint(ds, diag_add(ds, DIAG_L132, NOWHERE, "\"%s\" holds "
		    "rejects of the mapping '%s' of the dataset '%s', not of "
		    "'%s' of '%s'", t->dir, t->mapping, t->dataset, m->name,
		    m->schema), "name the mapping that they were rejected by");
		return false;
	}
	sha256_text(m->text->p, m->text->len, hex);
	if (strcmp(hex, t->sha256) != 0)
		diag_add(ds, DIAG_L134, NOWHERE, "\"%s\" has changed since "
		    "the rows were loaded that are live", m->text->name);
	if (m->ncontrol > 0 || m->complete_file != NULL ||
	    m->manifest != NULL)
		diag_add(ds, DIAG_L135, NOWHERE, "%u control%s and what else "
		    "speaks of whole extracts %s not looked at", m->ncontrol,
		    m->ncontrol == 1 ? "" : "s", m->ncontrol == 1 ? "is" :
		    "are");
	return true;
}

/* --- what is live -------------------------------------------------------- */

/* The generation that a live table's rows began with; 0: it was empty. */
static const struct generation *
base_of(const struct dataset *d, const struct generation *g,
    const char *table)
{
	const struct gen_table *t = generation_find_table(g, table);

	return t == NULL ? NULL : dataset_find(d, t->base);
}

static const struct generation *
home_of(const struct dataset *d, const char *table)
{
	const struct gen_table *t = generation_find_table(dataset_live(d),
	    table);

	return t == NULL ? NULL : dataset_find(d, t->home);
}

uint32_t
retry_done(const struct retry *t, const struct dataset *d,
    const struct schema *schema, struct change *c,
    const volatile int *interrupted)
{
	const char *table = schema->table[0].name;
	const struct generation *g;

	for (g = home_of(d, table); g != NULL; g = base_of(d, g, table)) {
		if (g->number == t->generation)
			break;
		if (!change_resembles(c, g))
			continue;
		if (!change_hash_inputs(c, d->arena, d->db->diags,
		    interrupted))
			return UINT32_MAX;
		if (strcmp(change_work(c, d->arena, true), g->work) == 0)
			return g->number;
	}
	return 0;
}

/* Do the rows that are live come from the load that had the rejects? */
static bool
check_line(const struct retry *t, const struct dataset *d,
    const char *table)
{
	const struct generation *g, *of = dataset_find(d, t->generation);
	struct diags *ds = d->db->diags;

	for (g = home_of(d, table); g != NULL; g = base_of(d, g, table))
		if (g->number == t->generation)
			return true;
	if (of != NULL && of->state == GEN_STAGED)
		return refuse(ds, t, arena_printf(d->arena, "generation %u, "
		    "which its load made, is staged and not live",
		    t->generation), "decant publish makes it live");
	return refuse(ds, t, arena_printf(d->arena, "what is live (generation "
	    "%u) was not made by its load (generation %u)", d->live,
	    t->generation), of != NULL && of->state == GEN_UNDONE ?
	    "decant publish makes that live again" : "the load that made what "
	    "is live has rejects of its own");
}

bool
retry_check(const struct retry *t, const struct dataset *d,
    const struct schema *schema, const struct schema *all)
{
	struct shape shape = { NULL, 0, 0, false };
	struct buf text;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		if (!check_line(t, d, schema->table[i].name))
			return false;
	shape_compare(&shape, d->arena, dataset_live(d), all);
	if (shape.n == 0 && !shape.unknown)
		return true;
	buf_init(&text, 4096);
	if (shape.n > 0)
		shape_text(&text, &shape.v[0]);
	refuse(d->db->diags, t, arena_printf(d->arena, "the mapping makes "
	    "other tables than those that are live%s%s", shape.n > 0 ? ": " :
	    "", shape.n > 0 ? text.p : ""), "load the whole input with it");
	buf_fini(&text);
	return false;
}

/* --- rows of distinct tables --------------------------------------------- */

struct known_list {
	struct key_hash *v;
	uint32_t n, cap;
};

static void
add_rows(struct known_list *k, struct arena *to, struct buf *b,
    const struct schema_table *t, struct column *col, uint32_t n)
{
	const struct column **all = mem_array(t->ncolumn + 1, sizeof *all);
	const struct rowset rows = { .n = n, .col = all };
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		all[i] = &col[i];
	for (i = 0; i < n; i++) {
		buf_clear(b);
		*ARENA_PUSH(to, k->v, k->n, k->cap) = key_hash_row(b, t, &rows,
		    i);
	}
	mem_free(all);
}

static bool
read_rows(const struct dataset *d, const struct schema_table *t,
    struct known_list *k)
{
	const struct gen_table is = { .name = t->name, .columns = t };
	struct table_reader *r;
	struct reader_column *c;
	struct buf b, relation;
	struct column *col;
	struct arena a;
	enum grade g = FATAL;
	uint32_t n;

	arena_init(&a);
	buf_init(&b, TEXT_MAX);
	buf_init(&relation, 4096);
	db_put_table(d->db, &relation, d->name, t->name, 0);
	c = hashes_columns(d->db, d->arena, d->name, &is, 0, &n);
	col = mem_array(t->ncolumn + 1, sizeof *col);
	r = table_reader_new(d->db, relation.p, c, n, "");
	while (r != NULL && (g = table_reader_next(r, &a, BATCH_ROWS, col,
	    &n)) == OK) {
		add_rows(k, d->arena, &b, t, col, n);
		arena_reset(&a);
	}
	if (r != NULL)
		table_reader_free(r);
	mem_free(col);
	buf_fini(&b);
	buf_fini(&relation);
	arena_fini(&a);
	return g == END;
}

const struct known_rows *
retry_known(const struct dataset *d, const struct schema *schema)
{
	struct known_rows *v = arena_array(d->arena, schema->ntable + 1,
	    sizeof *v);
	struct known_list k;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++) {
		k = (struct known_list){ NULL, 0, 0 };
		if (schema->table[i].distinct && !read_rows(d,
		    &schema->table[i], &k))
			return NULL;
		v[i] = (struct known_rows){ k.v, k.n };
	}
	return v;
}

void
retry_json(struct json *j, const struct retry *t)
{
	json_open(j, "retry", '{');
	json_text(j, "rejects", t->dir);
	json_uint(j, "generation", t->generation);
	json_close(j, '}');
}
