# Each mistake: one message, its status, and no target.
m=$SRCDIR/mappings/customer.yaml
try() {
	"$DECANT" load "$@" || echo "status $?"
}
try "$m" absent.ebc --to sqlite:x.db
mkdir dir
try "$m" dir --to sqlite:x.db
try "$m" "$SAMPLE" --to sqlit:x.db
try "$m" "$SAMPLE" --to sqlite:dir
try "$m" "$SAMPLE" --to sqlite:absent/x.db
try "$m" "$SAMPLE" --max-rejects many
try "$m" "$SAMPLE" --max-rejects 101%
try "$m" "$SAMPLE" --jobs 0
try
try "$SRCDIR/copybooks/customer.cpy" "$SAMPLE"
cat > no-target.yaml <<YAML
source:
  copybook: $SRCDIR/copybooks/customer.cpy
tables:
  person:
    columns:
      id: CUST-ID
YAML
try no-target.yaml "$SAMPLE"
try no-target.yaml --to null:
: > empty.ebc
try no-target.yaml empty.ebc --to null: -j1
ls
"$DECANT" load no-target.yaml empty.ebc --to null: -j1 --allow-empty
