#!/bin/sh
# What generations refuse: the code, the exit status, and that what is live is
# what it was.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc

load() {
	version=$1
	shift
	d load -q "$map$version.yaml" "$ebc" --to "$to" "$@"
}

# refuses STATUS CODE-AND-WORDS COMMAND…: nothing changes.
refuses() {
	status=$1 words=$2
	shift 2
	all person > before
	does "$words" "$status" "$@"
	like "its message" "$words" err
	all person > after
	cmp -s before after
	passes $? "and nothing has changed" after
}

# The mapping of a version beside the test, changed by sed.
changed() {
	sed "s|\.\./|$SRCDIR/|; $2" "$map$1.yaml" > changed.yaml
}

ledger() {
	use "$kind"
	refuses 12 L010 d status --to "$to"
	load 1
	refuses 12 L010.*others d status --to "$to" --dataset others
	load 2
	ask "delete from $text" > out
	refuses 12 "L002.*missing" d test "${map}3.yaml" "$ebc" --to "$to"
	use "$kind"
	load 1
	load 2
	ask "update $event set data = '{' where number = 2" > out
	refuses 12 L003 d status --to "$to"
}

testing() {
	use "$kind"
	load 1
	changed 2 "s/or full_name = .*/or full_name = 'Simon'/"
	refuses 8 "L009.*every person has a full name.*1 row" \
	    d load -q changed.yaml "$ebc" --to "$to"
	refuses 8 "^changed.yaml:[0-9:]+ error L009" d publish -q --to "$to"
	refuses 12 L013 env TMPDIR="$PWD/nowhere" "$DECANT" test \
	    "${map}2.yaml" "$ebc" --to "$to"
	does "--untested" 0 d publish -q --to "$to" --untested
}

# A run that died is one whose end the ledger does not know.
resuming() {
	use "$kind"
	load 1
	does "stage with checkpoints" 0 d stage -q "${map}2.yaml" "$ebc" \
	    --to "$to" --checkpoint 5
	ask "delete from $event where kind = 'staged' and generation = 2" > out
	refuses 12 "L005.*generation 2" load 3 --resume
	does "the same is resumed" 0 load 2 --resume
	refuses 12 L004 d load -q "${map}3.yaml" /proc/self/mem --to "$to" \
	    --checkpoint 5
}

writing() {
	use "$kind"
	load 2
	ask "update person set full_name = 'Anakin' where person_id = 2" > out
	changed 3 "/^    up:/,/full_name = full/d"
	refuses 12 L081 d load -q changed.yaml "$ebc" --to "$to" \
	    --export-writes nowhere/writes.json
	use "$kind"
	load 2
	ask "update person set full_name = null where person_id = 2" > out
	refuses 12 "L082.*person" load 4
}

# Tables that were there before decant, and are dropped by hand.
missing() {
	use "$kind"
	case $kind in
	sqlite) ask "create table person (person_id integer primary key)" ;;
	postgres) ask "create schema names;
	    create table names.person (person_id int primary key)" ;;
	esac > out
	load 1
	does "rollback to what was there before" 0 d rollback -q --to "$to"
	ask "drop table person" > out
	does "a table is gone" 12 d snapshot --to "$to" -d shots
	like "its message" "L014.*person" err
	[ "$kind" = sqlite ] || return
	use "$kind"
	load 1
	sed "s/^name: names/name: others/; s|\.\./|$SRCDIR/|" \
	    "${map}1.yaml" > others.yaml
	refuses 12 "L006.*person.*names" d load -q others.yaml "$ebc" \
	    --to "$to"
}

rows_hidden() {
	[ "$kind" = postgres ] || return 0
	use postgres
	load 1
	ask "alter table names.person enable row level security" > out
	refuses 12 L121 d load -q "$SRCDIR/mappings/names-live.yaml" --to "$to"
	use postgres
	role=staging_$$
	ask "create role $role login; create schema names authorization $role;
	    create schema names_g1 authorization $role" > out
	does "no schema for the ledger" 12 d stage -q "${map}1.yaml" "$ebc" \
	    --to "postgresql:///$database?user=$role"
	like "its message" L001 err
	ask "drop owned by $role cascade; drop role $role" > out 2>&1
}

for one in $kinds; do
	event=decant_event text=decant_text
	[ "$one" = sqlite ] || event=decant.event text=decant.text
	kind=$one
	ledger
	testing
	resuming
	writing
	missing
	rows_hidden
done
finish
