/*
 * The types of target columns, under PostgreSQL's names.
 */
#ifndef DECANT_TYPE_H
#define DECANT_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/value.h"

enum sqlkind {
	SQL_TEXT,		/* text, varchar(n): length n characters */
	SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT,
	SQL_NUMERIC,		/* numeric(precision, scale) */
	SQL_REAL, SQL_DOUBLE,
	SQL_BOOLEAN, SQL_DATE, SQL_TIME, SQL_TIMESTAMP, SQL_BYTEA
};

/* How SQLite holds a decimal.  (Not SQLITE_TEXT: sqlite3.h has one of its
 * own.) */
enum sqlite_form {
	SQLITE_FORM_AUTO, SQLITE_FORM_REAL, SQLITE_FORM_TEXT, SQLITE_FORM_MINOR
};

struct sqltype {
	enum sqlkind kind;
	uint32_t length;	/* text: at most so many characters; 0: any */
	int16_t precision, scale;	/* numeric; precision 0: as it comes */
};

/*
 * Reads a type as PostgreSQL names it, in any case: text, varchar(n),
 * character varying(n), smallint, int2, int, integer, int4, bigint, int8,
 * numeric, numeric(p), numeric(p,s), decimal…, real, float4,
 * double precision, float8, boolean, bool, date, time, timestamp, bytea.
 * Limits: 1 <= p <= 38, 0 <= s <= p, n >= 1.  On false, *why says what is
 * wrong (a static sentence).
 */
bool	 sqltype_parse(const char *s, size_t n, struct sqltype *,
	    const char **why);
/* "numeric(11,2)"; out has at least 48 bytes; returns the length. */
size_t	 sqltype_format(char *out, const struct sqltype *);
/* How its cells are held: V_TEXT, V_I64 (scale 0 for the integers; numeric up
 * to 18 digits), V_D128, V_F64, V_BOOL, V_DATE, … */
enum vtype sqltype_vtype(const struct sqltype *);

#endif
