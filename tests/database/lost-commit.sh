#!/bin/sh
# The answer to the commit of a publication is lost, and the server cannot be
# asked: exit status 16, for a person must look, and a message that says so.
# TAP on standard output.
set -u
: "${SRCDIR:?}" "${BUILDDIR:?}" "${DECANT:?}" "${SAMPLE:?}"
if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
mapping=$SRCDIR/mappings/customer.yaml
port=${PGPORT:-5432}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99
n=0

# ok STATUS NAME: one test.
ok() {
	n=$((n + 1))
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $n - $2"
	[ "$1" -eq 0 ] || sed 's/^/#   /' err
}

count() {
	psql -qAtX -c 'select count(*) from customer.person'
}

: > err
head -c 3000 "$SAMPLE" > ten
"$DECANT" load "$mapping" ten -q --max-shrink 100 --to postgresql: 2> err
ok $? 'ten records are live'

"$BUILDDIR/tests/database/cut_commit.t" "$scratch/.s.PGSQL.$port" \
    "$PGHOST/.s.PGSQL.$port" 2> /dev/null &
tries=0
until [ -S ".s.PGSQL.$port" ] || [ $tries -eq 100 ]; do
	sleep 0.05
	tries=$((tries + 1))
done
PGHOST=$scratch "$DECANT" load "$mapping" "$SAMPLE" -q --to postgresql: 2> err
status=$?
[ $status -eq 16 ] || kill $!
[ $status -eq 16 ]
ok $? "exit status 16, not $status"
grep -q 'error T065: .*not known whether' err
ok $? 'T065 says what is not known'
grep -q 'txid_status' err
ok $? 'and how to find out'
wait 2> /dev/null
[ "$(count)" -eq $(($(wc -c < "$SAMPLE") / 300)) ]
ok $? 'the server had committed: all rows are live'
"$DECANT" load "$mapping" ten -q --max-shrink 100 --to postgresql: 2> err
ok $? 'the next run needs no clean-up'
[ "$(count)" -eq 10 ]
ok $? 'and its rows are live'
psql -qAtX -c 'drop schema customer cascade' 2> /dev/null
echo "1..$n"
