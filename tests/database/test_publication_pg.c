/*
 * Publications in PostgreSQL: tables become live and are put away, there and
 * back, and what stood on them stays; pg_dump is the oracle.  What forbids
 * one is refused by name, and nothing has changed then.
 */
#include "database/pub_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };
static const struct sample person0 = { PERSON, people, 0 };

/* --- there and back --------------------------------------------------------- */

static void
test_replace(void)
{
	struct load l;
	struct pub b;

	loads(load_live(&l, "decant_t_re", &person3, 1), &l, "a first generation");
	is_str(sql("SELECT * FROM decant_t_re.person ORDER BY 1"),
	    "1|Ann\n2|Bob\n3|Cy", "is live");
	is_str(sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE"
	    " 'decant\\_t\\_re\\_%'"), "", "and its schema gone");
	loads(load_live(&l, "decant_t_re", &person2, 1), &l, "a second one");
	is_str(sql("SELECT * FROM decant_t_re.person ORDER BY 1"),
	    "7|Gus\n8|Hal", "replaces it");
	is_str(sql("SELECT * FROM decant_t_re_g1.person ORDER BY 1"),
	    "1|Ann\n2|Bob\n3|Cy", "which is put away");
	is_str(sql("SELECT obj_description('decant_t_re_g1'::regnamespace)"),
	    "decant generation 1 of schema decant_t_re", "by its number");
	goes(go_to(&l, &b, 1, NULL), &b, "back");
	is_str(sql("SELECT * FROM decant_t_re.person ORDER BY 1"),
	    "1|Ann\n2|Bob\n3|Cy", "to the first");
	is_str(sql("SELECT * FROM decant_t_re_g2.person ORDER BY 1"),
	    "7|Gus\n8|Hal", "the second is put away");
	goes(go_to(&l, &b, 2, NULL), &b, "and there again");
	is_str(sql("SELECT count(*) FROM decant_t_re.person"), "2", "is live");
	ok(load_live(&l, "decant_t_re", &person0, 1) && strcmp(
	    sql("SELECT count(*) FROM decant_t_re.person"), "0") == 0,
	    "no rows make an empty table");
	sql("CREATE TABLE decant_t_re.other AS SELECT 1 AS a");
	ok(load_live(&l, "decant_t_re", &person3, 1), "one more");
	is_str(sql("SELECT a FROM decant_t_re.other"), "1",
	    "leaves other tables of the schema");
	is_str(sql("SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM"
	    " pg_namespace WHERE nspname LIKE 'decant\\_t\\_re\\_%'"),
	    "decant_t_re_g1 decant_t_re_g2 decant_t_re_g3",
	    "all are kept");
}

/* --- what stands on the tables ---------------------------------------------- */

static const char *const staff[] = {
	"1", "Ann", "30", "a note", "2", "Bob", "40", NULL,
	"3", "Cy", "50", "c",
};
static const char *const staff2[] = {
	"3", "Cy", "51", "c", "4", "Di", "60", "d", "5", "Eve", NULL, NULL,
	"6", "Flo", "20", "f",
};
static const char *const phones[] = { "1", "1", "555", "1", "2", "556",
	"3", "1", "557" };
static const char *const phones2[] = { "3", "1", "557", "6", "1", "558" };
#define STAFF	"staff", { "id integer key", "name text not null",	\
		    "age integer", "note text" }
#define PHONE	"phone", { "id integer key", "seq integer key",		\
		    "number varchar(20)" }
static const struct sample first[] = { { STAFF, staff, 3 },
	{ PHONE, phones, 3 } };
static const struct sample second[] = { { STAFF, staff2, 4 },
	{ PHONE, phones2, 2 } };
static const uint32_t id_column[] = { 0 }, number_column[] = { 2 };
static struct schema_constraint made[] = {
	{ .kind = CONSTRAINT_FOREIGN, .name = "phone_of", .table = 1,
	    .column = id_column, .ncolumn = 1, .to_table = 0,
	    .to = id_column },
	{ .kind = CONSTRAINT_INDEX, .name = "phone_number", .table = 1,
	    .column = number_column, .ncolumn = 1 },
};

/* Roles cannot be in a schema, and so are dropped by name. */
static bool
make_roles(void)
{
	sql("DROP OWNED BY decant_t_owner, decant_t_reader");
	sql("DROP ROLE IF EXISTS decant_t_owner");
	sql("DROP ROLE IF EXISTS decant_t_reader");
	return strcmp(sql("CREATE ROLE decant_t_owner; CREATE ROLE"
	    " decant_t_reader; GRANT decant_t_owner TO CURRENT_USER"), "") == 0;
}

static void
drop_roles(void)
{
	pg_clean();
	sql("DROP OWNED BY decant_t_owner, decant_t_reader");
	sql("DROP ROLE decant_t_owner; DROP ROLE decant_t_reader");
}

/* Statements of what users do to live tables; each is one property. */
static const char *const adorn[] = {
	/* owner and grants */
	"GRANT USAGE, CREATE ON SCHEMA decant_t_x TO decant_t_owner",
	"ALTER TABLE decant_t_x.staff OWNER TO decant_t_owner",
	"GRANT SELECT, INSERT ON decant_t_x.staff TO decant_t_reader WITH GRANT"
	    " OPTION",
	"GRANT SELECT ON decant_t_x.staff TO PUBLIC",
	"GRANT UPDATE (name, age), REFERENCES (id) ON decant_t_x.staff TO"
	    " decant_t_reader",
	"REVOKE TRUNCATE ON decant_t_x.staff FROM decant_t_owner",
	"GRANT SELECT (number) ON decant_t_x.phone TO decant_t_reader",
	/* comments */
	"COMMENT ON TABLE decant_t_x.staff IS 'it''s people'",
	"COMMENT ON COLUMN decant_t_x.staff.name IS 'as \\ said'",
	/* options */
	"ALTER TABLE decant_t_x.staff SET (fillfactor = 70,"
	    " autovacuum_vacuum_scale_factor = 0.1,"
	    " toast.autovacuum_enabled = false)",
	"ALTER TABLE decant_t_x.staff ALTER name SET STATISTICS 500,"
	    " ALTER age SET (n_distinct = -0.5)",
	"ALTER TABLE decant_t_x.staff ALTER note SET STORAGE EXTERNAL,"
	    " ALTER name SET COMPRESSION pglz",
	/* defaults, sequences, identity */
	"ALTER TABLE decant_t_x.staff ALTER age SET DEFAULT 18 + 1",
	"CREATE SEQUENCE decant_t_x.staff_id_seq; ALTER SEQUENCE"
	    " decant_t_x.staff_id_seq OWNER TO decant_t_owner; ALTER SEQUENCE"
	    " decant_t_x.staff_id_seq OWNED BY decant_t_x.staff.id; ALTER TABLE decant_t_x.staff ALTER id SET DEFAULT"
	    " nextval('decant_t_x.staff_id_seq')",
	"ALTER TABLE decant_t_x.phone ALTER seq ADD GENERATED BY DEFAULT AS"
	    " IDENTITY (SEQUENCE NAME decant_t_x.phone_numbers START 7"
	    " INCREMENT 5 MAXVALUE 99999 CYCLE CACHE 2)",
	"GRANT USAGE ON SEQUENCE decant_t_x.phone_numbers TO decant_t_reader",
	/* indexes */
	"CREATE INDEX staff_name ON decant_t_x.staff (lower(name) DESC) WHERE"
	    " id > 1",
	"CREATE UNIQUE INDEX \"Odd One\" ON decant_t_x.staff (name, id) INCLUDE"
	    " (age)",
	"CREATE INDEX staff_note ON decant_t_x.staff USING hash (note) WITH"
	    " (fillfactor = 60)",
	"COMMENT ON INDEX decant_t_x.staff_name IS 'by name'",
	"ALTER INDEX decant_t_x.staff_name ALTER COLUMN 1 SET STATISTICS 77",
	"ALTER TABLE decant_t_x.staff CLUSTER ON \"Odd One\"",
	/* constraints */
	"ALTER TABLE decant_t_x.staff ADD CONSTRAINT grown CHECK (age > 0),"
	    " ADD CONSTRAINT short CHECK (length(name) < 80) NOT VALID,"
	    " ADD CONSTRAINT staff_once UNIQUE (name) WITH (fillfactor = 55)"
	    " DEFERRABLE INITIALLY DEFERRED",
	"ALTER TABLE decant_t_x.staff ADD CONSTRAINT apart EXCLUDE USING btree"
	    " (id WITH =, name WITH =)",
	"COMMENT ON CONSTRAINT grown ON decant_t_x.staff IS 'no babies'",
	/* foreign keys: within, to oneself, to another table */
	"CREATE TABLE decant_t_x.country (code text PRIMARY KEY); INSERT INTO"
	    " decant_t_x.country VALUES ('a note'), ('c'), ('d'), ('f')",
	"ALTER TABLE decant_t_x.staff ADD CONSTRAINT from_there FOREIGN KEY"
	    " (note) REFERENCES decant_t_x.country ON UPDATE CASCADE",
	"COMMENT ON CONSTRAINT from_there ON decant_t_x.staff IS 'of a land'",
	"ALTER TABLE decant_t_x.phone ADD CONSTRAINT owned FOREIGN KEY (id)"
	    " REFERENCES decant_t_x.staff (id) ON DELETE CASCADE",
	"ALTER TABLE decant_t_x.staff ADD CONSTRAINT selfish FOREIGN KEY (id)"
	    " REFERENCES decant_t_x.staff (id) NOT VALID",
	/* statistics */
	"CREATE STATISTICS decant_t_x.staff_st (dependencies, mcv) ON name, age"
	    " FROM decant_t_x.staff",
	"ALTER STATISTICS decant_t_x.staff_st SET STATISTICS 33",
	"CREATE STATISTICS decant_t_y.staff_ex ON (id + age), (age * 2) FROM"
	    " decant_t_x.staff",
	"COMMENT ON STATISTICS decant_t_x.staff_st IS 'they vary'",
	/* row level security */
	"CREATE POLICY mine ON decant_t_x.staff AS RESTRICTIVE FOR UPDATE TO"
	    " decant_t_reader, decant_t_owner USING (name = current_user) WITH"
	    " CHECK (age < 99)",
	"CREATE POLICY theirs ON decant_t_x.staff USING (EXISTS (SELECT FROM"
	    " decant_t_x.phone WHERE phone.id = staff.id))",
	"COMMENT ON POLICY mine ON decant_t_x.staff IS 'own rows'",
	"ALTER TABLE decant_t_x.staff ENABLE ROW LEVEL SECURITY, FORCE ROW"
	    " LEVEL SECURITY",
	"ALTER TABLE decant_t_x.phone FORCE ROW LEVEL SECURITY",
	/* triggers and rules */
	"CREATE TABLE decant_t_y.fired (what text)",
	"CREATE FUNCTION decant_t_y.t() RETURNS trigger LANGUAGE plpgsql AS $$"
	    " BEGIN INSERT INTO decant_t_y.fired VALUES (TG_NAME || ' ' ||"
	    " TG_OP); RETURN NULL; END $$",
	"CREATE TRIGGER audit AFTER INSERT OR UPDATE OF name ON"
	    " decant_t_x.staff FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION"
	    " decant_t_y.t('x', 'y')",
	"CREATE TRIGGER sum AFTER DELETE ON decant_t_x.staff REFERENCING OLD"
	    " TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION decant_t_y.t()",
	"CREATE CONSTRAINT TRIGGER late AFTER INSERT ON decant_t_x.phone"
	    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"
	    " decant_t_y.t()",
	"CREATE TRIGGER off BEFORE UPDATE ON decant_t_x.phone EXECUTE FUNCTION"
	    " decant_t_y.t()",
	"CREATE TRIGGER always AFTER TRUNCATE ON decant_t_x.phone EXECUTE"
	    " FUNCTION decant_t_y.t()",
	"CREATE TRIGGER replica AFTER INSERT ON decant_t_x.phone EXECUTE"
	    " FUNCTION decant_t_y.t()",
	"ALTER TABLE decant_t_x.phone DISABLE TRIGGER off, ENABLE ALWAYS"
	    " TRIGGER always, ENABLE REPLICA TRIGGER replica",
	"COMMENT ON TRIGGER audit ON decant_t_x.staff IS 'who did it'",
	"CREATE RULE noted AS ON DELETE TO decant_t_x.phone WHERE OLD.seq > 99"
	    " DO ALSO INSERT INTO decant_t_y.fired VALUES ('rule')",
	"CREATE RULE quiet AS ON DELETE TO decant_t_x.phone DO ALSO NOTHING;"
	    " ALTER TABLE decant_t_x.phone DISABLE RULE quiet",
	"COMMENT ON RULE noted ON decant_t_x.phone IS 'so be it'",
	/* replication */
	"ALTER TABLE decant_t_x.phone REPLICA IDENTITY FULL",
	"ALTER TABLE decant_t_x.staff REPLICA IDENTITY USING INDEX staff_pkey",
	/* what depends on them, inside */
	"CREATE VIEW decant_t_x.adult WITH (security_barrier, check_option ="
	    " local) AS SELECT * FROM decant_t_x.staff WHERE age > 20",
	"ALTER VIEW decant_t_x.adult RENAME COLUMN note TO remark; ALTER VIEW"
	    " decant_t_x.adult ALTER age SET DEFAULT 21; COMMENT ON COLUMN"
	    " decant_t_x.adult.remark IS 'renamed'; GRANT SELECT ON"
	    " decant_t_x.adult TO decant_t_reader",
	"CREATE VIEW decant_t_x.upon AS SELECT a.name, count(*) FROM"
	    " decant_t_x.adult a JOIN decant_t_x.phone USING (id) GROUP BY 1",
	"CREATE RULE through AS ON DELETE TO decant_t_x.upon DO INSTEAD DELETE"
	    " FROM decant_t_x.staff WHERE name = OLD.name",
	"CREATE MATERIALIZED VIEW decant_t_x.counts AS SELECT id, count(*) AS n"
	    " FROM decant_t_x.phone GROUP BY id; CREATE UNIQUE INDEX counts_id"
	    " ON decant_t_x.counts (id); COMMENT ON MATERIALIZED VIEW"
	    " decant_t_x.counts IS 'many'; GRANT SELECT ON decant_t_x.counts TO"
	    " decant_t_reader; ALTER MATERIALIZED VIEW decant_t_x.counts SET"
	    " (fillfactor = 80)",
	"CREATE VIEW decant_t_x.over AS SELECT sum(n) FROM decant_t_x.counts",
	"CREATE FUNCTION decant_t_x.oldest() RETURNS integer LANGUAGE sql BEGIN"
	    " ATOMIC SELECT max(age) FROM decant_t_x.staff; END",
	"CREATE FUNCTION decant_t_x.whole(decant_t_x.staff) RETURNS"
	    " decant_t_x.staff[] LANGUAGE sql AS 'SELECT ARRAY[$1]'; REVOKE ALL"
	    " ON FUNCTION decant_t_x.whole FROM PUBLIC; GRANT EXECUTE ON"
	    " FUNCTION decant_t_x.whole TO decant_t_reader; COMMENT ON FUNCTION"
	    " decant_t_x.whole IS 'a row'",
	/* another table of the schema that leads to them */
	"CREATE TABLE decant_t_x.desk (staff integer CONSTRAINT sits REFERENCES"
	    " decant_t_x.staff ON DELETE SET NULL, n integer); INSERT INTO"
	    " decant_t_x.desk VALUES (3, 1); COMMENT ON CONSTRAINT sits ON"
	    " decant_t_x.desk IS 'somebody'",
	"CREATE POLICY seated ON decant_t_x.desk USING (EXISTS (SELECT FROM"
	    " decant_t_x.staff WHERE staff.id = desk.staff))",
};

static void
test_carried(void)
{
	const char *before, *who = "SELECT string_agg(id || name, ' ' ORDER BY"
	    " id) FROM decant_t_x.staff";
	struct load l, l2;
	struct pub b;
	size_t i;

	if (!make_roles()) {
		tap_skip("what is carried", "no right to make roles");
		return;
	}
	constraint = made;
	nconstraint = 2;
	sql("CREATE SCHEMA decant_t_y");
	loads(load_live(&l, "decant_t_x", first, 2), &l, "two tables");
	for (i = 0; i < COUNT(adorn); i++)
		is_str(sql(adorn[i]), "", "%.60s …", adorn[i]);
	sql("SELECT setval('decant_t_x.staff_id_seq', 41);"
	    " SELECT nextval('decant_t_x.phone_numbers')");
	before = dump_of("-n decant_t_x -n decant_t_y");
	ok(strstr(before, "CREATE POLICY theirs") != NULL,
	    "pg_dump shows all of it");
	loads(load_live(&l2, "decant_t_x", second, 2), &l2,
	    "another generation is published");
	is_str(sql(who), "3Cy 4Di 5Eve 6Flo", "with its rows");
	ok(same_text(dump_of("-n decant_t_x -n decant_t_y"), before),
	    "all that stood on the tables stands on them");
	is_str(sql("SELECT last_value, is_called FROM decant_t_x.staff_id_seq"
	    " UNION ALL SELECT last_value, is_called FROM"
	    " decant_t_x.phone_numbers"), "41|t\n12|t",
	    "sequences go on where they were");
	is_str(sql("SELECT age, n, decant_t_x.oldest() FROM decant_t_x.upon u,"
	    " decant_t_x.counts, decant_t_x.staff WHERE u.name = staff.name AND"
	    " counts.id = staff.id"), "51|1|60", "views show the new rows");
	is_str(sql("SELECT string_agg(conname, ' ' ORDER BY conname) FROM"
	    " pg_constraint WHERE connamespace = 'decant_t_x'::regnamespace AND"
	    " NOT convalidated"), "selfish short", "only what was not valid is"
	    " not");
	is_str(sql("SELECT count(*) FROM decant_t_y.fired"), "0",
	    "no trigger has fired");
	is_str(sql("INSERT INTO decant_t_x.staff (name, note) VALUES ('Kim',"
	    " 'f') RETURNING id, age"), "42|19", "defaults work");
	is_str(sql("SELECT what FROM decant_t_y.fired"), "audit INSERT",
	    "triggers too");
	is_str(sql("INSERT INTO decant_t_x.staff (name, age) VALUES ('No',"
	    " -1)"), "ERROR 23514", "and checks");
	is_str(sql("UPDATE decant_t_x.country SET code = 'g' WHERE code = 'f';"
	    " SELECT count(*) FROM decant_t_x.staff WHERE note = 'g'"), "2",
	    "and foreign keys to another table");
	is_str(sql("DELETE FROM decant_t_x.country WHERE code = 'a note'"), "",
	    "which what is put away does not hold");
	sql("INSERT INTO decant_t_x.country VALUES ('a note'), ('f')");
	is_str(sql("DELETE FROM decant_t_x.phone WHERE id = 3; DELETE FROM"
	    " decant_t_x.staff WHERE id = 3; SELECT staff FROM"
	    " decant_t_x.desk"), "(null)", "and from another");
	is_str(sql("SELECT array_agg(DISTINCT c.relname) FROM pg_depend d JOIN"
	    " pg_class c ON c.oid = refobjid WHERE classid ="
	    " 'pg_rewrite'::regclass AND relnamespace ="
	    " 'decant_t_x_g1'::regnamespace"), "(null)",
	    "nothing depends on what is put away");

	/* changed while the second is live */
	sql("COMMENT ON TABLE decant_t_x.staff IS 'new words'; DROP TRIGGER"
	    " audit ON decant_t_x.staff; DROP POLICY mine ON decant_t_x.staff;"
	    " DROP INDEX decant_t_x.staff_note; ALTER TABLE decant_t_x.staff"
	    " DROP CONSTRAINT grown, ALTER age DROP DEFAULT, RESET"
	    " (autovacuum_vacuum_scale_factor), ALTER age RESET (n_distinct);"
	    " REVOKE ALL ON decant_t_x.staff FROM decant_t_reader; ALTER INDEX"
	    " decant_t_x.staff_name RENAME TO staff_by_name; DROP STATISTICS"
	    " decant_t_x.staff_st; ALTER TABLE decant_t_x.staff ADD CONSTRAINT"
	    " grown CHECK (age >= 10), SET WITHOUT CLUSTER; DROP INDEX"
	    " decant_t_x.\"Odd One\"; CREATE INDEX \"Odd One\" ON"
	    " decant_t_x.staff (name); UPDATE decant_t_x.desk SET staff = 6");
	sql("UPDATE decant_t_x.desk SET staff = NULL; TRUNCATE"
	    " decant_t_y.fired");
	before = dump_of("-n decant_t_x -n decant_t_y");
	goes(go_to(&l, &b, 1, NULL), &b, "back");
	is_str(sql(who), "1Ann 2Bob 3Cy", "to the first rows");
	ok(same_text(dump_of("-n decant_t_x -n decant_t_y"), before),
	    "with all that was changed in between");
	is_str(sql("SELECT last_value FROM decant_t_x.staff_id_seq UNION ALL"
	    " SELECT last_value FROM decant_t_x.phone_numbers"), "43\n12",
	    "sequences do not go back");
	goes(go_to(&l2, &b, 2, NULL), &b, "and there again");
	ok(same_text(dump_of("-n decant_t_x -n decant_t_y"), before),
	    "all stays");
	is_str(sql(who), "4Di 5Eve 6Flo 42Kim", "with the rows as they were");
	is_str(sql("SELECT count(*) FROM decant_t_y.fired"), "0",
	    "no trigger has fired");
	nconstraint = 0;
	drop_roles();
}

static const char *const staff3[] = {
	"1", "Ann", "31", NULL, "2", "Bob", "41", NULL, "3", "Cy", "51", NULL,
	"4", "Di", "61", NULL,
};
static const struct sample third[] = { { STAFF, staff3, 4 } };
static const struct sample fourth[] = { { PHONE, phones2, 1 } };

/*
 * Only one of two tables that belong together is sent again.  Foreign keys go
 * on between what is live, whichever generation it is of.
 */
static void
test_partly(void)
{
	static const char key_of[] = "SELECT conrelid::regclass ||"
	    " ' to ' || confrelid::regclass || ' ' || convalidated FROM"
	    " pg_constraint WHERE conname = 'phone_of' AND"
	    " conrelid::regclass::text LIKE 'decant_t_pa%' ORDER BY"
	    " conrelid::regclass::text";
	static const char counts[] = "SELECT (SELECT count(*) FROM"
	    " decant_t_pa.staff), (SELECT count(*) FROM decant_t_pa.phone)";
	struct dataset_of *d = dataset_of("decant_t_pa");
	struct load l, first_one, other;
	struct pub b;
	bool good;

	constraint = made;
	nconstraint = 2;
	loads(load_live(&l, "decant_t_pa", first, 2), &l, "two tables");
	nconstraint = 0;
	good = load_live(&first_one, "decant_t_pa", second, 1);
	ok(!good && load_failed(&first_one, "T067", "rows of 'decant_t_pa.phone'"
	    " would refer to none"), "one without the rows that the other needs"
	    " is refused");
	loads(load_live(&first_one, "decant_t_pa", third, 1), &first_one,
	    "with them it is published");
	is_str(sql(key_of), "decant_t_pa.phone to decant_t_pa.staff true",
	    "the key leads to the new one");
	is_str(sql(counts), "4|3", "the other stays");
	d->live = 1;
	loads(load_live(&other, "decant_t_pa", fourth, 1), &other,
	    "then the other");
	is_str(sql(key_of), "decant_t_pa.phone to decant_t_pa.staff true",
	    "its key is carried, and does not stay behind");
	is_str(sql(counts), "4|1", "the first stays");
	is_str(sql("INSERT INTO decant_t_pa.phone VALUES (9, 9, '9')"),
	    "ERROR 23503", "it holds");
	goes(go_to(&other, &b, 1, NULL), &b, "back with one");
	is_str(sql(key_of), "decant_t_pa.phone to decant_t_pa.staff true",
	    "the key is there");
	is_str(sql(counts), "4|3", "with its rows");
	d->live = 3;
	goes(go_to(&first_one, &b, 1, NULL), &b, "back with the other");
	is_str(sql(key_of), "decant_t_pa.phone to decant_t_pa.staff true",
	    "the key is there");
	is_str(sql(counts), "3|3", "all is as it was");
	is_str(sql("DELETE FROM decant_t_pa.phone WHERE id = 3; DELETE FROM"
	    " decant_t_pa.staff WHERE id = 3"), "", "nothing that is put away"
	    " holds a row");
}

static void
test_default_privileges(void)
{
	struct load l;

	if (!make_roles()) {
		tap_skip("default privileges", "no right to make roles");
		return;
	}
	sql("CREATE SCHEMA decant_t_dp; ALTER DEFAULT PRIVILEGES IN SCHEMA"
	    " decant_t_dp GRANT SELECT ON TABLES TO decant_t_reader");
	loads(load_live(&l, "decant_t_dp", &person3, 1), &l, "a new table");
	is_str(sql("SELECT has_table_privilege('decant_t_reader',"
	    " 'decant_t_dp.person', 'SELECT'),"
	    " has_table_privilege('decant_t_reader',"
	    " 'decant_t_dp.person', 'INSERT')"), "t|f",
	    "gets the schema's default privileges");
	drop_roles();
}

static void
test_owner(void)
{
	struct load l;
	struct pub b;
	const char *to = arena_printf(&arena, "host='%s' port=%s dbname='%s'"
	    " user=decant_t_poor", PQhost(session), PQport(session),
	    PQdb(session));
	PGconn *c;
	bool good;

	loads(load_live(&l, "decant_t_own", &person3, 1), &l, "a table");
	sql("DROP OWNED BY decant_t_poor; DROP ROLE IF EXISTS decant_t_poor");
	sql("CREATE ROLE decant_t_poor LOGIN");
	c = PQconnectdb(to);
	good = PQstatus(c) == CONNECTION_OK;
	PQfinish(c);
	if (!good) {
		tap_skip("another role's table", "cannot connect as one");
		return;
	}
	good = load_live_with(&l, &b, to, "decant_t_own", &person2, 1,
	    NULL, NULL);
	ok(!good && load_failed(&l, "T056", "belongs to role"),
	    "another role's table");
	good = load_live_with(&l, &b, to, "decant_t_own2", &person3, 1,
	    NULL, NULL);
	ok(!good && diags_have(&l.diags, "T066", "no right to make schema"
	    " 'decant_t_own2'") && diags_have(&l.diags, "L040", "no right to"
	    " make change logs"), "no right to make the live schema");
	sql("CREATE SCHEMA decant_t_own2 AUTHORIZATION decant_t_poor; CREATE"
	    " SCHEMA decant_t_own2_g2 AUTHORIZATION decant_t_poor; CREATE"
	    " SCHEMA decant_t_own2_g3; GRANT USAGE, CREATE ON SCHEMA"
	    " decant_t_own2_g3 TO decant_t_poor; GRANT USAGE, CREATE ON SCHEMA"
	    " decant TO decant_t_poor");
	loads(load_live_with(&l, &b, to, "decant_t_own2", &person3, 1,
	    NULL, NULL), &l, "an administrator's schemas are enough");
	loads(load_live_with(&l, &b, to, "decant_t_own2", &person2, 1,
	    NULL, NULL), &l, "for two generations");
	is_str(sql("SELECT string_agg(relname || ' ' || nspname, ', ' ORDER BY"
	    " nspname) FROM pg_class c RIGHT JOIN pg_namespace n ON n.oid ="
	    " relnamespace AND relkind = 'r' WHERE nspname LIKE"
	    " 'decant\\_t\\_own2%'"), "person decant_t_own2, person"
	    " decant_t_own2_g2", "and stay");
	is_str(sql("SELECT count(*) FROM decant_t_own2_g2.person UNION ALL"
	    " SELECT count(*) FROM decant_t_own2.person"), "3\n2", "with rows");
	sql("DROP OWNED BY decant_t_poor CASCADE; DROP ROLE decant_t_poor");
}

int
main(void)
{
	pg_begin();
	test_replace();
	test_carried();
	test_partly();
	test_default_privileges();
	test_owner();
	return pg_end();
}
