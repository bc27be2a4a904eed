/*
 * Records of a copybook that may stand in one file; see init_records.h.
 *
 * What tells them apart is looked for as a person would: a short item that
 * stands at the same place in each of them, and has another VALUE, or other
 * 88-levels, in each.
 */
#include "command/init_records.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "command/init_names.h"

#define CODE_MAX	8u	/* bytes of an item that tells types */
#define TYPES_MAX	250u	/* as mapping_records.c has it */

/* ---- the items that may tell ------------------------------------------- */

static bool
may_tell(const struct item *it)
{
	return it->name != NULL && it->size <= CODE_MAX && it->level != 66 &&
	    it->table == ITEM_NONE && it->shifter == ITEM_NONE &&
	    it->usage == USAGE_DISPLAY && (it->category == CAT_ALPHANUMERIC ||
	    it->category == CAT_ALPHABETIC || (it->category == CAT_NUMERIC &&
	    it->scale == 0));
}

/* The item of a record that stands where `like` does in another. */
static uint32_t
item_like(const struct layout *l, uint32_t record, const struct item *like)
{
	uint32_t i;

	for (i = record; i < l->item[record].next; i++)
		if (may_tell(&l->item[i]) && l->item[i].size == like->size &&
		    l->item[i].offset == like->offset)
			return i;
	return ITEM_NONE;
}

/* The values that an item has in records of its type; at most `most`. */
static uint32_t
values_of(const struct layout *l, uint32_t item, const struct literal **value,
    uint32_t most)
{
	uint32_t i, k, n = 0;

	if (l->item[item].value != NULL && most > 0)
		value[n++] = l->item[item].value;
	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != item)
			continue;
		for (k = 0; k < l->condition[i].nvalue && n < most; k++)
			value[n++] = &l->condition[i].value[k].lo;
	}
	return n;
}

/* Do two items have no value in common, and each at least one? */
static bool
values_differ(const struct layout *l, uint32_t a, uint32_t b)
{
	const struct literal *va[64], *vb[64];
	uint32_t na = values_of(l, a, va, 64), nb = values_of(l, b, vb, 64);
	uint32_t i, k;

	for (i = 0; i < na; i++)
		for (k = 0; k < nb; k++)
			if (va[i]->kind == vb[k]->kind &&
			    va[i]->text.len == vb[k]->text.len &&
			    memcmp(va[i]->text.p, vb[k]->text.p,
			    va[i]->text.len) == 0)
				return false;
	return na > 0 && nb > 0;
}

/* ---- conditions -------------------------------------------------------- */

/* NAME = 'text', or NAME = 12, in expressions' syntax; false: no such value. */
static bool
put_value(struct buf *b, const char *reference, const struct item *it)
{
	const struct literal *v = it->value;
	uint32_t i;

	if (v == NULL || (v->kind != LIT_TEXT && v->kind != LIT_NUMBER) ||
	    (v->kind == LIT_NUMBER) != (it->category == CAT_NUMERIC))
		return false;
	buf_printf(b, "%s = ", reference);
	if (v->kind == LIT_NUMBER) {
		buf_put(b, v->text.p, v->text.len);
		return true;
	}
	buf_putc(b, '\'');
	for (i = 0; i < v->text.len; i++) {
		if (v->text.p[i] == '\'')
			buf_putc(b, '\'');
		buf_putc(b, (char)v->text.p[i]);
	}
	buf_putc(b, '\'');
	return true;
}

/* The item's 88-levels: IS-A or IS-B. */
static bool
put_levels(struct buf *b, const struct layout *l, uint32_t item)
{
	uint32_t i, found[2], n = 0;
	const char *name;

	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != item)
			continue;
		name = l->condition[i].name;
		if (layout_find_condition(l, l->item[item].record, &name, 1,
		    found) != 1 || layout_find(l, l->item[item].record, &name,
		    1, found) != 0)
			return false;
		buf_printf(b, "%s%s", n++ > 0 ? " or " : "", name);
	}
	return n > 0;
}

/* The condition that the item makes; NULL: the copybook has none. */
static const char *
type_condition(struct arena *a, const struct layout *l, uint32_t item,
    bool *known)
{
	uint32_t chain[2], n;
	const char *when;
	struct buf ref, b;

	buf_init(&ref, 1u << 16);
	buf_init(&b, 1u << 16);
	*known = init_reference(&ref, l, l->item[item].record, item, chain, &n);
	if (!*known) {
		buf_fini(&ref);
		return "TODO";
	}
	*known = put_levels(&b, l, item);
	if (!*known) {
		buf_clear(&b);
		*known = put_value(&b, ref.p, &l->item[item]);
	}
	when = *known ? arena_strndup(a, b.p, b.len) :
	    arena_printf(a, "%s = TODO", ref.p);
	buf_fini(&ref);
	buf_fini(&b);
	return when;
}

/* Tries an item of the first record; tells[] are those of all of them. */
static bool
try_item(const struct layout *l, const struct init_types *t, uint32_t item,
    uint32_t *tells, bool *differ)
{
	uint32_t i, k;

	*differ = true;
	for (i = 0; i < t->n; i++) {
		tells[i] = i == 0 ? item : item_like(l, t->type[i].record,
		    &l->item[item]);
		if (tells[i] == ITEM_NONE)
			return false;
		for (k = 0; k < i; k++)
			*differ = *differ && values_differ(l, tells[k],
			    tells[i]);
	}
	return true;
}

static void
find_conditions(struct arena *a, const struct layout *l, struct init_types *t)
{
	uint32_t *tells = arena_array(a, t->n, sizeof *tells);
	uint32_t i, k, first = t->type[0].record;
	bool differ, known, any = false;

	for (i = first; i < l->item[first].next && !t->known; i++) {
		if (!may_tell(&l->item[i]) ||
		    !try_item(l, t, i, tells, &differ) || (any && !differ))
			continue;
		t->known = differ;
		for (k = 0; k < t->n; k++) {
			t->type[k].when = type_condition(a, l, tells[k],
			    &known);
			t->known = t->known && known;
		}
		any = true;	/* the first such item is a good guess */
	}
}

/* ---- types ------------------------------------------------------------- */

static bool
shares_file(const struct layout *l, uint32_t i, uint32_t k)
{
	const struct record_origin *a = &l->origin[i], *b = &l->origin[k];

	return a->section == b->section && a->file == b->file &&
	    (a->section == SECTION_NONE || a->section == SECTION_FILE);
}

void
init_types(struct arena *a, struct init_types *t, const struct layout *l,
    uint32_t record)
{
	struct nameset names = { 0 };
	uint32_t i, of = 0;

	*t = (struct init_types){ .type = arena_array(a, l->nrecord + 1,
	    sizeof *t->type) };
	for (i = 0; i < l->nrecord; i++)
		if (l->record[i] == record)
			of = i;
	for (i = 0; i < l->nrecord; i++) {
		if (!shares_file(l, of, i))
			continue;
		/* layout: needs a name; REDEFINES at 01 is another type too */
		if (l->item[l->record[i]].name == NULL) {
			t->n = 0;
			return;
		}
		t->type[t->n++] = (struct init_type){ l->record[i],
		    init_unique(a, &names, init_table_name(a,
		    l->item[l->record[i]].name)), "TODO", NULL };
	}
	if (t->n < 2 || t->n > TYPES_MAX) {
		t->n = 0;
		return;
	}
	find_conditions(a, l, t);
}

void
init_put_records(struct buf *b, const struct layout *l,
    const struct init_types *t)
{
	const char *mark = t->known ? "" : "# ";
	uint32_t i;

	if (t->known)
		buf_puts(b, "records:  # the first type whose condition holds "
		    "is a record's\n");
	else
		buf_puts(b, "# Do these records stand in one file? Then write "
		    "for each TODO what tells them\n# apart, give each table "
		    "its 'of: TYPE', and decant check says what is left to "
		    "do.\n# decant init --record NAME writes the columns of "
		    "the others.\n# records:\n");
	for (i = 0; i < t->n; i++) {
		buf_printf(b, "%s  ", mark);
		yaml_value(b, t->type[i].name, strlen(t->type[i].name));
		buf_printf(b, ":\n%s    layout: %s\n%s    when: ", mark,
		    l->item[t->type[i].record].name, mark);
		yaml_value(b, t->type[i].when, strlen(t->type[i].when));
		buf_putc(b, '\n');
		if (t->type[i].parent != NULL)
			buf_printf(b, "    parent: %s\n",
			    t->type[i].parent->name);
		else if (t->known && i > 0)
			buf_printf(b, "    # parent: %s  # if each belongs to "
			    "the one before it in the file\n",
			    t->type[i - 1].name);
	}
	buf_putc(b, '\n');
}
