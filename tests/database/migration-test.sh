#!/bin/sh
# decant test on the four versions of the names, on both kinds of database:
# what is new fails before and passes after, rollback restores, a repeat does
# nothing; what proves nothing is said to; the target is only read.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc
began=$(date +%s)

# An XML parser of its own reads JUnit: python3's or xmllint, where there is
# one; else that it is well-formed is seen by its tags.
well_formed() {
	if command -v python3 > /dev/null; then
		python3 -c 'import sys, xml.dom.minidom as m
d = m.parse(sys.argv[1])
s = d.getElementsByTagName("testsuite")[0]
print(len(d.getElementsByTagName("testcase")), s.getAttribute("tests"),
    len(d.getElementsByTagName("failure")), s.getAttribute("failures"))' "$1"
	else
		awk '/<testcase/ { n++ } /<failure/ { f++ }
		    match($0, /tests="[0-9]+"/) {
			t = substr($0, RSTART + 7, RLENGTH - 8) }
		    match($0, /failures="[0-9]+"/) {
			g = substr($0, RSTART + 10, RLENGTH - 11) }
		    END { print n + 0, t, f + 0, g }' "$1"
	fi
}

steps() {
	for version in 2 3 4; do
		before=$((version - 1))
		does "version $before to $version" 0 d test \
		    "$map$version.yaml" "$ebc" --previous "$map$before.yaml" \
		    --scratch "$1" --junit junit.xml
		is "its plan is what it ran" "$(grep -c '^ok' out)" \
		    "$(sed -n 's/^1\.\.//p' out)"
		new=$(awk '/^  - name:/ { sub(/^  - name: /, ""); name = $0 }
		    /^    proves: new/ { print name }' "$map$version.yaml" | sort)
		is "each new check fails before and passes after" "$new" \
		    "$(sed -nE "s/^ok [0-9]+ - (.*): fails on version $before, passes on version $version\$/\1/p" \
		    out | sort)"
		for what in "rollback to version $before" \
		    "the content of version $before is what it was" \
		    "version $version is published again" \
		    "the same run again does nothing"; do
			like "$what" "^ok [0-9]+ - $what" out
		done
		n=$(grep -c '^ok' out)
		is "JUnit" "$n $n 0 0" "$(well_formed junit.xml)"
	done
}

# A test that passes on both, or that cannot be run, proves nothing.
vacuous() {
	{
		sed "s|\.\./|$SRCDIR/|" "${map}2.yaml"
		cat <<-'YAML'
		  - name: persons have ids
		    proves: new
		    query: select person_id from person where person_id is null
		YAML
	} > vacuous.yaml
	does "a test that passes before, too" 8 d test vacuous.yaml "$ebc" \
	    --previous "${map}1.yaml" --scratch "$1" --junit junit.xml
	like "is named" "^not ok .*persons have ids" out
	like "and vacuous" "^# +vacuous: it passes on version 1 too" out
	is "JUnit tells it" "1 1" "$(well_formed junit.xml | cut -d ' ' -f 3,4)"
	sed 's/persons have ids/no such thing/; s/select person_id from person where person_id is null/select nowhere from person/' \
	    vacuous.yaml > wrong.yaml
	does "a test that cannot be run" 8 d test wrong.yaml "$ebc" \
	    --previous "${map}1.yaml" --scratch "$1"
	like "is named, with the reason" "^not ok .*no such thing" out
	like "by the database's own words" "nowhere" out
	sed 's/select person_id from person where person_id is null/select person_id from person where full_name is not null/' \
	    vacuous.yaml > fails.yaml
	does "a test that fails on the new version" 8 d test fails.yaml \
	    "$ebc" --previous "${map}1.yaml" --scratch "$1" --json
	like "in JSON" '"passed":false' out
}

# The previous version is the one that is live in the target, by its ledger.
scratches() {
	ls -A scratch
	[ "$kind" = sqlite ] || psql -X -q -A -t -c "select datname
	    from pg_database where datname like 'decant%'"
}

from_ledger() {
	does "version 1 is live" 0 d load -q "${map}1.yaml" "$ebc" --to "$to"
	all person > before
	mkdir scratch
	does "a dry run" 0 env TMPDIR="$PWD/scratch" "$DECANT" test \
	    "${map}2.yaml" "$ebc" --to "$to" --dry-run
	like "names the version before" "before +version 1, generation 1" out
	for test in "new +every person has a full name" \
	    "always +nobody is lost"; do
		like "and a test" "$test" out
	done
	is "and makes nothing" "" "$(scratches)"
	does "the target's ledger has the version before" 0 d test \
	    "${map}2.yaml" "$ebc" --to "$to"
	like "it is version 1" "version 1 is built and live" out
	ask "insert into person values (77, 'Written', '', 'By hand', null)" \
	    > said
	does "--live-copy" 0 env TMPDIR="$PWD/scratch" "$DECANT" test \
	    "${map}2.yaml" "$ebc" --to "$to" --live-copy
	ask "delete from person where person_id = 77" > said
	all person > after
	cmp -s before after
	passes $? "the target was only read" after
	is "nothing is staged in it" "1" "$(d status --to "$to" --json |
	    grep -o '"state":' | wc -l)"
	is "no scratch is left" "" "$(scratches)"
	env TMPDIR=/nonexistent "$DECANT" test "${map}2.yaml" "$ebc" \
	    --previous "${map}1.yaml" --to "$to" > out 2> err
	like "no place for scratch" "L013.*nonexistent" err
}

for one in $kinds; do
	mkdir "$one"
	cd "$one" || exit 99
	use "$one"
	case $one in
	sqlite) scratch=sqlite:scratch.db ;;
	postgres) scratch=$to ;;
	esac
	steps "$scratch"
	use "$one"
	vacuous "$scratch"
	use "$one"
	from_ledger
	cd ..
done
took=$(($(date +%s) - began))
[ $took -lt 60 ]
passes $? "all of it took $took s"
finish
