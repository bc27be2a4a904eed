/*
 * The ledger; see ledger.h.
 */
#include "generation/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"

#define SQL_MAX	(64u << 20)

/* --- tables -------------------------------------------------------------- */

static const char *
own(struct arena *a, const struct db *db, const char *name)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	db_put_own(db, &b, name);
	s = arena_strdup(a, b.p);
	buf_fini(&b);
	return s;
}

static bool
tables_exist(struct db *db, struct arena *a, bool *exists)
{
	const struct db_result *r;

	*exists = false;
	if (!db->open)
		return true;
	r = db_query(db, a, "looking for the ledger", db->kind == DB_SQLITE ?
	    "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND "
	    "name = 'decant_event'" :
	    "SELECT 1 WHERE to_regclass('decant.event') IS NOT NULL", 0,
	    NULL);
	if (r != NULL)
		*exists = r->n > 0;
	return r != NULL;
}

static bool
create_schema(struct db *db, struct arena *a)
{
	const struct db_result *r;

	if (db->kind == DB_SQLITE)
		return true;
	r = db_query(db, a, "looking for the ledger", "SELECT CASE WHEN "
	    "EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'decant') "
	    "THEN 'there' WHEN has_database_privilege(current_database(), "
	    "'CREATE') THEN 'may' ELSE 'denied' END", 0, NULL);
	if (r == NULL)
		return false;
	if (strcmp(db_cell(r, 0, 0), "denied") == 0) {
		diag_hint(db->diags, diag_add(db->diags, DIAG_L001, NOWHERE,
		    "the role may not create the schema 'decant' of the "
		    "ledger in this database"), "as an administrator: create "
		    "schema decant authorization ROLE, or grant create on "
		    "database to ROLE");
		return false;
	}
	return strcmp(db_cell(r, 0, 0), "there") == 0 || db_exec(db,
	    "creating the ledger", "CREATE SCHEMA IF NOT EXISTS decant; "
	    "COMMENT ON SCHEMA decant IS 'decant: ledger and change logs'");
}

bool
ledger_create(struct ledger *l)
{
	struct db *db = l->db;
	struct buf sql;
	bool good;

	if (l->exists)
		return true;
	if (!create_schema(db, l->arena))
		return false;
	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "CREATE TABLE IF NOT EXISTS %s ("
	    "dataset text NOT NULL, number bigint NOT NULL, "
	    "at text NOT NULL, kind text NOT NULL, "
	    "generation integer NOT NULL, data text NOT NULL, "
	    "previous text NOT NULL, hash text NOT NULL, "
	    "PRIMARY KEY (dataset, number));\n",
	    own(l->arena, db, "event"));
	buf_printf(&sql, "CREATE TABLE IF NOT EXISTS %s ("
	    "sha256 text PRIMARY KEY, content %s NOT NULL)",
	    own(l->arena, db, "text"),
	    db->kind == DB_SQLITE ? "blob" : "bytea");
	good = l->exists = db_exec(db, "creating the ledger", sql.p);
	buf_fini(&sql);
	return good;
}

/* --- events -------------------------------------------------------------- */

bool
ledger_read(struct ledger *l, struct db *db, struct arena *a,
    const char *dataset)
{
	const struct db_result *r;
	struct ledger_event *e;
	uint32_t i;

	*l = (struct ledger){ .db = db, .arena = a,
	    .dataset = arena_strdup(a, dataset) };
	if (!tables_exist(db, a, &l->exists))
		return false;
	if (!l->exists)
		return true;
	r = db_query(db, a, "reading the ledger", arena_printf(a,
	    "SELECT number, at, kind, generation, data, previous, hash "
	    "FROM %s WHERE dataset = $1 ORDER BY number",
	    own(a, db, "event")), 1, &dataset);
	if (r == NULL)
		return false;
	for (i = 0; i < r->n; i++) {
		e = ARENA_PUSH(a, l->event, l->n, l->cap);
		e->number = strtoull(db_cell(r, i, 0), NULL, 10);
		e->at = db_cell(r, i, 1);
		e->kind = db_cell(r, i, 2);
		e->generation = (uint32_t)strtoul(db_cell(r, i, 3), NULL, 10);
		e->data = db_cell(r, i, 4);
		e->previous = db_cell(r, i, 5);
		e->hash = db_cell(r, i, 6);
	}
	return true;
}

static void
event_hash(const struct ledger *l, const struct ledger_event *e,
    char hex[SHA256_HEX + 1])
{
	struct buf b;

	buf_init(&b, SQL_MAX);
	buf_printf(&b, "%s\n%s\n%llu\n%s\n%s\n%u\n%s", e->previous,
	    l->dataset, (unsigned long long)e->number, e->at, e->kind,
	    e->generation, e->data);
	sha256_text(b.p, b.len, hex);
	buf_fini(&b);
}

static const char *
now_utc(struct arena *a)
{
	struct timespec t;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, t.tv_nsec / 1000000);
}

bool
ledger_add(struct ledger *l, const char *kind, uint32_t generation,
    const char *data)
{
	char hex[SHA256_HEX + 1];
	struct ledger_event e = { .number = l->n == 0 ? 1 :
	    l->event[l->n - 1].number + 1, .at = now_utc(l->arena),
	    .kind = arena_strdup(l->arena, kind), .generation = generation,
	    .data = arena_strdup(l->arena, data),
	    .previous = l->n == 0 ? "" : l->event[l->n - 1].hash };
	struct buf sql;
	bool good;

	event_hash(l, &e, hex);
	e.hash = arena_strdup(l->arena, hex);
	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "INSERT INTO %s (dataset, number, at, kind, "
	    "generation, data, previous, hash) VALUES (",
	    own(l->arena, l->db, "event"));
	db_literal(l->db, &sql, l->dataset);
	buf_printf(&sql, ", %llu, '%s', '%s', %u, ",
	    (unsigned long long)e.number, e.at, e.kind, e.generation);
	db_literal(l->db, &sql, e.data);
	buf_printf(&sql, ", '%s', '%s')", e.previous, e.hash);
	good = db_exec(l->db, "writing the ledger", sql.p);
	buf_fini(&sql);
	if (good)
		*ARENA_PUSH(l->arena, l->event, l->n, l->cap) = e;
	return good;
}

void
ledger_forget(struct ledger *l, uint32_t n)
{
	l->n = n;
}

bool
ledger_verify(const struct ledger *l, uint64_t *number, const char **why)
{
	const struct ledger_event *e;
	char hex[SHA256_HEX + 1];
	const char *previous = "";
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		e = &l->event[i];
		*number = e->number;
		*why = NULL;
		event_hash(l, e, hex);
		if (e->number != i + 1)
			*why = "an event before it is missing";
		else if (strcmp(e->previous, previous) != 0)
			*why = "it does not follow the event before it";
		else if (strcmp(hex, e->hash) != 0)
			*why = "it is not what was written";
		if (*why != NULL)
			return false;
		previous = e->hash;
	}
	return true;
}

bool
ledger_datasets(struct db *db, struct arena *a, const char ***name,
    uint32_t *n)
{
	const struct db_result *r;
	bool exists;
	uint32_t i;

	*n = 0;
	*name = NULL;
	if (!tables_exist(db, a, &exists))
		return false;
	if (!exists)
		return true;
	r = db_query(db, a, "reading the ledger", arena_printf(a,
	    "SELECT DISTINCT dataset FROM %s ORDER BY dataset",
	    own(a, db, "event")), 0, NULL);
	if (r == NULL)
		return false;
	*name = arena_array(a, r->n + 1, sizeof **name);
	for (i = 0; i < r->n; i++)
		(*name)[i] = db_cell(r, i, 0);
	*n = r->n;
	return true;
}

/* --- texts --------------------------------------------------------------- */

static void
put_hex(struct buf *b, const char *p, size_t len)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		buf_putc(b, digit[(unsigned char)p[i] >> 4]);
		buf_putc(b, digit[(unsigned char)p[i] & 15]);
	}
}

bool
ledger_keep_text(struct ledger *l, const char *p, size_t len,
    char sha256[SHA256_HEX + 1])
{
	bool lite = l->db->kind == DB_SQLITE, good;
	struct buf sql;

	sha256_text(p, len, sha256);
	buf_init(&sql, SQL_MAX * 4u);
	buf_printf(&sql, "INSERT INTO %s (sha256, content) VALUES ('%s', %s",
	    own(l->arena, l->db, "text"), sha256, lite ? "x'" : "'\\x");
	put_hex(&sql, p, len);
	buf_puts(&sql, "') ON CONFLICT (sha256) DO NOTHING");
	good = db_exec(l->db, "writing the ledger", sql.p);
	buf_fini(&sql);
	return good;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

const char *
ledger_text(struct ledger *l, struct arena *a, const char *sha256,
    size_t *len)
{
	const char *hex;
	char got[SHA256_HEX + 1];
	const struct db_result *r;
	char *text;
	size_t i;

	r = db_query(l->db, a, "reading the ledger", arena_printf(a,
	    "SELECT %s FROM %s WHERE sha256 = $1", l->db->kind == DB_SQLITE ?
	    "hex(content)" : "encode(content, 'hex')",
	    own(a, l->db, "text")), 1, &sha256);
	if (r == NULL)
		return NULL;
	hex = r->n == 0 ? "" : db_cell(r, 0, 0);
	*len = strlen(hex) / 2;
	text = arena_alloc(a, *len + 1);
	for (i = 0; i < *len; i++)
		text[i] = (char)(hex_digit(hex[2 * i]) << 4 |
		    hex_digit(hex[2 * i + 1]));
	text[*len] = '\0';
	sha256_text(text, *len, got);
	if (r->n > 0 && strcmp(got, sha256) == 0)
		return text;
	diag_add(l->db->diags, DIAG_L002, NOWHERE, "the ledger's text %.12s… "
	    "is %s", sha256, r->n == 0 ? "missing" : "not what was kept");
	return NULL;
}
