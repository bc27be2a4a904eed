# The sample's first mapping; it is right, and it loads at once.
"$DECANT" init "$SRCDIR/copybooks/customer.cpy" | tee m.yaml
"$DECANT" check m.yaml
"$DECANT" load m.yaml "$SAMPLE" --to csv:out --jobs 1
head -n 3 out/customer.csv out/cust_phone.csv
