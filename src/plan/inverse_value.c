/*
 * A cell of a table back to the value of its item: what the column's functions
 * did to it, the other way round.
 *
 * A null is the canonical one: of a date in a number zeros, if the policies
 * read them as null, else nines; in a text blanks; of anything else what
 * codec_encode writes.
 */
#include <string.h>

#include "base/utf8.h"
#include "plan/crosswalk.h"
#include "plan/inverse_impl.h"
#include "value/format.h"

#define DAY_FIRST	INT64_C(-719162)	/* 0001-01-01 */
#define DAY_LAST	INT64_C(2932896)	/* 9999-12-31 */

static void
back_fail(struct back *v, uint16_t code)
{
	v->code = code;
}

static void
back_text(struct back *v, struct slice text)
{
	v->null = false;
	v->type = V_TEXT;
	v->text = text;
}

/* ---- the cell ----------------------------------------------------------- */

static void
back_cell(struct back *v, const struct column *col, uint32_t row)
{
	const struct fault *f = col->bad.n > 0 ? column_fault(col, row) :
	    NULL;

	memset(v, 0, sizeof *v);
	v->type = col->type;
	if (f != NULL) {
		back_fail(v, f->code);
		return;
	}
	v->null = v->was_null = column_is_null(col, row);
	if (v->null)
		return;
	switch (col->type) {
	case V_TEXT:
	case V_BYTES:
		v->text = col->v.text[row];
		v->raw = col->type == V_BYTES;
		break;
	case V_I64:
	case V_D128:
		v->type = V_D128;
		v->scale = col->scale;
		v->number = column_number(col, row);
		break;
	case V_F64:
		v->real = col->v.f64[row];
		break;
	case V_BOOL:
		v->number = col->v.flag[row];
		break;
	default:
		v->number = col->v.i64[row];
		break;
	}
}

/* ---- dates -------------------------------------------------------------- */

static bool
is_text(const struct codec *c)
{
	return c->kind == CODEC_TEXT || c->kind == CODEC_NATIONAL ||
	    c->kind == CODEC_UTF8 || c->kind == CODEC_DBCS;
}

static void
back_number(struct back *v, d128 n)
{
	v->null = false;
	v->type = V_D128;
	v->scale = 0;
	v->number = n;
}

static void
back_fill(struct back *v, uint8_t byte, uint32_t n, struct arena *a)
{
	uint8_t *p = arena_alloc(a, n + 1);

	memset(p, byte, n);
	back_text(v, (struct slice){ p, n });
}

/* The nth way in which a date is null in such an item, the canonical one
 * first; false: there are fewer. */
static bool
moment_null(struct back *v, const struct k_date *m, const struct codec *c,
    uint32_t n, struct arena *a)
{
	const struct policies *pol = m->policies;
	bool zeros = pol->date_zeros == POLICY_NULL && m->to != V_TIME;
	bool nines = pol->date_nines == POLICY_NULL;
	bool text = is_text(c), packed = m->shape == SHAPE_PACKED;
	uint32_t width = c->kind == CODEC_TEXT ? c->size : m->width;

	if (text && !packed && n-- == 0) {
		back_text(v, slice_str(""));
		return true;
	}
	if (zeros && n-- == 0) {
		if (packed)
			back_fill(v, 0x00, c->size, a);
		else if (text)
			back_fill(v, '0', width, a);
		else
			back_number(v, 0);
		v->raw = packed;
		return true;
	}
	if (nines && (text || packed || (c->digits > 0 && c->digits <= 38)) &&
	    n-- == 0) {
		if (packed)
			back_fill(v, 0x99, c->size, a);
		else if (text)
			back_fill(v, '9', width, a);
		else
			back_number(v, d128_pow10[c->digits] - 1);
		v->raw = packed;
		return true;
	}
	if (packed && n-- == 0) {
		back_fill(v, 0x40, c->size, a);
		v->raw = true;
		return true;
	}
	return n == 0 && !text && !packed;	/* as any number is */
}

/* The column's value as the function had made it. */
static bool
moment_take(struct back *v, const struct k_date *m, int64_t *out)
{
	int64_t n = (int64_t)v->number;

	if (v->type == V_TEXT)
		return m->to == V_DATE ? parse_date_iso(v->text.p,
		    v->text.len, out) : m->to == V_TIME ?
		    parse_time_iso(v->text.p, v->text.len, out) :
		    parse_tstamp_iso(v->text.p, v->text.len, out);
	*out = n;
	if (n == MOMENT_INFINITY || n == -MOMENT_INFINITY) {
		if ((n > 0 ? m->policies->date_max : m->policies->date_min) !=
		    POLICY_INFINITY)
			return false;
		*out = n > 0 ? DAY_LAST : DAY_FIRST;
		if (m->to == V_TSTAMP)
			*out *= DAY_US;
		return v->type == V_DATE || v->type == V_TSTAMP;
	}
	if (v->type == V_TSTAMP && m->to == V_DATE) {
		*out = n / DAY_US;
		return n % DAY_US == 0;
	}
	return v->type == m->to;
}

static void
back_moment(struct back *v, const struct k_date *m, const struct codec *c,
    struct arena *a)
{
	char out[DATE_WRITE_MAX];
	uint32_t width = c->kind == CODEC_TEXT || m->shape == SHAPE_PACKED ?
	    c->size : c->kind == CODEC_NATIONAL || c->kind == CODEC_DBCS ?
	    c->size / 2 : c->kind == CODEC_UTF8 ? 0 : c->digits;
	int64_t moment;
	uint32_t n;

	if (v->null) {
		moment_null(v, m, c, 0, a);
		return;
	}
	if (!moment_take(v, m, &moment) ||
	    (n = date_write(m, moment, width, out)) == 0) {
		back_fail(v, m->to == V_DATE ? DIAG_D010 : DIAG_D051);
		return;
	}
	back_text(v, (struct slice){ arena_copy(a, out, n), n });
	v->raw = m->shape == SHAPE_PACKED;
}

/* ---- codes -------------------------------------------------------------- */

static void
back_label(struct back *v, const struct step *s, const struct codec *c)
{
	uint32_t i;

	for (i = 0; i < s->nlabel; i++)
		if (slice_eq(s->label[i].name, v->text))
			break;
	if (i == s->nlabel || v->type != V_TEXT) {
		back_fail(v, DIAG_F051);
		return;
	}
	if (s->label[i].bytes != NULL) {
		v->text = (struct slice){ s->label[i].bytes, c->size };
		v->raw = true;
		return;
	}
	v->type = V_D128;
	v->scale = s->scale;
	v->number = s->label[i].number;
}

static void
back_lookup(struct back *v, const struct step *s)
{
	uint32_t row;

	if (v->type != V_TEXT) {
		back_fail(v, DIAG_D050);
		return;
	}
	row = crosswalk_back_find(s->crosswalk, v->text);
	if (row != UINT32_MAX)
		v->text = crosswalk_back_key(s->crosswalk, row, s->key);
	else if (!s->keeps)
		back_fail(v, DIAG_D050);
}

static void
back_step(struct back *v, const struct step *s, const struct codec *c,
    struct arena *a)
{
	switch (s->kind) {
	case STEP_NULL_IS:
		if (!v->null)
			return;
		v->null = false;
		v->type = s->type;
		v->scale = s->scale;
		v->number = s->number;
		v->text = s->text;
		return;
	case STEP_MOMENT:
		back_moment(v, s->moment, c, a);
		return;
	case STEP_LABEL:
	case STEP_LOOKUP:
		if (v->null)
			v->unknown = true;
		else if (s->kind == STEP_LABEL)
			back_label(v, s, c);
		else
			back_lookup(v, s);
		return;
	}
}

/* ---- the item's type ---------------------------------------------------- */

/* Characters, as a varchar's length counts them. */
static uint32_t
text_length(const struct back *v, bool utf16)
{
	uint32_t i, n = 0;

	for (i = 0; i < v->text.len; i++)
		n += (v->text.p[i] & 0xc0) != 0x80 ?
		    1 + (utf16 && v->text.p[i] >= 0xf0) : 0;
	return n;
}

static void
to_number(struct back *v, int16_t scale)
{
	bool exact;

	if (v->type == V_TEXT && v->text.len == 0) {
		v->null = true;
		return;
	}
	if (v->type == V_TEXT && !parse_decimal(v->text.p, v->text.len,
	    &v->number, &v->scale)) {
		back_fail(v, DIAG_D016);
		return;
	}
	if (v->type == V_F64 && !decimal_from_f64(v->real, scale,
	    &v->number)) {
		back_fail(v, DIAG_D011);
		return;
	}
	if (v->type == V_F64)
		v->scale = scale;
	else if (v->type != V_TEXT && v->type != V_D128) {
		back_fail(v, DIAG_D016);
		return;
	}
	if (!decimal_rescale(v->number, v->scale, scale, &v->number, &exact))
		back_fail(v, DIAG_D011);
	else if (!exact)
		back_fail(v, DIAG_D014);
	v->type = V_D128;
	v->scale = scale;
}

static void
to_type(struct back *v, const struct codec *c)
{
	uint16_t precision;
	int16_t scale;
	enum vtype t = codec_type(c, &scale, &precision);

	if (v->raw) {
		if (v->text.len != c->size)
			back_fail(v, DIAG_D030);
		return;
	}
	v->shown = c->kind == CODEC_EDITED && v->type == V_TEXT;
	if (v->shown)
		return;
	switch (t) {
	case V_I64:
	case V_D128:
		to_number(v, scale);
		break;
	case V_F64:
		if (v->type == V_D128) {
			v->real = decimal_to_f64(v->number, v->scale);
			v->type = V_F64;
		}
		break;
	default:
		break;
	}
	if (v->code == 0 && !v->null && v->type != t &&
	    !(t == V_I64 && v->type == V_D128))
		back_fail(v, DIAG_D016);
}

bool
inverse_null(const struct give *g, const struct codec *c, uint32_t n,
    struct back *v, struct arena *a)
{
	uint32_t i;

	*v = (struct back){ .null = true, .type = V_TEXT };
	for (i = 0; i < g->nstep && v->null; i++)
		if (g->step[i].kind == STEP_NULL_IS ||
		    g->step[i].kind == STEP_MOMENT)
			break;
	if (i == g->nstep)
		return n == 0;
	if (g->step[i].kind == STEP_NULL_IS)
		return false;
	if (!moment_null(v, g->step[i].moment, c, n, a))
		return false;
	if (!v->null)
		to_type(v, c);
	return true;
}

void
inverse_value(const struct give *g, const struct codec *c,
    const struct column *col, uint32_t row, struct back *v, struct arena *a)
{
	uint32_t i;

	back_cell(v, col, row);
	if (v->code == 0 && v->null && g->null_tells_nothing)
		v->unknown = v->null_if = true;
	for (i = 0; i < g->nstep && v->code == 0 && !v->unknown; i++)
		back_step(v, &g->step[i], c, a);
	if (v->code != 0 || v->unknown)
		return;
	if (g->kind == GIVE_LENGTH) {
		v->number = v->null ? 0 : text_length(v, g->utf16);
		v->null = false;
		v->type = V_D128;
		v->scale = 0;
	}
	if (!v->null && g->kind != GIVE_PART)
		to_type(v, c);
}
