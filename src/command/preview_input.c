/*
 * Inputs that come once; see preview_input.h.
 */
#include "command/preview_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define CHUNK	(64u << 10)

struct input {
	char *name;
	int from;		/* -1: it has ended */
	int copy;
	uint64_t size;
	char path[40];		/* of the copy */
};

struct inputs {
	struct input input[INPUTS_MAX];
	uint32_t n;
	uint8_t chunk[CHUNK];
};

struct inputs *
inputs_new(void)
{
	return mem_zalloc(sizeof(struct inputs));
}

void
inputs_free(struct inputs *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		mem_free(s->input[i].name);
		close(s->input[i].copy);
		if (s->input[i].from > STDIN_FILENO)
			close(s->input[i].from);
	}
	mem_free(s);
}

const char *
inputs_replace(void *arg, const char *file)
{
	struct inputs *s = arg;
	bool dash = strcmp(file, "-") == 0;
	struct input *n;
	struct stat st;
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->input[i].name, file) == 0)
			return s->input[i].path;
	if ((dash ? fstat(STDIN_FILENO, &st) : stat(file, &st)) != 0 ||
	    S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && !dash) ||
	    s->n == INPUTS_MAX)
		return NULL;
	/* opened anew, it is read from its start each time */
	if (S_ISREG(st.st_mode))
		return "/proc/self/fd/0";
	n = &s->input[s->n];
	n->copy = memfd_create("decant", MFD_CLOEXEC);
	/* a FIFO without a writer is not waited for */
	n->from = dash ? STDIN_FILENO : open(file, O_RDONLY | O_NONBLOCK |
	    O_CLOEXEC | O_NOCTTY);
	if (n->copy < 0 || n->from < 0) {
		if (n->copy >= 0)
			close(n->copy);
		if (n->from > STDIN_FILENO)
			close(n->from);
		return NULL;
	}
	n->name = mem_strdup(file);
	snprintf(n->path, sizeof n->path, "/proc/self/fd/%d", n->copy);
	s->n++;
	return n->path;
}

bool
inputs_wait(const struct inputs *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (s->input[i].from >= 0)
			return true;
	return false;
}

uint32_t
inputs_poll(const struct inputs *s, struct pollfd *p)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		p[i] = (struct pollfd){ .fd = s->input[i].from,
		    .events = POLLIN };
	return s->n;
}

static void
input_end(struct input *n)
{
	if (n->from > STDIN_FILENO)
		close(n->from);
	n->from = -1;
}

static bool
input_read(struct inputs *s, struct input *n)
{
	ssize_t k = read(n->from, s->chunk, sizeof s->chunk), w;
	ssize_t at = 0;

	if (k < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	for (; at < k; at += w) {
		w = write(n->copy, s->chunk + at, (size_t)(k - at));
		if (w < 0 && errno == EINTR)
			w = 0;
		else if (w <= 0)
			break;
	}
	if (at > 0)
		n->size += (uint64_t)at;
	if (k <= 0 || at < k || n->size >= INPUT_BYTES_MAX)
		input_end(n);
	return true;
}

bool
inputs_read(struct inputs *s, const struct pollfd *p, uint32_t n)
{
	bool any = false;
	uint32_t i;

	for (i = 0; i < n; i++)
		if (p[i].fd >= 0 && p[i].revents != 0)
			any = input_read(s, &s->input[i]) || any;
	return any;
}
