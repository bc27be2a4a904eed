# Mistakes in dataset files, and what is told of them.
sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/customer.yaml" > customer.yaml
sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/ledger.yaml" > ledger.yaml
bad() {
	cat > d.yaml
	"$DECANT" check d.yaml -q
	echo "status $?"
}
members='members:
  - mapping: customer.yaml
  - mapping: ledger.yaml'

echo '-- the file'
bad <<Y
decant: dataset 2
name: d
membres: []
Y
bad <<Y
decant: dataset 1
name: d
members:
  - customer.yaml
  - {source: x}
  - mapping: nowhere.yaml
Y

echo '-- members'
cp customer.yaml again.yaml
sed 's/^version: 1/&\nname: customer/' customer.yaml > third.yaml
bad <<Y
decant: dataset 1
name: d
members: [{mapping: customer.yaml}, {mapping: again.yaml}, {mapping: third.yaml}]
Y
sed 's/^version: 1/&\ncompat: {old: {table: person, columns: {id: person_id}}}/' \
    customer.yaml > views.yaml
cat > v.yaml <<Y
version: 1
source: {copybook: $SRCDIR/copybooks/customer.cpy}
tables: {visit: {key: id, columns: {id: CUST-ID}}}
compat:
  old: {table: visit, columns: {id: id}}
  phone: {table: visit, columns: {id: id}}
Y
bad <<Y
decant: dataset 1
name: d
members: [{mapping: views.yaml}, {mapping: v.yaml}]
Y
bad <<Y
decant: dataset 1
name: d
members: [{mapping: v.yaml}, {mapping: customer.yaml}]
Y
bad <<Y
decant: dataset 1
name: d
members: [{mapping: d.yaml}]
Y

echo '-- foreign keys'
bad <<Y
decant: dataset 1
name: d
$members
foreign keys:
  - {table: acount, columns: account_id, references: person}
  - {table: account, columns: account_id, references: persons}
  - {table: account, columns: number, references: person}
  - {table: account, columns: account_id, references: person, to: id}
  - {table: account, columns: [account_id, bank], references: person}
  - {table: account, columns: account_id, references: person, to: full_name}
  - {table: phone, columns: person_id, references: account}
  - {table: phone, columns: person_id, references: person}
Y
bad <<Y
decant: dataset 1
name: d
$members
foreign keys:
  - {table: account, columns: bank, references: person}
Y

echo '-- verbs of one mapping, words of the command line'
cat > d.yaml <<Y
decant: dataset 1
name: d
$members
Y
"$DECANT" check d.yaml
for verb in 'generate -n 1' unload; do
	"$DECANT" $verb d.yaml
	echo "$verb: $?"
done 2>&1 | grep -v '^    '
for verb in plan test; do
	"$DECANT" $verb d.yaml
	echo "$verb: $?"
done
"$DECANT" load d.yaml customer="$SAMPLE"
echo "status $?"
"$DECANT" load d.yaml "$SAMPLE" --to sqlite:d.db
echo "status $?"
"$DECANT" load d.yaml client="$SAMPLE" --to sqlite:d.db
echo "status $?"
"$DECANT" load d.yaml --to sqlite:d.db --rejects x
echo "status $?"
"$DECANT" stage d.yaml --to sqlite:d.db --checkpoint 10
echo "status $?"
"$DECANT" load d.yaml --to csv:out customer="$SAMPLE" ledger="$LEDGER"
echo "status $?"
"$DECANT" load d.yaml customer="$SAMPLE" --to sqlite:d.db
echo "status $?"

echo '-- files of the dataset'
head -c 3000 "$SAMPLE" > ten.ebc
cat > d.yaml <<Y
decant: dataset 1
name: d
target: sqlite:d.db
members:
  - {mapping: customer.yaml, source: ten.ebc}
  - {mapping: ledger.yaml, source: [$LEDGER]}
Y
"$DECANT" load d.yaml | grep -v '^time'
"$DECANT" load d.yaml customer=ten.ebc --again --json |
    sed 's/"target".*//'
"$DECANT" status d.yaml | cut -c 1-36
"$DECANT" rollback d.yaml
"$DECANT" publish d.yaml
