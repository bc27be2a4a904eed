#!/bin/sh
# Tables in tables, three deep, each with a count of its own and items behind
# it.  GnuCOBOL takes the occurrences of a table as all of one length, so a
# program writes the record occurrence by occurrence: each is a record of its
# own with one OCCURS DEPENDING ON, which -fodoslide lays out as IBM does.  The
# program says what it wrote; decant reads the same.  TAP on standard output.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v cobc > /dev/null 2>&1; then
	echo "1..0 # SKIP cobc is not installed"
	exit 0
fi

cat > claim.cpy <<'EOT'
       01  CLAIM.
           05  CLAIM-NO            PIC 9(5).
           05  NOTE-COUNT          PIC S9(4) COMP.
           05  PART-COUNT          PIC 9.
           05  PART OCCURS 0 TO 4 TIMES DEPENDING ON PART-COUNT.
               10  PART-NAME       PIC X(3).
                   88  IS-WHEEL        VALUE "WHL".
               10  LINE-COUNT      PIC S9(3) COMP-3.
               10  LINE-ITEM OCCURS 0 TO 5 TIMES
                       DEPENDING ON LINE-COUNT.
                   15  PRICE       PIC S9(3)V99 COMP-3.
                   15  TAG-COUNT   PIC 9.
                   15  TAG         PIC X(2) OCCURS 0 TO 3 TIMES
                                   DEPENDING ON TAG-COUNT.
                   15  QTY         PIC S9(4) COMP.
               10  PART-TOTAL      PIC S9(5)V99.
               10  NOTE            PIC X(4) OCCURS 0 TO 2 TIMES
                                   DEPENDING ON NOTE-COUNT.
               10  PART-END        PIC X.
           05  CLAIM-END           PIC X(3).
EOT
cat > write.cob <<'EOT'
       IDENTIFICATION DIVISION.
       PROGRAM-ID. WRITECLM.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RAW-FILE ASSIGN TO "claims.bin"
               ORGANIZATION IS SEQUENTIAL.
           SELECT CLAIMS ASSIGN TO "claim.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT PARTS ASSIGN TO "part.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT LINES-FILE ASSIGN TO "line.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT TAGS ASSIGN TO "tag.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  RAW-FILE.
       01  RAW-BYTE                PIC X.
       FD  CLAIMS.
       01  CLAIM-TEXT              PIC X(80).
       FD  PARTS.
       01  PART-TEXT               PIC X(80).
       FD  LINES-FILE.
       01  LINE-TEXT               PIC X(80).
       FD  TAGS.
       01  TAG-TEXT                PIC X(80).
       WORKING-STORAGE SECTION.
      *    The pieces of a claim: one table each, and what is behind it.
       01  HEAD.
           05  H-NO                PIC 9(5).
           05  H-NOTES             PIC S9(4) COMP.
           05  H-PARTS             PIC 9.
       01  PART-HEAD.
           05  P-NAME              PIC X(3).
           05  P-LINES             PIC S9(3) COMP-3.
       01  ONE-LINE.
           05  L-PRICE             PIC S9(3)V99 COMP-3.
           05  L-TAGS              PIC 9.
           05  L-TAG               PIC X(2) OCCURS 0 TO 3 TIMES
                                   DEPENDING ON L-TAGS.
           05  L-QTY               PIC S9(4) COMP.
       01  PART-TAIL.
           05  P-TOTAL             PIC S9(5)V99.
           05  P-NOTE              PIC X(4) OCCURS 0 TO 2 TIMES
                                   DEPENDING ON H-NOTES.
           05  P-END               PIC X.
       01  TAIL                    PIC X(3).
       01  PIECE                   PIC X(40).
       01  PIECE-LENGTH            PIC S9(9) COMP-5.
       01  N                       PIC S9(9) COMP-5.
       01  P                       PIC S9(9) COMP-5.
       01  L                       PIC S9(9) COMP-5.
       01  T                       PIC S9(9) COMP-5.
       01  B                       PIC S9(9) COMP-5.
       01  SEED                    PIC S9(18) COMP-5 VALUE 7.
       01  ROLL                    PIC S9(18) COMP-5.
       01  SOME                    PIC S9(9) COMP-5.
       01  LETTERS                 PIC X(26)
                                   VALUE "ABCDEFGHIJKLMNOPQRSTUVWXYZ".
       01  OUT.
           05  O-NO                PIC Z(4)9.
           05  O-P                 PIC 9.
           05  O-L                 PIC 9.
           05  O-T                 PIC 9.
           05  O-NOTES             PIC 9.
           05  O-LINES             PIC 9.
           05  O-PRICE             PIC -(3)9.99.
           05  O-QTY               PIC -(4)9.
           05  O-TOTAL             PIC -(5)9.99.
           05  O-NOTE              PIC X(4).
           05  O-TAG               PIC X(2).
           05  O-WHEEL             PIC X(5).
           05  O-LAST              PIC X.
       PROCEDURE DIVISION.
           OPEN OUTPUT RAW-FILE CLAIMS PARTS LINES-FILE TAGS.
           PERFORM ONE-CLAIM VARYING N FROM 1 BY 1 UNTIL N > 400.
           CLOSE RAW-FILE CLAIMS PARTS LINES-FILE TAGS.
           STOP RUN.
       ONE-CLAIM.
           MOVE N TO H-NO O-NO.
           MOVE 3 TO SOME. PERFORM NEXT-ROLL.
           MOVE ROLL TO H-NOTES O-NOTES.
           MOVE 5 TO SOME. PERFORM NEXT-ROLL.
           MOVE ROLL TO H-PARTS.
           MOVE HEAD TO PIECE.
           MOVE LENGTH OF HEAD TO PIECE-LENGTH.
           PERFORM WRITE-PIECE.
           MOVE SPACE TO O-LAST.
           PERFORM ONE-PART VARYING P FROM 1 BY 1 UNTIL P > H-PARTS.
           MOVE 26 TO SOME. PERFORM NEXT-ROLL.
           MOVE LETTERS(ROLL + 1:1) TO TAIL(1:1) TAIL(2:1) TAIL(3:1).
           MOVE TAIL TO PIECE. MOVE 3 TO PIECE-LENGTH.
           PERFORM WRITE-PIECE.
           MOVE SPACES TO CLAIM-TEXT.
           STRING O-NO "," O-NOTES "," H-PARTS "," TAIL "," O-LAST
               DELIMITED BY SIZE INTO CLAIM-TEXT.
           WRITE CLAIM-TEXT.
       ONE-PART.
           MOVE P TO O-P.
           MOVE 4 TO SOME. PERFORM NEXT-ROLL.
           MOVE "WHL" TO P-NAME. MOVE "true" TO O-WHEEL.
           IF ROLL > 0
               MOVE LETTERS(ROLL:3) TO P-NAME
               MOVE "false" TO O-WHEEL.
           MOVE 6 TO SOME. PERFORM NEXT-ROLL.
           MOVE ROLL TO P-LINES O-LINES.
           MOVE PART-HEAD TO PIECE.
           MOVE LENGTH OF PART-HEAD TO PIECE-LENGTH.
           PERFORM WRITE-PIECE.
           PERFORM WRITE-LINE VARYING L FROM 1 BY 1 UNTIL L > P-LINES.
           MOVE 19999999 TO SOME. PERFORM NEXT-ROLL.
           COMPUTE P-TOTAL = (ROLL - 9999999) / 100.
           MOVE P-TOTAL TO O-TOTAL.
           MOVE SPACES TO O-NOTE.
           PERFORM ONE-NOTE VARYING T FROM 1 BY 1 UNTIL T > H-NOTES.
           MOVE 26 TO SOME. PERFORM NEXT-ROLL.
           MOVE LETTERS(ROLL + 1:1) TO P-END O-LAST.
           MOVE PART-TAIL TO PIECE.
           MOVE LENGTH OF PART-TAIL TO PIECE-LENGTH.
           PERFORM WRITE-PIECE.
           MOVE SPACES TO PART-TEXT.
           STRING O-NO "," O-P "," P-NAME "," O-WHEEL "," O-LINES ","
               O-TOTAL "," O-NOTE "," P-END DELIMITED BY SIZE
               INTO PART-TEXT.
           WRITE PART-TEXT.
       ONE-NOTE.
           MOVE 20 TO SOME. PERFORM NEXT-ROLL.
           MOVE LETTERS(ROLL + 1:4) TO P-NOTE(T).
           IF T = 1 MOVE P-NOTE(T) TO O-NOTE.
       WRITE-LINE.
           MOVE L TO O-L.
           MOVE 4 TO SOME. PERFORM NEXT-ROLL.
           MOVE ROLL TO L-TAGS.
           MOVE 199999 TO SOME. PERFORM NEXT-ROLL.
           COMPUTE L-PRICE = (ROLL - 99999) / 100.
           MOVE L-PRICE TO O-PRICE.
           MOVE SPACES TO O-TAG.
           PERFORM ONE-TAG VARYING T FROM 1 BY 1 UNTIL T > L-TAGS.
           MOVE 19999 TO SOME. PERFORM NEXT-ROLL.
           COMPUTE L-QTY = ROLL - 9999.
           MOVE L-QTY TO O-QTY.
           MOVE ONE-LINE TO PIECE.
           MOVE LENGTH OF ONE-LINE TO PIECE-LENGTH.
           PERFORM WRITE-PIECE.
           MOVE SPACES TO LINE-TEXT.
           STRING O-NO "," O-P "," O-L "," O-PRICE "," O-QTY "," O-TAG
               DELIMITED BY SIZE INTO LINE-TEXT.
           WRITE LINE-TEXT.
       ONE-TAG.
           MOVE 24 TO SOME. PERFORM NEXT-ROLL.
           MOVE LETTERS(ROLL + 1:2) TO L-TAG(T).
           IF T = L-TAGS MOVE L-TAG(T) TO O-TAG.
           MOVE T TO O-T.
           MOVE SPACES TO TAG-TEXT.
           STRING O-NO "," O-P "," O-L "," O-T "," L-TAG(T)
               DELIMITED BY SIZE INTO TAG-TEXT.
           WRITE TAG-TEXT.
       WRITE-PIECE.
           PERFORM WRITE-BYTE VARYING B FROM 1 BY 1
               UNTIL B > PIECE-LENGTH.
       WRITE-BYTE.
           MOVE PIECE(B:1) TO RAW-BYTE.
           WRITE RAW-BYTE.
      *    A number from 0 to SOME - 1.
       NEXT-ROLL.
           COMPUTE SEED = FUNCTION MOD(SEED * 48271, 2147483647).
           COMPUTE ROLL = FUNCTION MOD(SEED, SOME).
EOT
cat > claims.yaml <<'EOT'
source:
  copybook: claim.cpy
  file: claims.bin
  format: odo
  encoding: ascii
tables:
  claim:
    columns:
      no: CLAIM-NO
      notes: NOTE-COUNT
      parts: PART-COUNT
      end: CLAIM-END
      last: case when PART-COUNT > 0 then PART-END(PART-COUNT) end
  part:
    each: PART
    columns:
      no: CLAIM-NO
      seq: occurrence()
      name: PART-NAME
      wheel: IS-WHEEL
      lines: LINE-COUNT
      total: PART-TOTAL
      note: NOTE(1)
      end: PART-END
  line:
    each: LINE-ITEM
    columns:
      no: CLAIM-NO
      part: occurrence(PART)
      seq: occurrence()
      price: PRICE
      qty: QTY
      tag: case when TAG-COUNT > 0 then TAG(TAG-COUNT) end
  tag:
    each: TAG
    columns:
      no: CLAIM-NO
      part: occurrence(PART)
      line: occurrence(LINE-ITEM)
      seq: occurrence()
      tag: TAG
EOT
if ! cobc -x -std=ibm -fodoslide write.cob > cobc.log 2>&1 ||
    ! ./write >> cobc.log 2>&1; then
	sed 's/^/# /' cobc.log
	echo "Bail out! the COBOL program does not run"
	exit 1
fi

n=0
"$DECANT" load -q claims.yaml --to csv:out 2>&1 | sed 's/^/# /'
for table in claim part line tag; do
	n=$((n + 1))
	sed 's/ //g' $table.txt > want
	# some targets say t and f
	tail -n +2 out/$table.csv | tr -d '\r' |
		sed 's/,t,/,true,/; s/,f,/,false,/' > got
	if [ -s want ] && cmp -s want got; then
		echo "ok $n - $table: all as GnuCOBOL wrote them"
	else
		echo "not ok $n - $table: all as GnuCOBOL wrote them"
		diff want got | head -n 20 | sed 's/^/#   /'
	fi
done
echo "1..$n"
