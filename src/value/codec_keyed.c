/*
 * Numbers that stand behind values: a flag Y that means three occurrences.
 *
 * The values are as long as the item, and compared byte by byte; there are a
 * few of them, so that looking at one after the other is quick.  One that is
 * not among them is null.  What was decoded cannot be encoded again: several
 * values may stand for one number.
 */
#include <string.h>

#include "value/kernel.h"

bool
codec_keys_find(const struct codec_keys *k, const uint8_t *item,
    uint32_t *number)
{
	uint32_t i;

	for (i = 0; i < k->n; i++)
		if (memcmp(k->value + (size_t)i * k->size, item,
		    k->size) == 0) {
			*number = k->number[i];
			return true;
		}
	return false;
}

bool
keyed_is_sound(const struct codec *c)
{
	return c->keys != NULL && c->keys->size == c->size;
}

void
decode_keyed(struct decode *d)
{
	const uint8_t *p;
	uint32_t i, number;

	for (i = 0; i < d->rows->n; i++) {
		p = item_at(d, i, d->checked);
		if (p == NULL)
			continue;
		if (codec_keys_find(d->c->keys, p, &number))
			d->out->v.i64[i] = number;
		else
			cell_null(d, i);
	}
}
