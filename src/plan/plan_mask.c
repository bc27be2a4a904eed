/*
 * redact(x), keep_last(x, n), token(x), fpe(x): for test databases that hold
 * no person.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "value/mask.h"

/* The key that token() and fpe() need, read once. */
static const struct mask_key *
mask_needs_key(struct build *bd, const struct expr *e)
{
	const struct mapping *m = bd->mapping;
	struct plan *p = bd->plan;
	struct mask_key *key;
	const char *why;

	if (p->mask_key != NULL)
		return p->mask_key;
	if (p->mask_refused)
		return NULL;		/* said once */
	p->mask_refused = true;
	if (m->mask_key_file == NULL) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P036, e->at,
		    "this function needs a key, and the mapping names none"),
		    "write 'mask: {key_file: FILE}'; openssl rand -hex 32 "
		    "makes a key");
		return NULL;
	}
	key = arena_zalloc(bd->arena, sizeof *key);
	why = mask_key_read(key, m->mask_key_file);
	if (why != NULL) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P036,
		    m->mask_key_at, "the key file cannot be used: %s", why),
		    "it holds 64 hexadecimal digits, and only its owner may "
		    "read it");
		return NULL;
	}
	p->mask_key = key;
	return key;
}

static bool
mask_emit(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, const struct mask_key *key, int n, struct operand *out)
{
	struct op op = op_make(code, frame);
	struct operand x;

	if (!plan_text(bd, frame, e->arg[0], &x))
		return false;
	op.a = x.reg;
	op.n = n;
	op.k = key;
	*out = (struct operand){ .t = { .type = V_TEXT }, .e = e,
	    .item = ITEM_NONE };
	if (code == OP_FPE || code == OP_KEEP_LAST)
		out->t.length = x.t.length;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

bool
plan_redact(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return mask_emit(bd, frame, e, OP_REDACT, NULL, 0, out);
}

bool
plan_keep_last(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct expr *n = e->arg[1];
	int32_t v = 0;
	uint32_t i;

	for (i = 0; n->kind == EX_NUMBER && i < n->text.len && i < 5; i++)
		v = n->text.p[i] >= '0' && n->text.p[i] <= '9' && v >= 0 ?
		    v * 10 + (n->text.p[i] - '0') : -1;
	if (n->kind != EX_NUMBER || v < 0 || i < n->text.len) {
		diag_add(bd->diags, DIAG_P007, n->at,
		    "keep_last takes how many characters stay, a number");
		return false;
	}
	return mask_emit(bd, frame, e, OP_KEEP_LAST, NULL, v, out);
}

bool
plan_token(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct mask_key *key = mask_needs_key(bd, e);

	return key != NULL && mask_emit(bd, frame, e, e->name[0][0] == 'T' ?
	    OP_TOKEN : OP_FPE, key, 0, out);
}
