/*
 * What the two databases' halves of table_facts.h share.
 */
#ifndef DECANT_TABLE_FACTS_IMPL_H
#define DECANT_TABLE_FACTS_IMPL_H

#include "db/db.h"
#include "db/table_facts.h"

struct facts {
	struct db *db;
	struct arena *arena;
	struct table_facts *t;
	const char *live;	/* the table's name when it is live */
	uint32_t column_cap, unique_cap, foreign_cap, check_cap, index_cap;
};

/* NULL: told. */
struct db_result *facts_query(struct facts *, const char *sql,
	    uint32_t nparam, const char *const *param);
/* "t" and "1" are true. */
bool	 facts_is_true(const char *cell);
/* A whole number of the database's. */
int64_t	 facts_number(const char *cell);
/* Appends to an array of column numbers. */
void	 facts_add_column(struct facts *, uint32_t **column, uint32_t *n,
	    uint32_t number);

bool	 sqlite_facts_read(struct facts *);
bool	 sqlite_facts_size(struct facts *, struct table_size *);
bool	 sqlite_facts_list(struct db *, struct arena *, struct fact_name **,
	    uint32_t *n);
#ifdef HAVE_LIBPQ
bool	 postgres_facts_read(struct facts *);
bool	 postgres_facts_size(struct facts *, struct table_size *);
bool	 postgres_facts_list(struct db *, struct arena *, const char *schema,
	    struct fact_name **, uint32_t *n);
#endif

#endif
