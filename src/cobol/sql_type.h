/*
 * USAGE SQL TYPE IS: the structures that DB2's precompiler makes of it.
 */
#ifndef DECANT_SQL_TYPE_H
#define DECANT_SQL_TYPE_H

#include "cobol/copybook_parse.h"

/* From the word SQL on; false: an error was reported. */
bool	 sql_type_parse(struct parser *, struct node *);
/* Once the entry is read: adds the items that stand below it. */
void	 sql_type_apply(struct parser *, uint32_t item);

#endif
