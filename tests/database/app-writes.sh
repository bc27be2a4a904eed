#!/bin/sh
# Applications write while versions are published and rolled back: 10,000 writes
# (inserts, updates, deletes), each committed on its own by one of four sessions
# that find the table by its name, are all there in the end, in both versions.
# TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=names
map=$SRCDIR/mappings/names-v
ebc=$made/names.ebc
writers="1 2 3 4"

# Statements of writer $1, with the pause $2 at every tenth row: 1,800 inserts, 600 updates of every third row, 100
# deletes of every eighteenth; what is left is in left.$1.
statements() {
	awk -v w="$1" -v pause="$2" 'BEGIN {
		for (i = 1; i <= 1800; i++) {
			id = 1000000 * w + i
			printf "insert into person (person_id, first_name, " \
			    "middle_name, last_name) values (%d, \047F%d\047, " \
			    "\047M\047, \047L%d\047);\n", id, i, w
			if (i % 3 == 0)
				printf "update person set first_name = " \
				    "\047U%d\047 where person_id = %d;\n", i, id
			if (i % 18 == 0)
				printf "delete from person where person_id = " \
				    "%d;\n", id - 1
			if (i % 10 == 0)
				print pause
		}
		for (i = 1; i <= 1800; i++)
			if ((i + 1) % 18 != 0)
				printf "%d\t%s%d\tL%d\n", 1000000 * w + i,
				    i % 3 == 0 ? "U" : "F", i,
				    w > "left." w
	}'
}

write_all() {
	case $kind in
	sqlite)
		{
			echo ".timeout 60000"
			echo "pragma synchronous = off;"
			cat statements.$1
		} | sqlite3 -init /dev/null -batch gen.db ;;
	postgres)
		PGDATABASE=$database PGOPTIONS="-c search_path=$schema" \
		    psql -X -q -v ON_ERROR_STOP=0 -f statements.$1 ;;
	esac > said.$1 2>&1
	echo done > done.$1
}

left() {
	ask "select person_id, first_name, last_name from person
	    where person_id >= 1000000 order by 1"
}

# Version 2 keeps the full name of those who write the old columns.
sed -e "s|\.\./|$SRCDIR/|" -e '/^    up:/i\    agree:\
      full_name: full_name(first_name, middle_name, last_name)' \
    "${map}2.yaml" > v2.yaml

under_way() {
	use "$kind"
	rm -f done.* said.*
	case $kind in
	sqlite) pause=".shell sleep 0.02" ;;
	postgres) pause="select pg_sleep(0.02) \\g /dev/null" ;;
	esac
	does "version 1" 0 d load -q "${map}1.yaml" "$ebc" --to "$to"
	[ "$kind" != sqlite ] ||
		sqlite3 gen.db 'pragma journal_mode = wal' > wal
	for w in $writers; do
		statements $w "$pause" > statements.$w
	done
	is "there are 10,000 writes" 10000 "$(cat statements.? |
	    grep -c -e '^insert' -e '^update' -e '^delete')"
	for w in $writers; do
		write_all $w &
		pids="${pids-} $!"
	done
	sleep 0.2
	swaps=0 failed=0
	d load -q v2.yaml "$ebc" --to "$to" > out 2> err ||
		failed=$((failed + 1))
	swaps=1
	while [ "$(ls done.* 2> /dev/null | wc -l)" -lt 4 ]; do
		d rollback -q --to "$to" > out 2>> err || failed=$((failed + 1))
		d publish -q --to "$to" >> out 2>> err || failed=$((failed + 1))
		swaps=$((swaps + 2))
	done
	wait
	pids=
	is "no swap of $swaps failed" 0 $failed
	[ $swaps -ge 5 ]
	passes $? "there were $swaps swaps while they wrote" err
	cat said.? > said
	is "no write failed" "" "$(cat said)"
	cat left.1 left.2 left.3 left.4 > want
	is "what is to be left" 6800 "$(wc -l < want)"
	left > got
	cmp -s want got
	passes $? "10,000 of 10,000 writes are in version 2" got
	does "rollback" 0 d rollback -q --to "$to"
	left > got
	cmp -s want got
	passes $? "10,000 of 10,000 writes are in version 1" got
	does "publish" 0 d publish -q --to "$to"
	is "and have a full name in version 2" 6800 "$(ask "select count(*)
	    from person where person_id >= 1000000 and full_name =
	    first_name || ' M ' || last_name")"
	does "the ledger is whole" 0 d log --to "$to" --verify
	[ "$kind" != sqlite ] ||
		is "so is the database" ok "$(ask "pragma integrity_check")"
}

for one in $kinds; do
	kind=$one
	under_way
done
finish
