/*
 * The keys of source: that say how records stand in a file: format, and what
 * belongs to one or another.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define LENGTH_SIZE_MAX	32u		/* bytes of a length field */
#define BYTES_MAX	(1 << 20)	/* to skip */
#define RECORDS_MAX	1000		/* to skip */

#define READER(name)							\
	static void							\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)
#define KEY(name)							\
	void								\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

/* fba and vba are fixed and vb with a control character. */
#define WITH_CONTROL	100

KEY(mapread_format)
{
	static const struct map_choice formats[] = {
		{ "fixed", MAP_FIXED }, { "v", MAP_V }, { "text", MAP_TEXT },
		{ "vb", MAP_VB }, { "vbs", MAP_VBS }, { "vs", MAP_VS },
		{ "u", MAP_U }, { "fba", MAP_FIXED + WITH_CONTROL },
		{ "vba", MAP_VB + WITH_CONTROL }, { "length", MAP_LENGTH },
		{ "odo", MAP_ODO }, { "gnucobol", MAP_GNUCOBOL },
		{ "microfocus", MAP_MICROFOCUS },
		{ "delimited", MAP_DELIMITED },
	};
	struct mapping *m = subject;
	int v;

	if (!mapread_choice(r, key, value, formats, COUNT(formats), &v))
		return;
	m->control = m->control || v >= WITH_CONTROL;
	m->format = (enum map_format)(v % WITH_CONTROL);
	m->format_at = mapread_place(r, value);
}

KEY(mapread_record_length)
{
	struct mapping *m = subject;

	if (mapread_number(r, key, value, RECORD_MAX, &m->record_length))
		m->record_length_at = mapread_place(r, value);
}

/* A whole number, perhaps negative. */
static bool
read_integer(struct mapread *r, const struct ynode *key,
    const struct ynode *value, int64_t least, int64_t most, int64_t *out)
{
	int64_t v = 0;
	bool minus;
	uint32_t i;

	if (!mapread_is_text(r, key, value))
		return false;
	minus = value->len > 1 && value->p[0] == '-';
	for (i = minus || (value->len > 1 && value->p[0] == '+'); i <
	    value->len && value->p[i] >= '0' && value->p[i] <= '9' &&
	    v <= INT32_MAX; i++)
		v = v * 10 + (value->p[i] - '0');
	if (minus)
		v = -v;
	if (value->len > 0 && i == value->len && v >= least && v <= most) {
		*out = v;
		return true;
	}
	diag_add(r->diags, DIAG_M019, mapread_place(r, value),
	    "'%s' must be a whole number from %lld to %lld, not '%s'", key->p,
	    (long long)least, (long long)most, ynode_quote(r->arena, value));
	return false;
}

static void
read_count(struct mapread *r, const struct ynode *key,
    const struct ynode *value, uint32_t most, uint32_t *out)
{
	int64_t v;

	if (read_integer(r, key, value, 0, most, &v))
		*out = (uint32_t)v;
}

static bool
read_bool(struct mapread *r, const struct ynode *key,
    const struct ynode *value, int *v)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};

	return mapread_choice(r, key, value, answers, COUNT(answers), v);
}

static bool
read_tri(struct mapread *r, const struct ynode *key,
    const struct ynode *value, enum map_tri *out)
{
	static const struct map_choice answers[] = {
		{ "false", MAP_NO }, { "true", MAP_YES },
		{ "guess", MAP_GUESS },
	};
	int v;

	if (!mapread_choice(r, key, value, answers, COUNT(answers), &v))
		return false;
	*out = (enum map_tri)v;
	return true;
}

/* ---- descriptor words -------------------------------------------------- */

READER(read_endian)
{
	static const struct map_choice endians[] = {
		{ "big", MAP_NO }, { "little", MAP_YES },
		{ "guess", MAP_GUESS },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, endians, COUNT(endians), &v))
		m->rdw_little = (enum map_tri)v;
}

READER(read_inclusive)
{
	struct mapping *m = subject;

	read_tri(r, key, value, &m->rdw_inclusive);
}

KEY(mapread_rdw)
{
	static const struct map_key keys[] = {
		{ "endian", read_endian },
		{ "inclusive", read_inclusive },
	};

	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject, "'rdw'");
}

KEY(mapread_bdw)
{
	struct mapping *m = subject;

	read_tri(r, key, value, &m->bdw);
}

/* ---- lines, control characters, GnuCOBOL ------------------------------- */

KEY(mapread_asa)
{
	struct mapping *m = subject;
	int v;

	if (read_bool(r, key, value, &v))
		m->control = m->control || v;
}

KEY(mapread_control)
{
	static const struct map_choice kinds[] = {
		{ "none", 0 }, { "asa", 1 }, { "machine", 1 },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, kinds, COUNT(kinds), &v))
		m->control = m->control || v;
}

KEY(mapread_line_end)
{
	static const struct map_choice ends[] = {
		{ "any", MAP_LINE_ANY }, { "lf", MAP_LINE_LF },
		{ "crlf", MAP_LINE_CRLF }, { "cr", MAP_LINE_CR },
		{ "nel", MAP_LINE_NEL },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, ends, COUNT(ends), &v))
		m->line_end = (enum map_line_end)v;
}

KEY(mapread_varseq)
{
	static const struct map_choice forms[] = {
		{ "0", 0 }, { "1", 1 }, { "2", 2 }, { "3", 3 }, { "guess", 4 },
	};
	struct mapping *m = subject;
	int v;

	if (mapread_choice(r, key, value, forms, COUNT(forms), &v))
		m->varseq = v == 4 ? MAP_VARSEQ_GUESS : (uint32_t)v;
}

/* ---- length: ----------------------------------------------------------- */

READER(read_length_field)
{
	struct map_length *l = subject;
	struct expr *e = mapread_expr(r, key, value);

	if (e == NULL || (e->kind == EX_NAME && e->narg == 0)) {
		l->field = e;
		return;
	}
	diag_hint(r->diags, diag_add(r->diags, DIAG_M053,
	    mapread_place(r, value), "'%s' takes the name of a field", key->p),
	    "an item of the record that holds its length");
}

READER(read_length_offset)
{
	struct map_length *l = subject;

	read_count(r, key, value, RECORD_MAX - 1, &l->offset);
}

READER(read_length_size)
{
	struct map_length *l = subject;

	mapread_number(r, key, value, LENGTH_SIZE_MAX, &l->size);
}

READER(read_length_type)
{
	static const struct map_choice types[] = {
		{ "binary", MAP_BINARY }, { "little", MAP_BINARY_LITTLE },
		{ "zoned", MAP_ZONED }, { "text", MAP_ZONED },
		{ "packed", MAP_PACKED }, { "comp-6", MAP_PACKED_UNSIGNED },
	};
	struct map_length *l = subject;
	int v;

	if (mapread_choice(r, key, value, types, COUNT(types), &v))
		l->type = (enum map_number)v;
}

READER(read_length_counts)
{
	static const struct map_choice what[] = {
		{ "record", 0 }, { "rest", 1 },
	};
	struct map_length *l = subject;
	int v;

	if (mapread_choice(r, key, value, what, COUNT(what), &v))
		l->rest = v;
}

READER(read_length_adjust)
{
	struct map_length *l = subject;

	read_integer(r, key, value, -(int64_t)RECORD_MAX, RECORD_MAX,
	    &l->adjust);
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
mapread_hex(struct mapread *r, const struct ynode *y, struct slice *out)
{
	uint32_t n = y->len, i;
	uint8_t *p;

	if (n < 5 || n % 2 == 0 || (y->p[0] != 'x' && y->p[0] != 'X') ||
	    y->p[1] != '\'' || y->p[n - 1] != '\'')
		return false;
	p = arena_alloc(r->arena, n);
	for (i = 2; i + 1 < n; i++) {
		if (hex_digit(y->p[i]) < 0)
			return false;
		p[i / 2 - 1] = (uint8_t)(p[i / 2 - 1] * (i % 2 ? 16 : 0) +
		    hex_digit(y->p[i]));
	}
	*out = (struct slice){ p, (n - 3) / 2 };
	return true;
}

/* A map of values to numbers; false: it is none. */
static bool
read_codes(struct mapread *r, const struct ynode *key,
    const struct ynode *value, int64_t least, uint32_t most,
    struct map_code **code, uint32_t *n)
{
	const struct ynode *y;
	struct map_code *c;
	int64_t number;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return false;
	*code = arena_array(r->arena, value->n / 2 + 1, sizeof **code);
	for (i = 0; i < value->n; i += 2) {
		y = value->item[i];
		c = &(*code)[*n];
		*c = (struct map_code){ .at = mapread_place(r, y) };
		if (!read_integer(r, y, value->item[i + 1], least, most,
		    &number))
			continue;
		c->number = (uint32_t)number;
		c->hex = mapread_hex(r, y, &c->text);
		if (!c->hex)
			c->text = (struct slice){ (const uint8_t *)y->p,
			    y->len };
		++*n;
	}
	return true;
}

READER(read_length_map)
{
	struct map_length *l = subject;

	read_codes(r, key, value, 1, RECORD_MAX, &l->choice, &l->nchoice);
}

KEY(mapread_length)
{
	static const struct map_key keys[] = {
		{ "field", read_length_field },
		{ "offset", read_length_offset },
		{ "size", read_length_size },
		{ "type", read_length_type },
		{ "counts", read_length_counts },
		{ "adjust", read_length_adjust },
		{ "map", read_length_map },
	};
	struct mapping *m = subject;
	struct map_length *l = &m->length;
	uint64_t seen;

	if (value->kind == YNODE_SCALAR) {
		l->at = mapread_place(r, value);
		read_length_field(r, l, key, value);
		return;
	}
	if (!mapread_is_map(r, key, value))
		return;
	l->at = mapread_place(r, key);
	seen = mapread_keys(r, value, keys, COUNT(keys), l, "'length'");
	if ((seen & 1) == 0)
		mapread_required(r, key, seen, keys, 2, "'length'");
	else if ((seen & 14) != 0)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M053, l->at,
		    "'length' has a field, and an offset, size or type too"),
		    "the copybook says where the field is, and its type");
	if ((seen & 64) != 0 && (seen & 56) != 0)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M053, l->at,
		    "'length' has a map, and a type, counts or adjust too"),
		    "the map's lengths are those of whole records");
}

/* ---- counts: ----------------------------------------------------------- */

KEY(mapread_counts)
{
	struct mapping *m = subject;
	const struct ynode *y;
	struct map_count *c;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return;
	m->count = arena_array(r->arena, value->n / 2 + 1, sizeof *m->count);
	for (i = 0; i < value->n; i += 2) {
		y = value->item[i];
		c = &m->count[m->ncount];
		*c = (struct map_count){ .item = mapread_expr(r, y, y) };
		if (c->item == NULL || !read_codes(r, y, value->item[i + 1], 0,
		    INT32_MAX, &c->code, &c->ncode))
			continue;
		if (c->item->kind == EX_NAME && c->item->narg == 0) {
			m->ncount++;
			continue;
		}
		diag_hint(r->diags, diag_add(r->diags, DIAG_M090,
		    mapread_place(r, y), "'%s' is no name of an item",
		    ynode_quote(r->arena, y)), "counts: takes tables, or the "
		    "items that they depend on");
	}
}

/* ---- skip: ------------------------------------------------------------- */

#define SKIP(name, most)						\
	READER(read_##name)						\
	{								\
		struct map_skip *s = subject;				\
									\
		read_count(r, key, value, most, &s->name);		\
	}

SKIP(bytes_first, BYTES_MAX)
SKIP(bytes_last, BYTES_MAX)
SKIP(records_first, RECORDS_MAX)
SKIP(records_last, RECORDS_MAX)
SKIP(record_bytes_first, BYTES_MAX - 1)
SKIP(record_bytes_last, BYTES_MAX)

KEY(mapread_skip)
{
	static const struct map_key keys[] = {
		{ "bytes_first", read_bytes_first },
		{ "bytes_last", read_bytes_last },
		{ "records_first", read_records_first },
		{ "records_last", read_records_last },
		{ "record_bytes_first", read_record_bytes_first },
		{ "record_bytes_last", read_record_bytes_last },
	};
	struct mapping *m = subject;

	m->skip.at = mapread_place(r, key);
	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), &m->skip, "'skip'");
}

/* ---- what belongs together --------------------------------------------- */

#define ONLY(f)	(1u << MAP_##f)

void
mapread_check_format(struct mapread *r, const struct ynode *source)
{
	static const struct {
		const char *key, *formats;
		uint32_t only;
	} t[] = {
		{ "bdw", "v, vb, vbs, vs and u", ONLY(V) | ONLY(VB) |
		    ONLY(VBS) | ONLY(VS) | ONLY(U) },
		{ "line_end", "text", ONLY(TEXT) },
		{ "varseq", "gnucobol", ONLY(GNUCOBOL) },
		{ "length", "length", ONLY(LENGTH) },
		{ "delimiter", "delimited", ONLY(DELIMITED) },
		{ "quote", "delimited", ONLY(DELIMITED) },
		{ "header", "delimited", ONLY(DELIMITED) },
		{ "columns", "delimited", ONLY(DELIMITED) },
		{ "decimal", "delimited", ONLY(DELIMITED) },
		{ "odo", "of records, not delimited text", ~ONLY(DELIMITED) },
		{ "counts", "of records, not delimited text",
		    ~ONLY(DELIMITED) },
	};
	const struct mapping *m = r->m;
	const struct ynode *key;
	uint32_t i, k;

	for (i = 0; i < source->n; i += 2)
		if (strcmp(source->item[i]->p, "format") == 0 &&
		    m->format_at.src == NULL)
			return;		/* said already */
	for (i = 0; i < source->n; i += 2) {
		key = source->item[i];
		for (k = 0; k < COUNT(t); k++)
			if (strcmp(key->p, t[k].key) == 0 &&
			    (t[k].only >> m->format & 1) == 0)
				diag_add(r->diags, DIAG_M052,
				    mapread_place(r, key),
				    "'%s' belongs to the format %s", key->p,
				    t[k].formats);
	}
	if (m->format == MAP_DELIMITED)
		mapread_check_delimited(r, source);
	if (m->format == MAP_LENGTH && m->length.at.src == NULL)
		diag_hint(r->diags, diag_add(r->diags, DIAG_M052, m->format_at,
		    "'format: length' needs 'length'"),
		    "length: NAME, a field of the copybook that holds it");
	if (m->format == MAP_TEXT && m->skip.record_bytes_last > 0)
		diag_add(r->diags, DIAG_M052, m->skip.at,
		    "'record_bytes_last' does not belong to the format text");
	if (m->format == MAP_U && m->bdw == MAP_NO && m->record_length == 0)
		diag_add(r->diags, DIAG_M052, m->format_at,
		    "'format: u' without BDWs needs 'record_length'");
}
