/*
 * A printer's control character before each record: ASA (blank, 0, -, +, 1 to
 * 9, A to C) or a machine's code (z/OS DFSMS Using Data Sets, "Optional
 * Control Characters").
 *
 * With a layout the records behind the character must fit better than with
 * it.  Without one only what data hardly is counts: lines of text of which the
 * first starts a page, no page is empty, and most just go to the next line; or
 * machine codes, which no text starts with.
 */
#include "sniff/sniff_impl.h"

#include <string.h>

#define RECORDS_LEAST	12u	/* where no layout helps */
#define CONTROL_COST	5.0
#define SHARE_TEXT	0.99

struct first_bytes {
	uint32_t count[256];
	uint32_t n, empty;
	uint32_t pages;		/* that follow a page's start at once */
	uint64_t text, other;	/* bytes behind the first */
};

static uint8_t
asa(enum family f, char c)
{
	if (f == FAMILY_ASCII)
		return (uint8_t)c;
	return c == ' ' ? 0x40 : c == '-' ? 0x60 : c == '+' ? 0x4e :
	    c >= '0' && c <= '9' ? (uint8_t)(0xf0 + (c - '0')) :
	    (uint8_t)(0xc1 + (c - 'A'));
}

static void
look(const struct sniff *sn, const struct guess *g, struct first_bytes *b)
{
	uint8_t page = asa(sn->sample.family, '1');
	const struct slice *r, *end = g->rec + g->nrec;
	enum byte_class class;
	uint32_t i;
	bool was = false;

	memset(b, 0, sizeof *b);
	for (r = g->rec; r < end; r++) {
		b->n++;
		if (r->len == 0) {
			b->empty++;
			continue;
		}
		b->count[r->p[0]]++;
		b->pages += was && r->p[0] == page;
		was = r->p[0] == page;
		for (i = 1; i < r->len; i++) {
			class = (enum byte_class)sn->sample.class[r->p[i]];
			if (class >= CLASS_BLANK && class <= CLASS_PUNCT)
				b->text++;
			else
				b->other++;
		}
	}
}

static uint32_t
count_asa(const struct sniff *sn, const struct first_bytes *b,
    const char *set)
{
	uint32_t n = 0;

	for (; *set != '\0'; set++)
		n += b->count[asa(sn->sample.family, *set)];
	return n;
}

/* Space 0 to 3 lines or skip to a channel, after printing or at once. */
static uint32_t
count_machine(const struct first_bytes *b, uint32_t below)
{
	static const uint8_t codes[] = { 0x01, 0x03, 0x09, 0x0b, 0x11, 0x13,
	    0x19, 0x1b, 0x89, 0x8b, 0x91, 0x93, 0x99, 0x9b, 0xa1, 0xa3, 0xa9,
	    0xab, 0xb1, 0xb3, 0xb9, 0xbb, 0xc1, 0xc3, 0xc9, 0xcb, 0xd1, 0xd3,
	    0xd9, 0xdb, 0xe1, 0xe3 };
	uint32_t n = 0, i;

	for (i = 0; i < sizeof codes; i++)
		n += codes[i] < below ? b->count[codes[i]] : 0;
	return n;
}

/* What the first bytes may be. */
static enum guess_control
possible(const struct sniff *sn, const struct first_bytes *b)
{
	if (b->n == 0 || b->empty > 0 || sn->sample.family == FAMILY_UNKNOWN)
		return CONTROL_NONE;
	if (count_asa(sn, b, " 0-+123456789ABC") == b->n)
		return CONTROL_ASA;
	if (sn->sample.family == FAMILY_EBCDIC && count_machine(b, 256) ==
	    b->n && count_machine(b, 0x20) > 0)
		return CONTROL_MACHINE;
	return CONTROL_NONE;
}

static uint32_t
kinds(const struct first_bytes *b)
{
	uint32_t n = 0, i;

	for (i = 0; i < 256; i++)
		n += b->count[i] > 0;
	return n;
}

/* Data would hardly look so. */
static bool
telling(const struct sniff *sn, const struct guess *g,
    const struct first_bytes *b, enum guess_control c)
{
	uint32_t lines = b->count[asa(sn->sample.family, ' ')];

	if (b->n < RECORDS_LEAST || (double)b->text <
	    SHARE_TEXT * (double)(b->text + b->other))
		return false;
	if (c == CONTROL_MACHINE)
		return count_machine(b, 0x20) * 3 >= b->n * 2;
	return c == CONTROL_ASA && count_asa(sn, b, " 0-+1") == b->n &&
	    g->rec[0].p[0] == asa(sn->sample.family, '1') && b->pages == 0 &&
	    lines * 2 >= b->n;
}

static void
say(struct sniff *sn, struct guess *g, const struct first_bytes *b)
{
	const char *list = "";
	uint32_t i, n = 0;

	for (i = 0; i < 256 && n < 5; i++)
		if (b->count[i] > 0)
			list = arena_printf(sn->arena, "%s%sX'%02X' %u "
			    "times", list, n++ > 0 ? ", " : "", i,
			    b->count[i]);
	sniff_say(sn, &g->why, "%s: %s", g->control ==
	    CONTROL_ASA ? "all records start with what may be a printer's "
	    "(ASA) control character" : "all records start with a code that "
	    "a machine's control character may have", list);
}

static void
shift(struct guess *g, enum guess_control c)
{
	uint32_t i;

	g->control = c;
	g->before = 1;
	g->shortest--;
	g->longest--;
	for (i = 0; i < g->nrec; i++) {
		g->rec[i].p++;
		g->rec[i].len--;
	}
}

static struct guess *
shifted(struct sniff *sn, const struct guess *was, enum guess_control c)
{
	struct guess *g = sniff_guess(sn, was->format);
	struct slice *rec = arena_array(sn->arena, was->nrec + 1,
	    sizeof *rec);
	struct sniff_lines why = { .n = 0 };
	uint32_t i;

	if (was->nrec > 0)
		memcpy(rec, was->rec, was->nrec * sizeof *rec);
	for (i = 0; i < was->why.n; i++)
		sniff_say(sn, &why, "%s", was->why.v[i]);
	*g = *was;
	g->rec = rec;
	g->cap = 0;
	g->why = why;
	g->bits -= CONTROL_COST;
	shift(g, c);
	return g;
}

/* One byte more than a layout's records have. */
void
guess_control_fixed(struct sniff *sn, struct guess *was)
{
	const struct layout *l = sn->opt->layout;
	struct first_bytes b;
	struct guess *g;
	uint32_t i;

	for (i = 0; l != NULL && i < l->nrecord; i++)
		if (layout_max_size(l, l->record[i]) + 1 == was->length)
			break;
	if (l == NULL || i == l->nrecord || was->format != GUESS_FIXED ||
	    was->behind + was->before > 0)
		return;
	look(sn, was, &b);
	g = shifted(sn, was, kinds(&b) < 2 ? CONTROL_NONE :
	    possible(sn, &b));
	g->shifted_from = was;
	if (g->control != CONTROL_NONE)
		say(sn, g, &b);
	else
		sniff_say(sn, &g->why, "a byte stands before each record");
}

/* Is the first item of a record a byte, which may be this one? */
static bool
has_own(const struct sniff *sn)
{
	const struct layout *l = sn->opt->layout;
	uint32_t i, k;

	for (i = 0; i < l->nrecord; i++) {
		for (k = l->record[i]; k + 1 < l->nitem && l->item[k].next >
		    k + 1; k++)
			;
		if (l->item[k].size == 1)
			return true;
	}
	return false;
}

bool
guess_control(struct sniff *sn, struct guess *g)
{
	struct first_bytes b;
	enum guess_control c;

	if (g->before > 0 || g->nrec == 0 || g->format == GUESS_ODO ||
	    g->format == GUESS_LENGTH || g->bits <= 0)
		return false;
	look(sn, g, &b);
	c = possible(sn, &b);
	if (c == CONTROL_NONE || g->shortest == 0 || kinds(&b) < 2)
		return false;
	if (sn->opt->layout != NULL && g->format == GUESS_FIXED)
		return false;
	if (sn->opt->layout != NULL && (fit_share(&g->fit) >= 0 ||
	    has_own(sn))) {
		say(sn, shifted(sn, g, c), &b);
		return true;
	}
	if (!telling(sn, g, &b, c))
		return false;
	if (g->format == GUESS_TEXT) {
		sniff_say(sn, &g->why, "each line starts with what may be a "
		    "printer's control character: asa: true leaves it out");
		return false;
	}
	shift(g, c);
	g->edges = true;
	say(sn, g, &b);
	return false;
}
