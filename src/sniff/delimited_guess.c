/*
 * Lines of text that are rows of fields: as good as all lines have the same
 * number of one separator, at other places from line to line.  Separators at
 * the same places in all lines are punctuation of records with columns.
 *
 * The first row has names if none of its fields is a number, but fields of
 * most others are.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define LINES_LEAST	3u
#define SEPARATORS	2u	/* fewer in a line may be chance */
#define SAME		0.95	/* of the lines */

struct rows {
	uint32_t separators;	/* in a line */
	uint32_t same, moved;	/* lines with as many; at other places */
};

/* Separators outside of quotes; the sum of their places in *places. */
static uint32_t
count(struct slice line, uint8_t separator, uint8_t quote, uint64_t *places)
{
	uint32_t i, n = 0;
	bool inside = false;

	*places = 0;
	for (i = 0; i < line.len; i++) {
		if (line.p[i] == quote)
			inside = !inside;
		if (line.p[i] != separator || inside)
			continue;
		n++;
		*places += i;
	}
	return n;
}

static struct rows
count_rows(const struct guess *g, uint8_t separator, uint8_t quote)
{
	struct rows r = { 0, 0, 0 };
	uint64_t places, first = 0;
	uint32_t i, n;

	/* the second line, for the first may be another kind */
	r.separators = count(g->rec[1], separator, quote, &first);
	for (i = 0; i < g->nrec; i++) {
		n = count(g->rec[i], separator, quote, &places);
		r.same += n == r.separators;
		r.moved += n == r.separators && places != first;
	}
	return r;
}

/* Fields of a line that are numbers, and those that are not. */
static void
count_numbers(struct slice line, uint8_t separator, const uint8_t class[256],
    uint32_t *numbers, uint32_t *others)
{
	uint32_t i, digits = 0, letters = 0;
	enum byte_class c;

	*numbers = *others = 0;
	for (i = 0; i <= line.len; i++) {
		if (i < line.len && line.p[i] != separator) {
			c = (enum byte_class)class[line.p[i]];
			digits += c == CLASS_ZERO || c == CLASS_DIGIT;
			letters += c == CLASS_UPPER || c == CLASS_LOWER;
			continue;
		}
		*numbers += digits > 0 && letters == 0;
		*others += letters > 0;
		digits = letters = 0;
	}
}

static bool
has_header(const struct sniff *sn, const struct guess *g, uint8_t separator)
{
	uint32_t numbers, others, i, with = 0;

	count_numbers(g->rec[0], separator, sn->sample.class, &numbers,
	    &others);
	if (numbers > 0 || others == 0)
		return false;
	for (i = 1; i < g->nrec; i++) {
		count_numbers(g->rec[i], separator, sn->sample.class,
		    &numbers, &others);
		with += numbers > 0;
	}
	return with * 2 > g->nrec - 1;
}

/* Elementary items of the record, each occurrence of tables counted. */
static uint64_t
count_items(const struct layout *l, uint32_t record)
{
	uint64_t n = 0, times;
	uint32_t i, k;

	for (i = record + 1; i < l->item[record].next; i++) {
		if (l->item[i].next != i + 1 || l->item[i].name == NULL ||
		    l->item[i].redefines != ITEM_NONE ||
		    l->item[i].level > 49)
			continue;
		for (times = 1, k = i; k != ITEM_NONE && k != record &&
		    times < 100000; k = l->item[k].parent)
			times *= l->item[k].occurs_max > 0 ?
			    l->item[k].occurs_max : 1;
		n += times;
	}
	return n;
}

static void
take(struct sniff *sn, struct guess *was, const struct rows *r,
    char mark, uint8_t separator)
{
	const struct layout *l = sn->opt->layout;
	struct guess *g = sniff_guess(sn, GUESS_DELIMITED);
	uint32_t record;
	bool fits = false;

	*g = *was;
	was->beaten = true;
	g->format = GUESS_DELIMITED;
	g->delimiter = mark;
	g->header = has_header(sn, g, separator);
	g->fit = (struct fit){ .done = false };
	sniff_say(sn, &g->why, "%u of %u lines have %u separators, at other "
	    "places from line to line", r->same, g->nrec, r->separators);
	if (l != NULL) {
		record = sn->opt->record != ITEM_NONE ? sn->opt->record :
		    l->record[0];
		fits = count_items(l, record) == r->separators + 1;
		if (fits)
			sniff_say(sn, &g->why, "the copybook's record has as "
			    "many items as the lines have fields, %u",
			    r->separators + 1);
	}
	if (!fits)
		sn->report->sure = SNIFF_PROBABLE;
	sn->best = g;
}

void
guess_delimited(struct sniff *sn)
{
	static const char marks[] = ",;|\t";
	struct guess *g = sn->guess[0];		/* the best */
	bool ebcdic = sn->sample.family == FAMILY_EBCDIC;
	uint8_t separator, quote;
	struct rows r;
	const char *m;

	if (g->nrec < LINES_LEAST || fit_share(&g->fit) >= 0.9)
		return;
	quote = ebcdic ? (uint8_t)charset_encode(sn->page, '"') : '"';
	for (m = marks; *m != '\0'; m++) {
		separator = ebcdic ? (uint8_t)charset_encode(sn->page,
		    (uint8_t)*m) : (uint8_t)*m;
		r = count_rows(g, separator, quote);
		if (r.separators < SEPARATORS || r.same < SAME * g->nrec ||
		    r.moved == 0)
			continue;
		take(sn, g, &r, *m, separator);
		return;
	}
}
