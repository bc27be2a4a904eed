/*
 * Runs a program on a terminal of its own, and shows what stands there.
 *
 *	pty_run COMMAND [ARGUMENT]... < STEPS
 *
 * A step is a line:
 *
 *	wait TEXT	until the screen has it (10 s at most)
 *	within MS TEXT	the same, and says whether it took no longer than that
 *			since the start
 *	key TEXT	types it; \e \c \n are Escape, Ctrl-C, Enter
 *	size ROWS COLUMNS
 *	sh COMMAND	in a shell
 *	kill SIGNAL	a number
 *	screen		prints the lines; {…} is bold text in colour
 *	end		waits for the program; prints its status, and whether
 *			the terminal is as it was
 *
 * The terminal knows the sequences that decant uses (ECMA-48, and xterm's
 * other page); any other is printed as unknown.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define ROWS_MAX	100
#define COLUMNS_MAX	300

struct page {
	char cell[ROWS_MAX][COLUMNS_MAX][5];
	bool bold[ROWS_MAX][COLUMNS_MAX];
	int row, column;
};

static struct page page[2];
static int now_page, rows = 24, columns = 80, master, slave;
static bool cursor = true, wraps = true, bold;
static struct termios before;
static pid_t pid;
static struct timespec started;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)(t.tv_sec - started.tv_sec) +
	    (double)(t.tv_nsec - started.tv_nsec) / 1e9;
}

/* ---- the terminal ------------------------------------------------------ */

static void
erase(struct page *p, int row, int from)
{
	int c;

	for (c = from; c < COLUMNS_MAX; c++) {
		p->cell[row][c][0] = '\0';
		p->bold[row][c] = false;
	}
}

static void
erase_below(struct page *p)
{
	int r;

	erase(p, p->row, p->column);
	for (r = p->row + 1; r < ROWS_MAX; r++)
		erase(p, r, 0);
}

static void
private_mode(int n, bool on)
{
	if (n == 1049)
		now_page = on;
	else if (n == 25)
		cursor = on;
	else if (n == 7)
		wraps = on;
	else
		printf("unknown mode ?%d\n", n);
}

static void
sequence(const char *s, size_t n)
{
	struct page *p = &page[now_page];
	int v = 0;
	bool own = n > 0 && s[0] == '?';
	size_t i;

	for (i = own; i < n - 1; i++)
		v = s[i] == ';' ? 0 : v * 10 + s[i] - '0';
	switch (s[n - 1]) {
	case 'h':
	case 'l':
		private_mode(v, s[n - 1] == 'h');
		break;
	case 'H':
		p->row = p->column = 0;
		break;
	case 'J':
		if (v == 2)
			p->row = p->column = 0;
		erase_below(p);
		break;
	case 'K':
		erase(p, p->row, p->column);
		break;
	case 'm':
		bold = n > 4 && memcmp(s, "1;33", 4) == 0;
		break;
	default:
		printf("unknown sequence %.*s\n", (int)n, s);
		break;
	}
}

static void
put_character(const char *s, size_t n)
{
	struct page *p = &page[now_page];

	if (*s == '\r') {
		p->column = 0;
	} else if (*s == '\n') {
		if (p->row + 1 < rows)
			p->row++;
		else
			printf("the screen scrolls\n");
	} else if (p->column >= columns) {
		printf("a line is too long\n");
	} else if (*s != '\a') {
		memcpy(p->cell[p->row][p->column], s, n);
		p->cell[p->row][p->column][n] = '\0';
		p->bold[p->row][p->column++] = bold;
	}
}

static void
feed(const char *s, size_t n)
{
	static char held[64];
	static size_t nheld;
	size_t i, want;

	for (i = 0; i < n; i++) {
		if (nheld < sizeof held)
			held[nheld++] = s[i];
		if (held[0] == '\033') {
			if (nheld > 2 && s[i] >= '@' && s[i] <= '~') {
				sequence(held + 2, nheld - 2);
				nheld = 0;
			}
			continue;
		}
		want = (held[0] & 0x80) == 0 ? 1 : (held[0] & 0xe0) == 0xc0 ?
		    2 : (held[0] & 0xf0) == 0xe0 ? 3 : 4;
		if (nheld == want) {
			put_character(held, nheld);
			nheld = 0;
		}
	}
}

/* Takes what the program has written; false: it has gone. */
static bool
take(int ms)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return true;
	n = read(master, buf, sizeof buf);
	if (n > 0)
		feed(buf, (size_t)n);
	return n > 0 || errno == EINTR;
}

static void
line_text(char *out, int row)
{
	const struct page *p = &page[now_page];
	bool in = false;
	int c, last = -1;

	for (c = 0; c < columns; c++)
		if (p->cell[row][c][0] != '\0' && p->cell[row][c][0] != ' ')
			last = c;
	for (c = 0; c <= last; c++) {
		if (p->bold[row][c] != in)
			*out++ = in ? '}' : '{';
		in = p->bold[row][c];
		out = stpcpy(out, p->cell[row][c][0] == '\0' ? " " :
		    p->cell[row][c]);
	}
	stpcpy(out, in ? "}" : "");
}

static bool
has(const char *text)
{
	char line[COLUMNS_MAX * 8];
	int r;

	for (r = 0; r < rows; r++) {
		line_text(line, r);
		if (strstr(line, text) != NULL)
			return true;
	}
	return false;
}

/* ---- steps ------------------------------------------------------------- */

static void
step_wait(const char *text)
{
	double end = seconds() + 10;

	while (!has(text)) {
		if (seconds() > end || !take(50)) {
			printf("no '%s'\n", text);
			return;
		}
	}
}

static void
step_within(const char *arg)
{
	char *text;
	double most = (double)strtol(arg, &text, 10) / 1000, took;

	step_wait(text + 1);
	took = seconds();
	printf("%s\n", took <= most ? "in time" : "too late");
	fprintf(stderr, "%.0f ms\n", took * 1000);
}

static void
step_key(const char *s)
{
	char c;

	for (; *s != '\0'; s++) {
		c = *s;
		if (c == '\\' && s[1] != '\0') {
			s++;
			c = *s == 'e' ? '\033' : *s == 'c' ? '\003' : '\n';
		}
		if (write(master, &c, 1) != 1)
			printf("no key\n");
	}
	take(100);
}

static void
step_size(const char *s)
{
	struct winsize w = { 0 };
	char *end;

	rows = w.ws_row = (unsigned short)strtol(s, &end, 10);
	columns = w.ws_col = (unsigned short)strtol(end, NULL, 10);
	ioctl(master, TIOCSWINSZ, &w);
	take(100);
}

static void
step_screen(void)
{
	char line[COLUMNS_MAX * 8];
	int r, last = 0;

	while (take(0) && poll(&(struct pollfd){ .fd = master,
	    .events = POLLIN }, 1, 100) > 0)
		;
	for (r = 0; r < rows; r++) {
		line_text(line, r);
		if (line[0] != '\0')
			last = r;
	}
	for (r = 0; r <= last; r++) {
		line_text(line, r);
		puts(line);
	}
}

static void
step_end(void)
{
	struct termios after;
	double end = seconds() + 10;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (seconds() > end) {
			printf("it does not end\n");
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
		}
		take(20);
	}
	while (poll(&(struct pollfd){ .fd = master, .events = POLLIN }, 1,
	    50) > 0 && take(0))
		;
	printf("status %d", WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
	tcgetattr(slave, &after);
	if (after.c_lflag != before.c_lflag ||
	    memcmp(after.c_cc, before.c_cc, sizeof after.c_cc) != 0)
		printf(", the terminal's modes are others");
	if (now_page != 0 || !cursor || !wraps)
		printf(", the screen is not given back");
	printf("\n");
}

static bool
starts(const char *line, const char *word, const char **arg)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
		return false;
	*arg = line + n + (line[n] == ' ');
	return true;
}

static void
step(const char *line)
{
	const char *arg;

	if (starts(line, "wait", &arg))
		step_wait(arg);
	else if (starts(line, "within", &arg))
		step_within(arg);
	else if (starts(line, "key", &arg))
		step_key(arg);
	else if (starts(line, "size", &arg))
		step_size(arg);
	else if (starts(line, "sh", &arg))
		fflush(stdout), (void)!system(arg);
	else if (starts(line, "kill", &arg))
		kill(pid, atoi(arg));
	else if (starts(line, "screen", &arg))
		step_screen();
	else if (starts(line, "end", &arg))
		step_end();
	else
		printf("no step: %s\n", line);
}

int
main(int argc, char **argv)
{
	struct winsize w = { .ws_row = 24, .ws_col = 80 };
	char line[1024];

	if (argc < 2 || openpty(&master, &slave, NULL, NULL, &w) != 0)
		return 99;
	tcgetattr(slave, &before);
	clock_gettime(CLOCK_MONOTONIC, &started);
	pid = fork();
	if (pid == 0) {
		close(master);
		login_tty(slave);
		setenv("TERM", "xterm", 1);
		unsetenv("NO_COLOR");
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		step(line);
	}
	return 0;
}
