#!/bin/sh
# decant retry: rejects are mended and become rows beside those that are live,
# until the tables are those of a load of the file as it should have been; with
# rollback, writes of applications, keys that clash; what is refused.  TAP.
. "$SRCDIR/tests/database/generations.inc"

# spoil FILE OFFSET OCTAL: a byte that the file has nowhere else.
spoil() {
	printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2> /dev/null
}

# mend DIR HEX HEX: it becomes what it was.
mend() {
	LC_ALL=C sed -i "s/\\x$2/\\x$3/g" "$1.rejects/records.dat"
}

# mapping NAME [SED]: the sample, here
mapping() {
	sed -e "s|\.\./|$SRCDIR/|; s|file: benefits-|file: $SRCDIR/mappings/benefits-|" \
	    ${2+-e "$2"} "$SRCDIR/mappings/$1.yaml" > "$1.yaml"
}

# keep NAME TABLE…: what the tables hold
keep() {
	as=$1
	shift
	for t; do
		echo "$t"
		all "$t" | sort
	done > "$as"
}

same() {
	diff "$2" "$3" > differs
	passes $? "$1" differs
}

live() {
	case $kind in
	sqlite) ask "select generation from decant_event where kind in
	    ('published', 'rolled-back') order by number desc limit 1" ;;
	postgres) ask "select generation from decant.event where kind in
	    ('published', 'rolled-back') order by number desc limit 1" ;;
	esac
}

event() {
	case $kind in
	sqlite) ask "select data from decant_event where kind = '$1'
	    order by number desc limit 1" ;;
	postgres) ask "select data from decant.event where kind = '$1'
	    order by number desc limit 1" ;;
	esac
}

customers() {
	schema=customer
	mapping customer
	use "$kind" whole
	head -c 3000 "$SAMPLE" > good.ebc
	d load -q customer.yaml good.ebc --to "$to" --no-snapshot
	keep good person phone
	use "$kind"
	cp good.ebc bad.ebc
	spoil bad.ebc $((300 + 163)) 377
	spoil bad.ebc $((600 + 248)) 371
	spoil bad.ebc $((900 + 154)) 301
	cp bad.ebc odd.ebc
	does "a load with rejects" 4 d load -q customer.yaml bad.ebc \
	    --to "$to" --max-rejects 3
	keep first person phone
	is "7 persons" 7 "$(ask "select count(*) from person")"
	does "nothing is mended" 12 d retry customer.yaml customer.rejects \
	    --to "$to"
	like "it says so" "G005: 3 of 3 records" err
	is "generation 1 is live" 1 "$(live)"
	keep now person phone
	same "and is what it was" first now
	is "the rejects are where they were" 900 \
	    "$(wc -c < customer.rejects/records.dat)"
	for at in 163 548; do
		dd if=good.ebc of=customer.rejects/records.dat bs=1 \
		    skip=$((at + 300)) seek=$at count=1 conv=notrunc \
		    2> /dev/null
	done
	does "a dry run" 0 d retry customer.yaml customer.rejects --to "$to" \
	    --dry-run
	like "says what it is" "retry +records of customer.rejects, .* 1 " out
	like "and how many" "about 3 records in 900 bytes" out
	is "and does nothing" 1 "$(live)"
	does "two of three are mended" 4 d retry customer.yaml \
	    customer.rejects/ --to "$to" --max-rejects 1 --json
	like "they are loaded" '"read":3,"loaded":2,"rejected":1' out
	like "beside the others" '"published":true' out
	is "9 persons" 9 "$(ask "select count(*) from person")"
	event staged > said
	like "the ledger tells" \
	    '"retry":{"rejects":"customer.rejects","generation":1}' said
	like "and counts all rows" '"name":"person","home":3,"base":1,"rows":9' \
	    said
	does "once more" 0 d retry customer.yaml customer.rejects --to "$to" \
	    --max-rejects 1
	like "there is nothing to do" "generation 3 has these .*nothing to do" out
	does "a dry run" 0 d retry customer.yaml customer.rejects --to "$to" \
	    --dry-run
	like "says so, too" "to do +nothing: these records are in" out
	does "and --again" 12 d retry -q customer.yaml customer.rejects \
	    --to "$to" --again --max-rejects 1 --rejects again.rejects
	like "their keys are live" "^1,customer.rejects/.*D020,person" \
	    again.rejects/reasons.csv
	is "generation 3 is live" 3 "$(live)"
	like "the reject of the retry" "^3,customer.rejects/records.dat,600" \
	    customer-retry-1.rejects/reasons.csv
	dd if=good.ebc of=customer-retry-1.rejects/records.dat bs=1 \
	    skip=$((900 + 154)) seek=154 count=1 conv=notrunc 2> /dev/null
	does "a retry of a retry" 0 d retry -q customer.yaml \
	    customer-retry-1.rejects --to "$to"
	keep now person phone
	same "the tables are those of a good file" good now
	does "the first ones once more" 0 d retry customer.yaml \
	    customer.rejects --to "$to"
	like "there is nothing to do, either" "nothing to do" out
	does "rollback" 0 d rollback -q --to "$to"
	does "rollback" 0 d rollback -q --to "$to"
	keep now person phone
	same "to the load with rejects" first now
	does "which are loaded again" 4 d retry -q customer.yaml \
	    customer.rejects --to "$to" --max-rejects 1
	is "9 persons" 9 "$(ask "select count(*) from person")"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

writes() {
	schema=customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	d load -q customer.yaml odd.ebc --to "$to" --max-rejects 3 2> err
	for at in 163 548; do
		dd if=good.ebc of=customer.rejects/records.dat bs=1 \
		    skip=$((at + 300)) seek=$at count=1 conv=notrunc \
		    2> /dev/null
	done
	second=$(sed -n 3p good | cut -f 1)
	ask "insert into person (person_id, full_name, status)
	    values (100002, 'Taken', 'X'), (900001, 'Ada Lovelace', 'X');
	    update person set full_name = 'Countess' where person_id = 100001;
	    delete from phone where person_id = 100005;
	    delete from person where person_id = 100005" > said
	is "applications write (the second is $second)" "" "$(cat said)"
	does "a key that is taken" 4 d retry -q customer.yaml \
	    customer.rejects --to "$to" --max-rejects 2
	like "is a reject again" "D020,person" \
	    customer-retry-1.rejects/reasons.csv
	is "what they wrote is there, once" "Taken
Ada Lovelace
Countess" "$(ask "select full_name from person where person_id in
	    (100002, 900001, 100001) order by person_id = 100001,
	    person_id = 900001")"
	is "what they deleted is not" 0 "$(ask "select count(*) from person
	    where person_id = 100005")"
	is "the other record is" 1 "$(ask "select count(*) from person where
	    person_id = 100003")"
	ask "update person set full_name = 'Later' where person_id = 900001;
	    update person set full_name = 'Mended' where person_id = 100003" \
	    > said
	does "rollback" 0 d rollback -q --to "$to" --export-writes w.json
	is "takes along what they wrote since" "Later
Mended
Countess" "$(ask "select full_name from person where person_id in
	    (100003, 900001, 100001) order by person_id = 100001,
	    person_id = 100003")"
	does "publish" 0 d publish -q --to "$to"
	is "there and back" "9 1" "$(ask "select count(*) from person") $(ask \
	    "select count(*) from person where full_name = 'Later'")"
}

# A row that was put there for the time being, and taken away again, does not
# take along the record that is mended; neither later, nor a generation on.
stopgap() {
	schema=customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	d load -q customer.yaml good.ebc --to "$to"
	ask "insert into person (person_id, full_name, status) values
	    (100003, 'Stopgap', 'X')" > said
	ask "update person set full_name = 'Stopgap' where person_id = 100003;
	    insert into person (person_id, full_name, status) values
	    (900001, 'Ada', 'X')" > said
	ask "delete from phone where person_id = 100003;
	    delete from person where person_id = 100003" > said
	d load -q customer.yaml odd.ebc --to "$to" --max-rejects 3 \
	    --max-shrink 99% 2> err
	ask "insert into person (person_id, full_name, status) values
	    (100002, 'Stopgap', 'X')" > said
	ask "delete from person where person_id = 100002;
	    insert into person (person_id, full_name, status) values
	    (900002, 'Grace', 'X')" > said
	is "stopgaps" "Ada Grace" "$(ask "select full_name from person where
	    person_id > 900000 order by 1" | tr '\n' ' ' | sed 's/ $//')"
	for at in 163 548; do
		dd if=good.ebc of=customer.rejects/records.dat bs=1 \
		    skip=$((at + 300)) seek=$at count=1 conv=notrunc \
		    2> /dev/null
	done
	does "retry" 4 d retry -q customer.yaml customer.rejects --to "$to" \
	    --max-rejects 1
	is "the mended records are there" "100002 100003" "$(ask "select
	    person_id from person where person_id in (100002, 100003) order by
	    1" | tr '\n' ' ' | sed 's/ $//')"
	is "and what else was written" "900001 900002" "$(ask "select
	    person_id from person where person_id > 900000 order by 1" |
	    tr '\n' ' ' | sed 's/ $//')"
	does "rollback" 0 d rollback -q --to "$to"
	does "and publish" 0 d publish -q --to "$to"
	does "the next extract" 0 d load -q customer.yaml good.ebc --to "$to"
	is "has all of it" "100002 100003 900001 900002" "$(ask "select
	    person_id from person where person_id in (100002, 100003) or
	    person_id > 900000 order by 1" | tr '\n' ' ' | sed 's/ $//')"
}

# An application that writes all the time loses nothing, and has nothing twice.
busy() {
	schema=customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~ stop
	cp "$SAMPLE" many.ebc
	spoil many.ebc $((300 + 163)) 377
	d load -q customer.yaml many.ebc --to "$to" --max-rejects 1 2> err
	[ "$kind" != sqlite ] || ask "pragma journal_mode = wal" > said
	: > wrote
	{
		i=900000
		while [ ! -e stop ]; do
			i=$((i + 1))
			[ -n "$(ask "insert into person (person_id, full_name,
			    status) values ($i, 'Ada', 'X')")" ] ||
			    echo $i >> wrote
		done
	} &
	writer=$!
	pids=$writer
	sleep 0.2
	dd if="$SAMPLE" of=customer.rejects/records.dat bs=1 \
	    skip=$((300 + 163)) seek=163 count=1 conv=notrunc 2> /dev/null
	does "while an application writes" 0 d retry -q customer.yaml \
	    customer.rejects --to "$to"
	sleep 0.2
	does "and a rollback" 0 d rollback -q --to "$to"
	does "and back" 0 d publish -q --to "$to"
	touch stop
	wait $writer
	pids=
	[ -s wrote ]
	passes $? "it has written"
	ask "select person_id from person where person_id > 900000 order by
	    1" > found
	same "all of it is there, once" wrote found
	is "and the mended record" 1000 "$(ask "select count(*) from person
	    where person_id < 900000")"
}

# Writes to a table without a key can only be counted: those that were there
# when its rows were copied are in the copy.
keyless() {
	schema=customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	mapping customer 's/^    key: \[person_id, seq\]//'
	d load -q customer.yaml odd.ebc --to "$to" --max-rejects 3 2> err
	ask "insert into phone (person_id, seq, number) values
	    (900001, 1, '555')" > said
	is "an application writes" "" "$(cat said)"
	dd if=good.ebc of=customer.rejects/records.dat bs=1 \
	    skip=$((300 + 163)) seek=163 count=1 conv=notrunc 2> /dev/null
	does "to a table without a key" 4 d retry -q customer.yaml \
	    customer.rejects --to "$to" --max-rejects 2
	is "it is there once" 1 "$(ask "select count(*) from phone where
	    person_id = 900001")"
	does "the next extract" 12 d load -q customer.yaml good.ebc --to "$to"
	like "would lose it" "L080.*phone.*1 entries" err
	does "a rollback goes to where it was written" 0 d rollback -q --to "$to"
	is "it is not lost" 1 "$(ask "select count(*) from phone where
	    person_id = 900001")"
}

# Records that hang on others: copies of those come along in records.dat.
ledgers() {
	schema=ledger
	mapping ledger \
	    's/account_id: account.ACCT-ID .*/account_id: {from: account.ACCT-ID, references: account}/'
	use "$kind" whole
	d load -q ledger.yaml "$made/ledger.ebc" --to "$to"
	keep good account holder entry
	use "$kind"
	cp "$made/ledger.ebc" bad.ebc
	spoil bad.ebc 90 377		# account 1, with five entries
	spoil bad.ebc 565 376		# entries of accounts that are loaded
	spoil bad.ebc 923 375
	spoil bad.ebc 1388 357		# account 7
	rm -rf ./*.rejects ./*.rejects~
	does "records of several types" 4 d load ledger.yaml bad.ebc \
	    --to "$to" --max-rejects 20
	mend ledger ff f0
	mend ledger fe f0
	does "all but two are mended" 4 d retry ledger.yaml ledger.rejects \
	    --to "$to" --max-rejects 20
	like "without totals" "L135: 2 controls" err
	like "copies of those they hang on are not rejected" \
	    "= [0-9]+ loaded \+ [1-9] rejected \+ [1-9] skipped" out
	mend ledger-retry-1 fd f0
	mend ledger-retry-1 ef f1
	does "the others" 0 d retry -q ledger.yaml ledger-retry-1.rejects \
	    --to "$to"
	keep now account holder entry
	same "the tables are those of a good file" good now
}

# Distinct tables, keys that are hashes, duplicates: last.
benefits() {
	schema=benefits
	mapping benefits
	use "$kind" whole
	d load -q benefits.yaml "$made/benefits.ebc" --to "$to" 2> err
	set -- case_file member person income expense payment county worker
	keep good "$@"
	use "$kind"
	cp "$made/benefits.ebc" bad.ebc
	spoil bad.ebc 492 376
	spoil bad.ebc 1249 375
	spoil bad.ebc 1706 356
	rm -rf ./*.rejects ./*.rejects~
	does "cases" 4 d load -q benefits.yaml bad.ebc --to "$to" \
	    --max-rejects 20
	mend benefits fe f1
	mend benefits fd f1
	mend benefits ee f2
	does "are mended" 0 d retry -q benefits.yaml benefits.rejects \
	    --to "$to"
	keep now "$@"
	same "the tables are those of a good file" good now
	does "all are there" 4 d retry -q benefits.yaml benefits.rejects \
	    --to "$to" --again --max-rejects 20
	like "a case that is live stays" "D020,case_file" \
	    benefits-retry-1.rejects/reasons.csv
	keep now "$@"
	same "nothing comes twice" good now
}

# Rows that hold the number of their record.
numbers() {
	schema=customer
	mapping customer '/^  person:/,/person_id: CUST-ID/ {
	    s/key: person_id/key: number/
	    s/^      person_id: CUST-ID/      number: record_number()\n      file: file_name()\n&/
	}'
	use "$kind" whole
	d load -q customer.yaml good.ebc --to "$to"
	keep good person phone
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	cp odd.ebc dir.tmp
	mkdir -p in
	mv dir.tmp in/good.ebc
	d load -q customer.yaml in/good.ebc --to "$to" --max-rejects 3 2> err
	for at in 163 548; do
		dd if=good.ebc of=customer.rejects/records.dat bs=1 \
		    skip=$((at + 300)) seek=$at count=1 conv=notrunc \
		    2> /dev/null
	done
	cp customer.rejects/records.dat all.dat
	head -c 600 all.dat > customer.rejects/records.dat
	does "one is taken out" 12 d retry -q customer.yaml customer.rejects \
	    --to "$to"
	like "numbers cannot be told" "L131.*2 records" err
	cp all.dat customer.rejects/records.dat
	does "it is left in" 4 d retry -q customer.yaml customer.rejects \
	    --to "$to" --max-rejects 1
	dd if=good.ebc of=customer-retry-1.rejects/records.dat bs=1 \
	    skip=$((900 + 154)) seek=154 count=1 conv=notrunc 2> /dev/null
	does "and mended later" 0 d retry -q customer.yaml \
	    customer-retry-1.rejects --to "$to"
	keep now person phone
	same "numbers and files are those of a good file" good now
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	d load -q customer.yaml - --to "$to" --max-rejects 3 < in/good.ebc \
	    2> err
	dd if=good.ebc of=customer.rejects/records.dat bs=1 \
	    skip=$((163 + 300)) seek=163 count=1 conv=notrunc 2> /dev/null
	does "from standard input" 4 d retry -q customer.yaml \
	    customer.rejects --to "$to" --max-rejects 2
	is "which has no name" "2${tab}" "$(ask "select number, file from
	    person where number = 2")"
}

refused() {
	schema=customer
	mapping customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	does "nothing is loaded" 12 d load -q customer.yaml odd.ebc --to "$to"
	does "nothing can be put beside" 12 d retry customer.yaml \
	    customer.rejects --to "$to"
	like "it says so" "L132.*nothing else of its input was loaded" err
	d stage -q customer.yaml odd.ebc --to "$to" --max-rejects 3 2> err
	does "a generation that is staged" 12 d retry customer.yaml \
	    customer.rejects --to "$to"
	like "has to be published" "L132.*generation [12].*staged" err
	does "publish" 0 d publish -q --to "$to"
	does "no directory of rejects" 12 d retry customer.yaml . --to "$to"
	like "is none" "L130.*run.json" err
	sed 's/^version: 1/&\nname: other/' customer.yaml > other.yaml
	does "another dataset" 12 d retry other.yaml customer.rejects \
	    --to "$to"
	like "has others" "L132.*'customer'.*not of 'other'" err
	sed 's/rating: CUST-RATING/rating: {from: CUST-RATING, type: integer}/
	    s/^version: 1/version: 2/' customer.yaml > next.yaml
	cp next.yaml customer.yaml
	does "another shape" 12 d retry customer.yaml customer.rejects \
	    --to "$to"
	like "a warning comes first" "L134" err
	like "has no place for them" "L132.*other tables.*rating" err
	mapping customer
	for at in 163 548; do
		dd if=good.ebc of=customer.rejects/records.dat bs=1 \
		    skip=$((at + 300)) seek=$at count=1 conv=notrunc \
		    2> /dev/null
	done
	cat >> customer.yaml <<-'Y'
	tests:
	  - name: nobody has a number of three
	    query: select person_id from person where person_id = 100003
	    holds: always
	Y
	before=$(live)
	does "a test" 8 d retry -q customer.yaml customer.rejects --to "$to" \
	    --max-rejects 1
	like "is made of all rows" "L009.*number of three" err
	is "what was live is" "$before" "$(live)"
	mapping customer
	cp -r customer.rejects kept.rejects
	d load -q customer.yaml good.ebc --to "$to"
	does "another load has come" 12 d retry customer.yaml \
	    kept.rejects --to "$to"
	like "it is told which" "L132.*generation [34].*generation $before" err
	does "a dry run" 8 d retry customer.yaml kept.rejects --to "$to" \
	    --dry-run
	like "tells it, too" "L132.*generation [34].*generation $before" err
	echo "record,file,context
x" > kept.rejects/origins.csv
	does "a broken list" 12 d retry customer.yaml kept.rejects --to "$to"
	like "is named" "L130.*origins.csv" err
}

# Killed at some moment: the same again, as if nothing had been.
killed() {
	schema=customer
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	cp "$SAMPLE" many.ebc
	spoil many.ebc $((300 + 163)) 377
	d load -q customer.yaml many.ebc --to "$to" --max-rejects 1 2> err
	keep first person phone
	dd if="$SAMPLE" of=customer.rejects/records.dat bs=1 \
	    skip=$((300 + 163)) seek=163 count=1 conv=notrunc 2> /dev/null
	torn=0
	for wait in 0.01 0.02 0.03 0.04 0.05 0.06 0.08 0.1; do
		"$DECANT" retry -q customer.yaml customer.rejects --to "$to" \
		    > out 2> err < /dev/null &
		pid=$!
		sleep $wait
		kill -9 $pid 2> /dev/null
		wait $pid 2> /dev/null
		n=$(ask "select count(*) from person")
		[ "$n" = 999 ] || [ "$n" = 1000 ] || torn=$((torn + 1))
	done
	is "killed, it is one or the other" 0 $torn
	does "the next one ends" 0 d retry -q customer.yaml customer.rejects \
	    --to "$to"
	is "all are there" 1000 "$(ask "select count(*) from person")"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

for kind in $kinds; do
	customers
	writes
	busy
	stopgap
	keyless
	ledgers
	benefits
	numbers
	refused
	killed
done
finish
