#!/bin/sh
# decant init on every copybook of the corpus that decant layout accepts, with
# and without --dates: decant check has nothing against what it writes.  TAP.
set -u
: "${DECANT:?the decant program to test}"
export LC_ALL=C.UTF-8
if ! [ -d "${DECANT_SHARED-}/data/copybooks" ]; then
	echo "1..0 # SKIP DECANT_SHARED has no copybooks"
	exit 0
fi
n=0

# report NAME: passes when `found` is empty.
report() {
	n=$((n + 1))
	if [ -s found ]; then
		echo "not ok $n - $1"
		head -n 30 found | sed 's/^/#   /'
	else
		echo "ok $n - $1"
	fi
}

find "$DECANT_SHARED/data/copybooks" -type f | sort > all
: > accepted
while read -r file; do
	"$DECANT" layout "$file" > layout.out 2>&1 || continue
	# level 77 alone makes no record
	grep -q '^ *0*[1-4][0-9]* ' layout.out && echo "$file" >> accepted
done < all
: > found
[ "$(wc -l < accepted)" -gt 300 ] || wc -l accepted > found
report "the corpus has copybooks"

for dates in '' --dates; do
	: > found
	while read -r file; do
		{
			"$DECANT" init "$file" $dates > m.yaml 2> init.err &&
				"$DECANT" check m.yaml > check.err 2>&1 &&
				! grep -E '(error|warning) [MPGT]' check.err
		} || { echo "$file"; grep -hE '(error|warning) ' init.err \
		    check.err; } >> found
	done < accepted
	report "init $dates, and check has nothing against it"
done
echo "1..$n"
