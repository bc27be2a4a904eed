# Records of the tables that they were loaded into.  The oracle is the file:
# what was loaded comes back byte by byte, and each difference is one that the
# tables cannot know of; it is told here, and counted.
made=$(dirname "$SAMPLE")
m=$SRCDIR/mappings
. "$SRCDIR/tests/unload.inc"
dump() {
	for table in $(sqlite3 "$1" "select name from sqlite_master
	    where type = 'table' and name not like 'decant%' order by 1"); do
		echo "$table"
		sqlite3 "$1" "select * from $table"
	done
}

echo '---- customer: full_name says nothing of the fields that it is made of;'
echo '---- a day of birth of nines is null, as zeros are'
decant load -q "$m/customer.yaml" "$SAMPLE" --to sqlite:customer.db
decant unload "$m/customer.yaml" --from sqlite:customer.db -o customer.out 2>&1
records 300 "$SAMPLE" > want
records 300 customer.out > got
differences want got <<'END'
* 19 15 CUST-MIDDLE
* 34 20 CUST-LAST
* 54 100 CUST-NAME-REST
* 154 8 CUST-BORN
END
decant load -q "$m/customer.yaml" customer.out --to sqlite:again.db
for table in person phone; do
	for db in customer again; do
		sqlite3 $db.db "select * from $table" |
			sed 's/^\([0-9]*\)|[^|]*|/\1|/' > $db.$table
	done
	cmp customer.$table again.$table && wc -l < again.$table
done

echo '---- ledger: only the date and the run of the header are not there'
decant load -q "$m/ledger.yaml" "$LEDGER" --to sqlite:ledger.db
decant unload "$m/ledger.yaml" --from sqlite:ledger.db -o ledger.out 2>&1
records vb "$LEDGER" > want
records vb ledger.out > got
differences want got <<'END'
c8 21 8 HDR-CREATED
c8 29 5 HDR-RUN
END
rm again.db
decant load -q "$m/ledger.yaml" ledger.out --to sqlite:again.db
dump ledger.db > want
dump again.db > got
cmp want got

echo '---- benefits: names of members are in person as one; nulls of packed'
echo '---- items and of shelter are zeros; children are the first 88-level value'
decant load -q "$m/benefits.yaml" "$made/benefits.ebc" --to sqlite:benefits.db
decant unload "$m/benefits.yaml" --from sqlite:benefits.db -o benefits.out 2>&1
records vb "$made/benefits.ebc" > want
records vb benefits.out > got
differences want got <<'END'
c8 3 7 HDR-CREATED
c8 10 5 HDR-RUN
c3 35 4 CASE-SHELTER
c3 52 15 MEMBER-FIRST 64
c3 67 15 MEMBER-MIDDLE 64
c3 82 20 MEMBER-LAST 64
c3 106 1 MEMBER-RELATION 64
e2 41 2 INC-HOURS
END
rm again.db
decant load -q "$m/benefits.yaml" benefits.out --to sqlite:again.db
for db in benefits again; do
	sqlite3 $db.db "update person set full_name = ''"
done
dump benefits.db > want
dump again.db > got
cmp want got

echo '---- names: of version 4 the middle name is null where it is N/A'
for version in 1 2 3 4; do
	rm -f names.db
	decant load -q "$m/names-v$version.yaml" "$made/names.ebc" \
	    --to sqlite:names.db
	decant unload "$m/names-v$version.yaml" --from sqlite:names.db \
	    -o names.out 2>&1
	records 200 "$made/names.ebc" > want
	records 200 names.out > got
	echo '* 30 130 PERSON-MIDDLE' | differences want got
done

echo '---- all that decant init maps: the same bytes'
decant init "$SRCDIR/copybooks/customer.cpy" > init.yaml
decant load -q init.yaml "$SAMPLE" --to sqlite:init.db
decant unload init.yaml --from sqlite:init.db -o init.out
cmp init.out "$SAMPLE"
decant unload init.yaml --from sqlite:init.db | cmp - "$SAMPLE"
cat > heavy.cpy <<'END'
       01  HEAVY.
           05  ID-NO        PIC 9(7) COMP.
           05  B1           PIC S9(2) COMP.
           05  B2           PIC S9(4) COMP.
           05  B3           PIC S9(9) COMP.
           05  B4           PIC S9(18) COMP.
           05  B5           PIC 9(9) COMP-5.
           05  B6           PIC S9(5)V9(4) COMP.
           05  P1           PIC S9 COMP-3.
           05  P2           PIC 9(4) COMP-3.
           05  P3           PIC S9(7)V99 COMP-3.
           05  P4           PIC S9(18) COMP-3.
           05  P5           PIC S9(15)V9(6) COMP-3.
           05  P6           PIC S9(5)PPP COMP-3.
           05  Z1           PIC 9(5).
           05  Z2           PIC S9(5).
           05  Z3           PIC S9(3)V99 SIGN LEADING.
           05  Z4           PIC S9(3)V99 SIGN TRAILING SEPARATE.
           05  Z5           PIC S9(3)V99 SIGN LEADING SEPARATE.
           05  F1           COMP-1.
           05  F2           COMP-2.
           05  T1           PIC X(10).
           05  E1           PIC ZZ,ZZ9.99-.
           05  N1           PIC N(5) USAGE NATIONAL.
           05  FILLER       PIC X(3).
           05  CNT          PIC 9.
           05  ROW OCCURS 0 TO 4 TIMES DEPENDING ON CNT.
               10  R1       PIC S9(5)V99 COMP-3.
               10  SUBCNT   PIC S9(4) COMP.
               10  SUB OCCURS 0 TO 3 TIMES DEPENDING ON SUBCNT.
                   15  S1   PIC X(3).
                   15  S2   PIC S9(4) COMP.
           05  TAIL         PIC X(4).
           05  FIXT OCCURS 3 TIMES PIC S9(3) COMP-3.
END
for format in fixed vb; do
	decant init heavy.cpy --format $format > heavy.yaml
	decant generate -q heavy.yaml -n 400 --edge 10% -o heavy.dat
	decant load -q heavy.yaml heavy.dat --to sqlite:heavy.$format
	decant unload heavy.yaml --from sqlite:heavy.$format -o heavy.out
	cmp heavy.out heavy.dat
	sed '/^      cnt: /d; /^      subcnt: /d' heavy.yaml > rows.yaml
	decant unload -q rows.yaml --from sqlite:heavy.$format | cmp - heavy.dat
done

echo '---- what functions do, undone'
cat > codes.csv <<'END'
code,name,zone
NM,New Mexico,7
NY,New York,5
CA,California,8
END
cat > all.cpy <<'END'
       01  ALL-REC.
           05  KEY-NO       PIC 9(4).
           05  D-ZERO       PIC 9(8).
           05  D-TEXT       PIC X(10).
           05  D-CENT       PIC 9(5) COMP-3.
           05  D-TIME       PIC 9(6).
           05  D-STAMP      PIC X(26).
           05  D-PARTS.
               10  D-YY     PIC 99.
               10  D-MM     PIC 99.
               10  D-DD     PIC 99.
           05  BLANK-TEXT   PIC X(5).
           05  NINE-IS-NULL PIC 9(3).
           05  STATUS-CODE  PIC X.
               88  IS-OPEN  VALUE 'O' 'P'.
               88  IS-SHUT  VALUE 'C'.
           05  LEVEL-NO     PIC 9.
               88  LOW-ONE  VALUE 1.
               88  HIGH-ONE VALUE 2 THRU 9.
           05  STATE        PIC XX.
           05  WIDER        PIC S9(3) COMP-3.
           05  NAME.
               49  NAME-LEN PIC S9(4) COMP.
               49  NAME-TXT PIC X(12).
           05  NAME-IND     PIC S9(4) COMP.
           05  PAY          PIC S9(5)V99 COMP-3.
           05  PAY-FLAG     PIC X.
           05  QTY          PIC S9(4) COMP.
           05  QTY-NULL     PIC X.
           05  ADDRESS-ALL.
               10  STREET   PIC X(8).
               10  ZIP      PIC 9(5).
               10  FILLER   PIC X(2).
           05  JANUARY      PIC S9(3) COMP-3.
           05  FEBRUARY     PIC S9(3) COMP-3.
           05  TEL OCCURS 2 TIMES PIC X(6).
           05  KIND         PIC X VALUE 'K'.
           05  RATE         PIC 9V9 VALUE 1.5.
           05  ITEM OCCURS 3 TIMES.
               10  ITEM-NO  PIC 99.
               10  ITEM-TXT PIC X(3).
END
cat > all.yaml <<'END'
source: {copybook: all.cpy, file: all.dat, format: fixed, encoding: cp037}
defaults: {date: {century: 50}}
crosswalks:
  states: {file: codes.csv, key: code, missing: keep}
tables:
  main:
    key: key_no
    columns:
      key_no: digits(KEY-NO)
      d_zero: to_date(D-ZERO, 'YYYYMMDD')
      d_text: to_date(D-TEXT, 'DD.MM.YYYY')
      d_cent: to_date(D-CENT, 'YYDDD')
      d_time: to_time(D-TIME, 'HH24MISS')
      d_stamp: to_timestamp(D-STAMP, 'DB2')
      d_parts: to_date(D-PARTS, 'YYMMDD')
      blank_text: nullif(BLANK-TEXT, '')
      nine: nullif(NINE-IS-NULL, 999)
      status: label(STATUS-CODE)
      level_name: label(LEVEL-NO)
      level_no: LEVEL-NO
      state: lookup('states', STATE, 'name')
      wider: cast(WIDER as numeric(9,2))
      name: {from: NAME, null_if: NAME-IND < 0}
      pay: {from: PAY, null_if: PAY-FLAG = '?'}
      qty: {from: QTY, null_if: "QTY-NULL = x'FF'"}
      address: ADDRESS-ALL
      tel_1: rtrim(TEL(1))
      tel_2: TEL(2)
      shout: upper(STREET)
  month:
    unpivot: [JANUARY, FEBRUARY]
    when: unpivot_value() is not null
    key: [key_no, month]
    columns:
      key_no: digits(KEY-NO)
      month: unpivot_name()
      value: unpivot_value()
  item:
    each: ITEM
    when: ITEM-TXT <> ''
    key: [key_no, seq]
    columns:
      key_no: digits(KEY-NO)
      seq: occurrence()
      no: ITEM-NO
      txt: ITEM-TXT
END
# hex of three records; blanks are 40
record() {
	for byte in $(echo "$@" | sed 's/ //g; s/../& /g'); do
		printf "\\$(printf %03o 0x$byte)"
	done >> all.dat
}
rm -f all.dat
b2=4040 b3=404040 b4=40404040 b5=4040404040 b6=404040404040
record f0f0f0f1 f2f0f2f6f0f1f3f1 f3f14bf0f14bf2f0f2f6 26031f f2f3f5f9f5f9 \
    f2f0f2f660f0f160f3f160f2f34bf5f94bf5f94bf1f2f3f4f5f6 f2f6f1f2f3f1 \
    8885939396 f0f0f7 d6 f1 d5e8 123d 0003 c1c240404040404040404040 \
    0000 0001234c 40 002a 00 e2a399858540f540 f1f0f0f0f1 $b2 001c 002d \
    f1f1f1404040 f2f2f2f2f2f2 d2 f1f5 f0f1c1c2c3 f0f0404040 f0f3c4c5c6
record f0f0f0f2 f0f0f0f0f0f0f0f0 $b5$b5 00000f f0f0f0f0f0f0 \
    $b6$b6$b6$b6$b2 f0f0f0f0f0f0 \
    $b5 f9f9f9 c3 f9 e7e7 456c 0000 $b6$b6 \
    ffff 0000000c 6f 0000 ff $b4$b4 f0f0f0f0f0 $b2 0000 005c \
    $b6 $b6 d2 f1f5 f0f0404040 f0f0404040 f0f0404040
ls -l all.dat | awk '{ print $5 }'
decant load -q all.yaml --to sqlite:all.db
sqlite3 -nullvalue NULL all.db 'select * from main; select * from month;
    select * from item'
decant unload all.yaml --from sqlite:all.db -o all.out 2>&1
od -A d -t x1 all.dat > want
od -A d -t x1 all.out > got
diff want got

echo '---- records of several types in one table; types behind their parents;'
echo '---- a record that no table has is as its when: and VALUEs say'
cat > types.cpy <<'END'
       01  HEAD.
           05  H-TYPE       PIC X.
           05  H-DAY        PIC 9(4) VALUE 7.
       01  BATCH.
           05  B-TYPE       PIC X.
           05  B-NO         PIC 9(3).
       01  DEBIT.
           05  D-TYPE       PIC X.
           05  D-NO         PIC 9(3).
           05  D-SUM        PIC 9(5).
       01  CREDIT.
           05  C-TYPE       PIC X.
           05  C-NO         PIC 9(3).
           05  C-SUM        PIC 9(5).
           05  C-TEXT       PIC X(4).
       01  BATCH-TRAILER.
           05  BT-TYPE      PIC X.
           05  BT-SUM       PIC 9(6).
       01  TAIL.
           05  T-TYPE       PIC X.
           05  T-COUNT      PIC 9(4).
END
cat > types.yaml <<'END'
source: {copybook: types.cpy, file: t.dat, format: v, encoding: ascii}
records:
  head: {layout: HEAD, when: H-TYPE = 'H'}
  batch: {layout: BATCH, when: B-TYPE = 'B', parent: head}
  debit: {layout: DEBIT, when: D-TYPE = 'D', parent: batch}
  credit: {layout: CREDIT, when: "C-TYPE in ('C', 'E')", parent: batch}
  batch_trailer: {layout: BATCH-TRAILER, when: BT-TYPE = 'S', parent: batch}
  tail: {layout: TAIL, when: T-TYPE = 'T'}
tables:
  entry:
    of: [debit, credit]
    key: [batch, kind, no]
    columns:
      batch: batch.B-NO
      kind: record_type()
      no: {from: {debit: D-NO, credit: C-NO}}
      amount: {from: {debit: D-SUM, credit: C-SUM}}
      text: {from: {credit: C-TEXT}}
controls:
  - BT-SUM = sum(D-SUM) + sum(C-SUM)
  - T-COUNT = count(debit) + count(credit)
END
for r in H0007 B001 D00100010 D00200020 C00100030abcd S000060 B002 \
    C00100002xyzz S000002 T0004; do
	printf "\\000\\$(printf %03o $((${#r} + 4)))\\000\\000$r"
done > t.dat
decant load types.yaml --to sqlite:t.db | head -n 8
decant unload types.yaml --from sqlite:t.db -o t.out 2>&1
cmp t.dat t.out

echo '---- another format, another code page; the target of the mapping'
decant load -q "$m/names-v1.yaml" "$made/names.ebc" --to sqlite:names.db
decant unload -q "$m/names-v1.yaml" --from sqlite:names.db \
    --encoding iso8859-1 --format text | sed 's/  *$//' | head -n 2
sed "s,\.\./,$SRCDIR/,; s,target: .*,target: sqlite:ledger.db," \
    "$m/ledger.yaml" > here.yaml
decant unload here.yaml --from target | cmp - ledger.out 2>&1
