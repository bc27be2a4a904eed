/*
 * defaults: of a mapping, and the number:, text: and date: of a column, which
 * has its own: what fields become that hold no value of their type.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

/* The readers' subject is the policies. */
#define READER(name)							\
	static void							\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

static const struct map_choice choice_blank[] = {
	{ "null", POLICY_NULL }, { "zero", POLICY_ZERO },
	{ "reject", POLICY_REJECT },
};
static const struct map_choice choice_zeros[] = {
	{ "reject", POLICY_REJECT }, { "zero", POLICY_ZERO },
};
static const struct map_choice choice_invalid[] = {
	{ "reject", POLICY_REJECT }, { "null", POLICY_NULL },
};
static const struct map_choice choice_sign[] = {
	{ "strict", false }, { "lenient", true },
};
static const struct map_choice choice_pad[] = {
	{ "zero", false }, { "digit", true },
};
static const struct map_choice choice_empty[] = {
	{ "keep", POLICY_KEEP }, { "null", POLICY_NULL },
};
static const struct map_choice choice_text[] = {
	{ "reject", POLICY_REJECT }, { "null", POLICY_NULL },
	{ "keep", POLICY_KEEP },
};
static const struct map_choice choice_cut[] = {
	{ "reject", POLICY_REJECT }, { "keep", POLICY_KEEP },
};
static const struct map_choice choice_trim[] = {
	{ "right", TRIM_RIGHT }, { "both", TRIM_BOTH }, { "none", TRIM_NONE },
};
static const struct map_choice choice_limit[] = {
	{ "keep", POLICY_KEEP }, { "null", POLICY_NULL },
	{ "infinity", POLICY_INFINITY },
};
static const struct map_choice choice_fraction[] = {
	{ "reject", POLICY_REJECT }, { "truncate", POLICY_TRUNCATE },
	{ "round", POLICY_ROUND },
};
static const struct map_choice choice_hour_24[] = {
	{ "reject", POLICY_REJECT }, { "next-day", POLICY_NEXT_DAY },
};

#define POLICY(field, choices)						\
	READER(read_##field)						\
	{								\
		struct policies *p = subject;				\
		int v;							\
									\
		if (mapread_choice(r, key, value, choices,		\
		    COUNT(choices), &v))				\
			p->field = v;					\
	}

POLICY(number_spaces, choice_blank)
POLICY(number_low, choice_blank)
POLICY(number_high, choice_blank)
POLICY(number_leading_blanks, choice_zeros)
POLICY(number_invalid, choice_invalid)
POLICY(number_sign_lenient, choice_sign)
POLICY(number_pad_digit, choice_pad)
POLICY(text_trim, choice_trim)
POLICY(text_empty, choice_empty)
POLICY(text_nul, choice_text)
POLICY(text_unmappable, choice_text)
POLICY(text_cut, choice_cut)
POLICY(date_zeros, choice_invalid)
POLICY(date_nines, choice_invalid)
POLICY(date_invalid, choice_invalid)
POLICY(date_max, choice_limit)
POLICY(date_min, choice_limit)
POLICY(date_fraction, choice_fraction)
POLICY(date_hour_24, choice_hour_24)

/* Two digits below it are of the years 20YY. */
READER(read_date_century)
{
	struct policies *p = subject;
	uint32_t v = 0;

	if (value->kind == YNODE_SCALAR && value->len == 1 &&
	    value->p[0] == '0')
		p->date_century = 0;
	else if (mapread_number(r, key, value, 100, &v))
		p->date_century = (uint8_t)v;
}

READER(read_number_policies)
{
	static const struct map_key keys[] = {
		{ "spaces", read_number_spaces },
		{ "low-values", read_number_low },
		{ "high-values", read_number_high },
		{ "leading-blanks", read_number_leading_blanks },
		{ "invalid", read_number_invalid },
		{ "sign", read_number_sign_lenient },
		{ "pad", read_number_pad_digit },
	};

	mapread_of_files(r, key);
	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject, "'number'");
}

READER(read_text_policies)
{
	static const struct map_key keys[] = {
		{ "trim", read_text_trim },
		{ "empty", read_text_empty },
		{ "nul", read_text_nul },
		{ "unmappable", read_text_unmappable },
		{ "cut", read_text_cut },
	};

	mapread_of_files(r, key);
	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject, "'text'");
}

READER(read_date_policies)
{
	static const struct map_key keys[] = {
		{ "zeros", read_date_zeros },
		{ "nines", read_date_nines },
		{ "invalid", read_date_invalid },
		{ "century", read_date_century },
		{ "max", read_date_max },
		{ "min", read_date_min },
		{ "fraction", read_date_fraction },
		{ "hour-24", read_date_hour_24 },
	};

	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject, "'date'");
}

void
mapread_defaults(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "number", read_number_policies },
		{ "text", read_text_policies },
		{ "date", read_date_policies },
		{ "name", NULL }, { "timestamp", NULL }, { "century", NULL },
	};
	struct mapping *m = subject;

	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), &m->policies,
		    "'defaults'");
}

/* ---- columns ----------------------------------------------------------- */

struct map_later {
	struct map_column *column;
	const struct ynode *key, *value;
};

void
mapread_column_policies(struct mapread *r, void *column,
    const struct ynode *key, const struct ynode *value)
{
	struct map_later *l = ARENA_PUSH(r->arena, r->later, r->nlater,
	    r->later_cap);

	*l = (struct map_later){ .column = column, .key = key,
	    .value = value };
	if (strcmp(key->p, "date") != 0)
		mapread_of_files(r, key);
}

void
mapread_later(struct mapread *r)
{
	struct policies *p = NULL;
	struct map_later *l;
	uint32_t i;

	for (i = 0; i < r->nlater; i++) {
		l = &r->later[i];
		if (i == 0 || l->column != r->later[i - 1].column)
			p = arena_copy(r->arena, &r->m->policies, sizeof *p);
		l->column->policies = p;
		if (strcmp(l->key->p, "number") == 0)
			read_number_policies(r, p, l->key, l->value);
		else if (strcmp(l->key->p, "text") == 0)
			read_text_policies(r, p, l->key, l->value);
		else
			read_date_policies(r, p, l->key, l->value);
	}
}
