/*
 * How well a layout fits records: which of its numbers are valid where it
 * says that they stand, by the codecs that a load would use.
 *
 * A valid number is worth the bits that any bytes of the file would have to
 * be lucky by to be one, so that digits prove nothing in a file of digits;
 * an invalid one costs, but not much, for real files are dirty; blanks and
 * low-values say nothing.  Of items that redefine each other only the one
 * that fits a record best is counted, and of several level 01s too.
 *
 * All records are walked together, item by item; `pos` has each one's place,
 * which moves where tables before it are shorter than their maximum.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <string.h>

#include "plan/plan.h"
#include "plan/plan_length.h"
#include "value/codec.h"

#define FIT_RECORDS	192u	/* of a guess */
#define OCCURS_LOOK	12u	/* occurrences of a table */
#define LEAVES_MAX	20000u	/* then one occurrence has to do */
#define NOPLACE		UINT32_MAX
#define BAD_COST	5.0f
#define BAD_TEXT_COST	3.0f
#define TEXT_BITS_MAX	6.0f

struct cell {			/* of a record */
	float bits;
	uint16_t good, bad, packed_good, packed_bad, text_good, text_bad;
};

struct fitter {
	struct sniff *sn;
	struct arena scratch, codecs;
	const struct layout *layout;
	const struct codepage *page;
	struct codec **codec;		/* by item; NULL: not made yet */
	uint32_t **where;		/* by item: place of a count, or NULL */
	const uint8_t **base, **row;
	uint32_t *len, *row_len, *row_of;
	uint32_t n;
	uint32_t forced;		/* the only one of its alternatives */
	uint32_t leaves;		/* visited: tables in tables are many */
	struct fit *fit;		/* floats and byte orders go there */
	float digit, zone, pair, sign, text;	/* bits of a byte */
};

static void
fitter_bits(struct fitter *f)
{
	const struct sample *s = &f->sn->sample;
	uint8_t zero = f->page->zero;
	double digit = 0, zone = 0, pair = 0, sign = 0, text = 0, n;
	uint32_t b;

	for (b = 0; b < 256; b++) {
		n = (double)s->count[b];
		if ((b & 0xf0) == zero && (b & 0xf) <= 9)
			digit += n;
		if ((b & 0xf) <= 9 && (f->page->ebcdic ? b >= 0xa0 :
		    b >= 0x30 && b < 0x80))
			zone += n;
		if (b >> 4 <= 9 && (b & 0xf) <= 9)
			pair += n;
		if (b >> 4 <= 9 && (b & 0xf) >= 0xa)
			sign += n;
		if (f->page->ucs[b] >= 0x20 && f->page->ucs[b] !=
		    CODEPAGE_NONE && !(f->page->ucs[b] >= 0x7f &&
		    f->page->ucs[b] < 0xa0))
			text += n;
	}
	n = (double)s->n;
	f->digit = (float)bits_of_share(digit, n);
	f->zone = (float)bits_of_share(zone, n);
	f->pair = (float)bits_of_share(pair, n);
	f->sign = (float)bits_of_share(sign, n);
	f->text = (float)bits_of_share(text, n);
}

static void
fitter_init(struct fitter *f, struct sniff *sn, const struct codepage *page,
    const struct slice *rec, uint32_t n)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i;

	memset(f, 0, sizeof *f);
	f->sn = sn;
	f->layout = l;
	f->page = page;
	f->forced = ITEM_NONE;
	f->n = n;
	arena_init(&f->scratch);
	arena_init(&f->codecs);
	f->codec = arena_array(&f->scratch, l->nitem, sizeof(void *));
	f->where = arena_array(&f->scratch, l->nitem, sizeof(void *));
	f->base = arena_array(&f->scratch, n + 1, sizeof(void *));
	f->row = arena_array(&f->scratch, n + 1, sizeof(void *));
	f->len = arena_array(&f->scratch, n + 1, sizeof *f->len);
	f->row_len = arena_array(&f->scratch, n + 1, sizeof *f->len);
	f->row_of = arena_array(&f->scratch, n + 1, sizeof *f->len);
	for (i = 0; i < n; i++) {
		f->base[i] = rec[i].p;
		f->len[i] = rec[i].len;
	}
	for (i = 0; i < l->nitem; i++)
		if (l->item[i].depending != ITEM_NONE)
			f->where[l->item[i].depending] = arena_array(
			    &f->scratch, n + 1, sizeof(uint32_t));
	fitter_bits(f);
}

static void
fitter_fini(struct fitter *f)
{
	arena_fini(&f->codecs);
	arena_fini(&f->scratch);
}

/* ---- an elementary item ------------------------------------------------- */

static bool
is_printable(const struct codepage *page, uint8_t b)
{
	uint32_t c = page->ucs[b];

	return c != CODEPAGE_NONE && c >= 0x20 && !(c >= 0x7f && c < 0xa0);
}

/* Blanks and low-values: of what there is none. */
static bool
is_empty(const struct codepage *page, const uint8_t *p, uint32_t n)
{
	while (n > 0 && (p[n - 1] == 0x00 || p[n - 1] == page->blank))
		n--;
	return n == 0;
}

/* Text, low-values behind it or alone; high-values alone. */
static bool
is_text(const struct codepage *page, const uint8_t *p, uint32_t n)
{
	uint32_t i;

	while (n > 0 && p[n - 1] == 0x00)
		n--;
	for (i = 0; i < n && p[i] == 0xff; i++)
		;
	if (i == n)
		return true;
	for (i = 0; i < n; i++)
		if (!is_printable(page, p[i]) && !(page->ebcdic &&
		    (p[i] == CODEPAGE_SO || p[i] == CODEPAGE_SI)))
			return false;
	return true;
}

static float
number_bits(const struct fitter *f, const struct codec *c)
{
	float most = (float)(c->size - 1);

	switch (c->kind) {
	case CODEC_PACKED:
		return most * f->pair + (c->no_sign ? f->pair : f->sign);
	case CODEC_ZONED:
		return most * f->digit + (c->is_signed ? f->zone : f->digit);
	default:
		return most * f->digit / 2;
	}
}

static void
text_cells(struct fitter *f, const struct codec *c, uint32_t n,
    struct cell *cell)
{
	float bits = f->text * (float)c->size;
	struct cell *to;
	uint32_t i, size;

	if (bits > TEXT_BITS_MAX)
		bits = TEXT_BITS_MAX;
	for (i = 0; i < n; i++) {
		to = &cell[f->row_of[i]];
		size = f->row_len[i] < c->size ? f->row_len[i] : c->size;
		if (is_text(f->page, f->row[i], size)) {
			to->text_good++;
			if (!is_empty(f->page, f->row[i], size))
				to->bits += bits;
		} else {
			to->text_bad++;
			to->bits -= BAD_TEXT_COST;
		}
	}
}

static void
number_cells(struct fitter *f, const struct codec *c, uint32_t n,
    struct cell *cell)
{
	struct arena_mark mark = arena_mark(&f->scratch);
	struct rows rows = { .n = n, .base = f->row, .len = f->row_len,
	    .shortest = UINT32_MAX };
	float bits = number_bits(f, c);
	struct column out;
	struct cell *to;
	uint32_t i, bad = 0;
	bool packed = c->kind == CODEC_PACKED;

	for (i = 0; i < n; i++)
		if (f->row_len[i] < rows.shortest)
			rows.shortest = f->row_len[i];
	codec_decode(c, &rows, &out, &f->scratch);
	for (i = 0; i < n; i++) {
		to = &cell[f->row_of[i]];
		if (bad < out.bad.n && out.bad.v[bad].row == i) {
			bad++;
			to->bad++;
			to->packed_bad += packed;
			to->bits -= BAD_COST;
		} else if (!column_is_null(&out, i)) {
			to->good++;
			to->packed_good += packed;
			to->bits += bits;
		}
	}
	arena_back(&f->scratch, mark);
}

/* A word near zero has its high bytes 00 or FF: at which end are they? */
static void
order_cells(struct fitter *f, const struct codec *c, uint32_t n)
{
	uint8_t first, last;
	uint32_t i;

	for (i = 0; i < n && c->size >= 2; i++) {
		if (f->row_len[i] < c->size)
			continue;
		first = f->row[i][0];
		last = f->row[i][c->size - 1];
		if ((first == 0 || first == 0xff) == (last == 0 ||
		    last == 0xff))
			continue;
		f->fit->comp5_big += first == 0 || first == 0xff;
		f->fit->comp5_little += last == 0 || last == 0xff;
	}
}

/* Is a float of a size that people compute with, 1e-9 to 1e18? */
static void
float_cells(struct fitter *f, const struct codec *c, uint32_t n)
{
	uint32_t i, size = c->size, ibm, ieee, k;
	uint64_t *count[2][2] = { { &f->fit->float_ibm, &f->fit->float_ieee },
	    { &f->fit->float_little, &f->fit->float_ieee_little } };
	uint8_t b[2];

	for (i = 0; i < n; i++) {
		if (f->row_len[i] < size)
			continue;
		for (k = 0; k < 2; k++) {
			b[0] = f->row[i][k == 0 ? 0 : size - 1];
			b[1] = f->row[i][k == 0 ? 1 : size - 2];
			if ((b[0] | b[1]) == 0)
				continue;
			ibm = b[0] & 0x7f;
			*count[k][0] += ibm >= 0x3a && ibm <= 0x4f &&
			    b[1] >= 0x10;
			ieee = (uint32_t)(b[0] & 0x7f) << 8 | b[1];
			ieee = size == 4 ? ieee >> 7 : ieee >> 4;
			*count[k][1] += size == 4 ? ieee >= 97 && ieee <= 187 :
			    ieee >= 993 && ieee <= 1083;
		}
	}
}

static const struct codec *
item_codec(struct fitter *f, uint32_t item)
{
	struct codec *c = f->codec[item];

	if (c == NULL) {
		f->codec[item] = c = arena_zalloc(&f->codecs, sizeof *c);
		if (!plan_item_codec(&f->codecs, f->layout, item, f->page, c))
			c->size = 0;
	}
	return c;
}

static void
leaf_cells(struct fitter *f, uint32_t item, const uint32_t *pos,
    struct cell *cell)
{
	const struct item *it = &f->layout->item[item];
	const struct codec *c = item_codec(f, item);
	uint32_t i, n = 0;

	f->leaves++;
	if (c->size == 0)
		return;
	for (i = 0; i < f->n; i++) {
		if (pos[i] == NOPLACE || pos[i] >= f->len[i])
			continue;
		f->row[n] = f->base[i] + pos[i];
		f->row_len[n] = f->len[i] - pos[i];
		f->row_of[n++] = i;
	}
	switch (n == 0 ? CODEC_BYTES : c->kind) {
	case CODEC_ZONED: case CODEC_PACKED: case CODEC_DIGITS:
	case CODEC_EDITED:
		number_cells(f, c, n, cell);
		break;
	case CODEC_TEXT:
		text_cells(f, c, n, cell);
		break;
	case CODEC_BINARY:
		if (f->fit != NULL && (it->usage == USAGE_COMP5 ||
		    it->usage == USAGE_COMPN))
			order_cells(f, c, n);
		break;
	case CODEC_FLOAT:
		if (f->fit != NULL && it->usage != USAGE_FLOAT_BINARY)
			float_cells(f, c, n);
		break;
	default:
		break;
	}
}

/* ---- groups and tables -------------------------------------------------- */

static void fit_item(struct fitter *, uint32_t item, uint32_t *pos,
    struct cell *);

/* The alternative that is better for a record is the one it holds. */
static void
cells_better(struct cell *best, const struct cell *c, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (c[i].bits > best[i].bits)
			best[i] = c[i];
}

static void
cells_add(struct cell *to, const struct cell *c, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		to[i].bits += c[i].bits;
		to[i].good = (uint16_t)(to[i].good + c[i].good);
		to[i].bad = (uint16_t)(to[i].bad + c[i].bad);
		to[i].packed_good = (uint16_t)(to[i].packed_good +
		    c[i].packed_good);
		to[i].packed_bad = (uint16_t)(to[i].packed_bad +
		    c[i].packed_bad);
		to[i].text_good = (uint16_t)(to[i].text_good +
		    c[i].text_good);
		to[i].text_bad = (uint16_t)(to[i].text_bad + c[i].text_bad);
	}
}

/*
 * An item and those after it that redefine it: all start at pos, which is
 * moved behind the longest.  Returns the next item.
 */
static uint32_t
fit_alternatives(struct fitter *f, uint32_t item, uint32_t *pos,
    struct cell *cell)
{
	struct arena_mark mark = arena_mark(&f->scratch);
	const struct layout *l = f->layout;
	uint32_t end = l->item[l->item[item].parent].next, i, k, next;
	struct cell *best = arena_array(&f->scratch, f->n, sizeof *best);
	struct cell *own = arena_array(&f->scratch, f->n, sizeof *own);
	uint32_t *at = arena_array(&f->scratch, f->n + 1, sizeof *at);
	uint32_t *most = arena_array(&f->scratch, f->n + 1, sizeof *most);
	bool forced = false, first = true;

	for (next = item; next < end && (next == item ||
	    l->item[next].redefines != ITEM_NONE ||
	    l->item[next].level == 66); next = l->item[next].next)
		forced = forced || next == f->forced;
	memcpy(most, pos, f->n * sizeof *most);
	for (i = item; i < next; i = l->item[i].next) {
		if (l->item[i].level == 66 || (forced && i != f->forced))
			continue;
		memcpy(at, pos, f->n * sizeof *at);
		memset(own, 0, f->n * sizeof *own);
		fit_item(f, i, at, own);
		if (first)
			memcpy(best, own, f->n * sizeof *best);
		else
			cells_better(best, own, f->n);
		first = false;
		for (k = 0; k < f->n; k++)
			if (most[k] != NOPLACE && at[k] > most[k])
				most[k] = at[k];
	}
	cells_add(cell, best, f->n);
	memcpy(pos, most, f->n * sizeof *pos);
	arena_back(&f->scratch, mark);
	return next;
}

static void
move_by(uint32_t *pos, uint32_t n, uint64_t by)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (pos[i] != NOPLACE)
			pos[i] = pos[i] + by > RECORD_MAX ? NOPLACE :
			    pos[i] + (uint32_t)by;
}

static void
fit_group(struct fitter *f, uint32_t item, uint32_t *pos, struct cell *cell)
{
	const struct layout *l = f->layout;
	const struct item *it = &l->item[item], *c;
	uint64_t end = it->offset, top;
	uint32_t i, next, k;

	for (i = item + 1; i < it->next; i = next) {
		c = &l->item[i];
		if (c->level == 66) {
			next = c->next;
			continue;
		}
		if (c->offset > end)
			move_by(pos, f->n, c->offset - end);
		next = fit_alternatives(f, i, pos, cell);
		for (k = i, end = c->offset; k < next; k = l->item[k].next) {
			top = c->offset + (uint64_t)l->item[k].size *
			    (l->item[k].occurs_max > 0 ?
			    l->item[k].occurs_max : 1);
			if (l->item[k].level != 66 && top > end)
				end = top;
		}
	}
	if (it->offset + (uint64_t)it->size > end)
		move_by(pos, f->n, it->offset + (uint64_t)it->size - end);
}

static void
fit_once(struct fitter *f, uint32_t item, uint32_t *pos, struct cell *cell)
{
	const struct item *it = &f->layout->item[item];

	if (f->where[item] != NULL)
		memcpy(f->where[item], pos, f->n * sizeof *pos);
	if (it->next > item + 1 && it->category == CAT_GROUP) {
		fit_group(f, item, pos, cell);
		return;
	}
	leaf_cells(f, item, pos, cell);
	move_by(pos, f->n, it->size);
}

/* Occurrences of a table in a record. */
static uint32_t
occurrences(struct fitter *f, const struct item *it, uint32_t i)
{
	struct number_field field;
	const uint32_t *where;
	uint64_t n;

	if (it->depending == ITEM_NONE)
		return it->occurs_max;
	where = f->where[it->depending];
	if (where == NULL || where[i] == NOPLACE || !plan_number_field(
	    f->layout, it->depending, false, &field) ||
	    where[i] > f->len[i] || field.size > f->len[i] - where[i] ||
	    !number_read(&field, f->base[i] + where[i], &n))
		return it->occurs_max;
	return n > it->occurs_max ? it->occurs_max : (uint32_t)n;
}

static void
fit_table(struct fitter *f, uint32_t item, uint32_t *pos, struct cell *cell)
{
	struct arena_mark mark = arena_mark(&f->scratch);
	const struct item *it = &f->layout->item[item];
	uint32_t *n = arena_array(&f->scratch, f->n + 1, sizeof *n);
	uint32_t *at = arena_array(&f->scratch, f->n + 1, sizeof *at);
	uint32_t i, k, most = 0;

	for (i = 0; i < f->n; i++) {
		n[i] = pos[i] == NOPLACE ? 0 : occurrences(f, it, i);
		if (n[i] > most)
			most = n[i];
	}
	for (k = 0; k < most && (k == 0 || (k < OCCURS_LOOK &&
	    f->leaves < LEAVES_MAX)); k++) {
		for (i = 0; i < f->n; i++)
			at[i] = k < n[i] ? pos[i] : NOPLACE;
		fit_once(f, item, at, cell);
		for (i = 0; i < f->n; i++)
			if (k < n[i])
				pos[i] = at[i];
	}
	for (i = 0; i < f->n; i++)	/* those not looked at */
		if (n[i] > k && pos[i] != NOPLACE) {
			uint64_t by = (uint64_t)(n[i] - k) * it->size;

			pos[i] = by > RECORD_MAX ? NOPLACE : pos[i] +
			    (uint32_t)by;
		}
	arena_back(&f->scratch, mark);
}

static void
fit_item(struct fitter *f, uint32_t item, uint32_t *pos, struct cell *cell)
{
	if (f->layout->item[item].occurs_max > 0)
		fit_table(f, item, pos, cell);
	else
		fit_once(f, item, pos, cell);
}

static void
fit_record(struct fitter *f, uint32_t record, struct cell *cell)
{
	struct arena_mark mark = arena_mark(&f->scratch);
	uint32_t *pos = arena_array(&f->scratch, f->n + 1, sizeof *pos);

	memset(cell, 0, f->n * sizeof *cell);
	fit_item(f, record, pos, cell);
	arena_back(&f->scratch, mark);
}

/* ---- a guess ------------------------------------------------------------ */

/* Some of its records; lines are padded, as a load pads them. */
static uint32_t
pick(struct sniff *sn, const struct guess *g, const struct codepage *page,
    struct slice *out, uint32_t longest)
{
	uint32_t n = g->nrec < FIT_RECORDS ? g->nrec : FIT_RECORDS, i;
	struct slice r;
	uint8_t *p;

	for (i = 0; i < n; i++) {
		r = g->rec[(uint64_t)i * g->nrec / n];
		if (g->format == GUESS_TEXT && r.len < longest) {
			p = arena_alloc(sn->arena, longest + ARENA_SLACK);
			memcpy(p, r.p, r.len);
			memset(p + r.len, page->blank, longest - r.len);
			r = (struct slice){ p, longest };
		}
		out[i] = r;
	}
	return n;
}

static void
fit_sum(struct fit *fit, const struct cell *c, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		fit->bits += c[i].bits;
		fit->good += c[i].good;
		fit->bad += c[i].bad;
		fit->packed_good += c[i].packed_good;
		fit->packed_bad += c[i].packed_bad;
		fit->text_good += c[i].text_good;
		fit->text_bad += c[i].text_bad;
	}
}

static bool
is_wanted(const struct sniff *sn, uint32_t record)
{
	return sn->opt->record == ITEM_NONE || sn->opt->record == record;
}

static void
count_lengths(struct sniff *sn, struct guess *g, uint32_t least,
    uint32_t most)
{
	uint32_t i;

	for (i = 0; i < g->nrec; i++) {
		g->fit.shorter += g->rec[i].len < least;
		g->fit.longer += g->rec[i].len > most;
	}
	(void)sn;
}

void
guess_fit(struct sniff *sn, struct guess *g, const struct codepage *page)
{
	const struct layout *l = sn->opt->layout;
	struct slice rec[FIT_RECORDS];
	uint32_t least = UINT32_MAX, most = 0, i, n, size;
	struct cell *best, *own;
	struct fitter f;
	bool first = true;

	g->fit = (struct fit){ .done = true };
	for (i = 0; i < l->nrecord; i++) {
		if (!is_wanted(sn, l->record[i]))
			continue;
		size = layout_max_size(l, l->record[i]);
		most = size > most ? size : most;
		size = layout_min_size(l, l->record[i]);
		least = size < least ? size : least;
	}
	count_lengths(sn, g, least, most);
	n = pick(sn, g, page, rec, most);
	fitter_init(&f, sn, page, rec, n);
	f.fit = &g->fit;
	best = arena_array(&f.scratch, n + 1, sizeof *best);
	own = arena_array(&f.scratch, n + 1, sizeof *own);
	for (i = 0; i < l->nrecord && n > 0; i++) {
		if (!is_wanted(sn, l->record[i]))
			continue;
		fit_record(&f, l->record[i], own);
		if (first)
			memcpy(best, own, n * sizeof *best);
		else
			cells_better(best, own, n);
		first = false;
	}
	fit_sum(&g->fit, best, n);
	g->fit.records = n;
	fitter_fini(&f);
}

void
variant_fit(struct sniff *sn, const struct variant *v,
    const struct slice *rec, uint32_t n, float *bits)
{
	struct cell *cell;
	struct fitter f;
	uint32_t i;

	fitter_init(&f, sn, sn->page, rec, n);
	f.forced = v->item;
	cell = arena_array(&f.scratch, n + 1, sizeof *cell);
	fit_record(&f, v->record, cell);
	for (i = 0; i < n; i++)
		bits[i] = cell[i].bits;
	fitter_fini(&f);
}
