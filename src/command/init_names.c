/*
 * Names for decant init; see init_names.h.
 */
#include "command/init_names.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "mapping/mapping.h"

#define DEPTH_MAX	50u	/* levels 01 to 49 */

/* Words of the expressions' grammar: a field of such a name is quoted. */
static const char *const reserved[] = { "CASE", "WHEN", "THEN", "ELSE", "END",
    "AND", "OR", "NOT", "IS", "IN", "OF", "BETWEEN", "LIKE", "TRUE", "FALSE",
    "NULL", "AS", "CAST", "DATE", "TIMESTAMP", "FROM", "FOR", "BOTH",
    "LEADING", "TRAILING", NULL };

static bool
is_one_of(const char *const *list, const char *word, size_t len)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == len && memcmp(*list, word, len) == 0)
			return true;
	return false;
}

/* Is it a name to the expressions' lexer, without quotes? */
static bool
is_plain_name(const char *s)
{
	size_t i, len = strlen(s);

	if (is_one_of(reserved, s, len) || s[0] == '-' || s[len - 1] == '-' ||
	    (s[0] >= '0' && s[0] <= '9'))
		return false;
	for (i = 0; i < len; i++)
		if (!((s[i] >= 'A' && s[i] <= 'Z') || s[i] == '-' ||
		    (s[i] >= '0' && s[i] <= '9')))
			return false;
	return true;
}

static void
put_name(struct buf *b, const char *name)
{
	bool plain = is_plain_name(name);

	if (!plain)
		buf_putc(b, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	if (!plain)
		buf_putc(b, '"');
}

bool
init_reference(struct buf *b, const struct layout *l, uint32_t record,
    uint32_t item, uint32_t chain[2], uint32_t *n)
{
	const char *names[2] = { l->item[item].name, NULL };
	uint32_t found[2], up;

	chain[0] = item;
	*n = 1;
	if (layout_find(l, record, names, 1, found) == 1) {
		put_name(b, names[0]);
		return true;
	}
	for (up = l->item[item].parent; up != ITEM_NONE;
	    up = l->item[up].parent) {
		if (l->item[up].name == NULL)
			continue;
		names[1] = l->item[up].name;
		if (layout_find(l, record, names, 2, found) != 1 ||
		    found[0] != item)
			continue;
		chain[1] = up;
		*n = 2;
		put_name(b, names[0]);
		buf_puts(b, " OF ");
		put_name(b, names[1]);
		return true;
	}
	return false;
}

/* Lower case and underscores; letters beyond ASCII as Latin-1 has them. */
static void
put_snake(struct buf *b, const char *name)
{
	const uint8_t *p = (const uint8_t *)name, *end = p + strlen(name);
	uint8_t utf8[4];
	uint32_t c;
	size_t n;

	while (p < end) {
		n = utf8_valid(p, (size_t)(end - p));
		if (n == 0) {
			buf_putc(b, '_');
			p++;
			continue;
		}
		c = utf8_get(p, &n);
		p += n;
		if ((c >= 'A' && c <= 'Z') ||
		    (c >= 0xc0 && c <= 0xde && c != 0xd7))
			c += 0x20;
		else if (c < 0xaa && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9'))
			c = '_';
		buf_put(b, utf8, utf8_put(utf8, c));
	}
}

/* Each table of PostgreSQL has columns of these names (System Columns). */
static const char *
not_system(struct arena *a, const char *name)
{
	static const char *const columns[] = { "tableoid", "xmin", "cmin",
	    "xmax", "cmax", "ctid", NULL };

	return is_one_of(columns, name, strlen(name)) ?
	    arena_printf(a, "%s_field", name) : name;
}

/* At most NAME_BYTES, and no character cut in two. */
static const char *
take_name(struct arena *a, struct buf *b)
{
	size_t len = b->len;
	const char *s;

	if (len > NAME_BYTES) {
		len = NAME_BYTES;
		while (len > 0 && ((unsigned char)b->p[len] & 0xc0) == 0x80)
			len--;
	}
	s = arena_strndup(a, b->p, len);
	buf_fini(b);
	return s;
}

const char *
init_snake(struct arena *a, const struct layout *l, const uint32_t *chain,
    uint32_t n)
{
	struct buf b;

	buf_init(&b, 4096);
	while (n-- > 0) {
		put_snake(&b, l->item[chain[n]].name);
		if (n > 0)
			buf_putc(&b, '_');
	}
	return not_system(a, take_name(a, &b));
}

static bool
has_name(const struct nameset *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->v[i], name) == 0)
			return true;
	return false;
}

const char *
init_unique(struct arena *a, struct nameset *s, const char *name)
{
	const char *try = name;
	size_t cut = strlen(name);
	uint32_t i;

	if (cut > NAME_BYTES - 7)	/* and no character in two */
		for (cut = NAME_BYTES - 7; cut > 0 &&
		    ((unsigned char)name[cut] & 0xc0) == 0x80; cut--)
			continue;
	for (i = 2; has_name(s, try); i++)
		try = arena_printf(a, "%.*s_%u", (int)cut, name, i);
	*ARENA_PUSH(a, s->v, s->n, s->cap) = try;
	return try;
}

const char *
init_column_name(struct arena *a, const char *header)
{
	struct buf b;

	buf_init(&b, 4096);
	put_snake(&b, header);
	return take_name(a, &b);
}

const char *
init_table_name(struct arena *a, const char *record)
{
	static const char *const ending[] = { "-RECORD", "-REC", "-RCD" };
	size_t len, cut, i;
	char *name;
	struct buf b;

	if (record == NULL)
		return "record";
	name = arena_strdup(a, record);
	len = strlen(name);
	for (i = 0; i < 3; i++) {
		cut = strlen(ending[i]);
		if (len > cut && strcmp(name + len - cut, ending[i]) == 0) {
			name[len - cut] = '\0';
			break;
		}
	}
	/* a type of record named case could not be told from CASE */
	if (expr_is_word(name))
		name = len > strlen(name) ? arena_strdup(a, record) :
		    arena_printf(a, "%s-REC", name);
	buf_init(&b, 4096);
	put_snake(&b, name);
	return take_name(a, &b);
}

void
yaml_value(struct buf *b, const char *s, size_t len)
{
	bool plain = len > 0 && s[len - 1] != ':' && s[len - 1] != ' ';
	size_t i;
	char c = len > 0 ? s[0] : '\0';

	if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '/' || c == '.'))
		plain = false;
	for (i = 0; i + 1 < len; i++)
		if ((s[i] == ' ' && s[i + 1] == '#') ||
		    (s[i] == ':' && s[i + 1] == ' '))
			plain = false;
	if (plain) {
		buf_put(b, s, len);
		return;
	}
	buf_putc(b, '\'');
	for (i = 0; i < len; i++) {
		if (s[i] == '\'')
			buf_putc(b, '\'');
		buf_putc(b, s[i]);
	}
	buf_putc(b, '\'');
}
