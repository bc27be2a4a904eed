#!/bin/sh
# A program that GnuCOBOL compiled reads made records, and sees in each field
# what decant reads from it.  TAP on standard output.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v cobc > /dev/null 2>&1; then
	echo "1..0 # SKIP cobc is not installed"
	exit 0
fi
cat > rec.cpy <<'EOT'
       01  REC.
           05  REC-ID              PIC 9(6).
           05  REC-NAME            PIC X(12).
           05  REC-KIND            PIC X.
               88  KIND-A          VALUE 'A'.
               88  KIND-B          VALUE 'B' THRU 'D'.
           05  REC-AMT             PIC S9(7)V99 COMP-3.
           05  REC-QTY             PIC S9(4) COMP.
           05  REC-BIG             PIC S9(15) COMP.
           05  REC-BAL             PIC S9(5)V9 SIGN TRAILING SEPARATE.
           05  REC-RATE            PIC V9(5).
           05  REC-DATE            PIC 9(8).
           05  N                   PIC 9.
           05  T                   PIC S9(3) COMP-3 OCCURS 1 TO 4 TIMES
                                   DEPENDING ON N.
EOT
cat > m.yaml <<'EOT'
source:
  copybook: rec.cpy
  file: rec.dat
  format: fixed
  encoding: ascii
tables:
  r:
    key: id
    columns:
      id: digits(REC-ID)
      name: replace(REC-NAME, '"', '')
      kind: REC-KIND
      amt: {from: REC-AMT, not null: true}
      qty: {from: REC-QTY, not null: true}
      big: {from: REC-BIG, not null: true}
      bal: {from: REC-BAL, not null: true}
      rate: {from: REC-RATE, not null: true}
      day: {from: digits(REC-DATE), not null: true}
      n: N
  t:
    each: T
    columns: {id: digits(REC-ID), t: {from: T, not null: true}}
EOT
cat > read.cob <<'EOT'
       IDENTIFICATION DIVISION.
       PROGRAM-ID. READREC.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT IN-FILE ASSIGN TO "rec.dat"
               ORGANIZATION IS SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  IN-FILE.
       01  IN-RECORD               PIC X(63).
       WORKING-STORAGE SECTION.
       COPY "rec.cpy".
       01  E-AMT                   PIC -(7)9.99.
       01  E-QTY                   PIC -(4)9.
       01  E-BIG                   PIC -(15)9.
       01  E-BAL                   PIC -(5)9.9.
       01  E-RATE                  PIC 9.9(5).
       01  E-SUM                   PIC -(5)9.
       01  I                       PIC 99.
       01  S                       PIC S9(5).
       01  DONE                    PIC 9 VALUE 0.
       PROCEDURE DIVISION.
           MOVE 4 TO N.
           OPEN INPUT IN-FILE.
           PERFORM UNTIL DONE = 1
               READ IN-FILE AT END MOVE 1 TO DONE
               NOT AT END PERFORM ONE-RECORD
               END-READ
           END-PERFORM.
           CLOSE IN-FILE.
           STOP RUN.
       ONE-RECORD.
           MOVE IN-RECORD TO REC.
           MOVE REC-AMT TO E-AMT.
           MOVE REC-QTY TO E-QTY.
           MOVE REC-BIG TO E-BIG.
           MOVE REC-BAL TO E-BAL.
           MOVE REC-RATE TO E-RATE.
           MOVE 0 TO S.
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > N
               ADD T(I) TO S
           END-PERFORM.
           MOVE S TO E-SUM.
           DISPLAY REC-ID "|" REC-NAME "|" REC-KIND "|" E-AMT "|"
               E-QTY "|" E-BIG "|" E-BAL "|" E-RATE "|" REC-DATE "|"
               N "|" E-SUM.
EOT
if ! cobc -x -std=ibm read.cob > cobc.log 2>&1; then
	sed 's/^/# /' cobc.log
	echo "Bail out! the COBOL program does not compile"
	exit 1
fi
n=0
for seed in 1 2 3; do
	n=$((n + 1))
	rm -rf out
	"$DECANT" generate m.yaml -n 2000 --seed $seed --edge 20% -q \
	    -o rec.dat 2>&1 | sed 's/^/# /'
	./read | sed 's/ *| */|/g; s/"//g; s/|0\./|0./' > want
	"$DECANT" load -q m.yaml --to csv:out 2>&1 | sed 's/^/# /'
	awk -F, 'NR > 1 { s[$1] += $2 } END { for (k in s) print k "," s[k] }' \
	    out/t.csv > sums
	# values without commas or quotes, but for the names'
	sed -e 1d -e 's/^\([^,]*\),"\([^"]*\)",/\1,\2,/' out/r.csv |
	    awk -v OFS='|' '
		BEGIN { while ((getline line < "sums") > 0) {
			split(line, p, ","); s[p[1]] = p[2] } }
		{ k = split($0, f, ","); name = f[2]
		  for (i = 3; i <= k - 8; i++) name = name "," f[i]
		  sub(/ *$/, "", name)
		  print f[1], name, f[k-7], f[k-6], f[k-5], f[k-4], f[k-3],
		      f[k-2], f[k-1], f[k], s[f[1]] }' > got
	if [ "$(wc -l < want)" = 2000 ] && cmp -s want got; then
		echo "ok $n - seed $seed: GnuCOBOL reads the same"
	else
		echo "not ok $n - seed $seed: GnuCOBOL reads the same"
		diff want got | head -n 8 | sed 's/^/#   /'
	fi
done
echo "1..$n"
