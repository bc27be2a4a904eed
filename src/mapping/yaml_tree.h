/*
 * YAML as a tree of nodes that know their bytes in the file.
 *
 * Every scalar is text; the tree has no cycles and is bounded in depth and
 * size, aliases counting as what they stand for.  The only user of libyaml is
 * yaml_tree.c.  Private to src/mapping.
 */
#ifndef DECANT_YAML_TREE_H
#define DECANT_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/srctext.h"

struct arena;

enum ynode_kind { YNODE_SCALAR, YNODE_LIST, YNODE_MAP };
enum ynode_style {
	YSTYLE_PLAIN, YSTYLE_SINGLE, YSTYLE_DOUBLE, YSTYLE_LITERAL,
	YSTYLE_FOLDED,
	YSTYLE_BLOCK, YSTYLE_FLOW	/* lists and maps */
};

struct ynode {
	enum ynode_kind kind;
	enum ynode_style style;
	bool broken;		/* YAML cut it short, which was reported */
	uint32_t from, to;	/* its bytes in the file */
	const char *p;		/* scalar: its text and a NUL */
	uint32_t len;
	struct ynode **item;	/* list: the items; map: key, value, … */
	uint32_t n;		/* of item[] */
	uint32_t size;		/* nodes in it, itself included */
};

#define MAPPING_MAX	(8u << 20)	/* bytes in a mapping */

/*
 * Reads `text`; places are in `shown`, which has the same length (it is the
 * text without its secrets).  NULL after an error that ends reading; other
 * errors (duplicate keys, …) are reported and repaired.
 */
struct ynode *yaml_tree_read(struct arena *, struct diags *,
	    const struct srctext *text, const struct srctext *shown);
struct place ynode_place(const struct srctext *shown, const struct ynode *);
/* A scalar's text for a message: at most 63 bytes of it, and no password. */
const char *ynode_quote(struct arena *, const struct ynode *);

/*
 * Where each byte of a scalar's text stands in the file: len + 1 offsets in
 * map[] (the last: just behind).  Without a map, where the scalar is as
 * written, true is returned with *same set.  False: the way back was not
 * found, and all offsets are the scalar's start.
 */
bool	 scalar_map(const struct srctext *text, const struct ynode *,
	    uint32_t *map, bool *same);

/*
 * Why did YAML not understand this?  Looks at the lines of the error for the
 * shapes that expressions break in, and reports one of them, or the reader's
 * own words.
 */
struct yaml_trouble {
	const char *problem, *context;	/* the reader's words, or NULL */
	uint32_t at, context_at;	/* offsets in the text */
};
void	 yaml_trap_report(struct diags *, const struct srctext *text,
	    const struct srctext *shown, const struct yaml_trouble *);
/* The text as a YAML single-quoted scalar, or NULL where it is long. */
const char *yaml_quote(struct arena *, const char *p, size_t n);
/* An expression that a comma in {…} cut: are its parentheses and quotes
 * unbalanced?  *depth and *quote go on from one part to the next. */
bool	 yaml_unbalanced(const char *p, size_t n, int *depth, char *quote);

#endif
