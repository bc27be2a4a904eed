/*
 * Micro Focus' record sequential files with records of variable length
 * (Visual COBOL, "Structure of Files": "File Header Record", "Variable
 * Format Record Sequential File").
 *
 *	128 bytes	30 7E 00 00 …		records below 4,095 bytes
 *			30 00 00 7C …		longer ones
 *			byte 41: compression; byte 48: 1, variable;
 *			54-57, 58-61: longest and shortest record
 *	record		4L LL bytes … padding	12 bits of length
 *			4L LL LL LL bytes …	28 bits
 *
 * The first four bits are the type: 4 is data; 2 is a deleted record, 1, 3
 * and 6 are the file handler's own, and are passed over.  Padding brings the
 * next record to a multiple of 4 bytes, and none is shorter than 8.
 */
#include <stdio.h>
#include <string.h>

#include "record/framing_chain.h"

#define HEADER	128u
#define SMALL	4095u		/* such records need the large header */

static bool
microfocus_check(struct diags *ds, const struct framing_options *opt)
{
	return framing_v.check(ds, opt);
}

static enum grade
microfocus_refuse(struct source *s, enum diag_code code, const char *what,
    const char *hint)
{
	diag_hint(s->diags, diag_add(s->diags, code, NOWHERE, "\"%s\" %s",
	    s->file[s->now].name, what), "%s", hint);
	return FATAL;
}

static enum grade
microfocus_start(struct source *s)
{
	uint8_t head[HEADER];
	size_t got;

	s->predicted = LOOK_BYTES;
	if (source_fill(s, head, sizeof head, &got) != OK)
		return FATAL;
	if (got == 0)
		return OK;
	if (got < HEADER || (memcmp(head, "\x30\x7e", 2) != 0 &&
	    memcmp(head, "\x30\0\0\x7c", 4) != 0))
		return microfocus_refuse(s, DIAG_F008, "does not start with a "
		    "Micro Focus file header (X'307E0000' or X'3000007C', "
		    "128 bytes)", "a sequential file of fixed records has "
		    "none: write format: fixed");
	if (head[41] != 0)
		return microfocus_refuse(s, DIAG_F016, "is compressed by "
		    "Micro Focus' file handler", "copy it with rebuild to a "
		    "file without compression");
	s->large = head[1] == 0;
	if (s->now == 0)
		memcpy(s->facts.header, head, sizeof head);
	return OK;
}

static inline enum grade
microfocus_unit(struct source *s, const uint8_t *p, size_t n, bool eof,
    struct unit *u)
{
	uint32_t head = s->large ? 4 : 2, len;

	u->total = head;
	if (n < head)
		return END;
	len = s->large ? (uint32_t)(p[0] & 15) << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3] : (uint32_t)(p[0] & 15) << 8 | p[1];
	switch (p[0] >> 4) {
	case 4: case 7:
		break;
	case 1: case 2: case 3: case 6:
		u->none = true;
		break;
	default:
		len = UINT32_MAX;
	}
	if (len > RECORD_MAX) {
		snprintf(s->why, sizeof s->why, "the record header X'%02X%02X"
		    "%02X%02X' has no possible type or length", p[0], p[1],
		    s->large ? p[2] : 0, s->large ? p[3] : 0);
		u->rest = true;
		return BAD;
	}
	u->skip = head;
	u->len = len;
	u->total = (head + len + 3) & ~UINT32_C(3);
	if (u->total < 8)
		u->total = 8;
	if (eof && u->total > n && head + len <= n)
		u->total = n;		/* the last padding may be missing */
	return OK;
}

static enum grade
microfocus_next(struct source *s, struct slab *slab)
{
	return chain_next(s, slab, microfocus_unit, chain_take,
	    "a record header");
}

static enum grade
microfocus_begin(struct recwriter *w)
{
	uint8_t head[HEADER] = { 0 };
	uint32_t max = w->opt.max_length, i;

	if (w->facts != NULL && w->facts->header[0] != 0) {
		w->large = w->facts->header[1] == 0;
		return recwriter_write(w, w->facts->header, HEADER);
	}
	w->large = max >= SMALL;
	memcpy(head, w->large ? "\x30\0\0\x7c" : "\x30\x7e\0\0", 4);
	head[37] = 62;
	head[39] = 1;
	head[48] = 1;
	for (i = 0; i < 4; i++)
		head[54 + i] = (uint8_t)(max >> 8 * (3 - i));
	return recwriter_write(w, head, HEADER);
}

static enum grade
microfocus_put(struct recwriter *w, struct slice rec)
{
	static const uint8_t pad[8];
	uint32_t head = w->large ? 4 : 2, n = rec.len, total;
	uint8_t p[4] = { (uint8_t)(0x40 | n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n };

	if (n > RECORD_MAX || (!w->large && n > SMALL))
		return recwriter_refuse(w, "a record of %u bytes does not fit "
		    "its header", n);
	if (!w->large) {
		p[0] = (uint8_t)(0x40 | n >> 8);
		p[1] = (uint8_t)n;
	}
	total = (head + n + 3) & ~UINT32_C(3);
	if (total < 8)
		total = 8;
	if (recwriter_write(w, p, head) != OK ||
	    recwriter_write(w, rec.p, n) != OK)
		return FATAL;
	return recwriter_write(w, pad, total - head - n);
}

const struct framing_ops framing_microfocus = {
	.check = microfocus_check, .start = microfocus_start,
	.next = microfocus_next, .put = microfocus_put,
	.begin = microfocus_begin
};
