# The formats of files, each from hexadecimal text: what is loaded, and that
# rejects are in the file's own format again.  Then mistakes about formats.
cat > r.cpy <<'CPY'
       01  R.
           05  LEN     PIC 9(4) COMP.
           05  KIND    PIC X.
           05  N       PIC 9.
           05  T       PIC X(2) OCCURS 0 TO 5 DEPENDING ON N.
CPY
# hex: two digits a byte, 'text' as it is, into bytes.
hex() {
	sed "s/'[^']*'/<&>/g" | tr '<>' '\n\n' | while read -r part; do
		case $part in
		\'*) part=${part#?}; printf %s "${part%?}" ;;
		*) for b in $(printf %s "$part" | tr -d ' ' |
		    sed 's/../& /g'); do
			printf "\\$(printf %o "0x$b")"
		done ;;
		esac
	done
}
# mapping LINES…: of the source
mapping() {
	{
		printf 'source:\n  copybook: r.cpy\n  file: in\n'
		printf '  encoding: ascii\n'
		printf '  %s\n' "$@"
		printf 'tables:\n  r:\n    columns:\n      n: N\n'
		printf '      kind: KIND\n      record: record_number()\n'
		printf '  t:\n    each: T\n    columns:\n      t: T\n'
	} > m.yaml
}
# try LINES…: loads the file `in`; the second record's N is X
try() {
	echo "== $*"
	mapping "$@"
	rm -rf out m.rejects m.rejects~
	"$DECANT" load -q m.yaml --to csv:out --max-rejects 1 > log 2>&1
	echo "status $?"
	grep -E 'error|hint|^D0' log
	[ -d out ] && cat out/r.csv out/t.csv | tr -d '\r' | tr '\n' ' '
	echo
	[ ! -e m.rejects/records.dat ] || od -An -tx1 m.rejects/records.dat
}
a="0008 'A2aabb'" b="0004 'BX'" c="0006 'C1cc'"
echo "0018 0000 000C 0000 $a 0008 0000 $b 000E 0000 000A 0000 $c" | hex > in
try 'format: vb'
try 'format: v'
echo "000C 0000 $a 0008 0000 $b 000A 0000 $c" | hex > in
try 'format: v'
try 'format: vb'
echo "0014 0000 0008 0100 0008 'A2' 0008 0300 'aabb'
    0010 0000 0004 0200 0008 0000 $b 000E 0000 000A 0000 $c" | hex > in
try 'format: vbs'
echo "$a $b $c" | hex > in
try 'format: length' 'length: LEN'
try 'format: length' 'length: {offset: 0, size: 2}'
try 'format: length' 'length: {offset: 2, size: 1, map: {A: 8, B: 4, C: 6}}'
echo "0008 $a 0004 $b 0006 $c" | hex > in
try 'format: gnucobol'
echo "3E 0004 'H0' 3E $a 3E $b 3E $c 3E 0004 'T0' 1A" | hex > in
try 'format: length' 'length: {field: LEN, adjust: 1}' 'skip:' \
    '  {bytes_last: 1, records_first: 1, records_last: 1, record_bytes_first: 1}'
echo "'xxx' $a $c" | hex > in
try 'format: odo' 'skip: {bytes_first: 3}'

echo '== patterns'
mapping 'format: length' 'length: LEN'
for i in 2 10 1; do echo "$a" | hex > in$i.dat; done
"$DECANT" load -q m.yaml 'in*.dat' --to csv:out && wc -l < out/r.csv
"$DECANT" load -q m.yaml 'none*.dat' --to csv:out || echo "status $?"

echo '== mistakes'
check() {
	mapping "$@"
	"$DECANT" check m.yaml
}
check 'format: length' 'length: T'		# F027
check 'format: length' 'length: LENN'
check 'format: length' 'length: {field: KIND, map: {AB: 3, €: 4}}'
check 'format: odo' 'asa: true'			# F026
check 'format: fba' 'record_length: 14'		# P022
check 'format: vbx' 'bdw: on' 'skip: {record_first: 1}'
