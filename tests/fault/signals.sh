# SIGINT and SIGTERM in the middle of a load end it within seconds, whatever it
# is waiting for; kill -9 leaves nothing that the next run does not clear away.
. "$SRCDIR/tests/fault/common.inc"
begin

mkfifo pipe
exec 9<> pipe

now() {
	date +%s%N
}

# stops TARGET NAME SIGNAL: $pid ends soon, says so, and has changed nothing.
stops() {
	began=$(now)
	kill -"$3" $pid
	ended
	took=$((($(now) - began) / 1000000))
	{
		[ $status = 12 ] || echo "status $status"
		[ $took -lt 4000 ] || echo "it took $took ms"
		advice=no says G004 interrupted
	} > why
	[ ! -s why ]
	passes $? "$1: SIG$3 $2" why err
	unchanged "$1" "SIG$3 $2"
}

# SIGTERM is bit 14 of the signals that it catches.
catches_signals() {
	grep -q '^SigCgt:.*[4567c-f]...$' "/proc/$pid/status"
}

for target in $targets; do
	# Nothing comes, neither at first nor later.
	start load "$mapping" pipe --to "$(to $target)" 9>&-
	wait_for catches_signals
	sleep 0.3
	stops $target "before the first record" TERM
	for signal in INT TERM HUP; do
		start load "$mapping" pipe --to "$(to $target)" 9>&-
		cat good.ebc > pipe
		wait_for has_staged $target
		sleep 0.1
		stops $target "while a pipe is slow" $signal
		dry
	done

	endless
	start load "$mapping" pipe --to "$(to $target)" 9>&-
	wait_for has_staged $target
	sleep 0.5
	stops $target "in the middle" TERM
	dry
done

# --- while indexes are made, and at publication ---------------------------------

# An index that is quick for the rows that are there and not for new ones.
lite live.db "create index slow on person (length(hex(zeroblob(
    case when person_id > 100200 then 5000000 else 0 end))));"
snapshot sqlite > before.sqlite
start load "$mapping" "$SAMPLE" --to "$(to sqlite)"
wait_for test -s live.db-journal
sleep 1
stops sqlite "while an index is made" TERM
lite live.db "drop index slow"
snapshot sqlite > before.sqlite

sleeping() {
	pg -c "select 'yes' from pg_stat_activity
	    where wait_event = 'PgSleep'" | grep -q yes
}

waiting() {
	pg -c "select 'yes' from pg_stat_activity
	    where wait_event_type = 'Lock'" | grep -q yes
}

if [ "$targets" != sqlite ]; then
	pg <<-'SQL'
	create function slow() returns event_trigger language plpgsql as $$
	begin
		if current_setting('application_name') like 'decant%' then
			perform pg_sleep(60);
		end if;
	end $$;
	create event trigger slow on ddl_command_start
	when tag in ('ALTER TABLE') execute function slow();
	SQL
	start load "$mapping" "$SAMPLE" --to "$(to postgres)"
	wait_for sleeping
	stops postgres "while a key is made" INT
	! sleeping
	passes $? "the server's statement is cancelled"
	pg -c "drop event trigger slow"

	mkfifo session
	pg < session > session.out &
	pids="$pids $!"
	exec 8> session
	echo 'begin; lock table customer.phone in access share mode;
	    select 1;' >&8
	wait_for test -s session.out
	start load "$mapping" "$SAMPLE" --to "$(to postgres)"
	wait_for waiting
	stops postgres "while others use the live tables" TERM
	exec 8>&-
fi

# --- kill -9, and once more -----------------------------------------------------

# runs_again TARGET NAME: the run that was killed is forgotten.
runs_again() {
	# A server may need a moment to miss its client.
	tries=50
	while :; do
		run load "$mapping" good.ebc --to "$(to "$1")" -q --again
		tries=$((tries - 1))
		[ $status = 75 ] && [ $tries -gt 0 ] || break
		sleep 0.1
	done
	is "$1: $2: the next run loads" 0 $status
}

# More than the batches that are read ahead, with a reject, to have a directory.
cat "$SAMPLE" "$SAMPLE" "$SAMPLE" "$SAMPLE" > bad.ebc
patch bad.ebc 163 377
has_begun() {
	case $target in
	csv:*) ls rows/.person* ;;
	sqlite:*) ls fresh.db.decant-[1-9]* ;;
	*) has_staged $target ;;
	esac && ls -d customer.rejects.decant-*
}
for target in $targets csv:rows sqlite:fresh.db; do
	start load "$mapping" pipe --to "$(to $target)" --max-rejects 1 -j1 9>&-
	cat bad.ebc > pipe
	wait_for has_begun || bail "$target: the load has not begun"
	kill -9 $pid
	ended
	is "$target: killed" 137 $status
	dry
done
head -c 60000 "$SAMPLE" > good.ebc
for target in $targets csv:rows sqlite:fresh.db; do
	runs_again $target "kill -9"
done
is "nothing is left of them" "" \
    "$(ls -d ./*.decant-* rows/.p* live.db-* fresh.db-* 2> /dev/null)"
for target in $targets; do
	! has_staged $target
	passes $? "$target: no staged tables are left"
done

# A signal that comes twice ends it at once.
start load "$mapping" pipe --to "$(to sqlite)" 9>&-
cat good.ebc > pipe
wait_for has_staged sqlite
kill -STOP $pid
kill -TERM $pid
kill -CONT $pid
kill -TERM $pid 2> /dev/null
ended
[ $status = 143 ] || [ $status = 12 ]
passes $? "twice: status $status"
runs_again sqlite "twice"

finish
