# Test data of a copybook and of a mapping: the same bytes each time, which a
# load takes; other formats hold the same records; what cannot be made.
for book in customer ledger; do
	"$DECANT" generate "$SRCDIR/copybooks/$book.cpy" -n 500 --edge 20% \
	    -o $book.dat
	"$DECANT" generate "$SRCDIR/copybooks/$book.cpy" -n 500 --edge 20% |
	    cmp - $book.dat && echo same
	sha256sum < $book.dat
	"$DECANT" init "$SRCDIR/copybooks/$book.cpy" > $book.yaml
	"$DECANT" load -q $book.yaml $book.dat --to csv:$book
	cat $book/*.csv | sha256sum
	"$DECANT" generate "$SRCDIR/copybooks/$book.cpy" -n 500 --seed 2 \
	    --edge 20% | cmp -s - $book.dat || echo other
	# in another form they say the same
	for form in v vb vbs u gnucobol microfocus; do
		"$DECANT" generate "$SRCDIR/copybooks/$book.cpy" -n 500 \
		    --edge 20% --format $form --encoding cp037 -q -o $book.$form
		"$DECANT" init "$SRCDIR/copybooks/$book.cpy" --format $form \
		    --encoding cp037 > $book.$form.yaml
		"$DECANT" load -q $book.$form.yaml $book.$form \
		    --to csv:$book.out
		diff -r $book $book.out
	done
done
# the mapping's keys, dates, types and controls
for book in customer ledger; do
	"$DECANT" generate "$SRCDIR/mappings/$book.yaml" -n 3000 -o $book.dat
	"$DECANT" load "$SRCDIR/mappings/$book.yaml" $book.dat \
	    --to csv:$book.map --prove -j1 | grep -v '^time'
	head -n 3 $book.map/*.csv
done
# records of one length, with a length field, with redefined parts
cat > r.cpy <<'END'
       01  R.
           05  R-LEN             PIC 9(4) COMP.
           05  R-ID              PIC X(6).
           05  R-TYPE            PIC X.
               88  IS-PERSON     VALUE 'P'.
               88  IS-COMPANY    VALUE 'C'.
           05  PERSON-DATA.
               10  P-FIRST-NAME  PIC X(10).
               10  P-BORN        PIC 9(8).
           05  COMPANY-DATA REDEFINES PERSON-DATA.
               10  C-NAME        PIC X(15).
               10  C-STAFF       PIC 9(5) COMP-3.
           05  N                 PIC 99.
           05  T                 PIC S9(3) COMP-3 OCCURS 0 TO 9
                                 DEPENDING ON N.
END
cat > r.yaml <<'END'
source: {copybook: r.cpy, format: length, length: R-LEN, encoding: cp037}
tables:
  r:
    key: id
    columns:
      id: R-ID
      length: R-LEN
      name: case when IS-PERSON then P-FIRST-NAME else C-NAME end
      born: case when IS-PERSON then to_date(P-BORN, 'YYYYMMDD') end
      staff: case when IS-COMPANY then C-STAFF end
  t:
    each: T
    columns: {id: R-ID, t: T}
END
"$DECANT" generate r.yaml -n 400 -o r.dat
"$DECANT" load -q r.yaml r.dat --to csv:r --prove
head -n 8 r/r.csv
"$DECANT" init r.cpy --format length > i.yaml
"$DECANT" generate r.cpy --format length -n 400 -o r.dat
"$DECANT" load -q i.yaml r.dat --to csv:i
echo "G030, G031: a control that is no equation, keys that run out"
cat > s.cpy <<'END'
       01 D. 05 T PIC X VALUE 'D'. 05 K PIC 9(2). 05 A PIC 9(3).
       01 E. 05 T PIC X VALUE 'E'. 05 S PIC 9(2).
END
cat > s.yaml <<'END'
source: {copybook: s.cpy, format: v, encoding: cp037}
records:
  d: {layout: D, when: D.T = 'D'}
  e: {layout: E, when: E.T = 'E', at: last}
tables:
  d:
    of: d
    key: k
    columns: {k: K}
controls:
  - S = sum(A)
  - S < count(d) + 1
END
"$DECANT" generate s.yaml -n 200 -o s.dat || echo $?
echo 'what no record can be'
sed -i -e "s/when: D.T = 'D'/when: D.T = 'DD'/" -e '/^controls/,$d' s.yaml
"$DECANT" generate s.yaml -n 20 -o s.dat || echo $?
"$DECANT" generate r.cpy --format delimited -n 2 || echo $?
"$DECANT" generate "$SRCDIR/copybooks/ledger.cpy" --format length || echo $?
sed 's/format: v/format: v, skip: {bytes_first: 4}/' s.yaml > skip.yaml
"$DECANT" generate skip.yaml || echo $?
sed 's/length: R-LEN, //; s/format: length/format: delimited/' r.yaml > d.yaml
sed -i '/each: T/,$d; /^  t:/d' d.yaml
sed 's/ OCCURS.*//; /DEPENDING/d; s/COMP-3$/COMP-3./' r.cpy > d.cpy
sed -i 's/r.cpy/d.cpy/' d.yaml
"$DECANT" generate d.yaml || echo $?
"$DECANT" generate r.yaml --format v || echo $?
"$DECANT" generate r.cpy --edge 101% || echo $?
sed -i 's/length: R-LEN}*, /length: N, /' r.yaml
"$DECANT" generate r.yaml -n 400 -o n.dat || echo $?
"$DECANT" generate r.cpy -o no/such.dat || echo $?
ls n.dat* no 2>&1
