/*
 * COPY; see copy_expand.h.
 *
 * A file's tokens are read, then sent on one by one; COPY NAME. sends those
 * of the file instead, replaced where it says so, and so do EXEC SQL INCLUDE,
 * ++INCLUDE and -INC.  A name is looked for beside the file that copies it,
 * beside the first one, then in the -I directories.  Other EXEC blocks say
 * nothing about data (DCLGEN's DECLARE TABLE) and are left out.  REPLACE
 * comes last, over all that was copied (Language Reference, "REPLACE
 * statement").  What fails leaves a hole in the tokens, so that what is
 * missing causes no further errors.
 */
#include "cobol/copy_expand.h"

#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cobol/comment_lines.h"
#include "cobol/text_replace.h"

struct copier {
	struct token_list *out;
	struct arena *a;
	struct diags *ds;
	const struct copybook_options *options;
	const char *home;	/* directory of the first file; NULL: a text */
	struct directives conditional;
	struct source_comments *comments;	/* of all files so far */
	uint32_t depth, nfiles;
	size_t bytes;		/* of all files read */
	size_t budget;		/* of text that replacements may make */
	bool procedures;	/* in a PROCEDURE DIVISION: COPY is no matter */
	struct { dev_t dev; ino_t ino; } open[COPY_DEPTH_MAX];
};

static void copier_text(struct copier *, const struct srctext *);

static const char *
directory_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return arena_strndup(a, path, (size_t)(slash - path) + 1);
}

static bool
is_file(const char *path, struct stat *st)
{
	return stat(path, st) == 0 && S_ISREG(st->st_mode);
}

static const char *
lower_case(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s), *p;

	for (p = t; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return t;
}

/* The file of a name in a directory, under the usual endings; or NULL. */
static const char *
find_in(struct copier *c, const char *dir, const char *library,
    const char *name, struct stat *st)
{
	static const char *const ending[] = { "", ".cpy", ".CPY", ".cob",
	    ".COB", ".cbl", ".CBL", ".copy", ".COPY", ".inc", ".INC" };
	const char *spelling[2] = { name, lower_case(c->a, name) }, *path;
	uint32_t i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < sizeof ending / sizeof ending[0]; j++) {
			path = arena_printf(c->a, "%s%s%s%s%s%s", dir,
			    dir[strlen(dir) - 1] == '/' ? "" : "/",
			    library != NULL ? library : "",
			    library != NULL ? "/" : "", spelling[i], ending[j]);
			if (is_file(path, st))
				return path;
		}
	return NULL;
}

static const char *
copier_find(struct copier *c, const struct token *name,
    const struct token *library, struct stat *st)
{
	const struct copybook_options *o = c->options;
	uint32_t i, n = o->ninclude + 2, with;
	const char *dir, *path, *lib;

	for (with = library != NULL ? 2 : 1; with-- > 0;)
		for (i = 0; i < n; i++) {
			dir = i > 1 ? o->include[i - 2] : c->home == NULL ?
			    NULL : i == 1 ? c->home :
			    directory_of(c->a, name->src->name);
			if (dir == NULL || dir[0] == '\0')
				continue;
			lib = with > 0 ? library->text : NULL;
			path = find_in(c, dir, lib, name->text, st);
			if (path == NULL && lib != NULL)
				path = find_in(c, dir, lower_case(c->a, lib),
				    name->text, st);
			if (path != NULL)
				return path;
		}
	return NULL;
}

static void
copier_send(struct copier *c, const struct token *t)
{
	struct token_list *o = c->out;

	if (o->n >= TOKENS_MAX) {
		o->full = true;
		return;
	}
	*ARENA_PUSH(c->a, o->tok, o->n, o->cap) = *t;
	if (token_is(t, "DIVISION") && o->n > 1)
		c->procedures = token_is(&o->tok[o->n - 2], "PROCEDURE");
}

static void
copier_hole(struct copier *c, const struct token *at)
{
	struct token t = *at;

	t.kind = TOK_HOLE;
	copier_send(c, &t);
}

/* True, with an error, when the file must not be opened (again). */
static bool
copier_refuses(struct copier *c, const struct token *name,
    const struct stat *st)
{
	uint32_t i;

	for (i = 0; i < c->depth; i++)
		if (c->open[i].dev == st->st_dev &&
		    c->open[i].ino == st->st_ino) {
			diag_add(c->ds, DIAG_C004, token_place(name),
			    "'%s' copies itself", name->text);
			return true;
		}
	if (c->depth == COPY_DEPTH_MAX) {
		diag_add(c->ds, DIAG_C004, token_place(name),
		    "COPY nests deeper than %d files", COPY_DEPTH_MAX);
		return true;
	}
	if (c->nfiles == COPY_FILES_MAX || c->bytes > SRCTEXT_MAX) {
		diag_add(c->ds, DIAG_C005, token_place(name),
		    "copied files are too many or too large");
		return true;
	}
	return false;
}

/*
 * Copybooks that come with DB2, CICS and IMS or are written by the
 * precompiler: no record of a file is in them.
 */
static bool
is_of_system(const struct token *name)
{
	static const char *const names[] = { "SQLCA", "SQLDA", "DFHAID",
	    "DFHBMSCA", "DFHATTR", "DFHEIBLK", "DFHVALUE", "DFHMSRCA",
	    "CEEIGZCT", "CMQV", "CMQGMOV", "CMQMDV", "CMQODV", "CMQPMOV" };
	uint32_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name->text, names[i]) == 0)
			return true;
	return false;
}

static void
copier_copy(struct copier *c, const struct token *name,
    const struct token *library)
{
	const struct srctext *src = NULL;
	struct stat st;
	struct diag *d;
	const char *path = copier_find(c, name, library, &st);

	if (path != NULL && copier_refuses(c, name, &st)) {
		copier_hole(c, name);
		return;
	}
	if (path != NULL && c->options->texts != NULL)
		*ARENA_PUSH(c->a, c->options->texts->v, c->options->texts->n,
		    c->options->texts->cap) = path;
	if (path != NULL)
		src = srctext_read(c->a, path);
	if (src == NULL && is_of_system(name)) {
		diag_add(c->ds, DIAG_C040, token_place(name), "'%s' is left "
		    "out: there is no such file", name->text);
		return;
	}
	if (src == NULL) {
		d = diag_add(c->ds, DIAG_C002, token_place(name),
		    "COPY finds no file '%s'", name->text);
		diag_hint(c->ds, d, "give the directory of its copybooks "
		    "with -I");
		copier_hole(c, name);
		return;
	}
	c->open[c->depth].dev = st.st_dev;
	c->open[c->depth].ino = st.st_ino;
	c->depth++;
	c->nfiles++;
	c->bytes += src->len;
	copier_text(c, src);
	c->depth--;
}

/* COPY is a statement, not somebody's name for an item. */
static bool
is_copy(const struct token *t)
{
	if (!token_is(t, "COPY") ||
	    (t[1].kind != TOK_WORD && t[1].kind != TOK_LITERAL &&
	    t[1].kind != TOK_NUMBER))
		return false;
	return t[2].kind == TOK_PERIOD || t[2].kind == TOK_END ||
	    t[2].kind == TOK_PSEUDO || t[2].first || token_is(&t[2], "OF") ||
	    token_is(&t[2], "IN") || token_is(&t[2], "REPLACING") ||
	    token_is(&t[2], "SUPPRESS");
}

static const struct token *
after_period(const struct token *t)
{
	while (t->kind != TOK_END && t->kind != TOK_PERIOD)
		t++;
	return t->kind == TOK_PERIOD ? t + 1 : t;
}

/* The same, with every text word replaced on the way. */
static void
copier_copy_replaced(struct copier *c, const struct token *name,
    const struct token *library, const struct replacements *r)
{
	struct token_list *out = c->out, mine = { NULL, 0, 0, false, NULL };

	c->out = &mine;
	copier_copy(c, name, library);
	c->out = out;
	out->full |= mine.full;
	if (!replacements_apply(r, out, c->a, mine.tok, mine.n, &c->budget)) {
		diag_add(c->ds, DIAG_C005, token_place(name),
		    "replaced text is too large");
		copier_hole(c, name);
	}
}

/* The name of the library after OF or IN, or NULL. */
static const struct token *
copy_library(const struct token **t)
{
	const struct token *library;

	if (!token_is(*t, "OF") && !token_is(*t, "IN"))
		return NULL;
	library = ++*t;
	if (library->kind != TOK_WORD && library->kind != TOK_LITERAL)
		return NULL;
	++*t;
	return library;
}

static bool
same_level(const struct token *a, const struct token *b)
{
	const char *s = a->text, *t = b->text;

	return strcmp(s + (s[0] == '0'), t + (t[0] == '0')) == 0;
}

/*
 * `01 NAME COPY text.`, as in COBOL 68: the text's own entry of that level
 * lends its clauses and loses its name; text that begins below it makes NAME a
 * group.  `from` is where the copied tokens begin.
 */
static void
copier_in_entry(struct copier *c, uint32_t from)
{
	struct token_list *o = c->out;
	struct token *t = from > 1 ? &o->tok[from - 2] : NULL;
	uint32_t n = o->n - (from < o->n ? from : o->n);
	struct token period;

	if (t == NULL || n < 2 || !t[0].first || t[1].kind != TOK_WORD ||
	    t[0].kind != TOK_NUMBER || t[0].len > 2 ||
	    t[2].kind != TOK_NUMBER || !t[2].first || t[2].len > 2)
		return;
	if (same_level(&t[0], &t[2]) && t[3].kind == TOK_WORD) {
		memmove(&t[2], &t[4], (n - 2) * sizeof *t);
		o->n -= 2;
		return;
	}
	period = t[1];
	period.kind = TOK_PERIOD;
	period.text = ".";
	period.first = false;
	copier_send(c, &period);	/* makes room */
	t = &o->tok[from - 2];
	if (o->n == from + n + 1) {
		memmove(&t[3], &t[2], n * sizeof *t);
		t[2] = period;
	}
}

/*
 * COPY name [OF library] [SUPPRESS [PRINTING]] [REPLACING ...] .
 * Returns what follows.
 */
static const struct token *
copier_statement(struct copier *c, const struct token *t)
{
	const struct token *name = t + 1, *library, *last;
	struct replacements r = { NULL, 0, 0 };
	uint32_t from = c->out->n;

	t += 2;
	library = copy_library(&t);
	if (token_is(t, "SUPPRESS"))
		t += token_is(t + 1, "PRINTING") ? 2 : 1;
	if (token_is(t, "REPLACING")) {
		t++;
		if (!replacements_read(&r, c->a, c->ds, &t)) {
			copier_hole(c, name);
			return after_period(t);
		}
	}
	last = t - 1;
	if (r.n > 0)
		copier_copy_replaced(c, name, library, &r);
	else
		copier_copy(c, name, library);
	copier_in_entry(c, from);
	if (t->kind == TOK_PERIOD)
		return t + 1;
	diag_add(c->ds, DIAG_C011, token_place(last),
	    "missing period after COPY '%s'", name->text);
	return t;
}

static bool
is_name(const struct token *t)
{
	return t->kind == TOK_WORD || t->kind == TOK_LITERAL ||
	    t->kind == TOK_NUMBER;
}

/* EXEC SQL ... END-EXEC [.] */
static const struct token *
copier_exec(struct copier *c, const struct token *t)
{
	if (token_is(t + 2, "INCLUDE") && is_name(t + 3) && !c->procedures)
		copier_copy(c, t + 3, NULL);
	while (t->kind != TOK_END && !token_is(t, "END-EXEC"))
		t++;
	if (t->kind != TOK_END)
		t++;
	return t->kind == TOK_PERIOD ? t + 1 : t;
}

/* ++INCLUDE name and -INC name: to the end of the line, a period or not. */
static const struct token *
copier_include(struct copier *c, const struct token *t)
{
	const struct token *name = t + 1;

	if (!is_name(name) || name->first) {
		diag_add(c->ds, DIAG_C010, token_place(t), "expected the name "
		    "of a copybook after %s", t->text);
		copier_hole(c, t);
		return name;
	}
	copier_copy(c, name, NULL);
	t += 2;
	return t->kind == TOK_PERIOD && !t->first ? t + 1 : t;
}

static bool
is_exec(const struct token *t)
{
	return (token_is(t, "EXEC") || token_is(t, "EXECUTE")) &&
	    (token_is(t + 1, "SQL") || token_is(t + 1, "CICS") ||
	    token_is(t + 1, "DLI"));
}

static bool
is_replace(const struct token *t)
{
	return token_is(t, "REPLACE") && (t[1].kind == TOK_PSEUDO ||
	    token_is(t + 1, "OFF") || token_is(t + 1, "ALSO") ||
	    ((token_is(t + 1, "LEADING") || token_is(t + 1, "TRAILING")) &&
	    t[2].kind == TOK_PSEUDO) ||
	    (token_is(t + 1, "LAST") && token_is(t + 2, "OFF")));
}

static bool
is_include(const struct token *t)
{
	return t->first && (token_is(t, "-INC") || (t->kind == TOK_OTHER &&
	    strncmp(t->text, "++INCLUDE", 9) == 0));
}

static void
copier_text(struct copier *c, const struct srctext *src)
{
	struct token_list mine = { NULL, 0, 0, false, NULL };
	struct source_lines lines = { .comments = NULL };
	const struct token *t;
	struct token end = { .kind = TOK_END, .text = "", .first = true,
	    .src = src, .at = src->len > 0 ? (uint32_t)src->len - 1 : 0 };

	if (c->options->comments) {
		lines.comments = comments_new(c->a, src);
		lines.comments->next = c->comments;
		c->comments = lines.comments;
	}
	source_lines_read(&lines, c->a, c->ds, src, c->options->format,
	    &c->conditional);
	lexer_read(&mine, c->a, &lines);
	*ARENA_PUSH(c->a, mine.tok, mine.n, mine.cap) = end;
	*ARENA_PUSH(c->a, mine.tok, mine.n, mine.cap) = end;
	*ARENA_PUSH(c->a, mine.tok, mine.n, mine.cap) = end;
	c->out->full |= mine.full;
	for (t = mine.tok; t->kind != TOK_END && !c->out->full;) {
		if (c->procedures && (is_copy(t) || is_include(t))) {
			t = after_period(t);
		} else if (is_copy(t)) {
			t = copier_statement(c, t);
		} else if (is_exec(t)) {
			t = copier_exec(c, t);
		} else if (is_include(t)) {
			t = copier_include(c, t);
		} else {
			copier_send(c, t++);
		}
	}
}

/* REPLACE [ALSO] ... . or REPLACE [LAST] OFF.  Returns what follows. */
static const struct token *
replace_statement(struct copier *c, const struct token *t,
    struct replacements *r)
{
	const struct token *at = t++;

	if (token_is(t, "LAST") || token_is(t, "OFF")) {
		r->n = 0;
		t += token_is(t, "LAST") ? 2 : 1;
	} else {
		if (token_is(t, "ALSO"))
			t++;
		else
			r->n = 0;
		if (!replacements_read(r, c->a, c->ds, &t)) {
			copier_hole(c, at);
			return after_period(t);
		}
	}
	if (t->kind == TOK_PERIOD)
		return t + 1;
	diag_add(c->ds, DIAG_C011, token_place(t - 1),
	    "missing period after REPLACE");
	return t;
}

static void
copier_replaced(struct copier *c, const struct replacements *r,
    const struct token *t, uint32_t n)
{
	uint32_t i;

	if (r->n == 0)
		for (i = 0; i < n; i++)
			copier_send(c, &t[i]);
	else if (!replacements_apply(r, c->out, c->a, t, n, &c->budget))
		diag_add(c->ds, DIAG_C005, token_place(t),
		    "replaced text is too large");
}

/* REPLACE, over everything; `t` ends with TOK_END. */
static void
copier_replace(struct copier *c, const struct token *t)
{
	struct replacements r = { NULL, 0, 0 };
	const struct token *from;

	while (t->kind != TOK_END && !c->out->full) {
		if (is_replace(t)) {
			t = replace_statement(c, t, &r);
			continue;
		}
		for (from = t; t->kind != TOK_END && !is_replace(t);)
			t++;
		copier_replaced(c, &r, from, (uint32_t)(t - from));
	}
}

static void
copier_end(struct copier *c, struct token_list *l, const struct srctext *src)
{
	uint32_t i;

	l->full |= l->n + 3 > TOKENS_MAX;
	l->n -= l->full && l->n > 3 ? 3 : 0;
	for (i = 0; i < 3; i++)		/* statements look ahead so far */
		*ARENA_PUSH(c->a, l->tok, l->n, l->cap) = (struct token){
		    .kind = TOK_END, .text = "", .first = true, .src = src,
		    .at = src->len > 0 ? (uint32_t)src->len - 1 : 0,
		    .mark = 1 };
}

/* ==FROM== BY ==TO==, or FROM=TO for short. */
static const struct srctext *
replacement_text(struct arena *a, const char *option)
{
	const char *eq = strchr(option, '=');

	if (eq != NULL && eq != option && strstr(option, "==") == NULL)
		option = arena_printf(a, "==%.*s== BY ==%s==",
		    (int)(eq - option), option, eq + 1);
	return srctext_new(a, "replacement", option, strlen(option));
}

/* The replacements of the options, as if the first line said REPLACE. */
static void
copier_options(struct copier *c, struct token_list *all,
    const struct srctext *src)
{
	const struct copybook_options *o = c->options;
	struct token_list text = { NULL, 0, 0, false, NULL }, out = text;
	struct replacements r = { NULL, 0, 0 };
	struct source_lines lines = { .comments = NULL };
	const struct srctext *option;
	const struct token *t;
	uint32_t i;

	for (i = 0; i < o->nreplace; i++) {
		option = replacement_text(c->a, o->replace[i]);
		source_lines_read(&lines, c->a, c->ds, option, SOURCE_FREE,
		    &c->conditional);
		lexer_read(&text, c->a, &lines);
		copier_end(c, &text, option);
		t = text.tok;
		if (!replacements_read(&r, c->a, c->ds, &t))
			return;
		if (t->kind != TOK_END) {
			diag_add(c->ds, DIAG_C039, token_place(t),
			    "unexpected '%s' behind a replacement", t->text);
			return;
		}
		text = (struct token_list){ NULL, 0, 0, false, NULL };
	}
	if (r.n == 0)
		return;
	c->out = &out;
	copier_replaced(c, &r, all->tok, all->n - 3);
	copier_end(c, &out, src);
	*all = out;
}

void
copy_expand(struct token_list *out, struct arena *a, struct diags *ds,
    const struct srctext *src, const struct copybook_options *options,
    bool is_a_file, struct directives *conditional)
{
	static const struct copybook_options none = { 0 };
	struct token_list all = { NULL, 0, 0, false, NULL };
	struct copier c = { .out = &all, .a = a, .ds = ds,
	    .options = options != NULL ? options : &none,
	    .budget = SRCTEXT_MAX };
	struct stat st;
	uint32_t i;

	directives_init(&c.conditional, a, ds);
	for (i = 0; i < c.options->ndefine; i++)
		directives_define(&c.conditional, c.options->define[i]);
	if (is_a_file) {
		c.home = directory_of(a, src->name);
		if (stat(src->name, &st) == 0) {
			c.open[0].dev = st.st_dev;
			c.open[0].ino = st.st_ino;
			c.depth = 1;
		}
	}
	copier_text(&c, src);
	copier_end(&c, &all, src);
	copier_options(&c, &all, src);
	*out = (struct token_list){ NULL, 0, 0, false, NULL };
	c.out = out;
	copier_replace(&c, all.tok);
	out->full |= all.full;
	out->comments = c.comments;
	if (out->full)
		diag_add(ds, DIAG_C005, srctext_place(src, 0, 1),
		    "copybook has more than %u words", TOKENS_MAX);
	copier_end(&c, out, src);
	*conditional = c.conditional;
}
