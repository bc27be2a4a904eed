# What day an extract is of.
printf '       01 H. 05 T PIC X. 05 DAY PIC 9(8).\n       01 D. 05 T PIC X. 05 V PIC X(3).\n' > r.cpy
mapping() {
	cat > m.yaml <<EOF
version: 1
source: {copybook: r.cpy, format: text, encoding: latin1}
target: csv:out
as_of: $1
records: {h: {layout: H, when: T = 'H'}, d: {layout: D}}
tables: {d: {of: d, columns: {v: V, day: $2}}}
EOF
}
try() {
	rm -rf out
	decant load m.yaml "$@" -j1 > summary || echo "status $?"
	grep '^as of' summary
	[ ! -d out ] || tail -n 1 out/d.csv
}
for day in 20260131 20240229; do
	for name in CUST.D${day#20}.dat CUST.J${day%????}060.G0012V01; do
		printf 'H%s\nDabc\nH%s\n' $day $day > $name
	done
done
printf 'H20260131\nDabc\nH20260201\n' > two
printf 'H2026013x\nDabc\n' > bad
printf 'Dabc\n' > none
mapping "to_date(h.DAY, 'YYYYMMDD')" V
try CUST.D260131.dat
try CUST.D260131.dat --as-of 2026-12-24
for f in two bad none; do
	try $f --max-rejects 5
done
try CUST.D260131.dat --as-of 2026-02-30
try CUST.D260131.dat CUST.D240229.dat
mapping "{file_name: 'CUST.D{YYMMDD}.*'}" 'as_of()'
try CUST.D260131.dat
try CUST.D240229.dat
try two
try CUST.D260131.dat CUST.D240229.dat
mv CUST.D240229.dat CUST.D250229.dat
try CUST.D250229.dat
mapping "{file_name: '*J{YYYYDDD}*'}" 'as_of()'
try CUST.J2026060.G0012V01
mapping "{file_name: '*.{GnnnnVnn}'}" 'as_of()'
try CUST.J2026060.G0012V01
