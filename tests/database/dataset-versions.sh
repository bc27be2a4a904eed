#!/bin/sh
# Versions of a dataset of several mappings: plan shows what comes of all
# members, test tries it there and back with the tests of members and of the
# dataset; neither changes the target.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=both
names=$made/names.ebc
ledger=$made/ledger.ebc

# version N [MEMBER-VERSION]: a directory with the dataset file and its members
version() {
	mkdir -p "v$1"
	sed "s|\.\./copybooks|$SRCDIR/copybooks|" \
	    "$SRCDIR/mappings/names-v${2-$1}.yaml" > "v$1/names.yaml"
	sed "s|\.\./copybooks|$SRCDIR/copybooks|" "$SRCDIR/mappings/ledger.yaml" \
	    > "v$1/ledger.yaml"
	cat > "v$1/both.yaml" <<-YAML
	decant: dataset 1
	name: both
	version: $1
	members:
	  - mapping: names.yaml
	  - mapping: ledger.yaml
	controls:
	  - name: every holder has an account
	    left: select count(*) from holder
	    right: select count(*) from holder join account using (account_id)
	YAML
}

# add FILE: tests of the dataset, from standard input
add() {
	{
		echo 'tests:'
		cat
	} >> "$1"
}

# What applications see, and what the ledger has.
keep() {
	for t in person account holder entry; do
		echo "$t"
		all $t | sort
	done > "$1"
	d log --to "$to" >> "$1"
}

same() {
	diff "$2" "$3" > differs
	passes $? "$1" differs
}

# json EXPRESSION: of the object in out, by SQLite's reader
json() {
	sqlite3 :memory: "select $1 from (select readfile('out') as j)"
}

plan() {
	use "$kind"
	does "plan of the first one" 0 d plan v1/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "nothing is live" "^live +nothing" out
	like "a member's records are counted" \
	    "^members +names: about 16 records in 3,200 bytes" out
	like "another's bytes" "^ +ledger: 19,377 bytes" out
	like "tables of one" "^shape +person new table" out
	like "and of the other" "^ +entry new table" out
	d load -q v1/both.yaml --to "$to" names="$names" ledger="$ledger"
	keep before
	does "the same again" 0 d plan v1/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "is nothing to do" "^to do +nothing" out
	does "version 2 of one member" 0 d plan v2/both.yaml --to "$to" \
	    names="$names"
	like "from version 1" "^live +generation 1, version 1" out
	like "to version 2" "^new +generation 2, version 2" out
	like "the other one is carried over" \
	    "^ +ledger: not sent, carried over" out
	like "a column is added" "person\.full_name added" out
	is "and that is all" 1 "$(grep -c 'added\|new table\|dropped' out)"
	like "its table stays" "account: 100 now, which stay" out
	like "rows can go back" "^rollback +lossless" out
	if [ "$kind" = postgres ]; then
		is "only what moves is locked" \
		    "locks      ACCESS EXCLUSIVE on person, while tables change places" \
		    "$(grep EXCLUSIVE out)"
	else
		like "the database is locked" "^locks .*write lock" out
	fi
	does "the statements" 0 d plan v2/both.yaml --to "$to" --sql \
	    names="$names"
	like "are of what is made" "^CREATE TABLE .*person" out
	is "and of no other" 1 "$(grep -c '^CREATE TABLE' out)"
	cp out planned
	does "load --dry-run" 0 d load v2/both.yaml --to "$to" --dry-run \
	    names="$names"
	same "is the same" planned out
	does "all of it" 0 d plan v2/both.yaml --to "$to" --sql \
	    names="$names" ledger="$ledger"
	is "has the statements of both" 4 "$(grep -c '^CREATE TABLE' out)"
	does "JSON" 0 d plan v2/both.yaml --to "$to" --json names="$names"
	is "tells who is sent" "2 names 1 ledger 0" "$(json "(j ->> 'version')
	    || ' ' || (j ->> '$.members[0].name') || ' ' ||
	    (j ->> '$.members[0].sent') || ' ' ||
	    (j ->> '$.members[1].name') || ' ' ||
	    (j ->> '$.members[1].sent')")"
	is "and what changes" "added full_name lossless" "$(json "(j ->>
	    '$.shape[0].change') || ' ' || (j ->> '$.shape[0].column') ||
	    ' ' || (j ->> 'rollback')")"
	echo '# changed' >> v2/ledger.yaml
	does "a member that has changed and is not sent" 8 d plan \
	    v2/both.yaml --to "$to" names="$names"
	like "could not stay" "L136.*'ledger'.*changed" err
	sed -i '$d' v2/ledger.yaml
	does "a file for no member" 64 d plan v2/both.yaml --to "$to" \
	    "$names"
	like "is told as load does" "G001.*which member" err
	keep after
	same "nothing has been done" before after
}

try() {
	version 2
	add v2/both.yaml <<-'YAML'
	  - name: names are whole
	    proves: new
	    query: select 1 from person where full_name is null
	  - name: entries are there
	    holds: always
	    query: select 1 where not exists (select 1 from entry)
	YAML
	use "$kind"
	d load -q v1/both.yaml --to "$to" names="$names" ledger="$ledger"
	keep before
	mv v1 gone
	mkdir scratch
	does "version 2 is tried" 0 env TMPDIR="$PWD/scratch" "$DECANT" test \
	    v2/both.yaml --to "$to" names="$names" ledger="$ledger" \
	    --junit junit.xml
	mv gone v1
	is "its plan is what it ran" "$(grep -c '^ok' out)" \
	    "$(sed -n 's/^1\.\.//p' out)"
	like "version 1 is that of the ledger" \
	    "^ok 1 - version 1 is built and live" out
	like "with all members" "^# +names: 16 rows.*; ledger: 100 rows" out
	like "a member's test" "^ok .* names: every person has a full name: fails on version 1, passes on version 2" out
	like "and one that holds" \
	    "^ok .* names: nobody is lost: passes on both" out
	like "the dataset's" "^ok .* - names are whole: fails on version 1, passes on version 2" out
	like "and one that holds" \
	    "^ok .* - entries are there: passes on both" out
	like "its control" \
	    "^ok .* - every holder has an account: passes on both" out
	for what in "rollback to version 1" \
	    "the content of version 1 is what it was" \
	    "version 2 is published again" \
	    "the content of version 2 is what it was" \
	    "the same run again does nothing"; do
		like "$what" "^ok [0-9]+ - $what" out
	done
	is "the content is that of all tables" 2 "$(grep -c \
	    '^# *person .*account .*holder .*entry ' out)"
	is "JUnit has them all" "$(grep -c '^ok' out)" \
	    "$(grep -c '<testcase' junit.xml)"
	does "one member is sent" 0 d test v2/both.yaml --to "$to" \
	    names="$names" -e ledger="$ledger"
	like "the other is carried over" "ledger: not sent, carried over" out
	does "a copy of what is live" 0 env TMPDIR="$PWD/scratch" "$DECANT" \
	    test v2/both.yaml --to "$to" names="$names" --live-copy
	like "is where it starts" "^ok .*rollback to the live generation" out
	does "--previous" 0 d test v2/both.yaml --to "$to" \
	    --previous v1/both.yaml names="$names" ledger="$ledger" --json
	is "in JSON" "version 1, version 2, 0 failed" "$(json "(j ->>
	    'previous') || ', ' || (j ->> 'new') || ', ' || (j ->> 'failed')
	    || ' failed'")"
	does "a file for no member" 64 d test v2/both.yaml --to "$to" \
	    "$names"
	does "nor for the version before" 64 d test v2/both.yaml --to "$to" \
	    names="$names" -e "$ledger"
	like "is told as load does" "G001.*which member" err
	keep after
	same "the target is untouched" before after
	is "no scratch is left" "" "$(ls -A scratch; [ "$kind" = sqlite ] ||
	    psql -X -q -A -t -c "select datname from pg_database where datname
	    like 'decant%'")"
	rmdir scratch
}

# fails NAME WHAT… < TESTS: version 2 with these is not proved, exit status 8
judged() {
	version 2
	add v2/both.yaml
	does "$1" "$2" d test v2/both.yaml --to "$to" names="$names" \
	    ledger="$ledger"
}

judge() {
	use "$kind"
	d load -q v1/both.yaml --to "$to" names="$names" ledger="$ledger"
	keep before
	judged "a dataset's test that holds on both" 8 <<-'YAML'
	  - name: accounts have ids
	    proves: new
	    query: select 1 from account where account_id is null
	YAML
	like "proves nothing" "^not ok .* accounts have ids: fails on" out
	like "and is vacuous" "^# +vacuous: it passes on version 1 too" out
	judged "one that fails on the new version" 8 <<-'YAML'
	  - name: there are no accounts
	    proves: new
	    query: select 1 from account
	YAML
	like "is named, with its rows" "^# +version 1: 100 rows; version 2: 100 rows" out
	judged "one that always fails" 8 <<-'YAML'
	  - name: there are no persons
	    holds: always
	    query: select 1 from person
	YAML
	like "is named" "^not ok .* there are no persons: passes on both" out
	version 2
	cat >> v2/both.yaml <<-'YAML'
	  - name: as many names as accounts
	    left: select count(*) from person
	    right: select count(*) from account
	YAML
	does "a control that does not hold" 8 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "is named" "^not ok .* as many names as accounts" out
	version 2
	cat >> v2/both.yaml <<-'YAML'
	  - name: all names are whole
	    left: select count(*) from person
	    right: select count(full_name) from person
	YAML
	does "a control of what is new" 0 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "need not hold before" \
	    "^ok .* all names are whole: passes on version 2" out
	like "what it says there is told" "^# +on version 1: .*full_name" out
	keep after
	same "the target is untouched" before after
}

# The ledger has version 2 already, twice: what is tried is compared with 1.
behind() {
	version 2
	use "$kind"
	d load -q v1/both.yaml --to "$to" names="$names" ledger="$ledger"
	d load -q v2/both.yaml --to "$to" names="$names" ledger="$ledger"
	d load -q v2/both.yaml --to "$to" names="$names" --again
	does "what is live" 0 d test v2/both.yaml --to "$to" names="$names" \
	    ledger="$ledger"
	like "is compared with version 1" "^ok 1 - version 1 is built" out
	sed -i 's/^version: 2/version: 3/' v2/names.yaml
	sed -i '/name: nobody is lost/,$d' v2/names.yaml
	cat >> v2/names.yaml <<-'YAML'
	  - name: nobody is called Nobody
	    proves: new
	    query: select 1 from person where last_name = 'Nobody'
	YAML
	does "a member alone has changed" 8 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "the dataset is the one before" "^ok 1 - the version before is" out
	like "a member's test is vacuous" \
	    "^# +vacuous: it passes on the version before" out
}

# Members come and go.
members() {
	mkdir -p one
	cp v1/names.yaml one/names.yaml
	printf 'decant: dataset 1\nname: both\nmembers: [{mapping: names.yaml}]\n' \
	    > one/both.yaml
	version 2 1
	add v2/both.yaml <<-'YAML'
	  - name: accounts and names
	    holds: always
	    query: select 1 from account, person where account_id = -person_id
	YAML
	cat >> v2/ledger.yaml <<-'YAML'
	tests:
	  - name: accounts have ids
	    holds: always
	    query: select 1 from account where account_id is null
	YAML
	cat >> v2/names.yaml <<-'YAML'
	tests:
	  - name: nobody is lost
	    holds: always
	    query: select 1 where not exists (select 1 from person)
	YAML
	use "$kind"
	d load -q one/both.yaml --to "$to" names="$names"
	does "a member is added" 0 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "its tests are of the new version" \
	    "^ok .* - ledger: accounts have ids: passes$" out
	like "and the dataset's over it" \
	    "^ok .* - accounts and names: passes on version 2" out
	like "an older one stays" "^ok .* nobody is lost: passes on both" out
	d load -q v2/both.yaml --to "$to" names="$names" ledger="$ledger"
	sed -i 's/^name: both/&\nversion: 3/' one/both.yaml
	does "its file is needed, to remove it" 8 d test one/both.yaml \
	    --to "$to" names="$names"
	like "and it is told how to say which" "F002.*--extract says" out
	does "it is removed" 0 d test one/both.yaml --to "$to" \
	    names="$names" -e ledger="$ledger"
	does "and the plan says so" 0 d plan one/both.yaml --to "$to" \
	    names="$names"
	like "of its tables" "^ +entry dropped|^shape +entry dropped" out
	use "$kind"
	sed 's/^name: .*/name: both/' v1/names.yaml > one/both-alone.yaml
	d load -q one/both-alone.yaml "$names" --to "$to"
	does "from a mapping to a dataset" 0 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	like "its files are those of the member with its tables" \
	    "^#   16 rows" out
}

for kind in $kinds; do
	version 1
	version 2
	plan
	try
	judge
	behind
	version 1
	members
	rm -rf v1 v2 one
done
finish
