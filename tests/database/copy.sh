#!/bin/sh
# decant copy, in all four directions: there and back, compared by what sqlite3
# and psql say of both sides; keys, indexes and comments in the catalogs; runs
# that are killed, and resumed; what is refused.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=customer

# at WHICH: src or dst, whose kind and names `make WHICH KIND` has noted.
at() {
	eval "kind=\$$1_kind base=\$$1_base database=\$$1_database to=\$$1_to"
}
make() {
	which=$1
	use "$2" "$3"
	eval "${which}_kind=$2 ${which}_base=$base ${which}_database=${database-}" \
	    "${which}_to=\$to"
}
pair() {
	make src "$1" "${3-src}"
	make dst "$2" "${4-dst}"
	pair="$1 to $2"
	from=$src_to into=$dst_to
}

# ask_in SCHEMA SQL: in another one than the test's.
ask_in() {
	(schema=$1; ask "$2")
}

# rows WHICH FILE TABLE ORDER COLUMNS: as both databases print them.
rows() {
	at "$1"
	ask "select $5 from $3 order by $4" > "$2"
}
columns_person="person_id, full_name, first_name, cast(born_on as text), status,
    round(cast(balance as numeric) * 100), credit_limit, opened_year, branch,
    visits, round(cast(rating as numeric) * 10), street, city, state, zip"

same_rows() {
	rows src "$1.src" "$1" "$2" "$3"
	rows dst "$1.dst" "$1" "$2" "$3"
	sed -i 's/\.0\($\|	\)/\1/g' "$1.src" "$1.dst"
	[ -s "$1.src" ] && cmp -s "$1.src" "$1.dst"
	passes $? "$pair: $1 has the same rows" "$1.dst"
}

sample() {
	schema=customer
	pair "$1" "$2"
	d load -q "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to "$from"
	does "$pair" 0 d copy "$from" "$into" --json
	cp out json
	like "$pair: state" '"state":"copied"' json
	is "$pair: two tables, equal" 2 \
	    "$(grep -o '"equal":true' json | wc -l)"
	same_rows person 1 "$columns_person"
	same_rows phone "1, 2" "person_id, seq, kind, number"
	does "$pair: the ledger is whole" 0 d log --to "$into" --verify
	like "$pair: so is what came along" "3 events that copies brought" out
	does "$pair: it is shown" 0 d log --to "$into" --origin
	like "$pair: the source's load" "published +1, by" out
	does "$pair: status" 0 d status --to "$into"
	like "$pair: live, version 1" "1  live +1 +2,487" out
	at dst
	case $kind in
	sqlite) is "keys" "person_id${tab}0
phone_key${tab}1" "$(ask "select name, pk - 1 from pragma_table_info('person')
	    where pk union all select name, \"unique\" from
	    pragma_index_list('phone')")" ;;
	postgres) is "keys" "PRIMARY KEY (person_id)
PRIMARY KEY (person_id, seq)" "$(ask "select pg_get_constraintdef(oid) from
	    pg_constraint where contype = 'p' and connamespace =
	    'customer'::regnamespace order by 1")" ;;
	esac
	does "$pair: the same load is what is live" 0 d load \
	    "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to "$into"
	like "$pair: nothing to do" "nothing to do" out

	# once more, with a row that an application has changed
	at src
	ask "update person set full_name = 'Ærø 😀' where person_id =
	    (select min(person_id) from person)"
	does "$pair: again" 0 d copy "$from" "$into" -q
	same_rows person 1 "$columns_person"
	does "$pair: back" 0 d rollback --to "$into" -q
	at dst
	is "$pair: as it was" 0 "$(ask "select count(*) from person where
	    full_name = 'Ærø 😀'")"
	does "$pair: the ledger is whole" 0 d log --to "$into" --verify

	# and home again
	cp person.src person.first
	does "$pair: publish" 0 d publish --to "$into" -q
	make home "$1" home
	does "$pair: home" 0 d copy "$into" "$to" -q
	rows home person.home person 1 "$columns_person"
	sed -i 's/\.0\($\|	\)/\1/g' person.home
	cmp -s person.first person.home
	passes $? "$pair and back: the rows are the same" person.home
	does "$pair and back: the ledger is whole" 0 d log --to "$to" --verify
	like "$pair and back: both ledgers came along" \
	    "[0-9]+ events that copies brought" out
}

# --- constraints ---------------------------------------------------------------

# What a load makes in each kind of database is what a copy must make there.
schema_of() {
	case $kind in
	sqlite) sqlite3 -batch "$base.db" .schema | grep -v decant_ |
	    sed 's/,$//' | sort ;;
	postgres) pg_dump -s -n c --no-owner "$database" | grep -v restrict |
	    sed 's/ANY (ARRAY\[(\([^]]*\))::text\])/ANY ((ARRAY[\1])::text[])/
	    s/)::text, (/, /g' ;;
	esac
}

constrained() {
	schema=c
	cat > c.cpy <<'CPY'
       01 R.
          05 K PIC 9(5).
          05 BOSS PIC 9(5).
          05 STATUS PIC X.
          05 BORN PIC 9(8).
          05 PAY PIC S9(5)V99.
          05 JOB OCCURS 2 PIC X(4).
CPY
	cat > c.yaml <<'YAML'
version: 1
source: {copybook: c.cpy, file: c.txt, format: text, encoding: latin1}
tables:
  emp:
    key: id
    comment: "who works here;\nit's all"
    check: [boss <> id or boss is null, pay * 12 < 10000000]
    unique: [[born, status]]
    columns:
      id: K
      boss: {from: "nullif(BOSS, 0)", references: emp}
      status: {from: STATUS, check: "status in ('A', 'C') or not (status > 'B')"}
      born:
        from: to_date(BORN, 'YYYYMMDD')
        check: born >= date '1900-01-01'
        comment: first day
      pay: {from: PAY, check: pay between -0.5 and 99999.99, index: true}
  job:
    each: JOB
    key: [emp, seq]
    foreign keys: {columns: emp, references: emp, to: id}
    indexes: {columns: [name, emp], unique: true}
    columns:
      emp: K
      seq: occurrence()
      name: JOB
YAML
	cat > c.txt <<'TXT'
0000100000A199001010012345BAKECOOK
0000200001C199102020000050SINGPLAY
0000300001A200012310000000DIVESWIM
TXT
	pair "$1" "$2"
	does "$pair: load" 0 d load -q c.yaml --to "$from"
	does "$pair: constraints" 0 d copy -q "$from" "$into"
	make own "$2" own
	does "$pair: a load there" 0 d load -q c.yaml --to "$to"
	schema_of > c.own
	at dst
	schema_of > c.dst
	[ -s c.own ] && diff c.own c.dst > c.diff
	passes $? "$pair: what a load makes, a copy makes" c.diff
	is "$pair: and the ledger has the same" "$(d log --to "$to" --json |
	    grep -o '"name":"emp_check[0-9]*","text":"[^"]*"' | sort -u)" \
	    "$(d log --to "$into" --json |
	    grep -o '"name":"emp_check[0-9]*","text":"[^"]*"' | sort -u)"
	does "$pair: another load over it" 0 d load -q c.yaml --to "$into" --again
	does "$pair: rollback" 0 d rollback --to "$into" -q
}

# --- what decant did not make -------------------------------------------------

plain_postgres() {
	ask_in public "$(cat "$SRCDIR/tests/database/copy-postgres.sql")" \
	    > made.err
	[ ! -s made.err ]
	passes $? "a plain schema" made.err
}

plain_sqlite() {
	sqlite3 -batch "$base.db" < "$SRCDIR/tests/database/copy-sqlite.sql" \
	    > made.err 2>&1
	[ ! -s made.err ]
	passes $? "a plain file" made.err
}

# dump DATABASE: definitions and rows of the schema, without what decant adds
dump() {
	pg_dump -n shop --inserts --no-owner "$1" | grep -v -e '^--' -e '^$' \
	    -e restrict -e 'made by decant' -e decant_log -e '^SET' -e set_config
}

postgres_to_postgres() {
	schema=shop
	pair postgres postgres
	at src
	plain_postgres
	# what decant's own types do not have
	ask "create table own (k integer primary key, n numeric(11,2),
	    ts timestamp, big numeric(60,2)); insert into own values
	    (1, 1.50, '2020-02-02', 1), (2, 'NaN', '294276-12-31', 1e50),
	    (3, null, null, null)"
	does "$pair, plain" 0 d copy "$from" "$into" --dataset shop
	like "$pair: views are named" "view 'v'" out
	like "$pair: functions, too" "function 'shop.f\(\)'" out
	like "$pair: triggers, too" "trigger 'tr' of table 'parent'" out
	dump "$src_database" > dump.src
	dump "$dst_database" > dump.dst
	diff dump.src dump.dst > dump.diff
	# what is left is what the list names
	grep '^[<>]' dump.diff | grep -v -e 'FUNCTION' -e 'LANGUAGE' \
	    -e '\$\$' -e v_known -e lonely -e 'START' \
	    -e INCREMENT -e 'NO M' -e 'CACHE' -e VIEW -e 'SELECT 1' \
	    -e 'TRIGGER tr' > dump.more
	[ ! -s dump.more ]
	passes $? "$pair: pg_dump says the same of both" dump.more
	is "$pair: a sequence goes on" 6 "$(at dst; ask "insert into everything
	    (t) values ('x') returning k")"
	is "$pair: so does an identity" 20 "$(at dst; ask "insert into parent
	    (code) values ('z') returning id")"
	does "$pair: again" 0 d copy "$from" "$into" --dataset shop -q \
	    --export-writes lost.jsonl
	is "$pair: numbers never come back" 25 "$(at dst; ask "insert into
	    parent (code) values ('y') returning id")"
}

postgres_to_sqlite() {
	schema=shop
	pair postgres sqlite
	at src
	plain_postgres
	does "$pair: NaN is refused" 12 d copy "$from" "$into" --dataset shop
	like "$pair: with its row" "L142: column 'r' of table 'everything' holds \
'NaN' in the row with ctid \(0,3\)" err
	at src
	ask "update everything set r = 1, dp = 2 where r = 'NaN'"
	does "$pair, plain" 0 d copy "$from" "$into" --dataset shop
	like "$pair: what becomes text is named" "column 'u' .* is uuid" out
	like "$pair: so are checks" "check 'ordered' of" out
	like "$pair: and indexes" "index 'everything_lower'" out
	cols="k, s, i, b, cast(n as text), t, v, cast(d as text),
	    cast(ti as text), cast(ts as text), tz, u, j, iv, ip, parent_id, twice"
	rows dst e.dst everything k "$cols"
	rows src e.src everything k "$(echo "$cols" |
	    sed 's/, ip/, ip::text/')"
	cmp -s e.src e.dst
	passes $? "$pair: all types, as psql and sqlite3 print them" e.dst
	at dst
	is "$pair: bytes" "00FF5C0A" "$(ask "select hex(y) from everything where
	    k = 2")"
	is "$pair: doubles" 1 "$(ask "select count(*) from everything where
	    k = 2 and dp = 1.7976931348623157e+308 and
	    abs(r - 3.4028235e+38) < 1e31")"
	is "$pair: a check that can be said" 1 "$(ask "select count(*) from
	    sqlite_master where sql like '%v_known%Ångström%'")"
	is "$pair: foreign keys" "parent${tab}id${tab}CASCADE" "$(ask "select
	    \"table\", \"to\", on_delete from
	    pragma_foreign_key_list('everything')")"
	is "$pair: comments" 1 "$(ask "select count(*) from sqlite_master where
	    sql like '%-- a text%' and name = 'everything'")"
	is "$pair: numbers go on" 16 "$(ask "insert into parent (code) values
	    ('z'); select max(id) from parent")"

	# the same, further: to SQLite, and to PostgreSQL
	make third sqlite third
	does "sqlite to sqlite" 0 d copy "$into" "$to" -q
	rows third e.third everything k "$cols"
	cmp -s e.src e.third
	passes $? "sqlite to sqlite: the same rows" e.third
	make fourth postgres fourth
	does "sqlite to postgres" 0 d copy "$into" "$to" -q
	rows fourth e.fourth everything k "$cols"
	cmp -s e.src e.fourth
	passes $? "sqlite to postgres: the same rows" e.fourth
}

sqlite_plain() {
	schema=old
	pair sqlite "$1" old
	at src
	plain_sqlite
	does "$pair: two kinds in one column" 12 d copy "$from" "$into"
	like "$pair: are told" "L142: column 'anything' of table 'odd'.*'seven' \
in the row with rowid 2" err
	at src
	ask "update odd set anything = 7 where rowid = 2"
	does "$pair, plain" 0 d copy "$from" "$into"
	like "$pair: views are named" "view 'grown'" out
	like "$pair: triggers, too" "trigger 'stamp' of 'person'" out
	rows src p.src person 1 "id, name, born, visits"
	rows dst p.dst person 1 "id, name, born, visits"
	cmp -s p.src p.dst
	passes $? "$pair: the same rows" p.dst
	rows src o.src odd anything "anything, loose, far"
	rows dst o.dst odd anything "anything, loose, far"
	cmp -s o.src o.dst
	passes $? "$pair: the same odd rows" o.dst
	at dst
	ask "insert into person (name) values ('new')"
	is "$pair: a number goes on" 11 "$(ask "select id from person where
	    name = 'new'")"
	ask "insert into person (name, visits) values ('bad', -1)" > refused
	like "$pair: a check holds" "CHECK|check" refused
	ask "insert into person (name) values ('Ann')" > refused
	like "$pair: a unique constraint holds" "UNIQUE|unique" refused
	ask "insert into pet values (99, 'Tom')" > refused
	like "$pair: a foreign key holds" "FOREIGN|foreign" refused

	# a value of a declared type that is none
	at src
	ask "insert into person (id, name, born) values (50, 'Zed', '31.12.99')"
	if [ "$1" = postgres ]; then
		does "$pair: no date" 12 d copy "$from" "$into"
		like "$pair: its row" "L142: column 'born' of table 'person' \
holds '31.12.99' in the row with rowid 50, which is no date" err
	fi
}

# --- killed, and resumed ------------------------------------------------------

complete() {
	[ $kind = postgres ] || [ -s "$base.db" ] || return 0
	case $kind in
	sqlite) ask "select count(*) from decant_made where base is not null and
	    name like '%\\_\\_g1' escape '\\'" ;;
	postgres) ask "select count(*) from pg_class c join pg_namespace n on
	    n.oid = relnamespace where nspname = 'big_g1' and relkind = 'r'" ;;
	esac 2> /dev/null
}

killed() {
	schema=big
	pair sqlite "$1" big
	at src
	for t in a b c d; do
		echo "create table $t (id integer primary key, t text);
		with recursive n(i) as (select 1 union all select i + 1 from n
		where i < 120000) insert into $t select i, 'row ' || i || ' é'
		from n; create index ${t}_t on $t (t);"
	done | sqlite3 -batch "$base.db"
	ask "create table e (id integer primary key, a integer references a (id),
	    t text); insert into e values (1, 7, 'x')"
	at dst
	"$DECANT" copy "$from" "$into" > out 2> err &
	pids=$!
	for i in $(seq 3000); do
		case $(complete) in
		[2-9]) break ;;
		esac
		sleep 0.01
	done
	kill -9 "$pids" 2> /dev/null
	wait "$pids" 2> /dev/null
	is "$pair: killed" 137 $?
	pids=
	at src
	ask "update a set t = 'another' where id = 7"
	does "$pair: --resume" 0 d copy "$from" "$into" --resume --json
	kept=$(grep -o '"kept":true' out | wc -l)
	[ "$kept" -ge 1 ]
	passes $? "$pair: what is equal is kept ($kept tables)" out
	grep -q '"table":"a"[^}]*"kept":false' out
	passes $? "$pair: what is not, is copied again" out
	for t in a b c d e; do
		same_rows $t 1 "id, t"
	done
	at dst
	ask "insert into e values (2, 99999999, 'y')" > refused
	like "$pair: the foreign key is there" "FOREIGN|foreign" refused
	at dst
	is "$pair: one generation" "1" "$(d status --to "$into" --json |
	    grep -o '"state":"live"' | wc -l)"
	does "$pair: the ledger is whole" 0 d log --to "$into" --verify
	does "$pair: nothing to resume" 0 d copy "$from" "$into" --resume -q
}

# --- changed under way --------------------------------------------------------

changed() {
	schema=customer
	pair sqlite "$1"
	d load -q "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to "$from"
	d copy -q "$from" "$into"
	at dst
	case $kind in
	sqlite) ask "create trigger wicked after update of base on decant_made
	    when new.name = 'person__g2' begin update person__g2 set visits =
	    visits + 1 where person_id = (select min(person_id) from person__g2);
	    end" ;;
	postgres) ask "create function public.wicked() returns event_trigger
	    language plpgsql as 'begin if to_regclass(''customer_g2.person'') is
	    not null then update customer_g2.person set visits = visits + 1
	    where person_id = (select min(person_id) from customer_g2.person);
	    end if; end'"
	    ask "create event trigger wicked on ddl_command_end when tag in
	    ('ALTER TABLE') execute function public.wicked()" ;;
	esac
	does "$pair: a value is changed under way" 8 d copy "$from" "$into"
	like "$pair: which table" "L147: table 'person' is not equal" err
	like "$pair: it is shown" "person .* NOT EQUAL" out
	at dst
	case $kind in
	sqlite) ask "drop trigger wicked" ;;
	postgres) ask "drop event trigger wicked" ;;
	esac
	does "$pair: not live" 0 d status --to "$into" --json
	like "$pair: the one before is" '"live":1|"number":1,"state":"live"' out
	does "$pair: what was staged is gone" 0 d copy "$from" "$into" -q
	does "$pair: the ledger is whole" 0 d log --to "$into" --verify
}

# --- small things --------------------------------------------------------------

# A source that anything can be put into, and what its values become.
odds() {
	schema=odds
	pair sqlite "$1" odds
	at src
	ask "create table t (id integer primary key, d double, x text)"
	ask "insert into t values (1, -0.0, 'a'), (2, 9e999, 'b'),
	    (3, -9e999, null), (4, 0.1, '')"
	does "$pair: infinities, empty text" 0 d copy "$from" "$into"
	at dst
	is "$pair: null is not the empty text" "4" "$(ask "select id from t where
	    x = ''")"
	is "$pair: infinity" "2" "$(ask "select id from t where d > 1.7e308")"
	at src
	ask "insert into t values (5, 1, cast(x'610062' as text))"
	case $1 in
	postgres)
		does "$pair: X'00' in a text" 12 d copy "$from" "$into"
		like "$pair: its row" "L142: .* the row with rowid 5, which has \
X'00'" err ;;
	sqlite) does "$pair: X'00' in a text" 0 d copy -q "$from" "$into" ;;
	esac
	sqlite3 -batch "$base.db" "delete from t where id = 5;
	    create table c (t integer references t (id), n text);
	    insert into c values (1, 'x'), (77, 'y')"
	does "$pair: a foreign key that leads nowhere" 12 d copy "$from" "$into"
	like "$pair: is told" "L142: row 2 of table 'c'|c_t_fkey" err
	at dst
	is "$pair: nothing has changed" a "$(ask "select x from t where id = 1")"
	at src
	ask "delete from c where t = 77"
	does "$pair: after all" 0 d copy "$from" "$into" -q
	at dst
	is "$pair: the child" "1${tab}x" "$(ask "select * from c")"

	# a name that PostgreSQL would cut
	at src
	ask "create table $(printf '%064d' 0 | tr 0 n) (a integer)"
	case $1 in
	postgres)
		does "$pair: a long name" 12 d copy "$from" "$into"
		like "$pair: is told" "L143: .* has more than 63 bytes" err ;;
	sqlite) does "$pair: a long name" 0 d copy "$from" "$into" -q ;;
	esac
}

# The form of a table is another one when a copy is resumed.
reshaped() {
	schema=form
	pair sqlite "$1" form
	at src
	ask "create table a (id integer primary key, t text);
	    create table b (id integer primary key, t text)"
	ask "with recursive n(i) as (select 1 union all select i + 1 from n where
	    i < 200000) insert into b select i, 'row ' || i from n"
	"$DECANT" copy "$from" "$into" > out 2> err &
	pids=$!
	at dst
	for i in $(seq 3000); do
		case $(begun 1) in
		started) break ;;
		esac
		sleep 0.01
	done
	kill -9 "$pids" 2> /dev/null
	wait "$pids" 2> /dev/null
	is "$pair: killed" 137 $?
	pids=
	"$DECANT" copy "$from" "$into" -q > out 2> err &
	pids=$!
	for i in $(seq 3000); do
		case $(begun 2) in
		started) break ;;
		esac
		sleep 0.01
	done
	kill -TERM "$pids"
	wait "$pids"
	is "$pair: stopped by a signal" 12 $?
	pids=
	is "$pair: the ledger says so" failed "$(begun 2 desc)"
	is "$pair: no staged table is left" 0 "$(case $kind in
	sqlite) ask "select count(*) from sqlite_master where name like
	    '%\_\_g2%' escape '\'" ;;
	postgres) ask "select count(*) from pg_namespace where nspname like
	    'form_g%'" ;;
	esac)"
	"$DECANT" copy "$from" "$into" > out 2> err &
	pids=$!
	for i in $(seq 3000); do
		case $(begun 3) in
		started) break ;;
		esac
		sleep 0.01
	done
	kill -9 "$pids" 2> /dev/null
	wait "$pids" 2> /dev/null
	is "$pair: killed again" 137 $?
	pids=
	at src
	ask "alter table a add column more text"
	at dst
	does "$pair: another form" 12 d copy "$from" "$into" --resume
	like "$pair: is told" "L146: generation 3 was begun when" err
	does "$pair: without --resume" 0 d copy "$from" "$into" -q
	at dst
	is "$pair: the dead ones are given up" "abandoned${tab}1
abandoned${tab}3" "$(case $kind in
	sqlite) ask "select kind, generation from decant_event where kind =
	    'abandoned' order by number" ;;
	postgres) ask "select kind, generation from decant.event where kind =
	    'abandoned' order by number" ;;
	esac)"
}

# begun GENERATION [desc]: its first event, or its last
begun() {
	event=decant_event
	# sqlite3 would make a file that is not there yet
	[ $kind = postgres ] || [ -s "$base.db" ] || return 0
	[ $kind = sqlite ] || event=decant.event
	ask "select kind from $event where generation = $1
	    order by number ${2-} limit 1"
}

# A role that may not make schemas: an administrator has made them.
poor() {
	schema=shop
	pair sqlite postgres shop
	at src
	ask "create table a (id integer primary key, t text);
	    insert into a values (1, 'x'), (2, 'y')"
	at dst
	role=poor_$$
	ask_in public "create role $role login;
	    create schema decant authorization $role;
	    create schema shop; create schema shop_g1; create schema shop_g2;
	    grant usage, create on schema shop, shop_g1, shop_g2 to $role" \
	    > made.err
	[ ! -s made.err ]
	passes $? "$pair: schemas for a poor role" made.err
	into="postgresql://$role@/$database"
	does "$pair: a role that may not make schemas" 0 d copy "$from" "$into"
	at dst
	is "$pair: rows" 2 "$(ask "select count(*) from a")"
	is "$pair: no mark is left" "" "$(ask "select obj_description(
	    'shop.a'::regclass)")"
	does "$pair: once more" 0 d copy "$from" "$into"
	PGDATABASE=$old_database psql -X -q -c "drop database $database" \
	    -c "drop role $role" > /dev/null 2>&1
}

# Many tables side by side; a source that is written to meanwhile.
many() {
	schema=many
	pair postgres postgres
	at src
	ask_in public "create schema many"
	for i in $(seq 30); do
		echo "create table many.t$i (k integer primary key, v text);
		insert into many.t$i select k, repeat('x', k % 50) from
		generate_series(1, $i * 300) k;"
	done > many.sql
	ask_in public "$(cat many.sql)" > out
	( for i in $(seq 100); do
		PGDATABASE=$database psql -X -q -c "begin; insert into many.t1
		    values (1000000 + $i, 'a'); insert into many.t30 values
		    (1000000 + $i, 'a'); commit"
	done > writer.log 2>&1 ) &
	writer=$!
	does "$pair: 30 tables in 4 lanes" 0 d copy "$from" "$into" \
	    --dataset many --jobs 4 --json
	wait $writer
	is "$pair: all equal" 30 "$(grep -o '"equal":true' out | wc -l)"
	at dst
	is "$pair: of one moment" "$(ask "select count(*) from t1 where
	    k > 1000000")" "$(ask "select count(*) from t30 where k > 1000000")"
	is "$pair: rows" 9000 "$(ask "select count(*) from t30 where
	    k < 1000000")"
}

# --- refused ------------------------------------------------------------------

refused() {
	schema=customer
	pair "$1" "$2"
	d load -q "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to "$from"
	at dst
	[ "$kind" = sqlite ] || ask_in public "create schema customer"
	ask "create table phone (mine integer)"
	does "$pair: a table is in the way" 12 d copy "$from" "$into"
	like "$pair: it is named" "L145: .* has a table 'phone' already" err
	at dst
	is "$pair: it is as it was" "" "$(ask "select mine from phone")"
	does "$pair: --dry-run" 12 d copy "$from" "$into" --dry-run
	ask "drop table phone"
	does "$pair: --dry-run" 0 d copy "$from" "$into" --dry-run
	like "$pair: statements" "CREATE TABLE .*person" out
	at dst
	does "$pair: nothing was done" 12 d status --to "$into"
	does "$pair: to itself" 12 d copy "$from" "$from"
	like "$pair: one database" "L144: .* is source and target at once" err
	does "$pair: no such dataset" 12 d copy "$from" "$into" \
	    --dataset nobody
	like "$pair: told" "L141: .* has no table to copy in 'nobody'" err
	does "$pair: resumed though nothing was begun" 0 d copy -q "$from" \
	    "$into" --resume
	# another form of the tables
	case $2 in
	sqlite) ask "update decant_event set kind = 'started'
	    where 0" ;;
	esac
	does "no such file" 12 d copy sqlite:nowhere.db "$into"
	like "told" "L140: sqlite:nowhere.db does not exist" err
	# somebody touches what came along
	case $2 in
	sqlite) ask "update decant_text set content = replace(cast(content as
	    text), 'published', 'Published') where cast(content as text)
	    like '{\"decant\":\"ledger%'" ;;
	postgres) ask_in decant "update text set content = convert_to(
	    replace(convert_from(content, 'UTF8'), 'published', 'Published'),
	    'UTF8') where convert_from(content, 'UTF8') like
	    '{\"decant\":\"ledger%'" ;;
	esac
	does "$pair: what came along was changed" 8 d log --to "$into" --verify
	like "$pair: it is told" "L002" err
	# a chain that was broken before the copy stays so
	at src
	case $1 in
	sqlite) ask "update decant_event set at = '2001' || substr(at, 5) where
	    number = 2" ;;
	postgres) ask_in decant "update event set at = '2001' ||
	    substr(at, 5) where number = 2" ;;
	esac
	make dst "$2" dst
	does "$pair: a broken chain comes along" 0 d copy -q "$from" "$into"
	does "$pair: and is found" 8 d log --to "$into" --verify
	like "$pair: it is named" "L148: event 2 of those" err
}

all_of() {
	for one in $kinds; do
		for other in $kinds; do
			sample "$one" "$other"
			refused "$one" "$other"
			constrained "$one" "$other"
		done
		sqlite_plain "$one"
		killed "$one"
		changed "$one"
		odds "$one"
		reshaped "$one"
	done
	[ "$kinds" != "sqlite postgres" ] || {
		postgres_to_postgres
		postgres_to_sqlite
		many
		poor
	}
}
all_of
finish
