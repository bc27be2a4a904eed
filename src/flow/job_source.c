/*
 * From a mapping's source: to the options of a source of records; see
 * job_source.h.  Patterns (*.dat) become the names of files here, and names
 * of fields become places in the record.
 */
#include "flow/job_source.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "flow/job_delimited.h"
#include "flow/job_table.h"
#include "plan/plan_length.h"

/* ---- files ------------------------------------------------------------- */

static int
path_cmp(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

struct paths {
	const char **v;
	uint32_t n, cap;
};

/*
 * A pattern that no file has as its name; one that matches nothing stays as
 * it is, and reading says that there is no such file.
 */
static void
job_glob(struct arena *a, struct paths *paths, const char *path)
{
	struct stat st;
	glob_t found;
	size_t i;

	if (strpbrk(path, "*?[") == NULL || lstat(path, &st) == 0 ||
	    glob(path, GLOB_NOSORT | GLOB_NOMAGIC, NULL, &found) != 0) {
		*ARENA_PUSH(a, paths->v, paths->n, paths->cap) = path;
		return;
	}
	/* by bytes, whatever the locale: batch jobs must not differ */
	qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv,
	    path_cmp);
	for (i = 0; i < found.gl_pathc; i++)
		*ARENA_PUSH(a, paths->v, paths->n, paths->cap) =
		    arena_strdup(a, found.gl_pathv[i]);
	globfree(&found);
}

static void
job_files(struct arena *a, struct source_options *s, const char *const *file,
    uint32_t n)
{
	struct paths paths = { NULL, 0, 0 };
	uint32_t i;

	for (i = 0; i < n; i++)
		job_glob(a, &paths, file[i]);
	s->file = paths.v;
	s->nfile = paths.n;
}

/* ---- lengths ----------------------------------------------------------- */

static bool
job_refuse_length(struct diags *ds, struct place at, const char *message,
    const char *name)
{
	diag_add(ds, DIAG_F027, at, message, name);
	return false;
}

static bool
job_length_field(struct diags *ds, const struct job *j,
    struct number_field *f)
{
	const struct mapping *m = j->mapping;
	const struct expr *e = m->length.field;
	const struct layout *l = j->layout;
	const char *name = e->name[0];
	uint32_t found[2], n;
	const struct item *it;

	n = layout_find(l, j->record, e->name, e->nname, found);
	if (n != 1) {
		diag_hint(ds, diag_add(ds, DIAG_F027, e->at, n == 0 ?
		    "the record has no item '%s'" :
		    "'%s' is the name of more than one item", name),
		    "decant layout %s shows the names", m->copybook);
		return false;
	}
	it = &l->item[found[0]];
	if (it->table != ITEM_NONE || it->shifter != ITEM_NONE)
		return job_refuse_length(ds, e->at, "'%s' has no constant "
		    "place in the record", name);
	if (m->length.nchoice > 0 && it->size > 0 &&
	    it->size <= NUMBER_SIZE_MAX) {
		*f = (struct number_field){ it->offset, it->size,
		    NUMBER_ZONED, 0 };
		return true;
	}
	if (plan_number_field(l, found[0], m->little_comp5, f))
		return true;
	return job_refuse_length(ds, e->at, "no length can be read from '%s'",
	    name);
}

/* The bytes of a map's value in the file's code page. */
static bool
job_choice(struct arena *a, struct diags *ds, const struct job *j,
    const struct map_code *c, uint32_t size,
    struct length_choice *out)
{
	const uint8_t *p = c->text.p, *end = p + c->text.len;
	uint8_t *bytes = arena_alloc(a, c->text.len + 1);
	uint32_t n = 0;
	size_t k;
	int byte;

	*out = (struct length_choice){ .length = c->number };
	if (c->hex) {
		out->value = c->text;
	} else {
		for (; p < end; p += k) {
			k = utf8_valid(p, (size_t)(end - p));
			byte = k == 0 ? -1 : charset_encode(j->page,
			    utf8_get(p, &k));
			if (byte < 0) {
				diag_add(ds, DIAG_F027, c->at, "the value has "
				    "a character that %s does not have",
				    j->page->name);
				return false;
			}
			bytes[n++] = (uint8_t)byte;
		}
		out->value = (struct slice){ bytes, n };
	}
	if (out->value.len == size)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F027, c->at, "the value has %u bytes, "
	    "the field %u", out->value.len, size), "x'F1F2' gives bytes");
	return false;
}

static bool
job_length(struct arena *a, struct diags *ds, struct job *j)
{
	static const enum number_form forms[] = {
		[MAP_BINARY] = NUMBER_BIG,
		[MAP_BINARY_LITTLE] = NUMBER_LITTLE,
		[MAP_ZONED] = NUMBER_ZONED, [MAP_PACKED] = NUMBER_PACKED,
		[MAP_PACKED_UNSIGNED] = NUMBER_PACKED_UNSIGNED,
	};
	const struct map_length *l = &j->mapping->length;
	struct length_rule *r = &j->source.framing.length;
	struct length_choice *choice;
	uint32_t i;

	if (l->field == NULL && l->size == 0)
		return false;		/* said already */
	if (l->field != NULL) {
		if (!job_length_field(ds, j, &r->field))
			return false;
	} else {
		r->field = (struct number_field){ l->offset, l->size,
		    forms[l->type], 0 };
		if (l->nchoice == 0 && l->type <= MAP_BINARY_LITTLE &&
		    l->size > 8)
			return job_refuse_length(ds, l->at,
			    "a binary length has at most 8 bytes%s", "");
	}
	/* what stands before each record is not in the layout */
	if (l->field != NULL)
		r->field.offset += j->source.framing.before;
	r->adjust = l->adjust + (l->rest ? (int64_t)r->field.offset +
	    r->field.size : 0);
	choice = arena_array(a, l->nchoice + 1, sizeof *choice);
	for (i = 0; i < l->nchoice; i++)
		if (!job_choice(a, ds, j, &l->choice[i], r->field.size,
		    &choice[i]))
			return false;
	r->choice = choice;
	r->nchoice = l->nchoice;
	return true;
}

/* ---- all of it --------------------------------------------------------- */

static void
job_framing(struct job *j, struct framing_options *f)
{
	static const enum framing framings[] = {
		[MAP_FIXED] = FRAMING_FIXED, [MAP_V] = FRAMING_V,
		[MAP_TEXT] = FRAMING_TEXT, [MAP_VB] = FRAMING_VB,
		[MAP_VBS] = FRAMING_VBS, [MAP_VS] = FRAMING_VS,
		[MAP_U] = FRAMING_U, [MAP_LENGTH] = FRAMING_LENGTH,
		[MAP_ODO] = FRAMING_LENGTH, [MAP_GNUCOBOL] = FRAMING_GNUCOBOL,
		[MAP_MICROFOCUS] = FRAMING_MICROFOCUS,
		[MAP_DELIMITED] = FRAMING_DELIMITED,
	};
	const struct mapping *m = j->mapping;

	*f = (struct framing_options){ .framing = framings[m->format],
	    .page = j->page, .rdw_little = (enum tristate)m->rdw_little,
	    .rdw_inclusive = (enum tristate)m->rdw_inclusive,
	    .bdw = (enum tristate)m->bdw,
	    .line_end = (enum line_end)m->line_end, .varseq = m->varseq,
	    .before = m->skip.record_bytes_first + m->control,
	    .behind = m->skip.record_bytes_last,
	    .bytes_first = m->skip.bytes_first,
	    .bytes_last = m->skip.bytes_last,
	    .records_first = m->skip.records_first,
	    .records_last = m->skip.records_last };
	if (m->format == MAP_V && m->bdw == MAP_YES)
		f->framing = FRAMING_VB;
	if (m->format == MAP_VB && m->bdw == MAP_NO)
		f->framing = FRAMING_V;
	if (m->format == MAP_U && m->bdw == MAP_GUESS && m->record_length == 0)
		f->bdw = TRI_YES;
}

/* The longest record of all types. */
static uint32_t
job_longest(const struct job *j)
{
	const struct layout *l = j->layout;
	const struct mapping *m = j->mapping;
	uint32_t most = 0, i, size, record, group;

	if (m->nrecord_type == 0)
		return layout_max_size(l, j->record);
	for (i = 0; i < m->nrecord_type; i++) {
		record = plan_find_layout(l, j->record,
		    &m->record_type[i], &group);
		if (record == ITEM_NONE)
			continue;
		size = layout_max_size(l, record);
		most = size > most ? size : most;
	}
	return most > 0 ? most : layout_max_size(l, j->record);
}

static bool
job_one_layout(const struct job *j)
{
	const struct mapping *m = j->mapping;
	uint32_t i, group;

	for (i = 0; i < m->nrecord_type; i++)
		if (plan_find_layout(j->layout, j->record,
		    &m->record_type[i], &group) != j->record)
			return false;
	return true;
}

static bool
job_lengths(struct diags *ds, struct job *j, struct framing_options *f)
{
	const struct mapping *m = j->mapping;
	uint32_t around = f->before + f->behind;
	uint32_t most = job_longest(j);

	f->max_length = most;
	if (m->format == MAP_U) {
		f->record_length = m->record_length;
		return true;
	}
	f->record_length = most + around;
	if (m->record_length == 0)
		return true;
	if (m->record_length < most + around && m->format == MAP_FIXED) {
		diag_hint(ds, diag_add(ds, DIAG_P022, m->record_length_at,
		    "the record has %u bytes%s, but record_length is %u",
		    most + around, around > 0 ? " with what stands around it" :
		    "", m->record_length),
		    "decant layout %s shows where they are", m->copybook);
		return false;
	}
	f->record_length = m->record_length;
	if (m->record_length > around &&
	    f->max_length < m->record_length - around)
		f->max_length = m->record_length - around;
	return true;
}

bool
job_source(struct arena *a, struct diags *ds, struct job *j,
    const struct job_options *o)
{
	const struct mapping *m = j->mapping;
	struct source_options *s = &j->source;
	struct framing_options *f = &s->framing;
	const struct plan_counts *counts;

	if (m->format == MAP_TABLE) {
		job_table_source(a, j);
		return true;
	}
	*s = (struct source_options){ .nfile = 0 };
	job_framing(j, f);
	if (o->nfile > 0)
		job_files(a, s, o->file, o->nfile);
	else
		job_files(a, s, m->file, m->nfile);
	if (m->format == MAP_DELIMITED)
		return job_delimited_source(a, ds, j);
	if (!job_lengths(ds, j, f))
		return false;
	if (m->format == MAP_LENGTH)
		return job_length(a, ds, j);
	if (m->format != MAP_ODO)
		return true;
	if (!job_one_layout(j)) {
		diag_hint(ds, diag_add(ds, DIAG_F026, m->format_at, "'format: "
		    "odo' does not go with record types of several layouts"),
		    "format: length has a map of types and lengths");
		return false;
	}
	if (f->before + f->behind > 0) {
		diag_add(ds, DIAG_F026, m->format_at, "'format: odo' does not "
		    "go with bytes around each record");
		return false;
	}
	if (!plan_counts_new(a, ds, j->layout, j->page, m, &counts))
		return false;
	f->length_of = plan_length_of;
	f->length_arg = plan_length_new(a, ds, j->layout, j->record,
	    m->little_comp5, counts, m->format_at);
	return f->length_arg != NULL;
}
