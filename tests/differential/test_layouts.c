/*
 * Layouts against GnuCOBOL: cobc lists the same items in three dialects, and
 * says which of many random pictures it takes.
 *
 * Skipped without cobc.  Where cobc's configuration for IBM is not IBM's
 * rule, the row is left out of that dialect, with the reason beside it.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cobol/copybook.h"
#include "unit/tap.h"

enum { I = 1, M = 2, G = 4, ALL = 7 };

static const struct {
	const char *clauses;
	int in;
} items[] = {
	{ "PIC S9 COMP", ALL }, { "PIC 9(2) COMP", ALL },
	{ "PIC S9(4) COMP", ALL }, { "PIC 9(5) COMP", ALL },
	{ "PIC S9(6) COMP", ALL }, { "PIC S9(7) COMP", ALL },
	{ "PIC 9(7) COMP", ALL }, { "PIC S9(9) BINARY", ALL },
	{ "PIC 9(10) COMP-4", ALL }, { "PIC S9(12) COMP", ALL },
	{ "PIC 9(12) COMP", ALL }, { "PIC S9(16) COMP", ALL },
	{ "PIC S9(17)V9 COMP", ALL }, { "PIC 9(18) COMP", ALL },
	{ "PIC S9(3)PPP COMP", ALL }, { "PIC PPP9(4) COMP", ALL },
	/* cobc -std=ibm gives COMP-5 1 byte for 2 digits; IBM's has 2 */
	{ "PIC S9(2) COMP-5", M | G }, { "PIC S9(4) COMP-5", ALL },
	{ "PIC 9(6) COMP-5", ALL }, { "PIC 9(11) COMP-5", ALL },
	{ "PIC 9(2) COMP-X", ALL }, { "PIC 9(4) COMP-X", ALL },
	{ "PIC 9(5) COMP-X", ALL }, { "PIC 9(9) COMP-X", ALL },
	{ "PIC 9(12) COMP-X", ALL }, { "PIC 9(18) COMP-X", ALL },
	{ "PIC 9(19) COMP-X", ALL }, { "PIC 9(24) COMP-N", ALL },
	{ "PIC S9(14) COMP-N", ALL }, { "PIC 9(2)V99 COMP-X", ALL },
	/* PIC X there is no number of IBM's */
	{ "PIC X(3) COMP-X", M | G }, { "PIC X(5) COMP-5", M | G },
	{ "PIC X COMP-N", M | G },
	{ "PIC 9 COMP-3", ALL }, { "PIC S9(18) COMP-3", ALL },
	{ "PIC 9(31) COMP-3", ALL }, { "PIC S9(38) COMP-3", M | G },
	{ "PIC SPP9(4) COMP-3", ALL }, { "PIC 9(7) COMP-6", ALL },
	{ "PIC 9(4) COMP-6", ALL }, { "PIC PPP9 COMP-6", ALL },
	{ "PIC 9(38)", M | G }, { "PIC S9(4) SIGN LEADING SEPARATE", ALL },
	{ "COMP-1", ALL }, { "COMP-2", ALL }, { "FLOAT-SHORT", ALL },
	{ "FLOAT-LONG", ALL }, { "FLOAT-DECIMAL-16", ALL },
	{ "FLOAT-DECIMAL-34", ALL }, { "BINARY-CHAR", ALL },
	{ "BINARY-SHORT UNSIGNED", ALL }, { "BINARY-LONG SIGNED", ALL },
	{ "BINARY-DOUBLE", ALL }, { "SIGNED-INT", ALL },
	{ "UNSIGNED-SHORT", ALL }, { "INDEX", ALL },
	/* addresses: 4 bytes on 31-bit z/OS, cobc's machine has 8 */
	{ "POINTER", G }, { "PROGRAM-POINTER", G },
	{ "PROCEDURE-POINTER", I | G },
	{ "PIC N(4)", ALL }, { "PIC NBN0/", 0 },	/* cobc: 7 bytes */
	{ "PIC $$$,$$9.99CR", ALL }, { "PIC -(5)9.99", ALL },
	{ "PIC **,***.99DB", ALL }, { "PIC ZZZPP", ALL },
	{ "PIC 99/99/9999", ALL }, { "PIC XXBXX/X0", ALL },
	{ "PIC 9(5)V,99", ALL }, { "PIC +ZZZ,ZZ9.99", ALL },
};
#define NITEM	(sizeof items / sizeof items[0])

static const struct {
	const char *std;
	enum dialect dialect;
	int bit;
} dialects[] = {
	{ "ibm", DIALECT_IBM, I }, { "mf", DIALECT_MICROFOCUS, M },
	{ "default", DIALECT_GNUCOBOL, G },
};

/*
 * SYNC.  Slack bytes before a group are left out: IBM gives them to the group
 * before, GnuCOBOL to the one that follows.
 */
static const char sync_text[] =
    "01 S.\n05 X1 PIC X(4).\n05 G.\n10 B PIC S9(9) COMP SYNC.\n10 C PIC X.\n"
    "10 D COMP-1 SYNC.\n05 E PIC 9(2) COMP-5 SYNC.\n05 F PIC 9(18) COMP SYNC.\n"
    "05 T OCCURS 3.\n10 F1 PIC X.\n10 G1 PIC 9(4) COMP SYNC.\n10 H1 PIC X.\n"
    "05 P POINTER SYNC.\n05 Y PIC X.\n05 Z COMP-2 SYNC.\n";

static bool
run_cobc(const char *dir, const char *std, const char *text)
{
	char path[300], command[900];
	FILE *f;

	snprintf(path, sizeof path, "%s/t.cob", dir);
	f = fopen(path, "w");
	if (f == NULL)
		return false;
	fprintf(f, "       >>SOURCE FORMAT IS FREE\nIDENTIFICATION DIVISION.\n"
	    "PROGRAM-ID. P.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n%s"
	    "PROCEDURE DIVISION.\nSTOP RUN.\n", text);
	fclose(f);
	snprintf(command, sizeof command, "cd %s && cobc -std=%s "
	    "-fsyntax-only -w -fmax-errors=100000 -T t.lst --tlines=0 "
	    "-ftsymbols t.cob 2> t.err",
	    dir, std);
	(void)!system(command);
	return true;
}

/* Sizes of the items of the listing, in order. */
static unsigned
listed_sizes(const char *dir, unsigned long *size, unsigned max)
{
	char path[300], line[1024], type[32], name[64];
	unsigned n = 0, level;
	unsigned long bytes;
	FILE *f;

	snprintf(path, sizeof path, "%s/t.lst", dir);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%5lu %31s %2u %63s", &bytes, type, &level,
		    name) == 4 && n < max && strlen(type) > 3)
			size[n++] = bytes;
	if (f != NULL)
		fclose(f);
	return n;
}

static struct layout *
layout_of(struct arena *a, struct diags *ds, const char *text,
    enum dialect dialect)
{
	struct copybook_options options = { .format = SOURCE_FREE,
	    .dialect = dialect };

	diags_init(ds, a);
	return layout_build(a, ds, copybook_parse_text(a, ds,
	    srctext_new(a, "t.cpy", text, strlen(text)), &options));
}

static void
compare(const char *dir, const char *what, const char *std,
    enum dialect dialect, const char *text, bool whole)
{
	unsigned long size[200];
	unsigned n, i, bad = 0;
	struct layout *l;
	struct diags ds;
	struct arena a;

	arena_init(&a);
	l = layout_of(&a, &ds, text, dialect);
	run_cobc(dir, std, text);
	n = listed_sizes(dir, size, 200);
	if (l == NULL)
		printf("# line %u: %s\n", ds.first->at.line,
		    ds.first->message);
	for (i = !whole; l != NULL && i < n && i < l->nitem; i++) {
		const struct item *it = &l->item[i];
		unsigned long mine = it->size;

		if (it->category == CAT_GROUP && it->occurs_max > 0)
			mine *= it->occurs_max;
		if (mine != size[i]) {
			printf("# %s: %lu, listed %lu\n", it->name, mine,
			    size[i]);
			bad++;
		}
	}
	ok(l != NULL && n == l->nitem && bad == 0, "%s: cobc -std=%s", what,
	    std);
	arena_fini(&a);
}

static void
test_items(const char *dir)
{
	struct buf b;
	size_t d, i;

	buf_init(&b, 1 << 20);
	for (d = 0; d < sizeof dialects / sizeof dialects[0]; d++) {
		buf_clear(&b);
		buf_puts(&b, "01 R.\n");
		for (i = 0; i < NITEM; i++)
			if (items[i].in & dialects[d].bit)
				buf_printf(&b, "05 I%zu %s.\n", i,
				    items[i].clauses);
		compare(dir, "usages", dialects[d].std, dialects[d].dialect,
		    b.p, true);
	}
	compare(dir, "SYNCHRONIZED", "default", DIALECT_GNUCOBOL, sync_text,
	    true);
	buf_fini(&b);
}

/* --- pictures ------------------------------------------------------------- */

#define PICTURES	1200

static uint64_t seed = 88172645463325252u;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

static void
random_picture(char out[64])
{
	static const char *const pieces[] = { "9", "99", "Z", "ZZ", "*", "**",
	    "+", "++", "-", "--", "$", "$$", ",", ".", "V", "B", "0", "/",
	    "P", "CR", "DB", "X", "A", "9(3)", "Z(4)", "S", "9", "Z", "." };
	uint32_t n = 1 + random_below(6), i;

	out[0] = '\0';
	for (i = 0; i < n; i++)
		strncat(out, pieces[random_below(sizeof pieces /
		    sizeof pieces[0])], 63 - strlen(out));
	i = (uint32_t)strlen(out);
	if (out[i - 1] == '.' || out[i - 1] == ',')
		strncat(out, "9", 63 - i);
}

/*
 * Where cobc takes what no manual has: no digit but P, and a currency sign
 * behind the digits where no 9 comes right before it.
 */
static bool
is_left_out(const char *picture)
{
	size_t n = strlen(picture);

	return picture[n - 1] == '$' || strpbrk(picture, "9ZXA*$") == NULL;
}

/* Lines of the source with an error. */
static void
read_errors(const char *dir, bool *bad, unsigned max)
{
	char path[300], line[1024];
	unsigned at;
	FILE *f;

	snprintf(path, sizeof path, "%s/t.err", dir);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strstr(line, "error:") != NULL &&
		    sscanf(line, "t.cob:%u:", &at) == 1 && at >= 6 &&
		    at - 6 < max)
			bad[at - 6] = true;
	if (f != NULL)
		fclose(f);
}

static void
test_pictures(const char *dir)
{
	static char picture[PICTURES][64];
	static bool bad[PICTURES];
	unsigned i, wrong = 0, good = 0;
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (i = 0; i < PICTURES; i++) {
		random_picture(picture[i]);
		buf_printf(&b, "01 I%u PIC %s.\n", i, picture[i]);
	}
	run_cobc(dir, "default", b.p);
	read_errors(dir, bad, PICTURES);
	for (i = 0; i < PICTURES; i++) {
		arena_init(&a);
		buf_clear(&b);
		buf_printf(&b, "01 I%u PIC %s.\n", i, picture[i]);
		l = layout_of(&a, &ds, b.p, DIALECT_GNUCOBOL);
		good += l != NULL;
		if ((l != NULL) == bad[i] && !is_left_out(picture[i])) {
			wrong++;
			printf("# PIC %s: %s, cobc %s\n", picture[i],
			    l != NULL ? "taken" : ds.first->message, bad[i] ?
			    "refuses it" : "takes it");
		}
		arena_fini(&a);
	}
	ok(wrong == 0, "%u of %d random pictures taken, as by cobc", good,
	    PICTURES);
	buf_fini(&b);
}

int
main(void)
{
	char dir[] = "/tmp/test_layouts.XXXXXX", command[100];

	if (system("command -v cobc > /dev/null 2>&1") != 0) {
		tap_skip_all("cobc is not installed");
		return 0;
	}
	if (mkdtemp(dir) == NULL) {
		ok(false, "mkdtemp");
		return tap_done();
	}
	test_items(dir);
	test_pictures(dir);
	snprintf(command, sizeof command, "rm -r %s", dir);
	ok(system(command) == 0, "cleaned up");
	return tap_done();
}
