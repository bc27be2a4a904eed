/*
 * From a mapping's path to a job that can run; see job.h.  Everything lives
 * in the caller's arena; nothing but texts is read.
 */
#include "flow/job.h"

#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "flow/as_of.h"
#include "flow/carry_job.h"
#include "flow/job_delimited.h"
#include "flow/job_source.h"
#include "flow/job_table.h"
#include "sink/sink.h"

/* A copybook that cannot be read is the mapping's mistake, at its place. */
static void
job_place_missing(struct diags *ds, struct place at)
{
	struct diag *d;

	for (d = ds->first; d != NULL; d = d->next) {
		if (d->code != DIAG_C001 || d->at.src != NULL)
			continue;
		d->at = at;
		diag_hint(ds, d, "a path in a mapping starts at the mapping's "
		    "directory");
	}
}

/* Mappings and copybooks do not know each other. */
static enum dialect
job_dialect(enum map_dialect d)
{
	static const enum dialect of[] = {
		[MAP_DIALECT_IBM] = DIALECT_IBM,
		[MAP_DIALECT_MICROFOCUS] = DIALECT_MICROFOCUS,
		[MAP_DIALECT_GNUCOBOL] = DIALECT_GNUCOBOL,
		[MAP_DIALECT_FUJITSU] = DIALECT_FUJITSU,
	};

	return of[d];
}

static bool
job_copybook(struct arena *a, struct diags *ds, struct job *j,
    const struct job_options *o)
{
	const struct mapping *m = j->mapping;
	uint32_t n = m->ninclude + o->ninclude, i;
	const char **dirs = arena_array(a, n + 1, sizeof *dirs);
	struct copybook_options co = { .format = m->copybook_free ?
	    SOURCE_FREE : m->copybook_fixed ? SOURCE_FIXED : SOURCE_AUTO,
	    .include = dirs, .ninclude = n,
	    .dialect = job_dialect(m->dialect),
	    .address_size = (uint8_t)m->address_size,
	    .counts_told = m->ncount > 0, .tables_full = m->tables_full,
	    .define = m->define, .ndefine = m->ndefine,
	    .replace = m->replace, .nreplace = m->nreplace,
	    .comments = m->copybook_comments, .texts = o->texts };
	struct copybook *cb;
	struct layout **part;
	bool good = m->ncopybook > 0;

	for (i = 0; i < o->ninclude; i++)
		dirs[i] = o->include[i];
	for (i = 0; i < m->ninclude; i++)
		dirs[o->ninclude + i] = m->include[i];
	part = arena_array(a, m->ncopybook + 1, sizeof *part);
	for (i = 0; i < m->ncopybook; i++) {
		cb = copybook_parse(a, ds, m->copybooks[i].name, &co);
		if (cb == NULL)
			job_place_missing(ds, m->copybooks[i].at);
		part[i] = cb == NULL ? NULL : layout_build(a, ds, cb);
		good = good && part[i] != NULL;
	}
	j->layout = !good ? NULL : m->ncopybook == 1 ? part[0] :
	    layout_merge(a, part, m->ncopybook);
	return j->layout != NULL;
}

static bool
job_record(struct arena *a, struct diags *ds, struct job *j)
{
	const struct mapping *m = j->mapping;
	const struct layout *l = j->layout;
	uint32_t all = l->nrecord + l->n77, i, n = 0;
	const char **names = arena_array(a, all + 1, sizeof *names);
	const char *near;
	struct diag *d;

	if (all == 0) {
		diag_add(ds, DIAG_P023, m->copybook_at,
		    "'%s' describes no record", m->copybook);
		return false;
	}
	for (i = 0; i < all; i++) {
		const char *name = l->item[l->record[i]].name;

		if (m->record != NULL && name != NULL &&
		    strcasecmp(name, m->record) == 0) {
			j->record = l->record[i];
			return true;
		}
		if (name != NULL)
			names[n++] = name;
	}
	j->record = l->record[0];
	if (m->record == NULL) {
		if (m->nrecord_type == 0 && l->nrecord > 1 &&
		    l->item[l->record[1]].level == 1)
			diag_hint(ds, diag_add(ds, DIAG_P024, m->copybook_at,
			    "the copybook has %u records; the first, %s, is "
			    "read", l->nrecord, n > 0 ? names[0] : "FILLER"),
			    "record: NAME chooses another");
		return true;
	}
	d = diag_add(ds, DIAG_P019, m->record_at,
	    "the copybook has no record '%s'", m->record);
	near = diag_nearest(m->record, strlen(m->record), names, n);
	if (near == NULL && n > 0)
		near = names[0];
	if (near != NULL)
		diag_hint(ds, d, "it has %s", near);
	return false;
}

static void
job_page(struct arena *a, struct diags *ds, struct job *j)
{
	const struct mapping *m = j->mapping;
	const char *name = m->encoding != NULL ? m->encoding : "cp037";
	bool multibyte = false;
	const char *const *names, *near;
	uint32_t n;
	struct diag *d;

	if (m->format == MAP_TABLE ||
	    (m->format == MAP_DELIMITED && m->delimited.utf8))
		name = "ascii";		/* of which UTF-8 is a superset */
	j->page = charset_find(name, &multibyte);
	if (j->page != NULL && m->swap_newlines) {
		j->page = charset_swap_newlines(a, j->page);
		if (j->page == NULL)
			diag_add(ds, DIAG_P041, m->swap_newlines_at,
			    "'%s' is no EBCDIC code page", name);
		return;
	}
	if (j->page != NULL)
		return;
	if (multibyte) {
		diag_hint(ds, diag_add(ds, DIAG_P021, m->encoding_at,
		    "'%s' has characters of more than one byte, which are not "
		    "supported yet", name),
		    "convert the file to a code page of one byte a character");
		return;
	}
	d = diag_add(ds, DIAG_P020, m->encoding_at,
	    "there is no code page '%s'", name);
	names = charset_names(&n);
	near = diag_nearest(name, strlen(name), names, n);
	diag_hint(ds, d, "%s%s", near != NULL ? "did you mean " :
	    "the usual ones are cp037, cp1047, cp500, cp273 and cp1140",
	    near != NULL ? near : "");
}

static void
job_dbcs_page(struct diags *ds, const struct mapping *m)
{
	if (m->dbcs_encoding != NULL &&
	    charset_find_dbcs(m->dbcs_encoding) == NULL)
		diag_hint(ds, diag_add(ds, DIAG_P102, m->dbcs_encoding_at,
		    "'%s' is no double-byte code page", m->dbcs_encoding),
		    "there are 300, 834, 835, 837, 4930, 4933, 9027 and "
		    "16684, and the mixed pages that hold them");
}

/*
 * How long records may be though their layout is shorter: where the file's
 * form makes all as long as the longest, or the mapping says so.
 */
static uint32_t
job_padded_length(const struct job *j)
{
	const struct mapping *m = j->mapping;

	if (m->nrecord_type == 0 || m->record_length > 0 ||
	    m->format == MAP_FIXED || m->format == MAP_TEXT ||
	    m->format == MAP_U || m->format == MAP_MICROFOCUS ||
	    m->format == MAP_DELIMITED || m->format == MAP_TABLE)
		return j->source.framing.max_length;
	return 0;
}

/* The texts that a job hangs on, but for those that COPY brings in. */
static void
job_texts(struct arena *a, const struct mapping *m, struct srctext_names *t)
{
	uint32_t i;

	for (i = 0; i < m->ncopybook; i++)
		*ARENA_PUSH(a, t->v, t->n, t->cap) = m->copybooks[i].name;
	for (i = 0; i < m->ncrosswalk; i++)
		if (m->crosswalk[i].file != NULL)
			*ARENA_PUSH(a, t->v, t->n, t->cap) =
			    m->crosswalk[i].file;
}

static struct expr *
job_where(struct arena *a, struct diags *ds, const char *text)
{
	struct srctext *src = srctext_new(a, "--where", text, strlen(text));

	return expr_parse(a, ds, src, 0, src->len);
}

struct job *
job_new(struct arena *a, struct diags *ds, const char *path,
    const struct job_options *o)
{
	return job_of_mapping(a, ds, mapping_read(a, ds, path), o);
}

static bool
job_build(struct arena *a, struct diags *ds, struct job *j,
    const struct job_options *o)
{
	struct plan_options po = { 0 };
	bool delimited, table;

	if (o->texts != NULL)
		job_texts(a, j->mapping, o->texts);
	job_page(a, ds, j);
	job_dbcs_page(ds, j->mapping);
	j->target = o->target != NULL ? o->target : j->mapping->target;
	if (o->where != NULL && (j->where = job_where(a, ds, o->where)) == NULL)
		return false;
	delimited = j->mapping->format == MAP_DELIMITED;
	table = j->mapping->format == MAP_TABLE;
	if (!table && (!delimited || j->mapping->copybook != NULL) &&
	    (!job_copybook(a, ds, j, o) || !job_record(a, ds, j)))
		return false;
	if (j->page == NULL ||
	    (delimited && !job_delimited_layout(a, ds, j)) ||
	    (table && !job_table_layout(a, ds, j, o)))
		return false;
	if (j->target != NULL &&
	    (j->limits = sink_limits(ds, j->target)) == NULL)
		return false;
	if (!job_source(a, ds, j, o))
		return false;
	if (!as_of_names(a, ds, j->mapping, j->source.file, j->source.nfile,
	    o->as_of, &j->as_of))
		return false;
	po.as_of = j->as_of;
	po.page = j->page;
	po.limits = j->limits;
	po.advise = o->advise;
	po.unused = o->unused;
	po.where = j->where;
	po.record_length = job_padded_length(j);
	j->plan = plan_build(a, ds, j->layout, j->record, j->mapping, &po);
	if (j->plan == NULL || (delimited && !job_delimited_wanted(ds, j,
	    o->all_fields)) || ds->errors > 0 ||
	    !carry_check(a, ds, j->mapping, plan_schema(j->plan)))
		return false;
	j->source.batch_records = o->batch_records > 0 &&
	    o->batch_records < plan_batch_records(j->plan) ?
	    o->batch_records : plan_batch_records(j->plan);
	return true;
}

struct job *
job_of_mapping(struct arena *a, struct diags *ds, const struct mapping *m,
    const struct job_options *o)
{
	struct job *j = arena_zalloc(a, sizeof *j);

	j->mapping = m;
	if (m == NULL)
		return NULL;
	if (job_build(a, ds, j, o))
		return j;
	job_table_drop(j);
	return NULL;
}
