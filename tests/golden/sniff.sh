# decant sniff on the sample: with its copybook and without, cut short, with
# line ends put into it, from a pipe; what it prints goes into a mapping.
ln -s "$SRCDIR/copybooks" copybooks
cp "$SAMPLE" customer.ebc
sniff() {
	echo "== sniff $*"
	"$DECANT" sniff "$@"
	echo "== exit status $?"
}
sniff customer.ebc
sniff customer.ebc copybooks/customer.cpy
gzip -c customer.ebc > customer.gz
sniff customer.gz copybooks/customer.cpy | sed 4q
head -c 100000 customer.ebc > cut.ebc
sniff cut.ebc copybooks/customer.cpy
printf 'name: a\nname: bb\nname: ccc\n' > lines.txt
sniff lines.txt
sniff --json lines.txt
sniff - copybooks/customer.cpy < customer.ebc | sed -n '/^source:/,$p'
: > empty
sniff empty
sniff --record CUSTOMER customer.ebc
sniff missing
{
	"$DECANT" sniff customer.ebc copybooks/customer.cpy |
		sed -n '/^source:/,$p'
	"$DECANT" init copybooks/customer.cpy | sed -n '/^tables:/,$p'
} > m.yaml
"$DECANT" check m.yaml 2> /dev/null && echo "what it prints passes check"
"$DECANT" load m.yaml --to null: | sed 1q
