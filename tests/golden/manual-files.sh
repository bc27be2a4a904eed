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
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$SRCDIR/man/decant-files.5" |
	awk '/^\.Bd/ { n++; next } /^\.Ed/ { next } { print > "source." n }'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
	[ -e source.$i ] || break
	{
		cat source.$i
		printf 'tables:\n  line:\n    columns:\n      type: ORDER-TYPE\n'
	} > m.yaml
	echo "$(grep -E '^  format:' source.$i): $("$DECANT" check m.yaml 2>&1)"
done
