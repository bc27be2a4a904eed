/*
 * The change log in PostgreSQL: every way to write to a live table leaves the
 * keys, and nothing else does; publications begin and end it.
 */
#include "database/pub_fixture.h"
#include "generation/change_log_impl.h"

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person0 = { PERSON, people, 0 };

static struct db db;
static struct diags diags;

static bool
open_db(void)
{
	diags_init(&diags, &arena);
	return db_open(&db, &arena, &diags, target, NULL);
}

/* --- what is logged ----------------------------------------------------------- */

static const char log_of_two[] = "decant.\"decant_t_cl_g1.two\"";

/* "a/b …", by key. */
static const char *
logged(void)
{
	const char *text = arena_strdup(&arena, sql(arena_printf(&arena,
	    "SELECT string_agg(k1 || '/' || k2, ' ' ORDER BY k1, k2) FROM"
	    " %s", log_of_two)));

	sql(arena_printf(&arena, "TRUNCATE %s", log_of_two));
	return text;
}

static const struct {
	const char *sql, *keys;
} writes[] = {
	{ "INSERT INTO decant_t_cl.two VALUES (1, 'a', 0), (2, 'b', 0), (3,"
	    " 'c', 0)", "1/a 2/b 3/c" },
	{ "UPDATE decant_t_cl.two SET n = n + 1 WHERE \"Odd id\" < 3",
	    "1/a 2/b" },
	{ "UPDATE decant_t_cl.two SET k = 'z' WHERE \"Odd id\" = 3",
	    "3/c 3/z" },
	{ "UPDATE decant_t_cl.two SET \"Odd id\" = \"Odd id\" + 1 WHERE"
	    " \"Odd id\" = 3", "3/z 4/z" },
	{ "UPDATE decant_t_cl.two SET n = 0 WHERE false", "(null)" },
	{ "DELETE FROM decant_t_cl.two WHERE \"Odd id\" = 4", "4/z" },
	{ "INSERT INTO decant_t_cl.two VALUES (1, 'a', 5), (6, 'f', 5) ON"
	    " CONFLICT (\"Odd id\", k) DO UPDATE SET n = excluded.n", "1/a 6/f" },
	{ "INSERT INTO decant_t_cl.two VALUES (1, 'a', 5) ON CONFLICT DO"
	    " NOTHING", "(null)" },
	{ "MERGE INTO decant_t_cl.two t USING (VALUES (1, 'a'), (2, 'b'), (9,"
	    " 'i')) v(id, k) ON t.\"Odd id\" = v.id WHEN MATCHED AND v.id = 1"
	    " THEN DELETE WHEN MATCHED THEN UPDATE SET n = 7 WHEN NOT MATCHED"
	    " THEN INSERT VALUES (v.id, v.k, 0)", "1/a 2/b 9/i" },
	{ "WITH x AS (DELETE FROM decant_t_cl.two WHERE \"Odd id\" = 9"
	    " RETURNING *) INSERT INTO decant_t_cl.two SELECT 10, k, n FROM x",
	    "9/i 10/i" },
	{ "BEGIN; INSERT INTO decant_t_cl.two VALUES (20, 't', 0); ROLLBACK",
	    "(null)" },
	{ "BEGIN; INSERT INTO decant_t_cl.two VALUES (20, 't', 0); SAVEPOINT"
	    " s; INSERT INTO decant_t_cl.two VALUES (21, 'u', 0); ROLLBACK TO"
	    " s; COMMIT", "20/t" },
	{ "BEGIN; SET LOCAL decant.own = 'on'; DELETE FROM decant_t_cl.two"
	    " WHERE \"Odd id\" = 20; COMMIT", "(null)" },
	{ "BEGIN; SET LOCAL session_replication_role = replica; INSERT INTO"
	    " decant_t_cl.two VALUES (20, 't', 0); COMMIT", "20/t" },
	{ "DELETE FROM decant_t_cl.upper WHERE id = 20", "20/t" },
	{ "INSERT INTO decant_t_cl.v VALUES (30, 'v', 1)", "30/v" },
	{ "SELECT decant_t_cl.write(31)", "31/w" },
	{ "TRUNCATE decant_t_cl.two", "2/b 6/f 10/i 30/v 31/w" },
	{ "INSERT INTO decant_t_cl.upper VALUES (40); INSERT INTO"
	    " decant_t_cl.two VALUES (40, 'x', 0)", "40/x" },
	{ "TRUNCATE decant_t_cl.upper CASCADE", "40/x" },
};

static void
test_writes(void)
{
	const char *const key[] = { "Odd id", "k" };
	const struct log_table t = { "two", 1, key, 2 };
	PGconn *other = pg_open();
	size_t i;

	open_db();
	sql("CREATE SCHEMA decant_t_cl; CREATE TABLE decant_t_cl.two"
	    " (\"Odd id\" integer, k varchar(3) COLLATE \"C\", n integer,"
	    " PRIMARY KEY (\"Odd id\", k)); CREATE TABLE decant_t_cl.upper (id"
	    " integer PRIMARY KEY); INSERT INTO decant_t_cl.upper SELECT"
	    " generate_series(0, 31)");
	sql("CREATE TABLE decant_t_cl.seen (what text); CREATE FUNCTION"
	    " decant_t_cl.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	    " INSERT INTO decant_t_cl.seen VALUES (format('%s %s %s %s',"
	    " TG_NAME, TG_OP, OLD.n, NEW.n)); RETURN coalesce(NEW, OLD); END"
	    " $$");
	ok(pglog_create(&db, "decant_t_cl", &t) && pglog_create(&db,
	    "decant_t_cl", &t), "a log is made once");
	is_str(sql("SELECT string_agg(attname || ' ' || format_type(atttypid,"
	    " atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE"
	    " attrelid = 'decant.\"decant_t_cl_g1.two\"'::regclass AND attnum >"
	    " 0"), "seq bigint, at timestamp with time zone, origin integer,"
	    " k1 integer, k2 character varying(3)",
	    "with the key in its columns' types");
	ok(pglog_attach(&db, "decant_t_cl", &t) && pglog_attach(&db,
	    "decant_t_cl", &t), "and attached, also again");
	sql("ALTER TABLE decant_t_cl.two ADD FOREIGN KEY (\"Odd id\") REFERENCES"
	    " decant_t_cl.upper ON DELETE CASCADE NOT VALID; CREATE VIEW"
	    " decant_t_cl.v AS SELECT * FROM decant_t_cl.two; CREATE FUNCTION"
	    " decant_t_cl.write(id integer) RETURNS void LANGUAGE sql AS"
	    " 'INSERT INTO decant_t_cl.two VALUES (id, ''w'', 0)'");
	for (i = 0; i < COUNT(writes); i++) {
		sql_on(other, writes[i].sql);
		is_str(logged(), writes[i].keys, "%.60s", writes[i].sql);
	}
	sql("INSERT INTO decant_t_cl.upper VALUES (8), (9)");
	PQclear(PQexec(other, "COPY decant_t_cl.two FROM STDIN"));
	PQputCopyData(other, "8\tc\t0\n9\tc\t0\n", 12);
	PQputCopyEnd(other, NULL);
	while (PQgetResult(other) != NULL)
		;
	is_str(logged(), "8/c 9/c", "COPY");
	ok(pglog_detach(&db, "decant_t_cl", "two"), "detached");
	sql("DELETE FROM decant_t_cl.two");
	is_str(logged(), "(null)", "nothing is logged");
	is_str(sql("SELECT count(*) FROM pg_trigger WHERE tgrelid ="
	    " 'decant_t_cl.two'::regclass AND NOT tgisinternal"), "0",
	    "no trigger is left");
	ok(pglog_drop(&db, "decant_t_cl", &t) && pglog_drop(&db, "decant_t_cl",
	    &t), "dropped, also again");
	is_str(sql("SELECT count(*) FROM pg_class WHERE relname LIKE"
	    " 'decant\\_t\\_cl%'"), "0", "the log is gone");
	is_str(sql("SELECT count(*) FROM pg_proc WHERE proname LIKE"
	    " 'decant\\_t\\_cl%'"), "0", "its function too");
	db_close(&db);
	PQfinish(other);
}

static void
test_keyless(void)
{
	const struct log_table t = { "bare", 3, NULL, 0 };
	static const char look[] = "SELECT string_agg(op || coalesce(' ' ||"
	    " \"row\"::text, ''), '; ' ORDER BY seq) FROM"
	    " decant.\"decant_t_kl_g3.bare\"";

	open_db();
	sql("CREATE SCHEMA decant_t_kl; CREATE TABLE decant_t_kl.bare (a"
	    " integer, b numeric(10,2))");
	ok(pglog_create(&db, "decant_t_kl", &t) && pglog_attach(&db,
	    "decant_t_kl", &t), "a table without a key");
	sql("INSERT INTO decant_t_kl.bare VALUES (1, 1.50)");
	sql("UPDATE decant_t_kl.bare SET b = NULL");
	sql("DELETE FROM decant_t_kl.bare");
	sql("TRUNCATE decant_t_kl.bare");
	is_str(sql(look), "I {\"a\": 1, \"b\": 1.50}; U {\"a\": 1, \"b\":"
	    " null}; D {\"a\": 1, \"b\": null}; T", "logs whole rows");
	pglog_drop(&db, "decant_t_kl", &t);
	db_close(&db);
}

/* --- whose business it is ------------------------------------------------------ */

static void
test_rights(void)
{
	const char *const key[] = { "id" }, *const no_key[] = { "none" };
	const struct log_table t = { "person", 1, key, 1 };
	PGconn *poor;

	sql("DROP OWNED BY decant_t_poor; DROP ROLE IF EXISTS decant_t_poor");
	sql("CREATE ROLE decant_t_poor LOGIN");
	poor = PQconnectdb(arena_printf(&arena, "host='%s' port=%s dbname='%s'"
	    " user=decant_t_poor", PQhost(session), PQport(session),
	    PQdb(session)));
	if (PQstatus(poor) != CONNECTION_OK) {
		tap_skip("rights", "cannot connect as another role");
		PQfinish(poor);
		return;
	}
	open_db();
	sql("CREATE SCHEMA decant_t_ri; CREATE TABLE decant_t_ri.person (id"
	    " integer PRIMARY KEY, name text); GRANT USAGE ON SCHEMA"
	    " decant_t_ri TO decant_t_poor; GRANT ALL ON decant_t_ri.person TO"
	    " decant_t_poor");
	ok(pglog_create(&db, "decant_t_ri", &t) && pglog_attach(&db,
	    "decant_t_ri", &t), "a log");
	sql_on(poor, "CREATE TEMPORARY TABLE new_rows (id integer); SET"
	    " search_path = pg_temp, public; CREATE FUNCTION"
	    " pg_temp.to_jsonb(anyelement) RETURNS jsonb LANGUAGE sql AS"
	    " 'SELECT NULL::jsonb'");
	is_str(sql_on(poor, "INSERT INTO decant_t_ri.person VALUES (1, 'a')"),
	    "", "a role without rights on it writes");
	is_str(sql_on(poor, "UPDATE decant_t_ri.person SET name = 'b'"), "",
	    "and changes");
	is_str(sql_on(poor, "TRUNCATE decant_t_ri.person"), "",
	    "and truncates");
	is_str(sql("SELECT count(*), min(k1), max(k1) FROM"
	    " decant.\"decant_t_ri_g1.person\""), "3|1|1", "it is logged");
	is_str(sql_on(poor, "SELECT * FROM decant.\"decant_t_ri_g1.person\""),
	    "ERROR 42501", "but the role cannot read the log");
	is_str(sql("SELECT has_function_privilege('decant_t_poor',"
	    " 'decant.\"decant_t_ri_g1.person\"()', 'EXECUTE')"), "f",
	    "nor use its function");
	ok(!pglog_create(&db, "decant_t_ri", &(struct log_table){ "person", 2,
	    no_key, 1 }) && diags_have(&diags, "L041", "has no column 'none'"),
	    "a key that the table does not have");
	/* policies do not hide rows from the log */
	sql("CREATE ROLE decant_t_plain; ALTER TABLE decant_t_ri.person OWNER"
	    " TO decant_t_plain; ALTER TABLE decant_t_ri.person ENABLE ROW"
	    " LEVEL SECURITY, FORCE ROW LEVEL SECURITY; INSERT INTO"
	    " decant_t_ri.person VALUES (7, 'hidden'); TRUNCATE"
	    " decant.\"decant_t_ri_g1.person\"");
	is_str(sql_on(poor, "TRUNCATE decant_t_ri.person"), "",
	    "what a policy hides");
	is_str(sql("SELECT k1 FROM decant.\"decant_t_ri_g1.person\""), "7",
	    "is logged");
	pglog_drop(&db, "decant_t_ri", &t);
	sql("DROP TRIGGER decant_log_insert ON decant_t_ri.person");
	sql("DROP SCHEMA decant_t_ri CASCADE; DROP ROLE decant_t_plain");
	db_close(&db);
	PQfinish(poor);
	sql("DROP OWNED BY decant_t_poor; DROP ROLE decant_t_poor");
}

/* The schema is somebody else's, or cannot be made. */
static void
test_denied(void)
{
	const char *const key[] = { "id" };
	const struct log_table t = { "person", 1, key, 1 };
	const char *to = arena_printf(&arena, "host='%s' port=%s dbname='%s'"
	    " user=decant_t_poor", PQhost(session), PQport(session),
	    PQdb(session));

	sql("DROP OWNED BY decant_t_poor; DROP ROLE IF EXISTS decant_t_poor");
	sql("CREATE ROLE decant_t_poor LOGIN; CREATE SCHEMA decant_t_de"
	    " AUTHORIZATION decant_t_poor; DROP SCHEMA IF EXISTS decant"
	    " CASCADE; SET ROLE decant_t_poor; CREATE TABLE decant_t_de.person"
	    " (id integer PRIMARY KEY); RESET ROLE");
	diags_init(&diags, &arena);
	if (!db_open(&db, &arena, &diags, to, NULL)) {
		tap_skip("denied", "cannot connect as another role");
		return;
	}
	ok(!pglog_create(&db, "decant_t_de", &t) && diags_have(&diags, "L040",
	    "no right to make the change log's schema 'decant'") &&
	    strstr(diags.first->hint, "CREATE SCHEMA decant AUTHORIZATION"
	    " decant_t_poor") != NULL, "no right to make the schema");
	sql("CREATE SCHEMA decant");
	diags_init(&diags, &arena);
	ok(!pglog_create(&db, "decant_t_de", &t) && diags_have(&diags, "L040",
	    "no right to make change logs in schema 'decant'"),
	    "nor to make tables in it");
	sql("GRANT USAGE, CREATE ON SCHEMA decant TO decant_t_poor");
	ok(pglog_create(&db, "decant_t_de", &t) && pglog_attach(&db,
	    "decant_t_de", &t), "else it is made");
	db_close(&db);
	sql("DROP OWNED BY decant_t_poor CASCADE; DROP ROLE decant_t_poor;"
	    " DROP SCHEMA decant CASCADE");
}

static void
test_names(void)
{
	static const char longest[] = "a_table_name_of_sixty_three_bytes_which_"
	    "is_the_most_that_there_is";
	const char *const key[] = { "id" };
	struct log_table t = { longest, 12, key, 1 };
	const char *name;

	open_db();
	is_str(pglog_name(&arena, &db, "benefits", &(struct log_table){
	    "person", 7, key, 1 }), "benefits_g7.person", "a log's name");
	name = pglog_name(&arena, &db, "decant_t_äöü", &t);
	ok(strlen(name) <= 63 && strncmp(name, "decant_t_äöü_g12.a_t", 23) == 0,
	    "a long one is cut: %s", name);
	t.generation = 13;
	ok(strcmp(name, pglog_name(&arena, &db, "decant_t_äöü", &t)) != 0,
	    "and still its own");
	sql(arena_printf(&arena, "CREATE SCHEMA \"decant_t_äöü\"; CREATE TABLE"
	    " \"decant_t_äöü\".\"%s\" (id integer PRIMARY KEY)", longest));
	ok(pglog_create(&db, "decant_t_äöü", &t) && pglog_attach(&db,
	    "decant_t_äöü", &t), "it works");
	is_str(sql(arena_printf(&arena, "INSERT INTO \"decant_t_äöü\".\"%s\""
	    " VALUES (1); SELECT k1 FROM decant.\"%s\"", longest,
	    pglog_name(&arena, &db, "decant_t_äöü", &t))), "1", "and logs");
	pglog_detach(&db, "decant_t_äöü", longest);
	pglog_drop(&db, "decant_t_äöü", &t);
	db_close(&db);
}

/* --- publications ------------------------------------------------------------- */

/* Carries a key, as a publication's caller does. */
static enum grade
carry(void *arg)
{
	struct pub *b = arg;

	return db_exec(b->p.db, "carrying", "INSERT INTO decant_t_lp_g2.person"
	    " VALUES (99, 'carried'); INSERT INTO"
	    " decant.\"decant_t_lp_g2.person\" (origin, k1) VALUES (1, 99)") ?
	    OK : FATAL;
}

static void
set_carry(struct load *l, struct pub *b)
{
	(void)l;
	b->p.locked = carry;
	b->p.arg = b;
}

static void
test_published(void)
{
	static const char log1[] = "SELECT string_agg(k1::text, ' ' ORDER BY"
	    " seq) FROM decant.\"decant_t_lp_g1.person\"";
	static const char log2[] = "SELECT string_agg(k1 || coalesce(' from ' ||"
	    " origin, ''), ' ' ORDER BY seq) FROM"
	    " decant.\"decant_t_lp_g2.person\"";
	struct load l, l2;
	struct pub b;

	loads(load_live(&l, "decant_t_lp", &person3, 1), &l,
	    "a table is published");
	is_str(sql(log1), "(null)", "its log is there, and empty");
	sql("INSERT INTO decant_t_lp.person VALUES (4, 'Di')");
	is_str(sql(log1), "4", "and logs");
	loads(load_live_with(&l2, &b, target, "decant_t_lp", &person0, 1,
	    set_carry, NULL), &l2, "another generation");
	is_str(sql(log2), "99 from 1", "has a log, with what was carried");
	is_str(sql("SELECT * FROM decant_t_lp.person"), "99|carried",
	    "which is in the table");
	sql("INSERT INTO decant_t_lp.person VALUES (5, 'Ed'); UPDATE"
	    " decant_t_lp.person SET name = 'changed' WHERE id = 99");
	is_str(sql(log2), "99 from 1 5 99", "it logs what follows");
	is_str(sql(log1), "4", "the old one does not any more");
	is_str(sql("INSERT INTO decant_t_lp_g1.person VALUES (6, 'Flo')"),
	    "ERROR 55000", "what is put away cannot be written to");
	is_str(sql("TRUNCATE decant_t_lp_g1.person"), "ERROR 55000",
	    "in no way");
	is_str(sql("BEGIN; SET LOCAL decant.own = 'on'; UPDATE"
	    " decant_t_lp_g1.person SET name = 'own' WHERE id = 1; COMMIT;"
	    " SELECT name FROM decant_t_lp_g1.person WHERE id = 1"), "own",
	    "but by decant");
	goes(go_to(&l, &b, 1, NULL), &b, "back");
	sql("DELETE FROM decant_t_lp.person WHERE id = 4");
	is_str(sql(log1), "4 4", "the first log goes on");
	is_str(sql(log2), "99 from 1 5 99", "the second is kept");
	sql("DROP TABLE decant.\"decant_t_lp_g2.person\"");
	goes(go_to(&l2, &b, 2, NULL), &b, "and there again");
	sql("INSERT INTO decant_t_lp.person VALUES (7, 'Gus')");
	is_str(sql(log2), "7", "a log that was lost is made again");
	memset(&b, 0, sizeof b);
	diags_init(&b.diags, &arena);
	db_open(&b.db, &arena, &b.diags, target, NULL);
	db_lock(&b.db, "decant_t_lp");
	pub_set(&b, &b.db, "decant_t_lp", &l.schema, 0, 1);
	ok(pgpub_drop(&b.p), "a generation ends");
	db_close(&b.db);
	is_str(sql(log1), "ERROR 42P01", "with its log");
}

/* decant's triggers change nothing for users' own. */
static void
test_beside(void)
{
	static const char writes_there[] = "INSERT INTO %s VALUES (10, 'x');"
	    "UPDATE %s SET name = 'y' WHERE id = 10; DELETE FROM %s WHERE id ="
	    " 10; TRUNCATE %s";
	struct load l;
	const char *plain = "decant_t_be.plain", *live = "decant_t_be.person";
	const char *logged_one;

	loads(load_live(&l, "decant_t_be", &person3, 1), &l, "a table");
	sql("CREATE TABLE decant_t_be.fired (n serial, what text); CREATE"
	    " TABLE decant_t_be.plain (LIKE decant_t_be.person INCLUDING ALL);"
	    " CREATE FUNCTION decant_t_be.t() RETURNS trigger LANGUAGE plpgsql"
	    " AS $$ BEGIN INSERT INTO decant_t_be.fired (what) VALUES"
	    " (concat_ws(' ', TG_NAME, TG_WHEN, TG_OP, TG_LEVEL)); IF TG_OP ="
	    " 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;"
	    " DO $$ DECLARE t text; w text; BEGIN FOREACH t IN ARRAY '{plain,"
	    "person}'::text[] LOOP FOREACH w IN ARRAY '{BEFORE,AFTER}'::text[]"
	    " LOOP EXECUTE format('CREATE TRIGGER a_%s %s INSERT OR UPDATE OR"
	    " DELETE ON decant_t_be.%I FOR EACH ROW EXECUTE FUNCTION"
	    " decant_t_be.t()', w, w, t); EXECUTE format('CREATE TRIGGER z_%s"
	    " %s INSERT OR UPDATE OR DELETE OR TRUNCATE ON decant_t_be.%I"
	    " EXECUTE FUNCTION decant_t_be.t()', w, w, t); END LOOP; END LOOP;"
	    " END $$");
	sql(arena_printf(&arena, writes_there, plain, plain, plain, plain));
	logged_one = arena_strdup(&arena, sql("SELECT string_agg(what, ', '"
	    " ORDER BY n) FROM decant_t_be.fired"));
	ok(strlen(logged_one) > 100, "users' triggers fire");
	sql("TRUNCATE decant_t_be.fired");
	sql(arena_printf(&arena, writes_there, live, live, live, live));
	is_str(sql("SELECT string_agg(what, ', ' ORDER BY n) FROM"
	    " decant_t_be.fired"), logged_one, "as they would without a log");
}

int
main(void)
{
	pg_begin();
	test_denied();
	test_writes();
	test_keyless();
	test_rights();
	test_names();
	test_published();
	test_beside();
	sql("DROP SCHEMA decant CASCADE");
	return pg_end();
}
