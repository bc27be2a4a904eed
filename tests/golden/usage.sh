# Wrong usage is 64, with what was meant.
try() {
	"$DECANT" "$@" || echo "status $?"
}
try
try laod
try xyzzy
try --json
try layout
try check a.yaml b.yaml
try load --jsno m.yaml
try preview -n 0 m.yaml
try preview -n ten m.yaml
try preview --exp
try check --color=alwys m.yaml
try help nothing
try help C999
NO_COLOR=1 try layout
