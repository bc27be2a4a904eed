/*
 * The tree of a copybook: its data description entries as they were written,
 * before anything is inherited, sized or placed.
 *
 * Nodes stand in the order of the copybook, so that a subtree is contiguous;
 * a node's index is the index of its item in the layout.
 */
#ifndef DECANT_COBOL_TREE_H
#define DECANT_COBOL_TREE_H

#include "cobol/copybook.h"
#include "cobol/picture.h"

#define LEVEL_RENAMES	66
#define LEVEL_SINGLE	77
#define LEVEL_CONSTANT	78
#define LEVEL_CONDITION	88

/* NAME OF GROUP OF GROUP, as written; n 0: none. */
struct name_ref {
	const char *const *name;
	uint32_t n;
	struct place at;
};

struct node {
	const char *name;
	struct place at;
	const char *comment;	/* of the lines around; or NULL */
	uint8_t level;
	bool implicit;		/* an 01 that the copybook leaves out */
	bool bad;		/* an error was reported: check no more of it */
	uint32_t parent, next;

	const char *picture;
	struct picture pic;
	struct place picture_at;

	bool has_usage, group_usage;
	enum usage usage;
	uint32_t usage_size;	/* of a usage without picture; 0: by picture */
	bool usage_number, usage_unsigned;	/* of such a usage */
	uint32_t byte_length;	/* BYTE-LENGTH of a PIC U; 0: none */
	struct place usage_at;

	bool has_sign, sign_leading, sign_separate;
	struct place sign_at;

	bool synchronized;
	struct name_ref redefines;
	bool has_occurs, has_depending;
	bool unbounded;
	uint32_t occurs_min, occurs_max;
	struct place occurs_at;
	struct name_ref depending;
	struct name_ref rename_from, rename_to;
	const struct literal *value;
	bool blank_zero, justified;
	const struct sql_type *sql_type;	/* that has parts; NULL: none */
	uint32_t sql_length;
	bool is_typedef;	/* describes no storage of its own */
	struct name_ref type;	/* TYPE or SAME AS */

	uint32_t file;		/* of a record: its FD, or ITEM_NONE */
	enum section section;
};

struct copybook {
	const char *name;
	struct node *node;
	uint32_t n, cap;
	struct condition *condition;
	uint32_t ncondition, condition_cap;
	struct file_description *file;
	uint32_t nfile, file_cap;
	enum dialect dialect;
	uint8_t address_size;	/* as in the options */
	bool counts_told, tables_full;	/* as in the options */
	bool comma;		/* DECIMAL-POINT IS COMMA */
	bool nsymbol_dbcs;	/* N without a USAGE is DISPLAY-1 */
	uint32_t errors;	/* reported while it was parsed */
};

#endif
