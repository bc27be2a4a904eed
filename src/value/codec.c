/*
 * Codecs: types, policies and dispatch; see codec.h.  The kernels are in the
 * files codec_*.c.
 */
#include "value/codec.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "value/decimal.h"
#include "value/kernel.h"

#define PRECISION_MAX	38

bool kernel_portable, kernel_no_512;

void
codec_kernels(const char *name)
{
	kernel_portable = name != NULL && strcmp(name, "portable") == 0;
	kernel_no_512 = name != NULL && strcmp(name, "avx2") == 0;
}

const struct policies policies_default = {
	.number_spaces = POLICY_NULL,
	.number_low = POLICY_NULL,
	.number_high = POLICY_NULL,
	.number_leading_blanks = POLICY_REJECT,
	.number_invalid = POLICY_REJECT,
	.text_trim = TRIM_RIGHT,
	.text_empty = POLICY_KEEP,
	.text_nul = POLICY_REJECT,
	.text_unmappable = POLICY_REJECT,
	.text_cut = POLICY_REJECT,
	.date_zeros = POLICY_NULL,
	.date_nines = POLICY_NULL,
	.date_invalid = POLICY_REJECT,
	.date_max = POLICY_KEEP,
	.date_min = POLICY_KEEP,
	.date_fraction = POLICY_REJECT,
	.date_hour_24 = POLICY_REJECT,
	.date_century = 70,
};

const struct policies policies_exact = {
	.number_spaces = POLICY_NULL,
	.number_low = POLICY_NULL,
	.number_high = POLICY_NULL,
	.number_leading_blanks = POLICY_ZERO,
	.number_invalid = POLICY_REJECT,
	.number_sign_lenient = true,
	.number_pad_digit = true,
	.text_trim = TRIM_NONE,
	.text_empty = POLICY_KEEP,
	.text_nul = POLICY_KEEP,
	.text_unmappable = POLICY_REJECT,
	.text_cut = POLICY_REJECT,
	.date_zeros = POLICY_NULL,
	.date_nines = POLICY_NULL,
	.date_invalid = POLICY_REJECT,
	.date_max = POLICY_KEEP,
	.date_min = POLICY_KEEP,
	.date_fraction = POLICY_REJECT,
	.date_hour_24 = POLICY_REJECT,
	.date_century = 70,
};

void
policies_of_table(struct policies *p)
{
	p->text_trim = TRIM_NONE;
	p->text_empty = POLICY_KEEP;
	p->text_nul = POLICY_KEEP;
}

void
codec_apply(struct codec *c, const struct policies *pol)
{
	bool padded = c->kind == CODEC_PACKED && c->digits < PRECISION_MAX &&
	    (c->no_sign ? c->digits % 2 == 1 : c->digits % 2 == 0);

	if (pol->number_pad_digit && padded && c->digits > 0)
		c->digits++;
	if (pol->number_sign_lenient && (c->kind == CODEC_ZONED ||
	    c->kind == CODEC_PACKED))
		c->is_signed = true;
}

/* The largest magnitude that the bytes hold, before the scale; 38 digits. */
static u128
largest(const struct codec *c)
{
	uint32_t bits = c->size * 8;

	if (c->kind != CODEC_BINARY)
		return (u128)d128_pow10[c->digits] - 1;
	if (bits > 126)
		return (u128)d128_pow10[PRECISION_MAX] - 1;
	return c->is_signed ? (u128)1 << (bits - 1) : ((u128)1 << bits) - 1;
}

static enum vtype
number_type(const struct codec *c, int16_t *scale, uint16_t *precision)
{
	int digits, zeros = c->scale < 0 ? -c->scale : 0;
	u128 max, limit = INT64_MAX;

	*scale = c->scale < 0 ? 0 : c->scale;
	digits = c->digits;
	if (c->kind == CODEC_BINARY)
		digits = c->size > 16 ? PRECISION_MAX + 1 :
		    decimal_digits((d128)largest(c));
	if (digits + zeros > *scale)
		*precision = (uint16_t)(digits + zeros);
	else
		*precision = (uint16_t)*scale;
	if (digits + zeros > PRECISION_MAX)
		return V_D128;
	if (c->kind == CODEC_BINARY && c->is_signed)
		limit++;
	max = largest(c) * (u128)d128_pow10[zeros];
	return max <= limit ? V_I64 : V_D128;
}

/* Digits that the type holds. */
static uint16_t
cell_precision(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		return 5;
	case SQL_INTEGER:
		return 10;
	case SQL_BIGINT:
		return 19;
	case SQL_NUMERIC:
		return t->precision > 0 ? (uint16_t)t->precision :
		    PRECISION_MAX;
	case SQL_REAL:
		return 9;
	case SQL_DOUBLE:
		return 17;
	default:
		return 0;
	}
}

enum vtype
codec_type(const struct codec *given, int16_t *scale, uint16_t *precision)
{
	struct codec copy = *given, *c = &copy;

	codec_apply(c, c->policies != NULL ? c->policies : &policies_default);
	*scale = 0;
	*precision = 0;
	switch (c->kind) {
	case CODEC_TEXT:
	case CODEC_NATIONAL:
	case CODEC_UTF8:
	case CODEC_DBCS:
	case CODEC_VARCHAR:
	case CODEC_DECFLOAT:
		return V_TEXT;
	case CODEC_DIGITS:
		*precision = c->digits;
		return V_TEXT;
	case CODEC_BYTES:
		return V_BYTES;
	case CODEC_FLOAT:
		*precision = c->size == 4 ? 9 : 17;
		return V_F64;
	case CODEC_EDITED:
		if (memchr(c->edit->symbol, 'E', c->edit->nsymbol) == NULL)
			break;
		*precision = 17;
		return V_F64;
	case CODEC_KEYED:
		*precision = 10;
		return V_I64;
	case CODEC_CELL:
		*scale = c->cell->scale;
		*precision = cell_precision(&c->cell->type);
		return sqltype_vtype(&c->cell->type);
	case CODEC_FIELD:
		*precision = c->field == FIELD_DIGITS ? c->digits :
		    c->field != FIELD_FLOAT ? 0 : c->binary == 4 ? 9 : 17;
		if (c->field != FIELD_NUMBER)
			return c->field == FIELD_FLOAT ? V_F64 : V_TEXT;
		if (c->binary == 0)
			break;
		c->kind = CODEC_BINARY;
		c->size = c->binary;
		break;
	case CODEC_ZONED:
	case CODEC_PACKED:
	case CODEC_BINARY:
		break;
	}
	return number_type(c, scale, precision);
}

static void
cell_clear(struct column *c, uint32_t row)
{
	static const uint8_t nothing[1];

	switch (vtype_size(c->type)) {
	case 1:
		c->v.flag[row] = 0;
		break;
	case 8:
		c->v.i64[row] = 0;	/* all bits 0 is 0.0 as well */
		break;
	default:
		if (c->type == V_D128)
			c->v.d128[row] = 0;
		else
			c->v.text[row] = (struct slice){ nothing, 0 };
	}
}

void
cell_null(struct decode *d, uint32_t row)
{
	cell_clear(d->out, row);
	column_set_null(d->out, d->arena, d->rows->n, row);
}

void
cell_bad(struct decode *d, uint32_t row, uint16_t code)
{
	cell_clear(d->out, row);
	column_set_bad(d->out, d->arena, row, d->c->op, code);
}

void
cell_invalid(struct decode *d, uint32_t row, uint16_t code)
{
	if (d->pol->number_invalid == POLICY_NULL)
		cell_null(d, row);
	else
		cell_bad(d, row, code);
}

void
cell_short(struct decode *d, uint32_t row)
{
	if (d->rows->len[row] <= d->c->offset)
		cell_null(d, row);
	else
		cell_bad(d, row, DIAG_D001);
}

enum filler
kernel_filler(const struct decode *d, const uint8_t *p)
{
	enum policy policy;
	uint32_t i;

	if (p[0] == d->blank)
		policy = d->pol->number_spaces;
	else if (p[0] == 0x00)
		policy = d->pol->number_low;
	else if (p[0] == 0xff)
		policy = d->pol->number_high;
	else
		return FILLER_NONE;
	for (i = 1; i < d->c->size; i++)
		if (p[i] != p[0])
			return FILLER_NONE;
	return policy == POLICY_NULL ? FILLER_NULL :
	    policy == POLICY_ZERO ? FILLER_ZERO : FILLER_NONE;
}

bool
codec_is_sound(const struct codec *c)
{
	bool separate = c->sign == CODEC_SIGN_TRAILING_SEPARATE ||
	    c->sign == CODEC_SIGN_LEADING_SEPARATE;

	switch (c->kind) {
	case CODEC_ZONED:
		return c->digits > 0 && c->scale >= -PRECISION_MAX &&
		    c->size == c->digits + (separate ? 1u : 0u);
	case CODEC_DIGITS:
		return c->digits > 0 && c->size == c->digits &&
		    c->sign == CODEC_UNSIGNED && !c->is_signed;
	case CODEC_PACKED:
		return c->digits > 0 && c->scale >= -PRECISION_MAX &&
		    c->size == (c->no_sign ? (c->digits + 1u) / 2 :
		    c->digits / 2u + 1);
	case CODEC_BINARY:
		return c->size > 0 && c->size <= 16 &&
		    c->scale >= -PRECISION_MAX;
	case CODEC_FLOAT:
		return c->size == 4 || c->size == 8;
	case CODEC_DECFLOAT:
		return decfloat_is_sound(c);
	case CODEC_TEXT:
		return c->page != NULL;
	case CODEC_EDITED:
		return c->scale >= -PRECISION_MAX && edited_is_sound(c);
	case CODEC_NATIONAL:
		return c->size % 2 == 0;
	case CODEC_DBCS:
		return c->size % 2 == 0 && c->page != NULL &&
		    c->page->wide != NULL;
	case CODEC_VARCHAR:
		return varchar_is_sound(c);
	case CODEC_FIELD:
		return field_is_sound(c);
	case CODEC_KEYED:
		return keyed_is_sound(c);
	case CODEC_CELL:
		return c->cell != NULL && c->size == rowcell_size(c->cell);
	case CODEC_UTF8:
	case CODEC_BYTES:
		break;
	}
	return true;
}

/* A picture that no type holds; the plan refuses it, but bytes may come. */
static void
decode_refused(struct decode *d)
{
	uint32_t i;

	for (i = 0; i < d->rows->n; i++)
		if (item_at(d, i, d->checked) != NULL)
			cell_bad(d, i, DIAG_D011);
}

void
codec_decode(const struct codec *given, const struct rows *rows,
    struct column *out, struct arena *arena)
{
	struct codec copy = *given;
	const struct codec *c = &copy;
	struct decode d = { .c = c, .rows = rows, .out = out, .arena = arena };
	void (*kernel)(struct decode *);
	uint16_t precision;
	enum vtype type;
	int16_t scale;

	d.pol = c->policies != NULL ? c->policies : &policies_default;
	codec_apply(&copy, d.pol);
	d.blank = c->page != NULL ? c->page->blank : 0x40;
	d.checked = rows->shortest < c->offset ||
	    rows->shortest - c->offset < c->size;
	type = codec_type(given, &scale, &precision);
	column_init(out, arena, type, scale, rows->n);
	if (!codec_is_sound(c) || (precision > PRECISION_MAX &&
	    type == V_D128)) {
		decode_refused(&d);
		return;
	}
	switch (c->kind) {
	case CODEC_TEXT:
	case CODEC_NATIONAL:
	case CODEC_UTF8:
	case CODEC_DBCS:
		kernel = c->kind == CODEC_TEXT ? decode_text : decode_wide;
		if (d.checked && d.pol->text_cut == POLICY_KEEP)
			decode_cut(&d, kernel);
		else
			kernel(&d);
		break;
	case CODEC_EDITED:
		decode_edited(&d);
		break;
	case CODEC_VARCHAR:
		decode_varchar(&d);
		break;
	case CODEC_FIELD:
		decode_field(&d);
		break;
	case CODEC_KEYED:
		decode_keyed(&d);
		break;
	case CODEC_CELL:
		decode_cell(&d);
		break;
	case CODEC_ZONED:
		decode_zoned(&d);
		break;
	case CODEC_PACKED:
		decode_packed(&d);
		break;
	case CODEC_BINARY:
		decode_binary(&d);
		break;
	case CODEC_FLOAT:
		decode_float(&d);
		break;
	case CODEC_DECFLOAT:
		decode_decfloat(&d);
		break;
	case CODEC_DIGITS:
		decode_digits(&d);
		break;
	case CODEC_BYTES:
		decode_bytes(&d);
		break;
	}
}
