/*
 * Who runs decant; see who.h.
 */
#include "generation/who.h"

#include <pwd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"

const char *
who_directory(struct arena *a)
{
	char path[4096];

	return getcwd(path, sizeof path) == NULL ? NULL :
	    arena_strdup(a, path);
}

const char *
who_json(struct arena *a, struct db *db, const char *verb, const char *tool)
{
	const struct passwd *pw = getpwuid(geteuid());
	const struct db_result *role = NULL;
	char host[256] = "?";
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	gethostname(host, sizeof host - 1);
	if (db->kind == DB_POSTGRES && db->open)
		role = db_query(db, a, "asking for the role",
		    "SELECT current_user", 0, NULL);
	buf_init(&b, 1u << 16);
	json_text(&j, "directory", who_directory(a));
	json_open(&j, "by", '{');
	json_text(&j, "verb", verb);
	json_text(&j, "tool", tool);
	json_text(&j, "user", pw == NULL ? "?" : pw->pw_name);
	if (role != NULL)
		json_text(&j, "role", db_cell(role, 0, 0));
	json_text(&j, "host", host);
	json_int(&j, "pid", (int64_t)getpid());
	json_close(&j, '}');
	text = arena_strdup(a, b.p);
	buf_fini(&b);
	return text;
}
