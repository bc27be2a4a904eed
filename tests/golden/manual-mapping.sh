# The example of records in decant-mapping(5), with the ledger.
{
	printf 'source:\n  copybook: %s\n  format: vb\n' \
	    "$SRCDIR/copybooks/ledger.cpy"
	sed -n '/^\.Ss records/,/^\.Ss tables/p' "$SRCDIR/man/decant-mapping.5" |
		sed -n '/^\.Bd -literal/,/^\.Ed/p' | grep -v '^\.'
} > m.yaml
"$DECANT" check m.yaml
"$DECANT" load m.yaml "$LEDGER" --to csv:out -j1
head -n 4 out/entry.csv
