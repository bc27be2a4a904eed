#!/bin/sh
# FLOAT-DECIMAL-16 and -34: what GnuCOBOL stores of literals is what decant
# reads, to the digit; decant writes the same bytes of the numbers; and
# GnuCOBOL reads those.  TAP on standard output.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v cobc > /dev/null 2>&1; then
	echo "1..0 # SKIP cobc is not installed"
	exit 0
fi

# Numbers without zeros at the end, as SQL and COBOL both write them: of 1 to
# 16 and of 1 to 34 digits, with up to 36 decimals or zeros behind.
awk -v seed="${DECANT_SEED-16}" '
function digits(n,    s, i) {
	s = 1 + int(rand() * 9)
	for (i = 2; i < n; i++)
		s = s int(rand() * 10)
	return n == 1 ? s : s (1 + int(rand() * 9))
}
function zeros(n,    s) {
	for (s = ""; n > 0; n--)
		s = s "0"
	return s
}
function number(most,    n, s, scale) {
	n = 1 + int(rand() * most)
	s = digits(n)
	scale = int(rand() * 75) - 37
	if (rand() < 0.5)
		scale = int(rand() * n)
	if (scale > 36)
		scale = 36
	if (scale < n - 38)
		scale = n - 38
	if (scale < 0 && n - scale > 38)
		scale = n - 38
	if (scale <= 0)
		s = s zeros(-scale)
	else if (scale < n)
		s = substr(s, 1, n - scale) "." substr(s, n - scale + 1)
	else
		s = "0." zeros(scale - n) s
	return (rand() < 0.5 ? "-" : "") s
}
BEGIN {
	srand(seed)
	print "0,0"
	print "9999999999999999,9999999999999999999999999999999999"
	print "-9007199254740992,1038459371706965525706099265844019"
	for (i = 0; i < 600; i++)
		print number(16) "," number(34)
}' | awk -F, 'length($1) < 40 && length($2) < 40' > values

{
	cat <<'EOT'
identification division.
program-id. decfloat.
environment division.
input-output section.
file-control.
    select f assign to "out.bin" organization sequential.
    select g assign to "in.bin" organization sequential.
data division.
file section.
fd f.
01 r.
   05 a usage float-decimal-16.
   05 b usage float-decimal-34.
fd g.
01 s.
   05 c usage float-decimal-16.
   05 d usage float-decimal-34.
working-storage section.
01 what pic x(5).
01 done pic 9 value 0.
procedure division.
    accept what from command-line.
    if what = "read" go to reading.
    open output f.
EOT
	awk -F, '{ printf "    move %s to a.\n    move %s to b.\n    write r.\n" \
	    "    display a \",\" b.\n", $1, $2 }' values
	cat <<'EOT'
    close f.
    stop run.
reading.
    open input g.
    perform until done = 1
        read g at end move 1 to done
        not at end display c "," d
        end-read
    end-perform.
    close g.
    stop run.
EOT
} > decfloat.cob
if ! cobc -x -free decfloat.cob > cobc.log 2>&1; then
	sed 's/^/# /' cobc.log | head -n 20
	echo "Bail out! the COBOL program does not compile"
	exit 1
fi
./decfloat write > shown

cat > d.cpy <<'EOT'
       01  R.
           05  A                   USAGE FLOAT-DECIMAL-16.
           05  B                   USAGE FLOAT-DECIMAL-34.
EOT
cat > d.yaml <<'EOT'
version: 1
source: {copybook: d.cpy, format: fixed, dialect: gnucobol, encoding: ascii}
tables:
  t:
    key: n
    columns: {n: record_number(), a: A, b: B}
EOT
n=0
# same NAME WANT GOT: two files.
same() {
	n=$((n + 1))
	if [ -s "$2" ] && cmp -s "$2" "$3"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		diff "$2" "$3" 2>&1 | head -n 10 | sed 's/^/#   /'
	fi
}
"$DECANT" load d.yaml out.bin --to csv:out --prove > log 2>&1
tr -d '\r' < out/t.csv | sed '1d; s/^[0-9]*,//' > got
same "$(grep -c . values) records are the numbers that were moved" values got
grep '^proved' log | sed 's/  */ /g' > proved
wc -l < values | awk '{ print "proved " $1 " of " $1 " records" }' > want
same "each is proved" want proved
"$DECANT" load -q d.yaml out.bin --to sqlite:d.db > log 2>&1
"$DECANT" unload -q d.yaml --from sqlite:d.db -o in.bin > log 2>&1
same "made of a table again, byte for byte" out.bin in.bin
./decfloat read > again
same "and read by GnuCOBOL" shown again
echo "1..$n"
