#!/bin/sh
# What docs/operations.md says of PostgreSQL: rights, what a swap cannot hide,
# what is left in the database.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc

load() {
	version=$1
	shift
	d load -q "$map$version.yaml" "$ebc" --to "$to" "$@"
}

# session FILE: a session of an application, which reads the descriptor 3.
session() {
	rm -f pipe
	mkfifo pipe
	PGDATABASE=$database psql -X -q -A -t -F "$tab" < pipe > "$1" 2>&1 &
	pids=$!
	exec 3> pipe
}

# said PATTERN FILE: waits until a line of it matches.
said() {
	n=0
	until grep -qE "$1" "$2"; do
		n=$((n + 1))
		[ $n -lt 100 ] || return 1
		sleep 0.1
	done
}

ended() {
	exec 3>&-
	wait "$pids"
	pids=
}

rights() {
	use postgres rights
	role=loader_$$ reader=reader_$$
	ask "create role $role login; create role $reader login" > out
	to=postgresql:///$database?user=$role
	does "no right to make schemas" 12 load 1
	like "what it needs" "T066.*'names'" err
	like "and for the ledger" "L040.*'decant'" err
	ask "grant create on database $database to $role" > out
	does "CREATE on the database is enough" 0 load 1
	does "status needs rights, too" 12 d status \
	    --to "postgresql:///$database?user=$reader"
	ask "grant usage on schema decant to $reader;
	    grant select on decant.event, decant.text to $reader;
	    grant usage on schema names to $reader;
	    grant select, update on names.person to $reader" > out
	does "USAGE and SELECT are enough for status" 0 d status \
	    --to "postgresql:///$database?user=$reader"
	does "and for log" 0 d log --verify \
	    --to "postgresql:///$database?user=$reader"
	does "another version" 0 load 2
	is "applications have their rights on it, and write" 1 \
	    "$(PGDATABASE=$database PGUSER=$reader psql -X -A -t -c "update
	    names.person set first_name = 'Anakin' where person_id = 2
	    returning 1" | head -n 1)"
	does "a snapshot wants to make a database" 12 d snapshot --to "$to" \
	    -d shots
	like "it says so" "permission denied to create database" err
	ask "alter role $role createdb" > out
	does "CREATEDB is enough" 0 d snapshot --to "$to" -d shots
	does "and for test" 0 d test "${map}3.yaml" "$ebc" --to "$to"
	ask "drop owned by $role cascade; drop owned by $reader" > out 2>&1
	PGDATABASE=$old_database psql -X -q -c "drop database $database" \
	    -c "drop role $role" -c "drop role $reader" 2> /dev/null
}

prepared() {
	use postgres
	load 1
	session out3
	echo "prepare p as select * from names.person where person_id = 2;
	    prepare q as select first_name from names.person where
	    person_id = 2; execute p; execute q; select 'ready';" >&3
	said ready out3
	load 1 --again
	echo "execute p; execute q; select 'same shape';" >&3
	said "same shape" out3
	grep -q ERROR out3
	[ $? = 1 ]
	passes $? "prepared statements outlive a load" out3
	load 2
	echo "execute q; select 'by name';" >&3
	said "by name" out3
	grep -q ERROR out3
	[ $? = 1 ]
	passes $? "and another shape, where columns are named" out3
	echo "execute p; execute p; deallocate p; prepare p as select * from
	    names.person where person_id = 2; execute p;" >&3
	ended
	is "SELECT * fails until it is prepared again" 2 \
	    "$(grep -c "cached plan must not change result type" out3)"
	like "and then has the new shape" "^2${tab}Darth Vader${tab}Darth" out3
}

snapshots_of_readers() {
	use postgres
	load 1
	session out3
	echo "begin isolation level repeatable read; select 'begun';" >&3
	said begun out3
	does "a publication while a REPEATABLE READ reader has read nothing" 0 \
	    load 2
	echo "select full_name from names.person where person_id = 2;" >&3
	ended
	is "it finds the new table, with its rows" "begun
Darth Vader" "$(cat out3)"
	ask "insert into names_g1.person (person_id, first_name, last_name)
	    values (17, 'A', 'B')" > out
	like "what was put away takes no writes" "was put away and is not live" \
	    out
	is "sizes by generation" "names
names_g1" "$(ask "select relnamespace::regnamespace from pg_class where
	    relnamespace::regnamespace::text ~ '^names(_g[0-9]+)?\$' and
	    relkind = 'r' group by 1 order by 1::text")"
	is "what decant has of its own" "event
names_g1.person
names_g2.person
text" "$(ask "select relname from pg_class where relkind = 'r' and
	    relnamespace = 'decant'::regnamespace order by relname collate
	    \"C\"")"
}

if [ -z "${DECANT_PG-}" ]; then
	skip postgres "no PostgreSQL server"
	echo "1..$ntest"
	exit 0
fi
kind=postgres
rights
prepared
snapshots_of_readers
finish
