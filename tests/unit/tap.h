/*
 * Test Anything Protocol, as small as it can be: ok/not ok lines on standard
 * output, details as comments.  A test program ends with `return tap_done();`.
 */
#ifndef DECANT_TAP_H
#define DECANT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

static inline bool __attribute__((format(printf, 4, 5)))
tap_ok_(bool good, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("#   at %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

/* ok(condition, "what %s", …): one test. */
#define ok(cond, ...)	tap_ok_((cond), __FILE__, __LINE__, __VA_ARGS__)

/* is_str(got, want, "what"): equal strings. */
#define is_str(got, want, ...) do {					\
	const char *got_ = (got), *want_ = (want);			\
	if (!ok(got_ != NULL && want_ != NULL &&			\
	    strcmp(got_, want_) == 0, __VA_ARGS__))			\
		printf("#   got  %s\n#   want %s\n",			\
		    got_ ? got_ : "(null)", want_ ? want_ : "(null)");	\
} while (0)

/* is_int(got, want, "what"): equal integers. */
#define is_int(got, want, ...) do {					\
	long long got_ = (long long)(got), want_ = (long long)(want);	\
	if (!ok(got_ == want_, __VA_ARGS__))				\
		printf("#   got  %lld\n#   want %lld\n", got_, want_);	\
} while (0)

/* One skipped test, named, with the reason. */
static inline void
tap_skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why);
}

/* The whole program is skipped. */
static inline void __attribute__((noreturn))
tap_skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	exit(0);
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
