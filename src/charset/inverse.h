/*
 * The tables from characters to bytes, made with a page; private to charset/.
 */
#ifndef DECANT_INVERSE_H
#define DECANT_INVERSE_H

struct codepage;

/* Of ucs[] and wide, which are complete. */
void	 inverse_make(struct codepage *);
void	 inverse_free(struct codepage *);

#endif
