/*
 * Items of the copybook to codecs: how the bytes of an item are read, and the
 * type of what comes out.
 *
 * The codecs stand below the copybook and know nothing of it, so what they
 * need of an edited picture is copied for them, into the plan's arena.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/utf8.h"
#include "charset/charset.h"

static enum codec_sign
codec_sign(const struct item *it)
{
	switch (it->sign) {
	case SIGN_LEADING:
		return CODEC_SIGN_LEADING;
	case SIGN_TRAILING_SEPARATE:
		return CODEC_SIGN_TRAILING_SEPARATE;
	case SIGN_LEADING_SEPARATE:
		return CODEC_SIGN_LEADING_SEPARATE;
	default:
		return it->is_signed ? CODEC_SIGN_TRAILING : CODEC_UNSIGNED;
	}
}

/* A symbol for each position. */
static bool
edit_expand(struct arena *a, const struct edited *from, struct codec_edit *e)
{
	char *symbol = arena_alloc(a, CODEC_EDIT_MAX);
	uint32_t i, n = 0;

	for (i = 0; i < from->nrun; n += from->run[i++].count) {
		if (from->run[i].count > CODEC_EDIT_MAX - n)
			return false;
		memset(symbol + n, from->run[i].symbol, from->run[i].count);
	}
	e->symbol = symbol;
	e->nsymbol = n;
	e->floating = from->floating;
	if (from->currency != NULL && from->currency[0] != '\0')
		e->currency = from->currency;
	e->comma = from->comma;
	return true;
}

/* An edited number, and one whose digits are UTF-16 characters. */
static bool
codec_edited(struct arena *a, const struct item *it, struct codec *c)
{
	struct codec_edit *e = arena_zalloc(a, sizeof *e);
	struct edit_run run[2] = { { '9', it->digits }, { '+', 1 } };
	struct edited plain = { .run = run, .nrun = 1 };

	c->kind = CODEC_EDITED;
	c->edit = e;
	e->blank_zero = it->blank_zero;
	e->national = it->usage == USAGE_NATIONAL;
	if (it->edited != NULL)
		return edit_expand(a, it->edited, e);
	if (it->sign == SIGN_LEADING_SEPARATE) {
		run[1] = run[0];
		run[0] = (struct edit_run){ '+', 1 };
	} else if (it->is_signed && it->sign != SIGN_TRAILING_SEPARATE) {
		return false;
	}
	if (it->is_signed)
		plain.nrun = 2;
	return edit_expand(a, &plain, e);
}

static bool
codec_number(struct arena *a, const struct item *it, bool as_text,
    bool little, struct codec *c)
{
	switch (it->usage) {
	case USAGE_DISPLAY:
		if (it->blank_zero && !it->is_signed)
			return codec_edited(a, it, c);
		c->kind = as_text && !it->is_signed && it->scale == 0 ?
		    CODEC_DIGITS : CODEC_ZONED;
		return true;
	case USAGE_NATIONAL:
		return codec_edited(a, it, c);
	case USAGE_BINARY:
	case USAGE_COMPX:
		c->kind = CODEC_BINARY;
		return true;
	case USAGE_COMP5:
	case USAGE_COMPN:
		c->kind = CODEC_BINARY;
		c->little_endian = little;
		return true;
	case USAGE_COMP6:
		c->no_sign = true;
		/* FALLTHROUGH */
	case USAGE_PACKED:
		c->kind = CODEC_PACKED;
		return true;
	case USAGE_FLOAT_BINARY:
		c->kind = CODEC_FLOAT;
		c->ieee = true;
		c->little_endian = little;
		return it->size <= 8;
	case USAGE_FLOAT_DECIMAL:
		c->kind = CODEC_DECFLOAT;
		c->little_endian = little;
		return true;
	case USAGE_FLOAT:
	case USAGE_DOUBLE:
		c->kind = CODEC_FLOAT;
		return true;
	default:
		return false;
	}
}

static bool codec_text(struct arena *, const struct item *, bool, bool,
    struct codec *);

/* The items of the group are behind it in the layout. */
static bool
codec_varchar(struct arena *a, const struct item *it, bool little,
    struct codec *c)
{
	if (!codec_text(a, it + 2, true, little, c))
		return false;
	c->inner = c->kind;
	c->kind = CODEC_VARCHAR;
	c->length_size = (uint8_t)it[1].size;
	c->text_at = it[2].offset - it->offset;
	c->little_endian = it[1].usage == USAGE_COMP5 && little;
	return true;
}

static bool
codec_text(struct arena *a, const struct item *it, bool as_text,
    bool little, struct codec *c)
{
	c->kind = CODEC_TEXT;
	switch (it->category) {
	case CAT_GROUP:
		if (it->varchar)
			return codec_varchar(a, it, little, c);
		/* a GROUP-USAGE NATIONAL is no text of the page */
		c->kind = it->usage == USAGE_NATIONAL ? CODEC_NATIONAL :
		    CODEC_TEXT;
		return it->usage == USAGE_DISPLAY ||
		    it->usage == USAGE_NATIONAL;
	case CAT_ALPHANUMERIC:
	case CAT_ALPHABETIC:
		return true;
	case CAT_EDITED:
		return !it->edited->numeric || as_text ||
		    codec_edited(a, it, c);
	case CAT_NATIONAL_EDITED:
		c->kind = CODEC_NATIONAL;
		return !it->edited->numeric || as_text ||
		    codec_edited(a, it, c);
	case CAT_NATIONAL:
		c->kind = CODEC_NATIONAL;
		return true;
	case CAT_UTF8:
		c->kind = CODEC_UTF8;
		return true;
	case CAT_DBCS:
		c->kind = CODEC_DBCS;
		return true;
	default:
		return false;
	}
}

const struct codepage *
plan_dbcs_page(const struct codepage *page, const struct mapping *m)
{
	return m == NULL || m->dbcs_encoding == NULL ? page :
	    charset_find_dbcs(m->dbcs_encoding);
}

/* The page of the codec's double bytes; false: it has none. */
static bool
codec_dbcs(const struct mapping *m, struct codec *c)
{
	if (c->kind != CODEC_DBCS && (c->kind != CODEC_VARCHAR ||
	    c->inner != CODEC_DBCS))
		return true;
	if (c->page == NULL)
		return true;
	c->page = plan_dbcs_page(c->page, m);
	return c->page != NULL && c->page->wide != NULL;
}

bool
plan_codec(struct arena *a, const struct item *it, enum read_as as,
    const struct codepage *page, const struct mapping *m, struct codec *c)
{
	bool little = m != NULL && m->little_comp5;

	memset(c, 0, sizeof *c);
	c->size = it->size;
	c->digits = it->digits;
	c->scale = it->scale;
	c->is_signed = it->is_signed;
	c->sign = codec_sign(it);
	c->page = page;
	if (it->category == CAT_CELL)
		return plan_codec_cell(it, as, c);
	if (m != NULL && m->format == MAP_DELIMITED)
		return plan_codec_field(it, as, m, c);
	if (as == AS_BYTES) {
		c->kind = CODEC_BYTES;
		return true;
	}
	if (it->category != CAT_NUMERIC)
		return codec_text(a, it, as == AS_TEXT, little, c) &&
		    codec_dbcs(m, c);
	/* a significand in binary is GnuCOBOL's; others may have another */
	if (it->usage == USAGE_FLOAT_DECIMAL && m != NULL &&
	    m->dialect != MAP_DIALECT_GNUCOBOL)
		return false;
	if (!codec_number(a, it, as == AS_TEXT, little, c))
		return false;
	if (c->kind == CODEC_FLOAT && !c->ieee && m != NULL) {
		c->ieee = m->ieee_floats;
		c->little_endian = m->little_floats;
	}
	return true;
}

bool
plan_item_codec(struct arena *a, const struct layout *l, uint32_t item,
    const struct codepage *page, struct codec *c)
{
	return plan_codec(a, &l->item[item], false, page, NULL, c);
}

bool
plan_cell_codec(const struct plan *p, uint32_t item, struct codec *c)
{
	if (!plan_codec(p->arena, &p->layout->item[item], AS_VALUE, p->page,
	    p->mapping, c))
		return false;
	c->policies = &p->policies;
	return true;
}

struct vt
plan_codec_type(const struct codec *c)
{
	struct vt t = { .is_field = true };

	if (c->kind == CODEC_CELL)
		return plan_cell_type(c->cell);
	t.type = codec_type(c, &t.scale, &t.precision);
	if (t.type == V_TEXT && c->kind == CODEC_FIELD)
		t.length = c->field == FIELD_DIGITS ? c->digits : c->width;
	else if (t.type == V_TEXT)
		t.length = c->kind == CODEC_DIGITS ? c->digits :
		    c->kind == CODEC_DECFLOAT ? DECFLOAT_TEXT_MAX :
		    c->kind == CODEC_NATIONAL ? c->size / 2 :
		    c->kind == CODEC_VARCHAR ? (c->size - c->text_at) /
		    (c->inner == CODEC_TEXT ? 1 : 2) : c->size;
	t.integral = (t.type == V_I64 || t.type == V_D128) && t.scale == 0 &&
	    t.precision <= 19 && t.type == V_I64;
	return t;
}

bool
plan_item_value(const struct layout *l, uint32_t item, struct vt *t)
{
	struct arena a;
	struct codec c;
	bool good;

	arena_init(&a);
	good = plan_codec(&a, &l->item[item], AS_VALUE, NULL, NULL, &c) &&
	    (c.kind != CODEC_DECFLOAT || l->dialect == DIALECT_GNUCOBOL);
	if (good)
		*t = plan_codec_type(&c);
	arena_fini(&a);
	return good;
}

static bool
edit_equal(const struct codec_edit *a, const struct codec_edit *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->nsymbol == b->nsymbol && a->floating == b->floating &&
	    memcmp(a->symbol, b->symbol, a->nsymbol) == 0 &&
	    strcmp(a->currency == NULL ? "$" : a->currency,
	    b->currency == NULL ? "$" : b->currency) == 0 &&
	    a->comma == b->comma && a->blank_zero == b->blank_zero &&
	    a->national == b->national;
}

/* Ops differ in any case. */
bool
plan_codec_equal(const struct codec *a, const struct codec *b)
{
	struct codec c;

	memcpy(&c, a, sizeof c);	/* the padding too */
	c.op = b->op;
	if (edit_equal(c.edit, b->edit))
		c.edit = b->edit;
	return memcmp(&c, b, sizeof c) == 0;
}

const char *
plan_codec_name(const struct codec *c)
{
	static const char *const names[] = {
		[CODEC_TEXT] = "text", [CODEC_ZONED] = "zoned",
		[CODEC_PACKED] = "packed", [CODEC_BINARY] = "binary",
		[CODEC_FLOAT] = "float", [CODEC_DECFLOAT] = "decimal float",
		[CODEC_DIGITS] = "digits",
		[CODEC_BYTES] = "bytes", [CODEC_EDITED] = "edited",
		[CODEC_NATIONAL] = "national", [CODEC_UTF8] = "utf-8",
		[CODEC_DBCS] = "double-byte", [CODEC_VARCHAR] = "varchar",
		[CODEC_FIELD] = "field", [CODEC_KEYED] = "count for",
		[CODEC_CELL] = "column",
	};

	return names[c->kind];
}

/* ---- literals ----------------------------------------------------------- */

bool
plan_is_wide(const struct item *it)
{
	return it->category == CAT_NATIONAL || it->category == CAT_UTF8 ||
	    it->category == CAT_NATIONAL_EDITED || it->category == CAT_DBCS;
}

/* A character as the item holds it; 0: it cannot. */
static uint32_t
wide_put(const struct item *it, const struct codepage *page, uint32_t cp,
    uint8_t out[4])
{
	uint32_t bytes;

	if (it->category == CAT_UTF8)
		return (uint32_t)utf8_put(out, cp);
	if (it->category != CAT_DBCS) {
		if (cp >= 0x10000) {
			bytes = 0xd800 + ((cp - 0x10000) >> 10);
			out[0] = (uint8_t)(bytes >> 8);
			out[1] = (uint8_t)bytes;
			cp = 0xdc00 + (cp & 0x3ff);
			out += 2;
		}
		out[0] = (uint8_t)(cp >> 8);
		out[1] = (uint8_t)cp;
		return cp >= 0xdc00 && cp <= 0xdfff ? 4 : 2;
	}
	for (bytes = 0x4040; page->wide != NULL && bytes < 0x10000; bytes++)
		if (page->wide[bytes] == cp) {
			out[0] = (uint8_t)(bytes >> 8);
			out[1] = (uint8_t)bytes;
			return 2;
		}
	return 0;
}

/* The characters that a figurative constant is made of, or the text. */
static struct slice
wide_text(const struct item *it, const struct literal *lit)
{
	switch (lit->kind) {
	case LIT_ZEROS:
		return slice_str("0");
	case LIT_QUOTES:
		return slice_str("\"");
	case LIT_SPACES:
		return slice_str(it->category == CAT_DBCS ? "\xe3\x80\x80" :
		    " ");
	default:
		return lit->text;
	}
}

bool
plan_wide_bytes(struct build *bd, const struct item *it,
    const struct literal *lit, const uint8_t **out)
{
	bool all = lit->kind == LIT_ALL || lit->kind == LIT_ZEROS ||
	    lit->kind == LIT_QUOTES;
	const struct codepage *page = plan_dbcs_page(bd->plan->page,
	    bd->mapping);
	struct slice text = wide_text(it, lit);
	uint8_t *p = arena_alloc(bd->arena, it->size + 4), c[4];
	uint32_t n = 0, at = 0, k;
	size_t len;

	*out = p;
	memset(p, lit->kind == LIT_HIGH_VALUES ? 0xff : 0, it->size);
	if (lit->kind == LIT_HIGH_VALUES || lit->kind == LIT_LOW_VALUES ||
	    lit->kind == LIT_NULLS)
		return true;
	if (lit->kind == LIT_HEX) {
		if (text.len > it->size)
			return false;
		memcpy(p, text.p, text.len);
		n = text.len;
		at = text.len;
	}
	while (at < text.len) {
		if (utf8_valid(text.p + at, text.len - at) == 0)
			return false;
		k = wide_put(it, page, utf8_get(text.p + at, &len), c);
		if (k == 0 || (k > it->size - n && !all))
			return false;
		if (k > it->size - n)
			break;
		memcpy(p + n, c, k);
		n += k;
		at += (uint32_t)len;
		if (all && at == text.len)
			at = 0;
	}
	k = wide_put(it, page, it->category == CAT_DBCS ? 0x3000 :
	    ' ', c);
	for (; k > 0 && n + k <= it->size; n += k)
		memcpy(p + n, c, k);
	return true;
}
