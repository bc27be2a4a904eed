#!/bin/sh
# Delimited text as SQLite's .import --csv and PostgreSQL's COPY … CSV read it:
# values with delimiters, quotes, line ends and blanks, and numbers.  The same
# rows, byte for byte.  TAP on standard output.
set -u
: "${DECANT:?}"
export LC_ALL=C.UTF-8

if ! command -v sqlite3 > /dev/null 2>&1; then
	echo "1..0 # SKIP sqlite3 is not installed"
	exit 0
fi
n=0
# check NAME: want and got are the same, and there is something
check() {
	n=$((n + 1))
	if [ -s want ] && cmp -s want got; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		diff want got | head -n 10 | sed 's/^/#   /'
	fi
}
# rows DELIMITER: 3,000 rows of four fields, by a small generator
rows() {
	awk -v d="$1" '
	function roll(k) { seed = (seed * 16807) % 2147483647; return seed % k }
	BEGIN {
		seed = 20260131
		m = split("x|a b| a|a |,|;|a,b|\"|say \"hi\"|\"\"|\n|two\n" \
		    "lines|\na\n\n|0|012|-1.50|Müller|日本|\t|\"a|a\"|,\"," \
		    "|\"\n\"|NULL|\\N|\\.|\\", v, "|")
		for (i = 1; i <= 3000; i++) {
			row = ""
			for (k = 0; k < 4; k++) {
				t = roll(5) == 0 ? "" : v[1 + roll(m)]
				if (index(t, d) || index(t, "\"") ||
				    index(t, "\n") || t == "\\." ||
				    roll(4) == 0) {
					gsub("\"", "\"\"", t)
					t = "\"" t "\""
				}
				row = row (k ? d : "") t
			}
			print row
		}
	}'
}
# decant OPTIONS…: loads `in` into got.db
decant() {
	{
		printf 'source:\n  file: in\n  format: delimited\n'
		printf '  columns: [A, B, C, D]\n'
		printf '  %s\n' "$@"
		printf 'defaults: {text: {trim: none}}\ntables:\n  t:\n'
		printf '    columns: {a: A, b: B, c: C, d: D}\n'
	} > m.yaml
	rm -f got.db
	"$DECANT" load -q m.yaml --to sqlite:got.db 2>&1 | sed 's/^/# /'
}
# PostgreSQL's rows of `in`, in hexadecimal
postgres() {
	cat > copy.sql <<SQL
create temporary table t (n serial, a text, b text, c text, d text);
\\copy t (a, b, c, d) from 'in' with (format csv, delimiter '$1', force_not_null (a, b, c, d))
select upper(concat_ws('|', encode(convert_to(a, 'UTF8'), 'hex'),
    encode(convert_to(b, 'UTF8'), 'hex'),
    encode(convert_to(c, 'UTF8'), 'hex'),
    encode(convert_to(d, 'UTF8'), 'hex'))) from t order by n;
SQL
	psql -X -q -A -t -v ON_ERROR_STOP=1 -f copy.sql
}
query='select hex(a), hex(b), hex(c), hex(d) from t order by rowid'

for d in , ';'; do
	for end in LF CRLF; do
		rows "$d" > in
		[ $end = LF ] || sed 's/$/\r/' in > x
		[ $end = LF ] || mv x in
		decant "delimiter: '$d'"
		sqlite3 got.db "$query" > got
		sqlite3 :memory: 'create table t (a, b, c, d)' '.mode csv' \
		    ".separator '$d'" '.import in t' '.mode list' \
		    ".separator |" "$query" > want 2> log
		check "as SQLite, delimiter $d, $end"
		[ -n "${DECANT_PG-}" ] || continue
		postgres "$d" > want
		check "as PostgreSQL, delimiter $d, $end"
	done
done

# the same in EBCDIC and in Latin-1, as far as they have the characters
rows , | sed 's/日本/Ä/g' > utf8
cp utf8 in
decant 'encoding: utf-8'
sqlite3 got.db "$query" > want
iconv -f UTF-8 -t ISO-8859-1 utf8 > in
decant 'encoding: latin1'
sqlite3 got.db "$query" > got
check "Latin-1 as UTF-8"
iconv -f UTF-8 -t IBM1047 utf8 > in
decant 'encoding: cp1047'
sqlite3 got.db "$query" > got
check "EBCDIC as UTF-8"

# numbers
cat > c.cpy <<'CPY'
       01  R.
           05  N       PIC 9(5).
           05  V       PIC S9(5)V99.
           05  B       PIC S9(9) COMP.
CPY
awk 'BEGIN {
	m = split("0|12|12.5|-12.50|+7|.5|5.|-0|00042.10|99999.99|-99999.99|" \
	    "  3 |1.500|-.01", v, "|")
	k = split("0|-1|2147483647|-2147483648|+5| 17", b, "|")
	for (i = 1; i <= 500; i++)
		print i "," v[1 + i % m] "," b[1 + int(i / m) % k]
}' > in
cat > m.yaml <<'YAML'
source: {copybook: c.cpy, file: in, format: delimited}
tables: {t: {columns: {n: N, v: V, b: B}}}
YAML
"$DECANT" load -q m.yaml --to csv:out 2>&1 | sed 's/^/# /'
sed -e 1d out/t.csv | tr -d '\r' > got
if [ -n "${DECANT_PG-}" ]; then
	psql -X -q -A -t -F , -v ON_ERROR_STOP=1 > want <<'SQL'
create temporary table t (n integer, v numeric(7,2), b integer);
\copy t from 'in' with (format csv)
select * from t order by n;
SQL
	check "numbers as PostgreSQL"
fi
awk -F, '{ printf "%d,%.2f,%.0f\n", $1, $2, $3 }' in |
	sed 's/,-0\.00,/,0.00,/' > want
check "numbers as awk"
echo "1..$n"
