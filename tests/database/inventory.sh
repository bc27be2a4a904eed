#!/bin/sh
# decant inventory and purge: every table and file is listed with what is in it,
# by sqlite3, psql, wc and sha256sum; what is too old is gone, the rest is there;
# what is not as the ledger tells stays; killed in between, the next run ends it.
# TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=customer
moments=${DECANT_MOMENTS-200}
moments=$(((moments + 9) / 10))
top=$PWD

# spoil FILE OFFSET OCTAL: a byte is no digit any more.
spoil() {
	printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2> /dev/null
}

# 300 customers each, 200 of them in both; the first has two dirty ones.
head -c 90000 "$SAMPLE" > a.ebc
tail -c +30001 "$SAMPLE" | head -c 90000 > b.ebc
spoil a.ebc $((300 + 163)) 377
spoil a.ebc $((600 + 248)) 371
# and one whose name nobody else has, ZZYZX
only=ZZYZX
for at in 0351 1351 2350 3351 4347; do
	spoil a.ebc $((1500 + 4 + ${at%???})) "${at#?}"
done
sed "s|\.\./copybooks|$SRCDIR/copybooks|" "$SRCDIR/mappings/customer.yaml" \
    > customer.yaml
sed 's/^version: 1/name: customer\nversion: 2/; s/^      zip:/      nick: CUST-FIRST\n&/' \
    customer.yaml > customer2.yaml

begin() {
	use "$kind"
	case $kind in
	sqlite) to=sqlite:$top/gen.db ;;
	esac
	rm -rf night
	mkdir night
	cp a.ebc b.ebc customer.yaml customer2.yaml night
}

# In the directory of the night's run, which is not the one of the purge.
night() {
	(cd night && "$DECANT" "$@")
}

# Generation 1 with rejects, 2, a snapshot of it, 3 of another version with
# writes that it cannot carry.  What is before $cut is generation 1's.
make_all() {
	night load -q customer.yaml a.ebc --to "$to" --max-rejects 3
	${1-:}
	cut=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	night load -q customer.yaml b.ebc --to "$to"
	night snapshot -q --to "$to" -d shots
	ask "update person set city = 'Mos Espa' where person_id =
	    (select min(person_id) from person)" > /dev/null
	night load -q customer2.yaml b.ebc --to "$to" --no-snapshot \
	    --export-writes writes.json
}

next_second() {
	sleep 1.1
}

# holdings SQL: of the inventory in JSON, which sqlite3 reads.
holdings() {
	d inventory --to "$to" ${all-} --json > inventory.json
	sqlite3 -init /dev/null -batch -separator ' ' :memory: "select $1 from
	    (select value ->> 'kind' as kind, value ->> 'name' as name,
	    value ->> 'generation' as generation, value ->> 'rows' as rows,
	    value ->> 'bytes' as bytes, value ->> 'state' as state,
	    value ->> 'purged' as purged, value ->> 'at' as at from
	    json_each(readfile('inventory.json'), '\$.holdings')) ${2-}"
}

# All tables of persons that there are, logs too, with their rows: of the
# catalog, not of the ledger.
tables() {
	case $kind in
	sqlite) ask "select name from sqlite_master where type = 'table' and
	    name not in ('decant_event', 'decant_text', 'decant_made') and
	    name not like 'sqlite%' and name not like '%\_\_d' escape '\\'" ;;
	postgres) ask "select table_schema || '.' || table_name from
	    information_schema.tables where table_schema !~ '^pg_' and
	    table_schema <> 'information_schema' and not (table_schema =
	    'decant' and table_name in ('event', 'text'))" ;;
	esac | while read -r table; do
		case $kind in
		sqlite) name="\"$table\"" ;;
		postgres) name="\"${table%%.*}\".\"${table#*.}\"" ;;
		esac
		echo "$table $(ask "select count(*) from $name")"
	done | sort
}

files() {
	(cd night && find . -type f ! -name '*.yaml' | sort)
}

events() {
	case $kind in
	sqlite) ask "select count(*) from decant_event" ;;
	postgres) ask "select count(*) from decant.event" ;;
	esac
}

purge() {
	d purge --to "$to" "$@"
}

listed() {
	begin
	make_all next_second
	tables > want
	[ "$(wc -l < want)" = 12 ]
	passes $? "three generations of two tables, and their logs" want
	holdings "name, rows" "where kind like '%table' or kind = 'change log'
	    order by 1" | sort > got
	diff -u want got > differs
	passes $? "all tables are listed with their rows" differs
	is "by kind" "change log 6,kept table 4,live table 2" \
	    "$(holdings "kind, count(*)" "where kind like '%table' or kind =
	    'change log' group by 1 order by 1" | paste -s -d ,)"
	shot=$(cd night && ls shots/*.json)
	shot=${shot%.json}
	cat > want <<END
export $top/night/writes.json $(wc -c < night/writes.json)
input $top/night/a.ebc 90000
input $top/night/b.ebc 90000
rejects $top/night/customer.rejects~ $(cat night/customer.rejects~/* | wc -c)
snapshot $top/night/$shot $(wc -c < night/$shot)
END
	holdings "kind, name, bytes" "where name like '/%' and state = 'there'
	    order by 1, 2" > got
	diff -u want got > differs
	passes $? "all files are listed, by absolute names, with their bytes" \
	    differs
	is "by generation" "export 2,input 1,input 3,rejects 1,snapshot 2" \
	    "$(holdings "kind, generation" "where name like '/%'
	    order by kind, name" | paste -s -d ,)"
	does "for people" 0 d inventory --to "$to"
	like "a file below here has a short name" \
	    "rejects +1 .* night/customer.rejects~$" out
	does "with a mapping" 0 d inventory customer.yaml --to "$to"
	does "no such dataset" 12 d inventory --to "$to" --dataset nobody
	like "it says so" L010 err
}

# What was and what is: nothing has changed.
untouched() {
	{ tables; files; events; } > now
	diff -u was now > differs
	passes $? "$1: nothing is gone, and nothing told" differs
}

by_age() {
	{ tables; files; events; } > was
	does "without an age" 64 purge
	like "it says so" "G001.*--older-than" err
	does "no age" 64 purge --older-than soon
	like "it says so" L160 err
	does "nothing is that old" 0 purge --older-than 1d
	like "it says so" "^nothing is older" out
	untouched "one day"
	does "a dry run" 0 purge --older-than 2099-01-01 --all --inputs \
	    --dry-run
	is "names all that is not live" 13 "$(grep -c '^would remove' out)"
	untouched "a dry run"
	if [ "$kind" = sqlite ]; then
		grep -a -q "$only" gen.db
		passes $? "the bytes of generation 1 are there"
	fi
	{ sed '$d' was; echo $(($(events) + 2)); } |
	    grep -v '_g1[. ]' | grep -v 'customer.rejects~' > want
	does "what is older than generation 2" 0 purge --older-than "$cut"
	{ tables; files; events; } > now
	diff -u want now > differs
	passes $? "generation 1 and its rejects are gone, no more" differs
	[ ! -e 'night/customer.rejects~' ]
	passes $? "its directory, too"
	if [ "$kind" = sqlite ]; then
		! grep -a -q "$only" gen.db
		passes $? "its bytes are gone from the file"
	fi
	does "the ledger is whole" 0 d log --to "$to" --verify
	d log --to "$to" > out
	like "it tells of tables" "purged +1: kept table .*person.*change log" \
	    out
	like "and of files" "purged +rejects night/customer.rejects~," out
	is "two events" 2 "$(grep -c ' purged ' out)"
	{ tables; files; events; } > was
	does "once more" 0 purge --older-than "$cut"
	untouched "once more"
}

goes_back() {
	does "rollback works" 0 d rollback -q --to "$to"
	is "generation 2 is live" "300 Mos Espa" "$(ask "select count(*) from
	    person") $(ask "select city from person order by person_id
	    limit 1")"
	does "and forward" 0 night publish -q --to "$to" \
	    --export-writes writes.json
	does "all that is not needed" 0 purge --older-than 2099-01-01
	is "its files are gone" "./a.ebc ./b.ebc" "$(files |
	    paste -s -d ' ')"
	like "the way back stays" "^stays: kept table .*person.*rollback" out
	like "extracts stay" "^stays: input night/a.ebc .*--inputs" out
	does "rollback works still" 0 d rollback -q --to "$to"
	does "and forward" 0 night publish -q --to "$to" \
	    --export-writes writes.json
	does "all that is not live" 0 purge --older-than 2099-01-01 --all \
	    --inputs --json
	case $kind in
	sqlite) n=8 ;;		# with the snapshot that was made unasked
	postgres) n=7 ;;
	esac
	is "JSON" "purged $n" "$(sqlite3 -separator ' ' :memory: "select
	    value ->> 'state', json_array_length(value, '\$.removed') from
	    (select readfile('out') as value)")"
	is "no file" "" "$(files; find . -path '*.snapshots/*')"
	is "one generation" "4" "$(tables | wc -l)"
	is "which applications read" 300 "$(ask "select count(*) from person")"
	does "nothing to go back to" 12 d rollback --to "$to"
	like "it says so" L011 err
	does "the ledger is whole" 0 d log --to "$to" --verify
	is "no file is listed" "" "$(holdings name "where name like '/%'")"
	is "but those that were" "purged" "$(all=--all; holdings "distinct
	    case purged when 1 then 'purged' else name end" "where name like
	    '/%'")"
	does "the next night" 0 night load -q customer2.yaml --to "$to" \
	    "$top/b.ebc" --again
}

# What has another's name, holds other things, or cannot be removed.
strange() {
	begin
	make_all
	shot=$(cd night && ls shots/*.json)
	shot=night/${shot%.json}
	spoil "$shot" 5000 252
	echo mine > night/customer.rejects~/notes.txt
	echo '{"mine": 1}' >> night/writes.json
	mv night/a.ebc elsewhere.ebc
	ln -s "$top/elsewhere.ebc" night/a.ebc
	head -c 30000 b.ebc > night/b.ebc
	files > was
	does "files that are not what they were" 8 purge \
	    --older-than 2099-01-01 --inputs
	files > now
	diff -u was now > differs
	passes $? "they stay" differs
	like "a snapshot" "L162.*shots/.*sha256 is another" err
	like "rejects" "L162.*rejects~.*'notes.txt'" err
	like "exports" "L162.*writes.json.*not what was exported" err
	like "an input" "L162.*b.ebc.*size is another" err
	like "a link" "L162.*a.ebc.*symbolic link" err
	[ -s elsewhere.ebc ]
	passes $? "what the link names is there"
	d inventory --to "$to" > out
	like "the inventory says so" "other: it is a symbolic link" out
	is "generation 1 is gone" "8" "$(tables | wc -l)"
	rm night/customer.rejects~/notes.txt
	mv night/customer.rejects~/records.dat records.dat
	mkdir night/customer.rejects~/records.dat
	sed -i '$d' night/writes.json
	does "rejects that cannot be removed" 12 purge \
	    --older-than 2099-01-01
	like "are named" "L161.*customer.rejects~.*directory" err
	[ ! -e night/writes.json ]
	passes $? "the rest is gone" out
	rmdir night/customer.rejects~/records.dat
	mv records.dat night/customer.rejects~
	does "mended" 8 purge --older-than 2099-01-01
	[ ! -e 'night/customer.rejects~' ]
	passes $? "they are gone" out
	rm "$shot" "$shot.json"
	does "a file that somebody removed" 0 purge --older-than 2099-01-01
	like "is told" "^gone already: snapshot" out
	does "once" 0 purge --older-than 2099-01-01
	! grep "gone already" out > again
	passes $? "and not again" again
	does "the ledger is whole" 0 d log --to "$to" --verify
}

# A disk that is not there now, and a load that fails.
away() {
	begin
	make_all
	cp a.ebc bad.ebc
	does "a load that fails" 12 night load -q customer.yaml \
	    "$top/bad.ebc" --to "$to" --max-rejects 1
	is "its rejects are listed" "4 there" "$(holdings "generation, state" \
	    "where kind = 'rejects' and generation = 4")"
	mv night gone
	is "nothing is there" "" "$(holdings name \
	    "where name like '$top/night/%'")"
	does "a directory that is away" 0 purge --older-than 2099-01-01
	mv gone night
	shot=$(cd night && ls shots/*.json)
	does "and back" 0 purge --older-than 2099-01-01
	is "is found again" "./a.ebc ./b.ebc" "$(files | paste -s -d ' ')"
	like "with all it has" "removed snapshot night/${shot%.json}" out
}

# Events of before they had a directory, and of another machine.  (What changes
# them breaks the ledger's chain, which is not looked at here.)
places() {
	begin
	make_all
	case $kind in
	sqlite) ask "update decant_event set data = json_remove(data,
	    '\$.directory')" ;;
	postgres) ask "update decant.event set data = (data::jsonb -
	    'directory')::text" ;;
	esac
	is "no directory: files are known by their names only" \
	    "customer.rejects shots writes.json" \
	    "$(holdings name "where state = 'elsewhere' order by 1" |
	    sed 's,/.*,,' | paste -s -d ' ')"
	does "and are not purged" 0 purge --older-than 2099-01-01
	is "nor said to be" 3 "$(grep -E " (snapshot|rejects|export) " out |
	    grep -c "^stays: .*directory that is not known")"
	is "they are from their own" "export,input,input,rejects,snapshot" \
	    "$(cd night && d inventory --to "$to" | awk '
	    /^(input|rejects|export|snapshot)/ { print $1 }' | sort |
	    paste -s -d ,)"
	does "and purged from there" 0 night purge --to "$to" \
	    --older-than 2099-01-01
	is "they are gone" "./a.ebc ./b.ebc" "$(files | paste -s -d ' ')"
	begin
	make_all
	case $kind in
	sqlite) ask "update decant_event set data = json_set(data,
	    '\$.by.host', 'mars')
	    where json_extract(data, '\$.by.host') is not null" ;;
	postgres) ask "update decant.event set data = jsonb_set(data::jsonb,
	    '{by,host}', '\"mars\"')::text where data::jsonb -> 'by' is not
	    null" ;;
	esac
	mv night mars
	is "of another machine" "elsewhere 5" "$(holdings \
	    "state, count(*)" "where name like '/%' group by 1")"
	does "they stay" 0 purge --older-than 2099-01-01
	like "and are named" "^stays: snapshot night/.*another host" out
	rm -rf mars
}

# Tables and their event are one: where there can be no event, they stay.
refused() {
	begin
	make_all
	case $kind in
	sqlite) ask "create trigger no before insert on decant_event when
	    new.kind = 'purged' and new.generation > 0 begin
	    select raise(abort, 'no such event'); end" ;;
	postgres) ask "create function public.no() returns trigger language
	    plpgsql as 'begin raise ''no such event''; end';
	    create trigger no before insert on decant.event for each row
	    when (new.kind = 'purged' and new.generation > 0)
	    execute function public.no()" ;;
	esac
	tables > was
	does "an event that is refused" 12 purge --older-than 2099-01-01 \
	    --all
	like "it is told" "no such event" err
	like "and what stays" "^NOT removed: kept table" out
	tables > now
	diff -u was now > differs
	passes $? "all tables are there" differs
	is "files are gone" "./a.ebc ./b.ebc" "$(files | paste -s -d ' ')"
	case $kind in
	sqlite) ask "drop trigger no" ;;
	postgres) ask "drop trigger no on decant.event" ;;
	esac
	does "without the trigger" 0 purge --older-than 2099-01-01 --all
	is "they are gone" 4 "$(tables | wc -l)"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

# What nobody will publish, and the log of a generation that is gone.
left() {
	begin
	make_all
	night stage -q customer2.yaml --to "$to" a.ebc --max-rejects 3
	is "a staged generation is listed" "staged table 4 298" \
	    "$(holdings "kind, generation, rows" "where kind = 'staged table'
	    and name like '%person%'")"
	d retire -q --to "$to" --generation 1
	case $kind in
	sqlite) log=decant_log__person__g1 table="\"decant_log__person__g1\"" ;;
	postgres) log=decant.customer_g1.person
	    table='decant."customer_g1.person"' ;;
	esac
	ask "create table $table (seq bigint, person_id bigint)" > /dev/null
	ask "insert into $table values (1, 2)" > /dev/null
	is "a log of a generation that is gone, too" "change log 1" \
	    "$(holdings "kind, rows" "where name = '$log'")"
	does "a purge" 0 purge --older-than 2099-01-01
	like "takes it" "^removed change log $log, 1 rows" out
	like "and what was staged" "^removed staged table .*person" out
	is "live ones and those to go back to are left" 8 \
	    "$(tables | wc -l)"
	does "nothing to publish" 0 d publish --to "$to"
	like "it says so" "nothing to do" out
}

# What a kill between two removals leaves; and kills at any moment.
killed() {
	begin
	make_all
	shot=$(cd night && ls shots/*.json)
	rm "night/${shot%.json}"
	find night/customer.rejects~ -type f ! -name run.json -delete
	does "half of it was done" 0 purge --older-than 2099-01-01
	is "the rest is, too" "./a.ebc ./b.ebc" "$(files | paste -s -d ' ')"
	i=0 bad=
	while [ $i -lt "$moments" ]; do
		i=$((i + 1))
		begin
		make_all > err 2>&1
		"$DECANT" purge -q --to "$to" --older-than 2099-01-01 --all \
		    > out 2> err < /dev/null &
		pid=$!
		sleep "$(awk -v seed=$i 'BEGIN { srand(seed);
		    printf "%.3f", rand() * 0.08 }')"
		kill -9 $pid 2> /dev/null
		wait $pid 2> /dev/null
		[ "$(ask "select count(*) from person")" = 300 ] ||
			bad="$bad $i: live;"
		d log --to "$to" --verify > out 2> err || bad="$bad $i: ledger;"
		purge -q --older-than 2099-01-01 --all > out 2> err ||
			bad="$bad $i: $(cat err)"
		[ "$(files | paste -s -d ' ')" = "./a.ebc ./b.ebc" ] ||
			bad="$bad $i: files;"
		[ "$(tables | wc -l)" = 4 ] || bad="$bad $i: tables;"
		d log --to "$to" --verify > out 2> err || bad="$bad $i: ledger;"
	done
	is "killed at $moments moments, the next purge ends it" "" "$bad"
}

for kind in $kinds; do
	listed
	by_age
	goes_back
	strange
	away
	places
	refused
	left
	killed
done
finish
