/*
 * A terminal as a screen: its other page is drawn over in place, and what was
 * there comes back at the end.  Keys are read one by one.
 *
 * One screen at a time, for signals change the terminal back: SIGTSTP, and
 * whatever ends the program through screen_restore.
 */
#ifndef DECANT_SCREEN_H
#define DECANT_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

struct buf;

struct screen {
	int out, in;		/* terminals; in: -1 where keys come from none */
	struct termios before;
	bool raw;		/* `before` is to be restored */
	uint32_t rows, columns;
};

/* out is a terminal; keys come from the controlling one. */
void	 screen_begin(struct screen *, int out);
void	 screen_end(struct screen *);
/* What screen_end does to the terminal; safe in a signal handler and where
 * there is no memory left. */
void	 screen_restore(void);
/* Takes the page again, after it was given back. */
void	 screen_again(struct screen *);
/* Asks the terminal for its size. */
void	 screen_measure(struct screen *);
/*
 * Draws the lines of a text from line `from` on, each cut at the edge; `title`
 * is the first line.  False: the terminal is gone.
 */
bool	 screen_draw(const struct screen *, const char *title,
	    const struct buf *, uint32_t from);
/* The next key: a character, one of those below, or 0: there is none; -1: there
 * will be none any more. */
enum screen_key { KEY_UP = 0x100, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN,
    KEY_HOME, KEY_END, KEY_OTHER };
int	 screen_key(struct screen *);
/* Lines of a text. */
uint32_t screen_lines(const struct buf *);

#endif
