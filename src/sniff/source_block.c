/*
 * A guess in the words of a mapping, and in a person's.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#include "base/buf.h"

const char *
guess_format_name(const struct guess *g)
{
	static const char *const names[] = {
		[GUESS_FIXED] = "fixed", [GUESS_V] = "v", [GUESS_VB] = "vb",
		[GUESS_VBS] = "vbs", [GUESS_GNUCOBOL] = "gnucobol",
		[GUESS_MICROFOCUS] = "microfocus", [GUESS_TEXT] = "text",
		[GUESS_ODO] = "odo", [GUESS_LENGTH] = "length",
		[GUESS_DELIMITED] = "delimited", [GUESS_U] = "u",
	};

	if (g->control == CONTROL_ASA && g->format == GUESS_FIXED)
		return "fba";
	if (g->control == CONTROL_ASA && g->format == GUESS_VB)
		return "vba";
	if (g->format == GUESS_VBS && g->bdw && g->blocks > 1 &&
	    g->blocks - g->segments <= 1)	/* the sample may cut one */
		return "vs";
	return names[g->format];
}

static const char *
line_end_words(enum line_end e)
{
	return e == LINEEND_CRLF ? "CR LF" : e == LINEEND_CR ? "CR" :
	    e == LINEEND_NEL ? "NEL" : "LF";
}

static const char *
framing_words(struct arena *a, const struct guess *g)
{
	switch (g->format) {
	case GUESS_FIXED:
		if (g->behind > 0)
			return arena_printf(a, "records of %u bytes, each "
			    "with %u bytes of line end behind", g->length -
			    g->behind, g->behind);
		return arena_printf(a, "records of %u bytes", g->length -
		    g->before);
	case GUESS_V: case GUESS_VB:
		return arena_printf(a, "variable records with %sRDWs, %s%s, "
		    "which %s themselves", g->bdw ? "BDWs and " : "",
		    g->little ? "little-endian" : "big-endian",
		    g->last ? " in the last two bytes" : "", g->inclusive ?
		    "count" : "do not count");
	case GUESS_VBS:
		return arena_printf(a, "spanned records, %s block descriptor "
		    "words", g->bdw ? "with" : "without");
	case GUESS_U:
		return "blocks behind extended BDWs, without records in them";
	case GUESS_GNUCOBOL:
		return arena_printf(a, "variable records of GnuCOBOL, "
		    "COB_VARSEQ_FORMAT %u", g->varseq);
	case GUESS_MICROFOCUS:
		return "variable records of Micro Focus";
	case GUESS_TEXT:
		return arena_printf(a, "lines of text, ended by %s",
		    line_end_words(g->line_end));
	case GUESS_DELIMITED:
		return arena_printf(a, "delimited text, fields separated by "
		    "%s%s", g->delimiter == '\t' ? "a tab" : g->delimiter ==
		    ',' ? "a comma" : g->delimiter == ';' ? "a semicolon" :
		    "a vertical bar", g->header ? ", names in the first row" :
		    "");
	case GUESS_ODO:
		return "records without lengths, as long as their counts say";
	case GUESS_LENGTH:
		if (g->nchoice > 0)
			return arena_printf(a, "records without lengths, as "
			    "long as their type %s says", g->field_name);
		return arena_printf(a, "records with a length of %u bytes at "
		    "offset %u", g->field.size, g->field.offset);
	}
	return "";
}

const char *
guess_words(struct arena *a, const struct guess *g)
{
	const char *words = framing_words(a, g);

	if (g->before > 0)
		words = arena_printf(a, "%s behind a %s", words, g->control ==
		    CONTROL_NONE ? "byte" : "control character");
	if (g->bytes_first > 0)
		words = arena_printf(a, "%s, behind %u other bytes", words,
		    g->bytes_first);
	if (g->bytes_last > 4)
		words = arena_printf(a, "%s, %s %u other bytes", words,
		    g->bytes_first > 0 ? "and before" : "before",
		    g->bytes_last);
	return words;
}

/* A path as a YAML value. */
static void
put_path(struct buf *b, const char *path)
{
	const char *p;
	bool plain = *path != '\0' && *path != '-';

	for (p = path; *p != '\0'; p++)
		plain = plain && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' &&
		    *p <= 'Z') || (*p >= '0' && *p <= '9') ||
		    strchr("._/-+@", *p) != NULL);
	if (plain)
		buf_puts(b, path);
	else
		buf_quoted(b, path, '\'');
}

static void
put_length(struct buf *b, const struct guess *g)
{
	static const char *const types[] = {
		[NUMBER_BIG] = "binary", [NUMBER_LITTLE] = "little",
		[NUMBER_ZONED] = "zoned", [NUMBER_PACKED] = "packed",
		[NUMBER_PACKED_UNSIGNED] = "comp-6",
	};

	uint32_t i, k;

	if (g->nchoice > 0) {
		buf_printf(b, "  length:\n    field: %s\n    map: {",
		    g->field_name);
		for (i = 0; i < g->nchoice; i++) {
			buf_printf(b, "%s\"x'", i > 0 ? ", " : "");
			for (k = 0; k < g->choice[i].value.len; k++)
				buf_printf(b, "%02X", g->choice[i].value.p[k]);
			buf_printf(b, "'\": %u", g->choice[i].length);
		}
		buf_puts(b, "}\n");
		return;
	}
	buf_printf(b, "  length: {offset: %u, size: %u, type: %s", g->field.
	    offset, g->field.size, types[g->field.form]);
	if (g->rest)
		buf_puts(b, ", counts: rest");
	buf_puts(b, "}\n");
}

/* fba and vba say it themselves. */
static void
put_control(struct buf *b, const struct guess *g)
{
	if (g->control == CONTROL_MACHINE)
		buf_puts(b, "  control: machine\n");
	else if (g->control == CONTROL_ASA && g->format != GUESS_FIXED &&
	    g->format != GUESS_VB)
		buf_puts(b, "  control: asa\n");
}

static void
put_skip(struct buf *b, const struct guess *g)
{
	bool byte = g->before > 0 && g->control == CONTROL_NONE;

	if (g->bytes_first + g->bytes_last + g->behind + byte == 0)
		return;
	buf_puts(b, "  skip:\n");
	if (g->bytes_first > 0)
		buf_printf(b, "    bytes_first: %u\n", g->bytes_first);
	if (g->bytes_last > 0)
		buf_printf(b, "    bytes_last: %u\n", g->bytes_last);
	if (byte)
		buf_puts(b, "    record_bytes_first: 1\n");
	if (g->behind > 0)
		buf_printf(b, "    record_bytes_last: %u\n", g->behind);
}

static void
put_framing(struct sniff *sn, struct buf *b, const struct guess *g)
{
	const struct layout *l = sn->opt->layout;
	bool ebcdic = sn->sample.family == FAMILY_EBCDIC, own = false;
	uint32_t i;

	buf_printf(b, "  format: %s\n", guess_format_name(g));
	switch (g->format) {
	case GUESS_FIXED:
		for (i = 0; l != NULL && i < l->nrecord && i < 1; i++)
			own = g->behind + g->before == 0 && layout_max_size(l,
			    sn->opt->record == ITEM_NONE ? l->record[0] :
			    sn->opt->record) == g->length;
		if (!own)
			buf_printf(b, "  record_length: %u\n", g->length);
		break;
	case GUESS_V: case GUESS_VB:
		buf_printf(b, "  rdw: {endian: %s, inclusive: %s}\n",
		    g->little ? "little" : "big", g->inclusive ? "true" :
		    "false");
		break;
	case GUESS_VBS: case GUESS_U:
		buf_printf(b, "  bdw: %s\n", g->format == GUESS_U ||
		    g->bdw ? "true" : "false");
		break;
	case GUESS_GNUCOBOL:
		buf_printf(b, "  varseq: %u\n", g->varseq);
		break;
	case GUESS_TEXT:
		if (g->line_end == LINEEND_CR || g->line_end == LINEEND_NEL)
			buf_printf(b, "  line_end: %s\n", g->line_end ==
			    LINEEND_CR ? "cr" : "nel");
		else if (ebcdic)
			buf_printf(b, "  line_end: %s\n", g->line_end ==
			    LINEEND_CRLF ? "crlf" : "lf");
		break;
	case GUESS_LENGTH:
		put_length(b, g);
		break;
	case GUESS_DELIMITED:
		if (g->delimiter == '\t')
			buf_puts(b, "  delimiter: tab\n");
		else if (g->delimiter != ',')
			buf_printf(b, "  delimiter: '%c'\n", g->delimiter);
		if (g->header)
			buf_puts(b, "  header: true\n");
		break;
	default:
		break;
	}
	put_control(b, g);
	put_skip(b, g);
}

static void
put_encoding(struct sniff *sn, struct buf *b, const struct guess *g)
{
	const struct sniff_report *r = sn->report;

	if (r->encoding == NULL) {
		buf_puts(b, "  # encoding: not known\n");
	} else if (strcmp(r->encoding, "utf-8") == 0 &&
	    g->format != GUESS_DELIMITED) {
		buf_puts(b, "  encoding: ascii     # it is UTF-8, which "
		    "decant does not read here\n");
	} else {
		buf_printf(b, "  encoding: %s\n", r->encoding);
	}
}

/* What the numbers themselves say about their order. */
static void
put_numbers(const struct sniff *sn, struct buf *b, const struct fit *f)
{
	const struct sniff_options *o = sn->opt;
	bool little = o->read != NULL && o->read->dialect != DIALECT_IBM;
	uint64_t ieee = f->float_ieee, ibm = f->float_ibm;

	if (f->comp5_little > 2 * f->comp5_big + 3 && !little)
		buf_puts(b, "  comp-5: little\n");
	if (f->comp5_big > 2 * f->comp5_little + 3 && little)
		buf_puts(b, "  comp-5: big\n");
	if (f->float_ieee_little > 2 * (ieee + ibm + f->float_little) + 3)
		buf_puts(b, "  floats: ieee-little\n");
	else if (ieee > 2 * ibm + 3)
		buf_puts(b, "  floats: ieee\n");
}

static void
put_list(struct buf *b, const char *key, const char *const *v, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i == 0)
			buf_printf(b, "  %s: [", key);
		else
			buf_puts(b, ", ");
		buf_quoted(b, v[i], '\'');
	}
	if (n > 0)
		buf_puts(b, "]\n");
}

/* How the copybook was read, where that is not as usual. */
static void
put_reading(struct buf *b, const struct copybook_options *o)
{
	static const char *const dialects[] = { "ibm", "microfocus",
	    "gnucobol", "fujitsu" };

	if (o->format != SOURCE_AUTO)
		buf_printf(b, "  copybook_format: %s\n", o->format ==
		    SOURCE_FIXED ? "fixed" : "free");
	if (o->dialect != DIALECT_IBM)
		buf_printf(b, "  dialect: %s\n", dialects[o->dialect]);
	if (o->address_size != 0)
		buf_printf(b, "  address_size: %u\n", o->address_size);
	put_list(b, "include", o->include, o->ninclude);
	put_list(b, "define", o->define, o->ndefine);
	put_list(b, "replace", o->replace, o->nreplace);
}

const char *
guess_source(struct sniff *sn, const struct guess *g)
{
	const struct sniff_options *o = sn->opt;
	const char *text;
	struct buf b;
	bool named = g->format == GUESS_DELIMITED && g->header;

	buf_init(&b, 1u << 20);
	if (o->copybook != NULL || !named)
		buf_puts(&b, "  copybook: ");
	if (o->copybook != NULL)
		put_path(&b, o->copybook);
	else if (!named)
		buf_puts(&b, "copybook.cpy    # the one of these records");
	if (o->copybook != NULL || !named)
		buf_putc(&b, '\n');
	if (o->layout != NULL && o->record != ITEM_NONE &&
	    o->layout->item[o->record].name != NULL)
		buf_printf(&b, "  record: %s\n",
		    o->layout->item[o->record].name);
	if (o->read != NULL)
		put_reading(&b, o->read);
	buf_puts(&b, "  file: ");
	put_path(&b, strcmp(sn->report->file, "(standard input)") == 0 ?
	    "-" : sn->report->file);
	buf_putc(&b, '\n');
	put_framing(sn, &b, g);
	put_encoding(sn, &b, g);
	put_numbers(sn, &b, &g->fit);
	text = arena_strndup(sn->arena, b.p, b.len);
	buf_fini(&b);
	return text;
}
