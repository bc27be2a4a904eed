/*
 * Expressions as text, fully parenthesised: what the parser understood.  The
 * text parses again to the same tree.
 */
#include "mapping/mapping.h"

#include <string.h>

#include "base/buf.h"
#include "mapping/expr_lexer.h"

static const char *const operators[] = {
	[EX_AND] = "and", [EX_OR] = "or", [EX_CONCAT] = "||",
	[EX_ADD] = "+", [EX_SUB] = "-", [EX_MUL] = "*", [EX_DIV] = "/",
	[EX_MOD] = "%",
	[EX_EQ] = "=", [EX_NE] = "<>", [EX_LT] = "<", [EX_LE] = "<=",
	[EX_GT] = ">", [EX_GE] = ">=", [EX_IS_NULL] = "is null",
	[EX_IS_NOT_NULL] = "is not null", [EX_IN] = "in",
	[EX_NOT_IN] = "not in", [EX_BETWEEN] = "between",
	[EX_NOT_BETWEEN] = "not between", [EX_LIKE] = "like",
	[EX_NOT_LIKE] = "not like", [EX_ILIKE] = "ilike",
	[EX_NOT_ILIKE] = "not ilike", [EX_DISTINCT] = "is distinct from",
	[EX_NOT_DISTINCT] = "is not distinct from",
};

/* Would it be read back as it is without quotes? */
static bool
name_is_plain(const char *s)
{
	size_t i, letters = 0;

	if (WORD_RESERVED(expr_word(s)) || strcmp(s, "TRUE") == 0 ||
	    strcmp(s, "FALSE") == 0 || strcmp(s, "NULL") == 0)
		return false;
	for (i = 0; s[i] != '\0'; i++) {
		if (s[i] >= 'A' && s[i] <= 'Z')
			letters++;
		else if ((s[i] < '0' || s[i] > '9') && s[i] != '-')
			return false;
	}
	return letters > 0 && s[0] != '-' && s[i - 1] != '-';
}

static void
format_quoted(struct buf *b, const char *p, size_t n, char quote)
{
	size_t i;

	buf_putc(b, quote);
	for (i = 0; i < n; i++) {
		if (p[i] == quote)
			buf_putc(b, quote);
		buf_putc(b, p[i]);
	}
	buf_putc(b, quote);
}

static void
format_list(struct buf *b, const struct expr *e, uint32_t from)
{
	uint32_t i;

	buf_putc(b, '(');
	for (i = from; i < e->narg; i++) {
		if (i > from)
			buf_puts(b, ", ");
		expr_format(b, e->arg[i]);
	}
	buf_putc(b, ')');
}

/* A call's name cannot be quoted; where a hyphen would not be one, it was an
 * underscore. */
static void
format_call_name(struct buf *b, const char *s)
{
	bool plain = name_is_plain(s);

	for (; *s != '\0'; s++)
		buf_putc(b, *s == '-' && !plain ? '_' : *s);
}

static void
format_name(struct buf *b, const struct expr *e)
{
	uint32_t i;

	for (i = 0; i < e->nname; i++) {
		if (i > 0)
			buf_puts(b, " of ");
		/* A lone subscripted name that was no call was quoted. */
		if (e->kind == EX_CALL)
			format_call_name(b, e->name[i]);
		else if (name_is_plain(e->name[i]) &&
		    (e->nname > 1 || e->narg == 0))
			buf_puts(b, e->name[i]);
		else
			format_quoted(b, e->name[i], strlen(e->name[i]), '"');
	}
	if (e->kind == EX_CALL || e->narg > 0)
		format_list(b, e, 0);
}

static void
format_case(struct buf *b, const struct expr *e)
{
	uint32_t i;

	buf_puts(b, "case");
	if (e->case_operand != NULL) {
		buf_putc(b, ' ');
		expr_format(b, e->case_operand);
	}
	for (i = 0; i + 1 < e->narg; i += 2) {
		buf_puts(b, " when ");
		expr_format(b, e->arg[i]);
		buf_puts(b, " then ");
		expr_format(b, e->arg[i + 1]);
	}
	if (e->case_else != NULL) {
		buf_puts(b, " else ");
		expr_format(b, e->case_else);
	}
	buf_puts(b, " end");
}

static void
format_cast(struct buf *b, const struct expr *e)
{
	char type[48];

	sqltype_format(type, &e->type);
	buf_puts(b, "cast(");
	expr_format(b, e->arg[0]);
	buf_printf(b, " as %s)", type);
}

static void
format_operator(struct buf *b, const struct expr *e)
{
	buf_putc(b, '(');
	expr_format(b, e->arg[0]);
	buf_printf(b, " %s", operators[e->kind]);
	if (e->kind == EX_IN || e->kind == EX_NOT_IN) {
		buf_putc(b, ' ');
		format_list(b, e, 1);
	} else if (e->narg > 1) {
		buf_putc(b, ' ');
		expr_format(b, e->arg[1]);
	}
	if (e->kind == EX_BETWEEN || e->kind == EX_NOT_BETWEEN) {
		buf_puts(b, " and ");
		expr_format(b, e->arg[2]);
	} else if (e->narg > 2 && e->kind != EX_IN && e->kind != EX_NOT_IN) {
		buf_puts(b, " escape ");
		expr_format(b, e->arg[2]);
	}
	buf_putc(b, ')');
}

void
expr_format(struct buf *b, const struct expr *e)
{
	const char *text = (const char *)e->text.p;
	uint32_t i;

	switch (e->kind) {
	case EX_NUMBER:
		buf_put(b, text, e->text.len);
		break;
	case EX_TEXT:
		format_quoted(b, text, e->text.len, '\'');
		break;
	case EX_DATE:
	case EX_TIMESTAMP:
		buf_puts(b, e->kind == EX_DATE ? "date " : "timestamp ");
		format_quoted(b, text, e->text.len, '\'');
		break;
	case EX_HEX:
		buf_puts(b, "x'");
		for (i = 0; i < e->text.len; i++)
			buf_printf(b, "%02X", e->text.p[i]);
		buf_putc(b, '\'');
		break;
	case EX_TRUE:
	case EX_FALSE:
	case EX_NULL:
		buf_puts(b, e->kind == EX_TRUE ? "true" :
		    e->kind == EX_FALSE ? "false" : "null");
		break;
	case EX_NAME:
	case EX_CALL:
		format_name(b, e);
		break;
	case EX_NOT:
	case EX_NEGATE:
		buf_puts(b, e->kind == EX_NOT ? "(not " : "(- ");
		expr_format(b, e->arg[0]);
		buf_putc(b, ')');
		break;
	case EX_CASE:
		format_case(b, e);
		break;
	case EX_CAST:
		format_cast(b, e);
		break;
	default:
		format_operator(b, e);
	}
}
