/*
 * A mapping from a spreadsheet; see init_sheet.h.
 *
 * Two passes over the rows: the first finds the tables, and what rows they
 * have (of which records, of which OCCURS); the second writes the columns.  A
 * column is tried before it is written: a mapping of it alone is compiled, so
 * that nothing stands in the result that decant check refuses.  A trial lives
 * in an arena of its own; the rest in the caller's.
 */
#include "command/init_sheet.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/describe.h"
#include "command/init_records.h"
#include "command/init_sheet_impl.h"
#include "mapping/mapping.h"
#include "plan/plan.h"

#define MAPPING_MAX	(16u << 20)	/* bytes of a mapping's text */

struct sheet_table {
	const char *name;
	uint32_t type;		/* of init_types; ITEM_NONE: not known yet */
	uint32_t each;		/* the OCCURS it goes through; ITEM_NONE */
	const char *when;	/* or NULL */
	struct nameset columns, keys;
	bool key_lost;		/* a column of the key is a comment */
	struct buf text;	/* of its columns */
};

struct sheets {
	struct arena *arena;
	struct diags *diags;
	const struct layout *layout;
	uint32_t record;
	const struct sheet *sheet;
	const struct codepage *page;
	struct init_types types;
	struct buf head;
	struct sheet_table **table;
	uint32_t ntable, cap;
	const char **names;	/* of all items, for "did you mean" */
	uint32_t nname;
};

static bool
says_yes(const char *cell)
{
	static const char *const yes[] = { "y", "yes", "x", "true", "1", "pk",
	    "key", "primary", "primary key", "required", "mandatory",
	    "not null" };
	size_t i;

	for (i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (strcasecmp(cell, yes[i]) == 0)
			return true;
	return false;
}

/* ---- fields ------------------------------------------------------------ */

static uint32_t
type_record(const struct sheets *s, uint32_t type)
{
	return s->types.known && type != ITEM_NONE ?
	    s->types.type[type].record : s->record;
}

/* How many items or conditions of a record have the name; the first. */
static uint32_t
find_in(const struct sheets *s, uint32_t record, const struct expr *e,
    uint32_t *item)
{
	uint32_t found[2], n;

	n = layout_find(s->layout, record, e->name, e->nname, found);
	if (n > 0) {
		*item = found[0];
		return n;
	}
	n = layout_find_condition(s->layout, record, e->name, e->nname, found);
	if (n > 0)
		*item = s->layout->condition[found[0]].item;
	return n;
}

/* The name in the table's records, or in those of the only type that has it;
 * *type is that. */
static uint32_t
find_name(const struct sheets *s, const struct expr *e, uint32_t *type,
    uint32_t *item)
{
	uint32_t i, n, at, all = 0;

	if (!s->types.known || *type != ITEM_NONE)
		return find_in(s, type_record(s, *type), e, item);
	for (i = 0; i < s->types.n; i++) {
		n = find_in(s, s->types.type[i].record, e, &at);
		if (n > 0 && all == 0) {
			*type = i;
			*item = at;
		}
		all += n;
	}
	if (all != 1)
		*type = ITEM_NONE;
	return all;
}

/* A name as people write it; NULL: it is none. */
static const struct expr *
parse_name(struct arena *a, const char *text)
{
	struct diags ds;
	const struct expr *e;

	diags_init(&ds, a);
	e = expr_parse(a, &ds, srctext_new(a, "field", text, strlen(text)), 0,
	    strlen(text));
	return e != NULL && ds.errors == 0 && (e->kind == EX_NAME ||
	    e->kind == EX_CALL) ? e : NULL;
}

/* The next of several fields in a cell; NULL: no more. */
static const char *
next_field(struct arena *a, const char **cell)
{
	const char *p = *cell, *end;
	uint32_t depth = 0;

	while (*p != '\0' && strchr(" ,;+&", *p) != NULL)
		p++;
	for (end = p; *end != '\0' && (depth > 0 ||
	    strchr(",;+&", *end) == NULL); end++) {
		if (*end == '(')
			depth++;
		else if (*end == ')' && depth > 0)
			depth--;
	}
	*cell = end;
	while (end > p && end[-1] == ' ')
		end--;
	return end > p ? arena_strndup(a, p, (size_t)(end - p)) : NULL;
}

static void
warn_field(struct sheets *s, const struct sheet_row *row, const char *name,
    uint32_t n)
{
	struct diag *d = diag_add(s->diags, DIAG_G042, sheet_place(s->sheet,
	    row, name), n > 1 ? "several items are called '%s'" :
	    "there is no item '%s'", name);
	const char *near = n > 1 ? NULL : diag_nearest(name, strlen(name),
	    s->names, s->nname);

	if (near != NULL)
		diag_hint(s->diags, d, "did you mean '%s'?", near);
	else if (n > 1)
		diag_hint(s->diags, d, "say of which group: %s OF …", name);
}

/* Records of a type hang on those of another, at any distance. */
static void
add_parent(struct init_types *types, uint32_t child, uint32_t parent)
{
	struct init_type *t = &types->type[child];
	uint32_t old;

	if (parent >= child)	/* not above it: decant check tells */
		return;
	if (t->parent == NULL) {
		t->parent = &types->type[parent];
		return;
	}
	old = (uint32_t)(t->parent - types->type);
	if (old == parent)
		return;
	t->parent = &types->type[old > parent ? old : parent];
	add_parent(types, old > parent ? old : parent,
	    old > parent ? parent : old);
}

/* ---- tables ------------------------------------------------------------ */

static struct sheet_table *
find_table(struct sheets *s, const char *name)
{
	struct sheet_table *t;
	uint32_t i;

	for (i = 0; i < s->ntable; i++)
		if (strcmp(s->table[i]->name, name) == 0)
			return s->table[i];
	t = arena_zalloc(s->arena, sizeof *t);
	t->name = name;
	t->type = t->each = ITEM_NONE;
	buf_init(&t->text, MAPPING_MAX);
	*ARENA_PUSH(s->arena, s->table, s->ntable, s->cap) = t;
	return t;
}

/* The row's table: its name without a schema; a blank is the one above. */
static struct sheet_table *
row_table(struct sheets *s, const struct sheet_row *row,
    struct sheet_table *above)
{
	const char *name = row->cell[SHEET_TABLE], *dot;

	if (name[0] == '\0' && above != NULL)
		return above;
	if (name[0] == '\0')
		name = init_table_name(s->arena,
		    s->layout->item[s->record].name);
	dot = strrchr(name, '.');
	return find_table(s, init_column_name(s->arena, dot != NULL &&
	    dot[1] != '\0' ? dot + 1 : name));
}

static bool
is_around(const struct layout *l, uint32_t outer, uint32_t item)
{
	for (; item != ITEM_NONE; item = l->item[item].parent)
		if (item == outer)
			return true;
	return false;
}

/* Takes the item's OCCURS as the table's, where it is deeper. */
static bool
join_each(const struct sheets *s, struct sheet_table *t, uint32_t item)
{
	uint32_t table = s->layout->item[item].table;

	if (table == ITEM_NONE || (t->each != ITEM_NONE &&
	    is_around(s->layout, table, t->each)))
		return true;
	if (t->each != ITEM_NONE && !is_around(s->layout, t->each, table))
		return false;
	t->each = table;
	return true;
}

/* Reads the fields of a row; false: one is unknown, or does not belong to the
 * table's others. */
static bool
row_fields(struct sheets *s, struct arena *a, struct sheet_table *t,
    const struct sheet_row *row, struct sheet_refs *refs, bool say)
{
	const char *cell = row->cell[SHEET_FIELD], *name;
	const struct expr *e;
	uint32_t item, chain[2], n, type;
	struct buf ref;

	refs->n = 0;
	while (refs->n < SHEET_REFS && (name = next_field(a, &cell)) != NULL) {
		e = parse_name(a, name);
		type = t->type;
		n = e != NULL && e->kind == EX_NAME ? find_name(s, e, &type,
		    &item) : e != NULL;
		refs->item[refs->n] = NULL;
		refs->v[refs->n] = name;
		if (n != 1 && t->type != ITEM_NONE && e != NULL &&
		    e->kind == EX_NAME) {	/* of a record around it? */
			type = ITEM_NONE;
			n = find_name(s, e, &type, &item);
			if (n == 1) {
				add_parent(&s->types, t->type, type);
				refs->v[refs->n++] = arena_printf(s->arena,
				    "%s.%s", s->types.type[type].name, name);
				continue;
			}
		}
		if (n != 1) {
			if (say)
				warn_field(s, row, name, n);
			return false;
		}
		if (e->kind == EX_NAME && e->narg == 0) {
			t->type = type;
			if (!join_each(s, t, item)) {
				if (say)
					diag_hint(s->diags, diag_add(s->diags,
					    DIAG_G046, sheet_place(s->sheet,
					    row, name), "'%s' occurs apart "
					    "from other fields of the table "
					    "'%s'", name, t->name),
					    "give it a table of its own");
				return false;
			}
			buf_init(&ref, SHEET_LINE);
			if (s->layout->item[item].name != NULL &&
			    strcmp(e->name[0], s->layout->item[item].name) ==
			    0 && init_reference(&ref, s->layout, type_record(s,
			    type), item, chain, &n)) {
				refs->v[refs->n] = arena_strndup(s->arena,
				    ref.p, ref.len);
				refs->item[refs->n] = &s->layout->item[item];
			}
			buf_fini(&ref);
		}
		refs->n++;
	}
	return true;
}

/* ---- trials ------------------------------------------------------------ */

/* of:, each: and when: of a table. */
static void
put_rows_of(const struct sheets *s, struct buf *b,
    const struct sheet_table *t)
{
	uint32_t chain[2], n;
	struct buf ref;

	if (s->types.known)
		buf_printf(b, "    of: %s\n", s->types.type[t->type ==
		    ITEM_NONE ? 0 : t->type].name);
	buf_init(&ref, SHEET_LINE);
	if (t->each != ITEM_NONE && init_reference(&ref, s->layout,
	    type_record(s, t->type), t->each, chain, &n)) {
		buf_puts(b, "    each: ");
		yaml_value(b, ref.p, ref.len);
		buf_putc(b, '\n');
	}
	buf_fini(&ref);
	if (t->when != NULL) {
		buf_puts(b, "    when: ");
		yaml_value(b, t->when, strlen(t->when));
		buf_putc(b, '\n');
	}
}

/* Compiles a table of these columns; what is wrong with it, or NULL. */
static const char *
try_columns(struct sheets *s, const struct sheet_table *t,
    const char *columns, size_t len)
{
	struct plan_options po = { .page = s->page };
	const char *why = NULL;
	struct mapping *m;
	struct arena a;
	struct diags ds;
	struct diag *d;
	struct buf b;

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, MAPPING_MAX);
	buf_put(&b, s->head.p, s->head.len);
	buf_puts(&b, "tables:\n  t:\n");
	put_rows_of(s, &b, t);
	buf_puts(&b, "    columns:\n");
	buf_put(&b, columns, len);
	m = mapping_parse(&a, &ds, srctext_new(&a, "spreadsheet.yaml", b.p,
	    b.len));
	if (m != NULL && ds.errors == 0)
		plan_build(&a, &ds, s->layout, s->record, m, &po);
	for (d = ds.first; d != NULL && why == NULL; d = d->next)
		if (d->severity == SEV_ERROR)
			why = arena_strdup(s->arena, d->message);
	buf_fini(&b);
	arena_fini(&a);
	return why;
}

/* ---- columns ----------------------------------------------------------- */

static void
put_setting(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, "        %s: ", key);
	yaml_value(b, value, strlen(value));
	buf_putc(b, '\n');
}

static void
put_column_text(struct buf *b, const char *name,
    const struct sheet_choice *c, const char *type, bool required,
    const char *comment)
{
	bool one = type == NULL && !required && c->null_if == NULL;

	buf_puts(b, "      ");
	yaml_value(b, name, strlen(name));
	buf_putc(b, ':');
	if (one) {
		buf_putc(b, ' ');
		yaml_value(b, c->from, strlen(c->from));
	}
	if (comment[0] != '\0') {
		buf_puts(b, "  # ");
		describe_text(b, slice_str(comment));
	}
	buf_putc(b, '\n');
	if (one)
		return;
	put_setting(b, "from", c->from);
	if (c->null_if != NULL)
		put_setting(b, "null_if", c->null_if);
	if (type != NULL)
		put_setting(b, "type", type);
	if (required)
		put_setting(b, "not null", "true");
}

static void
put_todo(struct sheets *s, struct sheet_table *t, const char *name,
    const struct sheet_row *row, const char *text)
{
	buf_puts(&t->text, "      # TODO ");
	describe_text(&t->text, slice_str(name));
	buf_puts(&t->text, ": ");
	describe_text(&t->text, slice_str(row->cell[SHEET_FIELD]));
	if (text[0] != '\0') {
		buf_puts(&t->text, ": ");
		describe_text(&t->text, slice_str(text));
	}
	buf_printf(&t->text, "  (line %u of %s)\n", row->line,
	    s->sheet->text->name);
	if (says_yes(row->cell[SHEET_KEY]))
		t->key_lost = true;
}

/* Tries what the rule may mean; true: one of it is in the table. */
static bool
write_column(struct sheets *s, struct sheet_table *t, const char *name,
    const struct sheet_row *row, const char *type,
    const struct sheet_refs *refs, const char **why)
{
	struct sheet_choice choice[SHEET_CHOICES];
	bool required = says_yes(row->cell[SHEET_REQUIRED]);
	uint32_t n, i;
	struct buf b;

	*why = refs->n == 0 ? "no field is named" : NULL;
	n = sheet_rule(s->arena, row->cell[SHEET_RULE], type, refs, choice);
	for (i = 0; i < n; i++) {
		const char *problem;

		buf_init(&b, MAPPING_MAX);
		put_column_text(&b, name, &choice[i], type, required,
		    row->cell[SHEET_COMMENT]);
		problem = try_columns(s, t, b.p, b.len);
		if (problem == NULL)
			buf_put(&t->text, b.p, b.len);
		buf_fini(&b);
		if (problem == NULL)
			return true;
		*why = i == 0 ? problem : *why;
	}
	return false;
}

static const char *
row_type(struct sheets *s, const struct sheet_row *row)
{
	const char *cell = row->cell[SHEET_TYPE], *type;

	if (cell[0] == '\0')
		return NULL;
	type = sheet_type(s->arena, cell);
	if (type == NULL)
		diag_hint(s->diags, diag_add(s->diags, DIAG_G044,
		    sheet_place(s->sheet, row, cell),
		    "'%s' is no type that decant knows", cell),
		    "the column gets the type of its field");
	return type;
}

static void
take_column(struct sheets *s, struct sheet_table *t,
    const struct sheet_row *row)
{
	const char *name = init_column_name(s->arena,
	    row->cell[SHEET_COLUMN]), *why, *type;
	const char *rule = row->cell[SHEET_RULE];
	struct sheet_refs refs;
	struct diag *d;
	uint32_t i;

	for (i = 0; i < t->columns.n; i++) {
		if (strcmp(t->columns.v[i], name) != 0)
			continue;
		diag_add(s->diags, DIAG_G045, sheet_place(s->sheet, row,
		    row->cell[SHEET_COLUMN]), "the table '%s' has a column "
		    "'%s' already", t->name, name);
		put_todo(s, t, name, row, rule);
		return;
	}
	if (!row_fields(s, s->arena, t, row, &refs, true)) {
		put_todo(s, t, name, row, rule);
		return;
	}
	type = row_type(s, row);
	if (!write_column(s, t, name, row, type, &refs, &why)) {
		d = rule[0] == '\0' ? diag_add(s->diags, DIAG_G041,
		    sheet_place(s->sheet, row, row->cell[SHEET_COLUMN]),
		    "the column '%s' cannot be '%s' as it is", name,
		    row->cell[SHEET_FIELD]) : diag_add(s->diags, DIAG_G041,
		    sheet_place(s->sheet, row, rule),
		    "the rule '%s' is not understood", rule);
		if (why != NULL)
			diag_hint(s->diags, d, "%s", why);
		put_todo(s, t, name, row, rule);
		return;
	}
	init_unique(s->arena, &t->columns, name);
	if (says_yes(row->cell[SHEET_KEY]))
		init_unique(s->arena, &t->keys, name);
}

/* A row without a column is about the table: when CONDITION. */
static void
take_table_rule(struct sheets *s, struct sheet_table *t,
    const struct sheet_row *row)
{
	const char *rule = row->cell[SHEET_RULE], *rest, *why = NULL;
	static const char probe[] = "      n: record_number()\n";

	rest = sheet_after(rule, "when");
	if (rest == NULL)
		rest = sheet_after(rule, "only when");
	if (rest != NULL && rest[0] != '\0') {
		t->when = rest;
		why = try_columns(s, t, probe, sizeof probe - 1);
		if (why == NULL)
			return;
		t->when = NULL;
	}
	diag_hint(s->diags, diag_add(s->diags, DIAG_G041, sheet_place(s->sheet,
	    row, rule), "the rule '%s' is not understood", rule), "%s",
	    why != NULL ? why : "of a table there is 'when CONDITION'");
	put_todo(s, t, t->name, row, rule);
}

/* ---- the whole --------------------------------------------------------- */

static void
put_table(const struct sheets *s, struct buf *b, struct sheet_table *t)
{
	uint32_t i;

	buf_puts(b, "  ");
	yaml_value(b, t->name, strlen(t->name));
	buf_puts(b, ":\n");
	put_rows_of(s, b, t);
	if (t->keys.n > 0) {
		buf_printf(b, "    %skey: [", t->key_lost ? "# TODO " : "");
		for (i = 0; i < t->keys.n; i++) {
			buf_puts(b, i > 0 ? ", " : "");
			yaml_value(b, t->keys.v[i], strlen(t->keys.v[i]));
		}
		buf_printf(b, "]%s\n", t->key_lost ?
		    "  # and what is to do below" : "");
	}
	buf_puts(b, "    columns:\n");
	if (t->columns.n == 0)		/* a table needs a column */
		buf_puts(b, "      record_number: record_number()\n");
	buf_put(b, t->text.p, t->text.len);
	buf_fini(&t->text);
}

/* What rows each table has: before any column is tried. */
static void
place_tables(struct sheets *s)
{
	struct sheet_table *t = NULL;
	struct sheet_refs refs;
	struct arena a;
	uint32_t i;

	arena_init(&a);
	for (i = 0; i < s->sheet->nrow; i++) {
		t = row_table(s, &s->sheet->row[i], t);
		row_fields(s, &a, t, &s->sheet->row[i], &refs, false);
		arena_reset(&a);
	}
	arena_fini(&a);
}

void
init_sheet(struct arena *a, struct diags *ds, struct buf *b,
    const struct layout *l, uint32_t record, const struct sheet *sheet,
    const struct init_options *o, const struct codepage *page)
{
	struct sheets s = { .arena = a, .diags = ds, .layout = l,
	    .record = record, .sheet = sheet, .page = page };
	struct sheet_table *t = NULL;
	const struct sheet_row *row;
	uint32_t i;

	s.names = arena_array(a, l->nitem + 1, sizeof *s.names);
	for (i = 0; i < l->nitem; i++)
		if (l->item[i].name != NULL)
			s.names[s.nname++] = l->item[i].name;
	buf_init(&s.head, MAPPING_MAX);
	if (o->types)
		init_types(a, &s.types, l, record);
	place_tables(&s);
	init_mapping_head(a, &s.head, l, record, o, &s.types);
	for (i = 0; i < sheet->nrow; i++) {
		row = &sheet->row[i];
		t = row_table(&s, row, t);
		if (row->cell[SHEET_COLUMN][0] != '\0')
			take_column(&s, t, row);
		else
			take_table_rule(&s, t, row);
	}
	buf_put(b, s.head.p, s.head.len);
	buf_puts(b, "tables:");
	buf_puts(b, s.ntable == 0 ? " {}\n" : "\n");
	for (i = 0; i < s.ntable; i++) {
		if (i > 0)
			buf_putc(b, '\n');
		put_table(&s, b, s.table[i]);
	}
	buf_fini(&s.head);
}
