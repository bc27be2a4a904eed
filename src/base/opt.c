/*
 * Option tables; see opt.h.
 *
 * getopt_long does the cutting of argv: it knows "--to=x", "-n10", "-qj4",
 * abbreviations and "--".  Its own messages are off; ours say what was meant.
 */
#include "base/opt.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define LONG_ONLY	256	/* getopt's value of row i is LONG_ONLY + i */

/* A table as getopt_long wants it. */
struct opt_getopt {
	char letters[2 + 2 * OPT_TABLE_MAX + 1];
	struct option option[OPT_TABLE_MAX + 1];
	const char *names[OPT_TABLE_MAX];	/* "--to": for did-you-mean */
	uint32_t n;
};

static void
opt_getopt_init(struct opt_getopt *g, struct arena *a, const struct opt *table)
{
	size_t at = 0;
	uint32_t i, visible = 0;

	*g = (struct opt_getopt){ .n = 0 };
	g->letters[at++] = ':';		/* a missing argument gives ':' */
	for (i = 0; table[i].name != NULL && i < OPT_TABLE_MAX; i++) {
		g->option[i] = (struct option){ table[i].name,
		    table[i].kind == OPT_FLAG ? no_argument :
		    required_argument, NULL, LONG_ONLY + (int)i };
		if (table[i].letter != 0) {
			g->letters[at++] = table[i].letter;
			if (table[i].kind != OPT_FLAG)
				g->letters[at++] = ':';
		}
		if (table[i].help != NULL)
			g->names[visible++] = arena_printf(a, "--%s",
			    table[i].name);
	}
	g->n = visible;
}

/* The row that getopt's value stands for, or NULL. */
static const struct opt *
opt_row(const struct opt *table, int value)
{
	uint32_t i;

	for (i = 0; table[i].name != NULL; i++)
		if (value == LONG_ONLY + (int)i ||
		    (table[i].letter != 0 && value == table[i].letter))
			return &table[i];
	return NULL;
}

static void
opt_bad_value(struct diags *ds, const struct opt *o, const char *arg,
    const char *what)
{
	diag_add(ds, DIAG_G001, NOWHERE, "'%s' is %s (option '--%s')", arg,
	    what, o->name);
}

static bool
opt_set_count(struct diags *ds, const struct opt *o, const char *arg,
    uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(arg, &end, 10);
	if (arg[0] < '0' || arg[0] > '9' || *end != '\0') {
		opt_bad_value(ds, o, arg, "no whole number");
		return false;
	}
	if (errno == ERANGE || *out < o->min || *out > o->max) {
		diag_add(ds, DIAG_G001, NOWHERE,
		    "'%s' is not between %llu and %llu (option '--%s')", arg,
		    (unsigned long long)o->min, (unsigned long long)o->max,
		    o->name);
		return false;
	}
	return true;
}

static bool
opt_set_choice(struct diags *ds, const struct opt *o, const char *arg,
    uint32_t *out)
{
	struct diag *d;
	const char *near;
	struct buf b;
	uint32_t i;

	for (i = 0; o->choice[i] != NULL; i++)
		if (strcmp(arg, o->choice[i]) == 0) {
			*out = i;
			return true;
		}
	buf_init(&b, 1024);
	buf_puts(&b, "none of");
	near = diag_nearest(arg, strlen(arg), o->choice, i);
	for (i = 0; o->choice[i] != NULL; i++)
		buf_printf(&b, "%s '%s'", i > 0 ? "," : "", o->choice[i]);
	d = diag_add(ds, DIAG_G001, NOWHERE, "'%s' is %s (option '--%s')", arg,
	    b.p, o->name);
	if (near != NULL)
		diag_hint(ds, d, "did you mean '%s'?", near);
	buf_fini(&b);
	return false;
}

static bool
opt_set(struct arena *a, struct diags *ds, const struct opt *o,
    const char *arg, void *values)
{
	void *p = (char *)values + o->at;
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)p = true;
		return true;
	case OPT_TEXT:
		*(const char **)p = arg;
		return true;
	case OPT_LIST:
		list = p;
		*ARENA_PUSH(a, list->v, list->n, list->cap) = arg;
		return true;
	case OPT_COUNT:
		return opt_set_count(ds, o, arg, p);
	case OPT_CHOICE:
		return opt_set_choice(ds, o, arg, p);
	}
	return false;
}

/* getopt said '?': unknown, ambiguous, or an argument where none belongs. */
static void
opt_unknown(struct diags *ds, const struct opt *table,
    const struct opt_getopt *g, const char *verb, const char *word)
{
	size_t len = strcspn(word, "=");
	const struct opt *o = optopt != 0 ? opt_row(table, optopt) : NULL;
	const char *near, *two[2];
	struct diag *d;
	uint32_t i, n = 0;

	if (o != NULL && optopt >= LONG_ONLY) {
		diag_add(ds, DIAG_G001, NOWHERE,
		    "option '--%s' takes no argument", o->name);
		return;
	}
	if (optopt != 0) {
		d = diag_add(ds, DIAG_G001, NOWHERE, "unknown option '-%c'",
		    optopt > 0x20 && optopt < 0x7f ? optopt : '?');
		diag_hint(ds, d, "decant %s --help lists the options", verb);
		return;
	}
	for (i = 0; i < g->n && n < 2; i++)
		if (strncmp(g->names[i], word, len) == 0)
			two[n++] = g->names[i];
	if (n == 2) {
		diag_add(ds, DIAG_G001, NOWHERE,
		    "option '%.*s' could be '%s' or '%s'", (int)len, word,
		    two[0], two[1]);
		return;
	}
	d = diag_add(ds, DIAG_G001, NOWHERE, "unknown option '%.*s'", (int)len,
	    word);
	near = diag_nearest(word, len, g->names, g->n);
	if (near != NULL)
		diag_hint(ds, d, "did you mean '%s'?", near);
	else
		diag_hint(ds, d, "decant %s --help lists the options", verb);
}

bool
opt_parse(struct arena *a, struct diags *ds, const struct opt *table, int argc,
    char **argv, void *values, struct opt_operands *rest)
{
	const struct opt *o;
	struct opt_getopt g;
	bool good = true;
	int c;

	opt_getopt_init(&g, a, table);
	opterr = 0;
	optind = 0;		/* glibc: start again from the beginning */
	while ((c = getopt_long(argc, argv, g.letters, g.option, NULL)) != -1) {
		if (c == '?') {
			opt_unknown(ds, table, &g, argv[0], argv[optind - 1]);
			good = false;
			continue;
		}
		if (c == ':') {
			o = opt_row(table, optopt);
			diag_add(ds, DIAG_G001, NOWHERE,
			    "option '--%s' needs %s", o->name, o->metavar);
			good = false;
			continue;
		}
		o = opt_row(table, c);
		if (!opt_set(a, ds, o, optarg, values))
			good = false;
	}
	rest->v = (const char *const *)argv + optind;
	rest->n = (uint32_t)(argc - optind);
	return good;
}

#define HELP_COLUMN	26	/* where the explanations start */

void
opt_help(struct buf *b, const struct opt *table)
{
	const struct opt *o;
	size_t start;

	for (o = table; o->name != NULL; o++) {
		if (o->help == NULL)
			continue;
		start = b->len;
		if (o->letter != 0)
			buf_printf(b, "  -%c, --%s", o->letter, o->name);
		else
			buf_printf(b, "      --%s", o->name);
		if (o->kind != OPT_FLAG)
			buf_printf(b, " %s", o->metavar);
		if (b->len - start > HELP_COLUMN - 2) {
			buf_putc(b, '\n');
			start = b->len;
		}
		while (b->len - start < HELP_COLUMN && !b->full)
			buf_putc(b, ' ');
		buf_printf(b, "%s\n", o->help);
	}
}
