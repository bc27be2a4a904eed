/*
 * Copybooks nobody here made: the corpus under $DECANT_SHARED/data, if there.
 *
 * Every file is read and must give a layout or diagnostics; those refused
 * stand in corpus-exceptions.txt with the reason.  Where GnuCOBOL's symbol listing of a file stands
 * beside it, levels, names and sizes are compared item by item; each kind of
 * difference has a row in a table that says why it is right, at more length in
 * corpus-differences.txt.  Last, broken
 * texts made from strings of our own must not bring the reader down.
 */
#include <dirent.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cobol/copybook.h"
#include "tap.h"

#define ACCEPTED_PERCENT	99	/* of what is COBOL */
#define SECONDS_MAX	1.0	/* for one copybook */
#define EXCEPTIONS_MAX	200
#define PATH_BYTES	4096

/* --- GnuCOBOL's listing --------------------------------------------------- */

struct symbol {
	unsigned long size;
	unsigned level;
	char type[24], name[64];
	bool occurs;
};

/* "00004 NUMERIC   05   NAME   S9(8) COMP"; false: another kind of line. */
static bool
symbol_read(struct symbol *s, const char *line)
{
	char rest[512] = "";
	size_t n;

	if (sscanf(line, "%lu %23s %u %63[^ \n]%511[^\n]", &s->size, s->type,
	    &s->level, s->name, rest) < 4)
		return false;
	n = strlen(s->name);
	if (n > 0 && s->name[n - 1] == ',')
		s->name[n - 1] = '\0';	/* , REDEFINES … */
	s->occurs = strstr(rest, "OCCURS ") != NULL;
	return true;
}

enum difference { SAME, WRONG, POINTERS, BLANK_ZERO, FILLER, HOLDER,
    DIFFERENCES };

static const struct {
	const char *name, *why;
} differences[DIFFERENCES] = {
	[SAME] = { "same", "" },
	[WRONG] = { "unexplained", "" },
	[POINTERS] = { "pointer", "addresses are 4 bytes on 31-bit z/OS, 8 "
	    "where the listing was made" },
	[BLANK_ZERO] = { "blank when zero", "GnuCOBOL edits the number, and "
	    "gives V a byte; IBM's V has none" },
	[FILLER] = { "filler", "GnuCOBOL lists all names that begin with "
	    "FILLER as FILLER" },
	[HOLDER] = { "place-holder", "the listing was made with :TAG: "
	    "replaced; here it stays" },
};

/* Pointers in one occurrence of an item, those of redefinitions left out. */
static uint32_t
pointers_in(const struct layout *l, uint32_t i)
{
	const struct item *it = &l->item[i];
	uint32_t j, n = 0;

	if (it->usage == USAGE_POINTER && it->category == CAT_OPAQUE)
		return 1;
	for (j = i + 1; j < it->next; j = l->item[j].next)
		if (l->item[j].redefines == ITEM_NONE)
			n += pointers_in(l, j) * (l->item[j].occurs_max > 0 ?
			    l->item[j].occurs_max : 1);
	return n;
}

static enum difference
item_compare(const struct layout *l, uint32_t i, const struct symbol *s)
{
	const struct item *it = &l->item[i];
	unsigned long size = it->size;
	const char *name = it->name != NULL ? it->name : "FILLER";
	bool root = it->parent == ITEM_NONE &&
	    strcmp(s->name, "ORACLE-ROOT") == 0;

	if (it->category == CAT_GROUP && it->occurs_max > 0)
		size *= it->occurs_max;	/* listed with all occurrences */
	if (!root && it->level != s->level)
		return WRONG;
	if (strchr(name, ':') != NULL)
		return size == s->size ? HOLDER : WRONG;
	if (!root && strcasecmp(name, s->name) != 0)
		return strcmp(s->name, "FILLER") == 0 && size == s->size &&
		    strncmp(name, "FILLER", 6) == 0 ? FILLER : WRONG;
	if (s->occurs != (it->occurs_max > 0))
		return WRONG;
	if (size == s->size)
		return SAME;
	if (s->size == size + 4ul * pointers_in(l, i) *
	    (it->category == CAT_GROUP && it->occurs_max > 0 ?
	    it->occurs_max : 1))
		return POINTERS;
	/* The clause leaves no trace in the layout: the file is named. */
	if (s->size == size + 1 && strstr(l->name, "ALLTYPES") != NULL &&
	    (i == 0 || strcmp(name, "S-UZONED-BWZ") == 0))
		return BLANK_ZERO;
	return WRONG;
}

static unsigned items_compared, differing[DIFFERENCES];

/* The items of one file, in order; false: an unexplained difference. */
static bool
listing_compare(const struct layout *l, const char *path)
{
	char line[1024];
	struct symbol s;
	FILE *f = fopen(path, "r");
	uint32_t i = 0;
	enum difference d;

	if (f == NULL)
		return false;
	while (fgets(line, sizeof line, f) != NULL) {
		if (!symbol_read(&s, line))
			continue;
		d = i < l->nitem ? item_compare(l, i, &s) : WRONG;
		differing[d]++;
		items_compared++;
		if (d == WRONG) {
			printf("# item %u: listed %s", i, line);
			if (i < l->nitem)
				printf("#   here %u %02u %s\n",
				    l->item[i].size, l->item[i].level,
				    l->item[i].name != NULL ?
				    l->item[i].name : "FILLER");
			fclose(f);
			return false;
		}
		i++;
	}
	fclose(f);
	if (i != l->nitem)
		printf("# listed %u items, here %u\n", i, l->nitem);
	return i == l->nitem;
}

/* --- what is refused ------------------------------------------------------ */

static struct exception {
	char path[300], code[8], kind[16];
	bool seen;
} exceptions[EXCEPTIONS_MAX];
static unsigned nexceptions;

static void
exceptions_read(void)
{
	const char *top = getenv("SRCDIR");
	struct exception *e;
	char line[1024], path[PATH_BYTES];
	FILE *f;

	snprintf(path, sizeof path, "%s/tests/unit/corpus-exceptions.txt",
	    top != NULL ? top : ".");
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL &&
	    nexceptions < EXCEPTIONS_MAX) {
		e = &exceptions[nexceptions];
		nexceptions += line[0] != '#' && sscanf(line,
		    "%299s %7s %15s", e->path, e->code, e->kind) == 3;
	}
	if (f != NULL)
		fclose(f);
	ok(f != NULL, "exceptions: %u", nexceptions);
}

/* A file is refused for the reason that the list gives. */
static bool
exception_fits(const char *path, const struct diags *ds)
{
	const struct diag *d = ds->first;
	const char *at;
	unsigned i;

	while (d != NULL && d->severity != SEV_ERROR)
		d = d->next;
	for (i = 0; i < nexceptions; i++) {
		at = strstr(path, exceptions[i].path);
		if (at == NULL || strlen(at) != strlen(exceptions[i].path))
			continue;
		exceptions[i].seen = true;
		return d != NULL &&
		    strcmp(diag_name(d->code), exceptions[i].code) == 0;
	}
	return false;
}

/* How many exceptions are no COBOL at all, or only a part of it. */
static unsigned
exceptions_excused(void)
{
	unsigned i, n = 0;

	for (i = 0; i < nexceptions; i++) {
		n += strcmp(exceptions[i].kind, "dialect") != 0;
		if (!exceptions[i].seen)
			ok(false, "%s: still refused", exceptions[i].path);
	}
	return n;
}

/* --- the corpus ----------------------------------------------------------- */

static unsigned files, accepted, listed;

/* Offsets and sizes that cannot be are found whatever the copybook says. */
static bool
layout_is_sane(const struct layout *l)
{
	const struct item *it, *up;
	uint64_t whole;
	uint32_t i;

	for (i = 0; i < l->nitem; i++) {
		it = &l->item[i];
		whole = (uint64_t)it->size *
		    (it->occurs_max > 0 ? it->occurs_max : 1);
		if (it->next <= i || it->next > l->nitem || it->size == 0)
			return false;
		if (it->parent == ITEM_NONE)
			continue;
		up = &l->item[it->parent];
		if (it->parent >= i || it->next > up->next ||
		    it->offset < up->offset ||
		    it->offset + whole > (uint64_t)up->offset + up->size)
			return false;
	}
	for (i = 0; i < l->nrecord; i++)
		if (layout_min_size(l, l->record[i]) >
		    layout_max_size(l, l->record[i]))
			return false;
	return true;
}

static void
corpus_file(const char *path, const char *listing)
{
	struct arena a;
	struct diags ds;
	struct copybook *book;
	struct layout *l;
	struct stat st;
	clock_t start = clock();

	arena_init(&a);
	diags_init(&ds, &a);
	files++;
	book = copybook_parse(&a, &ds, path, NULL);
	l = book != NULL ? layout_build(&a, &ds, book) : NULL;
	if ((l == NULL) != (ds.errors > 0))
		ok(false, "%s: no layout without an error", path);
	if (l == NULL && !exception_fits(path, &ds))
		ok(false, "%s: refused as corpus-exceptions.txt says", path);
	if ((double)(clock() - start) / CLOCKS_PER_SEC > SECONDS_MAX)
		ok(false, "%s: read within a second", path);
	if (l != NULL) {
		accepted++;
		if (!layout_is_sane(l))
			ok(false, "%s: sizes that cannot be", path);
		if (stat(listing, &st) == 0) {
			listed++;
			if (!listing_compare(l, listing))
				ok(false, "%s: as listed by GnuCOBOL", path);
		}
	}
	arena_fini(&a);
}

static void
corpus_walk(const char *dir, const char *listings)
{
	char path[PATH_BYTES], listing[PATH_BYTES];
	struct dirent **entry;
	struct stat st;
	int i, n = scandir(dir, &entry, NULL, alphasort);

	for (i = 0; i < n; i++) {
		if (strcmp(entry[i]->d_name, ".") != 0 &&
		    strcmp(entry[i]->d_name, "..") != 0) {
			snprintf(path, sizeof path, "%s/%s", dir,
			    entry[i]->d_name);
			snprintf(listing, sizeof listing, "%s/%s", listings,
			    entry[i]->d_name);
			if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
				corpus_walk(path, listing);
			} else if (strlen(listing) + 5 < sizeof listing) {
				memcpy(listing + strlen(listing), ".sym", 5);
				corpus_file(path, listing);
			}
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

static void
test_corpus(void)
{
	const char *shared = getenv("DECANT_SHARED");
	char copybooks[PATH_BYTES], listings[PATH_BYTES];
	struct stat st;
	unsigned cobol;
	int d;

	snprintf(copybooks, sizeof copybooks, "%s/data/copybooks",
	    shared != NULL ? shared : "");
	snprintf(listings, sizeof listings, "%s/data/oracle",
	    shared != NULL ? shared : "");
	if (shared == NULL || stat(copybooks, &st) != 0) {
		tap_skip("corpus of copybooks", "DECANT_SHARED has none");
		return;
	}
	exceptions_read();
	corpus_walk(copybooks, listings);
	cobol = files - exceptions_excused();
	ok(accepted * 100 >= cobol * ACCEPTED_PERCENT, "%u of %u copybooks "
	    "that are COBOL accepted (%u files), at least %d %%", accepted,
	    cobol, files, ACCEPTED_PERCENT);
	is_int(differing[WRONG], 0, "%u items in %u copybooks as GnuCOBOL "
	    "lists them", items_compared, listed);
	for (d = POINTERS; d < DIFFERENCES; d++)
		printf("# %u items differ: %s: %s\n", differing[d],
		    differences[d].name, differences[d].why);
}

/* --- broken texts --------------------------------------------------------- */

#define MUTATIONS	600
#define TEXT_BYTES	4096

static const char *const texts[] = {
	"       01  CUSTOMER-REC.\n"
	"           05  CUST-ID              PIC 9(5).\n"
	"           05  CUST-NAME.\n"
	"               10  FIRST-NAME       PIC X(10) VALUE 'it''s'.\n"
	"               10  LAST-NAME        PIC X(20).\n"
	"           05  BALANCE              PIC S9(7)V99 COMP-3.\n"
	"           05  KIND                 PIC X.\n"
	"               88  IS-OPEN          VALUES 'A' 'B' THRU 'F'.\n"
	"           05  COUNTED              PIC S9(4) COMP.\n"
	"           05  ENTRY-T OCCURS 0 TO 9 TIMES DEPENDING ON COUNTED.\n"
	"               10  E-KEY            PIC X(3).\n"
	"               10  E-AMT            PIC S9(5) COMP OCCURS 2.\n"
	"           05  TAIL-END             PIC X(4).\n"
	"           05  T-RED REDEFINES TAIL-END PIC 9(4).\n"
	"           66  BOTH RENAMES CUST-ID THRU BALANCE.\n",
	"01 R SYNC.\n05 A PIC X.\n05 G OCCURS 3.\n10 B PIC S9(9) COMP.\n"
	"10 C COMP-2.\n10 D PIC $$,$$9.99CR.\n05 E POINTER.\n"
	"05 F PIC S9(3)PP SIGN LEADING SEPARATE.\n78 N VALUE 7.\n"
	"05 H OCCURS N PIC X VALUE X'00'.\n",
	"000100 IDENTIFICATION DIVISION.\n000200 DATA DIVISION.\n"
	"000300 WORKING-STORAGE SECTION.\n000400 01  A.\n"
	"000500     05  B PIC X(90) VALUE 'one\n"
	"000600-    'two'.\n000700     COPY NOTHING REPLACING ==A== BY ==B==.\n"
	"000800     EXEC SQL INCLUDE X END-EXEC.\n000900 PROCEDURE DIVISION.\n",
};

static const char *const pieces[] = { "'", "\"", "X'", "==", ".", "(", ")",
    "\n      -", "\n", "\t", "01 ", "05 ", "66 A RENAMES B THRU C.", "77 ",
    "88 ", "OCCURS 3 ", "OCCURS 16777216 ", "REDEFINES ", "DEPENDING ON ",
    "PIC ", "9(99999)", "PPP", "COMP ", "SYNC ", "VALUE ", "THRU ", "COPY X.",
    ":T:", "EXEC SQL", "*>", ">>SOURCE FREE\n" };

static uint64_t seed = 88172645463325252u;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

/* One change: cut the end, a byte, some bytes, double some, a piece more. */
static size_t
mutate(char *t, size_t len)
{
	size_t at = random_below((uint32_t)len + 1), n = random_below(40);
	const char *piece;

	switch (random_below(5)) {
	case 0:
		return at;
	case 1:
		if (at < len)
			t[at] = (char)random_below(256);
		return len;
	case 2:
		if (at + n > len)
			return len;
		memmove(t + at, t + at + n, len - at - n);
		return len - n;
	case 3:
		if (at + n > len || len + n > TEXT_BYTES)
			return len;
		memmove(t + at + n, t + at, len - at);
		return len + n;
	default:
		piece = pieces[random_below(sizeof pieces / sizeof pieces[0])];
		n = strlen(piece);
		if (len + n > TEXT_BYTES)
			return len;
		memmove(t + at + n, t + at, len - at);
		memcpy(t + at, piece, n);
		return len + n;
	}
}

static bool
broken_text(const char *text, size_t len, enum source_format format)
{
	struct copybook_options options = { .format = format };
	struct layout *l;
	struct diags ds;
	struct arena a;
	struct diag *d;
	struct buf b;
	bool good;

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, 1 << 20);
	l = layout_build(&a, &ds, copybook_parse_text(&a, &ds,
	    srctext_new(&a, "test.cpy", text, len), &options));
	for (d = ds.first; d != NULL; d = d->next)
		diag_render(&b, d, false);
	good = (l == NULL) == (ds.errors > 0) &&
	    (l == NULL || layout_is_sane(l));
	if (!good)
		printf("# %.*s\n", (int)len, text);
	buf_fini(&b);
	arena_fini(&a);
	return good;
}

static void
test_mutations(void)
{
	char text[TEXT_BYTES];
	unsigned i, n, bad = 0;
	const char *from;
	size_t len;

	for (i = 0; i < MUTATIONS; i++) {
		from = texts[i % (sizeof texts / sizeof texts[0])];
		len = strlen(from);
		memcpy(text, from, len);
		for (n = random_below(6); n > 0; n--)
			len = mutate(text, len);
		bad += !broken_text(text, len, (enum source_format)
		    random_below(3));
	}
	is_int(bad, 0, "%d broken texts: errors, or a layout that can be",
	    MUTATIONS);
}

int
main(void)
{
	test_corpus();
	test_mutations();
	return tap_done();
}
