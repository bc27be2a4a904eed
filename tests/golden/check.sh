# Many mistakes in one run, sorted by place; then as JSON; then none.
cp "$SRCDIR/copybooks/customer.cpy" .
cat > m.yaml <<'YAML'
version: 1
source:
  copybook: customer.cpy
  encodng: cp037
target: sqlite:x.db
tables:
  person:
    key: [person_id, nobody]
    columns:
      person_id: CUST-ID
      name: CUST-FRIST || ' ' || CUST-LAST
      born_on: to_dat(CUST-BORN, 'YYYYMMDD')
      phone: PHONE-NUMBER
      sum: CUST-BALANCE + CUST-FIRST
  phone:
    each: CUST-NAME
    columns:
      number: PHONE-NUMBER
YAML
"$DECANT" check m.yaml || echo "status $?"
"$DECANT" check --json m.yaml || echo "status $?"
"$DECANT" check "$SRCDIR/mappings/customer.yaml"
"$DECANT" check "$SRCDIR/mappings/customer.yaml" --json
"$DECANT" check "$SRCDIR/mappings/customer.yaml" -q
"$DECANT" check absent.yaml || echo "status $?"
