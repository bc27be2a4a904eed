/*
 * Sinks that write one text file a table into a directory; csv and jsonl say
 * what a row looks like.
 *
 *	DIR/TABLE.csv		published
 *	DIR/.TABLE.csv.PID	staged, renamed when all of them are complete
 *
 * There is nobody to ask about keys, so they are not checked: finish never
 * answers BAD.
 */
#ifndef DECANT_FILESINK_H
#define DECANT_FILESINK_H

#include "sink/sink_impl.h"

struct filesink_format {
	const char *scheme;		/* and the files' extension */
	const struct sink_ops *ops;
	/* What stands before the first row; may be NULL. */
	void (*head)(struct buf *, const struct schema_table *);
	/* All rows of the set; any thread. */
	void (*rows)(struct buf *, const struct schema_table *,
	    const struct rowset *);
};

/* "SCHEME:DIR" */
bool	 filesink_new(const struct filesink_format *, struct sink *,
	    struct arena *, struct diags *, const char *target);
/* The target's name for a type: the files have none, so PostgreSQL's. */
void	 filesink_type(struct buf *, const struct schema_column *);

enum grade filesink_open(void *, const struct schema *);
void	 filesink_encode(const void *, struct batch *);
enum grade filesink_put(void *, struct batch *);
enum grade filesink_finish(void *, struct conflicts *);
enum grade filesink_publish(void *);
void	 filesink_abort(void *);
const char *filesink_describe(const void *);

#define FILESINK_OPS(scheme) {						\
	.name = (scheme), .open = filesink_open,			\
	.encode = filesink_encode, .put = filesink_put,			\
	.finish = filesink_finish, .seal = filesink_publish,		\
	.abort = filesink_abort, .free = filesink_abort,		\
	.describe = filesink_describe }

#endif
