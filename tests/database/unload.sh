#!/bin/sh
# Records of tables in PostgreSQL: the bytes that the same tables in SQLite
# give, and those of the file where a mapping has all of it; one snapshot,
# whoever writes meanwhile; the order of bytes, whatever the collation.  TAP.
set -u
: "${DECANT:?}" "${SRCDIR:?}" "${SAMPLE:?}"
export LC_ALL=C.UTF-8
if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
made=$(dirname "$SAMPLE")
m=$SRCDIR/mappings
to=postgresql:///${PGDATABASE-postgres}
n=0

# is NAME COMMAND…: a test; what the command says is shown when it fails.
is() {
	n=$((n + 1))
	test_name=$1
	shift
	if "$@" > said 2>&1; then
		echo "ok $n - $test_name"
	else
		echo "not ok $n - $test_name"
		sed 's/^/#   /' said
	fi
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

# sample MAPPING FILE: from both databases, the same bytes.
sample() {
	rm -f s.db
	"$DECANT" load -q --max-shrink 100 "$m/$1.yaml" "$made/$2" --to sqlite:s.db &&
	    "$DECANT" load -q --max-shrink 100 "$m/$1.yaml" "$made/$2" --to "$to" &&
	    "$DECANT" unload -q "$m/$1.yaml" --from sqlite:s.db -o lite &&
	    "$DECANT" unload -q "$m/$1.yaml" --from "$to" -o pg &&
	    cmp lite pg && [ -s pg ]
}

# whole MAPPING FILE: the file's own bytes.
whole() {
	"$DECANT" load -q --max-shrink 100 "$1" "$2" --to "$to" &&
	    "$DECANT" unload -q "$1" --from "$to" -o pg && cmp pg "$2"
}

is "customer" sample customer customer.ebc
is "ledger" sample ledger ledger.ebc
is "benefits" sample benefits benefits.ebc
for version in 1 2 3 4; do
	is "names, version $version" sample names-v$version names.ebc
done
"$DECANT" init "$SRCDIR/copybooks/customer.cpy" > init.yaml
is "customer, all that init maps" whole init.yaml "$SAMPLE"
sed -n '/^cat > heavy.cpy/,/^END/p' "$SRCDIR/tests/golden/unload-tables.sh" |
	sed '1d; $d' > heavy.cpy
for format in fixed vb; do
	"$DECANT" init heavy.cpy --format $format > heavy.yaml
	"$DECANT" generate -q heavy.yaml -n 3000 --edge 10% -o heavy.dat
	is "heavy, $format: every usage, tables in tables" \
	    whole heavy.yaml heavy.dat
done

# --- text is ordered by its bytes -----------------------------------------------

cat > key.cpy <<'END'
       01  REC.
           05  REC-KEY      PIC X(4).
           05  N            PIC 9.
           05  T            PIC X(2) OCCURS 0 TO 2 TIMES DEPENDING ON N.
END
cat > key.yaml <<'END'
source: {copybook: key.cpy, file: key.dat, format: text, encoding: latin1}
tables:
  rec: {key: k, columns: {k: REC-KEY, n: N}}
  t:
    each: T
    key: [k, seq]
    columns: {k: REC-KEY, seq: occurrence(), t: T}
END
printf 'B   1xx\nZ   0\n_a  2yyzz\na   1zz\nb-a 1aa\nba  2bbcc\n\344   1dd\n' \
    > key.dat
in_order() {
	"$DECANT" load -q --max-shrink 100 key.yaml --to "$to" &&
	    { sql 'alter table key.rec alter column k type varchar(4)
	    collate "en-x-icu"; alter table key.t alter column k type varchar(4)
	    collate "en-x-icu"' || echo "no ICU"; } &&
	    "$DECANT" unload key.yaml --from "$to" -o pg && cmp pg key.dat
}
is "the order of bytes, whatever the collation" in_order

# --- one snapshot ---------------------------------------------------------------

# The tables are read twice, which takes a second or two; what is committed
# between must not be half of it.
"$made/make-customer" -n 100000 > many.ebc
"$DECANT" load -q --max-shrink 100 init.yaml many.ebc --to "$to"
snapshot() {
	"$DECANT" unload -q init.yaml --from "$to" -o pg &
	pid=$!
	i=0
	while [ $i -lt 100 ] && [ "$(sql "select count(*) from pg_locks
	    where relation = 'customer.cust_phone'::regclass and granted")" \
	    = 0 ]
	do
		i=$((i + 1))
		sleep 0.05
	done
	sleep 0.1
	sql "delete from customer.cust_phone where cust_id % 1000 = 0;
	    update customer.customer set cust_city = 'elsewhere'
	    where cust_id % 1000 = 0"
	wait $pid && cmp pg many.ebc
}
is "what others change meanwhile is not seen" snapshot

# --- tables that are not as they should be --------------------------------------

# fails CODE SQL
fails() {
	"$DECANT" load -q --again "$m/ledger.yaml" "$made/ledger.ebc" \
	    --to "$to" && sql "$2" && rm -f out && {
		"$DECANT" unload "$m/ledger.yaml" --from "$to" -o out
		status=$?
	} 2>&1 | grep "$1" && [ ! -e out ]
}
is "F045: no table" fails F045 "drop table ledger.holder"
is "F046: no column" fails F046 "alter table ledger.entry drop column text"
is "T023: another type" fails T023 "alter table ledger.entry alter column
    booked_on type text"
is "F047: rows of an account that is gone" fails F047 \
    "delete from ledger.account where account_id % 7 = 0"
is "F049: a character that the page has not" fails F049 \
    "update ledger.entry set text = '中' where entry_number = 9"
unreachable() {
	"$DECANT" unload "$m/ledger.yaml" --from "postgresql:///nobody_s" \
	    -o out 2> err
	[ $? = 12 ] && grep -q 'T05' err && [ ! -e out ]
}
is "no such database" unreachable
echo "1..$n"
