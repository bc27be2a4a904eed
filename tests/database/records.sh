#!/bin/sh
# Several types of records into PostgreSQL: the rows are those that SQLite has,
# whatever the number of threads and the size of the batches; keys that repeat
# reject the records that hang on theirs.  TAP.
set -u
: "${DECANT:?}" "${SRCDIR:?}" "${SAMPLE:?}"
export LC_ALL=C.UTF-8
if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
ledger=${SAMPLE%/*}/ledger.ebc
to=postgresql:///${PGDATABASE-postgres}
n=0

# same NAME FILE FILE
same() {
	n=$((n + 1))
	if [ -s "$2" ] && diff "$2" "$3" > differs; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		head -n 20 differs load.err 2> /dev/null | sed 's/^/#   /'
	fi
}

sqlite() {
	sqlite3 -init /dev/null -batch -noheader -separator '|' "$1" "$2"
}
postgres() {
	PGOPTIONS="-c search_path=$1" psql -X -q -A -t -F '|' \
	    -v ON_ERROR_STOP=1 -c "$2" 2>&1
}

accounts="select account_id, bank, owner, status, opened_on
    from account order by 1"
entries="select entry_number, account_id, booked_on, text
    from entry order by 1"
sums="select account_id, count(*), sum(cast(round(amount * 100) as integer))
    from entry group by 1 order by 1"
"$DECANT" load "$SRCDIR/mappings/ledger.yaml" "$ledger" --to sqlite:l.db -q
for how in '--jobs 1 --batch-records 1' '--jobs 4 --batch-records 7' '-j2'; do
	"$DECANT" load "$SRCDIR/mappings/ledger.yaml" "$ledger" --to "$to" -q --again \
	    $how 2> load.err || echo "# status $?"
	for query in accounts entries sums; do
		eval "sql=\$$query"
		sqlite l.db "$sql" > expected
		postgres ledger "$sql" > got
		same "$query, $how" expected got
	done
done

# Accounts that come twice, and the entries that hang on them.
. "$SRCDIR/tests/golden/records.inc"
{
	block HMAIN A001O E010010 E020010 A002C E010010
	block A003O E010010 A001O E030010 A004O E010010 E010010 E020010
} > vb.dat
for how in '-j1 --batch-records 1' '-j4 --batch-records 3' '-j1'; do
	rm -rf bank.rejects
	"$DECANT" load bank.yaml --again --max-shrink 100 --to "$to" --max-rejects 7 -q $how \
	    2> load.err
	cut -d , -f 1,5 bank.rejects/reasons.csv > got
	cat > expected <<'EOF'
record,code
1,
2,D020
3,D042
4,D042
9,D020
10,D042
11,
12,D020
13,D020
EOF
	same "keys that repeat $how" expected got
	postgres bank "select id from account union all
	    select account * 100 + number from entry order by 1" |
		tr '\n' ' ' > got
	echo '2 3 4 201 301 402 ' | tr -d '\n' > expected
	same "what is loaded $how" expected got
done
echo "1..$n"
