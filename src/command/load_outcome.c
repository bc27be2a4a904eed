/*
 * What came of a load; see load_outcome.h.
 */
#include "command/load_outcome.h"

#include "base/json.h"
#include "command/swap_verb.h"
#include "report/summary.h"

/* --- errors that only the end tells -------------------------------------- */

/* With -q too: a batch job's log must say why it stopped. */
static void
tell_refused(struct invocation *in, const struct load_result *r)
{
	unsigned long long bad = r->rejected + r->fragments;
	struct diag *d;

	d = diag_add(&in->diags, DIAG_G005, NOWHERE, "%llu of %llu records "
	    "%s rejected, more than allowed", bad,
	    (unsigned long long)(r->read + r->fragments),
	    bad == 1 ? "is" : "are");
	if (r->rejects == NULL)
		return;
	if (r->rejected < r->read)
		diag_hint(&in->diags, d, "%s/reasons.csv tells why; "
		    "--max-rejects %llu would load the others", r->rejects,
		    bad);
	else
		diag_hint(&in->diags, d, "%s/reasons.csv tells why",
		    r->rejects);
}

static void
tell_broken(struct invocation *in, const struct job *job,
    const struct load_result *r)
{
	const struct control_break *k;
	uint32_t i;

	for (i = 0; i < r->ncontrol; i++) {
		if (r->control[i].nfirst == 0)
			continue;
		k = &r->control[i].first[0];
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G010,
		    job->mapping->controls[i].at, "%s does not hold: %s%s%s%s",
		    r->control[i].text, k->why != NULL ? k->why : "left ",
		    k->why != NULL ? "" : k->left, k->why != NULL ? "" :
		    ", right ", k->why != NULL ? "" : k->right),
		    "the target is untouched; see what the sender says of "
		    "this file");
	}
}

void
outcome_tell(struct invocation *in, const struct outcome *o)
{
	const struct run_part *p;
	uint32_t i;

	for (i = 0; o->set != NULL && i < o->set->npart; i++) {
		p = &o->set->part[i];
		if (p->load != NULL && p->load->state == LOAD_REFUSED)
			tell_refused(in, p->load);
		if (p->load != NULL && p->load->breaks > 0)
			tell_broken(in, p->job, p->load);
	}
}

/* --- the exit status ----------------------------------------------------- */

static bool
any_load(const struct outcome *o)
{
	uint32_t i;

	for (i = 0; o->set != NULL && i < o->set->npart; i++)
		if (o->set->part[i].load != NULL)
			return true;
	return false;
}

/* Of all parts, or of the only one. */
static enum load_state
outcome_state(const struct outcome *o)
{
	return o->run != NULL ? o->run->state : any_load(o) ?
	    o->set->part[0].load->state : LOAD_FAILED;
}

static bool
is_proved(const struct outcome *o)
{
	const struct load_result *r;
	uint32_t i;

	for (i = 0; i < o->set->npart; i++) {
		r = o->set->part[i].load;
		if (r != NULL && r->proof != NULL &&
		    r->proof->proved != r->proof->checked)
			return false;
	}
	return true;
}

bool
outcome_is_done(const struct outcome *o)
{
	enum load_state s = outcome_state(o);

	return any_load(o) && (s == LOAD_CLEAN || s == LOAD_WITH_REJECTS);
}

enum status
outcome_status(struct invocation *in, const struct outcome *o)
{
	if (o->run != NULL && o->run->same)
		return outcome_state(o) == LOAD_CLEAN ? STATUS_CLEAN :
		    invocation_status(in, STATUS_FAILED);
	if (!any_load(o))
		return o->set != NULL && o->set->target == NULL ?
		    STATUS_USAGE : invocation_status(in, STATUS_FAILED);
	switch (outcome_state(o)) {
	case LOAD_CLEAN:
		return is_proved(o) ? STATUS_CLEAN : STATUS_CHECK;
	case LOAD_WITH_REJECTS:
		return is_proved(o) ? STATUS_REJECTS : STATUS_CHECK;
	case LOAD_BROKEN:
		return STATUS_CHECK;
	case LOAD_REFUSED:
	case LOAD_FAILED:
		break;
	}
	return invocation_status(in, STATUS_FAILED);
}

/* --- for machines -------------------------------------------------------- */

static void
put_run_json(struct json *j, const struct run_result *r)
{
	uint32_t i;

	if (r->same)
		json_text(j, "state", "same");
	json_uint(j, "generation", r->generation);
	json_bool(j, "staged", r->staged);
	json_bool(j, "published", r->published);
	json_open(j, "tests", '[');
	for (i = 0; i < r->ncheck; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", r->check[i].name);
		json_bool(j, "passed", r->check[i].state == CHECK_PASSED);
		json_uint(j, "rows", r->check[i].failures);
		json_close(j, '}');
	}
	json_close(j, ']');
	if (!r->published)
		return;
	json_open(j, "publication", '{');
	swap_verb_json(j, &r->swap);
	json_close(j, '}');
}

static void
put_members(struct json *j, const struct outcome *o)
{
	static const char *const state[] = { "clean", "rejects", "broken",
	    "refused", "failed" };
	const struct run_part *p;
	uint32_t i;

	json_text(j, "dataset", o->set->dataset);
	if (o->run == NULL || !o->run->same)
		json_text(j, "state", state[outcome_state(o)]);
	json_open(j, "members", '[');
	for (i = 0; i < o->set->npart; i++) {
		p = &o->set->part[i];
		json_open(j, NULL, '{');
		json_text(j, "name", p->name);
		json_bool(j, "sent", p->sent);
		if (p->load != NULL)
			summary_json(j, p->job, p->load);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void
outcome_json(struct invocation *in, const struct outcome *o,
    enum status status)
{
	struct json j = { .b = &in->out };

	json_open(&j, NULL, '{');
	json_uint(&j, "exit", status);
	if (o->set != NULL && o->set->file != NULL)
		put_members(&j, o);
	else if (any_load(o))
		summary_json(&j, o->set->part[0].job, o->set->part[0].load);
	else if (o->run == NULL || !o->run->same)
		json_text(&j, "state", "failed");
	if (o->run != NULL)
		put_run_json(&j, o->run);
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

/* --- for people ---------------------------------------------------------- */

static void
put_checks(struct buf *b, const struct run_result *r)
{
	uint32_t i, passed = 0;

	for (i = 0; i < r->ncheck; i++)
		passed += r->check[i].state == CHECK_PASSED;
	buf_printf(b, "%-10s %u of %u passed\n", "tests", passed, r->ncheck);
}

static void
put_loads(struct invocation *in, const struct run_set *s)
{
	const struct run_part *p;
	uint32_t i;

	for (i = 0; i < s->npart; i++) {
		p = &s->part[i];
		if (s->file != NULL && p->load != NULL)
			buf_printf(&in->out, "%-10s %s\n", "member", p->name);
		else if (s->file != NULL)
			buf_printf(&in->out, "%-10s %s: %s\n", "member",
			    p->name, p->sent ? "not read" : "not sent");
		if (p->load != NULL)
			summary_text(&in->arena, &in->out, p->job, p->load,
			    in->color_out);
		if (s->file != NULL)
			buf_putc(&in->out, '\n');
	}
}

void
outcome_text(struct invocation *in, const struct outcome *o)
{
	const struct run_result *r = o->run;

	if (r != NULL && r->same) {
		buf_printf(&in->out, o->retry != NULL ? "generation %u has "
		    "these records already: nothing to do (--again does it "
		    "again)\n" : "generation %u is live and was made of the "
		    "same: nothing to do (--again does it again)\n",
		    r->generation);
		return;
	}
	if (!any_load(o))
		return;
	put_loads(in, o->set);
	if (r == NULL)
		return;
	if (r->ncheck > 0)
		put_checks(&in->out, r);
	if (r->published)
		swap_verb_text(&in->out, &r->swap);
	else if (r->staged)
		buf_printf(&in->out, "%-10s generation %u: decant publish "
		    "makes it live\n", "staged", r->generation);
}
