/*
 * Views of compat: and columns that agree, in either database: a mapping and
 * its schema, a client of the database, and writes by chance whose outcome is
 * known, for decant itself evaluates up:, agree: and the view's columns over
 * the same rows (own_fixture.h).
 */
#ifndef COMPAT_FIXTURE_H
#define COMPAT_FIXTURE_H

#include "expr_sql_fixture.h"
#include "generation/compat.h"

/* ---- a client ----------------------------------------------------------- */

struct client {
	void *handle;
	/* NULL: done; else what was told */
	const char *(*exec)(struct client *, const char *sql);
	/* cells of all rows, NULL: null; a NULL array after an error, told */
	const char **(*ask)(struct client *, const char *sql, uint32_t *n);
	struct arena *arena;
};

static inline const char *
quoted(struct arena *a, const char *text)
{
	struct buf b;
	const char *s;

	if (text == NULL)
		return "NULL";
	buf_init(&b, 1u << 20);
	buf_quoted(&b, text, '\'');
	s = arena_strdup(a, b.p);
	buf_fini(&b);
	return s;
}

static inline const char *
named(struct arena *a, const char *name)
{
	struct buf b;
	const char *s;

	buf_init(&b, 1u << 12);
	buf_quoted(&b, name, '"');
	s = arena_strdup(a, b.p);
	buf_fini(&b);
	return s;
}

/* One value; "(null)", or "ERROR …". */
static inline const char *
one(struct client *c, const char *sql)
{
	uint32_t n;
	const char **cell = c->ask(c, sql, &n);

	return cell == NULL ? "ERROR" : n == 0 ? "(none)" : cell[0] == NULL ?
	    "(null)" : cell[0];
}

/* All of them: "a|b" and so on, rows on lines. */
static inline const char *
all(struct client *c, const char *sql, uint32_t columns)
{
	uint32_t n, i;
	const char **cell = c->ask(c, sql, &n), *s = "";

	if (cell == NULL)
		return "ERROR";
	for (i = 0; i < n; i++)
		s = arena_printf(c->arena, "%s%s%s", s, i == 0 ? "" :
		    i % columns == 0 ? "\n" : "|", cell[i] == NULL ? "~" :
		    cell[i]);
	return s;
}

static inline bool
works(struct client *c, const char *sql)
{
	const char *why = c->exec(c, sql);

	if (why != NULL)
		printf("# %s\n#   in %.300s\n", why, sql);
	return why == NULL;
}

/* ---- a mapping ---------------------------------------------------------- */

static const char names_copybook[] =
    "01 R. 05 ID PIC 9(6). 05 A PIC X(24). 05 M PIC X(130). "
    "05 L PIC X(32). 05 B PIC 9(8). 05 C PIC S9(9)V99 COMP-3.";

/* names-v4.yaml, with the shape of version 1 beside it. */
#define NAMES_COLUMNS(strict)						\
    "      person_id: ID\n"						\
    "      full_name: {from: 'full_name(A, M, L)', not null: " strict "}\n" \
    "      first_name: nullif(A, '')\n"					\
    "      middle_name: nullif(M, '')\n"				\
    "      last_name: nullif(L, '')\n"					\
    "      born_on: to_date(B, 'YYYYMMDD')\n"
#define NAMES_UP							\
    "    up:\n"								\
    "      full_name: full_name(first_name, middle_name, last_name)\n"	\
    "      first_name: nullif(first_name, '')\n"			\
    "      middle_name: >-\n"						\
    "        case when middle_name not in ('', 'NMN', 'NMI', 'N/A')\n"	\
    "        then middle_name end\n"					\
    "      last_name: nullif(last_name, '')\n"
/* One word is a first name; commas and the like only go by their columns. */
#define NAMES_AGREE							\
    "    agree:\n"							\
    "      full_name: full_name(first_name, middle_name, last_name)\n"	\
    "      first_name: >-\n"						\
    "        case when full_name like '% %' then\n"			\
    "        split_name(full_name, 'first') else full_name end\n"	\
    "      middle_name: >-\n"						\
    "        case when full_name like '% %' then\n"			\
    "        split_name(full_name, 'middle') end\n"			\
    "      last_name: >-\n"						\
    "        case when full_name like '% %' then\n"			\
    "        split_name(full_name, 'last') end\n"
#define NAMES_VIEW							\
    "compat:\n"								\
    "  person_v1:\n"							\
    "    table: person\n"						\
    "    columns:\n"							\
    "      person_id: person_id\n"					\
    "      first_name: coalesce(first_name, '')\n"			\
    "      middle_name: middle_name\n"					\
    "      last_name: coalesce(last_name, '')\n"			\
    "      born_on: born_on\n"
#define NAMES(strict)							\
    "tables:\n  person:\n    key: person_id\n    columns:\n"		\
    NAMES_COLUMNS(strict) NAMES_UP NAMES_AGREE NAMES_VIEW

/* Another table than the view's name, columns of other names and types, some
 * that the view does not have, and one that nothing is computed from. */
#define ODD								\
    "tables:\n"								\
    "  New People:\n"							\
    "    key: [ssn, Nr]\n"						\
    "    columns:\n"							\
    "      ssn: {from: ID, type: integer}\n"				\
    "      Nr: {from: '1', type: smallint}\n"				\
    "      Full \"Name\": A\n"						\
    "      balance: {from: C, type: 'numeric(11,2)'}\n"			\
    "      active: {from: 'true', type: boolean, not null: true}\n"	\
    "      note: M\n"							\
    "      order: {from: L, type: varchar(8)}\n"			\
    "    up:\n"								\
    "      ssn: cast(ssn as integer)\n"					\
    "      active: status = 'A'\n"					\
    "      balance: cents * 0.01\n"					\
    "compat:\n"								\
    "  people:\n"							\
    "    table: New People\n"						\
    "    columns:\n"							\
    "      ssn: lpad(cast(ssn as text), 9, '0')\n"			\
    "      nr: Nr\n"							\
    "      name: '\"Full \"\"Name\"\"\"'\n"				\
    "      status: case when active then 'A' else 'C' end\n"		\
    "      cents: cast(balance * 100 as integer)\n"			\
    "      size: length(\"Full \"\"Name\"\"\")\n"			\
    "      order: '\"order\"'\n"

static inline const struct schema *
schema_of(struct world *w, const char *tables)
{
	const struct diag *d;

	world_open(w, names_copybook, tables, "", NULL, NULL);
	for (d = w->diags.first; d != NULL; d = d->next)
		printf("# %s %s\n", diag_name(d->code), d->message);
	return w->plan == NULL ? NULL : plan_schema(w->plan);
}

/* The statements, run; what was told if they are not made. */
static inline const char *
compat_make(struct db *db, const char *schema, const struct world *w,
    struct buf *sql)
{
	const struct mapping *mapping = w == NULL ? NULL : w->mapping;
	struct compat_wanted wanted = { .n = 0 };
	const struct diag *first = NULL;
	struct compat *c;
	struct diags diags;
	bool good;

	diags_init(&diags, db->arena);
	db->diags = &diags;
	if (w != NULL)
		wanted = (struct compat_wanted){ &mapping, 1,
		    plan_schema(w->plan), NULL };
	c = compat_new(db->arena, db, schema, &wanted);
	good = c != NULL && compat_clear(c, sql) && compat_put(c, sql, true) &&
	    db_begin(db) && (sql->len == 0 || db_exec(db, "making views",
	    sql->p)) && db_commit(db);
	db_roll_back(db);
	first = diags.first;
	return good ? NULL : first == NULL ? "nothing told" :
	    arena_printf(db->arena, "%s %s", diag_name(first->code),
	    first->message);
}

/* ---- what is known ------------------------------------------------------ */

/* A row of some table as decant would make it of a row of another one, each
 * column by its expression; NULL: rejected. */
static inline const char **
own_row(struct arena *a, const struct schema_table *from, const char **row,
    const struct map_carry *given, uint32_t n, const struct schema_table *to)
{
	struct own_rows in = { from, row, 1 };
	const char *yaml = "";
	char type[48];
	struct own *own;
	struct buf e;
	uint32_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; to != NULL && strcmp(to->column[k].name,
		    given[i].name) != 0; k++)
			;
		if (to != NULL)
			sqltype_format(type, &to->column[k].type);
		buf_init(&e, 1u << 20);
		expr_format(&e, given[i].e);
		yaml = arena_printf(a, "%s      c%u:\n        from: >-\n"
		    "          %s\n%s%s%s", yaml, i, e.p, to == NULL ? "" :
		    "        type: ", to == NULL ? "" : type, to == NULL ? "" :
		    "\n");
		buf_fini(&e);
	}
	own = own_eval(a, &in, yaml);
	if (own->errors != NULL) {
		printf("# %s\n", own->errors);
		return NULL;
	}
	return own->verdict[0] == 'L' ? own->value : NULL;
}

static inline bool
equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- writes by chance to the names -------------------------------------- */

static struct schema_column old_columns[] = {
	C("person_id", { .kind = SQL_INTEGER }, 0),
	C("first_name", { .kind = SQL_TEXT }, 0),
	C("middle_name", { .kind = SQL_TEXT }, 0),
	C("last_name", { .kind = SQL_TEXT }, 0),
	C("born_on", { .kind = SQL_DATE }, 0),
};
static const struct schema_table old_shape = { .name = "old",
	.column = old_columns, .ncolumn = 5 };

enum { ID, FULL, FIRST, MIDDLE, LAST, BORN, NEW_COLUMNS };
#define PERSONS		60

struct model {
	struct arena *arena;
	const struct map_table *map;
	const struct schema_table *table;
	bool strict;		/* full_name is not null */
	bool recursive;		/* SQLite: triggers fire each other again */
	const char *row[PERSONS][NEW_COLUMNS];	/* row[ID] NULL: none */
	uint32_t done, refused;
};

static inline const char *
draw_name(struct arena *a, uint32_t words)
{
	static const char *const plain[] = { "Simon", "Darth", "Vader",
	    "José", "María", "O'Neil", "Björk", "Ruiz", "y", "N/A", "NMN",
	    "van", "der", "Berg", "Jr.", "Null", "日本", "A.", "ß", "de" };
	const char *s = "";
	uint32_t n = draw(words + 1), i;

	if (draw(8) == 0)
		return NULL;
	if (draw(6) == 0)
		return draw_text(a);
	for (i = 0; i < n; i++)
		s = arena_printf(a, "%s%s%s", s, i > 0 ? " " : "",
		    plain[draw(COUNT(plain))]);
	return s;
}

static inline const char *
draw_date(struct arena *a)
{
	return draw(4) == 0 ? NULL : arena_printf(a, "%u-%02u-%02u",
	    1900 + draw(150), 1 + draw(12), 1 + draw(28));
}

/* What the view shows of a row. */
static inline void
model_old(const struct model *m, uint32_t p, const char *old[5])
{
	const char *const *r = m->row[p];

	old[0] = r[ID];
	old[1] = r[FIRST] == NULL ? "" : r[FIRST];
	old[2] = r[MIDDLE];
	old[3] = r[LAST] == NULL ? "" : r[LAST];
	old[4] = r[BORN];
}

/* The columns of up: from a row of the old shape, where it changes. */
static inline bool
model_up(struct model *m, const char *old[5], const char *const was[5],
    const char *row[NEW_COLUMNS])
{
	static const int column[4] = { FULL, FIRST, MIDDLE, LAST };
	bool names = was == NULL || !equal(old[1], was[1]) ||
	    !equal(old[2], was[2]) || !equal(old[3], was[3]);
	const char **v;
	int i;

	row[ID] = old[0];
	row[BORN] = old[4];
	for (i = 0; i < 4; i++) {
		if (i == 0 ? !names : was != NULL && equal(old[i], was[i]))
			continue;
		v = own_row(m->arena, &old_shape, old, m->map->up + i, 1,
		    m->table);
		if (v == NULL)
			return false;
		row[column[i]] = v[0];
	}
	return true;
}

/* Is the full name, are the parts what the others say, as decant has it? */
static inline bool
model_full(struct model *m, const char *row[NEW_COLUMNS])
{
	const char **v = own_row(m->arena, m->table, row, m->map->agree, 1,
	    m->table);

	return v != NULL && equal(v[0], row[FULL]);
}

static inline bool
model_parts(struct model *m, const char *row[NEW_COLUMNS])
{
	const char **v = own_row(m->arena, m->table, row, m->map->agree + 1,
	    3, m->table);

	return v != NULL && equal(v[0], row[FIRST]) &&
	    equal(v[1], row[MIDDLE]) && equal(v[2], row[LAST]);
}

static inline bool
model_empty(const char *row[NEW_COLUMNS])
{
	return row[FIRST] == NULL && row[MIDDLE] == NULL && row[LAST] == NULL;
}

/* What the triggers make of a row of the table, or refuse. */
static inline bool
model_settle(struct model *m, const char *row[NEW_COLUMNS], bool full,
    bool parts)
{
	const char **v;
	int i;

	if ((!full && !parts) || (full && model_full(m, row)) ||
	    (parts && model_parts(m, row) && !model_empty(row)))
		return row[FULL] != NULL || !m->strict;
	if (full && parts)
		return false;
	if (full) {
		v = own_row(m->arena, m->table, row, m->map->agree + 1, 3,
		    m->table);
		for (i = 0; v != NULL && i < 3; i++)
			row[FIRST + i] = v[i];
		/* a blank name, which the parts then do not say */
		if (v != NULL && m->recursive && model_empty(row))
			row[FULL] = NULL;
	} else {
		v = own_row(m->arena, m->table, row, m->map->agree, 1,
		    m->table);
		if (v != NULL)
			row[FULL] = v[0];
	}
	return v != NULL && (row[FULL] != NULL || !m->strict);
}

static inline const char *
assign(struct arena *a, const char *set, const char *name, const char *value)
{
	return arena_printf(a, "%s%s%s = %s", set, *set != '\0' ? ", " : "",
	    name, quoted(a, value));
}

/* One write through the view; *row is what it should leave. */
static inline const char *
write_old(struct model *m, uint32_t p, const char *row[NEW_COLUMNS],
    bool *good)
{
	struct arena *a = m->arena;
	const char *was[5], *old[5], *set = "";
	uint32_t i;

	if (row[ID] == NULL) {
		old[0] = arena_printf(a, "%u", p + 1);
		old[1] = draw_name(a, 2);
		old[2] = draw_name(a, 3);
		old[3] = draw_name(a, 2);
		old[4] = draw_date(a);
		*good = model_up(m, old, NULL, row) && model_settle(m, row,
		    row[FULL] != NULL, row[FIRST] != NULL ||
		    row[MIDDLE] != NULL || row[LAST] != NULL);
		return arena_printf(a, "INSERT INTO person_v1 (person_id, "
		    "first_name, middle_name, last_name, born_on) VALUES "
		    "(%s, %s, %s, %s, %s)", old[0], quoted(a, old[1]),
		    quoted(a, old[2]), quoted(a, old[3]), quoted(a, old[4]));
	}
	model_old(m, p, was);
	memcpy(old, was, sizeof old);
	if (draw(6) == 0) {
		memset(row, 0, NEW_COLUMNS * sizeof *row);
		*good = true;
		return arena_printf(a, "DELETE FROM person_v1 WHERE "
		    "person_id = %u", p + 1);
	}
	for (i = 1; i < 5; i++)
		if (draw(3) == 0) {
			old[i] = i == 4 ? draw_date(a) : draw_name(a, i == 2 ?
			    3 : 2);
			set = assign(a, set, old_columns[i].name, old[i]);
		}
	if (*set == '\0')
		set = "born_on = born_on";
	*good = model_up(m, old, was, row);
	if (*good)
		*good = model_settle(m, row, !equal(row[FULL],
		    m->row[p][FULL]), !equal(row[FIRST], m->row[p][FIRST]) ||
		    !equal(row[MIDDLE], m->row[p][MIDDLE]) ||
		    !equal(row[LAST], m->row[p][LAST]));
	return arena_printf(a, "UPDATE person_v1 SET %s WHERE person_id = %u",
	    set, p + 1);
}

/* One write to the table. */
static inline const char *
write_new(struct model *m, uint32_t p, const char *row[NEW_COLUMNS],
    bool *good)
{
	struct arena *a = m->arena;
	const char *set = "", *names = "person_id", *values;
	bool fresh = row[ID] == NULL, full = false, parts = false;
	uint32_t i, which = draw(4);

	if (!fresh && draw(6) == 0) {
		memset(row, 0, NEW_COLUMNS * sizeof *row);
		*good = true;
		return arena_printf(a, "DELETE FROM person WHERE person_id = "
		    "%u", p + 1);
	}
	row[ID] = values = arena_printf(a, "%u", p + 1);
	for (i = FULL; i < NEW_COLUMNS; i++) {
		/* the full name, the parts, both, or some of all */
		if (i == BORN ? draw(3) > 0 : i == FULL ? which == 1 :
		    which == 0 || (which == 3 && draw(2)))
			continue;
		row[i] = i == BORN ? draw_date(a) : draw_name(a, i == FULL ?
		    4 : 2);
		set = assign(a, set, m->table->column[i].name, row[i]);
		names = arena_printf(a, "%s, %s", names,
		    m->table->column[i].name);
		values = arena_printf(a, "%s, %s", values, quoted(a, row[i]));
	}
	for (i = FULL; i < BORN; i++)
		if (fresh ? row[i] != NULL : !equal(row[i], m->row[p][i])) {
			full |= i == FULL;
			parts |= i != FULL;
		}
	*good = model_settle(m, row, full, parts);
	if (fresh)
		return arena_printf(a, "INSERT INTO person (%s) VALUES (%s)",
		    names, values);
	return arena_printf(a, "UPDATE person SET %s WHERE person_id = %u",
	    *set == '\0' ? "born_on = born_on" : set, p + 1);
}

#define NEW_SELECT "SELECT person_id, full_name, first_name, middle_name, " \
	"last_name, born_on FROM person WHERE person_id = %u"
#define OLD_SELECT "SELECT person_id, first_name, middle_name, last_name, " \
	"born_on FROM person_v1 WHERE person_id = %u"

static inline bool
model_same(struct client *c, const struct model *m, uint32_t p,
    const char *sql)
{
	uint32_t n, i;
	const char *old[5], **cell = c->ask(c, arena_printf(m->arena,
	    NEW_SELECT, p + 1), &n);

	if (n != (m->row[p][ID] == NULL ? 0 : NEW_COLUMNS)) {
		printf("# %s: %u cells\n", sql, n);
		return false;
	}
	for (i = 0; i < n; i++)
		if (!equal(cell[i], m->row[p][i])) {
			printf("# %s\n#   %s: got [%s], want [%s]\n", sql,
			    m->table->column[i].name, cell[i] == NULL ?
			    "(null)" : cell[i], m->row[p][i] == NULL ?
			    "(null)" : m->row[p][i]);
			return false;
		}
	if (n == 0)
		return true;
	model_old(m, p, old);
	cell = c->ask(c, arena_printf(m->arena, OLD_SELECT, p + 1), &n);
	for (i = 0; i < n; i++)
		if (!equal(cell[i], old[i])) {
			printf("# %s\n#   view's %s: got [%s], want [%s]\n",
			    sql, old_columns[i].name, cell[i], old[i]);
			return false;
		}
	return n == 5;
}

/* `n` writes to both sides, each of whose outcome is known. */
static inline bool
model_run(struct client *c, struct model *m, uint32_t n)
{
	const char *row[NEW_COLUMNS], *sql, *why;
	bool good, fine = true;
	uint32_t i, p;

	for (i = 0; i < n && fine; i++) {
		p = draw(PERSONS);
		memcpy(row, m->row[p], sizeof row);
		sql = draw(2) ? write_old(m, p, row, &good) :
		    write_new(m, p, row, &good);
		why = c->exec(c, sql);
		if ((why == NULL) != good) {
			printf("# %s\n#   %s, but decant %s\n", sql, why ==
			    NULL ? "done" : why, good ? "takes it" :
			    "rejects it");
			fine = false;
		}
		if (good)
			memcpy(m->row[p], row, sizeof row);
		m->done += good;
		m->refused += !good;
		fine = fine && model_same(c, m, p, sql);
	}
	return fine;
}

#endif
