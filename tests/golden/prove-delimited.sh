# --prove of delimited text: rows split and written again, fields written from
# their values in the spelling they had, in UTF-8, by names, and in EBCDIC; what
# does not come back, used by the mapping or not, and where it stands.
cat > order.cpy <<'CPY'
       01  ORDER-REC.
           05  ORDER-NO     PIC 9(6).
           05  NAME         PIC X(20).
           05  PRICE        PIC S9(5)V99.
           05  QTY          PIC S9(4) COMP.
           05  RATE         COMP-2.
           05  TAG          PIC X(3) OCCURS 2.
CPY
cat > m.yaml <<'YAML'
version: 1
source: {copybook: order.cpy, file: orders.csv, format: delimited}
target: 'null:'
tables:
  orders:
    columns:
      no: ORDER-NO
YAML
cat > orders.csv <<'CSV'
000001,Miller,12.00,5,1.5,a,b
1,"O""Brien, Jr",-0.5,+7,1.50E3,,"x"
 12 ,  Wu  ,.50,12-,0.1,"",  
3,Müller,+00012.5,-0,-0,a,b
4,,,,,,
5,"two
lines, a ""q""",1.,0,1e-7,"a"",",b
CSV
load() {
	echo "== $*"
	"$DECANT" load "$@" --prove -j1 > out
	status=$?
	grep -v '^time' out
	echo "status $status"
}
load m.yaml
sed 's/$/\r/' orders.csv | sed 's/two\r$/two/' > crlf.csv
load m.yaml crlf.csv
iconv -f utf-8 -t cp037 orders.csv > orders.ebc
sed 's/format: delimited/&, encoding: cp037/' m.yaml > ebcdic.yaml
load ebcdic.yaml orders.ebc
# columns in another order, one more, and one that is missing
printf 'Tag(2);Price;Extra;"order no"\nb;"0012,5";?;7\n;-,5;"""";08\n' > named.csv
sed "s/format: delimited/&, header: true, delimiter: ';', decimal: ','/" m.yaml > named.yaml
load named.yaml named.csv
# without a copybook all is text, in its code page
printf 'Zo\353;1.0\n"Jos\351";2\n' > latin1.csv
cat > text.yaml <<'YAML'
version: 1
source:
  file: latin1.csv
  format: delimited
  columns: [NAME, N]
  delimiter: ';'
  encoding: latin1
target: 'null:'
tables: {t: {columns: {name: NAME}}}
YAML
load text.yaml
# what does not come back
cat > bad.csv <<'CSV'
1,x,12.345,1,1,a,b
2,x,1,99999,1,a,b
3,x,1,1,0.1234567890123456789,a,b
4,"x, y",1,1,,a
5,x"y,1,1,1,a,b
6,"x"y,1,1,1,a,b
7,"name, longer than its picture",1,1,1,a,b
8,x,1,one,1,a,b
9,x,1,1,1,a,b
CSV
load m.yaml bad.csv --max-rejects 3
cat m.rejects/reasons.csv
