/*
 * The rows of a mapping spreadsheet; see init_sheet.h.
 *
 * Headers are people's own, so several words are taken for each column, and
 * titles above the header are passed over.  Spreadsheets put semicolons or
 * tabs for commas in some countries, and Latin-1 where UTF-8 is wanted.  Rows
 * without a field, a column and a rule are headings between the others.
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "command/init_sheet.h"

#define ROWS_MAX	20000u
#define HEADER_LINES	50u	/* titles may stand above the header */
#define CELL_MAX	(64u << 10)

static const struct {
	enum sheet_cell cell;
	const char *header;	/* small letters, one blank between words */
} headers[] = {
	{ SHEET_FIELD, "source field" }, { SHEET_FIELD, "source field name" },
	{ SHEET_FIELD, "copybook field" }, { SHEET_FIELD, "cobol field" },
	{ SHEET_FIELD, "field" }, { SHEET_FIELD, "field name" },
	{ SHEET_FIELD, "source" }, { SHEET_FIELD, "source name" },
	{ SHEET_FIELD, "source item" }, { SHEET_FIELD, "source column" },
	{ SHEET_FIELD, "legacy field" }, { SHEET_FIELD, "from" },
	{ SHEET_FIELD, "cobol name" }, { SHEET_FIELD, "copybook item" },
	{ SHEET_FIELD, "source element" },
	{ SHEET_TABLE, "target table" }, { SHEET_TABLE, "table" },
	{ SHEET_TABLE, "table name" }, { SHEET_TABLE, "target table name" },
	{ SHEET_TABLE, "to table" }, { SHEET_TABLE, "target entity" },
	{ SHEET_TABLE, "entity" },
	{ SHEET_COLUMN, "target column" }, { SHEET_COLUMN, "column" },
	{ SHEET_COLUMN, "column name" }, { SHEET_COLUMN, "target field" },
	{ SHEET_COLUMN, "target column name" }, { SHEET_COLUMN, "to column" },
	{ SHEET_COLUMN, "target name" }, { SHEET_COLUMN, "attribute" },
	{ SHEET_COLUMN, "target attribute" }, { SHEET_COLUMN, "target" },
	{ SHEET_COLUMN, "to" },
	{ SHEET_TYPE, "target type" }, { SHEET_TYPE, "target data type" },
	{ SHEET_TYPE, "type" }, { SHEET_TYPE, "data type" },
	{ SHEET_TYPE, "datatype" }, { SHEET_TYPE, "column type" },
	{ SHEET_TYPE, "sql type" },
	{ SHEET_RULE, "rule" }, { SHEET_RULE, "rules" },
	{ SHEET_RULE, "transformation" }, { SHEET_RULE, "transform" },
	{ SHEET_RULE, "transformation rule" }, { SHEET_RULE, "mapping rule" },
	{ SHEET_RULE, "business rule" }, { SHEET_RULE, "conversion" },
	{ SHEET_RULE, "logic" }, { SHEET_RULE, "expression" },
	{ SHEET_COMMENT, "comment" }, { SHEET_COMMENT, "comments" },
	{ SHEET_COMMENT, "remark" }, { SHEET_COMMENT, "remarks" },
	{ SHEET_COMMENT, "note" }, { SHEET_COMMENT, "notes" },
	{ SHEET_COMMENT, "description" },
	{ SHEET_KEY, "key" }, { SHEET_KEY, "primary key" }, { SHEET_KEY, "pk" },
	{ SHEET_REQUIRED, "required" }, { SHEET_REQUIRED, "mandatory" },
	{ SHEET_REQUIRED, "not null" },
};

struct reading {
	struct arena *arena;
	struct sheet *s;
	int32_t at[SHEET_CELLS];	/* of the columns; -1: there is none */
	bool header;
};

/* A cell as UTF-8, without blanks around it, its line ends blanks. */
static const char *
cell_text(struct arena *a, struct slice s)
{
	struct buf b;
	uint8_t utf8[4];
	const char *text;
	size_t i, n;

	buf_init(&b, CELL_MAX);
	for (i = 0; i < s.len; i += n) {
		n = utf8_valid(s.p + i, s.len - i);
		if (n > 0 && s.p[i] >= 0x20)
			buf_put(&b, s.p + i, n);
		else if (s.p[i] < 0x20)
			buf_putc(&b, ' ');
		else
			buf_put(&b, utf8, utf8_put(utf8, s.p[i]));
		n = n > 0 ? n : 1;
	}
	while (b.len > 0 && b.p[b.len - 1] == ' ')
		b.len--;
	for (i = 0; i < b.len && b.p[i] == ' '; i++)
		continue;
	text = b.len == 0 ? "" : arena_strndup(a, b.p + i, b.len - i);
	buf_fini(&b);
	return text;
}

/* "target column" for "Target_Column *". */
static const char *
header_words(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) + 2);
	size_t n = 0;
	char c;

	for (; *text != '\0'; text++) {
		c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 0x20) :
		    *text;
		if (c >= 'a' && c <= 'z')
			out[n++] = c;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

/* The first header in the list is the best name that there is. */
static void
take_header(struct reading *r, const struct slice *field, uint32_t n)
{
	int32_t best[SHEET_CELLS];
	const char *words;
	uint32_t i, k;

	for (i = 0; i < SHEET_CELLS; i++) {
		r->at[i] = -1;
		best[i] = INT32_MAX;
	}
	for (i = 0; i < n; i++) {
		words = header_words(r->arena, cell_text(r->arena, field[i]));
		for (k = 0; k < sizeof headers / sizeof headers[0]; k++)
			if (strcmp(words, headers[k].header) == 0 &&
			    (int32_t)k < best[headers[k].cell]) {
				best[headers[k].cell] = (int32_t)k;
				r->at[headers[k].cell] = (int32_t)i;
			}
	}
	r->header = r->at[SHEET_FIELD] >= 0 && r->at[SHEET_COLUMN] >= 0;
	if (r->header && r->at[SHEET_RULE] < 0) {
		r->at[SHEET_RULE] = r->at[SHEET_COMMENT];
		r->at[SHEET_COMMENT] = -1;
	}
}

static void
take_row(struct reading *r, const struct slice *field, uint32_t n,
    uint32_t line)
{
	struct sheet *s = r->s;
	struct sheet_row row = { .line = line };
	uint32_t i;

	for (i = 0; i < SHEET_CELLS; i++)
		row.cell[i] = r->at[i] >= 0 && (uint32_t)r->at[i] < n ?
		    cell_text(r->arena, field[r->at[i]]) : "";
	if (row.cell[SHEET_COLUMN][0] != '\0' ||
	    row.cell[SHEET_RULE][0] != '\0')
		*ARENA_PUSH(r->arena, s->row, s->nrow, s->cap) = row;
}

/* What parts the cells: what the first lines have most of. */
static uint8_t
find_delimiter(const struct srctext *t)
{
	size_t i, n[3] = { 0 };

	for (i = 0; i < t->len && i < 4096; i++) {
		n[0] += t->p[i] == ',';
		n[1] += t->p[i] == ';';
		n[2] += t->p[i] == '\t';
	}
	return n[1] > n[0] && n[1] > n[2] ? ';' : n[2] > n[0] ? '\t' : ',';
}

/* Row by row; what is wrong, or NULL, and the line of it. */
static const char *
read_rows(struct reading *r, struct csv_split *split, uint32_t *line)
{
	const struct srctext *t = r->s->text;
	const struct slice *field;
	uint32_t n, start;
	size_t from, to;
	enum grade g;

	for (*line = 1; *line <= t->nlines; ++*line) {
		start = *line;
		csv_split_begin(split);
		do {
			from = t->line[*line - 1];
			to = *line < t->nlines ? t->line[*line] : t->len;
			if (*line == 1 && t->len >= 3 &&
			    memcmp(t->p, "\xef\xbb\xbf", 3) == 0)
				from += 3;	/* a byte order mark */
			if (from == to && *line == start)
				return NULL;
			g = csv_split_line(split, (const uint8_t *)t->p + from,
			    to - from, *line == t->nlines);
		} while (g == END && ++*line <= t->nlines);
		if (g != OK) {
			*line = start;
			return "a quote stands where none may, or is never "
			    "closed";
		}
		field = csv_split_fields(split, &n);
		if (r->header)
			take_row(r, field, n, start);
		else if (*line <= HEADER_LINES)
			take_header(r, field, n);
		if (r->s->nrow > ROWS_MAX)
			return "the file has too many rows";
	}
	return NULL;
}

bool
sheet_read(struct arena *a, struct diags *ds, const char *path,
    struct sheet *s)
{
	struct reading r = { .arena = a, .s = s };
	struct csv_dialect d = { .quote = '"' };
	struct csv_split *split;
	const char *why;
	uint32_t line;

	*s = (struct sheet){ .text = srctext_read(a, path) };
	if (s->text == NULL) {
		diag_add(ds, DIAG_G043, NOWHERE, "cannot read '%s': %s", path,
		    strerror(errno));
		return false;
	}
	d.delimiter = find_delimiter(s->text);
	split = csv_split_new(&d);
	why = read_rows(&r, split, &line);
	csv_split_free(split);
	if (why != NULL) {
		diag_add(ds, DIAG_G043, (struct place){ s->text, line, 1, 1 },
		    "this is no CSV: %s", why);
		return false;
	}
	if (r.header && s->nrow == 0) {
		diag_add(ds, DIAG_G043, NOWHERE, "'%s' has no rows", path);
		return false;
	}
	if (!r.header) {
		diag_hint(ds, diag_add(ds, DIAG_G043, NOWHERE, "'%s' has no "
		    "header that names fields and columns", path),
		    "it is a row such as: source field, target table, target "
		    "column, type, rule, key");
		return false;
	}
	return true;
}

struct place
sheet_place(const struct sheet *s, const struct sheet_row *row,
    const char *text)
{
	struct place at = { s->text, row->line, 1, 1 };
	const char *line, *p;
	size_t len, n = strlen(text);

	line = srctext_line(s->text, row->line, &len);
	p = n > 0 ? memmem(line, len, text, n) : NULL;
	if (p != NULL) {
		at.col = (uint32_t)(p - line) + 1;
		at.len = (uint32_t)n;
	}
	return at;
}
