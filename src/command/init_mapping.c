/*
 * A first mapping from a layout.
 *
 * Every elementary item that has a name and a value is a column, every item
 * with OCCURS a table of its own.  What can only be one of several choices
 * (another reading of the same bytes, a date, a number for an identifier)
 * stands beside it as a comment, so that editing is uncommenting.  The text
 * passes decant check as it is; YAML's block style and quotes keep
 * expressions whole.
 */
#include "command/init_mapping.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/describe.h"
#include "command/init_dates.h"
#include "command/init_names.h"
#include "command/init_records.h"
#include "command/init_null.h"
#include "plan/plan.h"

#define LINE_MAX_BYTES	(64u << 10)
#define COLUMNS_MAX	1600u	/* PostgreSQL's MaxHeapAttributeNumber */

struct child {			/* an OCCURS item still to be written */
	uint32_t item;
	bool commented;
};

struct init {
	struct arena *arena;
	struct buf *b;
	const struct layout *layout;
	uint32_t record;
	struct nameset tables;
	struct nameset columns;		/* of the table being written */
	struct child *child;
	uint32_t nchild, child_cap;
	/* the parent's key, for its children; NULL: none */
	const char *key, *key_from;
	bool commented;			/* in a redefinition */
	struct init_types types;
	bool dates;
	bool whole;			/* records have all their bytes */
	uint32_t nleft;			/* columns beyond COLUMNS_MAX */
	const char *of;			/* type of the tables; NULL: none */
};

/* Starts a line of the tables section, commented out where need be. */
static void
line(struct init *in, uint32_t indent)
{
	buf_printf(in->b, "%*s%s", (int)indent, "", in->commented ? "# " : "");
}

static void
put_picture(struct buf *b, const struct item *it)
{
	if (it->varchar) {	/* its two items follow */
		buf_printf(b, "varchar: %s %s, ", it[1].picture,
		    describe_usage(&it[1]));
		describe_text(b, slice_str(it[2].picture));
		return;
	}
	if (it->picture != NULL)
		describe_text(b, slice_str(it->picture));
	if (it->category == CAT_NUMERIC)
		buf_printf(b, "%s%s", it->picture != NULL ? " " : "",
		    describe_usage(it));
}

static bool
is_identifier(const struct item *it)
{
	return it->category == CAT_NUMERIC && it->usage == USAGE_DISPLAY &&
	    !it->is_signed && it->scale == 0 && name_is_identifier(it->name);
}

/* Is the column a date, rather than what it stands as? */
static bool
is_taken(const struct init *in, const struct init_date *d)
{
	return in->dates && d->format != NULL && d->other == NULL;
}

static void
put_conditions(struct init *in, uint32_t item, const char *reference)
{
	const struct layout *l = in->layout;
	uint32_t i, n = 0;

	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != item)
			continue;
		buf_puts(in->b, n++ == 0 ? "      # " : "; ");
		buf_printf(in->b, "%s ", l->condition[i].name);
		describe_values(in->b, &l->condition[i]);
	}
	if (n > 0)
		buf_printf(in->b, "\n      # their names: label(%s)\n",
		    reference);
}

static void
put_skipped(struct init *in, uint32_t item, const char *why)
{
	buf_printf(in->b, "      # %s: %s\n", in->layout->item[item].name, why);
}

/* The condition by which the item beside says null. */
static void
put_null_if(struct init *in, uint32_t item)
{
	uint32_t other = init_indicator(in->layout, in->record, item);
	uint32_t chain[2], n;
	struct buf ref, e;

	buf_init(&ref, LINE_MAX_BYTES);
	buf_init(&e, LINE_MAX_BYTES);
	if (init_reference(&ref, in->layout, in->record, other, chain, &n)) {
		init_null_if(&e, &in->layout->item[other], ref.p);
		line(in, 8);
		buf_puts(in->b, "null_if: ");
		yaml_value(in->b, e.p, e.len);
		buf_putc(in->b, '\n');
	}
	buf_fini(&ref);
	buf_fini(&e);
}

/* What else the item may be, behind its picture. */
static void
put_choices(struct init *in, const struct item *it, const char *reference,
    const struct init_date *d)
{
	bool date = d->format != NULL;

	if (date && is_taken(in, d)) {
		buf_printf(in->b, "; as it stands: %s", reference);
	} else if (date) {
		buf_printf(in->b, "; as a %s: to_%s(%s, '%s')", d->kind,
		    d->kind, reference, d->format);
		if (d->other != NULL)
			buf_printf(in->b, " or '%s'", d->other);
	} else if (is_identifier(it)) {
		buf_printf(in->b, "; as a number: %s", reference);
	}
	if (date && strstr(d->format, "YY") != NULL &&
	    strstr(d->format, "YYYY") == NULL && d->format[0] != 'C')
		buf_puts(in->b, ", where years below 70 are 20YY (century: "
		    "in defaults, date)");
}

/* Can the column not be null, whatever the data are?  Keys are that anyway. */
static bool
is_never_null(const struct init *in, const struct item *it, const char *name,
    const struct init_date *d)
{
	return in->whole && !in->commented && !is_taken(in, d) &&
	    plan_item_never_null(it, &policies_default) &&
	    (in->key == NULL || strcmp(name, in->key) != 0);
}

/* A column's line: name: expression  # picture; other choices.  With a null
 * indicator, or where it is never null, they are lines. */
static void
put_column(struct init *in, uint32_t item, const char *name,
    const char *reference)
{
	const struct item *it = &in->layout->item[item];
	bool null_if = init_indicator(in->layout, in->record, item) !=
	    ITEM_NONE, never;
	struct init_date d;
	struct buf e;

	if (!init_date(it, false, &d))
		d.format = NULL;
	never = !null_if && is_never_null(in, it, name, &d);
	buf_init(&e, LINE_MAX_BYTES);
	if (is_taken(in, &d))
		buf_printf(&e, "to_%s(%s, '%s')", d.kind, reference, d.format);
	else
		buf_printf(&e, is_identifier(it) ? "digits(%s)" : "%s",
		    reference);
	line(in, 6);
	yaml_value(in->b, name, strlen(name));
	if (null_if || never) {
		buf_puts(in->b, ":\n");
		line(in, 8);
		buf_puts(in->b, "from");
	}
	buf_puts(in->b, ": ");
	yaml_value(in->b, e.p, e.len);
	buf_puts(in->b, "  # ");
	put_picture(in->b, it);
	put_choices(in, it, reference, &d);
	buf_putc(in->b, '\n');
	if (null_if)
		put_null_if(in, item);
	if (never) {
		line(in, 8);
		buf_puts(in->b, "not null: true\n");
	}
	buf_fini(&e);
}

static void
put_item(struct init *in, uint32_t item)
{
	const struct item *it = &in->layout->item[item];
	const char *name;
	uint32_t chain[2], n, field;
	struct buf ref;

	if (it->name == NULL)
		return;
	field = init_indicated(in->layout, in->record, item);
	buf_init(&ref, LINE_MAX_BYTES);
	if (field != ITEM_NONE) {
		put_skipped(in, item, arena_printf(in->arena,
		    "says whether %s is null", in->layout->item[field].name));
	} else if (it->category == CAT_OPAQUE) {
		put_skipped(in, item, "has no value to load");
	} else if (!init_reference(&ref, in->layout, in->record, item, chain,
	    &n)) {
		put_skipped(in, item, "its name is not unique, even with "
		    "the groups around it");
	} else if (in->columns.n >= COLUMNS_MAX) {
		put_skipped(in, item, "PostgreSQL's tables end at 1,600 "
		    "columns");
		in->nleft++;
	} else {
		name = init_snake(in->arena, in->layout, chain, n);
		/* a comment's name is free for others */
		if (!in->commented)
			name = init_unique(in->arena, &in->columns, name);
		put_conditions(in, item, ref.p);
		put_column(in, item, name, ref.p);
	}
	buf_fini(&ref);
}

static void
queue_child(struct init *in, uint32_t item)
{
	struct child *c = ARENA_PUSH(in->arena, in->child, in->nchild,
	    in->child_cap);

	c->item = item;
	c->commented = in->commented;
}

static const char *
shown_name(const struct layout *l, uint32_t item)
{
	return l->item[item].name != NULL ? l->item[item].name : "FILLER";
}

static void	 put_items(struct init *, uint32_t);

/*
 * Year, month and day that stand one behind the other are one date, too: a
 * comment, or with --dates the column, and then its parts are the comment.
 */
static bool
put_date_group(struct init *in, uint32_t group)
{
	const struct layout *l = in->layout;
	const char *format, *name;
	bool commented = in->commented, taken;
	uint32_t chain[2], n;
	struct buf ref, e;

	if (l->item[group].category != CAT_GROUP ||
	    l->item[group].name == NULL ||
	    (format = init_date_group(in->arena, l, group, &taken)) == NULL)
		return false;
	taken = taken && in->dates;
	buf_init(&ref, LINE_MAX_BYTES);
	buf_init(&e, LINE_MAX_BYTES);
	if (init_reference(&ref, l, in->record, group, chain, &n)) {
		buf_printf(&e, "to_date(%s, '%s')", ref.p, format);
		name = init_snake(in->arena, l, chain, n);
		in->commented = commented || !taken;
		if (!in->commented)
			name = init_unique(in->arena, &in->columns, name);
		line(in, 6);
		yaml_value(in->b, name, strlen(name));
		buf_puts(in->b, ": ");
		yaml_value(in->b, e.p, e.len);
		buf_puts(in->b, taken ? "  # or its parts\n" :
		    "  # instead of its parts\n");
		in->commented = commented || taken;
	}
	put_items(in, group);
	in->commented = commented;
	buf_fini(&ref);
	buf_fini(&e);
	return true;
}

/* The columns of a subtree; the depth is that of levels, at most 49. */
static void
put_items(struct init *in, uint32_t root)
{
	const struct layout *l = in->layout;
	bool commented = in->commented;
	uint32_t i;

	if (l->item[root].category != CAT_GROUP || l->item[root].varchar) {
		put_item(in, root);
		return;
	}
	for (i = root + 1; i < l->item[root].next; i = l->item[i].next) {
		if (l->item[i].level == 66)
			continue;
		if (l->item[i].redefines != ITEM_NONE) {
			buf_printf(in->b, "      # %s: the bytes of %s, read "
			    "another way\n", shown_name(l, i),
			    shown_name(l, l->item[i].redefines));
			in->commented = true;
		}
		if (l->item[i].occurs_max > 0)
			queue_child(in, i);
		else if (!put_date_group(in, i))
			put_items(in, i);
		in->commented = commented;
	}
}

/* Whether a group redefines a group: records of several types, as a rule. */
static bool
has_record_types(const struct init *in)
{
	const struct item *it = in->layout->item;
	uint32_t i;

	for (i = in->record; i < it[in->record].next; i++)
		if (it[i].redefines != ITEM_NONE &&
		    it[i].category == CAT_GROUP &&
		    it[it[i].redefines].category == CAT_GROUP)
			return true;
	return false;
}

/*
 * The record's first item, when it may be the key by its name; ITEM_NONE.  A
 * wrong guess rejects every record, so others are not even looked at.
 */
static uint32_t
find_key(const struct init *in)
{
	const struct layout *l = in->layout;
	const struct item *it;
	uint32_t i;

	if (has_record_types(in))
		return ITEM_NONE;
	for (i = in->record; i < l->item[in->record].next; i++) {
		it = &l->item[i];
		if (it->level == 66 || it->redefines != ITEM_NONE ||
		    it->occurs_max > 0)
			return ITEM_NONE;
		if (it->category == CAT_GROUP)
			continue;
		return it->name != NULL && it->category != CAT_OPAQUE &&
		    it->usage != USAGE_FLOAT && it->usage != USAGE_DOUBLE &&
		    name_is_key(it->name) ? i : ITEM_NONE;
	}
	return ITEM_NONE;
}

static bool
has_children(const struct init *in)
{
	uint32_t i;

	for (i = in->record; i < in->layout->item[in->record].next; i++)
		if (in->layout->item[i].occurs_max > 0)
			return true;
	return false;
}

/* Sets the key of the record, and what its children say to have it. */
static void
choose_key(struct init *in)
{
	uint32_t chain[2], n, item = find_key(in);
	struct buf ref, e;

	buf_init(&ref, LINE_MAX_BYTES);
	buf_init(&e, LINE_MAX_BYTES);
	if (item != ITEM_NONE && init_reference(&ref, in->layout, in->record,
	    item, chain, &n)) {
		buf_printf(&e, is_identifier(&in->layout->item[item]) ?
		    "digits(%s)" : "%s", ref.p);
		in->key = init_snake(in->arena, in->layout, chain, n);
		in->key_from = arena_strndup(in->arena, e.p, e.len);
	} else if (has_children(in)) {
		in->key = "record_number";
		in->key_from = "record_number()";
	}
	buf_fini(&ref);
	buf_fini(&e);
}

static void
put_computed(struct init *in, const char *name, const char *from)
{
	line(in, 6);
	yaml_value(in->b, name, strlen(name));
	buf_puts(in->b, ": ");
	yaml_value(in->b, from, strlen(from));
	buf_putc(in->b, '\n');
}

static void
put_of(struct init *in)
{
	if (in->of == NULL)
		return;
	line(in, 4);
	buf_puts(in->b, "of: ");
	yaml_value(in->b, in->of, strlen(in->of));
	buf_putc(in->b, '\n');
}

static void
put_record_table(struct init *in)
{
	const struct item *r = &in->layout->item[in->record];
	size_t before;

	in->columns.n = 0;
	in->key = in->key_from = NULL;
	choose_key(in);
	buf_printf(in->b, "  %s:\n", init_unique(in->arena,
	    &in->tables, init_table_name(in->arena, r->name)));
	put_of(in);
	if (in->key != NULL && strcmp(in->key_from, "record_number()") == 0)
		buf_printf(in->b, "    key: %s\n", in->key);
	else if (in->key != NULL)
		buf_printf(in->b, "    key: %s  # a guess by its name; a key "
		    "is unique and never empty\n", in->key);
	buf_puts(in->b, "    columns:\n");
	before = in->columns.n;
	if (in->key != NULL && strcmp(in->key_from, "record_number()") == 0)
		put_computed(in, init_unique(in->arena, &in->columns, in->key),
		    in->key_from);
	put_items(in, in->record);
	if (in->columns.n == before)	/* a table needs a column */
		buf_puts(in->b, "      record_number:\n        from: "
		    "record_number()\n        not null: true\n");
}

#define OUTER_MAX	48	/* tables around a table: levels end at 49 */

/* What numbers an occurrence: those around it, outermost first, and its own. */
struct numbers {
	const char *name[OUTER_MAX + 1], *from[OUTER_MAX + 1];
	uint32_t n;
	bool whole;		/* each of them has a name */
};

static void
find_numbers(struct init *in, uint32_t item, struct numbers *num)
{
	const struct layout *l = in->layout;
	uint32_t outer[OUTER_MAX], nouter = 0, chain[2], n, up;
	struct buf ref;

	num->n = 0;
	num->whole = true;
	for (up = l->item[item].parent; up != ITEM_NONE && nouter < OUTER_MAX;
	    up = l->item[up].parent)
		if (l->item[up].occurs_max > 0)
			outer[nouter++] = up;
	for (; nouter > 0; nouter--) {
		buf_init(&ref, LINE_MAX_BYTES);
		if (l->item[outer[nouter - 1]].name != NULL &&
		    init_reference(&ref, l, in->record, outer[nouter - 1],
		    chain, &n)) {
			num->from[num->n] = arena_printf(in->arena,
			    "occurrence(%s)", ref.p);
			num->name[num->n++] = init_unique(in->arena,
			    &in->columns, arena_printf(in->arena, "%s_seq",
			    init_snake(in->arena, l, chain, n)));
		} else {
			num->whole = false;
		}
		buf_fini(&ref);
	}
	num->from[num->n] = "occurrence()";
	num->name[num->n++] = init_unique(in->arena, &in->columns, "seq");
}

/* The record's key and the numbers of the occurrences. */
static void
put_child_key(struct init *in, const struct numbers *num, const char *key)
{
	uint32_t i;

	line(in, 4);
	if (num->whole) {
		buf_printf(in->b, "key: [%s", key);
		for (i = 0; i < num->n; i++)
			buf_printf(in->b, ", %s", num->name[i]);
		buf_puts(in->b, "]\n");
	} else {
		buf_puts(in->b, "# no key: a table around it has no name, and "
		    "seq starts again in each of its occurrences\n");
	}
	line(in, 4);
	buf_puts(in->b, "columns:\n");
	put_computed(in, key, in->key_from);
	for (i = 0; i < num->n; i++)
		put_computed(in, num->name[i], num->from[i]);
}

/* Can it be the count of a table by itself? */
static bool
is_count(const struct item *it)
{
	return it->category == CAT_NUMERIC && it->scale <= 0 &&
	    it->usage != USAGE_FLOAT && it->usage != USAGE_DOUBLE;
}

/* A table for the occurrences of an item. */
static void
put_child_table(struct init *in, const struct child *c)
{
	const struct layout *l = in->layout;
	const char *table, *key;
	uint32_t chain[2], n;
	struct numbers num;
	struct buf ref;

	in->columns.n = 0;
	in->commented = c->commented;
	buf_putc(in->b, '\n');
	buf_init(&ref, LINE_MAX_BYTES);
	if (l->item[c->item].name == NULL ||
	    !init_reference(&ref, l, in->record, c->item, chain, &n)) {
		buf_printf(in->b, "  # %s: a table that each: cannot name\n",
		    shown_name(l, c->item));
		buf_fini(&ref);
		return;
	}
	table = init_snake(in->arena, l, chain, n);
	if (l->item[c->item].depending != ITEM_NONE &&
	    !is_count(&l->item[l->item[c->item].depending])) {
		buf_printf(in->b, "  # %s is no number: counts: in the source "
		    "says what it stands for\n",
		    shown_name(l, l->item[c->item].depending));
		in->commented = true;
	}
	if (!in->commented)
		table = init_unique(in->arena, &in->tables, table);
	key = init_unique(in->arena, &in->columns, in->key);
	find_numbers(in, c->item, &num);
	line(in, 2);
	yaml_value(in->b, table, strlen(table));
	buf_puts(in->b, ":\n");
	put_of(in);
	line(in, 4);
	buf_puts(in->b, "each: ");
	yaml_value(in->b, ref.p, ref.len);
	buf_printf(in->b, "  # %u", l->item[c->item].occurs_max);
	if (l->item[c->item].depending != ITEM_NONE)
		buf_printf(in->b, " at most, as %s says", shown_name(l,
		    l->item[c->item].depending));
	buf_putc(in->b, '\n');
	put_child_key(in, &num, key);
	put_items(in, c->item);
	buf_fini(&ref);
}

static void
put_list(struct init *in, const char *key, const char *const *v, uint32_t n)
{
	uint32_t i;

	if (n > 0)
		buf_printf(in->b, "\n  %s:", key);
	for (i = 0; i < n; i++) {
		buf_puts(in->b, "\n    - ");
		yaml_value(in->b, v[i], strlen(v[i]));
	}
}

/* The first whole number at a constant place, which may be the length. */
static const char *
find_length(const struct init *in)
{
	const struct item *it;
	uint32_t i;

	for (i = in->record; i < in->layout->item[in->record].next; i++) {
		it = &in->layout->item[i];
		if (it->category == CAT_NUMERIC && it->scale == 0 &&
		    it->name != NULL && it->table == ITEM_NONE &&
		    it->shifter == ITEM_NONE)
			return it->name;
	}
	return NULL;
}

/* The keys that a format needs, or may well need. */
static void
put_format(struct init *in, const char *format, bool program)
{
	const char *field;

	buf_printf(in->b, "\n  format: %s", format);
	if (program) {
		buf_puts(in->b, "  # as the program's FD says");
		if (strcmp(format, "v") == 0)
			buf_puts(in->b, "; or vb, with BDWs");
	} else if (strcmp(format, "fixed") == 0) {
		buf_puts(in->b, "  # or v (records with RDWs), text (lines)");
	} else if (strcmp(format, "delimited") == 0) {
		buf_puts(in->b, "\n  header: true  # the first row names the "
		    "columns; false: they are in order\n  delimiter: ','");
	} else if (strcmp(format, "length") == 0) {
		field = find_length(in);
		buf_printf(in->b, "\n  length: %s  # a guess: the item with "
		    "each record's length", field != NULL ? field : "FIELD");
	}
}

static void
put_source(struct init *in, const struct init_options *o)
{
	const struct item *r = &in->layout->item[in->record];

	buf_puts(in->b, "source:\n  copybook: ");
	yaml_value(in->b, o->copybook, strlen(o->copybook));
	if (o->say_record && !in->types.known && r->name != NULL)
		buf_printf(in->b, "\n  record: %s", r->name);
	put_list(in, "include", o->read->include, o->read->ninclude);
	put_list(in, "define", o->read->define, o->read->ndefine);
	put_list(in, "replace", o->read->replace, o->read->nreplace);
	if (o->read->format != SOURCE_AUTO)
		buf_printf(in->b, "\n  copybook_format: %s",
		    source_formats[o->read->format]);
	if (o->read->address_size != 0)
		buf_printf(in->b, "\n  address_size: %u",
		    o->read->address_size);
	if (o->file != NULL) {
		buf_puts(in->b, "\n  file: ");
		yaml_value(in->b, o->file, strlen(o->file));
	} else {
		buf_puts(in->b, "\n  # file: the data; or named on the command "
		    "line");
	}
	if (o->read->dialect != DIALECT_IBM)
		buf_printf(in->b, "\n  dialect: %s",
		    dialects[o->read->dialect]);
	put_format(in, o->format, o->program != NULL);
	buf_puts(in->b, "\n  encoding: ");
	yaml_value(in->b, o->encoding, strlen(o->encoding));
	buf_puts(in->b, "\ntarget: ");
	yaml_value(in->b, arena_printf(in->arena, "sqlite:%s.db", o->name),
	    strlen(o->name) + 10);
	buf_puts(in->b, "  # or postgresql://HOST/DATABASE, csv:DIR, "
	    "jsonl:DIR\n\n");
}

static void
put_name(struct init *in, const struct init_options *o)
{
	buf_puts(in->b, "# decant-mapping(5) explains it; comments offer "
	    "other choices.\nversion: 1\nname: ");
	yaml_value(in->b, o->name, strlen(o->name));
	buf_putc(in->b, '\n');
}

static void
put_head(struct init *in, const struct init_options *o)
{
	const struct layout *l = in->layout;
	uint32_t i, min = layout_min_size(l, in->record),
	    max = layout_max_size(l, in->record);

	buf_puts(in->b, "# Made by decant init from ");
	describe_text(in->b, slice_str(o->copybook));
	if (in->types.known) {
		buf_printf(in->b, ", its %u records.\n", in->types.n);
		put_name(in, o);
		return;
	}
	buf_printf(in->b, ", record %s of ", shown_name(l, in->record));
	if (min != max)
		buf_printf(in->b, "%u to ", min);
	buf_printf(in->b, "%u bytes.\n", max);
	if (l->nrecord > 1) {
		buf_puts(in->b, "# Other records (--record):");
		for (i = 0; i < l->nrecord; i++)
			if (l->record[i] != in->record)
				buf_printf(in->b, " %s", shown_name(l,
				    l->record[i]));
		buf_putc(in->b, '\n');
	}
	put_name(in, o);
}

/* The table of a record, and those of the items that occur in it. */
static void
put_tables(struct init *in, uint32_t record, const char *of)
{
	struct child c;
	uint32_t i;

	in->record = record;
	in->of = of;
	in->nchild = 0;
	in->commented = false;
	put_record_table(in);
	for (i = 0; i < in->nchild; i++) {
		c = in->child[i];	/* the array may move */
		put_child_table(in, &c);
	}
}

void
init_mapping_head(struct arena *a, struct buf *b, const struct layout *l,
    uint32_t record, const struct init_options *o, struct init_types *types)
{
	struct init in = { .arena = a, .b = b, .layout = l, .record = record };

	if (types->n > 0)
		in.types = *types;
	else if (o->types)
		init_types(a, &in.types, l, record);
	put_head(&in, o);
	put_source(&in, o);
	if (in.types.n > 0)
		init_put_records(b, l, &in.types);
	*types = in.types;
}

uint32_t
init_mapping(struct arena *a, struct buf *b, const struct layout *l,
    uint32_t record, const struct init_options *o)
{
	struct init in = { .arena = a, .b = b, .layout = l, .record = record,
	    .dates = o->dates, .whole = strcmp(o->format, "fixed") == 0 ||
	    strcmp(o->format, "text") == 0 };
	uint32_t i;

	init_mapping_head(a, b, l, record, o, &in.types);
	buf_puts(b, "tables:\n");
	if (!in.types.known) {
		put_tables(&in, record, NULL);
		return in.nleft;
	}
	for (i = 0; i < in.types.n; i++) {
		if (i > 0)
			buf_putc(b, '\n');
		put_tables(&in, in.types.type[i].record,
		    in.types.type[i].name);
	}
	return in.nleft;
}
