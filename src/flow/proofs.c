/*
 * Proofs of the whole input; see proofs.h.  Everything lives in the caller's
 * arena.
 */
#include "flow/proofs.h"

#include "base/buf.h"
#include "base/mem.h"
#include "flow/rejects.h"
#include "plan/batch.h"
#include "plan/prove.h"

#define KINDS_MAX	100u

struct proofs {
	struct arena *arena;
	const struct job *job;
	struct proof_result result;
};

struct proofs *
proofs_new(struct arena *a, const struct job *job)
{
	struct proofs *p = arena_zalloc(a, sizeof *p);

	p->arena = a;
	p->job = job;
	return p;
}

void
proofs_restart(struct proofs *p)
{
	struct proof_kind *kind = p->result.kind;
	uint32_t cap = p->result.cap;

	p->result = (struct proof_result){ .kind = kind, .cap = cap };
}

/* The item's path with its occurrences behind: PHONE.NUMBER(2). */
static const char *
proof_path(struct proofs *p, const struct difference *d)
{
	const char *path = plan_item_path(p->job->plan, d->item), *text;
	struct buf b;
	uint32_t i;

	if (d->nocc == 0)
		return path;
	buf_init(&b, 4096);
	buf_puts(&b, path);
	for (i = 0; i < d->nocc; i++)
		buf_printf(&b, "%c%u", i == 0 ? '(' : ',', d->occ[i]);
	buf_putc(&b, ')');
	text = arena_strdup(p->arena, b.p);
	buf_fini(&b);
	return text;
}

static const char *
proof_hex(struct proofs *p, struct slice bytes, uint32_t offset,
    uint32_t size)
{
	const char *text;
	struct buf b;

	buf_init(&b, 256);
	buf_puts(&b, "");
	rejects_hex(&b, bytes, offset, size, PROOF_BYTES);
	text = b.len > 0 ? arena_strdup(p->arena, b.p) : "";
	buf_fini(&b);
	return text;
}

static void
proof_first(struct proofs *p, const struct batch *b,
    const struct difference *d, struct proof_kind *k)
{
	const struct slab *s = &b->slab;
	struct slice bytes = record_raw(p->job->source.framing.framing,
	    s->rec[d->rec]);

	k->item = d->item;
	k->code = d->code;
	k->file = p->job->source.file[s->file];
	k->record = s->first_record + d->rec;
	k->offset = s->offset + s->raw_off[d->rec];
	k->at = d->offset;
	k->size = d->size;
	k->path = proof_path(p, d);
	k->before = proof_hex(p, bytes, d->offset, d->size);
	if (d->nafter > 0)
		k->after = arena_printf(p->arena, "%s%s", proof_hex(p,
		    (struct slice){ d->after, d->nafter }, 0, d->nafter),
		    d->nafter < d->size ? "…" : "");
}

static void
proof_count(struct proofs *p, const struct batch *b,
    const struct difference *d)
{
	struct proof_result *r = &p->result;
	struct proof_kind *k;
	uint32_t i;

	for (i = 0; i < r->nkind; i++)
		if (r->kind[i].item == d->item && r->kind[i].code == d->code) {
			r->kind[i].count++;
			return;
		}
	if (r->nkind == KINDS_MAX) {
		r->more++;
		return;
	}
	k = ARENA_PUSH(p->arena, r->kind, r->nkind, r->cap);
	*k = (struct proof_kind){ .count = 1 };
	proof_first(p, b, d, k);
}

void
proofs_put(struct proofs *p, const struct batch *b)
{
	uint32_t i;

	p->result.checked += b->proof->checked;
	p->result.proved += b->proof->proved;
	for (i = 0; i < b->proof->n; i++)
		proof_count(p, b, &b->proof->v[i]);
}

const struct proof_result *
proofs_result(const struct proofs *p)
{
	return &p->result;
}
