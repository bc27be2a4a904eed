# What may be a mistake: warnings, which fail with --strict alone, and notes.
cp "$SRCDIR"/copybooks/*.cpy .
cat > w.yaml <<'YAML'
version: 1
source:
  copybook: customer.cpy
target: sqlite:x.db
tables:
  person:
    when: CUST-STATUS = 'A' or CUST-STATUS = 'B' or CUST-STATUS = 'A'
    key: [person_id]
    columns:
      person_id: CUST-ID
      balance: {from: CUST-BALANCE, type: 'numeric(7,1)'}
      b2: cast(CUST-BALANCE as numeric(7,1))
      b3: cast(CUST-BALANCE as double precision)
      b4: {from: CUST-BALANCE, type: real}
      v: {from: CUST-VISITS, type: smallint}
      first: {from: CUST-FIRST, type: varchar(5)}
      first2: cast(CUST-FIRST as varchar(5))
      n: record_number()
      m: case when CUST-STATE = 'X' then 1 else 2 end
  p2:
    when: CUST-STATUS in ('B', 'C')
    columns: {a: CUST-ID}
YAML
cat > r.yaml <<'YAML'
version: 1
source:
  copybook: ledger.cpy
  format: vb
records:
  header: {layout: FILE-HEADER, when: HDR-TYPE = 'H'}
  account: {layout: ACCOUNT-REC, when: "ACCT-TYPE = 'A' or ACCT-TYPE = 'B'"}
  entry: {layout: ENTRY-REC, when: "ENTRY-TYPE in ('E', 'B')"}
  more: {layout: ENTRY-REC, when: ENTRY-TYPE = 'E' and ENTRY-NUMBER > 5}
  trailer: {layout: FILE-HEADER, when: HDR-TYPE = 'H'}
tables:
  account: {of: account, columns: {a: ACCT-ID}}
YAML
"$DECANT" check w.yaml
echo "status $?"
"$DECANT" check w.yaml --strict -q 2> /dev/null
echo "strict: status $?"
"$DECANT" check r.yaml --unused --json
"$DECANT" check r.yaml --strict --json > /dev/null
echo "strict: status $?"
"$DECANT" check "$SRCDIR/mappings/customer.yaml" --unused --strict
"$DECANT" check "$SRCDIR/mappings/customer.yaml" -q
# Other verbs do not warn.
"$DECANT" explain w.yaml > /dev/null
