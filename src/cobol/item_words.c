/*
 * Words of items' names, and what they tell of values; see item_words.h.
 */
#include "cobol/item_words.h"

#include <string.h>

static bool
is_one_of(const char *const *list, const char *word, size_t len)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == len && memcmp(*list, word, len) == 0)
			return true;
	return false;
}

/* From the end. */
static bool
next_word(const char *name, size_t *end, const char **word, size_t *len)
{
	size_t at = *end;

	while (at > 0 && (name[at - 1] == '-' || name[at - 1] == '_'))
		at--;
	*end = at;
	while (at > 0 && name[at - 1] != '-' && name[at - 1] != '_')
		at--;
	*word = name + at;
	*len = *end - at;
	*end = at;
	return *len > 0;
}

static const char *const key_words[] = { "ID", "NO", "NBR", "NUM", "NUMBER",
    "KEY", "IDENT", NULL };

bool
name_ends_in_any(const char *name, const char *const *list)
{
	size_t end = strlen(name), len;
	const char *word;

	return next_word(name, &end, &word, &len) &&
	    is_one_of(list, word, len);
}

bool
name_last_word(const char *name, const char *wanted)
{
	const char *const list[] = { wanted, NULL };

	return name_ends_in_any(name, list);
}

bool
name_has_word(const char *name, const char *wanted)
{
	size_t end = strlen(name), len;
	const char *word;

	while (next_word(name, &end, &word, &len))
		if (strlen(wanted) == len && memcmp(word, wanted, len) == 0)
			return true;
	return false;
}

bool
name_is_key(const char *name)
{
	return name_ends_in_any(name, key_words);
}

bool
name_is_identifier(const char *name)
{
	static const char *const words[] = { "SSN", "ZIP", "PHONE", "ACCT",
	    "ACCOUNT", "FAX", "TEL", "POSTCODE", "TIN", "EIN", "IBAN", "ISBN",
	    NULL };
	/* quantities of such things are numbers: ACCT-BALANCE, PHONE-COUNT */
	static const char *const quantity[] = { "COUNT", "CNT", "CTR", "QTY",
	    "AMT", "AMOUNT", "BAL", "BALANCE", "TOTAL", "TOT", "SUM", "RATE",
	    "LEN", "LENGTH", "SIZE", "LIMIT", "DATE", "DT", "YEAR", "MONTH",
	    "DAY", "TIME", "AGE", "MAX", "MIN", "PCT", NULL };
	size_t end = strlen(name), len;
	const char *word;

	if (name_ends_in_any(name, key_words))
		return true;
	if (name_ends_in_any(name, quantity))
		return false;
	while (next_word(name, &end, &word, &len))
		if (is_one_of(words, word, len))
			return true;
	return false;
}

bool
name_is_date(const char *name)
{
	static const char *const words[] = { "DATE", "DT", "DTE", "DOB",
	    "BORN", "BIRTH", "BIRTHDATE", "DATUM", "OPENED", "CLOSED",
	    "EXPIRY", "CREATED", "CHANGED", NULL };
	static const char *const others[] = { "UPDATE", "CANDIDATE",
	    "VALIDATE", NULL };
	size_t end = strlen(name), len;
	const char *word;

	while (next_word(name, &end, &word, &len)) {
		if (is_one_of(words, word, len))
			return true;
		if (len > 4 && memcmp(word + len - 4, "DATE", 4) == 0 &&
		    !is_one_of(others, word, len))
			return true;
	}
	return false;
}

bool
name_is_timestamp(const char *name)
{
	static const char *const words[] = { "TS", "TMSTMP", "TSTMP",
	    "TIMESTAMP", "STAMP", "TMS", NULL };

	return name_ends_in_any(name, words) || name_is_date(name);
}

bool
name_is_time(const char *name)
{
	static const char *const words[] = { "TIME", "TM", "TIM", NULL };

	return name_ends_in_any(name, words);
}

bool
name_has_any(const char *name, const char *const *list)
{
	size_t end = strlen(name), len;
	const char *word;

	while (next_word(name, &end, &word, &len))
		if (is_one_of(list, word, len))
			return true;
	return false;
}
