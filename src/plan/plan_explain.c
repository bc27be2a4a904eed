/*
 * The column program as text: what `decant explain` shows and golden tests
 * look at.  One op a line: frame, register, op, what it reads.
 */
#include "plan/plan_impl.h"

#include "base/buf.h"

static const char *const op_names[] = {
#define OP(code, fn, name) name,
#include "plan/ops.def"
#undef OP
};

static bool
op_makes_frame(const struct op *op)
{
	return op->code == OP_ROOT || op->code == OP_EXPAND ||
	    op->code == OP_FILTER || op->code == OP_SHIFT ||
	    op->code == OP_TYPE || op->code == OP_LINK ||
	    op->code == OP_WALK || op->code == OP_PICK ||
	    op->code == OP_REACH || op->code == OP_UNPIVOT ||
	    op->code == OP_MERGE;
}

static void
explain_op(struct buf *out, const struct plan *p, const struct op *op)
{
	uint32_t in[3] = { op->a, op->b, op->c }, i;
	const struct vt *t;

	if (op_makes_frame(op))
		buf_printf(out, "%5u  f%-3u          %s", op->id, op->dst,
		    op_names[op->code]);
	else if (op->dst == NONE)
		buf_printf(out, "%5u  f%-3u          %s", op->id, op->frame,
		    op_names[op->code]);
	else
		buf_printf(out, "%5u  f%-3u r%-4u ←  %s", op->id, op->frame,
		    op->dst, op_names[op->code]);
	if (op_makes_frame(op) && op->code != OP_ROOT)
		buf_printf(out, " f%u", op->frame);
	for (i = 0; i < 3; i++)
		if (in[i] != NONE)
			buf_printf(out, " r%u", in[i]);
	for (i = 0; i < op->narg; i++)
		if (op->arg[i] != NONE)
			buf_printf(out, " r%u", op->arg[i]);
	if (p->note[op->id].text[0] != '\0')
		buf_printf(out, " %s", p->note[op->id].text);
	if (!op_makes_frame(op) && op->dst != NONE) {
		t = &p->reg[op->dst].t;
		buf_printf(out, " : %s", vt_name(t));
		if ((t->type == V_I64 || t->type == V_D128) && t->precision)
			buf_printf(out, "(%u,%d)", t->precision, t->scale);
	}
	buf_putc(out, '\n');
}

void
plan_explain(struct buf *out, const struct plan *p)
{
	char type[48];
	uint32_t i, t, c;

	for (i = 0; i < p->nop; i++)
		explain_op(out, p, &p->op[i]);
	for (t = 0; t < p->schema.ntable; t++) {
		buf_printf(out, "\ntable %s from f%u\n",
		    p->schema.table[t].name, p->table[t].frame);
		for (c = 0; c < p->schema.table[t].ncolumn; c++) {
			sqltype_format(type, &p->schema.table[t].column[c].type);
			buf_printf(out, "  %-24s r%-4u %s%s\n",
			    p->schema.table[t].column[c].name,
			    p->table[t].reg[c], type,
			    p->schema.table[t].column[c].not_null ?
			    " not null" : "");
		}
		for (c = 0; c < p->schema.nconstraint; c++)
			if (p->check[c] != NONE &&
			    p->schema.constraint[c].table == t)
				buf_printf(out, "  %-24s r%-4u check %s\n", "",
				    p->check[c], p->schema.constraint[c].text);
	}
}
