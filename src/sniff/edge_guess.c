/*
 * What stands before the first record and behind the last one, and is none.
 *
 * Behind a chain of lengths, bytes are a footer if they are one byte repeated
 * (padding), or text where a length should be: a record that was damaged may
 * leave its text there too, so that is not certain.  Anything else that a
 * chain does not lead over stays a break.
 *
 * Records of one length tell where they begin by the size of the file only:
 * what is left over may be a header, a footer, or the rest of a record that
 * was cut.  The first and the last of these bytes are compared with what the
 * same columns hold elsewhere; if both look like records, or both do not,
 * it stays open, unless a layout says where records begin.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <string.h>

#define EDGE_MAX	4096u	/* bytes that are looked at */
#define TEXT_LEAST	8u	/* bytes of text that are more than a rest */
#define EDGE_LEAST	4u	/* bytes whose columns can tell */
#define ROWS_LEAST	20u
#define ROWS_LOOK	400u
#define ROWS_AWAY	2u	/* at least, at either end: not looked at */
#define FOREIGN		0.01	/* share of rows that are as odd */
#define COMMON		0.05
#define PHASES		16u	/* beginnings that a layout is tried at */
#define PHASE_COST	10.0
#define PART_LEAST	8u
#define PARTS_LOOK	32u	/* of what is left over */

/* ---- behind a chain ----------------------------------------------------- */

static bool
is_line_end(uint8_t b)
{
	return b == '\n' || b == '\r' || b == 0x1a || b == 0x15 || b == 0x25;
}

/* Text of the file's family, with line ends or low-values behind it. */
static bool
is_text(const struct sniff *sn, const uint8_t *p, size_t n)
{
	size_t words = 0, i;
	uint8_t class;

	while (n > 0 && (is_line_end(p[n - 1]) || p[n - 1] == 0x00))
		n--;
	for (i = 0; i < n; i++) {
		class = sn->sample.class[p[i]];
		if (class < CLASS_BLANK || class > CLASS_PUNCT)
			return false;
		words += class != CLASS_PUNCT;
	}
	return sn->sample.family != FAMILY_UNKNOWN && n >= TEXT_LEAST &&
	    words * 2 > n;
}

/* One byte that fills up a block: NUL, blank, Ctrl-Z, high-values. */
static bool
is_padding(const uint8_t *p, size_t n)
{
	size_t i;

	if (p[0] != 0x00 && p[0] != 0x20 && p[0] != 0x40 && p[0] != 0x1a &&
	    p[0] != 0xff)
		return false;
	for (i = 1; i < n && p[i] == p[0]; i++)
		;
	return i == n;
}

void
edge_behind(struct sniff *sn, struct guess *g, const struct window *w)
{
	uint64_t claimed = g->have + g->missing;
	const uint8_t *p = w->p + w->n - g->have;
	bool padding;

	if ((g->end != GUESS_BROKEN && g->end != GUESS_CUT) || g->have == 0 ||
	    g->have >= w->n || g->end_at < w->at)
		return;
	padding = is_padding(p, g->have);
	/* a record of such a length may have been cut */
	if (g->end == GUESS_CUT && !padding && claimed <= 4 *
	    ((uint64_t)g->longest + 8))
		return;
	if (!padding && (g->have > EDGE_MAX || !is_text(sn, p, g->have)))
		return;
	g->bytes_last = (uint32_t)g->have;
	g->end = GUESS_EXACT;
	g->missing = 0;
	g->edges = g->edges || !padding;
	if (padding)
		sniff_say(sn, &g->why, "behind the last record %llu byte%s "
		    "X'%02X' fill up the file", (unsigned long long)g->have,
		    g->have == 1 ? "" : "s", p[0]);
	else
		sniff_say(sn, &g->why, "behind the last record stand %llu "
		    "bytes of text where a length should be: a footer, "
		    "unless a record was damaged there",
		    (unsigned long long)g->have);
}

void
edge_before(struct sniff *sn, struct guess *g)
{
	const uint8_t *p = sn->sample.window[0].p;
	uint32_t n = g->bytes_first;
	bool known = is_text(sn, p, n) || is_padding(p, n);

	g->edges = g->edges || !known;
	sniff_say(sn, &g->why, "before the first record stand%s %u byte%s%s",
	    n == 1 ? "s" : "", n, n == 1 ? "" : "s", is_padding(p, n) ?
	    ", all alike" : known ? " of text: a header" :
	    ": a header, or the rest of a record whose start is lost");
}

/* A Ctrl-Z or a line end behind the last record. */
void
edge_forgive(struct sniff *sn, struct guess *g)
{
	const struct sample *s = &sn->sample;
	const struct window *w = &s->window[s->nwindow - 1];
	uint64_t i, n = g->have;

	if (g->end != GUESS_CUT || n == 0 || n > 4 || n > w->n ||
	    g->format == GUESS_ODO)
		return;
	for (i = w->n - n; i < w->n; i++)
		if (!is_line_end(w->p[i]))
			return;
	g->bytes_last = (uint32_t)n;
	g->end = GUESS_EXACT;
	sniff_say(sn, &g->why, "behind the last record %s no data, such as "
	    "Ctrl-Z or a line end", n == 1 ? "stands one byte that is" :
	    "stand bytes that are");
}

/* ---- records of one length ---------------------------------------------- */

struct columns {
	const struct sample *s;
	uint32_t length;
	size_t away;		/* bytes at either end */
	float *bits;		/* of a class in a column, beyond its share */
};

static void
columns_make(struct columns *c, struct sniff *sn, uint32_t length)
{
	const struct window *w = &sn->sample.window[0];
	size_t rows = w->n / length / 5, most = EDGE_MAX / length + 2, to, i;
	double share[CLASS_COUNT], all = 0, n;
	uint32_t col, k;
	float *row;

	c->s = &sn->sample;
	c->length = length;
	rows = rows > most ? most : rows;
	c->away = (rows > ROWS_AWAY ? rows : ROWS_AWAY) * length;
	c->bits = arena_array(sn->arena, (size_t)length * CLASS_COUNT,
	    sizeof *c->bits);
	memset(c->bits, 0, (size_t)length * CLASS_COUNT * sizeof *c->bits);
	for (k = 0; k < CLASS_COUNT; k++)
		share[k] = 0.5;
	to = w->n - c->away;
	for (i = c->away; i < to; i++, all++) {
		k = c->s->class[w->p[i]];
		share[k]++;
		c->bits[i % length * CLASS_COUNT + k]++;
	}
	for (col = 0; col < length; col++) {
		row = c->bits + (size_t)col * CLASS_COUNT;
		for (n = 0, k = 0; k < CLASS_COUNT; k++)
			n += (double)row[k];
		for (k = 0; k < CLASS_COUNT; k++)
			row[k] = (float)log2(((double)row[k] + share[k] / all)
			    / (n + 1) * all / share[k]);
	}
}

/* Bits by which bytes are what their columns hold. */
static double
columns_bits(const struct columns *c, const uint8_t *p, uint64_t at,
    size_t n)
{
	double bits = 0;
	size_t i;

	for (i = 0; i < n; i++)
		bits += (double)c->bits[(at + i) % c->length * CLASS_COUNT +
		    c->s->class[p[i]]];
	return bits;
}

enum looks { LOOKS_FOREIGN, LOOKS_OPEN, LOOKS_ALIKE };

/* Do n bytes at column `col` look like those of the other rows? */
static enum looks
columns_look(const struct columns *c, const uint8_t *p, uint32_t col,
    uint32_t n)
{
	const struct window *w = &c->s->window[0];
	double own = columns_bits(c, p, col, n);
	uint32_t rows = 0, odd = 0;
	size_t at = c->away + col;

	for (; at + n + c->away <= w->n && rows < ROWS_LOOK;
	    at += c->length, rows++)
		odd += columns_bits(c, w->p + at, at, n) <= own;
	if (rows < ROWS_LEAST || n < EDGE_LEAST)
		return LOOKS_OPEN;
	return own < 0 && odd <= FOREIGN * rows ? LOOKS_FOREIGN :
	    odd >= COMMON * rows ? LOOKS_ALIKE : LOOKS_OPEN;
}

/*
 * Foreign where they stand, and not like those of any other columns either:
 * where bytes were lost or added, rows are shifted, but rows still.
 */
static bool
piece_foreign(const struct columns *c, const uint8_t *p, uint32_t col,
    uint32_t n)
{
	uint32_t half = n / 2, by;

	if (columns_look(c, p, col, n) != LOOKS_FOREIGN)
		return false;
	/* a record that is damaged in its middle has its start or its end */
	if (half >= EDGE_LEAST && (columns_bits(c, p, col, half) > 0 ||
	    columns_bits(c, p + half, (col + half) % c->length, n - half) >
	    0))
		return false;
	for (by = 1; by < c->length; by++)
		if (columns_bits(c, p, (col + by) % c->length, n) > 0 &&
		    columns_look(c, p, (col + by) % c->length, n) !=
		    LOOKS_FOREIGN)
			return false;
	return true;
}

/* The same of all rows, where there are several. */
static bool
columns_foreign(const struct columns *c, const uint8_t *p, uint32_t col,
    uint32_t n)
{
	uint32_t first = n % c->length;

	if (first > 0 && (first >= EDGE_LEAST || n < c->length) &&
	    !piece_foreign(c, p, col, first))
		return false;
	for (; first < n; first += c->length)
		if (!piece_foreign(c, p + first, (col + first) % c->length,
		    c->length))
			return false;
	return true;
}

/* Does the last row before the n last bytes look like the others? */
static bool
last_row_alike(const struct columns *c, const struct window *w, uint32_t n)
{
	uint64_t at = w->n - n - c->length;

	return n + c->length <= w->n && columns_look(c, w->p + at,
	    (uint32_t)((w->at + at) % c->length), c->length) == LOOKS_ALIKE;
}

/* The same records, from another place on. */
static void
cut_again(struct sniff *sn, struct guess *g, uint64_t first, uint64_t last)
{
	const struct sample *s = &sn->sample;
	const struct window *w;
	uint64_t at, end = s->size - last;
	uint32_t i;

	g->bytes_first = (uint32_t)first;
	g->bytes_last = (uint32_t)last;
	g->end = GUESS_EXACT;
	g->total = g->nrec = 0;
	for (w = s->window; w < s->window + s->nwindow; w++) {
		at = w->at <= first ? first - w->at : (g->length - (w->at -
		    first) % g->length) % g->length;
		for (i = 0; at + g->length <= w->n && w->at + at + g->length
		    <= end; at += g->length, i++)
			guess_add(sn, g, w->p + at + g->before, g->length -
			    g->before - g->behind);
		g->total += w == s->window ? i : 0;
	}
}

/* A header may be longer than a record: rows that are none follow. */
static uint64_t
header_bytes(const struct columns *c, uint32_t first)
{
	const struct window *w = &c->s->window[0];
	uint64_t n = first;

	while (n + c->length <= EDGE_MAX && n + c->length <= w->n / 4 &&
	    columns_foreign(c, w->p + n, first, c->length))
		n += c->length;
	return n;
}

/* Are those behind it records, or shifted ones where bytes were lost? */
static bool
first_row_alike(const struct columns *c, uint64_t at)
{
	const struct window *w = &c->s->window[0];

	return at + c->length <= w->n && columns_look(c, w->p + at,
	    (uint32_t)(at % c->length), c->length) != LOOKS_FOREIGN;
}

static struct guess *
same_length(struct sniff *sn, const struct guess *was)
{
	struct guess *g = sniff_guess(sn, GUESS_FIXED);

	g->length = was->length;
	g->behind = was->behind;
	g->shortest = g->longest = was->length - was->behind;
	g->bits = was->bits - PHASE_COST;
	g->loose = was->loose;
	g->mixed = was->mixed;
	g->drifts = was->drifts;
	return g;
}

/* Neither what stands before nor what stands behind is like records. */
static bool
both_foreign(const struct sniff *sn, const struct columns *c, uint32_t first,
    uint32_t last)
{
	const struct window *w = &sn->sample.window[sn->sample.nwindow - 1];
	uint32_t col = (uint32_t)((sn->sample.size - last) % c->length);

	return last <= w->n && first <= sn->sample.window[0].n &&
	    columns_foreign(c, sn->sample.window[0].p, 0, first) &&
	    first_row_alike(c, first) && (last == 0 ||
	    columns_foreign(c, w->p + w->n - last, col, last));
}

static bool
is_tried(const struct sniff *sn, uint32_t length, uint32_t first)
{
	uint32_t i;

	for (i = 0; i < sn->nguess; i++)
		if (sn->guess[i]->format == GUESS_FIXED &&
		    sn->guess[i]->length == length &&
		    sn->guess[i]->bytes_first == first)
			return true;
	return false;
}

/*
 * Both ends are foreign: a layout is tried at the places where the columns
 * begin to hold what they do later.
 */
static void
try_phases(struct sniff *sn, const struct guess *was, const struct columns *c)
{
	const struct window *w = &sn->sample.window[0];
	uint64_t last;
	size_t most = w->n / 4 < EDGE_MAX ? w->n / 4 : EDGE_MAX;
	uint32_t n = (uint32_t)most, i, k;
	double *sum = arena_array(sn->arena, n, sizeof *sum), least;
	struct guess *g;
	uint32_t at;

	for (sum[0] = 0, i = 1; i < n; i++)
		sum[i] = sum[i - 1] + columns_bits(c, w->p + i - 1, i - 1, 1);
	for (k = 0; k < PHASES && k < n; k++) {
		for (at = 0, least = INFINITY, i = 1; i < n; i++)
			if (sum[i] < least) {
				least = sum[i];
				at = i;
			}
		if (at == 0)
			return;
		sum[at] = INFINITY;
		last = (sn->sample.size - at) % c->length;
		if (!both_foreign(sn, c, at, (uint32_t)last) ||
		    is_tried(sn, c->length, at))
			continue;
		g = same_length(sn, was);
		g->edges = g->searched = true;
		cut_again(sn, g, at, last);
		sniff_say(sn, &g->why, "%u bytes stand before the first "
		    "record, and %u behind the last: there the columns are "
		    "others, and the copybook fits from there on",
		    g->bytes_first, g->bytes_last);
	}
}

static bool
is_layouts(const struct sniff *sn, const struct guess *g)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i;

	for (i = 0; l != NULL && i < l->nrecord; i++)
		if (layout_max_size(l, l->record[i]) == g->length - g->behind)
			return true;
	return false;
}

static void
take_header(struct sniff *sn, struct guess *g, uint64_t n)
{
	cut_again(sn, g, n, 0);
	g->edges = true;
	sniff_say(sn, &g->why, "%llu bytes stand before the first record: "
	    "they are not like those of its columns, and the last ones are",
	    (unsigned long long)n);
}

static void
take_footer(struct sniff *sn, struct guess *g, uint64_t n)
{
	cut_again(sn, g, 0, n);
	g->edges = true;
	sniff_say(sn, &g->why, "%llu bytes stand behind the last record: "
	    "they are not like those that records start with",
	    (unsigned long long)n);
}

/*
 * Is a part of n bytes foreign, at their start or at their end?  Then what
 * stands at one end of the file is not all that stands around the records.
 */
static bool
part_foreign(const struct columns *c, const uint8_t *p, uint32_t n,
    bool at_end)
{
	uint32_t k, by = n / PARTS_LOOK + 1;

	for (k = PART_LEAST; k <= n; k += by)
		if (columns_foreign(c, at_end ? p + n - k : p, at_end ? n - k :
		    0, k))
			return true;
	return false;
}

/* Bytes of a row, at its start or its end, that are the least like it. */
static uint32_t
odd_part(const struct columns *c, const uint8_t *row, bool at_end)
{
	double sum = 0, least = 0;
	uint32_t n = 0, i, at;

	for (i = 0; i < c->length; i++) {
		at = at_end ? c->length - 1 - i : i;
		sum += columns_bits(c, row + at, at, 1);
		if (sum < least) {
			least = sum;
			n = i + 1;
		}
	}
	return n >= PART_LEAST && n + PART_LEAST <= c->length &&
	    columns_foreign(c, at_end ? row + c->length - n : row, at_end ?
	    c->length - n : 0, n) ? n : 0;
}

/* The first row begins and the last one ends with what is none, and both
 * together are as long as a row: records do not begin where rows do. */
static bool
is_turned(const struct columns *c, const struct window *last)
{
	uint32_t first = odd_part(c, c->s->window[0].p, false), n;

	if (first == 0 || last->n < c->length)
		return false;
	n = odd_part(c, last->p + last->n - c->length, true);
	return n > 0 && first + n + EDGE_LEAST >= c->length &&
	    first + n <= c->length + EDGE_LEAST;
}

static void
say_adrift(struct sniff *sn, struct guess *g)
{
	g->adrift = true;
	sniff_say(sn, &g->why, "the first bytes and the last are others than "
	    "in their columns: something stands before and behind the "
	    "records");
}

/* What is left over stands before the records of a layout, perhaps. */
static void
try_left_over(struct sniff *sn, const struct guess *was, uint64_t n)
{
	struct guess *g;

	if (sn->opt->layout == NULL || n >= (1u << 20) || was->bytes_first > 0)
		return;
	g = same_length(sn, was);
	cut_again(sn, g, n, 0);
	sniff_say(sn, &g->why, "%llu bytes stand before the first record",
	    (unsigned long long)n);
}

void
edge_fixed(struct sniff *sn, struct guess *g)
{
	const struct sample *s = &sn->sample;
	const struct window *w = &s->window[s->nwindow - 1];
	uint32_t rest = (uint32_t)g->have;
	enum looks first, last;
	struct columns c;
	uint64_t n = rest;
	bool alike;

	if (g->format == GUESS_FIXED && g->end == GUESS_EXACT && s->sized &&
	    sn->opt->layout == NULL && g->total >= ROWS_LEAST &&
	    g->behind == 0) {
		columns_make(&c, sn, g->length);
		if (is_turned(&c, w))
			say_adrift(sn, g);
	}
	if (g->format != GUESS_FIXED || g->end != GUESS_CUT || !s->sized)
		return;
	if (rest == 0 || g->total < ROWS_LEAST || sn->quick ||
	    rest > s->window[0].n || rest > w->n) {
		try_left_over(sn, g, rest);
		return;
	}
	columns_make(&c, sn, g->length);
	first = columns_look(&c, s->window[0].p, 0, rest);
	last = columns_look(&c, w->p + w->n - rest, 0, rest);
	if (first == LOOKS_FOREIGN && !columns_foreign(&c, s->window[0].p, 0,
	    rest))
		first = LOOKS_OPEN;
	if (last == LOOKS_FOREIGN && !columns_foreign(&c, w->p + w->n - rest,
	    0, rest))
		last = LOOKS_OPEN;
	if (first == LOOKS_FOREIGN && last == LOOKS_FOREIGN) {
		say_adrift(sn, g);
		return;
	}
	alike = last_row_alike(&c, w, rest);
	if (first == LOOKS_FOREIGN && alike)
		n = header_bytes(&c, rest);
	if (!first_row_alike(&c, n))
		return;
	try_left_over(sn, g, n);
	if (!alike || (first != LOOKS_FOREIGN && last != LOOKS_FOREIGN))
		return;
	if (first == LOOKS_FOREIGN ? part_foreign(&c, w->p + w->n - rest,
	    rest, true) : part_foreign(&c, s->window[0].p, rest, false))
		say_adrift(sn, g);
	else if (last == LOOKS_FOREIGN)
		take_footer(sn, g, rest);
	else if (sn->opt->layout == NULL)
		take_header(sn, g, n);
}

/*
 * Records of a layout's length that a layout does not fit: what stands before
 * and behind them may be as long as some of them together.
 */
void
edge_refit(struct sniff *sn, struct guess *g)
{
	struct columns c;

	if (g->format != GUESS_FIXED || g->mixed || g->loose ||
	    (g->end != GUESS_EXACT && g->end != GUESS_CUT) ||
	    !sn->sample.sized || g->bytes_first + g->bytes_last > 0 ||
	    g->before > 0 || g->total < ROWS_LEAST || !is_layouts(sn, g))
		return;
	columns_make(&c, sn, g->length);
	try_phases(sn, g, &c);
}
