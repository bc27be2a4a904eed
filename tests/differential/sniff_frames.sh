#!/bin/sh
# decant sniff on files that a script makes, in every framing, with headers,
# footers and control characters around and before the records, small and
# large, with the copybook and without: the guess is what was made, or none
# where the bytes cannot tell; and what it prints loads all records.  Then
# bytes are lost, added and changed at many places: no guess may be made of
# what was damaged that takes records away.
if ! command -v perl > /dev/null 2>&1; then
	echo "1..0 # SKIP no perl"
	exit 0
fi
n=0
status=0
passes() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
		return
	fi
	echo "not ok $n - $2"
	status=1
	shift 2
	for file; do
		sed 's/^/# /' "$file"
	done
}

cat > f.cpy <<'CPY'
       01  CUSTOMER.
           05  CUST-ID         PIC 9(6).
           05  CUST-NAME       PIC X(20).
           05  CUST-BALANCE    PIC S9(9) COMP-3.
           05  CUST-VISITS     PIC S9(4) COMP.
           05  CUST-RATE       PIC 9(5).
           05  CUST-CITY       PIC X(12).
CPY
cat > v.cpy <<'CPY'
       01  INVOICE.
           05  INV-NO          PIC 9(6).
           05  INV-NAME        PIC X(20).
           05  INV-LINES       PIC S9(3) COMP-3.
           05  INV-LINE        OCCURS 0 TO 9 DEPENDING ON INV-LINES.
               10  LINE-TEXT   PIC X(11).
               10  LINE-PRICE  PIC S9(7) COMP-3.
CPY
printf '       01  REPORT-LINE.\n           05  TEXT-OF PIC X(72).\n' > r.cpy

make() {
	perl "$SRCDIR/tests/differential/sniff_frames.pl" "$@"
}

# sniffed [COPYBOOK]: the format and the lines of source: that say how the
# records stand, on one line, in $got.
sniffed() {
	"$DECANT" sniff made.dat "$@" > sniff.out 2> sniff.err
	got=$(sed -n '/^source:/,$p' sniff.out |
	    sed -e '1,/^  file:/d' -e '/encoding:/d' | tr -s '\n ' ' ')
	got=${got% }
	got=${got# }
}

# is WHAT EXPECTED WITHOUT-COPYBOOK COPYBOOK RECORDS: without may be "unknown"
# too, whatever is expected, or "=" for the same.
is() {
	sniffed
	want=$3
	[ "$want" = = ] && want=$2
	[ "$got" = "$want" ]
	passes $? "$1 alone: $want" sniff.out
	sniffed $4
	[ "$got" = "$2" ]
	passes $? "$1 with its copybook: $2" sniff.out
	{
		sed -n '/^source:/,$p' sniff.out
		"$DECANT" init $4 2> init.err | sed -n '/^tables:/,$p'
	} > pasted.yaml
	"$DECANT" load pasted.yaml --to null: > load.out 2>&1
	grep -q " $5 read = .* 0 rejected" load.out ||
	    grep -q " $5 read = $5 loaded" load.out
	passes $? "$1: all records are loaded by what is printed" \
	    pasted.yaml load.out
}

# ---- headers and footers ---------------------------------------------------

skip() {
	echo "skip:${1:+ bytes_first: $1}${2:+ bytes_last: $2}"
}
chain() {
	make $1 $2 - - - > made.dat
	is "$1, $2" "$3" = v.cpy $4
	for edges in "text35 -" "bin128 -" "zero128 -" "- trail23" \
	    "- zero100" "- sub40" "text100 trail46" "bin13 zero512"; do
		set -- $1 $2 "$3" $4 $edges
		make $1 $2 $5 $6 - > made.dat
		first=${5#*[a-z]} last=${6#*[a-z]}
		first=$(echo $5 | tr -cd 0-9) last=$(echo $6 | tr -cd 0-9)
		is "$1, $2, $edges" "$3 $(skip $first $last | sed \
		    "s/: bytes_first: \$/:/")" = v.cpy $4
	done
}
