/*
 * Type names.  What is good or bad is PostgreSQL 15's answer to
 * `select null::TYPE`, within decant's limits of 38 digits.
 */
#include "value/type.h"

#include "tap.h"

static const struct {
	const char *text, *shown;
	enum vtype held;
} good[] = {
	{ "text", "text", V_TEXT },
	{ " Text ", "text", V_TEXT },
	{ "varchar", "text", V_TEXT },
	{ "varchar(20)", "varchar(20)", V_TEXT },
	{ "VARCHAR ( 20 )", "varchar(20)", V_TEXT },
	{ "character varying(1)", "varchar(1)", V_TEXT },
	{ "character   varying", "text", V_TEXT },
	{ "varchar(10485760)", "varchar(10485760)", V_TEXT },
	{ "smallint", "smallint", V_I64 },
	{ "int2", "smallint", V_I64 },
	{ "int", "integer", V_I64 },
	{ "integer", "integer", V_I64 },
	{ "INT4", "integer", V_I64 },
	{ "bigint", "bigint", V_I64 },
	{ "int8", "bigint", V_I64 },
	{ "numeric", "numeric", V_D128 },
	{ "numeric(5)", "numeric(5,0)", V_I64 },
	{ "numeric(11,2)", "numeric(11,2)", V_I64 },
	{ "numeric( 18 , 18 )", "numeric(18,18)", V_I64 },
	{ "decimal(19,0)", "numeric(19,0)", V_D128 },
	{ "decimal(38,38)", "numeric(38,38)", V_D128 },
	{ "real", "real", V_F64 },
	{ "float4", "real", V_F64 },
	{ "double precision", "double precision", V_F64 },
	{ "Double  Precision", "double precision", V_F64 },
	{ "float8", "double precision", V_F64 },
	{ "boolean", "boolean", V_BOOL },
	{ "bool", "boolean", V_BOOL },
	{ "date", "date", V_DATE },
	{ "time", "time", V_TIME },
	{ "time without time zone", "time", V_TIME },
	{ "timestamp", "timestamp", V_TSTAMP },
	{ "timestamp without time zone", "timestamp", V_TSTAMP },
	{ "bytea", "bytea", V_BYTES },
};

static const struct {
	const char *text, *why;		/* part of the sentence */
} bad[] = {
	{ "", "no type" },
	{ "  ", "no type" },
	{ "foo", "no type" },
	{ "texts", "no type" },
	{ "int3", "no type" },
	{ "integers", "no type" },
	{ "doubleprecision", "no type" },
	{ "double", "no type" },
	{ "char(3)", "no type" },
	{ "(3)", "no type" },
	{ "text(3)", "no length" },
	{ "integer(4)", "no length" },
	{ "timestamp(3)", "no length" },
	{ "numeric()", "number is expected" },
	{ "numeric(a)", "number is expected" },
	{ "numeric(-1)", "number is expected" },
	{ "numeric(5,)", "number is expected" },
	{ "numeric(5", "not closed" },
	{ "numeric(5,2", "not closed" },
	{ "numeric(5;2)", "not closed" },
	{ "numeric(5,2,1)", "too many" },
	{ "varchar(5,2)", "too many" },
	{ "numeric(0)", "from 1 to 38" },
	{ "numeric(39)", "from 1 to 38" },
	{ "numeric(99999999999999999999)", "from 1 to 38" },
	{ "numeric(5,6)", "scale" },
	{ "varchar(0)", "from 1 to 10485760" },
	{ "varchar(10485761)", "from 1 to 10485760" },
	{ "varchar(4294967297)", "from 1 to 10485760" },
	{ "date date", "follows" },
	{ "numeric(5) x", "follows" },
	{ "text[]", "follows" },
	{ "timestamp with time zone", "follows" },
};

int
main(void)
{
	struct sqltype t;
	const char *why;
	char out[48];
	size_t i, n;

	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		ok(sqltype_parse(good[i].text, strlen(good[i].text), &t, &why),
		    "'%s' is a type", good[i].text);
		n = sqltype_format(out, &t);
		is_str(out, good[i].shown, "'%s' is shown", good[i].text);
		is_int(n, strlen(good[i].shown), "its length");
		is_int(sqltype_vtype(&t), good[i].held, "how it is held");
		/* What is shown is read back. */
		ok(sqltype_parse(out, n, &t, &why), "'%s' is a type", out);
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		why = NULL;
		ok(!sqltype_parse(bad[i].text, strlen(bad[i].text), &t, &why),
		    "'%s' is no type", bad[i].text);
		ok(why != NULL && strstr(why, bad[i].why) != NULL,
		    "because: %s", why != NULL ? why : "(null)");
	}
	/* The length counts, not a NUL. */
	ok(sqltype_parse("dates", 4, &t, &why) && t.kind == SQL_DATE,
	    "four bytes of 'dates'");
	return tap_done();
}
