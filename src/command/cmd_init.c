/*
 * decant init: a first mapping from a copybook, on standard output.
 */
#include <string.h>
#include <unistd.h>

#include "charset/charset.h"
#include "command/command.h"
#include "command/copybook_args.h"
#include "command/describe.h"
#include "command/init_delimited.h"
#include "command/init_mapping.h"
#include "command/init_names.h"
#include "command/init_sheet.h"
#include "command/init_source.h"

struct init_args {
	struct common_args common;
	const char *record, *name, *file, *encoding;
	struct copybook_args copybook;
	uint32_t format;
	bool dates;
	const char *spreadsheet;
};

/* As mappings name them. */
#define FORMATS	"fixed", "v", "vb", "vbs", "vs", "u", "fba", "vba", "text", \
    "length", "odo", "gnucobol", "microfocus", "delimited", NULL
const char *const init_formats[] = { FORMATS };
/* auto: as the program says, or else fixed */
static const char *const formats[] = { "auto", FORMATS };

static const struct opt options[] = {
	{ .name = "record", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct init_args, record),
	    .help = "map the record (level 01) NAME, not the first" },
	{ .name = "name", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct init_args, name),
	    .help = "of the dataset (the copybook's file name)" },
	{ .name = "file", .kind = OPT_TEXT, .metavar = "FILE",
	    .at = offsetof(struct init_args, file),
	    .help = "the data file to name in the mapping" },
	{ .name = "format", .kind = OPT_CHOICE, .metavar = "FORMAT",
	    .at = offsetof(struct init_args, format), .choice = formats,
	    .help = "of the data: fixed, v, text, delimited and others" },
	{ .name = "encoding", .kind = OPT_TEXT, .metavar = "PAGE",
	    .at = offsetof(struct init_args, encoding),
	    .help = "code page of the data (cp037, or the format's)" },
	{ .name = "dates", .kind = OPT_FLAG,
	    .at = offsetof(struct init_args, dates),
	    .help = "make dates of what looks like dates" },
	{ .name = "spreadsheet", .kind = OPT_TEXT, .metavar = "FILE",
	    .at = offsetof(struct init_args, spreadsheet),
	    .help = "map as FILE says, a spreadsheet saved as CSV" },
	OPT_COPYBOOK(struct init_args, copybook),
	OPT_COMMON,
	OPT_END
};

/* "customer" for ../copybooks/CUSTOMER.cpy: letters, digits, _ and -. */
static const char *
name_of_file(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/'), *dot;
	char *name, *p;
	size_t len;

	if (slash != NULL && slash[1] != '\0')
		path = slash + 1;
	dot = strchr(path + 1, '.');
	len = dot != NULL ? (size_t)(dot - path) : strlen(path);
	name = arena_strndup(a, path, len < NAME_BYTES ? len : NAME_BYTES);
	for (p = name; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 0x20);
		else if (!(*p >= 'a' && *p <= 'z') &&
		    !(*p >= '0' && *p <= '9') && *p != '_' && *p != '-')
			*p = '_';
	}
	return name;
}

bool
init_knows_encoding(struct invocation *in, const char *name)
{
	const char *const *names, *near;
	struct diag *d;
	uint32_t n;

	if (charset_find(name, NULL) != NULL)
		return true;
	d = diag_add(&in->diags, DIAG_G001, NOWHERE,
	    "'%s' is no code page that decant knows (option '--encoding')",
	    name);
	names = charset_names(&n);
	near = diag_nearest(name, strlen(name), names, n);
	if (near != NULL)
		diag_hint(&in->diags, d, "did you mean '%s'?", near);
	return false;
}

/* What text became on its way, and other compilers' files, are not EBCDIC. */
const char *
init_encoding(const char *format, enum dialect dialect)
{
	return strcmp(format, "delimited") == 0 ? "utf-8" :
	    strcmp(format, "gnucobol") == 0 ||
	    strcmp(format, "microfocus") == 0 || dialect == DIALECT_GNUCOBOL ||
	    dialect == DIALECT_MICROFOCUS ? "latin1" : "cp037";
}

/*
 * What a program's FD and SELECT say of the record's file.  Without RECORDING
 * MODE the compiler takes V where the records have several lengths
 * (Enterprise COBOL Language Reference, "RECORDING MODE clause").
 */
static const char *
program_format(const struct layout *l, uint32_t record)
{
	const char *v = l->dialect == DIALECT_GNUCOBOL ? "gnucobol" :
	    l->dialect == DIALECT_MICROFOCUS ? "microfocus" : "v";
	const struct file_description *fd = NULL;
	bool varying = false;
	uint32_t i, file = ITEM_NONE, r, size = layout_max_size(l, record);

	for (i = 0; i < l->nrecord; i++)
		if (l->record[i] == record)
			file = l->origin[i].file;
	if (file == ITEM_NONE)
		return NULL;
	fd = &l->file[file];
	for (i = 0; i < l->nrecord; i++) {
		r = l->record[i];
		if (l->origin[i].file == file)
			varying = varying || layout_min_size(l, r) != size ||
			    layout_max_size(l, r) != size;
	}
	if (fd->organization == ORGANIZATION_LINE)
		return "text";
	switch (fd->recording) {
	case RECORDING_F:
		return "fixed";
	case RECORDING_V:
		return v;
	case RECORDING_S:
		return "vbs";
	case RECORDING_U:
		return "u";
	case RECORDING_NONE:
		break;
	}
	return fd->varying || varying ? v : "fixed";
}

/* Delimited text has no place for tables that depend on a count. */
bool
init_fits(struct invocation *in, const char *format, const struct layout *l,
    uint32_t record)
{
	uint32_t i;

	if (strcmp(format, "delimited") != 0)
		return true;
	for (i = record; i < l->item[record].next; i++)
		if (l->item[i].depending != ITEM_NONE) {
			diag_add(&in->diags, DIAG_F029, l->item[i].at,
			    "'%s' depends on a count, and has no constant "
			    "number of fields in delimited text",
			    l->item[i].name != NULL ? l->item[i].name :
			    "FILLER");
			return false;
		}
	return true;
}

/* Editors complete and check a mapping with it, where it is at hand. */
static void
put_schema(struct buf *b)
{
	static const char *const paths[] = { "decant-mapping.schema.json",
	    "mappings/decant-mapping.schema.json" };
	uint32_t i;

	for (i = 0; i < 2; i++)
		if (access(paths[i], R_OK) == 0) {
			buf_printf(b, "# yaml-language-server: $schema=%s\n",
			    paths[i]);
			return;
		}
}

/* Rows that no copybook describes. */
static enum status
init_rows(struct invocation *in, const struct init_options *o)
{
	const struct init_args *args = in->args;
	const struct delimited_options d = { .path = in->operand.v[0],
	    .file = o->file != NULL ? o->file : in->operand.v[0],
	    .name = o->name, .encoding = args->encoding };

	if (args->record != NULL) {
		diag_add(&in->diags, DIAG_G001, NOWHERE, "'%s' is no "
		    "copybook, and has no records to choose from (option "
		    "'--record')", d.path);
		return STATUS_USAGE;
	}
	put_schema(&in->out);
	return init_delimited(&in->arena, &in->diags, &in->out, &d) ?
	    STATUS_CLEAN : STATUS_FAILED;
}

/* What a spreadsheet says of the copybook's fields. */
static enum status
init_from_sheet(struct invocation *in, const struct layout *l,
    uint32_t record, const struct init_options *o)
{
	const struct init_args *args = in->args;
	struct sheet sheet;

	if (strcmp(o->format, "delimited") == 0) {
		diag_add(&in->diags, DIAG_G001, NOWHERE, "'--spreadsheet' is "
		    "not for delimited text");
		return STATUS_USAGE;
	}
	if (!sheet_read(&in->arena, &in->diags, args->spreadsheet, &sheet))
		return STATUS_FAILED;
	init_sheet(&in->arena, &in->diags, &in->out, l, record, &sheet, o,
	    charset_find(o->encoding, NULL));
	return STATUS_CLEAN;
}

static enum status
init_run(struct invocation *in)
{
	const struct init_args *args = in->args;
	struct copybook_options co;
	struct init_options o = { .copybook = in->operand.v[0],
	    .name = args->name, .file = args->file,
	    .format = formats[args->format], .read = &co };
	bool given = strcmp(o.format, "auto") != 0;
	struct copybook *book;
	struct layout *l = NULL;
	uint32_t record, left;

	if (!given)
		o.format = "fixed";
	if (args->encoding != NULL && !init_knows_encoding(in, args->encoding))
		return STATUS_USAGE;
	o.encoding = args->encoding;
	if (o.name == NULL)
		o.name = name_of_file(&in->arena, in->operand.v[0]);
	if (strcmp(o.format, "delimited") == 0 &&
	    init_is_delimited(in->operand.v[0]))
		return init_rows(in, &o);
	copybook_args_options(&co, &args->copybook);
	book = copybook_parse(&in->arena, &in->diags, in->operand.v[0], &co);
	if (book != NULL)
		l = layout_build(&in->arena, &in->diags, book);
	if (l == NULL || in->diags.errors > 0)
		return STATUS_FAILED;
	record = describe_record(&in->diags, l, args->record);
	if (record == ITEM_NONE)
		return STATUS_USAGE;
	if (!given)
		o.program = program_format(l, record);
	if (o.program != NULL)
		o.format = o.program;
	if (o.encoding == NULL)
		o.encoding = init_encoding(o.format, l->dialect);
	if (!init_fits(in, o.format, l, record))
		return STATUS_FAILED;
	o.say_record = l->nrecord > 1;
	o.types = args->record == NULL && strcmp(o.format, "odo") != 0 &&
	    strcmp(o.format, "delimited") != 0;
	if (args->spreadsheet != NULL)
		return init_from_sheet(in, l, record, &o);
	o.dates = args->dates;
	put_schema(&in->out);
	left = init_mapping(&in->arena, &in->out, l, record, &o);
	if (left > 0)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G040, NOWHERE,
		    "%u items have no column: PostgreSQL's tables end at "
		    "1,600", left), "they are comments in the mapping; make "
		    "tables of their own for some, with the same key");
	return STATUS_CLEAN;
}

const struct command cmd_init = {
	.name = "init",
	.operands = "COPYBOOK",
	.summary = "write a first mapping from a copybook",
	.about =
	    "Writes a mapping for a record of COPYBOOK to standard output:\n"
	    "every elementary item a column, every item with OCCURS a table\n"
	    "of its own; other choices stand beside them as comments. Records\n"
	    "whose VALUEs or 88-levels tell them apart become records: and a\n"
	    "table each. It passes decant check and can be loaded at once.\n"
	    "With --format delimited COPYBOOK may be the data: the header\n"
	    "names the columns, and the first rows tell their types.\n",
	.missing = "the copybook",
	.options = options,
	.args_size = sizeof(struct init_args),
	.min = 1, .max = 1,
	.run = init_run,
};
