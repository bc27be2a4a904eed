#!/bin/sh
# decant killed at random moments of load, stage, publish and rollback: what is
# live is always whole, one of two contents; the next run needs nobody to clean
# up.  Two runs at once; a client that dies in the middle of a long statement;
# a load that goes on from its checkpoint.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=customer
moments=${DECANT_MOMENTS-200}

awk_random() {
	awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed);
	    printf "%.3f", rand() * most }'
}

# Two extracts, 300 customers each, of which 200 are in both.
head -c 90000 "$SAMPLE" > a.ebc
tail -c +30001 "$SAMPLE" | head -c 90000 > b.ebc
sed "s|\.\./copybooks|$SRCDIR/copybooks|" "$SRCDIR/mappings/customer.yaml" \
    > customer.yaml

# What applications see: both tables, in one statement.
content() {
	ask "select (select count(*) from person), (select sum(person_id) from
	    person), (select count(*) from phone), (select sum(person_id) from
	    phone)"
}

# The work of one moment, in the background, killed after some time.
killed() {
	"$DECANT" "$@" > out 2> err < /dev/null &
	pid=$!
	sleep "$wait"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	if [ $? = 137 ]; then
		met=$((met + 1))
		verbs="$verbs $1"
	fi
}

random_moments() {
	does "extract a" 0 d load -q customer.yaml a.ebc --to "$to"
	a=$(content)
	does "extract b" 0 d load -q customer.yaml b.ebc --to "$to"
	b=$(content)
	[ "$a" != "$b" ]
	passes $? "they differ"
	# as long as the verbs take, more or less
	longest=0.2
	[ "$kind" != sqlite ] || longest=0.06
	i=0 torn=0 met=0 verbs=
	while [ $met -lt "$moments" ] && [ $i -lt $((moments * 10)) ]; do
		i=$((i + 1))
		wait=$(awk_random $i $longest)
		case $((i % 5)) in
		0) killed load -q customer.yaml a.ebc --to "$to" --again ;;
		1) killed load -q customer.yaml b.ebc --to "$to" --again ;;
		2) killed stage -q customer.yaml a.ebc --to "$to" --again ;;
		3) killed publish -q --to "$to" ;;
		4) killed rollback -q --to "$to" ;;
		esac
		now=$(content)
		if [ "$now" != "$a" ] && [ "$now" != "$b" ]; then
			torn=$((torn + 1))
			echo "# moment $i after $wait s: $now"
		fi
	done
	is "what is live is always one of the two" 0 $torn
	is "decant was killed at work as often as that" "$moments" $met
	is "in each of the verbs" "load publish rollback stage" "$(echo $verbs |
	    tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//')"
	does "the next run" 0 d load -q customer.yaml a.ebc --to "$to" --again
	is "ends in extract a" "$a" "$(content)"
	does "the ledger is whole" 0 d log --to "$to" --verify
	does "rollback" 0 d rollback -q --to "$to"
	does "retire" 0 d retire -q --all --to "$to"
	[ "$kind" != sqlite ] || is "the file is sound" ok \
	    "$(ask "pragma integrity_check")"
	case $kind in
	sqlite) left=$(ask "select name from sqlite_master where name like
	    '%\_\_g%' escape '\\' and type = 'table' and name not like
	    'decant_%'") ;;
	postgres) left=$(ask "select nspname from pg_namespace where nspname
	    like 'customer\\_g%'") ;;
	esac
	is "nothing is left behind" "" "$left"
}

two_at_once() {
	use "$kind"
	d load -q customer.yaml a.ebc --to "$to"
	mkfifo slow
	"$DECANT" load -q customer.yaml slow --to "$to" > out1 2> err1 &
	pids=$!
	exec 3> slow
	head -c 30000 b.ebc >&3
	sleep 1
	does "a second run" 75 d load -q customer.yaml b.ebc --to "$to"
	like "who holds the lock" "T001.*(process|decant) $pids" err
	does "publish" 75 d publish -q --to "$to"
	does "status needs no lock" 0 d status --to "$to"
	tail -c +30001 b.ebc >&3
	exec 3>&-
	wait $pids
	is "the first one goes on" 0 $?
	pids=
	rm slow
}

# The server goes on with a statement whose client is gone.
orphan() {
	[ "$kind" = postgres ] || return 0
	use postgres
	d load -q customer.yaml a.ebc --to "$to"
	ask "create function customer.slow() returns event_trigger language
	    plpgsql as \$\$ begin perform pg_sleep(60); end \$\$;
	    create event trigger slow on ddl_command_end when tag in
	    ('ALTER TABLE') execute function customer.slow()" > said
	"$DECANT" load -q customer.yaml b.ebc --to "$to" > out 2> err &
	sleep 3
	kill -9 $!
	wait $! 2> /dev/null
	ask "drop event trigger slow" > said
	start=$(date +%s)
	does "after a client was killed in a long statement" 0 d load -q \
	    customer.yaml b.ebc --to "$to"
	took=$(($(date +%s) - start))
	[ $took -le 10 ]
	passes $? "the next run gets through within 10 s ($took)"
}

resumed() {
	use "$kind"
	i=0
	while [ $i -lt 40 ]; do
		cat "$SAMPLE"
		i=$((i + 1))
	done > many.ebc
	{ echo "name: keyless"; sed '/^    key:/d' customer.yaml; } \
	    > keyless.yaml
	schema=keyless
	does "without a stop" 0 d load -q keyless.yaml many.ebc --to "$to"
	want=$(ask "select count(*), sum(person_id) from person")
	wantp=$(ask "select count(*), sum(person_id) from phone")
	use "$kind"
	tries=0 resumed=0
	while [ $tries -lt 30 ]; do
		tries=$((tries + 1))
		wait=$(awk_random $((tries + 1000)) 0.3)
		killed load -q keyless.yaml many.ebc --to "$to" --resume \
		    --checkpoint 1000
	done
	does "at last" 0 d load -q keyless.yaml many.ebc --to "$to" --resume \
	    --checkpoint 1000
	is "every row once" "$want" "$(ask "select count(*), sum(person_id)
	    from person")"
	is "of the other table, too" "$wantp" "$(ask "select count(*),
	    sum(person_id) from phone")"
	does "with another input" 0 d load -q keyless.yaml "$SAMPLE" \
	    --to "$to" --max-shrink 100 --checkpoint 100
	schema=customer
}

for one in $kinds; do
	use "$one"
	random_moments
	two_at_once
	orphan
	resumed
done
finish
