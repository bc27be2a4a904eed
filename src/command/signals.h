/*
 * SIGINT, SIGTERM and SIGHUP ask a verb to stop; it leaves the target as it
 * was.  The same signal a second time ends the process at once.
 */
#ifndef DECANT_SIGNALS_H
#define DECANT_SIGNALS_H

extern volatile int signal_caught;	/* its number; 0: none yet */

/* From now on; gives the address of signal_caught. */
const volatile int *signals_catch(void);

#endif
