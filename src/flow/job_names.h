/*
 * The names that a mapping's expressions use.
 */
#ifndef DECANT_JOB_NAMES_H
#define DECANT_JOB_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct expr;
struct mapping;

struct job_names {
	struct arena *arena;
	const char **v;		/* each once, whatever its case, _ and - */
	uint32_t n, cap;
};

bool	 job_names_same(const char *, const char *);
bool	 job_names_has(const struct job_names *, const char *);
void	 job_names_add(struct job_names *, const char *);
/* expr NULL: none. */
void	 job_names_of_expr(struct job_names *, const struct expr *);
void	 job_names_of_mapping(struct job_names *, const struct mapping *);

#endif
