# Too many rejects: 12 and nothing loaded; within the limit: 4.
. "$SRCDIR/tests/golden/damaged.inc"
m=$SRCDIR/mappings/customer.yaml
"$DECANT" load "$m" damaged.ebc --to csv:out --max-rejects 3 -j1 || echo "status $?"
ls out 2> /dev/null
"$DECANT" load "$m" damaged.ebc --to csv:out --max-rejects 50% -q || echo "status $?"
"$DECANT" load "$m" damaged.ebc --to csv:out --max-rejects 4 -j1 || echo "status $?"
cat out/person.csv
cat customer.rejects/reasons.csv
wc -c < customer.rejects/records.dat
wc -c < customer.rejects/fragments.dat
"$DECANT" load "$m" damaged.ebc --to csv:out --max-rejects 4 --json -j1 \
    --rejects elsewhere || echo "status $?"
ls elsewhere
"$DECANT" load "$m" damaged.ebc --to csv:out -q || echo "status $?"
"$DECANT" load "$m" damaged.ebc --to csv:out --json || echo "status $?"
