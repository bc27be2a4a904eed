"$DECANT" --help
for verb in sniff init layout check preview explain load generate unload help; do
	"$DECANT" $verb --help > "$verb.txt" || echo "$verb: $?"
	"$DECANT" help $verb | cmp - "$verb.txt"
	echo "== $verb"
	cat "$verb.txt"
done
"$DECANT" help C012
"$DECANT" help d002
"$DECANT" help diagnostics | sed -n '/^error C012/,/^error C013/p'
"$DECANT" --version | sed 's/ [^ ]*$/ VERSION/'
