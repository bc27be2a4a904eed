"$DECANT" explain "$SRCDIR/mappings/customer.yaml"
echo ----
"$DECANT" explain "$SRCDIR/mappings/customer.yaml" --to csv:out | tail -n 4
