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
# a type whose records leave the rest of the longest alternative blank
cat > entity.cpy <<'CPY'
       01  ENTITY.
           05  KIND            PIC X.
           05  COMPANY.
               10  CO-NAME     PIC X(20).
               10  CO-STREET   PIC X(19).
           05  PERSON REDEFINES COMPANY.
               10  FIRST-NAME  PIC X(16).
               10  LAST-NAME   PIC X(16).
               10  PHONE       PIC X(7).
           05  BOX REDEFINES COMPANY.
               10  BOX-NUMBER  PIC X(12).
               10  BRANCH      PIC X(15).
CPY
for i in 1 2 3 4 5 6 7 8; do
	printf 'CAmber Mills %d\0\0\0\0\0\0%d Garden Street, Leeds' $i $i
	printf 'PEliana\0\0\0\0\0\0\0\0\0\0Boehme\0\0\0\0\0\0\0\0\0\0132233%d' $i
	printf 'B3142972576%d\0Munich Ost\0\0\0\0\0            ' $i
done | iconv -f latin1 -t cp037 > entity.ebc
sniff entity.ebc entity.cpy | sed -n '/^record types/,/^$/p'
