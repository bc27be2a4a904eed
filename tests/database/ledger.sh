#!/bin/sh
# What is wrong with a ledger, a generation or a place for files, and how it is
# told; nothing that is live changes.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc
event=decant_event

load() {
	version=$1
	shift
	d load -q "$map$version.yaml" "$ebc" --to "$to" "$@"
}

# told CODE PATTERN: the messages have it, and what to do.
told() {
	like "$1: $2" "error $1: .*$2" err
}

wrong_ledger() {
	load 1
	does "no such dataset" 12 d status --to "$to" --dataset nobody
	told L010 "nobody"
	case $kind in
	sqlite) none=sqlite:absent.db ;;
	postgres) none=$other ;;
	esac
	does "a database without a ledger" 12 d status --to "$none"
	told L010 ""

	ask "update $event set data = '{' where number = 2" > said
	does "an event that is no JSON" 12 d status --to "$to"
	told L003 "event 2"
	load 1 --again 2> err
	is "no load goes on over it" 12 $?
	ask "delete from $event" > said

	use "$kind"
	load 1
	ask "delete from $text" > said
	does "a text of the ledger is gone" 12 d test "${map}2.yaml" "$ebc" \
	    --to "$to"
	told L002 ""
}

lost_tables() {
	use "$kind"
	load 1
	load 2
	case $kind in
	sqlite) ask "drop table person__g1" > said ;;
	postgres) ask "drop table names_g1.person" > said ;;
	esac
	all person > was
	does "rollback to a table that somebody dropped" 12 d rollback \
	    --to "$to"
	told "[LT]0[0-9]+" "person"
	all person > now
	cmp -s was now
	passes $? "what is live is live" now
	case $kind in
	sqlite) ask "drop table person" > said ;;
	postgres) ask "drop table names.person" > said ;;
	esac
	does "a snapshot of a table that is gone" 12 d snapshot --to "$to" \
	    -d shots
	told L014 "person"
	does "a load makes it again" 0 load 2
	is "16 persons" 16 "$(ask "select count(*) from person")"
}

wrong_files() {
	use "$kind"
	head -c 4800 "$ebc" > in.ebc
	sed "s|\.\./|$SRCDIR/|" "${map}1.yaml" > mine.yaml
	does "an input that cannot be read" 12 d load mine.yaml "$PWD" \
	    --to "$to" --checkpoint 100
	told L004 "$PWD"
	cp "$ebc" secret.ebc
	load 1
	ask "update person set first_name = 'Anakin' where person_id = 2" > said
	sed -e '/^    up:/,/^$/d' -e "s|\.\./|$SRCDIR/|" "${map}2.yaml" \
	    > no-up.yaml
	does "writes cannot be exported there" 12 d load -q no-up.yaml "$ebc" \
	    --to "$to" --export-writes absent/writes.json
	told L081 "absent/writes.json"
	is "and version 1 is live" Anakin "$(ask "select first_name
	    from person where person_id = 2")"
	sed -e "s|full_name: full_name(first_name, middle_name, last_name)|full_name: cast(100 / (length(first_name) - 6) as text)|" \
	    -e "s|\.\./|$SRCDIR/|" "${map}2.yaml" > zero.yaml
	does "an expression of up: has no value for a row" 12 d load -q \
	    zero.yaml "$ebc" --to "$to"
	told L082 "person"
	like "and says which" "person_id.*2|2.*person" err
	is "and version 1 is live still" Anakin "$(ask "select first_name
	    from person where person_id = 2")"
}

# Two mappings' checkpoints
resumed() {
	use "$kind"
	for i in $(seq 100); do cat "$ebc"; done > hundred.ebc
	for i in $(seq 150); do cat hundred.ebc; done > many.ebc
	sed -e "s|\.\./|$SRCDIR/|" -e 's/^    key: person_id/    key: n/' \
	    -e 's/^      person_id: PERSON-ID/      n: record_number()/' \
	    "${map}1.yaml" > one.yaml
	sed 's/first_name:$/given_name:/' one.yaml > two.yaml
	"$DECANT" load -q one.yaml many.ebc --to "$to" --checkpoint 50 \
	    --batch-records 50 --jobs 1 > out 2> err &
	pid=$!
	tries=300
	until [ "$(ask "select count(*) from $event where kind = 'started'" \
	    2> /dev/null)" = 1 ] || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.02
	done
	kill -9 $pid
	wait $pid 2> /dev/null
	[ "$(ask "select count(*) from $event where kind = 'staged'")" = 0 ]
	passes $? "a load with checkpoints is killed"
	does "another mapping cannot resume it" 12 d load -q two.yaml \
	    many.ebc --to "$to" --resume
	told L005 "generation 1"
	does "the same can" 0 d load -q one.yaml many.ebc --to "$to" --resume
	is "all rows are there" "$(($(wc -c < many.ebc) / $(($(wc -c < "$ebc") \
	    / 16))))" "$(ask "select count(*) from person")"
}

others() {
	case $kind in
	sqlite)
		use sqlite
		load 1
		sed -e "s|\.\./|$SRCDIR/|" -e 's/^name: names/name: other/' \
		    "${map}1.yaml" > other.yaml
		does "a table of another dataset" 12 d load -q other.yaml \
		    "$ebc" --to "$to"
		told L006 "'person'.*'names'" ;;
	postgres)
		use postgres
		psql -X -q -c "create role clerk_$$ login" > said 2>&1
		psql -X -q -d "$database" -c "create schema names
		    authorization clerk_$$" > said 2>&1
		does "a role that may not make the ledger" 12 d stage -q \
		    "${map}1.yaml" "$ebc" --to "user=clerk_$$ dbname=$database"
		told L001 "decant"
		does "nor what a load needs" 12 d load -q "${map}1.yaml" \
		    "$ebc" --to "user=clerk_$$ dbname=$database"
		told L040 "decant"
		psql -X -q -d "$database" -c "drop schema names" > said 2>&1
		psql -X -q -c "drop role clerk_$$" > said 2>&1

		use postgres
		load 1
		ask "alter table person enable row level security;
		    grant select on person to public" > said
		sed "s|^target:.*|target: $to|" \
		    "$SRCDIR/mappings/names-live.yaml" > live.yaml
		does "a view over a table with policies" 12 d load -q \
		    live.yaml
		told L121 "person" ;;
	esac
}

for one in $kinds; do
	use "$one"
	case $one in
	sqlite) event=decant_event text=decant_text ;;
	postgres)
		event=decant.event text=decant.text
		other=postgresql:///$old_database ;;
	esac
	wrong_ledger
	lost_tables
	wrong_files
	resumed
	others
done
finish
