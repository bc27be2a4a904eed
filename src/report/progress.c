/*
 * The progress of a load; see progress.h.
 */
#include "report/progress.h"

#include <sys/ioctl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define FIRST_AFTER	1.0	/* seconds */
#define EVERY		0.1
#define BAR_MIN		8u	/* columns */
#define BAR_MAX		40u

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
progress_init(struct progress *p, int fd, bool wanted)
{
	*p = (struct progress){ .fd = wanted && isatty(fd) ? fd : -1 };
	p->started = p->drawn = now();
}

/* "850", "12.3 k", "1.25 M": four digits at most. */
static void
put_amount(struct buf *b, double v)
{
	static const char *const unit[] = { "", " k", " M", " G", " T" };
	uint32_t i = 0;

	while (v >= 999.5 && i < 4) {
		v /= 1000;
		i++;
	}
	buf_printf(b, "%.*f%s", i == 0 || v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2,
	    v, unit[i]);
}

static void
put_time(struct buf *b, double seconds)
{
	unsigned long s = seconds < 3.6e6 ? (unsigned long)(seconds + 0.5) :
	    3600000;

	if (s >= 3600)
		buf_printf(b, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
	else
		buf_printf(b, "%lu:%02lu", s / 60, s % 60);
}

static void
put_bar(struct buf *b, double part, uint32_t width)
{
	/* eighths of a column: U+2588 is full, U+2589 seven eighths, … */
	static const char *const eighth[] = { " ", "▏", "▎", "▍", "▌", "▋",
	    "▊", "▉" };
	uint32_t i, filled = (uint32_t)(part * width * 8);

	buf_puts(b, " ▕");
	for (i = 0; i < width; i++)
		buf_puts(b, filled >= 8 * (i + 1) ? "█" :
		    filled > 8 * i ? eighth[filled - 8 * i] : " ");
	buf_puts(b, "▏");
}

/* "1.25 M records  312 MB/s  0:42 left" */
static void
put_facts(struct buf *b, const struct load_progress *p, double seconds,
    double part)
{
	put_amount(b, (double)p->records);
	buf_puts(b, " records");
	if (seconds <= 0)
		return;
	buf_puts(b, "  ");
	put_amount(b, (double)p->bytes / seconds);
	buf_puts(b, (double)p->bytes / seconds < 999.5 ? " B/s  " : "B/s  ");
	if (part > 0 && part < 1) {
		put_time(b, seconds / part - seconds);
		buf_puts(b, " left");
	} else {
		put_time(b, seconds);
	}
}

void
progress_format(struct buf *b, const struct load_progress *p, double seconds,
    uint32_t width)
{
	const char *phase = p->phase != NULL ? p->phase : "loading";
	double part = -1;
	bool percent = false, facts = false;
	uint32_t room, bar = 0;
	struct buf tail;

	if (p->bytes_all > 0)
		part = p->bytes < p->bytes_all ?
		    (double)p->bytes / (double)p->bytes_all : 1;
	buf_init(&tail, 256);
	put_facts(&tail, p, seconds, part);
	room = width > strlen(phase) ? width - (uint32_t)strlen(phase) : 0;
	if (part >= 0 && room >= 6) {	/* " 100 %" */
		percent = true;
		room -= 6;
	}
	if (room >= tail.len + 2) {
		facts = true;
		room -= (uint32_t)tail.len + 2;
	}
	if (percent && facts && room >= BAR_MIN + 3)
		bar = room - 3 < BAR_MAX ? room - 3 : BAR_MAX;
	buf_puts(b, phase);
	if (bar > 0)
		put_bar(b, part, bar);
	if (percent)
		buf_printf(b, " %3d %%", (int)(part * 100));
	if (facts)
		buf_printf(b, "  %s", tail.p);
	buf_fini(&tail);
}

static uint32_t
terminal_width(int fd)
{
	struct winsize w;

	if (ioctl(fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 80;
	return w.ws_col;
}

void
progress_show(void *arg, const struct load_progress *state)
{
	struct progress *p = arg;
	double t;
	struct buf b;

	if (p->fd < 0)
		return;
	t = now();
	if (t - p->started < FIRST_AFTER || t - p->drawn < EVERY)
		return;
	p->drawn = t;
	buf_init(&b, 4096);
	buf_puts(&b, "\r");
	progress_format(&b, state, t - p->started, terminal_width(p->fd) - 1);
	buf_puts(&b, "\033[K");
	p->visible = write(p->fd, b.p, b.len) > 0 || p->visible;
	buf_fini(&b);
}

void
progress_end(struct progress *p)
{
	if (p->visible && write(p->fd, "\r\033[K", 4) < 0)
		p->fd = -1;
	p->visible = false;
}
