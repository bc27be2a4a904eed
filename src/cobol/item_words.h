/*
 * The words of an item's name, which hyphens and underscores part, and what
 * they tell of its values: of init's guesses, and of made data.
 */
#ifndef DECANT_ITEM_WORDS_H
#define DECANT_ITEM_WORDS_H

#include <stdbool.h>

/* Is it a word of the name, or its last one? */
bool	 name_has_word(const char *name, const char *word);
bool	 name_last_word(const char *name, const char *word);
/* Is one of a list that NULL ends? */
bool	 name_has_any(const char *name, const char *const *list);
bool	 name_ends_in_any(const char *name, const char *const *list);

/* …-ID, …-NO, …-KEY: may be the key of a record. */
bool	 name_is_key(const char *name);
/* SSN, ZIP, PHONE, ACCT, …-ID: digits that are no quantity. */
bool	 name_is_identifier(const char *name);
bool	 name_is_date(const char *name);
bool	 name_is_timestamp(const char *name);
bool	 name_is_time(const char *name);

#endif
