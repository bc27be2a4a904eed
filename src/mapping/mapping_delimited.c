/*
 * The keys of source: that belong to format: delimited, and what goes with
 * it: a copybook or names from elsewhere, UTF-8 unless something else is said.
 */
#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "mapping/mapping_keys.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

#define KEY(name)							\
	void								\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

static void
mark_bad(struct mapread *r, const struct ynode *key,
    const struct ynode *value, const char *words)
{
	diag_hint(r->diags, diag_add(r->diags, DIAG_M019,
	    mapread_place(r, value), "'%s' must be one character%s, not '%s'",
	    key->p, words, ynode_quote(r->arena, value)),
	    "such as ',' or '|'; a tab is tab, a byte x'1F'");
}

static bool
is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '\r' || c == '\n' || c == 0;
}

/* A character, tab, or a byte; what would be no mark is an error. */
static void
read_mark(struct mapread *r, const struct ynode *key,
    const struct ynode *value, struct map_mark *mark)
{
	const uint8_t *p = (const uint8_t *)value->p;
	struct map_mark m = { .at = mapread_place(r, value) };
	struct slice hex;
	size_t len;

	if (strcmp(value->p, "tab") == 0 || strcmp(value->p, "\\t") == 0) {
		m.c = '\t';
	} else if (mapread_hex(r, value, &hex)) {
		if (hex.len != 1) {
			mark_bad(r, key, value, " or byte");
			return;
		}
		m.c = hex.p[0];
		m.byte = true;
	} else if (value->len == 0 || utf8_valid(p, value->len) !=
	    value->len || is_word(m.c = utf8_get(p, &len))) {
		mark_bad(r, key, value, ", no letter and no digit");
		return;
	}
	*mark = m;
}

KEY(mapread_delimiter)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value))
		read_mark(r, key, value, &m->delimited.delimiter);
}

KEY(mapread_quote)
{
	struct mapping *m = subject;

	if (!mapread_is_text(r, key, value))
		return;
	m->delimited.quote_none = strcmp(value->p, "none") == 0;
	if (!m->delimited.quote_none)
		read_mark(r, key, value, &m->delimited.quote);
}

KEY(mapread_header)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (!mapread_choice(r, key, value, answers, COUNT(answers), &v))
		return;
	m->delimited.header = v;
	m->delimited.header_at = mapread_place(r, value);
}

KEY(mapread_columns)
{
	struct mapping *m = subject;
	struct map_delimited *d = &m->delimited;
	const struct ynode *const *item;
	uint32_t i, n;

	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	if (n > CSV_FIELDS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "%u columns; a row has at most %u fields", n,
		    CSV_FIELDS_MAX);
		return;
	}
	d->column = arena_array(r->arena, n + 1, sizeof *d->column);
	for (i = 0; i < n; i++)
		d->column[i] = (struct map_name){ item[i]->p,
		    mapread_place(r, item[i]) };
	d->ncolumn = n;
	d->columns_at = mapread_place(r, key);
}

KEY(mapread_decimal)
{
	static const struct map_choice points[] = {
		{ ".", '.' }, { ",", ',' },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, points, COUNT(points), &v))
		m->delimited.decimal = (char)v;
}

static void
delimited_refuse(struct mapread *r, struct place at, const char *what)
{
	diag_add(r->diags, DIAG_M052, at, "'%s' does not belong to the format "
	    "delimited", what);
}

void
mapread_check_delimited(struct mapread *r, const struct ynode *source)
{
	struct mapping *m = r->m;
	struct map_delimited *d = &m->delimited;

	if (m->encoding_at.src == NULL)
		m->encoding = "utf-8";
	d->utf8 = strcasecmp(m->encoding, "utf-8") == 0 ||
	    strcasecmp(m->encoding, "utf8") == 0;
	if (m->record_length > 0)
		delimited_refuse(r, m->record_length_at, "record_length");
	if (m->control)
		delimited_refuse(r, m->format_at, "asa");
	if (m->skip.record_bytes_first > 0)
		delimited_refuse(r, m->skip.at, "record_bytes_first");
	if (m->skip.record_bytes_last > 0)
		delimited_refuse(r, m->skip.at, "record_bytes_last");
	if (d->header && d->ncolumn > 0)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M052,
		    d->columns_at, "'columns' names what the header names"),
		    "header: false, and skip: {records_first: 1} to pass "
		    "over the first row");
	if (m->copybook != NULL)
		return;
	if (!d->header && d->ncolumn == 0)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M016,
		    mapread_place(r, source), "nothing names the fields: "
		    "'source' has no 'copybook', no 'columns' and no header"),
		    "header: true, where the first row has their names");
	if (m->record != NULL)
		diag_add(r->diags, DIAG_M052, m->record_at,
		    "'record' needs 'copybook'");
}
