#!/bin/sh
# --prove over every set of real files: all items of all records are decoded,
# encoded and compared with their bytes, whatever a mapping would make of them.
# Where bytes may differ, the differences are listed here with their reason;
# every other one is a mistake.
. "$SRCDIR/tests/acceptance/common.inc"
begin carddemo

# proves NAME RECORDS PROVED COPYBOOK FILE FORMAT ENCODING [SOURCE LINE…]; the
# differences that are lawful, "CODE ITEM COUNT" a line, are standard input.
proves() {
	name=$1 read=$2 proved=$3
	cat > lawful
	cat > "prove_$name.yaml" <<EOT
version: 1
name: prove_$name
source:
  copybook: sets/$4
  file: $5
  format: $6
  encoding: $7
EOT
	shift 7
	for line; do
		echo "  $line" >> "prove_$name.yaml"
	done
	cat >> "prove_$name.yaml" <<EOT
tables:
  all_records:
    columns:
      record: record_number()
EOT
	"$DECANT" load "prove_$name.yaml" --prove --to null: --json \
	    --max-rejects 100% \
	    > proof.json 2> proof.err
	status=$?
	{
		echo "exit $([ "$read" = "$proved" ] && echo 0 || echo 8)"
		echo "checked $read, proved $proved"
		cat lawful
	} > want
	{
		echo "exit $status"
		proof='"proof":{"checked":\([0-9]*\),"proved":\([0-9]*\),'
		sed -n "s/.*$proof.*/checked \1, proved \2/p" proof.json
		# reasons have no place of the item in the record
		sed 's/{"code":/\n&/g' proof.json | grep '"before":' |
			sed -e 's/^{"code":"\(D...\)".*"field":"/\1 /' \
			    -e 's/","count":\([0-9]*\).*/ \1/'
	} > got
	same "$name: $proved of $read records come back" want got ||
		sed 's/^/#   /' proof.err
}

proves acct 50 50 carddemo/copybook/CVACT01Y.cpy \
    sets/carddemo/ebcdic/ACCTDATA.PS fixed cp037 < /dev/null
proves card 50 50 carddemo/copybook/CVACT02Y.cpy \
    sets/carddemo/ebcdic/CARDDATA.PS fixed cp037 < /dev/null
proves xref 50 50 carddemo/copybook/CVACT03Y.cpy \
    sets/carddemo/ebcdic/CARDXREF.PS fixed cp037 < /dev/null
proves cust 50 50 carddemo/copybook/CVCUS01Y.cpy \
    sets/carddemo/ebcdic/CUSTDATA.PS fixed cp037 < /dev/null
proves tran 7 7 carddemo/copybook/CVTRA03Y.cpy \
    sets/carddemo/ebcdic/TRANTYPE.PS fixed cp037 < /dev/null
# their twins in ASCII, as text
proves acct_text 50 50 carddemo/copybook/CVACT01Y.cpy \
    sets/carddemo/ascii/acctdata.txt text ascii < /dev/null
proves cust_text 50 50 carddemo/copybook/CVCUS01Y.cpy \
    sets/carddemo/ascii/custdata.txt text ascii < /dev/null
proves xref_text 50 50 carddemo/copybook/CVACT03Y.cpy \
    sets/carddemo/ascii/cardxref.txt text ascii < /dev/null
proves tran_text 7 7 carddemo/copybook/CVTRA03Y.cpy \
    sets/carddemo/ascii/trantype.txt text ascii < /dev/null

proves zos 10000 10000 zos-fcustdat/CUSTDAT.cpy \
    sets/zos-fcustdat/ZOS.FCUSTDAT.RDW.bin v cp037 \
    "rdw: {endian: big, inclusive: true}" < /dev/null
proves mdu 20 20 aws-mdu-vb/COBVBFM2.cpy sets/aws-mdu-vb/COBVBFM2.EBCDIC.txt v \
    cp037 < /dev/null
proves emp 5 5 aws-unlock-emp/EMPREC01.cpy \
    sets/aws-unlock-emp/TEST.EMP.RECORD.FILE.dat fixed cp037 < /dev/null
proves odo 10 10 cobrix-01-odo-fixed/test1_copybook.cob \
    sets/cobrix-01-odo-fixed/example.bin fixed cp037 < /dev/null
multi=cobrix-05-ebcdic-rdw-multiseg
proves segments 1000 1000 $multi/test5_copybook.cob \
    sets/$multi/COMP.DETAILS.RDW.BE.dat v cp037 < /dev/null
proves entities 50 50 cobrix-16-fixed-segments/test16_fix_len_segments.cob \
    sets/cobrix-16-fixed-segments/ENTITY.DB.AUG12.DATA.FIX.LEN.dat fixed cp037 \
    < /dev/null
# 37 records hold numbers that are none; cms-ipps.sh tells which
proves provider 1476 1439 cms-ipps/PROVNEW147.cpy \
    sets/cms-ipps/psf1407_PROV147TST.txt text ascii <<'EOT'
D005 P-NEW-CBSA-SPEC-WI 26
D055 P-NEW-CAPI-HOSP-SPEC-RATE 11
D055 P-NEW-CAPI-OLD-HARM-RATE 11
EOT

# tables in tables; the set tells these bytes, but does not have them
sed -e 's/"COUNT"://; s/"INNER_COUNT"://g; s/"INNER_GROUP"://g' \
    -e 's/"FIELD"://g; s/"RECORD"://; s/"GROUP"://; s/[^0-9A-Z]//g' \
    sets/cobrix-21-nested-odo/test21.txt | tr -d '\n' > nested.dat
proves nested 5 5 cobrix-21-nested-odo/test21_copybook.cob nested.dat odo \
    ascii < /dev/null

# small copybooks: edited numbers, tables, redefinitions
book=ballerina-copybook/copybooks/copybook
text=sets/ballerina-copybook/ascii/copybook
for n in 1:1 2:3 3:1 5:3 7:3 10:1 11:1 12:1 13:1 15:1 16:1; do
	proves small_${n%:*} ${n#*:} ${n#*:} $book-${n%:*}.cpy \
	    $text-${n%:*}.txt text ascii < /dev/null
done
# signs in front that the pictures have at the end
proves small_4 3 1 $book-4.cpy $text-4.txt text ascii <<'EOT'
D005 DATA1-COMPANY 2
EOT
proves big_ebcdic 1 1 $book-1.cpy \
    sets/ballerina-copybook/ebcdic/copybook-1.txt fixed cp037 < /dev/null
finish
