/*
 * Signals that ask a verb to stop; see signals.h.
 */
#include "command/signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

volatile int signal_caught;

static void
on_signal(int number)
{
	signal_caught = number;
}

/* A signal that the parent ignores (nohup, a shell's background) stays so.
 * No SA_RESTART: a read that waits for input must return. */
const volatile int *
signals_catch(void)
{
	static const int number[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act, old;
	uint32_t i;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESETHAND;
	sigemptyset(&act.sa_mask);
	for (i = 0; i < 3; i++)
		if (sigaction(number[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(number[i], &act, NULL);
	/* A reader of our output that goes away must not end a load: the
	 * write fails, and that is reported. */
	signal(SIGPIPE, SIG_IGN);
	/* A file-size limit is a full disk, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	return &signal_caught;
}
