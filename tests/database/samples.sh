#!/bin/sh
# The worked samples of mappings/ into PostgreSQL: their rows are those that
# the programs which made the files say they are.  TAP.
set -u
: "${DECANT:?}" "${SRCDIR:?}" "${SAMPLE:?}"
export LC_ALL=C.UTF-8
if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
made=$(dirname "$SAMPLE")
to=postgresql:///${PGDATABASE-postgres}
n=0
. "$SRCDIR/tests/samples.inc"

rows() {
	sql=$(echo "$2" | sed -E 's/decimal\(([a-z]+)\)/\1/g')
	PGOPTIONS="-c search_path=$1" psql -X -q -v ON_ERROR_STOP=1 \
	    -c "copy ($sql) to stdout" 2>&1
}

# is_so NAME COMMAND…: a test; its output names what is the same.
is_so() {
	n=$((n + 1))
	test_name=$1
	shift
	if "$@" > said 2>&1 && grep -q ^same said && ! grep -q '^not ' said
	then
		echo "ok $n - $test_name"
	else
		echo "not ok $n - $test_name"
		sed 's/^/#   /' said
	fi
}

load_names() {
	"$DECANT" load -q --max-shrink 100 "$SRCDIR/mappings/names-v$1.yaml" "$made/names.ebc" \
	    --to "$to" && names_agree "$1"
}

# load_benefits STATUS JOBS [OPTION…]
load_benefits() {
	expected=$1 jobs=$2
	shift 2
	"$made/make-benefits" "$@" > benefits.ebc
	"$DECANT" load -q --max-shrink 100 "$SRCDIR/mappings/benefits.yaml" benefits.ebc \
	    --to "$to" --max-rejects 4 --jobs "$jobs" --batch-records 16
	[ $? = "$expected" ] && benefits_agree "$@"
}

for version in 1 2 3 4; do
	is_so "names, version $version" load_names $version
done
is_so "benefits" load_benefits 0 1
is_so "benefits, many cases" load_benefits 0 4 -n 3000 -s 5
is_so "benefits, a case sent again" load_benefits 4 2 -d
is_so "benefits, bad records" load_benefits 4 2 -x
echo "1..$n"
