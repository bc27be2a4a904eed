# Several types of records in a file: the sample, then one with rejects.
. "$SRCDIR/tests/golden/records.inc"
m=$SRCDIR/mappings/ledger.yaml
"$DECANT" check "$m"
"$DECANT" load "$m" "$LEDGER" --to csv:ledger -j1
head -n 4 ledger/*.csv
"$DECANT" preview "$m" "$LEDGER" -n 5
"$DECANT" explain "$m" | sed -n '/^program/,/^table account from/p'

echo "---- rejects"
# Bad account 2; entry 31 bad; what is no type; orphans; a cut and a long entry.
{
	block HMAIN A001O E010010 E020102ab
	block E030020cd E040303xyzuvw E05?100
	block A0?2O E110010 E120010
	block A003C E310010 E32?100 E330011zz
	block Z004O E410010 A005O E510010 E520010
	block E530010 E540012aabbcc T020
} > vb.dat
"$DECANT" load bank.yaml --max-rejects 50 -j1 || echo "status $?"
head -n 50 out/*.csv
cut -d , -f 1,3-11 bank.rejects/reasons.csv
ls bank.rejects
shown bank.rejects/records.dat
"$DECANT" load bank.yaml --max-rejects 50 -j1 --json --to csv:json
"$DECANT" load bank.yaml -q || echo "status $?"

echo "---- the same in every way"
mv out expected
mv bank.rejects expected.rejects
for jobs in 1 2 4; do
	for records in 1 7 1000; do
		rm -rf out bank.rejects
		"$DECANT" load bank.yaml --max-rejects 50 -q --jobs $jobs \
		    --batch-records $records
		diff -r expected out && diff -r -x run.json expected.rejects bank.rejects &&
			echo "jobs $jobs, batches of $records"
	done
done

echo "---- mended, bytes for bytes"
sed -e 's/E020102ab/E020101ab/' -e 's/E05?100/E050100/' -e 's/A0?2O/A002O/' \
    -e 's/E32?100/E320100/' -e 's/Z004O/A004O/' \
    -e 's/E540012aabbcc/E540013aabbcc/' bank.rejects/records.dat > mended.dat
"$DECANT" load bank.yaml mended.dat --to csv:mended -j1
head -n 50 mended/*.csv

echo "---- a gap, and another file"
# Behind the broken word of the second block nothing is known to be open.
{
	block HMAIN A001O 'E?10010'
	block E120010 E130010 | sed 's/\x00E13/\x01E13/'
	block E140010 A002O E210010 HNEXT A003O E310010
} > vb.dat
cp vb.dat gap.dat
{
	block A004O E410010
	block HLAST A005O E510010 T001
} > next.dat
for records in 1 7 1000; do
	rm -rf out bank.rejects
	"$DECANT" load bank.yaml gap.dat next.dat --max-rejects 50 -q \
	    --batch-records $records
	cut -d , -f 1-5 bank.rejects/reasons.csv | cksum
	cat out/*.csv bank.rejects/*.dat | cksum
done
cut -d , -f 1-5,11 bank.rejects/reasons.csv
ls bank.rejects
shown bank.rejects/records.dat
echo "orphans:"
shown bank.rejects/orphans.dat
cat out/entry.csv

echo "---- types by position"
sed -e 's/when: HDR-TYPE = .H./at: first/' \
    -e 's/when: TRL-TYPE = .T./at: last/' \
    -e 's/, parent: header//' -e '/HDR-NAME/d' bank.yaml > place.yaml
"$DECANT" check place.yaml
block HMAIN A001O E010010 E02?010 E030010 T003 > vb.dat
for records in 1 1000; do
	"$DECANT" load place.yaml --max-rejects 1 -q --batch-records $records
	cut -d , -f 1,3-5,11 place.rejects/reasons.csv
	shown place.rejects/records.dat
done
sed 's/E02?/E020/' place.rejects/records.dat > mended.dat
"$DECANT" load place.yaml mended.dat -j1
cat out/entry.csv
