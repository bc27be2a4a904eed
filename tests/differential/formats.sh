#!/bin/sh
# Files of variable records that GnuCOBOL wrote, in each COB_VARSEQ_FORMAT and
# as LINE SEQUENTIAL; what it wrote it says on standard output.  decant reads
# the same.  TAP on standard output.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v cobc > /dev/null 2>&1; then
	echo "1..0 # SKIP cobc is not installed"
	exit 0
fi

cat > rec.cpy <<'EOT'
       01  REC.
           05  REC-NO              PIC 9(5).
           05  REC-NAME            PIC X(7).
           05  N                   PIC 99.
           05  T                   PIC 9(3) OCCURS 0 TO 40 TIMES
                                   DEPENDING ON N.
EOT
cat > write.cob <<'EOT'
       IDENTIFICATION DIVISION.
       PROGRAM-ID. WRITEREC.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT VAR-FILE ASSIGN TO "variable.bin"
               ORGANIZATION IS SEQUENTIAL.
           SELECT LINE-FILE ASSIGN TO "lines.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  VAR-FILE RECORD IS VARYING FROM 1 TO 134 CHARACTERS
           DEPENDING ON REC-LENGTH.
       01  VAR-RECORD              PIC X(134).
       FD  LINE-FILE.
       01  LINE-RECORD             PIC X(134).
       WORKING-STORAGE SECTION.
       COPY "rec.cpy".
       01  REC-LENGTH              PIC 9(4) COMP-5.
       01  I                       PIC S9(9) COMP-5.
       01  K                       PIC S9(9) COMP-5.
       01  SUM-T                   PIC 9(6).
       PROCEDURE DIVISION.
           OPEN OUTPUT VAR-FILE LINE-FILE.
           PERFORM ONE-RECORD VARYING I FROM 1 BY 1 UNTIL I > 3000.
           CLOSE VAR-FILE LINE-FILE.
           STOP RUN.
       ONE-RECORD.
           MOVE 40 TO N.
           MOVE SPACES TO REC.
           MOVE I TO REC-NO.
           STRING "N" REC-NO DELIMITED BY SIZE INTO REC-NAME.
           MOVE 0 TO SUM-T.
           COMPUTE N = FUNCTION MOD(I * 7919, 41).
           PERFORM ONE-T VARYING K FROM 1 BY 1 UNTIL K > N.
           COMPUTE REC-LENGTH = 14 + 3 * N.
           MOVE REC TO VAR-RECORD LINE-RECORD.
           WRITE VAR-RECORD.
           WRITE LINE-RECORD.
           DISPLAY REC-NO "," REC-NAME "," N "," SUM-T.
       ONE-T.
           COMPUTE T(K) = FUNCTION MOD(I * 31 + K * 17, 1000).
           ADD T(K) TO SUM-T.
EOT
if ! cobc -x -std=ibm write.cob > cobc.log 2>&1; then
	sed 's/^/# /' cobc.log
	echo "Bail out! the COBOL program does not compile"
	exit 1
fi

n=0
# check NAME LINES…: of the source; the records and sums are as displayed
check() {
	n=$((n + 1))
	name=$1
	shift
	{
		printf 'source:\n  copybook: rec.cpy\n  encoding: ascii\n'
		printf '  %s\n' "$@"
		printf 'tables:\n  r:\n    columns:\n      no: digits(REC-NO)\n'
		printf '      name: REC-NAME\n      n: digits(N)\n'
		printf '  t:\n    each: T\n    columns:\n'
		printf '      no: digits(REC-NO)\n      t: T\n'
	} > m.yaml
	rm -rf out
	"$DECANT" load -q m.yaml --to csv:out 2>&1 | sed 's/^/# /'
	tr -d '\r' < out/t.csv | awk -F, 'NR > 1 { s[$1] += $2 }
	    END { for (k in s) print k "," s[k] }' | sort > sums
	tr -d '\r' < out/r.csv | awk -F, -v OFS=, '
	    BEGIN { while ((getline line < "sums") > 0) {
		split(line, p, ","); s[p[1]] = p[2] } }
	    NR > 1 { printf "%s,%s,%s,%06d\n", $1, $2, $3, s[$1] }' > got
	if [ -s want ] && cmp -s want got; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		diff want got | head -n 10 | sed 's/^/#   /'
	fi
}
for form in 0 1 2 3; do
	COB_VARSEQ_FORMAT=$form ./write | sed 's/ *,/,/g' > want
	check "COB_VARSEQ_FORMAT=$form, guessed" 'file: variable.bin' \
	    'format: gnucobol'
	check "COB_VARSEQ_FORMAT=$form, told" 'file: variable.bin' \
	    'format: gnucobol' "varseq: $form"
	[ $form = 3 ] || check "COB_VARSEQ_FORMAT=$form as v" \
	    'file: variable.bin' 'format: v'
done
check "LINE SEQUENTIAL" 'file: lines.txt' 'format: text'
tr '\n' '\r' < lines.txt > lines.cr
check "LINE SEQUENTIAL with CR" 'file: lines.cr' 'format: text' 'line_end: cr'
# the same records without anything between them
awk '{ printf "%s", $0 }' lines.txt > lines.odo
check "records without delimiters" 'file: lines.odo' 'format: odo'
echo "1..$n"
