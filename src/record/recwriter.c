/*
 * Writes records back in a framing; see record.h.  The writer owns its file
 * and a buffer; what a record becomes is the framing's business.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/framing.h"

#define BUFFER_SIZE	(128u << 10)

struct recwriter *
recwriter_new(struct diags *ds, const char *path,
    const struct framing_options *opt, const struct source_facts *facts)
{
	return recwriter_new_named(ds, path, path, opt, facts);
}

struct recwriter *
recwriter_new_named(struct diags *ds, const char *path, const char *name,
    const struct framing_options *opt, const struct source_facts *facts)
{
	struct recwriter *w;
	int fd;

	if (facts == NULL && !framing_table[opt->framing]->check(ds, opt))
		return NULL;
	if (strcmp(path, "-") == 0)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
		    O_NOCTTY, 0600);
	if (fd < 0) {
		diag_add(ds, DIAG_F017, NOWHERE, "cannot create \"%s\": %s",
		    name, strerror(errno));
		return NULL;
	}
	w = mem_zalloc(sizeof *w);
	w->diags = ds;
	w->path = mem_strdup(strcmp(name, "-") == 0 ? "standard output" :
	    name);
	w->fd = fd;
	w->bytes = mem_alloc(BUFFER_SIZE);
	w->opt = *opt;
	w->facts = facts;
	w->bdw = facts != NULL ? facts->bdw : opt->bdw != TRI_NO;
	rdw_choose(&w->rdw, opt);
	if (facts != NULL && opt->framing <= FRAMING_VS) {
		w->rdw.little = facts->rdw_little;
		w->rdw.inclusive = facts->rdw_inclusive;
		w->rdw.last = facts->rdw_last;
	}
	return w;
}

static enum grade
recwriter_flush(struct recwriter *w, const uint8_t *p, size_t n)
{
	struct diag *d;
	ssize_t r;

	while (n > 0 && !w->failed) {
		r = write(w->fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r > 0) {
			p += r;
			n -= (size_t)r;
			continue;
		}
		w->failed = true;
		d = diag_add(w->diags, DIAG_F018, NOWHERE,
		    "cannot write \"%s\": %s", w->path, strerror(errno));
		if (errno == ENOSPC || errno == EDQUOT)
			diag_hint(w->diags, d, "make room there, or choose "
			    "another directory");
	}
	return w->failed ? FATAL : OK;
}

enum grade
recwriter_write(struct recwriter *w, const void *p, size_t n)
{
	if (n > BUFFER_SIZE - w->len) {
		if (recwriter_flush(w, w->bytes, w->len) != OK)
			return FATAL;
		w->len = 0;
		if (n > BUFFER_SIZE)
			return recwriter_flush(w, p, n);
	}
	if (n > 0)
		memcpy(w->bytes + w->len, p, n);
	w->len += n;
	return OK;
}

enum grade
recwriter_refuse(struct recwriter *w, const char *fmt, ...)
{
	va_list ap;
	char *what;

	va_start(ap, fmt);
	what = arena_vprintf(w->diags->arena, fmt, ap);
	va_end(ap);
	diag_add(w->diags, DIAG_F019, NOWHERE, "cannot write to \"%s\": %s",
	    w->path, what);
	w->failed = true;
	return FATAL;
}

enum grade
recwriter_put(struct recwriter *w, struct slice record)
{
	const struct framing_ops *ops = framing_table[w->opt.framing];

	if (w->failed)
		return FATAL;
	if (!w->begun && around_write_first(w, ops) != OK)
		return FATAL;
	w->begun = true;
	record.p -= w->opt.before;
	record.len += w->opt.before + w->opt.behind;
	around_written(w, record);
	return ops->put(w, record);
}

enum grade
recwriter_break(struct recwriter *w)
{
	return w->begun && !w->failed && w->opt.framing == FRAMING_VB ?
	    block_flush(w) : OK;
}

static void
recwriter_free(struct recwriter *w)
{
	mem_free(w->path);
	mem_free(w->bytes);
	mem_free(w->block);
	around_write_fini(w);
	mem_free(w);
}

enum grade
recwriter_close(struct recwriter *w)
{
	const struct framing_ops *ops = framing_table[w->opt.framing];
	bool failed;

	if (!w->failed && w->begun)
		around_write_last(w, ops);
	recwriter_flush(w, w->bytes, w->len);
	if (close(w->fd) != 0 && !w->failed) {
		w->failed = true;
		diag_add(w->diags, DIAG_F018, NOWHERE,
		    "cannot write \"%s\": %s", w->path, strerror(errno));
	}
	failed = w->failed;
	recwriter_free(w);
	return failed ? FATAL : OK;
}

void
recwriter_abandon(struct recwriter *w)
{
	close(w->fd);
	recwriter_free(w);
}
