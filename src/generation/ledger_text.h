/*
 * An event of the ledger as a line for people.
 */
#ifndef DECANT_LEDGER_TEXT_H
#define DECANT_LEDGER_TEXT_H

#include "generation/ledger.h"

struct buf;

void	 ledger_event_text(struct buf *, const struct ledger_event *);

#endif
