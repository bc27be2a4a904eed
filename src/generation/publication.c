/*
 * Publication by the kind of database; see publication.h.
 */
#include "generation/publication.h"

#include "db/db.h"
#include "generation/publication_impl.h"

bool
publication_check(struct publication *p)
{
#ifdef HAVE_LIBPQ
	if (p->db->kind == DB_POSTGRES)
		return pgpub_check(p);
#endif
	return litepub_check(p);
}

bool
publication_prepare(struct publication *p)
{
#ifdef HAVE_LIBPQ
	if (p->db->kind == DB_POSTGRES)
		return pgpub_prepare(p);
#endif
	return litepub_prepare(p);
}

enum grade
publication_run(struct publication *p)
{
#ifdef HAVE_LIBPQ
	if (p->db->kind == DB_POSTGRES)
		return pgpub_run(p);
#endif
	return litepub_run(p);
}

bool
publication_drop(struct publication *p)
{
#ifdef HAVE_LIBPQ
	if (p->db->kind == DB_POSTGRES)
		return pgpub_drop(p);
#endif
	return litepub_drop(p);
}
