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
{
	printf 'WRITTEN 2026-11-30 BY CUST0042 ' | iconv -f latin1 -t cp037
	cat customer.ebc
	printf 'TRAILER 01000 ' | iconv -f latin1 -t cp037
} > around.ebc
sniff around.ebc copybooks/customer.cpy
sniff around.ebc
i=0
while [ $i -lt 90 ]; do
	case $((i % 30)) in
	0) c=1 ;;
	1) c=0 ;;
	*) c=' ' ;;
	esac
	printf '%s%-20s%7d%-13s' "$c" "Line $((i * 7919 % 1000))" $((i * 31 % 977)) \
	    "$((i * 13 % 89)) pieces"
	i=$((i + 1))
done | iconv -f latin1 -t cp037 > report.ebc
sniff report.ebc
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
               10  NAME        PIC X(20).
               10  CO-STREET   PIC X(19).
           05  PERSON REDEFINES COMPANY.
               10  NAME        PIC X(16).
               10  LAST-NAME   PIC X(16).
               10  PHONE       PIC X(7).
           05  BOX REDEFINES COMPANY.
               10  BOX-NUMBER  PIC X(12).
               10  BRANCH      PIC X(15).
CPY
for i in 1 2 3 4 5 6 7 8; do
	printf 'CAmber Mills %d\0\0\0\0\0\0\0%d Garden St., Leeds' $i $i
	printf 'PEliana\0\0\0\0\0\0\0\0\0\0Boehme\0\0\0\0\0\0\0\0\0\0+13223%d' $i
	printf 'B3142972576%d\0Munich Ost\0\0\0\0\0            ' $i
done | iconv -f latin1 -t cp037 > entity.ebc
"$DECANT" sniff entity.ebc entity.cpy | sed -n '/^record types/,$p' \
    > entity.out
cat entity.out
# it can be pasted; types may be named like the groups
cat > entity.tables <<'YAML'
tables:
  company:
    of: company
    columns:
      name: NAME OF COMPANY
      street: company.CO-STREET
  person:
    of: person
    columns:
      above: company.NAME
      same: NAME OF COMPANY
      own: NAME OF PERSON
YAML
sed -e '1,/^$/d' -e '/^less/,/^$/d' -e '/PERSON/s/}$/, parent: company}/' entity.out |
    cat - entity.tables > entity.yaml
"$DECANT" load entity.yaml --to csv:groups -q 2> /dev/null
sed 's/layout: [A-Z]*/layout: ENTITY/' entity.yaml > whole.yaml
"$DECANT" load whole.yaml --to csv:whole -q 2> /dev/null
diff -r groups whole && head -n 3 groups/*.csv
