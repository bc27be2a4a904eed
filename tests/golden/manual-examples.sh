# The EXAMPLES of decant(1), those that need no server, as they stand there.
ln -s "$SRCDIR/copybooks" copybooks
mkdir testdata
cp "$SAMPLE" testdata/customer.ebc
sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAGNOSTICS/p' "$SRCDIR/man/decant.1" |
	sed -e 's/\\e$/\\/' -e 's/^\.Dl //' |
	sed -n -e '/postgresql/d' -e '/^\$ /{' -e ':more' -e '/\\$/{N' \
	    -e 'b more' -e '}' -e 's/^\$ //p' -e '}' > examples
cat examples
echo ----
decant() { "$DECANT" "$@"; }
. ./examples > output
sed -n '1,4p' output
ls *.db
