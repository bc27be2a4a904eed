/*
 * What each kind of database has of publication.h; publication.c asks the
 * kind.  SQLite's functions are in publication_sqlite.c, PostgreSQL's in
 * publication_postgres.c, which is built with libpq only.
 */
#ifndef DECANT_PUBLICATION_IMPL_H
#define DECANT_PUBLICATION_IMPL_H

#include "generation/publication.h"

bool	 litepub_check(struct publication *);
bool	 litepub_prepare(struct publication *);
enum grade litepub_run(struct publication *);
bool	 litepub_drop(struct publication *);

#ifdef HAVE_LIBPQ
bool	 pgpub_check(struct publication *);
bool	 pgpub_prepare(struct publication *);
enum grade pgpub_run(struct publication *);
bool	 pgpub_drop(struct publication *);
#endif

#endif
