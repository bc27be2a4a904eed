/*
 * Passwords in a mapping: they are an error, and the error must not show
 * them.
 *
 * Diagnostics print lines of the file, so places point into a copy of it in
 * which whatever looks like a password is stars.  What is an error is decided
 * on the target alone, as libpq would read it (manual, 34.1.1).
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

struct secret {
	size_t from, to;
};

/* A look through a text; the run of non-blanks around `at`, and its last @,
 * are found once for all URLs in it. */
struct search {
	const char *p;
	size_t n, at;
	size_t run_end, run_sign;	/* run_sign 0: no @ */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
search_run(struct search *f, size_t at)
{
	if (at < f->run_end)
		return;
	f->run_sign = 0;
	for (; at < f->n && !is_space(f->p[at]) && f->p[at] != '"' &&
	    f->p[at] != '\''; at++)
		if (f->p[at] == '@')
			f->run_sign = at;
	f->run_end = at;
}

/*
 * scheme://user:password@host.  libpq ends the password at the first @ unless
 * a slash comes before it; then there is none.  But whoever forgot to encode
 * a slash in his password does not want to see it either: unless it is
 * host:5432/database?options=a@b.
 */
static bool
secret_url(struct search *f, size_t at, struct secret *s)
{
	const char *p = f->p;
	size_t i, colon = 0, sign = 0;
	bool port = true;

	search_run(f, at);
	for (i = at; i < f->run_end && p[i] != '/' && p[i] != '@'; i++) {
		if (p[i] == ':' && colon == 0)
			colon = i;
		else if (colon > 0)
			port = port && p[i] >= '0' && p[i] <= '9';
	}
	if (i < f->run_end && p[i] == '@')
		sign = i;
	else if (!port)
		sign = f->run_sign;
	if (colon == 0 || sign <= colon + 1)
		return false;
	*s = (struct secret){ colon + 1, sign };
	return true;
}

/* password = value, of a connection string or a URL's query */
static bool
secret_pair(const char *p, size_t n, size_t at, struct secret *s)
{
	static const char word[] = "password";
	size_t i;

	if (n - at < sizeof word)
		return false;
	for (i = 0; i < sizeof word - 1; i++)
		if ((p[at + i] | 0x20) != word[i])
			return false;
	for (at += i; at < n && (p[at] == ' ' || p[at] == '\t'); at++)
		continue;
	if (at == n || p[at] != '=')
		return false;
	for (at++; at < n && (p[at] == ' ' || p[at] == '\t'); at++)
		continue;
	i = at;
	if (i < n && p[i] == '\'')	/* to the end of the line */
		while (i < n && p[i] != '\n' && p[i] != '\r')
			i++;
	else
		while (i < n && !is_space(p[i]) && p[i] != '&' &&
		    p[i] != '"' && p[i] != '\'')
			i++;
	*s = (struct secret){ at, i };
	return i > at;
}

/* The next secret. */
static bool
secret_find(struct search *f, struct secret *s)
{
	const char *p = f->p;

	for (; f->at < f->n; f->at++) {
		if ((p[f->at] == '/' && f->at >= 2 && p[f->at - 1] == '/' &&
		    p[f->at - 2] == ':' && secret_url(f, f->at + 1, s)) ||
		    ((p[f->at] | 0x20) == 'p' &&
		    secret_pair(p, f->n, f->at, s))) {
			f->at = s->to;
			return true;
		}
	}
	return false;
}

bool
secret_in_target(const char *url)
{
	struct search f = { .p = url, .n = strlen(url) };
	struct secret s;

	return secret_find(&f, &s);
}

static const struct srctext *
text_with(struct arena *a, const struct srctext *text, char *p)
{
	struct srctext *t = arena_copy(a, text, sizeof *text);

	t->p = p;
	return t;
}

const struct srctext *
secret_blot(struct arena *a, const struct srctext *text, uint32_t from,
    uint32_t to)
{
	char *p = arena_strndup(a, text->p, text->len);
	uint32_t i;

	for (i = from; i < to; i++)
		if (p[i] != '\n' && p[i] != '\r')
			p[i] = '*';
	return text_with(a, text, p);
}

const struct srctext *
secret_mask(struct arena *a, const struct srctext *text)
{
	struct search f = { .p = text->p, .n = text->len };
	struct secret s;
	char *copy = NULL;

	while (secret_find(&f, &s)) {
		if (copy == NULL)
			copy = arena_strndup(a, text->p, text->len);
		memset(copy + s.from, '*', s.to - s.from);
	}
	return copy == NULL ? text : text_with(a, text, copy);
}
