/*
 * The only way to the heap.  Memory that runs out is answered in one place:
 * the handler that the program installs (it prints, and ends the process with
 * the target untouched); nothing here returns NULL, so no caller checks.
 *
 * Arenas are chunked: what they hand out never moves, is aligned to 16 bytes,
 * and goes all at once.  They own their chunks, never what a chunk points to.
 */
#ifndef DECANT_MEM_H
#define DECANT_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Called once when memory runs out; must not return (default: abort). */
extern void (*mem_exhausted)(size_t wanted);

void	*mem_alloc(size_t size);			/* contents undefined */
void	*mem_zalloc(size_t size);			/* zeroed */
void	*mem_array(size_t n, size_t size);		/* n * size, checked */
void	*mem_resize(void *p, size_t n, size_t size);	/* n * size, checked */
char	*mem_strdup(const char *s);
void	 mem_free(void *p);				/* NULL is fine */

/* Bytes that may be read (their values are undefined) behind anything that an
 * arena handed out: kernels copy in steps of 16. */
#define ARENA_SLACK	64

struct arena_chunk;
struct arena {
	struct arena_chunk *head;	/* the chunk in use; older ones behind */
	size_t used;			/* bytes handed out, over all chunks */
};
struct arena_mark {
	struct arena_chunk *head;
	size_t at, used;
};

void	 arena_init(struct arena *);
void	 arena_fini(struct arena *);
void	 arena_reset(struct arena *);	/* keeps the memory, as one chunk */
void	*arena_alloc(struct arena *, size_t);	/* contents undefined */
void	*arena_zalloc(struct arena *, size_t);
void	*arena_array(struct arena *, size_t n, size_t size);	/* zeroed */
void	*arena_copy(struct arena *, const void *, size_t);
/*
 * Hands back the tail of an allocation of `size` bytes of which only `keep`
 * are needed; nothing happens when something was allocated after it.
 */
void	 arena_trim(struct arena *, void *, size_t size, size_t keep);
char	*arena_strdup(struct arena *, const char *);
char	*arena_strndup(struct arena *, const char *, size_t);
char	*arena_printf(struct arena *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
char	*arena_vprintf(struct arena *, const char *, va_list);
struct arena_mark arena_mark(const struct arena *);
void	 arena_back(struct arena *, struct arena_mark);	/* frees what came later */

/*
 * ARENA_PUSH appends to an arena-held growing array: `v` (pointer), `n`
 * (count), `cap` (capacity); old copies stay in the arena until it goes.
 * Yields a pointer to the new, zeroed element.
 */
#define ARENA_PUSH(a, v, n, cap)					\
	(arena_grow((a), (void **)&(v), (n), &(cap), sizeof *(v)),	\
	    &(v)[(n)++])
void	 arena_grow(struct arena *, void **v, uint32_t n, uint32_t *cap,
	    size_t size);

#endif
