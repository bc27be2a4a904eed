# Standard output that takes no more is a failure.
[ -e /dev/full ] || { echo "there is no /dev/full" >&2; exit 77; }
try() {
	"$DECANT" "$@" > /dev/full || echo "status $?"
}
try --help
try layout "$SRCDIR/copybooks/customer.cpy"
try init "$SRCDIR/copybooks/customer.cpy"
# the load is done: 12 would say that the target is untouched
try load "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to csv:out
ls out
try load "$SRCDIR/mappings/customer.yaml" absent --to csv:none --json
# a reader that has seen enough is no failure
"$DECANT" layout "$SRCDIR/copybooks/customer.cpy" | head -n 1
