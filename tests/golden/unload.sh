# A file's records again: the same bytes; other formats and code pages, and
# back; what cannot be converted.
m=$SRCDIR/mappings
cp "$SAMPLE" customer.ebc
cp "$LEDGER" ledger.ebc
for s in customer ledger; do
	"$DECANT" unload "$m/$s.yaml" $s.ebc -o $s.same
	cmp $s.same $s.ebc
	sed "s#\.\./#$SRCDIR/#" "$m/$s.yaml" > $s.yaml
	"$DECANT" load -q $s.yaml $s.ebc --to csv:$s
	for f in fixed v vb vbs vs u gnucobol microfocus; do
		"$DECANT" unload $s.yaml $s.ebc --format $f \
		    --encoding iso8859-1 -q -o $s.$f
		sed -e "s/format: [a-z]*/format: $f/" \
		    -e 's/encoding: cp037/encoding: latin1/' $s.yaml > x.yaml
		"$DECANT" load -q x.yaml $s.$f --to csv:$s.out
		diff -r $s $s.out
		"$DECANT" unload x.yaml $s.$f --format v --encoding cp037 -q |
		    sha256sum
	done | uniq -c
done
# an alternative is the one whose items give their bytes back; FILLER is text
# where it can be; signs have the other page's zones
cat > r.cpy <<'END'
       01  R.
           05  TYP          PIC X.
           05  TXT          PIC X(6).
           05  NUM REDEFINES TXT PIC S9(11) COMP-3.
           05  Z            PIC S9(3).
           05  FILLER       PIC X(2).
           05  E            PIC ZZ9.9-.
           05  P            PIC S9(3) COMP-3.
END
cat > r.yaml <<'END'
source: {copybook: r.cpy, file: r.dat, format: fixed, encoding: cp037}
tables: {r: {columns: {t: TYP}}}
END
printf '\301\301\302\303\304\305\306\361\362\323\100\100\100\100\361\113\362\140\022\074' > r.dat
printf '\302\000\000\000\001\042\174\360\360\301\001\002\371\371\371\113\371\100\022\075' >> r.dat
"$DECANT" unload r.yaml --encoding ascii | od -A n -t x1z -w20
"$DECANT" unload r.yaml --encoding ascii > r.asc
sed 's/r.dat/r.asc/; s/cp037/ascii/' r.yaml > a.yaml
"$DECANT" unload a.yaml --encoding cp037 | cmp - r.dat && echo back
echo 'F043: a letter that the page has not, a number that is none'
cat > n.cpy <<'END'
       01  N. 05 NAME PIC X(4). 05 Z PIC 9(2).
END
cat > n.yaml <<'END'
source: {copybook: n.cpy, file: n.dat, format: text, encoding: latin1}
tables: {n: {columns: {n: NAME}}}
END
printf 'Zo\353 12\nA   1?\nB   34\n' > n.dat
"$DECANT" unload n.yaml -o n.out --encoding ascii || echo $?
"$DECANT" unload n.yaml -o n.out --encoding ascii --partial || echo $?
cat n.out
ls n.out*
echo 'F044: a record that is cut'
cat > v.yaml <<'END'
source: {copybook: n.cpy, file: v.dat, format: v, encoding: ascii}
tables: {n: {columns: {n: NAME}}}
END
printf '\000\012\000\000Anna12\000\012\000\000Bo' > v.dat
"$DECANT" unload v.yaml || echo $?
"$DECANT" unload v.yaml --partial --format text || echo $?
echo 'what no framing can hold'
"$DECANT" unload customer.yaml customer.ebc --format text -o t || echo $?
ls t* 2>&1
sed 's/text/delimited/' n.yaml > d.yaml
echo 'NAME,Z' > n.dat
"$DECANT" unload d.yaml --format v || echo $?
"$DECANT" unload customer.yaml none.ebc -o t || echo $?
"$DECANT" unload customer.yaml customer.ebc --encoding cp0 || echo $?
