/*
 * What the records of a type are in their file: its first or last ones, those
 * that sum up the record before them, or what the file is about.  Positions
 * and controls tell; else the words of their names do.
 */
#include "cobol/item_words.h"
#include "plan/control.h"
#include "plan/plan_impl.h"

#define WORDS(...)	((const char *const[]){ __VA_ARGS__, NULL })

/* Does a word of the type's name, or of its layout's, say so? */
static bool
is_called(const struct plan *p, uint32_t type, const char *const *words)
{
	const struct map_record *r = &p->mapping->record_type[type];
	char name[128];
	size_t i;

	for (i = 0; r->name[i] != '\0' && i + 1 < sizeof name; i++)
		name[i] = r->name[i] >= 'a' && r->name[i] <= 'z' ?
		    (char)(r->name[i] - 0x20) : r->name[i];
	name[i] = '\0';
	return name_has_any(name, words) || (r->layout != NULL &&
	    name_has_any(r->layout, words));
}

static bool
sums_up(const struct plan *p, uint32_t type)
{
	uint32_t i;

	for (i = 0; i < plan_ncontrol(p); i++)
		if (plan_control_type(p, i) == type &&
		    plan_control_span(p, i) == SPAN_CLOSED)
			return true;
	return false;
}

bool
plan_type_has_children(const struct plan *p, uint32_t type)
{
	return p->type[type].is_parent;
}

enum record_role
plan_type_role(const struct plan *p, uint32_t t)
{
	bool last = sums_up(p, t) || is_called(p, t, WORDS("TRAILER", "TRL",
	    "TRAIL", "FOOTER", "TRLR", "TAIL"));
	bool top = p->type[t].parent == NONE;

	if (p->type[t].position != MAP_ANYWHERE)
		return p->type[t].position == MAP_FIRST ? ROLE_FIRST :
		    ROLE_LAST;
	if (last && !plan_type_has_children(p, t))
		return top ? ROLE_LAST : ROLE_CLOSER;
	if (top && is_called(p, t, WORDS("HEADER", "HDR", "HEAD")))
		return ROLE_FIRST;
	return ROLE_BODY;
}
