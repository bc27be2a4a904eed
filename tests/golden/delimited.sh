# Delimited text: fields by position and by name, with a copybook and without
# one; rejects that can be mended and read again; mistakes.
cat > c.cpy <<'CPY'
       01  CUSTOMER.
           05  CUST-ID          PIC 9(5).
           05  CUST-NAME.
               10  FIRST        PIC X(10).
               10  LAST         PIC X(10).
           05  FILLER           PIC X(3).
           05  BALANCE          PIC S9(5)V99 COMP-3.
           05  BALANCE-X REDEFINES BALANCE PIC X(4).
           05  KIND             PIC X(2).
               88  IS-GOOD      VALUE 'G' 'H'.
               88  IS-BLANK     VALUE SPACE.
               88  IS-MIDDLE    VALUE 'K' THRU 'N'.
               88  IS-HIGH      VALUE HIGH-VALUES.
               88  IS-ALL       VALUE ALL 'Z'.
           05  PHONE            OCCURS 2.
               10  NUMBER       PIC X(8).
               10  PHONE-KIND   PIC 9.
                   88 IS-HOME   VALUE 1.
                   88 IS-WORK   VALUE 2 3.
                   88 IS-NONE   VALUE SPACES ZERO.
           05  VISITS           PIC S9(4) COMP.
           05  RATE             COMP-2.
CPY
tables() {
	cat <<'YAML'
tables:
  customer:
    columns:
      id: CUST-ID
      ident: digits(CUST-ID)
      name: full_name(FIRST, LAST)
      balance: BALANCE
      kind: label(KIND)
      good: IS-GOOD
      phone_2: NUMBER(2)
      visits: VISITS
      rate: RATE
  phone:
    each: PHONE
    when: NUMBER <> ''
    columns:
      id: CUST-ID
      seq: occurrence()
      number: NUMBER
      kind: label(PHONE-KIND)
      work: IS-WORK
YAML
}
# mapping LINES…: of the source
mapping() {
	{
		printf 'source:\n  copybook: c.cpy\n  file: in\n'
		printf '  format: delimited\n'
		[ $# -eq 0 ] || printf '  %s\n' "$@"
		tables
	} > m.yaml
}
load() {
	rm -rf out m.rejects m.rejects~
	"$DECANT" load -q m.yaml --to csv:out --max-rejects 20 "$@"
	echo "status $?"
	[ ! -d out ] || cat out/*.csv | tr -d '\r'
}
rejected() {
	[ ! -e m.rejects/reasons.csv ] || cut -d, -f1,3-7,9- m.rejects/reasons.csv
	[ ! -e m.rejects/records.dat ] || cat m.rejects/records.dat
}

echo '== by position'
mapping
cat > in <<'CSV'
1,Ann,"O""Neil",-12.5,G,555-1,1,555-2,2,30000,1.5
2,Bob,"Brown, jr",12.5-,,,,,,-7,
3,Zoë,"two
lines", +1 ,ZZ,1,3,2,,,2e3
4,a,b,1.005,M,,,,,,
5,a
6,a,b,1,G,1,1,2,2,3,4,5
7,"a"b,c,1,,,,,,,
8,a,b,-100000,G,,,,,,
9,a,elevenchars,1,G,,,,,,
10,a,b,1,G,1,x,,,,
11,a,b,1,G,,,,,40000,
-12,a,b,1,G,,,,,,
13,"a
CSV
load
rejected
cat m.rejects/fragments.dat
echo

echo '== mended'
sed -e 's/1.005/1.00/' -e '/^5,/d' -e '/^6,/s/,5$//' -e 's/"a"b/a b/' \
    -e '/^8,/s/100000/99999.99/' -e 's/elevenchars/tenletters/' \
    -e '/^10,/s/x/3/' -e 's/40000/32767/' -e 's/^-12/12/' \
    m.rejects/records.dat > mended
load mended

echo '== by name, two files'
mapping 'header: true' "delimiter: ';'" 'decimal: ","' 'encoding: cp1252'
sed -i '/rate:/d' m.yaml
printf 'Last;CUST_ID;balance;Remark;kind;PHONE.NUMBER(1);number_2;%s\r\n' \
    'Phone Kind 1;phone-kind-2;FIRST;Visits' > a.csv
printf '"M\374ller; jr";1;-1,5;?;K;555;;1;;Ann;\r\n' >> a.csv
printf 'Lee;2;1.5;?;K;;;;;Bob;\r\n' >> a.csv
printf 'CUST-ID;FIRST;LAST;BALANCE;KIND;NUMBER-1;PHONE-KIND-1;NUMBER-2;' > b.csv
printf 'PHONE-KIND-2;VISITS\n3;Cid;Day;3;N;1;2;2;0;9' >> b.csv
load a.csv b.csv
rejected
gzip -c a.csv | load -

echo '== columns, lines around them'
mapping 'columns: [CUST-ID, FILLER, FIRST, LAST, BALANCE, KIND, NUMBER-1,' \
    '  PHONE-KIND-1, NUMBER-2, PHONE-KIND-2, VISITS, RATE]' \
    'delimiter: tab' 'quote: none' 'skip: {records_first: 1, records_last: 1}'
{
	printf 'Title\n'
	printf '%s\t' 1 x '"Ann"' Day 1 G 1 1 2 2 3
	printf '4\n\n2\tshort\nTOTAL\t2\n'
} > in
load
rejected

echo '== EBCDIC'
mapping 'encoding: cp037' 'header: true'
printf 'CUST-ID,FIRST,LAST,BALANCE,KIND,NUMBER-1,NUMBER-2,PHONE-KIND-1,%s\n' \
    'PHONE-KIND-2,VISITS,RATE' > ascii
printf '1,"A,B","say ""hi""",-1.50,G,5,6,1,0,3,1E2\n2,bad\n' >> ascii
iconv -f ascii -t IBM037 ascii > in
load
rejected | iconv -f IBM037 -t ascii 2> /dev/null | tail -n 2
iconv -f IBM037 -t ascii m.rejects/records.dat

echo '== without a copybook'
cat > m.yaml <<'YAML'
source:
  file: in
  format: delimited
  header: true
tables:
  order:
    key: id
    when: state <> 'deleted'
    columns:
      id: cast(order_no as integer)
      total: '"Total Amount"::numeric(9,2)'
      placed:
        from: to_date(placed, 'YYYY-MM-DD')
        null_if: placed = 'n/a'
YAML
cat > in <<'CSV'
Placed,Order-No,Note,total amount,STATE
2026-01-31,1,"a note",12.50,new
2026-02-30,2,,1,new
n/a,3,,.5,paid
2026-02-01,4,,1,deleted
2026-02-01,5,,1.234,new
CSV
load
rejected
"$DECANT" preview m.yaml --records 1
sed -e 's/header: true/columns: [PLACED, ORDER-NO, NOTE, TOTAL AMOUNT, STATE]/' \
    m.yaml > n.yaml && mv n.yaml m.yaml
sed 1d in | load -

echo '== varchar'
cat > v.cpy <<'CPY'
       01  R.
           05  NOTE.
               49  NOTE-LEN   PIC S9(4) COMP.
               49  NOTE-TEXT  PIC X(5).
           05  N   PIC 9.
CPY
cat > m.yaml <<'YAML'
source: {copybook: v.cpy, file: in, format: delimited}
tables: {t: {columns: {note: NOTE, n: N}}}
YAML
printf '%s\n' abc,1 abcdef,2 > in
load

echo '== types of records'
cat > t.cpy <<'CPY'
       01  HEAD.
           05  H-TYPE  PIC X.
           05  H-DATE  PIC X(10).
       01  LINE-REC.
           05  L-TYPE  PIC X.
           05  L-ITEM  PIC X(10).
           05  L-PRICE PIC 9(5)V99.
CPY
cat > m.yaml <<'YAML'
source: {copybook: t.cpy, file: in, format: delimited}
records:
  head: {when: H-TYPE = 'H'}
  line: {layout: LINE-REC, when: L-TYPE = 'L', parent: head}
tables:
  line:
    of: line
    columns: {placed: "to_date(head.H-DATE, 'YYYY-MM-DD')", item: L-ITEM,
      price: L-PRICE}
YAML
printf '%s\n' H,2026-01-31 L,bolt,1.5 L,nut H,2026-02-01 L,nail,2,x L,pin,3 \
    > in
load
rejected

sed 's/OCCURS 2\./OCCURS 1 TO 2 DEPENDING ON CUST-ID./' c.cpy > d.cpy
echo '== init'
"$DECANT" init c.cpy --format delimited | tee m.yaml | sed 12q
"$DECANT" check m.yaml
"$DECANT" init d.cpy --format delimited; echo "status $?"	# F029
for f in v vb vbs vs u fba vba text gnucobol microfocus; do
	"$DECANT" init t.cpy --record LINE-REC --format $f > m.yaml
	sed -n -e '/^  format/p' -e '/^  encoding/p' m.yaml
	"$DECANT" check m.yaml
done
"$DECANT" init c.cpy --format length | tee m.yaml | grep '^  length'
"$DECANT" check m.yaml

echo '== mistakes'
check() {
	mapping "$@"
	"$DECANT" check m.yaml
}
check 'columns: [CUST-IDD, FIRST, FIRST, NUMBER]'
check 'columns: [CUST-ID, FIRST, LAST]'		# F028
check "delimiter: '€'" 				# F030
check "delimiter: x'0A'"
check 'encoding: cp930'
check "quote: ','"
check 'encoding: utf-16'
mapping
sed -i 's/c\.cpy/d.cpy/' m.yaml
"$DECANT" check m.yaml				# F029
mapping
cat >> m.yaml <<'YAML'
  wrong:
    columns:
      a: BALANCE-X
      b: CUST-NAME
      c: IS-HIGH
      d: IS-ALL
      f: case when KIND = x'C1' then 1 end
YAML
"$DECANT" check m.yaml
mapping 'header: true'
printf 'cust_id,first,last,kind\n' > in
"$DECANT" load -q m.yaml --to null: ; echo "status $?"	# F028
cat > m.yaml <<'YAML'
source: {format: delimited, columns: [A, B, A], file: in}
tables: {t: {columns: {a: A, c: C}}}
YAML
"$DECANT" check m.yaml
