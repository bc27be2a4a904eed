/*
 * USAGE: the words, and what they make of an item.
 */
#ifndef DECANT_USAGE_CLAUSE_H
#define DECANT_USAGE_CLAUSE_H

#include "cobol/copybook_parse.h"

bool	 usage_is_word(const struct token *);
/* The word may stand where a name may, and is a usage all the same. */
bool	 usage_is_plain(const struct token *);
/* From the usage's word on. */
bool	 usage_parse_word(struct parser *, struct node *);
/* GROUP-USAGE [IS] NATIONAL or UTF-8, behind its word. */
bool	 usage_parse_group(struct parser *, struct node *);
/* The words, for "did you mean": at most `max`, returns how many. */
uint32_t usage_words(const char **words, uint32_t max);

#endif
