/*
 * Expressions as SQL: what they are made of, and what is stored in columns;
 * see expr_sql.h.
 */
#include "plan/expr_sql_impl.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "db/postgres_db.h"
#include "db/sqlite_db.h"
#include "value/format.h"

bool
sx_refuse(struct sqlw *w, const struct expr *e, const char *why, ...)
{
	va_list ap;

	if (w->o->refused != NULL)
		return false;
	va_start(ap, why);
	w->o->why = arena_vprintf(w->arena, why, ap);
	va_end(ap);
	w->o->refused = e;
	return false;
}

static bool
put_text(struct sqlw *w, struct sx *x, const char *sql)
{
	x->sql = sql;
	x->column = NULL;
	return strlen(sql) <= SQL_TEXT_MAX ||
	    sx_refuse(w, x->e, "its SQL would be too long");
}

bool
sx_put(struct sqlw *w, struct sx *x, const char *fmt, ...)
{
	const char *sql;
	va_list ap;

	va_start(ap, fmt);
	sql = arena_vprintf(w->arena, fmt, ap);
	va_end(ap);
	return put_text(w, x, sql);
}

bool
sx_fill(struct sqlw *w, struct sx *x, const char *template,
    const char *const *text, uint32_t n)
{
	struct buf b;
	bool good;

	buf_init(&b, SQL_TEXT_MAX * 2);
	for (; *template != '\0'; template++)
		if (*template == '$' && template[1] >= '1' &&
		    (uint32_t)(template[1] - '0') <= n)
			buf_puts(&b, text[*++template - '1']);
		else
			buf_putc(&b, *template);
	good = put_text(w, x, arena_strdup(w->arena, b.p));
	buf_fini(&b);
	return good;
}

const char *
sx_ident(struct sqlw *w, const char *name)
{
	const char *s;
	struct buf b;

	buf_init(&b, 1u << 12);
#ifdef HAVE_LIBPQ
	if (!w->lite)
		pgdb_ident(&b, name);
	else
#endif
		sqlite_db_ident(&b, name);
	s = arena_strdup(w->arena, b.p);
	buf_fini(&b);
	return s;
}

/* PostgreSQL's E'…', if need be: whether \ escapes is the session's matter. */
const char *
sx_literal(struct sqlw *w, struct slice s)
{
	bool escape = !w->lite && s.len > 0 && memchr(s.p, '\\', s.len);
	const char *text;
	struct buf b;
	uint32_t i;

	buf_init(&b, SQL_TEXT_MAX * 2);
	buf_puts(&b, escape ? "E'" : "'");
	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '\'' || (escape && s.p[i] == '\\'))
			buf_putc(&b, (char)s.p[i]);
		buf_putc(&b, (char)s.p[i]);
	}
	buf_putc(&b, '\'');
	text = arena_strdup(w->arena, b.p);
	buf_fini(&b);
	return text;
}

const char *
sx_bad(struct sqlw *w, const char *why)
{
	const char *said = sx_literal(w, slice_str(arena_printf(w->arena,
	    "decant: %s", why)));

	if (!w->o->writes)
		return "NULL";
	if (w->lite)
		return arena_printf(w->arena, "RAISE(ABORT, %s)", said);
	w->o->functions |= 1u << SQLFN_REFUSE;
	return arena_printf(w->arena, "decant.refuse(%s)", said);
}

/* ---- literals and columns ----------------------------------------------- */

static struct vt
number_vt(d128 v, int16_t scale)
{
	struct vt t = { .type = V_I64, .scale = scale };
	int digits = decimal_digits(v);

	t.precision = (uint16_t)(digits > scale ? digits : scale);
	t.type = t.precision > 18 ? V_D128 : V_I64;
	t.integral = scale == 0 && t.type == V_I64;
	return t;
}

static bool
literal_number(struct sqlw *w, const struct expr *e, struct slice s,
    struct sx *x)
{
	char text[FORMAT_MAX];
	int16_t scale;
	size_t n;
	d128 v;

	if (!parse_decimal(s.p, s.len, &v, &scale))
		return sx_refuse(w, e, "this is no number");
	x->t = number_vt(v, scale);
	if (w->lite && x->t.precision > LITE_DIGITS)
		return sx_refuse(w, e, "SQLite's numbers have 18 digits");
	n = format_d128(text, v, w->lite ? 0 : scale);
	return sx_put(w, x, v < 0 ? "(%.*s)" : "%.*s", (int)n, text);
}

static bool
literal_moment(struct sqlw *w, const struct expr *e, struct slice s,
    enum vtype type, struct sx *x)
{
	const char *name = type == V_DATE ? "date" : type == V_TIME ? "time" :
	    "timestamp";
	char text[FORMAT_MAX];
	int64_t v;
	size_t n;

	if (!(type == V_DATE ? parse_date_iso : type == V_TIME ?
	    parse_time_iso : parse_tstamp_iso)(s.p, s.len, &v))
		return sx_refuse(w, e, "this is no %s", name);
	n = (type == V_DATE ? format_date : type == V_TIME ? format_time :
	    format_tstamp)(text, v);
	x->t = (struct vt){ .type = type };
	return sx_put(w, x, "%s'%.*s'", w->lite ? "" : arena_printf(w->arena,
	    "%s ", name), (int)n, text);
}

bool
sx_literal_of(struct sqlw *w, const struct expr *e, struct sx *x)
{
	*x = (struct sx){ .e = e };
	switch (e->kind) {
	case EX_NUMBER:
		return literal_number(w, e, e->text, x);
	case EX_TEXT:
		if (e->text.len > 0 && memchr(e->text.p, '\0', e->text.len))
			return sx_refuse(w, e, "the text has a NUL");
		x->t = (struct vt){ .type = V_TEXT, .unknown = true,
		    .length = (uint32_t)utf8_count(e->text.p, e->text.len) };
		return sx_put(w, x, "%s", sx_literal(w, e->text));
	case EX_DATE:
		return literal_moment(w, e, e->text, V_DATE, x);
	case EX_TIMESTAMP:
		return literal_moment(w, e, e->text, V_TSTAMP, x);
	case EX_TRUE:
	case EX_FALSE:
		x->t = (struct vt){ .type = V_BOOL };
		return sx_put(w, x, "%s", e->kind == EX_TRUE ?
		    w->lite ? "1" : "TRUE" : w->lite ? "0" : "FALSE");
	case EX_NULL:
		x->t = (struct vt){ .type = V_TEXT, .unknown = true };
		return sx_put(w, x, "NULL");
	default:
		return sx_refuse(w, e, "bytes are no part of such an "
		    "expression");
	}
}

bool
sx_adapt(struct sqlw *w, struct sx *x, const struct vt *like)
{
	if (!x->t.unknown || like->unknown || like->type == V_TEXT)
		return true;
	if (x->e->kind == EX_NULL) {
		x->t = *like;
		x->t.precision = 1;	/* it has room anywhere */
		x->t.scale = like->type == V_F64 ? 0 : like->scale;
		if (x->t.scale >= x->t.precision)
			x->t.precision = (uint16_t)(x->t.scale + 1);
		x->t.length = 0;
		return true;
	}
	switch (like->type) {
	case V_I64:
	case V_D128:
		return literal_number(w, x->e, x->e->text, x);
	case V_DATE:
	case V_TIME:
	case V_TSTAMP:
		return literal_moment(w, x->e, x->e->text, like->type, x);
	default:
		return sx_refuse(w, x->e, "a literal of this type is not "
		    "written as text here");
	}
}

/* A value of a view is what somebody has given: a number may be a text. */
static const char *
loose_cell(struct sqlw *w, const struct schema_column *c, const char *sql)
{
	switch (sx_form(c)) {
	case CELL_BLOB:
		return sql;
	case CELL_INTEGER:
	case CELL_REAL:
		return arena_printf(w->arena, "CASE WHEN typeof(%s) = 'text' "
		    "AND (%s = '' OR %s GLOB '*[^0-9.+-]*') THEN %s ELSE "
		    "CAST(%s AS NUMERIC) END", sql, sql, sql, sx_bad(w,
		    "a number is needed here"), sql);
	default:
		return arena_printf(w->arena, "CAST(%s AS TEXT)", sql);
	}
}

bool
sx_column(struct sqlw *w, const struct expr *e, struct sx *x)
{
	const struct schema_table *t = w->o->table;
	uint32_t i = schema_named_column(t, e);
	const struct schema_column *c;
	const char *sql;

	*x = (struct sx){ .e = e };
	if (i == UINT32_MAX) {
		w->o->unknown = w->o->refused == NULL;
		return sx_refuse(w, e, "there is no such column");
	}
	c = &t->column[i];
	x->t = vt_of(&c->type);
	if (c->type.kind == SQL_NUMERIC) {
		x->t.scale = c->scale;
		if (x->t.precision == 0)
			x->t.precision = 38;
	}
	if (w->lite)
		x->t.length = 0;	/* it holds any text */
	sql = arena_printf(w->arena, "%s.%s", w->o->row,
	    sx_ident(w, c->name));
	if (w->lite && w->o->loose)
		sql = loose_cell(w, c, sql);
	if (!put_text(w, x, sql))
		return false;
	x->column = c;
	return true;
}

/* ---- nesting ------------------------------------------------------------ */

/*
 * SQLite's parser has a stack of 100 entries (3.40; lemon's YYSTACKDEPTH).  A
 * query inside another one takes some six of them, with a WITH four more, a
 * CASE five, a call three, and what is around all some twenty.
 */
#define LITE_STACK	75
#define LEVELS_MAX	100

static int
word_takes(const char *p, size_t n)
{
	static const struct { const char *word; int n; } words[] = {
		{ "SELECT", 5 }, { "WITH", 4 }, { "CASE", 5 }, { "END", -5 },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i].word) == n &&
		    memcmp(words[i].word, p, n) == 0)
			return words[i].n;
	return 0;
}

static bool
is_too_deep(const char *p)
{
	int level[LEVELS_MAX] = { 0 }, top = 0, all = 0, takes;
	bool is_call = false;
	size_t n;

	for (; *p != '\0' && all < LITE_STACK; p += n) {
		n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
		takes = n > 0 ? word_takes(p, n) : 0;
		if (n == 0)
			n = 1;
		if (*p == '\'' || *p == '"') {
			n += strcspn(p + 1, *p == '"' ? "\"" : "'") + 1;
		} else if (*p == '(') {
			if (++top == LEVELS_MAX)
				return true;
			level[top] = 0;
			takes = is_call ? 3 : 1;
		} else if (*p == ')' && top > 0) {
			all -= level[top--];
			continue;
		}
		is_call = (*p >= 'a' && *p <= 'z') || *p == '_';
		level[top] += takes;
		all += takes;
	}
	return all >= LITE_STACK;
}

/* What comes of it all; a text that may be too long is risky, too. */
static const char *
outcome(struct sqlw *w, const struct expr *e, const struct sx *x)
{
	w->o->risky = x->risky;
	if (!w->lite || !is_too_deep(x->sql))
		return x->sql;
	sx_refuse(w, e, "it is nested too deeply for SQLite's parser");
	return NULL;
}

/* ---- outcomes ----------------------------------------------------------- */

static void
begin(struct sqlw *w, struct expr_sql *o)
{
	*w = (struct sqlw){ o, o->arena, o->sqlite };
	o->refused = NULL;
	o->why = NULL;
	o->unknown = o->risky = false;
}

static enum sqlkind
kind_of(enum vtype type)
{
	switch (type) {
	case V_F64:
		return SQL_DOUBLE;
	case V_DATE:
		return SQL_DATE;
	case V_TIME:
		return SQL_TIME;
	case V_TSTAMP:
		return SQL_TIMESTAMP;
	case V_BOOL:
		return SQL_BOOLEAN;
	case V_BYTES:
		return SQL_BYTEA;
	default:
		return SQL_TEXT;
	}
}

const char *
expr_sql_value(struct expr_sql *o, const struct expr *e,
    struct schema_column *is)
{
	struct sqlw w;
	struct sx x;

	begin(&w, o);
	if (!sx_expr(&w, e, &x))
		return NULL;
	if (x.column != NULL) {
		*is = *x.column;
		is->not_null = false;
		return x.sql;
	}
	*is = (struct schema_column){ .type = { .kind = kind_of(x.t.type),
	    .length = x.t.type == V_TEXT ? x.t.length : 0 } };
	if (sx_is_number(&x) && x.t.type != V_F64)
		return sx_show_number(&w, &x, is) ? outcome(&w, e, &x) : NULL;
	if (w.lite)
		return outcome(&w, e, &x);
	if (x.t.unknown)
		return arena_printf(w.arena, "%s::text", x.sql);
	return x.cased ? arena_printf(w.arena, "(%s COLLATE \"default\")",
	    x.sql) : x.sql;
}

const char *
expr_sql_condition(struct expr_sql *o, const struct expr *e)
{
	struct sqlw w;
	struct sx x;

	begin(&w, o);
	return sx_bool(&w, e, &x) ? outcome(&w, e, &x) : NULL;
}

static bool
store_text(struct sqlw *w, struct sx *x, const struct schema_column *c)
{
	uint32_t most = c->type.length;

	if (most == 0 || (x->t.length > 0 && x->t.length <= most) ||
	    x->e->kind == EX_NULL)
		return true;
	x->risky = true;
	if (w->lite)
		return sx_put(w, x, "(SELECT CASE WHEN length(v) > %u THEN "
		    "%s ELSE v END FROM (SELECT %s AS v))", most, sx_bad(w,
		    arena_printf(w->arena, "a text is longer than column %s "
		    "takes", c->name)), x->sql);
	if (!w->o->writes)
		return sx_put(w, x, "CASE WHEN char_length(%s) <= %u THEN %s "
		    "END", x->sql, most, x->sql);
	w->o->functions |= 1u << SQLFN_HELD_TEXT;
	return sx_put(w, x, "decant.held(%s, %u)", x->sql, most);
}

/* Cells of the same form, as they are. */
static bool
is_alike(const struct sx *x, const struct schema_column *c)
{
	const struct schema_column *o = x->column;

	return o != NULL && o->type.kind == c->type.kind &&
	    o->type.length == c->type.length && o->scale == c->scale &&
	    o->type.precision == c->type.precision &&
	    sx_form(o) == sx_form(c);
}

const char *
expr_sql_store(struct expr_sql *o, const struct expr *e,
    const struct schema_column *c)
{
	struct vt like = vt_of(&c->type);
	struct sqlw w;
	struct sx x;
	bool text = c->type.kind == SQL_TEXT;

	begin(&w, o);
	if (!(text ? sx_text : sx_expr)(&w, e, &x))
		return NULL;
	like.scale = c->scale;
	if (!sx_adapt(&w, &x, &like))
		return NULL;
	if (is_alike(&x, c) && (!w.lite || c->type.length == 0))
		return x.sql;
	if (text)
		return store_text(&w, &x, c) ? outcome(&w, e, &x) : NULL;
	if (like.type == V_I64 || like.type == V_D128) {
		if (!sx_is_number(&x) || x.t.type == V_F64)
			sx_refuse(&w, e, "it is %s, and column '%s' is %s",
			    vt_name(&x.t), c->name, vt_name(&like));
		else if (sx_store_number(&w, &x, c))
			return outcome(&w, e, &x);
		return NULL;
	}
	if (x.t.type == like.type && (like.type != V_F64 ||
	    x.t.single == like.single))
		return outcome(&w, e, &x);
	sx_refuse(&w, e, "it is %s, and column '%s' is %s", vt_name(&x.t),
	    c->name, vt_name(&like));
	return NULL;
}

bool
expr_sql_reads(const struct schema_table *t, const struct expr *e,
    bool *read, const struct expr **unknown)
{
	bool good = true;
	uint32_t i;

	if (e == NULL)
		return true;
	if (e->kind == EX_NAME) {
		i = schema_named_column(t, e);
		if (i == UINT32_MAX)
			*unknown = e;
		else
			read[i] = true;
		return i != UINT32_MAX;
	}
	for (i = 0; i < e->narg && good; i++)
		good = expr_sql_reads(t, e->arg[i], read, unknown);
	return good && expr_sql_reads(t, e->case_operand, read, unknown) &&
	    expr_sql_reads(t, e->case_else, read, unknown);
}
