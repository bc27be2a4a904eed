/*
 * Items by themselves: category, usage, sign and size, from their clauses and
 * their groups'; see layout.h.
 */
#include "cobol/layout_impl.h"

#include "base/mem.h"

void
builder_error(struct builder *b, enum diag_code code, struct place at,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(b->ds, code, at, "%s", arena_vprintf(b->a, fmt, ap));
	va_end(ap);
	b->errors++;
}

const char *
builder_shown(const struct item *it)
{
	return it->name != NULL ? it->name : "FILLER";
}

bool
builder_is_group(const struct builder *b, uint32_t i)
{
	return b->node[i].next > i + 1 && b->node[i + 1].level != LEVEL_RENAMES;
}

/* The nearest node, itself included, that has the clause. */
static const struct node *
nearest_usage(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].has_usage)
			return &b->node[i];
	return NULL;
}

static const struct node *
nearest_sign(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].has_sign)
			return &b->node[i];
	return NULL;
}

static bool
is_synchronized(const struct builder *b, uint32_t i)
{
	for (; i != ITEM_NONE; i = b->node[i].parent)
		if (b->node[i].synchronized)
			return true;
	return false;
}

/*
 * Language Reference, "SYNCHRONIZED clause": halfword for 2 bytes, fullword
 * for 4 and 8 byte binary, COMP-1, INDEX and POINTER (doubleword when they
 * have 8 bytes, under LP(64)), doubleword for COMP-2.  GnuCOBOL aligns 8 byte
 * binaries on 8.
 */
static uint8_t
alignment(const struct builder *b, const struct item *it)
{
	uint32_t size = it->size, most = b->rules->sync_most;

	if (most == 0)
		return 1;
	switch (it->usage) {
	case USAGE_BINARY:
	case USAGE_COMP5:
	case USAGE_COMPX:
	case USAGE_COMPN:
		if (size != 2 && size != 4 && size != 8)
			return 1;
		return (uint8_t)(size < most ? size : most);
	case USAGE_FLOAT:
		return 4;
	case USAGE_INDEX:
	case USAGE_POINTER:
		/* a PROCEDURE-POINTER of 8 bytes stands on a fullword */
		return size == 8 && b->book->address_size == 8 ? 8 :
		    size == 8 && most == 8 ? 8 : 4;
	case USAGE_DOUBLE:
		return 8;
	default:
		return 1;
	}
}

static bool
check_usage(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *above;

	if (!n->has_usage || n->parent == ITEM_NONE)
		return true;
	above = nearest_usage(b, n->parent);
	if (above == NULL || above->usage == n->usage)
		return true;
	builder_error(b, DIAG_C020, n->usage_at, "USAGE differs from that of "
	    "group '%s'", above->name != NULL ? above->name : "FILLER");
	return false;
}

static bool
too_many_digits(struct builder *b, uint32_t i)
{
	builder_error(b, DIAG_C015, b->node[i].picture_at, "binary item has "
	    "%u digits; %u are the most", b->item[i].digits,
	    b->rules->binary_digits);
	return false;
}

/* Bytes of a number with so many digits. */
static bool
size_number(struct builder *b, uint32_t i)
{
	struct item *it = &b->item[i];
	bool separate = it->sign == SIGN_LEADING_SEPARATE ||
	    it->sign == SIGN_TRAILING_SEPARATE;

	switch (it->usage) {
	case USAGE_BINARY:
	case USAGE_COMP5:
		it->size = dialect_binary_size(b->rules, it->digits,
		    it->is_signed);
		if (it->size == 0)
			return too_many_digits(b, i);
		if (it->size > 8)	/* a width of its own */
			it->usage = it->usage == USAGE_BINARY ? USAGE_COMPX :
			    USAGE_COMPN;
		return true;
	case USAGE_COMPX:
	case USAGE_COMPN:
		it->size = dialect_packed_binary_size(it->digits, false);
		return it->size > 0 || too_many_digits(b, i);
	case USAGE_PACKED:
		it->size = it->digits / 2 + 1;
		return true;
	case USAGE_COMP6:
		it->size = (it->digits + 1) / 2;
		return true;
	case USAGE_NATIONAL:
		it->size = 2 * (it->digits + separate);
		return true;
	default:
		it->size = it->digits + separate;
		return true;
	}
}

static bool
inherit_sign(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *from = nearest_sign(b, i);
	struct item *it = &b->item[i];
	bool takes = it->category == CAT_NUMERIC && it->is_signed &&
	    (it->usage == USAGE_DISPLAY || it->usage == USAGE_NATIONAL);

	if (n->has_sign && !takes) {
		builder_error(b, DIAG_C021, n->sign_at, "SIGN on '%s', which "
		    "is no signed DISPLAY number", builder_shown(it));
		return false;
	}
	if (!takes)
		return true;
	it->sign = SIGN_TRAILING;
	if (from != NULL && from->sign_leading)
		it->sign = from->sign_separate ? SIGN_LEADING_SEPARATE :
		    SIGN_LEADING;
	else if (from != NULL && from->sign_separate)
		it->sign = SIGN_TRAILING_SEPARATE;
	if (it->usage == USAGE_NATIONAL && (from == NULL ||
	    !from->sign_separate)) {
		builder_error(b, DIAG_C021, n->picture_at, "national number "
		    "'%s' needs SIGN SEPARATE", builder_shown(it));
		return false;
	}
	return true;
}

/* The usage that the picture alone makes. */
static enum usage
usage_of_picture(enum category c)
{
	switch (c) {
	case CAT_NATIONAL:
	case CAT_NATIONAL_EDITED:
		return USAGE_NATIONAL;
	case CAT_DBCS:
		return USAGE_DBCS;
	case CAT_UTF8:
		return USAGE_UTF8;
	default:
		return USAGE_DISPLAY;
	}
}

/*
 * Whether the usage goes with the picture; it may change the category.
 * Language Reference, "USAGE clause", "PICTURE clause".
 */
static bool
usage_fits(struct builder *b, struct item *it, bool inherited)
{
	switch (it->category) {
	case CAT_NUMERIC:
		return it->usage != USAGE_DBCS && it->usage != USAGE_UTF8 &&
		    !(it->usage == USAGE_COMP6 && it->is_signed);
	case CAT_EDITED:
		if (it->usage == USAGE_NATIONAL && it->edited->numeric)
			it->category = CAT_NATIONAL_EDITED;
		return it->usage == USAGE_DISPLAY ||
		    it->category == CAT_NATIONAL_EDITED;
	case CAT_NATIONAL:
		if (it->usage == USAGE_DBCS)
			it->category = CAT_DBCS;
		/* FALLTHROUGH */
	case CAT_NATIONAL_EDITED:
	case CAT_DBCS:
	case CAT_UTF8:
		if (inherited && it->usage == USAGE_DISPLAY)
			it->usage = usage_of_picture(it->category);
		return it->usage == usage_of_picture(it->category);
	case CAT_ALPHANUMERIC:
		if (it->usage == USAGE_COMPX || it->usage == USAGE_COMPN ||
		    it->usage == USAGE_COMP5)
			return b->rules->binary_text && it->size <= 8;
		/* FALLTHROUGH */
	default:
		return it->usage == USAGE_DISPLAY;
	}
}

/* PIC X(n) COMP-X: an unsigned binary number of n bytes (Micro Focus). */
static void
size_binary_text(struct builder *b, struct item *it)
{
	it->category = CAT_NUMERIC;
	if (b->rules->sizes == BINARY_POWERS && it->usage == USAGE_COMP5)
		it->size = it->size <= 2 ? it->size : it->size <= 4 ? 4 : 8;
	it->digits = (uint16_t)dialect_binary_digits(it->size, false);
}

static bool
size_text(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];
	uint64_t size = it->size;

	if (it->usage == USAGE_NATIONAL || it->usage == USAGE_DBCS)
		size *= 2;
	else if (it->usage == USAGE_UTF8)
		size = n->byte_length > 0 ? n->byte_length : size * 4;
	if (size > RECORD_MAX) {
		builder_error(b, DIAG_C032, n->picture_at, "PICTURE is longer "
		    "than %u bytes", RECORD_MAX);
		return false;
	}
	it->size = (uint32_t)size;
	return true;
}

/* An item whose USAGE says all: COMP-1, INDEX, BINARY-LONG, ... */
static bool
inherit_pictureless(struct builder *b, uint32_t i, const struct node *from)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (n->picture != NULL) {
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE on '%s', "
		    "whose USAGE has none", builder_shown(it));
		return false;
	}
	it->size = from->usage_size;
	it->category = from->usage_number ? CAT_NUMERIC : CAT_OPAQUE;
	it->is_signed = from->usage_number && !from->usage_unsigned;
	if (it->usage == USAGE_COMP5)
		it->digits = (uint16_t)dialect_binary_digits(it->size,
		    it->is_signed);
	return true;
}

static bool
usage_refused(struct builder *b, uint32_t i, enum category c)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (c == CAT_NUMERIC && it->usage == USAGE_COMP6)
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE '%s' has "
		    "a sign, which COMP-6 has not", n->picture);
	else if (usage_of_picture(c) != USAGE_DISPLAY ||
	    it->usage == USAGE_NATIONAL || it->usage == USAGE_DBCS ||
	    it->usage == USAGE_UTF8)
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE '%s' does "
		    "not go with its USAGE", n->picture);
	else
		builder_error(b, DIAG_C019, n->picture_at, "PICTURE '%s' is "
		    "not numeric, as its USAGE needs", n->picture);
	return false;
}

/* Category, usage, sign and size of an elementary item; false: an error. */
static bool
inherit_elementary(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *from = nearest_usage(b, i);
	struct item *it = &b->item[i];

	if (from != NULL && from != n && from->picture != NULL)
		from = NULL;		/* C017: no group, and told */
	if (from != NULL && from->usage_size > 0) {
		it->usage = from->usage;
		return inherit_pictureless(b, i, from);
	}
	if (n->picture == NULL) {
		builder_error(b, DIAG_C016, n->at, "'%s' has neither a PICTURE "
		    "nor items below it", builder_shown(it));
		return false;
	}
	it->category = n->pic.category;
	it->usage = from != NULL && !(from != n && from->usage ==
	    USAGE_DISPLAY) ? from->usage : usage_of_picture(it->category);
	if (b->book->nsymbol_dbcs && it->usage == USAGE_NATIONAL &&
	    (from == NULL || from->usage != USAGE_NATIONAL))
		it->usage = USAGE_DBCS;
	it->digits = n->pic.digits;
	it->scale = n->pic.scale;
	it->is_signed = n->pic.is_signed;
	it->size = n->pic.size;
	it->edited = n->pic.edited;
	it->blank_zero = n->blank_zero;
	it->justified = n->justified;
	if (!usage_fits(b, it, from != n))
		return usage_refused(b, i, n->pic.category);
	if (!inherit_sign(b, i))
		return false;
	if (it->category == CAT_ALPHANUMERIC && it->usage != USAGE_DISPLAY) {
		size_binary_text(b, it);
		return true;
	}
	return it->category == CAT_NUMERIC ? size_number(b, i) :
	    size_text(b, i);
}

static bool
inherit_occurs(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];

	if (!n->has_occurs)
		return true;
	it->occurs_min = n->occurs_min;
	it->occurs_max = n->occurs_max;
	it->unbounded = n->unbounded;
	it->table = i;
	return true;
}

static void
inherit_group(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i], *below = &b->node[i + 1];

	b->item[i].category = CAT_GROUP;
	if (n->group_usage)
		b->item[i].usage = n->usage;
	if (n->picture != NULL && !n->bad)
		builder_error(b, DIAG_C017, below->at, "'%s' stands below "
		    "'%s', which has a PICTURE", below->name != NULL ?
		    below->name : "FILLER", builder_shown(&b->item[i]));
}

void
builder_inherit(struct builder *b, uint32_t i)
{
	const struct node *n = &b->node[i];
	struct item *it = &b->item[i];
	bool good = !n->bad;

	*it = (struct item){ .name = n->name, .at = n->at, .level = n->level,
	    .comment = n->comment, .picture = n->picture,
	    .parent = n->parent, .next = n->next,
	    .redefines = ITEM_NONE, .shifter = ITEM_NONE,
	    .depending = ITEM_NONE, .outside = ITEM_NONE, .value = n->value,
	    .record = n->parent == ITEM_NONE ? i : b->item[n->parent].record,
	    .table = n->parent == ITEM_NONE ? ITEM_NONE :
	    b->item[n->parent].table };
	b->align[i] = 1;
	if (n->level == LEVEL_RENAMES)
		return;
	good = inherit_occurs(b, i) && check_usage(b, i) && good;
	if (builder_is_group(b, i)) {
		inherit_group(b, i);
	} else if (good && inherit_elementary(b, i) && is_synchronized(b, i)) {
		b->align[i] = alignment(b, it);
	}
}

