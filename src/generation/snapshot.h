/*
 * Snapshots of what is live: a file, and a manifest beside it (FILE.json) that
 * says what the file's bytes are and what its tables hold.
 *
 *	SQLite		a copy of the database (the backup API)
 *	PostgreSQL	pg_dump's custom format, of the live schema and of
 *			decant's own
 *
 * A snapshot counts only when it was restored into a scratch database and the
 * content hash of each table there is that of the live table.  Before it is
 * restored for good its bytes are compared with the manifest, and its tables
 * afterwards.
 */
#ifndef DECANT_SNAPSHOT_H
#define DECANT_SNAPSHOT_H

#include <stdbool.h>

#include "generation/dataset.h"
#include "generation/hashes.h"

struct snapshot {
	const char *file, *manifest;
	char sha256[SHA256_HEX + 1];
	uint64_t bytes;
	struct hashes hashes;
};

/*
 * Makes one of the live generation in a directory, which is made if it is not
 * there, and proves it.  False: told, and there is no file.
 */
bool	 snapshot_make(struct dataset *, const char *directory,
	    struct snapshot *);
/* Says which file it would be, and makes nothing. */
void	 snapshot_name(struct dataset *, const char *directory,
	    struct snapshot *);
/* Members of the ledger's event "snapshot". */
const char *snapshot_data(struct arena *, const struct snapshot *,
	    const char *who);
/*
 * Restores a snapshot into a database that does not hold its dataset yet (a
 * SQLite file that does not exist).  False: told; L101 when the file is not
 * what the manifest says, L102 when the tables are not, and then what was
 * restored is dropped again.  `dry`: the file and the target are looked at, and
 * nothing is restored.  The hashes are then the manifest's tables without them.
 */
bool	 snapshot_restore(struct arena *, struct diags *, const char *file,
	    const char *target, bool dry, const volatile int *interrupted,
	    struct snapshot *);

#endif
