/*
 * Conditional compilation: which lines of a copybook count.
 *
 * >>IF, >>ELSE, >>EVALUATE, >>DEFINE and their kin (Enterprise COBOL Language
 * Reference, "Compiler directives"), and Micro Focus's $IF, $ELSE, $END and
 * $SET CONSTANT.  One state serves a copybook and all that it COPYs, for a
 * name once defined stays so.  What cannot be decided is taken as false, with
 * a warning.
 */
#ifndef DECANT_DIRECTIVES_H
#define DECANT_DIRECTIVES_H

#include "cobol/copybook.h"

#define DIRECTIVES_DEPTH	64u
#define DIRECTIVES_NAMES	1024u

struct compile_name {		/* >>DEFINE */
	const char *name;	/* upper case */
	const char *value;	/* NULL: OFF, or defined without a value */
	bool defined, is_number;
	bool varied;		/* defined twice, unlike */
	struct place at;
};

struct compile_block {		/* an >>IF or >>EVALUATE that is open */
	bool evaluate, taken, active, outer;
	const char *subject;	/* of >>EVALUATE; NULL: TRUE */
	struct place at;
};

struct directives {
	struct arena *a;
	struct diags *ds;
	struct compile_name *name;
	uint32_t nname, name_cap;
	struct compile_block block[DIRECTIVES_DEPTH];
	uint32_t depth;
	bool nsymbol_dbcs;	/* of a CBL or PROCESS statement */
	uint8_t address_size;	/* LP(32), LP(64); 0: not said */
};

void	 directives_init(struct directives *, struct arena *, struct diags *);
/* Defines NAME or NAME=VALUE, as an option of the command line does. */
void	 directives_define(struct directives *, const char *definition);
/*
 * Reads the directive in bytes [at, end) of the text, which begin with >> or
 * $.  Returns false when it is of another kind (a listing or format option).
 */
bool	 directives_line(struct directives *, const struct srctext *,
	    size_t at, size_t end);
/*
 * The options of a CBL or PROCESS statement: NSYMBOL and LP change the data
 * (Enterprise COBOL Programming Guide, "Compiler options").
 */
void	 directives_process(struct directives *, const char *, size_t);
/* Lines here are left out. */
bool	 directives_skip(const struct directives *);
/* At the end of a file that was entered at `depth`. */
void	 directives_leave(struct directives *, uint32_t depth);

#endif
