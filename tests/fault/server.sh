# A PostgreSQL server that goes down in the middle, is down, wants passwords:
# one of this test's own.
if [ "${1-}" != inside ]; then
	"$SRCDIR/tests/with-postgres" -c fsync=off sh "$0" inside
	status=$?
	[ $status != 77 ] || echo "1..0 # SKIP no PostgreSQL server"
	[ $status = 77 ] || exit $status
	exit 0
fi
. "$SRCDIR/tests/fault/common.inc"
only_sqlite=yes		# of skips: there is a server
begin
mkfifo pipe
exec 9<> pipe

data=$PGHOST/data
bin=$(dirname "$(readlink "/proc/$(head -n 1 "$data/postmaster.pid")/exe")")
ctl() {
	(
		cd /
		exec 9>&-
		set -- "$bin/pg_ctl" -D "$data" -w -l "$PGHOST/server.log" \
		    -o "-c listen_addresses= -c fsync=off -k $PGHOST" "$@"
		[ "$(id -u)" != 0 ] ||
			set -- runuser -u "$(stat -c %U "$data")" -- "$@"
		"$@" > "$PGHOST/ctl.log" 2>&1 < /dev/null
	) || bail "pg_ctl $*: $(cat "$PGHOST/ctl.log")"
}
touch "$PGHOST/ctl.log"

loading() {
	endless
	start load --json "$mapping" pipe --to "$(to postgres)" 9>&-
	wait_for has_staged postgres
	sleep 0.3
}

# comes_down NAME COMMAND…: the load in hand meets it; when the server is back,
# all is as it was, and the next run clears away what is left.
comes_down() {
	name=$1
	shift
	loading
	"$@"
	ended
	dry
	{
		[ $status = 12 ] || echo "status $status"
		says T058 ""
		balances out 12 T058
	} > why
	[ ! -s why ]
	passes $? "$name: 12 T058" why err out
	"$bin/pg_isready" -q || ctl start
	wait_for pg -c 'select 1'
	snapshot postgres > after.postgres
	diff before.postgres after.postgres > changed
	passes $? "$name: the live tables are as they were" changed
	run load -q "$mapping" good.ebc --to "$(to postgres)" --again
	is "$name: then a load goes well" "0 no" \
	    "$status $(has_staged postgres && echo staged || echo no)"
	snapshot postgres > before.postgres
}

crash() {
	kill -9 "$(pg -c "select pid from pg_stat_activity where
	    query like 'COPY%' limit 1")"
}

comes_down "stop -m immediate" ctl -m immediate stop
comes_down "stop -m fast" ctl -m fast stop
comes_down "a crash" crash

ctl -m fast stop
fails "$(to postgres)" "the server is down" 12 T051 "$PGHOST" "$mapping" \
    good.ebc
ctl start

# --- passwords ------------------------------------------------------------------

pg -c "create role ann login superuser password 's3cret'"
printf 'local all ann scram-sha-256\nlocal all all trust\n' > hba
cat hba > "$data/pg_hba.conf"
ctl reload
fails "user=ann dbname=$database" "no password" 12 T052 "'ann'" "$mapping" \
    good.ebc
PGPASSWORD=wr0ng
export PGPASSWORD
fails "user=ann dbname=$database" "wrong password" 12 T052 "'ann'" \
    "$mapping" good.ebc
! grep -q wr0ng err out
passes $? "which is not shown" err
PGPASSWORD=s3cret
sed "s,\.\./copybooks,$SRCDIR/copybooks," "$mapping" > ann.yaml
run load -q ann.yaml good.ebc --to "user=ann dbname=$database"
is "the right password" 0 $status
unset PGPASSWORD
snapshot postgres > before.postgres

# --- a client that is killed while the server works -----------------------------

pg <<'SQL'
create function slow() returns event_trigger language plpgsql as $$
begin
	if current_setting('application_name') like 'decant%' then
		perform pg_sleep(60);
	end if;
end $$;
create event trigger slow on ddl_command_end when tag in ('ALTER TABLE')
execute function slow();
SQL
start load -q "$mapping" good.ebc --to "$(to postgres)" --again 9>&-
wait_for eval 'pg -c "select wait_event from pg_stat_activity" | grep PgSleep'
kill -9 $pid || bail "the load was over: $(cat err)"
ended
pg -c "drop event trigger slow"
run load -q "$mapping" good.ebc --to "$(to postgres)" --again
is "a killed client's sessions are ended by the next run" "0 no" \
    "$status $(has_staged postgres && echo staged || echo no)$(cat err)"

# Somebody else's session cannot be.
for i in 1 2 3 4 5 6 7 8 9 10; do
	cat "$SAMPLE" "$SAMPLE" "$SAMPLE" "$SAMPLE" "$SAMPLE" "$SAMPLE"
done > large.ebc
generations() {
	pg -c "select nspname from pg_namespace n join pg_class c
	    on c.relnamespace = n.oid and c.relname = 'person'
	    where nspname ~ '^customer_g' order by length(nspname), 1"
}
generations > were
start load "$mapping" large.ebc --to "$(to postgres)" --checkpoint 100 \
    --batch-records 50 --max-rejects 100% 9>&-
wait_for eval 'generations | grep -vxFf were' ||
	bail "no staged table in 15 seconds: $(cat err)"
kill -9 $pid
ended
staged=$(generations | tail -n 1)
snapshot postgres > before.postgres
mkfifo session
pg < session > session.out &
pids="$pids $!"
exec 8> session
echo "begin; lock table $staged.person; select 1;" >&8
wait_for test -s session.out || bail "no lock on $staged.person"
fails postgres "a session in the staging schema" 12 T062 "'psql'" "$mapping" \
    "$SAMPLE"
exec 8>&-
run load -q "$mapping" "$SAMPLE" --to "$(to postgres)"
is "when it has ended, a load goes well" "0 no" \
    "$status $(has_staged postgres && echo staged || echo no)"

finish
