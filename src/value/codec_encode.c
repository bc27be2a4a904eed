/*
 * Values to the bytes of items: dispatch, nulls and faults; see codec.h.  The
 * encoders are beside the kernels, in the files codec_*.c.
 *
 * A null is written as the first of the fillers that the policies read as
 * null: of a zoned number blanks, X'00', X'FF', of others X'00' first.
 */
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "value/decimal.h"
#include "value/kernel.h"

uint16_t
encode_magnitude(const struct encode *e, d128 v, u128 *mag)
{
	const struct codec *c = e->c;
	u128 zeros = (u128)d128_pow10[c->scale < 0 ? -c->scale : 0];

	*mag = v < 0 ? -(u128)v : (u128)v;
	if (c->scale >= 0 || c->kind == CODEC_DIGITS)
		return 0;
	if (*mag % zeros != 0)
		return DIAG_D014;
	*mag /= zeros;
	return 0;
}

/* ---- nulls -------------------------------------------------------------- */

/* A filler that the policies read as null, or 0. */
static uint64_t
null_filler(const struct encode *e)
{
	const struct policies *pol = e->pol;
	bool blank = pol->number_spaces == POLICY_NULL;
	bool low = pol->number_low == POLICY_NULL;

	switch (e->c->kind) {
	case CODEC_ZONED:
	case CODEC_DIGITS:
		if (blank)
			return FORM_BLANKS;
		break;
	case CODEC_EDITED:
		if (blank && !edited_blank_is_zero(e->c))
			return FORM_BLANKS;
		break;
	case CODEC_PACKED:
		if (e->c->no_sign)	/* every filler is a number, but FF */
			return pol->number_high == POLICY_NULL ? FORM_HIGH : 0;
		if (!low && blank)
			return FORM_BLANKS;
		break;
	case CODEC_TEXT:
	case CODEC_NATIONAL:
	case CODEC_UTF8:
	case CODEC_DBCS:
		return pol->text_empty == POLICY_NULL ? FORM_BLANKS : FORM_LOW;
	default:
		return 0;
	}
	return low ? FORM_LOW : pol->number_high == POLICY_NULL ? FORM_HIGH : 0;
}

static void
fill_blanks(const struct encode *e, uint8_t *p)
{
	const struct codec *c = e->c;
	bool utf16 = c->kind == CODEC_NATIONAL ||
	    (c->kind == CODEC_EDITED && c->edit->national);
	uint32_t i;

	memset(p, c->kind == CODEC_UTF8 || utf16 ? 0x20 :
	    c->kind == CODEC_DBCS ? 0x40 : e->blank, c->size);
	for (i = 0; utf16 && i < c->size; i += 2)
		p[i] = 0;
}

static uint16_t
encode_null(const struct encode *e, uint64_t form, uint8_t *p)
{
	if ((form & FORM_FILLER) == 0)
		form = null_filler(e);
	switch (form & FORM_FILLER) {
	case FORM_BLANKS:
		fill_blanks(e, p);
		return 0;
	case FORM_LOW:
		memset(p, 0x00, e->c->size);
		return 0;
	case FORM_HIGH:
		memset(p, 0xff, e->c->size);
		return 0;
	default:
		return DIAG_D029;
	}
}

/* ---- cells -------------------------------------------------------------- */

static d128
cell_number(const struct column *in, uint32_t row)
{
	return in->type == V_D128 ? in->v.d128[row] : in->v.i64[row];
}

static uint16_t
encode_cell(const struct encode *e, const struct column *in, uint32_t row,
    uint64_t form, uint8_t *p)
{
	if (column_is_null(in, row))
		return encode_null(e, form, p);
	switch (e->c->kind) {
	case CODEC_ZONED:
		return encode_zoned(e, cell_number(in, row), form, p);
	case CODEC_PACKED:
		return encode_packed(e, cell_number(in, row), form, p);
	case CODEC_BINARY:
		return encode_binary(e, cell_number(in, row), p);
	case CODEC_FLOAT:
		return encode_float(e, in->v.f64[row], form, p);
	case CODEC_DECFLOAT:
		return encode_decfloat(e, in->v.text[row], form, p);
	case CODEC_EDITED:
		return in->type == V_F64 ?
		    encode_edited_float(e, in->v.f64[row], form, p) :
		    encode_edited(e, cell_number(in, row), form, p);
	case CODEC_TEXT:
		if (e->c->page->wide != NULL)
			return encode_wide(e, in->v.text[row], form, p);
		return encode_text(e, in->v.text[row], p);
	case CODEC_NATIONAL:
	case CODEC_UTF8:
	case CODEC_DBCS:
		return encode_wide(e, in->v.text[row], form, p);
	case CODEC_DIGITS:
		return encode_digits(e, in->v.text[row], form, p);
	case CODEC_BYTES:
		return encode_bytes(e, in->v.text[row], p);
	default:
		break;
	}
	return DIAG_D030;
}

static void
encode_init(struct encode *e, struct codec *copy, const struct codec *given)
{
	*copy = *given;
	e->c = copy;
	e->given = given;
	e->pol = given->policies != NULL ? given->policies : &policies_default;
	e->blank = given->page != NULL ? given->page->blank : 0x40;
	codec_apply(copy, e->pol);
}

void
codec_encode(const struct codec *given, const struct column *in,
    const uint64_t *form, uint8_t *const *base, uint32_t n,
    struct cell_faults *faults, struct arena *a)
{
	struct codec copy;
	struct encode e;
	struct fault *f;
	uint32_t i, bad = 0;
	uint16_t code, precision;
	int16_t scale;
	bool sound;

	encode_init(&e, &copy, given);
	sound = codec_is_sound(&copy) && (codec_type(given, &scale,
	    &precision) != V_D128 || precision <= 38);
	for (i = 0; i < n; i++) {
		while (bad < in->bad.n && in->bad.v[bad].row < i)
			bad++;
		if (base[i] == NULL)
			continue;
		if (bad < in->bad.n && in->bad.v[bad].row == i)
			code = in->bad.v[bad].code;
		else if (!sound)
			code = DIAG_D011;
		else
			code = encode_cell(&e, in, i, form != NULL ? form[i] :
			    0, base[i] + given->offset);
		if (likely(code == 0))
			continue;
		f = ARENA_PUSH(a, faults->v, faults->n, faults->cap);
		*f = (struct fault){ .row = i, .op = given->op, .code = code };
	}
}

uint64_t
codec_null_form(const struct codec *given)
{
	struct codec copy;
	struct encode e;

	encode_init(&e, &copy, given);
	return codec_is_sound(&copy) ? null_filler(&e) : 0;
}

/* ---- forms -------------------------------------------------------------- */

static uint64_t
form_null(const struct encode *e, const uint8_t *p)
{
	if (p[0] == 0x00 && e->c->size > 1 && p[1] != 0x00)
		return FORM_BLANKS;	/* of UTF-16 */
	return p[0] == 0x00 ? FORM_LOW : p[0] == 0xff ? FORM_HIGH : FORM_BLANKS;
}

uint64_t
codec_form(const struct codec *given, const struct column *col, uint32_t row,
    const uint8_t *p)
{
	struct codec copy;
	struct encode e;

	encode_init(&e, &copy, given);
	if (given->size == 0 || !codec_is_sound(&copy))
		return 0;
	if (column_is_null(col, row))
		return form_null(&e, p);
	switch (given->kind) {
	case CODEC_ZONED:
	case CODEC_DIGITS:
		return form_zoned(&e, p);
	case CODEC_PACKED:
		return form_packed(&e, p);
	case CODEC_FLOAT:
		return form_float(&e, p);
	case CODEC_DECFLOAT:
		return form_decfloat(&e, p);
	case CODEC_EDITED:
		return form_edited(&e, col, row, p);
	case CODEC_TEXT:
		return given->page->wide == NULL ? 0 :
		    form_wide(&e, col->v.text[row], p);
	default:
		return 0;
	}
}

uint16_t
codec_formless(const struct codec *c)
{
	return c->kind == CODEC_FLOAT ? DIAG_D031 : DIAG_D030;
}
