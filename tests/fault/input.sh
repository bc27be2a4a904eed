# Input that is cut, damaged, missing, empty or of another kind, and mistakes
# in mappings and copybooks: a message each, and the target is as it was.
. "$SRCDIR/tests/fault/common.inc"
begin

head -c 50100 "$SAMPLE" > more.ebc		# 167 records
head -c 50000 "$SAMPLE" > cut.ebc		# 166, and 200 bytes
gzip -k cut.ebc more.ebc
zstd -q cut.ebc more.ebc
head -c 3000 more.ebc.gz > short.gz
head -c 3000 more.ebc.zst > short.zst
cp more.ebc.gz damaged.gz
patch damaged.gz 2000 252 252 252 252
cp more.ebc.zst damaged.zst
patch damaged.zst 2000 252 252 252 252
: > empty
gzip -c empty > empty.gz
zstd -q -c empty > empty.zst
printf 'PK\003\004\024\000\000\000\010\000' > zip
mkdir directory

# Customers in other framings: 304 is the length of a record with its RDW.
head -c 1200 "$SAMPLE" | split -b 300 - record.
for r in record.??; do
	printf '\001\060\000\000'
	cat $r
done > good.v
head -c 1100 good.v > cut.v			# 3 records, and 188 bytes
head -c 914 good.v > cut-rdw.v			# 3 records, and 2 bytes
cp good.v broken.v
patch broken.v 610 5
mkdir v text
sed -e "s,\.\./copybooks,$SRCDIR/copybooks," -e 's/format: fixed/format: v/' \
    "$mapping" > v/customer.yaml

cat > text/line.cpy <<'CPY'
       01  LINE-RECORD.
           05  LINE-ID    PIC 9(4).
           05  LINE-NAME  PIC X(6).
           05  LINE-SUM   PIC S9(5)V99 SIGN TRAILING SEPARATE.
CPY
cat > text/customer.yaml <<'YAML'
source:
  copybook: line.cpy
  format: text
  encoding: iso8859-1
tables:
  person:
    key: id
    columns:
      id: LINE-ID
      name: LINE-NAME
      sum: LINE-SUM
YAML
printf '0001Simon 0001250+\n0002Vader 00012' > cut.txt

# --- files ----------------------------------------------------------------------

for target in $targets; do
	fails $target "cut last record" 12 F006 \
	    '"cut.ebc" has 50000 bytes' "$mapping" cut.ebc
	input=cut.ebc
	fails $target "cut last record, standard input" 12 F006 \
	    '(standard input)' "$mapping" -
	unset input
	pipe=cut.ebc
	refuses $target "cut last record, pipe" D022 \
	    "200 of its 300 bytes" "$mapping" -
	unset pipe
	for z in gz zst; do
		refuses $target "cut last record, $z" D022 \
		    "200 of its 300 bytes" "$mapping" cut.ebc.$z
		fails $target "cut $z" 12 F012 "\"short.$z\" is cut short" \
		    "$mapping" short.$z
		fails $target "damaged $z" 12 F011 "\"damaged.$z\" is damaged" \
		    "$mapping" damaged.$z
		fails $target "empty $z" 12 F021 "\"empty.$z\" has no records" \
		    "$mapping" empty.$z
	done
	refuses $target "cut last record, v" D022 \
	    "188 of its 304 bytes (with the RDW)" v/customer.yaml cut.v
	is "$target: what was read of it" "3 3 0 0 1" "$(json out '$.read')\
 $(json out '$.loaded') $(json out '$.rejected') $(json out '$.skipped')\
 $(json out '$.fragments')"
	refuses $target "cut last record descriptor word" D022 \
	    "2 of its 4 bytes" v/customer.yaml cut-rdw.v
	refuses $target "broken record descriptor word" D022 "X'01300500'" \
	    v/customer.yaml broken.v
	fails $target "no record descriptor words" 12 F008 '"more.ebc"' \
	    v/customer.yaml more.ebc
	refuses $target "cut last record, text" D005 "invalid zoned" \
	    text/customer.yaml cut.txt
	rm -rf ./*.rejects

	fails $target "a file that is missing" 12 F002 '"absent.ebc"' \
	    "$mapping" absent.ebc
	fails $target "the second file is missing" 12 F002 '"absent.ebc"' \
	    "$mapping" more.ebc absent.ebc
	fails $target "a file below a file" 12 F002 '"empty/x.ebc"' \
	    "$mapping" empty/x.ebc
	fails $target "a directory as input" 12 F004 '"directory"' \
	    "$mapping" directory
	fails $target "an empty file" 12 F021 '"empty" has no records' \
	    "$mapping" empty
	fails $target "two empty files" 12 F021 "no records" "$mapping" \
	    empty empty.gz
	fails $target "empty standard input" 12 F021 "standard input" \
	    "$mapping" -
	pipe=empty
	fails $target "an empty pipe" 12 F021 "standard input" "$mapping" -
	unset pipe
	fails $target "standard input twice" 12 F020 "standard input" \
	    "$mapping" - -
	fails $target "another compression" 12 F016 "zip" "$mapping" zip
done

# --- copybooks and mappings -----------------------------------------------------

# variant NAME SED-SCRIPT: the mapping with a mistake.
variant() {
	sed -e "s,\.\./copybooks,$SRCDIR/copybooks," -e "$2" "$mapping" > "$1"
}

variant page.yaml 's/cp037/cp1037/'
variant multibyte.yaml 's/cp037/utf-16/'
variant no-copybook.yaml 's/customer.cpy/absent.cpy/'
variant copybook-directory.yaml 's/customer.cpy$//'
variant field.yaml 's/CUST-VISITS/CUST-VISTS/'
variant key.yaml 's/encoding:/encodng:/'
variant type.yaml 's/visits: CUST-VISITS/visits: CUST-VISITS + CUST-CITY/'
variant quote.yaml "s/CUST-FIRST, ''/CUST-FIRST, '/"
printf 'source: [\n' > broken.yaml
printf '       01  A.\n           05  B PIC 9(4.\n' > broken.cpy
variant broken-copybook.yaml 's,copybook: .*,copybook: broken.cpy,'
printf '\177ELF\000\001' > binary
variant binary-copybook.yaml 's,copybook: .*,copybook: binary,'

# mistake NAME CODE TEXT MAPPING: check says 8, a load 12, both the same.
mistake() {
	fails sqlite "$1" 12 "$2" "$3" "$4" more.ebc || return
	cp err load.err
	run check "$4"
	{
		[ $status = 8 ] || echo "status $status"
		diff load.err err
	} > why
	[ ! -s why ]
	passes $? "check: $1: 8 $2" why
}

mistake "wrong code page" P020 "'cp1037'" page.yaml
mistake "code page of several bytes" P021 "'utf-16'" multibyte.yaml
mistake "missing copybook" C001 "absent.cpy" no-copybook.yaml
mistake "a directory as copybook" C001 "copybooks" copybook-directory.yaml
advice=no
mistake "a broken copybook" C014 "broken.cpy:2" broken-copybook.yaml
mistake "a program as copybook" C003 "binary" binary-copybook.yaml
unset advice
mistake "missing mapping" M001 "absent.yaml" absent.yaml
mistake "a directory as mapping" M001 "directory" directory
advice=no
mistake "a copybook as mapping" M002 "customer.cpy" \
    "$SRCDIR/copybooks/customer.cpy"
mistake "a program as mapping" M003 "binary" binary
mistake "an empty mapping" M018 "empty" empty
mistake "broken YAML" M002 "broken.yaml" broken.yaml
unset advice
mistake "unknown field" P001 "CUST-VISTS" field.yaml
mistake "unknown key" M013 "encodng" key.yaml
mistake "adding a number and a text" P005 "type.yaml:" type.yaml
mistake "open quote" M042 "quote.yaml:" quote.yaml

# --- usage ----------------------------------------------------------------------

fails sqlite "unknown option" 64 G001 "'--joob'" "$mapping" --joob 2
fails sqlite "no number of rejects" 64 G001 "'some'" "$mapping" \
    more.ebc --max-rejects some

finish
