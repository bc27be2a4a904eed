#!/bin/sh
# decant init on the copybook of every set of real files: `check` finds nothing
# wrong with the mapping that it writes, and the set's file loads through it as
# it stands.  Where a file holds records of several types, or numbers that are
# none, some records are rejects; never all of them.
. "$SRCDIR/tests/acceptance/common.inc"
begin carddemo

# one NAME RECORDS STATUS COPYBOOK FILE [OPTION…]
one() {
	name=$1 read=$2 expected=$3 copybook=$4 data=$5
	shift 5
	"$DECANT" init "sets/$copybook" --file "sets/$data" --name "init_$name" \
	    "$@" > "init-$name.yaml" 2> init.err
	passes $? "init $copybook" init.err
	"$DECANT" check "init-$name.yaml" > check.out 2>&1
	passes $? "check what it wrote" check.out
	rm -f accept.db
	for target in $targets; do
		on $target "load $name through it into $target" || continue
		"$DECANT" load "init-$name.yaml" --max-rejects 95% \
		    --to "$(url $target)" > load.out 2> load.err
		status=$?
		echo "exit status $status, not $expected" > load.why
		[ $status = "$expected" ] && grep -q " $read read = " load.out
		passes $? "load $name through it into $target" load.why \
		    load.out load.err
	done
}

one acct 50 0 carddemo/copybook/CVACT01Y.cpy carddemo/ebcdic/ACCTDATA.PS
one card 50 0 carddemo/copybook/CVACT02Y.cpy carddemo/ebcdic/CARDDATA.PS
one xref 50 0 carddemo/copybook/CVACT03Y.cpy carddemo/ebcdic/CARDXREF.PS
one cust 50 0 carddemo/copybook/CVCUS01Y.cpy carddemo/ebcdic/CUSTDATA.PS
one tabs 50 0 carddemo/copybook/CUSTREC.cpy carddemo/ebcdic/CUSTDATA.PS
one tran 7 0 carddemo/copybook/CVTRA03Y.cpy carddemo/ebcdic/TRANTYPE.PS
one twin 50 0 carddemo/copybook/CVCUS01Y.cpy carddemo/ascii/custdata.txt \
    --format text --encoding ascii
one zos 10,000 0 zos-fcustdat/CUSTDAT.cpy zos-fcustdat/ZOS.FCUSTDAT.RDW.bin \
    --format v
one mdu 20 0 aws-mdu-vb/COBVBFM2.cpy aws-mdu-vb/COBVBFM2.EBCDIC.txt --format v
one emp 5 0 aws-unlock-emp/EMPREC01.cpy \
    aws-unlock-emp/TEST.EMP.RECORD.FILE.dat
one odo 10 0 cobrix-01-odo-fixed/test1_copybook.cob \
    cobrix-01-odo-fixed/example.bin
one segments 1,000 4 cobrix-05-ebcdic-rdw-multiseg/test5_copybook.cob \
    cobrix-05-ebcdic-rdw-multiseg/COMP.DETAILS.RDW.BE.dat --format v
one entities 50 4 cobrix-16-fixed-segments/test16_fix_len_segments.cob \
    cobrix-16-fixed-segments/ENTITY.DB.AUG12.DATA.FIX.LEN.dat
one provider 1,476 4 cms-ipps/PROVNEW147.cpy \
    cms-ipps/psf1407_PROV147TST.txt --format text --encoding ascii
finish
