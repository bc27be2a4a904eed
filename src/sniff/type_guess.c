/*
 * Types of records: a short field near the start that has few values, and
 * whose value says how long the record is, or which classes of bytes its
 * columns have.
 *
 * Without a copybook only lengths that follow from the value are believed;
 * with one, only its own items are tried, and its level 01s and redefinitions
 * are what a type may look like.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define RECORDS_LOOK	2000u
#define VALUES_MAX	12u
#define PLACES		32u	/* bytes where a field may start */
#define WIDTH_MAX	8u
#define COLUMNS		120u	/* of a record, that are compared */
#define GAIN_LEAST	40.0	/* bits */
#define VARIANT_LOOK	48u	/* records of a value */

struct field {
	uint32_t offset, size;
	const struct item *item;	/* or NULL */
};

struct split {			/* records by the value of a field */
	struct field field;
	uint32_t nvalue;
	const uint8_t *value[VALUES_MAX];
	uint32_t n[VALUES_MAX], shortest[VALUES_MAX], longest[VALUES_MAX];
	uint8_t of[RECORDS_LOOK];	/* value of each record */
	double gain;		/* bits that columns gain by it */
	bool lengths;		/* each value has one length */
};

static bool
is_value(const struct sniff *sn, const uint8_t *p, uint32_t n)
{
	enum byte_class c;
	uint32_t i;

	while (n > 1 && p[n - 1] == 0x00)
		n--;
	for (i = 0; i < n; i++) {
		c = (enum byte_class)sn->sample.class[p[i]];
		if (c < CLASS_BLANK || c > CLASS_PUNCT)
			return false;
	}
	return sn->sample.class[p[0]] != CLASS_BLANK;
}

/* Each record gets its value; false: there are too many, or no texts. */
static bool
split_make(const struct sniff *sn, struct split *s, uint32_t n)
{
	const struct slice *rec = sn->best->rec;
	uint32_t size = s->field.size, most = (uint32_t)sqrt(n) + 1, i, k;
	const uint8_t *p;

	s->nvalue = 0;
	for (i = 0; i < n; i++) {
		if (rec[i].len < s->field.offset + size)
			return false;
		p = rec[i].p + s->field.offset;
		for (k = 0; k < s->nvalue; k++)
			if (memcmp(s->value[k], p, size) == 0)
				break;
		if (k == s->nvalue) {
			if (k == VALUES_MAX || k >= most ||
			    !is_value(sn, p, size))
				return false;
			s->value[k] = p;
			s->n[k] = 0;
			s->shortest[k] = s->longest[k] = rec[i].len;
			s->nvalue++;
		}
		s->n[k]++;
		s->of[i] = (uint8_t)k;
		if (rec[i].len < s->shortest[k])
			s->shortest[k] = rec[i].len;
		if (rec[i].len > s->longest[k])
			s->longest[k] = rec[i].len;
	}
	return s->nvalue > 1;
}

/* Lengths follow from the values, and not by counting up. */
static void
split_lengths(struct split *s)
{
	uint32_t k, repeated = 0, different = 0;

	s->lengths = true;
	for (k = 0; k < s->nvalue; k++) {
		s->lengths = s->lengths && s->shortest[k] == s->longest[k];
		repeated += s->n[k] > 2;
		different += s->shortest[k] != s->shortest[0];
	}
	s->lengths = s->lengths && different > 0 && repeated > 0;
	if (s->lengths && s->nvalue > 2) {
		/* as many lengths as digits: a count, not a type */
		different = 0;
		for (k = 1; k < s->nvalue; k++)
			different += s->shortest[k] != s->shortest[k - 1] &&
			    s->value[k][s->field.size - 1] - s->value[k - 1]
			    [s->field.size - 1] != 0 &&
			    (int64_t)(s->shortest[k] - s->shortest[k - 1]) %
			    (s->value[k][s->field.size - 1] - s->value[k - 1]
			    [s->field.size - 1]) == 0;
		s->lengths = different < s->nvalue - 1 || s->nvalue < 4;
	}
}

/* ---- columns ------------------------------------------------------------ */

static double
column(const uint32_t *count, const double *half, const double *all)
{
	double bits = 0;
	uint32_t k, sum = 0;

	for (k = 0; k < CLASS_COUNT; k++) {
		bits += half[count[k]] - half[0];
		sum += count[k];
	}
	return bits + all[0] - all[sum];
}

static void
split_gain(const struct sniff *sn, struct split *s, uint32_t n)
{
	static double half[RECORDS_LOOK + 2], all[RECORDS_LOOK + 2];
	const struct slice *rec = sn->best->rec;
	uint32_t count[VALUES_MAX][CLASS_COUNT], sum[CLASS_COUNT];
	uint32_t col, i, k, c;

	if (all[0] == 0) {
		half[0] = lgamma(0.5) / M_LN2;
		all[0] = lgamma(0.5 * CLASS_COUNT) / M_LN2;
		for (i = 0; i <= RECORDS_LOOK; i++) {
			half[i + 1] = half[i] + log2(i + 0.5);
			all[i + 1] = all[i] + log2(i + 0.5 * CLASS_COUNT);
		}
	}
	s->gain = 0;
	for (col = 0; col < COLUMNS; col++) {
		if (col >= s->field.offset && col < s->field.offset +
		    s->field.size)
			continue;
		memset(count, 0, sizeof count);
		memset(sum, 0, sizeof sum);
		for (i = 0; i < n; i++) {
			if (col >= rec[i].len)
				continue;
			c = sn->sample.class[rec[i].p[col]];
			count[s->of[i]][c]++;
			sum[c]++;
		}
		for (k = 0; k < s->nvalue; k++)
			s->gain += column(count[k], half, all);
		s->gain -= column(sum, half, all);
	}
}

/* ---- candidates --------------------------------------------------------- */

static void
consider(struct sniff *sn, struct split *best, struct field field, uint32_t n,
    bool vary)
{
	struct split s = { .field = field };

	if (!split_make(sn, &s, n))
		return;
	split_lengths(&s);
	if (vary && !s.lengths)
		return;
	split_gain(sn, &s, n);
	if (s.gain < (s.lengths ? 0 : GAIN_LEAST))
		return;
	if (best->nvalue > 0 && (s.lengths != best->lengths ? best->lengths :
	    s.lengths && s.nvalue != best->nvalue ? s.nvalue > best->nvalue :
	    s.lengths && s.field.size != best->field.size ?
	    s.field.size > best->field.size : s.gain <= best->gain))
		return;
	*best = s;
}

static void
try_items(struct sniff *sn, struct split *best, const struct variant *v,
    uint32_t n, bool vary)
{
	const struct layout *l = sn->opt->layout;
	uint32_t end = l->item[v->record].next, i;
	const struct item *it;

	for (i = v->record + 1; i < end; i++) {
		it = &l->item[i];
		if (v->item != ITEM_NONE && i >= v->item)
			break;
		if (it->next != i + 1 || it->table != ITEM_NONE ||
		    it->name == NULL || it->size > WIDTH_MAX ||
		    it->size == 0 || it->shifter != ITEM_NONE ||
		    it->level > 49 || (it->category != CAT_ALPHANUMERIC &&
		    it->category != CAT_ALPHABETIC && (it->category !=
		    CAT_NUMERIC || it->usage != USAGE_DISPLAY)))
			continue;
		consider(sn, best, (struct field){ it->offset, it->size, it },
		    n, vary);
	}
}

static void
try_places(struct sniff *sn, struct split *best, uint32_t n)
{
	uint32_t most = sn->best->shortest, offset, size;

	for (offset = 0; offset < PLACES && offset < most; offset++)
		for (size = 1; size <= 4 && offset + size <= most; size++)
			consider(sn, best, (struct field){ offset, size,
			    NULL }, n, true);
}

/* ---- what comes out ----------------------------------------------------- */

static const char *
literal(struct sniff *sn, const uint8_t *p, uint32_t n)
{
	const struct codepage *page = sn->page;
	uint8_t utf8[4];
	uint32_t i, cp;
	struct buf b;
	const char *s;
	bool text = true;

	while (n > 1 && (p[n - 1] == 0x00 || p[n - 1] == page->blank))
		n--;
	buf_init(&b, 256);
	for (i = 0; i < n; i++) {
		cp = page->ucs[p[i]];
		text = text && cp >= 0x20 && cp != CODEPAGE_NONE;
		if (text && cp == '\'')
			buf_putc(&b, '\'');
		if (text)
			buf_put(&b, utf8, utf8_put(utf8, cp));
	}
	if (text) {
		s = arena_printf(sn->arena, "'%s'", b.p);
	} else {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "%02X", p[i]);
		s = arena_printf(sn->arena, "x'%s'", b.p);
	}
	buf_fini(&b);
	return s;
}

/* A variant that ends where the record does, or the rest of it is empty. */
static int
length_bits(const struct sniff *sn, uint32_t length, const struct slice *rec)
{
	uint32_t i = rec->len;

	if (length >= i)
		return length == i ? 6 : 0;
	while (i > length && (rec->p[i - 1] == 0x00 ||
	    rec->p[i - 1] == sn->page->blank))
		i--;
	return i == length ? 6 : -30;	/* what nothing describes */
}

/* Has a value before this one the variant? */
static bool
is_taken(const uint32_t *of, uint32_t n, uint32_t variant)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (of[i] == variant)
			return true;
	return false;
}

/*
 * of[value]: the variant that fits its records best.  Of several that do, one
 * that no other value has, and another of them in *alike, or ITEM_NONE.
 */
static void
variant_of(struct sniff *sn, const struct split *s, uint32_t value,
    const struct variant *v, uint32_t nv, uint32_t n, uint32_t *of,
    uint32_t *alike)
{
	struct slice rec[VARIANT_LOOK];
	float bits[VARIANT_LOOK];
	uint32_t i, k, m = 0, *best = &of[value];
	double sum, most = -INFINITY;

	for (i = 0; i < n && m < VARIANT_LOOK; i++)
		if (s->of[i] == value)
			rec[m++] = sn->best->rec[i];
	for (k = 0; k < nv; k++) {
		variant_fit(sn, &v[k], rec, m, bits);
		for (sum = 0, i = 0; i < m; i++)
			sum += bits[i] + length_bits(sn, v[k].length,
			    &rec[i]);
		if (sum > most) {
			most = sum;
			*best = k;
			*alike = ITEM_NONE;
		} else if (sum == most && is_taken(of, value, *best) &&
		    !is_taken(of, value, k)) {
			*alike = *best;
			*best = k;
		} else if (sum == most) {
			*alike = k;
		}
	}
}

static const char *
variant_name(const struct layout *l, const struct variant *v)
{
	return l->item[v->item != ITEM_NONE ? v->item : v->record].name;
}

static const char *
lower_name(struct arena *a, const char *name)
{
	char *s = arena_strdup(a, name), *p;

	for (p = s; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 0x20);
		else if (*p == '-')
			*p = '_';
	return s;
}

/* Its item in this record at the same place; or the first record's. */
static const char *
field_name(const struct layout *l, uint32_t record, const struct field *f)
{
	uint32_t i;

	for (i = record + 1; i < l->item[record].next; i++)
		if (l->item[i].offset == f->offset && l->item[i].size ==
		    f->size && l->item[i].next == i + 1 &&
		    l->item[i].name != NULL)
			return l->item[i].name;
	return f->item->name;
}

/* The part, which keeps the others' items out; or the record. */
static const char *
type_layout(const struct layout *l, const struct sniff_type *t)
{
	uint32_t i, found[2], n = 0;

	for (i = 0; i < l->nrecord && t->part != NULL; i++)
		n += layout_find(l, l->record[i], &t->part, 1, found);
	return n == 1 ? t->part : t->layout;
}

static void
propose(struct sniff *sn, const struct split *s, const struct variant *v,
    const uint32_t *of)
{
	struct sniff_types *t = &sn->report->types;
	const struct layout *l = sn->opt->layout;
	const char *name;
	struct buf b;
	uint32_t k, j, same;

	buf_init(&b, 64u << 10);
	buf_puts(&b, "records:\n");
	for (k = 0; k < t->n; k++) {
		name = t->type[k].part != NULL ? t->type[k].part :
		    t->type[k].layout;
		for (same = 0, j = 0; j < k; j++)
			same += of[j] == of[k];
		buf_printf(&b, "  %s", lower_name(sn->arena, name != NULL ?
		    name : "record"));
		if (same > 0)
			buf_printf(&b, "_%u", same + 1);
		buf_printf(&b, ": {layout: %s, when: \"%s = %s\"}\n",
		    type_layout(l, &t->type[k]), field_name(l, v[of[k]].record,
		    &s->field), t->type[k].value);
	}
	t->proposal = arena_strndup(sn->arena, b.p, b.len);
	buf_fini(&b);
}

static void
tell_types(struct sniff *sn, const struct split *s, const struct variant *v,
    uint32_t nv, uint32_t n)
{
	struct sniff_types *t = &sn->report->types;
	const struct layout *l = sn->opt->layout;
	uint32_t of[VALUES_MAX], alike, k;
	struct sniff_type *one;

	t->offset = s->field.offset;
	t->size = s->field.size;
	t->field = s->field.item != NULL ? s->field.item->name : NULL;
	t->n = s->nvalue;
	t->type = arena_array(sn->arena, s->nvalue, sizeof *t->type);
	for (k = 0; k < s->nvalue; k++) {
		one = &t->type[k];
		one->value = literal(sn, s->value[k], s->field.size);
		one->records = s->n[k];
		one->shortest = s->shortest[k];
		one->longest = s->longest[k];
		if (nv == 0)
			continue;
		variant_of(sn, s, k, v, nv, n, of, &alike);
		one->layout = l->item[v[of[k]].record].name;
		if (v[of[k]].item != ITEM_NONE)
			one->part = l->item[v[of[k]].item].name;
		if (alike != ITEM_NONE)
			one->alike = variant_name(l, &v[alike]);
	}
	if (nv > 0 && t->type[0].layout != NULL)
		propose(sn, s, v, of);
}

/* Its length follows from counts: one type is enough to explain that. */
static bool
has_counts(const struct sniff *sn)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i;

	for (i = 0; l != NULL && i < l->nitem; i++)
		if (l->item[i].depending != ITEM_NONE)
			return true;
	return false;
}

void
guess_types(struct sniff *sn)
{
	const struct guess *g = sn->best;
	struct split *best = arena_zalloc(sn->arena, sizeof *best);
	uint32_t n = g->nrec < RECORDS_LOOK ? g->nrec : RECORDS_LOOK, nv;
	bool vary = g->shortest != g->longest && g->format != GUESS_TEXT;
	struct variant *v;

	nv = layout_variants(sn, &v);
	if (n < 4 || g->format == GUESS_DELIMITED ||
	    (has_counts(sn) && nv == 0) ||
	    (sn->opt->layout == NULL && !vary))
		return;
	if (nv > 0)
		try_items(sn, best, &v[0], n, false);
	else if (sn->opt->layout == NULL)
		try_places(sn, best, n);
	if (best->nvalue > 0)
		tell_types(sn, best, v, nv, n);
}
