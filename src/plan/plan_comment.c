/*
 * Comments of columns from the copybook (comments: copybook): what its comment
 * lines say of the field that a column is, and the field's 88-levels, "A =
 * ACTIVE; C, D = CLOSED".
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define COMMENT_MAX	4000u	/* bytes; the rest is left out */

/* Copybooks in Latin-1 and the like: what is no UTF-8 is not guessed at. */
static void
put_text(struct buf *b, struct slice s)
{
	uint32_t at, n;

	for (at = 0; at < s.len; at += n) {
		n = (uint32_t)utf8_valid(s.p + at, s.len - at);
		if (n == 0 || s.p[at] < 0x20) {
			buf_putc(b, '?');
			n = 1;
		} else
			buf_put(b, s.p + at, n);
	}
}

static void
put_value(struct buf *b, const struct literal *l)
{
	static const char *const figurative[] = {
		[LIT_SPACES] = "SPACES", [LIT_ZEROS] = "ZEROS",
		[LIT_LOW_VALUES] = "LOW-VALUES",
		[LIT_HIGH_VALUES] = "HIGH-VALUES", [LIT_QUOTES] = "QUOTES",
		[LIT_NULLS] = "NULLS",
	};
	uint32_t i;

	switch (l->kind) {
	case LIT_TEXT:
	case LIT_NUMBER:
	case LIT_NATIONAL:
	case LIT_DBCS:
		put_text(b, l->text);
		break;
	case LIT_ALL:
		buf_puts(b, "ALL ");
		put_text(b, l->text);
		break;
	case LIT_HEX:
		buf_puts(b, "X'");
		for (i = 0; i < l->text.len; i++)
			buf_printf(b, "%02X", l->text.p[i]);
		buf_putc(b, '\'');
		break;
	default:
		buf_puts(b, figurative[l->kind]);
		break;
	}
}

/* Behind what is there: a sentence, or something without an end. */
static void
put_separator(struct buf *b)
{
	if (b->len > 0)
		buf_puts(b, strchr(".:;!?", b->p[b->len - 1]) != NULL ? " " :
		    "; ");
}

static void
put_condition(struct buf *b, const struct condition *c)
{
	uint32_t i;

	put_separator(b);
	for (i = 0; i < c->nvalue; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		put_value(b, &c->value[i].lo);
		if (c->value[i].thru) {
			buf_puts(b, " to ");
			put_value(b, &c->value[i].hi);
		}
	}
	buf_printf(b, " = %s", c->name);
}

const char *
plan_comment(struct build *bd, const struct operand *o)
{
	const struct layout *l = bd->layout;
	const char *text = NULL;
	struct buf b;
	uint32_t i;
	size_t before;

	if (!bd->mapping->copybook_comments || o->item == ITEM_NONE)
		return NULL;
	buf_init(&b, 1u << 20);
	if (l->item[o->item].comment != NULL)
		buf_puts(&b, l->item[o->item].comment);
	for (i = 0; i < l->ncondition; i++) {
		if (l->condition[i].item != o->item)
			continue;
		before = b.len;
		put_condition(&b, &l->condition[i]);
		if (b.len <= COMMENT_MAX)
			continue;
		b.len = before;
		b.p[before] = '\0';
		buf_puts(&b, "; ...");
		break;
	}
	if (b.len > 0)
		text = arena_strdup(bd->arena, b.p);
	buf_fini(&b);
	return text;
}

/* A table with a row for each record has what is said of the record. */
const char *
plan_table_comment(const struct build *bd, const struct map_table *mt)
{
	if (!bd->mapping->copybook_comments || mt->each != NULL ||
	    mt->nunpivot > 0 || mt->nof > 1)
		return NULL;
	return bd->layout->item[bd->record].comment;
}
