/*
 * Who runs decant, and where, for the ledger.
 */
#ifndef DECANT_WHO_H
#define DECANT_WHO_H

struct arena;
struct db;

/* The current directory, which names of files are from; NULL: not known. */
const char *who_directory(struct arena *);
/* "directory":…,"by":{"verb":…,"tool":…,"user":…,"role":…,"host":…,"pid":…} */
const char *who_json(struct arena *, struct db *, const char *verb,
	    const char *tool);

#endif
