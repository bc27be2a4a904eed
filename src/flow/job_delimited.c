/*
 * From a mapping's source: to the fields of delimited text; see
 * job_delimited.h.
 *
 *	copybook	items in their order are the fields, or those of the
 *			names in columns: or in the header
 *	columns:	without a copybook: texts, in this order
 *	header: true	without a copybook: the names that the mapping's
 *			expressions use; the file is not looked at here
 */
#include "flow/job_delimited.h"

#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "flow/job_names.h"

struct job_fields {
	struct delimited d;
	uint32_t *item, *offset;	/* of each field, in the layout */
};

static bool
is_filler(const char *name)
{
	return strcasecmp(name, "FILLER") == 0;
}

/* ---- names without a copybook ------------------------------------------ */

static bool
columns_are_names(struct diags *ds, struct job_names *s, const struct mapping *m)
{
	const struct map_delimited *d = &m->delimited;
	uint32_t i, n;
	bool good = true;

	for (i = 0; i < d->ncolumn; i++) {
		if (is_filler(d->column[i].name))
			continue;
		n = s->n;
		job_names_add(s, d->column[i].name);
		if (s->n > n)
			continue;
		diag_add(ds, DIAG_M015, d->column[i].at,
		    "'columns' has '%s' twice", d->column[i].name);
		good = false;
	}
	return good;
}

/* ---- the layout -------------------------------------------------------- */

static bool
layout_refuse(struct diags *ds, struct place at, const char *fmt,
    const char *name)
{
	diag_hint(ds, diag_add(ds, DIAG_F029, at, fmt, name),
	    "decant-files(5), \"delimited\", says what fields can be");
	return false;
}

/* Tables of varying size, in any record that is read. */
static bool
layout_is_fit(struct diags *ds, const struct job *j)
{
	const struct layout *l = j->layout;
	const struct mapping *m = j->mapping;
	const struct item *it;
	uint32_t i;

	for (i = 0; i < l->nitem; i++) {
		it = &l->item[i];
		if ((m->nrecord_type == 0 && it->record != j->record) ||
		    (it->depending == ITEM_NONE && it->outside == ITEM_NONE))
			continue;
		return layout_refuse(ds, m->copybook_at, "'%s' depends on a "
		    "count, and has no constant number of fields",
		    it->name != NULL ? it->name : "FILLER");
	}
	for (i = 0; i < m->nrecord_type; i++)
		if (m->record_type[i].layout != NULL &&
		    (m->delimited.header || m->delimited.ncolumn > 0))
			return layout_refuse(ds, m->record_type[i].layout_at,
			    "a record type of another layout, '%s', and names "
			    "of columns, which are those of one",
			    m->record_type[i].layout);
	return true;
}

bool
job_delimited_layout(struct arena *a, struct diags *ds, struct job *j)
{
	const struct mapping *m = j->mapping;
	struct job_names s = { .arena = a };

	if (m->copybook != NULL) {
		if (!layout_is_fit(ds, j))
			return false;
		j->layout = layout_delimited(a, j->layout, DELIMITED_HEAD,
		    CODEC_FIELD_SIZE);
		return true;
	}
	if (m->delimited.ncolumn > 0) {
		if (!columns_are_names(ds, &s, m))
			return false;
	} else if (m->delimited.header) {
		job_names_of_mapping(&s, m);
	} else {
		return false;		/* said already */
	}
	j->layout = layout_of_names(a, m->name, s.v, s.n, DELIMITED_HEAD,
	    CODEC_FIELD_SIZE);
	j->record = 0;
	return true;
}

/* ---- fields ------------------------------------------------------------ */

static uint32_t
field_count(const struct layout *l, uint32_t record)
{
	return (l->item[record].size - DELIMITED_HEAD) / CODEC_FIELD_SIZE;
}

/* The nearest group with a name, below the record. */
static const char *
field_group(const struct layout *l, uint32_t item)
{
	uint32_t i;

	for (i = l->item[item].parent; i != ITEM_NONE; i = l->item[i].parent)
		if (l->item[i].name != NULL)
			return l->item[i].name;
	return NULL;
}

/* The fields of an item at `offset`; names end in the occurrences around. */
static void
fields_add(struct arena *a, const struct layout *l, struct job_fields *f,
    uint32_t item, uint32_t offset, const char *occurrence)
{
	const struct item *it = &l->item[item], *c;
	uint32_t k = (offset - DELIMITED_HEAD) / CODEC_FIELD_SIZE, j, n;
	struct delimited_field *field;
	const char *group;

	if (it->category != CAT_GROUP) {
		if (it->size == 0)
			return;
		field = &f->d.field[k];
		field->name = arena_printf(a, "%s%s", it->name, occurrence);
		group = field_group(l, item);
		if (group != NULL)
			field->full = arena_printf(a, "%s-%s", group,
			    field->name);
		f->item[k] = item;
		f->offset[k] = offset;
		return;
	}
	for (j = item + 1; j < it->next; j = c->next) {
		c = &l->item[j];
		if (c->size == 0)
			continue;
		for (n = 1; n <= (c->occurs_max > 0 ? c->occurs_max : 1); n++)
			fields_add(a, l, f, j, offset + c->offset -
			    (it->parent == ITEM_NONE ? 0 : it->offset) +
			    (n - 1) * c->size, c->occurs_max == 0 ?
			    occurrence : arena_printf(a, "%s-%u", occurrence,
			    n));
	}
}

/* Names that several fields have. */
static void
fields_share(struct delimited *d)
{
	uint32_t i, k;

	for (i = 0; i < d->nfield; i++)
		for (k = i + 1; k < d->nfield; k++)
			if (d->field[i].name != NULL &&
			    d->field[k].name != NULL &&
			    job_names_same(d->field[i].name, d->field[k].name))
				d->field[i].shared = d->field[k].shared = true;
}

static struct job_fields *
fields_make(struct arena *a, struct diags *ds, const struct job *j)
{
	const struct mapping *m = j->mapping;
	const struct layout *l = j->layout;
	struct job_fields *f = arena_zalloc(a, sizeof *f);
	uint32_t n = field_count(l, j->record), i, record, group, root;

	for (i = 0; i < m->nrecord_type; i++) {
		record = plan_find_layout(l, j->record,
		    &m->record_type[i], &group);
		if (record != ITEM_NONE && field_count(l, record) > n)
			n = field_count(l, record);
	}
	if (n > CSV_FIELDS_MAX) {
		layout_refuse(ds, m->copybook_at, "the record of '%s' has "
		    "more than 4096 fields", m->copybook);
		return NULL;
	}
	f->d.nfield = n;
	f->d.field = arena_array(a, n + 1, sizeof *f->d.field);
	f->item = arena_array(a, n + 1, sizeof *f->item);
	f->offset = arena_array(a, n + 1, sizeof *f->offset);
	for (i = 0; i < n; i++) {
		f->item[i] = ITEM_NONE;
		f->d.field[i].column = i;
		f->d.field[i].wanted = true;
	}
	root = l->item[j->record].category == CAT_GROUP ? 0 : DELIMITED_HEAD;
	fields_add(a, l, f, j->record, root, "");
	fields_share(&f->d);
	return f;
}

/* ---- columns: ---------------------------------------------------------- */

static bool
column_unknown(struct arena *a, struct diags *ds, const struct delimited *d,
    const struct map_name *column)
{
	const char **names = arena_array(a, d->nfield + 1, sizeof *names);
	struct diag *di = diag_add(ds, DIAG_P001, column->at,
	    "the record has no field '%s'", column->name);
	const char *near;
	uint32_t i;

	for (i = 0; i < d->nfield; i++)
		names[i] = d->field[i].name;
	near = diag_nearest(column->name, strlen(column->name), names,
	    d->nfield);
	if (near != NULL)
		diag_hint(ds, di, "did you mean %s?", near);
	else
		diag_hint(ds, di, "FILLER stands for a field that the "
		    "copybook does not have");
	return false;
}

/* Gives the column its field. */
static bool
column_assign(struct arena *a, struct diags *ds, struct delimited *d,
    const struct map_name *column, uint32_t at)
{
	uint32_t i, found = d->nfield;
	int best = 0, match;

	for (i = 0; i < d->nfield; i++) {
		match = delimited_match(&d->field[i], column->name);
		if (match > best)
			found = i;
		best = match > best ? match : best;
	}
	if (best == 0)
		return column_unknown(a, ds, d, column);
	if (best == 1) {
		diag_hint(ds, diag_add(ds, DIAG_P002, column->at, "'%s' is "
		    "the name of more than one item", column->name),
		    "write %s", d->field[found].full != NULL ?
		    d->field[found].full : "another");
		return false;
	}
	if (d->field[found].column != DELIMITED_NONE) {
		diag_add(ds, DIAG_M015, column->at, "'columns' has '%s' twice",
		    column->name);
		return false;
	}
	d->field[found].column = at;
	return true;
}

static bool
columns_assign(struct arena *a, struct diags *ds, const struct mapping *m,
    struct delimited *d)
{
	const struct map_delimited *md = &m->delimited;
	bool good = true;
	uint32_t i;

	d->ncolumn = md->ncolumn;
	for (i = 0; i < d->nfield; i++)
		d->field[i].column = DELIMITED_NONE;
	for (i = 0; i < md->ncolumn; i++)
		if (!is_filler(md->column[i].name))
			good = column_assign(a, ds, d, &md->column[i], i) &&
			    good;
	return good;
}

/* ---- the file ---------------------------------------------------------- */

static bool
mark_byte(struct diags *ds, const struct job *j, const struct map_mark *mark,
    uint32_t otherwise, uint8_t *out)
{
	const struct mapping *m = j->mapping;
	uint32_t c = mark->c != 0 ? mark->c : otherwise;
	struct place at = mark->at.src != NULL ? mark->at : m->format_at;
	int byte = mark->byte ? (int)c : m->delimited.utf8 ?
	    (c < 0x80 ? (int)c : -1) : charset_encode(j->page, c);

	*out = (uint8_t)byte;
	if (byte >= 0 && byte != '\r' && (j->page->ebcdic ? byte != 0x15 &&
	    byte != 0x25 : byte != '\n'))
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F030, at, byte < 0 ?
	    "%s has no byte for what parts or quotes fields" :
	    "in %s this byte ends a line, and cannot part or quote fields",
	    m->encoding), "x'1F' is a byte, whatever the encoding");
	return false;
}

static bool
job_dialect_marks(struct diags *ds, const struct job *j, struct csv_dialect *d)
{
	const struct map_delimited *m = &j->mapping->delimited;

	if (j->page->wide != NULL) {
		diag_add(ds, DIAG_F030, j->mapping->encoding_at, "'%s' has "
		    "characters of two bytes, in which a delimiter may stand",
		    j->mapping->encoding);
		return false;
	}
	d->ebcdic = j->page->ebcdic;
	d->quote_none = m->quote_none;
	if (!mark_byte(ds, j, &m->delimiter, ',', &d->delimiter) ||
	    !mark_byte(ds, j, &m->quote, '"', &d->quote))
		return false;
	if (d->quote_none || d->quote != d->delimiter)
		return true;
	diag_add(ds, DIAG_F030, m->delimiter.at.src != NULL ?
	    m->delimiter.at : m->quote.at,
	    "the delimiter and the quote are the same");
	return false;
}

bool
job_delimited_source(struct arena *a, struct diags *ds, struct job *j)
{
	struct framing_options *f = &j->source.framing;
	const struct mapping *m = j->mapping;
	struct job_fields *fields = fields_make(a, ds, j);

	if (fields == NULL ||
	    !job_dialect_marks(ds, j, &fields->d.dialect))
		return false;
	j->fields = fields;
	fields->d.header = m->delimited.header;
	fields->d.utf8 = m->delimited.utf8;
	if (m->delimited.ncolumn > 0 &&
	    !columns_assign(a, ds, m, &fields->d))
		return false;
	f->delimited = &fields->d;
	f->max_length = UINT32_MAX;
	return true;
}

bool
job_delimited_wanted(struct diags *ds, struct job *j, bool all)
{
	struct job_fields *f = j->fields;
	struct delimited_field *field;
	const struct place *at;
	bool good = true;
	uint32_t k;

	for (k = 0; k < f->d.nfield; k++) {
		field = &f->d.field[k];
		if (f->item[k] == ITEM_NONE)
			continue;	/* of other types of records */
		at = plan_decodes(j->plan, f->item[k], f->offset[k]);
		field->wanted = at != NULL;
		if (at == NULL && !all && j->mapping->nrecord_type == 0)
			field->column = DELIMITED_NONE;
		if (at == NULL || f->d.header)
			continue;
		field->at = *at;
		if (field->column != DELIMITED_NONE)
			continue;
		diag_add(ds, DIAG_F028, *at, "'columns' does not have '%s'",
		    field->name);
		good = false;
	}
	for (k = 0; k < f->d.nfield && f->d.header; k++)
		if (f->item[k] != ITEM_NONE && f->d.field[k].wanted)
			f->d.field[k].at = *plan_decodes(j->plan, f->item[k],
			    f->offset[k]);
	return good;
}
