# PostgreSQL targets: servers that refuse, sessions that are ended, objects that
# forbid, runs that meet.
. "$SRCDIR/tests/fault/common.inc"
if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
begin
mkfifo pipe
exec 9<> pipe

backends() {
	pg -c "select $1(pid) from pg_stat_activity where
	    application_name like 'decant%' and datname = current_database()
	    and $2" | grep -q t
}

# --- tables that are busy for long: looked at in the end, in another database ---

sed "s,\.\./copybooks,$SRCDIR/copybooks," "$mapping" > busy_$$.yaml
beside=postgresql:///$old_database
"$DECANT" load -q busy_$$.yaml good.ebc --to "$beside" || bail "no busy"
mkfifo session
pg -d "$old_database" < session > session.out &
pids="$pids $!"
exec 8> session
echo 'begin; lock table busy_'$$'.phone in access share mode; select 1;' >&8
wait_for test -s session.out
start load --again --json busy_$$.yaml good.ebc --to "$beside" 9>&- 8>&-
busy=$pid
mv out out.busy
mv err err.busy

# --- no connection --------------------------------------------------------------

# at NAME STATUS CODE TEXT TARGET
at() {
	fails "$5" "$1" "$2" "$3" "$4" "$mapping" good.ebc
}

mkdir sockets
at "nobody listens" 12 T051 "sockets" "host=$PWD/sockets"
at "wrong port" 12 T051 "54329" "host='$PGHOST' port=54329"
at "refused" 12 T051 "refused" postgresql://ann:s3cret@127.0.0.1:1/x
! grep -q s3cret err out
passes $? "without the password" err
at "no such database" 12 T053 "'nowhere'" "dbname=nowhere"
at "no such role" 12 T052 "'nobody_here'" "user=nobody_here dbname=$database"
at "no connection string" 12 T050 "not a PostgreSQL" \
    "postgresql://ann:s3cr@t@localhost/x"
! grep -q 's3cr' err out
passes $? "that is not repeated" err
at "no such host" 12 T051 "no.such.host.invalid" \
    postgresql://no.such.host.invalid/x

# --- sessions that end ----------------------------------------------------------

# meets NAME CODE TEXT: the load in hand meets an end that is not its fault.
meets() {
	ended
	dry
	{
		[ $status = 12 ] || echo "status $status"
		says "$2" "$3"
		balances out 12 "$2"
	} > why
	[ ! -s why ]
	passes $? "$1: 12 $2" why err
	# A session needs a moment to be gone.
	wait_for eval '! has_staged postgres'
	unchanged postgres "$1"
}

# loading: one without an end.
loading() {
	endless
	start load --json "$mapping" pipe --to "$(to postgres)" 9>&- 8>&-
	wait_for has_staged postgres
	sleep 0.3
}

loading
backends pg_terminate_backend "query like 'COPY%person%'"
passes $? "the session of a COPY is ended"
meets "a COPY loses its session" T058 "table 'person'"
loading
backends pg_terminate_backend "state = 'idle'"
passes $? "the control session is ended"
meets "the control session is lost" T058 ""
loading
backends pg_cancel_backend "query like 'COPY%person%'"
passes $? "the COPY is cancelled"
advice=no
meets "a COPY is cancelled" T057 "57014"
unset advice

pg <<'SQL'
create function slow() returns event_trigger language plpgsql as $$
begin
	if current_setting('application_name') like 'decant%' and exists (
	    select 1 from pg_stat_activity where pid = pg_backend_pid() and
	    query ~ 'customer')
	then
		perform pg_sleep(60);
	end if;
end $$;
create function fail() returns event_trigger language plpgsql as $$
begin
	if current_setting('application_name') like 'decant%' and exists (
	    select 1 from pg_stat_activity where pid = pg_backend_pid() and
	    query ~* 'customer' and query ~* 'set schema')
	then
		raise exception 'not today';
	end if;
end $$;
create function leave() returns event_trigger language plpgsql as $$
begin
	if current_setting('application_name') like 'decant%' and exists (
	    select 1 from pg_stat_activity where pid = pg_backend_pid() and
	    query ~* 'customer' and query ~* 'set schema')
	then
		perform pg_terminate_backend(pg_backend_pid());
	end if;
end $$;
create event trigger slow on ddl_command_start when tag in ('ALTER TABLE')
execute function slow();
SQL
start load --again --json "$mapping" good.ebc --to "$(to postgres)" 9>&- 8>&-
wait_for backends pg_terminate_backend "wait_event = 'PgSleep'"
passes $? "a session is ended while keys are made"
meets "a key loses its session" T058 "key of table"
pg -c "drop event trigger slow"

for how in fail leave; do
	pg -c "create event trigger $how on ddl_command_start
	    when tag in ('ALTER TABLE') execute function $how()"
	start load --json "$mapping" "$SAMPLE" --to "$(to postgres)" \
	    9>&- 8>&-
	case $how in
	fail)
		advice=no
		meets "the publication fails" T057 "not today"
		unset advice
		;;
	leave) meets "the publication loses its session" T058 "" ;;
	esac
	pg -c "drop event trigger $how"
done

# --- what forbids ---------------------------------------------------------------

# forbids NAME CODE TEXT SQL SQL: what the first makes, the second unmakes.
forbids() {
	pg -c "$4" > err || bail "$1: $(cat err)"
	snapshot postgres > before.postgres
	fails postgres "$1" 12 "$2" "$3" "$mapping" good.ebc --again
	pg -c "$5" > err || bail "$1: $(cat err)"
}

forbids "a view elsewhere" T059 "view aside.names" \
    "create view aside.names as select full_name from customer.person" \
    "drop view aside.names"
forbids "a foreign key elsewhere" T059 "aside.mail" \
    "create table aside.mail (id bigint references customer.person)" \
    "drop table aside.mail"
forbids "a view under a table's name" T061 "'customer.phone' is a view" \
    "alter table customer.phone rename to telephone;
    create view customer.phone as select 1 as person_id, 1 as seq" \
    "drop view customer.phone;
    alter table customer.telephone rename to phone"
pg -c "create role guest_$$ login" -c "grant connect on database $database
    to guest_$$" -c "grant usage, create on schema decant to guest_$$" \
    -c "grant usage on schema customer to guest_$$" \
    -c "grant all on all tables in schema decant to guest_$$" -c "alter table customer.person owner to guest_$$"
snapshot postgres > before.postgres
fails "user=guest_$$ dbname=$database" "another's tables" 12 T056 \
    "'customer.phone' belongs to role" "$mapping" good.ebc --again
sed "s,\.\./copybooks,$SRCDIR/copybooks," "$mapping" > guest.yaml
fails "user=guest_$$ dbname=$database" "no right to make a schema" 12 T066 \
    "schema 'guest'" guest.yaml good.ebc
pg -c "reassign owned by guest_$$ to current_user" -c "revoke connect on database $database from guest_$$" \
    -c "revoke all on schema decant, customer from guest_$$" \
    -c "revoke all on all tables in schema decant from guest_$$" \
    -c "drop role guest_$$"
PGOPTIONS='-c default_transaction_read_only=on'
export PGOPTIONS
snapshot postgres > before.postgres
fails postgres "a read-only session" 12 T057 "25006" "$mapping" good.ebc --again
unset PGOPTIONS

# --- two runs -------------------------------------------------------------------

loading
snapshot postgres > before.postgres
fails postgres "another run" 75 T001 "server process" "$mapping" good.ebc
! is_over $pid
passes $? "the first one goes on" err
kill -TERM $pid
ended
dry
run load -q "$mapping" good.ebc --to "$(to postgres)" --max-shrink 100 --again
is "then the lock is free" 0 $status

# --- the tables that were not given up ------------------------------------------

pid=$busy
wait_for is_over $pid
ended
mv out.busy out
mv err.busy err
{
	[ $status = 12 ] || echo "status $status"
	says T062 "'busy_$$.phone' is in use"
	balances out 12 T062
} > why
[ ! -s why ]
passes $? "tables that are busy for long: 12 T062" why err
exec 8>&-
run publish --to "$beside" --dataset busy_$$
is "then what is staged can be published" "0 200" "$status $(pg \
    -d "$old_database" -c "select count(*) from busy_$$.person")"
pg -d "$old_database" -c "drop schema busy_$$, busy_$$_g1 cascade" > drop

finish
