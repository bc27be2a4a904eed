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

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* scheme://user:password@host; p is behind the slashes */
static bool
secret_url(const char *p, size_t n, size_t at, struct secret *s)
{
	size_t i, colon = 0, sign = 0, slash = 0, end;
	bool port = true;

	for (end = at; end < n && !is_space(p[end]) && p[end] != '"' &&
	    p[end] != '\''; end++)
		continue;
	for (i = at; i < end; i++) {
		if (p[i] == '@')
			sign = i;
		else if (p[i] == ':' && colon == 0 && slash == 0)
			colon = i;
		else if (p[i] == '/' && slash == 0)
			slash = i;
		if (p[i] == '@' && slash == 0)
			break;		/* libpq ends at the first one */
	}
	if (colon == 0 || sign <= colon + 1)
		return false;
	/* host:5432/database?options=a@b has none; a slash belongs to the
	 * password where no port stands before it */
	for (i = colon + 1; slash > 0 && i < slash; i++)
		port = port && p[i] >= '0' && p[i] <= '9';
	if (slash > 0 && slash < sign && port)
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

/* The next secret at or after `at`. */
static bool
secret_find(const char *p, size_t n, size_t at, struct secret *s)
{
	for (; at < n; at++) {
		if (p[at] == '/' && at >= 2 && p[at - 1] == '/' &&
		    p[at - 2] == ':' && secret_url(p, n, at + 1, s))
			return true;
		if ((p[at] | 0x20) == 'p' && secret_pair(p, n, at, s))
			return true;
	}
	return false;
}

bool
secret_in_target(const char *url)
{
	struct secret s;

	return secret_find(url, strlen(url), 0, &s);
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
	struct secret s;
	char *copy = NULL;
	size_t at = 0;

	while (secret_find(text->p, text->len, at, &s)) {
		if (copy == NULL)
			copy = arena_strndup(a, text->p, text->len);
		memset(copy + s.from, '*', s.to - s.from);
		at = s.to;
	}
	return copy == NULL ? text : text_with(a, text, copy);
}
