# What explain, preview and plan show of a dataset file: every member.
for m in customer ledger; do
	sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/$m.yaml" > $m.yaml
done
cp "$SRCDIR/mappings/bank.yaml" .
shown() {
	sed "s|$SRCDIR/|SRC/|g"
}

echo '-- explain'
"$DECANT" explain bank.yaml | grep -v '^  *[0-9]'
"$DECANT" explain bank.yaml --json |
    grep -o '"members":\|{"name":"[a-z]*","tables"\|"statements":"CREATE TABLE [a-z]*'

echo '-- preview'
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" -n 2
"$DECANT" preview bank.yaml ledger="$LEDGER" --record 2
"$DECANT" preview bank.yaml ledger="$LEDGER" -n 1 \
    --where 'account.ACCT-BALANCE < 0'
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" --rejects
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" --raw -n 1 |
    grep -A 2 '^member'
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" --json -n 1 |
    sed 's/\("records":\)[^\n]*\("name":"ledger","read":1\).*/\1 ... \2/'
echo '-- and what needs one member'
"$DECANT" preview bank.yaml --record 2 2>&1 | shown
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" --where 'true'
echo "status $?"
"$DECANT" preview bank.yaml customer="$SAMPLE" ledger="$LEDGER" --watch --record 1
echo "status $?"
"$DECANT" preview bank.yaml "$SAMPLE"
echo "status $?"
"$DECANT" preview bank.yaml client="$SAMPLE"
echo "status $?"
"$DECANT" preview bank.yaml customer=nowhere ledger="$LEDGER" -n 2 | head -n 3

echo '-- plan'
"$DECANT" plan bank.yaml customer="$SAMPLE" ledger="$LEDGER"
"$DECANT" plan bank.yaml ledger="$LEDGER"
echo "status $?"
"$DECANT" load -q bank.yaml customer="$SAMPLE" ledger="$LEDGER"
sed -i 's/^      bank: .*/      bank: {from: header.HDR-BANK, type: varchar(40)}\
      since: ACCT-OPENED/' ledger.yaml
"$DECANT" plan bank.yaml ledger="$LEDGER"
echo "status $?"
"$DECANT" plan bank.yaml ledger="$LEDGER" --json | sed 's/,"sql".*//'
"$DECANT" plan bank.yaml customer="$SAMPLE"
echo "status $?"
