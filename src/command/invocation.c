/*
 * What all verbs need: diagnostics on standard error, results on standard
 * output, and exit statuses that tell the truth about both.
 */
#include "command/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json.h"

#define DIAG_TEXT_MAX	(1u << 20)	/* of one rendered diagnostic */

const char *const color_choices[] = { "auto", "always", "never", NULL };

bool
invocation_flush(struct invocation *in)
{
	int error = 0;

	if (in->write_failed)
		return false;
	if (in->out.full)
		error = EFBIG;
	else if ((in->out.len > 0 && fwrite(in->out.p, 1, in->out.len,
	    stdout) != in->out.len) || fflush(stdout) != 0)
		error = errno;
	buf_clear(&in->out);
	if (error == 0)
		return true;
	in->write_failed = true;
	if (in->published)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G003, NOWHERE,
		    "cannot write to standard output: %s", strerror(error)),
		    "the load itself is done; only its summary is lost");
	else
		diag_add(&in->diags, DIAG_G003, NOWHERE,
		    "cannot write to standard output: %s", strerror(error));
	return false;
}

/* By file in the order of first mention, then line, column; no place: last. */
static int
diag_order(const struct diag *a, const struct diag *b)
{
	if (a->at.src == NULL || b->at.src == NULL)
		return (a->at.src == NULL) - (b->at.src == NULL);
	if (a->at.src != b->at.src)
		return 0;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.col != b->at.col)
		return a->at.col < b->at.col ? -1 : 1;
	return 0;
}

/* Those not shown yet; now they are.  There are some DIAG_MAX of them at
 * most, and insertion keeps equal ones in their order. */
static const struct diag **
diags_sorted(struct invocation *in, uint32_t *n)
{
	const struct diag **v = NULL, *d;
	uint32_t cap = 0, i;

	*n = 0;
	d = in->shown != NULL ? in->shown->next : in->diags.first;
	for (; d != NULL; d = d->next) {
		in->shown = d;
		ARENA_PUSH(&in->arena, v, *n, cap);
		for (i = *n - 1; i > 0 && diag_order(d, v[i - 1]) < 0; i--)
			v[i] = v[i - 1];
		v[i] = d;
	}
	return v;
}

static const char *
plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

void
invocation_show_diags(struct invocation *in)
{
	const struct diags *ds = &in->diags;
	const struct diag **v;
	struct buf b;
	bool again = in->shown != NULL;
	uint32_t i, n;

	v = diags_sorted(in, &n);
	if (in->diags_elsewhere) {
		in->diags_elsewhere = false;
		return;
	}
	buf_init(&b, DIAG_TEXT_MAX);
	for (i = 0; i < n; i++) {
		buf_clear(&b);
		diag_render(&b, v[i], in->color_err);
		fwrite(b.p, 1, b.len, stderr);
	}
	buf_clear(&b);
	if (ds->errors + ds->warnings > 1 && !again) {
		if (ds->errors > 0)
			buf_printf(&b, "%u error%s", ds->errors,
			    plural(ds->errors));
		if (ds->warnings > 0)
			buf_printf(&b, "%s%u warning%s",
			    ds->errors > 0 ? ", " : "", ds->warnings,
			    plural(ds->warnings));
		if (ds->dropped > 0)
			buf_printf(&b, "; %u more not shown", ds->dropped);
		fprintf(stderr, "decant: %s\n", b.p);
	}
	buf_fini(&b);
}

void
invocation_text_diags(struct invocation *in, struct buf *b, bool colour)
{
	const struct diag **v;
	uint32_t i, n;

	v = diags_sorted(in, &n);
	for (i = 0; i < n; i++)
		diag_render(b, v[i], colour);
}

void
invocation_json_diags(struct invocation *in, struct json *j, const char *key)
{
	const struct diag *shown = in->shown, **v;
	struct buf b;
	uint32_t i, n;

	v = diags_sorted(in, &n);
	in->shown = shown;
	buf_init(&b, DIAG_TEXT_MAX);
	json_open(j, key, '[');
	for (i = 0; i < n; i++) {
		buf_clear(&b);
		diag_json(&b, v[i]);
		json_raw(j, NULL, b.p);
	}
	json_close(j, ']');
	buf_fini(&b);
}

enum status
invocation_status(const struct invocation *in, enum status otherwise)
{
	const struct diag *d;

	for (d = in->diags.first; d != NULL; d = d->next) {
		if (d->code == DIAG_T001)
			return STATUS_LOCKED;
		if (d->code == DIAG_T065)
			return STATUS_PERSON;
	}
	return otherwise;
}

uint32_t
terminal_columns(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 80;
	return w.ws_col;
}
