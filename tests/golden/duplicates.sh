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
		diff summary.1 summary.1000 | grep -v 'time\|live\|^---\|^[0-9]'
	rows
done
cut -d , -f 1,5-7,11 d.rejects/reasons.csv

echo "---- what hangs on one that is passed over goes with it, uncounted"
cat > p.cpy <<'EOF'
       01 P-R. 05 T PIC X. 05 K PIC 99. 05 V PIC X(3).
       01 C-R. 05 T PIC X. 05 N PIC 9. 05 W PIC 99.
       01 G-R. 05 T PIC X. 05 G PIC X.
EOF
# hang KEEP MAX: the same for all batches and jobs
hang() {
	cat > p.yaml <<EOF
version: 1
source: {copybook: p.cpy, format: text, encoding: latin1, file: p.txt}
target: sqlite:out.db
records:
  p: {layout: P-R, when: T = 'P'}
  c: {layout: C-R, when: T = 'C', parent: p}
  g: {layout: G-R, when: T = 'G', parent: c}
tables:
  main: {of: p, key: k, duplicates: $1, columns: {k: K, v: V}}
  s: {of: c, key: [k, n], duplicates: $1, columns: {k: p.K, n: N, w: W}}
  g: {of: g, columns: {k: p.K, n: c.N, g: G}}
EOF
	rm -f first
	for run in '1000 1' '1 1' '1 4' '2 2' '3 4'; do
		rm -rf out.db p.rejects
		{
			decant load p.yaml --max-rejects "$2" -j"${run#* }" \
			    --batch-records "${run% *}" 2>&1 ||
				echo "status $?"
			[ ! -f out.db ] || sqlite3 out.db 'select * from main;
			    select * from s; select * from g'
			[ ! -d p.rejects ] ||
				cut -d , -f 1,5 p.rejects/reasons.csv
		} | sed '/^time/d; /^live/d' > summary
		[ -f first ] || { cp summary first; cat first; }
		cmp first summary
	done
}
printf '%s\n' P01aaa C101 Gx C202 Gy P02bbb C101 P01ccc C109 Gz C208 P03ddd \
    C107 P02eee P03fff > p.txt
hang first 0
echo "---- what is wrong with a value counts, and so does what hangs on it"
printf '%s\n' P01aaa C101 Gx P01ccc C1x9 Gz P02ddd C102 > p.txt
hang first 1
hang first 2
