/*
 * Diagnostics: a stable code, a place, a sentence, a hint.
 *
 * The catalogue diag.def has a row for each code.  A list of diagnostics
 * belongs to an arena; parsers add to it and go on.  Nothing here prints:
 * diag_render makes the text that a command shows.
 */
#ifndef DECANT_DIAG_H
#define DECANT_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/srctext.h"

struct arena;
struct buf;

enum severity { SEV_NOTE, SEV_WARNING, SEV_ERROR };

enum diag_code {
#define DIAG(code, severity, summary, explanation) DIAG_##code,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag {
	enum diag_code code;
	enum severity severity;
	struct place at;	/* at.src NULL: none */
	const char *message;	/* lower case, problem first, no full stop */
	const char *hint;	/* NULL: none */
	struct diag *next;
};

struct diags {
	struct arena *arena;
	struct diag *first, **last;
	uint32_t errors, warnings;
	uint32_t dropped;	/* beyond DIAG_MAX, counted only */
};
#define DIAG_MAX	200

const char *diag_name(enum diag_code);		/* "C012" */
const char *diag_summary(enum diag_code);
const char *diag_explanation(enum diag_code);
enum severity diag_severity(enum diag_code);

void	 diags_init(struct diags *, struct arena *);
/* Adds one; the message is formatted into the arena.  Never NULL. */
struct diag *diag_add(struct diags *, enum diag_code, struct place,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Gives the diagnostic just added a hint. */
void	 diag_hint(struct diags *, struct diag *, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
#define NOWHERE	((struct place){ NULL, 0, 0, 0 })

/*
 * "file:line:col: error C012: message", the line, a caret, the hint; each on
 * a line of its own, ended by LF.  Colours when asked for.
 */
void	 diag_render(struct buf *, const struct diag *, bool colour);
/* One JSON object: code, severity, file, line, column, length, message, hint. */
void	 diag_json(struct buf *, const struct diag *);

/*
 * "did you mean": the nearest of n candidates within a third of the word's
 * length, ignoring case and _ versus -, or NULL.
 */
const char *diag_nearest(const char *word, size_t len,
	    const char *const *candidates, uint32_t n);

#endif
