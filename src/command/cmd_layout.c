/*
 * decant layout: where each item of a copybook stands in the record, and what
 * decant makes of it.
 *
 * Offsets count from 0, as everywhere in decant; lengths are of one
 * occurrence.  Behind a table with DEPENDING ON, offsets are those of the
 * longest record and marked with an asterisk.
 */
#include <string.h>

#include "command/command.h"
#include "command/copybook_args.h"
#include "command/describe.h"
#include "command/layout_diff.h"
#include "command/layout_map.h"
#include "plan/plan.h"
#include "base/json.h"
#include "report/table.h"

struct layout_args {
	struct common_args common;
	const char *record;
	struct copybook_args copybook;
	bool conditions, json, map, diff;
};

static const struct opt options[] = {
	{ .name = "record", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct layout_args, record),
	    .help = "show only the record (level 01) NAME" },
	{ .name = "conditions", .letter = 'c', .kind = OPT_FLAG,
	    .at = offsetof(struct layout_args, conditions),
	    .help = "show the 88-levels too" },
	OPT_COPYBOOK(struct layout_args, copybook),
	{ .name = "format", .kind = OPT_CHOICE, .metavar = "FORMAT",
	    .at = offsetof(struct layout_args, copybook.format),
	    .choice = source_formats },		/* short for the above */
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct layout_args, json),
	    .help = "print one JSON object" },
	{ .name = "map", .kind = OPT_FLAG,
	    .at = offsetof(struct layout_args, map),
	    .help = "show a picture of the record's bytes" },
	{ .name = "diff", .kind = OPT_FLAG,
	    .at = offsetof(struct layout_args, diff),
	    .help = "compare two copybooks, the old one first" },
	OPT_COMMON,
	OPT_END
};

#define CELL_MAX	8192u
#define MAP_COLUMNS	80u	/* where there is no terminal */
#define FLUSH_AFTER	(1u << 20)

static uint32_t
depth_of(const struct layout *l, uint32_t item)
{
	uint32_t n = 0;

	for (item = l->item[item].parent; item != ITEM_NONE;
	    item = l->item[item].parent)
		n++;
	return n;
}

static const char *
name_of(const struct layout *l, uint32_t item)
{
	return l->item[item].name != NULL ? l->item[item].name : "FILLER";
}

/* OCCURS, REDEFINES and what else a line of the table says at its end. */
static void
put_notes(struct table *t, const struct layout *l, const struct item *it)
{
	struct buf b;

	buf_init(&b, CELL_MAX);
	if (it->redefines != ITEM_NONE)
		buf_printf(&b, "REDEFINES %s ", name_of(l, it->redefines));
	if (it->level == 66)
		buf_puts(&b, "RENAMES ");
	if (it->occurs_max > 0 && it->occurs_min != it->occurs_max)
		buf_printf(&b, "OCCURS %u TO %u ", it->occurs_min,
		    it->occurs_max);
	else if (it->occurs_max > 0)
		buf_printf(&b, "OCCURS %u ", it->occurs_max);
	if (it->depending != ITEM_NONE)
		buf_printf(&b, "DEPENDING ON %s ", name_of(l, it->depending));
	buf_puts(&b, describe_sign(it));
	if (b.len > 0 && b.p[b.len - 1] == ' ')
		b.len--;
	table_cell(t, b.p, b.len);
	buf_fini(&b);
}

static void
put_item(struct table *t, const struct layout *l, uint32_t i)
{
	const struct item *it = &l->item[i];
	struct sqltype type;
	char text[64];

	table_printf(t, "%02u", it->level);
	table_printf(t, "%*s%s", (int)(2 * depth_of(l, i)), "", name_of(l, i));
	table_text(t, it->picture);
	table_text(t, describe_usage(it));
	table_printf(t, "%u%s", it->offset, it->shifter != ITEM_NONE ? "*" :
	    "");
	table_printf(t, "%u", it->size);
	if (it->name != NULL && plan_item_type(l, i, &type))
		table_cell(t, text, sqltype_format(text, &type));
	else
		table_text(t, "");
	put_notes(t, l, it);
}

static void
put_conditions(struct table *t, const struct layout *l, uint32_t item)
{
	const struct condition *c;
	struct buf b;
	uint32_t i, k;

	buf_init(&b, CELL_MAX);
	for (i = 0; i < l->ncondition; i++) {
		c = &l->condition[i];
		if (c->item != item)
			continue;
		table_text(t, "88");
		table_printf(t, "%*s%s", (int)(2 * depth_of(l, item) + 2), "",
		    c->name);
		for (k = 0; k < 5; k++)
			table_text(t, "");
		buf_clear(&b);
		describe_values(&b, c);
		table_cell(t, b.p, b.len);
	}
	buf_fini(&b);
}

static bool
put_table(struct invocation *in, const struct layout *l, uint32_t record)
{
	static const struct table_column column[] = {
		{ "level", true }, { "name", false }, { "picture", false },
		{ "usage", false }, { "offset", true }, { "length", true },
		{ "type", false }, { "clauses", false } };
	const struct layout_args *args = in->args;
	bool moves = false;
	struct table t;
	uint32_t i;

	table_init(&t, &in->arena, column, 8);
	for (i = record; i < l->item[record].next; i++) {
		put_item(&t, l, i);
		moves |= l->item[i].shifter != ITEM_NONE;
		if (args->conditions)
			put_conditions(&t, l, i);
	}
	table_render(&t, &in->out, in->color_out);
	return moves;
}

static void
put_map(struct invocation *in, const struct layout *l, uint32_t record)
{
	uint32_t columns = terminal_columns();

	layout_map_put(&in->out, &in->arena, l, record,
	    columns > 0 ? columns : MAP_COLUMNS);
}

/* The table or the picture, then the record's length. */
static void
put_record(struct invocation *in, const struct layout *l, uint32_t record)
{
	const struct layout_args *args = in->args;
	uint32_t min = layout_min_size(l, record),
	    max = layout_max_size(l, record);
	bool moves = false;

	if (args->map)
		put_map(in, l, record);
	else
		moves = put_table(in, l, record);
	buf_printf(&in->out, "\n%s: ", name_of(l, record));
	if (min != max)
		buf_printf(&in->out, "%u to ", min);
	buf_printf(&in->out, "%u byte%s\n", max, max == 1 ? "" : "s");
	if (args->map && min != max)
		buf_puts(&in->out, "the picture is of the longest record\n");
	if (moves)
		buf_puts(&in->out, "* in the longest record; nearer where a "
		    "table before it is shorter\n");
}

static void
json_conditions(struct json *j, const struct layout *l, uint32_t item)
{
	const struct condition *c;
	struct buf b;
	uint32_t i;
	bool open = false;

	buf_init(&b, CELL_MAX);
	for (i = 0; i < l->ncondition; i++) {
		c = &l->condition[i];
		if (c->item != item)
			continue;
		if (!open)
			json_open(j, "conditions", '[');
		open = true;
		buf_clear(&b);
		describe_values(&b, c);
		json_open(j, NULL, '{');
		json_text(j, "name", c->name);
		json_bytes(j, "values", b.p, b.len);
		json_close(j, '}');
	}
	if (open)
		json_close(j, ']');
	buf_fini(&b);
}

static void
json_number(struct json *j, const struct item *it)
{
	if (it->category != CAT_NUMERIC)
		return;
	json_bool(j, "signed", it->is_signed);
	if (describe_sign(it)[0] != '\0')
		json_text(j, "sign", describe_sign(it) + strlen("SIGN "));
	if (it->usage != USAGE_FLOAT && it->usage != USAGE_DOUBLE) {
		json_uint(j, "digits", it->digits);
		json_int(j, "scale", it->scale);
	}
}

static void
json_item(struct json *j, const struct layout *l, uint32_t i)
{
	const struct item *it = &l->item[i];
	struct sqltype type;
	char text[64];

	json_open(j, NULL, '{');
	json_uint(j, "level", it->level);
	json_text(j, "name", it->name);
	json_uint(j, "depth", depth_of(l, i));
	if (it->picture != NULL)
		json_text(j, "picture", it->picture);
	if (it->category != CAT_GROUP)
		json_text(j, "usage", describe_usage(it));
	json_number(j, it);
	json_uint(j, "offset", it->offset);
	if (it->shifter != ITEM_NONE)
		json_text(j, "moves_with", name_of(l, it->shifter));
	json_uint(j, "length", it->size);
	if (plan_item_type(l, i, &type))
		json_bytes(j, "type", text, sqltype_format(text, &type));
	if (it->redefines != ITEM_NONE)
		json_text(j, "redefines", name_of(l, it->redefines));
	if (it->occurs_max > 0) {
		json_open(j, "occurs", '{');
		json_uint(j, "min", it->occurs_min);
		json_uint(j, "max", it->occurs_max);
		if (it->depending != ITEM_NONE)
			json_text(j, "depending_on", name_of(l,
			    it->depending));
		json_close(j, '}');
	}
	json_conditions(j, l, i);
	if (it->comment != NULL)
		json_text(j, "comment", it->comment);
	json_close(j, '}');
}

static void
json_record(struct invocation *in, struct json *j, const struct layout *l,
    uint32_t record)
{
	uint32_t i;

	json_open(j, NULL, '{');
	json_text(j, "name", l->item[record].name);
	json_uint(j, "min_length", layout_min_size(l, record));
	json_uint(j, "max_length", layout_max_size(l, record));
	json_open(j, "items", '[');
	for (i = record; i < l->item[record].next; i++) {
		json_item(j, l, i);
		if (in->out.len > FLUSH_AFTER)
			invocation_flush(in);
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* The records, then level 77 items, each by itself. */
static void
put_layout(struct invocation *in, const struct layout *l, uint32_t only)
{
	const struct layout_args *args = in->args;
	struct json j = { .b = &in->out };
	const struct item *it;
	uint32_t i;
	bool first = true;

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "copybook", l->name);
		json_open(&j, "records", '[');
	}
	for (i = 0; i < l->nitem; i = l->item[i].next) {
		it = &l->item[i];
		if (it->record != i || (only != ITEM_NONE && i != only))
			continue;
		if (args->json) {
			json_record(in, &j, l, i);
			continue;
		}
		if (!first)
			buf_putc(&in->out, '\n');
		first = false;
		put_record(in, l, i);
		if (in->out.len > FLUSH_AFTER)
			invocation_flush(in);
	}
	if (args->json) {
		json_close(&j, ']');
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	}
}

/* 32,767 */
static const char *
grouped(struct invocation *in, uint64_t n)
{
	const char *s = "";

	for (; n >= 1000; n /= 1000)
		s = arena_printf(&in->arena, ",%03u%s", (unsigned)(n % 1000),
		    s);
	return arena_printf(&in->arena, "%u%s", (unsigned)n, s);
}

static void
put_differences(struct invocation *in, const struct layout_diff *d)
{
	static const struct table_column column[] = { { "item", false },
		{ "change", false }, { "old", false }, { "new", false },
		{ "old data", false } };
	const struct difference *v;
	struct table t;
	uint32_t i;

	table_init(&t, &in->arena, column, 5);
	for (i = 0; i < d->n; i++) {
		v = &d->v[i];
		if (v->item != NULL)
			table_printf(&t, "%s.%s", v->record, v->item);
		else
			table_text(&t, v->record);
		table_text(&t, v->change);
		table_text(&t, v->before);
		table_text(&t, v->after);
		if (v->top > 0)
			table_printf(&t, "reads to %s", grouped(in, v->top));
		else
			table_text(&t, v->breaks ? "does not read" : "reads");
	}
	if (d->n > 0) {
		table_render(&t, &in->out, in->color_out);
		buf_putc(&in->out, '\n');
	}
	if (d->n == 0)
		buf_puts(&in->out, "same: no item differs\n");
	else if (d->breaks == 0)
		buf_printf(&in->out, "compatible: old data still reads with "
		    "the new copybook%s\n", d->tops == 0 ? "" : ", but for "
		    "binary numbers beyond what is told above, which a program "
		    "with TRUNC(BIN) may have written");
	else
		buf_printf(&in->out, "breaks: old data does not read with the "
		    "new copybook (%u of %u differences)\n", d->breaks, d->n);
}

static void
json_differences(struct invocation *in, const struct layout_diff *d)
{
	struct json j = { .b = &in->out };
	const struct difference *v;
	uint32_t i;

	json_open(&j, NULL, '{');
	json_text(&j, "old", in->operand.v[0]);
	json_text(&j, "new", in->operand.v[1]);
	json_text(&j, "verdict", d->n == 0 ? "same" : d->breaks == 0 ?
	    "compatible" : "breaks");
	json_open(&j, "differences", '[');
	for (i = 0; i < d->n; i++) {
		v = &d->v[i];
		json_open(&j, NULL, '{');
		json_text(&j, "record", v->record);
		json_text(&j, "item", v->item);
		json_text(&j, "change", v->change);
		json_text(&j, "old", v->before);
		json_text(&j, "new", v->after);
		json_bool(&j, "breaks", v->breaks);
		if (v->top > 0)
			json_uint(&j, "up_to", v->top);
		json_close(&j, '}');
		if (in->out.len > FLUSH_AFTER)
			invocation_flush(in);
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static struct layout *
read_layout(struct invocation *in, const char *path)
{
	const struct layout_args *args = in->args;
	struct copybook_options o;
	struct copybook *book;

	copybook_args_options(&o, &args->copybook);
	o.comments = args->json && !args->diff;
	book = copybook_parse(&in->arena, &in->diags, path, &o);
	return book == NULL ? NULL : layout_build(&in->arena, &in->diags,
	    book);
}

static enum status
layout_compare(struct invocation *in)
{
	const struct layout_args *args = in->args;
	struct layout *l[2];
	uint32_t record[2] = { ITEM_NONE, ITEM_NONE }, i;
	struct layout_diff d;

	for (i = 0; i < 2; i++)
		l[i] = read_layout(in, in->operand.v[i]);
	if (l[0] == NULL || l[1] == NULL || in->diags.errors > 0)
		return STATUS_FAILED;
	for (i = 0; i < 2 && args->record != NULL; i++) {
		record[i] = describe_record(&in->diags, l[i], args->record);
		if (record[i] == ITEM_NONE)
			return STATUS_USAGE;
	}
	layout_diff(&d, &in->arena, l[0], record[0], l[1], record[1]);
	if (args->json)
		json_differences(in, &d);
	else
		put_differences(in, &d);
	return d.breaks > 0 ? STATUS_CHECK : STATUS_CLEAN;
}

/* What the table of options cannot say. */
static bool
check_args(struct invocation *in)
{
	const struct layout_args *args = in->args;
	const char *other = args->json ? "json" : "diff";
	struct diag *d;

	if (args->map && (args->json || args->diff)) {
		diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "'--map' and '--%s' cannot both be given", other);
		return false;
	}
	if (args->diff == (in->operand.n == 2))
		return true;
	if (args->diff)
		d = diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "the new copybook is missing");
	else
		d = diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "'%s' is one argument too many", in->operand.v[1]);
	diag_hint(&in->diags, d, args->diff ?
	    "usage: decant layout --diff OLD NEW" :
	    "usage: decant layout [options] COPYBOOK; --diff compares two");
	return false;
}

static enum status
layout_run(struct invocation *in)
{
	const struct layout_args *args = in->args;
	uint32_t only = ITEM_NONE;
	struct layout *l;

	if (!check_args(in))
		return STATUS_USAGE;
	if (args->diff)
		return layout_compare(in);
	l = read_layout(in, in->operand.v[0]);
	if (l == NULL)
		return STATUS_FAILED;
	if (args->record != NULL) {
		only = describe_record(&in->diags, l, args->record);
		if (only == ITEM_NONE)
			return STATUS_USAGE;
	}
	put_layout(in, l, only);
	return in->diags.errors > 0 ? STATUS_FAILED : STATUS_CLEAN;
}

const struct command cmd_layout = {
	.name = "layout",
	.operands = "COPYBOOK [NEW]",
	.summary = "show where the items of a copybook stand",
	.about =
	    "Shows the items of COPYBOOK: level, name, picture, usage, offset\n"
	    "(from 0), length of one occurrence, and the type of the column\n"
	    "it becomes; then the length of the record.\n"
	    "With --map, draws the bytes of the record instead. With --diff,\n"
	    "takes COPYBOOK as the old one and tells how NEW differs, and\n"
	    "whether old data still reads with it (exit status 8: no).\n",
	.missing = "the copybook",
	.options = options,
	.args_size = sizeof(struct layout_args),
	.min = 1, .max = 2,
	.run = layout_run,
};
