/*
 * Characters to bytes: a page's tables the other way round.
 *
 * They are sorted lists, character << 16 | complement of the byte or bytes,
 * made once with the page.  Where several bytes are one character, as a few
 * are in 838, 937, 1160 and 1371, the highest are its bytes, as iconv has it:
 * in 937 and 1371 ideographs stand behind the numerals that look the same.
 */
#include "charset/charset.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "charset/inverse.h"

static int
inverse_cmp(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

static int
inverse_find(const uint64_t *v, uint32_t n, uint32_t cp)
{
	const uint64_t want = (uint64_t)cp << 16;
	uint32_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (v[mid] < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo] >> 16 == cp ? (int)(~v[lo] & 0xffff) : -1;
}

void
inverse_make(struct codepage *pg)
{
	uint64_t *one = mem_array(256, sizeof *one), *two = NULL;
	uint32_t i, n = 0;

	for (i = 0; i < 256; i++)
		if (pg->ucs[i] != CODEPAGE_NONE)
			one[n++] = (uint64_t)pg->ucs[i] << 16 | (i ^ 0xffff);
	qsort(one, n, sizeof *one, inverse_cmp);
	pg->one = one;
	pg->none = n;
	for (i = 0; i < 128; i++)
		pg->low[i] = (int16_t)inverse_find(one, n, i);
	if (pg->wide == NULL)
		return;
	two = mem_array(65536, sizeof *two);
	for (i = n = 0; i < 65536; i++)
		if (pg->wide[i] != 0)
			two[n++] = (uint64_t)pg->wide[i] << 16 | (i ^ 0xffff);
	qsort(two, n, sizeof *two, inverse_cmp);
	pg->two = two;
	pg->ntwo = n;
}

void
inverse_free(struct codepage *pg)
{
	mem_free((void *)pg->one);
	mem_free((void *)pg->two);
	pg->one = pg->two = NULL;
}

int
charset_encode(const struct codepage *pg, uint32_t cp)
{
	return cp < 128 ? pg->low[cp] : inverse_find(pg->one, pg->none, cp);
}

int
charset_encode_wide(const struct codepage *pg, uint32_t cp)
{
	return inverse_find(pg->two, pg->ntwo, cp);
}
