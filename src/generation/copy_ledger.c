/*
 * The source's ledger, on its way along with a copy; see copy.h.
 *
 *	{"decant": "ledger 1", "dataset": "customer", "events": [{"number": 1,
 *	  "at": …, "kind": …, "generation": …, "data": "{…}", "previous": …,
 *	  "hash": …}]}
 *
 * is a text of the target's ledger, under its SHA-256.  The chain in it is the
 * source's, as it was; and the target's own holds it, for the event "copied"
 * has that hash.  The texts that its events name come along one by one.
 */
#include "generation/copy_impl.h"

#include <jansson.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"

#define TEXT_MAX	(64u << 20)
#define HEAD		"{\"decant\":\"ledger 1\""

/* --- out ----------------------------------------------------------------- */

static void
put_events(struct buf *b, const struct ledger *l)
{
	struct json j = { .b = b };
	const struct ledger_event *e;
	uint32_t i;

	json_open(&j, NULL, '{');
	json_text(&j, "decant", "ledger 1");
	json_text(&j, "dataset", l->dataset);
	json_open(&j, "events", '[');
	for (i = 0; i < l->n; i++) {
		e = &l->event[i];
		json_open(&j, NULL, '{');
		json_uint(&j, "number", e->number);
		json_text(&j, "at", e->at);
		json_text(&j, "kind", e->kind);
		json_uint(&j, "generation", e->generation);
		json_text(&j, "data", e->data);
		json_text(&j, "previous", e->previous);
		json_text(&j, "hash", e->hash);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
}

static const char *
put_list(struct copy_run *r, const struct db_result **list)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_puts(&b, "SELECT sha256 FROM ");
	db_put_own(&r->from, &b, "text");
	*list = db_query(&r->from, &r->from_arena, "reading the ledger", b.p,
	    0, NULL);
	buf_fini(&b);
	return *list == NULL ? NULL : "";
}

struct bring {
	struct copy_run *r;
	const struct db_result *list;
	bool *taken;			/* [list->n] */
};

/* All texts that are named in one, and in ledgers among those. */
static bool
bring_named(struct bring *b, const char *in)
{
	char hex[SHA256_HEX + 1];
	const char *sha, *text;
	uint32_t i;
	size_t len;

	for (i = 0; i < b->list->n; i++) {
		sha = db_cell(b->list, i, 0);
		if (b->taken[i] || strstr(in, sha) == NULL)
			continue;
		b->taken[i] = true;
		text = ledger_text(&b->r->source.ledger, &b->r->from_arena,
		    sha, &len);
		if (text == NULL || !ledger_keep_text(&b->r->target.ledger,
		    text, len, hex))
			return false;
		if (strncmp(text, HEAD, strlen(HEAD)) == 0 &&
		    !bring_named(b, text))
			return false;
	}
	return true;
}

bool
copy_ledger_bring(struct copy_run *r, char sha256[SHA256_HEX + 1])
{
	struct bring b = { .r = r };
	struct buf text;
	bool good;

	*sha256 = '\0';
	if (r->source.ledger.n == 0)
		return true;
	buf_init(&text, TEXT_MAX);
	put_events(&text, &r->source.ledger);
	good = !text.full && put_list(r, &b.list) != NULL;
	if (text.full)
		diag_add(r->diags, DIAG_L140, NOWHERE, "the ledger of the "
		    "source is larger than %u MB", TEXT_MAX >> 20);
	if (good) {
		b.taken = arena_array(r->arena, b.list->n + 1,
		    sizeof *b.taken);
		good = bring_named(&b, text.p) && ledger_keep_text(
		    &r->target.ledger, text.p, text.len, sha256);
	}
	buf_fini(&text);
	return good;
}

/* --- in ------------------------------------------------------------------ */

static const char *
text_of(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return arena_strdup(a, s == NULL ? "" : s);
}

static void
take_events(struct ledger *out, struct arena *a, const json_t *root)
{
	const json_t *list = json_object_get(root, "events"), *o;
	struct ledger_event *e;
	size_t i;

	out->dataset = text_of(a, root, "dataset");
	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		e = ARENA_PUSH(a, out->event, out->n, out->cap);
		e->number = (uint64_t)json_integer_value(json_object_get(o,
		    "number"));
		e->at = text_of(a, o, "at");
		e->kind = text_of(a, o, "kind");
		e->generation = (uint32_t)json_integer_value(
		    json_object_get(o, "generation"));
		e->data = text_of(a, o, "data");
		e->previous = text_of(a, o, "previous");
		e->hash = text_of(a, o, "hash");
	}
}

struct ledger *
copy_ledger_read(struct ledger *l, struct arena *a,
    const struct ledger_event *e, bool *none)
{
	struct ledger *out = NULL;
	const char *sha, *text;
	json_t *o = json_loads(e->data, 0, NULL), *root;
	size_t len;

	sha = json_string_value(json_object_get(o, "ledger"));
	*none = strcmp(e->kind, "copied") != 0 || sha == NULL;
	text = *none ? NULL : ledger_text(l, a, sha, &len);
	json_decref(o);
	if (text == NULL)
		return NULL;
	root = json_loadb(text, len, 0, NULL);
	out = arena_zalloc(a, sizeof *out);
	*out = (struct ledger){ .db = l->db, .arena = a, .exists = true };
	take_events(out, a, root);
	json_decref(root);
	return out;
}
