# --prove: all items of all records, the mapping's or not; 8 with differences,
# and the records that can be loaded are loaded all the same.
. "$SRCDIR/tests/golden/damaged.inc"
m=$SRCDIR/mappings/customer.yaml
"$DECANT" load "$m" "$SAMPLE" --to null: --prove -j2
"$DECANT" load "$m" damaged.ebc --to csv:out --max-rejects 4 --prove -j1 ||
    echo "status $?"
wc -l < out/person.csv
"$DECANT" load "$m" damaged.ebc --to null: --max-rejects 4 --prove --json -j1 \
    --batch-records 2 || echo "status $?"
# an item that no column takes
cat > book.cpy <<'END'
       01  R.
           05  ID PIC 9(4).
           05  T OCCURS 2.
               10  X PIC S9(3) COMP-3.
END
cat > m.yaml <<'END'
version: 1
source: {copybook: book.cpy, file: data, format: fixed, encoding: cp037}
target: 'null:'
tables:
  r:
    columns:
      id: ID
END
printf '\360\360\360\361\022\074\022\315\360\360\360\362\022\074\022\075' > data
"$DECANT" load m.yaml --prove -j1 || echo "status $?"
