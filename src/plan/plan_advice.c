/*
 * What is no mistake but may be one: columns and casts that are smaller than
 * what the source can hold, columns that are never null and do not say so,
 * items that nothing reads.  Only decant check asks for it.
 *
 * Nothing is guessed: of what a value can be, its type tells the most, and
 * where that is not known, nothing is said.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"

#define DOUBLE_DIGITS	15	/* decimal digits that surely come back */
#define REAL_DIGITS	6

/* An expression may be compiled more than once. */
static bool
advice_given(const struct build *bd, enum diag_code code, struct place at)
{
	const struct diag *d;

	for (d = bd->diags->first; d != NULL; d = d->next)
		if (d->code == code && d->at.src == at.src &&
		    d->at.line == at.line && d->at.col == at.col)
			return true;
	return false;
}

/* ---- what a type can lose ---------------------------------------------- */

struct loss {
	const char *what;	/* "column 'x'", "the cast" */
	bool cast;
	struct place at;
	const struct vt *from;
	const struct sqltype *is, *to;	/* the source's type, the smaller one */
};

static int
whole_digits(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		return 4;
	case SQL_INTEGER:
		return 9;
	case SQL_BIGINT:
		return 18;
	default:
		return t->precision - t->scale;
	}
}

static bool
is_integer(const struct sqltype *t)
{
	return t->kind == SQL_SMALLINT || t->kind == SQL_INTEGER ||
	    t->kind == SQL_BIGINT;
}

static void
loss_of_digits(struct build *bd, const struct loss *l)
{
	int whole = (int)l->from->precision - l->from->scale;
	char is[48], to[48];
	struct diag *d;

	/* as wide as its bytes, though not as its digits: S9(4) COMP */
	if (whole <= whole_digits(l->to) || (is_integer(l->is) &&
	    is_integer(l->to) && l->is->kind <= l->to->kind) ||
	    advice_given(bd, DIAG_P080, l->at))
		return;
	sqltype_format(is, l->is);
	sqltype_format(to, l->to);
	d = diag_add(bd->diags, DIAG_P080, l->at, "%s is %s, but the value "
	    "can be %s: %d digits before the point", l->what, to, is, whole);
	diag_hint(bd->diags, d, "larger values are rejects; %s holds them all",
	    is);
}

static void
loss_of_decimals(struct build *bd, const struct loss *l)
{
	int scale = l->to->kind == SQL_NUMERIC ? l->to->scale : 0;
	char is[48], to[48];
	struct diag *d;

	if (l->from->scale <= scale || advice_given(bd, DIAG_P081, l->at))
		return;
	sqltype_format(is, l->is);
	sqltype_format(to, l->to);
	d = diag_add(bd->diags, DIAG_P081, l->at, "%s is %s, but the value is "
	    "%s: %d decimal%s", l->what, to, is, l->from->scale,
	    l->from->scale == 1 ? "" : "s");
	if (l->cast)
		diag_hint(bd->diags, d, "the cast rounds it");
	else
		diag_hint(bd->diags, d, "values with more decimals are "
		    "rejects; cast(… as %s) rounds them", to);
}

static void
loss_of_precision(struct build *bd, const struct loss *l)
{
	uint32_t holds = l->to->kind == SQL_REAL ? REAL_DIGITS : DOUBLE_DIGITS;
	uint32_t has = l->from->type == V_F64 ? DOUBLE_DIGITS :
	    l->from->precision;
	char to[48];

	/* hexadecimal floats of four bytes have no more than a real */
	if (has <= holds || (l->from->type == V_F64 &&
	    l->from->precision > 0 && l->from->precision <= 9) ||
	    advice_given(bd, DIAG_P082, l->at))
		return;
	sqltype_format(to, l->to);
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P082, l->at,
	    "%s is %s, which holds %u digits, but the value can have %u",
	    l->what, to, holds, has), "numeric holds them all");
}

static void
loss_of_text(struct build *bd, const struct loss *l)
{
	struct diag *d;

	if (l->to->length == 0 || l->from->length <= l->to->length ||
	    advice_given(bd, DIAG_P083, l->at))
		return;
	d = diag_add(bd->diags, DIAG_P083, l->at, "%s is varchar(%u), but the "
	    "text can have %u characters", l->what, l->to->length,
	    l->from->length);
	if (l->cast)
		diag_hint(bd->diags, d, "the cast cuts it");
	else
		diag_hint(bd->diags, d, "longer texts are rejects; "
		    "varchar(%u) holds them all", l->from->length);
}

static void
loss_tell(struct build *bd, const struct loss *l)
{
	const struct vt *from = l->from;

	if (from->unknown || from->inexact)
		return;
	switch (l->to->kind) {
	case SQL_TEXT:
		if (from->type == V_TEXT)
			loss_of_text(bd, l);
		break;
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_NUMERIC:
		if ((from->type != V_I64 && from->type != V_D128) ||
		    from->precision == 0 || (l->to->kind == SQL_NUMERIC &&
		    l->to->precision == 0))
			break;
		loss_of_digits(bd, l);
		loss_of_decimals(bd, l);
		break;
	case SQL_REAL:
	case SQL_DOUBLE:
		if (vt_is_number(from))
			loss_of_precision(bd, l);
		break;
	default:
		break;
	}
}

void
plan_advise_column(struct build *bd, const struct map_column *mc,
    const struct operand *o, const struct sqltype *is)
{
	struct loss l = { .at = mc->type_at, .from = &o->t, .is = is,
	    .to = &mc->type };

	if (!bd->options->advise || !mc->has_type)
		return;
	l.what = arena_printf(bd->arena, "column '%s'", mc->name);
	loss_tell(bd, &l);
}

void
plan_advise_cast(struct build *bd, const struct expr *e,
    const struct operand *o, const struct sqltype *is)
{
	struct loss l = { .what = "the cast", .cast = true, .at = e->at,
	    .from = &o->t, .is = is, .to = &e->type };

	if (bd->options->advise)
		loss_tell(bd, &l);
}

/* ---- what is never null ------------------------------------------------ */

/* Functions that are null only where an argument is; the others may be. */
static bool
is_strict(const char *name)
{
	static const char *const strict[] = { "ABS", "ASCII", "BTRIM", "CEIL",
	    "CEILING", "CHARACTER-LENGTH", "CHAR-LENGTH", "DIGITS", "DIV",
	    "FLOOR", "INITCAP", "LEFT", "LENGTH", "LOWER", "LPAD", "LTRIM",
	    "MAKE-DATE", "MOD", "NAME-CASE", "OCTET-LENGTH", "REPEAT",
	    "REPLACE", "REVERSE", "RIGHT", "ROUND", "RPAD", "RTRIM", "SIGN",
	    "SPLIT-PART", "STARTS-WITH", "STRPOS", "SUBSTR", "SUBSTRING",
	    "TRANSLATE", "TRIM", "TRUNC", "UPPER" };
	uint32_t i;

	for (i = 0; i < sizeof strict / sizeof strict[0]; i++)
		if (strcmp(strict[i], name) == 0)
			return true;
	return false;
}

/* An item that has all its bytes in every record, and a value in any bytes. */
bool
plan_item_never_null(const struct item *it, const struct policies *p)
{
	switch (it->usage) {
	case USAGE_BINARY:
	case USAGE_COMP5:
	case USAGE_COMPX:
	case USAGE_COMPN:
	case USAGE_FLOAT:
	case USAGE_DOUBLE:
	case USAGE_FLOAT_BINARY:
		return true;
	case USAGE_DISPLAY:
	case USAGE_PACKED:
	case USAGE_COMP6:
		return it->category == CAT_NUMERIC &&
		    p->number_spaces != POLICY_NULL &&
		    p->number_low != POLICY_NULL &&
		    p->number_high != POLICY_NULL &&
		    p->number_invalid != POLICY_NULL;
	default:
		return false;
	}
}

static bool
name_never_null(struct build *bd, const struct expr *e)
{
	const struct layout *l = bd->layout;
	uint32_t found[2];

	/* in other forms of files records may be short */
	if ((bd->mapping->format != MAP_FIXED &&
	    bd->mapping->format != MAP_TEXT) || e->narg > 0 ||
	    plan_is_typed(bd, e))
		return false;
	if (layout_find(l, bd->record, e->name, e->nname, found) == 1)
		return plan_item_never_null(&l->item[found[0]],
		    bd->policies);
	return layout_find_condition(l, bd->record, e->name, e->nname,
	    found) == 1 && l->item[l->condition[found[0]].item].category ==
	    CAT_ALPHANUMERIC;
}

static bool never_null(struct build *, const struct expr *);

static bool
all_never_null(struct build *bd, const struct expr *e)
{
	uint32_t i;

	for (i = 0; i < e->narg; i++)
		if (!never_null(bd, e->arg[i]))
			return false;
	return true;
}

static bool
call_never_null(struct build *bd, const struct expr *e)
{
	const char *name = e->name[0];
	uint32_t i;

	if (e->nname != 1)
		return false;
	if (strcmp(name, "COALESCE") == 0) {
		for (i = 0; i < e->narg; i++)
			if (never_null(bd, e->arg[i]))
				return true;
		return false;
	}
	return strcmp(name, "OCCURRENCE") == 0 ||
	    strcmp(name, "RECORD-NUMBER") == 0 ||
	    (is_strict(name) && all_never_null(bd, e));
}

static bool
case_never_null(struct build *bd, const struct expr *e)
{
	uint32_t i;

	for (i = 1; i < e->narg; i += 2)
		if (!never_null(bd, e->arg[i]))
			return false;
	return e->case_else != NULL && never_null(bd, e->case_else);
}

static bool
never_null(struct build *bd, const struct expr *e)
{
	switch (e->kind) {
	case EX_NUMBER:
	case EX_TEXT:
	case EX_DATE:
	case EX_TIMESTAMP:
	case EX_HEX:
	case EX_TRUE:
	case EX_FALSE:
	case EX_IS_NULL:
	case EX_IS_NOT_NULL:
	case EX_DISTINCT:
	case EX_NOT_DISTINCT:
		return true;
	case EX_NULL:
		return false;
	case EX_NAME:
		return name_never_null(bd, e);
	case EX_CALL:
		return call_never_null(bd, e);
	case EX_CASE:
		return case_never_null(bd, e);
	default:
		return all_never_null(bd, e);
	}
}

void
plan_advise_null(struct build *bd, uint32_t t)
{
	const struct map_table *mt = &bd->mapping->table[t];
	const struct map_column *mc, *first = NULL;
	struct buf names;
	uint32_t c, n = 0;

	if (!bd->options->advise || bd->diags->errors > 0 || mt->nof > 1)
		return;
	buf_init(&names, 1u << 20);
	for (c = 0; c < mt->ncolumn; c++) {
		mc = &mt->column[c];
		bd->policies = mc->policies != NULL ? mc->policies :
		    &bd->plan->policies;
		if (bd->plan->schema.table[t].column[c].not_null ||
		    mc->from == NULL || mc->null_if != NULL ||
		    !never_null(bd, mc->from))
			continue;
		first = first == NULL ? mc : first;
		buf_printf(&names, "%s'%s'", n++ > 0 ? ", " : "", mc->name);
	}
	if (n > 0)
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P084, first->at,
		    "never null in table '%s': %s", mt->name, names.p),
		    "'not null: true' lets the target know");
	buf_fini(&names);
}

/* ---- what nothing reads ------------------------------------------------ */

struct unused {
	const struct build *bd;
	uint8_t *read;		/* [size] bytes of the record that are read */
	uint32_t size;
};

/* Bytes count as they stand in the first occurrence of each table. */
static void
unused_mark(struct unused *u, uint32_t record)
{
	const struct plan *p = u->bd->plan;
	const struct item *it;
	uint32_t i;

	memset(u->read, 0, u->size);
	for (i = 0; i < p->nop; i++) {
		if (p->note[i].item == ITEM_NONE || p->op[i].code == OP_EXPAND ||
		    p->op[i].code == OP_SHIFT || p->op[i].code == OP_WALK)
			continue;
		it = &p->layout->item[p->note[i].item];
		/* what tells the types is read in records of all */
		if ((it->record == record || i < p->nclassify) &&
		    it->offset <= u->size &&
		    it->size <= u->size - it->offset)
			memset(u->read + it->offset, 1, it->size);
	}
}

static void
unused_tell(struct unused *u, uint32_t record, uint32_t group)
{
	const struct layout *l = u->bd->layout;
	struct diags *ds = u->bd->diags;
	const struct item *it;
	uint32_t i, k;

	for (i = record; i < l->item[record].next; i++) {
		it = &l->item[i];
		if (it->name == NULL || it->level == 66 ||
		    (it->category == CAT_GROUP && !it->varchar) ||
		    (it->parent != ITEM_NONE &&
		    l->item[it->parent].varchar) || it->size == 0 ||
		    it->offset + it->size > u->size ||
		    (group != ITEM_NONE && plan_item_foreign(l, i, group)))
			continue;
		for (k = 0; k < it->size && !u->read[it->offset + k]; k++)
			;
		/* another item may read a part of it; then it is read */
		if (k < it->size || advice_given(u->bd, DIAG_P085, it->at))
			continue;
		diag_add(ds, DIAG_P085, it->at, "no column uses %s%s%s",
		    plan_item_path(u->bd->plan, i), it->picture != NULL ?
		    ", " : "", it->picture != NULL ? it->picture : "");
	}
}

static bool
type_has_table(const struct build *bd, uint32_t type)
{
	const struct mapping *m = bd->mapping;
	uint32_t t, i;

	for (t = 0; t < m->ntable; t++) {
		if (m->table[t].nof == 0 && type == 0)
			return true;
		for (i = 0; i < m->table[t].nof; i++)
			if (strcmp(m->table[t].of[i].name,
			    bd->plan->type[type].name) == 0)
				return true;
	}
	return false;
}

void
plan_advise_unused(struct build *bd)
{
	const struct plan *p = bd->plan;
	struct unused u = { .bd = bd };
	uint32_t i, record, group;

	for (i = 0; i < (p->ntype > 0 ? p->ntype : 1); i++) {
		/* records without a table are skipped, and that is said */
		if (p->ntype > 0 && !type_has_table(bd, i))
			continue;
		record = p->ntype > 0 ? p->type[i].record : p->record;
		group = p->ntype > 0 ? p->type[i].group : ITEM_NONE;
		u.size = layout_max_size(bd->layout, record);
		u.read = mem_alloc(u.size + 1);
		unused_mark(&u, record);
		unused_tell(&u, record, group);
		mem_free(u.read);
	}
}
