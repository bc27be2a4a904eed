/*
 * What the readers of a mapping's parts share: tables of keys, and values of
 * a kind.  Each helper reports what is wrong and returns false; the caller
 * goes on with the next key.  Private to src/mapping.
 */
#ifndef DECANT_MAPPING_KEYS_H
#define DECANT_MAPPING_KEYS_H

#include "mapping/mapping.h"
#include "mapping/yaml_tree.h"

#define NAME_MAX_BYTES	63u	/* PostgreSQL's NAMEDATALEN less one */
#define COLUMNS_MAX	1600u	/* PostgreSQL's MaxHeapAttributeNumber */
#define TABLES_MAX	1000u
#define CONSTRAINTS_MAX	10000u	/* of all tables */

struct mapread {
	struct arena *arena;
	struct diags *diags;
	const struct srctext *text;	/* what is read */
	const struct srctext *shown;	/* the same without passwords */
	struct mapping *m;
	const char *dir;		/* of the mapping, "" or "…/" */
	uint32_t *map;			/* scratch for expressions */
	uint32_t map_cap;
	const struct ynode *needs_copybook;	/* source: that has none */
	struct map_table *table;	/* that is being read */
	uint32_t nconstraint;		/* of all tables */
	const struct ynode **of_files;	/* keys of what only files have */
	uint32_t nof_files, of_files_cap;
	struct map_later *later;	/* policies of columns */
	uint32_t nlater, later_cap;
};

/* A key and its reader; without one it is known but not supported yet. */
struct map_key {
	const char *name;
	void (*read)(struct mapread *, void *subject, const struct ynode *key,
	    const struct ynode *value);
};

/* Reads a map by a table of at most 64 keys; a bit for each key seen. */
uint64_t mapread_keys(struct mapread *, const struct ynode *map,
	    const struct map_key *, uint32_t nkeys, void *subject,
	    const char *what);
/* Reports the key as missing in `what` when its bit is not set. */
void	 mapread_required(struct mapread *, const struct ynode *map,
	    uint64_t seen, const struct map_key *, uint32_t key,
	    const char *what);

struct place mapread_place(const struct mapread *, const struct ynode *);
/* The kinds of value a key can have. */
bool	 mapread_is_map(struct mapread *, const struct ynode *key,
	    const struct ynode *value);
bool	 mapread_is_text(struct mapread *, const struct ynode *key,
	    const struct ynode *value);
/* A text, or a non-empty list of texts; n of them, in item[]. */
bool	 mapread_is_texts(struct mapread *, const struct ynode *key,
	    const struct ynode *value, const struct ynode *const **item,
	    uint32_t *n);
/* A whole number from 1 to most. */
bool	 mapread_number(struct mapread *, const struct ynode *key,
	    const struct ynode *value, uint32_t most, uint32_t *out);

/* One of some words; with a value below 0 it is not supported yet. */
struct map_choice {
	const char *word;
	int value;
};
bool	 mapread_choice(struct mapread *, const struct ynode *key,
	    const struct ynode *value, const struct map_choice *, uint32_t n,
	    int *out);
/* A name in the target: up to 63 bytes. */
bool	 mapread_name(struct mapread *, const struct ynode *);
/* A path of the mapping's directory. */
const char *mapread_path(struct mapread *, const char *);
struct expr *mapread_expr(struct mapread *, const struct ynode *key,
	    const struct ynode *value);

/* Keys of `source` that say how records stand in a file. */
#define FORMAT_KEY(name)						\
	void name(struct mapread *, void *, const struct ynode *key,	\
	    const struct ynode *value)
FORMAT_KEY(mapread_format);
FORMAT_KEY(mapread_record_length);
FORMAT_KEY(mapread_rdw);
FORMAT_KEY(mapread_bdw);
FORMAT_KEY(mapread_asa);
FORMAT_KEY(mapread_control);
FORMAT_KEY(mapread_line_end);
FORMAT_KEY(mapread_varseq);
FORMAT_KEY(mapread_length);
FORMAT_KEY(mapread_counts);
FORMAT_KEY(mapread_skip);
FORMAT_KEY(mapread_delimiter);
FORMAT_KEY(mapread_quote);
FORMAT_KEY(mapread_header);
FORMAT_KEY(mapread_columns);
FORMAT_KEY(mapread_decimal);
/* x'C1': its bytes; false: it is something else. */
bool	 mapread_hex(struct mapread *, const struct ynode *, struct slice *);
/* mapping_live.c: a table as the source. */
FORMAT_KEY(mapread_table_name);
FORMAT_KEY(mapread_table_schema);
FORMAT_KEY(mapread_table_database);
/* The keys of source: do they go with a table, or with files? */
void	 mapread_check_table_keys(struct mapread *, const struct ynode *source);
/* Remembers a key of what only files have. */
void	 mapread_of_files(struct mapread *, const struct ynode *key);
/* Once all else is read: those are errors, where the source is a table. */
void	 mapread_check_live(struct mapread *);
/* A target, or a database that is read: without a password, its path from
 * the mapping's directory; NULL after an error. */
const char *mapread_database(struct mapread *, const struct ynode *key,
	    const struct ynode *value);
/* What belongs to format: delimited, and what does not. */
void	 mapread_check_delimited(struct mapread *, const struct ynode *source);
/* Those that the format has no use for are errors. */
void	 mapread_check_format(struct mapread *, const struct ynode *source);

/* The parts. */
void	 mapread_source(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_target(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_defaults(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_records(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_names(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_mask(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_as_of(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_complete(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_crosswalks(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_controls(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
void	 mapread_tables(struct mapread *, void *, const struct ynode *,
	    const struct ynode *);
/* Once all is read: tables are of types that there are. */
void	 mapread_check_records(struct mapread *);
/* Are the names of a map different without case, too? */
void	 mapread_check_case(struct mapread *, const struct ynode *map);

/* names: as it is when the mapping has none. */
void	 mapping_names_default(struct mapping *);
/* Keys of a column and of a table; once all is read, what they name. */
FORMAT_KEY(mapread_column_unique);
FORMAT_KEY(mapread_column_index);
FORMAT_KEY(mapread_column_check);
FORMAT_KEY(mapread_column_references);
FORMAT_KEY(mapread_column_comment);
FORMAT_KEY(mapread_table_unique);
FORMAT_KEY(mapread_table_indexes);
FORMAT_KEY(mapread_table_checks);
FORMAT_KEY(mapread_table_foreign_keys);
FORMAT_KEY(mapread_table_comment);
void	 mapread_check_constraints(struct mapread *);
/* mapping_versions.c: what belongs to the steps from version to version. */
FORMAT_KEY(mapread_up);
FORMAT_KEY(mapread_down);
FORMAT_KEY(mapread_agree);
FORMAT_KEY(mapread_tests);
FORMAT_KEY(mapread_compat);
void	 mapread_check_versions(struct mapread *);

/* Policies of a column: they start from defaults:, which may stand behind, so
 * that they are read once all else is. */
void	 mapread_column_policies(struct mapread *, void *column,
	    const struct ynode *key, const struct ynode *value);
void	 mapread_later(struct mapread *);

/* Passwords: the text with each replaced by stars, or the text itself. */
const struct srctext *secret_mask(struct arena *, const struct srctext *);
/* All of a part of the text replaced by stars. */
const struct srctext *secret_blot(struct arena *, const struct srctext *,
	    uint32_t from, uint32_t to);
bool	 secret_in_target(const char *);

#endif
