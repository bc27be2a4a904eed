/*
 * Values as text: the canonical form that CSV, JSON lines, previews, messages
 * and key lists use.  Numbers with exactly `scale` decimals, dates ISO 8601,
 * booleans true and false, floats the shortest digits that read back equal,
 * bytes as \x and hex.
 */
#ifndef DECANT_FORMAT_H
#define DECANT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "value/value.h"

struct buf;

#define FORMAT_MAX	64	/* bytes that any but text and bytes needs */

/* Writes without a NUL and returns the length. */
size_t	 format_i64(char *out, int64_t v, int16_t scale);
size_t	 format_d128(char *out, d128 v, int16_t scale);
size_t	 format_f64(char *out, double v);
size_t	 format_f32(char *out, double v);	/* a real's digits */
size_t	 format_date(char *out, int64_t days);	/* years outside 0001-9999
						   as PostgreSQL: "0044-03-15 BC" */
size_t	 format_time(char *out, int64_t us);
size_t	 format_tstamp(char *out, int64_t us);
/* Any cell that is neither null nor bad, appended. */
void	 format_cell(struct buf *, const struct column *, uint32_t row);

/* Reads sign, digits, point, digits (blanks around allowed) into v with the
 * scale found; false when it is no such number or has over 38 digits. */
bool	 parse_decimal(const uint8_t *, size_t, d128 *v, int16_t *scale);
/* YYYY-MM-DD, a real date of the calendar. */
bool	 parse_date_iso(const uint8_t *, size_t, int64_t *days);
/* HH:MI, :SS and up to six digits more; 24:00:00 is the end of the day. */
bool	 parse_time_iso(const uint8_t *, size_t, int64_t *us);
/* Both, with a blank or T between; the date alone is its midnight. */
bool	 parse_tstamp_iso(const uint8_t *, size_t, int64_t *us);
/* What format_date and format_tstamp write, which is more: the infinities,
 * years before 0001 and after 9999. */
bool	 parse_date(const uint8_t *, size_t, int64_t *days);
bool	 parse_tstamp(const uint8_t *, size_t, int64_t *us);

/* Proleptic Gregorian calendar; days since 1970-01-01. */
int64_t	 date_from_civil(int64_t year, unsigned month, unsigned day);
void	 date_to_civil(int64_t days, int64_t *year, unsigned *month,
	    unsigned *day);
bool	 date_is_real(int64_t year, unsigned month, unsigned day);

#endif
