/*
 * Which dataset a verb is about; see dataset_args.h.
 */
#include "command/dataset_args.h"

#include "command/signals.h"
#include "mapping/dataset_file.h"
#include "mapping/mapping.h"

static bool
missing(struct invocation *in, const char *what, const char *hint)
{
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
	    "%s is missing", what), "%s", hint);
	return false;
}

/* The only dataset of the database, where none is named. */
static const char *
only_dataset(struct invocation *in, struct db *db)
{
	const char **name;
	uint32_t n;
	struct diag *d;

	if (!ledger_datasets(db, &in->arena, &name, &n))
		return NULL;
	if (n == 1)
		return name[0];
	d = diag_add(&in->diags, DIAG_L010, NOWHERE, n == 0 ?
	    "%s has no ledger of decant" : "%s has more than one dataset",
	    db->description);
	if (n > 1)
		diag_hint(&in->diags, d, "--dataset names one, such as %s",
		    name[0]);
	else
		diag_hint(&in->diags, d, "decant load or stage begins one");
	return NULL;
}

static bool
open_it(struct invocation *in, const struct dataset_args *a,
    enum dataset_need need, const char *target, const char *name,
    struct open_dataset *o)
{
	if (o->db.fresh && need != NEED_NOTHING) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L010, NOWHERE,
		    "%s does not exist", o->db.description),
		    "decant load or stage makes it");
		return false;
	}
	(void)target;
	if (name == NULL)
		name = a->dataset;
	if (name == NULL && (name = only_dataset(in, &o->db)) == NULL)
		return false;
	if (need == NEED_LOCK && !db_lock(&o->db, name))
		return false;
	if (!dataset_read(&o->dataset, &o->db, &in->arena, name))
		return false;
	if (need == NEED_NOTHING || o->dataset.ledger.n > 0)
		return true;
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_L010, NOWHERE,
	    "%s has no dataset '%s'", o->db.description, name),
	    "decant load or stage begins one");
	return false;
}

/* A mapping, or what a dataset file says itself. */
static const struct mapping *
read_it(struct invocation *in)
{
	const char *path = in->operand.v[0];
	const struct map_dataset *d;

	if (!dataset_file_is(path))
		return mapping_read(&in->arena, &in->diags, path);
	d = dataset_file_read(&in->arena, &in->diags, path);
	return d == NULL ? NULL : d->own;
}

bool
dataset_args_open(struct invocation *in, const struct dataset_args *a,
    enum dataset_need need, struct open_dataset *o)
{
	const char *target = a->to, *name = a->dataset;
	const struct mapping *m = NULL;

	*o = (struct open_dataset){ .mapping = NULL };
	if (in->operand.n > 0) {
		m = read_it(in);
		if (m == NULL || in->diags.errors > 0)
			return false;
		o->mapping = m;
		if (target == NULL)
			target = m->target;
		if (name == NULL)
			name = m->schema;
	}
	if (target == NULL)
		return missing(in, m == NULL ? "the mapping" : "a target",
		    m == NULL ? "name a mapping, or a database with --to "
		    "sqlite:FILE.db" : "write target: in the mapping, or say "
		    "--to sqlite:FILE.db");
	if (!db_open(&o->db, &in->arena, &in->diags, target, &signal_caught))
		return false;
	if (open_it(in, a, need, target, name, o))
		return true;
	db_close(&o->db);
	return false;
}

void
dataset_args_close(struct open_dataset *o)
{
	db_close(&o->db);
}

enum status
dataset_args_status(const struct invocation *in)
{
	const struct diag *d;

	for (d = in->diags.first; d != NULL; d = d->next)
		if (d->code == DIAG_G001)
			return STATUS_USAGE;
	return invocation_status(in, STATUS_FAILED);
}
