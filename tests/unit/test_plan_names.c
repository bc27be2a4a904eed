/*
 * Names of persons: full_name(), name_case(), split_name(); and what a cell
 * can say of its record: file_name(), record_bytes(), untrimmed().
 *
 * Expected values are the names as their owners write them, and for parts
 * what the mapping manual says.
 */
#include "base/utf8.h"
#include "plan_case.h"

#define T	"tables:\n  t:\n    columns:\n"
#define NAME	"01 R. 05 N PIC X(40).\n"

static const struct {
	const char *name, *cased;
} cases[] = {
	{ "JOHN SMITH", "John Smith" },
	{ "john smith", "John Smith" },
	{ "RONALD MCDONALD", "Ronald McDonald" },
	{ "SHAQUILLE O'NEIL", "Shaquille O'Neil" },
	{ "VAN DER BERG", "van der Berg" },
	{ "LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven" },
	{ "OSCAR DE LA HOYA", "Oscar de la Hoya" },
	{ "DE LA CRUZ", "de la Cruz" },
	{ "JEAN-MARIE LE PEN", "Jean-Marie Le Pen" },
	{ "LA TOYA JACKSON", "La Toya Jackson" },
	{ "LEONARDO DA VINCI", "Leonardo da Vinci" },
	{ "ANNA LE", "Anna Le" },
	{ "OLIVIA NEWTON-JOHN", "Olivia Newton-John" },
	{ "DOUGLAS MACARTHUR", "Douglas MacArthur" },
	{ "WILLIAM H MACY", "William H Macy" },
	{ "CLARENCE MCS", "Clarence Mcs" },
	{ "JEANNE D'ARC", "Jeanne D'Arc" },
	{ "D\xc9SIR\xc9 N'DIAYE", "D\xe9sir\xe9 N'Diaye" },
	{ "\xd3SCAR \xc1LVAREZ", "\xd3scar \xc1lvarez" },
	{ "HENRY TUDOR VIII", "Henry Tudor VIII" },
	{ "LOYD FORD III, MD", "Loyd Ford III, MD" },
	{ "SAMMY DAVIS JR.", "Sammy Davis Jr." },
	{ "CAL RIPKEN SR", "Cal Ripken Sr" },
	{ "II", "Ii" },
	{ "J.R.R. TOLKIEN", "J.R.R. Tolkien" },
	{ "DeShawn McCoy", "DeShawn McCoy" },
	{ "MENDY'S  PLACE", "Mendy's  Place" },
	{ "MCGEE-MCRAE, ANN", "McGee-McRae, Ann" },
	{ "  X  ", "  X" },
	{ "", "" },
	{ "4TH", "4th" },
};

/* first|middle|last|doubtful; ? where it is only guessed. */
static const struct {
	const char *name, *parts;
} splits[] = {
	{ "Darth Vader", "Darth|~|Vader|false" },
	{ "Gordon Matthew Thomas Sumner",
	    "Gordon|Matthew Thomas|Sumner|true" },
	{ "John  Q  Public", "John|Q|Public|false" },
	{ "John Q. R. Public", "John|Q. R.|Public|false" },
	{ "John Quincy Adams", "John|Quincy|Adams|true" },
	{ "Sammy Davis, Jr.", "Sammy|~|Davis Jr.|false" },
	{ "Davis, Sammy Jr", "Sammy|~|Davis Jr|false" },
	{ "Adams, John Quincy", "John|Quincy|Adams|true" },
	{ "Ludwig van Beethoven", "Ludwig|~|van Beethoven|false" },
	{ "Maria E de la Cruz", "Maria|E|de la Cruz|false" },
	{ "van der Berg, Jan", "Jan|~|van der Berg|false" },
	{ "Dr Jane Doe", "Dr|Jane|Doe|true" },
	{ "Simon", "?true" },
	{ "van Buren", "?true" },
	{ "John and Mary Smith", "?true" },
	{ "Smith, John, Mary", "?true" },
	{ "Branch 12", "?true" },
	{ "Jr", "?true" },
	{ "", "~|~|~|false" },
	{ "a b c d e f g h i j k l m n o p q",
	    "a|b c d e f g h i j k l m n o p|q|false" },
};

/* One record through expressions; the cells, or "?" when they are bad. */
static void
show_cells(struct buf *b, const char *yaml, const char *text)
{
	struct slice rec = { (const uint8_t *)text, (uint32_t)strlen(text) };
	struct batch *batch;
	struct world w;
	uint8_t bytes[40];
	uint32_t c;

	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, rec.p, rec.len);
	rec = (struct slice){ bytes, sizeof bytes };
	world_open(&w, NAME, yaml, "", NULL, NULL);
	batch = batch_new(w.plan);
	world_fill(&batch->slab, &rec, 1, 1);
	plan_run(w.plan, batch, NULL);
	if (batch->nreject > 0)
		buf_putc(b, '?');
	for (c = 0; c < batch->rows[0].n * plan_schema(w.plan)->
	    table[0].ncolumn; c++) {
		if (c > 0)
			buf_putc(b, '|');
		if (column_is_null(batch->rows[0].col[c], 0))
			buf_putc(b, '~');
		else
			format_cell(b, batch->rows[0].col[c], 0);
	}
	batch_free(batch);
	world_close(&w);
}

static void
test_case(void)
{
	struct buf b, want;
	size_t i, k, n;
	uint8_t out[4];

	buf_init(&b, 4096);
	buf_init(&want, 4096);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_clear(&b);
		buf_clear(&want);
		show_cells(&b, T "      n: name_case(N)\n", cases[i].name);
		for (k = 0; cases[i].cased[k] != '\0'; k++) {
			n = utf8_put(out, (uint8_t)cases[i].cased[k]);
			buf_put(&want, (const char *)out, n);
		}
		is_str(b.len > 0 ? b.p : "", want.len > 0 ? want.p : "",
		    "name_case: %s", want.len > 0 ? want.p : "nothing");
	}
	buf_fini(&want);
	buf_fini(&b);
}

static void
test_split(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	for (i = 0; i < sizeof splits / sizeof splits[0]; i++) {
		buf_clear(&b);
		show_cells(&b, T "      f: split_name(N, 'first')\n"
		    "      m: split_name(N, 'middle')\n"
		    "      l: split_name(N, 'last')\n"
		    "      d: split_name_doubtful(N)\n", splits[i].name);
		if (b.len > 0 && b.p[0] == '?')
			show_cells(&b, T "      d: split_name_doubtful(N)\n",
			    splits[i].name);
		is_str(b.p, splits[i].parts, "split_name: %s",
		    splits[i].name);
	}
	buf_fini(&b);
}

static const struct plan_case rest[] = {
	{ "what is no middle name",
	    "01 R. 05 A PIC X(5). 05 B PIC X(5). 05 C PIC X(5).\n", T
	    "      n: full_name(A, B, C)\n",
	    "t: None Null\nt: N/A Null\nt: Ann X. Lee\nLLL\n",
	    { R("None  nmn Null "), R("N/A  N/A  Null "),
	    R("Ann  X.   Lee  ") }, NULL, NULL },
	{ "names: says it",
	    "01 R. 05 A PIC X(5). 05 B PIC X(5). 05 C PIC X(5).\n",
	    "names: {no_middle: [none, '-']}\n" T
	    "      n: full_name(A, B, C)\n",
	    "t: Ann Lee\nt: Ann NMN Lee\nt: Ann Lee\nLLL\n",
	    { R("Ann  NONE Lee  "), R("Ann  NMN  Lee  "),
	    R("Ann  -    Lee  ") }, NULL, NULL },
	{ "nothing is",
	    "01 R. 05 A PIC X(5). 05 B PIC X(5). 05 C PIC X(5).\n",
	    "names: {no_middle: []}\n" T "      n: full_name(A, B, C)\n",
	    "t: Ann NMN Lee\nL\n", { R("Ann  NMN  Lee  ") }, NULL, NULL },
	{ "blanks that stay", "01 R. 05 A PIC X(4). 05 B PIC X(3).\n", T
	    "      n: untrimmed(A) || B\n      m: A || B\n"
	    "      l: length(untrimmed(B))\n      o: untrimmed(A) = A\n",
	    "t: a   bc|abc|3|false\nt: abcdefg|abcdefg|3|true\nLL\n",
	    { R("a   bc "), R("abcdefg") }, NULL, NULL },
	{ "bytes of the record, in rows of a table too",
	    "01 R. 05 A PIC X. 05 O PIC X OCCURS 2.\n",
	    "tables:\n  t:\n    each: O\n    columns:\n"
	    "      n: O\n      b: record_bytes()\n      f: file_name()\n",
	    "t: b|\\x616263|~\nt: c|\\x616263|~\nL\n", { R("abc") }, NULL,
	    NULL },
};

int
main(void)
{
	test_case();
	test_split();
	RUN(rest);
	return tap_done();
}
