/*
 * What the files of decant init --spreadsheet share.
 */
#ifndef DECANT_INIT_SHEET_IMPL_H
#define DECANT_INIT_SHEET_IMPL_H

#include "command/init_names.h"
#include "command/init_sheet.h"

#define SHEET_LINE	(64u << 10)	/* bytes of an expression */
#define SHEET_REFS	32u		/* fields in one cell */

/* The fields of a row, as expressions name them. */
struct sheet_refs {
	const char *v[SHEET_REFS];
	const struct item *item[SHEET_REFS];	/* NULL: subscripted, or 88 */
	uint32_t n;
};

/*
 * What a rule makes of the fields: the expressions to try, best first; the
 * first that compiles is the column.  0: it makes nothing.
 */
struct sheet_choice {
	const char *from, *null_if;	/* null_if may be NULL */
};
#define SHEET_CHOICES	4u
uint32_t sheet_rule(struct arena *, const char *rule, const char *type,
	    const struct sheet_refs *, struct sheet_choice[SHEET_CHOICES]);
/* The rest of a text behind a word or words, in any case; NULL: they do not
 * stand there. */
const char *sheet_after(const char *text, const char *words);
/* A type's name as PostgreSQL has it; NULL: none. */
const char *sheet_type(struct arena *, const char *type);

#endif
