# One record, those that an expression or a reject picks out, and their bytes.
m=$SRCDIR/mappings/customer.yaml
l=$SRCDIR/mappings/ledger.yaml
ledger=${SAMPLE%/*}/ledger.ebc
. "$SRCDIR/tests/golden/damaged.inc"
"$DECANT" preview "$m" "$SAMPLE" --record 3
cat "$SAMPLE" | "$DECANT" preview "$m" - --record 3 --json > piped
"$DECANT" preview "$m" "$SAMPLE" --record 3 --json | cmp - piped
"$DECANT" preview "$m" "$SAMPLE" "$SAMPLE" --record 1003 --json |
	sed 's/\[1003\]/[3]/g' | cmp - piped
"$DECANT" preview "$m" "$SAMPLE" --record 1001 || echo "status $?"
"$DECANT" preview "$m" "$SAMPLE" --record 0 || echo "status $?"
"$DECANT" preview "$m" "$SAMPLE" --record 3 --raw
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-BALANCE < -90000" -n 2
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-ID < 100003" -n 5 --json
"$DECANT" preview "$m" "$SAMPLE" --where "nullif(CUST-STATE, '') > 'TX'" -n 1
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-ID = 1"
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-BALANC < 1" || echo "status $?"
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-ID +" || echo "status $?"
"$DECANT" preview "$m" "$SAMPLE" --where "CUST-ID" || echo "status $?"
"$DECANT" preview "$m" damaged.ebc --rejects -n 2
"$DECANT" preview "$m" damaged.ebc --rejects -n 2 --json
"$DECANT" preview "$m" damaged.ebc --rejects --where "CUST-ID > 100002"
"$DECANT" preview "$m" damaged.ebc --rejects -n 1 --raw | head -n 12
# Types of records: of which they are asked, the names say.
for where in "account.ACCT-BALANCE < 0" "ENTRY-AMOUNT < -900" \
    "account.ACCT-STATUS = 'C' and ENTRY-AMOUNT < 0" "record_number() = 2"; do
	echo "== $where"
	"$DECANT" preview "$l" "$ledger" --where "$where" -n 2
done
"$DECANT" preview "$l" "$ledger" --where "NIX < 0" || echo "status $?"
"$DECANT" preview "$l" "$ledger" --where "trailer.TRL-COUNT > 0 and \
ENTRY-AMOUNT < 0" || echo "status $?"
"$DECANT" preview "$l" "$ledger" --record 4
"$DECANT" preview "$l" "$ledger" --record 2 --raw
"$DECANT" preview "$l" "$ledger" --record 4 --raw --json
# Redefinitions one after the other, occurrences, what lies between, and rows
# of delimited text.
cat > r.cpy <<'COBOL'
       01  REC.
           05  KIND PIC X.
           05  BODY PIC X(4).
           05  PAIR REDEFINES BODY.
               10  HALF PIC S9(4) COMP OCCURS 2.
           05  FILLER PIC X.
           05  WHAT PIC 9(3) COMP-3 OCCURS 2.
           05  N PIC S9(4) COMP SYNC.
COBOL
cat > r.yaml <<'YAML'
source: {copybook: r.cpy, file: r.dat, encoding: latin1}
tables: {t: {columns: {k: KIND}}}
YAML
printf 'A\000\001\000\002_\022?1\037-\000\377X\000\001\000\002_\022?1\037-\000\377' > r.dat
"$DECANT" preview r.yaml --raw -n 1
cat > d.yaml <<'YAML'
source: {format: delimited, header: true, file: d.csv}
tables: {t: {columns: {a: A, b: cast(B as integer)}}}
YAML
printf 'a,b\none,1\n"tw""o",zwei\n' > d.csv
"$DECANT" preview d.yaml --raw
"$DECANT" preview d.yaml --raw --json --record 2
"$DECANT" preview d.yaml --where "B <> '1'"
"$DECANT" preview d.yaml --rejects
