/*
 * Words of names of persons, in lower case and without points; for op_name.c
 * and for what does the same in SQL.  Private to plan/.
 */
#ifndef DECANT_PERSON_WORDS_H
#define DECANT_PERSON_WORDS_H

#define PERSON_WORDS_MAX	32	/* of a name; more are no name */

/* Go with the last name: always; inside a name only; behind one of the first
 * (split_name does not look so closely). */
#define PERSON_PARTICLES(W) W("van") W("von") W("vom") W("de") W("del")	\
	W("della") W("der") W("den") W("ter") W("ten") W("zu") W("zum") W("zur")
#define PERSON_INNER(W) W("da") W("das") W("di") W("do") W("dos") W("du") \
	W("bin") W("ibn") W("af") W("av")
#define PERSON_ARTICLES(W) W("la") W("las") W("los") W("le") W("el") W("al")
/* Behind it. */
#define PERSON_SUFFIXES(W) W("jr") W("sr") W("ii") W("iii") W("iv") W("esq") \
	W("phd") W("md") W("dds")
#define PERSON_TITLES(W) W("mr") W("mrs") W("ms") W("miss") W("dr") W("rev") \
	W("sir") W("prof")
/* Between two persons. */
#define PERSON_PAIRS(W) W("and") W("&") W("+") W("or")

/* An array of such; a list of SQL, which begins with what no word is; and a
 * text, with a blank before each. */
#define PERSON_WORD_C(s)	s,
#define PERSON_C(list)		{ list(PERSON_WORD_C) NULL }
#define PERSON_WORD_SQL(s)	", '" s "'"
#define PERSON_WORD_BLANK(s)	" " s
#define PERSON_SQL(list)	"' '" list(PERSON_WORD_SQL)

#endif
