/*
 * The texts that SQLite keeps of tables and indexes (sqlite_master.sql): which
 * names stand where, and the same text with other names.
 *
 * SQLite stores a statement from the name on as it was written, behind its own
 * "CREATE TABLE " or "CREATE [UNIQUE] INDEX " ("The Schema Table",
 * sqlite.org/schematab.html).  Comments and blanks stay as they are.
 */
#ifndef DECANT_PUBLICATION_SQLITE_TEXT_H
#define DECANT_PUBLICATION_SQLITE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

enum lite_token_kind {
	LITE_END, LITE_WORD, LITE_QUOTED, LITE_STRING, LITE_NUMBER, LITE_OTHER
};
struct lite_token {
	enum lite_token_kind kind;
	const char *p;
	size_t n;
};

/* The token at `at` or behind it; what stands behind the token. */
const char *litetext_next(const char *at, struct lite_token *);
/* Is it this keyword (a bare word) or this sign? */
bool	 litetext_is(const struct lite_token *, const char *word);
/* A name, without its quotes. */
const char *litetext_name(struct arena *, const struct lite_token *);
/* Does the word stand anywhere in the text? */
bool	 litetext_has(const char *sql, const char *word);

/*
 * How a table's text changes when it moves: its name, and the names of the
 * tables that its foreign keys refer to, of whichever generation.
 */
struct lite_rename {
	const char *from, *to;
	uint32_t strip, add;	/* generations (NAME__gN) of those names; 0:
				 * none */
	bool autoincrement;	/* its PRIMARY KEY is to be AUTOINCREMENT */
};
void	 litetext_table(struct buf *, const char *sql,
	    const struct lite_rename *);
/*
 * Foreign keys to these tables become comments; and what were such comments
 * become foreign keys.
 */
void	 litetext_mute(struct buf *, const char *sql,
	    const char *const *parent, uint32_t nparent);
void	 litetext_unmute(struct buf *, const char *sql);
bool	 litetext_is_mute(const char *sql);
void	 litetext_index(struct buf *, const char *sql, const char *index,
	    const char *table);
/* NAME of NAME__gN; NULL: it is not of that generation. */
const char *litetext_strip(struct arena *, const char *name,
	    uint32_t generation);

/*
 * What a table's definition is made of: its columns and its constraints, each
 * in a normal form.  Names of referred tables are without `generation`.
 */
struct lite_item {
	const char *column;	/* NULL: a constraint of the table */
	const char *text;
};
struct lite_items {
	struct lite_item *v;
	uint32_t n, cap;
};
void	 litetext_items(struct arena *, const char *sql, uint32_t generation,
	    struct lite_items *);
/*
 * The clauses of a column that decant never writes: DEFAULT, COLLATE, CHECK,
 * GENERATED; one after another: *at begins as the item's text.  NULL: no more.
 */
const char *litetext_clause(struct arena *, const char **at);

#endif
