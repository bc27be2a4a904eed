#!/bin/sh
# decant sniff on every set of real files, with its copybook and without: the
# guess is what the set's README.txt says, or is none; and where it must be
# known, what it prints loads the file as it stands.  Then the files are
# damaged in known ways, and the damage is named.
. "$SRCDIR/tests/acceptance/common.inc"
begin carddemo

# guessed FILE [COPYBOOK]: "FORMAT what encoding" or "unknown" in $got, the
# answer in sniff.out.
guessed() {
	"$DECANT" sniff "$@" > sniff.out 2> sniff.err
	status=$?
	got=$(sed -n 's/^format:   //p' sniff.out)
	encoding=$(sed -n 's/^encoding: \([^ ]*\).*/\1/p' sniff.out)
	case $got in
	"not known") got=unknown ;;
	*) got="${got%% (*} $encoding" ;;
	esac
}

# is_one NAME EXPECTED MUST: the guess, or if it need not be known, none.
is_one() {
	[ "$got" = "$2" ] || { [ "$got" = unknown ] && [ "$3" = maybe ]; }
	passes $? "$1: $2" sniff.out sniff.err
}

# one FILE COPYBOOK RECORDS EXPECTED ALONE: ALONE is must or maybe, of the
# guess without the copybook.
one() {
	guessed "sets/$1"
	is_one "${1##*/} alone" "$4" "$5"
	guessed "sets/$1" "sets/$2"
	is_one "${1##*/} with its copybook" "$4" must
	{
		sed -n '/^source:/,$p' sniff.out
		"$DECANT" init "sets/$2" 2> init.err | sed -n '/^tables:/,$p'
	} > pasted.yaml
	"$DECANT" load pasted.yaml --to null: --max-rejects 95% \
	    > load.out 2> load.err
	grep -q " $3 read = " load.out
	passes $? "${1##*/}: $3 records are read by what was printed" \
	    pasted.yaml load.out load.err
}

fixed() {
	echo "fixed, records of $1 bytes cp037"
}
text="text, lines of text, ended by"
rdw="v, variable records with RDWs,"

cards="carddemo/copybook"
one carddemo/ebcdic/ACCTDATA.PS $cards/CVACT01Y.cpy 50 "$(fixed 300)" must
one carddemo/ebcdic/CARDDATA.PS $cards/CVACT02Y.cpy 50 "$(fixed 150)" must
one carddemo/ebcdic/CARDXREF.PS $cards/CVACT03Y.cpy 50 "$(fixed 50)" must
one carddemo/ebcdic/CUSTDATA.PS $cards/CVCUS01Y.cpy 50 "$(fixed 500)" must
one carddemo/ebcdic/CUSTDATA.PS $cards/CUSTREC.cpy 50 "$(fixed 500)" must
one carddemo/ebcdic/TRANTYPE.PS $cards/CVTRA03Y.cpy 7 "$(fixed 60)" maybe
one carddemo/ascii/acctdata.txt $cards/CVACT01Y.cpy 50 "$text LF ascii" must
one carddemo/ascii/carddata.txt $cards/CVACT02Y.cpy 50 "$text LF ascii" must
one carddemo/ascii/cardxref.txt $cards/CVACT03Y.cpy 50 "$text LF ascii" must
one carddemo/ascii/custdata.txt $cards/CVCUS01Y.cpy 50 "$text LF ascii" must
one carddemo/ascii/trantype.txt $cards/CVTRA03Y.cpy 7 "$text CR LF ascii" must
one zos-fcustdat/ZOS.FCUSTDAT.RDW.bin zos-fcustdat/CUSTDAT.cpy 10,000 \
    "$rdw big-endian, which count themselves cp037" must
one aws-mdu-vb/COBVBFM2.EBCDIC.txt aws-mdu-vb/COBVBFM2.cpy 20 \
    "$rdw big-endian, which count themselves cp037" must
one aws-unlock-emp/TEST.EMP.RECORD.FILE.dat aws-unlock-emp/EMPREC01.cpy 5 \
    "$(fixed 150)" must
odo=cobrix-01-odo-fixed
one $odo/example.bin $odo/test1_copybook.cob 10 "$(fixed 2202)" maybe
segments=cobrix-05-ebcdic-rdw-multiseg
one $segments/COMP.DETAILS.RDW.BE.dat $segments/test5_copybook.cob 1,000 \
    "$rdw big-endian, which do not count themselves cp037" must
one $segments/COMP.DETAILS.SEP30.DATA.dat $segments/test5_copybook.cob 1,000 \
    "$rdw little-endian in the last two bytes, which do not count themselves cp037" \
    must
entity=cobrix-16-fixed-segments
one $entity/ENTITY.DB.AUG12.DATA.FIX.LEN.dat \
    $entity/test16_fix_len_segments.cob 50 "$(fixed 64)" maybe
one cms-ipps/psf1407_PROV147TST.txt cms-ipps/PROVNEW147.cpy 1,476 \
    "$text LF ascii" must
grep -q '^damage:   signs-left' sniff.out
passes $? "the signs that a translation left are seen" sniff.out

# Texts without copybooks, and records too few or too short to tell.
for file in psf1407_DRGX140 psf1407_CBSA142; do
	guessed sets/cms-ipps/$file.txt
	passes $([ "${got% *}" = "$text LF" ]; echo $?) "$file is text" \
	    sniff.out
done
guessed sets/aws-mdu-vb/COBVBFM2.ASCII.txt
passes $([ "${got%%,*}" = delimited ]; echo $?) "a published text with |" \
    sniff.out
for file in data data2; do
	for book in "" sets/cobrix-21-nested-odo/test25_copybook.cob; do
		guessed sets/cobrix-21-nested-odo/$file.dat $book
		[ "$got" = unknown ] || [ "$got" = \
		    "fixed, records of 6 bytes ascii" ]
		passes $? "$file.dat${book:+ with its copybook}" sniff.out
	done
done
for file in sets/ballerina-copybook/ascii/*.txt \
    sets/ballerina-copybook/ebcdic/*.txt; do
	name=${file##*/}
	book=sets/ballerina-copybook/copybooks/${name%.txt}.cpy
	size=$(wc -c < "$file")
	for with in "" "$book"; do
		# one record of all bytes, or lines of text
		guessed "$file" $with
		case $got in
		unknown | text,* | "fixed, records of $size bytes "*)
			good=0 ;;
		"fixed, records of 74 bytes "*)	# two of them
			[ "$name" = copybook-18.txt ]
			good=$? ;;
		*)
			good=1 ;;
		esac
		passes $good "${file#*copybook/}${with:+ with its copybook}" \
		    sniff.out
	done
done

# The types of records.
guessed sets/$segments/COMP.DETAILS.RDW.BE.dat \
    sets/$segments/test5_copybook.cob
sed -n "/^records:\$/,/^\$/p" sniff.out > types
cat > types.expected <<'EXPECTED'
records:
  static_details: {layout: STATIC-DETAILS, when: "SEGMENT-ID = 'C'"}
  contacts: {layout: CONTACTS, when: "SEGMENT-ID = 'P'"}

EXPECTED
same "the types of records of $segments" types.expected types
guessed sets/$segments/COMP.DETAILS.RDW.BE.dat
grep -q "^  - 'C': 316 records of 64 bytes" sniff.out
passes $? "the types are seen without the copybook" sniff.out

# ---- damage ----------------------------------------------------------------

# damaged NAME KIND FILE [COPYBOOK]
damaged() {
	name=$1 kind=$2
	shift 2
	guessed "$@"
	[ $status = 8 ] && grep -q "^damage:   $kind\$" sniff.out
	passes $? "$name: $kind" sniff.out sniff.err
}

# wrong NAME FILE [COPYBOOK]: no guess may be made.
wrong() {
	name=$1
	shift
	guessed "$@"
	is "$name: no guess" unknown "$got"
}

zos=sets/zos-fcustdat/ZOS.FCUSTDAT.RDW.bin
zosbook=sets/zos-fcustdat/CUSTDAT.cpy
head -c 600001 $zos > zos.cut
damaged "V, cut" cut-short zos.cut
head -c 1200001 $zos > zos.cut
damaged "large V, cut" cut-short zos.cut $zosbook
{ head -c 700000 $zos; tail -c +700012 $zos; } > zos.hole
damaged "V with a hole" broken zos.hole $zosbook
for to in ISO-8859-1 UTF-8; do
	iconv -f IBM037 -t $to $zos > zos.text
	damaged "V to $to" translated zos.text
	wrong "V to $to" zos.text
	damaged "V to $to" translated zos.text $zosbook
	iconv -f IBM037 -t $to sets/aws-unlock-emp/TEST.EMP.RECORD.FILE.dat \
	    > emp.text
	damaged "fixed to $to" translated emp.text \
	    sets/aws-unlock-emp/EMPREC01.cpy
done
emp=sets/aws-unlock-emp/TEST.EMP.RECORD.FILE.dat
head -c 733 $emp > emp.cut
damaged "fixed, cut" cut-short emp.cut sets/aws-unlock-emp/EMPREC01.cpy
i=0
: > emp.crlf
while [ $i -lt 5 ]; do
	tail -c +$((i * 150 + 1)) $emp | head -c 150 >> emp.crlf
	printf '\r\n' >> emp.crlf
	i=$((i + 1))
done
damaged "CR LF behind fixed records" line-ends emp.crlf
damaged "CR LF behind fixed records" line-ends emp.crlf \
    sets/aws-unlock-emp/EMPREC01.cpy
acct=sets/carddemo/ebcdic/ACCTDATA.PS
i=0
: > acct.crlf
while [ $i -lt 188 ]; do
	tail -c +$((i * 80 + 1)) $acct | head -c 80 >> acct.crlf
	printf '\r\n' >> acct.crlf
	i=$((i + 1))
done
damaged "CR LF wherever" line-ends acct.crlf sets/$cards/CVACT01Y.cpy
wrong "CR LF wherever" acct.crlf

# RDWs taken out: by counts or types the copybook still leads through.
if command -v perl > /dev/null 2>&1; then
	strip='$/ = undef; $_ = <>; while (length) {
	    $n = unpack("n") + $ENV{ADD}; print substr($_, 4, $n - 4);
	    $_ = substr($_, $n) }'
	ADD=0 perl -e "$strip" $zos > zos.bare
	wrong "V without its RDWs" zos.bare
	guessed zos.bare $zosbook
	passes $([ "${got%%,*}" = odo ]; echo $?) \
	    "V without its RDWs, by its counts" sniff.out
	ADD=4 perl -e "$strip" sets/$segments/COMP.DETAILS.RDW.BE.dat \
	    > types.bare
	wrong "types without RDWs" types.bare
	guessed types.bare sets/$segments/test5_copybook.cob
	passes $([ "${got%%,*}" = length ]; echo $?) \
	    "types without RDWs, by their lengths" sniff.out
	grep -q 'have no length words' sniff.out
	passes $? "what happened is said" sniff.out
fi
head -c 100000 /dev/urandom > random
wrong "random bytes" random
wrong "random bytes" random $zosbook
finish
