/*
 * YAML as a tree; see yaml_tree.h.
 *
 * libyaml's events are taken one by one: its own document loader has no
 * bounds.  Its marks count characters, so a table leads back from characters
 * to bytes.  Its memory goes with the parser; the tree is in the arena.
 */
#include "mapping/yaml_tree.h"

#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "mapping/mapping_keys.h"

#define DEPTH_MAX	32u
#define NODES_MAX	200000u
#define ANCHORS_MAX	1000u
#define STEP		64u	/* characters between two entries of a table */

struct anchor {
	const char *name;
	struct ynode *node;
};

struct builder {
	yaml_parser_t parser;
	struct arena *arena;
	struct diags *diags;
	const struct srctext *text, *shown;
	uint32_t skip;			/* a byte order mark */
	uint32_t *byte;			/* of every STEPth character */
	uint32_t nbyte;
	struct anchor *anchor;
	uint32_t nanchor, anchor_cap;
	uint32_t nodes;
};

struct place
ynode_place(const struct srctext *shown, const struct ynode *y)
{
	uint32_t to = y->from;
	bool lines = y->kind != YNODE_SCALAR;

	/* Collections are shown by their start. */
	while (!lines && to < y->to && shown->p[to] != '\n' &&
	    shown->p[to] != '\r')
		to++;
	return srctext_place(shown, y->from, to - y->from);
}

const char *
ynode_quote(struct arena *a, const struct ynode *y)
{
	uint32_t n = y->len;

	if (secret_in_target(y->p))
		return "***";
	if (n <= 63)
		return y->p;
	for (n = 60; n > 0 && ((unsigned char)y->p[n] & 0xc0) == 0x80; n--)
		continue;
	return arena_printf(a, "%.*s...", (int)n, y->p);
}

static void
charmap_build(struct builder *b)
{
	const char *p = b->text->p;
	uint32_t i, n = 0, cap = 0;

	for (i = b->skip; i < b->text->len; i++) {
		if (((unsigned char)p[i] & 0xc0) == 0x80)
			continue;
		if (n++ % STEP != 0)
			continue;
		if (b->nbyte == cap) {
			cap = cap == 0 ? 256 : cap * 2;
			b->byte = mem_resize(b->byte, cap, sizeof *b->byte);
		}
		b->byte[b->nbyte++] = i;
	}
}

static uint32_t
charmap_find(const struct builder *b, size_t index)
{
	const char *p = b->text->p;
	size_t step = index / STEP, rest = index % STEP;
	uint32_t i, len = (uint32_t)b->text->len;

	if (step >= b->nbyte)
		return len;
	for (i = b->byte[step]; rest > 0 && i < len; rest--) {
		i++;
		while (i < len && ((unsigned char)p[i] & 0xc0) == 0x80)
			i++;
	}
	return i;
}

static struct diag *
tree_error(struct builder *b, enum diag_code code, uint32_t at, uint32_t len,
    const char *message)
{
	return diag_add(b->diags, code, srctext_place(b->shown, at, len), "%s",
	    message);
}

static struct ynode *
tree_fail(struct builder *b, enum diag_code code, uint32_t at,
    const char *message)
{
	tree_error(b, code, at, 1, message);
	return NULL;
}

/* What libyaml did not like. */
static void
tree_parser_error(struct builder *b)
{
	const yaml_parser_t *y = &b->parser;
	struct yaml_trouble t = { .problem = y->problem };

	if (y->error == YAML_MEMORY_ERROR) {
		mem_exhausted(0);
		return;
	}
	if (y->error == YAML_READER_ERROR) {
		diag_add(b->diags, DIAG_M003, srctext_place(b->shown,
		    b->skip + y->problem_offset, 1),
		    "control character X'%02X' in the mapping",
		    (unsigned)y->problem_value);
		return;
	}
	t.at = t.context_at = charmap_find(b, y->problem_mark.index);
	if (y->context != NULL) {
		t.context = y->context;
		t.context_at = charmap_find(b, y->context_mark.index);
	}
	yaml_trap_report(b->diags, b->text, b->shown, &t);
}

static bool
tree_event(struct builder *b, yaml_event_t *e)
{
	if (yaml_parser_parse(&b->parser, e))
		return true;
	tree_parser_error(b);
	return false;
}

static struct ynode *
tree_node(struct builder *b, enum ynode_kind kind, const yaml_event_t *e)
{
	struct ynode *y = arena_zalloc(b->arena, sizeof *y);

	y->kind = kind;
	y->from = charmap_find(b, e->start_mark.index);
	y->to = charmap_find(b, e->end_mark.index);
	y->size = 1;
	return y;
}

/* A node with an anchor starts at the anchor: &name, then perhaps blanks,
 * comments and line breaks. */
static void
skip_anchor(const struct builder *b, struct ynode *y)
{
	const char *p = b->text->p;
	uint32_t at = y->from;

	/* libyaml ends the name where no letter, digit, _ or - is. */
	if (at < y->to && p[at] == '&')
		for (at++; at < y->to && (p[at] == '_' || p[at] == '-' ||
		    (p[at] >= '0' && p[at] <= '9') ||
		    ((p[at] | 0x20) >= 'a' && (p[at] | 0x20) <= 'z')); at++)
			continue;
	while (at < y->to && strchr(" \t\r\n#", p[at])) {
		if (p[at] == '#')
			while (at < y->to && p[at] != '\n')
				at++;
		else
			at++;
	}
	y->from = at;
}

static struct ynode *
tree_scalar(struct builder *b, const yaml_event_t *e)
{
	struct ynode *y = tree_node(b, YNODE_SCALAR, e);

	y->p = arena_strndup(b->arena, (const char *)e->data.scalar.value,
	    e->data.scalar.length);
	y->len = (uint32_t)e->data.scalar.length;
	switch (e->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		y->style = YSTYLE_SINGLE;
		break;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		y->style = YSTYLE_DOUBLE;
		break;
	case YAML_LITERAL_SCALAR_STYLE:
		y->style = YSTYLE_LITERAL;
		break;
	case YAML_FOLDED_SCALAR_STYLE:
		y->style = YSTYLE_FOLDED;
		break;
	default:
		y->style = YSTYLE_PLAIN;
	}
	if (e->data.scalar.anchor != NULL)
		skip_anchor(b, y);
	return y;
}

/* Properties of a node that has them: tags are refused, anchors returned. */
static const char *
tree_properties(struct builder *b, const yaml_event_t *e, bool *tagged)
{
	const yaml_char_t *anchor, *tag;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
		break;
	default:
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	}
	*tagged = tag != NULL;
	return anchor == NULL ? NULL :
	    arena_strdup(b->arena, (const char *)anchor);
}

static struct ynode *
tree_alias(struct builder *b, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	uint32_t i, at = charmap_find(b, e->start_mark.index);
	struct ynode *y;
	struct diag *d;

	for (i = b->nanchor; i > 0; i--)	/* the latest counts */
		if (strcmp(b->anchor[i - 1].name, name) == 0)
			break;
	if (i > 0) {
		y = b->anchor[i - 1].node;
		b->nodes += y->size;
		if (b->nodes > NODES_MAX)
			return tree_fail(b, DIAG_M005, at,
			    "aliases make the mapping too large");
		return y;
	}
	d = diag_add(b->diags, DIAG_M006, srctext_place(b->shown, at,
	    strlen(name) + 1), "there is no anchor '%s' before this", name);
	diag_hint(b->diags, d,
	    "an expression that starts with * must be quoted");
	return NULL;
}

static bool
is_empty(const struct ynode *y)
{
	return y->kind == YNODE_SCALAR && y->style == YSTYLE_PLAIN &&
	    y->len == 0;
}

bool
yaml_unbalanced(const char *p, size_t n, int *depth, char *quote)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (*quote != '\0') {
			if (p[i] == *quote)
				*quote = '\0';
		} else if (p[i] == '\'' || p[i] == '"') {
			*quote = p[i];
		} else {
			*depth += (p[i] == '(') - (p[i] == ')');
		}
	}
	return *depth > 0 || *quote != '\0';
}

/*
 * {from: coalesce(A, B), type: text} is three keys to YAML: from, "B)" and
 * type.  When the value of pair i has open parentheses and keys without a
 * value follow, they are its rest.  Returns where the next pair is.
 */
static uint32_t
map_comma_trap(struct builder *b, struct ynode *y, uint32_t i)
{
	struct ynode *value = y->item[i + 1], *last = value;
	uint32_t k = i + 2, from;
	const char *whole, *p = b->shown->p;
	int depth = 0;
	char quote = '\0';
	bool open;

	if (value->kind != YNODE_SCALAR || value->style != YSTYLE_PLAIN)
		return k;
	open = yaml_unbalanced(value->p, value->len, &depth, &quote);
	while (open && k < y->n && is_empty(y->item[k + 1])) {
		last = y->item[k];
		open = yaml_unbalanced(p + last->from, last->to - last->from,
		    &depth, &quote);
		k += 2;
	}
	if (k == i + 2)
		return k;
	for (from = value->to; from < b->text->len && p[from] != ','; from++)
		continue;
	whole = last->to < value->from ? NULL :
	    yaml_quote(b->arena, p + value->from, last->to - value->from);
	diag_hint(b->diags, tree_error(b, DIAG_M008, from, 1,
	    "the value is cut here: inside {...} a comma ends it"),
	    "quote the whole value%s%s", whole != NULL ? ": " : "",
	    whole != NULL ? whole : "");
	value->broken = true;
	return k;
}

static void
map_commas(struct builder *b, struct ynode *y)
{
	uint32_t i, next, kept = 0;

	for (i = 0; i < y->n; i = next) {
		next = map_comma_trap(b, y, i);
		y->item[kept] = y->item[i];
		y->item[kept + 1] = y->item[i + 1];
		kept += 2;
	}
	y->n = kept;
}

static uint64_t
key_hash(const struct ynode *y)
{
	uint64_t h = 14695981039346656037u;	/* FNV-1a */
	uint32_t i;

	for (i = 0; i < y->len; i++)
		h = (h ^ (unsigned char)y->p[i]) * 1099511628211u;
	return h;
}

/* Takes out the later ones of equal keys. */
static void
map_duplicates(struct builder *b, struct ynode *y)
{
	uint32_t cap = 16, *slot, i, kept = 0, at;
	const struct ynode *key, *other;
	struct place p;

	while (cap < y->n)
		cap *= 2;
	slot = mem_array(cap, sizeof *slot);
	for (i = 0; i < y->n; i += 2) {
		key = y->item[i];
		at = (uint32_t)key_hash(key) & (cap - 1);
		for (; slot[at] != 0; at = (at + 1) & (cap - 1)) {
			other = y->item[slot[at] - 1];
			if (other->len == key->len &&
			    memcmp(other->p, key->p, key->len) == 0)
				break;
		}
		if (slot[at] != 0) {
			p = ynode_place(b->shown, y->item[slot[at] - 1]);
			diag_add(b->diags, DIAG_M015,
			    ynode_place(b->shown, key),
			    "'%s' stands here twice, first in line %u",
			    ynode_quote(b->arena, key), p.line);
			continue;
		}
		y->item[kept] = y->item[i];
		y->item[kept + 1] = y->item[i + 1];
		slot[at] = kept + 1;
		kept += 2;
	}
	y->n = kept;
	mem_free(slot);
}

/* Keys must be texts. */
static void
map_keys(struct builder *b, struct ynode *y)
{
	uint32_t i, kept = 0;

	for (i = 0; i < y->n; i += 2) {
		if (y->item[i]->kind != YNODE_SCALAR) {
			diag_add(b->diags, DIAG_M017,
			    ynode_place(b->shown, y->item[i]),
			    "a key must be a text");
			continue;
		}
		y->item[kept] = y->item[i];
		y->item[kept + 1] = y->item[i + 1];
		kept += 2;
	}
	y->n = kept;
}

static struct ynode *tree_build(struct builder *, uint32_t depth, bool *end);

/* The items of a list or map up to its end event. */
static struct ynode *
tree_collection(struct builder *b, const yaml_event_t *e, uint32_t depth)
{
	bool map = e->type == YAML_MAPPING_START_EVENT, end = false, flow;
	struct ynode *y = tree_node(b, map ? YNODE_MAP : YNODE_LIST, e), *item;
	uint32_t cap = 0;

	flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE :
	    e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	y->style = flow ? YSTYLE_FLOW : YSTYLE_BLOCK;
	if (depth == DEPTH_MAX)
		return tree_fail(b, DIAG_M005, y->from,
		    "the mapping is nested too deeply");
	while ((item = tree_build(b, depth + 1, &end)) != NULL) {
		*ARENA_PUSH(b->arena, y->item, y->n, cap) = item;
		y->size += item->size;
	}
	if (!end)
		return NULL;
	if (map) {
		map_keys(b, y);
		if (flow)
			map_commas(b, y);
		map_duplicates(b, y);
	}
	return y;
}

/* The next node; NULL with *end set at the end of a collection, or after an
 * error. */
static struct ynode *
tree_build(struct builder *b, uint32_t depth, bool *end)
{
	const char *anchor;
	struct ynode *y;
	struct anchor *slot;
	yaml_event_t e;
	bool tagged;

	if (!tree_event(b, &e))
		return NULL;
	if (e.type == YAML_ALIAS_EVENT) {
		y = tree_alias(b, &e);
		yaml_event_delete(&e);
		return y;
	}
	if (e.type == YAML_SEQUENCE_END_EVENT ||
	    e.type == YAML_MAPPING_END_EVENT) {
		yaml_event_delete(&e);
		*end = true;
		return NULL;
	}
	anchor = tree_properties(b, &e, &tagged);
	if (tagged)
		diag_hint(b->diags, tree_error(b, DIAG_M004,
		    charmap_find(b, e.start_mark.index), 1,
		    "a tag: every value is text in a mapping"),
		    "an expression that starts with ! must be quoted");
	if (++b->nodes > NODES_MAX || b->nanchor > ANCHORS_MAX)
		y = tree_fail(b, DIAG_M005,
		    charmap_find(b, e.start_mark.index),
		    "the mapping is too large");
	else if (e.type == YAML_SCALAR_EVENT)
		y = tree_scalar(b, &e);
	else
		y = tree_collection(b, &e, depth);
	yaml_event_delete(&e);
	if (y != NULL && anchor != NULL) {
		slot = ARENA_PUSH(b->arena, b->anchor, b->nanchor,
		    b->anchor_cap);
		*slot = (struct anchor){ anchor, y };
	}
	return y;
}

/* The stream: one document with one node. */
static struct ynode *
tree_stream(struct builder *b)
{
	struct ynode *root = NULL;
	bool end = false, done = false;
	yaml_event_t e;
	uint32_t at;

	while (!done) {
		if (!tree_event(b, &e))
			return NULL;
		at = charmap_find(b, e.start_mark.index);
		done = e.type == YAML_STREAM_END_EVENT;
		if (e.type != YAML_DOCUMENT_START_EVENT) {
			yaml_event_delete(&e);
			continue;
		}
		yaml_event_delete(&e);
		if (root != NULL)
			return tree_fail(b, DIAG_M004, at,
			    "a second document: a mapping is one");
		root = tree_build(b, 0, &end);
		if (root == NULL)
			return NULL;
	}
	if (root == NULL || is_empty(root))
		return tree_fail(b, DIAG_M018, 0, "the mapping is empty");
	return root;
}

static bool
tree_check_utf8(struct diags *ds, const struct srctext *text,
    const struct srctext *shown)
{
	size_t i, n;

	for (i = 0; i < text->len; i += n) {
		n = utf8_valid((const uint8_t *)text->p + i, text->len - i);
		if (n > 0)
			continue;
		diag_hint(ds, diag_add(ds, DIAG_M003,
		    srctext_place(shown, i, 1), "a byte that is not UTF-8"),
		    "save the file as UTF-8");
		return false;
	}
	return true;
}

struct ynode *
yaml_tree_read(struct arena *a, struct diags *ds, const struct srctext *text,
    const struct srctext *shown)
{
	struct builder b = { .arena = a, .diags = ds, .text = text,
	    .shown = shown };
	struct ynode *root;

	if (text->len > MAPPING_MAX) {
		diag_add(ds, DIAG_M005, srctext_place(shown, 0, 1),
		    "the mapping has more than %u bytes", MAPPING_MAX);
		return NULL;
	}
	if (!tree_check_utf8(ds, text, shown))
		return NULL;
	if (text->len >= 3 && memcmp(text->p, "\xef\xbb\xbf", 3) == 0)
		b.skip = 3;
	if (!yaml_parser_initialize(&b.parser)) {
		mem_exhausted(0);
		return NULL;
	}
	charmap_build(&b);
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser,
	    (const unsigned char *)text->p + b.skip, text->len - b.skip);
	root = tree_stream(&b);
	yaml_parser_delete(&b.parser);
	mem_free(b.byte);
	return root;
}
