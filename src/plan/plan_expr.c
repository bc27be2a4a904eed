/*
 * Expressions to registers.  Meaning and result types are PostgreSQL's.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/chain.h"

static bool
expr_clash(struct build *bd, const struct expr *e, const char *op,
    const struct operand *x, const struct operand *y)
{
	struct diag *d = diag_add(bd->diags, DIAG_P005, e->at,
	    "%s does not take %s and %s", op, vt_name(&x->t), vt_name(&y->t));

	if (x->t.type == V_TEXT || y->t.type == V_TEXT)
		diag_hint(bd->diags, d, "cast the text: cast(… as numeric)");
	return false;
}

static const char *
expr_operator(enum expr_kind k)
{
	switch (k) {
	case EX_ADD:
		return "+";
	case EX_SUB:
		return "-";
	case EX_MUL:
		return "*";
	case EX_DIV:
		return "/";
	case EX_EQ:
		return "=";
	case EX_NE:
		return "<>";
	case EX_LT:
		return "<";
	case EX_LE:
		return "<=";
	case EX_GT:
		return ">";
	case EX_GE:
		return ">=";
	default:
		return "this operator";
	}
}

/* ---- arithmetic -------------------------------------------------------- */

static int
int_max(int a, int b)
{
	return a > b ? a : b;
}

static int
whole_digits(const struct vt *t)
{
	return (t->precision == 0 ? 38 : t->precision) - t->scale;
}

/*
 * The scale that holds any quotient as PostgreSQL would give it: its scale is
 * at least 16 minus the weight of the quotient, in groups of four digits, and
 * not less than the operands' own.
 */
static int
quotient_scale(const struct vt *x, const struct vt *y)
{
	int least = -((x->scale + 3) / 4), most = int_max(0,
	    (whole_digits(y) + 3) / 4 - 1);
	int scale = int_max(int_max(16 - 4 * (least - most - 1), x->scale),
	    y->scale);
	int room = 38 - int_max(1, whole_digits(x)) - y->scale;

	/* rather a fault of a long quotient than a short one's decimals */
	if (scale > room)
		scale = int_max(room, 16);
	return int_max(scale, int_max(x->scale, y->scale));
}

static void
arithmetic_type(enum expr_kind kind, struct k_numbers *k, struct vt *t,
    const struct operand o[2])
{
	const struct vt *x = &o[0].t, *y = &o[1].t;
	int whole = int_max(whole_digits(x), whole_digits(y)), scale, digits;

	t->integral = x->integral && y->integral;
	t->inexact = x->inexact || y->inexact;
	switch (kind) {
	case EX_MUL:
		scale = x->scale + y->scale;
		digits = (x->precision == 0 ? 38 : x->precision) +
		    (y->precision == 0 ? 38 : y->precision);
		break;
	case EX_DIV:
		scale = t->integral ? 0 : quotient_scale(x, y);
		digits = t->integral ? int_max(x->precision, 1) :
		    int_max(1, whole_digits(x)) + y->scale + scale;
		t->inexact |= !t->integral;
		break;
	default:
		scale = plan_common_scale(o, 2, whole + 1,
		    int_max(x->scale, y->scale));
		digits = whole + scale + 1;
		break;
	}
	if (scale > 38)
		scale = 38;
	memset(k, 0, sizeof *k);
	k->sa = x->scale;
	k->sb = y->scale;
	k->to = (int16_t)scale;
	k->precision = (uint16_t)(digits > 38 ? 38 : digits);
	k->integral = t->integral;
	k->exact = kind == EX_MUL && x->scale + y->scale > scale &&
	    !t->inexact;
	t->scale = (int16_t)scale;
	t->precision = k->precision;
	t->type = k->precision > 18 ? V_D128 : V_I64;
}

/* Digits that the result may have, as PostgreSQL would give it. */
static int
natural_digits(enum expr_kind kind, const struct vt *x, const struct vt *y)
{
	int px = x->precision == 0 ? 38 : x->precision,
	    py = y->precision == 0 ? 38 : y->precision;

	switch (kind) {
	case EX_MUL:
		return px + py;
	case EX_DIV:
		/* a quotient's own digits are the register's matter */
		return x->inexact || y->inexact ? 76 : 0;
	default:
		return int_max(whole_digits(x), whole_digits(y)) + 1 +
		    int_max(x->scale, y->scale);
	}
}

static bool
is_open_chain(const struct build *bd, uint32_t reg)
{
	const struct op *op = &bd->plan->op[bd->plan->reg[reg].op];

	return op->code == OP_CHAIN && ((const struct k_chain *)op->k)->open;
}

static bool
chain_wanted(const struct build *bd, enum expr_kind kind,
    const struct operand o[2])
{
	return natural_digits(kind, &o[0].t, &o[1].t) > 38 ||
	    is_open_chain(bd, o[0].reg) || is_open_chain(bd, o[1].reg);
}

/* The types of parts of a chain say less than what it holds, so that of its
 * result is as large as can be. */
static bool
arithmetic_chain(struct build *bd, uint32_t frame, const struct expr *e,
    struct k_numbers k, const struct operand o[2], struct operand *out)
{
	const uint32_t reg[2] = { o[0].reg, o[1].reg };
	struct vt t = out->t;

	k.precision = t.precision = 38;
	t.type = V_D128;
	if (!plan_chain(bd, frame, e, &k, &t, reg, &out->reg))
		return false;
	out->t = t;
	return true;
}

static bool
date_arithmetic(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand o[2], struct operand *out)
{
	struct vt days = { .type = V_I64, .precision = 18, .integral = true };
	struct op op = op_make(e->kind == EX_ADD ? OP_ADD : OP_SUB, frame);
	struct k_numbers k = { .precision = 18 };

	if (e->kind == EX_SUB && o[0].t.type == V_DATE &&
	    o[1].t.type == V_DATE)
		out->t = days;
	else if ((e->kind == EX_ADD || e->kind == EX_SUB) &&
	    o[0].t.type == V_DATE && (o[1].t.type == V_I64 ||
	    o[1].t.type == V_D128) && o[1].t.integral)
		out->t = (struct vt){ .type = V_DATE };
	else
		return expr_clash(bd, e, expr_operator(e->kind), &o[0], &o[1]);
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.k = &k;
	op.ksize = sizeof k;
	op.n = out->t.type == V_DATE;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
plan_arithmetic(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	static const enum op_code codes[] = { OP_ADD, OP_SUB, OP_MUL, OP_DIV };
	struct operand o[2];
	struct k_numbers k;
	struct op op = op_make(codes[e->kind - EX_ADD], frame);
	bool single = false;

	if (!plan_expr(bd, frame, e->arg[0], &o[0]) ||
	    !plan_expr(bd, frame, e->arg[1], &o[1]) ||
	    !plan_adapt(bd, frame, &o[0], &o[1].t) ||
	    !plan_adapt(bd, frame, &o[1], &o[0].t))
		return false;
	if (o[0].t.type == V_DATE || o[1].t.type == V_DATE)
		return date_arithmetic(bd, frame, e, o, out);
	if (!vt_is_number(&o[0].t) || !vt_is_number(&o[1].t))
		return expr_clash(bd, e, expr_operator(e->kind), &o[0], &o[1]);
	if (o[0].t.type == V_F64 || o[1].t.type == V_F64) {
		out->t = (struct vt){ .type = V_F64 };
		single = o[0].t.single && o[1].t.single;
		o[0].reg = plan_to_double(bd, frame, &o[0]);
		o[1].reg = plan_to_double(bd, frame, &o[1]);
		memset(&k, 0, sizeof k);
	} else {
		arithmetic_type(e->kind, &k, &out->t, o);
		if (chain_wanted(bd, e->kind, o) &&
		    arithmetic_chain(bd, frame, e, k, o, out))
			return true;
		if (e->kind == EX_ADD || e->kind == EX_SUB) {
			o[0].reg = plan_to_number(bd, frame, o[0].reg, &o[0].t,
			    out->t.scale, o[0].t.scale == out->t.scale &&
			    o[0].t.type == V_I64 ? 18 : 38);
			o[1].reg = plan_to_number(bd, frame, o[1].reg, &o[1].t,
			    out->t.scale, o[1].t.scale == out->t.scale &&
			    o[1].t.type == V_I64 ? 18 : 38);
		}
	}
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.k = &k;
	op.ksize = sizeof k;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	if (!single)
		return true;
	/* a double has more than twice the digits: rounding twice is once */
	op = op_make(OP_REAL, frame);
	op.a = out->reg;
	out->t.single = true;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
plan_negate(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct k_numbers k;
	struct op op = op_make(OP_NEGATE, frame);
	struct operand o;

	if (!plan_expr(bd, frame, e->arg[0], &o))
		return false;
	if (!vt_is_number(&o.t)) {
		diag_add(bd->diags, DIAG_P005, e->at,
		    "a minus takes a number, not %s", vt_name(&o.t));
		return false;
	}
	memset(&k, 0, sizeof k);
	k.sa = k.to = o.t.scale;
	k.precision = o.t.type == V_D128 ? 38 : 18;
	out->t = o.t;
	out->t.is_field = false;
	op.a = o.reg;
	op.k = &k;
	op.ksize = sizeof k;
	if (is_open_chain(bd, o.reg) && plan_chain(bd, frame, e, &k, &out->t,
	    &o.reg, &out->reg))
		return true;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

/* ---- comparison and logic ---------------------------------------------- */

static bool
compare(struct build *bd, uint32_t frame, const struct expr *e,
    enum cmp_how how, struct operand x, struct operand y, struct operand *out)
{
	static const char *const sign[] = { "=", "<>", "<", "<=", ">", ">=" };
	struct operand o[2] = { x, y };
	struct op op = op_make(OP_CMP, frame);

	if (!plan_comparable(bd, frame, o, e->at, sign[how]))
		return false;
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.n = (int32_t)how;
	*out = (struct operand){ .e = e, .item = ITEM_NONE,
	    .t = { .type = V_BOOL } };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, sign[how]);
	return true;
}

static bool
logic(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, uint32_t a, uint32_t b, struct operand *out)
{
	struct op op = op_make(code, frame);

	op.a = a;
	op.b = b;
	*out = (struct operand){ .e = e, .item = ITEM_NONE,
	    .t = { .type = V_BOOL } };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
plan_logic(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand x, y;

	if (!plan_bool(bd, frame, e->arg[0], &x) ||
	    (e->kind != EX_NOT && !plan_bool(bd, frame, e->arg[1], &y)))
		return false;
	if (e->kind == EX_NOT)
		return logic(bd, frame, e, OP_NOT, x.reg, NONE, out);
	return logic(bd, frame, e, e->kind == EX_AND ? OP_AND : OP_OR, x.reg,
	    y.reg, out);
}

/* x in (a, b, …) is x = a or x = b or …; between is >= and <=. */
static bool
plan_in(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand x, y, one, all = { .reg = NONE };
	uint32_t i;

	if (!plan_side(bd, frame, e->arg[0], e->arg[1], &x))
		return false;
	for (i = 1; i < e->narg; i++) {
		if (!plan_side(bd, frame, e->arg[i], e->arg[0], &y) ||
		    !compare(bd, frame, e, CMP_EQ, x, y, &one))
			return false;
		if (all.reg == NONE)
			all = one;
		else
			logic(bd, frame, e, OP_OR, all.reg, one.reg, &all);
	}
	*out = all;
	if (e->kind == EX_NOT_IN)
		return logic(bd, frame, e, OP_NOT, all.reg, NONE, out);
	return true;
}

static bool
plan_between(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand x, lo, hi, a, b;

	if (!plan_side(bd, frame, e->arg[0], e->arg[1], &x) ||
	    !plan_side(bd, frame, e->arg[1], e->arg[0], &lo) ||
	    !plan_side(bd, frame, e->arg[2], e->arg[0], &hi) ||
	    !compare(bd, frame, e, CMP_GE, x, lo, &a) ||
	    !compare(bd, frame, e, CMP_LE, x, hi, &b))
		return false;
	logic(bd, frame, e, OP_AND, a.reg, b.reg, out);
	if (e->kind == EX_NOT_BETWEEN)
		return logic(bd, frame, e, OP_NOT, out->reg, NONE, out);
	return true;
}

static bool
plan_is_null(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_IS_NULL, frame);
	struct operand x;

	if (!plan_expr(bd, frame, e->arg[0], &x))
		return false;
	op.a = x.reg;
	op.n = e->kind == EX_IS_NULL;
	out->t = (struct vt){ .type = V_BOOL };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    e->kind == EX_IS_NULL ? "" : "not");
	return true;
}

bool
plan_bool(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct vt boolean = { .type = V_BOOL };

	if (!plan_expr(bd, frame, e, out))
		return false;
	if (out->t.unknown && !plan_adapt(bd, frame, out, &boolean))
		return false;
	if (out->t.type != V_BOOL) {
		diag_add(bd->diags, DIAG_P011, e->at,
		    "a condition is needed here, and this is %s",
		    vt_name(&out->t));
		return false;
	}
	return true;
}

/* ---- case -------------------------------------------------------------- */

#define BRANCHES_MAX	1000

static bool
case_conditions(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t *reg)
{
	struct operand x, y, cond;
	uint32_t i;

	if (e->case_operand != NULL &&
	    !plan_expr(bd, frame, e->case_operand, &x))
		return false;
	for (i = 0; i < e->narg; i += 2) {
		if (e->case_operand == NULL) {
			if (!plan_bool(bd, frame, e->arg[i], &cond))
				return false;
		} else if (!plan_expr(bd, frame, e->arg[i], &y) ||
		    !compare(bd, frame, e->arg[i], CMP_EQ, x, y, &cond)) {
			return false;
		}
		reg[i] = cond.reg;
	}
	return true;
}

static struct vt
case_type(const struct operand *v, uint32_t n)
{
	struct vt t = v[0].t;
	uint32_t i;

	t.is_field = false;
	t.unknown = true;
	for (i = 0; i < n; i++) {
		t.unknown &= v[i].t.unknown;
		if (v[i].t.length == 0 || t.length == 0)
			t.length = 0;
		else if (v[i].t.length > t.length)
			t.length = v[i].t.length;
	}
	if (t.type == V_TEXT)
		t.unknown = false;
	return t;
}

static bool
plan_case(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t n = e->narg / 2, i, *reg;
	struct operand *v;
	struct expr null = { .kind = EX_NULL, .at = e->at };
	struct op op = op_make(OP_CASE, frame);

	if (n > BRANCHES_MAX) {
		diag_add(bd->diags, DIAG_P008, e->at,
		    "a case of more than %d branches", BRANCHES_MAX);
		return false;
	}
	reg = arena_array(bd->arena, e->narg + 1, sizeof *reg);
	v = arena_array(bd->arena, n + 1, sizeof *v);
	if (!case_conditions(bd, frame, e, reg))
		return false;
	for (i = 0; i < n; i++)
		if (!plan_expr(bd, frame, e->arg[2 * i + 1], &v[i]))
			return false;
	if (!plan_expr(bd, frame, e->case_else != NULL ? e->case_else :
	    arena_copy(bd->arena, &null, sizeof null), &v[n]) ||
	    !plan_unify(bd, frame, v, n + 1, e->at, "case"))
		return false;
	for (i = 0; i < n; i++)
		reg[2 * i + 1] = v[i].reg;
	reg[e->narg] = v[n].reg;
	out->t = case_type(v, n + 1);
	op.arg = reg;
	op.narg = e->narg + 1;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

/* ---- concatenation ----------------------------------------------------- */

static bool
concat_parts(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t *reg, uint32_t *n)
{
	struct operand o;

	if (e->kind == EX_CONCAT)
		return concat_parts(bd, frame, e->arg[0], reg, n) &&
		    concat_parts(bd, frame, e->arg[1], reg, n);
	if (*n == BRANCHES_MAX) {
		diag_add(bd->diags, DIAG_P008, e->at,
		    "a concatenation of more than %d parts", BRANCHES_MAX);
		return false;
	}
	if (!plan_text(bd, frame, e, &o))
		return false;
	reg[(*n)++] = o.reg;
	return true;
}

static bool
plan_concat(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, BRANCHES_MAX, sizeof *reg);
	struct op op = op_make(OP_CONCAT, frame);

	if (!concat_parts(bd, frame, e, reg, &op.narg))
		return false;
	op.arg = reg;
	out->t = (struct vt){ .type = V_TEXT };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

/* ---- names ------------------------------------------------------------- */

static bool
plan_name_value(struct build *bd, uint32_t frame, const struct expr *e,
    enum read_as as, struct operand *out)
{
	uint32_t index;

	if (bd->checking)
		return plan_check_name(bd, e, out);
	switch (plan_name(bd, e, &index)) {
	case NAME_FIELD:
		return plan_field(bd, frame, e, index, as, out);
	case NAME_CONDITION:
		return plan_condition(bd, frame, e, index, out);
	case NAME_UNKNOWN:
		plan_name_unknown(bd, e);
		return false;
	default:
		return false;
	}
}

/* A call whose name is a field's is that field with subscripts. */
static bool
call_is_field(struct build *bd, const struct expr *e)
{
	uint32_t found[2];

	/* columns of a table take no subscripts */
	return e->kind == EX_CALL && !bd->checking && !bd->layout->of_table &&
	    (layout_find(bd->layout, bd->record, e->name, e->nname,
	    found) > 0 || layout_find_condition(bd->layout, bd->record,
	    e->name, e->nname, found) > 0);
}

bool
plan_text(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct item *it;
	struct op op;

	*out = (struct operand){ .e = e, .item = ITEM_NONE };
	if (plan_is_typed(bd, e))
		return plan_typed(bd, frame, e, true, out);
	if (e->kind == EX_NAME || call_is_field(bd, e)) {
		if (!plan_name_value(bd, frame, e, AS_TEXT, out))
			return false;
		out->e = e;
		it = out->item == ITEM_NONE ? NULL :
		    &bd->layout->item[out->item];
		if (it != NULL && it->category == CAT_NUMERIC &&
		    !it->is_signed && it->scale == 0 &&
		    out->t.type != V_TEXT && out->t.type != V_F64) {
			/* packed and binary: all digits of the picture */
			op = op_make(OP_DIGITS, frame);
			op.a = out->reg;
			op.n = it->digits;
			out->t = (struct vt){ .type = V_TEXT,
			    .length = out->t.precision };
			out->reg = plan_emit(bd, op, out->t, out->item, e->at,
			    arena_printf(bd->arena, "%u", it->digits));
			return true;
		}
		return plan_to_text(bd, frame, out);
	}
	return plan_expr(bd, frame, e, out) && plan_to_text(bd, frame, out);
}

bool
plan_expr(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand x, y;
	struct sqltype is;

	*out = (struct operand){ .e = e, .item = ITEM_NONE };
	if (plan_is_typed(bd, e))
		return plan_typed(bd, frame, e, false, out);
	switch (e->kind) {
	case EX_NUMBER:
	case EX_TEXT:
	case EX_DATE:
	case EX_TIMESTAMP:
	case EX_HEX:
	case EX_TRUE:
	case EX_FALSE:
	case EX_NULL:
		return plan_literal(bd, frame, e, out);
	case EX_NAME:
		return plan_name_value(bd, frame, e, AS_VALUE, out);
	case EX_CALL:
		if (call_is_field(bd, e))
			return plan_name_value(bd, frame, e, AS_VALUE, out);
		return plan_call(bd, frame, e, out);
	case EX_NOT:
	case EX_AND:
	case EX_OR:
		return plan_logic(bd, frame, e, out);
	case EX_NEGATE:
		return plan_negate(bd, frame, e, out);
	case EX_CONCAT:
		return plan_concat(bd, frame, e, out);
	case EX_ADD:
	case EX_SUB:
	case EX_MUL:
	case EX_DIV:
		return plan_arithmetic(bd, frame, e, out);
	case EX_EQ:
	case EX_NE:
	case EX_LT:
	case EX_LE:
	case EX_GT:
	case EX_GE:
		return plan_side(bd, frame, e->arg[0], e->arg[1], &x) &&
		    plan_side(bd, frame, e->arg[1], e->arg[0], &y) &&
		    compare(bd, frame, e, (enum cmp_how)(e->kind - EX_EQ), x,
		    y, out);
	case EX_IS_NULL:
	case EX_IS_NOT_NULL:
		return plan_is_null(bd, frame, e, out);
	case EX_IN:
	case EX_NOT_IN:
		return plan_in(bd, frame, e, out);
	case EX_BETWEEN:
	case EX_NOT_BETWEEN:
		return plan_between(bd, frame, e, out);
	case EX_CASE:
		return plan_case(bd, frame, e, out);
	case EX_CAST:
		if (e->type.kind == SQL_TEXT ?
		    !plan_text(bd, frame, e->arg[0], &x) :
		    !plan_expr(bd, frame, e->arg[0], &x))
			return false;
		if (!plan_cast(bd, frame, &x, &e->type, e->at, out))
			return false;
		is = plan_infer(bd, &x);
		plan_advise_cast(bd, e, &x, &is);
		out->e = e;
		return true;
	case EX_MOD:
		return plan_remainder(bd, frame, e, out);
	case EX_LIKE:
	case EX_NOT_LIKE:
	case EX_ILIKE:
	case EX_NOT_ILIKE:
		return plan_like(bd, frame, e, out);
	case EX_DISTINCT:
	case EX_NOT_DISTINCT:
		return plan_distinct(bd, frame, e, out);
	}
	return false;
}
