/*
 * Items of a layout in words; see describe.h.
 */
#include "command/describe.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

const char *const source_formats[] = { "auto", "fixed", "free", NULL };

const char *const dialects[] = { "ibm", "microfocus", "gnucobol", "fujitsu",
    NULL };

const char *
describe_usage(const struct item *it)
{
	static const char *const name[] = {
		[USAGE_DISPLAY] = "DISPLAY", [USAGE_BINARY] = "COMP",
		[USAGE_COMP5] = "COMP-5", [USAGE_PACKED] = "COMP-3",
		[USAGE_FLOAT] = "COMP-1", [USAGE_DOUBLE] = "COMP-2",
		[USAGE_INDEX] = "INDEX", [USAGE_POINTER] = "POINTER",
		[USAGE_NATIONAL] = "NATIONAL", [USAGE_DBCS] = "DISPLAY-1",
		[USAGE_UTF8] = "UTF-8", [USAGE_COMP6] = "COMP-6",
		[USAGE_COMPX] = "COMP-X", [USAGE_COMPN] = "COMP-N",
		[USAGE_FLOAT_BINARY] = "FLOAT-BINARY",
		[USAGE_FLOAT_DECIMAL] = "FLOAT-DECIMAL",
	};

	if (it->category == CAT_GROUP)
		return "";
	return it->usage < sizeof name / sizeof name[0] ? name[it->usage] : "?";
}

const char *
describe_sign(const struct item *it)
{
	if (it->category != CAT_NUMERIC || it->usage != USAGE_DISPLAY)
		return "";
	switch (it->sign) {
	case SIGN_LEADING:
		return "SIGN LEADING";
	case SIGN_TRAILING_SEPARATE:
		return "SIGN TRAILING SEPARATE";
	case SIGN_LEADING_SEPARATE:
		return "SIGN LEADING SEPARATE";
	default:
		return "";
	}
}

void
describe_text(struct buf *b, struct slice s)
{
	size_t at = 0, n;
	uint8_t utf8[4];

	while (at < s.len) {
		n = utf8_valid(s.p + at, s.len - at);
		if (n == 0) {		/* taken as Latin-1, as lexers do */
			n = utf8_put(utf8, s.p[at] < 0xa0 ? '?' : s.p[at]);
			buf_put(b, utf8, n);
			at++;
			continue;
		}
		if (n == 1 && (s.p[at] < 0x20 || s.p[at] == 0x7f))
			buf_putc(b, '?');
		else if (n == 2 && s.p[at] == 0xc2 && s.p[at + 1] < 0xa0)
			buf_putc(b, '?');	/* C1 controls */
		else
			buf_put(b, s.p + at, n);
		at += n;
	}
}

void
describe_literal(struct buf *b, const struct literal *l)
{
	static const char *const figurative[] = {
		[LIT_SPACES] = "SPACES", [LIT_ZEROS] = "ZEROS",
		[LIT_LOW_VALUES] = "LOW-VALUES",
		[LIT_HIGH_VALUES] = "HIGH-VALUES", [LIT_QUOTES] = "QUOTES",
		[LIT_NULLS] = "NULLS",
	};
	uint32_t i;

	switch (l->kind) {
	case LIT_NUMBER:
		describe_text(b, l->text);
		break;
	case LIT_HEX:
		buf_puts(b, "X'");
		for (i = 0; i < l->text.len; i++)
			buf_printf(b, "%02X", l->text.p[i]);
		buf_putc(b, '\'');
		break;
	case LIT_ALL:
	case LIT_NATIONAL:
	case LIT_DBCS:
		buf_puts(b, l->kind == LIT_ALL ? "ALL " :
		    l->kind == LIT_DBCS ? "G" : "N");
		/* FALLTHROUGH */
	case LIT_TEXT:
		buf_putc(b, '\'');
		describe_text(b, l->text);
		buf_putc(b, '\'');
		break;
	default:
		buf_puts(b, figurative[l->kind]);
		break;
	}
}

void
describe_values(struct buf *b, const struct condition *c)
{
	uint32_t i;

	for (i = 0; i < c->nvalue; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		describe_literal(b, &c->value[i].lo);
		if (c->value[i].thru) {
			buf_puts(b, " THRU ");
			describe_literal(b, &c->value[i].hi);
		}
	}
}

static bool
same_name(const char *a, const char *b)
{
	char x, y;

	for (; *a != '\0' && *b != '\0'; a++, b++) {
		x = *a == '_' ? '-' : *a;
		y = *b == '_' ? '-' : *b;
		if (x >= 'a' && x <= 'z')
			x = (char)(x - 'a' + 'A');
		if (y >= 'a' && y <= 'z')
			y = (char)(y - 'a' + 'A');
		if (x != y)
			return false;
	}
	return *a == *b;
}

#define NAMES_SHOWN	8u

static void
hint_records(struct diags *ds, struct diag *d, const char *name,
    const char *const *names, uint32_t n)
{
	const char *near = diag_nearest(name, strlen(name), names, n);
	struct buf b;
	uint32_t i;

	if (near != NULL) {
		diag_hint(ds, d, "did you mean '%s'?", near);
		return;
	}
	if (n == 0)
		return;
	buf_init(&b, 4096);
	for (i = 0; i < n && i < NAMES_SHOWN; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", names[i]);
	diag_hint(ds, d, "it has %s%s", b.p, n > NAMES_SHOWN ? ", ..." : "");
	buf_fini(&b);
}

uint32_t
describe_record(struct diags *ds, const struct layout *l, const char *name)
{
	const char **names, *other;
	uint32_t i, n = 0, all = l->nrecord + l->n77;

	if (name == NULL && all > 0)
		return l->record[0];
	if (name == NULL) {
		diag_add(ds, DIAG_G001, NOWHERE,
		    "%s describes no record (level 01)", l->name);
		return ITEM_NONE;
	}
	names = arena_array(ds->arena, all + 1, sizeof *names);
	for (i = 0; i < all; i++) {
		other = l->item[l->record[i]].name;
		if (other == NULL)
			continue;
		if (same_name(other, name))
			return l->record[i];
		names[n++] = other;
	}
	hint_records(ds, diag_add(ds, DIAG_G001, NOWHERE,
	    "%s has no record '%s'", l->name, name), name, names, n);
	return ITEM_NONE;
}
