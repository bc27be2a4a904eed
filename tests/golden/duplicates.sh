# duplicates: which of the records with one key is kept.
cat > d.cpy <<'EOF'
       01 R.  05 K PIC 9(2).  05 V PIC X(3).  05 T OCCURS 2. 10 S PIC 9.
EOF
printf '01aaa12\n02bbb12\n01ccc12\n03ddd11\n01eee12\n02fff34\n' > d.txt
rows() {
	[ ! -f out.db ] || sqlite3 out.db 'select * from main; select * from s'
}
for keep in first last fail reject-all; do
	cat > d.yaml <<EOF
version: 1
source: {copybook: d.cpy, format: text, encoding: latin1, file: d.txt}
target: sqlite:out.db
tables:
  main: {key: k, duplicates: $keep, columns: {k: K, v: V}}
  s: {each: T, key: [k, s], duplicates: $keep, columns: {k: K, s: S}}
EOF
	echo "---- $keep"
	for records in 1 1000; do
		rm -f out.db
		decant load d.yaml --max-rejects 1 -j1 \
		    --batch-records $records > summary.$records 2>&1 ||
			echo "status $?"
		rows | cksum
	done
	cat summary.1000
	cmp summary.1 summary.1000 > /dev/null ||
		diff summary.1 summary.1000 | grep -v 'time\|^---\|^[0-9]'
	rows
done
cut -d , -f 1,5-7,11 d.rejects/reasons.csv
