/*
 * Null indicators by name and picture; see init_null.h.
 *
 * NAME-IND S9(4) COMP is negative, as a host variable's; a byte is X'FF'
 * before its field, as UNLOAD has it, or ? behind it, as DSNTIAUL has it (Db2
 * for z/OS, Utility Guide, and "Indicator variables" in the Application
 * Programming and SQL Guide).  A byte that is called …-IND can be anything;
 * when it is no null indicator it hardly ever has one of these values, so a
 * wrong guess does no harm, and the byte stays a column of its own.
 */
#include "command/init_null.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define NAME_MAX	64u	/* characters of a name, and a NUL */

static const struct {
	const char *before, *after;
	bool sure;		/* whatever its picture is */
} styles[] = {
	{ "", "-NULL-IND", true }, { "", "-NULL-INDICATOR", true },
	{ "", "-NULLIND", true }, { "", "-NULL", true },
	{ "", "-NI", true }, { "NULL-", "", true }, { "NULL-IND-", "", true },
	{ "NI-", "", true },
	{ "", "-IND", false }, { "", "-INDICATOR", false },
	{ "IND-", "", false }, { "", "-N", false },
};
#define NSTYLES	(sizeof styles / sizeof styles[0])

static bool
is_halfword(const struct item *it)
{
	return it->category == CAT_NUMERIC && it->is_signed &&
	    it->scale == 0 && it->digits == 4 && (it->usage == USAGE_BINARY ||
	    it->usage == USAGE_COMP5);
}

static bool
is_byte(const struct item *it)
{
	return it->category == CAT_ALPHANUMERIC && it->size == 1;
}

static bool
has_conditions(const struct layout *l, uint32_t item)
{
	uint32_t i;

	for (i = 0; i < l->ncondition; i++)
		if (l->condition[i].item == item)
			return true;
	return false;
}

/* The item of the name in the same group as `beside`, or ITEM_NONE. */
static uint32_t
find_beside(const struct layout *l, uint32_t record, const char *name,
    uint32_t beside)
{
	uint32_t up = l->item[beside].parent, found[2];
	const char *names[2] = { name, NULL };

	if (up == ITEM_NONE)
		return ITEM_NONE;
	names[1] = l->item[up].name;
	if (layout_find(l, record, names, names[1] != NULL ? 2 : 1,
	    found) != 1 || l->item[found[0]].parent != up ||
	    l->item[found[0]].redefines != ITEM_NONE ||
	    l->item[found[0]].occurs_max > 0 || l->item[found[0]].level == 66)
		return ITEM_NONE;
	return found[0];
}

static bool
is_field(const struct item *it)
{
	return it->category == CAT_GROUP ? it->varchar :
	    it->category != CAT_OPAQUE;
}

/* The field whose indicator the item is in this style, or ITEM_NONE. */
static uint32_t
indicated_by(const struct layout *l, uint32_t record, uint32_t item,
    size_t style)
{
	const struct item *it = &l->item[item];
	size_t before = strlen(styles[style].before);
	size_t after = strlen(styles[style].after), len = strlen(it->name);
	char name[NAME_MAX];
	uint32_t field;

	if (len <= before + after || len >= sizeof name ||
	    memcmp(it->name, styles[style].before, before) != 0 ||
	    strcmp(it->name + len - after, styles[style].after) != 0 ||
	    (!styles[style].sure && is_byte(it) && has_conditions(l, item)))
		return ITEM_NONE;
	len -= before + after;
	memcpy(name, it->name + before, len);
	name[len] = '\0';
	field = find_beside(l, record, name, item);
	return field != ITEM_NONE && is_field(&l->item[field]) ? field :
	    ITEM_NONE;
}

static uint32_t
indicated(const struct layout *l, uint32_t record, uint32_t item, bool *sure)
{
	const struct item *it = &l->item[item];
	uint32_t field;
	size_t i;

	if (it->name == NULL || (!is_halfword(it) && !is_byte(it)) ||
	    it->occurs_max > 0 || it->redefines != ITEM_NONE)
		return ITEM_NONE;
	for (i = 0; i < NSTYLES; i++) {
		field = indicated_by(l, record, item, i);
		if (field == ITEM_NONE)
			continue;
		*sure = styles[i].sure || is_halfword(it);
		return field;
	}
	return ITEM_NONE;
}

uint32_t
init_indicated(const struct layout *l, uint32_t record, uint32_t item)
{
	bool sure = false;
	uint32_t field = indicated(l, record, item, &sure);

	return sure ? field : ITEM_NONE;
}

uint32_t
init_indicator(const struct layout *l, uint32_t record, uint32_t field)
{
	const char *name = l->item[field].name;
	char other[NAME_MAX];
	uint32_t item;
	bool sure;
	size_t i, n;

	for (i = 0; name != NULL && i < NSTYLES; i++) {
		n = strlen(styles[i].before) + strlen(name) +
		    strlen(styles[i].after);
		if (n >= sizeof other)
			continue;
		n = strlen(styles[i].before);
		memcpy(other, styles[i].before, n);
		memcpy(other + n, name, strlen(name));
		n += strlen(name);
		memcpy(other + n, styles[i].after,
		    strlen(styles[i].after) + 1);
		item = find_beside(l, record, other, field);
		if (item != ITEM_NONE && item != field &&
		    indicated(l, record, item, &sure) == field)
			return item;
	}
	return ITEM_NONE;
}

void
init_null_if(struct buf *b, const struct item *indicator,
    const char *reference)
{
	if (is_byte(indicator))
		buf_printf(b, "%s = x'FF' or %s = '?'", reference, reference);
	else
		buf_printf(b, "%s < 0", reference);
}
