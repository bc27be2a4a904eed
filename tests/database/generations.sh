#!/bin/sh
# Generations from end to end, the same on SQLite and PostgreSQL: the names'
# four versions, there and back, with writes of applications; the ledger.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc

load() {
	version=$1
	shift
	d load -q "$map$version.yaml" "$ebc" --to "$to" "$@"
}

# live: number and state of what is live, by the ledger's own table
live_event() {
	case $kind in
	sqlite) ask "select kind, generation from decant_event order by number
	    desc limit 1" ;;
	postgres) ask "select kind, generation from decant.event order by
	    number desc limit 1" ;;
	esac
}

there_and_back() {
	does "version 1" 0 load 1
	all person > v1
	is "16 persons" 16 "$(wc -l < v1)"
	does "version 2" 0 load 2
	all person > v2
	is "the old columns are the same" "$(cut -f 1,2,3,4,5 v1)" \
	    "$(cut -f 1,3,4,5,6 v2)"
	does "rollback" 0 d rollback --to "$to" -q
	all person > back
	cmp -s v1 back
	passes $? "version 1 is what it was" back
	is "the ledger says so" "rolled-back${tab}1" "$(live_event)"
	does "publish" 0 d publish --to "$to" -q
	all person > again
	cmp -s v2 again
	passes $? "version 2 is what it was" again
	does "publish once more" 0 d publish --to "$to"
	like "there is nothing to do" "nothing to do" out
	does "the same load" 0 load 2
	is "nothing was staged" "published${tab}2" "$(live_event)"
	does "load --again" 0 load 2 --again
	is "generation 3" "published${tab}3" "$(live_event)"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

# Of two files of one size the same can be said only when all is read.
same_size() {
	use "$kind"
	[ -e many.ebc ] ||
		"$BUILDDIR/testdata/make-customer" -n 5000 > many.ebc
	cp many.ebc last.ebc
	again="d load $SRCDIR/mappings/customer.yaml last.ebc --to $to"
	does "5,000 records" 0 $again
	does "the same" 0 $again
	like "is not loaded again" "nothing to do" out
	for at in 10 2500; do
		printf '\361' | dd of=last.ebc bs=1 seek=$((at * 300 - 1)) \
		    conv=notrunc status=none
		does "another last byte of record $at" 0 $again
		like "is loaded" "5,000 loaded" out
	done
}

writes() {
	use "$kind"
	load 1
	ask "insert into person values (900001, 'Ada', '', 'Lovelace',
	    '1815-12-10');
	    update person set first_name = 'Anakin' where person_id = 2;
	    delete from person where person_id = 16" > said
	is "applications write" "" "$(cat said)"
	does "version 2" 0 load 2
	is "an insert is carried" "Ada Lovelace${tab}Ada${tab}${tab}Lovelace" \
	    "$(ask "select full_name, first_name, middle_name, last_name
	    from person where person_id = 900001")"
	is "an update is carried" "Anakin" "$(ask "select first_name from
	    person where person_id = 2")"
	is "a delete is carried" "16" "$(ask "select count(*) from person")"
	ask "update person set full_name = 'Countess Lovelace', last_name = 'King'
	    where person_id = 900001" > said
	does "rollback" 0 d rollback --to "$to" --json
	like "one row is carried back" '"carried":1,' out
	is "what is written since" "King" "$(ask "select last_name from person
	    where person_id = 900001")"
	does "publish" 0 d publish --to "$to" -q
	is "and is there still" "Countess Lovelace" "$(ask "select full_name
	    from person where person_id = 900001")"
	does "another load" 0 load 2 --again
	is "outlives the next extract, too" "Countess Lovelace${tab}King" \
	    "$(ask "select full_name, last_name from person
	    where person_id = 900001")"
	does "version 3" 0 load 3
	like "a row has none in a table that is new: the test's name" \
	    "warning L083.*every person can be found.*1 row" err
	does "version 4" 0 load 4
	ask "insert into person values (900002, 'Simon', 'Simon', null, null,
	    null)" > said
	does "rollback through down:" 0 d rollback --to "$to" -q
	is "nulls are empty texts there" "Simon${tab}1${tab}Simon${tab}" \
	    "$(ask "select full_name, case when names_agree then 1 else 0 end,
	    first_name, last_name from person where person_id = 900002")"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

refused() {
	use "$kind"
	sed '/^    up:/,/^$/d' "${map}2.yaml" |
		sed "s|\.\./|$SRCDIR/|" > no-up.yaml
	load 1
	ask "update person set first_name = 'Anakin' where person_id = 2" > said
	does "without up: it is refused" 12 d load -q no-up.yaml "$ebc" \
	    --to "$to"
	like "the column is named" "L080.*person.*full_name" err
	is "version 1 is live" "Anakin" "$(ask "select first_name from person
	    where person_id = 2")"
	does "or exported" 0 d load no-up.yaml "$ebc" --to "$to" \
	    --export-writes writes.json
	like "the row is in the file" '"person","op":"write","row":.*Anakin' \
	    writes.json
	is "for its owner only" 600 "$(stat -c %a writes.json)"
	is "version 2 is live, without it" "Darth" "$(ask "select first_name
	    from person where person_id = 2")"
}

# Rows that have no value in the other version: a rollback names one and is
# refused, or writes them to a file, and then what they were before is live.
no_value() {
	use "$kind"
	sed -e "s|\.\./|$SRCDIR/|" -e '/^    up:/i\    down:\
      first_name: cast(100 / (person_id - 2) as text)' "${map}2.yaml" \
	    > zero.yaml
	load 1
	does "a version whose down: divides by zero" 0 d load -q zero.yaml \
	    "$ebc" --to "$to"
	ask "update person set born_on = '2001-02-03' where person_id in (1, 2);
	    insert into person (person_id, full_name, first_name, last_name)
	    values (900003, 'Ada King', 'Ada', 'King')" > said
	is "applications write" "" "$(cat said)"
	does "a rollback is refused" 12 d rollback -q --to "$to"
	like "a row is named" "L082.*person" err
	is "version 2 is live" "2001-02-03" "$(ask "select born_on from person
	    where person_id = 2")"
	rm -f aside.json
	does "or goes on without it" 0 d rollback --to "$to" \
	    --export-writes aside.json --json
	like "others are carried" '"carried":2,' out
	like "one is exported" '"exported":1[,}]' out
	is "it is in the file" 1 "$(grep '"person_id": *2[,}]' aside.json |
	    grep -c 2001-02-03)"
	is "and alone" 1 "$(wc -l < aside.json)"
	is "the others are there" "1${tab}-100${tab}2001-02-03
900003${tab}0$tab" "$(ask "select person_id, first_name, born_on from person
	    where person_id in (1, 900003) order by 1")"
	is "it is what it was" "Darth" "$(ask "select first_name from person
	    where person_id = 2")"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

# A run that was killed between its transaction and the end of it leaves an
# empty schema in PostgreSQL; the next publication drops it, and no other.
left_schema() {
	[ "$kind" = postgres ] || return 0
	use postgres
	load 1
	ask "create schema names_g77;
	    comment on schema names_g77 is 'decant generation 77 of schema names';
	    create schema names_g78;
	    create schema names_g79;
	    comment on schema names_g79 is 'decant generation 79 of schema other';
	    create schema names_g80; create table names_g80.kept (a int);
	    comment on schema names_g80 is 'decant generation 80 of schema names'" \
	    > said
	does "version 2" 0 load 2
	is "the empty one is gone" "names_g1 names_g78 names_g79 names_g80 " \
	    "$(ask "select nspname from pg_namespace
	    where nspname like 'names\\_g%' order by length(nspname), 1" |
	    tr '\n' ' ')"
}

shrink() {
	use "$kind"
	load 1
	head -c 1000 "$ebc" > short.ebc
	does "an extract that is cut short" 8 d load "${map}1.yaml" short.ebc \
	    --to "$to"
	like "the table is named" "L008.*person.*16 rows to 5" err
	is "nothing is published" 16 "$(ask "select count(*) from person")"
	does "it is staged" 0 d status --to "$to"
	like "and said to be" "2 *staged" out
	does "publish takes it" 0 d publish --to "$to" -q
	is "5 rows" 5 "$(ask "select count(*) from person")"
	does "another load, far larger" 0 load 1
	does "--max-shrink" 0 d load -q "${map}1.yaml" short.ebc --to "$to" \
	    --max-shrink 90%
}

keeping() {
	use "$kind"
	load 1
	load 1 --again
	load 1 --again
	load 1 --again
	does "status" 0 d status --to "$to" --json
	is "three old generations" 3 "$(grep -o '"state":"kept"' out |
	    wc -l)"
	does "retire" 0 d retire --to "$to"
	is "two are dropped" "dropped generation 1
dropped generation 2" "$(cat out)"
	does "the ledger" 0 d log --to "$to" --json
	is "it knows who did it" 2 "$(grep -o \
	    '"kind":"retired"[^}]*"verb":"retire"[^}]*"user":"'"$(id -un)" \
	    out | wc -l)"
	does "rollback goes to the one that is kept" 0 d rollback --to "$to" -q
	is "generation 3 is live" "rolled-back${tab}3" "$(live_event)"
	does "there is nothing before it" 12 d rollback --to "$to"
	like "it says so" "L011" err
	does "a generation that is gone" 12 d publish --to "$to" --generation 1
	like "it says so" "L011.*generation 1" err
	does "there is no such generation" 12 d publish --to "$to" \
	    --generation 77
	does "stage" 0 d stage -q "${map}2.yaml" "$ebc" --to "$to"
	does "another one takes its place" 0 d stage -q "${map}1.yaml" "$ebc" \
	    --to "$to"
	does "status" 0 d status --to "$to"
	is "one is staged" 1 "$(grep -cE '^ +[0-9]+ +staged ' out)"
	does "dry run" 0 d publish --to "$to" --dry-run
	grep -q . out
	passes $? "it prints statements" out
	is "and does nothing" "staged" "$(live_event | cut -f 1)"
}

adopted() {
	use "$kind"
	case $kind in
	sqlite) ask "create table person (person_id integer primary key,
	    note text); insert into person values (1, 'old')" > said ;;
	postgres) ask "create schema names; create table names.person
	    (person_id int primary key, note text);
	    insert into names.person values (1, 'old')" > said ;;
	esac
	does "tables that were there before" 0 load 1
	is "are replaced" 16 "$(ask "select count(*) from person")"
	does "rollback" 0 d rollback --to "$to" -q
	is "and kept" "old" "$(ask "select note from person")"
	does "publish" 0 d publish --to "$to" -q
	is "16 persons again" 16 "$(ask "select count(*) from person")"
}

tampered() {
	use "$kind"
	load 1
	load 2
	event=decant_event
	[ "$kind" = sqlite ] || event=decant.event
	# an independent computation of every hash
	ask "select number from $event order by number" > numbers
	good=0
	while read -r n; do
		ask "select previous from $event where number = $n" > field
		ask "select dataset from $event where number = $n" >> field
		echo "$n" >> field
		for column in at kind generation data; do
			ask "select $column from $event where number = $n" \
			    >> field
		done
		hash=$(head -c -1 field | sha256sum | cut -d ' ' -f 1)
		[ "$hash" = "$(ask "select hash from $event where number = $n")" ] &&
			good=$((good + 1))
	done < numbers
	is "hashes are SHA-256 of what is written" "$(wc -l < numbers)" $good
	for change in "set kind = 'retired' where number = 2" \
	    "set at = '2020-01-01T00:00:00.000Z' where number = 3" \
	    "set data = replace(data, '16', '17') where number = 2" \
	    "set hash = previous where number = 4"; do
		case $kind in
		sqlite) cp gen.db keep.db ;;
		postgres) ask "create table keep as table $event" > said ;;
		esac
		ask "update $event $change" > said
		does "found: $change" 8 d log --to "$to" --dataset names \
		    --verify
		like "with its code" L012 err
		case $kind in
		sqlite) cp keep.db gen.db ;;
		postgres) ask "delete from $event; insert into $event
		    table keep; drop table keep" > said ;;
		esac
	done
	ask "delete from $event where number = 2" > said
	does "found: an event is taken out" 8 d log --to "$to" \
	    --dataset names --verify
}

# The version before reads what the new one does, though its texts, out of the
# ledger, stand elsewhere; or a file of its own, or it is a copy of what is live.
proved() {
	use "$kind"
	mkdir -p beside
	cp "$ebc" "$SRCDIR/copybooks/names.cpy" beside
	for v in 1 2; do
		sed 's,\.\./[a-z]*/,,' "$map$v.yaml" > beside/v$v.yaml
	done
	d load -q beside/v1.yaml --to "$to"
	does "version 2 is proved, of files beside it" 0 \
	    d test beside/v2.yaml --to "$to"
	like "back and there again" "^ok 10 - the content of version 2" out
	does "from a living table" 0 d test "$SRCDIR/mappings/names-live.yaml" \
	    --to "$to" --live-copy
	like "back and there again" "^ok 9 - the content of version 2" out
	does "from a table of the version before" 0 \
	    d test "$SRCDIR/mappings/names-live.yaml" --to "$to" -e "$ebc"
	like "which is built" "^ok 1 - version 1 is built" out
	is "version 1 is live" "started published" "$(ask "select kind
	    from $ledger where kind <> 'staged' order by number" |
	    tr '\n' ' ' | sed 's/ $//')"
}

# Three columns become one, from the living table; there is a view for those
# who read three, which is in nobody's way.
living() {
	use "$kind"
	load 1
	does "from the living table" 0 d load -q \
	    "$SRCDIR/mappings/names-live.yaml" --to "$to"
	is "the view has the old columns" "Darth${tab}Vader" \
	    "$(ask "select first_name, last_name from person_v1
	    where person_id = 2")"
	ask "insert into person values (900001, 'Ada Lovelace', '1815-12-10');
	    update person set full_name = 'Gordon Sting Sumner'
	    where person_id = 3" > said
	does "rollback" 0 d rollback --to "$to" -q
	is "writes have three columns" "Gordon${tab}Sting${tab}Sumner
Ada${tab}${tab}Lovelace" "$(ask "select first_name, middle_name, last_name
	    from person where person_id in (3, 900001) order by person_id")"
	ask "select count(*) from person_v1" > said
	like "the view is gone" "no such table|does not exist" said
	does "publish" 0 d publish --to "$to" -q
	is "the view is back" "Gordon${tab}Sumner" \
	    "$(ask "select first_name, last_name from person_v1
	    where person_id = 3")"
}

for one in $kinds; do
	ledger=decant_event
	[ "$one" = sqlite ] || ledger=decant.event
	use "$one"
	proved
	living
	use "$one"
	there_and_back
	writes
	refused
	no_value
	left_schema
	shrink
	keeping
	same_size
	adopted
	tampered
done
finish
