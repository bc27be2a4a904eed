#!/bin/sh
# Golden tests: tests/golden/NAME.sh runs in an empty directory of its own,
# and its output, errors and exit status must be those of NAME.stdout,
# NAME.stderr and NAME.exit.  An absent file stands for no output, or 0.
#
#	tests/run-golden.sh [NAME…]		all, or those
#	tests/run-golden.sh --update [NAME…]	write what comes out as expected
#
# A test finds the program in $DECANT (and as `decant` in its PATH), the
# source tree in $SRCDIR, the sample extracts in $SAMPLE and $LEDGER.  A test
# that exits with 77 and says why is skipped.  Only what differs from run to
# run or from machine to machine is normalised, by `normalise` below.
set -u
: "${DECANT:?the decant program to test}" "${SRCDIR:?the source tree}"
: "${LEDGER:=$(dirname "${SAMPLE:?the sample extract}")/ledger.ebc}"
export DECANT SRCDIR LEDGER LC_ALL=C.UTF-8 TZ=UTC
unset COLUMNS PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE 2> /dev/null

update=no
if [ "${1-}" = --update ]; then
	update=yes
	shift
fi
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
PATH=$(dirname "$DECANT"):$PATH
golden=$SRCDIR/tests/golden
n=0
failed=0

# Places of the source tree and of the scratch directory, times and rates.
normalise() {
	sed -E -e "s,$scratch/run,SCRATCH,g" \
	    -e "s,${BUILDDIR:-$SRCDIR}/testdata/customer.ebc,SAMPLE,g" \
	    -e "s,${BUILDDIR:-$SRCDIR}/testdata/ledger.ebc,LEDGER,g" \
	    -e "s,$SRCDIR/,,g" \
	    -e 's/[0-9]+(\.[0-9]+)? (ms|s|seconds?)([^A-Za-z]|$)/TIME\3/g' \
	    -e 's,[0-9]+(\.[0-9]+)? ([kMG]?B|records|rows)/s,RATE,g' \
	    -e 's/"(seconds|rate|bytes_per_second|records_per_second)": ?[0-9.e+-]+/"\1": 0/g' \
	    "$1" > "$2"
}

# differs NAME SUFFIX: shows how, when it does.
differs() {
	want=$golden/$1.$2
	[ -e "$want" ] || want=/dev/null
	cmp -s "$want" "$scratch/got.$2" && return 1
	diff -u --label "expected $2" --label "got $2" "$want" \
	    "$scratch/got.$2" > "$scratch/diff.$2"
	return 0
}

keep() {
	if [ -s "$scratch/got.$2" ]; then
		cp "$scratch/got.$2" "$golden/$1.$2"
	else
		rm -f "$golden/$1.$2"
	fi
}

run_one() {
	name=$1
	rm -rf "$scratch/run" "$scratch"/diff.*
	mkdir "$scratch/run"
	(cd "$scratch/run" && exec sh "$golden/$name.sh") < /dev/null \
	    > "$scratch/out" 2> "$scratch/err"
	status=$?
	normalise "$scratch/out" "$scratch/got.stdout"
	normalise "$scratch/err" "$scratch/got.stderr"
	: > "$scratch/got.exit"
	[ $status = 0 ] || echo $status > "$scratch/got.exit"
	n=$((n + 1))
	if [ $status = 77 ]; then
		echo "ok $n - $name # SKIP $(tail -n 1 "$scratch/err")"
		return
	fi
	if [ $update = yes ]; then
		for suffix in stdout stderr exit; do
			keep "$name" $suffix
		done
		echo "ok $n - $name (updated)"
		return
	fi
	bad=no
	for suffix in exit stdout stderr; do
		differs "$name" $suffix && bad=yes
	done
	if [ $bad = no ]; then
		echo "ok $n - $name"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $n - $name"
	cat "$scratch"/diff.* 2> /dev/null | head -n 60 |
		cut -c 1-200 | sed 's/^/#   /'
}

if [ $# -eq 0 ]; then
	for file in "$golden"/*.sh; do
		[ -e "$file" ] || break
		set -- "$@" "$(basename "$file" .sh)"
	done
fi
if [ $# -eq 0 ]; then
	echo "1..0 # SKIP there are no golden tests"
	exit 0
fi
for test in "$@"; do
	run_one "$test"
done
echo "1..$n"
[ $failed = 0 ]
