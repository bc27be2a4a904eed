/*
 * YAML's traps for expressions: which one was it?
 *
 * When libyaml stops, its own words ("did not find expected key") help little.
 * The lines of the error are read here as their author meant them, a key and
 * an expression, to find the quote, comma, colon or # that YAML took for its
 * own.  What YAML accepts, but as something else, is found in yaml_tree.c
 * (commas) and by the expressions' parser (comments).
 */
#include "mapping/yaml_tree.h"

#include <string.h>

#include "base/mem.h"

#define QUOTE_MAX	100u		/* bytes that a hint repeats */

enum trap { TRAP_NONE, TRAP_QUOTE, TRAP_COMMA, TRAP_COMMENT, TRAP_COLON,
	TRAP_INDICATOR };

struct finding {
	enum trap trap;
	const char *at;			/* the character that is the trap */
	const char *from, *to;		/* the whole expression */
};

const char *
yaml_quote(struct arena *a, const char *p, size_t n)
{
	char out[2 * QUOTE_MAX];
	size_t i, k = 0;

	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t' ||
	    p[n - 1] == '\r'))
		n--;
	if (n == 0 || n > QUOTE_MAX || memchr(p, '\n', n) != NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		if (p[i] == '\'')
			out[k++] = '\'';
		out[k++] = p[i];
	}
	return arena_printf(a, "'%.*s'", (int)k, out);
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Is there a YAML comment or the end of the line? */
static bool
is_rest(const char *p, const char *end)
{
	const char *q = skip_blanks(p, end);

	return q == end || (*q == '#' && q > p);
}

/* Behind "key:" when the line goes on like that, otherwise NULL. */
static const char *
skip_key(const char *p, const char *end)
{
	const char *q = p;

	for (; q < end && *q != ':'; q++)
		if (strchr("'\"{}[](),#|=<>+*/", *q) != NULL)
			return NULL;
	if (q == end || q == p || (q + 1 < end && q[1] != ' ' && q[1] != '\t'))
		return NULL;
	return skip_blanks(q + 1, end);
}

/* Behind the quote that closes the one at p, as YAML sees it, or NULL. */
static const char *
skip_quoted(const char *p, const char *end)
{
	char quote = *p++;

	for (; p < end; p++) {
		if (quote == '"' && *p == '\\' && p + 1 < end)
			p++;
		else if (*p == quote && quote == '\'' && p + 1 < end &&
		    p[1] == quote)
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return NULL;
}

/*
 * Reads an expression as SQL up to its end: of the line, or, in {…}, the
 * comma or brace that is in no parentheses and no quotes.  The first thing in
 * it that YAML takes otherwise is the finding.
 */
static const char *
scan_expression(const char *p, const char *end, bool flow, struct finding *f)
{
	const char *from = p, *at = NULL;
	enum trap trap = TRAP_NONE;
	int depth = 0;
	char quote = '\0';

	for (; p < end; p++) {
		enum trap here = TRAP_NONE;

		if (*p == '#' && p > from && (p[-1] == ' ' || p[-1] == '\t')) {
			if (quote == '\0')
				break;
			here = TRAP_COMMENT;
		} else if (*p == ':' && (p + 1 == end || p[1] == ' ' ||
		    p[1] == '\t')) {
			here = TRAP_COLON;
		} else if (flow && strchr(",{}[]", *p) != NULL) {
			if (depth <= 0 && quote == '\0' && *p != '{' &&
			    *p != '[')
				break;
			here = TRAP_COMMA;
		}
		if (here != TRAP_NONE && trap == TRAP_NONE) {
			trap = here;
			at = p;
		}
		if (quote != '\0')
			quote = *p == quote ? '\0' : quote;
		else if (*p == '\'' || *p == '"')
			quote = *p;
		else
			depth += (*p == '(') - (*p == ')');
	}
	*f = (struct finding){ trap, at, from, p };
	return p;
}

/* One value, which starts at p; behind it, or NULL when there is a finding. */
static const char *
look_at_value(const char *p, const char *end, bool flow, struct finding *f)
{
	const char *from = p, *q;
	struct finding rest;

	if (p == end)
		return p;
	if (*p == '\'' || *p == '"') {
		q = skip_quoted(p, end);
		if (q == NULL || is_rest(q, end))
			return end;
		q = skip_blanks(q, end);
		if (flow && strchr(",]}", *q) != NULL)
			return q;
		scan_expression(p, end, flow, &rest);
		*f = (struct finding){ TRAP_QUOTE, p, p, rest.to };
		return NULL;
	}
	if (strchr("@`%|>&*!?-", *p) != NULL && !flow) {
		/* a block scalar, a list or an anchor are fine */
		q = p + 1;
		if ((*p == '|' || *p == '>') &&
		    is_rest(q + strspn(q, "+-123456789"), end))
			return end;
		if (*p == '-' && q < end && *q != ' ' && *q != '\t')
			q = NULL;
		if (q != NULL && *p != '&' && *p != '*' && *p != '!') {
			scan_expression(p, end, flow, &rest);
			*f = (struct finding){ TRAP_INDICATOR, p, p, rest.to };
			return NULL;
		}
	} else if (flow && (*p == '@' || *p == '`' || *p == '%')) {
		scan_expression(p, end, flow, &rest);
		*f = (struct finding){ TRAP_INDICATOR, p, p, rest.to };
		return NULL;
	}
	p = scan_expression(from, end, flow, f);
	return f->trap != TRAP_NONE ? NULL : p;
}

/* key: {key: value, …}; p is behind the brace */
static bool
look_at_flow(const char *p, const char *end, struct finding *f)
{
	const char *q;

	while (p < end) {
		p = skip_blanks(p, end);
		while (p < end && strchr("{},", *p) != NULL)
			p = skip_blanks(p + 1, end);
		if (p < end && *p == '[') {
			while (p < end && *p != ']')
				p++;
			if (p < end)
				p++;
			continue;
		}
		q = skip_key(p, end);
		if (q != NULL && q < end && (*q == '{' || *q == '[')) {
			p = q;
			continue;
		}
		q = look_at_value(q != NULL ? q : p, end, true, f);
		if (q == NULL)
			return true;
		if (q == p)
			q++;		/* whatever it is, go on */
		p = q;
	}
	return false;
}

static bool
look_at_line(const struct srctext *text, uint32_t line, bool flow,
    bool continues, struct finding *f)
{
	const char *p, *end, *q;
	size_t len;

	p = srctext_line(text, line, &len);
	end = p + len;
	p = skip_blanks(p, end);
	*f = (struct finding){ .trap = TRAP_NONE };
	if (p == end || *p == '#')
		return false;
	while (p + 1 < end && *p == '-' && p[1] == ' ')
		p = skip_blanks(p + 1, end);
	q = skip_key(p, end);
	if (q != NULL && q < end && *q == '{')
		return look_at_flow(q + 1, end, f);
	if (flow || *p == '{')
		return look_at_flow(p, end, f);
	if (q == NULL && continues) {
		scan_expression(p, end, false, f);
		return f->trap != TRAP_NONE;
	}
	if (q == NULL || (q < end && *q == '['))
		return false;
	return look_at_value(q, end, false, f) == NULL;
}

static void
report_finding(struct diags *ds, const struct srctext *text,
    const struct srctext *shown, const struct finding *f)
{
	static const struct {
		enum diag_code code;
		const char *message;
	} say[] = {
		[TRAP_QUOTE] = { DIAG_M007, "a value that starts with a quote "
		    "ends at the next one in YAML, but here it goes on" },
		[TRAP_COMMA] = { DIAG_M008, "the expression is cut here: "
		    "inside {...} commas and braces belong to YAML" },
		[TRAP_COMMENT] = { DIAG_M009, "the expression is cut here: a "
		    "blank and # begin a comment in YAML" },
		[TRAP_COLON] = { DIAG_M010, "the expression is cut here: a "
		    "colon and a blank make a key in YAML" },
		[TRAP_INDICATOR] = { DIAG_M011, "an expression cannot start "
		    "with this character in YAML" },
	};
	const char *whole = yaml_quote(ds->arena,
	    shown->p + (f->from - text->p), (size_t)(f->to - f->from));
	struct diag *d;

	d = diag_add(ds, say[f->trap].code,
	    srctext_place(shown, (size_t)(f->at - text->p), 1), "%s",
	    say[f->trap].message);
	if (whole != NULL)
		diag_hint(ds, d, "quote the whole expression: %s", whole);
	else
		diag_hint(ds, d, "write the expression on lines of its own, "
		    "after >-");
}

/* "mapping values are not allowed": a colon where no key can be. */
static bool
report_colon(struct diags *ds, const struct srctext *text,
    const struct srctext *shown, const struct yaml_trouble *t)
{
	struct place at = srctext_place(shown, t->at, 1);
	const char *p, *end, *q;
	struct finding f;
	struct diag *d;
	size_t len;

	if (strstr(t->problem, "mapping values are not allowed") == NULL)
		return false;
	p = srctext_line(text, at.line, &len);
	end = p + len;
	p = skip_blanks(p, end);
	q = skip_key(p, end);
	if (q == NULL || q < text->p + t->at) {
		/* the colon is in the value, or on a further line of it */
		scan_expression(q != NULL ? q : p, end, false, &f);
		f.trap = TRAP_COLON;
		f.at = text->p + t->at;
		report_finding(ds, text, shown, &f);
		return true;
	}
	d = diag_add(ds, DIAG_M002, at, "a key is not expected here");
	diag_hint(ds, d, "keys of one set start in one column, and a blank "
	    "follows the colon of the key before");
	return true;
}

void
yaml_trap_report(struct diags *ds, const struct srctext *text,
    const struct srctext *shown, const struct yaml_trouble *t)
{
	struct place at = srctext_place(shown, t->at, 1), context;
	bool flow = t->context != NULL && (strstr(t->context, "flow") != NULL ||
	    strstr(t->context, "quoted") != NULL);
	bool in_map = t->context != NULL && strstr(t->context, "flow") != NULL;
	struct finding f;

	if ((t->at < text->len && text->p[t->at] == '\t') ||
	    strstr(t->problem, "tab character") != NULL) {
		diag_hint(ds, diag_add(ds, DIAG_M012, at,
		    "a tab is used for indentation"), "indent with blanks");
		return;
	}
	if (report_colon(ds, text, shown, t))
		return;
	context = srctext_place(shown, t->context_at, 1);
	if ((flow && look_at_line(text, context.line, false, false, &f)) ||
	    look_at_line(text, at.line, in_map && at.line > context.line,
	    false, &f) || (at.line > 1 &&
	    look_at_line(text, at.line - 1, false, false, &f))) {
		report_finding(ds, text, shown, &f);
		return;
	}
	if (t->context != NULL)
		diag_add(ds, DIAG_M002, at, "not valid YAML: %s %s",
		    t->problem, t->context);
	else
		diag_add(ds, DIAG_M002, at, "not valid YAML: %s", t->problem);
}
