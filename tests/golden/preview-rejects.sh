# Rejects are shown with what is wrong and their bytes.
. "$SRCDIR/tests/golden/damaged.inc"
"$DECANT" preview "$SRCDIR/mappings/customer.yaml" damaged.ebc -n 5
"$DECANT" preview "$SRCDIR/mappings/customer.yaml" damaged.ebc -n 4 --json
