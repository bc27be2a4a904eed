/*
 * Inside the generator: what is known of an item before the first record is
 * made, and how a cell is made from that.
 */
#ifndef DECANT_GENERATE_IMPL_H
#define DECANT_GENERATE_IMPL_H

#include "plan/date.h"
#include "plan/generate.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"

enum making_kind {
	MAKING_ZERO,		/* X'00' */
	MAKING_BLANK,
	MAKING_CHOICE,		/* VALUE, 88-levels, a type's condition */
	MAKING_COUNT,		/* of a table */
	MAKING_KEYED,		/* the same, by counts: of the mapping */
	MAKING_KEY,		/* ascending */
	MAKING_PARENT,		/* the key of the record's parent */
	MAKING_MOMENT,		/* date, time, timestamp */
	MAKING_INDICATOR,	/* of a null: 0 or -1 */
	MAKING_LENGTH,		/* of the varchar whose text follows */
	MAKING_NUMBER,
	MAKING_TEXT
};

enum text_pool {		/* what kind of text */
	TEXT_FIRST, TEXT_MIDDLE, TEXT_LAST, TEXT_NAME, TEXT_COMPANY,
	TEXT_STREET, TEXT_CITY, TEXT_STATE, TEXT_COUNTRY, TEXT_ZIP,
	TEXT_PHONE, TEXT_EMAIL, TEXT_CURRENCY, TEXT_SEX, TEXT_FLAG, TEXT_CODE,
	TEXT_DIGITS, TEXT_WORDS, TEXT_PATTERN
};

struct choice {
	bool number, thru;
	d128 lo, hi;		/* at the codec's scale */
	struct slice text;	/* UTF-8 */
	bool raw;		/* text: bytes as they are */
	uint32_t condition;	/* of the layout; ITEM_NONE: none */
};

struct making {
	enum making_kind kind;
	bool nullable;		/* may be blank */
	bool is_signed;
	uint16_t digits;
	d128 zeros;		/* of P behind the digits */
	int16_t scale;		/* of the codec's column */
	uint32_t width;		/* characters of text; 0: a number */
	struct choice *choice;
	uint32_t nchoice, choice_cap;
	int64_t lo, hi;		/* COUNT, NUMBER: from, to; 0 and 0: any */
	bool even;		/* NUMBER: all digits equally likely */
	enum text_pool pool;
	const struct edited *pattern;	/* TEXT_PATTERN */
	bool letters;		/* nothing but letters and blanks */
	bool wide;		/* full-width characters only */
	const struct k_date *moment;
	int64_t from, to;	/* years */
	const struct codec_keys *keys;	/* KEYED */
	bool forced;		/* by the type's condition */
};

/* A redefined part whose alternatives an item's 88-levels tell. */
struct told {
	uint32_t area;		/* the item that is redefined */
	uint32_t by;		/* the item */
	uint32_t *alternative;	/* [its choices] */
};

struct generator {
	const struct layout *layout;
	uint32_t record, type, only;
	uint64_t seed;
	uint32_t edge;
	const struct codepage *page;
	const struct mapping *mapping;
	const struct plan *plan;
	struct record_plan *records;
	struct codec *codec;	/* by item, from the record's on */
	bool *decoded;
	struct making *making;	/* the same */
	struct told *told;
	uint32_t ntold, told_cap;
	uint32_t key;		/* item, or ITEM_NONE */
};

/* One cell's random numbers: splitmix64 (Steele, Lea and Flood 2014). */
static inline uint64_t
random_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t
random_next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	return random_mix(*state);
}

static inline uint64_t
random_below(uint64_t *state, uint64_t n)
{
	return n == 0 ? 0 : (uint64_t)((unsigned __int128)random_next(state) *
	    n >> 64);
}

struct made {			/* a cell */
	bool null;
	uint64_t form;
	d128 number;		/* at the codec's scale */
	struct slice text;	/* UTF-8, or bytes if raw */
	bool raw;
};

/* generate_item.c, generate_mark.c: what items are made like */
void	 generate_items(struct generator *, struct arena *);
void	 generate_marks(struct generator *, struct arena *);
bool	 generate_choice_text(struct choice *, const struct making *,
	    struct slice);
bool	 generate_choice_number(struct choice *, const struct making *,
	    struct slice);

/* generate_value.c: a cell; `h` is its own random state */
void	 generate_cell(const struct generator *, uint32_t item,
	    const struct to_generate *, uint64_t h, struct made *,
	    struct arena *);
uint32_t generate_pick(const struct making *, uint64_t h);
/* generate_text.c */
struct slice generate_text(const struct generator *, const struct making *,
	    uint64_t *h, bool edge, struct arena *);

#endif
