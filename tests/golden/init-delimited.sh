# A mapping from delimited text alone: it loads at once.
try() {
	echo "== $*"
	"$DECANT" init --format delimited "$@" > m.yaml || { echo "exit $?"; return; }
	grep -v '^#' m.yaml
	rm -rf out
	"$DECANT" load m.yaml --to csv:out --jobs 1 > /dev/null
	head -n 4 out/*.csv
}
# names and types: a semicolon in quotes, leading zeros, decimals, dates that
# are none, no values; a word of the language, and a name of none
cat > orders.csv <<'CSV'
Order No;Customer;Zip;Price,net;Day;Due;Quantity;select;Größe;Empty;Sum
1;"Smith; Sons";01234;1.50;2024-02-29;2024-02-30;3;x;7;;1,50
20;Jones;00017;-20.255;;;-4;y;+7;;2,00

300;"O""Neil";90210;7;2024-12-31;2024-01-01;0;;;;
CSV
try orders.csv
# a header that does not tell its columns apart, or that cannot name them
printf 'a,A,FILLER,"we""ird",COLUMN-3\n1,2,3,4,05\n' > twice.csv
try twice.csv
printf 'a,we"ird\n1,2\n' > broken.csv
try broken.csv
# none
printf '1\t2024-01-31\n2\t2024-02-01\n' > none.tsv
try none.tsv --name measured
# other code pages; the name of the file does not say what it is
printf 'CUST-ID|name\n17|M\374ller\n' > latin.txt
try latin.txt
printf '\301k\302\025\361\362k\327\311\303\025' > ebcdic.dat	# A,B 12,PIC
try ebcdic.dat --encoding cp037 --file "$PWD/ebcdic.dat"
# no rows, no copybook, no file
printf '\n\n' > empty.csv
try empty.csv
try orders.csv --record R
try nowhere.csv
# a copybook is one still
printf '       01 R.\n           05 A PIC X(3).\n' > c.cpy
"$DECANT" init --format delimited c.cpy | grep A
