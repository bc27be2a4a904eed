# The worked samples of mappings/ into SQLite: their rows are those that the
# programs which made the files say they are.
made=$(dirname "$SAMPLE")
. "$SRCDIR/tests/samples.inc"
tab=$(printf '\t')
two_places='case when \1 is not null then printf("%.2f", \1) end'
rows() {
	echo "$2" | sed -E "s/decimal\(([a-z]+)\)/$two_places/g" |
		sqlite3 -init /dev/null -batch -noheader -separator "$tab" \
		    -nullvalue '\N' out.db
}

echo '---- names'
for version in 1 2 3 4; do
	m=$SRCDIR/mappings/names-v$version.yaml
	decant check "$m"
	decant load -q "$m" "$made/names.ebc" --to sqlite:out.db
	names_agree $version
done
sqlite3 out.db "select full_name from person where person_id <= 4"

echo '---- benefits'
rm -r out.db*			# person is a table of the names, too
m=$SRCDIR/mappings/benefits.yaml
decant check "$m"
decant load "$m" "$made/benefits.ebc" --to sqlite:out.db --max-shrink 100 -j1
benefits_agree
sqlite3 out.db "select * from worker order by 1, 2 limit 3"
"$made/make-benefits" -n 500 -s 7 -f v > v.ebc
sed "s,\.\./copybooks,$SRCDIR/copybooks,
    s,file: benefits,file: $SRCDIR/mappings/benefits,
    s,^version: 1,&\nname: benefits,
    s/format: vb/format: v/" "$m" > v.yaml
decant load -q v.yaml v.ebc --to sqlite:out.db --max-shrink 100
benefits_agree -n 500 -s 7

echo '---- a case that is sent again, corrected'
"$made/make-benefits" -d > again.ebc
decant load "$m" again.ebc --to sqlite:out.db --max-shrink 100 -j1 --max-rejects 5 ||
	echo "status $?"
benefits_agree -d
cut -d , -f 1,3-5,11 benefits.rejects/reasons.csv

echo '---- records that cannot be loaded'
"$made/make-benefits" -x > bad.ebc
rm -r benefits.rejects
decant load -q "$m" bad.ebc --to sqlite:out.db --max-shrink 100 || echo "status $?"
benefits_agree -d | cut -c 1-8 | uniq -c
decant load -q "$m" bad.ebc --to sqlite:out.db --max-shrink 100 --max-rejects 4 ||
	echo "status $?"
benefits_agree -x
cut -d , -f 1,3-5,7-11 benefits.rejects/reasons.csv

echo '---- a trailer that does not agree'
"$made/make-benefits" -t > wrong.ebc
decant load -q "$m" wrong.ebc --to sqlite:out.db --max-shrink 100 || echo "status $?"
benefits_agree -x | cut -c 1-8 | uniq -c

echo '---- a test database that holds no person'
cp -r "$SRCDIR/mappings" "$SRCDIR/copybooks" .
chmod -R u+w mappings copybooks
(umask 077; od -A n -v -t x1 -N 32 /dev/urandom | tr -d ' \n' \
    > mappings/benefits-test.key)
decant check -q mappings/benefits-test.yaml
decant load -q mappings/benefits-test.yaml "$made/benefits.ebc" \
    --to sqlite:test.db
# Numbers of the file are nowhere in it, and neither are names.
"$made/make-benefits" -e household | cut -f 3,4 | tr '\t' '\n' |
	sort -u > secrets
wc -l < secrets
for db in out test; do
	echo "$db.db: $(sqlite3 $db.db .dump | grep -cwFf secrets) lines of them"
done
sqlite3 test.db "select distinct full_name from person
    union select distinct employer from income
    union select distinct payee from expense"
# The rest is as it was: the same numbers of rows, sums, and who is whose.
"$made/make-benefits" > good.ebc
decant load -q "$m" good.ebc --to sqlite:out.db --max-shrink 100
for query in "select count(*), count(distinct person_key) from member" \
    "select count(*), count(distinct ssn), sum(length(ssn)),
     sum(ssn glob '[0-9]*') from person" \
    "select n, count(*) from (select count(*) as n from member
     join person using (person_key) group by person_key) group by n" \
    "select county, program_name, count(*), sum(round(amount * 100))
     from case_file join payment using (case_number) group by 1, 2" \
    "select substr(born_on, 1, 4), count(*) from person group by 1"; do
	for db in out test; do
		sqlite3 $db.db "$query" | cksum
	done | sort -u | wc -l
done
