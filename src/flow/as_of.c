/*
 * What day an extract is of; see as_of.h.
 *
 * A pattern of names has one part in braces, {YYYYMMDD}, {YYMMDD}, {YYYYDDD},
 * {YYDDD} or {GnnnnVnn} (a generation of a data group); * and ? stand for
 * other characters.  Years of two digits are of this century.
 */
#include "flow/as_of.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "flow/job.h"
#include "plan/batch.h"
#include "value/format.h"

enum shape { YYYYMMDD, YYMMDD, YYYYDDD, YYDDD, GENERATION };

static const struct {
	const char *text;
	uint32_t width;
} shapes[] = {
	[YYYYMMDD] = { "{YYYYMMDD}", 8 }, [YYMMDD] = { "{YYMMDD}", 6 },
	[YYYYDDD] = { "{YYYYDDD}", 7 }, [YYDDD] = { "{YYDDD}", 5 },
	[GENERATION] = { "{GnnnnVnn}", 8 },
};

static bool
is_digits(const char *s, uint32_t n)
{
	while (n-- > 0)
		if (s[n] < '0' || s[n] > '9')
			return false;
	return true;
}

static int64_t
number(const char *s, uint32_t n)
{
	int64_t v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* The text of a name's part; NULL: it is none of that shape. */
static const char *
shape_read(struct arena *a, enum shape shape, const char *s)
{
	uint32_t w = shapes[shape].width, year, day;
	char out[FORMAT_MAX];
	int64_t y, m, d, days;

	if (shape == GENERATION)
		return s[0] == 'G' && is_digits(s + 1, 4) && s[5] == 'V' &&
		    is_digits(s + 6, 2) ? arena_strndup(a, s, 8) : NULL;
	if (!is_digits(s, w))
		return NULL;
	year = shape == YYYYMMDD || shape == YYYYDDD ? 4 : 2;
	y = number(s, year) + (year == 2 ? 2000 : 0);
	if (shape == YYYYMMDD || shape == YYMMDD) {
		m = number(s + year, 2);
		d = number(s + year + 2, 2);
		if (!date_is_real(y, (unsigned)m, (unsigned)d))
			return NULL;
		days = date_from_civil(y, (unsigned)m, (unsigned)d);
	} else {
		day = (uint32_t)number(s + year, 3);
		days = date_from_civil(y, 1, 1) + day - 1;
		if (day < 1 || days >= date_from_civil(y + 1, 1, 1))
			return NULL;
	}
	return arena_strndup(a, out, format_date(out, days));
}

/* Matches the name; the part in braces goes to *part. */
static bool
pattern_match(const char *p, const char *s, const char **part,
    enum shape *shape)
{
	uint32_t i;

	for (; *p != '\0'; p++, s++) {
		if (*p == '*') {
			for (;; s++) {
				if (pattern_match(p + 1, s, part, shape))
					return true;
				if (*s == '\0')
					return false;
			}
		}
		if (*p == '{') {
			for (i = 0; i <= GENERATION; i++)
				if (strncmp(p, shapes[i].text,
				    strlen(shapes[i].text)) == 0)
					break;
			if (i > GENERATION || strlen(s) < shapes[i].width)
				return false;
			*part = s;
			*shape = (enum shape)i;
			p += strlen(shapes[i].text) - 1;
			s += shapes[i].width - 1;
			continue;
		}
		if (*s == '\0' || (*p != '?' && *p != *s))
			return false;
	}
	return *s == '\0';
}

static bool
as_of_refuse(struct diags *ds, const struct mapping *m, const char *what,
    const char *name)
{
	diag_hint(ds, diag_add(ds, DIAG_F065, m->as_of_at, what, name,
	    m->as_of_pattern), "a part is {YYYYMMDD}, {YYMMDD}, {YYYYDDD}, "
	    "{YYDDD} or {GnnnnVnn}; --as-of says it otherwise");
	return false;
}

static bool
as_of_name(struct arena *a, struct diags *ds, const struct mapping *m,
    const char *path, const char **out)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1, *part = NULL;
	enum shape shape = YYYYMMDD;

	if (!pattern_match(m->as_of_pattern, name, &part, &shape) ||
	    part == NULL)
		return as_of_refuse(ds, m, "the name \"%s\" does not have "
		    "the pattern '%s'", name);
	*out = shape_read(a, shape, part);
	return *out != NULL || as_of_refuse(ds, m, "the name \"%s\" has no "
	    "real date where '%s' has one", name);
}

bool
as_of_names(struct arena *a, struct diags *ds, const struct mapping *m,
    const char *const *file, uint32_t nfile, const char *said,
    const char **out)
{
	const char *one;
	uint32_t i;

	*out = said;
	if (said != NULL || m->as_of_pattern == NULL)
		return true;
	for (i = 0; i < nfile; i++) {
		if (!as_of_name(a, ds, m, file[i], &one))
			return false;
		if (*out != NULL && strcmp(*out, one) != 0) {
			diag_hint(ds, diag_add(ds, DIAG_F066, m->as_of_at,
			    "the files are of different days: %s and %s",
			    *out, one), "load one extract at a time");
			return false;
		}
		*out = one;
	}
	return true;
}

/* ---- a field ----------------------------------------------------------- */

void
as_of_put(struct as_of *s, const struct batch *b)
{
	uint32_t i;

	for (i = 0; i < b->nas_of; i++) {
		if (s->n == 0 || b->as_of[i] < s->lo)
			s->lo = b->as_of[i];
		if (s->n == 0 || b->as_of[i] > s->hi)
			s->hi = b->as_of[i];
		s->n++;
	}
	s->bad |= b->as_of_bad;
}

const char *
as_of_end(struct arena *a, struct diags *ds, const struct job *j,
    const struct as_of *s)
{
	char lo[FORMAT_MAX], hi[FORMAT_MAX];
	struct place at = j->mapping->as_of_at;

	lo[format_date(lo, s->lo)] = '\0';
	hi[format_date(hi, s->hi)] = '\0';
	if (s->n > 0 && s->lo == s->hi && !s->bad)
		return arena_strdup(a, lo);
	if (s->n > 0 && s->lo != s->hi)
		diag_hint(ds, diag_add(ds, DIAG_F066, at, "the records are of "
		    "different days: %s and %s", lo, hi),
		    "load one extract at a time");
	else
		diag_hint(ds, diag_add(ds, DIAG_F065, at, s->bad ?
		    "the day of the extract cannot be read" :
		    "no record says what day the extract is of"),
		    "--as-of says it otherwise");
	return NULL;
}
