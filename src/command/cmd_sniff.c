/*
 * decant sniff: what file is this?
 */
#include <string.h>

#include "cobol/copybook.h"
#include "command/command.h"
#include "command/copybook_args.h"
#include "command/describe.h"
#include "base/json.h"
#include "report/table.h"
#include "sniff/sniff.h"

#define LINE_WIDTH	78u

struct sniff_args {
	struct common_args common;
	const char *record;
	struct copybook_args copybook;
	bool json;
};

static const struct opt options[] = {
	{ .name = "record", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct sniff_args, record),
	    .help = "the record (level 01) NAME, not any of the copybook" },
	OPT_COPYBOOK(struct sniff_args, copybook),
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct sniff_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

static const char *const sure_words[] = {
	[SNIFF_UNKNOWN] = "unknown", [SNIFF_PROBABLE] = "probable",
	[SNIFF_SURE] = "sure",
};

/* A paragraph behind a mark, broken at blanks, fit for a terminal. */
static void
put_para(struct buf *out, const char *mark, uint32_t indent, const char *text)
{
	uint32_t at = (uint32_t)strlen(mark), len;
	const char *p, *end;
	struct buf b;

	buf_init(&b, 64u << 10);
	table_show(&b, text, strlen(text), 0);
	buf_puts(out, mark);
	for (p = b.p != NULL ? b.p : ""; *p != '\0'; p = end) {
		while (*p == ' ')
			p++;
		end = p + strcspn(p, " ");
		len = (uint32_t)(end - p);
		if (at > indent && at + 1 + len > LINE_WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			buf_putc(out, ' ');
			at++;
		}
		buf_put(out, p, len);
		at += len;
	}
	buf_putc(out, '\n');
	buf_fini(&b);
}

static void
put_lines(struct buf *out, const struct sniff_lines *l)
{
	uint32_t i;

	for (i = 0; i < l->n; i++)
		put_para(out, "  - ", 4, l->v[i]);
}

static void
put_head(struct buf *out, const struct sniff_report *r)
{
	buf_puts(out, "file:     ");
	table_show(out, r->file, strlen(r->file), 0);
	if (r->compression != NULL)
		buf_printf(out, ", %s", r->compression);
	if (r->sized)
		buf_printf(out, ", %llu byte%s", (unsigned long long)r->size,
		    r->size == 1 ? "" : "s");
	buf_putc(out, '\n');
	if (r->sampled)
		buf_printf(out, "          a sample of %llu bytes was looked "
		    "at\n", (unsigned long long)r->looked);
}

static void
put_types(struct buf *out, const struct sniff_types *t)
{
	const struct sniff_type *one;
	uint32_t i;

	if (t->n == 0)
		return;
	buf_puts(out, "\nrecord types, by ");
	if (t->field != NULL)
		buf_printf(out, "%s (", t->field);
	buf_printf(out, "%u byte%s at offset %u%s:\n", t->size,
	    t->size == 1 ? "" : "s", t->offset, t->field != NULL ? ")" : "");
	for (i = 0; i < t->n; i++) {
		one = &t->type[i];
		buf_puts(out, "  - ");
		table_show(out, one->value, strlen(one->value), 0);
		buf_printf(out, ": %u records of ", one->records);
		if (one->shortest != one->longest)
			buf_printf(out, "%u to ", one->shortest);
		buf_printf(out, "%u bytes", one->longest);
		if (one->part != NULL || one->layout != NULL)
			buf_printf(out, ", %s", one->part != NULL ?
			    one->part : one->layout);
		if (one->alike != NULL)
			buf_printf(out, " or %s: both fit", one->alike);
		buf_putc(out, '\n');
	}
	if (t->proposal != NULL)
		buf_printf(out, "\n%s", t->proposal);
}

static void
put_others(struct buf *out, const struct sniff_report *r)
{
	uint32_t i;

	if (r->nother == 0)
		return;
	buf_puts(out, r->sure == SNIFF_UNKNOWN ? "\ncandidates:\n" :
	    "\nless likely:\n");
	for (i = 0; i < r->nother; i++) {
		buf_printf(out, "  %s: %.0f bits of evidence\n",
		    r->other[i].what, r->other[i].bits);
		if (r->sure == SNIFF_UNKNOWN)
			put_lines(out, &r->other[i].why);
	}
}

static void
put_report(struct invocation *in, const struct sniff_report *r)
{
	struct buf *out = &in->out;
	uint32_t i;

	put_head(out, r);
	if (r->sure == SNIFF_UNKNOWN) {
		buf_puts(out, "format:   not known\n");
	} else {
		buf_printf(out, "format:   %s, %s (%s)\n", r->format, r->what,
		    sure_words[r->sure]);
		put_lines(out, &r->why);
		buf_printf(out, "records:  %s\n", r->records);
	}
	if (r->encoding_text != NULL) {
		buf_printf(out, "encoding: %s (%s)\n", r->encoding == NULL ?
		    "not known" : r->encoding, r->encoding == NULL ||
		    r->encoding_sure == SNIFF_UNKNOWN ? "undecided" :
		    sure_words[r->encoding_sure]);
		put_para(out, "  - ", 4, r->encoding_text);
	}
	for (i = 0; i < r->ndamage; i++) {
		buf_printf(out, "damage:   %s\n", r->damage[i].kind);
		put_para(out, "  - ", 4, r->damage[i].text);
	}
	if (r->notes.n > 0) {
		buf_puts(out, "notes:\n");
		put_lines(out, &r->notes);
	}
	put_types(out, &r->types);
	put_others(out, r);
	if (r->source != NULL)
		buf_printf(out, "\nsource:\n%s", r->source);
}

static void
json_lines(struct json *j, const char *key, const struct sniff_lines *l)
{
	uint32_t i;

	json_open(j, key, '[');
	for (i = 0; i < l->n; i++)
		json_text(j, NULL, l->v[i]);
	json_close(j, ']');
}

static void
json_types(struct json *j, const struct sniff_types *t)
{
	const struct sniff_type *one;
	uint32_t i;

	if (t->n == 0)
		return;
	json_open(j, "types", '{');
	json_text(j, "field", t->field);
	json_uint(j, "offset", t->offset);
	json_uint(j, "size", t->size);
	json_open(j, "values", '[');
	for (i = 0; i < t->n; i++) {
		one = &t->type[i];
		json_open(j, NULL, '{');
		json_text(j, "value", one->value);
		json_uint(j, "records", one->records);
		json_uint(j, "shortest", one->shortest);
		json_uint(j, "longest", one->longest);
		json_text(j, "layout", one->layout);
		json_text(j, "part", one->part);
		json_text(j, "alike", one->alike);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_text(j, "proposal", t->proposal);
	json_close(j, '}');
}

static void
json_report(struct invocation *in, const struct sniff_report *r)
{
	struct json json = { .b = &in->out }, *j = &json;
	uint32_t i;

	json_open(j, NULL, '{');
	json_text(j, "file", r->file);
	json_text(j, "compression", r->compression);
	if (r->sized)
		json_uint(j, "size", r->size);
	json_bool(j, "sampled", r->sampled);
	json_uint(j, "looked", r->looked);
	json_text(j, "confidence", sure_words[r->sure]);
	json_text(j, "format", r->format);
	json_text(j, "what", r->what);
	json_lines(j, "why", &r->why);
	json_text(j, "records", r->records);
	json_text(j, "encoding", r->encoding);
	json_text(j, "encoding_confidence", sure_words[r->encoding_sure]);
	json_text(j, "encoding_why", r->encoding_text);
	json_text(j, "source", r->source);
	json_types(j, &r->types);
	json_open(j, "damage", '[');
	for (i = 0; i < r->ndamage; i++) {
		json_open(j, NULL, '{');
		json_text(j, "kind", r->damage[i].kind);
		json_text(j, "text", r->damage[i].text);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_lines(j, "notes", &r->notes);
	json_open(j, "candidates", '[');
	for (i = 0; i < r->nother; i++) {
		json_open(j, NULL, '{');
		json_text(j, "what", r->other[i].what);
		json_fixed(j, "bits", r->other[i].bits, 1);
		json_lines(j, "why", &r->other[i].why);
		json_text(j, "source", r->other[i].source);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
	buf_putc(&in->out, '\n');
}

static bool
read_copybook(struct invocation *in, struct sniff_options *o)
{
	const struct sniff_args *args = in->args;
	struct copybook_options *co = arena_zalloc(&in->arena, sizeof *co);
	struct copybook *book;

	copybook_args_options(co, &args->copybook);
	book = copybook_parse(&in->arena, &in->diags, in->operand.v[1], co);
	if (book != NULL)
		o->layout = layout_build(&in->arena, &in->diags, book);
	if (o->layout == NULL || in->diags.errors > 0)
		return false;
	o->copybook = in->operand.v[1];
	o->read = co;
	return true;
}

static enum status
sniff_run(struct invocation *in)
{
	const struct sniff_args *args = in->args;
	struct sniff_options o = { .record = ITEM_NONE };
	struct sniff_report *r;

	if (in->operand.n > 1 && !read_copybook(in, &o))
		return STATUS_FAILED;
	if (args->record != NULL && o.layout == NULL) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "'--record' needs a copybook"),
		    "usage: decant sniff [options] FILE COPYBOOK");
		return STATUS_USAGE;
	}
	if (args->record != NULL) {
		o.record = describe_record(&in->diags, o.layout,
		    args->record);
		if (o.record == ITEM_NONE)
			return STATUS_USAGE;
	}
	r = sniff_file(&in->arena, &in->diags, in->operand.v[0], &o);
	if (r == NULL)
		return STATUS_FAILED;
	if (args->json)
		json_report(in, r);
	else
		put_report(in, r);
	return r->sure == SNIFF_UNKNOWN || r->ndamage > 0 ? STATUS_CHECK :
	    STATUS_CLEAN;
}

const struct command cmd_sniff = {
	.name = "sniff",
	.operands = "FILE [COPYBOOK]",
	.summary = "guess how the records of a file are stored",
	.about =
	    "Looks at FILE (- is standard input), and guesses its format,\n"
	    "lengths, byte order and code page, the types of its records,\n"
	    "and what a transfer did to it; with COPYBOOK it tries what the\n"
	    "items hold. Says how sure it is, and why, and prints a source:\n"
	    "to paste into a mapping. Exit status 8 when it does not know,\n"
	    "or finds damage.\n",
	.missing = "the file",
	.options = options,
	.args_size = sizeof(struct sniff_args),
	.min = 1, .max = 2,
	.run = sniff_run,
};
