# The first persons, whole; as a table, expanded, and for machines.
m=$SRCDIR/mappings/customer.yaml
"$DECANT" preview "$m" "$SAMPLE" -n 4
"$DECANT" preview "$m" "$SAMPLE" -n 1 -x
"$DECANT" preview "$m" "$SAMPLE" -n 2 --json
"$DECANT" preview "$m" "$SAMPLE" -n 1 --color always | head -n 5
"$DECANT" preview "$m" absent || echo "status $?"
