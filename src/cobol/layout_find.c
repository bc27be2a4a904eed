/*
 * Looking things up in a layout: items and conditions by name, paths, and the
 * shortest and longest record; see copybook.h.
 */
#include "cobol/layout.h"

#include <string.h>

#include "base/mem.h"

static char
fold(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '_' ? '-' : c;
}

static bool
same_name(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return false;
	for (; *a != '\0' && fold(*a) == fold(*b); a++)
		b++;
	return *a == '\0' && *b == '\0';
}

/* Whether the groups names[0..n-1] are among `i` and those around it. */
static bool
groups_fit(const struct item *item, uint32_t i, const char *const *names,
    uint32_t n)
{
	uint32_t k = 0;

	for (; k < n && i != ITEM_NONE; i = item[i].parent)
		if (same_name(item[i].name, names[k]))
			k++;
	return k == n;
}

bool
layout_names_fit(const struct item *item, uint32_t i,
    const char *const *names, uint32_t n)
{
	return n > 0 && same_name(item[i].name, names[0]) &&
	    groups_fit(item, item[i].parent, names + 1, n - 1);
}

static void
found_add(uint32_t found[2], uint32_t *n, uint32_t i)
{
	if (*n < 2)
		found[(*n)++] = i;
}

uint32_t
layout_find(const struct layout *l, uint32_t record, const char *const *names,
    uint32_t n, uint32_t found[2])
{
	uint32_t i, count = 0;

	for (i = record; i < l->item[record].next && count < 2; i++)
		if (layout_names_fit(l->item, i, names, n))
			found_add(found, &count, i);
	return count;
}

uint32_t
layout_find_exact(const struct layout *l, uint32_t record, const char *name)
{
	uint32_t i;

	for (i = record; i < l->item[record].next; i++)
		if (l->item[i].name != NULL &&
		    strcmp(l->item[i].name, name) == 0)
			return i;
	return ITEM_NONE;
}

uint32_t
layout_find_condition(const struct layout *l, uint32_t record,
    const char *const *names, uint32_t n, uint32_t found[2])
{
	uint32_t i, count = 0;
	const struct condition *c;

	for (i = 0; i < l->ncondition && count < 2 && n > 0; i++) {
		c = &l->condition[i];
		if (l->item[c->item].record == record &&
		    same_name(c->name, names[0]) &&
		    groups_fit(l->item, c->item, names + 1, n - 1))
			found_add(found, &count, i);
	}
	return count;
}

const char *
layout_path(struct arena *a, const struct layout *l, uint32_t item)
{
	const char *path = "";
	uint32_t i;

	for (i = item; i != ITEM_NONE; i = l->item[i].parent)
		if (l->item[i].name != NULL)
			path = path[0] == '\0' ? l->item[i].name :
			    arena_printf(a, "%s.%s", l->item[i].name, path);
	return path;
}

static uint32_t
name_hash(const char *s)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)fold(*s)) * 16777619u;
	return h;
}

void
name_index_init(struct name_index *x, struct arena *a, uint32_t n)
{
	uint32_t size = 16;

	while (size < n)
		size *= 2;
	x->mask = size - 1;
	x->head = arena_array(a, size, sizeof *x->head);
	x->older = arena_array(a, n + 1, sizeof *x->older);
	memset(x->head, 0xff, size * sizeof *x->head);	/* ITEM_NONE */
}

void
name_index_add(struct name_index *x, const struct item *item, uint32_t i)
{
	uint32_t *head;

	if (item[i].name == NULL)
		return;
	head = &x->head[name_hash(item[i].name) & x->mask];
	x->older[i] = *head;
	*head = i;
}

uint32_t
name_index_last(const struct name_index *x, const char *name)
{
	return x->head[name_hash(name) & x->mask];
}

uint32_t
layout_max_size(const struct layout *l, uint32_t record)
{
	return l->item[record].size;
}

static uint32_t
times(const struct item *it, uint32_t count)
{
	return it->occurs_max > 0 ? count : 1;
}

/*
 * The shortest occurrence of an item.  Redefinitions start where the storage
 * does that they redefine, and a place is as long as its longest alternative;
 * slack bytes, which are between the end at the maximum and the next offset,
 * stay.
 */
static uint32_t
shortest(const struct layout *l, uint32_t i)
{
	const struct item *it = &l->item[i], *c;
	uint32_t j, place = 0, end = 0, least;
	uint32_t full_end = it->offset;	/* the same at the maximum */

	if (!it->varies)
		return it->size;
	for (j = i + 1; j < it->next; j = c->next) {
		c = &l->item[j];
		if (c->level == 66)
			continue;
		if (c->redefines == ITEM_NONE)
			place = end + (c->offset - full_end);
		least = place + shortest(l, j) * times(c, c->depending !=
		    ITEM_NONE ? c->occurs_min : c->occurs_max);
		if (least > end)
			end = least;
		if (c->offset + c->size * times(c, c->occurs_max) > full_end)
			full_end = c->offset +
			    c->size * times(c, c->occurs_max);
	}
	return end + (it->offset + it->size - full_end);
}

uint32_t
layout_min_size(const struct layout *l, uint32_t record)
{
	return shortest(l, record);
}
