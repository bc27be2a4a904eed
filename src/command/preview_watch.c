/*
 * preview --watch; see preview_watch.h.
 *
 *	take	a run, in an arena of its own
 *	show	on the terminal in place, or behind the last one in a pipe
 *	wait	for a text that changes, a key, a signal, input that comes
 *
 * Two runs are kept: the last one, and the last good one, which stays in sight
 * while the mapping has mistakes, and which the next is compared with.
 */
#include "command/preview_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file_watch.h"
#include "command/preview_diff.h"
#include "command/preview_input.h"
#include "command/preview_show.h"
#include "base/json.h"
#include "report/screen.h"
#include "report/summary.h"

#define TEXT_MAX	(64u << 20)
#define QUIET_MS	20	/* an editor has written when it is quiet */
#define QUIET_TRIES	15
#define LOOK_MS		50	/* between looks at keys in a long run */
#define INPUT_MS	100	/* between runs over input that comes */

struct taken {			/* a run */
	struct arena arena;
	struct diags diags;
	struct shot shot;
	struct changes *changes;	/* from the good one before; or NULL */
	bool partial;		/* its input has not ended */
};

struct watching {
	struct invocation *in;
	struct preview_ask ask;
	struct file_watch *files;
	struct inputs *inputs;
	struct screen screen;
	struct buf text;	/* what is on the screen */
	bool on_screen;
	struct taken *last, *good;
	uint32_t run, from;	/* first line on the screen */
	char at[16];		/* when */
	int64_t looked, drawn, ran;	/* milliseconds: at keys, progress; when
					 * the last run began */
	bool again, ended, write_failed;
	bool wrong;		/* the words of the command line are */
};

/* ---- signals ----------------------------------------------------------- */

static volatile sig_atomic_t wants_end, wants_size, wants_stop;
static int wake[2] = { -1, -1 };	/* poll must not miss a signal */
static void (*exhausted_before)(size_t);

static void
caught(int sig)
{
	int saved = errno;

	if (sig == SIGWINCH)
		wants_size = 1;
	else if (sig == SIGTSTP)
		wants_stop = 1;
	else
		wants_end = 1;
	if (write(wake[1], "", 1) < 0)
		errno = saved;		/* it is full: that wakes too */
	errno = saved;
}

static void
exhausted(size_t wanted)
{
	screen_restore();
	exhausted_before(wanted);
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP };

static bool
signals_begin(struct sigaction *before, bool on_screen)
{
	struct sigaction a = { .sa_handler = caught };
	uint32_t i;

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	sigemptyset(&a.sa_mask);
	for (i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		sigaction(signals[i], NULL, &before[i]);
		/* nohup, and what a shell does to jobs in the background */
		if (before[i].sa_handler != SIG_IGN &&
		    (on_screen || signals[i] != SIGTSTP))
			sigaction(signals[i], &a, NULL);
	}
	exhausted_before = mem_exhausted;
	mem_exhausted = exhausted;
	return true;
}

static void
signals_end(const struct sigaction *before)
{
	uint32_t i;

	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaction(signals[i], &before[i], NULL);
	mem_exhausted = exhausted_before;
	close(wake[0]);
	close(wake[1]);
}

/* Ctrl-Z: the terminal as it was, until the shell lets us go on. */
static void
watch_suspend(struct watching *w)
{
	struct sigaction ours, theirs = { .sa_handler = SIG_DFL };

	wants_stop = 0;
	screen_restore();
	sigaction(SIGTSTP, &theirs, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	screen_again(&w->screen);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- showing ----------------------------------------------------------- */

static void
taken_free(struct taken *t)
{
	if (t == NULL)
		return;
	arena_fini(&t->arena);
	mem_free(t);
}

/* The invocation's own functions, on the diagnostics of a run. */
static void
put_diags(struct watching *w, const struct taken *t, struct buf *b,
    struct json *j)
{
	struct invocation *in = w->in;
	struct diags own = in->diags;

	in->diags = t->diags;
	in->shown = NULL;
	if (j != NULL)
		invocation_json_diags(in, j, "diagnostics");
	else
		invocation_text_diags(in, b, in->color_out);
	in->diags = own;
	in->shown = NULL;
}

/* "2 columns added, 3 cells changed", "1 error", "". */
static void
put_news(struct buf *b, const struct taken *t)
{
	if (t->diags.errors > 0)
		buf_printf(b, "%u error%s", t->diags.errors,
		    t->diags.errors == 1 ? "" : "s");
	else if (t->changes != NULL)
		changes_text(b, t->changes);
}

static void
show_json(struct watching *w)
{
	struct json j = { .b = &w->in->out };
	const struct taken *t = w->last;

	json_open(&j, NULL, '{');
	json_uint(&j, "run", w->run);
	if (t->changes != NULL) {
		json_open(&j, "changes", '{');
		changes_json(&j, t->changes);
		json_close(&j, '}');
	}
	put_diags(w, t, NULL, &j);
	if (shots_are_good(&t->shot))
		preview_json(&j, &t->shot, NULL, NULL);
	json_close(&j, '}');
	buf_putc(&w->in->out, '\n');
}

static void
show_page(struct watching *w)
{
	struct preview_view v = { .colour = w->in->color_out,
	    .expanded = w->ask.args->expanded, .changes = w->last->changes };
	struct buf *b = &w->in->out;
	size_t at;

	buf_printf(b, "== %s, run %u", w->ask.mapping, w->run);
	at = b->len;
	buf_puts(b, ": ");
	put_news(b, w->last);
	if (b->len == at + 2)
		b->len = at;
	buf_puts(b, "\n\n");
	at = b->len;
	put_diags(w, w->last, b, NULL);
	if (b->len > at)
		buf_putc(b, '\n');
	preview_text(b, &w->last->shot, &v);
}

static void
draw(struct watching *w)
{
	uint32_t lines = screen_lines(&w->text), page = w->screen.rows - 1;
	struct buf title;

	if (w->from + page > lines)
		w->from = lines > page ? lines - page : 0;
	buf_init(&title, 1u << 16);
	buf_printf(&title, " %s  run %u, %s  ", w->ask.mapping, w->run, w->at);
	put_news(&title, w->last);
	if (w->last->partial)
		buf_puts(&title, "  waiting for input");
	if (w->from > 0 || lines > page)
		buf_printf(&title, "  lines %u-%u of %u", w->from + 1,
		    w->from + page < lines ? w->from + page : lines, lines);
	buf_puts(&title, "  q ends ");
	if (!screen_draw(&w->screen, title.p, &w->text, w->from))
		w->ended = true;
	buf_fini(&title);
}

static void
show_screen(struct watching *w)
{
	struct preview_view v = { .columns = w->screen.columns,
	    .colour = w->in->color_out, .expanded = w->ask.args->expanded };

	buf_clear(&w->text);
	put_diags(w, w->last, &w->text, NULL);
	if (w->text.len > 0)
		buf_putc(&w->text, '\n');
	if (w->last == w->good)
		v.changes = w->last->changes;
	else if (w->good != NULL)
		buf_printf(&w->text, "%sthe last good run:%s\n\n",
		    v.colour ? "\033[2m" : "", v.colour ? "\033[0m" : "");
	if (w->good != NULL)
		preview_text(&w->text, &w->good->shot, &v);
	draw(w);
}

static void
show(struct watching *w)
{
	if (w->on_screen) {
		show_screen(w);
		return;
	}
	if (w->ask.args->json)
		show_json(w);
	else
		show_page(w);
	if (!invocation_flush(w->in))
		w->write_failed = w->ended = true;
}

/* ---- keys -------------------------------------------------------------- */

static void
scroll(struct watching *w, int lines)
{
	if (lines < 0 && w->from < (uint32_t)-lines)
		w->from = 0;
	else
		w->from += (uint32_t)lines;
}

/* Did a key ask for something? */
static bool
key(struct watching *w, int c)
{
	int page = w->screen.rows > 2 ? (int)w->screen.rows - 2 : 1;

	switch (c) {
	case 'q':
	case 'Q':
	case -1:
		w->ended = true;
		return true;
	case KEY_UP:
	case 'k':
		scroll(w, -1);
		return true;
	case KEY_DOWN:
	case 'j':
		scroll(w, 1);
		return true;
	case KEY_PAGE_UP:
	case 'b':
		scroll(w, -page);
		return true;
	case KEY_PAGE_DOWN:
	case ' ':
		scroll(w, page);
		return true;
	case KEY_HOME:
	case 'g':
		w->from = 0;
		return true;
	case KEY_END:
	case 'G':
		scroll(w, 1 << 30);
		return true;
	case 'r':
		w->again = true;
		return true;
	default:
		return c > 0;
	}
}

static void
keys(struct watching *w)
{
	bool any = false;
	int c;

	if (!w->on_screen || w->screen.in < 0)
		return;
	while (!w->ended && (c = screen_key(&w->screen)) != 0)
		any = key(w, c) || any;
	if (any && !w->ended && w->last != NULL)
		draw(w);
}

/* ---- running ----------------------------------------------------------- */

/* In a long run (--where): keys, signals and changes count meanwhile. */
static bool
running_stop(void *arg, uint64_t looked)
{
	struct watching *w = arg;
	int64_t now = now_ms();
	struct buf title;
	char n[32];

	if (now - w->looked < LOOK_MS)
		return w->ended;
	w->looked = now;
	if (wants_end)
		w->ended = true;
	keys(w);
	if (file_watch_changed(w->files))
		w->again = true;
	if (w->on_screen && now - w->drawn > 200 && !w->ended) {
		w->drawn = now;
		buf_init(&title, 1u << 16);
		buf_printf(&title, " %s  looking: %s records  q ends ",
		    w->ask.mapping, summary_count(n, looked));
		screen_draw(&w->screen, title.p, &w->text, w->from);
		buf_fini(&title);
	}
	return w->ended || w->again;
}

static const char *
replace(void *arg, const char *file)
{
	struct watching *w = arg;

	return inputs_replace(w->inputs, file);
}

/* What is wrong with input that has not come yet is not wrong yet. */
static void
forgive(struct taken *t)
{
	struct diag **d = &t->diags.first;
	struct shot *s;

	for (s = &t->shot; s != NULL; s = s->next)
		s->look.nfragment = 0;
	while (*d != NULL)
		if ((*d)->severity == SEV_ERROR) {
			t->diags.errors--;
			*d = (*d)->next;
		} else {
			d = &(*d)->next;
		}
	t->diags.last = d;
}

/* A text that is not there may come. */
static bool
lacks_file(const struct taken *t)
{
	const struct diag *d;

	for (d = t->diags.first; d != NULL; d = d->next)
		if (d->code == DIAG_C001 || d->code == DIAG_C002 ||
		    d->code == DIAG_M001 || d->code == DIAG_P035)
			return true;
	return false;
}

static void
name_texts(struct srctext_names *t, struct arena *a, const struct shot *s)
{
	uint32_t i;

	for (; s != NULL; s = s->next)
		for (i = 0; i < s->texts.n; i++)
			*ARENA_PUSH(a, t->v, t->n, t->cap) = s->texts.v[i];
}

/* Files of the run; after a mistake, those of the good one before too. */
static void
watch_texts(struct watching *w)
{
	struct arena *a = &w->last->arena;
	struct srctext_names t = { NULL, 0, 0 };

	*ARENA_PUSH(a, t.v, t.n, t.cap) = w->ask.mapping;
	name_texts(&t, a, &w->last->shot);
	if (w->good != NULL && w->good != w->last)
		name_texts(&t, a, &w->good->shot);
	file_watch_set(w->files, t.v, t.n, lacks_file(w->last));
}

static void
keep(struct watching *w, struct taken *t)
{
	bool good = shots_are_good(&t->shot) && t->diags.errors == 0;

	if (w->last != w->good)
		taken_free(w->last);
	w->last = t;
	if (!good)
		return;
	if (w->good != NULL)
		t->changes = changes_find(&w->good->shot, &t->shot);
	taken_free(w->good);
	w->good = t;
}

/* Some that has ended, of what may have more to come. */
static bool
is_partial(const struct shot *s)
{
	bool any = false;

	if (s->job == NULL)
		return false;
	for (; s != NULL; s = s->next)
		any = any || s->look.ended || s->look.failed;
	return any;
}

static bool
is_stopped(const struct shot *s)
{
	for (; s != NULL; s = s->next)
		if (s->look.stopped)
			return true;
	return false;
}

static void
take(struct watching *w)
{
	struct taken *t = mem_zalloc(sizeof *t);
	struct tm tm;
	time_t now;

	w->again = false;
	w->ran = w->looked = w->drawn = now_ms();
	arena_init(&t->arena);
	diags_init(&t->diags, &t->arena);
	shot_take(&t->shot, &t->arena, &t->diags, &w->ask);
	t->partial = inputs_wait(w->inputs) && is_partial(&t->shot);
	if (t->partial)
		forgive(t);
	if (w->last != NULL && (w->ended || w->again) &&
	    is_stopped(&t->shot)) {
		taken_free(t);
		return;
	}
	w->run++;
	now = time(NULL);
	if (localtime_r(&now, &tm) != NULL)
		strftime(w->at, sizeof w->at, "%H:%M:%S", &tm);
	keep(w, t);
	watch_texts(w);
}

/* ---- waiting ----------------------------------------------------------- */

/* Editors write in several steps: until nothing has happened for a moment. */
static void
settle(struct watching *w)
{
	struct pollfd p = { .fd = file_watch_fd(w->files), .events = POLLIN };
	int i;

	for (i = 0; i < QUIET_TRIES && !wants_end; i++) {
		poll(&p, 1, QUIET_MS);
		if (!file_watch_changed(w->files))
			break;
	}
	w->again = true;
}

static void
signalled(struct watching *w)
{
	char bytes[64];

	while (read(wake[0], bytes, sizeof bytes) > 0)
		;
	if (wants_end)
		w->ended = true;
	if (wants_stop && w->on_screen)
		watch_suspend(w);
	else if (!wants_size)
		return;
	wants_size = 0;
	if (!w->on_screen || w->ended)
		return;
	screen_measure(&w->screen);
	show_screen(w);
}

/* Until there is a reason to run again, or to end. */
static void
wait_for(struct watching *w)
{
	struct pollfd p[4 + INPUTS_MAX];
	bool more = false;
	int patience;
	uint32_t n;

	while (!w->again && !w->ended) {
		p[0] = (struct pollfd){ .fd = wake[0], .events = POLLIN };
		p[1] = (struct pollfd){ .fd = file_watch_fd(w->files),
		    .events = POLLIN };
		p[2] = (struct pollfd){ .fd = w->on_screen ? w->screen.in : -1,
		    .events = POLLIN };
		/* whoever reads the pipe may go */
		p[3] = (struct pollfd){ .fd = w->on_screen ? -1 :
		    STDOUT_FILENO };
		n = w->last->partial ? inputs_poll(w->inputs, p + 4) : 0;
		patience = more ? INPUT_MS : file_watch_patience(w->files);
		if (poll(p, 4 + n, patience) < 0 && errno != EINTR)
			w->ended = true;
		signalled(w);
		keys(w);
		if (p[3].revents & (POLLERR | POLLNVAL))
			w->ended = true;
		if (n > 0 && inputs_read(w->inputs, p + 4, n))
			more = true;
		if (more && (now_ms() - w->ran >= INPUT_MS ||
		    !inputs_wait(w->inputs)))
			w->again = true;
		if (file_watch_changed(w->files))
			settle(w);
	}
}

enum status
preview_watch(struct invocation *in, const struct preview_ask *ask)
{
	struct sigaction before[sizeof signals / sizeof signals[0]];
	struct watching w = { .in = in, .ask = *ask };
	struct shot once;

	w.ask.replace = replace;
	w.ask.stop = running_stop;
	w.ask.arg = &w;
	w.on_screen = isatty(STDOUT_FILENO) && !ask->args->json;
	if (!signals_begin(before, w.on_screen)) {
		diag_add(&in->diags, DIAG_G021, NOWHERE,
		    "cannot watch: %s", strerror(errno));
		return STATUS_FAILED;
	}
	buf_init(&w.text, TEXT_MAX);
	w.files = file_watch_new(true);
	w.inputs = inputs_new();
	file_watch_set(w.files, &ask->mapping, 1, true);
	if (w.on_screen)
		screen_begin(&w.screen, STDOUT_FILENO);
	while (!w.ended) {
		take(&w);
		w.wrong = w.run == 1 && w.last->shot.usage;
		if (w.ended || w.wrong)
			break;
		if (!w.again)
			show(&w);
		wait_for(&w);
	}
	if (w.on_screen)
		screen_end(&w.screen);
	signals_end(before);
	if (w.last != w.good)
		taken_free(w.last);
	taken_free(w.good);
	inputs_free(w.inputs);
	file_watch_free(w.files);
	buf_fini(&w.text);
	if (w.wrong) {
		shot_take(&once, &in->arena, &in->diags, ask);
		return STATUS_USAGE;	/* told where it belongs */
	}
	return w.write_failed ? STATUS_FAILED : STATUS_CLEAN;
}
