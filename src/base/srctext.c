/*
 * Source texts and places in them; see srctext.h.
 */
#include "base/srctext.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

static struct srctext *
srctext_index(struct arena *a, const char *name, char *p, size_t len)
{
	struct srctext *t = arena_zalloc(a, sizeof *t);
	size_t i;
	uint32_t n = 1;

	p[len] = '\0';
	for (i = 0; i < len; i++)
		n += p[i] == '\n';
	t->name = arena_strdup(a, name);
	t->p = p;
	t->len = len;
	t->nlines = n;
	t->line = arena_array(a, n, sizeof *t->line);
	for (i = 0, n = 1; i < len; i++)
		if (p[i] == '\n')
			t->line[n++] = (uint32_t)i + 1;
	return t;
}

struct srctext *
srctext_new(struct arena *a, const char *name, const char *p, size_t len)
{
	return srctext_index(a, name, arena_strndup(a, p, len), len);
}

struct srctext *
srctext_read(struct arena *a, const char *path)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	char *p, *bigger;
	size_t n = 0, cap, got;
	int saved;

	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) != 0)
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	cap = st.st_size > 0 && st.st_size <= SRCTEXT_MAX ?
	    (size_t)st.st_size + 2 : 65536;
	p = arena_alloc(a, cap);
	while ((got = fread(p + n, 1, cap - 1 - n, f)) > 0) {
		n += got;
		if (n > SRCTEXT_MAX) {
			errno = EFBIG;
			goto fail;
		}
		if (n == cap - 1) {
			bigger = arena_alloc(a, cap * 2);
			memcpy(bigger, p, n);
			p = bigger;
			cap *= 2;
		}
	}
	if (ferror(f))
		goto fail;
	fclose(f);
	return srctext_index(a, path, p, n);
fail:
	saved = errno;
	fclose(f);
	errno = saved;
	return NULL;
}

struct place
srctext_place(const struct srctext *t, size_t offset, size_t len)
{
	uint32_t lo = 0, hi = t->nlines, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (t->line[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	return (struct place){ t, lo + 1, (uint32_t)(offset - t->line[lo]) + 1,
	    len > 0 ? (uint32_t)len : 1 };
}

const char *
srctext_line(const struct srctext *t, uint32_t line, size_t *len)
{
	size_t from, to;

	if (line == 0 || line > t->nlines) {
		*len = 0;
		return "";
	}
	from = t->line[line - 1];
	to = line < t->nlines ? t->line[line] - 1 : t->len;
	if (to > from && t->p[to - 1] == '\r')
		to--;
	*len = to - from;
	return t->p + from;
}
