#!/bin/sh
# Whole files: GnuCOBOL writes records of known values, fixed and variable, and
# says what they are; decant loads the same values.  TAP on standard output.
#
# GnuCOBOL's variable format (COB_VARSEQ_FORMAT=0) is V with a length that does
# not count its own four bytes.  DISPLAY items are ASCII here.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v cobc > /dev/null 2>&1; then
	echo "1..0 # SKIP cobc is not installed"
	exit 0
fi

cat > order.cpy <<'EOT'
       01  ORDER-RECORD.
           05  ORDER-NO            PIC 9(6).
           05  CUSTOMER            PIC X(12).
           05  AMOUNT              PIC S9(7)V99 COMP-3.
           05  DISCOUNT            PIC S9(3)V9.
           05  WEIGHT              PIC S9(7)V999 COMP.
           05  FEE                 PIC S9(4)V99
                                   SIGN LEADING SEPARATE.
           05  BIG                 PIC S9(16)V99 COMP-3.
           05  LINE-COUNT          PIC 99.
           05  ORDER-LINE OCCURS 0 TO 9 TIMES
                   DEPENDING ON LINE-COUNT.
               10  ITEM            PIC X(3).
               10  PRICE           PIC S9(3)V99 COMP-3.
EOT
cat > write.cob <<'EOT'
       IDENTIFICATION DIVISION.
       PROGRAM-ID. WRITEORD.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT FIXED-FILE ASSIGN TO "fixed.bin"
               ORGANIZATION IS SEQUENTIAL.
           SELECT VAR-FILE ASSIGN TO "variable.bin"
               ORGANIZATION IS SEQUENTIAL.
           SELECT ORDERS ASSIGN TO "orders.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT LINES-FILE ASSIGN TO "lines.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  FIXED-FILE.
       01  FIXED-RECORD            PIC X(108).
       FD  VAR-FILE RECORD IS VARYING FROM 1 TO 108 CHARACTERS
           DEPENDING ON REC-LENGTH.
       01  VAR-RECORD              PIC X(108).
       FD  ORDERS.
       01  ORDER-TEXT              PIC X(150).
       FD  LINES-FILE.
       01  LINE-TEXT               PIC X(80).
       WORKING-STORAGE SECTION.
       COPY "order.cpy".
       01  REC-LENGTH              PIC 9(4) COMP-5.
       01  N                       PIC S9(9) COMP-5.
       01  I                       PIC S9(9) COMP-5.
       01  SEED                    PIC S9(18) COMP-5 VALUE 42.
       01  ROLL                    PIC S9(18) COMP-5.
       01  OUT-ORDER.
           05  O-NO                PIC Z(5)9.
           05  FILLER              PIC X VALUE ",".
           05  O-CUSTOMER          PIC X(12).
           05  FILLER              PIC X VALUE ",".
           05  O-AMOUNT            PIC -(7)9.99.
           05  FILLER              PIC X VALUE ",".
           05  O-DISCOUNT          PIC -(3)9.9.
           05  FILLER              PIC X VALUE ",".
           05  O-WEIGHT            PIC -(7)9.999.
           05  FILLER              PIC X VALUE ",".
           05  O-FEE               PIC -(4)9.99.
           05  FILLER              PIC X VALUE ",".
           05  O-BIG               PIC -(16)9.99.
       01  OUT-LINE.
           05  L-NO                PIC Z(5)9.
           05  FILLER              PIC X VALUE ",".
           05  L-SEQ               PIC 9.
           05  FILLER              PIC X VALUE ",".
           05  L-ITEM              PIC X(3).
           05  FILLER              PIC X VALUE ",".
           05  L-PRICE             PIC -(3)9.99.
       PROCEDURE DIVISION.
           OPEN OUTPUT FIXED-FILE VAR-FILE ORDERS LINES-FILE.
           PERFORM ONE-ORDER VARYING N FROM 1 BY 1 UNTIL N > 500.
           CLOSE FIXED-FILE VAR-FILE ORDERS LINES-FILE.
           STOP RUN.
       ONE-ORDER.
           MOVE 9 TO LINE-COUNT.
           MOVE SPACES TO ORDER-RECORD.
           MOVE N TO ORDER-NO O-NO L-NO.
           STRING "NAME" O-NO(4:3) DELIMITED BY SIZE INTO CUSTOMER.
           INSPECT CUSTOMER REPLACING ALL SPACE BY "X".
           MOVE CUSTOMER TO O-CUSTOMER.
           PERFORM NEXT-ROLL.
           COMPUTE AMOUNT = (ROLL - 1000000000) / 107.
           MOVE AMOUNT TO O-AMOUNT.
           PERFORM NEXT-ROLL.
           COMPUTE DISCOUNT = (ROLL - 1000000000) / 1300000.
           MOVE DISCOUNT TO O-DISCOUNT.
           PERFORM NEXT-ROLL.
           COMPUTE WEIGHT = (ROLL - 1000000000) / 131.
           MOVE WEIGHT TO O-WEIGHT.
           PERFORM NEXT-ROLL.
           COMPUTE FEE = (ROLL - 1000000000) / 120000.
           MOVE FEE TO O-FEE.
           PERFORM NEXT-ROLL.
           COMPUTE BIG = (ROLL - 1000000000) * 8888887.77.
           MOVE BIG TO O-BIG.
           WRITE ORDER-TEXT FROM OUT-ORDER.
           PERFORM NEXT-ROLL.
           COMPUTE LINE-COUNT = FUNCTION MOD(N, 10).
           PERFORM ONE-LINE VARYING I FROM 1 BY 1
               UNTIL I > LINE-COUNT.
           COMPUTE REC-LENGTH = 54 + 6 * LINE-COUNT.
           MOVE ORDER-RECORD TO VAR-RECORD.
           WRITE VAR-RECORD.
           MOVE ORDER-RECORD TO FIXED-RECORD.
           WRITE FIXED-RECORD.
       ONE-LINE.
           PERFORM NEXT-ROLL.
           COMPUTE PRICE(I) = (ROLL - 1000000000) / 1200000.
           MOVE PRICE(I) TO L-PRICE.
           MOVE I TO L-SEQ.
           STRING "I" L-SEQ "Z" DELIMITED BY SIZE INTO ITEM(I).
           MOVE ITEM(I) TO L-ITEM.
           WRITE LINE-TEXT FROM OUT-LINE.
       NEXT-ROLL.
           COMPUTE SEED = FUNCTION MOD(SEED * 48271, 2147483647).
           COMPUTE ROLL = FUNCTION MOD(SEED, 2000000000).
EOT
cat > orders.yaml <<'EOT'
source:
  copybook: order.cpy
  file: fixed.bin
  format: FORMAT
  encoding: ascii
tables:
  orders:
    key: no
    columns:
      no: ORDER-NO
      customer: CUSTOMER
      amount: AMOUNT
      discount: DISCOUNT
      weight: WEIGHT
      fee: FEE
      big: BIG
  lines:
    each: ORDER-LINE
    key: [no, seq]
    columns:
      no: ORDER-NO
      seq: occurrence()
      item: ITEM
      price: PRICE
EOT
if ! cobc -x -std=ibm write.cob > cobc.log 2>&1 ||
    ! COB_VARSEQ_FORMAT=0 ./write >> cobc.log 2>&1; then
	sed 's/^/# /' cobc.log
	echo "Bail out! the COBOL program does not run"
	exit 1
fi
sed 's/ //g' orders.txt > want-orders.csv
sed 's/ //g' lines.txt > want-lines.csv
sed 's/FORMAT/fixed/' orders.yaml > fixed.yaml
sed 's/FORMAT/v/; s/fixed.bin/variable.bin/' orders.yaml > variable.yaml

n=0
# same FILE WANT NAME
same() {
	n=$((n + 1))
	tail -n +2 "$1" | tr -d '\r' > got
	if [ -s "$2" ] && cmp -s "$2" got; then
		echo "ok $n - $3"
	else
		echo "not ok $n - $3"
		diff "$2" got | head -n 20 | sed 's/^/#   /'
	fi
}
for format in fixed variable; do
	"$DECANT" load -q $format.yaml --to csv:$format 2>&1 | sed 's/^/# /'
	same $format/orders.csv want-orders.csv \
	    "$format: 500 records as GnuCOBOL wrote them"
	same $format/lines.csv want-lines.csv \
	    "$format: 2,250 occurrences as GnuCOBOL wrote them"
done

# The way back: the files that GnuCOBOL wrote, of the tables that they were
# loaded into.  Signs of DISPLAY items are GnuCOBOL's own there.
# again FORMAT FILE
again() {
	n=$((n + 1))
	sed 's/^  encoding:.*/&\n  dialect: gnucobol/' $1.yaml > back.yaml
	rm -f back.db back
	"$DECANT" load -q back.yaml --to sqlite:back.db 2>&1 | sed 's/^/# /'
	"$DECANT" unload -q back.yaml --from sqlite:back.db --format $2 \
	    -o back 2> said
	if cmp back $1.bin >> said 2>&1; then
		echo "ok $n - $1: unloaded from tables, as GnuCOBOL wrote it"
	else
		echo "not ok $n - $1: unloaded from tables"
		sed 's/^/#   /' said
	fi
}
again fixed fixed
again variable gnucobol
echo "1..$n"
