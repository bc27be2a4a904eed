/*
 * A record as a picture of its bytes; see layout_map.h.
 *
 *	0....:....10...:....20...:....30...:....40	the ruler
 *	|---|CUST-FIRST----|CUST-LAST----------||--	a bar for each item
 *	CUST-ID				       CUST-KIND
 *	    |INITIAL=======					REDEFINES
 *
 * A bar has the width of its item; a name that is too long for it stands
 * below, where the bar begins.  Items that redefine others go to lanes of
 * their own.  Short tables are drawn occurrence by occurrence, long ones as
 * the first occurrence and the rest, and lines in which nothing begins or
 * ends are left out, so that the picture's size depends on the number of
 * items, not of bytes.  All memory is the caller's arena's.
 */
#include "command/layout_map.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define LANES_MAX	64u	/* redefinitions of the same bytes */
#define DRAWN_MAX	12u	/* occurrences, tables around multiplied */
#define COLUMNS_MIN	40u
#define COLUMNS_MAX	1000u
#define LABEL_LINES	1000u	/* more than there are columns */

struct bar {
	uint32_t from, to;	/* bytes */
	const char *name;
	bool filler;
};

struct lane {
	struct bar *bar;	/* from left to right, side by side */
	uint32_t n, cap;
	uint32_t end;		/* of what is in it or reserved */
	uint32_t at;		/* first bar that ends after the line's start */
};

struct map {
	struct arena *arena;
	struct buf *out;
	const struct layout *l;
	struct lane lane[LANES_MAX];
	uint32_t nlane;
	uint32_t hidden;	/* redefinitions without a lane */
	uint32_t width;
	char *line;		/* width + 1 bytes */
	char *label[LABEL_LINES];
	uint32_t label_end[LABEL_LINES];
	uint32_t nlabel;
};

/* Where the items of a subtree are drawn. */
struct spot {
	uint32_t lane;
	uint32_t shift;		/* bytes: later occurrences */
	uint32_t times;		/* occurrences drawn of the tables around */
	const char *subscripts;	/* "1,2"; "" outside tables */
};

static void	map_item(struct map *, uint32_t i, struct spot);

static void
map_bar(struct map *m, uint32_t i, struct spot s, const char *subscripts,
    uint32_t size)
{
	const struct item *it = &m->l->item[i];
	struct lane *lane = &m->lane[s.lane];
	const char *name = it->name != NULL ? it->name : "FILLER";
	struct bar *b;

	if (size == 0)
		return;
	b = ARENA_PUSH(m->arena, lane->bar, lane->n, lane->cap);
	b->from = it->offset + s.shift;
	b->to = b->from + size;
	b->filler = it->name == NULL;
	b->name = subscripts[0] == '\0' ? name :
	    arena_printf(m->arena, "%s[%s]", name, subscripts);
	if (lane->end < b->to)
		lane->end = b->to;
}

/* One occurrence: a bar, or those of the items in it. */
static void
map_once(struct map *m, uint32_t i, struct spot s)
{
	const struct item *it = &m->l->item[i];
	uint32_t child;

	if (it->category != CAT_GROUP) {
		map_bar(m, i, s, s.subscripts, it->size);
		return;
	}
	for (child = i + 1; child < it->next; child = m->l->item[child].next)
		map_item(m, child, s);
}

static void
map_table(struct map *m, uint32_t i, struct spot s)
{
	const struct item *it = &m->l->item[i];
	const char *outer = s.subscripts,
	    *comma = outer[0] != '\0' ? "," : "";
	uint32_t k, n = it->occurs_max, shift = s.shift;
	bool all = n <= DRAWN_MAX / s.times;

	if (all)
		s.times *= n;
	for (k = 1; k <= (all ? n : 1); k++) {
		s.shift = shift + (k - 1) * it->size;
		s.subscripts = arena_printf(m->arena, "%s%s%u", outer, comma,
		    k);
		map_once(m, i, s);
	}
	if (all)
		return;
	s.shift = shift + it->size;
	map_bar(m, i, s, arena_printf(m->arena, "%s%s2..%u", outer, comma, n),
	    (n - 1) * it->size);
}

/* The first lane below `above` with room from the byte `from` on. */
static uint32_t
map_free_lane(struct map *m, uint32_t above, uint32_t from)
{
	uint32_t k;

	for (k = above + 1; k < m->nlane; k++)
		if (m->lane[k].end <= from)
			return k;
	if (m->nlane < LANES_MAX)
		m->nlane++;
	else
		m->hidden++;
	return k;
}

static void
map_item(struct map *m, uint32_t i, struct spot s)
{
	const struct item *it = &m->l->item[i];
	uint32_t n = it->occurs_max > 0 ? it->occurs_max : 1;

	if (it->level == 66)
		return;
	if (it->redefines != ITEM_NONE) {
		s.lane = map_free_lane(m, s.lane, it->offset + s.shift);
		if (s.lane == LANES_MAX)
			return;
		/* Its redefinitions go below, and so do those after it. */
		m->lane[s.lane].end = it->offset + s.shift + n * it->size;
	}
	if (it->occurs_max > 0)
		map_table(m, i, s);
	else
		map_once(m, i, s);
}

/* Drops the spaces at a line's end and writes it. */
static void
map_line_out(struct map *m, const char *line)
{
	size_t n = m->width;

	while (n > 0 && line[n - 1] == ' ')
		n--;
	buf_put(m->out, line, n);
	buf_putc(m->out, '\n');
}

static void
map_ruler(struct map *m, uint32_t from, uint32_t to)
{
	char number[16];
	uint32_t at, k = 0;
	size_t n;

	for (at = from; at < to; at++, k++)
		m->line[k] = at % 5 == 0 ? ':' : '.';
	memset(m->line + k, ' ', m->width - k);
	for (k = 0; from + k < to; k += 10) {
		n = (size_t)snprintf(number, sizeof number, "%u", from + k);
		memcpy(m->line + k, number, n < m->width - k ? n :
		    m->width - k);
	}
	map_line_out(m, m->line);
}

/*
 * A name that does not fit in its bar at column `at`: below it, or, near the
 * right edge, to the left of a caret below it.
 */
static void
map_label(struct map *m, const char *name, uint32_t at)
{
	uint32_t k, len = (uint32_t)strlen(name), from = at, n;
	bool left = at + len > m->width;

	if (left && len > at) {		/* wider than either side: cut */
		left = at > m->width / 2;
		len = left ? at : m->width - at;
	}
	n = left ? len + 1 : len;
	if (left)
		from = at - len;
	for (k = 0; k < m->nlabel; k++)
		if (m->label_end[k] <= from)
			break;
	if (k == LABEL_LINES)
		return;
	if (k == m->nlabel) {
		m->nlabel++;
		if (m->label[k] == NULL)
			m->label[k] = arena_alloc(m->arena, m->width);
		memset(m->label[k], ' ', m->width);
	}
	memcpy(m->label[k] + from, name, len);
	if (left)
		m->label[k][at] = '^';
	m->label_end[k] = from + n + 1;
}

static void
map_lane_line(struct map *m, uint32_t k, uint32_t from)
{
	const struct lane *lane = &m->lane[k];
	const struct bar *b;
	uint32_t i, at, n, len;
	bool begins;

	memset(m->line, ' ', m->width);
	m->nlabel = 0;
	for (i = lane->at; i < lane->n && lane->bar[i].from < from + m->width;
	    i++) {
		b = &lane->bar[i];
		begins = b->from >= from;
		at = begins ? b->from - from : 0;
		n = (b->to - from < m->width ? b->to - from : m->width) - at;
		memset(m->line + at, k == 0 ? '-' : '=', n);
		m->line[at] = begins ? '|' : '>';
		len = (uint32_t)strlen(b->name);
		if (len < n)
			memcpy(m->line + at + 1, b->name, len);
		else if (begins && !b->filler)
			map_label(m, b->name, at);
	}
	map_line_out(m, m->line);
	for (i = 0; i < m->nlabel; i++)
		map_line_out(m, m->label[i]);
}

/*
 * Up to where every lane goes on as it does at the byte `from`: in one bar,
 * or empty.
 */
static uint32_t
map_same_until(struct map *m, uint32_t from, uint32_t size)
{
	const struct bar *b;
	uint32_t k, until = size;

	for (k = 0; k < m->nlane; k++) {
		struct lane *lane = &m->lane[k];

		while (lane->at < lane->n && lane->bar[lane->at].to <= from)
			lane->at++;
		if (lane->at == lane->n)
			continue;
		b = &lane->bar[lane->at];
		if (b->from >= from && b->from < until)
			until = b->from;
		else if (b->from < from && b->to < until)
			until = b->to;
	}
	return until;
}

static void
map_rows(struct map *m, uint32_t size)
{
	uint32_t from, until, to, k;

	for (from = 0; from < size; from = to) {
		until = map_same_until(m, from, size);
		to = until - until % m->width;
		if (to > from + 2 * m->width) {	/* some lines alike */
			buf_printf(m->out, "  ... to %u the same\n\n", to - 1);
			continue;
		}
		to = size - from < m->width ? size : from + m->width;
		map_ruler(m, from, to);
		for (k = 0; k < m->nlane; k++)
			if (m->lane[k].at < m->lane[k].n && m->lane[k].bar[
			    m->lane[k].at].from < to)
				map_lane_line(m, k, from);
		if (to < size)
			buf_putc(m->out, '\n');
	}
}

void
layout_map_put(struct buf *out, struct arena *a, const struct layout *l,
    uint32_t record, uint32_t columns)
{
	struct map *m = arena_zalloc(a, sizeof *m);
	struct spot s = { .times = 1, .subscripts = "" };

	m->arena = a;
	m->out = out;
	m->l = l;
	m->nlane = 1;
	m->width = columns < COLUMNS_MIN ? COLUMNS_MIN :
	    columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
	m->width -= m->width % 10;
	m->line = arena_alloc(a, m->width + 1);
	if (l->item[record].redefines != ITEM_NONE)
		map_once(m, record, s);	/* an 01 that redefines another */
	else
		map_item(m, record, s);
	map_rows(m, layout_max_size(l, record));
	if (m->hidden > 0)
		buf_printf(out, "%u redefinitions are not shown\n", m->hidden);
}
