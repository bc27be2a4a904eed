/*
 * Edited pictures, P, COMP-6 and COMP-X against GnuCOBOL: a program written
 * here moves numbers to items of hundreds of pictures, and decant must read
 * the number back, cut to the picture's decimals as MOVE cuts it.  Items of
 * other usages are read back by GnuCOBOL itself.  Once with DECIMAL-POINT IS
 * COMMA, and once translated to EBCDIC.  Skipped where cobc is absent.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "plan/plan_impl.h"
#include "value/format.h"

#define ITEM	48
#define PICS	1200

struct pic {
	char clause[64];
	bool edited;
};
static struct pic pic[PICS];
static uint32_t npic;

/* Times 10**4. */
static const int64_t value[] = {
	0, 1, -1, 5, 100, 500, -500, 5000, 9999, 10000, -10000, 50000, -70000,
	99900, 100000, -120000, 990000, 1000000, -1234500, 9999999, 10000000,
	12345600, 99999900, -100000000, 123456700, 1000000000, 1234567890,
	-9876543210, 123456789012, 10000000000, 99999999999999, 100000000000,
	-999999999999, 1000000000000000, 1234567890123456, 9999999999999999,
	-9999999999999999,
};
#define VALUES	(sizeof value / sizeof value[0])

static void
add(bool edited, const char *fmt, ...)
{
	va_list ap;

	if (npic == PICS)
		abort();
	va_start(ap, fmt);
	vsnprintf(pic[npic].clause, sizeof pic[0].clause, fmt, ap);
	va_end(ap);
	pic[npic++].edited = edited;
}

/* Bodies without a sign with every sign around them; the others alone. */
static void
make_pictures(void)
{
	static const char *const plain[] = { "9", "9(3)", "ZZ9", "ZZZ", "Z",
		"Z(5)9", "Z,ZZ9", "Z,ZZZ", "ZZZ,ZZ9.99", "ZZZ.99", "ZZZ.ZZ",
		"Z,ZZZ.ZZ", ".99", ".ZZ", "9.99", "9(4).9(4)", "ZZ9V99",
		"**9", "***", "**,**9.99", "*,***.**", "*(5)9", "***.99",
		"99B99", "Z(3)B9(3)", "99/99/99", "9(2)0(2)", "ZZ,ZZ9B",
		"Z(11)9.9(4)", "9(12).9(4)", "Z(3),Z(3),Z(3).Z(3)", "9,999",
		"99BB99", "9/9", "ZZ9V9",
		"9B9B9", "9090", "BZZ9", "/99", "*99.9", "Z9,99", "0Z9" };
	static const char *const shifted[] = { "Z9PPP", "ZZPP", "$$9PP",
		"-9PP" };
	static const char *const before[] = { "", "+", "-", "$", "", "",
		"", "", "", "", "$", "$", "$", "$" };
	static const char *const after[] = { "", "", "", "", "", "", "+", "-",
		"CR", "DB", "+", "-", "CR", "DB" };
	static const char *const floating[] = { "%c%c9", "%c%c%c", "%c%c,%c%c9",
		"%c%c,%c%c%c", "%c%c%c.99", "%c%c%c.%c%c", "%c(4)9.99",
		"%c%c%c,%c%c9.9(4)", "%c%c", "%c(3),%c(3).%c(2)", "%c(12)9.99",
		"%c%cB%c9", "%c%c0%c9", "%c%c/%c%c9", "%c%c9V99",
		"%c%c.9", "%c,%c%c9", "%c(5)", "%c%c%cV99" };
	static const char *const around[][2] = { { "", "" }, { "", "CR" },
		{ "", "-" }, { "", "+" }, { "-", "" }, { "+", "" },
		{ "", "DB" }, { "$", "" } };
	/* GnuCOBOL 3.1 gets P wrong in the packed ones and in COMP-5 */
	static const char *const usages[] = { "DISPLAY", "COMP", "COMP-X" };
	static const char *const scaled[] = { "9(3)PPP", "PPP9(3)", "VPP9(4)",
		"9P", "P9", "9(4)V9(2)", "9(9)PPP", "V9(4)" };
	uint32_t i, k;
	const char *c;
	char text[64];

	for (i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		for (k = 0; k < sizeof before / sizeof before[0]; k++)
			add(true, "%s%s%s", before[k], plain[i], after[k]);
		if (strchr(plain[i], '*') == NULL)
			add(true, "%s BLANK WHEN ZERO", plain[i]);
	}
	for (i = 0; i < sizeof floating / sizeof floating[0]; i++)
		for (c = "+-$"; *c != '\0'; c++) {
			/* one character for each %c */
			snprintf(text, sizeof text, floating[i], *c, *c, *c,
			    *c, *c, *c);
			for (k = 0; k < sizeof around / sizeof around[0]; k++)
				/*
				 * One sign, one currency.  GnuCOBOL 3.1 shows
				 * a fixed sign before a currency as it stands
				 * in the picture, and gets $$$- wrong.
				 */
				if (*c == '$' ? around[k][0][0] == '\0' &&
				    (around[k][1][0] == '\0' ||
				    strchr(text, '9') != NULL) :
				    k == 0 || k == 7)
					add(true, "%s%s%s", around[k][0],
					    text, around[k][1]);
		}
	for (i = 0; i < sizeof shifted / sizeof shifted[0]; i++)
		add(true, "%s", shifted[i]);
	for (i = 1; i <= 16; i++) {
		add(false, "9(%u) COMP-6", i);
		add(false, "9(%u) COMP-X", i);
	}
	for (i = 0; i < sizeof usages / sizeof usages[0]; i++)
		for (k = 0; k < sizeof scaled / sizeof scaled[0]; k++) {
			add(false, "%s %s", scaled[k], usages[i]);
			if (i < 2)
				add(false, "S%s %s", scaled[k], usages[i]);
		}
}

/* Swaps . and , where they are the picture's. */
static void
put_clause(FILE *f, const char *s, bool comma)
{
	for (; *s != '\0'; s++)
		putc(!comma ? *s : *s == '.' ? ',' : *s == ',' ? '.' : *s, f);
}

static void
write_items(FILE *f, bool comma)
{
	uint32_t i;

	for (i = 0; i < npic; i++) {
		fprintf(f, "       01  G-%u.\n           05  P-%u PIC ", i, i);
		put_clause(f, pic[i].clause, comma);
		fprintf(f, ".\n");
	}
}

static void
write_program(FILE *f, bool comma)
{
	uint32_t i;

	fprintf(f, "       IDENTIFICATION DIVISION.\n"
	    "       PROGRAM-ID. EDITED.\n       ENVIRONMENT DIVISION.\n");
	if (comma)
		fprintf(f, "       CONFIGURATION SECTION.\n       SPECIAL-NAMES."
		    "\n           DECIMAL-POINT IS COMMA.\n");
	fprintf(f, "       INPUT-OUTPUT SECTION.\n       FILE-CONTROL.\n"
	    "           SELECT ITEMS ASSIGN TO \"items.bin\"\n"
	    "               ORGANIZATION IS SEQUENTIAL.\n"
	    "       DATA DIVISION.\n       FILE SECTION.\n       FD  ITEMS.\n"
	    "       01  REC.\n           05  R-ITEM PIC X(%u).\n"
	    "           05  R-BACK PIC S9(16)V9(7) SIGN LEADING SEPARATE.\n"
	    "       WORKING-STORAGE SECTION.\n"
	    "       01  ALL-VALUES.\n", ITEM);
	for (i = 0; i < VALUES; i++)
		fprintf(f, "           05  FILLER PIC S9(16) COMP-3 VALUE %"
		    PRId64 ".\n", value[i]);
	fprintf(f, "       01  FILLER REDEFINES ALL-VALUES.\n"
	    "           05  N PIC S9(12)V9(4) COMP-3 OCCURS %u.\n"
	    "       01  I PIC 9(4) COMP-5.\n", (unsigned)VALUES);
	write_items(f, comma);
	fprintf(f, "       PROCEDURE DIVISION.\n       MAIN.\n"
	    "           OPEN OUTPUT ITEMS\n");
	for (i = 0; i < npic; i++)
		fprintf(f, "           PERFORM S-%u VARYING I FROM 1 BY 1 "
		    "UNTIL I > %u\n", i, (unsigned)VALUES);
	fprintf(f, "           CLOSE ITEMS\n           STOP RUN.\n");
	for (i = 0; i < npic; i++) {
		fprintf(f, "       S-%u.\n           MOVE N(I) TO P-%u\n"
		    "           MOVE G-%u TO R-ITEM\n", i, i, i);
		if (!pic[i].edited)
			fprintf(f, "           MOVE P-%u TO R-BACK\n", i);
		else
			fprintf(f, "           MOVE 0 TO R-BACK\n");
		fprintf(f, "           WRITE REC.\n");
	}
}

static struct layout *
read_layout(struct arena *a, struct diags *ds, const char *path)
{
	struct copybook_options o = { .format = SOURCE_FIXED };
	struct copybook *cb = copybook_parse(a, ds, path, &o);

	return cb == NULL ? NULL : layout_build(a, ds, cb);
}

/*
 * What MOVE leaves of the value: the decimals that the picture has.  Values
 * with more digits in front are left out: GnuCOBOL 3.1 then lets a floating
 * symbol's place show a digit, which no picture does.
 */
static bool
fits(const struct item *it, int64_t v)
{
	d128 n = v < 0 ? -(d128)v : v;

	return it->scale >= 4 ? n * d128_pow10[it->scale - 4] <
	    d128_pow10[it->digits] : n / d128_pow10[4 - it->scale] <
	    d128_pow10[it->digits];
}

static d128
cut(const struct item *it, int64_t v)
{
	d128 n = v < 0 ? -(d128)v : v;

	n = it->scale >= 4 ? n * d128_pow10[it->scale - 4] :
	    n / d128_pow10[4 - it->scale];
	return n;
}

static bool
shows_sign(const char *clause)
{
	return strpbrk(clause, "+-") != NULL || strstr(clause, "CR") != NULL ||
	    strstr(clause, "DB") != NULL;
}

static bool
compare_one(struct arena *a, const struct item *it, const struct pic *p,
    int64_t v, const uint8_t *rec, const char *page, struct codec *c,
    char *got, char *want)
{
	uint8_t item[ITEM + 64] = { 0 };
	const uint8_t *base = item;
	uint32_t i, len = it->size;
	struct rows rows = { 1, &base, &len, len };
	struct column col;
	d128 n;
	int16_t scale = it->scale < 0 ? 0 : it->scale, from;

	memcpy(item, rec, len);
	/* signs of zoned numbers are ASCII's */
	c->page = charset_find(c->kind == CODEC_EDITED ? page : "ascii", NULL);
	for (i = 0; i < len && c->kind == CODEC_EDITED; i++)
		item[i] = (uint8_t)charset_encode(c->page, item[i]);
	if (p->edited) {
		n = cut(it, v);
		if (v < 0 && shows_sign(p->clause))
			n = -n;
	} else {
		char text[32];

		/* as GnuCOBOL reads it back: sign and 16 digits, 7 decimals */
		memcpy(text, rec + ITEM, 17);
		text[17] = '.';
		memcpy(text + 18, rec + ITEM + 17, 7);
		if (!parse_decimal((uint8_t *)text, 25, &n, &from) ||
		    !decimal_rescale(n, 7, it->scale, &n, NULL))
			return false;
	}
	if (it->scale < 0)
		n *= d128_pow10[-it->scale];
	want[format_d128(want, n, scale)] = '\0';
	codec_decode(c, &rows, &col, a);
	if (col.bad.n > 0)
		snprintf(got, FORMAT_MAX, "%s",
		    diag_name((enum diag_code)col.bad.v[0].code));
	else if (column_is_null(&col, 0))
		snprintf(got, FORMAT_MAX, "null");
	else if (col.type == V_D128)
		got[format_d128(got, col.v.d128[0], col.scale)] = '\0';
	else
		got[format_i64(got, col.v.i64[0], col.scale)] = '\0';
	return strcmp(got, want) == 0;
}

/*
 * The other way: the value as decant writes it, which must be what GnuCOBOL
 * wrote.  GnuCOBOL shows 0 and / in front of a number where Enterprise COBOL
 * has blanks, and what it cuts to zero does not look like a zero: forms.
 */
static bool
encode_one(struct arena *a, const struct codec *c, const uint8_t *rec,
    int64_t v)
{
	uint8_t want[ITEM + 64] = { 0 }, out[ITEM];
	uint8_t *to = out;
	const uint8_t *base = want;
	uint32_t i, len = c->size;
	struct rows rows = { 1, &base, &len, len };
	uint64_t form = c->kind == CODEC_EDITED ? FORM_SHOWN : 0;
	struct cell_faults faults = { 0 };
	struct column col;

	memcpy(want, rec, len);
	for (i = 0; i < len && c->kind == CODEC_EDITED; i++)
		want[i] = (uint8_t)charset_encode(c->page, want[i]);
	codec_decode(c, &rows, &col, a);
	if (v != 0 && (col.type == V_D128 ? col.v.d128[0] == 0 :
	    col.v.i64[0] == 0))
		form = codec_form(c, &col, 0, want);
	codec_encode(c, &col, &form, &to, 1, &faults, a);
	if (faults.n > 0) {
		printf("# fault %s\n", diag_name(faults.v[0].code));
		return false;
	}
	if (memcmp(out, want, len) == 0)
		return true;
	printf("# written:");
	for (i = 0; i < len; i++)
		printf(" %02x", out[i]);
	printf(" '");
	for (i = 0; i < len && c->kind == CODEC_EDITED; i++)
		printf("%c", (int)c->page->ucs[out[i]]);
	printf("'\n");
	return false;
}

static void
compare(const struct layout *l, FILE *items, const char *how,
    const char *page)
{
	uint8_t rec[ITEM + 24];
	char got[FORMAT_MAX + 1], want[FORMAT_MAX + 1];
	uint32_t i, k, n = 0, wrong = 0, without = 0, odd = 0;
	const struct item *it;
	struct arena a;
	struct codec c;

	rewind(items);
	arena_init(&a);
	for (i = 0; i < npic; i++) {
		it = &l->item[l->record[i] + 1];
		if (!plan_codec(&a, it, false, charset_find(page, NULL), NULL,
		    &c)) {
			without++;
			printf("# PIC %s: no codec\n", pic[i].clause);
		}
		for (k = 0; k < VALUES; k++) {
			if (fread(rec, 1, sizeof rec, items) != sizeof rec)
				break;
			n++;
			if (pic[i].edited && !fits(it, value[k]))
				continue;
			c.ascii_sign = true;
			if (compare_one(&a, it, &pic[i], value[k], rec, page,
			    &c, got, want)) {
				if (encode_one(&a, &c, rec, value[k]))
					continue;
				odd++;
				printf("# PIC %s: '%.*s'\n", pic[i].clause,
				    (int)it->size, (const char *)rec);
				continue;
			}
			if (wrong++ >= 4000)
				continue;
			printf("# PIC %s: '%.*s' of %" PRId64 "e-4 is %s, not "
			    "%s\n", pic[i].clause, (int)it->size,
			    (const char *)rec, value[k], got, want);
		}
	}
	is_int(without, 0, "%s: every picture has a codec", how);
	is_int(n, (int64_t)npic * (int64_t)VALUES, "%s: all items", how);
	is_int(wrong, 0, "%s: %u pictures by %u values, read as moved", how,
	    npic, (unsigned)VALUES);
	is_int(odd, 0, "%s: and written so", how);
	arena_fini(&a);
}

static void
run(const char *dir, bool comma)
{
	const char *how = comma ? "comma" : "point";
	char path[256], command[512];
	struct layout *l;
	struct arena a;
	struct diags ds;
	FILE *f;

	snprintf(path, sizeof path, "%s/edited.cob", dir);
	if ((f = fopen(path, "w")) == NULL)
		return;
	write_program(f, comma);
	fclose(f);
	snprintf(command, sizeof command, "cd '%s' && cobc -x -w -std=ibm "
	    "-o edited edited.cob && ./edited", dir);
	if (!ok(system(command) == 0, "%s: compiled and run", how))
		return;
	arena_init(&a);
	diags_init(&ds, &a);
	l = read_layout(&a, &ds, path);
	if (ok(l != NULL && l->nrecord >= npic, "%s: layout", how)) {
		/* the records of WORKING-STORAGE behind REC and the values */
		struct layout items = *l;

		items.record += l->nrecord - npic;
		snprintf(path, sizeof path, "%s/items.bin", dir);
		f = fopen(path, "rb");
		compare(&items, f, how, "ascii");
		compare(&items, f, how, "cp037");
		fclose(f);
	}
	arena_fini(&a);
}

int
main(void)
{
	char dir[] = "/tmp/diff_edited.XXXXXX", command[64];

	if (system("command -v cobc >/dev/null 2>&1") != 0)
		tap_skip_all("cobc is not installed");
	if (mkdtemp(dir) == NULL)
		tap_skip_all("no directory to work in");
	make_pictures();
	run(dir, false);
	run(dir, true);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	ok(system(command) == 0, "scratch directory removed");
	return tap_done();
}
