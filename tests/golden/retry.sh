# Mended rejects in the forms of their files; what retry says, and refuses.
cat > m.yaml <<'Y'
version: 1
source:
  file: in.csv
  format: delimited
  encoding: utf-8
  header: true
tables:
  person:
    key: id
    columns:
      id: cast(id as integer)
      born: to_date(born, 'YYYY-MM-DD')
Y
printf 'id,born,note\n1,2001-01-01,\n2,bad,"a ""b"""\n3,worse,"x\ny"\n4,2002-02-02,\n' \
    > in.csv
"$DECANT" load m.yaml --to sqlite:x.db --max-rejects 4 -q
echo "status $?"
cat m.rejects/records.dat m.rejects/origins.csv
sed -i 's/bad/2003-03-03/' m.rejects/records.dat
"$DECANT" retry m.yaml m.rejects --to sqlite:x.db --max-rejects 1 -q
echo "status $?"
sed 's/worse/2004-04-04/; s/^3/7/' m-retry-1.rejects/records.dat > new
echo '5,2005-05-05,added' >> new
cp new m-retry-1.rejects/records.dat
"$DECANT" retry m.yaml m-retry-1.rejects --to sqlite:x.db | grep -v time
sqlite3 x.db 'select * from person order by 1'
"$DECANT" retry m.yaml m.rejects --to sqlite:x.db --json -q
"$DECANT" log --to sqlite:x.db | sed 's/^.\{28\}//; s/, by .*//'

echo '-- files, options, what is no directory of rejects'
rm -rf m.rejects
"$DECANT" load m.yaml --to csv:out --max-rejects 4 -q
"$DECANT" retry m.yaml m.rejects --to csv:out || echo "status $?"
"$DECANT" retry m.yaml m.rejects --to sqlite:x.db || echo "status $?"
"$DECANT" retry m.yaml in.csv --to sqlite:x.db || echo "status $?"
"$DECANT" retry m.yaml || echo "status $?"
rm -rf m.rejects
"$DECANT" load m.yaml --to sqlite:x.db --max-rejects 4 -q --again \
    --max-shrink 90%
printf 'tail' > m.rejects/fragments.dat
sed -i 's/bad/2003-03-03/; s/worse/2004-04-04/' m.rejects/records.dat
echo '# changed' >> m.yaml
"$DECANT" retry m.yaml m.rejects --to sqlite:x.db -q || echo "status $?"
sqlite3 x.db 'select * from person order by 1'

echo '-- records of V'
sed "s|\.\./|$SRCDIR/|; s/format: vb/format: v/" \
    "$SRCDIR/mappings/ledger.yaml" > ledger.yaml
"$(dirname "$LEDGER")/make-ledger" -f v > good.ebc
cp good.ebc bad.ebc
printf '\377' | dd of=bad.ebc bs=1 seek=86 conv=notrunc 2> /dev/null
"$DECANT" load ledger.yaml bad.ebc --to sqlite:v.db -q --max-rejects 9
echo "status $?"
LC_ALL=C sed -i 's/\xff/\xf0/' ledger.rejects/records.dat
"$DECANT" retry ledger.yaml ledger.rejects --to sqlite:v.db | grep -v time
"$DECANT" load ledger.yaml good.ebc --to sqlite:w.db -q
for t in account holder entry; do
	for db in v w; do
		sqlite3 $db.db "select * from $t order by 1, 2" > $t.$db
	done
	cmp $t.v $t.w
done
