/*
 * A dataset file: several mappings whose tables belong together, are staged
 * into one generation, and become live at once.
 *
 *	decant: dataset 1
 *	name: benefits
 *	members:
 *	  - mapping: customer.yaml
 *	  - mapping: payment.yaml
 *	foreign keys:
 *	  - {table: payment, columns: [person_id], references: person}
 *
 * Strings live in the arena, or in the file's text, which does.
 */
#ifndef DECANT_DATASET_FILE_H
#define DECANT_DATASET_FILE_H

#include <stdbool.h>

#include "mapping/mapping.h"

struct map_member {
	struct place at;
	struct map_name mapping;	/* resolved */
	const char *const *file;	/* source:, resolved; none: the
					 * mapping's */
	uint32_t nfile;
	/* once they are read */
	struct mapping *m;		/* its schema is the dataset's */
	struct srctext *text;		/* m's; who reads a copy names it */
	const char *name;		/* the mapping's */
};

/* From a table of a member to one of a member before it. */
struct map_reference {
	struct place at;
	struct map_name table, to;
	struct map_name *column, *to_column;
	uint32_t ncolumn, nto;		/* nto 0: the key */
	/* once the members are read */
	uint32_t member, in_table, *index;	/* [ncolumn] */
	uint32_t to_member, to_table, *to_index;
};

/* Two queries of one value each, which must be the same. */
struct map_equation {
	struct place at;
	const char *name, *left, *right;
};

struct map_dataset {
	struct map_member *member;
	uint32_t nmember;
	struct map_reference *reference;
	uint32_t nreference;
	struct map_equation *equation;	/* controls: */
	uint32_t nequation;
	/* Its text, name, version, target, schema; its tests, and those that
	 * references and equations are once the members are read. */
	struct mapping *own;
	bool good;			/* nothing was told of the file */
};

/* Where a text says that it is a dataset file; NULL: nowhere. */
const char *dataset_text_find(const char *text);
/* A file that cannot be read is none. */
bool	 dataset_file_is(const char *path);
/* Reads it alone; NULL only when it cannot be read at all. */
struct map_dataset *dataset_file_read(struct arena *, struct diags *,
	    const char *path);
struct map_dataset *dataset_file_parse(struct arena *, struct diags *,
	    const struct srctext *);
/* Reads the members, and finds what references name.  False: told. */
bool	 dataset_file_members(struct arena *, struct diags *,
	    struct map_dataset *);

#endif
