#!/bin/sh
# Records of the tables that real files were loaded into: the files' own bytes,
# or where they differ in what the tables do not have, the items that do and in
# how many records.
. "$SRCDIR/tests/acceptance/common.inc"
begin carddemo aws-mdu-vb aws-unlock-emp carddemo-acctdata \
    carddemo-carddata carddemo-cardxref carddemo-custdata carddemo-trantype \
    cms-ipps cobrix-01 cobrix-05 cobrix-16 zos-fcustdat
. "$SRCDIR/tests/unload.inc"

# unloaded NAME: of NAME.yaml into NAME.out.
unloaded() {
	rm -f "$1.db"
	"$DECANT" load -q "$1.yaml" --to "sqlite:$1.db" --max-rejects 200 \
	    2> err
	"$DECANT" unload -q "$1.yaml" --from "sqlite:$1.db" -o "$1.out" \
	    2> err || cat err
}

# file NAME: the file that the mapping names
file() {
	sed -n 's/^  file: //p' "$1.yaml"
}

# whole NAME: not a byte is another.
whole() {
	unloaded "$1" > said
	cmp "$1.out" "$(file "$1")" >> said 2>&1
	: > want
	same "$1: the file's own bytes" want said
}

# but NAME FORM RECORDS: the items that differ, and how often, are standard
# input: TYPE OFFSET LENGTH NAME [OCCURRENCE] COUNT
but() {
	cat > lawful
	unloaded "$1" > said
	awk '{ print $4 ": " $NF }' lawful > want
	echo "$3 records" >> want
	records "$2" "$(file "$1")" > records.want
	records "$2" "$1.out" > records.got
	sed 's/ [0-9]*$//' lawful | differences records.want records.got \
	    >> said
	same "$1: $3 records, but for what the tables lack" want said
}

whole aws-unlock-emp
whole carddemo-acctdata
whole carddemo-carddata
whole carddemo-cardxref
whole carddemo-custdata
whole cobrix-01
whole zos-fcustdat
# zeros, which no program has written, in FILLER
but carddemo-trantype 60 7 <<'EOT'
* 52 8 FILLER 7
EOT
# X'00' behind a text is trimmed as blanks are, and comes back as a blank
but aws-mdu-vb v 20 <<'EOT'
* 15 21 OUT-NAME 30 20
EOT
# the same; and what is neither C nor P in SEGMENT-ID no table has
but cobrix-16 64 50 <<'EOT'
c3 1 20 COMPANY-NAME 11
c3 21 30 ADDRESS 11
d7 1 16 FIRST-NAME 19
d7 17 16 LAST-NAME 19
d7 33 20 ADDRESS 1
c2 0 1 SEGMENT-ID 20
c2 1 12 PO-NUMBER 20
c2 13 20 BRANCH-ADDRESS 4
EOT
# the same; CASE is not undone: the taxpayer's number is not in the tables
but cobrix-05 x 1000 <<'EOT'
* 0 5 SEGMENT-ID 1000
c3 15 15 COMPANY-NAME 316
c3 30 25 ADDRESS 260
c3 56 8 TAXPAYER 316
d7 15 17 PHONE-NUMBER 684
d7 32 28 CONTACT-PERSON 684
EOT
# a load of the records of lines gives the same tables
unloaded cms-ipps > said
sed "s,^  file: .*,  file: cms-ipps.out," cms-ipps.yaml > again.yaml
rm -f again.db
"$DECANT" load -q again.yaml --to sqlite:again.db >> said 2>&1
for db in cms-ipps again; do
	# waiver is made by CASE of an item that is not in the tables; numbers
	# of records count those that were rejected, too
	sqlite3 $db.db "update provider set waiver = 0;
	    select * from provider order by record" | sed 's/^[0-9]*//' \
	    > $db.rows
done
cmp cms-ipps.rows again.rows >> said 2>&1
: > want
same "cms-ipps: a load gives the $(wc -l < again.rows) providers again" want said
finish
