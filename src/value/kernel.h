/*
 * What the codecs share; private to value/.
 *
 * A kernel loops over the rows and leaves what is out of the ordinary (an
 * item past its row's end, blanks, invalid bytes) to a slow function that
 * settles the cell by the policies.  The 64 readable bytes after each row let
 * it load 8 bytes where an item has fewer.
 */
#ifndef DECANT_KERNEL_H
#define DECANT_KERNEL_H

#include "value/codec.h"

#define KERNEL_INLINE	static inline __attribute__((always_inline))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

struct decode {
	const struct codec *c;
	const struct rows *rows;
	const struct policies *pol;
	struct column *out;
	struct arena *arena;
	uint8_t blank;		/* of the page; 0x40 without one */
	bool checked;		/* some row may not cover the item */
};

/* The codec as its policies have it: what may be minus, how many digits. */
void	 codec_apply(struct codec *, const struct policies *);
/* Its sizes are those that the kernels count on. */
bool	 codec_is_sound(const struct codec *);

/* Tests and benches set them: portable kernels only; none of AVX-512. */
extern bool kernel_portable, kernel_no_512;

#if defined(__x86_64__)
#define AVX512	__attribute__((target("avx512f,avx512bw,avx512dq")))

static inline bool
kernel_has_512(void)
{
	return !kernel_portable && !kernel_no_512 &&
	    __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq");
}
#endif

void	 decode_text(struct decode *);
void	 decode_bytes(struct decode *);
void	 decode_digits(struct decode *);
void	 decode_zoned(struct decode *);
void	 decode_packed(struct decode *);
void	 decode_binary(struct decode *);
void	 decode_float(struct decode *);
void	 decode_decfloat(struct decode *);
bool	 decfloat_is_sound(const struct codec *);
void	 decode_varchar(struct decode *);
bool	 varchar_is_sound(const struct codec *);
void	 decode_edited(struct decode *);
void	 decode_field(struct decode *);
void	 decode_cell(struct decode *);
void	 decode_keyed(struct decode *);
bool	 keyed_is_sound(const struct codec *);
bool	 field_is_sound(const struct codec *);
bool	 edited_is_sound(const struct codec *);
bool	 edited_blank_is_zero(const struct codec *);
/* National, UTF-8 and double-byte text; an item of a mixed page, at `at`,
 * where there is room for WIDE_GROWTH times its size: where the next goes. */
void	 decode_wide(struct decode *);
uint8_t	*wide_cell(struct decode *, uint32_t row, const uint8_t *item,
	    uint8_t *at);
#define WIDE_GROWTH	3	/* bytes of UTF-8 for a byte, at most */

/* The kernel over items that the record's end may cut, where text_cut keeps
 * what is there; the rows' bytes are in the arena then. */
void	 decode_cut(struct decode *, void (*kernel)(struct decode *));

/* A cell is settled, with a harmless value. */
void	 cell_null(struct decode *, uint32_t row);
void	 cell_bad(struct decode *, uint32_t row, uint16_t code);
/* The number's bytes are no number: bad, or null where the policy says so. */
void	 cell_invalid(struct decode *, uint32_t row, uint16_t code);
/* The item is past the row's end (null) or cut by it (bad). */
void	 cell_short(struct decode *, uint32_t row);

/* What a policy made of a field of nothing but blanks, X'00' or X'FF'. */
enum filler {
	FILLER_NONE,	/* it isn't one, or the policy takes no notice */
	FILLER_NULL, FILLER_ZERO
};
enum filler kernel_filler(const struct decode *, const uint8_t *p);

/*
 * The other way, a cell at a time: the item at `p` is c->size bytes.  Codes
 * of faults, 0 without one.
 */
struct encode {
	const struct codec *c;		/* as its policies have it */
	const struct codec *given;
	const struct policies *pol;
	uint8_t blank;
};
uint16_t encode_zoned(const struct encode *, d128 v, uint64_t form,
	    uint8_t *p);
uint16_t encode_packed(const struct encode *, d128 v, uint64_t form,
	    uint8_t *p);
uint16_t encode_binary(const struct encode *, d128 v, uint8_t *p);
uint16_t encode_float(const struct encode *, double, uint64_t form,
	    uint8_t *p);
uint16_t encode_decfloat(const struct encode *, struct slice, uint64_t form,
	    uint8_t *p);
uint16_t encode_edited(const struct encode *, d128 v, uint64_t form,
	    uint8_t *p);
uint16_t encode_edited_float(const struct encode *, double, uint64_t form,
	    uint8_t *p);
uint16_t encode_text(const struct encode *, struct slice, uint8_t *p);
uint16_t encode_wide(const struct encode *, struct slice, uint64_t form,
	    uint8_t *p);
uint16_t encode_digits(const struct encode *, struct slice, uint64_t form,
	    uint8_t *p);
uint16_t encode_bytes(const struct encode *, struct slice, uint8_t *p);
uint64_t form_zoned(const struct encode *, const uint8_t *p);
uint64_t form_packed(const struct encode *, const uint8_t *p);
uint64_t form_float(const struct encode *, const uint8_t *p);
uint64_t form_decfloat(const struct encode *, const uint8_t *p);
uint64_t form_edited(const struct encode *, const struct column *,
	    uint32_t row, const uint8_t *p);
uint64_t form_wide(const struct encode *, struct slice, const uint8_t *p);
void	 encode_pad(const struct encode *, uint8_t *p, uint32_t n);
/* The magnitude as the picture has it, without the zeros of its scale: its
 * digits, or a code. */
uint16_t encode_magnitude(const struct encode *, d128 v, u128 *mag);

/* Takes the last digit off; 128 bits are slow to divide. */
static inline uint32_t
encode_digit(u128 *mag)
{
	uint64_t low = (uint64_t)*mag;
	uint32_t digit;

	if (*mag >> 64 == 0) {
		*mag = low / 10;
		return (uint32_t)(low % 10);
	}
	digit = (uint32_t)(*mag % 10);
	*mag /= 10;
	return digit;
}

static inline uint64_t
load_be64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* The first byte lowest. */
static inline uint64_t
load_le64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline void
store_le64(uint8_t *p, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	memcpy(p, &v, sizeof v);
}

/* The row's item, or NULL when the row doesn't cover it (the cell is then
 * settled). */
KERNEL_INLINE const uint8_t *
item_at(struct decode *d, uint32_t row, bool checked)
{
	const struct codec *c = d->c;

	if (checked && unlikely(d->rows->len[row] < c->offset ||
	    d->rows->len[row] - c->offset < c->size)) {
		cell_short(d, row);
		return NULL;
	}
	return d->rows->base[row] + c->offset;
}

/* Minus a magnitude, without a branch. */
static inline int64_t
signed_i64(uint64_t mag, bool negative)
{
	uint64_t mask = -(uint64_t)negative;

	return (int64_t)((mag ^ mask) - mask);
}

static inline d128
signed_d128(u128 mag, bool negative)
{
	u128 mask = -(u128)negative;

	return (d128)((mag ^ mask) - mask);
}

#endif
