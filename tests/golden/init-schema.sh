# A mapping names the schema for editors, where that is at hand.
schema=decant-mapping.schema.json
"$DECANT" init "$SRCDIR/copybooks/customer.cpy" | head -n 1
mkdir mappings
cp "$SRCDIR/mappings/$schema" mappings/
"$DECANT" init "$SRCDIR/copybooks/customer.cpy" > m.yaml
head -n 1 m.yaml
mv mappings/$schema .
"$DECANT" init "$SRCDIR/copybooks/customer.cpy" | head -n 1
cp "$SRCDIR/copybooks/customer.cpy" .
mkdir copybooks
sed 's,copybook: .*,copybook: customer.cpy,' m.yaml > n.yaml
"$DECANT" check -q n.yaml
echo "status $?"
