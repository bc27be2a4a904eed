/*
 * Origins of mended rejects; see origins.h.
 */
#include "flow/origins.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/diag.h"
#include "base/mem.h"
#include "plan/key.h"

#define HASH_HEX	32

struct known {			/* a context record */
	struct key_hash hash;
	uint32_t at;		/* its line; from 1, 0: the slot is empty */
};

struct origins {
	struct arena *arena;
	struct reject_origin *v;	/* [n] lines */
	uint32_t n, cap;
	struct known *known;	/* [nknown] context records */
	uint32_t nknown, known_cap;
	struct known *slot;	/* [nslot] the same by hash; 0: none */
	uint32_t nslot;
	bool bad;
};

bool
origins_write(FILE *f, struct buf *row, uint64_t number, const char *file,
    bool context, struct slice record)
{
	struct key_hash h = key_hash(record.p, record.len);

	buf_clear(row);
	buf_printf(row, "%" PRIu64 ",", number);
	csv_put_field(row, (const uint8_t *)file, strlen(file));
	buf_putc(row, ',');
	if (context)
		buf_printf(row, "%016" PRIx64 "%016" PRIx64, h.hi, h.lo);
	buf_putc(row, '\n');
	return fwrite(row->p, 1, row->len, f) == row->len;
}

static struct key_hash
read_hash(struct slice hex)
{
	char half[17] = "";
	struct key_hash h;

	memcpy(half, hex.p, 16);
	h.hi = strtoull(half, NULL, 16);
	memcpy(half, hex.p + 16, 16);
	h.lo = strtoull(half, NULL, 16);
	return h;
}

static bool
put_line(void *arg, const struct slice *field, uint32_t n, uint32_t line)
{
	struct origins *o = arg;
	struct reject_origin *v;
	uint32_t at = o->n;
	char number[24] = "";

	if (line == 1)
		return true;		/* the names of the columns */
	if (n != 3 || field[0].p == NULL || field[1].p == NULL ||
	    field[0].len >= sizeof number || (field[2].p != NULL &&
	    field[2].len != HASH_HEX)) {
		o->bad = true;
		return false;
	}
	v = ARENA_PUSH(o->arena, o->v, o->n, o->cap);
	memcpy(number, field[0].p, field[0].len);
	v->number = strtoull(number, NULL, 10);
	if (at > 0 && strlen(v[-1].file) == field[1].len &&
	    memcmp(v[-1].file, field[1].p, field[1].len) == 0)
		v->file = v[-1].file;
	else
		v->file = arena_strndup(o->arena, (const char *)field[1].p,
		    field[1].len);
	v->context = field[2].p != NULL;
	if (v->context)
		*ARENA_PUSH(o->arena, o->known, o->nknown, o->known_cap) =
		    (struct known){ read_hash(field[2]), at + 1 };
	return true;
}

static struct known *
find(const struct origins *o, struct key_hash h)
{
	uint32_t i = (uint32_t)h.lo & (o->nslot - 1);

	while (o->slot[i].at != 0 && (o->slot[i].hash.lo != h.lo ||
	    o->slot[i].hash.hi != h.hi))
		i = (i + 1) & (o->nslot - 1);
	return &o->slot[i];
}

static void
know_context(struct origins *o)
{
	uint32_t i;

	if (o->nknown == 0)
		return;
	for (o->nslot = 64; o->nslot < 2 * o->nknown; o->nslot *= 2)
		;
	o->slot = arena_array(o->arena, o->nslot, sizeof *o->slot);
	for (i = 0; i < o->nknown; i++)
		*find(o, o->known[i].hash) = o->known[i];
}

static bool
read_all(struct origins *o, FILE *f)
{
	struct csv_reader *r = csv_reader_new(put_line, o);
	char block[16384];
	enum grade g = OK;
	size_t n;

	while (g == OK && (n = fread(block, 1, sizeof block, f)) > 0)
		g = csv_reader_feed(r, block, n);
	if (g == OK)
		g = csv_reader_end(r);
	csv_reader_free(r);
	return g == OK && !o->bad && !ferror(f);
}

struct origins *
origins_read(struct arena *a, struct diags *ds, const char *dir)
{
	const char *path = arena_printf(a, "%s/origins.csv", dir);
	struct origins *o = arena_zalloc(a, sizeof *o);
	FILE *f = fopen(path, "rbe");
	const char *why;
	bool good = false;

	o->arena = a;
	why = f == NULL ? strerror(errno) : "it is not what decant writes";
	if (f != NULL) {
		good = read_all(o, f);
		fclose(f);
	}
	if (!good) {
		diag_hint(ds, diag_add(ds, DIAG_L130, NOWHERE,
		    "\"%s\" cannot be read: %s", path, why), "it stands "
		    "beside the records and is not to be mended");
		return NULL;
	}
	know_context(o);
	return o;
}

void
origins_put(const struct origins *o, struct batch *b)
{
	const struct slab *s = &b->slab;
	const struct reject_origin *at;
	const struct known *k;
	uint64_t line;
	uint32_t i;

	if (b->origin_cap < s->nrec) {
		b->origin_cap = s->nrec;
		b->origin = mem_resize(b->origin, b->origin_cap,
		    sizeof *b->origin);
	}
	for (i = 0; i < s->nrec; i++) {
		line = s->first_record - 1 + i;
		at = line < o->n && !o->v[line].context ? &o->v[line] : NULL;
		k = o->nslot == 0 ? NULL : find(o, key_hash(s->rec[i].p,
		    s->rec[i].len));
		if (k != NULL && k->at != 0)
			at = &o->v[k->at - 1];
		b->origin[i] = at;
	}
}

bool
origins_count_is(const struct origins *o, uint64_t records)
{
	return o->n == records;
}
