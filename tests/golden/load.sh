# A load, its summary, its rows.
m=$SRCDIR/mappings/customer.yaml
"$DECANT" load "$m" "$SAMPLE" --to csv:out --jobs 2
head -n 5 out/person.csv
head -n 3 out/phone.csv
ls
"$DECANT" load "$m" "$SAMPLE" "$SAMPLE" --to null: --jobs 1 --json
"$DECANT" load "$m" "$SAMPLE" --to null: -q
gzip -c "$SAMPLE" | "$DECANT" load "$m" - --to jsonl:out -j1
tail -n 1 out/phone.jsonl
