/*
 * Random record layouts against GnuCOBOL: programs written here describe
 * records of all kinds of items (layout_generator.h), fill them with edge and
 * random values, and say where each item stands, how long it is, and what it
 * holds; decant must say the same of the bytes.  In three dialects, 50 layouts
 * a program, three records a layout: all tables full, as short as may be, and
 * something in between.
 *
 * Offsets and lengths are compared with the layout in memory, values with
 * what `decant load --to jsonl:` writes: each item with subscripts, and the
 * items of each table as rows of their own (each:).
 *
 * 48 layouts usually, 1,200 with DECANT_FULL=1.  LAYOUT_SEED chooses others;
 * the seed of a layout that fails is printed, and LAYOUT_ONLY=seed runs it
 * alone and keeps its files in the current directory.  Skipped without cobc.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "base/buf.h"
#include "base/mem.h"
#include "cobol/copybook.h"
#include "differential/layout_program.h"

#define BATCH		50
#define SHOWN_MAX	48
#define SHOWN_MOST	8

static const struct {
	const char *flags, *name;
	enum dialect dialect;
} stds[] = {
	[STD_IBM] = { "-std=ibm", "ibm", DIALECT_IBM },
	[STD_MF] = { "-std=mf", "microfocus", DIALECT_MICROFOCUS },
	[STD_DEFAULT] = { "-std=default", "gnucobol", DIALECT_GNUCOBOL },
};

/* What the COBOL program said of one occurrence of an item in a record. */
struct cell {
	unsigned record;
	int item;
	unsigned at[3];
	char text[SHOWN_MAX];
	bool seen;
};

struct place_said {
	long offset, length;
	bool said;
};

struct said {
	struct place_said place[GEN_ITEMS];
	long length[RECORDS + 1];	/* of the records */
	struct cell *cell;
	unsigned n, cap;
};

static struct gen layout[BATCH];
static struct said said[BATCH];
static unsigned shown;		/* differences of a layout */

/* --- what it said --------------------------------------------------------- */

/* "+000123" with its point, less zeros that are not needed. */
static void
show_number(const char *s, int scale, char out[SHOWN_MAX])
{
	int n = (int)strlen(s + 1), i, at = 0;
	bool zero = strspn(s + 1, "0") == (size_t)n;

	if (scale < 0)
		scale = 0;
	if (s++[0] == '-' && !zero)
		out[at++] = '-';
	for (i = 0; i < n - scale - 1 && s[i] == '0'; i++)
		;
	if (i >= n - scale)
		out[at++] = '0';
	for (; i < n && at < SHOWN_MAX - 2; i++) {
		if (i == n - scale)
			out[at++] = '.';
		out[at++] = s[i];
	}
	out[at] = '\0';
}

static void
trim(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\n'))
		s[--n] = '\0';
}

static void
read_value(const struct gen *g, struct said *s, unsigned record, char *line)
{
	const struct gen_item *it;
	struct cell *c;
	int from = 0;

	if (s->n == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 256;
		s->cell = mem_resize(s->cell, s->cap, sizeof *s->cell);
	}
	c = &s->cell[s->n];
	memset(c, 0, sizeof *c);
	if (sscanf(line, "V %d %u %u %u%n", &c->item, &c->at[0], &c->at[1],
	    &c->at[2], &from) < 4 || c->item >= g->n)
		return;
	it = &g->item[c->item];
	c->record = record;
	line += from + 1;
	trim(line);
	if (it->kind == GEN_NUMBER || it->kind == GEN_COUNT)
		show_number(line, it->kind == GEN_COUNT ? 0 : it->scale,
		    c->text);
	else
		snprintf(c->text, sizeof c->text, "%.*s", SHOWN_MAX - 1, line);
	s->n++;
}

/* The program's standard output, layout by layout, record by record. */
static bool
read_said(const char *path, unsigned n)
{
	unsigned i = 0, record = 1;
	char line[256];
	long offset, length;
	FILE *f = fopen(path, "r");
	int item;

	while (f != NULL && i < n && fgets(line, sizeof line, f) != NULL) {
		if (line[0] == 'V') {
			read_value(&layout[i], &said[i], record, line);
		} else if (sscanf(line, "A %d %ld %ld", &item, &offset,
		    &length) == 3 && item < GEN_ITEMS) {
			said[i].place[item] = (struct place_said){ offset,
			    length, true };
		} else if (sscanf(line, "R %ld", &length) == 1) {
			said[i].length[record] = length;
			i += record == RECORDS;
			record = record % RECORDS + 1;
		}
	}
	if (f != NULL)
		fclose(f);
	return i == n;
}

/* --- decant's own --------------------------------------------------------- */

/* Offsets, lengths, and the length of the longest record: how many differ. */
static unsigned
compare_places(const struct gen *g, const struct said *s, const char *path)
{
	struct copybook_options o = { .dialect = stds[g->std].dialect };
	const struct copybook *book;
	const struct layout *l;
	unsigned bad = 0;
	struct arena a;
	struct diags ds;
	int i;

	arena_init(&a);
	diags_init(&ds, &a);
	book = copybook_parse(&a, &ds, path, &o);
	l = book == NULL ? NULL : layout_build(&a, &ds, book);
	if (l == NULL || l->nitem != (uint32_t)g->n) {
		printf("# layout: %s\n", ds.first != NULL ?
		    ds.first->message : "items are missing");
		arena_fini(&a);
		return 1;
	}
	for (i = 1; i < g->n; i++) {
		if (!s->place[i].said || (s->place[i].offset ==
		    (long)l->item[i].offset && s->place[i].length ==
		    (long)l->item[i].size))
			continue;
		bad++;
		if (shown++ < SHOWN_MOST)
			printf("# %s: at %u, length %u; said at %ld, length "
			    "%ld\n", l->item[i].name, l->item[i].offset,
			    l->item[i].size, s->place[i].offset,
			    s->place[i].length);
	}
	if (s->length[1] != (long)layout_max_size(l, 0)) {
		printf("# longest record: %u, said %ld\n",
		    layout_max_size(l, 0), s->length[1]);
		bad++;
	}
	arena_fini(&a);
	return bad;
}

static void
put_columns(FILE *f, const struct gen *g, int i)
{
	unsigned last[3] = { 0, 0, 0 }, a, b, c;
	int chain[3], n = tables_of(g, i, chain), k;
	char name[24];

	for (k = 0; k < n; k++)
		last[k] = (unsigned)g->item[chain[k]].occurs;
	gen_name(g, i, name);
	for (a = n > 0; a <= last[0]; a++)
		for (b = n > 1; b <= last[1]; b++)
			for (c = n > 2; c <= last[2]; c++) {
				fprintf(f, "      c%d_%u_%u_%u: '%s", i, a, b,
				    c, name);
				if (n > 0)
					fprintf(f, "(%u", a);
				if (n > 1)
					fprintf(f, ", %u", b);
				if (n > 2)
					fprintf(f, ", %u", c);
				fprintf(f, "%s%s'\n", n > 0 ? ")" : "",
				    g->item[i].kind == GEN_EDITED ?
				    " || ''''" : "");
			}
}

static void
write_mapping(FILE *f, const struct gen *g)
{
	const char *format = !g->varies ? "fixed" : g->number % 2 == 0 ?
	    "odo" : "v\n  rdw: {inclusive: false}";
	int i, t, chain[3], n;
	bool open;
	char name[24];

	fprintf(f, "source:\n  copybook: %u.cpy\n  file: %u.dat\n"
	    "  encoding: ascii\n  dialect: %s\n  comp-5: little\n"
	    "  floats: ieee-little\n  format: %s\n"
	    "tables:\n  main:\n    columns:\n      r: record_number()\n",
	    g->number, g->number, stds[g->std].name, format);
	for (i = 1; i < g->n; i++)
		if (is_shown(g, i))
			put_columns(f, g, i);
	for (t = 1; t < g->n; t++)
		for (i = t, open = false; i < g->n; i++) {
			n = tables_of(g, i, chain);
			if (!is_shown(g, i) || n == 0 || chain[n - 1] != t)
				continue;
			if (!open)
				fprintf(f, "  t%d:\n    each: %s\n    columns:"
				    "\n      r: record_number()\n", t,
				    gen_name(g, t, name));
			open = true;
			fprintf(f, "      c%d: '%s%s'\n", i, gen_name(g, i,
			    name), g->item[i].kind == GEN_EDITED ? " || ''''" :
			    "");
		}
}

/* The n-th cell of the item in the record, or the one at these subscripts. */
static struct cell *
find_cell(struct said *s, unsigned record, int item, unsigned nth,
    const unsigned *at)
{
	struct cell *c;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		c = &s->cell[i];
		if (c->record != record || c->item != item)
			continue;
		if (at == NULL ? nth-- == 0 :
		    memcmp(c->at, at, sizeof c->at) == 0)
			return c;
	}
	return NULL;
}

static bool
equal_values(const struct gen_item *it, const char *got, const char *want)
{
	if (it->kind == GEN_FLOAT)
		return strtod(got, NULL) == strtod(want, NULL);
	return strcmp(got, want) == 0;
}

/* "key":value of a line of JSON; NULL at its end. */
static const char *
json_pair(const char *s, char key[32], char *value, size_t size)
{
	size_t n = 0, k;
	bool quoted;

	s = strchr(s, '"');
	if (s == NULL)
		return NULL;
	k = strcspn(++s, "\"");
	snprintf(key, 32, "%.*s", (int)k, s);
	s += k + 2;
	quoted = *s == '"';
	for (s += quoted; *s != '\0' && n + 1 < size; s++) {
		if (quoted ? *s == '"' : *s == ',' || *s == '}')
			break;
		s += *s == '\\';
		value[n++] = *s;
	}
	value[n] = '\0';
	return *s == '\0' ? NULL : s + 1;
}

/* One cell that decant wrote; `nth`: of a table's rows, from 0. */
static unsigned
compare_cell(const struct gen *g, struct said *s, unsigned record,
    unsigned nth, const char *key, const char *got)
{
	unsigned at[3];
	struct cell *c;
	int item;

	if (sscanf(key, "c%d_%u_%u_%u", &item, &at[0], &at[1], &at[2]) == 4)
		c = find_cell(s, record, item, 0, at);
	else if (sscanf(key, "c%d", &item) == 1)
		c = find_cell(s, record, item, nth, NULL);
	else
		return 0;
	if (c != NULL)
		c->seen = true;
	if (c == NULL ? strcmp(got, "null") == 0 :
	    equal_values(&g->item[item], got, c->text))
		return 0;
	if (shown++ < SHOWN_MOST)
		printf("# record %u, %s: '%s', said '%s'\n", record, key,
		    got, c != NULL ? c->text : "(none)");
	return 1;
}

static unsigned
compare_file(const struct gen *g, struct said *s, const char *path,
    bool is_main)
{
	char *line = NULL, key[32], value[256];
	unsigned bad = 0, record = 0, rows = 0, nth = 0, before = 0;
	size_t cap = 0;
	const char *p;
	FILE *f = fopen(path, "r");

	while (f != NULL && getline(&line, &cap, f) > 0) {
		rows++;
		for (p = line; (p = json_pair(p, key, value, sizeof value)) !=
		    NULL;) {
			if (strcmp(key, "r") == 0) {
				record = (unsigned)atol(value);
				nth = record == before ? nth + 1 : 0;
				before = record;
			}
			bad += compare_cell(g, s, record, nth, key, value);
		}
	}
	if (f != NULL)
		fclose(f);
	free(line);
	if (is_main && rows != RECORDS) {
		printf("# %u rows\n", rows);
		bad++;
	}
	return bad;
}

/* Every cell must be seen in the main table, and once more in a table's. */
static unsigned
count_unseen(const struct gen *g, struct said *s, bool tables)
{
	unsigned i, n = 0;
	int chain[3];

	for (i = 0; i < s->n; i++) {
		if (!s->cell[i].seen && (!tables || tables_of(g,
		    s->cell[i].item, chain) > 0)) {
			if (shown++ < SHOWN_MOST)
				printf("# record %u, item %d is missing\n",
				    s->cell[i].record, s->cell[i].item);
			n++;
		}
		s->cell[i].seen = false;
	}
	return n;
}

static unsigned
compare_values(const struct gen *g, struct said *s, const char *dir)
{
	char path[300];
	unsigned bad;
	int t;

	snprintf(path, sizeof path, "%s/%u/main.jsonl", dir, g->number);
	bad = compare_file(g, s, path, true);
	if (bad > 0)
		return bad;
	bad += count_unseen(g, s, false);
	for (t = 1; t < g->n; t++) {
		snprintf(path, sizeof path, "%s/%u/t%d.jsonl", dir, g->number,
		    t);
		bad += compare_file(g, s, path, false);
	}
	return bad + count_unseen(g, s, true);
}

/* --- a batch -------------------------------------------------------------- */

static FILE *
open_file(const char *dir, unsigned number, const char *ending)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%u%s", dir, number, ending);
	f = fopen(path, "w");
	if (f == NULL)
		tap_skip_all("no file can be written");
	return f;
}

/* Records of all layouts, one file: GnuCOBOL's lengths in front. */
static bool
split_records(const char *dir, unsigned n)
{
	uint8_t header[4], *record = mem_alloc(RECORD_MOST);
	char path[300];
	unsigned i, k;
	size_t len = 0;
	FILE *in, *out;

	snprintf(path, sizeof path, "%s/records.bin", dir);
	in = fopen(path, "rb");
	for (i = 0; in != NULL && i < n; i++) {
		out = open_file(dir, i, ".dat");
		for (k = 0; k < RECORDS; k++) {
			if (fread(header, 1, 4, in) != 4)
				break;
			len = (size_t)header[0] << 8 | header[1];
			if (fread(record, 1, len, in) != len)
				break;
			if (layout[i].varies && i % 2 == 1)
				fwrite(header, 1, 4, out);
			fwrite(record, 1, len, out);
		}
		fclose(out);
		if (k < RECORDS)
			break;
	}
	if (in != NULL)
		fclose(in);
	mem_free(record);
	return i == n;
}

static void
show_file(const char *dir, unsigned number, const char *ending)
{
	char path[300], line[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%u%s", dir, number, ending);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		printf("# %s", line);
	if (f != NULL)
		fclose(f);
}

/* Layouts of seeds first, first + 1, ...; how many are wrong. */
static unsigned
run_batch(const char *dir, uint64_t first, unsigned n, enum gen_std std)
{
	char command[800], path[300];
	unsigned i, wrong = 0, bad;
	FILE *f;

	for (i = 0; i < n; i++) {
		gen_layout(&layout[i], first + i, i, std);
		f = open_file(dir, i, ".cpy");
		gen_write(&layout[i], f, false);
		fclose(f);
		f = open_file(dir, i, ".yaml");
		write_mapping(f, &layout[i]);
		fclose(f);
		mem_free(said[i].cell);
		memset(&said[i], 0, sizeof said[i]);
	}
	f = open_file(dir, 0, ".cob");
	write_program(f, layout, n);
	fclose(f);
	snprintf(command, sizeof command, "cd '%s' && rm -rf [0-9] [0-9][0-9] "
	    "records.bin && "
	    "COB_CFLAGS='-O0 -w' cobc -x -w %s -fodoslide -fcomplex-odo "
	    "-flarger-redefines-ok -o program 0.cob > cobc.log 2>&1 && "
	    "COB_VARSEQ_FORMAT=0 timeout 30 ./program > said.txt "
	    "2>> cobc.log || "
	    "{ head -n 20 cobc.log | sed 's/^/# /'; exit 1; }", dir,
	    stds[std].flags);
	fflush(stdout);
	if (system(command) != 0)
		return n;
	snprintf(path, sizeof path, "%s/said.txt", dir);
	if (!read_said(path, n) || !split_records(dir, n)) {
		printf("# the program ended early\n");
		return n;
	}
	snprintf(command, sizeof command, "cd '%s' && i=0 && while [ $i -lt "
	    "%u ]; do \"$DECANT\" load -q $i.yaml --to jsonl:$i > $i.log 2>&1;"
	    " i=$((i + 1)); done", dir, n);
	(void)!system(command);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%u.cpy", dir, i);
		shown = 0;
		bad = compare_places(&layout[i], &said[i], path);
		bad += compare_values(&layout[i], &said[i], dir);
		if (bad == 0)
			continue;
		printf("# seed %" PRIu64 ", %s:\n", first + i,
		    stds[std].flags);
		if (wrong++ >= 3)
			continue;
		show_file(dir, i, ".log");
		show_file(dir, i, ".cpy");
	}
	return wrong;
}

static void
test_batch(const char *root, uint64_t first, unsigned n)
{
	enum gen_std std = (enum gen_std)(first / BATCH % 3);
	char dir[200], command[300];
	unsigned varies = 0, items = 0, cells = 0, i, wrong;

	snprintf(dir, sizeof dir, "%s/%" PRIu64, root, first);
	mkdir(dir, 0777);
	wrong = run_batch(dir, first, n, std);
	for (i = 0; i < n; i++) {
		varies += layout[i].varies;
		items += (unsigned)layout[i].n;
		cells += said[i].n;
	}
	ok(wrong == 0, "%s: %u layouts from seed %" PRIu64 ", %u items, %u "
	    "values; %u vary in length", stds[std].flags, n, first, items,
	    cells, varies);
	if (getenv("LAYOUT_ONLY") == NULL) {
		snprintf(command, sizeof command, "rm -rf '%s'", dir);
		(void)!system(command);
	}
}

int
main(void)
{
	const char *seed = getenv("LAYOUT_SEED"), *only = getenv("LAYOUT_ONLY");
	const char *full = getenv("DECANT_FULL");
	bool is_full = full != NULL && strcmp(full, "1") == 0;
	uint64_t first = seed != NULL ? strtoull(seed, NULL, 10) : 0;
	unsigned batches = is_full ? 24 : 3, n = is_full ? BATCH : 16, i;
	char root[] = "/tmp/diff_random_layouts.XXXXXX", command[100];

	if (system("command -v cobc > /dev/null 2>&1") != 0 ||
	    getenv("DECANT") == NULL)
		tap_skip_all("cobc is not installed, or DECANT is not set");
	if (only != NULL) {
		test_batch(".", strtoull(only, NULL, 10), 1);
		return tap_done();
	}
	if (mkdtemp(root) == NULL)
		tap_skip_all("no directory to work in");
	for (i = 0; i < batches; i++)
		test_batch(root, first + (uint64_t)i * BATCH, n);
	snprintf(command, sizeof command, "rm -rf '%s'", root);
	ok(system(command) == 0, "scratch directory removed");
	return tap_done();
}
