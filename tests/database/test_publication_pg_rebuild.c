/*
 * Objects outside the live schema that depend on its tables are made again
 * when a publication is told to; replicated tables; what a dry run says; the
 * end of a generation.
 */
#include "database/pub_fixture.h"

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "2", "Bob", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };

static void
rebuild(struct load *l, struct pub *b)
{
	(void)l;
	b->p.rebuild_dependents = true;
}

static const char *const outside[] = {
	"CREATE VIEW decant_t_w.v WITH (security_barrier) AS SELECT id AS n,"
	    " name FROM decant_t_r.person; GRANT SELECT ON decant_t_w.v TO"
	    " PUBLIC; COMMENT ON COLUMN decant_t_w.v.n IS 'a number'",
	"CREATE VIEW decant_t_w.nested AS SELECT count(*) FROM decant_t_w.v",
	"CREATE MATERIALIZED VIEW decant_t_w.m WITH (fillfactor = 90) AS SELECT"
	    " id, upper(name) AS loud FROM decant_t_r.person; CREATE UNIQUE"
	    " INDEX m_id ON decant_t_w.m (id); CREATE INDEX person_pkey ON"
	    " decant_t_w.m (loud) WHERE id > 0; ALTER MATERIALIZED VIEW"
	    " decant_t_w.m CLUSTER ON m_id; COMMENT ON MATERIALIZED VIEW"
	    " decant_t_w.m IS 'loud'; COMMENT ON INDEX decant_t_w.m_id IS"
	    " 'key'; GRANT SELECT, INSERT ON decant_t_w.m TO PUBLIC; ALTER"
	    " MATERIALIZED VIEW decant_t_w.m ALTER loud SET STATISTICS 7",
	"CREATE MATERIALIZED VIEW decant_t_w.empty AS SELECT name FROM"
	    " decant_t_r.person WITH NO DATA",
	/* the same name as a table's, in another schema */
	"CREATE MATERIALIZED VIEW decant_t_w.person AS SELECT max(id) FROM"
	    " decant_t_r.person",
	"CREATE VIEW decant_t_w.over AS SELECT string_agg(loud, ' ' ORDER BY"
	    " id) AS all FROM decant_t_w.m",
	"CREATE FUNCTION decant_t_w.f() RETURNS bigint LANGUAGE sql BEGIN"
	    " ATOMIC SELECT count(*) FROM decant_t_r.person; END",
	"CREATE PROCEDURE decant_t_w.p(n text) LANGUAGE sql BEGIN ATOMIC UPDATE"
	    " decant_t_r.person SET name = n WHERE id = 2; END",
	"CREATE FUNCTION decant_t_w.g(p decant_t_r.person) RETURNS SETOF"
	    " decant_t_r.person LANGUAGE plpgsql AS 'BEGIN RETURN NEXT p;"
	    " END'; GRANT EXECUTE ON FUNCTION decant_t_w.g TO PUBLIC; COMMENT"
	    " ON FUNCTION decant_t_w.g IS 'itself'",
	"CREATE TABLE decant_t_w.mail (p integer CONSTRAINT to_person"
	    " REFERENCES decant_t_r.person ON DELETE CASCADE); INSERT INTO"
	    " decant_t_w.mail VALUES (2); COMMENT ON CONSTRAINT to_person ON"
	    " decant_t_w.mail IS 'a letter'; ALTER TABLE decant_t_w.mail ADD"
	    " CONSTRAINT loose FOREIGN KEY (p) REFERENCES decant_t_r.person ON"
	    " DELETE CASCADE NOT VALID",
	"CREATE TABLE decant_t_w.inbox (id integer, name text); CREATE RULE"
	    " onward AS ON INSERT TO decant_t_w.inbox DO ALSO INSERT INTO"
	    " decant_t_r.person VALUES (NEW.id, NEW.name)",
	"CREATE POLICY known ON decant_t_w.inbox USING (EXISTS (SELECT FROM"
	    " decant_t_r.person WHERE person.id = inbox.id)) WITH CHECK (id >"
	    " (SELECT min(id) FROM decant_t_r.person))",
};

static void
test_rebuild(void)
{
	static const char look[] = "SELECT (SELECT count FROM"
	    " decant_t_w.nested), (SELECT string_agg(loud, ' ' ORDER BY id)"
	    " FROM decant_t_w.m), (SELECT \"all\" FROM decant_t_w.over),"
	    " decant_t_w.f(), (SELECT max FROM decant_t_w.person)";
	struct load l, l2;
	struct pub b;
	const char *dump;
	size_t i;
	bool good;

	loads(load_live(&l, "decant_t_r", &person3, 1), &l, "a table");
	sql("CREATE SCHEMA decant_t_w");
	for (i = 0; i < COUNT(outside); i++)
		is_str(sql(outside[i]), "", "%.60s…", outside[i]);
	is_str(sql(look), "3|ANN BOB CY|ANN BOB CY|3|3", "it shows the rows");
	dump = dump_of("-n decant_t_r -n decant_t_w");
	good = load_live(&l2, "decant_t_r", &person2, 1);
	ok(!good && l2.diags.errors == 12, "all of it is named (%u)",
	    l2.diags.errors);
	loads(load_live_with(&l2, &b, target, "decant_t_r", &person2, 1,
	    rebuild, NULL), &l2, "or rebuilt when told to");
	is_str(sql(look), "2|BOB HAL|BOB HAL|2|8", "it shows the new rows");
	ok(same_text(dump_of("-n decant_t_r -n decant_t_w"), dump),
	    "all that it was it is");
	is_str(sql("SELECT convalidated FROM pg_constraint WHERE conname IN"
	    " ('to_person', 'loose') ORDER BY conname"), "f\nt",
	    "the foreign key is looked at");
	is_str(sql("INSERT INTO decant_t_w.inbox VALUES (5, 'Eve'); SELECT"
	    " count(*) FROM decant_t_r.person"), "3",
	    "the rule writes to the new table");
	is_str(sql("CALL decant_t_w.p('Rob')"), "", "functions work");
	is_str(sql("SELECT count(*) FROM decant_t_r.person p, LATERAL"
	    " decant_t_w.g(p) q WHERE q = p AND p.id = 2 AND q.name ="
	    " 'Rob'"), "1", "on its rows");
	is_str(sql("DELETE FROM decant_t_r.person WHERE id = 2; SELECT count(*)"
	    " FROM decant_t_w.mail"), "0", "the foreign key too");
	goes(go_to(&l, &b, 1, rebuild), &b, "and back");
	is_str(sql(look), "3|ANN BOB CY|ANN BOB CY|3|3", "to the old rows");
	ok(same_text(dump_of("-n decant_t_r -n decant_t_w"), dump),
	    "all that it was it is");
	is_str(sql("SELECT count(*) FROM pg_class WHERE relname LIKE"
	    " 'decant\\_view%'"), "0", "nothing is left over");
	sql("CREATE TEMPORARY VIEW tv AS SELECT * FROM decant_t_r.person");
	good = load_live_with(&l2, &b, target, "decant_t_r", &person2, 1,
	    rebuild, NULL);
	ok(!good && load_failed(&l2, "T059", "view pg_temp_"),
	    "a temporary view is beyond us");
	sql("DROP VIEW tv");
}

static const char *late_sql;

static void
make_late(struct pub *b)
{
	(void)b;
	sql(late_sql);
}

/* What could only be seen after the publication. */
static void
test_after(void)
{
	struct load l;
	struct pub b;

	loads(load_live(&l, "decant_t_a", &person3, 1), &l, "a table");
	sql("CREATE TABLE decant_t_a.mail (p integer CONSTRAINT to_person"
	    " REFERENCES decant_t_a.person)");
	late_sql = "INSERT INTO decant_t_a.mail VALUES (1)";
	loads(load_live_with(&l, &b, target, "decant_t_a", &person2, 1, NULL,
	    make_late), &l, "a row that refers to none comes too late");
	ok(diags_have(&l.diags, "T074", "looking at the rows of foreign key"
	    " 'to_person'") && l.diags.errors == 0, "and is told");
	is_str(sql("SELECT convalidated FROM pg_constraint WHERE conrelid ="
	    " 'decant_t_a.mail'::regclass"), "f", "the key holds for what follows");
	is_str(sql("INSERT INTO decant_t_a.mail VALUES (1)"), "ERROR 23503",
	    "indeed");
}

static void
resync(struct load *l, struct pub *b)
{
	(void)l;
	b->p.resync = true;
}

static void
test_replicated(void)
{
	static const char look[] = "SELECT string_agg(format('%s %s.%s %s %s',"
	    " pubname, schemaname, tablename, attnames, rowfilter), ', ' ORDER"
	    " BY pubname) FROM pg_publication_tables WHERE pubname LIKE"
	    " 'decant%'";
	struct load l;
	struct pub b;
	const char *before;

	loads(load_live(&l, "decant_t_p", &person3, 1), &l, "a table");
	sql("CREATE PUBLICATION decant_t_one FOR TABLE decant_t_p.person (id)"
	    " WHERE (id > 1); CREATE PUBLICATION decant_t_two FOR TABLES IN"
	    " SCHEMA decant_t_p; CREATE PUBLICATION decant_t_three FOR TABLE"
	    " decant_t_p.person");
	before = arena_strdup(&arena, sql(look));
	ok(!load_live(&l, "decant_t_p", &person2, 1) && l.diags.errors == 3 &&
	    diags_have(&l.diags, "T076", "publication 'decant_t_one'"),
	    "replicated tables are refused");
	loads(load_live_with(&l, &b, target, "decant_t_p", &person2, 1, resync,
	    NULL), &l, "unless asked for");
	is_str(sql(look), before, "the new table is published, and no other");
	ok(diags_have(&l.diags, "T077", "publication 'decant_t_one' sends the"
	    " new table 'decant_t_p.person'"), "what is to be done is told");
	sql("DROP PUBLICATION decant_t_one, decant_t_two, decant_t_three");
}

/* --- a dry run ---------------------------------------------------------------- */

static struct buf dry;

static void
dry_first(struct load *l, struct pub *b)
{
	(void)l;
	b->p.rebuild_dependents = true;
	b->p.dry = &dry;
	buf_clear(&dry);
}

/* What it says it would do does it. */
static void
test_dry(void)
{
	struct load l, l2;
	struct pub b;
	const char *dump, *psql;
	FILE *out;
	size_t i;
	bool good;

	buf_init(&dry, 1 << 24);
	sql("DROP SCHEMA IF EXISTS decant_t_w, decant_t_r, decant_t_r_g1,"
	    " decant_t_r_g2 CASCADE; CREATE SCHEMA decant_t_w");
	*dataset_of("decant_t_r") = (struct dataset_of){ "decant_t_r", 0, 0 };
	loads(load_live(&l, "decant_t_r", &person3, 1), &l, "a table");
	for (i = 0; i < COUNT(outside); i++)
		sql(outside[i]);
	sql("CREATE INDEX named ON decant_t_r.person (name)");
	dump = dump_of("-n 'decant_t_*'");
	diags_init(&b.diags, &arena);
	db_open(&b.db, &arena, &b.diags, target, NULL);
	pub_set(&b, &b.db, "decant_t_r", &l.schema, 1, 2);
	dry_first(NULL, &b);
	ok(pgpub_check(&b.p) && pgpub_prepare(&b.p) && pgpub_run(&b.p) == OK,
	    "a dry run before anything is staged");
	ok(strstr(dry.p, "LOCK TABLE decant_t_r.person, decant_t_w.inbox,"
	    " decant_t_w.mail, decant_t_r_g2.person IN ACCESS EXCLUSIVE MODE;")
	    != NULL, "tells the locks");
	ok(strstr(dry.p, "\nALTER TABLE decant_t_r.person SET SCHEMA"
	    " decant_t_r_g1;\nALTER TABLE decant_t_r_g2.person SET SCHEMA"
	    " decant_t_r;\n") != NULL, "and the moves");
	db_close(&b.db);
	ok(same_text(dump_of("-n 'decant_t_*'"), dump), "and does nothing");

	generation = dataset_of("decant_t_r")->last = 2;
	good = load_run(&l2, "decant_t_r", &person2, 1);
	dump = dump_of("-n 'decant_t_*'");
	diags_init(&b.diags, &arena);
	db_open(&b.db, &arena, &b.diags, target, NULL);
	pub_set(&b, &b.db, "decant_t_r", &l.schema, 1, 2);
	dry_first(NULL, &b);
	ok(good && pgpub_check(&b.p) && pgpub_prepare(&b.p) &&
	    pgpub_run(&b.p) == OK, "a dry run of what is staged");
	db_close(&b.db);
	ok(same_text(dump_of("-n 'decant_t_*'"), dump), "does nothing");
	dump = dump_of("-n decant_t_r -n decant_t_w");
	out = fopen("dry.sql", "w");
	fputs(dry.p, out);
	fclose(out);
	psql = arena_printf(&arena, "psql -X -q -v ON_ERROR_STOP=1 -f dry.sql"
	    " '%s' > dry.out 2>&1", target);
	ok(system(psql) == 0, "psql runs its statements");
	ok(same_text(dump_of("-n decant_t_r -n decant_t_w"), dump),
	    "all that stood on the tables stands on them");
	is_str(sql("SELECT string_agg(name, ' ') FROM decant_t_r.person"),
	    "Bob Hal", "and the new rows are live");
	is_str(sql("SELECT string_agg(name, ' ') FROM decant_t_r_g1.person"),
	    "Ann Bob Cy", "the old ones put away");
	dataset_of("decant_t_r")->live = 2;
	goes(go_to(&l, &b, 1, rebuild), &b, "from which decant goes back");
	buf_fini(&dry);
}

/* --- the end ------------------------------------------------------------------- */

static bool
drop(struct load *l, struct pub *b, uint32_t n, struct buf *dry_run_of)
{
	bool good;

	memset(b, 0, sizeof *b);
	diags_init(&b->diags, &arena);
	db_open(&b->db, &arena, &b->diags, target, NULL);
	pub_set(b, &b->db, l->stage.schema, &l->schema, 0, n);
	b->p.dry = dry_run_of;
	good = db_lock(&b->db, l->stage.schema) && pgpub_drop(&b->p);
	db_close(&b->db);
	return good;
}

static void
test_drop(void)
{
	PGconn *other = pg_open();
	struct load l;
	struct pub b;

	load_live(&l, "decant_t_d", &person3, 1);
	loads(load_live(&l, "decant_t_d", &person2, 1), &l, "two generations");
	buf_init(&dry, 1 << 20);
	goes(drop(&l, &b, 1, &dry), &b, "a dry run of dropping one");
	ok(strstr(dry.p, "DROP TABLE decant_t_d_g1.person;\n") != NULL,
	    "tells the statement");
	buf_fini(&dry);
	sql_on(other, "BEGIN; SELECT * FROM decant_t_d_g1.person");
	ok(!drop(&l, &b, 1, NULL) && diags_have(&b.diags, "T062",
	    "is in use by"), "a table that is read is not dropped");
	sql_on(other, "COMMIT");
	sql("CREATE VIEW decant_t_d.old AS SELECT * FROM"
	    " decant_t_d_g1.person");
	ok(!drop(&l, &b, 1, NULL) && diags_have(&b.diags, "T059",
	    "cannot drop table"), "nor one that something depends on");
	sql("DROP VIEW decant_t_d.old");
	goes(drop(&l, &b, 1, NULL), &b, "else it is");
	is_str(sql("SELECT to_regnamespace('decant_t_d_g1'), (SELECT count(*)"
	    " FROM decant_t_d.person)"), "(null)|2",
	    "with its schema, and the live one stays");
	PQfinish(other);
}

int
main(void)
{
	pg_begin();
	test_rebuild();
	test_after();
	test_replicated();
	test_dry();
	test_drop();
	return pg_end();
}
