/*
 * What a run is going to do; see change.h.
 */
#include "generation/change.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "generation/input_hash.h"

#define ID_MAX		(16u << 20)
#define SAMPLED		(1u << 20)	/* what is smaller is hashed as soon */

static const char *
real_path(struct arena *a, const char *path)
{
	char real[PATH_MAX];

	return arena_strdup(a, realpath(path, real) == NULL ? path : real);
}

/* How much of a is a directory above b, too. */
static size_t
common_directory(const char *a, size_t n, const char *b)
{
	size_t i, slash = 0;

	for (i = 0; i < n && a[i] == b[i] && a[i] != '\0'; i++)
		if (a[i] == '/')
			slash = i + 1;
	return slash;
}

static bool
add_text(struct change *c, struct arena *a, struct diags *ds,
    const char *path)
{
	char hex[SHA256_HEX + 1];
	const char *real = real_path(a, path);
	struct srctext *text;
	uint32_t i;

	for (i = 0; i < c->ntext; i++)
		if (strcmp(c->text[i].path, real) == 0)
			return true;
	text = srctext_read(a, path);
	if (text == NULL) {
		diag_add(ds, DIAG_L004, NOWHERE, "\"%s\" cannot be read: %s",
		    path, strerror(errno));
		return false;
	}
	sha256_text(text->p, text->len, hex);
	c->text[c->ntext] = (struct gen_text){ real, arena_strdup(a, hex) };
	c->content[c->ntext++] = text;
	return true;
}

/* Paths from the directory that all of them are in. */
static void
shorten_paths(struct change *c)
{
	size_t n = strlen(c->text[0].path);
	uint32_t i;

	for (i = 0; i < c->ntext; i++)
		n = common_directory(c->text[0].path, n, c->text[i].path);
	for (i = 0; i < c->ntext; i++)
		c->text[i].path += n;
}

static const char *
sample_of(struct arena *a, const struct gen_input *in)
{
	char hex[SHA256_HEX + 1];

	return in->bytes < SAMPLED || !input_hash_sample(in->name, in->bytes,
	    hex) ? "" : arena_strdup(a, hex);
}

static void
add_inputs(struct change *c, struct arena *a, const struct job *job)
{
	struct gen_input *in;
	struct stat st;
	uint32_t i;

	c->regular = c->regular && job->table == NULL;
	c->tables = c->tables || job->table != NULL;
	for (i = 0; i < job->source.nfile; i++) {
		in = &c->input[c->ninput++];
		in->name = job->source.file[i];
		in->sha256 = in->sample = "";
		if (strcmp(in->name, "-") != 0 && stat(in->name, &st) == 0 &&
		    S_ISREG(st.st_mode))
			in->bytes = (uint64_t)st.st_size;
		else
			c->regular = false;
		in->sample = sample_of(a, in);
	}
}

static bool
add_texts(struct change *c, struct arena *a, struct diags *ds,
    const struct change_part *p)
{
	uint32_t i;

	if (!add_text(c, a, ds, p->job->mapping->text->name))
		return false;
	for (i = 0; p->texts != NULL && i < p->texts->n; i++)
		if (!add_text(c, a, ds, p->texts->v[i]))
			return false;
	return true;
}

bool
change_init(struct change *c, struct arena *a, struct diags *ds,
    const char *file, const struct change_part *part, uint32_t npart,
    const char *tool)
{
	uint32_t n = 1, inputs = 0, i;

	*c = (struct change){ .part = part, .npart = npart, .tool = tool,
	    .regular = true };
	for (i = 0; i < npart; i++) {
		n += 1 + (part[i].texts == NULL ? 0 : part[i].texts->n);
		inputs += part[i].job->source.nfile;
	}
	c->text = arena_array(a, n, sizeof *c->text);
	c->content = arena_array(a, n, sizeof *c->content);
	if (file != NULL && !add_text(c, a, ds, file))
		return false;
	for (i = 0; i < npart; i++)
		if (!add_texts(c, a, ds, &part[i]))
			return false;
	shorten_paths(c);
	c->input = arena_array(a, inputs + 1, sizeof *c->input);
	for (i = 0; i < npart; i++)
		if (part[i].sent)
			add_inputs(c, a, part[i].job);
	return true;
}

/* Is it a file that no hash is known of? */
static bool
wants_hash(const struct change *c, const struct gen_input *in)
{
	return !c->tables && in->sha256[0] == '\0' &&
	    strcmp(in->name, "-") != 0;
}

/* Pipes can be read once. */
void
change_hash_begin(struct change *c, struct arena *a)
{
	uint32_t i;

	if (!c->regular || c->hash != NULL)
		return;
	c->hashed = arena_array(a, c->ninput + 1, sizeof *c->hashed);
	c->nhashed = 0;
	for (i = 0; i < c->ninput; i++)
		if (wants_hash(c, &c->input[i]))
			c->hashed[c->nhashed++] = c->input[i].name;
	c->hash = input_hash_begin(c->hashed, c->nhashed);
}

void
change_hash_end(struct change *c)
{
	input_hash_end(c->hash);
	c->hash = NULL;
}

/* What the thread has found. */
static bool
take_hashes(struct change *c, struct arena *a, const volatile int *interrupted)
{
	char (*hex)[SHA256_HEX + 1] = arena_array(a, c->nhashed, sizeof *hex);
	bool good = input_hash_wait(c->hash, hex, interrupted);
	uint32_t i, k = 0;

	for (i = 0; good && i < c->ninput; i++)
		if (wants_hash(c, &c->input[i]))
			c->input[i].sha256 = hex[k++];
	change_hash_end(c);
	return good;
}

bool
change_hash_inputs(struct change *c, struct arena *a, struct diags *ds,
    const volatile int *interrupted)
{
	char hex[SHA256_HEX + 1];
	uint32_t i;

	if (c->hash != NULL && !take_hashes(c, a, interrupted))
		return false;
	for (i = 0; i < c->ninput; i++) {
		if (!wants_hash(c, &c->input[i]))
			continue;
		if (!sha256_file(c->input[i].name, hex, interrupted)) {
			if (errno != EINTR)
				diag_add(ds, DIAG_L004, NOWHERE,
				    "\"%s\" cannot be read: %s",
				    c->input[i].name, strerror(errno));
			return false;
		}
		c->input[i].sha256 = arena_strdup(a, hex);
	}
	return true;
}

const char *
change_work(const struct change *c, struct arena *a, bool inputs)
{
	char hex[SHA256_HEX + 1];
	const char *slash;
	struct buf b;
	uint32_t i;

	buf_init(&b, ID_MAX);
	buf_printf(&b, "work 1\ntool %s\n", c->tool);
	for (i = 0; i < c->npart; i++)
		if (c->part[i].sent)
			buf_printf(&b, "as of %s\n", c->part[i].job->as_of ==
			    NULL ? "" : c->part[i].job->as_of);
		else
			buf_printf(&b, "without %s\n",
			    c->part[i].job->mapping->name);
	if (c->retry != 0)
		buf_printf(&b, "retry %u\n", c->retry);
	for (i = 0; i < c->ntext; i++)
		buf_printf(&b, "text %s %s\n", c->text[i].sha256,
		    c->text[i].path);
	for (i = 0; inputs && i < c->ninput; i++) {
		slash = strrchr(c->input[i].name, '/');
		buf_printf(&b, "input %s %s\n", c->input[i].sha256,
		    slash == NULL ? c->input[i].name : slash + 1);
	}
	sha256_text(b.p, b.len, hex);
	buf_fini(&b);
	return arena_strdup(a, hex);
}

const char *
change_id(struct arena *a, const struct generation *parent, const char *work)
{
	char hex[SHA256_HEX + 1];
	const char *all = arena_printf(a, "%s\n%s", parent == NULL ||
	    parent->change == NULL ? "" : parent->change, work);

	sha256_text(all, strlen(all), hex);
	return arena_strdup(a, hex);
}

bool
change_has_texts(const struct change *c, const struct generation *g)
{
	uint32_t i;

	if (c->ntext != g->ntext)
		return false;
	for (i = 0; i < c->ntext; i++)
		if (strcmp(c->text[i].sha256, g->text[i].sha256) != 0)
			return false;
	return true;
}

bool
change_resembles(const struct change *c, const struct generation *g)
{
	uint32_t i;

	if (g == NULL || !c->regular || c->ninput != g->ninput ||
	    c->ninput == 0)
		return false;
	for (i = 0; i < c->ninput; i++)
		if (c->input[i].bytes != g->input[i].bytes ||
		    g->input[i].sha256[0] == '\0' ||
		    (g->input[i].sample[0] != '\0' &&
		    c->input[i].sample[0] != '\0' &&
		    strcmp(c->input[i].sample, g->input[i].sample) != 0))
			return false;
	return change_has_texts(c, g);
}

void
change_json(struct json *j, const struct change *c)
{
	uint32_t i;

	json_open(j, "texts", '[');
	for (i = 0; i < c->ntext; i++) {
		json_open(j, NULL, '{');
		json_text(j, "path", c->text[i].path);
		json_text(j, "sha256", c->text[i].sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "inputs", '[');
	for (i = 0; i < c->ninput; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", c->input[i].name);
		json_text(j, "sha256", c->input[i].sha256);
		json_uint(j, "bytes", c->input[i].bytes);
		if (c->input[i].sample[0] != '\0')
			json_text(j, "sample", c->input[i].sample);
		json_close(j, '}');
	}
	json_close(j, ']');
}
