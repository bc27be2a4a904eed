# Copybooks with several records: what tells them apart, where it is told.
"$DECANT" init "$SRCDIR/copybooks/ledger.cpy" --format vb \
    --file "$LEDGER" > ledger.yaml
sed -n -e '/^records:/,$p' ledger.yaml
"$DECANT" check ledger.yaml
"$DECANT" load ledger.yaml --to null: -j1

echo "---- 88-levels, with names that need their groups"
cat > levels.cpy <<'CPY'
       01  HEAD-REC.
           05  KEY-PART.
               10  CODE        PIC 99.
                   88  HEAD    VALUE 1.
           05  TEXT-1          PIC X(5).
       01  BODY-REC.
           05  KEY-PART.
               10  CODE        PIC 99.
                   88  BODY    VALUE 2 THRU 4.
                   88  LEGS    VALUE 5.
           05  OTHER.
               10  CODE        PIC X(5).
CPY
"$DECANT" init levels.cpy --format text --encoding latin1 > levels.yaml
sed -n -e '/^# Made/p' -e '/^records:/,$p' levels.yaml
printf '%s\n' 01abcde 03fghij 05klmno 06pqrst > levels.txt
"$DECANT" load levels.yaml levels.txt --to csv:out --max-rejects 1 -j1 -q
cat out/*.csv

echo "---- a common item that says nothing"
sed -e '/88/d' levels.cpy > silent.cpy
"$DECANT" init silent.cpy > silent.yaml
cat silent.yaml
"$DECANT" check silent.yaml
sed -i -e '/^# records:/,/^$/s/^# //' silent.yaml
"$DECANT" check silent.yaml || echo "status $?"
echo "---- nothing in common; another record; no type of a program's storage"
cat > apart.cpy <<'CPY'
       01  ONE.
           05  A               PIC X(20).
       01  TWO.
           05  B               PIC S9(5) COMP-3.
CPY
"$DECANT" init apart.cpy | sed -n '/^# Do/,/^$/p'
"$DECANT" init "$SRCDIR/copybooks/ledger.cpy" --record ENTRY-REC |
	grep -E '^(records:|  record:|  [a-z]+:$)'
cat > program.cbl <<'CBL'
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       FILE SECTION.
       FD  F.
       01  F-ONE.
           05  F-TYPE          PIC X.
               88  F-IS-ONE    VALUE '1'.
       01  F-TWO.
           05  F-KIND          PIC X.
               88  F-IS-TWO    VALUE '2'.
       WORKING-STORAGE SECTION.
       01  W-ONE.
           05  W-TYPE          PIC X VALUE 'a'.
       01  W-TWO.
           05  W-KIND          PIC X VALUE 'b'.
CBL
"$DECANT" init program.cbl | sed -n '/^records:/,/^$/p'
"$DECANT" init program.cbl --record W-ONE | grep records:

echo "---- the format, as the FD says; one record of level 77"
for mode in 'RECORDING MODE IS V' 'RECORDING MODE F' 'RECORDING MODE S' \
    'RECORDING MODE U' 'RECORD VARYING FROM 1 TO 9' ''; do
	sed "s/FD  F\./FD  F $mode./" program.cbl > mode.cbl
	"$DECANT" init mode.cbl | grep '^  format:'
done
"$DECANT" init mode.cbl --dialect gnucobol | grep -E '^  (format|encoding):'
"$DECANT" init mode.cbl --format vb | grep '^  format:'
"$DECANT" init mode.cbl --record W-ONE | grep '^  format:'
cat >> program.cbl <<'CBL'
       77  COUNTER             PIC 9(4) BINARY.
CBL
"$DECANT" init program.cbl --record counter > counter.yaml
"$DECANT" check counter.yaml
printf '\0\5\1\0' | "$DECANT" preview counter.yaml -
