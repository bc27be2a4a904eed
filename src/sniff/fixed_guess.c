/*
 * Records of one length, with nothing that tells them apart.
 *
 * Cut into rows of the right length, the bytes of a file make columns, and
 * each column prefers some classes of bytes: digits, blanks, letters.  How
 * much less surprising the bytes become is the evidence.  Without columns a
 * byte's class is foretold by the class before it, since blanks follow blanks
 * and digits digits.  With columns what has followed that class in the same
 * column comes first, and the foretelling without columns stands in for what
 * the column has not shown yet (a Dirichlet prior around it).  So columns
 * cost nothing before they tell something; columns of a wrong length have
 * nothing to add; and of a length and its multiples the length learns first.
 *
 * A length that only seems so, such as that of the most frequent records of a
 * file with several, drifts: its columns are others later in the file.  And
 * rows must agree with the next as well as bytes do at any distance: a table's
 * entries, or what divides all lengths, make columns too, but weaker ones.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <string.h>

#define LENGTH_MAX	32760u		/* z/OS' longest; RECFM=F */
#define LOOK_MAX	(512u << 10)	/* bytes that the columns are made of */
#define LOOK_LEAST	(96u << 10)
#define COUNTED_MAX	(24u << 20)	/* bytes counted, over all lengths */
#define LAG_LOOK	16384u		/* places where a byte is compared with
					 * that of the next record */
#define CANDIDATES	512u
#define COLUMN		(CLASS_COUNT * (CLASS_COUNT + 1)) /* counts */
#define AGREE_LEAST	0.6		/* of the best distance's */
#define AGREE_SURE	0.9
#define STEADY_LEAST	0.9
#define ALIKE_LEAST	0.98	/* of the evidence of a multiple */
#define SLIPS_MOST	0.05
#define SHORT		20u		/* few records are so short */
#define DRIFT_MOST	0.1	/* of the evidence */
#define PIECE		64u		/* least bytes to judge columns by */
#define SLACK		0.5		/* bits that a piece may cost */
#define SLIP_ROWS	400u
#define SLIP_MAX	24u	/* bytes to each side */
#define SLIP_LEAST	0.2	/* of a row's classes */
#define PARTS		4u		/* of a file, to see columns drift */
#define WEIGHT		2.0	/* of the prior: observations */

struct lengths {
	uint32_t v[CANDIDATES], n;
	double top, mean;	/* agreement: of the best lag, of all */
};

/* How likely each class is behind each other one. */
struct model {
	double next[CLASS_COUNT][CLASS_COUNT];
};

static void
model_init(struct model *m, const uint8_t *class, size_t n)
{
	double sum;
	uint32_t k, c;
	size_t i;

	for (k = 0; k < CLASS_COUNT; k++)
		for (c = 0; c < CLASS_COUNT; c++)
			m->next[k][c] = 0.1;
	for (i = 1; i < n; i++)
		m->next[class[i - 1]][class[i]]++;
	for (k = 0; k < CLASS_COUNT; k++) {
		for (sum = 0, c = 0; c < CLASS_COUNT; c++)
			sum += m->next[k][c];
		for (c = 0; c < CLASS_COUNT; c++)
			m->next[k][c] /= sum;
	}
}

/*
 * Bits that columns of a length foretell beyond the byte before.  *steady
 * becomes the share of pieces of the file where they do at all.
 */
static double
gain(const struct model *m, uint32_t *count, const uint8_t *class, size_t n,
    uint32_t length, double *steady)
{
	size_t piece = length < PIECE ? PIECE : length, next = 2 * piece;
	double bits = 0, product = 1, here, pieces = 0, good = 0, last = 0;
	uint32_t *row = count, *c, col = 0;
	uint8_t before = class[0];
	size_t i;

	memset(count, 0, (size_t)length * COLUMN * sizeof *count);
	for (i = 0; i < n; i++) {
		here = WEIGHT * m->next[before][class[i]];
		c = row + before * (CLASS_COUNT + 1);
		before = class[i];
		product *= (c[before] + here) * WEIGHT / ((c[CLASS_COUNT] +
		    WEIGHT) * here);
		c[before]++;
		c[CLASS_COUNT]++;
		row += COLUMN;
		if (++col == length) {
			col = 0;
			row = count;
		}
		if (product < 1e100 && product > 1e-100 && i != next)
			continue;
		bits += log2(product);
		product = 1;
		if (i != next)
			continue;
		if (next > 2 * piece) {
			pieces++;
			good += bits > last - SLACK;
		}
		last = bits;
		next += piece;
	}
	*steady = pieces > 0 ? good / pieces : 1;
	return bits + log2(product);
}

/* ---- candidates --------------------------------------------------------- */

static void
lengths_add(struct lengths *l, uint64_t v, size_t n)
{
	uint32_t i;

	if (v < 2 || v > LENGTH_MAX || v > n / 2 || l->n == CANDIDATES)
		return;
	for (i = 0; i < l->n; i++)
		if (l->v[i] == v)
			return;
	l->v[l->n++] = (uint32_t)v;
}

/* How often a byte's class is that of the byte `lag` later. */
static uint32_t
agreement(const uint8_t *class, size_t n, uint32_t lag)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t x, y;
	uint32_t hits = 0;
	size_t i, most = n - lag < LAG_LOOK ? n - lag : LAG_LOOK;

	for (i = 0; i + 8 <= most; i += 8) {
		memcpy(&x, class + i, 8);
		memcpy(&y, class + i + lag, 8);
		/* classes are small: 0x80 - d keeps the high bit for d 0 */
		hits += (uint32_t)__builtin_popcountll((high - (x ^ y)) &
		    high);
	}
	return hits;
}

/* Classes that are equal at p and q. */
static uint32_t
equal(const uint8_t *p, const uint8_t *q, size_t n)
{
	uint32_t hits = 0;
	size_t i;

	for (i = 0; i < n; i++)
		hits += p[i] == q[i];
	return hits;
}

/*
 * Share of the rows that look like bytes a little before or behind the next
 * row rather than like the next row: records of several lengths slip.
 */
static double
slips(const uint8_t *class, size_t n, uint32_t length)
{
	size_t size = length < PIECE ? PIECE : length, at, most, by;
	uint32_t rows = 0, slipped = 0, here, there, d;

	by = n / SLIP_ROWS / length * length + length;
	most = length / 2 < SLIP_MAX ? length / 2 : SLIP_MAX;
	for (at = 0; at + length + size + most <= n; at += by, rows++) {
		here = equal(class + at, class + at + length, size);
		there = 0;
		for (d = 1; d <= most && here < 0.75 * (double)size; d++) {
			uint32_t a = equal(class + at, class + at + length +
			    d, size), b = equal(class + at, class + at +
			    length - d, size);

			there = a > there ? a : there;
			there = b > there ? b : there;
		}
		slipped += there > here + SLIP_LEAST * (double)size;
	}
	return rows == 0 ? 0 : (double)slipped / rows;
}

/* The lags that stand out, the shortest first, and what divides them. */
static void
lengths_of_lags(struct arena *a, struct lengths *l, const uint8_t *class,
    size_t n)
{
	struct arena_mark mark = arena_mark(a);
	uint32_t most = n / 2 < LENGTH_MAX ? (uint32_t)(n / 2) : LENGTH_MAX;
	double *share = arena_array(a, most + 1, sizeof *share), top = 0,
	    sum = 0;
	uint32_t lag, k, found;

	for (lag = 2; lag <= most; lag++) {
		share[lag] = (double)agreement(class, n, lag) / (double)
		    (n - lag < LAG_LOOK ? n - lag : LAG_LOOK);
		sum += share[lag];
		if (share[lag] > top)
			top = share[lag];
	}
	sum /= most > 1 ? most - 1 : 1;
	l->top = top;
	l->mean = sum;
	for (lag = 2, found = 0; lag <= most && found < 24; lag++) {
		if (share[lag] < sum + 0.8 * (top - sum))
			continue;
		found++;
		lengths_add(l, lag, n);
		for (k = 2; k <= 8; k++)
			if (lag % k == 0)
				lengths_add(l, lag / k, n);
	}
	arena_back(a, mark);
}

static void
lengths_find(struct sniff *sn, struct lengths *l, const uint8_t *class,
    size_t n)
{
	const struct sample *s = &sn->sample;
	const struct layout *lo = sn->opt->layout;
	uint32_t i, size;

	for (i = 0; lo != NULL && i < lo->nrecord; i++) {
		size = layout_max_size(lo, lo->record[i]);
		lengths_add(l, size, n);
		lengths_add(l, (uint64_t)size + 1, n);
		lengths_add(l, (uint64_t)size + 2, n);
	}
	lengths_of_lags(sn->arena, l, class, n);
	if (s->sized)
		for (i = 2; i <= LENGTH_MAX && l->n < CANDIDATES; i++)
			if (s->size % i == 0)
				lengths_add(l, i, n);
}

/* ---- weight ------------------------------------------------------------- */

struct weighed {
	uint32_t length;
	double bits, drift;
	double agrees;		/* 1: as well as the best lag; 0: as any */
	double steady;		/* share of the file that has the columns */
	double slips;
};

static double
drift(const struct model *m, uint32_t *count, const uint8_t *class, size_t n,
    uint32_t length, double whole)
{
	size_t rows = n / length, part = rows / PARTS * length, i;
	double sum = 0, steady;

	if (rows < 2 * PARTS)
		return 0;
	for (i = 0; i < PARTS; i++)
		sum += gain(m, count, class + i * part,
		    i + 1 < PARTS ? part : n - i * part, length, &steady);
	return sum - whole;
}

/* Is one nearly a multiple of the other? */
static bool
related(uint32_t a, uint32_t b)
{
	return a % b == 0 || b % a == 0;
}

static bool
is_layouts(const struct sniff *sn, uint32_t length)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i;

	for (i = 0; l != NULL && i < l->nrecord; i++)
		if (length - layout_max_size(l, l->record[i]) <= 2)
			return true;	/* a line end behind it, or none */
	return false;
}

static void
add_guess(struct sniff *sn, const struct weighed *w, double most)
{
	const struct sample *s = &sn->sample;
	struct guess *g = sniff_guess(sn, GUESS_FIXED);
	const struct window *win;
	uint64_t at, rest;
	uint32_t i;

	g->length = g->shortest = g->longest = w->length;
	/* the best one is capped, and the others stay as far behind it */
	g->bits = w->bits - (most > BITS_MAX ? most - BITS_MAX : 0);
	g->end = s->sized ? GUESS_EXACT : GUESS_GOOD;
	for (i = 0; i < s->nwindow; i++) {
		win = &s->window[i];
		at = (w->length - win->at % w->length) % w->length;
		for (; at + w->length <= win->n; at += w->length)
			guess_add(sn, g, win->p + at, w->length);
		if (i == 0)
			g->total = (uint32_t)(win->n / w->length);
	}
	g->loose = w->steady < STEADY_LEAST || w->slips > SLIPS_MOST ||
	    w->agrees < AGREE_LEAST || w->length < SHORT;
	g->mixed = w->agrees < AGREE_SURE;
	if (w->agrees < AGREE_LEAST && !is_layouts(sn, w->length))
		g->bits -= BITS_MAX;
	if (w->agrees < AGREE_SURE)
		sniff_say(sn, &g->why, "rows of %u bytes have less in common "
		    "with the next than bytes at some other distance",
		    w->length);
	if (w->slips > SLIPS_MOST)
		sniff_say(sn, &g->why, "rows of %u bytes slip: the next is "
		    "often nearer or farther", w->length);
	if (w->length < SHORT)
		sniff_say(sn, &g->why, "%u bytes are few for a record: they "
		    "may be the entries of a table", w->length);
	/* a key that counts up drifts a little */
	if (w->drift > DRIFT_MOST * w->bits) {
		g->drifts = true;
		g->bits -= w->drift;
		sniff_say(sn, &g->why, "the columns of %u bytes are others "
		    "later in the file", w->length);
	}
	if (!s->sized)
		return;
	rest = s->size % w->length;
	if (rest == 0) {
		g->bits += log2(w->length);
		sniff_say(sn, &g->why, "the size of the file, %llu, is %llu "
		    "times %u", (unsigned long long)s->size,
		    (unsigned long long)(s->size / w->length), w->length);
		return;
	}
	g->bits -= log2(w->length);
	g->end = GUESS_CUT;
	g->have = rest;
	g->missing = w->length - rest;
	g->end_at = s->size - rest;
}

static void
lengths_weigh(struct sniff *sn, const struct lengths *l, const uint8_t *class,
    size_t n, struct weighed *out)
{
	struct arena *a = sn->arena;
	struct model m;
	uint32_t *count, longest = 1, i;
	double own, steady;

	for (i = 0; i < l->n; i++)
		if (l->v[i] > longest)
			longest = l->v[i];
	model_init(&m, class, n);
	count = arena_array(a, (size_t)longest * COLUMN, sizeof *count);
	for (i = 0; i < l->n; i++) {
		own = gain(&m, count, class, n, l->v[i], &steady);
		out[i] = (struct weighed){ l->v[i], own, 0, 1, steady, 0 };
		if (l->top > l->mean)
			out[i].agrees = ((double)agreement(class, n, l->v[i])
			    / (double)(n - l->v[i] < LAG_LOOK ? n - l->v[i] :
			    LAG_LOOK) - l->mean) / (l->top - l->mean);
		if (own > 0)
			out[i].drift = drift(&m, count, class, n, l->v[i],
			    own);
	}
}

/* Pages and pairs of records make columns too, hardly better ones than the
 * records themselves. */
static uint32_t
shortest_like(const struct weighed *w, uint32_t n, uint32_t best)
{
	uint32_t i, found = best;

	for (i = 0; i < n; i++)
		if (w[i].length >= SHORT && w[best].length % w[i].length == 0
		    && w[i].length < w[found].length && w[i].bits >=
		    ALIKE_LEAST * w[best].bits && w[i].agrees >= AGREE_LEAST)
			found = i;
	return found;
}

/* The best length, the best that has nothing to do with it, and the
 * layout's. */
static void
choose(struct sniff *sn, struct weighed *w, uint32_t n, const uint8_t *class,
    size_t len)
{
	const struct layout *lo = sn->opt->layout;
	uint32_t best = 0, second = UINT32_MAX, i, k, size;
	bool done;

	for (i = 1; i < n; i++)
		if (w[i].bits - (w[i].agrees < AGREE_LEAST ? 1e9 : 0) >
		    w[best].bits - (w[best].agrees < AGREE_LEAST ? 1e9 : 0))
			best = i;
	if (n == 0)
		return;
	best = shortest_like(w, n, best);
	for (i = 0; i < n; i++)
		if (i != best && !related(w[i].length, w[best].length) &&
		    (second == UINT32_MAX || w[i].bits > w[second].bits))
			second = i;
	if (w[best].bits > 0) {
		w[best].slips = slips(class, len, w[best].length);
		add_guess(sn, &w[best], w[best].bits);
		sniff_say(sn, &sn->guess[sn->nguess - 1]->why, "cut into rows "
		    "of %u bytes, the bytes make columns: %.0f bits of "
		    "evidence", w[best].length, w[best].bits);
	}
	if (second != UINT32_MAX && w[second].bits > 0)
		add_guess(sn, &w[second], w[best].bits);
	for (k = 0; lo != NULL && k < lo->nrecord; k++) {
		size = layout_max_size(lo, lo->record[k]);
		for (i = 0; i < n; i++) {
			done = i == best || i == second;
			if (!done && w[i].length == size)
				add_guess(sn, &w[i], w[best].bits);
		}
	}
}

/* All of a file is one record, or a layout's that is too few to have
 * columns. */
static void
try_layout_sizes(struct sniff *sn)
{
	const struct layout *lo = sn->opt->layout;
	const struct sample *s = &sn->sample;
	struct weighed w = { 0, 0, 0, 1, 1, 0 };
	uint32_t i, k;
	bool done;

	for (i = 0; lo != NULL && i < lo->nrecord; i++) {
		w.length = layout_max_size(lo, lo->record[i]);
		for (done = w.length == 0, k = 0; k < sn->nguess; k++)
			done = done || (sn->guess[k]->format == GUESS_FIXED &&
			    sn->guess[k]->length == w.length);
		if (!done && s->window[0].n >= w.length)
			add_guess(sn, &w, 0);
	}
}

/* Rows that end in a line end: part of the framing, not of the record. */
static void
find_line_ends(struct guess *g)
{
	static const struct {
		const char *bytes;
		uint32_t n;
	} ends[] = {
		{ "\r\n", 2 }, { "\x0d\x25", 2 }, { "\x0d\x15", 2 },
		{ "\n", 1 }, { "\x25", 1 }, { "\x15", 1 },
	};
	uint32_t e, i;

	for (e = 0; e < sizeof ends / sizeof ends[0]; e++) {
		if (g->length <= ends[e].n || g->nrec < 3)
			continue;
		for (i = 0; i < g->nrec; i++)
			if (memcmp(g->rec[i].p + g->length - ends[e].n,
			    ends[e].bytes, ends[e].n) != 0)
				break;
		if (i < g->nrec)
			continue;
		g->behind = ends[e].n;
		for (i = 0; i < g->nrec; i++)
			g->rec[i].len -= ends[e].n;
		g->shortest = g->longest = g->length - ends[e].n;
		return;
	}
}

void
guess_fixed(struct sniff *sn)
{
	const struct sample *s = &sn->sample;
	struct lengths l = { .n = 0 };
	struct weighed *w;
	uint8_t *class;
	size_t n = s->window[0].n, i;
	uint32_t first = sn->nguess;

	if (sn->quick) {
		try_layout_sizes(sn);
		return;
	}
	if (n > LOOK_MAX)
		n = LOOK_MAX;
	w = arena_array(sn->arena, CANDIDATES, sizeof *w);
	class = arena_alloc(sn->arena, n + 8);
	for (i = 0; i < n; i++)
		class[i] = s->class[s->window[0].p[i]];
	lengths_find(sn, &l, class, n);
	if (l.n > 0 && n > COUNTED_MAX / l.n)
		n = COUNTED_MAX / l.n > LOOK_LEAST ? COUNTED_MAX / l.n :
		    LOOK_LEAST;
	lengths_weigh(sn, &l, class, n, w);
	choose(sn, w, l.n, class, n);
	try_layout_sizes(sn);
	for (; first < sn->nguess; first++)
		find_line_ends(sn->guess[first]);
}
