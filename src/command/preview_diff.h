/*
 * What two previews of one mapping differ in: tables, columns, types, rows
 * and cells.  Rows are the same row where they are of the same record, and the
 * n-th of it in their table.
 */
#ifndef DECANT_PREVIEW_DIFF_H
#define DECANT_PREVIEW_DIFF_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct changes;
struct json;
struct shot;

enum change { CHANGE_NONE, CHANGE_NEW, CHANGE_OTHER };

/* From the old one, which may go, to the new one; in the new one's arena. */
struct changes *changes_find(const struct shot *from, const struct shot *to);
/* Of the next member; with NULL for the changes, none. */
const struct changes *changes_next(const struct changes *);
/* Of the new preview; with NULL for the changes, none. */
enum change changes_table(const struct changes *, uint32_t table);
enum change changes_column(const struct changes *, uint32_t table,
	    uint32_t column);
enum change changes_cell(const struct changes *, uint32_t table,
	    uint32_t cell);
/* "2 columns added, 3 cells changed"; "nothing changed". */
void	 changes_text(struct buf *, const struct changes *);
void	 changes_json(struct json *, const struct changes *);

#endif
