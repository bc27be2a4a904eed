/*
 * names: of a mapping: what full_name() takes for no middle name.
 */
#include "mapping/mapping_keys.h"

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

void
mapping_names_default(struct mapping *m)
{
	static const struct slice none[] = {
		{ (const uint8_t *)"N/A", 3 }, { (const uint8_t *)"NMN", 3 },
		{ (const uint8_t *)"NMI", 3 },
	};

	m->no_middle = none;
	m->nno_middle = COUNT(none);
}

static void
read_no_middle(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;
	const struct ynode *const *item;
	struct slice *none;
	uint32_t i, n;
	char *p;

	if (value->kind == YNODE_LIST && value->n == 0) {
		m->nno_middle = 0;
		return;
	}
	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	none = arena_array(r->arena, n, sizeof *none);
	for (i = 0; i < n; i++) {
		p = arena_strdup(r->arena, item[i]->p);
		none[i] = slice_str(p);
		for (; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 0x20);
	}
	m->no_middle = none;
	m->nno_middle = n;
}

void
mapread_names(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "no_middle", read_no_middle },
	};

	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject, "'names'");
}
