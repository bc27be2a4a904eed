# SQLite targets: other users of the file, two runs at once, permissions, files
# that are no databases.
. "$SRCDIR/tests/fault/common.inc"
targets=sqlite
only_sqlite=yes
begin
mkfifo pipe
exec 9<> pipe

# hold DATABASE SQL: a session that keeps what SQL locks until let_go.
hold() {
	rm -f session
	mkfifo session
	sqlite3 -init /dev/null -batch "$1" < session > held &
	holder=$!
	pids="$pids $holder"
	exec 8> session
	echo "$2; select 'held';" >&8
	wait_for grep -q held held || bail "no lock on $1"
}

let_go() {
	exec 8>&-
	wait "$holder" 2> /dev/null
}

# --- locked for long: what takes half a minute is looked at in the end ----------

place=$(mktemp -d /tmp/decant-fault.XXXXXX) || bail "no scratch directory"
leave_place() {
	clean_up
	chmod -R u+w "$place"
	rm -rf "$place"
}
trap leave_place EXIT
cp live.db "$place/locked.db"
(echo "begin exclusive; select 'held';"; sleep 50) |
	sqlite3 -init /dev/null -batch "$place/locked.db" > held.long &
pids="$pids $!"
wait_for grep -q held held.long
start load --json "$mapping" good.ebc --to "sqlite:$place/locked.db"
locked=$pid
mv out out.locked
mv err err.locked

# --- others come and go ---------------------------------------------------------

hold live.db "begin immediate"
start load -q --again "$mapping" good.ebc --to sqlite:live.db 8>&-
sleep 0.7
! is_over $pid
passes $? "a load waits for a writer"
let_go
ended
is "and goes on when it has ended" "0" "$status$(cat err)"
snapshot sqlite > before.sqlite

hold live.db "begin exclusive"
start load -q --again "$mapping" good.ebc --to sqlite:live.db 8>&-
sleep 0.5
kill -TERM $pid
began=$(date +%s)
ended
[ $status = 12 ] && [ $(($(date +%s) - began)) -lt 4 ]
passes $? "SIGTERM ends the wait for a lock: status $status" err
let_go
unchanged sqlite "SIGTERM during the wait"

sqlite3 live.db 'pragma journal_mode = wal' > /dev/null
snapshot sqlite > before.sqlite
hold live.db "begin; select count(*) from person"
run load -q "$mapping" "$SAMPLE" --to sqlite:live.db
echo "select 'then ' || count(*) from person; commit;
    select 'now ' || count(*) from person;" >&8
let_go
is "WAL: a reader keeps what it sees" "0 200 held then 200 now 1000 " \
    "$status $(tr '\n' ' ' < held)"
sqlite3 live.db 'pragma journal_mode = delete' > /dev/null
good_load sqlite

# Readers and writers while a load that does not end fills its tables.
endless
start load "$mapping" pipe --to sqlite:live.db 9>&-
wait_for has_staged sqlite
failed=0
slowest=0
i=0
while [ $i -lt 25 ]; do
	began=$(date +%s%N)
	sqlite3 -init /dev/null -batch -cmd '.timeout 5000' live.db \
	    "insert into other values ($i + 100, 'written');
	    select count(*) from person;" > others 2>&1
	grep -qx 200 others || failed=$((failed + 1))
	took=$((($(date +%s%N) - began) / 1000000))
	[ $took -le $slowest ] || slowest=$took
	i=$((i + 1))
done
lite live.db "select count(*) from person__g1" > staged
! is_over $pid
passes $? "a load goes on beside readers and writers" err
[ $failed = 0 ] && [ $slowest -lt 2000 ]
passes $? "none of 25 others is shut out (slowest: $slowest ms)" others
kill -TERM $pid
ended
lite live.db "delete from other where b = 'written'"
unchanged sqlite "all written beside it is there, and"
dry

# --- two runs -------------------------------------------------------------------

start load "$mapping" pipe --to sqlite:live.db 9>&-
cat good.ebc > pipe
wait_for has_staged sqlite
cp live.db.decant-lock lock
snapshot sqlite > before.sqlite
fails sqlite "another run" 75 T001 "(process $pid on $(hostname))" "$mapping" \
    good.ebc
fails sqlite "another run, under another name" 75 T001 "process $pid" \
    "$mapping" good.ebc --to "sqlite:$PWD/./live.db"
cmp -s lock live.db.decant-lock
passes $? "the first run's lock is its own"
kill -TERM $pid
ended
start load "$mapping" pipe --to sqlite:fresh.db 9>&-
cat good.ebc > pipe
wait_for ls fresh.db.decant-lock
fails sqlite:fresh.db "another run makes it" 75 T001 "process $pid" \
    "$mapping" good.ebc
kill -TERM $pid
ended
is "nothing is left of them" "" "$(ls -d ./*.decant-* fresh.db* 2> /dev/null)"
snapshot sqlite > before.sqlite

# --- what is no database --------------------------------------------------------

printf 'This is a letter, and a long one, to somebody who reads it.%s\n' \
    "$(head -c 600 /dev/zero | tr '\0' ' ')" > letter.db
cp letter.db letter.before
fails sqlite:letter.db "a letter" 12 T006 '"letter.db"' "$mapping" good.ebc
cmp -s letter.db letter.before
passes $? "the letter is as it was"
mkdir directory
fails sqlite:directory "a directory" 12 T005 '"directory"' "$mapping" good.ebc
fails sqlite:absent/x.db "in a missing directory" 12 T005 '"absent/x.db"' \
    "$mapping" good.ebc
fails sqlite:pipe "a pipe" 12 T005 '"pipe"' "$mapping" good.ebc
fails sqlite:/dev/null "a device" 12 T005 '"/dev/null"' "$mapping" good.ebc
fails sqlite: "no name" 12 T003 '"sqlite:"' "$mapping" good.ebc
fails sqlit:live.db "another kind of target" 12 T002 '"sqlit:"' \
    "$mapping" good.ebc
: > empty.db
run load -q "$mapping" good.ebc --to sqlite:empty.db
is "an empty file is an empty database" "0 200" \
    "$status $(lite empty.db 'select count(*) from person')"
cp live.db damaged.db
patch damaged.db 100 377		# the kind of its first page
advice=no
run load -q "$mapping" good.ebc --to sqlite:damaged.db
says T021 '"damaged.db"' > why
[ ! -s why ] && [ $status = 12 ]
passes $? "a damaged database: 12 T021" why err
unset advice
printf 'x' > absent.db-journal
fails sqlite:absent.db "somebody's journal" 12 T013 '"absent.db-journal"' \
    "$mapping" good.ebc
is "it stays" x "$(cat absent.db-journal)"

cp live.db taken.db
lite taken.db "drop table phone; create view phone as select 1 as seq"
live=taken.db
snapshot sqlite > before.sqlite
fails sqlite "a view under a table's name" 12 T014 '"phone" is a view' \
    "$mapping" good.ebc
live=live.db

# --- permissions ----------------------------------------------------------------

# Root may do everything, so it runs decant as nobody, in a directory of theirs.
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u nobody --"
fi
cp "$DECANT" "$place/decant"
cp live.db good.ebc "$SRCDIR/copybooks/customer.cpy" "$place"
sed "s,\.\./copybooks/,," "$mapping" > "$place/customer.yaml"
mkdir "$place/ro" "$place/rw"
cp live.db "$place/ro/live.db"
cp live.db "$place/rw/live.db"
cp good.ebc "$place/bad.ebc"
patch "$place/bad.ebc" 163 377
[ -z "$as" ] || chown -R nobody "$place"
chmod 755 "$place"
chmod 444 "$place/live.db"
chmod 555 "$place/ro"
printf '#!/bin/sh\ncd "%s"; exec %s "%s/decant" "$@"\n' "$place/ro" "$as" \
    "$place" > as-nobody
chmod +x as-nobody

# forbidden FILE NAME CODE: it may not be read.
forbidden() {
	chmod 000 "$place/$1"
	fails "sqlite:$place/rw/live.db" "$2 that may not be read" 12 "$3" \
	    "$1" "$mapping" "$place/good.ebc"
	chmod 644 "$place/$1"
}

old_decant=$DECANT old_mapping=$mapping
DECANT=./as-nobody mapping=$place/customer.yaml
if $DECANT --version > /dev/null 2>&1; then
	live=$place/live.db
	snapshot sqlite > before.sqlite
	fails sqlite "a read-only file" 12 T007 "live.db" "$mapping" \
	    "$place/good.ebc"
	live=$place/ro/live.db
	snapshot sqlite > before.sqlite
	fails sqlite "a read-only directory" 12 T007 "ro/live.db" "$mapping" \
	    "$place/good.ebc"
	fails "sqlite:$place/ro/new.db" "a new file in a read-only directory" \
	    12 T007 "ro/new.db" "$mapping" "$place/good.ebc"
	fails "csv:$place/ro/rows" "a new directory in it" 12 T007 "ro/rows" \
	    "$mapping" "$place/good.ebc"
	forbidden good.ebc "an input" F003
	forbidden customer.cpy "a copybook" C001
	forbidden customer.yaml "a mapping" M001
	run load -q "$mapping" "$place/good.ebc" --to "sqlite:$place/rw/live.db"
	is "no rejects, no place for them needed" 0 $status
	fails "sqlite:$place/rw/live.db" "no place for rejects" 12 F018 \
	    "customer.rejects" "$mapping" "$place/bad.ebc" --max-rejects 1
else
	skip "permissions" "nobody may not run $old_decant"
fi
DECANT=$old_decant mapping=$old_mapping

# --- the lock that was not given up ---------------------------------------------

pid=$locked
wait_for is_over $pid || wait_for is_over $pid || wait_for is_over $pid
ended
mv out.locked out
mv err.locked err
{
	[ $status = 12 ] || echo "status $status"
	says T010 'locked.db"'
	balances out 12 T010
} > why
[ ! -s why ]
passes $? "a lock that is held for long: 12 T010" why err out
is "no lock file is left" "" "$(ls "$place"/locked.db.* 2> /dev/null)"

finish
