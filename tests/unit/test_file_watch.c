/*
 * Watching files, with inotify and without: what is a change, and what is none.
 */
#include "base/file_watch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void
nap(void)
{
	struct timespec t = { .tv_nsec = 20000000 };	/* a clock's tick */

	nanosleep(&t, NULL);
}

static void
test_watch(bool inotify)
{
	static const char *const paths[] = { "a.txt", "./sub/b.txt", "none" };
	const char *how = inotify ? "inotify" : "looking";
	struct file_watch *w = file_watch_new(inotify);

	mkdir("sub", 0755);
	put("a.txt", "one");
	put("sub/b.txt", "two");
	unlink("none");
	file_watch_set(w, paths, 3, false);
	ok((file_watch_fd(w) >= 0) == inotify, "%s: its descriptor", how);
	ok(file_watch_patience(w) > 0, "%s: is asked now and then", how);
	ok(!file_watch_changed(w), "%s: nothing yet", how);
	nap();
	put("a.txt", "ONE");
	ok(file_watch_changed(w), "%s: written in place", how);
	ok(!file_watch_changed(w), "%s: told once", how);
	nap();
	put("sub/b.new", "three");
	ok(!file_watch_changed(w), "%s: a file beside it", how);
	rename("sub/b.new", "sub/b.txt");
	ok(file_watch_changed(w), "%s: renamed to its name", how);
	unlink("a.txt");
	ok(file_watch_changed(w), "%s: gone", how);
	put("none", "here");
	ok(file_watch_changed(w), "%s: one that was not there", how);
	file_watch_set(w, paths, 3, false);
	ok(!file_watch_changed(w), "%s: the same files again", how);
	nap();
	put("none", "HERE");
	file_watch_set(w, paths + 2, 1, true);
	ok(file_watch_changed(w), "%s: what changed before they were set again",
	    how);
	nap();
	put("fresh", "x");
	ok(file_watch_changed(w) == inotify, "%s: one that comes, around", how);
	unlink("fresh");
	file_watch_free(w);
}

int
main(void)
{
	char dir[] = "/tmp/decant-watch.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		tap_skip_all("no directory");
	test_watch(true);
	test_watch(false);
	unlink("a.txt");
	unlink("none");
	unlink("sub/b.txt");
	rmdir("sub");
	(void)!chdir("/");
	rmdir(dir);
	return tap_done();
}
