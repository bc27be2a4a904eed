# Every source: block of decant-files(5) is one that decant takes.
cat > order.cpy <<'CPY'
       01  ORDER-RECORD.
           05  ORDER-LENGTH    PIC 9(4) COMP.
           05  ORDER-TYPE      PIC X.
           05  FILLER          PIC X(33).
           05  ORDER-LINES     PIC 9.
           05  ORDER-LINE      PIC X(10) OCCURS 0 TO 7
                               DEPENDING ON ORDER-LINES.
CPY
sed '/ORDER-LINE /,$d' order.cpy > rows.cpy	# delimited: no counts
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$SRCDIR/man/decant-files.5" |
	awk '/^\.Bd/ { n++; next } /^\.Ed/ { next } { print > "source." n }'
for i in $(seq 30); do
	[ -e source.$i ] || break
	{
		if grep -q delimited source.$i; then
			sed 's/order\.cpy/rows.cpy/' source.$i
		else
			cat source.$i
		fi
		printf 'tables:\n  line:\n    columns:\n      type: ORDER-TYPE\n'
	} > m.yaml
	echo "$(grep -E '^  format:' source.$i): $("$DECANT" check m.yaml 2>&1)"
done
