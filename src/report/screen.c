/*
 * The terminal as a screen; see screen.h.
 *
 * Sequences are those of ECMA-48 and xterm's ("XTerm Control Sequences"),
 * which every terminal of today has: ?1049 is the other page, ?25 the cursor,
 * ?7 the wrapping of long lines.
 */
#include "report/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

#define ENTER	"\033[?1049h\033[?25l\033[?7l\033[H\033[2J"
#define LEAVE	"\033[?7h\033[?25h\033[?1049l"
#define PLAIN	"\033[0m"
#define REVERSE	"\033[7m"
#define FRAME_MAX (4u << 20)

static struct screen *shown;	/* that screen_restore changes back */

static bool
screen_write(int fd, const char *p, size_t n)
{
	ssize_t k;

	while (n > 0) {
		k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

void
screen_measure(struct screen *s)
{
	struct winsize w;

	s->rows = 24;
	s->columns = 80;
	if (ioctl(s->out, TIOCGWINSZ, &w) != 0)
		return;
	if (w.ws_row > 0)
		s->rows = w.ws_row;
	if (w.ws_col > 0)
		s->columns = w.ws_col;
}

static void
screen_raw(struct screen *s)
{
	struct termios t = s->before;

	/* no lines and no echo; Ctrl-C stays a signal */
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 0;
	s->raw = tcsetattr(s->in, TCSANOW, &t) == 0;
}

void
screen_again(struct screen *s)
{
	shown = s;
	if (s->in >= 0)
		screen_raw(s);
	screen_measure(s);
	screen_write(s->out, ENTER, sizeof ENTER - 1);
}

void
screen_begin(struct screen *s, int out)
{
	*s = (struct screen){ .out = out };
	/* standard input may be data */
	s->in = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->in >= 0 && tcgetattr(s->in, &s->before) != 0) {
		close(s->in);
		s->in = -1;
	}
	screen_again(s);
}

void
screen_restore(void)
{
	struct screen *s = shown;

	if (s == NULL)
		return;
	shown = NULL;
	screen_write(s->out, LEAVE, sizeof LEAVE - 1);
	if (s->raw)
		tcsetattr(s->in, TCSANOW, &s->before);
	s->raw = false;
}

void
screen_end(struct screen *s)
{
	screen_restore();
	if (s->in >= 0)
		close(s->in);
	s->in = -1;
}

/* ---- drawing ----------------------------------------------------------- */

/* Bytes of an escape sequence (ESC [ … letter) at p. */
static size_t
sequence_length(const char *p, const char *end)
{
	size_t n = 2;

	if (end - p < 2 || p[1] != '[')
		return 1;
	while (p + n < end && (p[n] < '@' || p[n] > '~'))
		n++;
	return p + n < end ? n + 1 : n;
}

/* A line, cut where the screen ends; its colours count nothing. */
static void
put_line(struct buf *b, const char *p, const char *end, uint32_t columns)
{
	uint32_t at = 0, width;
	size_t n;

	while (p < end) {
		if (*p == '\033') {
			n = sequence_length(p, end);
			buf_put(b, p, n);
			p += n;
			continue;
		}
		n = utf8_valid((const uint8_t *)p, (size_t)(end - p));
		width = n == 0 ? 1 : (uint32_t)utf8_width(utf8_get(
		    (const uint8_t *)p, &n));
		if (n == 0)
			n = 1;
		if (at + width > columns)
			break;
		at += width;
		buf_put(b, *p == '\t' ? " " : p, n);
		p += n;
	}
	buf_puts(b, PLAIN "\033[K");
}

bool
screen_draw(const struct screen *s, const char *title, const struct buf *text,
    uint32_t from)
{
	const char *p = text->p, *end = p == NULL ? NULL : p + text->len;
	const char *eol;
	struct buf b;
	uint32_t row;
	bool good;

	buf_init(&b, FRAME_MAX);
	buf_puts(&b, "\033[H" REVERSE);
	put_line(&b, title, title + strlen(title), s->columns);
	for (; p != NULL && p < end && from > 0; from--) {
		eol = memchr(p, '\n', (size_t)(end - p));
		p = eol == NULL ? end : eol + 1;
	}
	for (row = 1; row < s->rows && p != NULL && p < end; row++) {
		eol = memchr(p, '\n', (size_t)(end - p));
		buf_puts(&b, "\r\n");
		put_line(&b, p, eol == NULL ? end : eol, s->columns);
		p = eol == NULL ? end : eol + 1;
	}
	if (row < s->rows)
		buf_puts(&b, "\r\n\033[J");
	good = screen_write(s->out, b.p, b.len);
	buf_fini(&b);
	return good;
}

uint32_t
screen_lines(const struct buf *b)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < b->len; i++)
		n += b->p[i] == '\n';
	return n;
}

/* ---- keys -------------------------------------------------------------- */

static int
key_byte(struct screen *s, int wait)
{
	struct pollfd p = { .fd = s->in, .events = POLLIN };
	unsigned char c;
	ssize_t n;

	if (poll(&p, 1, wait) <= 0)
		return 0;
	n = read(s->in, &c, 1);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	return n == 1 ? c : -1;
}

/* What follows ESC [ or ESC O: digits, and a letter or ~. */
static int
key_sequence(struct screen *s)
{
	int c, number = 0;

	while ((c = key_byte(s, 20)) > 0 && ((c >= '0' && c <= '9') ||
	    c == ';'))
		number = c == ';' ? 0 : (number * 10 + c - '0') % 1000;
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case '~':
		return number == 5 ? KEY_PAGE_UP : number == 6 ?
		    KEY_PAGE_DOWN : number == 1 || number == 7 ? KEY_HOME :
		    number == 4 || number == 8 ? KEY_END : KEY_OTHER;
	default:
		return c < 0 ? -1 : KEY_OTHER;
	}
}

int
screen_key(struct screen *s)
{
	int c;

	if (s->in < 0)
		return -1;
	c = key_byte(s, 0);
	if (c != '\033')
		return c;
	c = key_byte(s, 20);
	return c == '[' || c == 'O' ? key_sequence(s) : c < 0 ? -1 : KEY_OTHER;
}
