/*
 * Layouts of several copybooks as one: every item, and every item that it
 * points to, must be the one that it was in its own.
 */
#include "cobol/copybook.h"

#include "base/mem.h"
#include "tap.h"

static struct arena arena;
static struct diags diags;

static struct layout *
parse(const char *name, const char *text)
{
	static const struct copybook_options options = {
		.format = SOURCE_FREE };
	struct copybook *book = copybook_parse_text(&arena, &diags,
	    srctext_new(&arena, name, text, strlen(text)), &options);

	return book == NULL ? NULL : layout_build(&arena, &diags, book);
}

/* Is item i of the part the item k of the whole? */
static bool
is_same(const struct layout *part, uint32_t i, const struct layout *whole,
    uint32_t k)
{
	if (i == ITEM_NONE || k == ITEM_NONE)
		return i == k;
	return part->item[i].at.src == whole->item[k].at.src &&
	    part->item[i].at.line == whole->item[k].at.line &&
	    part->item[i].at.col == whole->item[k].at.col;
}

static bool
is_moved(const struct layout *part, const struct layout *whole, uint32_t i,
    uint32_t by)
{
	const struct item *a = &part->item[i], *b = &whole->item[i + by];

	return is_same(part, i, whole, i + by) &&
	    a->name == b->name && a->offset == b->offset &&
	    a->size == b->size && a->next + by == b->next &&
	    is_same(part, a->parent, whole, b->parent) &&
	    is_same(part, a->redefines, whole, b->redefines) &&
	    is_same(part, a->record, whole, b->record) &&
	    is_same(part, a->shifter, whole, b->shifter) &&
	    is_same(part, a->depending, whole, b->depending) &&
	    is_same(part, a->table, whole, b->table) &&
	    is_same(part, a->outside, whole, b->outside);
}

static void
check_part(const struct layout *part, const struct layout *whole, uint32_t by,
    uint32_t conditions, const char *what)
{
	const struct condition *a, *b;
	uint32_t i, wrong = 0;

	for (i = 0; i < part->nitem; i++)
		wrong += !is_moved(part, whole, i, by);
	is_int(wrong, 0, "items of %s", what);
	for (i = 0; i < part->ncondition; i++) {
		a = &part->condition[i];
		b = &whole->condition[conditions + i];
		ok(a->name == b->name && is_same(part, a->item, whole,
		    b->item), "condition %s of %s", a->name, what);
	}
}

static const char first[] =
    "FD LEDGER RECORDING MODE V.\n"
    "01 A. 05 A-N PIC 9. 05 A-T PIC X OCCURS 1 TO 5 DEPENDING ON A-N.\n"
    "05 A-B PIC X(4). 05 A-R REDEFINES A-B. 10 A-X PIC XX. 88 XX VALUE 'x'.\n"
    "66 A-66 RENAMES A-B. 77 SINGLE PIC X.\n";
static const char second[] =
    "05 B-TYPE PIC X. 88 B-IS VALUE 'B'. 05 B-G OCCURS 3. 10 B-V PIC 99.\n";
static const char third[] =
    "01 C. 05 C-N PIC 9(3). 01 D. 05 D-N PIC 9(3).\n"
    "05 D-T PIC X OCCURS 0 TO 9 DEPENDING ON C-N.\n";

int
main(void)
{
	struct layout *part[3], *l;
	const char *b_v[] = { "B-V" }, *c_n[] = { "C-N" };
	uint32_t found[2];

	arena_init(&arena);
	diags_init(&diags, &arena);
	part[0] = parse("first", first);
	part[1] = parse("second", second);
	part[2] = parse("third", third);
	if (!ok(part[0] != NULL && part[1] != NULL && part[2] != NULL &&
	    diags.errors == 0, "three copybooks"))
		return tap_done();
	l = layout_merge(&arena, part, 3);
	is_int(l->nitem, part[0]->nitem + part[1]->nitem + part[2]->nitem,
	    "their items");
	check_part(part[0], l, 0, 0, "the first");
	check_part(part[1], l, part[0]->nitem, part[0]->ncondition,
	    "the second");
	check_part(part[2], l, part[0]->nitem + part[1]->nitem,
	    part[0]->ncondition + part[1]->ncondition, "the third");
	is_int(l->nrecord, 4, "records");
	is_int(l->n77, 1, "77s behind them");
	is_str(l->item[l->record[0]].name, "A", "the first record");
	ok(is_same(part[1], part[1]->record[0], l, l->record[1]),
	    "the second is of the copybook without a 01");
	is_str(l->item[l->record[2]].name, "C", "the third");
	is_str(l->item[l->record[3]].name, "D", "the fourth");
	is_str(l->item[l->record[4]].name, "SINGLE", "the 77");
	ok(l->origin[0].copybook == 0 && l->origin[1].copybook == 1 &&
	    l->origin[2].copybook == 2 && l->origin[3].copybook == 2 &&
	    l->origin[4].copybook == 0, "of which copybook they are");
	is_int(l->nfile, 1, "files");
	ok(l->origin[0].file == 0 && l->origin[2].file == ITEM_NONE,
	    "of which file they are");
	is_int(layout_find(l, l->record[1], b_v, 1, found), 1,
	    "a name of the second");
	is_int(layout_find(l, l->record[0], b_v, 1, found), 0,
	    "which is none of the first");
	is_int(layout_find(l, l->record[2], c_n, 1, found), 1,
	    "a name of the third");
	is_int(layout_max_size(l, l->record[1]), 7, "the second's size");
	is_int(l->item[l->record[3]].varies, 1, "a count in another record");
	arena_fini(&arena);
	return tap_done();
}
