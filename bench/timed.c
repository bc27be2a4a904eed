/*
 * Runs a command and appends a line to a file: wall-clock seconds, peak
 * resident memory in KB, exit status.
 *
 *	timed FILE COMMAND [ARG...]
 *
 * The peak is the kernel's own (ru_maxrss of the command alone).
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct rusage used;
	double started, seconds;
	FILE *f;
	pid_t pid;
	int status;

	if (argc < 3) {
		fputs("usage: timed FILE COMMAND [ARG...]\n", stderr);
		return 64;
	}
	started = now();
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("timed");
		return 12;
	}
	seconds = now() - started;
	status = WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
	f = fopen(argv[1], "a");
	if (f == NULL || fprintf(f, "%.6f %ld %d\n", seconds, used.ru_maxrss,
	    status) < 0 || fclose(f) != 0) {
		perror(argv[1]);
		return 12;
	}
	return status;
}
