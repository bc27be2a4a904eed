/*
 * Reject files; see rejects.h.
 */
#include "flow/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/mem.h"
#include "flow/rejects_dir.h"

#define HEX_MAX		256	/* bytes of an item shown in reasons.csv */

struct rejects {
	struct arena *arena;
	struct diags *diags;
	const struct plan *plan;
	const struct source_options *source;
	struct rejects_dir dir;
	bool made;		/* dir's tmp exists, and the list of reasons */
	FILE *reasons, *fragments;
	struct recwriter *records;
	struct buf row, text, hex;
};

struct rejects *
rejects_new(struct arena *a, struct diags *ds, const struct plan *p,
    const struct source_options *source, const char *name, const char *asked)
{
	struct rejects *r = arena_zalloc(a, sizeof *r);

	r->arena = a;
	r->diags = ds;
	r->plan = p;
	r->source = source;
	if (!rejects_dir_init(&r->dir, a, ds, source, name, asked))
		return NULL;
	buf_init(&r->row, 1u << 20);
	buf_init(&r->text, 1u << 16);
	buf_init(&r->hex, 4 * HEX_MAX);
	return r;
}

static enum grade
rejects_failed(struct rejects *r, const char *name)
{
	rejects_dir_fail(&r->dir, name);
	return FATAL;
}

static FILE *
rejects_file(struct rejects *r, const char *name)
{
	int fd = open(rejects_dir_file(&r->dir, name),
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "wb");
}

/* Makes the directory and the list of reasons, at the first reject. */
static enum grade
rejects_begin(struct rejects *r)
{
	static const char head[] = "record,file,offset,length,code,table,"
	    "column,occurrence,field,hex,reason\n";

	if (r->made)
		return OK;
	if (!rejects_dir_make(&r->dir))
		return FATAL;
	r->made = true;
	r->reasons = rejects_file(r, "reasons.csv");
	if (r->reasons == NULL || fputs(head, r->reasons) == EOF)
		return rejects_failed(r, "reasons.csv");
	return OK;
}

static void
rejects_close(struct rejects *r)
{
	if (r->reasons != NULL)
		fclose(r->reasons);
	if (r->fragments != NULL)
		fclose(r->fragments);
	if (r->records != NULL)
		recwriter_abandon(r->records);
	r->reasons = r->fragments = NULL;
	r->records = NULL;
}

void
rejects_restart(struct rejects *r)
{
	rejects_close(r);
	rejects_dir_remove(&r->dir);
	r->made = false;
}

void
rejects_hex(struct buf *out, struct slice record, uint32_t offset,
    uint32_t size, uint32_t most)
{
	uint32_t i, end = offset + size;

	if (end > record.len)
		end = record.len;
	for (i = offset; i < end; i++) {
		if (i == offset + most) {
			buf_puts(out, "…");
			break;
		}
		buf_printf(out, "%02X", record.p[i]);
	}
}

static void
put_text(struct rejects *r, const char *s)
{
	if (r->row.len > 0)
		buf_putc(&r->row, ',');
	csv_put_field(&r->row, (const uint8_t *)s,
	    s == NULL ? 0 : strlen(s));
}

static void
put_number(struct rejects *r, uint64_t v)
{
	char s[24];

	snprintf(s, sizeof s, "%" PRIu64, v);
	put_text(r, s);
}

static enum grade
put_row(struct rejects *r)
{
	buf_putc(&r->row, '\n');
	if (fwrite(r->row.p, 1, r->row.len, r->reasons) != r->row.len)
		return rejects_failed(r, "reasons.csv");
	return OK;
}

static enum grade
put_reason(struct rejects *r, const struct batch *b, const struct reject *j)
{
	const struct slab *s = &b->slab;
	const struct schema *schema = plan_schema(r->plan);
	const struct schema_table *t = j->table == UINT16_MAX ? NULL :
	    &schema->table[j->table];

	buf_clear(&r->row);
	buf_clear(&r->text);
	buf_clear(&r->hex);
	rejects_hex(&r->hex, s->rec[j->rec], j->offset, j->size, HEX_MAX);
	plan_reject_text(&r->text, r->plan, j);
	put_number(r, s->first_record + j->rec);
	put_text(r, r->source->file[s->file]);
	put_number(r, s->offset + s->raw_off[j->rec]);
	put_number(r, s->rec[j->rec].len);
	put_text(r, diag_name((enum diag_code)j->code));
	put_text(r, t == NULL ? NULL : t->name);
	put_text(r, t == NULL || j->column == UINT16_MAX ? NULL :
	    t->column[j->column].name);
	if (j->occ > 0)
		put_number(r, j->occ);
	else
		put_text(r, NULL);
	put_text(r, plan_item_path(r->plan, j->item));
	put_text(r, r->hex.len > 0 ? r->hex.p : NULL);
	put_text(r, r->text.p);
	return put_row(r);
}

enum grade
rejects_put(struct rejects *r, const struct batch *b,
    const struct source_facts *facts)
{
	uint32_t i;

	if (b->nreject == 0)
		return OK;
	if (rejects_begin(r) != OK)
		return FATAL;
	if (r->records == NULL) {
		r->records = recwriter_new(r->diags, rejects_dir_file(&r->dir,
		    "records.dat"), &r->source->framing, facts);
		if (r->records == NULL)
			return FATAL;
	}
	for (i = 0; i < b->nreject; i++) {
		if ((i == 0 || b->reject[i].rec != b->reject[i - 1].rec) &&
		    recwriter_put(r->records,
		    b->slab.rec[b->reject[i].rec]) != OK)
			return FATAL;
		if (put_reason(r, b, &b->reject[i]) != OK)
			return FATAL;
	}
	return OK;
}

enum grade
rejects_fragment(struct rejects *r, const struct fragment *f)
{
	if (rejects_begin(r) != OK)
		return FATAL;
	if (r->fragments == NULL)
		r->fragments = rejects_file(r, "fragments.dat");
	if (r->fragments == NULL || (f->bytes.len > 0 &&
	    fwrite(f->bytes.p, 1, f->bytes.len, r->fragments) != f->bytes.len))
		return rejects_failed(r, "fragments.dat");
	buf_clear(&r->row);
	buf_clear(&r->hex);
	rejects_hex(&r->hex, f->bytes, 0, f->bytes.len, 32);
	put_number(r, f->record);
	put_text(r, r->source->file[f->file]);
	put_number(r, f->offset);
	put_number(r, f->length);
	put_text(r, diag_name(DIAG_D022));
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, NULL);
	put_text(r, r->hex.len > 0 ? r->hex.p : NULL);
	put_text(r, f->why);
	return put_row(r);
}

enum grade
rejects_commit(struct rejects *r, const char **dir)
{
	FILE *f;
	enum grade g;

	*dir = NULL;
	if (r->records != NULL) {
		g = recwriter_close(r->records);
		r->records = NULL;
		if (g != OK)
			return FATAL;
	}
	f = r->reasons;
	r->reasons = NULL;
	if (f != NULL && fclose(f) != 0)
		return rejects_failed(r, "reasons.csv");
	f = r->fragments;
	r->fragments = NULL;
	if (f != NULL && fclose(f) != 0)
		return rejects_failed(r, "fragments.dat");
	if (!rejects_dir_place(&r->dir))
		return FATAL;
	if (r->made)
		*dir = r->dir.path;
	r->made = false;
	return OK;
}

void
rejects_free(struct rejects *r)
{
	if (r == NULL)
		return;
	rejects_restart(r);
	buf_fini(&r->row);
	buf_fini(&r->text);
	buf_fini(&r->hex);
}
