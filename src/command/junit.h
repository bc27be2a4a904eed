/*
 * Results of decant test as JUnit XML, as build servers read it.
 */
#ifndef DECANT_JUNIT_H
#define DECANT_JUNIT_H

#include <stdbool.h>

#include "command/command.h"
#include "generation/migration_test.h"

/* False: told (G003). */
bool	 junit_write(struct invocation *, const char *path,
	    const struct migration_result *);

#endif
