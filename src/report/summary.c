/*
 * What a load did; see summary.h.
 */
#include "report/summary.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/json.h"
#include "plan/left_out.h"
#include "report/table.h"

#define MISSES_SHOWN	8u
#define REASONS_SHOWN	10u	/* on a terminal; JSON has them all */

const char *
summary_count(char *out, uint64_t v)
{
	char digits[24];
	int i, n = snprintf(digits, sizeof digits, "%llu",
	    (unsigned long long)v);
	char *p = out;

	for (i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

static double
bytes_per_second(const struct load_result *r)
{
	return r->seconds > 0 ? (double)r->bytes / r->seconds : 0;
}

static const char *const state_names[] = {
	[LOAD_CLEAN] = "loaded",
	[LOAD_WITH_REJECTS] = "loaded, with rejects",
	[LOAD_BROKEN] = "a check failed: the target is untouched",
	[LOAD_REFUSED] = "refused: the target is untouched",
	[LOAD_FAILED] = "failed: the target is untouched",
};

/* The most frequent reasons first; equal ones as they were met. */
static const struct load_reason **
reasons_sorted(struct arena *a, const struct load_result *r)
{
	const struct load_reason **v = arena_array(a, r->nreason + 1,
	    sizeof *v), *x;
	uint32_t i, k;

	for (i = 0; i < r->nreason; i++) {
		x = &r->reason[i];
		for (k = i; k > 0 && v[k - 1]->count < x->count; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	return v;
}

static void
put_reasons(struct arena *a, struct buf *b, const struct job *job,
    const struct load_result *r, bool colour)
{
	struct table_column column[] = { { "records", true },
	    { "code", false }, { "reason", false }, { "first in", false } };
	const struct load_reason **v = reasons_sorted(a, r);
	struct table t;
	char count[32];
	uint32_t i;

	if (job->table != NULL)
		column[0].title = "rows";
	table_init(&t, a, column, 4);
	for (i = 0; i < r->nreason && i < REASONS_SHOWN; i++) {
		table_text(&t, summary_count(count, v[i]->count));
		table_text(&t, diag_name(v[i]->example.code));
		table_text(&t, v[i]->text);
		if (job->table != NULL)
			table_printf(&t, "row %llu of %s",
			    (unsigned long long)v[i]->record, v[i]->file);
		else
			table_printf(&t, "record %llu, byte %llu of %s",
			    (unsigned long long)v[i]->record,
			    (unsigned long long)v[i]->offset,
			    v[i]->file != NULL ? v[i]->file : "?");
	}
	buf_putc(b, '\n');
	table_render(&t, b, colour);
	if (r->nreason > REASONS_SHOWN)
		buf_printf(b, "and %u more reason%s\n",
		    r->nreason - REASONS_SHOWN,
		    r->nreason - REASONS_SHOWN == 1 ? "" : "s");
}

static void
put_line(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, "%-10s %s\n", name, text);
}

/* What was guessed about the input must be said: it can be wrong. */
static void
put_guess(struct buf *b, const struct source_facts *f)
{
	if (!f->guessed || f->framing != FRAMING_V)
		return;
	buf_printf(b, "%-10s %s-endian RDWs that %s themselves: guessed, rdw: "
	    "in the mapping fixes it\n", "format", f->rdw_little ? "little" :
	    "big", f->rdw_inclusive ? "count" : "do not count");
}

/* The same balance for each type of record. */
static void
put_types(struct buf *b, const struct job *job, const struct load_result *r)
{
	const struct load_type *t;
	char n[4][32];
	uint32_t i;

	for (i = 0; i <= r->ntype; i++) {
		t = &r->type[i];
		if (i == r->ntype && t->read == 0)
			break;
		buf_printf(b, "%-10s %s: %s read = %s loaded + %s rejected + "
		    "%s skipped\n", i == 0 ? "types" : "", i < r->ntype ?
		    plan_type_name(job->plan, i) : "(none)",
		    summary_count(n[0], t->read),
		    summary_count(n[1], t->loaded),
		    summary_count(n[2], t->rejected),
		    summary_count(n[3], t->skipped));
	}
}

static void
put_break(struct buf *b, const struct job *job, const struct control_break *k)
{
	char record[32];

	buf_printf(b, "%-10s   ", "");
	if (k->left != NULL && k->right != NULL)
		buf_printf(b, "left %s, right %s", k->left, k->right);
	if (k->why != NULL)
		buf_printf(b, "%s%s", k->left != NULL && k->right != NULL ?
		    "; " : "", k->why);
	if (k->record > 0)
		buf_printf(b, ", at record %s",
		    summary_count(record, k->record));
	buf_printf(b, " of %s\n", job->source.file[k->file]);
}

static void
put_controls(struct buf *b, const struct job *job,
    const struct load_result *r)
{
	const struct control_result *c;
	char n[2][32];
	uint32_t i, k;

	for (i = 0; i < r->ncontrol; i++) {
		c = &r->control[i];
		buf_printf(b, "%-10s %s: ", i == 0 ? "controls" : "", c->text);
		if (c->broken > 0)
			buf_printf(b, "BROKEN, %s of %s\n",
			    summary_count(n[0], c->broken),
			    summary_count(n[1], c->spans));
		else if (c->spans == 1)
			buf_printf(b, "holds (%s)\n", c->left);
		else
			buf_printf(b, "holds, %s times\n",
			    summary_count(n[0], c->spans));
		for (k = 0; k < c->nfirst; k++)
			put_break(b, job, &c->first[k]);
	}
}

/* Codes that crosswalks lack, the most frequent. */
static void
put_misses(struct buf *b, const struct job *job, const struct load_result *r)
{
	const struct missed *v;
	uint32_t i, k, n;
	uint64_t all;
	char c[2][32];

	for (i = 0; i < plan_nlookup(job->plan); i++) {
		v = misses_of(r->misses, i, &n, &all);
		if (n == 0)
			continue;
		buf_printf(b, "%-10s %s lacks %s code%s, in %s row%s:",
		    "crosswalk", plan_lookup_name(job->plan, i),
		    summary_count(c[0], n), n == 1 ? "" : "s",
		    summary_count(c[1], all), all == 1 ? "" : "s");
		for (k = 0; k < n && k < MISSES_SHOWN; k++)
			buf_printf(b, "%s '%.*s' (%s)", k == 0 ? "" : ",",
			    (int)v[k].key.len, (const char *)v[k].key.p,
			    summary_count(c[0], v[k].count));
		buf_puts(b, n > MISSES_SHOWN ? ", …\n" : "\n");
	}
}

/* Middle names that say that there is none. */
static void
put_omissions(struct buf *b, const struct job *job,
    const struct load_result *r)
{
	const struct schema *s = plan_schema(job->plan);
	const struct left_out_column *c;
	uint32_t n, i, k;
	char count[32];

	c = omissions_of(r->omissions, &n);
	for (i = 0; i < n; i++, c++) {
		buf_printf(b, "%-10s %s.%s: %s middle name%s left out",
		    i == 0 ? "names" : "", s->table[c->table].name,
		    s->table[c->table].column[c->column].name,
		    summary_count(count, c->count), c->count == 1 ? "" : "s");
		for (k = 0; k < c->nword; k++)
			buf_printf(b, "%s%.*s %s", k == 0 ? " (" : ", ",
			    (int)c->word[k].text.len,
			    (const char *)c->word[k].text.p,
			    summary_count(count, c->word[k].count));
		buf_puts(b, ")\n");
	}
}

/* Where the item stands, and what it would become. */
static void
put_proof_kind(struct buf *b, const struct proof_kind *k)
{
	char n[2][32];

	buf_printf(b, "%-10s   %s %s: %s in record %s", "",
	    diag_name((enum diag_code)k->code), k->path,
	    summary_count(n[0], k->count), summary_count(n[1], k->record));
	if (k->count > 1)
		buf_puts(b, " and others");
	buf_puts(b, "\n");
	if (k->size == 0)
		return;
	buf_printf(b, "%-10s     at %u: %s", "", k->at, k->before);
	if (k->after != NULL)
		buf_printf(b, " would be %s", k->after);
	buf_puts(b, "\n");
}

static void
put_proof(struct buf *b, const struct proof_result *p)
{
	char n[2][32];
	uint32_t i;

	buf_printf(b, "%-10s %s of %s records\n", "proved",
	    summary_count(n[0], p->proved), summary_count(n[1], p->checked));
	for (i = 0; i < p->nkind && i < REASONS_SHOWN; i++)
		put_proof_kind(b, &p->kind[i]);
	if (p->nkind > REASONS_SHOWN)
		buf_printf(b, "%-10s   and %u more kinds of differences\n", "",
		    p->nkind - REASONS_SHOWN);
}

void
summary_text(struct arena *a, struct buf *b, const struct job *job,
    const struct load_result *r, bool colour)
{
	const struct schema *schema = plan_schema(job->plan);
	bool done = r->state == LOAD_CLEAN || r->state == LOAD_WITH_REJECTS;
	char n[4][32];
	uint32_t i;

	if (r->state == LOAD_FAILED && r->read == 0)
		return;		/* the error says it all */
	buf_printf(b, "%-10s %s read = %s loaded + %s rejected + %s skipped\n",
	    job->table != NULL ? "rows" : "records", summary_count(n[0], r->read),
	    summary_count(n[1], r->loaded), summary_count(n[2], r->rejected),
	    summary_count(n[3], r->skipped));
	if (r->ntype > 0)
		put_types(b, job, r);
	if (r->fragments > 0)
		buf_printf(b, "%-10s %s\n", "fragments",
		    summary_count(n[0], r->fragments));
	for (i = 0; done && i < r->ntable; i++)
		buf_printf(b, "%-10s %s: %s row%s\n", i == 0 ? "tables" : "",
		    schema->table[i].name, summary_count(n[0], r->rows[i]),
		    r->rows[i] == 1 ? "" : "s");
	if (r->as_of != NULL)
		put_line(b, "as of", r->as_of);
	put_controls(b, job, r);
	put_misses(b, job, r);
	put_omissions(b, job, r);
	if (r->proof != NULL)
		put_proof(b, r->proof);
	buf_printf(b, "%-10s %.2f s, %.0f MB/s, %u job%s\n", "time",
	    r->seconds, bytes_per_second(r) / 1e6, r->jobs,
	    r->jobs == 1 ? "" : "s");
	put_guess(b, &r->facts);
	if (r->target != NULL)
		put_line(b, "target", r->target);
	if (r->rejects != NULL)
		put_line(b, "rejects", r->rejects);
	put_line(b, "state", state_names[r->state]);
	if (r->nreason > 0)
		put_reasons(a, b, job, r, colour);
}

static void
json_reason(struct json *j, const struct job *job, const struct load_reason *x)
{
	const struct schema *schema = plan_schema(job->plan);
	const struct layout *layout = plan_layout(job->plan);
	const struct schema_table *table = NULL;

	json_open(j, NULL, '{');
	json_text(j, "code", diag_name(x->example.code));
	json_text(j, "summary", diag_summary(x->example.code));
	json_text(j, "text", x->text);
	if (x->example.table < schema->ntable) {
		table = &schema->table[x->example.table];
		json_text(j, "table", table->name);
	}
	if (table != NULL && x->example.column < table->ncolumn)
		json_text(j, "column", table->column[x->example.column].name);
	if (x->example.item < layout->nitem)
		json_text(j, "field", layout->item[x->example.item].name);
	json_uint(j, "count", x->count);
	json_open(j, "first", '{');
	json_text(j, "file", x->file);
	json_uint(j, "record", x->record);
	if (job->table == NULL)
		json_uint(j, "offset", x->offset);
	json_close(j, '}');
	json_close(j, '}');
}

static void
json_types(struct json *j, const struct job *job, const struct load_result *r)
{
	uint32_t i;

	if (r->ntype == 0)
		return;
	json_open(j, "types", '[');
	for (i = 0; i <= r->ntype; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", i < r->ntype ?
		    plan_type_name(job->plan, i) : NULL);
		json_uint(j, "read", r->type[i].read);
		json_uint(j, "loaded", r->type[i].loaded);
		json_uint(j, "rejected", r->type[i].rejected);
		json_uint(j, "skipped", r->type[i].skipped);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
json_controls(struct json *j, const struct job *job,
    const struct load_result *r)
{
	const struct control_result *c;
	uint32_t i, k;

	if (r->ncontrol == 0)
		return;
	json_open(j, "controls", '[');
	for (i = 0; i < r->ncontrol; i++) {
		c = &r->control[i];
		json_open(j, NULL, '{');
		json_text(j, "control", c->text);
		json_uint(j, "compared", c->spans);
		json_uint(j, "broken", c->broken);
		json_open(j, "breaks", '[');
		for (k = 0; k < c->nfirst; k++) {
			json_open(j, NULL, '{');
			json_text(j, "left", c->first[k].left);
			json_text(j, "right", c->first[k].right);
			json_text(j, "why", c->first[k].why);
			json_text(j, "file",
			    job->source.file[c->first[k].file]);
			json_uint(j, "record", c->first[k].record);
			json_close(j, '}');
		}
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
json_misses(struct json *j, const struct job *job, const struct load_result *r)
{
	const struct missed *v;
	uint32_t i, k, n;
	uint64_t all;

	if (plan_nlookup(job->plan) == 0)
		return;
	json_open(j, "crosswalks", '[');
	for (i = 0; i < plan_nlookup(job->plan); i++) {
		v = misses_of(r->misses, i, &n, &all);
		json_open(j, NULL, '{');
		json_text(j, "name", plan_lookup_name(job->plan, i));
		json_uint(j, "missed", all);
		json_open(j, "codes", '[');
		for (k = 0; k < n; k++) {
			json_open(j, NULL, '{');
			json_text(j, "code", (const char *)v[k].key.p);
			json_uint(j, "count", v[k].count);
			json_close(j, '}');
		}
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
json_omissions(struct json *j, const struct load_result *r)
{
	uint32_t n;

	omissions_of(r->omissions, &n);
	if (n == 0)
		return;
	json_open(j, "names", '[');
	omissions_json(r->omissions, j);
	json_close(j, ']');
}

static void
json_proof(struct json *j, const struct job *job,
    const struct proof_result *p)
{
	const struct layout *layout = plan_layout(job->plan);
	const struct proof_kind *k;
	uint32_t i;

	json_open(j, "proof", '{');
	json_uint(j, "checked", p->checked);
	json_uint(j, "proved", p->proved);
	json_open(j, "differences", '[');
	for (i = 0; i < p->nkind; i++) {
		k = &p->kind[i];
		json_open(j, NULL, '{');
		json_text(j, "code", diag_name((enum diag_code)k->code));
		json_text(j, "summary", diag_summary((enum diag_code)k->code));
		json_text(j, "field", layout->item[k->item].name);
		json_uint(j, "count", k->count);
		json_open(j, "first", '{');
		json_text(j, "file", k->file);
		json_uint(j, "record", k->record);
		json_uint(j, "offset", k->offset);
		json_text(j, "item", k->path);
		json_uint(j, "at", k->at);
		json_uint(j, "size", k->size);
		json_text(j, "before", k->before);
		json_text(j, "after", k->after);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

void
summary_json(struct json *j, const struct job *job,
    const struct load_result *r)
{
	static const char *const state[] = { "clean", "rejects", "broken",
	    "refused", "failed" };
	const struct schema *schema = plan_schema(job->plan);
	uint32_t i;

	json_text(j, "state", state[r->state]);
	json_text(j, "mapping", job->mapping->name);
	json_text(j, "target", r->target);
	json_uint(j, "read", r->read);
	json_uint(j, "loaded", r->loaded);
	json_uint(j, "rejected", r->rejected);
	json_uint(j, "skipped", r->skipped);
	json_types(j, job, r);
	json_uint(j, "fragments", r->fragments);
	json_uint(j, "bytes", r->bytes);
	json_fixed(j, "seconds", r->seconds, 6);
	json_fixed(j, "bytes_per_second", bytes_per_second(r), 0);
	json_uint(j, "jobs", r->jobs);
	json_open(j, "tables", '[');
	for (i = 0; i < r->ntable && i < schema->ntable; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", schema->table[i].name);
		json_uint(j, "rows", r->rows[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	if (r->as_of != NULL)
		json_text(j, "as_of", r->as_of);
	json_controls(j, job, r);
	json_misses(j, job, r);
	json_omissions(j, r);
	if (r->proof != NULL)
		json_proof(j, job, r->proof);
	json_text(j, "rejects", r->rejects);
	json_open(j, "reasons", '[');
	for (i = 0; i < r->nreason; i++)
		json_reason(j, job, &r->reason[i]);
	json_close(j, ']');
}
