/*
 * What PostgreSQL is given of decant's own: functions of the schema decant,
 * and the collation of C.UTF-8; see expr_sql.h.
 *
 * Views call them with the rights of who reads the view, who need not have
 * any in the schema: so none names another one, or anything outside
 * pg_catalog.  What is told as an error is volatile, lest the planner finds it
 * in a branch that is not taken.
 */
#include "plan/expr_sql.h"

#include "plan/person_words.h"

#define TEXT(x)		TEXT_(x)
#define TEXT_(x)	#x
#define C		" COLLATE \"C\""

static const char full_name[] =
    "\n"
    "BEGIN\n"
    "	IF cardinality(part) > 2 AND upper(btrim(part[2])" C ") =\n"
    "	    ANY (no_middle) THEN\n"
    "		part[2] := NULL;\n"
    "	END IF;\n"
    "	RETURN nullif(btrim(regexp_replace(array_to_string(part, ' '),\n"
    "	    ' +', ' ', 'g')), '');\n"
    "END\n";

/* As op_name.c does it: n words without suffixes, of which c end before the
 * comma; without one the last name starts at l. */
static const char split_name[] =
    "\n"
    "DECLARE\n"
    "	word text[];\n"
    "	comma boolean[];\n"
    "	k text[];\n"
    "	n integer;\n"
    "	c integer := 0;\n"
    "	l integer;\n"
    "	guess boolean;\n"
    "	doubtful boolean;\n"
    "	w text;\n"
    "BEGIN\n"
    "	SELECT array_agg(m[1] ORDER BY i),\n"
    "	    array_agg(strpos(m[2], ',') > 0 ORDER BY i),\n"
    "	    array_agg(lower(replace(m[1], '.', '')" C ") ORDER BY i)\n"
    "	    INTO word, comma, k FROM regexp_matches(name,\n"
    "	    '([^ ,]+)([ ,]*)', 'g') WITH ORDINALITY AS x(m, i);\n"
    "	IF word IS NULL THEN\n"
    "		RETURN CASE WHEN part = 'doubtful' AND name IS NOT NULL\n"
    "		    THEN 'false' END;\n"
    "	END IF;\n"
    "	n := cardinality(word);\n"
    "	guess := n > " TEXT(PERSON_WORDS_MAX) ";\n"
    "	WHILE n > 1 AND k[n] IN (" PERSON_SQL(PERSON_SUFFIXES) ") LOOP\n"
    "		n := n - 1;\n"
    "	END LOOP;\n"
    "	FOR i IN 1 .. n LOOP\n"
    "		IF comma[i] AND i < n THEN\n"
    "			guess := guess OR c > 0;\n"
    "			c := i;\n"
    "		END IF;\n"
    "		guess := guess OR k[i] IN (" PERSON_SQL(PERSON_PAIRS) ")\n"
    "		    OR word[i]" C " ~ '[0-9]';\n"
    "	END LOOP;\n"
    "	l := n;\n"
    "	WHILE c = 0 AND l > 1 AND (\n"
    "	    k[l - 1] IN (" PERSON_SQL(PERSON_PARTICLES) ")\n"
    "	    OR (l > 2 AND k[l - 1] IN (" PERSON_SQL(PERSON_INNER) ",\n"
    "	    " PERSON_SQL(PERSON_ARTICLES) "))) LOOP\n"
    "		l := l - 1;\n"
    "	END LOOP;\n"
    "	guess := guess OR (c = 0 AND l = 1);\n"
    "	IF part = 'guess' THEN\n"
    "		RETURN guess::text;\n"
    "	ELSIF part = 'doubtful' THEN\n"
    "		doubtful := guess OR k[c + 1] IN\n"
    "		    (" PERSON_SQL(PERSON_TITLES) ");\n"
    "		FOREACH w IN ARRAY CASE WHEN c = 0 THEN word[2 : l - 1]\n"
    "		    ELSE word[c + 2 : n] END LOOP\n"
    "			doubtful := doubtful OR NOT (char_length(w) = 1 OR\n"
    "			    (char_length(w) = 2 AND right(w, 1) = '.'));\n"
    "		END LOOP;\n"
    "		RETURN doubtful::text;\n"
    "	ELSIF guess THEN\n"
    "		RETURN NULL;\n"
    "	END IF;\n"
    "	RETURN nullif(array_to_string(CASE\n"
    "	    WHEN part = 'first' THEN word[c + 1 : c + 1]\n"
    "	    WHEN part = 'middle' AND c = 0 THEN word[2 : l - 1]\n"
    "	    WHEN part = 'middle' THEN word[c + 2 : n]\n"
    "	    WHEN c = 0 THEN word[l : ]\n"
    "	    ELSE word[: c] || word[n + 1 :] END, ' '), '');\n"
    "END\n";

static const char to_number[] =
    "\n"
    "DECLARE\n"
    "	number numeric;\n"
    "BEGIN\n"
    "	value := btrim(value, E' \\t\\n\\v\\f\\r');\n"
    "	IF value" C " !~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)$' OR\n"
    "	    char_length(ltrim(translate(value, '+-.', ''), '0')) > 38 OR\n"
    "	    char_length(split_part(value, '.', 2)) > 38 OR\n"
    "	    (decimals < 0 AND strpos(value, '.') > 0) THEN\n"
    "		RETURN NULL;\n"
    "	END IF;\n"
    "	number := round(value::numeric, greatest(decimals, 0));\n"
    "	RETURN CASE WHEN number BETWEEN low AND high THEN number END;\n"
    "END\n";

static const char held_number[] =
    "\n"
    "BEGIN\n"
    "	IF value < low OR value > high THEN\n"
    "		RAISE EXCEPTION 'decant: a number is too large for its column'\n"
    "		    USING ERRCODE = 'numeric_value_out_of_range';\n"
    "	ELSIF round(value, decimals) <> value THEN\n"
    "		RAISE EXCEPTION 'decant: a number has more decimals than its"
    " column' USING ERRCODE = 'numeric_value_out_of_range';\n"
    "	END IF;\n"
    "	RETURN value;\n"
    "END\n";

static const char held_text[] =
    "\n"
    "BEGIN\n"
    "	IF char_length(value) > most THEN\n"
    "		RAISE EXCEPTION 'decant: a text is longer than its column'\n"
    "		    USING ERRCODE = 'string_data_right_truncation';\n"
    "	END IF;\n"
    "	RETURN value;\n"
    "END\n";

static const char refuse[] =
    "\n"
    "BEGIN\n"
    "	RAISE EXCEPTION '%', why USING ERRCODE = 'data_exception';\n"
    "END\n";

static const struct sql_function_text functions[] = {
	[SQLFN_COLLATION] = { "decant.c_utf8", NULL, "CREATE COLLATION IF NOT "
	    "EXISTS decant.c_utf8 (PROVIDER = libc, LOCALE = 'C.UTF-8')",
	    NULL },
	[SQLFN_FULL_NAME] = { "decant.full_name",
	    "decant.full_name(text[], text[])",
	    "CREATE OR REPLACE FUNCTION decant.full_name(part text[], "
	    "no_middle text[] DEFAULT '{N/A,NMN,NMI}') RETURNS text "
	    "LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE", full_name },
	[SQLFN_SPLIT_NAME] = { "decant.split_name",
	    "decant.split_name(text, text)",
	    "CREATE OR REPLACE FUNCTION decant.split_name(name text, "
	    "part text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL "
	    "SAFE", split_name },
	[SQLFN_NUMBER] = { "decant.to_number",
	    "decant.to_number(text, numeric, numeric, integer)",
	    "CREATE OR REPLACE FUNCTION decant.to_number(value text, "
	    "low numeric, high numeric, decimals integer) RETURNS numeric "
	    "LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE", to_number },
	[SQLFN_HELD_NUMBER] = { "decant.held",
	    "decant.held(numeric, numeric, numeric, integer)",
	    "CREATE OR REPLACE FUNCTION decant.held(value numeric, "
	    "low numeric, high numeric, decimals integer) RETURNS numeric "
	    "LANGUAGE plpgsql VOLATILE STRICT", held_number },
	[SQLFN_HELD_TEXT] = { "decant.held", "decant.held(text, integer)",
	    "CREATE OR REPLACE FUNCTION decant.held(value text, "
	    "most integer) RETURNS text LANGUAGE plpgsql VOLATILE STRICT",
	    held_text },
	[SQLFN_REFUSE] = { "decant.refuse", "decant.refuse(text)",
	    "CREATE OR REPLACE FUNCTION decant.refuse(why text) RETURNS text "
	    "LANGUAGE plpgsql VOLATILE", refuse },
};

const struct sql_function_text *
expr_sql_function(enum sql_function f)
{
	return &functions[f];
}
