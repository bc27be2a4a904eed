/*
 * Heap and arenas; see mem.h.
 */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

#define CHUNK_MIN	(16u << 10)
#define CHUNK_MAX	(1u << 20)
#define ALIGN		16u

struct arena_chunk {
	struct arena_chunk *older;
	size_t size, at;		/* at: next free byte of data */
	_Alignas(ALIGN) unsigned char data[];
};

static void
mem_abort(size_t wanted)
{
	(void)wanted;
	abort();
}

void (*mem_exhausted)(size_t) = mem_abort;

static void *
mem_checked(void *p, size_t size)
{
	if (p == NULL) {
		mem_exhausted(size);
		abort();
	}
	return p;
}

void *
mem_alloc(size_t size)
{
	return mem_checked(malloc(size ? size : 1), size);
}

void *
mem_zalloc(size_t size)
{
	return mem_checked(calloc(1, size ? size : 1), size);
}

void *
mem_array(size_t n, size_t size)
{
	size_t all;

	if (ckd_mul(&all, n, size))
		mem_checked(NULL, SIZE_MAX);
	return mem_zalloc(all);
}

void *
mem_resize(void *p, size_t n, size_t size)
{
	size_t all;

	if (ckd_mul(&all, n, size))
		mem_checked(NULL, SIZE_MAX);
	return mem_checked(realloc(p, all ? all : 1), all);
}

char *
mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_alloc(n), s, n);
}

void
mem_free(void *p)
{
	free(p);
}

void
arena_init(struct arena *a)
{
	a->head = NULL;
	a->used = 0;
}

void
arena_fini(struct arena *a)
{
	struct arena_chunk *c, *older;

	for (c = a->head; c != NULL; c = older) {
		older = c->older;
		free(c);
	}
	arena_init(a);
}

static void arena_chunk_add(struct arena *, size_t);

/* What took several chunks takes one the next time. */
void
arena_reset(struct arena *a)
{
	size_t all = 0;
	struct arena_chunk *c;

	if (a->head == NULL)
		return;
	if (a->head->older != NULL) {
		for (c = a->head; c != NULL; c = c->older)
			all += c->size;
		arena_fini(a);
		arena_chunk_add(a, all);
	}
	a->head->at = 0;
	a->used = 0;
}

static void
arena_chunk_add(struct arena *a, size_t need)
{
	struct arena_chunk *c;
	size_t size = a->head == NULL ? CHUNK_MIN : a->head->size * 2, all;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	if (ckd_add(&all, size, sizeof *c + ARENA_SLACK))
		mem_checked(NULL, SIZE_MAX);
	c = mem_alloc(all);
	c->size = size;
	c->at = 0;
	c->older = a->head;
	a->head = c;
}

/* What an allocation takes: a multiple of ALIGN, never nothing. */
static size_t
arena_round(size_t size)
{
	size_t need;

	if (ckd_add(&need, size, ALIGN - 1))
		mem_checked(NULL, SIZE_MAX);
	need &= ~(size_t)(ALIGN - 1);
	return need == 0 ? ALIGN : need;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t need = arena_round(size);
	void *p;

	if (a->head == NULL || a->head->size - a->head->at < need)
		arena_chunk_add(a, need);
	p = a->head->data + a->head->at;
	a->head->at += need;
	a->used += need;
	return p;
}

void *
arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t all;

	if (ckd_mul(&all, n, size))
		mem_checked(NULL, SIZE_MAX);
	return arena_zalloc(a, all);
}

void *
arena_copy(struct arena *a, const void *p, size_t n)
{
	void *q = arena_alloc(a, n);

	if (n > 0)
		memcpy(q, p, n);
	return q;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s) + 1);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *q = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(q, s, n);
	q[n] = '\0';
	return q;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return arena_strdup(a, fmt);
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_trim(struct arena *a, void *p, size_t size, size_t keep)
{
	size_t had = arena_round(size), needs = arena_round(keep);
	struct arena_chunk *c = a->head;

	if (c == NULL || needs >= had || c->at < had ||
	    c->data + c->at - had != (unsigned char *)p)
		return;
	c->at -= had - needs;
	a->used -= had - needs;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head,
	    a->head == NULL ? 0 : a->head->at, a->used };
}

void
arena_back(struct arena *a, struct arena_mark m)
{
	struct arena_chunk *c;

	while (a->head != m.head) {
		c = a->head;
		a->head = c->older;
		free(c);
	}
	if (a->head != NULL)
		a->head->at = m.at;
	a->used = m.used;
}

void
arena_grow(struct arena *a, void **v, uint32_t n, uint32_t *cap, size_t size)
{
	void *bigger;

	if (n == *cap) {
		*cap = n == 0 ? 8 : n * 2;
		bigger = arena_array(a, *cap, size);
		if (n > 0)
			memcpy(bigger, *v, n * size);
		*v = bigger;
	}
	memset((char *)*v + n * size, 0, size);
}
