/*
 * Whole programs: what stands around the records; see copybook_parse.h.
 *
 * Divisions and sections are skipped but for what changes the data: in
 * SPECIAL-NAMES the decimal point and the currency signs, in FILE-CONTROL and
 * the FDs how a file's records are framed.
 */
#include "cobol/copybook_parse.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FILES_MAX	4096u

/* To behind the next period. */
static void
skip_sentence(struct parser *p)
{
	while (copybook_peek(p, 0)->kind != TOK_END)
		if (p->tok[p->at++].kind == TOK_PERIOD)
			return;
}

/* The file of that name, made when there is none. */
static struct file_description *
file_find(struct parser *p, const struct token *name)
{
	struct copybook *b = p->book;
	struct file_description *f;
	uint32_t i;

	for (i = b->nfile; i-- > 0;)
		if (strcmp(b->file[i].name, name->text) == 0)
			return &b->file[i];
	if (b->nfile >= FILES_MAX)
		return NULL;
	f = ARENA_PUSH(p->a, b->file, b->nfile, b->file_cap);
	f->name = name->text;
	f->at = token_place(name);
	return f;
}

static bool
take_number(struct parser *p, uint32_t *v)
{
	const struct token *t = copybook_peek(p, 0);
	uint64_t n = 0;
	uint32_t i;

	if (t->kind != TOK_NUMBER)
		return false;
	for (i = 0; i < t->len && t->text[i] >= '0' && t->text[i] <= '9' &&
	    n <= UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(t->text[i] - '0');
	if (i < t->len || n > UINT32_MAX)
		return false;
	*v = (uint32_t)n;
	p->at++;
	return true;
}

/* RECORD [IS] VARYING ... | RECORD [CONTAINS] n [TO m] [CHARACTERS] */
static void
record_clause(struct parser *p, struct file_description *f)
{
	copybook_take(p, "IS");
	copybook_take(p, "CONTAINS");
	if (copybook_take(p, "VARYING")) {
		f->varying = true;
		copybook_take(p, "IN");
		copybook_take(p, "SIZE");
		copybook_take(p, "FROM");
	}
	if (take_number(p, &f->record_min)) {
		f->record_max = f->record_min;
		if (f->varying)
			f->record_max = 0;	/* FROM n: no more is said */
	}
	if (copybook_take(p, "TO") && take_number(p, &f->record_max))
		f->varying = true;
	copybook_take(p, "CHARACTERS");
	if (copybook_take(p, "DEPENDING")) {
		copybook_take(p, "ON");
		if (copybook_peek(p, 0)->kind == TOK_WORD)
			f->record_depending = p->tok[p->at++].text;
	}
}

static void
block_clause(struct parser *p, struct file_description *f)
{
	copybook_take(p, "CONTAINS");
	if (take_number(p, &f->block_min))
		f->block_max = f->block_min;
	if (copybook_take(p, "TO"))
		take_number(p, &f->block_max);
	f->block_records = copybook_take(p, "RECORDS") ||
	    copybook_take(p, "RECORD");
}

static void
recording_clause(struct parser *p, struct file_description *f)
{
	copybook_take(p, "MODE");
	copybook_take(p, "IS");
	if (copybook_take(p, "F") || copybook_take(p, "FIXED"))
		f->recording = RECORDING_F;
	else if (copybook_take(p, "V") || copybook_take(p, "VARIABLE"))
		f->recording = RECORDING_V;
	else if (copybook_take(p, "U"))
		f->recording = RECORDING_U;
	else if (copybook_take(p, "S"))
		f->recording = RECORDING_S;
}

/* FD name clause ... . */
static void
parse_file(struct parser *p)
{
	bool sort = copybook_is(p, "SD");
	const struct token *t;
	struct file_description *f;

	p->at++;
	p->last = ITEM_NONE;
	t = copybook_peek(p, 0);
	f = t->kind == TOK_WORD ? file_find(p, t) : NULL;
	if (f == NULL) {
		skip_sentence(p);
		return;
	}
	f->sort = sort;
	p->file = (uint32_t)(f - p->book->file);
	for (p->at++; (t = copybook_peek(p, 0))->kind != TOK_END &&
	    t->kind != TOK_PERIOD && !copybook_at_entry(p);) {
		p->at++;
		if (token_is(t, "LABEL") || token_is(t, "DATA")) {
			if (!copybook_take(p, "RECORDS"))
				copybook_take(p, "RECORD");
		} else if (token_is(t, "RECORD")) {
			record_clause(p, f);
		} else if (token_is(t, "BLOCK")) {
			block_clause(p, f);
		} else if (token_is(t, "RECORDING")) {
			recording_clause(p, f);
		}
	}
	if (t->kind == TOK_PERIOD)
		p->at++;
}

/* SELECT [OPTIONAL] name ASSIGN [TO] where ... ORGANIZATION [IS] how . */
static void
parse_select(struct parser *p)
{
	struct file_description *f = NULL;
	const struct token *t;

	p->at++;
	copybook_take(p, "OPTIONAL");
	t = copybook_peek(p, 0);
	if (t->kind == TOK_WORD)
		f = file_find(p, t);
	for (; (t = copybook_peek(p, 0))->kind != TOK_END &&
	    t->kind != TOK_PERIOD;) {
		p->at++;
		if (f != NULL && token_is(t, "ASSIGN")) {
			copybook_take(p, "TO");
			t = copybook_peek(p, 0);
			if (t->kind == TOK_WORD || t->kind == TOK_LITERAL)
				f->assign = t->text;
		} else if (f != NULL && token_is(t, "LINE") &&
		    copybook_is(p, "SEQUENTIAL")) {
			f->organization = ORGANIZATION_LINE;
			p->at++;
		} else if (f != NULL && token_is(t, "SEQUENTIAL") &&
		    !token_is(t - 1, "IS") && f->organization ==
		    ORGANIZATION_NONE && !token_is(t - 2, "ACCESS")) {
			f->organization = ORGANIZATION_SEQUENTIAL;
		} else if (f != NULL && (token_is(t, "ORGANIZATION") ||
		    token_is(t, "ORGANISATION"))) {
			copybook_take(p, "IS");
			if (copybook_take(p, "INDEXED"))
				f->organization = ORGANIZATION_INDEXED;
			else if (copybook_take(p, "RELATIVE"))
				f->organization = ORGANIZATION_RELATIVE;
			else if (copybook_take(p, "SEQUENTIAL"))
				f->organization = ORGANIZATION_SEQUENTIAL;
		}
	}
}

/* One character, and none that pictures use; "$" stays what it is. */
static bool
is_currency_symbol(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && utf8_valid((const uint8_t *)s, n) == n && (n > 1 ||
	    strchr("0123456789ABCDEGNPRSUVXZ *+-/,.;()\"'=", s[0]) == NULL);
}

/* CURRENCY [SIGN] [IS] literal [[WITH] PICTURE SYMBOL literal] */
static void
currency_clause(struct parser *p)
{
	struct picture_rules *r = &p->rules;
	const struct token *sign, *symbol;
	struct currency *c;

	p->at++;
	copybook_take(p, "SIGN");
	copybook_take(p, "IS");
	sign = symbol = copybook_peek(p, 0);
	if (sign->kind != TOK_LITERAL) {
		copybook_expected(p, "a literal");
		return;
	}
	p->at++;
	copybook_take(p, "WITH");
	if (copybook_take(p, "PICTURE")) {
		p->at++;	/* SYMBOL */
		symbol = copybook_peek(p, 0);
		if (symbol->kind != TOK_LITERAL) {
			copybook_expected(p, "a literal");
			return;
		}
		p->at++;
	}
	if (!is_currency_symbol(symbol->text) || sign->len == 0 ||
	    r->ncurrency == CURRENCIES_MAX) {
		diag_add(p->ds, DIAG_C048, token_place(symbol),
		    "'%s' cannot be a currency symbol", symbol->text);
		return;
	}
	c = &r->currency[r->ncurrency++];
	c->symbol = symbol->text;
	c->sign = sign->text;
}

/*
 * From IDENTIFICATION or ENVIRONMENT DIVISION to DATA or PROCEDURE DIVISION,
 * or to the end.
 */
static void
skip_divisions(struct parser *p)
{
	const struct token *t, *next;

	while ((t = copybook_peek(p, 0))->kind != TOK_END) {
		next = t + 1;
		if ((token_is(t, "DATA") || token_is(t, "PROCEDURE")) &&
		    token_is(next, "DIVISION"))
			return;
		if (token_is(t, "DECIMAL-POINT")) {
			p->at++;
			copybook_take(p, "IS");
			p->rules.comma |= copybook_take(p, "COMMA");
		} else if (token_is(t, "CURRENCY") &&
		    (token_is(next, "SIGN") || token_is(next, "IS") ||
		    next->kind == TOK_LITERAL)) {
			currency_clause(p);
		} else if (token_is(t, "SELECT") && next->kind == TOK_WORD) {
			parse_select(p);
		} else {
			p->at++;
		}
	}
}

/* Procedures, up to the next program in the same text. */
static void
skip_procedures(struct parser *p)
{
	const struct token *t;

	for (; (t = copybook_peek(p, 0))->kind != TOK_END; p->at++)
		if ((token_is(t, "IDENTIFICATION") || token_is(t, "ID")) &&
		    token_is(t + 1, "DIVISION"))
			return;
}

/* Reports and screens: nothing in them is a record of a file. */
static void
skip_section(struct parser *p)
{
	const struct token *t;

	do {
		p->at++;
		t = copybook_peek(p, 0);
	} while (t->kind != TOK_END && !(t->kind == TOK_WORD && t->first &&
	    (token_is(t + 1, "SECTION") || token_is(t + 1, "DIVISION"))));
}

static void
parse_section(struct parser *p)
{
	static const struct {
		const char *word;
		enum section section;
	} sections[] = {
		{ "FILE", SECTION_FILE },
		{ "WORKING-STORAGE", SECTION_WORKING_STORAGE },
		{ "LOCAL-STORAGE", SECTION_LOCAL_STORAGE },
		{ "LINKAGE", SECTION_LINKAGE },
	};
	uint32_t i;

	p->file = ITEM_NONE;
	p->section = SECTION_NONE;
	if (copybook_is(p, "REPORT") || copybook_is(p, "SCREEN") ||
	    copybook_is(p, "COMMUNICATION")) {
		skip_section(p);
		return;
	}
	for (i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (copybook_is(p, sections[i].word))
			p->section = sections[i].section;
	skip_sentence(p);
}

bool
program_heading(struct parser *p)
{
	const struct token *t = copybook_peek(p, 0);
	const struct token *next = copybook_peek(p, 1);

	if (token_is(next, "DIVISION")) {
		p->file = ITEM_NONE;
		p->section = SECTION_NONE;
		if (token_is(t, "PROCEDURE"))
			skip_procedures(p);
		else if (token_is(t, "DATA"))
			skip_sentence(p);
		else
			skip_divisions(p);
	} else if (token_is(next, "SECTION")) {
		parse_section(p);
	} else if (token_is(t, "FD") || token_is(t, "SD")) {
		parse_file(p);
	} else if (token_is(t, "SELECT") && next->kind == TOK_WORD) {
		parse_select(p);
	} else {
		return false;
	}
	return true;
}
