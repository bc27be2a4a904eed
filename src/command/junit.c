/*
 * JUnit XML; see junit.h.
 */
#include "command/junit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Text or an attribute's value; what XML 1.0 has no character for goes. */
static void
put_xml(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		default:
			if ((unsigned char)*s >= 0x20 || *s == '\n')
				buf_putc(b, *s);
		}
}

static void
put_step(struct buf *b, const struct migration_result *r,
    const struct proof_step *s)
{
	buf_puts(b, "  <testcase classname=\"");
	put_xml(b, r->name == NULL ? "decant" : r->name);
	buf_puts(b, "\" name=\"");
	put_xml(b, s->name);
	buf_printf(b, "\" time=\"%.3f\"", s->seconds);
	if (s->passed) {
		buf_puts(b, "/>\n");
		return;
	}
	buf_puts(b, ">\n    <failure message=\"");
	put_xml(b, s->detail == NULL ? s->name : s->detail);
	buf_puts(b, "\"/>\n  </testcase>\n");
}

bool
junit_write(struct invocation *in, const char *path,
    const struct migration_result *r)
{
	double seconds = 0;
	struct buf b;
	FILE *f;
	bool good;
	uint32_t i;

	for (i = 0; i < r->nstep; i++)
		seconds += r->step[i].seconds;
	buf_init(&b, 64u << 20);
	buf_printf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuite name=\"decant test\" tests=\"%u\" failures=\"%u\" "
	    "errors=\"0\" skipped=\"0\" time=\"%.3f\">\n", r->nstep,
	    r->failed, seconds);
	for (i = 0; i < r->nstep; i++)
		put_step(&b, r, &r->step[i]);
	buf_puts(&b, "</testsuite>\n");
	f = fopen(path, "w");
	good = f != NULL && fwrite(b.p, 1, b.len, f) == b.len;
	good = f != NULL && fclose(f) == 0 && good;
	if (!good)
		diag_add(&in->diags, DIAG_G003, NOWHERE, "cannot write "
		    "\"%s\": %s", path, strerror(errno));
	buf_fini(&b);
	return good;
}
