/*
 * decant publish and decant rollback; see swap_verb.h.
 */
#include "command/swap_verb.h"

#include "base/json.h"
#include "command/signals.h"
#include "command/version.h"
#include "generation/checks.h"
#include "generation/texts.h"
#include "generation/who.h"
#include "mapping/mapping.h"

void
swap_verb_json(struct json *j, const struct swap_result *r)
{
	json_uint(j, "from", r->from);
	json_uint(j, "generation", r->to);
	json_fixed(j, "waited_ms", r->waited_ms, 1);
	json_fixed(j, "held_ms", r->held_ms, 1);
	json_uint(j, "attempts", r->attempts);
	json_uint(j, "carried", r->carried);
	json_uint(j, "exported", r->exported);
	if (r->snapshot != NULL)
		json_text(j, "snapshot", r->snapshot);
}

void
swap_verb_text(struct buf *b, const struct swap_result *r)
{
	buf_printf(b, "%-10s generation %u", "live", r->to);
	if (r->from != 0)
		buf_printf(b, ", before it %u", r->from);
	buf_printf(b, " (locks held for %.0f ms)\n", r->held_ms);
	if (r->carried + r->exported > 0)
		buf_printf(b, "%-10s of applications: %llu carried, %llu "
		    "exported\n", "writes", (unsigned long long)r->carried,
		    (unsigned long long)r->exported);
	if (r->snapshot != NULL)
		buf_printf(b, "%-10s %s\n", "snapshot", r->snapshot);
}

/* The generation that is to be live; NULL: told, or (same) nothing to do. */
static struct generation *
choose(struct invocation *in, const struct dataset *d, bool back, bool *same)
{
	const struct swap_args *args = in->args;
	struct generation *g;

	*same = false;
	if (args->generation != 0) {
		g = dataset_find(d, (uint32_t)args->generation);
		if (g != NULL && g->state == GEN_LIVE) {
			*same = true;
			return NULL;
		}
		if (g != NULL && g->state != GEN_GONE &&
		    g->state != GEN_STARTED)
			return g;
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L011, NOWHERE,
		    g == NULL ? "dataset '%s' has no generation %u" :
		    "dataset '%s' no longer has the tables of generation %u",
		    d->name, (unsigned)args->generation),
		    "decant status lists them");
		return NULL;
	}
	g = back ? dataset_back(d) : dataset_next(d);
	if (g != NULL)
		return g;
	if (!back && d->live != 0) {
		*same = true;
		return NULL;
	}
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_L011, NOWHERE, back ?
	    "dataset '%s' has nothing to go back to" :
	    "dataset '%s' has nothing to publish", d->name), back ?
	    "what was live before is retired, or there was nothing" :
	    "decant stage makes a generation");
	return NULL;
}

static void
show(struct invocation *in, const struct swap_result *r, bool same,
    uint32_t live, const struct buf *dry, bool back)
{
	const struct swap_args *args = in->args;
	struct json j = { .b = &in->out };

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", same ? "nothing to do" :
		    args->dry_run ? "dry run" : back ? "rolled back" :
		    "published");
		if (same)
			json_uint(&j, "generation", live);
		else
			swap_verb_json(&j, r);
		if (args->dry_run && !same)
			json_text(&j, "sql", dry->p == NULL ? "" : dry->p);
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	} else if (args->dry_run && !same) {
		buf_puts(&in->out, dry->p == NULL ? "" : dry->p);
	} else if (!args->quiet && same) {
		buf_printf(&in->out, "generation %u is live: nothing to do\n",
		    live);
	} else if (!args->quiet) {
		swap_verb_text(&in->out, r);
	}
}

/* The tests of the generation's own mapping, once more. */
static bool
tests_pass(struct invocation *in, struct dataset *d, struct generation *g)
{
	const struct swap_args *args = in->args;
	struct scratch_texts texts;
	struct check_result *r;
	struct mapping **m;
	bool good, passed = true;
	uint32_t n, i, k;

	if (args->untested || args->dry_run || g->ntext == 0)
		return true;
	if (!texts_write(d, g, &texts))
		return false;
	good = texts_mappings(d, &texts, &m, &n);
	for (i = 0; good && i < n; i++) {
		r = check_all(d, g, m[i], &k);
		passed = check_tell(d, m[i], r, k, "--untested publishes it "
		    "all the same") && passed;
	}
	texts_remove(&texts);
	return good && passed;
}

static enum status
swap_it(struct invocation *in, struct open_dataset *o, bool back)
{
	const struct swap_args *args = in->args;
	struct swap_result r = { 0 };
	struct generation *g;
	struct buf dry;
	bool same, good = true;
	struct swap_options so = { .back = back,
	    .rebuild_dependents = args->rebuild_dependents,
	    .resync = args->resync, .export_writes = args->export_writes,
	    .snapshot = args->snapshot, .no_snapshot = args->no_snapshot,
	    .dry = args->dry_run ? &dry : NULL };

	so.who = who_json(&in->arena, &o->db, in->command->name,
	    DECANT_VERSION);
	buf_init(&dry, 64u << 20);
	g = choose(in, &o->dataset, back, &same);
	if (g != NULL && !back && !tests_pass(in, &o->dataset, g)) {
		buf_fini(&dry);
		return invocation_status(in, STATUS_CHECK);
	}
	if (g != NULL)
		good = swap_run(&o->dataset, g, &so, &r);
	if ((g != NULL && good) || same)
		show(in, &r, same, o->dataset.live, &dry, back);
	in->published = g != NULL && good && !args->dry_run;
	buf_fini(&dry);
	return same || (g != NULL && good) ? STATUS_CLEAN :
	    invocation_status(in, STATUS_FAILED);
}

enum status
swap_verb(struct invocation *in, bool back)
{
	const struct swap_args *args = in->args;
	struct open_dataset o;
	enum status s;

	signals_catch();
	if (!dataset_args_open(in, &args->which, NEED_LOCK, &o))
		return dataset_args_status(in);
	s = swap_it(in, &o, back);
	dataset_args_close(&o);
	return s;
}
