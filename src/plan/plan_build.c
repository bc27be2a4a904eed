/*
 * From a mapping to a plan: the schema, a frame for each table, and for each
 * column its expression and its FIT.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"
#include "charset/charset.h"
#include "plan/chain.h"
#include "plan/plan_counts.h"

#define ROWS_MAX	16384u	/* of an expanded frame in a batch, about */

/* ---- types of columns -------------------------------------------------- */

static enum sqlkind
integer_kind(const struct build *bd, const struct operand *o)
{
	const struct item *it = o->item == ITEM_NONE ? NULL :
	    &bd->layout->item[o->item];

	/* what the bytes hold, not only the digits of the picture */
	if (it != NULL && o->t.is_field && it->is_signed && it->scale == 0 &&
	    (it->usage == USAGE_BINARY || it->usage == USAGE_COMP5 ||
	    it->usage == USAGE_COMPX || it->usage == USAGE_COMPN)) {
		uint32_t size = it->width > 0 ? it->width : it->size;

		return size <= 2 ? SQL_SMALLINT : size <= 4 ? SQL_INTEGER :
		    SQL_BIGINT;
	}
	return o->t.precision <= 4 ? SQL_SMALLINT : o->t.precision <= 9 ?
	    SQL_INTEGER : SQL_BIGINT;
}

struct sqltype
plan_infer(const struct build *bd, const struct operand *o)
{
	const struct cell_type *cell = plan_bare_cell(bd, o);
	struct sqltype t = { .kind = SQL_TEXT };

	if (cell != NULL)
		return cell->type;
	/* a cast says it; but a plain numeric has the scale of its value */
	if (o->e->kind == EX_CAST &&
	    (o->e->type.kind != SQL_NUMERIC || o->e->type.precision > 0))
		return o->e->type;
	switch (o->t.type) {
	case V_TEXT:
		if (o->t.is_field)
			t.length = o->t.length;
		break;
	case V_I64:
	case V_D128:
		t.kind = SQL_NUMERIC;
		if (o->t.scale == 0 && o->t.type == V_I64) {
			t.kind = integer_kind(bd, o);
		} else if (!o->t.inexact) {
			t.scale = o->t.scale;
			t.precision = (int16_t)(o->t.precision > o->t.scale ?
			    o->t.precision : o->t.scale);
			if (t.precision > 38)
				t.precision = 38;
		}
		break;
	case V_F64:
		t.kind = SQL_DOUBLE;
		break;
	case V_DATE:
		t.kind = SQL_DATE;
		break;
	case V_TIME:
		t.kind = SQL_TIME;
		break;
	case V_TSTAMP:
		t.kind = SQL_TIMESTAMP;
		break;
	case V_BOOL:
		t.kind = SQL_BOOLEAN;
		break;
	case V_BYTES:
		t.kind = SQL_BYTEA;
		break;
	}
	return t;
}

bool
plan_item_type(const struct layout *l, uint32_t item, struct sqltype *t)
{
	static const struct expr name = { .kind = EX_NAME };
	struct build bd = { .layout = l };
	struct operand o = { .item = item, .e = &name };

	if ((l->item[item].category == CAT_GROUP &&
	    !l->item[item].varchar) ||
	    !plan_item_value(l, item, &o.t))
		return false;
	*t = plan_infer(&bd, &o);
	return true;
}

static bool
column_refused(struct build *bd, const struct map_column *mc,
    const struct operand *o, const struct sqltype *t)
{
	char name[48];
	struct diag *d;

	sqltype_format(name, t);
	d = diag_add(bd->diags, DIAG_P012, mc->from->at,
	    "column '%s' is %s, but this is %s", mc->name, name,
	    vt_name(&o->t));
	diag_hint(bd->diags, d, "write cast(… as %s)%s", name,
	    t->kind == SQL_DATE ? ", or to_date(…, 'YYYYMMDD')" : "");
	return false;
}

/* Assignment: numbers to numbers, anything to text, else the same type. */
static bool
column_assign(struct build *bd, uint32_t frame, const struct map_column *mc,
    struct operand *o, const struct sqltype *t)
{
	struct vt want = vt_of(t);
	struct operand got;

	if (o->t.unknown) {
		if (o->e->kind == EX_NULL || want.type == V_TEXT)
			return plan_cast(bd, frame, o, t, mc->from->at, &got) &&
			    (*o = got, true);
		if (!plan_adapt(bd, frame, o, &want))
			return false;
	}
	if (want.type == V_F64 && (o->t.type == V_I64 || o->t.type == V_D128)) {
		if (!plan_cast(bd, frame, o, t, mc->from->at, &got))
			return false;
		*o = got;
		return true;
	}
	if (want.type == V_TSTAMP && o->t.type == V_DATE) {
		if (!plan_cast(bd, frame, o, t, mc->from->at, &got))
			return false;
		*o = got;
		return true;
	}
	if (vt_is_number(&want) && vt_is_number(&o->t))
		return (o->t.type == V_F64) == (want.type == V_F64) ||
		    column_refused(bd, mc, o, t);
	return o->t.type == want.type || column_refused(bd, mc, o, t);
}

/* Digits that the integer types surely hold. */
static int
kind_digits(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		return 4;
	case SQL_INTEGER:
		return 9;
	case SQL_BIGINT:
		return 18;
	default:
		return (t->precision > 0 ? t->precision : 38) - t->scale;
	}
}

/* Whether numbers of type `from` always fit, and lie as the type wants. */
static bool
number_always_fits(const struct operand *o, const struct schema_column *sc,
    bool inferred)
{
	const struct sqltype *t = &sc->type;
	int whole = (o->t.precision == 0 ? 38 : o->t.precision) - o->t.scale;

	if (sqltype_vtype(t) != o->t.type || sc->scale != o->t.scale)
		return false;
	return inferred || whole <= kind_digits(t);
}

/* What a chain of arithmetic cannot hold at its own scale may fit at the
 * column's. */
static void
fit_chain(struct build *bd, uint32_t frame, const struct operand *o,
    const struct schema_column *sc, bool round, struct place at,
    uint32_t *reg)
{
	struct vt t = { .type = V_D128, .precision = 38, .scale = sc->scale };
	struct k_numbers k;

	memset(&k, 0, sizeof k);
	k.to = sc->scale;
	k.precision = 38;
	plan_chain_end(bd, frame, o->reg, &k, &t, round ? 0 : DIAG_D014, at,
	    reg);
}

static uint32_t
column_fit(struct build *bd, uint32_t frame, const struct schema_column *sc,
    const struct operand *o, bool inferred, bool indexed,
    struct place at)
{
	const struct limits *l = bd->options->limits;
	struct k_fit k;
	struct op op = op_make(OP_FIT, frame);
	struct vt t = vt_of(&sc->type);
	char name[48];
	bool plain_field = o->t.is_field &&
	    bd->policies->text_nul == POLICY_REJECT;

	memset(&k, 0, sizeof k);
	k.type = sc->type;
	k.to_scale = sc->scale;
	k.not_null = sc->not_null;
	k.nul_in_text = o->t.type != V_TEXT || l == NULL || l->nul_in_text ||
	    plain_field || bd->policies->text_nul == POLICY_REJECT;
	k.check_length = o->t.type == V_TEXT && sc->type.length > 0 &&
	    (o->t.length == 0 || o->t.length > sc->type.length);
	if (indexed && l != NULL && l->key_bytes > 0 && o->t.type == V_TEXT &&
	    (o->t.length == 0 || o->t.length * 4 > l->key_bytes))
		k.key_bytes = l->key_bytes;
	k.check_number = (o->t.type == V_I64 || o->t.type == V_D128) &&
	    !number_always_fits(o, sc, inferred);
	k.round = o->t.inexact;
	if (!k.not_null && k.nul_in_text && !k.check_length &&
	    !k.check_number && k.key_bytes == 0 && sc->type.kind != SQL_REAL)
		return o->reg;
	sqltype_format(name, &sc->type);
	op.a = o->reg;
	if (k.check_number)
		fit_chain(bd, frame, o, sc, k.round, at, &op.a);
	op.k = &k;
	op.ksize = sizeof k;
	t.scale = sc->scale;
	return plan_emit(bd, op, t, o->item, at, arena_printf(bd->arena,
	    "%s%s", name, sc->not_null ? " not null" : ""));
}

/* ---- tables ------------------------------------------------------------ */

static bool
is_key(const struct map_table *mt, const char *column)
{
	uint32_t i;

	for (i = 0; i < mt->nkey; i++)
		if (strcmp(mt->key[i].name, column) == 0)
			return true;
	return false;
}

static void
check_name(struct build *bd, const char *name, struct place at)
{
	const struct limits *l = bd->options->limits;

	if (l != NULL && l->name_bytes > 0 && strlen(name) > l->name_bytes)
		diag_add(bd->diags, DIAG_P015, at, "'%s' has %zu bytes; names "
		    "in %s end at %u", name, strlen(name), l->target,
		    l->name_bytes);
}

/* What a type gives that the column's from: does not name. */
static const struct expr null_literal = { .kind = EX_NULL };

/* A column of several types: compiled for each, in its names. */
static bool
column_merged(struct build *bd, uint32_t frame, const struct map_table *mt,
    const struct map_column *mc, bool text, struct operand *out)
{
	struct operand *o = arena_array(bd->arena, mt->nof, sizeof *o);
	const uint32_t *merged = bd->plan->frame[frame].merged;
	struct map_column one = *mc;
	bool good = true;
	uint32_t i, k;

	for (i = 0; i < mt->nof; i++) {
		plan_types_table(bd, mt, i);
		one.from = mc->nby_type > 0 ?
		    (struct expr *)(uintptr_t)&null_literal : mc->from;
		for (k = 0; k < mc->nby_type; k++)
			if (strcmp(mc->by_type[k].type, mt->of[i].name) == 0)
				one.from = mc->by_type[k].from;
		good = one.from != NULL &&
		    plan_column(bd, merged[i], &one, text, &o[i]) && good;
	}
	return good && plan_merged(bd, frame, o, mt->nof, mc->at, out);
}

static void
build_column(struct build *bd, uint32_t t, uint32_t c, uint32_t frame)
{
	const struct map_table *mt = &bd->mapping->table[t];
	const struct map_column *mc = &mt->column[c];
	struct schema_column *sc = &bd->plan->schema.table[t].column[c];
	bool key = is_key(mt, mc->name), text;
	const struct cell_type *cell;
	struct sqltype is;
	bool indexed = key || plan_column_is_indexed(mt, c);
	struct operand o;

	sc->name = mc->name;
	sc->sqlite = mc->sqlite;
	sc->comment = mc->comment;
	sc->not_null = mc->not_null || key;
	check_name(bd, mc->name, mc->at);
	if (mc->from == NULL)
		return;
	text = mc->has_type && mc->type.kind == SQL_TEXT;
	if (mt->nof < 2 ? !plan_column(bd, frame, mc, text, &o) :
	    !column_merged(bd, frame, mt, mc, text, &o))
		return;
	if (sc->comment == NULL)
		sc->comment = plan_comment(bd, &o);
	if (!mc->has_type && o.t.unknown)
		plan_to_text(bd, frame, &o);
	cell = mc->null_if != NULL || mc->has_not_null || mt->nof > 1 ? NULL :
	    plan_bare_cell(bd, &o);
	if (cell != NULL)
		sc->not_null = sc->not_null || cell->not_null;
	is = plan_infer(bd, &o);
	plan_advise_column(bd, mc, &o, &is);
	sc->type = mc->has_type ? mc->type : is;
	if (mc->has_type && !column_assign(bd, frame, mc, &o, &sc->type))
		return;
	sc->scale = sc->type.kind == SQL_NUMERIC && sc->type.precision == 0 ?
	    o.t.scale : sc->type.scale;
	bd->plan->table[t].reg[c] = column_fit(bd, frame, sc, &o,
	    !mc->has_type, indexed, mc->from->at);
}

static void
build_key(struct build *bd, uint32_t t)
{
	const struct map_table *mt = &bd->mapping->table[t];
	struct schema_table *st = &bd->plan->schema.table[t];
	uint32_t i, c;

	st->key = arena_array(bd->arena, mt->nkey, sizeof *st->key);
	for (i = 0; i < mt->nkey; i++)
		for (c = 0; c < mt->ncolumn; c++)
			if (strcmp(mt->key[i].name, mt->column[c].name) == 0)
				st->key[st->nkey++] = c;
}

/* The frame of a table: its each:, then its when:.  NONE after an error. */
static uint32_t
build_type_frame(struct build *bd, uint32_t t, uint32_t which)
{
	const struct map_table *mt = &bd->mapping->table[t];
	uint32_t frame;
	struct operand cond;
	struct op op;

	if (!plan_types_table(bd, mt, which))
		return NONE;
	frame = bd->root;
	if (mt->each != NULL && (frame = plan_each(bd, mt->each)) == NONE)
		return NONE;
	if (mt->nunpivot > 0 &&
	    (frame = plan_unpivot(bd, frame, mt)) == NONE)
		return NONE;
	if (mt->when == NULL)
		return frame;
	if (!plan_bool(bd, frame, mt->when, &cond))
		return NONE;
	op = op_make(OP_FILTER, frame);
	op.a = cond.reg;
	op.n = (int32_t)t;
	op.dst = plan_frame(bd, FRAME_FILTER, frame,
	    bd->plan->frame[frame].table, cond.reg);
	plan_emit_frame(bd, op, ITEM_NONE, mt->when->at,
	    arena_printf(bd->arena, "for %s", mt->name));
	return op.dst;
}

static uint32_t
build_frame(struct build *bd, uint32_t t)
{
	const struct map_table *mt = &bd->mapping->table[t];
	uint32_t *frame, i;

	bd->map_table = t;
	if (mt->nof < 2)
		return build_type_frame(bd, t, 0);
	frame = arena_array(bd->arena, mt->nof, sizeof *frame);
	for (i = 0; i < mt->nof; i++)
		frame[i] = build_type_frame(bd, t, i);
	return plan_merge(bd, mt, frame, mt->nof);
}

static void
build_table(struct build *bd, uint32_t t)
{
	const struct map_table *mt = &bd->mapping->table[t];
	const struct limits *l = bd->options->limits;
	uint32_t c;

	bd->map_table = t;
	plan_types_table(bd, mt, 0);
	check_name(bd, mt->name, mt->at);
	if (bd->plan->schema.table[t].comment == NULL)
		bd->plan->schema.table[t].comment = plan_table_comment(bd, mt);
	if (l != NULL && l->columns > 0 && mt->ncolumn > l->columns)
		diag_add(bd->diags, DIAG_P014, mt->at, "table '%s' has %u "
		    "columns; %s ends at %u", mt->name, mt->ncolumn, l->target,
		    l->columns);
	build_key(bd, t);
	for (c = 0; c < mt->ncolumn; c++) {
		bd->map_column = c;
		build_column(bd, t, c, bd->plan->table[t].frame);
	}
	bd->map_column = NONE;
	plan_advise_null(bd, t);
	bd->policies = &bd->plan->policies;
}

/* ---- batches ----------------------------------------------------------- */

/* How many rows of the widest frame a record can make, at most. */
static uint32_t
frame_fan(const struct build *bd, uint32_t frame)
{
	const struct plan *p = bd->plan;
	uint64_t n = 1;

	for (; frame != 0; frame = p->frame[frame].parent)
		if (p->frame[frame].kind == FRAME_EXPAND)
			n *= bd->layout->item[p->frame[frame].table].occurs_max;
		else if (p->frame[frame].kind == FRAME_UNPIVOT)
			n *= p->frame[frame].unpivot->n;
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static uint32_t
batch_records(const struct build *bd)
{
	uint32_t i, fan, most = 1024;

	for (i = 1; i < bd->plan->nframe; i++) {
		fan = frame_fan(bd, i);
		if (ROWS_MAX / fan < most)
			most = ROWS_MAX / fan;
	}
	return most > 0 ? most : 1;
}

struct plan *
plan_build(struct arena *a, struct diags *ds, const struct layout *l,
    uint32_t record, const struct mapping *m,
    const struct plan_options *options)
{
	struct plan *p = arena_zalloc(a, sizeof *p);
	struct build bd = { .plan = p, .arena = a, .diags = ds, .layout = l,
	    .mapping = m, .options = options, .record = record,
	    .type = NONE };
	uint32_t errors = ds->errors, t;
	struct op op = op_make(OP_ROOT, 0);

	p->arena = a;
	p->layout = l;
	p->mapping = m;
	p->record = record;
	p->page = options->page;
	p->policies = m->policies;
	p->max_size = layout_max_size(l, record);
	if (p->max_size < options->record_length)
		p->max_size = options->record_length;
	p->path = arena_array(a, l->nitem, sizeof *p->path);
	p->schema.name = m->schema != NULL ? m->schema : m->name;
	p->schema.ntable = m->ntable;
	p->schema.table = arena_array(a, m->ntable, sizeof *p->schema.table);
	p->table = arena_array(a, m->ntable, sizeof *p->table);
	bd.policies = &p->policies;
	plan_counts_new(a, ds, l, p->page, m, &p->counts);
	if (!op_text_init())
		diag_add(ds, DIAG_P027, NOWHERE,
		    "the C library has no C.UTF-8 locale");
	bd.map_table = bd.map_column = NONE;
	op.dst = plan_frame(&bd, FRAME_ROOT, NONE, ITEM_NONE, NONE);
	plan_emit_frame(&bd, op, ITEM_NONE, NOWHERE, "");
	if (m->nrecord_type > 0)
		plan_types_build(&bd);
	for (t = 0; t < m->ntable; t++) {
		p->schema.table[t].name = m->table[t].name;
		p->schema.table[t].distinct = m->table[t].distinct;
		p->schema.table[t].duplicates = m->table[t].duplicates;
		p->schema.table[t].comment = m->table[t].comment;
		p->schema.table[t].ncolumn = m->table[t].ncolumn;
		p->schema.table[t].column = arena_array(a, m->table[t].ncolumn,
		    sizeof *p->schema.table[t].column);
		p->table[t].reg = arena_array(a, m->table[t].ncolumn,
		    sizeof *p->table[t].reg);
		p->table[t].frame = build_frame(&bd, t);
	}
	for (t = 0; t < m->ntable; t++)
		if (p->table[t].frame != NONE)
			build_table(&bd, t);
	plan_constraints_schema(&bd);
	if (ds->errors == 0)	/* all columns are there, with their types */
		plan_constraints_types(&bd);
	if (m->ncontrol > 0)
		plan_controls_build(&bd);
	plan_as_of_build(&bd);
	if (options->where != NULL)
		plan_where_build(&bd);
	if (options->advise && ds->errors == errors)
		plan_advise_overlaps(&bd);
	if (options->unused && ds->errors == errors)
		plan_advise_unused(&bd);
	p->batch_records = batch_records(&bd);
	return ds->errors > errors ? NULL : p;
}

const struct schema *
plan_schema(const struct plan *p)
{
	return &p->schema;
}

const struct layout *
plan_layout(const struct plan *p)
{
	return p->layout;
}

uint32_t
plan_record(const struct plan *p)
{
	return p->record;
}

uint32_t
plan_batch_records(const struct plan *p)
{
	return p->batch_records;
}
