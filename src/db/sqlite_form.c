/*
 * How SQLite holds decant's types; see sqlite_form.h.
 *
 * Decimals: a double has room for any 15 digits ("Floating Point Numbers",
 * sqlite.org/floatingpoint.html), so REAL takes decimals of up to 15 and they
 * print back at their scale.  More digits need TEXT, for SQLite's NUMERIC
 * affinity would make doubles of them ("Datatypes In SQLite", 3).
 */
#include "db/sqlite_form.h"

#include <string.h>
#include <strings.h>

static enum sqlite_cell
numeric_cell(int precision, int16_t scale, enum sqlite_form form)
{
	switch (form) {
	case SQLITE_FORM_MINOR:
		return CELL_INTEGER;
	case SQLITE_FORM_REAL:
		return CELL_REAL;
	case SQLITE_FORM_TEXT:
		return CELL_DECIMAL;
	case SQLITE_FORM_AUTO:
		break;
	}
	if (precision == 0 || precision > FORM_INTEGER_DIGITS)
		return CELL_DECIMAL;
	if (scale == 0)
		return CELL_INTEGER;
	return precision <= FORM_REAL_DIGITS ? CELL_REAL : CELL_DECIMAL;
}

enum sqlite_cell
sqlite_form_cell(const struct sqltype *t, int16_t scale, enum sqlite_form form)
{
	switch (t->kind) {
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_BOOLEAN:
		return CELL_INTEGER;
	case SQL_NUMERIC:
		/* precision 0: as it comes */
		return numeric_cell(t->precision, scale, form);
	case SQL_REAL:
	case SQL_DOUBLE:
		return CELL_REAL;
	case SQL_DATE:
		return CELL_DATE;
	case SQL_TIME:
		return CELL_TIME;
	case SQL_TIMESTAMP:
		return CELL_TIMESTAMP;
	case SQL_BYTEA:
		return CELL_BLOB;
	case SQL_TEXT:
		break;
	}
	return CELL_TEXT;
}

bool
sqlite_form_is_key(const char *table, const char *index)
{
	size_t n = strlen(table);
	const char *p;

	if (strncasecmp(index, table, n) != 0 ||
	    strncmp(index + n, "_key", 4) != 0)
		return false;
	/* then "_" for each table that had the name, "__gN", "_" again */
	p = index + n + 4;
	p += strspn(p, "_");
	if (p[0] == 'g' && p[-1] == '_' && p[1] >= '1' && p[1] <= '9')
		p += 1 + strspn(p + 1, "0123456789");
	return strspn(p, "_") == strlen(p);
}
