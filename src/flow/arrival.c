/*
 * Has the extract arrived?  See arrival.h.
 *
 * A manifest has the lines that sha256sum prints, or is a CSV file with a
 * header: file and any of records, bytes, sha256.  A file is known by its name
 * without directories.
 */
#include "flow/arrival.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/sha256.h"

#define MANIFEST_MAX	(16u << 20)

struct sent {
	const char *name, *sha256;	/* NULL: not told */
	bool has_records, has_bytes;
	uint64_t records, bytes;
};

struct manifest {
	struct arena *arena;
	struct sent *file;
	uint32_t n, cap;
	int32_t name, records, bytes, sha256;	/* columns; -1: none */
	bool head;
	const char *why;
	uint32_t line;
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static bool
parse_count(struct slice s, uint64_t *v)
{
	uint32_t i;

	*v = 0;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' ||
		    __builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, s.p[i] - '0', v))
			return false;
	}
	return s.len > 0;
}

static bool
is_hash(struct slice s)
{
	uint32_t i;

	for (i = 0; i < s.len; i++)
		if (strchr("0123456789abcdefABCDEF", s.p[i]) == NULL ||
		    s.p[i] == '\0')
			return false;
	return s.len == SHA256_HEX;
}

static const char *
text_of(struct arena *a, struct slice s)
{
	return arena_strndup(a, s.p == NULL ? "" : (const char *)s.p, s.len);
}

/* ---- CSV --------------------------------------------------------------- */

static bool
manifest_head(struct manifest *m, const struct slice *f, uint32_t n)
{
	const struct { const char *name; int32_t *at; } columns[] = {
		{ "file", &m->name }, { "records", &m->records },
		{ "bytes", &m->bytes }, { "sha256", &m->sha256 },
	};
	const char *name;
	uint32_t i, k;

	for (i = 0; i < n; i++) {
		name = text_of(m->arena, f[i]);
		for (k = 0; k < 4; k++)
			if (strcasecmp(name, columns[k].name) == 0)
				*columns[k].at = (int32_t)i;
	}
	m->head = true;
	if (m->name < 0)
		m->why = "it has no column 'file'";
	return m->why == NULL;
}

static bool
manifest_row(void *arg, const struct slice *f, uint32_t n, uint32_t line)
{
	struct manifest *m = arg;
	struct sent *s;

	m->line = line;
	if (!m->head)
		return manifest_head(m, f, n);
	s = ARENA_PUSH(m->arena, m->file, m->n, m->cap);
	if (m->name >= (int32_t)n) {
		m->why = "the row has no file";
		return false;
	}
	s->name = base_name(text_of(m->arena, f[m->name]));
	if (m->records >= 0 && m->records < (int32_t)n &&
	    f[m->records].len > 0) {
		s->has_records = parse_count(f[m->records], &s->records);
		if (!s->has_records)
			m->why = "'records' is no number";
	}
	if (m->bytes >= 0 && m->bytes < (int32_t)n && f[m->bytes].len > 0) {
		s->has_bytes = parse_count(f[m->bytes], &s->bytes);
		if (!s->has_bytes)
			m->why = "'bytes' is no number";
	}
	if (m->sha256 >= 0 && m->sha256 < (int32_t)n &&
	    f[m->sha256].len > 0) {
		s->sha256 = text_of(m->arena, f[m->sha256]);
		if (!is_hash(f[m->sha256]))
			m->why = "'sha256' is no hash of 64 hexadecimal digits";
	}
	return m->why == NULL;
}

static void
manifest_csv(struct manifest *m, const char *text, size_t len)
{
	struct csv_reader *r = csv_reader_new(manifest_row, m);

	if (csv_reader_feed(r, text, len) == BAD || csv_reader_end(r) == BAD)
		m->why = arena_strdup(m->arena, csv_reader_why(r, &m->line));
	csv_reader_free(r);
}

/* ---- lines of sha256sum ------------------------------------------------ */

static bool
manifest_sums(struct manifest *m, const char *text, size_t len)
{
	const char *end = text + len, *eol;
	struct slice hash;
	struct sent *s;

	for (; text < end; text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (eol == NULL)
			eol = end;
		hash = (struct slice){ (const uint8_t *)text, SHA256_HEX };
		if (eol - text < (ptrdiff_t)SHA256_HEX + 3 || !is_hash(hash) ||
		    text[SHA256_HEX] != ' ')
			return false;
		s = ARENA_PUSH(m->arena, m->file, m->n, m->cap);
		s->sha256 = text_of(m->arena, hash);
		s->name = base_name(arena_strndup(m->arena,
		    text + SHA256_HEX + 2,
		    (size_t)(eol - text) - SHA256_HEX - 2));
	}
	return m->n > 0;
}

static bool
manifest_read(struct manifest *m, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	size_t n;

	m->name = m->records = m->bytes = m->sha256 = -1;
	if (f == NULL) {
		m->why = strerror(errno);
		return false;
	}
	text = arena_alloc(m->arena, MANIFEST_MAX + 1);
	n = fread(text, 1, MANIFEST_MAX, f);
	arena_trim(m->arena, text, MANIFEST_MAX + 1, n + 1);
	if (ferror(f))
		m->why = strerror(errno);
	else if (n == MANIFEST_MAX)
		m->why = "it is too large";
	fclose(f);
	if (m->why != NULL)
		return false;
	if (!manifest_sums(m, text, n)) {
		m->n = 0;
		manifest_csv(m, text, n);
	}
	return m->why == NULL;
}

/* ---- the files --------------------------------------------------------- */

static bool
arrival_refuse(struct diags *ds, const struct job *j, const char *path,
    const char *what)
{
	diag_hint(ds, diag_add(ds, DIAG_F061, j->mapping->complete_at,
	    "\"%s\" is not what the manifest says: %s", path, what),
	    "the file has not arrived whole, or another was sent");
	return false;
}

static bool
arrival_file(struct arena *a, struct diags *ds, const struct job *j,
    const char *path, const struct sent *s, const volatile int *interrupted)
{
	char hex[SHA256_HEX + 1];
	struct stat st;

	if (stat(path, &st) != 0)
		return true;		/* the source tells it better */
	if (s->has_bytes && (uint64_t)st.st_size != s->bytes)
		return arrival_refuse(ds, j, path, arena_printf(a,
		    "it has %llu bytes, not %llu",
		    (unsigned long long)st.st_size,
		    (unsigned long long)s->bytes));
	if (s->sha256 == NULL)
		return true;
	if (!sha256_file(path, hex, interrupted)) {
		if (errno == EINTR)
			return false;
		return arrival_refuse(ds, j, path, strerror(errno));
	}
	if (strcasecmp(hex, s->sha256) != 0)
		return arrival_refuse(ds, j, path,
		    "its sha256 is another");
	return true;
}

static bool
arrival_manifest(struct arena *a, struct diags *ds, const struct job *j,
    const volatile int *interrupted, struct arrival *out)
{
	const char *path = j->mapping->manifest, *file;
	struct manifest m = { .arena = a };
	uint32_t i, k;

	if (!manifest_read(&m, path)) {
		if (m.line > 0)
			m.why = arena_printf(a, "line %u: %s", m.line, m.why);
		diag_hint(ds, diag_add(ds, DIAG_F060, j->mapping->complete_at,
		    "the manifest \"%s\" cannot be read: %s", path, m.why),
		    "it has lines of sha256sum, or is a "
		    "CSV file with the header file,records,bytes,sha256");
		return false;
	}
	out->has_records = j->source.nfile > 0;
	for (i = 0; i < j->source.nfile; i++) {
		file = j->source.file[i];
		for (k = 0; k < m.n; k++)
			if (strcmp(m.file[k].name, base_name(file)) == 0)
				break;
		if (k == m.n)
			return arrival_refuse(ds, j, file,
			    "the manifest does not name it");
		if (!arrival_file(a, ds, j, file, &m.file[k], interrupted))
			return false;
		out->has_records = out->has_records && m.file[k].has_records;
		out->records += m.file[k].records;
	}
	return true;
}

bool
arrival_check(struct arena *a, struct diags *ds, const struct job *j,
    const volatile int *interrupted, struct arrival *out)
{
	const struct mapping *m = j->mapping;
	struct stat st;

	*out = (struct arrival){ .has_records = false };
	if (m->complete_file != NULL && stat(m->complete_file, &st) != 0) {
		diag_hint(ds, diag_add(ds, DIAG_F060, m->complete_at,
		    "the extract is not complete: \"%s\": %s",
		    m->complete_file, strerror(errno)), "the sender makes "
		    "this file when all is sent; run again then");
		return false;
	}
	return m->manifest == NULL ||
	    arrival_manifest(a, ds, j, interrupted, out);
}

bool
arrival_count(struct diags *ds, const struct job *j,
    const struct arrival *arrival, uint64_t read)
{
	if (!arrival->has_records || arrival->records == read)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F062, j->mapping->complete_at,
	    "%llu records were read, and the manifest says %llu",
	    (unsigned long long)read, (unsigned long long)arrival->records),
	    "the target is untouched; see what the sender says of this file");
	return false;
}
