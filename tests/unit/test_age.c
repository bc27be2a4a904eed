/*
 * Ages of decant purge.  Expected values: PostgreSQL 15, such as
 *	select timestamptz '2026-03-31 12:34:56Z' - interval '1 month'
 */
#include <string.h>

#include "generation/age.h"
#include "tap.h"

#define NOW	INT64_C(1774960496)	/* 2026-03-31 12:34:56 UTC */

static const struct {
	const char *text, *moment;	/* NULL: no age */
} cases[] = {
	{ "0d", "2026-03-31T12:34:56.000Z" },
	{ "1d", "2026-03-30T12:34:56.000Z" },
	{ "30d", "2026-03-01T12:34:56.000Z" },
	{ "12w", "2026-01-06T12:34:56.000Z" },
	{ "1m", "2026-02-28T12:34:56.000Z" },
	{ "6m", "2025-09-30T12:34:56.000Z" },
	{ "25m", "2024-02-29T12:34:56.000Z" },
	{ "1y", "2025-03-31T12:34:56.000Z" },
	{ "10y", "2016-03-31T12:34:56.000Z" },
	{ "2026-01-31", "2026-01-31T00:00:00.000Z" },
	{ "2099-01-01", "2099-01-01T00:00:00.000Z" },
	{ "2026-01-31T23:59:58Z", "2026-01-31T23:59:58.000Z" },
	{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000Z" },
	{ "", NULL }, { "30", NULL }, { "d", NULL }, { "-1d", NULL },
	{ "30days", NULL }, { "1.5y", NULL }, { " 30d", NULL },
	{ "30h", NULL }, { "2026-02-29", NULL }, { "2026-13-01", NULL },
	{ "yesterday", NULL }, { "9999999999d", NULL }, { "4294967297d", NULL },
	{ "99999y", NULL }, { "3000y", NULL }, { "2026-01-31Z", NULL },
};

int
main(void)
{
	char moment[AGE_TEXT];
	size_t i;
	bool good;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		good = age_moment(cases[i].text, NOW, moment);
		if (cases[i].moment == NULL)
			ok(!good, "'%s' is no age", cases[i].text);
		else
			ok(good && strcmp(moment, cases[i].moment) == 0,
			    "'%s' is %s", cases[i].text, cases[i].moment);
	}
	return tap_done();
}
