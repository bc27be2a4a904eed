/*
 * What the tests of publications share: generations that are staged, made
 * live, and changed back; and what pg_dump says of a schema, which is the
 * oracle for all that must survive.
 */
#ifndef DECANT_TEST_PUB_FIXTURE_H
#define DECANT_TEST_PUB_FIXTURE_H

#include "database/pg_fixture.h"
#include "generation/publication_impl.h"
#include "generation/publication_postgres.h"

#include <time.h>

#define PUB_TABLES	8

/* What is live of a schema's tables; generations are counted in each. */
struct dataset_of {
	const char *schema;
	uint32_t live, last;
};

static inline struct dataset_of *
dataset_of(const char *schema)
{
	static struct dataset_of all[200];
	static int n;
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(all[i].schema, schema) == 0)
			return &all[i];
	all[n].schema = arena_strdup(&arena, schema);
	return &all[n++];
}

struct pub {
	struct diags diags;
	struct db db;
	struct publication p;
	struct pub_table table[PUB_TABLES];
	const char *key[PUB_TABLES][4];
};

static inline void
nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* The publication of all tables of a schema, from `now` to `then`. */
static inline void
pub_set(struct pub *b, struct db *db, const char *schema,
    const struct schema *s, uint32_t now, uint32_t then)
{
	const struct schema_table *t;
	uint32_t i, k;

	b->p = (struct publication){ .db = db, .arena = &arena,
	    .schema = schema, .table = b->table, .ntable = s->ntable };
	for (i = 0; i < s->ntable; i++) {
		t = &s->table[i];
		for (k = 0; k < t->nkey && k < 4; k++)
			b->key[i][k] = t->column[t->key[k]].name;
		b->table[i] = (struct pub_table){ .name = t->name,
		    .now = now, .then = then, .key = b->key[i],
		    .nkey = t->nkey };
	}
}

/*
 * Stages the next generation and publishes it.  `set` may change the stage and
 * the publication, `between` makes what appears when all is prepared.
 */
static inline bool
load_live_with(struct load *l, struct pub *b, const char *to,
    const char *schema, const struct sample *s, uint32_t n,
    void (*set)(struct load *, struct pub *), void (*between)(struct pub *))
{
	struct dataset_of *d = dataset_of(schema);
	bool staged, good;

	generation = ++d->last;
	memset(b, 0, sizeof *b);
	if (!load_new_to(l, to, schema, s, n) || !load_step(l, "lock",
	    db_lock(&l->db, schema) ? OK : FATAL)) {
		load_end(l);
		return false;
	}
	pub_set(b, &l->db, schema, &l->schema, d->live, generation);
	if (set != NULL)
		set(l, b);
	staged = load_step(l, "check", pgpub_check(&b->p) ? OK : FATAL) &&
	    load_open(l) && load_put(l) && load_finish(l) && load_seal(l);
	good = staged && load_step(l, "prepare", pgpub_prepare(&b->p) ? OK :
	    FATAL);
	if (good && between != NULL)
		between(b);
	good = good && load_step(l, "run", pgpub_run(&b->p));
	if (good)
		d->live = generation;
	else if (staged && PQstatus(l->db.pg.conn) == CONNECTION_OK)
		pgpub_drop(&b->p);
	load_end(l);
	return good;
}

static inline bool
load_live(struct load *l, const char *schema, const struct sample *s,
    uint32_t n)
{
	struct pub b;

	return load_live_with(l, &b, target, schema, s, n, NULL, NULL);
}

/* Makes another generation of the load's tables live again. */
static inline bool
go_to(struct load *l, struct pub *b, uint32_t then,
    void (*set)(struct load *, struct pub *))
{
	struct dataset_of *d = dataset_of(l->stage.schema);
	bool good;

	memset(b, 0, sizeof *b);
	diags_init(&b->diags, &arena);
	if (!db_open(&b->db, &arena, &b->diags, target, NULL) ||
	    !db_lock(&b->db, d->schema))
		return false;
	pub_set(b, &b->db, d->schema, &l->schema, d->live, then);
	if (set != NULL)
		set(NULL, b);
	good = pgpub_check(&b->p) && pgpub_prepare(&b->p) &&
	    pgpub_run(&b->p) == OK;
	if (good)
		d->live = then;
	db_close(&b->db);
	return good;
}

/* "T057: message | hint" of the first; "" where there is none. */
static inline const char *
pub_error(const struct pub *b)
{
	const struct diag *d = b->diags.first;

	return d == NULL ? "" : arena_printf(&arena, "%s: %s | %s",
	    diag_name(d->code), d->message, d->hint ? d->hint : "");
}

static inline bool
diags_have(const struct diags *ds, const char *code, const char *words)
{
	const struct diag *d;

	for (d = ds->first; d != NULL; d = d->next)
		if (strcmp(diag_name(d->code), code) == 0 &&
		    strstr(d->message, words) != NULL)
			return true;
	for (d = ds->first; d != NULL; d = d->next)
		printf("# %s: %s\n", diag_name(d->code), d->message);
	return false;
}

/*
 * What pg_dump says of schemas (-n a -n b), without data; lines that name
 * decant's own objects, or differ from run to run, are left out.
 */
static inline const char *
dump_of(const char *schemas)
{
	const char *command = arena_printf(&arena, "pg_dump -s %s --dbname='%s'"
	    " 2>&1", schemas, target);
	FILE *in = popen(command, "r");
	struct buf b;
	char line[65536];
	const char *text;

	buf_init(&b, 64u << 20);
	while (in != NULL && fgets(line, sizeof line, in) != NULL)
		if (strstr(line, "restrict ") == NULL &&
		    strstr(line, "decant.") == NULL &&
		    strstr(line, "decant_log") == NULL &&
		    strstr(line, "-- Dumped ") == NULL)
			buf_puts(&b, line);
	if (in != NULL)
		pclose(in);
	text = arena_strdup(&arena, b.p == NULL ? "" : b.p);
	buf_fini(&b);
	return text;
}

/* ok() that shows the first diagnostic where it fails. */
#define ok_shown(cond, error, ...) do {					\
	bool good_ = (cond);						\
	ok(good_, __VA_ARGS__);						\
	if (!good_)							\
		printf("# %s\n", (error));				\
} while (0)
#define loads(cond, l, ...)	ok_shown(cond, load_error(l), __VA_ARGS__)
#define goes(cond, b, ...)	ok_shown(cond, pub_error(b), __VA_ARGS__)

/* Are both the same?  Shows the first line that is not. */
static inline bool
same_text(const char *got, const char *want)
{
	const char *g = got, *w = want, *end;
	size_t n;

	while (*g == *w && *g != '\0')
		g++, w++;
	if (*g == *w)
		return true;
	while (g > got && g[-1] != '\n')
		g--, w--;
	end = strchr(g, '\n');
	n = end == NULL ? strlen(g) : (size_t)(end - g);
	printf("# got  %.*s\n", (int)n, g);
	end = strchr(w, '\n');
	n = end == NULL ? strlen(w) : (size_t)(end - w);
	printf("# want %.*s\n", (int)n, w);
	return false;
}

#endif
