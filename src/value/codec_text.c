/*
 * Text: the characters of a code page to UTF-8, trimmed; and raw bytes.  Where
 * a mixed page shifts to double bytes, codec_wide.c takes over.
 *
 * Most texts are ASCII characters, a byte each in UTF-8: a table takes every
 * byte to its ASCII character, or to 0x80 and more where that isn't one, and
 * the bytes together tell whether the slow way, character by character, is
 * needed.  A page whose lower half is ASCII needs no table: the slices point
 * into the record.
 *
 * Texts are written one after the other into one allocation, large enough for
 * whatever the items hold; its tail goes back in the end.
 */
#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define SLACK		64	/* vector stores reach beyond a text's end */
#define NOT_ASCII	0x80

struct text {
	struct decode *d;
	const struct codepage *page;
	enum trim trim;
	uint8_t table[256];	/* to ASCII; X'00' is not taken for one */
	uint8_t *start, *at;	/* of the output; NULL before the first */
	size_t size;
};

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */
static const uint8_t nothing[1];

/* Where the next text goes: there is room for the longest. */
static uint8_t *
text_room(struct text *t)
{
	const struct decode *d = t->d;
	size_t longest = t->page->max_len;

	if (t->start != NULL)
		return t->at;
	if (d->pol->text_unmappable == POLICY_KEEP && longest < 3)
		longest = 3;
	if (t->page->wide != NULL)
		longest = WIDE_GROWTH;
	t->size = (size_t)d->rows->n * d->c->size * longest + SLACK;
	t->start = t->at = arena_alloc(d->arena, t->size);
	return t->at;
}

/* Bytes without the blanks and X'00' at the end. */
static inline uint32_t
trim_right(const uint8_t *p, uint32_t n, uint8_t blank)
{
#if defined(__SSE2__)
	const __m128i blanks = _mm_set1_epi8((char)blank);
	uint32_t at, rest, mask;
	__m128i v;

	for (at = (n - 1) & ~15u, rest = n - at; n > 0; at -= 16, rest = 16) {
		v = _mm_loadu_si128((const __m128i *)(p + at));
		mask = (uint32_t)_mm_movemask_epi8(_mm_or_si128(
		    _mm_cmpeq_epi8(v, blanks),
		    _mm_cmpeq_epi8(v, _mm_setzero_si128())));
		mask = ~mask & (0xffffu >> (16 - rest));
		if (mask != 0)
			return at + 32 - (uint32_t)__builtin_clz(mask);
		if (at == 0)
			break;
	}
	return 0;
#else
	const uint64_t blanks = 0x0101010101010101u * blank;

	while (n >= 8 && load_le64(p + n - 8) == blanks)
		n -= 8;
	while (n > 0 && (p[n - 1] == blank || p[n - 1] == 0))
		n--;
	return n;
#endif
}

/* The item's text before translation: what is left of it, and where. */
KERNEL_INLINE const uint8_t *
text_trim(const struct text *t, const uint8_t *p, uint32_t *n)
{
	uint8_t blank = t->page->blank;

	*n = t->d->c->size;
	if (t->trim == TRIM_NONE)
		return p;
	*n = trim_right(p, *n, blank);
	if (t->trim == TRIM_BOTH)
		for (; *n > 0 && *p == blank; p++)
			--*n;
	return p;
}

/* A text of no characters, from an item of blanks, X'00' or both. */
static __attribute__((noinline)) void
text_empty(struct text *t, uint32_t row, const uint8_t *item)
{
	struct decode *d = t->d;
	uint32_t i, size = d->c->size;

	for (i = 0; i < size && item[i] == 0; i++)
		;
	if ((i == size && size > 0) || d->pol->text_empty == POLICY_NULL)
		cell_null(d, row);
	else
		d->out->v.text[row] = (struct slice){ nothing, 0 };
}

static void
text_refused(struct text *t, uint32_t row, enum policy policy, uint16_t code)
{
	if (policy == POLICY_NULL)
		cell_null(t->d, row);
	else
		cell_bad(t->d, row, code);
}

/* Character by character. */
static __attribute__((noinline)) void
text_slow(struct text *t, uint32_t row, const uint8_t *item,
    const uint8_t *p, uint32_t n)
{
	const struct policies *pol = t->d->pol;
	const struct codepage *pg = t->page;
	uint8_t *start = text_room(t), *o = start;
	uint32_t i;

	for (i = 0; i < t->d->c->size && item[i] == 0; i++)
		;
	if (i == t->d->c->size) {	/* not trimmed */
		cell_null(t->d, row);
		return;
	}
	for (i = 0; i < n; i++) {
		if (p[i] == 0 && pol->text_nul != POLICY_KEEP) {
			text_refused(t, row, pol->text_nul, DIAG_D008);
			return;
		}
		memcpy(o, pg->utf8[p[i]], 4);
		o += pg->utf8_len[p[i]];
		if (pg->utf8_len[p[i]] != 0)
			continue;
		if (pol->text_unmappable != POLICY_KEEP) {
			text_refused(t, row, pol->text_unmappable, DIAG_D007);
			return;
		}
		memcpy(o, replacement, 3);
		o += 3;
	}
	t->d->out->v.text[row] = (struct slice){ start,
	    (uint32_t)(o - start) };
	t->at = o;
}

/* The same with the place of the output in the caller's register. */
static uint8_t *
text_slow_at(struct text *t, uint8_t *at, uint32_t row, const uint8_t *item,
    const uint8_t *p, uint32_t n)
{
	if (t->page->wide != NULL)	/* EBCDIC: never by text_slices */
		return wide_cell(t->d, row, item, at);
	t->at = at;
	text_slow(t, row, item, p, n);
	return t->at;
}

/* Through the table, a byte at a time. */
KERNEL_INLINE void
text_table(struct text *t, bool checked)
{
	struct decode *d = t->d;
	const uint8_t *item, *p, *table = t->table;
	struct slice *out = d->out->v.text;
	uint32_t i, k, n;
	uint8_t *o = text_room(t), any;

	for (i = 0; i < d->rows->n; i++) {
		if ((item = item_at(d, i, checked)) == NULL)
			continue;
		p = text_trim(t, item, &n);
		if (n == 0) {
			text_empty(t, i, item);
			continue;
		}
		any = 0;
		for (k = 0; k + 4 <= n; k += 4) {
			any |= o[k] = table[p[k]];
			any |= o[k + 1] = table[p[k + 1]];
			any |= o[k + 2] = table[p[k + 2]];
			any |= o[k + 3] = table[p[k + 3]];
		}
		for (; k < n; k++)
			any |= o[k] = table[p[k]];
		if (unlikely(any >= NOT_ASCII)) {
			o = text_slow_at(t, o, i, item, p, n);
			continue;
		}
		out[i] = (struct slice){ o, n };
		o += n;
	}
	t->at = o;
}

#if defined(__x86_64__)
#define VBMI	__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))

/* A bit for each of the first n (at most 64) bytes. */
static inline uint64_t
first_bits(uint32_t n)
{
	return n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1;
}

VBMI static inline uint32_t
trim_right_vbmi(const uint8_t *p, uint32_t n, __m512i blanks)
{
	uint32_t at, rest;
	uint64_t text;
	__m512i v;

	if (n == 0)
		return 0;
	for (at = (n - 1) & ~63u, rest = n - at;; at -= 64, rest = 64) {
		v = _mm512_maskz_loadu_epi8(first_bits(rest), p + at);
		text = _mm512_test_epi8_mask(v, v) &
		    _mm512_cmpneq_epi8_mask(v, blanks);
		if (text != 0)
			return at + 64 - (uint32_t)__builtin_clzll(text);
		if (at == 0)
			return 0;
	}
}

/* The table in four registers: two lookups of 128 entries, one of which the
 * top bit of each byte chooses. */
VBMI static inline __m512i
text_lookup_vbmi(__m512i v, __m512i t0, __m512i t1, __m512i t2, __m512i t3)
{
	return _mm512_mask_blend_epi8(_mm512_movepi8_mask(v),
	    _mm512_permutex2var_epi8(t0, v, t1),
	    _mm512_permutex2var_epi8(t2, v, t3));
}

/*
 * Items of at most `wide` (16, 32 or 64) bytes, trimmed at the right, all rows
 * covering them: one load, and no branch that the lengths of the texts could
 * mislead.
 */
VBMI static inline __attribute__((always_inline)) void
text_short_vbmi(struct text *t, uint32_t wide)
{
	struct decode *d = t->d;
	const __m512i t0 = _mm512_loadu_si512(t->table);
	const __m512i t1 = _mm512_loadu_si512(t->table + 64);
	const __m512i t2 = _mm512_loadu_si512(t->table + 128);
	const __m512i t3 = _mm512_loadu_si512(t->table + 192);
	const __m512i blanks = _mm512_set1_epi8((char)t->page->blank);
	const uint64_t all = first_bits(d->c->size);
	const bool empty_is_null = d->pol->text_empty == POLICY_NULL;
	struct slice *out = d->out->v.text;
	uint8_t *o = text_room(t);
	const uint8_t *p;
	uint64_t filled, text, any;
	uint32_t i, n;
	__m512i v;

	for (i = 0; i < d->rows->n; i++) {
		p = d->rows->base[i] + d->c->offset;
		v = wide == 16 ? _mm512_castsi128_si512(
		    _mm_maskz_loadu_epi8((__mmask16)all, p)) :
		    wide == 32 ? _mm512_castsi256_si512(
		    _mm256_maskz_loadu_epi8((__mmask32)all, p)) :
		    _mm512_maskz_loadu_epi8(all, p);
		filled = all & _mm512_test_epi8_mask(v, v);
		text = filled & _mm512_cmpneq_epi8_mask(v, blanks);
		n = text == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(text);
		v = text_lookup_vbmi(v, t0, t1, t2, t3);
		any = _mm512_movepi8_mask(v) & first_bits(n);
		if (wide == 16)
			_mm_storeu_si128((__m128i *)o,
			    _mm512_castsi512_si128(v));
		else if (wide == 32)
			_mm256_storeu_si256((__m256i *)o,
			    _mm512_castsi512_si256(v));
		else
			_mm512_storeu_si512(o, v);
		out[i] = (struct slice){ o, n };
		if (unlikely(any != 0))
			o = text_slow_at(t, o, i, p, p, n);
		else if (unlikely(filled == 0 || (n == 0 && empty_is_null)))
			text_empty(t, i, p);
		else
			o += n;
	}
	t->at = o;
}

VBMI static void
text_short_vbmi_any(struct text *t)
{
	if (t->d->c->size <= 16)
		text_short_vbmi(t, 16);
	else if (t->d->c->size <= 32)
		text_short_vbmi(t, 32);
	else
		text_short_vbmi(t, 64);
}

VBMI static void
text_table_vbmi(struct text *t)
{
	struct decode *d = t->d;
	const __m512i t0 = _mm512_loadu_si512(t->table);
	const __m512i t1 = _mm512_loadu_si512(t->table + 64);
	const __m512i t2 = _mm512_loadu_si512(t->table + 128);
	const __m512i t3 = _mm512_loadu_si512(t->table + 192);
	const __m512i blanks = _mm512_set1_epi8((char)t->page->blank);
	const uint8_t *item, *p;
	struct slice *out = d->out->v.text;
	uint8_t *o = text_room(t);
	uint32_t i, k, n;
	uint64_t any;
	__m512i v;

	for (i = 0; i < d->rows->n; i++) {
		if ((item = item_at(d, i, d->checked)) == NULL)
			continue;
		p = item;
		n = d->c->size;
		if (t->trim != TRIM_NONE)
			n = trim_right_vbmi(p, n, blanks);
		if (t->trim == TRIM_BOTH)
			for (; n > 0 && *p == t->page->blank; p++)
				n--;
		if (n == 0) {
			text_empty(t, i, item);
			continue;
		}
		for (any = 0, k = 0; k < n; k += 64) {
			uint64_t bits = first_bits(n - k);

			v = _mm512_maskz_loadu_epi8(bits, p + k);
			v = text_lookup_vbmi(v, t0, t1, t2, t3);
			any |= _mm512_movepi8_mask(v) & bits;
			_mm512_storeu_si512(o + k, v);
		}
		if (unlikely(any != 0)) {
			o = text_slow_at(t, o, i, item, p, n);
			continue;
		}
		out[i] = (struct slice){ o, n };
		o += n;
	}
	t->at = o;
}
#endif

/* ---- AVX2: without VBMI ------------------------------------------------- */

#if defined(__x86_64__)
#define AVX2	__attribute__((target("avx2")))

/*
 * The rows X'40' to X'FF' of the table, where EBCDIC has its blank, letters,
 * digits and signs.  Whatever is below is left to the slow way.
 */
struct rows_avx2 {
	__m256i row[12];
};

AVX2 static void
text_rows_avx2(const struct text *t, struct rows_avx2 *r)
{
	uint32_t i;

	for (i = 0; i < 12; i++)
		r->row[i] = _mm256_broadcastsi128_si256(_mm_loadu_si128(
		    (const __m128i *)(t->table + 64 + 16 * i)));
}

/* Four rows by the low four bits, one of which bits 4 and 5 choose: they
 * stand where a blend looks for them. */
AVX2 static inline __attribute__((always_inline)) __m256i
text_quarter_avx2(const __m256i *row, __m256i low, __m256i bit4, __m256i bit5)
{
	return _mm256_blendv_epi8(
	    _mm256_blendv_epi8(_mm256_shuffle_epi8(row[0], low),
	    _mm256_shuffle_epi8(row[1], low), bit4),
	    _mm256_blendv_epi8(_mm256_shuffle_epi8(row[2], low),
	    _mm256_shuffle_epi8(row[3], low), bit4), bit5);
}

AVX2 static inline __attribute__((always_inline)) __m256i
text_lookup_avx2(__m256i v, const struct rows_avx2 *r)
{
	const __m256i low = _mm256_and_si256(v, _mm256_set1_epi8(15));
	const __m256i bit4 = _mm256_slli_epi16(v, 3);
	const __m256i bit5 = _mm256_slli_epi16(v, 2);
	const __m256i bit6 = _mm256_slli_epi16(v, 1);

	return _mm256_blendv_epi8(
	    _mm256_blendv_epi8(_mm256_set1_epi8((char)NOT_ASCII),
	    text_quarter_avx2(r->row, low, bit4, bit5), bit6),
	    _mm256_blendv_epi8(
	    text_quarter_avx2(r->row + 4, low, bit4, bit5),
	    text_quarter_avx2(r->row + 8, low, bit4, bit5), bit6), v);
}

static inline uint32_t
first_bits32(uint32_t n)
{
	return n >= 32 ? UINT32_MAX : ((uint32_t)1 << n) - 1;
}

/* Items of at most 32 bytes, trimmed at the right, all rows covering them. */
AVX2 static void
text_short_avx2(struct text *t)
{
	struct decode *d = t->d;
	const __m256i blanks = _mm256_set1_epi8((char)t->page->blank);
	const uint32_t all = first_bits32(d->c->size);
	const bool empty_is_null = d->pol->text_empty == POLICY_NULL;
	struct slice *out = d->out->v.text;
	uint32_t i, n, filled, text, any;
	uint8_t *o = text_room(t);
	struct rows_avx2 rows;
	const uint8_t *p;
	__m256i v;

	text_rows_avx2(t, &rows);
	for (i = 0; i < d->rows->n; i++) {
		p = d->rows->base[i] + d->c->offset;
		v = _mm256_loadu_si256((const __m256i *)p);
		filled = all & ~(uint32_t)_mm256_movemask_epi8(
		    _mm256_cmpeq_epi8(v, _mm256_setzero_si256()));
		text = filled & ~(uint32_t)_mm256_movemask_epi8(
		    _mm256_cmpeq_epi8(v, blanks));
		n = text == 0 ? 0 : 32 - (uint32_t)__builtin_clz(text);
		v = text_lookup_avx2(v, &rows);
		any = (uint32_t)_mm256_movemask_epi8(v) & first_bits32(n);
		_mm256_storeu_si256((__m256i *)o, v);
		out[i] = (struct slice){ o, n };
		if (unlikely(any != 0))
			o = text_slow_at(t, o, i, p, p, n);
		else if (unlikely(filled == 0 || (n == 0 && empty_is_null)))
			text_empty(t, i, p);
		else
			o += n;
	}
	t->at = o;
}

AVX2 static void
text_table_avx2(struct text *t)
{
	struct decode *d = t->d;
	const uint8_t *item, *p;
	struct slice *out = d->out->v.text;
	uint8_t *o = text_room(t);
	struct rows_avx2 rows;
	uint32_t i, k, n, any;
	__m256i v;

	text_rows_avx2(t, &rows);
	for (i = 0; i < d->rows->n; i++) {
		if ((item = item_at(d, i, d->checked)) == NULL)
			continue;
		p = text_trim(t, item, &n);
		if (n == 0) {
			text_empty(t, i, item);
			continue;
		}
		for (any = 0, k = 0; k < n; k += 32) {
			v = _mm256_loadu_si256((const __m256i *)(p + k));
			v = text_lookup_avx2(v, &rows);
			any |= (uint32_t)_mm256_movemask_epi8(v) &
			    first_bits32(n - k);
			_mm256_storeu_si256((__m256i *)(o + k), v);
		}
		if (unlikely(any != 0)) {
			o = text_slow_at(t, o, i, item, p, n);
			continue;
		}
		out[i] = (struct slice){ o, n };
		o += n;
	}
	t->at = o;
}
#endif

/* All bytes are 0x01 to 0x7F. */
static inline bool
is_ascii(const uint8_t *p, uint32_t n)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t x, any = 0;

	for (; n >= 8; p += 8, n -= 8) {
		x = load_le64(p);
		any |= x | (x - ones);
	}
	if (n > 0) {
		/* what lies after the end must not count */
		x = load_le64(p) & (((uint64_t)1 << 8 * n) - 1);
		x |= ones << 8 * n;
		any |= x | (x - ones);
	}
	return (any & 0x8080808080808080u) == 0;
}

/* Without translation. */
static void
text_slices(struct text *t)
{
	struct decode *d = t->d;
	const uint8_t *item, *p;
	uint32_t i, n;

	for (i = 0; i < d->rows->n; i++) {
		if ((item = item_at(d, i, d->checked)) == NULL)
			continue;
		p = text_trim(t, item, &n);
		if (n == 0)
			text_empty(t, i, item);
		else if (likely(is_ascii(p, n)))
			d->out->v.text[i] = (struct slice){ p, n };
		else
			text_slow(t, i, item, p, n);
	}
}

static void
text_run(struct text *t)
{
	if (t->page->ascii) {
		text_slices(t);
		return;
	}
#if defined(__x86_64__)
	if (kernel_has_512() && __builtin_cpu_supports("avx512vbmi") &&
	    __builtin_cpu_supports("avx512vl")) {
		if (t->d->c->size <= 64 && t->trim == TRIM_RIGHT &&
		    !t->d->checked)
			text_short_vbmi_any(t);
		else
			text_table_vbmi(t);
		return;
	}
	if (!kernel_portable && __builtin_cpu_supports("avx2")) {
		if (t->d->c->size <= 32 && t->trim == TRIM_RIGHT &&
		    !t->d->checked)
			text_short_avx2(t);
		else
			text_table_avx2(t);
		return;
	}
#endif
	if (t->d->checked)
		text_table(t, true);
	else
		text_table(t, false);
}

void
decode_text(struct decode *d)
{
	struct text t = { .d = d, .page = d->c->page,
	    .trim = d->pol->text_trim };

	memcpy(t.table, t.page->to_ascii, sizeof t.table);
	t.table[0] = NOT_ASCII;
	text_run(&t);
	if (t.start != NULL)
		arena_trim(d->arena, t.start, t.size,
		    (size_t)(t.at - t.start));
}

void
decode_bytes(struct decode *d)
{
	const uint8_t *p;
	uint32_t i;

	for (i = 0; i < d->rows->n; i++)
		if ((p = item_at(d, i, d->checked)) != NULL)
			d->out->v.text[i] = (struct slice){ p, d->c->size };
}

/* ---- the other way ------------------------------------------------------ */

/* Blanks around a text whose bytes are the first n. */
void
encode_pad(const struct encode *e, uint8_t *p, uint32_t n)
{
	uint32_t rest = e->c->size - n;

	if (e->c->justified) {
		memmove(p + rest, p, n);
		memset(p, e->blank, rest);
	} else {
		memset(p + n, e->blank, rest);
	}
}

uint16_t
encode_text(const struct encode *e, struct slice text, uint8_t *p)
{
	const struct codec *c = e->c;
	uint32_t i = 0, n = 0, cp;
	size_t len;
	int byte;

	while (i < text.len) {
		if (text.p[i] < 0x80 && n < c->size &&
		    (byte = c->page->low[text.p[i]]) >= 0) {
			p[n++] = (uint8_t)byte;
			i++;
			continue;
		}
		if (utf8_valid(text.p + i, text.len - i) == 0)
			return DIAG_D026;
		cp = utf8_get(text.p + i, &len);
		i += (uint32_t)len;
		if (n == c->size) {
			if (cp != ' ')
				return DIAG_D013;
			continue;	/* blanks at the end are nothing */
		}
		if ((byte = charset_encode(c->page, cp)) < 0)
			return DIAG_D028;
		p[n++] = (uint8_t)byte;
	}
	encode_pad(e, p, n);
	return 0;
}

/* Fewer bytes than the item's have X'00' behind. */
uint16_t
encode_bytes(const struct encode *e, struct slice bytes, uint8_t *p)
{
	if (bytes.len > e->c->size)
		return DIAG_D013;
	memcpy(p, bytes.p, bytes.len);
	memset(p + bytes.len, 0, e->c->size - bytes.len);
	return 0;
}
