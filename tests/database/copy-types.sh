#!/bin/sh
# decant copy from one PostgreSQL server to another: enums, domains, collations,
# owners and privileges, by what pg_dump says of both sides; and generations
# over such types.  TAP.
if [ -n "${DECANT_PG-}" ] && [ -z "${FROM_HOST-}" ]; then
	# roles are a server's: the target is on one of its own
	FROM_HOST=$PGHOST
	export FROM_HOST
	exec "$SRCDIR/tests/with-postgres" -c fsync=off sh "$0"
fi
. "$SRCDIR/tests/database/generations.inc"
[ "$kinds" != sqlite ] || {
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
}
schema=shop
source=types_$$
from="postgresql://decant@/$source?host=$FROM_HOST"

# at_source COMMAND…: with the environment of the server that is copied from.
at_source() {
	(export PGHOST="$FROM_HOST" PGDATABASE="$source"; "$@")
}
leave() {
	clean_up
	at_source psql -X -q -d "$old_database" -c "drop database if exists
	    $source with (force)" -c "drop role ann" -c "drop role bob" \
	    -c "drop role gone" > /dev/null 2>&1
}
trap leave EXIT

target() {
	use postgres "$1"
	ask "create type public.colour as enum ('red', 'green')" > /dev/null
}

# dump COMMAND…: what pg_dump says, without what decant adds, and without what
# cannot be carried.
dump() {
	"$@" -n shop -T shop.odd --inserts | grep -v -e '^--' -e restrict \
	    -e decant_log -e '^SET' -e 'made by decant' -e set_config \
	    -e '^GRANT.* TO gone;' |
	awk -v RS= '!/shop\.pair|shop\.even|shop\.own|TO gone|TO decant/'
}

same_dump() {
	dump at_source pg_dump > dump.src
	dump pg_dump "$database" > dump.dst
	[ "$(wc -l < dump.src)" -gt 1200 ] && diff dump.src dump.dst > dump.diff
	passes $? "$1" dump.diff
}

make_source() {
	at_source createdb "$source"
	at_source psql -X -q -d "$old_database" -c "create role ann" \
	    -c "create role bob" -c "create role gone"
	kind=postgres
	does "a database of somebody's" 0 at_source psql -X -q \
	    -v ON_ERROR_STOP=1 -f "$SRCDIR/tests/database/copy-types.sql"
	PGDATABASE=$old_database psql -X -q -c "create role ann" \
	    -c "create role bob" -c "create role poor login"
}

carried() {
	target types
	does "--dry-run" 0 d copy "$from" "$to" --dataset shop --dry-run
	like "--dry-run: types" "^CREATE TYPE shop.mood AS ENUM \('sad', 'so so'" \
	    out
	like "--dry-run: owners" "^ALTER TABLE shop_g1.person OWNER TO ann;" out
	is "--dry-run: nothing was done" "" "$(ask "select nspname from
	    pg_namespace where nspname like 'shop%'")"
	does "types, collations, owners, privileges" 0 d copy "$from" "$to" \
	    --dataset shop
	same_dump "pg_dump says the same of both"
	is "what is not carried" "          column 'e' of table 'odd' is \
shop.even_number, whose check calls a function of the source's own: it becomes \
text
          column 'p' of table 'odd' is shop.pair, a type of the source's own: \
it becomes text
          function 'shop.even(integer)'
          owner 'gone', a role that the target does not have: of table 'rated'
          the collation of column 'own' of table 'odd', own, which the target \
does not have
          the default of column 'e' of table 'odd': 4
          the privileges of 'gone', a role that the target does not have: \
SELECT on table 'person', USAGE on type shop.mood
          type 'even_number'
          type 'pair'" "$(sed 's/^not copied/          /' out |
	    grep '^           ' | sed 's/^ //' | sort)"
	is "what becomes text" "1${tab}(1,x)${tab}2${tab}o1" "$(ask "select * from
	    odd where k = 1")"
	is "an enum's order is its own" "sad é" "$(echo $(ask "select min(m) from
	    person union all select max(m) from person"))"
	ask "insert into rated values ('glad', 'X')" > refused
	like "an enum refuses what it does not have" "invalid input value" \
	    refused
	ask "insert into rated values ('sad', 'x')" > refused
	like "a domain's check holds" "code_upper" refused
	ask "set role bob; insert into person (name) values ('b')" > refused
	is "what is granted" "" "$(cat refused)"
	ask "set role bob; delete from person" > refused
	like "what is granted, and no more" "permission denied" refused
}

# Generations over such types: one more, back, forth, and an application's rows.
generations() {
	does "status" 0 d status --to "$to"
	like "status: live" "1  live .* 1,251" out
	at_source psql -X -q -c "update shop.person set m = 'sad', name = null
	    where id = 7" -c "grant delete on shop.person to bob" \
	    -c "alter table shop.rated owner to ann"
	ask "grant truncate on person to bob"
	does "once more" 0 d copy "$from" "$to" --dataset shop -q \
	    --export-writes lost.jsonl
	is "the source's rows" "sad" "$(ask "select m from person where id = 7")"
	is "the live table's privileges" "t${tab}f${tab}t" "$(ask "select
	    has_table_privilege('bob', 'person', 'truncate'),
	    has_table_privilege('bob', 'person', 'delete'),
	    has_table_privilege('bob', 'person', 'insert')")"
	is "the live table's owner" "decant" "$(ask "select tableowner from
	    pg_tables where tablename = 'rated' and schemaname = 'shop'")"
	ask "update person set m = 'é' where id = 9;
	    insert into rated values ('sad', 'NEW')" > err
	does "rollback" 0 d rollback --to "$to" -q
	is "as it was" "é" "$(ask "select m from person where id = 7")"
	is "what an application wrote came along" "é${tab}1" "$(ask "select
	    (select m from person where id = 9), (select count(*) from rated
	    where code = 'NEW')")"
	does "publish" 0 d publish --to "$to" -q
	is "the newer one" "sad${tab}1" "$(ask "select (select m from person
	    where id = 7), (select count(*) from rated where code = 'NEW')")"
	does "the ledger is whole" 0 d log --to "$to" --verify
	# onwards, from a dataset of decant's
	from=$to
	source=$database at=$PGHOST
	target third
	does "from decant's to a third" 0 d copy "$from" "$to" -q
	is "its types" "shop.mood shop.code" "$(echo $(ask "select
	    atttypid::regtype from pg_attribute where attrelid =
	    'rated'::regclass and attnum in (1, 2)" | sed 's/^/shop./
	    s/ / shop./'))"
	is "its rows" "sad${tab}1" "$(ask "select (select m from person
	    where id = 7), (select count(*) from rated where code = 'NEW')")"
	from="postgresql://decant@/types_$$?host=$FROM_HOST" source=types_$$
}

options() {
	target bare
	does "--no-owner --no-privileges" 0 d copy "$from" "$to" --dataset shop \
	    --no-owner --no-privileges
	is "--no-owner" decant "$(ask "select string_agg(distinct tableowner, ' ')
	    from pg_tables where schemaname = 'shop'")"
	is "--no-privileges" f "$(ask "select bool_or(has_any_column_privilege(
	    'bob', format('shop.%s', x), 'select, insert, update')) from
	    unnest('{person,rated}'::text[]) x")"
	grep -E 'owner|privileges' out
	[ $? = 1 ]
	passes $? "neither is named" out
	target poor
	PGDATABASE=$database psql -X -q -c "grant create on database $database
	    to poor" > err
	does "a role that may not give things away" 0 d copy "$from" \
	    "postgresql://poor@/$database?host=$PGHOST" --dataset shop
	like "is told" "owner 'ann', which only a superuser can make another \
role: of table 'person', .*type shop.mood" out
	is "its grants count" t "$(ask "select has_table_privilege('bob',
	    'shop.person', 'insert')")"
}

refused() {
	target other
	ask "create schema shop; create type shop.mood as enum ('sad', 'glad')" \
	    > err
	does "another enum of that name" 12 d copy "$from" "$to" --dataset shop
	like "is told" "L149: .* type shop.mood already, which is another one: \
ENUM \('sad', 'glad'\), and in the source ENUM \('sad', 'so so'" err
	is "nothing was made" shop.mood "$(schema=public ask "select
	    oid::regtype from pg_type where typnamespace = 'shop'::regnamespace
	    and typtype in ('e', 'd')")"
	ask "drop type mood; create type mood as enum ('sad', 'so so',
	    'it''s \"glad\"', 'é')"  > err
	does "the same enum" 0 d copy "$from" "$to" --dataset shop -q
	target none
	ask "drop type public.colour" > err
	does "a type of another schema, which is not there" 0 d copy "$from" \
	    "$to" --dataset shop
	like "is told" "column 'col' of table 'person' is public.colour, which the \
target does not have: it becomes text" out
	at_source psql -X -q -c "create table shop.more (k integer check (
	    shop.even(k)))"
	target failed
	does "a table that cannot be made" 12 d copy "$from" "$to" \
	    --dataset shop
	is "no type is left, and no schema" "" "$(ask "select nspname from
	    pg_namespace where nspname like 'shop%'")"
}

# A run that dies when its types are there, and no table yet.
killed() {
	target killed
	(schema=public; ask "create function wait() returns event_trigger
	    language plpgsql as 'begin if to_regclass(''shop_g1.odd'') is not
	    null then perform pg_sleep(300); end if; end'; create event trigger
	    wait on ddl_command_end when tag in ('CREATE TABLE') execute
	    function wait()") > err
	"$DECANT" copy -q "$from" "$to" --dataset shop > out 2> err &
	pids=$!
	while kill -0 $pids 2> /dev/null && [ "$(ask "select count(*) from
	    pg_stat_activity where query like 'CREATE TABLE%' and
	    wait_event = 'PgSleep'")" = 0 ]; do
		sleep 0.05
	done
	kill -9 $pids
	wait $pids 2> /dev/null
	is "killed" 137 $?
	pids=
	ask "drop event trigger wait; select pg_terminate_backend(pid) from
	    pg_stat_activity where wait_event = 'PgSleep'" > err
	is "its types are there" shop.mood "$(schema=public ask "select
	    'shop.mood'::regtype")"
	does "resumed" 0 d copy "$from" "$to" --dataset shop --resume -q
	same_dump "resumed: pg_dump says the same of both"
}

make_source
carried
killed
generations
options
refused
finish
