/*
 * A proxy before PostgreSQL that loses the answer to a publication: it passes
 * everything on until a session that moved tables to another schema commits.
 * That COMMIT still reaches the server; then every connection is cut, and no
 * new one is taken.
 *
 *	cut_commit LISTEN-SOCKET SERVER-SOCKET
 *
 * A process for each connection; the parent ends when one of them has cut.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *listening;

static void
die(const char *what)
{
	perror(what);
	_exit(1);
}

static int
open_socket(const char *path, bool server)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof a.sun_path)
		die(path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (server) {
		unlink(path);
		if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
		    listen(fd, 16) != 0)
			die(path);
	} else if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
		die(path);
	}
	return fd;
}

static void
pass(int to, const char *p, ssize_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(to, p, (size_t)n);
		if (done <= 0)
			_exit(0);
		p += done;
		n -= done;
	}
}

static void
serve(int client, const char *path)
{
	int server = open_socket(path, false);
	struct pollfd fd[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	bool moved = false;
	char b[65536];
	ssize_t n;
	int i;

	while (poll(fd, 2, -1) > 0)
		for (i = 0; i < 2; i++) {
			if (fd[i].revents == 0)
				continue;
			n = read(fd[i].fd, b, sizeof b);
			if (n <= 0)
				_exit(0);
			pass(fd[1 - i].fd, b, n);
			if (i == 1)
				continue;
			moved |= memmem(b, (size_t)n, "SET SCHEMA", 10) != NULL;
			if (moved && b[0] == 'Q' &&
			    memmem(b, (size_t)n, "COMMIT", 6) != NULL) {
				/* the answer is there: the commit is done */
				poll(&fd[1], 1, 10000);
				unlink(listening);
				kill(0, SIGTERM);
				_exit(0);
			}
		}
	_exit(0);
}

int
main(int argc, char **argv)
{
	int fd, client;

	if (argc != 3)
		return 64;
	setpgid(0, 0);
	signal(SIGCHLD, SIG_IGN);
	listening = argv[1];
	fd = open_socket(argv[1], true);
	while ((client = accept(fd, NULL, NULL)) >= 0) {
		if (fork() == 0)
			serve(client, argv[2]);
		close(client);
	}
	return 1;
}
