#!/bin/sh
# decant sniff on files that a script makes, in every framing, with headers,
# footers and control characters around and before the records, small and
# large, with the copybook and without: the guess is what was made, or none
# where the bytes cannot tell; and what it prints loads all records.  Then
# bytes are lost, added and changed at many places: no guess may be made of
# what was damaged that takes records away.  DECANT_FULL=1: larger
# files, more places.
if ! command -v perl > /dev/null 2>&1; then
	echo "1..0 # SKIP no perl"
	exit 0
fi
large=1500 places="3 130 777 985 996 999"
[ -z "${DECANT_FULL-}" ] ||
	large=20000 places="3 17 130 333 500 777 910 985 992 996 998 999"
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

# is WHAT EXPECTED WITHOUT-COPYBOOK COPYBOOK RECORDS: without it "=" is the same.
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
		# a line is as long as it is
		[ $4 = r.cpy ] && echo "defaults: {text: {cut: keep}}"
		"$DECANT" init $4 2> init.err | sed -n '/^tables:/,$p'
	} > pasted.yaml
	"$DECANT" load pasted.yaml --to null: > load.out 2>&1
	tr -d , < load.out | grep -q "^records  *$5 read = $5 loaded"
	passes $? "$1: all records are loaded by what is printed" \
	    pasted.yaml load.out
}

# around FRAME RECORDS COPYBOOK SOURCE FIRST LAST …: with what stands there;
# "alone=" before such a pair says what is known without the copybook.
around() {
	frame=$1 records=$2 book=$3 source=$4
	shift 4
	while [ $# -gt 1 ]; do
		alone==
		case $1 in
		alone=*)
			alone=${1#alone=}
			shift
			;;
		esac
		first=$(echo "$1" | tr -cd 0-9)
		last=$(echo "$2" | tr -cd 0-9)
		make $frame $records $1 $2 - > made.dat
		expected="format: $source"
		[ -n "$first$last" ] && expected="$expected skip:"
		is "$frame, $records records, $1, $2" \
		    "$expected${first:+ bytes_first: $first}${last:+ bytes_last: $last}" \
		    "$alone" $book $records
		shift 2
	done
}

# ---- headers and footers ---------------------------------------------------

big="rdw: {endian: big, inclusive: true}"
for records in 30 $large; do
	for frame in "v v $big" "vx v rdw: {endian: big, inclusive: false}" \
	    "vl v rdw: {endian: little, inclusive: false}" "vb vb $big" \
	    "xvb vb $big" "vbs vbs bdw: true" "vbsn vbs bdw: false" \
	    "vs vs bdw: true" "xu u bdw: true"; do
		around ${frame%% *} $records v.cpy "${frame#* }" - - \
		    text35 - bin128 - zero128 - - trail23 - zero100 - sub40 \
		    text100 trail46 bin13 zero512
	done
	around g3 $records v.cpy "gnucobol varseq: 3" - - - trail23 - zero100
done
for records in 60 $large; do
	cut="alone=format: fixed record_length: 50"
	around f $records f.cpy "fixed" "$cut" - - \
	    "$cut skip: bytes_first: 35" text35 - \
	    "$cut skip: bytes_first: 128" bin128 - \
	    "$cut skip: bytes_last: 23" - trail23 \
	    "$cut skip: bytes_last: 20" - zero20 \
	    "$cut" bin128 trail23 \
	    alone= text35 trail23
done
# both ends together are as long as records: only a copybook sees where they
# begin
make f 300 text20 trail30 - > made.dat
sniffed
[ -z "$got" ]
passes $? "both ends together are as long as a record, alone" sniff.out
sniffed f.cpy
[ "$got" = "format: fixed skip: bytes_first: 20 bytes_last: 30" ]
passes $? "both ends together are as long as a record" sniff.out

# ---- control characters ----------------------------------------------------

for records in 60 $large; do
	for frame in "fr asa fba record_length: 73" \
	    "fr machine fixed record_length: 73 control: machine" \
	    "vr asa v $big control: asa" \
	    "vr machine v $big control: machine" "vbr asa vba $big" \
	    "vbr machine vb $big control: machine" \
	    "vbsr asa vbs bdw: true control: asa"; do
		set -- $frame
		make $1 $records - - $2 > made.dat
		is "$1, $records lines, $2" "format: ${frame#* * }" = r.cpy \
		    $records
	done
	# numbers fit behind the byte only, whatever it is; alone it is data
	alone="format: fixed record_length: 51"
	make f $records - - asa > made.dat
	is "f, $records, asa" "format: fba record_length: 51" "$alone" f.cpy \
	    $records
	make f $records - - any > made.dat
	is "f, $records, any byte" "$alone skip: record_bytes_first: 1" \
	    "$alone" f.cpy $records
	make v $records - - asa > made.dat
	is "v, $records, asa" "format: v $big control: asa" "format: v $big" \
	    v.cpy $records
	make vb $records - - machine > made.dat
	is "vb, $records, machine" "format: vb $big control: machine" \
	    "format: vb $big" v.cpy $records
	for frame in f v vb vbs; do
		make ${frame}r $records - - - > made.dat
		sniffed
		! grep -q 'control' sniff.out
		passes $? "$frame, $records lines without such" sniff.out
	done
done

# ---- damage ----------------------------------------------------------------

# hurt HOW AT: of made.dat, 7 bytes at a per mille of it
hurt() {
	perl -e '
		binmode STDIN; binmode STDOUT; $/ = undef; my $f = <STDIN>;
		my ($how, $at) = @ARGV; $at = int($at * length($f) / 1000);
		substr($f, $at, $how eq "add" ? 0 : 7) =
		    $how eq "lose" ? "" : "\xc1\x40\xf1\x0c\x00\x17\x5c";
		print $f' $1 $2 < whole.dat > made.dat
}
for frame in f v vb vbs; do
	book=v.cpy
	[ $frame = f ] && book=f.cpy
	make $frame 300 - - - > whole.dat
	wrong=
	for how in add lose change; do
		for at in $places; do
			hurt $how $at
			for with in "" $book; do
				sniffed $with
				# what stands before a damaged first
				# record of one length may be left out
				case $frame$with:$got in
				*: | f*:"format: fixed" | f*:*"_length: 50" | \
				    ff.cpy:*"skip: bytes_first: "[0-9]* | \
				    v:"format: v $big" | vv.cpy:"format: v $big" | \
				    vb:"format: vb $big" | vbv.cpy:"format: vb $big" | \
				    vbs*:"format: vbs bdw: true") ;;
				*) wrong="$wrong $how/$at/$with: $got," ;;
				esac
			done
		done
	done
	echo "$wrong" > wrong
	[ -z "$wrong" ]
	passes $? "$frame, bytes lost, added or changed: no false guess" wrong
done
echo "1..$n"
exit $status
